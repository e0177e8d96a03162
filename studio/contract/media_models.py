"""The media models of a catalogue: those that run on this computer and those that the service documents.

Source: contract/models.md, shipped as ``resources/catalogue/models.json``. A documented model that
does not run here is listed as unavailable, so that a picker can show it and say so.
"""

import hashlib
from functools import cache
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from studio import resources

MediaType = Literal["image", "video", "audio"]
Network = Literal["fast", "relaxed"]

NOT_HERE: Final = "It does not run on this computer."


class MediaModel(Struct, frozen=True, rename="camel", kw_only=True):
    """One entry of ``GET /v1/model-catalog``; the members from ``selectors`` on are our extension.

    Attributes:
        selectors: short names that tool arguments take for it.
        tools: hosted tools that use it.
        available: whether this engine runs it; ``unavailable_reason`` says why not.
        vendor: an outside vendor runs it, for premium Spark only.
        parameters: limits by name, when asked for: ``{"width": {"min": 256, "max": 2048}}``.
    """

    id: str
    name: str
    media_type: MediaType
    tier_id: str
    tags: list[str]
    available_networks: list[Network]
    worker_counts: dict[str, int]
    selectors: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    available: bool = False
    unavailable_reason: str | UnsetType = UNSET
    vendor: bool = False
    parameters: dict[str, Any] | UnsetType = UNSET


class MediaCatalogue(Struct, frozen=True, rename="camel"):
    """Data of ``GET /v1/model-catalog``."""

    catalog_version: str
    models: list[MediaModel]


class _Entry(Struct, frozen=True, rename="camel", kw_only=True):
    id: str
    name: str
    media_type: MediaType
    tools: list[str]
    tags: list[str]
    selectors: list[str] = field(default_factory=list)
    vendor: bool = False
    files: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)


class _File(Struct, frozen=True):
    here: list[_Entry]
    documented: list[_Entry]


@cache
def all_models() -> tuple[MediaModel, ...]:
    """Return every known media model, those that run here first (read once)."""
    data = msgspec.json.decode(resources.path("catalogue", "models.json").read_bytes(), type=_File)
    return (*(_model(entry, here=True) for entry in data.here), *(_model(entry) for entry in data.documented))


def media_catalogue(
    *, network: str | None = None, media_type: str | None = None, parameters: bool = False
) -> MediaCatalogue:
    """Return the models on *network* (a model that runs nowhere is on none) and of *media_type*."""
    chosen = [
        model if parameters else msgspec.structs.replace(model, parameters=UNSET)
        for model in all_models()
        if (network is None or network in model.available_networks)
        and (media_type is None or media_type == model.media_type)
    ]
    return MediaCatalogue(version(), chosen)


@cache
def version() -> str:
    """Return a text that changes when any entry does."""
    return hashlib.sha256(msgspec.json.encode(all_models())).hexdigest()[:16]


def _model(entry: _Entry, *, here: bool = False) -> MediaModel:
    missing = [name for name in entry.files if here and not resources.path("models", name).is_file()]
    runs = here and not missing
    reason = f"The model file {missing[0]} is missing. Install the studio again." if missing else NOT_HERE
    return MediaModel(
        id=entry.id,
        name=entry.name,
        media_type=entry.media_type,
        tier_id="local" if here else "vendor" if entry.vendor else "standard",
        tags=entry.tags,
        available_networks=["fast", "relaxed"] if runs else [],
        worker_counts={"fast": 1, "relaxed": 1} if runs else {},
        selectors=entry.selectors,
        tools=entry.tools,
        available=runs,
        unavailable_reason=UNSET if runs else reason,
        vendor=entry.vendor,
        parameters=entry.parameters,
    )
