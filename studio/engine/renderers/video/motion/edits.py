"""Films that grow or change in a part: new time at the end, a window rendered anew or exchanged.

What is kept of a film is kept frame by frame in its place; new parts have its size and rate.
"""

import contextlib
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.renderers import pictures, runtime
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video import probe, sound, splice
from studio.engine.renderers.video.frames import even, frame_at, read_frames
from studio.engine.renderers.video.motion import ambience, brief, camera, fields, films, shape
from studio.engine.renderers.video.motion.brief import Brief
from studio.engine.renderers.video.motion.camera import Pose
from studio.engine.renderers.video.motion.light import Light
from studio.engine.renderers.video.motion.morph import Morph, flow_of
from studio.engine.renderers.video.motion.orders import Exchange, Order
from studio.engine.renderers.video.motion.particles import Moment, Particles
from studio.engine.renderers.video.motion.shot import Shot, Timing
from studio.engine.renderers.video.motion.stage import Stage
from studio.engine.renderers.video.probe import VideoInfo
from studio.engine.renderers.worker import report

_LOOK_BACK_S: Final = 0.125
_TAIL_S: Final = 2.0
_MOST_DRIFT: Final = 0.30
_SURE_SCENE: Final = 0.5
_RENDERED: Final = 0.7  # share of the work until the parts are joined


@dataclass(frozen=True)
class Window:
    """A part of a film, in seconds, resolved; ``end_s`` equals ``start_s`` for an insertion."""

    start_s: float
    end_s: float


def extend(path: str, folder: str, prompt: str, duration_s: float, about: Mapping[str, str]) -> list[RenderedMedia]:
    """Append *duration_s* of new time to the film at *path*; return the new part and the joined film.

    The new part begins with the frame that would follow the last one: the camera goes on as it moved, comes to
    rest, and does what *prompt* says. ``notes`` of the first: did, cannot, spoken, sounds, drift.

    Raises:
        ToolError: PARAMETER_INVALID, the film cannot be read or would become too long.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the film")
    info = probe.video(path)
    fps, size = _rate(info.fps), (even(info.width), even(info.height))
    frames = max(1, round(duration_s * fps))
    shape.check_work(size, frames)
    wishes = brief.read(prompt)
    last = pictures.resize(frame_at(path, info.duration_s, info=info), *size)
    seed = zlib.crc32(f"{prompt}|{info.frames}".encode()) & 0x7FFFFFFF
    drift = _movement(path, info, float(frames / fps))
    report(0.08, "Finding depth")
    timing = Timing(frames + 1, fps)  # its first frame is the film's last and is left out
    way = _onward(wishes, timing.duration_s, drift, seed)
    shot = Shot(Stage(last, *size), wishes, timing, seed, path=way)
    notes: dict[str, Any] = {"did": shot.done, "cannot": list(wishes.cannot), "spoken": list(wishes.spoken)}
    notes["drift"] = math.hypot(drift.pan, drift.tilt) > 0.01 or abs(math.log(drift.zoom)) > 0.01
    target = Path(folder) / "part.mp4"
    bed = _new_sound(path, info, info.duration_s, wishes, float(frames / fps), seed, shot.flashes, target, notes)
    new = (shot.frame(number) for number in range(1, frames + 1))
    part = films.write_film(new, frames, size, fps, str(target), bed, about, span=(0.1, _RENDERED))
    joined = splice.join(
        [splice.Part(path, info=info), splice.Part(part.path)], Path(folder) / "joined.mp4",
        size=size, fps=fps, about=about, span=(_RENDERED, 1.0),
    )  # fmt: skip
    whole = RenderedMedia(
        joined.path, "video/mp4", "video", joined.width, joined.height, joined.duration_s,
        {"frames": joined.frames, "fps": round(float(joined.fps), 3), "start_s": joined.starts[1] / float(joined.fps)},
    )  # fmt: skip
    return [replace(part, notes={**part.notes, **notes}), whole]


def exchange(path: str, folder: str, order: Exchange) -> RenderedMedia:
    """Put something else into a window of the film at *path*.

    ``notes``: how ("film", "over", "painted", "between"), did, cannot, spoken, sounds, start_s, end_s (resolved),
    new_s, scene, frames, fps.

    Raises:
        ToolError: PARAMETER_INVALID, the window is not in the film, or a film cannot be read.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the film")
    info = probe.video(path)
    fps, size = _rate(info.fps), (even(info.width), even(info.height))
    notes: dict[str, Any] = {}
    if order.replacement is not None:
        other = probe.video(order.replacement)
        piece = _slice(order, other)
        window = resolve(order.start_s, order.end_s, info.duration_s, piece.end_s - piece.start_s, insertion=True)
        new = splice.Part(order.replacement, piece.start_s, piece.end_s, info=other)
        notes |= {"how": "film", "new_s": piece.end_s - piece.start_s}
    else:
        window = resolve(order.start_s, order.end_s, info.duration_s, min(5.0, info.duration_s), insertion=False)
        first, last = round(window.start_s * fps), round(window.end_s * fps)
        if last <= first:
            raise ToolError("PARAMETER_INVALID", "The window to render anew must last at least one frame.")
        shape.check_work(size, last - first)
        target = Path(folder) / "part.mp4"
        film, made = _anew(path, info, size, fps, first, last, order, target)
        notes |= {**made, "new_s": film.duration_s}
        new = splice.Part(film.path)
    if order.keep_sound and info.has_audio:
        new = replace(new, sound_path=path, sound_start_s=window.start_s)
        notes["sounds"] = ["its own sound"]
    parts = []
    if round(window.start_s * fps) > 0:
        parts.append(splice.Part(path, 0.0, window.start_s, info=info))
    parts.append(new)
    if round(window.end_s * fps) < round(info.duration_s * fps):
        parts.append(splice.Part(path, window.end_s, None, info=info))
    begin = 0.02 if order.replacement is not None else _RENDERED
    joined = splice.join(
        parts, Path(folder) / "joined.mp4", size=size, fps=fps, about=order.about, span=(begin, 1.0), label="Joining"
    )
    notes |= {"start_s": window.start_s, "end_s": window.end_s, "frames": joined.frames, "fps": round(float(fps), 3)}
    return RenderedMedia(
        joined.path, "video/mp4", "video", joined.width, joined.height, joined.duration_s, {"sounds": [], **notes}
    )


