"""References inside documents: found with their places, and rewritten when something is renamed or goes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.contract.editing.document import REMOVE, Document, Json, Place, Stage
from studio.contract.templates.bindings import Binding, BindingSyntaxError, embedded, parse

Rewrite = Callable[[Binding], str | None]
"""Returns the new text of a reference; its own text keeps it, None takes it out."""

ONE_URL: Final = "[0].selectedVersion.url"
ONE_TEXT: Final = "[0].selectedVersion.content"
ALL_URLS: Final = ".items[*].selectedVersion.url"


@dataclass(frozen=True)
class Reference:
    """One reference.

    Attributes:
        place: the string that holds it.
        pure: the string is nothing but the reference.
    """

    binding: Binding
    place: Place
    pure: bool


def input_text(name: str) -> str:
    """Return the binding to the input *name*."""
    return f"$inputs.{name}"


def artifact_text(name: str, rest: str) -> str:
    """Return the binding to the artifact *name*; *rest* is one of the endings above."""
    return f"$artifacts.{name}{rest}"


def of_value(value: Any, place: Place) -> Iterator[Reference]:
    """Yield every readable reference in a JSON value, in its order."""
    if isinstance(value, str):
        if value.startswith("$"):
            try:
                yield Reference(parse(value), place, True)
            except BindingSyntaxError:
                return
        else:
            for binding in embedded(value):
                yield Reference(binding, place, False)
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from of_value(entry, (*place, key))
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from of_value(entry, (*place, number))


def of_stage(stage: Stage) -> Iterator[Reference]:
    """Yield the references of one stage: its arguments, and what a batch goes over. Its item stage is its own."""
    if isinstance(stage.body.get("args"), Mapping):
        yield from of_value(stage.body["args"], (*stage.place, "args"))
    if stage.kind == "batch":
        yield from of_value(stage.body.get("overBinding"), (*stage.place, "overBinding"))


def every(document: Document) -> Iterator[Reference]:
    """Yield every reference of a document."""
    for stage in document.every_stage:
        yield from of_stage(stage)


def rewritten(value: Any, change: Rewrite) -> Any:
    """Return a JSON value with its references changed; ``REMOVE`` when it was one that goes.

    Members and list entries whose whole value goes are left out.
    """
    if isinstance(value, str):
        return _text(value, change)
    if isinstance(value, Mapping):
        entries = {key: rewritten(entry, change) for key, entry in value.items()}
        if all(entries[key] is value[key] for key in value):
            return value
        return {key: entry for key, entry in entries.items() if entry is not REMOVE}
    if isinstance(value, list):
        found = [rewritten(entry, change) for entry in value]
        if all(new is old for new, old in zip(found, value, strict=True)):
            return value
        return [entry for entry in found if entry is not REMOVE]
    return value


def rewritten_stage(body: Json, change: Rewrite) -> Json:
    """Return the JSON of a stage with the references of its call changed; a batch that goes over nothing keeps ""."""
    changed = dict(body)
    if isinstance(body.get("args"), Mapping):
        changed["args"] = rewritten(body["args"], change)
    if isinstance(body.get("overBinding"), str):
        over = rewritten(body["overBinding"], change)
        changed["overBinding"] = "" if over is REMOVE else over
    if isinstance(body.get("itemStage"), Mapping):
        changed["itemStage"] = rewritten_stage(body["itemStage"], change)
    if isinstance(body.get("subStages"), list):
        changed["subStages"] = [
            rewritten_stage(each, change) if isinstance(each, Mapping) else each for each in body["subStages"]
        ]
    return body if all(changed[key] is body[key] for key in body) else changed


def renamed(binding: Binding, name: str) -> str:
    """Return the text of *binding* with the input or artifact it starts with called *name*."""
    old = binding.name
    assert old is not None
    at = binding.text.index(old, 1 + len(binding.root))
    return binding.text[:at] + name + binding.text[at + len(old) :]


def _text(text: str, change: Rewrite) -> Any:
    if text.startswith("$"):
        try:
            new = change(parse(text))
        except BindingSyntaxError:
            return text
        return REMOVE if new is None else text if new == text else new
    found, at, parts = embedded(text), 0, []
    for binding in found:
        start = text.index(binding.text, at)
        new = change(binding)
        parts += [text[at:start], "" if new is None else new]
        at = start + len(binding.text)
    if not found:
        return text
    joined = "".join([*parts, text[at:]])
    return text if joined == text else joined
