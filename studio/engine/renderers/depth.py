"""Depth from one picture by rules of thumb, and the picture taken apart into layers.

No network knows depth here. What is used: a subject that stands out is in front and
stands on the ground where its feet are; the ground comes nearer towards the lower edge;
sky and plain backdrops are far; haze and blur are far. It is good enough for parallax
and relief, and it is not a measurement.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, filling, pictures, skies
from studio.engine.renderers.pictures import Rgb

Floats = NDArray[np.float32]

_WORK_EDGE: Final = 512
_SUBJECT_LEAST: Final = 0.004
_SKY_LEAST: Final = 0.03
_MOST_SUBJECTS: Final = 4
_BULGE: Final = 0.14
_SOFT_RIM: Final = 0.012
_IN_FRONT: Final = 0.12
_SUBJECT_NEAREST: Final = 0.62


@dataclass(frozen=True)
class Layer:
    """One sheet of a picture.

    Attributes:
        rgb: H×W×3; painted on behind what hides it.
        alpha: H×W, 0–1, soft at its contour; the rearmost layer is solid.
        depth: of the sheet as a whole, 0 far to 1 near.
        relief: H×W, 0–1; the depth of each of its points, continued behind what hides it.
        is_subject: it is a thing that stands out, not land or backdrop.
    """

    rgb: Rgb
    alpha: Floats
    depth: float
    relief: Floats
    is_subject: bool = False


def subject_mask(rgb: Rgb) -> Floats:
    """Return the subject's soft mask H×W, 0–1; all zero when nothing stands out."""
    height, width = rgb.shape[:2]
    work = pictures.resize(rgb, *pictures.fit_within(width, height, 2 * _WORK_EDGE))
    mask = cutout.soft_mask(work)
    if mask is None:
        return np.zeros((height, width), np.float32)
    return _decided(_to_size(mask, width, height))


def _decided(front: Floats) -> Floats:
    """Keep a mask soft only at its contour: what is half believed in further away is either in or out."""
    inside = (front > 0.5).astype(np.uint8)
    reach = max(2, round(max(front.shape) * _SOFT_RIM))
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    near = (cv2.dilate(inside, kernel) > 0) & (cv2.erode(inside, kernel, borderValue=1) == 0)
    return np.where(near, front, inside).astype(np.float32)


def depth_map(rgb: Rgb, mask: Floats | None = None) -> Floats:
    """Return how near each point is, H×W, 0 far to 1 near.

    Args:
        rgb: H×W×3.
        mask: the subject, H×W, 0–1; None looks for one.
    """
    height, width = rgb.shape[:2]
    work = pictures.resize(rgb, *pictures.fit_within(width, height, _WORK_EDGE))
    front = subject_mask(work) if mask is None else _to_size(mask, work.shape[1], work.shape[0])
    sky = skies.backdrop(work, front)
    ground = _surroundings(work, front, sky)
    depth = _with_subjects(ground, front)
    low, high = float(depth.min()), float(depth.max())
    if high - low > 1e-3:
        depth = (depth - low) / (high - low)
    full = _to_size(depth, width, height)
    if full.shape != depth.shape:
        full = edge_aware(rgb, full, max(2, round(max(width, height) / _WORK_EDGE) * 2), 4e-4)
    return np.clip(full, 0, 1).astype(np.float32)


