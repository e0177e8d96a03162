"""The path of a camera before a picture, from the moves that were asked for.

A pose is what the stage needs: where the camera stands, how close, how it is turned. At the start of a path the pose
is the plain picture, so that a film begins with exactly the picture (or ends with it, when played backwards); only a
camera that pulls back must begin close.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from studio.engine.renderers.video.motion.brief import OPPOSITE, Brief

_EASE_SHARE: Final = 0.22  # of each part of a path, at its start and its end
_REFERENCE_S: Final = 5.0
_LONGEST_STRETCH: Final = 1.9


@dataclass(frozen=True)
class Pose:
    """A camera's place. Lengths are parts of the picture's shorter edge; all zero (zoom 1) is the plain picture.

    Attributes:
        x, y: sideways and upward travel; near things move against it, far things stay (parallax).
        dolly: travel towards the scene; near things grow faster.
        pan, tilt: turning right and up; everything moves alike.
        zoom: enlargement of everything alike.
        roll: degrees clockwise.
    """

    x: float = 0.0
    y: float = 0.0
    dolly: float = 0.0
    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0

    def plus(self, other: "Pose", share: float = 1.0) -> "Pose":
        """Return this pose moved further by a *share* of *other*."""
        return Pose(
            self.x + other.x * share,
            self.y + other.y * share,
            self.dolly + other.dolly * share,
            self.pan + other.pan * share,
            self.tilt + other.tilt * share,
            self.zoom * other.zoom**share,
            self.roll + other.roll * share,
        )


THERE: Final = 0.6
"""How much of a camera's way is gone in a film that comes back to its beginning."""
_MOVES: Final[dict[str, Pose]] = {
    "zoom_in": Pose(dolly=0.16, zoom=1.12),
    "zoom_out": Pose(dolly=-0.16, zoom=1 / 1.12),
    "pan_left": Pose(pan=-0.17, x=-0.015),
    "pan_right": Pose(pan=0.17, x=0.015),
    "tilt_up": Pose(tilt=0.14, y=0.01),
    "tilt_down": Pose(tilt=-0.14, y=-0.01),
    "truck_left": Pose(x=-0.075, pan=-0.035),
    "truck_right": Pose(x=0.075, pan=0.035),
    "rise": Pose(y=0.055, tilt=0.03, dolly=0.03),
    "sink": Pose(y=-0.055, tilt=-0.03, dolly=0.03),
    "roll": Pose(roll=9.0, zoom=1.08),
    "dolly_zoom": Pose(dolly=0.24, zoom=1 / 1.13),
}
"""The whole way of a move at normal pace in five seconds."""


def ease(t: float, share: float = _EASE_SHARE) -> float:
    """Return the way done at *t* (0–1) of a move that starts and ends softly and is even in between."""
    t = min(1.0, max(0.0, t))
    share = min(0.5, max(1e-6, share))
    speed = 1.0 / (1.0 - share)
    if t < share:
        return speed * (t / 2 - share / (2 * math.pi) * math.sin(math.pi * t / share))
    if t > 1.0 - share:
        return 1.0 - ease(1.0 - t, share)
    return speed * (t - share / 2)


@dataclass(frozen=True)
class Path:
    """A camera's way over a shot: ``pose(t)`` for t from 0 to 1.

    Attributes:
        start: the pose at the beginning.
        legs: moves one after the other, each with its whole way.
        swing: amplitude of a full circle around the middle, closing on itself (orbit).
        handheld: how much the hand shakes, 0–1.
        duration_s: length of the shot; the hand shakes by the clock.
        drift: speed per whole path that dies away from the beginning: a camera that was moving already.
    """

    legs: tuple[Pose, ...]
    start: Pose = Pose()
    swing: Pose | None = None
    handheld: float = 0.0
    duration_s: float = _REFERENCE_S
    drift: Pose | None = None
    phase: float = 0.0

    @property
    def rests(self) -> bool:
        """Whether the camera stands still, but for a hand's unrest."""
        return not self.legs and self.swing is None and self.drift is None

    def shortened(self, share: float) -> "Path":
        """Return the same way, of which only a *share* is gone."""
        return replace(self, legs=tuple(Pose().plus(leg, share) for leg in self.legs))

    def pose(self, t: float) -> Pose:
        """Return the pose at *t* (0 begin, 1 end)."""
        now = self.start
        for place, leg in enumerate(self.legs):
            share = ease(t * len(self.legs) - place)
            now = now.plus(leg, share)
        if self.swing is not None:
            angle = 2 * math.pi * t
            lean = Pose(
                self.swing.x * math.sin(angle),
                self.swing.y * math.sin(angle),
                self.swing.dolly * (1 - math.cos(angle)) / 2,
            )
            now = now.plus(lean).plus(Pose(pan=self.swing.pan * math.sin(angle)))
        if self.drift is not None:
            settle = 1.0 - math.exp(-4.0 * t)
            now = now.plus(self.drift, settle / 4.0)
        if self.handheld > 0:
            now = now.plus(_shake(t * self.duration_s, self.handheld, self.phase))
        return now


