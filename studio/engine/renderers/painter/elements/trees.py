"""Trees and grasses as painted silhouettes with light on them."""

from __future__ import annotations

import math

import cv2
import numpy as np

from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, ramp
from studio.engine.renderers.painter.noise import Field, profile
from studio.engine.renderers.painter.sketch import Point, Sketch, spline


def pine_shape(rng: np.random.Generator, foot: Point, size: float, levels: int, lean: float = 0.0,
               slim: float = 1.0) -> list[list[Point]]:  # fmt: skip
    """A conifer as drooping whorls; polygons in pixels. `levels` 8 for far trees to 26 for near ones."""
    x, base = foot
    wide = size * 0.20 * slim
    shapes: list[list[Point]] = [[(x - size * 0.012, base), (x + lean * size - size * 0.002, base - size),
                                  (x + lean * size + size * 0.002, base - size), (x + size * 0.012, base)]]  # fmt: skip
    for k in range(levels):
        z = (k + 0.35) / levels
        y = base - size + size * 0.93 * z
        cx = x + lean * size * (1 - z)
        left, right = (wide * z**0.82 * float(rng.uniform(0.62, 1.18)) + size * 0.006 for _ in range(2))
        lift, drop = size * 0.9 / levels, size * 0.55 / levels
        shapes.append(
            [
                (cx, y - lift * 1.25),
                (cx - left * 0.42, y + drop * 0.15),
                (cx - left, y + drop * float(rng.uniform(0.5, 1.3))),
                (cx - left * 0.62, y + drop * 0.35),
                (cx - left * 0.3, y + drop * 0.7),
                (cx, y + drop * 0.3),
                (cx + right * 0.3, y + drop * 0.7),
                (cx + right * 0.62, y + drop * 0.35),
                (cx + right, y + drop * float(rng.uniform(0.5, 1.3))),
                (cx + right * 0.42, y + drop * 0.15),
            ]
        )
    return shapes


def pine(
    sketch: Sketch,
    rng: np.random.Generator,
    foot: Point,
    size: float,
    colour: Rgb,
    light: Rgb,
    side: float,
    snow: Rgb | None = None,
    levels: int = 16,
) -> None:
    """A near conifer: dark body, lit tips on the sunny side, snow on its boughs if given."""
    shapes = pine_shape(rng, foot, size, levels, float(rng.normal(0, 0.01)))
    for index, shape in enumerate(shapes):
        sketch.polygon(shape, blend(colour, light, 0.10 * (index % 3)))
        if index == 0:
            continue
        edge = shape[1:5] if side < 0 else shape[6:10]
        tip = shape[2] if side < 0 else shape[8]
        inner = shape[4] if side < 0 else shape[6]
        sketch.polygon([edge[0], tip, inner], blend(colour, light, 0.42), 1.0)
        if snow is not None:
            for way in ((1, 2, 3), (9, 8, 7)):
                a, b, c = (shape[i] for i in way)
                sketch.polygon(
                    [
                        (shape[0][0] * 0.6 + a[0] * 0.4, shape[0][1] * 0.5 + a[1] * 0.5),
                        a,
                        b,
                        ((b[0] + c[0]) / 2, (b[1] + c[1]) / 2 - size * 0.004),
                        ((a[0] + c[0]) / 2, (a[1] + c[1]) / 2 - size * 0.006),
                    ],
                    snow,
                )


