"""Cities: skylines over water, and streets in perspective with lit windows and wet paving."""

from __future__ import annotations

import math

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief, Thing
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import creatures, staffage
from studio.engine.renderers.painter.elements.clouds import cumulus
from studio.engine.renderers.painter.elements.land import mist_band, paint_ridge, rain, ridge, weather_over
from studio.engine.renderers.painter.elements.sky import Sun, full_sky, place_sun
from studio.engine.renderers.painter.elements.streets import EYE, facade, street_lamps, wet_road
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.elements.water import paint_water
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch

_WINDOWS = ("#FFD68C", "#FFC470", "#FFE9B8", "#FF9A78", "#8FE0FF")


def _lamps(brief: Brief, air: Air) -> tuple[Rgb, ...]:
    if "neon" in brief.palettes or len(brief.colours) > 1:
        return (*(adjust(colour, lightness=0.14) for colour in air.accents[:3]), air.lamp)
    return tuple(rgb(code) for code in _WINDOWS)


def _block(
    sketch: Sketch,
    rng: np.random.Generator,
    left: float,
    right: float,
    top: float,
    base: float,
    body: Rgb,
    light: Rgb,
    side: float,
    lamps: tuple[Rgb, ...],
    lit_share: float,
    unit: float,
    dim: float,
    roof: str,
) -> None:
    """One building: two faces, roof furniture, and its windows."""
    wide = right - left
    split = left + wide * (0.72 if side < 0 else 0.28)
    bright, dark = blend(body, light, 0.16), blend(body, (0, 0, 0), 0.20)
    sketch.polygon([(left, base), (left, top), (split, top), (split, base)], bright if side < 0 else dark)
    sketch.polygon([(split, base), (split, top), (right, top), (right, base)], dark if side < 0 else bright)
    middle = (left + right) / 2
    if roof == "spire":
        sketch.polygon([(left + wide * 0.2, top), (middle, top - wide * 0.55), (right - wide * 0.2, top)], bright)
        sketch.line([(middle, top - wide * 0.5), (middle, top - wide * 1.2)], max(0.7, wide * 0.03), dark)
    elif roof == "steps":
        for k, part in enumerate((0.16, 0.3)):
            sketch.polygon(
                [
                    (left + wide * part, top),
                    (left + wide * part, top - wide * 0.14 * (k + 1)),
                    (right - wide * part, top - wide * 0.14 * (k + 1)),
                    (right - wide * part, top),
                ],
                bright if k else dark,
            )
    elif roof == "mast":
        sketch.line([(middle, top), (middle, top - wide * 0.6)], max(0.7, wide * 0.04), dark)
        if lit_share > 0:
            sketch.ellipse((middle, top - wide * 0.6), max(0.8, wide * 0.04), max(0.8, wide * 0.04), rgb("#FF5A4C"))
    elif roof == "slant":
        sketch.polygon([(left, top), (left if side < 0 else right, top - wide * 0.35), (right, top)], bright)
    step_x, step_y = max(2.6, unit * 0.0095), max(3.2, unit * 0.0125)
    columns = int((wide - step_x * 0.8) / step_x)
    rows = int((base - top - step_y) / step_y)
    if columns < 1 or rows < 1:
        return
    mood = float(rng.uniform(0.4, 1.5))
    hue = lamps[int(rng.integers(len(lamps)))]
    off = blend(body, light, 0.09) if dim else blend(body, (0, 0, 0), 0.10)
    start = left + (wide - columns * step_x) / 2 + step_x * 0.22
    on = rng.random((rows, columns)) < lit_share * mood
    floors = rng.random(rows) < 0.06 * lit_share * 3
    for row in range(rows):
        y = top + step_y * (row + 0.75)
        for column in range(columns):
            x = start + column * step_x
            if on[row, column] or floors[row]:
                tone = hue if rng.random() < 0.7 else lamps[int(rng.integers(len(lamps)))]
                power = float(rng.uniform(0.45, 1.0))
                sketch.polygon(
                    [(x, y), (x + step_x * 0.58, y), (x + step_x * 0.58, y + step_y * 0.55), (x, y + step_y * 0.55)],
                    blend(body, tone, power),
                )
            elif (row + column) % 2 == 0 or not dim:
                sketch.polygon(
                    [(x, y), (x + step_x * 0.58, y), (x + step_x * 0.58, y + step_y * 0.55), (x, y + step_y * 0.55)],
                    off,
                )


