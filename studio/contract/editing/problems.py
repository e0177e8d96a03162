"""What is wrong with a template, where, and how to put it right with one click.

The documented codes come from ``templates.validation``, the very code that the engine runs. The others are ours: they
are about runs that would fail or surprise although the template is valid. ``to_fix`` blocks running.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, REMOVE, Document, EditError, Stage, texts
from studio.contract.editing.ports import INPUT_OF_KIND, OVER, InPort, arguments_of, output_ports, schema_of, spoken
from studio.contract.editing.references import rewritten_stage
from studio.contract.editing.wires import Wire, wires_of
from studio.contract.templates.bindings import BindingSyntaxError, embedded, parse
from studio.contract.templates.documents import MOST_BYTES, as_kept
from studio.contract.templates.shape import Issue
from studio.contract.templates.validation import validate_template
from studio.contract.tools import catalogue, validate_schema

MOST_STEPS: Final = 12
"""What one run may have after expansion (contract/workflows.md)."""
CHECKED_AGAINST: Final = "1"
"""The version of the API whose rules these are; a stamp of the editor."""
_ADDED_BYTES: Final = 1024
_GLUED: Final = re.compile(r"\.[A-Za-z]")


@dataclass(frozen=True)
class Repair:
    """One click that puts a problem right; ``title`` says what it does."""

    title: str
    apply: Callable[[Document], Document]


@dataclass(frozen=True)
class Problem:
    """One finding.

    Attributes:
        to_fix: a run is refused or fails; else it is only to look at.
        node: the stage, ``INPUTS``, or "" for the template itself.
        member: the argument, input or member that it is about; "" for the whole node.
    """

    to_fix: bool
    code: str
    message: str
    node: str = ""
    member: str = ""
    repairs: tuple[Repair, ...] = ()

    @property
    def id(self) -> str:
        """A name that stays the same while the problem does."""
        return f"{self.code}/{self.node}/{self.member}/{self.message}"


@dataclass(frozen=True)
class Problems:
    """Everything about one edition: first what is to be fixed, in the order of the document."""

    found: tuple[Problem, ...]

    @property
    def to_fix(self) -> tuple[Problem, ...]:
        """What blocks a run."""
        return tuple(problem for problem in self.found if problem.to_fix)

    def of_node(self, node: str) -> tuple[Problem, ...]:
        """Return the problems of a stage, or of the inputs."""
        return tuple(problem for problem in self.found if problem.node == node)


def problems_of(document: Document) -> Problems:
    """Return every problem of *document*. Linear in its size; safe for any JSON."""
    found = [_of_issue(document, issue) for issue in validate_template(as_kept(document.content)).issues]
    found += _too_large(document)
    wires = wires_of(document)
    for check in (_missing_arguments, _wrong_values, _skipped_sources, _lists_of_one, _too_many_steps, _glued, _unused):
        found += check(document, wires)
    ordered = [problem for problem in found if problem.to_fix] + [problem for problem in found if not problem.to_fix]
    unique: dict[str, Problem] = {}
    for problem in ordered:
        unique.setdefault(problem.id, problem)
    return Problems(tuple(unique.values()))


def steps_of(document: Document) -> int:
    """Return how many steps a run has at least, with the defaults of the inputs."""
    return sum(steps_of_stage(document, stage) for stage in document.stages if stage.kind in ("fixed", "batch"))


# --- documented issues -------------------------------------------------------------------------


def _of_issue(document: Document, issue: Issue) -> Problem:
    node, member = _place_of(document, issue.path or "")
    repairs: tuple[Repair, ...] = ()
    match issue.code:
        case "unknown_input":
            repairs = tuple(_declare_unknown(document, node)) or tuple(_drop_unknown(document, node))
        case "unknown_artifact" | "missing_artifact_producer" | "missing_optional_artifact":
            repairs = tuple(_drop_unknown(document, node))
        case "invalid_binding_syntax":
            repairs = tuple(_as_text(document, node))
        case "duplicate_stage_id":
            repairs = (Repair("Give it an id of its own", _with_own_ids),)
        case "batch_item_name_required":
            repairs = (_setting("Call it “item”", node, "itemName", "item"),)
        case "batch_concurrency_invalid":
            repairs = (_setting("One at a time", node, "concurrency", 1),)
        case "batch_max_attempts_invalid":
            repairs = (_setting("Try once", node, "maxAttemptsPerItem", 1),)
    return Problem(issue.severity == "error", issue.code, issue.message, node, member, repairs)


def _place_of(document: Document, path: str) -> tuple[str, str]:
    """Return the node and the member that a path of an issue means."""
    parts = path.split("/")
    if parts[0] == "inputs":
        return INPUTS, parts[1] if len(parts) > 1 else ""
    if parts[0] == "stages" and len(parts) > 1:
        known = parts[1]
        if document.has_stage(known):
            stage = document.stage(known)
            member = parts[2] if len(parts) > 2 else ""
            return (stage.parent or known) if stage.is_item else known, member
        return "", ""
    return "", parts[0]


def _setting(title: str, node: str, member: str, value: Any) -> Repair:
    return Repair(title, lambda document: ops.set_stage_member(document, node, member, value))


def _strings(stage: Stage) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text among the arguments of a stage, with its place."""

    def walk(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, Mapping):
            for key, entry in value.items():
                yield from walk(entry, (*place, key))
        elif isinstance(value, list):
            for number, entry in enumerate(value):
                yield from walk(entry, (*place, number))

    yield from walk(stage.arguments, (*stage.call_place, "args"))


