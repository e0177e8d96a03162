"""Things that sail and fly: boats, balloons, airship, kite, plane, rocket, lanterns."""

from __future__ import annotations

import math

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Thing
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.sketch import Point, Sketch, spline


def sail_boat(sketch: Sketch, air: Air, foot: Point, size: float, side: float, sail: Rgb | None = None,
              facing: float = 1.0, lit: bool = False) -> None:  # fmt: skip
    """A small sloop; `foot` is the middle of its waterline, `size` its mast's height in pixels."""
    x, y = foot
    cloth = sail or rgb("#FBF3E2")
    hull, dark = local_light(air, rgb("#5A3A2E"), 0.45), local_light(air, rgb("#2A1E1C"), 0.3)

    def at(dx: float, dy: float) -> Point:
        return (x + dx * size * facing, y - dy * size)

    back = spline([at(-0.02, 0.98), at(-0.16, 0.55), at(-0.36, 0.2), at(-0.02, 0.17)], True, 6)
    del back
    main = [
        at(-0.025, 0.98),
        *[at(-0.025 - 0.36 * t - 0.05 * math.sin(t * math.pi), 0.98 - 0.80 * t) for t in np.linspace(0.05, 1, 12)],
        at(-0.025, 0.19),
    ]
    jib = [
        at(0.02, 0.88),
        *[at(0.02 + 0.30 * t - 0.03 * math.sin(t * math.pi), 0.88 - 0.70 * t) for t in np.linspace(0.05, 1, 12)],
        at(0.05, 0.2),
    ]
    toward = side * facing
    sketch.polygon(main, local_light(air, cloth, 0.95 if toward < 0 else 0.6))
    sketch.polygon(jib, local_light(air, cloth, 0.95 if toward > 0 else 0.5))
    sketch.line([at(0, 1.02), at(0, 0.08)], max(0.8, size * 0.014), dark)
    sketch.line([at(0, 0.17), at(-0.38, 0.17)], max(0.6, size * 0.010), dark)
    body = spline([at(-0.40, 0.12), at(-0.1, 0.085), at(0.30, 0.10), at(0.46, 0.15), at(0.34, 0.02), at(0.2, -0.02),
                   at(-0.28, -0.02), at(-0.38, 0.02)], True, 6)  # fmt: skip
    sketch.polygon(body, hull)
    sketch.line([at(-0.40, 0.12), at(-0.1, 0.088), at(0.30, 0.102), at(0.46, 0.15)], max(0.6, size * 0.016),
                local_light(air, rgb("#F2E6D0"), 0.8))  # fmt: skip
    if lit:
        sketch.ellipse(at(0, 1.03), max(1.0, size * 0.02), max(1.0, size * 0.02), air.lamp)


