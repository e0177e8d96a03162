"""What can be done to a template. Every operation returns a new document, or raises ``EditError`` and changes nothing.

Ids, artifact and input names that are taken get a number. References follow every rename; what is removed takes its
wires with it. The order of stages follows the wires, because a run goes through them in that order.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from studio.contract.editing import references
from studio.contract.editing.document import INPUTS, REMOVE, Document, EditError, Json, Place, Stage, StageKind, texts
from studio.contract.editing.ports import (
    OVER,
    InPort,
    OutPort,
    arguments_of,
    fits,
    input_port,
    input_ports,
    output_ports,
    port_for,
)
from studio.contract.editing.wires import Wire, wires_of
from studio.contract.templates.bindings import Binding
from studio.contract.templates.documents import FIRST_VERSION, slug

GRID: Final = 16
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_APART_X, _APART_Y = 208, 160


def new_template(name: str) -> Document:
    """Return a template without stages."""
    return Document(
        {
            "name": name,
            "description": "",
            "category": "custom",
            "stability": "experimental",
            "visibility": "private",
            "version": FIRST_VERSION,
            "inputs": [],
            "stages": [],
        }
    )


def set_member(document: Document, member: str, value: Any) -> Document:
    """Set a member of the template itself: name, description, category, tags …"""
    return document.put((member,), value)


# --- stages ------------------------------------------------------------------------------------


def add_stage(
    document: Document,
    *,
    tool: str = "",
    kind: StageKind = "fixed",
    at: tuple[float, float] | None = None,
    label: str = "",
) -> tuple[Document, str]:
    """Add a stage and return its id.

    Args:
        tool: what it calls; an interactive stage has none.
        at: where its node lies; None puts it to the right of everything.
    """
    words = label or (tool.replace("_", " ").capitalize() if tool else "Ask")
    taken = {stage.id for stage in document.every_stage}
    stage_id = free_name(_identifier(words), taken)
    body: dict[str, Any] = {"id": stage_id, "type": kind, "label": words}
    if kind == "interactive":
        body |= {"systemPrompt": "", "allowedTools": [], "produces": [free_name(stage_id, document.producers)]}
    else:
        body["produces"] = [free_name(stage_id, document.producers)]
        call = {"tool": tool, "args": {}}
        if kind == "batch":
            item = {"id": free_name(f"{stage_id}_item", taken), "type": "fixed", **call}
            body |= {"overBinding": "", "itemName": "item", "itemStage": item, "partialExecutionEnabled": True}
        else:
            body |= call
    stages = document.content.get("stages")
    changed = document.put(("stages",), [*(stages if isinstance(stages, list) else []), body])
    return place_nodes(changed, {stage_id: at or _free_spot(document)}), stage_id


def remove_stages(document: Document, stage_ids: Collection[str]) -> Document:
    """Remove stages with what is nested in them, and every wire to and from them."""
    going = {stage.id for each in stage_ids for stage in _with_nested(document, document.stage(each))}
    for stage_id in stage_ids:
        stage = document.stage(stage_id)
        if stage.is_item:
            raise EditError("The call of a batch can't be removed; remove the batch.")
    lost = {name for stage in document.stages if stage.id in going for name in stage.produces}
    lost -= {name for stage in document.stages if stage.id not in going for name in stage.produces}
    places = sorted((document.stage(each).place for each in stage_ids), reverse=True)
    changed = document
    for place in places:
        if changed.at(place) is not None and not any(_inside(place, other) for other in places if other != place):
            changed = changed.put(place, REMOVE)
    changed = _without_artifacts(changed, lost)
    changed = _map_conditions(changed, lambda body: REMOVE if body.get("stageId") in going else body)
    return _map_nodes(changed, lambda node: None if node.get("stageId") in going else node)


def duplicate_stages(document: Document, stage_ids: Sequence[str]) -> tuple[Document, list[str]]:
    """Add copies of stages, wired among themselves as the originals are and from outside alike; returns their ids."""
    return paste_stages(document, copy_stages(document, stage_ids), by=(2 * GRID, 2 * GRID))


def copy_stages(document: Document, stage_ids: Sequence[str]) -> dict[str, Any]:
    """Return stages as plain JSON for a clipboard: ``{"stages": […], "positions": {…}}``; nested ones go along."""
    chosen = [document.stage(each) for each in stage_ids]
    outer = [stage for stage in chosen if not any(_inside(stage.place, other.place) for other in chosen)]
    outer.sort(key=lambda stage: _order(stage.place))
    spots = document.positions()
    return {
        "stages": [stage.body for stage in outer if not stage.is_item],
        "positions": {stage.id: list(spots[stage.id]) for stage in outer if stage.id in spots},
    }


def paste_stages(
    document: Document, clip: Mapping[str, Any], *, by: tuple[float, float] = (0, 0)
) -> tuple[Document, list[str]]:
    """Add the stages of a clipboard and return the ids of the outer ones.

    References among them follow their new names. References to what this template does not have are left out.

    Raises:
        EditError: the clipboard holds no stages.
    """
    bodies = clip.get("stages")
    if not isinstance(bodies, list) or not bodies or not all(isinstance(body, Mapping) for body in bodies):
        raise EditError("There are no stages to paste.")
    incoming = Document({"stages": bodies})
    ids, names = {stage.id for stage in document.every_stage}, set(document.producers)
    new_ids: dict[str, str] = {}
    new_names: dict[str, str] = {}
    for stage in incoming.every_stage:
        new_ids[stage.id] = free_name(stage.id, ids)
        ids.add(new_ids[stage.id])
        for name in stage.produces:
            new_names[name] = free_name(name, names)
            names.add(new_names[name])

    def follow(binding: Binding) -> str | None:
        name = binding.name
        if binding.root == "artifacts" and name is not None:
            if name in new_names:
                return references.renamed(binding, new_names[name])
            return binding.text if name in document.producers else None
        if binding.root == "inputs" and name is not None and document.input(name) is None:
            return None
        return binding.text

    stages = document.content.get("stages")
    pasted = [_renamed_stage(references.rewritten_stage(body, follow), new_ids, new_names, names) for body in bodies]
    changed = document.put(("stages",), [*(stages if isinstance(stages, list) else []), *pasted])
    said = clip.get("positions")
    spots = said if isinstance(said, Mapping) else {}
    at: dict[str, tuple[float, float]] = {}
    for body in bodies:
        spot = spots.get(body.get("id"))
        if isinstance(spot, list | tuple) and len(spot) == 2:
            at[new_ids[str(body["id"])]] = (float(spot[0]) + by[0], float(spot[1]) + by[1])
    return _sorted(place_nodes(changed, at)), [new_ids[str(body["id"])] for body in bodies if body.get("id")]


def rename_stage(document: Document, stage_id: str, new_id: str) -> Document:
    """Change the id of a stage; conditions and the graph follow.

    Raises:
        EditError: the new id is taken or not usable.
    """
    if new_id == stage_id:
        return document
    if not new_id.strip() or new_id.startswith("$"):
        raise EditError("An id needs at least one character, and can't start with $.")
    if document.has_stage(new_id):
        raise EditError(f"There is already a stage “{new_id}”.")
    changed = document.put((*document.stage(stage_id).place, "id"), new_id)
    changed = _map_conditions(
        changed, lambda body: {**body, "stageId": new_id} if body.get("stageId") == stage_id else body
    )
    return _map_nodes(changed, lambda node: {**node, "stageId": new_id} if node.get("stageId") == stage_id else node)


def rename_artifact(document: Document, name: str, new_name: str) -> Document:
    """Change the name of an artifact everywhere.

    Raises:
        EditError: the new name is taken or not usable.
    """
    if new_name == name:
        return document
    if not _NAME.fullmatch(new_name):
        raise EditError("A name has letters, digits and _, and starts with no digit.")
    if new_name in document.producers:
        raise EditError(f"“{new_name}” is made already. Choose another name.")

    def follow(binding: Binding) -> str:
        mine = binding.root == "artifacts" and binding.name == name
        return references.renamed(binding, new_name) if mine else binding.text

    def names(body: Json) -> Json:
        changed = dict(body)
        for member in ("produces", "requiredArtifactsIn", "optionalArtifactsIn"):
            if name in texts(body.get(member)):
                changed[member] = [new_name if each == name else each for each in body[member]]
        if isinstance(body.get("condition"), Mapping):
            changed["condition"] = _condition_with(body["condition"], "artifacts", name, new_name)
        return body if all(changed[key] is body[key] for key in body) else changed

    return _map_stages(document, lambda body: names(references.rewritten_stage(body, follow)))


def set_stage_member(document: Document, stage_id: str, member: str, value: Any) -> Document:
    """Set a member of a stage (``REMOVE`` takes it out): label, onError, checkpointRequired, concurrency …"""
    if member == "id":
        return rename_stage(document, stage_id, str(value))
    return document.put((*document.stage(stage_id).place, member), value)


def set_tool(document: Document, stage_id: str, tool: str) -> Document:
    """Let a stage call another tool; arguments that it knows too stay."""
    stage = document.stage(stage_id)
    if stage.kind == "interactive":
        raise EditError("An interactive stage calls no tool of its own.")
    known = {port.name for port in arguments_of(tool)}
    kept = {name: value for name, value in stage.arguments.items() if name in known or not known}
    changed = document.put((*stage.call_place, "tool"), tool)
    return changed.put((*stage.call_place, "args"), kept)


def set_argument(document: Document, stage_id: str, name: str, value: Any) -> Document:
    """Set an argument of a stage's call (``REMOVE`` takes it out)."""
    stage = document.stage(stage_id)
    changed = document.put((*stage.call_place, "args", name), value)
    return _tidy_needs(changed, stage_id)


