"""What the tool asks of the speech renderer. Imports nothing heavy: the engine's own process loads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from studio.engine.renderers.rendered import RenderedMedia

SoundFormat = Literal["wav", "mp3", "flac"]
MIME: Final[dict[SoundFormat, str]] = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac"}
STAND_INS: Final = {
    "serena": "Heart, a warm American woman",
    "vivian": "Bella, a bright American woman",
    "uncle_fu": "George, a British man",
    "ryan": "Fenrir, a lively American man",
    "aiden": "Puck, a cheerful American man",
    "ono_anna": "Kore, a clear American woman",
    "sohee": "Sarah, a gentle American woman",
    "eric": "Michael, a steady American man",
    "dylan": "Fable, a British man",
}
"""Who speaks for each studio voice."""


@dataclass(frozen=True)
class SpeechOrder:
    """One take.

    Attributes:
        voice: a studio voice, unless there is a *description* of a speaker.
        delivery: words on how to speak, for a studio voice.
        creativity: 0.1–2, how much takes with different seeds differ.
    """

    script: str
    voice: str
    description: str | None
    delivery: str
    creativity: float
    format: SoundFormat
    seed: int


def speak(path: str, packs: str, order: SpeechOrder, about: Mapping[str, str]) -> RenderedMedia:
    """Speak a script into a file; see ``studio.engine.renderers.speech.speak.render``."""
    from studio.engine.renderers.speech import speak as speaking

    return speaking.render(path, packs, order, about)
