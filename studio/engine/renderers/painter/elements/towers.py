"""Buildings that stand alone: lighthouse, cottage, windmill, church, castle. All are drawn on a `Sketch`.

`foot` is the pixel point on the ground, `size` the height of the thing in pixels. `side` is where the light comes
from (-1 left, +1 right).
"""

from __future__ import annotations

import math

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.sketch import Point, Sketch


def local_light(air: Air, colour: Rgb, lit: float) -> Rgb:
    """A thing's own colour under this air: 0 in shade, 1 in full light."""
    dim = {"night": 0.42, "blue": 0.58, "dusk": 0.86}.get(air.time, 1.0)
    bright = (min(1, colour[0] * air.light[0] * 1.12), min(1, colour[1] * air.light[1] * 1.12),
              min(1, colour[2] * air.light[2] * 1.12))  # fmt: skip
    shade = blend((colour[0] * air.shade[0], colour[1] * air.shade[1], colour[2] * air.shade[2]), air.shade, 0.45)
    mixed = blend(shade, bright, lit)
    return (mixed[0] * dim, mixed[1] * dim, mixed[2] * dim)


def _tapered(sketch: Sketch, middle: float, top: float, bottom: float, half_top: float, half_bottom: float,
             colours: tuple[Rgb, Rgb, Rgb], side: float, strips: int = 14) -> None:  # fmt: skip
    """A round tower from `top` to `bottom`, shaded across in strips (shade, body, light)."""
    for k in range(strips):
        a, b = -1 + 2 * k / strips, -1 + 2 * (k + 1) / strips + 0.02
        where = (a + b) / 2 * side
        lit = 0.5 + 0.62 * where - 0.34 * where * where * (1 if where > 0 else 0)
        colour = blend(colours[0], colours[1], min(1.0, lit * 2)) if lit < 0.5 else blend(
            colours[1], colours[2], min(1.0, lit * 2 - 1))  # fmt: skip
        sketch.polygon([(middle + half_top * a, top), (middle + half_top * b, top), (middle + half_bottom * b, bottom),
                        (middle + half_bottom * a, bottom)], colour)  # fmt: skip


def lighthouse(sketch: Sketch, air: Air, foot: Point, size: float, side: float, band: Rgb | None = None,
               bands: int = 5, lamp_lit: bool = False) -> Point:  # fmt: skip
    """A banded tower with gallery, lamp room and dome; returns the lamp's place in pixels."""
    x, base = foot
    white, red = rgb("#FBF4E8"), band or rgb("#D2473F")
    dark = local_light(air, rgb("#3A2A34"), 0.25)
    half_bottom, half_top = size * 0.082, size * 0.050
    top = base - size * 0.80
    for k in range(bands):
        y0, y1 = top + (base - top) * k / bands, top + (base - top) * (k + 1) / bands + 0.6
        h0 = half_top + (half_bottom - half_top) * k / bands
        h1 = half_top + (half_bottom - half_top) * (k + 1) / bands
        colour = red if k % 2 else white
        _tapered(sketch, x, y0, y1, h0, h1, (local_light(air, colour, 0.08), local_light(air, colour, 0.55),
                                             local_light(air, colour, 1.0)), side)  # fmt: skip
    glow = air.lamp if lamp_lit else local_light(air, rgb("#CFE6EE"), 0.8)
    for part, width in ((0.30, 0.010), (0.62, 0.012)):
        y, w = top + (base - top) * part, size * width
        sketch.polygon([(x - w, y), (x + w, y), (x + w, y + size * 0.04), (x - w, y + size * 0.04)],
                       glow if lamp_lit else dark)  # fmt: skip
    gallery = half_top * 1.62
    sketch.polygon(
        [
            (x - gallery, top - size * 0.012),
            (x + gallery, top - size * 0.012),
            (x + gallery * 0.82, top + size * 0.02),
            (x - gallery * 0.82, top + size * 0.02),
        ],
        dark,
    )
    room, room_top = half_top * 0.80, top - size * 0.115
    sketch.polygon([(x - room, room_top), (x + room, room_top), (x + room, top), (x - room, top)], glow)
    for bar in (-1.0, -0.36, 0.36, 1.0):
        sketch.line([(x + room * bar, room_top), (x + room * bar, top)], max(0.6, size * 0.004), dark)
    rail = top - size * 0.045
    sketch.line([(x - gallery, rail), (x + gallery, rail)], max(0.5, size * 0.003), dark)
    for bar in np.linspace(-1, 1, 9):
        sketch.line([(x + gallery * bar, rail), (x + gallery * bar, top - size * 0.01)], max(0.4, size * 0.002), dark)
    arc = np.linspace(math.pi, 0, 22)
    dome = [(x + room * 1.22 * math.cos(q), room_top + size * 0.004 - size * 0.065 * math.sin(q)) for q in arc]
    sketch.polygon(dome, blend(dark, local_light(air, red, 0.5), 0.4))
    sketch.line([(x, room_top - size * 0.06), (x, room_top - size * 0.105)], max(0.7, size * 0.005), dark)
    return (x, (room_top + top) / 2)