def _declare_unknown(document: Document, node: str) -> Iterator[Repair]:
    if not document.has_stage(node):
        return
    stage = document.stage(node)
    for place, text in _strings(stage):
        try:
            binding = parse(text) if text.startswith("$") else None
        except BindingSyntaxError:
            continue
        name = binding.name if binding is not None and binding.root == "inputs" else None
        if name and document.input(name) is None and re.fullmatch(r"[A-Za-z_]\w{0,63}", name, re.ASCII):
            port = next((p for p in arguments_of(stage.tool) if p.name == place[len(stage.call_place) + 1]), None)
            kind = INPUT_OF_KIND.get(port.kind, "text") if port is not None else "text"
            yield Repair(f"Add the input “{name}”", partial(_with_input, kind=kind, name=name))
            return
        if name and " " in text and document.input(name.split()[0].rstrip(".,;:")) is not None:
            yield Repair("Read it as a text", partial(Document.put, place=place, value=f" {text}"))
            return


def _drop_unknown(document: Document, node: str) -> Iterator[Repair]:
    if not document.has_stage(node):
        return

    def drop(doc: Document) -> Document:
        stage = doc.stage(node)
        known = {str(entry["name"]) for entry in doc.inputs}

        def keep(binding: Any) -> str | None:
            lost = (binding.root == "inputs" and binding.name not in known) or (
                binding.root == "artifacts" and binding.name is not None and binding.name not in doc.producers
            )
            return None if lost else str(binding.text)

        changed = doc.put(stage.place, rewritten_stage(stage.body, keep))
        for member in ("requiredArtifactsIn", "optionalArtifactsIn"):
            names = texts(stage.body.get(member))
            if any(name not in doc.producers for name in names):
                kept = [name for name in names if name in doc.producers]
                changed = changed.put((*stage.place, member), kept or REMOVE)
        return changed

    yield Repair("Take the reference out", drop)


def _as_text(document: Document, node: str) -> Iterator[Repair]:
    if not document.has_stage(node):
        return
    for place, text in _strings(document.stage(node)):
        if text.startswith("$"):
            try:
                parse(text)
            except BindingSyntaxError:
                # A space before it makes it a text; a model does not mind one.
                yield Repair("Read it as a text", partial(Document.put, place=place, value=f" {text}"))
                return


def _with_own_ids(document: Document) -> Document:
    taken: set[str] = set()
    changed = document
    for stage in document.every_stage:
        if stage.id in taken:
            every = {each.id for each in changed.every_stage}
            changed = changed.put((*stage.place, "id"), ops.free_name(stage.id, every | taken))
        taken.add(stage.id)
    return changed


# --- our own -----------------------------------------------------------------------------------


def _too_large(document: Document) -> Iterator[Problem]:
    """The server's own words; what it adds itself (id, owner, times) is counted too."""
    try:
        size = len(msgspec.json.encode(document.content))
    except (UnicodeEncodeError, RecursionError):
        return  # it is no JSON that could be kept at all; files and editors refuse it
    if size > MOST_BYTES - _ADDED_BYTES:
        yield Problem(True, "invalid_template", "A template takes at most 1 MB.")


