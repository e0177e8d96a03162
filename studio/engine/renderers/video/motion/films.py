"""Whole films from still pictures, written to files in a render worker."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures, runtime
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video import probe, sound
from studio.engine.renderers.video.frames import FilmWriter, count_of, frame_at
from studio.engine.renderers.video.motion import ambience, brief, camera, shape
from studio.engine.renderers.video.motion.brief import Brief
from studio.engine.renderers.video.motion.morph import Morph
from studio.engine.renderers.video.motion.orders import Order
from studio.engine.renderers.video.motion.shape import FPS, Wanted
from studio.engine.renderers.video.motion.shot import Shot, Timing, reversed_brief
from studio.engine.renderers.video.motion.stage import Stage
from studio.engine.renderers.worker import report

_DISSOLVE_S: Final = 0.6
_LEAST_SHOT_S: Final = 1.5
_PREPARED: Final = 0.12  # share of the work before the first frame
_HELD_BYTES: Final = 900_000_000
_PAINT_EDGE: Final = 2048
_ENLARGE_FROM: Final = 1.35
_LEAST_MUSIC_S: Final = 2.0
_MUSIC_LUFS: Final = -16.0
_NO_SUBJECT: Final = ("forest", "city", "abstract", "geometric", "pattern")
"""Painted scenes in which nothing stands alone."""


ONE_WAY: Final = frozenset(
    {"nightfall", "daybreak", "to_colour", "to_grey", "fade_in", "fade_out", "focus_near", "focus_far"}
)
"""Changes of light that a film cannot come back from: with them it does not loop."""

Moving = Shot | Morph
"""What yields frames by number."""


def animate(order: Order, target: str) -> RenderedMedia:
    """Make a film of *order* at *target*.

    Returns:
        The film. ``notes``: did (list of names), cannot, spoken, sounds, scene, described, missing, last_frame,
        pulled_back, alike, loops, wants_loop, frames, fps.

    Raises:
        ToolError: PARAMETER_INVALID, a picture or size cannot be used.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture" if order.pictures or order.frame_of else "Painting")
    wishes = brief.read(order.prompt, order.negative)
    frames = count_of(order.duration_s, FPS)
    timing = Timing(frames, FPS)
    notes: dict[str, Any] = {"cannot": list(wishes.cannot), "spoken": list(wishes.spoken), "seed": order.seed}
    if order.pictures or order.frame_of:
        sources = [_read(path) for path in order.pictures] or [_frame_of(order.frame_of)]
        size = shape.film_size(order.wanted, (sources[0].shape[1], sources[0].shape[0]))
    else:
        size = shape.film_size(order.wanted, None)
        shape.check_work(size, frames)
        painted, wishes, painter_notes = paint(order, wishes, size)
        sources = [painted]
        notes |= painter_notes
    shape.check_work(size, frames)
    sources = [_enlarged(picture, size) for picture in sources]
    report(_PREPARED / 2, "Finding depth")
    made: list[Moving] = []
    if order.role == "both" and len(sources) == 2:
        made = [Morph(sources[0], sources[1], wishes, timing, order.seed, size)]
        notes["alike"] = round(made[0].alike, 3)  # type: ignore[union-attr]
    elif len(sources) > 1:
        made = [*_shots(sources, wishes, timing, order, size)]
    else:
        alone = notes.get("scene") not in _NO_SUBJECT
        still, loops = bool(order.pictures), order.role not in ("end", "both")
        made = [_shot(sources[0], wishes, timing, order, size, from_still=still, subject=alone, loops=loops)]
    notes["did"] = list(dict.fromkeys(name for one in made for name in one.done))
    notes["pulled_back"] = any("zoom_out" in group for group in wishes.moves) and order.role == "start"
    notes["pulled_to"] = any("zoom_in" in group for group in wishes.moves) and order.role == "end"
    backwards = order.role == "end"
    notes["wants_loop"] = wishes.loops
    notes["loops"] = len(made) == 1 and isinstance(made[0], Shot) and made[0].loops
    bed = _bed(order, wishes, timing, made, Path(target), notes)
    film = write_film(_in_turn(made, timing), frames, size, FPS, target, bed, order.about, backwards=backwards)
    if order.last_frame:
        film = replace(film, notes={**film.notes, "last_frame": _last_frame(target, order.about)})
    return replace(film, notes={**film.notes, **notes})


def _read(path: str) -> Rgb:
    picture = pictures.load(path)
    return picture.rgb if picture.alpha is None else _on_backdrop(picture)


