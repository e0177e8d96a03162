# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Where and how large words want one picture in another; plain data and patterns, imports nothing heavy."""

import re
from dataclasses import dataclass
from typing import Final

from studio.engine.renderers.editing.rules import PICTURE
from studio.engine.renderers.editing.vocabulary import FILLERS
from studio.engine.renderers.editing.wishes import Wish

_FLAT: Final = r"logos?|logotype|watermarks?|stickers?|badges?|emblems?|stamps?|seals?|icons?|signatures?|qr[ -]?codes?|brand ?mark"
_VERB: Final = (
    r"add|put|place|insert|paste|bring|set|stick|overlay|superimpose|stamp|drop|move|copy|mount|position|stand|composite|"
    r"show|have|use|combine|compose"
)
_ART: Final = r"(?:(?:the|my|our|his|her|their|its|a|an|this|that|both|same|little|cute) )*"
_ON: Final = r"onto|on top of|on|into|inside|in front of|in|at|to|over|under|beside|next to|behind|near|by|before|against|among|across|with the (?=(?:background|backdrop|scene|scenery|landscape|room) )"
_PICTURES: Final = PICTURE.pattern
_ORDINAL: Final = re.compile(r"\b(the|my) (first|second|third|other)(?= (?:onto|on|into|in|with|at)\b|[,.;]|$)")
_CUT_AND_PUT: Final = re.compile(
    r"\b(?:cut|take)(?: out)? ((?:the|my|her|his|this) [^.;,]+?)(?: out)?,? (?:and |then )+(?:put|place|paste|set|insert) (?:it|him|her|them)\b "
)
_INSERT: Final = re.compile(
    rf"^(?:please )?(?:(?:combine|merge|compose) [\w ]*?(?:pictures|photos|images|them)[:,]? (?:by |with |so that )?(?:putting |placing )?"
    rf"|(?:cut|take) (?:out )?|(?:{_VERB}) )?(?:out )?{_ART}"
    rf"(?P<thing>{_PICTURES}|(?!(?:{_ON}|from|of|and)\b)[a-z'-]+(?: [a-z'-]+){{0,2}}?)"
    rf"(?: (?:from|of|in|out of|on) (?:the )?(?P<source>{_PICTURES}))?"
    r"(?:,? (?:is |are |sits |stands |lies )?(?:and |then )*(?:(?:put|place|paste|set|stick|insert) (?:it|him|her|them))?)?"
    rf"(?P<rest>[ ,]+(?:(?:{_ON}|\d+ ?(?:%|px)|half|twice|small|large|tiny|big|bigger|smaller)\b).*)?$"
)
_GROUND: Final = re.compile(rf"\b(?:{_ON}) (?:[\w' -]*?(?:of|in|from) )?(?P<ground>{_PICTURES})")
_PASTES: Final = re.compile(r"^(?:please )?(?:paste|overlay|superimpose|stick|stamp|copy|add|insert)\b")
_BEFORE: Final = re.compile(r"\b(?:in front of|before|against)\b")
_DEFINITE: Final = re.compile(
    rf"\b(?:{_ON}) (?:the (?:[a-z]+ )*?(?:left|right|middle|cent(?:re|er)|top|bottom)(?: side| edge| half| part)? (?:of|in) )?(?:the|this|that|my|our|his|her) (?!(?:(?:very )?(?:left|right|top|upper|bottom|lower|middle|cent(?:re|er)))\b)"
)
_PEOPLE: Final = frozenset(("me", "him", "us", "them", "myself"))
_NO_THING: Final = re.compile(
    r"^(?:it|text|title|caption|words?|heading|headline|border|frame|shadows?|light|sun|moon|stars?|clouds?|sky|rain|snow|fog|"
    r"colou?rs?|contrast|brightness|saturation|warmth|grain|vignette|blur|filter|effect|style|background|backdrop|face|head|smile|"
    r"everything|rest|pictures|photos|images|rainbow|confetti|hearts?|petals?|bubbles?)\b"
)
_METRES: Final[dict[str, float]] = {
    "man": 1.75, "woman": 1.65, "person": 1.7, "people": 1.7, "me": 1.7, "him": 1.75, "her": 1.65, "us": 1.7,
    "myself": 1.7, "girl": 1.5, "boy": 1.5, "lady": 1.65, "guy": 1.75, "astronaut": 1.9, "child": 1.1, "kid": 1.1,
    "baby": 0.6, "cat": 0.35, "kitten": 0.2, "dog": 0.6, "puppy": 0.3, "horse": 2.0, "cow": 1.5, "sheep": 0.9,
    "bird": 0.25, "elephant": 3.2, "bear": 1.3, "fox": 0.5, "rabbit": 0.3, "car": 1.5, "truck": 3.0, "bus": 3.1,
    "bicycle": 1.1, "bike": 1.1, "motorcycle": 1.2, "boat": 2.5, "ship": 12.0, "house": 6.0, "tree": 6.0, "tower": 20.0,
    "chair": 0.9, "table": 0.75, "lamp": 1.2, "cup": 0.1, "mug": 0.1, "bottle": 0.3, "ball": 0.25, "flower": 0.4,
}  # fmt: skip
"""Usual heights in metres."""
_USUAL: Final = 1.0


