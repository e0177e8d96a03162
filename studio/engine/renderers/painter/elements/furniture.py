"""Furniture seen from the front: drawn in three tones on a `Sketch`, sizes in metres times `m` (pixels per metre).

Every piece stands on `foot` (x, y in pixels: the middle of its lower edge).
"""

from __future__ import annotations

import math

import numpy as np

from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.sketch import Point, Sketch, spline

WOOD = rgb("#8A5A38")
SPINES = tuple(
    rgb(code)
    for code in (
        "#7A2E2A",
        "#2F4A5C",
        "#C79A4B",
        "#3F5A3E",
        "#D8C7A4",
        "#53345A",
        "#A8532E",
        "#22303E",
        "#8C7A5E",
        "#B8483C",
    )
)


def slab(left: float, top: float, right: float, bottom: float, round_px: float = 0.0) -> Field:
    """A rectangle, its corners rounded by `round_px`."""
    radius = max(0.0, min(round_px, (right - left) / 2, (bottom - top) / 2))
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    points = []
    for x, y, start in corners:
        for step in range(7):
            angle = math.radians(start + step * 15)
            points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return np.array(points, np.float32)


def _tones(colour: Rgb) -> tuple[Rgb, Rgb, Rgb]:
    """Shaded, own and lit tone."""
    return adjust(colour, lightness=-0.11), colour, adjust(colour, lightness=0.07)


def sofa(
    sketch: Sketch, foot: Point, m: float, colour: Rgb, width: float = 2.1, cushions: tuple[Rgb, ...] = ()
) -> None:
    """A sofa, or an armchair if it is one metre wide."""
    x, y = foot
    dark, own, lit = _tones(colour)
    half = width / 2 * m
    for side in (-1, 1):
        sketch.polygon(
            slab(x + side * half * 0.82 - 0.04 * m, y - 0.14 * m, x + side * half * 0.82 + 0.04 * m, y), rgb("#3A2618")
        )
    sketch.polygon(slab(x - half * 0.9, y - 0.92 * m, x + half * 0.9, y - 0.2 * m, 0.14 * m), own)
    sketch.polygon(slab(x - half * 0.9, y - 0.92 * m, x + half * 0.9, y - 0.86 * m, 0.05 * m), lit)
    sketch.polygon(slab(x - half * 0.92, y - 0.46 * m, x + half * 0.92, y - 0.1 * m, 0.05 * m), dark)
    seats = max(1, round(width / 0.95))
    wide = half * 1.6 / seats
    for index in range(seats):
        left = x - half * 0.8 + index * wide
        sketch.polygon(
            slab(left + 0.01 * m, y - 0.8 * m, left + wide - 0.01 * m, y - 0.36 * m, 0.08 * m),
            adjust(own, lightness=0.02),
        )
        sketch.polygon(slab(left + 0.006 * m, y - 0.5 * m, left + wide - 0.006 * m, y - 0.31 * m, 0.07 * m), lit)
        sketch.polygon(slab(left + 0.006 * m, y - 0.36 * m, left + wide - 0.006 * m, y - 0.31 * m, 0.03 * m), own)
    for side in (-1, 1):
        edge = x + side * half
        inner = edge - side * 0.22 * m
        sketch.polygon(
            slab(min(edge, inner), y - 0.66 * m, max(edge, inner), y - 0.08 * m, 0.11 * m), own if side < 0 else dark
        )
        sketch.polygon(
            slab(min(edge, inner), y - 0.66 * m, max(edge, inner), y - 0.56 * m, 0.08 * m), lit if side < 0 else own
        )
    for index, tint in enumerate(cushions):
        cx = x + (-1 if index % 2 == 0 else 1) * half * 0.56
        shape = [
            (cx - 0.22 * m, y - 0.5 * m),
            (cx - 0.2 * m, y - 0.86 * m),
            (cx, y - 0.84 * m),
            (cx + 0.22 * m, y - 0.87 * m),
            (cx + 0.21 * m, y - 0.5 * m),
            (cx, y - 0.48 * m),
        ]
        sketch.polygon(spline(shape, True, 6), tint)
        sketch.line(
            [(cx - 0.13 * m, y - 0.78 * m), (cx + 0.12 * m, y - 0.56 * m)], 0.012 * m, adjust(tint, lightness=0.1)
        )


