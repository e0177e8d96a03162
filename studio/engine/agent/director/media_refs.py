# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Which pieces a request means: "Image 3", "the second one", "both", "my upload", "it"."""

import re
from dataclasses import dataclass, field

from studio.contract.chat import MediaKind
from studio.contract.media import badge
from studio.engine.agent.director.lexicon import ORDINALS, PICTURE, SOUND, VIDEO
from studio.engine.agent.director.quantities import Span
from studio.engine.agent.director.stock import Stock
from studio.engine.agent.director.text import search

NOUNS: dict[MediaKind, str] = {"image": PICTURE, "video": VIDEO, "audio": SOUND}
_DETERMINERS = r"(?:this|that|these|those|the|my|our|your|his|her|grandma s|grandpa s|mom s|dad s|its)"
_ADJECTIVES = (
    r"(?:(?:old|new|attached|uploaded|generated|same|whole|entire|original|damaged|torn|faded|black and white|blurry"
    r"|little|lovely|nice|current|previous|short|family|above|2|3|4|5|6|7|8|vintage|first|second|third|last|latest) )*"
)
_PLAIN = r"(?!(?:into|to|in|as|an?|from|of|with|for|and|on|at|by|is|are|looks?|or|the|this|that) )\w+ "
"""A word that may stand between "my" and "photo" ("my wedding photo"), not one that begins a new phrase."""
_ORDINAL = "|".join(ORDINALS)


@dataclass
class Reference:
    """The pieces of one modality that a request points at.

    Attributes:
        indices: wire indices, in the order named.
        named: an index, an ordinal or a noun singled them out (not just "it").
        pointed: anything at all points at an existing piece.
        plural: "both", "all of them", "them": one call for each.
        missing: a sentence when a named piece does not exist.
        spans: where the normalised text says so.
    """

    indices: list[int] = field(default_factory=list)
    named: bool = False
    pointed: bool = False
    plural: bool = False
    missing: str | None = None
    spans: list[Span] = field(default_factory=list)


def find_reference(norm: str, kind: MediaKind, stock: Stock) -> Reference:
    """Return what *norm* points at among the pieces of *kind*."""
    ref = Reference()
    _badges(norm, kind, stock, ref)
    if not ref.named:
        _ordinals(norm, kind, stock, ref)
    if not ref.named:
        _groups(norm, kind, stock, ref)
    if not ref.named:
        _nouns(norm, kind, stock, ref)
    if not ref.pointed:
        match = search(
            r"(?<= )(?:this|that|it|these|those|them|him|her|here|everything|the result|the whole thing|the same \w+|both"
            r"|all of (?:them|these|those)|each|the (?:last|second|first|third|other|previous) one)(?= )",
            norm,
        )
        if match and (match[0] not in ("him", "her", "here", "each") or stock.has(kind)):
            ref.pointed = True
            ref.spans.append(match.span())
            ref.plural = match[0] in ("these", "those", "them", "both", "each") or match[0].startswith("all of")
    if not ref.indices and not ref.missing:
        ref.indices = _default(kind, stock, plural=ref.plural)
    return ref


def _badges(norm: str, kind: MediaKind, stock: Stock, ref: Reference) -> None:
    word = {"image": r"(?:image|picture|photo)", "video": r"(?:video|clip)", "audio": r"(?:audio|track|song|sound)"}[
        kind
    ]
    upload = {
        "image": r"upload(?:ed (?:image|picture|photo))?",
        "video": "upload(?:ed)? (?:video|clip)",
        "audio": "upload(?:ed)? (?:sound|audio)",
    }[kind]
    shelf = stock.shelf(kind)
    last_end = -9
    if shelf.everything and (bare := search(r"(?<= )(?:number|no|nr|#) (?:\. )?(\d{1,2})(?= )", norm)):
        index = -int(bare[1]) if not shelf.made else int(bare[1]) - 1
        if index in shelf.everything and not search(
            r" (?:image|picture|photo|video|clip|audio|track|upload) $", norm[: bare.start()]
        ):
            ref.indices.append(index)
            ref.named = ref.pointed = True
            ref.spans.append(bare.span())
            return
    for match in re.finditer(
        rf"(?<= )(?:the )?(?:({upload})|{word}s?) (?:number |no |nr |# )?(\d{{1,3}}|one(?= (?:and|,|&|[.!]|$)))((?: (?:and|,|&|to|, and|then) (?:\d{{1,3}}|one)(?= ))*)(?! ?(?:x|times|px|seconds?|p|k|s|%) )(?= )",
        norm,
    ):
        if (
            search(r" (?:\d+|an?|of) $", norm[: match.start() + 1])
            and match[1] is None
            and not search(r" of $", norm[: match.start() + 1])
        ):
            continue
        numbers = [1 if n == "one" else int(n) for n in (match[2], *re.findall(r"\d+|one", match[3]))]
        for number in numbers:
            sent = bool(match[1]) or (not shelf.made and bool(shelf.sent))
            index = -number if sent else number - 1
            if index in shelf.everything:
                ref.indices.append(index)
            elif shelf.everything:
                ref.missing = f"There is no {badge(kind, index)} here. {_what_there_is(kind, stock)}"
        ref.named = ref.pointed = True
        adjacent = last_end > 0 and norm[last_end : match.start()].strip() in ("and", ",", "&", ", and", "plus")
        ref.plural = ref.plural or bool(match[3]) or adjacent
        last_end = match.end()
        ref.spans.append(match.span())


