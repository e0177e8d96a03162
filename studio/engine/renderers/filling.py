"""Painting on behind things: filling a hole of a picture from what is around it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures
from studio.engine.renderers.pictures import Rgb

Floats = NDArray[np.float32]
Hole = NDArray[np.bool_]

_RIM: Final = 0.006


def fill(rgb: Rgb, hole: Hole, *, smooth: bool = False) -> Rgb:
    """Return *rgb* (H×W×3) with *hole* (H×W) painted from its surroundings; the rest is unchanged.

    Args:
        smooth: only soft colour transitions, as for a sky.
    """
    if not hole.any():
        return rgb
    if hole.all():
        return rgb
    rim = max(1, round(_RIM * max(hole.shape)))
    wide = cv2.dilate(hole.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)).astype(bool)
    if wide.all():
        wide = hole
    even = pictures.fill_behind(rgb, np.where(wide, 0, 255).astype(np.uint8))
    blend = cv2.GaussianBlur(wide.astype(np.float32), (0, 0), max(0.8, rim / 2))[:, :, None]
    blend = np.where(hole[:, :, None], 1.0, blend)
    return np.asarray(rgb * (1 - blend) + even * blend + 0.5, np.uint8)


def fill_plane(plane: Floats, hole: Hole) -> Floats:
    """Return *plane* (H×W) with *hole* filled by soft transitions between its surroundings."""
    if not hole.any() or hole.all():
        return plane.astype(np.float32)
    height, width = plane.shape
    known = np.where(hole, 0.0, 1.0).astype(np.float32)
    value = plane.astype(np.float32) * known
    filled, weight = value.copy(), known.copy()
    step = 2
    while float(weight.min()) < 0.999 and step < 4 * max(height, width):
        small = (max(1, width // step), max(1, height // step))
        values = cv2.resize(cv2.resize(value, small, interpolation=cv2.INTER_AREA), (width, height))
        weights = cv2.resize(cv2.resize(known, small, interpolation=cv2.INTER_AREA), (width, height))
        missing = np.where(weights > 1e-3, 1.0 - weight, 0.0)
        filled += values / np.maximum(weights, 1e-3) * missing
        weight += missing
        step *= 2
    return np.asarray(np.where(hole, filled / np.maximum(weight, 1e-4), plane), np.float32)
