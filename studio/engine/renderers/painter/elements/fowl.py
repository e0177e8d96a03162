"""Birds close by: perched on a branch, an owl, penguins, and butterflies; sizes in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.sketch import Point, Sketch, spline

Shape = list[tuple[float, float]]


@dataclass(frozen=True)
class Feathers:
    """Back, breast, wing and beak of a perched bird, the length of its tail and how its beak is bent."""

    back: str
    breast: str
    wing: str
    beak: str
    tail: float = 0.5
    hooked: bool = False
    long_beak: float = 0.10


FEATHERS = {
    "parrot": Feathers("#3FA34D", "#F2C230", "#2166B0", "#3A3230", 0.95, True),
    "kingfisher": Feathers("#1F7FB8", "#E0812F", "#1A5F9E", "#2A2626", 0.3, False, 0.24),
    "hummingbird": Feathers("#1E8F6A", "#E9EDE6", "#2F6F8C", "#26221F", 0.35, False, 0.34),
    "robin": Feathers("#7A6A54", "#D9622B", "#6A5A48", "#3A322C", 0.42),
    "raven": Feathers("#22242B", "#2A2C34", "#191A20", "#1B1A1D", 0.55, False, 0.16),
    "canary": Feathers("#F2C93A", "#F7DC6A", "#D9A92A", "#D98A4A", 0.4),
    "songbird": Feathers("#4F7FB0", "#E9D9C0", "#3C638F", "#4A4038", 0.45),
}
"""Birds that are drawn on a branch."""


def _at(foot: Point, size: float, facing: float, points: Shape) -> np.ndarray:
    return np.array([(foot[0] + x * facing * size, foot[1] - y * size) for x, y in points], np.float32)


def branch(sketch: Sketch, foot: Point, size: float, bark: Rgb, green: Rgb, rng: np.random.Generator) -> None:
    """A branch through `foot` with leaves at its twigs."""
    x, y = foot
    along = [(x - size * 2.4, y + size * 0.16), (x - size * 0.8, y + size * 0.02), (x + size * 0.6, y + size * 0.03)]
    line = spline([*along, (x + size * 2.4, y - size * 0.34)], False, 16)
    sketch.line(line, size * 0.12, adjust(bark, lightness=-0.06))
    sketch.line(line - (0, size * 0.022), size * 0.05, adjust(bark, lightness=0.06))
    for k in range(26):
        px, py = line[int(rng.integers(2, len(line) - 2))]
        if abs(px - x) < size * 0.30:
            continue
        angle = float(rng.uniform(-2.6, -0.5)) if rng.random() < 0.65 else float(rng.uniform(0.4, 2.4))
        long = size * float(rng.uniform(0.2, 0.34))
        tip = (px + math.cos(angle) * long, py + math.sin(angle) * long)
        side = (math.cos(angle + 1.57) * long * 0.24, math.sin(angle + 1.57) * long * 0.24)
        middle = ((px + tip[0]) / 2, (py + tip[1]) / 2)
        leaf = [(px, py), (middle[0] + side[0], middle[1] + side[1]), tip, (middle[0] - side[0], middle[1] - side[1])]
        tone = adjust(green, lightness=float(rng.normal(0, 0.05)) + (0.02 if k % 2 else -0.03))
        sketch.polygon(spline(leaf, True, 6), tone)
        sketch.line([(px, py), tip], max(0.7, size * 0.008), adjust(tone, lightness=0.1))


def perched(sketch: Sketch, foot: Point, size: float, look: Feathers, facing: float, own: Rgb | None = None) -> None:
    """A bird from its side on a branch at `foot`; `size` is its height. `own` takes the place of its back."""
    back = own or rgb(look.back)
    breast = rgb(look.breast) if own is None else blend(own, rgb(look.breast), 0.45)
    wing = rgb(look.wing) if own is None else adjust(own, lightness=-0.12)
    beak, ink = rgb(look.beak), rgb("#16130F")

    def part(points: Shape, tone: Rgb) -> None:
        sketch.polygon(spline(_at(foot, size, facing, points), True, 8), tone)

    tail = look.tail
    part(
        [
            (-0.22, 0.12),
            (-0.16, 0.26),
            (-0.30 - 0.2 * tail, -0.25 * tail),
            (-0.34 - 0.26 * tail, -0.62 * tail),
            (-0.42 - 0.18 * tail, -0.58 * tail),
        ],
        wing,
    )
    part(
        [(-0.2, 0.16), (-0.14, 0.24), (-0.26 - 0.2 * tail, -0.22 * tail), (-0.3 - 0.26 * tail, -0.55 * tail)],
        adjust(wing, lightness=0.09),
    )
    part(
        [
            (-0.26, 0.14),
            (-0.24, 0.36),
            (-0.12, 0.60),
            (0.0, 0.80),
            (0.12, 0.90),
            (0.27, 0.86),
            (0.30, 0.74),
            (0.26, 0.62),
            (0.28, 0.42),
            (0.22, 0.16),
            (0.08, 0.02),
            (-0.1, 0.02),
        ],
        back,
    )
    part([(0.06, 0.05), (0.22, 0.16), (0.28, 0.42), (0.255, 0.62), (0.17, 0.66), (0.08, 0.46), (0.0, 0.2)], breast)
    part([(0.10, 0.70), (0.17, 0.64), (0.26, 0.64), (0.26, 0.70), (0.20, 0.75)], blend(breast, (1, 1, 1), 0.35))
    part(
        [
            (0.06, 0.58),
            (-0.08, 0.60),
            (-0.22, 0.40),
            (-0.34, 0.14),
            (-0.36, -0.02),
            (-0.18, 0.08),
            (0.02, 0.26),
            (0.10, 0.44),
        ],
        wing,
    )
    for k in range(4):
        shift = 0.055 * k
        line = _at(
            foot,
            size,
            facing,
            [
                (0.06 - shift, 0.46 - shift),
                (-0.12 - shift * 0.8, 0.24 - shift),
                (-0.28 - shift * 0.3, 0.04 - shift * 0.4),
            ],
        )
        sketch.line(spline(line, False, 6), max(0.8, size * 0.012), adjust(wing, lightness=0.11 if k % 2 else -0.07))
    if look.hooked:
        part([(0.25, 0.83), (0.36, 0.80), (0.385, 0.68), (0.345, 0.64), (0.33, 0.72), (0.265, 0.70)], beak)
        part([(0.15, 0.83), (0.26, 0.82), (0.27, 0.70), (0.17, 0.70)], (0.96, 0.95, 0.92))
    else:
        tip = _at(foot, size, facing, [(0.275, 0.80), (0.29 + look.long_beak, 0.755), (0.28, 0.735)])
        sketch.polygon(tip, beak)
    eye = _at(foot, size, facing, [(0.205, 0.785)])[0]
    sketch.ellipse((float(eye[0]), float(eye[1])), size * 0.036, size * 0.036, blend(back, (1, 1, 1), 0.75))
    sketch.ellipse((float(eye[0]), float(eye[1])), size * 0.026, size * 0.026, ink)
    sketch.ellipse((float(eye[0]) - size * 0.008, float(eye[1]) - size * 0.009), size * 0.008, size * 0.008, (1, 1, 1))
    for x in (0.02, 0.12):
        sketch.line(
            _at(foot, size, facing, [(x, 0.06), (x + 0.01, -0.02), (x + 0.06, -0.035)]),
            max(1.2, size * 0.024),
            adjust(beak, lightness=0.1),
        )


def owl(sketch: Sketch, foot: Point, size: float, own: Rgb | None, facing: float) -> None:
    """An owl that looks straight at us."""
    coat = own or rgb("#8A6544")
    dark, pale = adjust(coat, lightness=-0.12), blend(coat, (1, 0.97, 0.9), 0.6)

    def part(points: Shape, tone: Rgb) -> None:
        sketch.polygon(spline(_at(foot, size, facing, points), True, 8), tone)

    part([(-0.12, 0.06), (0.12, 0.06), (0.1, -0.2), (0.0, -0.24), (-0.1, -0.2)], dark)
    part(
        [
            (-0.24, 0.06),
            (-0.31, 0.34),
            (-0.28, 0.62),
            (-0.27, 0.82),
            (-0.30, 0.98),
            (-0.16, 0.93),
            (0.0, 0.91),
            (0.16, 0.93),
            (0.30, 0.98),
            (0.27, 0.82),
            (0.28, 0.62),
            (0.31, 0.34),
            (0.24, 0.06),
            (0.0, 0.0),
        ],
        coat,
    )
    part(
        [(-0.16, 0.06), (-0.2, 0.3), (-0.14, 0.5), (0.0, 0.55), (0.14, 0.5), (0.2, 0.3), (0.16, 0.06), (0.0, 0.02)],
        pale,
    )
    for row in range(5):
        for column in range(-2, 3):
            x, y = column * 0.065 + (0.032 if row % 2 else 0), 0.46 - row * 0.085
            if abs(x) < 0.17:
                part([(x - 0.025, y), (x, y - 0.045), (x + 0.025, y), (x, y - 0.015)], dark)
    for side in (-1, 1):
        part(
            [(side * 0.2, 0.55), (side * 0.32, 0.42), (side * 0.33, 0.16), (side * 0.22, 0.0), (side * 0.17, 0.2)], dark
        )
        centre = _at(foot, size, facing, [(side * 0.12, 0.74)])[0]
        for reach, tone in ((0.135, pale), (0.092, rgb("#E9A92B")), (0.056, rgb("#15110E"))):
            sketch.ellipse((float(centre[0]), float(centre[1])), reach * size, reach * size, tone)
        sketch.ellipse(
            (float(centre[0]) - 0.02 * size, float(centre[1]) - 0.022 * size), 0.016 * size, 0.016 * size, (1, 1, 1)
        )
        part(
            [(side * 0.03, 0.85), (side * 0.16, 0.91), (side * 0.29, 0.97), (side * 0.24, 0.86), (side * 0.12, 0.83)],
            dark,
        )
        for toe in (-0.04, 0.0, 0.04):
            line = _at(foot, size, facing, [(side * 0.09 + toe, 0.05), (side * 0.09 + toe * 1.3, -0.04)])
            sketch.line(line, size * 0.028, rgb("#C9A24E"))
    part([(-0.03, 0.70), (0.03, 0.70), (0.0, 0.60)], rgb("#3A3128"))


def penguin(sketch: Sketch, foot: Point, size: float, facing: float) -> None:
    """A penguin from the front."""
    black, white = rgb("#23262E"), rgb("#F2F3F2")

    def part(points: Shape, tone: Rgb) -> None:
        sketch.polygon(spline(_at(foot, size, facing, points), True, 8), tone)

    for side in (-1, 1):
        part([(side * 0.04, 0.05), (side * 0.06, 0.0), (side * 0.2, 0.0), (side * 0.19, 0.05)], rgb("#E8952E"))
    part(
        [
            (-0.16, 0.04),
            (-0.25, 0.24),
            (-0.24, 0.50),
            (-0.17, 0.68),
            (-0.17, 0.84),
            (-0.09, 0.97),
            (0.0, 1.0),
            (0.09, 0.97),
            (0.17, 0.84),
            (0.17, 0.68),
            (0.24, 0.50),
            (0.25, 0.24),
            (0.16, 0.04),
            (0.0, 0.01),
        ],
        black,
    )
    part(
        [
            (-0.12, 0.06),
            (-0.18, 0.24),
            (-0.165, 0.48),
            (-0.1, 0.63),
            (0.0, 0.66),
            (0.1, 0.63),
            (0.165, 0.48),
            (0.18, 0.24),
            (0.12, 0.06),
            (0.0, 0.03),
        ],
        white,
    )
    part([(-0.1, 0.62), (0.1, 0.62), (0.13, 0.56), (0.0, 0.52), (-0.13, 0.56)], rgb("#F2C24A"))
    for side in (-1, 1):
        part(
            [(side * 0.2, 0.60), (side * 0.31, 0.42), (side * 0.34, 0.2), (side * 0.28, 0.22), (side * 0.2, 0.42)],
            adjust(black, lightness=0.05),
        )
        part(
            [(side * 0.03, 0.82), (side * 0.09, 0.89), (side * 0.15, 0.82), (side * 0.11, 0.72), (side * 0.03, 0.74)],
            white,
        )
        eye = _at(foot, size, facing, [(side * 0.085, 0.815)])[0]
        sketch.ellipse((float(eye[0]), float(eye[1])), 0.024 * size, 0.026 * size, rgb("#15131A"))
        sketch.ellipse(
            (float(eye[0]) - 0.007 * size, float(eye[1]) - 0.008 * size), 0.008 * size, 0.008 * size, (1, 1, 1)
        )
    part([(-0.05, 0.79), (0.05, 0.79), (0.0, 0.70)], rgb("#E8952E"))


def snowman(sketch: Sketch, foot: Point, size: float, scarf: Rgb, facing: float) -> None:
    """Three balls of snow with a hat, a scarf and a carrot."""
    x, y = foot
    white, shade = rgb("#F3F6FA"), rgb("#C6D3E2")
    ink = rgb("#2A2626")
    for level, radius in ((0.23, 0.25), (0.56, 0.185), (0.83, 0.135)):
        sketch.ellipse((x, y - level * size), radius * size, radius * size, shade)
        sketch.ellipse((x - 0.028 * size, y - (level + 0.02) * size), radius * size * 0.88, radius * size * 0.9, white)
    for side in (-1, 1):
        arm = [
            (x + side * 0.16 * size, y - 0.6 * size),
            (x + side * 0.34 * size, y - 0.72 * size),
            (x + side * 0.42 * size, y - 0.86 * size),
        ]
        sketch.line(arm, size * 0.022, rgb("#5A3E2A"))
        sketch.line([arm[1], (arm[1][0] + side * 0.09 * size, arm[1][1] + 0.01 * size)], size * 0.016, rgb("#5A3E2A"))
        sketch.ellipse((x + side * 0.05 * size, y - 0.87 * size), 0.018 * size, 0.02 * size, ink)
    for level in (0.50, 0.58, 0.30):
        sketch.ellipse((x, y - level * size), 0.02 * size, 0.02 * size, ink)
    sketch.polygon(
        [(x, y - 0.845 * size), (x + facing * 0.16 * size, y - 0.815 * size), (x, y - 0.80 * size)], rgb("#E8822B")
    )
    sketch.line(
        spline(
            [(x - 0.13 * size, y - 0.73 * size), (x, y - 0.69 * size), (x + 0.13 * size, y - 0.73 * size)], False, 6
        ),
        size * 0.065,
        scarf,
    )
    sketch.line(
        [(x - facing * 0.07 * size, y - 0.71 * size), (x - facing * 0.09 * size, y - 0.50 * size)],
        size * 0.06,
        adjust(scarf, lightness=-0.07),
    )
    sketch.polygon(
        [
            (x - 0.10 * size, y - 0.95 * size),
            (x + 0.10 * size, y - 0.95 * size),
            (x + 0.095 * size, y - 1.13 * size),
            (x - 0.095 * size, y - 1.13 * size),
        ],
        ink,
    )
    sketch.line([(x - 0.16 * size, y - 0.945 * size), (x + 0.16 * size, y - 0.945 * size)], size * 0.03, ink)
    sketch.line([(x - 0.10 * size, y - 0.975 * size), (x + 0.10 * size, y - 0.975 * size)], size * 0.03, scarf)


def butterfly(sketch: Sketch, middle: Point, size: float, own: Rgb, tilt: float) -> None:
    """A butterfly with open wings; `size` is its span."""
    x, y = middle
    edge, spot = adjust(own, lightness=-0.32), blend(own, (1, 1, 0.9), 0.65)

    def turned(points: Shape) -> np.ndarray:
        cos, sin = math.cos(tilt), math.sin(tilt)
        return np.array(
            [(x + (a * cos - b * sin) * size, y - (a * sin + b * cos) * size) for a, b in points], np.float32
        )

    for side in (-1, 1):
        upper = [
            (0.0, 0.02),
            (side * 0.16, 0.30),
            (side * 0.42, 0.40),
            (side * 0.50, 0.28),
            (side * 0.40, 0.08),
            (side * 0.2, -0.02),
        ]
        lower = [
            (0.0, -0.02),
            (side * 0.2, -0.03),
            (side * 0.36, -0.12),
            (side * 0.34, -0.30),
            (side * 0.2, -0.36),
            (side * 0.06, -0.2),
        ]
        for wing in (lower, upper):
            shape = spline(turned(wing), True, 8)
            heart = shape.mean(0)
            sketch.polygon(shape, edge)
            sketch.polygon(heart + (shape - heart) * 0.82, own)
            sketch.polygon(heart + (shape - heart) * 0.36, blend(own, spot, 0.5))
        for a, b in ((0.42, 0.31), (0.44, 0.22), (0.31, -0.27)):
            dot = turned([(side * a, b)])[0]
            sketch.ellipse((float(dot[0]), float(dot[1])), size * 0.018, size * 0.018, spot)
        sketch.line(
            spline(turned([(0.0, 0.14), (side * 0.05, 0.26), (side * 0.1, 0.32)]), False, 5),
            max(0.8, size * 0.01),
            rgb("#2A221E"),
        )
    sketch.polygon(
        spline(
            turned([(-0.025, 0.12), (0.0, 0.17), (0.025, 0.12), (0.02, -0.16), (0.0, -0.22), (-0.02, -0.16)]), True, 6
        ),
        rgb("#2A221E"),
    )
