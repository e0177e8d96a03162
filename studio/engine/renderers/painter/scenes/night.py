"""Night skies as the subject: aurora, the Milky Way, meteors, fireworks, fireflies, over a low dark land."""

from __future__ import annotations

import math

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import adjust, blend, rgb
from studio.engine.renderers.painter.elements import sky, staffage, towers, trees
from studio.engine.renderers.painter.elements.land import mist_band, paint_ridge, ridge, weather_over
from studio.engine.renderers.painter.elements.sky import Sun, place_sun
from studio.engine.renderers.painter.elements.vistas import alpine
from studio.engine.renderers.painter.elements.water import paint_water
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch


def fireworks(
    canvas: Canvas,
    rng: np.random.Generator,
    horizon: float,
    colours: tuple[tuple[float, float, float], ...],
    count: int,
) -> None:
    """Bursts of sparks that droop and fade, with their trails and glow."""
    for index in range(count):
        u, v = float(rng.uniform(0.14, 0.86)), horizon * float(rng.uniform(0.16, 0.58))
        radius = canvas.px(float(rng.uniform(0.10, 0.24)))
        colour = colours[int(rng.integers(len(colours)))]
        board = np.zeros((canvas.height, canvas.width), np.uint8)
        cx, cy = u * canvas.width, v * canvas.height
        for _ in range(int(rng.integers(60, 110))):
            angle = float(rng.uniform(0, math.tau))
            reach = radius * float(rng.uniform(0.6, 1.0)) * (1.0 if rng.random() < 0.8 else 0.6)
            path = [
                (cx + math.cos(angle) * reach * t, cy + math.sin(angle) * reach * t + radius * 0.28 * t * t)
                for t in np.linspace(0.25, 1, 12)
            ]
            for k in range(len(path) - 1):
                a, b = path[k], path[k + 1]
                cv2.line(
                    board,
                    (int(a[0] * 8), int(a[1] * 8)),
                    (int(b[0] * 8), int(b[1] * 8)),
                    int(60 + 190 * k / 11),
                    max(1, round(canvas.px(0.0016))),
                    cv2.LINE_AA,
                    3,
                )
        sparks = board.astype(np.float32) / 255
        glow = cv2.GaussianBlur(sparks, (0, 0), canvas.px(0.010))
        canvas.screen(colour, np.clip(glow * 2.2, 0, 0.8))
        canvas.screen(adjust(colour, lightness=0.18), sparks)
        canvas.screen(colour, np.exp(-canvas.distance(u, v) / (radius / canvas.unit_px * 1.1)) * 0.16)
        del index
    canvas.note(f"{count} fireworks", "firework")


def fireflies(canvas: Canvas, rng: np.random.Generator, low: float, count: int) -> None:
    """Warm points drifting over dark ground, near ones large and soft."""
    for radius in sorted(rng.random(count) ** 3 * 0.010 + 0.0014):
        u, v = float(rng.uniform(0.02, 0.98)), low + (1 - low) * float(rng.uniform(-0.25, 0.98))
        reach = canvas.px(float(radius) * 9)
        x, y = u * canvas.width, v * canvas.height
        box = canvas.box(x - reach, y - reach, x + reach, y + reach)
        if box.empty:
            continue
        dx = (np.arange(box.left, box.right, dtype=np.float32)[None, :] - x) / canvas.px(float(radius))
        dy = (np.arange(box.top, box.bottom, dtype=np.float32)[:, None] - y) / canvas.px(float(radius))
        away = np.sqrt(dx * dx + dy * dy)
        fade = np.clip(1 - away / 9, 0, 1)
        canvas.screen(
            rgb("#F8E27A"),
            np.clip(np.exp(-away * 1.4) + 0.35 * np.exp(-away / 2.6), 0, 1) * fade * float(rng.uniform(0.55, 1.0)),
            box,
        )
    canvas.note("fireflies", "firefly")


