"""A sound bed from nothing: rain, wind, sea, fire and other ambiences, synthesised from shaped noise and small tones.

Synthetic and said to be; no recording is used. Same names, length and seed give the same samples.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""n×2, −1 to 1."""
Floats = NDArray[np.float64]

RATE: Final = 48_000
LUFS: Final = {
    "rain": -23.0, "thunder": -21.0, "wind": -25.0, "sea": -22.0, "stream": -24.0, "fire": -24.0, "city": -26.0,
    "birds": -27.0, "night": -28.0, "underwater": -26.0, "space": -24.0, "room": -38.0,
}  # fmt: skip
"""How loud each ambience is when it leads; thunder lifts any."""
_SHARES: Final = (1.0, 0.62, 0.45)
_IN_S, _OUT_S = 0.08, 0.5


def bed(names: Sequence[str], duration_s: float, seed: int, flashes: Sequence[tuple[float, float]] = ()) -> Samples:
    """Return a stereo bed of the ambiences *names* (``ambience_names``), as loud as the first is by nature.

    The first is the loudest; up to three are heard.

    Args:
        flashes: when lightning strikes (seconds, power): thunder follows each.
    """
    from studio.engine.renderers.video import sound

    count = max(1, round(duration_s * RATE))
    mix = np.zeros((count, 2))
    names = list(dict.fromkeys(name for name in names if name in _MAKERS))[:3] or ["room"]
    for place, name in enumerate(names):
        rng = np.random.Generator(np.random.PCG64((seed * 31 + place * 7 + sum(map(ord, name))) & 0xFFFFFFFF))
        layer = _thunder(rng, count, flashes) if name == "thunder" else _MAKERS[name](rng, count)
        level = float(np.sqrt(np.mean(layer**2))) + 1e-9
        mix += layer / level * _SHARES[place] * 0.1
    if flashes and "thunder" not in names:
        rng = np.random.Generator(np.random.PCG64((seed ^ 0x7D) & 0xFFFFFFFF))
        mix += _thunder(rng, count, flashes) * 0.5
    level = max(LUFS[names[0]], -22.0 if flashes else -99.0)
    out = sound.normalise(mix.astype(np.float32), RATE, level, -1.5)
    return faded(out, _IN_S, _OUT_S)


