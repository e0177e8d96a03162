"""Wheels and machines from the side: car, bus, bicycle, steam train, robot; sizes in pixels, on `foot` (x, y)."""

from __future__ import annotations

import math

import numpy as np

from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements.furniture import slab
from studio.engine.renderers.painter.sketch import Point, Sketch, spline

_RUBBER, _CHROME, _GLASS = rgb("#1E1C1E"), rgb("#C9CDD2"), rgb("#9FB9C6")


def _placed(foot: Point, size: float, facing: float, points: list[tuple[float, float]]) -> np.ndarray:
    return np.array([(foot[0] + x * facing * size, foot[1] - y * size) for x, y in points], np.float32)


def _wheel(sketch: Sketch, middle: Point, radius: float) -> None:
    sketch.ellipse(middle, radius, radius, _RUBBER)
    sketch.ellipse(middle, radius * 0.62, radius * 0.62, _CHROME)
    sketch.ellipse(middle, radius * 0.5, radius * 0.5, rgb("#6F757C"))
    sketch.ellipse(middle, radius * 0.2, radius * 0.2, _CHROME)


def car(
    sketch: Sketch, foot: Point, size: float, paint: Rgb, facing: float, glass: Rgb = _GLASS, lamps: bool = False
) -> None:
    """A saloon with round fenders; `size` is its length."""
    dark, lit = adjust(paint, lightness=-0.13), adjust(paint, lightness=0.1)

    def part(points: list[tuple[float, float]], tone: Rgb, smooth: bool = True) -> None:
        placed = _placed(foot, size, facing, points)
        sketch.polygon(spline(placed, True, 8) if smooth else placed, tone)

    part([(-0.25, 0.21), (-0.19, 0.36), (-0.08, 0.4), (0.1, 0.4), (0.19, 0.35), (0.28, 0.22)], dark)
    part([(-0.2, 0.225), (-0.155, 0.345), (-0.06, 0.37), (0.0, 0.37), (0.0, 0.225)], glass, False)
    part([(0.025, 0.225), (0.025, 0.37), (0.09, 0.37), (0.165, 0.335), (0.23, 0.225)], glass, False)
    part([(-0.13, 0.225), (-0.09, 0.36), (-0.05, 0.37), (-0.09, 0.225)], blend(glass, (1, 1, 1), 0.5), False)
    part([(0.07, 0.225), (0.11, 0.365), (0.14, 0.35), (0.11, 0.225)], blend(glass, (1, 1, 1), 0.5), False)
    part(
        [
            (-0.5, 0.1),
            (-0.49, 0.19),
            (-0.4, 0.235),
            (-0.2, 0.235),
            (0.25, 0.235),
            (0.41, 0.215),
            (0.495, 0.17),
            (0.5, 0.09),
            (0.3, 0.07),
            (-0.3, 0.07),
        ],
        paint,
    )
    part([(-0.48, 0.2), (-0.38, 0.232), (0.25, 0.232), (0.42, 0.21), (0.25, 0.213), (-0.38, 0.213)], lit)
    part([(-0.49, 0.1), (0.49, 0.095), (0.47, 0.06), (-0.47, 0.06)], dark, False)
    for x in (-0.29, 0.29):
        part([(x - 0.115, 0.08), (x - 0.085, 0.165), (x, 0.195), (x + 0.085, 0.165), (x + 0.115, 0.08)], dark)
        hub = _placed(foot, size, facing, [(x, 0.075)])[0]
        _wheel(sketch, (float(hub[0]), float(hub[1])), 0.078 * size)
    for x in (-0.21, 0.0125, 0.235):
        sketch.line(_placed(foot, size, facing, [(x, 0.225), (x, 0.1)]), max(0.8, 0.004 * size), dark)
    sketch.line(_placed(foot, size, facing, [(-0.485, 0.15), (0.488, 0.145)]), max(1.0, 0.009 * size), _CHROME)
    for x in (-0.15, 0.07):
        sketch.line(_placed(foot, size, facing, [(x, 0.19), (x + 0.045, 0.19)]), max(1.0, 0.01 * size), _CHROME)
    part([(0.44, 0.08), (0.525, 0.08), (0.525, 0.105), (0.44, 0.105)], _CHROME, False)
    part([(-0.525, 0.08), (-0.44, 0.08), (-0.44, 0.105), (-0.525, 0.105)], _CHROME, False)
    lamp = _placed(foot, size, facing, [(0.468, 0.17)])[0]
    sketch.ellipse(
        (float(lamp[0]), float(lamp[1])), 0.024 * size, 0.028 * size, rgb("#FFF1B8") if lamps else rgb("#E6E9EC")
    )
    tail = _placed(foot, size, facing, [(-0.482, 0.165)])[0]
    sketch.ellipse((float(tail[0]), float(tail[1])), 0.013 * size, 0.022 * size, rgb("#D8352C"))


