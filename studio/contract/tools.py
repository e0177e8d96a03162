"""The catalogue of the 40 hosted tools and the validation of their arguments.

Sources: contract/tools.json (the catalogue, shipped as ``resources/catalogue/tools.json``),
contract/chat-completions.md §5 (validation rules), contract/errors.md §7 (wording).
"""

import re
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import Struct

from studio import resources
from studio.contract.chat import FunctionSpec, ToolFamily, ToolSpec
from studio.contract.wire import camel

MediaProduct = Literal["image", "video", "audio", "model", "text", "data"]

MEDIA_ALIASES = (
    "source_image_url",
    "reference_image_urls",
    "reference_image_url",
    "reference_image_end_url",
    "reference_audio_url",
    "reference_audio_identity_url",
    "reference_video_url",
)
"""REST-only arguments that carry media inline (contract/chat-completions.md §6)."""


class Tool(Struct, frozen=True):
    """One hosted tool as the catalogue describes it; ``parameters`` is a JSON Schema."""

    name: str
    family: Literal["creative-tools", "creative-agent"]
    kind: str
    paid: bool
    durable_step: bool
    direct_execute: bool
    capacity_weight: float
    risk: str
    description: str
    parameters: dict[str, Any]
    cost_class: str | None = None
    produces: str | None = None

    @property
    def required(self) -> list[str]:
        """Names of the required arguments."""
        return list(self.parameters.get("required", []))

    @property
    def spec(self) -> ToolSpec:
        """The tool as an OpenAI function tool."""
        return ToolSpec(FunctionSpec(name=self.name, description=self.description, parameters=self.parameters))


MOST_CHARACTERS = 200_000
"""Of one text argument whose schema sets no limit; inline media are measured in bytes elsewhere."""

MOST_PROBLEMS = 20
"""That are told of one call; a long list that is wrong throughout is told by its beginning."""
_LARGEST_INTEGER = 2**63 - 1
_LARGEST_NUMBER = sys.float_info.max

EXTRA_ARGUMENTS: dict[str, frozenset[str]] = {
    "animate_photo": frozenset(("stitched",)),
    "generate_video": frozenset(("sourceAudioPolicy",)),
}
"""Documented arguments that the published schemas lack (contract/tools.md §2); they pass through."""

_H3_AUDIO = re.compile(r"minimax-h3-(?:\w+-)?(a2v|ia2v|flfa2v)(?:-|$)")


@cache
def catalogue() -> dict[str, Tool]:
    """Return all hosted tools by name, in catalogue order (read once)."""
    data = msgspec.json.decode(resources.path("catalogue", "tools.json").read_bytes())
    return {tool.name: tool for tool in msgspec.convert(data["tools"], list[Tool])}


def surface(family: ToolFamily) -> list[Tool]:
    """Return the tools that *family* injects."""
    if family == "none":
        return []
    return [tool for tool in catalogue().values() if family == "creative-agent" or tool.family == "creative-tools"]


@dataclass
class Validated:
    """Outcome of argument validation: cleaned ``arguments``, all ``problems`` and ``warnings``."""

    arguments: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lenient: bool = False
    """Plain JSON Schema: an empty or null value is a value (hosted tools count it as missing)."""

    @property
    def ok(self) -> bool:
        """Whether the arguments may be used."""
        return not self.problems


def validate_arguments(name: str, arguments: object) -> Validated:
    """Validate *arguments* of the hosted tool *name* and report every problem (or the first 20) at once.

    Keys may be spelled in snake_case or camelCase, whichever the schema does not use.
    Unknown keys are removed and numeric or boolean strings converted, with a warning.
    """
    tool = catalogue().get(name)
    if tool is None:
        return Validated({}, [f"no such tool: {name}"])
    if not isinstance(arguments, dict):
        return Validated({}, ["arguments must be an object"])
    result = Validated({})
    given = _respell(tool.parameters.get("properties", {}), arguments, MEDIA_ALIASES)
    extras = {key: given.pop(key) for key in EXTRA_ARGUMENTS.get(name, ()) if key in given}
    _object(result, tool.parameters, given, "", result.arguments)
    result.arguments |= extras
    _special_rules(name, arguments, result)
    return result


