"""Painting one tile: picture, badges, hover actions, selection, and pieces that are still being made."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter

from studio.ui.gallery.entries import ICONS, PICTURED, Entry, Working
from studio.ui.gallery.peaks import paint_peaks, peaks
from studio.ui.gallery.thumbnails import Thumbnails
from studio.ui.theme import icons, theme
from studio.ui.widgets.painting import badge, dashed, focus_ring, ratio_of, ring, rounded
from studio.ui.widgets.progress import paint_bar
from studio.ui.widgets.spinner import paint_ring
from studio.viewmodels.state import Piece
from studio.viewmodels.words import clock

HOVER_ACTIONS = (("heart", "Favourite"), ("reference", "Use as reference"), ("save", "Save as…"), ("more", "More"))


@dataclass(frozen=True)
class TileState:
    """What the view knows about a tile."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False
    attached: bool = False
    """It is a reference of the message being written."""
    hot_action: int = -1
    """Which of the four actions the pointer is over."""


def tick_box(tile: QRect) -> QRect:
    """Return where the tick of *tile* lies."""
    edge, inset = theme().px(18), theme().px("space.3")
    return QRect(tile.right() - inset - edge + 1, tile.top() + inset, edge, edge)


def action_boxes(tile: QRect) -> list[QRect]:
    """Return where the four hover actions of *tile* lie; empty when it is too small for them."""
    shade = theme()
    edge, inset = shade.px(24), shade.px("space.3")
    width = len(HOVER_ACTIONS) * edge + 2 * shade.px("space.1")
    if tile.width() < width + 2 * inset or tile.height() < edge + shade.px(32):
        return []
    left = tile.right() - inset - width + 1 + shade.px("space.1")
    top = tile.bottom() - inset - edge + 1 - shade.px("space.1")
    return [QRect(left + number * edge, top, edge, edge) for number in range(len(HOVER_ACTIONS))]


def paint_tile(painter: QPainter, box: QRect, entry: Entry, state: TileState, pictures: Thumbnails) -> None:
    """Paint *entry* into *box*."""
    if isinstance(entry, Working):
        _paint_working(painter, box, entry)
    elif entry.missing or (entry.kind == "image" and pictures.is_broken(entry.path)):
        _paint_missing(painter, box, entry)
    else:
        _paint_picture(painter, box, entry, pictures)
        _paint_marks(painter, box, entry, state)
    _paint_rings(painter, box, state)


def _paint_picture(painter: QPainter, box: QRect, piece: Piece, pictures: Thumbnails) -> None:
    shade = theme()
    if piece.kind not in PICTURED or pictures.is_broken(piece.path):
        _paint_named(painter, box, piece)
        return
    pixmap = pictures.get(piece.path, box.size(), ratio_of(painter))
    if pixmap is None:
        color = pictures.color(piece.path) or shade.color("fill.placeholder")
        rounded(painter, QRectF(box), shade.px("radius.picture"), color)
    else:
        painter.drawPixmap(box, pixmap)
        if piece.kind == "video":
            paint_play(painter, box)


def _paint_named(painter: QPainter, box: QRect, piece: Piece) -> None:
    """What has no picture of its own: its sign and its name."""
    shade = theme()
    rounded(painter, QRectF(box), shade.px("radius.picture"), shade.color("bg.card"), shade.color("border.default"))
    if piece.kind == "audio" and (found := peaks().get(piece.path)):
        color, inset, edge = shade.color("media.audio"), shade.px("space.5"), shade.px(26)
        paint_peaks(painter, QRectF(box).adjusted(inset, edge, -inset, -inset), found, color, color)
        return
    edge, line, gap = shade.px(24), shade.line_px("small"), shade.px("space.2")
    words = piece.title or piece.name
    low = box.height() < edge + line + shade.px(44)
    top = box.center().y() - (edge if low else edge + gap + line) // 2
    picture = icons.pixmap(ICONS[piece.kind], 24, f"media.{piece.kind}", ratio_of(painter))
    painter.drawPixmap(QPointF(box.center().x() - edge / 2, top + (shade.px(6) if low else 0)), picture)
    if low or not words:
        return
    painter.setFont(shade.font("small"))
    painter.setPen(shade.color("text.secondary"))
    room = QRect(box.left() + gap, top + edge + gap, box.width() - 2 * gap, line)
    words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)