def bus(
    sketch: Sketch, foot: Point, size: float, paint: Rgb, facing: float, glass: Rgb = _GLASS, lamps: bool = False
) -> None:
    """A rounded bus; `size` is its length."""
    x, y = foot
    sketch.polygon(slab(x - 0.5 * size, y - 0.36 * size, x + 0.5 * size, y - 0.05 * size, 0.06 * size), paint)
    sketch.polygon(
        slab(x - 0.49 * size, y - 0.355 * size, x + 0.49 * size, y - 0.33 * size, 0.02 * size),
        adjust(paint, lightness=0.1),
    )
    sketch.polygon(
        slab(x - 0.5 * size, y - 0.16 * size, x + 0.5 * size, y - 0.13 * size), blend(paint, (1, 1, 1), 0.75)
    )
    pane = rgb("#FFE3A0") if lamps else glass
    for k in range(6):
        left = x + (-0.46 + k * 0.155) * size
        sketch.polygon(slab(left, y - 0.31 * size, left + 0.135 * size, y - 0.19 * size, 0.015 * size), pane)
        sketch.polygon(
            [
                (left + 0.03 * size, y - 0.19 * size),
                (left + 0.06 * size, y - 0.19 * size),
                (left + 0.1 * size, y - 0.31 * size),
                (left + 0.07 * size, y - 0.31 * size),
            ],
            blend(pane, (1, 1, 1), 0.4),
        )
    for place in (-0.3, 0.3):
        _wheel(sketch, (x + place * size, y - 0.055 * size), 0.058 * size)
    sketch.ellipse((x + facing * 0.485 * size, y - 0.1 * size), 0.015 * size, 0.02 * size, rgb("#FFF1B8"))


def bicycle(sketch: Sketch, foot: Point, size: float, paint: Rgb, facing: float) -> None:
    """A town bicycle; `size` is its length."""
    radius = 0.2 * size
    tube = max(1.4, 0.022 * size)

    def at(*points: tuple[float, float]) -> np.ndarray:
        return _placed(foot, size, facing, list(points))

    for x in (-0.3, 0.3):
        hub = at((x, 0.2))[0]
        ring = [(hub[0] + radius * math.cos(a), hub[1] + radius * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 60)]
        sketch.line(ring, max(1.6, 0.022 * size), _RUBBER)
        inner = [
            (hub[0] + radius * 0.92 * math.cos(a), hub[1] + radius * 0.92 * math.sin(a))
            for a in np.linspace(0, 2 * math.pi, 60)
        ]
        sketch.line(inner, max(0.8, 0.008 * size), _CHROME)
        for k in range(14):
            a = k * math.pi / 7
            sketch.line(
                [(hub[0], hub[1]), (hub[0] + radius * 0.92 * math.cos(a), hub[1] + radius * 0.92 * math.sin(a))],
                max(0.5, 0.003 * size),
                _CHROME,
            )
        fender = [
            (hub[0] + radius * 1.07 * math.cos(a), hub[1] + radius * 1.07 * math.sin(a))
            for a in np.linspace(-2.9, -0.9, 24)
        ]
        sketch.line(fender, tube * 0.8, paint)
    for path in (
        [(-0.3, 0.2), (-0.06, 0.2)],
        [(-0.3, 0.2), (-0.12, 0.47)],
        [(-0.06, 0.2), (-0.14, 0.52)],
        [(-0.06, 0.2), (0.2, 0.46)],
        [(-0.12, 0.47), (0.2, 0.5)],
        [(0.3, 0.2), (0.18, 0.56)],
    ):
        sketch.line(at(*path), tube, paint)
    sketch.line(at((0.18, 0.56), (0.165, 0.61), (0.11, 0.62)), tube * 0.8, _CHROME)
    sketch.line(at((0.125, 0.62), (0.07, 0.615)), tube * 1.4, rgb("#4A2E20"))
    sketch.polygon(
        spline(at((-0.23, 0.545), (-0.16, 0.56), (-0.06, 0.54), (-0.1, 0.52), (-0.2, 0.515)), True, 6), rgb("#4A2E20")
    )
    crank = at((-0.06, 0.2))[0]
    sketch.ellipse((float(crank[0]), float(crank[1])), 0.05 * size, 0.05 * size, rgb("#55585C"))
    sketch.line(at((-0.06, 0.2), (-0.02, 0.1)), tube * 0.7, _CHROME)
    sketch.line(at((-0.05, 0.1), (0.01, 0.1)), tube, _RUBBER)
    basket = at((0.2, 0.6), (0.4, 0.6), (0.37, 0.46), (0.22, 0.46))
    sketch.polygon(basket, rgb("#A9793F"))
    for k in range(1, 4):
        sketch.line(at((0.2 + k * 0.05, 0.6), (0.22 + k * 0.0375, 0.46)), max(0.7, 0.006 * size), rgb("#7A5228"))


