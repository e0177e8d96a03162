"""The transcript with its pointer and keyboard: select, copy, links, pieces, turns."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDesktopServices,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from studio.ui.create import look
from studio.ui.create.pictures import Pictures
from studio.ui.create.transcript import markdown
from studio.ui.create.transcript.answer import AnswerPart
from studio.ui.create.transcript.ask_card import AskCard
from studio.ui.create.transcript.hover import HoverBar, NewBelowButton
from studio.ui.create.transcript.keys import TurnKeys
from studio.ui.create.transcript.mentions import mention_at
from studio.ui.create.transcript.parts import DividerPart, Part
from studio.ui.create.transcript.results import ResultsPart
from studio.ui.create.transcript.selection import Address
from studio.ui.create.transcript.user_card import UserPart
from studio.ui.create.transcript.view import TranscriptView
from studio.ui.gallery.actions import drag_out, menu_for
from studio.viewmodels.state import Piece, ToolItem, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studio.viewmodels.create import CreateModel

_AUTOSCROLL_MS = 30


class Transcript(TranscriptView):
    """The conversation.

    Signals:
        viewer_requested(str): id of the piece to see full size.
        edit_requested(str): words of a message to write anew.
        round_clicked(int): a round divider was pressed.
        settings_requested: a failure's button leads to Settings.
        pack_wanted(str): a failure's button installs a pack.
        card_left: a card that had the keyboard was answered and goes.
        template_wanted(int, int): a template of the rounds from the first to the last is wanted.
        draft_wanted(str, object): a call (of the turn with that id) drafted a template that is to be opened.
    """

    viewer_requested = Signal(str)
    edit_requested = Signal(str)
    round_clicked = Signal(int)
    settings_requested = Signal()
    pack_wanted = Signal(str)
    card_left = Signal()
    template_wanted = Signal(int, int)
    draft_wanted = Signal(str, object)

    def __init__(self, model: "CreateModel", pictures: Pictures, parent: QWidget | None = None) -> None:
        self.bar: HoverBar | None = None
        self.below: NewBelowButton | None = None
        super().__init__(model, pictures, parent)
        self.bar = HoverBar(self)
        self.bar.chosen.connect(self._bar_chosen)
        self.below = NewBelowButton(self)
        self.below.clicked.connect(self.scroll_to_end)
        self._keys = TurnKeys(self)
        self._pressed: Piece | None = None
        self._press_at = QPoint()
        self._press_link = ""
        self._selecting = False
        self._pointed: tuple[int, int] = (-1, -1)
        self._autoscroll = QTimer(self)
        self._autoscroll.setInterval(_AUTOSCROLL_MS)
        self._autoscroll.timeout.connect(self._scroll_while_selecting)
        self.laid_out.connect(self._float)
        self.followed.connect(lambda _on: self._float())
        self._bindings.append(model.turn_changed.connect(lambda _index: self._note_news()))
        self.cards.stop_wanted.connect(model.stop)
        self.cards.action_wanted.connect(self._trouble_action)
        for made_up in (self.cards.approved, self.cards.declined, self.cards.answered):
            made_up.connect(self._decided)  # before the card goes, or Qt hands the keyboard to whatever comes next
        self.cards.approved.connect(model.approve)
        self.cards.declined.connect(model.decline)
        self.cards.answered.connect(model.answer)
        self.cards.asked.connect(self._asked)
        self.cards.draft_wanted.connect(self.draft_wanted)

    def _asked(self, card: AskCard) -> None:
        """A card that asks takes the keyboard, unless a message is being written."""
        if not self.model.composer.text.value and self.window().isActiveWindow():
            card.take_focus()

    def _decided(self, *_: object) -> None:
        if self.leave_card():
            self.card_left.emit()

    # Addresses

    def address_at(self, point: QPointF) -> Address | None:
        """The place in the text nearest to a viewport point."""
        index, inside = self.in_turn(point)
        if index < 0:
            return None
        parts = self.layout_of(index).parts
        best: tuple[float, Address] | None = None
        for number, part in enumerate(parts):
            here = inside - QPointF(0, part.y)
            for place, spot in enumerate(part.texts()):
                top, bottom = spot.corner.y(), spot.corner.y() + spot.height_px
                away = max(top - here.y(), here.y() - bottom, 0)
                if best is None or away <= best[0]:
                    position = max(0, spot.position_at(here))
                    best = (away, Address(index, number, place, position))
        return best[1] if best is not None else None

    def part_at(self, point: QPointF) -> tuple[int, int, Part | None, QPointF]:
        """Turn, number of the part, the part, and the point inside it."""
        index, inside = self.in_turn(point)
        if index < 0:
            return -1, -1, None, inside
        number, part = self.layout_of(index).part_at(inside.y())
        return index, number, part, inside - QPointF(0, part.y)

    def piece_at(self, point: QPointF) -> Piece | None:
        """The piece under a viewport point, as a tile or as a mention."""
        _, _, part, inside = self.part_at(point)
        if part is None:
            return None
        found = part.piece_at(inside)
        if not found:
            for _number, spot in part.texts_between(inside.y(), inside.y()):
                position = spot.position_at(inside, exact=True)
                found = mention_at(spot.document, position) if position >= 0 else ""
                if found:
                    break
        return self.around.piece(found) if found else None

    def link_at(self, point: QPointF) -> str:
        """Address of the link under a viewport point; empty for none."""
        _, _, part, inside = self.part_at(point)
        if part is None:
            return ""
        return next(
            (link for _n, spot in part.texts_between(inside.y(), inside.y()) if (link := spot.link_at(inside))), ""
        )

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a piece, or start to select text."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position()
        self._press_at = point.toPoint()
        self._pressed = self.piece_at(point)
        self._press_link = self.link_at(point)
        if self._pressed is not None:
            self.select_piece(self._pressed.id, event.modifiers())
            return
        address = self.address_at(point)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.selection.anchor is not None:
            self.selection.caret = address
        else:
            self.selection.anchor = self.selection.caret = address
        self._selecting = True
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a piece out, extend the selected text, or show what lies under the pointer."""
        point = event.position()
        if event.buttons() & Qt.MouseButton.LeftButton:
            far = (point.toPoint() - self._press_at).manhattanLength() >= QApplication.startDragDistance()
            if self._pressed is not None:
                if far:
                    self._drag_pressed()
            elif self._selecting:
                self._extend(point)
                outside = not self.viewport().rect().contains(point.toPoint())
                (self._autoscroll.start if outside else self._autoscroll.stop)()
            return
        self._hover(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open a link or follow a divider when nothing was selected."""
        self._autoscroll.stop()
        self._selecting = False
        if event.button() != Qt.MouseButton.LeftButton or self.selection.bounds is not None:
            return
        _, _, part, _ = self.part_at(event.position())
        link = self.link_at(event.position())
        if link and link == self._press_link:
            self.open_link(link)
        elif isinstance(part, DividerPart) and self._pressed is None:
            self.round_clicked.emit(part.number)
        elif isinstance(part, ResultsPart) and part.more_at(self.part_at(event.position())[3]):
            self.round_clicked.emit(self.model.turns[self.in_turn(event.position())[0]].round)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a piece full size, or select a word."""
        piece = self.piece_at(event.position())
        if piece is not None:
            self.viewer_requested.emit(piece.id)
            return
        address = self.address_at(event.position())
        if address is None:
            return
        spot = self.layout_of(address.turn).parts[address.part].texts()[address.text]
        cursor = QTextCursor(spot.document)
        cursor.setPosition(address.position)
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self.selection.anchor = address._replace(position=cursor.selectionStart())
        self.selection.caret = address._replace(position=cursor.selectionEnd())
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Menu of the piece or the text under the pointer, or of what has the keyboard."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_at(QPointF(event.pos()), keyboard).popup(event.globalPos())

    def menu_at(self, point: QPointF, keyboard: bool = False) -> QMenu:
        """The menu of what lies at a viewport point, or of what has the keyboard."""
        piece = self.around.piece(self.inside) if keyboard and self.inside else None
        piece = piece or (None if keyboard else self.piece_at(point))
        if piece is not None:
            self.select_piece(piece.id, Qt.KeyboardModifier.NoModifier)
            return menu_for(self, self.model, piece)
        menu = self._text_menu(point)
        self._offer_templates(menu, self.current if keyboard else self.in_turn(point)[0])
        return menu

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        if self.bar is not None and not self.bar.underMouse():
            self.bar.hide()
        self._set_hovered("")
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring of the current turn goes."""
        super().focusOutEvent(event)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab makes the newest visible turn current."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) and self.current < 0:
            self.current = len(self.heights) - 1
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, and move turn by turn and piece by piece."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif not self._keys.press(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        """Keep the floating controls in place."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._float()

    # Actions

    def select_piece(self, piece_id: str, modifiers: Qt.KeyboardModifier) -> None:
        """Select a piece in the gallery; Ctrl adds or takes away."""
        chosen = self.model.selection.value
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            chosen = tuple(i for i in chosen if i != piece_id) if piece_id in chosen else (*chosen, piece_id)
        else:
            chosen = (piece_id,)
        self.model.selection.value = chosen

    def leave(self) -> bool:
        """Esc while the transcript has the keyboard; return whether it meant something."""
        return self.hasFocus() and self._keys.leave()

    def leave_card(self) -> bool:
        """Whether a card that asks has the keyboard: Esc leaves it without deciding."""
        holder: QWidget | None = self.window().focusWidget()
        while holder is not None and holder is not self:
            if isinstance(holder, AskCard):
                return True
            holder = holder.parentWidget()
        return False

    def go_round(self, step: int) -> None:
        """Go one round back or on."""
        self._keys.go_round(step)

    def selected_text(self) -> str:
        """The selected words."""
        return self.selection.text(self.layout_of)

    def copy(self) -> None:
        """Copy the selected words, or else those of the current turn."""
        text = self.selected_text()
        if not text and 0 <= self.current < len(self.heights):
            text = self._words_of(self.current)
        if text:
            QGuiApplication.clipboard().setText(text)

    def select_all(self) -> None:
        """Select the words of the whole session."""
        count = len(self.heights)
        if count:
            self.selection.anchor = Address(0, 0, 0, 0)
            self.selection.caret = Address(count - 1, 1 << 30, 1 << 30, 1 << 30)
            self.viewport().update()

    def open_link(self, link: str) -> None:
        """Open a web or mail address with the system; nothing else is opened."""
        url = QUrl(link)
        if markdown.is_safe_link(url):
            QDesktopServices.openUrl(url)

    def _words_of(self, index: int, number: int | None = None) -> str:
        parts = self.layout_of(index).parts
        chosen = parts if number is None else [parts[number]]
        words = [part.source() if isinstance(part, AnswerPart) else "" for part in chosen]
        if number is None or isinstance(chosen[0], UserPart):
            words.insert(0, self.model.turns[index].user_text)
        return "\n\n".join(word for word in words if word)

    def _text_menu(self, point: QPointF) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(look.icon("copy"), "Copy")
        copy.setEnabled(bool(self.selection.bounds) or self.current >= 0)
        copy.triggered.connect(self.copy)
        if link := self.link_at(point):
            address = menu.addAction(look.icon("link"), "Copy address")
            address.triggered.connect(lambda: QGuiApplication.clipboard().setText(link))
        menu.addAction("Select all").triggered.connect(self.select_all)
        return menu

    def _offer_templates(self, menu: QMenu, index: int) -> None:
        """Offer a template of the round with that index, and of those that are selected, or else up to it."""
        turns = self.model.turns
        if not 0 <= index < len(turns):
            return
        bounds = self.selection.bounds
        chosen = (bounds[0].turn, min(bounds[1].turn, len(turns) - 1)) if bounds is not None else (index, index)
        first, last = chosen if chosen[0] < chosen[1] else (0, index)
        offers = [(index, index, "Make a template of this round")]
        if first < last:
            words = f"Make a template of rounds {turns[first].round}–{turns[last].round}"
            offers.append((first, last, words))
        menu.addSeparator()
        for begin, end, words in offers:
            action = menu.addAction(look.icon("templates"), words)
            action.setEnabled(_made_something(turns[begin : end + 1]))
            numbers = turns[begin].round, turns[end].round
            action.triggered.connect(lambda _on=False, numbers=numbers: self.template_wanted.emit(*numbers))

    def _drag_pressed(self) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or pressed.missing:
            return
        chosen = [piece for i in self.model.selection.value if (piece := self.around.piece(i)) is not None]
        pieces = chosen if pressed in chosen else [pressed]
        drag_out(self, [piece for piece in pieces if not piece.missing])

    def _extend(self, point: QPointF) -> None:
        address = self.address_at(point)
        if address is not None and address != self.selection.caret:
            self.selection.caret = address
            self.viewport().update()

    def _scroll_while_selecting(self) -> None:
        point = QPointF(self.viewport().mapFromGlobal(self.cursor().pos()))
        beyond = point.y() - self.viewport().height() if point.y() > 0 else point.y()
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(beyond / 3))
        self._extend(point)

    def _hover(self, point: QPointF) -> None:
        piece, link = self.piece_at(point), self.link_at(point)
        self._set_hovered(piece.id if piece is not None else "")
        index, number, part, inside = self.part_at(point)
        shape = Qt.CursorShape.ArrowCursor
        if link or piece is not None or isinstance(part, DividerPart):
            shape = Qt.CursorShape.PointingHandCursor
        elif part is not None and any(
            s.position_at(inside, exact=True) >= 0 for _n, s in part.texts_between(inside.y(), inside.y())
        ):
            shape = Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        self._show_bar(index, number, part)

    def _set_hovered(self, piece_id: str) -> None:
        if piece_id != self.hovered:
            self.hovered = piece_id
            piece = self.around.piece(piece_id) if piece_id else None
            self.viewport().setToolTip(f"{piece.badge}: {piece.title or piece.prompt}"[:200] if piece else "")
            self.viewport().update()

    def _show_bar(self, index: int, number: int, part: Part | None) -> None:
        if self.bar is None:
            return
        if not isinstance(part, UserPart | AnswerPart):
            self.bar.hide()
            return
        working = self.model.turns[index].status in ("waiting", "working")
        last = index == len(self.heights) - 1
        retry = ("retry",) if last and not working else ()
        self.bar.offer(("copy", "edit") if isinstance(part, UserPart) else ("copy", *retry))
        self._pointed = (index, number)
        rect = self.turn_rect(index)
        y = rect.top() + part.y
        if isinstance(part, UserPart):
            x = rect.left() + part.card.left() - self.bar.width() - look.px(6)
            y += look.px(6)
        else:
            x = rect.right() + 1 - self.bar.width()
            y -= look.px(22)
        self.bar.move(max(look.px(4), x), max(look.px(2), y))
        self.bar.show()

    def _bar_chosen(self, name: str) -> None:
        index, number = self._pointed
        if not 0 <= index < len(self.heights):
            return
        if name == "copy":
            QGuiApplication.clipboard().setText(self._words_of(index, number))
        elif name == "edit":
            self.edit_requested.emit(self.model.turns[index].user_text)
        else:
            self.model.retry(self.model.turns[index].id)

    def _trouble_action(self, turn_id: str, action: str, subject: str) -> None:
        if action == "settings":
            self.settings_requested.emit()
        elif action == "install":
            self.pack_wanted.emit(subject)
        elif action == "retry":
            self.model.retry(turn_id)

    def _note_news(self) -> None:
        if not self.follow and self.below is not None:
            self.below.set_news(True)
            self._float()

    def _float(self) -> None:
        """Place the way down, and hide the hover bar when what it belongs to has moved."""
        if self.below is None or self.bar is None:
            return
        away = self.verticalScrollBar().maximum() - self.offset_px
        show = not self.follow and away > look.px(60)
        if self.follow:
            self.below.set_news(False)
        self.below.move((self.width() - self.below.width()) // 2, self.height() - self.below.height() - look.px(12))
        self.below.setVisible(show)
        if not self.bar.underMouse():
            self.bar.hide()


def _made_something(turns: "Sequence[Turn]") -> bool:
    """Whether finished rounds made pieces: a template can be made of them."""
    return any(
        isinstance(item, ToolItem) and item.status == "done" and bool(item.piece_ids)
        for turn in turns
        if turn.status in ("done", "failed", "stopped")
        for item in turn.items
    )