def _missing_arguments(document: Document, _wires: tuple[Wire, ...]) -> Iterator[Problem]:
    for stage in document.stages:
        if stage.tool not in catalogue():
            continue
        for port in arguments_of(stage.tool):
            if not port.required or port.name in stage.arguments:
                continue

            def ask(doc: Document, stage_id: str = stage.id, port: InPort = port) -> Document:
                return ops.ask_for(doc, stage_id, port, required=True)[0]

            message = f"{stage.label} needs “{spoken(port.name)}”, and nothing gives it."
            yield Problem(True, "missing_argument", message, stage.id, port.name, (Repair("Ask for it", ask),))


def _wrong_values(document: Document, _wires: tuple[Wire, ...]) -> Iterator[Problem]:
    for stage in document.stages:
        if stage.tool not in catalogue():
            continue
        known = {port.name for port in arguments_of(stage.tool)}
        for name, value in stage.arguments.items():
            if name not in known:
                message = f"{_tool_words(stage.tool)} knows no “{name}”; it is left out of the call."
                take = Repair("Take it out", _argument_setting(stage.id, name, REMOVE))
                yield Problem(False, "unknown_argument", message, stage.id, name, (take,))
                continue
            if _is_bound(value) or name == "model":
                continue
            schema = schema_of(stage.tool, name)
            wrong = validate_schema(dict(schema), value)
            if wrong:
                repairs = tuple(_nearest(schema, value, stage.id, name))
                yield Problem(True, "invalid_argument", f"{spoken(name)}: {wrong[0]}", stage.id, name, repairs)


def _nearest(schema: Mapping[str, Any], value: Any, stage_id: str, name: str) -> Iterator[Repair]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(value, int | float) and not isinstance(value, bool):
        bound = low if isinstance(low, int | float) and value < low else high
        if isinstance(bound, int | float):
            yield Repair(f"Set to {bound:g}", _argument_setting(stage_id, name, bound))
    yield Repair("Use the usual value", _argument_setting(stage_id, name, REMOVE))


def _skipped_sources(document: Document, wires: tuple[Wire, ...]) -> Iterator[Problem]:
    """What waits for a stage that may not run fails with it, unless it can do without."""
    said: set[tuple[str, str]] = set()
    for wire in wires:
        if wire.source == INPUTS or wire.form == "condition" or (wire.target, wire.output) in said:
            continue
        source, target = document.stage(wire.source), document.stage(wire.target)
        condition = source.body.get("condition")
        if not isinstance(condition, Mapping) or condition.get("type") == "always":
            continue
        if (
            wire.output not in texts(target.body.get("requiredArtifactsIn"))
            or target.body.get("condition") == condition
        ):
            continue
        said.add((wire.target, wire.output))

        def optional(doc: Document, stage_id: str = target.id, name: str = wire.output) -> Document:
            stage = doc.stage(stage_id)
            needs = [each for each in texts(stage.body.get("requiredArtifactsIn")) if each != name]
            changed = doc.put((*stage.place, "requiredArtifactsIn"), needs or REMOVE)
            place = (*stage.place, "optionalArtifactsIn")
            return changed.put(place, [*texts(stage.body.get("optionalArtifactsIn")), name])

        def same(doc: Document, stage_id: str = target.id, said: Any = condition) -> Document:
            return ops.set_condition(doc, stage_id, said)

        message = f"{target.label} needs what {source.label} makes, but {source.label} may be skipped."
        repairs = (Repair("Make it optional", optional), Repair("Skip both together", same))
        yield Problem(True, "source_may_be_skipped", message, target.id, wire.port, repairs)


def _lists_of_one(document: Document, wires: tuple[Wire, ...]) -> Iterator[Problem]:
    for wire in wires:
        if wire.port != OVER or wire.source == INPUTS:
            continue
        source, target = document.stage(wire.source), document.stage(wire.target)
        if any(port.many for port in output_ports(source)) or source.kind == "interactive":
            continue
        message = f"{target.label} goes over the list of {source.label}, which makes one piece only."
        repair = Repair(f"Let {target.label} run once", partial(_unbatched, stage_id=target.id))
        yield Problem(False, "batch_over_one", message, target.id, OVER, (repair,))


