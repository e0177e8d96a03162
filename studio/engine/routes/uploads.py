"""Presigned uploads: the addresses (with a key), and the storage behind them (with a signature instead).

Source: contract/media-uploads.md. Storage answers a posted form as S3 does: 204, or a refusal in XML.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post, put
from litestar.openapi import ResponseSpec
from litestar.params import FromQuery, QueryParameter

from studio.contract.errors import InvalidRequest, NotFound
from studio.contract.uploads import (
    MAX_UPLOAD_BYTES,
    MEDIA_ENDPOINT,
    DownloadUrl,
    DownloadUrlEnvelope,
    Endpoint,
    Slot,
    UploadFormEnvelope,
    UploadUrl,
    UploadUrlEnvelope,
    parse_slot,
)
from studio.engine.openapi import FAILURES, failure
from studio.engine.services import caller, services
from studio.engine.uploads.desk import STORAGE
from studio.engine.uploads.inlet import OVERHEAD_BYTES
from studio.engine.uploads.refusals import UploadRefused, too_large

JobId = Annotated[str | None, QueryParameter(name="jobId", description="Your own name for a group of files.")]
SlotType = Annotated[str | None, QueryParameter(name="type", description="The slot, e.g. referenceImage.")]
ContentType = Annotated[str | None, QueryParameter(name="contentType", description="MIME type of the file.")]
ImageId = Annotated[str | None, QueryParameter(name="imageId", description="Distinguishes pictures of one type.")]
MediaId = Annotated[str | None, QueryParameter(name="id", description="Distinguishes files of one type.")]
Artifact = Annotated[str | None, QueryParameter(name="artifact", description="lastFrame, or nothing.")]

_XML: Final = "application/xml"
_DRAINED_BYTES: Final = MAX_UPLOAD_BYTES + OVERHEAD_BYTES
"""So much of a refused body is read and dropped, so that the sender gets to read the answer."""


def _endpoint(request: Request[Any, Any, Any]) -> Endpoint:
    return "image" if request.scope["path"].split("/")[2] == "image" else "media"


def _slot(
    request: Request[Any, Any, Any],
    job_id: str | None,
    slot_type: str | None,
    content_type: str | None,
    image_id: str | None,
    media_id: str | None,
    artifact: str | None,
) -> tuple[Slot, tuple[str, ...], str]:
    """Return the slot of a query, what may go there, and the announced type."""
    endpoint = _endpoint(request)
    slot, types = parse_slot(
        endpoint,
        job_id=job_id,
        slot_type=slot_type,
        media_id=image_id if endpoint == "image" else media_id,
        artifact=artifact,
        content_type=content_type,
    )
    return slot, types, content_type or ""


@get(
    ["/v2/image/uploadUrl", "/v2/media/uploadUrl"],
    sync_to_thread=False,
    tags=["Uploads"],
    summary="A form for uploading one file",
    responses=FAILURES,
)
def upload_form(
    request: Request[Any, Any, Any],
    job_id: JobId = None,
    slot_type: SlotType = None,
    content_type: ContentType = None,
    image_id: ImageId = None,
    media_id: MediaId = None,
    artifact: Artifact = None,
) -> UploadFormEnvelope:
    """Return where to post the file, and the fields that go before it."""
    slot, types, announced = _slot(request, job_id, slot_type, content_type, image_id, media_id, artifact)
    who = caller(request)
    return UploadFormEnvelope(services(request).uploads.form(who.base_url, who.owner, slot, types, announced))


@get(
    ["/v1/image/uploadUrl", "/v1/media/uploadUrl"],
    sync_to_thread=False,
    tags=["Uploads"],
    summary="An address for uploading one file by PUT",
    responses=FAILURES,
)
def upload_url(
    request: Request[Any, Any, Any],
    job_id: JobId = None,
    slot_type: SlotType = None,
    content_type: ContentType = None,
    image_id: ImageId = None,
    media_id: MediaId = None,
    artifact: Artifact = None,
) -> UploadUrlEnvelope:
    """Return where to PUT the bytes."""
    slot, types, announced = _slot(request, job_id, slot_type, content_type, image_id, media_id, artifact)
    who = caller(request)
    url = services(request).uploads.put_url(who.base_url, who.owner, slot, types, announced)
    return UploadUrlEnvelope(UploadUrl(url))


@get(
    ["/v2/image/downloadUrl", "/v2/media/downloadUrl", "/v1/image/downloadUrl", "/v1/media/downloadUrl"],
    tags=["Uploads"],
    summary="An address for reading an uploaded file",
    responses=FAILURES,
)
async def download_url(
    request: Request[Any, Any, Any],
    job_id: JobId = None,
    slot_type: SlotType = None,
    content_type: ContentType = None,
    image_id: ImageId = None,
    media_id: MediaId = None,
    artifact: Artifact = None,
) -> DownloadUrlEnvelope:
    """Return a signed address of what lies in the slot; the query is that of the upload."""
    slot, _, _ = _slot(request, job_id, slot_type, content_type, image_id, media_id, artifact)
    parts, who = services(request), caller(request)
    asset = await parts.uploads.slots.find(who.owner, slot)
    if asset is None:
        raise NotFound("Nothing was uploaded there.")
    if _endpoint(request) == "image" and not asset.mime.startswith("image/"):
        raise InvalidRequest(f"This output is no image. Ask {MEDIA_ENDPOINT} instead.", code="not_an_image")
    return DownloadUrlEnvelope(DownloadUrl(parts.desk.url(who, asset)))


def _in_xml(request: Request[Any, Any, Any], refusal: UploadRefused) -> Response[bytes]:
    return Response(refusal.xml(), status_code=refusal.status, media_type=_XML)


@post(
    STORAGE,
    exception_handlers={UploadRefused: _in_xml},
    status_code=204,
    opt={"public": True},
    request_max_body_size=None,
    tags=["Storage"],
    security=[{}],
    summary="Store a posted form",
    responses={
        204: ResponseSpec(data_container=None, description="The file is stored."),
        400: ResponseSpec(data_container=str, description="Too large, damaged or malformed.", media_type=_XML),
        403: ResponseSpec(data_container=str, description="Not what was signed, or expired.", media_type=_XML),
        507: failure("The disk is full."),
    },
)
async def store_form(request: Request[Any, Any, Any]) -> None:
    """Take the fields of an upload form, in their order, then one part named ``file``."""
    async with aclosing(request.stream()) as pieces:
        try:
            await services(request).uploads.take_form(pieces, request.headers.get("content-type", ""))
        except (UploadRefused, OSError):
            await _drain(pieces)
            raise


@put(
    f"{STORAGE}/file",
    opt={"public": True},
    request_max_body_size=None,
    tags=["Storage"],
    security=[{}],
    summary="Store the bytes of one file",
    responses={
        200: ResponseSpec(data_container=None, description="The file is stored."),
        400: failure("The file is damaged, or not the one that was announced."),
        403: failure("The address is wrong or expired, or the type is another."),
        412: failure("A saved asset that is stored already."),
        413: failure("The file is larger than 100 MB."),
        423: failure("A saved asset that is being written."),
        507: failure("The disk is full."),
    },
)
async def store_file(
    request: Request[Any, Any, Any],
    policy: FromQuery[str | None] = None,
    signature: FromQuery[str | None] = None,
) -> Response[Any]:
    """Take the body as the file that this address was made for."""
    uploads = services(request).uploads
    declared = request.headers.get("content-type", "")
    async with aclosing(request.stream()) as pieces:
        try:
            permitted = uploads.read_put(policy, signature, declared)
            length = request.headers.get("content-length", "")
            if length.isdecimal() and int(length) > permitted.limit_bytes:
                raise too_large(permitted.limit_bytes)
            asset = await uploads.take_put(pieces, permitted, declared)
        except UploadRefused as refusal:
            await _drain(pieces)
            raise refusal.api_error() from refusal
        except Exception:
            await _drain(pieces)
            raise
    return Response(b"", status_code=200, headers={"ETag": f'"{asset.sha256}"'})


async def _drain(pieces: AsyncGenerator[bytes, None]) -> None:
    """Drop the rest of a body: an answer before its end would be lost with the connection."""
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > _DRAINED_BYTES:
            return


UPLOAD_ROUTES = [upload_form, upload_url, download_url, store_form, store_file]
