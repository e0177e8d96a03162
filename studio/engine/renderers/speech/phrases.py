"""From sentences to the symbols that the voice network reads, in portions that it can take in."""

import re
from dataclasses import dataclass, field
from typing import Final

from studio.engine.renderers.speech.lexicon import Lexicon
from studio.engine.renderers.speech.script import Sentence

_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*['’]?|[.,;:!?…—()“”]")
_WORD: Final = re.compile(r"[^\W\d_]")
_COMFORTABLE: Final = 280
"""Symbols that the network speaks best in one go; the most that it takes are 510."""
MOST: Final = 500
SENTENCE_REST_S: Final = 0.32
PARAGRAPH_REST_S: Final = 0.75


@dataclass
class Portion:
    """What is spoken in one go: symbols, and the rest after it in seconds."""

    symbols: str
    rest_s: float


@dataclass
class Reading:
    """A script as symbols.

    Attributes:
        guessed: words in no list, in order of appearance, each once.
        words: how many words there are.
    """

    portions: list[Portion] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    words: int = 0


def read(script: list[Sentence], lexicon: Lexicon) -> Reading:
    """Return the symbols of every sentence, short neighbours of a paragraph spoken together."""
    reading = Reading()
    for sentence in script:
        symbols = _sentence(sentence.text, lexicon, reading)
        pieces = _split(symbols)
        for place, piece in enumerate(pieces):
            ends = place == len(pieces) - 1
            rest = PARAGRAPH_REST_S if ends and sentence.ends_paragraph else SENTENCE_REST_S if ends else 0.08
            last = reading.portions[-1] if reading.portions else None
            if last and last.rest_s == SENTENCE_REST_S and len(last.symbols) + len(piece) < _COMFORTABLE:
                last.symbols, last.rest_s = f"{last.symbols} {piece}", rest
            else:
                reading.portions.append(Portion(piece, rest))
    return reading


def _sentence(text: str, lexicon: Lexicon, reading: Reading) -> str:
    tokens = _TOKEN.findall(text)
    letters = [c for c in text if c.isalpha()]
    shouting = len(tokens) > 3 and len(letters) > 8 and all(c.isupper() for c in letters)
    out = ""
    for place, token in enumerate(tokens):
        if not _WORD.match(token):
            out = _with_mark(out, token)
            continue
        before = tokens[place - 1] if place and _WORD.match(tokens[place - 1]) else ""
        after = tokens[place + 1] if place + 1 < len(tokens) and _WORD.match(tokens[place + 1]) else ""
        reading.words += 1
        out += ("" if not out or out.endswith(("“", "(")) else " ") + _word(
            token, before, after, lexicon, reading, shouting
        )
    return out


def _with_mark(out: str, mark: str) -> str:
    if mark in "“(—":
        return f"{out} {mark}" if out else mark if mark != "—" else ""
    return out + mark if out else ""


def _word(token: str, before: str, after: str, lexicon: Lexicon, reading: Reading, shouting: bool) -> str:
    whole = lexicon.say(token, before, after, shouting=shouting)
    if whole.known or "-" not in token:
        if not whole.known and token not in reading.guessed:
            reading.guessed.append(token)
        return whole.sounds
    parts = [part for part in token.split("-") if part]
    return " ".join(
        _word(
            part,
            parts[i - 1] if i else before,
            parts[i + 1] if i + 1 < len(parts) else after,
            lexicon,
            reading,
            shouting,
        )
        for i, part in enumerate(parts)
    )


def _split(symbols: str) -> list[str]:
    """Cut a sentence that is too long for one go, at a comma where there is one, else between words."""
    pieces = []
    while len(symbols) > MOST:
        cut = max(symbols.rfind(mark, _COMFORTABLE // 2, MOST) for mark in (", ", "; ", ": ", "— "))
        cut = cut + 1 if cut > 0 else symbols.rfind(" ", 0, MOST)
        cut = cut if cut > 0 else MOST
        pieces.append(symbols[:cut].strip())
        symbols = symbols[cut:].strip()
    return [*pieces, symbols] if symbols else pieces
