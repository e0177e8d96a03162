"""From an order to a finished file: compose, play, mix, write, and say what was made."""

from dataclasses import replace
from typing import Any, Final

from studio.engine.renderers.music import brief as briefs
from studio.engine.renderers.music import mix, singing
from studio.engine.renderers.music.brief import Brief
from studio.engine.renderers.music.composer import Composition, compose
from studio.engine.renderers.music.midi import write_midi
from studio.engine.renderers.music.order import MusicOrder
from studio.engine.renderers.music.score import Score
from studio.engine.renderers.music.theory import parse_key
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.sound import MIME, write_sound
from studio.engine.renderers.worker import report

DEFAULT_S: Final = 60.0
MIN_S: Final = 10.0
LONGEST_UNASKED_S: Final = 300.0
"""How long lyrics may make a piece whose length nobody gave."""


def produce(order: MusicOrder, path: str) -> RenderedMedia:
    """Make the piece and write it to *path*.

    Returns:
        The file; notes: ``midi`` (bytes), ``lrc`` (timed lyrics or None), ``left_out`` (lines without room),
        ``bpm``, ``key``, ``beats``, ``genre``, ``mood``, ``instruments``, ``sections``, ``heard``, ``bars``,
        ``loops`` (whether its end goes on into its beginning).

    Raises:
        ToolError: PARAMETER_INVALID, the key is none; MODEL_UNAVAILABLE, the soundfont is missing.
    """
    report(0.0, "Composing")
    key = parse_key(order.key) if order.key else None
    brief = briefs.read(order.prompt, order.seed, bpm=order.bpm, beats=order.beats, key=key)
    brief = replace(brief, loops=brief.loops and not order.lyrics)
    seconds = order.duration_s or _natural_length(brief, order.lyrics)
    piece = compose(brief, seconds, order.seed, order.lyrics)
    if brief.loops:
        seconds = piece.score.seconds(piece.score.length)
    title = order.prompt.strip()[:80]
    midi = write_midi(piece.score, title=title)
    samples = mix.perform(
        piece.score,
        seconds,
        mix.Sound(brief.genre.room_s, brief.genre.effects),
        order.seed,
        lambda share, label: report(0.04 + 0.9 * share, label),
        loops=brief.loops,
    )
    report(0.95, "Writing the file")
    write_sound(path, samples, mix.RATE, order.format, order.about)
    return RenderedMedia(
        path, MIME[order.format], "audio", duration_s=len(samples) / mix.RATE, notes=_notes(brief, piece, midi, seconds)
    )


def _natural_length(brief: Brief, lyrics: str) -> float:
    """Return a minute, or with lyrics as many whole seconds as all of them need with an introduction and an ending."""
    verses = singing.parse(lyrics)
    if brief.loops:
        bars = next(bars for bars in (8, 16, 32, 64, 128) if bars * brief.beats * 60 / brief.bpm >= MIN_S)
        return bars * brief.beats * 60 / brief.bpm
    if not verses:
        return DEFAULT_S
    bars = singing.needed_bars(verses, brief.beats, brief.bpm) + 8
    return max(DEFAULT_S / 2, min(LONGEST_UNASKED_S, round(bars * brief.beats * 60 / brief.bpm + 3.0)))


def _notes(brief: Brief, piece: Composition, midi: bytes, seconds: float) -> dict[str, Any]:
    score = piece.score
    return {
        "midi": midi,
        "lrc": timed_lyrics(score) if score.lyrics else None,
        "left_out": piece.left_out,
        "bpm": round(score.bpm, 2),
        "key": score.key.name,
        "beats": score.beats,
        "genre": brief.genre.name,
        "mood": brief.mood.name,
        "instruments": [part.name for part in score.parts],
        "sections": [
            {
                "name": section.name,
                "start": round(score.seconds(section.start), 2),
                "seconds": round(score.seconds(section.length), 2),
            }
            for section in score.sections
        ],
        "heard": list(brief.heard),
        "loops": brief.loops,
        "bars": round(score.length / score.beats),
        "seconds": seconds,
    }


def timed_lyrics(score: Score) -> str:
    """Return the sung lines with their times, as an LRC file."""
    lines: list[str] = []
    start: float | None = None
    text = ""
    for syllable in score.lyrics:
        if start is None:
            start = score.seconds(syllable.start)
        text += syllable.text.removesuffix("-") if syllable.text.endswith("-") else syllable.text
        if syllable.ends_line:
            minutes, rest = divmod(start, 60)
            lines.append(f"[{int(minutes):02d}:{rest:05.2f}]{text.strip()}")
            start, text = None, ""
    return "\n".join(lines) + "\n"
