"""What the graph does to the document: every action is one named step of the editor. No Qt here."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document, EditError, StageKind
from studio.contract.editing.layout import Size, tidied
from studio.contract.editing.ports import (
    INPUT_OF_KIND,
    OVER,
    InPort,
    OutPort,
    arguments_of,
    fits,
    input_ports,
    output_ports,
    port_for,
    spoken,
    tools_that_take,
)
from studio.contract.editing.wires import Wire, wires_of
from studio.contract.tools import catalogue
from studio.ui.templates.graph.facts import ORDER
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

Spot = tuple[float, float]
Alignment = Literal["left", "top", "across", "down"]
CLIP: Final = "sogni-stages"
_CLIP_VERSION: Final = 1
_ITEM: Final = "$item.value"
_MOST_ASKED: Final = 16
_WIDE: Final = 154.0
_GAP: Final = 52.0
"""Between columns, as *Tidy* sets them."""
_ROW: Final = 120.0
"""Nodes that are less apart in height stand in one row."""


def title_of(document: Document, node: str) -> str:
    """Return what a node is called in the name of a step."""
    if node == INPUTS:
        return "the inputs"
    return document.stage(node).label if document.has_stage(node) else node


def named(document: Document, nodes: Sequence[str]) -> str:
    """Return one node by its name, several by their number."""
    if len(nodes) == 1:
        return title_of(document, nodes[0])
    return f"{len(nodes)} {'nodes' if INPUTS in nodes else 'stages'}"


# --- stages ------------------------------------------------------------------------------------


def add(editor: "EditorModel", at: Spot, *, tool: str = "", kind: StageKind = "fixed") -> str:
    """Add a stage at a place, select it, and return its id; "" when that was refused."""
    made: list[str] = []

    def edit(document: Document) -> Document:
        changed, stage_id = ops.add_stage(document, tool=tool, kind=kind, at=at)
        made.append(stage_id)
        return changed

    return _done(editor, f"Add {tool_title(tool) if tool else 'a question'}", edit, made)


def add_after(
    editor: "EditorModel", source: str, output: str, at: Spot, *, tool: str = "", kind: StageKind = "fixed"
) -> str:
    """Add a stage that takes an output, and return its id.

    A list that goes into an argument for one piece makes a batch, which runs for each of them.
    """
    made: list[str] = []

    def edit(document: Document) -> Document:
        given = ops.output_of(document, source, output)
        if kind == "interactive" or not tool:
            changed, stage_id = ops.add_stage(document, kind="interactive", at=at)
            made.append(stage_id)
            return changed if source == INPUTS else ops.connect(changed, source, output, stage_id, "")
        port = port_for(tool, given)
        if port is None:
            raise EditError(f"{tool_title(tool)} takes nothing of that kind.")
        batch = given.many and not port.many
        changed, stage_id = ops.add_stage(document, tool=tool, kind="batch" if batch else "fixed", at=at)
        made.append(stage_id)
        if batch:
            changed = ops.set_argument(changed, stage_id, port.name, _ITEM)
            return ops.connect(changed, source, output, stage_id, OVER)
        return ops.connect(changed, source, output, stage_id, port.name)

    return _done(editor, f"Add {tool_title(tool) if tool else 'a question'}", edit, made)


def add_before(editor: "EditorModel", target: str, port: str, at: Spot, *, tool: str) -> str:
    """Add a stage whose output goes into an argument, and return its id."""
    made: list[str] = []

    def edit(document: Document) -> Document:
        changed, stage_id = ops.add_stage(document, tool=tool, at=at)
        made.append(stage_id)
        return ops.connect(changed, stage_id, output_ports(changed.stage(stage_id))[0].name, target, port)

    return _done(editor, f"Add {tool_title(tool)}", edit, made)


def ask_for(editor: "EditorModel", target: str, port: str) -> bool:
    """Add an input and bind it to an argument."""
    made: list[str] = []
    return editor.apply(f"Ask for {spoken(port)}", lambda doc: _asking(doc, target, port, 1, made))


def input_for(editor: "EditorModel", target: str, port: str, *, many: int = 1) -> str:
    """Return the input that an argument is bound to; add one where it is not. "" when that was refused.

    Args:
        many: how many pieces are to go in, where the argument takes several.
    """
    bound = (w for w in wires_of(editor.document.value) if (w.source, w.target, w.port) == (INPUTS, target, port))
    found = next((wire.output for wire in bound if wire.form == "value"), "")
    made: list[str] = []
    if found:
        return found
    done = editor.apply(f"Ask for {spoken(port)}", lambda doc: _asking(doc, target, port, many, made))
    return made[0] if done else ""


def add_with_input(editor: "EditorModel", given: OutPort, tool: str, at: Spot) -> tuple[str, str]:
    """Add an input of a kind and a stage that takes it, and return the ids of both.

    Args:
        tool: "" for the input alone.
    """
    made: list[str] = []

    def edit(document: Document) -> Document:
        changed, name = ops.add_input(document, INPUT_OF_KIND[given.kind], given.name)
        made[:] = [name]
        port = port_for(tool, given) if tool else None
        if given.many:
            changed = ops.set_input_member(changed, name, "multiple", {"min": 1, "max": _MOST_ASKED})
        if not tool or port is None:
            return changed
        batch = given.many and not port.many
        changed, stage_id = ops.add_stage(changed, tool=tool, kind="batch" if batch else "fixed", at=at)
        made.append(stage_id)
        if batch:
            changed = ops.set_argument(changed, stage_id, port.name, _ITEM)
        return ops.connect(changed, INPUTS, name, stage_id, OVER if batch else port.name)

    if not editor.apply(f"Add {tool_title(tool)}" if tool else f"Ask for {spoken(given.name)}", edit):
        return "", ""
    editor.select(made[1:] or [INPUTS])
    return (made[1] if len(made) > 1 else ""), made[0]


def _asking(document: Document, target: str, port: str, many: int, made: list[str]) -> Document:
    wanted = in_port(document, target, port)
    if wanted is None:
        raise EditError("There is no such argument any more.")
    changed, name = ops.ask_for(document, target, wanted, most=max(4, many))
    made[:] = [name]
    return changed


def insert(editor: "EditorModel", wire: Wire, tool: str, at: Spot, now: Mapping[str, Spot], size: Size) -> str:
    """Put a new stage onto a wire and return its id; what follows makes room."""
    made: list[str] = []

    def edit(document: Document) -> Document:
        changed, stage_id = ops.insert_on_wire(document, wire, tool, at)
        made.append(stage_id)
        return ops.place_nodes(changed, _between(document, wire, stage_id, at, now, size))

    return _done(editor, f"Insert {tool_title(tool)}", edit, made)


def _between(
    document: Document, wire: Wire, node: str, at: Spot, now: Mapping[str, Spot], size: Size
) -> dict[str, Spot]:
    """Return the places with *node* between the ends of a wire: in their row, and what follows moved to the right."""
    placed = document.positions()
    found = {each: spot for each, spot in now.items() if each not in placed}
    start, end = now[wire.source], now[wire.target]
    wide = size(node)[0] if node in now else _WIDE
    left = max(at[0], start[0] + size(wire.source)[0] + _GAP)
    in_row = abs(at[1] - end[1]) < _ROW
    by = left + wide + _GAP - end[0]
    if by > 0 and in_row:
        steps = -(-by // ops.GRID) * ops.GRID
        found |= {
            each: (now[each][0] + steps, now[each][1])
            for each in following(document, wire.target)
            if each in now and now[each][0] >= start[0]
        }
    return found | {node: (left, end[1]) if in_row else at}


def insert_existing(document: Document, wire: Wire, stage_id: str) -> Document:
    """Return the document with a stage that is there already put onto a wire.

    Raises:
        EditError: it does not fit, or is an end of the wire.
    """
    if stage_id in (wire.source, wire.target) or wire.form not in ("value", "text"):
        raise EditError("That stage can't be put onto this wire.")
    given = ops.output_of(document, wire.source, wire.output)
    stage = document.stage(stage_id)
    port = port_for(stage.tool, given)
    made = next(iter(output_ports(stage)), None)
    target = in_port(document, wire.target, wire.port)
    if port is None or made is None or target is None or not fits(made, target):
        raise EditError(f"“{stage.label}” does not fit between them.")
    changed = ops.connect(document, wire.source, wire.output, stage_id, port.name)
    changed = ops.disconnect(changed, wire)
    return ops.connect(changed, stage_id, made.name, wire.target, wire.port)


def remove(editor: "EditorModel", nodes: Sequence[str]) -> bool:
    """Remove stages with their wires; the node of the inputs stays."""
    document = editor.document.value
    going = [node for node in nodes if document.has_stage(node)]
    if not going:
        if INPUTS in nodes:
            editor.refused.emit("The inputs can be removed in the Inputs tab, one by one.")
        return False
    return editor.apply(f"Delete {named(document, going)}", lambda doc: ops.remove_stages(doc, going))


def duplicate(editor: "EditorModel", nodes: Sequence[str], spots: Mapping[str, Spot]) -> list[str]:
    """Add copies of stages beside them, select them, and return their ids."""
    document = editor.document.value
    chosen = [node for node in nodes if document.has_stage(node)]
    made: list[str] = []
    if not chosen:
        return made

    def edit(doc: Document) -> Document:
        clip = _clip(doc, chosen, spots)
        changed, ids = ops.paste_stages(doc, clip, by=(2 * ops.GRID, 2 * ops.GRID))
        made[:] = ids
        return changed

    if editor.apply(f"Duplicate {named(document, chosen)}", edit):
        editor.select(made)
    return made


def convert(editor: "EditorModel", stage: str, kind: StageKind) -> bool:
    """Make a stage fixed, interactive or a batch."""
    title = title_of(editor.document.value, stage)
    words = {"fixed": "run once", "interactive": "ask", "batch": "run for each"}[kind]
    return editor.apply(f"Let {title} {words}", lambda doc: ops.convert_stage(doc, stage, kind))


def set_checkpoint(editor: "EditorModel", stage: str, wanted: bool) -> bool:
    """Let a run pause after a stage, or not."""
    title = title_of(editor.document.value, stage)
    step = f"Pause after {title}" if wanted else f"Don't pause after {title}"
    return editor.apply(step, lambda doc: ops.set_stage_member(doc, stage, "checkpointRequired", wanted))


def group(editor: "EditorModel", stages: Sequence[str]) -> bool:
    """Make stages sub-stages of the first of them."""
    document = editor.document.value
    first, rest = stages[0], list(stages[1:])
    return editor.apply(f"Group under {title_of(document, first)}", lambda doc: ops.nest_stages(doc, first, rest))


def ungroup(editor: "EditorModel", stages: Sequence[str]) -> bool:
    """Put sub-stages behind the stage that holds them."""
    return editor.apply("Ungroup", lambda doc: ops.unnest_stages(doc, stages))


# --- wires -------------------------------------------------------------------------------------


def in_port(document: Document, stage: str, name: str) -> InPort | None:
    """Return an argument of a stage by its name."""
    if not document.has_stage(stage):
        return None
    if name == ORDER:
        return InPort(ORDER, "data", many=True)
    return next((port for port in input_ports(document.stage(stage)) if port.name == name), None)


def connect(editor: "EditorModel", source: str, output: str, target: str, port: str, *, instead: str = "") -> bool:
    """Bind an output to an argument; the wire of the id *instead* goes."""
    document = editor.document.value

    def edit(doc: Document) -> Document:
        old = wire_of(doc, instead) if instead else None
        if old is not None and (old.source, old.output, old.target, old.port) == (source, output, target, port):
            return doc
        changed = ops.disconnect(doc, old) if old is not None else doc
        return ops.connect(changed, source, output, target, port)

    start, end = title_of(document, source), title_of(document, target)
    return editor.apply(f"Connect {start} to {end}", edit)


def disconnect(editor: "EditorModel", wire_id: str) -> bool:
    """Remove a wire."""
    wire = wire_of(editor.document.value, wire_id)
    if wire is None:
        return False
    document = editor.document.value
    step = f"Disconnect {title_of(document, wire.source)} from {title_of(document, wire.target)}"
    return editor.apply(step, lambda doc: ops.disconnect(doc, wire))


def wire_of(document: Document, wire_id: str) -> Wire | None:
    """Return a wire by its id."""
    return next((wire for wire in wires_of(document) if wire.id == wire_id), None)


def reaching(document: Document, node: str) -> set[str]:
    """Return *node* and everything that it waits for, directly or not."""
    before: dict[str, set[str]] = {}
    for wire in wires_of(document):
        before.setdefault(wire.target, set()).add(wire.source)
    return _closure(before, node)


def following(document: Document, node: str) -> set[str]:
    """Return *node* and everything that waits for it, directly or not."""
    after: dict[str, set[str]] = {}
    for wire in wires_of(document):
        after.setdefault(wire.source, set()).add(wire.target)
    return _closure(after, node)


def fitting_ins(document: Document, source: str, given: OutPort) -> dict[str, list[InPort]]:
    """Return the arguments of every stage that an output may be bound to: no circles, kinds fit."""
    barred = reaching(document, source) if source != INPUTS else {INPUTS}
    found: dict[str, list[InPort]] = {}
    for stage in document.stages:
        if stage.id in barred:
            continue
        ports = [port for port in input_ports(stage) if fits(given, port)]
        if stage.kind == "interactive" and source != INPUTS:
            ports.append(InPort(ORDER, "data", many=True))
        if ports:
            found[stage.id] = ports
    return found


def fitting_outs(document: Document, target: str, wanted: InPort) -> dict[str, list[OutPort]]:
    """Return the outputs of every node that may be bound to an argument."""
    barred = following(document, target)
    found: dict[str, list[OutPort]] = {}
    outs = [ops.output_of(document, INPUTS, str(entry["name"])) for entry in document.inputs]
    ports = [port for port in outs if fits(port, wanted)]
    if ports and wanted.name != ORDER:
        found[INPUTS] = ports
    for stage in document.stages:
        if stage.id not in barred:
            ports = [port for port in output_ports(stage) if fits(port, wanted)]
            if ports:
                found[stage.id] = ports
    return found


def best_first(document: Document, stage_id: str, given: OutPort, ports: Sequence[InPort]) -> list[InPort]:
    """Return ports of a stage with the one first that the output most likely goes into."""
    stage = document.stage(stage_id)
    first = port_for(stage.tool, given)

    def key(port: InPort) -> tuple[bool, bool, bool]:
        free = port.name not in stage.arguments
        if port.name == OVER:
            return (not given.many, bool(stage.body.get(OVER)), False)
        return (first is None or port.name != first.name, not free, not port.required)

    return sorted(ports, key=key)


def tools_taking(given: OutPort | None) -> list[str]:
    """Return the tools that a stage can call, those first that take what is given."""
    if given is None:
        return [name for name, tool in catalogue().items() if tool.durable_step]
    return [name for name in tools_that_take(given) if port_for(name, given) is not None]


def tools_making(wanted: InPort) -> list[str]:
    """Return the tools whose result may go into an argument."""
    of_tool = {"image": "image", "video": "video", "audio": "audio", "model": "model"}
    found = []
    for name, tool in catalogue().items():
        if not tool.durable_step:
            continue
        made = of_tool.get(str(tool.produces))
        if (made == wanted.kind) if wanted.takes_media else (made is None and wanted.kind in ("text", "data")):
            found.append(name)
    return found


def tools_between(document: Document, wire: Wire) -> list[str]:
    """Return the tools that can be put onto a wire."""
    if wire.form not in ("value", "text"):
        return []
    given = ops.output_of(document, wire.source, wire.output)
    target = in_port(document, wire.target, wire.port)
    if target is None:
        return []
    makers = set(tools_making(target))
    return [name for name in tools_taking(given) if name in makers and arguments_of(name)]


# --- layout ------------------------------------------------------------------------------------


def move(editor: "EditorModel", spots: Mapping[str, Spot], now: Mapping[str, Spot], *, gesture: str = "") -> bool:
    """Put nodes elsewhere. Nodes that the document places nowhere are placed where they are shown."""
    document = editor.document.value
    placed = document.positions()
    whole = {node: spot for node, spot in now.items() if node not in placed} | dict(spots)
    words = f"Move {named(document, list(spots))}"
    return editor.apply(words, lambda doc: ops.place_nodes(doc, whole), gesture=gesture)


def onto_wire(editor: "EditorModel", node: str, spot: Spot, wire: Wire, now: Mapping[str, Spot], size: Size) -> bool:
    """Put a node onto a wire, where it was dropped; what follows makes room."""
    step = f"Insert {title_of(editor.document.value, node)}"

    def edit(document: Document) -> Document:
        changed = insert_existing(document, wire, node)
        return ops.place_nodes(changed, _between(document, wire, node, spot, now, size))

    return editor.apply(step, edit)


def tidy(editor: "EditorModel", size: Size) -> bool:
    """Lay the whole graph out anew."""
    return editor.apply("Tidy", lambda doc: tidied(doc, size))


def align(editor: "EditorModel", nodes: Sequence[str], how: Alignment, now: Mapping[str, Spot], size: Size) -> bool:
    """Align nodes at their left or top, or set them apart evenly across or down."""
    spots = aligned({node: now[node] for node in nodes if node in now}, how, size)
    if not spots:
        return False
    words = {"left": "Align left", "top": "Align top", "across": "Distribute across", "down": "Distribute down"}[how]
    placed = editor.document.value.positions()
    whole = {node: spot for node, spot in now.items() if node not in placed} | spots
    return editor.apply(words, lambda doc: ops.place_nodes(doc, whole))


def aligned(spots: Mapping[str, Spot], how: Alignment, size: Size) -> dict[str, Spot]:
    """Return the new places of nodes; nothing when there are too few of them."""
    if len(spots) < (2 if how in ("left", "top") else 3):
        return {}
    if how == "left":
        left = min(x for x, _ in spots.values())
        return {node: (left, y) for node, (_, y) in spots.items()}
    if how == "top":
        top = min(y for _, y in spots.values())
        return {node: (x, top) for node, (x, _) in spots.items()}
    axis = 0 if how == "across" else 1
    order = sorted(spots, key=lambda node: spots[node][axis])
    lengths = [size(node)[axis] for node in order]
    first, last = spots[order[0]][axis], spots[order[-1]][axis] + lengths[-1]
    gap = (last - first - sum(lengths)) / (len(order) - 1)
    found: dict[str, Spot] = {}
    at = first
    for node, length in zip(order, lengths, strict=True):
        found[node] = (at, spots[node][1]) if axis == 0 else (spots[node][0], at)
        at += length + gap
    return found


# --- clipboard ---------------------------------------------------------------------------------


def copied(document: Document, nodes: Sequence[str], spots: Mapping[str, Spot]) -> str:
    """Return stages as the text of a clipboard; "" when there are none among *nodes*."""
    chosen = [node for node in nodes if document.has_stage(node)]
    if not chosen:
        return ""
    return json.dumps({"format": CLIP, "version": _CLIP_VERSION, **_clip(document, chosen, spots)}, indent=2)


def read_clip(text: str) -> dict[str, Any] | None:
    """Return the stages of a clipboard's text: of ours, or of a whole template; None for anything else."""
    if len(text) > 4_000_000 or '"stages"' not in text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("stages"), list) or not found["stages"]:
        return None
    if not all(isinstance(stage, dict) for stage in found["stages"]):
        return None
    if found.get("format") != CLIP:
        spots = Document(found).positions()
        positions = {node: list(spot) for node, spot in spots.items()}
        return {"stages": found["stages"], "inputs": found.get("inputs"), "positions": positions}
    return found