def camp(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, line_px: Field, place: float) -> None:
    """A lit tent, or a fire with its light on the ground."""
    x = place * canvas.width
    y = float(line_px[int(x)])
    if brief.wants("tent"):
        thing = brief.thing("tent")
        size = canvas.px(0.085)
        own = thing.colour if thing and thing.colour else rgb("#F2A03C")
        canvas.screen(own, np.exp(-canvas.distance(place, y / canvas.height - 0.02) / 0.10) * 0.45)
        sketch = Sketch(canvas, canvas.box(x - size * 1.4, y - size * 1.2, x + size * 1.4, y + size * 0.2), 4)
        sketch.polygon([(x - size, y), (x, y - size * 0.92), (x + size, y)], own)
        sketch.polygon([(x - size * 0.36, y), (x, y - size * 0.92), (x + size * 0.30, y)], adjust(own, lightness=0.16))
        sketch.polygon([(x - size * 0.05, y), (x, y - size * 0.80), (x + size * 0.09, y)], rgb("#FFF0C4"))
        sketch.line([(x - size, y), (x, y - size * 0.92), (x + size, y)], size * 0.02, adjust(own, lightness=-0.25))
        cover = sketch.paint()
        del cover
        canvas.note("a lit tent", "tent")
    if brief.wants("campfire"):
        fx, size = x + canvas.px(0.13), canvas.px(0.06)
        fy = float(line_px[int(np.clip(fx, 0, canvas.width - 1))])
        canvas.screen(
            rgb("#FF8A3C"), np.exp(-canvas.distance(fx / canvas.width, fy / canvas.height - 0.01) / 0.12) * 0.7
        )
        sketch = Sketch(canvas, canvas.box(fx - size, fy - size * 1.6, fx + size, fy + size * 0.3), 4)
        for tone, scale in (("#F2701E", 1.0), ("#FFB23C", 0.68), ("#FFF2B0", 0.36)):
            points = [
                (
                    fx + math.sin(q) * size * 0.30 * scale * (1 + 0.2 * math.sin(q * 5)),
                    fy - size * scale * (0.5 - 0.5 * math.cos(q)) * (1.3 if abs(q - math.pi) < 0.6 else 1.0),
                )
                for q in np.linspace(0, math.tau, 30)
            ]
            sketch.polygon(points, rgb(tone))
        for k in (-1, 0, 1):
            sketch.line([(fx - size * 0.35, fy + k * 2), (fx + size * 0.35, fy - k * 2)], size * 0.09, rgb("#2A1810"))
        sketch.paint()
        for _ in range(40):
            canvas_u = (fx + float(rng.normal(0, 1)) * size * 0.5) / canvas.width
            canvas_v = (fy - float(rng.random()) ** 1.5 * size * 4) / canvas.height
            column, row = (
                int(np.clip(canvas_u, 0, 0.999) * canvas.width),
                int(np.clip(canvas_v, 0, 0.999) * canvas.height),
            )
            canvas.pixels[row : row + 2, column : column + 2] = rgb("#FFC26A")
        canvas.note("a campfire", "campfire")


def _sky(
    brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float, subject: str
) -> None:
    sky.paint_sky(canvas, air, horizon, sun)
    sky.stars(canvas, horizon, 1.25)
    if subject == "milkyway":
        sky.milky_way(canvas, horizon, rng, (adjust(air.glow, lightness=-0.16), blend(air.glow, rgb("#FFD9B0"), 0.5)))
    if subject == "aurora" or brief.wants("aurora"):
        sky.aurora(canvas, horizon, rng, sky.aurora_colours(brief, rng), 1.15)
    if subject == "moon" or brief.wants("moon"):
        sky.paint_sun(canvas, air, sun)
        sky.cirrus(canvas, air, sun, horizon, 0.35 if brief.allows("cloud", "clouds") else 0.0)
    meteor = brief.thing("meteor")
    if meteor:
        sky.meteors(canvas, horizon, rng, meteor.count or 6)
    elif subject == "milkyway" and rng.random() < 0.4:
        sky.meteors(canvas, horizon, rng, 1)


