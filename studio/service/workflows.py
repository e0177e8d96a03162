"""Durable workflows of a connection. Source: contract/workflows.md.

Starts, reseeds and decisions carry an idempotency key, so that one whose answer was lost is
repeated without being done twice.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.service import events
from studio.service.reading import (
    Page,
    dicts,
    either,
    epoch_ms,
    items_of,
    mapping,
    member,
    next_offset,
    quoted,
    text,
    unwrapped,
    words_of_failure,
)
from studio.service.runs import Artifact, Decision, Pause, read_artifacts
from studio.service.transport import Transport, new_idempotency_key

PATH = "/v1/creative-agent/workflows"


@dataclass(frozen=True)
class Step:
    """One step as it stands."""

    id: str
    tool: str
    status: str
    arguments: dict[str, Any] = field(default_factory=dict)
    artifacts: list[Artifact] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True)
class Workflow:
    """A workflow as it stands.

    Attributes:
        pause: what it waits for; None while it does not.
        failure: the server's sentence about one that failed.
        artifacts: everything it made so far, in order.
        created_ms, updated_ms: epoch milliseconds; 0 where the server does not say.
        record: everything, as it was sent.
    """

    id: str
    status: str
    title: str = ""
    pause: Pause | None = None
    failure: str = ""
    steps: list[Step] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    created_ms: int = 0
    updated_ms: int = 0
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Started:
    """A started workflow; ``again`` when an earlier request with the same key had started it."""

    workflow: Workflow
    again: bool = False


@dataclass(frozen=True)
class Changed:
    """A workflow after a request; ``changed`` tells whether this request did anything."""

    workflow: Workflow
    changed: bool


@dataclass(frozen=True)
class Reseeded:
    """Another take of a workflow.

    Attributes:
        cloned_from: id of the first one.
        steps: its steps with the seeds they got, as sent.
    """

    workflow: Workflow
    cloned_from: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    again: bool = False


async def start(transport: Transport, body: object, *, key: str | None = None) -> Started:
    """Start a workflow, or find the one that *key* started.

    Args:
        body: a start body: struct, builtins or ready JSON bytes; ``input`` or ``workflow_id`` with ``inputs``.
        key: idempotency key; a fresh one if omitted. Keep it to ask again after a failure.

    Raises:
        InvalidRequest: the body breaks the contract.
        Conflict: too many are active (``details`` count them), or it would cost more than allowed.
        NotFound: there is no such template.
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    answer = await transport.post_json(PATH, body, idempotency_key=key or new_idempotency_key(), repeatable=True)
    return Started(_of(answer), unwrapped(answer).get("idempotent") is True)


async def page(transport: Transport, *, limit: int = 20, offset: int = 0) -> Page[Workflow]:
    """Return workflows, newest first.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    answer = await transport.get_json(PATH, params={"limit": str(limit), "offset": str(offset)})
    found = [read_workflow(item) for item in items_of(answer, "workflows") if text(item.get("workflowId"))]
    return Page(found, next_offset(answer))


async def get(transport: Transport, workflow_id: str) -> Workflow:
    """Return a workflow.

    Raises:
        NotFound: unknown here, or somebody else's.
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return _of(await transport.get_json(path_of(workflow_id)))


async def log(transport: Transport, workflow_id: str, after: int = -1) -> list[events.Event]:
    """Return the stored events above *after*; see ``events.read_log``."""
    return await events.read_log(transport, path_of(workflow_id), after)


def follow(
    way: events.Way, workflow_id: str, after: int = -1, *, pace: events.Pace | None = None
) -> AsyncGenerator[events.Item, None]:
    """Follow a workflow; see ``events.follow``."""
    return events.follow(way, path_of(workflow_id), after, pace=pace)


async def cancel(transport: Transport, workflow_id: str) -> Changed:
    """Ask the server to end a workflow; ``changed`` is False for one that was over.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    answer = await transport.post_json(f"{path_of(workflow_id)}/cancel", {}, repeatable=True)
    return Changed(_of(answer), unwrapped(answer).get("transitioned") is not False)


async def resume(
    transport: Transport,
    workflow_id: str,
    *,
    token_type: str | None = None,
    billing_mode: str | None = None,
    resume_input: dict[str, Any] | None = None,
) -> Changed:
    """Go on with a workflow that waits, failed or got stuck; what is done stays done.

    Args:
        resume_input: what a waiting stage asks for (an extension of studio engines).

    Raises:
        Conflict: it is complete or cancelled.
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    body = _given(token_type=token_type, billing_mode=billing_mode, resume_input=resume_input)
    answer = await transport.post_json(f"{path_of(workflow_id)}/resume", body)
    return Changed(_of(answer), unwrapped(answer).get("resumed") is not False)


