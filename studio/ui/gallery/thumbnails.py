"""Pictures of pieces at their exact painted size, made off the window's thread.

Start with ``thumbnails()``, the one service of the program. ``get`` never waits: it returns what is there
and emits ``ready`` when the right picture has come. The newest request is served first.
"""

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRunnable, QSize, QThreadPool, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPixmap

from studio.ui.gallery import decoding
from studio.ui.gallery.decoding import Look
from studio.ui.theme import theme

_PIXMAP_BYTES = 96 * 1024 * 1024
_SOURCE_BYTES = 48 * 1024 * 1024
_CHECKER_PX = 8
Key = tuple[str, int, int, float, bool]


class DiskCache(Protocol):
    """Where small pictures are kept; called from the decoding threads."""

    def find(self, sha256: str, step: int, /) -> Path | None:
        """Return the kept file of a picture."""

    def put(self, sha256: str, step: int, data: bytes, ext: str, /) -> object:
        """Keep a picture's bytes."""


class Thumbnails(QObject):
    """Ready pixmaps by file, size and device ratio.

    Signals:
        ready(str): a picture of this file has come.
        failed(str): this file cannot be shown; it is not tried again until ``forget``.
    """

    ready = Signal(str)
    failed = Signal(str)
    _made = Signal(object, QImage, QColor)

    def __init__(self, parent: QObject | None = None, *, threads: int = 2) -> None:
        super().__init__(parent)
        self._pixmaps: OrderedDict[Key, QPixmap] = OrderedDict()
        self._latest: dict[str, Key] = {}
        self._colors: dict[str, QColor] = {}
        self._bytes = 0
        self._jobs: dict[Key, _Job] = {}
        self._broken: set[str] = set()
        self._order = 0
        self._sources = _Sources()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._early: list[tuple[_Job, int]] | None = []
        """Jobs asked for before the window is painted; None once the threads may run."""
        self._made.connect(self._take)
        theme().on_change(self, self.clear)

    def use_disk(self, cache: DiskCache) -> None:
        """Keep small pictures on disk from now on."""
        self._sources.disk = cache

    def get(
        self, path: Path, size: QSize, ratio: float, *, radius_px: int | None = None, fit: bool = False
    ) -> QPixmap | None:
        """Return the picture of *path* for a tile of *size* logical pixels; None until there is one.

        While the exact one is being made, one of another size is returned: draw it into the tile's box.

        Args:
            ratio: device pixels per logical pixel.
            radius_px: corner radius; the tile's own when omitted.
            fit: show the whole picture instead of cropping it.
        """
        if size.isEmpty() or str(path) in self._broken:
            return None
        radius = float(theme().px("radius.picture") if radius_px is None else radius_px) * ratio
        key = (str(path), max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)), radius, fit)
        found = self._pixmaps.get(key)
        if found is not None:
            self._pixmaps.move_to_end(key)
            return found
        self._ask(key, ratio)
        latest = self._latest.get(str(path))
        return self._pixmaps.get(latest) if latest is not None else None

    def is_broken(self, path: Path) -> bool:
        """Whether *path* could not be read as a picture."""
        return str(path) in self._broken

    def color(self, path: Path) -> QColor | None:
        """Return the average colour of a picture that has been read."""
        return self._colors.get(str(path))

    def keep_only(self, paths: set[Path]) -> None:
        """Drop what waits for other files: they have been scrolled away."""
        wanted = {str(path) for path in paths}
        for key, job in list(self._jobs.items()):
            if key[0] not in wanted and self._pool.tryTake(job):
                del self._jobs[key]

    def forget(self, path: Path) -> None:
        """Read *path* anew the next time, because its file has changed or come back."""
        self._broken.discard(str(path))
        self._latest.pop(str(path), None)
        for key in [key for key in self._pixmaps if key[0] == str(path)]:
            self._bytes -= _bytes_of(self._pixmaps.pop(key))
        self._sources.forget(str(path))

    def clear(self) -> None:
        """Forget the composed pictures, after a change of theme."""
        self._pixmaps.clear()
        self._latest.clear()
        self._bytes = 0

    def close(self) -> None:
        """Drop what waits and wait for what runs; call before the program ends."""
        if self._early:
            self._early = []
        self._pool.clear()
        self._pool.waitForDone(3000)
        self._jobs.clear()

    def _ask(self, key: Key, ratio: float) -> None:
        if key in self._jobs:
            return
        shade = theme()
        cell = max(2, round(shade.px(_CHECKER_PX) * ratio))
        look = Look(
            key[1], key[2], key[3], key[4], cell, shade.color("fill.placeholder"), shade.color("fill.pressed"),
            shade.color("bg.canvas"),
        )  # fmt: skip
        job = self._jobs[key] = _Job(self, key, look, ratio, self._sources)
        # Qt runs the highest priority first, so that the newest request overtakes what was scrolled away.
        self._order += 1
        if self._early is None:
            self._pool.start(job, self._order)
            return
        if not self._early:
            QTimer.singleShot(0, self, self._begin)
        self._early.append((job, self._order))

    def _begin(self) -> None:
        decoding.warm_up()
        early, self._early = self._early or [], None
        for job, order in early:
            self._pool.start(job, order)

    def _take(self, job: "_Job", image: QImage, average: QColor) -> None:
        self._jobs.pop(job.key, None)
        path = job.key[0]
        if image.isNull():
            self._broken.add(path)
            self.failed.emit(path)
            return
        pixmap = QPixmap.fromImage(image)
        self._pixmaps[job.key] = pixmap
        self._latest[path] = job.key
        self._colors[path] = average
        self._bytes += _bytes_of(pixmap)
        while self._bytes > _PIXMAP_BYTES and len(self._pixmaps) > 1:
            self._bytes -= _bytes_of(self._pixmaps.popitem(last=False)[1])
        self.ready.emit(path)


