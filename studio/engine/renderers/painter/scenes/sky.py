"""Skies: towers of cumulus, a sea of air with balloons, islands that float."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import staffage, towers, trees
from studio.engine.renderers.painter.elements.clouds import cloud_sea, cumulus
from studio.engine.renderers.painter.elements.land import paint_ridge, ridge, weather_over
from studio.engine.renderers.painter.elements.sky import Sun, full_sky, place_sun
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.elements.water import waterfall
from studio.engine.renderers.painter.noise import Field, profile, warp
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch


def _towers(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, low: float) -> None:
    """Cumulus from small and far to one great tower, off centre."""
    for far, count in ((0.62, 5), (0.4, 4), (0.2, 2)):
        for _ in range(count):
            size = (1.0 - far) * float(rng.uniform(0.7, 1.2))
            cumulus(
                canvas,
                air,
                sun,
                rng,
                (float(rng.uniform(-0.05, 1.05)), low - 0.10 * (1 - far) + 0.05 * far * float(rng.uniform(-1, 1))),
                0.55 * size + 0.1,
                0.20 * size + 0.03,
                0.95,
                far,
            )
    great = float((0.3, 0.36, 0.64, 0.7)[int(rng.integers(4))])
    if abs(great - sun.u) < 0.15:
        great = 1 - great
    reach = min(0.62, (low - 0.06) * canvas.height / canvas.unit_px * 0.86)
    cumulus(canvas, air, sun, rng, (great, low - 0.005), 0.72, reach, 1.0, 0.04)
    cumulus(
        canvas, air, sun, rng, (great + float(rng.choice([-1, 1])) * 0.24, low + 0.03), 0.5, reach * 0.45, 0.97, 0.08
    )
    canvas.note("towering cumulus", "cloud")


def _island(
    brief: Brief,
    canvas: Canvas,
    air: Air,
    sun: Sun,
    rng: np.random.Generator,
    place: tuple[float, float],
    width: float,
    main: bool,
) -> None:
    """A rock that floats: meadow above, roots of stone below, sometimes a house, a fall of water."""
    half = canvas.px(width) / 2
    cx, cy = place[0] * canvas.width, place[1] * canvas.height
    box = canvas.box(cx - half * 1.05, cy - half * 0.45, cx + half * 1.05, cy + half * 1.55)
    if box.width < 12 or box.height < 12:
        return
    across = (np.arange(box.left, box.right, dtype=np.float32) + 0.5 - cx) / half
    top = (
        cy
        - half * 0.10 * (np.clip(1 - across**2, 0, 1))
        + profile(box.width, 4, canvas.next_seed(), octaves=4) * half * 0.05
    )
    hang = np.clip(1 - np.abs(across) ** 1.5, 0, 1)
    teeth = profile(box.width, 7, canvas.next_seed(), octaves=5, gain=0.6, mode="ridge")
    bottom = cy + half * (0.06 + hang * (0.72 + 0.42 * teeth) * (0.75 + 0.35 * hang))
    rows = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + 0.5
    mask = (
        np.clip(rows - top[None, :] + 0.5, 0, 1)
        * np.clip(bottom[None, :] - rows + 0.5, 0, 1)
        * (np.abs(across) < 1)[None, :]
    )
    bend = canvas.noise(width * 0.2, 4, box=box)
    crags = warp(
        canvas.noise((width * 0.30, width * 0.10), 6, 0.58, "ridge", box=box), bend * half * 0.12, bend * half * 0.05
    )
    facing = np.gradient(crags, axis=1) * half * 0.10 * sun.side + across[None, :] * sun.side * 0.32
    depth = np.clip((rows - top[None, :]) / (half * 1.1), 0, 1)
    lit = np.clip(0.5 + facing + (crags - 0.3) * 0.25 - depth * 0.25, 0, 1)
    stone = rgb("#8A7468")
    dark, light = (
        np.asarray(local_light(air, adjust(stone, lightness=-0.12), 0.0), np.float32),
        np.asarray(local_light(air, stone, 1.0), np.float32),
    )
    body = dark + (light - dark) * lit[..., None]
    turf_edge = half * 0.055 * (1 + bend)
    turf = smooth(1.0, 0.0, (rows - top[None, :]) / turf_edge)
    green = rgb({"autumn": "#B8863A", "winter": "#E6EEF4", "spring": "#8CB450"}.get(air.season, "#6E9A44"))
    grass_light = np.asarray(local_light(air, green, 0.9), np.float32)
    body = body + (grass_light - body) * turf[..., None]
    body = body + (np.asarray(air.haze, np.float32) - body) * (smooth(0.35, 1.0, depth) * 0.45)[..., None]
    canvas.lay(body, mask, box)
    _dress(brief, canvas, air, sun, rng, (cx, cy), half, (np.arange(box.left, box.right), top), green, main)


def _dress(
    brief: Brief,
    canvas: Canvas,
    air: Air,
    sun: Sun,
    rng: np.random.Generator,
    middle: tuple[float, float],
    half: float,
    ground: tuple[Field, Field],
    green: Rgb,
    main: bool,
) -> None:
    """What stands on a floating island: a building on the main one, trees, a fall of water."""
    cx, cy = middle
    if main and (brief.wants("castle", "house", "church", "windmill", "village", "lighthouse") or rng.random() < 0.8):
        sketch_size = half * 0.552
        foot = (cx, float(np.interp(cx, *ground)) + 2)
        sketch = Sketch(
            canvas,
            canvas.box(
                foot[0] - sketch_size * 1.2, foot[1] - sketch_size * 1.2, foot[0] + sketch_size * 1.2, foot[1] + 4
            ),
            4,
        )
        if brief.wants("castle") or (not brief.wants("house", "windmill", "church") and rng.random() < 0.5):
            towers.castle(sketch, air, foot, sketch_size, sun.side, rng, air.lamps_lit)
            canvas.note("a castle on a floating island", "castle", "floating")
        elif brief.wants("windmill"):
            towers.windmill(sketch, air, foot, sketch_size, sun.side, 0.6)
            canvas.note("a windmill on a floating island", "windmill", "floating")
        else:
            towers.cottage(sketch, air, foot, sketch_size * 0.42, sun.side, lit=air.lamps_lit)
            canvas.note("a house on a floating island", "house", "floating")
        sketch.paint(haze=air.haze, haze_amount=0.08)
    for _ in range(5 if main else 2):
        u = cx + half * float(rng.uniform(-0.8, 0.8))
        if main and abs(u - cx) < half * 0.22:
            continue
        size = half * float(rng.uniform(0.14, 0.26))
        y = float(np.interp(u, *ground)) + 2
        sketch = Sketch(canvas, canvas.box(u - size, y - size * 1.2, u + size, y + 3), 4)
        shade = (
            local_light(air, adjust(green, lightness=-0.16), 0.0),
            local_light(air, adjust(green, lightness=-0.06), 0.5),
            local_light(air, green, 1.0),
        )
        trees.crown(sketch, rng, (u, y), size, shade, blend(air.near, rgb("#3A2A20"), 0.4), sun.side, leaves=240)
        sketch.paint(haze=air.haze, haze_amount=0.08)
    if main and rng.random() < 0.7:
        waterfall(canvas, air, (cx + half * 0.62 * (-sun.side), cy + half * 0.02), half * 1.5, half * 0.06)
        canvas.note("a waterfall into the air", "waterfall")


def _floating(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float) -> None:
    for far in (0.55, 0.35):
        for _ in range(3):
            cumulus(
                canvas,
                air,
                sun,
                rng,
                (float(rng.uniform(0, 1)), horizon * float(rng.uniform(0.55, 1.0))),
                0.5 * (1.2 - far),
                0.14 * (1.2 - far),
                0.85,
                far,
            )
    spots = [(0.5 + float(rng.normal(0, 0.05)), 0.46, min(0.62, canvas.width / canvas.unit_px * 0.55), True)]
    for _ in range(4):
        u = float(rng.uniform(0.06, 0.94))
        v = float(rng.uniform(0.14, 0.66))
        if abs(u - 0.5) > 0.27:
            spots.append((u, v, float(rng.uniform(0.10, 0.20)), False))
    for u, v, width, main in sorted(spots, key=lambda spot: spot[2]):
        _island(brief, canvas, air, sun, rng, (u, v), width, main)
    cloud_sea(canvas, air, sun, rng, horizon, 6)
    canvas.note("floating islands above a sea of clouds", "floating", "cloud")


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Floating islands if asked; else towers of cloud over a low land or sea of clouds."""
    islands = (
        brief.wants("floating")
        or brief.says("castle in the sky", "sky castle", "floating")
        or (brief.wants("castle", "house") and brief.family == "sky")
    )
    if not islands and not brief.things and (brief.mood == "dreamy" or rng.random() < 0.28):
        islands = True
    horizon = 0.80 if islands else float(rng.uniform(0.80, 0.88))
    sun = place_sun(brief, canvas, air, rng, horizon * 0.9)
    full_sky(brief, canvas, air, horizon, sun, rng, 0.55)
    if islands:
        _floating(brief, canvas, air, sun, rng, horizon)
        staffage.flying(brief, canvas, air, sun, rng, 0.03, 0.5, 0.7)
    else:
        busy = brief.wants("balloon", "airship", "kite", "dragon")
        if brief.allows("cloud", "clouds") and air.weather not in ("storm", "rain"):
            if busy:
                for _ in range(7):
                    far = float(rng.uniform(0.2, 0.6))
                    cumulus(
                        canvas,
                        air,
                        sun,
                        rng,
                        (float(rng.uniform(0, 1)), float(rng.uniform(0.55, 0.9))),
                        0.6 * (1.2 - far),
                        0.17 * (1.2 - far),
                        0.9,
                        far,
                    )
                canvas.note("cumulus clouds", "cloud")
            else:
                _towers(canvas, air, sun, rng, horizon + 0.02)
        if rng.random() < 0.5 and brief.allows("cloud", "clouds"):
            cloud_sea(canvas, air, sun, rng, horizon + 0.01, 5)
        else:
            for index in range(3):
                paint_ridge(
                    canvas,
                    air,
                    sun,
                    ridge(canvas, horizon + 0.045 * index + 0.03, 0.17, 1.7, 0.5),
                    0.35 + 0.28 * index,
                    mist=0.6,
                    mist_reach=0.06,
                )
            canvas.note("low hills")
        staffage.flying(brief, canvas, air, sun, rng, 0.04, horizon - 0.08, 0.6)
    weather_over(canvas, air, rng, horizon)
    canvas.progress(0.8, "Light in the clouds")
    canvas.bloom(0.42)


FAMILY = Family(
    "sky", paint, hours=("dawn", "noon", "golden", "golden", "dusk", "dusk", "blue"), open_weight=3, brush=0.4
)
