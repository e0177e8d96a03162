# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Fill a caller's own JSON Schema from the words of a request.

Values come from the text where it has them (by the property's name, its description and its
type); what it does not say gets the smallest value that the schema allows, because a forced
call must validate.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from studio.engine.agent.director.patterns import example
from studio.engine.agent.director.text import Text, read, tidy

Schema = dict[str, Any]
_MAX_DEPTH = 12


@dataclass
class Filler:
    """Fills one schema; remembers which parts of the text it has used."""

    text: Text
    root: Schema
    used: set[str] = field(default_factory=set)

    def fill(self, schema: Any, name: str = "", depth: int = 0) -> Any:
        """Return a value that fits *schema*; *name* is the property it is for."""
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._enum(schema, name)
        for key in ("anyOf", "oneOf"):
            options = schema.get(key)
            if options:
                merged = {k: v for k, v in schema.items() if k != key}
                real = [o for o in map(self._resolved, options) if o.get("type") != "null"]
                return self.fill({**merged, **(real[0] if real else self._resolved(options[0]))}, name, depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((k for k in kind if k != "null"), "null")
        if kind is None:
            kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number":
                return self._number(schema, name, whole=kind == "integer")
            case "boolean":
                return self._boolean(schema, name)
            case "null":
                return None
            case _:
                return self._string(schema, name)

    def _resolved(self, given: Any) -> Schema:
        if not isinstance(given, dict):
            return {}
        schema: Schema = given
        for _ in range(_MAX_DEPTH):
            target = schema.get("$ref")
            if not isinstance(target, str) or not target.startswith("#"):
                break
            found: Any = self.root
            for part in target.lstrip("#/").split("/"):
                found = found.get(part, {}) if isinstance(found, dict) and part else found
            schema = {**(found if isinstance(found, dict) else {}), **{k: v for k, v in schema.items() if k != "$ref"}}
        if isinstance(schema.get("allOf"), list):
            merged: Schema = {k: v for k, v in schema.items() if k != "allOf"}
            for item in map(self._resolved, schema["allOf"]):
                merged = {
                    **merged, **item,
                    "properties": {**merged.get("properties", {}), **item.get("properties", {})},
                    "required": [*merged.get("required", []), *item.get("required", [])],
                }  # fmt: skip
            return merged
        return schema

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties: dict[str, Any] = schema.get("properties", {})
        required = list(dict.fromkeys(schema.get("required", [])))
        out: dict[str, Any] = {}
        for key in [*required, *(k for k in properties if k not in required)]:
            inner = self._resolved(properties.get(key, {}))
            if key in required or (depth < 3 and self._mentioned(key, inner)):
                if depth >= _MAX_DEPTH:
                    continue
                out[key] = self.fill(inner, self._label(key, inner), depth + 1)
                if out[key] == [] and key in required and inner.get("maxItems", 1) != 0:
                    out[key] = [self.fill(inner.get("items", {}), self._label(key, inner), depth + 1)]
        short = int(schema.get("minProperties", 0)) - len(out)
        spare = [key for key in properties if key not in out]
        for key in spare[: max(0, short)]:
            out[key] = self.fill(properties[key], self._label(key, self._resolved(properties[key])), depth + 1)
        return out

    @staticmethod
    def _label(key: str, schema: Schema) -> str:
        return key + "\n" + str(schema.get("description", ""))

    def _mentioned(self, key: str, schema: Schema) -> bool:
        """Whether the text plainly gives a value for an optional property."""
        if schema.get("enum"):
            return any(
                isinstance(v, str) and len(v) > 1 and f" {read(v).norm.strip()} " in self.text.norm
                for v in schema["enum"]
            )
        return labelled(self.text, key) is not None

    def _enum(self, schema: Schema, name: str) -> Any:
        options = schema["enum"]
        label = labelled(self.text, name)
        for source in (f" {read(label).norm.strip()} " if label else "", self.text.norm):
            hits = [(source.find(f" {self._spoken(o)} "), o) for o in options]
            found = [pair for pair in hits if pair[0] >= 0]
            if found:
                return min(found, key=lambda pair: pair[0])[1]
        for option in options:
            stem = self._spoken(option)[:5]
            if len(stem) >= 4 and f" {stem}" in self.text.norm:
                return option
        default = schema.get("default")
        return default if default in options else options[0]

    @staticmethod
    def _spoken(option: Any) -> str:
        return read(str(option).replace("_", " ").lower()).norm.strip()

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        items = self._resolved(schema.get("items", {}))
        least = int(schema.get("minItems", 0))
        most = int(schema.get("maxItems", 1_000))
        kind = items.get("type", "string")
        if kind in ("integer", "number"):
            values: list[Any] = [self._fitted(n, items, whole=kind == "integer") for n in numbers(self.text)]
        elif items.get("enum"):
            values = [o for o in items["enum"] if f" {self._spoken(o)} " in self.text.norm]
        elif kind == "string" and "properties" not in items:
            values = [str(self._fit_string(word, items)) for word in listed(self.text, name)]
        else:
            values = [self.fill(items, name, depth + 1)] if depth < _MAX_DEPTH else []
        if schema.get("uniqueItems"):
            values = [value for i, value in enumerate(values) if value not in values[:i]]
        while len(values) < least:
            value = self.fill(items, name, depth + 1)
            if schema.get("uniqueItems") and value in values:
                value = self._other(items, values)
            values.append(value)
        return values[:most]

    @staticmethod
    def _other(items: Schema, values: list[Any]) -> Any:
        if items.get("enum"):
            return next((o for o in items["enum"] if o not in values), items["enum"][0])
        if items.get("type") in ("integer", "number"):
            return max(v for v in values if isinstance(v, int | float)) + 1
        return f"{values[-1]} {len(values) + 1}"

    def _number(self, schema: Schema, name: str, *, whole: bool) -> int | float:
        label = labelled(self.text, name)
        found = numbers(read(label)) if label else []
        fresh = [n for n in numbers(self.text) if str(n) not in self.used]
        candidates = found or _near(self.text, name, fresh) or fresh
        ranged = [n for n in candidates if self._fitted(n, schema, whole=whole) == n]
        value: Any = next(iter(ranged or candidates), None)
        if value is None:
            value = schema.get("default")
        if value is None:
            value = 1
        else:
            self.used.add(str(value))
        return self._fitted(float(value), schema, whole=whole)

    @staticmethod
    def _fitted(value: float, schema: Schema, *, whole: bool) -> int | float:
        step = schema.get("multipleOf") or (1 if whole else None)
        low = schema.get("minimum")
        high = schema.get("maximum")
        above = schema.get("exclusiveMinimum")
        below = schema.get("exclusiveMaximum")
        gap = float(step) if step else 1e-6
        if isinstance(above, int | float) and not isinstance(above, bool):
            low = max(above + gap, low if low is not None else above + gap)
        if isinstance(below, int | float) and not isinstance(below, bool):
            high = min(below - gap, high if high is not None else below - gap)
        if high is not None:
            value = min(value, high)
        if low is not None:
            value = max(value, low)
        if step:
            value = round(value / step) * step
            if low is not None and value < low:
                value += step
            if high is not None and value > high:
                value -= step
        return int(value) if float(value).is_integer() else float(value)

    def _boolean(self, schema: Schema, name: str) -> bool:
        label = (labelled(self.text, name) or "").strip().lower()
        if label.startswith(("true", "yes", "on")):
            return True
        if label.startswith(("false", "no", "off")):
            return False
        words = name_words(name)
        norm = self.text.norm
        if words and re.search(
            rf" (?:no|not|without|do not|disable|never|skip) (?:\w+ )?(?:{'|'.join(map(re.escape, words))})", norm
        ):
            return False
        if words and any(f" {word}" in norm for word in words):
            return True
        return bool(schema.get("default", False))

    def _string(self, schema: Schema, name: str) -> str:
        return str(self._fit_string(self._words_for(schema, name), schema))

    def _words_for(self, schema: Schema, name: str) -> str:
        formatted = _formatted(self.text, schema.get("format"), name)
        if formatted is not None:
            return formatted
        label = labelled(self.text, name)
        if label:
            self.used.add(label)
            return label
        guess = by_meaning(self.text, name, self.used)
        if guess:
            self.used.add(guess)
            return guess
        if isinstance(schema.get("default"), str):
            return str(schema["default"])
        return tidy(self.text.raw) or " ".join(name_words(name)) or "text"

    def _fit_string(self, value: str, schema: Schema) -> str:
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            value = example(pattern, [value, *self.text.quotes, *re.findall(r"\S+", self.text.raw)])
        low, high = int(schema.get("minLength", 0)), schema.get("maxLength")
        if isinstance(high, int) and len(value) > high:
            cut = value[:high]
            value = cut.rsplit(" ", 1)[0] if " " in cut and len(cut.rsplit(" ", 1)[0]) >= low else cut
        return value + "." * (low - len(value)) if len(value) < low else value


def fill(schema: Schema | None, text: str) -> Any:
    """Return a value for *schema* (an object when it says nothing) from *text*."""
    root = schema if isinstance(schema, dict) else {}
    if not root:
        return {}
    return Filler(read(text), root).fill(root)


def name_words(name: str) -> list[str]:
    """Return the words of a property or function name: ``toCity`` → to, city."""
    key = name.split("\n")[0]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key).replace("_", " ").replace("-", " ").replace(".", " ")
    return spaced.lower().split()


