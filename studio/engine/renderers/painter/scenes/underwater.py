"""Under and into the water: jellyfish in the deep, koi in a pond."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from studio.engine.renderers.painter import inks as ink_sets
from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Box, Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, blend, even, ramp, rgb
from studio.engine.renderers.painter.elements import creatures
from studio.engine.renderers.painter.elements.cells import cells
from studio.engine.renderers.painter.elements.plants import shaded
from studio.engine.renderers.painter.elements.solids import soften
from studio.engine.renderers.painter.noise import Field, profile
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch, spline

Koi = tuple[Rgb, Rgb, Rgb]
"""Body, fins and markings of one fish."""


def jellyfish(canvas: Canvas, rng: np.random.Generator, water: Sequence[Rgb], glow: tuple[Rgb, Rgb],
              count: int) -> None:  # fmt: skip
    """Glowing jellyfish; `water` from the surface down."""
    canvas.fill(ramp(even(*water), canvas.v + 0.12 * canvas.noise(0.5, 4)))
    rays = profile(canvas.width * 2, 12, canvas.next_seed(), octaves=3)
    slant = (np.arange(canvas.width)[None] + np.arange(canvas.height)[:, None] * 0.35).astype(np.int32)
    canvas.screen((0.37, 0.72, 0.91), np.clip(rays[slant % len(rays)], 0, 1) * smooth(0.8, 0, canvas.v) * 0.4)
    light = np.zeros_like(canvas.pixels)
    for x, y, radius, length in _spots(canvas, rng, count):
        layer = _bell(canvas, rng, (x, y), radius, length, glow)
        light = 1 - (1 - light) * (1 - layer)
        away = np.hypot(canvas.u * canvas.width - x, canvas.v * canvas.height - y + radius * 0.35) / radius
        light = 1 - (1 - light) * (1 - np.clip(np.exp(-away * 1.5) * 0.5, 0, 1)[..., None] * np.asarray(glow[0]))
    halo = soften(light.astype(np.float32), canvas.px(0.011)) * 0.9
    canvas.screen(light, 1.0)
    canvas.screen(halo, 1.0)
    _motes(canvas, rng, 260)
    canvas.bloom(0.5)


def _spots(canvas: Canvas, rng: np.random.Generator, count: int) -> list[tuple[float, float, float, float]]:
    width, height = canvas.width, canvas.height
    size = min(width, height * 0.9)
    spots = [(width / 2 + rng.normal(0, 0.06) * width, height * rng.uniform(0.26, 0.36), size * rng.uniform(0.17, 0.21),
              0.52 * height)]  # fmt: skip
    for _ in range(400):
        if len(spots) >= count:
            break
        radius = size * rng.uniform(0.05, 0.1) * (1 if count < 8 else 0.7)
        x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(0.15, 0.78) * height
        clear = all(
            math.hypot(x - sx, y - sy) > (radius + sr) * 1.35
            and not (abs(x - sx) < sr * 1.2 and sy < y < sy + length and sr > size * 0.15)
            for sx, sy, sr, length in spots
        )
        if clear:
            spots.append((x, y, radius, radius * 4.2))
    return spots


def _bell(canvas: Canvas, rng: np.random.Generator, centre: tuple[float, float], radius: float, length: float,
          glow: tuple[Rgb, Rgb]) -> Field:  # fmt: skip
    x, y = centre
    board = np.zeros((canvas.height, canvas.width, 3), np.uint8)

    def stroke(px: Field, py: Field, colour: Rgb, thickness: float) -> None:
        points = np.round(np.clip(np.stack([px, py], 1), -4000, 8000) * 16).astype(np.int32)
        ink = [255 * min(1.0, part) for part in colour]
        cv2.polylines(board, [points], False, ink, max(1, round(thickness)), cv2.LINE_AA, 4)

    q = np.linspace(0, math.pi / 2 + 0.12, 40)
    hem = np.where(q > 1.4, radius * 0.1 * np.sin(q * 6), 0)
    for k in range(46):
        side = k / 45 * 2 - 1
        colour = shaded(blend(glow[0], glow[1], k / 45), 0.8 if k % 2 else 0.48)
        stroke(x + radius * np.sin(q) * side, y - radius * 0.85 * np.cos(q) + hem, colour, radius / 110)
    q = np.linspace(0, 1, 60)
    for k in range(34):
        side, phase = k / 33 * 2 - 1, rng.random() * 6
        sway = np.sin(q * 5 + phase) * radius * 0.16 * q + np.sin(q * 2.2 + 1) * radius * 0.35 * q
        colour = shaded(blend(glow[1], glow[0], k / 33), 0.47 + 0.4 * rng.random())
        reach = length * (0.55 + 0.45 * rng.random())
        stroke(x + side * radius * (0.92 - 0.35 * q) + sway, y + q * reach, colour, radius / 160 * rng.uniform(0.6, 2))
    return board.astype(np.float32) / 255


def _motes(canvas: Canvas, rng: np.random.Generator, count: int) -> None:
    """Drifting specks that catch the light."""
    board = np.zeros((canvas.height, canvas.width), np.float32)
    for _ in range(int(count * canvas.width * canvas.height / 7e5)):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height
        size = max(1, round(canvas.px(0.0014) * rng.uniform(0.5, 1.6)))
        cv2.circle(board, (int(x * 8), int(y * 8)), size * 8, rng.random() ** 2 * 0.7, -1, cv2.LINE_AA, 3)
    canvas.screen((0.75, 0.9, 1.0), board)


def koi_pond(canvas: Canvas, rng: np.random.Generator, water: Sequence[Rgb], fish: Sequence[Koi], count: int,
             lilies: int) -> None:  # fmt: skip
    """A pond from above: koi with their shadows, caustics, lily pads."""
    size = max(canvas.width, canvas.height) / 1.1
    canvas.fill(ramp(even(*water), 0.5 + canvas.noise(0.5, 5) * 0.6))
    points = rng.random((int(150 * canvas.width * canvas.height / size / size) + 40, 2)) * 1.2 - 0.1
    points *= (canvas.width, canvas.height)
    columns = canvas.u * canvas.width + canvas.noise(0.26, 3) * size * 0.037
    rows = canvas.v * canvas.height + canvas.noise(0.26, 3) * size * 0.037
    found = cells(points, columns.astype(np.float32), rows.astype(np.float32), size * 0.22)
    net = np.exp(-found.border / (size * 0.0088))
    placed: list[tuple[float, float]] = []
    crowd = (3 / max(3, count)) ** 0.5
    for number in range(count):
        spot = (0.0, 0.0)
        for _ in range(80):
            spot = (rng.uniform(0.18, 0.82) * canvas.width, rng.uniform(0.18, 0.82) * canvas.height)
            if all(math.hypot(spot[0] - x, spot[1] - y) > size * 0.30 * crowd for x, y in placed):
                break
        placed.append(spot)
        _swim(canvas, rng, spot, size * rng.uniform(0.34, 0.46) * crowd**0.7, fish[int(rng.integers(len(fish)))])
        canvas.progress(0.3 + 0.5 * number / count, "Painting koi")
    canvas.screen((0.75, 0.94, 0.88), net * 0.22)
    _lilies(canvas, rng, size, lilies)
    canvas.bloom(0.3)


def _swim(canvas: Canvas, rng: np.random.Generator, centre: tuple[float, float], length: float, colours: Koi) -> None:
    """One fish with its shadow."""
    body, fins, marks = colours
    angle, bend = rng.random() * 6.283, rng.choice((-1, 1)) * rng.uniform(0.6, 1.0)
    steps = 60
    x, y = centre[0] - math.cos(angle) * length * 0.45, centre[1] - math.sin(angle) * length * 0.45
    spine: list[tuple[float, float, float]] = []
    for i in range(steps + 1):
        spine.append((x, y, angle))
        angle += bend / steps * math.cos(i / steps * 4)
        x, y = x + math.cos(angle) * length / steps, y + math.sin(angle) * length / steps

    def girth(t: float) -> float:
        return float(length * 0.115 * max(0.0, math.sin(math.pi * min(1.0, t * 1.02 + 0.03) ** 0.62)) ** 0.9)

    def beside(i: int, part: float) -> tuple[float, float]:
        px, py, along = spine[i]
        return (px - math.sin(along) * girth(i / steps) * part, py + math.cos(along) * girth(i / steps) * part)

    pad = length * 0.7
    box = canvas.box(centre[0] - pad, centre[1] - pad, centre[0] + pad, centre[1] + pad)
    if box.empty:
        return
    sketch, markings = Sketch(canvas, box, 2), Sketch(canvas, box, 2)
    tail, tail_angle = spine[-3][:2], spine[-3][2]
    for side in (-1, 1):
        fan = [(tail_angle + side * q, length * (0.30 - 0.1 * abs(q - 0.4))) for q in np.linspace(0.05, 0.75, 8)]
        sketch.polygon([tail, *((tail[0] + math.cos(a) * r, tail[1] + math.sin(a) * r) for a, r in fan)], fins, 0.6)
        root = beside(int(steps * 0.3), side * 0.8)
        angles = [spine[int(steps * 0.3)][2] + side * q for q in np.linspace(0.35, 1.25, 7)]
        tips = [(root[0] + math.cos(a) * length * 0.18, root[1] + math.sin(a) * length * 0.18) for a in angles]
        sketch.polygon([root, *tips], fins, 0.65)
    outline = [beside(i, 1) for i in range(steps + 1)] + [beside(i, -1) for i in range(steps, -1, -1)]
    sketch.polygon(outline, body)
    silhouette = Sketch(canvas, box, 2)
    silhouette.polygon(outline, (1, 1, 1))
    for _ in range(7):
        i = int(rng.integers(4, steps - 12))
        cx, cy = beside(i, rng.uniform(-0.5, 0.5))
        radius = girth(i / steps) * rng.uniform(0.45, 0.85)
        k = np.linspace(0, 6.283, 18)[:-1]
        wobble = radius * (1 + 0.18 * np.sin(k * 2 + rng.random() * 6) + 0.1 * np.sin(k * 3 + rng.random() * 6))
        markings.polygon(np.stack([cx + np.cos(k) * wobble * 1.2, cy + np.sin(k) * wobble], 1), marks)
    for i in range(int(steps * 0.25), int(steps * 0.62)):
        markings.line([spine[i][:2], spine[i + 1][:2]], length * 0.008, shaded(body, 0.84))
    for side in (-1, 1):
        markings.ellipse(beside(5, side * 0.62), length * 0.011, length * 0.011, (0.08, 0.06, 0.07))
    inside = silhouette.resolve()[1]
    cover = sketch.resolve()[1]
    _drop_shadow(canvas, cover, box, length * 0.09, length * 0.06, 0.5)
    sketch.paint()
    paint, amount = markings.resolve()
    canvas.lay(paint / np.maximum(amount, 1e-3)[..., None], amount * inside, box)
    tone = canvas.noise(0.035, 2, box=box) * 0.12
    part = canvas.pixels[box.top : box.bottom, box.left : box.right]
    part *= (1 + cover * (tone - 0.06))[..., None]


def _drop_shadow(canvas: Canvas, cover: Field, box: Box | None, down_px: float, right_px: float, amount: float) -> None:
    full = np.zeros((canvas.height, canvas.width), np.float32)
    area = box or canvas.whole
    full[area.top : area.bottom, area.left : area.right] = cover
    shade = np.roll(soften(full, max(1.0, down_px * 0.3)), (int(down_px), int(right_px)), (0, 1))
    canvas.pixels *= (1 - amount * np.clip(shade, 0, 1))[..., None]


def _lilies(canvas: Canvas, rng: np.random.Generator, size: float, count: int) -> None:
    sketch = Sketch(canvas, scale=2)
    greens: tuple[Rgb, ...] = ((0.34, 0.55, 0.33), (0.43, 0.62, 0.36), (0.27, 0.48, 0.32), (0.49, 0.66, 0.38))
    for _ in range(count):
        edge = int(rng.integers(3))
        u, v = ((rng.uniform(0.02, 0.22), rng.random()), (rng.uniform(0.78, 0.98), rng.random()),
                (rng.random(), rng.uniform(0.02, 0.16)))[edge]  # fmt: skip
        x, y, radius, turn = u * canvas.width, v * canvas.height, size * rng.uniform(0.05, 0.13), rng.random() * 6.283
        colour = greens[int(rng.integers(4))]
        rim = np.linspace(turn + 0.25, turn + 6.03, 80)
        disc = np.stack([x + np.cos(rim) * radius, y + np.sin(rim) * radius], 1)
        sketch.polygon(np.concatenate([[(x, y)], disc]), colour)
        for a in np.linspace(turn + 0.4, turn + 5.9, 16):
            end = (x + math.cos(a) * radius * 0.92, y + math.sin(a) * radius * 0.92)
            sketch.line([(x, y), end], size * 0.0011, shaded(colour, 0.86))
        if rng.random() < 0.5:
            _blossom(sketch, x, y, radius * 0.42)
    colours, cover = sketch.resolve()
    _drop_shadow(canvas, cover, None, size * 0.02, size * 0.013, 0.45)
    canvas.pixels *= 1 - cover[..., None]
    canvas.pixels += colours


def _blossom(sketch: Sketch, x: float, y: float, radius: float) -> None:
    rings = ((1.0, (0.96, 0.63, 0.73)), (0.72, (0.98, 0.77, 0.82)), (0.42, (1.0, 0.91, 0.82)))
    petal = ((-0.2, 0.25), (-0.26, 0.65), (0.0, 1.08), (0.26, 0.65), (0.2, 0.25))
    for ring, (part, colour) in enumerate(rings):
        for k in range(9):
            a = k / 9 * 6.2832 + ring * 0.35
            reach = radius * part
            points = [(x + math.cos(a + d) * reach * r, y + math.sin(a + d) * reach * r) for d, r in petal]
            sketch.polygon(points, colour)


_GLOWS = (("#FF7BC8", "#7BD0FF"), ("#FFC46B", "#FF6BA8"), ("#7CF2D2", "#8FA2FF"), ("#F6E3A1", "#F28F3B"))
_KOI: tuple[Koi, ...] = tuple(
    (rgb(a), rgb(b), rgb(c))
    for a, b, c in (
        ("#F5EEE2", "#FAD6BE", "#E2542A"), ("#E86E2C", "#F6B078", "#FCECD6"), ("#262834", "#5A5C6E", "#E26032"),
        ("#F4C34A", "#F8DE9A", "#F7F0DC"), ("#F2ECE6", "#E4DCD6", "#2E3038"),
    )
)  # fmt: skip


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Koi from above, or jellyfish in the deep, by the prompt's words."""
    if brief.wants("fish") or brief.says("koi", "pond", "goldfish", "carp", "aquarium"):
        _pond(brief, canvas, air, rng)
    elif brief.open and rng.random() < 0.5:
        _pond(brief, canvas, air, rng)
    elif brief.wants("whale", "dolphin"):
        _giant(brief, canvas, rng)
    else:
        _deep(brief, canvas, rng)


