"""The families of pictures, found by looking into this package.

To add a family, drop a module here that defines `FAMILY = Family(...)`; nothing else has to be edited. Its painter is
`paint(brief, canvas, air, rng) -> None`: it fills the canvas and records with `canvas.note(words, *kinds)` what it
really drew. It is called with a canvas that is all black, may use any of the core (`canvas`, `noise`, `colour`,
`sketch`, `terrain`, `light`) and of `elements`, takes its colours from `air`, and its choices from `rng` and the
canvas's own seeds only. Brushing, fog, grade, vignette and grain follow in `painting.py` for all families alike.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.elements.cast import CLOSE
from studio.engine.renderers.painter.lexicon import ELEMENT_WORDS

ScenePainter = Callable[[Brief, Canvas, Air, np.random.Generator], None]


@dataclass(frozen=True)
class Family:
    """One family: its name (as in `lexicon.FAMILY_WORDS`), painter, usual hours, and how it is finished.

    `open_weight` is how often an open request becomes this family (0 never). `brush`, `vignette`, `grain` tune the
    common finish; `titles` join the pool of titles, and may hold `{hour}`.
    """

    name: str
    paint: ScenePainter
    hours: tuple[str, ...] = ("dawn", "morning", "noon", "golden", "dusk", "dusk", "blue", "night")
    open_weight: int = 1
    brush: float = 0.35
    vignette: float = 0.16
    grain: float = 0.0065
    titles: tuple[str, ...] = ()
    weathered: bool = True
    """Whether the common finish may veil it with fog and weather contrast (false for studio subjects and paper)."""


FALLBACKS: dict[str, tuple[str, ...]] = {
    "botanical": ("hills", "forest"), "underwater": ("coast",), "abstract": ("cosmic", "sky"),
    "geometric": ("cosmic", "hills"), "papercut": ("hills",), "portrait": ("hills",), "still_life": ("hills",),
    "animals": ("forest", "hills"), "pattern": ("sky", "cosmic"),
}  # fmt: skip
"""Families that stand in for one that is not there."""


@cache
def families() -> dict[str, Family]:
    """Every family in this package, by name."""
    found: dict[str, Family] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        family = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FAMILY", None)
        if isinstance(family, Family):
            found[family.name] = family
    return found


def open_choices() -> tuple[str, ...]:
    """The names that an open request is drawn from, repeated by weight."""
    return tuple(name for name, family in families().items() for _ in range(family.open_weight))


def family_for(brief: Brief) -> Family:
    """The brief's family, or the best that stands in for it."""
    known = families()
    beasts = brief.family == "animals"
    close = any(thing.kind in CLOSE for thing in brief.things)  # only these can be shown close by
    homes = [ELEMENT_WORDS[thing.kind][1] for thing in brief.things] if beasts else []
    first = () if beasts and not close else (brief.family,)
    for name in (*first, *homes, *brief.ranking, *FALLBACKS.get(brief.family, ()), *known):
        if name in known and (close or name != "animals"):
            return known[name]
    raise LookupError("the painter has no scenes")  # only if the package was taken apart