def labelled(text: Text, name: str) -> str | None:
    """Return what follows the property's own name in the text: "name: Ada", "city is Paris", "title 'X'"."""
    words = name_words(name)
    if not words:
        return None
    spoken = r"[\s_-]*".join(re.escape(word) for word in words)
    match = re.search(
        rf"(?i)(?<![\w-])[\"'“]?{spoken}[\"'”]?\s*(?:(?::|=|\bis\b|\bof\b|\bto\b|\bcalled\b|\bas\b|\bset to\b)\s*)+(\"[^\"]+\"|“[^”]+”|'[^']+'|[^\s,;][^,;\n]*?)(?=\s*(?:[,;\n]|\.(?:\s|$)|$|\?|!|\band\b))",
        text.raw,
    )
    match = match or re.search(rf"(?i)(?<![\w-]){spoken}\s+(\"[^\"]+\"|“[^”]+”|'[^']+'|\d[\w.:/-]*)", text.raw)
    return match[1].strip("\"'“” ") if match else None


def numbers(text: Text) -> list[float]:
    """Return every number of the text, in order; number words count."""
    return [float(n) for n in re.findall(r"(?<![\w.§])-?\d+(?:\.\d+)?(?![\w]|:\d|/\d)", text.norm)]


def _near(text: Text, name: str, fresh: list[float]) -> list[float]:
    """Return the number that stands next to a word of *name*."""
    for word in name_words(name):
        stem = re.escape(word.rstrip("s"))
        match = re.search(rf" (-?\d+(?:\.\d+)?) (?:\w+ )?{stem}", text.norm) or re.search(
            rf" {stem}\w* (?:\w+ )?(-?\d+(?:\.\d+)?) ", text.norm
        )
        if match and float(match[1]) in fresh:
            return [float(match[1])]
    return []


