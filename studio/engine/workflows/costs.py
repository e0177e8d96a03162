"""What a workflow may cost: estimate, preview, and the one authorisation that covers a whole run.

Sources: contract/workflows.md §9, contract/billing.md §2, §3 and §5. Approval is asked for when
the start said ``confirm_cost: false``, and again when a run would take more than it was
authorised for (its ceiling, or the confirmed estimate) or the consent is too old.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from studio.contract.billing import (
    PREVIEW_LIFETIME_S,
    StageCost,
    WorkflowCostPreview,
    capacity_units,
    is_gated,
    output_count,
)
from studio.contract.tools import catalogue
from studio.contract.workflows import appends
from studio.engine.workflows.plan import StepNode
from studio.engine.workflows.state import Authorization, Edit, Pause, Request, Settlement
from studio.engine.workflows.times import iso

Spec = Mapping[str, Any]
DRIFT = 0.05
"""An estimate may exceed the authorisation by this share without another question."""
GRACE_MS = 6 * 3600 * 1000
"""A consent outlives the expected duration by this much: renders queue, and people come back after lunch."""
_SECONDS = {"image": 20.0, "video": 120.0, "audio": 60.0, "model": 120.0}


def planned_arguments(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step's arguments with a place-holder for everything that a dependency appends to a list."""
    arguments = dict(spec.get("arguments") or {})
    for dependency in spec.get("dependsOn") or []:
        name = dependency["targetArgument"]
        if appends(spec["toolName"], name):
            arguments[name] = [*(arguments.get(name) or []), 0]
    return arguments


def units_of(spec: Mapping[str, Any]) -> float:
    """Return the estimated capacity units of one step."""
    return capacity_units(spec["toolName"], planned_arguments(spec))


def estimate(specs: Iterable[Mapping[str, Any]]) -> float:
    """Return the estimated capacity units of a plan."""
    return sum(units_of(spec) for spec in specs)


def expected_seconds(specs: Iterable[Mapping[str, Any]]) -> float:
    """Return how long a plan is expected to take, roughly."""
    return sum(_SECONDS.get(catalogue()[spec["toolName"]].produces or "", 2.0) for spec in specs)


def preview(request: Request, nodes: Sequence[StepNode], *, now_ms: int) -> dict[str, Any]:
    """Return what a person is asked to accept; an inline workflow has no template in it."""
    template = request.template or {}
    stages: dict[str, list[StepNode]] = {}
    for node in nodes:
        stages.setdefault(node.stage, []).append(node)
    specs = [node.spec for node in nodes]
    shown: dict[str, Any] = msgspec.to_builtins(
        WorkflowCostPreview(
            template_id=str(template.get("id") or ""),
            inputs=request.inputs or {},
            total_estimated_capacity_units=estimate(specs),
            per_stage_breakdown=[_stage_cost(stage, members) for stage, members in stages.items()],
            token_type=request.token_type,
            expected_duration_seconds=expected_seconds(specs),
            validity_until=iso(now_ms + PREVIEW_LIFETIME_S * 1000),
            **({} if request.ceiling is None else {"max_acceptable_units": request.ceiling}),
        )
    )
    if not template:
        del shown["templateId"]
    return shown


def _stage_cost(stage: str, nodes: Sequence[StepNode]) -> StageCost:
    calls: dict[str, int] = {}
    for node in nodes:
        calls[node.tool] = calls.get(node.tool, 0) + output_count(node.tool, planned_arguments(node.spec))
    return StageCost(stage, estimate(n.spec for n in nodes), [f"{tool} x{count}" for tool, count in calls.items()])


def asks_approval(request: Request, specs: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the start said that nobody has consented yet, and there is something to consent to."""
    return request.consented is False and any(is_gated(spec["toolName"]) for spec in specs)


def authorize(
    request: Request, specs: Sequence[Mapping[str, Any]], *, now_ms: int, units: float | None = None
) -> Authorization | None:
    """Return the consent that a start or a confirmation gives; None when no limit was ever named.

    Args:
        units: the confirmed estimate, which replaces the ceiling.
    """
    if units is None:
        if request.consented is not True:
            return None if request.ceiling is None else Authorization(request.ceiling, request.token_type, now_ms)
        units = max(estimate(specs), request.ceiling or 0)
    expires = now_ms + int(expected_seconds(specs) * 1000) + GRACE_MS
    return Authorization(units, request.token_type, now_ms, expires)


def reserve(opened: Edit, spec: Mapping[str, Any]) -> Pause | None:
    """Take a step's estimate out of the authorisation, or return the pause that asks for a new one."""
    found = opened.state.authorization
    if found is None:
        return None
    step, units = spec["id"], units_of(spec)
    entry = found.settlements.get(step)
    reserved = found.reserved_units - (entry.estimated_units if entry and entry.status == "in_flight" else 0)
    expired = found.expires_ms is not None and opened.now_ms > found.expires_ms
    if units and (expired or found.settled_units + reserved + units > found.authorized_capacity_units * (1 + DRIFT)):
        why = (
            "The consent to the cost of this workflow has expired."
            if expired
            else "Going on would cost more than was agreed to for this workflow."
        )
        return Pause("cost_reauthorization_required", f"{why} Everything made so far is kept.", step_id=step)
    found.settlements[step] = Settlement(step, units, "in_flight", settled_units=entry.settled_units if entry else None)
    return None


def settle(opened: Edit, step: str, status: str) -> None:
    """Close the reservation of a step that is over. What failed costs nothing."""
    found = opened.state.authorization
    entry = found.settlements.get(step) if found is not None else None
    if entry is None:
        return
    if status == "completed":
        entry.status = "settled"
        entry.settled_units = (entry.settled_units or 0) + entry.estimated_units
    else:
        entry.status = "cancelled" if status == "cancelled" else "failed"
