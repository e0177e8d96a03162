# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Taking the last change back: nothing is deleted, the next step works on what was there before."""

import re
from collections.abc import Sequence

from studio.contract.chat import MediaKind
from studio.contract.media import badge
from studio.engine.agent.director.history import Conversation, Done
from studio.engine.agent.director.stock import Stock
from studio.engine.agent.director.text import Text, read

_UNDO = re.compile(
    r"^ (?:(?:ok|okay|no|nah|nope|hm+|um+|oh|ah|please|sorry|actually|wait|oops|yes|well|can|could|would|you|just|lets?|i|want|would|like|to|[.,!]) )*"
    r"(?:(?:undo|revert|roll ?back|forget|scrap|discard)(?: (?:it|that|this|please|the (?:last|previous|latest) (?:change|step|one|edit|thing)|(?:the |my |that |this )?(?:last )?(?:change|step|edit)|one step|to the (?:previous|last|old|first|original) (?:one|version|picture)?))*"
    r"|take (?:that|it|this) back|(?:take|go) (?:back )?(?:one|a) step(?: back)?|go back(?= (?:[.,!;]|$|please|and|to (?:the )?(?:previous|last|old|version|one|before|how)))(?: to (?:the )?(?:(?:previous|last|old) )?(?:one|version|picture|before|how it was|step)?(?: before)?)?"
    r"|back to (?:the )?(?:(?:previous|last|old) (?:one|version|picture)|(?:one|version|picture) before|before|how it was)"
    r"|(?:it|that|the (?:old|previous|last) (?:one|version)) (?:was|looked) better(?: before)?|liked? (?:it|that|the (?:old|previous) (?:one|version)) (?:better|more)(?: before)?)"
    r"(?: (?:please|thanks|again))*(?= (?:[.,;!\n(]|and|but|then|instead|$)|$)(?: (?:[.,;!\n] |and |but |then |rather |instead |please )*|$)"
)
_ABOUT = re.compile(r"\(?\s*This is about [^.]*\.?\)?\s*$")
"""What a client appends when a piece was pinned to the message."""
_SOURCES: dict[str, MediaKind] = {
    "sourceImageIndex": "image",
    "sourceVideoIndex": "video",
    "videoIndex": "video",
    "videoSourceIndex": "video",
}


def without_undo(text: Text) -> tuple[bool, Text]:
    """Return whether *text* begins by taking something back, and what it asks for beyond that."""
    match = _UNDO.match(text.norm)
    if match is None:
        return False, text
    rest = text.typed(match.end()) if match.end() < len(text.norm) else ""
    return True, read("" if _ABOUT.match(rest) else rest)


def note_undone(talk: Conversation, request: Text) -> None:
    """Write into *talk* what its requests, the newest one included, took back."""
    made: list[Done] = []
    for said, calls in [*((read(words), calls) for words, calls in talk.turns), (request, [])]:
        if without_undo(said)[0] and made:
            done = made.pop()
            talk.undone.append(done)
            source = source_of(done)
            if source:
                talk.back[source[0]] = source[1]
            elif done.kind:
                talk.back.pop(done.kind, None)
        for done in calls:
            if done.kind and done.indices and not done.failed:
                made.append(done)
                talk.back.pop(done.kind, None)


def source_of(done: Done) -> tuple[MediaKind, int] | None:
    """Return the piece that *done* worked on, when it made another of the same kind."""
    for name, kind in _SOURCES.items():
        index = done.arguments.get(name)
        if kind == done.kind and isinstance(index, int | float):
            upload = name == "videoSourceIndex" and index >= 0
            return kind, -1 - int(index) if upload else int(index)
    return None


def answer(talk: Conversation, stock: Stock) -> str:
    """Return what to say when nothing but taking back was asked for."""
    if not talk.undone:
        return "There is nothing to take back yet."
    done = talk.undone[-1]
    kept = _listed(done)
    assert done.kind is not None  # only calls that made pieces are taken back
    current = stock.shelf(done.kind).current
    if current is not None:
        return f"Back to **{badge(done.kind, current)}**: the next change starts from there. {kept} in the gallery, should you want it after all."
    return f"Set aside. {kept} in the gallery, should you want it after all. What shall I make instead?"


def _listed(done: Done) -> str:
    assert done.kind is not None  # only calls that made pieces are taken back
    names: Sequence[str] = [badge(done.kind, index) for index in done.indices]
    if len(names) == 1:
        return f"{names[0]} stays"
    return f"{', '.join(names[:-1])} and {names[-1]} stay"
