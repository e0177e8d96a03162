"""Where requests go: this computer, the Supernet or any other base URL.

``Connection`` is the one value that carries an API key in memory. It never shows it:
``repr``, ``redacted`` and everything built from them hold at most the last four
characters. Light to import (no httpx), so that the window may build one before paint.
"""

import ipaddress
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

ConnectionKind = Literal["local", "supernet", "custom"]

SUPERNET_URL = "https://api.sogni.ai"
LOCAL_URL = "http://127.0.0.1:8088"
"""Only a place-holder until the engine has said its port; see ``local_connection``."""

_DEFAULT_URLS: dict[str, str] = {"local": LOCAL_URL, "supernet": SUPERNET_URL}
_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str | None) -> bool:
    """Tell whether *host* names this machine."""
    if not host:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of *url*, so that two URLs can be compared."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def normalise_base_url(text: str) -> str:
    """Return *text*, as a person typed it, as a base URL without a trailing slash.

    A missing scheme becomes ``http`` for this machine and ``https`` for any other.

    Raises:
        ValueError: it cannot be an address; the sentence says why.
    """
    text = text.strip()
    if not text:
        raise ValueError("Type the address of the server, for example https://studio.example:8088.")
    if "://" not in text:
        host = urlsplit(f"//{text}").hostname
        text = f"{'http' if is_loopback(host) else 'https'}://{text}"
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        raise ValueError("The port in this address is not a number between 1 and 65535.") from None
    if parts.scheme not in _PORTS:
        raise ValueError("The address must begin with http:// or https://.")
    if not parts.hostname or any(c.isspace() for c in parts.netloc):
        raise ValueError("This address names no server.")
    if parts.username or parts.password:
        raise ValueError("Leave user name and password out of the address; the key has its own field.")
    if parts.query or parts.fragment:
        raise ValueError("Leave everything after ? or # out of the address.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port is None else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))


def clean_key(text: str | None) -> str | None:
    """Return an API key without surrounding space, or None when nothing is left.

    Raises:
        ValueError: it holds characters that no key has; the sentence does not repeat it.
    """
    text = (text or "").strip()
    if not text:
        return None
    if not all("!" <= c <= "~" for c in text):
        raise ValueError("This key holds spaces or unusual characters; copy it again.")
    return text


@dataclass(frozen=True)
class Connection:
    """One place that answers the API.

    Attributes:
        kind: ``local``, ``supernet`` or ``custom``.
        base_url: scheme, host, port and an optional path; ``…/v1`` is accepted.
        api_key: the key, never shown by ``repr``.
    """

    kind: ConnectionKind
    base_url: str = ""
    api_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Fill the default address and check address and key.

        Raises:
            ValueError: one of them cannot be used; the sentence says which.
        """
        object.__setattr__(self, "base_url", normalise_base_url(self.base_url or _DEFAULT_URLS.get(self.kind, "")))
        object.__setattr__(self, "api_key", clean_key(self.api_key))

    def __repr__(self) -> str:
        return f"Connection({self.redacted})"

    @property
    def redacted(self) -> str:
        """Kind, address and the last four characters of the key, fit for logs."""
        key = f" key …{self.key_hint}" if self.api_key else ""
        return f"{self.kind} {self.base_url}{key}"

    @property
    def key_hint(self) -> str:
        """The last four characters of the key; empty when there is none or it is too short to hint at."""
        return self.api_key[-4:] if self.api_key and len(self.api_key) >= 12 else ""

    @property
    def host(self) -> str:
        """Host name and port, for sentences."""
        return urlsplit(self.base_url).netloc

    @property
    def loopback(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname)

    def endpoint(self, path: str) -> str:
        """Return the URL of *path* (``/v1/models``); a full URL is returned as it is.

        A base that already ends in ``/v1`` gets no second one.
        """
        if "://" in path:
            return path
        base = self.base_url
        if base.endswith("/v1") and not path.startswith("/v1/"):
            base = base[:-3]
        elif base.endswith("/v1"):
            path = path[3:]
        return base + path

    def auth_headers(self, url: str) -> dict[str, str]:
        """Return the key's headers for *url*; none when it is another origin than the base URL."""
        if not self.api_key or origin(url) != origin(self.base_url):
            return {}
        headers = {"Authorization": f"Bearer {self.api_key}"}
        if self.kind != "custom":
            headers["api-key"] = self.api_key
        return headers

    def redact(self, text: str) -> str:
        """Return *text* without the key, for words that come from elsewhere."""
        return text.replace(self.api_key, f"…{self.key_hint}") if self.api_key else text


def local_connection(data_dir: Path) -> Connection | None:
    """Return the connection to this computer's engine as it announced itself, or None.

    Reads ``engine/engine.json`` and ``engine/api-key``; says nothing about whether it still runs.
    """
    folder = data_dir / "engine"
    try:
        url = json.loads((folder / "engine.json").read_text(encoding="utf-8"))["url"]
        key = (folder / "api-key").read_text(encoding="utf-8")
        return Connection("local", url, key)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