def layers(rgb: Rgb, depth: Floats, mask: Floats | None) -> list[Layer]:
    """Take a picture apart into sheets, back to front: backdrop (if there is one), land, subjects.

    Laid over each other they give the picture again. Behind a sheet the one below it is
    continued, so that sheets may move against each other by some per cent of the width.

    Args:
        depth: from ``depth_map``.
        mask: the subject, H×W, 0–1; None looks for one.
    """
    height, width = rgb.shape[:2]
    front = subject_mask(rgb) if mask is None else _decided(mask.astype(np.float32))
    sky = skies.backdrop(rgb, front)
    hole = front > 0.02
    rear = filling.fill(rgb, hole) if hole.any() else rgb
    rear_depth = filling.fill_plane(depth, hole)
    sheets: list[Layer] = []
    land_alpha = np.ones((height, width), np.float32)
    if hole.any() and float(sky.max()) > 0.5:
        # Behind the subject sky is where sky was painted on.
        again = skies.backdrop(rear)
        sky = np.where(hole, again, sky) if again.any() else filling.fill_plane(sky, hole)
    if float((sky > 0.5).mean()) >= _SKY_LEAST and float((sky < 0.5).mean()) >= _SKY_LEAST:
        sky = edge_aware(rear, sky.astype(np.float32), max(2, max(width, height) // 200), 1e-4)
        land_alpha = np.clip((0.9 - sky) / 0.8, 0, 1).astype(np.float32)
        far = filling.fill_plane(rear_depth, land_alpha > 0.05)
        open_sky = filling.fill(rear, land_alpha > 0.02, smooth=True)
        sheets.append(Layer(open_sky, np.ones((height, width), np.float32), float(np.median(far)), far))
        rear = cutout.free_from_background(rear, pictures.to_bytes(land_alpha))
        rear_depth = np.where(land_alpha > 0.5, rear_depth, filling.fill_plane(rear_depth, land_alpha <= 0.5))
    solid = land_alpha > 0.5
    middle = float(np.median(rear_depth[solid])) if solid.any() else float(np.median(rear_depth))
    sheets.append(Layer(rear, land_alpha, middle, rear_depth.astype(np.float32)))
    if hole.any():
        sheets.extend(_subject_layers(rgb, depth, front))
    return sheets


def edge_aware(guide: Rgb, plane: Floats, radius: int, epsilon: float) -> Floats:
    """Smooth *plane* (0–1) so that its steps lie where the contours of *guide* are."""
    return cutout.guided(guide, plane, radius, epsilon)


def _to_size(plane: Floats, width: int, height: int) -> Floats:
    if plane.shape == (height, width):
        return plane.astype(np.float32)
    shrinking = width < plane.shape[1]
    how = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane.astype(np.float32), (width, height), interpolation=how), np.float32)


def _surroundings(work: Rgb, front: Floats, sky: Floats) -> Floats:
    """Return the depth of everything but the subject; behind the subject it is continued."""
    height, width = front.shape
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    has_sky = float((sky > 0.5).mean()) >= _SKY_LEAST
    lowest = horizon(sky) if has_sky else 0.30
    below = np.clip((rows - lowest) / max(0.15, 1.0 - lowest), 0, 1)
    # Things that rise above the horizon stand somewhere: far, but before the sky.
    rise = 0.20 + 0.10 * np.clip(rows / max(0.05, lowest), 0, 1)
    vertical = np.broadcast_to(np.where(rows < lowest, rise, 0.30 + 0.60 * below), (height, width))
    cues = np.zeros((height, width), np.float32)
    cues += 0.16 * (_focus(work) - 0.5)
    if has_sky:
        cues += 0.16 * (_clear_air(work) - 0.5)
    known = np.clip(1.0 - front, 0, 1)
    plane = np.clip(vertical + cues, 0.05, 0.95).astype(np.float32)
    plane = filling.fill_plane(plane, known < 0.5)
    plane = edge_aware(work, plane, max(3, max(height, width) // 20), 2e-3)
    plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), max(height, width) / 220), np.float32)
    return np.asarray(plane * (1 - sky), np.float32)


def horizon(sky: Floats) -> float:
    """Return the height of the horizon (share of the picture): the lowest places where sky ends."""
    height = sky.shape[0]
    ends = (sky > 0.5).sum(0) / height
    ends = ends[ends > 0.02]
    return float(np.clip(np.percentile(ends, 80), 0.05, 0.8)) if len(ends) else 0.3


