"""The values of a run's inputs: defaults filled in, types, choices and lengths checked.

Source: contract/templates.md §2 (*Input*) and §6. Numbers and booleans that arrive as text
are converted, as tool arguments are. An optional input without a value is null.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from studio.contract.media import KINDS
from studio.contract.templates.artifacts import MediaUrl
from studio.contract.templates.structs import Input, Template, typed_inputs

_WORDS = {
    "image": "the link of a picture",
    "audio": "the link of a sound",
    "video": "the link of a video",
    "text": "a text",
    "number": "a number",
    "boolean": "true or false",
}


def merged_inputs(
    template: Template, given: Mapping[str, Any], internal: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Return the values of all inputs, and what is wrong with *given* as sentences.

    Args:
        given: what the caller sent; internal inputs may not be among it.
        internal: values of internal inputs, from whoever starts the run.
    """
    declared = typed_inputs(template)
    problems = [f'There is no input "{name}".' for name in given if name not in declared]
    values: dict[str, Any] = {}
    for name, entry in declared.items():
        source: Mapping[str, Any] = given
        if entry.internal:
            if given.get(name) is not None:
                problems.append(f"The input {name} is set by the server.")
            source = internal or {}
        value = source.get(name)
        if _is_empty(value) and entry.default is not UNSET:
            value = entry.default
        if _is_empty(value):
            if entry.required and not entry.internal:
                problems.append(f"The input {name} is required.")
            values[name] = [] if entry.multiple and isinstance(value, list) else None
            continue
        values[name] = _checked(entry, value, problems)
    return values, problems


def seen_by_bindings(template: Template, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* with media marked, so that a binding knows a link from a text."""
    found = dict(values)
    for name, entry in typed_inputs(template).items():
        value = found.get(name)
        if entry.type not in KINDS or value is None:
            continue
        kind = next(each for each in KINDS if each == entry.type)
        if isinstance(value, str):
            found[name] = MediaUrl(value, kind)
        elif isinstance(value, list):
            found[name] = [MediaUrl(each, kind) if isinstance(each, str) else each for each in value]
    return found


def default_problem(entry: Input) -> str | None:
    """Return what is wrong with the default of *entry*, or None."""
    if entry.default is UNSET or _is_empty(entry.default):
        return None
    problems: list[str] = []
    _checked(entry, entry.default, problems)
    return problems[0] if problems else None


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [])


def _checked(entry: Input, value: Any, problems: list[str]) -> Any:
    if entry.multiple is None:
        if isinstance(value, list):
            problems.append(f"The input {entry.name} takes one value, not a list.")
            return None
        return _single(entry, value, entry.name, problems)
    values = value if isinstance(value, list) else [value]
    least, most = entry.multiple.min, entry.multiple.max
    if not least <= len(values) <= most:
        problems.append(f"The input {entry.name} takes {least} to {most} values, and {len(values)} were given.")
    return [_single(entry, each, f"{entry.name}[{place}]", problems) for place, each in enumerate(values[:most])]


def _single(entry: Input, value: Any, name: str, problems: list[str]) -> Any:
    if entry.type == "select":
        options = [option.value for option in entry.options]
        if value not in options:
            problems.append(f"The input {name} must be one of: {', '.join(options)}.")
        return value
    value = _converted(entry.type, value)
    if entry.type in ("text", *KINDS):
        fits = isinstance(value, str)
    elif entry.type == "number":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, bool)
    if not fits:
        problems.append(f"The input {name} must be {_WORDS[entry.type]}.")
    elif entry.type in KINDS and not value.startswith(("http://", "https://", "asset://")):
        problems.append(f"The input {name} must be {_WORDS[entry.type]}, starting with http:// or https://.")
    return value


def _converted(kind: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "number":
        try:
            number = float(text)
        except ValueError:
            return value
        if abs(number) < 1e15:
            return int(number) if number.is_integer() else number
    return value
