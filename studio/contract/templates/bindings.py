"""The binding grammar: ``$inputs.photo``, ``$artifacts.clips.items[*].selectedVersion.url``.

Source: contract/templates.md §3. A string that starts with ``$`` is *pure*: the value it
leads to, with its type. A ``$`` further on is *embedded*: only well-formed references are
replaced, by text. Pure functions; what is not known before a run has got there is
``PENDING`` and raises ``NotYet``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from studio.contract.errors import StudioError
from studio.contract.templates.artifacts import ABSENT, PENDING, Artifact, BatchItem, Item, Ref, member

ROOTS: Final = ("inputs", "artifacts", "item", "runtime", "run")
MISSING: Final = ABSENT
"""What a missing last field is: undefined, not null."""

_EMBEDDED = re.compile(
    r"\$(inputs|artifacts|item|runtime|run)((?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\]|\[\*\])+)", re.ASCII
)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_MOST_DIGITS = 9


class BindingError(StudioError):
    """A binding cannot be read or leads nowhere; ``str(error)`` says which and why."""


class BindingSyntaxError(BindingError):
    """A pure binding does not parse."""


class NotYet(BindingError):
    """A binding needs what a stage has yet to make.

    Attributes:
        countable: the list is known and only what is in it is not; without it, not even how many there are.
    """

    def __init__(self, text: str, *, countable: bool) -> None:
        super().__init__(f"{text} is not known yet.")
        self.countable = countable


@dataclass(frozen=True)
class Field:
    """``.name``"""

    name: str


@dataclass(frozen=True)
class Index:
    """``[3]``"""

    place: int


@dataclass(frozen=True)
class Each:
    """``[*]``"""


Segment = Field | Index | Each


@dataclass(frozen=True)
class Binding:
    """A parsed reference."""

    text: str
    root: str
    segments: tuple[Segment, ...]

    @property
    def name(self) -> str | None:
        """The input or artifact that it starts with; None for a bare root."""
        first = self.segments[0] if self.segments else None
        return first.name if isinstance(first, Field) else None


def is_pure(value: object) -> bool:
    """Whether *value* is a pure binding, well-formed or not."""
    return isinstance(value, str) and value.startswith("$")


@lru_cache(maxsize=4096)
def parse(text: str) -> Binding:
    """Return the pure binding *text*.

    Raises:
        BindingSyntaxError: it is none.
    """
    if not text.startswith("$"):
        raise BindingSyntaxError(f'"{_short(text)}" is no binding: it must start with $.')
    root, rest = _until(text, 1)
    if root not in ROOTS:
        raise BindingSyntaxError(f'"{_short(text)}" starts with none of {", ".join("$" + name for name in ROOTS)}.')
    segments: list[Segment] = []
    while rest < len(text):
        if text[rest] == ".":
            rest += 1
        elif text[rest] == "[":
            end = text.find("]", rest)
            if end < 0:
                raise BindingSyntaxError(f'"{_short(text)}" has a bracket that is not closed.')
            segments.append(_bracket(text[rest + 1 : end], text))
            rest = end + 1
        else:
            name, rest = _until(text, rest)
            segments.append(Field(name))
    return Binding(text, root, tuple(segments))


@lru_cache(maxsize=4096)
def embedded(text: str) -> tuple[Binding, ...]:
    """Return the references inside *text*, in order; a pure binding holds none."""
    if "$" not in text or text.startswith("$"):
        return ()
    return tuple(_of_match(match) for match in _EMBEDDED.finditer(text))


def references(value: object) -> Iterator[str | Binding]:
    """Yield what the strings in a JSON *value* refer to: pure bindings as texts, embedded ones parsed."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            if found.startswith("$"):
                yield found
            elif "$" in found:
                yield from embedded(found)
        elif isinstance(found, dict):
            waiting += reversed(found.values())
        elif isinstance(found, list):
            waiting += reversed(found)


def resolve(binding: Binding, scope: Mapping[str, Any]) -> Any:
    """Return what *binding* leads to in *scope* (root → value); ``MISSING`` when its last field is.

    Raises:
        BindingError: it reads through nothing, or takes a field of a list.
        NotYet: it needs what has yet to be made.
    """
    if binding.root not in scope:
        where = " outside a batch" if binding.root == "item" else ""
        raise BindingError(f"{binding.text}: there is no ${binding.root}{where}.")
    return _walk(scope[binding.root], binding.segments, 0, binding)


def resolve_text(text: str, scope: Mapping[str, Any]) -> Any:
    """Return the value of a pure binding, or *text* with its embedded references replaced.

    Raises:
        BindingError: see ``resolve``; also when an embedded reference is missing.
    """
    if text.startswith("$"):
        return resolve(parse(text), scope)
    if "$" not in text:
        return text
    return _EMBEDDED.sub(lambda match: _replacement(_of_match(match), scope), text)


