"""The cast: things asked for that no landscape draws by itself, put on its foreground in its own light.

A family paints its place; `stand_in` then adds what the prompt named and the place still lacks.
"""

from __future__ import annotations

import itertools

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief, Thing
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import creatures, fowl, pets, staffage, vehicles
from studio.engine.renderers.painter.elements.furniture import slab
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.sketch import Sketch

STAGES = {"coast": 0.93, "hills": 0.92, "mountains": 0.95, "desert": 0.90, "forest": 0.93, "city": 0.92, "night": 0.95}
"""Families with ground to stand on, and where (v) their foreground is."""

_PAINTS = {"car": "#B8322C", "bus": "#C8352E", "bicycle": "#2F6F7A", "train": "#7A2328", "robot": "#9FB4BC"}
_SHARES = {"car": 0.52, "bus": 0.62, "bicycle": 0.44, "train": 0.4, "robot": 0.46, "penguin": 0.34,
           "snowman": 0.42}  # fmt: skip
"""Length (height for the robot) as a share of the shorter edge."""
PERCHED = (*fowl.FEATHERS, "owl")
CLOSE = frozenset((*pets.LOOKS, *PERCHED, "penguin"))
"""Beasts and birds that can be drawn near enough to have a face."""
_WATER = ("mountains", "night")
_NAMES = {"car": "a car", "bus": "a bus", "bicycle": "a bicycle", "robot": "a robot"}


def _shadow(canvas: Canvas, x: float, y: float, reach: float, air: Air) -> None:
    dx = (canvas.u * canvas.width - x) / reach
    dy = (canvas.v * canvas.height - y) / (reach * 0.13)
    canvas.multiply(blend(air.shade, (0.05, 0.05, 0.07), 0.6), np.clip(1.15 - dx**2 - dy**2, 0, 1) ** 1.4 * 0.6)


def _own(thing: Thing, canvas: Canvas, brief: Brief) -> Rgb:
    if thing.kind in staffage.HIDES:
        return thing.colour or rgb(staffage.HIDES[thing.kind])
    if thing.kind not in _PAINTS and thing.kind not in pets.LOOKS:
        return thing.colour or rgb("#B8322C")
    if thing.kind in pets.LOOKS:
        return pets.coat_of(brief, thing.kind, canvas.rng())
    return thing.colour or rgb(_PAINTS[thing.kind])


def _tinted(sketch: Sketch, air: Air, amount: float) -> None:
    """Bring a finished drawing into the light of the place."""
    colours, cover = sketch.resolve()
    part = sketch.canvas.pixels[sketch.box.top : sketch.box.bottom, sketch.box.left : sketch.box.right]
    light = np.asarray(local_light(air, (0.93, 0.93, 0.93), 0.75), np.float32)
    # A night that swallowed what was asked for would be no picture of it: some light always falls on the cast.
    lit = colours * (1 - amount + amount * np.clip(light * 1.08, 0.45, 1.05))
    part *= 1 - cover[..., None]
    part += lit


def _viaduct(brief: Brief, canvas: Canvas, air: Air, thing: Thing, level: float) -> None:
    """A railway across the picture, on arches, with a train on it."""
    rng = canvas.rng()
    size = min(canvas.width, canvas.height) * 0.34
    y = level * canvas.height
    facing = 1.0 if rng.random() < 0.5 else -1.0
    stone = rgb("#8E8578")
    board = Sketch(canvas, canvas.box(0, y - size, canvas.width, canvas.height), 2)
    thick = size * 0.1
    pitch = size * 0.62
    board.polygon(slab(-2, y, canvas.width + 2, y + thick), stone)
    board.polygon(slab(-2, y, canvas.width + 2, y + thick * 0.25), adjust(stone, lightness=0.08))
    start = (canvas.width / 2) % pitch - pitch
    for k in range(int(canvas.width / pitch) + 3):
        left = start + k * pitch
        pier = size * 0.16
        arch = [(left, y + thick * 0.9), (left + pitch, y + thick * 0.9)]
        arch += [
            (
                left + pitch / 2 + (pitch - pier) / 2 * np.cos(a),
                y + thick + pitch * 0.5 - (pitch - pier) / 2 * np.sin(a),
            )
            for a in np.linspace(0, np.pi, 20)
        ]
        low = canvas.height + 2.0
        board.polygon(
            [
                *arch[:2],
                (left + pitch, low),
                (left + pitch - pier / 2, low),
                *arch[2:],
                (left + pier / 2, low),
                (left, low),
            ],
            adjust(stone, lightness=-0.04),
        )
        board.polygon(
            slab(left + pitch - pier / 2, y + thick + pitch * 0.45, left + pitch - pier * 0.2, low),
            adjust(stone, lightness=-0.12),
        )
    front = canvas.width * (0.5 + 0.22 * facing)
    wagons = int(canvas.width / size) + 1
    chimney = vehicles.train(
        board, (front, y), size, thing.colour or rgb(_PAINTS["train"]), facing, wagons, air.lamps_lit
    )
    _tinted(board, air, 0.85)
    for k in range(26):
        age = k / 25
        x = chimney[0] - facing * age**1.1 * size * 1.7 + float(rng.normal(0, 0.03)) * size
        rise = chimney[1] - size * (0.05 + 0.42 * age**0.7) + float(rng.normal(0, 0.03)) * size
        distance = np.hypot(canvas.u * canvas.width - x, canvas.v * canvas.height - rise)
        canvas.lay(
            blend(air.cloud[0], (1, 1, 1), 0.25),
            np.exp(-((distance / (size * (0.05 + 0.15 * age))) ** 2)) * 0.5 * (1 - age) ** 0.7,
        )
    canvas.note("a steam train on a viaduct", "train", "viaduct", "bridge", "path")