def paint_play(painter: QPainter, box: QRect) -> None:
    """The sign on a film's poster; dark in all themes, as badges are."""
    shade = theme()
    edge, mark = shade.px(36), shade.px(16)
    if box.width() < 2 * edge or box.height() < 2 * edge:
        return
    center = QRectF(box).center()
    disc = QRectF(center.x() - edge / 2, center.y() - edge / 2, edge, edge)
    rounded(painter, disc, edge / 2, shade.color("overlay.badge"))
    picture = icons.pixmap("play", 16, "text.primary", ratio_of(painter), "dark")
    painter.drawPixmap(QPointF(center.x() - mark / 2 + 1, center.y() - mark / 2), picture)


def _paint_marks(painter: QPainter, box: QRect, piece: Piece, state: TileState) -> None:
    shade = theme()
    inset = shade.px("space.3")
    room = box.width() - 2 * inset - (shade.px(24) if state.selected or state.hovered else 0)
    corner = QPointF(box.left() + inset, box.top() + inset)
    badge(painter, corner, piece.badge, ICONS[piece.kind], f"media.{piece.kind}", room_px=room)
    right = box.right() + 1 - inset
    if piece.duration_s and not state.selected:
        badge(painter, QPointF(right, box.top() + inset), clock(piece.duration_s), right=True)
    bottom = box.bottom() + 1 - inset
    if state.selected or state.hovered:
        _paint_tick(painter, tick_box(box), state.selected)
    boxes = action_boxes(box) if state.hovered else []
    if boxes:
        _paint_actions(painter, boxes, piece, state.hot_action)
    elif state.attached:
        badge(painter, QPointF(right, bottom), "In message", "reference", "text.primary", right=True, bottom=True,
              room_px=box.width() - 2 * inset)  # fmt: skip
    elif piece.favourite:
        badge(painter, QPointF(right, bottom), "", "heart-filled", "text.primary", right=True, bottom=True)


def _paint_tick(painter: QPainter, box: QRect, on: bool) -> None:
    shade = theme()
    radius = shade.px("radius.badge")
    if not on:
        rounded(painter, QRectF(box), radius, shade.color("overlay.badge"), shade.color("overlay.badgeText"))
        return
    rounded(painter, QRectF(box), radius, shade.color("accent.base"))
    edge = shade.px(12)
    picture = icons.pixmap("check", 12, "accent.on", ratio_of(painter))
    painter.drawPixmap(QPointF(box.x() + (box.width() - edge) / 2, box.y() + (box.height() - edge) / 2), picture)


def _paint_actions(painter: QPainter, boxes: list[QRect], piece: Piece, hot: int) -> None:
    shade = theme()
    pad = shade.px("space.1")
    whole = boxes[0].united(boxes[-1]).adjusted(-pad, -pad, pad, pad)
    rounded(painter, QRectF(whole), shade.px("radius.chip"), shade.color("overlay.badge"))
    edge = shade.px(14)
    for number, (box, (name, _)) in enumerate(zip(boxes, HOVER_ACTIONS, strict=True)):
        if number == hot:
            rounded(painter, QRectF(box), shade.px("radius.badge"), shade.color("fill.pressed", "dark"))
        shown = "heart-filled" if name == "heart" and piece.favourite else name
        picture = icons.pixmap(shown, 14, "text.primary", ratio_of(painter), "dark")
        painter.drawPixmap(QPointF(box.x() + (box.width() - edge) / 2, box.y() + (box.height() - edge) / 2), picture)


def _paint_rings(painter: QPainter, box: QRect, state: TileState) -> None:
    shade = theme()
    radius, gap = shade.px("radius.picture"), shade.px("stroke.focusGap")
    outer = QRectF(box).adjusted(-gap, -gap, gap, gap)
    if state.selected:
        ring(painter, QRectF(box), radius, shade.color("bg.canvas"), gap)
        ring(painter, outer, radius + gap, shade.color("accent.base"), shade.px("stroke.selected"))
    elif state.attached:
        ring(painter, outer, radius + gap, shade.color("accent.border"), shade.px("stroke.selected"))
    if state.focused and not state.selected:
        focus_ring(painter, QRectF(box), radius)
    elif state.focused:
        inner = QRectF(box).adjusted(gap, gap, -gap, -gap)
        ring(painter, inner, radius, shade.color("focus.ring"), gap)


