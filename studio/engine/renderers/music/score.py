"""What a composed piece is: parts with notes, sections, the words under the melody. Times are in beats."""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from studio.engine.renderers.music.theory import Key

Preset = tuple[int, int]
"""Bank and program of General MIDI; drum kits are in bank 128."""

Role = Literal["lead", "double", "counter", "comp", "arp", "pad", "bass", "drums"]
"""What a part does in the arrangement."""

Synth = Literal["lead", "pluck", "pad", "808"]
"""How a calculated instrument speaks."""

DRUM_BANK: Final = 128


@dataclass(frozen=True, slots=True)
class Note:
    """One note: ``start`` and ``length`` in beats, ``pitch`` a MIDI key, ``velocity`` 1–127."""

    start: float
    length: float
    pitch: int
    velocity: int

    @property
    def end(self) -> float:
        """The beat on which it ends."""
        return self.start + self.length

    def moved(self, beats: float = 0.0, semitones: int = 0) -> "Note":
        """Return it later by *beats* and higher by *semitones*."""
        return replace(self, start=self.start + beats, pitch=self.pitch + semitones)


@dataclass
class Part:
    """One instrument's line.

    Attributes:
        level: loudness beside the other parts, in dB.
        pan: −1 left to 1 right.
        space: how much of it is sent to the reverb, 0–1.
        synth: a calculated instrument that plays it instead of the font; None is the font.
    """

    name: str
    role: Role
    preset: Preset
    notes: list[Note] = field(default_factory=list)
    level: float = 0.0
    pan: float = 0.0
    space: float = 0.2
    synth: Synth | None = None


@dataclass(frozen=True)
class Syllable:
    """A syllable of the lyrics and the beat on which it is sung; ``ends_line`` marks the last of its line."""

    start: float
    text: str
    ends_line: bool = False


@dataclass(frozen=True)
class Section:
    """A stretch of the form; ``start`` and ``length`` in beats."""

    name: str
    start: float
    length: float


@dataclass(frozen=True)
class Score:
    """A whole piece.

    Attributes:
        bpm: beats in a minute; the beat is the one that *beats* counts.
        beats: beats in a bar; 6 means 6/8 with eighth notes as beats.
        length: beats up to the last downbeat, where the final chord begins.
    """

    bpm: float
    beats: int
    key: Key
    length: float
    parts: list[Part]
    sections: tuple[Section, ...]
    lyrics: tuple[Syllable, ...] = ()

    def seconds(self, beat: float) -> float:
        """Return when *beat* comes, in seconds."""
        return beat * 60.0 / self.bpm
