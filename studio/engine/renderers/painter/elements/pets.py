"""Cats and dogs that sit or sleep, with coat, face and lit edge: close enough to be looked at."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.sketch import Point, Sketch, spline

COATS = {
    "cat": ("#D98A3D", "#4A4648", "#E9DFCF", "#8A8684", "#6A4A34"),
    "dog": ("#C88B45", "#7A4E2E", "#E5D6B8", "#3E3632", "#B5733C"),
}
_BREEDS = {
    "golden retriever": "#D9A45A",
    "labrador": "#D9B878",
    "poodle": "#EDE6DA",
    "husky": "#8D949C",
    "pug": "#CDAE84",
    "dalmatian": "#F0EDE6",
    "beagle": "#B4713A",
    "siamese": "#E2D2B8",
    "tabby": "#A5804F",
    "corgi": "#D08A42",
    "retriever": "#D9A45A",
    "dachshund": "#8A4A2A",
    "collie": "#4A4040",
    "persian": "#EDE4D6",
}


def coat_of(brief: Brief, kind: str, rng: np.random.Generator) -> Rgb:
    """The coat asked for, by colour or breed, or one that the kind has."""
    thing = brief.thing(kind)
    if thing is not None and thing.colour:
        return thing.colour
    for breed, code in _BREEDS.items():
        if brief.says(breed):
            return rgb(code)
    coats = COATS[kind]
    return rgb(coats[int(rng.integers(len(coats)))])


def _curve(
    sketch: Sketch, foot: Point, size: float, facing: float, points: list[tuple[float, float]], tone: Rgb
) -> None:
    placed = [(foot[0] + x * facing * size, foot[1] - y * size) for x, y in points]
    sketch.polygon(spline(placed, True, 8), tone)


def sleeping(sketch: Sketch, foot: Point, size: float, coat: Rgb, facing: float, kind: str) -> None:
    """Curled up asleep; `size` is its length in pixels."""
    dark, lit = adjust(coat, lightness=-0.1), adjust(coat, lightness=0.08)
    pale = blend(coat, (1, 0.97, 0.92), 0.6)
    _curve(
        sketch,
        foot,
        size,
        facing,
        [(-0.5, 0.1), (-0.46, 0.27), (-0.2, 0.4), (0.12, 0.39), (0.4, 0.26), (0.5, 0.1), (0.34, 0.0), (-0.3, 0.0)],
        coat,
    )
    _curve(
        sketch,
        foot,
        size,
        facing,
        [(-0.44, 0.24), (-0.2, 0.385), (0.12, 0.375), (0.36, 0.26), (0.1, 0.33), (-0.2, 0.33)],
        lit,
    )
    _curve(
        sketch,
        foot,
        size,
        facing,
        [(-0.5, 0.12), (-0.48, 0.02), (-0.1, -0.02), (0.3, -0.01), (0.32, 0.07), (-0.1, 0.07), (-0.4, 0.1)],
        dark,
    )
    _curve(
        sketch,
        foot,
        size,
        facing,
        [(0.2, 0.16), (0.22, 0.3), (0.34, 0.35), (0.48, 0.31), (0.54, 0.19), (0.48, 0.07), (0.32, 0.05)],
        adjust(coat, lightness=0.03),
    )
    if kind == "cat":
        for x in (0.24, 0.4):
            _curve(sketch, foot, size, facing, [(x, 0.28), (x + 0.04, 0.44), (x + 0.12, 0.32)], coat)
            _curve(
                sketch,
                foot,
                size,
                facing,
                [(x + 0.03, 0.3), (x + 0.05, 0.39), (x + 0.09, 0.32)],
                blend(coat, rgb("#E8A0A0"), 0.5),
            )
        for x in (-0.25, -0.1, 0.05):
            _curve(sketch, foot, size, facing, [(x, 0.385), (x + 0.03, 0.39), (x + 0.02, 0.25), (x - 0.01, 0.25)], dark)
    else:
        _curve(sketch, foot, size, facing, [(0.24, 0.3), (0.18, 0.2), (0.2, 0.06), (0.3, 0.08), (0.32, 0.26)], dark)
    _curve(
        sketch,
        foot,
        size,
        facing,
        [(0.42, 0.1), (0.42, 0.17), (0.5, 0.19), (0.56, 0.14), (0.54, 0.07), (0.46, 0.05)],
        pale,
    )
    _curve(sketch, foot, size, facing, [(0.52, 0.15), (0.55, 0.175), (0.57, 0.145)], rgb("#4A2E2C"))
    for x in (0.35, 0.46):
        arc = [
            (foot[0] + (x + d) * facing * size, foot[1] - (0.2 - e) * size)
            for d, e in ((-0.03, 0.0), (0.0, 0.016), (0.03, 0.0))
        ]
        sketch.line(spline(arc, False, 4), max(1.0, 0.011 * size), rgb("#3A2A26"))


def sitting(sketch: Sketch, foot: Point, size: float, coat: Rgb, facing: float, kind: str) -> None:
    """Sitting up and looking out of the picture; `size` is its height in pixels."""
    dark, lit = adjust(coat, lightness=-0.11), adjust(coat, lightness=0.07)
    pale = blend(coat, (1, 0.97, 0.92), 0.72)
    ink = rgb("#2A2020")

    def part(points: list[tuple[float, float]], tone: Rgb) -> None:
        _curve(sketch, foot, size, facing, points, tone)

    if kind == "cat":
        part(
            [
                (-0.2, 0.04),
                (-0.36, 0.02),
                (-0.46, 0.1),
                (-0.47, 0.24),
                (-0.41, 0.27),
                (-0.39, 0.14),
                (-0.3, 0.1),
                (-0.18, 0.12),
            ],
            dark,
        )
    else:
        part([(-0.2, 0.06), (-0.34, 0.1), (-0.45, 0.24), (-0.42, 0.3), (-0.3, 0.2), (-0.18, 0.16)], coat)
    part(
        [
            (-0.24, 0.02),
            (-0.27, 0.2),
            (-0.2, 0.4),
            (-0.1, 0.56),
            (0.1, 0.58),
            (0.17, 0.42),
            (0.2, 0.2),
            (0.17, 0.0),
            (0.0, -0.005),
            (-0.15, 0.0),
        ],
        coat,
    )
    part([(-0.27, 0.08), (-0.24, 0.24), (-0.1, 0.27), (0.0, 0.14), (-0.02, 0.01), (-0.2, 0.0)], dark)
    part([(0.0, 0.5), (0.1, 0.52), (0.15, 0.36), (0.13, 0.16), (0.04, 0.16), (0.0, 0.32)], pale)
    for x in (0.0, 0.12):
        part(
            [
                (x - 0.02, 0.26),
                (x + 0.05, 0.26),
                (x + 0.055, 0.06),
                (x + 0.07, 0.0),
                (x - 0.035, 0.0),
                (x - 0.02, 0.08),
            ],
            lit if x else coat,
        )
        part([(x - 0.03, 0.05), (x + 0.06, 0.05), (x + 0.075, 0.0), (x - 0.04, 0.0)], pale)
    if kind == "cat":
        for side, tone in ((-1, coat), (1, coat)):
            part([(0.03 + side * 0.16, 0.74), (0.03 + side * 0.17, 0.98), (0.03 + side * 0.04, 0.86)], tone)
            part(
                [(0.03 + side * 0.14, 0.79), (0.03 + side * 0.15, 0.92), (0.03 + side * 0.07, 0.85)],
                blend(coat, rgb("#E8A0A0"), 0.6),
            )
        part(
            [
                (-0.16, 0.68),
                (-0.13, 0.8),
                (0.03, 0.865),
                (0.19, 0.8),
                (0.22, 0.68),
                (0.15, 0.57),
                (0.03, 0.54),
                (-0.09, 0.57),
            ],
            adjust(coat, lightness=0.02),
        )
        for x in (-0.03, 0.03, 0.09):
            part([(x - 0.012, 0.85), (x + 0.012, 0.85), (x + 0.006, 0.77), (x - 0.006, 0.77)], dark)
        part([(-0.06, 0.63), (0.03, 0.66), (0.12, 0.63), (0.1, 0.56), (0.03, 0.54), (-0.04, 0.56)], pale)
        eye, iris = 0.085, rgb("#C9B84A")
    else:
        part(
            [
                (-0.12, 0.66),
                (-0.1, 0.8),
                (0.03, 0.87),
                (0.16, 0.8),
                (0.18, 0.66),
                (0.12, 0.55),
                (0.03, 0.52),
                (-0.06, 0.55),
            ],
            adjust(coat, lightness=0.02),
        )
        for side in (-1, 1):
            part(
                [
                    (0.03 + side * 0.1, 0.82),
                    (0.03 + side * 0.19, 0.8),
                    (0.03 + side * 0.22, 0.64),
                    (0.03 + side * 0.17, 0.56),
                    (0.03 + side * 0.13, 0.68),
                ],
                dark,
            )
        part([(-0.05, 0.64), (0.03, 0.7), (0.11, 0.64), (0.12, 0.57), (0.03, 0.51), (-0.06, 0.57)], pale)
        eye, iris = 0.065, rgb("#6A4426")
    for side in (-1, 1):
        x, y = foot[0] + (0.03 + side * eye) * facing * size, foot[1] - 0.715 * size
        sketch.ellipse((x, y), 0.036 * size, 0.036 * size, iris)
        sketch.ellipse((x, y), (0.014 if kind == "cat" else 0.026) * size, 0.032 * size, ink)
        sketch.ellipse((x - 0.01 * size, y - 0.012 * size), 0.008 * size, 0.008 * size, (1, 1, 1))
    nose = 0.02 if kind == "cat" else 0.034
    x, y = foot[0] + 0.03 * facing * size, foot[1] - (0.625 if kind == "cat" else 0.64) * size
    sketch.polygon(
        spline(
            [(x - nose * size, y - 0.012 * size), (x + nose * size, y - 0.012 * size), (x, y + 0.02 * size)], True, 5
        ),
        rgb("#C9757A") if kind == "cat" else ink,
    )
    mouth = [
        (x - 0.04 * size, y + 0.04 * size),
        (x - 0.015 * size, y + 0.05 * size),
        (x, y + 0.02 * size),
        (x + 0.015 * size, y + 0.05 * size),
        (x + 0.04 * size, y + 0.04 * size),
    ]
    sketch.line(spline(mouth, False, 4), max(1.0, 0.008 * size), ink)
    if kind == "cat":
        for side in (-1, 1):
            for drop in (-0.012, 0.006, 0.024):
                sketch.line(
                    [
                        (x + side * 0.06 * size, y + 0.02 * size + drop * size),
                        (x + side * 0.2 * size, y + drop * 2.2 * size),
                    ],
                    max(0.7, 0.004 * size),
                    (0.96, 0.94, 0.9),
                )
    elif kind == "dog":
        sketch.polygon(
            spline(
                [
                    (x - 0.02 * size, y + 0.052 * size),
                    (x + 0.02 * size, y + 0.052 * size),
                    (x + 0.016 * size, y + 0.095 * size),
                    (x - 0.016 * size, y + 0.095 * size),
                ],
                True,
                5,
            ),
            rgb("#D9747C"),
        )


def in_room(
    brief: Brief, canvas: Canvas, wall: Rgb, foot: Point, m: float, facing: float, tell: Callable[..., None]
) -> None:
    """The cats and dogs asked for, on the floor or sill at `foot`; `m` pixels to a metre."""
    rng = canvas.rng()
    x, y = foot
    for kind in ("cat", "dog"):
        thing = brief.thing(kind)
        if thing is None:
            continue
        asleep = brief.says("sleeping", "asleep", "napping", "nap", "curled", "sleepy", "dozing", "resting")
        for index in range(min(3, thing.count or 2)):
            size = (0.62 if kind == "cat" else 0.72) * m * (1.0 if index == 0 else 0.85)
            sketch = Sketch(canvas, canvas.box(x - size, y - size * 1.15, x + size, y + size * 0.15), 3)
            coat = coat_of(brief, kind, rng)
            sketch.ellipse((x, y), size * 0.46, size * 0.05, blend(wall, (0.1, 0.08, 0.08), 0.75), alpha=0.5)
            (sleeping if asleep else sitting)(sketch, (x, y), size, coat, facing, kind)
            sketch.paint()
            x += facing * size * 0.95
        tell(f"a {'sleeping ' if asleep else ''}{kind}", kind)
