"""Rows of an item model with headings between groups of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyledItemDelegate, QWidget

from studio.ui.guard import guarded

AnyIndex = QModelIndex | QPersistentModelIndex
_NOTHING: Any = None
_ROLE = Qt.ItemDataRole
ROW_ROLE: Final = _ROLE.UserRole + 1
"""What a row shows; None for a heading."""
HEADING_ROLE: Final = _ROLE.UserRole + 2


@dataclass(frozen=True)
class Heading:
    """Title of a group."""

    text: str


class Row(Protocol):
    """What stands in a row."""

    @property
    def id(self) -> str:
        """Of what it shows."""
        ...


class GroupedModel(QAbstractListModel):
    """Rows and headings; subclasses say the words of a row."""

    _items: Sequence[Any] = ()

    def show_items(self, items: Sequence[Row | Heading]) -> None:
        """Show these rows; only changed data is told when the order is the same."""
        if [_key(item) for item in items] == [_key(item) for item in self._items]:
            changed = [n for n, (new, old) in enumerate(zip(items, self._items, strict=True)) if new != old]
            self._items = items
            for number in changed:
                self.dataChanged.emit(self.index(number, 0), self.index(number, 0))
            return
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def row_at(self, index: AnyIndex) -> Any:
        """Return what a row shows; None for a heading."""
        item = self._items[index.row()] if index.isValid() and 0 <= index.row() < len(self._items) else None
        return None if isinstance(item, Heading) else item

    def index_of(self, row_id: str) -> QModelIndex:
        """Index of a row; invalid when it is not shown."""
        for number, item in enumerate(self._items):
            if not isinstance(item, Heading) and item.id == row_id:
                return self.index(number, 0)
        return QModelIndex()

    def words(self, row: Any, role: int) -> str | None:
        """Return what a row says for a role of text."""
        raise NotImplementedError

    @guarded(0)
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Rows and headings."""
        return 0 if parent.isValid() else len(self._items)

    @guarded(_NOTHING)
    def data(self, index: AnyIndex, role: int = _ROLE.DisplayRole) -> Any:
        """The row itself or the heading, and their words."""
        if not index.isValid() or not 0 <= index.row() < len(self._items):
            return None
        item = self._items[index.row()]
        if isinstance(item, Heading):
            return item.text if role in (_ROLE.DisplayRole, HEADING_ROLE, _ROLE.AccessibleTextRole) else None
        return item if role == ROW_ROLE else self.words(item, role)

    @guarded(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Headings can't be chosen."""
        if self.row_at(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class GroupedDelegate(QStyledItemDelegate):
    """Paints rows; *keyboard* is whether the focus came by it."""

    keyboard = False


class GroupedList(QListView):
    """A list of rows in groups; one Tab stop.

    Signals:
        opened(str): a row was clicked or entered.
        delete_wanted(str): Delete was pressed on a row.
    """

    opened = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def row_of(self, index: QModelIndex) -> Any:
        """Return what an index shows; None for headings and nothing."""
        return index.data(ROW_ROLE) if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete deletes."""
        row = self.row_of(self.currentIndex())
        if row is not None and self.state() != QAbstractItemView.State.EditingState:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
                self.opened.emit(row.id)
                return
            if event.key() == Qt.Key.Key_Delete:
                self.delete_wanted.emit(row.id)
                return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring for keyboard focus only."""
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        rows = self.itemDelegate()
        if isinstance(rows, GroupedDelegate):
            rows.keyboard = event.reason() in reasons
        super().focusInEvent(event)


def _key(item: Row | Heading) -> str:
    return f"#{item.text}" if isinstance(item, Heading) else item.id
