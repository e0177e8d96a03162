"""From one picture to the next: the in-between frames of a transition."""

from functools import cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.video.frames import Rgb

Kind = Literal["fade", "dissolve", "wipeleft", "wiperight", "slideup", "slidedown"]
KINDS: Final[tuple[Kind, ...]] = ("fade", "dissolve", "wipeleft", "wiperight", "slideup", "slidedown")
_SOFT_EDGE: Final = 0.04
_GRAIN_SOFTNESS: Final = 0.35


def between(old: Rgb, new: Rgb, share: float, kind: Kind) -> Rgb:
    """Return the frame at *share* (0 *old* – 1 *new*) of a transition; both pictures have one size.

    fade blends evenly; dissolve lets the new picture through in soft grains; wipeleft and wiperight
    uncover it towards that side; slideup and slidedown push the old one out in that direction.
    """
    share = min(1.0, max(0.0, share))
    height, width = old.shape[:2]
    match kind:
        case "fade":
            return np.asarray(cv2.addWeighted(old, 1 - share, new, share, 0), np.uint8)
        case "dissolve":
            order = _grain(width, height)
            return _mix(old, new, (share * (1 + _GRAIN_SOFTNESS) - order) / _GRAIN_SOFTNESS)
        case "wipeleft" | "wiperight":
            place = (np.arange(width, dtype=np.float32) + 0.5) / width
            order = 1 - place if kind == "wipeleft" else place
            row = (share * (1 + _SOFT_EDGE) - order) / _SOFT_EDGE
            return _mix(old, new, np.broadcast_to(row, (height, width)))
        case "slideup" | "slidedown":
            moved = round(height * _eased(share))
            if kind == "slideup":
                return np.concatenate((old[moved:], new[:moved]))
            return np.concatenate((new[height - moved :], old[: height - moved]))


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)


def _mix(old: Rgb, new: Rgb, weight: NDArray[np.float32]) -> Rgb:
    part = np.clip(weight, 0, 1).astype(np.float32)
    return np.asarray(cv2.blendLinear(new, old, part, 1 - part), np.uint8)


@cache
def _grain(width: int, height: int) -> NDArray[np.float32]:
    """Return the order 0–1 in which the pixels dissolve: even, soft-edged grains, a little clouded."""
    noise = np.random.default_rng(20).random((height, width), np.float32)
    size = max(0.7, min(width, height) / 420)
    smooth = cv2.GaussianBlur(noise, (0, 0), size) + 2 * cv2.GaussianBlur(noise, (0, 0), size * 5)
    # By rank, so that the same number of pixels changes in every frame.
    order = np.empty(smooth.size, np.float32)
    order[np.argsort(smooth, axis=None)] = np.linspace(0, 1, smooth.size, dtype=np.float32)
    return order.reshape(height, width)
