"""Wires, the flag of a checkpoint on its first wire, and the frame around sub-stages."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from studio.contract.editing.wires import Wire
from studio.ui.guard import guarded
from studio.ui.templates.graph import look
from studio.ui.templates.graph.facts import COLOR_OF_KIND
from studio.ui.theme import theme, tokens

PICK: Final = 12.0
_LEAST_TANGENT: Final = 28.0
_WIDE: Final = float(tokens.value("stroke.edge"))
_CHOSEN: Final = float(tokens.value("stroke.edgeSelected"))
_FLAG: Final = 26.0


def curve(start: QPointF, end: QPointF) -> QPainterPath:
    """Return the curve of a wire: horizontal at both ends."""
    reach = max(_LEAST_TANGENT, (end.x() - start.x()) / 2)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, 0), end - QPointF(reach, 0), end)
    return path


class WireItem(QGraphicsPathItem):
    """One binding. Plain Qt paints it, without a call into Python."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire
        self.chosen = False
        self.bright = False
        self._ends = (QPointF(), QPointF())
        self._stroke: QPainterPath | None = None
        self._styled: tuple[object, ...] = ()
        self.setZValue(1)

    def route(self, start: QPointF, end: QPointF) -> None:
        """Lead it from one place to another."""
        if (start, end) != self._ends or self.path().isEmpty():
            self._ends, self._stroke = (QPointF(start), QPointF(end)), None
            self.setPath(curve(start, end))

    @property
    def middle(self) -> QPointF:
        """A place in the middle of it."""
        return self.path().pointAtPercent(0.5)

    def is_at(self, spot: QPointF, reach: float = PICK) -> bool:
        """Whether a place in the scene lies on it, within *reach* across."""
        if not self.path().controlPointRect().adjusted(-reach, -reach, reach, reach).contains(spot):
            return False
        if self._stroke is None or reach != PICK:
            stroker = QPainterPathStroker()
            stroker.setWidth(reach)
            stroke = stroker.createStroke(self.path())
            if reach != PICK:
                return stroke.contains(spot)
            self._stroke = stroke
        return self._stroke.contains(spot)

    def restyle(self, *, chosen: bool | None = None, bright: bool | None = None) -> None:
        """Show it as chosen, or bright because an end of it is; both stay as they are when omitted."""
        self.chosen = self.chosen if chosen is None else chosen
        self.bright = self.bright if bright is None else bright
        key = COLOR_OF_KIND[self.wire.kind]
        strong = self.chosen or self.bright
        styled = (theme().name, key, self.chosen, strong, self.wire.form)
        if styled == self._styled:
            return
        self._styled = styled
        color = theme().color("accent.base" if self.chosen else key) if strong else look.dimmed(key)
        pen = QPen(color, _CHOSEN if strong else _WIDE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if self.wire.form in ("condition", "order"):
            pen.setDashPattern([2.0, 2.4])
        self.setPen(pen)
        self.setZValue(1.5 if strong else 1)


class FlagItem(QGraphicsItem):
    """The amber flag of a stage after which a run pauses."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(3)

    @guarded(QRectF())
    def boundingRect(self) -> QRectF:
        """The circle."""
        half = _FLAG / 2 + 2
        return QRectF(-half, -half, 2 * half, 2 * half)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the circle and the flag."""
        shade = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shade.color("bg.canvas"), 2))
        painter.setBrush(shade.color("status.warning"))
        painter.drawEllipse(QPointF(0, 0), _FLAG / 2 - 1, _FLAG / 2 - 1)
        look.icon(painter, "flag", 14, "status.onSolid", QPointF(-7, -7))


class GroupItem(QGraphicsItem):
    """The frame around a stage and its sub-stages."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self._box = QRectF()
        self.setZValue(0)

    def frame(self, box: QRectF) -> None:
        """Lie around *box*."""
        wanted = box.adjusted(-16, -40, 16, 16)
        if wanted != self._box:
            self.prepareGeometryChange()
            self._box = wanted

    @guarded(QRectF())
    def boundingRect(self) -> QRectF:
        """The frame."""
        return self._box.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint a dashed frame with its name."""
        shade = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(shade.color("border.strong"), 1)
        pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(QColor(shade.color("bg.app")))
        painter.drawRoundedRect(self._box, 12, 12)
        painter.setFont(look.font("caption"))
        painter.setPen(shade.color("text.muted"))
        painter.drawText(
            self._box.topLeft() + QPointF(12, 17), look.elided(self.words, "caption", self._box.width() - 24)
        )
