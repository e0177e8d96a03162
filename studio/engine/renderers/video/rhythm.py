"""What a sound tells pictures, frame by frame: pulse, loudness, brightness of the sound, beats, bars and parts."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.sound_analysis import Heard, analysis, loudness, onsets
from studio.engine.renderers.sound_analysis.spectrum import Curve

Floats = NDArray[np.float32]

_PULSE_S: Final = 0.16
_SPARK_S: Final = 0.09
_SETTLE_S: Final = 0.7
_GRID_S: Final = 0.07
_EVEN_BPM: Final = 100.0


@dataclass(frozen=True)
class Rhythm:
    """A sound as pictures follow it; arrays have one value per frame.

    Attributes:
        pulse: 0–1, struck at beats (or, without a beat, at onsets) and fading; downbeats strike hardest.
        spark: 0–1, the same for high sounds.
        level: 0–1, loudness within the sound's own range, smooth.
        way: 0–1, rising from first to last frame, faster where it is louder.
        beat: number of the beat at each frame, with its part; without a beat an even count at a calm pace.
        bars: frames that begin bars.
        parts: frames that begin another part of the sound.
        steady: whether there is a beat.
    """

    pulse: Floats
    spark: Floats
    level: Floats
    way: Floats
    beat: Floats
    bars: list[int]
    parts: list[int]
    steady: bool
    tempo_bpm: float

    @property
    def frames(self) -> int:
        """How many frames it describes."""
        return len(self.pulse)


def of(heard: Heard, start_s: float, count: int, fps: Fraction) -> Rhythm:
    """Return the rhythm of *count* frames from *start_s* of a heard sound; beyond its end there is silence."""
    times = start_s + np.arange(count) / float(fps)
    curve = loudness.relative(heard.level_db, analysis.LEVEL_STEP_S, settle_s=_SETTLE_S)
    level = loudness.sampled(curve, analysis.LEVEL_STEP_S, times) if len(curve) else np.zeros(count, np.float32)
    level = np.where(times < heard.duration_s, level, 0.0).astype(np.float32)
    steady = heard.tempo_bpm > 0
    struck = heard.beats if steady else heard.onsets_s
    strength = _strengths(heard, struck)
    pulse = _struck(times, struck, strength, _PULSE_S, fps)
    sparks = onsets.peaks(heard.flux.high, heard.flux.rate_hz)
    spark = _struck(times, sparks, _heights(heard.flux.high, heard.flux.rate_hz, sparks), _SPARK_S, fps)
    pace = np.cumsum(0.35 + level)
    way = (pace - pace[0]) / max(1e-6, float(pace[-1] - pace[0])) if count > 1 else np.zeros(count)
    bars = _frames_of(heard.pulse.downbeats_s if steady else np.empty(0), start_s, count, fps)
    parts = [_snapped(frame, bars, fps) for frame in _part_frames(heard, start_s, count, fps)]
    return Rhythm(
        pulse, spark, level, way.astype(np.float32), _beats(times, heard, steady), bars, sorted(set(parts)), steady,
        heard.tempo_bpm,
    )  # fmt: skip


def _strengths(heard: Heard, times: NDArray[Any]) -> NDArray[Any]:
    """Return how hard each beat is struck, 0.35–1: by its onset, and downbeats more."""
    if not len(times):
        return np.empty(0)
    heights = _heights(heard.flux.strength + heard.flux.low, heard.flux.rate_hz, times)
    out = 0.35 + 0.45 * heights
    downbeats = heard.pulse.downbeats_s
    if len(downbeats):
        first = np.abs(times[:, None] - downbeats[None]).min(axis=1) < 0.02
        out = np.where(first, out + 0.2, out)
    return np.clip(out, 0, 1)


def _heights(curve: Curve, rate_hz: float, times: NDArray[Any]) -> NDArray[Any]:
    """Return the onset curve's height at *times*, 0–1 against its strong peaks."""
    if not len(times) or not len(curve):
        return np.empty(0)
    reach = max(1, round(_GRID_S * rate_hz))
    places = np.clip(np.round(times * rate_hz).astype(int), 0, len(curve) - 1)
    heights = np.array([float(curve[max(0, p - reach) : p + reach + 1].max()) for p in places])
    return np.clip(heights / max(1e-6, float(np.percentile(heights, 90))), 0, 1)


def _struck(times: NDArray[Any], struck: NDArray[Any], strength: NDArray[Any], fade_s: float, fps: Fraction) -> Floats:
    """Return an envelope that jumps at each of *struck* and fades; the frame nearest to it is the highest."""
    out = np.zeros(len(times))
    for at, height in zip(struck, strength, strict=True):
        first = int(np.searchsorted(times, at - 0.5 / float(fps)))
        after = times[first:] - at
        near = after < 6 * fade_s
        out[first:][near] = np.maximum(out[first:][near], height * np.exp(-np.maximum(0.0, after[near]) / fade_s))
    return out.astype(np.float32)


def _frames_of(times: NDArray[Any], start_s: float, count: int, fps: Fraction) -> list[int]:
    frames = np.round((times - start_s) * float(fps)).astype(int)
    return [int(frame) for frame in frames if 0 <= frame < count]


def _part_frames(heard: Heard, start_s: float, count: int, fps: Fraction) -> list[int]:
    starts = np.array([part.start_s for part in heard.sections[1:]])
    return _frames_of(starts, start_s, count, fps)


def _snapped(frame: int, bars: list[int], fps: Fraction) -> int:
    """Return the bar nearest to *frame* if it is within a second."""
    near = min(bars, key=lambda bar: abs(bar - frame), default=frame)
    return near if abs(near - frame) <= fps else frame


def _beats(times: NDArray[Any], heard: Heard, steady: bool) -> Floats:
    if not steady or len(heard.beats) < 2:
        return np.asarray((times - times[0]) * _EVEN_BPM / 60, np.float32)
    numbers = np.interp(times, heard.beats, np.arange(len(heard.beats)))
    period = 60 / heard.tempo_bpm
    early, late = heard.beats[0] - times, times - heard.beats[-1]
    numbers = np.where(early > 0, -early / period, numbers)
    return np.asarray(np.where(late > 0, len(heard.beats) - 1 + late / period, numbers), np.float32)
