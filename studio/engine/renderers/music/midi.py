"""Writing Standard MIDI Files, format 1."""

import struct
from collections.abc import Iterable, Sequence
from typing import Final

from studio.engine.renderers.music.score import DRUM_BANK, Part, Score

TICKS: Final = 960
"""Ticks in a quarter note."""

_Event = tuple[int, int, bytes]
"""Tick, rank among events of the same tick, message."""


def write_midi(
    score: Score, parts: Sequence[Part] | None = None, *, title: str = "", plain_volume: int | None = None
) -> bytes:
    """Return *score* as a MIDI file.

    Args:
        parts: only these parts (default: all).
        plain_volume: for the synthesiser: this volume (0–127), centre, no reverb, no words; the mixer sets the rest.
    """
    chosen = score.parts if parts is None else parts
    tracks = [_track(_conductor(score, title), score)]
    channels = iter([*range(9), *range(10, 16)])
    words = _words(score)
    for part in chosen:
        channel = 9 if part.role == "drums" else next(channels)
        events = _notes(part, score, channel, plain_volume)
        if part.role == "lead" and words and plain_volume is None:
            events += words
            words = []
        tracks.append(_track(events, score))
    head = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS)
    return head + b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks)


def _conductor(score: Score, title: str) -> list[_Event]:
    quarters_in_beat = 0.5 if score.beats == 6 else 1.0
    tempo = round(60_000_000 / score.bpm / quarters_in_beat)
    events: list[_Event] = [
        (0, 0, _meta(0x03, (title or "Untitled").encode())),
        (0, 0, _meta(0x51, tempo.to_bytes(3, "big"))),
        (0, 0, _meta(0x58, bytes((score.beats, 3 if score.beats == 6 else 2, 24, 8)))),
        (0, 0, _meta(0x59, struct.pack(">bB", max(-7, min(7, score.key.fifths)), int(score.key.minor)))),
    ]
    events += [(_tick(section.start, score), 0, _meta(0x06, section.name.encode())) for section in score.sections]
    return events


def _words(score: Score) -> list[_Event]:
    return [
        (_tick(syllable.start, score), 1, _meta(0x05, (syllable.text + ("\r" if syllable.ends_line else "")).encode()))
        for syllable in score.lyrics
    ]


def _notes(part: Part, score: Score, channel: int, plain_volume: int | None) -> list[_Event]:
    bank, program = part.preset
    plain = plain_volume is not None
    volume = plain_volume if plain_volume is not None else max(20, min(127, round(100 * 10 ** (part.level / 40))))
    events: list[_Event] = [(0, 0, _meta(0x03, part.name.encode()))]
    controls = (
        (0, 0 if bank == DRUM_BANK else bank),
        (7, volume),
        (10, 64 if plain else round(64 + 63 * max(-1, min(1, part.pan)))),
        (11, 127),
        (91, 0 if plain else round(127 * part.space)),
        (93, 0),
    )
    events += [(0, 1, bytes((0xB0 | channel, control, value))) for control, value in controls]
    events.append((0, 2, bytes((0xC0 | channel, program))))
    upcoming: dict[int, int] = {}
    for note in sorted(part.notes, key=lambda note: -note.start):
        pitch = max(0, min(127, note.pitch))
        start = _tick(note.start, score)
        # The same key again: let go of it first.
        end = max(start + 1, min(_tick(note.end, score), upcoming.get(pitch, 1 << 40)))
        if upcoming.get(pitch) == start:
            continue
        upcoming[pitch] = start
        events.append((start, 5, bytes((0x90 | channel, pitch, max(1, min(127, note.velocity))))))
        events.append((end, 3, bytes((0x80 | channel, pitch, 0))))
    return events


def _track(events: Iterable[_Event], score: Score) -> bytes:
    out = bytearray()
    last = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        out += _length(tick - last) + message
        last = tick
    out += _length(max(0, _tick(score.length, score) - last)) + _meta(0x2F, b"")
    return bytes(out)


def _meta(kind: int, body: bytes) -> bytes:
    return bytes((0xFF, kind)) + _length(len(body)) + body


def _length(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def _tick(beat: float, score: Score) -> int:
    return max(0, round(beat * TICKS * (0.5 if score.beats == 6 else 1.0)))