def _on_backdrop(picture: pictures.Picture) -> Rgb:
    """Put a cut-out on a soft backdrop in its own colours: a film has no transparency."""
    assert picture.alpha is not None
    seen = picture.alpha > 127
    tone = picture.rgb[seen].mean(0) if seen.any() else np.array([128.0, 128, 128])
    light = np.clip(tone * 0.35 + 150, 0, 245)
    rows = np.linspace(1.05, 0.80, picture.height, dtype=np.float32)[:, None, None]
    ground = np.clip(light[None, None] * np.broadcast_to(rows, (picture.height, picture.width, 1)), 0, 255)
    share = picture.alpha[:, :, None].astype(np.float32) / 255
    return np.asarray(picture.rgb * share + ground * (1 - share) + 0.5, np.uint8)


def _frame_of(path: str | None) -> Rgb:
    assert path is not None
    info = probe.video(path)
    return frame_at(path, info.duration_s / 2, info=info)


def _enlarged(picture: Rgb, size: tuple[int, int]) -> Rgb:
    """Enlarge a picture that is much smaller than the film by a network, so that it does not turn soft."""
    need = max(size[0] / picture.shape[1], size[1] / picture.shape[0])
    if need < _ENLARGE_FROM or max(picture.shape[:2]) < 48:
        return picture
    from studio.engine.renderers import looks, upscale

    need = min(need, 4.0)
    report(0.03, "Enlarging the picture")
    kind: upscale.Kind = "art" if looks.is_drawing(picture) else "photo"
    return upscale.enlarge(picture, round(picture.shape[1] * need), round(picture.shape[0] * need), kind)


def paint(order: Order, wishes: Brief, size: tuple[int, int]) -> tuple[Rgb, Brief, dict[str, Any]]:
    """Paint the prompt for a film; also return the wishes with what moves in such a scene, and notes."""
    from studio.engine.renderers import generate, style
    from studio.engine.renderers.painter import paint as paint_scene

    grow = min(1.3, _PAINT_EDGE / max(size))
    canvas = max(64, round(size[0] * grow)), max(64, round(size[1] * grow))
    painting = paint_scene(
        brief.scene_words(order.prompt),
        width=canvas[0],
        height=canvas[1],
        seed=order.seed,
        negative=", ".join(filter(None, (order.negative, "lightning" if "lightning" in wishes.light else ""))),
        report=lambda fraction, label: report(0.10 * fraction, label),
        falling=False,
    )
    pixels = np.ascontiguousarray(painting.pixels, np.uint8)
    look = generate.style_of(painting)
    if look is not None:
        report(0.1, f"Styling: {look.name}")
        pixels = style.stylise(pixels, look, order.seed, min(look.strength, 0.88))
    notes = {
        "scene": painting.scene,
        "title": painting.title,
        "described": painting.used_prompt,
        "missing": [
            word for word in painting.missing if word not in (*wishes.light, *(kind for kind, _ in wishes.particles))
        ],
        "style": look.name if look else None,
    }
    return pixels, brief.at_home(wishes, painting.scene), notes


def _shot(
    picture: Rgb,
    wishes: Brief,
    timing: Timing,
    order: Order,
    size: tuple[int, int],
    *,
    from_still: bool,
    place: int = 0,
    subject: bool = True,
    loops: bool = False,
) -> Shot:
    stage = Stage(picture, *size, flat=min(picture.shape[:2]) < 32, subject=subject)
    if order.role == "end":
        wishes = reversed_brief(wishes)
    seed = order.seed + 17 * place
    variation = order.variation + place
    path = camera.path_of(replace(wishes, seed=seed), timing.duration_s, variation)
    backwards = order.role == "end"
    if loops and wishes.loops and not ONE_WAY & set(wishes.light):
        return Shot(stage, wishes, timing, seed, path=camera.Round(path, timing.frames), from_still=False)
    return Shot(stage, wishes, timing, seed, path=path, from_still=from_still, backwards=backwards)


def _shots(sources: list[Rgb], wishes: Brief, timing: Timing, order: Order, size: tuple[int, int]) -> Iterator[Shot]:
    """Share the film among the pictures, overlapping by a dissolve."""
    room = max(1, int(timing.duration_s / _LEAST_SHOT_S))
    sources = sources[:room]
    overlap = round(_DISSOLVE_S * timing.fps) if len(sources) > 1 else 0
    whole = timing.frames + overlap * (len(sources) - 1)
    for place, picture in enumerate(sources):
        frames = whole * (place + 1) // len(sources) - whole * place // len(sources)
        yield _shot(picture, wishes, Timing(frames, timing.fps), order, size, from_still=place == 0, place=place)


