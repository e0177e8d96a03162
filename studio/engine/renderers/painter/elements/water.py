"""Water that mirrors what has been painted above it, from a still lake to a rough sea, and surf."""

from __future__ import annotations

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, blend
from studio.engine.renderers.painter.elements.sky import Sun
from studio.engine.renderers.painter.noise import Field, NoiseAt, warp


def wave_slopes(canvas: Canvas, horizon_px: int, scale: float, octaves: int = 5) -> tuple[Field, Field]:
    """Slopes (sideways, towards the viewer) of waves on a plane in perspective; rows below `horizon_px`."""
    rows = np.arange(canvas.height - horizon_px, dtype=np.float32)[:, None] + 0.7
    drop = rows / canvas.unit_px  # depth below the horizon, in units
    distance = 0.22 / (drop + 0.012)
    across = (canvas.x - canvas.x.mean()) * distance * 1.0
    footprint = 0.22 / (drop + 0.012) ** 2 / canvas.unit_px  # how far one pixel row reaches, in world units
    noise_x, noise_z = NoiseAt(canvas.next_seed(), octaves), NoiseAt(canvas.next_seed(), octaves)
    side: Field = np.zeros((len(rows), canvas.width), np.float32)
    front: Field = np.zeros_like(side)
    frequency, weight = 3.0 / scale, 1.0
    for octave in range(octaves):
        # An octave whose waves are smaller than a pixel is left out, or it would turn to glitter noise far away.
        seen = np.clip(1.35 - frequency * footprint * 1.5, 0, 1)
        last = int(np.argmax(seen[:, 0] > 0)) if (seen > 0).any() else len(rows)
        part_x, part_z = (
            across[last:] * frequency * 0.55 + octave * 7.3,
            distance[last:] * frequency * 1.5 + octave * 3.1,
        )
        part_x = part_x + part_z * 0.18
        side[last:] += noise_x.octave(octave, part_x, part_z) * weight * seen[last:]
        front[last:] += noise_z.octave(octave, part_x, part_z) * weight * seen[last:]
        frequency *= 1.93
        weight *= 0.68
    return side, front


