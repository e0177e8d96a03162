"""Fetching media from the web on behalf of a request, without becoming a way into the local network.

The host is resolved first; every address must be public; the connection goes to exactly
the address that was checked (a second look-up could answer otherwise); redirects are
followed by hand under the same rules. Bounded in size and time.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin, urlsplit

from studio.contract.errors import ToolError
from studio.engine.limits import MEDIA_BYTES

TIMEOUT_S = 30.0
REDIRECTS = 3

Resolve = Callable[[str, int], Awaitable[list[str]]]


def is_public(address: str) -> bool:
    """Return whether *address* lies in the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if embedded is not None:
            return is_public(str(embedded))
        if ip.is_site_local:
            return False
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64 reaches IPv4 addresses, private ones too
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


async def _resolve(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Fetcher:
    """Downloads http(s) media from public hosts."""

    def __init__(
        self, *, limit_bytes: int = MEDIA_BYTES, timeout_s: float = TIMEOUT_S, resolve: Resolve = _resolve
    ) -> None:
        self._limit_bytes = limit_bytes
        self._timeout_s = timeout_s
        self._resolve = resolve

    async def fetch(self, url: str) -> bytes:
        """Return the body at *url*.

        Raises:
            ToolError: PERMISSION_REQUIRED for a private address, ASSET_NOT_FOUND when it can't be had,
                PARAMETER_INVALID when it is too large or no http(s) URL, PROVIDER_TIMEOUT.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                for _ in range(REDIRECTS + 1):
                    body, moved_to = await self._once(url)
                    if moved_to is None:
                        return body
                    url = moved_to
        except TimeoutError as error:
            raise ToolError("PROVIDER_TIMEOUT", "The address of a referenced file took too long to answer.") from error
        raise ToolError("ASSET_NOT_FOUND", "The address of a referenced file redirects too often.")

    async def _once(self, url: str) -> tuple[bytes, str | None]:
        import httpx

        host, pinned = await self._pin(url)
        parts = urlsplit(url)
        try:
            async with httpx.AsyncClient(
                trust_env=False, timeout=httpx.Timeout(10.0), follow_redirects=False
            ) as client:
                request = client.build_request(
                    "GET",
                    pinned,
                    headers={"Host": parts.netloc.rpartition("@")[2], "User-Agent": "SogniStudio", "Accept": "*/*"},
                    extensions={"sni_hostname": host},
                )
                response = await client.send(request, stream=True)
                try:
                    if response.has_redirect_location:
                        return b"", urljoin(url, response.headers["location"])
                    if not response.is_success:
                        raise ToolError("ASSET_NOT_FOUND", f"{host} answered HTTP {response.status_code} for a file.")
                    return await self._read(response), None
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:  # the last: a host or redirect that is none
            raise ToolError("ASSET_NOT_FOUND", f"A file could not be fetched from {host}.") from error

    async def _pin(self, url: str) -> tuple[str, str]:
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise ToolError("PARAMETER_INVALID", "A referenced address is none that can be fetched.") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ToolError("PARAMETER_INVALID", "Only http and https addresses can be fetched.")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            addresses = await self._resolve(parts.hostname, port)
        except (OSError, ValueError, UnicodeError) as error:
            raise ToolError("ASSET_NOT_FOUND", f"The host {parts.hostname} could not be found.") from error
        if not addresses or not all(is_public(address) for address in addresses):
            raise ToolError(
                "PERMISSION_REQUIRED",
                f"{parts.hostname} is an address inside this network; it is not fetched from there.",
            )
        address = addresses[0]
        netloc = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        query = f"?{parts.query}" if parts.query else ""
        return parts.hostname, f"{parts.scheme}://{netloc}{parts.path or '/'}{query}"

    async def _read(self, response: "object") -> bytes:
        import httpx

        assert isinstance(response, httpx.Response)
        data = bytearray()
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > self._limit_bytes:
                limit = self._limit_bytes // (1024 * 1024)
                raise ToolError("PARAMETER_INVALID", f"A referenced file is larger than {limit} MB.")
        return bytes(data)