def _arch(canvas: Canvas, air: Air) -> None:
    """A stone bridge of one arch across the near water."""
    rng = canvas.rng()
    w, h = canvas.width, canvas.height
    y, rise, thick = h * 0.80, h * 0.085, h * 0.035
    stone = rgb("#8C8274")
    board = Sketch(canvas, canvas.box(0, y - rise - thick * 4, w, h), 2)
    u = np.linspace(-0.02, 1.02, 50)
    deck = y - rise * np.clip(1 - ((u - 0.5) / 0.42) ** 2, 0, 1)
    top = [(float(a) * w, float(b) - thick) for a, b in zip(u, deck, strict=True)]
    arch = [
        (0.5 * w + 0.24 * w * np.cos(a), h * 0.965 - (h * 0.965 - y + rise * 0.55) * np.sin(a))
        for a in np.linspace(0, np.pi, 40)
    ]
    body = [*top, (w * 1.02, h), (w * 0.74, h), *arch, (w * 0.26, h), (-w * 0.02, h)]
    board.polygon(body, stone)
    for row in range(9):
        for column in range(34):
            x = (column + 0.5 * (row % 2)) / 33 * w
            level = float(np.interp(x / w, u, deck)) - thick * 0.7 + row * thick * 0.62
            inside = (
                abs(x - w / 2) < 0.25 * w and level > y - rise * 0.5 - (1 - ((x / w - 0.5) / 0.25) ** 2) * rise * 0.4
            )
            if not inside and level < h * 0.99:
                tone = adjust(stone, lightness=float(rng.normal(0.015, 0.03)))
                board.polygon(slab(x - w / 72, level, x + w / 76, level + thick * 0.52, thick * 0.12), tone)
    board.polygon(
        np.array(
            [
                *arch,
                (0.26 * w, h),
                (0.275 * w, h),
                *[(0.5 * w + (a - 0.5 * w) * 0.93, b + thick * 0.45) for a, b in arch[::-1]],
                (0.725 * w, h),
            ]
        ),
        adjust(stone, lightness=-0.16),
    )
    board.line(top, thick * 0.5, adjust(stone, lightness=0.07))
    _tinted(board, air, 0.85)
    canvas.note("a stone bridge", "bridge")


