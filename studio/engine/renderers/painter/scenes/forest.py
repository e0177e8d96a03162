"""Forests: conifers in mist, trunks in autumn or birch, bamboo, and blossom, with light between them."""

from __future__ import annotations

import math

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, ramp, rgb
from studio.engine.renderers.painter.elements import staffage, trees
from studio.engine.renderers.painter.elements.land import mist_band, snowfall, weather_over
from studio.engine.renderers.painter.elements.sky import Sun, full_sky, place_sun
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.noise import Field, profile
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch


def shafts(canvas: Canvas, air: Air, u: float, v: float, amount: float) -> None:
    """Shafts of light that fan out from a point, broken as if by leaves."""
    dx = (canvas.u - u) * (canvas.width / canvas.unit_px)
    dy = (canvas.v - v) * (canvas.height / canvas.unit_px)
    angle = np.arctan2(dy, dx)
    lattice = profile(4096, 90, canvas.next_seed(), octaves=3, gain=0.55)
    rays = lattice[((angle + math.pi) / math.tau * 4095).astype(np.int32)]
    away = np.sqrt(dx * dx + dy * dy)
    canvas.screen(air.glow, np.clip(rays * 1.5 + 0.05, 0, 1) * np.exp(-away / 0.55) * smooth(0.02, 0.16, away) * amount)
    canvas.screen(air.glow, np.exp(-away / 0.20) * amount * 0.85)