def faded(samples: Samples, in_s: float, out_s: float) -> Samples:
    """Return *samples* with a soft beginning and end."""
    count = len(samples)
    out = samples.copy()
    for seconds, backwards in ((in_s, False), (out_s, True)):
        length = min(count // 2, round(seconds * RATE))
        if length:
            ramp = np.sin(np.linspace(0, math.pi / 2, length, dtype=np.float32)) ** 2
            part = slice(count - length, count) if backwards else slice(0, length)
            out[part] *= (ramp[::-1] if backwards else ramp)[:, None]
    return out


def continued(tail: Samples, duration_s: float, seed: int) -> Samples:
    """Return a sound that goes on like *tail* (a second or two of one): its tone colour and level as steady noise.

    Melodies and words do not go on; they turn into a wash that fades away.
    """
    count = max(1, round(duration_s * RATE))
    if len(tail) < 2048 or float(np.abs(tail).max()) < 1e-4:
        return np.zeros((count, 2), np.float32)
    rng = np.random.Generator(np.random.PCG64((seed ^ 0xC0117) & 0xFFFFFFFF))
    size, hop = 8192, 2048
    window = np.hanning(size)
    padded = np.vstack([tail, tail[::-1]]).astype(np.float64)
    while len(padded) < size * 3:
        padded = np.vstack([padded, padded])
    starts = range(0, len(padded) - size, hop)
    spectrum = np.sqrt(
        np.mean([np.abs(np.fft.rfft(padded[s : s + size] * window[:, None], axis=0)) ** 2 for s in starts], axis=0)
    )
    out = np.zeros((count + 2 * size, 2))
    for start in range(0, count + size, hop):
        phases = np.exp(1j * rng.uniform(0, 2 * np.pi, spectrum.shape))
        out[start : start + size] += np.fft.irfft(spectrum * phases, n=size, axis=0) * window[:, None]
    out = out[size : size + count]
    level = math.sqrt(float(np.mean(tail.astype(np.float64) ** 2)) / (float(np.mean(out**2)) + 1e-12))
    time = np.arange(count) / max(1, count - 1)
    fall = np.cos(np.clip(time, 0, 1) * math.pi / 2)[:, None] ** 0.8
    return np.asarray(np.clip(out * level * fall, -0.95, 0.95), np.float32)


# ---- building blocks


def _shaped(rng: np.random.Generator, count: int, shape: Callable[[Floats], Floats], channels: int = 2) -> Floats:
    """Return noise n×channels whose spectrum follows *shape* (of frequencies in Hz), at an RMS of 1."""
    size = 1 << max(10, (count - 1).bit_length())
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    gain = shape(np.maximum(frequencies, 1.0))
    gain[0] = 0.0
    out = np.empty((count, channels))
    for channel in range(channels):
        spectrum = np.fft.rfft(rng.standard_normal(size)) * gain
        out[:, channel] = np.fft.irfft(spectrum, n=size)[:count]
    return np.asarray(out / (np.sqrt(np.mean(out**2)) + 1e-12))


def _band(low: float, high: float, slope: float = 1.0) -> Callable[[Floats], Floats]:
    """Return a spectrum that passes *low* to *high* Hz with soft flanks, falling with frequency by *slope*."""

    def shape(f: Floats) -> Floats:
        return np.asarray(f**-slope / (1 + (low / f) ** 4) / (1 + (f / high) ** 4))

    return shape


def _slow(rng: np.random.Generator, count: int, period_s: float, low: float = 0.0, high: float = 1.0) -> Floats:
    """Return a smooth random curve n from *low* to *high* that changes about every *period_s*."""
    knots = max(4, math.ceil(count / RATE / period_s) + 4)
    values = rng.random(knots)
    where = np.arange(count) / RATE / period_s + 1.0
    base = np.minimum(where.astype(np.int64), knots - 2)
    part = where - base
    part = part * part * (3 - 2 * part)
    return np.asarray(low + (high - low) * (values[base] * (1 - part) + values[base + 1] * part))


def _place(out: Floats, start: int, grain: Floats, pan: float, level: float) -> None:
    """Add a mono *grain* at sample *start*; *pan* from 0 left to 1 right."""
    stop = min(len(out), start + len(grain))
    if start < 0 or stop <= start:
        return
    part = grain[: stop - start] * level
    out[start:stop, 0] += part * math.cos(pan * math.pi / 2)
    out[start:stop, 1] += part * math.sin(pan * math.pi / 2)


# ---- ambiences


def _rain(rng: np.random.Generator, count: int) -> Floats:
    wash = _shaped(rng, count, _band(500, 9000, 0.45)) * _slow(rng, count, 2.5, 0.85, 1.0)[:, None]
    low = _shaped(rng, count, _band(90, 700, 0.9)) * 0.35
    drops = np.zeros((count, 2))
    for _ in range(int(count / RATE * 95)):
        length = int(RATE * rng.uniform(0.004, 0.016))
        time = np.arange(length) / RATE
        tone = np.sin(2 * np.pi * rng.uniform(1800, 5200) * time) + 0.6 * rng.standard_normal(length)
        grain = tone * np.exp(-time * rng.uniform(350, 900))
        _place(drops, int(rng.integers(0, count)), grain, rng.random(), rng.random() ** 3 * 2.2)
    return np.asarray(wash + low + drops)


def _wind(rng: np.random.Generator, count: int) -> Floats:
    out = np.zeros((count, 2))
    gust = _slow(rng, count, 2.2, 0.18, 1.0) ** 2
    for middle, share in ((140, 1.0), (260, 0.85), (430, 0.6), (720, 0.34), (1200, 0.14)):
        own = _slow(rng, count, 1.4, 0.3, 1.0) * gust ** (0.6 + middle / 900)
        side = _slow(rng, count, 3.3, 0.75, 1.0)
        band = _shaped(rng, count, _band(middle * 0.75, middle * 1.3, 0.3)) * (own * share)[:, None]
        out += band * np.stack((side, 1.75 - side), 1)
    return out


def _sea(rng: np.random.Generator, count: int) -> Floats:
    swell, foam = np.zeros(count), np.zeros(count)
    at_s = -float(rng.uniform(1.0, 4.0))
    time = np.arange(count) / RATE
    while at_s < count / RATE:
        rise, fall, size = rng.uniform(1.6, 2.6), rng.uniform(2.4, 3.6), rng.uniform(0.6, 1.0)
        age = time - at_s
        swell += size * np.where(
            age < rise, np.clip(age / rise, 0, 1) ** 2, np.exp(-(age - rise) / (fall * 0.5)) * (age >= rise)
        )
        late = age - rise * 0.92
        foam += size * np.where(late < 0, 0, np.clip(late / 0.25, 0, 1) * np.exp(-np.maximum(late, 0) / (fall * 0.45)))
        at_s += float(rng.uniform(3.4, 5.6))
    deep = _shaped(rng, count, _band(45, 420, 0.8)) * (0.35 + 0.75 * swell)[:, None]
    body = _shaped(rng, count, _band(250, 2200, 0.6)) * (0.10 + 0.55 * swell**1.5 + 0.35 * foam)[:, None]
    hiss = _shaped(rng, count, _band(1800, 9500, 0.3)) * (0.04 + 0.42 * foam)[:, None]
    return np.asarray(deep + body + hiss)


def _stream(rng: np.random.Generator, count: int) -> Floats:
    wash = _shaped(rng, count, _band(350, 4200, 0.7)) * 0.75
    drops = np.zeros((count, 2))
    for _ in range(int(count / RATE * 42)):
        length = int(RATE * rng.uniform(0.02, 0.07))
        time = np.arange(length) / RATE
        start = rng.uniform(380, 1500)
        sweep = 2 * np.pi * (start * time + rng.uniform(0.4, 2.4) * start * time**2 * 4)
        grain = np.sin(sweep) * np.sin(np.pi * np.arange(length) / length) ** 2
        _place(drops, int(rng.integers(0, count)), grain, rng.random(), rng.random() ** 2 * 1.5)
    return np.asarray(wash + drops)


def _fire(rng: np.random.Generator, count: int) -> Floats:
    roar = _shaped(rng, count, _band(50, 320, 0.9)) * _slow(rng, count, 0.35, 0.45, 1.0)[:, None]
    hiss = _shaped(rng, count, _band(1500, 7000, 0.4)) * _slow(rng, count, 0.8, 0.06, 0.22)[:, None]
    cracks = np.zeros((count, 2))
    for _ in range(int(count / RATE * 17)):
        length = int(RATE * rng.uniform(0.002, 0.02))
        time = np.arange(length) / RATE
        noise = np.diff(rng.standard_normal(length + 1))
        grain = noise * np.exp(-time * rng.uniform(250, 1500))
        _place(cracks, int(rng.integers(0, count)), grain, 0.3 + 0.4 * rng.random(), 0.4 + 7.0 * rng.random() ** 6)
    return np.asarray(roar + hiss + cracks)


def _city(rng: np.random.Generator, count: int) -> Floats:
    hum = _shaped(rng, count, _band(35, 240, 0.9)) * _slow(rng, count, 4.0, 0.8, 1.0)[:, None]
    air = _shaped(rng, count, _band(300, 2600, 1.1)) * 0.22
    out = hum + air
    time = np.arange(count) / RATE
    at_s = float(rng.uniform(0.2, 2.0))
    while at_s < count / RATE + 1:
        width, side, size = rng.uniform(0.7, 1.5), 1 if rng.random() < 0.5 else -1, rng.uniform(0.25, 0.8)
        near = np.exp(-(((time - at_s) / width) ** 2))
        pan = np.clip(0.5 + side * (time - at_s) / (4 * width), 0.05, 0.95)
        wheels = _shaped(rng, count, _band(160, 2300, 0.9), 1)[:, 0] * near * size
        out += np.stack((wheels * np.cos(pan * math.pi / 2), wheels * np.sin(pan * math.pi / 2)), 1)
        at_s += float(rng.uniform(2.2, 4.8))
    return np.asarray(out)


def _birds(rng: np.random.Generator, count: int) -> Floats:
    leaves = _shaped(rng, count, _band(250, 3500, 1.0)) * _slow(rng, count, 2.2, 0.03, 0.08)[:, None]
    song = np.zeros((count, 2))
    for _ in range(3):
        pan, middle, level = rng.random(), rng.uniform(2400, 4600), rng.uniform(0.35, 1.0)
        at_s = float(rng.uniform(0.1, 1.6))
        while at_s < count / RATE:
            up, beat = rng.uniform(-0.35, 0.45), rng.uniform(18, 38)
            for note in range(int(rng.integers(2, 7))):
                length = int(RATE * rng.uniform(0.05, 0.13))
                time = np.arange(length) / RATE
                pitch = middle * (1 + 0.10 * rng.standard_normal()) * (1 + up * time / time[-1] * 0.6)
                phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.02 * np.sin(2 * np.pi * beat * time))) / RATE
                grain = np.sin(phase) * np.sin(np.pi * np.arange(length) / length) ** 1.4
                start = int((at_s + note * rng.uniform(0.10, 0.16)) * RATE)
                _place(song, start, grain, pan, level * rng.uniform(0.5, 1.0))
            at_s += float(rng.uniform(1.1, 3.4))
    return np.asarray(leaves + song * 0.8)


