"""The form of a piece: which sections follow each other, how many bars each has, and how intense it is."""

import random
from dataclasses import dataclass
from typing import Final, Literal

from studio.engine.renderers.music.brief import Brief, is_modal
from studio.engine.renderers.music.theory import Chord, chord

Theme = Literal["A", "B", "C"]


@dataclass(frozen=True)
class Stretch:
    """One section before it has notes: ``intensity`` 0–1 decides who plays and how loud."""

    name: str
    theme: Theme
    bars: int
    intensity: float


@dataclass(frozen=True)
class Bar:
    """One bar: its place in the piece, in its section and in its four-bar phrase, and its chord."""

    number: int
    start: float
    beats: int
    section: int
    in_section: int
    section_bars: int
    theme: Theme
    intensity: float
    chord: Chord
    next_chord: Chord

    @property
    def opens(self) -> bool:
        """Whether it begins its section."""
        return self.in_section == 0

    @property
    def closes(self) -> bool:
        """Whether it ends its section."""
        return self.in_section == self.section_bars - 1


# (name, theme, share, intensity)
_Row = tuple[str, Theme, float, float]
_SHAPES: Final[dict[str, tuple[_Row, ...]]] = {
    "drift": (
        ("Opening", "A", 2, 0.28), ("First layer", "A", 3, 0.45), ("Widest point", "B", 3, 0.72),
        ("Thinning", "A", 2, 0.5), ("Close", "A", 1, 0.3),
    ),
    "arc": (
        ("Introduction", "A", 1, 0.3), ("Theme", "A", 2, 0.5), ("Variation", "B", 2, 0.66), ("Climax", "A", 2, 0.96),
        ("Return", "A", 1, 0.5),
    ),
    "loop": (
        ("Intro", "A", 1, 0.28), ("Groove", "A", 2, 0.6), ("Hook", "B", 2, 0.85), ("Break", "C", 1, 0.4),
        ("Groove", "A", 2, 0.72), ("Hook", "B", 2, 0.9), ("Tail", "A", 1, 0.35),
    ),
    "dance": (
        ("Intro", "A", 1, 0.38), ("Build", "A", 2, 0.62), ("Drop", "B", 3, 0.98), ("Breakdown", "C", 1, 0.3),
        ("Build", "A", 1, 0.68), ("Drop", "B", 3, 1.0), ("Outro", "A", 1, 0.42),
    ),
    "jazz": (
        ("Intro", "A", 1, 0.3), ("Head", "A", 2, 0.55), ("Bridge", "B", 1, 0.62), ("Solo", "A", 3, 0.8),
        ("Head", "A", 2, 0.66), ("Tag", "C", 1, 0.5),
    ),
    "song": (
        ("Intro", "A", 1, 0.32), ("Verse", "A", 2, 0.52), ("Chorus", "B", 2, 0.85), ("Verse", "A", 2, 0.6),
        ("Chorus", "B", 2, 0.9), ("Bridge", "C", 1, 0.5), ("Chorus", "B", 2, 1.0), ("Outro", "A", 1, 0.42),
    ),
}  # fmt: skip
_ENDS: Final = ("Intro", "Opening", "Thinning", "Close", "Return", "Tail", "Outro", "Tag", "Break", "Build")
_SHORTER: Final[dict[str, tuple[tuple[int, tuple[int, ...]], ...]]] = {
    # For so many phrases, which rows of the shape are kept.
    "drift": ((1, (1,)), (2, (1, 2)), (3, (0, 2, 3)), (4, (0, 1, 2, 3))),
    "arc": ((1, (1,)), (2, (1, 3)), (3, (1, 2, 3)), (4, (0, 1, 2, 3))),
    "loop": ((1, (1,)), (2, (1, 2)), (3, (0, 1, 2)), (4, (0, 1, 2, 6)), (6, (0, 1, 2, 4, 5, 6))),
    "dance": ((1, (2,)), (2, (1, 2)), (3, (0, 1, 2)), (4, (0, 1, 2, 6)), (6, (0, 1, 2, 3, 5, 6))),
    "jazz": ((1, (1,)), (2, (1, 3)), (3, (1, 2, 4)), (4, (1, 2, 3, 4)), (5, (0, 1, 2, 3, 4))),
    "song": ((1, (2,)), (2, (1, 2)), (3, (0, 1, 2)), (4, (0, 1, 2, 6)), (6, (0, 1, 2, 3, 4, 7)),
             (7, (0, 1, 2, 3, 4, 6, 7))),
}  # fmt: skip
_LONG_PHRASES: Final = 26
"""With more four-bar phrases than this the middle of the form is repeated."""

