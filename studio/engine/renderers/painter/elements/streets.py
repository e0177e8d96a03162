"""A street in one-point perspective, computed per pixel: walls with storeys and windows, shops, signs, wet paving.

The viewer stands between two walls, `wall` to each side, at eye height over the road; everything meets at `vanish`
(u, v). World units are such that a thing at depth 1 appears at its size in picture units.
"""

from __future__ import annotations

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.elements.water import wave_slopes
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.sketch import Sketch

EYE = 0.22
"""How high the viewer's eye stands over the street, in world units: a person's height."""


def facade(
    canvas: Canvas,
    air: Air,
    rng: np.random.Generator,
    side: float,
    vanish: tuple[float, float],
    lamps: tuple[Rgb, ...],
    night: bool,
    wall: float,
) -> None:
    """One side of the street: walls in perspective with storeys, windows, shops and signs, computed per pixel."""
    unit = canvas.unit_px
    dx = (canvas.u - vanish[0]) * canvas.width / unit * side
    dy = (vanish[1] - canvas.v) * canvas.height / unit
    depth = wall / np.maximum(dx, 1e-4)
    height = dy * depth
    ends = np.cumsum(rng.uniform(0.55, 1.25, 40)) + 0.35
    index = np.searchsorted(ends, np.clip(depth, 0, 60)).astype(np.int32)
    tall = rng.uniform(1.0, 2.5, 60)[index] * (1.0 if canvas.aspect > 1 else 1.4)
    tones = rng.random(60)[index]
    inside = (dx > 0) & (height < tall) & (height > -EYE) & (depth < 30)
    start = np.concatenate([[0.35], ends])[index]
    along = depth - start
    storey, bay = 0.19, 0.125
    row, column = np.floor((height + EYE) / storey), np.floor(along / bay)
    part_y, part_x = (height + EYE) / storey - row, along / bay - column
    key = np.sin(row * 12.9898 + column * 78.233 + index * 37.719) * 43758.5453
    chance = key - np.floor(key)
    window = (
        smooth(0.16, 0.22, part_x)
        * smooth(0.84, 0.78, part_x)
        * smooth(0.22, 0.30, part_y)
        * smooth(0.86, 0.78, part_y)
    )
    window = window * (row > 0) * smooth(26, 6, depth)
    stones = [rgb(code) for code in ("#B08E78", "#C9A58A", "#A8624C", "#8E8A92", "#D2B896", "#7E6A64")]
    dyed = [
        blend(local_light(air, stone, 0.75 if not night else 0.3), air.near, 0.06 if not night else 0.5)
        for stone in stones
    ]
    base = dyed[0]
    colour = (
        np.asarray(dyed, np.float32)[(index * 5 + int(side)) % 6]
        * (0.85 + 0.3 * tones)[..., None]
        * (1.0 if side < 0 else 0.72)
    )
    colour = colour * (1 + 0.06 * canvas.noise(0.02, 3))[..., None]
    ledge = smooth(0.90, 0.96, part_y) * smooth(20, 4, depth)
    colour = colour * (1 + 0.18 * ledge[..., None])
    lamp_table = np.asarray(lamps, np.float32)
    pick = lamp_table[((chance * 97.0) % len(lamps)).astype(np.int32)]
    lit = (chance < (0.42 if night else 0.05)) * window
    glass = np.asarray(blend(base, air.sky[-1][1], 0.45 if not night else 0.12), np.float32)
    colour = colour + (glass - colour) * (window * 0.75)[..., None]
    colour = colour + (pick * (0.55 + 0.45 * chance)[..., None] * 1.05 - colour) * lit[..., None]
    colour = _shops(colour, along, part_y, row, index, smooth(24, 6, depth), lamp_table, night)
    haze = 1 - np.exp(
        -np.clip(depth - 0.6, 0, 40) / ((4.2 if night else 9.0) if air.weather not in ("rain", "fog") else 2.6)
    )
    veil = np.asarray(blend(air.haze, air.glow, 0.35), np.float32)
    colour = colour + (veil - colour) * haze[..., None]
    canvas.lay(np.clip(colour, 0, 1).astype(np.float32), inside.astype(np.float32))
    if night:
        _signs(canvas, rng, side, vanish, lamps, wall)


