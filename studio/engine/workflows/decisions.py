"""What a person decides about a workflow: resume it, cancel it, accept its cost.

Each decision is one transaction; the runtime is told afterwards. Sources:
contract/workflows.md §8–10, contract/templates.md §8.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from studio.contract.billing import same_preview
from studio.contract.errors import Conflict, InvalidRequest
from studio.engine.durable.execution import Runtime
from studio.engine.durable.faults import fault
from studio.engine.durable.follow import wait_until_closed
from studio.engine.durable.jobs import TERMINAL, Job, JobStore
from studio.engine.workflows import costs, vocabulary
from studio.engine.workflows.ending import cancel_now, offer
from studio.engine.workflows.plan import Plan, StepNode
from studio.engine.workflows.record import awaits_cost
from studio.engine.workflows.state import Edit, StepState, edit, state_of
from studio.engine.workflows.times import epoch_ms

CONFIRM = "workflows/confirm-cost"
_WIND_DOWN_S = 2.0
"""How long a cancel waits for the executor; it goes on winding down after that."""
_RESUMABLE = frozenset(("waiting_for_user", "failed", "partial_failure", "running", "queued"))


async def resume(
    store: JobStore, runtime: Runtime, job: Job, changes: Mapping[str, Any], words: Any
) -> tuple[Job, bool]:
    """Continue a workflow from what it has.

    Args:
        changes: ``token_type``, ``billing_mode``, ``app_source`` that replace the stored ones.
        words: the resume vocabulary, or None.

    Returns:
        The workflow, and whether execution was started again.

    Raises:
        Conflict: it is completed or cancelled, or waits for something that a resume cannot give.
        InvalidRequest: *words* do not fit what it waits for.
    """

    def work(opened: Edit) -> bool:
        draft, state = opened.draft, opened.state
        if draft.status not in _RESUMABLE:
            raise Conflict(f"This workflow is {draft.status}; there is nothing to resume.", code="not_resumable")
        if vocabulary.said(words) == "cancel":
            cancel_now(opened)
            return False
        if awaits_cost(draft.job, state):
            raise Conflict("This workflow waits for its cost to be accepted; use confirm-cost.", code="cost_approval")
        lease = draft.lease
        if draft.status == "queued" or (draft.status == "running" and lease and lease.expires_ms > draft.now_ms):
            return False
        vocabulary.apply(opened, words)
        for name, value in changes.items():
            setattr(opened.request, name, value)
        for node in Plan(opened.request, state).steps:
            _retry(opened, node)
        state.pause = state.failure = None
        _again(opened, "the user resumed it")
        return True

    resumed = await edit(store, job.id, work)
    fault("workflow.resumed")
    if resumed:
        await runtime.start(job.id)
    return await store.require(job.id), resumed


def _again(opened: Edit, reason: str) -> None:
    draft = opened.draft
    draft.attempt += 1
    draft.status = "queued"
    draft.lease = None
    draft.cancel_requested, draft.cancel_reason = False, None
    draft.state["resumeReason"] = reason


def _retry(opened: Edit, node: StepNode) -> None:
    """Let a step that did not succeed run again; completed and deliberately skipped ones stay."""
    state = opened.state.steps.get(node.id)
    if state is None or state.status == "completed" or (state.status == "skipped" and state.error is None):
        return
    if state.status in ("failed", "cancelled", "skipped"):
        vocabulary.reset_step(opened, node.id)
    else:
        state.status = "pending"


async def cancel(store: JobStore, runtime: Runtime, job: Job, reason: str | None) -> tuple[Job, bool]:
    """Cancel a workflow.

    Returns:
        The workflow, and whether this call changed its status (or has begun to).
    """
    if job.status in TERMINAL:
        return job, False

    def work(opened: Edit) -> bool:
        if opened.draft.status not in ("queued", "waiting_for_user"):
            return False
        opened.draft.cancel_requested, opened.draft.cancel_reason = True, reason
        cancel_now(opened)
        return True

    if await edit(store, job.id, work):
        fault("workflow.cancelled")
        return await store.require(job.id), True
    await runtime.cancel(job.id, reason)
    try:
        ended = await asyncio.wait_for(wait_until_closed(store, job.id), _WIND_DOWN_S)
    except TimeoutError:
        ended = await store.get(job.id)
    now = ended or await store.require(job.id)
    if now.status == "waiting_for_user":  # it came to a pause in the same moment
        return await cancel(store, runtime, now, reason)
    return now, now.status == "cancelled" or now.status not in TERMINAL


async def refresh_preview(store: JobStore, job: Job) -> Job:
    """Give a workflow that waits for its cost a new preview when the old one has expired."""
    state = state_of(job)
    if not awaits_cost(job, state) or not state.previews or not _expired(state.previews[-1], store.now_ms()):
        return job

    def work(opened: Edit) -> None:
        if awaits_cost(opened.draft.job, opened.state) and _expired(opened.state.previews[-1], opened.now_ms):
            offer(opened)

    await edit(store, job.id, work)
    return await store.require(job.id)


def _expired(preview: Mapping[str, Any], now_ms: int) -> bool:
    return epoch_ms(str(preview["validityUntil"])) < now_ms


async def confirm_cost(
    store: JobStore,
    runtime: Runtime,
    job: Job,
    *,
    decision: Literal["confirm", "cancel"],
    accepted: Mapping[str, Any] | None,
    key: str | None,
) -> Job:
    """Accept or decline the cost of a workflow. One acceptance covers the whole run.

    Raises:
        InvalidRequest: confirm without the preview.
        Conflict: it does not wait for its cost, or the preview is not the current one any more.
    """
    if decision == "confirm" and accepted is None:
        raise InvalidRequest("acceptedCostPreview is required to confirm.", param="acceptedCostPreview")

    def work(opened: Edit) -> bool:
        if key is not None and not opened.draft.claim_key(f"{CONFIRM}/{job.id}", key):
            return False
        if not awaits_cost(opened.draft.job, opened.state):
            raise Conflict("This workflow does not wait for its cost to be accepted.", code="not_awaiting_cost")
        if decision == "cancel":
            opened.draft.cancel_reason = "The cost was declined."
            cancel_now(opened)
            return False
        current = opened.state.previews[-1]
        if _expired(current, opened.now_ms) or not same_preview(current, accepted or {}):
            raise Conflict(
                "The cost preview has expired or changed. Read the workflow again and confirm the new one.",
                code="cost_preview_stale",
            )
        specs = [node.spec for node in Plan(opened.request, opened.state).steps]
        spent = opened.state.authorization
        agreed = costs.authorize(
            opened.request, specs, now_ms=opened.now_ms, units=float(current["totalEstimatedCapacityUnits"])
        )
        if agreed is not None and spent is not None:
            agreed.settlements = spent.settlements
            # What was spent on takes that are gone comes on top of the plan that was confirmed.
            agreed.authorized_capacity_units = max(
                agreed.authorized_capacity_units, spent.settled_units + _left(opened)
            )
        opened.state.authorization = agreed
        opened.state.pause = None
        opened.emit("custom", {"decision": "confirm", "billingPreview": current}, message="The cost was accepted")
        _again(opened, "the cost was accepted")
        return True

    confirmed = await edit(store, job.id, work)
    fault("workflow.confirmed")
    if confirmed:
        await runtime.start(job.id)
    return await store.require(job.id)


def _left(opened: Edit) -> float:
    plan = Plan(opened.request, opened.state)
    return costs.estimate(
        node.spec for node in plan.steps if (opened.state.steps.get(node.id) or StepState()).status != "completed"
    )