def _giant(brief: Brief, canvas: Canvas, rng: np.random.Generator) -> None:
    """A whale or dolphins in blue water, rays of light from above, a shoal far below."""
    kind = "whale" if brief.wants("whale") else "dolphin"
    thing = brief.thing(kind)
    tint = brief.colours[0][1] if brief.colours else rgb("#1F7FA6")
    top, deep = blend(tint, (0.85, 1.0, 1.0), 0.55), blend(tint, (0.0, 0.03, 0.10), 0.86)
    canvas.fill(ramp(even(top, blend(tint, deep, 0.15), blend(tint, deep, 0.6), deep), canvas.v**0.8))
    lean = float(rng.uniform(-0.5, 0.5))
    rays = canvas.noise((40.0, 0.08), 3)[:1]
    across = np.clip((canvas.u - 0.5 - lean * canvas.v) * canvas.width + canvas.width / 2, 0, canvas.width - 1)
    beams = np.clip(rays[0][across.astype(np.int32)] * 1.4, 0, 1) * np.exp(-canvas.v * 2.6)
    canvas.screen(blend(top, (1, 1, 1), 0.5), beams * 0.5)
    fish = Sketch(canvas, scale=2)
    for _ in range(70):
        fish_x, fish_y = float(rng.normal(0.68, 0.12)) * canvas.width, float(rng.normal(0.80, 0.05)) * canvas.height
        long = canvas.px(float(rng.uniform(0.008, 0.016)))
        tone = blend(tint, deep, 0.75)
        fish.ellipse((fish_x, fish_y), long, long * 0.32, tone, 8)
        tail = (fish_x - long * 1.5, fish_x - long * 0.8)
        fish.polygon([(tail[1], fish_y), (tail[0], fish_y - long * 0.4), (tail[0], fish_y + long * 0.4)], tone)
    fish.paint(0.8)
    count = int(np.clip((thing.count if thing else 1) or 3, 1, 5))
    facing = 1.0 if rng.random() < 0.5 else -1.0
    for index in range(count):
        size = canvas.px((0.66 if kind == "whale" else 0.5) * (1.0 if index == 0 else float(rng.uniform(0.45, 0.65))))
        side, drop = ((0.5, 0.5), (0.26, 0.74), (0.76, 0.27), (0.74, 0.80), (0.22, 0.24))[index]
        if count == 1:
            side, drop = 0.5, 0.52
        middle = (canvas.width * side, canvas.height * drop)
        box = canvas.box(middle[0] - size, middle[1] - size * 0.8, middle[0] + size, middle[1] + size * 0.5)
        body, belly = Sketch(canvas, box, 3), blend(tint, (0.9, 0.97, 1.0), 0.55)
        own = (thing.colour if thing and thing.colour else None) or blend(rgb("#2B3F55"), tint, 0.25)
        creatures.draw(body, kind, middle, size, own, facing, rim=belly, rim_side=-facing, turn=-0.12)
        if kind == "whale":
            _whale_face(body, middle, size, facing, own, belly)
        colours, cover = body.resolve()
        low = np.linspace(0, 1, cover.shape[0], dtype=np.float32)[:, None]
        shade = np.clip(1.15 - 0.5 * low + 0.10 * canvas.noise(0.06, 3, box=box), 0.5, 1.25)
        lit = colours * shade[..., None] + np.asarray(top, np.float32) * (cover * 0.16 * (1 - low))[..., None]
        part = canvas.pixels[box.top : box.bottom, box.left : box.right]
        part *= 1 - cover[..., None]
        part += np.clip(lit, 0, 1)
    bubbles = Sketch(canvas, scale=2)
    for _ in range(40):
        x, y = float(rng.uniform(0.1, 0.9)) * canvas.width, float(rng.uniform(0.05, 0.95)) * canvas.height
        bubbles.ellipse((x, y), *(2 * (canvas.px(float(rng.uniform(0.001, 0.005))),)), blend(top, (1, 1, 1), 0.6))
    bubbles.paint(0.5)
    canvas.note(f"a {kind} under the sea" if count == 1 else f"{count} {kind}s under the sea", kind, "fish")
    canvas.bloom(0.35)