def _shops(
    colour: Field, along: Field, part_y: Field, row: Field, index: Field, seen: Field, lamps: Field, night: bool
) -> Field:
    """The ground floor: show windows with a glow inside, doors, pillars, and a dark fascia with a lit edge above."""
    place = along / 0.42
    number = np.floor(place)
    across = place - number
    key = np.sin(number * 91.7 + index * 17.3) * 9137.7
    chance = key - np.floor(key)
    ground = (row < 1) * seen
    glass = (
        ground
        * smooth(0.05, 0.07, across)
        * smooth(0.95, 0.93, across)
        * smooth(0.10, 0.13, part_y)
        * smooth(0.74, 0.71, part_y)
    )
    door = smooth(0.62, 0.63, across) * smooth(0.80, 0.79, across)
    tone = lamps[((chance * 53.0) % len(lamps)).astype(np.int32)]
    glow = (0.35 + 0.65 * smooth(0.1, 0.7, part_y)) * (0.55 + 0.45 * chance) * (1 - 0.45 * door)
    inside = tone * glow[..., None] if night else tone * 0.30 + 0.16
    colour = colour * (1 - 0.45 * ground)[..., None]
    colour = colour + (inside - colour) * (glass * (0.95 if night else 0.8))[..., None]
    mullion = (
        ground
        * smooth(0.10, 0.13, part_y)
        * smooth(0.74, 0.71, part_y)
        * (np.abs(np.mod(across * 4, 1.0) - 0.5) > 0.475)
    )
    colour = colour * (1 - 0.6 * mullion)[..., None]
    fascia = ground * smooth(0.77, 0.79, part_y) * smooth(0.95, 0.93, part_y)
    return np.asarray(
        colour
        + (tone * (0.85 if night else 0.45) - colour) * (fascia * (0.5 if night else 0.6) * (chance > 0.3))[..., None]
    )


def _signs(
    canvas: Canvas,
    rng: np.random.Generator,
    side: float,
    vanish: tuple[float, float],
    lamps: tuple[Rgb, ...],
    wall: float,
) -> None:
    """Glowing upright signs that stand out from the walls, far ones first."""
    unit = canvas.unit_px
    for depth in sorted(rng.uniform(0.55, 3.2, 9), reverse=True):
        low, tall = float(rng.uniform(0.05, 0.55)), float(rng.uniform(0.16, 0.42))
        out = float(rng.uniform(0.06, 0.10))
        x0 = vanish[0] * canvas.width + side * (wall - out) / depth * unit
        x1 = vanish[0] * canvas.width + side * (wall - 0.012) / depth * unit
        y0, y1 = (
            (vanish[1] * canvas.height - (low + tall) / depth * unit),
            (vanish[1] * canvas.height - low / depth * unit),
        )
        left, right = min(x0, x1), max(x0, x1)
        if right < 0 or left > canvas.width or right - left < 2:
            continue
        colour = lamps[int(rng.integers(len(lamps)))]
        pad = (right - left) * 2.6
        box = canvas.box(left - pad, y0 - pad, right + pad, y1 + pad)
        if box.empty:
            continue
        sketch = Sketch(canvas, box, 3)
        sketch.polygon([(left, y0), (right, y0), (right, y1), (left, y1)], blend(colour, (0.03, 0.02, 0.06), 0.72))
        border = max(0.8, (right - left) * 0.07)
        sketch.line([(left, y0), (right, y0), (right, y1), (left, y1)], border, colour, closed=True)
        wide, count = right - left, max(2, int((y1 - y0) / (right - left) / 0.85))
        for k in range(count):
            cy = y0 + (y1 - y0) * (k + 0.5) / count
            for _ in range(int(rng.integers(2, 5))):
                a = (left + wide * float(rng.uniform(0.25, 0.75)), cy + wide * float(rng.uniform(-0.25, 0.25)))
                b = (
                    (a[0], cy + wide * float(rng.uniform(-0.28, 0.28)))
                    if rng.random() < 0.5
                    else (left + wide * float(rng.uniform(0.25, 0.75)), a[1])
                )
                sketch.line([a, b], border * 1.1, adjust(colour, lightness=0.16))
        cover = sketch.paint(haze=colour, haze_amount=0.1)
        glow = cv2.GaussianBlur(cover, (0, 0), max(1.0, (right - left) * 0.8))
        canvas.screen(colour, np.clip(glow * 0.75, 0, 0.7), box)