def _in_turn(made: Sequence[Moving], timing: Timing) -> Iterator[Rgb]:
    """Yield the frames of all shots; between two of them one dissolves into the next."""
    overlap = round(_DISSOLVE_S * timing.fps) if len(made) > 1 else 0
    for place, one in enumerate(made):
        first = overlap if place else 0
        last = one.timing.frames - (overlap if place < len(made) - 1 else 0)
        if len(made) == 1:
            yield from one.frames()
            return
        for number in range(first, last):
            yield one.frame(number)
        if place < len(made) - 1:
            following = made[place + 1]
            for step in range(overlap):
                share = camera.ease((step + 1) / (overlap + 1), 0.4)
                a, b = one.frame(last + step), following.frame(step)
                yield np.asarray(cv2.addWeighted(a, 1 - share, b, share, 0), np.uint8)


def write_film(
    frames: Iterator[Rgb],
    count: int,
    size: tuple[int, int],
    fps: Fraction,
    target: str,
    bed: Path | None,
    about: Mapping[str, str],
    *,
    backwards: bool = False,
    span: tuple[float, float] = (_PREPARED, 1.0),
    label: str = "Rendering frames",
) -> RenderedMedia:
    """Write *frames* as a film; *backwards* the last one first.

    A film that is played backwards is held in parts: only as many frames as fit a bounded memory.
    """
    ordered = _reversed(frames, count, size) if backwards else frames
    with FilmWriter(target, *size, fps, sound=bed, about=about) as writer:
        for frame in ordered:
            writer.write(frame)
            report(span[0] + (span[1] - span[0]) * 0.99 * writer.frames / count, label)
    return RenderedMedia(
        target, "video/mp4", "video", *size, float(count / fps), {"frames": count, "fps": round(float(fps), 3)}
    )


def _reversed(frames: Iterator[Rgb], count: int, size: tuple[int, int]) -> Iterator[Rgb]:
    if count * size[0] * size[1] * 3 <= _HELD_BYTES:
        yield from reversed(list(frames))
        return
    # Too large to hold: each frame is kept as a fine JPEG.
    packed = [cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 98])[1] for frame in frames]
    while packed:
        yield np.asarray(cv2.imdecode(packed.pop(), cv2.IMREAD_UNCHANGED), np.uint8)


def _last_frame(path: str, about: Mapping[str, str]) -> Any:
    info = probe.video(path)
    return pictures.encode(frame_at(path, info.duration_s, info=info), None, "png", about)


# ---- sound


def _bed(
    order: Order, wishes: Brief, timing: Timing, made: Sequence[Moving], target: Path, notes: dict[str, Any]
) -> Path | None:
    if order.track is not None:
        report(_PREPARED * 0.9, "Cutting the sound")
        samples = sound.read_sound(order.track, ambience.RATE, duration_s=timing.duration_s)
        notes["sounds"] = ["the given sound"]
        long_enough = len(samples) >= round(timing.duration_s * ambience.RATE) - 1
        return save_bed(ambience.faded(samples, 0.005, 0.5) if long_enough else samples, target)
    if not order.with_sound:
        notes["sounds"] = []
        return None
    report(_PREPARED * 0.9, "Making the sound")
    flashes = flashes_of(made)
    notes["sounds"] = sound_names(wishes)
    if notes["loops"] and not wishes.music:
        longer = ambience.bed(notes["sounds"], timing.duration_s + 1.0, order.seed, flashes)
        return save_bed(_looping(longer, timing.frames), target)
    return save_bed(made_sound(wishes, timing.duration_s, order.seed, flashes, notes), target)


def made_sound(
    wishes: Brief, duration_s: float, seed: int, flashes: Sequence[tuple[float, float]], notes: dict[str, Any]
) -> NDArray[np.float32]:
    """Return the sound bed for *wishes*: ambience, with music over it where music is asked for (48 kHz, n×2)."""
    heard = wishes.sounds or wishes.particles or flashes
    if not wishes.music or duration_s < _LEAST_MUSIC_S:
        return ambience.bed(sound_names(wishes), duration_s, seed, flashes)
    from studio.engine.renderers.music import bed as music

    report(None, "Composing the music")
    played = music.bed(wishes.prompt, duration_s, seed)
    notes["music"] = played.genre
    tune = _at_rate(played.samples, music.RATE, round(duration_s * ambience.RATE))
    if heard:
        tune = tune + 0.8 * ambience.bed(sound_names(wishes), duration_s, seed, flashes)
    else:
        notes["sounds"] = []
    level = sound.normalise(np.asarray(tune, np.float32), ambience.RATE, _MUSIC_LUFS, -1.0)
    return ambience.faded(level, 0.01, 0.6)


