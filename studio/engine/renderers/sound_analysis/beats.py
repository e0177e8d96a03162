"""Tempo and beats: the period that the onsets repeat with, and the even row of beats that fits them best.

The row is found by dynamic programming (D. Ellis, “Beat Tracking by Dynamic Programming”, 2007): each beat
earns its onset strength and pays for a distance to the beat before that differs from the period.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.sound_analysis.onsets import Flux
from studio.engine.renderers.sound_analysis.spectrum import Curve, smooth

SLOWEST_BPM, FASTEST_BPM = 40.0, 220.0
_LIKELY_BPM: Final = 118.0
_OCTAVES: Final = 0.7
_TIGHTNESS: Final = 120.0
_CLEAR: Final = 0.16
_CLEAR_IN_NOISE: Final = 0.35


@dataclass(frozen=True)
class Beats:
    """A pulse.

    Attributes:
        tempo_bpm: beats per minute; 0 when there is no pulse.
        clarity: 0–1, how strongly the onsets repeat with that period; below 0.16 there is no pulse.
        times_s: of the beats, also through passages where none is played.
        per_bar: beats per bar, 3 or 4.
        downbeats_s: the beats that begin bars.
    """

    tempo_bpm: float
    clarity: float
    times_s: NDArray[np.float64]
    per_bar: int
    downbeats_s: NDArray[np.float64]


def find(heard: Flux) -> Beats:
    """Return the pulse of a sound; no beats when there is none."""
    curve = heard.strength + 0.5 * heard.low  # the bass drum says where the beat is
    none = Beats(0.0, 0.0, np.empty(0), 4, np.empty(0))
    if len(curve) < 2 * heard.rate_hz or float(curve.max()) <= 0.02:
        return none
    # Without the bass drum's own weight: it is often struck at every other beat.
    period, clarity = _period(_sharp(heard.strength, heard.rate_hz), heard.rate_hz)
    # Noise repeats a little by chance, and its onsets hardly stand out.
    flat = float(np.percentile(heard.strength, 98)) < 3.0 * float(heard.strength.mean())
    if clarity < (_CLEAR_IN_NOISE if flat else _CLEAR):
        return Beats(0.0, clarity, np.empty(0), 4, np.empty(0))
    sharp = _sharp(curve, heard.rate_hz)
    places = _row(sharp, period)
    if len(places) >= 4:
        period = _refined(places, period)
    times = _between_frames(sharp, places) / heard.rate_hz
    per_bar, first = _bars(heard, places)
    return Beats(60.0 * heard.rate_hz / period, clarity, times, per_bar, times[first::per_bar])


def _sharp(curve: Curve, rate_hz: float) -> Curve:
    """Return an onset curve without its slow part, with a deviation of 1."""
    risen = np.maximum(0.0, curve - smooth(curve, rate_hz * 0.8)).astype(np.float32)
    risen = smooth(risen, 4.0)
    return risen / max(1e-6, float(risen.std()))


def _period(sharp: Curve, rate_hz: float) -> tuple[float, float]:
    """Return the period in frames and how clear it is."""
    centred = (sharp - sharp.mean()).astype(np.float64)
    size = 1 << int(np.ceil(np.log2(2 * len(centred))))
    echo = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2)[: len(centred)]
    echo = echo / max(echo[0], 1e-9)
    echo = echo * len(centred) / np.maximum(len(centred) - np.arange(len(centred)), len(centred) / 4)
    least, most = 60.0 * rate_hz / FASTEST_BPM, min(60.0 * rate_hz / SLOWEST_BPM, len(echo) / 2.0)
    lags = np.arange(least, most, 0.25)
    places = np.arange(len(echo))

    def at(lag: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.interp(lag, places, echo, right=0.0))

    # A beat repeats after two and four of itself too; half of it should not be a better row.
    score = at(lags) + 0.5 * at(2 * lags) + 0.35 * at(4 * lags) + 0.2 * at(3 * lags)
    likely = np.exp(-0.5 * (np.log2(60.0 * rate_hz / lags / _LIKELY_BPM) / _OCTAVES) ** 2)
    best = lags[int(np.argmax(np.maximum(score, 0) * likely))]
    clarity = max(float(at(np.array([best]))[0]), float(at(np.array([2 * best]))[0]))
    return float(best), float(np.clip(clarity, 0, 1))


def _row(sharp: Curve, period: float) -> NDArray[np.int64]:
    """Return the frames of the best row of beats."""
    count = len(sharp)
    nearest, farthest = max(1, round(period / 2)), max(2, round(period * 2))
    steps = np.arange(nearest, farthest + 1)
    price = -_TIGHTNESS * np.log(steps / period) ** 2
    score = np.zeros(count)
    before = np.full(count, -1, np.int64)
    for i in range(count):
        if i < nearest:
            score[i] = sharp[i]
            continue
        reach = steps[: min(len(steps), i - nearest + 1)]
        paid = score[i - reach] + price[: len(reach)]
        best = int(np.argmax(paid))
        # A row may also begin here, which is worth a row that earned nothing.
        if i < farthest and paid[best] < 0:
            score[i] = sharp[i]
            continue
        score[i] = sharp[i] + paid[best]
        before[i] = i - reach[best]
    tail = max(0, count - farthest)
    place = tail + int(np.argmax(score[tail:]))
    row = []
    while place >= 0:
        row.append(place)
        place = int(before[place])
    return np.array(row[::-1], np.int64)


def _refined(places: NDArray[np.int64], period: float) -> float:
    """Return the period by a straight line through the beats that keep to it."""
    gaps = np.diff(places)
    steady = gaps[np.abs(gaps - period) < 0.12 * period]
    if len(steady) < 3:
        return period
    numbers = np.concatenate(([0], np.cumsum(np.maximum(1, np.round(gaps / period)))))
    slope = float(np.polyfit(numbers, places, 1)[0])
    return slope if abs(slope - period) < 0.06 * period else float(steady.mean())


def _between_frames(sharp: Curve, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the beats at the tops of parabolas through their frames."""
    inside = np.clip(places, 1, len(sharp) - 2)
    left, top, right = (sharp[inside + k].astype(np.float64) for k in (-1, 0, 1))
    bend = left - 2 * top + right
    shift = np.where((bend < -1e-9) & (top >= left) & (top >= right), 0.5 * (left - right) / np.minimum(bend, -1e-9), 0)
    return np.asarray(np.maximum(0.0, places + np.clip(shift, -0.5, 0.5)))


def _bars(heard: Flux, places: NDArray[np.int64]) -> tuple[int, int]:
    """Return the beats per bar and which beat begins the first whole bar: where the bass is struck most."""
    if len(places) < 12:
        return 4, 0
    reach = max(1, round(0.04 * heard.rate_hz))

    def struck(curve: Curve) -> NDArray[np.float64]:
        values = np.array([float(curve[max(0, p - reach) : p + reach + 1].max()) for p in places])
        return np.asarray((values - values.mean()) / max(1e-6, float(values.std())))

    accents = struck(heard.low) + 0.4 * struck(heard.middle)
    best = (-np.inf, 4, 0)
    for per_bar, favour in ((4, 1.0), (3, 0.8)):
        for first in range(per_bar):
            on = accents[first::per_bar]
            off = np.delete(accents, np.s_[first::per_bar])
            best = max(best, (favour * float(on.mean() - off.mean()), per_bar, first))
    return best[1], best[2]
