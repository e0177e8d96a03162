"""The form of a template, from its declared inputs: what each field is, and what is wrong with what was typed.

``jsonSchema`` of an input says how it is shown: ``title`` is its label, ``minimum``, ``maximum``, ``multipleOf`` and
``x-unit`` are for numbers, ``maxLength`` for texts, ``format`` is ``long``, ``color``, ``seed`` or ``model``,
``x-pictures`` names a picture for each option, and ``x-advanced`` puts it under “More settings”.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from studio.contract.editing.document import Document, Json, is_number

Shown = Literal["text", "long", "number", "boolean", "choice", "image", "video", "audio", "model", "colour", "seed"]
MEDIA_SHOWN: Final[frozenset[str]] = frozenset({"image", "video", "audio", "model"})
PIECE: Final = "piece:"
"""A medium of the library in the form: ``piece:ID``. A dropped file is ``file:PATH``; anything else is an address."""
FILE: Final = "file:"

_LONG_NAMES: Final = ("prompt", "idea", "brief", "lyrics", "story", "script", "description", "scene")
_LONG_CHARS: Final = 90
_MOST_VALUES: Final = 16
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "image": ("picture", "pictures"), "video": ("video", "videos"), "audio": ("sound", "sounds"),
    "model": ("3D model", "3D models"),
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One option; *picture* is an address or a path, empty for none."""

    value: str
    label: str
    picture: str = ""


@dataclass(frozen=True)
class FormEntry:
    """One field of the form.

    Attributes:
        shown: what kind of field it is.
        required: it needs a value, and there is no default.
        many: it takes *least* to *most* values.
        low, high, step: of a number, as far as they are said.
        longest: most characters of a text; 0 for no limit.
        default: what is used when nothing is given; None for nothing.
        advanced: it stands under “More settings”.
    """

    name: str
    label: str
    shown: Shown
    required: bool
    description: str = ""
    many: bool = False
    least: int = 0
    most: int = 1
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    longest: int = 0
    options: tuple[Choice, ...] = ()
    default: Any = None
    advanced: bool = False

    @property
    def is_media(self) -> bool:
        """Whether it takes pieces and files."""
        return self.shown in MEDIA_SHOWN


def form_of(document: Document) -> tuple[FormEntry, ...]:
    """Return the fields of a template in their order; internal inputs are not asked for."""
    return tuple(_entry(entry) for entry in document.inputs if entry.get("internal") is not True)


def shown_as(entry: Json) -> Shown:
    """Return what kind of field an input is."""
    kind, schema = str(entry.get("type")), _schema(entry)
    said = schema.get("format")
    if said == "model":
        return "model"
    if kind in ("image", "video", "audio"):
        return "image" if kind == "image" else "video" if kind == "video" else "audio"
    if kind == "select":
        return "choice"
    if kind == "boolean":
        return "boolean"
    name = str(entry.get("name", "")).lower()
    if kind == "number":
        return "seed" if said == "seed" or (said is None and name == "seed") else "number"
    if said == "color":
        return "colour"
    return "long" if said == "long" or (said is None and _is_long(entry, name)) else "text"


def hint_of(field: FormEntry, value: Any = None) -> str:
    """Return what stands at the right of a label: “number · 2–8”, “images · 2 of 6”, “text · 71 of 2,000”."""
    if field.is_media or field.many:
        one, more = _WORDS.get(field.shown, (_plain(field.shown), _plain(field.shown, many=True)))
        if not field.many:
            return one
        count = len(value) if isinstance(value, list) else int(value is not None)
        return f"{more} · {count} of {field.most}"
    if field.shown == "number":
        span = _span(field)
        return f"number · {span}" if span else "number"
    if field.shown in ("text", "long"):
        length = len(value) if isinstance(value, str) else 0
        return f"text · {length:,} of {field.longest:,}" if field.longest and length else "text"
    return _plain(field.shown)


def form_problems(fields: tuple[FormEntry, ...], values: Mapping[str, Any]) -> dict[str, str]:
    """Return one sentence for each field that cannot be sent as it is."""
    found: dict[str, str] = {}
    for field in fields:
        words = _problem(field, values.get(field.name))
        if words:
            found[field.name] = words
    return found


def label_of(entry: Json) -> str:
    """Return what people call an input."""
    title = _schema(entry).get("title")
    if isinstance(title, str) and title.strip():
        return title.strip()
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", str(entry.get("name", ""))).strip().lower()
    return words[:1].upper() + words[1:]


