"""What can be told about a film without understanding it: shots, movement, key frames, light, text and sound."""

import contextlib
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import looks, pictures, runtime, seeing
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.sound_analysis import Heard, analyse
from studio.engine.renderers.video import probe
from studio.engine.renderers.video.frames import frame_at, read_frames
from studio.engine.renderers.video.shots import LOOK_EDGE, Shot, Watcher
from studio.engine.renderers.video.sound import MAX_SECONDS, loudness_lufs, read_sound
from studio.engine.renderers.worker import report

Depth = Literal["quick", "detailed"]

MOST_FRAMES: Final = 6000
_KEY_FRAMES: Final[dict[Depth, int]] = {"quick": 6, "detailed": 14}
_TEXT_FRAMES: Final[dict[Depth, int]] = {"quick": 8, "detailed": 24}
_KEY_EDGE: Final = 1024
_TEXT_EDGE: Final = 1280
_SCRAP, _SURE_SCRAP = 4, 0.92
_SOUND_RATE: Final = 24_000
_WATCHED, _LISTENED = 0.6, 0.7


def examine(path: str, folder: str, depth: Depth, text_first: bool) -> dict[str, Any]:
    """Look through the film at *path* (runs in a render worker).

    Args:
        folder: key frames are written there as JPEG, named in the result's ``key_frames``.
        text_first: spend the effort on text: more frames are read, evenly over the film.

    Returns:
        JSON data: size, fps, frames, duration_s, shots, key_frames (time_s, file, labels, faces, palette),
        text (line, from_s, to_s), sound (or None), looked_every_s.

    Raises:
        ToolError: PARAMETER_INVALID, no film that can be read.
    """
    runtime.prepare_opencv()
    report(0.0, "Opening the film")
    info = probe.video(path)
    shots, every_s, curve = _watch(path, info)
    sound = _listen(path, info)
    keys = _key_times(shots, info.duration_s, _KEY_FRAMES[depth])
    key_frames = _look(path, info, Path(folder), keys)
    text = _read(path, info, _text_times(shots, info.duration_s, _TEXT_FRAMES[depth]) if text_first else keys)
    return {
        "width": info.width,
        "height": info.height,
        "fps": round(float(info.fps), 3),
        "frames": info.frames,
        "duration_s": round(info.duration_s, 3),
        "video_codec": info.video_codec,
        "audio_codec": info.audio_codec,
        "looked_every_s": round(every_s, 3),
        "shots": [
            {
                "start_s": round(shot.start_s, 3),
                "end_s": round(shot.end_s, 3),
                "begins": shot.begins,
                "camera": shot.camera,
                "subject": shot.subject,
                "motion": shot.motion,
                "brightness": shot.brightness,
            }
            for shot in shots
        ],
        "motion": curve,
        "key_frames": key_frames,
        "text": text,
        "sound": sound,
    }


def _watch(path: str, info: probe.VideoInfo) -> tuple[list[Shot], float, list[float]]:
    """Return the shots, the time between looked-at frames, and the movement of each second (0–1)."""
    rate = info.fps
    if info.frames > MOST_FRAMES:
        rate = min(rate, Fraction(MOST_FRAMES / info.duration_s).limit_denominator(1000))
    watcher = Watcher(float(rate))
    size = pictures.fit_within(info.width, info.height, LOOK_EDGE)
    size = max(32, size[0]), max(32, size[1])
    total = min(info.frames, MOST_FRAMES)
    resampled = None if rate == info.fps else rate
    with contextlib.closing(read_frames(path, size=size, fps=resampled, info=info)) as frames:
        for i, frame in enumerate(frames):
            watcher.add(frame, float(i / rate))
            report(_WATCHED * min(1.0, (i + 1) / total), "Watching the film")
    seconds = max(1, round(info.duration_s + 0.49))
    moved: list[list[float]] = [[] for _ in range(seconds)]
    for at, amount in watcher.motion_curve():
        moved[min(seconds - 1, int(at))].append(amount)
    curve = [round(1.0 - float(np.exp(-3.0 * np.mean(values))), 2) if values else 0.0 for values in moved]
    return watcher.shots(info.duration_s), float(1 / rate), curve


def _listen(path: str, info: probe.VideoInfo) -> dict[str, Any] | None:
    if not info.has_audio:
        return None
    report(_WATCHED, "Listening")
    try:
        samples = read_sound(path, _SOUND_RATE, duration_s=min(info.duration_s, MAX_SECONDS))
    except ToolError:
        return None
    return describe_sound(analyse(samples, _SOUND_RATE), loudness_lufs(samples, _SOUND_RATE))


