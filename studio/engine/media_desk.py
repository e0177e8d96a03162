"""The one place where a media URL of a request becomes a file on this machine, and a made file a URL.

Three sorts of URL occur: inline data (kept at once), our own (found by asset id and
owner) and the web's (fetched only when something needs the bytes).
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from studio.contract.chat import MediaKind
from studio.contract.errors import InvalidRequest, ToolError
from studio.engine.data_uri import decode_data_uri
from studio.engine.fetch import Fetcher
from studio.engine.limits import MEDIA_BYTES
from studio.engine.media_urls import MediaUrls
from studio.engine.pictures import check_picture
from studio.engine.sniff import INLINE, JPEG, PNG, sniff
from studio.engine.store.assets import Asset, AssetStore


@dataclass(frozen=True)
class Caller:
    """Who asks, and under which address: what a URL of ours is made for."""

    owner: str
    base_url: str


class MediaDesk:
    """Takes in, finds and hands out media."""

    def __init__(self, store: AssetStore, urls: MediaUrls, fetcher: Fetcher) -> None:
        self.store = store
        self.urls = urls
        self._fetcher = fetcher

    def url(self, caller: Caller, asset: Asset) -> str:
        """Return a fresh signed URL of *asset*."""
        return self.urls.make(caller.base_url, asset)

    async def take_in(
        self,
        caller: Caller,
        uri: str,
        kind: MediaKind,
        *,
        param: str,
        filename: str | None = None,
        vision: bool = False,
    ) -> Asset:
        """Keep an inline data URI as an upload.

        Args:
            vision: it is an ``image_url`` part, with the narrower limits of those.

        Raises:
            InvalidRequest: it is damaged, too large, or of a type that may not come inline.
            OSError: it could not be written.
        """
        data, mime = await asyncio.to_thread(_decode, uri, kind, param, vision)
        return await self.store.put(caller.owner, data, mime, origin="upload", filename=filename)

    async def find(self, caller: Caller, url: str) -> Asset:
        """Return the kept file behind *url*, fetching it from the web when it is not ours.

        Raises:
            ToolError: it does not exist, is another owner's, or may not be fetched.
        """
        if own := self.urls.parse(url):
            # A valid signature is a permission of its own; without one the asset must be the caller's.
            asset = await self.store.get(own.asset_id, None if own.valid else caller.owner)
            if asset is None:
                raise ToolError("ASSET_NOT_FOUND", "A referenced piece is no longer kept here. Drop the file in again.")
            return asset
        data = await self._fetcher.fetch(url)
        kind = sniff(data[:64])
        if kind is None:
            raise ToolError(
                "PARAMETER_INVALID", "The referenced address holds no picture, video or sound that can be read."
            )
        if kind in (PNG, JPEG):
            try:
                await asyncio.to_thread(check_picture, data, param="url")
            except InvalidRequest as error:
                raise ToolError("PARAMETER_INVALID", error.message) from error
        name = unquote(urlsplit(url).path.rpartition("/")[2]) or None
        return await self.store.put(caller.owner, data, kind.mime, origin="fetched", filename=name)


def _decode(uri: str, kind: MediaKind, param: str, vision: bool) -> tuple[bytes, str]:
    from studio.contract.chat import MAX_IMAGE_BYTES

    data = decode_data_uri(uri, param=param, limit_bytes=MAX_IMAGE_BYTES if vision else MEDIA_BYTES)
    if kind == "image":
        return data, check_picture(data, param=param).type.mime
    found = sniff(data[:64])
    # An MP4 container may hold sound only, so a declared audio reference may sniff as MP4.
    if found not in INLINE or (found.kind != kind and not (kind == "audio" and found.mime == "video/mp4")):
        raise InvalidRequest(
            "Inline media must be PNG or JPEG, MP3, M4A or WAV, MP4 or MOV.", code="unsupported_media_type", param=param
        )
    return data, found.mime