def beam(canvas: Canvas, air: Air, lamp: Point, direction: float, tilt_deg: float, power: float = 0.9) -> None:
    """The lamp's light: two opposite cones, the far one weaker, and a glow around the lamp."""
    dx = (canvas.u * canvas.width - lamp[0]) / canvas.unit_px
    dy = (canvas.v * canvas.height - lamp[1]) / canvas.unit_px
    angle = math.radians(tilt_deg)
    drift = 0.8 + 0.5 * canvas.noise((0.07, 0.3), 4)
    for sign, strength in ((direction, power), (-direction, power * 0.22)):
        along = dx * math.cos(angle) * sign + dy * math.sin(angle)
        across = -dx * math.sin(angle) * sign + dy * math.cos(angle)
        half = 0.004 + np.clip(along, 0, 9) * 0.085
        cone = np.exp(-((across / half) ** 2) * 1.6) * (along > 0) * np.exp(-np.clip(along, 0, 9) / 0.62)
        canvas.screen(air.lamp, np.clip(cone * drift * strength, 0, 0.92))
    away = np.sqrt(dx * dx + dy * dy)
    canvas.screen(air.lamp, np.exp(-away / 0.022) * 0.95 + np.exp(-away / 0.10) * 0.36)


def cottage(sketch: Sketch, air: Air, foot: Point, size: float, side: float, wall: Rgb | None = None,
            roof: Rgb | None = None, lit: bool = False) -> None:  # fmt: skip
    """A small house seen at an angle, with a chimney and a window; `size` is its height."""
    x, base = foot
    wall_colour, roof_colour = wall or rgb("#EFE3D0"), roof or rgb("#8A4A3C")
    front, gable = size * 0.95, size * 0.55
    wall_h = size * 0.52
    light_front, light_gable = (0.85, 0.3) if side > 0 else (0.35, 0.85)
    left, corner, right = x - gable, x, x + front
    sketch.polygon([(left, base), (left, base - wall_h), (left + gable / 2, base - size), (corner, base - wall_h),
                    (corner, base)], local_light(air, wall_colour, light_gable))  # fmt: skip
    sketch.polygon([(corner, base), (corner, base - wall_h), (right, base - wall_h), (right, base)],
                   local_light(air, wall_colour, light_front))  # fmt: skip
    sketch.polygon([(corner + size * 0.03, base - wall_h + size * 0.03), (left + gable / 2, base - size * 1.03),
                    (right - gable / 2, base - size * 1.03), (right + size * 0.04, base - wall_h + size * 0.03)],
                   local_light(air, roof_colour, light_front))  # fmt: skip
    sketch.line([(left - size * 0.03, base - wall_h + size * 0.02), (left + gable / 2, base - size * 1.02),
                 (corner, base - wall_h)], size * 0.045, local_light(air, roof_colour, light_gable * 0.7))  # fmt: skip
    chimney = right - front * 0.3
    sketch.polygon(
        [
            (chimney, base - size * 0.85),
            (chimney, base - size * 1.22),
            (chimney + size * 0.12, base - size * 1.22),
            (chimney + size * 0.12, base - size * 0.85),
        ],
        local_light(air, rgb("#9A7462"), light_gable),
    )
    pane = air.lamp if lit else local_light(air, rgb("#3A4654"), 0.4)
    for px, width in ((corner + front * 0.22, 0.16), (corner + front * 0.62, 0.16), (left + gable * 0.38, 0.13)):
        w, h = size * width, size * 0.2
        sketch.polygon(
            [
                (px, base - wall_h * 0.78),
                (px + w, base - wall_h * 0.78),
                (px + w, base - wall_h * 0.78 + h),
                (px, base - wall_h * 0.78 + h),
            ],
            pane,
        )


