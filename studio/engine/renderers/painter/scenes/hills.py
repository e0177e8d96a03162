"""Hills and country: ridge behind ridge, rolling fields, flower meadows."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import staffage, trees
from studio.engine.renderers.painter.elements.clouds import cumulus
from studio.engine.renderers.painter.elements.land import mist_band, paint_ridge, ridge, weather_over
from studio.engine.renderers.painter.elements.sky import Sun, full_sky, place_sun
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.elements.vistas import rolling
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch
from studio.engine.renderers.painter.terrain import Ground, stand

_GREENS = {"spring": "#7FA94E", "summer": "#5E8A3E", "autumn": "#9A7A3A", "winter": "#8C9A8A"}


def _blooms(brief: Brief, air: Air) -> tuple[Rgb, ...]:
    """Colours of the flowers: the wish at the word "flowers", the flower's own, or the season's mix."""
    thing = brief.thing("flowers")
    if thing and thing.colour:
        return (thing.colour, adjust(thing.colour, lightness=0.08), adjust(thing.colour, hue_deg=14))
    named = {
        "lavender": ("#8E74C8", "#A48CD8", "#7660B4"),
        "poppy": ("#D9362B", "#E8553C", "#C22A2E"),
        "sunflower": ("#F2B81E", "#E8A21A", "#F7CC4A"),
        "tulip": ("#D8374A", "#F2B63C", "#E87AA0"),
        "daisy": ("#FFFFFF", "#FBF6E4", "#FFF3B0"),
        "bluebell": ("#5A6FD0", "#7486DE", "#4A58B8"),
    }
    for word, codes in named.items():
        if brief.says(word):
            return tuple(rgb(code) for code in codes)
    if brief.colours:
        return tuple(adjust(colour, lightness=step) for _, colour in brief.colours for step in (0.0, 0.1))
    return tuple(rgb(code) for code in ("#E8506A", "#F4C04A", "#FFFFFF", "#9A7BD0", "#F08A5A"))


def _layers(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Ridges behind ridges under a wide sky; the classic stage for balloons."""
    balloons = brief.wants("balloon", "airship", "kite", "dragon")
    horizon = float(rng.uniform(0.56, 0.64)) + (0.06 if balloons else 0.0)
    sun = place_sun(brief, canvas, air, rng, horizon)
    full_sky(brief, canvas, air, horizon, sun, rng, None if not balloons else 0.3)
    count = int(rng.integers(6, 9))
    jagged = float(rng.uniform(0.35, 0.85))
    last: Field = np.full(canvas.width, horizon, np.float32)
    for index in range(count):
        t = index / (count - 1)
        line = horizon - 0.02 + (t**1.25) * (0.93 - horizon)
        cycles = 2.1 - 0.9 * t
        last = ridge(canvas, line, (0.30 - 0.09 * t) * (1.0 if t < 0.9 else 0.8), cycles, jagged * (1 - 0.45 * t))
        snowy = air.season == "winter" or air.weather == "snow"
        white = blend(local_light(air, rgb("#EEF4FA"), 0.75 - 0.25 * t), air.shade, 0.10 + 0.22 * t)
        paint_ridge(
            canvas,
            air,
            sun,
            last,
            own=white if snowy else None,
            depth=0.10 + 0.90 * t**1.25,
            mist=0.85,
            mist_reach=0.10 + 0.05 * t,
            texture=0.25 + 0.5 * t,
        )
        if 0.15 < t < 0.8:
            mist_band(
                canvas,
                air,
                line + 0.045,
                0.020 + 0.012 * t,
                (0.5 if air.weather != "clear" or air.time == "dawn" else 0.32) * (1 - t),
            )
        if 0.5 < t < 0.95 and air.season != "winter" and rng.random() < 0.5:
            trees.tree_line(
                canvas,
                rng,
                last * canvas.height,
                0.014 + 0.022 * t,
                int(150 * canvas.aspect),
                blend(air.far(0.10 + 0.9 * t**1.25), air.near, 0.25),
            )
        if index == count - 3:
            large = 0.074 if brief.wants("castle", "church", "windmill") else 0.050
            staffage.buildings(brief, canvas, air, sun, rng, last * canvas.height, large, haze=0.16)
    canvas.note(f"{count} ridges of hills")
    staffage.flying(brief, canvas, air, sun, rng, 0.03, horizon + 0.02)
    _foreground(brief, canvas, air, sun, rng, last)