def paint_water(canvas: Canvas, air: Air, horizon: float, *, rough: float = 0.3, mirror: float = 0.85,
                scale: float = 1.0, deep: Rgb | None = None, sun: Sun | None = None) -> None:  # fmt: skip
    """Cover everything below `horizon` with water. `rough` 0 is a mirror, 1 a running sea; `sun` lays
    a path of light."""
    top = round(horizon * canvas.height)
    if top >= canvas.height - 2 or top < 2:
        return
    rows = canvas.height - top
    box = Box(0, top, canvas.width, canvas.height)
    side, front = wave_slopes(canvas, top, scale)
    depth = (np.arange(rows, dtype=np.float32)[:, None] + 0.5) / rows
    reach = canvas.unit_px * (0.006 + 0.10 * rough) * (0.25 + 0.75 * depth**0.7)
    columns = np.arange(canvas.width, dtype=np.float32)[None, :]
    line = np.arange(rows, dtype=np.float32)[:, None]
    squeeze = min(1.0, top / rows)
    map_x = columns + side * reach * (0.22 + 0.1 * rough)
    map_y = top - 1.5 - line * squeeze - front * reach * 1.6 - rough * reach * 0.8
    map_y = np.abs(map_y)
    map_y = np.minimum(map_y, top - 1)
    mirrored = cv2.remap(
        canvas.pixels[:top],
        np.ascontiguousarray(np.clip(map_x, 0, canvas.width - 1), np.float32),
        np.ascontiguousarray(np.broadcast_to(map_y, (rows, canvas.width)), np.float32),
        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    if rough < 0.5:
        mirrored = cv2.GaussianBlur(
            mirrored, (0, 0), sigmaX=max(0.6, canvas.px(0.0022)), sigmaY=max(0.4, canvas.px(0.0006))
        )
    body = np.asarray(deep or air.water, np.float32)
    shallow = np.clip(mirror * (1.0 - 0.50 * depth**0.8) - front * rough * 0.32, 0.06, 0.97)
    colour = body + (mirrored * (0.93 - 0.12 * depth)[..., None] - body) * shallow[..., None]
    crest = np.clip(front * 0.5 + side * 0.25, -1, 1) * rough * (0.3 + 0.7 * depth)
    colour *= 1 + crest[..., None] * 0.34
    canvas.lay(colour, np.ones((1, 1), np.float32), box)
    if sun is not None and sun.shown:
        path = np.exp(-np.abs(canvas.u - sun.u) * canvas.aspect / (0.035 + 0.13 * depth * (0.4 + rough)))
        sparkle = smooth(0.10, 0.62, front * 0.8 + side * 0.35 + 0.30) * path * (0.95 - 0.55 * depth)
        canvas.screen(air.sun if sun.moon else air.glow, np.clip(sparkle * (0.5 if sun.moon else 0.85), 0, 0.95), box)
        canvas.screen(
            air.sun,
            np.clip(smooth(0.45, 0.9, front * 0.8 + side * 0.35 + 0.2) * path**2 * (1 - 0.6 * depth), 0, 0.9),
            box,
        )
    # The far shore of the water dissolves a little into the air.
    canvas.lay(air.haze, np.broadcast_to(np.exp(-depth * rows / canvas.px(0.012)) * 0.30, (rows, canvas.width)), box)


def surf(canvas: Canvas, air: Air, rng: np.random.Generator, shore_v: Field, sand: Rgb, reach: float = 0.10) -> None:
    """A beach below `shore_v` (v per column) with wet sand, sheets of foam and their lace."""
    rows = canvas.v
    under = rows - shore_v[None, :]
    wet = blend(sand, air.water, 0.42)
    grainy = canvas.noise(0.25, 6) * 0.05 + canvas.noise((0.01, 0.05), 3) * 0.03
    colour = (
        np.asarray(wet, np.float32)
        + (np.asarray(sand, np.float32) - np.asarray(wet, np.float32))
        * smooth(0.02, reach * 1.15, under + canvas.noise((0.06, 0.4), 4) * 0.02)[..., None]
    )
    colour = colour * (1 + grainy[..., None])
    mask = smooth(-0.002, 0.004, under)
    mirrored = warp(canvas.pixels[::-1], canvas.noise((0.02, 0.2), 3) * canvas.px(0.01), np.float32(0))
    sheen = smooth(reach, 0.0, under) * 0.32
    canvas.lay(colour + (mirrored - colour) * sheen[..., None], mask)
    lace_noise = canvas.noise(0.035, 4, 0.6)
    for index in range(3):
        offset = (-0.105, -0.052, -0.012)[index] + float(rng.uniform(-0.008, 0.008))
        front_line = under - offset + canvas.noise((0.2, 0.22), 4) * 0.016
        reach_back = -0.016 - 0.020 * (0.5 + 0.5 * canvas.noise((0.5, 0.25), 3))
        sheet = smooth(0.0, 0.0025, -front_line) * smooth(reach_back, 0.0, front_line)
        breaks = smooth(-0.28, 0.10, canvas.noise((0.6, 0.30), 3) + 0.10 * index)
        sheet = sheet * (0.12 + 0.88 * breaks)
        lace = smooth(-0.05, 0.25, lace_noise + sheet * 0.55 - 0.2)
        canvas.lay(blend(air.cloud[0], (1, 1, 1), 0.4), np.clip(sheet * (0.25 + 0.75 * lace), 0, 1) * 0.9)


def waterfall(canvas: Canvas, air: Air, start: tuple[float, float], drop_px: float, width_px: float) -> None:
    """Threads of falling water that widen and fray into mist; `start` is the lip in pixels."""
    box = canvas.box(start[0] - width_px * 6, start[1], start[0] + width_px * 6, start[1] + drop_px)
    if box.empty:
        return
    rows = (np.arange(box.top, box.bottom, dtype=np.float32)[:, None] - start[1]) / drop_px
    columns = (np.arange(box.left, box.right, dtype=np.float32)[None, :] - start[0]) / width_px
    cell = max(1.5, width_px * 0.28) / canvas.unit_px
    threads = canvas.noise((drop_px * 0.5 / canvas.unit_px, cell), 4, box=box)
    edge = canvas.noise((drop_px * 0.3 / canvas.unit_px, cell * 3), 3, box=box) * 0.5
    width = 0.55 + 0.9 * np.clip(rows, 0, 1) + edge
    cover = np.exp(-((columns / width) ** 4)) * np.clip(1.15 - rows, 0, 1) ** 0.7 * np.clip(0.72 + threads, 0.15, 1)
    canvas.lay(blend(air.cloud[0], (1, 1, 1), 0.45), np.clip(cover * 0.92, 0, 1), box)
