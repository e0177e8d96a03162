"""Layers of cut paper round a bright opening."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter import inks as ink_sets
from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import blend, rgb
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.scenes.geometric import paper_cut

_OWN = (
    tuple(rgb(code) for code in ["#FFE7B0", "#F29E6D", "#DE6B5B", "#7B3573", "#231C4A"]),
    tuple(rgb(code) for code in ["#F7F3DA", "#8CCFC5", "#2B7791", "#1C4C72", "#0B1630"]),
    tuple(rgb(code) for code in ["#FBEFD5", "#E9C46A", "#8AB17D", "#2A6F5E", "#17313B"]),
)


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Eight sheets from light inside to dark outside; at night the light is outside."""
    chosen = tuple(reversed(ink_sets.by_light(ink_sets.choose(brief, rng, _OWN))))
    stops = np.linspace(0, len(chosen) - 1, 8)
    sheets = [blend(chosen[int(t)], chosen[min(len(chosen) - 1, int(t) + 1)], t - int(t)) for t in stops]
    paper_cut(canvas, rng, sheets[::-1] if brief.time == "night" else sheets)
    canvas.note("eight layers of cut paper")


FAMILY = Family(
    "papercut", paint, brush=0.0, vignette=0.1, grain=0.01, weathered=False,
    titles=("The way in", "Eight sheets of evening", "Inside the mountain", "A door of paper", "Opening"),
)  # fmt: skip