def argument_names(name: str, arguments: Collection[str]) -> dict[str, str]:
    """Return how the schema of the tool *name* spells each of *arguments*; unknown ones stay as they are."""
    tool = catalogue().get(name)
    known = {*tool.parameters.get("properties", {})} if tool is not None else set()
    known |= {*MEDIA_ALIASES, *EXTRA_ARGUMENTS.get(name, ())}
    spellings = {camel(key): key for key in known} | {snake(key): key for key in known}
    return {key: key if key in known else _free(spellings.get(key, key), key, arguments) for key in arguments}


def validate_schema(schema: dict[str, Any], value: object) -> list[str]:
    """Return the problems of *value* against a JSON *schema* (the subset that tools use)."""
    result = Validated({}, lenient=True)
    _value(result, schema, value, "value")
    return result.problems


def _free(spelling: str, key: str, arguments: Collection[str]) -> str:
    return key if spelling in arguments else spelling


def _respell(known: dict[str, Any], arguments: dict[str, Any], aliases: tuple[str, ...] = ()) -> dict[str, Any]:
    spellings = {camel(key): key for key in known} | {snake(key): key for key in known}
    out: dict[str, Any] = {}
    for key, value in arguments.items():
        target = key if key in known or key in aliases else spellings.get(key, key)
        if target == key or target not in arguments:
            out[target] = value
    return out


