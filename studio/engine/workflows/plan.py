"""The graph of a workflow: which steps may start now, and where it must wait.

Pure: it looks at a ``Request`` and a ``State`` and decides. Steps run in parallel unless
something orders them: a binding, a required artifact, an index or a default that means the
results of earlier steps, a condition, a checkpoint. Whatever runs in parallel, the order of
the plan is the order of media indices, of drawing and of the record.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.contract.chat import MediaKind
from studio.contract.manifest import MANIFEST_TOOLS
from studio.contract.tools import catalogue
from studio.contract.workflows import INPUT_MEDIA
from studio.engine.workflows.state import OVER, Failure, Pause, Request, State, StepState

PARALLEL = 6
"""Steps of one workflow that run at once; the render pool has bounds of its own."""
_MAKERS = frozenset(("generate_image", "generate_video", "generate_music", "generate_speech"))
"""They take a source only when one is named."""
_INDEXED: Mapping[str, MediaKind] = {"image_index": "image", "video_index": "video", "audio_index": "audio"}

OnError = Literal["stop", "continue", "skip", "retry_once"]


@dataclass(frozen=True)
class StepNode:
    """A step of the plan.

    Attributes:
        stage: the template stage it came from, or its own id.
        attempts: how often it may be tried, whatever fails; transient failures are retried once in any case.
        after: steps or stages that must be over first.
        needs: those of ``after`` without which it cannot run.
        condition: decides when reached whether it runs (contract/templates.md §2); None: it does.
        at_once: how many steps of its stage may run in parallel.
        late: arguments with words that an earlier step writes.
    """

    spec: Mapping[str, Any]
    stage: str
    on_error: OnError = "stop"
    attempts: int = 1
    after: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    condition: Mapping[str, Any] | None = None
    at_once: int = PARALLEL
    late: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The step's id."""
        return str(self.spec["id"])

    @property
    def tool(self) -> str:
        """The step's tool."""
        return str(self.spec["toolName"])


@dataclass(frozen=True)
class GateNode:
    """A place where somebody must say that it may go on: a checkpoint, or an interactive stage."""

    stage: str
    kind: Literal["checkpoint", "interactive"]
    details: Mapping[str, Any]
    condition: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """What ``State.passed`` holds once it is passed."""
        return f"{self.kind}:{self.stage}"


@dataclass(frozen=True)
class BatchNode:
    """A batch whose list is made by earlier steps and not known yet."""

    stage: str
    after: frozenset[str]
    condition: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """What its condition is noted under."""
        return f"batch:{self.stage}"


Node = StepNode | GateNode | BatchNode


@dataclass
class Moves:
    """What to do next. Nothing in it and nothing running: the workflow is over."""

    start: list[StepNode] = field(default_factory=list)
    skip: list[str] = field(default_factory=list)
    fail: list[tuple[StepNode, Failure]] = field(default_factory=list)
    decide: Node | None = None
    """A node whose condition must be evaluated before anything behind it is looked at."""
    expand: BatchNode | None = None
    pause: Pause | None = None
    stopped: StepNode | None = None
    """The failed step that ends the workflow."""