def stand_in(brief: Brief, canvas: Canvas, air: Air, family: str) -> None:
    """Draw what `brief` asks for and `canvas` lacks, where `family` has a foreground for it."""
    level = STAGES.get(family)
    if level is None:
        return
    if family in ("mountains", "hills", "forest", "night") and brief.wants("bridge") and "bridge" not in canvas.drawn:
        _arch(canvas, air)
    if family == "city" and brief.wants("eiffel"):
        _eiffel(canvas, air)
    known = (*pets.LOOKS, *_PAINTS, "penguin", "snowman", *staffage.HIDES)
    drawable = [thing for thing in brief.things if thing.kind not in canvas.drawn and thing.kind in known]
    _in_the_air(brief, canvas, air)
    if any(thing.kind == "train" for thing in drawable):
        _viaduct(brief, canvas, air, next(t for t in drawable if t.kind == "train"), min(level, 0.84))
        drawable = [thing for thing in drawable if thing.kind != "train"]
    if not drawable:
        return
    edge = min(canvas.width, canvas.height)
    if family in _WATER:
        _bank(canvas, air, level)
    # Someone already stands in the middle of a street.
    middle = 0.5 if not canvas.drawn & {"figure", "umbrella"} else 0.27
    slots = [middle] if len(drawable) == 1 else [0.3, 0.7, 0.5]
    rng = canvas.rng()
    for slot, thing in zip(slots, drawable, strict=False):
        beast = thing.kind not in _PAINTS
        count = int(np.clip(thing.count or (2 if beast else 1), 1, 3 if beast else 2))
        share = (0.40 if thing.kind in staffage.HIDES else _SHARES.get(thing.kind)) or 0.25 + 0.12 * pets.LOOKS[
            thing.kind
        ].size
        size = edge * share * (1.0 if count == 1 and len(drawable) == 1 else 0.8)
        facing = 1.0 if rng.random() < 0.5 else -1.0
        for index in range(count):
            x = (slot + float(rng.uniform(-0.06, 0.06))) * canvas.width + (index - (count - 1) / 2) * size * 1.05
            y = level * canvas.height
            _shadow(canvas, x, y, size * (0.34 if beast or thing.kind == "robot" else 0.54), air)
            sketch = Sketch(canvas, canvas.box(x - size, y - size * 1.3, x + size, y + size * 0.12), 3)
            _drawn(sketch, brief, thing, (x, y), size, facing, _own(thing, canvas, brief), air)
            _tinted(sketch, air, 0.85)
        name = _NAMES.get(thing.kind, f"a {thing.kind}")
        canvas.counted(count, thing.kind)
        canvas.note(
            name if count == 1 else f"{count} {thing.kind}s",
            thing.kind,
            *(("flowers",) if thing.kind == "robot" else ()),
        )


def perch(
    brief: Brief, canvas: Canvas, air: Air, kind: str, foot: tuple[float, float], size: float, facing: float
) -> None:
    """A bird on a branch through `foot`."""
    rng = canvas.rng()
    x, y = foot
    bark = local_light(air, rgb("#5E4632"), 0.6)
    board = Sketch(canvas, canvas.box(x - size * 2.5, y - size * 1.3, x + size * 2.5, y + size * 0.9), 2)
    fowl.branch(board, foot, size, bark, rgb("#5A8A3E") if air.season != "autumn" else rgb("#C0702E"), rng)
    thing = brief.thing(kind)
    if kind == "owl":
        fowl.owl(board, foot, size, thing.colour if thing else None, facing)
    else:
        fowl.perched(board, foot, size, fowl.FEATHERS[kind], facing, thing.colour if thing else None)
    _tinted(board, air, 0.85)


def _in_the_air(brief: Brief, canvas: Canvas, air: Air) -> None:
    """Birds on a branch that reaches into the picture, and butterflies."""
    rng = canvas.rng()
    edge = min(canvas.width, canvas.height)
    kind = next(
        (thing.kind for thing in brief.things if thing.kind in PERCHED and thing.kind not in canvas.drawn), None
    )
    if kind is not None:
        side = 0.34 if rng.random() < 0.5 else 0.66
        perch(
            brief,
            canvas,
            air,
            kind,
            (side * canvas.width, canvas.height * 0.62),
            edge * 0.30,
            1.0 if side < 0.5 else -1.0,
        )
        canvas.note(f"{'an' if kind == 'owl' else 'a'} {kind} on a branch", kind, "branch")
    if brief.wants("butterfly") and "butterfly" not in canvas.drawn:
        butterflies(brief, canvas, 0.3, 0.8, edge * 0.10)


def butterflies(brief: Brief, canvas: Canvas, top: float, low: float, size: float) -> None:
    """Butterflies between the heights `top` and `low` (v), `size` pixels across."""
    rng = canvas.rng()
    thing = brief.thing("butterfly")
    count = int(np.clip((thing.count if thing else None) or 4, 1, 12))
    inks = (
        [thing.colour]
        if thing and thing.colour
        else [rgb(code) for code in ("#E8872B", "#4F86D9", "#E2C23C", "#C8508A")]
    )
    sketch = Sketch(canvas, scale=3)
    for index in range(count):
        u = 0.5 + (0.0 if count == 1 else float(rng.uniform(-0.36, 0.36)))
        v = (top + low) / 2 if count == 1 else float(rng.uniform(top, low))
        span = size * (1.6 if count == 1 else float(rng.uniform(0.7, 1.2)))
        fowl.butterfly(
            sketch, (u * canvas.width, v * canvas.height), span, inks[index % len(inks)], float(rng.uniform(-0.6, 0.6))
        )
    sketch.paint()
    canvas.counted(count, "butterfly")
    canvas.note("a butterfly" if count == 1 else f"{count} butterflies", "butterfly")


