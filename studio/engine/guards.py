"""The outermost gate: which Host, which Origin, CORS. Plain ASGI, so that it covers every answer.

Defends a loopback server against web pages: a DNS name that points at 127.0.0.1 has a
foreign ``Host``; a page that posts to the port has a foreign ``Origin``. Both get 403,
never 401 (SDKs drop their key on 401). Source: ARCHITECTURE, Security.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from studio.contract import wire
from studio.contract.errors import ApiError, Forbidden, InvalidRequest

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_HEADERS = (
    "Authorization, api-key, Content-Type, Accept, Idempotency-Key, Last-Event-ID, X-Token-Type, If-None-Match, Range, "
    "X-App-Source, X-Sogni-Interaction-Kind, X-Sogni-Workload-Kind, X-Sogni-Agent-Framework, "
    "X-Sogni-Agent-Framework-Version, X-Sogni-Agent-Surface, X-Sogni-Agent-Surface-Version, X-Sogni-Execution-Mode, "
    "X-Sogni-Operation-Scope, X-Sogni-Operation-Id, X-Sogni-Root-Operation-Id, X-Sogni-Parent-Operation-Id"
)
_EXPOSED = "Retry-After, Content-Range, Accept-Ranges, Content-Disposition, ETag"


def host_name(host: str) -> str:
    """Return the name of a ``Host`` header, lower-case, without port and brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    name, _, port = host.rpartition(":")
    return name if ":" not in name and (port.isdecimal() or not port) else host


def is_loopback(name: str) -> bool:
    """Return whether *name* can only mean this machine."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Gate:
    """ASGI middleware that checks Host and Origin, answers preflights and adds CORS headers."""

    def __init__(self, app: App, *, allow_hosts: Iterable[str] = (), allow_origins: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in allow_hosts)
        self._origins = frozenset(origin.rstrip("/").lower() for origin in allow_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if refusal := self._refusal(headers):
            await _answer(send, refusal)
            return
        origin = headers.get("origin")
        allowed = origin is not None and origin.rstrip("/").lower() in self._origins
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _start(send, 204, _cors(origin or "", preflight=True) if allowed else [])
            return
        await self._app(scope, receive, _with_cors(send, origin) if allowed and origin else send)

    def _refusal(self, headers: dict[str, str]) -> ApiError | None:
        if "host" not in headers:
            return InvalidRequest("The request has no Host header.", code="host_missing")
        if not self.allows_host(headers["host"]):
            return Forbidden(
                "This engine does not answer under that host name. Start it with --allow-host to permit it.",
                code="host_not_allowed",
            )
        origin = headers.get("origin")
        if origin is None or self._allows_origin(origin, headers["host"]):
            return None
        return Forbidden(
            "Pages of that origin may not use this engine. Start it with --allow-origin to permit it.",
            code="origin_not_allowed",
        )

    def allows_host(self, host: str) -> bool:
        """Return whether a request may carry this ``Host`` value."""
        name = host_name(host)
        return is_loopback(name) or name in self._hosts or "*" in self._hosts

    def _allows_origin(self, origin: str, host: str) -> bool:
        if origin.rstrip("/").lower() in self._origins:
            return True
        # The engine's own pages (none today) are of the same origin: scheme, name and port.
        return origin.lower() == f"http://{host.lower()}"


def _cors(origin: str, *, preflight: bool = False) -> list[tuple[bytes, bytes]]:
    pairs = {"Access-Control-Allow-Origin": origin, "Vary": "Origin", "Access-Control-Allow-Credentials": "true"}
    if preflight:
        pairs |= {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": "600",
        }
    else:
        pairs["Access-Control-Expose-Headers"] = _EXPOSED
    return [(name.encode(), value.encode("latin-1")) for name, value in pairs.items()]


def _with_cors(send: Send, origin: str) -> Send:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *_cors(origin)]}
        await send(message)

    return sending


async def _answer(send: Send, error: ApiError) -> None:
    body = wire.encode(error.body())
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
