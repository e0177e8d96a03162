# ruff: noqa: E501 — a rhythm is easiest to judge on one line
"""Accompaniment: how chords become patterns of each style, and how the bass goes."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from studio.engine.renderers.music.forms import Bar
from studio.engine.renderers.music.score import Note
from studio.engine.renderers.music.theory import Chord, Key, nearest, voicing

_Hit = tuple[float, float, float]
"""Start and length in beats, loudness as a factor."""


@dataclass
class Player:
    """One accompanying part while it is written; ``held`` is the last voicing, so that voices lead on."""

    key: Key
    low: int
    high: int
    chance: random.Random
    voices: int = 3
    held: list[int] = field(default_factory=list)
    alone: bool = False
    """Whether there is no bass, so that the chords need their root below."""

    def chord(self, chord: Chord, low: int, high: int, size: int | None = None) -> list[int]:
        """Return the chord's keys within *low*–*high* and this part's own range."""
        low, high = max(low, self.low), min(high, self.high)
        if high - low < 14:
            low, high = self.low, min(self.high, self.low + 26)
        self.held = voicing(chord.tones, self.held, low, high, size or self.voices)
        return list(self.held)

    def root(self, tone: int, low: int, high: int) -> int:
        """Return the key of pitch class *tone* between *low* and *high*, within the range."""
        low = max(low, self.low)
        return nearest((tone,), (low + min(high, low + 12)) / 2, low, max(low + 11, min(high, self.high)))

    def loud(self, bar: Bar, factor: float = 1.0) -> int:
        """Return a velocity for this bar."""
        return max(12, min(127, round((62 + 40 * bar.intensity) * factor * self.chance.uniform(0.95, 1.04))))


def accompany(player: Player, style: str, bar: Bar) -> list[Note]:
    """Return one bar of *style*."""
    return [note.moved(bar.start) for note in _STYLES[style](player, bar)]


def final(player: Player, style: str, chord: Chord, start: float, length: float, intensity: float) -> list[Note]:
    """Return the last chord, held for *length* beats."""
    bar = Bar(0, 0.0, 4, 0, 0, 1, "A", intensity, chord, chord)
    velocity = player.loud(bar, 0.9)
    if style in _BASSES:
        return [Note(start, length, player.root(chord.root, 31, 43), velocity)]
    keys = player.chord(chord, 48, 79)
    if player.alone:
        keys = [player.root(chord.root, 36, 52), *keys]
    spread = 0.06 if style in ("strum", "pick", "rolled", "arp", "arp16", "bossa") else 0.0
    return [
        Note(start + place * spread, length - place * spread, key, velocity)
        for place, key in enumerate(sorted(set(keys)))
    ]


def _hits(bar: Bar, four: Sequence[_Hit], three: Sequence[_Hit], six: Sequence[_Hit]) -> list[_Hit]:
    """Return the rhythm for the bar's metre; two beats take the first half of four."""
    match bar.beats:
        case 3:
            return list(three)
        case 6:
            return list(six)
        case 2:
            return [(start, min(length, 2 - start), loud) for start, length, loud in four if start < 2]
        case _:
            return list(four)


def _chords(
    player: Player, bar: Bar, hits: Sequence[_Hit], *, low: int = 50, high: int = 79, strum: float = 0.0
) -> list[Note]:
    keys = player.chord(bar.chord, low, high)
    notes = []
    for number, (start, length, loud) in enumerate(hits):
        ordered = keys if number % 2 == 0 else keys[::-1]
        velocity = player.loud(bar, loud)
        notes += [
            Note(start + place * strum, max(0.08, length - place * strum), key, max(10, velocity - 3 * place))
            for place, key in enumerate(ordered)
        ]
    if player.alone and hits:
        notes.append(Note(0.0, bar.beats * 0.95, player.root(bar.chord.root, 36, 50), player.loud(bar, 0.9)))
    return notes


def _pad(player: Player, bar: Bar) -> list[Note]:
    return _chords(player, bar, [(0.0, bar.beats * 1.0, 0.82)], low=50, high=80)


