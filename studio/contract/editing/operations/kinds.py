"""Stages that become another kind, and stages inside stages."""

from collections.abc import Sequence
from typing import Any, Final

from studio.contract.editing import references
from studio.contract.editing.document import REMOVE, Document, EditError, Stage, StageKind, texts
from studio.contract.editing.operations.naming import free_name
from studio.contract.editing.operations.tree import is_inside, order_of
from studio.contract.editing.operations.waiting import tidy_needs
from studio.contract.editing.ports import arguments_of


def convert_stage(document: Document, stage_id: str, kind: StageKind) -> Document:
    """Make a stage fixed, interactive or a batch. Tool and arguments are kept where the kind has them."""
    stage = document.stage(stage_id)
    if stage.is_item:
        raise EditError("The call of a batch is always fixed.")
    if stage.kind == kind:
        return document
    shared = {k: v for k, v in stage.body.items() if k not in KIND_MEMBERS}
    if kind == "interactive":
        body = {**shared, "type": kind, "systemPrompt": "", "allowedTools": [stage.tool] if stage.tool else []}
    elif kind == "fixed":
        arguments = {k: v for k, v in stage.arguments.items() if not mentions_item(v)}
        allowed = texts(stage.body.get("allowedTools"))
        tool = stage.tool or (allowed[0] if allowed else "generate_image")
        body = {**shared, "type": kind, "tool": tool, "args": arguments}
    else:
        taken = {each.id for each in document.every_stage}
        item = {"id": free_name(f"{stage_id}_item", taken), "type": "fixed", "tool": stage.tool or "generate_image"}
        over, arguments = over_of(document, stage)
        body = {
            **shared, "type": kind, "overBinding": over, "itemName": "item",
            "itemStage": {**item, "args": arguments}, "partialExecutionEnabled": True,
        }  # fmt: skip
        if not stage.produces:
            body["produces"] = [free_name(stage_id, document.producers)]
    return tidy_needs(document.put(stage.place, body), stage_id)


def nest_stages(document: Document, parent_id: str, stage_ids: Sequence[str]) -> Document:
    """Make stages sub-stages of another, in their order.

    Raises:
        EditError: one of them holds the parent, or is the call of a batch.
    """
    parent = document.stage(parent_id)
    moved = [document.stage(each) for each in stage_ids]
    if any(stage.is_item or stage.id == parent_id or is_inside(parent.place, stage.place) for stage in moved):
        raise EditError("A stage can't be put into itself, and the call of a batch stays in it.")
    if parent.is_item:
        raise EditError("The call of a batch has no sub-stages.")
    bodies = [stage.body for stage in sorted(moved, key=lambda each: order_of(each.place))]
    changed = document
    for stage in sorted(moved, key=lambda each: order_of(each.place), reverse=True):
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


KIND_MEMBERS: Final = frozenset(
    {
        "type", "tool", "args", "systemPrompt", "allowedTools", "userMessage", "skillRef", "overBinding", "itemName",
        "itemStage", "concurrency", "partialExecutionEnabled", "itemLabelTemplate", "maxAttemptsPerItem",
    }
)  # fmt: skip


def mentions_item(value: Any) -> bool:
    return any(reference.binding.root == "item" for reference in references.of_value(value, ()))


def over_of(document: Document, stage: Stage) -> tuple[str, dict[str, Any]]:
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
