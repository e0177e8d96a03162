"""The transcript by keyboard: turn by turn, and into a turn for its pieces."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from studio.ui.create.transcript.transcript import Transcript

_CONTROL = Qt.KeyboardModifier.ControlModifier


class TurnKeys:
    """Up and Down go from turn to turn, Enter goes inside, arrows from piece to piece, Esc out."""

    def __init__(self, view: "Transcript") -> None:
        self._view = view

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key; return whether it meant something here."""
        key, view = event.key(), self._view
        if key == Qt.Key.Key_Escape:
            return self.leave()
        if event.modifiers() & _CONTROL and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.go_round(-1 if key == Qt.Key.Key_PageUp else 1)
            return True
        if view.inside:
            return self._inside(event)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go(view.current + (1 if key == Qt.Key.Key_Down else -1))
            return True
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else len(view.heights) - 1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and view.current >= 0:
            ids = view.layout_of(view.current).piece_ids()
            if ids:
                self._enter(ids[0])
            return True
        return False

    def go_round(self, step: int) -> None:
        """Go one round back or on."""
        view = self._view
        at = view.heights.index_at(view.offset_px + 1)
        self._go(max(0, min(len(view.heights) - 1, at + step)))

    def _go(self, index: int) -> None:
        view = self._view
        if not len(view.heights):
            return
        view.current = max(0, min(len(view.heights) - 1, index))
        view.layout_of(view.current)
        rect, height = view.turn_rect(view.current), view.viewport().height()
        if rect.top() < 0 or rect.bottom() > height:
            view.scroll_to_turn(view.current)
        view.viewport().update()

    def _inside(self, event: QKeyEvent) -> bool:
        view, key = self._view, event.key()
        ids = view.layout_of(view.current).piece_ids() if view.current >= 0 else []
        if view.inside not in ids:
            view.inside = ""
            return False
        at = ids.index(view.inside)
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._enter(ids[min(len(ids) - 1, at + 1)])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._enter(ids[max(0, at - 1)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            view.viewer_requested.emit(view.inside)
        elif key == Qt.Key.Key_Space:
            view.select_piece(view.inside, event.modifiers())
        elif key == Qt.Key.Key_R:
            view.model.use_as_reference(view.inside)
        else:
            return False
        return True

    def _enter(self, piece_id: str) -> None:
        self._view.inside = piece_id
        self._view.viewport().update()

    def leave(self) -> bool:
        """Out of a turn, then out of the selected text; return whether there was either."""
        view = self._view
        if view.inside:
            view.inside = ""
        elif view.selection.bounds is not None:
            view.selection.clear()
        else:
            return False
        view.viewport().update()
        return True