def crown(sketch: Sketch, rng: np.random.Generator, foot: Point, size: float, colours: tuple[Rgb, Rgb, Rgb], trunk: Rgb,
          side: float, spread: float = 0.46, bare: bool = False, leaves: int = 900) -> None:  # fmt: skip
    """A broad-leaved tree: branching trunk and a crown of leaf dabs, dark below and lit on the sunny side.

    `colours` are shade, middle, light. `bare` leaves the branches naked.
    """
    tips: list[tuple[float, float, float]] = []

    def branch(x: float, y: float, angle: float, length: float, width: float, level: int) -> None:
        bend = float(rng.normal(0, 0.16))
        points: list[Point] = [(x, y)]
        for _ in range(4):
            angle += bend / 4 + float(rng.normal(0, 0.06))
            x, y = x + math.cos(angle) * length / 4, y + math.sin(angle) * length / 4
            points.append((x, y))
        sketch.line(points, max(0.5, width), trunk)
        if level == 0:
            tips.append((x, y, length))
            return
        for _ in range(3 if level > 1 else 2 + int(rng.random() < 0.6)):
            turn = float(rng.uniform(-0.72, 0.72)) * (1.25 if spread > 0.4 else 0.9)
            branch(
                x,
                y,
                angle + turn - (angle + math.pi / 2) * 0.12,
                length * float(rng.uniform(0.62, 0.82)),
                width * 0.62,
                level - 1,
            )

    depth = 4 if bare else 3
    branch(foot[0], foot[1], -math.pi / 2 + float(rng.normal(0, 0.06)), size * 0.30, size * 0.052, depth)
    if bare:
        return
    heart = (foot[0], foot[1] - size * 0.66)
    ends = np.array(tips, np.float32)[rng.integers(0, len(tips), leaves)]
    turn = rng.uniform(0, math.tau, leaves)
    away = np.sqrt(rng.random(leaves)) * ends[:, 2] * 0.95
    x, y = ends[:, 0] + np.cos(turn) * away * 1.1, ends[:, 1] + np.sin(turn) * away * 0.8
    toward = (x - heart[0]) * side * 0.55 - (y - heart[1]) * 0.9
    order = np.argsort(toward + rng.normal(0, size * 0.06, leaves))
    lit = np.clip(np.linspace(0, 1, leaves) + rng.normal(0, 0.10, leaves), 0, 1)
    radius = rng.uniform(0.014, 0.030, leaves) * size
    sketch.leaves(
        x[order],
        y[order],
        radius,
        radius * 0.62,
        turn,
        ramp([(0.0, colours[0]), (0.5, colours[1]), (1.0, colours[2])], lit),
    )


def palm(
    sketch: Sketch, rng: np.random.Generator, foot: Point, size: float, colour: Rgb, light: Rgb, lean: float
) -> None:
    """A coconut palm: curved trunk, arching fronds with leaflets."""
    trunk = spline(
        [
            foot,
            (foot[0] + lean * size * 0.25, foot[1] - size * 0.45),
            (foot[0] + lean * size * 0.62, foot[1] - size * 0.86),
        ],
        False,
        10,
    )
    for k in range(len(trunk) - 1):
        sketch.line(
            trunk[k : k + 2], size * (0.036 - 0.018 * k / len(trunk)), blend(colour, light, 0.10 + 0.1 * (k % 2))
        )
    top = (float(trunk[-1][0]), float(trunk[-1][1]))
    for k in range(11):
        angle = -math.pi * (0.02 + 0.96 * k / 10) + float(rng.normal(0, 0.1))
        length = size * float(rng.uniform(0.36, 0.48))
        points = [
            (
                top[0] + math.cos(angle) * length * t,
                top[1] + math.sin(angle) * length * t * (1 - 0.3 * t) + length * 0.62 * t * t,
            )
            for t in np.linspace(0, 1, 16)
        ]
        sketch.line(points, max(0.7, size * 0.007), blend(colour, light, 0.25))
        for index in range(2, 16):
            px, py = points[index]
            reach = length * 0.24 * math.sin(math.pi * min(1.0, index / 16 + 0.12))
            ahead = math.atan2(py - points[index - 1][1], px - points[index - 1][0])
            for way in (-1, 1):
                tip = ahead + way * 0.85
                drop = reach * 0.45
                sketch.polygon(
                    [
                        (px, py),
                        (px + math.cos(tip) * reach * 0.5 + 0.8, py + math.sin(tip) * reach * 0.5),
                        (px + math.cos(tip) * reach, py + math.sin(tip) * reach + drop),
                    ],
                    blend(colour, light, 0.15 if way < 0 else 0.32),
                )


