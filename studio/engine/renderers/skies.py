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
_MOST_UNEVEN: Final = 0.2
_MOST_TEXTURE: Final = 16.5
_DEEPEST: Final = 0.97
_GROWTHS: Final = 2
_THICKEST: Final = 0.07
_NARROW: Final = 0.12


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
    for _ in range(_GROWTHS):
        grown = _refined(lab, soft > 0.5, front)
        if not _is_plain(lab, contour, grown > 0.5, front, 2.0):
            break
        soft = grown
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
        if not _is_plain(lab, contour, above, front):
            continue
        outer = float(lab[~above & ~blocked].var(0).sum())
        score = share**0.15 / (2.0 * _unevenness(lab, above) + outer + 1.0)
        if best is None or score > best[0]:
            best = score, above
    if best is None:
        return None
    above = best[1]
    top = max(2, height // 14)
    # A backdrop touches the top along much of its width.
    return above if float(above[:top].mean()) > 0.3 else None


def _is_plain(
    lab: Floats, contour: Floats, above: NDArray[np.bool_], front: NDArray[np.bool_] | None, slack: float = 1.0
) -> bool:
    """Tell whether *above* is one plain thing that stands apart from the rest."""
    rest = ~above if front is None else ~above & ~front
    if int(rest.sum()) < 8 or not above.any():
        return False
    uneven = _unevenness(lab, above) < slack * _MOST_UNEVEN * float(lab[rest].var(0).sum())
    return uneven and float(np.median(contour[above])) < _MOST_TEXTURE


def _unevenness(lab: Floats, where: NDArray[np.bool_]) -> float:
    """Return the variance of a region's colours about their slow change over the picture."""
    height, width = where.shape
    ys, xs = np.nonzero(where)
    step = max(1, len(ys) // 3000)
    ys, xs = ys[::step], xs[::step]
    y, x = ys / height - 0.5, xs / width - 0.5
    terms = np.stack((np.ones_like(y), y, x, y * y, x * x, x * y), 1)
    colours = lab[ys, xs].astype(np.float64)
    # Six unknowns: the normal equations are many times faster than a decomposition of all rows.
    fit = np.linalg.solve(terms.T @ terms + 1e-6 * np.eye(terms.shape[1]), terms.T @ colours)
    return float((colours - terms @ fit).var(0).sum())


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
    # Through a narrow gap the sky is seen, but it does not flow on behind it.
    kernel = np.ones((5, 5), np.uint8)
    open_ = cv2.morphologyEx(allowed.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    _, labels = cv2.connectedComponents(open_, connectivity=4)
    sizes = np.bincount(labels[sky & (open_ > 0)].ravel(), minlength=int(labels.max()) + 1)
    sizes[0] = 0
    keep = (sizes > 0.02 * max(1, int(sky.sum())))[labels].astype(np.uint8)
    reached = (cv2.dilate(keep, np.ones((9, 9), np.uint8)) > 0) & allowed
    found = np.maximum(near * reached, sky * near).astype(np.float32)
    found *= _from_above(found > 0.5, front)
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 0.7), np.float32)


def _from_above(found: NDArray[np.bool_], front: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Return what is met from above before something thicker than a branch or a wire."""
    stops = ~found if front is None else ~found & ~front
    thick = max(2, round(_THICKEST * found.shape[0]))
    met = np.zeros(found.shape[1], np.int32)
    ends = np.zeros(found.shape[1], np.int32)
    open_ = np.ones(found.shape[1], bool)
    for row in range(found.shape[0]):
        met = np.where(stops[row], met + 1, np.where(found[row], 0, met))
        open_ &= met < thick
        ends += open_
    # A tower hides no sky beside it: the columns next to it say how far down the sky may reach.
    window = np.ones((1, max(3, round(_NARROW * found.shape[1]) | 1)), np.uint8)
    ends = cv2.dilate(ends[None].astype(np.float32), window)[0].astype(np.int32)
    return np.asarray(np.arange(found.shape[0])[:, None] < ends[None])
