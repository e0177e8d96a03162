# ruff: noqa: E501 — patterns and plans are easiest to judge on one line
"""Setting lyrics: sections, syllables and their stresses, and the rhythm in which a line is sung."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from studio.engine.renderers.music.forms import Stretch, Theme

_TAG: Final = re.compile(r"\s*[\[(]([A-Za-z][^\])]{0,40})[\])]\s*:?\s*")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[\u3040-\u30ff\u4e00-\u9fff]")
_MARKS: Final = re.compile(r"[^\w\s]+")
_CJK: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[\uac00-\ud7a3]")
_VOWELS: Final = "aeiouyäöüåæøáàâãéèêëíìîïóòôõúùûýœаеёиоуыэюяαεηιουω"
_NUCLEUS: Final = re.compile(rf"[{_VOWELS}]+")
_ONSETS: Final = frozenset(
    ("bl", "cl", "dl", "fl", "gl", "kl", "pl", "tl", "zl", "br", "cr", "dr", "fr", "gr", "pr", "tr", "th", "sh", "ch", "ph", "wh", "st")
)  # fmt: skip
_LIGHT: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "am",
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "that",
        "this",
        "than",
        "then",
        "so",
        "if",
        "not",
        "no",
        "do",
        "did",
        "has",
        "have",
        "had",
        "will",
        "would",
        "can",
        "could",
        "up",
        "out",
        "into",
        "all",
        "who",
        "me",
        "him",
        "them",
        "us",
        "there",
        "when",
        "where",
        "what",
        "which",
    ]
)
_UNSTRESSED_STARTS: Final = re.compile(
    r"^(?:a(?=[bcdglmrstw])|be|re|de|un|in(?=side|to)|to(?=night|day|geth|ward|morr)|for(?=get|ev)|ex|con|com)"
)
IDEAL_SYLLABLE_S: Final = 0.27
FASTEST_SYLLABLE_S: Final = 0.11


@dataclass(frozen=True)
class Sung:
    """One syllable of a line; ``text`` keeps the hyphen or the space after it."""

    text: str
    stressed: bool


@dataclass(frozen=True)
class Verse:
    """A section of the lyrics."""

    name: str
    theme: Theme
    intensity: float
    lines: tuple[str, ...]


def parse(lyrics: str) -> list[Verse]:
    """Return the sections of *lyrics*: by their tags, else by empty lines; what comes again is a chorus."""
    blocks: list[tuple[str | None, list[str]]] = []
    for line in lyrics.splitlines():
        text = line.strip()
        if tag := _TAG.fullmatch(text):
            blocks.append((tag[1].strip(), []))
        elif not text:
            if blocks and blocks[-1][1]:
                blocks.append((None, []))
        elif _WORD.search(text):
            if not blocks:
                blocks.append((None, []))
            blocks[-1][1].append(text)
    named = any(name for name, _ in blocks)
    verses: list[Verse] = []
    texts = [tuple(lines) for _, lines in blocks]
    for (name, _), lines in zip(blocks, texts, strict=True):
        if not lines:
            continue
        if name is None and named and verses:
            last = verses[-1]
            verses[-1] = Verse(last.name, last.theme, last.intensity, (*last.lines, *lines))
            continue
        label = name or ("Chorus" if texts.count(lines) > 1 else "Verse")
        verses.append(Verse(label, *_kind(label), lines))
    return verses


def _kind(name: str) -> tuple[Theme, float]:
    low = name.lower()
    if re.search(r"pre-?chorus|build", low):
        return "C", 0.7
    if re.search(r"chorus|hook|refrain|drop", low):
        return "B", 0.88
    if re.search(r"bridge|middle|break", low):
        return "C", 0.55
    if re.search(r"intro|outro|end|coda", low):
        return "A", 0.42
    return "A", 0.55


def syllables(line: str) -> list[Sung]:
    """Return the syllables of *line* with their stresses."""
    result: list[Sung] = []
    for match in _WORD.finditer(line):
        word = match[0]
        parts = list(word) if _CJK.search(word) else _divide(word)
        heavy = _stress(word, len(parts))
        for place, part in enumerate(parts):
            more = "-" if place < len(parts) - 1 and not _CJK.search(word) else "" if _CJK.search(word) else " "
            if place == len(parts) - 1 and (mark := _MARKS.match(line, match.end())):
                more = mark[0] + more
            result.append(Sung(part + more, place == heavy))
    return result


def _divide(word: str) -> list[str]:
    """Divide a word before the consonant that begins each further syllable."""
    low = word.lower()
    nuclei = [(match.start(), match.end()) for match in _NUCLEUS.finditer(low)]
    if low.startswith("y") and nuclei and nuclei[0][0] == 0 and nuclei[0][1] > 1:
        nuclei[0] = (1, nuclei[0][1])
    if (
        len(nuclei) > 1
        and re.search(r"[^aeiouyl]es?$|[^aeiouytd]ed$", low)
        and not re.search(r"(?:[^aeiouy]le|[sxzc]es|[sc]hes|ges)$", low)
    ):
        nuclei.pop()  # a silent e, as in “lamps alone” and “walked”
    elif len(nuclei) > 1 and re.search(r"[aeiouy]les?$", low):
        nuclei.pop()
    cuts = []
    for (_, end), (start, _) in itertools.pairwise(nuclei):
        between = low[end:start]
        whole = 2 if between[-2:] in _ONSETS else 1
        cuts.append(start - min(whole, max(0, len(between) - (1 if len(between) > 2 else 0))))
    return [word[low_:high] for low_, high in zip([0, *cuts], [*cuts, len(word)], strict=True)]


def _stress(word: str, count: int) -> int:
    low = word.lower()
    if count == 1:
        return -1 if low in _LIGHT else 0
    if count == 2 and _UNSTRESSED_STARTS.match(low):
        return 1
    if count > 2 and re.search(r"(?:tion|sion|ity|ical|ic)s?$", low):
        return count - (3 if low.rstrip("s").endswith(("ity", "ical")) else 2)
    return 0


def unit(bpm: float) -> float:
    """Return how many beats a light syllable lasts at *bpm*: a note that takes about a quarter of a second."""
    return min((0.25, 0.5, 1.0, 2.0), key=lambda beats: abs(beats * 60 / bpm - IDEAL_SYLLABLE_S))


def rhythm(line: Sequence[Sung], beats: int, unit_beats: float, room: float) -> list[tuple[float, float, bool]]:
    """Return start, length (beats) and stress of each syllable within *room* beats.

    Stresses fall on beats, light syllables between them; the last one is held. What needs more room is sped up.
    """
    strong = 3.0 if beats == 6 else 2 * unit_beats
    starts: list[float] = []
    at = 0.0
    first_heavy = next((place for place, sung in enumerate(line) if sung.stressed), 0)
    if 0 < first_heavy <= 3 and line:
        at = strong - first_heavy * unit_beats if first_heavy * unit_beats < strong else 0.0
    for place, sung in enumerate(line):
        if sung.stressed and place >= first_heavy:
            at = -(-round(at / strong, 6) // 1) * strong
        starts.append(at)
        following_heavy = place + 1 < len(line) and line[place + 1].stressed
        at += 2.0 if beats == 6 and sung.stressed and not following_heavy else unit_beats
    if not starts:
        return []
    breath = min(1.0, room * 0.1)
    span = starts[-1] + unit_beats
    if span > room - breath:
        fit = (room - breath) / span
        grid = unit_beats / 4
        starts = [start * fit if fit < 0.5 else round(start * fit / grid) * grid for start in starts]
        for place in range(1, len(starts)):
            starts[place] = max(starts[place], starts[place - 1] + min(grid, fit * unit_beats))
    result = []
    for place, sung in enumerate(line):
        end = starts[place + 1] if place + 1 < len(starts) else min(room - breath / 2, starts[place] + 4 * unit_beats)
        length = max(0.05, min(end - starts[place], 4 * unit_beats))
        result.append((starts[place], length * 0.96, sung.stressed))
    return result


@dataclass(frozen=True)
class Plan:
    """How the lyrics lie in the piece.

    Attributes:
        parts: the sections, with instrumental ones between.
        verses: what is sung in each of them; None where nothing is.
        bars_per_line: of every line.
        left_out: lines that found no room.
    """

    parts: list[Stretch]
    verses: list[Verse | None]
    bars_per_line: int
    left_out: int


def plan(verses: Sequence[Verse], bars: int, beats: int, bpm: float) -> Plan:
    """Lay *verses* out over *bars* bars: an introduction first and solos where there is time, lines left out where not."""
    typical, per_line = _line_size(verses, beats, bpm)
    while per_line > 1 and sum(_bars(verse, per_line) for verse in verses) > bars:
        per_line //= 2
        if per_line * beats * 60 / bpm / max(1, typical) < FASTEST_SYLLABLE_S:
            per_line *= 2
            break
    kept: list[Verse] = []
    used = left_out = 0
    for verse in verses:
        room = (bars - used) // per_line
        lines = verse.lines[: max(0, room)] if not left_out else ()
        left_out += len(verse.lines) - len(lines)
        if lines:
            kept.append(Verse(verse.name, verse.theme, verse.intensity, lines))
            used += min(_bars(kept[-1], per_line), bars - used)
    parts: list[Stretch] = []
    sung: list[Verse | None] = []
    spare = bars - used
    intro = 4 if spare >= 8 else 2 if spare >= 3 else 0
    spare -= intro
    outro = min(spare, 4)
    spare -= outro
    solos = _solos(spare, len(kept))
    if intro:
        parts.append(Stretch("Intro", "A", intro, 0.38))
        sung.append(None)
    remaining = bars - intro - outro - sum(solos)
    for place, verse in enumerate(kept):
        size = min(_bars(verse, per_line), remaining)
        remaining -= size
        parts.append(Stretch(verse.name, verse.theme, size, min(1.0, verse.intensity + 0.05 * (place > 2))))
        sung.append(verse)
        if place < len(solos) and solos[place]:
            last = place == len(kept) - 1
            parts.append(Stretch("Outro" if last else "Solo", "A", solos[place], 0.5 if last else 0.72))
            sung.append(None)
    if outro:
        parts.append(Stretch("Outro" if parts[-1].name != "Outro" else "Coda", "A", outro + remaining, 0.45))
        sung.append(None)
    elif remaining and parts:
        last_part = parts[-1]
        parts[-1] = Stretch(last_part.name, last_part.theme, last_part.bars + remaining, last_part.intensity)
    return Plan(parts, sung, per_line, left_out)


def needed_bars(verses: Sequence[Verse], beats: int, bpm: float) -> int:
    """Return how many bars *verses* take when no line is hurried."""
    _, per_line = _line_size(verses, beats, bpm)
    return sum(_bars(verse, per_line) for verse in verses)


def _line_size(verses: Sequence[Verse], beats: int, bpm: float) -> tuple[int, int]:
    """Return the syllables of a typical long line, and the bars that it takes."""
    step = unit(bpm)
    counts = sorted(len(syllables(line)) for verse in verses for line in verse.lines)
    typical = counts[min(len(counts) - 1, round(len(counts) * 0.8))]
    need = max(1.0, typical * (1.5 if beats == 6 else step * 1.15) + 1)
    return typical, next(size for size in (1, 2, 4, 8, 16) if size * beats >= need or size == 16)


def _bars(verse: Verse, per_line: int) -> int:
    bars = len(verse.lines) * per_line
    return bars + (-bars % 2 if bars < 8 else -bars % 4)


def _solos(spare: int, sections: int) -> list[int]:
    """Return how many instrumental bars follow each section: eights, the later sections first."""
    result = [0] * max(1, sections)
    order = [*range(sections - 2, -1, -1), sections - 1] if sections > 1 else [0]
    place = 0
    while spare > 0:
        size = min(8, spare)
        result[order[place % len(order)]] += size
        spare -= size
        place += 1
    return result
