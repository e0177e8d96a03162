"""From a conversation to a template: a stretch of its rounds, or a draft that an answer has made."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from studio.contract.editing.document import Document, EditError
from studio.contract.editing.files import from_json
from studio.contract.editing.from_chat import ChatCall, ChatPiece, drafted
from studio.viewmodels.desk import Desk
from studio.viewmodels.state import Piece, ToolItem, Turn
from studio.viewmodels.templates.listing import TemplatesModel

if TYPE_CHECKING:
    from studio.library.library import Library

ORIGIN = "chat:"
_LONGEST_NAME = 60
_ENDED = ("done", "failed", "stopped")


class ChatTemplates:
    """Makes templates of what was said and made in Create."""

    def __init__(self, desk: Desk, templates: TemplatesModel) -> None:
        self._desk = desk
        self._templates = templates

    def of_rounds(self, session_id: str, first: int, last: int, ready: Callable[[], object] = lambda: None) -> None:
        """Make a template of the finished rounds from *first* to *last* and open it.

        Args:
            ready: called just before it opens; not when there is nothing to make one of, which is said instead.
        """

        async def run() -> None:
            turns, pieces, title = await self._desk.call(lambda lib: _read(lib, session_id, first, last))
            try:
                document = await self._desk.workers.pictures(lambda: draft_of(turns, pieces, title))
            except EditError as error:
                self._desk.notices.post("warning", "No template was made", str(error))
                return
            ready()
            self._templates.add(document, origin=f"{ORIGIN}{turns[0].id}")

        self._desk.tasks.start(f"templates.chat.{session_id}", run, restart=True)

    def open_draft(self, turn_id: str, item: ToolItem, ready: Callable[[], object] = lambda: None) -> None:
        """Open the template that a call has drafted; the first time it is kept among the artist's own."""
        origin = f"{ORIGIN}{turn_id}/{item.call_id}"

        async def run() -> None:
            stored = await self._desk.call(lambda lib: lib.templates.all())
            known = next((each for each in stored if each.origin == origin), None)
            if known is not None:
                ready()
                self._templates.note(known)
                self._templates.open(known.id)
                return
            try:
                document = from_json(item.draft)
            except EditError as error:
                self._desk.notices.post("error", "The draft can't be opened", str(error))
                return
            ready()
            self._templates.add(document, origin=origin)

        self._desk.tasks.start(f"templates.draft.{item.call_id}", run, restart=True)


def draft_of(turns: list[Turn], pieces: list[Piece], title: str) -> Document:
    """Return the draft of a stretch of rounds.

    Raises:
        EditError: nothing was made in them.
    """
    by_id = {piece.id: piece for piece in pieces}
    said = "\n\n".join(turn.user_text.strip() for turn in turns if turn.user_text.strip())
    calls = [
        _call(item, by_id)
        for turn in turns
        if turn.status in _ENDED
        for item in turn.items
        if isinstance(item, ToolItem)
    ]
    words = title.strip() or " ".join(said.split())
    name = words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1].rstrip()}…"
    return drafted(calls, [_piece(piece) for piece in pieces], name=name or "From a conversation", brief=said)


def _call(item: ToolItem, by_id: dict[str, Piece]) -> ChatCall:
    made = [by_id[piece] for piece in item.piece_ids if piece in by_id]
    arguments: dict[str, Any] = item.arguments or (made[0].arguments if made else {})
    parents = made[0].parents if made else ()
    return ChatCall(item.tool, arguments, item.piece_ids, item.status == "done", parents)


def _piece(piece: Piece) -> ChatPiece:
    words = piece.name if piece.uploaded else piece.title
    return ChatPiece(piece.id, piece.kind, piece.index, words, piece.source_url)


def _read(lib: "Library", session_id: str, first: int, last: int) -> tuple[list[Turn], list[Piece], str]:
    turns = [turn for turn in lib.turns.list(session_id, before_round=last + 1) if turn.round >= first]
    # With those that were deleted since: what was made from them is still told by their numbers.
    entries = lib.media.index_entries(session_id)
    pieces = lib.media.get_many(entry.piece_id for entry in entries)
    pieces.sort(key=lambda piece: (piece.created_ms, piece.uploaded, abs(piece.index or 0)))
    whole = len(turns) == lib.turns.count(session_id)
    return turns, pieces, lib.sessions.get(session_id).title if whole else ""