def _whale_face(sketch: Sketch, middle: tuple[float, float], size: float, facing: float, own: Rgb, belly: Rgb) -> None:
    """The pale pleats of the throat, the line of the mouth and the eye."""
    cos, sin = math.cos(-0.12), math.sin(-0.12)

    def at(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        turned = [(a * facing * cos + b * sin, b * cos - a * facing * sin) for a, b in points]
        return [(middle[0] + a * size, middle[1] - b * size) for a, b in turned]

    throat = at([(0.50, 0.27), (0.40, 0.17), (0.22, 0.075), (0.02, 0.02), (0.12, 0.09), (0.30, 0.19)])
    sketch.polygon(spline(throat, True, 8), blend(own, belly, 0.55))
    for k in range(5):
        drop = 0.022 * k
        line = [(0.46 - drop * 0.6, 0.235 - drop * 0.9), (0.28, 0.135 - drop * 0.8), (0.08, 0.055 - drop * 0.5)]
        sketch.line(spline(at(line), False, 8), max(0.8, size * 0.004), blend(own, (0, 0, 0), 0.25))
    mouth = [(0.525, 0.285), (0.44, 0.265), (0.34, 0.225), (0.27, 0.235)]
    sketch.line(spline(at(mouth), False, 8), max(1.0, size * 0.006), blend(own, (0, 0, 0), 0.45))
    eye = at([(0.275, 0.265)])[0]
    sketch.ellipse(eye, size * 0.011, size * 0.011, (0.03, 0.03, 0.05))
    sketch.ellipse((eye[0] - size * 0.003, eye[1] - size * 0.004), size * 0.004, size * 0.004, (0.85, 0.9, 0.95))


def _pond(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    fish = brief.thing("fish")
    colour = fish.colour if fish else None
    pond = "#071A24 #0C3340 #14505A" if air.dark else "#0B2E33 #14504F #1F6E66"
    water = tuple(rgb(code) for code in pond.split())
    if brief.colours and not colour:
        base = ink_sets.by_light(ink_sets.choose(brief, rng))
        water = (shaded(base[0], 0.6), shaded(base[0], 0.9), base[1])
    kinds = ((colour, blend(colour, (1, 1, 1), 0.5), (0.98, 0.95, 0.9)),) if colour else _KOI
    count = min(14, fish.count if fish and fish.count and fish.count > 1 else int(rng.integers(3, 6)))
    lilies = int(rng.integers(3, 7)) if brief.allows("lily", "lilies") else 0
    koi_pond(canvas, rng, water, kinds, count, lilies)
    canvas.note(f"{count} koi in a pond{' with lily pads' if lilies else ''}", "fish", "lake")


def _deep(brief: Brief, canvas: Canvas, rng: np.random.Generator) -> None:
    first, second = (rgb(code) for code in _GLOWS[int(rng.integers(len(_GLOWS)))])
    if brief.colours or brief.palettes:
        light = ink_sets.by_light(ink_sets.choose(brief, rng))
        first, second = light[2], light[-1]
    deep = ("#0A2E55 #04102A #020614", "#3A1450 #14082A #080312", "#0B4A50 #062A33 #021016")
    water = tuple(rgb(code) for code in deep[int(rng.integers(3))].split())
    named = next((thing.count for thing in brief.things if thing.count and thing.count > 1), None)
    jellyfish(canvas, rng, water, (first, second), min(12, named or int(rng.integers(3, 6))))
    canvas.note("jellyfish in deep water")


FAMILY = Family(
    "underwater", paint, brush=0.1, vignette=0.18, grain=0.011, weathered=False, open_weight=2,
    titles=("Slow bells", "The drifting choir", "Beneath, {hour}", "Pond, noon", "Nine fathoms",
            "Bright scales, dark water"),
)  # fmt: skip
