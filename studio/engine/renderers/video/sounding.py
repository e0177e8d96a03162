"""Films that follow a sound: a picture (or paintings of the prompt) breathes, pushes and glows with the music.

The camera travels faster where it is louder and is struck by every beat; highlights bloom with the beat, the air
sparkles with high sounds, exposure follows loudness. Paintings change with the parts of the music, on its bars.
Nobody in the picture sings or speaks.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import pictures, runtime, style, style_names
from studio.engine.renderers.painter import paint
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.sound_analysis import analyse
from studio.engine.renderers.video import rhythm
from studio.engine.renderers.video.frames import FilmWriter, count_of
from studio.engine.renderers.video.motion import brief as briefs
from studio.engine.renderers.video.motion.camera import Pose
from studio.engine.renderers.video.motion.particles import Moment, Particles
from studio.engine.renderers.video.motion.shape import FPS, film_size
from studio.engine.renderers.video.motion.stage import Stage, cover
from studio.engine.renderers.video.orders import SoundOrder
from studio.engine.renderers.video.sound import read_sound, write_sound
from studio.engine.renderers.worker import report

_RATE: Final = 48_000
_HEARD_AROUND_S: Final = 12.0
_MOST_SCENES: Final = 6
_MOST_VIEWS: Final = 4
_PAINT_EDGE: Final = 1152
_LEAST_SCENE_S: Final = 3.0
_GLOW_FROM: Final = 150.0
_CLIPPED: Final = np.clip(np.arange(1024), 0, 255).astype(np.uint8)
_ROLLED: Final = np.rint(
    np.minimum(np.arange(1024), 225.0) + 30.0 * (1.0 - np.exp(-np.maximum(0.0, np.arange(1024) - 225.0) / 30.0))
).astype(np.uint8)
"""Levels as shown: highlights roll off instead of clipping."""
_STYLE_SHARE: Final = 0.88

# Where the camera goes in successive scenes; shares of the shorter edge over a whole scene.
_WAYS: Final = (
    Pose(dolly=0.14, zoom=1.07, x=0.02),
    Pose(x=-0.06, pan=-0.03, dolly=0.07),
    Pose(dolly=-0.10, zoom=0.95, y=0.03),
    Pose(x=0.06, pan=0.03, dolly=0.07),
)


@dataclass(frozen=True)
class _Scene:
    """A stretch of frames with its picture."""

    first: int
    last: int
    stage: Stage
    way: Pose
    begin: Pose


def render(order: SoundOrder) -> RenderedMedia:
    """Make a film to a sound (runs in a render worker).

    ``notes``: fps, frames, tempo_bpm, steady, scenes, painted, particles, silent_s, last.

    Raises:
        ToolError: PARAMETER_INVALID, no sound, nothing left after the start, or a picture that cannot be read.
    """
    runtime.prepare_opencv()
    report(0.0, "Listening")
    around_s = min(_HEARD_AROUND_S, order.start_s)
    samples = read_sound(
        order.sound, _RATE, start_s=order.start_s - around_s, duration_s=around_s + 30.0 + _HEARD_AROUND_S
    )
    left_s = len(samples) / _RATE - around_s
    if left_s <= 0.05:
        if order.start_s <= 0:
            raise ToolError("PARAMETER_INVALID", "This sound is too short to make a film of.")
        raise ToolError(
            "PARAMETER_INVALID", f"The sound ends before {order.start_s:.3g} s. Choose an earlier audioStart."
        )
    seconds = order.duration_s if order.duration_s is not None else max(2.0, min(5.0, left_s))
    count = count_of(seconds, FPS)
    heard = analyse(samples, _RATE)
    beat = rhythm.of(heard, around_s, count, FPS)
    track = Path(order.target).with_suffix(".wav")
    first = round(around_s * _RATE)
    write_sound(track, samples[first : first + round(seconds * _RATE)], _RATE)

    size, scenes, notes = _scenes(order, beat)
    reader = briefs.read(order.prompt, order.negative)
    air = _air(reader, order.seed, size)
    with FilmWriter(order.target, *size, FPS, sound=track if order.keep_sound else None, about=order.about) as film:
        for frame in _frames(scenes, beat, air, _end(order, size)):
            film.write(frame)
            report(0.3 + 0.66 * film.frames / count, f"Frame {film.frames} of {count}")
        report(0.97, "Finishing the film")
        last = film.last
    track.unlink()
    assert last is not None
    still = pictures.encode(last, None, "png", order.about)
    return RenderedMedia(
        order.target, "video/mp4", "video", *size, film.duration_s,
        {
            **notes, "fps": float(FPS), "frames": film.frames, "tempo_bpm": round(heard.tempo_bpm, 1),
            "key": heard.key.name if heard.key and beat.steady else None, "steady": beat.steady,
            "silent": heard.silent, "particles": [p.kind for p, _ in air], "cannot": list(reader.cannot),
            "silent_s": round(max(0.0, seconds - left_s), 3), "last": still.data,
        },
    )  # fmt: skip


def _scenes(order: SoundOrder, beat: rhythm.Rhythm) -> tuple[tuple[int, int], list[_Scene], dict[str, Any]]:
    """Return the film's size, its scenes and facts about them."""
    if order.picture is not None:
        picture = pictures.load(order.picture)
        rgb = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha, (16, 16, 18))
        size = film_size(order.wanted, (rgb.shape[1], rgb.shape[0]))
        report(0.06, "Finding depth")
        stage = Stage(rgb.copy(), *size)  # decoded pixels are read-only
        cuts = _cuts(beat, _MOST_VIEWS)
        scenes = [_scene(stage, a, b, i, order) for i, (a, b) in enumerate(cuts)]
        return size, scenes, {"scenes": len(scenes), "painted": None}
    size = film_size(order.wanted, None)
    cuts = _cuts(beat, _MOST_SCENES)
    stages, painted = [], ""
    for i in range(len(cuts)):
        report(0.05 + 0.24 * i / len(cuts), f"Painting scene {i + 1} of {len(cuts)}")
        rgb, painted = _painting(order.prompt, order.negative, size, (order.seed + i) & 0x7FFFFFFF)
        stages.append(Stage(rgb, *size))
    scenes = [_scene(stage, a, b, i, order) for i, (stage, (a, b)) in enumerate(zip(stages, cuts, strict=True))]
    return size, scenes, {"scenes": len(scenes), "painted": painted}


