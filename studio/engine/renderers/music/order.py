"""What a piece of music is ordered with. Imports nothing heavy, because the engine builds and pickles it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

SoundFormat = Literal["mp3", "wav", "flac"]
LOOP: Final = re.compile(r"\b(?:loops?|loopable|looping|seamless(?:ly)?)\b", re.IGNORECASE)
"""Words for music that is played again and again."""


@dataclass(frozen=True)
class MusicOrder:
    """One piece.

    Attributes:
        duration_s: its exact length; None is a minute, or what the lyrics need.
        bpm, key, beats: what was asked for; None leaves it to the words of the prompt.
        about: provenance texts for the file.
    """

    prompt: str
    seed: int
    duration_s: float | None = None
    bpm: float | None = None
    key: str | None = None
    beats: int | None = None
    lyrics: str = ""
    format: SoundFormat = "mp3"
    about: Mapping[str, str] = field(default_factory=dict)
