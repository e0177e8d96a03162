"""``/v1/studio/packs``: our extension for optional models of this computer.

Everybody with a key may look. Only the artist at this computer may install or remove,
because that fetches programs and reads folders of this machine.
"""

from pathlib import Path
from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.params import Body, FromPath, QueryParameter
from msgspec import Struct

from studio.contract.errors import Forbidden, InvalidRequest, NotFound
from studio.contract.packs import InstallPack, PackInfo, PackList
from studio.engine.auth import LOCAL_OWNER
from studio.engine.openapi import FAILURES, failure
from studio.engine.packs.desk import PackDesk, PackState
from studio.engine.packs.fetch import PackError
from studio.engine.services import caller
from studio.engine.wire_dto import WireDTO

_LONGEST_WAIT_S = 25.0
_CHANGES = {**FAILURES, 403: failure("Only the key of this computer may do that, or the origin is not allowed.")}


class PackListEnvelope(Struct, frozen=True):
    """Body of the list."""

    data: PackList
    status: str = "success"


class PackEnvelope(Struct, frozen=True):
    """Body of one pack."""

    data: PackInfo
    status: str = "success"


@get("/v1/studio/packs", tags=["Engine"], summary="Optional models", responses=FAILURES)
async def list_packs(request: Request[Any, Any, Any]) -> PackListEnvelope:
    """Return every pack that can be installed here, with size, licence, origin and state."""
    return PackListEnvelope(PackList([_info(state) for state in await _desk(request).all()]))


@get("/v1/studio/packs/{pack_id:str}", tags=["Engine"], summary="One pack, or its next change", responses=FAILURES)
async def get_pack(
    request: Request[Any, Any, Any],
    pack_id: FromPath[str],
    after: Annotated[int | None, QueryParameter(description="Answer only once the revision is greater.")] = None,
    wait: Annotated[float, QueryParameter(ge=0, le=_LONGEST_WAIT_S, description="Seconds to wait for that.")] = 20.0,
) -> PackEnvelope:
    """Return a pack as it is, or with ``after`` as it will be."""
    desk = _desk(request)
    try:
        state = await desk.one(pack_id) if after is None else await desk.changed(pack_id, after, wait)
    except KeyError as error:
        raise _no_such_pack() from error
    return PackEnvelope(_info(state))


@post(
    "/v1/studio/packs/{pack_id:str}/install",
    dto=WireDTO[InstallPack],
    return_dto=None,
    status_code=202,
    tags=["Engine"],
    summary="Install a pack",
    responses=_CHANGES,
)
async def install_pack(
    request: Request[Any, Any, Any],
    pack_id: FromPath[str],
    data: Annotated[InstallPack, Body()] = InstallPack(),  # noqa: B008 - frozen
) -> PackEnvelope:
    """Begin to fetch, check and unpack it; follow it with ``after``. A second call joins the first."""
    _only_here(request)
    source = Path(data.source) if data.source else None
    if source is not None and not source.is_absolute():
        raise InvalidRequest("source must be an absolute path.", param="source")
    try:
        return PackEnvelope(_info(await _desk(request).install(pack_id, source)))
    except KeyError as error:
        raise _no_such_pack() from error
    except PackError as error:
        raise InvalidRequest(str(error), code="pack_failed") from error


@post(
    "/v1/studio/packs/{pack_id:str}/cancel",
    status_code=200,
    tags=["Engine"],
    summary="Stop an install",
    responses=_CHANGES,
)
async def cancel_pack(request: Request[Any, Any, Any], pack_id: FromPath[str]) -> PackEnvelope:
    """Stop it; parts that arrived whole are kept for the next try."""
    _only_here(request)
    try:
        return PackEnvelope(_info(await _desk(request).cancel(pack_id)))
    except KeyError as error:
        raise _no_such_pack() from error


@delete("/v1/studio/packs/{pack_id:str}", status_code=200, tags=["Engine"], summary="Remove", responses=_CHANGES)
async def remove_pack(request: Request[Any, Any, Any], pack_id: FromPath[str]) -> PackEnvelope:
    """Take a pack away, with everything that was fetched for it."""
    _only_here(request)
    try:
        return PackEnvelope(_info(await _desk(request).remove(pack_id)))
    except KeyError as error:
        raise _no_such_pack() from error
    except PackError as error:
        raise InvalidRequest(str(error), code="pack_failed") from error


PACK_ROUTES = [list_packs, get_pack, install_pack, cancel_pack, remove_pack]


def _desk(request: Request[Any, Any, Any]) -> PackDesk:
    found = request.app.state.packs
    assert isinstance(found, PackDesk)
    return found


def _only_here(request: Request[Any, Any, Any]) -> None:
    if caller(request).owner != LOCAL_OWNER:
        raise Forbidden("Packs are installed and removed with the key of this computer only.")


def _no_such_pack() -> NotFound:
    return NotFound("There is no such pack.")


def _info(state: PackState) -> PackInfo:
    pack, found = state.pack, state.installed
    return PackInfo(
        id=pack.id,
        title=pack.title,
        version=pack.version,
        does=pack.does,
        tools=list(pack.tools),
        licence=pack.licence,
        origin=pack.origin,
        limits=pack.limits,
        download_bytes=pack.download_byte_length,
        installed_bytes=pack.installed_byte_length,
        own_model=pack.own_model,
        state=state.state,
        installed_version=found.version if found else None,
        outdated=bool(found and found.version != pack.version),
        disk_bytes=found.byte_length if found else 0,
        model_file=str(found.model) if found and found.model else None,
        fraction=state.fraction,
        label=state.label,
        error=state.error,
        revision=state.revision,
    )
