"""What everything painted in this workspace reads from the theme, in one place.

Lengths given here are at 100 % interface scale; ``px`` applies the scale.
"""

import json
from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio import resources

_T = json.loads(resources.path("theme", "tokens.json").read_text())
_NAME = ["dark"]


class _Hub(QObject):
    changed = Signal()


_hub = _Hub()


def set_theme(name: str) -> None:
    _NAME[0] = name
    _hub.changed.emit()


def is_dark() -> bool:
    return _NAME[0] != "light"


def color(key: str) -> QColor:
    """The colour of a token such as ``text.primary``."""
    group, name = key.split(".")
    value = _T["themes"][_NAME[0]][group][name]
    if len(value) == 9:
        value = "#" + value[7:] + value[1:7]
    return QColor(value)


def px(length: float) -> int:
    """A length in logical pixels at the present interface scale."""
    return round(length)


def font(style: str) -> QFont:
    """The font of a text style such as ``reading``."""
    scale = _T["font"]["scale"][style]
    out = QFont(_T["font"]["family"][scale["family"]])
    out.setPixelSize(scale["size"])
    out.setWeight(QFont.Weight(scale["weight"]))
    out.setItalic(scale.get("italic", False))
    if scale.get("tracking"):
        out.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, scale["tracking"])
    if scale["family"] == "ui":
        out.setFeature(QFont.Tag("tnum"), 1)
    return out


def line_px(style: str) -> int:
    """Line height of a text style."""
    return px(_T["font"]["scale"][style]["line"])


def pixmap(name: str, size_px: int, color_key: str, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture in one colour."""
    image = QImage(round(size_px * ratio), round(size_px * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(resources.path("icons", f"{name}.svg"))).render(painter, QRectF(image.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), color(color_key))
    painter.end()
    out = QPixmap.fromImage(image)
    out.setDevicePixelRatio(ratio)
    return out


def icon(name: str, size_px: int = 16, color_key: str = "text.secondary") -> QIcon:
    return QIcon(pixmap(name, size_px, color_key, 2.0))


def on_theme_changed(owner: QObject, call: Callable[[], object]) -> None:
    """Call *call* on every change of theme, scale or density while *owner* lives."""
    _hub.changed.connect(call)


def badge_icon(name: str, size_px: int, color_key: str, ratio: float = 1.0) -> QPixmap:
    """An icon in the dark theme's colours, for badges."""
    was, _NAME[0] = _NAME[0], "dark"
    try:
        return pixmap(name, size_px, color_key, ratio)
    finally:
        _NAME[0] = was
