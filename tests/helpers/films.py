"""Small films and sounds to work on, whose every frame tells its own number."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from studio.engine.renderers.video.frames import FilmWriter
from studio.engine.renderers.video.sound import write_sound

_BITS = 8


def numbered(number: int, width: int = 128, height: int = 96, tint: tuple[int, int, int] = (90, 140, 60)) -> np.ndarray:
    """Return a picture that says *number* (0–255) in a bar code along its middle, and moves a little."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    wave = 30 * np.sin((xs + 3 * number) / 9) * np.cos(ys / 11)
    picture = np.clip(np.array(tint, np.float32) + wave[:, :, None], 0, 255).astype(np.uint8)
    top, bottom = height * 3 // 8, height * 5 // 8
    for bit in range(_BITS):
        left, right = bit * width // _BITS, (bit + 1) * width // _BITS
        picture[top:bottom, left:right] = 235 if number >> bit & 1 else 20
    return picture


def number_of(rgb: np.ndarray) -> int:
    """Return the number that a picture of ``numbered`` says, at any size."""
    height, width = rgb.shape[:2]
    row = rgb[height * 7 // 16 : height * 9 // 16].astype(np.float32).mean(axis=(0, 2))
    marks = [row[(2 * bit + 1) * width // (2 * _BITS)] > 128 for bit in range(_BITS)]
    return sum(1 << bit for bit, mark in enumerate(marks) if mark)


def tone(seconds: float, hertz: float = 440.0, *, level: float = 0.3, rate: int = 48_000) -> np.ndarray:
    """Return a sine n×2."""
    time = np.arange(round(seconds * rate)) / rate
    return np.repeat((level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[:, None], 2, axis=1)


def pitch_of(samples: np.ndarray, rate: int = 48_000) -> float:
    """Return the frequency of the strongest partial in Hz; 0 for silence."""
    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    if not len(mono) or float(np.abs(mono).max()) < 1e-3:
        return 0.0
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono))))
    return float(np.argmax(spectrum) * rate / len(mono))


def film(
    path: Path,
    *,
    frames: int = 24,
    fps: Fraction | int = 24,
    size: tuple[int, int] = (128, 96),
    hertz: float | None = None,
    first: int = 0,
    tint: tuple[int, int, int] = (90, 140, 60),
    draw: Callable[[int], np.ndarray] | None = None,
) -> Path:
    """Write a film of numbered frames (or what *draw* returns for each number) and return its path.

    Args:
        hertz: its sound is a sine of this frequency; None makes it silent.
        first: number of the first frame.
    """
    fps = Fraction(fps)
    sound = None
    if hertz is not None:
        sound = path.with_suffix(".tone.wav")
        write_sound(sound, tone(frames / float(fps), hertz), 48_000)
    with FilmWriter(path, *size, fps, sound=sound, preset="ultrafast") as writer:
        for number in range(first, first + frames):
            writer.write(numbered(number, *size, tint) if draw is None else draw(number))
    return path
