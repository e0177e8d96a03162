"""How loud sounds are over time: read once per file in the background, painted wherever a sound is shown."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QRectF, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QColor, QPainter

from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.theme import theme
from studio.ui.widgets.painting import rounded

_COLUMNS: Final = 1200
_BLOCK: Final = 1 << 16
_KEPT: Final = 200
_BAR_PX, _GAP_PX = 3, 2


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
    def __init__(self, owner: "Peaks", path: Path) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._owner, self._path = owner, path

    def run(self) -> None:
        """Read and hand over."""
        peaks = read_peaks(self._path)
        with suppress(RuntimeError):  # the program ended while the file was read
            self._owner.read.emit(str(self._path), peaks)


class Peaks(QObject):
    """The peaks of files, newest asked for kept longest.

    Signals:
        read(str, list): from its thread, for itself.
        ready(str): the peaks of this file have come.
    """

    read = Signal(str, list)
    ready = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._known: OrderedDict[str, list[float]] = OrderedDict()
        self._jobs: dict[str, _Read] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.read.connect(self._take)

    def get(self, path: Path) -> list[float] | None:
        """Return the peaks; None until they are read (then ``ready`` is emitted), empty for what is no sound."""
        key = str(path)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if key not in self._jobs:
            self._jobs[key] = _Read(self, path)
            self._pool.start(self._jobs[key])
        return None

    def close(self) -> None:
        """Wait for the reader."""
        self._pool.clear()
        self._pool.waitForDone(3000)
        self._jobs.clear()

    def _take(self, path: str, found: list[float]) -> None:
        self._jobs.pop(path, None)
        self._known[path] = found
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.ready.emit(path)


_service: list[Peaks] = []


def peaks() -> Peaks:
    """Return the one service of the program. Whoever waits for thumbnails hears of peaks as well."""
    if not _service:
        _service.append(Peaks())
        _service[0].ready.connect(lambda path: thumbnails().ready.emit(path))
    return _service[0]


def close_peaks() -> None:
    """End the service."""
    while _service:
        _service.pop().close()


def paint_peaks(
    painter: QPainter, box: QRectF, found: Sequence[float], played: QColor, ahead: QColor, share: float = 1.0
) -> None:
    """Paint bars from the middle of *box*; those before *share* of its width in the colour *played*."""
    shade = theme()
    bar, gap = shade.px(_BAR_PX), shade.px(_GAP_PX)
    count = max(1, int(box.width() // (bar + gap)))
    middle, per = box.center().y(), len(found) / count
    for number in range(count):
        first = int(number * per)
        loud = max(found[first : max(int((number + 1) * per), first + 1)], default=0.0)
        tall = max(float(bar), loud * box.height())
        where = QRectF(box.left() + number * (bar + gap), middle - tall / 2, bar, tall)
        rounded(painter, where, bar / 2, played if number < share * count else ahead)
