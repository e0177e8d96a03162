"""Things on a table: fruit and vases in raking light, and knots like turned and polished sculpture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, blend
from studio.engine.renderers.painter.elements.solids import Light, Material, Solids, chain
from studio.engine.renderers.painter.noise import Field, NoiseAt
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch


@dataclass(frozen=True)
class Fruit:
    """Radius in units, two colours of the skin, and whether it has pores and a stalk."""

    radius: float
    skin: tuple[Rgb, Rgb]
    pores: bool = False
    stalk: bool = False


FRUIT: dict[str, Fruit] = {
    "apple": Fruit(0.34, ((0.78, 0.20, 0.23), (0.91, 0.64, 0.23)), stalk=True),
    "orange": Fruit(0.33, ((0.93, 0.54, 0.18), (0.95, 0.64, 0.24)), pores=True),
    "lemon": Fruit(0.26, ((0.95, 0.79, 0.25), (0.97, 0.87, 0.48)), pores=True),
    "lime": Fruit(0.23, ((0.50, 0.66, 0.24), (0.64, 0.77, 0.35)), pores=True),
    "plum": Fruit(0.22, ((0.35, 0.18, 0.37), (0.49, 0.27, 0.53)), stalk=True),
    "pear": Fruit(0.30, ((0.73, 0.75, 0.33), (0.87, 0.71, 0.35)), stalk=True),
    "peach": Fruit(0.31, ((0.94, 0.64, 0.48), (0.91, 0.44, 0.37))),
    "pomegranate": Fruit(0.36, ((0.66, 0.17, 0.24), (0.79, 0.31, 0.32)), stalk=True),
    "cherry": Fruit(0.14, ((0.62, 0.08, 0.16), (0.75, 0.14, 0.20)), stalk=True),
    "pumpkin": Fruit(0.44, ((0.89, 0.47, 0.14), (0.95, 0.60, 0.22)), stalk=True),
}
VASES: tuple[tuple[Rgb, Rgb], ...] = (
    ((0.24, 0.42, 0.45), (0.36, 0.55, 0.56)),
    ((0.91, 0.88, 0.82), (0.96, 0.93, 0.89)),
    ((0.48, 0.23, 0.18), (0.64, 0.33, 0.24)),
    ((0.18, 0.23, 0.32), (0.29, 0.35, 0.47)),
)


def backdrop(canvas: Canvas, near: Rgb, far: Rgb, table: Rgb) -> None:
    """A lit studio wall that turns into a table without an edge."""
    falloff = np.clip(np.hypot((canvas.u - 0.38) * 1.5, (canvas.v - 0.32) * 1.4) * 1.25, 0, 1)[..., None]
    wall = np.asarray(near, np.float32) * (1 - falloff) + np.asarray(far, np.float32) * falloff
    canvas.fill(wall)
    light = (1.05 - 0.55 * np.abs(canvas.u - 0.5))[..., None]
    canvas.lay(np.asarray(table, np.float32) * light * np.ones_like(canvas.pixels), smooth(0.58, 0.80, canvas.v) * 0.75)


def skin(canvas: Canvas, colours: tuple[Rgb, Rgb], size_px: float, pores: bool = False) -> Material:
    """A mottled skin, the second colour where light falls and where noise says so."""
    blush, fine = NoiseAt(canvas.next_seed(), 3), NoiseAt(canvas.next_seed(), 2)
    first, second = np.asarray(colours[0], np.float32), np.asarray(colours[1], np.float32)

    def colour(x: Field, y: Field, up: Field) -> Field:
        mixed = np.clip(0.5 + 0.7 * blush.fbm(x / size_px * 7, y / size_px * 7) - 0.35 * up, 0, 1)[:, None]
        out: Field = first * (1 - mixed) + second * mixed
        if pores:
            out = out * (1 + 0.09 * fine.fbm(x / size_px * 60, y / size_px * 60))[:, None]
        return out

    return colour


def still_life(canvas: Canvas, rng: np.random.Generator, wall: tuple[Rgb, Rgb, Rgb], kinds: Sequence[str], *,
               count: int | None = None, vase: bool = True) -> None:  # fmt: skip
    """Fruit on a table, with a vase behind them."""
    backdrop(canvas, *wall)
    size = min(canvas.width, canvas.height * 1.1) * 0.30
    solids = Solids(canvas, size, (canvas.width / 2, canvas.height * 0.72), tilt=0.30)
    taken: list[tuple[float, float, float]] = []
    if vase:
        taken.append(_vase(canvas, solids, rng))
    stalks: list[tuple[float, float, float]] = []
    wanted = (count or int(rng.integers(5, 9))) + len(taken)
    for _ in range(900):
        if len(taken) >= wanted:
            break
        name = kinds[int(rng.integers(len(kinds)))]
        radius = FRUIT[name].radius * rng.uniform(0.92, 1.1)
        x, z = rng.normal(0, 0.3 + 0.06 * wanted), rng.uniform(-0.35, 0.75)
        if abs(x) > 1.35 * max(1.0, canvas.aspect * 0.8) or any(
            math.hypot(x - tx, z - tz) < (radius + tr) * 0.98 for tx, tz, tr in taken
        ):
            continue
        taken.append((x, z, radius))
        top = _fruit(canvas, solids, rng, name, (x, z), radius)
        if FRUIT[name].stalk:
            stalks.append(top)
    solids.shade(Light((-0.75, 0.62, 0.5), shine=0.32, shadow=0.62), ground=True)
    sketch = Sketch(canvas, scale=2)
    for x, y, z in stalks:
        px, py, _ = solids.project(x, y, z)
        if solids.visible(x, y, z):
            bend = [(px, py), (px + size * 0.02, py - size * 0.08), (px + size * 0.06, py - size * 0.13)]
            sketch.line(bend, size * 0.022, (0.35, 0.26, 0.16))
    sketch.paint()
    canvas.bloom(0.15)


def _vase(canvas: Canvas, solids: Solids, rng: np.random.Generator) -> tuple[float, float, float]:
    material = solids.material(skin(canvas, VASES[int(rng.integers(len(VASES)))], solids.size_px))
    x = rng.uniform(0.35, 0.75) * rng.choice((-1, 1))
    form = int(rng.integers(3))
    t = np.linspace(0, 1, 150)
    if form == 0:  # an amphora: round belly, narrow neck, flared lip
        radius = 0.30 + 0.16 * np.sin(t * 3.0) - 0.24 * smooth(0.5, 0.85, t) + 0.05 * smooth(0.92, 1, t)
    elif form == 1:  # a bottle
        radius = 0.13 + 0.30 * np.exp(-(((t - 0.26) / 0.24) ** 2)) + 0.02 * smooth(0.95, 1, t)
    else:  # a jar
        radius = 0.40 - 0.22 * smooth(0.55, 0.86, t) - 0.06 * smooth(0.25, 0, t) + 0.04 * smooth(0.94, 1, t)
    height = 1.35
    # The lip is a ring of small balls, so that the mouth is open instead of a dome.
    body = [(x, float(r) * 0.5 + float(q) * height, -0.55, float(r)) for q, r in zip(t, radius, strict=True) if q < 0.8]
    neck = float(radius[-1])
    chain(solids, body, material)
    for level in np.linspace(0.8, 1.0, 26):
        r = float(np.interp(level, t, radius))
        y = r * 0.5 + float(level) * height * 0.93
        for a in np.linspace(0, 2 * math.pi, 40, endpoint=False):
            solids.ball(x + math.cos(a) * r * 0.86, y, -0.55 + math.sin(a) * r * 0.86, 0.035, material)
    dark = solids.material(lambda px, py, up: np.full((len(px), 3), 0.05, np.float32))
    for a in np.linspace(0, 2 * math.pi, 30, endpoint=False):
        solids.ball(x + math.cos(a) * neck * 0.4, neck * 0.5 + height * 0.9, -0.55 + math.sin(a) * neck * 0.4,
                    neck * 0.42, dark)  # fmt: skip
    return x, -0.55, 0.5


def _fruit(canvas: Canvas, solids: Solids, rng: np.random.Generator, name: str, place: tuple[float, float],
           radius: float) -> tuple[float, float, float]:  # fmt: skip
    """Add one fruit; returns where its stalk starts."""
    x, z = place
    kind = FRUIT[name]
    material = solids.material(skin(canvas, kind.skin, solids.size_px, kind.pores))
    if name == "pear":
        t = np.linspace(0, 1, 60)
        narrow = radius * (1 - 0.62 * smooth(0.05, 1, t))
        chain(solids, [(x + 0.05 * q, radius + q * radius * 1.5, z, float(r)) for q, r in zip(t, narrow, strict=True)],
              material)  # fmt: skip
        return x + 0.05, radius * 2.86, z
    if name in ("lemon", "lime"):
        turn = rng.uniform(-0.5, 0.5)
        for q in np.linspace(-1, 1, 60):
            r = radius * 0.86 * max(0.16, 1 - abs(q) ** 2.6 * 0.86)
            solids.ball(x + q * radius * 0.75 * math.cos(turn), radius * 0.86, z + q * radius * 0.75 * math.sin(turn),
                        float(r), material)  # fmt: skip
        return x, radius * 1.7, z
    ribs, hollow = (12, 0.42) if name == "pumpkin" else (16, 0.13)
    for a in np.linspace(0, 2 * math.pi, ribs, endpoint=False):
        solids.ball(x + hollow * radius * math.cos(a), radius * 0.93, z + hollow * radius * math.sin(a),
                    radius * (0.62 if name == "pumpkin" else 0.88), material)  # fmt: skip
    return x, radius * (1.5 if name == "pumpkin" else 1.72), z


def knot(canvas: Canvas, rng: np.random.Generator, wall: tuple[Rgb, Rgb, Rgb], colours: tuple[Rgb, Rgb]) -> None:
    """A torus knot, polished; `colours` are its lit and its turned-away side."""
    backdrop(canvas, *wall)
    size = min(canvas.width, canvas.height) * 0.30
    solids = Solids(canvas, size, (canvas.width / 2, canvas.height / 2), tilt=0.25)
    p, q = ((2, 3), (3, 2), (2, 5), (3, 4))[int(rng.integers(4))]
    turn, lean = rng.uniform(0, 6.28), rng.uniform(0.1, 0.55)
    t = np.linspace(0, 2 * math.pi, 2000, endpoint=False)
    ring = 0.92 + 0.36 * np.cos(q * t)
    path = np.stack([ring * np.cos(p * t), ring * np.sin(p * t), 0.42 * np.sin(q * t)], 1)
    about_z = np.array([[math.cos(turn), math.sin(turn), 0], [-math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, math.cos(lean), math.sin(lean)], [0, -math.sin(lean), math.cos(lean)]])
    lit, away = np.asarray(colours[0], np.float32), np.asarray(colours[1], np.float32)
    material = solids.material(lambda x, y, up: lit * (0.5 + 0.5 * up)[:, None] + away * (0.5 - 0.5 * up)[:, None])
    thick = 0.185 if q < 4 else 0.15
    chain(solids, [(float(a), float(b), float(c), thick) for a, b, c in path @ about_z @ about_x], material)
    solids.shade(Light((-0.5, 0.8, 0.6), shine=0.75), ground=False)
    canvas.bloom(0.25)


def darker_wall(wall: tuple[Rgb, Rgb, Rgb]) -> tuple[Rgb, Rgb, Rgb]:
    """The same wall by candle light."""
    return (blend(wall[0], (0.1, 0.09, 0.08), 0.75), blend(wall[1], (0.04, 0.04, 0.04), 0.85),
            blend(wall[2], (0.1, 0.09, 0.08), 0.75))  # fmt: skip


WALLS: tuple[tuple[Rgb, Rgb, Rgb], ...] = (
    ((0.92, 0.85, 0.75), (0.73, 0.59, 0.47), (0.86, 0.78, 0.67)),
    ((0.80, 0.84, 0.82), (0.45, 0.52, 0.52), (0.74, 0.76, 0.73)),
    ((0.93, 0.80, 0.76), (0.66, 0.47, 0.47), (0.88, 0.77, 0.72)),
    ((0.82, 0.80, 0.72), (0.46, 0.45, 0.38), (0.70, 0.66, 0.58)),
)
_PLURALS = {"cherry": "cherries", "peach": "peaches"}
_SYNONYMS = {"orange fruit": "orange", "strawberry": "cherry", "grape": "cherry", "fig": "plum", "kitchen": "apple"}


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Fruit and a vase; named fruit only, by candle light at night."""
    wall = WALLS[int(rng.integers(len(WALLS)))]
    if brief.colours:
        tone = brief.colours[0][1]
        wall = (blend(tone, (1, 1, 1), 0.55), blend(tone, (0.2, 0.2, 0.2), 0.35), blend(tone, (0.95, 0.93, 0.9), 0.4))
    if air.dark or brief.mood in ("dark", "dramatic") or brief.says("candle", "skull", "chiaroscuro", "dark"):
        wall = darker_wall(wall)
    named = [kind for kind in FRUIT if brief.says(kind)]
    named += [kind for word, kind in _SYNONYMS.items() if brief.says(word) and kind not in named]
    usual = ("apple", "orange", "lemon", "pear", "plum", "peach", "lime", "pomegranate")
    kinds = named or [str(kind) for kind in rng.choice(usual, 4, replace=False)]
    count = next((t.count for t in brief.things if t.count and t.count > 1), None)
    vase = brief.allows("vase", "bottle", "jug") and (not named or brief.says("vase", "bottle", "jug", "pitcher")
                                                      or rng.random() < 0.5)  # fmt: skip
    still_life(canvas, rng, wall, kinds, count=min(16, count) if count else None, vase=vase)
    names = " and ".join(_PLURALS.get(kind, f"{kind}s") for kind in kinds)
    canvas.note(f"{names}{' with a vase' if vase else ''} on a table")


FAMILY = Family(
    "still_life", paint, brush=0.3, vignette=0.16, grain=0.01, weathered=False, open_weight=1,
    titles=("Table, {hour}", "Ripe, and waiting", "The painter's lunch", "Five small planets", "North window"),
)  # fmt: skip
