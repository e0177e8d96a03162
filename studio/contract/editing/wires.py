"""The wires of a template: which output goes where. They are derived from bindings; nothing else is stored."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from studio.contract.editing import references
from studio.contract.editing.document import INPUTS, Document, Place, Stage, texts
from studio.contract.editing.ports import OVER, Kind, input_port, output_ports
from studio.contract.templates.conditions import ExpressionError, paths_of

Form = Literal["value", "text", "order", "condition"]
"""A whole value; a reference inside a text; an artifact that is only waited for; what decides a condition."""
CONDITION = "condition"


@dataclass(frozen=True)
class Wire:
    """From an output to an argument.

    Attributes:
        source: a stage, or ``INPUTS``; ``output`` is its artifact or the input's name.
        target: a stage; ``port`` is an argument, ``overBinding``, ``condition``, or "" for an order.
        place: the text that holds the binding; the list of names for an order.
    """

    source: str
    output: str
    target: str
    port: str
    kind: Kind
    form: Form
    place: Place

    @property
    def id(self) -> str:
        """A name that stays the same while the wire does."""
        return f"{self.source}/{self.output}>{self.target}/{self.port}/{self.form}"


@lru_cache(maxsize=16)
def wires_of(document: Document) -> tuple[Wire, ...]:
    """Return the wires of *document*, in the order of their targets; each connection once.

    A wire into an item stage ends at its batch. References to unknown inputs and artifacts have no wire.
    """
    kinds: dict[tuple[str, str], Kind] = {}
    for entry in document.inputs:
        port = input_port(entry)
        kinds[INPUTS, port.name] = port.kind
    for stage in document.stages:
        for out in output_ports(stage):
            kinds[stage.id, out.name] = out.kind
    found: dict[str, Wire] = {}
    for stage in document.stages:
        for wire in (*_bound(document, stage, kinds), *_ordered(document, stage, kinds), *_guarded(document, stage)):
            found.setdefault(wire.id, wire)
    values = {(wire.source, wire.output, wire.target) for wire in found.values() if wire.form in ("value", "text")}
    return tuple(
        wire for wire in found.values() if wire.form != "order" or (wire.source, wire.output, wire.target) not in values
    )


def _bound(document: Document, stage: Stage, kinds: dict[tuple[str, str], Kind]) -> list[Wire]:
    holders = [stage]
    if stage.kind == "batch" and stage.call is not stage.body:
        holders.append(Stage(stage.id, stage.call_place, stage.call, stage.parent, True))
    found = []
    for holder in holders:
        for reference in references.of_stage(holder):
            source = _source(document, reference.binding.root, reference.binding.name)
            if source is None:
                continue
            port = OVER if reference.place[-1] == OVER else str(reference.place[len(holder.place) + 1])
            kind = kinds.get((source, str(reference.binding.name)), "data")
            form: Form = "value" if reference.pure else "text"
            found.append(Wire(source, str(reference.binding.name), stage.id, port, kind, form, reference.place))
    return found


def _ordered(document: Document, stage: Stage, kinds: dict[tuple[str, str], Kind]) -> list[Wire]:
    found = []
    for member in ("requiredArtifactsIn", "optionalArtifactsIn"):
        for name in texts(stage.body.get(member)):
            source = document.producers.get(name)
            if source is not None and source != stage.id:
                kind = kinds.get((source, name), "data")
                found.append(Wire(source, name, stage.id, "", kind, "order", (*stage.place, member)))
    return found


def _guarded(document: Document, stage: Stage) -> list[Wire]:
    condition = stage.body.get("condition")
    if not isinstance(condition, dict):
        return []
    place = (*stage.place, "condition")
    kind, other, artifact = condition.get("type"), condition.get("stageId"), condition.get("artifactName")
    if kind in ("if_success_of", "if_error_in") and isinstance(other, str) and document.has_stage(other):
        return [Wire(other, "", stage.id, CONDITION, "boolean", "condition", place)]
    if kind == "if_artifact_exists" and isinstance(artifact, str) and artifact in document.producers:
        return [Wire(document.producers[artifact], artifact, stage.id, CONDITION, "boolean", "condition", place)]
    if kind == "expr" and isinstance(condition.get("expression"), str):
        try:
            found = paths_of(condition["expression"])
        except ExpressionError:
            return []
        wires = []
        for binding in found:
            source = _source(document, binding.root, binding.name)
            if source is not None:
                name = str(binding.name)
                wires.append(Wire(source, name, stage.id, CONDITION, "boolean", "condition", place))
        return wires
    return []


def _source(document: Document, root: str, name: str | None) -> str | None:
    if name is None:
        return None
    if root == "inputs":
        return INPUTS if document.input(name) is not None else None
    return document.producers.get(name) if root == "artifacts" else None
