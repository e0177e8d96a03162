"""REST-only media arguments of tool calls (``source_image_url`` …) become uploads and indices.

Source: contract/chat-completions.md §6, Direct media arguments.
"""

from typing import Any, Final

from studio.contract.chat import MediaKind
from studio.contract.media import MediaIndex
from studio.contract.tools import catalogue
from studio.engine.data_uri import is_data_uri
from studio.engine.media_desk import Caller, MediaDesk

_ALIASES: Final[dict[str, tuple[MediaKind, tuple[str, ...]]]] = {
    "source_image_url": ("image", ("sourceImageIndex", "sourceImageIndices", "referenceImageIndices")),
    "reference_image_urls": ("image", ("referenceImageIndices", "sourceImageIndices", "sourceImageIndex")),
    "reference_image_url": ("image", ("referenceImageIndex", "referenceImageIndices", "sourceImageIndex")),
    "reference_image_end_url": ("image", ("endImageIndex",)),
    "reference_audio_url": ("audio", ("audioIndex", "referenceAudioIndices", "audioSourceIndex")),
    "reference_audio_identity_url": ("audio", ("voiceSourceIndex", "referenceAudioIndices")),
    "left_view_image_url": ("image", ("leftViewImageIndex",)),
    "back_view_image_url": ("image", ("backViewImageIndex",)),
    "right_view_image_url": ("image", ("rightViewImageIndex",)),
    "voice_source_url": ("audio", ("voiceSourceIndex",)),
    "reference_video_url": ("video", ("videoIndex", "sourceVideoIndex", "videoSourceIndex", "referenceVideoIndices")),
}
_FROM_ZERO: Final = frozenset({("sound_to_video", "audioSourceIndex"), ("video_to_video", "videoSourceIndex")})
"""Arguments that count uploads from 0."""


async def take_aliases(
    tool: str, arguments: dict[str, Any], media: MediaIndex, caller: Caller, desk: MediaDesk
) -> dict[str, Any]:
    """Return *arguments* with media URLs replaced by indices; inline data becomes an upload of *media*.

    Raises:
        InvalidRequest: inline data is damaged or of a type that may not come inline.
    """
    if not any(name in arguments for name in _ALIASES):
        return arguments
    known = catalogue()[tool].parameters.get("properties", {}) if tool in catalogue() else {}
    out = {name: value for name, value in arguments.items() if name not in _ALIASES}
    for name, (kind, targets) in _ALIASES.items():
        given = arguments.get(name)
        urls = [url for url in (given if isinstance(given, list) else [given]) if isinstance(url, str) and url]
        target = next((target for target in targets if target in known), None)
        if not urls or target is None or target in out:
            continue
        indices = [await _index(url, kind, f"{tool}.{name}", media, caller, desk) for url in urls]
        if (tool, target) in _FROM_ZERO:
            indices = [-1 - index for index in indices]
        out[target] = indices if known[target].get("type") == "array" else indices[0]
    return out


async def _index(url: str, kind: MediaKind, param: str, media: MediaIndex, caller: Caller, desk: MediaDesk) -> int:
    if is_data_uri(url):
        asset = await desk.take_in(caller, url, kind, param=param)
        url = desk.url(caller, asset)
    if (found := media.find(url)) and found[0] == kind:
        return found[1]
    return media.add_upload(kind, url)
