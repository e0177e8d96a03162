"""The run form of a template: what was typed last, presets, what will happen with these values, and the start."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from studio.contract.billing import USD_PER_SPARK
from studio.contract.editing.document import Document, EditError, Stage
from studio.contract.editing.estimating import Estimate, estimate_of
from studio.contract.editing.form import FormEntry, form_of, form_problems
from studio.contract.editing.ports import output_ports
from studio.contract.editing.problems import problems_of
from studio.contract.templates.bindings import NotYet
from studio.contract.templates.conditions import ExpressionError, evaluate, roots_of
from studio.viewmodels.balance import BalanceModel, amount_words
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property, Signal
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.running import Order, TemplateRunModel, TemplateRuns

if TYPE_CHECKING:
    from studio.library.library import Library

_SAVE_AFTER_S: Final = 0.4
PRESET_OF_TESTS: Final = "test/"
"""Presets with names that begin like this are cases of the test bench."""


@dataclass(frozen=True)
class ForecastRow:
    """One line of “What will happen”.

    Attributes:
        kind: the medium that is made, ``text`` for others; for a stop ``checkpoint`` or ``interactive``.
        units: what it may cost; None for a stop.
        certain: False where it depends on results.
    """

    stage_id: str
    words: str
    kind: str
    units: Estimate | None = None
    certain: bool = True

    @property
    def is_stop(self) -> bool:
        """Whether it waits for the person."""
        return self.units is None


@dataclass(frozen=True)
class Forecast:
    """What a run with these values does."""

    rows: tuple[ForecastRow, ...]
    units: Estimate
    seconds: Estimate
    stops: int

    @property
    def usd(self) -> float:
        """The most that it costs."""
        return self.units.most * float(USD_PER_SPARK)

    @property
    def time_words(self) -> str:
        """“about 6 minutes, plus your choices”."""
        words = minutes(self.seconds.most)
        return f"about {words}, plus your choices" if self.stops else f"about {words}"


def forecast_of(document: Document, values: Mapping[str, Any]) -> Forecast:
    """Return what will happen: stages whose condition these values rule out are left out."""
    filled = _with_values(document, values)
    estimate = estimate_of(filled)
    rows: list[ForecastRow] = []
    units = Estimate()
    out: set[str] = set()
    stops = 0
    for stage in filled.stages:
        ruled, certain = _ruled_out(stage, values, document)
        if ruled or (stage.parent in out):
            out.add(stage.id)
            continue
        if stage.kind == "interactive":
            rows.append(ForecastRow(stage.id, _asks(stage), "interactive"))
            stops += 1
            continue
        found = estimate.stages.get(stage.id, Estimate())
        if certain:
            found = Estimate(found.most if found.least == 0 else found.least, found.most)
        units += found
        rows.append(ForecastRow(stage.id, _words(stage, filled), _kind_of(stage), found, certain))
        if stage.body.get("checkpointRequired") is True:
            rows.append(ForecastRow(stage.id, f"You look at “{stage.label}”", "checkpoint"))
            stops += 1
    kept = Document({**filled.content, "stages": _without(filled.content.get("stages"), out)})
    return Forecast(tuple(rows), units, estimate_of(kept).seconds, stops)


class LaunchModel:
    """One run form.

    Attributes:
        values: what was typed last, once it was read.
        presets: named values.
        ceiling: stop and ask above so many units; None while nobody said one (then a fifth above the estimate).
        token_type: what is paid with where it costs: ``spark`` or ``sogni``.
        balance: what the account of the connection holds.
        pieces: the library's pieces that the form names, by id.
        changed: presets or pieces are others.
    """

    def __init__(
        self,
        desk: Desk,
        runs: TemplateRuns,
        template_id: str,
        document: Document,
        *,
        known: Callable[[], str] = lambda: "",
    ) -> None:
        """*known* tells the id of the very same template on the server chosen now; empty where it has none."""
        self._desk, self._runs = desk, runs
        self.template_id, self.document, self._known = template_id, document, known
        self.entries: tuple[FormEntry, ...] = form_of(document)
        self.values: Property[dict[str, Any]] = Property({})
        self.presets: Property[dict[str, dict[str, Any]]] = Property({})
        self.ceiling: float | None = None
        self.token_type = "spark"
        self.balance = BalanceModel(desk, lambda: runs.line)
        self.pieces: dict[str, Piece] = {}
        self.changed: Signal[()] = Signal()

    @property
    def obstacle(self) -> str:
        """Why it cannot be run at all; empty when it can."""
        if not self.document.stages:
            return "It has no stages yet."
        blocking = problems_of(self.document).to_fix
        return blocking[0].message if blocking else ""

    @property
    def batch_inputs(self) -> tuple[FormEntry, ...]:
        """The media inputs that take one piece: a selection of pieces can be run one by one."""
        return tuple(entry for entry in self.entries if entry.is_media and not entry.many)

    def load(self) -> None:
        """Read what was typed last, and the presets."""
        template_id = self.template_id

        def read(lib: "Library") -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
            return lib.templates.values(template_id), lib.templates.presets(template_id)

        async def run() -> None:
            values, presets = await self._desk.call(read)
            await self._know(values)
            self.values.value = values
            self.presets.value = {k: v for k, v in presets.items() if not k.startswith(PRESET_OF_TESTS)}
            self.changed.emit()

        self._desk.tasks.start(f"launch.load.{template_id}", run, restart=True)

    def forecast(self, values: Mapping[str, Any]) -> Forecast:
        """Return what will happen with *values*."""
        return forecast_of(self.document, values)

    def problems(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with *values*, by input."""
        return form_problems(self.entries, values)

    def limit(self, forecast: Forecast) -> float:
        """Return above how many units it stops and asks: what was said, else a fifth above the estimate."""
        return self.ceiling if self.ceiling is not None else _round_up(forecast.units.most * 1.2)

    def shortage(self, forecast: Forecast, count: int = 1) -> str:
        """Say that the account does not hold what *count* runs need at least; empty where it does, or nobody knows."""
        held = self.balance.amounts.value.get("spark") if self.token_type == "spark" else None
        needed = forecast.units.least * count
        if held is None or needed <= held:
            return ""
        return f"This needs {amount_words(needed)} Spark; you have {amount_words(held)}."

    def keep(self, typed: Mapping[str, Any]) -> None:
        """Keep what the form holds for the next time."""
        template_id, found = self.template_id, dict(typed)
        self._desk.save("keeping the form", lambda lib: lib.templates.keep_values(template_id, found))

    def save_preset(self, name: str, typed: Mapping[str, Any]) -> None:
        """Keep named values."""
        name = " ".join(name.split())[:80]
        if not name or name.startswith(PRESET_OF_TESTS):
            return
        template_id, found = self.template_id, dict(typed)
        self.presets.value = {**self.presets.value, name: found}
        self._desk.save("keeping a preset", lambda lib: lib.templates.keep_preset(template_id, name, found))
        self.changed.emit()

    def drop_preset(self, name: str) -> None:
        """Forget named values."""
        template_id = self.template_id
        self.presets.value = {key: value for key, value in self.presets.value.items() if key != name}
        self._desk.save("forgetting a preset", lambda lib: lib.templates.drop_preset(template_id, name))
        self.changed.emit()

    def know(self, pieces: Sequence[Piece]) -> None:
        """Take note of pieces that the form may show."""
        self.pieces.update({piece.id: piece for piece in pieces})

    def run(self, values: Mapping[str, Any], *, session_id: str = "", rehearsal: bool = False) -> TemplateRunModel:
        """Start a run; a rehearsal runs on this computer, whatever connection is chosen."""
        return self._runs.start(self._order(values, session_id, rehearsal))

    def run_over(
        self, values: Mapping[str, Any], name: str, each: Sequence[str], *, session_id: str = ""
    ) -> tuple[TemplateRunModel, ...]:
        """Start one run for each of the pieces *each* in the input *name*."""
        return self._runs.start_over_pieces(self._order(values, session_id, False), name, each)

    def pick_pieces(self, kind: str, take: "Callable[[Sequence[Piece]], object]") -> None:
        """Hand the newest pieces of a kind to *take*."""

        async def run() -> None:
            found = await self._desk.call(lambda lib: _newest(lib, kind))
            self.know(found)
            take(found)

        self._desk.tasks.start(f"launch.pick.{self.template_id}.{kind}", run, restart=True)

    def _order(self, values: Mapping[str, Any], session_id: str, rehearsal: bool) -> Order:
        return Order(
            self.template_id,
            self.document,
            dict(values),
            ceiling=self.limit(self.forecast(values)) or None,
            token_type="" if rehearsal else self.token_type,
            local=rehearsal,
            known_id="" if rehearsal else self._known(),
            session_id=session_id,
            purpose="rehearsal" if rehearsal else "run",
        )

    async def _know(self, values: Mapping[str, Any]) -> None:
        ids = [
            each.removeprefix("piece:")
            for value in values.values()
            for each in (value if isinstance(value, list) else [value])
            if isinstance(each, str) and each.startswith("piece:")
        ]
        if ids:
            self.know(await self._desk.call(lambda lib: lib.media.get_many(ids)))


