"""The asset manifest of a session: which piece is what, what must stay, and how a model calls it. Pure.

A manifest is plain JSON, ``{"assets": [entry, …]}``, so that it travels in tool results
(``data.assetManifest``) and in durable records. Source: contract/tools.md §4.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct, field

from studio.contract.chat import MediaKind
from studio.contract.errors import ToolError
from studio.contract.vendor_models import normal

KEY: Final = "assetManifest"
"""Member of a tool result's ``data`` that holds the manifest after the call."""
MANIFEST_TOOLS: Final = frozenset(
    ("create_asset_manifest", "inspect_asset", "label_asset", "map_assets_for_model", "validate_asset_references")
)
MOST_ASSETS: Final = 200

DanglingReason = Literal["unknown_label", "unknown_model_ref", "index_out_of_range", "wrong_model_ref_format"]


class Asset(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One entry. ``must_preserve`` and ``avoid`` are traits in words."""

    asset_id: str
    user_label: str
    type: MediaKind
    description: str | None = None
    url: str | None = None
    must_preserve: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)


class Manifest(Struct, frozen=True):
    """The assets of a session, in order."""

    assets: list[Asset] = field(default_factory=list)


@dataclass(frozen=True)
class Notation:
    """How the prompts of a family of models name their references.

    Attributes:
        names: the word for each modality; a modality that is absent cannot be referenced.
        pattern: ``{name}`` and ``{number}``.
        first: number of the first piece of a modality.
    """

    pattern: str
    names: Mapping[MediaKind, str]
    first: int = 1

    def token(self, kind: MediaKind, place: int) -> str | None:
        """Return the token of the piece at *place* (from 0) of its modality, or None when it has none."""
        name = self.names.get(kind)
        return None if name is None else self.pattern.format(name=name, number=place + self.first)


_NAMES: Final[Mapping[MediaKind, str]] = {"image": "Image", "video": "Video", "audio": "Audio"}
_PICTURE_NAMES: Final[Mapping[MediaKind, str]] = {"image": "Picture", "video": "Video", "audio": "Audio"}
_ONLY_IMAGES: Final[Mapping[MediaKind, str]] = {"image": "Image"}
_LOWER: Final[Mapping[MediaKind, str]] = {"image": "image", "video": "video", "audio": "audio"}

AT: Final = Notation("@{name}{number}", _NAMES)
BRACKETS: Final = Notation("[{name} {number}]", _ONLY_IMAGES)
PLAIN: Final = Notation("{name} {number}", _NAMES)
PLAIN_IMAGES: Final = Notation("{name} {number}", _ONLY_IMAGES)
CONTEXT: Final = Notation("context_{name}_{number}", _LOWER, first=0)
CONTEXT_IMAGES: Final = Notation("context_{name}_{number}", {"image": "image"}, first=0)
ANGLES: Final = Notation("<{name} {number}>", _PICTURE_NAMES)

_FAMILIES: Final[tuple[tuple[re.Pattern[str], Notation], ...]] = tuple(
    (re.compile(pattern), notation)
    for pattern, notation in (
        (r"seedance|seedream", AT),
        (r"happyhorse", BRACKETS),
        (r"wan-?3", PLAIN),
        (r"gpt-image|flux", PLAIN_IMAGES),
        (r"minimax-h3|fasth3", ANGLES),
        (r"ltx|wan", CONTEXT),
        (r"qwen|krea", CONTEXT_IMAGES),
    )
)
# In the order in which they are tried at one place: a bracketed token is not also a plain one.
_TOKENS: Final = re.compile(
    r"(?P<context>\bcontext_(?:image|video|audio)_\d{1,6}\b)"
    r"|(?P<angles><(?:Picture|Image|Video|Audio) ?\d{1,6}>)"
    r"|(?P<brackets>\[(?:Picture|Image|Video|Audio) ?\d{1,6}\])"
    r"|(?P<at>(?<![\w@])@(?:Picture|Image|Video|Audio) ?\d{1,6}\b)"
    r"|(?P<id>\basset_\d{1,6}\b)"
    r"|(?P<plain>\b(?:Picture|Image|Video|Audio) \d{1,6}\b)"
)
_MENTION: Final = re.compile(r"(?<![\w@.])@(?:\{([^{}\n]{1,120})\}|([^\W\d_][\w-]{0,60}))")
_PARTS: Final = re.compile(r"(picture|image|video|audio)[ _]?(\d+)", re.IGNORECASE)


def read_manifest(data: object) -> Manifest:
    """Return the manifest that *data* holds; anything else is an empty one."""
    try:
        return msgspec.convert(data, Manifest)
    except msgspec.ValidationError:
        return Manifest()


def as_json(manifest: Manifest) -> dict[str, Any]:
    """Return *manifest* as plain JSON."""
    found: dict[str, Any] = msgspec.to_builtins(manifest)
    return found


def latest_manifest(datas: Iterable[object]) -> dict[str, Any] | None:
    """Return the manifest in the last of the tool results' *datas* that has one."""
    found = None
    for data in datas:
        if isinstance(data, Mapping) and isinstance(data.get(KEY), Mapping):
            found = dict(data[KEY])
    return found


def create(assets: Sequence[Mapping[str, Any]]) -> Manifest:
    """Return a new manifest of *assets*; those without an id get the next free ``asset_001`` ….

    Raises:
        ToolError: an id is given twice, a label is empty, or there are too many.
    """
    if len(assets) > MOST_ASSETS:
        raise ToolError("PARAMETER_INVALID", f"A manifest holds at most {MOST_ASSETS} assets.")
    given = [str(asset.get("asset_id") or "").strip() for asset in assets]
    taken = {asset_id for asset_id in given if asset_id}
    twice = sorted({asset_id for asset_id in taken if given.count(asset_id) > 1})
    if twice:
        raise ToolError("PARAMETER_INVALID", f"Each asset needs an id of its own; given twice: {', '.join(twice)}.")
    made: list[Asset] = []
    number = 0
    for place, asset in enumerate(assets):
        asset_id = given[place]
        while not asset_id:
            number += 1
            free = f"asset_{number:03d}"
            asset_id = "" if free in taken else free
        label = str(asset["user_label"]).strip()
        if not label:
            raise ToolError("PARAMETER_INVALID", f"assets[{place}].user_label is empty.")
        made.append(
            Asset(
                asset_id=asset_id,
                user_label=label,
                type=asset["type"],
                description=_text(asset.get("description")),
                url=_text(asset.get("url")),
                must_preserve=_traits(asset.get("must_preserve")),
                avoid=_traits(asset.get("avoid")),
            )
        )
    return Manifest(made)


def find(manifest: Manifest, *, asset_id: str | None = None, user_label: str | None = None) -> Asset:
    """Return the entry with *asset_id*, else the one called *user_label* (case does not matter).

    Raises:
        ToolError: there is none, or the label stands for several.
    """
    if asset_id:
        for asset in manifest.assets:
            if asset.asset_id == asset_id.strip():
                return asset
        raise ToolError("ASSET_NOT_FOUND", f"The manifest has no asset {asset_id}. {_listing(manifest)}")
    wanted = (user_label or "").strip().casefold()
    found = [asset for asset in manifest.assets if asset.user_label.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ToolError("ASSET_NOT_FOUND", f"Nothing in the manifest is called {user_label}. {_listing(manifest)}")
    ids = ", ".join(asset.asset_id for asset in found)
    raise ToolError(
        "USER_INPUT_INCOMPLETE", f"{user_label} stands for {len(found)} assets ({ids}). Name one by its id."
    )


def relabel(manifest: Manifest, asset_id: str, changes: Mapping[str, Any]) -> tuple[Manifest, Asset]:
    """Return *manifest* with the *changes* of one entry, and that entry. An empty text clears a note.

    Raises:
        ToolError: there is no such entry, or its label would be empty.
    """
    before = find(manifest, asset_id=asset_id)
    values: dict[str, Any] = {}
    if "user_label" in changes:
        values["user_label"] = str(changes["user_label"]).strip()
        if not values["user_label"]:
            raise ToolError("PARAMETER_INVALID", "user_label must not be empty.")
    values |= {name: _text(changes[name]) for name in ("description", "url") if name in changes}
    values |= {name: _traits(changes[name]) for name in ("must_preserve", "avoid") if name in changes}
    after = msgspec.structs.replace(before, **values)
    return Manifest([after if asset is before else asset for asset in manifest.assets]), after


def notation_of(model_id: str) -> Notation | None:
    """Return how prompts for *model_id* (or a selector) name references, or None for a family nobody documents."""
    name = normal(model_id)
    return next((notation for pattern, notation in _FAMILIES if pattern.search(name)), None)


def references(manifest: Manifest, notation: Notation) -> dict[str, str | None]:
    """Return the token of every asset by id, counted for each modality; None where the model takes no such piece."""
    counts: dict[str, int] = {}
    tokens: dict[str, str | None] = {}
    for asset in manifest.assets:
        tokens[asset.asset_id] = notation.token(asset.type, counts.get(asset.type, 0))
        counts[asset.type] = counts.get(asset.type, 0) + 1
    return tokens


def check_references(manifest: Manifest, model_id: str, prompt: str, notation: Notation) -> dict[str, list[Any]]:
    """Return ``resolved``, ``dangling`` and ``ambiguous_labels`` of the references in *prompt*."""
    tokens = references(manifest, notation)
    by_token = {token: asset_id for asset_id, token in tokens.items() if token is not None}
    resolved: list[dict[str, str | None]] = []
    dangling: list[dict[str, str]] = []

    def missing(token: str, reason: DanglingReason) -> None:
        if not any(entry["token"] == token for entry in dangling):
            dangling.append({"token": token, "reason": reason, "expected_model_id": model_id})

    def met(token: str, asset_id: str) -> None:
        if not any(entry["token"] == token for entry in resolved):
            resolved.append({"token": token, "asset_id": asset_id, "model_ref": tokens[asset_id]})

    taken: list[tuple[int, int]] = []
    for match in _TOKENS.finditer(prompt):
        token = match[0]
        if (
            match.lastgroup == "plain"
            and notation not in (PLAIN, PLAIN_IMAGES)
            and not _means_reference(token, manifest)
        ):
            continue
        taken.append(match.span())
        if token in by_token:
            met(token, by_token[token])
        elif match.lastgroup == "id":
            known = token in tokens
            met(token, token) if known else missing(token, "unknown_model_ref")
        else:
            missing(token, _why(token, notation))
    ambiguous = _labels(prompt, manifest, taken, met, missing)
    return {"resolved": resolved, "dangling": dangling, "ambiguous_labels": ambiguous}


def _labels(prompt: str, manifest: Manifest, taken: list[tuple[int, int]], met: Any, missing: Any) -> list[str]:
    """Resolve ``@label`` mentions and return the labels in *prompt* that stand for several assets."""
    labels: dict[str, list[Asset]] = {}
    for asset in manifest.assets:
        labels.setdefault(asset.user_label.casefold(), []).append(asset)
    folded = prompt.casefold()
    same_length = len(folded) == len(prompt)  # a few letters grow when case is folded
    for match in _MENTION.finditer(prompt):
        if any(start <= match.start() < end for start, end in taken):
            continue
        longest = ""
        if match[1] is None and same_length:
            starts = [label for label in labels if folded.startswith(label, match.start() + 1)]
            longest = max(starts, key=len, default="")
        label = longest or (match[1] or match[2]).strip().casefold()
        token = prompt[match.start() : match.start() + 1 + len(longest)] if longest else match[0]
        found = labels.get(label, [])
        if len(found) == 1:
            met(token, found[0].asset_id)
        elif not found:
            missing(token, "unknown_label")
    several = [assets[0].user_label for assets in labels.values() if len(assets) > 1]
    return [label for label in several if re.search(rf"(?<!\w){re.escape(label.casefold())}(?!\w)", folded)]


def _means_reference(token: str, manifest: Manifest) -> bool:
    """Whether plain words such as "Image 2" can only mean a piece of this manifest."""
    kind, number = _taken_apart(token)
    return 0 < number <= sum(asset.type == kind for asset in manifest.assets)


def _why(token: str, notation: Notation) -> DanglingReason:
    kind, number = _taken_apart(token)
    if kind not in notation.names:
        return "unknown_model_ref"
    if notation.token(kind, number - notation.first) == token:
        return "index_out_of_range"
    return "wrong_model_ref_format"


def _taken_apart(token: str) -> tuple[MediaKind, int]:
    match = _PARTS.search(token)
    assert match is not None
    name = match[1].lower()
    kind: MediaKind = "video" if name == "video" else "audio" if name == "audio" else "image"
    return kind, int(match[2])


def _listing(manifest: Manifest) -> str:
    if not manifest.assets:
        return "Create a manifest first."
    return "It has: " + ", ".join(f"{asset.asset_id} ({asset.user_label})" for asset in manifest.assets[:12]) + "."


def _text(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _traits(value: object) -> list[str]:
    given = value if isinstance(value, list) else []
    return list(dict.fromkeys(text for entry in given if (text := str(entry).strip())))