def _at_rate(samples: NDArray[np.float32], rate: int, count: int) -> NDArray[np.float32]:
    """Return n×2 *samples* of *rate* as *count* samples of 48 kHz (band-limited, by their spectrum)."""
    length = len(samples)
    if rate == ambience.RATE:
        out = np.zeros((count, 2), np.float32)
        out[: min(count, length)] = samples[:count]
        return out
    spectrum = np.fft.rfft(samples.astype(np.float64), axis=0)
    padded = np.zeros((count // 2 + 1, 2), np.complex128)
    keep = min(len(padded), len(spectrum))
    padded[:keep] = spectrum[:keep]
    return np.asarray(np.fft.irfft(padded, n=count, axis=0) * (count / length), np.float32)


def flashes_of(made: Sequence[Moving]) -> list[tuple[float, float]]:
    """Return when lightning strikes in the film of all shots."""
    flashes: list[tuple[float, float]] = []
    start_s = 0.0
    for one in made:
        flashes += [(start_s + at_s, power) for at_s, power in one.flashes]
        start_s += one.timing.duration_s - _DISSOLVE_S
    return flashes


def sound_names(wishes: Brief) -> list[str]:
    """Return which ambiences fit the wishes: those that words name, else those of what is in the air."""
    if wishes.sounds:
        return list(wishes.sounds)
    of = {"rain": "rain", "snow": "wind", "fog": "wind", "embers": "fire", "fireflies": "night", "leaves": "wind",
          "petals": "birds", "bubbles": "underwater", "smoke": "fire", "ash": "fire"}  # fmt: skip
    names = [of[kind] for kind, _ in wishes.particles if kind in of]
    return list(dict.fromkeys(names)) or ["room"]


def save_bed(samples: NDArray[np.float32], target: Path) -> Path:
    """Write *samples* beside *target* and return the file."""
    path = target.with_name(target.stem + ".bed.wav")
    sound.write_sound(path, samples, ambience.RATE)
    return path


def orbit(path: str, target: str, wishes: Mapping[str, Any], about: Mapping[str, str]) -> RenderedMedia:
    """Make a looping film that leans around the picture at *path*.

    Args:
        wishes: azimuths (degrees from 0 to 360), elevation, distance, prompt, segment_s.

    Returns:
        The film. ``notes``: did, sounds, frames, fps, segments.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = _read(path)
    azimuths = tuple(float(value) for value in wishes["azimuths"])
    frames = (len(azimuths) - 1) * count_of(float(wishes["segment_s"]), FPS)
    size = shape.film_size(Wanted(), (picture.shape[1], picture.shape[0]))
    picture = _enlarged(picture, size)
    report(_PREPARED / 2, "Finding depth")
    words = brief.read(str(wishes.get("prompt") or ""))
    quiet = replace(words, moves=(), static=True, handheld=False, surfaces=(), particles=(), light=())
    turn = camera.Turn(
        azimuths, frames, lift=_STANDS[str(wishes["elevation"])].plus(_DISTANCES[str(wishes["distance"])])
    )
    shot = Shot(Stage(picture, *size), quiet, Timing(frames, FPS), 1, path=turn, from_still=False)
    names = sound_names(words) if words.sounds else ["room"]
    report(_PREPARED * 0.9, "Making the sound")
    bed = save_bed(_looping(ambience.bed(names, frames / float(FPS) + 1.0, 1), frames), Path(target))
    film = write_film(shot.frames(), frames, size, FPS, target, bed, about)
    return replace(film, notes={**film.notes, "sounds": names, "segments": len(azimuths) - 1})


_STANDS: Final = {
    "low-angle shot": camera.Pose(y=-0.05, tilt=0.05, zoom=1.02),
    "eye-level shot": camera.Pose(),
    "elevated shot": camera.Pose(y=0.04, tilt=-0.03, zoom=1.02),
    "high-angle shot": camera.Pose(y=0.075, tilt=-0.06, zoom=1.02),
}
_DISTANCES: Final = {
    "close-up": camera.Pose(zoom=1.28, dolly=0.10),
    "medium shot": camera.Pose(),
    "wide shot": camera.Pose(),
}


def _looping(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Return a bed whose end runs into its beginning: what was made beyond the end is laid under the start."""
    count = round(frames / float(FPS) * ambience.RATE)
    out = samples[:count].copy()
    over = samples[count:]
    length = min(len(over), count // 2)
    ramp = np.sqrt(np.linspace(0, 1, length, dtype=np.float32))[:, None]
    out[:length] = out[:length] * ramp + over[:length] * ramp[::-1]
    return out
