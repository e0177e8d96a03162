"""A whole script spoken into a file."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.speech import kokoro, phrases, script
from studio.engine.renderers.speech.lexicon import Lexicon
from studio.engine.renderers.speech.orders import MIME, SpeechOrder
from studio.engine.renderers.speech.voices import Voice, described_voice, studio_voice
from studio.engine.renderers.worker import report

Sound = NDArray[np.float32]

_LEVEL_DB: Final = -20.0
"""Loudness of the spoken parts: their root mean square."""
_PEAK: Final = 10 ** (-1.5 / 20)
_EDGE_S: Final = 0.12
_SHOWN_WORDS: Final = 8


@dataclass
class _Delivery:
    """How one take differs from the next; drawn from its seed."""

    dice: np.random.Generator
    creativity: float

    def pace(self) -> float:
        return 1.0 + 0.035 * self.creativity * float(self.dice.uniform(-1, 1))

    def rest(self) -> float:
        return max(0.4, 1.0 + 0.25 * self.creativity * float(self.dice.uniform(-1, 1)))

    def row_shift(self) -> int:
        return round(12 * self.creativity * float(self.dice.uniform(-1, 1)))


def render(path: str, packs: str, order: SpeechOrder, about: Mapping[str, str]) -> RenderedMedia:
    """Speak *order* into the file *path* (runs in a render worker).

    ``notes``: ``voice`` (what it is blended of), ``guessed`` (words in no list), ``words``.

    Raises:
        ToolError: MODEL_UNAVAILABLE without the voice pack; PARAMETER_INVALID, there is nothing to say, or
            the script is not in Latin letters.
    """
    report(0.0, "Loading the voice")
    pack = store.require(Path(packs), kokoro.PACK)
    _check_letters(order.script)
    voice = _voice(order)
    with store.used(pack):
        reading = phrases.read(script.sentences(order.script), Lexicon.load(pack.folder, voice.accent))
        if not reading.portions:
            raise ToolError("PARAMETER_INVALID", "There are no words in the script to speak.")
        sound = _spoken(kokoro.Speaker(pack), reading, voice, order)
    report(0.97, "Writing the file")
    _write(path, sound, order, about)
    return RenderedMedia(
        path,
        MIME[order.format],
        "audio",
        duration_s=round(len(sound) / kokoro.RATE_HZ, 3),
        notes={"voice": voice.words, "guessed": reading.guessed, "words": reading.words, "pitch": voice.pitch},
    )


def _voice(order: SpeechOrder) -> Voice:
    if order.description is not None:
        return described_voice(order.description, order.seed)
    return studio_voice(order.voice, order.delivery)


def _check_letters(text: str) -> None:
    letters = [c for c in text if c.isalpha()]
    latin = sum(c < "\u0250" for c in letters)
    if letters and latin < 0.8 * len(letters):
        raise ToolError(
            "PARAMETER_INVALID", "The voice pack speaks English only; this script is written in another alphabet."
        )


def _spoken(speaker: kokoro.Speaker, reading: phrases.Reading, voice: Voice, order: SpeechOrder) -> Sound:
    style = voice.style()
    delivery = _Delivery(np.random.default_rng([order.seed, 0x5BEEC4]), order.creativity)
    whole = sum(len(portion.symbols) for portion in reading.portions)
    pieces: list[Sound] = [_silence(_EDGE_S)]
    done = 0
    for number, portion in enumerate(reading.portions):
        report(0.04 + 0.92 * done / whole, "Speaking")
        # A voice made lower by stretching is spoken faster first, so that its pace stays.
        pace = voice.pace * delivery.pace() / voice.pitch
        said = speaker.say(portion.symbols, style, pace, row_shift=delivery.row_shift())
        pieces.append(resampled(said, 1.0 / voice.pitch))
        last = number == len(reading.portions) - 1
        pieces.append(_silence(_EDGE_S if last else portion.rest_s * delivery.rest()))
        done += len(portion.symbols)
    return levelled(np.concatenate(pieces))


def _silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * kokoro.RATE_HZ), np.float32)


def resampled(sound: Sound, factor: float) -> Sound:
    """Stretch *sound* to *factor* times its length, its pitch going the other way (through the spectrum)."""
    count = round(len(sound) * factor)
    if count == len(sound) or not len(sound):
        return sound
    spectrum = np.fft.rfft(np.pad(sound.astype(np.float64), (0, _even(len(sound)))))
    padded = len(sound) + _even(len(sound))
    target = round(padded * factor)
    wanted = target // 2 + 1
    fitted = np.zeros(wanted, np.complex128)
    shared = min(wanted, len(spectrum))
    fitted[:shared] = spectrum[:shared]
    return np.asarray(np.fft.irfft(fitted, target)[:count] * (target / padded), np.float32)


def _even(length: int) -> int:
    """Return what is missing to a multiple of 1024, so that the transform is quick."""
    return -length % 1024


def levelled(sound: Sound) -> Sound:
    """Bring the spoken parts to one level; a peak above −1.5 dBFS holds it down."""
    size = kokoro.RATE_HZ // 20
    count = len(sound) // size
    if not count:
        return sound
    powers = (sound[: count * size].reshape(count, size) ** 2).mean(axis=1)
    spoken = powers[powers > max(1e-7, powers.max() * 1e-3)]
    if not len(spoken):
        return sound
    gain = 10 ** (_LEVEL_DB / 20) / float(np.sqrt(spoken.mean()))
    gain = min(gain, _PEAK / float(np.abs(sound).max()))
    return np.asarray(sound * gain, np.float32)


def _write(path: str, sound: Sound, order: SpeechOrder, about: Mapping[str, str]) -> None:
    kinds: dict[str, tuple[str, str]] = {
        "wav": ("WAV", "PCM_16"),
        "flac": ("FLAC", "PCM_16"),
        "mp3": ("MP3", "MPEG_LAYER_III"),
    }
    container, coding = kinds[order.format]
    options: dict[str, Any] = {"compression_level": 0.25, "bitrate_mode": "CONSTANT"} if order.format == "mp3" else {}
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", kokoro.RATE_HZ, 1, format=container, subtype=coding, **options) as file:
        file.title = " ".join(order.script.split()[:_SHOWN_WORDS])
        file.software = about.get("Software", "")
        file.comment = json.dumps(dict(about), ensure_ascii=False)
        file.write(sound)
    Path(path).write_bytes(buffer.getvalue())
