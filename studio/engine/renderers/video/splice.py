"""Films from pieces of films: cut and joined exactly by frames, with their sounds.

Cuts fall on the frame grid of the new film, so the pieces before and after a cut always
add up to the whole. Frames are streamed: two at a time are in memory.
"""

import contextlib
import tempfile
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.renderers.video import probe, transitions
from studio.engine.renderers.video.frames import FilmWriter, Fit, Rgb, even, read_frames, refuse_too_much
from studio.engine.renderers.video.probe import VideoInfo
from studio.engine.renderers.video.sound import MAX_SECONDS, read_sound
from studio.engine.renderers.worker import report

RATE: Final = 48_000
_DECLICK: Final = 240  # samples: 5 ms
_FADE_OUT_S: Final = 1.0


@dataclass(frozen=True)
class Part:
    """A piece of a film.

    Attributes:
        start_s, end_s: from where to where; None is the end. Rounded to the frames of the new film.
        sound_path: a file whose sound goes with it instead of its own.
        sound_start_s: where in that sound it begins; None is at *start_s*.
        silent: without sound.
        info: what ``probe.video`` said, when it is known already.
    """

    path: str
    start_s: float = 0.0
    end_s: float | None = None
    sound_path: str | None = None
    sound_start_s: float | None = None
    silent: bool = False
    info: VideoInfo | None = None


@dataclass(frozen=True)
class Joined:
    """The new film.

    Attributes:
        starts: number of the first frame of each part, its transition included.
        overlap: frames of each transition, 0 for cuts.
        has_sound: whether it has a soundtrack.
        silent_parts: places of the parts that had no sound of their own though others had.
    """

    path: str
    width: int
    height: int
    fps: Fraction
    frames: int
    starts: list[int]
    overlap: int = 0
    has_sound: bool = False
    silent_parts: list[int] = field(default_factory=list)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.frames / self.fps)


@dataclass(frozen=True)
class _Piece:
    """A part on the frame grid of the new film."""

    part: Part
    info: VideoInfo
    first: int
    count: int
    start: int  # in the new film
    sound: tuple[str, float] | None


def join(
    parts: Sequence[Part],
    path: str | Path,
    *,
    size: tuple[int, int] | None = None,
    fps: Fraction | None = None,
    fit: Fit = "contain",
    transition: transitions.Kind | None = None,
    transition_s: float = 0.5,
    soundtrack: str | Path | None = None,
    about: Mapping[str, str] | None = None,
    label: str = "Joining",
    span: tuple[float, float] = (0.0, 1.0),
) -> Joined:
    """Write the *parts* one after the other as one film.

    Args:
        size: of the new film, even numbers; None is that of the first part.
        fps: of the new film; None is that of the first part.
        fit: how parts of another shape are fitted.
        transition: between every pair; it takes *transition_s* from both, less where a part is too short.
        soundtrack: replaces the parts' sounds; cut with a fade-out or followed by silence.
        label, span: for progress.

    Raises:
        ToolError: PARAMETER_INVALID, a part is not readable, is empty, or the film would be too long.
    """
    infos = [part.info or probe.video(part.path) for part in parts]
    fps = fps or _plain_rate(infos[0].fps)
    size = size or (even(infos[0].width), even(infos[0].height))
    counts = [_range(part, info, fps) for part, info in zip(parts, infos, strict=True)]
    overlap = _overlap(counts, round(transition_s * fps)) if transition and len(parts) > 1 else 0
    pieces, start = [], 0
    for part, info, (first, count) in zip(parts, infos, counts, strict=True):
        pieces.append(
            _Piece(part, info, first, count, start, None if soundtrack else _sound_of(part, info, first, fps))
        )
        start += count - overlap
    total = start + overlap
    if total / fps > MAX_SECONDS:
        raise ToolError("PARAMETER_INVALID", f"The film would be longer than {MAX_SECONDS / 60:.0f} minutes.")
    refuse_too_much(total, size, fps)
    has_sound = soundtrack is not None or any(piece.sound for piece in pieces)
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        sound = Path(folder) / "sound.wav" if has_sound else None
        if sound is not None:
            report(span[0], "Mixing the sound")
            _write_sound(sound, pieces, overlap, total, fps, soundtrack)
        frames = _frames(pieces, size, fps, fit, transition or "fade", overlap)
        with contextlib.closing(frames), FilmWriter(path, *size, fps, sound=sound, about=about) as writer:
            for frame in frames:
                writer.write(frame)
                report(span[0] + (span[1] - span[0]) * 0.98 * writer.frames / total, label)
    silent = [] if soundtrack or not has_sound else [place for place, piece in enumerate(pieces) if not piece.sound]
    return Joined(
        str(path),
        *size,
        fps,
        total,
        [piece.start for piece in pieces],
        overlap,
        has_sound=has_sound,
        silent_parts=silent,
    )


def _plain_rate(fps: Fraction) -> Fraction:
    """Return a rate that a new film can have: very high or crooked ones are rounded."""
    if fps > 120:
        return Fraction(60)
    return fps if fps.denominator in (1, 2, 1001) else Fraction(round(fps * 100), 100)


def _range(part: Part, info: VideoInfo, fps: Fraction) -> tuple[int, int]:
    whole = max(1, round(info.duration_s * fps))
    first = min(max(0, round(part.start_s * fps)), whole)
    end = whole if part.end_s is None else min(max(0, round(part.end_s * fps)), whole)
    if end <= first:
        raise ToolError("PARAMETER_INVALID", "A piece of a film must last at least one frame.")
    return first, end - first


