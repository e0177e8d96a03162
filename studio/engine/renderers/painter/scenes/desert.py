"""Deserts: dunes and table mountains, with caravans, cacti and pyramids."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import creatures, staffage, trees
from studio.engine.renderers.painter.elements.land import weather_over
from studio.engine.renderers.painter.elements.sky import Sun, full_sky, place_sun
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.elements.vistas import dune_field, mesas
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch
from studio.engine.renderers.painter.terrain import Ground, stand


def _cactus(
    sketch: Sketch, rng: np.random.Generator, foot: tuple[float, float], size: float, air: Air, side: float
) -> None:
    """A saguaro with ribs and raised arms."""
    green = rgb("#5E7C4E")
    dark, light = local_light(air, adjust(green, lightness=-0.08), 0.0), local_light(air, green, 1.0)
    x, y = foot
    limbs = [([(x, y), (x, y - size * 0.5), (x + size * 0.01, y - size)], 0.085)]
    for way in (-1, 1):
        if rng.random() < 0.85:
            height = float(rng.uniform(0.34, 0.58)) * size
            reach = float(rng.uniform(0.17, 0.24)) * size
            rise = float(rng.uniform(0.22, 0.36)) * size
            limbs.append(
                (
                    [
                        (x, y - height),
                        (x + way * reach * 0.7, y - height - size * 0.01),
                        (x + way * reach, y - height - size * 0.07),
                        (x + way * reach, y - height - rise),
                    ],
                    0.062,
                )
            )
    for points, width in limbs:
        sketch.line(points, size * width * 1.5, dark)
    for points, width in limbs:
        for k, level in ((-0.25, 0.25), (0.05, 0.55), (0.30, 0.95)):
            shift = k * size * width * side * 1.1
            sketch.line(
                [(px + shift, py + size * 0.012) for px, py in points], size * width * 0.42, blend(dark, light, level)
            )


def _pyramids(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float, count: int) -> None:
    stone = rgb("#D2A468")
    for index in range(count):
        size = canvas.px((0.40, 0.30, 0.20, 0.16)[min(index, 3)])
        u = 0.5 + (0.19 * (index + 1) // 1 * (-1) ** index * 0.9 if index else 0.08 * sun.side)
        x, y = u * canvas.width, (horizon + 0.02) * canvas.height
        corner = x + size * 0.22 * sun.side
        sketch = Sketch(canvas, canvas.box(x - size, y - size * 0.8, x + size, y + 4), 3)
        peak = (x, y - size * 0.68)
        sketch.polygon(
            [(x - size * 0.72, y), peak, (corner, y)], local_light(air, stone, 0.95 if sun.side < 0 else 0.12)
        )
        sketch.polygon(
            [(corner, y), peak, (x + size * 0.72, y)], local_light(air, stone, 0.95 if sun.side > 0 else 0.12)
        )
        for k in range(1, 22):
            t = k / 22
            sketch.line(
                [
                    (x - size * 0.72 * t, peak[1] + size * 0.68 * t),
                    (x + (corner - x) * t, peak[1] + size * 0.68 * t),
                    (x + size * 0.72 * t, peak[1] + size * 0.68 * t),
                ],
                max(0.4, size * 0.0025),
                local_light(air, adjust(stone, lightness=-0.06), 0.45),
                0.5,
            )
        cover = sketch.paint(haze=air.haze, haze_amount=0.18 + 0.10 * index)
        box = sketch.box
        rows = canvas.v[box.top : box.bottom]
        canvas.lay(air.haze, cover * smooth(horizon - 0.08, horizon + 0.02, rows) * 0.5, box)
    canvas.note("pyramids", "pyramid")


def _crest(canvas: Canvas, ground: Ground, z_low: float, z_high: float) -> Field:
    """The highest line of the land between two distances: where a caravan is seen best (pixel row per column)."""
    first, last = np.searchsorted(ground.depths, [z_low, z_high])
    return np.asarray(ground.nearest[int(last)], np.float32) if last > first else np.asarray(ground.skyline, np.float32)


def _caravan(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, ground: Ground) -> None:
    thing = brief.thing("camel")
    if thing is None and (rng.random() > 0.4 or not brief.allows("camel")):
        return
    count = int(np.clip(thing.count if thing and thing.count and thing.count > 1 else rng.integers(4, 8), 1, 16))
    if thing is not None and thing.count == 1 and not brief.says("caravan"):
        count = 1
    line = _crest(canvas, ground, 4.0, 9.0)
    size = canvas.px(0.058 if count > 1 else 0.10)
    start = 0.28 if sun.u > 0.5 else 0.52
    for index in range(count):
        x = (start * canvas.width) + index * size * 1.75
        if x > canvas.width * 0.97:
            break
        y = float(line[int(np.clip(x, 0, canvas.width - 1))]) + size * 0.03
        slope = float(line[int(min(canvas.width - 1, x + size * 0.4))] - line[int(max(0, x - size * 0.4))]) / (
            size * 0.8
        )
        body = blend(air.near, local_light(air, rgb("#5A3E2A"), 0.3), 0.4)
        sketch = Sketch(canvas, canvas.box(x - size, y - size * 1.5, x + size, y + size * 0.5), 4)
        sketch.polygon(
            [
                (x - size * 0.3, y),
                (x + size * 0.3, y),
                (x - sun.side * size * 1.3 + size * 0.2, y + size * 0.28),
                (x - sun.side * size * 1.3 - size * 0.3, y + size * 0.28),
            ],
            body,
            0.3,
        )
        creatures.draw(
            sketch,
            "camel",
            (x, y),
            size,
            body,
            1.0,
            rim=blend(air.light, body, 0.2),
            rim_side=sun.side,
            turn=float(np.clip(-slope, -0.35, 0.35)) * -1,
        )
        if index % 2 == 0:
            creatures.draw(sketch, "figure", (x - size * 0.06, y - size * 0.70), size * 0.42, body, 1.0)
        sketch.paint(haze=air.haze, haze_amount=0.10 + 0.2 * air.foggy)
    canvas.counted(count, "camel")
    canvas.note("a caravan of camels" if count > 1 else "a camel", "camel")


def _plants(
    brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, ground: Ground, many: int
) -> None:
    for z in np.sort(rng.uniform(1.9, 9.0, many))[::-1]:
        x, y, scale, seen = stand(canvas, ground, float(rng.uniform(0.03, 0.97)), float(z))
        size = scale * 0.36
        if not seen or y > canvas.height * 0.99 or size < 6:
            continue
        sketch = Sketch(canvas, canvas.box(x - size * 1.6, y - size * 1.15, x + size * 1.6, y + size * 0.2), 3)
        sketch.polygon(
            [
                (x - size * 0.04, y),
                (x + size * 0.04, y),
                (x - sun.side * size * 1.2 + size * 0.05, y + size * 0.09),
                (x - sun.side * size * 1.2 - size * 0.05, y + size * 0.09),
            ],
            blend(air.shade, air.near, 0.5),
            0.4,
        )
        _cactus(sketch, rng, (x, y), size, air, sun.side)
        sketch.paint(haze=air.haze, haze_amount=float(np.clip((z - 2) / 14, 0, 0.6)))
    canvas.note("cacti", "cactus")


def _sand(brief: Brief, air: Air) -> Rgb:
    base = rgb("#E8A862")
    if brief.says("white"):
        return rgb("#F0E6D6")
    if brief.colours:
        return blend(base, brief.colours[0][1], 0.45)
    return {"night": rgb("#C8A888"), "blue": rgb("#CBA68E")}.get(air.time, base)


def _road(canvas: Canvas, air: Air, horizon: float) -> None:
    """An empty road that runs to the horizon."""
    depth = np.clip((canvas.v - horizon - 0.012) / (1 - horizon), 0, 1)
    middle = 0.5 + 0.05 * np.sin(depth * 2.2) * (1 - depth)
    half = (0.004 + 0.34 * depth) * min(1.4, 1 / canvas.aspect)
    off = np.abs(canvas.u - middle) / np.maximum(half, 1e-4)
    tarmac = local_light(air, rgb("#55504E"), 0.65)
    texture = 1 + 0.05 * canvas.noise((0.01, 0.01), 2)
    mask = smooth(1.0, 0.96, off) * (depth > 0.002)
    canvas.lay(np.clip(np.asarray(tarmac, np.float32) * texture[..., None], 0, 1), mask)
    far = np.log(np.maximum(depth, 1e-3)) * 5.5
    dashes = smooth(0.035, 0.02, off) * ((far % 1) < 0.55) * (depth > 0.01)
    edges = smooth(0.03, 0.015, np.abs(off - 0.9)) * (depth > 0.01)
    canvas.lay(local_light(air, rgb("#E9DDB8"), 0.8), np.clip(dashes + edges * 0.8, 0, 1) * 0.85)
    canvas.note("a road", "path")


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Dunes by default; table mountains when mesas, canyons or cacti are asked for."""
    stony = brief.wants("mesa", "cactus") or brief.says(
        "canyon", "arizona", "monument valley", "badland", "gobi", "mojave", "outback", "west", "western"
    )
    if (
        not stony
        and not brief.wants("camel", "pyramid")
        and not brief.says("dune", "sand", "sahara")
        and rng.random() < 0.25
    ):
        stony = True
    horizon = float(rng.uniform(0.40, 0.50))
    sun = place_sun(brief, canvas, air, rng, horizon)
    full_sky(brief, canvas, air, horizon, sun, rng, 0.35)
    if brief.wants("pyramid"):
        _pyramids(
            canvas, air, sun, rng, horizon, int(np.clip((brief.thing("pyramid") or brief.things[0]).count or 3, 1, 4))
        )
    if stony:
        stone = blend(rgb("#B85F3A"), brief.colours[0][1], 0.4) if brief.colours else rgb("#B85F3A")
        ground = mesas(canvas, air, sun, rng, horizon, stone)
        _plants(brief, canvas, air, sun, rng, ground, 22 if brief.wants("cactus") or rng.random() < 0.6 else 0)
    else:
        ground = dune_field(canvas, air, sun, rng, horizon, _sand(brief, air))
    if brief.wants("path", "car", "bus") and not brief.wants("camel"):
        _road(canvas, air, horizon)
    if not stony or brief.wants("camel"):
        _caravan(brief, canvas, air, sun, rng, ground)
    if brief.says("oasis") or brief.wants("palm"):
        line = _crest(canvas, ground, 2.5, 6.0)
        for _ in range(7):
            u = (
                float(np.clip(0.7 + rng.normal(0, 0.08), 0.05, 0.95))
                if sun.u < 0.5
                else float(np.clip(0.3 + rng.normal(0, 0.08), 0.05, 0.95))
            )
            x, size = u * canvas.width, canvas.px(float(rng.uniform(0.14, 0.24)))
            foot = (x, float(line[int(x)]) + canvas.px(0.01))
            sketch = Sketch(canvas, canvas.box(x - size * 1.2, foot[1] - size * 1.4, x + size * 1.2, foot[1] + 3), 3)
            trees.palm(
                sketch,
                rng,
                foot,
                size,
                blend(air.near, rgb("#1E3B2C"), 0.4),
                local_light(air, rgb("#6E8A4A"), 0.7),
                float(rng.uniform(-0.4, 0.4)),
            )
            sketch.paint()
        canvas.note("an oasis of palms", "palm")
    line = _crest(canvas, ground, 2.0, 4.0)
    staffage.animals(
        brief,
        canvas,
        air,
        sun,
        rng,
        line,
        0.062,
        shade=0.6,
        kinds=tuple(kind for kind in staffage.ANIMALS if kind != "camel"),
    )
    staffage.flying(brief, canvas, air, sun, rng, 0.03, horizon, 0.2)
    weather_over(canvas, air, rng, horizon)
    canvas.progress(0.8, "Sand and wind")
    canvas.bloom(0.35)


FAMILY = Family(
    "desert", paint, hours=("dawn", "morning", "golden", "golden", "dusk", "dusk", "night"), open_weight=2, brush=0.28
)