def describe_sound(heard: Heard, lufs: float) -> dict[str, Any]:
    """Return what was heard as JSON data; ``loudness_lufs`` is None for silence."""
    return {
        "silent": heard.silent,
        "loudness_lufs": round(lufs, 1) if np.isfinite(lufs) else None,
        "tempo_bpm": round(heard.tempo_bpm, 1) or None,
        "beats": len(heard.beats),
        "key": heard.key.name if heard.key and heard.tempo_bpm else None,
        "onsets_per_s": round(len(heard.onsets_s) / max(1e-3, heard.duration_s), 2),
        "sections": [
            {
                "start_s": round(part.start_s, 2),
                "end_s": round(part.end_s, 2),
                "letter": part.letter,
                "level_db": part.level_db,
            }
            for part in heard.sections
        ],
        "quiet_s": _quiet_spans(heard),
    }


def _quiet_spans(heard: Heard) -> list[list[float]]:
    """Return the stretches of at least half a second that are 35 dB below the loud ones, as [from, to]."""
    step_s = heard.duration_s / max(1, len(heard.level_db))
    quiet = heard.level_db < max(-60.0, float(np.percentile(heard.level_db, 95)) - 35.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8))).reshape(-1, 2)
    return [[round(float(a) * step_s, 2), round(float(b) * step_s, 2)] for a, b in edges if (b - a) * step_s >= 0.5][
        :50
    ]


def _key_times(shots: list[Shot], duration_s: float, most: int) -> list[float]:
    """Return the times of up to *most* telling frames, in order: of every shot, of long ones more than one."""
    if not shots:
        return [duration_s / 2]
    if len(shots) >= most:
        longest = sorted(shots, key=lambda shot: shot.start_s - shot.end_s)[:most]
        return sorted(shot.best_s for shot in longest)
    each = [1] * len(shots)
    while sum(each) < most:
        spans = [(shot.end_s - shot.start_s) / (n + 1) for shot, n in zip(shots, each, strict=True)]
        if max(spans) < 0.7:
            break
        each[int(np.argmax(spans))] += 1
    times: list[float] = []
    for shot, count in zip(shots, each, strict=True):
        span = shot.end_s - shot.start_s
        times += [shot.best_s] if count == 1 else [shot.start_s + span * (i + 0.5) / count for i in range(count)]
    return times


def _text_times(shots: list[Shot], duration_s: float, most: int) -> list[float]:
    """Return times to read text at: evenly, and the middle of every shot while there is room."""
    even = [duration_s * (i + 0.5) / most for i in range(most)]
    if duration_s < most * 0.5:
        even = [duration_s * (i + 0.5) / max(1, round(duration_s * 2)) for i in range(max(1, round(duration_s * 2)))]
    missed = [s for s in shots if not any(s.start_s <= t < s.end_s for t in even)]
    return sorted([*even, *((s.start_s + s.end_s) / 2 for s in missed[: most // 2])])


def _look(path: str, info: probe.VideoInfo, folder: Path, times: list[float]) -> list[dict[str, Any]]:
    rows = []
    for i, at in enumerate(times):
        report(_LISTENED + 0.1 * i / len(times), "Looking at key frames")
        frame = frame_at(path, at, info=info)
        frame = pictures.resize(frame, *pictures.fit_within(frame.shape[1], frame.shape[0], _KEY_EDGE))
        name = f"key-{i:02d}.jpg"
        (folder / name).write_bytes(pictures.encode(frame, None, "jpg", {}, quality=88).data)
        rows.append(
            {
                "time_s": round(at, 3),
                "file": name,
                "labels": seeing.labels(frame, 3),
                "faces": len(seeing.faces(frame)),
                "palette": [row["name"] for row in looks.palette(frame)[:3]],
                "light": looks.light(frame)["words"],
            }
        )
    return rows


def _read(path: str, info: probe.VideoInfo, times: list[float]) -> list[dict[str, Any]]:
    """Return the lines of text that were read, with the first and last frame in which each was seen."""
    found: dict[str, dict[str, Any]] = {}
    held: tuple[Rgb, list[dict[str, Any]]] | None = None
    for i, at in enumerate(times):
        report(0.8 + 0.2 * i / len(times), "Reading text")
        frame = frame_at(path, at, info=info)
        frame = pictures.resize(frame, *pictures.fit_within(frame.shape[1], frame.shape[0], _TEXT_EDGE))
        small = pictures.resize(frame, 96, 96)
        if held is not None and int(np.abs(held[0].astype(np.int16) - small).max()) < 12:
            lines = held[1]  # nothing changed since the last look
        else:
            lines = seeing.text(frame)
        held = small, lines
        for line in lines:
            if len(line["text"]) <= _SCRAP and line["score"] < (_SURE_SCRAP if len(line["text"]) > 1 else 1.0):
                continue  # rows of windows and reeds read as I, L and 1
            row = found.setdefault(
                line["text"].casefold(), {"line": line["text"], "score": line["score"], "from_s": round(at, 2)}
            )
            row["to_s"] = round(at, 2)
            if line["score"] > row["score"]:
                row |= {"line": line["text"], "score": line["score"]}
    return list(found.values())
