"""Plants on paper: herbarium ferns and bouquets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.engine.renderers.painter import inks as ink_sets
from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements.cast import butterflies
from studio.engine.renderers.painter.elements.plants import flower, frond, stem
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.scenes.geometric import paper_texture
from studio.engine.renderers.painter.sketch import Sketch, spline

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
            kinds: Sequence[str], count: int | None = None, vase: Rgb | None = None) -> None:  # fmt: skip
    """A spray of flowers of the given kinds, in a vase of the colour `vase`; wide pictures carry more of them."""
    canvas.fill(paper)
    sketch = Sketch(canvas, scale=2)
    size = min(canvas.width, canvas.height * 0.9)
    foot = (canvas.width / 2, canvas.height / 2 + size * (0.56 if vase is None else 0.36))
    wide = canvas.aspect > 1.5
    number = count or int(rng.integers(11, 16) if wide else rng.integers(7, 11))
    spread = min(1.7, max(1.0, canvas.aspect * 0.85))
    heads = []
    for k in range(number):
        t = (k + 0.5) / number * 2 - 1
        x = foot[0] + t * size * 0.40 * spread + rng.normal(0, size * 0.03)
        y = foot[1] - size * (1.02 if vase is None else 0.86) * (1 - 0.41 * abs(t) ** 1.5) * rng.uniform(0.7, 0.96)
        radius = size * rng.uniform(0.085, 0.145) * (1.5 if number <= 3 else 1.0)
        if number == 1:
            radius = size * 0.26
        heads.append((x, max(y, radius * 1.1), radius))
    for x, y, _ in heads:
        stem(sketch, rng, (foot[0] + (x - foot[0]) * 0.16, foot[1]), (x, y), size, greens)
    if vase is not None:
        _vase(sketch, (foot[0], canvas.height / 2 + size * 0.52), size, vase)
    for x, y, radius in sorted(heads, key=lambda head: head[1]):
        kind = kinds[int(rng.integers(len(kinds)))]
        pick = int(rng.integers(len(petals)))
        inner = blend(petals[pick], petals[(pick + 1) % len(petals)], 0.5)
        flower(sketch, rng, kind, (x, y), radius, (petals[pick], inner))
    _press(canvas, sketch)


def _vase(sketch: Sketch, foot: tuple[float, float], size: float, colour: Rgb) -> None:
    """A glazed vase around the stems, standing on `foot`."""
    x, y = foot

    def half(points: Sequence[tuple[float, float]], tone: Rgb) -> None:
        outline = [(x + a * size, y - b * size) for a, b in points]
        sketch.polygon(spline(outline, True, 8), tone)

    sketch.ellipse((x, y), size * 0.17, size * 0.018, adjust(colour, lightness=-0.3), alpha=0.4)
    half([(-0.11, 0.005), (-0.155, 0.1), (-0.15, 0.2), (-0.085, 0.31), (-0.105, 0.37), (0.105, 0.37), (0.085, 0.31),
          (0.15, 0.2), (0.155, 0.1), (0.11, 0.005), (0.0, -0.006)], colour)  # fmt: skip
    half([(0.04, 0.005), (0.06, 0.2), (0.03, 0.3), (0.08, 0.31), (0.145, 0.2), (0.15, 0.1), (0.11, 0.01)],
         adjust(colour, lightness=-0.09))  # fmt: skip
    half([(-0.115, 0.08), (-0.12, 0.19), (-0.075, 0.27), (-0.06, 0.25), (-0.085, 0.17), (-0.08, 0.08)],
         adjust(colour, lightness=0.13))  # fmt: skip
    half([(-0.108, 0.372), (-0.1, 0.352), (0.1, 0.352), (0.108, 0.372), (0.0, 0.384)], adjust(colour, lightness=0.08))


_KIND_WORDS = {
    "poppy": ("poppy",),
    "rose": ("rose", "peony", "camellia", "carnation", "hydrangea", "dahlia", "magnolia"),
    "tulip": ("tulip", "lily", "iris", "crocus"),
    "lavender": ("lavender", "lilac", "hyacinth", "foxglove", "bluebell"),
    "daisy": (
        "daisy",
        "wildflower",
        "dandelion",
        "anemone",
        "chrysanthemum",
        "hibiscus",
        "lotus",
        "orchid",
        "daffodil",
    ),
    "sunflower": ("sunflower",),
}
_PLURALS = {"poppy": "poppies", "daisy": "daisies", "lavender": "lavender"}
_NATURAL = {
    "poppy": ("#D8432F", "#E9683A", "#C2352B"),
    "rose": ("#F2C6B4", "#E58C7A", "#B65C6E", "#F6E3C0"),
    "tulip": ("#E9B44C", "#D8563F", "#F0B2A0", "#8E4A86"),
    "lavender": ("#7B6BB8", "#9A86D0", "#5E4FA0"),
    "daisy": ("#F6F2E6", "#F3E6C8", "#E8D8F0"),
    "sunflower": ("#F2B632", "#EFA21F", "#F7CF5C"),
}


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A fern plate, or a bouquet of the flowers that were named."""
    sheet = ink_sets.paper(brief, rng)
    kinds = [kind for kind, words in _KIND_WORDS.items() if brief.says(*words)]
    plain = brief.says("fern", "herbarium", "leaf", "leaves", "ivy", "monstera", "branch", "herb", "succulent", "plant")
    if not kinds and (plain or (not brief.says("flower", "bouquet", "floral", "blossom", "bloom", "garden", "petal")
                                and rng.random() < 0.4)):  # fmt: skip
        wished = ink_sets.by_light(ink_sets.choose(brief, rng)) if brief.colours else None
        inks = (wished[0], wished[2], wished[3]) if wished else (rgb("#1E4A3C"), rgb("#6FA06B"), rgb("#C98F3E"))
        if brief.season == "autumn" and wished is None:
            inks = (rgb("#6B3A1E"), rgb("#C9782E"), rgb("#D9A441"))
        fern(canvas, rng, sheet, inks)
        canvas.note("a fern laid flat like a herbarium plate")
        return
    kinds = kinds or [str(kind) for kind in rng.choice(tuple(_KIND_WORDS)[:5], 3, replace=False)]
    natural = [rgb(code) for kind in kinds for code in _NATURAL[kind]]
    named = brief.thing("flowers")
    if named and named.colour:
        petals: ink_sets.Inks = tuple(adjust(named.colour, lightness=step) for step in (-0.08, 0.0, 0.07, 0.14))
    else:
        petals = ink_sets.choose(brief, rng) if brief.colours or brief.palettes else tuple(natural)
    count = named.count if named else None
    if count == 1 and brief.says("bouquet", "garden", "bunch", "posy", "vase", "meadow", "field", "floral"):
        count = None
    if count == 1:
        kinds = kinds[:1]
    vase = None
    if brief.says("vase", "jug", "pitcher", "pot", "jar"):
        glaze = rgb(("#3F6B7A", "#E8E2D4", "#B8694A", "#5E7F6B")[int(rng.integers(4))])
        vase = next((thing.colour for thing in brief.things if thing.kind == "vase" and thing.colour), glaze)
    greens = (rgb("#2E5B44"), rgb("#7FA36B"))
    bouquet(canvas, rng, sheet, petals, greens, kinds, min(24, count) if count else None, vase)
    plurals = [
        kind if kind == "lavender" else f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s" for kind in kinds
    ]
    if brief.wants("butterfly"):
        butterflies(brief, canvas, 0.12, 0.6, min(canvas.width, canvas.height) * 0.13)
    if count == 1:
        canvas.note(f"a single {kinds[0]}", "flowers")
        return
    canvas.note(
        "a bouquet of " + " and ".join(plurals) + (" in a vase" if vase else ""),
        "flowers",
        *(("vase", "pot", "jar") if vase else ()),
    )


FAMILY = Family(
    "botanical", paint, brush=0.12, vignette=0.08, grain=0.011, weathered=False, open_weight=2,
    titles=("Pressed, {hour}", "Specimen, unnamed", "A garden remembered", "Stem and leaf", "For the windowsill",
            "Gathered before rain"),
)  # fmt: skip
