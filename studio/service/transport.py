"""One HTTP client for one connection: time limits, typed errors, safe retries, and a key that stays at home.

``Transport`` is what every other module of this package sends through. Failures are
``ApiError`` (the server answered) or ``TransportError`` (no complete answer).
"""

import asyncio
import logging
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import httpx

from studio.contract import wire
from studio.contract.errors import ApiError, InvalidRequest, TransportError, from_response
from studio.service.connection import Connection, is_loopback, origin
from studio.service.retries import RetryPolicy, parse_retry_after

MAX_JSON_BYTES = 64 * 1024 * 1024
MAX_ERROR_BYTES = 256 * 1024
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

# httpx writes every URL at INFO and httpcore every header at DEBUG; signed URLs are keys of a kind.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Timeouts:
    """Seconds allowed for each phase of a request.

    Attributes:
        stream_idle_s: longest silence within a stream, heart-beats counting as sound; None
            chooses 60 s for servers of this API (they promise one in 15 s) and 300 s for others,
            which may think that long before the first word.
    """

    connect_s: float = 5.0
    write_s: float = 30.0
    read_s: float = 30.0
    completion_s: float = 300.0
    pool_s: float = 30.0
    stream_idle_s: float | None = None

    def httpx(self, read_s: float) -> httpx.Timeout:
        """Return the limits of one request whose reads may take *read_s*."""
        return httpx.Timeout(connect=self.connect_s, write=self.write_s, read=read_s, pool=self.pool_s)

    def idle_s(self, connection: Connection) -> float:
        """Return the longest silence of a stream on *connection*."""
        if self.stream_idle_s is not None:
            return self.stream_idle_s
        return 300.0 if connection.kind == "custom" else 60.0


@cache
def shared_ssl_context() -> ssl.SSLContext:
    """Return the one TLS context of every client; loading the certificates costs about 25 ms."""
    return httpx.create_ssl_context()


def new_idempotency_key() -> str:
    """Return a fresh key; one per call, reused by each of its attempts."""
    return os.urandom(16).hex()


