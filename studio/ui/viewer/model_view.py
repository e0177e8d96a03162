"""A 3D model to turn: painted off the window's thread, coarse while it moves and fine when it rests."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QPointF, QRectF, QRunnable, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.theme import theme

if TYPE_CHECKING:
    from studio.library.mesh import Mesh, View

_COARSE: Final = 3
"""While it moves, one painted pixel is this many wide."""
_REST_MS: Final = 160
_DEGREES_PER_PX: Final = 0.4
_MOST_TILT: Final = 89.0
_KEY_DEGREES: Final = 6.0


class _Read(QRunnable):
    def __init__(self, owner: "ModelView", path: Path) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._owner, self._path = owner, path

    def run(self) -> None:
        """Read the file."""
        from studio.library import mesh

        found: object
        try:
            found = mesh.read_glb(self._path)
        except mesh.UnreadableModelError as error:
            found = str(error)
        with suppress(RuntimeError):  # the viewer went meanwhile
            self._owner.read.emit(str(self._path), found)


class _Paint(QRunnable):
    def __init__(self, owner: "ModelView", model: "Mesh", size: tuple[int, int], view: "View", wires: bool) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._owner, self._model, self._size, self._view, self._wires = owner, model, size, view, wires

    def run(self) -> None:
        """Paint one view."""
        from studio.library import mesh

        width, height = self._size
        rgba = mesh.paint(self._model, width, height, self._view, wires=self._wires)
        image = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
        with suppress(RuntimeError):
            self._owner.painted.emit(image)


class ModelView(QWidget):
    """Drag to turn, wheel to come nearer; the wireframe is a switch.

    Signals:
        read(str, object), painted(QImage): from its threads, for itself.
        failed(str): the model cannot be shown; a sentence.
    """

    read = Signal(str, object)
    painted = Signal(QImage)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._model: Mesh | None = None
        self._image = QImage()
        self._turn, self._tilt, self._zoom = -18.0, 8.0, 1.0
        self._wires = self._busy = self._stale = False
        self._moving = False
        self._press: QPointF | None = None
        self._jobs: list[QRunnable] = []
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._settle)
        self.read.connect(self._take)
        self.painted.connect(self._show)
        self.setAccessibleName("3D model")
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    @property
    def angles(self) -> tuple[float, float]:
        """How far it is turned and tilted, in degrees."""
        return self._turn, self._tilt

    @property
    def image(self) -> QImage:
        """What is shown; null until the first view is painted."""
        return self._image

    def open(self, path: Path) -> None:
        """Show the model at *path* from its usual side."""
        self._path, self._model, self._image = str(path), None, QImage()
        self._turn, self._tilt, self._zoom = -18.0, 8.0, 1.0
        self._start(_Read(self, path))
        self.update()

    def close_pool(self) -> None:
        """Wait for the thread."""
        self._pool.clear()
        self._pool.waitForDone(5000)

    def turn(self, turn: float, tilt: float) -> None:
        """Turn by degrees."""
        self._turn = (self._turn + turn + 180) % 360 - 180
        self._tilt = min(_MOST_TILT, max(-_MOST_TILT, self._tilt + tilt))
        self._move()

    def zoom(self, steps: float) -> None:
        """Come nearer, or go back."""
        self._zoom = min(8.0, max(0.3, self._zoom * 1.2**steps))
        self._move()

    def set_wires(self, wires: bool) -> None:
        """Show the edges of its triangles, or its surface."""
        self._wires = wires
        self._ask()

    def turn_by_key(self, key: Qt.Key) -> bool:
        """Turn by an arrow key with Shift; returns whether it was one."""
        step = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        if key not in step:
            return False
        self.turn(step[key][0] * _KEY_DEGREES, step[key][1] * _KEY_DEGREES)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._press = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn."""
        if self._press is not None:
            moved = event.position() - self._press
            self._press = event.position()
            self.turn(moved.x() * _DEGREES_PER_PX, moved.y() * _DEGREES_PER_PX)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._press = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Come nearer, or go back."""
        self.zoom(event.angleDelta().y() / 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint for the new size."""
        super().resizeEvent(event)
        self._move()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Show the painted view, or say that it is being read."""
        painter = QPainter(self)
        if self._image.isNull():
            painter.setFont(theme().font("body"))
            painter.setPen(theme().color("text.secondary"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Reading the model…")
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), self._image)

    def _move(self) -> None:
        self._moving = True
        self._rest.start()
        self._ask()

    def _settle(self) -> None:
        self._moving = False
        self._ask()

    def _ask(self) -> None:
        """Paint now, or as soon as the view being painted is ready."""
        if self._model is None or self.width() < 8 or self.height() < 8:
            return
        if self._busy:
            self._stale = True
            return
        from studio.library import mesh

        ratio = self.devicePixelRatioF() / (_COARSE if self._moving else 1)
        size = max(8, round(self.width() * ratio)), max(8, round(self.height() * ratio))
        self._busy, self._stale = True, False
        self._start(_Paint(self, self._model, size, mesh.View(self._turn, self._tilt, self._zoom), self._wires))

    def _start(self, job: QRunnable) -> None:
        self._jobs = [job, *self._jobs[:3]]
        self._pool.start(job)

    def _take(self, path: str, found: object) -> None:
        if path != self._path:
            return
        if isinstance(found, str):
            self.failed.emit(found)
        else:
            self._model = cast("Mesh", found)
            self._ask()

    def _show(self, image: QImage) -> None:
        self._busy = False
        self._image = image
        self.update()
        if self._stale:
            self._ask()