def _shake(seconds: float, amount: float, phase: float) -> Pose:
    """A hand's unrest: slow sways with small quick ones, starting from rest."""
    begin = min(1.0, seconds / 0.6)
    begin = begin * begin * (3 - 2 * begin)

    def wave(*parts: tuple[float, float, float]) -> float:
        return (
            begin
            * amount
            * sum(size * math.sin(2 * math.pi * speed * seconds + shift + phase) for size, speed, shift in parts)
        )

    return Pose(
        x=wave((0.008, 0.31, 0.0), (0.003, 0.83, 1.3)),
        y=wave((0.006, 0.37, 2.1), (0.003, 0.97, 0.4)),
        pan=wave((0.010, 0.43, 4.0), (0.003, 1.31, 2.0), (0.0012, 2.9, 1.0)),
        tilt=wave((0.008, 0.51, 0.7), (0.003, 1.43, 3.3), (0.0012, 3.3, 5.0)),
        roll=wave((0.5, 0.29, 1.1), (0.15, 1.07, 2.7)),
    )


def _leg(names: Sequence[str], scale: float) -> Pose:
    leg = Pose()
    for name in names:
        if name in _MOVES:
            leg = leg.plus(_MOVES[name], scale)
    return leg


_QUIET: Final = ("zoom_in", "truck_right", "zoom_out", "truck_left", "rise")


def path_of(brief: Brief, duration_s: float, variation: int = 0, default: str | None = None) -> Path:
    """Return the camera's path for *brief* over *duration_s*.

    Without a named move the camera pushes in gently and leans to a side; *variation* changes which. *default* names
    another gentle move for that case.
    """
    stretch = min(_LONGEST_STRETCH, max(0.45, (duration_s / _REFERENCE_S) ** 0.6)) * brief.pace
    phase = (brief.seed % 628) / 100 + variation
    handheld = 1.0 if brief.handheld else 0.0
    if brief.static:
        return Path((), handheld=handheld, duration_s=duration_s, phase=phase)
    if not brief.moves:
        name = default or _QUIET[variation % len(_QUIET)]
        side = 1 if (brief.seed + variation) % 2 else -1
        leg = _leg((name,), 0.8 * stretch)
        if name in ("zoom_in", "zoom_out"):
            leg = leg.plus(Pose(x=0.035 * side), stretch)
        start = Pose().plus(leg, -1.0) if name == "zoom_out" else Pose()
        return Path((leg,), start, handheld=handheld, duration_s=duration_s, phase=phase)
    legs: list[Pose] = []
    swing: Pose | None = None
    for names in brief.moves:
        if variation % 2 and not {"zoom_in", "zoom_out", "dolly_zoom"} & set(names) and variation >= 2:
            names = tuple(OPPOSITE.get(name, name) for name in names)
        if "orbit" in names:
            side = 1 if variation % 2 == 0 else -1
            swing = Pose(x=0.085 * side * min(1.2, brief.pace), pan=0.012 * side, dolly=0.05)
        leg = _leg(names, stretch / math.sqrt(len(brief.moves)))
        if leg != Pose() or "orbit" not in names:
            legs.append(leg)
    # A camera that pulls back must begin as close as it will have gone back.
    close = zoom = 0.0
    nearest_dolly = nearest_zoom = 0.0
    for leg in legs:
        close, zoom = close + leg.dolly, zoom + math.log(leg.zoom)
        nearest_dolly = min(nearest_dolly, close)
        if "dolly_zoom" not in {name for group in brief.moves for name in group}:
            nearest_zoom = min(nearest_zoom, zoom)
    start = Pose(dolly=-nearest_dolly, zoom=math.exp(-nearest_zoom))
    return Path(tuple(legs), start, swing, handheld, duration_s, phase=phase)


@dataclass(frozen=True)
class Round:
    """A way there and back: the frame after the last would be the first again.

    Attributes:
        way: the way; it is gone about half as far as in a shot that need not come back.
        frames: of the whole film.
    """

    way: Path
    frames: int

    @property
    def rests(self) -> bool:
        """Whether the camera stands still, but for a hand's unrest."""
        return self.way.rests

    def pose(self, t: float) -> Pose:
        """Return the pose at *t*, where 1 is the last frame, one before the first again."""
        turn = t * (self.frames - 1) / self.frames
        return self.way.pose(THERE * (1 - math.cos(2 * math.pi * turn)) / 2)


@dataclass(frozen=True)
class Turn:
    """A way around a picture that closes on itself: the camera leans as far as a picture without a back allows.

    Attributes:
        azimuths: degrees to pass, from 0 to 360.
        reach: sideways travel at 90°.
        lift: constant height of the camera.
        closer: constant nearness.
        frames: of the whole film; the frame after the last would be the first again.
    """

    azimuths: tuple[float, ...]
    frames: int
    reach: float = 0.075
    lift: Pose = Pose()
    rests: bool = False

    def pose(self, t: float) -> Pose:
        """Return the pose at *t*, where 1 is the last frame, one before the first again."""
        turn = t * (self.frames - 1) / self.frames * (len(self.azimuths) - 1)
        leg = min(len(self.azimuths) - 2, int(turn))
        azimuth = self.azimuths[leg] + (self.azimuths[leg + 1] - self.azimuths[leg]) * (turn - leg)
        angle = math.radians(azimuth)
        lean = Pose(
            x=self.reach * math.sin(angle), pan=0.10 * self.reach * math.sin(angle), dolly=0.05 * (1 - math.cos(angle))
        )
        return self.lift.plus(lean)