def windmill(sketch: Sketch, air: Air, foot: Point, size: float, side: float, turn: float) -> None:
    """A tower mill with four latticed sails."""
    x, base = foot
    body = rgb("#E9DDC8")
    top = base - size * 0.62
    _tapered(
        sketch,
        x,
        top,
        base,
        size * 0.10,
        size * 0.17,
        (local_light(air, body, 0.1), local_light(air, body, 0.55), local_light(air, body, 1.0)),
        side,
    )
    arc = np.linspace(math.pi, 0, 16)
    cap = local_light(air, rgb("#6A4334"), 0.5)
    sketch.polygon([(x + size * 0.125 * math.cos(q), top + size * 0.01 - size * 0.13 * math.sin(q)) for q in arc], cap)
    hub = (x, top - size * 0.04)
    spar, cloth = local_light(air, rgb("#4A3428"), 0.4), local_light(air, rgb("#F4EBDD"), 0.75)
    for k in range(4):
        angle = turn + k * math.pi / 2
        ax, ay = math.cos(angle), math.sin(angle)
        tip = (hub[0] + ax * size * 0.5, hub[1] + ay * size * 0.5)
        nx, ny = -ay * size * 0.085, ax * size * 0.085
        inner = (hub[0] + ax * size * 0.12, hub[1] + ay * size * 0.12)
        sketch.polygon([inner, tip, (tip[0] + nx, tip[1] + ny), (inner[0] + nx, inner[1] + ny)], cloth)
        for t in np.linspace(0, 1, 7):
            px, py = inner[0] + (tip[0] - inner[0]) * t, inner[1] + (tip[1] - inner[1]) * t
            sketch.line([(px, py), (px + nx, py + ny)], max(0.5, size * 0.006), spar)
        sketch.line([hub, tip], max(0.8, size * 0.014), spar)
    sketch.polygon(
        [
            (x - size * 0.035, base),
            (x - size * 0.035, base - size * 0.13),
            (x + size * 0.035, base - size * 0.13),
            (x + size * 0.035, base),
        ],
        spar,
    )


def church(sketch: Sketch, air: Air, foot: Point, size: float, side: float, lit: bool = False) -> None:
    """A nave and a tower with a spire."""
    x, base = foot
    stone, slate = rgb("#E4DAC8"), rgb("#5A5E6C")
    for left, right, level in ((-0.10, 0.02, 0.35), (0.02, 0.10, 0.9) if side > 0 else (0.02, 0.10, 0.4)):
        lit_part = level if side > 0 else 1.15 - level
        sketch.polygon(
            [
                (x + left * size, base),
                (x + left * size, base - size * 0.6),
                (x + right * size, base - size * 0.6),
                (x + right * size, base),
            ],
            local_light(air, stone, lit_part),
        )
    sketch.polygon([(x - size * 0.115, base - size * 0.59), (x, base - size), (x + size * 0.02, base - size * 0.59)],
                   local_light(air, slate, 0.4 if side > 0 else 0.9))  # fmt: skip
    sketch.polygon([(x, base - size), (x + size * 0.115, base - size * 0.59), (x + size * 0.02, base - size * 0.59)],
                   local_light(air, slate, 0.9 if side > 0 else 0.35))  # fmt: skip
    nave = 0.46 * size
    sketch.polygon(
        [
            (x + size * 0.1, base),
            (x + size * 0.1, base - size * 0.28),
            (x + size * 0.1 + nave, base - size * 0.28),
            (x + size * 0.1 + nave, base),
        ],
        local_light(air, stone, 0.75),
    )
    sketch.polygon([(x + size * 0.1, base - size * 0.28), (x + size * 0.14, base - size * 0.46),
                    (x + size * 0.06 + nave, base - size * 0.46), (x + size * 0.12 + nave, base - size * 0.27)],
                   local_light(air, slate, 0.6))  # fmt: skip
    pane = air.lamp if lit else local_light(air, rgb("#39424E"), 0.3)
    for k in range(4):
        wx = x + size * (0.16 + 0.1 * k)
        sketch.polygon(
            [
                (wx, base - size * 0.07),
                (wx, base - size * 0.2),
                (wx + size * 0.02, base - size * 0.23),
                (wx + size * 0.04, base - size * 0.2),
                (wx + size * 0.04, base - size * 0.07),
            ],
            pane,
        )


