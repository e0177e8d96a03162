"""Drawings from pictures: ink, pencil, charcoal, engraving, woodcut, comic.

Each renderer takes float RGB H×W×3 in 0–1 and a random generator and returns the same
shape. Line widths follow the picture's size, so a drawing looks alike at any size.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def floats(values: Any) -> Floats:
    """Return *values* as float32 pixels."""
    return np.asarray(values, np.float32)


def unit_range(values: Any) -> Floats:
    """Return *values* held to 0–1, as float32 pixels."""
    return np.asarray(np.clip(values, 0, 1), np.float32)


_LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
PAPER: Final = np.array([0.975, 0.962, 0.93], np.float32)
INK: Final = np.array([0.07, 0.075, 0.095], np.float32)


def luma(rgb: Floats) -> Floats:
    """Return the grey of a picture, with its darkest and lightest tones spread over 0–1."""
    grey = rgb @ _LUMA
    low, high = np.percentile(grey, (1.0, 99.0))
    return unit_range((grey - low) / max(0.08, float(high - low)))


def blur(plane: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), max(0.3, sigma)), np.float32)


def unit(shape: tuple[int, ...]) -> float:
    """Return one stroke width in pixels for a picture of this shape (1.0 at 1000 px)."""
    return float(max(0.6, max(shape[:2]) / 1000.0))


def smooth(rgb: Floats, passes: int, sigma: float) -> Floats:
    """Flatten texture and keep edges (repeated bilateral filter at half size for large pictures)."""
    height, width = rgb.shape[:2]
    factor = max(1.0, max(height, width) / 900.0)
    small = cv2.resize(rgb, (max(1, int(width / factor)), max(1, int(height / factor))), interpolation=cv2.INTER_AREA)
    for _ in range(passes):
        small = cv2.bilateralFilter(small, 7, sigma, 5.0)
    out = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return unit_range(out)


def direction(grey: Floats, sigma: float) -> tuple[Floats, Floats]:
    """Return the smoothed edge direction as unit vectors (x, y) along the contours."""
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    e, f, g = blur(gx * gx, sigma), blur(gx * gy, sigma), blur(gy * gy, sigma)
    angle = 0.5 * np.arctan2(2 * f, e - g) + np.pi / 2
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def along(plane: Floats, tx: Floats, ty: Floats, reach: int, step: float = 1.0) -> Floats:
    """Average *plane* along the direction field: strokes become continuous."""
    height, width = plane.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    total, count = plane.copy(), 1
    for sign in (1.0, -1.0):
        px, py = xs.copy(), ys.copy()
        dx, dy = tx * sign, ty * sign
        for _ in range(reach):
            px += dx * step
            py += dy * step
            total += cv2.remap(plane, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            count += 1
    return np.asarray(total / count, np.float32)


def _drawn_out(plane: Floats, angle: float, reach: int) -> Floats:
    """Average *plane* along one *angle* (radians) everywhere: the same as ``along``, as a single convolution."""
    kernel = np.zeros((2 * reach + 3, 2 * reach + 3), np.float32)
    middle = reach + 1
    for k in range(-reach, reach + 1):
        x, y = middle + k * np.cos(angle), middle - k * np.sin(angle)
        column, row = int(x), int(y)
        fx, fy = x - column, y - row
        kernel[row : row + 2, column : column + 2] += np.outer((1 - fy, fy), (1 - fx, fx))
    return floats(cv2.filter2D(plane, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT))


def contours(grey: Floats, sigma: float, sharpness: float = 20.0, level: float = 0.62) -> Floats:
    """Return line art, 1 on paper and 0 on lines: a difference of Gaussians that follows the contours."""
    tx, ty = direction(grey, 3.0 * sigma)
    edges = (1 + sharpness) * blur(grey, sigma) - sharpness * blur(grey, 1.6 * sigma)
    edges = along(edges, tx, ty, 4, max(1.0, sigma))
    return unit_range(1.0 + np.tanh(9.0 * (edges - level)))


def outline(grey: Floats, sigma: float) -> Floats:
    """Return lines without filled shadows, 1 on paper and 0 on lines: only the darker side of every contour."""
    tx, ty = direction(grey, 3.0 * sigma)
    edges = blur(grey, sigma) - blur(grey, 2.2 * sigma)
    edges = along(edges, tx, ty, 4, max(1.0, sigma))
    return unit_range(1.0 - (-edges - 0.006) * 52.0)


def grain(shape: tuple[int, ...], rng: np.random.Generator, size: float, amount: float) -> Floats:
    """Return paper texture around 1.0."""
    noise = rng.standard_normal(shape[:2]).astype(np.float32)
    noise = blur(noise, size)
    noise /= float(noise.std()) + 1e-6
    return np.asarray(1.0 + amount * noise, np.float32)


def hatching(grey: Floats, rng: np.random.Generator, spacing: float, angles: tuple[float, ...]) -> Floats:
    """Return pen hatching, 1 on paper and 0 on ink: one more direction for every darker tone."""
    height, width = grey.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    wobble = blur(rng.standard_normal(grey.shape).astype(np.float32), 9 * spacing / 5)
    wobble *= spacing * 0.35 / (float(wobble.std()) + 1e-6)
    tone = blur(grey, spacing * 0.6)
    out = np.ones_like(grey)
    for step, angle in enumerate(angles):
        phase = (xs * np.cos(angle) + ys * np.sin(angle) + wobble) / spacing
        ridge = np.abs(phase - np.floor(phase) - 0.5) * 2  # 0 in the middle of a stroke, 1 between strokes
        top = 0.56 - 0.15 * step  # this direction begins below that tone
        thickness = np.clip((top - tone) / 0.42, 0, 0.62)
        stroke = np.clip((ridge - thickness) * spacing * 0.9 + 0.5, 0, 1)
        out = np.where(thickness > 0.03, np.minimum(out, stroke), out)
    return np.asarray(out, np.float32)


def on_paper(marks: Floats, paper: Floats, ink: Floats, texture: Floats | None = None) -> Floats:
    """Lay *marks* (1 paper, 0 ink) in one colour on *paper*."""
    sheet = paper * (texture[:, :, None] if texture is not None else 1.0)
    return unit_range(ink + (sheet - ink) * marks[:, :, None])


def ink(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Pen and brush in black ink: contours, hatching in the half-tones, solid blacks."""
    u = unit(rgb.shape)
    grey = luma(smooth(rgb, 3, 0.11))
    grey = cv2.createCLAHE(1.15, (5, 5)).apply((grey * 255).astype(np.uint8)).astype(np.float32) / 255.0
    lines = contours(grey, 1.05 * u, 18.0, 0.5)
    hatch = hatching(grey, rng, 6.2 * u, (0.75, -0.75, 0.05))
    black = np.clip((blur(grey, 1.2 * u) - 0.10) * 22, 0, 1)
    marks = np.minimum(np.minimum(lines, hatch), black)
    return on_paper(marks, PAPER, INK, grain(grey.shape, rng, 1.2 * u, 0.008))


