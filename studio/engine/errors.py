"""Every failure becomes the hybrid body of contract/errors.md §1 D, without leaking how the engine is made."""

import logging
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from studio.contract.errors import (
    ApiError,
    InvalidRequest,
    NotFound,
    ServerError,
    StudioError,
    TooLarge,
    ToolError,
    TransportError,
    Unavailable,
)

log = logging.getLogger(__name__)

JSON_UTF8 = "application/json; charset=utf-8"


class MethodNotAllowed(InvalidRequest):
    """The path exists, but not with this method."""

    status = 405
    default_code = "method_not_allowed"


def as_api_error(error: BaseException) -> ApiError:
    """Return the error that a client is shown for *error*; unexpected ones say nothing about the inside."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, HTTPException):
        return _from_framework(error)
    if isinstance(error, TransportError):
        return Unavailable(error.message, code="llm_unreachable")
    if isinstance(error, ToolError):
        number = (error.data or {}).get("errorCode")
        code = error.code.lower() if number is None else str(number)
        return InvalidRequest(error.message, code=code, error_code=number, details=error.data)
    if isinstance(error, StudioError):
        return ServerError(str(error))
    if isinstance(error, OSError) and is_disk_full(error):
        return ServerError("The disk is full, so the result could not be kept. Free some space and try again.",
                           code="disk_full", http_status=507)  # fmt: skip
    return ServerError("Something went wrong inside the engine. Its log holds the details.", code="internal_error")


def is_disk_full(error: OSError) -> bool:
    """Return whether *error* says that no space is left."""
    import errno

    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _from_framework(error: HTTPException) -> ApiError:
    match error.status_code:
        case 404:
            return NotFound("There is nothing at this address.", code="route_not_found", error_code=404)
        case 405:
            return MethodNotAllowed("This address does not take that method.")
        case 413:
            return TooLarge("The request is too large for this address.")
        case status if 400 <= status < 500:
            return InvalidRequest(_detail(error) or HTTPStatus(status).phrase, http_status=status)
        case status:
            return ServerError("Something went wrong inside the engine. Its log holds the details.", http_status=status)


def _detail(error: HTTPException) -> str:
    """Return what the framework found wrong with parameters, in one sentence."""
    extra = error.extra if isinstance(error.extra, list) else []
    problems = [
        f"{e.get('key', '')}: {e['message']}".removeprefix(": ")
        for e in extra
        if isinstance(e, dict) and "message" in e
    ]
    return "; ".join(problems) or str(error.detail)


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """Exception handler of the whole application."""
    shown = as_api_error(error)
    if isinstance(error, OSError) and is_disk_full(error):
        log.warning("the disk is full at %s %s", request.method, request.url.path)
    elif not isinstance(error, StudioError | HTTPException):
        log.error("unexpected %s at %s %s", type(error).__name__, request.method, request.url.path, exc_info=error)
    return error_response(shown)


def error_response(error: ApiError) -> Response[dict[str, Any]]:
    """Return *error* as a response with its wait and retry headers."""
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(0, round(error.retry_after_s)))
    if error.http_status in (409, 500, 507):
        # The OpenAI SDKs repeat these by themselves; a repeated chat may cost the artist minutes of rendering.
        headers["x-should-retry"] = "false"
    return Response(error.body(), status_code=error.http_status, headers=headers, media_type=JSON_UTF8)
