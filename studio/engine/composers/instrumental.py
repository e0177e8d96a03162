# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""The structure of a piece without vocals: sections, bars and who plays, exact to the asked length."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.engine.composers.brief import capital, dice, read_brief
from studio.engine.composers.music import Sound, sound_of


@dataclass(frozen=True)
class Section:
    """A stretch of bars. ``start_s`` is seconds from the beginning."""

    name: str
    bars: int
    start_s: float
    seconds: float
    dynamics: str
    playing: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Structure:
    """A planned piece; ``bpm`` is the tempo at which whole bars fill the length."""

    title: str
    sound: Sound
    bpm: float
    seconds: float
    sections: tuple[Section, ...]
    music_prompt: str


# (name, share of the length, how many instruments play, dynamics, note)
_Form = tuple[tuple[str, float, int, str, str], ...]
_FORMS: Final[dict[str, _Form]] = {
    "arc": (
        ("Intro", 0.12, 2, "pp", "{first} alone, then {second} underneath; no pulse yet"),
        ("Theme", 0.22, 3, "mp", "the theme in {lead}, four-bar phrases"),
        ("Variation", 0.2, 4, "mf", "the theme again, broken between {lead} and {third}"),
        ("Climax", 0.24, 5, "f", "everyone; the theme an octave higher, harmony opens on the last two bars"),
        ("Release", 0.12, 3, "mp", "half the voices fall away, the bass holds"),
        ("Outro", 0.1, 1, "pp", "{first} alone, last note left to ring"),
    ),
    "loop": (
        ("Intro", 0.125, 2, "p", "filtered {first}; {second} from the second phrase on"),
        ("Groove A", 0.25, 4, "mf", "full pattern, short answers in {lead}"),
        ("Break", 0.125, 2, "mp", "bass and one texture; leave air"),
        ("Groove B", 0.25, 5, "f", "the pattern with {lead} on top and a counter-line in {third}"),
        ("Groove A", 0.125, 4, "mf", "as before, {lead} thinned out"),
        ("Tail", 0.125, 2, "p", "the loop stripped back so that it can begin again"),
    ),
    "drift": (
        ("Opening", 0.2, 1, "ppp", "{first}, faded in from nothing"),
        ("First layer", 0.25, 3, "pp", "{second} underneath, one note at a time"),
        ("Widest point", 0.3, 5, "p", "all layers; nothing louder than {lead}"),
        ("Thinning", 0.15, 3, "pp", "layers leave in the order they came"),
        ("Close", 0.1, 1, "ppp", "{first} and room tone"),
    ),
}
_LOOPING: Final = frozenset(("lo-fi", "electronic", "hip hop", "rock", "pop"))


def write_structure(arguments: Mapping[str, Any]) -> Structure:
    """Return the structure that *arguments* (of ``compose_instrumental``) ask for."""
    prompt = str(arguments["prompt"])
    context = f"{prompt} {arguments.get('music_prompt') or ''}"
    brief = read_brief(prompt, style=context)
    chance = dice("compose_instrumental", arguments)
    sound = sound_of(context, brief.mood, chance, otherwise="orchestral")
    seconds = float(arguments.get("duration_seconds") or 60)
    bar_s = sound.beats * 60 / sound.bpm
    total = max(2, round(seconds / bar_s))
    fixed = "bpm" in context.lower()
    bpm = float(sound.bpm) if fixed else round(total * sound.beats * 60 / seconds, 1)
    bar_s = sound.beats * 60 / bpm
    form = _FORMS["drift" if sound.genre == "ambient" else "loop" if sound.genre in _LOOPING else "arc"]
    players = sound.instruments
    names = _names(players, context)
    sections: list[Section] = []
    start = 0
    for (name, _, count, dynamics, note), bars in zip(form, _bars(form, total), strict=True):
        if bars:
            order = players if name not in ("Theme",) else (players[0], *players[-(count - 1) :])
            sections.append(
                Section(
                    name, bars, round(start * bar_s, 2), round(bars * bar_s, 2), dynamics,
                    tuple(dict.fromkeys(order[: min(count, len(order))])), capital(note.format(**names)),
                )
            )  # fmt: skip
            start += bars
    words = (
        f"instrumental {sound.genre}, {brief.mood}, {_number(bpm)} BPM, {sound.key}, {', '.join(players)}, no vocals"
    )
    return Structure(_title(prompt), sound, bpm, round(total * bar_s, 2), tuple(sections), words)


def _names(players: tuple[str, ...], asked: str) -> dict[str, str]:
    """Return which instrument has which part; the lead is one that was asked for, else the highest melodic one."""
    if len(players) == 1:
        return {"first": players[0], "second": "its own low register", "third": "arpeggios", "lead": players[0]}
    melodic = [name for name in players if not re.search(r"drone|bass|drums|crackle|percussion|timpani", name)]
    named = [name for name in melodic if name.split()[-1].rstrip("s") in asked.lower()]
    lead = named[0] if named else (melodic or list(players))[-1]
    others = [name for name in players if name != lead]
    return {"first": players[0], "second": players[1], "third": (others[1:] or others)[-1], "lead": lead}


def _title(prompt: str) -> str:
    """Return what the piece is called: the prompt's first words."""
    head = re.split(r"[,.;:\n]", prompt.strip())[0]
    head = re.sub(
        r"(?i)^(?:please )?(?:(?:write|compose|make|create|plan|outline) )?(?:me )?(?:an? |the |some )?", "", head
    )
    return capital(" ".join(head.split()[:8])) or "Untitled"


def as_text(structure: Structure) -> str:
    """Return *structure* as a page that a musician can play from."""
    sound = structure.sound
    lines = [
        structure.title,
        f"{capital(sound.genre)} · {_number(structure.bpm)} BPM · {sound.key} · {sound.beats}/4 · {_clock(structure.seconds)}",
        f"Instruments: {', '.join(sound.instruments)}",
        "",
    ]
    for section in structure.sections:
        span = f"{_clock(section.start_s)}–{_clock(section.start_s + section.seconds)}"
        bars = f"{section.bars} bar{'' if section.bars == 1 else 's'}"
        lines.append(f"[{section.name}] {span} · {bars} · {section.dynamics}")
        lines += [f"  {section.note}.", f"  Playing: {', '.join(section.playing)}"]
    return "\n".join(lines)


def _bars(form: _Form, total: int) -> list[int]:
    """Share *total* bars out by the form, in whole phrases of four (or two) where it is long enough."""
    unit = 4 if total >= 4 * len(form) else 2 if total >= 2 * len(form) else 1
    bars = [max(unit if total >= unit * len(form) else 0, round(share * total / unit) * unit) for _, share, *_ in form]
    largest = max(range(len(form)), key=lambda place: form[place][1])
    if total < len(form):
        ranked = sorted(range(len(form)), key=lambda place: -form[place][1])[:total]
        return [1 if place in ranked else 0 for place in range(len(form))]
    while sum(bars) != total:
        if sum(bars) < total:
            bars[largest] += min(unit, total - sum(bars))
        else:
            place = max(range(len(bars)), key=lambda i: bars[i])
            bars[place] -= min(unit, sum(bars) - total, bars[place] - 1)
    return bars


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _number(value: float) -> str:
    return f"{value:g}"
