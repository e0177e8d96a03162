"""Things to eat and drink, and what they are served in: built of the balls of `solids`, units of its size.

Each maker adds its solids at `place` (x, z on the table) and returns what is to be drawn over them afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements.solids import Material, Solids, chain
from studio.engine.renderers.painter.noise import Field, NoiseAt

Place = tuple[float, float]


@dataclass
class After:
    """World points (x, y, z) for flames and for steam, drawn when the solids are lit."""

    flames: list[tuple[float, float, float]] = field(default_factory=list)
    steam: list[tuple[float, float, float]] = field(default_factory=list)


def plain(
    solids: Solids, canvas: Canvas, colour: Rgb, mottle: float = 0.05, size: float = 9.0, second: Rgb | None = None
) -> int:
    """A material of one colour, a little uneven, or of two mixed by noise."""
    noise = NoiseAt(canvas.next_seed(), 3)
    own = np.asarray(colour, np.float32)
    other = np.asarray(second if second is not None else colour, np.float32)

    def colours(x: Field, y: Field, up: Field) -> Field:
        value = noise.fbm(x / solids.size_px * size, y / solids.size_px * size)[:, None]
        mixed = np.clip(0.5 + 1.3 * value, 0, 1) if second is not None else 0.0
        out: Field = (own + (other - own) * mixed) * (1 + mottle * value)
        return out

    made: Material = colours
    return solids.material(made)


def ring(solids: Solids, place: Place, y: float, radius: float, thick: float, material: int) -> None:
    """A round moulding (a torus) at height `y`: `radius` to its core, `thick` across from there."""
    turns = np.linspace(-math.pi, math.pi, 17)
    solids.lathe(place, [(y - thick * math.cos(a), radius + thick * math.sin(a)) for a in turns], material)


def disc(solids: Solids, place: Place, y: float, radius: float, thick: float, material: int) -> None:
    """A round slab with a soft edge, `thick` from its middle (at `y`) to its faces."""
    edge = [(y - thick * math.cos(a), radius + thick * math.sin(a)) for a in np.linspace(0, math.pi, 9)]
    solids.lathe(place, [(y - thick, 0.0), *edge, (y + thick, 0.0)], material)


def turned(solids: Solids, place: Place, profile: Sequence[tuple[float, float]], thick: float, material: int) -> None:
    """A hollow vessel with an open top; `profile` is the middle of its wall (height, radius)."""
    heights = np.array([h for h, _ in profile])
    radii = np.array([r for _, r in profile])
    levels = np.linspace(heights[0], heights[-1], 14)
    walls = np.interp(levels, heights, radii)
    outside = [(float(h), float(r) + thick) for h, r in zip(levels, walls, strict=True)]
    top, last = outside[-1][0], float(walls[-1])
    rim = [(top + thick * math.sin(a), last + thick * math.cos(a)) for a in np.linspace(0.3, math.pi - 0.3, 7)]
    inside = [(float(h), max(0.01, float(r) - thick)) for h, r in zip(levels[::-1], walls[::-1], strict=True)]
    solids.lathe(place, [(outside[0][0], 0.0), *outside, *rim, *inside, (inside[-1][0] + 1e-3, 0.0)], material)


def cup(solids: Solids, canvas: Canvas, place: Place, colour: Rgb, drink: Rgb) -> After:
    """A cup of something hot on its saucer."""
    x, z = place
    china = plain(solids, canvas, colour, 0.03)
    solids.lathe(
        place,
        [
            (0.0, 0.0),
            (0.0, 0.24),
            (0.03, 0.32),
            (0.09, 0.44),
            (0.105, 0.45),
            (0.11, 0.43),
            (0.06, 0.32),
            (0.045, 0.2),
            (0.045, 0.0),
        ],
        china,
    )
    disc(solids, place, 0.37, 0.245, 0.035, plain(solids, canvas, drink, 0.08, 5))
    turned(solids, place, ((0.07, 0.17), (0.14, 0.22), (0.3, 0.27), (0.45, 0.285)), 0.03, china)
    side = 1 if x <= 0 else -1
    chain(
        solids,
        [
            (x + side * (0.30 + 0.13 * math.sin(t)), 0.27 + 0.12 * math.cos(t), z + 0.06, 0.032)
            for t in np.linspace(0.1, 3.0, 40)
        ],
        china,
    )
    return After(steam=[(x, 0.5, z)])


def bowl(solids: Solids, canvas: Canvas, place: Place, colour: Rgb, words: Callable[..., bool]) -> After:
    """A bowl of soup, noodles, salad or rice by the words."""
    x, z = place
    clay = plain(solids, canvas, colour, 0.06)
    noodles = words("ramen", "noodle", "spaghetti", "pasta", "udon", "pho")
    tones = {True: ("#D9A55C", "#E6BE7A")}.get(
        noodles,
        ("#F3EFE2", "#E6E0CE")
        if words("rice")
        else ("#6FA045", "#A8C25A")
        if words("salad")
        else ("#C9632E", "#D98A3D"),
    )
    filling = plain(solids, canvas, rgb(tones[0]), 0.1, 12, rgb(tones[1]))
    disc(solids, place, 0.40, 0.50, 0.05, filling)
    turned(solids, place, ((0.03, 0.2), (0.1, 0.26), (0.22, 0.42), (0.36, 0.52), (0.5, 0.57)), 0.032, clay)
    rng = canvas.rng()
    if noodles:
        strand = plain(solids, canvas, rgb("#F0D28C"), 0.05)
        for _ in range(16):
            a, r, bend = rng.uniform(0, 6.28), rng.uniform(0.1, 0.36), rng.uniform(0.5, 1.6)
            chain(
                solids,
                [
                    (x + math.cos(a + t * bend) * r, 0.455, z + math.sin(a + t * bend) * r, 0.016)
                    for t in np.linspace(0, 1, 30)
                ],
                strand,
            )
    if noodles or words("egg"):
        white, yolk = plain(solids, canvas, rgb("#F8F3E6"), 0.02), plain(solids, canvas, rgb("#F2A126"), 0.05)
        for dx in (-0.2, 0.06):
            for q in np.linspace(-1, 1, 9):
                solids.ball(x + dx + 0.05 * q, 0.46, z + 0.2, 0.115 - 0.02 * q * q, white)
            solids.ball(x + dx, 0.535, z + 0.235, 0.062, yolk)
    green = plain(solids, canvas, rgb("#4E8A3A"), 0.12)
    for _ in range(26 if noodles or words("salad", "soup") else 0):
        a, r = rng.uniform(0, 6.28), rng.uniform(0, 0.42)
        solids.ball(x + math.cos(a) * r, 0.47, z + math.sin(a) * r, rng.uniform(0.018, 0.034), green)
    if words("salad"):
        red = plain(solids, canvas, rgb("#D2392E"), 0.06)
        for _ in range(8):
            a, r = rng.uniform(0, 6.28), rng.uniform(0, 0.36)
            solids.ball(x + math.cos(a) * r, 0.48, z + math.sin(a) * r, 0.07, red)
    return After() if words("salad") else After(steam=[(x, 0.6, z)])


def heap(solids: Solids, canvas: Canvas, place: Place, colour: Rgb, fruit: Rgb, radius: float) -> After:
    """A bowl heaped with one kind of fruit."""
    x, z = place
    turned(
        solids,
        place,
        ((0.03, 0.2), (0.1, 0.26), (0.22, 0.42), (0.36, 0.52), (0.46, 0.57)),
        0.032,
        plain(solids, canvas, colour, 0.06),
    )
    skin = plain(solids, canvas, fruit, 0.10, 10, adjust(fruit, lightness=0.07))
    green = plain(solids, canvas, rgb("#5E9440"), 0.1)
    rng = canvas.rng()
    count = int(1.5 / radius**2 * 0.34)
    for k in range(count):
        share = (k + 0.5) / count
        a, r = k * 2.4, (0.50 - radius * 0.4) * math.sqrt(share)
        y = 0.40 + 0.34 * (1 - share) + float(rng.normal(0, 0.012))
        px, pz = x + math.cos(a) * r, z + math.sin(a) * r
        for q in np.linspace(0, 1, 5):
            solids.ball(
                px, y - radius * 0.55 * float(q), pz + radius * 0.2 * float(q), radius * (1 - 0.5 * float(q)), skin
            )
        for d in (-0.5, 0.5):
            solids.ball(px + d * radius * 0.5, y + radius * 0.8, pz, radius * 0.24, green)
    return After()


def glass(solids: Solids, canvas: Canvas, place: Place, wine: Rgb) -> After:
    """A glass of wine on its stem."""
    clear = plain(solids, canvas, rgb("#C9D3D6"), 0.0)
    filled = plain(solids, canvas, wine, 0.04)
    solids.lathe(
        place, [(0.0, 0.0), (0.0, 0.27), (0.015, 0.28), (0.05, 0.10), (0.10, 0.028), (0.52, 0.026), (0.58, 0.06)], clear
    )
    belly = [(0.58 + 0.36 * t, 0.06 + 0.25 * math.sin(t * 1.45)) for t in np.linspace(0, 1, 12)]
    solids.lathe(place, [*belly, (0.94, 0.0)], filled)
    rim = [(0.94 + 0.34 * t, 0.308 - 0.055 * t * t) for t in np.linspace(0, 1, 8)]
    solids.lathe(place, [*rim, (1.285, 0.248), (1.28, 0.24), *[(y, r - 0.02) for y, r in rim[::-1]]], clear)
    return After()


def cake(solids: Solids, canvas: Canvas, place: Place, colour: Rgb, candles: int) -> After:
    """A cake in two tiers with icing, cherries and candles."""
    x, z = place
    icing = plain(solids, canvas, colour, 0.03)
    trim = plain(solids, canvas, blend(colour, (1, 1, 1), 0.75), 0.02)
    berry = plain(solids, canvas, rgb("#C4202E"), 0.08)
    plate = plain(solids, canvas, rgb("#EFEBE2"), 0.02)
    disc(solids, place, 0.02, 0.78, 0.03, plate)
    for base, high, radius in ((0.08, 0.36, 0.58), (0.46, 0.30, 0.38)):
        edge = [
            (base + high - 0.06 + 0.09 * math.sin(a), radius - 0.03 + 0.09 * math.cos(a))
            for a in np.linspace(0, 1.57, 8)
        ]
        solids.lathe(place, [(base, radius + 0.06), *edge, (base + high + 0.03, 0.0)], icing)
        ring(solids, place, base + 0.04, radius + 0.045, 0.05, trim)
        for a in np.linspace(0, 2 * math.pi, int(radius * 34), endpoint=False):
            drop = 0.05 * (0.5 + 0.5 * math.sin(a * 5))
            chain(
                solids,
                [
                    (
                        x + math.cos(a) * (radius + 0.045),
                        base + high + 0.02 - q * (0.05 + drop),
                        z + math.sin(a) * (radius + 0.045),
                        0.042,
                    )
                    for q in np.linspace(0, 1, 5)
                ],
                trim,
            )
    for a in np.linspace(0.2, 2 * math.pi + 0.2, 10, endpoint=False):
        solids.ball(x + math.cos(a) * 0.49, 0.53, z + math.sin(a) * 0.49, 0.06, berry)
    out = After()
    for k in range(candles):
        a = 2 * math.pi * k / max(1, candles) + 0.4
        r = 0.24 if candles > 1 else 0.0
        px, pz = x + math.cos(a) * r, z + math.sin(a) * r
        tone = plain(solids, canvas, rgb(("#E86A92", "#6FB7D9", "#F2C14E", "#8CC084")[k % 4]), 0.03)
        chain(solids, [(px, 0.82 + q * 0.26, pz, 0.022) for q in np.linspace(0, 1, 20)], tone)
        out.flames.append((px, 1.12, pz))
    return out


def teapot(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """A round teapot."""
    x, z = place
    clay = plain(solids, canvas, colour, 0.05)
    belly = [(0.36 - 0.34 * math.cos(a), 0.16 + 0.29 * math.sin(a)) for a in np.linspace(0.25, math.pi - 0.3, 16)]
    solids.lathe(place, [(0.02, 0.0), (0.02, 0.2), *belly, (0.70, 0.0)], clay)
    chain(
        solids, [(x + 0.36 + 0.26 * q, 0.3 + 0.36 * q**1.4, z, 0.075 - 0.03 * q) for q in np.linspace(0, 1, 30)], clay
    )
    chain(
        solids,
        [(x - 0.38 - 0.2 * math.sin(t), 0.4 + 0.2 * math.cos(t), z, 0.04) for t in np.linspace(0.1, 3.0, 40)],
        clay,
    )
    ring(solids, place, 0.68, 0.15, 0.035, clay)
    solids.ball(x, 0.76, z, 0.055, clay)
    return After(steam=[(x + 0.62, 0.72, z)])


def bottle(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """A bottle with a label."""
    glass = plain(solids, canvas, colour, 0.05)
    paper = plain(solids, canvas, rgb("#EFE4CB"), 0.04)
    shoulder = [(0.8 + 0.22 * t, 0.065 + 0.145 * (0.5 + 0.5 * math.cos(math.pi * t))) for t in np.linspace(0, 1, 10)]
    solids.lathe(
        place,
        [(0.0, 0.19), (0.02, 0.21), *shoulder, (1.36, 0.06), (1.37, 0.075), (1.42, 0.075), (1.43, 0.05), (1.43, 0.0)],
        glass,
    )
    solids.lathe(place, [(0.26, 0.213), (0.62, 0.213)], paper)
    return After()


def candle(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """A candle on a small dish."""
    x, z = place
    disc(solids, place, 0.02, 0.2, 0.028, plain(solids, canvas, rgb("#A9843F"), 0.08))
    wax = plain(solids, canvas, colour, 0.03)
    solids.lathe(place, [(0.04, 0.085), (0.70, 0.085), (0.73, 0.075), (0.735, 0.055), (0.70, 0.03), (0.69, 0.0)], wax)
    return After(flames=[(x, 0.78, z)])


def bread(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """A scored loaf."""
    x, z = place
    crust = plain(solids, canvas, colour, 0.16, 10, adjust(colour, lightness=-0.1))
    crumb = plain(solids, canvas, rgb("#EBCF9C"), 0.08)
    for q in np.linspace(-1, 1, 60):
        r = 0.29 * max(0.2, 1 - abs(float(q)) ** 3 * 0.8)
        solids.ball(x + float(q) * 0.46, r * 0.95, z + 0.1 * float(q), r, crust)
    for k in (-0.5, -0.15, 0.2, 0.55):
        chain(
            solids,
            [
                (x + (k + 0.1 * q) * 0.5, 0.535 - 0.05 * q * q, z + 0.16 * q + 0.04, 0.03)
                for q in np.linspace(-1, 1, 20)
            ],
            crumb,
        )
    return After()


def eggs(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """Three eggs."""
    for dx, dz, tone in ((0.0, 0.0, 0.0), (0.34, 0.12, -0.05), (0.14, 0.36, 0.04)):
        shell = plain(solids, canvas, adjust(colour, lightness=tone), 0.04)
        egg = [
            (0.215 - 0.215 * math.cos(a), 0.165 * math.sin(a) * (1 + 0.16 * math.cos(a)))
            for a in np.linspace(0, math.pi, 22)
        ]
        solids.lathe((place[0] + dx, place[1] + dz), egg, shell)
    return After()


def pizza(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """A pizza on a board."""
    x, z = place
    disc(solids, place, 0.0, 1.0, 0.035, plain(solids, canvas, rgb("#8A5A34"), 0.1))
    cheese = plain(solids, canvas, rgb("#EFC25A"), 0.12, 6, rgb("#D9722E"))
    disc(solids, place, 0.07, 0.80, 0.04, cheese)
    ring(solids, place, 0.09, 0.83, 0.085, plain(solids, canvas, rgb("#C98A45"), 0.14, 12, rgb("#A8662E")))
    meat, leaf = plain(solids, canvas, rgb("#B3342A"), 0.12), plain(solids, canvas, rgb("#3F7A35"), 0.1)
    rng = canvas.rng()
    for k in range(15):
        a, r = k * 2.4, 0.66 * math.sqrt((k + 0.5) / 15)
        disc(solids, (x + math.cos(a) * r, z + math.sin(a) * r), 0.105, 0.09, 0.022, meat)
    for _ in range(12):
        a, r = rng.uniform(0, 6.28), rng.uniform(0, 0.66)
        px, pz, turn = x + math.cos(a) * r, z + math.sin(a) * r, rng.uniform(0, 6.28)
        chain(
            solids,
            [
                (px + math.cos(turn) * q * 0.07, 0.14, pz + math.sin(turn) * q * 0.07, 0.035 * (1 - abs(q) * 0.7))
                for q in np.linspace(-1, 1, 9)
            ],
            leaf,
        )
    return After(steam=[(x, 0.2, z)])


def burger(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """A burger with everything."""
    x, z = place
    bun = plain(solids, canvas, rgb("#CF8B42"), 0.1)
    for y, radius, thick, tone in (
        (0.1, 0.36, 0.11, None),
        (0.27, 0.40, 0.08, "#5A3220"),
        (0.36, 0.43, 0.025, "#F2B632"),
        (0.42, 0.36, 0.05, "#CF3A2C"),
    ):
        disc(solids, place, y, radius, thick, bun if tone is None else plain(solids, canvas, rgb(tone), 0.14, 14))
    leaf = plain(solids, canvas, rgb("#6FAE3F"), 0.1)
    for a in np.linspace(0, 2 * math.pi, 90, endpoint=False):
        solids.ball(x + math.cos(a) * 0.45, 0.48 + 0.03 * math.sin(a * 9), z + math.sin(a) * 0.45, 0.035, leaf)
    crown = [(0.50 + 0.33 * math.sin(a), 0.485 * math.cos(a) ** 0.8) for a in np.linspace(0, 1.52, 14)]
    solids.lathe(place, [(0.47, 0.42), *crown, (0.83, 0.0)], bun)
    seed = plain(solids, canvas, rgb("#F3E2B8"), 0.02)
    for k in range(26):
        a, r = k * 2.4, 0.36 * math.sqrt((k + 0.5) / 26)
        solids.ball(
            x + math.cos(a) * r,
            0.50 + 0.33 * math.sqrt(max(0.0, 1 - (r / 0.485) ** 2)),
            z + math.sin(a) * r,
            0.018,
            seed,
        )
    return After()


def donut(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """An iced doughnut with sprinkles."""
    x, z = place
    ring(solids, place, 0.17, 0.32, 0.17, plain(solids, canvas, rgb("#C98D4A"), 0.08))
    ring(solids, place, 0.205, 0.32, 0.155, plain(solids, canvas, colour, 0.03))
    rng = canvas.rng()
    for k in range(48):
        a, r = rng.uniform(0, 6.28), rng.uniform(0.2, 0.44)
        y = 0.205 + math.sqrt(max(0.0, 0.158**2 - (r - 0.32) ** 2))
        tone = (
            plain(solids, canvas, rgb(("#FFFFFF", "#F2C14E", "#5AB0D9", "#8CC084", "#E8505B")[k % 5]), 0.0)
            if k < 5
            else len(solids.materials) - 5 + k % 5
        )
        solids.ball(x + math.cos(a) * r, y, z + math.sin(a) * r, 0.02, tone)
    return After()


def ice_cream(solids: Solids, canvas: Canvas, place: Place, colour: Rgb) -> After:
    """Three scoops in a glass dish."""
    x, z = place
    dish = plain(solids, canvas, rgb("#B9CDD3"), 0.02)
    disc(solids, place, 0.02, 0.24, 0.03, dish)
    chain(solids, [(x, 0.05 + 0.2 * float(q), z, 0.05) for q in np.linspace(0, 1, 12)], dish)
    for dx, dz, dy, tone in ((-0.2, 0.0, 0.0, "#F6E7C4"), (0.2, 0.0, 0.0, "#8A5A3C"), (0.0, 0.1, 0.26, "#F29CB0")):
        scoop = plain(solids, canvas, rgb(tone), 0.14, 16)
        solids.ball(x + dx, 0.56 + dy, z + dz, 0.25, scoop)
        ring(solids, (x + dx, z + dz), 0.47 + dy, 0.21, 0.06, scoop)
    turned(solids, place, ((0.25, 0.12), (0.32, 0.28), (0.44, 0.42)), 0.028, dish)
    solids.ball(x, 1.08, z + 0.1, 0.075, plain(solids, canvas, rgb("#B3202C"), 0.05))
    return After()
