"""The subject of a film, frame by frame: found by a network now and then, carried along the movement in between."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import cv2
import numpy as np

from studio.engine.renderers import cutout, pictures
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.video.temporal import Grey, Mover, is_cut, warp

_LOOK_EDGE: Final = 320
_EVERY: Final = 4
_CARRIED: Final = 0.45
_MISSED_REACH: Final = 0.12
_DIFFERS: Final = 22
_MOVES: Final = 28.0
_LEAST_FRAMES: Final = 8
_MEDIAN_OF: Final = 25
_LEAST_SHARE, _MOST_SHARE = 0.004, 0.3


def masks(frames: Iterator[Rgb]) -> Iterator[Mask]:
    """Yield the soft mask (H×W, 0–255) of the subject of every frame; all zero where nothing stands out."""
    mover = Mover()
    before: Grey | None = None
    held: Mask | None = None
    for i, frame in enumerate(frames):
        size = pictures.fit_within(frame.shape[1], frame.shape[0], _LOOK_EDGE)
        size = max(32, size[0]), max(32, size[1])
        small = pictures.resize(frame, *size)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
        carried = None
        if before is not None and held is not None and not is_cut(before, grey):
            carried = np.asarray(warp(held, mover.sources(grey, before)), np.uint8)
        if carried is None or i % _EVERY == 0:
            seen = _look(small)
            held = seen if carried is None else np.asarray(cv2.addWeighted(carried, _CARRIED, seen, 1 - _CARRIED, 0))
        else:
            held = carried
        before = grey
        yield np.asarray(cv2.resize(held, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)


def _look(small: Rgb) -> Mask:
    mask = cutout.saliency(small)
    if float(mask.max()) < 0.25:
        return np.zeros(mask.shape, np.uint8)
    return pictures.to_bytes(cutout.guided(small, mask, 6, 1e-3))


def generous(mask: Mask, share: float = 0.012) -> Mask:
    """Return 0/255 *mask* grown by *share* of the longer edge: for taking things out with their rims and blur."""
    reach = max(2, round(max(mask.shape) * share))
    hard = (mask > 76).astype(np.uint8) * 255
    return np.asarray(cv2.dilate(hard, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)), np.uint8)


def completed(mask: Mask, frame: Rgb, behind: Rgb, seen: Mask) -> Mask:
    """Return 0/255 *mask* with the parts of the subject that the network missed.

    They touch the mask and differ from what other frames show *behind* them (where *seen* is 255).
    """
    if not mask.any():
        return mask
    off = cv2.GaussianBlur(cv2.absdiff(frame, behind).max(axis=2), (0, 0), max(1.0, max(mask.shape) / 400))
    reach = max(4, round(max(mask.shape) * _MISSED_REACH))
    near = cv2.dilate(mask, np.ones((2 * reach + 1,) * 2, np.uint8))
    other = ((off > _DIFFERS) & (seen > 250) & (near > 0)) | (mask > 0)
    count, labels = cv2.connectedComponents(other.astype(np.uint8))
    touched = np.zeros(count, np.uint8)
    touched[np.unique(labels[mask > 0])] = 255
    touched[0] = 0
    grown = touched[labels]
    size = max(3, 2 * round(max(mask.shape) / 160) + 1)
    return np.asarray(cv2.dilate(grown, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), np.uint8)


def body(mask: Mask, frame: Rgb, behind: Rgb, seen: Mask) -> Mask:
    """Return 0/255 the subject alone, without rims: by its difference from what is behind it, else by *mask*."""
    hard = np.where(mask > 127, 255, 0).astype(np.uint8)
    grown = completed(generous(mask), frame, behind, seen)
    off = cv2.GaussianBlur(cv2.absdiff(frame, behind).max(axis=2), (0, 0), 1.0)
    other = np.where((off > _DIFFERS) & (seen > 250) & (grown > 0), 255, 0).astype(np.uint8)
    size = max(3, 2 * round(max(mask.shape) / 120) + 1)
    other = np.asarray(cv2.morphologyEx(other, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)), np.uint8)
    return other if int((other > 0).sum()) > 0.25 * int((hard > 0).sum()) + 1 else hard


def movers(frames: Sequence[Rgb], places: Sequence[Any]) -> list[Mask] | None:
    """Return for every frame of one shot what moves in front of its background (0/255); None if nothing clearly does.

    Args:
        frames: of one size, small.
        places: for each frame the 3×3 map from its pixels to those of the first (``plates.Tracker``, chained).
    """
    if len(frames) < _LEAST_FRAMES:
        return None
    height, width = frames[0].shape[:2]
    origin = np.eye(3)
    origin[:2, 2] = width // 2, height // 2
    size = 2 * width, 2 * height
    chosen = np.unique(np.linspace(0, len(frames) - 1, min(_MEDIAN_OF, len(frames))).astype(int))
    stack = np.full((len(chosen), size[1], size[0], 3), np.nan, np.float32)
    for row, i in enumerate(chosen):
        matrix = (origin @ places[i])[:2]
        shown = cv2.warpAffine(np.full((height, width), 255, np.uint8), matrix, size) > 250
        laid = cv2.warpAffine(frames[i], matrix, size)
        stack[row][shown] = laid[shown]
    seen = np.isfinite(stack[..., 0]).sum(axis=0) >= max(3, len(chosen) // 4)
    background = np.zeros((size[1], size[0], 3), np.float32)
    background[seen] = np.nanmedian(stack[:, seen], axis=0)
    found = []
    for frame, place in zip(frames, places, strict=True):
        matrix = np.linalg.inv(origin @ place)[:2]
        behind = cv2.warpAffine(background, matrix, (width, height))
        sure = cv2.warpAffine(seen.astype(np.uint8) * 255, matrix, (width, height)) > 250
        off = cv2.GaussianBlur(np.abs(frame - behind).max(axis=2), (0, 0), 0.8)
        moved = np.where((off > _MOVES) & sure, 255, 0).astype(np.uint8)
        moved = np.asarray(cv2.morphologyEx(moved, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
        found.append(np.asarray(cv2.morphologyEx(moved, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)), np.uint8))
    shares = [float((mask > 0).mean()) for mask in found]
    return found if _LEAST_SHARE < float(np.mean(shares)) < _MOST_SHARE else None
