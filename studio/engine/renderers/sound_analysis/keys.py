"""The key of a sound: how much of each of the twelve notes it has, against what a key should have.

Profiles after J. Albrecht and D. Shanahan, “The Use of Large Corpora to Train a New Type of Key-Finding
Algorithm” (2013); of four published ones they and two others found all 24 keys of the test tunes.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.sound_analysis.spectrum import Curve, Samples, frames

NOTES: Final = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MAJOR: Final = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
_MINOR: Final = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])
_LOW_HZ, _HIGH_HZ = 65.0, 2100.0
_A4_HZ: Final = 440.0


@dataclass(frozen=True)
class Key:
    """A key.

    Attributes:
        tonic: 0–11 from C.
        mode: major or minor.
        certainty: 0–1: how far it is ahead of the best key with another tonic and other notes.
    """

    tonic: int
    mode: Literal["major", "minor"]
    certainty: float

    @property
    def name(self) -> str:
        """For people: “F# minor”."""
        return f"{NOTES[self.tonic]} {self.mode}"


def chromagram(signal: Samples, rate: int, step_s: float = 0.1) -> NDArray[np.float32]:
    """Return how much of each note (from C) sounds in every *step_s*: k × 12, each row at most 1."""
    window = 1 << int(np.ceil(np.log2(rate * 0.3)))
    bins = np.fft.rfftfreq(window, 1.0 / rate)
    wanted = np.flatnonzero((bins >= _LOW_HZ) & (bins <= _HIGH_HZ))
    if not len(wanted):
        return np.zeros((1, 12), np.float32)
    pitch = 12 * np.log2(bins[wanted] / _A4_HZ) + 69
    near = np.round(pitch)
    # A bin between two notes tells nothing of either; high partials tell less than the notes themselves.
    weight = np.exp(-0.5 * ((pitch - near) / 0.22) ** 2) * np.exp(-0.5 * (np.log2(bins[wanted] / 330.0) / 1.4) ** 2)
    fold = np.zeros((len(wanted), 12), np.float32)
    fold[np.arange(len(wanted)), near.astype(int) % 12] = weight
    rows = []
    for block in frames(signal, window, max(1, round(rate * step_s))):
        part = block[:, wanted.min() - 1 : wanted.max() + 2]
        top = part[:, 1:-1]
        peaks = np.where((top > part[:, :-2]) & (top >= part[:, 2:]), top, 0.0)
        peaks[:, :-1] += 0.5 * np.where(peaks[:, 1:] > 0, top[:, :-1], 0)
        rows.append(np.sqrt(peaks) @ fold)
    chroma = np.concatenate(rows)
    most = chroma.max(axis=1, keepdims=True)
    quiet = most < 0.02 * max(float(most.max()), 1e-9)
    return np.where(quiet, 0.0, chroma / np.maximum(most, 1e-9)).astype(np.float32)


def find(chroma: NDArray[np.float32], weights: Curve | None = None) -> Key | None:
    """Return the key that fits the notes best; None when nothing tonal sounds."""
    held = chroma.mean(axis=0) if weights is None else np.average(chroma, axis=0, weights=weights + 1e-6)
    most = float(held.max())
    # Noise has all notes alike; a single tone or a fifth is no key.
    if most <= 1e-6 or float(held.std()) < 0.1 * most or int((held > 0.12 * most).sum()) < 3:
        return None
    notes = (held - held.mean()) / held.std()
    scores = np.empty(24)
    for mode, profile in enumerate((_MAJOR, _MINOR)):
        shape = (profile - profile.mean()) / profile.std()
        for tonic in range(12):
            scores[mode * 12 + tonic] = float(notes @ np.roll(shape, tonic)) / 12
    best = int(np.argmax(scores))
    tonic, minor = best % 12, best >= 12
    related = {best, (best + 12) % 24, (0 if minor else 12) + (tonic + (3 if minor else 9)) % 12}
    rest = max(float(scores[i]) for i in range(24) if i not in related)
    certainty = float(np.clip((scores[best] - rest) * 3.0, 0, 1))
    return Key(tonic, "minor" if minor else "major", certainty)
