"""Leaves, fronds and flower heads, as a botanical illustrator would lay them: flat washes with drawn veins."""

from __future__ import annotations

import math

import numpy as np

from studio.engine.renderers.painter.colour import Rgb, adjust, blend
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.sketch import Sketch

FLOWERS = ("poppy", "daisy", "rose", "tulip", "lavender", "sunflower")


def shaded(colour: Rgb, factor: float) -> Rgb:
    """`colour` times a factor, clipped."""
    return (min(1.0, colour[0] * factor), min(1.0, colour[1] * factor), min(1.0, colour[2] * factor))


def leaf_shape(
    x: float, y: float, angle: float, length: float, width: float, *, bend: float = 0.25, fullness: float = 0.8
) -> tuple[Field, Field]:
    """(outline, midrib) of a leaf that starts at (x, y); `fullness` below one puts the widest part nearer the tip."""
    t = np.linspace(0, 1, 15)
    turn = angle + bend * t
    centre_x, centre_y = x + np.cos(turn) * length * t, y + np.sin(turn) * length * t
    half = width * np.sin(np.pi * t**fullness)
    side_x, side_y = -np.sin(turn) * half, np.cos(turn) * half
    one = np.stack([centre_x + side_x, centre_y + side_y], 1)
    other = np.stack([centre_x - side_x, centre_y - side_y], 1)[::-1]
    return np.concatenate([one, other]), np.stack([centre_x, centre_y], 1)


def leaf(sketch: Sketch, place: tuple[float, float, float], length: float, width: float, colour: Rgb,
         *, bend: float = 0.25, fullness: float = 0.8, vein: float = 0.8) -> None:  # fmt: skip
    """Paint a leaf at `place` (x, y, angle) with its midrib."""
    outline, midrib = leaf_shape(*place, length, width, bend=bend, fullness=fullness)
    sketch.polygon(outline, colour)
    sketch.line(midrib, max(0.5, length * 0.008), shaded(colour, vein))


def frond(sketch: Sketch, rng: np.random.Generator, place: tuple[float, float, float], length: float, curve: float,
          leaflet: float, colours: tuple[Rgb, Rgb, Rgb], age: float) -> None:  # fmt: skip
    """A fern frond: `colours` are deep, fresh and withered; `age` 0..1 mixes the last one in."""
    x, y, angle = place
    count = 34
    spine: list[tuple[float, float, float]] = []
    for i in range(count + 1):
        spine.append((x, y, angle))
        angle += curve / count * (0.4 + i / count * 1.5)
        x += math.cos(angle) * length / count
        y += math.sin(angle) * length / count
    sketch.line([(p[0], p[1]) for p in spine], length * 0.006, shaded(colours[0], 0.8))
    for i, (px, py, along) in enumerate(spine[3:]):
        t = i / count
        size = leaflet * math.sin(math.pi * min(1, t * 0.93 + 0.07) ** 0.75) * (0.9 + 0.2 * rng.random())
        base = blend(blend(colours[0], colours[1], t), colours[2], age)
        for side in (-1, 1):
            place_ = (px, py, along + side * (1.05 - 0.35 * t))
            leaf(sketch, place_, size, size * 0.13, shaded(base, 0.9 + 0.2 * rng.random()), vein=0.78)


def stem(sketch: Sketch, rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float],
         size: float, greens: tuple[Rgb, Rgb]) -> None:  # fmt: skip
    """A bent stem from the ground to a flower, with a few leaves; `size` is the height of the picture's plant."""
    t = np.linspace(0, 1, 30)
    x = start[0] + (end[0] - start[0]) * t**1.35
    y = start[1] + (end[1] - start[1]) * t
    sketch.line(np.stack([x, y], 1), size * 0.008, shaded(greens[0], rng.uniform(0.9, 1.15)))
    for q in rng.uniform(0.25, 0.8, 3):
        i = int(q * 29)
        side = rng.choice((-1, 1))
        angle = math.atan2(y[i] - y[i - 1], x[i] - x[i - 1]) + side * rng.uniform(0.5, 0.95)
        colour = shaded(blend(greens[0], greens[1], q), rng.uniform(0.88, 1.1))
        leaf(sketch, (x[i], y[i], angle), size * rng.uniform(0.1, 0.2), size * rng.uniform(0.018, 0.034), colour,
             bend=side * 0.5)  # fmt: skip


def flower(sketch: Sketch, rng: np.random.Generator, kind: str, centre: tuple[float, float], radius: float,
           petals: tuple[Rgb, Rgb]) -> None:  # fmt: skip
    """A flower head of one of `FLOWERS`; `petals` are the outer and inner colour."""
    painters = {"poppy": _poppy, "daisy": _daisy, "rose": _rose, "tulip": _tulip, "lavender": _lavender}
    if kind == "sunflower":
        _daisy(sketch, rng, centre, radius * 1.1, petals, core=0.46, core_colour=(0.32, 0.2, 0.12))
        return
    painters.get(kind, _daisy)(sketch, rng, centre, radius, petals)


def seed_disc(sketch: Sketch, centre: tuple[float, float], radius: float, colour: Rgb) -> None:
    """Seeds in a golden spiral."""
    sketch.ellipse(centre, radius, radius, shaded(colour, 0.72))
    count = int(min(420, radius * radius * 0.06 + 60))
    for k in range(count):
        r, q = radius * 0.97 * math.sqrt(k / count), k * 2.39996
        dot = max(0.5, radius * 0.055)
        sketch.ellipse((centre[0] + math.cos(q) * r, centre[1] + math.sin(q) * r), dot, dot,
                       shaded(colour, 1.12 - 0.45 * k / count))  # fmt: skip