def bookcase(
    sketch: Sketch, foot: Point, m: float, width: float, height: float, rng: np.random.Generator, wood: Rgb = WOOD
) -> None:
    """Shelves full of books."""
    x, y = foot
    dark, own, lit = _tones(wood)
    left, right, top = x - width / 2 * m, x + width / 2 * m, y - height * m
    sketch.polygon(slab(left, top, right, y), own)
    sketch.polygon(slab(left + 0.04 * m, top + 0.05 * m, right - 0.04 * m, y - 0.08 * m), adjust(dark, lightness=-0.12))
    rows = max(2, round((height - 0.13) / 0.36))
    step = (height - 0.13) * m / rows
    columns = max(1, round(width / 0.95))
    for row in range(rows):
        base = top + 0.05 * m + (row + 1) * step
        for column in range(columns):
            edge = left + 0.05 * m + column * (width - 0.1) * m / columns
            limit = edge + (width - 0.1) * m / columns - 0.03 * m
            pen = edge + 0.015 * m
            while pen < limit - 0.03 * m:
                if rng.random() < 0.07:
                    pen += float(rng.uniform(0.04, 0.14)) * m
                    continue
                thick = min(float(rng.uniform(0.025, 0.06)) * m, limit - pen)
                tall = step * float(rng.uniform(0.58, 0.88))
                tint = adjust(SPINES[int(rng.integers(len(SPINES)))], lightness=float(rng.normal(0, 0.025)))
                lean = step * 0.1 if rng.random() < 0.06 else 0.0
                sketch.polygon(
                    [(pen, base), (pen + thick, base), (pen + thick + lean, base - tall), (pen + lean, base - tall)],
                    tint,
                )
                sketch.line(
                    [(pen + thick * 0.14, base), (pen + thick * 0.14 + lean, base - tall)],
                    thick * 0.14,
                    adjust(tint, lightness=0.09),
                )
                for band in (0.2, 0.78):
                    if rng.random() < 0.55:
                        level = base - tall * band
                        sketch.line(
                            [(pen + thick * 0.1, level), (pen + thick * 0.9, level)],
                            max(0.8, 0.006 * m),
                            rgb("#E6CF95"),
                        )
                pen += thick + 0.004 * m
        sketch.polygon(slab(left + 0.03 * m, base - 0.005 * m, right - 0.03 * m, base + 0.028 * m), lit)
        sketch.polygon(slab(left + 0.03 * m, base + 0.012 * m, right - 0.03 * m, base + 0.028 * m), dark)
    for column in range(1, columns):
        post = left + 0.05 * m + column * (width - 0.1) * m / columns - 0.02 * m
        sketch.polygon(slab(post - 0.016 * m, top, post + 0.016 * m, y - 0.06 * m), own)
    sketch.polygon(slab(left - 0.03 * m, top - 0.05 * m, right + 0.03 * m, top + 0.02 * m, 0.02 * m), lit)