def train(sketch: Sketch, foot: Point, size: float, paint: Rgb, facing: float, wagons: int, lamps: bool) -> Point:
    """A steam engine with wagons behind it; `size` is the engine's length. Returns the top of its chimney."""
    black = rgb("#26272B")

    def at(*points: tuple[float, float]) -> np.ndarray:
        return _placed(foot, size, facing, list(points))

    def box(left: float, low: float, right: float, high: float, tone: Rgb) -> None:
        sketch.polygon(at((left, low), (right, low), (right, high), (left, high)), tone)

    for k in range(wagons):
        right = -0.66 - k * 1.04
        box(right - 0.98, 0.09, right, 0.42, paint)
        box(right - 0.98, 0.2, right, 0.235, blend(paint, rgb("#F3E3B8"), 0.75))
        box(right - 1.0, 0.42, right + 0.02, 0.455, adjust(paint, lightness=-0.16))
        for pane in range(6):
            left = right - 0.94 + pane * 0.157
            box(left, 0.265, left + 0.115, 0.38, rgb("#FFDF95") if lamps else _GLASS)
        box(right, 0.1, right + 0.06, 0.13, black)
        for wheel in (-0.82, -0.66, -0.32, -0.16):
            hub = at((right + wheel, 0.065))[0]
            sketch.ellipse((float(hub[0]), float(hub[1])), 0.065 * size, 0.065 * size, black)
            sketch.ellipse((float(hub[0]), float(hub[1])), 0.03 * size, 0.03 * size, rgb("#70757C"))
    box(-0.6, 0.1, -0.22, 0.4, adjust(paint, lightness=-0.05))  # cab
    box(-0.55, 0.27, -0.34, 0.37, rgb("#FFDF95") if lamps else _GLASS)
    box(-0.64, 0.4, -0.18, 0.44, black)
    box(-0.24, 0.15, 0.4, 0.36, black)  # boiler
    box(-0.24, 0.31, 0.4, 0.335, rgb("#54575E"))
    for x in (-0.1, 0.08, 0.26):
        box(x, 0.15, x + 0.018, 0.36, rgb("#C9A24E"))
    nose = at((0.4, 0.255))[0]
    sketch.ellipse((float(nose[0]), float(nose[1])), 0.035 * size, 0.105 * size, rgb("#3A3C42"))
    box(0.27, 0.36, 0.35, 0.5, black)  # chimney
    box(0.25, 0.49, 0.37, 0.525, rgb("#C9A24E"))
    dome = at((0.03, 0.37))[0]
    sketch.ellipse((float(dome[0]), float(dome[1])), 0.055 * size, 0.055 * size, rgb("#C9A24E"))
    box(-0.62, 0.1, 0.46, 0.145, adjust(paint, lightness=-0.1))
    sketch.polygon(at((0.42, 0.13), (0.56, 0.01), (0.42, 0.01)), adjust(paint, lightness=-0.12))
    for x, r in ((-0.46, 0.06), (-0.22, 0.088), (0.0, 0.088), (0.22, 0.088), (0.39, 0.05)):
        hub = at((x, r))[0]
        sketch.ellipse((float(hub[0]), float(hub[1])), r * size, r * size, black)
        sketch.ellipse((float(hub[0]), float(hub[1])), r * 0.72 * size, r * 0.72 * size, blend(paint, black, 0.35))
        sketch.ellipse((float(hub[0]), float(hub[1])), r * 0.2 * size, r * 0.2 * size, _CHROME)
    sketch.line(at((-0.24, 0.075), (0.24, 0.075)), max(1.0, 0.022 * size), _CHROME)
    lamp = at((0.44, 0.33))[0]
    sketch.ellipse((float(lamp[0]), float(lamp[1])), 0.03 * size, 0.03 * size, rgb("#FFF1B8"))
    top = at((0.31, 0.54))[0]
    return float(top[0]), float(top[1])


