"""From one picture to another: every point travels along the optical flow while one turns into the other.

The flow is trusted where going there and back ends at the start. Pictures that have little in common do not travel;
they meet in a dissolve that begins where the second picture is bright.
"""

from collections.abc import Iterator
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures, runtime
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.video.motion import camera, fields
from studio.engine.renderers.video.motion.brief import Brief
from studio.engine.renderers.video.motion.camera import Pose
from studio.engine.renderers.video.motion.light import Light
from studio.engine.renderers.video.motion.particles import Moment, Particles
from studio.engine.renderers.video.motion.stage import cover

Floats = NDArray[np.float32]

_FLOW_EDGE: Final = 512
_TRUST_PX: Final = 0.012  # of the flow's picture
_ALIKE: Final = 0.45  # share of trusted points from which the pictures count as views of the same
_CLOSER: Final = 0.09
"""How much closer the camera comes while one picture dissolves into another that has nothing in common with it."""


class Between:
    """The pictures on the way from *first* to *last*, both H×W×3 of one size."""

    def __init__(self, first: Rgb, last: Rgb) -> None:
        runtime.prepare_opencv()
        self.first, self.last = first, last
        height, width = first.shape[:2]
        small = pictures.fit_within(width, height, _FLOW_EDGE)
        small = max(16, small[0]), max(16, small[1])
        a, b = (_grey(picture, small) for picture in (first, last))
        there, back = flow_of(a, b), flow_of(b, a)
        trust_a, trust_b = _trust(there, back) * _fits(a, b, there), _trust(back, there) * _fits(b, a, back)
        self.alike = float((trust_a > 0.5).mean() + (trust_b > 0.5).mean()) / 2
        strength = fields.smooth((self.alike - 0.15) / 0.35)
        self._there = _settled(there, trust_a) * strength
        self._back = _settled(back, trust_b) * strength
        self._order = _order(last, small)
        self._scale = np.array([width / small[0], height / small[1]], np.float32)
        y, x = np.mgrid[0 : small[1], 0 : small[0]].astype(np.float32)
        self._x, self._y = x, y

    def at(self, t: float, nearer: float = 0.0) -> Rgb:
        """Return the picture at *t*: 0 is the first, 1 the last, exactly.

        Args:
            nearer: the part of the time that has passed, where the camera comes closer to the first and leaves the
                last, because nothing else moves; 0 leaves it where it is.
        """
        if t <= 0:
            return self.first
        if t >= 1:
            return self.last
        one = self._moved(self.first, self._there, t, 1 + _CLOSER * nearer)
        two = self._moved(self.last, self._back, 1 - t, 1 + _CLOSER * (1 - nearer) * (nearer > 0))
        # Where the pictures are alike they simply change over; else light comes first.
        spread = 0.55 * (1 - fields.smooth((self.alike - 0.2) / 0.4)) + 0.12
        share = np.clip((t * (1 + spread) - self._order * spread), 0, 1)
        share = share * share * (3 - 2 * share)
        weight = cv2.resize(share.astype(np.float32), (one.shape[1], one.shape[0]), interpolation=cv2.INTER_LINEAR)[
            :, :, None
        ]
        return np.asarray(one + (two.astype(np.float32) - one) * weight + 0.5, np.uint8)

    def _moved(self, picture: Rgb, flow: Floats, t: float, zoom: float) -> Rgb:
        """Return *picture* on its way, a share *t* along its flow (fetched backwards, twice corrected), enlarged."""
        rows, columns = self._x.shape
        from_x = (self._x - (columns - 1) / 2) / np.float32(zoom) + (columns - 1) / 2
        from_y = (self._y - (rows - 1) / 2) / np.float32(zoom) + (rows - 1) / 2
        x, y = from_x, from_y
        for _ in range(3):
            here = cv2.remap(flow, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            x, y = from_x - here[:, :, 0] * t, from_y - here[:, :, 1] * t
        height, width = picture.shape[:2]
        map_x = cv2.resize((x + 0.5) * self._scale[0] - 0.5, (width, height), interpolation=cv2.INTER_LINEAR)
        map_y = cv2.resize((y + 0.5) * self._scale[1] - 0.5, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(
            cv2.remap(picture, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101), np.uint8
        )


def _grey(picture: Rgb, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a small grey copy with even light, so that only forms are compared."""
    grey = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.createCLAHE(2.0, (8, 8)).apply(grey), np.uint8)


def flow_of(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> Floats:
    """Return where each point of grey picture *a* is in *b*: shifts H×W×2 in pixels."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(dis.calc(a, b, np.zeros((*a.shape, 2), np.float32)), np.float32)


def _trust(there: Floats, back: Floats) -> Floats:
    """Return how much of the way there the way back undoes, H×W, 0–1."""
    height, width = there.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    home = cv2.remap(back, x + there[:, :, 0], y + there[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    miss = np.linalg.norm(there + home, axis=2)
    allowed = _TRUST_PX * max(height, width) * 0.5 + 0.08 * np.linalg.norm(there, axis=2)
    return np.asarray(np.clip(1.5 - miss / (allowed + 1e-3), 0, 1), np.float32)


def _fits(a: NDArray[np.uint8], b: NDArray[np.uint8], there: Floats) -> Floats:
    """Return how well *a* looks like what the flow finds in *b*, H×W, 0–1."""
    height, width = a.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    found = cv2.remap(b, x + there[:, :, 0], y + there[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    edge = max(5, max(height, width) // 50) | 1
    grey = a.astype(np.float32)
    miss = cv2.blur(np.abs(grey - found), (edge, edge))
    mean = cv2.blur(grey, (edge, edge))
    contrast = np.sqrt(np.maximum(0, cv2.blur(grey * grey, (edge, edge)) - mean * mean))
    return np.asarray(np.clip(1.8 - miss / (0.55 * contrast + 7.0), 0, 1), np.float32)


def _settled(flow: Floats, trust: Floats) -> Floats:
    """Return *flow* with untrusted points following their trusted neighbours."""
    sigma = max(flow.shape[:2]) / 60
    weight = cv2.GaussianBlur(trust, (0, 0), sigma)[:, :, None]
    smooth = cv2.GaussianBlur(flow * trust[:, :, None], (0, 0), sigma) / (weight + 0.03)
    keep = trust[:, :, None]
    mixed: Any = flow * keep + smooth * (1 - keep)
    return np.asarray(cv2.GaussianBlur(mixed, (0, 0), max(1.0, sigma / 5)), np.float32)


def _order(picture: Rgb, size: tuple[int, int]) -> Floats:
    """Return when each place changes, 0 first to 1 last: bright places first."""
    grey = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), max(size) / 40)
    low, high = float(soft.min()), float(soft.max())
    return np.asarray(1 - (soft - low) / max(1.0, high - low), np.float32)


class Morph:
    """A film from one picture to another, with weather and light in between."""

    def __init__(self, first: Rgb, last: Rgb, brief: Brief, timing: Any, seed: int, size: tuple[int, int]) -> None:
        """Prepare it: *timing* is ``shot.Timing``; both pictures are cropped to *size*."""
        self.timing, self.brief = timing, brief
        width, height = size
        self._between = Between(*(pictures.resize(cover(rgb, width, height), width, height) for rgb in (first, last)))
        gloom = max((min(1.0, amount * 0.75) for kind, amount in brief.particles if kind == "rain"), default=0.0)
        light = tuple(
            kind
            for kind in brief.light
            if kind in ("lightning", "flicker", "pulse", "rays", "twinkle", "cloud_shadows")
        )
        self._light = Light(light, timing.duration_s, seed, size, gloom)
        self._air = [
            Particles(kind, amount, brief.wind, seed + 101 * i, size)
            for i, (kind, amount) in enumerate(brief.particles)
        ]
        self._kinds = [*(kind for kind, _ in brief.particles), *light]

    @property
    def alike(self) -> float:
        """How much of the pictures could be matched, 0–1."""
        return self._between.alike

    @property
    def travels(self) -> bool:
        """Whether points travel; otherwise the pictures meet in a dissolve."""
        return self.alike >= _ALIKE

    @property
    def flashes(self) -> list[tuple[float, float]]:
        """When lightning strikes: (seconds, power)."""
        return self._light.flashes

    @property
    def done(self) -> list[str]:
        """Names of everything that happens, for ``brief.describe``."""
        return ["a flowing change" if self.travels else "a dissolve led by light", *self._kinds]

    def frame(self, place: int) -> Rgb:
        """Return frame *place*; the first and the last are exactly the two pictures."""
        t, seconds = self.timing.share(place), self.timing.seconds(place)
        frame = self._between.at(camera.ease(t, 0.42), 0.0 if self.travels else camera.ease(t, 0.15))
        amount = fields.smooth(seconds / 0.8) * fields.smooth((self.timing.duration_s - seconds - 0.04) / 0.8)
        if self._kinds and 0 < place < self.timing.frames - 1:
            frame = frame.copy()
            moment = Moment(seconds, amount, Pose())
            for particles in self._air:
                particles.draw(frame, moment, near=False)
                particles.draw(frame, moment, near=True)
            frame = self._light.over(frame, seconds, t, amount)
        return frame

    def frames(self) -> Iterator[Rgb]:
        """Yield all frames in order."""
        for place in range(self.timing.frames):
            yield self.frame(place)
