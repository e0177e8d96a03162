"""What a ComfyUI server has: its node classes and the files that they offer, from ``GET /object_info``."""

import re
from collections.abc import Mapping, Sequence
from typing import Any


class Installed:
    """One answer of ``/object_info``, read without trust: anything that is not as documented counts as absent."""

    def __init__(self, info: Mapping[str, Any]) -> None:
        self._nodes = {name: node for name, node in info.items() if isinstance(node, Mapping)}

    def has(self, *nodes: str) -> bool:
        """Return whether every one of the node classes is there."""
        return all(node in self._nodes for node in nodes)

    def accepts(self, node: str, name: str) -> bool:
        """Return whether *node* takes an input *name*."""
        return self._input(node, name) is not None

    def options(self, node: str, name: str) -> list[str]:
        """Return what may be chosen for an input; empty when it is no choice.

        Both published forms are read: ``[["a", "b"], {…}]`` and ``["COMBO", {"options": ["a", "b"]}]``.
        """
        found = self._input(node, name)
        if not isinstance(found, Sequence) or isinstance(found, str) or not found:
            return []
        listed = found[0]
        if listed == "COMBO" and len(found) > 1 and isinstance(found[1], Mapping):
            listed = found[1].get("options")
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            return []
        return [choice for choice in listed if isinstance(choice, str)]

    def find(self, node: str, name: str, pattern: str) -> str | None:
        """Return the first choice whose file name matches *pattern*, or None."""
        wanted = re.compile(pattern, re.IGNORECASE)
        return next((choice for choice in self.options(node, name) if wanted.search(file_name(choice))), None)

    def pick(self, node: str, name: str, *wanted: str) -> str:
        """Return the first of *wanted* that may be chosen; else the first choice there is, else the first wanted."""
        choices = self.options(node, name)
        return next((choice for choice in wanted if choice in choices), choices[0] if choices else wanted[0])

    def _input(self, node: str, name: str) -> Any:
        inputs = self._nodes.get(node, {}).get("input")
        if not isinstance(inputs, Mapping):
            return None
        for group in ("required", "optional"):
            members = inputs.get(group)
            if isinstance(members, Mapping) and name in members:
                return members[name]
        return None


def file_name(choice: str) -> str:
    """Return a choice without its folder: ``sdxl\\dream.safetensors`` → ``dream.safetensors``."""
    return re.split(r"[\\/]", choice)[-1]
