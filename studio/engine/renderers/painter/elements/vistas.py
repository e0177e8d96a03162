"""Terrain dressed and lit: alpine ranges, rolling country, dunes and table mountains, from `terrain.cast`."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, retint, rgb
from studio.engine.renderers.painter.elements.sky import Sun
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.noise import Field, NoiseAt
from studio.engine.renderers.painter.terrain import Camera, Ground, cast, lambert


def _light_up(air: Air) -> float:
    """Tangent of the light's height: long shadows early and late."""
    return {"dawn": 0.34, "morning": 0.7, "noon": 1.1, "golden": 0.42, "dusk": 0.32, "blue": 0.8, "night": 0.75}[
        air.time
    ]


def _mixed(first: Rgb | Field, second: Rgb | Field, amount: Field) -> Field:
    start = np.asarray(first, np.float32)
    return start + (np.asarray(second, np.float32) - start) * amount[..., None]


def _aerial(
    canvas: Canvas, air: Air, ground: Ground, sun: Sun, body: Field, strength: float, low: float = 0.0
) -> Field:
    """Distance haze, warmer towards the sun, denser in the valleys (`low` is the valley's height in world units)."""
    veil = np.clip(1 - np.exp(-((ground.depth * strength) ** 1.7) * 1.5), 0, 1)
    valley = np.exp(-np.clip(ground.height - low, 0, 99) / 0.5) * 0.35 * smooth(0.25, 0.9, ground.depth)
    toward = np.exp(-np.abs(canvas.u - sun.u) / 0.35) * (0.5 if sun.shown and not air.dark else 0.0)
    tint = _mixed(air.haze, blend(air.haze, air.glow, 0.6), np.broadcast_to(toward, veil.shape))
    return np.asarray(body + (tint - body) * np.clip(veil + valley, 0, 0.93)[..., None])


def alpine(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float, *, snow_line: float,
           peak: float = 1.0, floor: float = 0.0) -> Ground:  # fmt: skip
    """A range of sharp mountains. `peak` scales their height; `snow_line` 0 is all snow, 1 only summits, 2 none."""
    big, fine = NoiseAt(canvas.next_seed(), 3), NoiseAt(canvas.next_seed(), 8)
    camera = Camera(eye=0.55, horizon=horizon, near=5.0, far=26.0, focal=1.25)
    summit_z = float(rng.uniform(11.0, 15.0))
    middle = float(rng.uniform(-1.6, 1.6))

    def heights(x: Field, z: Field) -> Field:
        bend = big.fbm(x * 0.25 + 3, z * 0.25, octaves=2) * 0.8
        ridged = fine.fbm(x * 0.30 + bend, z * 0.30 + bend, octaves=8, gain=0.5, mode="ridge")
        rough = 0.22 + 0.78 * np.clip(ridged + 0.35, 0, 1.3)
        mass = np.exp(-(((x - middle) / 3.4) ** 2) - ((z - summit_z) / 4.2) ** 2)
        range_ = np.clip(0.42 + 0.55 * big.fbm(x * 0.16, z * 0.16 + 9, octaves=3), 0, 1.2) * smooth(7.0, 12.0, z)
        out = (mass * 3.4 + range_ * 2.2) * rough * peak + 0.16 * ridged * smooth(5.5, 9.0, z)
        return np.asarray(out - 0.25 * smooth(8.0, 5.0, z), np.float32)

    up = _light_up(air)
    ground = cast(canvas, camera, heights, sun.side, up, depths=460, shadow_soft=0.12)
    sunlit = lambert(ground, sun.side * 1.0, up, -0.45) * (0.25 + 0.75 * ground.lit)
    stone = retint(rgb("#7F7A80"), air.shade, 0.35)
    rock_lit, rock_dark = local_light(air, stone, 1.0), local_light(air, adjust(stone, lightness=-0.12), 0.0)
    snow_lit = blend(local_light(air, rgb("#FFFFFF"), 1.0), air.light, 0.18)
    snow_dark = blend(air.shade, air.cloud[1], 0.42 if not air.dark else 0.25)
    k = smooth(0.12, 0.85, sunlit)
    body = _mixed(rock_dark, rock_lit, k)
    strata = fine.octave(5, ground.x * 2.0, ground.height * 9.0) * 0.08
    body = body * (1 + strata[..., None])
    flat = ground.normal_y
    line = snow_line * 1.7 * peak
    if snow_line < 1.9:
        snow = smooth(line - 0.35, line + 0.45, ground.height + 0.4 * (flat - 0.7) + strata * 3) * smooth(
            0.34, 0.62, flat
        )
        if air.weather == "snow" or air.season == "winter":
            snow = np.maximum(snow, smooth(0.4, 0.62, flat) * 0.92)
        body = body + (_mixed(snow_dark, snow_lit, smooth(0.06, 0.78, sunlit)) - body) * snow[..., None]
    green = {"autumn": rgb("#8C6A34"), "winter": rgb("#5E6A6C")}.get(air.season, rgb("#46603C"))
    wood = smooth(1.0, 0.2, ground.height) * smooth(0.5, 0.8, flat) * (0.0 if air.weather == "snow" else 0.8)
    body = body + (_mixed(local_light(air, green, 0.05), local_light(air, green, 0.9), k) - body) * wood[..., None]
    canvas.lay(_aerial(canvas, air, ground, sun, body, 0.85 + 0.3 * air.foggy, floor), ground.cover)
    canvas.note(
        "mountains" + (" under snow" if snow_line < 0.5 else " with snow on the summits" if snow_line < 1.9 else "")
    )
    return ground


