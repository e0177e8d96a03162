"""Pictures of pieces at their exact painted size: cropped, on a checkerboard, with rounded corners.

Painting a ready pixmap costs a third of scaling one while painting. Decoding happens in
the thumbnail service; until it has answered there is no picture and the caller paints a placeholder.
"""

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QBrush, QImage, QImageReader, QPainter, QPainterPath, QPixmap

from studio.ui.create import look

_KEPT_BYTES = 48 * 1024 * 1024
_CHECKER_PX = 8


class Pictures(QObject):
    """Ready pixmaps by file, size and ratio.

    Signals:
        ready(str): a picture of this file has become available.
    """

    ready = Signal(str)
    _decoded = Signal(str, int, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pixmaps: OrderedDict[tuple[str, int, int, float, int, bool], QPixmap] = OrderedDict()
        self._bytes = 0
        self._sources: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._asked: set[tuple[str, int]] = set()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._decoded.connect(self._keep_source)
        look.on_theme_changed(self, self.clear)

    def get(self, path: Path, size: QSize, ratio: float, *, radius_px: int = 4, fit: bool = False) -> QPixmap | None:
        """Return the picture of *path* filling *size* logical pixels, or None until it is decoded.

        Args:
            radius_px: corner radius.
            fit: show the whole picture inside *size* on the canvas colour, instead of cropping it.
        """
        key = (str(path), size.width(), size.height(), ratio, radius_px, fit)
        found = self._pixmaps.get(key)
        if found is not None:
            self._pixmaps.move_to_end(key)
            return found
        source = self._source(str(path), round(max(size.width(), size.height()) * ratio))
        if source is None or source.isNull():
            return None
        pixmap = _compose(source, size, ratio, radius_px, fit)
        self._pixmaps[key] = pixmap
        self._bytes += _bytes_of(pixmap)
        while self._bytes > _KEPT_BYTES and len(self._pixmaps) > 1:
            self._bytes -= _bytes_of(self._pixmaps.popitem(last=False)[1])
        return pixmap

    def clear(self) -> None:
        """Forget the composed pictures, after a change of theme or file."""
        self._pixmaps.clear()
        self._bytes = 0

    def _source(self, path: str, longest_px: int) -> QImage | None:
        step = next((step for step in (160, 320, 640, 1280) if step >= longest_px), 1280)
        key = (path, step)
        if key in self._sources:
            return self._sources[key]
        if key not in self._asked:
            self._asked.add(key)
            self._pool.start(_Decode(self, path, step))
        return None

    def _keep_source(self, path: str, step: int, image: QImage) -> None:
        self._sources[(path, step)] = image
        while len(self._sources) > 60:
            gone, _ = self._sources.popitem(last=False)
            self._asked.discard(gone)
        self.ready.emit(path)


class _Decode(QRunnable):
    def __init__(self, owner: Pictures, path: str, step: int) -> None:
        super().__init__()
        self._owner, self._path, self._step = owner, path, step

    def run(self) -> None:
        reader = QImageReader(self._path)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > self._step * 2:
            reader.setScaledSize(size.scaled(self._step * 2, self._step * 2, Qt.AspectRatioMode.KeepAspectRatio))
        self._owner._decoded.emit(self._path, self._step, reader.read())


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _compose(source: QImage, size: QSize, ratio: float, radius_px: int, fit: bool) -> QPixmap:
    device = QSize(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
    mode = Qt.AspectRatioMode.KeepAspectRatio if fit else Qt.AspectRatioMode.KeepAspectRatioByExpanding
    scaled = source.scaled(device, mode, Qt.TransformationMode.SmoothTransformation)
    image = QImage(device, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    clip = QPainterPath()
    clip.addRoundedRect(QRectF(image.rect()), radius_px * ratio, radius_px * ratio)
    at = QPointF((device.width() - scaled.width()) / 2, (device.height() - scaled.height()) / 2)
    if source.hasAlphaChannel():
        painter.fillPath(clip, checkerboard(ratio))
    elif fit:
        painter.fillPath(clip, look.color("bg.canvas"))
    brush = QBrush(scaled)
    painter.setBrushOrigin(at)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.setClipRect(QRect(round(at.x()), round(at.y()), scaled.width(), scaled.height()))
    painter.drawPath(clip)
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def checkerboard(ratio: float) -> QBrush:
    """The ground behind transparency."""
    cell = max(2, round(look.px(_CHECKER_PX) * ratio))
    tile = QImage(2 * cell, 2 * cell, QImage.Format.Format_RGB32)
    tile.fill(look.color("fill.placeholder"))
    painter = QPainter(tile)
    for x, y in ((0, 0), (cell, cell)):
        painter.fillRect(x, y, cell, cell, look.color("fill.pressed"))
    painter.end()
    return QBrush(tile)