def _subject(brief: Brief, rng: np.random.Generator) -> str:
    for kind in ("aurora", "milkyway", "firework", "firefly", "lantern", "meteor", "moon"):
        if brief.wants(kind):
            return "milkyway" if kind == "meteor" else kind
    if brief.says("stargazing", "stargazer", "star trail", "night sky", "starry sky"):
        return "milkyway"
    return ("aurora", "aurora", "milkyway", "moon")[int(rng.integers(4))]


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A night sky by subject, its land, and its mirror in water as often as not."""
    subject = _subject(brief, rng)
    water = (
        brief.wants("lake", "boat")
        or brief.says("lake", "water", "sea", "fjord", "reflection")
        or (subject in ("aurora", "moon", "firework") and rng.random() < 0.5)
    )
    horizon = float(rng.uniform(0.60, 0.66)) if water else float(rng.uniform(0.72, 0.80))
    sun = place_sun(brief, canvas, air, rng, horizon)
    _sky(brief, canvas, air, sun, rng, horizon, subject)
    if subject == "firework":
        colours = tuple(colour for _, colour in brief.colours) or tuple(
            rgb(code) for code in ("#FF5A4C", "#FFC24A", "#5AC8FF", "#C77BFF", "#6BF0A0", "#FF7BC0")
        )
        fireworks(
            canvas, rng, horizon, colours, int(np.clip((brief.thing("firework") or brief.things[0]).count or 6, 1, 14))
        )
    if subject in ("aurora", "moon", "milkyway") and rng.random() < 0.65:
        alpine(canvas, air, sun, rng, horizon - 0.01, snow_line=0.25, peak=float(rng.uniform(0.45, 0.7)))
    else:
        for index in range(3):
            paint_ridge(
                canvas,
                air,
                sun,
                ridge(canvas, horizon - 0.03 + 0.018 * index, 0.045, 2.2, 0.6),
                0.25 + 0.3 * index,
                mist=0.4,
                mist_reach=0.08,
            )
    if subject == "lantern":
        from studio.engine.renderers.painter.elements.craft import sky_lanterns

        sky_lanterns(
            canvas, air, rng, int(np.clip((brief.thing("lantern") or brief.things[0]).count or 46, 3, 90)), horizon
        )
    if water:
        line = np.full(canvas.width, (horizon - 0.002) * canvas.height, np.float32)
        trees.tree_line(canvas, rng, line, 0.030, int(150 * canvas.aspect), blend(air.near, air.haze, 0.10), 9)
        staffage.buildings(brief, canvas, air, sun, rng, line, 0.05, haze=0.0)
        paint_water(
            canvas,
            air,
            horizon,
            rough=0.09,
            mirror=0.97,
            scale=0.7,
            deep=blend(air.water, air.near, 0.5),
            sun=sun if brief.wants("moon") else None,
        )
        canvas.note("still water", "lake")
        low = 0.95
    else:
        mist_band(canvas, air, horizon + 0.0, 0.02, 0.4)
        low = horizon + 0.10
    _near_land(brief, canvas, air, sun, rng, low, water)
    weather_over(canvas, air, rng, horizon)
    canvas.progress(0.8, "Starlight")
    canvas.bloom(0.5, 0.55)


def _near_land(
    brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, low: float, water: bool
) -> None:
    snowy = air.season == "winter" or air.weather == "snow" or brief.wants("aurora")
    dark = blend(air.near, air.haze, 0.05)
    busy = brief.wants("tent", "campfire", "house", "figure", "couple", "firefly") or any(
        thing.kind in staffage.ANIMALS for thing in brief.things
    )
    if water and not busy and rng.random() < 0.5:
        return
    line = ridge(canvas, low, 0.022, 1.4, 0.25)
    if snowy:
        ground = blend(air.shade, adjust(air.cloud[1], lightness=0.12), 0.55)
        paint_ridge(canvas, air, sun, line, 1.0, mist=0.0, texture=0.5, own=ground)
    else:
        paint_ridge(canvas, air, sun, line, 1.0, mist=0.0, texture=0.35, own=dark)
    line_px = line * canvas.height
    trees.tree_line(canvas, rng, line_px, 0.11, int(16 * canvas.aspect), dark, 14)
    trees.tree_line(canvas, rng, line_px, 0.17, int(6 * canvas.aspect), adjust(dark, lightness=-0.01), 18)
    if not water:
        staffage.buildings(brief, canvas, air, sun, rng, line_px + canvas.px(0.012), 0.075, haze=0.0)
    if brief.wants("tent", "campfire"):
        camp(brief, canvas, air, rng, line_px + canvas.px(0.02), 0.36 if sun.u > 0.5 else 0.64)
    staffage.animals(brief, canvas, air, sun, rng, line_px + canvas.px(0.004), 0.07, shade=0.8)
    if brief.wants("firefly"):
        trees.grass(canvas, rng, low + 0.03, 0.06, int(500 * canvas.aspect), dark, blend(dark, air.light, 0.15))
        fireflies(canvas, rng, low, int(np.clip((brief.thing("firefly") or brief.things[0]).count or 90, 10, 160)))
    if brief.wants("lighthouse"):
        foot = (canvas.width * 0.72, float(line_px[int(canvas.width * 0.72)]) + 3)
        size = canvas.px(0.28)
        lamp = (foot[0], foot[1] - size * 0.86)
        towers.beam(canvas, air, lamp, -1, -5)
        sketch = Sketch(
            canvas, canvas.box(foot[0] - size * 0.3, foot[1] - size * 1.1, foot[0] + size * 0.3, foot[1] + 4), 4
        )
        towers.lighthouse(sketch, air, foot, size, sun.side, lamp_lit=True)
        sketch.paint()
        canvas.note("a lighthouse", "lighthouse")


FAMILY = Family("night", paint, hours=("night",), open_weight=3, brush=0.25, vignette=0.22)