def _ordinals(norm: str, kind: MediaKind, stock: Stock, ref: Reference) -> None:
    shelf = stock.shelf(kind)
    noun = NOUNS[kind]
    pool = (
        shelf.attached if len(shelf.attached) > 1 else shelf.batch if len(shelf.batch) > 1 else shelf.made or shelf.sent
    )
    pattern = rf"(?<= )(?:the |my )?(?:(?:very )?(last|latest|newest|most recent|previous)|({_ORDINAL}))(?: (one|upload(?:ed)?(?: {noun})?|{noun}))?(?: (?:i|that i) (?:uploaded|sent|attached))?(?= )"
    for match in re.finditer(pattern, norm):
        if not match[3] and (match[1] or not re.match(r" (?:the|my) ", norm[match.start() - 1 :])):
            continue
        if not match[3] and not re.match(
            r" (?:[.,;!?]|to|as|in|into|and|with|by|on|is|over|for|within|during|please|$)", norm[match.end() :]
        ):
            continue
        if re.match(r" (?:(?:seconds?|s|time|part|half|frame) |\d)", norm[match.end() :]):
            continue
        chosen = shelf.sent if "upload" in (match[3] or "") + norm[match.end() : match.end() + 18] else pool
        number = len(chosen) if match[1] else ORDINALS[match[2]]
        ref.pointed = ref.named = True
        ref.spans.append(match.span())
        if 1 <= number <= len(chosen):
            ref.indices.append(chosen[number - 1])
        elif chosen:
            ref.missing = f"I can only find {len(chosen)} here, not {number}. {_what_there_is(kind, stock)}"
    ref.plural = ref.plural or len(ref.indices) > 1


def _groups(norm: str, kind: MediaKind, stock: Stock, ref: Reference) -> None:
    noun = NOUNS[kind]
    shelf = stock.shelf(kind)
    pool = (
        shelf.attached if len(shelf.attached) > 1 else shelf.batch if len(shelf.batch) > 1 else shelf.made or shelf.sent
    )
    match = search(rf"(?<= )both(?: (?:of )?(?:them|these|those|the|my)?)?(?: {noun})?(?= )", norm)
    match = match or search(rf"(?<= )(?:these|those|the|my) 2(?: {noun})?(?= )(?! (?:x|times|seconds?))", norm)
    if match:
        ref.indices, ref.plural, ref.pointed, ref.named = list(pool[-2:]), True, True, True
        ref.spans.append(match.span())
        return
    match = search(
        rf"(?<= )(?:all|every|each)(?: (?:of )?(?:them|these|those|the|my|our|\d))*(?: (?:one|{noun}))?(?= )", norm
    )
    if match and search(rf"all of|them|these|those|each|every|{noun}|all $| \d", match[0] + " "):
        if match[0].strip() in ("each", "every", "all") and not shelf.everything:
            return
        whole = shelf.attached or (shelf.batch if len(shelf.batch) > 1 else shelf.made) or shelf.sent
        ref.indices, ref.plural, ref.pointed, ref.named = list(whole), True, True, True
        ref.spans.append(match.span())


def _nouns(norm: str, kind: MediaKind, stock: Stock, ref: Reference) -> None:
    noun = NOUNS[kind]
    shelf = stock.shelf(kind)
    match = search(
        rf"(?<= )(?:my|the|our) (?:uploads?|uploaded (?:file|one|{noun}))(?= )|(?:(?:the|my) )?{noun} (?:that )?i (?:just )?(?:uploaded|sent|attached|dropped)",
        norm,
    )
    if match and (kind == "image" or "upload" not in match[0] or search(noun, match[0])):
        if shelf.sent:
            ref.indices = [shelf.attached[-1] if shelf.attached else shelf.sent[-1]]
        ref.named = ref.pointed = True
        ref.spans.append(match.span())
        return
    match = search(rf"(?<= )({_DETERMINERS}) (?:of )?{_ADJECTIVES}({noun})(?= )", norm)
    if match is None and kind != "audio" and shelf.everything:
        match = search(rf"(?<= )({_DETERMINERS}) (?:{_PLAIN}){{1,2}}({noun})(?= )", norm)
    if match:
        ref.pointed = True
        ref.spans.append(match.span())
        mine = match[1] in ("my", "our", "grandma s", "grandpa s", "mom s", "dad s") and shelf.sent
        if mine:
            ref.indices = [shelf.attached[-1] if shelf.attached else shelf.sent[-1]]
        ref.plural = match[2].endswith("s") and (match[1] in ("these", "those") or len(shelf.batch) > 1)
        if ref.plural:
            ref.indices = _default(kind, stock, plural=True)


def _default(kind: MediaKind, stock: Stock, *, plural: bool) -> list[int]:
    shelf = stock.shelf(kind)
    if plural:
        return list(shelf.attached or (shelf.batch if len(shelf.batch) > 1 else shelf.made) or shelf.sent)
    return [shelf.current] if shelf.current is not None else []


def _what_there_is(kind: MediaKind, stock: Stock) -> str:
    names = [badge(kind, index) for index in stock.shelf(kind).everything]
    if len(names) > 6:
        names = [*names[:3], "…", names[-1]]
    return f"I can see {', '.join(names)}."
