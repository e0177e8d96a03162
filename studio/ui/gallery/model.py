"""The item model of a wall: one row per tile, named for screen readers."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.ui.gallery.actions import PIECES_MIME, mime_of
from studio.ui.gallery.entries import Entry, Group, Working
from studio.ui.guard import guarded
from studio.viewmodels.state import Piece

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_MIME_TYPES: list[str] = ["text/uri-list", PIECES_MIME]
_WORDS = {"image": "image", "video": "video", "audio": "sound", "model3d": "3D model", "text": "text"}


class WallModel(QAbstractListModel):
    """Rows of groups; only what changed is announced, so that selection and scroll position stay."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: list[Group] = []
        self._rows: list[Entry] = []
        self._ids: list[str] = []
        self._row_by_id: dict[str, int] = {}
        self.attached: frozenset[str] = frozenset()

    def show(self, groups: list[Group]) -> bool:
        """Show *groups* and return whether rows came, went or moved."""
        rows = [entry for group in groups for entry in group.entries]
        ids = [entry.id for entry in rows]
        if ids == self._ids:
            before, self.groups, self._rows = self._rows, groups, rows
            changed = [row for row, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new]
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))
            return False
        self.beginResetModel()
        self.groups, self._rows, self._ids = groups, rows, ids
        self._row_by_id = {entry_id: row for row, entry_id in enumerate(ids)}
        self.endResetModel()
        return True

    def entry(self, row: int) -> Entry | None:
        """Return the entry of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, entry_id: str) -> int | None:
        """Return the row of a piece."""
        return self._row_by_id.get(entry_id)

    def pieces(self) -> list[Piece]:
        """Return the pieces in the order of the wall."""
        return [entry for entry in self._rows if isinstance(entry, Piece)]

    @guarded(0)
    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """The number of tiles."""
        return 0 if parent.isValid() else len(self._rows)

    @guarded(None)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The entry, its badge, and its words for screen readers."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(entry, index.row()) if role != Qt.ItemDataRole.DisplayRole else _badge(entry)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return entry.prompt if isinstance(entry, Piece) else entry.sentence
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(entry)
        return None

    @guarded(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Pieces can be selected and dragged; what is being made only reached."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return Qt.ItemFlag.NoItemFlags
        if isinstance(entry, Working):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsDragEnabled

    @guarded(_MIME_TYPES)
    def mimeTypes(self) -> list[str]:
        """Files, and our own ids."""
        return _MIME_TYPES

    def mimeData(self, indexes: Any) -> QMimeData:
        """The dragged pieces as files with readable names."""
        entries = [self.entry(index.row()) for index in indexes]
        return mime_of([entry for entry in entries if isinstance(entry, Piece)])

    def _spoken(self, entry: Entry, row: int) -> str:
        if isinstance(entry, Working):
            return f"{_WORDS[entry.kind].capitalize()}, {entry.status}, {entry.words}"
        parts = [entry.badge, entry.title, _WORDS[entry.kind]]
        parts += ["favourite"] * entry.favourite + ["in your message"] * (entry.id in self.attached)
        parts += ["file missing"] * entry.missing
        return ", ".join(filter(None, [*parts, f"{row + 1} of {len(self._rows)}"]))


def _badge(entry: Entry) -> str:
    return entry.badge if isinstance(entry, Piece) else _WORDS[entry.kind].capitalize()


def _tip(entry: Entry) -> str:
    if isinstance(entry, Working):
        return entry.sentence
    prompt = entry.prompt if len(entry.prompt) < 300 else entry.prompt[:297] + "…"
    return "\n".join(filter(None, (f"{entry.badge}  {entry.title}".strip(), prompt)))
