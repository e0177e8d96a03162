"""Coast and sea: lighthouses above clouds or waves, open sea, islands, and beaches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief, Thing
from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, blend, rgb
from studio.engine.renderers.painter.elements import craft, creatures, staffage, towers, trees
from studio.engine.renderers.painter.elements.clouds import cloud_sea, cumulus
from studio.engine.renderers.painter.elements.land import paint_ridge, ridge, weather_over
from studio.engine.renderers.painter.elements.seas import rough_sea
from studio.engine.renderers.painter.elements.sky import Sun, full_sky, place_sun
from studio.engine.renderers.painter.elements.water import paint_water, surf
from studio.engine.renderers.painter.noise import Field, profile, warp
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch, below


def rock(canvas: Canvas, air: Air, sun: Sun, middle: float, line: float, width: float, height: float,
         colour: Rgb | None = None, level: float = 0.55, sink: bool = False) -> float:  # fmt: skip
    """A weathered rock rising from `line` (v) around `middle` (u); `width`, `height` in units.
    With `sink` its foot dissolves into mist instead of ending at `line`. Returns its flat top's v."""
    half = width * canvas.unit_px / canvas.width / 2
    columns = canvas.u[0]
    across = (columns - middle) / half
    seed = canvas.next_seed()
    rough = profile(canvas.width, 5.5 / (2 * half), seed, octaves=6, gain=0.55, mode="ridge") - 0.35
    lean = 0.25 if sun.side < 0 else -0.25
    shape = np.clip(1 - np.abs(across + lean * 0.3 * across * across) ** 1.6, -0.3, 1)
    plateau = np.minimum(shape, level + 0.0) / level
    skyline = line - (height * canvas.unit_px / canvas.height) * (
        plateau * 0.82 + rough * 0.20 * (1 - 0.75 * (np.abs(across) < 0.22)) * (shape > -0.1)
    )
    skyline = np.where(np.abs(across) < 1.12, skyline, 2.0).astype(np.float32)
    left, right = (middle - half * 1.2) * canvas.width, (middle + half * 1.2) * canvas.width
    box = canvas.box(left, float(skyline.min()) * canvas.height, right, min(1.0, line + 0.09) * canvas.height)
    if box.empty:
        return line
    rows = canvas.v[box.top : box.bottom]
    under = rows - skyline[None, box.left : box.right]
    mask = below(canvas, skyline)[box.top : box.bottom, box.left : box.right]
    size = height * 0.9
    bend = canvas.noise(size * 0.5, 4, box=box)
    large = warp(
        canvas.noise((size * 0.75, size * 0.42), 4, 0.5, "ridge", box=box),
        bend * canvas.px(size * 0.12),
        bend * canvas.px(size * 0.1),
    )
    crags = large * 0.75 + canvas.noise((size * 0.12, size * 0.16), 4, 0.55, "ridge", box=box) * 0.25
    facing = (np.gradient(crags, axis=1) * 0.10 * sun.side + np.gradient(crags, axis=0) * 0.07) * canvas.px(size)
    side_light = np.clip(-across[None, box.left : box.right] * -sun.side * 0.5, -0.6, 0.6)
    top_light = np.exp(-np.clip(under, 0, 1) / 0.010)
    lit = np.clip(0.40 + facing + side_light * 0.55 + top_light * 0.35 + (crags - 0.3) * 0.22, 0, 1)
    stone = colour or blend(rgb("#8C7A74"), air.near, 0.25)
    light, shade = towers.local_light(air, stone, 0.95), blend(towers.local_light(air, stone, 0.0), air.near, 0.55)
    body = (
        np.asarray(shade, np.float32) + (np.asarray(light, np.float32) - np.asarray(shade, np.float32)) * lit[..., None]
    )
    if not air.dark and air.season in ("spring", "summer") and air.weather != "snow":
        turf = smooth(0.5, 0.9, top_light + 0.3 * bend) * 0.5
        body = body + (np.asarray(towers.local_light(air, rgb("#7E8A4E"), 0.8), np.float32) - body) * turf[..., None]
    if air.weather == "snow" or air.season == "winter":
        cap = smooth(0.25, 0.6, top_light * 0.9 + lit * 0.5 - 0.25)
        body = body + (np.asarray(towers.local_light(air, rgb("#F2F6FA"), 0.8), np.float32) - body) * cap[..., None]
    veil = smooth(line - 0.08, line + 0.04, rows) * 0.4
    body = body + (np.asarray(air.haze, np.float32) - body) * veil[..., None]
    if sink:
        mask = mask * smooth(line + 0.055, line - 0.03, rows + bend * 0.025)
    canvas.lay(body, mask, box)
    return float(skyline[int(np.clip(middle, 0, 0.999) * canvas.width)])


