"""The child widgets over the painted transcript: open tool cards and failures."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.create.transcript.ask_card import AskCard
from studio.ui.create.transcript.draft_card import DraftCard
from studio.ui.create.transcript.tool_card import ToolCard
from studio.ui.create.transcript.trouble_card import TroubleCard
from studio.ui.create.transcript.turn_layout import TurnLayout, WidgetSpec
from studio.viewmodels.state import Waiting

if TYPE_CHECKING:
    from studio.ui.create.transcript.view import TranscriptView

Card = ToolCard | TroubleCard | AskCard | DraftCard


class CardKeeper(QObject):
    """Makes, places and removes the widgets that the visible turns ask for.

    Signals:
        stop_wanted: Stop on a tool card.
        action_wanted(str, str, str): turn id, action id and subject of a failure's first button.
        approved(str, object, bool), declined(str), answered(str, str): a turn's card was decided.
        asked(object): a card that asks something has come.
        draft_wanted(str, object): turn id and call whose drafted template is to be opened.
    """

    stop_wanted = Signal()
    action_wanted = Signal(str, str, str)
    approved = Signal(str, object, bool)
    declined = Signal(str)
    answered = Signal(str, str)
    asked = Signal(object)
    draft_wanted = Signal(str, object)

    def __init__(self, view: "TranscriptView") -> None:
        super().__init__(view)
        self._view = view
        self._cards: dict[str, Card] = {}
        self._specs: dict[str, object] = {}

    def widget(self, key: str) -> QWidget | None:
        """The widget with this key, when it exists."""
        return self._cards.get(key)

    def clear(self) -> None:
        """Remove all."""
        for key in list(self._cards):
            self._remove(key)

    def show_present(self, indexes: Iterable[int]) -> None:
        """Bring the tool cards of these turns up to date."""
        visible = set(self._view.visible())
        for index in indexes:
            if index not in visible:
                continue
            for key, spec in self._view.layout_of(index).specs.items():
                card = self._cards.get(key)
                if isinstance(card, ToolCard) and spec.item is not None:
                    card.show_item(spec.item, spec.folded)
                elif isinstance(card, AskCard) and spec.waiting is not None:
                    card.show_waiting(spec.waiting, spec.editing)

    def place(self) -> None:
        """Make and move the widgets of the turns in the window; remove all others."""
        wanted: set[str] = set()
        for index in self._view.visible():
            layout = self._view.layout_of(index)
            if not layout.specs:
                continue
            rect = self._view.turn_rect(index)
            for part in layout.parts:
                if part.widget_key:
                    wanted.add(part.widget_key)
                    box = QRect(rect.left(), rect.top() + part.y, rect.width(), part.height)
                    self._place(part.widget_key, layout, box)
        for key in set(self._cards) - wanted:
            self._remove(key)

    def _place(self, key: str, layout: TurnLayout, box: QRect) -> None:
        spec = layout.specs[key]
        card = self._cards.get(key)
        if isinstance(card, TroubleCard) and self._specs.get(key) != (spec.trouble, spec.title):
            self._remove(key)
            card = None
        if card is None:
            card = self._make(spec, layout)
            self._cards[key] = card
            self._specs[key] = (spec.trouble, spec.title)
        if isinstance(card, ToolCard) and spec.item is not None:
            card.show_item(spec.item, spec.folded)
        elif isinstance(card, AskCard) and spec.waiting is not None:
            card.show_waiting(spec.waiting, spec.editing)
        if card.geometry() != box:
            card.setGeometry(box)
        if card.isHidden():
            card.show()
            if isinstance(card, AskCard):
                self.asked.emit(card)

    def _make(self, spec: WidgetSpec, layout: TurnLayout) -> "Card":
        view, turn_id = self._view, layout.turn.id
        if spec.waiting is not None:
            return self._make_ask(spec.waiting, turn_id)
        if spec.trouble is not None:
            tool = spec.item.tool if spec.item is not None else ""
            trouble = TroubleCard(spec.title, tool, spec.trouble, view.viewport())
            trouble.action_wanted.connect(lambda action, subject: self.action_wanted.emit(turn_id, action, subject))
            return trouble
        assert spec.item is not None
        item = spec.item
        if spec.draft:
            draft = DraftCard(item, view.viewport())
            draft.open_wanted.connect(lambda: self.draft_wanted.emit(turn_id, item))
            return draft
        call_id = item.call_id
        card = ToolCard(item, view.pictures, view.around.piece, view.around.by_index, view.viewport())
        card.stop_wanted.connect(self.stop_wanted)
        card.fold_wanted.connect(lambda folded: self._fold(call_id, turn_id, folded))
        return card

    def _make_ask(self, waiting: Waiting, turn_id: str) -> AskCard:
        view = self._view
        ask = AskCard(waiting, view.pictures, view.around.by_index, view.viewport())
        ask.approved.connect(lambda overrides, quiet: self.approved.emit(turn_id, overrides, quiet))
        ask.declined.connect(lambda: self.declined.emit(turn_id))
        ask.answered.connect(lambda words: self.answered.emit(turn_id, words))
        ask.edit_wanted.connect(lambda on: self._edit(turn_id, on))
        return ask

    def _edit(self, turn_id: str, on: bool) -> None:
        editing = self._view.around.editing
        (editing.add if on else editing.discard)(turn_id)
        self._view.relayout(self._view.index_of(turn_id))

    def _fold(self, call_id: str, turn_id: str, folded: bool) -> None:
        self._view.around.folded[call_id] = folded
        self._view.relayout(self._view.index_of(turn_id))

    def _remove(self, key: str) -> None:
        card = self._cards.pop(key)
        self._specs.pop(key, None)
        card.hide()
        card.deleteLater()
