"""The view of the graph: where it looks, and how that is painted.

What is seen is kept as a picture, the frame, in which only changes are painted. Panning shifts it and adds what comes
in (Qt's own shifting stops where something lies over the canvas, as the tools do). While zooming it is scaled, and one
frame settles it afterwards: painting every node at every step of the wheel would be too slow.
"""

import math
import time
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QRegion, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from studio.ui.templates.graph.ground import Ground
from studio.ui.templates.graph.scene import GraphScene
from studio.ui.theme import theme

LEAST_ZOOM: Final = 0.10
MOST_ZOOM: Final = 4.0
_STEPS: Final = (0.10, 0.15, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0)
_SETTLE_MS: Final = 140
_QUICK_MS: Final = 4.0
_MOST_PARTS: Final = 8
_FAR: Final = 200_000.0
_MARGIN_PX: Final = 14
_DOTS_FROM: Final = 0.3


class FrameView(QGraphicsView):
    """A part of the graph at a zoom.

    Signals:
        zoomed(float): the zoom is another one; 1 is 100 %.
        looked(): another part is in view.
    """

    zoomed = Signal(float)
    looked = Signal()

    def __init__(self, graph: GraphScene, parent: QWidget | None = None) -> None:
        super().__init__(graph, parent)
        self.graph = graph
        self._zoom = 1.0
        self._by_keys = False
        self._still: QPixmap | None = None
        self._still_rect = QRectF()
        self._still_zoom = 1.0
        self._frame_ms = 0.0
        self._frame: QPixmap | None = None
        self._stale = QRegion()
        self._part = QRect()
        self._ground = Ground()
        self._rest = QPointF()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.settle)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setSceneRect(QRectF(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR))
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        graph.changed.connect(self._scene_changed)
        self._apply_transform()

    # --- where it looks ------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1 is 100 %."""
        return self._zoom

    def visible_rect(self) -> QRectF:
        """Return the part of the scene that is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def zoom_to(self, zoom: float, at_px: QPointF | None = None) -> None:
        """Zoom; the place under *at_px* stays where it is (the middle, when omitted)."""
        zoom = max(LEAST_ZOOM, min(MOST_ZOOM, zoom))
        if abs(zoom - self._zoom) < 1e-4:
            return
        self._take_still(zoom)
        at = at_px if at_px is not None else QPointF(self.viewport().rect().center())
        under = self._to_scene(at)
        self._zoom = zoom
        self._apply_transform()
        moved = self._from_scene(under) - at
        self._scroll(moved.x(), moved.y())
        self._settle.start()
        self.zoomed.emit(zoom)
        self.looked.emit()

    def zoom_step(self, direction: int) -> None:
        """Zoom to the next round value in or out."""
        if direction > 0:
            wanted = next((step for step in _STEPS if step > self._zoom + 0.005), MOST_ZOOM)
        else:
            wanted = next((step for step in reversed(_STEPS) if step < self._zoom - 0.005), LEAST_ZOOM)
        self.zoom_to(wanted)

    def fit(self) -> None:
        """Show everything, at most at 100 %."""
        self.drop_still()
        content, room = self.graph.content_rect().adjusted(-2, -26, 8, 2), self._room()
        zoom = min(room.width() / content.width(), room.height() / content.height()) / theme().scale
        self._zoom = max(LEAST_ZOOM, min(1.0, zoom))
        self._apply_transform()
        self._bring(content.center(), room.center())
        self.zoomed.emit(self._zoom)
        self.looked.emit()

    def show_start(self) -> None:
        """Show everything if that is readable, else the beginning of the flow."""
        self.fit()
        if self._zoom < 0.5:
            self._zoom = 0.75
            self._apply_transform()
            content = self.graph.content_rect()
            edge = self._from_scene(QPointF(content.left(), content.center().y()))
            self._scroll(edge.x() - _MARGIN_PX, edge.y() - self._room().center().y())
            self.zoomed.emit(self._zoom)
            self.looked.emit()

    def centre_on(self, spot: QPointF) -> None:
        """Bring a place into the middle."""
        self._bring(spot, self._room().center())

    def reveal(self, *nodes: str) -> None:
        """Bring nodes into view, if they are not; zoom out where they need more room."""
        box = QRectF()
        for node in nodes:
            item = self.graph.nodes.get(node)
            if item is not None:
                box = box.united(item.box.translated(item.pos()).adjusted(-12, -28, 12, 12))
        if box.isNull() or self.visible_rect().contains(box):
            return
        room = self._room()
        fits = min(room.width() / box.width(), room.height() / box.height()) / theme().scale
        if fits < self._zoom:
            self.zoom_to(fits)
        self.centre_on(box.center())

    def pan(self, dx_px: float, dy_px: float) -> None:
        """Move what is seen by pixels. Fractions of a device pixel wait for the next time."""
        ratio = self.devicePixelRatioF()
        step = next((each for each in (1, 2, 4) if (ratio * each).is_integer()), 1)
        self._rest += QPointF(dx_px, dy_px)
        way = QPointF(int(self._rest.x() / step) * step, int(self._rest.y() / step) * step)
        self._rest -= way
        self._scroll(-way.x(), -way.y())
        self.looked.emit()

    def distance_px(self, first: QPointF, second: QPointF) -> float:
        """Return how far two places of the scene are apart on the screen."""
        way = second - first
        return math.hypot(way.x(), way.y()) * self._zoom * theme().scale

    def _room(self) -> QRectF:
        """Return the part of the viewport that no panel covers."""
        margin = theme().px(_MARGIN_PX)
        box = QRectF(self.viewport().rect()).adjusted(margin, margin, -margin, -4 * margin)
        return box if box.width() > 40 and box.height() > 40 else QRectF(0, 0, 200, 200)

    def _apply_transform(self) -> None:
        scale = self._zoom * theme().scale
        self.setTransform(QTransform.fromScale(scale, scale))
        self._spoil()

    def _to_scene(self, at: QPointF) -> QPointF:
        inverted, _ok = self.viewportTransform().inverted()
        return inverted.map(at)

    def _from_scene(self, spot: QPointF) -> QPointF:
        return self.viewportTransform().map(spot)

    def _bring(self, spot: QPointF, to_px: QPointF) -> None:
        by = self._from_scene(spot) - to_px
        self._scroll(by.x(), by.y())
        self.looked.emit()

    def _scroll(self, dx: float, dy: float) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(dx))
        down.setValue(down.value() + round(dy))

    # --- painting ------------------------------------------------------------------------------

    def _take_still(self, zoom: float) -> None:
        """Keep the present frame, to be scaled while the zoom changes, unless painting is quick anyway."""
        if self._still is not None and 0.5 <= zoom / self._still_zoom <= 2.0:
            return
        if self._still is not None:
            self.drop_still()
            self._freshen()
        if self._frame is None or (self._frame_ms < _QUICK_MS and not self._stale.isEmpty()):
            return
        self._still, self._still_zoom = QPixmap(self._frame), self._zoom
        size = self.viewport().size()
        self._still_rect = QRectF(self._to_scene(QPointF(0, 0)), self._to_scene(QPointF(size.width(), size.height())))

    def drop_still(self) -> None:
        """Paint what is really there from now on."""
        self._settle.stop()
        if self._still is not None:
            self._still = None
            self._spoil()

    def settle(self) -> None:
        """The zoom has come to rest."""
        self.drop_still()

    def _spoil(self) -> None:
        """The whole frame is to be painted anew."""
        self._stale = QRegion(self.viewport().rect())
        self.viewport().update()

    def _scene_changed(self, boxes: list[QRectF]) -> None:
        view = self.viewport().rect()
        for box in boxes:
            part = self._from_scene_rect(box).toAlignedRect().adjusted(-2, -2, 2, 2).intersected(view)
            if not part.isEmpty():
                self._stale = self._stale.united(part)
                self.viewport().update(part)

    def _from_scene_rect(self, box: QRectF) -> QRectF:
        return self.viewportTransform().mapRect(box)

    def _freshen(self) -> None:
        """Paint what has changed in the frame, and nothing else."""
        size, ratio = self.viewport().size(), self.devicePixelRatioF()
        wanted = QSize(round(size.width() * ratio), round(size.height() * ratio))
        if self._frame is None or self._frame.size() != wanted:
            self._frame = QPixmap(wanted)
            self._frame.setDevicePixelRatio(ratio)
            self._stale = QRegion(self.viewport().rect())
        if self._stale.isEmpty():
            return
        begun = time.perf_counter()
        stale, self._stale = self._stale, QRegion()
        if stale.rectCount() > _MOST_PARTS:
            stale = QRegion(stale.boundingRect())
        painter = QPainter(self._frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for part in stale:  # type: ignore[attr-defined]
            self._part = part
            self.render(painter, QRectF(part), part, Qt.AspectRatioMode.IgnoreAspectRatio)
        painter.end()
        if stale.boundingRect() == self.viewport().rect() and stale.rectCount() == 1:
            self._frame_ms = (time.perf_counter() - begun) * 1000

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the frame, or the scaled picture of the last one while zooming."""
        if self._still is None:
            self._freshen()
        painter = QPainter(self.viewport())
        if self._still is not None:
            painter.fillRect(self.viewport().rect(), theme().color("bg.canvas"))
            box = QRectF(self._from_scene(self._still_rect.topLeft()), self._from_scene(self._still_rect.bottomRight()))
            painter.drawPixmap(box, self._still, QRectF(self._still.rect()))
        elif self._frame is not None:
            painter.setClipRegion(event.region())
            painter.drawPixmap(0, 0, self._frame)
        if self.hasFocus() and self._by_keys and not self.graph.nodes:
            painter.setPen(QPen(theme().color("focus.ring"), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -2, -2))
        painter.end()

    def drawBackground(self, painter: QPainter, _rect: QRectF | QRect) -> None:
        """Paint the ground and its dots."""
        before, part = painter.worldTransform(), self._part
        painter.setWorldTransform(QTransform())
        if self._zoom < _DOTS_FROM:
            painter.fillRect(part, theme().color("bg.canvas"))
        else:
            scale = self._zoom * theme().scale
            ground = self._ground.picture(self.viewport().size(), scale, self.devicePixelRatioF())
            step = self._ground.step * scale
            origin = self._from_scene(QPointF(0, 0))
            left, top = round(origin.x() % step - step), round(origin.y() % step - step)
            ratio = ground.devicePixelRatio()
            source = QRectF(
                (part.x() - left) * ratio, (part.y() - top) * ratio, part.width() * ratio, part.height() * ratio
            )
            painter.drawPixmap(QRectF(part), ground, source)
        painter.setWorldTransform(before)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the frame; only what comes in is painted anew."""
        super().scrollContentsBy(dx, dy)
        view, ratio = self.viewport().rect(), self.devicePixelRatioF()
        across, down = dx * ratio, dy * ratio
        whole = abs(dx) >= view.width() or abs(dy) >= view.height()
        if self._frame is None or whole or across != int(across) or down != int(down):
            self._stale = QRegion(view)
        elif self._still is None:
            self._frame.scroll(int(across), int(down), self._frame.rect())
            self._stale = self._stale.translated(dx, dy).intersected(view)
            self._stale = self._stale.united(QRegion(view).subtracted(QRegion(view.translated(dx, dy))))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another part may be in view."""
        super().resizeEvent(event)
        self.drop_still()
        self.looked.emit()

    def restyle(self) -> None:
        """The theme is another one."""
        middle = self.visible_rect().center()
        self.drop_still()
        self._ground.forget()
        self._apply_transform()
        self._bring(middle, QPointF(self.viewport().rect().center()))
        self.graph.restyle()
        self.viewport().update()