def tall_ship(sketch: Sketch, air: Air, foot: Point, size: float, side: float, sail: Rgb | None = None) -> None:
    """A three-masted ship under full sail; `size` is the height of the main mast."""
    x, y = foot
    cloth, dark = sail or rgb("#F4E8D0"), local_light(air, rgb("#2C1E18"), 0.35)
    for mast, tall in ((-0.34, 0.78), (0.0, 1.0), (0.32, 0.86)):
        mx = x + mast * size
        sketch.line([(mx, y - size * 0.05), (mx, y - size * tall)], max(0.8, size * 0.012), dark)
        for level in range(3):
            top, bottom = tall * (0.95 - 0.28 * level), tall * (0.95 - 0.28 * (level + 1)) + 0.03
            half_top, half_bottom = 0.075 + 0.03 * level, 0.10 + 0.03 * level
            bulge = 0.035 * side
            shape = spline([(mx - half_top * size, y - top * size), (mx + half_top * size, y - top * size),
                            (mx + (half_bottom + bulge) * size, y - (top + bottom) / 2 * size),
                            (mx + half_bottom * size, y - bottom * size),
                            (mx, y - (bottom + 0.03) * size), (mx - half_bottom * size, y - bottom * size),
                            (mx - (half_bottom - bulge) * size, y - (top + bottom) / 2 * size)], True, 6)  # fmt: skip
            sketch.polygon(shape, local_light(air, cloth, 0.9 - 0.16 * level))
    sketch.line([(x + size * 0.48, y - size * 0.12), (x + size * 0.76, y - size * 0.24)], max(0.8, size * 0.012), dark)
    sketch.polygon(
        [(x + size * 0.34, y - size * 0.78), (x + size * 0.74, y - size * 0.23), (x + size * 0.42, y - size * 0.2)],
        local_light(air, cloth, 0.7),
    )
    hull = spline(
        [
            (x - size * 0.56, y - size * 0.17),
            (x - size * 0.3, y - size * 0.1),
            (x + size * 0.3, y - size * 0.09),
            (x + size * 0.54, y - size * 0.14),
            (x + size * 0.42, y + size * 0.01),
            (x - size * 0.46, y + size * 0.01),
        ],
        True,
        6,
    )
    sketch.polygon(hull, local_light(air, rgb("#4A2E22"), 0.4))
    sketch.line(
        [(x - size * 0.5, y - size * 0.09), (x + size * 0.48, y - size * 0.07)],
        max(0.6, size * 0.012),
        local_light(air, rgb("#D9B777"), 0.7),
    )


_BALLOON_SETS = (
    ("#E4573D", "#F6C667", "#F8EBD2"),
    ("#2F6F8F", "#F4E3C1", "#E07A5F"),
    ("#7A4E8A", "#F2B880", "#F8EBD2"),
    ("#3D8C7A", "#F6D186", "#F8EBD2"),
    ("#C2455A", "#F4E3C1", "#2F6F8F"),
    ("#D98A2B", "#FBEBC8", "#8A3B4A"),
    ("#2B4C7E", "#E8A64C", "#F6EFE0"),
)


def balloon_colours(air: Air, rng: np.random.Generator, wish: Rgb | None, recoloured: bool) -> tuple[Rgb, ...]:
    """Three colours of an envelope: the wished colour with its lights, the air's accents, or a classic set."""
    if wish is not None:
        return (wish, adjust(wish, lightness=0.14), blend(wish, rgb("#FBF1DE"), 0.72))
    if recoloured:
        accents = list(air.accents)
        first = accents[int(rng.integers(len(accents)))]
        return (first, adjust(first, lightness=0.18, chroma=0.7), blend(air.cloud[0], first, 0.12))
    return tuple(rgb(code) for code in _BALLOON_SETS[int(rng.integers(len(_BALLOON_SETS)))])


