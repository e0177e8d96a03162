"""A film's movement on a picture, and a picture's subject in a film.

There is no model of bodies here: a picture sways, turns, grows and bends as the film's image does, and a cut-out
follows the place and size of the film's subject; arms and faces do not act.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, pictures
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.video.temporal import Grey, Mover, is_cut

_LOOK_EDGE: Final = 256
_REACH: Final = 0.11
"""How far a point of the picture may be carried, as a share of its width or height."""
_LEASH_S: Final = 2.5
_ZOOM: Final = 1.12
_SMOOTH: Final = 0.035
_STEADY_FRAMES: Final = 5


def look_size(width: int, height: int) -> tuple[int, int]:
    """Return the size at which a film's movement is read."""
    size = pictures.fit_within(width, height, _LOOK_EDGE)
    return max(32, size[0]), max(32, size[1])


def moved(picture: Rgb, size: tuple[int, int], frames: Iterator[Rgb], fps: float = 24.0) -> Iterator[Rgb]:
    """Yield *picture* at *size* (width, height), moved as *frames* move; the first frame is the picture at rest."""
    width, height = size
    mover = Mover()
    before: Grey | None = None
    carried: Any = None
    nothing: Any = None
    grid = np.dstack([axis.astype(np.float32) for axis in np.meshgrid(np.arange(width), np.arange(height))])
    source = _covering(picture, width, height)
    centre = np.array([source.shape[1] / 2, source.shape[0] / 2], np.float32)
    base = (grid - np.array([width / 2, height / 2], np.float32)) * (source.shape[1] / width / _ZOOM) + centre
    for frame in frames:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
        if carried is None or before is None or is_cut(before, grey):
            carried = np.zeros((*grey.shape, 2), np.float32)
        else:
            places = mover.sources(grey, before)
            rows, columns = grey.shape
            here = np.dstack([axis.astype(np.float32) for axis in np.meshgrid(np.arange(columns), np.arange(rows))])
            step = cv2.GaussianBlur(places - here, (0, 0), _SMOOTH * columns)
            # What came here brought its own way along, and gives a little of it back with time.
            carried = cv2.remap(carried, here + step, nothing, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) + step
            carried *= np.float32(np.exp(-1.0 / (_LEASH_S * fps)))
        before = grey
        share = carried / np.array([grey.shape[1], grey.shape[0]], np.float32)
        share = _REACH * np.tanh(share / _REACH)
        large = cv2.resize(share, (width, height), interpolation=cv2.INTER_CUBIC)
        places = base + large * np.array([source.shape[1], source.shape[0]], np.float32) / _ZOOM
        yield np.asarray(
            cv2.remap(source, places.astype(np.float32), nothing, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT),
            np.uint8,
        )


def _covering(picture: Rgb, width: int, height: int) -> Rgb:
    """Return the picture, cropped to the shape of *width* × *height* and no larger than is needed."""
    have_h, have_w = picture.shape[:2]
    w, h = min(have_w, round(have_h * width / height)), min(have_h, round(have_w * height / width))
    left, top = (have_w - w) // 2, (have_h - h) // 2
    crop = np.ascontiguousarray(picture[top : top + max(1, h), left : left + max(1, w)])
    return pictures.resize(crop, max(2, round(width * _ZOOM)), max(2, round(height * _ZOOM)))


@dataclass(frozen=True)
class Figure:
    """The subject of a picture, cropped to its box: H×W×3 and its soft mask H×W, 0–1."""

    rgb: Rgb
    alpha: NDArray[np.float32]


def figure(path: str) -> Figure:
    """Return the subject of a picture file.

    Raises:
        ToolError: PARAMETER_INVALID, nothing stands out in it.
    """
    picture = pictures.load(path)
    small = pictures.fit_within(picture.width, picture.height, 1280)
    rgb = pictures.resize(picture.rgb, *small)
    if picture.alpha is not None:
        mask = pictures.resize(picture.alpha, *small)
        rgb = pictures.fill_behind(rgb, mask)
    else:
        mask = cutout.find_mask(rgb)
        rgb = cutout.free_from_background(rgb, mask)
    alpha = np.asarray(mask / 255.0, np.float32)
    box = cutout.subject_box(alpha) or (0, 0, small[0], small[1])
    left, top, right, bottom = box
    return Figure(rgb[top:bottom, left:right].copy(), alpha[top:bottom, left:right].copy())