async def reseed(
    transport: Transport,
    workflow_id: str,
    *,
    seed_overrides: Mapping[str, int] | None = None,
    token_type: str | None = None,
    billing_mode: str | None = None,
    key: str | None = None,
) -> Reseeded:
    """Make another take of a finished workflow, with fresh seeds.

    Args:
        seed_overrides: seeds by step id; other steps get random ones.
        key: idempotency key of this take.

    Raises:
        Conflict: it is not finished.
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    body = _given(seed_overrides=dict(seed_overrides or {}) or None, token_type=token_type, billing_mode=billing_mode)
    answer = await transport.post_json(
        f"{path_of(workflow_id)}/reseed", body, idempotency_key=key or new_idempotency_key(), repeatable=True
    )
    data = unwrapped(answer)
    told = mapping(data.get("reseed"))
    cloned_from = text(either(told, "cloned_from_run_id", "clonedFromRunId"))
    return Reseeded(_of(answer), cloned_from, dicts(told.get("steps")), data.get("idempotent") is True)


async def decide(
    transport: Transport,
    workflow_id: str,
    decision: Decision,
    *,
    preview: dict[str, Any] | None = None,
    key: str | None = None,
) -> Workflow:
    """Approve or decline what a workflow will cost.

    Args:
        preview: what was shown, echoed unchanged; needed to confirm.
        key: idempotency key of this decision.

    Raises:
        InvalidRequest: confirmed without a preview.
        Conflict: the preview is out of date, or it does not wait for this; read it again.
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    body = _given(decision=decision, acceptedCostPreview=preview)
    return _of(
        await transport.post_json(
            f"{path_of(workflow_id)}/confirm-cost", body, idempotency_key=key or new_idempotency_key(), repeatable=True
        )
    )


def path_of(workflow_id: str) -> str:
    """Return the path of a workflow."""
    return f"{PATH}/{quoted(workflow_id)}"


def read_workflow(record: dict[str, Any]) -> Workflow:
    """Read a workflow's record."""
    steps = [_step(item) for item in dicts(record.get("steps"))]
    known: dict[str, Artifact] = {}
    for artifact in [*read_artifacts(record.get("artifacts")), *(a for step in steps for a in step.artifacts)]:
        known.setdefault(artifact.url, artifact)
    status = text(record.get("status"))
    return Workflow(
        id=text(record.get("workflowId")),
        status=status,
        title=text(record.get("title")),
        pause=_pause(record) if status == "waiting_for_user" else None,
        failure=words_of_failure(record.get("error")) or next((step.error for step in steps if step.error), ""),
        steps=steps,
        artifacts=list(known.values()),
        created_ms=epoch_ms(either(record, "createTime", "createdAt")) or 0,
        updated_ms=epoch_ms(either(record, "updateTime", "updatedAt")) or 0,
        record=record,
    )


def _of(answer: object) -> Workflow:
    return read_workflow(member(answer, "workflow", "workflowId"))


def _step(item: dict[str, Any]) -> Step:
    tool = text(item.get("toolName")) or text(mapping(item.get("tool")).get("name"))
    return Step(
        id=text(item.get("id")),
        tool=tool,
        status=text(item.get("status")),
        arguments=mapping(item.get("arguments")),
        artifacts=read_artifacts(item.get("artifacts")),
        error=words_of_failure(item.get("error")),
    )


def _pause(record: dict[str, Any]) -> Pause:
    waiting = mapping(record.get("waiting"))
    reason = text(record.get("waitingReason")) or text(waiting.get("reason")) or "other"
    asks = record.get("awaitingCostApproval") is not False and reason.startswith("cost_")
    preview = record.get("billingPreview")
    return Pause(
        reason=reason,
        message=text(waiting.get("message")),
        preview=preview if asks and isinstance(preview, dict) else None,
        details=mapping(waiting.get("details")),
    )


def _given(**members: object) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