def _focus(work: Rgb) -> Floats:
    """Return 0 (blurred) to 1 (sharp), spread from contours over what is even."""
    grey = cv2.cvtColor(work, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.0))
    coarse = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 4.0))
    sigma = max(work.shape[:2]) / 28
    weight = cv2.GaussianBlur(coarse, (0, 0), sigma) + 1e-4
    ratio = cv2.GaussianBlur(fine, (0, 0), sigma) / weight
    low, high = np.percentile(ratio, (10, 90))
    if high - low < 0.04:
        return np.full(grey.shape, 0.5, np.float32)
    # Where nothing has a contour, nothing is known.
    sure = np.clip(weight / 0.012, 0, 1)
    return np.asarray(0.5 + (np.clip((ratio - low) / (high - low), 0, 1) - 0.5) * sure, np.float32)


def _clear_air(work: Rgb) -> Floats:
    """Return 0 (veiled by haze) to 1 (clear): the darkest colour near each point."""
    edge = max(3, max(work.shape[:2]) // 40) | 1
    darkest = cv2.erode(work.min(2), np.ones((edge, edge), np.uint8)).astype(np.float32) / 255
    low, high = np.percentile(darkest, (5, 95))
    if high - low < 0.05:
        return np.full(darkest.shape, 0.5, np.float32)
    return np.asarray(1 - np.clip((darkest - low) / (high - low), 0, 1), np.float32)


def _parts(front: Floats) -> list[NDArray[np.bool_]]:
    """Return the separate subjects of a mask, largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((front > 0.5).astype(np.uint8), connectivity=8)
    order = sorted(range(1, count), key=lambda i: -int(stats[i, cv2.CC_STAT_AREA]))
    least = _SUBJECT_LEAST * front.size
    return [labels == i for i in order[:_MOST_SUBJECTS] if stats[i, cv2.CC_STAT_AREA] >= least]


def _with_subjects(ground: Floats, front: Floats) -> Floats:
    """Stand the subjects on the ground, each rounded towards the viewer."""
    depth = ground
    height = ground.shape[0]
    for part in _parts(front):
        rows, columns = np.where(part)
        foot = int(np.percentile(rows, 98))
        span = slice(int(columns.min()), int(columns.max()) + 1)
        standing = float(ground[min(height - 1, foot), span].mean())
        around = float(np.percentile(ground[part], 90))
        base = min(1.0, max(standing + _IN_FRONT, around + _IN_FRONT, _SUBJECT_NEAREST))
        inside = cv2.distanceTransform(part.astype(np.uint8), cv2.DIST_L2, 5)
        reach = max(1.0, float(inside.max()))
        # A half ellipse over the distance to the contour: round, not a tent.
        share = np.clip(inside / reach, 0, 1)
        round_ = np.sqrt(np.clip(1 - (1 - share) ** 2, 0, 1))
        round_ = cv2.GaussianBlur(round_, (0, 0), max(1.0, reach / 6))
        weight = np.clip(front * 1.25 - 0.1, 0, 1) * cv2.dilate(part.astype(np.float32), np.ones((5, 5), np.uint8))
        depth = depth * (1 - weight) + (base + _BULGE * (round_ - 0.5)) * weight
    return np.asarray(depth, np.float32)


def _subject_layers(rgb: Rgb, depth: Floats, front: Floats) -> list[Layer]:
    parts = _parts(front)
    clean = cutout.free_from_background(rgb, pictures.to_bytes(front))
    if not parts:
        return [Layer(clean, front, float(np.average(depth, weights=front + 1e-6)), depth, True)]
    # Each soft rim belongs to the nearest part; specks go with the largest.
    away = np.stack([cv2.distanceTransform((~part).astype(np.uint8), cv2.DIST_L2, 3) for part in parts])
    owner = away.argmin(0)
    sheets = []
    for place, part in enumerate(parts):
        alpha = np.where(owner == place, front, 0).astype(np.float32)
        sure = part & (front > 0.9)
        near = float(np.median(depth[sure if sure.any() else part]))
        relief = filling.fill_plane(depth, ~(sure if sure.any() else part))
        sheets.append(Layer(clean, alpha, near, relief, True))
    return sorted(sheets, key=lambda sheet: sheet.depth)
