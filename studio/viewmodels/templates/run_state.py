"""How a run of a template stands, stage by stage: plain values, folded from the server's record and its events."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from studio.contract.editing.document import Document, Stage
from studio.contract.editing.estimating import estimate_of
from studio.contract.tools import catalogue

if TYPE_CHECKING:
    from studio.service.runs import Artifact
    from studio.service.workflows import Step, Workflow
    from studio.viewmodels.state import Piece

Status = Literal[
    "waiting_here", "starting", "queued", "running", "waiting_for_user", "completed", "partial_failure", "failed",
    "cancelled",
]  # fmt: skip
OVER: Final[frozenset[str]] = frozenset({"completed", "partial_failure", "failed", "cancelled"})
_WORDS: Final[Mapping[str, str]] = {
    "waiting_here": "Waits for its turn", "starting": "Starting", "queued": "Waiting", "running": "Working",
    "waiting_for_user": "Needs you", "completed": "Done", "partial_failure": "Done in part", "failed": "Failed",
    "cancelled": "Stopped",
}  # fmt: skip
_ITEM: Final = re.compile(r"^(.+)_(\d+)(?:_\d+)?$")
_TEXTUAL: Final = ("text/", "application/json")
_DONE: Final = frozenset({"completed", "failed", "cancelled", "skipped"})


@dataclass(frozen=True)
class ItemState:
    """One step: a stage, or one item of a batch.

    Attributes:
        status: ``pending``, ``running``, ``completed``, ``failed``, ``skipped``, ``cancelled``, ``waiting_for_user``.
        progress: 0–1; None where it is not known.
        seed: the one it was made with; None for tools without seeds, or unknown.
    """

    step_id: str
    tool: str
    status: str = "pending"
    progress: float | None = None
    words: str = ""
    error: str = ""
    seed: int | None = None
    text: str = ""
    piece_ids: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True)
class StageState:
    """One stage with its items.

    Attributes:
        weight: its share of the work, in seconds as estimated; 0 where nothing is made.
    """

    id: str
    label: str
    kind: str
    items: tuple[ItemState, ...] = ()
    passed: bool = False
    weight: float = 1.0

    @property
    def status(self) -> str:
        """The worst of what is going on, else the best of what was done."""
        found = {item.status for item in self.items}
        for status in ("waiting_for_user", "running", "failed"):
            if status in found:
                return status
        if found and found <= {"completed", "skipped"}:
            return "completed" if "completed" in found else "skipped"
        return "running" if "completed" in found else "completed" if self.passed else "pending"

    @property
    def fraction(self) -> float | None:
        """How far it is; None where nobody knows."""
        if not self.items:
            return None
        parts = [1.0 if item.status in _DONE else item.progress for item in self.items]
        if all(part is None for part in parts):
            return None
        return sum(part or 0.0 for part in parts) / len(parts)

    @property
    def paths(self) -> list[Path]:
        """The files that it made so far."""
        return [path for item in self.items for path in item.paths]


@dataclass(frozen=True)
class PauseState:
    """What a run waits for.

    Attributes:
        kind: ``checkpoint``, ``interactive``, ``question``, ``cost`` or ``other``.
        stage_id: the stage that it stopped at.
        here: it can be answered here; otherwise ``where`` says where.
        units: what it would cost, in *token*.
    """

    kind: str
    message: str
    stage_id: str = ""
    here: bool = True
    where: str = ""
    units: float | None = None
    token: str = "Spark"
    preview: dict[str, Any] | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunState:
    """A run of a template as it stands.

    Attributes:
        purpose: ``run``, ``rehearsal`` or ``test``.
        group: runs that were started together (a batch over pieces, a matrix of seeds) share it.
        parent: the run that this one is another take of.
        left_s: seconds that it still takes at its present pace; None where nobody can tell.
        cut_off: the server cannot be reached just now; how it stands there is not known.
    """

    id: str
    template_id: str
    name: str
    status: Status = "starting"
    workflow_id: str = ""
    session_id: str = ""
    created_ms: int = 0
    stages: tuple[StageState, ...] = ()
    pause: PauseState | None = None
    trouble: str = ""
    purpose: str = "run"
    group: str = ""
    parent: str = ""
    label: str = ""
    left_s: float | None = None
    cut_off: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes unless somebody acts."""
        return self.status in OVER

    @property
    def words(self) -> str:
        """The status in words."""
        return _WORDS[self.status]

    @property
    def fraction(self) -> float | None:
        """How much of the work is done, each stage by its weight; None where nobody knows."""
        if self.status == "completed":
            return 1.0
        whole = sum(stage.weight for stage in self.stages)
        if not whole:
            return None
        done = sum(stage.weight * (1.0 if stage.passed else stage.fraction or 0.0) for stage in self.stages)
        return done / whole

    @property
    def items(self) -> tuple[ItemState, ...]:
        """Every step, in order."""
        return tuple(item for stage in self.stages for item in stage.items)

    @property
    def results(self) -> dict[str, list[Path]]:
        """The files of each stage that made some."""
        return {stage.id: stage.paths for stage in self.stages if stage.paths}


def first_stages(document: Document) -> tuple[StageState, ...]:
    """Return the stages of a template before anything ran."""
    seconds = estimate_of(document).seconds_of
    return tuple(
        StageState(stage.id, stage.label, stage.kind, weight=seconds.get(stage.id, 0.0)) for stage in document.stages
    )


def stage_of_step(document: Document, step_id: str) -> str:
    """Return the stage that a step belongs to: its own id, or that of the batch before the number."""
    if document.has_stage(step_id):
        stage = document.stage(step_id)
        return stage.parent or stage.id if stage.is_item else stage.id
    found = _ITEM.match(step_id)
    while found is not None:
        if document.has_stage(found.group(1)):
            return found.group(1)
        found = _ITEM.match(found.group(1))
    return step_id


