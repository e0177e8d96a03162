"""Playing a score and mixing it: each part by itself, levelled, placed, in one room, mastered."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import midirenderer
import numpy as np
import soundfile

from studio.engine.renderers.music import effects, synths
from studio.engine.renderers.music.drums import KICK
from studio.engine.renderers.music.effects import Samples
from studio.engine.renderers.music.midi import write_midi
from studio.engine.renderers.music.score import Part, Score
from studio.engine.renderers.music.soundfont import general_midi
from studio.engine.renderers.video.sound import loudness_lufs, normalise

RATE: Final = 48_000
LUFS: Final = -14.0
PEAK_DB: Final = -1.0
_PART_LUFS: Final = -22.0
_MEASURED_S: Final = 40
_FADE_S: Final = 0.9
_RINGS_S: Final = 2.0
"""How long a note rings after its end, at most, before the room."""
_AROUND: Final = 4 * RATE
"""Samples of a loop that the mastering hears before and after it."""
_USUAL: Final = {
    (30, 60): -10.0, (60, 120): -6.0, (120, 250): -6.5, (250, 500): -7.5, (500, 1000): -9.5, (1000, 2000): -12.0,
    (2000, 4000): -14.5, (4000, 8000): -18.0, (8000, 16000): -22.0,
}  # fmt: skip
"""What share of the power lies between so many Hz, in dB."""
_LOUDEST: Final = 32_700 / 32_768


@dataclass(frozen=True)
class Sound:
    """How a piece is mixed: its room and the genre's effects (pump, tape, crackle, drive, wide)."""

    room_s: float = 1.4
    effects: frozenset[str] = frozenset()


def perform(
    score: Score,
    seconds: float,
    sound: Sound,
    seed: int,
    report: Callable[[float, str], None] = lambda _, __: None,
    *,
    loops: bool = False,
) -> Samples:
    """Return *score* as float32 n×2 at ``RATE``, exactly *seconds* long, at ``LUFS`` with peaks under ``PEAK_DB``.

    Args:
        report: told the share of the work (0–1) and what is being done.
        loops: whether the end goes on into the beginning, instead of both being faded.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the soundfont is missing or damaged.
    """
    length = round(seconds * RATE)
    frames = length + (min(length, round((_RINGS_S + sound.room_s) * RATE)) if loops else 0)
    low, high, drums, wet = (np.zeros((frames, 2), np.float32) for _ in range(4))
    for place, part in enumerate(score.parts):
        report(0.85 * place / len(score.parts), f"Playing the {part.name.lower()}")
        if part.synth:
            played = synths.play(score, part, part.synth, frames, RATE)
        else:
            played = play(score, part, frames)
        played *= np.float32(_gain(played, part.level))
        placed = effects.pan(played, part.pan)
        bus = drums if part.role == "drums" else low if part.role == "bass" else high
        bus += placed
        wet += placed * np.float32(part.space)
    report(0.86, "Mixing")
    if "wide" in sound.effects:
        high = effects.widen(high, 1.3)
    if "drive" in sound.effects:
        high = effects.saturate(high, 2.2)
    wet = effects.room(wet, RATE, sound.room_s)
    kicks = [
        score.seconds(note.start)
        for part in score.parts
        if part.role == "drums"
        for note in part.notes
        if note.pitch == KICK
    ]
    if "pump" in sound.effects and kicks:
        release = min(0.3, 0.8 * 60 / score.bpm)
        high = effects.duck(high, RATE, kicks, 0.6, release)
        low = effects.duck(low, RATE, kicks, 0.75, release)
        wet = effects.duck(wet, RATE, kicks, 0.5, release)
    if "pump" in sound.effects:
        _add_rises(high, score, seed)
    mixed = high
    mixed += low
    mixed += drums
    mixed += wet
    del high, low, drums, wet
    if loops:  # what still rings at the end is heard at the beginning; the mastering sees both sides of the seam
        mixed[: frames - length] += mixed[length:]
        mixed = mixed[:length]
        lead = min(length, _AROUND)
        mixed = np.concatenate((mixed[length - lead :], mixed, mixed[:lead]))
    if "tape" in sound.effects:
        mixed = effects.tape(mixed, RATE)
    mixed = balanced(mixed, bright="tape" not in sound.effects)
    report(0.92, "Mastering")
    peak = float(np.abs(mixed).max())
    if peak > 0:
        # Into the rounding of the peaks at a fixed level, so that quiet and loud pieces are treated alike.
        mixed = effects.saturate(mixed * np.float32(1.2 / peak), 0.9)
    if "crackle" in sound.effects:
        mixed += effects.crackle(len(mixed), RATE, seed) * np.float32(np.abs(mixed).max())
    mixed = seamless(mixed, lead, length) if loops else effects.fade(mixed, RATE, 0.004, min(_FADE_S, seconds / 4))
    mixed = normalise(mixed, RATE, LUFS, PEAK_DB - 0.2)
    report(1.0, "Mastered")
    return mixed