def _foreground(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, line: Field) -> None:
    """Grass, a tree, beasts and people along the last ridge."""
    line_px = line * canvas.height
    if brief.wants("tree") or (rng.random() < 0.35 and not brief.wants("balloon") and "tree" not in brief.without):
        _lone_tree(brief, canvas, air, sun, rng, line_px, 0.30)
    staffage.animals(brief, canvas, air, sun, rng, line_px, 0.062, shade=0.6)
    dark = blend(air.near, rgb(_GREENS[air.season]), 0.12)
    trees.grass(
        canvas,
        rng,
        np.clip(line + 0.006, 0, 0.985),
        0.050,
        int(900 * canvas.aspect),
        dark,
        blend(dark, air.light, 0.30),
        float(rng.uniform(-0.25, 0.25)),
        _blooms(brief, air) if brief.wants("flowers") else (),
        0.4,
    )
    if brief.wants("flowers"):
        canvas.note("wildflowers", "flowers")


def _lone_tree(
    brief: Brief,
    canvas: Canvas,
    air: Air,
    sun: Sun,
    rng: np.random.Generator,
    line_px: Field,
    size: float,
    place: float | None = None,
) -> None:
    # The house stands away from the sun, so the tree takes the other side when there is one.
    away = 0.3 if sun.u > 0.5 else 0.7
    if brief.wants("house", "village", "church", "castle", "windmill"):
        away = 1 - away
    spot = place if place is not None else away + float(rng.normal(0, 0.03))
    x = spot * canvas.width
    y = float(line_px[int(np.clip(x, 0, canvas.width - 1))]) + canvas.px(0.008)
    px = canvas.px(size)
    sketch = Sketch(canvas, canvas.box(x - px * 0.85, y - px * 1.25, x + px * 0.85, y + px * 0.04), 3)
    thing = brief.thing("tree")
    own = {
        "spring": rgb("#E79AB4") if brief.says("cherry", "sakura", "blossom") else rgb("#86A84C"),
        "summer": rgb("#4F7A38"),
        "autumn": rgb("#C8682A"),
        "winter": rgb("#5A5048"),
    }[air.season]
    own = thing.colour if thing and thing.colour else own
    shades = (blend(local_light(air, adjust(own, lightness=-0.14), 0.0), air.near, 0.35), local_light(air, own, 0.5),
              local_light(air, adjust(own, lightness=0.06), 1.0))  # fmt: skip
    trees.crown(
        sketch,
        rng,
        (x, y),
        px,
        shades,
        blend(air.near, rgb("#3A2A20"), 0.3),
        sun.side,
        bare=air.season == "winter",
        leaves=1500,
    )
    sketch.paint(haze=air.haze, haze_amount=0.06 + 0.3 * air.foggy)
    canvas.note("a lone tree", "tree")


def _scatter(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, ground: Ground, count: int) -> None:
    """Round trees and cypresses over the fields, far ones first, with shadows thrown sideways."""
    green = adjust(rgb(_GREENS[air.season]), lightness=-0.10)
    cypress = rng.random() < 0.45 and air.season != "winter"
    z_all = np.sort(rng.uniform(3.2, 22.0, count) ** 1.0)[::-1]
    for z in z_all:
        x, y, scale, seen = stand(canvas, ground, float(rng.uniform(0, 1)), float(z))
        if not seen or y > canvas.height * 0.97:
            continue
        size = scale * float(rng.uniform(0.16, 0.30)) * (1.4 if cypress else 1.0)
        if size < 2.5:
            continue
        haze = float(np.clip((z - 3) / 26, 0, 1)) ** 0.7 * 0.75
        box = canvas.box(x - size * 1.6, y - size * 1.2, x + size * 1.6, y + size * 0.2)
        sketch = Sketch(canvas, box, 3)
        dark, light = (
            blend(local_light(air, green, 0.0), air.near, 0.25),
            local_light(air, adjust(green, lightness=0.10), 1.0),
        )
        sketch.ellipse((x - sun.side * size * 0.55, y), size * 0.7, size * 0.10, dark, alpha=0.45)
        if air.season == "winter" or air.weather == "snow":
            snow = local_light(air, rgb("#F4F8FC"), 0.8)
            trees.pine(sketch, rng, (x, y), size * 1.1, dark, light, sun.side, snow, 8 if size < 40 else 13)
        elif cypress:
            sketch.polygon(
                [
                    (x - size * 0.09, y),
                    (x - size * 0.10, y - size * 0.45),
                    (x, y - size * 1.1),
                    (x + size * 0.10, y - size * 0.45),
                    (x + size * 0.09, y),
                ],
                dark,
            )
            sketch.polygon(
                [
                    (x, y - size * 1.05),
                    (x + sun.side * size * 0.085, y - size * 0.45),
                    (x + sun.side * size * 0.07, y - size * 0.05),
                    (x + sun.side * size * 0.01, y - size * 0.3),
                ],
                light,
            )
        else:
            for k in range(26 if size > 12 else 9):
                angle, reach = float(rng.uniform(0, 6.28)), float(rng.random()) ** 0.5
                dx, dy = np.cos(angle) * reach * size * 0.36, np.sin(angle) * reach * size * 0.30
                lit = float(np.clip(0.45 + (dx * sun.side - dy * 1.2) / size * 1.3, 0, 1)) if k > 4 else 0.0
                sketch.ellipse((x + dx, y - size * 0.40 + dy), size * 0.16, size * 0.14, blend(dark, light, lit))
        sketch.paint(haze=air.haze, haze_amount=haze)


