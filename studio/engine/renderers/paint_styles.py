"""Painted and printed looks from pictures: oil, watercolour, dots, glass, mosaic, screens, colour grades.

Like ``lines``: each takes float RGB in 0–1 and a random generator, and returns the same shape.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import lines
from studio.engine.renderers.lines import Floats, blur, contours, grain, luma, smooth, unit

_LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)


def lively(rgb: Floats, saturation: float, contrast: float = 1.0) -> Floats:
    """Return colours with more (or less) saturation and contrast."""
    grey = (rgb @ _LUMA)[:, :, None]
    out = grey + (rgb - grey) * saturation
    return lines.unit_range((out - 0.5) * contrast + 0.5)


def _strokes(
    rgb: Floats, rng: np.random.Generator, *, widths: tuple[float, ...], length: float, jitter: float, relief: float
) -> Floats:
    """Paint in layers of brush strokes along the contours, broad ones first, fine ones where detail is."""
    u = unit(rgb.shape)
    height, width = rgb.shape[:2]
    grey = (rgb @ _LUMA).astype(np.float32)
    tx, ty = lines.direction(grey, 5 * u)
    # The fourth channel is the height of the paint: one call draws both.
    canvas = np.full((height, width, 4), 128, np.uint8)
    canvas[:, :, :3] = smooth(rgb, 2, 0.2) * 255
    for layer, brush in enumerate(widths):
        size = max(1.0, brush * u)
        reference = cv2.GaussianBlur(rgb, (0, 0), size * 0.55)
        detail = blur(np.abs(grey - blur(grey, size * 2)), size)
        gap = size * (0.8 if brush > 3 else 1.0)
        ys, xs = np.mgrid[0 : height : max(1.0, gap), 0 : width : max(1.0, gap)]
        points = np.stack((xs.ravel(), ys.ravel()), 1) + rng.uniform(-gap, gap, (xs.size, 2)) * 0.7
        points = points[(points[:, 0] >= 0) & (points[:, 1] >= 0) & (points[:, 0] < width) & (points[:, 1] < height)]
        cells = points.astype(np.intp)
        if layer:  # finer brushes only where something is left to say
            wanted = detail[cells[:, 1], cells[:, 0]] > np.quantile(detail, 0.26 + 0.13 * layer)
            points, cells = points[wanted], cells[wanted]
        order = rng.permutation(len(points))
        colours = reference[cells[:, 1], cells[:, 0]] * (1 + rng.normal(0, jitter, (len(points), 1)))
        colours = np.clip(colours + rng.normal(0, jitter * 0.6, colours.shape), 0, 1) * 255
        heights = rng.integers(70, 190, len(points))
        inks = np.column_stack((colours, heights))[order].tolist()
        paths = _stroke_paths(points, tx, ty, size * length, rng)[order]
        if brush <= 4:
            paths = np.ascontiguousarray(paths[:, ::2])  # so short a stroke shows no more bends
        thick = max(1, round(size))
        for path, ink in zip(paths, inks, strict=True):
            cv2.polylines(canvas, [path], False, ink, thick, cv2.LINE_AA, 4)
    out = canvas[:, :, :3].astype(np.float32) / 255.0
    bumps = canvas[:, :, 3]
    bristle = lines.along(rng.standard_normal(grey.shape).astype(np.float32), tx, ty, int(5 * u) + 3)
    surface = blur(bumps.astype(np.float32) / 255.0, 0.7 * u) + 0.10 * bristle / (float(bristle.std()) + 1e-6)
    light = cv2.Sobel(surface, cv2.CV_32F, 1, 0) * -0.6 + cv2.Sobel(surface, cv2.CV_32F, 0, 1) * -0.8
    return lines.unit_range(out * (1 + relief * np.clip(light, -1.2, 1.2)[:, :, None]))


def _stroke_paths(
    points: NDArray[np.float64], tx: Floats, ty: Floats, length: float, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Return N×5×2 polyline points in 1/16 px, each following the direction field from its start."""
    height, width = tx.shape
    step = length * rng.uniform(0.6, 1.2, len(points)) / 4
    flip = rng.choice((-1.0, 1.0), len(points))
    here = points.copy()
    path = [here]
    for _ in range(4):
        ix = np.clip(here[:, 0], 0, width - 1).astype(np.intp)
        iy = np.clip(here[:, 1], 0, height - 1).astype(np.intp)
        here = here + np.stack((tx[iy, ix], ty[iy, ix]), 1) * (step * flip)[:, None]
        path.append(here)
    return np.round(np.stack(path, 1) * 16).astype(np.int32)


