"""How loud a sound is over time, as a curve that pictures can follow."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.sound_analysis.spectrum import Curve, mono, smooth

SILENCE_DB: Final = -90.0


def level_db(samples: NDArray[Any], rate: int, step_s: float = 0.05) -> Curve:
    """Return the level (dBFS of the root mean square, not below ``SILENCE_DB``) of each *step_s* of the sound."""
    signal = mono(samples).astype(np.float64)
    step = max(1, round(rate * step_s))
    count = max(1, -(-len(signal) // step))
    padded = np.pad(signal, (0, count * step - len(signal))).reshape(count, step)
    held = np.minimum(step, np.maximum(1, len(signal) - step * np.arange(count)))
    power = (padded**2).sum(axis=1) / held
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10))), np.float32)


def sampled(curve: Curve, step_s: float, times_s: NDArray[Any]) -> Curve:
    """Return *curve*, whose values belong to the middles of steps, at *times_s*."""
    middles = (np.arange(len(curve)) + 0.5) * step_s
    return np.asarray(np.interp(times_s, middles, curve), np.float32)


def relative(curve_db: Curve, step_s: float, *, settle_s: float = 0.25) -> Curve:
    """Return 0–1: how loud each step is within the sound's own range; all 0 for silence.

    The range runs from 30 dB below the loud passages (95th percentile), so a quiet recording moves
    pictures as much as a loud one, and its noise floor does not.
    """
    if not len(curve_db) or float(curve_db.max()) <= SILENCE_DB + 20:
        return np.zeros(len(curve_db), np.float32)
    top = float(np.percentile(curve_db, 95))
    low = max(float(np.percentile(curve_db, 5)), top - 30.0)
    if top - low < 1.5:  # a steady sound has no passages
        return np.full(len(curve_db), 0.6, np.float32)
    return smooth(np.clip((curve_db - low) / (top - low), 0, 1).astype(np.float32), settle_s / step_s)
