"""What an edit asks for, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wish:
    """One thing to do.

    Attributes:
        kind: name of the step (a key of ``edit.STEPS``).
        words: the person's words for it.
        amount: strength and direction; 1.0 is a clear change, −1.0 the same the other way.
        where: a region (``background``, ``subject``, ``sky``, ``faces``, ``left``, ``colour:red``, …), None for all.
        value, other: what the step needs besides, in words.
    """

    kind: str
    words: str
    amount: float = 1.0
    where: str | None = None
    value: str = ""
    other: str = ""


@dataclass(frozen=True)
class Plan:
    """What was read from a prompt.

    Attributes:
        wishes: in the order of the words.
        unread: pieces of the prompt that no rule reads.
    """

    wishes: tuple[Wish, ...] = ()
    unread: tuple[str, ...] = field(default=())

    @property
    def uses_other_pictures(self) -> bool:
        """Whether a second picture is needed."""
        return any(w.kind in ("collage", "blend", "insert", "match") or w.other == "picture" for w in self.wishes)


def cannot_edit(parts: Sequence[str]) -> str:
    """Return the sentence for an edit of which nothing can be done on this computer."""
    wish = f": {'; '.join(parts)}" if parts else ""
    return (
        f"This computer cannot do this edit{wish}. The built-in editor changes light, colour, background, sky, "
        "weather, season, shape, style and lettering; new things and people need an image model "
        "(connect ComfyUI or another renderer)."
    )