@dataclass(frozen=True)
class Placement:
    """How a piece is to lie in a picture.

    Attributes:
        thing: what it is called.
        metres: usual height of such a thing.
        across, down: 0 at the left or upper edge, 1 at the right or lower edge; None where the words do not say.
        share: wanted size as a share of the picture (of its width for flat pieces, else of its height), or None.
        pixels: wanted width in pixels, or None.
        factor: wanted size relative to the usual one.
        opacity: 0–1.
        flat: lies on the picture like a logo, with its own colours and without a shadow.
        whole: the picture as it is, without cutting anything out.
        far, near: stands in the distance; stands close to the viewer.
    """

    thing: str
    metres: float = _USUAL
    across: float | None = None
    down: float | None = None
    share: float | None = None
    pixels: int | None = None
    factor: float = 1.0
    opacity: float = 1.0
    flat: bool = False
    whole: bool = False
    far: bool = False
    near: bool = False

    @property
    def is_person(self) -> bool:
        """Whether the words call it a person."""
        return self.metres >= 1.1 and self.thing.split()[-1] in _HUMANS


_HUMANS: Final = frozenset(
    ("man", "woman", "person", "people", "me", "him", "her", "us", "myself", "girl", "boy", "lady", "guy", "astronaut",
     "child", "kid", "baby", "couple", "family", "face")
)  # fmt: skip


def wish_in(clause: str, pictures: int) -> Wish | None:
    """Return the wish of a *clause* that puts one picture's thing into another picture, or None.

    ``value`` and ``other`` of it: the names of the picture it comes from and of the one it goes to, where said.

    Args:
        pictures: how many there are; with more than one, "the beach" is a picture and no place to paint.
    """
    if re.match(r"^put (?:them|both|(?:the |both )?(?:two )?(?:pictures|photos|images))(?: \w+)? (?:in(?:to)?|on) (?:the same|one|a single) (?:scene|picture|image|photo)$", clause):  # fmt: skip
        return Wish("insert", clause) if pictures > 1 else None
    found = _INSERT.match(clause)
    if found is None or "⟦" in clause:
        return None
    thing, source, rest = found["thing"], found["source"] or "", found["rest"] or ""
    into = _GROUND.search(rest)
    ground = into["ground"] if into else ""
    whole = PICTURE.fullmatch(thing) is not None
    flat = re.search(rf"\b(?:{_FLAT})$", thing) is not None
    if whole:
        if not _PASTES.match(clause) or _BEFORE.search(rest) or not (rest and (ground or _spot(rest))):
            return None
        return Wish("insert", clause, value=thing, other=ground)
    if _NO_THING.match(thing) or (not rest and not source and not flat) or "background" in thing:
        return None
    if flat and (rest or source or pictures > 1):
        return Wish("insert", clause, value=source, other=ground)
    begins = re.match(rf"^(?:please )?(?:{_VERB}|cut|take|combine|merge)\b", clause)
    if not begins or (thing in FILLERS and thing not in (*_PEOPLE, "her", "both")):
        return None
    if source or ground:
        return Wish("insert", clause, value=source, other=ground)
    definite = _DEFINITE.search(rest) or re.search(r"\bthis background\b", rest)
    placed = _spot(rest) and thing.split()[-1] in _METRES and not clause.startswith("move")
    return Wish("insert", clause) if pictures > 1 and (definite or placed) else None


