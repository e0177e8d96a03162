"""Keys, scales and chords."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from studio.contract.errors import ToolError

SCALES: Final[dict[str, tuple[int, ...]]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
_LETTERS: Final = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SHARPS: Final = ("C", "C-sharp", "D", "D-sharp", "E", "F", "F-sharp", "G", "G-sharp", "A", "A-sharp", "B")
_FLATS: Final = ("C", "D-flat", "D", "E-flat", "E", "F", "G-flat", "G", "A-flat", "A", "B-flat", "B")
_MODE_WORDS: Final = {
    "maj": "major", "ionian": "major", "dur": "major", "min": "minor", "m": "minor", "aeolian": "minor",
    "moll": "minor", "natural minor": "minor", "melodic minor": "harmonic minor",
}  # fmt: skip
_KEY: Final = re.compile(
    r"(?<![A-Za-z])([A-Ga-g])(?:[ -]?(flat|sharp)|(♯|♭|#|b))?[ -]?"
    r"(major|minor|maj|min|m|dur|moll|ionian|dorian|phrygian|lydian|mixolydian|aeolian|locrian|"
    r"(?:harmonic|natural|melodic) minor)(?![A-Za-z])",
    re.IGNORECASE,
)
_OF: Final = re.compile(r"\bkey of ([A-Ga-g])(?:[ -]?(flat|sharp)|(♯|♭|#|b))?(?![A-Za-z♯♭#])", re.IGNORECASE)
_BARE: Final = re.compile(r"\s*([A-Ga-g])(?:[ -]?(flat|sharp)|(♯|♭|#|b))?\s*", re.IGNORECASE)
_NUMERAL: Final = re.compile(r"([b#]?)([IViv]+)(o|\+)?(maj7|sus2|sus4|add9|6|7|9|5)?")
_DEGREES: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii")


@dataclass(frozen=True)
class Key:
    """A tonic (pitch class 0–11, C is 0) and a mode of ``SCALES``."""

    tonic: int
    mode: str
    flat: bool | None = field(default=None, compare=False)
    """Whether its name was written with a flat (True) or a sharp (False)."""

    @cached_property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes, from the tonic."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.mode])

    @property
    def minor(self) -> bool:
        """Whether its third is minor."""
        return SCALES[self.mode][2] == 3

    @property
    def fifths(self) -> int:
        """Its key signature: sharps, or flats when negative (−5 to 6)."""
        return ((self.tonic - self._place) * 7 + 5) % 12 - 5

    @property
    def _place(self) -> int:
        """How far the tonic of this mode lies above that of the major scale with the same notes."""
        places = {"dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7, "locrian": 11}
        return 9 if self.mode in ("minor", "harmonic minor") else places.get(self.mode, 0)

    @property
    def name(self) -> str:
        """As people write it: “F-sharp minor”."""
        flat = self.fifths < 0 if self.flat is None else self.flat
        return f"{(_FLATS if flat else _SHARPS)[self.tonic]} {self.mode}"


def find_key(text: str) -> Key | None:
    """Return the key that is named somewhere in *text*."""
    for match in _KEY.finditer(text):
        before = text[: match.start()].lower().rstrip()
        if (
            match[1] == "a"
            and not match[2]
            and not match[3]
            and before
            and not before.endswith((" in", "in", "of", ":"))
        ):
            continue  # the article, as in “a major step”
        return _key(match[1], match[2] or match[3] or "", match[4])
    if bare := _OF.search(text):
        return _key(bare[1], bare[2] or bare[3] or "", "major")
    return None


def parse_key(text: str) -> Key:
    """Return the key that *text* is: “A minor”, “Bb”, “F# dorian”, “Em”.

    Raises:
        ToolError: PARAMETER_INVALID, it is no key.
    """
    if bare := _BARE.fullmatch(text):
        return _key(bare[1], bare[2] or bare[3] or "", "major")
    if key := find_key(text.strip()):
        return key
    raise ToolError("PARAMETER_INVALID", f'keyscale "{text}" is not a key. Write it like "A minor" or "B-flat major".')


def _key(letter: str, sign: str, mode: str) -> Key:
    shift = {"flat": -1, "b": -1, "♭": -1, "sharp": 1, "#": 1, "♯": 1}.get(sign.lower(), 0)
    word = "major" if mode == "M" else mode.lower()
    return Key((_LETTERS[letter.lower()] + shift) % 12, _MODE_WORDS.get(word, word), shift < 0 if shift else None)


@dataclass(frozen=True)
class Chord:
    """Pitch classes from the root up; ``numeral`` is what was asked for."""

    numeral: str
    tones: tuple[int, ...]

    @property
    def root(self) -> int:
        """Its root as a pitch class."""
        return self.tones[0]

    @property
    def third(self) -> int:
        """The tone that tells major from minor (or what is suspended)."""
        return self.tones[1 % len(self.tones)]

    @property
    def fifth(self) -> int:
        """Its fifth."""
        return self.tones[min(2, len(self.tones) - 1)]


def chord(key: Key, numeral: str, colour: str = "triad") -> Chord:
    """Return the chord that a Roman numeral names in *key*.

    Upper case is major, lower case minor, ``o`` diminished, ``b``/``#`` shift the root, and 5, 6, 7, 9, maj7,
    sus2, sus4 and add9 are as usual. *colour* ``seventh`` or ``ninth`` adds what the scale has to plain triads, and
    ``power`` leaves out the third.

    Raises:
        ValueError: it is no numeral.
    """
    match = _NUMERAL.fullmatch(numeral)
    if match is None:
        raise ValueError(f"{numeral!r} is not a Roman numeral")
    sign, roman, quality, extra = match.groups()
    degree = _DEGREES.index(roman.lower())
    root = (key.scale[degree] + {"b": -1, "#": 1}.get(sign, 0)) % 12
    minor = roman.islower()
    third = 3 if minor or quality == "o" else 4
    fifth = 6 if quality == "o" else 8 if quality == "+" else 7
    steps = [0, third, fifth]
    match extra:
        case "5":
            steps = [0, 7]
        case "sus2":
            steps[1] = 2
        case "sus4":
            steps[1] = 5
        case "6":
            steps.append(9)
        case "7":
            steps.append(9 if quality == "o" and not minor else 10)
        case "9":
            steps += [10, 14]
        case "maj7":
            steps.append(11)
        case "add9":
            steps.append(14)
        case _ if colour == "power":
            steps = [0, fifth]
        case _ if colour in ("seventh", "ninth") and minor and root == key.tonic:
            pass  # with a seventh the minor tonic would hold the whole chord of the relative major
        case _ if colour in ("seventh", "ninth") and quality is None:
            steps.append(_seventh(key, root, minor))
            if colour == "ninth" and (root + 2) % 12 in key.scale:
                steps.append(14)
    return Chord(numeral, tuple((root + step) % 12 for step in steps))


def _seventh(key: Key, root: int, minor: bool) -> int:
    """Return the seventh above *root* that the scale has: major where the chord is major and it fits."""
    return 11 if not minor and (root + 11) % 12 in key.scale and (root + 10) % 12 not in key.scale else 10


def nearest(tones: Sequence[int], pitch: float, low: int = 0, high: int = 127) -> int:
    """Return the key within *low*–*high* nearest to *pitch* whose pitch class is one of *tones*."""
    able = [key for key in range(max(0, low), min(127, high) + 1) if key % 12 in tones]
    return min(able, key=lambda key: (abs(key - pitch), key)) if able else round(pitch)


def voicing(tones: Sequence[int], previous: Sequence[int], low: int, high: int, size: int = 3) -> list[int]:
    """Return *size* keys of a chord within *low*–*high* that are reached from *previous* with the least movement.

    When there are more tones than voices, three voices leave the root to the bass, more leave out the fifth.
    """
    if len(tones) > size >= 3:
        order = (1, 3, 2) if size == 3 else (0, 1, 3, *range(4, len(tones)), 2)
        tones = [tones[i] for i in order][:size]
    centre = sum(previous) / len(previous) if previous else (low + high) / 2
    best: list[int] = []
    best_cost = float("inf")
    for bottom in range(low, min(low + 14, high)):
        if bottom % 12 not in tones:
            continue
        keys = [bottom]
        at = bottom
        ordered = sorted(tones, key=lambda tone: (tone - bottom) % 12)
        while len(keys) < size:
            tone = ordered[len(keys) % len(ordered)]
            at += (tone - at) % 12 or 12
            keys.append(at)
        if keys[-1] > high:
            continue
        if previous and len(previous) == len(keys):
            cost = sum(abs(a - b) for a, b in zip(keys, previous, strict=True)) + 0.2 * abs(sum(keys) / size - centre)
        else:
            cost = abs(sum(keys) / size - centre)
        cost += 3.0 * sum(1 for a, b in itertools.pairwise(keys) if b - a == 1)
        if cost < best_cost:
            best, best_cost = keys, cost
    return best or [nearest(tones, centre, low, high)]