_MODAL: Final[dict[str, tuple[str, str, str]]] = {
    "dorian": ("i IV i VII", "i ii III IV", "III IV i i"),
    "phrygian": ("i II i vii", "VI vii i II", "iv II i i"),
    "lydian": ("I II I V", "vi II I I", "I vii vi II"),
    "mixolydian": ("I VII IV I", "IV I VII I", "ii VII IV I"),
    "locrian": ("io II io II", "VI II io io", "III II io II"),
}


def stretches(brief: Brief, bars: int) -> list[Stretch]:
    """Return sections of *bars* bars in all, in whole four-bar phrases as far as they go."""
    if brief.genre.form == "blues":
        return _choruses(brief, bars)
    phrases = bars // 4
    if phrases == 0:
        return [Stretch("Theme", "A", bars, _level(0.6, brief))]
    rows = list(_rows(brief.genre.form, phrases))
    if brief.loops:  # neither a beginning nor an ending
        inner = [row for row in _SHAPES[brief.genre.form] if not row[0].startswith(_ENDS)]
        rows = inner[: max(1, phrases)]
    counts = _share([row[2] for row in rows], phrases)
    result = [
        Stretch(name, theme, 4 * count, _level(intensity, brief))
        for (name, theme, _, intensity), count in zip(rows, counts, strict=True)
        if count
    ]
    over = bars % 4
    if over:
        last = result[-1]
        result[-1] = Stretch(last.name, last.theme, last.bars + over, last.intensity)
    return _numbered(result)


def _rows(form: str, phrases: int) -> tuple[_Row, ...]:
    shape = _SHAPES[form]
    for most, kept in _SHORTER[form]:
        if phrases <= most:
            return tuple(shape[place] for place in kept)
    if phrases <= _LONG_PHRASES:
        return shape
    rounds = max(1, round(phrases / 16))
    # Each time the middle comes again it goes a little further.
    middle = [
        (name, theme, share, intensity * (0.86 + 0.14 * number / max(1, rounds - 1)))
        for number in range(rounds)
        for name, theme, share, intensity in shape[1:-1]
    ]
    return (shape[0], *middle, shape[-1])


def _share(weights: list[float], units: int) -> list[int]:
    """Share *units* out by weight: at least one each as long as there are enough."""
    total = sum(weights)
    counts = [max(1, round(units * weight / total)) for weight in weights]
    while sum(counts) > units:
        place = max(range(len(counts)), key=lambda i: (counts[i] - units * weights[i] / total, i))
        counts[place] -= 1
    while sum(counts) < units:
        place = min(range(len(counts)), key=lambda i: (counts[i] - units * weights[i] / total, i))
        counts[place] += 1
    return counts


def _choruses(brief: Brief, bars: int) -> list[Stretch]:
    count, over = divmod(bars, 12)
    if count == 0:
        return [Stretch("Chorus", "A", bars, _level(0.65, brief))]
    result = [Stretch("Intro", "C", over, _level(0.35, brief))] if over else []
    for place in range(count):
        far = place / max(1, count - 1)
        name, theme, intensity = ("Chorus", "A", 0.55 + 0.25 * far) if place % 3 != 1 else ("Solo", "B", 0.85)
        result.append(Stretch(name, "B" if theme == "B" else "A", 12, _level(intensity, brief)))
    return _numbered(result)


