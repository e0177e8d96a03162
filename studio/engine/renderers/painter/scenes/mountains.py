"""Mountains, mostly above a lake that mirrors them."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import blend, rgb
from studio.engine.renderers.painter.elements import craft, staffage, trees
from studio.engine.renderers.painter.elements.clouds import cloud_sea, cumulus
from studio.engine.renderers.painter.elements.land import mist_band, paint_ridge, ridge, weather_over
from studio.engine.renderers.painter.elements.sky import Sun, full_sky, place_sun
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.elements.vistas import alpine
from studio.engine.renderers.painter.elements.water import paint_water, waterfall
from studio.engine.renderers.painter.noise import Field, profile, warp
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch, below


def _banks(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, shore: float) -> None:
    """Wooded banks coming in from the sides to the shore line."""
    for index, depth in enumerate((0.45, 0.72)):
        side = -1.0 if (index + int(rng.integers(2))) % 2 == 0 else 1.0
        reach = float(rng.uniform(0.45, 0.75)) - 0.12 * index
        edge = 0.5 - side * (0.5 - reach)
        part = np.clip((canvas.u[0] - edge) * -side / reach * -1 if side > 0 else (edge - canvas.u[0]) / reach, 0, 1)
        part = (
            np.clip((canvas.u[0] - (1 - reach)) / reach if side > 0 else ((reach - canvas.u[0]) / reach), 0, 1) ** 0.6
        )
        line = ridge(canvas, 0.0, 0.012, 3.0, 0.5)
        skyline = np.where(part > 0, shore + 0.003 - part * (0.045 + 0.04 * index) + line * part, 2.0).astype(
            np.float32
        )
        own = rgb({"autumn": "#6E4A2A", "winter": "#3E4C54"}.get(air.season, "#24402E"))
        dark = blend(local_light(air, own, 0.1), air.near, 0.35 + 0.3 * depth)
        paint_ridge(canvas, air, sun, skyline, 0.55 + 0.4 * depth, mist=0.3, mist_reach=0.06, texture=0.4, own=dark)
        trees_on = np.where(skyline < 1.5, skyline * canvas.height, canvas.height * 3).astype(np.float32)
        where = np.flatnonzero(skyline < 1.5)
        if len(where) > 20:
            _wood(
                canvas,
                rng,
                trees_on,
                where,
                0.035 + 0.05 * index,
                int(len(where) / canvas.unit_px * 110),
                blend(dark, air.haze, 0.22 * (1 - depth)),
            )


def _wood(
    canvas: Canvas,
    rng: np.random.Generator,
    line_px: Field,
    where: Field,
    size: float,
    count: int,
    colour: tuple[float, float, float],
) -> None:
    """Conifers standing only where `where` (columns) says."""
    import cv2

    scale = 2
    top = int(max(0, float(line_px[where].min()) - canvas.px(size) * 1.5))
    bottom = int(min(canvas.height, float(line_px[where].max()) + canvas.px(size) * 0.4))
    if bottom - top < 4:
        return
    box = canvas.box(0, top, canvas.width, bottom, 0)
    board = np.zeros((box.height * scale, box.width * scale), np.uint8)
    for _ in range(count):
        x = float(where[int(rng.integers(len(where)))])
        tall = canvas.px(size) * float(rng.uniform(0.5, 1.25))
        y = float(line_px[int(x)]) + tall * 0.14 + float(rng.random()) * canvas.px(0.012)
        for shape in trees.pine_shape(rng, (x, y), tall, 8 if tall < 40 else 12):
            cv2.fillPoly(
                board,
                [np.round((np.array(shape) - (box.left, box.top)) * scale * 8).astype(np.int32)],
                255,
                cv2.LINE_8,
                3,
            )
    cover = cv2.resize(board, (box.width, box.height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    canvas.lay(colour, cover, box)


def _near_pines(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator) -> None:
    """A frame of near conifers on one or both sides."""
    snowy = air.weather == "snow" or air.season == "winter"
    snow = local_light(air, rgb("#F4F8FC"), 0.75) if snowy else None
    dark = blend(air.near, local_light(air, rgb("#1E3A2C"), 0.3), 0.45)
    light = local_light(air, rgb("#5E7E4C") if air.season != "autumn" else rgb("#7E6A34"), 0.8)
    sides = (-1.0, 1.0) if rng.random() < 0.4 else (float(-sun.side),)
    for side in sides:
        for _ in range(int(rng.integers(2, 5))):
            u = 0.5 + side * float(rng.uniform(0.34, 0.52))
            size = canvas.px(float(rng.uniform(0.36, 0.74))) * min(1.15, canvas.height / canvas.unit_px)
            foot = (u * canvas.width, canvas.height * float(rng.uniform(0.99, 1.08)))
            sketch = Sketch(
                canvas, canvas.box(foot[0] - size * 0.4, foot[1] - size * 1.1, foot[0] + size * 0.4, foot[1]), 3
            )
            trees.pine(sketch, rng, foot, size, dark, light, sun.side, snow, 22)
            sketch.paint(haze=air.haze, haze_amount=0.04 + 0.25 * air.foggy)
    canvas.note("pines", "pine", "tree")


def _cliff_and_fall(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, shore: float) -> None:
    """A wooded cliff from one side, with a fall of water into the lake and the mist at its foot."""
    side = 1.0 if sun.side < 0 else -1.0
    lip_u = 0.5 + side * float(rng.uniform(0.16, 0.24))
    reach = np.clip((canvas.u[0] - lip_u) * side / 0.05 + 0.6, 0, 1)
    part = reach * reach * (3 - 2 * reach)
    rise = 0.30 * canvas.unit_px / canvas.height
    line = ridge(canvas, 0.0, 0.03, 4.0, 0.7)
    skyline = np.where(part > 0, shore + 0.005 - part * rise + line * part, 2.0).astype(np.float32)
    stone = blend(local_light(air, rgb("#6E6A66"), 0.55), air.near, 0.22)
    paint_ridge(canvas, air, sun, skyline, 0.85, mist=0.25, mist_reach=0.2, texture=1.6, own=stone)
    green = blend(local_light(air, rgb("#2E4C36"), 0.35), air.near, 0.3)
    where = np.flatnonzero((part > 0.9) & (np.abs(canvas.u[0] - lip_u - side * 0.035) > 0.03))
    if len(where) > 10:
        _wood(canvas, rng, skyline * canvas.height, where, 0.075, int(len(where) / canvas.unit_px * 90), green)
    lip = (lip_u + side * 0.035) * canvas.width
    top = float(skyline[int(np.clip(lip, 0, canvas.width - 1))]) * canvas.height + canvas.px(0.006)
    waterfall(canvas, air, (lip, top), shore * canvas.height - top + canvas.px(0.006), canvas.px(0.020))
    foot = canvas.distance(lip / canvas.width, shore - 0.004, 1.6)
    spray = np.exp(-foot / 0.035) * (0.75 + 0.5 * canvas.noise(0.04, 4)) * (canvas.v < shore + 0.01)
    canvas.lay(blend(air.cloud[0], air.haze, 0.3), np.clip(spray, 0, 0.9))
    canvas.note("a waterfall", "waterfall")


def volcano(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, base: float) -> None:
    """A cone with its crater, gullies, a plume and, when it is dark enough, glowing streams."""
    u = float(rng.uniform(0.42, 0.58))
    away = (canvas.u[0] - u) * canvas.width / canvas.unit_px
    tall = min(0.42, base * 0.62) * canvas.unit_px / canvas.height
    rough = profile(canvas.width, 16 * max(1.0, canvas.aspect), canvas.next_seed(), octaves=5) * 0.012
    cone = tall * 1.22 * np.exp(-np.abs(away) / 0.26) + rough * np.exp(-np.abs(away) / 0.4)
    top = tall * (1.0 + 0.02 * np.cos(away * 60))
    skyline = (base - np.minimum(cone, top)).astype(np.float32)
    crater_v = float(skyline[int(u * canvas.width)])
    fire = rgb("#FF7A2E")
    hot = air.dark or air.time == "dusk" or brief.says("lava", "eruption", "erupting")
    if hot:
        canvas.screen(fire, np.exp(-canvas.distance(u, crater_v) / 0.14) * 0.65)
    for step in range(5):
        place = (u + sun.side * 0.018 * step**1.5, crater_v - 0.01 - 0.045 * step)
        cumulus(canvas, air, sun, rng, place, 0.12 + 0.075 * step, 0.09 + 0.03 * step, 0.9, 0.10 + 0.06 * step)
    if hot:
        canvas.screen(fire, np.exp(-canvas.distance(u, crater_v) / 0.05) * 0.7)
    stone = blend(local_light(air, rgb("#5A4A48"), 0.35), air.near, 0.35)
    paint_ridge(canvas, air, sun, skyline, 0.72, mist=0.8, mist_reach=0.42, texture=1.2, own=stone)
    if hot:
        for _ in range(4):
            bend = profile(canvas.height, 9, canvas.next_seed(), octaves=4) * 0.018
            side = float(rng.uniform(-0.10, 0.10))
            run = np.clip((canvas.v - crater_v) / tall, 0, 1)
            path = u + side * run + bend[:, None] * run
            width = 0.0045 * (1 - 0.75 * run)
            stream = np.exp(-(((canvas.u - path) / width) ** 2)) * (canvas.v > crater_v) * smooth(0.85, 0.4, run)
            canvas.screen(fire, np.clip(stream, 0, 1))
            canvas.screen(rgb("#FFE08A"), np.clip(stream, 0, 1) ** 3 * 0.8)
    gullies = warp(
        canvas.noise((0.5, 0.022), 5, 0.6), (canvas.v - crater_v) * (canvas.u - u) * canvas.px(1.6), np.float32(0)
    )
    canvas.pixels *= (1 + gullies * 0.30 * below(canvas, skyline) * smooth(base + 0.02, base - 0.2, canvas.v))[
        ..., None
    ]
    canvas.note("an erupting volcano" if hot else "a smoking volcano", "volcano")


def _lake(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    shore = float(rng.uniform(0.60, 0.68))
    sun = place_sun(brief, canvas, air, rng, shore * 0.82)
    full_sky(brief, canvas, air, shore, sun, rng, 0.5)
    _clouds(brief, canvas, air, sun, rng, shore)
    snow_line = _snow_line(brief, air, rng)
    if brief.wants("volcano"):
        volcano(brief, canvas, air, sun, rng, shore)
    else:
        alpine(canvas, air, sun, rng, shore - 0.02, snow_line=snow_line, peak=_peak(brief, canvas, rng))
    if brief.wants("waterfall"):
        _cliff_and_fall(canvas, air, sun, rng, shore)
    if air.time in ("dawn", "morning", "golden") or air.weather == "fog" or rng.random() < 0.3:
        mist_band(canvas, air, shore - 0.02, 0.022, 0.8)
        mist_band(canvas, air, shore - 0.10, 0.016, 0.45)
    _banks(brief, canvas, air, sun, rng, shore)
    if brief.wants("house", "village", "church", "castle"):
        line = np.full(canvas.width, (shore - 0.002) * canvas.height, np.float32)
        staffage.buildings(brief, canvas, air, sun, rng, line, 0.055, haze=0.06)
    calm = 0.06 if air.weather not in ("storm", "rain") else 0.4
    paint_water(canvas, air, shore, rough=calm + float(rng.uniform(0, 0.10)), mirror=0.95, scale=0.7,
                deep=blend(air.water, air.near, 0.35), sun=sun if sun.moon else None)  # fmt: skip
    canvas.note("a lake that mirrors them", "lake")
    _on_the_lake(brief, canvas, air, sun, rng, shore)
    staffage.flying(brief, canvas, air, sun, rng, 0.03, shore - 0.16, 0.3)
    near_line = (0.955 + 0.025 * np.sin(canvas.u[0] * 4 + float(rng.uniform(0, 6)))).astype(np.float32)
    if staffage_wanted(brief):
        paint_ridge(
            canvas,
            air,
            sun,
            near_line,
            1.0,
            mist=0.0,
            texture=0.7,
            own=blend(air.near, local_light(air, rgb("#3E4A36"), 0.4), 0.5),
        )
        staffage.animals(brief, canvas, air, sun, rng, near_line * canvas.height, 0.075, shade=0.45)
    if brief.wants("pine") or rng.random() < 0.65:
        _near_pines(brief, canvas, air, sun, rng)


def staffage_wanted(brief: Brief) -> bool:
    """Whether animals or people are asked for."""
    return any(thing.kind in staffage.ANIMALS or thing.kind in ("figure", "couple") for thing in brief.things)


def _on_the_lake(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, shore: float) -> None:
    """A boat or swans on the water."""
    from studio.engine.renderers.painter.elements import creatures

    if brief.wants("boat"):
        thing = brief.thing("boat")
        x, y, size = (0.38 if sun.u > 0.5 else 0.62) * canvas.width, (shore + 0.10) * canvas.height, canvas.px(0.11)
        sketch = Sketch(canvas, canvas.box(x - size, y - size * 1.1, x + size, y + size * 0.1), 3)
        craft.sail_boat(sketch, air, (x, y), size, sun.side, thing.colour if thing else None, lit=air.lamps_lit)
        sketch.paint()
        canvas.note("a boat", "boat")
    swans = brief.thing("swan")
    if swans:
        for k in range(int(np.clip(swans.count or 2, 1, 6))):
            x, y, size = (0.4 + 0.11 * k) * canvas.width, (shore + 0.16 + 0.03 * k) * canvas.height, canvas.px(0.12)
            sketch = Sketch(canvas, canvas.box(x - size, y - size, x + size, y + size * 0.6), 4)
            own = local_light(air, swans.colour or rgb("#FFFFFF"), 0.9)
            creatures.draw(sketch, "swan", (x, y), size, own, 1.0 if k % 2 == 0 else -1.0)
            sketch.paint()
        canvas.note("swans", "swan")


def _peak(brief: Brief, canvas: Canvas, rng: np.random.Generator) -> float:
    tall = float(rng.uniform(0.85, 1.15))
    if brief.mood == "dramatic" or brief.says("peak", "summit", "everest", "epic", "towering"):
        tall *= 1.2
    if "wide" in brief.composition:
        tall *= 0.8
    return tall * float(np.clip(canvas.height / canvas.unit_px, 0.72, 1.3))


def _snow_line(brief: Brief, air: Air, rng: np.random.Generator) -> float:
    if air.weather == "snow" or air.season == "winter" or brief.says("snow", "glacier", "iceberg"):
        return 0.2
    if brief.says("volcano", "green"):
        return 1.5
    return float(rng.uniform(0.55, 1.05))


def _clouds(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float) -> None:
    if air.weather not in ("clear", "cloudy") or not brief.allows("cloud", "clouds") or air.dark or rng.random() < 0.25:
        return
    for _ in range(int(rng.integers(2, 5))):
        cumulus(
            canvas,
            air,
            sun,
            rng,
            (float(rng.uniform(0, 1)), horizon * float(rng.uniform(0.45, 0.75))),
            float(rng.uniform(0.35, 0.7)),
            float(rng.uniform(0.08, 0.17)),
            0.85,
            0.25,
        )


def _range(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """The range alone: peaks above cloud or forest."""
    horizon = float(rng.uniform(0.66, 0.74))
    sun = place_sun(brief, canvas, air, rng, horizon * 0.72)
    full_sky(brief, canvas, air, horizon, sun, rng, 0.5)
    _clouds(brief, canvas, air, sun, rng, horizon)
    if brief.wants("volcano"):
        volcano(brief, canvas, air, sun, rng, horizon)
    else:
        peak = _peak(brief, canvas, rng) * 1.05
        alpine(canvas, air, sun, rng, horizon, snow_line=_snow_line(brief, air, rng), peak=peak)
    above = brief.says("sea of clouds", "cloud sea", "above the clouds", "cloud")
    if above and brief.allows("cloud"):
        cloud_sea(canvas, air, sun, rng, horizon - 0.03, 7)
        canvas.note("a sea of clouds", "cloud")
    else:
        mist_band(canvas, air, horizon - 0.05, 0.03, 0.55)
        for index in range(4):
            t = index / 3
            line = ridge(canvas, horizon + 0.005 + 0.27 * t, 0.035, 2.2 - 0.6 * t, 0.5)
            own = rgb({"autumn": "#7A5128", "winter": "#5E6E78"}.get(air.season, "#2E4C36"))
            paint_ridge(
                canvas,
                air,
                sun,
                line,
                0.4 + 0.6 * t,
                mist=0.7,
                mist_reach=0.08,
                texture=0.5,
                own=blend(local_light(air, own, 0.3), air.near, 0.25 + 0.4 * t),
            )
            shade = blend(blend(local_light(air, own, 0.15), air.near, 0.3 + 0.35 * t), air.haze, 0.40 * (1 - t) ** 1.4)
            trees.tree_line(
                canvas,
                rng,
                line * canvas.height,
                0.032 + 0.085 * t,
                int(330 * canvas.aspect * (1 - 0.6 * t)),
                shade,
                9 + int(7 * t),
                depth=0.7,
            )
            if t < 0.9:
                mist_band(canvas, air, horizon + 0.06 + 0.27 * t, 0.02, 0.5 * (1 - t))
            if index == 1:
                staffage.buildings(brief, canvas, air, sun, rng, line * canvas.height, 0.05, haze=0.2)
        canvas.note("pine forest at their feet", "pine", "tree")
    staffage.flying(brief, canvas, air, sun, rng, 0.03, horizon - 0.18, 0.35)
    if staffage_wanted(brief):
        line = (0.93 + 0.03 * np.cos((canvas.u[0] - 0.4) * 5)).astype(np.float32)
        paint_ridge(
            canvas,
            air,
            sun,
            line,
            1.0,
            mist=0.0,
            texture=0.9,
            own=blend(air.near, local_light(air, rgb("#5A5650"), 0.5), 0.55),
        )
        staffage.animals(brief, canvas, air, sun, rng, line * canvas.height, 0.075, shade=0.45)


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A lake under mountains, or the range itself."""
    lake = brief.wants("lake", "boat", "swan", "waterfall") or brief.says(
        "lake", "water", "reflection", "river", "fjord", "mirrored", "reservoir"
    )
    alone = brief.says(
        "sea of clouds", "above the clouds", "summit", "range", "climber", "hiker", "pine", "forest"
    ) or brief.wants("cloud")
    if lake or (not alone and rng.random() < 0.6):
        _lake(brief, canvas, air, rng)
    else:
        _range(brief, canvas, air, rng)
    weather_over(canvas, air, rng, 0.6)
    if sun_rays(brief, air, rng):
        canvas.screen(air.glow, smooth(0.2, 0.9, canvas.noise((1.2, 0.10), 3)) * smooth(0.75, 0.15, canvas.v) * 0.10)
    canvas.progress(0.8, "Snow and water")
    canvas.bloom(0.4)


def sun_rays(brief: Brief, air: Air, rng: np.random.Generator) -> bool:
    """Whether faint shafts of light belong in this air."""
    return (
        air.time in ("dawn", "golden")
        and air.weather in ("clear", "fog")
        and (brief.mood == "dramatic" or rng.random() < 0.3)
    )


FAMILY = Family("mountains", paint, open_weight=3, brush=0.30)
