"""Clouds with bodies: cumulus built from puffs, and seas of cloud seen from above."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import blend
from studio.engine.renderers.painter.elements.sky import Sun
from studio.engine.renderers.painter.noise import Field, profile, warp


def _puffs(canvas: Canvas, rng: np.random.Generator, box: Box, place: tuple[float, float], width_px: float,
           height_px: float) -> Field:  # fmt: skip
    """Height field of a heap of round puffs standing on a flat base, in pixels towards the viewer."""
    field = np.zeros((box.height, box.width), np.float32)
    skyline = profile(64, 3.2, canvas.next_seed(), octaves=3, gain=0.6) * 0.9
    count = int(np.clip(width_px / height_px * 40, 40, 110) * (1.0 + min(2.2, height_px / 160)))
    for number in range(count):
        across = float(rng.uniform(-1, 1))
        small = number > count * 0.38
        lump = float(np.clip(0.75 + skyline[int((across * 0.5 + 0.5) * 63)], 0.22, 1.3))
        envelope = (1 - across * across) ** 0.62 * lump
        radius = (
            height_px * float(rng.uniform(0.045, 0.10) if small else rng.uniform(0.12, 0.25)) * (0.55 + 0.6 * envelope)
        )
        x = place[0] + across * (width_px / 2 - radius * 0.6) - box.left
        y = place[1] - radius * 0.25 - float(rng.random()) ** 0.8 * max(0.0, envelope * height_px - radius) - box.top
        left, right = max(0, int(x - radius)), min(box.width, int(x + radius) + 2)
        top, bottom = max(0, int(y - radius)), min(box.height, int(y + radius) + 2)
        if left >= right or top >= bottom:
            continue
        dx = np.arange(left, right, dtype=np.float32)[None, :] - x
        dy = np.arange(top, bottom, dtype=np.float32)[:, None] - y
        dome = np.sqrt(np.maximum(0, radius * radius - dx * dx - dy * dy))
        part = field[top:bottom, left:right]
        # Small puffs sit on the heap that is already there; large ones make it.
        at_x, at_y = int(np.clip(x, 0, box.width - 1)), int(np.clip(y, 0, box.height - 1))
        base = float(field[at_y, at_x]) * 0.94 if small else radius * 0.6 + float(rng.uniform(0, 0.3)) * height_px
        dome = np.where(dome > 0, dome + base, 0)
        np.maximum(part, dome, out=part)
    return field


def cumulus(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, place: tuple[float, float], width: float,
            height: float, opacity: float = 1.0, far: float = 0.0) -> None:  # fmt: skip
    """One heaped cloud. `place` is (u, v) of the middle of its base; `width`, `height` in units; `far` adds haze."""
    width_px, height_px = canvas.px(width), canvas.px(height)
    x, y = place[0] * canvas.width, place[1] * canvas.height
    box = canvas.box(x - width_px * 0.62, y - height_px * 1.25, x + width_px * 0.62, y + height_px * 0.28)
    if box.width < 8 or box.height < 8:
        return
    body = _puffs(canvas, rng, box, (x, y), width_px, height_px)
    cell = min(height * 0.28, 0.05)
    fray = canvas.noise(cell, 5, 0.6, box=box)
    fray2 = canvas.noise(cell, 5, 0.6, box=box)
    reach = min(height_px * 0.13, canvas.px(0.022))
    body = warp(body, fray * reach, fray2 * reach)
    soft = cv2.GaussianBlur(body, (0, 0), float(np.clip(height_px * 0.012, 0.9, canvas.px(0.0022))))
    broad = cv2.GaussianBlur(body, (0, 0), float(np.clip(height_px * 0.05, 1.5, canvas.px(0.011))))
    rows = np.arange(box.top, box.bottom, dtype=np.float32)[:, None]
    flat = smooth(height_px * 0.16, -height_px * 0.06, rows - y + fray * height_px * 0.14)
    cover = smooth(0.10, 0.42, soft / height_px + fray * 0.10) * flat
    colour = _cloud_light(canvas, air, sun, box, (soft, broad), height_px, fray, (rows - (y - height_px)) / height_px)
    if far:
        haze = np.asarray(air.haze, np.float32)
        colour = colour * (1 - far) + haze * far
    canvas.lay(colour, cover * opacity, box)


def _cloud_light(canvas: Canvas, air: Air, sun: Sun, box: Box, bodies: tuple[Field, Field], height_px: float,
                 fray: Field, down: Field) -> Field:  # fmt: skip
    """Colours of a cloud from its height fields: side light, self shade, dark base, silver edge before the sun."""
    soft, broad = bodies
    fine_x, fine_y = cv2.Sobel(soft, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(soft, cv2.CV_32F, 0, 1) / 8
    wide_x, wide_y = cv2.Sobel(broad, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(broad, cv2.CV_32F, 0, 1) / 8
    slope_x, slope_y = fine_x * 0.6 + wide_x * 0.55, fine_y * 0.6 + wide_y * 0.55
    middle_u, middle_v = (box.left + box.right) / 2 / canvas.width, (box.top + box.bottom) / 2 / canvas.height
    dx = (sun.u - middle_u) * canvas.aspect
    dy = min(-0.12, sun.v - middle_v) if air.time != "dusk" else sun.v - middle_v - 0.1
    length = float(np.hypot(dx, dy)) + 1e-6
    facing = (-slope_x * dx - slope_y * dy) / length
    norm = np.sqrt(1 + slope_x * slope_x + slope_y * slope_y)
    lit = np.clip(0.46 + 0.62 * facing / norm + 0.16 * (1 / norm - 0.5) + fray * 0.10, 0, 1)
    lit = lit * (1 - 0.42 * smooth(0.35, 1.05, down))
    lit_c, mid_c, dark_c = (np.asarray(part, np.float32) for part in air.cloud)
    low, high = smooth(0.08, 0.52, lit)[..., None], smooth(0.42, 0.9, lit)[..., None]
    colour = dark_c + (mid_c - dark_c) * low
    colour = colour + (lit_c - colour) * high
    near_sun = np.exp(-length / 0.3) if sun.shown else 0.0
    edge = np.exp(-soft / (height_px * 0.12))
    return np.asarray(colour + (np.asarray(air.sun, np.float32) - colour) * (edge * near_sun * 0.6)[..., None])


def cloud_sea(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, top: float, layers: int = 8,
              between: Callable[[int], None] | None = None) -> None:  # fmt: skip
    """A sea of clouds from `top` (v) down to the lower edge; `between(i)` may paint before layer i."""
    for index in range(layers):
        if between is not None:
            between(index)
        t = index / max(1, layers - 1)
        line = top - 0.02 + (t**1.5) * (1.06 - top)
        swell = 0.016 + 0.05 * t
        cycles = (7.5 - 5.2 * t) * max(0.6, canvas.aspect)
        lumps = profile(canvas.width, cycles, canvas.next_seed(), octaves=5, gain=0.5, mode="billow")
        edge = (line - swell * (lumps + 0.3) * 1.3).astype(np.float32)
        first = max(0, int((edge.min() - 0.01) * canvas.height))
        if first >= canvas.height - 2:
            continue
        if 0 < t < 0.5:
            _heaps(canvas, air, sun, rng, edge, t)
        _cloud_bank(canvas, air, sun, Box(0, first, canvas.width, canvas.height), edge, t, line)


def _heaps(canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, edge: Field, t: float) -> None:
    """Heaps that rise out of a bank before it is laid over their feet."""
    for _ in range(4):
        u = float(rng.uniform(-0.05, 1.05))
        v = float(edge[int(np.clip(u, 0, 0.999) * canvas.width)]) + 0.018 + 0.02 * t
        height = 0.045 + 0.06 * t
        cumulus(
            canvas,
            air,
            sun,
            rng,
            (u, v),
            height * float(rng.uniform(3.0, 5.0)),
            height * float(rng.uniform(0.8, 1.25)),
            0.85,
            0.5 * (1 - t),
        )


def _cloud_bank(canvas: Canvas, air: Air, sun: Sun, box: Box, edge: Field, t: float, line: float) -> None:
    rows = canvas.v[box.top : box.bottom]
    size = 0.09 + 0.26 * t
    turn = canvas.noise((size * 0.55, size), 4, box=box)
    body = warp(canvas.noise((size * 0.5, size * 0.95), 6, 0.54, "billow", box=box), turn * canvas.px(size * 0.30),
                turn * canvas.px(size * 0.16))  # fmt: skip
    below_edge = rows - edge[None, :]
    cover = smooth(-0.004 - 0.014 * t, 0.010 + 0.024 * t, below_edge + body * 0.014)
    soft = cv2.GaussianBlur(body, (0, 0), max(0.8, canvas.px(0.0022 + 0.003 * t)))
    slope_x = cv2.Sobel(soft, cv2.CV_32F, 1, 0) * canvas.px(size) / 22
    slope_y = cv2.Sobel(soft, cv2.CV_32F, 0, 1) * canvas.px(size) / 22
    light = np.clip(0.46 + (slope_x * sun.side * -0.42 - slope_y * 0.8) * 0.42, 0, 1)
    depth = np.clip(below_edge / (0.10 + 0.16 * t), 0, 1)
    lit_c, mid_c, dark_c = (np.asarray(blend(part, air.haze, 0.42 * (1 - t)), np.float32) for part in air.cloud)
    colour = mid_c + (dark_c - mid_c) * (smooth(0.0, 1.0, depth) * (0.45 + 0.45 * t))[..., None]
    toward = np.exp(-np.abs(canvas.u - sun.u) / 0.4) * (1.0 if sun.shown else 0.4)
    rim = np.exp(-np.clip(below_edge, 0, 1) / (0.010 + 0.018 * t))
    strength = np.clip(light * (0.72 - 0.34 * depth) + rim * (0.22 + 0.5 * toward), 0, 1)
    colour = colour + (lit_c - colour) * strength[..., None]
    canvas.lay(colour, cover * (0.93 if t < 0.9 else 0.97), box)
    mist = np.exp(-np.abs(rows - line) / (0.022 + 0.02 * t)) * 0.22 * (1 - t)
    canvas.lay(air.haze, np.broadcast_to(mist, (box.height, box.width)), box)