def convert_stage(document: Document, stage_id: str, kind: StageKind) -> Document:
    """Make a stage fixed, interactive or a batch. Tool and arguments are kept where the kind has them."""
    stage = document.stage(stage_id)
    if stage.is_item:
        raise EditError("The call of a batch is always fixed.")
    if stage.kind == kind:
        return document
    shared = {k: v for k, v in stage.body.items() if k not in _KIND_MEMBERS}
    if kind == "interactive":
        body = {**shared, "type": kind, "systemPrompt": "", "allowedTools": [stage.tool] if stage.tool else []}
    elif kind == "fixed":
        arguments = {k: v for k, v in stage.arguments.items() if not _mentions_item(v)}
        allowed = texts(stage.body.get("allowedTools"))
        tool = stage.tool or (allowed[0] if allowed else "generate_image")
        body = {**shared, "type": kind, "tool": tool, "args": arguments}
    else:
        taken = {each.id for each in document.every_stage}
        item = {"id": free_name(f"{stage_id}_item", taken), "type": "fixed", "tool": stage.tool or "generate_image"}
        over, arguments = _over_of(document, stage)
        body = {
            **shared, "type": kind, "overBinding": over, "itemName": "item",
            "itemStage": {**item, "args": arguments}, "partialExecutionEnabled": True,
        }  # fmt: skip
        if not stage.produces:
            body["produces"] = [free_name(stage_id, document.producers)]
    return _tidy_needs(document.put(stage.place, body), stage_id)


