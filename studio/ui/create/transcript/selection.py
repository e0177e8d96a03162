"""Selected text across turns, parts and documents."""

from collections.abc import Callable
from typing import NamedTuple

from studio.ui.create.transcript import markdown
from studio.ui.create.transcript.mentions import with_names
from studio.ui.create.transcript.parts import Range
from studio.ui.create.transcript.turn_layout import TurnLayout


class Address(NamedTuple):
    """A place between two characters; addresses compare in reading order."""

    turn: int
    part: int
    text: int
    position: int


class TextSelection:
    """From where the pointer was pressed to where it is."""

    def __init__(self) -> None:
        self.anchor: Address | None = None
        self.caret: Address | None = None

    def clear(self) -> None:
        """Select nothing."""
        self.anchor = self.caret = None

    @property
    def bounds(self) -> tuple[Address, Address] | None:
        """First and last address; None when nothing is selected."""
        if self.anchor is None or self.caret is None or self.anchor == self.caret:
            return None
        return min(self.anchor, self.caret), max(self.anchor, self.caret)

    def ranges(self, turn: int) -> Callable[[int], Callable[[int], Range | None]]:
        """Selected characters of *turn*: a function of part, then of document."""
        bounds = self.bounds
        if bounds is None or not bounds[0].turn <= turn <= bounds[1].turn:
            return lambda _part: lambda _text: None
        return lambda part: lambda text: _range(bounds, (turn, part, text))

    def text(self, layout: Callable[[int], TurnLayout]) -> str:
        """The selected words, as they are copied; *layout* gives the turn with an index."""
        bounds = self.bounds
        if bounds is None:
            return ""
        pieces: list[str] = []
        for turn in range(bounds[0].turn, bounds[1].turn + 1):
            for number, part in enumerate(layout(turn).parts):
                for place, spot in enumerate(part.texts()):
                    chosen = _range(bounds, (turn, number, place))
                    if chosen is not None and chosen[0] < chosen[1]:
                        words = markdown.text_of(spot.document, *chosen)
                        pieces.append(with_names(spot.document, words, chosen[0]))
        return "\n\n".join(piece for piece in pieces if piece)


def _range(bounds: tuple[Address, Address], place: tuple[int, int, int]) -> Range | None:
    first, last = bounds
    if not first[:3] <= place <= last[:3]:
        return None
    start = first.position if place == first[:3] else 0
    return start, last.position if place == last[:3] else 1 << 30
