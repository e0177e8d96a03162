"""Samples of sounds: reading, writing, loudness after ITU-R BS.1770-4, levelling."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.renderers.video import ffmpeg, probe

Samples = NDArray[np.float32]
"""Samples n×2, −1 to 1."""
Container = Literal["wav", "flac", "mp3", "m4a"]
MIME: Final[dict[Container, str]] = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}
MAX_SECONDS: Final = 1800.0
_BLOCK_S: Final = 0.4
_STEP_S: Final = 0.1
_SILENCE_LUFS: Final = -70.0
_RESPONSE_TAPS: Final = 1 << 15
_LIMIT_S: Final = 0.012


def read_sound(
    path: str | Path, rate: int = 48_000, *, start_s: float = 0.0, duration_s: float | None = None
) -> Samples:
    """Return a sound, or the soundtrack of a film, as float32 n×2 at *rate*; mono plays on both sides.

    Raises:
        ToolError: PARAMETER_INVALID, no sound in it, or longer than half an hour.
    """
    info = probe.audio(path)
    left_s = info.duration_s - start_s
    seconds = left_s if duration_s is None else min(duration_s, left_s)
    if seconds > MAX_SECONDS:
        raise ToolError("PARAMETER_INVALID", f"This sound is too long: up to {MAX_SECONDS / 60:.0f} minutes work.")
    if seconds <= 0:
        return np.zeros((0, 2), np.float32)
    mix = "pan=stereo|c0=c0|c1=c0," if info.channels == 1 else ""
    first, count = round(start_s * rate), round(seconds * rate)
    cut = f"aresample={rate},atrim=start_sample={first}:end_sample={first + count}"
    arguments = [*ffmpeg.source(path), "-map", "0:a:0", "-vn", "-af", mix + cut, "-ac", "2", "-f", "f32le", "pipe:1"]
    samples = np.zeros((count, 2), np.float32)
    with ffmpeg.process(arguments, reads=True) as child:
        got = child.read_into(ffmpeg.view(samples))
        child.output.read(1)
        if child.wait() != 0 and not got:
            raise ToolError("PARAMETER_INVALID", "This sound is damaged and cannot be read.")
    if not np.isfinite(samples.sum()):  # a file of floats may hold anything
        np.nan_to_num(samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
    return samples


def write_sound(
    path: str | Path,
    samples: Samples,
    rate: int,
    format: Container = "wav",  # noqa: A002 - the word that everybody uses for it
    about: Mapping[str, str] | None = None,
) -> None:
    """Write samples n×2 (or n, mono): WAV and FLAC with 24 bits, MP3 at 256 kbit/s, AAC at 192 kbit/s.

    Args:
        about: provenance texts for the file.

    Raises:
        ToolError: the encoder failed.
    """
    sound = np.ascontiguousarray(np.clip(samples, -1.0, 1.0), np.float32)
    channels = 1 if sound.ndim == 1 else sound.shape[1]
    if format in ("wav", "flac"):
        import soundfile

        with soundfile.SoundFile(str(path), "w", rate, channels, "PCM_24", format=format.upper()) as file:
            if about:
                file.comment = json.dumps(dict(about), ensure_ascii=False)
                file.title = about.get("prompt", "")[:200]
            file.write(sound)
        return
    coding = ["-c:a", "libmp3lame", "-b:a", "256k"] if format == "mp3" else ["-c:a", "aac", "-b:a", "192k"]
    arguments = ["-y", "-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0", *coding]
    arguments += [*ffmpeg.notes(about or {}), *(["-id3v2_version", "3"] if format == "mp3" else [])]
    arguments += ["-f", "mp3" if format == "mp3" else "ipod", ffmpeg.target(path)]
    with ffmpeg.process(arguments, writes=True) as child:
        try:
            child.write_all(ffmpeg.view(sound))
            child.input.close()
        except OSError as error:
            child.wait()
            raise child.failed("The sound could not be written") from error
        if child.wait() != 0:
            raise child.failed("The sound could not be written")


@cache
def _weighting(rate: int) -> NDArray[np.complex64]:
    """Return the spectrum of the K-weighting filter's impulse response, for blocks of twice its length.

    The two biquads of BS.1770 are given for 48 kHz; their analogue prototypes are warped to other rates.
    """
    impulse = np.zeros(_RESPONSE_TAPS)
    impulse[0] = 1.0
    for numerator, denominator in (_shelf(rate), _high_pass(rate)):
        impulse = _biquad(impulse, numerator, denominator)
    return np.fft.rfft(impulse, 2 * _RESPONSE_TAPS).astype(np.complex64)


def _shelf(rate: int) -> tuple[list[float], list[float]]:
    frequency, gain_db, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = np.tan(np.pi * frequency / rate)
    high = 10 ** (gain_db / 20)
    middle = high**0.4996667741545416
    scale = 1 + k / q + k * k
    numerator = [
        (high + middle * k / q + k * k) / scale,
        2 * (k * k - high) / scale,
        (high - middle * k / q + k * k) / scale,
    ]
    return numerator, [2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]


def _high_pass(rate: int) -> tuple[list[float], list[float]]:
    frequency, q = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * frequency / rate)
    scale = 1 + k / q + k * k
    return [1.0, -2.0, 1.0], [2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]


def _biquad(signal: NDArray[np.float64], b: list[float], a: list[float]) -> NDArray[np.float64]:
    out = np.empty_like(signal)
    one = two = 0.0
    for i, value in enumerate(signal.tolist()):
        made = b[0] * value + one
        one = b[1] * value - a[0] * made + two
        two = b[2] * value - a[1] * made
        out[i] = made
    return out


def _steps_power(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Return the K-weighted power, channels summed, of each tenth of a second."""
    step = round(_STEP_S * rate)
    total = np.zeros(len(samples) // step)
    spectrum = _weighting(rate)
    for channel in range(samples.shape[1]):
        weighted = np.zeros(len(samples) + 2 * _RESPONSE_TAPS, np.float32)
        for start in range(0, len(samples), _RESPONSE_TAPS):
            block = np.fft.rfft(samples[start : start + _RESPONSE_TAPS, channel], 2 * _RESPONSE_TAPS)
            weighted[start : start + 2 * _RESPONSE_TAPS] += np.fft.irfft(block * spectrum)
        whole = weighted[: len(total) * step].reshape(-1, step)
        total += np.einsum("ij,ij->i", whole, whole, dtype=np.float64) / step
    return total


def loudness_lufs(samples: NDArray[np.float32], rate: int) -> float:
    """Return the integrated loudness of samples n×1 or n×2 after ITU-R BS.1770-4; −inf for silence.

    Sounds below 0.4 s are measured as one block.
    """
    if samples.ndim == 1:
        samples = samples[:, None]
    if not len(samples):
        return float("-inf")
    steps_per_block = round(_BLOCK_S / _STEP_S)
    short = steps_per_block * round(_STEP_S * rate) - len(samples)
    scale = 1.0
    if short > 0:
        scale = (len(samples) + short) / len(samples)
        samples = np.concatenate((samples, np.zeros((short, samples.shape[1]), np.float32)))
    power = _steps_power(samples, rate) * scale
    blocks = np.convolve(power, np.full(steps_per_block, 1 / steps_per_block), "valid")
    blocks = blocks[_lufs(blocks) > _SILENCE_LUFS]
    if not len(blocks):
        return float("-inf")
    gate = _lufs(np.array([blocks.mean()]))[0] - 10.0
    return float(_lufs(np.array([blocks[_lufs(blocks) > gate].mean()]))[0])


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-30)))


