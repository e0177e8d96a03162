"""Beasts that sit or sleep and look out of the picture: close enough to have a coat and a face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studio.engine.renderers.painter import lexicon
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.sketch import Point, Sketch, spline


@dataclass(frozen=True)
class Look:
    """What tells one beast from another while it sits: coats, ears ("point", "round", "long", "flop"), tail, muzzle.

    `pale` is how far chest and muzzle go towards cream, `iris` the eyes, `nose` its colour, `size` a height in metres,
    `marks` what is drawn over the coat: "stripes", "mane", "patches".
    """

    coats: tuple[str, ...]
    ears: str = "point"
    tail: str = "thin"
    pale: float = 0.72
    iris: str = "#6A4426"
    nose: str = "#2A2020"
    slit: bool = False
    whiskers: bool = False
    tongue: bool = False
    marks: str = ""
    size: float = 0.7


LOOKS = {
    "cat": Look(("#D98A3D", "#4A4648", "#E9DFCF", "#8A8684", "#6A4A34"), iris="#C9B84A", nose="#C9757A", slit=True,
                whiskers=True, marks="brow", size=0.62),
    "dog": Look(("#C88B45", "#7A4E2E", "#E5D6B8", "#3E3632", "#B5733C"), "flop", "short", tongue=True, size=0.72),
    "fox": Look(("#D0652A", "#C8582A"), tail="bush", pale=0.9, iris="#B5812E", size=0.7),
    "wolf": Look(("#7A7C84", "#5E6068"), tail="bush", pale=0.6, iris="#D9B23C", size=0.95),
    "bear": Look(("#6A442C", "#4A3226"), "round", "none", 0.45, size=1.3),
    "rabbit": Look(("#B49A7C", "#D9D2C6", "#8C7A66"), "long", "short", 0.8, nose="#D58C90", whiskers=True, size=0.5),
    "lion": Look(("#D3A055", "#C9964C"), "round", "thin", 0.6, "#B5812E", nose="#5A3430", marks="mane", size=1.1),
    "tiger": Look(("#E08A2E", "#D97E2A"), "round", "thin", 0.88, "#C9B84A", nose="#C9757A", whiskers=True,
                  marks="stripes", size=1.1),
    "panda": Look(("#F2EFE8",), "round", "none", 0.2, marks="patches", size=1.1),
    "squirrel": Look(("#B0643A", "#8C6A4E"), tail="bush", pale=0.85, size=0.4),
    "mouse": Look(("#A39A94", "#C9B49A"), "round", "thin", 0.6, nose="#D58C90", whiskers=True, size=0.3),
    "pig": Look(("#EBB0AC",), "flop", "none", 0.35, nose="#D58C90", size=0.8),
    "leopard": Look(("#D9A950",), "round", "thin", 0.8, "#C9B84A", whiskers=True, marks="spots", size=1.0),
    "raccoon": Look(("#8A8680",), "round", "bush", 0.75, marks="patches", size=0.55),
}  # fmt: skip
"""Beasts that can be drawn sitting, by kind."""

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


_NATURAL = {"fox": "red", "bear": "brown", "wolf": "grey", "dog": "golden", "tiger": "orange", "pig": "pink"}


def _natural(kind: str, colour: Rgb) -> bool:
    """Whether a colour only names what the beast looks like anyway: a red fox is not red."""
    return kind in _NATURAL and colour == lexicon.COLOURS[_NATURAL[kind]]


def coat_of(brief: Brief, kind: str, rng: np.random.Generator) -> Rgb:
    """The coat asked for, by colour or breed, or one that the kind has."""
    thing = brief.thing(kind)
    if thing is not None and thing.colour and not _natural(kind, thing.colour):
        return thing.colour
    for breed, code in _BREEDS.items():
        if brief.says(breed):
            return rgb(code)
    coats = LOOKS[kind].coats
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


def sitting(
    sketch: Sketch, foot: Point, size: float, coat: Rgb, facing: float, kind: str, *, face: bool = True
) -> None:
    """Sitting up and looking out of the picture; `size` is its height in pixels (ears not counted).

    Without `face` the features are left out, for who draws them later with `features`.
    """
    look = LOOKS[kind]
    dark, lit = adjust(coat, lightness=-0.11), adjust(coat, lightness=0.07)
    pale = blend(coat, (1, 0.97, 0.92), look.pale)
    ink = rgb("#2A2020")
    limb = ink if kind == "panda" else coat
    narrow = look.ears in ("flop", "long")

    def part(points: list[tuple[float, float]], tone: Rgb) -> None:
        _curve(sketch, foot, size, facing, points, tone)

    if look.tail == "thin":
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
    elif look.tail == "short":
        part([(-0.2, 0.06), (-0.34, 0.1), (-0.45, 0.24), (-0.42, 0.3), (-0.3, 0.2), (-0.18, 0.16)], coat)
    elif look.tail == "bush":
        part(
            [
                (-0.16, 0.03),
                (-0.4, 0.0),
                (-0.56, 0.12),
                (-0.6, 0.36),
                (-0.5, 0.52),
                (-0.42, 0.34),
                (-0.34, 0.2),
                (-0.16, 0.16),
            ],
            coat,
        )
        part([(-0.59, 0.3), (-0.6, 0.42), (-0.5, 0.54), (-0.45, 0.4), (-0.52, 0.34)], pale)
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
    part(
        [(-0.27, 0.08), (-0.24, 0.24), (-0.1, 0.27), (0.0, 0.14), (-0.02, 0.01), (-0.2, 0.0)],
        dark if kind != "panda" else ink,
    )
    part([(0.0, 0.5), (0.1, 0.52), (0.15, 0.36), (0.13, 0.16), (0.04, 0.16), (0.0, 0.32)], pale)
    if kind == "panda":
        part([(-0.17, 0.5), (0.0, 0.56), (0.19, 0.48), (0.19, 0.36), (0.0, 0.42), (-0.2, 0.38)], ink)
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
            limb if not x or kind == "panda" else lit,
        )
        part(
            [(x - 0.03, 0.05), (x + 0.06, 0.05), (x + 0.075, 0.0), (x - 0.04, 0.0)],
            pale if kind not in ("panda", "fox", "bear") else adjust(limb, lightness=-0.14),
        )
    if look.marks == "stripes":
        for y in (0.14, 0.24, 0.34, 0.44):
            part([(-0.25 + y * 0.18, y), (-0.12, y + 0.015), (-0.25 + y * 0.18, y + 0.04)], ink)
    if look.marks == "mane":
        for k in range(20):
            a = k * 0.3142
            tone = adjust(rgb("#8A4F24"), lightness=0.03 * ((k * 7) % 5 - 2))
            part(
                [
                    (0.03 + 0.2 * np.cos(a - 0.3), 0.69 + 0.2 * np.sin(a - 0.3)),
                    (0.03 + 0.36 * np.cos(a), 0.68 + 0.34 * np.sin(a)),
                    (0.03 + 0.2 * np.cos(a + 0.3), 0.69 + 0.2 * np.sin(a + 0.3)),
                    (0.03, 0.69),
                ],
                tone,
            )
    if look.marks == "spots":
        for k in range(26):
            x, y = -0.2 + 0.33 * ((k * 0.618) % 1), 0.1 + 0.4 * ((k * 0.381) % 1)
            part([(x - 0.016, y), (x, y + 0.016), (x + 0.016, y), (x, y - 0.016)], adjust(ink, lightness=0.06))
    _ears(part, look, coat, kind)
    if narrow:
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
    else:
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
    if look.ears == "flop":
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
    if look.marks in ("brow", "stripes"):
        for x in (-0.03, 0.03, 0.09):
            part(
                [(x - 0.012, 0.85), (x + 0.012, 0.85), (x + 0.006, 0.77), (x - 0.006, 0.77)],
                dark if look.marks == "brow" else ink,
            )
    if look.marks == "stripes":
        for side in (-1, 1):
            for y in (0.63, 0.69):
                part([(0.03 + side * 0.19, y + 0.02), (0.03 + side * 0.11, y), (0.03 + side * 0.18, y - 0.015)], ink)
    if kind in ("fox", "wolf", "raccoon"):
        for side in (-1, 1):
            part(
                [
                    (0.03, 0.66),
                    (0.03 + side * 0.12, 0.67),
                    (0.03 + side * 0.19, 0.63),
                    (0.03 + side * 0.1, 0.55),
                    (0.03, 0.54),
                ],
                pale,
            )
    if look.whiskers:
        part([(-0.06, 0.63), (0.03, 0.66), (0.12, 0.63), (0.1, 0.56), (0.03, 0.54), (-0.04, 0.56)], pale)
    else:
        part([(-0.05, 0.64), (0.03, 0.7), (0.11, 0.64), (0.12, 0.57), (0.03, 0.51), (-0.06, 0.57)], pale)
    if face:
        features(sketch, foot, size, facing, kind)


def _ears(part: Callable[[list[tuple[float, float]], Rgb], None], look: Look, coat: Rgb, kind: str) -> None:
    rosy = blend(coat, rgb("#E8A0A0"), 0.6)
    tone = rgb("#2A2020") if kind == "panda" else coat
    for side in (-1, 1):
        if look.ears == "point":
            part([(0.03 + side * 0.16, 0.74), (0.03 + side * 0.17, 0.98), (0.03 + side * 0.04, 0.86)], tone)
            part([(0.03 + side * 0.14, 0.79), (0.03 + side * 0.15, 0.92), (0.03 + side * 0.07, 0.85)], rosy)
        elif look.ears == "round":
            for reach, ink in ((0.075, tone), (0.042, rosy if kind != "panda" else tone)):
                ring = [
                    (0.03 + side * 0.14 + reach * np.cos(a), 0.84 + reach * np.sin(a)) for a in np.linspace(0, 5.6, 9)
                ]
                part([(float(x), float(y)) for x, y in ring], ink)
        elif look.ears == "long":
            part(
                [
                    (0.03 + side * 0.03, 0.8),
                    (0.03 + side * 0.04, 1.12),
                    (0.03 + side * 0.1, 1.24),
                    (0.03 + side * 0.15, 1.1),
                    (0.03 + side * 0.12, 0.8),
                ],
                tone,
            )
            part(
                [
                    (0.03 + side * 0.055, 0.86),
                    (0.03 + side * 0.07, 1.08),
                    (0.03 + side * 0.1, 1.16),
                    (0.03 + side * 0.12, 1.06),
                    (0.03 + side * 0.1, 0.86),
                ],
                rosy,
            )


def features(sketch: Sketch, foot: Point, size: float, facing: float, kind: str) -> None:
    """Eyes, nose, mouth and whiskers of one that is `sitting`."""
    look = LOOKS[kind]
    ink, nose_tone = rgb("#2A2020"), rgb(look.nose)
    spread = 0.065 if look.ears == "flop" else 0.085
    for side in (-1, 1):
        x, y = foot[0] + (0.03 + side * spread) * facing * size, foot[1] - 0.715 * size
        if look.marks == "patches":
            sketch.ellipse((x, y + 0.008 * size), 0.058 * size, 0.068 * size, ink, side * facing * 25)
        sketch.ellipse((x, y), 0.036 * size, 0.036 * size, rgb(look.iris))
        sketch.ellipse((x, y), (0.014 if look.slit else 0.026) * size, 0.032 * size, ink)
        sketch.ellipse((x - 0.01 * size, y - 0.012 * size), 0.009 * size, 0.009 * size, (1, 1, 1))
    nose = 0.022 if look.whiskers else 0.034
    x, y = foot[0] + 0.03 * facing * size, foot[1] - (0.625 if look.whiskers else 0.64) * size
    if kind == "pig":
        sketch.ellipse((x, y + 0.01 * size), 0.06 * size, 0.045 * size, nose_tone)
        for side in (-1, 1):
            sketch.ellipse(
                (x + side * 0.022 * size, y + 0.01 * size),
                0.011 * size,
                0.015 * size,
                adjust(nose_tone, lightness=-0.2),
            )
    else:
        sketch.polygon(
            spline(
                [(x - nose * size, y - 0.012 * size), (x + nose * size, y - 0.012 * size), (x, y + 0.02 * size)],
                True,
                5,
            ),
            nose_tone,
        )
    mouth = [
        (x - 0.04 * size, y + 0.04 * size),
        (x - 0.015 * size, y + 0.05 * size),
        (x, y + 0.02 * size),
        (x + 0.015 * size, y + 0.05 * size),
        (x + 0.04 * size, y + 0.04 * size),
    ]
    if kind != "pig":
        sketch.line(spline(mouth, False, 4), max(1.0, 0.008 * size), ink)
    if look.whiskers:
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
    if look.tongue:
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
        count = min(3, thing.count or 2)
        for index in range(count):
            size = LOOKS[kind].size * m * (1.0 if index == 0 else 0.85)
            sketch = Sketch(canvas, canvas.box(x - size, y - size * 1.15, x + size, y + size * 0.15), 3)
            coat = coat_of(brief, kind, rng)
            sketch.ellipse((x, y), size * 0.46, size * 0.05, blend(wall, (0.1, 0.08, 0.08), 0.75), alpha=0.5)
            (sleeping if asleep else sitting)(sketch, (x, y), size, coat, facing, kind)
            sketch.paint()
            x += facing * size * 0.95
        manner = "sleeping " if asleep else ""
        tell(f"a {manner}{kind}" if count == 1 else f"{count} {manner}{kind}s", kind)