def _scene(stage: Stage, first: int, last: int, place: int, order: SoundOrder) -> _Scene:
    way = _WAYS[(place + order.variation) % len(_WAYS)]
    # A picture that was given begins as it is; later scenes begin beside the way, to stay within the picture.
    begin = Pose() if place == 0 else Pose(x=-way.x / 2, pan=-way.pan / 2, dolly=max(0.0, -way.dolly))
    return _Scene(first, last, stage, way, begin)


def _cuts(beat: rhythm.Rhythm, most: int) -> list[tuple[int, int]]:
    """Return first and last (exclusive) frame of each scene: at parts of the music, else on bars."""
    least = round(_LEAST_SCENE_S * FPS)
    edges = [0]
    for wanted in (beat.parts, beat.bars):
        if len(edges) > 1:
            break
        for frame in wanted:
            if frame - edges[-1] >= least and beat.frames - frame >= least and len(edges) < most:
                edges.append(frame)
    return list(zip(edges, [*edges[1:], beat.frames], strict=True))


def _painting(prompt: str, negative: str, size: tuple[int, int], seed: int) -> tuple[Rgb, str]:
    scale = min(1.0, _PAINT_EDGE / max(size))
    width, height = (max(64, round(edge * scale)) for edge in size)
    painting = paint(prompt, width=width, height=height, seed=seed, negative=negative)
    pixels = np.ascontiguousarray(painting.pixels, np.uint8)
    named = style_names.resolve(prompt)
    if named.known:
        pixels = style.stylise(pixels, named.style, seed, min(named.style.strength, _STYLE_SHARE))
    return pixels, painting.used_prompt


def _end(order: SoundOrder, size: tuple[int, int]) -> Rgb | None:
    if order.end_picture is None:
        return None
    picture = pictures.load(order.end_picture)
    return pictures.resize(cover(picture.rgb, *size), *size)


