"""The painted transcript for screen readers: a list whose rows are the turns."""

from PySide6.QtCore import QPoint, QRect

from studio.ui.create.transcript.view import TranscriptView
from studio.ui.widgets.painted_list import ListInterface, offer


class TranscriptInterface(ListInterface):
    """The list of turns."""

    view: TranscriptView

    def count(self) -> int:
        """One for each turn."""
        return min(len(self.view.heights), len(self.view.model.turns))

    def id_of(self, index: int) -> str:
        """The turn at this place."""
        return self.view.model.turns[index].id

    def index_of(self, row: str) -> int:
        """Place of a turn."""
        return self.view.index_of(row)

    def id_at(self, point: QPoint) -> str:
        """The turn at a point."""
        index = self.view.heights.index_at(point.y() + self.view.offset_px)
        return self.id_of(index) if 0 <= index < self.count() else ""

    def current(self) -> str:
        """The turn that has the keyboard."""
        return self.id_of(self.view.current) if 0 <= self.view.current < self.count() else ""

    def box_of(self, row: str) -> QRect:
        """Where a turn lies."""
        return self.view.turn_rect(self.view.index_of(row))

    def words_of(self, row: str) -> tuple[str, str]:
        """What a turn says."""
        return self.view.layout_of(self.view.index_of(row)).words(), ""


def install() -> None:
    """Offer the turns to assistive technology."""
    offer(TranscriptView, TranscriptInterface)