class Transport:
    """Sends requests to one connection. An async context manager; ``aclose`` ends it.

    Safe to cancel at any await: responses are closed on the way out.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        ssl_context: ssl.SSLContext | None = None,
        client: httpx.AsyncClient | None = None,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Make a transport.

        Args:
            client: a client to use instead of our own; the caller closes it.
        """
        self.connection = connection
        self.timeouts = timeouts or Timeouts()
        self._retry = retry or RetryPolicy()
        self._sleep = sleep
        self._ssl = ssl_context
        self._given = client
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def __aenter__(self) -> "Transport":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"Transport({self.connection.redacted})"

    async def aclose(self) -> None:
        """Close every connection that this transport opened."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    async def get_json(self, path: str, *, params: dict[str, str] | None = None) -> Any:
        """Return the decoded JSON of ``GET path``.

        Raises:
            ApiError: the server refused.
            TransportError: no complete answer came.
        """
        return await self.request_json("GET", path, params=params)

    async def post_json(
        self,
        path: str,
        body: object = None,
        *,
        timeout: Literal["ordinary", "completion"] = "ordinary",
        idempotency_key: str | None = None,
        repeatable: bool = False,
    ) -> Any:
        """Send *body* (a struct, builtins, or ready JSON bytes) to ``POST path``; return the decoded answer.

        Args:
            repeatable: the server does it once for the key however often it is asked, so that a request
                which may have arrived is repeated like one that changes nothing.

        Raises:
            ApiError: the server refused.
            TransportError: no complete answer came; ``sent`` says whether the server may have acted.
        """
        return await self.request_json(
            "POST", path, body, timeout=timeout, idempotency_key=idempotency_key, repeatable=repeatable
        )

    async def request_json(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: dict[str, str] | None = None,
        timeout: Literal["ordinary", "completion"] = "ordinary",
        idempotency_key: str | None = None,
        repeatable: bool = False,
    ) -> Any:
        """Send one JSON request and return the decoded answer; see ``get_json`` and ``post_json``."""
        content = None if body is None else body if isinstance(body, bytes) else wire.encode(body)
        headers = {"Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if method not in ("GET", "HEAD"):
            headers["Idempotency-Key"] = idempotency_key or new_idempotency_key()
        read_s = self.timeouts.completion_s if timeout == "completion" else self.timeouts.read_s

        async def attempt() -> Any:
            async with self.open(method, path, headers=headers, content=content, params=params, read_s=read_s) as got:
                return decode_json(await read_bounded(got, MAX_JSON_BYTES), got)

        return await self.retrying("GET" if repeatable else method, attempt)

    async def retrying(self, method: str, attempt: Callable[[], Awaitable[Any]]) -> Any:
        """Run *attempt*, again after failures that may be repeated (``RetryPolicy``)."""
        count = 0
        while True:
            try:
                return await attempt()
            except (ApiError, TransportError) as error:
                wait_s = self._retry.wait_s(method, error, count)
                if wait_s is None:
                    raise
            count += 1
            await self._sleep(wait_s)

    @asynccontextmanager
    async def stream(
        self, method: str, path: str, *, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Open a streamed answer whose reads may be silent for ``Timeouts.idle_s`` at most.

        Opening is repeated only while the request was never sent. The response is closed
        when the block is left, however it is left.
        """
        idle_s = self.timeouts.idle_s(self.connection)
        count = 0
        while True:
            opening = self.open(method, path, headers=headers, content=content, read_s=idle_s)
            try:
                response = await opening.__aenter__()
                break
            except TransportError as error:
                wait_s = None if error.sent else self._retry.wait_s(method, error, count)
                if wait_s is None:
                    raise
            count += 1
            await self._sleep(wait_s)
        try:
            yield response
        finally:
            await opening.__aexit__(None, None, None)

    @asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        params: dict[str, str] | None = None,
        read_s: float | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """Send one request once and yield its 2xx response, body unread.

        Redirects are followed here, because the key must not follow to another host.
        """
        url = self.connection.endpoint(path)
        limits = self.timeouts.httpx(self.timeouts.read_s if read_s is None else read_s)
        response = await self._send(method, url, headers or {}, content, params, limits)
        try:
            if not response.is_success:
                raise await self._refusal(response)
            yield response
        finally:
            await response.aclose()

    @asynccontextmanager
    async def open_bare(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | AsyncIterator[bytes] | None = None,
        read_s: float | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """Send one request without the key to a signed address and yield its answer, whatever its status, body unread.

        Redirects are not followed: what the address permits was meant for its host.

        Args:
            content: a stream must be announced by a ``Content-Length`` among *headers*.

        Raises:
            TransportError: no answer came.
            InvalidRequest: *url* is no http(s) address.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidRequest("Only http and https addresses can be used.", code="bad_url")
        limits = self.timeouts.httpx(self.timeouts.read_s if read_s is None else read_s)
        client = self._client(is_loopback(parts.hostname))
        with translating(parts.netloc, self._who(url)):
            request = client.build_request(method, url, headers=headers, content=content, timeout=limits)
            response = await client.send(request, stream=True, follow_redirects=False)
        try:
            yield response
        finally:
            await response.aclose()

    async def _send(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        content: bytes | None,
        params: dict[str, str] | None,
        limits: httpx.Timeout,
    ) -> httpx.Response:
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._send_once(method, url, headers, content, params, limits)
            where = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not where:
                return response
            await response.aclose()
            target = urljoin(str(response.url), where)
            changes_host = origin(target) != origin(url)
            if method not in ("GET", "HEAD") and (changes_host or response.status_code not in (307, 308)):
                raise InvalidRequest(
                    f"{self._who()} sends requests on to {urlsplit(target).netloc or 'another place'}. "
                    "Use that address instead, if you trust it.",
                    code="redirected",
                )
            url, params = target, None
        raise TransportError(f"{self._who()} redirects in a circle.", phase="read", sent=True)

    async def _send_once(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        content: bytes | None,
        params: dict[str, str] | None,
        limits: httpx.Timeout,
    ) -> httpx.Response:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidRequest("Only http and https addresses can be fetched.", code="bad_url")
        client = self._client(is_loopback(parts.hostname))
        with translating(parts.netloc, self._who(url)):
            request = client.build_request(
                method,
                url,
                headers={**headers, **self.connection.auth_headers(url)},
                content=content,
                params=params,
                timeout=limits,
            )
            return await client.send(request, stream=True, follow_redirects=False)

    def _client(self, loopback: bool) -> httpx.AsyncClient:
        if self._given is not None:
            return self._given
        if loopback not in self._clients:
            self._clients[loopback] = httpx.AsyncClient(
                verify=self._ssl or shared_ssl_context(),
                trust_env=not loopback,  # a proxy of the machine must not see what stays on it
                limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=20),
            )
        return self._clients[loopback]

    async def _refusal(self, response: httpx.Response) -> ApiError:
        try:
            raw = await read_bounded(response, MAX_ERROR_BYTES)
        except TransportError:
            raw = b""
        text = self.connection.redact(raw.decode("utf-8", "replace"))
        try:
            body: object = wire.decode(text.encode())
        except InvalidRequest:
            body = text
        return from_response(
            response.status_code,
            body,
            reason=response.reason_phrase,
            retry_after_s=parse_retry_after(response.headers.get("retry-after")),
        )

    def _who(self, url: str | None = None) -> str:
        if url is None or origin(url) == origin(self.connection.base_url):
            if self.connection.kind == "local":
                return "The engine on this computer"
            if self.connection.kind == "supernet":
                return "The Sogni Supernet"
        return urlsplit(url or self.connection.base_url).netloc


class translating:  # noqa: N801 - reads as a phrase: with translating(host, who)
    """Turns httpx failures inside the block into ``TransportError`` with phase and ``sent``."""

    def __init__(self, host: str, who: str) -> None:
        self._host = host
        self._who = who

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if isinstance(error, httpx.TransportError):
            raise _transport_error(error, self._who) from error
        if isinstance(error, httpx.InvalidURL):
            raise InvalidRequest(f"{self._host} is not a usable address.", code="bad_url") from error
        if isinstance(error, httpx.DecodingError | httpx.StreamError):
            raise TransportError(f"The answer of {self._host} could not be read.", phase="read", sent=True) from error
        return False


def _transport_error(error: httpx.TransportError, who: str) -> TransportError:
    if isinstance(error, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
        return TransportError(f"{who} cannot be reached.", phase="connect", sent=False)
    if isinstance(error, httpx.ConnectTimeout):
        return TransportError(f"{who} did not answer the call.", phase="connect", sent=False)
    if isinstance(error, httpx.PoolTimeout):
        return TransportError(f"Too many requests to {who} are under way.", phase="connect", sent=False)
    if isinstance(error, httpx.ReadTimeout):
        return TransportError(f"{who} took too long to answer.", phase="timeout", sent=True)
    if isinstance(error, httpx.WriteTimeout | httpx.WriteError):
        return TransportError(f"The request to {who} could not be sent completely.", phase="write", sent=True)
    return TransportError(f"The connection to {who} broke.", phase="read", sent=True)


async def read_bounded(response: httpx.Response, limit_bytes: int) -> bytes:
    """Read the whole body of *response*, at most *limit_bytes*.

    Raises:
        TransportError: it is larger, or broke off.
    """
    host = response.url.netloc.decode("ascii", "replace")
    parts: list[bytes] = []
    size = 0
    with translating(host, host):
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > limit_bytes:
                raise TransportError(f"The answer of {host} is too large.", phase="read", sent=True)
            parts.append(chunk)
    return b"".join(parts)


def decode_json(body: bytes, response: httpx.Response) -> Any:
    """Decode a JSON answer; an empty one is ``{}``.

    Raises:
        TransportError: it is something else, such as a portal's log-in page.
    """
    try:
        return wire.decode(body)
    except InvalidRequest as error:
        host = response.url.netloc.decode("ascii", "replace")
        raise TransportError(f"The answer of {host} is not JSON.", phase="read", sent=True) from error