def nest_stages(document: Document, parent_id: str, stage_ids: Sequence[str]) -> Document:
    """Make stages sub-stages of another, in their order.

    Raises:
        EditError: one of them holds the parent, or is the call of a batch.
    """
    parent = document.stage(parent_id)
    moved = [document.stage(each) for each in stage_ids]
    if any(stage.is_item or stage.id == parent_id or _inside(parent.place, stage.place) for stage in moved):
        raise EditError("A stage can't be put into itself, and the call of a batch stays in it.")
    if parent.is_item:
        raise EditError("The call of a batch has no sub-stages.")
    bodies = [stage.body for stage in sorted(moved, key=lambda each: _order(each.place))]
    changed = document
    for stage in sorted(moved, key=lambda each: _order(each.place), reverse=True):
        changed = changed.put(stage.place, REMOVE)
    place = (*changed.stage(parent_id).place, "subStages")
    kept = changed.at(place)
    return changed.put(place, [*(kept if isinstance(kept, list) else []), *bodies])


def unnest_stages(document: Document, stage_ids: Sequence[str]) -> Document:
    """Put sub-stages behind the stage that holds them."""
    changed = document
    for stage_id in reversed(stage_ids):
        stage = changed.stage(stage_id)
        if stage.parent is None or stage.is_item:
            continue
        parent = changed.stage(stage.parent)
        holder, number = parent.place[:-1], parent.place[-1]
        changed = changed.put(stage.place, REMOVE)
        if changed.at((*parent.place, "subStages")) == []:
            changed = changed.put((*parent.place, "subStages"), REMOVE)
        around = changed.at(holder)
        if not isinstance(around, list) or not isinstance(number, int):
            raise EditError("The stage that holds it can't take it out.")
        changed = changed.put(holder, [*around[: number + 1], stage.body, *around[number + 1 :]])
    return changed


