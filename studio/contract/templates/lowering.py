"""One stage as steps: bindings become arguments, dependencies and late texts.

Source: contract/templates.md §7, rules 2–6.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET

from studio.contract.billing import output_count
from studio.contract.chat import MediaKind
from studio.contract.media import KINDS
from studio.contract.templates import bindings
from studio.contract.templates.artifacts import Artifact, BatchItem, Item, MediaUrl, Ref, kind_of_tool
from studio.contract.templates.bindings import Binding, BindingError, NotYet
from studio.contract.templates.conditions import holds, known_before
from studio.contract.templates.plan import StepNode
from studio.contract.templates.structs import BatchStage, Condition, FixedStage, Stage
from studio.contract.tools import argument_names, catalogue
from studio.contract.workflows import INPUT_MEDIA, STEP_LIMIT, Dependency, StepSpec
from studio.contract.workflows.normalise import clean_id

MOST_AT_ONCE = 16
_WORDY: Mapping[tuple[str, str], str] = {
    ("overlay_video", "overlays"): "overlay_items",
    ("add_subtitles", "cues"): "subtitle_cues",
    ("add_subtitles", "srt"): "subtitle_srt",
    ("inspect_asset", "asset_id"): "asset_ref",
    ("label_asset", "asset_id"): "asset_ref",
}
"""Arguments that take something else of an artifact than its number or its link."""
_FROM_WORDS = frozenset(("subtitle_cues", "subtitle_srt"))
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")

Scope = Mapping[str, Any]


@dataclass
class Media:
    """The request's media, growing by those that media inputs add."""

    entries: list[dict[str, Any]]
    frozen: bool = False

    def place(self, url: str, kind: MediaKind) -> int:
        """Return the place of a link among the media of its kind; it is added when it is new.

        Raises:
            BindingError: it is new, and the run has begun.
        """
        alike = [entry for entry in self.entries if entry.get("kind") == kind]
        for place, entry in enumerate(alike):
            if entry.get("url") == url:
                return place
        if self.frozen:
            raise BindingError(f"A media input of this run is not among its media: {url[:80]}")
        self.entries.append({"kind": kind, "url": str(url)})
        return len(alike)