def _country(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Rolling fields in perspective, with trees, perhaps a farm, perhaps flowers in front."""
    horizon = float(rng.uniform(0.38, 0.46))
    sun = place_sun(brief, canvas, air, rng, horizon)
    full_sky(brief, canvas, air, horizon, sun, rng, 0.45)
    if air.weather in ("clear", "cloudy") and brief.allows("cloud", "clouds") and air.time != "night":
        for _ in range(int(rng.integers(3, 7))):
            far = float(rng.uniform(0.05, 0.5))
            cumulus(
                canvas,
                air,
                sun,
                rng,
                (float(rng.uniform(-0.05, 1.05)), horizon * float(rng.uniform(0.5, 0.95))),
                float(rng.uniform(0.22, 0.6)) * (1.2 - far),
                float(rng.uniform(0.07, 0.17)) * (1.2 - far),
                0.92,
                far,
            )
        canvas.note("cumulus clouds", "cloud")
    far_line = ridge(canvas, horizon + 0.005, 0.035, 2.2, 0.6)
    paint_ridge(canvas, air, sun, far_line, 0.16, mist=0.7, mist_reach=0.06)
    green = rgb(_GREENS[air.season])
    if air.season == "winter" or air.weather == "snow":
        green = rgb("#EAF1FA")  # the fields lie under snow
    elif brief.colours:
        green = blend(green, brief.colours[0][1], 0.30)
    ground = rolling(
        canvas,
        air,
        sun,
        rng,
        horizon,
        green,
        striped=brief.says("vineyard", "lavender", "tea", "terrace") or rng.random() < 0.5,
    )
    canvas.note("rolling fields")
    _scatter(canvas, air, sun, rng, ground, 90)
    _farm(brief, canvas, air, sun, rng, ground)
    staffage.flying(brief, canvas, air, sun, rng, 0.03, horizon + 0.05)
    flowers = brief.wants("flowers")
    low: Field = np.full(canvas.width, 0.90, np.float32) + 0.02 * np.sin(canvas.u[0] * 5 + 1)
    if flowers or brief.says("meadow"):
        trees.flower_field(
            canvas,
            rng,
            0.66,
            tuple(local_light(air, c, 0.85) for c in _blooms(brief, air)),
            3200,
            brief.says("lavender", "tulip", "row"),
        )
        canvas.note("a field of flowers", "flowers")
    _foreground(brief, canvas, air, sun, rng, low)


def _farm(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, ground: Ground) -> None:
    """Buildings stand on the fields at middle distance."""
    asked = brief.wants("house", "village", "church", "castle", "windmill")
    if not asked and rng.random() > 0.4:
        return
    spot = 0.3 if sun.u > 0.5 else 0.7
    line = np.array([stand(canvas, ground, float(u), 7.0)[1] for u in np.linspace(0, 1, 48)], np.float32)
    line_px = np.interp(np.linspace(0, 1, canvas.width), np.linspace(0, 1, 48), line).astype(np.float32)
    line_px = np.maximum(line_px, ground.skyline + canvas.px(0.006))
    if asked:
        staffage.buildings(brief, canvas, air, sun, rng, line_px, 0.062, spot, haze=0.14)
        return
    from dataclasses import replace

    from studio.engine.renderers.painter.brief import Thing

    farm = replace(brief, things=(*brief.things, Thing("house", "farm", 1)))
    staffage.buildings(farm, canvas, air, sun, rng, line_px, 0.05, spot, haze=0.16)


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Ridges, or country in perspective, by subject and seed."""
    if brief.wants("balloon", "dragon") or air.weather == "fog" or brief.says("ridge", "mist", "layered", "valley"):
        layered = True
    elif brief.wants("flowers", "windmill", "house", "village", "sheep", "cow", "path") or brief.says(
        "field", "meadow", "farm", "country", "countryside", "vineyard", "tuscany", "pasture", "wheat", "rolling"
    ):
        layered = False
    else:
        layered = bool(rng.random() < 0.5)
    (_layers if layered else _country)(brief, canvas, air, rng)
    weather_over(canvas, air, rng, 0.58)
    if air.time in ("golden", "dawn", "dusk") and air.weather == "clear":
        warm = smooth(0.0, 1.0, np.exp(-canvas.distance(0.5, 0.5, 1.6) / 0.6))
        canvas.screen(air.glow, warm * 0.05)
    canvas.progress(0.8, "Light over the hills")
    canvas.bloom(0.36)


FAMILY = Family(
    "hills", paint, hours=("dawn", "morning", "noon", "golden", "golden", "dusk", "blue"), open_weight=3, brush=0.34
)