def paste(editor: "EditorModel", clip: Mapping[str, Any], at: Spot | None) -> list[str]:
    """Add the stages of a clipboard, select them, and return their ids.

    Args:
        at: where the top left of them comes; None beside where they were.
    """
    said = clip.get("positions")
    spots = (
        [spot for spot in said.values() if isinstance(spot, list) and len(spot) == 2] if isinstance(said, dict) else []
    )
    by = (2.0 * ops.GRID, 2.0 * ops.GRID)
    if at is not None and spots:
        by = (at[0] - min(spot[0] for spot in spots), at[1] - min(spot[1] for spot in spots))
    made: list[str] = []

    def edit(document: Document) -> Document:
        changed, ids = ops.paste_stages(document, clip, by=by)
        made[:] = ids
        return changed

    count = len(clip.get("stages", ()))
    if not editor.apply(f"Paste {count} stage{'' if count == 1 else 's'}", edit):
        return []
    editor.select(made)
    return made


def _clip(document: Document, nodes: Sequence[str], spots: Mapping[str, Spot]) -> dict[str, Any]:
    clip = ops.copy_stages(document, nodes)
    clip["positions"] = {node: list(spots[node]) for node in nodes if node in spots} | clip["positions"]
    return clip


def _done(editor: "EditorModel", step: str, edit: Any, made: list[str]) -> str:
    if not editor.apply(step, edit):
        return ""
    editor.select(made[-1:])
    return made[-1] if made else ""


def _closure(neighbours: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += neighbours.get(node, ())
    return seen