def _newest(lib: "Library", kind: str, most: int = 60) -> list[Piece]:
    found: list[Piece] = []
    for session in lib.sessions.list(limit=40):
        pieces = [piece for piece in lib.media.list(session.id) if piece.kind == kind and not piece.missing]
        found += reversed(pieces)
        if len(found) >= most:
            break
    return sorted(found, key=lambda piece: -piece.created_ms)[:most]


def _with_values(document: Document, values: Mapping[str, Any]) -> Document:
    """Return the document with *values* as defaults, and lists exactly as long as they are."""
    declared = document.content.get("inputs")
    filled: list[Any] = []
    for entry in declared if isinstance(declared, list) else []:
        if not isinstance(entry, Mapping):
            filled.append(entry)
            continue
        value = values.get(str(entry.get("name")), entry.get("default"))
        exact = {"multiple": {"min": len(value), "max": len(value)}} if isinstance(value, list) and value else {}
        filled.append({**entry, **({"default": value} if value is not None else {}), **exact})
    return Document({**document.content, "inputs": filled})


def _ruled_out(stage: Stage, values: Mapping[str, Any], document: Document) -> tuple[bool, bool]:
    """Return whether these values rule a stage out, and whether that is certain."""
    condition = stage.body.get("condition")
    if not isinstance(condition, Mapping) or condition.get("type") in (None, "always"):
        return False, True
    text = condition.get("expression")
    if condition.get("type") != "expr" or not isinstance(text, str):
        return False, False
    given = {str(entry["name"]): values.get(str(entry["name"]), entry.get("default")) for entry in document.inputs}
    with suppress(ExpressionError, NotYet, EditError):
        if roots_of(text) <= {"inputs"}:
            return not evaluate(text, {"inputs": given}), True
    return False, False