def rolling(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float, green: Rgb,
            striped: bool = False) -> Ground:  # fmt: skip
    """Rolling fields: soft hills with hedged parcels (and furrows if `striped`), lit from the side."""
    big, fine = NoiseAt(canvas.next_seed(), 3), NoiseAt(canvas.next_seed(), 6)
    camera = Camera(eye=1.15, horizon=horizon, near=1.3, far=30.0, focal=1.1)

    def heights(x: Field, z: Field) -> Field:
        soft = big.fbm(x * 0.20, z * 0.17, octaves=3, gain=0.36) * 1.35
        return np.asarray(
            soft * smooth(1.0, 6.0, z) + 0.02 * fine.octave(3, x * 3, z * 3) + 0.05 * smooth(10, 30, z) * z * 0.2,
            np.float32,
        )

    up = _light_up(air)
    ground = cast(canvas, camera, heights, sun.side, up, depths=360, shadow_soft=0.10)
    sunlit = lambert(ground, sun.side, up + 0.25, -0.4) * (0.35 + 0.65 * ground.lit)
    warp_x = ground.x + 0.5 * big.octave(1, ground.x * 0.3, ground.z * 0.3)
    parcel = (
        np.floor(warp_x * 0.55 + 0.35 * big.octave(2, ground.x * 0.2, ground.z * 0.4)) * 7.31
        + np.floor(ground.z * 0.34 + 0.3 * warp_x) * 3.17
    )
    pick = np.mod(np.sin(parcel) * 43.7, 1.0)
    dry = {"autumn": rgb("#C08A3E"), "winter": rgb("#C9CCC4"), "summer": rgb("#D9BE5E"), "spring": rgb("#A9BE55")}[
        air.season
    ]
    tone = _mixed(
        local_light(air, green, 0.0), local_light(air, adjust(green, lightness=0.10), 1.0), smooth(0.15, 0.95, sunlit)
    )
    gold = _mixed(
        local_light(air, dry, 0.05), local_light(air, adjust(dry, lightness=0.05), 1.0), smooth(0.15, 0.95, sunlit)
    )
    body = tone + (gold - tone) * (smooth(0.55, 0.75, pick) * 0.75)[..., None]
    mottled = fine.fbm(ground.x * 1.6, ground.z * 1.0, octaves=5) * 0.14
    body = body * (1 + mottled[..., None])
    if striped:
        turn = np.where(pick > 0.5, warp_x * 11 + ground.z * 2, ground.z * 6 - warp_x * 3)
        body = body * (1 + 0.09 * np.sin(turn * 2.2)[..., None] * smooth(0.95, 0.3, ground.depth)[..., None])
    if air.weather == "snow" or air.season == "winter":
        # Snow keeps its white under a coloured sky: warm where the light falls, blue in the shade.
        level = {"night": 0.36, "blue": 0.58, "dusk": 0.88}.get(air.time, 1.0)
        bright = blend(local_light(air, rgb("#FFFFFF"), 0.95), air.cloud[0], 0.45 if air.dark else 0.0)
        white = _mixed(
            blend(blend(air.shade, air.cloud[1], 0.5), (0.60 * level, 0.68 * level, 0.86 * level), 0.7),
            blend(bright, (0.98 * level, 0.97 * level, 0.99 * level), 0.75),
            smooth(0.1, 0.9, sunlit),
        )
        body = body + (white - body) * np.clip(0.82 + mottled * 2, 0, 0.96)[..., None]
    canvas.lay(_aerial(canvas, air, ground, sun, body, 0.82 + 0.4 * air.foggy, -0.6), ground.cover)
    return ground


