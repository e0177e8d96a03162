"""Which calls wait for somebody's approval, and what it says that they cost.

Sources: contract/chat-runs.md §7, contract/billing.md §2–4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from studio.contract.billing import PREVIEW_LIFETIME_S, CostPreview, ToolCost, is_gated
from studio.contract.errors import ToolError
from studio.contract.runs import RunWaiting, runtime_config
from studio.engine.agent.failures import words_for
from studio.engine.billing.desk import BillingDesk, Estimate
from studio.engine.runs.ending import pause
from studio.engine.runs.state import Edit, State, Turn
from studio.engine.workflows.times import epoch_ms, iso

REASON: Final = "cost_approval_required"


@dataclass(frozen=True)
class Priced:
    """One call that costs something, with its checked arguments."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    estimate: Estimate


def priced(billing: BillingDesk, turn: Turn, calls: Sequence[tuple[str, str, dict[str, Any]]]) -> list[Priced]:
    """Return those of *calls* (id, tool, checked arguments) that a gate may hold."""
    found = []
    for call_id, tool, arguments in calls:
        if not is_gated(tool):
            continue
        try:
            estimate = billing.estimate(tool, arguments, turn.request.token_type)
        except ToolError:
            continue  # it cannot run at all; its result says why
        found.append(Priced(call_id, tool, arguments, estimate))
    return found


def must_ask(turn: Turn, calls: Sequence[Priced]) -> bool:
    """Whether these calls of one round must be approved first."""
    start, state = turn.request.start, turn.state
    undecided = [call for call in calls if call.call_id not in state.approvals]
    if not undecided:
        return False
    config = runtime_config(start.runtime_config)
    if config.require_job_confirmation:
        threshold = config.job_confirmation_threshold_usd
        if threshold is None or any(call.estimate.usd > Decimal(str(threshold)) for call in undecided):
            return True
    ceiling = start.max_estimated_capacity_units
    if ceiling is None or start.confirm_cost is True:
        return False
    return _spent_units(state) + sum(call.estimate.capacity_units for call in undecided) > ceiling


def ask(opened: Edit, calls: Sequence[Priced]) -> None:
    """Pause for one decision about all of *calls*, with a preview to confirm."""
    preview = _preview(calls, opened.now_ms)
    opened.state.previews.append(preview)
    opened.emit("billing_preview_updated", {"billingPreview": preview})
    opened.emit("run_awaiting_cost_confirmation", _offer(calls))
    details = {**_pending(calls), "costApprovalPreview": preview}
    words = f"{_named(calls)} needs your approval before it starts."
    pause(opened, RunWaiting(reason="cost_approval_required", message=words, details=details))


def refuse(opened: Edit, calls: Sequence[Priced], message: str) -> None:
    """Pause because credit is missing; nothing can be confirmed, so there is no preview."""
    opened.emit("run_awaiting_cost_confirmation", _offer(calls))
    pause(opened, RunWaiting(reason="cost_approval_required", message=message, details=_pending(calls)))


def awaits_cost(state: State) -> bool:
    """Whether confirm-cost is what the run waits for."""
    return state.waiting is not None and state.waiting.reason == REASON


def offered(state: State) -> dict[str, Any] | None:
    """Return the preview on the table, or None when the pause has none."""
    details = state.waiting.details if state.waiting else None
    found = details.get("costApprovalPreview") if isinstance(details, dict) else None
    return found if isinstance(found, dict) else None


def pending_ids(state: State) -> list[str]:
    """Return the ids of the calls that the present pause holds."""
    details = state.waiting.details if state.waiting else None
    found = details.get("pendingToolCallIds") if isinstance(details, dict) else None
    return [str(call_id) for call_id in found] if isinstance(found, list) else []


def expired(preview: Mapping[str, Any], now_ms: int) -> bool:
    """Whether *preview* may not be confirmed any more."""
    return epoch_ms(str(preview["validityUntil"])) < now_ms


def renew(opened: Edit) -> None:
    """Put the preview on the table again with a new time limit."""
    old, waiting = offered(opened.state), opened.state.waiting
    if old is None or waiting is None or not isinstance(waiting.details, dict):
        return
    preview = {**old, "validityUntil": _valid_until(opened.now_ms)}
    opened.state.previews.append(preview)
    details = {**waiting.details, "costApprovalPreview": preview}
    opened.state.waiting = msgspec.structs.replace(waiting, details=details)
    opened.emit("billing_preview_updated", {"billingPreview": preview})


def _preview(calls: Sequence[Priced], now_ms: int) -> dict[str, Any]:
    preview = CostPreview(
        total_estimated_capacity_units=sum(call.estimate.capacity_units for call in calls),
        token_type=calls[0].estimate.token_type,
        validity_until=_valid_until(now_ms),
        per_tool_breakdown=[ToolCost(call.call_id, call.tool, call.estimate.capacity_units) for call in calls],
    )
    body: dict[str, Any] = msgspec.to_builtins(preview)
    return body


def _offer(calls: Sequence[Priced]) -> dict[str, Any]:
    """Return the one event of a pause; it speaks of the first call and counts all."""
    first = calls[0]
    body: dict[str, Any] = {
        "toolCallId": first.call_id,
        "toolName": first.tool,
        "estimatedCost": float(sum(call.estimate.tokens for call in calls)),
        "tokenType": first.estimate.token_type,
        "estimatedUsdCost": float(sum(call.estimate.usd for call in calls)),
        "summary": _named(calls),
        "toolArgs": first.arguments,
    }
    if first.estimate.model:
        body["modelKey"] = first.estimate.model
    return body


def _pending(calls: Sequence[Priced]) -> dict[str, Any]:
    return {"toolCallId": calls[0].call_id, "pendingToolCallIds": [call.call_id for call in calls]}


def _named(calls: Sequence[Priced]) -> str:
    names = list(dict.fromkeys(words_for(call.tool) for call in calls))
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return text[:1].upper() + text[1:]


def _valid_until(now_ms: int) -> str:
    return iso(now_ms + PREVIEW_LIFETIME_S * 1000)


def _spent_units(state: State) -> float:
    from studio.contract.billing import capacity_units

    return sum(capacity_units(call.tool_name, call.arguments) for call in state.tool_calls if is_gated(call.tool_name))
