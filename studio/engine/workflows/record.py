"""The workflow record and its events as clients read them. Source: contract/workflows.md §3, §6 and §7.

References stay sealed here; routes open them.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct, field

from studio.contract.tools import catalogue
from studio.engine.durable.jobs import Job, LoggedEvent
from studio.engine.workflows.state import Artifact, Failure, Request, State, StepState, request_of, state_of
from studio.engine.workflows.times import iso

BACKBONE = {
    "schemaVersion": "2026-04-27.1",
    "modelKnowledgeVersion": "2026-04-27.2",
    "routingPolicyVersion": "2026-04-27.1",
}


class StepRecord(Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A live step: what every client understands, and the published metadata that is known here."""

    id: str
    sequence: int
    tool_name: str
    status: str = field(name="status")
    arguments: dict[str, Any]
    depends_on: list[dict[str, Any]]
    artifacts: list[Artifact]
    workflow_id: str
    started_at: str | None = None
    completed_at: str | None = None
    error: Failure | None = None
    message: str | None = None
    tool: dict[str, Any]
    input: dict[str, Any]
    generation: dict[str, Any] | None = None
    routing: dict[str, Any] | None = None
    cost: dict[str, Any]
    idempotency_key: str
    retry: dict[str, Any]
    backbone: dict[str, str]
    implementation: dict[str, str]
    timestamps: dict[str, str]
    answer: dict[str, Any] | None = None


