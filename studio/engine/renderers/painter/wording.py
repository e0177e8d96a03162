"""The words that a prompt wants written in the picture, taken out of it before the rest is read."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"[\"“”„«]\s*([^\"“”„«»]{1,120}?)\s*[\"“”»]|(?<!\w)['‘]([^'’]{2,80})['’](?!\w)")
_INTRODUCED = re.compile(
    r"\b(?:called|named|titled|entitled|labell?ed|(?:that |which )?(?:says|saying|reads|reading)"
    r"|with the (?:words?|text|title|name|caption|slogan|headline|letters))\s*:?\s+"
    r"(?P<words>\S.*?)(?=\s*(?:[,.;!?]|$)|\s(?:with|in|on|for|at|by|over|above|under|and)\s)",
    re.IGNORECASE,
)
_TIDY = re.compile(
    r"\s*\b(?:called|named|titled|entitled|(?:that |which )?(?:says|saying|reads|reading))\b\s*(?=[,.;!?]|$)"
)
WRITTEN = re.compile(
    r"\b(?:says|saying|reads|reading|words?|text|letter(?:s|ing)|slogan|caption|headline|quote|title)\b", re.IGNORECASE
)
"""What asks for words in the picture itself, whatever kind of picture it is."""
_NAMING = re.compile(
    r"\b(?:titled|entitled|called|named|poster|logo|sign|banner|card|cover|flyer|label|sticker|badge|invitation)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\b(happy birthday|merry christmas|happy new year|happy easter|thank you|congratulations|get well soon|good luck"
    r"|season's greetings|welcome)\b.*\b(?:card|poster|banner|postcard|invitation)\b",
    re.IGNORECASE,
)
_LONGEST = 160


def split_wording(prompt: str) -> tuple[tuple[str, ...], str]:
    """The words to write, as they were typed, and the prompt without them.

    Words in quotes are to be written; without quotes those after "called", "that says" and the like. The subject
    stays: in "a cat called Milo" the rest is "a cat".
    """
    quoted = tuple(" ".join((a or b).split())[:_LONGEST] for a, b in _QUOTED.findall(prompt))
    if quoted and not (WRITTEN.search(prompt) or _NAMING.search(prompt)):
        return (), re.sub(r"[\"“”„«»]", " ", prompt)  # quotes for emphasis
    if quoted:
        rest = _TIDY.sub("", _QUOTED.sub(",", prompt))
        return tuple(words for words in quoted if words), rest
    found = _INTRODUCED.search(prompt)
    if found is None:
        greeting = _GREETING.search(prompt)
        return ((greeting.group(1).title(),), prompt) if greeting else ((), prompt)
    words = " ".join(found.group("words").split())[:_LONGEST]
    return (words,), f"{prompt[: found.start()].rstrip()}, {prompt[found.end() :].lstrip()}".strip(" ,")
