"""Composing: from a brief and a length to every note."""

import random
from dataclasses import dataclass, replace
from typing import Final

from studio.engine.renderers.music import accompany, drums, forms, singing
from studio.engine.renderers.music.brief import Brief
from studio.engine.renderers.music.forms import Bar, Stretch
from studio.engine.renderers.music.genres import Layer
from studio.engine.renderers.music.instruments import Instrument, instrument
from studio.engine.renderers.music.melody import Melodist
from studio.engine.renderers.music.score import Note, Part, Score, Section, Syllable, Synth

_ELECTRONIC: Final = frozenset({"pump"})
_FLEX: Final = 0.065
"""How far a tempo that nobody asked for may be moved so that whole bars fill the length."""


@dataclass(frozen=True)
class Composition:
    """A score and what is to be told about it.

    Attributes:
        left_out: lines of the lyrics for which there was no time.
    """

    score: Score
    left_out: int = 0


def compose(brief: Brief, seconds: float, seed: int, lyrics: str = "") -> Composition:
    """Return a piece that ends with its last chord ringing at *seconds*. The same arguments give the same notes.

    A loop has no last chord: what follows its last bar is its first.
    """
    bpm, count = tempo_and_bars(brief, seconds)
    brief = replace(brief, bpm=bpm)
    chance = _dice(brief, seed, "form")
    verses = singing.parse(lyrics)
    plan = singing.plan(verses, count, brief.beats, bpm) if verses else None
    parts = plan.parts if plan else forms.stretches(brief, count)
    bars = forms.lay_out(brief, parts, chance)
    length = float(count * brief.beats)
    tail = 0.0 if brief.loops else max(1.0, (seconds - length * 60 / bpm) * bpm / 60)
    writer = _Writer(brief, parts, bars, length, tail, seed, plan)
    sections: list[Section] = []
    at = 0.0
    for part in parts:
        sections.append(Section(part.name, at, float(part.bars * brief.beats)))
        at += part.bars * brief.beats
    score = Score(bpm, brief.beats, brief.key, length, writer.parts(), tuple(sections), tuple(writer.syllables))
    return Composition(score, plan.left_out if plan else 0)


def tempo_and_bars(brief: Brief, seconds: float) -> tuple[float, int]:
    """Return the exact tempo and the number of whole bars before the last chord, or in a loop."""
    if brief.loops:
        return _whole_bars(brief, seconds)
    tail = min(max(1.6, 0.7 + 0.7 * brief.genre.room_s), 4.0, seconds * 0.2)
    bar_s = brief.beats * 60 / brief.bpm
    if brief.exact_tempo:
        return brief.bpm, max(1, int((seconds - tail) / bar_s + 1e-6))
    best, best_cost = (brief.bpm, max(1, int((seconds - tail) / bar_s))), float("inf")
    middle = (seconds - tail) / bar_s
    for bars in range(max(1, int(middle * (1 - _FLEX))), int(middle * (1 + _FLEX)) + 2):
        bpm = bars * brief.beats * 60 / (seconds - tail)
        change = abs(bpm / brief.bpm - 1)
        cost = change + (0.0 if bars % 4 == 0 else 0.02 if bars % 2 == 0 else 0.03)
        if change <= _FLEX and cost < best_cost:
            best, best_cost = (60e6 / round(60e6 / bpm), bars), cost
    return best


def _whole_bars(brief: Brief, seconds: float) -> tuple[float, int]:
    """Return tempo and bars of a loop: an asked tempo stays and the length gives way, else the tempo does."""
    middle = seconds * brief.bpm / (60 * brief.beats)

    def cost(bars: int) -> float:
        change = abs(bars / middle - 1)
        return change + (0.0 if bars % 4 == 0 else 0.04 if bars % 2 == 0 else 0.09)

    bars = min(range(max(1, int(middle * 0.7)), int(middle * 1.4) + 2), key=cost)
    return (brief.bpm if brief.exact_tempo else bars * brief.beats * 60 / seconds), bars


