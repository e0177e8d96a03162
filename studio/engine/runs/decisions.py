"""What a person decides about a run: cancel it, or approve what it costs. Source: contract/chat-runs.md §6–7.

Each decision is one transaction; the runtime is told afterwards.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from studio.contract.billing import same_preview
from studio.contract.errors import Conflict, InvalidRequest
from studio.contract.runs import ConfirmCost, override_arguments
from studio.engine.durable.execution import Runtime
from studio.engine.durable.faults import fault
from studio.engine.durable.follow import wait_until_closed
from studio.engine.durable.jobs import TERMINAL, Job, JobStore
from studio.engine.runs import ending, gate
from studio.engine.runs.state import Approval, Edit, edit, state_of

CONFIRM: Final = "chat/runs/confirm-cost"
_WIND_DOWN_S: Final = 2.0
"""How long a cancel waits for the executor; it goes on winding down after that."""


async def cancel(store: JobStore, runtime: Runtime, job: Job, reason: str | None) -> Job:
    """Cancel a run and return it; one that is over already stays as it is."""
    if job.status in TERMINAL:
        return job

    def work(opened: Edit) -> bool:
        if opened.draft.status not in ("queued", "waiting_for_user"):
            return False
        opened.draft.cancel_requested, opened.draft.cancel_reason = True, reason
        ending.cancel(opened, reason)
        return True

    if await edit(store, job.id, work):
        fault("run.cancelled")
        return await store.require(job.id)
    await runtime.cancel(job.id, reason)
    try:
        ended = await asyncio.wait_for(wait_until_closed(store, job.id), _WIND_DOWN_S)
    except TimeoutError:
        ended = await store.get(job.id)
    now = ended or await store.require(job.id)
    if now.status == "waiting_for_user":  # it came to a pause in the same moment
        return await cancel(store, runtime, now, reason)
    return now


async def refresh_preview(store: JobStore, job: Job) -> Job:
    """Give a run that waits for its cost a new preview when the old one has expired."""
    if job.status != "waiting_for_user" or not _is_stale(job, store.now_ms()):
        return job

    def work(opened: Edit) -> None:
        if opened.draft.status == "waiting_for_user" and _is_stale(opened.draft.job, opened.now_ms):
            gate.renew(opened)

    await edit(store, job.id, work)
    return await store.require(job.id)


def _is_stale(job: Job, now_ms: int) -> bool:
    preview = gate.offered(state_of(job))
    return preview is not None and gate.expired(preview, now_ms)


class _DecidedAlready(Exception):
    """The key was used before: nothing is written."""


async def confirm_cost(store: JobStore, runtime: Runtime, job: Job, asked: ConfirmCost, key: str | None) -> Job:
    """Approve or decline the calls that a run holds; one decision covers all of them.

    Raises:
        InvalidRequest: confirm without the preview.
        Conflict: it does not wait for the cost of that call, or the preview is not the current one any more.
    """
    if asked.confirms and asked.accepted_cost_preview is None:
        raise InvalidRequest("acceptedCostPreview is required to confirm.", param="acceptedCostPreview")

    def work(opened: Edit) -> None:
        if key is not None and not opened.draft.claim_key(f"{CONFIRM}/{job.id}", key):
            raise _DecidedAlready
        _check(opened, asked)
        _decide(opened, asked)
        opened.draft.attempt += 1
        opened.draft.status = "queued"

    try:
        await edit(store, job.id, work)
    except _DecidedAlready:
        return await store.require(job.id)
    fault("run.confirmed")
    await runtime.start(job.id)
    return await store.require(job.id)


def _check(opened: Edit, asked: ConfirmCost) -> None:
    state = opened.state
    if opened.draft.status != "waiting_for_user" or not gate.awaits_cost(state):
        raise Conflict("This run does not wait for its cost to be accepted.", code="not_awaiting_cost")
    if asked.tool_call_id not in gate.pending_ids(state):
        raise Conflict(f"This run does not wait for the call {asked.tool_call_id}.", code="other_tool_call")
    if not asked.confirms:
        return
    current = gate.offered(state)
    if current is None:
        raise Conflict(
            "There is not enough credit for this, so it cannot be confirmed. Cancel it, or cancel the run.",
            code="not_confirmable",
        )
    accepted: Mapping[str, Any] = asked.accepted_cost_preview or {}
    if gate.expired(current, opened.now_ms) or not same_preview(current, accepted):
        raise Conflict(
            "The cost preview has expired or changed. Refresh: read the run again and confirm the new one.",
            code="cost_preview_stale",
        )


def _decide(opened: Edit, asked: ConfirmCost) -> None:
    state = opened.state
    pending = gate.pending_ids(state)
    for call_id in pending:
        named = call_id == asked.tool_call_id
        overrides = override_arguments(asked.overrides, words=named) if asked.confirms else {}
        state.approvals[call_id] = Approval(asked.confirms, overrides)
    state.waiting = None
    payload: dict[str, Any] = {
        "toolCallId": asked.tool_call_id,
        "decision": "confirm" if asked.confirms else "cancel",
        "toolCallIds": pending,
    }
    if asked.reason:
        payload["reason"] = asked.reason
    opened.emit("run_cost_confirmation_resolved", payload)