@dataclass(frozen=True)
class Spot:
    """Where a subject is, in pixels: the middle of its foot, its height, how far it leans (degrees)."""

    x: float
    foot: float
    height: float
    lean_deg: float


class Placer:
    """Puts a figure where a film's subject is, steadily."""

    def __init__(self, who: Figure, size: tuple[int, int]) -> None:
        self._figure, self._size = who, size

    def spots(self, masks: Sequence[Mask]) -> list[Spot | None]:
        """Return a spot for every mask of one shot, smoothed over time; None where there is no subject."""
        raw = [self._spot(mask) for mask in masks]
        known = [i for i, spot in enumerate(raw) if spot is not None]
        if len(known) < max(2, len(raw) // 10):
            return [None] * len(raw)
        rows = np.array([[s.x, s.foot, s.height, s.lean_deg] for s in raw if s is not None])
        steps = np.arange(len(raw))
        filled = np.stack([np.interp(steps, known, rows[:, k]) for k in range(4)], axis=1)
        reach = min(_STEADY_FRAMES, len(raw) - 1)
        kernel = np.hanning(2 * reach + 3)[1:-1]
        padded = np.pad(filled, ((reach, reach), (0, 0)), mode="edge")
        smooth = np.stack([np.convolve(padded[:, k], kernel / kernel.sum(), "valid") for k in range(4)], axis=1)
        return [Spot(*(float(v) for v in row)) for row in smooth]

    def _spot(self, mask: Mask) -> Spot | None:
        hard = (mask > 100).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(hard)
        if count < 2:
            return None
        best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
        if stats[best, cv2.CC_STAT_AREA] < 0.002 * hard.size:
            return None
        body: Any = labels == best
        ys, xs = np.nonzero(body)
        scale = self._size[0] / mask.shape[1]
        upper, lower = ys < np.percentile(ys, 30), ys > np.percentile(ys, 70)
        rise = max(1.0, float(ys[lower].mean() - ys[upper].mean()))
        lean = float(np.degrees(np.arctan2(xs[upper].mean() - xs[lower].mean(), rise)))
        top, bottom = np.percentile(ys, (1, 99))
        return Spot(
            float(np.median(xs)) * scale, float(bottom) * scale, max(4.0, float(bottom - top) * scale),
            float(np.clip(lean, -25, 25)),
        )  # fmt: skip

    def put(self, clean: Rgb, frame: Rgb, spot: Spot | None) -> Rgb:
        """Return *clean* with the figure at *spot*, in the light of *frame*."""
        if spot is None:
            return clean
        rows, columns = self._figure.alpha.shape
        scale = spot.height / rows
        # From the figure's foot, leaning, to the spot.
        turn = np.radians(spot.lean_deg * 0.6)
        cos, sin = float(np.cos(turn)) * scale, float(np.sin(turn)) * scale
        matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
        foot = matrix[:, :2] @ np.array([columns / 2, rows])
        matrix[:, 2] = np.array([spot.x, spot.foot]) - foot
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        source: Any = self._figure.rgb
        alpha: Any = self._figure.alpha
        if scale < 0.6:  # warpAffine does not average: reduce first
            part = max(2, round(columns * scale)), max(2, round(rows * scale))
            source, alpha = cv2.resize(source, part, interpolation=how), cv2.resize(alpha, part, interpolation=how)
            matrix[:, :2] /= scale
            matrix[:, 2] = np.array([spot.x, spot.foot]) - matrix[:, :2] @ np.array([part[0] / 2, part[1]])
        laid = cv2.warpAffine(source, matrix, self._size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        where = cv2.warpAffine(alpha, matrix, self._size, flags=cv2.INTER_LINEAR)[:, :, None]
        light = _light_of(frame) / max(20.0, _light_of(self._figure.rgb))
        lit = np.clip(laid * np.float32(np.clip(light, 0.6, 1.35) ** 0.5), 0, 255)
        return np.asarray(clean * (1 - where) + lit * where + 0.5, np.uint8)


def _light_of(rgb: Rgb) -> float:
    return float(np.percentile(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), 70))
