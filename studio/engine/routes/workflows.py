"""``/v1/creative-agent/workflows``: start, read, follow and decide. Source: contract/workflows.md."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, HeaderParameter, QueryParameter

from studio.contract import wire
from studio.contract.errors import InvalidRequest
from studio.contract.workflows import StartWorkflow
from studio.engine.body import empty_is_object
from studio.engine.durable.follow import after_of, event_stream
from studio.engine.durable.jobs import Job
from studio.engine.openapi import FAILURES, failure
from studio.engine.services import caller, services
from studio.engine.sse import EventStream
from studio.engine.wire_dto import WireDTO
from studio.engine.workflows.bodies import (
    CancelWorkflow,
    ConfirmWorkflowCost,
    EventsData,
    EventsEnvelope,
    ReseedData,
    ReseedWorkflow,
    ResumeWorkflow,
    WorkflowData,
    WorkflowEnvelope,
    WorkflowPage,
    WorkflowPageEnvelope,
)
from studio.engine.workflows.record import encode_event, encode_status, event_body, record_of

ROOT = "/v1/creative-agent/workflows"
_MOST = 100
_MOST_OFFSET = 2**31 - 1

Web = Request[Any, Any, Any]
IdempotencyKey = Annotated[
    str | None, HeaderParameter(name="Idempotency-Key", max_length=1024, description="Repeating it changes nothing.")
]
_CONFLICT = {409: failure("The workflow is in another state, or too many are active.")}
_PAYING = {402: failure("There is no credit to pay it with."), 429: failure("Too many requests; wait as told.")}


@post(
    ROOT,
    dto=WireDTO[StartWorkflow],
    return_dto=None,
    status_code=201,
    tags=["Workflows"],
    summary="Start a workflow",
    responses={**FAILURES, **_CONFLICT, **_PAYING, 201: ResponseSpec(WorkflowEnvelope, description="It is kept.")},
)
async def start_workflow(
    request: Web,
    data: Annotated[StartWorkflow, Body()] = StartWorkflow(),  # noqa: B008 - frozen
    idempotency_key: IdempotencyKey = None,
) -> Response[Any]:
    """Keep a sequence of tool calls and start it; it goes on whatever becomes of the connection."""
    from studio.engine.workflows.start import start

    key = _key(idempotency_key) or _key(data.idempotency_key)
    job, new = await start(services(request), caller(request), _paid_by(request, data), key)
    return await _answer(request, job, status_code=201, **({} if new else {"idempotent": True}))


@get(
    ROOT,
    tags=["Workflows"],
    summary="Workflows, newest first",
    responses={**FAILURES, 200: ResponseSpec(WorkflowPageEnvelope, description="A page of them.")},
)
async def list_workflows(
    request: Web,
    limit: Annotated[int, QueryParameter(ge=1, description="At most 100 are returned at once.")] = 20,
    offset: Annotated[int, QueryParameter(ge=0, le=_MOST_OFFSET)] = 0,
) -> Response[Any]:
    """Return a page of your workflows."""
    jobs, following = await services(request).jobs.page(
        "workflow", caller(request).owner, limit=min(limit, _MOST), offset=offset
    )
    page = WorkflowPage([record_of(job, None) for job in jobs], following)
    return _json(request, WorkflowPageEnvelope(page))


@get(
    f"{ROOT}/{{workflow_id:str}}",
    tags=["Workflows"],
    summary="A workflow",
    responses={**FAILURES, 200: ResponseSpec(WorkflowEnvelope, description="It as it stands.")},
)
async def get_workflow(request: Web, workflow_id: FromPath[str]) -> Response[Any]:
    """Return a workflow with its steps, artifacts and events."""
    from studio.engine.workflows import decisions

    job = await _job(request, workflow_id)
    return await _answer(request, await decisions.refresh_preview(services(request).jobs, job))


@get(
    f"{ROOT}/{{workflow_id:str}}/events",
    tags=["Workflows"],
    summary="The events of a workflow",
    responses={**FAILURES, 200: ResponseSpec(EventsEnvelope, description="Its log, numbered from 0 without gaps.")},
)
async def workflow_events(
    request: Web,
    workflow_id: FromPath[str],
    after: Annotated[str | None, QueryParameter(description="Only events with a higher sequence.")] = None,
) -> Response[Any]:
    """Return the log of a workflow."""
    job = await _job(request, workflow_id)
    events = await services(request).jobs.events(job.id, after=after_of(request))
    return _json(request, EventsEnvelope(EventsData([event_body(job.id, event) for event in events])))


@get(
    f"{ROOT}/{{workflow_id:str}}/events/stream",
    tags=["Workflows"],
    summary="Follow a workflow",
    responses={
        **FAILURES,
        200: ResponseSpec(str, description="Its log and everything new, as events.", media_type="text/event-stream"),
    },
)
async def stream_workflow(
    request: Web,
    workflow_id: FromPath[str],
    after: Annotated[str | None, QueryParameter(description="Only events with a higher sequence.")] = None,
    last_event_id: Annotated[
        str | None, HeaderParameter(name="Last-Event-ID", description="The same; the larger one counts.")
    ] = None,
) -> EventStream:
    """Replay the log after a number, then follow it until the workflow is over or waits for somebody."""
    job = await _job(request, workflow_id)
    return event_stream(
        request,
        services(request).jobs,
        job,
        after=after_of(request),
        encode=encode_event,
        status_event="workflow_status",
        status_body=encode_status,
        base_url=caller(request).base_url,
    )


@post(
    f"{ROOT}/{{workflow_id:str}}/resume",
    dto=WireDTO[ResumeWorkflow],
    return_dto=None,
    status_code=200,
    tags=["Workflows"],
    summary="Go on with a workflow",
    responses={**FAILURES, **_CONFLICT, **_PAYING, 200: ResponseSpec(WorkflowEnvelope, description="It as it stands.")},
)
async def resume_workflow(
    request: Web,
    workflow_id: FromPath[str],
    data: Annotated[ResumeWorkflow, Body()] = ResumeWorkflow(),  # noqa: B008 - frozen
) -> Response[Any]:
    """Try the first unfinished step again; completed steps are kept."""
    from studio.engine.workflows import decisions

    parts, job = services(request), await _job(request, workflow_id)
    job, resumed = await decisions.resume(parts.jobs, parts.runtime, job, _changes(data), data.resume_input)
    return await _answer(request, job, resumed=resumed)


@post(
    f"{ROOT}/{{workflow_id:str}}/cancel",
    dto=WireDTO[CancelWorkflow],
    return_dto=None,
    status_code=200,
    tags=["Workflows"],
    summary="Cancel a workflow",
    responses={**FAILURES, 200: ResponseSpec(WorkflowEnvelope, description="It as it stands.")},
)
async def cancel_workflow(
    request: Web,
    workflow_id: FromPath[str],
    data: Annotated[CancelWorkflow, Body()] = CancelWorkflow(),  # noqa: B008 - frozen
) -> Response[Any]:
    """Stop a workflow; what it has made is kept."""
    from studio.engine.workflows import decisions

    parts, job = services(request), await _job(request, workflow_id)
    job, transitioned = await decisions.cancel(parts.jobs, parts.runtime, job, data.reason)
    return await _answer(request, job, transitioned=transitioned)


@post(
    f"{ROOT}/{{workflow_id:str}}/reseed",
    dto=WireDTO[ReseedWorkflow],
    return_dto=None,
    status_code=201,
    tags=["Workflows"],
    summary="Take a finished workflow again with fresh seeds",
    responses={**FAILURES, **_CONFLICT, **_PAYING, 201: ResponseSpec(WorkflowEnvelope, description="The new take.")},
)
async def reseed_workflow(
    request: Web,
    workflow_id: FromPath[str],
    data: Annotated[ReseedWorkflow, Body()] = ReseedWorkflow(),  # noqa: B008 - frozen
    idempotency_key: IdempotencyKey = None,
) -> Response[Any]:
    """Start a clone of a finished workflow; every step with a seed gets another one."""
    from studio.engine.workflows import reseed

    source = await _job(request, workflow_id)
    key = _key(idempotency_key) or _key(data.idempotency_key)
    overrides = data.seed_overrides or {}
    job, new = await reseed.reseed(
        services(request), caller(request), source, overrides=overrides, changes=_changes(data), key=key
    )
    done = ReseedData(source.id, reseed.applied(job))
    return await _answer(request, job, status_code=201, reseed=done, **({} if new else {"idempotent": True}))


@post(
    f"{ROOT}/{{workflow_id:str}}/confirm-cost",
    dto=WireDTO[ConfirmWorkflowCost],
    return_dto=None,
    before_request=empty_is_object(ConfirmWorkflowCost),
    status_code=200,
    tags=["Workflows"],
    summary="Accept or decline the cost of a workflow",
    responses={**FAILURES, **_CONFLICT, 200: ResponseSpec(WorkflowEnvelope, description="It as it stands.")},
)
async def confirm_workflow_cost(
    request: Web,
    workflow_id: FromPath[str],
    data: Annotated[ConfirmWorkflowCost, Body()],
    idempotency_key: IdempotencyKey = None,
) -> Response[Any]:
    """Decide about a workflow that waits for its cost; one acceptance covers the whole run."""
    from studio.engine.workflows import decisions

    parts, job = services(request), await _job(request, workflow_id)
    job = await decisions.confirm_cost(
        parts.jobs,
        parts.runtime,
        job,
        decision="confirm" if data.decision in ("confirm", "approved") else "cancel",
        accepted=data.accepted_cost_preview,
        key=_key(idempotency_key),
    )
    return await _answer(request, job)


WORKFLOW_ROUTES = [
    start_workflow,
    list_workflows,
    get_workflow,
    workflow_events,
    stream_workflow,
    resume_workflow,
    cancel_workflow,
    reseed_workflow,
    confirm_workflow_cost,
]


async def _job(request: Web, workflow_id: str) -> Job:
    return await services(request).jobs.require(workflow_id, owner=caller(request).owner, kind="workflow")


async def _answer(request: Web, job: Job, *, status_code: int = 200, **members: Any) -> Response[Any]:
    events = await services(request).jobs.events(job.id)
    envelope = WorkflowEnvelope(WorkflowData(workflow=record_of(job, events), **members))
    return _json(request, envelope, status_code=status_code)


def _json(request: Web, body: Any, *, status_code: int = 200) -> Response[Any]:
    """Return *body* with every reference as a URL under the address that was asked."""
    text = services(request).jobs.sealer.open(wire.encode(body).decode(), caller(request).base_url)
    return Response(text.encode(), status_code=status_code, media_type="application/json; charset=utf-8")


def _changes(data: ResumeWorkflow | ReseedWorkflow) -> dict[str, Any]:
    given = {"token_type": data.token_type, "billing_mode": data.billing_mode, "app_source": data.app_source}
    return {name: value for name, value in given.items() if value is not None}


def _paid_by(request: Web, data: StartWorkflow) -> StartWorkflow:
    """Take token and label from the headers where the body names none."""
    import msgspec

    token = (request.headers.get("x-token-type") or "").strip().lower()
    label = (request.headers.get("x-app-source") or "").strip()[:128]
    changed: dict[str, Any] = {}
    if data.token_type is None and token in ("spark", "sogni"):
        changed["token_type"] = token
    if data.app_source is None and label:
        changed["app_source"] = label
    return msgspec.structs.replace(data, **changed) if changed else data


def _key(given: str | None) -> str | None:
    text = (given or "").strip()
    if len(text) > 1024:
        raise InvalidRequest("Idempotency-Key is longer than 1024 characters.", param="Idempotency-Key")
    return text or None
