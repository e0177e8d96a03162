"""Geometry: stained glass, mandalas, Bauhaus compositions, layers of cut paper."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from studio.engine.renderers.painter import inks as ink_sets
from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, even, ramp
from studio.engine.renderers.painter.elements.cells import cells
from studio.engine.renderers.painter.elements.plants import leaf_shape, shaded
from studio.engine.renderers.painter.elements.solids import soften
from studio.engine.renderers.painter.noise import NoiseAt
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch

Point = tuple[float, float]


def paper_texture(canvas: Canvas, amount: float = 1.0) -> None:
    """The tooth and the uneven tone of heavy paper."""
    tooth = canvas.noise(0.006, 3) * 0.05 + canvas.noise(0.2, 4) * 0.04
    canvas.pixels *= (1 + amount * (tooth - 0.03))[..., None]


def stained_glass(canvas: Canvas, rng: np.random.Generator, inks: Sequence[Rgb], lead: Rgb) -> None:
    """Pieces of glass round a bright heart, held by lead."""
    longest = max(canvas.width, canvas.height)
    columns = canvas.u * canvas.width + canvas.noise(longest / canvas.unit_px / 3, 3) * longest * 0.03
    rows = canvas.v * canvas.height + canvas.noise(longest / canvas.unit_px / 3, 3) * longest * 0.03
    count = int(rng.integers(200, 280))
    radius, angle = np.sqrt(rng.random(count)) * 0.72, rng.random(count) * 6.2832
    heart = np.array([rng.uniform(0.4, 0.6) * canvas.width, rng.uniform(0.4, 0.6) * canvas.height])
    points = heart + np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None] * longest
    grid = np.stack(np.meshgrid(np.linspace(0, canvas.width, 9), np.linspace(0, canvas.height, 9)), -1).reshape(-1, 2)
    points = np.concatenate([points, grid + rng.normal(0, longest * 0.02, grid.shape)])
    found = cells(points, columns.astype(np.float32), rows.astype(np.float32), longest * 0.17)
    away = points - heart
    distance, direction = np.hypot(away[:, 0], away[:, 1]) / longest, np.arctan2(away[:, 1], away[:, 0])
    rays = int(rng.integers(4, 9))
    tone = np.mod(distance * 1.45 + 0.10 * np.sin(direction * rays) + rng.normal(0, 0.05, len(points)), 1)
    glass = ramp(even(*inks), tone.astype(np.float32))[found.owner]
    structure = 0.86 + 0.22 * canvas.noise(0.04, 4)
    glow = np.exp(-canvas.distance(heart[0] / canvas.width, heart[1] / canvas.height) / 0.45)
    bevel = 0.9 + 0.25 * smooth(0, longest * 0.02, found.border)
    canvas.fill(np.clip(glass * (structure * (0.65 + 0.75 * glow) * bevel)[..., None], 0, 1))
    canvas.lay(lead, 1 - smooth(longest * 0.0027, longest * 0.0056, found.border))
    canvas.bloom(0.6)


def paper_cut(canvas: Canvas, rng: np.random.Generator, sheets: Sequence[Rgb]) -> None:
    """Sheets of paper with holes, laid over each other, the innermost first."""
    cx, cy = rng.uniform(0.4, 0.6), rng.uniform(0.4, 0.6)
    longest = max(canvas.width, canvas.height)
    across = (canvas.u - cx) * (canvas.width / longest) ** 0.6
    down = (canvas.v - cy) * (canvas.height / longest) ** 0.6
    radius = np.hypot(across, down)
    # The rim is noise on a circle, so it closes: one table over the angle, looked up per pixel.
    where = np.linspace(-math.pi, math.pi, 4096, dtype=np.float32)
    index = ((np.arctan2(down, across) + math.pi) / (2 * math.pi) * 4095).astype(np.int32)
    tooth = 0.97 + 0.05 * canvas.noise(0.007, 3)
    canvas.fill(sheets[0])
    rim = NoiseAt(canvas.next_seed(), 3)
    soft, pixel = canvas.px(0.012), 1.0 / longest
    for number, colour in enumerate(sheets[1:], 1):
        wave = rim.fbm(np.cos(where) * 1.4 + number * 3, np.sin(where) * 1.4 + number * 2)
        edge = (0.09 + 0.45 * number / (len(sheets) - 1) + wave * 0.06)[index]
        mask = smooth(-pixel, pixel, radius - edge)
        shade = np.roll(soften(mask, soft), (int(soft * 0.75), int(soft * 0.5)), (0, 1))
        canvas.pixels *= (1 - 0.55 * shade * (1 - mask))[..., None]
        light = np.exp(-np.clip(radius - edge, 0, 1) / 0.004) * 0.15
        canvas.lay(np.clip(np.asarray(colour, np.float32) * tooth[..., None] + light[..., None], 0, 1), mask)
        canvas.progress(0.2 + 0.7 * number / len(sheets), "Cutting paper")


def mandala(canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb]) -> None:
    """Rings of petals, beads and rays round a centre."""
    canvas.fill(ground)
    sketch = Sketch(canvas, scale=2)
    centre = (canvas.width / 2, canvas.height / 2)
    radius = min(canvas.width, canvas.height) * 0.47
    fold = int(rng.choice((8, 10, 12, 16)))
    rings = int(rng.integers(8, 11))
    for ring in range(rings):
        t = 1 - ring / rings
        count = fold * (2 if t > 0.62 and rng.random() < 0.5 else 1)
        first, second = (inks[int(rng.integers(len(inks)))] for _ in range(2))
        kind = int(rng.integers(5))
        for k in range(count):
            angle = math.pi / count * (ring % 2) + k / count * 2 * math.pi
            _ornament(sketch, centre, radius * t, angle, radius / rings * 1.9, math.pi / count, kind,
                      (first, second, ground))  # fmt: skip
    sketch.ellipse(centre, radius / rings * 0.62, radius / rings * 0.62, inks[0])
    sketch.paint()
    paper_texture(canvas)


def _ornament(sketch: Sketch, centre: Point, reach: float, angle: float, size: float, half: float, kind: int,
              colours: tuple[Rgb, Rgb, Rgb]) -> None:  # fmt: skip
    """One motif of a mandala ring; `half` is half its angle in radians."""
    first, second, ground = colours

    def at(a: float, r: float) -> Point:
        return (centre[0] + math.cos(a) * r, centre[1] + math.sin(a) * r)

    if kind == 0:
        outline, _ = leaf_shape(*at(angle, reach - size), angle, size, reach * half * 0.92, bend=0, fullness=0.9)
        sketch.polygon(outline, first)
        inner, rib = leaf_shape(*at(angle, reach - size * 0.9), angle, size * 0.68, reach * half * 0.5, bend=0)
        sketch.polygon(inner, second)
        sketch.line(rib, size * 0.03, shaded(first, 0.6))
    elif kind == 1:
        bead = reach * half * 0.62
        for part, colour in ((1.0, first), (0.66, ground), (0.42, second)):
            sketch.ellipse(at(angle, reach - bead), bead * part, bead * part, colour)
    elif kind == 2:
        wide = half * 0.95
        ray = [at(angle - wide, reach - size * 0.8), at(angle, reach), at(angle + wide, reach - size * 0.8)]
        sketch.polygon(ray, first)
        inner_ray = [at(angle - wide * 0.45, reach - size * 0.7), at(angle, reach - size * 0.28),
                     at(angle + wide * 0.45, reach - size * 0.7)]  # fmt: skip
        sketch.polygon(inner_ray, second)
    elif kind == 3:
        steps = np.linspace(-1, 1, 24)
        for shrink, colour, thick in ((1.0, first, 0.09), (0.93, second, 0.04)):
            arc = [at(angle + t * half, (reach - size * (0.5 - 0.45 * math.cos(t * math.pi / 2))) * shrink)
                   for t in steps]  # fmt: skip
            sketch.line(arc, size * thick, colour)
    else:
        for part in (-0.5, 0.0, 0.5):
            dot = size * 0.08 * (1.5 - abs(part))
            sketch.ellipse(at(angle + part * half, reach - size * 0.3), dot, dot, first)


def bauhaus(canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb], line: Rgb) -> None:
    """A poster of discs, slabs and lines on a quiet grid. `inks` holds at least four colours."""
    canvas.fill(ground)
    sketch = Sketch(canvas, scale=2)
    unit = min(canvas.width, canvas.height) / 6
    columns, rows = round(canvas.width / unit), round(canvas.height / unit)
    step_x, step_y = canvas.width / columns, canvas.height / rows
    left, top = step_x * rng.integers(0, columns - 2), step_y * rng.integers(1, rows - 2)
    wide, high = step_x * rng.integers(2, 4), step_y * rng.integers(2, 4)
    sketch.polygon([(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)], inks[2])
    cx, cy = step_x * rng.integers(2, columns - 1), step_y * rng.integers(2, rows - 1)
    disc, turn = unit * rng.uniform(1.5, 2.1), math.pi / 2 * int(rng.integers(4))
    sketch.ellipse((cx, cy), disc, disc, inks[0])
    sketch.polygon(_sector((cx, cy), disc, turn, turn + math.pi), inks[1])
    small, angle = unit * rng.uniform(0.5, 0.8), rng.random() * 6.283
    eye = (cx + math.cos(angle) * disc * 0.55, cy + math.sin(angle) * disc * 0.55)
    sketch.ellipse(eye, small, small, ground)
    sketch.polygon(_sector(eye, small, turn + math.pi / 2, turn + math.pi * 1.5), inks[2])
    kinds = rng.permutation(6)[: int(rng.integers(4, 7))]
    for kind in kinds:
        place = (step_x * rng.integers(0, columns), step_y * rng.integers(0, rows))
        colour = inks[int(rng.integers(len(inks)))]
        _bauhaus_accent(sketch, rng, int(kind), place, unit * rng.choice((1, 1, 2)), unit, (colour, line, ground))
    sketch.paint()
    paper_texture(canvas, 1.2)


def _sector(centre: Point, radius: float, start: float, end: float) -> list[Point]:
    steps = np.linspace(start, end, 48)
    return [centre, *((centre[0] + math.cos(a) * radius, centre[1] + math.sin(a) * radius) for a in steps)]


def _bauhaus_accent(sketch: Sketch, rng: np.random.Generator, kind: int, place: Point, size: float, unit: float,
                    colours: tuple[Rgb, Rgb, Rgb]) -> None:  # fmt: skip
    x, y = place
    colour, line, ground = colours
    if kind == 0:
        corner = (x, y + size) if rng.random() < 0.5 else (x + size, y)
        sketch.polygon([(x, y), (x + size, y + size), corner], colour)
    elif kind == 1:
        for k in range(int(rng.integers(5, 10))):
            at = x + k * unit * 0.16
            sketch.line([(at, y), (at, y + size * 1.2 - k * unit * 0.08)], unit * 0.035, line)
    elif kind == 2:
        start = math.pi / 2 * int(rng.integers(4))
        for k in range(6):
            radius = size * 0.5 + k * unit * 0.15
            steps = np.linspace(start, start + 2.1, 40)
            sketch.line([(x + math.cos(a) * radius, y + math.sin(a) * radius) for a in steps], unit * 0.045, line)
    elif kind == 3:
        middle = (x + unit * 0.5, y + unit * 0.5)
        sketch.ellipse(middle, unit * 0.46, unit * 0.46, line)
        sketch.ellipse(middle, unit * 0.23, unit * 0.23, ground)
    elif kind == 4:
        start = math.pi / 2 * int(rng.integers(4))
        sketch.polygon(_sector(place, size, start, start + math.pi / 2), colour)
    else:
        for k in range(16):
            dot = (x + unit * (0.18 * (k % 4) + 0.2), y + unit * (0.18 * (k // 4) + 0.2))
            sketch.ellipse(dot, unit * 0.045, unit * 0.045, line)


_KINDS = {
    "knot": ("knot", "celtic knot", "celtic", "sculpture", "spiral", "torus", "ring"),
    "mandala": ("mandala", "sacred geometry", "kaleidoscope", "rosette", "arabesque", "islamic pattern", "circle"),
    "bauhaus": (
        "bauhaus",
        "suprematism",
        "constructivism",
        "kandinsky",
        "mondrian",
        "isometric",
        "cubism",
        "triangle",
        "polygon",
        "geometry",
        "geometric",
        "art deco",
    ),
    "glass": ("stained glass", "window", "rose window", "cathedral", "glass", "mosaic"),
}


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Choose glass, mandala, poster or knot by the prompt's words, else by the seed."""
    inks = ink_sets.choose(brief, rng)
    named = next((kind for kind, words in _KINDS.items() if brief.says(*words)), None)
    kind = named or ("glass", "mandala", "bauhaus", "knot")[int(rng.integers(4))]
    if kind == "mandala":
        mandala(canvas, rng, ink_sets.darkest(inks, 0.2), inks)
        canvas.note("a mandala of petals, beads and rays")
    elif kind == "bauhaus":
        loud = tuple(sorted(inks, key=lambda colour: max(colour) - min(colour), reverse=True))
        bauhaus(canvas, rng, ink_sets.paper(brief, rng), loud, (0.115, 0.105, 0.1))
        canvas.note("a poster of discs, slabs and lines")
    elif kind == "knot":
        from studio.engine.renderers.painter.scenes.stilllife import WALLS, darker_wall, knot

        light = ink_sets.by_light(inks)
        colours = (light[-1], light[2]) if brief.colours or brief.palettes else ((1.0, 0.88, 0.66), (0.89, 0.70, 0.40))
        knot(canvas, rng, darker_wall(WALLS[int(rng.integers(len(WALLS)))]), colours)
        canvas.note("a polished knot in studio light")
    else:
        order = (*reversed(ink_sets.by_light(inks)), inks[0])
        stained_glass(canvas, rng, order, (0.043, 0.04, 0.05))
        canvas.note("stained glass with the light behind it")


FAMILY = Family(
    "geometric", paint, brush=0.0, vignette=0.12, grain=0.01, weathered=False, open_weight=2,
    titles=("Light, in pieces", "Proof without words", "Order, rehearsed", "The quiet theorem", "Compass and ruler",
            "Rose, unfolded"),
)  # fmt: skip
