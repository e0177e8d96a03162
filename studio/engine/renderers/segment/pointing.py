"""Selecting what a click or a box points at.

A click can mean a part, a thing or a group: the subject network looks at windows of
several sizes around the click, and what it sees there under the click is cut out by
colour. A region of like colour is the last reading.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, pictures
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.segment import cuts
from studio.engine.renderers.segment.cuts import Floats, Region, Selection
from studio.engine.renderers.segment.prompts import Box, Point
from studio.engine.renderers.worker import report

_WINDOWS: Final = (0.28, 0.55, 1.0)
_SAME: Final = 0.85
_MOST_READINGS: Final = 3


def pixel_region(box: Box, shape: tuple[int, int]) -> Region:
    """Return *box* in pixels of a picture of *shape* (H, W); at least one pixel."""
    height, width = shape
    left, top = min(width - 1, int(box.x0 * width)), min(height - 1, int(box.y0 * height))
    return Region(left, top, max(left + 1, round(box.x1 * width)), max(top + 1, round(box.y1 * height)))


def by_box(rgb: Rgb, box: Box, label: str = "", how: str = "box") -> Selection:
    """Select the thing that *box* frames."""
    height, width = rgb.shape[:2]
    frame = pixel_region(box, (height, width))
    inside = np.zeros((height, width), np.float32)
    inside[frame.top : frame.bottom, frame.left : frame.right] = 1.0
    margin = round(0.15 * max(frame.right - frame.left, frame.bottom - frame.top))
    around = Region(
        max(0, frame.left - margin),
        max(0, frame.top - margin),
        min(width, frame.right + margin),
        min(height, frame.bottom + margin),
    )
    seen = np.zeros((height, width), np.float32)
    seen[around.top : around.bottom, around.left : around.right] = cutout.saliency(
        np.ascontiguousarray(around.of(rgb)).astype(np.uint8)
    )
    seen *= inside
    within = seen[frame.top : frame.bottom, frame.left : frame.right]
    if float((within > 0.5).mean()) < 0.12:
        # The network sees nothing there: what is in the middle of the box and unlike its rim.
        ys, xs = np.mgrid[0 : within.shape[0], 0 : within.shape[1]].astype(np.float32)
        oval = ((xs / max(1, within.shape[1] - 1) - 0.5) / 0.46) ** 2 + (
            (ys / max(1, within.shape[0] - 1) - 0.5) / 0.46
        ) ** 2
        seen[frame.top : frame.bottom, frame.left : frame.right] = np.where(oval <= 1, 0.8, 0.1)
    seen = np.maximum(seen, 0.06 * inside).astype(np.float32)
    mask = cuts.cut(rgb, seen, around, sure_in=_certain(seen), sure_out=inside == 0)
    if float((mask > 0.5).sum()) < 0.04 * frame.area:
        mask = np.where(seen > 0.5, seen, 0).astype(np.float32)
    mask = cuts.largest(mask, 0.1)
    return Selection(mask, cuts.confidence(rgb, mask, seen), label or "what the box frames", how)


def by_points(rgb: Rgb, points: Sequence[Point], box: Box | None, *, several: bool) -> list[Selection]:
    """Select what the clicks point at: the likeliest reading first, up to three when *several*."""
    height, width = rgb.shape[:2]
    wanted, unwanted = [p for p in points if p.positive], [p for p in points if not p.positive]
    marks, crosses = _disks(wanted, (height, width)), _disks(unwanted, (height, width))
    crosses &= ~marks
    limit = pixel_region(box, (height, width)) if box is not None else Region(0, 0, width, height)
    outside = np.ones((height, width), bool)
    outside[limit.top : limit.bottom, limit.left : limit.right] = False
    if not wanted and box is not None:
        return [_without(rgb, by_box(rgb, box), crosses)]
    crosses = _spread(rgb, crosses, marks)
    readings: list[Selection] = []
    for place, share in enumerate(_WINDOWS):
        report(0.1 + 0.2 * place, "Looking around the click")
        window = _window(wanted, share, limit, (height, width))
        if share < 1.0 and window.area > 0.7 * limit.area:
            continue  # the whole will do
        likely = np.zeros((height, width), np.float32)
        likely[window.top : window.bottom, window.left : window.right] = cutout.saliency(
            np.ascontiguousarray(window.of(rgb)).astype(np.uint8)
        )
        likely[outside] = 0
        if float(likely[marks].mean()) < 0.35:
            continue
        likely = cuts.holding(np.where(likely > 0.35, np.maximum(likely, 0.51), likely).astype(np.float32), marks)
        certain = _certain(np.where(crosses, 0, likely).astype(np.float32))
        readings.append(_reading(rgb, likely, window, marks, crosses | outside, "thing", certain))
    report(0.7, "Looking for like colours")
    alike = _like_colours(rgb, marks, crosses | outside)
    if float((alike > 0.5).mean()) > 0.0004:
        region = cuts.region_of(alike > 0.3, 0.12, (height, width))
        readings.append(_reading(rgb, alike, region, marks, crosses | outside, "like colours"))
    distinct: list[Selection] = []
    for reading in sorted(readings, key=lambda r: -r.score):
        if (reading.mask > 0.5).any() and all(cuts.overlap(reading.mask, other.mask) < _SAME for other in distinct):
            distinct.append(reading)
    return distinct[: _MOST_READINGS if several else 1]


def _certain(seen: Floats) -> cuts.Flags:
    """Return where the network leaves no doubt, a little inside its contour."""
    edge = max(3, max(seen.shape) // 120) | 1
    return cv2.erode((seen > 0.93).astype(np.uint8), np.ones((edge, edge), np.uint8)).astype(bool)


def _spread(rgb: Rgb, crosses: cuts.Flags, marks: cuts.Flags) -> cuts.Flags:
    """Let a click to leave out speak for the even region around it, not only for one spot."""
    if not crosses.any():
        return crosses
    near = cv2.dilate(marks.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    return np.asarray((crosses | (_like_colours(rgb, crosses, near) > 0.5)) & ~marks)


def _reading(
    rgb: Rgb,
    likely: Floats,
    region: Region,
    marks: cuts.Flags,
    out: cuts.Flags,
    how: str,
    certain: cuts.Flags | None = None,
) -> Selection:
    sure_in = marks if certain is None else marks | certain
    mask = cuts.cut(rgb, likely, region, sure_in=sure_in, sure_out=out & ~marks)
    mask = cuts.holding(mask, marks)
    mask = np.where(out, 0, mask).astype(np.float32)
    # A contour that is only the edge of the window is not the thing's contour.
    score = cuts.confidence(rgb, mask, likely) * (1.0 - 1.6 * _cropped(mask, region))
    return Selection(mask, round(max(0.0, score), 3), "what was clicked", f"click, {how}")


def _cropped(mask: Floats, region: Region) -> float:
    """Return the share of the contour of *mask* that lies on the edge of *region* inside the picture."""
    solid = (mask > 0.5).astype(np.uint8)
    contour = (solid - cv2.erode(solid, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)) > 0
    if not contour.any():
        return 0.0
    height, width = mask.shape
    edge = np.zeros_like(contour)
    band = max(3, round(0.01 * max(height, width)))
    if region.top > 0:
        edge[region.top : region.top + band] = True
    if region.bottom < height:
        edge[region.bottom - band : region.bottom] = True
    if region.left > 0:
        edge[:, region.left : region.left + band] = True
    if region.right < width:
        edge[:, region.right - band : region.right] = True
    return float((contour & edge).sum() / contour.sum())


def _without(rgb: Rgb, selection: Selection, crosses: cuts.Flags) -> Selection:
    if not crosses.any():
        return selection
    region = cuts.region_of(selection.mask > 0.3, 0.1, selection.mask.shape)
    mask = cuts.cut(rgb, selection.mask, region, sure_out=crosses)
    return Selection(mask, cuts.confidence(rgb, mask, selection.mask), selection.label, selection.how)


def _disks(points: Sequence[Point], shape: tuple[int, int]) -> NDArray[np.bool_]:
    plane = np.zeros(shape, np.uint8)
    radius = max(1, round(max(shape) * 0.006))
    for point in points:
        centre = (min(shape[1] - 1, int(point.x * shape[1])), min(shape[0] - 1, int(point.y * shape[0])))
        cv2.circle(plane, centre, radius, 1, -1)
    return plane.astype(bool)


def _window(points: Sequence[Point], share: float, limit: Region, shape: tuple[int, int]) -> Region:
    """Return a window of about *share* of the picture around the clicks, within *limit*."""
    if share >= 1.0:
        return limit
    height, width = shape
    xs, ys = [p.x * width for p in points], [p.y * height for p in points]
    edge = max(48.0, share * max(height, width))
    half_x = max(edge / 2, (max(xs) - min(xs)) * 0.75)
    half_y = max(edge / 2, (max(ys) - min(ys)) * 0.75)
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    left, top = max(limit.left, int(x - half_x)), max(limit.top, int(y - half_y))
    right, bottom = min(limit.right, int(x + half_x) + 1), min(limit.bottom, int(y + half_y) + 1)
    return Region(min(left, right - 1), min(top, bottom - 1), right, bottom)


def _like_colours(rgb: Rgb, marks: cuts.Flags, out: cuts.Flags) -> Floats:
    """Return how alike and connected to the clicked places each pixel is, 0–1."""
    height, width = marks.shape
    size = pictures.fit_within(width, height, 320)
    small = cv2.bilateralFilter(pictures.resize(rgb, *size), 7, 30, 5)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32) * np.array([0.6, 1.2, 1.2], np.float32)
    seeds = cv2.resize(marks.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.02
    blocked = cv2.resize(out.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    distance = np.full(seeds.shape, np.inf, np.float32)
    for colour in np.unique(np.rint(lab[seeds] / 6) * 6, axis=0)[:12]:
        distance = np.minimum(distance, np.sqrt(((lab - colour) ** 2).sum(2))).astype(np.float32)
    alike = (distance < 26) & ~blocked
    _, labels = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)
    wanted = np.unique(labels[seeds])
    keep = np.isin(labels, wanted[wanted > 0]) | seeds
    soft = np.where(keep, np.clip(1.2 - distance / 60, 0.51, 1), 0.03).astype(np.float32)
    rim = cv2.dilate(keep.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & ~keep
    soft[rim] = 0.3
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