class Plan:
    """The nodes of one workflow in plan order, as far as they are known."""

    def __init__(self, request: Request, state: State) -> None:
        self._state = state
        self._batches = {
            entry["stage"]: set(entry.get("after") or ()) for entry in request.nodes if entry["type"] == "batch"
        }
        self.nodes = _nodes(request, state)
        self.steps = [node for node in self.nodes if isinstance(node, StepNode)]
        self._places = {node.id: place for place, node in enumerate(self.steps)}
        self._stages: dict[str, set[str]] = {}
        for node in self.steps:
            self._stages.setdefault(node.stage, set()).add(node.id)

    def step(self, step_id: str) -> StepNode | None:
        """Return the step *step_id*, or None when it is not known (yet)."""
        place = self._places.get(step_id)
        return None if place is None else self.steps[place]

    def earlier(self, step_id: str) -> list[tuple[str, StepState]]:
        """Return what came before *step_id* in plan order: steps and interactive stages, with their states."""
        found = []
        for node in self.nodes:
            if isinstance(node, StepNode):
                if node.id == step_id:
                    break
                found.append((node.id, self._of(node.id)))
            elif isinstance(node, GateNode) and node.kind == "interactive" and node.stage in self._state.steps:
                found.append((node.stage, self._of(node.stage)))
        return found

    def known(self) -> list[StepNode]:
        """Return the steps up to the first batch that is not known yet: those that may be drawn now."""
        found: list[StepNode] = []
        for node in self.nodes:
            if isinstance(node, BatchNode):
                break
            if isinstance(node, StepNode):
                found.append(node)
        return found

    def sources(self, node: StepNode) -> set[str]:
        """Return the ids of the steps that must be over before *node* may start."""
        return _sources(node, self.steps[: self._places[node.id]], self._stages)

    def dependents(self, changed: Collection[str]) -> set[str]:
        """Return *changed* and every step that, directly or not, uses what they make."""
        found = set(changed)
        for node in self.steps:
            if node.id not in found and self.sources(node) & found:
                found.add(node.id)
        return found

    def expanded_from(self, stages: Collection[str]) -> list[str]:
        """Return the stages, in plan order, whose steps came from what *stages* made, directly or not."""
        found: list[str] = []
        for stage, after in self._batches.items():
            if stage in self._state.added and after & {*stages, *found}:
                found.append(stage)
        return found

    def moves(self, running: Collection[str]) -> Moves:
        """Return what may be done now, with *running* steps under way."""
        moves = Moves()
        if self._state.pause is not None or self._state.failure is not None:
            return moves
        moves.stopped = next((node for node in self.steps if _stops(node, self._of(node.id))), None)
        if moves.stopped is not None:
            return moves
        busy = list(running)
        before: list[StepNode] = []
        for node in self.nodes:
            quiet = all(self._of(step.id).status in OVER for step in before)
            if isinstance(node, StepNode):
                self._look(node, moves, busy)
                before.append(node)
                if moves.decide is not None or (node.tool == "ask_clarifying_question" and not self._over(node.id)):
                    break
            elif isinstance(node, GateNode) and node.id not in self._state.passed:
                if quiet and self._undecided(node):
                    moves.decide = node
                elif quiet:
                    moves.pause = _gate_pause(node)
                break
            elif isinstance(node, BatchNode):
                if self._undecided(node):
                    moves.decide = node if quiet else None
                elif all(self._over(step) for step in self._resolve(node.after)):
                    moves.expand = node
                break
        return moves

    def _look(self, node: StepNode, moves: Moves, busy: list[str]) -> None:
        state = self._of(node.id)
        if node.id in busy or state.status in OVER:
            return
        sources = self.sources(node)
        if not all(self._over(step) for step in sources):
            return
        missing = [step for step in self._resolve(node.needs) if self._of(step).status != "completed"]
        if self._undecided(node):
            moves.decide = node
        elif missing:
            text = f"Step {node.id} needs what step {missing[0]} would have made."
            moves.fail.append((node, Failure(text, "ASSET_NOT_FOUND", "validation", False, node.tool, node.id)))
        else:
            mates = sum(1 for step in busy if step in self._stages[node.stage])
            if len(busy) < PARALLEL and mates < node.at_once:
                moves.start.append(node)
                busy.append(node.id)

    def _undecided(self, node: Node) -> bool:
        return node.condition is not None and f"condition:{node.id}" not in self._state.passed

    def _resolve(self, names: Collection[str]) -> set[str]:
        return {step for name in names for step in (self._stages.get(name) or ({name} if name in self._places else ()))}

    def _of(self, step_id: str) -> StepState:
        return self._state.steps.get(step_id) or StepState()

    def _over(self, step_id: str) -> bool:
        return self._of(step_id).status in OVER


