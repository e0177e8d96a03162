"""Artifacts of a template run, as bindings see them (contract/templates.md §4).

While a template is compiled nothing is made yet: an item's link is then a ``Ref`` that
knows which step will make it, and everything else about it is ``PENDING``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from typing import Any, Final, Literal, Protocol

from msgspec import Struct, field

from studio.contract.chat import MediaKind
from studio.contract.tools import catalogue

ArtifactKind = Literal["image", "video", "audio", "model", "text", "structured"]


class _Mark:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


PENDING: Final = _Mark("PENDING")
"""Known when a stage has run."""
ABSENT: Final = _Mark("MISSING")
"""Not there: undefined, which is not null."""


class Ref(str):
    """The link of something that a step makes; its text is a place-holder until ``known``."""

    step: str
    place: int
    kind: str
    artifact: str
    known: bool

    def __new__(cls, text: str, *, step: str, place: int, kind: str, artifact: str, known: bool) -> "Ref":
        """Return the link of the artifact number *place* of *step*, counted within its kind."""
        made = super().__new__(cls, text)
        made.step, made.place, made.kind, made.artifact, made.known = step, place, kind, artifact, known
        return made


class MediaUrl(str):
    """The value of a media input."""

    kind: MediaKind

    def __new__(cls, text: str, kind: MediaKind) -> "MediaUrl":
        """Return *text* as the link of an input of *kind*."""
        made = super().__new__(cls, text)
        made.kind = kind
        return made


class Version(Struct, rename="camel", kw_only=True):
    """One take of an item."""

    id: str
    url: Any = None
    """A ``Ref``, or None for what is no file."""
    content: Any = None
    created_at: Any = None
    generated_by: Any = None
    cost: Any = None
    thumbnail_url: Any = None


class Item(Struct, rename="camel", kw_only=True):
    """One slot of an artifact."""

    id: str
    label: str = ""
    selected_version_id: str | None = None
    versions: list[Version] = field(default_factory=list)
    locked: bool = False
    metadata: Any = field(default_factory=dict)

    def members(self) -> dict[str, Any]:
        """Return the item as an object."""
        versions = [_members(version) for version in self.versions]
        return {**_members(self), "versions": versions}


class Artifact(Struct, kw_only=True):
    """What a stage makes, under the name that it gives it."""

    name: str
    kind: ArtifactKind
    items: list[Item] = field(default_factory=list)

    def members(self) -> dict[str, Any]:
        """Return the artifact as an object."""
        return {"name": self.name, "kind": self.kind, "items": [item.members() for item in self.items]}


@dataclass(frozen=True)
class BatchItem:
    """``$item``: an object's members and ``index``, else ``{value, index}``; also under the batch's item name."""

    value: Any
    index: int
    name: str = ""

    def member(self, name: str) -> Any:
        """Return the member *name*, or ``ABSENT``."""
        if name == "index":
            return self.index
        if isinstance(self.value, Item | dict):
            found = member(self.value, name)
            if found is not ABSENT:
                return found
        elif name == "value":
            return self.value
        return self.value if name == self.name and name else ABSENT

    def members(self) -> dict[str, Any]:
        """Return the item as an object."""
        if isinstance(self.value, Item):
            return {**self.value.members(), "index": self.index}
        if isinstance(self.value, dict):
            return {**self.value, "index": self.index}
        return {"value": self.value, "index": self.index}


def member(value: Any, name: str) -> Any:
    """Return a field of *value* by its wire name, or ``ABSENT``."""
    if isinstance(value, dict):
        return value.get(name, ABSENT)
    if isinstance(value, BatchItem):
        return value.member(name)
    if isinstance(value, Item):
        if name == "selectedVersion":
            return next((v for v in value.versions if v.id == value.selected_version_id), ABSENT)
        return _members(value).get(name, ABSENT)
    if isinstance(value, Artifact):
        return {"name": value.name, "kind": value.kind, "items": value.items}.get(name, ABSENT)
    if isinstance(value, Version):
        return _members(value).get(name, ABSENT)
    return ABSENT


def _members(value: Item | Version) -> dict[str, Any]:
    fields = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
    return {wire: getattr(value, name) for wire, name in fields}


def kind_of_tool(tool: str) -> ArtifactKind:
    """Return the kind of artifact that a stage with *tool* makes."""
    found = catalogue().get(tool)
    if found is None:
        return "image"
    if found.produces in ("image", "video", "audio", "model"):
        kind: ArtifactKind = found.produces  # type: ignore[assignment]
        return kind
    return "structured" if found.kind == "asset" else "text"


def promised(name: str, kind: ArtifactKind, slots: Iterable[tuple[str, str, str, int]]) -> Artifact:
    """Return what a stage will make.

    Args:
        slots: for each item its id, its label, the step that makes it and the place among what that step makes.
    """
    items = []
    for item_id, label, step, place in slots:
        link = Ref(f"{step}#{place}", step=step, place=place, kind=kind, artifact=name, known=False)
        version = Version(
            id="v_1",
            url=link,
            content=PENDING,
            created_at=PENDING,
            generated_by=PENDING,
            cost=PENDING,
            thumbnail_url=PENDING,
        )
        items.append(Item(id=item_id, label=label, selected_version_id="v_1", versions=[version], metadata=PENDING))
    return Artifact(name=name, kind=kind, items=items)


class Made(Protocol):
    """One thing that a step made, as the record of a workflow holds it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def content(self) -> str | None: ...
    @property
    def metadata(self) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class Result:
    """What has become of one step, or of an interactive stage (its step is the stage).

    Attributes:
        status: as in the record of the workflow: ``completed``, ``failed``, ``skipped`` …
    """

    stage: str
    step: str
    status: str
    artifacts: Sequence[Made] = part(default_factory=tuple)


_FIRST: Final = ("video", "image", "audio", "model")
"""Which file of a call counts when it made several kinds."""


def made(name: str, stage: str, results: Sequence[Result], kind: ArtifactKind, *, batch: bool) -> Artifact | None:
    """Return what *stage* has made out of its *results*; None when nothing."""
    items: list[Item] = []
    for slot, result in enumerate(results):
        if result.status != "completed" or not result.artifacts:
            continue
        kinds = {artifact.kind for artifact in result.artifacts}
        wanted = kind if kind in kinds else next((each for each in _FIRST if each in kinds), None)
        alike = [artifact for artifact in result.artifacts if wanted is None or artifact.kind == wanted]
        for place, artifact in enumerate(alike[:1] if batch else alike):
            item_id = f"{stage}/{slot}" if batch else f"{stage}/{place or 'main'}"
            items.append(_item(artifact, item_id, result.step, place, name))
    return Artifact(name=name, kind=kind, items=items) if items else None


def _item(artifact: Made, item_id: str, step: str, place: int, name: str) -> Item:
    about = artifact.metadata or {}
    link = Ref(artifact.url, step=step, place=place, kind=artifact.kind, artifact=name, known=True)
    version = Version(id=artifact.id, url=link, content=artifact.content)
    label = about.get("title")
    return Item(
        id=item_id,
        label=label if isinstance(label, str) else "",
        selected_version_id=artifact.id,
        versions=[version],
        metadata=about,
    )