def fireplace(
    sketch: Sketch, foot: Point, m: float, rng: np.random.Generator, stone: Rgb, lit_fire: bool = True
) -> Point:
    """A fireplace with a mantel; returns the heart of the fire."""
    x, y = foot
    dark, own, _ = _tones(stone)
    sketch.polygon(slab(x - 0.85 * m, y - 1.18 * m, x + 0.85 * m, y), own)
    rows, tall = 7, 1.18 * m / 7
    for row in range(rows):
        start = x - 0.85 * m - (0.12 * m if row % 2 else 0)
        for column in range(9):
            left = max(x - 0.85 * m, start + column * 0.24 * m)
            right = min(x + 0.85 * m, start + (column + 1) * 0.24 * m - 0.02 * m)
            if right > left:
                top = y - 1.18 * m + row * tall
                sketch.polygon(
                    slab(left, top, right, top + tall - 0.018 * m, 0.01 * m),
                    adjust(own, lightness=float(rng.normal(0.03, 0.025))),
                )
    arch = [(x - 0.52 * m, y), (x - 0.52 * m, y - 0.62 * m)]
    arch += [(x + 0.52 * m * math.sin(a), y - 0.62 * m - 0.22 * m * math.cos(a)) for a in np.linspace(-1.57, 1.57, 16)]
    arch += [(x + 0.52 * m, y - 0.62 * m), (x + 0.52 * m, y)]
    sketch.polygon(arch, rgb("#1A100C"))
    for side, lift in ((-1, 0.0), (1, 0.02), (0, 0.1)):
        log = [
            (x + (side * 0.12 - 0.26) * m, y - (0.05 + lift) * m),
            (x + (side * 0.12 + 0.26) * m, y - (0.09 + lift - 0.03 * side) * m),
        ]
        sketch.line(log, 0.09 * m, rgb("#4A2C1A"))
        sketch.line([(a, b - 0.02 * m) for a, b in log], 0.025 * m, rgb("#7A4A28"))
    if lit_fire:
        for scale, tint in ((1.0, "#E2551E"), (0.74, "#F58A2A"), (0.5, "#FFC64F"), (0.28, "#FFF1B0")):
            for place in (-0.2, -0.05, 0.1, 0.22):
                high = scale * float(rng.uniform(0.34, 0.56)) * m
                wide, cx = scale * 0.15 * m, x + place * m * (0.5 + 0.5 * scale)
                tip = float(rng.normal(0, 0.05)) * m
                flame = [
                    (cx - wide, y - 0.09 * m),
                    (cx - wide * 0.9, y - 0.09 * m - high * 0.4),
                    (cx + tip, y - 0.09 * m - high),
                    (cx + wide * 0.9, y - 0.09 * m - high * 0.35),
                    (cx + wide, y - 0.09 * m),
                ]
                sketch.polygon(spline(flame, True, 6), rgb(tint))
    sketch.polygon(slab(x - 0.98 * m, y - 1.3 * m, x + 0.98 * m, y - 1.17 * m, 0.02 * m), adjust(WOOD, lightness=-0.06))
    sketch.polygon(slab(x - 0.98 * m, y - 1.3 * m, x + 0.98 * m, y - 1.25 * m, 0.02 * m), adjust(WOOD, lightness=0.06))
    sketch.polygon(slab(x - 1.0 * m, y - 0.03 * m, x + 1.0 * m, y + 0.06 * m, 0.02 * m), dark)
    return x, y - 0.28 * m


def candle(sketch: Sketch, foot: Point, m: float, wax: Rgb = (0.96, 0.92, 0.82)) -> Point:
    """A burning candle; returns its flame."""
    x, y = foot
    sketch.polygon(slab(x - 0.022 * m, y - 0.2 * m, x + 0.022 * m, y, 0.008 * m), wax)
    sketch.polygon(slab(x + 0.006 * m, y - 0.2 * m, x + 0.022 * m, y, 0.004 * m), adjust(wax, lightness=-0.1))
    flame = [(x - 0.016 * m, y - 0.23 * m), (x, y - 0.3 * m), (x + 0.016 * m, y - 0.23 * m), (x, y - 0.205 * m)]
    sketch.polygon(spline(flame, True, 6), rgb("#FFD469"))
    return x, y - 0.25 * m


def lamp(sketch: Sketch, foot: Point, m: float, shade: Rgb, height: float = 1.55, glowing: bool = True) -> Point:
    """A lamp with a cloth shade; returns its bulb."""
    x, y = foot
    metal = rgb("#3B3128")
    sketch.ellipse((x, y - 0.01 * m), 0.15 * m * min(1, height), 0.035 * m, metal)
    sketch.polygon(slab(x - 0.014 * m, y - height * m, x + 0.014 * m, y), metal)
    wide = 0.21 * m * (0.75 if height < 1 else 1)
    top, low = y - (height + 0.02) * m, y - (height - 0.3 * (0.75 if height < 1 else 1)) * m
    tone = blend(shade, rgb("#FFE7B0"), 0.75) if glowing else shade
    sketch.polygon([(x - wide * 0.62, top), (x + wide * 0.62, top), (x + wide, low), (x - wide, low)], tone)
    sketch.polygon(
        [(x + wide * 0.2, top), (x + wide * 0.62, top), (x + wide, low), (x + wide * 0.35, low)],
        adjust(tone, lightness=-0.05),
    )
    return x, (top + low) / 2


