"""Rounding a silhouette: how thick a thing of this outline would be if it were inflated."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SWEEPS: Final = 60
_COARSEST: Final = 24


def inflate(mask: Floats) -> Floats:
    """Return the half thickness H×W of an inflated *mask* (H×W, 0–1), in pixels; 0 at the contour and outside.

    The square root of the solution of ∇²z = −4 that is zero at the contour: a disk becomes
    half a ball exactly, a long strip becomes half a tube that is √2 times as thick as its half width.
    """
    inside = mask > 0.5
    if not inside.any():
        return np.zeros(mask.shape, np.float32)
    return np.sqrt(np.maximum(_poisson(inside.astype(np.float32)), 0)).astype(np.float32)


def _poisson(inside: Floats) -> Floats:
    """Solve on a pyramid: coarse solutions are the start of finer ones."""
    height, width = inside.shape
    if min(height, width) > _COARSEST:
        half = (max(1, width // 2), max(1, height // 2))
        coarse = _poisson((cv2.resize(inside, half, interpolation=cv2.INTER_AREA) >= 0.5).astype(np.float32))
        start = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR) * 4.0, np.float32)
    else:
        start = np.zeros_like(inside)
    padded = cv2.copyMakeBorder(start * inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0.0).astype(np.float32)
    kernel = np.array([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]], np.float32)
    weight = cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0.0)
    for _ in range(_SWEEPS if min(height, width) > _COARSEST else 8 * _SWEEPS):
        padded = (cv2.filter2D(padded, -1, kernel, borderType=cv2.BORDER_CONSTANT) + 1.0) * weight
    return np.asarray(padded[1:-1, 1:-1], np.float32)