def robot(sketch: Sketch, foot: Point, size: float, paint: Rgb, facing: float, flower: Rgb | None = None) -> None:
    """A friendly robot, perhaps with a flower in its hand; `size` is its height."""
    x, y = foot
    dark, lit = adjust(paint, lightness=-0.13), adjust(paint, lightness=0.09)
    joint = rgb("#4A4F57")

    def box(a: float, low: float, b: float, high: float, tone: Rgb, round_to: float = 0.03) -> None:
        left, right = sorted((x + a * facing * size, x + b * facing * size))
        sketch.polygon(slab(left, y - high * size, right, y - low * size, round_to * size), tone)

    for side in (-1, 1):
        box(side * 0.1 - 0.03, 0.06, side * 0.1 + 0.03, 0.28, joint)
        box(side * 0.1 - 0.075, 0.0, side * 0.1 + 0.085, 0.085, dark if side < 0 else paint, 0.04)
    box(-0.06, 0.6, 0.06, 0.7, joint)
    box(-0.2, 0.25, 0.2, 0.62, paint, 0.07)
    box(-0.19, 0.57, 0.19, 0.61, lit, 0.03)
    box(-0.13, 0.34, 0.13, 0.52, adjust(paint, lightness=-0.2), 0.03)
    for k, tone in enumerate(("#E8553A", "#F2C14E", "#6FC2A0")):
        sketch.ellipse((x + (-0.08 + k * 0.08) * size, y - 0.47 * size), 0.022 * size, 0.022 * size, rgb(tone))
    for k in range(3):
        box(-0.1, 0.365 + k * 0.022, 0.1, 0.375 + k * 0.022, lit, 0.0)
    for side, hand in ((-1, (-0.31, 0.27)), (1, (0.34, 0.52))):
        arm = [
            (x + side * 0.21 * facing * size, y - 0.55 * size),
            (x + side * 0.3 * facing * size, y - 0.4 * size),
            (x + hand[0] * facing * size, y - hand[1] * size),
        ]
        sketch.line(spline(arm, False, 8), 0.05 * size, joint)
        sketch.ellipse(arm[2], 0.045 * size, 0.045 * size, paint)
    if flower is not None:
        hx, hy = x + 0.34 * facing * size, y - 0.54 * size
        sketch.line(
            [(hx, hy + 0.12 * size), (hx + 0.02 * facing * size, hy - 0.16 * size)],
            max(1.2, 0.014 * size),
            rgb("#4C7A3E"),
        )
        head = (hx + 0.02 * facing * size, hy - 0.18 * size)
        for k in range(8):
            a = k * math.pi / 4
            sketch.ellipse(
                (head[0] + 0.045 * size * math.cos(a), head[1] + 0.045 * size * math.sin(a)),
                0.036 * size,
                0.022 * size,
                flower,
                math.degrees(a),
            )
        sketch.ellipse(head, 0.028 * size, 0.028 * size, rgb("#F5C542"))
    box(-0.19, 0.68, 0.19, 0.93, paint, 0.08)
    box(-0.17, 0.89, 0.17, 0.92, lit, 0.02)
    box(-0.145, 0.72, 0.145, 0.87, rgb("#1D2A33"), 0.05)
    for side in (-1, 1):
        sketch.ellipse((x + side * 0.07 * size, y - 0.81 * size), 0.032 * size, 0.036 * size, rgb("#7FE6E0"))
        box(side * 0.19, 0.75, side * 0.225, 0.86, dark, 0.015)
    smile = [(x - 0.045 * size, y - 0.757 * size), (x, y - 0.742 * size), (x + 0.045 * size, y - 0.757 * size)]
    sketch.line(spline(smile, False, 5), max(1.0, 0.01 * size), rgb("#7FE6E0"))
    sketch.line([(x, y - 0.93 * size), (x, y - 1.0 * size)], max(1.0, 0.014 * size), joint)
    sketch.ellipse((x, y - 1.02 * size), 0.024 * size, 0.024 * size, rgb("#E8553A"))