# --- wires -------------------------------------------------------------------------------------


def connect(document: Document, source: str, output: str, target: str, port: str) -> Document:
    """Bind an output (of a stage, or of ``INPUTS``) to an argument; "" for *port* waits for it only.

    A text that already has words keeps them and gets the reference at its end.

    Raises:
        EditError: kinds don't fit, or the wire would go in a circle.
    """
    stage = document.stage(target)
    given = output_of(document, source, output)
    if source != INPUTS and _reaches(document, target, source):
        raise EditError("That would go in a circle: the stage would wait for itself.")
    if port == "" and source == INPUTS:
        raise EditError("An input is there from the start; no stage has to wait for it.")
    if port == "":
        return _sorted(_need(document, target, output))
    wanted = next((each for each in input_ports(stage) if each.name == port), InPort(port, "data"))
    if not fits(given, wanted):
        raise EditError(f"{_KIND_WORDS[given.kind]} can't go into “{port}”, which takes {_KIND_WORDS[wanted.kind]}.")
    if port == OVER:
        changed = document.put((*stage.place, OVER), _binding_of(source, given, many=True))
    else:
        changed = document.put((*stage.call_place, "args", port), _bound_value(stage, source, given, wanted))
    if source != INPUTS:
        changed = _need(changed, target, output)
    return _sorted(changed)


def disconnect(document: Document, wire: Wire) -> Document:
    """Remove a wire. What was bound has no value then; a reference in a text leaves the rest of the text."""
    stage = document.stage(wire.target)
    if wire.form == "condition":
        return document.put((*stage.place, "condition"), REMOVE)
    if wire.form == "order":
        return _no_need(document, wire.target, wire.output)

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
    return _tidy_needs(changed, wire.target)


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
        raise EditError(f"{tool} takes no {_KIND_WORDS[given.kind].lower()}.")
    changed, stage_id = add_stage(document, tool=tool, at=at)
    made = output_ports(changed.stage(stage_id))[0]
    changed = connect(changed, wire.source, wire.output, stage_id, port.name)
    target = next((each for each in input_ports(changed.stage(wire.target)) if each.name == wire.port), None)
    if target is not None and not fits(made, target):
        raise EditError(f"{tool} makes {_KIND_WORDS[made.kind].lower()}, which can't go into “{wire.port}”.")
    changed = disconnect(changed, wire)
    return connect(changed, stage_id, made.name, wire.target, wire.port), stage_id


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


# --- inputs ------------------------------------------------------------------------------------


def add_input(document: Document, input_type: str = "text", name: str = "") -> tuple[Document, str]:
    """Add an input at the end and return its name."""
    taken = {str(entry["name"]) for entry in document.inputs}
    chosen = free_name(_identifier(name or input_type), taken)
    entry: dict[str, Any] = {"name": chosen, "type": input_type, "required": False, "description": ""}
    if input_type == "select":
        entry["options"] = [{"value": "first", "label": "First"}]
    declared = document.content.get("inputs")
    return document.put(("inputs",), [*(declared if isinstance(declared, list) else []), entry]), chosen