def _night(rng: np.random.Generator, count: int) -> Floats:
    air = _shaped(rng, count, _band(120, 1500, 1.0)) * 0.04
    out = np.zeros((count, 2))
    time = np.arange(count) / RATE
    for _ in range(4):
        pitch, rate, pan = rng.uniform(3900, 5100), rng.uniform(14, 19), rng.random()
        phrase = (
            np.sin(2 * np.pi * rng.uniform(0.45, 0.8) * time + rng.uniform(0, 6)) > rng.uniform(-0.4, 0.3)
        ).astype(float)
        smoothing = np.hanning(int(0.08 * RATE))
        size = 1 << (count + len(smoothing)).bit_length()
        phrase = np.fft.irfft(np.fft.rfft(phrase, size) * np.fft.rfft(smoothing / smoothing.sum(), size), size)[:count]
        pulse = np.clip(np.sin(2 * np.pi * rate * time), 0, 1) ** 1.5
        chirp = (
            np.sin(2 * np.pi * pitch * time + 0.3 * np.sin(2 * np.pi * rate * time))
            * pulse
            * phrase
            * rng.uniform(0.25, 1.0)
        )
        out += np.stack((chirp * math.cos(pan * math.pi / 2), chirp * math.sin(pan * math.pi / 2)), 1)
    return np.asarray(out * 0.35 + air)


