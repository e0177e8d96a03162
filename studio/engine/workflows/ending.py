"""How a workflow comes to rest: it waits, or it is over. Each with the events that say so."""

from typing import Any

from studio.engine.durable.jobs import TERMINAL
from studio.engine.workflows import costs
from studio.engine.workflows.plan import Plan
from studio.engine.workflows.state import Artifact, Edit, Failure, Pause, StepState


def wait_for_somebody(opened: Edit, pause: Pause) -> None:
    """Note that the workflow must wait; it does so once its running steps have ended."""
    if opened.state.pause is not None:
        return
    opened.state.pause = pause
    if pause.reason == "cost_reauthorization_required":
        offer(opened)
    if pause.step_id is not None:
        data: dict[str, Any] = {"stepId": pause.step_id, "reason": pause.reason}
        if pause.details:
            data["details"] = pause.details
        opened.emit("step_waiting_for_user", data, message=pause.message)


def offer(opened: Edit) -> None:
    """Put a fresh preview of the cost on the table, for the pause that asks for it."""
    nodes = Plan(opened.request, opened.state).steps
    opened.state.previews.append(costs.preview(opened.request, nodes, now_ms=opened.now_ms))
    if opened.state.pause is not None:
        opened.state.pause.details["costApprovalPreview"] = opened.state.previews[-1]


def conclude(opened: Edit) -> None:
    """Give the workflow the status it has earned."""
    draft, state = opened.draft, opened.state
    if draft.status in TERMINAL:
        return
    plan = Plan(opened.request, state)
    states = [state.steps.get(node.id) or StepState() for node in plan.steps]
    stopped = plan.moves(()).stopped
    undone = any(s.status in ("pending", "running", "cancelled", "waiting_for_user") for s in states)
    if draft.cancel_requested and (undone or state.pause is not None):
        cancel_now(opened)
    elif state.pause is not None and stopped is None:
        _pause_now(opened)
    elif state.failure is not None:
        fail(opened, state.failure)
    elif failed := [s.error for s in states if s.status == "failed" and s.error is not None]:
        fail(opened, failed[0])
    else:
        draft.status = "completed"
        _recovered(opened)
        opened.emit("workflow_completed", {"artifacts": _artifacts(opened)})


def cancel_now(opened: Edit) -> None:
    """Commit the cancellation; artifacts stay."""
    opened.draft.status = "cancelled"
    opened.state.pause = None
    for state in opened.state.steps.values():
        if state.status in ("running", "waiting_for_user"):
            state.status, state.completed_ms = "cancelled", opened.now_ms
    data: dict[str, Any] = {"artifacts": _artifacts(opened)}
    if opened.draft.cancel_reason:
        data["reason"] = opened.draft.cancel_reason
    opened.emit("workflow_cancelled", data)


def _pause_now(opened: Edit) -> None:
    pause = opened.state.pause
    assert pause is not None
    opened.draft.status = "waiting_for_user"
    _recovered(opened)
    tell_waiting(opened, pause)


def tell_waiting(opened: Edit, pause: Pause) -> None:
    """Append the event that says what the workflow waits for."""
    data: dict[str, Any] = {"reason": pause.reason}
    if pause.details:
        data["details"] = pause.details
    opened.emit("workflow_waiting_for_user", data, message=pause.message)


def fail(opened: Edit, problem: Failure) -> None:
    """Commit the failure: partial when anything was made, and that is kept."""
    artifacts = _artifacts(opened)
    opened.draft.status = "partial_failure" if artifacts else "failed"
    opened.state.failure = problem
    opened.state.pause = None
    _recovered(opened)
    opened.emit("workflow_failed", {"error": problem, "artifacts": artifacts}, message=problem.message)


def _recovered(opened: Edit) -> None:
    recovery = opened.draft.state.get("recovery")
    if recovery and not recovery.get("lastRecoveredAtMs", 0) >= recovery.get("lastResumeAtMs", 0):
        recovery["lastRecoveredAtMs"] = opened.now_ms


def _artifacts(opened: Edit) -> list[Artifact]:
    plan = Plan(opened.request, opened.state)
    return [a for node in plan.steps if (s := opened.state.steps.get(node.id)) for a in s.artifacts]
