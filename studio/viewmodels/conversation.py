"""One session in memory: its turns and pieces, and what is going on in it. Knows nothing of the window."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.state import Piece, Turn

if TYPE_CHECKING:
    import asyncio

    from studio.library.runs import RunRow


class Conversation:
    """A session that is open or working.

    Attributes:
        kept: the library has a row for it; one that holds nothing yet has none.
        loaded: turns and pieces are those of the library.
        turns, pieces: oldest first; pieces are the living ones.
        saving: results that are being downloaded and verified just now.
        state_changed: something waits for the person, or does not any more.
        unsaved: by turn id, what could not be saved; ``retry`` tries only that again.
        ask_above_usd: a call that costs more pauses its run first; 0 asks for everything that costs.
        lost: by turn id, runs that may go on although they cannot be followed; ``retry`` finds them again.
    """

    def __init__(self, session_id: str, *, title: str = "", kept: bool = False) -> None:
        self.id = session_id
        self.kept = kept
        self.loaded = not kept
        self.title: Property[str] = Property(title)
        self.turns: list[Turn] = []
        self.pieces: list[Piece] = []
        self.working: Property[bool] = Property(False)
        self.turn_added: Signal[int] = Signal()
        self.turn_changed: Signal[int] = Signal()
        self.pieces_changed: Signal[()] = Signal()
        self.reset: Signal[()] = Signal()
        self.state_changed: Signal[()] = Signal()
        self.saving: set[asyncio.Task[object]] = set()
        self.unsaved: dict[str, list[Callable[[], None]]] = {}
        self.lost: dict[str, RunRow] = {}
        self.ask_above_usd = 0.0
        self._by_id: dict[str, Piece] = {}
        self._uploads: asyncio.Lock | None = None

    def piece(self, piece_id: str) -> Piece | None:
        """Return a living piece, or None."""
        return self._by_id.get(piece_id)

    def set_pieces(self, pieces: list[Piece]) -> None:
        """Show these pieces."""
        self.pieces = pieces
        self._by_id = {piece.id: piece for piece in pieces}
        self.pieces_changed.emit()

    def put_piece(self, piece: Piece) -> None:
        """Add a piece, or replace the one with its id."""
        if piece.id in self._by_id:
            self.pieces = [piece if old.id == piece.id else old for old in self.pieces]
        else:
            self.pieces = [*self.pieces, piece]
        self._by_id[piece.id] = piece
        self.pieces_changed.emit()

    @property
    def needs_you(self) -> bool:
        """Whether the newest answer asks something of the person."""
        return bool(self.turns) and self.turns[-1].waiting is not None

    def add_turn(self, turn: Turn) -> None:
        """Append a turn."""
        self.turns.append(turn)
        self.turn_added.emit(len(self.turns) - 1)

    def show_turn(self, turn: Turn) -> None:
        """Say that *turn* changed; turns are few hundred at most and the changing one is near the end."""
        for index in range(len(self.turns) - 1, -1, -1):
            if self.turns[index] is turn:
                self.turn_changed.emit(index)
                return

    def in_order(self) -> "asyncio.Lock":
        """Return the lock that gives uploads their numbers in the order in which they were dropped."""
        if self._uploads is None:
            import asyncio

            self._uploads = asyncio.Lock()
        return self._uploads

    async def load(self, desk: Desk) -> None:
        """Read turns and pieces from the library, once.

        Raises:
            LibraryError: they cannot be read.
        """
        if self.loaded:
            return
        turns, pieces, lost = await desk.call(
            lambda lib: (lib.turns.list(self.id), lib.media.list(self.id), lib.runs.lost(self.id))
        )
        self.lost = {**lost, **self.lost}
        self.loaded = True
        # A turn that was begun while reading is in memory already, and newer there.
        known = {turn.id for turn in self.turns}
        self.turns = [turn for turn in turns if turn.id not in known] + self.turns
        self.pieces = pieces
        self._by_id = {piece.id: piece for piece in pieces}
        self.reset.emit()
        self.pieces_changed.emit()

    async def ensure_kept(self, desk: Desk) -> None:
        """Give the session its row in the library, once.

        Raises:
            LibraryError: it cannot be written.
        """
        if not self.kept:
            self.kept = True
            try:
                await desk.call(lambda lib: lib.sessions.create(session_id=self.id))
            except BaseException:
                self.kept = False
                raise
