"""Cutting one thing out of its surroundings: GrabCut on a small copy, contours fitted at full size."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, pictures
from studio.engine.renderers.pictures import Rgb

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

_EDGE: Final = 300
_TURNS: Final = 4


@dataclass(frozen=True)
class Selection:
    """One selected thing.

    Attributes:
        mask: H×W, 0–1, soft at its contour.
        score: how sure it is, 0–1: contrast along the contour and agreement with what was asked. Not a probability.
        label: what it is taken for.
        how: the means by which it was found, in a few words.
    """

    mask: Floats
    score: float
    label: str
    how: str


@dataclass(frozen=True)
class Region:
    """A rectangle in pixels: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        return (self.right - self.left) * (self.bottom - self.top)

    def of(self, plane: NDArray[np.generic]) -> NDArray[np.generic]:
        return plane[self.top : self.bottom, self.left : self.right]


def region_of(mask: Flags, margin: float, shape: tuple[int, int]) -> Region:
    """Return the rectangle around *mask* with *margin* (share of its longest edge), within the picture."""
    rows, columns = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
    edge = margin * max(rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)
    return Region(
        max(0, int(columns[0] - edge)),
        max(0, int(rows[0] - edge)),
        min(shape[1], int(columns[-1] + 1 + edge)),
        min(shape[0], int(rows[-1] + 1 + edge)),
    )


