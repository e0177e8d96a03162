"""Painting and renaming of session rows."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from studio.ui.create import look
from studio.ui.create.pictures import Pictures, draw
from studio.ui.create.sessions.model import facts
from studio.ui.guard import guarded
from studio.ui.widgets.grouped_rows import HEADING_ROLE, ROW_ROLE, GroupedDelegate
from studio.viewmodels.state import SessionRow
from studio.viewmodels.words import session_title

_NOTHING: Any = None
_Index = QModelIndex | QPersistentModelIndex
_COVER_PX, _PAD_PX, _HEADING_PX = 36, 8, 32
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def action_rects(row: QRect) -> dict[str, QRect]:
    """Where *pin* and *more* lie in a row under the pointer."""
    size = look.px(26)
    top = row.center().y() - size // 2
    more = QRect(row.right() - size - look.px(5), top, size, size)
    return {"more": more, "pin": more.translated(-size, 0)}


class SessionDelegate(GroupedDelegate):
    """Rows of 52, headings of 32."""

    def __init__(self, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.current_id = ""
        self.action = ""
        """The action under the pointer: ``pin``, ``more`` or none."""
        self.spin = 0.0
        """Turn of the progress rings, 0–1."""

    @guarded(QSize(100, 52))
    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Height by kind."""
        if index.data(HEADING_ROLE):
            return QSize(look.px(100), look.px(_HEADING_PX))
        return QSize(look.px(100), look.row_px("session"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a heading or a row."""
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        heading, row = index.data(HEADING_ROLE), index.data(ROW_ROLE)
        if heading:
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text.muted"))
            painter.drawText(rect.adjusted(look.px(8), 0, 0, -look.px(5)), Qt.AlignmentFlag.AlignBottom, str(heading))
        elif isinstance(row, SessionRow):
            hovered = bool(state & QStyle.StateFlag.State_MouseOver)
            focused = bool(state & QStyle.StateFlag.State_HasFocus) and self.keyboard
            self._paint_row(painter, rect, row, hovered, focused)
        painter.restore()

    @guarded(_NOTHING)
    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: _Index) -> QWidget | None:
        """A field in place; Enter keeps, Esc restores."""
        field = QLineEdit(parent)
        field.setAccessibleName("Title of the session")
        field.setMaxLength(200)
        return field

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Start with the whole title selected."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Keep the new title."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index) -> None:
        """Beside the cover."""
        rect: QRect = option.rect
        height = look.px(32)
        left = rect.left() + look.px(_PAD_PX + _COVER_PX + 8)
        editor.setGeometry(left, rect.center().y() - height // 2, rect.right() - left - look.px(8), height)

    def _paint_row(self, painter: QPainter, rect: QRect, row: SessionRow, hovered: bool, focused: bool) -> None:
        chosen = row.id == self.current_id
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("fill.pressed" if chosen else "fill.hover"))
            painter.drawRoundedRect(rect, look.px(8), look.px(8))
        if focused:
            painter.setPen(QPen(look.color("focus.ring"), look.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), look.px(7), look.px(7))
        cover = min(look.px(_COVER_PX), rect.height() - look.px(8))
        box = QRect(rect.left() + look.px(_PAD_PX), rect.center().y() - cover // 2 + 1, cover, cover)
        self._paint_cover(painter, box, row.covers)
        right = self._paint_right(painter, rect, row, hovered)
        left = box.right() + look.px(11)
        middle = rect.center().y()
        painter.setFont(look.font("bodyStrong"))
        painter.setPen(look.color("text.primary"))
        elide = Qt.TextElideMode.ElideRight
        title = QFontMetrics(painter.font()).elidedText(session_title(row.title), elide, right - left)
        painter.drawText(QRect(left, middle - look.px(17), right - left, look.px(18)), _LEFT, title)
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.muted" if not chosen else "text.secondary"))
        words = QFontMetrics(painter.font()).elidedText(facts(row), elide, right - left)
        painter.drawText(QRect(left, middle + look.px(1), right - left, look.px(16)), _LEFT, words)

    def _paint_right(self, painter: QPainter, rect: QRect, row: SessionRow, hovered: bool) -> int:
        """Paint ring, hand, pin or actions; return where the words must end."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        if hovered and row.state == "idle":
            rects = action_rects(rect)
            for name, icon in (("pin", "pin-filled" if row.pinned else "pin"), ("more", "more")):
                box = rects[name]
                if self.action == name:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(look.color("fill.pressed"))
                    painter.drawRoundedRect(box, look.px(7), look.px(7))
                size = look.px(14)
                corner = box.center() - QPoint(size // 2, size // 2)
                painter.drawPixmap(corner, look.pixmap(icon, size, "text.secondary", ratio))
            return rects["pin"].left() - look.px(2)
        right = rect.right() - look.px(10)
        size = look.px(14)
        if row.state == "working":
            ring = QRectF(right - look.px(15), rect.center().y() - look.px(7), look.px(14), look.px(14))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("accent.base"), look.px(2)))
            painter.drawArc(ring, round(-self.spin * 5760), 4000)
            return round(ring.left()) - look.px(8)
        icon = "hand" if row.state == "needs_you" else "pin-filled" if row.pinned else ""
        if icon:
            key = "status.warning" if row.state == "needs_you" else "text.muted"
            pixmap = look.pixmap(icon, look.px(12), key, ratio)
            painter.drawPixmap(right - size, rect.center().y() - look.px(6), pixmap)
            return right - size - look.px(8)
        return right

    def _paint_cover(self, painter: QPainter, box: QRect, covers: tuple[Path, ...]) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("fill.placeholder"))
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        if not covers:
            size = look.px(14)
            corner = box.center() - QPoint(size // 2, size // 2)
            painter.drawPixmap(corner, look.pixmap("create", size, "text.muted", ratio))
            return
        if len(covers) < 4:
            boxes = [box]
        else:
            half = (box.width() - 1) // 2
            step = box.width() - half
            boxes = [QRect(box.left() + x, box.top() + y, half, half) for y in (0, step) for x in (0, step)]
        for path, place in zip(covers, boxes, strict=False):
            picture = self._pictures.get(path, place.size(), ratio, radius_px=look.px(4 if len(boxes) == 1 else 2))
            if picture is not None:
                draw(painter, place, picture)
