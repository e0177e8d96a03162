"""Small sounds whose tempo, key and form are known, for tests of listening and of films that follow sounds."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_WAYS = {"major": (0, 3, 4, 0), "minor": (0, 5, 3, 4)}


def _note(midi: float, seconds: float, rate: int) -> Samples:
    t = np.arange(round(seconds * rate)) / rate
    hz = 440 * 2 ** ((midi - 69) / 12)
    tone = sum(np.sin(2 * np.pi * hz * k * t) / k**1.6 for k in (1, 2, 3, 4, 5))
    return (tone * np.minimum(1, t / 0.01) * np.exp(-t / (0.6 * seconds))).astype(np.float32)


def _add(out: Samples, at_s: float, sound: Samples, rate: int, gain: float) -> None:
    start = round(at_s * rate)
    held = out[start : start + len(sound)]
    held += gain * sound[: len(held)]


def kick(rate: int) -> Samples:
    t = np.arange(round(0.18 * rate)) / rate
    return (np.sin(2 * np.pi * (50 * t + 60 * 0.03 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.06)).astype(np.float32)


def hat(rate: int, seed: int = 3) -> Samples:
    t = np.arange(round(0.06 * rate)) / rate
    noise = np.random.default_rng(seed).normal(0, 1, len(t))
    return (np.diff(noise, prepend=0.0) * np.exp(-t / 0.012) * 0.4).astype(np.float32)


def tune(
    seconds: float,
    *,
    bpm: float = 120.0,
    tonic: int = 0,
    mode: str = "major",
    rate: int = 44_100,
    per_bar: int = 4,
    drums: bool = True,
    offset_s: float = 0.0,
) -> Samples:
    """A song with chords, a melody, a bass and drums, mono; the first beat, a downbeat, is at *offset_s*."""
    out = np.zeros(round(seconds * rate), np.float32)
    scale, way = _SCALES[mode], _WAYS[mode]
    beat_s = 60.0 / bpm
    rng = np.random.default_rng(tonic + 7)
    for beat in range(int((seconds - offset_s) / beat_s)):
        at = offset_s + beat * beat_s
        bar, place = divmod(beat, per_bar)
        degree = way[bar % 4]
        if place == 0:
            for k in (0, 2, 4):
                step = degree + k
                pitch = 60 + tonic + scale[step % 7] + 12 * (step // 7)
                _add(out, at, _note(pitch, per_bar * beat_s, rate), rate, 0.10)
            _add(out, at, _note(36 + tonic + scale[degree], 2 * beat_s, rate), rate, 0.25)
        step = degree + int(rng.choice((0, 2, 4, 1, 6), p=(0.3, 0.25, 0.25, 0.1, 0.1)))
        _add(out, at, _note(72 + tonic + scale[step % 7], beat_s, rate), rate, 0.12)
        if drums:
            if place == 0 or (per_bar == 4 and place == 2):
                _add(out, at, kick(rate), rate, 0.6 if place == 0 else 0.4)
            _add(out, at, hat(rate), rate, 0.25)
            _add(out, at + beat_s / 2, hat(rate), rate, 0.12)
    return np.clip(out, -1, 1)
