# ruff: noqa: E501 — a table of rhythms is easiest to judge on one line
"""Melodies: short rhythmic motifs, repeated and varied in four-bar phrases over the chords."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from studio.engine.renderers.music.forms import Bar, Theme
from studio.engine.renderers.music.genres import Tune
from studio.engine.renderers.music.score import Note
from studio.engine.renderers.music.theory import Chord, Key, nearest

_Cell = tuple[float, ...]
"""Lengths in beats; negative ones are rests."""

# (cell, syncopation 0–1) of two beats, of three, and of three eighth notes of 6/8.
_TWO: Final[tuple[tuple[_Cell, float], ...]] = (
    ((2,), 0), ((1, 1), 0), ((1.5, 0.5), 0.1), ((0.5, 1.5), 0.7), ((1, 0.5, 0.5), 0), ((0.5, 0.5, 1), 0),
    ((0.5, 0.5, 0.5, 0.5), 0), ((0.5, 1, 0.5), 0.6), ((0.75, 0.75, 0.5), 0.8), ((0.25, 0.25, 0.5, 1), 0.3), ((0.75, 0.25, 1), 0.2),
    ((-0.5, 0.5, 0.5, 0.5), 0.5), ((-1, 1), 0.2), ((-0.5, 1.5), 0.7), ((0.25, 0.5, 0.25, 0.5, 0.5), 0.9), ((0.5, 0.25, 0.25, 0.5, 0.5), 0.2), ((0.25,) * 4 + (0.5, 0.5), 0.2),
)  # fmt: skip
_THREE: Final[tuple[tuple[_Cell, float], ...]] = (
    ((3,), 0), ((2, 1), 0), ((1, 1, 1), 0), ((1.5, 0.5, 1), 0.1), ((1, 0.5, 0.5, 1), 0), ((0.5, 0.5, 1, 1), 0), ((2, 0.5, 0.5), 0),
    ((1, 2), 0.4), ((0.5,) * 4 + (1,), 0), ((0.5,) * 6, 0), ((1, 1, 0.5, 0.5), 0), ((-1, 1, 1), 0.3), ((1.5, 1.5), 0.8),
)  # fmt: skip
_SIX: Final[tuple[tuple[_Cell, float], ...]] = (
    ((3,), 0), ((2, 1), 0), ((1, 1, 1), 0), ((1.5, 0.5, 1), 0.1), ((1, 2), 0.4), ((-1, 1, 1), 0.3), ((1, 0.5, 0.5, 1), 0.1),
)  # fmt: skip
# For a bar that would have one note only.
_PLAIN: Final[dict[int, tuple[_Cell, ...]]] = {
    2: ((1, 1), (1.5, 0.5)), 3: ((2, 1), (1, 2)), 4: ((2, 1, 1), (1, 1, 2), (3, 1), (1.5, 0.5, 2)), 6: ((3, 3), (3, 2, 1), (2, 1, 3)),
}  # fmt: skip
_WIDEST_LEAP: Final = 9
_PLANS: Final = ("aaba", "abab", "abac", "aabc", "abcb")
_BLUES: Final = (0, 3, 5, 6, 7, 10)


@dataclass(frozen=True)
class _Motif:
    """One bar of rhythm and the steps of the scale between its notes."""

    cell: _Cell
    steps: tuple[int, ...]


class Melodist:
    """Writes the melody of one piece; every theme keeps its motifs, so that it is known again."""

    def __init__(self, key: Key, tune: Tune, beats: int, low: int, high: int, chance: random.Random) -> None:
        self._key, self._tune, self._beats, self._chance = key, tune, beats, chance
        span = min(high - low, 22)
        centre = max(low + span / 2, min(high - span / 2, 71.0))
        self._low, self._high = round(centre - span / 2), round(centre + span / 2)
        self._scale = _scale(key, tune)
        self._motifs: dict[str, dict[str, _Motif]] = {}
        self._plans: dict[str, str] = {}
        self._stated: dict[str, int] = {}
        self._last = round(centre)

    def phrase(self, bars: Sequence[Bar], *, closing: bool, solo: bool = False) -> list[Note]:
        """Return the melody of up to four *bars*; a *closing* phrase comes to rest on the tonic.

        A *solo* invents instead of stating the theme.
        """
        theme: Theme = bars[0].theme
        motifs, plan = self._theme(theme if not solo else "solo", solo)
        first_in = self._stated.setdefault(theme, bars[0].section)
        ornament = 0.22 if bars[0].section != first_in and self._tune.density > 0.6 else 0.0
        lift = 3 if theme == "B" else -1 if theme == "C" else 0
        middle = (self._low + self._high) / 2 + lift + 3 * (bars[0].intensity - 0.55)
        notes: list[Note] = []
        for place, bar in enumerate(bars):
            letter = plan[place % len(plan)]
            arch = (0.0, 2.0, 4.0, 0.5)[place % 4] if len(bars) > 1 else 0.0
            last = place == len(bars) - 1
            if last and len(bars) > 1:
                notes += self._cadence(bar, closing)
            else:
                motif = motifs[letter] if not solo else self._motif(1.25)
                if place == len(bars) - 2 and bar.in_section % 8 > 3:  # the answer turns away before its close
                    motif = motifs["c"]
                notes += self._bar(bar, motif, middle + arch, ornament)
        return notes

    def sung(self, bar: Bar, onsets: Sequence[tuple[float, float, bool]], *, place: int, closing: bool) -> list[Note]:
        """Return notes for syllables: *onsets* are (start in the bar, length, stressed) in beats.

        *place* is the bar's place in its phrase; the last note of a *closing* bar is a tone of rest.
        """
        lift = 3 if bar.theme == "B" else 0
        middle = (self._low + self._high) / 2 + lift + (0.0, 2.5, 3.5, 0.0)[place % 4]
        steps = self._theme(bar.theme, False)[0]["abca"[place % 4]].steps
        notes = []
        for number, (start, length, stressed) in enumerate(onsets):
            step = steps[number % len(steps)]
            resting = closing and number == len(onsets) - 1
            pitch = self._pitch(step, middle, bar.chord, stressed or resting, home=resting)
            notes.append(Note(bar.start + start, length, pitch, 92 if stressed else 80))
        return notes

    def final(self, start: float, length: float, chord: Chord) -> Note:
        """Return the last note of the piece: the tonic nearest to where the melody is."""
        return Note(start, length, nearest((chord.root,), self._last, self._low, self._high), 84)

    def _theme(self, theme: str, solo: bool) -> tuple[dict[str, _Motif], str]:
        if theme not in self._motifs:
            shade = {"A": 1.0, "B": 1.05, "C": 0.75}.get(theme, 1.2)
            first = self._motif(shade)
            # The second motif answers the first: the same rhythm turned over, or a new one.
            second = (
                _Motif(first.cell, tuple(-step for step in first.steps))
                if self._chance.random() < 0.4
                else self._motif(shade)
            )
            self._motifs[theme] = {"a": first, "b": second, "c": self._motif(shade)}
            self._plans[theme] = self._chance.choice(_PLANS)
        return self._motifs[theme], self._plans[theme]

    def _motif(self, shade: float) -> _Motif:
        tune, chance = self._tune, self._chance
        cells: list[float] = []
        for _ in range({2: 1, 3: 1, 4: 2, 6: 2}[self._beats]):
            cells += self._cell(shade)
        if tune.density * shade < 0.65 and len(cells) > 2 and self._beats == 4 and chance.random() < 0.7:
            cells = list(chance.choice(((4.0,), (3.0, 1.0), (2.0, 2.0), (-1.0, 3.0), (1.5, 2.5))))
        if sum(length > 0 for length in cells) < 2 and tune.density > 0.5:
            cells = list(chance.choice(_PLAIN[self._beats]))
        count = sum(length > 0 for length in cells)
        steps: list[int] = []
        direction = chance.choice((-1, 1))
        for place in range(count):
            if place == 0:
                steps.append(0)
                continue
            if chance.random() < 0.38:
                direction = -direction
            leap = chance.random() < tune.leaps and abs(steps[-1]) < 2
            # Five notes to the octave make wider steps than seven.
            wide = (2, 2, 3) if len(self._scale) < 7 else (2, 3, 4)
            stay = steps[-1] != 0 and place > 1 and chance.random() < 0.15
            steps.append(0 if stay else direction * (chance.choice(wide) if leap else 1))
            if leap:
                direction = -direction
        if len(steps) > 1 and not any(steps):
            steps[-1] = direction
        return _Motif(tuple(cells), tuple(steps) or (0,))

    def _cell(self, shade: float) -> _Cell:
        tune, chance = self._tune, self._chance
        table = _SIX if self._beats == 6 else _THREE if self._beats == 3 else _TWO
        want = tune.density * shade * (0.75 if self._beats == 6 else 1.0)
        weights = []
        for cell, syncopation in table:
            beats = sum(abs(length) for length in cell)
            density = sum(length > 0 for length in cell) / beats
            weight = 1.0 / (0.08 + (density - want) ** 2)
            weight *= 0.15 + tune.syncopation * 1.6 if syncopation > 0.35 else 1.0
            weight *= 0.2 + 2.5 * tune.rests if min(cell) < 0 else 1.0
            weights.append(weight)
        return chance.choices([cell for cell, _ in table], weights)[0]

    def _bar(self, bar: Bar, motif: _Motif, middle: float, ornament: float) -> list[Note]:
        notes: list[Note] = []
        at = 0.0
        place = 0
        for length in motif.cell:
            if length > 0:
                strong = at % (3 if bar.beats == 6 else 1) == 0 or length >= 1
                step = motif.steps[place % len(motif.steps)]
                pitch = self._pitch(step, middle, bar.chord, strong, anchor=place == 0)
                accent = 8 if at == 0 else 3 if strong else -4
                height = max(-8.0, min(8.0, 0.7 * (pitch - middle)))  # a line swells as it rises
                velocity = round(78 + 22 * bar.intensity + accent + height)
                if length >= 1 and place and self._chance.random() < ornament:
                    # When a theme comes again, some of its longer notes are left by a step.
                    turn = self._chance.choice((-1, 1))
                    near = nearest(self._tones(bar.chord), pitch + 1.6 * turn, self._low, self._high)
                    notes.append(Note(bar.start + at + length / 2, length * 0.48, near, velocity - 6))
                    notes.append(Note(bar.start + at, length * 0.48, pitch, velocity))
                else:
                    notes.append(Note(bar.start + at, length * 0.96, pitch, velocity))
                place += 1
            at += abs(length)
        return notes

    def _cadence(self, bar: Bar, closing: bool) -> list[Note]:
        """Return the last bar of a phrase: a long tone of rest, sometimes reached by a step, then breath."""
        beats = float(bar.beats)
        lead_in = self._chance.choice((0.0, 0.0, 1.0, 0.5) if beats != 6 else (0.0, 1.0))
        velocity = round(76 + 20 * bar.intensity)
        target = self._pitch(0, (self._low + self._high) / 2 - 1, bar.chord, True, home=closing)
        if lead_in == 0:
            return [Note(bar.start, beats * 0.72, target, velocity)]
        tones = self._tones(bar.chord)
        steps = [target + step for step in (1, 2, -1, -2) if (target + step) % 12 in tones]
        before = self._chance.choice(steps or [nearest(tones, target + 3, self._low, self._high)])
        self._last = target
        return [
            Note(bar.start, lead_in * 0.96, before, velocity),
            Note(bar.start + lead_in, (beats - lead_in) * 0.7, target, velocity),
        ]

    def _tones(self, chord: Chord) -> tuple[int, ...]:
        """Return the scale as this chord bends it: a raised leading tone over a major dominant, and so on."""
        altered = [tone for tone in chord.tones if tone not in self._key.scale]
        # A flattened degree takes the place of the one above it, a raised one that of the one below.
        side = 1 if chord.numeral.startswith("b") else -1
        gone = {(tone + side) % 12 for tone in altered} - {*chord.tones}
        scale = [tone for tone in self._scale if tone not in gone]
        return tuple({*scale, *altered})

    def _pitch(
        self, step: int, middle: float, chord: Chord, strong: bool, *, anchor: bool = False, home: bool = False
    ) -> int:
        """Return the next pitch: *step* scale steps on, on a tone of the chord where the beat is strong."""
        scale = self._tones(chord)
        if anchor:
            aim = self._last + 0.45 * (middle - self._last)
        else:
            aim = self._walk(scale, step)
            if abs(aim - middle) > 9:  # come back before the range ends
                aim = self._walk(scale, -abs(step) if aim > middle else abs(step))
        tones: Sequence[int] = scale
        if home:
            tones = (self._key.tonic,) if self._key.tonic in chord.tones else (chord.root, chord.third)
        elif strong:
            soft = [tone for tone in chord.tones if tone in scale] or list(chord.tones)
            tones = soft[:4]
        aim = max(self._last - _WIDEST_LEAP + 1, min(self._last + _WIDEST_LEAP - 1, aim))
        pitch = nearest(tones, aim, self._low, self._high)
        if pitch == self._last and step and not home:
            pitch = nearest(tones, aim + (2.2 if step > 0 else -2.2), self._low, self._high)
        if abs(pitch - self._last) > _WIDEST_LEAP:
            pitch = nearest(scale, self._last + (3 if aim > self._last else -3), self._low, self._high)
        self._last = pitch
        return pitch

    def _walk(self, scale: Sequence[int], step: int) -> int:
        at = self._last
        for _ in range(abs(step)):
            at += 1 if step > 0 else -1
            while at % 12 not in scale:
                at += 1 if step > 0 else -1
        return at


def _scale(key: Key, tune: Tune) -> tuple[int, ...]:
    full = key.scale
    if tune.scale == "pentatonic" and key.mode in ("major", "minor"):
        kept = (0, 2, 3, 4, 6) if key.minor else (0, 1, 2, 4, 5)
        return tuple(full[place] for place in kept)
    if tune.scale == "blues":
        return tuple(sorted({*((key.tonic + step) % 12 for step in _BLUES), *(() if key.minor else (full[2],))}))
    return full
