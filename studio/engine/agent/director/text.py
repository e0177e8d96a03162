"""Turn what people type into even text that rules can read, without losing the original.

``read`` lower-cases, spells out contractions, mends common typing errors, writes numbers
as digits and replaces quoted words by ``§0``, ``§1`` …; every stretch of the normalised
text maps back to the letters as typed, so that a prompt keeps the person's own words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from studio.engine.agent.director.lexicon import COMMON_ERRORS, COMMON_WORDS, NUMBER_WORDS, REAL_WORDS, REPLACEMENTS

_TOKEN = re.compile(
    r"""(?P<quote>"[^"\n]+"|“[^”\n]+”|„[^“”\n]+[“”]|«[^»\n]+»|(?<![\w])['‘](?=\S)[^'’\n]*(?:[’'](?=\w)[^'’\n]*)*(?<=[\w.,!?…])['’](?!\w))
    |(?P<link>https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]+)
    |(?P<model>\b(?:[a-z]+\d?-)+(?:\d[\w.]*|[a-z]+)(?:-[a-z\d.]+)+\b)
    |(?P<three>\b[23]\s?-?d\b)
    |(?P<decade>\b(?:1[5-9]|20)\d0['’]?s\b|\b(?:19|20)?[2-9]0['’]?s\b(?=\s+(?:film|look|style|rock|music|pop|disco|synth|movie|poster|vibe|retro|fashion|photo|aesthetic|cartoon|comic|sci|feel|love|song|funk))|(?<=the\s)[2-9]0['’]?s\b)
    |(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?!\d)|\d{1,2}:\d{1,2}(?!\d)|\d/\d(?!\d))
    |(?P<ordinal>\b\d{1,2}(?:st|nd|rd|th)\b(?!\s+(?:century|birthday|anniversary)))
    |(?P<container>\bmp[34]\b)
    |(?P<number>\d+(?:[.,]\d+)?)
    |(?P<word>[^\W\d_]+(?:['’´][^\W\d_]+)*)
    |(?P<end>[.,;:!?\n()%&+#])""",
    re.VERBOSE | re.IGNORECASE,
)
_IN_WORD_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")


@dataclass(frozen=True)
class Piece:
    """One token: its place in the normalised text and in the original."""

    start: int
    end: int
    raw_start: int
    raw_end: int


@dataclass(frozen=True)
class Text:
    """A text as typed (``raw``) and as rules read it (``norm``: padded with one space at both ends)."""

    raw: str
    norm: str
    pieces: tuple[Piece, ...]
    quotes: tuple[str, ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of ``raw`` behind ``norm[start:end]``; empty when no token lies in it."""
        inside = [piece for piece in self.pieces if piece.start < end and piece.end > start]
        return (inside[0].raw_start, inside[-1].raw_end) if inside else (0, 0)

    def typed(self, start: int, end: int | None = None) -> str:
        """Return the words as typed behind ``norm[start:end]``."""
        first, last = self.raw_span(start, len(self.norm) if end is None else end)
        return self.raw[first:last].strip()

    def without(self, spans: Iterable[tuple[int, int]]) -> str:
        """Return ``raw`` without what lies behind the normalised *spans*."""
        out = self.raw
        for start, end in sorted({self.raw_span(*span) for span in spans}, reverse=True):
            out = out[:start] + " " + out[end:]
        return out

    def quote(self, token: str) -> str:
        """Return the quoted words that stand behind a ``§n`` *token*."""
        return self.quotes[int(token.lstrip("§"))]

    def part(self, start: int, end: int) -> "Text":
        """Return ``norm[start:end]`` as a text of its own."""
        first, last = self.raw_span(start, end)
        return read(self.raw[first:last])


def read(raw: str) -> Text:
    """Normalise *raw*."""
    raw = raw.replace("\u00a0", " ")
    norm = " "
    pieces: list[Piece] = []
    quotes: list[str] = []
    for match in _TOKEN.finditer(raw):
        word = _normal(match, quotes)
        if not word:
            continue
        pieces.append(Piece(len(norm), len(norm) + len(word), match.start(), match.end()))
        norm += word + " "
    return Text(raw, norm, tuple(pieces), tuple(quotes))


def _normal(match: re.Match[str], quotes: list[str]) -> str:
    token = match[0]
    kind = match.lastgroup
    if kind == "quote":
        quotes.append(token[1:-1].strip())
        return f"§{len(quotes) - 1}"
    if kind == "three":
        return token[0] + "d"
    if kind == "number":
        return token.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", token) else token.replace(",", "")
    if kind == "model" and not any(char.isdigit() for char in token):
        return " ".join(filter(None, (normal_word(part) for part in token.split("-"))))
    if kind == "word":
        return normal_word(token)
    return token.lower()


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return *pattern* compiled once: there are more than ``re`` itself keeps."""
    return re.compile(pattern)


def search(pattern: str, text: str) -> re.Match[str] | None:
    """Do what ``re.search`` does without compiling *pattern* again."""
    return compiled(pattern).search(text)


@lru_cache(maxsize=4096)
def normal_word(token: str) -> str:
    """Return one word in lower case, spelled out and mended."""
    word = token.lower().replace("’", "'").replace("´", "'")
    if word in REPLACEMENTS:
        return REPLACEMENTS[word]
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    if word.endswith(("'s", "s'")):
        return word.replace("'", "") if word.endswith("s'") else word[:-2] + " s"
    if word.endswith("'"):
        word = word[:-1]
    return COMMON_ERRORS.get(word) or _mended(word)


def _mended(word: str) -> str:
    if len(word) < 5 or word in COMMON_WORDS or word in REAL_WORDS:
        return word
    for good in COMMON_WORDS:
        if abs(len(good) - len(word)) <= 1 and good[0] == word[0] and len(good) >= 6 and _one_slip(word, good):
            return good
    return word


def _one_slip(word: str, good: str) -> bool:
    """Whether *word* is *good* with one letter wrong, missing, doubled, or two swapped (no plural)."""
    if word in (good + "s", good + "d", good + "r") or good in (word + "s", word + "d", word + "r"):
        return False
    first = next((i for i, (a, b) in enumerate(zip(word, good, strict=False)) if a != b), min(len(word), len(good)))
    rest, right = word[first:], good[first:]
    if len(word) == len(good):
        return rest[1:] == right[1:] or (rest[:2] == right[:2][::-1] and rest[2:] == right[2:])
    return rest[1:] == right if len(word) > len(good) else rest == right[1:]


def sentence(text: str) -> str:
    """Return *text* with a capital first letter and one space between words."""
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def tidy(text: str) -> str:
    """Mend what is left after words were taken out: spaces, doubled commas, dangling ends."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([.,;:!?)])", r"\1", text)
    text = re.sub(r"([,;:])(?:\s*[,;:.])+", r"\1", text)
    text = re.sub(r"\(\s*\)", "", text)
    text = re.sub(r"(?:[,;:.]\s*)+([.!?])", r"\1", text)
    text = text.strip(" \t\n,;:.!?-–—")
    moves = "".join(
        f"(?<!{verb})" for verb in ("push", "zoom", "dolly", "pull", "fade", "fading", "zooming", "pushing")
    )
    ends = (
        rf"(?:(?:\s+|^)(?:and|or|but|with|of|at|as|for|please|pls|plz|by|on|to|an?|the|it|thanks|thank you)"
        rf"|{moves}(?:\s+|^)in)$"
    )
    for _ in range(3):
        text = re.sub(ends, "", text, flags=re.IGNORECASE).strip(" ,;:.!?-–—")
    return re.sub(r"^(?:and|of|but|with|then|,)\s+", "", text, flags=re.IGNORECASE).strip()
