"""Fill a caller's own JSON Schema from the words of a request.

Values come from the text where it has them (by the property's name, its description and its
type); what it does not say gets the smallest value that the schema allows, because a forced
call must validate.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from studio.engine.agent.director.meaning import by_meaning, formatted, labelled, listed, name_words, near, numbers
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
        candidates = found or near(self.text, name, fresh) or fresh
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
        given = formatted(self.text, schema.get("format"))
        if given is not None:
            return given
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
