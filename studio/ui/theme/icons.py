"""Icons: one-colour SVG drawings, tinted with a token at the size and pixel ratio where they are shown."""

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio import resources
from studio.ui.theme import theme


@lru_cache(maxsize=256)
def _renderer(name: str) -> QSvgRenderer:
    return QSvgRenderer(str(resources.path("icons", f"{name}.svg")))


@lru_cache(maxsize=1024)
def tinted(name: str, size_px: int, ratio: float, rgba: int) -> QPixmap:
    """Return icon *name* at *size_px* logical pixels in the colour *rgba*; cached."""
    image = QImage(QSize(round(size_px * ratio), round(size_px * ratio)), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _renderer(name).render(painter, QRectF(image.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), QColor.fromRgba(rgba))
    painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, size_px: int = 16, color_key: str = "text.secondary", ratio: float = 1.0) -> QPixmap:
    """Return icon *name* as a picture in a token's colour."""
    return tinted(name, size_px, ratio, theme().color(color_key).rgba())


def badge_pixmap(name: str, size_px: int, color_key: str, ratio: float = 1.0) -> QPixmap:
    """Return icon *name* in the dark theme's colour, for badges on pictures."""
    return tinted(name, size_px, ratio, theme().dark_color(color_key).rgba())


class _TintedEngine(QIconEngine):
    """Paints with the theme's colours of this moment, so icons follow a change of theme by themselves."""

    def __init__(self, name: str, color_key: str, on_key: str) -> None:
        super().__init__()
        self._name, self._color_key, self._on_key = name, color_key, on_key

    def _key(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "text.disabled"
        return self._on_key if state == QIcon.State.On or mode == QIcon.Mode.Active else self._color_key

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        side = min(rect.width(), rect.height())
        drawn = tinted(self._name, side, ratio, theme().color(self._key(mode, state)).rgba())
        painter.drawPixmap(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, drawn)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return tinted(self._name, min(size.width(), size.height()), 1.0, theme().color(self._key(mode, state)).rgba())

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        side = round(min(size.width(), size.height()) / scale)
        return tinted(self._name, side, scale, theme().color(self._key(mode, state)).rgba())

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._name, self._color_key, self._on_key)


def icon(name: str, color_key: str = "text.secondary", on_key: str = "text.primary") -> QIcon:
    """Return icon *name*; *on_key* colours it when checked or hovered."""
    return QIcon(_TintedEngine(name, color_key, on_key))
