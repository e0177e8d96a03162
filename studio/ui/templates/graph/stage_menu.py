"""The menu of stages: a field to search, and the tools that can be put here, with the ports they take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import elided, ratio_of, rounded
from studio.ui.widgets.popover import Popover

_WIDTH: Final = 272.0
_MOST_ROWS: Final = 9
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

    Signals:
        picked(str): the key of a choice.
    """

    picked = Signal(str)

    def __init__(self, window: QWidget, name: str, choices: Sequence[Choice], hint: str = "") -> None:
        super().__init__(window, name=name, width=_WIDTH)
        self._choices = tuple(choices)
        self.field = SearchField("Search stages", name=name)
        self.rows = QListWidget()
        self.rows.setAccessibleName(name)
        self.rows.setItemDelegate(_Rows(self.rows))
        self.rows.setMouseTracking(True)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setUniformItemSizes(True)
        if hint:
            self.column().addWidget(Label(hint, "small", "muted", wrap=True))
        self.column().addWidget(self.field)
        self.column().addWidget(self.rows)
        self.nothing = Label("Nothing like that", "small", "muted")
        self.column().addWidget(self.nothing)
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        self.rows.itemClicked.connect(self._pick)
        self.rows.itemEntered.connect(self.rows.setCurrentItem)
        self.field.setVisible(len(choices) > 6)
        row = theme().px("size.row.menu")
        self.rows.setFixedHeight(row * max(1, min(_MOST_ROWS, len(choices))) + theme().px(2))
        self._narrow("")
        if len(choices) > 6:
            self.setFocusProxy(self.field)

    def open_near(self, spot: QPoint) -> None:
        """Show it with its corner at a place of the window."""
        anchor = QWidget(self.parentWidget())
        anchor.setGeometry(QRect(spot, QSize(1, 1)))
        self.open_at(anchor)
        anchor.deleteLater()
        (self.field if not self.field.isHidden() else self).setFocus(Qt.FocusReason.PopupFocusReason)

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
        self.close_popover()
        self.picked.emit(key)


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


def menu_at(
    window: QWidget, spot: QPoint, name: str, choices: Sequence[Choice], pick: Callable[[str], object], hint: str = ""
) -> StageMenu:
    """Open a menu at a place of the window; it is gone once it is closed."""
    menu = StageMenu(window, name, choices, hint)
    menu.picked.connect(pick)
    menu.closed.connect(menu.deleteLater)
    menu.open_near(spot)
    return menu