def plant(
    sketch: Sketch, foot: Point, m: float, rng: np.random.Generator, pot: Rgb, green: Rgb, size: float = 1.0
) -> None:
    """A leafy house plant in a pot."""
    x, y = foot
    k = size * m
    for index in range(15):
        lean = (index / 14 - 0.5) * 2.4 + float(rng.normal(0, 0.12))
        long = k * float(rng.uniform(0.5, 0.85)) * (1.05 - 0.25 * abs(lean))
        tip = (x + math.sin(lean) * long, y - 0.3 * k - math.cos(lean) * long * 0.95)
        sketch.line(
            spline([(x, y - 0.28 * k), ((x + tip[0]) / 2, tip[1] * 0.55 + (y - 0.3 * k) * 0.45), tip], False, 6),
            0.012 * k,
            adjust(green, lightness=-0.1),
        )
        tone = adjust(green, lightness=float(rng.uniform(-0.08, 0.09)))
        angle = math.degrees(lean) + (20 if lean > 0 else -20)
        leaf = np.array([(0, 0.02), (-0.075, -0.08), (-0.06, -0.2), (0, -0.29), (0.06, -0.2), (0.075, -0.08)]) * k
        turn = math.radians(angle)
        spun = leaf @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]) + tip
        sketch.polygon(spline(spun.astype(np.float32), True, 5), tone)
        sketch.line([spun[0], spun[3]], max(0.7, 0.008 * k), adjust(tone, lightness=0.1))
    sketch.polygon(
        [(x - 0.17 * k, y - 0.32 * k), (x + 0.17 * k, y - 0.32 * k), (x + 0.12 * k, y), (x - 0.12 * k, y)], pot
    )
    sketch.polygon(
        [(x + 0.05 * k, y - 0.32 * k), (x + 0.17 * k, y - 0.32 * k), (x + 0.12 * k, y), (x + 0.04 * k, y)],
        adjust(pot, lightness=-0.08),
    )
    sketch.polygon(slab(x - 0.19 * k, y - 0.36 * k, x + 0.19 * k, y - 0.29 * k, 0.02 * k), adjust(pot, lightness=0.05))


def bed(sketch: Sketch, foot: Point, m: float, cover: Rgb, wood: Rgb = WOOD) -> None:
    """A bed from its side, the pillows on the left."""
    x, y = foot
    dark, own, lit = _tones(cover)
    sketch.polygon(slab(x - 1.08 * m, y - 1.05 * m, x - 0.98 * m, y, 0.04 * m), wood)
    sketch.polygon(slab(x + 1.0 * m, y - 0.55 * m, x + 1.08 * m, y, 0.03 * m), wood)
    sketch.polygon(slab(x - 1.0 * m, y - 0.3 * m, x + 1.02 * m, y - 0.12 * m), adjust(wood, lightness=-0.07))
    sketch.polygon(slab(x - 0.99 * m, y - 0.52 * m, x + 1.01 * m, y - 0.26 * m, 0.06 * m), rgb("#F1ECE2"))
    for shift, tone in ((0.0, rgb("#E6DFD2")), (0.16, rgb("#FBF8F1"))):
        pillow = [
            (x - (0.95 - shift) * m, y - 0.5 * m),
            (x - (0.93 - shift) * m, y - 0.74 * m),
            (x - (0.66 - shift) * m, y - 0.77 * m),
            (x - (0.44 - shift) * m, y - 0.66 * m),
            (x - (0.45 - shift) * m, y - 0.5 * m),
        ]
        sketch.polygon(spline(pillow, True, 6), tone)
    quilt = [
        (x - 0.32 * m, y - 0.62 * m),
        (x + 0.1 * m, y - 0.68 * m),
        (x + 0.5 * m, y - 0.63 * m),
        (x + 0.9 * m, y - 0.66 * m),
        (x + 1.03 * m, y - 0.56 * m),
        (x + 1.02 * m, y - 0.2 * m),
        (x + 0.4 * m, y - 0.16 * m),
        (x - 0.3 * m, y - 0.2 * m),
    ]
    sketch.polygon(spline(quilt, True, 8), own)
    fold = [
        (x - 0.36 * m, y - 0.63 * m),
        (x - 0.1 * m, y - 0.67 * m),
        (x - 0.12 * m, y - 0.19 * m),
        (x - 0.35 * m, y - 0.21 * m),
    ]
    sketch.polygon(spline(fold, True, 6), lit)
    for place in (0.2, 0.5, 0.8):
        sketch.line(
            spline(
                [(x + place * m, y - 0.62 * m), (x + (place + 0.05) * m, y - 0.42 * m), (x + place * m, y - 0.2 * m)],
                False,
                6,
            ),
            0.02 * m,
            dark,
        )