def line_art(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Contours only, black on white."""
    u = unit(rgb.shape)
    return on_paper(outline(luma(smooth(rgb, 3, 0.1)), 1.1 * u), floats(np.ones(3)), INK)


def _pencil_marks(rgb: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    u = unit(rgb.shape)
    grey = luma(rgb)
    dodge = np.clip(grey / np.maximum(0.02, blur(grey, 9 * u)), 0, 1) ** 1.8
    # Graphite: noise drawn out along two stroke directions, denser in the shadows.
    strokes = np.zeros_like(grey)
    for angle, share in ((0.85, 0.7), (0.35, 0.3)):
        noise = rng.standard_normal(grey.shape).astype(np.float32)
        noise = _drawn_out(noise, angle, int(14 * u) + 4)
        strokes += share * noise / (float(noise.std()) + 1e-6)
    depth = np.clip(0.86 - blur(grey, 2 * u), 0, 1)
    shade = 1.0 - depth * (0.62 + 0.30 * np.clip(strokes, -1.6, 1.6))
    lines = contours(grey, 0.9 * u, 16.0, 0.5)
    marks = np.clip(np.minimum(dodge * shade, 0.30 + 0.70 * lines), 0.06, 1)
    return np.asarray(marks, np.float32), grain(grey.shape, rng, 0.8 * u, 0.018)


def pencil(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Graphite on white paper."""
    marks, paper = _pencil_marks(rgb, rng)
    return on_paper(marks, np.array([0.985, 0.98, 0.965], np.float32), np.array([0.16, 0.16, 0.18], np.float32), paper)


def coloured_pencil(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Coloured pencils: the graphite drawing in the picture's own, lifted colours."""
    marks, paper = _pencil_marks(rgb, rng)
    soft = smooth(rgb, 3, 0.12)
    grey = (soft @ _LUMA)[:, :, None]
    colour = floats(np.clip(grey + (soft - grey) * 1.55, 0, 1) * 0.72)
    wash = unit_range(1.0 - (1.0 - marks) * 0.92)
    return on_paper(wash, unit_range(soft**0.55 * 0.35 + 0.64), colour, paper)


def charcoal(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Charcoal on toothy paper: broad soft darks, few lines."""
    u = unit(rgb.shape)
    grey = luma(smooth(rgb, 2, 0.1))
    tooth = grain(grey.shape, rng, 1.0 * u, 1.0) - 1.0
    tone = np.clip(blur(grey, 1.6 * u) * 1.18 - 0.06, 0, 1)
    tx, ty = direction(grey, 6 * u)
    rubbed = along(np.clip(tone + 0.16 * tooth * (0.35 + tone), 0, 1), tx, ty, int(4 * u) + 2)
    speck = np.clip((rubbed + 0.13 * tooth - 0.40) * 2.4 + 0.5, 0, 1)
    marks = np.minimum(0.45 * rubbed + 0.55 * speck, 0.12 + 0.88 * contours(grey, 2.0 * u, 12.0, 0.45))
    paper = np.array([0.93, 0.91, 0.87], np.float32)
    return on_paper(np.asarray(marks, np.float32), paper, np.array([0.10, 0.095, 0.09], np.float32))


def engraving(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Copperplate: curved parallel lines that swell in the shadows."""
    u = unit(rgb.shape)
    grey = luma(smooth(rgb, 1, 0.08))
    height, width = grey.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    relief = blur(grey, 14 * u) * 26 * u  # lines bend over the forms
    spacing = 4.6 * u
    phase = (ys + 0.35 * xs + relief) / spacing
    cross = (ys - 0.8 * xs - relief) / spacing
    tone = blur(grey, 0.8 * u)

    def rule(position: Floats, dark_from: float) -> Floats:
        ridge = np.abs(position - np.floor(position) - 0.5) * 2
        width_share = np.clip((dark_from - tone) * 1.05, 0, 0.92)
        return np.asarray(np.clip((ridge - width_share) * spacing * 0.6 + 0.5, 0, 1), np.float32)

    marks = np.minimum(rule(phase.astype(np.float32), 0.93), rule(cross.astype(np.float32), 0.46))
    marks = np.minimum(marks, contours(grey, 0.9 * u, 20.0, 0.5))
    return on_paper(marks, np.array([0.955, 0.925, 0.855], np.float32), np.array([0.13, 0.10, 0.085], np.float32))


def woodcut(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Relief print: carved black and white, gouge marks along the forms."""
    u = unit(rgb.shape)
    grey = luma(smooth(rgb, 3, 0.12))
    tx, ty = direction(grey, 7 * u)
    noise = blur(rng.standard_normal(grey.shape).astype(np.float32), 1.7 * u)
    gouges = along(noise / (float(noise.std()) + 1e-6), tx, ty, int(12 * u) + 4)
    gouges /= float(gouges.std()) + 1e-6
    tone = blur(grey, 1.5 * u)
    marks = np.clip((tone + 0.17 * gouges - 0.46) * 12 / max(1.0, u) + 0.5, 0, 1)
    marks = np.minimum(marks, contours(grey, 1.7 * u, 18.0, 0.5))
    return on_paper(
        np.asarray(marks, np.float32), np.array([0.95, 0.93, 0.87], np.float32), INK, grain(grey.shape, rng, u, 0.01)
    )


def comic(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Comic book: flat bright colours, black contours, printed dots in the shadows."""
    u = unit(rgb.shape)
    flat = smooth(rgb, 5, 0.13)
    grey = luma(flat)
    levels = 6.0
    value = np.clip((np.floor(grey * levels) + 0.5) / levels * 1.12 + 0.06, 0, 1)
    hue = flat / np.maximum(0.06, (flat @ _LUMA)[:, :, None])
    colour = np.clip(1.0 + (hue - 1.0) * 1.45, 0, 3) * value[:, :, None]
    dots = halftone_screen(np.clip(grey * 1.6, 0, 1), 6.5 * u, 0.78)
    shadow = np.clip((0.42 - grey) * 5, 0, 1)[:, :, None]
    colour = colour * (1 - 0.38 * shadow * (1 - dots[:, :, None]))
    lines = np.minimum(contours(grey, 1.25 * u, 24.0, 0.52), np.clip((grey - 0.07) * 16, 0, 1))
    return unit_range(colour * lines[:, :, None] + INK * (1 - lines[:, :, None]))


def halftone_screen(tone: Floats, pitch: float, angle: float) -> Floats:
    """Return printed dots for *tone* (1 paper, 0 ink)."""
    height, width = tone.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    a = (xs * np.cos(angle) + ys * np.sin(angle)) * (2 * np.pi / pitch)
    b = (ys * np.cos(angle) - xs * np.sin(angle)) * (2 * np.pi / pitch)
    screen = (np.cos(a) + np.cos(b)) * 0.25 + 0.5
    return unit_range((blur(tone, pitch * 0.3) - screen) * pitch * 0.55 + 0.5)