def _paint_missing(painter: QPainter, box: QRect, piece: Piece) -> None:
    shade = theme()
    rounded(painter, QRectF(box), shade.px("radius.picture"), shade.color("bg.card"))
    words = "File is missing" if piece.missing else "Can't be shown"
    _center(painter, box, "folder" if piece.missing else "alert", "status.warning", words)
    inset = shade.px("space.3")
    corner = QPointF(box.left() + inset, box.top() + inset)
    badge(painter, corner, piece.badge, ICONS[piece.kind], f"media.{piece.kind}", room_px=box.width() - 2 * inset)


def _paint_working(painter: QPainter, box: QRect, entry: Working) -> None:
    shade = theme()
    radius, inset = shade.px("radius.picture"), shade.px("space.3")
    if entry.status == "failed":
        rounded(painter, QRectF(box), radius, shade.color("bg.card"))
        dashed(painter, QRectF(box), radius, shade.color("status.danger"))
        _center(painter, box, "error", "status.danger", "Failed. Try again")
    elif entry.asks:
        rounded(painter, QRectF(box), radius, shade.color("bg.card"))
        dashed(painter, QRectF(box), radius, shade.color("status.warning"))
        _center(painter, box, "hand", "status.warning", entry.words)
    elif entry.status == "queued":
        rounded(painter, QRectF(box), radius, shade.color("bg.card"))
        dashed(painter, QRectF(box), radius, shade.color("border.strong"))
        _center(painter, box, "clock", "text.muted", "Waiting")
    else:
        rounded(painter, QRectF(box), radius, shade.color("fill.placeholder"))
        painter.fillRect(box, _veil(box))
        _paint_percentage(painter, box, entry)
    corner = QPointF(box.left() + inset, box.top() + inset)
    kind = entry.kind
    badge(painter, corner, kind.capitalize() if kind != "model3d" else "3D", ICONS[kind], f"media.{kind}")


def _paint_percentage(painter: QPainter, box: QRect, entry: Working) -> None:
    shade = theme()
    inset, edge = shade.px("space.3"), shade.px(12)
    bottom = box.bottom() + 1 - inset - shade.px("size.tile.progress")
    font = shade.font("caption")
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(entry.words) + edge + 2 * inset + shade.px("space.3")
    height = shade.px("size.tile.badge")
    label = QRectF(box.left() + inset, bottom - height, width, height)
    rounded(painter, label, shade.px("radius.badge"), shade.color("overlay.badge"))
    mark = QRectF(label.left() + inset, label.top() + (height - edge) / 2, edge, edge)
    paint_ring(painter, mark, entry.progress, shade.color("accent.base", "dark"), shade.color("fill.track", "dark"))
    painter.setPen(shade.color("overlay.badgeText"))
    words = label.adjusted(inset + edge + shade.px("space.3"), 0, 0, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, entry.words)
    bar = shade.px("size.tile.progress")
    paint_bar(painter, QRectF(box.left(), box.bottom() + 1 - bar, box.width(), bar), entry.progress)


def _veil(box: QRect) -> QLinearGradient:
    """A quiet diagonal from the placeholder to the accent's fill: something is coming into being."""
    shade = theme()
    gradient = QLinearGradient(QPointF(box.topLeft()), QPointF(box.bottomRight()))
    gradient.setColorAt(0.0, shade.color("fill.placeholder"))
    gradient.setColorAt(1.0, shade.color("accent.fill"))
    return gradient


def _center(painter: QPainter, box: QRect, icon: str, color_key: str, words: str) -> None:
    shade = theme()
    edge, line = shade.px(18), shade.line_px("small")
    top = box.center().y() - (edge + shade.px("space.2") + line) // 2 + shade.px("space.2")
    picture = icons.pixmap(icon, 18, color_key, ratio_of(painter))
    painter.drawPixmap(QPointF(box.center().x() - edge / 2, top), picture)
    painter.setFont(shade.font("small"))
    painter.setPen(QColor(shade.color("text.secondary")))
    below = QRect(box.left(), top + edge + shade.px("space.2"), box.width(), line)
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, words)