def _entry(entry: Json) -> FormEntry:
    schema, shown = _schema(entry), shown_as(entry)
    lengths = entry.get("multiple")
    many = isinstance(lengths, Mapping)
    least = lengths.get("min") if isinstance(lengths, Mapping) else 0
    most = lengths.get("max") if isinstance(lengths, Mapping) else 1
    default = entry.get("default")
    within = schema.get("items") if many and isinstance(schema.get("items"), Mapping) else schema
    assert isinstance(within, Mapping)
    unit, longest = within.get("x-unit"), within.get("maxLength")
    said = entry.get("description")
    advanced = schema.get("x-advanced")
    return FormEntry(
        name=str(entry["name"]),
        label=label_of(entry),
        shown=shown,
        required=entry.get("required") is True and _is_empty(default),
        description=said.strip() if isinstance(said, str) else "",
        many=many,
        least=int(least) if is_number(least) and least is not None else 0,
        most=int(most) if is_number(most) and most is not None else (_MOST_VALUES if many else 1),
        low=_number(within.get("minimum")),
        high=_number(within.get("maximum")),
        step=_number(within.get("multipleOf")) or (1.0 if within.get("type") == "integer" else None),
        unit=unit if isinstance(unit, str) else "",
        longest=longest if isinstance(longest, int) else 0,
        options=_options(entry, schema),
        default=None if _is_empty(default) else default,
        advanced=advanced is True or (advanced is None and shown == "seed"),
    )


def _options(entry: Json, schema: Json) -> tuple[Choice, ...]:
    pictures = schema.get("x-pictures")
    pictures = pictures if isinstance(pictures, Mapping) else {}
    found = []
    declared = entry.get("options")
    for option in declared if isinstance(declared, list) else []:
        if isinstance(option, Mapping) and isinstance(option.get("value"), str):
            value, label, picture = option["value"], option.get("label"), pictures.get(option["value"])
            words = label if isinstance(label, str) and label else value
            found.append(Choice(value, words, picture if isinstance(picture, str) else ""))
    return tuple(found)


def _problem(field: FormEntry, value: Any) -> str:
    if _is_empty(value):
        if not field.required:
            return ""
        if field.shown == "choice":
            return f"Choose one for {_lower(field.label)}"
        return f"Add {_article(field)}"
    values = value if isinstance(value, list) else [value]
    if field.many and len(values) < field.least:
        return f"Give at least {field.least}"
    if field.many and len(values) > field.most:
        return f"Give at most {field.most}"
    return next((words for each in values if (words := _one_problem(field, each))), "")


def _one_problem(field: FormEntry, value: Any) -> str:
    if field.shown in ("number", "seed"):
        if not is_number(value) or not math.isfinite(value):
            return "Give a number"
        if field.low is not None and value < field.low:
            return f"Not less than {field.low:,.12g}"
        return f"Not more than {field.high:,.12g}" if field.high is not None and value > field.high else ""
    if field.shown == "choice":
        return "" if value in [option.value for option in field.options] else "Choose one of the list"
    if field.longest and isinstance(value, str) and len(value) > field.longest:
        return f"At most {field.longest:,} characters; this has {len(value):,}"
    return ""


def _article(field: FormEntry) -> str:
    if field.is_media:
        one, more = _WORDS[field.shown]
        if field.many and field.least > 1:
            return f"at least {field.least} {more}"
        return f"a {one}"
    words = _lower(field.label)
    first = words.split(" ", 1)[0]
    plural = first.endswith("s") and not first.endswith("ss")
    return words if plural else f"{'an' if words[:1] in 'aeiou' else 'a'} {first if len(words) > 24 else words}"


def _span(field: FormEntry) -> str:
    unit = f" {field.unit}" if field.unit else ""
    if field.low is not None and field.high is not None:
        return f"{field.low:,.12g}–{field.high:,.12g}{unit}"
    if field.low is not None:
        return f"from {field.low:,.12g}{unit}"
    return f"up to {field.high:,.12g}{unit}" if field.high is not None else unit.strip()


def _plain(shown: str, *, many: bool = False) -> str:
    words = {"boolean": "yes or no", "long": "text", "colour": "colour"}.get(shown, shown)
    return f"{words}s" if many else words


def _is_long(entry: Json, name: str) -> bool:
    default = entry.get("default")
    longest = _schema(entry).get("maxLength")
    return (
        any(word in name for word in _LONG_NAMES)
        or (isinstance(default, str) and len(default) > _LONG_CHARS)
        or (isinstance(longest, int) and longest > 2 * _LONG_CHARS)
    )


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [])


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _schema(entry: Json) -> Json:
    schema = entry.get("jsonSchema")
    return schema if isinstance(schema, Mapping) else {}


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() or len(words) == 1 else words
