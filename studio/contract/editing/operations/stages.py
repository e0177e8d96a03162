"""Stages: added, removed, renamed, and their members."""

from collections.abc import Collection, Mapping
from typing import Any

from studio.contract.editing import references
from studio.contract.editing.document import REMOVE, Document, EditError, Json, StageKind, texts
from studio.contract.editing.operations.graph import free_spot, map_nodes, place_nodes
from studio.contract.editing.operations.naming import NAME, free_name, identifier
from studio.contract.editing.operations.tree import (
    condition_with,
    is_inside,
    map_conditions,
    map_stages,
    reads,
    with_nested,
)
from studio.contract.editing.operations.waiting import in_order, reaches, tidy_needs
from studio.contract.editing.ports import arguments_of
from studio.contract.templates.artifacts import kind_of_tool
from studio.contract.templates.bindings import Binding
from studio.contract.templates.documents import FIRST_VERSION


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
    words = label or (tool.replace("_", " ").capitalize().replace("3d", "3D") if tool else "Ask")
    taken = {stage.id for stage in document.every_stage}
    stage_id = free_name(identifier(words), taken)
    body: dict[str, Any] = {"id": stage_id, "type": kind, "label": words}
    if kind == "interactive":
        body |= {"systemPrompt": "", "allowedTools": [], "produces": [free_name(stage_id, document.producers)]}
    else:
        body["produces"] = [free_name(_output_name(tool, kind) if tool and not label else stage_id, document.producers)]
        call = {"tool": tool, "args": {}}
        if kind == "batch":
            item = {"id": free_name(f"{stage_id}_item", taken), "type": "fixed", **call}
            body |= {"overBinding": "", "itemName": "item", "itemStage": item, "partialExecutionEnabled": True}
        else:
            body |= call
    stages = document.content.get("stages")
    changed = document.put(("stages",), [*(stages if isinstance(stages, list) else []), body])
    return place_nodes(changed, {stage_id: at or free_spot(document)}), stage_id


def _output_name(tool: str, kind: StageKind) -> str:
    """Return what the output of a new stage is called: for what it is, “image”, “videos” for a batch."""
    made = kind_of_tool(tool)
    name = "data" if made == "structured" else made
    return f"{name}s" if kind == "batch" and name in ("image", "video", "model", "text") else name


def remove_stages(document: Document, stage_ids: Collection[str]) -> Document:
    """Remove stages with what is nested in them, and every wire to and from them."""
    going = {stage.id for each in stage_ids for stage in with_nested(document, document.stage(each))}
    for stage_id in stage_ids:
        stage = document.stage(stage_id)
        if stage.is_item:
            raise EditError("The call of a batch can't be removed; remove the batch.")
    lost = {name for stage in document.stages if stage.id in going for name in stage.produces}
    lost -= {name for stage in document.stages if stage.id not in going for name in stage.produces}
    places = sorted((document.stage(each).place for each in stage_ids), reverse=True)
    changed = document
    for place in places:
        if changed.at(place) is not None and not any(is_inside(place, other) for other in places if other != place):
            changed = changed.put(place, REMOVE)
    changed = without_artifacts(changed, lost)
    changed = map_conditions(changed, lambda body: REMOVE if body.get("stageId") in going else body)
    return map_nodes(changed, lambda node: None if node.get("stageId") in going else node)


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
    changed = map_conditions(
        changed, lambda body: {**body, "stageId": new_id} if body.get("stageId") == stage_id else body
    )
    return map_nodes(changed, lambda node: {**node, "stageId": new_id} if node.get("stageId") == stage_id else node)


def rename_artifact(document: Document, name: str, new_name: str) -> Document:
    """Change the name of an artifact everywhere.

    Raises:
        EditError: the new name is taken or not usable.
    """
    if new_name == name:
        return document
    if not NAME.fullmatch(new_name):
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
            changed["condition"] = condition_with(body["condition"], "artifacts", name, new_name)
        return body if all(changed[key] is body[key] for key in body) else changed

    return map_stages(document, lambda body: names(references.rewritten_stage(body, follow)))


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
    return tidy_needs(changed, stage_id)


def set_condition(document: Document, stage_id: str, condition: Json | None) -> Document:
    """Say when a stage runs; None: always."""
    place = (*document.stage(stage_id).place, "condition")
    if condition is None:
        return document.put(place, REMOVE)
    other = condition.get("stageId")
    if isinstance(other, str) and (other == stage_id or reaches(document, stage_id, other)):
        raise EditError("A stage can't wait for itself.")
    return in_order(document.put(place, dict(condition)))


def without_artifacts(document: Document, names: Collection[str]) -> Document:
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
            condition.get("artifactName") in names or any(reads(condition, "artifacts", name) for name in names)
        ):
            del changed["condition"]
        return changed

    return map_stages(document, clean)
