"""Records hold asset ids, never URLs: sealing and opening of JSON text.

A sealed reference is ``asset://<id>/<filename>~<tag>``. The tag is an HMAC, so that text
somebody typed can never be opened into a signed URL. Only URLs whose signature is valid
now are sealed: what a tool has just made, and what the request intake has just renewed
for the owner. Anything else stays the literal text that it is.
"""

import re
from urllib.parse import unquote

from studio.engine.media_urls import SEALED, MediaUrls

_URL = re.compile(r'https?://[^\s"\\<>/]+/v1/media/ast_[0-9a-z]+/[^\s"\\<>?]*\?[^\s"\\<>)\]]*')
_SEALED = re.compile(SEALED.pattern)


class Sealer:
    """Turns the URLs of one engine into references and back, inside JSON text."""

    def __init__(self, urls: MediaUrls) -> None:
        self._urls = urls

    def seal(self, text: str) -> str:
        """Return *text* with every valid URL of ours replaced by its reference."""
        if "/v1/media/ast_" not in text:
            return text
        return _URL.sub(self._seal_one, text)

    def open(self, text: str, base_url: str) -> str:
        """Return *text* with every reference replaced by a fresh signed URL under *base_url*."""
        if "asset://" not in text:
            return text

        def open_one(match: re.Match[str]) -> str:
            found = self._urls.unseal(match[0])
            return match[0] if found is None else self._urls.sign(base_url, found[0], unquote(found[1]))

        return _SEALED.sub(open_one, text)

    def _seal_one(self, match: re.Match[str]) -> str:
        found = self._urls.parse(match[0])
        if found is None or not found.valid:
            return match[0]
        name = match[0].partition("/v1/media/")[2].partition("/")[2].partition("?")[0]
        return self._urls.reference(found.asset_id, name)