def balloon(sketch: Sketch, air: Air, middle: Point, radius: float, colours: tuple[Rgb, ...], side: float,
            pattern: int = 0, gores: int = 14, lit: bool = False) -> None:  # fmt: skip
    """A hot-air balloon: `middle` is the centre of its envelope, `radius` in pixels; basket below."""
    x, y = middle

    def seam(z: float) -> list[Point]:
        bend = math.sin(z * math.pi / 2)
        points = []
        for q in np.linspace(0, 1, 26):
            wide = math.sqrt(max(0.0, 1 - (1 - q / 0.43) ** 2)) if q < 0.43 else math.cos((q - 0.43) * 2.42) ** 0.88
            points.append((x + bend * radius * (max(wide, 0.13) if q > 0.5 else wide), y - radius + q * radius * 2.26))
        return points

    for k in range(gores):
        a, b = -1 + 2 * k / gores, -1 + 2 * (k + 1) / gores + 0.012
        where = (a + b) / 2 * side
        level = float(np.clip(0.62 + 0.42 * where - 0.18 * where * where, 0.1, 1.0))
        own = colours[k % len(colours)] if pattern != 1 else colours[0]
        sketch.polygon([*seam(a), *seam(b)[::-1]], local_light(air, own, level))
        if pattern:  # one or two belts in the other colours
            for index, (low, high) in enumerate(((9, 13), (15, 17)) if pattern == 1 else ((10, 14),)):
                belt = colours[(index + 1) % len(colours)] if pattern == 1 else colours[(k + 1) % len(colours)]
                sketch.polygon([*seam(a)[low:high], *seam(b)[low:high][::-1]], local_light(air, belt, level))
    for k in range(1, gores):
        sketch.line(
            seam(-1 + 2 * k / gores),
            max(0.4, radius * 0.006),
            local_light(air, adjust(colours[0], lightness=-0.25), 0.2),
            0.999,
        )
    mouth, basket = y + radius * 1.26, y + radius * 1.62
    rope, wicker = local_light(air, rgb("#46302A"), 0.3), local_light(air, rgb("#7A4E34"), 0.5)
    if lit:
        sketch.ellipse((x, mouth + radius * 0.04), radius * 0.09, radius * 0.13, air.lamp)
    for rope_at in (-1.0, -0.35, 0.35, 1.0):
        sketch.line(
            [(x + rope_at * radius * 0.12, basket), (x + rope_at * radius * 0.145, mouth - radius * 0.04)],
            max(0.5, radius * 0.014),
            rope,
        )
    sketch.polygon(
        [
            (x - radius * 0.125, basket),
            (x + radius * 0.125, basket),
            (x + radius * 0.105, basket + radius * 0.19),
            (x - radius * 0.105, basket + radius * 0.19),
        ],
        wicker,
    )
    sketch.line([(x - radius * 0.135, basket), (x + radius * 0.135, basket)], max(0.7, radius * 0.035),
                local_light(air, rgb("#B98A5A"), 0.7))  # fmt: skip


def balloons(canvas: Canvas, air: Air, rng: np.random.Generator, thing: Thing | None, top: float, bottom: float,
             side: float, recoloured: bool) -> int:  # fmt: skip
    """A flight of balloons between two heights (v): one leads, the others recede; returns how many were drawn."""
    count = int(np.clip((thing.count if thing and thing.count else rng.integers(4, 8)), 1, 40))
    wish = thing.colour if thing else None
    lead = 0.135 * min(1.0, 1.5 / max(1.0, count**0.18)) * (1.35 if count == 1 else 1.0)
    lead *= float(np.clip((bottom - top) * canvas.height / canvas.unit_px / 0.62, 0.55, 1.2))
    placed: list[tuple[float, float, float]] = []
    limit_x, span = canvas.width / canvas.unit_px, canvas.height / canvas.unit_px
    for index in range(count):
        radius = lead if index == 0 else lead * float(rng.uniform(0.22, 0.66)) * (0.98 ** max(0, index - 6))
        radius = max(radius, 0.017)
        for attempt in range(240):
            shrink = 1 - attempt / 480
            x = float(rng.uniform(0.08, 0.92)) * limit_x
            if index == 0:
                x = limit_x * float((0.34, 0.4, 0.62)[int(rng.integers(3))])
            y = float(
                rng.uniform(top * span + radius * 1.1, max(top * span + radius * 1.2, bottom * span - radius * 1.7))
            )
            if all(math.hypot(x - px, (y - py) * 0.75) > (radius + pr) * 1.3 * shrink for px, py, pr in placed):
                placed.append((x, y, radius))
                break
    placed.sort(key=lambda item: item[2])
    for x, y, radius in placed:
        size = canvas.px(radius)
        middle = (x * canvas.unit_px, y * canvas.unit_px)
        box = canvas.box(middle[0] - size * 1.1, middle[1] - size * 1.1, middle[0] + size * 1.1, middle[1] + size * 2.0)
        sketch = Sketch(canvas, box, 3)
        balloon(sketch, air, middle, size, balloon_colours(air, rng, wish, recoloured), side, int(rng.integers(3)),
                gores=14 if radius > 0.04 else 9, lit=air.dark)  # fmt: skip
        far = float(np.clip(1 - radius / lead, 0, 1))
        sketch.paint(haze=blend(air.haze, air.sky[-1][1], 0.5), haze_amount=far * (0.42 + 0.2 * air.foggy))
        if air.dark:
            canvas.screen(air.lamp, np.exp(-canvas.distance(x * canvas.unit_px / canvas.width,
                          (y + radius * 0.5) * canvas.unit_px / canvas.height) / (radius * 0.9)) * 0.5)  # fmt: skip
    canvas.counted(len(placed), "balloon")
    canvas.note(f"{len(placed)} hot-air balloon{'s' if len(placed) > 1 else ''}", "balloon")
    return len(placed)