def resolve(start_s: float, end_s: float, length_s: float, part_s: float, *, insertion: bool) -> Window:
    """Return the window that the arguments mean in a film of *length_s*.

    An end of −1 is the end of the film. A start of −1 lies *part_s* before the window's end, any other negative start
    so many seconds before the end of the film. Where both are −1 and *insertion* is possible, the part is appended.

    Raises:
        ToolError: PARAMETER_INVALID, the window is empty, reversed or outside of the film.
    """
    if insertion and start_s == -1 and end_s == -1:
        return Window(length_s, length_s)
    end = length_s if end_s == -1 else end_s
    start = start_s
    if start_s == -1 or (start_s < 0 and end_s == -1):
        start = max(0.0, end - (part_s if start_s == -1 else -start_s))
    if start < 0 or end < 0:
        raise ToolError("PARAMETER_INVALID", "startSeconds and endSeconds are 0 or more; only −1 counts from the end.")
    if end < start:
        raise ToolError("PARAMETER_INVALID", f"The window ends ({end:g} s) before it starts ({start:g} s).")
    if start > length_s + 1e-3 or (start >= length_s and not insertion):
        raise ToolError("PARAMETER_INVALID", f"The window starts at {start:g} s, but the clip lasts {length_s:.2f} s.")
    if end > length_s + 0.5:
        raise ToolError(
            "PARAMETER_INVALID",
            f"The window ends at {end:g} s, but the clip lasts {length_s:.2f} s.",
            suggested_args={"endSeconds": -1},
        )
    if end == start and not insertion:
        raise ToolError(
            "PARAMETER_INVALID",
            "The window is empty. Only an existing clip (replacementVideoIndex) can be put between frames.",
        )
    return Window(start, min(end, length_s))


def _slice(order: Exchange, other: VideoInfo) -> Window:
    end = other.duration_s if order.to_s is None else order.to_s
    if end > other.duration_s + 0.05 or order.from_s >= other.duration_s:
        raise ToolError(
            "PARAMETER_INVALID",
            f"The replacement clip lasts only {other.duration_s:.2f} s.",
            suggested_args={"replacementEndSeconds": round(other.duration_s, 3)},
        )
    if end <= order.from_s:
        raise ToolError("PARAMETER_INVALID", "replacementEndSeconds must be greater than replacementStartSeconds.")
    return Window(order.from_s, min(end, other.duration_s))


def _rate(fps: Fraction) -> Fraction:
    """Return the rate of the new film: the film's own unless it is crooked or very high."""
    if fps > 120:
        return Fraction(60)
    return fps if fps.denominator in (1, 2, 1001) else Fraction(round(fps * 100), 100)


# ---- new time