def table(sketch: Sketch, foot: Point, m: float, width: float = 1.3, height: float = 0.76, wood: Rgb = WOOD) -> float:
    """A table on two pairs of legs; returns the y of its top."""
    x, y = foot
    half, top = width / 2 * m, y - height * m
    for side in (-1, 1):
        for inset, tone in ((0.12, adjust(wood, lightness=-0.14)), (0.03, adjust(wood, lightness=-0.05))):
            leg = x + side * (half - (inset + 0.03) * m)
            sketch.polygon(
                [
                    (leg - 0.03 * m, top),
                    (leg + 0.03 * m, top),
                    (leg + 0.02 * m, y - inset * 0.3 * m),
                    (leg - 0.02 * m, y - inset * 0.3 * m),
                ],
                tone,
            )
    sketch.polygon(
        slab(x - half + 0.05 * m, top + 0.02 * m, x + half - 0.05 * m, top + 0.12 * m), adjust(wood, lightness=-0.1)
    )
    sketch.polygon(slab(x - half, top - 0.03 * m, x + half, top + 0.035 * m, 0.015 * m), wood)
    sketch.polygon(slab(x - half, top - 0.03 * m, x + half, top - 0.005 * m, 0.012 * m), adjust(wood, lightness=0.08))
    return top - 0.03 * m


def chair(sketch: Sketch, foot: Point, m: float, facing: float, wood: Rgb = WOOD) -> None:
    """A wooden chair from its side; `facing` 1 looks right."""
    x, y = foot
    own, dark = adjust(wood, lightness=-0.02), adjust(wood, lightness=-0.1)
    for place, tone in ((0.16, dark), (-0.2, dark)):
        sketch.line([(x + facing * place * m, y - 0.45 * m), (x + facing * place * 1.15 * m, y)], 0.04 * m, tone)
    sketch.line([(x - facing * 0.2 * m, y - 0.44 * m), (x - facing * 0.27 * m, y - 0.95 * m)], 0.045 * m, own)
    for level in (0.62, 0.76, 0.9):
        sketch.line(
            [(x - facing * 0.24 * m, y - level * m), (x - facing * 0.2 * m, y - (level + 0.01) * m)], 0.05 * m, own
        )
    sketch.polygon(slab(x - 0.24 * m, y - 0.49 * m, x + 0.23 * m, y - 0.43 * m, 0.02 * m), adjust(wood, lightness=0.06))


def frame(sketch: Sketch, middle: Point, m: float, width: float, height: float, inks: tuple[Rgb, ...]) -> None:
    """A framed picture: a sun over two hills in the given colours (at least three)."""
    x, y = middle
    w, h = width / 2 * m, height / 2 * m
    sketch.polygon(slab(x - w - 0.04 * m, y - h - 0.04 * m, x + w + 0.04 * m, y + h + 0.04 * m), rgb("#2E2218"))
    sketch.polygon(slab(x - w - 0.015 * m, y - h - 0.015 * m, x + w + 0.015 * m, y + h + 0.015 * m), rgb("#F4EEE2"))
    w, h = w * 0.82, h * 0.84
    sketch.polygon(slab(x - w, y - h, x + w, y + h), blend(inks[0], (1, 1, 1), 0.55))
    sketch.ellipse((x + w * 0.25, y - h * 0.25), min(w, h) * 0.34, min(w, h) * 0.34, inks[1])
    for level, tone in ((0.1, blend(inks[2], (1, 1, 1), 0.25)), (0.42, inks[2])):
        line = [
            (x - w, y + h * level),
            (x - w * 0.3, y + h * (level - 0.25)),
            (x + w * 0.3, y + h * (level + 0.1)),
            (x + w, y + h * (level - 0.2)),
        ]
        sketch.polygon(np.vstack([spline(line, False, 6), [(x + w, y + h), (x - w, y + h)]]), tone)


