"""A template document that is never changed in place.

A document is the JSON of a template as it is stored and sent, with everything in it that
nobody here knows. Operations make new ones that share what did not change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from studio.contract.errors import StudioError
from studio.contract.templates.shape import DEEPEST_STAGES

Json = Mapping[str, Any]
Place = tuple[str | int, ...]
"""Where something is in a document: ``("stages", 2, "args", "prompt")``."""
StageKind = Literal["fixed", "interactive", "batch"]

INPUTS: Final = "$inputs"
"""The node of the inputs; no stage can be called so, because ids with ``$`` are never made."""
REMOVE: Final = object()
"""Given as a value: the member goes."""


class EditError(StudioError):
    """An operation cannot be done on this document; the text is one sentence for a person. Nothing was changed."""


@dataclass(frozen=True)
class Stage:
    """One stage as it stands in the tree.

    Attributes:
        body: its JSON.
        parent: the stage whose sub-stage or item stage it is.
        is_item: it is the item stage of a batch.
    """

    id: str
    place: Place
    body: Json
    parent: str | None = None
    is_item: bool = False

    @property
    def kind(self) -> str:
        """``fixed``, ``interactive``, ``batch``, or what a later version calls it."""
        return str(self.body.get("type", ""))

    @property
    def label(self) -> str:
        """What people call it."""
        said = self.body.get("label")
        return said if isinstance(said, str) and said.strip() else self.id

    @property
    def call(self) -> Json:
        """What holds tool and arguments: the item stage of a batch, else the stage itself."""
        inner = self.body.get("itemStage")
        return inner if self.kind == "batch" and isinstance(inner, Mapping) else self.body

    @property
    def call_place(self) -> Place:
        """Where ``call`` is."""
        return self.place if self.call is self.body else (*self.place, "itemStage")

    @property
    def tool(self) -> str:
        """The tool that it calls; empty for none."""
        tool = self.call.get("tool")
        return tool if isinstance(tool, str) and self.call.get("type") == "fixed" else ""

    @property
    def arguments(self) -> Json:
        """The arguments of the call, literals and bindings."""
        given = self.call.get("args")
        return given if isinstance(given, Mapping) else {}

    @property
    def produces(self) -> tuple[str, ...]:
        """The artifacts that it names; the first receives its output."""
        return texts(self.body.get("produces"))


_WORKED_OUT: Final = ("stages", "every_stage", "_by_id", "inputs", "producers")
"""The cached properties of a document."""


@dataclass(frozen=True, eq=False)
class Document:
    """A template as JSON; do not change *content*. Two are the same only when they are one object: see ``same_as``."""

    content: Json

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage that has an id, depth first, without the item stages of batches."""
        return tuple(stage for stage in self.every_stage if not stage.is_item)

    @cached_property
    def every_stage(self) -> tuple[Stage, ...]:
        """Every stage that has an id, depth first: each, its sub-stages, then its item stage."""
        return tuple(_walk(self.content.get("stages"), ("stages",), None))

    @cached_property
    def _by_id(self) -> dict[str, Stage]:
        return {stage.id: stage for stage in reversed(self.every_stage)}

    @cached_property
    def inputs(self) -> tuple[Json, ...]:
        """The declared inputs that are objects with a name, in their order."""
        declared = self.content.get("inputs")
        return tuple(
            entry
            for entry in (declared if isinstance(declared, list) else [])
            if isinstance(entry, Mapping) and isinstance(entry.get("name"), str) and entry["name"]
        )

    @cached_property
    def producers(self) -> dict[str, str]:
        """The stage that makes each artifact; the last one that names it counts."""
        return {name: stage.id for stage in self.stages for name in stage.produces}

    def forget(self) -> None:
        """Let go of what was worked out; it is worked out again when asked for. For documents that only undo keeps."""
        for name in _WORKED_OUT:
            self.__dict__.pop(name, None)

    @property
    def name(self) -> str:
        """What the template is called."""
        name = self.content.get("name")
        return name if isinstance(name, str) else ""

    def stage(self, stage_id: str) -> Stage:
        """Return a stage, item stages included.

        Raises:
            EditError: there is none of that id.
        """
        if stage_id not in self._by_id:
            raise EditError(f"There is no stage “{stage_id}” any more.")
        return self._by_id[stage_id]

    def has_stage(self, stage_id: str) -> bool:
        """Whether there is a stage of that id."""
        return stage_id in self._by_id

    def input(self, name: str) -> Json | None:
        """Return the input *name*, or None."""
        return next((entry for entry in self.inputs if entry["name"] == name), None)

    def at(self, place: Place) -> Any:
        """Return what is at *place*, or None."""
        found: Any = self.content
        for key in place:
            if isinstance(found, Mapping):
                found = found.get(str(key))
            elif isinstance(found, list) and isinstance(key, int) and 0 <= key < len(found):
                found = found[key]
            else:
                return None
        return found

    def same_as(self, other: "Document") -> bool:
        """Whether both hold the same JSON."""
        return self is other or same_json(self.content, other.content)

    def put(self, place: Place, value: Any) -> "Document":
        """Return a document with *value* at *place* (``REMOVE``: without what is there).

        Raises:
            EditError: there is no such place.
        """
        changed = _put(self.content, place, value)
        assert isinstance(changed, Mapping)
        return self if changed is self.content else Document(changed)

    def positions(self) -> dict[str, tuple[float, float]]:
        """Return where the nodes of the graph lie, as far as the document says."""
        graph = self.content.get("graph")
        nodes = graph.get("nodes") if isinstance(graph, Mapping) else None
        found: dict[str, tuple[float, float]] = {}
        for node in nodes if isinstance(nodes, list) else []:
            if isinstance(node, Mapping) and isinstance(node.get("stageId"), str):
                x, y = node.get("x"), node.get("y")
                if isinstance(x, int | float) and isinstance(y, int | float):
                    found[node["stageId"]] = (float(x), float(y))
        return found


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a JSON list; nothing for anything else."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def is_number(value: object) -> bool:
    """Whether *value* is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _walk(stages: object, place: Place, parent: str | None, depth: int = 0, item: bool = False) -> Iterator[Stage]:
    if depth > DEEPEST_STAGES:
        return
    for number, body in enumerate(stages if isinstance(stages, list) else []):
        if isinstance(body, Mapping):
            yield from _stage(body, (*place, number), parent, depth, item)


def _stage(body: Json, place: Place, parent: str | None, depth: int, item: bool) -> Iterator[Stage]:
    stage_id = body.get("id")
    known = isinstance(stage_id, str) and bool(stage_id)
    if known:
        yield Stage(str(stage_id), place, body, parent, item)
    above = str(stage_id) if known else parent
    yield from _walk(body.get("subStages"), (*place, "subStages"), above, depth + 1, item)
    inner = body.get("itemStage")
    if body.get("type") == "batch" and isinstance(inner, Mapping) and depth < DEEPEST_STAGES:
        yield from _stage(inner, (*place, "itemStage"), above, depth + 1, True)


def _put(holder: Any, place: Place, value: Any) -> Any:
    if not place:
        return value
    key, rest = place[0], place[1:]
    if isinstance(key, int):
        if not isinstance(holder, list) or not 0 <= key < len(holder):
            raise EditError("That part of the template is not there any more.")
        if not rest and value is REMOVE:
            return [*holder[:key], *holder[key + 1 :]]
        entry = _put(holder[key], rest, value)
        return holder if entry is holder[key] else [*holder[:key], entry, *holder[key + 1 :]]
    if holder is None:
        holder = {}
    if not isinstance(holder, Mapping):
        raise EditError("That part of the template is not there any more.")
    if not rest and value is REMOVE:
        return {k: v for k, v in holder.items() if k != key} if key in holder else holder
    entry = _put(holder.get(key), rest, value)
    if key in holder and same_json(entry, holder[key]):
        return holder
    return {**holder, key: entry}


def same_json(left: Any, right: Any) -> bool:
    """Whether two JSON values are the same; unlike ``==``, true is not 1 and 1 is not 1.0's text."""
    if left is right:
        return True
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    return type(left) is type(right) and bool(left == right)
