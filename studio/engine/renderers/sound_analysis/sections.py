"""The form of a sound: where it changes character, and which parts are alike.

A boundary is where the mean notes and the mean timbre of the next seconds differ most from those of the
seconds before, and differ enough to be heard: by about 3 dB across the bands, or by a change of harmony.
"""

import itertools
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.sound_analysis import loudness
from studio.engine.renderers.sound_analysis.spectrum import Curve, Samples, frames, triangles

STEP_S: Final = 0.5
_AROUND_S: Final = 8.0
_LEAST_S: Final = 5.0
_MOST: Final = 40
_LONGEST_S: Final = 1800.0
_TIMBRE: Final = 0.35
"""A heard difference of timbre: root mean square over bands of compressed magnitudes (natural logarithms)."""
_NOTES: Final = 0.4
"""A heard difference of harmony: root mean square over notes, each 0–1."""
_GAIN: Final = 300.0


@dataclass(frozen=True)
class Section:
    """A part. Parts with the same ``letter`` sound alike; ``level_db`` is their mean level in dBFS."""

    start_s: float
    end_s: float
    letter: str
    level_db: float


def find(signal: Samples, rate: int, chroma: NDArray[np.float32], chroma_step_s: float) -> list[Section]:
    """Return the sections of a one-channel sound, without gaps; one for a short or even sound."""
    length_s = len(signal) / rate
    levels = loudness.level_db(signal, rate, STEP_S)
    if length_s < 2 * _LEAST_S:
        return [Section(0.0, length_s, "A", _mean_db(levels))]
    step_s = max(STEP_S, length_s / (_LONGEST_S / STEP_S))
    features = _features(signal, rate, chroma, chroma_step_s, step_s, length_s)
    bounds = _boundaries(features, step_s)
    edges = [0.0, *(b * step_s for b in bounds), length_s]
    letters = _letters(
        [features[a:b].mean(axis=0) for a, b in zip([0, *bounds], [*bounds, len(features)], strict=True)]
    )
    return [
        Section(a, b, letter, _mean_db(levels[int(a / STEP_S) : max(int(a / STEP_S) + 1, int(b / STEP_S))]))
        for a, b, letter in zip(edges, edges[1:], letters, strict=False)
    ]


def _letters(means: list[NDArray[Any]]) -> list[str]:
    """Return the same letter for parts that do not differ enough to be heard."""
    kinds: list[NDArray[Any]] = []
    letters = []
    for mean in means:
        apart = [float(np.linalg.norm(mean - kind)) for kind in kinds]
        if not apart or min(apart) >= 1.0:
            kinds.append(mean)
            apart.append(0.0)
        letters.append(chr(65 + min(25, int(np.argmin(apart)))))
    return letters


def _mean_db(levels: Curve) -> float:
    return round(float(10 * np.log10(np.mean(10 ** (levels.astype(np.float64) / 10)))), 1) if len(levels) else -90.0


def _features(
    signal: Samples, rate: int, chroma: NDArray[np.float32], chroma_step_s: float, step_s: float, length_s: float
) -> NDArray[np.float32]:
    """Return one row per step: timbre and notes, scaled so that a distance of 1 can be heard."""
    count = max(2, int(length_s / step_s))
    window = 2048
    weights = triangles(rate, window, 40.0, 8000.0, 18)
    hop = max(1, round(rate * 0.1))
    bands = np.concatenate([np.log1p(_GAIN * (block @ weights)) for block in frames(signal, window, hop)])
    parts = []
    for rows, row_s, heard in ((bands, hop / rate, _TIMBRE), (chroma, chroma_step_s, _NOTES)):
        edges = np.minimum((np.arange(count + 1) * step_s / row_s).astype(int), len(rows) - 1)
        means = [rows[a : max(a + 1, b)].mean(axis=0) for a, b in itertools.pairwise(edges)]
        parts.append(np.stack(means) / (heard * np.sqrt(rows.shape[1])))
    return np.concatenate(parts, axis=1).astype(np.float32)


def _boundaries(features: NDArray[np.float32], step_s: float) -> list[int]:
    around = max(2, min(round(_AROUND_S / step_s), len(features) // 2))
    sums = np.concatenate((np.zeros((1, features.shape[1])), np.cumsum(features, axis=0, dtype=np.float64)))
    places = np.arange(len(features))
    first, last = np.maximum(0, places - around), np.minimum(len(features), places + around)
    before = (sums[places] - sums[first]) / np.maximum(1, places - first)[:, None]
    after = (sums[last] - sums[places]) / np.maximum(1, last - places)[:, None]
    change = np.linalg.norm(after - before, axis=1)
    apart = max(1, round(_LEAST_S / step_s))
    chosen: list[int] = []
    for place in np.argsort(-change):
        at = int(place)
        if change[at] < 1.0 or len(chosen) >= _MOST:
            break
        if apart <= at <= len(features) - apart and all(abs(at - other) >= apart for other in chosen):
            chosen.append(at)
    return sorted(chosen)