def remove_input(document: Document, name: str) -> Document:
    """Remove an input and every reference to it."""
    changed = document.put(_input_place(document, name), REMOVE)

    def without(binding: Binding) -> str | None:
        return None if binding.root == "inputs" and binding.name == name else binding.text

    changed = _map_stages(changed, lambda body: references.rewritten_stage(body, without))
    return _map_conditions(changed, lambda body: REMOVE if _reads(body, "inputs", name) else body)


def rename_input(document: Document, name: str, new_name: str) -> Document:
    """Change the name of an input; every reference follows.

    Raises:
        EditError: the new name is taken or not usable.
    """
    if new_name == name:
        return document
    if not _NAME.fullmatch(new_name):
        raise EditError("A name has letters, digits and _, starts with no digit, and is at most 64 long.")
    if document.input(new_name) is not None:
        raise EditError(f"There is already an input “{new_name}”.")

    def follow(binding: Binding) -> str:
        mine = binding.root == "inputs" and binding.name == name
        return references.renamed(binding, new_name) if mine else binding.text

    changed = document.put((*_input_place(document, name), "name"), new_name)
    changed = _map_stages(changed, lambda body: references.rewritten_stage(body, follow))
    return _map_conditions(changed, lambda body: _condition_with(body, "inputs", name, new_name))


def set_input_member(document: Document, name: str, member: str, value: Any) -> Document:
    """Set a member of an input (``REMOVE`` takes it out); for its name use ``rename_input``."""
    if member == "name":
        return rename_input(document, name, str(value))
    return document.put((*_input_place(document, name), member), value)


def move_input(document: Document, name: str, to: int) -> Document:
    """Put an input at another place of the order that people see."""
    declared = document.content.get("inputs")
    place = _input_place(document, name)[-1]
    assert isinstance(declared, list)
    assert isinstance(place, int)
    rest = [*declared[:place], *declared[place + 1 :]]
    at = max(0, min(len(rest), to))
    return document.put(("inputs",), [*rest[:at], declared[place], *rest[at:]])


# --- the graph ---------------------------------------------------------------------------------


def place_nodes(document: Document, spots: Mapping[str, tuple[float, float]]) -> Document:
    """Put nodes at places of the grid (``INPUTS`` for the node of the inputs)."""
    graph = document.content.get("graph")
    nodes = graph.get("nodes") if isinstance(graph, Mapping) else None
    kept = list(nodes) if isinstance(nodes, list) else []
    at = {node.get("stageId"): number for number, node in enumerate(kept) if isinstance(node, Mapping)}
    for stage_id, (x, y) in spots.items():
        spot = {"x": _snapped(x), "y": _snapped(y)}
        if stage_id in at:
            kept[at[stage_id]] = {**kept[at[stage_id]], **spot}
        else:
            kept.append({"stageId": stage_id, **spot})
    base = dict(graph) if isinstance(graph, Mapping) else {}
    return document.put(("graph",), {**base, "nodes": kept}) if spots else document