def seamless(around: Samples, lead: int, length: int) -> Samples:
    """Return the *length* samples after *lead* so that the last goes on into the first.

    *around* holds the same loop before and after them; over the first 40 ms its continuation is faded into the
    beginning, because a slow effect (tape) does not stand where it stood one round before.
    """
    out = around[lead : lead + length].copy()
    count = min(round(0.04 * RATE), len(around) - lead - length)
    ramp = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    out[:count] = out[:count] * ramp + around[lead + length : lead + length + count] * (1 - ramp)
    return out


def _add_rises(bus: Samples, score: Score, seed: int) -> None:
    """Add a rise over the last bar before each drop."""
    for section in score.sections:
        if section.name.startswith("Drop") and section.start >= score.beats:
            start, end = (round(score.seconds(beat) * RATE) for beat in (section.start - score.beats, section.start))
            level = np.float32(max(0.02, float(np.sqrt((bus[start:end] ** 2).mean()))) * 36)
            bus[start:end] += synths.rise(end - start, RATE, seed) * level


def balanced(sound: Samples, *, bright: bool = True) -> Samples:
    """Return *sound* brought half-way to the spectrum that mixed music usually has, by at most 4.5 dB anywhere.

    Args:
        bright: whether the range above 4 kHz may be raised.
    """
    window = 1 << 14
    starts = np.linspace(0, max(0, len(sound) - window), 60).astype(int)
    blocks = [sound[start : start + window].mean(axis=1) for start in starts]
    power = sum(np.abs(np.fft.rfft(block * np.hanning(len(block)), window)) ** 2 for block in blocks)
    hertz = np.fft.rfftfreq(window, 1 / RATE)
    total = float(np.sum(power)) + 1e-20
    points = [(20.0, -18.0)]
    for (low, high), usual in _USUAL.items():
        share = 10 * np.log10(float(np.sum(np.asarray(power)[(hertz >= low) & (hertz < high)])) / total + 1e-9)
        change = max(-4.5, min(4.5, 0.5 * (usual - share)))
        points.append(((low * high) ** 0.5, change if bright or high <= 4000 else min(0.0, change)))
    return effects.tone(sound, RATE, (*points, (24_000.0, points[-1][1])))


def play(score: Score, part: Part, frames: int) -> Samples:
    """Return one part as the synthesiser plays it, dry, *frames* long."""
    keys = frozenset(max(0, min(127, note.pitch)) for note in part.notes)
    font = general_midi().subset({part.preset: keys})
    for volume in (127, 70, 40):
        data = midirenderer.render_wave_from(font, write_midi(score, [part], plain_volume=volume))
        coded, rate = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
        if rate != RATE:
            raise RuntimeError(f"the synthesiser plays at {rate} Hz")
        if not len(coded) or np.abs(coded.astype(np.int32)).max() < _LOUDEST * 32_768:
            break
    out = np.zeros((frames, 2), np.float32)
    count = min(frames, len(coded))
    out[:count] = coded[:count] * np.float32(1 / 32_768)
    return out


def _gain(sound: Samples, level_db: float) -> float:
    """Return the factor that brings a part to its place in the mix, by how loud it is where it plays."""
    middle = sound
    if len(sound) > _MEASURED_S * RATE:
        # Where it plays most: the loudest stretch of the measured length.
        power = np.add.reduceat((sound**2).sum(axis=1), np.arange(0, len(sound), RATE))
        sums = np.convolve(power, np.ones(_MEASURED_S), "valid")
        start = int(sums.argmax()) * RATE
        middle = sound[start : start + _MEASURED_S * RATE]
    loudness = loudness_lufs(middle, RATE)
    if not np.isfinite(loudness):
        return 0.0
    return float(10 ** ((_PART_LUFS + level_db - loudness) / 20))