def skyline(
    brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, base: float, layers: int = 4
) -> None:
    """Rows of towers, far and hazy to near and dark, highest around two centres."""
    centres = [float(rng.uniform(0.25, 0.45)), float(rng.uniform(0.55, 0.8))]
    lamps = _lamps(brief, air)
    night = air.lamps_lit or air.dark
    for index in range(layers):
        t = index / (layers - 1)
        body = (
            air.far(0.30 + 0.62 * t)
            if night
            else blend(local_light(air, rgb("#8E98A4"), 0.55), air.haze, 0.72 * (1 - t))
        )
        light = blend(air.light, air.haze, 0.3)
        sketch = Sketch(canvas, canvas.box(0, 0, canvas.width, base * canvas.height + 2, 0), 2)
        x = -canvas.px(0.02)
        while x < canvas.width:
            wide = canvas.px(float(rng.uniform(0.022, 0.052)) * (1 + 0.7 * t))
            u = (x + wide / 2) / canvas.width
            crowd = max(math.exp(-(((u - c) / 0.15) ** 2)) for c in centres)
            tall = (
                (float(rng.random()) ** 1.8 * 0.30 * (0.35 + crowd) + 0.05 + 0.11 * crowd)
                * (1.12 - 0.36 * t)
                * min(1.25, canvas.height / canvas.unit_px)
            )
            top = base * canvas.height - canvas.px(tall)
            roof = ("flat", "flat", "mast", "steps", "slant", "spire")[int(rng.integers(6))] if tall > 0.14 else "flat"
            lit = (0.40 * t + 0.06) * (1.0 if air.dark else 0.6) if night else 0.0
            _block(
                sketch,
                rng,
                x,
                x + wide,
                top,
                base * canvas.height + 1,
                body,
                light,
                sun.side,
                lamps,
                lit,
                canvas.unit_px * (0.75 + 0.5 * t),
                night,
                roof,
            )
            x += wide + canvas.px(float(rng.uniform(0, 0.006)))
        sketch.paint()
        rows = canvas.v
        veil = smooth(base - 0.24, base, rows) * (0.36 if night else 0.45) * (1 - t)
        box = sketch.box
        cover = sketch.resolve()[1]
        canvas.lay(
            blend(air.haze, air.glow, 0.25), cover * np.broadcast_to(veil[box.top : box.bottom], cover.shape), box
        )
        if t < 0.7:
            mist_band(canvas, air, base - 0.01, 0.03, 0.35 * (1 - t), blend(air.haze, air.glow, 0.3))
    canvas.note("a skyline with lit windows" if night else "a skyline")