class WorkflowRecord(Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A workflow as it stands."""

    workflow_id: str
    title: str
    status: str
    waiting_reason: str | None = None
    waiting: dict[str, Any] | None = None
    awaiting_cost_approval: bool
    safe_content_filter: bool
    token_type: str
    billing_mode: str
    app_source: str | None = None
    input: dict[str, Any]
    plan: dict[str, Any] | None = None
    steps: list[StepRecord]
    events: list[dict[str, Any]] | None = None
    artifacts: list[Artifact]
    billing_preview: dict[str, Any] | None = None
    billing_previews: list[dict[str, Any]]
    authorization: dict[str, Any] | None = None
    create_time: int
    update_time: int
    created_at: str
    updated_at: str
    completed_at: str | None = None
    error: Failure | None = None
    template: dict[str, Any] | None = None
    workflow_template_id: str | None = None
    workflow_template_version: str | None = None
    inputs: dict[str, Any] | None = None
    cloned_from_run_id: str | None = None
    lease: dict[str, str] | None = None
    recovery: dict[str, Any]


def event_body(job_id: str, event: LoggedEvent) -> dict[str, Any]:
    """Return one event as clients read it."""
    payload = msgspec.json.decode(event.payload) if event.payload else {}
    return {
        "id": f"evt_{event.sequence}",
        "workflowId": job_id,
        "sequence": event.sequence,
        "timestamp": iso(event.at_ms),
        "type": event.type,
        **payload,
    }


def encode_event(job: Job, event: LoggedEvent) -> bytes:
    """Return the data line of an event's frame."""
    return msgspec.json.encode(event_body(job.id, event))


def encode_status(job: Job) -> bytes:
    """Return the data line of a ``workflow_status`` frame."""
    state = state_of(job)
    body: dict[str, Any] = {"workflowId": job.id, "status": job.status, "updateTime": job.updated_ms}
    if job.status == "waiting_for_user" and state.pause:
        body["waitingReason"] = state.pause.reason
        body["awaitingCostApproval"] = awaits_cost(job, state)
    if state.failure:
        body["error"] = msgspec.to_builtins(state.failure)
    return msgspec.json.encode(body)


def awaits_cost(job: Job, state: State) -> bool:
    """Whether confirm-cost is what *job* waits for."""
    return (
        job.status == "waiting_for_user"
        and state.pause is not None
        and state.pause.reason in ("cost_approval_required", "cost_reauthorization_required")
    )


def specs_of(request: Request, state: State) -> list[dict[str, Any]]:
    """Return every step known so far, in plan order."""
    from studio.engine.workflows.plan import Plan

    return [dict(node.spec) for node in Plan(request, state).steps]


def record_of(job: Job, events: Sequence[LoggedEvent] | None) -> WorkflowRecord:
    """Return the record of *job*; without *events* also without its plan, as lists show it."""
    request, state = request_of(job), state_of(job)
    specs = specs_of(request, state)
    steps = [_step(job, place, spec, state.steps.get(spec["id"], StepState())) for place, spec in enumerate(specs)]
    artifacts = [artifact for step in steps for artifact in step.artifacts]
    waiting = state.pause if job.status == "waiting_for_user" else None
    accepted: dict[str, Any] = {"title": request.title, "steps": specs, "mediaReferences": request.media}
    shown = None if events is None else [event_body(job.id, event) for event in events]
    template = request.template or {}
    return WorkflowRecord(
        workflow_id=job.id,
        title=request.title,
        status=job.status,
        waiting_reason=waiting.reason if waiting else None,
        waiting=_waiting(waiting) if waiting else None,
        awaiting_cost_approval=awaits_cost(job, state),
        safe_content_filter=request.safe_content_filter,
        token_type=request.token_type,
        billing_mode=request.billing_mode,
        app_source=request.app_source,
        input=accepted,
        plan=None if shown is None else _plan(job, request, accepted, steps, shown, artifacts),
        steps=steps,
        events=shown,
        artifacts=artifacts,
        billing_preview=state.previews[-1] if state.previews else None,
        billing_previews=state.previews,
        authorization=authorization_body(job.id, state),
        create_time=job.created_ms,
        update_time=job.updated_ms,
        created_at=iso(job.created_ms),
        updated_at=iso(job.updated_ms),
        completed_at=iso(job.completed_ms) if job.completed_ms else None,
        error=state.failure if job.status in ("failed", "partial_failure") else None,
        template={"id": template.get("id"), "version": template.get("version")} if template else None,
        workflow_template_id=template.get("id"),
        workflow_template_version=template.get("version"),
        inputs=request.inputs if template else None,
        cloned_from_run_id=request.cloned_from,
        lease=_lease(job),
        recovery=_recovery(job),
    )


def authorization_body(job_id: str, state: State) -> dict[str, Any] | None:
    """Return the ``WorkflowAuthorization`` of contract/billing.md §5, or None."""
    found = state.authorization
    if found is None:
        return None
    body = {
        "workflowRunId": job_id,
        "authorizedCapacityUnits": found.authorized_capacity_units,
        "tokenType": found.token_type,
        "authorizedAt": iso(found.authorized_ms),
        "cumulativeSettledUnits": found.settled_units,
        "cumulativeReservedUnits": found.reserved_units,
        "stageSettlements": [msgspec.to_builtins(s) for s in found.settlements.values()],
    }
    if found.expires_ms is not None:
        body["expiresAt"] = iso(found.expires_ms)
    return body


def _waiting(pause: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(pause)
    if "step_id" in found:
        found["stepId"] = found.pop("step_id")
    return found


def _plan(
    job: Job,
    request: Request,
    accepted: dict[str, Any],
    steps: list[StepRecord],
    events: list[dict[str, Any]],
    artifacts: list[Artifact],
) -> dict[str, Any]:
    stamps = {"createdAt": iso(job.created_ms), "updatedAt": iso(job.updated_ms)}
    if job.completed_ms:
        stamps["completedAt"] = iso(job.completed_ms)
    plan: dict[str, Any] = {
        "workflowId": job.id,
        "status": job.status,
        "backbone": BACKBONE,
        "title": request.title,
        "input": accepted,
        "steps": [
            {
                "id": step.id,
                "sequence": step.sequence,
                "toolName": step.tool_name,
                "arguments": step.arguments,
                "dependsOn": step.depends_on,
            }
            for step in steps
        ],
        "events": events,
        "artifacts": artifacts,
        "recovery": _recovery(job),
        "quality": {"postflightAudits": []},
        "timestamps": stamps,
    }
    if lease := _lease(job):
        plan["lease"] = lease
    return plan


def _step(job: Job, place: int, spec: dict[str, Any], state: StepState) -> StepRecord:
    tool = catalogue()[spec["toolName"]]
    given = spec.get("arguments") or {}
    stamps = {"createdAt": iso(job.created_ms)}
    if state.started_ms is not None:
        stamps["startedAt"] = iso(state.started_ms)
    if state.completed_ms is not None:
        stamps["completedAt"] = iso(state.completed_ms)
    transient = state.error is not None and state.error.classification == "transient"
    return StepRecord(
        id=spec["id"],
        sequence=place,
        tool_name=tool.name,
        status=state.status,
        arguments=state.arguments if state.arguments is not None else given,
        depends_on=spec.get("dependsOn") or [],
        artifacts=state.artifacts,
        workflow_id=job.id,
        started_at=stamps.get("startedAt"),
        completed_at=stamps.get("completedAt"),
        error=state.error,
        message=state.message,
        tool={"name": tool.name},
        input={"arguments": given, "normalizedArguments": state.arguments or given},
        generation={"selectedModel": state.model, "params": state.arguments or {}} if state.model else None,
        routing={"selectedBy": state.renderer, "reasons": []} if state.renderer else None,
        cost={"estimate": {"costClass": tool.cost_class or "unknown", "unit": _unit(tool.produces), "quantity": 1}},
        idempotency_key=f"{job.id}/{spec['id']}",
        retry={
            "count": state.retries,
            "classification": "transient" if transient or state.retries else "permanent" if state.error else "none",
        },
        backbone=BACKBONE,
        implementation={"runtime": "other", "version": _version()},
        timestamps=stamps,
        answer=state.answer,
    )


def _unit(produces: str | None) -> str:
    return "image" if produces == "image" else "second" if produces in ("video", "audio") else "operation"


def _version() -> str:
    from studio import __version__

    return __version__


def _lease(job: Job) -> dict[str, str] | None:
    lease = job.lease
    if lease is None:
        return None
    return {
        "leaseId": lease.id,
        "ownerId": lease.owner,
        "acquiredAt": iso(lease.acquired_ms),
        "heartbeatAt": iso(lease.heartbeat_ms),
        "expiresAt": iso(lease.expires_ms),
    }


def _recovery(job: Job) -> dict[str, Any]:
    kept = job.state.get("recovery") or {}
    recovery: dict[str, Any] = {"resumeCount": int(kept.get("resumeCount", 0))}
    if kept.get("lastResumeAtMs"):
        recovery["lastResumeAt"] = iso(int(kept["lastResumeAtMs"]))
    if kept.get("lastRecoveredAtMs"):
        recovery["lastRecoveredAt"] = iso(int(kept["lastRecoveredAtMs"]))
    if kept.get("reason"):
        recovery["reason"] = kept["reason"]
    return recovery
