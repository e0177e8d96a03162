"""Music under a film: the same composer, for a length and a scene, with the times of its beats."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.music import brief as briefs
from studio.engine.renderers.music import mix
from studio.engine.renderers.music.composer import compose

RATE: Final = 44_100
_UP: Final = 147
_DOWN: Final = 160
_TAPS: Final = 48


@dataclass(frozen=True)
class Bed:
    """Music of an exact length.

    Attributes:
        samples: float32 n×2 at ``rate``.
        beats: when each beat comes, in seconds.
    """

    samples: NDArray[np.float32]
    beats: list[float]
    rate: int = RATE
    genre: str = ""
    key: str = ""
    bpm: float = 0.0


def bed(prompt: str, duration_s: float, seed: int, cache: Path | None = None, bpm: float | None = None) -> Bed:
    """Return music for what *prompt* shows or says, *duration_s* long (from 2 s), at −14 LUFS.

    Args:
        cache: not used: what the font gives is decoded in memory.
        bpm: the exact tempo; None lets the composer choose.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the soundfont is missing or damaged.
    """
    brief = replace(briefs.read(prompt, seed, bpm=bpm), loops=False)  # the film ends
    piece = compose(brief, duration_s, seed)
    sound = mix.Sound(brief.genre.room_s, brief.genre.effects)
    played = mix.perform(piece.score, duration_s, sound, seed)
    samples = resampled(played, round(duration_s * RATE))
    beat_s = 60 / piece.score.bpm
    beats = [place * beat_s for place in range(int(duration_s / beat_s) + 1) if place * beat_s < duration_s]
    return Bed(samples, beats, RATE, brief.genre.name, piece.score.key.name, piece.score.bpm)


def resampled(sound: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Return 48 kHz *sound* n×2 at 44.1 kHz, *frames* long: a windowed sinc for each of the 147 phases."""
    half = _TAPS // 2
    padded = np.pad(sound, ((half, half + _DOWN), (0, 0)))
    out = np.zeros((frames, 2), np.float32)
    offsets = np.arange(_TAPS) - half + 1
    cutoff = 0.96 * _UP / _DOWN
    for phase in range(_UP):
        count = len(range(phase, frames, _UP))
        if not count:
            continue
        whole, part = divmod(phase * _DOWN, _UP)
        distance = offsets - part / _UP
        taps = cutoff * np.sinc(cutoff * distance) * np.cos(np.clip(distance / (half + 1), -1, 1) * np.pi / 2) ** 2
        starts = whole + 1 + _DOWN * np.arange(count)
        held = padded[np.minimum(starts[:, None] + np.arange(_TAPS), len(padded) - 1)]
        out[phase::_UP] = np.einsum("nts,t->ns", held, (taps / taps.sum()).astype(np.float32))
    return out