def _without(stages: object, out: set[str]) -> list[Any]:
    return [
        {**body, "subStages": _without(body.get("subStages"), out)} if isinstance(body.get("subStages"), list) else body
        for body in (stages if isinstance(stages, list) else [])
        if isinstance(body, Mapping) and body.get("id") not in out
    ]


def _words(stage: Stage, document: Document) -> str:
    from studio.contract.editing.problems import steps_of_stage

    count = steps_of_stage(document, stage)
    return f"{stage.label} ×{count}" if stage.kind == "batch" and count > 1 else stage.label


def _asks(stage: Stage) -> str:
    said = stage.body.get("userMessage")
    return said.strip() if isinstance(said, str) and said.strip() else f"{stage.label}: you decide"


def _kind_of(stage: Stage) -> str:
    ports = output_ports(stage)
    kind = ports[0].kind if ports else "text"
    return kind if kind in ("image", "video", "audio", "model") else "text"


def _round_up(units: float) -> float:
    if units <= 0:
        return 0.0
    step = 1.0 if units <= 20 else 5.0 if units <= 100 else 20.0
    return -(-units // step) * step


def minutes(seconds: float) -> str:
    """Return “45 seconds” or “6 minutes”."""
    if seconds < 90:
        return f"{max(1, round(seconds / 5)) * 5} seconds"
    return f"{round(seconds / 60)} minutes"
