"""One shot: a picture on a stage, a camera's path, surfaces, things in the air and light, one frame at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.video.motion import camera, fields
from studio.engine.renderers.video.motion.brief import OPPOSITE, Brief
from studio.engine.renderers.video.motion.camera import Path, Round, Turn
from studio.engine.renderers.video.motion.light import Light
from studio.engine.renderers.video.motion.particles import Moment, Particles
from studio.engine.renderers.video.motion.stage import Sheet, Stage
from studio.engine.renderers.video.motion.surfaces import Surfaces

Floats = NDArray[np.float32]
_SETTLE_FRAMES: Final = 8
_SEAM_S: Final = 1.0
_INSIDE: Final = 0.43
"""How far from the middle something is still well inside the frame, as a part of its width or height."""
_SHARES: Final = (1.0, 0.75, 0.55, 0.4, 0.28)
"""How much of a camera's way is gone, at most to at least, so that nothing that matters leaves the frame."""


@dataclass(frozen=True)
class Timing:
    """How long and how fast: ``frames`` at ``fps``."""

    frames: int
    fps: Fraction

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.frames / self.fps)

    def seconds(self, place: int) -> float:
        """Return when frame *place* is shown."""
        return float(place / self.fps)

    def share(self, place: int) -> float:
        """Return how much of the shot has passed at frame *place*: 0 at the first, 1 at the last."""
        return place / max(1, self.frames - 1)


