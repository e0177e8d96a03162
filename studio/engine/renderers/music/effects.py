"""What a mixing desk does: room, ducking, tape, saturation. Samples are float32 n×2."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_BLOCK: Final = 1 << 16


def room(sound: Samples, rate: int, seconds: float, seed: int = 7) -> Samples:
    """Return only the reverberation of *sound* in a room that rings for *seconds* (60 dB).

    The room is shaped noise: high frequencies die away sooner, the first 15 ms are silent, and both sides differ.
    """
    rng = np.random.default_rng(seed)
    length = round(seconds * rate)
    times = np.arange(length) / rate
    noise = rng.standard_normal((length, 2)).astype(np.float32)
    spectrum = np.fft.rfft(noise, axis=0)
    frequencies = np.fft.rfftfreq(length, 1 / rate)
    response = np.zeros((length, 2))
    for low, high, decay in ((150, 700, 1.0), (700, 2500, 0.85), (2500, 6000, 0.55), (6000, 12000, 0.3)):
        band = np.where((frequencies >= low) & (frequencies < high), 1.0, 0.0)[:, None]
        response += np.fft.irfft(spectrum * band, length, axis=0) * np.exp(-6.9 * times / (seconds * decay))[:, None]
    onset = np.clip((times - 0.015) / 0.02, 0, 1)
    response *= onset[:, None]
    response /= np.sqrt((response**2).sum(axis=0, keepdims=True)) + 1e-12
    return convolve(sound, response.astype(np.float32))


def convolve(sound: Samples, response: Samples) -> Samples:
    """Return *sound* n×2 convolved with *response* m×2, as long as *sound*; in blocks, so that memory is bounded."""
    size = 1 << int(np.ceil(np.log2(len(response) + _BLOCK)))
    step = size - len(response)
    out = np.zeros((len(sound) + size, 2), np.float32)
    for side in range(2):
        spectrum = np.fft.rfft(response[:, side % response.shape[1]], size)
        for start in range(0, len(sound), step):
            block = np.fft.rfft(sound[start : start + step, side], size)
            out[start : start + size, side] += np.fft.irfft(block * spectrum, size)
    return out[: len(sound)]


def tone(sound: Samples, rate: int, points: Sequence[tuple[float, float]]) -> Samples:
    """Return *sound* through a linear-phase equaliser; *points* are (Hz, dB), joined on a logarithmic scale."""
    taps = 2049
    frequencies = np.fft.rfftfreq(taps - 1, 1 / rate)
    hz, db = np.array([point[0] for point in points]), np.array([point[1] for point in points])
    gains = 10 ** (np.interp(np.log(np.maximum(frequencies, 1.0)), np.log(hz), db) / 20)
    impulse = np.roll(np.fft.irfft(gains), (taps - 1) // 2) * np.hanning(taps - 1)
    delay = (taps - 1) // 2
    padded = np.concatenate((sound, np.zeros((delay, 2), np.float32)))
    return convolve(padded, np.stack((impulse, impulse), 1).astype(np.float32))[delay:]


def duck(sound: Samples, rate: int, hits_s: Sequence[float], depth: float = 0.6, release_s: float = 0.26) -> Samples:
    """Return *sound* made quieter at each of *hits_s* and let back in, as a compressor keyed by the kick drum does."""
    gain = np.ones(len(sound), np.float32)
    attack = round(0.006 * rate)  # no faster, or the fall itself would click
    release = 1 - depth * (1 - np.linspace(0, 1, round(release_s * rate))) ** 1.6
    curve = np.concatenate((np.linspace(1, 1 - depth, attack), release)).astype(np.float32)
    for hit in hits_s:
        start = max(0, round(hit * rate) - attack)
        part = gain[start : start + len(curve)]
        np.minimum(part, curve[: len(part)], out=part)
    return np.asarray(sound * gain[:, None], np.float32)


def tape(sound: Samples, rate: int) -> Samples:
    """Return *sound* as from a worn cassette: no top end, a slow waver of pitch, soft peaks."""
    times = np.arange(len(sound), dtype=np.float64)
    waver = 0.00055 * rate * np.sin(2 * np.pi * 0.55 * times / rate) + 0.00006 * rate * np.sin(
        2 * np.pi * 5.3 * times / rate
    )
    moved = np.stack([np.interp(times + waver, times, sound[:, side]) for side in range(2)], 1).astype(np.float32)
    dull = tone(moved, rate, ((20, -6), (60, 0), (3500, 0), (6500, -6), (9000, -18), (14000, -40), (24000, -60)))
    return saturate(dull, 1.6)


def crackle(frames: int, rate: int, seed: int) -> Samples:
    """Return the surface noise of an old record, at about −46 dB."""
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal((frames, 2)).astype(np.float32) * 0.0016
    count = int(frames / rate * 9)
    for start, size, side in zip(
        rng.integers(0, max(1, frames - 64), count), rng.pareto(2.2, count), rng.integers(0, 2, count), strict=True
    ):
        length = int(rng.integers(4, 40))
        pop = rng.standard_normal(length).astype(np.float32) * np.exp(-np.arange(length) / (length / 4))
        part = sound[start : start + length, side]
        part += (pop * min(0.05, 0.006 * (1 + size)))[: len(part)].astype(np.float32)
    return tone(sound, rate, ((20, -20), (300, -6), (1500, 0), (7000, 0), (12000, -12), (24000, -30)))


def saturate(sound: Samples, drive: float) -> Samples:
    """Return *sound* with rounded peaks; quiet parts keep their level."""
    return np.asarray(np.tanh(sound * drive) / drive, np.float32)


def widen(sound: Samples, width: float) -> Samples:
    """Return *sound* with its difference between the sides times *width*."""
    middle = sound.mean(axis=1, keepdims=True)
    return np.asarray(middle + (sound - middle) * width, np.float32)


def pan(sound: Samples, place: float) -> Samples:
    """Return *sound* moved to *place*, −1 left to 1 right, at the same power."""
    angle = (np.clip(place, -1, 1) + 1) * np.pi / 4
    sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
    return np.asarray(sound * sides, np.float32)


def fade(sound: Samples, rate: int, in_s: float, out_s: float) -> Samples:
    """Fade both ends of *sound* in place and return it; the last sample is silent."""
    start, end = min(len(sound), round(in_s * rate)), min(len(sound), round(out_s * rate))
    if start:
        sound[:start] *= np.linspace(0, 1, start, dtype=np.float32)[:, None]
    if end:
        sound[-end:] *= (np.cos(np.linspace(0, np.pi / 2, end)) ** 2).astype(np.float32)[:, None]
        sound[-1] = 0
    return sound
