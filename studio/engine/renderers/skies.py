"""Finding the open sky, or the plain backdrop, that reaches the top of a picture.

No network: one border per column, where the first contour from above is met. The contour
strength that counts is the one that makes the colours above the border most alike and
those below it most alike (the border-function method of Shen and Wang, 2013).
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures
from studio.engine.renderers.pictures import Rgb

Floats = NDArray[np.float32]

_EDGE: Final = 240
_STRENGTHS: Final = np.geomspace(4.0, 220.0, 28)
_LEAST: Final = 0.03
_ALIKE: Final = 34.0
_DEEPEST: Final = 0.97


def backdrop(rgb: Rgb, subject: Floats | None = None) -> Floats:
    """Return where sky or plain backdrop is, H×W, 0–1; all zero when the top of the picture is not plain.

    Args:
        subject: H×W, 0–1; what stands in front and is not backdrop.
    """
    height, width = rgb.shape[:2]
    small = pictures.resize(rgb, *pictures.fit_within(width, height, _EDGE))
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 0.8), cv2.COLOR_RGB2LAB).astype(np.float32)
    contour = np.zeros(lab.shape[:2], np.float32)
    for channel in range(3):
        plane = lab[:, :, channel]
        contour = np.maximum(contour, np.hypot(cv2.Sobel(plane, -1, 1, 0), cv2.Sobel(plane, -1, 0, 1)))
    front = None
    if subject is not None:
        front = cv2.resize(subject, (lab.shape[1], lab.shape[0]), interpolation=cv2.INTER_AREA) > 0.5
    above = _best_border(lab, contour, front)
    if above is None:
        return np.zeros((height, width), np.float32)
    soft = _refined(lab, above, front)
    if float((soft > 0.5).mean()) < _LEAST:
        return np.zeros((height, width), np.float32)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _best_border(lab: Floats, contour: Floats, front: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    """Return what lies above the best border, or None when nothing plain reaches the top."""
    height, width = contour.shape
    blocked = np.zeros((height, width), bool) if front is None else front
    rows = np.arange(height)[:, None]
    best: tuple[float, NDArray[np.bool_]] | None = None
    for strength in _STRENGTHS:
        stops = (contour > strength) & ~blocked
        stops[0] = False
        border = np.where(stops.any(0), stops.argmax(0), height)
        above = (rows < border[None, :]) & ~blocked
        share = float(above.mean())
        if share < _LEAST or share > _DEEPEST:
            continue
        sky, rest = lab[above], lab[~above & ~blocked]
        if len(rest) < 8:
            continue
        inner, outer = float(sky.var(0).sum()), float(rest.var(0).sum())
        score = 1.0 / (2.0 * inner + outer + 1.0)
        # A backdrop is one thing that stands apart from what is below it.
        if inner < 2.2 * outer and (best is None or score > best[0]):
            best = score, above
    if best is None:
        return None
    above = best[1]
    top = max(2, height // 14)
    # A backdrop touches the top along much of its width.
    return above if float(above[:top].mean()) > 0.3 else None


def _refined(lab: Floats, above: NDArray[np.bool_], front: NDArray[np.bool_] | None) -> Floats:
    """Let the sky's own colours decide near the border, and through gaps such as branches."""
    height, width = above.shape
    sky = cv2.erode(above.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    if int(sky.sum()) < 12:
        sky = above
    weight = sky.astype(np.float32)
    sigma = max(height, width) / 7
    total = cv2.GaussianBlur(weight, (0, 0), sigma) + 1e-4
    # The sky's colour changes slowly over the picture: a local mean follows it.
    local = cv2.GaussianBlur(lab * weight[:, :, None], (0, 0), sigma) / total[:, :, None]
    apart = (lab - local) * np.array([0.7, 1.3, 1.3], np.float32)
    distance = np.sqrt((apart**2).sum(2))
    spread = float(np.percentile(distance[sky], 95)) + 4.0
    near = np.clip(1.6 - distance / min(_ALIKE, 1.5 * spread), 0, 1)
    # Only what hangs together with the sky through the sky.
    allowed = (near > 0.5) & (total > 0.04)
    if front is not None:
        allowed &= ~front
    _, labels = cv2.connectedComponents(allowed.astype(np.uint8), connectivity=4)
    sizes = np.bincount(labels[sky & allowed].ravel(), minlength=int(labels.max()) + 1)
    sizes[0] = 0
    keep = sizes > 0.02 * max(1, int(sky.sum()))
    found = (near * keep[labels]).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(np.maximum(found, sky * near), (0, 0), 0.7), np.float32)
