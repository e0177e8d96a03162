"""Abstract pictures: lines of flow, marbled paper, strange attractors, contour maps."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from studio.engine.renderers.painter import inks as ink_sets
from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, even, ramp
from studio.engine.renderers.painter.noise import Field, NoiseAt, warp
from studio.engine.renderers.painter.scenes import Family

_SHIFT = 4
_ATTRACTORS = (
    (-1.4, 1.6, 1.0, 0.7), (1.7, 1.7, 0.6, 1.2), (-1.7, 1.3, -0.1, -1.21), (1.5, -1.8, 1.6, 0.9),
    (-1.8, -2.0, -0.5, -0.9), (-1.24, -1.25, -1.81, -1.91), (1.1, -1.32, -1.03, 1.54),
)  # fmt: skip


def flow_lines(canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb]) -> None:
    """Thousands of translucent strokes that follow a slow vector field."""
    width, height = canvas.width, canvas.height
    longest = max(width, height)
    dark = sum(ground) < 1.2
    count = int(5200 * min(1.4, (width * height / 1e6) ** 0.4))
    steps = 110
    scale, turns = rng.uniform(1.6, 2.5) / longest, rng.uniform(4.2, 6.0)
    field = NoiseAt(canvas.next_seed(), 3)
    x: Field = (rng.random(count) * width * 1.2 - width * 0.1).astype(np.float32)
    y: Field = (rng.random(count) * height * 1.2 - height * 0.1).astype(np.float32)
    tone = NoiseAt(canvas.next_seed(), 3).fbm(x / longest * 1.6, y / longest * 1.6)
    # Each stroke is one ink: a ramp would dull strong opposites on its way from one to the other.
    share = np.clip(0.5 + tone * 0.75 + rng.normal(0, 0.10, count).astype(np.float32), 0, 0.999)
    colours = np.asarray(inks, np.float32)[(share * len(inks)).astype(np.int32)] * 255
    places = [np.stack([x, y], 1)]
    for _ in range(steps):
        angle = field.fbm(x * scale, y * scale, gain=0.45) * turns + 0.6
        x = x + np.cos(angle) * (longest / 360)
        y = y + np.sin(angle) * (longest / 360)
        places.append(np.stack([x, y], 1))
    paths = np.round(np.clip(np.stack(places, 1), -2000, 6000) * (1 << _SHIFT)).astype(np.int32)
    lengths = (steps * (0.35 + 0.65 * rng.random(count))).astype(int)
    thickness = np.maximum(1, np.round(rng.integers(1, 4, count) * longest / 1200)).astype(int)
    alpha = np.clip((0.48 if dark else 0.72) * (0.5 + rng.random(count)), 0, 1)
    canvas.fill(ground)
    order = rng.permutation(count)
    layers = 10
    # Layers keep strokes translucent: within one they cover each other, between them they glaze.
    for layer in range(layers):
        board = np.zeros((height, width, 4), np.uint8)
        for i in order[layer::layers]:
            red, green, blue = colours[i]
            ink = (int(red), int(green), int(blue), int(255 * alpha[i]))
            cv2.polylines(board, [paths[i, : lengths[i]]], False, ink, int(thickness[i]), cv2.LINE_AA, _SHIFT)
        cover = board[..., 3].astype(np.float32) / 255
        paint = board[..., :3].astype(np.float32) / 255
        canvas.lay(np.where(cover[..., None] > 0.05, paint, canvas.pixels), cover)
        canvas.progress(0.2 + 0.06 * layer, "Drawing lines of flow")
    canvas.bloom(0.3)


def marble(canvas: Canvas, rng: np.random.Generator, inks: Sequence[Rgb]) -> None:
    """Marbled paper: noise that is folded by noise, twice."""
    reach = canvas.px(rng.uniform(0.42, 0.62))
    first_x, first_y = canvas.noise(0.5, 4), canvas.noise(0.5, 4)
    second_x = warp(canvas.noise(0.5, 5), first_x * reach, first_y * reach)
    second_y = warp(canvas.noise(0.5, 5), first_y * reach, -first_x * reach)
    veins = warp(canvas.noise(0.5, 6), second_x * reach * 1.4, second_y * reach * 1.4)
    canvas.fill(ramp(even(*inks), 0.5 + veins * 0.72))
    canvas.lay(inks[-1], np.clip(np.abs(second_x) * 0.9 - 0.38, 0, 0.6))
    canvas.lay(inks[0], np.clip(first_y * 0.5, 0, 0.5))
    slope = cv2.Sobel(veins, cv2.CV_32F, 1, 0) - cv2.Sobel(veins, cv2.CV_32F, 0, 1)
    canvas.pixels *= (0.86 + 0.28 * np.clip(0.5 + slope * canvas.unit_px / 2200, 0, 1))[..., None]
    canvas.bloom(0.2)


def attractor(canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb]) -> None:
    """Millions of points of a Clifford attractor, exposed like light on film."""
    a, b, c, d = np.array(_ATTRACTORS[int(rng.integers(len(_ATTRACTORS)))]) + rng.normal(0, 0.03, 4)
    width, height = canvas.width, canvas.height
    x = rng.standard_normal(40_000).astype(np.float32)
    y = rng.standard_normal(40_000).astype(np.float32)
    hits, speed = np.zeros(width * height, np.float32), np.zeros(width * height, np.float32)
    middle_x = middle_y = scale = 0.0
    for step in range(115):
        next_x, next_y = np.sin(a * y) + c * np.cos(a * x), np.sin(b * x) + d * np.cos(b * y)
        moved = np.hypot(next_x - x, next_y - y)
        x, y = next_x, next_y
        if step < 15:
            continue
        if step == 15:
            middle_x, middle_y = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
            scale = max((x.max() - x.min()) / width, (y.max() - y.min()) / height) * 1.16
        column = ((x - middle_x) / scale + width / 2).astype(int)
        row = ((y - middle_y) / scale + height / 2).astype(int)
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        place = row[inside] * width + column[inside]
        hits += np.bincount(place, minlength=width * height).astype(np.float32)
        speed += np.bincount(place, weights=moved[inside], minlength=width * height).astype(np.float32)
    sigma = 0.3 + 0.9 * min(width, height) / 1024
    density = cv2.GaussianBlur(hits.reshape(height, width), (0, 0), sigma)
    tone = cv2.GaussianBlur(speed.reshape(height, width), (0, 0), sigma * 1.2) / np.maximum(
        cv2.GaussianBlur(hits.reshape(height, width), (0, 0), sigma * 1.2), 1e-3
    )
    lit = density[density > 0.02]
    peak = float(np.percentile(lit, 99.3)) if lit.size else 1.0
    light = np.clip(np.log1p(density * 3) / np.log1p(peak * 3), 0, 1.1) ** 1.35
    canvas.fill(ground)
    canvas.pixels *= (1 - np.clip(light, 0, 1))[..., None]
    canvas.pixels += ramp(even(*inks), tone / 3.2) * light[..., None]
    canvas.bloom(0.6)


def contours(canvas: Canvas, rng: np.random.Generator, ground: Rgb, inks: Sequence[Rgb]) -> None:
    """A map of land that is not there: height lines, every fourth one stronger."""
    height_field = canvas.noise(rng.uniform(0.42, 0.6), 5, 0.4)
    height_field = cv2.GaussianBlur(height_field, (0, 0), max(0.8, canvas.px(0.0018)))
    level = height_field * 15
    across, down = cv2.Sobel(level, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(level, cv2.CV_32F, 0, 1) / 8
    slope = np.hypot(across, down) + 1e-5
    distance = np.abs(level - np.round(level)) / slope
    strong = np.round(level) % 4 == 0
    thickness = canvas.px(0.001)
    line: Field = np.clip(np.where(strong, 1.6, 0.8) * thickness + 0.5 - distance, 0, 1)
    colours = ramp(even(*inks), 0.5 + height_field * 0.85)
    hill = np.clip(0.5 + (across + down) * canvas.unit_px / 900, 0, 1)
    canvas.fill(ground)
    canvas.lay(colours, 0.18 + 0.16 * hill)
    canvas.lay(colours, line * np.where(strong, 1.0, 0.75) * smooth(0, 0.02, slope))
    canvas.bloom(0.2)


_KINDS = {
    "contours": ("contour", "contour line", "topography", "map", "data"),
    "marble": ("marble", "agate", "fluid", "liquid", "ink in water", "smoke", "swirl", "turbulence", "marbled"),
    "attractor": ("attractor", "chaos", "algorithm", "generative", "energy", "infinity", "light"),
    "flow": ("flow", "flow field", "rhythm", "music", "jazz", "melody", "motion", "ribbon", "hair", "wind"),
}


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Choose a way of abstraction by the prompt's words, else by the seed."""
    inks = ink_sets.choose(brief, rng)
    named = next((kind for kind, words in _KINDS.items() if brief.says(*words)), None)
    kind = named or ("flow", "flow", "marble", "attractor", "contours")[int(rng.integers(5))]
    if kind == "contours":
        contours(canvas, rng, ink_sets.darkest(inks), inks)
        canvas.note("height lines of an invented land")
    elif kind == "marble":
        marble(canvas, rng, ink_sets.by_light(inks) if rng.random() < 0.5 else inks)
        canvas.note("marbled paper")
    elif kind == "attractor":
        attractor(canvas, rng, ink_sets.darkest(inks, 0.10), ink_sets.by_light(inks))
        canvas.note("the orbit of a strange attractor")
    else:
        light = air.time in ("dawn", "morning", "noon") and brief.mood != "dark"
        flow_lines(canvas, rng, ink_sets.paper(brief, rng) if light else ink_sets.darkest(inks), inks)
        canvas.note("lines of flow")


FAMILY = Family(
    "abstract", paint, brush=0.0, vignette=0.16, grain=0.009, weathered=False,
    titles=("Slow weather of the mind", "Current", "What the wind drew", "Score for no instrument", "Undertow",
            "The shape of a hum", "Drift, continued"),
)  # fmt: skip
