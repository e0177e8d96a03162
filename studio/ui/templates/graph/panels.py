"""What lies over the canvas: the bar of tools, the overview, and the line of words."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.guard import guarded
from studio.ui.templates.graph.nodes import color_in_overview
from studio.ui.templates.graph.scene import GraphScene
from studio.ui.theme import theme, tokens
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import rounded

if TYPE_CHECKING:
    from studio.ui.templates.graph.canvas import Canvas

_MINIMAP: Final[tuple[int, int]] = tuple(tokens.value("size.minimap"))
_HEIGHT: Final = 36


class Panel(QWidget):
    """A raised frame over the canvas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        # Opaque: only then does Qt move what the canvas below has painted instead of painting it all anew.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame on the ground of the canvas."""
        shade, painter = theme(), QPainter(self)
        painter.fillRect(self.rect(), shade.color("bg.canvas"))
        box = QRectF(self.rect())
        rounded(painter, box, shade.px("radius.control"), shade.color("bg.card"), shade.color("border.default"))


class ToolBar(Panel):
    """Zoom, fit, + Stage, Tidy."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        shade = theme()
        self.setAccessibleName("Tools of the graph")
        self.zoom_out = IconButton("zoom-out", "Zoom out", size=28, icon_size=16, shortcut="Ctrl+-")
        self.zoom = Button("100%", kind="quiet", size="compact", name="Zoom 100 percent")
        self.zoom.setToolTip("Zoom to 100 %")
        self.zoom_in = IconButton("zoom-in", "Zoom in", size=28, icon_size=16, shortcut="Ctrl++")
        self.fit = IconButton("fit", "Show everything", size=28, icon_size=16, shortcut="Ctrl+0")
        self.add = Button("Stage", kind="quiet", icon="plus", size="compact", name="Add a stage")
        self.add.setToolTip("Add a stage  N")
        self.tidy = Button("Tidy", kind="quiet", icon="grid", size="compact", name="Tidy the graph")
        self.tidy.setToolTip("Tidy  T")
        row = QHBoxLayout(self)
        row.setContentsMargins(shade.px("space.2"), 0, shade.px("space.2"), 0)
        row.setSpacing(shade.px("space.1"))
        for widget in (self.zoom_out, self.zoom, self.zoom_in, self.fit):
            row.addWidget(widget)
        row.addWidget(_Rule())
        row.addWidget(self.add)
        row.addWidget(self.tidy)
        self.restyle()

    def show_zoom(self, zoom: float) -> None:
        """Say the zoom."""
        words = f"{round(zoom * 100)}%"
        self.zoom.setText(words)
        self.zoom.setAccessibleName(f"Zoom {round(zoom * 100)} percent")

    def restyle(self) -> None:
        """Take the sizes of the theme."""
        self.zoom.setFixedWidth(theme().px(54))
        self.setFixedHeight(theme().px(_HEIGHT))
        self.adjustSize()


class _Rule(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(theme().px("space.4"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a hairline."""
        painter = QPainter(self)
        inset = theme().px(10)
        painter.fillRect(self.width() // 2, inset, 1, self.height() - 2 * inset, theme().color("border.default"))


class Minimap(Panel):
    """The whole graph in small. A press or a drag brings that part into the middle.

    Signals:
        wanted(QPointF): a place of the scene.
    """

    wanted = Signal(QPointF)

    def __init__(self, graph: GraphScene, canvas: "Canvas", parent: QWidget) -> None:
        super().__init__(parent)
        self._graph, self._canvas = graph, canvas
        self._boxes: dict[int, list[QRectF]] | None = None
        graph.arranged.connect(self.renew)
        self.setAccessibleName("Overview of the graph")
        self.setToolTip("Overview")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.restyle()

    def restyle(self) -> None:
        """Take the size and the colours of the theme."""
        self._boxes = None
        self.setFixedSize(theme().px(_MINIMAP[0]), theme().px(_MINIMAP[1]))

    @guarded(QSize(148, 92))
    def sizeHint(self) -> QSize:
        """As the design has it."""
        return QSize(theme().px(_MINIMAP[0]), theme().px(_MINIMAP[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the nodes and the frame of what is seen."""
        super().paintEvent(event)
        shade, painter = theme(), QPainter(self)
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        scale, shift = self._fit()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setTransform(QTransform(scale, 0, 0, scale, shift.x(), shift.y()))
        for rgba, boxes in self._colored().items():
            painter.setBrush(QColor.fromRgba(rgba))
            painter.drawRects(boxes)
        painter.resetTransform()
        seen = self._canvas.visible_rect()
        box = QRectF(
            seen.x() * scale + shift.x(), seen.y() * scale + shift.y(), seen.width() * scale, seen.height() * scale
        ).intersected(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shade.color("text.muted"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)

    def renew(self) -> None:
        """Nodes are others, elsewhere, or selected."""
        self._boxes = None
        self.update()

    def _colored(self) -> dict[int, list[QRectF]]:
        """Return the boxes of the nodes by their colour."""
        if self._boxes is None:
            self._boxes = {}
            for node in self._graph.nodes.values():
                color = theme().color("accent.base") if node.chosen else color_in_overview(node.facts)
                self._boxes.setdefault(color.rgba(), []).append(node.box.translated(node.pos()))
        return self._boxes

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        self.wanted.emit(self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.wanted.emit(self._place(event.position()))

    def _place(self, at: QPointF) -> QPointF:
        scale, shift = self._fit()
        return (at - shift) / scale

    def _fit(self) -> tuple[float, QPointF]:
        """Return how the scene is scaled and moved into the overview."""
        content = self._graph.content_rect()
        seen = self._canvas.visible_rect()
        if seen.width() < 12 * content.width() and seen.height() < 12 * content.height():
            content = content.united(seen)
        room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        scale = min(room.width() / content.width(), room.height() / content.height())
        return scale, room.center() - content.center() * scale


class Words(Panel):
    """A line of words over the canvas: what a key would do, why something does not fit."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label = Label("", "small", "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px("space.5"), 0, theme().px("space.5"), 0)
        row.addWidget(self._label)
        self.hide()

    def say(self, words: str) -> None:
        """Show *words*; "" hides the line."""
        self._label.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.setFixedHeight(theme().px(30))
        self.adjustSize()

    @property
    def words(self) -> str:
        """What it says."""
        return self._label.text()