def _eiffel(canvas: Canvas, air: Air) -> None:
    """The lattice tower of Paris, lit at night."""
    w, h = canvas.width, canvas.height
    x, foot, tall = w * 0.5, h * 0.655, h * 0.58
    sketch = Sketch(canvas, canvas.box(x - tall * 0.3, foot - tall * 1.02, x + tall * 0.3, foot + 2), 3)
    iron = blend(rgb("#8A6A45"), rgb("#FFCF7A"), 0.6) if air.lamps_lit else local_light(air, rgb("#6E5A48"), 0.5)
    dark = adjust(iron, lightness=-0.16)

    def half(level: float) -> float:
        return float(tall * (0.018 + 0.19 * (1 - level) ** 3.1))

    levels = np.linspace(0, 0.93, 40)
    for side in (-1, 1):
        outer = [(x + side * half(float(t)), foot - float(t) * tall) for t in levels]
        inner = [(x + side * half(float(t)) * (0.45 if t < 0.36 else 0.30), foot - float(t) * tall) for t in levels]
        sketch.polygon([*outer, *inner[::-1]], dark)
        for a, b in itertools.pairwise(range(40)):
            sketch.line([outer[a], inner[b]], max(0.8, tall * 0.0035), iron)
            sketch.line([inner[a], outer[b]], max(0.8, tall * 0.0035), iron)
        sketch.line(outer, max(1.0, tall * 0.006), iron)
        sketch.line(inner, max(1.0, tall * 0.005), iron)
    arch = [
        (x + half(0.0) * 0.45 * np.cos(a), foot - tall * (0.03 + 0.10 * np.sin(a))) for a in np.linspace(0, np.pi, 20)
    ]
    sketch.line(arch, max(1.2, tall * 0.010), iron)
    for level, thick in ((0.19, 0.022), (0.38, 0.018), (0.88, 0.012)):
        y = foot - level * tall
        sketch.polygon(slab(x - half(level) * 1.18, y - thick * tall, x + half(level) * 1.18, y), iron)
    sketch.polygon(
        [(x - tall * 0.010, foot - 0.90 * tall), (x + tall * 0.010, foot - 0.90 * tall), (x, foot - tall)], iron
    )
    sketch.paint(haze=air.haze, haze_amount=0.08 + 0.3 * air.foggy)
    if air.lamps_lit:
        glow = np.exp(-np.abs(canvas.u - 0.5) * w / (tall * 0.16)) * np.exp(-np.abs(canvas.v - 0.42) / 0.24)
        canvas.screen(rgb("#FFC86A"), glow * 0.22)
    canvas.note("the Eiffel Tower", "eiffel")


def _drawn(
    sketch: Sketch,
    brief: Brief,
    thing: Thing,
    foot: tuple[float, float],
    size: float,
    facing: float,
    own: Rgb,
    air: Air,
) -> None:
    if thing.kind == "car":
        vehicles.car(sketch, foot, size, own, facing, lamps=air.lamps_lit)
    elif thing.kind == "bus":
        vehicles.bus(sketch, foot, size, own, facing, lamps=air.lamps_lit)
    elif thing.kind == "bicycle":
        vehicles.bicycle(sketch, foot, size, own, facing)
    elif thing.kind == "robot":
        flower = brief.thing("flowers")
        vehicles.robot(sketch, foot, size, own, facing, (flower.colour or rgb("#E4677A")) if flower else None)
    elif thing.kind in staffage.HIDES:
        creatures.draw(sketch, thing.kind, foot, size, own, facing, rim=blend(own, air.light, 0.6), rim_side=-facing)
    elif thing.kind == "penguin":
        fowl.penguin(sketch, foot, size, facing)
    elif thing.kind == "snowman":
        fowl.snowman(sketch, foot, size, own, facing)
    elif brief.says("sleeping", "asleep", "curled", "napping") and thing.kind in ("cat", "dog"):
        pets.sleeping(sketch, foot, size * 1.1, own, facing, thing.kind)
    else:
        pets.sitting(sketch, foot, size, own, facing, thing.kind)


def _bank(canvas: Canvas, air: Air, level: float) -> None:
    """A grassy bank in front of water, to stand on."""
    edge = level - 0.035 + 0.012 * np.sin(canvas.u[0] * 6 + canvas.seed % 7) + 0.008 * np.sin(canvas.u[0] * 17)
    rows = canvas.v - edge[None]
    mask = np.clip(rows * canvas.height / 2 + 0.5, 0, 1)
    green = rgb("#E4EAF0") if air.season == "winter" else rgb("#4E6B38")
    tone = np.asarray(local_light(air, green, 0.55), np.float32)
    texture = 1 + 0.16 * canvas.noise((0.02, 0.008), 3)
    canvas.lay(np.clip(tone * texture[..., None], 0, 1), mask)
