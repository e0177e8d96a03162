"""From a template and its inputs to a plan, when a run starts and when it gets somewhere.

For an executor::

    compiled = compile_template(document, given, media=[…], run_id=id)  # InvalidRequest: every problem at once
    compiled.title, compiled.media, compiled.inputs   # keep them, and the document, with the run
    entries = msgspec.to_builtins(compiled.nodes)     # see ``plan``: step, batch, checkpoint, interactive

    view = RunView(document, inputs, media, results, run_id)  # whenever something must be decided
    view.holds(condition)                             # a node's ``condition``, when it is reached
    view.expand(stage_id, taken=ids_of_all_steps)     # a ``batch`` node, when ``after`` is over
    view.late(late)                                   # a step's ``late`` arguments, when it starts

``results`` are one ``artifacts.Result`` for each step so far in plan order (of an
interactive stage: its step is the stage), whatever became of it. Steps are checked with
``validate_steps`` here. Where two stages make the same artifact, where a stage may be
passed over or may fail without ending the run, and where only a result says how long a
list is, the stages that use it become ``batch`` nodes.

No source publishes the compiler; the rules are those of contract/templates.md §7.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from studio.contract.errors import InvalidRequest, ToolError
from studio.contract.templates import bindings
from studio.contract.templates.artifacts import PENDING, Artifact, Result, made, promised
from studio.contract.templates.bindings import Binding, BindingError, BindingSyntaxError, NotYet
from studio.contract.templates.conditions import ExpressionError, holds, known_before
from studio.contract.templates.inputs import merged_inputs, seen_by_bindings
from studio.contract.templates.lowering import Lowering, Media, kind_of_stage, outputs_of, with_order
from studio.contract.templates.plan import (
    BatchNode,
    CheckpointNode,
    Compiled,
    InteractiveNode,
    Node,
    StepNode,
)
from studio.contract.templates.structs import (
    BatchStage,
    Condition,
    FixedStage,
    InteractiveStage,
    Stage,
    Template,
    flat,
    template_of,
)
from studio.contract.templates.validation import check_template
from studio.contract.tools import catalogue
from studio.contract.workflows import STEP_LIMIT, StepSpec, validate_steps
from studio.contract.workflows.validate import stand_in

__all__ = ["Compiled", "RunView", "compile_template"]


def compile_template(
    document: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    media: Sequence[Mapping[str, Any]] = (),
    internal: Mapping[str, Any] | None = None,
    run_id: str = "",
) -> Compiled:
    """Return the plan of a run of *document* with the inputs *given*.

    Args:
        media: media references of the request itself; those of media inputs follow them.
        internal: values for internal inputs.

    Raises:
        InvalidRequest: the template or the inputs are not valid, or the steps do not work out; names every problem.
    """
    check_template(document)
    template = template_of(document)
    inputs, problems = merged_inputs(template, given, internal)
    if problems:
        raise InvalidRequest(" ".join(problems), code="invalid_inputs", param="inputs")
    work = _Compilation(template, seen_by_bindings(template, inputs), Media([dict(entry) for entry in media]), run_id)
    nodes = work.run()
    problems = work.problems or _step_problems(nodes, work.media.entries)
    if problems:
        raise InvalidRequest("; ".join(problems), code="invalid_steps", param="workflow_id")
    return Compiled(title=template.name, media=work.media.entries, inputs=inputs, nodes=nodes)


@dataclass(frozen=True)
class _Maker:
    """A stage that makes an artifact. ``tolerant``: some of its items may fail, and the run goes on."""

    stage: str
    tolerant: bool


@dataclass
class _Compilation:
    template: Template
    inputs: Mapping[str, Any]
    media: Media
    run_id: str
    problems: list[str] = field(default_factory=list)
    artifacts: dict[str, Any] = field(default_factory=dict)
    makers: dict[str, list[_Maker]] = field(default_factory=dict)

    def run(self) -> list[Node]:
        self.lowering = Lowering(self.media)
        nodes: list[Node] = []
        for stage in flat(self.template.stages):
            condition = stage.condition
            if condition is not None and known_before(condition):
                if not holds(condition, self._scope(), {}):
                    continue
                condition = None
            nodes += self._stage(stage, condition)
        steps = sum(isinstance(node, StepNode) for node in nodes)
        if steps > STEP_LIMIT:
            self.problems.append(f"A workflow has at most {STEP_LIMIT} steps, and this one comes to {steps}.")
        if not nodes and not self.problems:
            self.problems.append("Nothing is left to run: the conditions of all stages are false.")
        return nodes

    def _stage(self, stage: Stage, condition: Condition | None) -> list[Node]:
        nodes: list[Node]
        product: Any = PENDING
        missing = [name for name in stage.required_artifacts_in if name not in self.makers]
        if missing:
            self.problems.append(f'stage {stage.id} needs "{missing[0]}", and the stage that makes it does not run')
            return []
        if isinstance(stage, InteractiveStage):
            nodes = [InteractiveNode(stage=stage.id, details=_details(stage), condition=condition)]
        else:
            try:
                nodes, product = self._lowered(stage, condition)
            except NotYet:
                self.lowering.note_media(stage, self.inputs)
                nodes = [BatchNode(stage=stage.id, label=stage.label, after=self._sources(stage), condition=condition)]
            except BindingError as error:
                self.problems.append(f"stage {stage.id}: {error}")
                nodes = []
        self._keep(stage, product, condition)
        if stage.checkpoint_required:
            nodes.append(CheckpointNode(stage=stage.id, details=_details(stage), condition=condition))
        return nodes

    def _lowered(self, stage: FixedStage | BatchStage, condition: Condition | None) -> tuple[list[Node], Any]:
        self.lowering.optional = stage.optional_artifacts_in
        self.lowering.absent = [name for name in stage.optional_artifacts_in if name not in self.makers]
        if self._waits_for_tolerant(stage):
            raise NotYet("What a stage makes that may fail", countable=False)
        steps, labels = _lower(self.lowering, stage, self._scope())
        after, needs = self._order(stage)
        name = stage.product
        slots = []
        for place, node in enumerate(steps):
            if isinstance(stage, BatchStage):
                slots.append((f"{stage.id}/{place}", labels[place], node.spec.id, 0))
                continue
            for each in range(outputs_of(node.spec)):
                slots.append((f"{stage.id}/{each or 'main'}", stage.label or stage.id, node.spec.id, each))
        product = promised(name, kind_of_stage(stage), slots) if name else PENDING
        return [with_order(node, after, needs, condition) for node in steps], product

    def _waits_for_tolerant(self, stage: FixedStage | BatchStage) -> bool:
        """Whether *stage* uses all that another makes whose failures do not end the run: it takes what there is."""
        return any(
            maker.tolerant
            for name in _used(stage) | {*stage.required_artifacts_in}
            for maker in self.makers.get(name, ())
        )

    def _keep(self, stage: Stage, product: Any, condition: Condition | None) -> None:
        name = stage.product
        if name is None:
            return
        known = self.makers.setdefault(name, [])
        maker = _Maker(stage.id, _is_tolerant(stage))
        if condition is None:
            known.clear()
        known.append(maker)
        self.artifacts[name] = product if len(known) == 1 else PENDING

    def _order(self, stage: Stage) -> tuple[list[str], list[str]]:
        after: list[str] = []
        needs: list[str] = []
        for name in stage.required_artifacts_in:
            makers = self.makers[name]
            (needs if len(makers) == 1 and not makers[0].tolerant else after).extend(maker.stage for maker in makers)
        for name in sorted({*stage.optional_artifacts_in, *_used(stage)} - {*stage.required_artifacts_in}):
            after += [maker.stage for maker in self.makers.get(name, ())]
        return _once(after), _once(needs)

    def _sources(self, stage: Stage) -> list[str]:
        names = [*stage.required_artifacts_in, *stage.optional_artifacts_in, *sorted(_used(stage))]
        return _once([maker.stage for name in names for maker in self.makers.get(name, ())])

    def _scope(self) -> dict[str, Any]:
        return _scope(self.inputs, self.artifacts, self.run_id)


class RunView:
    """A template run as it stands: decides what could not be decided when it was compiled."""

    def __init__(
        self,
        document: Mapping[str, Any],
        inputs: Mapping[str, Any],
        media: Sequence[Mapping[str, Any]],
        results: Sequence[Result],
        run_id: str = "",
    ) -> None:
        """Look at a run.

        Args:
            document, inputs, media: as ``compile_template`` took and returned them.
            results: of every step so far, in plan order.
        """
        self._template = template_of(document)
        self._inputs = seen_by_bindings(self._template, inputs)
        self._media = media
        self._run_id = run_id
        self._of: dict[str, list[Result]] = {}
        for result in results:
            self._of.setdefault(result.stage, []).append(result)
        self.artifacts = self._made()
        """What the stages have made, by artifact name."""

    def holds(self, condition: Condition | Mapping[str, Any]) -> bool:
        """Return whether a stage with *condition* runs; one that cannot be read does not."""
        read = condition if isinstance(condition, Condition) else msgspec.convert(condition, Condition)
        try:
            return holds(read, self._scope(), self._statuses())
        except (ExpressionError, BindingError):
            return False

    def expand(self, stage_id: str, *, taken: Collection[str] = ()) -> list[StepNode]:
        """Return the steps of a stage that was a ``batch`` node; empty when its list is.

        Args:
            taken: ids of all steps that the run has.

        Raises:
            ToolError: an artifact that it needs is missing, a binding leads nowhere, or there are too many steps.
        """
        stage = next((each for each in flat(self._template.stages) if each.id == stage_id), None)
        if stage is None or isinstance(stage, InteractiveStage):
            raise ToolError("WORKFLOW_VALIDATION_FAILED", f"There is no stage {stage_id} to run.")
        missing = [name for name in stage.required_artifacts_in if name not in self.artifacts]
        if missing:
            text = f'Stage {stage_id} needs "{missing[0]}", and nothing of it was made.'
            raise ToolError("ASSET_NOT_FOUND", text)
        absent = [name for name in stage.optional_artifacts_in if name not in self.artifacts]
        media = Media([dict(entry) for entry in self._media], frozen=True)
        lowering = Lowering(media, set(taken), stage.optional_artifacts_in, absent, self._statuses())
        try:
            nodes, _ = _lower(lowering, stage, self._scope())
        except BindingError as error:
            raise ToolError("ASSET_NOT_FOUND", f"Stage {stage_id}: {error}") from error
        if len(taken) + len(nodes) > STEP_LIMIT:
            steps = len(taken) + len(nodes)
            text = f"A workflow has at most {STEP_LIMIT} steps; stage {stage_id} would bring it to {steps}."
            raise ToolError("WORKFLOW_VALIDATION_FAILED", text)
        return nodes

    def late(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return a step's ``late`` arguments with their bindings resolved.

        Raises:
            ToolError: one leads nowhere.
        """
        found: dict[str, Any] = {}
        for name, template in arguments.items():
            try:
                value = bindings.resolve_value(template, self._scope())
                if value is not bindings.MISSING:
                    found[name] = bindings.plain(value)
            except BindingError as error:
                raise ToolError("ASSET_NOT_FOUND", str(error)) from error
        return found

    def _statuses(self) -> dict[str, str]:
        tolerant = {stage.id for stage in flat(self._template.stages) if _is_tolerant(stage)}
        return {stage: _status(results, stage in tolerant) for stage, results in self._of.items()}

    def _made(self) -> dict[str, Artifact]:
        found: dict[str, Artifact] = {}
        for stage in flat(self._template.stages):
            name, results = stage.product, self._of.get(stage.id)
            if name is None or not results:
                continue
            batch = isinstance(stage, BatchStage)
            artifact = made(name, stage.id, results, kind_of_stage(stage), batch=batch)
            if artifact is not None:
                found[name] = artifact
        return found

    def _scope(self) -> dict[str, Any]:
        return _scope(self._inputs, self.artifacts, self._run_id)


