"""Globes in space: lit, banded or continental, with an atmosphere and rings that catch and cast shadow."""

from __future__ import annotations

import math

import cv2
import numpy as np

from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, blend, even, ramp
from studio.engine.renderers.painter.noise import Field, fbm, warp


def planet(
    canvas: Canvas,
    rng: np.random.Generator,
    middle: tuple[float, float],
    radius: float,
    world: tuple[Rgb, ...],
    light: tuple[float, float, float],
    glow: Rgb,
    *,
    banded: bool,
    ring: tuple[Rgb, Rgb, Rgb] | None = None,
    tilt: float = 0.42,
) -> None:
    """A lit globe with weather or continents, an atmosphere's rim, and rings that cast and catch shadow."""
    reach = canvas.px(radius) * (2.35 if ring else 1.25)
    cx, cy = middle[0] * canvas.width, middle[1] * canvas.height
    box = canvas.box(cx - reach, cy - reach, cx + reach, cy + reach)
    if box.empty:
        return
    px = (np.arange(box.left, box.right, dtype=np.float32)[None, :] + 0.5 - cx) / canvas.px(radius)
    py = (np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + 0.5 - cy) / canvas.px(radius)
    square = px * px + py * py
    away = np.sqrt(square)
    pz = np.sqrt(np.clip(1 - square, 0, 1))
    length = math.sqrt(sum(part * part for part in light))
    lx, ly, lz = (part / length for part in light)
    facing = px * lx + py * ly + pz * lz
    diffuse = np.clip(facing, 0, 1) ** 0.85
    edge = 1.5 / canvas.px(radius)
    disc = smooth(1.0 + edge, 1.0 - edge, away)
    cos, sin = math.cos(tilt), math.sin(tilt)
    along, across = px * cos + py * sin, -px * sin + py * cos
    surface = _surface(canvas, box, radius, (px, py, pz), across, world, (lx, ly), banded)
    ring_away = np.hypot(along, across / 0.27) if ring else None
    if ring_away is not None and ring is not None:
        _ring(canvas, box, ring_away, across < 0, (px, py), (lx, ly), ring)
        shadow = smooth(1.26, 1.34, np.hypot(along - lx * 0.35, (across - ly * 0.18) / 0.27)) * smooth(
            2.15, 2.05, np.hypot(along - lx * 0.35, (across - ly * 0.18) / 0.27)
        )
        diffuse = diffuse * (1 - 0.55 * shadow * (across < 0.28))
    night = np.asarray(blend(world[0], (0.01, 0.01, 0.03), 0.86), np.float32)
    body = surface * diffuse[..., None] * 1.05 + night * (1 - diffuse[..., None])
    rim = np.clip(1 - pz, 0, 1) ** 3 * np.clip(facing + 0.25, 0, 1)
    body = body + (np.asarray(glow, np.float32) - body) * np.clip(rim * 0.75, 0, 1)[..., None]
    canvas.lay(np.clip(body, 0, 1).astype(np.float32), disc, box)
    halo = np.exp(-np.clip(away - 1, 0, 9) / 0.045) * np.clip(facing + 0.45, 0, 1) * (away > 0.985)
    canvas.screen(glow, np.clip(halo * 0.55, 0, 1), box)
    if ring_away is not None and ring is not None:
        _ring(canvas, box, ring_away, across >= 0, (px, py), (lx, ly), ring)


def _surface(
    canvas: Canvas,
    box: Box,
    radius: float,
    place: tuple[Field, Field, Field],
    across: Field,
    world: tuple[Rgb, ...],
    light: tuple[float, float],
    banded: bool,
) -> Field:
    """Unlit colours of a globe: belts of cloud, or continents in relief."""
    px, py, pz = place
    if banded:
        stir = fbm(box.height, box.width, canvas.px(radius) * 0.5, canvas.next_seed(), octaves=5)
        lat = across + stir * 0.07
        bands = fbm(box.height, 8, (canvas.px(radius) * 0.42, 999.0), canvas.next_seed(), octaves=5, gain=0.5)[:, 4]
        index = np.clip((lat * 0.5 + 0.5) * (box.height - 1), 0, box.height - 1).astype(np.int32)
        fine = warp(
            fbm(
                box.height,
                box.width,
                (canvas.px(radius) * 0.10, canvas.px(radius) * 0.8),
                canvas.next_seed(),
                octaves=5,
            ),
            stir * 14,
            stir * 8,
        )
        surface = ramp(even(*world), np.clip(0.52 + bands[index] * 0.62 + fine * 0.10 + lat * 0.06, 0.05, 0.9))
    else:
        bulge = 1 / np.maximum(0.35, pz)
        stir = fbm(box.height, box.width, canvas.px(radius) * 0.55, canvas.next_seed(), octaves=4)
        crust = warp(
            fbm(box.height, box.width, canvas.px(radius) * 0.7, canvas.next_seed(), octaves=8, gain=0.55),
            px * bulge * 22 + stir * 30,
            py * bulge * 22,
        )
        surface = ramp(even(*world), np.clip(0.48 + crust * 0.85, 0, 1))
        relief = cv2.GaussianBlur(crust, (0, 0), max(0.8, canvas.px(radius) / 200))
        slope = cv2.Sobel(relief, cv2.CV_32F, 1, 0) * light[0] + cv2.Sobel(relief, cv2.CV_32F, 0, 1) * light[1]
        surface = surface * (1 - np.clip(slope * canvas.px(radius) / 90, -0.35, 0.35))[..., None]
    return np.asarray(surface, np.float32)


def _ring(
    canvas: Canvas,
    box: Box,
    away: Field,
    half: Field,
    place: tuple[Field, Field],
    light: tuple[float, float],
    colours: tuple[Rgb, Rgb, Rgb],
) -> None:
    """Half of a ring system: fine grooves, the wide gap, and the planet's shadow across it."""
    grooves = fbm(4, 1024, (999.0, 60.0), canvas.seed + 77, octaves=7, gain=0.7)[2]
    index = np.clip((away - 1.25) / 0.95 * 1023, 0, 1023).astype(np.int32)
    power = np.clip(0.62 + grooves[index] * 0.95, 0.08, 1)
    body = (
        smooth(1.25, 1.30, away)
        * smooth(2.16, 2.06, away)
        * (1 - 0.92 * smooth(1.74, 1.76, away) * smooth(1.83, 1.81, away))
    )
    tone = ramp(even(*colours), np.clip((away - 1.25) / 0.9 + grooves[index] * 0.12, 0, 1))
    px, py = place
    behind = -(px * light[0] + py * light[1])
    side = np.abs(px * light[1] - py * light[0])
    shade = smooth(1.02, 0.96, side) * smooth(0.0, 0.12, behind) * 0.85
    canvas.lay(tone * (1 - shade)[..., None], np.clip(body * power * half, 0, 1) * 0.93, box)