def _block(player: Player, bar: Bar) -> list[Note]:
    half = bar.beats / 2
    return _chords(player, bar, _hits(bar, ((0, 2, 0.9), (2, 2, 0.8)), ((0, 3, 0.9),), ((0, 3, 0.9), (3, half, 0.8))))


def _strum(player: Player, bar: Bar) -> list[Note]:
    four = ((0, 1, 1.0), (1, 0.5, 0.75), (1.5, 0.5, 0.6), (2.5, 0.5, 0.7), (3, 0.5, 0.85), (3.5, 0.5, 0.6))
    three = ((0, 1, 1.0), (1, 0.5, 0.7), (1.5, 0.5, 0.55), (2, 0.5, 0.75), (2.5, 0.5, 0.55))
    six = ((0, 1, 1.0), (1, 1, 0.5), (2, 1, 0.6), (3, 1, 0.85), (4, 1, 0.5), (5, 1, 0.6))
    hits = _hits(bar, four, three, six)
    if bar.intensity < 0.45:
        hits = [hit for hit in hits if hit[2] > 0.65]
    return _chords(player, bar, hits, low=45, high=76, strum=0.025)


def _arpeggio(player: Player, bar: Bar, step: float, octaves: int = 1, low: int = 52, high: int = 86) -> list[Note]:
    keys = player.chord(bar.chord, low, high)
    run = [key + 12 * octave for octave in range(octaves) for key in keys if key + 12 * octave <= player.high]
    run = [*run, *run[-2:0:-1]] if len(run) > 2 else run
    count = round(bar.beats / step)
    notes = [
        Note(place * step, step * 1.6, run[place % len(run)], player.loud(bar, 0.95 if place % 4 == 0 else 0.78))
        for place in range(count)
    ]
    if player.alone:
        notes.append(Note(0.0, bar.beats * 0.95, player.root(bar.chord.root, 36, 50), player.loud(bar, 0.9)))
    return notes


def _arp(player: Player, bar: Bar) -> list[Note]:
    return _arpeggio(player, bar, 1.0 if bar.beats == 6 or bar.intensity < 0.3 else 0.5)


def _arp16(player: Player, bar: Bar) -> list[Note]:
    return _arpeggio(player, bar, 0.5 if bar.intensity < 0.45 or bar.beats == 6 else 0.25, 2, 55, 90)


def _rolled(player: Player, bar: Bar) -> list[Note]:
    """Broken chords from the root upwards, as a harp plays them."""
    root = player.root(bar.chord.root, 43, 57)
    keys = sorted({root, nearest((bar.chord.fifth,), root + 7), root + 12, nearest((bar.chord.third,), root + 16)})
    step = 1.0 if bar.beats == 6 or bar.intensity < 0.35 else 0.5
    order = [*keys, *keys[-2:0:-1]]
    return [
        Note(
            place * step,
            bar.beats - place * step,
            min(player.high, order[place % len(order)]),
            player.loud(bar, 0.9 - 0.02 * place),
        )
        for place in range(round(bar.beats / step))
    ]


def _alberti(player: Player, bar: Bar) -> list[Note]:
    low = player.chord(bar.chord, 48, 69)
    order = (0, 2, 1, 2) if bar.beats in (2, 4) else (0, 1, 2)
    root = player.root(bar.chord.root, 43, 57)
    keys = [root, *[key for key in low if key > root][:2]]
    while len(keys) < 3:
        keys.append(nearest((bar.chord.fifth,), keys[-1] + 4))
    step = 1.0 if bar.beats == 6 or bar.intensity < 0.35 else 0.5
    notes = [
        Note(
            place * step,
            step * 1.3,
            keys[order[place % len(order)]],
            player.loud(bar, 0.86 if place % 4 == 0 else 0.66),
        )
        for place in range(round(bar.beats / step))
    ]
    if bar.intensity > 0.75:
        notes.append(Note(0.0, bar.beats * 0.9, max(player.low, root - 12), player.loud(bar, 0.9)))
    return notes