def _movement(path: str, info: VideoInfo, duration_s: float) -> Pose:
    """Return how the camera moves at the end of the film, as its way in *duration_s* at that speed."""
    back_s = max(1 / float(info.fps), min(_LOOK_BACK_S, info.duration_s / 2))
    if info.frames < 3 or back_s <= 0:
        return Pose()
    scale = 320 / max(info.width, info.height)
    size = max(16, round(info.width * scale)), max(16, round(info.height * scale))
    step = 1 / float(info.fps)
    pair = [
        np.asarray(cv2.cvtColor(pictures.resize(frame_at(path, at_s, info=info), *size), cv2.COLOR_RGB2GRAY), np.uint8)
        for at_s in (info.duration_s - back_s - step, info.duration_s - 0.5 * step)
    ]
    flow = flow_of(pair[0], pair[1])
    y, x = np.mgrid[0 : size[1] : 6, 0 : size[0] : 6].reshape(2, -1)
    here = np.stack((x, y), 1).astype(np.float32)
    there = here + flow[y, x]
    matrix, kept = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=1.0)
    if matrix is None or float(kept.mean()) < 0.4:
        return Pose()
    middle = np.array([size[0] / 2, size[1] / 2, 1.0])
    moved = matrix @ middle - middle[:2]
    growth = math.log(max(1e-3, math.hypot(matrix[0, 0], matrix[1, 0])))
    ratio, unit = duration_s / back_s, float(min(size))
    limit = _MOST_DRIFT
    return Pose(
        pan=float(np.clip(-moved[0] / unit * ratio, -limit, limit)),
        tilt=float(np.clip(moved[1] / unit * ratio, -limit, limit)),
        # Nothing beyond the edge is known, so a camera that was going back stops.
        zoom=math.exp(float(np.clip(growth * ratio, 0.0, limit))),
    )


def _onward(wishes: Brief, duration_s: float, drift: Pose, seed: int) -> camera.Path:
    path = camera.path_of(replace(wishes, seed=seed), duration_s)
    if wishes.static:
        return path
    return replace(path, drift=drift)


def _new_sound(
    path: str,
    info: VideoInfo,
    at_s: float,
    wishes: Brief,
    duration_s: float,
    seed: int,
    flashes: list[tuple[float, float]],
    target: Path,
    notes: dict[str, Any],
) -> Path | None:
    """Return the sound of a new part: ambience that the words name, else a steady continuation of what was heard."""
    named = wishes.sounds or wishes.particles or flashes or wishes.music
    if named:
        notes["sounds"] = films.sound_names(wishes)
        made = films.made_sound(wishes, duration_s, seed, flashes, notes)
        return films.save_bed(made, target)
    if info.has_audio:
        begin = max(0.0, at_s - _TAIL_S)
        tail = sound.read_sound(path, ambience.RATE, start_s=begin, duration_s=max(0.05, at_s - begin))
        notes["sounds"] = ["the clip's own tone carried on"]
        return films.save_bed(ambience.continued(tail, duration_s, seed), target)
    notes["sounds"] = []
    return None


# ---- a window rendered anew


def _anew(
    path: str,
    info: VideoInfo,
    size: tuple[int, int],
    fps: Fraction,
    first: int,
    last: int,
    order: Exchange,
    target: Path,
) -> tuple[RenderedMedia, dict[str, Any]]:
    wishes = brief.read(order.prompt)
    frames = last - first
    timing = Timing(frames, fps)
    seed = zlib.crc32(f"{order.prompt}|{first}".encode()) & 0x7FFFFFFF
    notes: dict[str, Any] = {"cannot": list(wishes.cannot), "spoken": list(wishes.spoken)}
    if wishes.only_over:
        notes["how"] = "over"
        over = _Over(path, info, size, fps, first, wishes, timing, seed)
        new, flashes, notes["did"] = over.frames(), over.flashes, over.done
    elif not wishes.moves and (scene := _scene(order.prompt, seed)):
        notes["how"] = "painted"
        film_order = Order(order.prompt, timing.duration_s)
        picture, wishes, painted = films.paint(film_order, wishes, size)
        shot = Shot(Stage(picture, *size), wishes, timing, seed, from_still=False)
        notes |= {"did": shot.done, "scene": scene, "described": painted["described"]}
        new, flashes = shot.frames(), shot.flashes
    else:
        notes["how"] = "between"
        new, flashes, notes["did"] = _between(path, info, size, fps, first, last, wishes, timing, seed)
    bed = None
    if not (order.keep_sound and info.has_audio):
        bed = _new_sound(
            path, info, max(0.1, first / float(fps)), wishes, timing.duration_s, seed, flashes, target, notes
        )
        notes["sound_replaced"] = info.has_audio
    with contextlib.closing(new):  # type: ignore[type-var]
        film = films.write_film(new, frames, size, fps, str(target), bed, order.about, span=(0.1, _RENDERED))
    return film, notes