def _lighthouse_on_rock(
    brief: Brief, canvas: Canvas, air: Air, sun: Sun, u: float, line: float, size: float, sink: bool = False
) -> None:
    """Rock, tower, cottage, and the lamp's beam if it is lit."""
    thing = brief.thing("lighthouse")
    beam_side = -1.0 if u > 0.5 else 1.0
    lit = (air.lamps_lit or brief.says("lamp", "beam", "lit", "light")) and "lamp" not in brief.without
    top = rock(canvas, air, sun, u + 0.01, line, size * 1.25, size * 0.34, sink=sink)
    tall = min(canvas.px(size), 0.88 * top * canvas.height)  # its head stays in the picture
    foot = (u * canvas.width, top * canvas.height + tall * 0.03)
    lamp = (foot[0], foot[1] - tall * 0.8 - tall * 0.058)
    if lit:
        towers.beam(canvas, air, lamp, beam_side, -6.0, 0.85)
    box = canvas.box(foot[0] - tall * 0.6, foot[1] - tall * 1.12, foot[0] + tall * 0.6, foot[1] + tall * 0.08)
    sketch = Sketch(canvas, box, 4)
    towers.cottage(
        sketch, air, (foot[0] + tall * 0.14, foot[1] + tall * 0.02), tall * 0.15, sun.side, lit=air.lamps_lit
    )
    towers.lighthouse(sketch, air, foot, tall, sun.side, thing.colour if thing else None, lamp_lit=lit)
    sketch.paint(haze=air.haze, haze_amount=0.06 + 0.3 * air.foggy)
    if lit:
        away = canvas.distance(lamp[0] / canvas.width, lamp[1] / canvas.height)
        canvas.screen(air.lamp, np.exp(-away / 0.016) * 0.9)
    canvas.note("a lighthouse on a rock" + (" with its lamp lit" if lit else ""), "lighthouse", "rocks", "house")


def _watcher(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, sun: Sun, u: float, line: float) -> None:
    """Someone on a crag, looking out over the clouds."""
    top = rock(canvas, air, sun, u, line, 0.62, 0.34, level=0.8, sink=True)
    line_px = np.full(canvas.width, top * canvas.height + canvas.px(0.006), np.float32)
    many = 2 if brief.wants("couple") else 1
    for k in range(many):
        x, tall = (u + 0.03 * k) * canvas.width, canvas.px(0.20)
        foot = (x, float(line_px[int(np.clip(x, 0, canvas.width - 1))]))
        sketch = Sketch(canvas, canvas.box(x - tall, foot[1] - tall * 1.1, x + tall, foot[1] + 4), 4)
        own = blend(air.near, (0.02, 0.02, 0.04), 0.25)
        creatures.draw(sketch, "figure", foot, tall, own, 1.0, rim=air.light, rim_side=sun.side)
        sketch.line([(x + tall * 0.17, foot[1] - tall * 0.46), (x + tall * 0.25, foot[1])], max(0.8, tall * 0.016), own)
        sketch.paint()
    canvas.note("a wanderer on a crag" if many == 1 else "two people on a crag", "figure", "couple", "rocks")