def _dice(brief: Brief, seed: int, what: str) -> random.Random:
    return random.Random(f"{what} {seed} {brief.genre.name} {brief.key.tonic}")


class _Writer:
    """Writes the parts of one piece."""

    def __init__(
        self,
        brief: Brief,
        stretches: list[Stretch],
        bars: list[Bar],
        length: float,
        tail: float,
        seed: int,
        plan: singing.Plan | None,
    ) -> None:
        self._brief, self._stretches, self._bars = brief, stretches, bars
        self._length, self._tail, self._seed, self._plan = length, tail, seed, plan
        self._last_chord = forms.final_chord(brief)
        self._levels = [part.intensity for part in stretches]
        self._lead: list[Note] = []
        self.syllables: list[Syllable] = []

    def parts(self) -> list[Part]:
        """Return every part with its notes, swung and with the small unevenness of hands."""
        has_bass = any(layer.role == "bass" for layer, _ in self._brief.layers)
        ground = next((layer.role for layer, _ in self._brief.layers if layer.role in ("comp", "arp", "pad")), None)
        result: list[Part] = []
        if self._plan:
            result.append(self._voice())
        for layer, player in sorted(self._brief.layers, key=lambda pair: pair[0].role != "lead"):
            synth = _synth(self._brief, layer, player)
            part = Part(_title(player), layer.role, player.preset, [], layer.level, layer.pan, layer.space, synth)
            part.notes = self._notes(layer, player, alone=not has_bass and layer.role == ground)
            if part.notes:
                result.append(part)
        for place, part in enumerate(result):
            part.notes = self._played(part, _dice(self._brief, self._seed, f"hands {place} {part.name}"))
        return result

    def _plays(self, layer: Layer, section: int) -> bool:
        """Return whether *layer* plays in a section; something with harmony always does."""
        level = self._levels[section]
        name = self._stretches[section].name
        if self._plan and self._plan.verses[section] and layer.role in ("lead", "double"):
            return False
        if layer.role == "lead" and name.startswith("Intro") and len(self._brief.layers) > 2:
            return False
        if layer.enter <= level:
            return True
        able = [other for other, _ in self._brief.layers if other.role in ("comp", "pad", "arp")]
        able = able or [other for other, _ in self._brief.layers]
        return layer is min(able, key=lambda other: other.enter) and all(other.enter > level for other in able)

    def _notes(self, layer: Layer, player: Instrument, *, alone: bool) -> list[Note]:
        match layer.role:
            case "drums":
                return self._drums(layer, orchestra=player.preset[1] == drums.ORCHESTRA_KIT)
            case "lead":
                return self._melody(layer, player)
            case "double":
                return self._doubling(layer, player)
        chance = _dice(self._brief, self._seed, f"{layer.role} {layer.style}")
        low, high = (player.low, player.high) if layer.role != "bass" else _bass_range(player)
        hand = accompany.Player(self._brief.key, low, high, chance, alone=alone)
        if layer.role == "counter":
            centre = max(low + 8, min(high - 8, 60))
            hand.low, hand.high = max(low, centre - 10), min(high, centre + 10)
        notes: list[Note] = []
        for bar in self._bars:
            if not self._plays(layer, bar.section):
                continue
            if layer.role == "counter":
                notes += (accompany.running_line if layer.style == "walk" else accompany.counter_line)(hand, bar)
            else:
                notes += accompany.accompany(hand, layer.style, bar)
        if layer.style in ("pad", "drone") and layer.role != "comp":
            notes = _tied(notes)
        if self._brief.loops or not notes or not self._plays(layer, len(self._stretches) - 1):
            return notes
        level = self._levels[-1]
        if layer.role == "counter":
            key = accompany.counter_line(hand, replace(self._bars[-1], chord=self._last_chord, intensity=0.5))[0]
            return [*notes, replace(key, start=self._length, length=self._tail)]
        return [*notes, *accompany.final(hand, layer.style, self._last_chord, self._length, self._tail, level)]

    def _drums(self, layer: Layer, *, orchestra: bool) -> list[Note]:
        name = self._brief.genre.drums or "soft"
        chance = _dice(self._brief, self._seed, "drums")
        notes: list[Note] = []
        played_before = False
        for bar in self._bars:
            plays = self._plays(layer, bar.section)
            if plays:
                leads_on = bar.closes and bar.section < len(self._stretches) - 1 and bar.section_bars > 1
                half_way = bar.in_section % 8 == 7 and bar.intensity > 0.6
                crash = bar.opens and (played_before or bar.section > 0)
                one = drums.drum_bar(
                    name, bar.beats, bar.number, bar.intensity, chance, fill=leads_on or half_way, crash=crash
                )
                one = drums.orchestral(one, bar.chord) if orchestra else one
                notes += [note.moved(bar.start) for note in one]
            played_before = plays
        if notes and not self._brief.loops and self._plays(layer, len(self._stretches) - 1):
            stroke = drums.final_stroke(name, self._levels[-1])
            stroke = drums.orchestral(stroke, self._last_chord) if orchestra else stroke
            notes += [note.moved(self._length) for note in stroke]
        return notes

    def _melody(self, layer: Layer, player: Instrument) -> list[Note]:
        tune = self._brief.genre.tune
        melodist = Melodist(
            self._brief.key, tune, self._brief.beats, player.low, player.high, _dice(self._brief, self._seed, "melody")
        )
        notes: list[Note] = []
        for phrase in _phrases(self._bars):
            section = phrase[0].section
            if not self._plays(layer, section):
                continue
            closing = phrase[-1].closes and self._stretches[section].theme != "C"
            solo = self._stretches[section].name.startswith("Solo")
            notes += melodist.phrase(phrase, closing=closing, solo=solo)
        if notes and not self._brief.loops and self._plays(layer, len(self._stretches) - 1):
            notes.append(melodist.final(self._length, self._tail, self._last_chord))
        self._lead = notes
        return list(notes)

    def _doubling(self, layer: Layer, player: Instrument) -> list[Note]:
        """Return the melody in octaves where the music is fullest."""
        spans = [(bar.start, bar.start + bar.beats) for bar in self._bars if self._plays(layer, bar.section)]
        chosen = [note for note in self._lead if any(low <= note.start < high for low, high in spans)]
        if not chosen:
            return []
        middle = sum(note.pitch for note in chosen) / len(chosen)
        shifts = [shift for shift in (12, 0, -12, 24) if player.low <= middle + shift <= player.high]
        shift = shifts[0] if shifts else 0
        return [
            replace(note, pitch=note.pitch + shift, velocity=max(1, note.velocity - 8))
            for note in chosen
            if player.low <= note.pitch + shift <= player.high
        ]

    def _voice(self) -> Part:
        """Return the sung melody, with its syllables; a voice-like sound holds the singer's place."""
        plan = self._plan
        assert plan is not None
        singer = instrument("oohs")
        melodist = Melodist(
            self._brief.key, self._brief.genre.tune, self._brief.beats, 55, 76, _dice(self._brief, self._seed, "voice")
        )
        notes: list[Note] = []
        step = singing.unit(self._brief.bpm)
        by_section: dict[int, list[Bar]] = {}
        for bar in self._bars:
            by_section.setdefault(bar.section, []).append(bar)
        for section, verse in enumerate(plan.verses):
            if verse is None:
                continue
            bars = by_section[section]
            for number, line in enumerate(verse.lines):
                own = bars[number * plan.bars_per_line : (number + 1) * plan.bars_per_line]
                if not own:
                    break
                notes += self._line(melodist, own, line, step, number, closing=number == len(verse.lines) - 1)
        return Part(f"Voice ({singer.name})", "lead", singer.preset, notes, 1.0, 0.0, 0.3)

    def _line(
        self, melodist: Melodist, own: list[Bar], line: str, step: float, number: int, *, closing: bool
    ) -> list[Note]:
        words = singing.syllables(line)
        beats = self._brief.beats
        onsets = singing.rhythm(words, beats, step, float(len(own) * beats))
        notes: list[Note] = []
        for place, bar in enumerate(own):
            low, high = place * beats, (place + 1) * beats
            inside = [(start - low, length, heavy) for start, length, heavy in onsets if low <= start < high]
            last = closing and (not onsets or onsets[-1][0] < high) and bool(inside)
            at = number * len(own) + place
            notes += melodist.sung(bar, inside, place=at, closing=last)
        for note, sung in zip(notes, words, strict=False):
            self.syllables.append(Syllable(note.start, sung.text, sung is words[-1]))
        return notes

    def _played(self, part: Part, chance: random.Random) -> list[Note]:
        genre = self._brief.genre
        sway_s = 0.0 if genre.effects & _ELECTRONIC or genre.name in ("chiptune", "trap") else 0.007
        if part.role == "drums":
            sway_s *= 0.5
        behind_s = 0.012 if genre.swing > 0.55 and part.role in ("lead", "comp") else 0.0
        to_beats = self._brief.bpm / 60
        notes: list[Note] = []
        for note in part.notes:
            start, end = note.start, note.end
            if genre.swing != 0.5 and self._brief.beats != 6:
                start, end = _swung(start, genre.swing, genre.swing_unit), _swung(end, genre.swing, genre.swing_unit)
            shift = (max(-2.0, min(2.0, chance.gauss(0, 1))) * sway_s + behind_s) * to_beats
            if note.start == 0 or note.start >= self._length:
                shift = abs(shift) * 0.3
            notes.append(Note(max(0.0, start + shift), max(0.05, end - start), note.pitch, note.velocity))
        return sorted(notes, key=lambda note: (note.start, note.pitch))