def _air(reader: briefs.Brief, seed: int, size: tuple[int, int]) -> list[tuple[Particles, bool]]:
    """Return what is in the air, and whether it answers to high sounds alone (nothing was asked for)."""
    asked = [(Particles(kind, amount, reader.wind, seed + 101 * i, size), False)
             for i, (kind, amount) in enumerate(reader.particles)]  # fmt: skip
    return asked or [(Particles("dust", 0.9, reader.wind, seed, size), True)]


def _frames(
    scenes: list[_Scene], beat: rhythm.Rhythm, air: list[tuple[Particles, bool]], end: Rgb | None
) -> Iterator[Rgb]:
    for scene in scenes:
        start, stop = float(beat.way[scene.first]), float(beat.way[scene.last - 1])
        for i in range(scene.first, scene.last):
            way = (float(beat.way[i]) - start) / max(1e-6, stop - start)
            pose = struck(scene.begin.plus(scene.way, way), beat, i, scene.first)

            def between(canvas: Any, _sheet: int, at: int = i, seen: Pose = pose) -> None:
                _draw_air(canvas, air, beat, at, seen, near=False)

            frame = scene.stage.frame(pose, between=between)
            _draw_air(frame, air, beat, i, pose, near=True)
            lit = glowing(frame, beat, i)
            yield lit if end is None else _towards(lit, end, i / max(1, beat.frames - 1), beat, i)


def struck(pose: Pose, beat: rhythm.Rhythm, i: int, first: int) -> Pose:
    """Return *pose* pushed by the beat at frame *i* of a scene that begins at *first*; at rest in frame 0."""
    rest = min(1.0, i / 3)
    push = float(beat.pulse[i]) * rest
    swing = math.sin(math.pi * float(beat.beat[i])) * float(beat.level[i]) * rest
    cut_in = 0.05 * math.exp(-(i - first) / 4.0) if first > 0 else 0.0
    zoom = 1.0 + 0.028 * push + 0.012 * float(beat.level[i]) * rest + cut_in
    return pose.plus(Pose(x=0.008 * swing, y=0.006 * push, dolly=0.035 * push, zoom=zoom, roll=0.5 * swing))


def _draw_air(
    canvas: Any, air: list[tuple[Particles, bool]], beat: rhythm.Rhythm, i: int, pose: Pose, *, near: bool
) -> None:
    for particles, sparkle in air:
        level, spark = float(beat.level[i]), float(beat.spark[i])
        strength = 0.25 * level + 0.75 * spark if sparkle else 0.35 + 0.5 * level + 0.15 * spark
        particles.draw(canvas, Moment(float(i / FPS), strength * min(1.0, (i + 1) / 12), pose), near=near)


def glowing(frame: Rgb, beat: rhythm.Rhythm, i: int, amount: float = 1.0) -> Rgb:
    """Return the frame in the light of the sound: exposure by loudness, highlights that bloom with the beat."""
    rest = amount * min(1.0, i / 6)
    push, level = float(beat.pulse[i]) * rest, float(beat.level[i])
    height, width = frame.shape[:2]
    small = max(2, width // 8), max(2, height // 8)
    tiny = cv2.resize(frame, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    from_level = float(np.clip(np.percentile(tiny, 85), 60.0, _GLOW_FROM))
    light = np.maximum(0.0, tiny - from_level)
    bloom = cv2.resize(
        cv2.GaussianBlur(light, (0, 0), small[0] / 40 + 1), (width, height), interpolation=cv2.INTER_LINEAR
    )
    gain = 1.0 + rest * (0.20 * (level - 0.6)) + 0.13 * push
    out: Any = cv2.addWeighted(frame, gain, bloom, (0.9 * push + 0.25 * level) * rest, 0, dtype=cv2.CV_16U)
    return np.asarray((_ROLLED if gain != 1.0 else _CLIPPED).take(out, mode="clip"), np.uint8)


def _towards(frame: Rgb, end: Rgb, way: float, beat: rhythm.Rhythm, i: int) -> Rgb:
    """Return the frame on its way to the last picture: over the second half, a step with every beat."""
    share = min(1.0, max(0.0, (way - 0.45) / 0.55))
    share = share * share * (3 - 2 * share)
    share = min(1.0, share + 0.06 * float(beat.pulse[i]) * math.sin(math.pi * share))
    if way >= 1.0:
        return end
    return np.asarray(cv2.addWeighted(frame, 1 - share, end, share, 0), np.uint8)