def set_condition(document: Document, stage_id: str, condition: Json | None) -> Document:
    """Say when a stage runs; None: always."""
    place = (*document.stage(stage_id).place, "condition")
    if condition is None:
        return document.put(place, REMOVE)
    other = condition.get("stageId")
    if isinstance(other, str) and (other == stage_id or _reaches(document, stage_id, other)):
        raise EditError("A stage can't wait for itself.")
    return _sorted(document.put(place, dict(condition)))


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return *wanted*, with a number when it is taken."""
    known = set(taken)
    stem = re.sub(r"_\d+$", "", wanted)
    number = 2
    found = wanted
    while found in known:
        found = f"{stem}_{number}"
        number += 1
    return found


# --- helpers -----------------------------------------------------------------------------------

_KIND_MEMBERS: Final = frozenset(
    {
        "type", "tool", "args", "systemPrompt", "allowedTools", "userMessage", "skillRef", "overBinding", "itemName",
        "itemStage", "concurrency", "partialExecutionEnabled", "itemLabelTemplate", "maxAttemptsPerItem",
    }
)  # fmt: skip
_KIND_WORDS: Final[dict[str, str]] = {
    "image": "Pictures", "video": "Videos", "audio": "Sounds", "model": "3D models", "text": "Text",
    "number": "A number", "boolean": "Yes or no", "data": "Data",
}  # fmt: skip


def _identifier(words: str) -> str:
    return slug(words).replace("-", "_")[:48] or "stage"


def _snapped(value: float) -> int:
    return round(value / GRID) * GRID


def _free_spot(document: Document) -> tuple[float, float]:
    spots = document.positions()
    if not spots:
        return (_APART_X, 0)
    return (max(x for x, _ in spots.values()) + _APART_X, min(y for _, y in spots.values()))


def _order(place: Place) -> tuple[str, ...]:
    return tuple(f"{part:06d}" if isinstance(part, int) else part for part in place)


def _inside(place: Place, other: Place) -> bool:
    """Whether *place* lies inside *other*, which is another one."""
    return len(place) > len(other) and place[: len(other)] == other


def _with_nested(document: Document, stage: Stage) -> list[Stage]:
    return [stage, *(each for each in document.every_stage if _inside(each.place, stage.place))]


def _input_place(document: Document, name: str) -> Place:
    declared = document.content.get("inputs")
    for number, entry in enumerate(declared if isinstance(declared, list) else []):
        if isinstance(entry, Mapping) and entry.get("name") == name:
            return ("inputs", number)
    raise EditError(f"There is no input “{name}” any more.")


def _map_stages(document: Document, change: Any) -> Document:
    """Return the document with *change* done to the JSON of every outer stage and everything nested in it."""

    def nested(body: Any) -> Any:
        if not isinstance(body, Mapping):
            return body
        changed = dict(change(body))
        if isinstance(changed.get("subStages"), list):
            changed["subStages"] = [nested(each) for each in changed["subStages"]]
        if isinstance(changed.get("itemStage"), Mapping):
            changed["itemStage"] = nested(changed["itemStage"])
        return changed

    stages = document.content.get("stages")
    if not isinstance(stages, list):
        return document
    return document.put(("stages",), [nested(body) for body in stages])


def _map_conditions(document: Document, change: Any) -> Document:
    def on(body: Json) -> Json:
        condition = body.get("condition")
        if not isinstance(condition, Mapping):
            return body
        new = change(condition)
        if new is REMOVE:
            return {key: value for key, value in body.items() if key != "condition"}
        return body if new is condition else {**body, "condition": new}

    return _map_stages(document, on)


def _map_nodes(document: Document, change: Any) -> Document:
    graph = document.content.get("graph")
    if not isinstance(graph, Mapping):
        return document
    changed = dict(graph)
    if isinstance(graph.get("nodes"), list):
        nodes = [change(node) if isinstance(node, Mapping) else node for node in graph["nodes"]]
        changed["nodes"] = [node for node in nodes if node is not None]
    if isinstance(graph.get("edges"), list):
        known = {stage.id for stage in document.every_stage}
        changed["edges"] = [
            edge
            for edge in graph["edges"]
            if not isinstance(edge, Mapping) or {edge.get("from"), edge.get("to")} <= known
        ]
        if not changed["edges"]:
            del changed["edges"]
    return document.put(("graph",), changed)


def _without_artifacts(document: Document, names: Collection[str]) -> Document:
    if not names:
        return document

    def without(binding: Binding) -> str | None:
        return None if binding.root == "artifacts" and binding.name in names else binding.text

    def clean(body: Json) -> Json:
        changed = dict(references.rewritten_stage(body, without))
        for member in ("requiredArtifactsIn", "optionalArtifactsIn"):
            if set(texts(changed.get(member))) & set(names):
                kept = [name for name in changed[member] if name not in names]
                changed[member] = kept
                if not kept:
                    del changed[member]
        condition = changed.get("condition")
        if isinstance(condition, Mapping) and (
            condition.get("artifactName") in names or any(_reads(condition, "artifacts", name) for name in names)
        ):
            del changed["condition"]
        return changed

    return _map_stages(document, clean)


def _renamed_stage(
    body: Json, ids: Mapping[str, str], names: Mapping[str, str], known: Collection[str]
) -> dict[str, Any]:
    changed = dict(body)
    if isinstance(body.get("id"), str):
        changed["id"] = ids.get(body["id"], body["id"])
    for member in ("produces", "requiredArtifactsIn", "optionalArtifactsIn"):
        if member in body:
            renamed = [names.get(name, name) for name in texts(body[member])]
            changed[member] = renamed if member == "produces" else [name for name in renamed if name in known]
            if not changed[member]:
                del changed[member]
    condition = body.get("condition")
    if isinstance(condition, Mapping):
        said = dict(condition)
        if said.get("stageId") in ids:
            said["stageId"] = ids[said["stageId"]]
        for old, new in names.items():
            said = dict(_condition_with(said, "artifacts", old, new))
        changed["condition"] = said
    for member in ("subStages",):
        if isinstance(body.get(member), list):
            changed[member] = [
                _renamed_stage(each, ids, names, known) if isinstance(each, Mapping) else each for each in body[member]
            ]
    if isinstance(body.get("itemStage"), Mapping):
        changed["itemStage"] = _renamed_stage(body["itemStage"], ids, names, known)
    return changed


def _condition_with(condition: Json, root: str, name: str, new_name: str) -> Json:
    changed = dict(condition)
    if root == "artifacts" and condition.get("artifactName") == name:
        changed["artifactName"] = new_name
    expression = condition.get("expression")
    if isinstance(expression, str):
        changed["expression"] = _path_of(root, name).sub(lambda found: f"{found[1]}{new_name}", expression)
    return condition if changed == condition else changed


def _reads(condition: Json, root: str, name: str) -> bool:
    expression = condition.get("expression")
    return isinstance(expression, str) and _path_of(root, name).search(expression) is not None


def _path_of(root: str, name: str) -> re.Pattern[str]:
    """Match the start of a path in an expression; strings in quotes are not told apart, which is rare and harmless."""
    return re.compile(rf"(?<![\w.])(\$?{root}\.){re.escape(name)}(?!\w)", re.ASCII)


def _mentions_item(value: Any) -> bool:
    return any(reference.binding.root == "item" for reference in references.of_value(value, ()))


def _over_of(document: Document, stage: Stage) -> tuple[str, dict[str, Any]]:
    """Return what a stage that becomes a batch goes over, most likely what its piece is bound to, and its arguments."""
    arguments = dict(stage.arguments)
    for port in arguments_of(stage.tool):
        value = arguments.get(port.name)
        if not port.takes_media or not isinstance(value, str) or not value.startswith("$"):
            continue
        found = next(references.of_value(value, ()), None)
        if found is None or found.binding.name is None:
            continue
        arguments[port.name] = "$item.value"
        name = found.binding.name
        if found.binding.root == "artifacts":
            return references.artifact_text(name, references.ALL_URLS), arguments
        return references.input_text(name), arguments
    return "", arguments


def _binding_of(source: str, given: OutPort, *, many: bool) -> str:
    if source == INPUTS:
        return references.input_text(given.name)
    if given.kind in ("text", "number", "boolean", "data"):
        return references.artifact_text(given.name, references.ONE_TEXT)
    return references.artifact_text(given.name, references.ALL_URLS if many else references.ONE_URL)


def _bound_value(stage: Stage, source: str, given: OutPort, wanted: InPort) -> Any:
    if wanted.many:
        single = source == INPUTS and not given.many
        text = _binding_of(source, given, many=True)
        return [text] if single else text
    text = _binding_of(source, given, many=False)
    if source == INPUTS and given.many:
        text += "[0]"
    now = stage.arguments.get(wanted.name)
    if wanted.kind == "text" and isinstance(now, str) and now.strip() and not now.startswith("$"):
        glue = "" if now.endswith((" ", "\n")) else " "
        return f"{now}{glue}{text}"
    return text


def _need(document: Document, stage_id: str, artifact: str) -> Document:
    stage = document.stage(stage_id)
    if artifact in texts(stage.body.get("requiredArtifactsIn")) + texts(stage.body.get("optionalArtifactsIn")):
        return document
    place = (*stage.place, "requiredArtifactsIn")
    return document.put(place, [*texts(stage.body.get("requiredArtifactsIn")), artifact])


def _no_need(document: Document, stage_id: str, artifact: str) -> Document:
    changed = document
    for member in ("requiredArtifactsIn", "optionalArtifactsIn"):
        place = (*document.stage(stage_id).place, member)
        names = texts(changed.at(place))
        if artifact in names:
            kept = [name for name in names if name != artifact]
            changed = changed.put(place, kept or REMOVE)
    return changed


def _tidy_needs(document: Document, stage_id: str) -> Document:
    """Wait for exactly what is bound: new bindings are waited for, and what nothing is bound to any more is not."""
    stage = document.stage(stage_id)
    if stage.is_item and stage.parent is not None:
        stage = document.stage(stage.parent)
    bound = {
        wire.output
        for wire in wires_of(document)
        if wire.target == stage.id and wire.source != INPUTS and wire.form in ("value", "text")
    }
    changed = document
    for name in texts(stage.body.get("requiredArtifactsIn")):
        if name not in bound and name in document.producers:
            changed = _no_need(changed, stage.id, name)
    for name in sorted(bound):
        changed = _need(changed, stage.id, name)
    return _sorted(changed)


def _reaches(document: Document, source: str, target: str) -> bool:
    """Whether wires lead from *source* to *target*, or they are the same."""
    following: dict[str, set[str]] = {}
    for wire in wires_of(document):
        following.setdefault(wire.source, set()).add(wire.target)
    waiting, seen = [source], set()
    while waiting:
        stage_id = waiting.pop()
        if stage_id == target:
            return True
        if stage_id not in seen:
            seen.add(stage_id)
            waiting += following.get(stage_id, ())
    return False


def _sorted(document: Document) -> Document:
    """Put outer stages behind what they wait for, and leave their order otherwise (a stable topological order)."""
    stages = document.content.get("stages")
    if not isinstance(stages, list):
        return document
    outer: dict[str, int] = {}
    for stage in document.every_stage:
        if isinstance(stage.place[1], int):
            outer[stage.id] = stage.place[1]
    before: dict[int, set[int]] = {number: set() for number in range(len(stages))}
    for wire in wires_of(document):
        if wire.source != INPUTS and wire.source in outer and wire.target in outer:
            first, second = outer[wire.source], outer[wire.target]
            if first != second:
                before[second].add(first)
    order: list[int] = []
    done: set[int] = set()
    left = list(range(len(stages)))
    while left:
        ready = next((number for number in left if before[number] <= done), None)
        if ready is None:
            return document  # a circle, which the problems tell about
        order.append(ready)
        done.add(ready)
        left.remove(ready)
    if order == sorted(order):
        return document
    return document.put(("stages",), [stages[number] for number in order])


__all__ = [
    "GRID",
    "add_input",
    "add_stage",
    "connect",
    "convert_stage",
    "copy_stages",
    "disconnect",
    "duplicate_stages",
    "free_name",
    "insert_on_wire",
    "move_input",
    "nest_stages",
    "new_template",
    "output_of",
    "paste_stages",
    "place_nodes",
    "remove_input",
    "remove_stages",
    "rename_artifact",
    "rename_input",
    "rename_stage",
    "set_argument",
    "set_condition",
    "set_input_member",
    "set_member",
    "set_stage_member",
    "set_tool",
    "unnest_stages",
]
