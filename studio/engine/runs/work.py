"""The steps of a run: one round of the model, or one call. Each loads what it needs and records what it came to.

A step may be done by another machine, and twice after a crash: everything it appends
before its result is either harmless to repeat or begins with an event that says so.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import msgspec

from studio.contract.chat import ToolCall, Usage, estimate_tokens
from studio.contract.errors import ApiError, InsufficientCredit, StudioError
from studio.engine.agent.asking import Asker
from studio.engine.agent.backends.base import Backend, BackendGone, Finished, ReasoningDelta
from studio.engine.agent.backends.fences import new_call_id
from studio.engine.agent.brains import Brains
from studio.engine.agent.calls import Performed, Workshop, failure, perform_call
from studio.engine.agent.loop import most_rounds
from studio.engine.agent.prepare import Prepared
from studio.engine.billing.desk import BillingDesk, Hold
from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import TERMINAL, Draft, JobStore
from studio.engine.durable.token import Cancelled, CancelToken
from studio.engine.errors import as_api_error
from studio.engine.runs.ending import CANCELLED, not_done
from studio.engine.runs.live import DeltaLog, ProgressLog
from studio.engine.runs.results import last_tick
from studio.engine.runs.state import Round, State, Turn, step_of_call, step_of_round

log = logging.getLogger(__name__)

_ID_LETTERS = 100


class RunWork:
    """Does the steps of runs, with the model and the tools of one engine."""

    def __init__(
        self, store: JobStore, brains: Brains, workshop: Workshop, billing: BillingDesk, base_url: Callable[[], str]
    ) -> None:
        """Make it; *base_url* is where this process reaches its own media."""
        self._store = store
        self._brains = brains
        self._workshop = workshop
        self._billing = billing
        self._base_url = base_url

    async def turn(self, job_id: str) -> Turn:
        """Load a run."""
        return Turn(await self._store.require(job_id), self._base_url(), self._store.sealer.open)

    async def perform(self, job_id: str, step: str, token: CancelToken) -> None:
        """Do *step* and record its result."""
        turn = await self.turn(job_id)
        if turn.job.status in TERMINAL:
            return
        kind, _, rest = step.partition("-")
        if kind == "round":
            await self._round(turn, int(rest), token)
        else:
            await self._call(turn, rest, token)

    # --- rounds --------------------------------------------------------------------------------------

    async def _round(self, turn: Turn, number: int, token: CancelToken) -> None:
        deltas = DeltaLog(self._store, turn.job.id)
        try:
            try:
                found = await token.run(self._asked(turn, number, deltas))
            finally:
                await deltas.close()
        except Cancelled:
            found = Round(cancelled=True)
        except StudioError as error:
            shown = as_api_error(error)
            found = Round(error=shown.message, code=shown.code)
        fault("run.round_asked")

        def record(draft: Draft) -> None:
            if draft.status in TERMINAL or not draft.record(step_of_round(number), "result", found):
                return
            if found.error is None and not found.cancelled:
                payload: dict[str, Any] = {"content": found.text}
                if found.calls:
                    payload["toolCalls"] = msgspec.to_builtins(found.calls)
                draft.emit("assistant_message_completed", payload)

        await self._store.change(turn.job.id, record)
        fault("run.round_recorded")

    async def _asked(self, turn: Turn, number: int, deltas: DeltaLog) -> Round:
        await self._brains.ready()
        prepared = turn.prepared()
        asker = Asker(prepared, self._brains.choose(turn.chat.model), self._brains, self._workshop)
        while True:
            await self._store.change(turn.job.id, lambda draft: _begin_round(draft, number))
            fault("run.round_started")
            try:
                text, finished = await self._heard(turn, prepared, number, asker, deltas)
                break
            except BackendGone as error:
                # Begun again by the fallback: the event says that what this round has said does not count.
                if not asker.fall_back(error):
                    raise
                await deltas.close()
                deltas.reopen()
        return Round(
            text=text,
            calls=_distinct(finished.tool_calls, turn.state),
            finish_reason=finished.finish_reason,
            usage=finished.usage,
            model=asker.backend.model_id,
            answered_by=asker.backend.answered_by,
            notices=asker.notices,
            may_call=turn.state.may_call,
            most_rounds=most_rounds(asker.backend),
        )

    async def _heard(
        self, turn: Turn, prepared: Prepared, number: int, asker: Asker, deltas: DeltaLog
    ) -> tuple[str, Finished]:
        text: list[str] = []
        finished = Finished([], "stop", Usage())
        async with self._paid(turn, number, asker.backend) as used:
            events = asker.ask(prepared.messages, number, may_call=turn.state.may_call)
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, Finished):
                        finished = event
                        used(event.usage)
                    elif not isinstance(event, ReasoningDelta):
                        text.append(event.text)
                        deltas.feed(event.text)
        return "".join(text), finished

    @asynccontextmanager
    async def _paid(self, turn: Turn, number: int, backend: Backend) -> AsyncIterator[Callable[[Usage], None]]:
        """Reserve and settle what the model costs; the director costs nothing."""
        usage: list[Usage] = []
        hold: Hold | None = None
        if backend.tools_mode != "director":
            asked = turn.chat.max_completion_tokens or turn.chat.max_tokens
            tokens = estimate_tokens([*turn.request.start.messages, *turn.state.messages])
            hold = await self._billing.hold_llm(turn.payer, tokens, asked, key=f"{turn.job.id}/{step_of_round(number)}")
        try:
            yield usage.append
        except BaseException:
            if hold is not None:
                await asyncio.shield(self._billing.release(hold))
            raise
        if hold is not None:
            await asyncio.shield(self._billing.settle_llm(hold, usage[-1] if usage else Usage()))

    # --- calls ---------------------------------------------------------------------------------------

    async def _call(self, turn: Turn, call_id: str, token: CancelToken) -> None:
        call = turn.state.call(call_id)
        if call is None:
            return
        performed = await self._performed(turn, call_id, call.tool_name, call.arguments, token)
        fault("run.call_performed")

        def record(draft: Draft) -> None:
            if draft.status in TERMINAL or not draft.record(step_of_call(call_id), "result", performed):
                return
            if performed.outputs:
                draft.emit("tool_call_progress", last_tick(performed))

        await self._store.change(turn.job.id, record)
        fault("run.call_recorded")

    async def _performed(
        self, turn: Turn, call_id: str, tool: str, arguments: dict[str, Any], token: CancelToken
    ) -> Performed:
        prepared = turn.prepared()
        progress = ProgressLog(self._store, turn.job.id)
        try:
            return await token.run(
                perform_call(
                    self._workshop,
                    tool=tool,
                    call_id=call_id,
                    arguments=arguments,
                    media=prepared.media,
                    caller=turn.caller,
                    request_text=prepared.request_text,
                    backend=await self._backend(turn),
                    tick=progress.tick,
                    payer=turn.payer,
                    key=f"{turn.job.id}/{step_of_call(call_id)}",
                )
            )
        except Cancelled:
            return not_done(tool, call_id, token.reason or CANCELLED)
        except InsufficientCredit as error:
            return failure(tool, call_id, error)
        finally:
            await progress.close()

    async def _backend(self, turn: Turn) -> Backend:
        """Return the model that tools may ask."""
        await self._brains.ready()
        try:
            return self._brains.choose(turn.chat.model).backend
        except ApiError:
            return self._brains.director


def _begin_round(draft: Draft, number: int) -> None:
    if draft.status not in TERMINAL:
        draft.emit("llm_round_started", {"round": number})


def _distinct(calls: list[ToolCall], state: State) -> list[ToolCall]:
    """Give every call an id that no other call of this run has: ids name the steps."""
    used = {call.tool_call_id for call in state.tool_calls}
    used |= {call.id for message in state.messages for call in message.tool_calls or []}
    out = []
    for call in calls:
        fine = 0 < len(call.id) <= _ID_LETTERS and call.id.isascii() and call.id.isprintable() and call.id not in used
        chosen = call if fine else msgspec.structs.replace(call, id=new_call_id())
        used.add(chosen.id)
        out.append(chosen)
    return out
