"""Staffage: the small figures, beasts and buildings that give a landscape its scale, placed on a foreground line."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import craft, creatures, towers
from studio.engine.renderers.painter.elements.sky import Sun
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.sketch import Sketch

ANIMALS = (
    "deer",
    "horse",
    "sheep",
    "cow",
    "camel",
    "elephant",
    "giraffe",
)
HIDES: dict[str, str] = {
    "deer": "#8A5A36",
    "horse": "#6A4028",
    "sheep": "#EDE6D8",
    "cow": "#7A4A32",
    "camel": "#B98A56",
    "elephant": "#7C7A80",
    "giraffe": "#D2A054",
}
_NAMES = {
    "deer": "a stag",
    "horse": "a horse",
    "elephant": "an elephant",
}


def animals(
    brief: Brief,
    canvas: Canvas,
    air: Air,
    sun: Sun,
    rng: np.random.Generator,
    line_px: Field,
    metre: float,
    *,
    shade: float = 0.4,
    kinds: tuple[str, ...] = ANIMALS,
) -> None:
    """The animals and people asked for, standing on `line_px` (pixel row per column); `metre` in units.

    `shade` 0 shows their own colour, 1 leaves silhouettes.
    """
    wanted = [thing for thing in brief.things if thing.kind in kinds or thing.kind in ("figure", "couple")]
    for thing in wanted:
        person = thing.kind in ("figure", "couple")
        if person and not brief.allows("figure", "people"):
            continue
        herd = {"sheep": 7, "camel": 5, "cow": 4, "deer": 3, "horse": 3, "elephant": 3, "giraffe": 2}.get(thing.kind, 2)
        count = 2 if thing.kind == "couple" else int(np.clip(thing.count or herd, 1, 16))
        kind = "figure" if person else thing.kind
        size = canvas.px(metre) * creatures.SIZES[kind]
        # Small animals would vanish beside a house; a painter cheats them larger.
        size = max(size, canvas.px(0.085 if count == 1 else 0.06))
        place = float((0.3, 0.36, 0.62, 0.68)[int(rng.integers(4))])
        if abs(place - sun.u) < 0.06 and sun.v * canvas.height > float(line_px.min()) - canvas.px(0.2):
            place = 1 - place
        facing = 1.0 if rng.random() < 0.5 else -1.0
        grazing = count > 4 and kind in ("sheep", "cow", "deer")
        for index in range(count):
            step = (
                0.0
                if index == 0
                else index
                * 0.62
                * size
                / canvas.width
                * (1.5 if kind in ("camel", "horse", "cow", "elephant") else 0.9)
            )
            u = float(np.clip(place - facing * step + rng.normal(0, 0.006) * (index > 0), 0.03, 0.97))
            tall = size * (1.0 if index == 0 else float(rng.uniform(0.8, 0.98)))
            back = 0.0
            if grazing and index:  # a flock is scattered over the ground, not lined up
                u, back = float(rng.uniform(0.06, 0.94)), float(rng.uniform(0.0, 1.0))
                tall *= 1 - 0.5 * back
            x = u * canvas.width
            y = float(line_px[int(np.clip(x, 0, canvas.width - 1))]) + tall * 0.02 - back * canvas.px(0.10)
            own = thing.colour or rgb("#F1EEF0" if thing.word == "unicorn" else HIDES.get(kind, "#3A3640"))
            body = blend(towers.local_light(air, own, 0.38), air.near, shade * (0.4 if kind == "sheep" else 1.0))
            box = canvas.box(x - tall, y - tall * 1.3, x + tall, y + tall * 0.1)
            sketch = Sketch(canvas, box, 4 if tall < 160 else 3)
            creatures.draw(
                sketch,
                ("walker" if person and index == 0 and rng.random() < 0.5 else kind),
                (x, y),
                tall,
                body,
                facing,
                rim=blend(air.light, body, 0.3),
                rim_side=sun.side,
            )
            if thing.word == "unicorn":
                horn = [(x + facing * tall * 0.385, y - tall * 0.985), (x + facing * tall * 0.50, y - tall * 1.22),
                        (x + facing * tall * 0.42, y - tall * 0.955)]  # fmt: skip
                sketch.polygon(horn, blend(rgb("#F4D58A"), air.light, 0.3))
            sketch.paint(haze=air.haze, haze_amount=0.25 * air.foggy)
        words = (
            "a figure"
            if person and count == 1
            else "a unicorn"
            if thing.word == "unicorn"
            else _NAMES.get(kind, f"a {kind}")
            if count == 1
            else f"{count} {'people' if person else kind if kind in ('sheep', 'deer') else f'{kind}s'}"
        )
        canvas.counted(count, thing.kind)
        canvas.note(words, thing.kind, "figure" if person else thing.kind)


def buildings(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, line_px: Field, size: float,
              place: float | None = None, haze: float = 0.15) -> None:  # fmt: skip
    """House, village, church, castle or windmill asked for, on `line_px`; `size` of a house in units."""
    spot = float((0.28, 0.34, 0.66, 0.72)[int(rng.integers(4))]) if place is None else place
    if abs(spot - sun.u) < 0.08:
        spot = 1 - spot

    def ground(u: float) -> tuple[float, float]:
        x = float(np.clip(u, 0.02, 0.98)) * canvas.width
        return x, float(line_px[int(np.clip(x, 0, canvas.width - 1))])

    def board(u: float, reach: float) -> tuple[Sketch, tuple[float, float], float]:
        x, y = ground(u)
        px = canvas.px(reach)
        return (
            Sketch(canvas, canvas.box(x - px * 1.2, y - px * 1.3, x + px * 1.2, y + px * 0.1), 4),
            (x, y + px * 0.02),
            px,
        )

    for kind, scale, words in (
        ("castle", 3.6, "a castle"),
        ("church", 2.4, "a church"),
        ("windmill", 2.6, "a windmill"),
    ):
        if brief.wants(kind):
            sketch, foot, px = board(spot, size * scale)
            if kind == "castle":
                towers.castle(sketch, air, foot, px, sun.side, rng, air.lamps_lit)
            elif kind == "church":
                towers.church(sketch, air, foot, px, sun.side, air.lamps_lit)
            else:
                towers.windmill(sketch, air, foot, px, sun.side, float(rng.uniform(0.2, 1.3)))
            sketch.paint(haze=air.haze, haze_amount=haze + 0.3 * air.foggy)
            canvas.note(words, kind)
            spot = float(np.clip(spot + (0.16 if spot < 0.5 else -0.16), 0.1, 0.9))
    houses = brief.thing("house")
    number = 0
    if brief.wants("village"):
        number = 11
        canvas.note("a village", "village", "house")
    elif houses is not None:
        number = int(np.clip(houses.count or 4, 1, 14))
        canvas.note("a house" if number == 1 else f"{number} houses", "house")
    for index in range(number):
        u = spot if index == 0 else spot + float(rng.normal(0, 0.07))
        wall = (houses.colour if houses and houses.colour else None) or (
            rgb("#EFE3D0"),
            rgb("#D9C3A0"),
            rgb("#E8D6C4"),
        )[int(rng.integers(3))]
        roof = (rgb("#8A4A3C"), rgb("#A0563C"), rgb("#6A4A44"))[int(rng.integers(3))]
        if air.season == "winter" or air.weather == "snow":
            roof = rgb("#EEF3F8")
        sketch, foot, px = board(u, size * (1.0 if index == 0 else float(rng.uniform(0.7, 1.0))))
        towers.cottage(sketch, air, foot, px * 0.8, sun.side, wall, roof, air.lamps_lit)
        sketch.paint(haze=air.haze, haze_amount=haze + 0.3 * air.foggy)
        if index == 0 and (air.lamps_lit or air.season == "winter" or brief.says("smoke")):
            _smoke(canvas, air, rng, (foot[0] + px * 0.55, foot[1] - px * 0.95), px)


def _smoke(canvas: Canvas, air: Air, rng: np.random.Generator, start: tuple[float, float], size: float) -> None:
    """A thread of smoke that widens as it drifts."""
    drift = float(rng.choice([-1, 1])) * 0.5
    box = canvas.box(start[0] - size * 3, start[1] - size * 3.5, start[0] + size * 3, start[1])
    if box.empty:
        return
    rows = (start[1] - np.arange(box.top, box.bottom, dtype=np.float32)[:, None]) / size
    columns = (np.arange(box.left, box.right, dtype=np.float32)[None, :] - start[0]) / size
    curl = canvas.noise(size * 0.9 / canvas.unit_px, 3, box=box)
    rise = np.clip(rows, 0, None)
    middle = drift * rise**1.4 * 0.35 + curl * 0.25 * np.clip(rows, 0, 2)
    width = 0.05 + 0.16 * np.clip(rise, 0, 4)
    cover = np.exp(-(((columns - middle) / width) ** 2)) * np.exp(-rise / 1.6) * (rows > 0)
    canvas.lay(blend(air.cloud[0], air.haze, 0.4), np.clip(cover * 0.55, 0, 1), box)


def flying(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, top: float, bottom: float,
           flock_chance: float = 0.4) -> None:  # fmt: skip
    """What was asked for in the air: balloons, airship, kites, plane, dragon, birds, sky lanterns."""
    recoloured = bool(brief.colours or set(brief.palettes) - {"warm", "cool"})
    if brief.wants("balloon"):
        craft.balloons(canvas, air, rng, brief.thing("balloon"), top, bottom, sun.side, recoloured)
    middle_y = (top + (bottom - top) * 0.42) * canvas.height
    place = 0.36 if sun.u > 0.5 else 0.64
    if brief.wants("airship"):
        thing, size = brief.thing("airship"), canvas.px(0.46)
        middle = (canvas.width * place, middle_y)
        sketch = Sketch(
            canvas, canvas.box(middle[0] - size, middle[1] - size * 0.3, middle[0] + size, middle[1] + size * 0.3), 3
        )
        craft.airship(sketch, air, middle, size, sun.side, thing.colour if thing else None)
        sketch.paint(haze=air.haze, haze_amount=0.12)
        canvas.note("an airship", "airship")
    if brief.wants("dragon"):
        thing, size = brief.thing("dragon"), canvas.px(0.46)
        middle = (canvas.width * place, middle_y + size * 0.3)
        sketch = Sketch(
            canvas, canvas.box(middle[0] - size, middle[1] - size * 1.1, middle[0] + size, middle[1] + size * 0.2), 3
        )
        own = blend(thing.colour or air.near, air.near, 0.35) if thing else air.near
        creatures.draw(
            sketch, "dragon", middle, size, own, 1.0 if place < 0.5 else -1.0, rim=air.light, rim_side=sun.side
        )
        sketch.paint(haze=air.haze, haze_amount=0.12)
        canvas.note("a dragon", "dragon")
    kites = brief.thing("kite")
    if kites:
        for _ in range(int(np.clip(kites.count or 4, 1, 12))):
            own = kites.colour or air.accents[int(rng.integers(len(air.accents)))]
            middle = (
                float(rng.uniform(0.15, 0.85)) * canvas.width,
                (top + (bottom - top) * float(rng.uniform(0.1, 0.7))) * canvas.height,
            )
            size = canvas.px(float(rng.uniform(0.05, 0.10)))
            sketch = Sketch(
                canvas,
                canvas.box(middle[0] - size * 2, middle[1] - size, middle[0] + size * 2, middle[1] + size * 2.6),
                3,
            )
            craft.kite(sketch, air, middle, size, own, rng)
            sketch.paint()
        canvas.note("kites", "kite")
    if brief.wants("lantern"):
        craft.sky_lanterns(canvas, air, rng, min(60, (brief.thing("lantern") or brief.things[0]).count or 34), bottom)
    birds(brief, canvas, air, sun, rng, top, bottom, flock_chance)


def birds(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, top: float, bottom: float,
          chance: float = 0.4) -> None:  # fmt: skip
    """A flock, if asked for or by chance in daylight."""
    thing = brief.thing("bird")
    if not brief.allows("bird") or (
        thing is None and (rng.random() > chance or air.time == "night" or brief.wants("balloon"))
    ):
        return
    count = thing.count if thing and thing.count else int(rng.integers(5, 11))
    sketch = Sketch(canvas, canvas.box(0, 0, canvas.width, bottom * canvas.height, 0), 2)
    near = thing is not None
    middle = (
        canvas.width * float(0.5 + (sun.u - 0.5) * 0.7 + rng.normal(0, 0.06)),
        (top + (bottom - top) * float(rng.uniform(0.35, 0.6))) * canvas.height,
    )
    own: Rgb = thing.colour if thing and thing.colour else blend(air.near, air.haze, 0.18)
    creatures.birds(
        sketch,
        rng,
        middle,
        canvas.px(0.20 + 0.008 * count),
        count,
        canvas.px(0.045 if near else 0.026),
        adjust(own, lightness=-0.02),
    )
    sketch.paint(0.92)
    canvas.counted(count, "bird")
    canvas.note("birds", "bird")
