"""Reading and composing pictures off the window's thread: sizes, orientation, colour, rounded corners.

Qt's readers release the interpreter lock; Pillow takes what they cannot read (AVIF, CMYK, damaged headers).
"""

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QColorSpace, QImage, QImageReader, QPainter, QPainterPath

STEPS = (160, 320, 640, 1280)
"""Longest edges, in device pixels, in which small pictures are kept on disk."""
FILMS = frozenset({".mp4", ".mov", ".webm", ".m4v"})
"""Endings of files whose poster is read instead."""
MODELS = frozenset({".glb"})
"""Endings of files of which a view is painted."""
_MODEL_PX, _MODEL_ASPECT = 768, 1.5
_MODEL_TURN, _MODEL_TILT = -18.0, 8.0
_MODEL_GROUND = (38, 38, 41)
_POSTER_FRAMES, _DARK = 24, 16.0
MOST_PIXELS = 200_000_000
"""Larger pictures are not decoded: a small file can claim any size."""


def step_for(longest_px: int) -> int:
    """Return the smallest step that is at least *longest_px*."""
    return next((step for step in STEPS if step >= longest_px), STEPS[-1])


def read_scaled(path: Path, longest_px: int) -> QImage:
    """Return the picture upright, in sRGB, its longest edge at most about *longest_px*; null when unreadable."""
    if path.suffix.lower() in FILMS:
        return _read_film(path, longest_px)
    if path.suffix.lower() in MODELS:
        return _read_model(path, min(longest_px, _MODEL_PX))
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() > MOST_PIXELS:
            return QImage()
        if max(size.width(), size.height()) > longest_px:
            reader.setScaledSize(size.scaled(longest_px, longest_px, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        image = _read_with_pillow(path, longest_px)
    return _in_srgb(image)


def _read_film(path: Path, longest_px: int) -> QImage:
    """Return the poster of a film: the first of its frames that is not quite dark, or the lightest of the first few."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # what it says about damaged files helps nobody
    import cv2

    film = cv2.VideoCapture(str(path))
    try:
        best, light = None, -1.0
        for _number in range(_POSTER_FRAMES):
            good, frame = film.read()
            if not good:
                break
            mean = float(frame.mean())
            if mean > light:
                best, light = frame, mean
            if mean > _DARK:
                break
    finally:
        film.release()
    if best is None or best.shape[0] * best.shape[1] > MOST_PIXELS:
        return QImage()
    height, width = best.shape[:2]
    shrink = min(1.0, longest_px / max(height, width))
    if shrink < 1:
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        best = cv2.resize(best, size, interpolation=cv2.INTER_AREA)
    rgba = cv2.cvtColor(best, cv2.COLOR_BGR2RGBA)
    height, width = rgba.shape[:2]
    image = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _read_model(path: Path, longest_px: int) -> QImage:
    """Return a view of a 3D model on a dark ground, three wide and two high."""
    from studio.library import mesh

    try:
        model = mesh.read_glb(path)
    except mesh.UnreadableModelError:
        return QImage()
    width, height = longest_px, round(longest_px / _MODEL_ASPECT)
    rgba = mesh.paint(model, width, height, mesh.View(_MODEL_TURN, _MODEL_TILT))
    rgba[rgba[..., 3] == 0] = (*_MODEL_GROUND, 255)
    image = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
    return image.convertToFormat(QImage.Format.Format_RGB32)


def read_full(path: Path) -> QImage:
    """Return the picture at its own size, upright and in sRGB; null when unreadable or too large to show."""
    return read_scaled(path, 32_000)


@dataclass(frozen=True)
class Look:
    """How a picture is composed for one tile; everything is in device pixels."""

    width_px: int
    height_px: int
    radius_px: float
    fit: bool
    """Show the whole picture inside the tile instead of cropping it."""
    cell_px: int
    light: QColor
    dark: QColor
    """The checkerboard behind transparency."""
    ground: QColor

    @property
    def longest_px(self) -> int:
        """The longest edge of the tile."""
        return max(self.width_px, self.height_px)


def compose(source: QImage, look: Look) -> QImage:
    """Return *source* cropped or fitted to the tile, on its ground, with rounded corners."""
    size = QSize(look.width_px, look.height_px)
    mode = Qt.AspectRatioMode.KeepAspectRatio if look.fit else Qt.AspectRatioMode.KeepAspectRatioByExpanding
    scaled = source.scaled(size, mode, Qt.TransformationMode.SmoothTransformation)
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    clip = QPainterPath()
    clip.addRoundedRect(QRectF(image.rect()), look.radius_px, look.radius_px)
    left, top = (size.width() - scaled.width()) / 2, (size.height() - scaled.height()) / 2
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if source.hasAlphaChannel():
        painter.fillPath(clip, _checkerboard(look))
    elif look.fit:
        painter.fillPath(clip, look.ground)
    painter.setBrushOrigin(QPointF(left, top))
    painter.setBrush(QBrush(scaled))
    if look.fit:
        painter.setClipRect(QRectF(left, top, scaled.width(), scaled.height()))
    painter.drawPath(clip)
    painter.end()
    return image


def warm_up() -> None:
    """Run every Qt call of this module once on the calling thread, which must be the window's.

    PySide makes types and enumerations on first use, under a lock during which it runs Python code. A first use in
    a decoding thread can therefore wait for the window's thread while that waits for the lock: the program stops.
    """
    source = QImage(2, 2, QImage.Format.Format_ARGB32_Premultiplied)
    source.fill(Qt.GlobalColor.transparent)
    grey = QColor()
    for fit in (False, True):
        average_color(compose(source, Look(4, 4, 1.0, fit, 2, grey, grey, grey)))
    reader = QImageReader(str(Path(__file__)))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    reader.setScaledSize(reader.size().scaled(2, 2, Qt.AspectRatioMode.KeepAspectRatio))
    _in_srgb(reader.read())
    _in_srgb(source).setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    source.convertToFormat(QImage.Format.Format_RGB32)
    QImage(bytes(16), 2, 2, 8, QImage.Format.Format_RGBA8888).copy()


def average_color(image: QImage) -> QColor:
    """Return the mean colour of *image*."""
    pixel = image.scaled(1, 1, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QColor(pixel.pixel(0, 0)) if not pixel.isNull() else QColor()


def _checkerboard(look: Look) -> QBrush:
    cell = look.cell_px
    tile = QImage(2 * cell, 2 * cell, QImage.Format.Format_RGB32)
    tile.fill(look.light)
    painter = QPainter(tile)
    for x, y in ((0, 0), (cell, cell)):
        painter.fillRect(x, y, cell, cell, look.dark)
    painter.end()
    return QBrush(tile)


def _in_srgb(image: QImage) -> QImage:
    space = image.colorSpace()
    if image.isNull() or not space.isValid() or space == QColorSpace(QColorSpace.NamedColorSpace.SRgb):
        return image
    converted = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    return image if converted.isNull() else converted


def _read_with_pillow(path: Path, longest_px: int) -> QImage:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return QImage()
            picture.draft("RGB", (longest_px, longest_px))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((longest_px, longest_px))
            rgba = upright.convert("RGBA")
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return QImage()
    opaque = rgba.getchannel("A").getextrema()[0] == 255
    image = QImage(rgba.tobytes(), rgba.width, rgba.height, 4 * rgba.width, QImage.Format.Format_RGBA8888).copy()
    return image.convertToFormat(QImage.Format.Format_RGB32) if opaque else image