@dataclass
class Lowering:
    """What stages become steps with.

    Attributes:
        taken: ids that are in use.
        optional: artifacts that the stage can do without.
        absent: of those, the ones that nothing has made.
        statuses: what has become of the stages; None before the run.
    """

    media: Media
    taken: set[str] = field(default_factory=set)
    optional: Collection[str] = ()
    absent: Collection[str] = ()
    statuses: Mapping[str, str] | None = None

    def fixed(self, stage: FixedStage, scope: Scope) -> list[StepNode]:
        """Return the step of a fixed stage.

        Raises:
            BindingError: a binding leads nowhere.
            NotYet: it cannot be known yet whose pieces it takes.
        """
        spec, late = self._spec(stage, self._free_id(stage.id), scope, keep_late=True)
        attempts = 2 if stage.on_error == "retry_once" else 1
        return [StepNode(spec=spec, stage=stage.id, on_error=stage.on_error, attempts=attempts, late=late)]

    def batch(self, stage: BatchStage, scope: Scope) -> tuple[list[StepNode], list[str]]:
        """Return the steps of a batch, one for each item whose condition holds, and their labels.

        Raises:
            BindingError: see ``fixed``; also when the batch goes over no list.
            NotYet: its list, or what is in it, is not known yet.
        """
        if not isinstance(stage.item_stage, FixedStage):
            raise BindingError("A batch cannot run an interactive stage for each item.")
        condition = stage.item_stage.condition
        if condition is not None and condition.type != "expr" and self.statuses is None and not known_before(condition):
            raise NotYet("What has become of a stage", countable=False)
        entries = self._entries(stage, scope)
        attempts = stage.max_attempts_per_item or (2 if stage.on_error == "retry_once" else 1)
        nodes, labels = [], []
        for place, entry in enumerate(entries):
            item = BatchItem(entry, place, stage.item_name)
            inner = {**scope, "item": item}
            if not holds(condition, inner, self.statuses or {}):
                continue
            spec, _ = self._spec(stage.item_stage, self._free_id(f"{stage.id}_{place}"), inner, keep_late=False)
            nodes.append(
                StepNode(
                    spec=spec,
                    stage=stage.id,
                    on_error=stage.on_error,
                    attempts=attempts,
                    concurrency=at_once(stage.concurrency),
                )
            )
            labels.append(label_of(stage, item))
        return nodes, labels

    def note_media(self, stage: Stage, inputs: Mapping[str, Any]) -> None:
        """Add the media inputs that a stage binds, though its steps are not known yet."""
        inner = stage.item_stage if isinstance(stage, BatchStage) else stage
        values: list[Any] = [stage.over_binding] if isinstance(stage, BatchStage) else []
        if isinstance(inner, FixedStage):
            names = argument_names(inner.tool, inner.args)
            values += [value for name, value in inner.args.items() if is_index_argument(inner.tool, names[name])]
        for found in bindings.references(values):
            name = bindings.parse(found).name if isinstance(found, str) else None
            value = inputs.get(name or "")
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, MediaUrl):
                    self.media.place(each, each.kind)

    def _entries(self, stage: BatchStage, scope: Scope) -> list[Any]:
        found = bindings.resolve_text(stage.over_binding, scope)
        if isinstance(found, Artifact):
            found = found.items
        if not isinstance(found, list):
            raise BindingError(f"{stage.over_binding} is no list to go over.")
        if len(found) > STEP_LIMIT:
            raise BindingError(f"The batch has {len(found)} items, and a workflow at most {STEP_LIMIT} steps.")
        return found

    def _free_id(self, wanted: str) -> str:
        step_id = clean_id(wanted) or "step"
        while step_id in self.taken:
            step_id += "_"
        self.taken.add(step_id)
        return step_id

    def _spec(
        self, stage: FixedStage, step_id: str, scope: Scope, *, keep_late: bool
    ) -> tuple[StepSpec, dict[str, Any]]:
        names = argument_names(stage.tool, stage.args)
        arguments: dict[str, Any] = {}
        dependencies: list[Dependency] = []
        late: dict[str, Any] = {}
        for given, template in stage.args.items():
            target = names[given]
            if self.absent and any(self._is_absent(found) for found in bindings.references(template)):
                continue
            try:
                value = bindings.resolve_value(template, scope)
                literal = self._place(stage.tool, target, value, dependencies)
            except NotYet as error:
                if not (keep_late and error.countable):
                    raise
                late[target] = template
                literal = template if isinstance(template, str) else None
            if literal is not None:
                arguments[target] = literal
        return StepSpec(id=step_id, tool_name=stage.tool, arguments=arguments, depends_on=dependencies), late

    def _is_absent(self, found: str | Binding) -> bool:
        binding = bindings.parse(found) if isinstance(found, str) else found
        return binding.root == "artifacts" and binding.name in self.absent

    def _place(self, tool: str, target: str, value: Any, dependencies: list[Dependency]) -> Any:
        """Add what *value* depends on and return its literal part; None for nothing."""
        if value is bindings.MISSING or value is None:
            return None
        if isinstance(value, list):
            rest = []
            for entry in value:
                bound = self._bound(tool, target, entry)
                if bound is None:
                    rest.append(bindings.plain(self._numbered(entry, target)))
                else:
                    dependencies.append(bound)
            return rest if rest or not value else None
        bound = self._bound(tool, target, value)
        if bound is not None:
            dependencies.append(bound)
            return None
        return bindings.plain(self._numbered(value, target))

    def _numbered(self, value: Any, name: str) -> Any:
        """Return *value* with the media inputs inside objects, such as an overlay's picture, as their numbers.

        Raises:
            BindingError: what a stage makes is to be numbered there, which only a whole argument can be.
        """
        if isinstance(value, dict):
            return {key: self._numbered(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._numbered(inner, name) for inner in value]
        if name.endswith(("Index", "Indices")):
            if isinstance(value, MediaUrl):
                return -1 - self.media.place(value, value.kind)
            if isinstance(value, Ref):
                raise BindingError(f"{name} inside an object cannot take what a stage makes; a whole argument can.")
        return value

    def _bound(self, tool: str, target: str, value: Any) -> Dependency | None:
        """Return the dependency that stands for *value*, or None when it is a literal."""
        if isinstance(value, Item | Artifact) and is_media_argument(tool, target):
            value = _link(value)
        if isinstance(value, MediaUrl):
            if not is_index_argument(tool, target):
                return None
            place = self.media.place(value, value.kind)
            return _dependency(INPUT_MEDIA, place, value.kind, target, tool, required=True)
        if isinstance(value, Ref):
            required = value.artifact not in self.optional
            return _dependency(value.step, value.place, value.kind, target, tool, required=required)
        return None


def at_once(concurrency: float) -> int:
    """Return how many slots of a batch may run at once: whole, from 1 to 16."""
    return max(1, min(MOST_AT_ONCE, int(concurrency))) if math.isfinite(concurrency) else MOST_AT_ONCE


def label_of(stage: BatchStage, item: BatchItem) -> str:
    """Return the label of a slot: ``{index}`` and ``{field}`` filled in, missing fields empty."""

    def fill(match: re.Match[str]) -> str:
        value = item.member(match[1])
        try:
            return "" if value is bindings.MISSING else bindings.as_text(bindings.plain(value))
        except NotYet:
            return ""

    template = stage.item_label_template
    return _PLACEHOLDER.sub(fill, template) if template else f"{stage.label or stage.id} {item.index}"


def outputs_of(spec: StepSpec) -> int:
    """Return how many pieces a step makes, as far as its arguments say."""
    known = catalogue()[spec.tool_name].parameters.get("properties", {})
    planned = (
        dict(spec.arguments)
        if "numberOfVariations" in known
        else {name: value for name, value in spec.arguments.items() if name != "numberOfVariations"}
    )
    for dependency in spec.depends_on:
        if "array" in str(known.get(dependency.target_argument, {}).get("type")):
            kept = planned.get(dependency.target_argument)
            planned[dependency.target_argument] = [*(kept if isinstance(kept, list) else []), 0]
    return output_count(spec.tool_name, planned)


def is_index_argument(tool: str, argument: str) -> bool:
    """Whether *argument* names pieces by their number."""
    return argument.endswith(("Index", "Indices")) and argument in _properties(tool)


def is_media_argument(tool: str, argument: str) -> bool:
    """Whether *argument* takes a piece, by number or by link."""
    return is_index_argument(tool, argument) or "url" in argument.lower()


def with_order(node: StepNode, after: Sequence[str], needs: Sequence[str], condition: Condition | None) -> StepNode:
    """Return *node* with what orders it."""
    return StepNode(
        spec=node.spec,
        stage=node.stage,
        on_error=node.on_error,
        attempts=node.attempts,
        after=list(after),
        needs=list(needs),
        condition=condition,
        concurrency=node.concurrency,
        late=node.late,
    )


def kind_of_stage(stage: Stage) -> Any:
    """Return the kind of artifact that *stage* makes."""
    inner = stage.item_stage if isinstance(stage, BatchStage) else stage
    return kind_of_tool(inner.tool) if isinstance(inner, FixedStage) else "structured"


def _link(value: Item | Artifact) -> Any:
    item = value if isinstance(value, Item) else value.items[0] if value.items else None
    chosen = next((v for v in item.versions if v.id == item.selected_version_id), None) if item else None
    return chosen.url if chosen is not None else value


def _dependency(source: str, place: int, kind: str, target: str, tool: str, *, required: bool) -> Dependency:
    transform: Any = _WORDY.get((tool, target), "artifact_url")
    # Words are taken from what is worded among all that the step made: the timed lyrics of a song, not its sound.
    media = None if transform in _FROM_WORDS else next((each for each in KINDS if each == kind), None)
    if media is not None and is_index_argument(tool, target):
        transform = f"{media}_index"
    elif media is not None and "url" in target.lower():
        transform = f"{media}_url"
    return Dependency(
        source_step_id=source,
        source_artifact_index=place,
        media_type=UNSET if media is None else media,
        transform=transform,
        target_argument=target,
        required=required,
    )


def _properties(tool: str) -> dict[str, Any]:
    found: dict[str, Any] = catalogue()[tool].parameters.get("properties", {})
    return found
