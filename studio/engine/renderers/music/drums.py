# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Drum patterns, their fills, and how they fit other metres."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from studio.engine.renderers.music.score import Note
from studio.engine.renderers.music.theory import Chord, nearest

KICK, RIM, SNARE, CLAP = 36, 37, 38, 39
HAT, PEDAL, OPEN, CRASH, RIDE = 42, 44, 46, 49, 51
TAMBOURINE, COWBELL, SHAKER, CLAVES = 54, 56, 82, 75
_TOMS: Final = (50, 48, 45, 41)
_KETTLES: Final = (41, 52)
_CYMBALS: Final = 57
ORCHESTRA_KIT: Final = 48
_LOUD: Final = {"x": 112, "o": 88, "g": 46}

Pattern = Mapping[int, str]
"""Sixteen steps a bar for each drum: x loud, o normal, g ghost. Longer strings are several bars."""

PATTERNS: Final[dict[str, Pattern]] = {
    "rock": {KICK: "x.....o.x.o.....x.....o.x..o....", SNARE: "....x.......x...", HAT: "x.o.x.o.x.o.x.o."},
    "punk": {KICK: "x...x...x...x...", SNARE: "..x...x...x...x.", HAT: "x.o.x.o.x.o.x.o."},
    "metal": {KICK: "x.o.o.o.x.o.o.o.x.o.o.o.xooooooo", SNARE: "....x.......x...", RIDE: "x...o...x...o..."},
    "pop": {KICK: "x......ox.....o.", SNARE: "....x.......x...", HAT: "o.o.o.o.o.o.o.o.", CLAP: "....o.......o..."},
    "soft": {KICK: "x.......o.......", RIM: "....o.......o...", HAT: "o.g.o.g.o.g.o.g."},
    "brush": {KICK: "o.......g.......", SNARE: "..g.o.g...g.o.g.", PEDAL: "....o.......o..."},
    "swing": {RIDE: "x...x.o.x...x.o.", PEDAL: "....x.......x...", KICK: "g...g...g...g...", SNARE: "......g.......g......g.......g.."},
    "shuffle": {KICK: "x.....o.x.......", SNARE: "....x.......x...", RIDE: "x.o.x.o.x.o.x.o."},
    "bossa": {KICK: "x..ox..ox..ox..o", RIM: "x..x..x...x..x..", SHAKER: "ogogogogogogogog"},
    "salsa": {CLAVES: "x..x..x.....x.x.", COWBELL: "x.o.x.oox.o.x.oo", 63: "..o...o...o...o.", 64: "......xx......xx", KICK: "...o..o....o..o."},
    "house": {KICK: "x...x...x...x...", CLAP: "....x.......x...", OPEN: "..x...x...x...x.", HAT: "o..oo..oo..oo..o"},
    "techno": {KICK: "x...x...x...x...", OPEN: "..o...o...o...o.", HAT: "ogoogogoogogogoo", CLAP: "....o.......o..g", RIM: "...g..o....g.o.."},
    "trance": {KICK: "x...x...x...x...", CLAP: "....x.......x...", OPEN: "..x...x...x...x.", HAT: "gogogogogogogogo"},
    "synthwave": {KICK: "x.......x.o.....", SNARE: "....x.......x...", HAT: "o.o.o.o.o.o.o.o."},
    "dnb": {KICK: "x.........o.....x.........o..o..", SNARE: "....x..g.g..x..g", HAT: "o.o.o.o.o.o.o.o.", RIDE: "x.......x......."},
    "boombap": {KICK: "x......o..o.....x.o....o..o.....", SNARE: "....x.......x..g", HAT: "o.o.o.o.o.o.o.oo"},
    "lofi": {KICK: "x......o..o.....", SNARE: "....o.......o...", HAT: "o.o.o.og.o.o.o.g"},
    "trap": {KICK: "x.....o...o.....x..o......o...o.", CLAP: "........x.......", HAT: "x.o.x.o.x.oox.o.x.o.x.o.ooooxooo", OPEN: "..............o."},
    "funk": {KICK: "x..x..o...x..o..", SNARE: "....x..g.g..x..g", HAT: "xoooxoooxoooxoo.", OPEN: "..............o."},
    "disco": {KICK: "x...x...x...x...", SNARE: "....x.......x...", OPEN: "..x...x...x...x.", HAT: "o...o...o...o..."},
    "reggae": {KICK: "........x.......", RIM: "........x.......", HAT: "o.g.o.g.o.g.o.gg"},
    "soul": {KICK: "x.....o..ox.....", SNARE: "....x..g....x...", HAT: "o.o.o.o.o.o.o.o.", TAMBOURINE: "....o.......o..."},
    "march": {KICK: "x.......x.......", SNARE: "x.ggx.ggxogoxooo", CRASH: "x..............."},
    "polka": {KICK: "x.......x.......", SNARE: "....o.......o...", HAT: "o...o...o...o..."},
    "tango": {KICK: "x.......o.......", SNARE: "......g.....g.oo"},
    "celtic": {KICK: "x.....o.x.....o.", TAMBOURINE: "x.ogx.ogx.ogx.og"},
    "train": {KICK: "x.......x.......", SNARE: "goxggoxggoxggoxg"},
    "taiko": {41: "x.....x...x.....x.....x...x.x.x.", KICK: "x.....o.x.......x.....o.x...x.x.", 45: "....o.......o.oo", SNARE: "............g.gg............gogo"},
    "chip": {KICK: "x...x...x...x...", SNARE: "....x.......x...", HAT: "o.o.o.o.o.o.o.o."},
    "heartbeat": {KICK: "x..g............", SHAKER: "o...g...o...g..."},
}  # fmt: skip
_IN_THREE: Final = {"kick": "x...........", "snare": "........x...", "hat": "x.o.o.o.o.o.", "other": "o...g...g..."}
_IN_SIX: Final = {"kick": "x.......o...", "snare": "......x.....", "hat": "x.o.o.x.o.o.", "other": "o.....g....."}
_KIND: Final = {
    **dict.fromkeys((KICK, 41, 64), "kick"),
    **dict.fromkeys((SNARE, CLAP, RIM, 45), "snare"),
    **dict.fromkeys((HAT, OPEN, RIDE, SHAKER, TAMBOURINE), "hat"),
}