def listed(text: Text, name: str) -> list[str]:
    """Return the items of a list in the text: quoted strings, or words between commas."""
    if text.quotes:
        return list(text.quotes)
    words = name_words(name)
    label = labelled(text, name)
    source = label + text.raw[text.raw.find(label) + len(label) :] if label else text.raw
    colon = re.search(r":\s*([^.?!\n]+)", source if not label else ":" + source)
    run = colon[1] if colon else ""
    if not run:
        match = re.search(r"([\w '-]+(?:,\s*[\w '-]+)+(?:,?\s*(?:and|or)\s+[\w '-]+)?)", source) or re.search(
            r"\b([\w'-]+\s+and\s+[\w'-]+)", source
        )
        run = match[1] if match else ""
    items = [tidy(item) for item in re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+", run) if tidy(item)]
    if items and not colon and not label:
        items[0] = items[0].split()[-1]
    return [item for item in items if item.lower() not in words]


_PLACES = (
    "city",
    "location",
    "place",
    "town",
    "country",
    "destination",
    "address",
    "region",
    "where",
    "state",
    "venue",
)
_WHOLE = (
    "query",
    "text",
    "message",
    "prompt",
    "question",
    "content",
    "description",
    "input",
    "request",
    "body",
    "instruction",
    "instructions",
    "search",
    "task",
    "note",
    "q",
    "sentence",
    "brief",
    "command",
)


def by_meaning(text: Text, name: str, used: set[str]) -> str | None:
    """Guess a string by what the property's name means."""
    words = name_words(name)
    about = " ".join(words)
    first = words[0] if words else ""
    proper = r"([A-ZÀ-Ý][\w'’-]*(?:\s+(?:de|la|of|the|upon|am|[A-ZÀ-Ý][\w'’-]*))*(?:,\s*[A-Z][\w]+)?)"
    if {"from", "origin", "source", "departure", "start", "sender"} & set(words):
        match = re.search(rf"\b[Ff]rom\s+{proper}", text.raw)
        if match:
            return match[1]
    if {"to", "destination", "arrival", "target", "recipient", "receiver"} & set(words):
        match = re.search(rf"\b(?:[Tt]o|[Ff]or)\s+{proper}", text.raw)
        if match:
            return match[1]
    if any(word in words for word in _PLACES):
        match = re.search(rf"\b(?:[Ii]n|[Aa]t|[Ff]or|[Nn]ear|[Oo]f|[Tt]o|[Ff]rom)\s+{proper}", text.raw)
        if match:
            return re.sub(r"\s+(?:of|the|de|la|am)$", "", match[1])
        match = re.search(
            r" (?:in|at|near|for) ([a-z]+(?: [a-z]+)?) (?:today|tomorrow|now|please|right now|this \w+|\?|\.|!|$)",
            text.norm,
        )
        if match:
            return text.typed(match.start(1), match.end(1))
    if "unit" in about and re.search(r"(?i)celsius|fahrenheit|kelvin", text.raw):
        return re.search(r"(?i)celsius|fahrenheit|kelvin", text.raw)[0].lower()  # type: ignore[index]
    for pattern, keys in (
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", ("email", "mail")),
        (r"https?://[^\s\"'>]+", ("url", "link", "uri", "website")),
        (
            r"(?:~|\.{0,2})?/[\w./-]+|\b[\w-]+(?:/[\w.-]+)*\.\w{1,5}\b",
            ("path", "file", "filename", "filepath", "directory", "folder"),
        ),
        (r"\+?\d[\d ()/-]{6,}\d", ("phone", "telephone", "mobile")),
        (r"\b[A-Z]{3}\b", ("currency", "code", "symbol", "ticker", "airport")),
        (
            r"\b\d{4}-\d{2}-\d{2}\b|\b(?i:today|tomorrow|yesterday|tonight|next \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
            ("date", "day", "when"),
        ),
        (r"\b\d{1,2}:\d{2}(?:\s?[ap]m)?\b|\b\d{1,2}\s?[ap]m\b", ("time", "hour")),
    ):
        if any(word in words for word in keys):
            match = re.search(pattern, text.raw)
            if match:
                return match[0]
    if first in _WHOLE or any(word in _WHOLE for word in words):
        if text.quotes:
            return text.quotes[0]
        colon = re.search(r"(?s):\s*(\S.+)$", text.raw)
        return colon[1].strip() if colon else tidy(text.raw)
    unused = [quote for quote in text.quotes if quote not in used]
    if unused:
        return unused[0]
    if any(
        word in words
        for word in (
            "name",
            "title",
            "subject",
            "topic",
            "person",
            "user",
            "username",
            "author",
            "product",
            "company",
            "label",
        )
    ):
        match = re.search(
            rf"\b(?:named|called|titled|name is|about|for|by|to|with|is)\s+{proper}", text.raw
        ) or re.search(rf"(?<!^)(?<![.!?]\s)\b{proper}", text.raw)
        if match:
            return match[1]
        match = re.search(r"\b(?:about|on|named|called|titled)\s+([^.,;!?]+)", text.raw)
        if match:
            return tidy(match[1])
    match = re.search(rf"(?<!^)(?<![.!?]\s)\b{proper}", text.raw)
    return match[1] if match and match[1] not in used and match[1] != "I" else None


def _formatted(text: Text, kind: Any, name: str) -> str | None:
    now = datetime.now(UTC)
    if kind == "date":
        iso = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text.raw)
        return iso[0] if iso else _day(text, now).date().isoformat()
    if kind == "date-time":
        iso = re.search(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?", text.raw)
        if iso:
            return (
                iso[0]
                if iso[0][-1] == "Z" or iso[0][-6] in "+-"
                else iso[0] + ("Z" if iso[0].count(":") > 1 else ":00Z")
            )
        clock = re.search(r"\b(\d{1,2}):(\d{2})\b", text.raw)
        day = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text.raw)
        date = day[0] if day else _day(text, now).date().isoformat()
        return f"{date}T{int(clock[1]):02d}:{clock[2]}:00Z" if clock else f"{date}T00:00:00Z"
    if kind == "time":
        clock = re.search(r"\b(\d{1,2}):(\d{2})\b", text.raw)
        return f"{int(clock[1]) % 24:02d}:{clock[2]}:00Z" if clock else "12:00:00Z"
    fixed = {
        "email": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "someone@example.com"),
        "uri": (r"https?://[^\s\"'>]+", "https://example.com"),
        "url": (r"https?://[^\s\"'>]+", "https://example.com"),
        "uuid": (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "00000000-0000-4000-8000-000000000000"),
        "ipv4": (r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "127.0.0.1"),
        "hostname": (r"\b[\w-]+(?:\.[\w-]+)+\b", "example.com"),
    }.get(str(kind))
    if fixed is None:
        return None
    match = re.search(fixed[0], text.raw)
    return match[0].rstrip(".,;!?") if match else fixed[1]


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _day(text: Text, now: datetime) -> datetime:
    if " tomorrow " in text.norm:
        return now + timedelta(days=1)
    if " yesterday " in text.norm:
        return now - timedelta(days=1)
    for place, day in enumerate(_WEEKDAYS):
        if f" {day} " in text.norm:
            return now + timedelta(days=(place - now.weekday()) % 7 or 7)
    return now