def plain(text: str, pictures: int) -> str:
    """Return *text* with "the second" of several pictures named in full, and "cut it out and put it" as one wish."""
    if pictures > 1 or PICTURE.search(text):
        text = _ORDINAL.sub(r"\1 \2 picture", text)
    return _CUT_AND_PUT.sub(r"put \1 ", text)


def _spot(words: str) -> re.Match[str] | None:
    return re.search(r"\b(?:corner|left|right|cent(?:re|er)|middle|top|bottom|upper|lower)\b", words)


def placement(words: str) -> Placement:
    """Read how the wish *words* want the piece to lie."""
    found = _INSERT.match(words)
    thing = found["thing"] if found else "subject"
    rest = (found["rest"] or "") if found else words
    whole = PICTURE.fullmatch(thing) is not None
    flat = whole or re.search(rf"\b(?:{_FLAT})$", thing) is not None
    share, pixels, factor, opacity, rest = _sizes(rest, flat)
    if "watermark" in thing and opacity == 1.0:
        opacity = 0.6
    across: float | None = None
    down: float | None = None
    if side := re.search(r"\b(left|right)\b(?! (?:next|behind|beside|in front|by|on|at)\b)", rest):
        across = 0.0 if side[1] == "left" else 1.0
    if level := re.search(r"(?<!on )\b(top|upper|bottom|lower)\b", rest):
        down = 0.0 if level[1] in ("top", "upper") else 1.0
    if re.search(r"\b(?:cent(?:re|er)|middle)\b", rest):
        across = 0.5 if across is None else across
        down = 0.5 if down is None and (flat or across == 0.5) and not re.search(r"\b(?:ground|beach|floor)\b", rest) else down  # fmt: skip
    elif flat and "corner" in rest:
        across, down = (1.0 if across is None else across), (1.0 if down is None else down)
    elif flat and (across is None) != (down is None):  # "at the bottom", "on the left": the middle of that edge
        across, down = (0.5 if across is None else across), (0.5 if down is None else down)
    elif flat and across is None:
        across, down = (0.5, 0.5) if whole else (1.0, 1.0)
    return Placement(
        thing, _METRES.get(thing.split()[-1].removesuffix("s"), _METRES.get(thing.split()[-1], _USUAL)), across, down,
        share, pixels, factor, opacity, flat, whole,
        far=bool(re.search(r"\b(?:far away|in the distance|in the background|far back|on the horizon)\b", rest)),
        near=bool(re.search(r"\b(?:in the foreground|close(?: up| to the camera)?)\b", rest)),
    )  # fmt: skip


def _sizes(rest: str, flat: bool) -> tuple[float | None, int | None, float, float, str]:
    """Return (share, pixels, factor, opacity, the words without those for sizes)."""
    share: float | None = None
    pixels: int | None = None
    factor = opacity = 1.0
    if faint := re.search(r"\b(\d{1,3}) ?(?:%|percent) (?:opacity|opaque|transparen\w+)", rest):
        part = min(100, int(faint[1])) / 100
        opacity = 1 - part if "transparen" in faint[0] else part
        rest = rest.replace(faint[0], " ")
    elif faint := re.search(r"\b(?:semi|half|slightly)[- ]?transparent|translucent|\bsee[- ]through", rest):
        opacity, rest = 0.5, rest.replace(faint[0], " ")
    if said := re.search(r"\b(\d{1,3}) ?(?:%|percent)(?: (?:of the )?(?:picture |image )?(?:width|height|size|wide|high|tall))?", rest):  # fmt: skip
        share, rest = max(0.01, min(1.0, int(said[1]) / 100)), rest.replace(said[0], " ")
    elif said := re.search(r"\b(\d{2,4}) ?(?:px|pixels)\b", rest):
        pixels, rest = int(said[1]), rest.replace(said[0], " ")
    for pattern, value in (
        (r"half (?:the|its|his|her) size|half as (?:big|large|tall)", 0.5), (r"twice (?:the size|as (?:big|large|tall))|double (?:the )?size", 2.0),
        (r"tiny|very small|miniature", 0.4), (r"very (?:large|big)|huge|giant|enormous", 1.9),
        (r"small(?:er)?|little", 0.62), (r"large(?:r)?|big(?:ger)?", 1.5),
    ):  # fmt: skip
        if said := re.search(rf"\b(?:{pattern})\b", rest):
            factor, rest = value, rest.replace(said[0], " ")
            break
    return share, pixels, factor, opacity, rest
