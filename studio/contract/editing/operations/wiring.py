"""Wires: bindings made and taken away, and the order that follows them."""

from typing import Any, Final

from studio.contract.editing import references
from studio.contract.editing.document import INPUTS, REMOVE, Document, EditError, Stage
from studio.contract.editing.operations.inputs import add_input, set_input_member
from studio.contract.editing.operations.naming import identifier
from studio.contract.editing.operations.stages import add_stage
from studio.contract.editing.operations.waiting import in_order, need, no_need, reaches, tidy_needs
from studio.contract.editing.ports import (
    INPUT_OF_KIND,
    OVER,
    InPort,
    OutPort,
    fits,
    input_port,
    input_ports,
    output_ports,
    port_for,
    spoken,
)
from studio.contract.editing.wires import Wire
from studio.contract.templates.bindings import Binding


def connect(document: Document, source: str, output: str, target: str, port: str) -> Document:
    """Bind an output (of a stage, or of ``INPUTS``) to an argument; "" for *port* waits for it only.

    A text that already has words keeps them and gets the reference at its end.

    Raises:
        EditError: kinds don't fit, or the wire would go in a circle.
    """
    stage = document.stage(target)
    given = output_of(document, source, output)
    if source != INPUTS and reaches(document, target, source):
        raise EditError("That would go in a circle: the stage would wait for itself.")
    if port == "" and source == INPUTS:
        raise EditError("An input is there from the start; no stage has to wait for it.")
    if port == "":
        return in_order(need(document, target, output))
    wanted = next((each for each in input_ports(stage) if each.name == port), InPort(port, "data"))
    if not fits(given, wanted):
        raise EditError(f"{KIND_WORDS[given.kind]} can't go into “{port}”, which takes {KIND_WORDS[wanted.kind]}.")
    if port == OVER:
        changed = document.put((*stage.place, OVER), binding_of(source, given, many=True))
    else:
        changed = document.put((*stage.call_place, "args", port), bound_value(stage, source, given, wanted))
    if source != INPUTS:
        changed = need(changed, target, output)
    return in_order(changed)


def disconnect(document: Document, wire: Wire) -> Document:
    """Remove a wire. What was bound has no value then; a reference in a text leaves the rest of the text."""
    stage = document.stage(wire.target)
    if wire.form == "condition":
        return document.put((*stage.place, "condition"), REMOVE)
    if wire.form == "order":
        return no_need(document, wire.target, wire.output)

    def without(binding: Binding) -> str | None:
        root = "inputs" if wire.source == INPUTS else "artifacts"
        return None if binding.root == root and binding.name == wire.output else binding.text

    if wire.port == OVER:
        changed = document.put((*stage.place, OVER), "")
    else:
        place = (*stage.call_place, "args", wire.port)
        value = references.rewritten(document.at(place), without)
        if value == [] or (isinstance(value, str) and not value.strip()):
            value = REMOVE
        changed = document.put(place, value)
    return tidy_needs(changed, wire.target)


def insert_on_wire(
    document: Document, wire: Wire, tool: str, at: tuple[float, float] | None = None
) -> tuple[Document, str]:
    """Put a new stage between the two ends of a wire and return its id.

    Raises:
        EditError: the tool takes or gives something else.
    """
    if wire.form not in ("value", "text"):
        raise EditError("A stage can be put onto wires that carry something only.")
    given = output_of(document, wire.source, wire.output)
    port = port_for(tool, given)
    if port is None:
        raise EditError(f"{tool} takes no {KIND_WORDS[given.kind].lower()}.")
    changed, stage_id = add_stage(document, tool=tool, at=at)
    made = output_ports(changed.stage(stage_id))[0]
    changed = connect(changed, wire.source, wire.output, stage_id, port.name)
    target = next((each for each in input_ports(changed.stage(wire.target)) if each.name == wire.port), None)
    if target is not None and not fits(made, target):
        raise EditError(f"{tool} makes {KIND_WORDS[made.kind].lower()}, which can't go into “{wire.port}”.")
    changed = disconnect(changed, wire)
    return connect(changed, stage_id, made.name, wire.target, wire.port), stage_id


def ask_for(
    document: Document, stage_id: str, port: InPort, *, required: bool = False, most: int = 4
) -> tuple[Document, str]:
    """Add an input, bind it to an argument, and return its name: the argument's, with the stage's where that is taken.

    Args:
        most: how many may be given where the argument takes several.
    """
    plain = "list" if port.name == OVER else spoken(port.name)
    taken = {str(entry["name"]) for entry in document.inputs}
    name = identifier(plain)
    name = identifier(f"{document.stage(stage_id).label} {plain}") if name in taken else name
    changed, made = add_input(document, INPUT_OF_KIND.get(port.kind, "text"), name)
    if port.many:
        changed = set_input_member(changed, made, "multiple", {"min": 1, "max": most})
    if required:
        changed = set_input_member(changed, made, "required", True)
    return connect(changed, INPUTS, made, stage_id, port.name), made


def output_of(document: Document, source: str, output: str) -> OutPort:
    """Return one output of a stage or of the inputs.

    Raises:
        EditError: it is not there.
    """
    if source == INPUTS:
        entry = document.input(output)
        if entry is None:
            raise EditError(f"There is no input “{output}” any more.")
        return input_port(entry)
    found = next((port for port in output_ports(document.stage(source)) if port.name == output), None)
    if found is None:
        raise EditError(f"“{document.stage(source).label}” makes no “{output}”.")
    return found


KIND_WORDS: Final[dict[str, str]] = {
    "image": "Pictures", "video": "Videos", "audio": "Sounds", "model": "3D models", "text": "Text",
    "number": "A number", "boolean": "Yes or no", "data": "Data",
}  # fmt: skip


def binding_of(source: str, given: OutPort, *, many: bool) -> str:
    if source == INPUTS:
        return references.input_text(given.name)
    if given.kind in ("text", "number", "boolean", "data"):
        return references.artifact_text(given.name, references.ONE_TEXT)
    return references.artifact_text(given.name, references.ALL_URLS if many else references.ONE_URL)


def bound_value(stage: Stage, source: str, given: OutPort, wanted: InPort) -> Any:
    if wanted.many:
        single = source == INPUTS and not given.many
        text = binding_of(source, given, many=True)
        return [text] if single else text
    text = binding_of(source, given, many=False)
    if source == INPUTS and given.many:
        text += "[0]"
    now = stage.arguments.get(wanted.name)
    if wanted.kind == "text" and isinstance(now, str) and now.strip() and not now.startswith("$"):
        glue = "" if now.endswith((" ", "\n")) else " "
        return f"{now}{glue}{text}"
    return text