def _bridge(canvas: Canvas, air: Air, sun: Sun, base: float) -> None:
    """A suspension bridge across the water."""
    deck = (base + 0.005) * canvas.height
    tall = canvas.px(0.24)
    dark = blend(local_light(air, rgb("#C4502F"), 0.6), air.near, 0.25 if not air.dark else 0.5)
    sketch = Sketch(canvas, canvas.box(0, deck - tall * 1.2, canvas.width, deck + canvas.px(0.05)), 3)
    towers_x = (canvas.width * 0.26, canvas.width * 0.74)
    for x in towers_x:
        for shift in (-0.011, 0.011):
            sketch.line(
                [(x + canvas.px(shift), deck + canvas.px(0.035)), (x + canvas.px(shift * 0.8), deck - tall)],
                canvas.px(0.006),
                dark,
            )
        for level in (0.3, 0.62, 0.97):
            sketch.line(
                [(x - canvas.px(0.011), deck - tall * level), (x + canvas.px(0.011), deck - tall * level)],
                canvas.px(0.005),
                dark,
            )
    spans = ((-canvas.width * 0.22, towers_x[0]), (towers_x[0], towers_x[1]), (towers_x[1], canvas.width * 1.22))
    for left, right in spans:
        points = []
        for t in np.linspace(0, 1, 40):
            x = left + (right - left) * t
            points.append((x, deck - tall * (0.05 + 0.93 * (2 * t - 1) ** 2)))
        sketch.line(points, canvas.px(0.0032), dark)
        for px, py in points[::2]:
            sketch.line([(px, py), (px, deck)], max(0.5, canvas.px(0.0010)), dark, 0.8)
    sketch.polygon(
        [
            (0, deck - canvas.px(0.006)),
            (canvas.width, deck - canvas.px(0.006)),
            (canvas.width, deck + canvas.px(0.008)),
            (0, deck + canvas.px(0.008)),
        ],
        dark,
    )
    if air.lamps_lit:
        for x in np.arange(0, canvas.width, canvas.px(0.032)):
            sketch.ellipse((float(x), deck - canvas.px(0.014)), canvas.px(0.0022), canvas.px(0.0022), air.lamp)
    sketch.paint()
    canvas.note("a suspension bridge", "bridge")


