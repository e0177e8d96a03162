"""Inputs: added, removed, renamed, ordered."""

from collections.abc import Mapping
from typing import Any

from studio.contract.editing import references
from studio.contract.editing.document import REMOVE, Document, EditError, Place
from studio.contract.editing.operations.naming import NAME, free_name, identifier
from studio.contract.editing.operations.tree import condition_with, map_conditions, map_stages, reads
from studio.contract.templates.bindings import Binding


def add_input(document: Document, input_type: str = "text", name: str = "") -> tuple[Document, str]:
    """Add an input at the end and return its name."""
    taken = {str(entry["name"]) for entry in document.inputs}
    chosen = free_name(identifier(name or input_type), taken)
    entry: dict[str, Any] = {"name": chosen, "type": input_type, "required": False, "description": ""}
    if input_type == "select":
        entry["options"] = [{"value": "first", "label": "First"}]
    declared = document.content.get("inputs")
    return document.put(("inputs",), [*(declared if isinstance(declared, list) else []), entry]), chosen


def remove_input(document: Document, name: str) -> Document:
    """Remove an input and every reference to it."""
    changed = document.put(input_place(document, name), REMOVE)

    def without(binding: Binding) -> str | None:
        return None if binding.root == "inputs" and binding.name == name else binding.text

    changed = map_stages(changed, lambda body: references.rewritten_stage(body, without))
    return map_conditions(changed, lambda body: REMOVE if reads(body, "inputs", name) else body)


def rename_input(document: Document, name: str, new_name: str) -> Document:
    """Change the name of an input; every reference follows.

    Raises:
        EditError: the new name is taken or not usable.
    """
    if new_name == name:
        return document
    if not NAME.fullmatch(new_name):
        raise EditError("A name has letters, digits and _, starts with no digit, and is at most 64 long.")
    if document.input(new_name) is not None:
        raise EditError(f"There is already an input “{new_name}”.")

    def follow(binding: Binding) -> str:
        mine = binding.root == "inputs" and binding.name == name
        return references.renamed(binding, new_name) if mine else binding.text

    changed = document.put((*input_place(document, name), "name"), new_name)
    changed = map_stages(changed, lambda body: references.rewritten_stage(body, follow))
    return map_conditions(changed, lambda body: condition_with(body, "inputs", name, new_name))


def set_input_member(document: Document, name: str, member: str, value: Any) -> Document:
    """Set a member of an input (``REMOVE`` takes it out); for its name use ``rename_input``."""
    if member == "name":
        return rename_input(document, name, str(value))
    return document.put((*input_place(document, name), member), value)


def move_input(document: Document, name: str, to: int) -> Document:
    """Put an input at another place of the order that people see."""
    declared = document.content.get("inputs")
    place = input_place(document, name)[-1]
    assert isinstance(declared, list)
    assert isinstance(place, int)
    rest = [*declared[:place], *declared[place + 1 :]]
    at = max(0, min(len(rest), to))
    return document.put(("inputs",), [*rest[:at], declared[place], *rest[at:]])


def input_place(document: Document, name: str) -> Place:
    declared = document.content.get("inputs")
    for number, entry in enumerate(declared if isinstance(declared, list) else []):
        if isinstance(entry, Mapping) and entry.get("name") == name:
            return ("inputs", number)
    raise EditError(f"There is no input “{name}” any more.")