def dune_field(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float, sand: Rgb) -> Ground:
    """Dunes with sharp crests: gentle windward slopes, steep lee sides in shadow, ripples near the viewer."""
    bend, fine = NoiseAt(canvas.next_seed(), 4), NoiseAt(canvas.next_seed(), 5)
    camera = Camera(eye=2.3, horizon=horizon, near=1.6, far=44.0, focal=1.1)
    crest = -sun.side
    turn = float(rng.uniform(0.25, 0.6))

    def heights(x: Field, z: Field) -> Field:
        out: Field = np.zeros(np.broadcast_shapes(x.shape, z.shape), np.float32)
        for index, (cycle, tall) in enumerate(((0.13, 1.55), (0.30, 0.62), (0.8, 0.12))):
            phase = (
                x * cycle * crest
                + z * cycle * turn
                + bend.fbm(x * cycle * 0.55 + index * 9, z * cycle * 0.38, octaves=3, gain=0.4) * 1.5
            )
            part = phase - np.floor(phase)
            rise = np.where(part < 0.74, (part / 0.74) ** 1.25, 1 - smooth(0.74, 1.0, part))
            power = np.clip(0.55 + 0.75 * bend.octave(3, x * cycle * 0.4 + 5, z * cycle * 0.3 + index), 0.12, 1.3)
            out = out + rise * tall * power
        return np.asarray(out * (0.25 + 0.75 * smooth(2.0, 8.0, z)) + 0.008 * fine.octave(2, x * 4, z * 4), np.float32)

    up = _light_up(air) * 0.9
    ground = cast(canvas, camera, heights, sun.side, up, depths=420, shadow_soft=0.05)
    sunlit = lambert(ground, sun.side, up + 0.1, -0.25) * (0.16 + 0.84 * ground.lit)
    near = smooth(0.75, 0.05, ground.depth)
    ripple = np.sin(
        (ground.z * 9 + ground.x * 3 * crest + 1.6 * fine.fbm(ground.x * 1.3, ground.z * 1.3, octaves=3)) * 4.2
    )
    grainy = fine.fbm(ground.x * 5, ground.z * 5, octaves=4) * 0.05
    lit, dark = local_light(air, sand, 1.0), blend(local_light(air, sand, 0.0), air.shade, 0.35)
    k = np.clip(smooth(0.10, 0.86, sunlit) + ripple * 0.05 * near, 0, 1)
    body = _mixed(dark, lit, k) * (1 + grainy[..., None])
    body = body + (np.asarray(air.light, np.float32) - body) * (smooth(0.8, 1.0, sunlit) * 0.22)[..., None]
    canvas.lay(_aerial(canvas, air, ground, sun, body, 0.72 + 0.4 * air.foggy, 0.0), ground.cover)
    canvas.note("dunes")
    return ground


def mesas(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float, stone: Rgb) -> Ground:
    """A desert plain with table mountains whose strata show."""
    big, fine = NoiseAt(canvas.next_seed(), 3), NoiseAt(canvas.next_seed(), 7)
    camera = Camera(eye=0.5, horizon=horizon, near=1.4, far=30.0, focal=1.1)
    shift = float(rng.uniform(0, 50))

    def heights(x: Field, z: Field) -> Field:
        lump = big.fbm(x * 0.34 + shift, z * 0.26, octaves=3, gain=0.45) + 0.06 * fine.fbm(
            x * 1.6, z * 1.6, octaves=4, mode="ridge"
        )
        table = smooth(0.20, 0.265, lump) * (1.5 + 0.5 * smooth(0.2, 0.5, lump)) + smooth(0.06, 0.22, lump) * 0.38
        return np.asarray(table * smooth(7.0, 10.0, z) + 0.04 * fine.fbm(x * 0.9, z * 0.9, octaves=4), np.float32)

    up = _light_up(air)
    ground = cast(canvas, camera, heights, sun.side, up, depths=520, shadow_soft=0.06)
    sunlit = lambert(ground, sun.side, up * 0.8, -0.7) * (0.2 + 0.8 * ground.lit)
    bands = fine.octave(4, ground.x * 0.25 + 3, ground.height * 7 + 0.2 * fine.octave(2, ground.x, ground.z))
    cliff = smooth(0.86, 0.5, ground.normal_y)
    plain = adjust(blend(stone, rgb("#D8A974"), 0.5), lightness=0.03)
    base = _mixed(plain, stone, cliff)
    base = base * (1 + (bands * 0.16 * cliff)[..., None])
    shade = np.asarray(blend(air.shade, air.near, 0.2), np.float32)
    lit = np.clip(base * np.asarray(air.light, np.float32) * 1.12, 0, 1)
    dim = {"night": 0.45, "blue": 0.6, "dusk": 0.9}.get(air.time, 1.0)
    k = smooth(0.0, 0.58, sunlit)[..., None]
    dark = base * shade * 0.7 + shade * 0.25
    body = (dark + (lit - dark) * k) * dim
    scrub = (
        smooth(0.25, 0.5, fine.fbm(ground.x * 3, ground.z * 2.2, octaves=4))
        * smooth(0.8, 0.95, ground.normal_y)
        * smooth(0.9, 0.2, ground.depth)
    )
    body = body + (np.asarray(local_light(air, rgb("#5E6244"), 0.45), np.float32) - body) * (scrub * 0.6)[..., None]
    canvas.lay(_aerial(canvas, air, ground, sun, body, 0.75 + 0.4 * air.foggy, 0.0), ground.cover)
    canvas.note("table mountains", "mesa")
    return ground
