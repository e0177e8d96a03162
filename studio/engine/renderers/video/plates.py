"""What a shot shows behind its moving things and beyond its edges: its frames laid over each other.

The camera's movement is followed from frame to frame; every frame is laid, at its place, on a canvas larger than
the film, without what is masked. What no frame shows is filled from its surroundings once, so it does not flicker.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures
from studio.engine.renderers.filling import fill
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.video.temporal import Grey, Mover

Matrix = NDArray[np.float64]
_TRACK_EDGE: Final = 320
_MARGIN: Final = 0.5
_RENEWED: Final = 0.15
_STEP: Final = 8
_STILL_PX: Final = 0.12
_MOSTLY_STILL: Final = 0.7
_FILL_EDGE: Final = 480
_SMALL_HOLE: Final = 0.05


class Tracker:
    """Follows the camera: shift, turn and scale between successive frames, from what is not masked."""

    def __init__(self) -> None:
        self._mover = Mover()
        self._before: Grey | None = None

    def step(self, rgb: Rgb, mask: Mask | None) -> Matrix:
        """Return the 3×3 map from this frame's pixels to those of the frame before; identity for the first."""
        size = pictures.fit_within(rgb.shape[1], rgb.shape[0], _TRACK_EDGE)
        size = max(32, size[0]), max(32, size[1])
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
        before, self._before = self._before, grey
        if before is None or before.shape != grey.shape:
            return np.eye(3)
        places = self._mover.sources(grey, before)
        ys, xs = (axis.ravel() for axis in np.mgrid[4 : size[1] - 4 : _STEP, 4 : size[0] - 4 : _STEP])
        detail = cv2.blur(cv2.Laplacian(grey, cv2.CV_32F) ** 2, (9, 9))[ys, xs]
        use = detail > max(4.0, 0.08 * float(np.percentile(detail, 90)))
        if mask is not None:
            use &= cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR)[ys, xs] < 40
        if int(use.sum()) < 12:
            return np.eye(3)
        here = np.stack((xs[use], ys[use]), 1).astype(np.float32)
        there: Any = places[ys[use], xs[use]]
        found: Any
        found, fitting = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=0.5, maxIters=400)
        if found is None or not 0.8 < float(np.hypot(found[0, 0], found[1, 0])) < 1.25:
            return np.eye(3)
        resting = int((np.linalg.norm(there - here, axis=1) < _STILL_PX).sum())
        if resting >= _MOSTLY_STILL * int(fitting.sum()):
            return np.eye(3)
        corner: Any = np.array([(0, 0, 1), (size[0], 0, 1), (0, size[1], 1), (*size, 1)], np.float64)
        if float(np.abs(corner @ found.T - corner[:, :2]).max()) < _STILL_PX:
            return np.eye(3)  # a standing camera must not drift by errors that add up
        scale = np.diag([rgb.shape[1] / size[0], rgb.shape[0] / size[1], 1.0])
        return np.asarray(scale @ np.vstack((found, (0, 0, 1))) @ np.linalg.inv(scale))


