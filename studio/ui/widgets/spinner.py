"""Everything that turns shares one timer, which runs only while something visible turns."""

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from studio.ui.theme import theme

_TICK_MS = 33
_TURN_S = 1.1


class _Clock(QObject):
    """Calls every registered tick about thirty times a second; idle without any."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._spins: list[Spin] = []

    def add(self, spin: "Spin") -> None:
        self._spins.append(spin)
        if not self._timer.isActive():
            self._timer.start()

    def remove(self, spin: "Spin") -> None:
        if spin in self._spins:
            self._spins.remove(spin)
        if not self._spins:
            self._timer.stop()

    def is_running(self) -> bool:
        return self._timer.isActive()

    def _tick(self) -> None:
        for spin in tuple(self._spins):
            spin.tick()


_clock: list[_Clock] = []


def clock() -> _Clock:
    """Return the shared clock."""
    if not _clock:
        _clock.append(_Clock())
    return _clock[0]


def phase() -> float:
    """Return where in its turn everything that turns is now, 0–1; 0 when motion is reduced."""
    return 0.0 if theme().reduced_motion else (monotonic() / _TURN_S) % 1.0


class Spin:
    """One thing that turns: *tick* is called while *owner* is visible, until ``stop``."""

    def __init__(self, owner: QWidget, tick: Callable[[], object]) -> None:
        self._owner: QWidget | None = owner
        self._call = tick
        owner.destroyed.connect(self._gone)
        clock().add(self)

    def stop(self) -> None:
        """Stop turning; stopping twice is harmless."""
        clock().remove(self)

    def tick(self) -> None:
        """Turn a little."""
        if self._owner is not None and self._owner.isVisible() and not theme().reduced_motion:
            self._call()

    def pixmap(self, edge_px: int, color_key: str, ratio: float) -> QPixmap:
        """Return the ring as a picture, for icons."""
        picture = QPixmap(round(edge_px * ratio), round(edge_px * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_ring(painter, QRectF(0, 0, edge_px, edge_px), None, theme().color(color_key))
        painter.end()
        return picture

    def _gone(self) -> None:
        self._owner = None
        self.stop()


def paint_ring(
    painter: QPainter, box: QRectF, fraction: float | None, color: QColor, track: QColor | None = None
) -> None:
    """Paint a progress ring inside *box*; a turning arc when *fraction* (0–1) is None."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(1.5, box.width() / 9)
    inner = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if track is not None:
        painter.setPen(QPen(track, width))
        painter.drawEllipse(inner)
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    if fraction is None:
        painter.translate(box.center())
        painter.rotate(360 * phase())
        painter.translate(-box.center())
        painter.drawArc(inner, 90 * 16, -int(0.6 * 360 * 16))
    else:
        painter.drawArc(inner, 90 * 16, -int(min(1.0, max(0.0, fraction)) * 360 * 16))
    painter.restore()
