"""Layered land: ridges behind ridges, each paler and bluer, with mist in the folds; and what falls from the sky."""

from __future__ import annotations

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, blend
from studio.engine.renderers.painter.elements.sky import Sun
from studio.engine.renderers.painter.noise import Field, profile
from studio.engine.renderers.painter.sketch import below


def ridge(canvas: Canvas, line: float, rise: float, cycles: float, jagged: float = 0.5) -> Field:
    """A skyline (v per column): `line` its mean, `rise` its swing, `jagged` 0 rolling .. 1 alpine."""
    seed = canvas.next_seed()
    cycles = cycles * max(0.5, canvas.width / canvas.unit_px)
    soft = profile(canvas.width, cycles, seed, octaves=3, gain=0.4)
    sharp = profile(canvas.width, cycles, seed, octaves=7, gain=0.52, mode="ridge") - 0.15
    return np.asarray(line - rise * (soft * (1 - jagged) + sharp * jagged), np.float32)


def paint_ridge(canvas: Canvas, air: Air, sun: Sun, skyline: Field, depth: float, *, mist: float = 0.6,
                mist_reach: float = 0.16, texture: float = 0.5, own: Rgb | None = None) -> None:  # fmt: skip
    """One layer of hills. `depth` 0 far .. 1 near; `mist` is how strongly haze gathers at its foot."""
    colour = air.far(depth) if own is None else blend(air.haze, own, depth)
    first = max(0, int(float(skyline.min()) * canvas.height) - 2)
    if first >= canvas.height - 1:
        return
    box = Box(0, first, canvas.width, canvas.height)
    rows = canvas.v[first:]
    under = rows - skyline[None, :]
    mask = below(canvas, skyline, max(1.2, canvas.px(0.0014)))[first:]
    body: Field = np.asarray(colour, np.float32)
    if texture:
        folds = canvas.noise((0.05 + 0.06 * depth, 0.09 + 0.1 * depth), 5, 0.55, "ridge", box=box)
        slope = np.gradient(skyline) * canvas.width / 3.0
        lit = np.clip(0.5 + (folds - 0.3) * 0.30 * texture + slope[None, :] * sun.side * 0.5 * texture, 0, 1)
        light = np.asarray(blend(colour, air.light, 0.26 * (1 - 0.6 * depth) if not air.dark else 0.10), np.float32)
        dark = np.asarray(blend(colour, air.shade, 0.22), np.float32)
        body = dark + (light - dark) * lit[..., None]
        if sun.shown and not air.dark:
            rim = np.exp(-np.clip(under, 0, 1) / 0.004) * np.exp(-np.abs(canvas.u - sun.u) / 0.28) * 0.4
            body = body + (np.asarray(air.light, np.float32) - body) * rim[..., None]
    veil = smooth(0.0, mist_reach, under) * mist * (1 - depth * 0.75)
    body = body + (np.asarray(air.haze, np.float32) - body) * veil[..., None]
    canvas.lay(body, mask, box)


def mist_band(canvas: Canvas, air: Air, line: float, reach: float, amount: float, colour: Rgb | None = None) -> None:
    """A drifting band of mist around `line` (v)."""
    top, bottom = (
        int(max(0, (line - reach * 3) * canvas.height)),
        int(min(canvas.height, (line + reach * 3) * canvas.height)),
    )
    if bottom - top < 4:
        return
    box = Box(0, top, canvas.width, bottom)
    rows = canvas.v[top:bottom]
    drift = np.clip(0.62 + 0.8 * canvas.noise((0.07, 0.36), 5, box=box), 0, 1.4)
    canvas.lay(colour or air.haze, np.clip(np.exp(-(((rows - line) / reach) ** 2)) * drift * amount, 0, 0.96), box)


def fog(canvas: Canvas, air: Air, horizon: float, amount: float) -> None:
    """Fog over everything, thickest around the horizon, with wisps."""
    wisps = canvas.noise((0.12, 0.5), 5)
    near = np.exp(-np.abs(canvas.v - horizon) / 0.17)
    canvas.lay(air.haze, np.clip(amount * (0.10 + 0.66 * near * (0.75 + 0.5 * wisps) + 0.16 * wisps), 0, 0.92))


def rain(canvas: Canvas, air: Air, rng: np.random.Generator, amount: float = 1.0) -> None:
    """Slanting rain in three depths, and the veil it makes far off."""
    slant = float(rng.uniform(0.08, 0.26)) * (1 if rng.random() < 0.5 else -1)
    tint = blend(air.haze, (1, 1, 1), 0.35)
    canvas.note("falling rain", "rain")
    if not canvas.falling:
        return
    for length, width, count, power in ((0.030, 1, 1400, 0.20), (0.055, 1, 700, 0.28), (0.11, 2, 150, 0.24)):
        board = np.zeros((canvas.height, canvas.width), np.uint8)
        long = canvas.px(length)
        for _ in range(int(count * amount * max(0.6, canvas.width * canvas.height / canvas.unit_px**2))):
            x, y = rng.uniform(-0.1, 1.1) * canvas.width, rng.uniform(-0.05, 1.0) * canvas.height
            reach = long * rng.uniform(0.6, 1.2)
            start, stop = (int(x * 8), int(y * 8)), (int((x + reach * slant) * 8), int((y + reach) * 8))
            cv2.line(
                board,
                start,
                stop,
                int(rng.integers(90, 255)),
                max(1, round(width * canvas.unit_px / 1100)),
                cv2.LINE_AA,
                3,
            )
        canvas.screen(tint, board.astype(np.float32) * (power / 255))
    veil = np.clip(canvas.noise((0.7, 0.10), 3) + 0.1, 0, 1) * smooth(0.85, 0.2, canvas.v)
    canvas.lay(air.haze, veil * 0.26 * amount)


def snowfall(canvas: Canvas, air: Air, rng: np.random.Generator, amount: float = 1.0) -> None:
    """Snow in four depths, the nearest flakes large and out of focus."""
    tint = blend(air.cloud[0], (1, 1, 1), 0.65)
    canvas.note("falling snow", "snow")
    if not canvas.falling:
        return
    area = canvas.width * canvas.height / canvas.unit_px**2
    for radius, count, power, blur in (
        (0.0010, 700, 0.55, 0.0),
        (0.0019, 380, 0.75, 0.0007),
        (0.0036, 120, 0.7, 0.0018),
        (0.0085, 22, 0.42, 0.0042),
    ):
        board = np.zeros((canvas.height, canvas.width), np.uint8)
        for _ in range(int(count * amount * area)):
            x, y = int(rng.uniform(0, canvas.width) * 8), int(rng.uniform(0, canvas.height) * 8)
            size = max(5, int(canvas.px(radius) * rng.uniform(0.6, 1.3) * 8))
            cv2.circle(board, (x, y), size, int(rng.integers(140, 255)), -1, cv2.LINE_AA, 3)
        flakes: Field = board.astype(np.float32) * (power / 255)
        if blur:
            flakes = cv2.GaussianBlur(flakes, (0, 0), max(0.5, canvas.px(blur)))
        canvas.lay(tint, flakes)


def weather_over(canvas: Canvas, air: Air, rng: np.random.Generator, horizon: float) -> None:
    """What the weather puts in front of a finished landscape."""
    if air.weather == "fog":
        fog(canvas, air, horizon, 0.72)
    elif air.weather == "rain":
        rain(canvas, air, rng)
    elif air.weather == "storm":
        rain(canvas, air, rng, 0.6)
    elif air.weather == "snow":
        snowfall(canvas, air, rng)
