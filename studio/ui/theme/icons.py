"""Icons: one-colour drawings tinted at load, sharp at every size and screen ratio."""

from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio import resources
from studio.ui.guard import guarded
from studio.ui.theme.theme import theme
from studio.ui.theme.tokens import ThemeName

# Not a QPixmap: none can be made before the application exists, and this module is imported earlier.
_NO_PIXMAP: Any = None
_pixmaps: dict[tuple[str, int, float, int], QPixmap] = {}
_renderers: dict[str, QSvgRenderer] = {}


def pixmap(
    name: str, size: str | float, color_key: str, ratio: float = 1.0, palette: ThemeName | None = None
) -> QPixmap:
    """Return the icon *name* in one colour.

    Args:
        size: edge at 100 % scale.
        ratio: device pixels per logical pixel of the screen it is painted on.
        palette: another theme's colour; badges on pictures are always dark.
    """
    return tinted(name, theme().px(size), theme().color(color_key, palette), ratio)


def tinted(name: str, edge_px: int, color: QColor, ratio: float) -> QPixmap:
    """Return the icon *name*, *edge_px* logical pixels large, in *color*."""
    key = (name, edge_px, ratio, color.rgba())
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _render(name, edge_px, color, ratio)
    return found


def icon(name: str, size: float = 16, color_key: str = "text.secondary", active_key: str = "text.primary") -> QIcon:
    """Return an icon that follows the theme, drawn for *size* (at 100 %) but sharp at any.

    Args:
        active_key: colour when the control is hovered or checked.
    """
    return QIcon(_Engine(name, size, color_key, active_key))


def forget() -> None:
    """Drop every cached picture; called when the theme changes."""
    _pixmaps.clear()


def _render(name: str, edge_px: int, color: QColor, ratio: float) -> QPixmap:
    renderer = _renderers.get(name)
    if renderer is None:
        path = resources.path("icons", f"{name}.svg")
        if not path.is_file():
            raise FileNotFoundError(f"no icon {name!r}")
        renderer = _renderers[name] = QSvgRenderer(str(path))
    edge = max(1, round(edge_px * ratio))
    image = QImage(edge, edge, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, edge, edge))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), color)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)


class _Engine(QIconEngine):
    """Paints a tinted icon in the colour of its state, from the theme of the moment."""

    def __init__(self, name: str, size: float, color_key: str, active_key: str) -> None:
        super().__init__()
        self._name, self._size, self._color_key, self._active_key = name, size, color_key, active_key

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        edge = min(rect.width(), rect.height())
        ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
        picture = tinted(self._name, edge, self._color(mode, state), ratio)
        # A box wider than high leaves its right part free: the gap between the icon and a button's words.
        left = rect.x() if rect.width() > rect.height() else rect.x() + (rect.width() - edge) // 2
        painter.drawPixmap(left, rect.y() + (rect.height() - edge) // 2, picture)

    @guarded(_NO_PIXMAP)
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._boxed(size, mode, state, 1.0)

    @guarded(_NO_PIXMAP)
    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self._boxed(QSize(round(size.width() / scale), round(size.height() / scale)), mode, state, scale)

    @guarded(QSize())
    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        edge = theme().px(self._size)
        return QSize(size.width() or edge, size.height() or edge)

    def _boxed(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, ratio: float) -> QPixmap:
        edge = min(size.width(), size.height())
        picture = tinted(self._name, edge, self._color(mode, state), ratio)
        if size.width() <= size.height():
            return picture
        boxed = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
        boxed.setDevicePixelRatio(ratio)
        boxed.fill(Qt.GlobalColor.transparent)
        painter = QPainter(boxed)
        painter.drawPixmap(0, 0, picture)
        painter.end()
        return boxed

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._size, self._color_key, self._active_key)

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return theme().color("text.disabled")
        active = mode == QIcon.Mode.Active or state == QIcon.State.On
        return theme().color(self._active_key if active else self._color_key)
