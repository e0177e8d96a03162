"""Changing frames so that the change moves with the picture, not over it.

Costly changes (brush strokes, networks) are made for key frames only. The frames between are carried along the
optical flow from the key frames on both sides; where the flow cannot explain a frame, the key frame that explains
it better wins. Each key frame also takes over part of what the one before it became, which keeps strokes in place.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures
from studio.engine.renderers.pictures import Rgb

Grey = NDArray[np.uint8]
Plane = NDArray[np.float32]
Draw = Callable[[Rgb], Rgb]

_FLOW_EDGE: Final = 448
_EXPLAINED: Final = 14.0
_CUT: Final = 0.13
_LOST: Final = 0.22
_THUMB: Final = (48, 32)


class Mover:
    """Dense movement between frames, found at a reduced size."""

    def __init__(self) -> None:
        self._flow: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._grid: Any = None

    def sources(self, target: Grey, source: Grey) -> Any:
        """Return for every pixel of *target* where it is in *source*: H×W×2 float32 pixel places."""
        height, width = target.shape
        small = pictures.fit_within(width, height, _FLOW_EDGE)
        small = max(16, small[0]), max(16, small[1])
        if small == (width, height):
            flow = self._flow.calc(target, source, None)
        else:
            a, b = (cv2.resize(grey, small, interpolation=cv2.INTER_AREA) for grey in (target, source))
            flow = cv2.resize(self._flow.calc(a, b, None), (width, height), interpolation=cv2.INTER_LINEAR)
            flow *= np.array([width / small[0], height / small[1]], np.float32)
        if self._grid is None or self._grid.shape[:2] != (height, width):
            ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
            self._grid = np.dstack((xs, ys))
        return self._grid + flow


def warp(rgb: Any, places: Any, *, sharp: bool = False) -> Any:
    """Return *rgb* sampled at *places* (from ``Mover.sources``)."""
    how = cv2.INTER_CUBIC if sharp else cv2.INTER_LINEAR
    nothing: Any = None
    return cv2.remap(rgb, places, nothing, how, borderMode=cv2.BORDER_REPLICATE)


def explained(target: Grey, source: Grey, places: Any, *, noise: float = 0.0) -> Plane:
    """Return how well *source*, carried to *target*, looks like it: H×W, 0–1.

    *noise* is the standard deviation of each frame's noise, which is no difference.
    """
    off = cv2.absdiff(target, warp(source, places))
    off = np.maximum(0.0, cv2.blur(off, (7, 7)).astype(np.float32) - 1.13 * noise)  # mean of the difference of noises
    trust = np.exp(-((off / _EXPLAINED) ** 2))
    inside = (places[:, :, 0] >= -1) & (places[:, :, 1] >= -1)
    inside &= (places[:, :, 0] <= target.shape[1]) & (places[:, :, 1] <= target.shape[0])
    return np.asarray(np.where(inside, trust, 0.0), np.float32)


def is_cut(before: Grey, after: Grey) -> bool:
    """Return whether another shot begins between two successive frames."""
    a, b = (cv2.resize(grey, _THUMB, interpolation=cv2.INTER_AREA).astype(np.float32) / 255 for grey in (before, after))
    return float(np.abs(a - b).mean()) > _CUT


@dataclass
class _Key:
    grey: Grey
    made: Rgb


def carried(
    frames: Iterator[Rgb], draw: Draw, every: int, *, keep: float = 0.35, size: tuple[int, int] | None = None
) -> Iterator[Rgb]:
    """Yield every frame as *draw* would make it, drawing only one in *every*.

    Args:
        frames: H×W×3, all of one size.
        draw: makes a frame; may return another size than it was given.
        every: distance of key frames; 1 draws all.
        keep: share (0–1) that a key frame takes over from the one before where the flow explains it.
        size: width and height of what is yielded; None keeps the frames' own.
    """
    mover = Mover()
    key: _Key | None = None
    for group in _groups(frames, max(1, every)):
        greys = [np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8) for frame in group.frames]
        last = _Key(greys[-1], _drawn(group.frames[-1], draw))
        if key is None or group.after_cut:
            if len(group.frames) > 1:  # a shot begins: its first frame is a key frame too
                first = _Key(greys[0], _drawn(group.frames[0], draw))
                yield _sized(first.made, size)
                group.frames, greys, key = group.frames[1:], greys[1:], first
                last.made = _steadied(mover, key, last, keep)
        else:
            last.made = _steadied(mover, key, last, keep)
        for i, grey in enumerate(greys[:-1]):
            assert key is not None
            yield _sized(_between(mover, key, last, grey, (i + 1) / len(greys)), size)
        yield _sized(last.made, size)
        key = last


@dataclass
class _Group:
    frames: list[Rgb]
    after_cut: bool


def _groups(frames: Iterator[Rgb], every: int) -> Iterator[_Group]:
    """Yield frames in groups of *every*, without a cut inside a group."""
    held: list[Rgb] = []
    after_cut = True
    before: Grey | None = None
    for frame in frames:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
        if before is not None and is_cut(before, grey):
            if held:
                yield _Group(held, after_cut)
            held, after_cut = [], True
        before = grey
        held.append(frame)
        if len(held) >= every:
            yield _Group(held, after_cut)
            held, after_cut = [], False
    if held:
        yield _Group(held, after_cut)


def _drawn(frame: Rgb, draw: Draw) -> Rgb:
    made = draw(frame)
    return made if made.shape == frame.shape else pictures.resize(made, frame.shape[1], frame.shape[0])


def _sized(made: Rgb, size: tuple[int, int] | None) -> Rgb:
    return made if size is None else pictures.resize(made, *size)


def _steadied(mover: Mover, key: _Key, new: _Key, keep: float) -> Rgb:
    if keep <= 0:
        return new.made
    places = mover.sources(new.grey, key.grey)
    trust = explained(new.grey, key.grey, places)
    if float(trust.mean()) < _LOST:
        return new.made
    share = (keep * trust)[:, :, None]
    return np.asarray(new.made * (1 - share) + warp(key.made, places, sharp=True) * share + 0.5, np.uint8)


def _between(mover: Mover, key: _Key, last: _Key, grey: Grey, way: float) -> Rgb:
    places = mover.sources(grey, key.grey), mover.sources(grey, last.grey)
    trusts = explained(grey, key.grey, places[0]), explained(grey, last.grey, places[1])
    # Mostly the nearer key frame: two sets of strokes laid over each other are mush.
    way = min(1.0, max(0.0, (way - 0.3) / 0.4))
    way = way * way * (3 - 2 * way)
    weight = (1 - way) * (trusts[0] + 0.02)
    share = (weight / (weight + way * (trusts[1] + 0.02)))[:, :, None]
    a, b = (warp(made, at, sharp=True) for made, at in zip((key.made, last.made), places, strict=True))
    return np.asarray(a * share + b * (1 - share) + 0.5, np.uint8)
