"""The menu of stages: a field to search, and the tools that can be put here, with the ports they take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import elided, ratio_of, rounded
from studio.ui.widgets.popover import Popover, Side

_WIDTH: Final = 272.0
_MOST_ROWS: Final = 9
_SEARCH_FROM: Final = 6
_CHOICE: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Choice:
    """One row: what is done, an icon in a colour, and a technical name at the right."""

    key: str
    words: str
    icon: str
    color: str
    note: str = ""


class StageMenu(Popover):
    """Choices under a field that narrows them; opened at a place instead of an anchor.

    There is one for each graph, filled anew each time: a popover looks at every event of the program while it is
    open, and widgets that are deleted meanwhile would be seen half destroyed.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, name="Stages", width=_WIDTH)
        self._choices: tuple[Choice, ...] = ()
        self._picked: Callable[[str], object] | None = None
        self._spot = QPoint()
        self.hint = Label("", "small", "muted", wrap=True)
        self.field = SearchField("Search stages")
        self.rows = QListWidget()
        self.rows.setItemDelegate(_Rows(self.rows))
        self.rows.setMouseTracking(True)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setUniformItemSizes(True)
        self.nothing = Label("Nothing like that", "small", "muted")
        for part in (self.hint, self.field, self.rows, self.nothing):
            self.column().addWidget(part)
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        self.rows.itemClicked.connect(self._pick)
        self.rows.itemEntered.connect(self.rows.setCurrentItem)

    def offer(
        self, spot: QPoint, name: str, choices: Sequence[Choice], pick: Callable[[str], object], hint: str = ""
    ) -> None:
        """Show *choices* with the corner at a place of the window; *pick* gets the key of the one that is taken."""
        self.close_popover()
        self._choices, self._picked, self._spot = tuple(choices), pick, spot
        self.setAccessibleName(name)
        self.rows.setAccessibleName(name)
        self.field.setAccessibleName(name)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        many = len(choices) > _SEARCH_FROM
        self.field.setVisible(many)
        self.field.clear()
        self._narrow("")
        row = theme().px("size.row.menu")
        self.rows.setFixedHeight(row * max(1, min(_MOST_ROWS, len(choices))) + theme().px(2))
        self.open_at(self._over)
        (self.field if many else self).setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self, _anchor: QWidget, _side: Side, _align: str) -> QRect:
        """At the place, wholly inside the window."""
        size, edge = QSize(theme().px(_WIDTH), self.sizeHint().height()), theme().px("space.4")
        x = max(edge, min(self._spot.x(), self._over.width() - size.width() - edge))
        y = max(edge, min(self._spot.y(), self._over.height() - size.height() - edge))
        return QRect(QPoint(x, y), size)

    def shown(self) -> list[str]:
        """The keys of the rows."""
        return [self.rows.item(number).data(_CHOICE).key for number in range(self.rows.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list, Enter picks, Esc closes."""
        if not self._steer(event):
            super().keyPressEvent(event)

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Steer the list from the field."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and not self.field.text():
                self.close_popover()
                return True
            return self._steer(event)
        return super().eventFilter(watched, event)

    def _steer(self, event: QKeyEvent) -> bool:
        key, count = event.key(), self.rows.count()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and count:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.rows.setCurrentRow((self.rows.currentRow() + step) % count)
            self._tell()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows.currentItem() is not None:
            self._pick(self.rows.currentItem())
            return True
        return False

    def _tell(self) -> None:
        current = self.rows.currentItem()
        if current is not None:
            self.field.setAccessibleDescription(current.text())

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().split()
        self.rows.clear()
        for choice in self._choices:
            whole = f"{choice.words} {choice.note} {choice.key}".casefold()
            if all(word in whole for word in wanted):
                item = QListWidgetItem(choice.words)
                item.setData(_CHOICE, choice)
                item.setSizeHint(QSize(0, theme().px("size.row.menu")))
                self.rows.addItem(item)
        self.nothing.setVisible(self.rows.count() == 0)
        if self.rows.count():
            self.rows.setCurrentRow(0)

    def _pick(self, item: QListWidgetItem) -> None:
        key = item.data(_CHOICE).key
        picked, self._picked = self._picked, None
        self.close_popover()
        if picked is not None:
            picked(key)


class _Rows(QStyledItemDelegate):
    """Paints icon, words and note."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        shade = theme()
        choice: Choice = index.data(_CHOICE)
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            rounded(painter, box.toRectF(), shade.px("radius.control"), shade.color("fill.pressed"))
        edge, pad = shade.px(16), shade.px("space.4")
        picture = icons.pixmap(choice.icon, 16, choice.color, ratio_of(painter))
        painter.drawPixmap(box.left() + pad, box.center().y() - edge // 2 + 1, picture)
        left = box.left() + pad + edge + pad
        note_wide = 0
        if choice.note:
            painter.setFont(shade.font("monoSmall"))
            note_wide = min(painter.fontMetrics().horizontalAdvance(choice.note) + 2, box.width() // 2)
            painter.setPen(shade.color("text.muted"))
            note = QRect(box.right() - pad - note_wide, box.top(), note_wide, box.height())
            elided(painter, note, choice.note, Qt.AlignmentFlag.AlignRight)
        painter.setFont(shade.font("body"))
        painter.setPen(shade.color("text.primary"))
        elided(painter, QRect(left, box.top(), box.right() - pad - note_wide - pad - left, box.height()), choice.words)

    @guarded(QSize(10, 30))
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One row."""
        return QSize(theme().px(120), theme().px("size.row.menu"))