def _pick(player: Player, bar: Bar) -> list[Note]:
    """Finger picking: the thumb alternates in the bass, the fingers answer off the beat."""
    keys = player.chord(bar.chord, 52, 74)
    root = player.root(bar.chord.root, 40, 52)
    fifth = nearest((bar.chord.fifth,), root + 5, player.low)
    step = 1.0 if bar.beats == 6 else 0.5
    notes = []
    for place in range(round(bar.beats / step)):
        if place % 2 == 0 or (bar.beats == 6 and place % 3 == 0):
            thumb = root if place % 4 == 0 else fifth
            notes.append(Note(place * step, step * 2, thumb, player.loud(bar, 0.9)))
            if place % 4 == 0:
                notes.append(Note(place * step, step * 2, keys[-1], player.loud(bar, 0.85)))
        else:
            notes.append(Note(place * step, step * 2, keys[(place // 2) % len(keys)], player.loud(bar, 0.72)))
    return notes


def _skank(player: Player, bar: Bar) -> list[Note]:
    off = 0.5 if bar.beats != 6 else 1.0
    starts = [1.0, 3.0] if bar.beats == 4 else [beat + off for beat in range(bar.beats)][:: 1 if bar.beats < 6 else 3]
    hits = [(start, 0.28, 0.95) for start in starts]
    if bar.beats == 4 and bar.intensity > 0.7:
        hits += [(1.5, 0.2, 0.6), (3.5, 0.2, 0.6)]
    return _chords(player, bar, hits, low=55, high=79)


def _stab(player: Player, bar: Bar) -> list[Note]:
    four = ((0, 0.4, 1.0), (0.75, 0.3, 0.85), (1.5, 0.4, 0.9), (2.5, 0.3, 0.85), (3.25, 0.3, 0.8))
    sparse = ((0, 0.5, 1.0), (1.5, 0.4, 0.9))
    pattern = four if bar.intensity > 0.6 else sparse
    return _chords(
        player,
        bar,
        _hits(bar, pattern, ((0, 0.5, 1.0), (1.5, 0.4, 0.9)), ((0, 0.8, 1.0), (3, 0.8, 0.85))),
        low=55,
        high=82,
    )


def _oompah(player: Player, bar: Bar) -> list[Note]:
    starts = {2: (1.0,), 3: (1.0, 2.0), 4: (1.0, 3.0), 6: (2.0, 5.0)}[bar.beats]
    if bar.beats == 2 and bar.intensity > 0.5:
        starts = (0.5, 1.5)
    return _chords(player, bar, [(start, 0.5, 0.85) for start in starts], low=52, high=76)


def _bossa(player: Player, bar: Bar) -> list[Note]:
    even = ((0, 0.5, 0.9), (1.0, 0.5, 0.75), (2.5, 1.0, 0.9), (3.5, 0.5, 0.7))
    odd = ((0.5, 0.5, 0.85), (1.5, 0.5, 0.8), (3.0, 1.0, 0.9))
    pattern = even if bar.number % 2 == 0 else odd
    return _chords(
        player,
        bar,
        _hits(bar, pattern, ((0, 0.5, 0.9), (1.5, 1, 0.8)), ((0, 1, 0.9), (2, 1, 0.7), (4, 1, 0.8))),
        low=50,
        high=74,
    )


def _charleston(player: Player, bar: Bar) -> list[Note]:
    choices: tuple[Sequence[_Hit], ...] = (
        ((0, 1.2, 0.9), (1.5, 0.5, 0.8)),
        ((1.5, 0.5, 0.85), (3.5, 0.5, 0.8)),
        ((0, 1.5, 0.9), (2.5, 1, 0.8)),
        ((0.5, 0.4, 0.8), (2, 1.5, 0.85)),
    )
    four = choices[0] if bar.opens else player.chance.choice(choices)
    return _chords(
        player, bar, _hits(bar, four, ((0, 1.2, 0.9), (1.5, 1, 0.75)), ((0, 2, 0.9), (3, 2, 0.8))), low=50, high=74
    )


def _power(player: Player, bar: Bar) -> list[Note]:
    root = player.root(bar.chord.root, 38, 52)
    keys = [root, root + 7, root + 12]
    step = 1.0 if bar.beats == 6 else 0.5
    notes = []
    for place in range(round(bar.beats / step)):
        if bar.intensity < 0.5 and place:
            break
        length = step * (0.9 if bar.intensity >= 0.5 else bar.beats / step)
        loud = 1.0 if place % 4 == 0 else 0.82
        notes += [Note(place * step, length, key, player.loud(bar, loud)) for key in keys[: 3 if place % 4 == 0 else 2]]
    return notes


def _pulse(player: Player, bar: Bar) -> list[Note]:
    step = 1.0 if bar.intensity < 0.7 or bar.beats == 6 else 0.5
    hits = [(place * step, step * 0.9, 0.95 if place % 2 == 0 else 0.75) for place in range(round(bar.beats / step))]
    if bar.intensity < 0.4:
        hits = _hits(bar, ((0, 2, 0.85), (2, 2, 0.75)), ((0, 3, 0.85),), ((0, 3, 0.85), (3, 3, 0.75)))
    return _chords(player, bar, hits, low=52, high=77)


def _ostinato(player: Player, bar: Bar) -> list[Note]:
    """Driving repeated notes around the chord, as film strings play them."""
    keys = player.chord(bar.chord, 50, 72)
    root = player.root(bar.chord.root, 48, 60)
    step = 0.5 if bar.intensity < 0.7 or bar.beats == 6 else 0.25
    order = (root, keys[-1], keys[0], keys[-1]) if step == 0.5 else (root, root, keys[-1], root)
    notes = [
        Note(place * step, step * 0.8, order[place % len(order)], player.loud(bar, 0.98 if place % 4 == 0 else 0.74))
        for place in range(round(bar.beats / step))
    ]
    if bar.intensity > 0.85:
        notes += [
            Note(0.0, bar.beats * 0.9, key + 12, player.loud(bar, 0.7)) for key in keys[-2:] if key + 12 <= player.high
        ]
    return notes


def _funk(player: Player, bar: Bar) -> list[Note]:
    marks = "x..xo.x..xo.x.o." if bar.number % 2 == 0 else "x..xo.x.o.xo..xo"
    hits = [(place * 0.25, 0.14, 0.95 if mark == "x" else 0.55) for place, mark in enumerate(marks) if mark != "."]
    return _chords(player, bar, [hit for hit in hits if hit[0] < bar.beats], low=57, high=79)


def _montuno(player: Player, bar: Bar) -> list[Note]:
    keys = player.chord(bar.chord, 55, 79)
    marks = "x.xx.x.x.x.x.xx." if bar.number % 2 == 0 else ".xx.x.x.x.x.x.x."
    notes = []
    turn = 0
    for place, mark in enumerate(marks):
        start = place * 0.25
        if mark == "." or start >= bar.beats:
            continue
        outer = turn % 2 == 0
        chosen = [keys[0], keys[0] + 12] if outer else keys[1:]
        notes += [
            Note(start, 0.3, key, player.loud(bar, 0.95 if outer else 0.8)) for key in chosen if key <= player.high
        ]
        turn += 1
    return notes


def _tango(player: Player, bar: Bar) -> list[Note]:
    """Marcato in quarters, with the síncopa (short, long, short) in every fourth bar."""
    if bar.number % 4 == 3 and bar.beats in (2, 4):
        hits: list[_Hit] = _hits(
            bar,
            ((0, 0.4, 1.0), (0.5, 0.9, 0.9), (1.5, 0.4, 0.8), (2, 0.4, 1.0), (2.5, 0.9, 0.85), (3.5, 0.4, 0.9)),
            (),
            (),
        )
    else:
        hits = [(float(beat), 0.45, 1.0 if beat % 2 == 0 else 0.78) for beat in range(bar.beats)]
    return _chords(player, bar, hits, low=50, high=74)


def counter_line(player: Player, bar: Bar) -> list[Note]:
    """Return a second voice in long notes that moves as little as it can, on the tones that colour the chord."""
    own = [tone for tone in bar.chord.tones if tone != bar.chord.root] or list(bar.chord.tones)
    centre = (player.low + player.high) / 2
    at = player.held[0] if player.held else round(centre)
    first = nearest(own, at + 0.3 * (centre - at), player.low, player.high)
    player.held = [first]
    beats = float(bar.beats)
    if bar.intensity < 0.62 or bar.number % 2 == 0:
        return [Note(bar.start, beats * 0.97, first, player.loud(bar, 0.85))]
    half = 3.0 if bar.beats == 6 else beats - 1.0 if bar.beats == 3 else beats / 2
    second = nearest(
        bar.chord.tones,
        first + player.chance.choice((-3, 3)),
        player.low,
        player.high,
    )
    player.held = [second]
    return [
        Note(bar.start, half * 0.97, first, player.loud(bar, 0.85)),
        Note(bar.start + half, (beats - half) * 0.95, second, player.loud(bar, 0.8)),
    ]


def running_line(player: Player, bar: Bar) -> list[Note]:
    """Return a second voice in running notes of the scale, from one tone of the chord to the next."""
    step = 1.0 if bar.beats == 6 or bar.intensity < 0.6 else 0.5
    centre = (player.low + player.high) // 2
    at = nearest(bar.chord.tones, player.held[0] if player.held else centre, player.low, player.high)
    direction = 1 if at < centre else -1
    notes = []
    for place in range(round(bar.beats / step)):
        tones = bar.chord.tones if place * step % 2 == 0 else player.key.scale
        key = nearest(tones, at, player.low, player.high)
        notes.append(
            Note(bar.start + place * step, step * 0.9, key, player.loud(bar, 0.85 if place % 2 == 0 else 0.75))
        )
        at = key + direction * player.chance.choice((1, 2, 2))
        if player.chance.random() < 0.2 or abs(at - centre) > 9:
            direction = -1 if at > centre else 1
    player.held = [at]
    return notes


def _low(player: Player, bar: Bar) -> int:
    return player.root(bar.chord.root, 31, 43)


def _fifth(player: Player, bar: Bar) -> int:
    root = _low(player, bar)
    below = nearest((bar.chord.fifth,), root - 5, player.low, player.high)
    return below if below < root else nearest((bar.chord.fifth,), root + 7, player.low, player.high)


def _hold(player: Player, bar: Bar) -> list[Note]:
    return [Note(0.0, bar.beats * 0.98, _low(player, bar), player.loud(bar))]


def _root(player: Player, bar: Bar) -> list[Note]:
    root = _low(player, bar)
    if bar.intensity < 0.5 or bar.beats == 2:
        return [Note(0.0, bar.beats * 0.95, root, player.loud(bar))]
    half = {3: 2.0, 6: 3.0}.get(bar.beats, 2.0)
    second = root if bar.beats == 4 else _fifth(player, bar)
    return [
        Note(0.0, half * 0.95, root, player.loud(bar)),
        Note(half, (bar.beats - half) * 0.9, second, player.loud(bar, 0.85)),
    ]


def _drone(player: Player, bar: Bar) -> list[Note]:
    """One low tone through the chords: the root, or the tonic where it belongs to the chord."""
    tone = player.key.tonic if player.key.tonic in bar.chord.tones else bar.chord.root
    return [Note(0.0, bar.beats * 1.0, player.root(tone, 30, 45), player.loud(bar, 0.85))]


def _fifths(player: Player, bar: Bar) -> list[Note]:
    root, fifth = _low(player, bar), _fifth(player, bar)
    if bar.beats in (3, 6):
        first = root if bar.number % 2 == 0 or bar.opens else fifth
        notes = [Note(0.0, bar.beats * 0.4, first, player.loud(bar))]
        return notes if bar.beats == 3 else [*notes, Note(3.0, 2.4, fifth, player.loud(bar, 0.9))]
    step = 2.0 if bar.beats == 4 else 1.0
    notes = [Note(0.0, step * 0.8, root, player.loud(bar)), Note(step, step * 0.8, fifth, player.loud(bar, 0.92))]
    if bar.closes or bar.number % 4 == 3:  # walk to what follows
        following = player.root(bar.next_chord.root, 31, 43)
        notes.append(
            Note(bar.beats - step / 2, step * 0.45, _approach(player, root, following), player.loud(bar, 0.85))
        )
        notes[1] = Note(step, step * 0.45, fifth, player.loud(bar, 0.92))
    return notes


def _eighths(player: Player, bar: Bar) -> list[Note]:
    root = _low(player, bar)
    step = 1.0 if bar.beats == 6 else 0.5
    count = round(bar.beats / step)
    if bar.intensity < 0.4:
        return _root(player, bar)
    notes = [
        Note(place * step, step * 0.9, root, player.loud(bar, 1.0 if place % 2 == 0 else 0.84))
        for place in range(count)
    ]
    following = player.root(bar.next_chord.root, 31, 43)
    if following != root:
        notes[-1] = Note((count - 1) * step, step * 0.9, _approach(player, root, following), player.loud(bar, 0.9))
    return notes


def _walk(player: Player, bar: Bar) -> list[Note]:
    """A walking line: the root, tones of the chord, and a step into the next root."""
    at = (
        _low(player, bar)
        if bar.opens or not player.held
        else nearest((bar.chord.root,), player.held[0], player.low, min(player.high, 52))
    )
    following = nearest((bar.next_chord.root,), at, player.low, min(player.high, 52))
    step = 1.0 if bar.beats != 6 else 1.5
    count = round(bar.beats / step)
    line = [at]
    direction = 1 if following >= at else -1
    for place in range(1, count - 1):
        strong = place % 2 == 0
        tones = bar.chord.tones if strong or player.chance.random() < 0.45 else player.key.scale
        line.append(nearest(tones, line[-1] + direction * player.chance.choice((2, 3, 4)), player.low, 52))
        if line[-1] == line[-2]:
            line[-1] = nearest(bar.chord.tones, line[-2] - direction * 4, player.low, 52)
    if count > 1:
        line.append(_approach(player, line[-1], following))
    player.held = [following]
    return [
        Note(place * step, step * 0.92, key, player.loud(bar, 1.0 if place % 2 == 0 else 0.9))
        for place, key in enumerate(line)
    ]


def _approach(player: Player, at: int, following: int) -> int:
    """Return a note a step from *following*, on the side from which the line comes."""
    side = -1 if at < following else 1
    options = [
        following + side * distance for distance in (2, 1) if (following + side * distance) % 12 in player.key.scale
    ]
    return max(player.low, (options or [following + side])[0])


def _octaves(player: Player, bar: Bar) -> list[Note]:
    root = _low(player, bar)
    step = 1.0 if bar.beats == 6 else 0.5
    return [
        Note(place * step, step * 0.8, root + 12 * (place % 2), player.loud(bar, 1.0 if place % 2 == 0 else 0.85))
        for place in range(round(bar.beats / step))
    ]


def _offbeat(player: Player, bar: Bar) -> list[Note]:
    root = _low(player, bar)
    if bar.beats == 6:
        return _eighths(player, bar)
    notes = [Note(beat + 0.5, 0.42, root, player.loud(bar)) for beat in range(bar.beats)]
    if bar.intensity > 0.75:
        notes += [Note(beat + 0.75, 0.2, root, player.loud(bar, 0.72)) for beat in range(bar.beats)]
    return notes


def _sync(player: Player, bar: Bar) -> list[Note]:
    root, fifth = _low(player, bar), _fifth(player, bar)
    up = nearest((bar.chord.fifth,), root + 7, player.low, player.high)
    if bar.beats in (3, 6):
        return _root(player, bar)
    four: list[tuple[float, float, int, float]] = [
        (0, 1.2, root, 1.0),
        (1.5, 0.45, root, 0.8),
        (2.5, 0.9, up if bar.number % 2 else fifth, 0.9),
    ]
    if bar.intensity > 0.5:
        four.append((3.5, 0.45, _approach(player, root, player.root(bar.next_chord.root, 31, 43)), 0.8))
    return [Note(start, length, key, player.loud(bar, loud)) for start, length, key, loud in four if start < bar.beats]


def _dub(player: Player, bar: Bar) -> list[Note]:
    root, fifth = _low(player, bar), nearest((bar.chord.fifth,), _low(player, bar) + 7, player.low, player.high)
    third = nearest((bar.chord.third,), root + 4, player.low, player.high)
    if bar.beats in (3, 6):
        return _fifths(player, bar)
    even = ((0.0, root), (1.0, root), (1.5, third), (2.0, fifth), (3.0, root))
    odd = ((0.5, root), (1.0, root), (2.0, fifth), (2.5, third), (3.0, root))
    line = even if bar.number % 2 == 0 else odd
    return [Note(start, 0.45, key, player.loud(bar)) for start, key in line if start < bar.beats]


def _latin(player: Player, bar: Bar) -> list[Note]:
    """Dotted: root, then the fifth before the third beat, tied over where the style asks for it."""
    root = _low(player, bar)
    fifth = nearest((bar.chord.fifth,), root + 7, player.low, player.high)
    if bar.beats in (3, 6):
        return _fifths(player, bar)
    hits = (
        (0, 1.4, root, 1.0),
        (1.5, 0.45, fifth, 0.85),
        (2, 1.4, fifth, 0.95),
        (3.5, 0.45, player.root(bar.next_chord.root, 31, 43), 0.85),
    )
    return [Note(start, length, key, player.loud(bar, loud)) for start, length, key, loud in hits if start < bar.beats]


def _long808(player: Player, bar: Bar) -> list[Note]:
    root = _low(player, bar)
    hits: Sequence[tuple[float, float, int]] = ((0.0, 2.3, root), (2.5, 1.4, root))
    if bar.number % 2 == 1:
        hits = ((0.0, 1.4, root), (1.5, 0.9, root), (2.75, 0.6, root + 12 if bar.closes else root), (3.5, 0.45, root))
    if bar.beats in (3, 6):
        return _root(player, bar)
    return [
        Note(start, min(length, bar.beats - start), key, player.loud(bar))
        for start, length, key in hits
        if start < bar.beats
    ]


def _gallop(player: Player, bar: Bar) -> list[Note]:
    root = _low(player, bar)
    if bar.beats == 6 or bar.intensity < 0.5:
        return _eighths(player, bar)
    cell = ((0.0, 0.45, 1.0), (0.5, 0.2, 0.85), (0.75, 0.2, 0.85))
    return [
        Note(beat + start, length, root, player.loud(bar, loud))
        for beat in range(bar.beats)
        for start, length, loud in cell
    ]


_BASSES: Final[dict[str, Callable[[Player, Bar], list[Note]]]] = {
    "hold": _hold, "root": _root, "fifths": _fifths, "eighths": _eighths, "walk": _walk, "octaves": _octaves,
    "offbeat": _offbeat, "sync": _sync, "dub": _dub, "latin": _latin, "long808": _long808, "gallop": _gallop, "drone": _drone,
}  # fmt: skip
_STYLES: Final[dict[str, Callable[[Player, Bar], list[Note]]]] = {
    **_BASSES,
    "pad": _pad, "block": _block, "strum": _strum, "pick": _pick, "arp": _arp, "arp16": _arp16, "alberti": _alberti,
    "skank": _skank, "stab": _stab, "oompah": _oompah, "bossa": _bossa, "charleston": _charleston, "power": _power,
    "pulse": _pulse, "rolled": _rolled, "ostinato": _ostinato, "funk": _funk, "montuno": _montuno, "tango": _tango,
}  # fmt: skip
