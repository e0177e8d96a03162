"""``GET|HEAD /v1/media/{asset_id}/{filename}``: signed, without a key, with byte ranges.

Litestar's ``File`` answers HEAD with 405 and ignores Range, so this reads and streams itself.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, route
from litestar.enums import HttpMethod
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from studio.contract.errors import Forbidden, InvalidRequest, NotFound
from studio.engine.openapi import failure
from studio.engine.services import services
from studio.engine.store.assets import Asset

_BLOCK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


class RangeNotSatisfiable(InvalidRequest):
    """The range lies outside the file."""

    status = 416
    default_code = "range_not_satisfiable"


@route(
    "/v1/media/{asset_id:str}/{filename:str}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt={"public": True},
    tags=["Media"],
    security=[{}],
    summary="A kept file",
    operation_id=lambda handler, method, path: f"Media{str(method).title()}",
    responses={
        200: ResponseSpec(data_container=bytes, description="The file.", media_type="application/octet-stream"),
        206: ResponseSpec(data_container=bytes, description="A part of it.", media_type="application/octet-stream"),
        403: failure("The signature is wrong or expired."),
        404: failure("There is no such file."),
        416: failure("The range lies outside the file."),
    },
)
async def media(
    request: Request[Any, Any, Any],
    asset_id: FromPath[str],
    filename: FromPath[str],
    expires: FromQuery[str | None] = None,
    signature: FromQuery[str | None] = None,
) -> Response[Any]:
    """Return the file, or the part of it that a ``Range`` header asks for."""
    desk = services(request).desk
    if not desk.urls.check(asset_id, expires, signature):
        raise Forbidden(
            "This address has expired or is not complete. Ask for the piece again.", code="signature_invalid"
        )
    asset = await desk.store.get(asset_id)
    if asset is None:
        raise NotFound("This piece is no longer kept here.")
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{asset.sha256}"',
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(asset.filename, safe='')}",
        # Kept files may come from anywhere: no browser may take one for a page.
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if _names(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(None, status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if wanted and request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        wanted = None
    return _answer(request, asset, headers, _span(wanted, asset.size_bytes))


def _names(tags: str, tag: str) -> bool:
    """Return whether a list of entity tags, as a client sends it, holds *tag*."""
    return tags.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in tags.split(","))


def _answer(
    request: Request[Any, Any, Any], asset: Asset, headers: dict[str, str], span: tuple[int, int] | None
) -> Response[Any]:
    first, last = span or (0, asset.size_bytes - 1)
    headers["Content-Length"] = str(last - first + 1)
    status = 200
    if span is not None:
        status, headers["Content-Range"] = 206, f"bytes {first}-{last}/{asset.size_bytes}"
    if request.method == "HEAD":
        return Response(b"", status_code=status, headers=headers, media_type=asset.mime)
    return Stream(_read(asset.path, first, last), status_code=status, headers=headers, media_type=asset.mime)


def _span(wanted: str | None, size: int) -> tuple[int, int] | None:
    """Return first and last byte of a single range; None for the whole file.

    Several ranges and units that are not bytes are ignored, as RFC 9110 allows.

    Raises:
        RangeNotSatisfiable: it lies outside the file.
    """
    found = _RANGE.match(wanted.strip()) if wanted else None
    if found is None or not (found[1] or found[2]):
        return None
    if found[1]:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
        if found[2] and int(found[2]) < first:
            return None
    else:
        first, last = max(0, size - int(found[2])), size - 1
    if first >= size or first > last:
        raise RangeNotSatisfiable("The range lies outside the file.", details={"size": size})
    return first, last


async def _read(path: Path, first: int, last: int) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (block := await asyncio.to_thread(file.read, min(_BLOCK_BYTES, left))):
            left -= len(block)
            yield block
    finally:
        file.close()
