"""Patterns that repeat without a seam: waves, leaves, terrazzo, winding paths."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from studio.engine.renderers.painter import inks as ink_sets
from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, rgb
from studio.engine.renderers.painter.elements.plants import leaf_shape, shaded
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch


def _wraps(canvas: Canvas, x: float, y: float, reach: float) -> list[tuple[float, float]]:
    """The copies of a point that are near enough to the picture to show, so that edges meet."""
    out = []
    for dx in (-canvas.width, 0, canvas.width):
        for dy in (-canvas.height, 0, canvas.height):
            if -reach < x + dx < canvas.width + reach and -reach < y + dy < canvas.height + reach:
                out.append((x + dx, y + dy))
    return out


def waves(canvas: Canvas, rng: np.random.Generator, inks: Sequence[Rgb]) -> None:
    """Seigaiha: overlapping fans. `inks` are dark, middle, bright and line."""
    sketch = Sketch(canvas, scale=2)
    count = max(3, round(canvas.width / min(canvas.width, canvas.height) * 7))
    radius = canvas.width / count / 2
    rows = max(2, 2 * round(canvas.height / radius / 0.5 / 2))
    step = canvas.height / rows
    rings = ((1.0, 3), (0.94, 0), (0.80, 1), (0.62, 3), (0.56, 0), (0.38, 1), (0.2, 3))
    tones = rng.uniform(0.9, 1.08, (rows, count))
    canvas.fill(inks[0])
    for row in range(-1, rows + 5):
        for column in range(-1, count + 2):
            tone = tones[row % rows, (column + (row % 2 and 0)) % count]
            centre = ((column * 2 + row % 2) * radius, row * step)
            for part, ink in rings:
                colour = inks[ink] if ink == 3 else shaded(inks[ink], tone)
                sketch.ellipse(centre, radius * part, radius * part, colour)
    sketch.paint()


def foliage(
    canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb], fruit: Sequence[str] = ()
) -> None:
    """Leaves, sprigs, blossoms and berries, tossed evenly; with the named `fruit` every second one is a fruit."""
    canvas.fill(ground)
    sketch = Sketch(canvas, scale=2)
    size = min(canvas.width, canvas.height)
    spots: list[tuple[float, float]] = []
    for _ in range(4000):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height
        if all(_wrapped_distance(canvas, x - sx, y - sy) > size * 0.085 for sx, sy in spots):
            spots.append((x, y))
    for x, y in spots:
        angle, length = rng.random() * 6.283, size * rng.uniform(0.10, 0.15)
        colour = inks[int(rng.integers(len(inks)))]
        kind = int(rng.integers(4)) if not fruit else int(rng.integers(2))
        if fruit and rng.random() < 0.55:
            name = fruit[int(rng.integers(len(fruit)))]
            for px, py in _wraps(canvas, x, y, length * 2):
                _fruit(sketch, name, (px, py), angle, length, colour)
            continue
        for px, py in _wraps(canvas, x, y, length * 2):
            _sprig(sketch, kind, (px, py), angle, length, (colour, inks[0], ground))
    sketch.paint()


def _wrapped_distance(canvas: Canvas, dx: float, dy: float) -> float:
    half_w, half_h = canvas.width / 2, canvas.height / 2
    return math.hypot((dx + half_w) % canvas.width - half_w, (dy + half_h) % canvas.height - half_h)


def _sprig(sketch: Sketch, kind: int, centre: tuple[float, float], angle: float, length: float,
           colours: tuple[Rgb, Rgb, Rgb]) -> None:  # fmt: skip
    colour, accent, ground = colours
    x, y = centre
    start = (x - math.cos(angle) * length / 2, y - math.sin(angle) * length / 2)
    if kind == 0:
        outline, rib = leaf_shape(*start, angle, length, length * 0.2)
        sketch.polygon(outline, colour)
        sketch.line(rib, length * 0.018, ground)
    elif kind == 1:
        end = (start[0] + math.cos(angle) * length, start[1] + math.sin(angle) * length)
        sketch.line([start, end], length * 0.03, shaded(colour, 0.8))
        for t in np.linspace(0.15, 0.95, 6):
            for side in (-1, 1):
                root = (start[0] + math.cos(angle) * length * t, start[1] + math.sin(angle) * length * t)
                outline, _ = leaf_shape(*root, angle + side * 0.9, length * 0.34 * (1.1 - t * 0.6), length * 0.06)
                sketch.polygon(outline, colour)
    elif kind == 2:
        for k in range(6):
            outline, _ = leaf_shape(x, y, angle + k * 1.0472, length * 0.36, length * 0.1, bend=0, fullness=1.1)
            sketch.polygon(outline, colour)
        sketch.ellipse(centre, length * 0.08, length * 0.08, accent)
    else:
        for k in range(3):
            berry = (x + math.cos(angle + k * 2.1) * length * 0.14, y + math.sin(angle + k * 2.1) * length * 0.14)
            sketch.ellipse(berry, length * 0.075, length * 0.075, colour)


_FRUIT = {
    "lemon": ("#F4D03F", 1.35), "lime": ("#8DBB3A", 1.25), "orange": ("#F08A2C", 1.0), "apple": ("#CF3B36", 0.98),
    "cherry": ("#B3202E", 1.0), "strawberry": ("#D9303E", 0.82), "pear": ("#C4CB55", 0.78), "peach": ("#F2A07A", 1.0),
    "plum": ("#6B3A78", 1.05), "avocado": ("#6E8F3C", 0.75), "watermelon": ("#D9455A", 1.2),
    "grapefruit": ("#F0806A", 1.0),
}  # fmt: skip
"""Colour of each fruit of a pattern, and its length by its width."""


def _fruit(sketch: Sketch, name: str, centre: tuple[float, float], angle: float, length: float, leaf: Rgb) -> None:
    own, shape = rgb(_FRUIT[name][0]), _FRUIT[name][1]
    radius = length * 0.34
    x, y = centre
    turn = math.degrees(angle)
    outline, rib = leaf_shape(x + math.cos(angle) * radius * shape * 0.9, y + math.sin(angle) * radius * shape * 0.9,
                              angle + 0.7, length * 0.55, length * 0.15)  # fmt: skip
    sketch.polygon(outline, rgb("#5E8A45"))
    sketch.line(rib, length * 0.014, rgb("#DDE6C8"))
    sketch.ellipse(centre, radius * shape, radius, own, turn)
    if name == "lemon":
        for side in (-1, 1):
            tip = (
                x + side * math.cos(angle) * radius * shape * 0.95,
                y + side * math.sin(angle) * radius * shape * 0.95,
            )
            sketch.ellipse(tip, radius * 0.22, radius * 0.2, own, turn)
    lit = (x - radius * 0.22, y - radius * 0.28)
    sketch.ellipse(lit, radius * shape * 0.5, radius * 0.42, shaded(own, 1.12), turn)
    for k in range(7):
        a = angle + k * 0.9
        dot = (x + math.cos(a) * radius * (0.3 + 0.06 * k), y + math.sin(a) * radius * (0.3 + 0.06 * k))
        sketch.ellipse(dot, radius * 0.035, radius * 0.035, shaded(own, 0.8))


def terrazzo(canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb]) -> None:
    """Chips of stone in cement, large to fine."""
    canvas.fill(ground)
    sketch = Sketch(canvas, scale=2)
    size = min(canvas.width, canvas.height)
    area = canvas.width * canvas.height / size / size
    for part, count in ((0.055, 70), (0.03, 190), (0.014, 520), (0.006, 900)):
        for _ in range(int(count * area)):
            x, y = rng.random() * canvas.width, rng.random() * canvas.height
            corners = int(rng.integers(5, 8))
            angle = np.sort(rng.random(corners)) * 6.283
            radius = size * part * rng.uniform(0.5, 1) * rng.uniform(0.55, 1.2, corners)
            shape: Field = np.stack([np.cos(angle) * radius, np.sin(angle) * radius], 1)
            colour = shaded(inks[int(rng.integers(len(inks)))], rng.uniform(0.92, 1.06))
            for px, py in _wraps(canvas, x, y, size * 0.1):
                sketch.polygon(shape + np.array([px, py]), colour)
    sketch.paint()


def winding(canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb]) -> None:
    """Truchet tiles: quarter arcs that join into endless paths. `inks` from the outside in."""
    canvas.fill(ground)
    sketch = Sketch(canvas, scale=2)
    columns = max(4, round(canvas.width / min(canvas.width, canvas.height) * 9))
    rows = max(4, round(canvas.height * columns / canvas.width))
    wide, high = canvas.width / columns, canvas.height / rows
    steps = np.linspace(0, math.pi / 2, 16)
    widths = ((0.36, inks[0]), (0.22, inks[1 % len(inks)]), (0.08, inks[2 % len(inks)]))
    flips = rng.random((rows, columns)) < 0.5
    # All outer strokes first: an inner stroke must not be cut by its neighbour's outer one.
    for part, colour in widths:
        for row in range(rows):
            for column in range(columns):
                x, y = column * wide, row * high
                corners = ((x, y, 0.0), (x + wide, y + high, math.pi)) if flips[row, column] else (
                    (x + wide, y, math.pi / 2), (x, y + high, -math.pi / 2))  # fmt: skip
                for cx, cy, turn in corners:
                    arc = np.stack([cx + np.cos(turn + steps) * wide / 2, cy + np.sin(turn + steps) * high / 2], 1)
                    sketch.line(arc, min(wide, high) * part, colour)
    sketch.paint()


_KINDS = {
    "waves": ("wave", "seigaiha", "japanese", "scallop", "sea", "ocean", "fish scale"),
    "foliage": (
        "leaf",
        "leaves",
        "flower",
        "floral",
        "botanical",
        "jungle",
        "tropical",
        "paisley",
        "garden",
        "textile",
        "fabric",
        "wallpaper",
        "autumn",
        "berry",
    ),
    "terrazzo": ("terrazzo", "stone", "granite", "confetti", "texture", "marble", "concrete"),
    "winding": ("truchet", "maze", "labyrinth", "geometric", "tile", "retro", "path", "celtic", "tartan", "stripe"),
}


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Choose a repeat by the prompt's words, else by the seed."""
    inks = ink_sets.choose(brief, rng)
    fruit = [name for name in _FRUIT if brief.says(name)]
    named = "foliage" if fruit else next((kind for kind, words in _KINDS.items() if brief.says(*words)), None)
    kind = named or tuple(_KINDS)[int(rng.integers(len(_KINDS)))]
    sheet, light = ink_sets.paper(brief, rng), ink_sets.by_light(inks)
    if kind == "waves":
        blues = (rgb("#16324F"), rgb("#2A628F"), rgb("#3E92CC"), rgb("#F4EEE0"))
        chosen = (light[0], light[1], light[2], light[-1]) if brief.colours or brief.palettes else blues
        waves(canvas, rng, chosen)
        canvas.note("a repeat of overlapping waves")
    elif kind == "foliage":
        seen = [colour for colour in inks if abs(sum(colour) - sum(sheet)) > 0.35] or inks
        if fruit and not brief.colours:
            seen = [rgb(code) for code in ("#4E7A3E", "#7FA05A", "#35583A")]
        foliage(canvas, rng, sheet, seen, fruit)
        names = " and ".join(f"{name[:-1]}ies" if name.endswith("y") else f"{name}s" for name in fruit)
        canvas.note(
            f"a repeat of {names} and leaves" if fruit else "a repeat of leaves, blossoms and berries", "flowers"
        )
    elif kind == "terrazzo":
        terrazzo(canvas, rng, sheet, inks)
        canvas.note("a repeat of terrazzo chips")
    else:
        winding(canvas, rng, ink_sets.darkest(inks), (light[2], light[3], light[-1]))
        canvas.note("a repeat of winding paths")


# No vignette and no brush: both would show where the tiles meet.
FAMILY = Family(
    "pattern", paint, brush=0.0, vignette=0.0, grain=0.006, weathered=False, open_weight=0,
    titles=("Repeat, {hour}", "By the metre", "Endless, by design", "Wall of a summer room"),
)  # fmt: skip
