"""Fonts, colours and icons of the graph. It is painted in units: the view scales it by zoom and interface scale."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from studio.ui.theme import fonts, icons, theme

_RATIOS: Final = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
_DIM: Final = 0.7
_FADED: Final = 0.6
_colors: dict[tuple[str, str], QColor] = {}


@lru_cache(maxsize=16)
def font(style: str, weight: int = 0) -> QFont:
    """Return a text style at 100 %."""
    made = fonts.make(style, 1.0)
    if weight:
        made.setWeight(QFont.Weight(weight))
    return made


@lru_cache(maxsize=16)
def metrics(style: str, weight: int = 0) -> QFontMetricsF:
    """Return the metrics of a text style at 100 %."""
    return QFontMetricsF(font(style, weight))


@lru_cache(maxsize=4096)
def elided(words: str, style: str, width: float, weight: int = 0, *, middle: bool = False) -> str:
    """Return *words*, shortened to a width: at their end, or in the middle."""
    mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
    return metrics(style, weight).elidedText(words, mode, width)


@lru_cache(maxsize=256)
def width_of(words: str, style: str, weight: int = 0) -> float:
    """Return how wide *words* are at 100 %."""
    return metrics(style, weight).horizontalAdvance(words)


def baseline(style: str, middle: float, weight: int = 0) -> float:
    """Return where the baseline of a line lies whose middle is at *middle*."""
    found = metrics(style, weight)
    return middle + (found.ascent() - found.descent()) / 2


def color(key: str) -> QColor:
    """Return a colour of the theme, the same object each time: do not change it."""
    shade = theme()
    found = _colors.get((shade.name, key))
    if found is None:
        found = _colors[shade.name, key] = shade.color(key)
    return found


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """Return *color* at *share* of its strength over *ground*: opaque, because translucent painting is slow."""
    return QColor.fromRgbF(
        color.redF() * share + ground.redF() * (1 - share),
        color.greenF() * share + ground.greenF() * (1 - share),
        color.blueF() * share + ground.blueF() * (1 - share),
    )


def dimmed(key: str) -> QColor:
    """Return the colour of a wire that is not chosen."""
    shade = theme()
    return shade.color(key) if shade.is_high_contrast else mixed(shade.color(key), shade.color("bg.canvas"), _DIM)


def faded() -> QColor:
    """Return the colour of a port that does not fit what is dragged."""
    shade = theme()
    return mixed(shade.color("text.disabled"), shade.color("bg.card"), _FADED)


def scale_of(painter: QPainter) -> float:
    """Return how many device pixels a unit takes."""
    device = painter.device()
    return abs(painter.worldTransform().m11()) * (device.devicePixelRatioF() if device is not None else 1.0)


def icon(painter: QPainter, name: str, edge: int, key: str, at: QPointF) -> None:
    """Paint an icon at its top left corner, sharp at any zoom."""
    wanted = scale_of(painter)
    ratio = next((step for step in _RATIOS if step >= wanted - 0.01), _RATIOS[-1])
    picture: QPixmap = icons.tinted(name, edge, theme().color(key), ratio)
    painter.drawPixmap(QRectF(at.x(), at.y(), edge, edge), picture, QRectF(0, 0, picture.width(), picture.height()))
