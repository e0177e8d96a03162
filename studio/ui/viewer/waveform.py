"""A sound as a picture: its loudness over time, read once per file in the background."""

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QPointF, QRectF, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.theme import theme
from studio.ui.widgets.painting import rounded

_COLUMNS: Final = 1200
_BLOCK: Final = 1 << 16
_BAR_PX, _GAP_PX = 3, 2
_TALLEST_PX: Final = 260


def read_peaks(path: Path, columns: int = _COLUMNS) -> list[float]:
    """Return the largest amplitude (0–1) in each of *columns* equal stretches; empty when the file cannot be read."""
    import numpy as np
    import soundfile

    try:
        with soundfile.SoundFile(str(path)) as sound:
            frames = sound.frames
            if frames <= 0:
                return []
            peaks = np.zeros(columns, np.float32)
            at = 0
            for block in sound.blocks(blocksize=_BLOCK, dtype="float32", always_2d=True):
                loud = np.abs(block).max(axis=1)
                places = np.minimum((np.arange(at, at + len(loud)) * columns) // frames, columns - 1)
                np.maximum.at(peaks, places, loud)
                at += len(loud)
    except (soundfile.SoundFileError, OSError, ValueError):
        return []
    return [float(peak) for peak in np.clip(peaks, 0, 1)]


class _Read(QRunnable):
    def __init__(self, owner: "Waveform", path: Path) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._owner, self._path = owner, path

    def run(self) -> None:
        """Read and hand over."""
        peaks = read_peaks(self._path)
        with suppress(RuntimeError):  # the viewer went while the file was read
            self._owner.read.emit(str(self._path), peaks)


class Waveform(QWidget):
    """The loudness of one sound; what was played is in the colour of sound. Click or drag to go there.

    Signals:
        sought(float): a place in the sound, 0–1.
        read(str, list): the peaks of a file; for itself.
    """

    sought = Signal(float)
    read = Signal(str, list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent if isinstance(parent, QWidget) else None)
        self._path = ""
        self._peaks: list[float] = []
        self._place = 0.0
        self._jobs: list[Any] = []
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.read.connect(self._take)
        self.setAccessibleName("Waveform")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def peaks(self) -> list[float]:
        """What is shown; empty until it is read."""
        return self._peaks

    def open(self, path: Path) -> None:
        """Show the sound at *path*."""
        self._path, self._peaks, self._place = str(path), [], 0.0
        job = _Read(self, path)
        self._jobs = [job, *self._jobs[:2]]
        self._pool.start(job)
        self.update()

    def close_pool(self) -> None:
        """Wait for the reader."""
        self._pool.clear()
        self._pool.waitForDone(3000)

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
        shade, painter = theme(), QPainter(self)
        box = self._box()
        bar, gap = shade.px(_BAR_PX), shade.px(_GAP_PX)
        count = max(1, int(box.width() // (bar + gap)))
        middle = box.center().y()
        played, ahead = shade.color("media.audio"), shade.color("border.strong")
        per = len(self._peaks) / count
        for number in range(count):
            loud = max(
                self._peaks[int(number * per) : max(int((number + 1) * per), int(number * per) + 1)], default=0.0
            )
            tall = max(float(bar), loud * box.height())
            where = QRectF(box.left() + number * (bar + gap), middle - tall / 2, bar, tall)
            rounded(painter, where, bar / 2, played if number < self._place * count else ahead)

    def _take(self, path: str, peaks: list[float]) -> None:
        if path == self._path:
            self._peaks = peaks
            self.update()

    def _box(self) -> QRectF:
        pad = theme().px("space.8")
        tall = min(theme().px(_TALLEST_PX), max(8, self.height() - 2 * pad))
        return QRectF(pad, (self.height() - tall) / 2, max(1, self.width() - 2 * pad), tall)

    def _seek(self, at: QPointF) -> None:
        box = self._box()
        self.sought.emit(min(1.0, max(0.0, (at.x() - box.left()) / box.width())))
