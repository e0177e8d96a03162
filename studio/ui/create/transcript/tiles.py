"""Painting of one result: picture, checkerboard, badge, rings, and what is said when there is no picture."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from studio.ui.create import look
from studio.ui.create.pictures import draw
from studio.ui.create.transcript.parts import PaintState
from studio.ui.gallery.entries import PICTURED
from studio.ui.gallery.peaks import paint_peaks, peaks
from studio.ui.gallery.tile import paint_play
from studio.viewmodels.state import Piece

ICONS = {"image": "image", "video": "video", "audio": "audio", "model3d": "cube", "text": "text"}


_SOUND_ASPECT = 6.0


def aspect_of(piece: Piece) -> float:
    """Width over height; 3:2 for what has no shape."""
    if piece.width and piece.height:
        return piece.width / piece.height
    return _SOUND_ASPECT if piece.kind == "audio" else 1.5


def paint_tile(painter: QPainter, rect: QRect, piece: Piece, state: PaintState) -> None:
    """Paint *piece* into *rect*, with its badge and the rings of selection and keyboard."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    picture = None
    if piece.kind in PICTURED and not piece.missing:
        picture = state.pictures.get(piece.path, rect.size(), state.ratio, radius_px=look.px(4))
    if picture is not None:
        draw(painter, rect, picture)
        if piece.kind == "video":
            paint_play(painter, rect)
    else:
        _paint_ground(painter, rect)
        if piece.missing or (piece.kind == "image" and state.pictures.is_broken(piece.path)):
            _paint_words(painter, rect, "folder", "File is missing", "status.warning", state.ratio)
        elif piece.kind == "audio" and (found := peaks().get(piece.path)):
            color, inset, top = look.color("media.audio"), look.px(12), look.px(28)
            paint_peaks(painter, QRectF(rect).adjusted(inset, top, -inset, -inset), found, color, color)
        elif piece.kind != "image":
            words = piece.title or piece.name
            _paint_words(painter, rect, ICONS[piece.kind], words, f"media.{piece.kind}", state.ratio)
    if piece.id in state.selected:
        _paint_ring(painter, rect, "accent.base")
    elif piece.id == state.inside:
        _paint_ring(painter, rect, "focus.ring")
    elif piece.id == state.hovered:
        painter.setPen(QPen(QColor(255, 255, 255, 60), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
    if rect.width() >= look.px(80):
        paint_badge(
            painter, rect.topLeft() + QPoint(look.px(6), look.px(6)), piece.badge, ICONS[piece.kind], state.ratio
        )
    painter.restore()


def paint_more(painter: QPainter, rect: QRect, count: int) -> None:
    """Paint the tile that stands for *count* further results."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_ground(painter, rect)
    painter.setFont(look.font("title"))
    painter.setPen(look.color("text.secondary"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"+ {count}")
    painter.restore()


def paint_badge(painter: QPainter, corner: QPoint, words: str, icon: str, ratio: float) -> None:
    """Paint an index badge; it is dark in all themes."""
    font = look.font("caption")
    font.setWeight(font.Weight.DemiBold)
    width = QFontMetrics(font).horizontalAdvance(words) + look.px(12 + (17 if icon else 0))
    box = QRect(corner, QSize(width, look.px(19)))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("overlay.badge"))
    painter.drawRoundedRect(box, look.px(4), look.px(4))
    left = look.px(6)
    if icon:
        kind = {"cube": "model3d"}.get(icon, icon)
        pixmap = look.badge_icon(icon, look.px(12), f"media.{kind}", ratio)
        painter.drawPixmap(box.left() + left, box.top() + (box.height() - look.px(12)) // 2, pixmap)
        left += look.px(17)
    painter.setFont(font)
    painter.setPen(look.color("overlay.badgeText"))
    painter.drawText(box.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
    painter.restore()


def _paint_ground(painter: QPainter, rect: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("fill.placeholder"))
    painter.drawRoundedRect(rect, look.px(4), look.px(4))


def _paint_ring(painter: QPainter, rect: QRect, color_key: str) -> None:
    painter.setPen(QPen(look.color(color_key), look.px(2)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(-2, -2, 2, 2), look.px(6), look.px(6))


def _paint_words(painter: QPainter, rect: QRect, icon: str, words: str, color_key: str, ratio: float) -> None:
    middle = rect.center()
    pixmap = look.pixmap(icon, look.px(18), color_key, ratio)
    painter.drawPixmap(middle.x() - look.px(9), middle.y() - look.px(16), pixmap)
    painter.setFont(look.font("small"))
    painter.setPen(look.color("text.secondary"))
    room = QRect(rect.left() + 6, middle.y() + look.px(4), rect.width() - 12, look.px(18))
    text = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