@dataclass
class Plate:
    """The canvas of one shot. Frames are added in order; then each can be asked for what is behind and around it."""

    width: int
    height: int
    places: list[Matrix] = field(default_factory=list)
    """For each frame the map from its pixels to those of the first."""
    _canvas: Rgb | None = None
    _seen: Mask | None = None
    _filled: Rgb | None = None
    _tracker: Tracker = field(default_factory=Tracker)

    @property
    def _origin(self) -> Matrix:
        shift = np.eye(3)
        shift[:2, 2] = round(self.width * _MARGIN), round(self.height * _MARGIN)
        return shift

    def add(self, rgb: Rgb, mask: Mask | None = None) -> None:
        """Lay the next frame on the canvas, without what *mask* (H×W, 255 = hidden) marks."""
        step = self._tracker.step(rgb, mask)
        self.places.append(self.places[-1] @ step if self.places else np.eye(3))
        size = round(self.width * (1 + 2 * _MARGIN)), round(self.height * (1 + 2 * _MARGIN))
        if self._canvas is None or self._seen is None:
            self._canvas = np.zeros((size[1], size[0], 3), np.uint8)
            self._seen = np.zeros((size[1], size[0]), np.uint8)
        matrix = (self._origin @ self.places[-1])[:2]
        shown = np.full((self.height, self.width), 255, np.uint8)
        shown[[0, -1]] = 0
        shown[:, [0, -1]] = 0  # half pixels of the rim would darken the canvas
        if mask is not None:
            shown[mask > 20] = 0
        laid = cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR)
        where = cv2.warpAffine(shown, matrix, size, flags=cv2.INTER_LINEAR) > 250
        fresh = where & (self._seen == 0)
        again = where & (self._seen > 0)
        self._canvas[fresh] = laid[fresh]
        # Slow renewal keeps the canvas sharp where the camera's place is only nearly right.
        self._canvas[again] = cv2.addWeighted(self._canvas, 1 - _RENEWED, laid, _RENEWED, 0)[again]
        self._seen[where] = 255

    def finish(self) -> None:
        """Fill what no frame showed; call it when all frames are added."""
        if self._canvas is None or self._seen is None:
            return
        size = pictures.fit_within(self._canvas.shape[1], self._canvas.shape[0], _FILL_EDGE)
        small = pictures.resize(self._canvas, *size)
        hole = (cv2.resize(self._seen, size, interpolation=cv2.INTER_AREA) < 255).astype(np.uint8)
        hole = np.asarray(cv2.dilate(hole, np.ones((3, 3), np.uint8)), np.uint8)
        # Small holes from their structure, all else (also beyond the canvas's known part) by soft transitions.
        solid = hole > 0
        soft = fill(small, solid, smooth=True)
        labels: Any
        _, labels, stats, _ = cv2.connectedComponentsWithStats(hole)
        inner = np.isin(labels, 1 + np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] < _SMALL_HOLE * solid.size)) & solid
        filled: Any = cv2.inpaint(soft, inner.astype(np.uint8), 5, cv2.INPAINT_TELEA) if inner.any() else soft
        large = pictures.resize(np.asarray(filled, np.uint8), self._canvas.shape[1], self._canvas.shape[0])
        self._filled = np.where(self._seen[:, :, None] > 0, self._canvas, large)

    def around(self, index: int, size: tuple[int, int], offset: tuple[float, float]) -> tuple[Rgb, Mask]:
        """Return the canvas from frame *index*'s place, and where a frame really showed it (255).

        Args:
            size: width and height of the wanted window.
            offset: place of the frame's left upper corner in the window.
        """
        assert self._filled is not None
        assert self._seen is not None
        shift = np.eye(3)
        shift[:2, 2] = offset
        matrix = (shift @ np.linalg.inv(self._origin @ self.places[index]))[:2]
        rgb = cv2.warpAffine(self._filled, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        seen = cv2.warpAffine(self._seen, matrix, size, flags=cv2.INTER_LINEAR)
        return np.asarray(rgb, np.uint8), np.asarray(seen, np.uint8)


def fill_in(frame: Rgb, behind: Rgb, mask: Mask) -> Rgb:
    """Return *frame* with *behind* where *mask* is, in the light that surrounds it, with a soft rim."""
    height, width = mask.shape
    reach = max(3, round(max(height, width) / 60))
    hard = (mask > 20).astype(np.uint8)
    grown = cv2.dilate(hard, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2))
    ring = ((grown > 0) & (hard == 0)).astype(np.float32)
    off = (frame.astype(np.float32) - behind) * ring[:, :, None]
    sigma = 3.0 * reach
    small = max(1, width // 4), max(1, height // 4)
    near = cv2.GaussianBlur(cv2.resize(off, small, interpolation=cv2.INTER_AREA), (0, 0), sigma / 4)
    weight = cv2.GaussianBlur(cv2.resize(ring, small, interpolation=cv2.INTER_AREA), (0, 0), sigma / 4)
    shift = cv2.resize(near / np.maximum(weight, 1e-3)[:, :, None], (width, height), interpolation=cv2.INTER_LINEAR)
    lit = np.clip(behind + np.clip(shift, -40, 40), 0, 255)
    soft = cv2.GaussianBlur(cv2.dilate(hard, np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), max(1.0, reach / 3))
    soft = np.maximum(soft, hard)[:, :, None]
    return np.asarray(frame * (1 - soft) + lit * soft + 0.5, np.uint8)
