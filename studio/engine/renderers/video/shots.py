"""Where a film is cut, and what moves in each shot: the camera, or what it looks at.

Fed with small frames in order, ``Watcher`` keeps a thumbnail and a few numbers of each. A cut is a frame that
differs from the one before far more than its neighbours do; a dissolve is a stretch whose middle is the mean of
its ends; a fade passes through black or white.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.pictures import Rgb

Change = Literal["start", "cut", "dissolve", "fade"]

LOOK_EDGE: Final = 192
_THUMB: Final = (48, 32)
_SMALLEST_FLOW: Final = 16
"""Movement cannot be found in pictures with a shorter edge, in pixels."""
_FLOW_STEP_S: Final = 0.12
_CUT_FROM: Final = 0.18
_STANDS_OUT: Final = 3.0
_NEIGHBOURS: Final = 6
_DISSOLVE_HALF_S: Final = 0.4
_RAMP_S: Final = 1.5
_SHORTEST_S: Final = 0.2
_DARK, _BRIGHT = 0.02, 0.98
_STILL, _CALM, _LIVELY = 0.012, 0.05, 0.14
_MOVES: Final = 0.02
_ZOOMS: Final = 0.018
_TURNS_DEG: Final = 2.0


@dataclass(frozen=True)
class Step:
    """Movement between two near frames, per second: camera shift in widths, growth as a share, turn in degrees, and
    how fast the rest moves against it in widths."""

    time_s: float
    right: float
    down: float
    grows: float
    turn_deg: float
    apart: float


@dataclass(frozen=True)
class Shot:
    """A shot.

    Attributes:
        begins: how it begins: with the film, a cut, a dissolve or a fade.
        camera: what the camera does, in words.
        subject: how much moves against the camera, in words.
        motion: 0–1, all movement together.
        best_s: time of its sharpest frame away from its ends.
    """

    start_s: float
    end_s: float
    begins: Change
    camera: str
    subject: str
    motion: float
    brightness: float
    best_s: float


@dataclass
class Watcher:
    """Collects small frames (longest edge about ``LOOK_EDGE``); ``shots`` ends the watching."""

    fps: float
    times: list[float] = field(default_factory=list)
    _thumbs: list[NDArray[np.uint8]] = field(default_factory=list)
    _histograms: list[NDArray[np.float32]] = field(default_factory=list)
    _sharpness: list[float] = field(default_factory=list)
    _steps: list[Step] = field(default_factory=list)
    _flow_grey: NDArray[np.uint8] | None = None
    _flow_time_s: float = -1.0
    _flow: Any = None

    def add(self, rgb: Rgb, time_s: float) -> None:
        """Take the next frame."""
        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        self.times.append(time_s)
        self._thumbs.append(np.asarray(cv2.resize(grey, _THUMB, interpolation=cv2.INTER_AREA), np.uint8))
        self._histograms.append(_histogram(rgb))
        self._sharpness.append(float(cv2.Laplacian(grey, cv2.CV_32F).var()))
        if self._flow_grey is None:
            self._flow_grey, self._flow_time_s = grey, time_s
        elif time_s - self._flow_time_s >= _FLOW_STEP_S - 1e-6:
            self._steps.append(self._step(self._flow_grey, grey, self._flow_time_s, time_s))
            self._flow_grey, self._flow_time_s = grey, time_s

    def _step(self, before: NDArray[np.uint8], after: NDArray[np.uint8], from_s: float, to_s: float) -> Step:
        if self._flow is None:
            self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        height, width = before.shape
        if min(height, width) < _SMALLEST_FLOW:
            return Step(to_s, 0.0, 0.0, 0.0, 0.0, 0.0)
        flow = self._flow.calc(before, after, None)
        ys, xs = np.mgrid[8 : height - 7 : 12, 8 : width - 7 : 12]
        # Where nothing can be recognised, flow is a guess.
        detail = cv2.blur(cv2.Laplacian(before, cv2.CV_32F) ** 2, (9, 9))[ys, xs]
        known = detail > max(4.0, 0.05 * float(np.percentile(detail, 90)))
        if int(known.sum()) < 8:
            return Step(to_s, 0.0, 0.0, 0.0, 0.0, 0.0)
        start = np.stack((xs[known], ys[known]), 1).astype(np.float32)
        moved = flow[ys[known], xs[known]].astype(np.float32)
        matrix: Any
        matrix, _ = cv2.estimateAffinePartial2D(start, start + moved, ransacReprojThreshold=0.6, maxIters=300)
        if matrix is None:
            matrix = np.eye(2, 3)
        rest = moved - (start @ (matrix[:, :2].T - np.eye(2)) + matrix[:, 2])
        span = max(1e-3, to_s - from_s)
        grows = float(np.hypot(matrix[0, 0], matrix[1, 0])) - 1.0
        turn = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
        centre = matrix @ np.array([width / 2, height / 2, 1.0]) - np.array([width / 2, height / 2])
        apart = float(np.percentile(np.linalg.norm(rest, axis=1), 85)) / width
        return Step(
            to_s, -float(centre[0]) / width / span, -float(centre[1]) / width / span, grows / span, turn / span,
            apart / span,
        )  # fmt: skip

    def shots(self, end_s: float) -> list[Shot]:
        """Return the shots of a film that ends at *end_s*, without gaps."""
        if not self.times:
            return []
        changes = self._changes()
        starts = [self.times[0], *(at for at, _ in changes)]
        ends = [*(at for at, _ in changes), end_s]
        kinds: list[Change] = ["start", *(kind for _, kind in changes)]
        return [self._shot(a, b, kind) for a, b, kind in zip(starts, ends, kinds, strict=True)]

    def _changes(self) -> list[tuple[float, Change]]:
        thumbs = np.stack(self._thumbs).astype(np.float32) / 255.0
        fades = self._fades(thumbs)
        cuts = [i for i in self._cuts(thumbs) if not any(first <= i <= last for first, last in fades)]
        found: list[tuple[float, Change]] = [(self.times[i], "cut") for i in cuts]
        found += [(self.times[(first + last + 1) // 2], "fade") for first, last in fades]
        taken = [*((i, i) for i in cuts), *fades]
        found += [(self.times[i], "dissolve") for i in self._dissolves(thumbs, taken)]
        found.sort()
        kept: list[tuple[float, Change]] = []
        last = self.times[0]
        for at, kind in found:
            if at - last >= _SHORTEST_S - 1e-6:
                kept.append((at, kind))
                last = at
        return kept

    def _cuts(self, thumbs: NDArray[Any]) -> list[int]:
        if len(self.times) < 2:
            return []
        colours = np.stack(self._histograms)
        difference = np.zeros(len(self.times))
        colour = 0.5 * np.abs(np.diff(colours, axis=0)).sum(axis=1)
        difference[1:] = 0.55 * colour + 1.6 * np.abs(np.diff(thumbs, axis=0)).mean(axis=(1, 2))
        cuts = []
        for i in range(1, len(difference)):
            around = np.r_[difference[max(1, i - _NEIGHBOURS) : i], difference[i + 1 : i + 1 + _NEIGHBOURS]]
            usual = float(np.median(around)) if len(around) else 0.0
            least = max(_CUT_FROM, _STANDS_OUT * usual, 0.6 * float(around.max(initial=0.0)))
            if difference[i] >= least and not self._is_flash(i, colours, thumbs):
                cuts.append(i)
        return cuts

    @staticmethod
    def _is_flash(i: int, colours: NDArray[Any], thumbs: NDArray[Any]) -> bool:
        """Return whether the picture before frame *i* comes back within two frames, or had just come back."""

        def same(a: int, b: int) -> bool:
            apart = 0.5 * float(np.abs(colours[a] - colours[b]).sum())
            return 0.55 * apart + 1.6 * float(np.abs(thumbs[a] - thumbs[b]).mean()) < 0.6 * _CUT_FROM

        ahead = any(i + k < len(thumbs) and same(i - 1, i + k) for k in (1, 2))
        return ahead or any(i - 1 - k >= 0 and same(i, i - 1 - k) for k in (1, 2))

    def _fades(self, thumbs: NDArray[Any]) -> list[tuple[int, int]]:
        """Return first and last frame of every fade through black or white, its ramps included."""
        level, spread = thumbs.mean(axis=(1, 2)), thumbs.std(axis=(1, 2))
        empty = ((level < _DARK) | (level > _BRIGHT)) & (spread < 0.03)
        most = max(2, round(_RAMP_S * self.fps))
        fades = []
        for first, last in _runs(empty):
            away = level if level[first] < 0.5 else -level
            start, end = first, last
            while start > 0 and first - start < most and away[start - 1] > away[start] + 0.002:
                start -= 1
            while end < len(level) - 1 and end - last < most and away[end + 1] > away[end] + 0.002:
                end += 1
            ramps = max(first - start, end - last)
            if first > 0 and last < len(level) - 1 and ramps >= 3:
                fades.append((start, end))
        return fades

    def _dissolves(self, thumbs: NDArray[Any], taken: list[tuple[int, int]]) -> list[int]:
        """Return the middle frames of dissolves away from the *taken* stretches."""
        half = max(2, round(_DISSOLVE_HALF_S * self.fps))
        spread = thumbs.std(axis=(1, 2))
        score = np.zeros(len(thumbs))
        for i in range(half, len(thumbs) - half):
            if any(i - half <= last and first <= i + half for first, last in taken):
                continue
            before, after = thumbs[i - half], thumbs[i + half]
            apart = float(np.abs(after - before).mean())
            if apart < 0.06:
                continue
            off = float(np.abs(thumbs[i] - (before + after) / 2).mean())
            # A moving camera also changes everything, but its middle frame is not a mixture.
            if off < 0.3 * apart and spread[i] < 0.97 * max(spread[i - half], spread[i + half]):
                score[i] = apart * (1 - off / apart)
        found = []
        while len(score) and float(score.max()) > 0.045:
            best = int(np.argmax(score))
            found.append(best)
            score[max(0, best - 2 * half) : best + 2 * half + 1] = 0
        return found

    def _shot(self, start_s: float, end_s: float, begins: Change) -> Shot:
        inside = [i for i, t in enumerate(self.times) if start_s - 1e-6 <= t < end_s - 1e-6] or [0]
        # A step that spans the cut belongs to neither shot.
        steps = [s for s in self._steps if s.time_s - _FLOW_STEP_S - 1.0 / self.fps > start_s and s.time_s < end_s]
        length = len(inside)
        middle = inside[length // 5 : max(length // 5 + 1, length - length // 5)]
        best = max(middle, key=lambda i: (self._sharpness[i], -abs(i - inside[length // 2])))
        camera, subject, motion = _words(steps)
        brightness = float(np.mean([self._thumbs[i].mean() for i in inside])) / 255.0
        return Shot(start_s, end_s, begins, camera, subject, motion, round(brightness, 3), self.times[best])

    def motion_curve(self) -> list[tuple[float, float]]:
        """Return (time, all movement in widths per second) of every step."""
        return [(s.time_s, float(np.hypot(s.right, s.down)) + abs(s.grows) + s.apart) for s in self._steps]


def _histogram(rgb: Rgb) -> NDArray[np.float32]:
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, [12, 4, 8], [0, 180, 0, 256, 0, 256]).ravel()
    return np.asarray(counts / max(1.0, float(counts.sum())), np.float32)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first and last index of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def _words(steps: list[Step]) -> tuple[str, str, float]:
    """Return the camera's movement, the subject's movement, and both together as 0–1."""
    if not steps:
        return "the camera is still", "nothing moves", 0.0
    right, down, grows, turn = (
        float(np.median([getattr(s, name) for s in steps])) for name in ("right", "down", "grows", "turn_deg")
    )
    apart = float(np.median([s.apart for s in steps]))
    shake = float(np.median([np.hypot(s.right - right, s.down - down) for s in steps]))
    parts = []
    if abs(right) > _MOVES and abs(right) > max(0.4 * abs(down), 0.5 * shake):
        parts.append("pans right" if right > 0 else "pans left")
    if abs(down) > _MOVES and abs(down) > max(0.4 * abs(right), 0.5 * shake):
        parts.append("tilts down" if down > 0 else "tilts up")
    if abs(grows) > _ZOOMS:
        parts.append("moves in" if grows > 0 else "moves out")
    if abs(turn) > _TURNS_DEG:
        parts.append("turns")
    if shake > 0.05 and shake > 0.8 * float(np.hypot(right, down)):
        parts.append("shakes")
    camera = f"the camera {' and '.join(parts)}" if parts else "the camera is still"
    if apart < _STILL:
        subject = "little else moves" if parts else "hardly anything moves"
    elif apart < _CALM:
        subject = "calm movement in the picture"
    else:
        subject = "lively movement in the picture" if apart < _LIVELY else "fast movement in the picture"
    together = float(np.hypot(right, down)) + abs(grows) + apart + 0.5 * shake
    return camera, subject, round(1.0 - float(np.exp(-3.0 * together)), 3)
