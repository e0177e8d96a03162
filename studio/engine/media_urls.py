"""URLs of kept media: signed, short-lived, and understood again whatever port made them.

Records hold asset ids; a URL is made at response time for the host that asked. A request
may cite one of ours with any earlier port or an expired signature: then the asset is
found by id and owner (ARCHITECTURE, Addresses and ports).
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

from studio.engine.store.assets import Asset

PATH = "/v1/media/"
LIFETIME_S = 7 * 24 * 3600
_DAY_S = 24 * 3600
SEALED = re.compile(r'asset://(ast_[0-9a-z]+)/([^\s"\\<>?~]*)~([0-9a-f]{16})')
"""A reference to an asset, as records hold it: id, quoted filename, tag (see ``store.seal``)."""


@dataclass(frozen=True)
class OwnUrl:
    """One of our URLs, taken apart. ``valid``: its signature is right and not expired."""

    asset_id: str
    valid: bool


class MediaUrls:
    """Makes and checks the URLs of one engine."""

    def __init__(self, secret: str, *, own_host: Callable[[str], bool], now: Callable[[], float] = time.time) -> None:
        """Make a signer.

        Args:
            secret: the key of the signatures, kept in the engine's folder.
            own_host: tells whether a host (``name:port``) can mean this engine.
        """
        self._secret = secret.encode()
        self._own_host = own_host
        self._now = now

    def make(self, base_url: str, asset: Asset) -> str:
        """Return a URL of *asset* under *base_url* (``http://host:port``), open to anyone for a week or a bit more."""
        return self.sign(base_url, asset.id, asset.filename)

    def sign(self, base_url: str, asset_id: str, filename: str) -> str:
        """Return what ``make`` returns, for an asset that is known by id and filename."""
        # To the end of the day: whoever asks twice gets the same address, which caches and comparisons like.
        expires = (int(self._now()) // _DAY_S + 1) * _DAY_S + LIFETIME_S
        signature = self._sign(asset_id, expires)
        return f"{base_url}{PATH}{asset_id}/{quote(filename, safe='')}?expires={expires}&signature={signature}"

    def reference(self, asset_id: str, quoted_name: str) -> str:
        """Return the form in which records hold an asset: no host, no expiry."""
        return f"asset://{asset_id}/{quoted_name.replace('~', '%7E')}~{self._tag(asset_id)}"

    def unseal(self, reference: str) -> tuple[str, str] | None:
        """Return asset id and quoted filename of a ``reference`` that this engine made, else None."""
        match = SEALED.fullmatch(reference)
        if match is None or not hmac.compare_digest(self._tag(match[1]), match[3]):
            return None
        return match[1], match[2]

    def check(self, asset_id: str, expires: str | None, signature: str | None) -> bool:
        """Return whether the query of a request opens *asset_id* now."""
        if not expires or not signature or not expires.isdecimal() or len(expires) > 12:
            return False
        # As bytes: compare_digest takes no text with other letters than ASCII.
        right = hmac.compare_digest(self._sign(asset_id, int(expires)).encode(), signature.encode("utf-8", "replace"))
        return right and int(expires) > self._now()

    def parse(self, url: str) -> OwnUrl | None:
        """Return what *url* names when it is one of ours, from any port and any time, or a reference; else None."""
        if url.startswith("asset://"):
            sealed = self.unseal(url)
            return OwnUrl(sealed[0], valid=True) if sealed else None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or not parts.path.startswith(PATH) or not self._own_host(parts.netloc):
            return None
        asset_id = unquote(parts.path[len(PATH) :].split("/")[0])
        query = parse_qs(parts.query)
        expires, signature = query.get("expires", [None])[0], query.get("signature", [None])[0]
        return OwnUrl(asset_id, self.check(asset_id, expires, signature))

    def _tag(self, asset_id: str) -> str:
        return hmac.new(self._secret, f"reference\n{asset_id}".encode(), hashlib.sha256).hexdigest()[:16]

    def _sign(self, asset_id: str, expires: int) -> str:
        return hmac.new(self._secret, f"{asset_id}\n{expires}".encode(), hashlib.sha256).hexdigest()