def _level(intensity: float, brief: Brief) -> float:
    return max(0.2, min(1.0, intensity + brief.energy * (0.6 if intensity > 0.4 else 0.3)))


def _numbered(parts: list[Stretch]) -> list[Stretch]:
    seen: dict[str, int] = {}
    again = {part.name for part in parts if sum(other.name == part.name for other in parts) > 1}
    result = []
    for part in parts:
        seen[part.name] = seen.get(part.name, 0) + 1
        name = f"{part.name} {seen[part.name]}" if part.name in again else part.name
        result.append(Stretch(name, part.theme, part.bars, part.intensity))
    return result


def lay_out(brief: Brief, parts: list[Stretch], chance: random.Random) -> list[Bar]:
    """Return every bar of *parts* with its chord; the last one leads to the tonic."""
    tables = _MODAL.get(brief.key.mode) if is_modal(brief.key) else None
    tables = tables or (brief.genre.minor if brief.key.minor else brief.genre.major)
    themes: dict[str, list[str]] = {}
    for theme, table in zip("ABC", tables, strict=True):
        themes[theme] = table.split()
    home = "i" if brief.key.minor else "I"
    if brief.genre.form in ("song", "loop") and chance.random() < 0.35 and _opens_at(themes["C"], home):
        themes["A"], themes["C"] = themes["C"], themes["A"]
    names: list[str] = []
    for number, part in enumerate(parts):
        line = themes[part.theme]
        over = len(line) - part.bars % len(line) if brief.genre.form == "blues" and part.theme == "C" else 0
        own = [line[(place + over) % len(line)] for place in range(part.bars)]
        last = number == len(parts) - 1
        led_home = not last and _opens_at(themes[parts[number + 1].theme], home) and part.bars >= 4
        led_home = led_home and brief.genre.form != "blues" and not is_modal(brief.key)
        if led_home and not own[-1].startswith(("V", "v", "bVII")):
            own[-1] = brief.genre.tension[int(brief.key.minor)]  # a half cadence makes the key plain
        if last and part.bars > 1:
            own[-1] = _MODAL[brief.key.mode][0].split()[-1] if tables is not None and is_modal(brief.key) else (
                brief.genre.tension[int(brief.key.minor)]
            )  # fmt: skip
        names += own
    chords = [chord(brief.key, name, brief.genre.colour) for name in names]
    last_chord = final_chord(brief)
    bars: list[Bar] = []
    place = 0
    for number, part in enumerate(parts):
        for inner in range(part.bars):
            following = chords[place + 1] if place + 1 < len(chords) else last_chord
            bars.append(
                Bar(
                    place, place * float(brief.beats), brief.beats, number, inner, part.bars, part.theme,
                    _shaped(part, inner, parts, number), chords[place], following,
                )
            )  # fmt: skip
            place += 1
    return bars


def _opens_at(line: list[str], home: str) -> bool:
    return line[0].replace("maj", "").rstrip("79") == home


def final_chord(brief: Brief) -> Chord:
    """Return the tonic chord on which the piece ends."""
    name = "i" if brief.key.minor else "I"
    if brief.key.mode == "locrian":
        name = "io"
    if brief.genre.colour == "seventh" and not brief.key.minor and brief.genre.form != "blues":
        name = "I6"
    return chord(brief.key, name, "power" if brief.genre.colour == "power" else "triad")


def _shaped(part: Stretch, inner: int, parts: list[Stretch], number: int) -> float:
    """Return the intensity of a bar: builds and breakdowns rise towards what follows."""
    far = inner / max(1, part.bars - 1)
    following = parts[number + 1].intensity if number + 1 < len(parts) else part.intensity
    rise = 0.12 * far if following > part.intensity + 0.2 else 0.04 * far
    if part.name.startswith(("Build", "Variation", "First layer")):
        rise = 0.22 * far
    return max(0.15, min(1.0, part.intensity + rise))
