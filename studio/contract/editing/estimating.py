"""What a run of a template may cost and take, as a range: from its defaults to the longest lists that it allows.

Units are capacity units (contract/billing.md); prices come from whoever runs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.contract.billing import capacity_units
from studio.contract.editing.document import Document, Stage
from studio.contract.editing.problems import steps_of_stage
from studio.contract.templates.bindings import BindingSyntaxError, parse
from studio.contract.tools import catalogue

_MOST_ITEMS: Final = 12
_SECONDS: Final[Mapping[str, float]] = {"image": 20.0, "video": 120.0, "audio": 60.0, "model": 120.0}
_OTHER_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Estimate:
    """Least and most of something."""

    least: float = 0.0
    most: float = 0.0

    def __add__(self, other: "Estimate") -> "Estimate":
        return Estimate(self.least + other.least, self.most + other.most)


@dataclass(frozen=True)
class TemplateEstimate:
    """Units of each stage by its id, their sum, the seconds of the whole run, and the most that each stage takes."""

    stages: Mapping[str, Estimate]
    units: Estimate
    seconds: Estimate
    seconds_of: Mapping[str, float]


def estimate_of(document: Document) -> TemplateEstimate:
    """Return what a run may cost. A stage with a condition may cost nothing; unknown tools count as nothing."""
    stages: dict[str, Estimate] = {}
    seconds_of: dict[str, float] = {}
    units, seconds = Estimate(), Estimate()
    for stage in document.stages:
        if stage.tool not in catalogue():
            continue
        each = capacity_units(stage.tool, _literals(stage))
        least, most = steps_of_stage(document, stage), _most_items(document, stage)
        guarded = isinstance(stage.body.get("condition"), Mapping) and stage.body["condition"].get("type") != "always"
        if guarded:
            least = 0
        stages[stage.id] = Estimate(each * least, each * most)
        units += stages[stage.id]
        one = _SECONDS.get(catalogue()[stage.tool].produces or "", _OTHER_SECONDS)
        seconds += Estimate(one * least, one * most)
        seconds_of[stage.id] = one * most
    return TemplateEstimate(stages, units, seconds, seconds_of)


def _literals(stage: Stage) -> dict[str, Any]:
    return {
        name: value for name, value in stage.arguments.items() if not (isinstance(value, str) and value.startswith("$"))
    }


def _most_items(document: Document, stage: Stage, on_way: frozenset[str] = frozenset()) -> int:
    """Return the longest list that a batch may go over; 1 for other stages."""
    if stage.kind != "batch" or stage.id in on_way:
        return 1
    over = stage.body.get("overBinding")
    try:
        binding = parse(over) if isinstance(over, str) and over.startswith("$") else None
    except BindingSyntaxError:
        return 1
    least = steps_of_stage(document, stage)
    if binding is None or binding.name is None:
        return least
    if binding.root == "inputs":
        entry = document.input(binding.name)
        lengths = entry.get("multiple") if entry is not None else None
        most = lengths.get("max") if isinstance(lengths, Mapping) else None
        return max(least, min(_MOST_ITEMS, int(most))) if isinstance(most, int) else least
    if binding.root == "artifacts" and binding.name in document.producers:
        maker = document.stage(document.producers[binding.name])
        return max(least, _most_items(document, maker, on_way | {stage.id}))
    return least
