"""One turn from its message to its last saved result. The one place that talks to a connection for an answer."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from studio.viewmodels.conversation import Conversation
from studio.viewmodels.desk import Desk
from studio.viewmodels.folding import Folding
from studio.viewmodels.state import ConnectionKind, Piece, TextItem, ToolItem, ToolsChoice, Trouble, Turn, TurnStatus
from studio.viewmodels.troubles import trouble_of

if TYPE_CHECKING:
    import asyncio

    from studio.contract.chat import ToolResult
    from studio.library.library import Library
    from studio.service.chat import ChatEvent
    from studio.service.connection import Connection
    from studio.service.transport import Transport
    from studio.viewmodels.request import Plan
    from studio.viewmodels.saving import Errand, Result

Item = TextItem | ToolItem


class Line(Protocol):
    """What a turn needs of the connection."""

    def kind_now(self) -> ConnectionKind:
        """The kind of the connection that new work uses."""
        ...

    def transport(self) -> "Awaitable[Transport]":
        """Return the way to the server, waiting for it to start.

        Raises:
            EngineDown: this computer's engine cannot be started.
            ValueError: the connection's address or key cannot be used.
        """
        ...

    def transport_for(self, kind: ConnectionKind, base_url: str) -> "Awaitable[Transport]":
        """Return the way back to a server that was used before; this computer's engine at its present address.

        Raises:
            As ``transport``.
        """
        ...

    def offers_runs(self, connection: "Connection") -> bool:
        """Whether durable runs may be tried on a connection: not where it has said that it knows none."""
        ...

    def has_no_runs(self, connection: "Connection") -> None:
        """Note that a connection knows no durable runs."""
        ...

    def model_for(self, choice: str) -> str:
        """Return the model id to ask for when the artist chose *choice* ("" is automatic)."""
        ...

    def answered(self, words: str) -> None:
        """Note what answered."""
        ...

    def failed(self, kind: ConnectionKind, error: BaseException) -> None:
        """Note that the connection failed, so that it can be looked at."""
        ...


@dataclass
class TurnRun:
    """Runs one turn. ``run`` is a task of its owner; ``stop`` may come at any moment and acts at once."""

    desk: Desk
    line: Line
    conversation: Conversation
    turn: Turn
    tools: ToolsChoice
    model: str
    again: bool = False
    """The turn is in the library already and is answered anew."""
    folding: Folding | None = None
    ended: bool = False
    detached: bool = False
    """The window closes, and the answer goes on without it."""
    _kind: ConnectionKind = "local"
    _answered_by: str = ""
    _last_saving: "asyncio.Task[object] | None" = None
    _notices: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Answer the turn; every failure ends in the turn itself."""
        import asyncio

        self._kind = self.line.kind_now()
        self.turn.status = "working"
        self.conversation.show_turn(self.turn)
        self.folding = self._folding(asyncio.get_running_loop())
        try:
            await self._work()
            await self._wait_for_saving()
        except asyncio.CancelledError:
            self.end("stopped")
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the turn ends with a sentence
            self.line.failed(self._kind, error)
            trouble = self._trouble_of(error)
            if trouble.details.startswith("unexpected"):
                self.desk.report("a turn", error)
            self.end("failed", trouble)
        else:
            self.end(*self._outcome())

    async def _work(self) -> None:
        await self._record()
        await self.desk.warm()
        transport = await self.line.transport()
        self._kind = transport.connection.kind
        await self._answer(transport)

    def _trouble_of(self, error: Exception) -> Trouble:
        assert self.folding is not None
        return trouble_of(error, self._kind, answering=self.folding.received)

    def _outcome(self) -> tuple[TurnStatus, Trouble | None]:
        """How a turn ends whose answer is complete."""
        return "done", None

    @property
    def outlives_window(self) -> bool:
        """Whether the answer goes on when the window closes."""
        return False

    def leave(self) -> None:
        """Let the window close: what cannot go on without it ends."""
        self.stop()

    def stop(self) -> None:
        """End the turn now; what has arrived is kept, and what is being saved goes on."""
        self.end("stopped")

    def end(self, status: TurnStatus, trouble: Trouble | None = None) -> None:
        """Close the turn once; later calls change nothing."""
        if self.ended or self.detached:
            return
        self.ended = True
        turn = self.turn
        turn.phase = ""
        if self.folding is not None:
            self.folding.stop_tools(status)
        turn.status, turn.trouble = status, trouble
        turn.notices, turn.answered_by = tuple(self._notices), self._answered_by
        if self.folding is not None:
            self.folding.close()
            for item in [i for i in turn.items if isinstance(i, ToolItem)]:
                self._keep_tool(item)
        else:
            self.conversation.show_turn(turn)
        items = [replace(item) for item in turn.items]
        self.desk.save("keeping the turn", lambda lib: self._finish(lib, status, trouble, items))
        self.conversation.working.value = False

    def _finish(self, lib: "Library", status: TurnStatus, trouble: Trouble | None, items: "list[Item]") -> None:
        """End the turn in the library. One that ended before it got there is begun first."""
        from studio.library.errors import LibraryError

        turn = self.turn
        try:
            self._begin(lib, again=True)
        except LibraryError:
            if status == "failed":
                return  # that is why it failed, and the turn says so already
            raise
        lib.turns.finish(turn.id, status, trouble=trouble, notices=turn.notices, answered_by=turn.answered_by)

    def _begin(self, lib: "Library", *, again: bool) -> None:
        """Put session and message into the library, unless (*again*) they are there."""
        from studio.library.errors import LibraryError

        turn, conversation = self.turn, self.conversation
        if again:
            try:
                lib.turns.get(turn.id)
            except LibraryError as error:
                if error.kind != "missing":
                    raise
            else:
                return
        if not conversation.kept:
            lib.sessions.create(session_id=conversation.id)
            conversation.kept = True
        turn.round = lib.turns.begin(conversation.id, turn.user_text, turn.attachments, turn_id=turn.id).round

    async def _record(self) -> None:
        """Put the message on disk before anything is asked of anyone."""
        conversation, turn = self.conversation, self.turn
        await conversation.load(self.desk)
        await conversation.ensure_kept(self.desk)
        await self.desk.call(lambda lib: self._begin(lib, again=self.again))
        if self.again:
            await self.desk.call(lambda lib: lib.turns.reopen(turn.id))
        row = await self.desk.call(lambda lib: lib.sessions.get(conversation.id))
        conversation.title.value = row.title

    async def _answer(self, transport: "Transport") -> None:
        from studio.service.chat import stream
        from studio.viewmodels.request import build

        built = await self.desk.workers.pictures(build, await self._plan(transport))
        self._notices += built.notices
        async with aclosing(stream(transport, built.request)) as events:
            async for event in events:
                self._fold(event, transport)

    async def _plan(self, transport: "Transport") -> "Plan":
        """Return what the request is built from, once everything that was made before is here."""
        from studio.viewmodels.request import Plan

        conversation, turn = self.conversation, self.turn
        await self._wait_for_saving()
        entries = await self.desk.call(lambda lib: lib.media.index_entries(conversation.id))
        return Plan(
            turn=turn,
            earlier=conversation.turns[: conversation.turns.index(turn)],
            entries=entries,
            pieces={piece.id: piece for piece in conversation.pieces},
            connection=transport.connection,
            tools=self.tools,
            model=self.line.model_for(self.model),
        )

    def _fold(self, event: "ChatEvent", transport: "Transport") -> None:
        from studio.service import chat

        assert self.folding is not None
        if isinstance(event, chat.TextDelta):
            self.folding.text(event.text)
        elif isinstance(event, chat.ToolProgress):
            self.folding.tick(event.progress)
            if event.progress.result is not None:
                self._take(event.progress.result, transport, event.progress.tool_call_id)
        elif isinstance(event, chat.ToolResults):
            for number, result in enumerate(event.results):
                self._take(result, transport, result.tool_call_id or f"{result.tool}-{number}")
        elif isinstance(event, chat.Finished):
            if event.answer is not None:
                self._notices += event.answer.notices
            self._answered_by = event.answer.answered_by if event.answer is not None else event.model
            self.line.answered(self._answered_by)
            if event.finish_reason == "length":
                self._notices.append("The answer reached its length limit and was cut there.")

    def _take(self, result: "ToolResult", transport: "Transport", call_id: str) -> None:
        """Take a tool's result, once, however often the server sends it."""
        import msgspec

        from studio.viewmodels.saving import results_of

        files = results_of(result) if result.success else []
        self._take_files(msgspec.structs.replace(result, tool_call_id=call_id), files, transport)

    def _take_files(self, result: "ToolResult", files: "list[Result]", transport: "Transport | None") -> None:
        """Take the result of a call, whose id it carries, and bring its files home."""
        call_id = result.tool_call_id or result.tool
        if call_id in self._seen:
            return
        self._seen.add(call_id)
        assert self.folding is not None
        item = self.folding.result(result, len(files))
        self._save_all(item, files, transport)

    def _save_all(self, item: ToolItem, files: "list[Result]", transport: "Transport | None") -> None:
        """Bring every file home; they come side by side, and become pieces in order."""
        from studio.viewmodels.saving import Errand

        for number, file in enumerate(files):
            self._start_saving(Errand(self.turn, item, number, file), transport)

    def _start_saving(self, errand: "Errand", transport: "Transport | None") -> None:
        import asyncio

        name = f"save.{self.turn.id}.{errand.item.call_id}.{errand.number}"
        before = self._last_saving

        async def in_turn() -> None:
            if before is not None and not before.done():
                await asyncio.wait([before])

        self.desk.tasks.start(name, lambda: self._save(errand, transport, in_turn))
        task = self.desk.tasks.task(name)
        if task is not None:
            self._last_saving = task
            self.conversation.saving.add(task)
            task.add_done_callback(self.conversation.saving.discard)

    async def _save(
        self, errand: "Errand", transport: "Transport | None", in_turn: Callable[[], Awaitable[object]]
    ) -> None:
        import asyncio

        assert self.folding is not None
        try:
            piece = await self._bring_home(errand, transport, in_turn)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the card says it, and offers to try again
            self._could_not_save(errand, transport, error)
            return
        self.conversation.put_piece(piece)
        self.folding.saved(errand.item, piece.id)

    async def _bring_home(
        self, errand: "Errand", transport: "Transport | None", in_turn: Callable[[], Awaitable[object]]
    ) -> Piece:
        from studio.viewmodels.saving import save

        assert transport is not None
        return await save(self.desk, transport, self.conversation, errand, in_turn)

    def _could_not_save(self, errand: "Errand", transport: "Transport | None", error: Exception) -> None:
        assert self.folding is not None
        item = errand.item
        cause = trouble_of(error, self._kind)
        item.trouble = Trouble(
            "A result was made, but it could not be saved here.", cause.what, "Try again", "retry", cause.details
        )

        def once_more() -> None:
            item.trouble, item.status, item.saving = None, "working", item.saving + 1
            self._start_saving(errand, transport)

        self.conversation.unsaved.setdefault(self.turn.id, []).append(once_more)
        self.folding.saved(item, None)

    async def _wait_for_saving(self) -> None:
        import asyncio

        while self.conversation.saving:
            await asyncio.wait(set(self.conversation.saving))

    def _folding(self, loop: "asyncio.AbstractEventLoop") -> Folding:
        return Folding(
            self.turn,
            loop,
            on_change=lambda: self.conversation.show_turn(self.turn),
            keep_text=self._keep_text,
            keep_tool=self._keep_tool,
            badge_of=self._badge_of,
        )

    def _keep_text(self, text: str) -> None:
        turn_id = self.turn.id
        self.desk.save("keeping the answer", lambda lib: lib.turns.append_text(turn_id, text))

    def _keep_tool(self, item: ToolItem) -> None:
        turn_id, now = self.turn.id, replace(item)
        self.desk.save("keeping the answer", lambda lib: lib.turns.upsert_tool(turn_id, now))

    def _badge_of(self, kind: str, index: int | None) -> str:
        from typing import cast

        from studio.contract.chat import MediaKind
        from studio.contract.media import badge

        if index is not None:
            return badge(cast(MediaKind, kind), index)
        of_kind = [piece for piece in self.conversation.pieces if piece.kind == kind]
        made = [piece for piece in of_kind if not piece.uploaded]
        return made[-1].badge if made else of_kind[0].badge if of_kind else ""
