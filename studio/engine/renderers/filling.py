"""Painting on behind things: filling a hole of a picture from what is around it.

Colours flow in from the rim first. Then patches of the surroundings are sought that fit
what is there (the PatchMatch idea: good neighbours' finds are tried, then random places
ever nearer), coarse to fine, and laid over each other. Textures go on; things that were
hidden are not guessed.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures
from studio.engine.renderers.pictures import Rgb

Floats = NDArray[np.float32]
Hole = NDArray[np.bool_]
Places = NDArray[np.int32]

_RIM: Final = 0.006
_WORK_EDGE: Final = 224
_COARSEST: Final = 36
_REACH: Final = 3  # patches of 7×7
_ROUNDS: Final = 3
_MOST_POINTS: Final = 7000


def fill(rgb: Rgb, hole: Hole, *, smooth: bool = False) -> Rgb:
    """Return *rgb* (H×W×3) with *hole* (H×W) painted from its surroundings; the rest is unchanged.

    The same input gives the same pixels.

    Args:
        smooth: only soft colour transitions, as for a sky.
    """
    if not hole.any() or hole.all():
        return rgb
    rim = max(1, round(_RIM * max(hole.shape)))
    # The rim of what is taken out has coloured its neighbours: they are no source.
    wide = cv2.dilate(hole.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)).astype(bool)
    if wide.mean() > 0.97:
        wide = hole
    made = _flow(rgb, wide) if smooth else _patches(rgb, wide)
    blend = cv2.GaussianBlur(wide.astype(np.float32), (0, 0), max(0.8, rim / 2))[:, :, None]
    blend = np.where(hole[:, :, None], 1.0, blend)
    return np.asarray(rgb * (1 - blend) + made * blend + 0.5, np.uint8)


def fill_plane(plane: Floats, hole: Hole) -> Floats:
    """Return *plane* (H×W) with *hole* filled by soft transitions between its surroundings."""
    if not hole.any() or hole.all():
        return plane.astype(np.float32)
    filled = _pull_push(plane.astype(np.float32)[:, :, None], (~hole).astype(np.float32))[:, :, 0]
    return np.asarray(np.where(hole, filled, plane), np.float32)


def _flow(rgb: Rgb, hole: Hole) -> Floats:
    """Fill with soft colour transitions; a trace of the grain around keeps it from looking like plastic."""
    image = rgb.astype(np.float32)
    filled = _pull_push(image, (~hole).astype(np.float32))
    grain = (image - cv2.GaussianBlur(image, (0, 0), 1.5))[~hole]
    strength = float(np.median(np.abs(grain)))
    noise = np.random.default_rng(7).normal(0, min(4.0, strength), (*hole.shape, 1)).astype(np.float32)
    return np.where(hole[:, :, None], filled + noise, image).astype(np.float32)


def _pull_push(image: Floats, weight: Floats) -> Floats:
    """Fill where *weight* (H×W, 0–1) is low: averages of averages, blended back level by level."""
    height, width = weight.shape
    if min(height, width) < 3 or float(weight.min()) > 0.999:
        total = float(weight.sum())
        mean = (image * weight[:, :, None]).sum((0, 1)) / max(total, 1e-6)
        return np.asarray(image * weight[:, :, None] + mean * (1 - weight[:, :, None]), np.float32)
    thin = np.asarray(cv2.pyrDown(weight), np.float32)
    down = _deep(cv2.pyrDown(image * weight[:, :, None]), image) / np.maximum(thin, 1e-4)[:, :, None]
    # Four points of which one is known already speak for their place.
    coarse = _pull_push(down.astype(np.float32), np.minimum(1.0, thin * 3.0).astype(np.float32))
    up = _deep(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), image)
    low, high = coarse.min((0, 1)), coarse.max((0, 1))
    return np.asarray(image * weight[:, :, None] + np.clip(up, low, high) * (1 - weight[:, :, None]), np.float32)


def _deep(plane: Any, like: Floats) -> Floats:
    """Give back the channel axis that OpenCV drops from single-channel pictures."""
    return np.asarray(plane if plane.ndim == like.ndim else plane[:, :, None], np.float32)


def _patches(rgb: Rgb, hole: Hole) -> Floats:
    """Fill from fitting patches, sought on small copies; the finds are then copied at full size."""
    height, width = hole.shape
    rng = np.random.default_rng(11)
    # Time goes with the number of points to fill: large holes are filled on a smaller copy.
    most = (_MOST_POINTS / max(1e-3, float(hole.mean())) * max(width, height) / min(width, height)) ** 0.5
    levels = [pictures.fit_within(width, height, max(2 * _COARSEST, round(min(_WORK_EDGE, most))))]
    while min(levels[-1]) > 2 * _COARSEST:
        levels.append((levels[-1][0] // 2, levels[-1][1] // 2))
    image: Floats | None = None
    offsets: Floats | None = None
    for size in reversed(levels):
        small = pictures.resize(rgb, *size).astype(np.float32)
        gap = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.02
        if gap.all() or not gap.any():
            continue
        start = _pull_push(small, (~gap).astype(np.float32)) if image is None else cv2.resize(image, size)
        image, offsets = _settle(np.where(gap[:, :, None], start, small).astype(np.float32), gap, offsets, rng)
    if image is None or offsets is None:
        return _flow(rgb, hole)
    return _carried(rgb, hole, image, offsets)


def _settle(image: Floats, gap: Hole, offsets: Floats | None, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Repeat finding patches and laying them down; return the filled picture and the offsets H×W×2 (y, x)."""
    height, width = gap.shape
    sources = _sources(gap)
    targets = cv2.dilate(gap.astype(np.uint8), np.ones((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)).astype(bool)
    ys, xs = np.nonzero(targets)
    options = np.argwhere(sources).astype(np.int32)
    places: Places = options[rng.integers(0, len(options), len(ys))]
    if offsets is not None:
        grown = cv2.resize(offsets, (width, height), interpolation=cv2.INTER_NEAREST)
        grown = grown * np.array([height / offsets.shape[0], width / offsets.shape[1]], np.float32)
        wanted = np.rint(np.stack((ys, xs), 1) + grown[ys, xs]).astype(np.int32)
        wanted = np.clip(wanted, 0, (height - 1, width - 1)).astype(np.int32)
        usable = sources[wanted[:, 0], wanted[:, 1]] & (np.abs(grown[ys, xs]).sum(1) > 0)
        places = np.where(usable[:, None], wanted, places).astype(np.int32)
    for turn in range(_ROUNDS):
        places = _search(image, gap, sources, np.stack((ys, xs), 1).astype(np.int32), places, rng, options)
        image = _laid(image, gap, ys, xs, places, last=turn == _ROUNDS - 1)
    field = np.zeros((height, width, 2), np.float32)
    field[ys, xs] = places - np.stack((ys, xs), 1)
    return image, field


def _sources(gap: Hole) -> Hole:
    """Return the places whose patch holds nothing of the gap and nothing outside the picture."""
    for reach in (_REACH, 1, 0):
        blocked = cv2.dilate(gap.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)).astype(bool)
        edge = min(reach, (min(gap.shape) - 1) // 2)
        sources = ~blocked
        if edge:
            sources[:edge] = sources[-edge:] = False
            sources[:, :edge] = sources[:, -edge:] = False
        if int(sources.sum()) > 16:
            return sources
    return ~gap


def _search(
    image: Floats,
    gap: Hole,
    sources: Hole,
    points: Places,
    places: Places,
    rng: np.random.Generator,
    options: Places,
) -> Places:
    """Improve *places* (N×2), the patch centres found for *points* (N×2)."""
    height, width = gap.shape
    # Every other pixel of a patch tells enough. One row of the table is one patch.
    reach = range(2 * _REACH + 1)
    window = [(dy, dx) for dy in reach for dx in reach if (dy + dx) % 2 == 0]
    padded = cv2.copyMakeBorder(image, _REACH, _REACH, _REACH, _REACH, cv2.BORDER_REFLECT_101)
    table = np.stack([padded[dy : dy + height, dx : dx + width] for dy, dx in window], 2)
    table = table.reshape(height * width, len(window) * 3).astype(np.float32)
    # Points near the rim know more than those deep inside.
    known: Any = 1.3 ** -cv2.distanceTransform(gap.astype(np.uint8), cv2.DIST_L2, 3)
    sure: Any = cv2.copyMakeBorder(known, _REACH, _REACH, _REACH, _REACH, cv2.BORDER_REFLECT_101)
    trust = np.stack([sure[points[:, 0] + dy, points[:, 1] + dx] for dy, dx in window], 1)
    trust = np.repeat(trust / trust.sum(1, keepdims=True), 3, axis=1).astype(np.float32)
    own = table[points[:, 0] * width + points[:, 1]]
    far = float(max(height, width))

    def cost(where: Places, rows: NDArray[np.intp] | slice = slice(None)) -> Floats:
        apart = table[where[:, 0] * width + where[:, 1]]
        apart -= own[rows]
        total = np.einsum("ij,ij,ij->i", apart, apart, trust[rows])
        # A patch from the same height fits better: ground behind ground, sky behind sky.
        away = (where - points[rows]).astype(np.float32) / far
        return np.asarray(total + 900.0 * away[:, 0] ** 2 + 120.0 * away[:, 1] ** 2, np.float32)

    best = cost(places)
    index = np.full((height, width), -1, np.int32)
    index[points[:, 0], points[:, 1]] = np.arange(len(points))

    def consider(candidate: Places, valid: NDArray[np.bool_]) -> None:
        nonlocal best
        inside = (candidate >= 0).all(1) & (candidate[:, 0] < height) & (candidate[:, 1] < width) & valid
        rows = np.nonzero(inside)[0]
        rows = rows[sources[candidate[rows, 0], candidate[rows, 1]]]
        if not len(rows):
            return
        costs = cost(candidate[rows], rows)
        better = costs < best[rows]
        places[rows[better]] = candidate[rows[better]]
        best[rows[better]] = costs[better]

    for stride in (3, 1):
        for dy, dx in ((0, stride), (stride, 0), (0, -stride), (-stride, 0)):
            side = points + np.array((dy, dx), np.int32)
            inside = (side >= 0).all(1) & (side[:, 0] < height) & (side[:, 1] < width)
            near = np.where(inside, index[side[:, 0] % height, side[:, 1] % width], -1)
            consider(places[near] - np.array((dy, dx), np.int32), near >= 0)
        span = far / 2
        consider(options[rng.integers(0, len(options), len(points))], np.ones(len(points), bool))
        while span >= 2:
            step = np.rint(rng.uniform(-span, span, points.shape)).astype(np.int32)
            consider((places + step).astype(np.int32), np.ones(len(points), bool))
            span /= 3
    return places


def _laid(
    image: Floats, gap: Hole, ys: NDArray[np.intp], xs: NDArray[np.intp], places: Places, *, last: bool
) -> Floats:
    """Lay the found patches over each other: each gap pixel is the mean of what the patches say about it."""
    height, width = gap.shape
    total = np.zeros((height, width, 3), np.float32)
    count = np.zeros((height, width, 1), np.float32)
    reach = 1 if last else _REACH  # at last fewer voices: sharper
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            y, x = ys + dy, xs + dx
            from_y, from_x = places[:, 0] + dy, places[:, 1] + dx
            fits = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            fits &= (from_y >= 0) & (from_y < height) & (from_x >= 0) & (from_x < width)
            # Each target place occurs once for a given step, so plain indexing adds all of them.
            total[y[fits], x[fits]] += image[from_y[fits], from_x[fits]]
            count[y[fits], x[fits]] += 1.0
    made = total / np.maximum(count, 1.0)
    return np.where(gap[:, :, None] & (count > 0), made, image).astype(np.float32)


def _carried(rgb: Rgb, hole: Hole, image: Floats, offsets: Floats) -> Floats:
    """Copy at full size what was found small: the light of the small filling, the detail of the sources."""
    height, width = hole.shape
    if (height, width) == image.shape[:2]:
        return image
    scale = np.array([height / offsets.shape[0], width / offsets.shape[1]], np.float32)
    rows, columns = np.nonzero(hole)
    small_y = (rows + 0.5) / scale[0] - 0.5
    small_x = (columns + 0.5) / scale[1] - 0.5
    result = rgb.astype(np.float32)
    total = np.zeros((len(rows), 3), np.float32)
    weights = np.zeros((len(rows), 1), np.float32)
    for dy in (0, 1):
        for dx in (0, 1):
            y0 = np.clip(np.floor(small_y).astype(int) + dy, 0, offsets.shape[0] - 1)
            x0 = np.clip(np.floor(small_x).astype(int) + dx, 0, offsets.shape[1] - 1)
            shift = np.rint(offsets[y0, x0] * scale).astype(int)
            from_y = np.clip(rows + shift[:, 0], 0, height - 1)
            from_x = np.clip(columns + shift[:, 1], 0, width - 1)
            near = (1 - np.abs(small_y - np.floor(small_y) - dy)) * (1 - np.abs(small_x - np.floor(small_x) - dx))
            weight = (near * ~hole[from_y, from_x]).astype(np.float32)[:, None]
            total += result[from_y, from_x] * weight
            weights += weight
    big = cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)
    made = np.where(weights > 0.05, total / np.maximum(weights, 1e-4), big[rows, columns])
    result[rows, columns] = np.clip(made, 0, 255)
    return result