def drum_bar(
    name: str, beats: int, bar: int, intensity: float, chance: random.Random, *, fill: bool, crash: bool
) -> list[Note]:
    """Return bar number *bar* of a pattern, beginning at beat 0.

    Args:
        intensity: 0–1; quiet bars have fewer and softer strokes.
        fill: whether the bar leads into a new section.
        crash: whether it begins one.
    """
    steps = 12 if beats in (3, 6) else 4 * beats
    step = beats / steps
    fill_from = steps - (4 if beats != 2 else 2) * (2 if intensity > 0.7 and beats == 4 else 1) if fill else steps
    notes: list[Note] = []
    for key, line in _fitted(PATTERNS[name], beats).items():
        line = line[(bar * steps) % len(line) :][:steps]
        for place, mark in enumerate(line):
            if mark == "." or (place >= fill_from and key not in (KICK, PEDAL)):
                continue
            played = RIM if key == SNARE and intensity < 0.4 else key
            if intensity < 0.35 and (mark == "g" or key in (OPEN, CRASH, CLAP)):
                continue
            if intensity < 0.45 and key == KICK and mark == "o":
                continue
            loudness = _LOUD[mark] * (0.62 + 0.4 * intensity) * chance.uniform(0.93, 1.05)
            notes.append(Note(place * step, step, played, _clamp(loudness)))
    if fill:
        notes += _fill(fill_from, steps, step, intensity, chance)
    if crash and intensity > 0.45 and name not in ("bossa", "salsa", "brush", "heartbeat", "soft", "taiko"):
        notes.append(Note(0.0, 2.0, CRASH, _clamp(80 + 30 * intensity)))
    return notes


def final_stroke(name: str, intensity: float) -> list[Note]:
    """Return what the drums do on the last downbeat."""
    if name == "taiko":
        return [Note(0.0, 2.0, KICK, 118), Note(0.0, 2.0, 41, 118)]
    gentle = name in ("brush", "bossa", "soft", "heartbeat", "lofi", "celtic")
    cymbal = RIDE if gentle or intensity < 0.45 else CRASH
    return [Note(0.0, 1.0, KICK, 84 if gentle else 108), Note(0.0, 3.0, cymbal, 60 if gentle else 98)]


def orchestral(notes: Sequence[Note], chord: Chord) -> list[Note]:
    """Return *notes* for the orchestra kit, where the tom keys are kettledrums: tuned to the chord's root and fifth."""
    root, fifth = (nearest((tone,), 47, _KETTLES[0], _KETTLES[1]) for tone in (chord.root, chord.fifth))
    keys = {41: root, 43: root, 45: fifth, 48: SNARE, 50: SNARE, CRASH: _CYMBALS, RIDE: TAMBOURINE}
    keys |= dict.fromkeys((HAT, OPEN, PEDAL), TAMBOURINE)
    return [replace(note, pitch=keys.get(note.pitch, note.pitch)) for note in notes]


def _fitted(pattern: Pattern, beats: int) -> Pattern:
    """Return *pattern* in another metre: by what each drum does there."""
    if beats == 4:
        return pattern
    if beats == 2:
        return {key: line[:8] for key, line in pattern.items() if line[:8].strip(".")}
    lines = _IN_THREE if beats == 3 else _IN_SIX
    out: dict[int, str] = {}
    taken: set[str] = set()
    for key, line in pattern.items():
        kind = _KIND.get(key, "other")
        if kind in taken or not line.strip("."):
            continue
        taken.add(kind)
        four_on_floor = kind == "kick" and line.startswith("x...x...x...x")
        out[key] = ("x...o...o..." if beats == 3 else "x.....x.....") if four_on_floor else lines[kind]
    return out


def _fill(low: int, high: int, step: float, intensity: float, chance: random.Random) -> list[Note]:
    """Return a run over snare and toms that grows to the next downbeat."""
    notes = []
    count = max(1, high - low)
    for place in range(low, high):
        far = (place - low) / count
        if intensity < 0.5 and place % 2:
            continue
        if chance.random() < 0.12:
            continue
        key = SNARE if far < 0.3 else _TOMS[min(3, int((far - 0.3) / 0.7 * 4))]
        notes.append(Note(place * step, step, key, _clamp((66 + 40 * far) * (0.7 + 0.35 * intensity))))
    return notes


def _clamp(value: float) -> int:
    return max(1, min(127, round(value)))
