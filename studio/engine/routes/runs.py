"""``/v1/chat/runs``: start, read, follow and decide. Source: contract/chat-runs.md."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, HeaderParameter, QueryParameter

from studio.contract import wire
from studio.contract.errors import InvalidRequest
from studio.contract.external_media import check_external, inline_media_paths
from studio.contract.runs import (
    CancelRun,
    ConfirmCost,
    RunData,
    RunEnvelope,
    RunEventsData,
    RunEventsEnvelope,
    RunPage,
    RunPageEnvelope,
    StartRun,
)
from studio.engine.body import empty_is_object
from studio.engine.durable.follow import after_of, event_stream
from studio.engine.durable.jobs import Job
from studio.engine.openapi import FAILURES, failure
from studio.engine.runs import decisions
from studio.engine.runs.record import encode_event, encode_status, event_of, record_of
from studio.engine.runs.start import start
from studio.engine.services import caller, services
from studio.engine.sse import EventStream
from studio.engine.wire_dto import WireDTO

ROOT = "/v1/chat/runs"
_MOST = 100
_MOST_OFFSET = 2**31 - 1

Web = Request[Any, Any, Any]
IdempotencyKey = Annotated[
    str | None, HeaderParameter(name="Idempotency-Key", max_length=1024, description="Repeating it changes nothing.")
]
_CONFLICT = {409: failure("The run is in another state, or the cost preview is not the current one.")}
_PAYING = {402: failure("There is no credit to pay it with."), 429: failure("Too many requests; wait as told.")}


async def _external_media_only(request: Web) -> None:
    """Refuse inline media before anything else of the body is looked at."""
    body = wire.decode(await request.body())
    if isinstance(body, dict):
        check_external(inline_media_paths(body))
    if not body:
        wire.parse(StartRun, b"")


@post(
    ROOT,
    dto=WireDTO[StartRun],
    return_dto=None,
    before_request=_external_media_only,
    status_code=202,
    tags=["Chat runs"],
    summary="Start a durable chat run",
    responses={**FAILURES, **_PAYING, 202: ResponseSpec(RunEnvelope, description="It is kept, and goes on by itself.")},
)
async def start_run(
    request: Web, data: Annotated[StartRun, Body()], idempotency_key: IdempotencyKey = None
) -> Response[Any]:
    """Keep one assistant turn and start it; it goes on whatever becomes of the connection."""
    key = _key(idempotency_key) or _key(data.idempotency_key)
    job, new = await start(services(request), caller(request), _paid_by(request, data), key)
    return await _answer(request, job, status_code=202, **({} if new else {"idempotent": True}))


@get(
    ROOT,
    tags=["Chat runs"],
    summary="Chat runs, newest first",
    responses={**FAILURES, 200: ResponseSpec(RunPageEnvelope, description="A page of them, without their events.")},
)
async def list_runs(
    request: Web,
    limit: Annotated[int, QueryParameter(ge=1, description="At most 100 are returned at once.")] = 20,
    offset: Annotated[int, QueryParameter(ge=0, le=_MOST_OFFSET)] = 0,
) -> Response[Any]:
    """Return a page of your runs."""
    jobs, following = await services(request).jobs.page(
        "run", caller(request).owner, limit=min(limit, _MOST), offset=offset
    )
    return _json(request, RunPageEnvelope(RunPage([record_of(job, ()) for job in jobs], following)))


@get(
    f"{ROOT}/{{run_id:str}}",
    tags=["Chat runs"],
    summary="A chat run",
    responses={**FAILURES, 200: ResponseSpec(RunEnvelope, description="It as it stands.")},
)
async def get_run(request: Web, run_id: FromPath[str]) -> Response[Any]:
    """Return a run with its events; a cost preview that has expired is renewed."""
    job = await _job(request, run_id)
    return await _answer(request, await decisions.refresh_preview(services(request).jobs, job))


@get(
    f"{ROOT}/{{run_id:str}}/events",
    tags=["Chat runs"],
    summary="The events of a chat run",
    responses={**FAILURES, 200: ResponseSpec(RunEventsEnvelope, description="Its log, numbered from 0 without gaps.")},
)
async def run_events(
    request: Web,
    run_id: FromPath[str],
    after: Annotated[str | None, QueryParameter(description="Only events with a higher sequence.")] = None,
) -> Response[Any]:
    """Return the log of a run."""
    job = await _job(request, run_id)
    events = await services(request).jobs.events(job.id, after=after_of(request))
    return _json(request, RunEventsEnvelope(RunEventsData([event_of(event) for event in events])))


@get(
    f"{ROOT}/{{run_id:str}}/events/stream",
    tags=["Chat runs"],
    summary="Follow a chat run",
    responses={
        **FAILURES,
        200: ResponseSpec(str, description="Its log and everything new, as events.", media_type="text/event-stream"),
    },
)
async def stream_run(
    request: Web,
    run_id: FromPath[str],
    after: Annotated[str | None, QueryParameter(description="Only events with a higher sequence.")] = None,
    last_event_id: Annotated[
        str | None, HeaderParameter(name="Last-Event-ID", description="The same; the larger one counts.")
    ] = None,
) -> EventStream:
    """Replay the log after a number, then follow it until the run is over or waits for somebody."""
    job = await _job(request, run_id)
    return event_stream(
        request,
        services(request).jobs,
        job,
        after=after_of(request),
        encode=encode_event,
        status_event="run_status",
        status_body=encode_status,
        base_url=caller(request).base_url,
    )


@post(
    f"{ROOT}/{{run_id:str}}/cancel",
    dto=WireDTO[CancelRun],
    return_dto=None,
    status_code=200,
    tags=["Chat runs"],
    summary="Cancel a chat run",
    responses={**FAILURES, 200: ResponseSpec(RunEnvelope, description="It as it stands.")},
)
async def cancel_run(
    request: Web,
    run_id: FromPath[str],
    data: Annotated[CancelRun, Body()] = CancelRun(),  # noqa: B008 - frozen
) -> Response[Any]:
    """Stop a run; what it has made is kept. One that is over is returned as it is."""
    parts, job = services(request), await _job(request, run_id)
    return await _answer(request, await decisions.cancel(parts.jobs, parts.runtime, job, data.reason))


@post(
    f"{ROOT}/{{run_id:str}}/confirm-cost",
    dto=WireDTO[ConfirmCost],
    return_dto=None,
    before_request=empty_is_object(ConfirmCost),
    status_code=200,
    tags=["Chat runs"],
    summary="Approve or decline paid work of a chat run",
    responses={**FAILURES, **_CONFLICT, 200: ResponseSpec(RunEnvelope, description="It as it stands.")},
)
async def confirm_run_cost(
    request: Web,
    run_id: FromPath[str],
    data: Annotated[ConfirmCost, Body()],
    idempotency_key: IdempotencyKey = None,
) -> Response[Any]:
    """Decide about the calls that a run holds; one decision covers all of them."""
    parts, job = services(request), await _job(request, run_id)
    job = await decisions.confirm_cost(parts.jobs, parts.runtime, job, data, _key(idempotency_key))
    return await _answer(request, job)


RUN_ROUTES = [start_run, list_runs, get_run, run_events, stream_run, cancel_run, confirm_run_cost]


async def _job(request: Web, run_id: str) -> Job:
    return await services(request).jobs.require(run_id, owner=caller(request).owner, kind="run")


async def _answer(request: Web, job: Job, *, status_code: int = 200, **members: Any) -> Response[Any]:
    events = await services(request).jobs.events(job.id)
    return _json(request, RunEnvelope(RunData(record_of(job, events), **members)), status_code=status_code)


def _json(request: Web, body: Any, *, status_code: int = 200) -> Response[Any]:
    """Return *body* with every reference as a URL under the address that was asked."""
    text = services(request).jobs.sealer.open(wire.encode(body).decode(), caller(request).base_url)
    return Response(text.encode(), status_code=status_code, media_type="application/json; charset=utf-8")


def _paid_by(request: Web, data: StartRun) -> StartRun:
    """Take token and label from the headers where the body names none."""
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
