"""What moves within a picture: water ripples, skies drift, plants and fabric sway, a subject breathes.

Only places are known by rules of thumb (water: below the horizon and streaked across; sky: its own sheet), not things.
All shifts are zero at the start, so that a film begins with the plain picture.
"""

import math
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.video.motion import fields
from studio.engine.renderers.video.motion.brief import Brief
from studio.engine.renderers.video.motion.stage import Sheet, Stage, sample

Floats = NDArray[np.float32]

_PERIOD_S: Final = 7.0
_SKY_EDGE: Final = 400
_CONTOUR_EDGE: Final = 1200
_HARD: Final = 2.5
"""Brightness by which neighbouring points differ at a contour; clouds are softer at this size."""
_SKY_FEATHER: Final = 0.012
_LEAST_SKY: Final = 0.08
_MASK_EDGE: Final = 320
_LEAST_WATER: Final = 0.05


class Surfaces:
    """The moving surfaces of a stage."""

    def __init__(self, stage: Stage, brief: Brief, seed: int) -> None:
        self._stage = stage
        self._wanted = set(brief.surfaces)
        self._wind = brief.wind
        self._pace = brief.pace
        self._gusts = fields.tile(seed ^ 0x51, slope=1.9)
        self._rough = 1.0 + 0.8 * max(0.0, abs(brief.wind) - 0.3)
        self.water: Floats | None = None
        self.horizon = 0.5
        if "water" in self._wanted:
            land = stage.sheets[1] if stage.has_sky and len(stage.sheets) > 1 else stage.sheets[0]
            self.water, self.horizon = water_mask(stage.picture, land)
        self.soft: Floats | None = None
        if "clouds" in self._wanted and stage.has_sky:
            self.soft = soft_sky(stage.sheets[0].pixels, self._speed() * _PERIOD_S / 2 / stage.width)
        self.done = self._what_moves()

    def _what_moves(self) -> list[str]:
        """Return the names of the surfaces that were found and move."""
        done = []
        if self.water is not None:
            done.append("water")
        if self.soft is not None:
            done.append("clouds")
        if "sway" in self._wanted and any(sheet.subject for sheet in self._stage.sheets):
            done.append("sway")
        if "plants" in self._wanted:
            done.append("plants")
        if "breathe" in self._wanted and any(sheet.subject for sheet in self._stage.sheets):
            done.append("breathe")
        return done

    @property
    def active(self) -> bool:
        """Whether anything moves."""
        return bool(self.done)

    def shifts(self, sheet: Sheet, x: Floats, y: Floats, seconds: float) -> tuple[Floats, Floats] | None:
        """Return the shifts in pixels for the points x, y of *sheet*, or None."""
        begin = fields.smooth(seconds / 0.9)
        unit = self._stage.unit()
        dx: Any = np.zeros_like(x)
        dy: Any = np.zeros_like(y)
        moved = False
        if self.water is not None and not sheet.sky and not sheet.subject:
            rx, ry = self._ripples(x, y, seconds)
            dx, dy, moved = dx + rx * begin * unit, dy + ry * begin * unit, True
        if self.soft is not None and sheet.sky:
            gust = (fields.at(self._gusts, x * 0.4 + seconds * 0.004, y * 0.4) - 0.5) * sample(self.soft, x, y)
            dx, dy, moved = dx + gust * 0.010 * unit * begin, dy + gust * 0.004 * unit * begin, True
        if sheet.subject and ("sway" in self.done or "breathe" in self.done):
            height = max(0.05, sheet.foot - sheet.top)
            free = np.clip((sheet.foot - y) / height, 0, 1)
            if "sway" in self.done:
                wave = self._swaying(x, y, seconds, 0.7)
                dx, moved = dx + wave * free**1.4 * 0.016 * unit * begin * self._rough, True
            if "breathe" in self.done:
                breath = math.sin(2 * math.pi * seconds / 4.2)
                dy, moved = dy + free * breath * 0.0045 * unit * begin, True
        if "plants" in self.done and not sheet.sky and not sheet.subject:
            low = np.clip((y - 0.35) / 0.4, 0, 1)
            wave = self._swaying(x, y, seconds, 1.6)
            dx, moved = dx + wave * (0.25 + 0.75 * low) * 0.0065 * unit * begin * self._rough, True
        return (dx.astype(np.float32), dy.astype(np.float32)) if moved else None

    def drift(self, sheet: Sheet, seconds: float) -> list[tuple[float, float, float]] | None:
        """Return how a drifting sheet is fetched: (weight, shift x, shift y) in pixels, or None when it stands.

        Two copies take turns: each drifts for one period and is invisible when it jumps back. At 0 s there is one
        copy, unshifted. They are shown where the sky is ``soft``.
        """
        if not sheet.sky or self.soft is None:
            return None
        speed = math.copysign(self._speed(), self._wind)
        copies = []
        for offset in (0.0, 0.5):
            phase = (seconds / _PERIOD_S + offset + 0.5) % 1.0 - 0.5
            copies.append((1.0 - abs(2 * phase), -speed * phase * _PERIOD_S, 0.0))
        return copies

    def _speed(self) -> float:
        """Return how fast clouds drift, in pixels a second."""
        return self._stage.unit() * 0.016 * (0.6 + abs(self._wind)) * self._pace

    def _ripples(self, x: Floats, y: Floats, seconds: float) -> tuple[Floats, Floats]:
        """Waves that come towards the viewer, longer and slower where they are nearer; parts of the unit."""
        assert self.water is not None
        wet = sample(self.water, x, y)
        near = np.clip((y - self.horizon) / max(0.08, 1.0 - self.horizon), 0.0, 1.0)
        away = np.log(near + 0.055)
        beat = seconds * self._pace
        unrest = (fields.at(self._gusts, x * 0.9, y * 1.7 + beat * 0.03) - 0.5) * 7.0
        one = np.sin(13.0 * away - 3.1 * beat + unrest + x * 5.0)
        two = np.sin(23.0 * away - 4.3 * beat - 1.3 * unrest - x * 9.0)
        three = np.sin(37.0 * away - 5.7 * beat + 0.7 * unrest + x * 17.0)
        size = wet * (0.08 + 0.92 * near) * self._rough
        return (
            np.asarray(size * (0.0060 * one + 0.0036 * two + 0.0018 * three), np.float32),
            np.asarray(size * (0.0042 * two + 0.0026 * one), np.float32),
        )

    def _swaying(self, x: Floats, y: Floats, seconds: float, fine: float) -> Floats:
        beat = seconds * self._pace
        gust = fields.at(self._gusts, x * 0.5 * fine - beat * 0.07 * np.sign(self._wind), y * 0.25 * fine) - 0.5
        swing = np.sin(2 * math.pi * (0.42 * beat) + x * 9.0 * fine + y * 4.0 * fine)
        return np.asarray(np.sign(self._wind) * (1.7 * gust) + 0.45 * swing, np.float32)

    def glints(self, frame: Rgb, seconds: float) -> None:
        """Let light play on the water, in place. Only for a camera that hardly moves: the mask is the picture's."""
        if self.water is None:
            return
        height, width = frame.shape[:2]
        small_w, small_h = max(2, width // 2), max(2, height // 2)
        y, x = np.mgrid[0:small_h, 0:small_w].astype(np.float32)
        x, y = (x + 0.5) / small_w, (y + 0.5) / small_h
        near = np.clip((y - self.horizon) / max(0.08, 1.0 - self.horizon), 0.0, 1.0)
        away = np.log(near + 0.055)
        wet = cv2.resize(self.water, (small_w, small_h), interpolation=cv2.INTER_LINEAR)
        fine = fields.at(self._gusts, x * 3.1 - seconds * 0.02, away * 1.3 - seconds * 0.10)
        play = np.clip((fine - 0.5) * 2.0, -1, 1) * wet * 0.16 * fields.smooth(seconds / 0.9)
        gain = cv2.resize(1.0 + play, (width, height), interpolation=cv2.INTER_LINEAR)
        lit = cv2.multiply(frame, cv2.cvtColor(gain, cv2.COLOR_GRAY2RGB), dtype=cv2.CV_8U)
        frame[:] = lit


def soft_sky(pixels: NDArray[np.uint8], reach: float) -> Floats | None:
    """Return where a sky may drift (small plane, 0–1): not within *reach* (part of its width) of a contour.

    A mountain in the haze, a bird or the moon would be seen twice. None where nearly nothing is left.
    """
    height, width = pixels.shape[:2]
    fine = min(1.0, _CONTOUR_EDGE / max(height, width))
    sharp = cv2.resize(pixels[:, :, :3], (round(width * fine), round(height * fine)), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(sharp, cv2.COLOR_RGB2GRAY), (0, 0), 0.8)
    steep = np.hypot(cv2.Scharr(grey, cv2.CV_32F, 1, 0), cv2.Scharr(grey, cv2.CV_32F, 0, 1)) / 32
    scale = _SKY_EDGE / max(height, width)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    hard = cv2.resize((steep > _HARD).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.04
    across = 2 * max(2, math.ceil((reach + _SKY_FEATHER) * size[0])) + 1
    upright = 2 * max(2, math.ceil(_SKY_FEATHER * size[0])) + 1
    near = cv2.dilate(hard.astype(np.float32), np.ones((upright, across), np.uint8))
    soft = cv2.GaussianBlur(1.0 - near, (0, 0), max(1.0, _SKY_FEATHER * size[0] / 2.5))
    return None if float(soft.mean()) < _LEAST_SKY else np.asarray(soft, np.float32)


def water_mask(picture: Rgb, land: Sheet) -> tuple[Floats | None, float]:
    """Return where water probably is (small plane, 0–1) and its horizon (part of the height); None where none is.

    Water lies below the horizon, reaches the lower part of the picture and is streaked across rather than up and down.
    """
    height, width = picture.shape[:2]
    scale = _MASK_EDGE / max(height, width)
    small = cv2.resize(
        picture, (max(8, round(width * scale)), max(8, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    rows = small.shape[0]
    # The horizon: the row where colours change most, all along the row at once.
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.2), cv2.COLOR_RGB2LAB).astype(np.float32)
    step = np.median(np.abs(np.diff(lab, axis=0)).sum(2), axis=1)
    step = cv2.GaussianBlur(step[:, None], (1, 5), 0.9)[:, 0]
    low, high = int(rows * 0.28), int(rows * 0.82)
    horizon = low + int(np.argmax(step[low:high]))
    if step[horizon] < 2.5:
        horizon = int(rows * 0.5)
    across = cv2.GaussianBlur(np.abs(np.diff(grey, axis=0, append=grey[-1:])), (0, 0), 5)
    upright = cv2.GaussianBlur(np.abs(np.diff(grey, axis=1, append=grey[:, -1:])), (0, 0), 5)
    streaked = np.clip((across / (upright + 0.35) - 0.75) / 0.6, 0, 1)
    lower = np.clip((np.arange(rows, dtype=np.float32) - horizon) / 3.0, 0, 1)[:, None]
    wet = cv2.GaussianBlur((streaked * lower).astype(np.float32), (0, 0), 2.5)
    sure = (wet > 0.4).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(sure, connectivity=8)
    keep: Any = np.zeros_like(sure)
    for i in range(1, count):
        if stats[i, cv2.CC_STAT_AREA] > 0.02 * sure.size:
            keep |= (labels == i).astype(np.uint8)
    keep = cv2.morphologyEx(keep, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    mask = cv2.GaussianBlur(keep.astype(np.float32), (0, 0), 2.0) * np.clip(lower, 0, 1)
    if float(mask.mean()) < _LEAST_WATER:
        return None, horizon / rows
    return np.asarray(mask, np.float32), horizon / rows