def wet_road(
    canvas: Canvas, air: Air, rng: np.random.Generator, vanish: tuple[float, float], wall: float, wet: float
) -> None:
    """The roadway: kerbs, lines, and the lights mirrored in it."""
    unit = canvas.unit_px
    top = int(vanish[1] * canvas.height)
    rows = canvas.height - top
    if rows < 6:
        return
    box = Box(0, top, canvas.width, canvas.height)
    drop = (canvas.v[top:] - vanish[1]) * canvas.height / unit
    depth = EYE / np.maximum(drop, 1e-3)
    across = (canvas.u - vanish[0]) * canvas.width / unit * depth
    road = (np.abs(across) < wall).astype(np.float32)
    asphalt = blend(air.near, rgb("#5E626C"), 0.45 if not air.dark else 0.12)
    gravel = canvas.noise((0.012, 0.02), 4, 0.6, box=box) * 0.10
    colour = np.asarray(blend(asphalt, air.sky[-1][1], 0.10), np.float32) * (1 + gravel)[..., None]
    pavement = smooth(wall * 0.62, wall * 0.63, np.abs(across))
    colour = colour * (1 + 0.22 * pavement[..., None])
    mark = (np.abs(across) < 0.016) * (np.mod(depth * 2.2, 1.0) < 0.55)
    colour = (
        colour + (np.asarray(local_light(air, rgb("#E8E2D0"), 0.6), np.float32) - colour) * (mark * 0.55)[..., None]
    )
    line = np.arange(rows, dtype=np.float32)[:, None]
    side, front = wave_slopes(canvas, top, 0.5, 4)
    stretch = canvas.px(0.010 + 0.03 * wet)
    map_x = np.arange(canvas.width, dtype=np.float32)[None, :] + side * stretch * 0.35
    # The floor shows the wall of the same column, mirrored at the wall's own foot.
    foot = np.abs(canvas.u - vanish[0]) * canvas.width * (2 * EYE / wall)
    map_y = np.clip(top - line + foot - front * stretch * 1.5, 0, canvas.height - 1)
    mirrored = cv2.remap(
        canvas.pixels,
        np.ascontiguousarray(np.broadcast_to(map_x, (rows, canvas.width)), np.float32),
        np.ascontiguousarray(np.broadcast_to(map_y, (rows, canvas.width)), np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    mirrored = cv2.GaussianBlur(mirrored, (0, 0), sigmaX=canvas.px(0.004), sigmaY=canvas.px(0.016))
    puddles = np.clip(wet * (0.62 + 0.8 * canvas.noise((0.05, 0.22), 4, box=box)), 0.04, 0.92)
    colour = colour + (mirrored * 1.04 - colour) * puddles[..., None]
    veil = 1 - np.exp(-np.clip(depth - 1.0, 0, 40) / 5.0)
    colour = colour + (np.asarray(blend(air.haze, air.glow, 0.35), np.float32) - colour) * veil[..., None]
    canvas.lay(np.clip(colour, 0, 1).astype(np.float32), cv2.GaussianBlur(road, (0, 0), 0.7), box)


def street_lamps(canvas: Canvas, air: Air, vanish: tuple[float, float], wall: float, night: bool) -> None:
    unit = canvas.unit_px
    for depth in (5.0, 3.4, 2.3, 1.6, 1.1):
        for side in (-1.0, 1.0):
            x = vanish[0] * canvas.width + side * wall * 0.66 / depth * unit
            base, top = vanish[1] * canvas.height + EYE / depth * unit, vanish[1] * canvas.height - 0.34 / depth * unit
            reach = 0.10 / depth * unit
            sketch = Sketch(canvas, canvas.box(x - reach * 2, top - reach, x + reach * 2, base), 3)
            dark = blend(air.near, air.haze, float(np.clip(depth / 9, 0, 0.6)))
            sketch.line(
                [
                    (x, base),
                    (x, top),
                    (x - side * reach * 0.3, top - reach * 0.25),
                    (x - side * reach * 0.8, top - reach * 0.22),
                ],
                max(0.7, 0.010 / depth * unit),
                dark,
            )
            sketch.ellipse(
                (x - side * reach * 0.8, top - reach * 0.16), reach * 0.22, reach * 0.11, air.lamp if night else dark
            )
            sketch.paint()
            if night:
                u, v = (x - side * reach * 0.8) / canvas.width, (top - reach * 0.12) / canvas.height
                canvas.screen(air.lamp, np.exp(-canvas.distance(u, v) / (0.06 / depth + 0.008)) * 0.6)
