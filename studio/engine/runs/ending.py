"""How a run ends or pauses: each is one transaction with the events that tell of it."""

from typing import Any

import msgspec

from studio.contract.chat import Message, ToolCall
from studio.contract.errors import ToolError
from studio.contract.runs import TERMINAL_EVENTS, FinalResponse, RunWaiting
from studio.engine.agent.calls import Performed, failure
from studio.engine.durable.jobs import TERMINAL
from studio.engine.runs.results import resolve, unrepaired
from studio.engine.runs.state import Edit, given, step_of_call

CANCELLED = "It was cancelled."
_FINISH_REASONS = {"content_filter": "safety", "tool_calls": "stop"}


def complete(opened: Edit, *, content: str | None, finish_reason: str, custom: list[ToolCall]) -> None:
    """End the run with an answer; failed work that nothing made good makes it a partial failure."""
    if opened.draft.status in TERMINAL:
        return
    if opened.draft.cancel_requested:
        cancel(opened, opened.draft.cancel_reason)
        return
    state = opened.state
    reason = "tool_calls" if custom else _FINISH_REASONS.get(finish_reason, finish_reason)
    bad = unrepaired(state)
    if bad:
        reason = "partial_failure"
        state.failure = str(given(bad[0].summary) or "Some of the work failed.")
    pending = [msgspec.to_builtins(call) for call in custom]
    state.final = FinalResponse(content=content, finish_reason=reason, pending_tool_calls=pending)
    _end(opened, "partial_failure" if bad else "completed", _summary(opened))


def fail(opened: Edit, message: str, code: str | None = None) -> None:
    """End the run after a failure; what was made before it is kept, and then it is a partial one."""
    if opened.draft.status in TERMINAL:
        return
    state = opened.state
    _close_calls(opened, "The run ended before this was done.")
    state.failure = message
    error = {"message": message, "code": code} if code else {"message": message}
    if state.artifacts:
        state.final = FinalResponse(content=state.words or None, finish_reason="partial_failure")
        _end(opened, "partial_failure", {**_summary(opened), "error": error})
    else:
        _end(opened, "failed", {"error": error, "x_studio": _studio(opened)})


def cancel(opened: Edit, reason: str | None) -> None:
    """End the run because somebody wants it; files that are kept already stay."""
    if opened.draft.status in TERMINAL:
        return
    state = opened.state
    _close_calls(opened, reason or CANCELLED)
    state.cancellation = reason or CANCELLED
    state.final = FinalResponse(content=state.words or None, finish_reason="cancelled")
    _end(opened, "cancelled", {"reason": reason} if reason else {})


def pause(opened: Edit, waiting: RunWaiting, *, final: FinalResponse | None = None) -> None:
    """Let the run wait for somebody; streams end here."""
    if opened.draft.status in TERMINAL:
        return
    if opened.draft.cancel_requested:
        cancel(opened, opened.draft.cancel_reason)
        return
    opened.state.waiting, opened.state.final = waiting, final
    opened.settle_recovery()
    opened.emit("run_waiting_for_user", msgspec.to_builtins(waiting))
    opened.draft.status = "waiting_for_user"


def say(opened: Edit, words: str) -> None:
    """Let the assistant say something that is no round of the model."""
    opened.emit("assistant_message_delta", {"content": words})
    opened.emit("assistant_message_completed", {"content": words})
    opened.state.messages.append(Message("assistant", words))
    opened.state.words = words


def not_done(tool: str, call_id: str, why: str) -> Performed:
    """Return what a call came to that was cancelled."""
    return failure(tool, call_id, ToolError("USER_CANCELLED", why))


def _close_calls(opened: Edit, why: str) -> None:
    for call in opened.state.tool_calls:
        if opened.state.result(call.tool_call_id) is None:
            kept = opened.draft.result(step_of_call(call.tool_call_id))
            done = msgspec.convert(kept, Performed) if kept else not_done(call.tool_name, call.tool_call_id, why)
            resolve(opened, done)


def _end(opened: Edit, status: str, payload: dict[str, Any]) -> None:
    opened.state.waiting = None
    opened.settle_recovery()
    opened.emit(TERMINAL_EVENTS[status], payload or None)
    opened.draft.status = status


def _summary(opened: Edit) -> dict[str, Any]:
    state = opened.state
    body: dict[str, Any] = msgspec.to_builtins(state.final)
    if not body.get("pendingToolCalls"):
        body.pop("pendingToolCalls", None)
    if state.failure:
        body["error"] = {"message": state.failure}
    return {**body, "model": state.model, "usage": msgspec.to_builtins(state.usage), "x_studio": _studio(opened)}


def _studio(opened: Edit) -> dict[str, Any]:
    return {"answered_by": opened.state.answered_by, "notices": opened.state.notices}
