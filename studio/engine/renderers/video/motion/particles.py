"""Rain, snow, fog, embers and other things in the air, drawn between the sheets of a picture.

Every particle's place is a function of the time alone, so that any frame can be made without the ones before it.
They have depth: near ones are larger, faster, softer, and move against the camera.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.video.motion import fields
from studio.engine.renderers.video.motion.camera import Pose

Floats = NDArray[np.float32]
Frame = NDArray[np.uint8]

_SHIFT: Final = 4
_ONE: Final = 1 << _SHIFT
_SHINE_STEP: Final = 6
"""Drops of rain differ in brightness by steps of so much, so that many are drawn at once."""


@dataclass(frozen=True)
class Moment:
    """What particles need to know of a frame: time, shares and the camera."""

    seconds: float
    strength: float
    pose: Pose


class Particles:
    """One kind of thing in the air; ``draw`` puts its far or its near half on a frame."""

    def __init__(self, kind: str, amount: float, wind: float, seed: int, size: tuple[int, int]) -> None:
        """Scatter particles.

        Args:
            amount: 1 is usual.
            wind: −1…1.
            size: width and height of the frames.
        """
        self.kind, self._amount, self._wind = kind, amount, wind
        self._width, self._height = size
        self._unit = float(min(size))
        self._seed = seed
        self._rng = np.random.Generator(np.random.PCG64(seed & 0xFFFFFFFF))
        self._crowd = max(0.5, self._width * self._height / self._unit**2) * amount
        make: Callable[[], None] = getattr(self, f"_make_{kind}", self._make_nothing)
        make()

    def draw(self, frame: Frame, moment: Moment, *, near: bool) -> None:
        """Draw on *frame* in place: the near half, in front of the subject, or the far half, behind it."""
        if moment.strength <= 0.003:
            return
        drawing: Callable[[Frame, Moment, bool], None] = getattr(self, f"_draw_{self.kind}")
        drawing(frame, moment, near)

    # ---- places

    def _make_nothing(self) -> None:
        self._scatter(1)

    def _scatter(self, count: float) -> None:
        """Give *count* particles places, depths (0 far … 1 near) and whims."""
        self._n = max(1, int(count * self._crowd))
        self._x0 = self._rng.random(self._n)
        self._y0 = self._rng.random(self._n)
        self._near = self._rng.random(self._n) ** 1.6
        self._whim = self._rng.random((self._n, 4))

    def _half(self, near: bool) -> NDArray[np.bool_]:
        return self._near > 0.45 if near else self._near <= 0.45

    def _placed(self, x: Any, y: Any, moment: Moment, margin: float = 0.12) -> tuple[Any, Any]:
        """Return pixels for places in units of the frame that wrap around, moved against the camera."""
        pose = moment.pose
        aspect_x, aspect_y = self._unit / self._width, self._unit / self._height
        depth = 0.3 + self._near
        x = x - (pose.pan + pose.x * depth * 1.6) * aspect_x
        y = y + (pose.tilt + pose.y * depth * 1.6) * aspect_y
        span = 1.0 + 2 * margin
        x = np.mod(x + margin, span) - margin
        y = np.mod(y + margin, span) - margin
        closer = pose.zoom * (1.0 + pose.dolly * (0.5 + self._near))
        closer = 1.0 + (closer - 1.0) * 0.5
        return ((x - 0.5) * closer + 0.5) * self._width, ((y - 0.5) * closer + 0.5) * self._height

    # ---- rain

    def _make_rain(self) -> None:
        self._scatter(620)
        self._slant = self._wind * 0.42
        self._mist = fields.tile(self._seed ^ 0x77, slope=1.5)
        self._drops = self._rng.random((max(4, int(46 * self._crowd)), 4))

    def _draw_rain(self, frame: Frame, moment: Moment, near: bool) -> None:
        t = moment.seconds
        speed = (1.15 + 1.5 * self._near) * (0.9 + 0.2 * self._whim[:, 0])
        aspect = self._height / self._width
        y = self._y0 * 1.24 + speed * t * (self._unit / self._height) * 1.35
        falls = np.floor(y / 1.24)
        # Every fall begins at another place, or the same drops would be seen again and again.
        x = np.mod(self._x0 + falls * 0.618 * (0.3 + self._whim[:, 1]), 1.24)
        x = x + np.mod(y, 1.24) * self._slant * aspect
        px, py = self._placed(x, y, moment)
        length = self._unit * (0.022 + 0.075 * self._near) * (0.75 + 0.5 * self._whim[:, 2])
        boards = [np.zeros(frame.shape[:2], np.uint8) for _ in range(2)]
        shine = (34 + 92 * self._whim[:, 3]) * (0.5 + 0.5 * self._near)
        feet, tails = np.stack([px, py], 1), np.stack([length * self._slant, length], 1)
        half = self._half(near)
        levels = np.maximum(_SHINE_STEP, np.rint(shine / _SHINE_STEP).astype(int) * _SHINE_STEP)
        for close in (False, True) if near else (False,):
            here = half & ((self._near > 0.80) == close)
            # A drop's trail is brightest in its middle: a faint whole line with a shorter, stronger one on it.
            for begin, end, share in ((0.0, 1.0, 0.5), (0.22, 0.72, 1.0)):
                lines = np.stack([feet - tails * begin, feet - tails * end], 1)
                lines = (lines * _ONE).astype(np.int32)
                for level in np.unique(levels[here]):
                    drops = list(lines[here & (levels == level)])
                    cv2.polylines(boards[close], drops, False, int(level * share), 1 + close, cv2.LINE_AA, _SHIFT)
        if near:
            self._splashes(boards[0], moment)
        board = cv2.GaussianBlur(boards[0], (0, 0), max(0.4, self._unit / 1500))
        if near:
            board = cv2.max(board, cv2.GaussianBlur(boards[1], (0, 0), max(0.8, self._unit / 420)))
        lighten(frame, np.asarray(board, np.uint8), (208, 218, 230), moment.strength)
        if not near:
            self._veil(frame, moment, 0.20 * min(1.3, self._amount), (160, 170, 182), 0.9)

    def _splashes(self, board: NDArray[np.uint8], moment: Moment) -> None:
        """Small crowns where drops hit the ground in the lower part of the picture."""
        life = 0.26
        for x, y, phase, size in self._drops:
            turn = moment.seconds / life + phase * 7
            age = turn % 1.0
            beat = math.floor(turn)
            px = (x + beat * 0.381 * (0.4 + size)) % 1.0
            row = 0.70 + 0.30 * ((y + beat * 0.618 * (0.5 + phase)) % 1.0)
            reach = self._unit * (0.003 + 0.010 * (row - 0.66) / 0.34) * (0.35 + age)
            shine = int(130 * (1 - age) * (0.4 + 0.6 * (row - 0.66) / 0.34))
            centre = (int(px * self._width * _ONE), int(row * self._height * _ONE))
            axes = (max(1, int(reach * 1.6 * _ONE)), max(1, int(reach * 0.55 * _ONE)))
            cv2.ellipse(board, centre, axes, 0, 180, 360, shine, 1, cv2.LINE_AA, _SHIFT)

    # ---- snow and ash

    def _make_snow(self) -> None:
        self._scatter(430)

    def _draw_snow(self, frame: Frame, moment: Moment, near: bool) -> None:
        self._flakes(frame, moment, near, (250, 252, 255), fall=0.10, sway=0.030, size=1.0)
        if not near and self._amount > 1.2:
            self._veil(frame, moment, 0.35, (224, 230, 238), 0.5)

    def _make_ash(self) -> None:
        self._scatter(170)

    def _draw_ash(self, frame: Frame, moment: Moment, near: bool) -> None:
        self._flakes(frame, moment, near, (96, 92, 90), fall=0.045, sway=0.045, size=0.7, cover=0.8)

    def _flakes(
        self, frame: Frame, moment: Moment, near: bool, colour: tuple[int, int, int],
        *, fall: float, sway: float, size: float, cover: float = 1.0,
    ) -> None:  # fmt: skip
        t = moment.seconds
        gale = 1.0 + 1.6 * max(0.0, abs(self._wind) - 0.5)
        speed = fall * (0.55 + 1.5 * self._near) * (0.75 + 0.5 * self._whim[:, 0]) * gale
        turn = 2 * np.pi * (self._whim[:, 1] + t * (0.14 + 0.22 * self._whim[:, 2]))
        ratio = self._unit / self._height
        y = self._y0 * 1.24 + speed * t * ratio + 0.25 * sway * np.sin(turn * 1.7)
        x = self._x0 * 1.24 + sway * (0.4 + self._near) * np.sin(turn) * self._unit / self._width
        x = x + self._wind * (0.05 + 0.11 * self._near) * gale * t * self._unit / self._width
        px, py = self._placed(x, y, moment)
        radius = self._unit * size * (0.0013 + 0.0052 * self._near**2) * (0.7 + 0.6 * self._whim[:, 3])
        boards = [np.zeros(frame.shape[:2], np.uint8) for _ in range(2)]
        for i in np.flatnonzero(self._half(near)):
            soft = bool(self._near[i] > 0.72)
            shine = int(255 * (0.5 + 0.4 * self._whim[i, 3]) * (0.62 if soft else 1.0))
            centre = (int(px[i] * _ONE), int(py[i] * _ONE))
            cv2.circle(
                boards[soft],
                centre,
                max(9, int(radius[i] * _ONE * (1.5 if soft else 1.0))),
                shine,
                -1,
                cv2.LINE_AA,
                _SHIFT,
            )
        board = cv2.GaussianBlur(boards[0], (0, 0), max(0.5, self._unit / 1100))
        if near:
            board = cv2.max(board, cv2.GaussianBlur(boards[1], (0, 0), max(0.8, self._unit / 210)))
        cover_with(frame, np.asarray(board, np.uint8), colour, moment.strength * cover)

    # ---- fog and smoke

    def _make_fog(self) -> None:
        self._mist = fields.tile(self._seed ^ 0x33, slope=1.75, coarsest=1.0)
        self._wisps = fields.tile(self._seed ^ 0x34, slope=1.45, coarsest=3.0)
        self._scatter(1)

    def _draw_fog(self, frame: Frame, moment: Moment, near: bool) -> None:
        t, height, width = moment.seconds, frame.shape[0], frame.shape[1]
        small = (max(2, width // 4), max(2, height // 4))
        side = math.copysign(1.0, self._wind) * (0.4 + abs(self._wind))
        sway = moment.pose.pan + moment.pose.x * (1.6 if near else 0.6)
        mist = fields.drifted(
            self._mist, *small, -side * 0.020 * t * (1.6 if near else 1.0) + sway * 0.4, 0.004 * t, 1.1
        )
        wisps = fields.drifted(self._wisps, *small, -side * 0.034 * t + sway * 0.6, -0.006 * t, 1.6)
        rows = np.linspace(0, 1, small[1], dtype=np.float32)[:, None]
        # Behind the subject it lies around the horizon; in front it creeps along the ground.
        bed = np.exp(-(((rows - 0.62) / 0.30) ** 2)) if not near else np.clip((rows - 0.45) / 0.55, 0, 1) ** 1.3
        thick = np.clip((0.62 * mist + 0.38 * wisps - 0.34) * 2.3, 0, 1) * (0.25 + 0.75 * bed)
        share = min(0.92, (0.62 if not near else 0.34) * (0.6 + 0.4 * self._amount)) * moment.strength
        veil(frame, np.asarray(thick * share, np.float32), self._air(frame))

    def _air(self, frame: Frame) -> tuple[float, float, float]:
        """Return the colour of fog in this picture's light: its bright colours, paler."""
        if not hasattr(self, "_fog_colour"):
            tiny = cv2.resize(frame, (24, 16), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.float32)
            level = tiny.mean(1)
            bright = tiny[level >= np.percentile(level, 70)].mean(0)
            pale = bright.mean()
            colour = bright * 0.6 + pale * 0.4
            self._fog_colour = tuple(np.clip(colour * 1.04 + 8, 0, 250))
        return self._fog_colour

    def _veil(
        self, frame: Frame, moment: Moment, share: float, colour: tuple[float, float, float], pace: float
    ) -> None:
        """Lay an uneven haze over what is far."""
        if not hasattr(self, "_mist"):
            self._mist = fields.tile(self._seed ^ 0x77, slope=1.5)
        height, width = frame.shape[:2]
        small = (max(2, width // 4), max(2, height // 4))
        t = moment.seconds
        haze = fields.drifted(self._mist, *small, -self._wind * 0.08 * t * pace, -0.10 * t * pace, 1.3)
        veil(frame, np.asarray(np.clip(haze * 1.3 - 0.2, 0, 1) * share * moment.strength, np.float32), colour)

    def _make_smoke(self) -> None:
        self._mist = fields.tile(self._seed ^ 0x43, slope=1.55, coarsest=2.0)
        self._scatter(1)

    def _draw_smoke(self, frame: Frame, moment: Moment, near: bool) -> None:
        if near:
            return
        height, width = frame.shape[:2]
        small = (max(2, width // 4), max(2, height // 4))
        t = moment.seconds
        one = fields.drifted(self._mist, *small, -self._wind * 0.03 * t, 0.11 * t, 1.7)
        two = fields.drifted(self._mist, *small, 0.37 - self._wind * 0.05 * t, 0.5 + 0.17 * t, 2.3)
        rows = np.linspace(0, 1, small[1], dtype=np.float32)[:, None]
        thick = np.clip((one * 0.6 + two * 0.4 - 0.44) * 3.2, 0, 1) * np.clip(0.25 + rows, 0, 1)
        veil(frame, np.asarray(thick * 0.55 * min(1.4, self._amount) * moment.strength, np.float32), (186, 184, 186))

    # ---- lights in the air

    def _make_embers(self) -> None:
        self._scatter(90)

    def _draw_embers(self, frame: Frame, moment: Moment, near: bool) -> None:
        t = moment.seconds
        rate = 0.10 + 0.16 * self._whim[:, 0]
        life = np.mod(self._y0 + rate * t * 1.15, 1.0)
        born = np.floor(self._y0 + rate * t * 1.15)
        turn = 2 * np.pi * (self._whim[:, 1] * 3 + t * (0.4 + 0.5 * self._whim[:, 2]))
        x = np.mod(self._x0 + born * 0.618 * (0.5 + self._whim[:, 2]), 1.0)
        x = (
            x
            + (0.030 * np.sin(turn) + 0.016 * np.sin(2.3 * turn) + self._wind * 0.25 * life) * self._unit / self._width
        )
        y = 1.06 - life * (0.35 + 0.6 * self._whim[:, 3])
        px, py = self._placed(x, y, moment, margin=0.2)
        fade = np.clip(life / 0.08, 0, 1) * np.clip((1 - life) / 0.45, 0, 1)
        glow = fade * (0.65 + 0.35 * np.sin(turn * 5 + self._whim[:, 3] * 6))
        radius = self._unit * (0.0011 + 0.0030 * self._near) * (0.7 + 0.6 * self._whim[:, 3])
        self._lights(frame, px, py, radius, glow, near, moment.strength, (255, 214, 150), (255, 96, 22))

    def _make_fireflies(self) -> None:
        self._scatter(46)

    def _draw_fireflies(self, frame: Frame, moment: Moment, near: bool) -> None:
        t = moment.seconds
        a, b, c, d = (self._whim[:, i] * 2 * np.pi for i in range(4))
        x = self._x0 + (0.045 * np.sin(0.37 * t + a) + 0.022 * np.sin(0.93 * t + b)) * self._unit / self._width
        y = 0.30 + 0.68 * self._y0 + 0.035 * np.sin(0.51 * t + c) + 0.016 * np.sin(1.17 * t + d)
        px, py = self._placed(x, y, moment)
        glow = np.clip(0.30 + 0.85 * np.sin(t * (0.9 + 0.8 * self._whim[:, 2]) + a), 0, 1) ** 1.5
        radius = self._unit * (0.0016 + 0.0034 * self._near)
        self._lights(frame, px, py, radius, glow, near, moment.strength, (246, 255, 190), (186, 226, 62))

    def _make_dust(self) -> None:
        self._scatter(130)

    def _draw_dust(self, frame: Frame, moment: Moment, near: bool) -> None:
        t = moment.seconds
        a, b = (self._whim[:, i] * 2 * np.pi for i in range(2))
        x = self._x0 * 1.24 + (0.018 * np.sin(0.31 * t + a) + self._wind * 0.035 * t) * self._unit / self._width
        y = self._y0 * 1.24 + 0.016 * np.sin(0.43 * t + b) - 0.008 * t
        px, py = self._placed(x, y, moment)
        glow = (0.22 + 0.55 * (0.5 + 0.5 * np.sin(t * (0.5 + self._whim[:, 2]) + b))) * (0.75 - 0.45 * self._near)
        radius = self._unit * (0.0010 + 0.0055 * self._near**2.5)
        self._lights(
            frame, px, py, radius, glow, near, moment.strength * 0.75, (255, 246, 224), (255, 232, 190), halo=0.4
        )

    def _lights(
        self, frame: Frame, px: Any, py: Any, radius: Any, glow: Any, near: bool, strength: float,
        core: tuple[int, int, int], rim: tuple[int, int, int], halo: float = 1.0,
    ) -> None:  # fmt: skip
        """Draw small lights with a halo."""
        height, width = frame.shape[:2]
        sharp, soft = np.zeros((height, width), np.uint8), np.zeros((max(2, height // 2), max(2, width // 2)), np.uint8)
        for i in np.flatnonzero(self._half(near) & (glow > 0.02)):
            shine = int(255 * min(1.0, float(glow[i])))
            blurred = self._near[i] > 0.85
            if not blurred:
                centre = (int(px[i] * _ONE), int(py[i] * _ONE))
                cv2.circle(sharp, centre, max(9, int(radius[i] * _ONE)), shine, -1, cv2.LINE_AA, _SHIFT)
            centre = (int(px[i] / 2 * _ONE), int(py[i] / 2 * _ONE))
            cv2.circle(soft, centre, max(9, int(radius[i] * 0.85 * _ONE)), shine, -1, cv2.LINE_AA, _SHIFT)
        wide = cv2.GaussianBlur(soft, (0, 0), max(0.8, self._unit / 300)).astype(np.float32)
        wider = cv2.GaussianBlur(soft, (0, 0), max(1.5, self._unit / 90)).astype(np.float32)
        gleam = cv2.resize(np.clip(wide * 1.6 + wider * 2.4, 0, 255), (width, height), interpolation=cv2.INTER_LINEAR)
        lighten(frame, np.asarray(gleam, np.uint8), rim, strength * 0.9 * halo)
        lighten(
            frame, np.asarray(cv2.GaussianBlur(sharp, (0, 0), max(0.5, self._unit / 1400)), np.uint8), core, strength
        )

    # ---- things that tumble

    def _make_leaves(self) -> None:
        self._scatter(34)
        self._tints = np.array(
            [(196, 96, 32), (214, 142, 44), (168, 62, 30), (146, 118, 46), (224, 176, 70)], np.float32
        )

    def _draw_leaves(self, frame: Frame, moment: Moment, near: bool) -> None:
        self._tumble(frame, moment, near, fall=0.12, size=0.011, slim=0.42, shape="leaf")

    def _make_petals(self) -> None:
        self._scatter(52)
        self._tints = np.array([(255, 214, 224), (250, 190, 206), (255, 236, 240), (244, 170, 192)], np.float32)

    def _draw_petals(self, frame: Frame, moment: Moment, near: bool) -> None:
        self._tumble(frame, moment, near, fall=0.075, size=0.0068, slim=0.62, shape="petal")

    def _make_confetti(self) -> None:
        self._scatter(110)
        self._tints = np.array(
            [(236, 66, 78), (250, 196, 54), (62, 156, 226), (88, 190, 110), (178, 96, 214), (250, 128, 60)], np.float32
        )

    def _draw_confetti(self, frame: Frame, moment: Moment, near: bool) -> None:
        self._tumble(frame, moment, near, fall=0.20, size=0.0062, slim=0.6, shape="strip")

    def _tumble(
        self, frame: Frame, moment: Moment, near: bool, *, fall: float, size: float, slim: float, shape: str
    ) -> None:
        t = moment.seconds
        speed = fall * (0.6 + 0.9 * self._near) * (0.8 + 0.4 * self._whim[:, 0])
        turn = 2 * np.pi * (self._whim[:, 1] + t * (0.16 + 0.2 * self._whim[:, 2]))
        y = self._y0 * 1.24 + speed * t * self._unit / self._height + 0.012 * np.sin(2 * turn)
        fresh = np.floor((self._y0 * 1.24 + speed * t * self._unit / self._height) / 1.24)
        x = self._x0 * 1.24 + fresh * 0.618 + (0.055 * np.sin(turn) + self._wind * 0.16 * t) * self._unit / self._width
        px, py = self._placed(x, y, moment)
        colour = np.zeros_like(frame)
        board = np.zeros(frame.shape[:2], np.uint8)
        reach = self._unit * size * (0.55 + 1.25 * self._near)
        for i in np.flatnonzero(self._half(near)):
            flip = math.cos(float(turn[i]) * 2.3 + float(self._whim[i, 3]) * 6)
            lean = math.degrees(float(turn[i])) * 0.9 + 90 * float(self._whim[i, 3])
            shade = 0.62 + 0.38 * abs(flip) + 0.10 * flip
            tint = np.clip(self._tints[int(self._whim[i, 3] * 997) % len(self._tints)] * shade, 0, 255)
            points = _outline(shape, float(px[i]), float(py[i]), float(reach[i]), slim * max(0.16, abs(flip)), lean)
            value = (int(tint[0]), int(tint[1]), int(tint[2]))
            cv2.fillPoly(colour, [points], value, cv2.LINE_AA, _SHIFT)
            cv2.polylines(colour, [points], True, value, 2, cv2.LINE_AA, _SHIFT)
            cv2.fillPoly(board, [points], 245, cv2.LINE_AA, _SHIFT)
        if near:
            board = np.asarray(cv2.GaussianBlur(board, (0, 0), max(0.5, self._unit / 900)), np.uint8)
        share = cv2.cvtColor((board * moment.strength).astype(np.uint8), cv2.COLOR_GRAY2RGB)
        kept = cv2.multiply(frame, 255 - share, scale=1 / 255)
        frame[:] = cv2.add(kept, cv2.multiply(colour, share, scale=1 / 255))

    # ---- bubbles

    def _make_bubbles(self) -> None:
        self._scatter(60)

    def _draw_bubbles(self, frame: Frame, moment: Moment, near: bool) -> None:
        t = moment.seconds
        rise = (0.06 + 0.13 * self._near) * (0.7 + 0.6 * self._whim[:, 0])
        turn = 2 * np.pi * (self._whim[:, 1] + t * (0.3 + 0.5 * self._whim[:, 2]))
        y = self._y0 * 1.24 - rise * t * self._unit / self._height
        x = self._x0 * 1.24 + np.floor(y / 1.24) * 0.618 + 0.010 * np.sin(turn) * self._unit / self._width
        px, py = self._placed(x, y, moment)
        radius = self._unit * (0.0022 + 0.0105 * self._near**1.5) * (0.6 + 0.8 * self._whim[:, 3])
        board = np.zeros(frame.shape[:2], np.uint8)
        for i in np.flatnonzero(self._half(near)):
            centre, r = (int(px[i] * _ONE), int(py[i] * _ONE)), max(10, int(radius[i] * _ONE))
            cv2.circle(board, centre, r, 34, -1, cv2.LINE_AA, _SHIFT)
            cv2.circle(board, centre, r, 120, max(1, round(self._unit / 700)), cv2.LINE_AA, _SHIFT)
            shine = (centre[0] - int(r * 0.38), centre[1] - int(r * 0.40))
            cv2.circle(board, shine, max(6, int(r * 0.22)), 230, -1, cv2.LINE_AA, _SHIFT)
        board = np.asarray(cv2.GaussianBlur(board, (0, 0), max(0.45, self._unit / 1300)), np.uint8)
        lighten(frame, board, (214, 240, 250), moment.strength * 0.85)


def _outline(shape: str, x: float, y: float, reach: float, slim: float, degrees: float) -> NDArray[np.int32]:
    turn = math.radians(degrees)
    if shape == "strip":
        local = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64)
    else:
        angle = np.linspace(0, 2 * np.pi, 18, endpoint=False)
        along = np.cos(angle)
        # A leaf is pointed at both ends, a petal at one.
        width = np.sin(angle) * (1 - 0.55 * np.abs(along) ** 2 if shape == "leaf" else 0.72 + 0.28 * along)
        local = np.stack((along, width), 1)
    local = local * (reach, reach * slim)
    cosine, sine = math.cos(turn), math.sin(turn)
    px = x + local[:, 0] * cosine - local[:, 1] * sine
    py = y + local[:, 0] * sine + local[:, 1] * cosine
    return np.round(np.stack((px, py), 1) * _ONE).astype(np.int32)


def lighten(frame: Frame, board: NDArray[np.uint8], colour: tuple[int, int, int], strength: float) -> None:
    """Add light of *colour* where *board* says, without ever exceeding white (screen), in place."""
    if not board.any():
        return
    rows = np.flatnonzero(board.any(1))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    part = np.ascontiguousarray(frame[top:bottom])
    share = board[top:bottom]
    lights = cv2.merge([cv2.convertScaleAbs(share, alpha=strength * c / 255) for c in colour])
    rest = cv2.multiply(255 - part, 255 - lights, scale=1 / 255)
    frame[top:bottom] = 255 - rest


def cover_with(frame: Frame, board: NDArray[np.uint8], colour: tuple[int, int, int], strength: float) -> None:
    """Cover *frame* with an opaque *colour* where *board* says, in place."""
    if not board.any():
        return
    share = cv2.convertScaleAbs(board, alpha=strength)
    wide = cv2.cvtColor(share, cv2.COLOR_GRAY2RGB)
    kept = cv2.multiply(frame, 255 - wide, scale=1 / 255)
    frame[:] = cv2.add(kept, cv2.merge([cv2.convertScaleAbs(share, alpha=c / 255) for c in colour]))


def veil(frame: Frame, coarse: Floats, colour: tuple[float, float, float]) -> None:
    """Mix *colour* into *frame* by a coarse plane of shares 0–1, in place."""
    height, width = frame.shape[:2]
    share = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    # A trace of grain keeps soft gradients from showing steps in eight bits.
    board = np.asarray(np.clip(share * 255, 0, 255), np.float32)
    whole = board.astype(np.uint8)
    cover_with(frame, whole, (round(colour[0]), round(colour[1]), round(colour[2])), 1.0)


KINDS: Final = (
    "rain", "snow", "fog", "smoke", "embers", "dust", "fireflies", "leaves", "petals", "bubbles", "confetti", "ash",
)  # fmt: skip