def _unbatched(document: Document, stage_id: str) -> Document:
    wire = next((w for w in wires_of(document) if w.target == stage_id and w.port == OVER), None)
    item_ports = [
        name
        for name, value in document.stage(stage_id).arguments.items()
        if isinstance(value, str) and "$item" in value
    ]
    changed = ops.convert_stage(document, stage_id, "fixed")
    if wire is None:
        return changed
    for name in item_ports:
        try:
            changed = ops.connect(changed, wire.source, wire.output, stage_id, name)
        except EditError:
            continue
    return changed


def _too_many_steps(document: Document, _wires: tuple[Wire, ...]) -> Iterator[Problem]:
    count = steps_of(document)
    if count > MOST_STEPS:
        message = f"A run would have {count} steps; the service takes {MOST_STEPS}."
        yield Problem(True, "too_many_steps", message)


def steps_of_stage(document: Document, stage: Stage, on_way: frozenset[str] = frozenset()) -> int:
    """Return how many steps a stage becomes: 1, or the length of a batch's list as far as it is known."""
    if stage.kind != "batch" or stage.id in on_way:
        return 1
    over = stage.body.get("overBinding")
    try:
        binding = parse(over) if isinstance(over, str) and over.startswith("$") else None
    except BindingSyntaxError:
        return 1
    if binding is None or binding.name is None:
        return 1
    if binding.root == "inputs":
        entry = document.input(binding.name)
        default = entry.get("default") if entry is not None else None
        if isinstance(default, list):
            return len(default)
        lengths = entry.get("multiple") if entry is not None else None
        least = lengths.get("min") if isinstance(lengths, Mapping) else None
        return int(least) if isinstance(least, int | float) and math.isfinite(least) and least >= 1 else 1
    if binding.root == "artifacts" and binding.name in document.producers:
        maker = document.stage(document.producers[binding.name])
        if maker.kind == "batch":
            return steps_of_stage(document, maker, on_way | {stage.id})
        wanted = maker.arguments.get("numberOfVariations")
        if isinstance(wanted, int | float) and not isinstance(wanted, bool) and math.isfinite(wanted):
            return max(1, int(wanted))
    return 1


def _glued(document: Document, _wires: tuple[Wire, ...]) -> Iterator[Problem]:
    """An embedded reference swallows a full stop and the word after it: ``$inputs.brand.Next``."""
    for stage in document.stages:
        for place, text in _strings(stage):
            for binding in embedded(text):
                name = binding.name
                if binding.root != "inputs" or name is None or document.input(name) is None:
                    continue
                rest = binding.text[len(f"$inputs.{name}") :]
                if not _GLUED.match(rest):
                    continue
                said = f"{binding.text[: len(binding.text) - len(rest)]}. {rest[1:]}"
                argument = str(place[len(stage.call_place) + 1])
                repair = Repair(
                    "Put a space behind the full stop",
                    partial(_replaced, place=place, old=binding.text, new=said),
                )
                message = f"“{binding.text}” is read as one reference, up to its last word."
                yield Problem(True, "glued_reference", message, stage.id, argument, (repair,))


def _unused(document: Document, wires: tuple[Wire, ...]) -> Iterator[Problem]:
    used = {wire.output for wire in wires if wire.source == INPUTS}
    for entry in document.inputs:
        name = str(entry["name"])
        if name not in used and not entry.get("internal"):
            take = Repair("Remove it", partial(ops.remove_input, name=name))
            yield Problem(False, "unused_input", f"Nothing uses the input “{name}”.", INPUTS, name, (take,))


def _with_input(document: Document, kind: str, name: str) -> Document:
    return ops.add_input(document, kind, name)[0]


def _argument_setting(stage_id: str, name: str, value: Any) -> Callable[[Document], Document]:
    return partial(ops.set_argument, stage_id=stage_id, name=name, value=value)


def _replaced(document: Document, place: tuple[str | int, ...], old: str, new: str) -> Document:
    return document.put(place, str(document.at(place)).replace(old, new))


def _is_bound(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith("$") or bool(embedded(value))
    if isinstance(value, Mapping):
        return any(map(_is_bound, value.values()))
    return isinstance(value, list) and any(map(_is_bound, value))


def _tool_words(tool: str) -> str:
    return tool.replace("_", " ").capitalize()