def grass(
    canvas: Canvas,
    rng: np.random.Generator,
    line: float | Field,
    height: float,
    count: int,
    dark: Rgb,
    light: Rgb,
    wind: float = 0.2,
    blooms: tuple[Rgb, ...] = (),
    bloom_share: float = 0.0,
) -> None:
    """Blades from `line` (v, or v per column) to the lower edge, taller in front; flowers on some stems."""
    start = np.broadcast_to(np.asarray(line, np.float32), (canvas.width,))
    sketch = Sketch(
        canvas,
        canvas.box(0, float(start.min()) * canvas.height - canvas.px(height * 1.8), canvas.width, canvas.height, 0),
        2,
    )
    order = np.sort(rng.random(count))
    for t in order:
        x = float(rng.uniform(-0.02, 1.02)) * canvas.width
        first = float(start[int(np.clip(x, 0, canvas.width - 1))])
        y = (first + (1.06 - first) * float(t)) * canvas.height
        tall = canvas.px(height) * (0.35 + 0.9 * float(t)) * float(rng.uniform(0.6, 1.3))
        bend = wind * tall * float(rng.normal(1, 0.7))
        width = max(0.6, tall * 0.030)
        own = blend(dark, light, float(np.clip(rng.normal(0.36, 0.26), 0, 1)) * (1 - 0.45 * float(t)))
        tip = (x + bend, y - tall)
        mid = (x + bend * 0.3, y - tall * 0.55)
        sketch.polygon(
            [(x - width, y), (mid[0] - width * 0.6, mid[1]), tip, (mid[0] + width * 0.6, mid[1]), (x + width, y)], own
        )
        if blooms and rng.random() < bloom_share:
            bloom = blooms[int(rng.integers(len(blooms)))]
            bloom = adjust(bloom, lightness=float(rng.normal(-0.02, 0.06)))
            radius = tall * 0.085 * float(rng.uniform(0.7, 1.25))
            for k in range(5):
                angle = k * math.tau / 5 + float(rng.uniform(0, 1))
                sketch.ellipse(
                    (tip[0] + math.cos(angle) * radius * 0.75, tip[1] + math.sin(angle) * radius * 0.5),
                    radius * 0.78,
                    radius * 0.55,
                    adjust(bloom, lightness=0.05 * math.sin(angle) * -1),
                    math.degrees(angle),
                )
            sketch.ellipse(tip, radius * 0.4, radius * 0.3, adjust(bloom, lightness=-0.22))
    sketch.paint()


def flower_field(
    canvas: Canvas, rng: np.random.Generator, top: float, blooms: tuple[Rgb, ...], count: int, rows: bool
) -> None:
    """Dots of blossom over a field below `top` (v), tiny far off, large in front; in rows towards a vanishing point."""
    board = Sketch(canvas, canvas.box(0, top * canvas.height, canvas.width, canvas.height, 0), 2)
    vanish = float(rng.uniform(0.3, 0.7))
    depth = np.sort(rng.random(count) ** 1.7)
    y = (top + (1.02 - top) * depth) * canvas.height
    size = canvas.px(1.0) * (0.0012 + 0.0092 * depth) * rng.uniform(0.7, 1.3, count)
    across = rng.uniform(-1.6, 1.6, count)
    if rows:
        across = np.round(across * 9) / 9 + rng.normal(0, 0.014, count)
    x = (vanish + across * (0.16 + 0.95 * depth)) * canvas.width
    own = np.asarray(blooms, np.float32)[rng.integers(0, len(blooms), count)] * rng.uniform(0.86, 1.06, (count, 1))
    angle = rng.uniform(-0.4, 0.4, count)
    board.leaves(x, y, size, size * 0.7, angle, own)
    near = depth > 0.3
    board.leaves(
        x[near] + size[near] * 0.2,
        y[near] - size[near] * 0.25,
        size[near] * 0.5,
        size[near] * 0.35,
        angle[near],
        own[near] * 1.14,
    )
    board.paint()


def tree_line(canvas: Canvas, rng: np.random.Generator, line_px: Field, size: float, count: int, colour: Rgb,
              levels: int = 9, scale: int = 2, depth: float = 0.25) -> None:  # fmt: skip
    """Groves of conifers along a skyline (pixels per column), one colour; `size` and `depth` below the line in units
    of the trees' height."""
    top = float(line_px.min()) - canvas.px(size) * 1.5
    box = canvas.box(0, top, canvas.width, canvas.height, 0)
    board = np.zeros((max(1, box.height) * scale, box.width * scale), np.uint8)
    groves = profile(canvas.width, 6 * max(1.0, canvas.aspect), canvas.next_seed(), octaves=3)
    for place in np.sort(rng.random(count)):
        x = float(place) * canvas.width
        column = min(canvas.width - 1, int(x))
        if groves[column] < float(rng.normal(-0.12, 0.14)):
            continue
        tall = canvas.px(size) * float(rng.uniform(0.4, 1.0) + 0.45 * max(0.0, float(groves[column])))
        y = float(line_px[column]) + canvas.px(size) * depth * float(rng.random()) ** 1.5
        for shape in pine_shape(rng, (x, y + tall * 0.08), tall, levels):
            fixed = np.round((np.array(shape) - (box.left, box.top)) * scale * 8).astype(np.int32)
            cv2.fillPoly(board, [fixed], 255, cv2.LINE_8, 3)
    cover = cv2.resize(board, (box.width, box.height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    canvas.lay(colour, cover, box)
