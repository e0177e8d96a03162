"""The error tree shared by client and server, and the bodies that carry it.

::

    StudioError
    ├── ApiError                 an answer of a server, with its HTTP status
    │   ├── InvalidRequest       400
    │   ├── Unauthorized         401   (SDKs forget their key on it: never send it to a valid key)
    │   ├── InsufficientCredit   402
    │   ├── Forbidden            403
    │   ├── NotFound             404
    │   │   └── ModelNotFound
    │   ├── Conflict             409
    │   ├── TooLarge             413
    │   ├── RateLimited          429
    │   ├── ServerError          500, 502, 504
    │   └── Unavailable          503
    ├── TransportError           no answer: connection, time-out, cut stream (fields: phase, sent)
    ├── StorageError             a file could not be kept on this machine (fields: kind, what, kept, action)
    └── ToolError                a failed tool call; becomes a tool result, never an HTTP error

Source: contract/errors.md. ``ApiError.body`` is the hybrid envelope (section 1, D) that
gives every known client the right text, code and wait.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

ToolErrorCode = Literal[
    "PARAMETER_INVALID",
    "USER_INPUT_INCOMPLETE",
    "ASSET_NOT_FOUND",
    "WORKFLOW_VALIDATION_FAILED",
    "COST_LIMIT_EXCEEDED",
    "PERMISSION_REQUIRED",
    "MODEL_UNAVAILABLE",
    "SAFETY_REJECTED",
    "GPU_WORKER_FAILED",
    "PROVIDER_TIMEOUT",
    "USER_CANCELLED",
]


class StudioError(Exception):
    """Base of every expected failure; ``str(error)`` is a sentence for a person."""


class ApiError(StudioError):
    """A failure that a server answered with, or is about to.

    Attributes:
        status: HTTP status.
        code: OpenAI-style string code, or None.
        error_code: Sogni numeric code; the HTTP status when there is none.
        param: the field at fault, as a path, or None.
        retry_after_s: seconds to wait before asking again, or None.
        details: structured context for the Sogni envelope.
    """

    status: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"
    default_code: ClassVar[str | None] = None

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        error_code: int | None = None,
        param: str | None = None,
        retry_after_s: float | None = None,
        details: dict[str, Any] | None = None,
        http_status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.http_status = http_status or self.status
        self.code = code or self.default_code
        self.error_code = error_code if error_code is not None else self.http_status
        self.param = param
        self.retry_after_s = retry_after_s
        self.details = details or {}

    def body(self) -> dict[str, Any]:
        """Return the hybrid error envelope."""
        envelope: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "errorCode": self.error_code,
            "details": self.details,
            "error": {"message": self.message, "type": self.type, "code": self.code, "param": self.param},
        }
        if self.retry_after_s is not None:
            envelope["retryAfter"] = self.retry_after_s
        return envelope


class InvalidRequest(ApiError):
    """The request breaks the contract; nothing was done."""

    status = 400
    type = "invalid_request_error"


class Unauthorized(ApiError):
    """No key, or a wrong one."""

    status = 401
    type = "authentication_error"
    default_code = "invalid_api_key"


class InsufficientCredit(ApiError):
    """The balance does not cover the request."""

    status = 402
    type = "insufficient_quota"
    default_code = "insufficient_credits"


class Forbidden(ApiError):
    """The key or the plan does not allow it."""

    status = 403
    type = "permission_error"
    default_code = "forbidden"


class NotFound(ApiError):
    """Unknown id, or owned by someone else."""

    status = 404
    type = "invalid_request_error"
    default_code = "not_found"


class ModelNotFound(NotFound):
    """The model id is not in ``/v1/models``."""

    default_code = "model_not_found"


class Conflict(ApiError):
    """The resource is in another state."""

    status = 409
    type = "conflict_error"
    default_code = "conflict"


class TooLarge(ApiError):
    """The body is above the limit; it was refused while reading."""

    status = 413
    type = "invalid_request_error"
    default_code = "request_too_large"


class RateLimited(ApiError):
    """Too many requests; ``retry_after_s`` says how long to wait."""

    status = 429
    type = "rate_limit_error"
    default_code = "rate_limit_exceeded"


class ServerError(ApiError):
    """The server or a provider behind it failed."""

    status = 500
    type = "server_error"
    default_code = "server_error"


class Unavailable(ApiError):
    """The server is starting, stopping or overloaded."""

    status = 503
    type = "server_error"
    default_code = "unavailable"


class TransportError(StudioError):
    """No complete answer arrived.

    Attributes:
        phase: where it failed.
        sent: whether the request may have reached the server (then only idempotent calls are repeated).
    """

    def __init__(
        self, message: str, *, phase: Literal["connect", "write", "read", "stream", "timeout"], sent: bool
    ) -> None:
        super().__init__(message)
        self.message = message
        self.phase = phase
        self.sent = sent


StorageKind = Literal["disk_full", "missing", "too_large", "unsupported", "corrupt", "newer", "busy", "io"]


class StorageError(StudioError):
    """Something could not be read from, or kept on, this machine's disk.

    Attributes:
        kind: what sort of failure.
        what: what happened, a sentence for the artist.
        kept: what was kept all the same, a sentence.
        action: what to do next, a sentence.
        details: for *Copy details*; no key, no prompt.
    """

    def __init__(self, kind: StorageKind, what: str, *, kept: str = "", action: str = "", details: str = "") -> None:
        super().__init__(what)
        self.kind: StorageKind = kind
        self.what = what
        self.kept = kept
        self.action = action
        self.details = details


class ToolError(StudioError):
    """A tool call failed.

    Attributes:
        code: one of the documented tool error codes.
        data: findings that the result carries, e.g. a numeric ``errorCode`` and the agreement it asks for.
    """

    def __init__(
        self,
        code: ToolErrorCode,
        message: str,
        *,
        suggested_args: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code: ToolErrorCode = code
        self.message = message
        self.suggested_args = suggested_args
        self.data = data


_BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidRequest,
    401: Unauthorized,
    402: InsufficientCredit,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    429: RateLimited,
    503: Unavailable,
}


def from_response(status: int, body: object, *, reason: str = "", retry_after_s: float | None = None) -> ApiError:
    """Build the typed error of an answer with HTTP *status* >= 400.

    Args:
        body: decoded JSON, or the text of a non-JSON body.
        reason: the HTTP reason phrase, used when the body says nothing.
        retry_after_s: wait from the ``Retry-After`` header; a ``retryAfter`` in the body wins.
    """
    kind = _BY_STATUS.get(status, ServerError if status >= 500 else InvalidRequest)
    message, code, error_code, param = reason or f"The server answered with HTTP {status}.", None, None, None
    details: dict[str, Any] = {}
    if isinstance(body, Mapping):
        inner = body.get("error")
        inner = inner if isinstance(inner, Mapping) else {}
        text = body.get("message") or inner.get("message") or body.get("error_message") or body.get("error")
        if isinstance(text, str) and text:
            message = text
        code = inner.get("code") if isinstance(inner.get("code"), str) else None
        param = inner.get("param") if isinstance(inner.get("param"), str) else None
        raw = body.get("errorCode", body.get("error_code"))
        error_code = int(raw) if isinstance(raw, int) or (isinstance(raw, str) and raw.isdigit()) else None
        wait = body.get("retryAfter")
        if isinstance(wait, int | float) and not isinstance(wait, bool) and 0 <= wait < float("inf"):
            retry_after_s = float(wait)
        if isinstance(body.get("details"), dict):
            details = body["details"]
    elif isinstance(body, str) and body.strip() and "<html" not in body.lower():
        message = body.strip()[:500]
    if code == "model_not_found":
        kind = ModelNotFound
    return kind(
        message,
        code=code,
        error_code=error_code,
        param=param,
        retry_after_s=retry_after_s,
        details=details,
        http_status=status,
    )
