"""What everything painted in this workspace reads from the theme, in short words.

Lengths given here are at 100 % interface scale; ``px`` applies the scale.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFont, QIcon, QPixmap

from studio.ui.theme import icons, theme

__all__ = ["badge_icon", "color", "font", "icon", "line_px", "on_theme_changed", "pixmap", "px", "row_px"]


def color(key: str) -> QColor:
    """The colour of a token such as ``text.primary``."""
    return theme().color(key)


def px(length: float) -> int:
    """A length in logical pixels at the present interface scale."""
    return theme().px(length)


def row_px(path: str) -> int:
    """The height of a list row such as ``size.row.session`` at the present scale and density."""
    return theme().row_px(path.removeprefix("size.row."))


def font(style: str) -> QFont:
    """The font of a text style such as ``reading``."""
    return theme().font(style)


def line_px(style: str) -> int:
    """Line height of a text style."""
    return theme().line_px(style)


def pixmap(name: str, size_px: int, color_key: str, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture in one colour."""
    return icons.tinted(name, size_px, theme().color(color_key), ratio)


def badge_icon(name: str, size_px: int, color_key: str, ratio: float = 1.0) -> QPixmap:
    """An icon in the dark theme's colours, for badges on pictures."""
    return icons.tinted(name, size_px, theme().color(color_key, "dark"), ratio)


def icon(name: str, color_key: str = "text.secondary") -> QIcon:
    """An icon for menus and native buttons; it follows the theme."""
    return icons.icon(name, color_key=color_key)


def on_theme_changed(owner: QObject, call: Callable[[], object]) -> None:
    """Call *call* on every change of theme, scale or density while *owner* lives."""
    theme().on_change(owner, call)
