"""Validation of template documents: every issue at once, with its documented code and its path.

Source: contract/templates.md §5. Pure, and linear in the size of the document: an editor
may call it on every keystroke. It takes any JSON, however unfinished.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from studio.contract.errors import InvalidRequest
from studio.contract.templates.bindings import Binding, BindingSyntaxError, parse, references
from studio.contract.templates.shape import (
    DEEPEST_STAGES,
    MOST_INPUTS,
    MOST_STAGES,
    Issue,
    Say,
    check_input,
    check_stage,
    check_top,
    doubtful,
    wrong,
)
from studio.contract.templates.structs import template_of

__all__ = ["Issue", "Validation", "check_template", "validate_template"]


class Validation(Struct, frozen=True):
    """Whether a template may be saved and run, and everything that was found."""

    valid: bool
    issues: list[Issue]


@dataclass(frozen=True)
class _Node:
    """A stage of the tree.

    Attributes:
        place: in flat order.
        before: what it uses must be made by a stage before this place; for an item stage its batch's.
    """

    id: str
    stage: Mapping[str, Any]
    path: str
    place: int
    before: int
    item: bool


@dataclass
class _Facts:
    """What stages refer to, collected once."""

    inputs: set[str] = field(default_factory=set)
    producers: dict[str, list[int]] = field(default_factory=dict)
    stages: set[str] = field(default_factory=set)
    forward: bool = False
    """Whether something is used before it is made; without that there is no cycle."""


def validate_template(document: object) -> Validation:
    """Return every issue of *document*; errors come in the order of the document."""
    issues: list[Issue] = []
    say = issues.append
    if not isinstance(document, Mapping):
        wrong(say, "A template must be an object.")
        return Validation(False, issues)
    for member, most in (("stages", MOST_STAGES), ("inputs", MOST_INPUTS)):
        if (count := count_of(document.get(member))) > most:
            wrong(say, f"A template holds at most {most:,} {member}; this one has {count:,}.", member)
    if issues:
        return Validation(False, issues)
    check_top(document, say)
    facts = _Facts()
    _inputs(document.get("inputs"), facts, say)
    nodes = _flat(document.get("stages"), say)
    _names(nodes, facts, say)
    for node in nodes:
        check_stage(node.stage, node.path, say, item=node.item)
        _artifacts(node, facts, say)
        _bindings(node, facts, say)
        _condition(node, facts, say)
    _cycles(nodes, facts, say)
    if not any(issue.severity == "error" for issue in issues):
        try:
            template_of(document)
        except msgspec.ValidationError as error:
            # What the checks above have no sentence for, such as a number for an optional text.
            text, _, where = str(error).partition(" - at `$.")
            wrong(say, text, where.rstrip("`") or None)
    return Validation(not any(issue.severity == "error" for issue in issues), issues)


def count_of(entries: object) -> int:
    """Return how many stages (or inputs) a list holds, with everything inside them."""
    found, waiting = 0, [entries]
    while waiting:
        level = waiting.pop()
        for entry in level if isinstance(level, list) else []:
            found += 1
            if isinstance(entry, Mapping):
                waiting.append(entry.get("subStages"))
                if isinstance(inner := entry.get("itemStage"), Mapping):
                    waiting.append([inner])
    return found


def check_template(document: object) -> None:
    """Raise with every issue of *document* unless it is valid.

    Raises:
        InvalidRequest: ``details.issues`` holds the issues.
    """
    found = validate_template(document)
    if found.valid:
        return
    errors = [issue for issue in found.issues if issue.severity == "error"]
    first = f"{errors[0].path}: {errors[0].message}" if errors[0].path else errors[0].message
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    raise InvalidRequest(
        f"The template is not valid. {first}{more}",
        code="invalid_template",
        param=errors[0].path,
        details={"issues": msgspec.to_builtins(found.issues)},
    )


def _inputs(entries: object, facts: _Facts, say: Say) -> None:
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        name = check_input(entry, place, say)
        if name is None:
            continue
        if name in facts.inputs:
            wrong(say, f'The input "{name}" is declared twice.', f"inputs/{name}", code="duplicate_input_name")
        facts.inputs.add(name)


def _flat(stages: object, say: Say) -> list[_Node]:
    """Return the stages in flat order: each, then its sub-stages, then the item stage of a batch."""
    found: list[_Node] = []

    def walk(stage: object, name: str, depth: int, batch: int | None) -> None:
        if not isinstance(stage, dict):
            wrong(say, "A stage must be an object.", f"stages/{name}")
            return
        if depth > DEEPEST_STAGES:
            wrong(say, f"Stages are nested deeper than {DEEPEST_STAGES} levels.", f"stages/{name}")
            return
        stage_id = stage.get("id")
        if not isinstance(stage_id, str) or not stage_id:
            wrong(say, "A stage needs an id.", f"stages/{name}")
            stage_id = ""
        place = len(found)
        before = place if batch is None else batch
        found.append(_Node(stage_id, stage, f"stages/{stage_id or name}", place, before, batch is not None))
        subs = stage.get("subStages")
        for number, sub in enumerate(subs if isinstance(subs, list) else []):
            walk(sub, f"{stage_id or name}/{number}", depth + 1, batch)
        if stage.get("type") == "batch" and isinstance(stage.get("itemStage"), dict):
            walk(stage["itemStage"], f"{stage_id or name}/itemStage", depth + 1, place)

    for place, stage in enumerate(stages if isinstance(stages, list) else []):
        walk(stage, str(place), 0, None)
    return found


def _names(nodes: list[_Node], facts: _Facts, say: Say) -> None:
    for node in nodes:
        if node.id and node.id in facts.stages:
            wrong(say, f'The stage id "{node.id}" is used twice.', node.path, code="duplicate_stage_id")
        facts.stages.add(node.id)
        if node.item:
            continue
        for name in _texts(node.stage.get("produces")):
            makers = facts.producers.setdefault(name, [])
            if makers and makers[-1] != node.place:
                text = f'The artifact "{name}" is made by an earlier stage too; the last one counts.'
                doubtful(say, text, f"{node.path}/produces", code="duplicate_artifact_producer")
            makers.append(node.place)


def _artifacts(node: _Node, facts: _Facts, say: Say) -> None:
    for member, path in (
        ("requiredArtifactsIn", f"{node.path}/requiredArtifactsIn"),
        ("optionalArtifactsIn", node.path),
    ):
        for name in _texts(node.stage.get(member)):
            makers = facts.producers.get(name)
            if not makers and member == "requiredArtifactsIn":
                wrong(say, f'No stage makes "{name}".', path, code="missing_artifact_producer")
            elif not makers:
                doubtful(say, f'No stage makes "{name}".', path, code="missing_optional_artifact")
            else:
                facts.forward |= makers[-1] >= node.before
                if makers[0] >= node.before:
                    wrong(say, f'"{name}" is made by a later stage.', path, code="forward_artifact_reference")


def _bindings(node: _Node, facts: _Facts, say: Say) -> None:
    if node.stage.get("type") == "fixed":
        for found in references(node.stage.get("args")):
            if isinstance(found, str):
                _binding(found, node, f"{node.path}/args", facts, say)
    over = node.stage.get("overBinding")
    if node.stage.get("type") == "batch" and isinstance(over, str) and over.startswith("$"):
        _binding(over, node, f"{node.path}/overBinding", facts, say)


def _binding(text: str, node: _Node, path: str, facts: _Facts, say: Say) -> None:
    try:
        binding: Binding = parse(text)
    except BindingSyntaxError as error:
        wrong(say, str(error), path, code="invalid_binding_syntax")
        return
    name = binding.name
    match binding.root:
        case "item":
            if not node.item:
                wrong(
                    say,
                    f"{text}: $item exists in the item stage of a batch only.",
                    path,
                    code="item_binding_outside_batch",
                )
        case "inputs":
            if name is not None and name not in facts.inputs:
                wrong(say, f'{_cut(text)}: there is no input "{_cut(name)}".', path, code="unknown_input")
        case "artifacts":
            makers = facts.producers.get(name or "")
            if name is not None and not makers:
                wrong(say, f'{_cut(text)}: no stage makes "{_cut(name)}".', path, code="unknown_artifact")
            elif makers and makers[0] >= node.before:
                wrong(say, f'{_cut(text)}: "{name}" is made by a later stage.', path, code="forward_artifact_reference")


def _condition(node: _Node, facts: _Facts, say: Say) -> None:
    condition = node.stage.get("condition")
    if not isinstance(condition, dict):
        return
    stage, artifact, path = condition.get("stageId"), condition.get("artifactName"), f"{node.path}/condition"
    kind = condition.get("type")
    if kind in ("if_success_of", "if_error_in") and isinstance(stage, str) and stage and stage not in facts.stages:
        wrong(say, f'There is no stage "{stage}".', path)
    elif kind == "if_artifact_exists" and isinstance(artifact, str) and artifact and artifact not in facts.producers:
        doubtful(say, f'No stage makes "{artifact}".', path, code="missing_optional_artifact")


def _cycles(nodes: list[_Node], facts: _Facts, say: Say) -> None:
    """Report a cycle through artifacts: iterative depth-first search, white, grey, black."""
    if not facts.forward:
        return
    needs = {
        node.place: [
            maker
            for member in ("requiredArtifactsIn", "optionalArtifactsIn")
            for name in _texts(node.stage.get(member))
            for maker in facts.producers.get(name, ())
        ]
        for node in nodes
    }
    done: set[int] = set()
    for start in needs:
        on_path: set[int] = set()
        waiting: list[tuple[int, bool]] = [(start, False)]
        while waiting:
            place, leaving = waiting.pop()
            if leaving:
                on_path.discard(place)
                done.add(place)
            elif place in on_path:
                text = f'The stages around "{nodes[place].id}" wait for each other\'s artifacts.'
                wrong(say, text, "stages", code="cyclic_stage_dependency")
                return
            elif place not in done:
                on_path.add(place)
                waiting.append((place, True))
                waiting += [(maker, False) for maker in needs[place]]


def _texts(value: object) -> Iterable[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else ()


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