class _Sources:
    """Small pictures before composing: in memory by bytes, and on disk. Used by the decoding threads."""

    def __init__(self) -> None:
        self.disk: DiskCache | None = None
        self._images: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, path: str, longest_px: int) -> QImage:
        step = decoding.step_for(longest_px)
        with self._lock:
            for kept in decoding.STEPS:
                if kept >= step and (path, kept) in self._images:
                    self._images.move_to_end((path, kept))
                    return self._images[(path, kept)]
        image = self._from_disk(Path(path), step)
        with self._lock:
            self._images[(path, step)] = image
            self._bytes += image.sizeInBytes()
            while self._bytes > _SOURCE_BYTES and len(self._images) > 1:
                self._bytes -= self._images.popitem(last=False)[1].sizeInBytes()
        return image

    def forget(self, path: str) -> None:
        with self._lock:
            for key in [key for key in self._images if key[0] == path]:
                self._bytes -= self._images.pop(key).sizeInBytes()

    def _from_disk(self, path: Path, step: int) -> QImage:
        name = _name_of(path)
        if self.disk is not None and name:
            kept = self.disk.find(name, step)
            if kept is not None:
                image = decoding.read_scaled(kept, step)
                if not image.isNull():
                    return image
        image = decoding.read_scaled(path, step)
        # A picture that is not larger than the step is as quick to read as its copy would be.
        if self.disk is not None and name and max(image.width(), image.height()) >= step:
            alpha = image.hasAlphaChannel()
            self.disk.put(name, step, _encoded(image, "PNG" if alpha else "JPG"), "png" if alpha else "jpg")
        return image


class _Job(QRunnable):
    def __init__(self, owner: Thumbnails, key: Key, look: Look, ratio: float, sources: _Sources) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._owner, self.key, self._look, self._ratio, self._sources = owner, key, look, ratio, sources

    def run(self) -> None:
        """Read, compose and hand over; a file that cannot be read gives a null picture."""
        image, average = QImage(), QColor()
        try:
            source = self._sources.get(self.key[0], self._longest(self._look))
            if not source.isNull():
                image = decoding.compose(source, self._look)
                image.setDevicePixelRatio(self._ratio)
                average = decoding.average_color(source)
        except OSError:
            image = QImage()
        self._owner._made.emit(self, image, average)

    @staticmethod
    def _longest(look: Look) -> int:
        # A crop may need more than the tile's edge: a panorama in a square tile.
        return look.longest_px if look.fit else round(look.longest_px * 1.25)


def _name_of(path: Path) -> str:
    """Return the key of a file in the disk cache; it changes when the file does. Empty when there is no file."""
    try:
        facts = path.stat()
    except OSError:
        return ""
    import hashlib

    return hashlib.sha256(f"{path}:{facts.st_mtime_ns}:{facts.st_size}".encode()).hexdigest()


def _encoded(image: QImage, kind: str) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, 90)  # type: ignore[call-overload]
    return bytes(data.data())


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


_service: list[Thumbnails] = []


def thumbnails() -> Thumbnails:
    """Return the one service of the program, made on first use."""
    if not _service:
        _service.append(Thumbnails())
    return _service[0]


def close_thumbnails() -> None:
    """End the service; the next ``thumbnails()`` begins a new one."""
    if _service:
        _service.pop().close()
