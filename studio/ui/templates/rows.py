"""Templates as rows of an item model, with group headings, and how a row is painted."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.guard import guarded
from studio.ui.theme import icons, theme, tokens
from studio.ui.widgets.grouped_rows import HEADING_ROLE, ROW_ROLE, AnyIndex, GroupedDelegate, GroupedModel, Heading
from studio.ui.widgets.painting import focus_ring, ratio_of, ring, rounded
from studio.viewmodels.templates.listing import Group, TemplateRow

_ROLE = Qt.ItemDataRole
_COVER_PX: Final = (56, 40)
_FOLDED_PX: Final = 36
_HEADING_PX: Final = 32
_GROUPS: Final[dict[Group, str]] = {"mine": "Mine", "starter": "Starter", "public": "Public"}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TemplatesListModel(GroupedModel):
    """The rows, with a heading before each group."""

    def show_rows(self, rows: Sequence[TemplateRow]) -> None:
        """Show these rows."""
        items: list[TemplateRow | Heading] = []
        last = ""
        for row in rows:
            if row.group != last:
                items.append(Heading(_GROUPS[row.group]))
                last = row.group
            items.append(row)
        self.show_items(items)

    def words(self, row: TemplateRow, role: int) -> str | None:
        """Name, and words for screen readers."""
        if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            return row.name
        return f"{row.name}, {row.facts}, {sync_words(row)}" if role == _ROLE.AccessibleTextRole else None


class TemplateDelegate(GroupedDelegate):
    """Rows of 56 with a cover; covers only when the list is folded."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.current_id = ""
        self.folded = False

    @guarded(QSize(100, 56))
    def sizeHint(self, _option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Height by kind."""
        shade = theme()
        if index.data(HEADING_ROLE):
            return QSize(shade.px(36), shade.px(17 if self.folded else _HEADING_PX))
        return QSize(shade.px(36), shade.px(_FOLDED_PX + 8) if self.folded else shade.row_px("template"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint a heading or a row."""
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        heading, row = index.data(HEADING_ROLE), index.data(ROW_ROLE)
        if heading:
            self._paint_heading(painter, rect, str(heading), index.row() == 0)
        elif isinstance(row, TemplateRow):
            hovered = bool(state & QStyle.StateFlag.State_MouseOver)
            focused = bool(state & QStyle.StateFlag.State_HasFocus) and self.keyboard
            if self.folded:
                self._paint_folded(painter, rect, row, hovered, focused)
            else:
                self._paint_row(painter, rect, row, hovered, focused)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, words: str, first: bool) -> None:
        shade = theme()
        if self.folded:
            if not first:
                edge, middle = shade.px(8), rect.center().y()
                painter.fillRect(rect.left() + edge, middle, rect.width() - 2 * edge, 1, shade.color("border.subtle"))
            return
        painter.setFont(shade.font("caption"))
        painter.setPen(shade.color("text.muted"))
        painter.drawText(rect.adjusted(shade.px(8), 0, 0, -shade.px(5)), Qt.AlignmentFlag.AlignBottom, words)

    def _paint_folded(self, painter: QPainter, rect: QRect, row: TemplateRow, hovered: bool, focused: bool) -> None:
        shade = theme()
        edge, radius = shade.px(_FOLDED_PX), shade.px("radius.chip")
        box = QRect(rect.center().x() - edge // 2 + 1, rect.center().y() - edge // 2 + 1, edge, edge)
        self._paint_cover(painter, box, row)
        if row.id == self.current_id:
            outer = QRectF(box).adjusted(-2, -2, 2, 2)
            ring(painter, outer, radius + 2, shade.color("text.primary"), shade.px("stroke.selected"))
        elif hovered:
            ring(painter, QRectF(box), radius, shade.color("border.strong"), shade.px("stroke.hairline"))
        if focused:
            focus_ring(painter, QRectF(box), radius)
        if row.state in ("changed", "conflict") or row.unsaved:
            dot = shade.px(8)
            where = QRectF(box.right() - dot + 2, box.bottom() - dot + 2, dot, dot)
            ring(painter, where, dot / 2, shade.color("bg.panel"), shade.px("stroke.focusGap"))
            rounded(
                painter, where, dot / 2, shade.color("status.warning" if row.state == "conflict" else "status.info")
            )

    def _paint_row(self, painter: QPainter, rect: QRect, row: TemplateRow, hovered: bool, focused: bool) -> None:
        shade = theme()
        chosen = row.id == self.current_id
        if chosen or hovered:
            rounded(painter, QRectF(rect), shade.px(8), shade.color("fill.pressed" if chosen else "fill.hover"))
        if focused:
            focus_ring(painter, QRectF(rect).adjusted(2, 2, -2, -2), shade.px(7))
        width, height = (shade.px(each) for each in _COVER_PX)
        box = QRect(rect.left() + shade.px("space.4"), rect.center().y() - height // 2 + 1, width, height)
        self._paint_cover(painter, box, row)
        icon, key = sync_mark(row)
        mark = shade.px(16)
        right = rect.right() - shade.px("space.5")
        picture = icons.pixmap(icon, 16, key, ratio_of(painter))
        painter.drawPixmap(QPointF(right - mark + 1, rect.center().y() - mark / 2 + 1), picture)
        left = box.right() + shade.px(10)
        room = right - mark - shade.px("space.3") - left
        middle = rect.center().y()
        painter.setFont(shade.font("bodyStrong"))
        painter.setPen(shade.color("text.primary"))
        name = QFontMetrics(painter.font()).elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, middle - shade.px(17), room, shade.px(18)), _LEFT, name)
        painter.setFont(shade.font("small"))
        tone = {"changed": "status.info", "conflict": "status.warning"}.get(row.state, "text.muted")
        painter.setPen(shade.color("status.info" if row.unsaved and row.state == "local" else tone))
        words = sync_words(row) if row.state in ("changed", "conflict") or row.unsaved else row.facts
        words = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, middle + shade.px(1), room, shade.px(16)), _LEFT, words)

    def _paint_cover(self, painter: QPainter, box: QRect, row: TemplateRow) -> None:
        shade = theme()
        radius = shade.px("radius.picture")
        picture = thumbnails().get(row.cover, box.size(), ratio_of(painter)) if row.cover is not None else None
        if picture is not None:
            painter.drawPixmap(box, picture)
            return
        rounded(painter, QRectF(box), radius, shade.color("bg.card"), shade.color("border.subtle"))
        edge = shade.px(16)
        mark = icons.pixmap("templates", 16, "text.muted", ratio_of(painter))
        painter.drawPixmap(QPointF(box.center().x() - edge / 2 + 1, box.center().y() - edge / 2 + 1), mark)


def sync_mark(row: TemplateRow) -> tuple[str, str]:
    """Return icon and colour key of a row's state."""
    if row.group == "public":
        return "fork", "text.muted"
    if row.unsaved and row.state == "local":
        return "pencil", "status.info"
    facts = tokens.value("syncMap")[row.state]
    icon = "check-circle" if facts["icon"] == "check" else facts["icon"]
    return str(icon), str(facts["color"])


def sync_words(row: TemplateRow) -> str:
    """Return a row's state in words."""
    if row.unsaved:
        return "Not saved yet" if row.state == "local" else "Changed here"
    return {
        "local": "Only on this computer",
        "synced": "Synced" if row.group != "starter" else "Comes with the studio",
        "changed": "Changed here",
        "conflict": "Changed in two places",
    }[row.state]