def counter(sketch: Sketch, foot: Point, m: float, width: float, front: Rgb, rng: np.random.Generator) -> float:
    """A kitchen counter with drawers; returns the y of its worktop."""
    x, y = foot
    left, top = x - width / 2 * m, y - 0.9 * m
    dark, _, lit = _tones(front)
    sketch.polygon(slab(left, top, left + width * m, y - 0.08 * m), front)
    sketch.polygon(slab(left + 0.04 * m, y - 0.08 * m, left + width * m - 0.04 * m, y), adjust(front, lightness=-0.3))
    count = max(2, round(width / 0.55))
    for index in range(count):
        a = left + index * width * m / count
        b = left + (index + 1) * width * m / count
        split = 0.28 if rng.random() < 0.6 else 0.0
        for low, high in ((0.1, 0.84 - split), (0.86 - split, 0.84)):
            if high - low > 0.05:
                sketch.polygon(slab(a + 0.03 * m, y - high * m, b - 0.03 * m, y - low * m, 0.012 * m), lit)
                sketch.polygon(
                    slab(a + 0.045 * m, y - high * m + 0.015 * m, b - 0.045 * m, y - low * m - 0.015 * m, 0.01 * m),
                    front,
                )
                sketch.line(
                    [
                        ((a + b) / 2 - 0.05 * m, y - high * m + 0.06 * m),
                        ((a + b) / 2 + 0.05 * m, y - high * m + 0.06 * m),
                    ],
                    0.016 * m,
                    rgb("#C9A662"),
                )
    sketch.polygon(
        slab(left - 0.03 * m, top - 0.05 * m, left + width * m + 0.03 * m, top + 0.01 * m, 0.012 * m), rgb("#D9C7A6")
    )
    sketch.polygon(
        slab(left - 0.03 * m, top - 0.012 * m, left + width * m + 0.03 * m, top + 0.014 * m, 0.008 * m), dark
    )
    return top - 0.05 * m


def crockery(
    sketch: Sketch, left: float, right: float, base: float, m: float, rng: np.random.Generator, inks: tuple[Rgb, ...]
) -> None:
    """Jars, cups and pots in a row along a shelf."""
    pen = left + 0.06 * m
    while pen < right - 0.14 * m:
        tone = inks[int(rng.integers(len(inks)))]
        kind = int(rng.integers(4))
        if kind == 0:
            sketch.polygon(slab(pen, base - 0.2 * m, pen + 0.11 * m, base, 0.02 * m), blend(tone, (1, 1, 1), 0.35))
            sketch.polygon(slab(pen - 0.004 * m, base - 0.225 * m, pen + 0.114 * m, base - 0.185 * m, 0.01 * m), WOOD)
            pen += 0.16 * m
        elif kind == 1:
            sketch.polygon(slab(pen, base - 0.1 * m, pen + 0.1 * m, base, 0.03 * m), tone)
            sketch.ellipse((pen + 0.11 * m, base - 0.055 * m), 0.03 * m, 0.03 * m, tone)
            sketch.polygon(
                slab(pen + 0.015 * m, base - 0.09 * m, pen + 0.035 * m, base - 0.02 * m, 0.01 * m),
                adjust(tone, lightness=0.1),
            )
            pen += 0.18 * m
        elif kind == 2:
            for level in range(4):
                sketch.polygon(
                    slab(pen, base - (level + 1) * 0.024 * m, pen + 0.2 * m, base - level * 0.024 * m, 0.012 * m),
                    adjust(tone, lightness=0.12 - 0.05 * (level % 2)),
                )
            pen += 0.25 * m
        else:
            sketch.polygon(
                spline(
                    [
                        (pen, base - 0.06 * m),
                        (pen + 0.02 * m, base - 0.15 * m),
                        (pen + 0.05 * m, base - 0.27 * m),
                        (pen + 0.09 * m, base - 0.27 * m),
                        (pen + 0.12 * m, base - 0.15 * m),
                        (pen + 0.14 * m, base - 0.06 * m),
                        (pen + 0.07 * m, base),
                    ],
                    True,
                    6,
                ),
                adjust(tone, lightness=-0.05),
            )
            pen += 0.2 * m


