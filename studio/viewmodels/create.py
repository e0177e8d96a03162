"""The open session: its turns and pieces, and everything that can be done with them."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from studio.viewmodels.composer import ComposerModel, purpose_words
from studio.viewmodels.conversation import Conversation
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Binding, Property, Signal
from studio.viewmodels.state import Piece, TextItem, Turn
from studio.viewmodels.turn_run import Line, TurnRun
from studio.viewmodels.words import count_of, joined, round_up_usd

if TYPE_CHECKING:
    from studio.library.library import Library
    from studio.library.runs import RunRow
    from studio.viewmodels.durable_turn import Means
    from studio.viewmodels.run_port import Decision

Action = Literal["cutout", "upscale", "style", "restore", "describe"]
Purpose = Literal["reference", "edit", "keep"]

_VAGUE = re.compile(r"\b(something|anything|whatever|surprise|imagination|inspire|random)\b", re.IGNORECASE)
"""Words of a message that leave the subject open."""
_ACTIONS: dict[str, str] = {
    "cutout": "Cut out {pieces}",
    "upscale": "Make {pieces} four times larger",
    "style": "Put {pieces} in an ink-drawing style",
    "restore": "Restore {pieces}",
    "describe": "Describe {pieces}",
}


class CreateModel:
    """What the Create workspace shows; always of the open session.

    Attributes:
        title, turns, pieces, working: state of the open session.
        reset: another session is open, or it was read from disk: show everything anew.
        turn_added, turn_changed: index in ``turns``; changes come at most once in 33 ms while streaming.
        pieces_changed: ``pieces`` is another list.
        selection: ids of the selected pieces; the view writes it.
        session_changed: id of a session whose title, pieces or state changed.
    """

    def __init__(self, desk: Desk, line: Line, means: "Callable[[], Means] | None" = None) -> None:
        """*means* builds what durable turns need (tests); it is asked with the first one."""
        self._desk = desk
        self._line = line
        self.title: Property[str] = Property("")
        self.working: Property[bool] = Property(False)
        self.selection: Property[tuple[str, ...]] = Property(())
        self.reset: Signal[()] = Signal()
        self.turn_added: Signal[int] = Signal()
        self.turn_changed: Signal[int] = Signal()
        self.pieces_changed: Signal[()] = Signal()
        self.session_changed: Signal[str] = Signal()
        self.composer = ComposerModel(desk)
        self.composer.on_send_queued = self._send_queued_now
        self.composer.upload_ahead = self._upload_ahead
        self.conversation = Conversation(uuid4().hex)
        self._make_means = means or self._default_means
        self._means: Means | None = None
        self._needing: set[str] = set()
        self._later: dict[str, RunRow] = {}
        self._busy: dict[str, Conversation] = {}
        self._runs: dict[str, TurnRun] = {}
        self._bindings: list[Binding] = []
        self._bind()
        self.composer.open(self.conversation)

    @property
    def turns(self) -> list[Turn]:
        """The rounds of the open session, oldest first."""
        return self.conversation.turns

    @property
    def pieces(self) -> list[Piece]:
        """The living pieces of the open session, oldest first."""
        return self.conversation.pieces

    def piece(self, piece_id: str) -> Piece | None:
        """Return a living piece of the open session, or None."""
        return self.conversation.piece(piece_id)

    # --- the conversation ----------------------------------------------------------------------

    def send(self) -> None:
        """Send what is in the composer; while working, let it wait as the next message."""
        if not self.composer.can_send.value:
            return
        if self.working.value:
            self.composer.queue()
            return
        text, attachments = self.composer.take()
        self._begin(self.conversation, text, attachments)

    def stop(self) -> None:
        """End the running turn at once; a message that waits goes back into the composer."""
        conversation = self.conversation
        self._stop(conversation)
        text, attachments = self.composer.take_queued()
        if text or attachments:
            self.composer.text.value = "\n\n".join(part for part in (text, self.composer.text.value) if part)
            for piece_id in attachments:
                self.composer.attach_piece(piece_id)

    def retry(self, turn_id: str) -> None:
        """Try a turn again: only the saving if that failed, in place if it made nothing, else as a new round."""
        conversation = self.conversation
        turn = next((turn for turn in conversation.turns if turn.id == turn_id), None)
        if turn is None:
            return
        if pending := conversation.unsaved.pop(turn_id, []):
            for once_more in pending:
                once_more()
            conversation.show_turn(turn)
            return
        if conversation.working.value:
            return
        if (lost := conversation.lost.pop(turn_id, None)) is not None and turn is conversation.turns[-1]:
            self._desk.save("taking an answer up again", lambda lib: lib.runs.take_up(lost.key))
            turn.items, turn.trouble, turn.notices, turn.answered_by = [], None, (), ""
            self._attach(conversation, turn, lost)
            return
        made = any(piece.turn_id == turn_id for piece in conversation.pieces)
        if turn is conversation.turns[-1] and turn.status in ("failed", "stopped") and not made:
            turn.items, turn.trouble, turn.notices, turn.answered_by = [], None, (), ""
            self._run(conversation, turn, again=True)
        else:
            self._begin(conversation, turn.user_text, turn.attachments)

    def run_action(self, action: Action, piece_ids: Sequence[str]) -> None:
        """Compose and send a message such as "Cut out Image 3"; while working it waits as the next one."""
        badges = [piece.badge for i in piece_ids if (piece := self.piece(i)) is not None]
        if not badges or action not in _ACTIONS:
            return
        text = _ACTIONS[action].format(pieces=joined(badges))
        if self.working.value:
            waiting = self.composer.queued.value
            self.composer.queued.value = f"{waiting}\n\n{text}" if waiting else text
        else:
            self._begin(self.conversation, text, ())

    def approve(self, turn_id: str, overrides: dict[str, Any] | None = None, quiet: bool = False) -> None:
        """Approve what a turn asks, with changes such as ``{"qualityTier": "fast"}``; its card shows how that goes.

        Args:
            quiet: don't ask for as little again in this session.
        """
        waiting = next((turn.waiting for turn in self.turns if turn.id == turn_id), None)
        if quiet and waiting is not None and waiting.usd:
            self.conversation.ask_above_usd = round_up_usd(waiting.usd)
        self._decide(turn_id, "confirm", overrides)

    def decline(self, turn_id: str) -> None:
        """Let a turn go on without the step that it asks about."""
        self._decide(turn_id, "cancel", None)

    def answer(self, turn_id: str, text: str) -> None:
        """Answer the question of a turn: a new round of the same session."""
        turn = next((turn for turn in self.turns if turn.id == turn_id), None)
        if turn is None or turn.waiting is None or not text.strip():
            return
        if self.working.value:
            waiting = self.composer.queued.value
            self.composer.queued.value = f"{waiting}\n\n{text}" if waiting else text
            return
        self._begin(self.conversation, text.strip(), ())

    def _decide(self, turn_id: str, decision: "Decision", overrides: dict[str, Any] | None) -> None:
        from studio.viewmodels.durable_turn import DurableTurn

        run = self._runs.get(self.conversation.id)
        if isinstance(run, DurableTurn) and run.turn.id == turn_id:
            run.decide(decision, overrides)

    def round_summary(self, number: int) -> tuple[str, int]:
        """Return what was asked in a round and when (epoch ms); empty and 0 when there is no such round."""
        turn = next((turn for turn in self.turns if turn.round == number), None)
        return (turn.user_text, turn.created_ms) if turn else ("", 0)

    # --- pieces --------------------------------------------------------------------------------

    def use_as_reference(self, piece_id: str) -> None:
        """Put a piece into the message."""
        self.composer.attach_piece(piece_id)

    def import_files(self, paths: Sequence[Path], purpose: Purpose) -> None:
        """Take dropped files into the session: into the message, as something to edit, or only to keep."""
        if purpose != "keep":
            self.composer.attach_paths(paths)
            if purpose == "edit" and not self.composer.text.value:
                self.composer.text.value = purpose_words(purpose, "this" if len(paths) == 1 else "these")
            return
        conversation, paths = self.conversation, list(paths)

        async def keep() -> None:
            async with conversation.in_order():
                await conversation.ensure_kept(self._desk)
            for path in paths:
                try:
                    piece = await self._desk.call(
                        lambda lib, p=path: lib.media.import_file(conversation.id, p, purpose="keep")  # type: ignore[misc]
                    )
                except Exception as error:  # noqa: BLE001 - told for this file; the others still come
                    self._desk.report(f"importing {path.suffix}", error)
                    continue
                conversation.put_piece(piece)
            self.session_changed.emit(conversation.id)

        self._desk.tasks.start(f"keep.{uuid4().hex}", keep)

    def set_favourite(self, piece_id: str, favourite: bool) -> None:
        """Mark a piece as a favourite, or not."""
        from dataclasses import replace

        piece = self.piece(piece_id)
        if piece is not None:
            self.conversation.put_piece(replace(piece, favourite=favourite))
            self._desk.save("marking a favourite", lambda lib: lib.media.set_favourite(piece_id, favourite))

    def delete_pieces(self, piece_ids: Sequence[str]) -> None:
        """Move pieces to the bin; the notice can undo it. Numbers of other pieces never change."""
        conversation = self.conversation
        gone = [piece for i in piece_ids if (piece := conversation.piece(i)) is not None]
        if not gone:
            return
        ids = [piece.id for piece in gone]
        conversation.set_pieces([piece for piece in conversation.pieces if piece.id not in ids])
        self.selection.value = tuple(i for i in self.selection.value if i not in ids)
        self._desk.save("moving pieces to the bin", lambda lib: lib.media.bury(ids))

        def undo() -> None:
            self._desk.save("bringing pieces back", lambda lib: lib.media.unbury(ids))
            back = sorted([*conversation.pieces, *gone], key=lambda piece: piece.created_ms)
            conversation.set_pieces(back)
            self.session_changed.emit(conversation.id)

        kind = gone[0].kind if len({piece.kind for piece in gone}) == 1 else ""
        words = count_of("picture" if kind == "image" else kind, len(gone))
        self._desk.notices.post("info", f"Moved {words} to the bin.", action="Undo", run=undo)
        self.session_changed.emit(conversation.id)

    def save_as(self, piece_id: str, target: Path) -> None:
        """Copy a piece's file to *target*; a notice says when it is there, or why not."""

        async def run() -> None:
            def copy(lib: "Library") -> Path:
                return lib.media.save_as(piece_id, target)

            saved = await self._desk.call(copy)
            self._desk.notices.post("success", f"Saved {saved.name}.", str(saved.parent))

        self._desk.tasks.start(f"save_as.{uuid4().hex}", run)

    # --- sessions, for SessionsModel -----------------------------------------------------------

    def show(self, session_id: str, title: str, *, kept: bool) -> None:
        """Open a session; it is read in the background. What runs in another one goes on."""
        if session_id == self.conversation.id:
            return
        self._note_needs(self.conversation)
        known = self._busy.get(session_id)
        self.conversation = known or Conversation(session_id, title=title, kept=kept)
        self._bind()
        self.selection.value = ()
        self.composer.open(self.conversation)
        self.reset.emit()
        self.pieces_changed.emit()
        self._desk.tasks.start("create.load", self.load, restart=True)

    async def load(self) -> None:
        """Read the open session and its draft from the library."""
        conversation = self.conversation
        await conversation.load(self._desk)
        if conversation is self.conversation:
            self.composer.set_history([turn.user_text for turn in conversation.turns])
            await self.composer.load_draft()

    def is_working(self, session_id: str) -> bool:
        """Whether a turn of that session is running."""
        return session_id in self._busy

    def stop_session(self, session_id: str) -> None:
        """End what runs in a session, for example because it goes to the bin."""
        conversation = self._busy.get(session_id)
        if conversation is not None:
            self._stop(conversation)

    def stop_all(self) -> None:
        """End every running turn; what has arrived is kept."""
        for conversation in list(self._busy.values()):
            self._stop(conversation)

    def leave_all(self) -> None:
        """Let the window close: durable turns go on without it, others end; what has arrived is kept."""
        for run in list(self._runs.values()):
            run.leave()

    @property
    def goes_on(self) -> bool:
        """Whether everything that is working would go on without the window."""
        return all(run.outlives_window for run in self._runs.values())

    def needs_you(self, session_id: str) -> bool:
        """Whether an answer of that session asks something of the person."""
        conversation = self.conversation if session_id == self.conversation.id else self._busy.get(session_id)
        if conversation is not None and conversation.loaded:
            return conversation.needs_you
        return session_id in self._needing

    def _note_needs(self, conversation: Conversation) -> None:
        """Remember of a session that is let go whether it waits for the person."""
        if conversation.loaded:
            (self._needing.add if conversation.needs_you else self._needing.discard)(conversation.id)

    async def close(self) -> None:
        """End what goes on beside the turns."""
        if self._means is not None:
            await self._means.uploader.aclose()

    # --- turns that go on without the window ---------------------------------------------------

    async def attach_all(self) -> None:
        """Take up every turn that was not finished when the last window closed, and every stop not yet told."""
        rows, stops, self._needing = await self._desk.call(
            lambda lib: (lib.runs.open(), lib.runs.to_cancel(), set(lib.runs.waiting_sessions()))
        )
        for row in stops:
            self._durable().canceller.start(row)
        for row in rows:
            await self._find_again(row)
        if self._needing:
            self.session_changed.emit(next(iter(self._needing)))

    async def _find_again(self, row: "RunRow") -> None:
        session_id = row.session_id
        if session_id in self._runs:
            self._later[session_id] = row  # a message was quicker
            return
        if session_id == self.conversation.id:
            conversation = self.conversation
        else:
            kept = await self._desk.call(lambda lib: lib.sessions.get(session_id))
            conversation = self._busy.get(session_id) or Conversation(session_id, title=kept.title, kept=True)
            if session_id == self.conversation.id:
                conversation = self.conversation  # it was opened meanwhile
        self._busy[session_id] = conversation
        await conversation.load(self._desk)
        turn = next((turn for turn in conversation.turns if turn.id == row.turn_id), None)
        if session_id in self._runs:
            self._later[session_id] = row
        elif turn is None:
            self._busy.pop(session_id, None)
        else:
            self._attach(conversation, turn, row)

    def _attach(self, conversation: Conversation, turn: Turn, row: "RunRow") -> None:
        from studio.viewmodels.durable_turn import DurableTurn

        run = DurableTurn(
            self._desk, self._line, conversation, turn, "creative-tools", "", True, means=self._durable(), row=row
        )
        self._go(conversation, run)

    async def _upload_ahead(self, piece: Piece, on_progress: Callable[[float], object]) -> None:
        """Make a dropped piece readable for the connection that the next message will use."""
        await self._desk.warm()
        from studio.contract.errors import ApiError
        from studio.viewmodels.durable_turn import means_no_runs

        transport = await self._line.transport()
        if not self._line.offers_runs(transport.connection):
            return
        on_progress(0.0)
        try:
            await self._durable().uploader.url(transport, piece, on_progress)
        except ApiError as error:
            if not means_no_runs(error):
                raise

    def _durable(self) -> "Means":
        if self._means is None:
            self._means = self._make_means()
        return self._means

    def _default_means(self) -> "Means":
        from studio.viewmodels.durable_turn import Means
        from studio.viewmodels.run_cancelling import RunCanceller
        from studio.viewmodels.run_wire import HttpRuns
        from studio.viewmodels.upload_wire import HttpUploads
        from studio.viewmodels.uploading import Uploader

        runs = HttpRuns()
        return Means(runs, Uploader(self._desk, HttpUploads()), RunCanceller(self._desk, self._line, runs))

    # --- inside --------------------------------------------------------------------------------

    def _begin(self, conversation: Conversation, text: str, attachments: Sequence[str]) -> None:
        from studio.viewmodels.folding import now_ms

        turn = Turn(
            id=uuid4().hex,
            round=(conversation.turns[-1].round if conversation.turns else 0) + 1,
            user_text=text,
            attachments=tuple(attachments),
            created_ms=now_ms(),
        )
        self._keep_question(conversation)
        conversation.add_turn(turn)
        self._run(conversation, turn)

    def _keep_question(self, conversation: Conversation) -> None:
        """Turn what the newest answer asked into words of it: this message is the answer."""
        asked = conversation.turns[-1] if conversation.turns else None
        if asked is None or asked.waiting is None:
            return
        question, turn_id = asked.waiting.message, asked.id
        asked.waiting = None
        self._needing.discard(conversation.id)
        if question and not any(isinstance(i, TextItem) and question in i.text for i in asked.items):
            separate = "\n\n" if asked.items and isinstance(asked.items[-1], TextItem) else ""
            if separate:
                asked.items[-1] = TextItem(asked.items[-1].text + separate + question)  # type: ignore[union-attr]
            else:
                asked.items.append(TextItem(question))
            self._desk.save("keeping the question", lambda lib: lib.turns.append_text(turn_id, separate + question))
        conversation.show_turn(asked)

    def _run(self, conversation: Conversation, turn: Turn, *, again: bool = False) -> None:
        tools, model = self.composer.tools.value, self.composer.model.value
        if tools == "none":
            run = TurnRun(self._desk, self._line, conversation, turn, tools, model, again)
        else:
            from studio.viewmodels.durable_turn import DurableTurn

            means = self._durable()
            run = DurableTurn(self._desk, self._line, conversation, turn, tools, model, again, means=means)
        turn.status = "waiting"
        self._go(conversation, run)

    def _go(self, conversation: Conversation, run: TurnRun) -> None:
        turn = run.turn
        self._busy[conversation.id] = conversation
        self._runs[conversation.id] = run
        conversation.working.value = True
        self.session_changed.emit(conversation.id)
        ended: Binding | None = None

        def on_working(working: bool) -> None:
            if not working:
                if ended is not None:
                    ended.cut()
                self._ended(conversation, run)

        ended = conversation.working.changed.connect(on_working)
        conversation.show_turn(turn)
        self._desk.tasks.start(f"turn.{turn.id}", run.run, restart=True)

    def _stop(self, conversation: Conversation) -> None:
        run = self._runs.get(conversation.id)
        if run is not None:
            run.stop()
            self._desk.tasks.cancel(f"turn.{run.turn.id}")

    def _ended(self, conversation: Conversation, run: TurnRun) -> None:
        self._busy.pop(conversation.id, None)
        self._runs.pop(conversation.id, None)
        self._note_needs(conversation)
        if (row := self._later.pop(conversation.id, None)) is not None:
            self._desk.tasks.start(f"attach.{row.key}", lambda: self._find_again(row))
        self._suggest_title(conversation, run.turn)
        self.session_changed.emit(conversation.id)
        if run.turn.status != "done":
            return
        if conversation is self.conversation:
            text, attachments = self.composer.take_queued()
        else:
            text, attachments = self.composer.waiting_of(conversation.id)
        if text or attachments:
            self._begin(conversation, text, attachments)

    def _suggest_title(self, conversation: Conversation, turn: Turn) -> None:
        """Name a session after the label of its first picture, where the message names no subject of its own."""
        if turn is not conversation.turns[0] or not _VAGUE.search(turn.user_text):
            return
        made = [piece for piece in conversation.pieces if piece.turn_id == turn.id and piece.tool == "generate_image"]
        if not made or not made[0].title or len(made[0].title) > 48:
            return
        title = made[0].title

        async def suggest() -> None:
            row = await self._desk.call(lambda lib: lib.sessions.suggest_title(conversation.id, title))
            conversation.title.value = row.title
            self.session_changed.emit(conversation.id)

        self._desk.tasks.start(f"title.{conversation.id}", suggest)

    def _send_queued_now(self) -> None:
        text, attachments = self.composer.take_queued()
        self._stop(self.conversation)
        if text or attachments:
            self._begin(self.conversation, text, attachments)

    def _bind(self) -> None:
        for binding in self._bindings:
            binding.cut()
        shown = self.conversation
        self.title.value, self.working.value = shown.title.value, shown.working.value

        def set_title(title: str) -> None:
            self.title.value = title
            self.session_changed.emit(shown.id)

        def set_working(working: bool) -> None:
            self.working.value = working

        forward: list[Callable[[], Binding]] = [
            lambda: shown.title.changed.connect(set_title),
            lambda: shown.working.changed.connect(set_working),
            lambda: shown.reset.connect(self.reset.emit),
            lambda: shown.turn_added.connect(self.turn_added.emit),
            lambda: shown.turn_changed.connect(self.turn_changed.emit),
            lambda: shown.pieces_changed.connect(self.pieces_changed.emit),
            lambda: shown.state_changed.connect(lambda: self.session_changed.emit(shown.id)),
        ]
        self._bindings = [connect() for connect in forward]