def _scene(prompt: str, seed: int) -> str | None:
    """Return the painter's scene for *prompt*, or None when it names none clearly."""
    from studio.engine.renderers.painter.brief import read_brief

    read = read_brief(brief.scene_words(prompt), seed) if prompt.strip() else None
    if read is None or read.open or read.confidence < _SURE_SCENE:
        return None
    return read.family


def _between(
    path: str,
    info: VideoInfo,
    size: tuple[int, int],
    fps: Fraction,
    first: int,
    last: int,
    wishes: Brief,
    timing: Timing,
    seed: int,
) -> tuple[Iterator[Rgb], list[tuple[float, float]], list[str]]:
    """New frames between the film's frame before the window and the one after it (or from one of them, at an end)."""
    whole = round(info.duration_s * fps)
    before = _frame(path, info, size, first - 1, fps) if first > 0 else None
    after = _frame(path, info, size, last, fps) if last < whole else None
    if before is not None and after is not None:
        longer = Timing(timing.frames + 2, fps)
        morph = Morph(before, after, wishes, longer, seed, size)
        return (morph.frame(number) for number in range(1, timing.frames + 1)), morph.flashes, morph.done
    picture = before if before is not None else after
    if picture is None:
        picture = _frame(path, info, size, 0, fps)
    longer = Timing(timing.frames + 1, fps)
    if before is None and after is not None:
        from studio.engine.renderers.video.motion.shot import reversed_brief

        shot = Shot(Stage(picture, *size), reversed_brief(wishes), longer, seed, backwards=True)
        return (shot.frame(number) for number in range(timing.frames, 0, -1)), shot.flashes, shot.done
    shot = Shot(Stage(picture, *size), wishes, longer, seed)
    return (shot.frame(number) for number in range(1, timing.frames + 1)), shot.flashes, shot.done


def _frame(path: str, info: VideoInfo, size: tuple[int, int], number: int, fps: Fraction) -> Rgb:
    return pictures.resize(frame_at(path, (number + 0.25) / float(fps), info=info), *size)


class _Over:
    """The film's own frames with weather and light over them, coming and going softly."""

    def __init__(
        self,
        path: str,
        info: VideoInfo,
        size: tuple[int, int],
        fps: Fraction,
        first: int,
        wishes: Brief,
        timing: Timing,
        seed: int,
    ) -> None:
        self._source = (path, info, size, fps, first)
        self._timing = timing
        gloom = max((min(1.0, amount * 0.75) for kind, amount in wishes.particles if kind == "rain"), default=0.0)
        self._light = Light(wishes.light, timing.duration_s, seed, size, gloom)
        self._air = [
            Particles(kind, amount, wishes.wind, seed + 101 * i, size)
            for i, (kind, amount) in enumerate(wishes.particles)
        ]
        self._lasting = {"nightfall", "daybreak", "to_colour", "to_grey"} & set(wishes.light)
        self.flashes = self._light.flashes
        self.done = [*(kind for kind, _ in wishes.particles), *wishes.light]

    def frames(self) -> Iterator[Rgb]:
        """Yield exactly the window's frames."""
        path, info, size, fps, first = self._source
        reader = read_frames(
            path, size=size, fps=fps, start_s=float(first / fps), duration_s=self._timing.duration_s, info=info
        )
        number, last = 0, None
        with contextlib.closing(reader):
            for frame in reader:
                last = self._dressed(frame.copy(), number)
                yield last
                number += 1
        while last is not None and number < self._timing.frames:
            number += 1
            yield last

    def _dressed(self, frame: NDArray[np.uint8], number: int) -> Rgb:
        seconds, whole = self._timing.seconds(number), self._timing.duration_s
        rise = min(0.8, whole / 3)
        amount = fields.smooth(seconds / rise) * fields.smooth((whole - seconds) / rise)
        moment = Moment(seconds, amount, Pose())
        for particles in self._air:
            particles.draw(frame, moment, near=False)
            particles.draw(frame, moment, near=True)
        t = self._timing.share(number)
        # A change that would last must be gone again when the film goes on.
        t = math.sin(math.pi * t) if self._lasting else t
        return self._light.over(frame, seconds, t, amount)