class Shot:
    """A still picture in motion."""

    def __init__(
        self,
        stage: Stage,
        brief: Brief,
        timing: Timing,
        seed: int,
        *,
        path: Path | Turn | Round | None = None,
        variation: int = 0,
        from_still: bool = True,
        backwards: bool = False,
    ) -> None:
        """Prepare the shot.

        Args:
            path: the camera's way; None reads it from *brief*.
            variation: another way to film the same.
            from_still: the first frame is the plain picture, and weather comes up after it.
            backwards: the frames will be shown in reverse order; rain must fall all the same.
        """
        self.stage, self.brief, self.timing = stage, brief, timing
        self._size = (stage.width, stage.height)
        self._from_still, self._backwards = from_still, backwards
        self.path = self._kept(path or camera.path_of(brief, timing.duration_s, variation))
        self._surfaces = Surfaces(stage, brief, seed)
        # A painting has its weather's light already.
        wet = max((amount for kind, amount in brief.particles if kind == "rain"), default=0.0)
        gloom = min(1.0, 0.75 * wet) if from_still else 0.0
        self._light = Light(brief.light, timing.duration_s, seed, self._size, gloom)
        self._light.backwards = backwards
        wind = -brief.wind if backwards else brief.wind
        self._air = [
            Particles(kind, amount, wind, seed + 101 * i, self._size)
            for i, (kind, amount) in enumerate(brief.particles)
        ]
        # A camera that pulls back begins with a part of the picture, not with the whole.
        start = self.path.pose(0.0)
        self._whole_first = from_still and abs(start.zoom - 1) < 1e-3 and abs(start.dolly) < 1e-3

    def _kept(self, path: Path | Turn | Round) -> Path | Turn | Round:
        """Return *path*, shortened where a camera that comes closer would lose what eyes go to.

        In a photo of something it is that which the camera goes to, and nothing else needs to stay.
        """
        way = path.way if isinstance(path, Round) else path
        comes = not self.brief.moves or any("zoom_in" in group for group in self.brief.moves)
        alone = self._from_still and any(sheet.subject for sheet in self.stage.sheets)
        if not isinstance(way, Path) or not way.legs or not comes or alone:
            return path
        begins = [(place, self.stage.seen(place, way.pose(0.0))) for place in self.stage.eyes]
        whole, far = way, camera.THERE if isinstance(path, Round) else 1.0
        for share in _SHARES:
            way = whole.shortened(share)
            if all(_stays(begin, self.stage.seen(place, way.pose(far))) for place, begin in begins):
                break
        return replace(path, way=way) if isinstance(path, Round) else way

    @property
    def flashes(self) -> list[tuple[float, float]]:
        """When lightning strikes: (seconds, power)."""
        return self._light.flashes

    @property
    def done(self) -> list[str]:
        """Names of everything that happens in the shot, for ``brief.describe``."""
        moves = [move for group in self.brief.moves for move in group]
        if not moves and not self.brief.static:
            moves = ["a gentle camera move"]
        if self.brief.handheld:
            moves.append("a hand-held camera")
        particles = [kind for kind, _ in self.brief.particles]
        return [*moves, *particles, *self.brief.light, *self._surfaces.done]

    @property
    def loops(self) -> bool:
        """Whether the last frame runs into the first."""
        return isinstance(self.path, Round)

    def frame(self, place: int) -> Rgb:
        """Return frame *place*, H×W×3."""
        seconds, t = self.timing.seconds(place), self.timing.share(place)
        begin = fields.smooth(seconds / min(1.1, max(0.3, self.timing.duration_s / 3))) if self._from_still else 1.0
        pose = self.path.pose(t)
        moment = Moment(self.timing.duration_s - seconds if self._backwards else seconds, begin, pose)

        def displace(sheet: Sheet, x: Floats, y: Floats) -> tuple[Floats, Floats] | None:
            return self._surfaces.shifts(sheet, x, y, seconds)

        def between(frame: NDArray[np.uint8], sheet: int) -> None:
            if sheet == 0 and self.stage.has_sky:
                self._light.behind(frame, seconds)
            if sheet == behind:
                self._draw_air(frame, moment, near=False)

        behind = self._behind()
        frame = self._seen(pose, displace, between, seconds, t)
        if behind < 0:
            self._draw_air(frame, moment, near=False)
        if self.path.rests:
            self._surfaces.glints(frame, seconds)
        self._draw_air(frame, moment, near=True)
        frame = self._light.over(frame, seconds, t, begin)
        if self._whole_first and place < _SETTLE_FRAMES and self._light.grey(t) == 0:
            return self._from_picture(frame, place)
        return frame

    def frames(self) -> Iterator[Rgb]:
        """Yield all frames in order; those of a way that comes back (``Round``) begin where they end.

        Then what falls and drifts in the first frames grows out of what would follow the last one.
        """
        count = self.timing.frames
        over = min(count // 3, round(_SEAM_S * self.timing.fps)) if isinstance(self.path, Round) else 0
        for place in range(count):
            frame = self.frame(place)
            if place < over:
                share = fields.smooth(place / over)
                frame = np.asarray(cv2.addWeighted(frame, share, self.frame(count + place), 1 - share, 0), np.uint8)
            yield frame

    def _behind(self) -> int:
        """Return after which sheet the far half of what is in the air is drawn; −1 after all."""
        places = [i for i, sheet in enumerate(self.stage.sheets) if sheet.subject]
        return places[0] - 1 if places else -1

    def _seen(self, pose: camera.Pose, displace: Any, between: Any, seconds: float, t: float) -> Rgb:
        sky = self.stage.sheets[0]
        copies = self._surfaces.drift(sky, seconds)
        pull = self._light.focus(t)
        active = displace if self._surfaces.active else None
        if copies is None:
            return self.stage.frame(pose, active, between, pull)
        return self.stage.frame(pose, active, between, pull, drift=copies, soft=self._surfaces.soft)

    def _draw_air(self, frame: NDArray[np.uint8], moment: Moment, *, near: bool) -> None:
        for particles in self._air:
            particles.draw(frame, moment, near=near)

    def _from_picture(self, frame: Rgb, place: int) -> Rgb:
        """Let the first frames grow out of the plain picture, whose contours the sheets keep only nearly."""
        weight = fields.smooth(place / _SETTLE_FRAMES)
        still = self.stage.still
        if "fade_in" in self.brief.light:
            return frame
        return np.asarray(cv2.addWeighted(frame, weight, still, 1 - weight, 0), np.uint8) if weight > 0 else still


def _stays(begin: tuple[float, float], end: tuple[float, float]) -> bool:
    """Return whether something stays well inside the frame, or goes no nearer to its rim than it was."""
    return all(abs(after) < max(_INSIDE, abs(before) + 0.005) for before, after in zip(begin, end, strict=True))


def reversed_brief(brief: Brief) -> Brief:
    """Return the wishes for a shot that is played backwards: what should come in must go out."""
    swap = {"fade_in": "fade_out", "fade_out": "fade_in", "nightfall": "daybreak", "daybreak": "nightfall",
            "to_colour": "to_grey", "to_grey": "to_colour"}  # fmt: skip
    # Whatever the camera did before, it ends with the whole picture: it comes from nearer, never from farther away.
    closer = {"zoom_in": "zoom_in", "zoom_out": "zoom_in"}
    moves = tuple(
        tuple(closer.get(move, OPPOSITE.get(move, move)) for move in group) for group in reversed(brief.moves)
    )
    return replace(brief, light=tuple(swap.get(kind, kind) for kind in brief.light), moves=moves, wind=-brief.wind)
