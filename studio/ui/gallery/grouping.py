"""Rounds and uploads of a session as groups of the wall."""

from typing import TYPE_CHECKING, Literal

from studio.ui.gallery.entries import Entry, Group, working_entries
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.viewmodels.create import CreateModel

Order = Literal["newest", "oldest"]


def groups_of(create: "CreateModel", kind: str = "", favourites: bool = False, order: Order = "newest") -> list[Group]:
    """Return the groups to show: rounds in *order*, then the uploads.

    Args:
        kind: only pieces of this kind; empty for all.
        favourites: only favourites.
    """

    def wanted(entry: Entry) -> bool:
        if kind and entry.kind != kind:
            return False
        return not favourites or (isinstance(entry, Piece) and entry.favourite)

    made: dict[int, list[Entry]] = {}
    uploads: list[Entry] = []
    for piece in create.pieces:
        if piece.uploaded:
            uploads.append(piece)
        else:
            made.setdefault(piece.round, []).append(piece)
    if create.turns:
        last = create.turns[-1]
        made.setdefault(last.round, []).extend(working_entries(last))
    found = []
    for number in sorted(made, reverse=order == "newest"):
        entries = tuple(entry for entry in made[number] if wanted(entry))
        if entries:
            summary, created_ms = create.round_summary(number)
            found.append(Group(number, f"Round {number}", summary, created_ms, entries))
    kept = tuple(entry for entry in uploads if wanted(entry))
    if kept:
        found.append(Group(0, "Your uploads", "", 0, kept))
    return found
