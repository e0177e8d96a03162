"""The run record and its events as clients read them. Source: contract/chat-runs.md §3–5.

References stay sealed here; routes open them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from studio.contract.runs import RunEvent, RunRecord, RunScope, RunTimestamps
from studio.engine.durable.jobs import Job, LoggedEvent
from studio.engine.runs.results import media_body
from studio.engine.runs.state import Request, given, request_of, state_of
from studio.engine.workflows.times import iso


def encode_event(job: Job, event: LoggedEvent) -> bytes:
    """Return the data line of an event's frame."""
    payload = b"" if event.payload is None else b',"payload":' + event.payload.encode()
    return b'{"sequence":%d,"type":"%s","at":"%s"%s}' % (
        event.sequence,
        event.type.encode(),
        iso(event.at_ms).encode(),
        payload,
    )


def event_of(event: LoggedEvent) -> RunEvent:
    """Return one event."""
    payload: dict[str, Any] | UnsetType = msgspec.json.decode(event.payload) if event.payload else UNSET
    return RunEvent(sequence=event.sequence, type=event.type, at=iso(event.at_ms), payload=payload)


def encode_status(job: Job) -> bytes:
    """Return the data line of a ``run_status`` frame: the record without its events and messages."""
    state = state_of(job)
    body: dict[str, Any] = {"runId": job.id, "status": _status(job), "timestamps": _timestamps(job)}
    if job.status == "waiting_for_user" and state.waiting is not None:
        body["waiting"] = state.waiting
    if state.final is not None:
        body["finalResponse"] = state.final
    if state.artifacts:
        body["artifacts"] = state.artifacts
    if state.failure and job.status in ("failed", "partial_failure"):
        body["failureReason"] = state.failure
    if state.cancellation and job.status == "cancelled":
        body["cancellationReason"] = state.cancellation
    return msgspec.json.encode(body)


def record_of(job: Job, events: Sequence[LoggedEvent]) -> RunRecord:
    """Return the record of *job* with *events*."""
    request, state = request_of(job), state_of(job)
    waits = job.status == "waiting_for_user"
    return RunRecord(
        run_id=job.id,
        status=_status(job),
        scope=RunScope(
            owner_wallet_address=job.owner, token_type=request.token_type, app_source=given(request.app_source)
        ),
        request=_request(request),
        messages=msgspec.to_builtins(state.messages),
        tool_calls=state.tool_calls,
        tool_results=state.tool_results,
        media_context=media_body(state),
        child_workflow_ids=[],
        billing_previews=state.previews,
        artifacts=state.artifacts,
        events=[event_of(event) for event in events],
        timestamps=_timestamps(job),
        asset_manifest=given(state.manifest),
        billing_preview=state.previews[-1] if state.previews else UNSET,
        final_response=given(state.final),
        waiting=given(state.waiting) if waits else UNSET,
        lease=_lease(job),
        recovery=_recovery(job.state.get("recovery")),
        failure_reason=given(state.failure) if job.status in ("failed", "partial_failure") else UNSET,
        cancellation_reason=given(state.cancellation) if job.status == "cancelled" else UNSET,
    )


def _status(job: Job) -> Any:
    # Between a decision and the attempt that follows it, the run goes on.
    return "running" if job.status == "queued" and job.attempt > 1 else job.status


def _request(request: Request) -> dict[str, Any]:
    start = request.start
    shown: dict[str, Any] = {
        "sessionId": start.session_id,
        "clientMessageId": start.client_message_id,
        "model": start.model,
        "messages": start.messages,
        "tools": start.tools or [],
        "toolChoice": start.tool_choice or "auto",
        "sampling": start.sampling or {},
        "mediaReferences": start.media_references or [],
        "maxEstimatedCapacityUnits": start.max_estimated_capacity_units,
        "confirmCost": bool(start.confirm_cost),
        "idempotencyKey": request.idempotency_key,
        "runtimeConfig": start.runtime_config or {},
    }
    return {name: msgspec.to_builtins(value) for name, value in shown.items() if value is not None}


def _timestamps(job: Job) -> RunTimestamps:
    done = job.completed_ms
    return RunTimestamps(
        created_at=iso(job.created_ms), updated_at=iso(job.updated_ms), completed_at=iso(done) if done else UNSET
    )


def _lease(job: Job) -> dict[str, str] | UnsetType:
    lease = job.lease
    if lease is None:
        return UNSET
    return {
        "leaseId": lease.id,
        "ownerId": lease.owner,
        "acquiredAt": iso(lease.acquired_ms),
        "heartbeatAt": iso(lease.heartbeat_ms),
        "expiresAt": iso(lease.expires_ms),
    }


def _recovery(kept: Mapping[str, Any] | None) -> dict[str, Any] | UnsetType:
    if not kept:
        return UNSET
    recovery: dict[str, Any] = {"resumeCount": int(kept.get("resumeCount", 0))}
    for name, member in (("lastResumeAtMs", "lastResumeAt"), ("lastRecoveredAtMs", "lastRecoveredAt")):
        if kept.get(name):
            recovery[member] = iso(int(kept[name]))
    if kept.get("reason"):
        recovery["reason"] = kept["reason"]
    return recovery
