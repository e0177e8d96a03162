"""Sessions as rows of an item model, with group headings between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from studio.ui.guard import guarded
from studio.viewmodels.state import SessionRow
from studio.viewmodels.words import day_group, relative_date

_NOTHING: Any = None
_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
ROW_ROLE = _ROLE.UserRole + 1
"""The SessionRow; None for a heading."""
HEADING_ROLE = _ROLE.UserRole + 2


@dataclass(frozen=True)
class Heading:
    """Title of a group."""

    text: str


def facts(row: SessionRow, now: datetime | None = None) -> str:
    """``24 pieces · yesterday``."""
    if row.state != "idle":
        return "working" if row.state == "working" else "Waiting for you"
    if not row.pieces:
        return "Nothing made yet"
    pieces = "1 piece" if row.pieces == 1 else f"{row.pieces} pieces"
    return f"{pieces} · {relative_date(row.updated_ms, now)}"


def grouped(rows: Sequence[SessionRow], now: datetime | None = None) -> list[SessionRow | Heading]:
    """Put headings between *rows*: Pinned, Today, Yesterday, Earlier."""
    out: list[SessionRow | Heading] = []
    last = ""
    for row in rows:
        name = "Pinned" if row.pinned else day_group(row.updated_ms, now)
        if name != last:
            out.append(Heading(name))
            last = name
        out.append(row)
    return out


class SessionsListModel(QAbstractListModel):
    """The rows.

    Signals:
        renamed(str, str): a title was edited in place.
    """

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None, clock: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(parent)
        self._clock = clock
        self._items: list[SessionRow | Heading] = []

    def show_rows(self, rows: Sequence[SessionRow]) -> None:
        """Show these rows; only changed data is told when the order is the same."""
        items = grouped(rows, self._clock())
        if [_key(item) for item in items] == [_key(item) for item in self._items]:
            changed = [n for n, (a, b) in enumerate(zip(items, self._items, strict=True)) if a != b]
            self._items = items
            for number in changed:
                self.dataChanged.emit(self.index(number, 0), self.index(number, 0))
            return
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def index_of(self, session_id: str) -> QModelIndex:
        """Index of a session; invalid when it is not shown."""
        for number, item in enumerate(self._items):
            if isinstance(item, SessionRow) and item.id == session_id:
                return self.index(number, 0)
        return QModelIndex()

    @guarded(0)
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Rows and headings."""
        return 0 if parent.isValid() else len(self._items)

    @guarded(_NOTHING)
    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Title, accessible words, the row itself, or the heading."""
        if not index.isValid() or not 0 <= index.row() < len(self._items):
            return None
        item = self._items[index.row()]
        if isinstance(item, Heading):
            if role in (_ROLE.DisplayRole, HEADING_ROLE, _ROLE.AccessibleTextRole):
                return item.text
            return None
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return item.title
        if role == _ROLE.ToolTipRole:
            return f"{item.title}\n{facts(item, self._clock())}"
        if role == _ROLE.AccessibleTextRole:
            state = {"working": "working", "needs_you": "needs you"}.get(item.state, "")
            words = (item.title, facts(item, self._clock()), "pinned" if item.pinned else "", state)
            return ", ".join(word for word in words if word)
        return item if role == ROW_ROLE else None

    @guarded(False)
    def setData(self, index: _Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Rename; an empty title keeps the old one."""
        row = index.data(ROW_ROLE) if index.isValid() else None
        title = str(value).strip()
        if role != _ROLE.EditRole or not isinstance(row, SessionRow) or not title:
            return False
        if title != row.title:
            self.renamed.emit(row.id, title)
        return True

    @guarded(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings can't be chosen."""
        if index.isValid() and isinstance(self._items[index.row()], SessionRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        return Qt.ItemFlag.NoItemFlags


def _key(item: SessionRow | Heading) -> str:
    return f"#{item.text}" if isinstance(item, Heading) else item.id
