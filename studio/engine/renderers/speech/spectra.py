"""Sound as Whisper hears it: log-mel spectra at 16 kHz."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 16_000
WINDOW_S: Final = 30
HOP: Final = 160
"""Samples between two spectra: a hundredth of a second."""
FRAMES: Final = WINDOW_S * RATE_HZ // HOP
_SIZE: Final = 400
_MELS: Final = 80
_TOP_HZ: Final = RATE_HZ / 2


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 80 × 3000 log-mel values of at most 30 s of sound (−1 to 1); shorter sound is followed by silence."""
    whole = np.zeros(WINDOW_S * RATE_HZ, np.float32)
    whole[: len(samples)] = samples[: len(whole)]
    padded = np.pad(whole, _SIZE // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::HOP][:FRAMES]
    shape = np.hanning(_SIZE + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(windows * shape, axis=1)) ** 2
    mel = _filters() @ power.T.astype(np.float32)
    logs = np.log10(np.maximum(mel, 1e-10))
    logs = np.maximum(logs, logs.max() - 8.0)
    return np.ascontiguousarray((logs + 4.0) / 4.0, np.float32)


@cache
def _filters() -> NDArray[np.float32]:
    """Return the 80 × 201 triangles of Slaney's mel scale (linear to 1 kHz, then logarithmic), each of equal area."""
    edges = _to_hz(np.linspace(_to_mel(0.0), _to_mel(_TOP_HZ), _MELS + 2))
    bins = np.linspace(0, _TOP_HZ, _SIZE // 2 + 1)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None], np.float32)


_LINEAR_HZ: Final = 1000.0
_LINEAR_STEP: Final = 200.0 / 3
_LOG_STEP: Final = float(np.log(6.4) / 27)


def _to_mel(hz: float) -> float:
    if hz < _LINEAR_HZ:
        return hz / _LINEAR_STEP
    return _LINEAR_HZ / _LINEAR_STEP + float(np.log(hz / _LINEAR_HZ)) / _LOG_STEP


def _to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    turn = _LINEAR_HZ / _LINEAR_STEP
    return np.where(mel < turn, mel * _LINEAR_STEP, _LINEAR_HZ * np.exp(_LOG_STEP * (mel - turn)))