def _underwater(rng: np.random.Generator, count: int) -> Floats:
    deep = _shaped(rng, count, _band(30, 190, 0.7)) * _slow(rng, count, 2.4, 0.6, 1.0)[:, None]
    muffled = _shaped(rng, count, _band(150, 650, 1.2)) * _slow(rng, count, 1.1, 0.1, 0.4)[:, None]
    bubbles = np.zeros((count, 2))
    at_s = float(rng.uniform(0.1, 1.0))
    while at_s < count / RATE:
        pan = rng.random()
        for note in range(int(rng.integers(3, 11))):
            length = int(RATE * rng.uniform(0.03, 0.09))
            time = np.arange(length) / RATE
            start = rng.uniform(240, 780)
            grain = np.sin(2 * np.pi * (start * time + start * 5.0 * time**2)) * np.exp(-time * 45)
            _place(bubbles, int((at_s + note * rng.uniform(0.03, 0.11)) * RATE), grain, pan, rng.uniform(0.2, 0.9))
        at_s += float(rng.uniform(1.2, 3.0))
    return np.asarray(deep + muffled + bubbles)


def _space(rng: np.random.Generator, count: int) -> Floats:
    time = np.arange(count) / RATE
    out = np.zeros((count, 2))
    for pitch, share in ((55.0, 1.0), (82.41, 0.7), (110.0, 0.55), (164.81, 0.30), (220.0, 0.16), (329.63, 0.07)):
        for channel in range(2):
            detune = 1 + rng.uniform(-0.0022, 0.0022)
            swell = 0.55 + 0.45 * np.sin(2 * np.pi * rng.uniform(0.05, 0.13) * time + rng.uniform(0, 6))
            out[:, channel] += share * swell * np.sin(2 * np.pi * pitch * detune * time + rng.uniform(0, 6))
    return np.asarray(out * 0.6 + _shaped(rng, count, _band(60, 900, 1.1)) * 0.05)


def _room(rng: np.random.Generator, count: int) -> Floats:
    return np.asarray(_shaped(rng, count, _band(60, 1200, 1.0)) * _slow(rng, count, 3.0, 0.8, 1.0)[:, None])


def _thunder(rng: np.random.Generator, count: int, flashes: Sequence[tuple[float, float]] = ()) -> Floats:
    """Thunder after each flash; without flashes it rolls far away."""
    out = _shaped(rng, count, _band(25, 110, 0.9)) * _slow(rng, count, 1.6, 0.02, 0.25)[:, None]
    time = np.arange(count) / RATE
    for at_s, power in flashes:
        age = time - (at_s + rng.uniform(0.35, 0.9))
        begun = age > 0
        roll = np.where(begun, np.exp(-np.maximum(age, 0) / 1.5) * np.clip(age / 0.05, 0, 1), 0)
        roll = roll * _slow(rng, count, 0.22, 0.35, 1.0)
        crack = np.where(begun, np.exp(-np.maximum(age, 0) / 0.16), 0)
        out += power * (_shaped(rng, count, _band(28, 170, 0.8)) * (2.4 * roll)[:, None])
        out += power * (
            _shaped(rng, count, _band(150, 2600, 0.7)) * (0.9 * crack * _slow(rng, count, 0.03, 0.1, 1.0))[:, None]
        )
    return np.asarray(out)


_MAKERS: Final[dict[str, Callable[[Any, int], Floats]]] = {
    "rain": _rain, "wind": _wind, "sea": _sea, "stream": _stream, "fire": _fire, "city": _city, "birds": _birds,
    "night": _night, "underwater": _underwater, "space": _space, "room": _room, "thunder": _thunder,
}  # fmt: skip
