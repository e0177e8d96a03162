"""Opening a workflow: its first state, its events, its place among the owner's active ones, its cost."""

from decimal import Decimal
from typing import Any

import msgspec

from studio.contract.errors import Conflict
from studio.contract.workflows import ACTIVE_LIMIT
from studio.engine.billing.desk import Payer
from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import Job
from studio.engine.media_desk import Caller
from studio.engine.services import Services
from studio.engine.workflows import costs
from studio.engine.workflows.plan import Plan
from studio.engine.workflows.state import Pause, Request, State

START = "workflows"


async def open_workflow(
    parts: Services, caller: Caller, request: Request, *, job_id: str, key: tuple[str, str] | None
) -> tuple[Job, bool]:
    """Keep *request* as a new workflow and start it, unless it must wait for its cost to be accepted.

    Args:
        key: endpoint and ``Idempotency-Key``.

    Returns:
        The workflow, and whether it is new.

    Raises:
        Conflict: too many are active, or the estimate is above the ceiling without consent.
        InsufficientCredit: the owner has nothing to pay it with.
    """
    state = State()
    nodes = Plan(request, state).steps
    specs = [node.spec for node in nodes]
    units = costs.estimate(specs)
    if request.ceiling is not None and units > request.ceiling and request.consented is not True:
        raise Conflict(
            f"This workflow is estimated at {units:g} capacity units, above the ceiling of {request.ceiling:g}. "
            "Raise max_estimated_capacity_units, or send confirm_cost: true.",
            code="cost_limit_exceeded",
            details={"totalEstimatedCapacityUnits": units, "maxEstimatedCapacityUnits": request.ceiling},
        )
    await _check_credit(parts, caller, request, specs)
    now = parts.jobs.now_ms()
    state.previews.append(costs.preview(request, nodes, now_ms=now))
    status = "queued"
    started = {"title": request.title, "stepCount": len(specs)}
    events: list[tuple[str, dict[str, Any]]] = [("workflow_started", {"status": status, "data": started})]
    if costs.asks_approval(request, specs):
        status = "waiting_for_user"
        details = {"costApprovalPreview": state.previews[-1]}
        state.pause = Pause("cost_approval_required", "Accept the estimated cost to start this workflow.", details)
        data = {"reason": state.pause.reason, "details": details}
        events.append(("workflow_waiting_for_user", {"status": status, "message": state.pause.message, "data": data}))
    else:
        state.authorization = costs.authorize(request, specs, now_ms=now)
    fault("workflow.before_create")
    job, new = await parts.jobs.create(
        "workflow",
        caller.owner,
        job_id=job_id,
        request=msgspec.to_builtins(request),
        state={"workflow": msgspec.to_builtins(state)},
        events=events,
        status=status,
        key=key,
        active_limit=ACTIVE_LIMIT,
    )
    fault("workflow.created")
    if new and status == "queued":
        await parts.runtime.start(job.id)
        job = await parts.jobs.require(job.id)
    return job, new


async def _check_credit(parts: Services, caller: Caller, request: Request, specs: list[costs.Spec]) -> None:
    payer = Payer(caller.owner, request.token_type, request.billing_mode)
    price = sum(
        (parts.billing.estimate(s["toolName"], costs.planned_arguments(s), request.token_type).tokens for s in specs),
        Decimal(0),
    )
    if price > 0 or request.billing_mode == "subscription":
        await parts.billing.admit(payer)
