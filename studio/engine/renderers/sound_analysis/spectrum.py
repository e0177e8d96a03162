"""Short-time spectra in bounded memory, and what is read off them frame by frame."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Curve = NDArray[np.float32]

WORK_RATE_HZ: Final = 20_000
"""Sounds are reduced by whole numbers to the least rate that is not below this."""
_BLOCK_FRAMES: Final = 512


def mono(samples: NDArray[Any]) -> Samples:
    """Return one channel, the mean of all, as float32."""
    whole = np.asarray(samples, np.float32)
    return np.ascontiguousarray(whole if whole.ndim == 1 else whole.mean(axis=1))


def reduced(samples: NDArray[Any], rate: int) -> tuple[Samples, int]:
    """Return one channel at a rate that is at least ``WORK_RATE_HZ`` if the sound's is, without aliasing."""
    signal = mono(samples)
    factor = max(1, rate // WORK_RATE_HZ)
    if factor == 1 or not signal.size:
        return signal, rate
    taps = 16 * factor + 1
    place = np.arange(taps) - taps // 2
    kernel = np.sinc(place / factor * 0.92) * np.hanning(taps + 2)[1:-1]
    kernel = (kernel / kernel.sum()).astype(np.float32)
    return np.convolve(signal, kernel, mode="same")[::factor].astype(np.float32), rate // factor


def frames(signal: Samples, window: int, hop: int) -> Iterator[NDArray[np.float32]]:
    """Yield magnitudes (k × window/2+1) of successive Hann windows, centred on multiples of *hop*, in blocks."""
    padded = np.pad(signal, (window // 2, window // 2 + hop))
    count = max(1, -(-len(signal) // hop))
    shape = np.hanning(window + 1)[:-1].astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    for start in range(0, count, _BLOCK_FRAMES):
        block = views[start : min(start + _BLOCK_FRAMES, count)] * shape
        yield np.abs(np.fft.rfft(block, axis=1)).astype(np.float32) * (2.0 / shape.sum())


def triangles(rate: int, window: int, low_hz: float, high_hz: float, count: int) -> NDArray[np.float32]:
    """Return *count* triangular bands, evenly spaced in pitch, as weights (window/2+1 × count)."""
    bins = np.fft.rfftfreq(window, 1.0 / rate)
    edges = np.geomspace(low_hz, min(high_hz, rate / 2), count + 2)
    # A band narrower than a bin would be empty.
    edges = np.maximum.accumulate(np.maximum(edges, edges[0] + np.arange(count + 2) * (rate / window) * 0.75))
    out = np.zeros((len(bins), count), np.float32)
    for i in range(count):
        rise = (bins - edges[i]) / max(1e-6, edges[i + 1] - edges[i])
        fall = (edges[i + 2] - bins) / max(1e-6, edges[i + 2] - edges[i + 1])
        out[:, i] = np.clip(np.minimum(rise, fall), 0, 1)
    return out


def smooth(curve: Curve, frames_wide: float) -> Curve:
    """Return *curve* under a Hann window about *frames_wide* wide, mirrored at its ends."""
    half = max(1, round(frames_wide / 2))
    if len(curve) < 2:
        return curve
    half = min(half, len(curve) - 1)
    kernel = np.hanning(2 * half + 3)[1:-1]
    padded = np.pad(curve, half, mode="reflect")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid").astype(np.float32)
