"""The test bench of a template: inputs that are kept with what their results must be like, run on this computer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from studio.contract.editing.document import Document
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.launching import PRESET_OF_TESTS
from studio.viewmodels.templates.running import Order, TemplateRunModel, TemplateRuns

if TYPE_CHECKING:
    from studio.library.library import Library

What = Literal["pieces", "kind", "width", "height", "seconds", "outcome"]
_WORDS: Final[Mapping[str, str]] = {
    "pieces": "number of pieces", "kind": "kind", "width": "width", "height": "height", "seconds": "length",
    "outcome": "outcome",
}  # fmt: skip
_UNITS: Final[Mapping[str, str]] = {"width": " px", "height": " px", "seconds": " s"}
_SECONDS_LEEWAY: Final = 0.1


@dataclass(frozen=True)
class Expectation:
    """One property that the results of a stage must have: a value, or a range of numbers.

    Attributes:
        stage_id: empty for the run as a whole.
    """

    stage_id: str
    what: What
    value: str = ""
    least: float | None = None
    most: float | None = None

    def words(self, document: Document) -> str:
        """“Looks: number of pieces 2”."""
        label = document.stage(self.stage_id).label if document.has_stage(self.stage_id) else self.stage_id
        span = self.value if self.least is None or self.most is None else _span(self.least, self.most)
        return f"{f'{label}: ' if label else ''}{_WORDS[self.what]} {span}{_UNITS.get(self.what, '')}"


@dataclass(frozen=True)
class Case:
    """Inputs with what is expected of their results."""

    name: str
    inputs: dict[str, Any] = field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """How a case went.

    Attributes:
        state: ``running``, ``passed`` or ``failed``.
        wrong: one sentence for each expectation that was not met.
    """

    state: Literal["running", "passed", "failed"]
    wrong: tuple[str, ...] = ()
    run_id: str = ""


class BenchModel:
    """The cases of one template.

    Attributes:
        cases: in the order of their names.
        verdicts: of this window, by name.
    """

    def __init__(self, desk: Desk, runs: TemplateRuns, template_id: str, document: Document) -> None:
        self._desk, self._runs = desk, runs
        self.template_id, self.document = template_id, document
        self.cases: Property[tuple[Case, ...]] = Property(())
        self.verdicts: Property[dict[str, Verdict]] = Property({})
        self._waiting: dict[str, str] = {}
        self._binding = runs.run_changed.connect(self._run_changed)

    def load(self) -> None:
        """Read the cases."""

        async def run() -> None:
            found = await self._desk.call(lambda lib: lib.templates.presets(self.template_id))
            cases = [
                _case(name.removeprefix(PRESET_OF_TESTS), body)
                for name, body in found.items()
                if name.startswith(PRESET_OF_TESTS)
            ]
            self.cases.value = tuple(cases)

        self._desk.tasks.start(f"bench.load.{self.template_id}", run, restart=True)

    def keep(self, case: Case) -> None:
        """Keep a case; one of the same name is replaced."""
        others = [each for each in self.cases.value if each.name != case.name]
        self.cases.value = tuple(sorted((*others, case), key=lambda each: each.name))
        body = {"inputs": case.inputs, "expectations": [asdict(each) for each in case.expectations]}
        name, template_id = f"{PRESET_OF_TESTS}{case.name}", self.template_id

        def write(lib: "Library") -> None:
            lib.templates.keep_preset(template_id, name, body)

        self._desk.save("keeping a test", write)

    def drop(self, name: str) -> None:
        """Forget a case."""
        self.cases.value = tuple(case for case in self.cases.value if case.name != name)
        kept, template_id = f"{PRESET_OF_TESTS}{name}", self.template_id
        self._desk.save("forgetting a test", lambda lib: lib.templates.drop_preset(template_id, kept))

    def keep_run(self, run: TemplateRunModel, name: str) -> Case:
        """Keep what a finished run was given and what its results are like as a case."""
        case = Case(name, dict(run.inputs), expected_of(run))
        self.keep(case)
        return case

    def run(self, name: str) -> TemplateRunModel | None:
        """Run one case on this computer."""
        case = next((case for case in self.cases.value if case.name == name), None)
        if case is None:
            return None
        order = Order(self.template_id, self.document, case.inputs, local=True, purpose="test", label=name)
        run = self._runs.start(order)
        self._waiting[run.id] = name
        self._judge(name, Verdict("running", run_id=run.id))
        return run

    def run_all(self) -> None:
        """Run every case."""
        for case in self.cases.value:
            self.run(case.name)

    def close(self) -> None:
        """Listen no more."""
        self._binding.cut()

    def _run_changed(self, run_id: str) -> None:
        name = self._waiting.get(run_id)
        run = self._runs.get(run_id)
        if name is None or run is None or not run.state.value.is_over:
            return
        del self._waiting[run_id]
        case = next((case for case in self.cases.value if case.name == name), None)
        wrong = judged(case, run) if case is not None else ()
        self._judge(name, Verdict("failed" if wrong else "passed", wrong, run_id))

    def _judge(self, name: str, verdict: Verdict) -> None:
        self.verdicts.value = {**self.verdicts.value, name: verdict}


def expected_of(run: TemplateRunModel) -> tuple[Expectation, ...]:
    """Return what the results of *run* are like, as expectations of the next one."""
    found = [Expectation("", "outcome", run.state.value.status)]
    for stage in run.state.value.stages:
        pieces = [piece for item in stage.items for piece in run.pieces_of(item.step_id)]
        if not pieces:
            continue
        found.append(Expectation(stage.id, "pieces", least=len(pieces), most=len(pieces)))
        kinds = {piece.kind for piece in pieces}
        if len(kinds) == 1:
            found.append(Expectation(stage.id, "kind", next(iter(kinds))))
        for what in ("width", "height", "seconds"):
            numbers = [number for piece in pieces if (number := _number(piece, what)) is not None]
            if numbers:
                leeway = _SECONDS_LEEWAY if what == "seconds" else 0.0
                least, most = min(numbers) * (1 - leeway), max(numbers) * (1 + leeway)
                found.append(Expectation(stage.id, what, least=least, most=most))
    return tuple(found)


def judged(case: Case, run: TemplateRunModel) -> tuple[str, ...]:
    """Return one sentence for each expectation that *run* does not meet."""
    return tuple(words for each in case.expectations if (words := _wrong(each, run)))


def _wrong(wanted: Expectation, run: TemplateRunModel) -> str:
    state = run.state.value
    if wanted.what == "outcome":
        if state.status == wanted.value:
            return ""
        return f"It was {state.words.lower()} instead of {wanted.value}{f': {state.trouble}' if state.trouble else ''}"
    stage = next((stage for stage in state.stages if stage.id == wanted.stage_id), None)
    label = stage.label if stage is not None else wanted.stage_id
    pieces = [piece for item in stage.items for piece in run.pieces_of(item.step_id)] if stage is not None else []
    if wanted.what == "kind":
        odd = next((piece.kind for piece in pieces if piece.kind != wanted.value), None)
        return f"{label} made {odd} instead of {wanted.value}" if odd is not None else ""
    if wanted.least is None or wanted.most is None:
        return ""
    if wanted.what == "pieces":
        fits = wanted.least <= len(pieces) <= wanted.most
        return "" if fits else f"{label} made {len(pieces)} instead of {_span(wanted.least, wanted.most)}"
    for piece in pieces:
        number = _number(piece, wanted.what)
        if number is None or not wanted.least <= number <= wanted.most:
            said = "unknown" if number is None else f"{number:g}"
            span, unit = _span(wanted.least, wanted.most), _UNITS.get(wanted.what, "")
            return f"{label}: the {_WORDS[wanted.what]} of {piece.badge} is {said} instead of {span}{unit}"
    return ""


def _number(piece: Piece, what: str) -> float | None:
    found = {"width": piece.width, "height": piece.height, "seconds": piece.duration_s}[what]
    return None if found is None else float(found)


def _span(least: float, most: float) -> str:
    return f"{least:g}" if least == most else f"{least:.4g}–{most:.4g}"


def _case(name: str, body: Mapping[str, Any]) -> Case:
    inputs, listed = body.get("inputs"), body.get("expectations")
    blank = Expectation("", "outcome")
    known = set(asdict(blank))
    expectations = [
        replace(blank, **{key: value for key, value in each.items() if key in known})
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and each.get("what") in _WORDS
    ]
    return Case(name, dict(inputs) if isinstance(inputs, dict) else {}, tuple(expectations))
