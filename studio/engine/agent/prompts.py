"""What a language model is told besides the conversation: how to work, and what pieces there are."""

from functools import cache

from studio import resources
from studio.contract.chat import MediaKind
from studio.contract.media import KINDS, MediaIndex, UnknownPiece, badge, find_mentions

_LISTED = 12
"""Pieces named one by one; of more, the first and the last few."""


@cache
def agent_prompt() -> str:
    """Return the system prompt of the agent (``resources/prompts/agent.md``)."""
    return resources.path("prompts", "agent.md").read_text(encoding="utf-8").strip()


def media_text(media: MediaIndex) -> str:
    """Return a paragraph that lists the session's pieces by badge and index; empty when there are none."""
    lines = []
    for kind in KINDS:
        made = [index for index in range(media.count(kind)) if _alive(media, kind, index)]
        sent = [-1 - place for place in range(media.count(kind, uploaded=True)) if _alive(media, kind, -1 - place)]
        if names := [f"{badge(kind, index)} (index {index})" for index in _few(made) + _few(sent)]:
            lines.append(f"- {kind}: {', '.join(names)}")
    return "Pieces in this session\n" + "\n".join(lines) if lines else ""


def mention_note(text: str, media: MediaIndex) -> str:
    """Return a note that ties each badge named in *text* to its index and URL; empty when none is named."""
    notes = []
    for mention in find_mentions(text):
        name = badge(mention.kind, mention.index)
        try:
            url = media.resolve(mention.kind, mention.index)
        except UnknownPiece as error:
            notes.append(str(error))
        else:
            notes.append(f"{name} is {mention.kind} index {mention.index}: {url}")
    return "\n".join(f"[{note}]" for note in dict.fromkeys(notes))


def _alive(media: MediaIndex, kind: MediaKind, index: int) -> bool:
    try:
        media.resolve(kind, index)
    except UnknownPiece:
        return False
    return True


def _few(indices: list[int]) -> list[int]:
    return indices if len(indices) <= _LISTED else [*indices[:4], *indices[4 - _LISTED :]]
