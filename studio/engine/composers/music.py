# ruff: noqa: E501 — a table is easiest to judge on one line
"""Musical parameters that fit a genre and a mood: tempo, key, metre, instruments."""

import random
import re
from dataclasses import dataclass
from typing import Final

from studio.engine.composers.brief import pick


@dataclass(frozen=True)
class Genre:
    """One genre: tempo range in BPM, beats in a bar, instruments from bass to lead."""

    name: str
    words: str
    tempo: tuple[int, int]
    beats: int
    instruments: tuple[str, ...]
    minor: bool | None = None


_GENRES: Final = (
    Genre("ambient", "ambient drone meditation meditative sleep soundscape spa yoga", (56, 72), 4, ("sub bass drone", "warm analogue pad", "felt piano", "tape-worn strings", "glass bells")),
    Genre("lo-fi", "lofi lo-fi chillhop study beats", (72, 84), 4, ("round bass guitar", "dusty drums", "Rhodes piano", "nylon guitar", "vinyl crackle")),
    Genre("orchestral", "orchestral epic cinematic symphonic score film battle trailer heroic", (88, 116), 4, ("double basses and timpani", "low brass", "driving strings", "French horns", "choir"), True),
    Genre("folk", "folk acoustic singer-songwriter campfire ballad country", (84, 104), 4, ("upright bass", "brushed snare", "fingerpicked guitar", "fiddle", "mandolin")),
    Genre("jazz", "jazz swing bossa lounge noir saxophone", (92, 132), 4, ("walking upright bass", "brushed drums", "piano", "muted trumpet", "tenor saxophone")),
    Genre("rock", "rock indie grunge punk metal guitar anthem", (112, 148), 4, ("bass guitar", "live drums", "rhythm guitar", "lead guitar", "organ")),
    Genre("electronic", "electronic techno house edm synthwave synth dance club trance dnb", (118, 128), 4, ("sidechained sub", "four-on-the-floor drums", "arpeggiated synth", "wide saw pad", "plucked lead"), True),
    Genre("hip hop", "hip-hop hiphop rap trap boom-bap", (82, 96), 4, ("808 bass", "boom-bap drums", "sampled keys", "muted guitar", "vocal chops"), True),
    Genre("waltz", "waltz carousel ballroom", (132, 160), 3, ("upright bass", "accordion", "pizzicato strings", "clarinet", "music box")),
    Genre("classical", "classical piano sonata chamber string quartet baroque", (66, 96), 4, ("cello", "viola", "piano", "violin", "flute")),
    Genre("lullaby", "lullaby cradle bedtime", (60, 72), 3, ("soft bass clarinet", "harp", "celesta", "violin", "music box"), False),
    Genre("pop", "pop song catchy radio", (96, 122), 4, ("synth bass", "tight drums", "piano", "electric guitar", "string pad")),
)  # fmt: skip
_MAJOR: Final = ("C major", "D major", "F major", "G major", "A major", "B-flat major", "E-flat major")
_MINOR: Final = ("A minor", "D minor", "E minor", "G minor", "C minor", "F-sharp minor", "B minor")
_DARK: Final = frozenset(("melancholy", "tense"))
_OF_MOOD: Final = {
    "calm": "ambient",
    "epic": "orchestral",
    "melancholy": "folk",
    "tense": "electronic",
    "romantic": "folk",
    "funny": "jazz",
}
_NAMED: Final = (
    "piano", "acoustic guitar", "electric guitar", "guitar", "violin", "cello", "strings", "flute", "clarinet", "oboe", "saxophone", "trumpet",
    "horns", "brass", "choir", "harp", "accordion", "banjo", "ukulele", "mandolin", "fiddle", "marimba", "vibraphone", "organ", "harpsichord",
    "synth", "drums", "percussion", "taiko", "bass", "bells", "celesta", "kalimba", "sitar", "koto", "handpan", "harmonica", "music box", "theremin",
)  # fmt: skip


@dataclass(frozen=True)
class Sound:
    """How a piece sounds."""

    genre: str
    bpm: int
    key: str
    beats: int
    instruments: tuple[str, ...]


def sound_of(text: str, mood: str, dice: random.Random, *, otherwise: str = "pop") -> Sound:
    """Return the sound that *text* asks for; what it leaves open follows genre and *mood*."""
    low = text.lower()
    name = pick({genre.name: genre.words for genre in _GENRES}, low, "")
    chosen = next(genre for genre in _GENRES if genre.name == (name or _OF_MOOD.get(mood, otherwise)))
    tempo = re.search(r"\b(\d{2,3})\s*bpm\b", low)
    low_tempo, high_tempo = chosen.tempo
    slow = bool(re.search(r"\b(?:slow|slowly|sad|gentle)\b", low)) or mood in ("calm", "melancholy")
    fast = bool(re.search(r"\b(?:fast|driving|upbeat|energetic|quick)\b", low)) or mood == "joyful"
    middle = (low_tempo + high_tempo) // 2
    span = (low_tempo, middle) if slow and not fast else (middle, high_tempo) if fast else (low_tempo, high_tempo)
    bpm = min(300, max(30, int(tempo[1]))) if tempo else dice.randrange(span[0] // 2, span[1] // 2 + 1) * 2
    return Sound(chosen.name, bpm, _key(text, chosen, mood, dice), _beats(low, chosen), _instruments(low, chosen))


def _key(text: str, genre: Genre, mood: str, dice: random.Random) -> str:
    named = re.search(r"\b([A-Ga-g])(?:[ -]?(flat|sharp)|([#♯b♭]))?[ -]?(major|minor|maj|min)\b", text)
    if named:
        sign = named[2] or {"#": "sharp", "♯": "sharp", "b": "flat", "♭": "flat"}.get(named[3] or "", "")
        scale = "minor" if named[4].lower().startswith("min") else "major"
        return f"{named[1].upper()}{'-' + sign.lower() if sign else ''} {scale}"
    minor = mood in _DARK if genre.minor is None else (genre.minor and mood != "joyful") or mood in _DARK
    return dice.choice(_MINOR if minor else _MAJOR)


def _beats(low: str, genre: Genre) -> int:
    named = re.search(r"\b([2346])\s*/\s*[48]\b", low)
    return int(named[1]) if named else 3 if "waltz" in low else genre.beats


def _instruments(low: str, genre: Genre) -> tuple[str, ...]:
    """Return the instruments that *low* names first, then those of the genre, five in all."""
    without = {m[1] for m in re.finditer(r"\b(?:no|without) (\w+)", low)}
    named: list[str] = []
    for name in _NAMED:
        if re.search(rf"\b{name}s?\b", low) and name not in without and not any(name in taken for taken in named):
            named.append(name)
    rest = [name for name in genre.instruments if not any(word in name for word in (*named, *without))]
    solo = re.search(r"\b(?:solo|only|just)\b", low)
    return tuple(named if named and solo else [*named, *rest][:5] if len(named) < 5 else named)
