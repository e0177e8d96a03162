"""What goes into a stage and comes out of it: typed ports, derived from the tool catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from studio.contract.editing.document import Document, Json, Stage
from studio.contract.templates.artifacts import kind_of_tool
from studio.contract.templates.bindings import Binding
from studio.contract.templates.lowering import is_index_argument
from studio.contract.tools import catalogue, snake

Kind = Literal["image", "video", "audio", "model", "text", "number", "boolean", "data"]
OVER: Final = "overBinding"
"""The port of a batch that takes the list."""
MEDIA: Final[frozenset[str]] = frozenset({"image", "video", "audio", "model"})

_INPUT_KINDS: Final[dict[str, Kind]] = {
    "image": "image", "video": "video", "audio": "audio", "text": "text", "select": "text", "number": "number",
    "boolean": "boolean",
}  # fmt: skip
INPUT_OF_KIND: Final[Mapping[str, str]] = {
    "image": "image", "video": "video", "audio": "audio", "text": "text", "number": "number", "boolean": "boolean",
}  # fmt: skip
"""Type of the input that gives a kind; whatever else there is comes as text."""
_OF_TOOL: Final[dict[str, Kind]] = {"image": "image", "video": "video", "audio": "audio", "model": "model"}
_FREELY_TEXT: Final[tuple[str, ...]] = ("prompt", "query", "description", "brief", "lyrics", "text", "idea", "srt")


@dataclass(frozen=True)
class InPort:
    """An argument that something can be bound to.

    Attributes:
        many: it takes a list.
        required: the tool does not run without it.
    """

    name: str
    kind: Kind
    many: bool = False
    required: bool = False

    @property
    def takes_media(self) -> bool:
        """Whether it takes pieces."""
        return self.kind in MEDIA


@dataclass(frozen=True)
class OutPort:
    """What a stage or an input gives.

    Attributes:
        name: the artifact or input.
        many: it is a list.
    """

    name: str
    kind: Kind
    many: bool = False


def schema_of(tool: str, argument: str) -> Json:
    """Return the JSON Schema of one argument; empty for unknown ones."""
    found = catalogue().get(tool)
    properties = found.parameters.get("properties", {}) if found is not None else {}
    entry = properties.get(argument)
    return entry if isinstance(entry, Mapping) else {}


@lru_cache(maxsize=64)
def arguments_of(tool: str) -> tuple[InPort, ...]:
    """Return every argument of a tool as a port, in the order of its schema; empty for unknown tools."""
    found = catalogue().get(tool)
    if found is None:
        return ()
    required = set(found.required)
    return tuple(
        InPort(name, kind_of_argument(tool, name, schema), "array" in _types(schema), name in required)
        for name, schema in found.parameters.get("properties", {}).items()
    )


@lru_cache(maxsize=512)
def spoken(name: str) -> str:
    """Return the name of an argument in words: "source image" of ``sourceImageIndex``."""
    words = snake(name).split("_")
    while len(words) > 1 and words[-1].lower() in ("index", "url"):
        words.pop()
    if len(words) > 1 and words[-1].lower() in ("indices", "urls"):
        words.pop()
        words[-1] += "" if words[-1].endswith("s") else "s"
    return " ".join(word for word in words if word) or name


def kind_of_argument(tool: str, name: str, schema: Mapping[str, Any]) -> Kind:
    """Return what an argument takes."""
    if is_index_argument(tool, name) or "url" in name.lower():
        lower = name.lower()
        if "video" in lower:
            return "video"
        return "audio" if "audio" in lower or "voice" in lower else "image"
    types = _types(schema)
    if "array" in types:
        entries = schema.get("items")
        types = _types(entries) if isinstance(entries, Mapping) else set()
    if "string" in types:
        return "text"
    if types & {"number", "integer"}:
        return "number"
    return "boolean" if "boolean" in types else "data"


def input_port(entry: Json) -> OutPort:
    """Return what a declared input gives."""
    kind = _INPUT_KINDS.get(str(entry.get("type")), "data")
    return OutPort(str(entry.get("name", "")), kind, isinstance(entry.get("multiple"), Mapping))


def output_ports(stage: Stage) -> tuple[OutPort, ...]:
    """Return what a stage gives: the artifact that receives its output."""
    if not stage.produces:
        return ()
    kind: Kind = "data"
    if stage.tool in catalogue():
        made = kind_of_tool(stage.tool)
        kind = "data" if made == "structured" else made
    elif stage.kind == "interactive":
        kind = _kind_of_talk(stage)
    many = stage.kind == "batch" or _counts_many(stage)
    return (OutPort(stage.produces[0], kind, many),)


def input_ports(stage: Stage) -> tuple[InPort, ...]:
    """Return everything that can be bound in a stage: the list of a batch, then the arguments of its tool."""
    arguments = arguments_of(stage.tool)
    if stage.kind != "batch":
        return arguments
    return (InPort(OVER, over_kind(stage), many=True, required=True), *arguments)


def over_kind(stage: Stage) -> Kind:
    """Return what a batch goes over, as far as its item stage tells: what ``$item`` is bound to."""
    for name, value in stage.arguments.items():
        if isinstance(value, str) and value.startswith("$item"):
            return kind_of_argument(stage.tool, name, schema_of(stage.tool, name))
    return next((port.kind for port in arguments_of(stage.tool) if port.takes_media), "data")


def kind_of_reference(document: Document, binding: Binding) -> Kind | None:
    """Return what a reference brings; None when there is no such input or artifact."""
    if binding.root == "inputs":
        entry = document.input(binding.name or "")
        return input_port(entry).kind if entry is not None else None
    if binding.root == "artifacts":
        made = (port for stage in document.stages for port in output_ports(stage))
        return next((port.kind for port in made if port.name == binding.name), None)
    return "data"


def shown_ports(stage: Stage, wired: frozenset[str]) -> tuple[InPort, ...]:
    """Return the ports that a node shows: required ones, first pieces and texts, and everything that is wired."""
    shown = []
    seen: set[Kind] = set()
    for port in input_ports(stage):
        first = port.takes_media and port.kind not in seen
        if port.takes_media:
            seen.add(port.kind)
        if port.name in wired or port.required or first or port.name in _FREELY_TEXT[:1]:
            shown.append(port)
    return tuple(shown)


def fits(source: OutPort, target: InPort) -> bool:
    """Whether *source* may be bound to *target*: pieces by kind, and everything else to texts and data."""
    if target.kind == "data":
        return True
    if source.kind in MEDIA or target.kind in MEDIA:
        return source.kind == target.kind
    if source.kind == "data":
        return True  # what an interactive stage gives is known to its author only
    return source.kind == target.kind or target.kind == "text"


def ports_that_fit(document: Document, source: OutPort) -> list[tuple[Stage, InPort]]:
    """Return every port of the document that *source* fits, in the order of the stages."""
    return [(stage, port) for stage in document.stages for port in input_ports(stage) if fits(source, port)]


def tools_that_take(source: OutPort) -> list[str]:
    """Return the tools that a piece of this kind can go into, most fitting first: those that need it, then others."""
    found = [
        (not any(port.required for port in ports), name)
        for name, tool in catalogue().items()
        if tool.durable_step and (ports := [port for port in arguments_of(name) if _first_choice(source, port)])
    ]
    return [name for _, name in sorted(found, key=lambda each: each[0])]


def port_for(tool: str, source: OutPort) -> InPort | None:
    """Return the port of *tool* that *source* goes into first; None when it takes none such."""
    ports = [port for port in arguments_of(tool) if _first_choice(source, port)]
    ports.sort(key=lambda port: (port.many != source.many, not port.required))
    return ports[0] if ports else None


def _kind_of_talk(stage: Stage) -> Kind:
    """Return what an interactive stage hands on: what all its tools make, if that is one kind."""
    allowed = stage.body.get("allowedTools")
    names = [name for name in allowed if isinstance(name, str)] if isinstance(allowed, list) else []
    made = {_OF_TOOL.get(str(catalogue()[name].produces)) for name in names if name in catalogue()}
    kind = made.pop() if len(made) == 1 else None
    return kind or "data"


def _first_choice(source: OutPort, port: InPort) -> bool:
    if source.kind in MEDIA:
        return port.kind == source.kind
    return port.kind == "text" and port.name in _FREELY_TEXT and fits(source, port)


def _counts_many(stage: Stage) -> bool:
    wanted = stage.arguments.get("numberOfVariations")
    return isinstance(wanted, int | float) and not isinstance(wanted, bool) and wanted > 1


def _types(schema: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    said = schema.get("type")
    found |= {said} if isinstance(said, str) else set(said) if isinstance(said, list) else set()
    for option in schema.get("anyOf", schema.get("oneOf", ())) or ():
        if isinstance(option, Mapping):
            found |= _types(option)
    return found
