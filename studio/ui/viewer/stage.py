"""The picture of the viewer: zoom at the pointer, pan, fit, on a checkerboard where it is transparent."""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.theme import theme
from studio.ui.widgets.painting import checkerboard

_STEP = 1.25
_LARGEST = 16.0
_MARGIN_PX = 24


class Stage(QWidget):
    """One picture. Scale 1 means one pixel of the picture per device pixel.

    Signals:
        zoomed(float): the scale changed.
    """

    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = QPixmap()
        self._message = ""
        self._transparent = False
        self._moving = False
        self._scale = 1.0
        self._fits = True
        self._center = QPointF(0.5, 0.5)
        self._press: QPoint | None = None
        self._scaled: tuple[float, QPixmap] | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Picture")

    @property
    def scale(self) -> float:
        """Device pixels per pixel of the picture."""
        return self._scale

    @property
    def fits(self) -> bool:
        """Whether the picture is fitted to the stage."""
        return self._fits

    def show_image(self, image: QImage) -> None:
        """Show *image*, fitted. A null image leaves the former one until the next."""
        self._message, self._moving = "", False
        self._full = QPixmap.fromImage(image)
        self._transparent = image.hasAlphaChannel()
        self._scaled = None
        self.fit()

    def show_frame(self, image: QImage) -> None:
        """Show the next frame of a film without changing what part of it is seen."""
        same = image.size() == self._full.size()
        self._message, self._transparent, self._scaled = "", False, None
        self._full, self._moving = QPixmap.fromImage(image), True
        if same:
            self.update()
        else:
            self.fit()

    def show_preview(self, pixmap: QPixmap, width: int, height: int) -> None:
        """Show a small picture at the place of a large one that is still being read."""
        self._message = ""
        self._full = pixmap.scaled(max(1, width), max(1, height), Qt.AspectRatioMode.IgnoreAspectRatio)
        self._transparent = False
        self._scaled = None
        self.fit()

    def say(self, words: str) -> None:
        """Show words where there is no picture."""
        self._message, self._full, self._scaled = words, QPixmap(), None
        self.update()

    def fit(self) -> None:
        """Show the whole picture, never larger than it is."""
        self._fits, self._center = True, QPointF(0.5, 0.5)
        self._set_scale(self._fitting())

    def toggle_fit(self) -> None:
        """Whole picture or its own size."""
        if self._fits:
            self.zoom_to(1.0)
        else:
            self.fit()

    def zoom(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom by *steps* of a quarter, keeping the point *at* in place."""
        self.zoom_to(self._scale * _STEP**steps, at)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom to a scale between the fitting one and sixteen."""
        if self._full.isNull():
            return
        scale = min(_LARGEST, max(min(self._fitting(), 1.0) * 0.5, scale))
        box, at = self._box(), at or QPointF(self.rect().center())
        if box.width() > 0:
            u, v = (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()
            self._fits = False
            width, height = self._size_at(scale)
            offset = at - QPointF(self.rect().center())
            self._center = QPointF(u - offset.x() / width, v - offset.y() / height)
        self._set_scale(scale)

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by logical pixels."""
        width, height = self._size_at(self._scale)
        if width > 0 and height > 0:
            self._center -= QPointF(dx / width, dy / height)
            self._bound()
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer."""
        self.zoom(event.angleDelta().y() / 120, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan."""
        self._press = event.position().toPoint()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan."""
        if self._press is not None:
            moved = event.position().toPoint() - self._press
            self._press = event.position().toPoint()
            self.pan(moved.x(), moved.y())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Done."""
        self._press = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Whole picture, or its own size at the pointer."""
        if self._fits:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted picture stays fitted."""
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture, or the words."""
        shade, painter = theme(), QPainter(self)
        if self._full.isNull():
            painter.setFont(shade.font("body"))
            painter.setPen(shade.color("text.secondary"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._message)
            return
        box = self._box()
        if self._transparent:
            painter.fillRect(box, checkerboard())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < 3)
        if self._scale < 1 and not self._moving:  # a frame is seen too shortly to be made smaller with care
            painter.drawPixmap(box.topLeft(), self._smaller())
        else:
            painter.drawPixmap(box, self._full, QRectF(self._full.rect()))

    def _smaller(self) -> QPixmap:
        """The picture at the present scale: halving while painting looks rough, and costs each time."""
        if self._scaled is None or self._scaled[0] != self._scale:
            ratio = self.devicePixelRatioF()
            size = self._box().size() * ratio
            picture = self._full.scaled(
                max(1, round(size.width())),
                max(1, round(size.height())),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            picture.setDevicePixelRatio(ratio)
            self._scaled = (self._scale, picture)
        return self._scaled[1]

    def _size_at(self, scale: float) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return self._full.width() * scale / ratio, self._full.height() * scale / ratio

    def _box(self) -> QRectF:
        width, height = self._size_at(self._scale)
        middle = QPointF(self.width() / 2, self.height() / 2)
        left, top = middle.x() - self._center.x() * width, middle.y() - self._center.y() * height
        return QRectF(round(left), round(top), width, height)

    def _fitting(self) -> float:
        if self._full.isNull():
            return 1.0
        margin, ratio = 2 * theme().px(_MARGIN_PX), self.devicePixelRatioF()
        room_x, room_y = max(1, self.width() - margin) * ratio, max(1, self.height() - margin) * ratio
        return min(1.0, room_x / self._full.width(), room_y / self._full.height())

    def _bound(self) -> None:
        """Keep at least a part of the picture on the stage."""
        self._center = QPointF(min(1.0, max(0.0, self._center.x())), min(1.0, max(0.0, self._center.y())))

    def _set_scale(self, scale: float) -> None:
        changed = scale != self._scale
        self._scale = scale
        self._bound()
        self.update()
        if changed:
            self.zoomed.emit(scale)
