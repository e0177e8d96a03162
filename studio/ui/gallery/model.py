"""The pieces of a session as an item model, in the order of the wall: rounds newest first, uploads last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from studio.ui.guard import guarded
from studio.viewmodels.state import Piece

PIECE_ROLE = Qt.ItemDataRole.UserRole + 1
_NO_INDEX = QModelIndex()


@dataclass(frozen=True)
class Group:
    """A heading and the pieces under it; round 0 holds the uploads."""

    round: int
    pieces: tuple[Piece, ...]

    @property
    def title(self) -> str:
        """``Round 2``, or what uploads are called."""
        return f"Round {self.round}" if self.round else "Your uploads"


def group_pieces(pieces: Sequence[Piece], kind: str = "") -> list[Group]:
    """Group *pieces* (of one *kind*, if given) for the wall."""
    rounds: dict[int, list[Piece]] = {}
    for piece in pieces:
        if not kind or piece.kind == kind:
            rounds.setdefault(0 if piece.uploaded else piece.round, []).append(piece)
    order = sorted(rounds, key=lambda number: (number == 0, -number))
    return [Group(number, tuple(rounds[number])) for number in order]


class PiecesModel(QAbstractListModel):
    """A flat list over the groups; ``groups`` tells the view where headings go."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[Group] = []
        self._pieces: list[Piece] = []
        self._rows: dict[str, int] = {}

    def set_pieces(self, pieces: Sequence[Piece], kind: str = "") -> None:
        """Show other pieces; if only their contents changed, rows keep their place."""
        groups = group_pieces(pieces, kind)
        flat = [piece for group in groups for piece in group.pieces]
        same = [piece.id for piece in flat] == [piece.id for piece in self._pieces]
        if same:
            changed = [row for row, (old, new) in enumerate(zip(self._pieces, flat, strict=True)) if old != new]
            self.groups, self._pieces = groups, flat
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginResetModel()
        self.groups, self._pieces = groups, flat
        self._rows = {piece.id: row for row, piece in enumerate(flat)}
        self.endResetModel()

    def piece(self, row: int) -> Piece:
        """The piece in *row*."""
        return self._pieces[row]

    def row_of(self, piece_id: str) -> int | None:
        """The row of a piece, or None if it is filtered out."""
        return self._rows.get(piece_id)

    @guarded(0)
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """Number of pieces shown."""
        return 0 if parent.isValid() else len(self._pieces)

    @guarded(None)
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The piece, its badge, and what a screen reader says."""
        if not index.isValid() or index.row() >= len(self._pieces):
            return None
        piece = self._pieces[index.row()]
        if role == PIECE_ROLE:
            return piece
        if role == Qt.ItemDataRole.DisplayRole:
            return piece.badge
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{piece.title} · {piece.badge}" if piece.title else piece.badge
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = [piece.badge, piece.title, piece.kind, "favourite" if piece.favourite else "",
                     f"{index.row() + 1} of {len(self._pieces)}"]  # fmt: skip
            return ", ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return piece.prompt
        return None

    @guarded(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Every piece can be chosen and dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
