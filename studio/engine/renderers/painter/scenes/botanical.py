"""Plants on paper: herbarium ferns and bouquets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, blend
from studio.engine.renderers.painter.elements.plants import flower, frond, stem
from studio.engine.renderers.painter.scenes.geometric import paper_texture
from studio.engine.renderers.painter.sketch import Sketch

_FRONDS = (
    (-1.9, 0.70, -0.9, 0.115, 0.0),
    (-1.2, 0.70, 0.9, 0.115, 0.12),
    (-1.55, 0.95, 0.25, 0.15, 0.0),
    (-2.4, 0.50, -0.7, 0.088, 0.35),
    (-0.75, 0.50, 0.7, 0.088, 0.5),
)
"""Angle, length, curve, leaflet and age of the fronds of one plant; lengths in parts of the plant's size."""


def _press(canvas: Canvas, sketch: Sketch) -> None:
    """Paint the drawing with the uneven wash of watercolour, then give the whole sheet its tooth."""
    cover = sketch.paint()
    wash = np.clip(0.5 + canvas.noise(0.19, 5) * 1.1, 0, 1)
    canvas.pixels *= (1 - cover * (0.14 - 0.28 * wash))[..., None]
    paper_texture(canvas)


def fern(canvas: Canvas, rng: np.random.Generator, paper: Rgb, inks: tuple[Rgb, Rgb, Rgb]) -> None:
    """A fern laid flat like a herbarium plate; `inks` are deep, fresh and withered."""
    canvas.fill(paper)
    sketch = Sketch(canvas, scale=2)
    size = min(canvas.width, canvas.height / 1.25)
    foot = (canvas.width / 2, canvas.height / 2 + size * 0.58)
    for angle, length, curve, leaflet, age in _FRONDS:
        frond(sketch, rng, (*foot, angle + rng.normal(0, 0.07)), length * size * rng.uniform(0.9, 1.08),
              curve * rng.uniform(0.7, 1.2), leaflet * size, inks, age)  # fmt: skip
    _press(canvas, sketch)


def bouquet(canvas: Canvas, rng: np.random.Generator, paper: Rgb, petals: Sequence[Rgb], greens: tuple[Rgb, Rgb],
            kinds: Sequence[str], count: int | None = None) -> None:  # fmt: skip
    """A spray of flowers of the given kinds; wide pictures carry more of them."""
    canvas.fill(paper)
    sketch = Sketch(canvas, scale=2)
    size = min(canvas.width, canvas.height * 0.9)
    foot = (canvas.width / 2, canvas.height / 2 + size * 0.56)
    wide = canvas.aspect > 1.5
    number = count or int(rng.integers(11, 16) if wide else rng.integers(7, 11))
    spread = min(1.7, max(1.0, canvas.aspect * 0.85))
    heads = []
    for k in range(number):
        t = (k + 0.5) / number * 2 - 1
        x = foot[0] + t * size * 0.40 * spread + rng.normal(0, size * 0.03)
        y = foot[1] - size * (1.02 - 0.42 * abs(t) ** 1.5) * rng.uniform(0.7, 0.96)
        radius = size * rng.uniform(0.085, 0.145) * (1.5 if number <= 3 else 1.0)
        heads.append((x, max(y, radius * 1.1), radius))
    for x, y, _ in heads:
        stem(sketch, rng, (foot[0] + (x - foot[0]) * 0.16, foot[1]), (x, y), size, greens)
    for x, y, radius in sorted(heads, key=lambda head: head[1]):
        kind = kinds[int(rng.integers(len(kinds)))]
        pick = int(rng.integers(len(petals)))
        inner = blend(petals[pick], petals[(pick + 1) % len(petals)], 0.5)
        flower(sketch, rng, kind, (x, y), radius, (petals[pick], inner))
    _press(canvas, sketch)