def _tied(notes: list[Note]) -> list[Note]:
    """Return *notes* with those joined that go on at the same pitch: held voices are not struck anew in every bar."""
    result: list[Note] = []
    open_at: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: note.start):
        place = open_at.get(note.pitch)
        if place is not None and abs(note.start - result[place].end) < 0.3 and result[place].length < 12:
            before = result[place]
            result[place] = replace(before, length=note.end - before.start)
        else:
            open_at[note.pitch] = len(result)
            result.append(note)
    return result


def _swung(beat: float, ratio: float, unit: float) -> float:
    """Return where *beat* falls when the second of every two *unit* lengths comes later."""
    pair = 2 * unit
    whole, inside = divmod(beat, pair)
    inside /= pair
    warped = inside * ratio / 0.5 if inside < 0.5 else ratio + (inside - 0.5) * (1 - ratio) / 0.5
    return (whole + warped) * pair


def _synth(brief: Brief, layer: Layer, player: Instrument) -> Synth | None:
    """Return which calculated instrument plays a layer: where the font's own is a thin stand-in."""
    if layer.style == "long808" and player.name in ("synth bass", "warm synth bass"):
        return "808"
    if not brief.genre.effects & _ELECTRONIC or player.name not in ("synth lead", "poly synth", "synth strings"):
        return None
    return "lead" if layer.role in ("lead", "double", "counter") else "pad" if layer.style == "pad" else "pluck"


def _phrases(bars: list[Bar]) -> list[list[Bar]]:
    """Return the bars in groups of up to four that do not cross sections."""
    result: list[list[Bar]] = []
    for bar in bars:
        if bar.opens or (bar.in_section % 4 == 0 and bar.section_bars - bar.in_section >= 2):
            result.append([])
        result[-1].append(bar)
    return result


def _bass_range(player: Instrument) -> tuple[int, int]:
    if player.low <= 36:
        return player.low, min(player.high, 55)
    return player.low, min(player.high, player.low + 24)


def _title(player: Instrument) -> str:
    return player.name[:1].upper() + player.name[1:]
