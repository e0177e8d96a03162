"""Carries runs through: round after round, each with its calls, until there is an answer or somebody is needed.

``execute`` goes over the rounds from the first one in every attempt, so that recovery draws
the same step ids again; what is recorded is not done again, what is closed is passed over.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from studio.contract.chat import MAX_CALLS_PER_ROUND, Message, ToolCall, call_arguments
from studio.contract.errors import InsufficientCredit, StudioError, ToolError
from studio.contract.runs import FinalResponse, RunWaiting, runtime_config, with_overrides
from studio.engine.agent.asking import SESSION_TOOLS
from studio.engine.agent.calls import Performed, PlannedCall, Workshop, checked_arguments, plan_calls, refused
from studio.engine.agent.loop import divided, limit_words, round_messages
from studio.engine.billing.desk import BillingDesk, Hold
from studio.engine.durable.execution import Attempt, Step
from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import CLOSED, TERMINAL, JobKind, JobStore
from studio.engine.durable.token import CancelToken
from studio.engine.runs import ending, gate
from studio.engine.runs.results import dispatch, resolve, results_of
from studio.engine.runs.state import Edit, Round, Turn, edit, round_of, step_of_call, step_of_round
from studio.engine.runs.work import RunWork

T = TypeVar("T")


@dataclass(frozen=True)
class _Call:
    """One hosted call of a round, ready to be run."""

    planned: PlannedCall
    place: int
    step: Step
    arguments: dict[str, Any]

    @property
    def id(self) -> str:
        return self.planned.call.id

    @property
    def tool(self) -> str:
        return self.planned.call.function.name


class RunExecutor:
    """The ``Executor`` of kind *run*."""

    kind: JobKind = "run"

    def __init__(self, store: JobStore, workshop: Workshop, billing: BillingDesk, work: RunWork) -> None:
        self._store = store
        self._workshop = workshop
        self._billing = billing
        self._work = work

    async def execute(self, attempt: Attempt) -> None:
        """Answer the request of one run, as far as it goes."""
        number = 0
        while True:
            number += 1
            found = await attempt.step(step_of_round(number)).run()
            if attempt.token.cancelled:
                await self._cancelled(attempt)
                return
            if found is None or not await self._after(attempt, number, round_of(found)):
                return

    async def perform(self, job_id: str, step: str, token: CancelToken) -> None:
        """Do one round or one call."""
        await self._work.perform(job_id, step, token)

    async def broke(self, job_id: str, error: Exception) -> None:
        """End the run after an unexpected *error*."""
        text = "Something went wrong inside the engine. Its log holds the details; you can ask again."
        await edit(self._store, job_id, lambda opened: ending.fail(opened, text, "internal_error"))

    async def _cancelled(self, attempt: Attempt) -> None:
        await self._give_back(attempt.job_id)
        await self._edit(attempt, lambda opened: ending.cancel(opened, attempt.token.reason))
        fault("run.cancelled")

    async def _after(self, attempt: Attempt, number: int, round_: Round) -> bool:
        """Do what round *number* asks for; True when another round follows."""
        turn = await self._work.turn(attempt.job_id)
        if turn.job.status in CLOSED:
            return False
        if round_.error is not None:
            await self._edit(attempt, lambda opened: ending.fail(opened, round_.error or "", round_.code))
            return False
        hosted, custom = divided(round_.calls, turn.prepared().surface) if round_.may_call else ([], [])
        session = next((call for call in hosted if call.function.name in SESSION_TOOLS), None)
        hosted = [call for call in hosted if call.function.name not in SESSION_TOOLS]
        calls = self._ready(attempt, turn, hosted)
        if number <= turn.state.closed_rounds:
            return True
        if calls:
            if not await self._begin(attempt, turn, calls):
                return False
            if not await self._run(attempt, calls):
                await self._cancelled(attempt)
                return False
        return await self._close(attempt, number, round_, hosted, custom, session)

    def _ready(self, attempt: Attempt, turn: Turn, hosted: Sequence[ToolCall]) -> list[_Call]:
        """Draw the steps of *hosted* in call order, and settle their arguments."""
        tier = runtime_config(turn.request.start.runtime_config).quality_tier
        calls = []
        for place, planned in enumerate(plan_calls(hosted, turn.state.index())):
            name, arguments = planned.call.function.name, planned.arguments
            if tier and "quality" not in arguments:
                arguments = with_overrides(name, arguments, {"qualityTier": tier})
            approval = turn.state.approvals.get(planned.call.id)
            if approval is not None:
                arguments = with_overrides(name, arguments, approval.overrides)
            calls.append(_Call(planned, place, attempt.step(step_of_call(planned.call.id), remote=True), arguments))
        return calls

    # --- before the work -----------------------------------------------------------------------------

    async def _begin(self, attempt: Attempt, turn: Turn, calls: list[_Call]) -> bool:
        """Ask for approval, reserve credit and dispatch; False when the run waits for somebody now."""
        waiting = [call for call in calls if turn.state.call(call.id) is None and self._may_run(turn, call)]
        checked = [(call.id, call.tool, await self._checked(turn, call)) for call in waiting]
        costly = gate.priced(self._billing, turn, [(i, tool, given) for i, tool, given in checked if given is not None])
        if gate.must_ask(turn, costly):
            undecided = [call for call in costly if call.call_id not in turn.state.approvals]
            fault("run.before_pause")
            await self._edit(attempt, lambda opened: gate.ask(opened, undecided))
            fault("run.paused")
            return False
        missing = await self._reserve(turn, costly)
        if missing is not None:
            await self._edit(attempt, lambda opened: gate.refuse(opened, costly, missing))
            return False

        def send(opened: Edit) -> bool:
            if opened.draft.status in CLOSED:
                return False
            for call in waiting:
                dispatch(opened, call.id, call.tool, call.arguments)
            return True

        fault("run.before_dispatch")
        return await self._edit(attempt, send)

    def _may_run(self, turn: Turn, call: _Call) -> bool:
        approval = turn.state.approvals.get(call.id)
        return approval is None or approval.confirmed

    async def _checked(self, turn: Turn, call: _Call) -> dict[str, Any] | None:
        """Return the arguments as the tool will get them; None when it cannot run and so costs nothing."""
        if call.planned.problem or call.tool not in self._workshop.runners:
            return None
        media = turn.state.index()
        try:
            given, problems = await checked_arguments(self._workshop, call.tool, call.arguments, media, turn.caller)
        except (StudioError, OSError):
            return None
        return None if problems else given

    async def _reserve(self, turn: Turn, calls: Sequence[gate.Priced]) -> str | None:
        """Reserve what *calls* cost together; return the sentence when it is not covered, and then nothing is."""
        holds: list[Hold] = []
        try:
            for call in calls:
                key = f"{turn.job.id}/{step_of_call(call.call_id)}"
                try:
                    holds.append(await self._billing.hold(turn.payer, call.tool, call.arguments, key=key))
                except ToolError:
                    continue  # it fails when it is run, and says why
        except InsufficientCredit as error:
            for hold in holds:
                await self._billing.release(hold)
            return error.message
        return None

    async def _give_back(self, job_id: str) -> None:
        """Release what is reserved for calls that were never run."""
        if not self._billing.rates.charges:
            return
        turn = await self._work.turn(job_id)
        for call in turn.state.tool_calls:
            await self._billing.ledger.release(turn.job.owner, f"{job_id}/{step_of_call(call.tool_call_id)}")

    # --- the work ------------------------------------------------------------------------------------

    async def _run(self, attempt: Attempt, calls: list[_Call]) -> bool:
        """Run *calls*, in parallel where independent, and resolve them in call order; False when cancelled."""
        resolved = [asyncio.Event() for _ in calls]
        tasks = [asyncio.create_task(self._one(attempt, call, resolved), name=f"call {call.id}") for call in calls]
        try:
            for task, event in zip(tasks, resolved, strict=True):
                performed = await task
                if attempt.token.cancelled:
                    await asyncio.gather(*tasks)
                    return False
                fault("run.before_resolve")

                def settle(opened: Edit, performed: Performed = performed) -> None:
                    if opened.draft.status not in TERMINAL:
                        resolve(opened, performed)

                await self._edit(attempt, settle)
                fault("run.resolved")
                event.set()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return True

    async def _one(self, attempt: Attempt, call: _Call, resolved: list[asyncio.Event]) -> Performed:
        turn = await self._work.turn(attempt.job_id)
        if not self._may_run(turn, call):
            return ending.not_done(call.tool, call.id, "The cost was declined, so nothing was started.")
        if call.planned.problem or call.place >= MAX_CALLS_PER_ROUND:
            return refused(call.planned, call.place)
        if call.planned.after_all:
            for event in resolved[: call.place]:
                await self._unless_cancelled(attempt, event)
        if attempt.token.cancelled:
            return ending.not_done(call.tool, call.id, attempt.token.reason or ending.CANCELLED)
        found = await call.step.run()
        if found is None:
            return ending.not_done(call.tool, call.id, ending.CANCELLED)
        return msgspec.convert(found, Performed)

    async def _unless_cancelled(self, attempt: Attempt, event: asyncio.Event) -> None:
        with_token = attempt.token.run(_wait(event))
        try:
            await with_token
        except StudioError:
            return

    # --- after the work ------------------------------------------------------------------------------

    async def _close(
        self,
        attempt: Attempt,
        number: int,
        round_: Round,
        hosted: list[ToolCall],
        custom: list[ToolCall],
        session: ToolCall | None,
    ) -> bool:
        """Close round *number* in one transaction; True when another one follows."""

        def work(opened: Edit) -> bool:
            state = opened.state
            if opened.draft.status in CLOSED or state.closed_rounds >= number:
                return opened.draft.status not in CLOSED
            state.closed_rounds = number
            state.usage += round_.usage
            state.note(round_.notices)
            state.answered_by, state.model = round_.answered_by, round_.model
            state.words = round_.text or state.words
            results = results_of(state, [call.id for call in hosted])
            if hosted:
                state.messages += round_messages(round_.text, hosted, results)
            elif round_.text or custom:
                state.messages.append(Message("assistant", round_.text or None, tool_calls=custom or None))
            if custom:
                ending.complete(opened, content=round_.text or None, finish_reason="tool_calls", custom=custom)
                return False
            if session is not None:
                self._end_session(opened, session)
                return False
            if not hosted:
                content = state.words or None
                ending.complete(opened, content=content, finish_reason=round_.finish_reason, custom=[])
                return False
            if number >= round_.most_rounds:
                words, notice = limit_words(number)
                state.note([notice])
                ending.say(opened, words)
                ending.complete(opened, content=words, finish_reason="stop", custom=[])
                return False
            return True

        fault("run.before_close")
        again = await self._edit(attempt, work)
        fault("run.closed")
        return again

    def _end_session(self, opened: Edit, call: ToolCall) -> None:
        """End the turn as ``ask_clarifying_question`` or ``finalize_response`` asks."""
        arguments = call_arguments(call)
        name = call.function.name
        words = str(arguments.get(SESSION_TOOLS[name]) or "").strip()
        dispatch(opened, call.id, name, arguments)
        asks = name == "ask_clarifying_question"
        done = Performed(tool=name, call_id=call.id, message=words, data=arguments)
        resolve(opened, done)
        if not asks:
            if words:
                ending.say(opened, words)
            ending.complete(opened, content=opened.state.words or None, finish_reason="stop", custom=[])
            return
        opened.state.messages.append(Message("assistant", words))
        options = arguments.get("options")
        details: dict[str, Any] = {"toolCallId": call.id}
        if isinstance(options, list):
            details["options"] = options
        final = FinalResponse(content=words or None, finish_reason="waiting_for_user")
        waiting = RunWaiting(reason="ask_clarifying_question", message=words, details=details)
        ending.pause(opened, waiting, final=final)

    async def _edit(self, attempt: Attempt, work: Callable[[Edit], T]) -> T:
        return await edit(self._store, attempt.job_id, work)


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
