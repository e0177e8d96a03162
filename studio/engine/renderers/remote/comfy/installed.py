"""What a ComfyUI server has: its node classes and the files that they offer, from ``GET /object_info``."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Part(NamedTuple):
    """A file that a model needs: what people look for, and the pattern of the names that it goes by."""

    name: str
    pattern: str


class Input(NamedTuple):
    """One input that a node declares.

    Attributes:
        kind: its type, ``COMBO`` for a choice, empty when it is not written as documented.
        choices: what may be chosen; None when that is not said.
        options: the rest of what is said about it: ``default``, ``min``, ``max`` …
    """

    kind: str
    required: bool
    choices: Sequence[Any] | None
    options: Mapping[str, Any]


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
        return [choice for choice in (found.choices if found else None) or () if isinstance(choice, str)]

    def find(self, node: str, name: str, pattern: str) -> str | None:
        """Return the first choice whose file name matches *pattern*, or None."""
        wanted = re.compile(pattern, re.IGNORECASE)
        return next((choice for choice in self.options(node, name) if wanted.search(file_name(choice))), None)

    def pick(self, node: str, name: str, *wanted: str) -> str:
        """Return the first of *wanted* that may be chosen; else the first choice there is, else the first wanted."""
        choices = self.options(node, name)
        return next((choice for choice in wanted if choice in choices), choices[0] if choices else wanted[0])

    def inputs(self, node: str) -> dict[str, Input]:
        """Return what *node* takes, by name."""
        groups = self._nodes.get(node, {}).get("input")
        found: dict[str, Input] = {}
        for group in ("optional", "required"):
            members = groups.get(group) if isinstance(groups, Mapping) else None
            for name, said in members.items() if isinstance(members, Mapping) else ():
                found[str(name)] = _input(said, required=group == "required")
        return found

    def outputs(self, node: str) -> list[str]:
        """Return the types of what *node* gives, in order."""
        said = self._nodes.get(node, {}).get("output")
        return [str(kind) for kind in said] if isinstance(said, Sequence) and not isinstance(said, str) else []

    def shows(self, node: str) -> bool:
        """Return whether *node* ends a graph: it saves or shows something."""
        return self._nodes.get(node, {}).get("output_node") is True

    def _input(self, node: str, name: str) -> Input | None:
        return self.inputs(node).get(name)


class Needs:
    """What a model needs, asked for one by one; what is not there is noted in words for people.

    Attributes:
        missing: what was not found.
    """

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self.missing: list[str] = []

    def node(self, *names: str) -> None:
        """Need node classes."""
        self.missing += [f"the node {name}" for name in names if not self._installed.has(name)]

    def file(self, node: str, name: str, part: Part, what: str) -> str:
        """Need a file that an input of a loader offers; *what* it is: “text encoder”. Return it, or nothing."""
        found = self._installed.find(node, name, part.pattern)
        if found is None:
            self.missing.append(f"the {what} {part.name}")
        return found or ""

    def choice(self, node: str, name: str, wanted: str, what: str) -> None:
        """Need *wanted* among the choices of an input; *what* names it when the server is too old for it."""
        if self._installed.has(node) and wanted not in self._installed.options(node, name):
            self.missing.append(f"{what} {wanted} in {node}")

    def text_encoders(self, parts: Sequence[Part], kind: str) -> tuple[str, ...]:
        """Need one or two text encoders for the loader type *kind*, and their loader; return their files."""
        loader = "CLIPLoader" if len(parts) == 1 else "DualCLIPLoader"
        self.node(loader)
        self.choice(loader, "type", kind, "the type")
        names = ("clip_name",) if len(parts) == 1 else ("clip_name1", "clip_name2")
        return tuple(self.file(loader, name, part, "text encoder") for name, part in zip(names, parts, strict=True))

    def said(self, model: str) -> str:
        """Return in words what *model* lacks: ``flux2_dev lacks the VAE flux2-vae``."""
        return f"{model} lacks {' and '.join(self.missing[:2])}"


def _input(said: Any, *, required: bool) -> Input:
    if not isinstance(said, Sequence) or isinstance(said, str) or not said:
        return Input("", required, None, {})
    options = said[1] if len(said) > 1 and isinstance(said[1], Mapping) else {}
    kind, listed = said[0], options.get("options")
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        kind, listed = "COMBO", kind
    choices = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else None
    return Input(str(kind), required, choices, options)


def file_name(choice: str) -> str:
    """Return a choice without its folder: ``sdxl\\dream.safetensors`` → ``dream.safetensors``."""
    return re.split(r"[\\/]", choice)[-1]


def stem(choice: str) -> str:
    """Return what people call the model in a file: its name without folder and ending."""
    return re.sub(r"\.(safetensors|ckpt|pth?|sft|gguf)$", "", file_name(choice), flags=re.IGNORECASE)