def christmas_tree(sketch: Sketch, foot: Point, m: float, rng: np.random.Generator) -> list[Point]:
    """A decorated tree with presents at its foot; returns its lights."""
    x, y = foot
    sketch.polygon(slab(x - 0.06 * m, y - 0.25 * m, x + 0.06 * m, y), rgb("#5A3E2A"))
    lights: list[Point] = []
    tiers = 7
    for tier in range(tiers):
        low = y - (0.18 + tier * 0.235) * m
        half = (0.66 - tier * 0.082) * m
        tone = adjust(rgb("#2F6140"), lightness=0.012 * tier)
        points = [(x, low - 0.48 * m)]
        for k in range(9):
            t = k / 8
            points.append((x + half * (1 - 2 * t), low + (0.05 if k % 2 else -0.02) * m - 0.05 * m * abs(1 - 2 * t)))
        sketch.polygon(points, tone)
        sketch.polygon(
            [(x, low - 0.46 * m), (x - half * 0.9, low - 0.06 * m), (x - half * 0.3, low - 0.03 * m)],
            adjust(tone, lightness=0.045),
        )
        for k in range(max(2, 7 - tier)):
            u = (k + 0.5) / max(2, 7 - tier) * 2 - 1
            px, py = x + u * half * 0.82, low - 0.08 * m - (1 - abs(u)) * 0.09 * m + float(rng.normal(0, 0.02)) * m
            if (k + tier) % 2:
                sketch.ellipse(
                    (px, py), 0.042 * m, 0.042 * m, rgb(("#C8352E", "#E2B33C", "#4F86B8", "#B85A8C")[(k + tier) % 4])
                )
                sketch.ellipse((px - 0.013 * m, py - 0.014 * m), 0.012 * m, 0.012 * m, (1, 0.95, 0.9))
            else:
                sketch.ellipse((px, py), 0.018 * m, 0.022 * m, rgb("#FFE9A8"))
                lights.append((px, py))
    top = y - (0.18 + tiers * 0.235 + 0.28) * m
    star = [
        (x + r * math.sin(k * math.pi / 5) * m, top - r * math.cos(k * math.pi / 5) * m)
        for k in range(10)
        for r in [0.11 if k % 2 == 0 else 0.045]
    ]
    sketch.polygon(star, rgb("#F7CF5C"))
    for place, wide, high, paper, bow in (
        (-0.62, 0.3, 0.26, "#B8352E", "#F2D58A"),
        (0.42, 0.36, 0.2, "#2F5F7A", "#F2EEE4"),
        (0.1, 0.24, 0.3, "#E2B33C", "#B8352E"),
    ):
        left = x + place * m
        sketch.polygon(slab(left, y + 0.06 * m - high * m, left + wide * m, y + 0.06 * m), rgb(paper))
        sketch.polygon(
            slab(left + wide * 0.42 * m, y + 0.06 * m - high * m, left + wide * 0.58 * m, y + 0.06 * m), rgb(bow)
        )
        sketch.polygon(
            slab(left, y + 0.06 * m - high * 0.58 * m, left + wide * m, y + 0.06 * m - high * 0.44 * m), rgb(bow)
        )
        for side in (-1, 1):
            sketch.ellipse(
                (left + (wide / 2 + side * 0.05) * m, y + 0.05 * m - high * m),
                0.055 * m,
                0.032 * m,
                rgb(bow),
                side * -25,
            )
    return lights