def _daisy(sketch: Sketch, rng: np.random.Generator, centre: tuple[float, float], radius: float,
           petals: tuple[Rgb, Rgb], core: float = 0.27, core_colour: Rgb = (0.886, 0.698, 0.247)) -> None:  # fmt: skip
    count, turn = int(rng.integers(13, 22)), rng.random() * 6.283
    for ring, (reach, light) in enumerate(((1.0, 0.92), (0.86, 1.05))):
        for k in range(count):
            q = turn + (k + 0.5 * ring) / count * 6.2832 + rng.normal(0, 0.04)
            start = (centre[0] + math.cos(q) * radius * 0.15, centre[1] + math.sin(q) * radius * 0.15, q)
            colour = shaded(petals[0], (0.88 + 0.16 * rng.random()) * light)
            leaf(sketch, start, radius * reach * rng.uniform(0.82, 1), radius * 0.115, colour,
                 bend=rng.normal(0, 0.12), fullness=1.25, vein=0.88)  # fmt: skip
    seed_disc(sketch, centre, radius * core, core_colour)


def _poppy(sketch: Sketch, rng: np.random.Generator, centre: tuple[float, float], radius: float,
           petals: tuple[Rgb, Rgb]) -> None:  # fmt: skip
    x, y = centre
    for count, reach in ((5, 1.0), (4, 0.82)):
        turn = rng.random() * 6.283
        for k in range(count):
            q = turn + k / count * 6.2832
            t = np.linspace(-0.78, 0.78, 26)
            rim = radius * reach * (1 - 0.14 * t**2) * (1 + 0.045 * np.sin(t * 13 + rng.random() * 6))
            shape = np.concatenate([[(x, y)], np.stack([x + np.cos(q + t) * rim, y + np.sin(q + t) * rim], 1)])
            colour = shaded(petals[0], 0.82 + 0.22 * rng.random())
            sketch.polygon(shape, colour)
            for _ in range(9):
                w = q + rng.uniform(-0.6, 0.6)
                inner = (x + math.cos(w) * radius * 0.2, y + math.sin(w) * radius * 0.2)
                outer = (x + math.cos(w) * radius * reach * 0.9, y + math.sin(w) * radius * reach * 0.9)
                sketch.line([inner, outer], 0.6, shaded(colour, 0.86))
    heart: Rgb = (0.23, 0.165, 0.247)
    seed_disc(sketch, centre, radius * 0.2, heart)
    for _ in range(26):
        q, r = rng.random() * 6.283, radius * rng.uniform(0.22, 0.36)
        tip = (x + math.cos(q) * r, y + math.sin(q) * r)
        sketch.line([centre, tip], 0.6, shaded(heart, 0.7))
        sketch.ellipse(tip, radius * 0.022, radius * 0.022, shaded(heart, 0.6))


def _rose(sketch: Sketch, rng: np.random.Generator, centre: tuple[float, float], radius: float,
          petals: tuple[Rgb, Rgb]) -> None:  # fmt: skip
    x, y = centre
    for ring in range(7):
        reach, count, turn = 1 - ring * 0.135, max(3, 7 - ring), rng.random() * 6.283
        for k in range(count):
            q = turn + k / count * 6.2832
            t = np.linspace(-1, 1, 22)
            rim = radius * reach * (1 - 0.16 * t**2) * (1 + 0.03 * np.sin(t * 6 + k))
            back = (x - math.cos(q) * radius * reach * 0.1, y - math.sin(q) * radius * reach * 0.1)
            edge = np.stack([x + np.cos(q + t * 0.75) * rim, y + np.sin(q + t * 0.75) * rim], 1)
            colour = shaded(blend(petals[0], petals[1], ring / 6), 0.9 + 0.16 * rng.random())
            sketch.polygon(np.concatenate([[back], edge]), colour)
            sketch.line(edge, max(0.6, radius * 0.012), shaded(colour, 0.8))


def _tulip(sketch: Sketch, rng: np.random.Generator, centre: tuple[float, float], radius: float,
           petals: tuple[Rgb, Rgb]) -> None:  # fmt: skip
    for side, reach in ((-1, 0.9), (1, 0.9), (0, 1.0)):
        colour = shaded(petals[0] if side else blend(petals[0], petals[1], 0.4), 0.9 + 0.14 * rng.random())
        start = (centre[0] + side * radius * 0.28, centre[1] + radius * 0.55, -math.pi / 2 + side * 0.22)
        leaf(sketch, start, radius * 1.5 * reach, radius * 0.42, colour, bend=-side * 0.25, fullness=0.75, vein=0.86)


def _lavender(sketch: Sketch, rng: np.random.Generator, centre: tuple[float, float], radius: float,
              petals: tuple[Rgb, Rgb]) -> None:  # fmt: skip
    for k in range(22):
        t = k / 21
        y = centre[1] - radius * 1.3 * t + radius * 0.6
        for side in (-1, 1):
            colour = shaded(blend(petals[0], adjust(petals[1], chroma=1.1), t), 0.85 + 0.25 * rng.random())
            outline, _ = leaf_shape(centre[0], y, -math.pi / 2 + side * (0.9 - 0.3 * t), radius * 0.34 * (1 - 0.6 * t),
                                    radius * 0.1)  # fmt: skip
            sketch.polygon(outline, colour)
