"""``/v1/replay/records``: redacted transcripts of agent turns. Bodies are flat. Source: contract/replay.md."""

from typing import TYPE_CHECKING, Annotated, Any, Final

from litestar import Request, get, post
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, QueryParameter

from studio.contract import wire
from studio.contract.replay import DEFAULT_LIMIT, MOST_LISTED, RecordList, RunRecord, StoredRecord, Written
from studio.engine.openapi import FAILURES, failure
from studio.engine.services import caller, services
from studio.engine.wire_dto import WireDTO

if TYPE_CHECKING:
    from studio.engine.replay.store import ReplayStore

_MOST_LIMIT: Final = 2**31 - 1


class _AsSent(WireDTO[RunRecord]):
    """Hands over the object as it was sent: members that are not documented are kept too."""

    def decode_bytes(self, value: bytes) -> Any:
        """Return the decoded JSON."""
        return wire.decode(value)


async def _empty_body_is_empty_object(request: Request[Any, Any, Any]) -> None:
    """Let an empty body fail as ``{}`` does: by naming the member that is missing."""
    if not await request.body():
        from studio.contract.replay import accept

        accept({})


def _store(request: Request[Any, Any, Any]) -> "ReplayStore":
    from studio.engine.replay.store import ReplayStore

    return ReplayStore(services(request).database)


@post(
    "/v1/replay/records",
    dto=_AsSent,
    return_dto=None,
    before_request=_empty_body_is_empty_object,
    status_code=200,
    tags=["Replay"],
    summary="Keep the transcript of a turn, redacted",
    responses={
        **FAILURES,
        200: ResponseSpec(data_container=Written, description="The record is kept.", generate_examples=False),
        413: failure("The body is too large."),
    },
)
async def write_record(request: Request[Any, Any, Any], data: Annotated[RunRecord, Body()]) -> Written:
    """Keep a record under its ``run_id``; one that is there already is replaced. Credentials are taken out first."""
    return await _store(request).write(caller(request).owner, data)


@get("/v1/replay/records", tags=["Replay"], summary="Your records, newest first", responses=FAILURES)
async def list_records(
    request: Request[Any, Any, Any],
    limit: Annotated[
        int, QueryParameter(ge=1, le=_MOST_LIMIT, description=f"At most {MOST_LISTED} are returned.")
    ] = DEFAULT_LIMIT,
) -> RecordList:
    """Return short forms of the newest records of the owner of the key."""
    return RecordList(await _store(request).page(caller(request).owner, min(limit, MOST_LISTED)))


@get("/v1/replay/records/{run_id:path}", tags=["Replay"], summary="One record", responses=FAILURES)
async def get_record(request: Request[Any, Any, Any], run_id: FromPath[str]) -> StoredRecord:
    """Return one record, redacted. Another owner's answers like a missing one.

    Raises:
        NotFound: there is no such record of the owner of the key.
    """
    # Litestar hands a path parameter over with its leading slash
    record, created_ms = await _store(request).get(caller(request).owner, run_id.removeprefix("/"))
    return StoredRecord(record, created_ms)


REPLAY_ROUTES = [write_record, list_records, get_record]
