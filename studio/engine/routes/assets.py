"""``/v1/assets``: the library of saved uploads. Source: contract/media-uploads.md §10."""

from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.params import Body, FromPath

from studio.contract.uploads import (
    BindAsset,
    Capabilities,
    CapabilitiesEnvelope,
    PrepareAsset,
    SavedAssetEnvelope,
    SavedAssetsEnvelope,
)
from studio.engine.body import empty_is_object
from studio.engine.openapi import FAILURES, failure
from studio.engine.services import caller, services
from studio.engine.wire_dto import WireDTO

_STATES = {
    **FAILURES,
    409: failure("It is in another state, or the library is full."),
    410: failure("It was deleted, or its bytes are gone."),
    423: failure("It is being written; ask again in a moment."),
}


@get("/v1/assets/capabilities", sync_to_thread=False, tags=["Assets"], summary="Is it offered?", responses=FAILURES)
def asset_capabilities() -> CapabilitiesEnvelope:
    """Return that saved assets can be used."""
    return CapabilitiesEnvelope(Capabilities(enabled=True))


@get("/v1/assets", tags=["Assets"], summary="Your saved assets", responses=FAILURES)
async def list_assets(request: Request[Any, Any, Any]) -> SavedAssetsEnvelope:
    """Return what is ready, newest first, and the limits."""
    return SavedAssetsEnvelope(await services(request).uploads.library.page(caller(request).owner))


@post(
    "/v1/assets/prepare",
    dto=WireDTO[PrepareAsset],
    return_dto=None,
    before_request=empty_is_object(PrepareAsset),
    status_code=200,
    tags=["Assets"],
    summary="Announce a file",
    responses={**FAILURES, 409: failure("The library is full.")},
)
async def prepare_asset(request: Request[Any, Any, Any], data: Annotated[PrepareAsset, Body()]) -> SavedAssetEnvelope:
    """Return the entry for a file: ready when its bytes are here already, else with the address they are PUT to."""
    who, uploads = caller(request), services(request).uploads
    saved = await uploads.library.prepare(who.owner, data)
    if saved.state != "ready":
        saved = uploads.saved_upload(who.base_url, who.owner, saved)
    return SavedAssetEnvelope(saved)


@post("/v1/assets/{asset_id:str}/finalize", status_code=200, tags=["Assets"], summary="Verify", responses=_STATES)
async def finalize_asset(request: Request[Any, Any, Any], asset_id: FromPath[str]) -> SavedAssetEnvelope:
    """Compare the stored bytes with what was announced; the entry is ready then."""
    return SavedAssetEnvelope(await services(request).uploads.library.finalize(caller(request).owner, asset_id))


@post(
    "/v1/assets/{asset_id:str}/bind",
    dto=WireDTO[BindAsset],
    return_dto=None,
    before_request=empty_is_object(BindAsset),
    status_code=200,
    tags=["Assets"],
    summary="Put a copy into an upload slot",
    responses=_STATES,
)
async def bind_asset(
    request: Request[Any, Any, Any], asset_id: FromPath[str], data: Annotated[BindAsset, Body()]
) -> SavedAssetEnvelope:
    """Let a slot of a project hold the file too."""
    return SavedAssetEnvelope(await services(request).uploads.library.bind(caller(request).owner, asset_id, data))


@delete("/v1/assets/{asset_id:str}", status_code=200, tags=["Assets"], summary="Remove", responses=_STATES)
async def delete_asset(request: Request[Any, Any, Any], asset_id: FromPath[str]) -> SavedAssetEnvelope:
    """Take an entry out of the library; what was bound keeps its copy."""
    return SavedAssetEnvelope(await services(request).uploads.library.delete(caller(request).owner, asset_id))


ASSET_ROUTES = [asset_capabilities, list_assets, prepare_asset, finalize_asset, bind_asset, delete_asset]
