"""A sea with real waves: crests in perspective, thin glowing tops, dark troughs, foam and spindrift."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import adjust, blend, ramp, retint, rgb
from studio.engine.renderers.painter.elements.sky import Sun
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.noise import Field, NoiseAt
from studio.engine.renderers.painter.terrain import Camera, Ground, cast, lambert


def rough_sea(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, horizon: float, force: float) -> Ground:
    """Waves from the horizon to the lower edge; `force` 0.5 a breeze .. 1.2 a storm."""
    swell, chop = NoiseAt(canvas.next_seed(), 4), NoiseAt(canvas.next_seed(), 6)
    slant = float(rng.uniform(-0.35, 0.35))
    camera = Camera(eye=0.95, horizon=horizon, near=1.15, far=60.0, focal=1.1)

    def heights(x: Field, z: Field) -> Field:
        along, across = x + z * slant, z - x * slant * 0.6
        bend = swell.fbm(along * 0.16, across * 0.18, octaves=2) * 1.3
        long = 1 - np.abs(np.sin(across * 0.95 + bend * 2.4 + swell.octave(2, along * 0.3, across * 0.2)))
        power = np.clip(0.55 + 0.75 * swell.octave(3, along * 0.22 + 7, across * 0.3), 0.08, 1.4)
        cross = 1 - np.abs(np.sin(across * 2.3 + along * 0.7 + chop.octave(0, along * 0.5, across * 0.5) * 1.8))
        small = chop.fbm(along * 1.1, across * 2.0, octaves=5, gain=0.52)
        near = smooth(40.0, 12.0, z)
        out = long**1.7 * power * 0.52 + cross**1.5 * 0.13 + small * 0.085 * (0.25 + 0.75 * near)
        return np.asarray((out - 0.22) * force * smooth(0.6, 3.0, z), np.float32)

    ground = cast(canvas, camera, heights, sun.side, 0.55, depths=520, shadow_soft=0.25)
    _paint(canvas, air, sun, ground, chop, force)
    return ground


def _paint(canvas: Canvas, air: Air, sun: Sun, ground: Ground, chop: NoiseAt, force: float) -> None:
    deep = blend(adjust(air.water, lightness=-0.05), air.near, 0.35)
    thin = blend(retint(adjust(air.water, lightness=0.22), rgb("#3FA8A0"), 0.35), air.light, 0.12)
    # A face turned up mirrors the high sky, a face turned to the viewer shows the water itself.
    up = np.clip(0.5 - ground.normal_z * 0.9, 0, 1)
    mirrored = ramp(air.sky, np.clip(1.02 - up * 0.75, 0, 1))
    lit = lambert(ground, sun.side * 0.8, 0.5, 0.4)
    tall = np.clip(ground.height / (0.42 * force) * 0.5 + 0.42, 0, 1)
    body = np.asarray(deep, np.float32) * (0.72 + 0.5 * lit)[..., None]
    glow = smooth(0.50, 1.0, tall) * smooth(0.97, 0.62, ground.normal_y)
    body = body + (np.asarray(thin, np.float32) - body) * (glow * 0.75)[..., None]
    grazing = np.clip(0.30 + 0.62 * ground.depth + 0.25 * (ground.normal_y - 0.8), 0.08, 0.88)
    body = body + (mirrored - body) * (grazing * (1 - 0.6 * glow))[..., None]
    body = body + _foam(air, ground, chop, tall, force, body)
    if sun.shown:
        path = np.exp(-np.abs(canvas.u - sun.u) * canvas.aspect / (0.10 + 0.14 * (1 - ground.depth)))
        sparkle = smooth(0.72, 0.98, lit) * path
        light = np.asarray(air.sun if sun.moon else air.glow, np.float32)
        body = body + (light - body) * (sparkle * 0.6)[..., None]
    veil = smooth(0.55, 1.0, ground.depth) * (0.55 + 0.3 * air.foggy)
    body = body + (np.asarray(air.haze, np.float32) - body) * veil[..., None]
    canvas.lay(np.clip(body, 0, 1).astype(np.float32), ground.cover)
    canvas.note("a running sea")


def _foam(air: Air, ground: Ground, chop: NoiseAt, tall: Field, force: float, body: Field) -> Field:
    """The change that foam makes: caps on the crests and lace dragged down their backs."""
    lace = chop.fbm(ground.x * 3.2, ground.z * 4.6, octaves=5, gain=0.62)
    streak = chop.fbm(ground.x * 6.5, ground.z * 1.4, octaves=4, gain=0.6)
    caps = smooth(0.72 - 0.08 * force, 0.98, tall + lace * 0.30)
    trails = smooth(0.14, 0.5, streak + lace * 0.4) * smooth(0.30, 0.75, tall) * 0.42 * force
    cover = np.clip(caps + trails, 0, 1) * smooth(1.0, 0.72, ground.depth)
    white = np.asarray(blend(local_light(air, rgb("#F6FAFC"), 0.95), air.light, 0.15), np.float32)
    return np.asarray((white * (0.82 + 0.25 * ground.lit)[..., None] - body) * (cover * 0.92)[..., None], np.float32)