def airship(sketch: Sketch, air: Air, middle: Point, size: float, side: float, colour: Rgb | None = None) -> None:
    """A rigid airship; `size` is its length in pixels."""
    x, y = middle
    skin = colour or rgb("#E8DCC6")
    levels = 12
    for k in range(levels):
        a, b = -1 + 2 * k / levels, -1 + 2 * (k + 1) / levels + 0.03
        shape = []
        for z in (a, b):
            line = [(x + q * size / 2, y + z * size * 0.115 * (max(0.0, 1 - abs(q * 0.98 + 0.06) ** 2.6) ** 0.5))
                    for q in np.linspace(-1, 1, 40)]  # fmt: skip
            shape.append(line)
        sketch.polygon(
            [*shape[0], *shape[1][::-1]], local_light(air, skin, float(np.clip(0.75 - 0.55 * (a + b) / 2, 0.05, 1)))
        )
    for fin in (-1, 1):
        sketch.polygon(
            [
                (x - side * size * 0.36, y + fin * size * 0.06),
                (x - side * size * 0.5, y + fin * size * 0.15),
                (x - side * size * 0.48, y + fin * size * 0.02),
            ],
            local_light(air, adjust(skin, lightness=-0.15), 0.5),
        )
    sketch.polygon(
        spline(
            [
                (x - size * 0.12, y + size * 0.105),
                (x + size * 0.12, y + size * 0.105),
                (x + size * 0.09, y + size * 0.15),
                (x - size * 0.1, y + size * 0.15),
            ],
            True,
            5,
        ),
        local_light(air, rgb("#5A4438"), 0.4),
    )
    for k in range(6):
        sketch.ellipse((x - size * 0.08 + k * size * 0.03, y + size * 0.126), size * 0.007, size * 0.008, air.lamp)


def kite(sketch: Sketch, air: Air, middle: Point, size: float, colour: Rgb, rng: np.random.Generator) -> None:
    """A diamond kite with a bowed tail."""
    x, y = middle
    tilt = float(rng.uniform(-0.5, 0.5))
    turned = [
        (x + size * (dx * math.cos(tilt) - dy * math.sin(tilt)), y + size * (dx * math.sin(tilt) + dy * math.cos(tilt)))
        for dx, dy in ((0, -0.5), (0.36, -0.1), (0, 0.6), (-0.36, -0.1), (0, -0.1))
    ]
    for pair, level in (((0, 1, 4), 0.95), ((1, 2, 4), 0.7), ((2, 3, 4), 0.5), ((3, 0, 4), 0.8)):
        own = colour if pair[0] % 2 == 0 else adjust(colour, lightness=0.14, hue_deg=30)
        sketch.polygon([turned[i] for i in pair], local_light(air, own, level))
    tail = [
        (turned[2][0] + math.sin(t * 7) * size * 0.12 - t * size * 0.5, turned[2][1] + t * size * 1.3)
        for t in np.linspace(0, 1, 24)
    ]
    sketch.line(tail, max(0.8, size * 0.02), local_light(air, colour, 0.6))
    for px, py in tail[4::5]:
        sketch.ellipse((px, py), size * 0.06, size * 0.03, local_light(air, adjust(colour, hue_deg=40), 0.9), 30)