def cut(
    rgb: Rgb, likely: Floats, region: Region, *, sure_in: Flags | None = None, sure_out: Flags | None = None
) -> Floats:
    """Return the soft mask H×W of what *likely* (H×W, 0–1) points at, from the colours inside and outside.

    Args:
        region: where to work; outside of it nothing is selected.
        sure_in, sure_out: H×W; decided beforehand.
    """
    height, width = rgb.shape[:2]
    whole = np.zeros((height, width), np.float32)
    piece = np.ascontiguousarray(region.of(rgb)).astype(np.uint8)
    size = pictures.fit_within(piece.shape[1], piece.shape[0], _EDGE)
    if min(size) < 8:
        return whole
    small = pictures.resize(piece, *size)
    hint = cv2.resize(np.asarray(region.of(likely), np.float32), size, interpolation=cv2.INTER_AREA)
    seeds = np.where(hint > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[hint < 0.04] = cv2.GC_BGD
    if sure_out is not None:
        out = cv2.resize(np.asarray(region.of(sure_out), np.uint8), size, interpolation=cv2.INTER_AREA) > 0
        seeds[out] = cv2.GC_BGD
    if sure_in is not None:
        # Thin marks must survive the shrinking.
        inside = cv2.resize(np.asarray(region.of(sure_in), np.float32), size, interpolation=cv2.INTER_AREA) > 0.05
        seeds[inside] = cv2.GC_FGD
    found = _grab(small, seeds)
    if not found.any():
        return whole
    soft = cv2.GaussianBlur(found.astype(np.float32), (0, 0), 0.9)
    part = cv2.resize(soft, (piece.shape[1], piece.shape[0]), interpolation=cv2.INTER_CUBIC)
    radius = max(2, round(max(piece.shape[:2]) / _EDGE * 3))
    fine = cutout.guided(piece, np.clip(part, 0, 1), radius, 1e-3)
    near = cv2.GaussianBlur(part, (0, 0), radius)
    fine = np.where(near > 0.97, 1.0, np.where(near < 0.03, 0.0, np.clip((fine - 0.15) / 0.7, 0, 1)))
    whole[region.top : region.bottom, region.left : region.right] = fine
    return whole


def _grab(small: Rgb, seeds: NDArray[np.uint8]) -> Flags:
    """Run GrabCut; without something to tell inside from outside the seeds' own opinion stands."""
    inside = (seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)
    if int(inside.sum()) < 8 or int((~inside).sum()) < 8:
        return np.asarray(inside)
    cv2.setRNGSeed(1)  # its clusters start at random
    seeds = seeds.copy()
    no_rectangle: Any = None
    bgr = np.ascontiguousarray(cv2.bilateralFilter(small, 5, 24, 3)[:, :, ::-1])
    cv2.grabCut(bgr, seeds, no_rectangle, np.zeros((1, 65)), np.zeros((1, 65)), _TURNS, cv2.GC_INIT_WITH_MASK)
    found: Any = ((seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)).astype(np.uint8)
    found = cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    found = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return np.asarray((found > 0) | (seeds == cv2.GC_FGD))


def holding(mask: Floats, marks: Flags) -> Floats:
    """Keep the connected parts of *mask* that hold one of *marks*."""
    _, labels = cv2.connectedComponents((mask > 0.5).astype(np.uint8), connectivity=8)
    wanted = np.unique(labels[marks])
    keep = np.isin(labels, wanted[wanted > 0])
    return _with_rim(mask, keep)


def parts(mask: Floats, least_share: float, most: int = 16) -> list[Floats]:
    """Return the separate things of *mask*, largest first, each of at least *least_share* of the picture."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8), connectivity=8)
    order = sorted(range(1, count), key=lambda i: -int(stats[i, cv2.CC_STAT_AREA]))[:most]
    order = [i for i in order if stats[i, cv2.CC_STAT_AREA] >= least_share * mask.size]
    return [_with_rim(mask, labels == i) for i in order]


def largest(mask: Floats, share: float) -> Floats:
    """Return *mask* without things smaller than *share* of its largest one."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.nonzero(areas >= share * areas.max())[0]
    return _with_rim(mask, np.isin(labels, kept))


def _with_rim(mask: Floats, part: Flags) -> Floats:
    near = cv2.dilate(part.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    return np.where(near, mask, 0).astype(np.float32)


def confidence(rgb: Rgb, mask: Floats, likely: Floats | None = None) -> float:
    """Return how well *mask* follows a real contour and agrees with *likely*, 0–1."""
    solid = (mask > 0.5).astype(np.uint8)
    if not solid.any():
        return 0.0
    size = pictures.fit_within(rgb.shape[1], rgb.shape[0], 480)
    sharp = cv2.cvtColor(pictures.resize(rgb, *size), cv2.COLOR_RGB2LAB).astype(np.float32)
    lab = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 1.0), np.float32)
    small: Any = cv2.resize(solid, size, interpolation=cv2.INTER_NEAREST)
    kernel = np.ones((3, 3), np.uint8)
    inner: Any = small - cv2.erode(small, kernel, iterations=3)
    outer: Any = cv2.dilate(small, kernel, iterations=3) - small
    inner[[0, -1]] = inner[:, [0, -1]] = 0
    if not inner.any() or not outer.any():
        edge = 0.5
    else:
        # Local contrast across the contour: each inner rim point against the outer rim nearby.
        def mean(flags: NDArray[np.uint8]) -> NDArray[np.float32]:
            weight = flags.astype(np.float32)
            total = cv2.blur(weight, (9, 9))[:, :, None] + 1e-4
            return np.asarray(cv2.blur(lab * weight[:, :, None], (9, 9)) / total, np.float32)

        both = (inner > 0) & (cv2.blur(outer.astype(np.float32), (9, 9)) > 0.01)
        apart = np.sqrt(((mean(inner) - mean(outer)) ** 2).sum(2))[both] if both.any() else np.zeros(1)
        edge = float(np.clip(np.median(apart) / 36.0, 0, 1))
    if likely is None:
        return round(float(np.clip(0.35 + 0.65 * edge, 0, 1)), 3)
    ring = cv2.dilate(solid, np.ones((15, 15), np.uint8)).astype(bool) & (solid == 0)
    inside = float(likely[solid > 0].mean())
    outside = float(likely[ring].mean()) if ring.any() else 0.0
    agreement = float(np.clip(inside - outside, 0, 1))
    return round(float(np.clip(0.2 + 0.4 * edge + 0.4 * agreement, 0, 1)), 3)


def overlap(a: Floats, b: Floats) -> float:
    """Return the overlap of two masks: intersection over union, 0–1."""
    one, two = a > 0.5, b > 0.5
    union = int((one | two).sum())
    return float((one & two).sum() / union) if union else 1.0
