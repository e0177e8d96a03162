"""Filling a step's arguments from the artifacts of earlier steps and from the request's media.

Source: contract/workflows.md §2, *dependsOn*. A list argument grows by each binding that
aims at it, in order; a scalar is replaced. Indices are those of the workflow's media
lists: production order is the order of the plan, so a plan means the same whichever of its
parallel steps was quicker.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from studio.contract.errors import ToolError
from studio.contract.manifest import MANIFEST_TOOLS, latest_manifest
from studio.contract.media import KINDS, MediaIndex
from studio.contract.workflows import INPUT_MEDIA, KIND_OF_TRANSFORM, appends
from studio.engine.data_uri import data_uri
from studio.engine.media_desk import Caller, MediaDesk
from studio.engine.workflows import words
from studio.engine.workflows.artifacts import produced
from studio.engine.workflows.state import StepState

_DATA_URI_BYTES = 16 * 1024 * 1024
_WORDS_BYTES = 1024 * 1024
_WORDY = frozenset(("subtitle_cues", "subtitle_srt", "overlay_items"))


@dataclass(frozen=True)
class Piece:
    """Something that a binding can take: an artifact, or one of the request's media.

    Attributes:
        index: its wire index; None for what has none (models, texts).
        id: what ``asset_ref`` writes.
    """

    kind: str
    url: str
    id: str
    index: int | None
    content: str | None = None


class Media:
    """The media of a workflow as one of its steps sees them: what was sent, and what earlier steps made."""

    def __init__(self, sent: Sequence[Mapping[str, Any]], earlier: Sequence[tuple[str, StepState]]) -> None:
        self.index = MediaIndex()
        self.sent: list[Piece] = []
        for place, reference in enumerate(sent, 1):
            kind = str(reference.get("kind", "image"))
            url = str(reference.get("url") or "")
            number = self.index.add_upload(kind, url) if kind in KINDS else None
            name = str(reference.get("id") or reference.get("asset_id") or f"input_{place}")
            self.sent.append(Piece(kind, url, name, number))
        numbers = {}
        for kind in KINDS:
            for artifact in produced(earlier, kind):
                numbers[artifact.id] = self.index.add_generated(kind, artifact.url)
        self.index.manifest = latest_manifest(_findings(earlier))
        self.made = {
            step: [Piece(a.kind, a.url, a.id, numbers.get(a.id), a.content) for a in state.artifacts]
            for step, state in earlier
        }

    def of(self, source: str) -> list[Piece]:
        """Return what a step made, or the request's media for ``$input_media``."""
        return self.sent if source == INPUT_MEDIA else self.made.get(source, [])


def _findings(earlier: Sequence[tuple[str, StepState]]) -> Iterator[Any]:
    """Yield what the manifest tools among *earlier* steps handed back, in plan order."""
    for _, state in earlier:
        for artifact in state.artifacts:
            if artifact.tool_name in MANIFEST_TOOLS and artifact.kind == "json" and artifact.content:
                yield msgspec.json.decode(artifact.content)


async def bind(spec: Mapping[str, Any], media: Media, desk: MediaDesk, caller: Caller) -> dict[str, Any]:
    """Return the arguments of a step with every dependency filled in.

    Raises:
        ToolError: ASSET_NOT_FOUND, a required dependency matches nothing; or it could not be read.
    """
    arguments: dict[str, Any] = dict(spec.get("arguments") or {})
    for dependency in spec.get("dependsOn") or []:
        piece = choose(dependency, media.of(dependency["sourceStepId"]))
        value = None if piece is None else await _value(dependency, piece, desk, caller)
        target = dependency["targetArgument"]
        if value is None:
            if dependency.get("required", True):
                raise ToolError("ASSET_NOT_FOUND", _nothing(dependency, piece is not None))
            continue
        if appends(spec["toolName"], target):
            kept = arguments.get(target)
            more = value if isinstance(value, list) else [value]
            arguments[target] = [*(kept if isinstance(kept, list) else []), *more]
        else:
            arguments[target] = value
    return arguments


def choose(dependency: Mapping[str, Any], pieces: Sequence[Piece]) -> Piece | None:
    """Return the piece that *dependency* means, or None."""
    if wanted := dependency.get("sourceArtifactId"):
        return next((piece for piece in pieces if piece.id == wanted), None)
    kinds = {kind for kind in (dependency.get("mediaType"), KIND_OF_TRANSFORM.get(dependency["transform"])) if kind}
    if dependency["transform"] in _WORDY and not kinds:
        wordy = [piece for piece in pieces if piece.kind in ("text", "json")]
        fitting = wordy or (list(pieces) if dependency["transform"] == "overlay_items" else [])
    else:
        fitting = [piece for piece in pieces if not kinds or kinds == {piece.kind}]
    place = dependency.get("sourceArtifactIndex") or 0
    return fitting[place] if place < len(fitting) else None


async def _value(dependency: Mapping[str, Any], piece: Piece, desk: MediaDesk, caller: Caller) -> Any:
    match dependency["transform"]:
        case "image_index" | "video_index" | "audio_index":
            return piece.index
        case "artifact_data_uri":
            asset = await desk.find(caller, piece.url)
            if asset.size_bytes > _DATA_URI_BYTES:
                limit = _DATA_URI_BYTES // (1024 * 1024)
                raise ToolError("PARAMETER_INVALID", f"A piece larger than {limit} MB cannot go inline; bind its URL.")
            return data_uri(await asyncio.to_thread(asset.path.read_bytes), asset.mime)
        case "asset_ref":
            return piece.id
        case "subtitle_cues":
            return words.cues(await _content(piece, desk, caller)) or None
        case "subtitle_srt":
            return words.srt(await _content(piece, desk, caller)) or None
        case "overlay_items":
            if piece.kind == "image" and piece.index is not None:
                return [{"kind": "image", "position": "bottom-right", "sourceImageIndex": piece.index}]
            return words.overlays(await _content(piece, desk, caller)) or None
        case _:
            return piece.url


async def _content(piece: Piece, desk: MediaDesk, caller: Caller) -> str:
    if piece.content is not None:
        return piece.content
    if piece.kind in KINDS:
        return ""
    asset = await desk.find(caller, piece.url)
    return await asyncio.to_thread(_read_words, asset.path)


def _read_words(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_WORDS_BYTES).decode(errors="replace")


def _nothing(dependency: Mapping[str, Any], found: bool) -> str:
    source, target = dependency["sourceStepId"], dependency["targetArgument"]
    whose = "The request's media hold" if source == INPUT_MEDIA else f"Step {source} made"
    kind = dependency.get("mediaType") or KIND_OF_TRANSFORM.get(dependency["transform"])
    if found:
        return f"{whose} nothing that {dependency['transform']} can turn into {target}."
    return f"{whose} no {kind or 'artifact'} for {target}."