def _overlap(counts: list[tuple[int, int]], wanted: int) -> int:
    lengths = [count for _, count in counts]
    room = [lengths[0] - 1, lengths[-1] - 1, *(length // 2 for length in lengths[1:-1])]
    return max(0, min(wanted, *room))


def _sound_of(part: Part, info: VideoInfo, first: int, fps: Fraction) -> tuple[str, float] | None:
    if part.silent:
        return None
    start_s = float(first / fps)
    if part.sound_path is not None:
        return part.sound_path, start_s if part.sound_start_s is None else part.sound_start_s
    return (part.path, start_s) if info.has_audio else None


def _frames(
    pieces: list[_Piece], size: tuple[int, int], fps: Fraction, fit: Fit, kind: transitions.Kind, overlap: int
) -> Generator[Rgb, None, None]:
    with contextlib.ExitStack() as stack:
        current = stack.enter_context(contextlib.closing(_exactly(pieces[0], size, fps, fit)))
        left = pieces[0].count
        for following in [*pieces[1:], None]:
            for _ in range(left - (overlap if following else 0)):
                yield next(current)
            if following is None:
                return
            upcoming = stack.enter_context(contextlib.closing(_exactly(following, size, fps, fit)))
            for step in range(overlap):
                yield transitions.between(next(current), next(upcoming), (step + 1) / (overlap + 1), kind)
            current.close()
            current, left = upcoming, following.count - overlap


def _exactly(piece: _Piece, size: tuple[int, int], fps: Fraction, fit: Fit) -> Generator[Rgb, None, None]:
    """Yield exactly the frames of *piece*: what the file lacks at its end is its last frame again."""
    frames = read_frames(
        piece.part.path,
        size=size,
        fps=fps,
        start_s=float(piece.first / fps),
        duration_s=float(piece.count / fps),
        fit=fit,
        info=piece.info,
    )
    return _filled(frames, piece.count)


def _filled(frames: Generator[Rgb, None, None], count: int) -> Generator[Rgb, None, None]:
    last: Rgb | None = None
    try:
        for _ in range(count):
            last = next(frames, last)
            if last is None:
                raise ToolError("PARAMETER_INVALID", "This film is damaged: its pictures cannot be read.")
            yield last
    finally:
        frames.close()


def _write_sound(
    path: Path,
    pieces: list[_Piece],
    overlap: int,
    total: int,
    fps: Fraction,
    soundtrack: str | Path | None,
) -> None:
    import soundfile

    length = round(total / fps * RATE)
    with soundfile.SoundFile(str(path), "w", RATE, 2, "PCM_24", format="WAV") as file:
        if soundtrack is not None:
            file.write(_cut_track(soundtrack, length))
            return
        carried = np.zeros((0, 2), np.float32)  # the fading end of the piece before
        for place, piece in enumerate(pieces):
            begin, end = round(piece.start / fps * RATE), round((piece.start + piece.count) / fps * RATE)
            samples = _piece_sound(piece, end - begin)
            last = place == len(pieces) - 1
            following = end if last else round(pieces[place + 1].start / fps * RATE)
            if place and not overlap and not _continues(pieces[place - 1], piece, fps):
                samples[:_DECLICK] *= _ramp(min(_DECLICK, len(samples)))
            if not last and not overlap and not _continues(piece, pieces[place + 1], fps):
                samples[-_DECLICK:] *= _ramp(min(_DECLICK, len(samples)))[::-1]
            if len(carried):
                samples[: len(carried)] = samples[: len(carried)] * _ramp(len(carried)) + carried
            keep = following - begin
            carried = samples[keep:] * _ramp(len(samples) - keep)[::-1]
            file.write(samples[:keep])


def _piece_sound(piece: _Piece, length: int) -> NDArray[np.float32]:
    samples = np.zeros((length, 2), np.float32)
    if piece.sound is not None:
        path, start_s = piece.sound
        heard = read_sound(path, RATE, start_s=start_s, duration_s=length / RATE)[:length]
        samples[: len(heard)] = heard
    return samples


def _cut_track(track: str | Path, length: int) -> NDArray[np.float32]:
    whole_s = probe.audio(track).duration_s
    samples = np.zeros((length, 2), np.float32)
    heard = read_sound(track, RATE, duration_s=length / RATE)[:length]
    samples[: len(heard)] = heard
    if whole_s > length / RATE + 0.05:
        fade = min(round(_FADE_OUT_S * RATE), length // 4)
        samples[length - fade :] *= _ramp(fade)[::-1]
    return samples


def _continues(before: _Piece, after: _Piece, fps: Fraction) -> bool:
    if before.sound is None or after.sound is None:
        return before.sound is after.sound
    return before.sound[0] == after.sound[0] and abs(
        before.sound[1] + before.count / float(fps) - after.sound[1]
    ) < 0.5 / float(fps)


def _ramp(length: int) -> NDArray[np.float32]:
    """Return the rising half of an equal-power crossfade, n×1."""
    rising = np.sin((np.arange(length, dtype=np.float32) + 0.5) * (np.pi / 2 / max(1, length)))
    return np.asarray(rising[:, None], np.float32)
