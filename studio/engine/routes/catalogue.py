"""``GET /v1/model-catalog``: media models, without a key, with an ETag. Source: contract/models.md §2."""

import hashlib
from typing import Annotated, Any, Final, Literal

from litestar import Request, Response, get
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from msgspec import Struct

from studio.contract import wire
from studio.contract.media_models import MediaCatalogue, media_catalogue
from studio.engine.openapi import failure

_FAILURES: Final = {
    400: failure("A query parameter is not one of its values."),
    403: failure("The host name or the origin is not allowed."),
    500: failure("The engine failed."),
}


class CatalogueEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/model-catalog``."""

    data: MediaCatalogue
    status: str = "success"


@get(
    "/v1/model-catalog",
    sync_to_thread=True,
    opt={"public": True},
    security=[],
    tags=["Models"],
    summary="Media models",
    responses={
        **_FAILURES,
        200: ResponseSpec(data_container=CatalogueEnvelope, description="The catalogue.", generate_examples=False),
        304: ResponseSpec(data_container=None, description="The catalogue is the one of If-None-Match."),
    },
)
def model_catalog(
    request: Request[Any, Any, Any],
    network: Annotated[Literal["fast", "relaxed"] | None, QueryParameter(description="Only models that run.")] = None,
    media_type: Annotated[Literal["image", "video", "audio"] | None, QueryParameter(name="mediaType")] = None,
    include: Annotated[str | None, QueryParameter(description='"parameters" adds the limits of each model.')] = None,
) -> Response[bytes | None]:
    """Return what runs on this computer, then the documented models, marked as unavailable here."""
    wanted = {word.strip() for word in (include or "").split(",")}
    found = media_catalogue(network=network, media_type=media_type, parameters="parameters" in wanted)
    body = wire.encode(CatalogueEnvelope(found))
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "public, max-age=60"}
    if _matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(None, status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json; charset=utf-8")


def _matches(given: str | None, tag: str) -> bool:
    """Whether ``If-None-Match`` names *tag*; weak tags count, as RFC 9110 §13.1.2 has it."""
    tags = [part.strip().removeprefix("W/") for part in (given or "").split(",")]
    return tag in tags or "*" in tags