def _scope(inputs: Mapping[str, Any], artifacts: Mapping[str, Any], run_id: str) -> dict[str, Any]:
    return {
        "inputs": dict(inputs),
        "artifacts": dict(artifacts),
        "runtime": {},
        "run": {"id": run_id, "state": "running"},
    }


def _lower(
    lowering: Lowering, stage: FixedStage | BatchStage, scope: Mapping[str, Any]
) -> tuple[list[StepNode], list[str]]:
    if isinstance(stage, BatchStage):
        return lowering.batch(stage, scope)
    return lowering.fixed(stage, scope), []


def _is_tolerant(stage: Stage) -> bool:
    return isinstance(stage, BatchStage) and stage.on_error in ("continue", "skip")


def _status(results: Sequence[Result], tolerant: bool) -> str:
    """Return what has become of a stage: failed when a step of it did, unless others make up for it."""
    statuses = {result.status for result in results}
    if "failed" in statuses and not (tolerant and "completed" in statuses):
        return "failed"
    for status in ("cancelled", "running", "pending"):
        if status in statuses:
            return status
    return "completed" if "completed" in statuses else "skipped"


def _used(stage: Stage) -> set[str]:
    """Return the artifacts that the bindings of *stage* name."""
    inner = stage.item_stage if isinstance(stage, BatchStage) else stage
    values: list[Any] = [inner.args] if isinstance(inner, FixedStage) else []
    if isinstance(stage, BatchStage):
        values.append(stage.over_binding)
    found = set()
    for reference in bindings.references(values):
        try:
            binding: Binding = bindings.parse(reference) if isinstance(reference, str) else reference
        except BindingSyntaxError:
            continue
        if binding.root == "artifacts" and binding.name is not None:
            found.add(binding.name)
    return found


def _details(stage: Stage) -> dict[str, Any]:
    """Return what somebody is told where a run pauses."""
    about: dict[str, Any] = {
        "label": stage.label,
        "produces": stage.produces,
        "reviewFocus": stage.review_focus,
        "successCriteria": stage.success_criteria,
    }
    if isinstance(stage, InteractiveStage):
        about |= {
            "message": stage.user_message,
            "systemPrompt": stage.system_prompt,
            "allowedTools": stage.allowed_tools,
            "skillRef": stage.skill_ref,
        }
    return {name: value for name, value in about.items() if value}


def _step_problems(nodes: Sequence[Node], media: Sequence[Mapping[str, Any]]) -> list[str]:
    return validate_steps([_with_stand_ins(node) for node in nodes if isinstance(node, StepNode)], media)


def _with_stand_ins(node: StepNode) -> StepSpec:
    """Return the step with something in place of its late arguments, so that they are not missed."""
    spec = node.spec
    properties = catalogue()[spec.tool_name].parameters.get("properties", {})
    arguments = {**spec.arguments, **{name: stand_in(properties.get(name, {})) or "x" for name in node.late}}
    return StepSpec(id=spec.id, tool_name=spec.tool_name, arguments=arguments, depends_on=spec.depends_on)


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))
