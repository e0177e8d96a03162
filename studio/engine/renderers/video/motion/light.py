"""Light that changes: lightning, flicker, glow, nightfall and daybreak, rays, shadows of clouds, twinkling, fades.

Each change is a function of the time alone. Those that begin from a still picture begin unchanged.
"""

import math
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.video.motion import fields
from studio.engine.renderers.video.motion.particles import lighten, veil

Floats = NDArray[np.float32]
Frame = NDArray[np.uint8]

_FLASH_S: Final = 0.55
_BETWEEN_FLASHES_S: Final = 2.4


class Light:
    """The light changes of one shot."""

    def __init__(
        self, kinds: tuple[str, ...], duration_s: float, seed: int, size: tuple[int, int], gloom: float = 0.0
    ) -> None:
        """Plan the light.

        Args:
            gloom: how much bad weather takes light and colour away, 0–1.
        """
        self._kinds = frozenset(kinds)
        self._duration_s = duration_s
        self._gloom = gloom
        self.backwards = False
        """Whether the film will be played backwards: lightning must strike first and fade then."""
        self._unit = float(min(size))
        self._size = size
        rng = np.random.Generator(np.random.PCG64((seed ^ 0x11EA7) & 0xFFFFFFFF))
        self._noise = fields.tile(seed ^ 0x1A, rows=64, columns=256, slope=0.9, coarsest=1.0)
        self._clouds = fields.tile(seed ^ 0x2B, slope=1.9, coarsest=1.0)
        self.flashes: list[tuple[float, float]] = []
        self._bolts: list[list[NDArray[np.int32]]] = []
        if "lightning" in self._kinds:
            self._plan_storm(rng)

    def _plan_storm(self, rng: np.random.Generator) -> None:
        count = max(1, round(self._duration_s / _BETWEEN_FLASHES_S))
        for i in range(count):
            share = (i + 0.25 + 0.5 * rng.random()) / count
            at_s = min(max(0.35, share * self._duration_s), max(0.0, self._duration_s - _FLASH_S))
            self.flashes.append((float(at_s), float(0.6 + 0.4 * rng.random())))
            self._bolts.append(_bolt(rng))

    # ---- how strong

    def flash(self, seconds: float) -> float:
        """Return how bright lightning is now, 0–1: a stroke and its afterstrokes."""
        seconds = self._duration_s - seconds if self.backwards else seconds
        level = 0.0
        for at_s, power in self.flashes:
            age = seconds - at_s
            if 0 <= age < _FLASH_S:
                strokes = math.exp(-age / 0.05) + 0.75 * (age >= 0.13) * math.exp(-(age - 0.13) / 0.09)
                level = max(level, power * min(1.0, strokes))
        return level

    def grey(self, t: float) -> float:
        """Return how much colour is taken out at *t* (0–1 of the shot), 0–1."""
        if "to_colour" in self._kinds:
            return 1.0 - fields.smooth((t - 0.15) / 0.6)
        return fields.smooth((t - 0.15) / 0.6) if "to_grey" in self._kinds else 0.0

    def focus(self, t: float) -> float:
        """Return the focus pull for the stage at *t*: −1 … 1."""
        if "focus_near" in self._kinds:
            return fields.smooth((t - 0.12) / 0.55)
        return -fields.smooth((t - 0.12) / 0.55) if "focus_far" in self._kinds else 0.0

    # ---- behind the land

    def behind(self, frame: Frame, seconds: float) -> None:
        """Draw what belongs in the sky, after the sky and before the land: bolts and the flash in the clouds."""
        level = self.flash(seconds)
        if level > 0.02:
            self._flash_over(frame, level, 0.55)
            self._draw_bolt(frame, seconds)

    def _draw_bolt(self, frame: Frame, seconds: float) -> None:
        height, width = frame.shape[:2]
        seconds = self._duration_s - seconds if self.backwards else seconds
        for (at_s, power), bolt in zip(self.flashes, self._bolts, strict=True):
            age = seconds - at_s
            if not 0 <= age < 0.24:
                continue
            shine = power * (1.0 if age < 0.07 or 0.12 <= age < 0.19 else 0.35)
            board = np.zeros((height, width), np.uint8)
            scale = np.array([width, height]) * 16
            for place, line in enumerate(bolt):
                points = np.round(line / 10_000 * scale).astype(np.int32)
                thick = max(1, round(self._unit / (330 if place == 0 else 620)))
                cv2.polylines(
                    board, [points], False, int(255 * shine * (1 if place == 0 else 0.6)), thick, cv2.LINE_AA, 4
                )
            halo = cv2.GaussianBlur(board, (0, 0), max(1.0, self._unit / 60))
            lighten(frame, np.asarray(cv2.convertScaleAbs(halo, alpha=3.2), np.uint8), (150, 170, 255), 0.9)
            lighten(frame, np.asarray(cv2.GaussianBlur(board, (0, 0), 0.6), np.uint8), (250, 250, 255), 1.0)

    @staticmethod
    def _flash_over(frame: Frame, level: float, share: float) -> None:
        gain = 1.0 + 1.5 * level * share
        lifted = cv2.convertScaleAbs(frame, alpha=gain, beta=26 * level * share)
        cold = np.array([0.93, 0.97, 1.06], np.float32) if level > 0 else np.ones(3, np.float32)
        frame[:] = cv2.transform(lifted, np.diag(cold))

    # ---- over everything

    def over(self, frame: Frame, seconds: float, t: float, begin: float) -> Frame:
        """Return *frame* in the light of this moment.

        Args:
            t: part of the shot that has passed, 0–1.
            begin: how far changes that move all the time have faded in, 0–1.
        """
        if "rays" in self._kinds:
            self._rays(frame, seconds, begin)
        if "cloud_shadows" in self._kinds:
            self._shadows(frame, seconds, begin)
        if "twinkle" in self._kinds:
            self._twinkle(frame, seconds, begin)
        if "flicker" in self._kinds:
            wave = fields.value(self._noise, seconds * 0.31, 0.5) - 0.5
            quick = fields.value(self._noise, seconds * 1.27, 0.2) - 0.5
            self._glow(frame, begin * float(1.5 * wave + 0.9 * quick), (255, 176, 92))
        if "pulse" in self._kinds:
            self._glow(frame, begin * 0.55 * (1 - math.cos(2 * math.pi * seconds / 2.6)) / 2, None)
        if self._gloom > 0:
            frame = self._overcast(frame, self._gloom * begin)
        if "nightfall" in self._kinds:
            frame = self._night(frame, fields.smooth(t / 0.92))
        if "daybreak" in self._kinds:
            frame = self._day(frame, fields.smooth(t / 0.92))
        level = self.flash(seconds)
        if level > 0.02:
            self._flash_over(frame, level, 0.38)
        grey = self.grey(t)
        if grey > 0.004:
            plain = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
            frame = np.asarray(cv2.addWeighted(plain, grey, frame, 1 - grey, 0), np.uint8)
        fade = 1.0
        if "fade_in" in self._kinds:
            fade *= fields.smooth(seconds / min(1.2, self._duration_s / 3))
        if "fade_out" in self._kinds:
            fade *= fields.smooth((self._duration_s - seconds) / min(1.2, self._duration_s / 3))
        return np.asarray(cv2.convertScaleAbs(frame, alpha=fade), np.uint8) if fade < 0.999 else frame

    def _bright(self, frame: Frame, *, coloured: bool = False) -> Floats:
        """Return where light comes from: coarse plane 0–1 of what is much brighter than the picture.

        Args:
            coloured: only lights that have a colour, as fire and neon, not moon and cloud.
        """
        height, width = frame.shape[:2]
        small = cv2.resize(frame, (max(2, width // 8), max(2, height // 8)), interpolation=cv2.INTER_AREA)
        level = small.max(2).astype(np.float32)
        usual = float(np.percentile(level, 60))
        lamps = np.clip((level - usual - 20) / 90, 0, 1)
        if coloured:
            strength = (level - small.min(2)) / np.maximum(level, 1)
            lamps = lamps * np.clip((strength - 0.22) / 0.2, 0, 1)
        return np.asarray(cv2.GaussianBlur(lamps, (0, 0), max(1.0, min(lamps.shape) / 22)), np.float32)

    def _glow(self, frame: Frame, amount: float, tint: tuple[int, int, int] | None) -> None:
        """Make what shines brighter (or darker, for a negative amount), with its surroundings."""
        height, width = frame.shape[:2]
        lamps = self._bright(frame, coloured=tint is not None)
        gain = 1.0 + 0.06 * amount + lamps * 0.8 * amount
        wide = cv2.resize(np.clip(gain, 0.3, 1.9), (width, height), interpolation=cv2.INTER_LINEAR)
        frame[:] = cv2.multiply(frame, cv2.cvtColor(wide, cv2.COLOR_GRAY2RGB), dtype=cv2.CV_8U)
        if amount > 0.02 and tint is None:
            board = np.clip(lamps * 90 * amount, 0, 255).astype(np.uint8)
            board = np.asarray(cv2.resize(board, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
            lighten(frame, board, (255, 255, 255), 0.8)

    def _rays(self, frame: Frame, seconds: float, begin: float) -> None:
        """Shafts of light from the brightest place of the upper half."""
        height, width = frame.shape[:2]
        small_w, small_h = max(8, width // 4), max(8, height // 4)
        if not hasattr(self, "_ray_source"):
            tiny = (
                cv2.GaussianBlur(cv2.resize(frame, (64, 40), interpolation=cv2.INTER_AREA), (0, 0), 3)
                .astype(np.float32)
                .sum(2)
            )
            row, column = np.unravel_index(int(tiny[:24].argmax()), (24, 64))
            self._ray_source = ((column + 0.5) / 64, min(0.05, (row + 0.5) / 40 - 0.25))
            y, x = np.mgrid[0:small_h, 0:small_w].astype(np.float32)
            dx = (x / small_w - self._ray_source[0]) * width / self._unit
            dy = (y / small_h - self._ray_source[1]) * height / self._unit
            self._ray_angle: Floats = np.arctan2(dx, np.maximum(dy, 1e-3)).astype(np.float32)
            reach = np.hypot(dx, dy)
            self._ray_fall: Floats = (np.clip(reach / 0.3, 0, 1) * np.exp(-reach * 1.3)).astype(np.float32)
        # Shafts differ by angle only: a smooth row of values, read at each point's angle.
        angles = np.linspace(-math.pi / 2, math.pi / 2, 721, dtype=np.float32)
        bright: Any = np.zeros_like(angles)
        for waves, speed, phase in ((7.0, 0.16, 0.3), (12.0, -0.23, 1.9), (19.0, 0.31, 4.2), (31.0, -0.37, 2.6)):
            bright += np.sin(angles * waves + seconds * speed + phase) / 4
        bright = np.clip(bright * 1.5 + 0.08, 0, 1) ** 1.5
        shafts = np.interp(self._ray_angle, angles, bright).astype(np.float32) * self._ray_fall * 0.60 * begin
        board = cv2.resize(
            np.clip(shafts * 255, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC
        )
        lighten(frame, board, (255, 240, 208), 1.0)

    def _shadows(self, frame: Frame, seconds: float, begin: float) -> None:
        height, width = frame.shape[:2]
        small = (max(8, width // 8), max(8, height // 8))
        shade = fields.drifted(self._clouds, *small, -0.035 * seconds, -0.006 * seconds, 1.0)
        rows = np.linspace(0, 1, small[1], dtype=np.float32)[:, None]
        dark = np.clip((shade - 0.42) * 3.5, 0, 1) * np.clip((rows - 0.35) / 0.2, 0, 1) * 0.42 * begin
        gain = cv2.resize(1.0 - dark, (width, height), interpolation=cv2.INTER_LINEAR)
        frame[:] = cv2.multiply(frame, cv2.cvtColor(gain.astype(np.float32), cv2.COLOR_GRAY2RGB), dtype=cv2.CV_8U)

    def _twinkle(self, frame: Frame, seconds: float, begin: float) -> None:
        """Let small bright points come and go, each at its own time."""
        height, width = frame.shape[:2]
        edge = max(3, round(self._unit / 110) | 1)
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        points = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (edge, edge)))
        points = cv2.subtract(points, np.full_like(points, 10))
        if not hasattr(self, "_twinkle_fields"):
            rng = np.random.Generator(np.random.PCG64(20))
            small = (max(8, height // 10), max(8, width // 10))
            self._twinkle_fields = (
                rng.uniform(0, 2 * np.pi, small).astype(np.float32),
                rng.uniform(1.6, 4.6, small).astype(np.float32),
            )
        phase, speed = self._twinkle_fields
        wave = np.sin(phase + seconds * speed) * begin
        wide = cv2.resize(wave.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        change = points.astype(np.float32) * wide
        rise = np.clip(change * 1.3, 0, 255).astype(np.uint8)
        fall = np.clip(-change * 0.75, 0, 255).astype(np.uint8)
        brighter = cv2.add(frame, cv2.cvtColor(rise, cv2.COLOR_GRAY2RGB))
        frame[:] = cv2.subtract(brighter, cv2.cvtColor(fall, cv2.COLOR_GRAY2RGB))
        gleam = cv2.GaussianBlur(
            cv2.resize(rise, (max(2, width // 4), max(2, height // 4)), interpolation=cv2.INTER_AREA), (0, 0), 1.6
        )
        lighten(frame, cv2.resize(cv2.convertScaleAbs(gleam, alpha=3.0), (width, height)), (214, 226, 255), 0.8)

    @staticmethod
    def _overcast(frame: Frame, share: float) -> Frame:
        """Take light and colour away, as clouds before the sun do."""
        plain = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        mixed = cv2.addWeighted(plain, 0.34 * share, frame, 1 - 0.34 * share, 0)
        ramp = np.arange(256, dtype=np.float32)
        lut = np.stack([ramp * (1 - share * loss) for loss in (0.27, 0.22, 0.15)], 1)
        return np.asarray(cv2.LUT(mixed, (lut + 0.5).astype(np.uint8)[None]), np.uint8)

    def _night(self, frame: Frame, share: float) -> Frame:
        """Darken towards a blue night; what shines of itself keeps its light."""
        if share <= 0.002:
            return frame
        lamps = self._bright(frame)
        height, width = frame.shape[:2]
        # In daylight the sky is the brightest thing, and it does not shine by itself: only small, warm lights stay.
        small = cv2.resize(frame, (lamps.shape[1], lamps.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)
        warm = np.clip((small[:, :, 0] - small[:, :, 2] - 30) / 60, 0, 1)
        opened = cv2.morphologyEx(small.max(2), cv2.MORPH_TOPHAT, np.ones((9, 9), np.uint8))
        keep: Any = np.clip(warm * np.clip(opened / 40, 0, 1), 0, 1)
        keep = cv2.resize(cv2.GaussianBlur(keep, (0, 0), 1.2), (width, height), interpolation=cv2.INTER_LINEAR) * 0.75
        ramp = np.arange(256, dtype=np.float32)
        curve = 255 * (ramp / 255) ** 1.25
        table = np.stack([curve * gain for gain in (0.30, 0.38, 0.60)], 1)
        mixed = ramp[:, None] * (1 - share) + table * share
        lut = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)[None]
        plain = cv2.addWeighted(
            cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB),
            0.45 * share,
            frame,
            1 - 0.45 * share,
            0,
        )
        dark: Any = cv2.LUT(plain, lut)
        weight = (keep * share)[:, :, None].astype(np.float32)
        if weight.max() > 0.01:
            lit = np.clip(frame.astype(np.float32) * (1.0, 0.93, 0.80), 0, 255)
            dark = (dark * (1 - weight) + lit * weight + 0.5).astype(np.uint8)
        return np.asarray(dark, np.uint8)

    @staticmethod
    def _day(frame: Frame, share: float) -> Frame:
        """Brighten towards a warm morning."""
        if share <= 0.002:
            return frame
        mean = float(frame.mean()) / 255
        power = 1.0 - (0.30 if mean > 0.4 else 0.48) * share
        ramp = np.arange(256, dtype=np.float32) / 255
        lut = np.stack(
            [np.clip(ramp**power * gain, 0, 1) for gain in (1 + 0.10 * share, 1 + 0.02 * share, 1 - 0.10 * share)], 1
        )
        frame = np.asarray(cv2.LUT(frame, (lut * 255 + 0.5).astype(np.uint8)[None]), np.uint8)
        height, width = frame.shape[:2]
        rows = np.linspace(1, 0, max(2, height // 8), dtype=np.float32)[:, None]
        glow = np.repeat(np.clip(rows - 0.25, 0, 1) ** 1.5 * 0.22 * share, max(2, width // 8), axis=1)
        veil(frame, glow.astype(np.float32), (255, 214, 160))
        return frame


def _bolt(rng: np.random.Generator) -> list[NDArray[np.int32]]:
    """Return a bolt as lines in 1/10000 of the frame: the main channel and its branches."""

    def channel(x: float, y: float, end_x: float, end_y: float, depth: int) -> NDArray[np.float64]:
        points: Any = np.array([[x, y], [end_x, end_y]])
        spread = 0.10
        for _ in range(6):
            middle = (points[:-1] + points[1:]) / 2
            middle[:, 0] += rng.normal(0, spread, len(middle)) * (0.5 if depth else 1.0)
            spread *= 0.55
            woven = np.empty((len(points) * 2 - 1, 2))
            woven[0::2], woven[1::2] = points, middle
            points = woven
        return np.asarray(points)

    x = float(rng.uniform(0.15, 0.85))
    end = (x + float(rng.uniform(-0.16, 0.16)), float(rng.uniform(0.62, 0.8)))
    main = channel(x, -0.03, *end, 0)
    lines = [main]
    for _ in range(int(rng.integers(2, 5))):
        start = main[int(rng.integers(8, len(main) - 12))]
        lean = float(rng.choice([-1, 1])) * float(rng.uniform(0.06, 0.18))
        lines.append(channel(start[0], start[1], start[0] + lean, start[1] + float(rng.uniform(0.08, 0.24)), 1))
    return [np.round(line * 10_000).astype(np.int32) for line in lines]
