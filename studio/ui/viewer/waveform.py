"""A sound as a picture: its loudness over time, with what was played in colour."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.gallery.peaks import paint_peaks, peaks
from studio.ui.theme import theme

_TALLEST_PX: Final = 260


class Waveform(QWidget):
    """The loudness of one sound. Click or drag to go there.

    Signals:
        sought(float): a place in the sound, 0–1.
    """

    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._place = 0.0
        peaks().ready.connect(self._came)
        self.setAccessibleName("Waveform")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def peaks(self) -> list[float]:
        """What is shown; empty until it is read."""
        return (peaks().get(self._path) or []) if self._path is not None else []

    def open(self, path: Path) -> None:
        """Show the sound at *path*."""
        self._path, self._place = path, 0.0
        self.update()

    def show_place(self, share: float) -> None:
        """Show how much was played, 0–1."""
        self._place = share
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._seek(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint bars."""
        shade = theme()
        played, ahead = shade.color("media.audio"), shade.color("border.strong")
        paint_peaks(QPainter(self), self._box(), self.peaks, played, ahead, self._place)

    def _came(self, path: str) -> None:
        if path == str(self._path):
            self.update()

    def _box(self) -> QRectF:
        pad = theme().px("space.8")
        tall = min(theme().px(_TALLEST_PX), max(8, self.height() - 2 * pad))
        return QRectF(pad, (self.height() - tall) / 2, max(1, self.width() - 2 * pad), tall)

    def _seek(self, at: QPointF) -> None:
        box = self._box()
        self.sought.emit(min(1.0, max(0.0, (at.x() - box.left()) / box.width())))