def _conifers(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Row behind row of conifers, each row in thicker mist."""
    horizon = 0.66
    sun = place_sun(brief, canvas, air, rng, horizon)
    full_sky(brief, canvas, air, horizon, sun, rng, 0.15)
    if not air.dark:
        shafts(canvas, air, sun.u, min(sun.v, 0.42), 0.45 if air.weather != "rain" else 0.15)
    snowy = air.season == "winter" or air.weather == "snow"
    own = rgb({"autumn": "#5A4226", "winter": "#3A4C58"}.get(air.season, "#1E3D30"))
    if brief.colours:
        own = blend(own, brief.colours[0][1], 0.35)
    tall_ratio = canvas.height / canvas.unit_px
    rows = 7
    clearing = float((0.34, 0.42, 0.58, 0.66)[int(rng.integers(4))]) if _visitor(brief) or rng.random() < 0.5 else None
    for index in range(rows):
        t = index / (rows - 1)
        base = 0.56 + t**1.2 * 0.46
        colour = blend(blend(local_light(air, own, 0.25), air.near, 0.25 + 0.45 * t), air.haze, 0.86 * (1 - t) ** 1.25)
        size = (0.20 + 0.62 * t**1.15) * tall_ratio * 0.95
        count = max(4, int((34 - 27 * t) * max(0.55, canvas.width / canvas.unit_px)))
        _row(canvas, rng, base, size, count, colour, t, clearing if t > 0.45 else None, snowy, air, sun)
        band = 0.72 * (1 - t) ** 1.2 + 0.02
        mist_band(
            canvas,
            air,
            base + 0.025,
            0.035 + 0.03 * t,
            band * (1.15 if air.weather == "fog" or air.time == "dawn" else 0.85),
        )
        if index == rows - 3:
            line = np.full(canvas.width, (base + 0.085) * canvas.height, np.float32)
            staffage.buildings(brief, canvas, air, sun, rng, line, 0.085, clearing, haze=0.2)
        if index == rows - 2:
            _floor(canvas, air, own, snowy, base + 0.09)
            line = np.full(canvas.width, 0.925 * canvas.height, np.float32)
            _visitors(brief, canvas, air, sun, rng, line)
    if not air.dark and air.weather in ("clear", "fog"):
        shafts(canvas, air, sun.u, min(sun.v, 0.40), 0.16)
    canvas.note("a conifer forest in mist", "pine", "tree")


def _visitor(brief: Brief) -> bool:
    return any(thing.kind in staffage.ANIMALS or thing.kind in ("figure", "couple", "house") for thing in brief.things)


def _visitors(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, line: Field) -> None:
    staffage.animals(brief, canvas, air, sun, rng, line, 0.105, shade=0.30 if not air.dark else 0.6)


def _row(
    canvas: Canvas,
    rng: np.random.Generator,
    base: float,
    size: float,
    count: int,
    colour: Rgb,
    t: float,
    clearing: float | None,
    snowy: bool,
    air: Air,
    sun: Sun,
) -> None:
    """One row of trees over the whole width, darker in front; snow and rim light on the near ones."""
    scale = 2
    box = canvas.box(
        0,
        max(0.0, base + 0.1 - size * 1.35 * canvas.unit_px / canvas.height) * canvas.height,
        canvas.width,
        canvas.height,
        0,
    )
    if box.empty:
        return
    board = np.zeros((box.height * scale, box.width * scale), np.uint8)
    caps = np.zeros_like(board) if snowy and t > 0.3 else None
    levels = int(10 + 16 * t)
    for k in range(count):
        u = (k + float(rng.random()) * 0.95) / count * 1.16 - 0.08
        if clearing is not None and abs(u - clearing) < 0.17 - 0.05 * (1 - t):
            continue
        tall = canvas.px(size) * float(rng.uniform(0.55, 1.2))
        foot = (u * canvas.width, (base + 0.10 + float(rng.normal(0, 0.012))) * canvas.height)
        shapes = trees.pine_shape(rng, foot, tall, levels, float(rng.normal(0, 0.012)), float(rng.uniform(0.75, 1.1)))
        for index, shape in enumerate(shapes):
            fixed = np.round((np.array(shape) - (box.left, box.top)) * scale * 8).astype(np.int32)
            cv2.fillPoly(board, [fixed], 255, cv2.LINE_8, 3)
            if caps is not None and index:
                for way in ((0, 1, 2, 3), (0, 9, 8, 7)):
                    points = np.array([shape[i] for i in way])
                    points[0] = points[0] * 0.35 + points[1] * 0.65
                    points[3] = points[2] * 0.6 + points[3] * 0.4 + (0, -tall * 0.004)
                    cv2.fillPoly(
                        caps,
                        [np.round((points - (box.left, box.top)) * scale * 8).astype(np.int32)],
                        255,
                        cv2.LINE_8,
                        3,
                    )
    cover = cv2.resize(board, (box.width, box.height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    rows = canvas.v[box.top : box.bottom]
    ground = smooth(base + 0.055, base + 0.115, rows + canvas.noise((0.05, 0.25), 3, box=box) * 0.02)
    cover = np.maximum(cover, ground)
    body = np.asarray(colour, np.float32)
    lower = smooth(base - 0.30, base + 0.12, rows) * (0.55 * (1 - t) + 0.05)
    tone = body + (np.asarray(air.haze, np.float32) - body) * np.broadcast_to(lower, cover.shape)[..., None]
    tone = tone * (1 + (canvas.noise((0.02, 0.012), 3, box=box) * 0.14 * t)[..., None])
    canvas.lay(tone, cover, box)
    if sun.shown and not air.dark:
        edge = np.clip(cover - np.roll(cover, round(canvas.px(0.0022)) * -int(sun.side), axis=1), 0, 1)
        near = np.exp(-np.abs(canvas.u - sun.u) / 0.22)
        canvas.screen(air.glow, edge * near * 0.5 * (0.3 + 0.7 * t), box)
    if caps is not None:
        snow = cv2.resize(caps, (box.width, box.height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        canvas.lay(blend(local_light(air, rgb("#F4F8FC"), 0.75), air.haze, 0.5 * (1 - t)), snow * (0.45 + 0.4 * t), box)


def _floor(canvas: Canvas, air: Air, own: Rgb, snowy: bool, line: float) -> None:
    """The forest floor in front: moss, needles or snow, lit in patches."""
    top = int(line * canvas.height)
    if top >= canvas.height - 4:
        return
    box = Box(0, top, canvas.width, canvas.height)
    rows = canvas.v[top:]
    ground = rgb("#E8EFF5") if snowy else rgb({"autumn": "#8A5A2C"}.get(air.season, "#4A5A32"))
    light, dark = local_light(air, ground, 0.75), blend(local_light(air, own, 0.1), air.near, 0.5)
    patches = canvas.noise((0.03, 0.16), 6, 0.6, box=box)
    level = np.clip(0.42 + patches * 0.9 - smooth(line, 1.0, rows) * 0.25, 0, 1)
    body = ramp([(0.0, dark), (1.0, light)], level if not snowy else np.clip(level + 0.35, 0, 1))
    mask = smooth(line - 0.002, line + 0.05, rows + canvas.noise((0.04, 0.2), 4, box=box) * 0.02)
    canvas.lay(body, mask * 0.92, box)


_LEAF = {
    "autumn": ("#7A2E1C", "#C2521E", "#E8922E", "#F6C95A"), "spring": ("#4E7A34", "#7EA845", "#A8CC5A", "#D6E88A"),
    "summer": ("#1F4A2A", "#356B34", "#5E9440", "#A4C45A"), "winter": ("#5A626C", "#7E8890", "#AEB8C0", "#E4ECF2"),
}  # fmt: skip


def _leaf_colours(brief: Brief, air: Air) -> tuple[Rgb, ...]:
    if brief.says("cherry", "sakura", "cherry blossom", "blossom"):
        return tuple(rgb(code) for code in ("#B8506E", "#DE8AA2", "#F2B8C6", "#FCE2E6"))
    own = [rgb(code) for code in _LEAF[air.season]]
    if brief.colours:
        own = [
            blend(colour, adjust(brief.colours[0][1], lightness=(index - 1.5) * 0.07), 0.6)
            for index, colour in enumerate(own)
        ]
    return tuple(own)


def _trunks(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, kind: str) -> None:
    """Standing among trunks: a glowing distance, leaves above, a path or litter below."""
    sun = Sun(float((0.38, 0.5, 0.62)[int(rng.integers(3))]), 0.40, 0.05, air.dark, False)
    leaves = _leaf_colours(brief, air)
    depth_light = blend(air.glow if not air.dark else air.haze, local_light(air, leaves[2], 0.9), 0.35)
    far = blend(air.haze, local_light(air, leaves[1], 0.5), 0.45)
    stops = [(0.0, blend(depth_light, air.sun, 0.45)), (0.35, depth_light), (1.0, blend(far, air.near, 0.25))]
    away = canvas.distance(sun.u, sun.v, 0.9)
    canvas.fill(ramp(stops, np.clip(away / 0.85 + canvas.noise(0.22, 5) * 0.12, 0, 1)))
    _dapple(
        canvas,
        rng,
        0.02,
        0.56,
        [blend(air.haze, local_light(air, colour, 0.8), 0.5) for colour in leaves[1:]],
        3200,
        0.005,
        0.5,
    )
    ground_v = 0.70
    _litter(brief, canvas, air, rng, leaves, ground_v, sun)
    rows = 5
    for index in range(rows):
        t = index / (rows - 1)
        count = int((16 - 11 * t) * max(0.6, canvas.width / canvas.unit_px))
        _stand(canvas, air, rng, kind, t, count, ground_v, sun)
        if t < 0.9 and kind != "bamboo":
            tones = [
                blend(local_light(air, colour, 0.35 + 0.6 * (1 - abs(t - 0.5))), air.haze, 0.55 * (1 - t))
                for colour in leaves
            ]
            if not (air.season == "winter" and kind == "birch"):
                _dapple(canvas, rng, -0.04, 0.40 - 0.10 * t, tones, int(3400 - 1000 * t), 0.0042 + 0.0055 * t, 0.9)
        if kind == "bamboo":
            tones = [blend(local_light(air, colour, 0.8), air.haze, 0.5 * (1 - t)) for colour in leaves]
            _blades(canvas, rng, tones, int(500 - 200 * t), 0.03 + 0.04 * t, 0.5)
        mist_band(
            canvas,
            air,
            ground_v - 0.02 + 0.05 * t,
            0.07,
            0.42 * (1 - t) + (0.2 if air.weather == "fog" else 0.0),
            depth_light,
        )
        if index == rows - 2:
            line = np.full(canvas.width, 0.87 * canvas.height, np.float32)
            staffage.buildings(brief, canvas, air, sun, rng, line * 0.9, 0.08, haze=0.2)
    _visitors(brief, canvas, air, sun, rng, np.full(canvas.width, 0.92 * canvas.height, np.float32))
    if not air.dark:
        shafts(canvas, air, sun.u + float(rng.normal(0, 0.03)), -0.05, 0.34)
    if air.season in ("autumn",) or brief.says("sakura", "cherry blossom", "blossom"):
        _dapple(canvas, rng, 0.1, 0.98, [local_light(air, colour, 0.95) for colour in leaves[1:]], 90, 0.0045, 0.9)
    canvas.note(
        {"birch": "a birch wood", "bamboo": "a bamboo grove", "blossom": "blossoming trees"}.get(
            kind, "a wood of tall trunks"
        ),
        "tree",
    )


def _dapple(
    canvas: Canvas,
    rng: np.random.Generator,
    top: float,
    bottom: float,
    tones: list[Rgb],
    count: int,
    size: float,
    alpha: float,
) -> None:
    """Leaf dabs in drifts between two heights; denser towards the top."""
    box = canvas.box(0, top * canvas.height, canvas.width, bottom * canvas.height, canvas.px(size * 3))
    if box.empty:
        return
    sketch = Sketch(canvas, box, 2)
    drifts = [
        (float(rng.uniform(0, 1)), float(rng.uniform(top, bottom)), float(rng.uniform(0.06, 0.17))) for _ in range(16)
    ]
    area = max(0.6, canvas.width / canvas.unit_px)
    number = int(count * area)
    drift = np.array(drifts, np.float32)[rng.integers(0, len(drifts), number)]
    u = drift[:, 0] + rng.normal(0, 1, number) * drift[:, 2]
    v = top + np.abs(drift[:, 1] + rng.normal(0, 0.6, number) * drift[:, 2] - top)
    keep = v <= bottom
    u, v = u[keep], v[keep]
    radius = canvas.px(size) * rng.uniform(0.6, 1.45, len(u))
    level = np.clip(rng.normal(0.5, 0.28, len(u)), 0, 0.999)
    colours = np.asarray(tones, np.float32)[(level * len(tones)).astype(int)]
    colours = colours * rng.uniform(0.9, 1.08, (len(u), 1))
    sketch.leaves(
        u * canvas.width,
        v * canvas.height,
        radius,
        radius * rng.uniform(0.32, 0.6, len(u)),
        rng.uniform(0, math.pi, len(u)),
        colours,
    )
    sketch.paint(alpha)


def _blades(canvas: Canvas, rng: np.random.Generator, tones: list[Rgb], count: int, size: float, bottom: float) -> None:
    """Slender hanging leaves, as of bamboo."""
    sketch = Sketch(canvas, canvas.box(0, 0, canvas.width, (bottom + 0.1) * canvas.height, 0), 2)
    for _ in range(int(count * max(0.6, canvas.width / canvas.unit_px))):
        x, y = float(rng.uniform(0, 1)) * canvas.width, float(rng.random()) ** 1.4 * bottom * canvas.height
        angle, long = float(rng.uniform(0.2, 2.9)), canvas.px(size) * float(rng.uniform(0.5, 1.2))
        ax, ay = math.cos(angle), math.sin(angle)
        tip = (x + ax * long, y + ay * long)
        sketch.polygon(
            [
                (x, y),
                (x + ax * long * 0.4 - ay * long * 0.09, y + ay * long * 0.4 + ax * long * 0.09),
                tip,
                (x + ax * long * 0.4 + ay * long * 0.09, y + ay * long * 0.4 - ax * long * 0.09),
            ],
            tones[int(rng.integers(len(tones)))],
        )
    sketch.paint(0.92)


def _litter(
    brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, leaves: tuple[Rgb, ...], line: float, sun: Sun
) -> None:
    """The floor with a winding path towards the light."""
    top = int((line - 0.06) * canvas.height)
    box = Box(0, top, canvas.width, canvas.height)
    rows = canvas.v[top:]
    drop = np.clip((rows - line + 0.02) / (1.02 - line), 0, 1)
    snowy = air.season == "winter" or air.weather == "snow"
    base = rgb("#E6EEF4") if snowy else blend(leaves[1], rgb("#4A3A28"), 0.45)
    light, dark = (
        local_light(air, adjust(base, lightness=0.06), 1.0),
        blend(local_light(air, base, 0.05), air.near, 0.40),
    )
    patches = canvas.noise((0.035, 0.13), 6, 0.6, box=box)
    toward = np.exp(-np.abs(canvas.u - sun.u) / 0.30)
    level = np.clip(0.38 + patches * 0.75 + toward * 0.34 - drop * 0.22 + (0.25 if snowy else 0), 0, 1)
    canvas.lay(
        ramp([(0.0, dark), (0.6, blend(dark, light, 0.6)), (1.0, light)], level),
        smooth(line - 0.05, line + 0.02, rows + patches * 0.02),
        box,
    )
    if brief.allows("path") and (brief.wants("path") or rng.random() < 0.7):
        bend = sun.u + 0.10 * np.sin(drop * 3.4 + float(rng.uniform(0, 6))) * drop
        width = 0.012 + 0.16 * drop**1.25
        edge = canvas.noise((0.03, 0.05), 4, box=box) * 0.25
        track = smooth(1.0, 0.72, np.abs(canvas.u - bend) / width + edge) * smooth(0.02, 0.12, drop)
        dirt = local_light(air, blend(base, rgb("#B89468"), 0.55) if not snowy else rgb("#C8D2DA"), 0.85)
        canvas.lay(blend(dirt, air.glow, 0.15), track * 0.62, box)
        canvas.note("a path", "path")
    if not snowy:
        _dapple(canvas, rng, line, 1.0, [local_light(air, colour, 0.8) for colour in leaves], 1500, 0.0042, 0.75)


def _stand(
    canvas: Canvas,
    air: Air,
    rng: np.random.Generator,
    kind: str,
    t: float,
    count: int,
    ground_v: float,
    sun: Sun,
) -> None:
    """One depth of trunks, lit on the side of the glow."""
    sketch = Sketch(canvas, scale=2)
    own = {"birch": rgb("#EDE8DE"), "bamboo": rgb("#8FA84A")}.get(kind, rgb("#5E4632"))
    haze = 0.72 * (1 - t) ** 1.1
    for k in range(count):
        u = (k + float(rng.random())) / count * 1.1 - 0.05
        if t > 0.45 and abs(u - sun.u) < 0.12 + 0.08 * t:
            continue
        x = u * canvas.width
        foot = (ground_v - 0.01 + 0.30 * t**1.5 + float(rng.normal(0, 0.008))) * canvas.height
        wide = (
            canvas.px(0.006 + 0.042 * t**1.5)
            * float(rng.uniform(0.6, 1.25))
            * (0.5 if kind == "bamboo" else 0.8 if kind == "birch" else 1.0)
        )
        lean = float(rng.normal(0, 0.02)) * canvas.height
        side = 1.0 if sun.u > u else -1.0
        deep = adjust(own, lightness=-0.26) if kind != "birch" else adjust(own, lightness=-0.22)
        dark = blend(blend(deep, blend(local_light(air, deep, 0.0), air.near, 0.5), 0.45), air.haze, haze)
        lit = blend(local_light(air, own, 0.9), air.haze, haze)
        strips = 5 if t < 0.4 else 11
        for strip in range(strips):
            a, b = -1 + 2 * strip / strips, -1 + 2 * (strip + 1) / strips + 0.02
            level = float(np.clip(0.42 + 0.62 * (a + b) / 2 * side + rng.normal(0, 0.05), 0, 1)) ** 1.3
            flare = 1.35
            sketch.polygon(
                [
                    (x + a * wide + lean, -5),
                    (x + b * wide + lean, -5),
                    (x + b * wide, foot - wide * 2),
                    (x + b * wide * flare, foot + wide * 0.4),
                    (x + a * wide * flare, foot + wide * 0.4),
                    (x + a * wide, foot - wide * 2),
                ],
                blend(dark, lit, level * 0.85),
            )
        if kind == "birch":
            _marks(sketch, rng, (x, foot), wide, lean, t, blend(rgb("#3A342F"), air.haze, haze))
        for joint in range(9 if kind == "bamboo" else 0):
            y = foot - (joint + 0.5) * canvas.px(0.075 + 0.08 * t)
            sketch.line(
                [(x - wide * 1.05 + lean * (1 - y / foot), y), (x + wide * 1.05 + lean * (1 - y / foot), y)],
                max(0.7, wide * 0.16),
                blend(lit, dark, 0.55),
            )
        if kind not in ("birch", "bamboo"):
            for _ in range(int(2 + 4 * t)):
                y = float(rng.uniform(0.02, 0.42)) * canvas.height
                way = float(rng.choice([-1, 1]))
                reach = canvas.px(float(rng.uniform(0.04, 0.14)) * (0.5 + t))
                bx = x + lean * (1 - y / foot)
                _bough(sketch, rng, (bx, y), way, reach, wide * 0.17, dark)
    cover = sketch.paint()
    if t > 0.3 and kind != "bamboo":
        bark = canvas.noise((0.10, 0.012 + 0.01 * t), 5, 0.6)
        canvas.pixels *= (1 + cover * bark * 0.22 * t)[..., None]


def _marks(
    sketch: Sketch, rng: np.random.Generator, foot: tuple[float, float], wide: float, lean: float, t: float, ink: Rgb
) -> None:
    """The dark lenticels of a birch."""
    for _ in range(int(16 + 20 * t)):
        y = float(rng.uniform(0, foot[1]))
        middle = foot[0] + lean * (1 - y / foot[1])
        start = middle + float(rng.uniform(-1, 0.4)) * wide
        stop = min(start + wide * float(rng.uniform(0.3, 1.3)), middle + wide)
        sketch.line([(start, y), (stop, y + wide * 0.08)], max(0.6, wide * float(rng.uniform(0.08, 0.26))), ink)


def _bough(
    sketch: Sketch,
    rng: np.random.Generator,
    start: tuple[float, float],
    way: float,
    reach: float,
    half: float,
    colour: Rgb,
) -> None:
    """A tapering bough with a few twigs."""
    x, y = start
    rise = float(rng.uniform(0.15, 0.55))
    line = [(x + way * reach * t, y - reach * rise * t + reach * 0.10 * math.sin(t * 5)) for t in np.linspace(0, 1, 7)]
    upper = [(px, py - half * (1 - 0.9 * k / 6)) for k, (px, py) in enumerate(line)]
    lower = [(px, py + half * (1 - 0.9 * k / 6)) for k, (px, py) in enumerate(line)]
    sketch.polygon([*upper, *lower[::-1]], colour)
    for k in (2, 3, 4, 5):
        px, py = line[k]
        tip = (px + way * reach * float(rng.uniform(0.10, 0.26)), py + reach * float(rng.uniform(-0.30, 0.10)))
        sketch.polygon([(px - half * 0.4, py), tip, (px + half * 0.4, py)], colour)


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Conifers in mist, or a walk among trunks, by subject, season and seed."""
    kind = "trunk"
    if brief.says("birch", "aspen"):
        kind = "birch"
    elif brief.says("bamboo"):
        kind = "bamboo"
    elif brief.says("cherry", "sakura", "cherry blossom", "blossom"):
        kind = "blossom"
    conifers = (
        brief.wants("pine")
        or brief.says("taiga", "fir", "spruce", "misty", "redwood")
        or air.weather in ("fog", "snow")
        or air.dark
    )
    leafy = (
        kind != "trunk"
        or air.season in ("autumn", "spring")
        or brief.says("oak", "beech", "maple", "jungle", "path", "trail", "wood", "woodland", "enchanted")
    )
    if leafy and not brief.wants("pine"):
        _trunks(brief, canvas, air, rng, kind)
        if air.weather == "snow":
            snowfall(canvas, air, rng)
        elif air.weather != "fog":
            weather_over(canvas, air, rng, 0.6)
    elif conifers or rng.random() < 0.55:
        _conifers(brief, canvas, air, rng)
        if air.weather != "fog":
            weather_over(canvas, air, rng, 0.6)
    else:
        _trunks(brief, canvas, air, rng, "birch" if rng.random() < 0.3 else "trunk")
        weather_over(canvas, air, rng, 0.6)
    if brief.wants("firefly"):
        from studio.engine.renderers.painter.scenes.night import fireflies

        fireflies(canvas, rng, 0.6, 70)
    if brief.wants("bird", "owl", "balloon"):
        staffage.birds(brief, canvas, air, Sun(0.5, 0.3, 0.05, False), rng, 0.05, 0.4)
    canvas.progress(0.8, "Light between the trees")
    canvas.bloom(0.5)


FAMILY = Family(
    "forest",
    paint,
    hours=("dawn", "dawn", "morning", "golden", "golden", "dusk"),
    open_weight=3,
    brush=0.30,
    vignette=0.22,
)