def normalise(samples: Samples, rate: int, lufs: float = -14.0, peak_db: float = -1.0) -> Samples:
    """Return the sound at loudness *lufs* with no sample above *peak_db* dBFS.

    Peaks that would pass are rounded off by a look-ahead limiter; silence stays as it is. Very spiky
    sounds end a little below *lufs*.
    """
    before = loudness_lufs(samples, rate)
    if not np.isfinite(before):
        return samples
    ceiling = float(10 ** (peak_db / 20))
    gain = 10 ** ((lufs - before) / 20)
    out = limit(samples * np.float32(gain), rate, ceiling)
    for _ in range(3):
        missing = lufs - loudness_lufs(out, rate)
        if abs(missing) < 0.05:
            break
        gain *= 10 ** (min(3.0, missing) / 20)
        out = limit(samples * np.float32(gain), rate, ceiling)
    return out


def limit(samples: Samples, rate: int, ceiling: float) -> Samples:
    """Return the sound with every sample within ±*ceiling*; gain falls and rises smoothly over about 12 ms."""
    loudest = np.abs(samples).max(axis=1) if samples.ndim == 2 else np.abs(samples)
    if not len(loudest) or float(loudest.max()) <= ceiling:
        return samples.astype(np.float32, copy=False)
    needed = np.minimum(1.0, ceiling / np.maximum(loudest, 1e-9))
    reach = max(1, round(_LIMIT_S * rate))
    lowest = _sliding_minimum(needed, reach)
    # A mean over the same reach of minima never rises above what any sample needs.
    sums = np.cumsum(np.concatenate((np.full(reach + 1, lowest[0]), lowest, np.full(reach, lowest[-1]))))
    gain = (sums[2 * reach + 1 :] - sums[: -2 * reach - 1]) / (2 * reach + 1)
    shaped = samples * (gain[:, None] if samples.ndim == 2 else gain)
    return np.asarray(np.clip(shaped, -ceiling, ceiling), np.float32)


def _sliding_minimum(values: NDArray[np.floating], reach: int) -> NDArray[np.float64]:
    """Return the minimum over ±*reach* around each value, in linear time."""
    window = 2 * reach + 1
    padded = np.pad(values.astype(np.float64), reach, constant_values=1.0)
    padded = np.pad(padded, (0, -len(padded) % window), constant_values=1.0)
    blocks = padded.reshape(-1, window)
    forward = np.minimum.accumulate(blocks, axis=1).ravel()
    backward = np.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.minimum(backward[: len(values)], forward[window - 1 : window - 1 + len(values)])
