"""Where sounds begin: spectral flux over pitch bands, and the flux of low, middle and high sounds apart.

The flux of a band is how much its compressed magnitude grew since 20 ms ago, against the greatest of the
neighbouring bands then, so that vibrato and gliding notes do not count as onsets.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.sound_analysis.spectrum import Curve, Samples, frames, smooth, triangles

FRAMES_PER_S: Final = 100
_BANDS: Final = 60
_LOW_HZ, _HIGH_HZ = 32.0, 9000.0
_LAG: Final = 2
_GAIN: Final = 1000.0
_FAINTEST: Final = 0.02
_SPLIT_HZ: Final = (180.0, 2200.0)


@dataclass(frozen=True)
class Flux:
    """Onset strength over time; each curve has a value for every 1/``rate_hz`` seconds.

    Attributes:
        strength: of all bands.
        low, middle, high: below 180 Hz (bass, kick), between, and above 2.2 kHz (cymbals, consonants).
    """

    rate_hz: float
    strength: Curve
    low: Curve
    middle: Curve
    high: Curve


def flux(signal: Samples, rate: int) -> Flux:
    """Return the onset strength of a one-channel sound."""
    hop = max(1, round(rate / FRAMES_PER_S))
    window = 1 << int(np.ceil(np.log2(rate * 0.045)))
    weights = triangles(rate, window, _LOW_HZ, _HIGH_HZ, _BANDS)
    energies = np.concatenate([np.log1p(_GAIN * (block @ weights)) for block in frames(signal, window, hop)])
    before = np.maximum(energies, np.maximum(_shifted(energies, 1), _shifted(energies, -1)))
    grown = np.zeros_like(energies)
    grown[_LAG:] = np.maximum(0.0, energies[_LAG:] - before[:-_LAG])
    centres = (np.fft.rfftfreq(window, 1 / rate) @ weights) / np.maximum(weights.sum(axis=0), 1e-6)
    low, high = centres < _SPLIT_HZ[0], centres >= _SPLIT_HZ[1]
    return Flux(
        rate / hop,
        grown.mean(axis=1),
        grown[:, low].mean(axis=1),
        grown[:, ~low & ~high].mean(axis=1),
        grown[:, high].mean(axis=1),
    )


def _shifted(energies: NDArray[Any], by: int) -> NDArray[Any]:
    padded = np.pad(energies, ((0, 0), (1, 1)), mode="edge")
    return padded[:, 1 - by : 1 - by + energies.shape[1]]


def peaks(curve: Curve, rate_hz: float, *, gap_s: float = 0.06, above: float = 1.5) -> NDArray[np.float64]:
    """Return the times (s) of the peaks of an onset curve that stand out from their second."""
    if len(curve) < 3 or float(curve.max()) <= _FAINTEST:
        return np.empty(0, np.float64)
    reach = max(1, round(gap_s * rate_hz))
    padded = np.pad(curve, reach, constant_values=-1.0)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    floor = np.maximum(_FAINTEST, above * smooth(curve, rate_hz) + 0.06 * float(np.percentile(curve, 99)))
    places = np.flatnonzero((curve >= highest) & (curve > floor))
    keep = np.diff(places, prepend=-(10**9)) > reach
    return places[keep] / rate_hz