def _stops(node: StepNode, state: StepState) -> bool:
    return state.status == "failed" and node.on_error in ("stop", "retry_once")


def _gate_pause(node: GateNode) -> Pause:
    words = node.details.get("message") or (
        "Look at what was made, then let it go on." if node.kind == "checkpoint" else "This stage needs somebody."
    )
    details = {"stageId": node.stage, "kind": node.kind, **node.details}
    return Pause("workflow_user_input_required", str(words), details, node.stage)


def _nodes(request: Request, state: State) -> list[Node]:
    found: list[Node] = []
    for entry in request.nodes or [{"type": "step", "spec": spec} for spec in request.steps]:
        stage = str(entry.get("stage") or entry.get("spec", {}).get("id"))
        match entry["type"]:
            case "step":
                found.append(_step_node(entry, stage))
            case "batch":
                if stage in state.added:
                    found += [_step_node(added, stage) for added in state.added[stage]]
                else:
                    found.append(BatchNode(stage, frozenset(entry.get("after") or ()), entry.get("condition")))
            case kind:
                found.append(GateNode(stage, kind, entry.get("details") or {}, entry.get("condition")))
    return found


def _step_node(entry: Mapping[str, Any], stage: str) -> StepNode:
    return StepNode(
        spec=entry["spec"],
        stage=stage,
        on_error=entry.get("onError") or "stop",
        attempts=int(entry.get("attempts") or 1),
        after=frozenset(entry.get("after") or ()),
        needs=frozenset(entry.get("needs") or ()),
        condition=entry.get("condition"),
        at_once=int(entry.get("concurrency") or PARALLEL),
        late=entry.get("late") or {},
    )


def _sources(node: StepNode, earlier: list[StepNode], stages: Mapping[str, set[str]]) -> set[str]:
    ids = {step.id for step in earlier}
    if node.tool in ("finalize_response", "ask_clarifying_question") or node.condition is not None:
        return ids
    bound = [d for d in node.spec.get("dependsOn") or [] if d["sourceStepId"] != INPUT_MEDIA]
    found = {d["sourceStepId"] for d in bound}
    for name in node.after | node.needs:
        found |= stages.get(name, {name})
    meant = _meant_kinds(node)
    places = {step.id: place for place, step in enumerate(earlier)}
    for dependency in bound:
        # An index counts what came before, so that must be over; what comes after does not move it.
        kind = _INDEXED.get(dependency["transform"])
        before = earlier[: places.get(dependency["sourceStepId"], 0)] if kind else []
        found |= {step.id for step in before if catalogue()[step.tool].produces == kind}
    for step in earlier:
        if catalogue()[step.tool].produces in meant or (node.tool in MANIFEST_TOOLS and step.tool in MANIFEST_TOOLS):
            found.add(step.id)
    return found & ids


def _meant_kinds(node: StepNode) -> set[str]:
    """Return the kinds of which *node* means earlier results without saying whose: by number, or by default."""
    arguments = node.spec.get("arguments") or {}
    targets = {d["targetArgument"] for d in node.spec.get("dependsOn") or []}
    properties = catalogue()[node.tool].parameters.get("properties", {})
    slots = {name: _slot_kind(name) for name in properties if name.endswith(("Index", "Indices"))}
    meant: set[str] = set(_numbered(arguments))
    named = any(name in arguments or name in targets for name in slots)
    urls = any("url" in name.lower() for name in {*arguments, *targets})
    if slots and not named and not urls and node.tool not in _MAKERS:
        meant |= set(slots.values())
    return meant


def _numbered(value: Any, name: str = "") -> Iterator[MediaKind]:
    """Yield the kind of every index in *value*, however deep, that names a result (uploads are negative)."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbered(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbered(inner, name)
    elif name.endswith(("Index", "Indices")) and _is_number(value) and value >= 0:
        yield _slot_kind(name)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _slot_kind(name: str) -> MediaKind:
    lower = name.lower()
    return "video" if "video" in lower else "audio" if "audio" in lower or "voice" in lower else "image"
