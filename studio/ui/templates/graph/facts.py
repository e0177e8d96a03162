"""What each node shows, worked out from the document once per edit: words, ports, marks and sizes.

Lengths are units of the graph: pixels at 100 % zoom and 100 % interface scale. No painting here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from studio.contract.editing.document import INPUTS, Document, Stage, texts
from studio.contract.editing.ports import (
    OVER,
    InPort,
    Kind,
    input_port,
    output_ports,
    shown_ports,
    spoken,
)
from studio.contract.editing.problems import Problems, steps_of_stage
from studio.contract.editing.wires import CONDITION, Wire, wires_of
from studio.contract.tools import catalogue
from studio.ui.theme import tokens
from studio.viewmodels.words import tool_title

Side = Literal["in", "out"]
ORDER: Final = ""
"""The port of what a stage only waits for."""
NODE_WIDTH: Final = int(tokens.value("size.node.width"))
INPUTS_WIDTH: Final = int(tokens.value("size.node.inputsWidth"))
HEADER: Final = int(tokens.value("size.node.header"))
ROW: Final = int(tokens.value("size.node.portRow"))
GRID: Final = int(tokens.value("size.node.grid"))
PAD: Final = 8
ABOVE_ROWS: Final = 3
THUMB_GAP: Final = 3
SMALL_THUMB: Final = 45
LARGE_THUMB: Final = 78
WAVE: Final = 34
STRIP: Final = 26
TAB: Final = 22
LINE: Final = 14
_BELOW: Final = 9
_MOST_PICTURES: Final = 4
_SIGNS: Final = (
    ("== true", "is on"), ("== false", "is off"), ("!= true", "is off"), ("!= false", "is on"), ("==", "is"),
    ("!=", "is not"), ("&&", "and"), ("||", "or"),
)  # fmt: skip
SOUNDS: Final = frozenset({".wav", ".mp3", ".flac", ".ogg", ".m4a", ".opus"})

COLOR_OF_KIND: Final[Mapping[str, str]] = {
    "image": "media.image", "video": "media.video", "audio": "media.audio", "model": "media.model3d",
    "text": "media.text", "number": "media.data", "boolean": "media.data", "data": "media.data",
}  # fmt: skip
ICON_OF_KIND: Final[Mapping[str, str]] = {
    "image": "image", "video": "video", "audio": "audio", "model": "cube", "text": "text",
    "number": "braces", "boolean": "braces", "data": "braces",
}  # fmt: skip
WORD_OF_KIND: Final[Mapping[str, str]] = {
    "image": "image", "video": "video", "audio": "sound", "model": "3D", "text": "text", "number": "number",
    "boolean": "yes or no", "data": "data",
}  # fmt: skip
WITH_ARTICLE: Final[Mapping[str, str]] = {
    "image": "an image", "video": "a video", "audio": "a sound", "model": "a 3D model", "text": "a text",
    "number": "a number", "boolean": "yes or no", "data": "data",
}  # fmt: skip
PLURAL_OF_KIND: Final[Mapping[str, str]] = {
    "image": "images", "video": "videos", "audio": "sounds", "model": "3D models", "text": "texts",
    "number": "numbers", "boolean": "answers", "data": "data",
}  # fmt: skip


@dataclass(frozen=True)
class PortFacts:
    """One port of a node; its ``name`` is an argument, an artifact or an input."""

    name: str
    words: str
    kind: Kind
    side: Side
    row: int
    many: bool = False
    required: bool = False
    wired: bool = False


@dataclass(frozen=True)
class NodeFacts:
    """Everything that a node shows, except pictures and progress.

    Attributes:
        kind: ``inputs``, ``fixed``, ``interactive``, ``batch``, or what a later version calls it.
        media: what it makes, for its icon and its colour in the overview.
        line: the second line, in mono: the tool, or how many inputs there are.
        times: how often a batch runs at least; 0 for other kinds.
        tab: when it runs, in words; empty: always.
        strips: what happens after it, in words: "Asks you", "You look first"; the first has the hand.
        to_fix, to_look: how many problems there are, and what the first says.
    """

    id: str
    title: str
    kind: str
    media: Kind
    line: str
    ports: tuple[PortFacts, ...] = ()
    times: int = 0
    tab: str = ""
    asks: bool = False
    checkpoint: bool = False
    parent: str = ""
    to_fix: int = 0
    to_look: int = 0
    problem: str = ""
    known: bool = True

    @property
    def width(self) -> int:
        """In units."""
        return INPUTS_WIDTH if self.id == INPUTS else NODE_WIDTH

    @property
    def rows(self) -> int:
        """Rows of ports."""
        return max((port.row + 1 for port in self.ports), default=0)

    @property
    def icon(self) -> str:
        """The icon of the title row."""
        if self.kind == "inputs":
            return "sliders"
        if not self.known:
            return "question"
        return "hand" if self.kind == "interactive" and self.media == "data" else ICON_OF_KIND[self.media]

    @property
    def strips(self) -> tuple[tuple[str, str], ...]:
        """Amber strips of the body: icon and words."""
        shown = [("hand", "Asks you")] if self.asks else []
        return tuple(shown + ([("flag", "You look first")] if self.checkpoint else []))

    def port(self, side: Side, name: str) -> PortFacts | None:
        """Return a port by its name."""
        return next((each for each in self.ports if each.side == side and each.name == name), None)

    @property
    def description(self) -> str:
        """What a screen reader says about it."""
        said = [self.title, {"inputs": "inputs"}.get(self.kind, f"{self.kind} stage")]
        if self.kind != "inputs" and self.line:
            said.append(self.line.replace("_", " "))
        if self.times > 1:
            said.append(f"runs {self.times} times")
        if self.tab:
            said.append(self.tab)
        if self.checkpoint:
            said.append("pauses for you afterwards")
        for side, word in (("in", "takes"), ("out", "gives")):
            names = [port.words for port in self.ports if port.side == side]
            if names:
                said.append(f"{word} {', '.join(names)}")
        if self.to_fix:
            said.append(f"{self.to_fix} to fix: {self.problem}")
        elif self.to_look:
            said.append(f"{self.to_look} to look at: {self.problem}")
        return ", ".join(said)


@dataclass(frozen=True)
class Body:
    """Where the parts of a body are, from the top of the node, for what the last run made."""

    pictures: int = 0
    small: bool = False
    sound: bool = False
    words: int = 0
    tops: Mapping[str, float] = field(default_factory=dict)
    height: float = 0.0


def body_of(facts: NodeFacts, pictures: int, sound: bool, words: int, *, room: float | None = None) -> Body:
    """Return the layout of a node with so many *pictures*, a *sound*, and lines of *words*.

    Where that is higher than the *room* above the next node, two small pictures stand for all of them.
    """
    whole = _body(facts, pictures, sound, words, small=False)
    if room is None or whole.height <= room or not pictures:
        return whole
    return _body(facts, min(pictures, 2), sound, words, small=True)


def _body(facts: NodeFacts, pictures: int, sound: bool, words: int, *, small: bool) -> Body:
    at = float(HEADER + ABOVE_ROWS + facts.rows * ROW)
    tops: dict[str, float] = {}
    pictures = min(pictures, _MOST_PICTURES)
    if words:
        tops["words"] = at
        at += words * LINE + 4
    if pictures:
        tops["pictures"] = at
        rows = 1 if pictures <= 2 else 2
        at += LARGE_THUMB if pictures == 1 and not small else rows * SMALL_THUMB + (rows - 1) * THUMB_GAP
        at += 5
    if sound:
        tops["sound"] = at
        at += WAVE + 5
    for number, _strip in enumerate(facts.strips):
        tops[f"strip{number}"] = at
        at += STRIP + 4
    return Body(pictures, small, sound, words, tops, at + _BELOW - (4 if facts.strips else 0))


def facts_of(document: Document, problems: Problems) -> dict[str, NodeFacts]:
    """Return what every node shows: the inputs first, if there are any, then the stages in their order."""
    wires = wires_of(document)
    into: dict[str, dict[str, Kind]] = {}
    out_of: dict[str, set[str]] = {}
    after: dict[str, list[Wire]] = {}
    for wire in wires:
        if wire.form == "order":
            after.setdefault(wire.target, []).append(wire)
        into.setdefault(wire.target, {})[wire.port] = wire.kind
        out_of.setdefault(wire.source, set()).add(wire.output)
    marks: dict[str, list[int]] = {}
    said: dict[str, str] = {}
    for problem in problems.found:
        marks.setdefault(problem.node, [0, 0])[0 if problem.to_fix else 1] += 1
        said.setdefault(problem.node, problem.message)
    found: dict[str, NodeFacts] = {}
    if document.inputs:
        found[INPUTS] = _inputs(document, frozenset(out_of.get(INPUTS, ())), marks.get(INPUTS, [0, 0]), said)
    for stage in document.stages:
        found[stage.id] = _stage(
            document,
            stage,
            into.get(stage.id, {}),
            after.get(stage.id, ()),
            frozenset(out_of.get(stage.id, ())),
            marks.get(stage.id, [0, 0]),
            said.get(stage.id, ""),
        )
    return found


def _inputs(document: Document, wired: frozenset[str], marks: Sequence[int], said: Mapping[str, str]) -> NodeFacts:
    ports = []
    for row, entry in enumerate(document.inputs):
        port = input_port(entry)
        ports.append(
            PortFacts(port.name, spoken(port.name), port.kind, "out", row, port.many, False, port.name in wired)
        )
    count = len(document.inputs)
    line = f"{count} input{'' if count == 1 else 's'}"
    return NodeFacts(
        INPUTS, "Inputs", "inputs", "data", line, tuple(ports), to_fix=marks[0], to_look=marks[1],
        problem=said.get(INPUTS, ""),
    )  # fmt: skip


def _stage(
    document: Document,
    stage: Stage,
    into: Mapping[str, Kind],
    after: Sequence[Wire],
    out_of: frozenset[str],
    marks: Sequence[int],
    said: str,
) -> NodeFacts:
    outs = output_ports(stage)
    tool = catalogue().get(stage.tool)
    condition = stage.body.get("condition")
    ports = [
        PortFacts(
            port.name,
            _in_words(stage, port),
            into.get(port.name, port.kind) if port.name == OVER else port.kind,
            "in",
            row,
            port.many,
            port.required,
            port.name in into,
        )
        for row, port in enumerate(node_ports(stage, frozenset(into)))
    ]
    if after or stage.kind == "interactive":
        names = ", ".join(spoken(wire.output) for wire in after)
        words = (names if stage.kind == "interactive" else f"after {names}") if names else "shows you"
        ports.append(
            PortFacts(ORDER, words, after[0].kind if after else "data", "in", len(ports), True, False, bool(after))
        )
    if CONDITION in into:
        ports.append(PortFacts(CONDITION, "only if", "boolean", "in", len(ports), False, False, True))
    ports += [
        PortFacts(port.name, spoken(port.name), port.kind, "out", row, port.many, False, port.name in out_of)
        for row, port in enumerate(outs)
    ]
    allowed = texts(stage.body.get("allowedTools"))
    line = stage.tool or (", ".join(allowed) if allowed else "you answer")
    if stage.kind not in ("fixed", "batch", "interactive"):
        line = stage.kind or "?"
    interactive = stage.kind == "interactive"
    return NodeFacts(
        stage.id,
        stage.label if stage.label != stage.tool else tool_title(stage.tool),
        stage.kind,
        outs[0].kind if outs else "data",
        line,
        tuple(ports),
        steps_of_stage(document, stage) if stage.kind == "batch" else 0,
        condition_words(document, condition) if isinstance(condition, Mapping) else "",
        interactive,
        stage.body.get("checkpointRequired") is True,
        stage.parent or "",
        marks[0],
        marks[1],
        said,
        interactive or tool is not None,
    )


def node_ports(stage: Stage, wired: frozenset[str]) -> list[InPort]:
    """Return the arguments that a node shows; what each item of a batch is put into is not bound from outside."""
    items = item_arguments(stage)
    shown = shown_ports(stage, wired)
    return [port for port in shown if port.name in wired or port.name not in items]


def item_arguments(stage: Stage) -> frozenset[str]:
    """Return the arguments that a batch fills with its item alone."""
    if stage.kind != "batch":
        return frozenset()
    return frozenset(
        name for name, value in stage.arguments.items() if isinstance(value, str) and value.startswith("$item")
    )


def _in_words(stage: Stage, port: InPort) -> str:
    if port.name != OVER:
        return spoken(port.name)
    named = sorted(item_arguments(stage))
    words = spoken(named[0]) if named else ""
    return (words if words.endswith("s") else f"{words}s") if words else "for each of"


def condition_words(document: Document, condition: Mapping[str, object]) -> str:
    """Return a condition for its tab: "if music", "if Score worked"; empty for always."""
    kind, other = condition.get("type"), str(condition.get("stageId", ""))
    name = document.stage(other).label if document.has_stage(other) else other
    if kind == "if_success_of":
        return f"if {name} worked"
    if kind == "if_error_in":
        return f"if {name} failed"
    if kind == "if_artifact_exists":
        return f"if there is {spoken(str(condition.get('artifactName', '')))}"
    if kind == "expr":
        said = str(condition.get("expression", "")).replace("$", "").replace("inputs.", "").strip()
        for sign, word in _SIGNS:
            said = said.replace(sign, word)
        return f"if {said}"
    return ""
