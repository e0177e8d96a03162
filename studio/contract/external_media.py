"""Durable work takes media by address only. Source: contract/chat-runs.md §2, External-media rule.

``check_external`` names every offending path at once. Empty strings and values that are
no text are passed over: the structs complain about those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from studio.contract.errors import InvalidRequest

Reason = Literal["inline_data_url", "non_external_url", "inline_data_uri_field"]

CONTEXT_LISTS: Final = ("images", "videos", "audio", "uploadedImages", "uploadedVideos", "uploadedAudio")


@dataclass(frozen=True)
class Offence:
    """One value that is not an ``http(s)`` address, by its path in the request."""

    path: str
    reason: Reason


def url_offence(path: str, value: object) -> list[Offence]:
    """Return what is wrong with the address *value* at *path*, if anything."""
    if not isinstance(value, str) or not value.strip():
        return []
    start = value.lstrip()[:8].lower()
    if start.startswith("data:"):
        return [Offence(path, "inline_data_url")]
    return [] if start.startswith(("http://", "https://")) else [Offence(path, "non_external_url")]


def message_offences(messages: object, path: str = "messages") -> list[Offence]:
    """Return the picture parts of *messages* (decoded JSON) that come inline."""
    found: list[Offence] = []
    for i, message in enumerate(messages if isinstance(messages, list) else []):
        content = message.get("content") if isinstance(message, Mapping) else None
        for j, part in enumerate(content if isinstance(content, list) else []):
            image = part.get("image_url") if isinstance(part, Mapping) else None
            url = image.get("url") if isinstance(image, Mapping) else image
            found += url_offence(f"{path}[{i}].content[{j}].image_url.url", url)
    return found


def reference_offences(references: object, path: str = "mediaReferences") -> list[Offence]:
    """Return the members of media *references* (decoded JSON) that come inline."""
    found: list[Offence] = []
    for i, reference in enumerate(references if isinstance(references, list) else []):
        if not isinstance(reference, Mapping):
            continue
        for member in ("url", "value"):
            found += url_offence(f"{path}[{i}].{member}", reference.get(member))
        for member in ("dataUri", "data_uri"):
            value = reference.get(member)
            if isinstance(value, str) and value.strip():
                found.append(Offence(f"{path}[{i}].{member}", "inline_data_uri_field"))
    return found


def context_offences(context: object, path: str = "mediaContext") -> list[Offence]:
    """Return the entries of a media *context* (decoded JSON, either spelling) that come inline."""
    found: list[Offence] = []
    if not isinstance(context, Mapping):
        return found
    for name in CONTEXT_LISTS:
        snake = "uploaded_" + name.removeprefix("uploaded").lower() if name.startswith("uploaded") else name
        urls = context.get(snake, context.get(name))
        for i, url in enumerate(urls if isinstance(urls, list) else []):
            found += url_offence(f"{path}.{name}[{i}]", url)
    return found


def inline_media_paths(body: Mapping[str, Any]) -> list[Offence]:
    """Return every offence of the start of a chat run or workflow, given as decoded JSON."""
    found = message_offences(body.get("messages"))
    for snake in ("media_references", "api_media_references"):
        name = "mediaReferences" if snake == "media_references" else "apiMediaReferences"
        found += reference_offences(body.get(snake, body.get(name)), name)
    return found + context_offences(body.get("media_context", body.get("mediaContext")))


def check_external(offences: list[Offence]) -> None:
    """Refuse a durable start with *offences*.

    Raises:
        InvalidRequest: there are some; the message and ``details`` name every path.
    """
    if not offences:
        return
    paths = ", ".join(offence.path for offence in offences)
    raise InvalidRequest(
        f"Inline media is not accepted by durable runs; upload it and send an http(s) URL. Fields: {paths}",
        code=offences[0].reason,
        param=offences[0].path,
        details={"fields": [{"path": offence.path, "reason": offence.reason} for offence in offences]},
    )