def rocket(sketch: Sketch, air: Air, foot: Point, size: float, side: float, lean_deg: float = 0.0) -> None:
    """A retro rocket standing or flying, nose up; `size` is its length."""
    angle = math.radians(lean_deg)

    def at(dx: float, dy: float) -> Point:
        px, py = dx * size, -dy * size
        return (
            foot[0] + px * math.cos(angle) - py * math.sin(angle),
            foot[1] + px * math.sin(angle) + py * math.cos(angle),
        )

    white, red = rgb("#F2F0EA"), rgb("#D8432F")
    for sign in (-1, 1):
        sketch.polygon(
            spline(
                [at(0.09 * sign, 0.36), at(0.22 * sign, 0.14), at(0.21 * sign, 0.0), at(0.09 * sign, 0.14)], True, 5
            ),
            local_light(air, red, 0.9 if sign == side else 0.4),
        )
    strips = 10
    for k in range(strips):
        a, b = -1 + 2 * k / strips, -1 + 2 * (k + 1) / strips + 0.02
        level = float(np.clip(0.55 + 0.5 * (a + b) / 2 * side, 0.05, 1))
        outline = [
            (t, 0.13 * math.sin(math.pi * min(1.0, (1 - t) ** 0.62 * 0.86 + 0.02)) ** 0.9)
            for t in np.linspace(0.1, 1, 24)
        ]
        sketch.polygon(
            [*[at(w * a, t) for t, w in outline], *[at(w * b, t) for t, w in outline[::-1]]],
            local_light(air, white, level),
        )
        nose = [(t, w) for t, w in outline if t > 0.78]
        sketch.polygon(
            [*[at(w * a, t) for t, w in nose], *[at(w * b, t) for t, w in nose[::-1]]], local_light(air, red, level)
        )
    sketch.ellipse(at(0, 0.6), size * 0.045, size * 0.045, local_light(air, rgb("#8A9AA8"), 0.7))
    sketch.ellipse(at(0, 0.6), size * 0.032, size * 0.032, rgb("#6FC3E8"))


def sky_lanterns(canvas: Canvas, air: Air, rng: np.random.Generator, count: int, horizon: float) -> None:
    """Paper lanterns rising, the near ones large and warm."""
    for radius in sorted(rng.uniform(0.16, 1.0, count) ** 2.2 * 0.042 + 0.004):
        size = canvas.px(float(radius))
        x = float(rng.uniform(0.02, 0.98)) * canvas.width
        y = float(rng.uniform(0.04, 0.95)) * horizon * canvas.height
        box = canvas.box(x - size * 4, y - size * 4, x + size * 4, y + size * 4)
        if box.empty:
            continue
        dx = (np.arange(box.left, box.right, dtype=np.float32)[None, :] - x) / size
        dy = (np.arange(box.top, box.bottom, dtype=np.float32)[:, None] - y) / size
        canvas.screen(
            rgb("#FF9A3C"),
            np.exp(-np.sqrt(dx * dx + dy * dy) / 0.9) * 0.5 * np.clip(4 - np.sqrt(dx * dx + dy * dy), 0, 1),
            box,
        )
        sketch = Sketch(canvas, box, 3)
        shape = spline([(x - size * 0.55, y - size * 0.6), (x, y - size * 0.9), (x + size * 0.55, y - size * 0.6),
                        (x + size * 0.42, y + size * 0.62), (x - size * 0.42, y + size * 0.62)], True, 6)  # fmt: skip
        sketch.polygon(shape, rgb("#E8762C"))
        cover = sketch.paint()
        warm = np.exp(-np.clip(0.75 - dy, 0, 9) / 0.75)
        canvas.screen(rgb("#FFE9A0"), cover * warm * 0.95, box)
    canvas.note("sky lanterns", "lantern")
