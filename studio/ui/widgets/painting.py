"""Things several widgets and delegates paint alike."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QImage, QPainter, QPen

from studio.ui.theme import icons, theme
from studio.ui.theme.tokens import ThemeName

_CHECKER_PX = 8


def rounded(
    painter: QPainter, box: QRectF, radius_px: float, fill: QColor | None = None, line: QColor | None = None
) -> None:
    """Paint a rounded box whose hairline lies inside *box*."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if line is not None:
        painter.setPen(QPen(line, theme().px("stroke.hairline")))
        box = box.adjusted(0.5, 0.5, -0.5, -0.5)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(box, radius_px, radius_px)
    painter.restore()


def ring(painter: QPainter, box: QRectF, radius_px: float, color: QColor, width_px: float) -> None:
    """Paint a ring of *width_px* whose inner edge is *box*."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = width_px / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, width_px))
    painter.drawRoundedRect(box.adjusted(-half, -half, half, half), radius_px + half, radius_px + half)
    painter.restore()


def focus_ring(painter: QPainter, box: QRectF, radius_px: float) -> None:
    """Paint the keyboard ring around *box*, with its gap."""
    shade = theme()
    width = shade.px("stroke.focusHighContrast" if shade.is_high_contrast else "stroke.focus")
    gap = shade.px("stroke.focusGap")
    ring(painter, box, radius_px, shade.color("focus.gap"), gap)
    ring(painter, box.adjusted(-gap, -gap, gap, gap), radius_px + gap, shade.color("focus.ring"), width)


def badge(
    painter: QPainter,
    corner: QPointF,
    words: str,
    icon_name: str = "",
    icon_key: str = "",
    *,
    right: bool = False,
    bottom: bool = False,
    room_px: float = 10_000,
) -> QRectF:
    """Paint a badge of a picture and return its box.

    Args:
        corner: its top left corner; top right, bottom left … with *right* and *bottom*.
        icon_key: the icon's colour in the dark theme, since a badge is always dark.
        room_px: the words are left out where they do not fit into this width.
    """
    shade = theme()
    font = shade.font("caption")
    font.setWeight(font.Weight.DemiBold)
    metrics = QFontMetrics(font)
    height = shade.px("size.tile.badge")
    pad, edge, gap = shade.px("space.3"), shade.px(12), shade.px("space.2")
    mark = edge + (gap if words else 0) if icon_name else 0
    width = mark + metrics.horizontalAdvance(words) + 2 * pad
    if width > room_px and icon_name:
        words, width = "", edge + 2 * pad
    left = corner.x() - width if right else corner.x()
    top = corner.y() - height if bottom else corner.y()
    box = QRectF(left, top, width, height)
    rounded(painter, box, shade.px("radius.badge"), shade.color("overlay.badge"))
    x = left + pad
    if icon_name:
        palette: ThemeName = "highContrast" if shade.is_high_contrast else "dark"
        picture = icons.pixmap(icon_name, 12, icon_key or "text.primary", ratio_of(painter), palette)
        painter.drawPixmap(QPointF(x, top + (height - edge) / 2), picture)
        x += mark
    painter.setFont(font)
    painter.setPen(shade.color("overlay.badgeText"))
    painter.drawText(QRectF(x, top, width, height), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
    return box


def ratio_of(painter: QPainter) -> float:
    """Return the device ratio of what *painter* paints on."""
    device = painter.device()
    return device.devicePixelRatioF() if device is not None else 1.0


def elided(painter: QPainter, box: QRect, words: str, flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
    """Paint one line of *words*, shortened at the end where it does not fit."""
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, flags | Qt.AlignmentFlag.AlignVCenter, shown)


def checkerboard(ratio: float = 1.0) -> QBrush:
    """Return the ground behind transparency."""
    shade = theme()
    cell = max(2, round(shade.px(_CHECKER_PX) * ratio))
    tile = QImage(2 * cell, 2 * cell, QImage.Format.Format_RGB32)
    tile.fill(shade.color("fill.placeholder"))
    painter = QPainter(tile)
    for x, y in ((0, 0), (cell, cell)):
        painter.fillRect(x, y, cell, cell, shade.color("fill.pressed"))
    painter.end()
    return QBrush(tile)


def dashed(painter: QPainter, box: QRectF, radius_px: float, color: QColor) -> None:
    """Paint a dashed frame inside *box*."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, theme().px("stroke.hairline"))
    pen.setDashPattern([3.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius_px, radius_px)
    painter.restore()