def castle(sketch: Sketch, air: Air, foot: Point, size: float, side: float, rng: np.random.Generator,
           lit: bool = False) -> None:  # fmt: skip
    """A keep with towers, battlements and pointed roofs."""
    x, base = foot
    stone, roof = rgb("#CDBFB0"), rgb("#3F5878") if rng.random() < 0.5 else rgb("#7A3B3B")
    shade = (local_light(air, stone, 0.06), local_light(air, stone, 0.5), local_light(air, stone, 1.0))
    pane = air.lamp if lit else local_light(air, rgb("#2C2A34"), 0.2)
    towers = [(-0.42, 0.55, 0.075), (0.40, 0.62, 0.08), (-0.22, 0.72, 0.075), (0.2, 0.8, 0.07), (0.0, 1.0, 0.095)]
    sketch.polygon(
        [
            (x - size * 0.42, base),
            (x - size * 0.42, base - size * 0.34),
            (x + size * 0.40, base - size * 0.34),
            (x + size * 0.40, base),
        ],
        local_light(air, stone, 0.45),
    )
    for k in range(14):
        left = x - size * 0.42 + size * 0.82 * k / 14
        sketch.polygon(
            [
                (left, base - size * 0.33),
                (left, base - size * 0.375),
                (left + size * 0.034, base - size * 0.375),
                (left + size * 0.034, base - size * 0.33),
            ],
            local_light(air, stone, 0.5),
        )
    for place, tall, half in towers:
        middle, top = x + place * size, base - size * tall * 0.74
        _tapered(sketch, middle, top, base, size * half * 0.92, size * half, shade, side)
        _tapered(
            sketch, middle, top - size * 0.035, top + size * 0.01, size * half * 1.15, size * half * 1.1, shade, side
        )
        peak = (middle, top - size * tall * 0.27)
        eave = size * half * 1.22
        edge = top - size * 0.03
        sketch.polygon(
            [(middle - eave, edge), peak, (middle, edge)], local_light(air, roof, 0.35 if side > 0 else 0.95)
        )
        sketch.polygon(
            [(middle, edge), peak, (middle + eave, edge)], local_light(air, roof, 0.95 if side > 0 else 0.35)
        )
        sketch.line([peak, (peak[0], peak[1] - size * 0.035)], max(0.6, size * 0.005), local_light(air, roof, 0.2))
        for level in (0.25, 0.55):
            wy = top + (base - top) * level
            sketch.polygon(
                [
                    (middle - size * 0.011, wy),
                    (middle + size * 0.011, wy),
                    (middle + size * 0.011, wy + size * 0.04),
                    (middle - size * 0.011, wy + size * 0.04),
                ],
                pane,
            )
    door = [(x - size * 0.05, base), (x - size * 0.05, base - size * 0.1)]
    door += [
        (x + size * 0.05 * math.cos(q), base - size * 0.1 - size * 0.05 * math.sin(q))
        for q in np.linspace(math.pi, 0, 12)
    ]
    sketch.polygon([*door, (x + size * 0.05, base)], adjust(local_light(air, rgb("#3A2A22"), 0.2), lightness=-0.02))