def resolve_value(value: Any, scope: Mapping[str, Any]) -> Any:
    """Return JSON *value* with every binding in it resolved; keys are left alone.

    Missing members of an object are left out, missing entries of a list are null.

    Raises:
        BindingError: see ``resolve_text``.
    """
    if isinstance(value, str):
        return resolve_text(value, scope)
    if isinstance(value, dict):
        found = {name: resolve_value(inner, scope) for name, inner in value.items()}
        return {name: inner for name, inner in found.items() if inner is not MISSING}
    if isinstance(value, list):
        entries = [resolve_value(inner, scope) for inner in value]
        return [None if entry is MISSING else entry for entry in entries]
    return value


def as_text(value: Any) -> str:
    """Return *value* as an embedded reference puts it into text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, str):
        return str(value)
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def plain(value: Any) -> Any:
    """Return *value* as plain JSON, artifacts included.

    Raises:
        NotYet: something in it has yet to be made.
    """
    if value is PENDING:
        raise NotYet("What a stage makes", countable=True)
    if isinstance(value, Ref):
        if not value.known:
            raise NotYet(f"The link of {value.artifact}", countable=True)
        return str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Artifact | Item | BatchItem):
        return plain(value.members())
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if inner is not MISSING}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def _replacement(binding: Binding, scope: Mapping[str, Any]) -> str:
    value = resolve(binding, scope)
    if value is MISSING:
        raise BindingError(f"{binding.text} has no value to put into a text.")
    return as_text(plain(value))


def _walk(value: Any, segments: tuple[Segment, ...], start: int, binding: Binding) -> Any:
    for place in range(start, len(segments)):
        segment = segments[place]
        _must_exist(value, segments, place, binding)
        if isinstance(segment, Each):
            entries = value.items if isinstance(value, Artifact) else value
            if not isinstance(entries, list):
                raise BindingError(f"{binding.text}: {_upto(binding, place)} is no list.")
            found = [_walk(entry, segments, place + 1, binding) for entry in entries]
            return [None if entry is MISSING else entry for entry in found]
        if isinstance(segment, Index):
            entries = value.items if isinstance(value, Artifact) else value
            if not isinstance(entries, list):
                raise BindingError(f"{binding.text}: {_upto(binding, place)} is no list.")
            value = entries[segment.place] if segment.place < len(entries) else MISSING
        elif isinstance(value, list):
            raise BindingError(f"{binding.text}: {_upto(binding, place)} is a list and has no field {segment.name}.")
        else:
            value = member(value, segment.name)
            if value is MISSING and segment.name == "selectedVersion":
                raise BindingError(f"{binding.text}: {_upto(binding, place)} has no selected version.")
    if value is PENDING:
        raise NotYet(binding.text, countable=_is_inside(segments))
    return value


def _must_exist(value: Any, segments: tuple[Segment, ...], place: int, binding: Binding) -> None:
    if value is PENDING:
        raise NotYet(binding.text, countable=_is_inside(segments[:place]))
    if value is None or value is MISSING:
        raise BindingError(f"{binding.text}: {_upto(binding, place)} has no value.")


def _is_inside(segments: tuple[Segment, ...]) -> bool:
    """Whether what was read is a member of an artifact's item, and not a whole artifact."""
    return len(segments) > 1


def _upto(binding: Binding, place: int) -> str:
    parts = [f"${binding.root}"]
    for segment in binding.segments[:place]:
        match segment:
            case Field(name):
                parts.append(f".{name}")
            case Index(number):
                parts.append(f"[{number}]")
            case _:
                parts.append("[*]")
    return "".join(parts)


def _of_match(match: re.Match[str]) -> Binding:
    segments: list[Segment] = []
    for part in re.findall(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]|\[(\*)\]", match[2]):
        segments.append(Field(part[0]) if part[0] else Index(_number(part[1])) if part[1] else Each())
    return Binding(match[0], match[1], tuple(segments))


def _until(text: str, start: int) -> tuple[str, int]:
    end = start
    while end < len(text) and text[end] not in ".[":
        end += 1
    return text[start:end], end


def _bracket(inside: str, text: str) -> Segment:
    if inside == "*":
        return Each()
    if _DIGITS.fullmatch(inside):
        return Index(_number(inside))
    raise BindingSyntaxError(f'"{_short(text)}" has [{_short(inside)}], which is neither [*] nor a number from 0.')


def _number(digits: str) -> int:
    significant = digits.lstrip("0")
    # No list is that long; turning thousands of digits into a number would only cost time.
    return int(significant or "0") if len(significant) <= _MOST_DIGITS else int("9" * _MOST_DIGITS)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