def snake(name: str) -> str:
    """Return the snake_case spelling of a camelCase *name*."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _special_rules(name: str, raw: dict[str, Any], result: Validated) -> None:
    given = result.arguments
    if "loraStrengths" in given:
        loras = given.get("loras")
        if not loras:
            result.problems.append("loraStrengths needs loras")
        elif len(loras) != len(given["loraStrengths"]):
            result.problems.append("loras and loraStrengths must have equal length")
    if name in ("generate_video", "animate_photo") and ("outputScale" in raw or "output_scale" in raw):
        result.problems.append("outputScale is retired; use targetResolution")
    if name == "sound_to_video":
        _h3_audio_rules(result)


def _h3_audio_rules(result: Validated) -> None:
    """Check the MiniMax H3 audio selectors (contract/tools.md §3)."""
    given, say = result.arguments, result.problems.append
    match = _H3_AUDIO.match(str(given.get("videoModel", "")))
    selector = match[1] if match else None
    start = any(key in given for key in ("sourceImageIndex", "source_image_url", "reference_image_url"))
    end = any(key in given for key in ("endImageIndex", "reference_image_end_url"))
    if end and selector != "flfa2v":
        say("endImageIndex is only supported by the minimax-h3 flfa2v selectors")
    if selector == "flfa2v" and not (start and end):
        say("sourceImageIndex and endImageIndex are both required by the minimax-h3 flfa2v selectors")
    if selector == "ia2v" and not start:
        say("sourceImageIndex is required by the minimax-h3 ia2v selectors")
    if selector == "a2v" and start:
        say("sourceImageIndex is not supported by the minimax-h3 a2v selectors, which take audio only")
    if selector and given.get("generateAudio") is False:
        say("generateAudio must be true with the minimax-h3 audio selectors")
    if selector and "negativePrompt" in given:
        say("negativePrompt is not supported by the minimax-h3 audio selectors")


def _object(result: Validated, schema: dict[str, Any], given: dict[str, Any], path: str, out: dict[str, Any]) -> None:
    properties: dict[str, Any] = schema.get("properties", {})
    dot = f"{path}." if path else ""
    for key in schema.get("required", []):
        if key not in given if result.lenient else given.get(key) in (None, "", []):
            result.problems.append(f"{dot}{key} is required")
    for key, value in given.items():
        if key not in properties:
            if not path and key in MEDIA_ALIASES:
                out[key] = value
            elif schema.get("additionalProperties") is True or not properties:
                out[key] = value
            else:
                result.warnings.append(f"unknown argument removed: {dot}{key}")
            continue
        if not result.lenient and (value is None or (key in schema.get("required", []) and value in ("", []))):
            continue
        out[key] = _value(result, properties[key], value, f"{dot}{key}")


_TYPE_WORDS = {
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
}


def _value(result: Validated, schema: dict[str, Any], value: Any, path: str) -> Any:
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return _any_of(result, schema[key], value, path)
    named = schema.get("type")
    kinds: list[str] = named if isinstance(named, list) else [named] if named else []
    value = _coerce(result, kinds, value, path)
    if kinds and not any(_is(kind, value) for kind in kinds):
        result.problems.append(f"{path} must be {' or '.join(_TYPE_WORDS.get(k, k) for k in kinds)}")
        return value
    _check_limits(result, schema, value, path)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        checked = []
        for i, item in enumerate(value):
            if len(result.problems) >= MOST_PROBLEMS:
                break
            checked.append(_value(result, schema["items"], item, f"{path}[{i}]"))
        return checked
    if isinstance(value, dict) and schema.get("properties"):
        inner: dict[str, Any] = {}
        _object(result, schema, _respell(schema["properties"], value), path, inner)
        return inner
    return value


def _any_of(result: Validated, options: list[dict[str, Any]], value: Any, path: str) -> Any:
    attempts = []
    for option in options:
        trial = Validated({}, lenient=result.lenient)
        converted = _value(trial, option, value, path)
        if trial.ok:
            result.warnings += trial.warnings
            return converted
        attempts.append(trial)
    result.problems += min(attempts, key=lambda trial: len(trial.problems)).problems if attempts else []
    return value


def _coerce(result: Validated, kinds: list[str], value: Any, path: str) -> Any:
    if isinstance(value, str) and "string" not in kinds:
        text = value.strip()
        if "boolean" in kinds and text.lower() in ("true", "false"):
            result.warnings.append(f"{path}: argument converted to boolean")
            return text.lower() == "true"
        if "integer" in kinds or "number" in kinds:
            try:
                number = float(text)
            except ValueError:
                return value
            if number == number and abs(number) != float("inf"):
                result.warnings.append(f"{path}: argument converted to number")
                return int(number) if number.is_integer() else number
    if isinstance(value, float) and value.is_integer() and "integer" in kinds:
        return int(value)
    return value


def _is(kind: str, value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "string":
            return isinstance(value, str)
        case "number":  # neither NaN nor infinite
            return number and -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER
        case "integer":
            return number and isinstance(value, int) and abs(value) <= _LARGEST_INTEGER
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "null":
            return value is None
        case _:
            return True


def _check_limits(result: Validated, schema: dict[str, Any], value: Any, path: str) -> None:
    say = result.problems.append
    # Enums on "model" are advisory: raw catalogue ids pass through (tools.json, notes).
    if "enum" in schema and value not in schema["enum"] and path != "model":
        say(f"{path} must be one of: {', '.join(map(str, schema['enum']))}")
    if "const" in schema and value != schema["const"]:
        say(f"{path} must be {schema['const']}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            say(f"{path} must be >= {schema['minimum']}")
        if "maximum" in schema and value > schema["maximum"]:
            say(f"{path} must be <= {schema['maximum']}")
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            say(f"{path} needs at least {schema['minLength']} characters")
        if len(value) > (most := schema.get("maxLength", MOST_CHARACTERS)) and not value.startswith("data:"):
            say(f"{path} allows at most {most} characters")
        if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
            say(f"{path} does not match {schema['pattern']}")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            say(f"{path} needs at least {schema['minItems']} items")
        if "maxItems" in schema and len(value) > schema["maxItems"]:
            say(f"{path} allows at most {schema['maxItems']} items")