def _waterfront(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    base = float(rng.uniform(0.62, 0.70))
    sun = place_sun(brief, canvas, air, rng, base * 0.92)
    full_sky(brief, canvas, air, base, sun, rng, 0.5)
    if not air.dark and air.weather == "clear" and brief.allows("cloud", "clouds"):
        for _ in range(4):
            far = float(rng.uniform(0.25, 0.6))
            cumulus(
                canvas,
                air,
                sun,
                rng,
                (float(rng.uniform(0, 1)), base * float(rng.uniform(0.35, 0.75))),
                0.5 * (1.2 - far),
                0.13 * (1.2 - far),
                0.9,
                far,
            )
    if air.lamps_lit:
        canvas.screen(
            air.glow if not air.dark else blend(air.lamp, air.haze, 0.4), np.exp(-np.abs(canvas.v - base) / 0.13) * 0.34
        )
    if rng.random() < 0.4:
        paint_ridge(canvas, air, sun, ridge(canvas, base - 0.10, 0.05, 1.8, 0.6), 0.2, mist=0.6, mist_reach=0.1)
    skyline(brief, canvas, air, sun, rng, base)
    if brief.wants("bridge"):
        _bridge(canvas, air, sun, base)
    paint_water(canvas, air, base, rough=0.12, mirror=0.95, scale=0.55, deep=blend(air.water, air.near, 0.4))
    canvas.note("its reflection in the water")
    staffage.flying(brief, canvas, air, sun, rng, 0.03, base - 0.28, 0.3)
    weather_over(canvas, air, rng, base)


def _street(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    vanish = (float((0.42, 0.5, 0.58)[int(rng.integers(3))]), float(rng.uniform(0.56, 0.64)))
    if "symmetric" in brief.composition:
        vanish = (0.5, vanish[1])
    sun = Sun(vanish[0] + 0.02, vanish[1] * 0.7, 0.04, air.dark, not air.dark and air.weather == "clear")
    full_sky(brief, canvas, air, vanish[1], sun, rng, 0.4)
    night = air.lamps_lit or air.dark
    lamps = _lamps(brief, air)
    canvas.screen(
        blend(air.glow, air.lamp, 0.4 if night else 0.0),
        np.exp(-canvas.distance(vanish[0], vanish[1] - 0.02) / 0.22) * 0.55,
    )
    far = Sketch(canvas, canvas.box(0, 0, canvas.width, vanish[1] * canvas.height + 2, 0), 2)
    for _ in range(9):
        x, wide = (vanish[0] + float(rng.normal(0, 0.05))) * canvas.width, canvas.px(float(rng.uniform(0.02, 0.045)))
        top = vanish[1] * canvas.height - canvas.px(float(rng.uniform(0.06, 0.24)))
        far.polygon(
            [(x, top), (x + wide, top), (x + wide, vanish[1] * canvas.height + 2), (x, vanish[1] * canvas.height + 2)],
            blend(air.haze, air.near, 0.25),
        )
    far.paint(haze=blend(air.haze, air.glow, 0.4), haze_amount=0.45)
    wall = float(rng.uniform(0.46, 0.60))
    for side in (-1.0, 1.0):
        facade(canvas, air, rng, side, vanish, lamps, night, wall)
    wet = 0.80 if air.weather in ("rain", "storm") else 0.48 if night else 0.10
    street_lamps(canvas, air, vanish, wall, night)
    wet_road(canvas, air, rng, vanish, wall, wet)
    _people(brief, canvas, air, rng, vanish)
    _cars(brief, canvas, air, vanish)
    canvas.note(f"a {'wet ' if wet > 0.6 else ''}city street with lit windows" if night else "a city street")
    if air.weather in ("rain", "storm"):
        rain(canvas, air, rng, 0.75)
    else:
        weather_over(canvas, air, rng, vanish[1])


def _umbrella(canvas: Canvas, sketch: Sketch, thing: Thing | None, dark: Rgb, x: float, y: float, size: float) -> None:
    """An open umbrella over a walker at (x, y)."""
    own = thing.colour if thing and thing.colour else (rgb("#D7363A") if thing else dark)
    arc = [
        (x + size * 0.06 + math.cos(q) * size * 0.36, y - size * 0.98 - math.sin(q) * size * 0.25)
        for q in np.linspace(math.pi, 0, 24)
    ]
    scallop = [
        (
            x + size * 0.06 + size * 0.36 * (1 - t * 2),
            y - size * 0.98 + abs(math.sin(t * math.pi * 4)) * -size * 0.028,
        )
        for t in np.linspace(0, 1, 25)
    ]
    sketch.polygon([*arc, *scallop], own)
    sketch.polygon([*arc[12:], *scallop[:13]], adjust(own, lightness=0.08))
    sketch.line(
        [(x + size * 0.06, y - size * 1.24), (x + size * 0.06, y - size * 0.55)],
        max(0.8, size * 0.012),
        dark,
    )
    canvas.note("an umbrella", "umbrella")


def _people(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, vanish: tuple[float, float]) -> None:
    """People, with umbrellas when it rains, and their dim reflections."""
    if brief.allows("figure", "people") and (brief.wants("umbrella", "figure", "couple") or rng.random() < 0.55):
        thing, person = brief.thing("umbrella"), brief.thing("figure")
        count = 2 if brief.wants("couple") else int(np.clip((person.count if person and person.count else 1), 1, 5))
        for k in range(count):
            size = canvas.px(0.26) * (1 - 0.12 * k)
            x = (vanish[0] + float(rng.normal(0, 0.02)) + 0.05 * k * (-1) ** k) * canvas.width
            y = vanish[1] * canvas.height + size * 0.98
            for flip in (True, False):
                sketch = Sketch(canvas, canvas.box(x - size * 0.6, y - size * 1.3, x + size * 0.6, y + size * 1.3), 3)
                dark = blend(air.near, (0.02, 0.02, 0.04), 0.4)
                if flip:
                    sketch.polygon(
                        [
                            (x - size * 0.10, y),
                            (x + size * 0.10, y),
                            (x + size * 0.13, y + size * 0.8),
                            (x - size * 0.13, y + size * 0.8),
                        ],
                        dark,
                        0.5,
                    )
                else:
                    creatures.draw(
                        sketch,
                        "walker",
                        (x, y),
                        size,
                        dark,
                        1.0,
                        rim=blend(air.lamp, air.glow, 0.5) if air.lamps_lit else blend(air.near, air.light, 0.4),
                        rim_side=1.0,
                    )
                    if air.weather in ("rain", "storm", "snow") or thing:
                        _umbrella(canvas, sketch, thing, dark, x, y, size)
                sketch.paint(0.6 if flip else 1.0)
        canvas.note("a walker" if count == 1 else f"{count} walkers", "figure", "couple")


def _cars(brief: Brief, canvas: Canvas, air: Air, vanish: tuple[float, float]) -> None:
    """Cars from behind on the right, oncoming on the left."""
    cars = brief.thing("car")
    if cars:
        for depth, side in ((1.5, 1.0), (2.6, -1.0), (3.8, 1.0))[: int(np.clip(cars.count or 3, 1, 3))]:
            size = 0.30 / depth * canvas.unit_px
            x, y = (
                vanish[0] * canvas.width + side * size * 0.75,
                vanish[1] * canvas.height + EYE / depth * canvas.unit_px,
            )
            own = local_light(air, cars.colour or rgb("#C9A23A"), 0.6)
            sketch = Sketch(canvas, canvas.box(x - size, y - size, x + size, y + size * 0.1), 3)
            sketch.polygon(
                [
                    (x - size * 0.36, y - size * 0.42),
                    (x - size * 0.26, y - size * 0.62),
                    (x + size * 0.26, y - size * 0.62),
                    (x + size * 0.36, y - size * 0.42),
                ],
                blend(own, air.near, 0.65),
            )
            sketch.polygon(
                [
                    (x - size * 0.45, y - size * 0.12),
                    (x - size * 0.45, y - size * 0.36),
                    (x - size * 0.36, y - size * 0.43),
                    (x + size * 0.36, y - size * 0.43),
                    (x + size * 0.45, y - size * 0.36),
                    (x + size * 0.45, y - size * 0.12),
                ],
                own,
            )
            for k in (-1, 1):
                sketch.polygon(
                    [
                        (x + k * size * 0.40, y),
                        (x + k * size * 0.26, y),
                        (x + k * size * 0.26, y - size * 0.16),
                        (x + k * size * 0.40, y - size * 0.16),
                    ],
                    air.near,
                )
                sketch.ellipse(
                    (x + k * size * 0.34, y - size * 0.29),
                    size * 0.07,
                    size * 0.05,
                    rgb("#FF4A3C") if side > 0 else rgb("#FFF4D0"),
                )
            sketch.paint()
            glow = rgb("#FF4A3C") if side > 0 else rgb("#FFF4D0")
            canvas.screen(
                glow,
                np.exp(-canvas.distance(x / canvas.width, (y - size * 0.28) / canvas.height) / (0.05 / depth + 0.01))
                * 0.5,
            )
        canvas.note("cars", "car")


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A street or a waterfront skyline, by subject and seed."""
    street = brief.says(
        "street", "alley", "avenue", "alleyway", "crossroad", "neon sign", "shop", "cafe", "market", "boulevard", "lane"
    ) or brief.wants("umbrella", "car", "cat", "dog", "bus", "bicycle", "robot")
    skyline_asked = brief.says(
        "skyline", "river", "bay", "reflection", "bridge", "water", "harbour", "panorama"
    ) or brief.wants("bridge", "boat", "balloon", "airship")
    if street or (not skyline_asked and ((air.weather == "rain" and rng.random() < 0.75) or rng.random() < 0.35)):
        _street(brief, canvas, air, rng)
    else:
        _waterfront(brief, canvas, air, rng)
    canvas.progress(0.8, "Lighting the windows")
    canvas.bloom(0.75 if air.lamps_lit else 0.35, 0.58)


FAMILY = Family(
    "city",
    paint,
    hours=("dusk", "dusk", "blue", "blue", "night", "night", "golden", "dawn"),
    open_weight=2,
    brush=0.16,
    vignette=0.2,
)
