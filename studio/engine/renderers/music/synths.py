"""Instruments that are calculated and not sampled: detuned saws, the long 808 bass, the rise before a drop.

The General MIDI font has thin versions of these. Voices are rendered note by note and added
up; nothing here keeps more than one note's worth of extra memory per voice.
"""

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.music import effects
from studio.engine.renderers.music.effects import Samples
from studio.engine.renderers.music.score import Note, Part, Score, Synth

_DETUNE_CENTS: Final = (-17.0, -10.5, -4.5, 0.0, 5.0, 11.0, 16.5)
_SIDES: Final = (-0.8, 0.6, -0.35, 0.0, 0.4, -0.6, 0.8)


@dataclass(frozen=True)
class _Envelope:
    """Attack, decay (to a third), sustain level, release; how long the bright part lasts; its dark ceiling in Hz."""

    attack_s: float
    decay_s: float
    sustain: float
    release_s: float
    bright_s: float
    dark_hz: float


_ENVELOPES: Final[dict[Synth, _Envelope]] = {
    "lead": _Envelope(0.006, 0.4, 0.8, 0.16, 0.35, 2600.0),
    "pluck": _Envelope(0.002, 0.16, 0.12, 0.14, 0.07, 1800.0),
    "pad": _Envelope(0.09, 1.5, 0.9, 0.5, 1.2, 1300.0),
}


def play(score: Score, part: Part, synth: Synth, frames: int, rate: int) -> Samples:
    """Return *part* as *synth* plays it, *frames* long."""
    if synth == "808":
        return _eight_oh_eight(score, part, frames, rate)
    envelope = _ENVELOPES[synth]
    dark = np.zeros((frames, 2), np.float32)
    bright = np.zeros((frames, 2), np.float32)
    rng = np.random.default_rng(len(part.notes))
    for note in part.notes:
        start = round(score.seconds(note.start) * rate)
        held = score.seconds(note.length)
        count = min(frames - start, round((held + envelope.release_s) * rate))
        if count <= 0:
            continue
        times = np.arange(count) / rate
        wave = _saws(440 * 2 ** ((note.pitch - 69) / 12), count, rate, rng)
        loud = _shape(envelope, times, held) * (note.velocity / 127) ** 1.3
        wave *= loud[:, None].astype(np.float32)
        dark[start : start + count] += wave
        wave *= np.exp(-times / envelope.bright_s).astype(np.float32)[:, None]
        bright[start : start + count] += wave
    top = envelope.dark_hz
    dark = effects.tone(dark, rate, ((20, 0), (top, 0), (2 * top, -12), (4 * top, -30), (24_000, -60)))
    dark += effects.tone(bright, rate, ((20, -30), (top / 2, -12), (top, -1), (9000, -1), (14_000, -14), (24_000, -40)))
    return dark * np.float32(0.12)


def _shape(envelope: _Envelope, times: NDArray[np.float64], held: float) -> NDArray[np.float64]:
    level = envelope.sustain + (1 - envelope.sustain) * np.exp(-times / envelope.decay_s)
    level *= np.clip(times / envelope.attack_s, 0, 1)
    return np.asarray(level * np.clip(1 - (times - held) / envelope.release_s, 0, 1) ** 2)


def _saws(hertz: float, count: int, rate: int, rng: np.random.Generator) -> Samples:
    """Return seven detuned saws n×2; their steps are rounded over two samples, so that little aliases."""
    out = np.zeros((count, 2), np.float32)
    for cents, side in zip(_DETUNE_CENTS, _SIDES, strict=True):
        step = hertz * 2 ** (cents / 1200) / rate
        phase = (rng.random() + step * np.arange(count)) % 1.0
        wave = 2 * phase - 1
        early, late = phase < step, phase > 1 - step
        x = phase[early] / step
        wave[early] -= 2 * x - x * x - 1
        x = (phase[late] - 1) / step
        wave[late] -= x * x + 2 * x + 1
        angle = (side + 1) * np.pi / 4
        out[:, 0] += (np.cos(angle) * wave).astype(np.float32)
        out[:, 1] += (np.sin(angle) * wave).astype(np.float32)
    return out


def _eight_oh_eight(score: Score, part: Part, frames: int, rate: int) -> Samples:
    """Return long sine basses that fall into their pitch, with enough overtones for small speakers."""
    out = np.zeros(frames, np.float32)
    for note in _one_at_a_time(part.notes):
        start = round(score.seconds(note.start) * rate)
        held = score.seconds(note.length)
        count = min(frames - start, round((held + 0.05) * rate))
        if count <= 0:
            continue
        times = np.arange(count) / rate
        hertz = 440 * 2 ** ((note.pitch - 69) / 12)
        phase = 2 * np.pi * hertz * (times + 0.9 * 0.022 * (1 - np.exp(-times / 0.022)))
        level = np.exp(-times / 1.1) * np.clip(times / 0.002, 0, 1) * np.clip((held + 0.05 - times) / 0.05, 0, 1)
        wave = np.tanh(2.4 * level * np.sin(phase)) * (note.velocity / 127)
        out[start : start + count] += wave.astype(np.float32)
    return np.repeat(out[:, None] * np.float32(0.3), 2, axis=1)


def _one_at_a_time(notes: list[Note]) -> list[Note]:
    ordered = sorted(notes, key=lambda note: note.start)
    ends = [note.start for note in ordered[1:]] + [float("inf")]
    return [
        Note(note.start, min(note.length, end - note.start), note.pitch, note.velocity)
        for note, end in zip(ordered, ends, strict=True)
        if end > note.start
    ]


def rise(frames: int, rate: int, seed: int) -> Samples:
    """Return noise that opens up and swells over *frames*, as before a drop; it ends at about −20 dB."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((frames, 2)).astype(np.float32)
    spectrum = np.fft.rfft(noise, axis=0)
    hertz = np.fft.rfftfreq(frames, 1 / rate)
    far = np.linspace(0, 1, frames)
    out = np.zeros((frames, 2), np.float32)
    edges = (300, 700, 1500, 3000, 6000, 12_000)
    for place, (low, high) in enumerate(itertools.pairwise(edges)):
        band = np.fft.irfft(spectrum * ((hertz >= low) & (hertz < high))[:, None], frames, axis=0)
        opening = np.clip((far - 0.16 * place) / (1 - 0.16 * place), 0, 1) ** 2
        out += (band * opening[:, None] * 0.1).astype(np.float32)
    out *= np.clip((1 - far) * frames / (0.02 * rate), 0, 1).astype(np.float32)[:, None]
    return out