def _above_clouds(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    tall = canvas.aspect < 0.85
    horizon = float(rng.uniform(0.56, 0.63) if not tall else rng.uniform(0.52, 0.58))
    u = float((0.34, 0.37, 0.64, 0.67)[int(rng.integers(4))])
    if "symmetric" in brief.composition:
        u = 0.5
    sun = place_sun(brief, canvas, air, rng, horizon, beside=u)
    full_sky(brief, canvas, air, horizon, sun, rng)
    size = 0.40 * (0.72 if "wide" in brief.composition or "minimal" in brief.composition else 1.0)
    size *= 1.35 if "close" in brief.composition else 1.0
    layers = 9
    line = horizon + 0.065 * canvas.unit_px / canvas.height

    def between(index: int) -> None:
        if index == layers // 2:
            if brief.wants("figure", "couple") and not brief.wants("lighthouse"):
                _watcher(brief, canvas, air, rng, sun, u, line + 0.10)
            elif brief.wants("lighthouse") or not brief.wants("island", "boat"):
                _lighthouse_on_rock(brief, canvas, air, sun, u, line, size, True)
            else:
                rock(canvas, air, sun, u, line, 0.5, 0.16, sink=True)

    cloud_sea(canvas, air, sun, rng, horizon, layers, between)
    canvas.note("a sea of clouds", "cloud")
    _flock(brief, canvas, air, rng, sun, horizon)


def _flock(
    brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, sun: Sun, horizon: float, chance: float = 0.45
) -> None:
    thing = brief.thing("bird")
    if not brief.allows("bird") or (thing is None and rng.random() > chance) or (air.dark and thing is None):
        return
    count = thing.count if thing and thing.count else int(rng.integers(4, 10))
    sketch = Sketch(canvas, canvas.box(0, 0, canvas.width, horizon * canvas.height, 0), 2)
    middle = (
        canvas.width * (0.5 + (sun.u - 0.5) * 0.6 + float(rng.normal(0, 0.08))),
        canvas.height * horizon * float(rng.uniform(0.35, 0.6)),
    )
    creatures.birds(
        sketch,
        rng,
        middle,
        canvas.px(0.22 + 0.008 * count),
        count,
        canvas.px(0.028 if count < 16 else 0.02),
        blend(air.near, air.haze, 0.22),
    )
    sketch.paint(0.9)
    canvas.counted(count, "bird")
    canvas.note("birds", "bird")


def _boats(
    brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, sun: Sun, horizon: float, rough: float
) -> None:
    """Boats on the water with their own reflections; far ones first."""
    thing = brief.thing("boat")
    if thing is None and (rng.random() > 0.55 or not brief.allows("boat")):
        return
    count = int(np.clip(thing.count if thing and thing.count else 1, 1, 14))
    big_ship = thing is not None and thing.word.split()[-1].rstrip("s") in ("ship", "galleon", "vessel", "schooner")
    spots = []
    for index in range(count):
        near = float(rng.uniform(0.10, 0.34)) if index == 0 else float(rng.uniform(0.02, 0.3))
        u = float(np.clip((sun.u if index == 0 else rng.uniform(0.08, 0.92)) + rng.normal(0, 0.12), 0.1, 0.9))
        if index == 0 and abs(u - sun.u) < 0.05:
            u = float(np.clip(u + 0.12, 0.1, 0.9))
        spots.append((near, u))
    for near, u in sorted(spots):
        y = (horizon + (1 - horizon) * near) * canvas.height
        size = canvas.px(0.05 + 0.42 * near) * (1.25 if big_ship else 1.0)
        x = u * canvas.width
        box = canvas.box(x - size * 0.9, y - size * 1.15, x + size * 0.9, y + size * 0.06)
        sketch = Sketch(canvas, box, 3)
        if big_ship:
            craft.tall_ship(sketch, air, (x, y), size, sun.side, thing.colour if thing else None)
        else:
            craft.sail_boat(sketch, air, (x, y), size, sun.side, thing.colour if thing else None,
                            1.0 if rng.random() < 0.5 else -1.0, air.lamps_lit)  # fmt: skip
        cover, colours = sketch.resolve()[::-1]
        if rough < 0.56:
            _mirror(canvas, box, cover, colours, y, rough)
        sketch.paint(haze=air.haze, haze_amount=(1 - near * 2.4) * 0.35 if near < 0.4 else 0.0)
    canvas.counted(count, "boat")
    canvas.note(("a ship" if big_ship else "a sailing boat") if count == 1 else f"{count} boats", "boat")


def _mirror(canvas: Canvas, box: Box, cover: Field, colours: Field, y: float, rough: float) -> None:
    """A broken reflection of a drawing under its waterline."""
    bottom = int(min(canvas.height, y + (y - box.top)))
    top = int(y)
    rows = bottom - top
    if rows < 3:
        return
    take = np.clip(int(y) - box.top - 1 - np.arange(rows), 0, cover.shape[0] - 1)
    fade = np.linspace(0.62, 0.0, rows, dtype=np.float32)[:, None]
    under = Box(box.left, top, box.right, bottom)
    shift = canvas.noise((0.006 + 0.010 * rough, 0.08), 3, box=under) * canvas.px(0.010 + 0.02 * rough)
    flipped = warp(np.dstack([colours[take], cover[take]]), shift, np.float32(0))
    part = canvas.pixels[top:bottom, box.left : box.right]
    part *= 1 - flipped[..., 3:] * fade[..., None]
    part += flipped[..., :3] * fade[..., None] * 0.85


def _open_sea(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    rough = {"storm": 1.0, "rain": 0.6, "fog": 0.18}.get(air.weather, float(rng.uniform(0.2, 0.55)))
    if brief.says("wave", "surf", "rough", "raging"):
        rough = max(rough, 0.75)
    if brief.mood == "calm" or brief.says("still", "mirror"):
        rough = min(rough, 0.16)
    horizon = float(rng.uniform(0.44, 0.6))
    sun = place_sun(brief, canvas, air, rng, horizon)
    full_sky(brief, canvas, air, horizon, sun, rng, 0.5)
    if air.weather in ("clear", "cloudy") and brief.allows("cloud", "clouds") and not air.dark:
        for _ in range(int(rng.integers(2, 5))):
            far = float(rng.uniform(0.25, 0.6))
            cumulus(canvas, air, sun, rng, (float(rng.uniform(0.0, 1.0)), horizon - float(rng.uniform(0.01, 0.10))),
                    float(rng.uniform(0.3, 0.62)), float(rng.uniform(0.06, 0.15)), 0.9, far)  # fmt: skip
    if brief.wants("island", "rocks", "volcano", "mesa") or rng.random() < 0.7:
        for index in range(int(rng.integers(1, 4))):
            line = ridge(canvas, horizon - 0.006, 0.02, 2.2, 0.7)
            middle, half = float(rng.uniform(0.0, 1.0)), float(rng.uniform(0.12, 0.3))
            hump = np.clip(1 - ((canvas.u[0] - middle) / half) ** 2, 0, 1) ** 1.2
            skyline = (
                horizon + 0.002 - hump * (0.045 + 0.06 * float(rng.random())) * (1 + 16 * (horizon - 0.006 - line))
            )
            paint_ridge(
                canvas,
                air,
                sun,
                skyline.astype(np.float32),
                0.18 + 0.2 * index,
                mist=0.75,
                mist_reach=0.05,
                texture=0.7,
            )
        canvas.note("islands", "island", "rocks")
    if brief.wants("lighthouse"):
        u = 1 - sun.u if abs(sun.u - 0.5) > 0.1 else 0.68
        _lighthouse_on_rock(brief, canvas, air, sun, u, horizon + 0.012, 0.34)
    if rough > 0.55:
        rough_sea(canvas, air, sun, rng, horizon, 0.55 + 0.6 * rough)
    else:
        paint_water(canvas, air, horizon, rough=rough, mirror=0.9, scale=1.0 + rough * 0.6, sun=sun)
        canvas.note("a calm sea" if rough < 0.22 else "the open sea")
    _boats(brief, canvas, air, rng, sun, horizon, rough)
    _whales(brief, canvas, air, rng, sun, horizon)
    _flock(brief, canvas, air, rng, sun, horizon)
    if brief.wants("balloon"):
        craft.balloons(
            canvas,
            air,
            rng,
            brief.thing("balloon"),
            0.04,
            horizon * 0.95,
            sun.side,
            bool(brief.colours or brief.palettes),
        )
    weather_over(canvas, air, rng, horizon)


def _whales(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, sun: Sun, horizon: float) -> None:
    for kind in ("whale", "dolphin"):
        thing = brief.thing(kind)
        if thing is None:
            continue
        count = int(np.clip(thing.count or (2 if kind == "dolphin" else 1), 1, 8))
        for index in range(count):
            near = 0.30 if index == 0 else float(rng.uniform(0.1, 0.35))
            size = canvas.px((0.46 if kind == "whale" else 0.19) * (0.55 + near * 1.5))
            x = (
                canvas.width * (0.5 + (0.5 - sun.u) * 0.36)
                if index == 0
                else canvas.width * float(rng.uniform(0.15, 0.85))
            )
            y = (horizon + (1 - horizon) * near) * canvas.height
            _breach(canvas, air, sun, kind, (x, y), size, 1.0 if rng.random() < 0.6 else -1.0)
        canvas.note("a leaping whale" if kind == "whale" else "dolphins", kind)


def _breach(
    canvas: Canvas, air: Air, sun: Sun, kind: str, place: tuple[float, float], size: float, facing: float
) -> None:
    """A body coming out of the water: its tail stays under, its belly is pale, spray stands at the waterline."""
    x, y = place
    turn = -0.85 if kind == "whale" else -0.35
    box = canvas.box(x - size * 1.1, y - size * 1.2, x + size * 1.1, y)
    if box.empty:
        return
    sketch = Sketch(canvas, box, 3)
    body = blend(air.near, rgb("#35597A"), 0.5)
    under = size * (0.16 if kind == "whale" else 0.0)
    creatures.draw(
        sketch,
        kind,
        (x, y + under),
        size,
        towers.local_light(air, body, 0.35),
        facing,
        rim=blend(towers.local_light(air, rgb("#DCE6EE"), 0.8), air.light, 0.3),
        rim_side=sun.side,
        turn=turn,
    )
    cover = sketch.paint()
    dx = (np.arange(box.left, box.right, dtype=np.float32)[None, :] - x) / size * facing
    dy = (y - np.arange(box.top, box.bottom, dtype=np.float32)[:, None]) / size
    along = dx * np.cos(turn) - dy * np.sin(turn)
    across = dx * np.sin(turn) + dy * np.cos(turn) + under / size
    belly = smooth(0.19, 0.11, across - 0.42 * np.clip(along - 0.05, 0, 1)) * smooth(0.0, 0.2, along)
    grooves = 0.75 + 0.25 * np.sin((across - 0.25 * along) * 190)
    canvas.lay(towers.local_light(air, rgb("#D6E0E8"), 0.75), np.clip(cover * belly * grooves * 0.55, 0, 1), box)
    wide = 0.30 if kind == "whale" else 0.55
    foam = canvas.distance(x / canvas.width, y / canvas.height, 3.4) / (size * wide / canvas.unit_px)
    drops = canvas.distance(x / canvas.width, (y - size * 0.05) / canvas.height, 1.1) / (
        size * wide * 1.15 / canvas.unit_px
    )
    lace = canvas.noise(0.022, 5, 0.68)
    white = blend(air.cloud[0], (1, 1, 1), 0.45)
    canvas.lay(
        white,
        np.clip(smooth(0.05, 0.7, np.exp(-(foam**2)) * 1.25 + lace * 0.55 - 0.28), 0, 1) * np.exp(-foam) * 1.6 * 0.55,
    )
    canvas.lay(
        white,
        np.clip(smooth(0.42, 0.9, np.exp(-(drops**2)) + lace * 0.75 - 0.1), 0, 0.85) * (canvas.v * canvas.height < y),
    )


def _headlands(canvas: Canvas, air: Air, sun: Sun, horizon: float, side: float) -> None:
    """Three headlands coming in from one side, each nearer and darker."""
    heads = 3
    for index in range(heads):
        reach = 0.62 - 0.17 * index
        edge = 0.5 + side * 0.5 - side * reach
        profile_ = np.clip((canvas.u[0] - edge) * side / reach, 0, 1) ** 0.55
        line = ridge(canvas, 0.0, 0.035, 2.4, 0.6)
        skyline = (horizon + 0.004 + 0.012 * index - profile_ * (0.06 + 0.075 * index) + line * profile_).astype(
            np.float32
        )
        skyline = np.where(profile_ > 0, skyline, 2.0).astype(np.float32)
        own = blend(air.near, rgb("#5F7B4A") if air.season != "winter" else rgb("#DDE6EE"), 0.4)
        paint_ridge(
            canvas,
            air,
            sun,
            skyline,
            0.32 + 0.26 * index,
            mist=0.5,
            mist_reach=0.10,
            texture=1.0,
            own=towers.local_light(air, own, 0.5),
        )


def _headland_light(brief: Brief, canvas: Canvas, air: Air, sun: Sun, horizon: float, side: float) -> None:
    """A lighthouse on the headland, if asked for."""
    if brief.wants("lighthouse"):
        u = 0.5 + side * 0.27
        foot = (u * canvas.width, (horizon - 0.03) * canvas.height)
        tall = canvas.px(0.26)
        sketch = Sketch(
            canvas,
            canvas.box(foot[0] - tall * 0.4, foot[1] - tall * 1.15, foot[0] + tall * 0.4, foot[1] + tall * 0.1),
            4,
        )
        thing = brief.thing("lighthouse")
        lamp = towers.lighthouse(
            sketch, air, foot, tall, sun.side, thing.colour if thing else None, lamp_lit=air.lamps_lit
        )
        if air.lamps_lit:
            towers.beam(canvas, air, lamp, -side, -5.0)
        sketch.paint(haze=air.haze, haze_amount=0.1)
        canvas.note("a lighthouse on the headland", "lighthouse")


def _palms(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, side: float) -> None:
    """Palms leaning over the beach."""
    chance = rng.random() < 0.35 and air.weather == "clear" and air.season == "summer"
    if brief.wants("palm") or (chance and not brief.wants("lighthouse")):  # it would stand before the tower
        for _ in range(int(rng.integers(1, 4))):
            x = canvas.width * (0.5 + side * float(rng.uniform(0.30, 0.44)))
            size = canvas.px(float(rng.uniform(0.48, 0.72)))
            foot = (x, canvas.height * float(rng.uniform(0.88, 1.0)))
            sketch = Sketch(canvas, canvas.box(x - size, foot[1] - size * 1.4, x + size, foot[1]), 3)
            trees.palm(
                sketch,
                rng,
                foot,
                size,
                blend(air.near, rgb("#1E3B2C"), 0.4),
                towers.local_light(air, rgb("#6E8A4A"), 0.7),
                -side * 0.5,
            )
            sketch.paint()
        canvas.note("palms", "palm")


_HARBOUR = ("harbour", "harbor", "port", "harbour town", "marina", "fishing village")


def _shore(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A beach: headlands, breaking waves, wet sand."""
    horizon = float(rng.uniform(0.40, 0.5))
    sun = place_sun(brief, canvas, air, rng, horizon)
    full_sky(brief, canvas, air, horizon, sun, rng)
    side = -sun.side
    if not air.dark and air.weather == "clear" and brief.allows("cloud", "clouds"):
        for _ in range(3):
            cumulus(
                canvas,
                air,
                sun,
                rng,
                (float(rng.uniform(0, 1)), horizon - 0.02),
                float(rng.uniform(0.35, 0.6)),
                float(rng.uniform(0.06, 0.14)),
                0.85,
                0.4,
            )
    _headlands(canvas, air, sun, horizon, side)
    _headland_light(brief, canvas, air, sun, horizon, side)
    if brief.wants("village", "house", "church", "castle") or brief.says(*_HARBOUR):
        town = (
            brief
            if brief.wants("village", "house", "church", "castle")
            else replace(brief, things=(*brief.things, Thing("village", "town")))
        )
        shore = np.full(canvas.width, (horizon + 0.012) * canvas.height, np.float32)
        for shift, size in ((0.30, 0.052), (0.38, 0.060), (0.22, 0.044)):
            staffage.buildings(town, canvas, air, sun, rng, shore, size, 0.5 + side * shift, haze=0.10)
    paint_water(canvas, air, horizon, rough=0.32, mirror=0.85, scale=0.8, sun=sun)
    sweep = (
        0.76
        + 0.10 * np.sin((canvas.u[0] - 0.5) * 2.2 * side + 0.6)
        + profile(canvas.width, 2.0, canvas.next_seed(), octaves=3) * 0.03
    )
    sweep = sweep + (canvas.u[0] - 0.5) * -side * 0.16
    sand = towers.local_light(air, rgb("#E6CFA4"), 0.85 if not air.dark else 0.6)
    surf(canvas, air, rng, sweep.astype(np.float32), sand)
    _boats(brief, canvas, air, rng, sun, horizon, 0.3)
    _palms(brief, canvas, air, rng, side)
    if brief.wants("figure", "couple"):
        _walkers(brief, canvas, air, rng, sun, (0.5 - side * 0.1, 0.86), 0.12)
    canvas.note("a shore with surf")
    _flock(brief, canvas, air, rng, sun, horizon)
    weather_over(canvas, air, rng, horizon)


def _walkers(
    brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, sun: Sun, place: tuple[float, float], size: float
) -> None:
    """One or two people with their long shadows."""
    many = 2 if brief.wants("couple") else min(4, (brief.thing("figure") or brief.things[0]).count or 1)
    for k in range(many):
        x, y = (place[0] + 0.035 * k) * canvas.width, place[1] * canvas.height
        tall = canvas.px(size) * (1 - 0.06 * k)
        sketch = Sketch(canvas, canvas.box(x - tall, y - tall * 1.1, x + tall, y + tall * 0.4), 4)
        sketch.polygon(
            [
                (x - tall * 0.08, y),
                (x + tall * 0.08, y),
                (x - sun.side * tall * 0.9 + tall * 0.1, y + tall * 0.26),
                (x - sun.side * tall * 0.9 - tall * 0.02, y + tall * 0.26),
            ],
            air.near,
            0.35,
        )
        creatures.draw(
            sketch,
            "walker" if k == 0 else "figure",
            (x, y),
            tall,
            air.near,
            -sun.side,
            rim=air.light,
            rim_side=sun.side,
        )
        sketch.paint()
    canvas.note("a walker" if many == 1 else f"{many} people", "figure", "couple")


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Choose a composition from the brief: above the clouds, a beach, or the open sea."""
    if brief.says("sea of clouds", "sea of fog", "sea of mist", "cloud sea", "above the clouds") or (
        brief.wants("lighthouse") and brief.says("cloud")
    ):
        _above_clouds(brief, canvas, air, rng)
    elif brief.says(
        "beach", "shore", "surf", "bay", "cove", "sand", "coastline", "seaside", "shoreline"
    ) or brief.wants("palm"):
        _shore(brief, canvas, air, rng)
    elif brief.says(*_HARBOUR):
        if not brief.wants("boat") and brief.allows("boat", "boats"):
            brief = replace(brief, things=(*brief.things, Thing("boat", "boats", 3)))
        _shore(brief, canvas, air, rng)
    elif brief.wants("boat", "whale", "dolphin", "island") or brief.says("sea", "ocean", "wave", "storm"):
        _open_sea(brief, canvas, air, rng)
    else:
        chosen = (_above_clouds, _open_sea, _shore)[int(rng.integers(3))]
        if chosen is _above_clouds and air.weather != "clear":
            chosen = _open_sea
        if chosen is _shore and brief.wants("lighthouse") and brief.says("cliff", "cliffs"):
            chosen = _open_sea  # the headland of a beach slopes; rocks stand in the sea
        chosen(brief, canvas, air, rng)
    canvas.progress(0.8, "Light on the water")
    canvas.bloom(0.5 if not air.dark else 0.6)


FAMILY = Family("coast", paint, open_weight=3, brush=0.42, vignette=0.2)
