"""The transcript: one painted scroll area over any number of turns.

Only turns near the window are laid out; the others carry an estimated height. Scrolling moves
the pixels that are there and paints what comes in. While an answer streams, only its last
paragraph is laid out and painted again. Open tool cards and failures are child widgets.
"""

from collections import OrderedDict
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from studio.ui.create import look
from studio.ui.create.bindings import cut_with
from studio.ui.create.pictures import Pictures
from studio.ui.create.transcript.cards import CardKeeper
from studio.ui.create.transcript.geometry import RunningHeights
from studio.ui.create.transcript.mentions import MentionObject, insert_mentions
from studio.ui.create.transcript.parts import PaintState
from studio.ui.create.transcript.selection import TextSelection
from studio.ui.create.transcript.turn_layout import Surroundings, TurnLayout, estimate
from studio.ui.guard import guarded
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.viewmodels.create import CreateModel

_KEPT_LAYOUTS = 48
_REFRESH_MS = 33
_MARGIN_PX = 240
"""Turns this near to the window are laid out ahead of it."""
_BOTTOM_PX = 16
_FOLLOW_SLACK_PX = 6


class TranscriptView(QAbstractScrollArea):
    """Shows the turns of one session.

    Signals:
        followed(bool): whether the view stays at the bottom.
        laid_out: positions of turns have changed.
    """

    followed = Signal(bool)
    laid_out = Signal()

    def __init__(self, model: "CreateModel", pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.pictures = pictures
        self.selection = TextSelection()
        self.hovered = ""
        self.inside = ""
        self.current = -1
        """Index of the turn that has the keyboard; -1 for none."""
        self.heights = RunningHeights()
        self.follow = True
        self.margin_px = 24
        """Space at both sides of the column, at 100 %."""
        self._layouts: OrderedDict[str, TurnLayout] = OrderedDict()
        self._pieces: dict[str, Piece] = {}
        self._by_badge: dict[str, Piece] = {}
        self._by_index: dict[int, Piece] = {}
        self._dirty: set[int] = set()
        self._refreshed_s = 0.0
        self._quiet = False
        self._laid_width = 0
        self._mentions = MentionObject(pictures, self._pieces, self)
        self.around = Surroundings(self._pieces.get, self._by_index.get, self._decorate)
        self.cards = CardKeeper(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._refresh_dirty)
        self._set_up_area()
        self._bindings = [
            model.reset.connect(self.reload),
            model.turn_added.connect(self._turn_added),
            model.turn_changed.connect(self._turn_changed),
            model.pieces_changed.connect(self._pieces_changed),
            model.selection.changed.connect(lambda _ids: self.viewport().update()),
        ]
        cut_with(self, self._bindings)
        pictures.ready.connect(self._picture_came)
        look.on_theme_changed(self, self._restyle)
        self.reload()

    # Geometry

    @property
    def column(self) -> QRect:
        """Left edge and width of the text column in the viewport (height unused)."""
        width = min(look.px(728), max(look.px(200), self.width() - 2 * look.px(self.margin_px)))
        # Centred in the whole view, so that it keeps its place when the scroll bar comes and goes.
        return QRect((self.width() - width) // 2, 0, width, 0)

    @property
    def offset_px(self) -> int:
        """Content pixel at the top of the window."""
        return self.verticalScrollBar().value()

    def layout_of(self, index: int) -> TurnLayout:
        """The laid out turn *index*; lays it out when it is not."""
        turn = self.model.turns[index]
        found = self._layouts.get(turn.id)
        if found is not None:
            self._layouts.move_to_end(turn.id)
            return found
        layout = TurnLayout(turn, self.around, self.column.width())
        self._layouts[turn.id] = layout
        self._forget_far()
        return layout

    def visible(self, margin_px: int = 0) -> range:
        """Indexes of the turns in the window, or within *margin_px* of it."""
        top = self.offset_px
        return self.heights.range_between(top - margin_px, top + self.viewport().height() + margin_px)

    def turn_rect(self, index: int) -> QRect:
        """Rectangle of a turn in the viewport."""
        column = self.column
        top = self.heights.top_px(index) - self.offset_px
        return QRect(column.left(), top, column.width(), self.heights.height_px(index))

    def index_of(self, turn_id: str) -> int:
        """Index of the turn with this id; -1 when it is gone."""
        return next((i for i, turn in enumerate(self.model.turns) if turn.id == turn_id), -1)

    def in_turn(self, point: QPointF) -> tuple[int, QPointF]:
        """Index of the turn at a viewport point and the point inside the turn."""
        index = self.heights.index_at(round(point.y()) + self.offset_px)
        if index < 0:
            return -1, point
        rect = self.turn_rect(index)
        return index, QPointF(point.x() - rect.left(), point.y() - rect.top())

    # Changes of the model

    def reload(self) -> None:
        """Show the session anew, at its end."""
        self._layouts.clear()
        self._dirty.clear()
        self.selection.clear()
        self.cards.clear()
        self.current, self.inside, self.hovered = -1, "", ""
        self._take_pieces()
        width = self.column.width()
        self.heights.reset(estimate(turn, self.around.piece, width) for turn in self.model.turns)
        self._set_follow(True)
        self._sync()
        self.viewport().update()

    def scroll_to_turn(self, index: int) -> None:
        """Bring the top of a turn to the top of the window."""
        if 0 <= index < len(self.heights):
            self.layout_of(index)
            self.verticalScrollBar().setValue(self.heights.top_px(index))

    def scroll_to_end(self) -> None:
        """Go to the newest turn and stay there."""
        self._set_follow(True)
        self._sync()
        self.viewport().update()

    def relayout(self, index: int) -> None:
        """Lay out a turn again, for example after a card was folded."""
        self._turn_changed(index)

    def _turn_added(self, index: int) -> None:
        if index != len(self.heights):
            self.reload()
            return
        self.heights.append(estimate(self.model.turns[index], self.around.piece, self.column.width()))
        self._set_follow(True)
        self._sync()
        self.viewport().update()

    def _turn_changed(self, index: int) -> None:
        self._dirty.add(index)
        if not self._timer.isActive():
            waited_ms = (monotonic() - self._refreshed_s) * 1000
            self._timer.start(max(0, round(_REFRESH_MS - waited_ms)))

    def _pieces_changed(self) -> None:
        self._take_pieces()
        for layout in self._layouts.values():
            layout.decorate_again()
        self._dirty.update(i for i, turn in enumerate(self.model.turns) if turn.id in self._layouts)
        self._refresh_dirty()

    def _take_pieces(self) -> None:
        for known in (self._pieces, self._by_badge, self._by_index):
            known.clear()
        for piece in self.model.pieces:
            self._pieces[piece.id] = self._by_badge[piece.badge] = piece
            if piece.index is not None and piece.kind == "image":
                self._by_index[piece.index] = piece

    def _refresh_dirty(self) -> None:
        """Lay out what has changed, keep the window where it is (or at the end), repaint what differs."""
        self._refreshed_s = monotonic()
        dirty, self._dirty = sorted(self._dirty), set()
        first = self.offset_px
        changed_from = 1 << 40
        for index in dirty:
            if index >= len(self.heights):
                continue
            turn = self.model.turns[index]
            top = self.heights.top_px(index)
            layout = self._layouts.get(turn.id)
            if layout is None:
                self._move(index, estimate(turn, self.around.piece, self.column.width()))
                continue
            since = layout.refresh(turn)
            moved = self._move(index, layout.height)
            if since >= 0 and not (moved and top + since < first and top + layout.height < first):
                changed_from = min(changed_from, top + since)
        self._sync()
        self.cards.show_present(dirty)
        start = changed_from - self.offset_px - look.px(4)
        if start < self.viewport().height():
            self.viewport().update(0, max(0, start), self.viewport().width(), self.viewport().height())

    def _move(self, index: int, height_px: int) -> int:
        """Give a turn another height; what is in the window stays where it is."""
        above = self.heights.top_px(index) + self.heights.height_px(index) <= self.offset_px
        grown = self.heights.set_height(index, height_px)
        if grown and above and not self.follow:
            self._set_bar(self.offset_px + grown)
        return grown

    def _sync(self) -> None:
        """Lay out what is near the window, set the scroll bar, place the child widgets."""
        if self.width() < 10:
            return
        before = self.offset_px
        anchor = self.heights.index_at(before)
        anchor_y = self.heights.top_px(anchor) - before if anchor >= 0 else 0
        shift = self._lay_out_near(anchor, anchor_y)
        if shift:
            self.viewport().scroll(0, -shift)
        self.cards.place()
        self.laid_out.emit()

    def _lay_out_near(self, anchor: int, anchor_y: int) -> int:
        """Lay out until nothing near the window is estimated; return by how far the content moved up."""
        moved_up = 0
        for _round in range(12):
            value = (
                self._bottom_value() if self.follow else self.heights.top_px(anchor) - anchor_y if anchor >= 0 else 0
            )
            value = max(0, min(value, self._bottom_value()))
            self._set_bar(value)
            if all(not self._lay_out(index) for index in self.visible(_MARGIN_PX)):
                break
        if anchor >= 0:
            moved_up = anchor_y - (self.heights.top_px(anchor) - self.offset_px)
        return moved_up

    def _lay_out(self, index: int) -> bool:
        """Lay out one turn; return whether its height was another than thought."""
        turn_id = self.model.turns[index].id
        if turn_id in self._layouts and self.heights.height_px(index) == self._layouts[turn_id].height:
            return False
        return self.heights.set_height(index, self.layout_of(index).height) != 0

    def _bottom_value(self) -> int:
        return max(0, self.heights.total_px + look.px(_BOTTOM_PX) - self.viewport().height())

    def _set_bar(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._quiet = True
        try:
            bar.setRange(0, self._bottom_value())
            bar.setPageStep(self.viewport().height())
            bar.setSingleStep(look.px(44))
            bar.setValue(value)
        finally:
            self._quiet = False

    def _forget_far(self) -> None:
        if len(self._layouts) <= _KEPT_LAYOUTS:
            return
        turns = self.model.turns
        near = {turns[i].id for i in self.visible(_MARGIN_PX * 2)} | {turns[-1].id}
        for turn_id in list(self._layouts)[: len(self._layouts) - _KEPT_LAYOUTS]:
            if turn_id not in near:
                del self._layouts[turn_id]

    def _set_follow(self, follow: bool) -> None:
        if follow != self.follow:
            self.follow = follow
            self.followed.emit(follow)

    def _decorate(self, document: QTextDocument) -> bool:
        return insert_mentions(document, self._by_badge.get, self._mentions)

    def _picture_came(self, _path: str) -> None:
        self.viewport().update()

    def _restyle(self) -> None:
        self._layouts.clear()
        self.cards.clear()
        self._sync()
        self.viewport().update()

    # Qt

    def _set_up_area(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)

    def scrollContentsBy(self, _dx: int, dy: int) -> None:
        """The person scrolled: move what is there, lay out and paint what comes in."""
        if self._quiet:
            return
        self._set_follow(self.offset_px >= self._bottom_value() - _FOLLOW_SLACK_PX)
        before = self.offset_px + dy
        anchor = self.heights.index_at(before)
        if anchor < 0:
            return
        screen_y = self.heights.top_px(anchor) - before
        self._lay_out_near(anchor, screen_y + dy)
        moved = self.heights.top_px(anchor) - self.offset_px - screen_y
        if moved:
            self.viewport().scroll(0, moved)
        self.cards.place()
        self.laid_out.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width, keeping the turn at the top of the window."""
        width = self.column.width()
        if width != self._laid_width:
            self._laid_width = width
            for turn_id, layout in list(self._layouts.items()):
                index = self.index_of(turn_id)
                if index >= 0 and index in self.visible(_MARGIN_PX):
                    layout.refresh(self.model.turns[index], width)
                else:
                    del self._layouts[turn_id]
        self._sync()
        self.cards.place()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the turns that lie in the damaged region."""
        painter = QPainter(self.viewport())
        region: Any = event.region()
        for rect in region:
            self._paint_rect(painter, rect)

    @guarded(False)
    def viewportEvent(self, event: object) -> bool:
        """As the base class; never raises into Qt."""
        return bool(super().viewportEvent(event))  # type: ignore[arg-type]

    def _paint_rect(self, painter: QPainter, dirty: QRect) -> None:
        painter.save()
        painter.setClipRect(dirty)
        painter.fillRect(dirty, look.color("bg.app"))
        state = PaintState(
            self.pictures, self.devicePixelRatioF(), frozenset(self.model.selection.value), self.hovered, self.inside
        )
        offset = self.offset_px
        for index in self.heights.range_between(dirty.top() + offset - 4, dirty.bottom() + offset + 5):
            rect = self.turn_rect(index)
            painter.save()
            painter.translate(rect.topLeft())
            visible = QRectF(dirty.translated(-rect.topLeft()))
            self.layout_of(index).paint(painter, visible, state, self.selection.ranges(index))
            if index == self.current and self.hasFocus():
                self._paint_focus(painter, rect)
            painter.restore()
        painter.restore()

    def _paint_focus(self, painter: QPainter, rect: QRect) -> None:
        painter.setPen(look.color("focus.ring"))
        painter.drawRoundedRect(-8, look.px(8), rect.width() + 16, rect.height() - look.px(4), 7, 7)
