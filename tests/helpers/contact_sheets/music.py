"""Sheets of ``generate_music``: score, waveform, spectrogram, and what is heard in the sound, for every genre."""

import itertools
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio import resources
from studio.engine.renderers.music import brief as briefs
from studio.engine.renderers.music import mix
from studio.engine.renderers.music.composer import compose
from studio.engine.renderers.music.genres import GENRES
from studio.engine.renderers.music.score import Score
from studio.engine.renderers.sound_analysis.analysis import analyse
from studio.engine.renderers.video.sound import loudness_lufs
from tests.helpers.contact_sheets.sheet import spectrogram

_SECONDS = 30.0
_WIDTH = 1500
_COLOURS = {
    "lead": (255, 214, 90), "double": (255, 170, 80), "counter": (240, 120, 160), "comp": (110, 190, 255),
    "arp": (120, 230, 200), "pad": (130, 130, 220), "bass": (220, 110, 90), "drums": (150, 150, 150),
}  # fmt: skip


def sheets(out: Path, names: list[str] | None = None, seconds: float = _SECONDS) -> None:
    """Write ``music-….png``, four genres on each."""
    pictures = [_genre(genre.name, seconds) for genre in GENRES if names is None or genre.name in names]
    for number in range(0, len(pictures), 4):
        group = pictures[number : number + 4]
        sheet = Image.new("RGB", (_WIDTH, sum(picture.height for picture in group)), (24, 24, 28))
        top = 0
        for picture in group:
            sheet.paste(picture, (0, top))
            top += picture.height
        sheet.save(out / f"music-{number // 4 + 1}.png")


def _genre(name: str, seconds: float) -> Image.Image:
    brief = briefs.read(name, 3)
    score = compose(brief, seconds, 3).score
    sound = mix.perform(score, seconds, mix.Sound(brief.genre.room_s, brief.genre.effects), 3)
    heard = analyse(sound, mix.RATE)
    level = 20 * np.log10(np.abs(sound).max())
    title = (
        f"{name}: {score.key.name}, {score.bpm:.1f} BPM, {score.beats} beats, {', '.join(p.name for p in score.parts)}"
    )
    facts = (
        f"heard: {heard.key.name if heard.key else '?'}, {heard.tempo_bpm:.1f} BPM; "
        f"{loudness_lufs(sound, mix.RATE):.1f} LUFS, peak {level:.1f} dBFS; quietest second {_quietest(sound):.0f} dB; "
        f"sides {_sides(sound):.0f} dB; "
        f"bands (dB) {_bands(sound)}"
    )
    picture = Image.new("RGB", (_WIDTH, 470), (24, 24, 28))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(resources.path("fonts", "Inter-Regular.ttf")), 13)
    draw.text((6, 4), title, fill=(235, 235, 240), font=font)
    draw.text((6, 22), facts, fill=(170, 200, 170), font=font)
    picture.paste(Image.fromarray(roll(score, seconds, _WIDTH, 200)), (0, 42))
    picture.paste(Image.fromarray(_wave(sound, _WIDTH, 50)), (0, 244))
    picture.paste(Image.fromarray(spectrogram(sound, _WIDTH, 168)), (0, 296))
    return picture


def roll(score: Score, seconds: float, width: int, height: int) -> np.ndarray:
    """Return the notes of *score*: time to the right, pitch upwards (24–100), drums at the foot."""
    picture = np.full((height, width, 3), 30, np.uint8)
    scale = width / seconds
    for beat in range(0, int(score.length) + 1, score.beats):
        picture[:, min(width - 1, int(score.seconds(beat) * scale))] = 42
    for section in score.sections:
        picture[:, min(width - 1, int(score.seconds(section.start) * scale))] = 110
    for part in sorted(score.parts, key=lambda part: part.role == "lead"):
        for note in part.notes:
            left = int(score.seconds(note.start) * scale)
            right = max(left + 1, int(score.seconds(note.end) * scale) - 1)
            if part.role == "drums":
                row, right = height - 14 + (note.pitch % 12), left + 2
            else:
                row = int((100 - note.pitch) / 76 * (height - 18))
            colour = np.array(_COLOURS[part.role]) * (0.35 + 0.65 * note.velocity / 127)
            picture[max(0, row) : row + 2, left:right] = colour
    return picture


def _wave(sound: np.ndarray, width: int, height: int) -> np.ndarray:
    picture = np.full((height, width, 3), 34, np.uint8)
    for column, piece in enumerate(np.array_split(np.abs(sound).max(axis=1), width)):
        reach = int(piece.max() * height / 2) if len(piece) else 0
        picture[height // 2 - reach : height // 2 + reach + 1, column] = (120, 200, 255)
    return picture


def _quietest(sound: np.ndarray) -> float:
    """Return the level of the quietest second but for the last two, in dB below the whole."""
    power = (sound**2).mean(axis=1)
    seconds = [piece.mean() for piece in np.array_split(power, len(power) // mix.RATE)][:-2]
    return float(10 * np.log10(min(seconds) / power.mean() + 1e-9))


def _sides(sound: np.ndarray) -> float:
    middle, side = sound.mean(axis=1), (sound[:, 0] - sound[:, 1]) / 2
    return float(10 * np.log10((side**2).mean() / (middle**2).mean() + 1e-9))


def _bands(sound: np.ndarray) -> str:
    spectrum = np.abs(np.fft.rfft(sound.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / mix.RATE)
    edges = (20, 60, 120, 250, 500, 1000, 2000, 4000, 8000, 16000)
    total = spectrum.sum()
    return " ".join(
        f"{low}:{10 * np.log10(spectrum[(hertz >= low) & (hertz < high)].sum() / total + 1e-9):.0f}"
        for low, high in itertools.pairwise(edges)
    )
