"""Which tools a request may use, and who runs them. Source: contract/chat-completions.md §5."""

from dataclasses import dataclass
from typing import Any

import msgspec

from studio.contract.chat import (
    ChatRequest,
    FunctionSpec,
    NamedToolChoice,
    ToolChoice,
    ToolFamily,
    ToolSpec,
    tool_family,
)
from studio.contract.errors import InvalidRequest
from studio.contract.tools import surface as catalogue_surface
from studio.engine.limits import TOOLS

_DESCRIPTION_CHARS = 160
_PARAMETER_CHARS = 70
_PROPERTIES = 8
_ENUM_VALUES = 12


@dataclass(frozen=True)
class Surface:
    """The effective tools of one request.

    Attributes:
        specs: what the model sees, hosted tools first.
        hosted: names that the engine itself executes.
        choice: how the first round must choose; later rounds are free.
        execute: False in manual mode: the caller receives raw calls.
    """

    specs: tuple[ToolSpec, ...]
    hosted: frozenset[str]
    choice: ToolChoice
    execute: bool

    @property
    def names(self) -> frozenset[str]:
        """Every name that may be called."""
        return frozenset(spec.function.name for spec in self.specs)


def build_surface(request: ChatRequest, default: ToolFamily) -> Surface:
    """Return the tools of *request*; *default* is the family when it says nothing.

    Raises:
        InvalidRequest: ``sogni_tools``, ``tools`` or ``tool_choice`` cannot be honoured.
    """
    try:
        family = tool_family(request.sogni_tools, default)
    except ValueError as error:
        raise InvalidRequest(str(error), param="sogni_tools") from error
    custom = {spec.function.name: spec for spec in request.tools or []}
    if len(custom) > TOOLS:
        raise InvalidRequest(f"At most {TOOLS} tools can be offered at once.", param="tools")
    hosted = {tool.name: tool.spec for tool in catalogue_surface(family)}
    # On a clash the model sees the caller's schema, and the engine still runs the tool.
    shown = {name: custom.get(name, spec) for name, spec in hosted.items()}
    specs = tuple({**shown, **{name: spec for name, spec in custom.items() if name not in hosted}}.values())
    choice = _choice(request.tool_choice, specs)
    return Surface(specs, frozenset(hosted), choice, request.sogni_tool_execution is not False)


def _choice(wanted: ToolChoice | None, specs: tuple[ToolSpec, ...]) -> ToolChoice:
    if wanted is None:
        return "auto" if specs else "none"
    if isinstance(wanted, NamedToolChoice):
        if wanted.function.name not in {spec.function.name for spec in specs}:
            raise InvalidRequest(
                f"tool_choice names {wanted.function.name}, which is not among the tools of this request.",
                param="tool_choice",
            )
        return wanted
    if wanted == "required" and not specs:
        raise InvalidRequest("tool_choice is required, but no tools are offered.", param="tool_choice")
    return wanted if specs else "none"


def compact(specs: tuple[ToolSpec, ...], *, keep: frozenset[str]) -> tuple[ToolSpec, ...]:
    """Return *specs* with short descriptions, for a model with a small window.

    Args:
        keep: names whose schema is the caller's own and stays as it is.
    """
    return tuple(spec if spec.function.name in keep else _compact(spec) for spec in specs)


def _compact(spec: ToolSpec) -> ToolSpec:
    function = spec.function
    return ToolSpec(
        FunctionSpec(
            name=function.name,
            description=_first_sentences(function.description or "", _DESCRIPTION_CHARS),
            parameters=_compact_schema(function.parameters or {}),
        )
    )


def _compact_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Keep what decides a call: required arguments, the first few others, types and short words."""
    out: dict[str, Any] = {key: schema[key] for key in ("type", "required", "minimum", "maximum") if key in schema}
    if len(schema.get("enum", ())) in range(1, _ENUM_VALUES + 1):
        out["enum"] = schema["enum"]
    if isinstance(schema.get("description"), str):
        out["description"] = _first_sentences(schema["description"], _PARAMETER_CHARS)
    if isinstance(schema.get("items"), dict):
        out["items"] = _compact_schema(schema["items"])
    properties: dict[str, Any] = schema.get("properties", {})
    if properties:
        required = schema.get("required", [])
        order = [*required, *(name for name in properties if name not in required)]
        keep = set(order[: max(len(required), _PROPERTIES)])
        out["properties"] = {name: _compact_schema(inner) for name, inner in properties.items() if name in keep}
    return out


def _first_sentences(text: str, limit: int) -> str:
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[:limit].rfind(". ")
    return text[: cut + 1] if cut > limit // 3 else text[: limit - 1].rsplit(" ", 1)[0] + "…"


def token_cost(specs: tuple[ToolSpec, ...]) -> int:
    """Estimate how much of a window the tool list takes."""
    return len(msgspec.json.encode(specs)) // 4
