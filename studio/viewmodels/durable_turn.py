"""One turn that goes on without the window: started once, followed over broken cables and restarts, found again.

The library's log of events is the truth. The turn in memory is folded from it; every event is kept
with its sequence before, or together with, what it leads to, and what it leads to may be repeated.
So after a crash at any moment the turn is rebuilt from the log and goes on with the next event.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from studio.viewmodels.state import Piece, ToolItem, Trouble, TurnStatus, Waiting
from studio.viewmodels.troubles import NAMES, EngineDown, ended_trouble, gone_trouble
from studio.viewmodels.turn_run import Item, TurnRun

if TYPE_CHECKING:
    import asyncio

    from studio.contract.chat import ToolResult
    from studio.library.library import Library
    from studio.library.runs import RunEvent, RunRow, RunStatus
    from studio.service.transport import Transport
    from studio.viewmodels.run_cancelling import RunCanceller
    from studio.viewmodels.run_fold import RunFold
    from studio.viewmodels.run_port import Decision, RunsPort
    from studio.viewmodels.saving import Errand, Result
    from studio.viewmodels.uploading import Uploader

KEEP_EVENTS_S = 0.25
BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
START_TRIES = 4
"""Attempts of a start that has certainly not arrived; one that may have arrived is repeated until it is known."""
SAVE_TRIES = 6
_REFOLD_SLICE = 200


@dataclass
class Means:
    """What durable turns share."""

    runs: "RunsPort"
    uploader: "Uploader"
    canceller: "RunCanceller"
    back_off_s: tuple[float, ...] = BACK_OFF_S
    look_s: float = 20.0


class _Lost(Exception):
    """The server does not know the run (any more)."""


@dataclass
class DurableTurn(TurnRun):
    """Runs one turn as a durable run; where the connection knows none, as a streamed answer."""

    means: "Means" = None  # type: ignore[assignment]
    row: "RunRow | None" = None
    """The run that is followed; given, it is found again instead of begun."""
    _fold_events: "RunFold | None" = None
    _last: int = -1
    _asked: bool = False
    _unkept: "list[RunEvent]" = field(default_factory=list)
    _keeping: "asyncio.TimerHandle | None" = None
    _decided: "asyncio.Event | None" = None
    _decision_keys: dict[str, str] = field(default_factory=dict)
    _attached: bool = False
    _gone: bool = False
    _missed: "list[RunEvent]" = field(default_factory=list)
    _missing_said: bool = False

    # --- the answer ----------------------------------------------------------------------------

    async def _work(self) -> None:
        if self.row is None:
            await super()._work()
            return
        self._attached, self._asked = True, True
        await self.desk.warm()
        await self._rebuild()
        await self._follow()

    async def _answer(self, transport: "Transport") -> None:
        if not self.line.offers_runs(transport.connection) or not await self._begin_run(transport):
            await super()._answer(transport)
            return
        await self._follow()

    def _outcome(self) -> tuple[TurnStatus, Trouble | None]:
        fold = self._fold_events
        if fold is None or not fold.status:
            return super()._outcome()
        if fold.status == "cancelled":
            return "stopped", None
        if fold.status == "failed":
            return "failed", ended_trouble(NAMES[self._kind], fold.failure, fold.failure_code)
        return "done", None

    def _trouble_of(self, error: Exception) -> Trouble:
        self._gone = isinstance(error, _Lost)
        return gone_trouble(NAMES[self._kind]) if self._gone else super()._trouble_of(error)

    async def _begin_run(self, transport: "Transport") -> bool:
        """Upload, note the run, start it. False: the connection knows no durable runs."""
        from studio.contract.errors import ApiError

        try:
            body = await self._body(transport)
        except ApiError as error:
            if not means_no_runs(error):
                raise
            self._no_runs(transport)
            return False
        key = _new_key()
        connection, turn_id = transport.connection, self.turn.id
        self.row = await self.desk.call(
            lambda lib: lib.runs.begin(
                turn_id, key, kind=connection.kind, base_url=connection.base_url, request=body.decode()
            )
        )
        try:
            await self._start(transport)
        except ApiError as error:
            await self.desk.call(lambda lib: lib.runs.end(key, "failed"))
            self.row = None
            if not means_no_runs(error):
                raise
            self._no_runs(transport)
            return False
        return True

    def _no_runs(self, transport: "Transport") -> None:
        if self.line.offers_runs(transport.connection):
            self.line.has_no_runs(transport.connection)
            self.desk.notices.post(
                "info",
                f"{NAMES[self._kind]} answers only while the window is open.",
                "Keep it open until an answer is complete.",
            )

    async def _body(self, transport: "Transport") -> bytes:
        import asyncio

        from studio.viewmodels.durable_request import build_start, to_upload

        plan = await self._plan(transport)
        pieces = to_upload(plan)
        if pieces:
            self._set_phase("uploading")
        urls = await asyncio.gather(*(self.means.uploader.url(transport, piece) for piece in pieces))
        self._set_phase("")
        attached = set(self.turn.attachments)
        for piece in pieces:
            if piece.id in attached:
                self._notices += self.means.uploader.notices.pop(piece.sha256, [])
        by_id = {piece.id: url for piece, url in zip(pieces, urls, strict=True)}
        session_id, above = self.conversation.id, self.conversation.ask_above_usd
        started = await self.desk.workers.pictures(
            lambda: build_start(plan, by_id, session_id=session_id, ask_above_usd=above)
        )
        self._notices += started.notices
        return started.body

    async def _start(self, transport: "Transport") -> None:
        """Start the run, or find the one that was started; the same key and body however often.

        Raises:
            ApiError: the server refused.
            TransportError: it certainly never got the start.
        """
        from studio.contract.errors import ApiError, TransportError

        assert self.row is not None
        row, tries = self.row, 0
        while True:
            try:
                self._asked = True
                record = await self.means.runs.start(transport, row.request.encode(), row.key)
                break
            except (ApiError, TransportError, EngineDown) as error:
                may_have_arrived = self._attached or (isinstance(error, TransportError) and error.sent)
                self._attached = self._attached or may_have_arrived
                if isinstance(error, ApiError) and not _passes(error):
                    raise
                tries += 1
                if not may_have_arrived:
                    self._asked = False
                    if tries >= START_TRIES or self._kind != "local":
                        raise
                transport = await self._again(error, tries)
        run_id = record.get("runId")
        if not isinstance(run_id, str) or not run_id:
            raise _Lost
        key, base_url = row.key, transport.connection.base_url
        self.row = replace(row, run_id=run_id, base_url=base_url)
        await self.desk.call(lambda lib: lib.runs.started(key, run_id, base_url))
        self._attached = False

    async def _follow(self) -> None:
        """Take in events until the run ends or asks something that a new message answers."""
        from studio.contract.errors import ApiError, TransportError

        fold, failures = self._folder(), 0
        while not fold.status and (fold.waiting is None or fold.waiting.is_approval):
            assert self.row is not None
            try:
                if not self.row.run_id:
                    await self._start(await self._back())
                await self._listen()
                if fold.waiting is not None and fold.waiting.is_approval:
                    await self._until_decided()
                elif not fold.status and fold.waiting is None:
                    await self._look()
                failures = 0
            except ApiError as error:
                self._keep_now()
                if error.http_status in (404, 410):
                    raise _Lost from error
                raise
            except (TransportError, EngineDown) as error:
                failures += 1
                await self._again(error, failures)

    async def _listen(self) -> None:
        from contextlib import aclosing

        from studio.viewmodels.run_port import Back, Cut

        assert self.row is not None
        async with aclosing(self.means.runs.follow(self._back, self.row.run_id, self._last)) as items:
            async for item in items:
                if isinstance(item, Cut):
                    self._set_phase("reconnecting")
                    self.line.failed(self._kind, item.error)
                    continue
                self._set_phase("")
                if not isinstance(item, Back):
                    self._take_event(item)

    async def _look(self) -> None:
        """See how a run is whose events ended without saying so."""
        assert self.row is not None
        record = await self.means.runs.snapshot(await self._back(), self.row.run_id)
        if record.get("status") in ("completed", "partial_failure", "failed", "cancelled"):
            self._folder().end_as(record)
        elif record.get("status") == "waiting_for_user" and isinstance(record.get("waiting"), dict):
            self._folder().fold("run_waiting_for_user", record["waiting"])
            self._show_waiting(self._folder().waiting)

    async def _back(self) -> "Transport":
        assert self.row is not None
        transport = await self.line.transport_for(self._kind_of_row(), self.row.base_url)
        self._kind = transport.connection.kind
        return transport

    async def _again(self, error: Exception, failures: int) -> "Transport":
        """Wait a little, then return the way to the server as it is now."""
        from studio.contract.errors import ApiError, TransportError

        while True:
            self._set_phase("reconnecting")
            self.line.failed(self._kind, error)
            await self._pause(failures)
            try:
                return await self._back()
            except (TransportError, EngineDown) as again:
                error, failures = again, failures + 1
            except ApiError as again:
                if not _passes(again):
                    raise
                error, failures = again, failures + 1

    async def _pause(self, failures: int) -> None:
        import asyncio

        waits = self.means.back_off_s
        await asyncio.sleep(waits[min(failures, len(waits)) - 1])

    # --- events --------------------------------------------------------------------------------

    def _take_event(self, event: "RunEvent") -> None:
        """Keep an event and fold it; one that is known already changes nothing."""
        if event.sequence <= self._last or self.ended or self.detached:
            return
        self._last = event.sequence
        self._unkept.append(event)
        kind = event.type
        if kind in ("assistant_message_delta", "tool_call_progress"):
            self._keep_soon()
        else:
            self._keep_now()
        fold = self._folder()
        asked = fold.waiting
        fold.fold(kind, _payload(event))
        if fold.waiting != asked:
            self._show_waiting(fold.waiting)

    def _show_waiting(self, waiting: Waiting | None) -> None:
        assert self.row is not None
        self.turn.waiting = waiting
        key = self.row.key
        self.desk.save("keeping what is asked", lambda lib: lib.runs.set_waiting(key, waiting))
        self.conversation.show_turn(self.turn)
        self.conversation.state_changed.emit()

    def _keep_soon(self) -> None:
        if self._keeping is None and self.desk.loop is not None:
            self._keeping = self.desk.loop.call_later(KEEP_EVENTS_S, self._keep_now)

    def _keep_now(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None
        if self._unkept and self.row is not None:
            events, self._unkept = self._unkept, []
            self.desk.save("keeping the answer", lambda lib: self._append(lib, events))

    def _append(self, lib: "Library", events: "list[RunEvent]") -> None:
        """Keep events with those that could not be kept before; said once, not with every batch. Library's thread."""
        assert self.row is not None
        self._missed += events
        try:
            lib.runs.append(self.row.key, self._missed)
        except Exception:
            if not self._missing_said:
                self._missing_said = True
                raise
        else:
            self._missed, self._missing_said = [], False

    async def _rebuild(self) -> None:
        """Fold what the library has of this run into the turn, a slice at a time."""
        import asyncio

        assert self.row is not None
        key = self.row.key
        events = await self.desk.call(lambda lib: [(e, _payload(e)) for e in lib.runs.events(key)])
        fold = self._folder()
        self.turn.items, self.turn.trouble = [], None
        for number, (event, payload) in enumerate(events):
            if number and event.sequence > self._last + 1:
                break  # what was not kept is asked for again, and what follows it with it
            fold.fold(event.type, payload)
            self._last = event.sequence
            if number % _REFOLD_SLICE == _REFOLD_SLICE - 1:
                await asyncio.sleep(0)
        self._set_phase("reconnecting")
        self.turn.waiting = fold.waiting
        self.conversation.show_turn(self.turn)
        self.conversation.state_changed.emit()

    def _folder(self) -> "RunFold":
        if self._fold_events is None:
            from studio.viewmodels.run_fold import RunFold

            assert self.folding is not None
            self._fold_events = RunFold(self.folding, self._take_result)
        return self._fold_events

    def _take_result(self, result: "ToolResult", files: "list[Result]") -> None:
        self._take_files(result, files, None)

    def _set_phase(self, phase: str) -> None:
        if self.turn.phase != phase and not self.ended:
            self.turn.phase = phase
            self.conversation.show_turn(self.turn)

    def _keep_text(self, text: str) -> None:
        if self.row is None:
            super()._keep_text(text)

    def _keep_tool(self, item: ToolItem) -> None:
        if self.row is None or self.ended:
            super()._keep_tool(item)

    # --- results -------------------------------------------------------------------------------

    async def _bring_home(
        self, errand: "Errand", transport: "Transport | None", in_turn: Callable[[], Awaitable[object]]
    ) -> Piece:
        """Save a result; its address is asked for anew when it does not work any more."""
        from studio.contract.errors import ApiError, TransportError
        from studio.viewmodels.saving import save, saved_before

        if self.row is None:
            return await super()._bring_home(errand, transport, in_turn)
        if (known := await saved_before(self.desk, self.conversation, errand)) is not None:
            return known
        tries, refreshed = 0, False
        while True:
            try:
                transport = await self._back()
                return await save(self.desk, transport, self.conversation, errand, in_turn)
            except (ApiError, TransportError, EngineDown) as error:
                tries += 1
                if isinstance(error, ApiError) and (refreshed or error.http_status not in (401, 403, 404, 410)):
                    raise
                if tries >= SAVE_TRIES:
                    raise
                if not isinstance(error, ApiError):
                    await self._pause(tries)
                fresh = await self._fresh(errand)
                refreshed = fresh is not None
                errand = replace(errand, file=fresh or errand.file)

    async def _fresh(self, errand: "Errand") -> "Result | None":
        """Return a result with its address as the server gives it now; None when it cannot be asked."""
        from studio.contract.errors import StudioError
        from studio.viewmodels.run_fold import files_of_event

        assert self.row is not None
        try:
            events = await self.means.runs.events(await self._back(), self.row.run_id, -1)
        except (StudioError, EngineDown):
            return None
        for event in events:
            payload = _payload(event) if event.type == "tool_call_resolved" else {}
            if payload.get("toolCallId") == errand.item.call_id:
                files = files_of_event(payload)
                return files[errand.number] if errand.number < len(files) else None
        return None

    # --- what it asks --------------------------------------------------------------------------

    async def _until_decided(self) -> None:
        """Wait for the person, looking now and then whether somebody decided elsewhere."""
        import asyncio
        import contextlib

        from studio.contract.errors import StudioError
        from studio.viewmodels.run_fold import refreshed

        assert self.row is not None
        self._decided = asyncio.Event()
        while (waiting := self._folder().waiting) is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.means.look_s):
                    await self._decided.wait()
                return
            with contextlib.suppress(StudioError, EngineDown):
                record = await self.means.runs.snapshot(await self._back(), self.row.run_id)
                if not waiting.deciding and refreshed(waiting, record) is None:
                    self._folder().waiting = None
                    self._show_waiting(None)

    def decide(self, decision: "Decision", overrides: dict[str, Any] | None = None) -> None:
        """Approve or decline what the run asks; the card shows how that goes."""
        waiting = self.turn.waiting
        if waiting is None or waiting.deciding or self.ended or self.row is None:
            return
        self._show_decision(replace(waiting, deciding="approve" if decision == "confirm" else "decline", trouble=""))
        self.desk.tasks.start(f"decide.{self.row.key}", lambda: self._decide(decision, overrides or {}))

    async def _decide(self, decision: "Decision", overrides: dict[str, Any]) -> None:
        from studio.contract.errors import StudioError
        from studio.viewmodels.run_deciding import send_decision
        from studio.viewmodels.troubles import trouble_of

        waiting = self.turn.waiting
        assert waiting is not None
        assert self.row is not None
        try:
            decided = await send_decision(
                self.means.runs, self._back, self.row.run_id, waiting, decision, overrides, self._decision_keys
            )
            trouble = ""
        except (StudioError, EngineDown) as error:
            decided, trouble = waiting, trouble_of(error, self._kind).what
        if self.ended or self.detached:
            return
        if decided is not None:
            self._show_decision(replace(decided, deciding="", trouble=trouble or decided.trouble))
            return
        self._folder().waiting = None
        self._show_waiting(None)
        if self._decided is not None:
            self._decided.set()

    def _show_decision(self, waiting: Waiting) -> None:
        self.turn.waiting = self._folder().waiting = waiting
        self.conversation.show_turn(self.turn)

    # --- the end -------------------------------------------------------------------------------

    def end(self, status: TurnStatus, trouble: Trouble | None = None) -> None:
        """Close the turn once; its items, its end and the end of its run are kept together."""
        fold = self._fold_events
        if self.row is None or self.ended or self.detached:
            super().end(status, trouble)
            return
        self._keep_now()
        if fold is not None:
            self._answered_by = fold.answered_by or self._answered_by
            self._notices += fold.notices
            if fold.cut_short:
                self._notices.append("The answer reached its length limit and was cut there.")
            self.turn.waiting = fold.waiting if status == "done" else None
        if status == "done" and self._answered_by:
            self.line.answered(self._answered_by)
        super().end(status, trouble)
        if status == "failed" and self.row.run_id and not self._gone and not (fold is not None and fold.status):
            self.conversation.lost[self.turn.id] = self.row
        if status == "stopped" and self._asked and not (fold is not None and fold.status):
            self.means.canceller.start(self.row)

    def _finish(self, lib: "Library", status: TurnStatus, trouble: Trouble | None, items: list[Item]) -> None:
        if self.row is None:
            super()._finish(lib, status, trouble, items)
            return
        turn, fold = self.turn, self._fold_events
        over = fold is not None and bool(fold.status)
        result: RunStatus = "completed" if status == "done" else "cancelled" if status == "stopped" else "lost"
        if self._gone:
            result = "failed"
        if fold is not None and over:
            result = fold.status  # type: ignore[assignment]
        with lib.together():
            lib.runs.append(self.row.key, self._missed)
            lib.turns.put_items(turn.id, items)
            lib.turns.finish(turn.id, status, trouble=trouble, notices=turn.notices, answered_by=turn.answered_by)
            cancel = status == "stopped" and self._asked and not over
            lib.runs.end(self.row.key, result, waiting=turn.waiting, cancel=cancel)

    @property
    def outlives_window(self) -> bool:
        """Whether the run has been asked for."""
        return self.row is not None and self._asked

    def leave(self) -> None:
        """Let the window close while the run goes on; without one, the turn ends."""
        if not self.outlives_window or self.ended:
            self.stop()
            return
        self._keep_now()
        self.detached = True
        if self.folding is not None:
            self.folding.suspend()

    def _kind_of_row(self) -> Any:
        assert self.row is not None
        return self.row.kind


def means_no_runs(error: Exception) -> bool:
    """Whether a refusal says that the server knows no durable runs (or no uploads for them)."""
    from studio.contract.errors import ApiError

    return isinstance(error, ApiError) and error.http_status in (404, 405, 501) and error.code != "model_not_found"


def _passes(error: Exception) -> bool:
    """Whether waiting may help."""
    return getattr(error, "http_status", 0) in (408, 423, 425, 429, 500, 502, 503, 504)


def _payload(event: "RunEvent") -> dict[str, Any]:
    if not event.payload:
        return {}
    try:
        found = json.loads(event.payload)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _new_key() -> str:
    from studio.service.transport import new_idempotency_key

    return new_idempotency_key()