def folded(
    state: RunState, document: Document, workflow: "Workflow", pieces: Mapping[str, "list[Piece]"], *, here: bool
) -> RunState:
    """Return *state* with what the server's record says.

    Args:
        pieces: what has been brought home, by step id.
        here: pauses can be answered through this connection.
    """
    before = {item.step_id: item for item in state.items}
    weights = {stage.id: stage.weight for stage in state.stages}
    by_stage: dict[str, list[ItemState]] = {}
    for step in workflow.steps:
        known = before.get(step.id)
        item = _item(step, known, pieces.get(step.id, []))
        by_stage.setdefault(stage_of_step(document, step.id), []).append(item)
    reached = False
    stages: list[StageState] = []
    for stage in reversed(document.stages):
        items = tuple(by_stage.pop(stage.id, ()))
        weight = weights.get(stage.id, 0.0)
        made = StageState(stage.id, stage.label, stage.kind, items, passed=reached and not items, weight=weight)
        reached = reached or made.status in ("completed", "running", "failed", "waiting_for_user")
        stages.append(made)
    stages.reverse()
    stages += [StageState(key, key, "fixed", tuple(items), weight=0.0) for key, items in by_stage.items()]
    pause = _pause(document, workflow, here)
    if pause is not None and pause.stage_id and pause.kind == "interactive":
        stages = [_waits(stage) if stage.id == pause.stage_id else stage for stage in stages]
    status: Any = workflow.status if workflow.status in _WORDS else "running"
    return replace(
        state, status=status, workflow_id=workflow.id, stages=tuple(stages), pause=pause,
        trouble=workflow.failure if status in ("failed", "partial_failure") else "",
    )  # fmt: skip


def with_progress(state: RunState, step_id: str, progress: float | None, words: str) -> RunState:
    """Return *state* with the progress of one step."""

    def changed(item: ItemState) -> ItemState:
        if item.step_id != step_id or item.status in _DONE:
            return item
        return replace(item, status="running", progress=progress, words=words or item.words)

    stages = tuple(
        replace(stage, items=tuple(map(changed, stage.items)))
        if any(item.step_id == step_id for item in stage.items)
        else stage
        for stage in state.stages
    )
    return replace(state, stages=stages)


def _waits(stage: StageState) -> StageState:
    return replace(stage, items=(ItemState(stage.id, "", "waiting_for_user"),))


def _item(step: "Step", known: ItemState | None, pieces: "list[Piece]") -> ItemState:
    seed = step.arguments.get("seed")
    made = next((piece.seed for piece in pieces if piece.seed is not None), None)
    status = {"queued": "pending", "ready": "pending"}.get(step.status, step.status) or "pending"
    text = next((words for artifact in step.artifacts if (words := _words_of(artifact))), "")
    return ItemState(
        step.id,
        step.tool,
        status,
        known.progress if known is not None and status == "running" else None,
        known.words if known is not None and status == "running" else "",
        step.error,
        made if made is not None else seed if isinstance(seed, int) and not isinstance(seed, bool) else None,
        text,
        tuple(piece.id for piece in pieces),
        tuple(piece.path for piece in pieces),
    )


def is_text(artifact: "Artifact") -> bool:
    """Whether what a step made is words or data rather than a medium."""
    return artifact.kind in ("text", "json") or str(artifact.body.get("mimeType", "")).startswith(_TEXTUAL)


def _words_of(artifact: "Artifact") -> str:
    """Return what a person can read of a result in words: of data the sentence about it, where there is one."""
    if not is_text(artifact):
        return ""
    about, content = artifact.body.get("metadata"), artifact.body.get("content")
    said = about.get("message") if isinstance(about, dict) and artifact.kind != "text" else None
    return said if isinstance(said, str) and said else content if isinstance(content, str) else ""


def _pause(document: Document, workflow: "Workflow", here: bool) -> PauseState | None:
    pause = workflow.pause
    if pause is None:
        return None
    stage_id = str(pause.details.get("stageId") or pause.details.get("stepId") or "")
    if pause.asks_for_money:
        preview = pause.preview or {}
        units, token = preview.get("totalEstimatedCapacityUnits"), str(preview.get("tokenType") or "spark")
        return PauseState(
            "cost", pause.message, stage_id, units=float(units) if isinstance(units, int | float) else None,
            token=token.capitalize(), preview=pause.preview,
        )  # fmt: skip
    if pause.reason == "ask_clarifying_question":
        said = pause.details.get("options")
        options = tuple(str(each) for each in said) if isinstance(said, list) else ()
        question = pause.details.get("question")
        text = question if isinstance(question, str) else pause.message
        return PauseState("question", text, stage_id, here, _where(here), options=options)
    kind = "other"
    if pause.reason == "workflow_user_input_required":
        kind = "interactive" if pause.details.get("kind") == "interactive" else "checkpoint"
    message = pause.message
    if document.has_stage(stage_id):
        message = _pause_words(document.stage(stage_id), kind) or message
    return PauseState(kind, message, stage_id, here, _where(here))


def _pause_words(stage: Stage, kind: str) -> str:
    if kind == "checkpoint":
        return f"Look at “{stage.label}”. Go on, or try it again?"
    said = stage.body.get("userMessage")
    return said if isinstance(said, str) and said.strip() else f"“{stage.label}” needs something of you."


def _where(here: bool) -> str:
    return "" if here else "This connection takes no answers from the studio. Answer it where the run is kept."


def has_seed(tool: str) -> bool:
    """Whether a tool takes a seed."""
    found = catalogue().get(tool)
    return found is not None and "seed" in found.parameters.get("properties", {})
