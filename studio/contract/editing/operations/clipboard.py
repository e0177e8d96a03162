"""Stages copied and pasted, within a template and between templates."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from studio.contract.editing import references
from studio.contract.editing.document import Document, EditError, Json, texts
from studio.contract.editing.operations.graph import GRID, place_nodes
from studio.contract.editing.operations.naming import free_name
from studio.contract.editing.operations.tree import condition_with, is_inside, order_of, reads
from studio.contract.editing.operations.waiting import in_order
from studio.contract.templates.bindings import Binding


def duplicate_stages(document: Document, stage_ids: Sequence[str]) -> tuple[Document, list[str]]:
    """Add copies of stages, wired among themselves as the originals are and from outside alike; returns their ids."""
    return paste_stages(document, copy_stages(document, stage_ids), by=(2 * GRID, 2 * GRID))


def copy_stages(document: Document, stage_ids: Sequence[str]) -> dict[str, Any]:
    """Return stages as plain JSON for a clipboard: ``{"stages": […], "inputs": […], "positions": {…}}``.

    Nested stages go along, and the inputs that they read.
    """
    chosen = [document.stage(each) for each in stage_ids]
    outer = [stage for stage in chosen if not any(is_inside(stage.place, other.place) for other in chosen)]
    outer.sort(key=lambda stage: order_of(stage.place))
    spots = document.positions()
    bodies = [stage.body for stage in outer if not stage.is_item]
    needed = _inputs_of(Document({"stages": bodies, "inputs": list(document.inputs)}))
    return {
        "stages": bodies,
        "inputs": [entry for entry in document.inputs if entry["name"] in needed],
        "positions": {stage.id: list(spots[stage.id]) for stage in outer if stage.id in spots},
    }


def paste_stages(
    document: Document, clip: Mapping[str, Any], *, by: tuple[float, float] = (0, 0)
) -> tuple[Document, list[str]]:
    """Add the stages of a clipboard and return the ids of the outer ones.

    References among them follow their new names. Inputs that they read and that came along are added where there are
    none of that name; references to what this template does not have are left out.

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

    came = clip.get("inputs")
    inputs = [entry for entry in came if isinstance(entry, Mapping)] if isinstance(came, list) else []
    needed = _inputs_of(Document({"stages": bodies, "inputs": inputs}))
    new = [each for each in inputs if each.get("name") in needed and document.input(str(each["name"])) is None]
    there = {str(entry["name"]) for entry in (*document.inputs, *new)}

    def follow(binding: Binding) -> str | None:
        name = binding.name
        if binding.root == "artifacts" and name is not None:
            if name in new_names:
                return references.renamed(binding, new_names[name])
            return binding.text if name in document.producers else None
        if binding.root == "inputs" and name is not None and name not in there:
            return None
        return binding.text

    stages = document.content.get("stages")
    pasted = [renamed_stage(references.rewritten_stage(body, follow), new_ids, new_names, names) for body in bodies]
    changed = document.put(("stages",), [*(stages if isinstance(stages, list) else []), *pasted])
    if new:
        declared = document.content.get("inputs")
        changed = changed.put(("inputs",), [*(declared if isinstance(declared, list) else []), *map(dict, new)])
    said = clip.get("positions")
    spots = said if isinstance(said, Mapping) else {}
    at: dict[str, tuple[float, float]] = {}
    for body in bodies:
        spot = spots.get(body.get("id"))
        if isinstance(spot, list | tuple) and len(spot) == 2:
            at[new_ids[str(body["id"])]] = (float(spot[0]) + by[0], float(spot[1]) + by[1])
    return in_order(place_nodes(changed, at)), [new_ids[str(body["id"])] for body in bodies if body.get("id")]


def _inputs_of(document: Document) -> set[str]:
    """Return the names of the inputs that the stages read, in arguments and conditions."""
    found = {
        reference.binding.name
        for reference in references.every(document)
        if reference.binding.root == "inputs" and reference.binding.name is not None
    }
    conditions = [stage.body.get("condition") for stage in document.every_stage]
    for entry in document.inputs:
        name = str(entry["name"])
        if any(isinstance(body, Mapping) and reads(body, "inputs", name) for body in conditions):
            found.add(name)
    return found


def renamed_stage(
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
            said = dict(condition_with(said, "artifacts", old, new))
        changed["condition"] = said
    for member in ("subStages",):
        if isinstance(body.get(member), list):
            changed[member] = [
                renamed_stage(each, ids, names, known) if isinstance(each, Mapping) else each for each in body[member]
            ]
    if isinstance(body.get("itemStage"), Mapping):
        changed["itemStage"] = renamed_stage(body["itemStage"], ids, names, known)
    return changed