def oil(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Oil paint: layered strokes with a raised surface."""
    return _strokes(lively(rgb, 1.18, 1.06), rng, widths=(14, 8, 4, 2), length=3.6, jitter=0.03, relief=0.11)


def impressionist(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Short, bright, broken strokes."""
    bright = np.clip(lively(rgb, 1.45, 0.98) ** 0.88, 0, 1).astype(np.float32)
    return _strokes(bright, rng, widths=(10, 6, 3.6), length=2.2, jitter=0.075, relief=0.11)


def pointillist(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Dots of purer colours that mix in the eye."""
    u = unit(rgb.shape)
    height, width = rgb.shape[:2]
    vivid = lively(rgb, 1.5, 1.05)
    canvas = (np.clip(smooth(vivid, 2, 0.15) * 0.55 + 0.42, 0, 1) * 255).astype(np.uint8)
    for size, opacity in ((4.6, 0.06), (3.4, 0.09), (2.5, 0.11)):
        radius = max(0.8, size * u)
        count = int(2.4 * width * height / (np.pi * radius**2))
        xs, ys = rng.integers(0, width, count), rng.integers(0, height, count)
        colours = vivid[ys, xs] + rng.normal(0, opacity, (count, 3)).astype(np.float32)
        pure = colours.max(1, keepdims=True)
        colours = np.clip(colours + (colours - pure) * 0.12, 0, 1) * 255
        for x, y, colour in zip(xs.tolist(), ys.tolist(), colours.tolist(), strict=True):
            cv2.circle(canvas, (x * 16, y * 16), round(radius * 16), colour, -1, cv2.LINE_AA, 4)
    return lines.floats(canvas / 255.0)


def watercolour(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Transparent washes: flat areas, darker rims, granulation, white paper shining through."""
    u = unit(rgb.shape)
    height, width = rgb.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    shift = [blur(rng.standard_normal((height, width)).astype(np.float32), 7 * u) for _ in range(2)]
    dx, dy = (s / (float(s.std()) + 1e-6) * 2.2 * u for s in shift)
    wet = cv2.remap(rgb, xs + dx, ys + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    wash = lively(smooth(np.asarray(wet, np.float32), 6, 0.16), 1.35)
    # Pigment per channel: thin, so that shadows stay transparent and lights are bare paper.
    density = 0.76 * (1.0 - np.clip(wash * 0.98 + 0.10, 0, 1)) ** 0.92
    grey = luma(wash)
    rim = np.clip(blur(grey, 3.5 * u) - blur(grey, 0.9 * u), 0, 1)
    cloud = blur(rng.standard_normal((height, width)).astype(np.float32), 28 * u)
    cloud /= float(cloud.std()) + 1e-6
    paper = grain((height, width), rng, 1.0 * u, 1.0) - 1.0
    # Blooms and grain show in thin washes; in thick ones they would be blots.
    thin = 1.0 - 0.75 * density.mean(2)
    amount = 1.0 + 2.4 * rim + (0.17 * cloud + 0.085 * paper) * thin
    line = contours(luma(smooth(rgb, 3, 0.12)), 0.9 * u, 14.0, 0.45)
    out = (1.0 - density * amount[:, :, None]) * (1 + 0.012 * paper[:, :, None])
    sheet = np.array([1.0, 0.99, 0.965], np.float32)
    return lines.unit_range(out * sheet * (0.80 + 0.20 * line[:, :, None]))


def _cells(shape: tuple[int, ...], points: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return the number of the nearest point for each pixel."""
    seeds = np.full(shape[:2], 255, np.uint8)
    seeds[points[:, 1], points[:, 0]] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    return np.asarray(labels, np.int32)


def _cell_colours(rgb: Floats, labels: NDArray[np.int32]) -> tuple[Floats, int]:
    count = int(labels.max()) + 1
    flat = labels.ravel()
    sizes = np.maximum(1, np.bincount(flat, minlength=count))
    means = [np.bincount(flat, rgb[:, :, c].ravel(), count) / sizes for c in range(3)]
    return np.stack(means, 1).astype(np.float32), count


def _jittered_grid(shape: tuple[int, ...], pitch: float, rng: np.random.Generator, jitter: float) -> NDArray[np.intp]:
    height, width = shape[:2]
    ys, xs = np.mgrid[pitch / 2 : height : pitch, pitch / 2 : width : pitch]
    points = np.stack((xs.ravel(), ys.ravel()), 1) + rng.uniform(-jitter, jitter, (xs.size, 2)) * pitch
    points = np.clip(points, 0, (width - 1, height - 1))
    return points.astype(np.intp)


def _seams(labels: NDArray[np.int32], width_px: float) -> Floats:
    """Return 1 inside cells and 0 on the seams between them."""
    edge = np.zeros(labels.shape, np.uint8)
    edge[:, 1:] |= (labels[:, 1:] != labels[:, :-1]).astype(np.uint8)
    edge[1:, :] |= (labels[1:, :] != labels[:-1, :]).astype(np.uint8)
    distance = cv2.distanceTransform((1 - edge).astype(np.uint8), cv2.DIST_L2, 3)
    return lines.unit_range((distance - width_px) + 0.5)


def stained_glass(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Glowing glass in lead: cells, lead lines also along the strong contours."""
    u = unit(rgb.shape)
    labels = _cells(rgb.shape, _jittered_grid(rgb.shape, 30 * u, rng, 0.42))
    colours, count = _cell_colours(lively(rgb, 1.7, 1.2), labels)
    colours = lines.floats(np.clip(colours * rng.uniform(0.85, 1.2, (count, 1)), 0, 1) ** 0.9)
    glass = colours[labels]
    fine = lively(smooth(rgb, 4, 0.15), 1.6, 1.15)
    glass = 0.62 * glass + 0.38 * fine
    streak = blur(rng.standard_normal(labels.shape).astype(np.float32), 5 * u)
    glass = glass * (1 + 0.05 * streak[:, :, None] / (float(streak.std()) + 1e-6))
    lead = np.minimum(_seams(labels, 1.5 * u), contours(luma(smooth(rgb, 4, 0.14)), 1.9 * u, 20.0, 0.42))
    glow = cv2.GaussianBlur(glass.astype(np.float32), (0, 0), 9 * u)
    out = np.clip(glass * 0.85 + glow * 0.25, 0, 1) * lead[:, :, None] + 0.045 * (1 - lead[:, :, None])
    return lines.unit_range(out)


def mosaic(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Stone tiles in grout, each lit a little differently."""
    u = unit(rgb.shape)
    labels = _cells(rgb.shape, _jittered_grid(rgb.shape, 10.5 * u, rng, 0.24))
    colours, count = _cell_colours(lively(rgb, 1.25, 1.12), labels)
    tiles = lines.unit_range(colours * rng.uniform(0.86, 1.14, (count, 1)))[labels]
    seam = _seams(labels, 0.9 * u)
    soft = blur(seam, 1.1 * u)
    light = 1 + 0.5 * (cv2.Sobel(soft, cv2.CV_32F, 1, 0) * 0.25 + cv2.Sobel(soft, cv2.CV_32F, 0, 1) * 0.35)
    grout = np.array([0.62, 0.58, 0.52], np.float32) * 0.75
    out = (tiles * light[:, :, None]) * seam[:, :, None] + grout * (1 - seam[:, :, None])
    return lines.unit_range(out)


def pixel_art(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Large square pixels in a small palette."""
    height, width = rgb.shape[:2]
    across = 112 if width >= height else max(8, round(112 * width / height))
    down = max(8, round(across * height / width))
    small = lines.floats(cv2.resize(lively(rgb, 1.3, 1.12), (across, down), interpolation=cv2.INTER_AREA))
    palette = palette_of(small, 18)
    nearest = np.argmin(((small[:, :, None, :] - palette[None, None]) ** 2).sum(-1), -1)
    return np.asarray(cv2.resize(palette[nearest], (width, height), interpolation=cv2.INTER_NEAREST), np.float32)


def palette_of(rgb: Floats, colours: int) -> Floats:
    """Return the picture's main colours (k-means from a fixed start), N×3."""
    pixels = cv2.resize(rgb, (64, 64), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.float32)
    order = np.argsort(pixels @ _LUMA)
    start = np.zeros((len(pixels), 1), np.int32)
    start[order, 0] = np.arange(len(pixels)) * colours // len(pixels)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.001)
    _, _, centres = cv2.kmeans(pixels, colours, start, criteria, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    return lines.unit_range(centres)


def pop_art(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Screen print: five loud inks by tone, dots in the half-tones, black contours."""
    u = unit(rgb.shape)
    flat = smooth(rgb, 5, 0.14)
    grey = luma(flat)
    inks = np.array(
        [[0.09, 0.06, 0.16], [0.86, 0.11, 0.34], [0.06, 0.62, 0.78], [0.99, 0.78, 0.10], [0.99, 0.95, 0.86]], np.float32
    )
    step = np.clip((grey * 4.999).astype(np.intp), 0, 4)
    dots = lines.halftone_screen(np.clip(grey * 5 - step, 0, 1), 8.5 * u, 0.4)[:, :, None]
    out = inks[step] * (1 - dots * 0.55) + inks[np.minimum(step + 1, 4)] * (dots * 0.55)
    lead = contours(grey, 1.4 * u, 22.0, 0.48)[:, :, None]
    return lines.unit_range(out * lead + inks[0] * (1 - lead))


def halftone(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Four-colour newspaper dots."""
    u = unit(rgb.shape)
    black = 1 - rgb.max(axis=2)
    cmy = np.clip((1 - rgb - black[:, :, None] * 0.85) / np.maximum(0.1, 1 - 0.85 * black[:, :, None]), 0, 1)
    out = np.ones_like(rgb) * np.array([0.97, 0.95, 0.90], np.float32)
    for channel, angle, absorbs in (
        (0, 0.26, (0.95, 0.2, 0.05)),
        (1, 1.31, (0.1, 0.9, 0.25)),
        (2, 0.0, (0.02, 0.08, 0.9)),
    ):
        dot = lines.halftone_screen(np.asarray(1 - cmy[:, :, channel], np.float32), 6.5 * u, angle)
        out = out * (1 - (1 - dot)[:, :, None] * np.array(absorbs, np.float32))
    key = lines.halftone_screen(np.clip(1 - black * 0.9, 0, 1).astype(np.float32), 6.5 * u, 0.785)
    return lines.unit_range(out * (0.1 + 0.9 * key[:, :, None]))


def low_poly(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Triangles that are smaller where the picture has detail."""
    height, width = rgb.shape[:2]
    grey = luma(smooth(rgb, 2, 0.1))
    edges = blur(np.abs(cv2.Laplacian(blur(grey, 1.5), cv2.CV_32F)), 2.0)
    weight = (edges / (float(edges.sum()) + 1e-6)).ravel().astype(np.float64)
    count = min(1800, max(60, height * width // 260))
    picked = (
        rng.choice(height * width, count, replace=True, p=weight / weight.sum())
        if weight.sum() > 0
        else np.array([], int)
    )
    points = np.stack((picked % width, picked // width), 1)
    points = np.concatenate((points, _jittered_grid(rgb.shape, max(height, width) / 14, rng, 0.3)))
    points = np.unique(points, axis=0)
    net = cv2.Subdiv2D((-1, -1, width + 2, height + 2))
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        net.insert((float(corner[0]), float(corner[1])))
    for x, y in points.tolist():
        net.insert((float(x), float(y)))
    canvas = (rgb * 255).astype(np.uint8)
    for corners in np.asarray(net.getTriangleList(), np.float32).reshape(-1, 3, 2):
        centre = np.clip(corners.mean(0), 0, (width - 1, height - 1)).astype(int)
        samples = np.clip((corners + centre * 2) / 3, 0, (width - 1, height - 1)).astype(int)
        colour = (rgb[samples[:, 1], samples[:, 0]].mean(0) * 0.6 + rgb[centre[1], centre[0]] * 0.4) * 255
        cv2.fillConvexPoly(canvas, np.round(corners * 16).astype(np.int32), colour.tolist(), cv2.LINE_AA, 4)
    return lively(canvas.astype(np.float32) / 255.0, 1.15, 1.05)


def anime(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Cel painting: soft flat tones, clean colours, thin warm lines."""
    u = unit(rgb.shape)
    flat = smooth(rgb, 7, 0.13)
    grey = luma(flat)
    steps = 5.0
    value = grey * steps
    cel = (np.floor(value) + np.clip((value - np.floor(value) - 0.4) * 5, 0, 1)) / steps
    colour = np.clip(flat * ((cel * 0.7 + grey * 0.3 + 0.08) / np.maximum(0.1, grey + 0.05))[:, :, None], 0, 1)
    colour = lively(np.asarray(colour, np.float32) ** 0.9, 1.35)
    lead = contours(grey, 0.95 * u, 20.0, 0.45)[:, :, None]
    return lines.unit_range(colour * lead + np.array([0.2, 0.12, 0.16], np.float32) * (1 - lead))


def tone_map(rgb: Floats, stops: tuple[tuple[float, float, float], ...], mix: float = 1.0) -> Floats:
    """Colour a picture by its tones: *stops* from black to white."""
    grey = luma(rgb)
    positions = np.linspace(0, 1, len(stops))
    mapped = np.stack([np.interp(grey, positions, [stop[c] for stop in stops]) for c in range(3)], 2)
    return lines.unit_range(rgb * (1 - mix) + mapped * mix)


def sepia(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Old photograph: brown tones, grain, darker corners."""
    toned = tone_map(rgb, ((0.13, 0.09, 0.06), (0.52, 0.39, 0.27), (0.96, 0.90, 0.78)))
    return _aged(toned, rng)


def vintage(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Faded colour film."""
    faded = lively(rgb, 0.72, 0.88) * np.array([1.05, 0.98, 0.84], np.float32) + np.array(
        [0.04, 0.03, 0.06], np.float32
    )
    return _aged(np.clip(faded, 0, 1).astype(np.float32), rng)


def _aged(rgb: Floats, rng: np.random.Generator) -> Floats:
    u = unit(rgb.shape)
    height, width = rgb.shape[:2]
    ys, xs = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    corners = np.clip(1.08 - 0.22 * (xs * xs + ys * ys), 0.5, 1.05)
    speck = grain((height, width), rng, 0.7 * u, 0.035)
    return lines.unit_range(rgb * (corners * speck)[:, :, None])


def noir(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Black and white with deep shadows."""
    grey = luma(rgb)
    curve = np.clip(grey * grey * (3 - 2 * grey) * 1.05, 0, 1)
    return _aged(np.repeat(curve[:, :, None], 3, 2).astype(np.float32), rng)


def cyanotype(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Blue sun print on paper."""
    return _aged(tone_map(rgb, ((0.02, 0.10, 0.26), (0.13, 0.36, 0.58), (0.93, 0.95, 0.92))), rng)


def blueprint(rgb: Floats, rng: np.random.Generator) -> Floats:
    """White lines on blue."""
    u = unit(rgb.shape)
    marks = lines.outline(luma(smooth(rgb, 3, 0.1)), 1.1 * u)
    sheet = np.array([0.06, 0.22, 0.46], np.float32)
    return lines.on_paper(marks, sheet, np.array([0.92, 0.96, 1.0], np.float32), grain(marks.shape, rng, 1.4 * u, 0.03))


def neon(rgb: Floats, rng: np.random.Generator) -> Floats:
    """Night lights: dark magenta and cyan tones, glowing contours."""
    u = unit(rgb.shape)
    base = tone_map(rgb, ((0.03, 0.01, 0.09), (0.30, 0.05, 0.42), (0.92, 0.22, 0.62), (0.60, 0.98, 1.0)), 0.78) * 0.82
    marks = 1 - contours(luma(smooth(rgb, 4, 0.13)), 1.1 * u, 22.0, 0.42)
    marks = np.clip(marks - 0.25, 0, 1) * np.clip(1.2 - blur(marks, 10 * u) * 2.2, 0, 1)  # lines, not solid areas
    glow = blur(marks, 4 * u) * 0.8 + blur(marks, 14 * u) * 0.5 + marks * 0.8
    hue = np.stack((0.35 + 0.6 * luma(rgb), 0.75 - 0.35 * luma(rgb), np.ones_like(marks)), 2)
    return lines.unit_range(base + hue * glow[:, :, None] * 0.75)
