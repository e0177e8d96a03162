"""Drawing of contact sheets: pictures in rows, films as rows of frames, sounds as waveform over spectrogram."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio import resources
from studio.engine.renderers.video import frames, probe
from studio.engine.renderers.video.sound import loudness_lufs, read_sound

_GROUND, _INK, _GAP, _LINE = (24, 24, 28), (225, 225, 230), 8, 20


def _font(size: int = 13) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources.path("fonts", "Inter-Regular.ttf")), size)


def rows(path: Path, content: Sequence[tuple[str, Sequence[np.ndarray | Image.Image]]], cell: int = 240) -> None:
    """Write a sheet: one titled row of pictures after the other, each *cell* px wide."""
    strips = []
    for title, pictures in content:
        images = [picture if isinstance(picture, Image.Image) else Image.fromarray(picture) for picture in pictures]
        images = [
            image.convert("RGB").resize((cell, max(1, round(cell * image.height / image.width)))) for image in images
        ]
        strips.append((title, images))
    width = max((len(images) for _, images in strips), default=1) * (cell + _GAP) + _GAP
    height = sum(max(i.height for i in images) + _LINE + 2 * _GAP for _, images in strips if images) + _GAP
    sheet = Image.new("RGB", (width, height), _GROUND)
    draw, top = ImageDraw.Draw(sheet), _GAP
    for title, images in strips:
        draw.text((_GAP, top), title, fill=_INK, font=_font())
        for column, image in enumerate(images):
            sheet.paste(image, (_GAP + column * (cell + _GAP), top + _LINE))
        top += max((image.height for image in images), default=0) + _LINE + 2 * _GAP
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def film_rows(path: Path, films: Sequence[tuple[str, Path]], count: int = 7, cell: int = 240) -> None:
    """Write a sheet with *count* frames of each film, first and last among them, and its facts."""
    content = []
    for title, film in films:
        info = probe.video(film)
        times = np.linspace(0, info.duration_s, count)
        facts = f"{info.width}×{info.height}, {float(info.fps):g} fps, {info.frames} frames, {info.duration_s:.2f} s"
        facts += f", {info.audio_codec}" if info.has_audio else ", no sound"
        content.append((f"{title}  —  {facts}", [frames.frame_at(film, float(t), info=info) for t in times]))
    rows(path, content, cell)


def sound_rows(path: Path, sounds: Sequence[tuple[str, Path]], width: int = 1400) -> None:
    """Write a sheet with waveform and spectrogram (0–16 kHz, logarithmic) of each sound, and its loudness."""
    content = []
    for title, file in sounds:
        samples = read_sound(file)
        facts = f"{len(samples) / 48_000:.2f} s, {loudness_lufs(samples, 48_000):.1f} LUFS, "
        facts += f"peak {20 * np.log10(max(1e-9, float(np.abs(samples).max(initial=0)))):.1f} dBFS"
        content.append(
            (f"{title}  —  {facts}", [np.concatenate((_waveform(samples, width), spectrogram(samples, width)))])
        )
    rows(path, content, width)


def _waveform(samples: np.ndarray, width: int, height: int = 90) -> np.ndarray:
    picture = np.full((height, width, 3), 34, np.uint8)
    for column, piece in enumerate(np.array_split(samples.mean(axis=1), width)):
        if len(piece):
            low, high = (round(height / 2 - float(v) * height / 2) for v in (piece.max(), piece.min()))
            picture[max(0, low) : max(1, high + 1), column] = (120, 200, 255)
    return picture


def spectrogram(samples: np.ndarray, width: int = 1400, height: int = 180, rate: int = 48_000) -> np.ndarray:
    """Return a spectrogram as a picture: 60 Hz at the bottom, 16 kHz at the top, 80 dB deep."""
    size = 4096
    mono = np.pad(samples.mean(axis=1), size // 2)
    starts = np.linspace(0, max(0, len(mono) - size), width).astype(int)
    window = np.hanning(size)
    bins = (np.geomspace(60, 16_000, height) * size / rate).astype(int)[::-1]
    columns = [20 * np.log10(np.abs(np.fft.rfft(mono[s : s + size] * window))[bins] + 1e-6) for s in starts]
    level = np.clip((np.stack(columns, 1) + 30) / 80, 0, 1)
    return (np.stack((level**0.8, level**1.6, 0.25 + 0.5 * level - 0.5 * level**3), 2) * 255).astype(np.uint8)
