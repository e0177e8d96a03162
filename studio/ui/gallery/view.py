"""A wall: a list view with its own geometry — justified rows under headings, painted tiles.

A ``QListView`` rather than a plain item view, because only that exposes rows to screen readers.
Every override that returns a value is guarded: an exception in one ends the interpreter.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QRubberBand, QWidget

from studio.ui.gallery import entries, justify
from studio.ui.gallery.actions import drag_out
from studio.ui.gallery.entries import Group, Working
from studio.ui.gallery.model import WallModel
from studio.ui.gallery.thumbnails import Thumbnails
from studio.ui.gallery.tile import TileState, action_boxes, paint_tile, tick_box
from studio.ui.guard import guarded
from studio.ui.theme import theme
from studio.ui.widgets.painting import elided
from studio.ui.widgets.pointer import is_keyboard_focus
from studio.ui.widgets.spinner import Spin
from studio.viewmodels.state import Piece

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: QModelIndex = QModelIndex()
_COLUMN_PX = 157
"""Width of a column at 100 %: as many as fit."""


class JustifiedView(QListView):
    """The wall of a session.

    Signals:
        opened(str): a piece was double-clicked or entered.
        retried(str): a failed tile was clicked; the argument is the id of its turn.
        acted(str, int): hover action number n of a piece was clicked (see ``tile.HOVER_ACTIONS``).
        menu_wanted(str, QPoint): context menu for a piece, at a global position.
        picked(tuple): the ids of the selected pieces changed by the person's hand.
    """

    opened = Signal(str)
    retried = Signal(str)
    acted = Signal(str, int)
    menu_wanted = Signal(str, QPoint)
    picked = Signal(tuple)

    def __init__(
        self, model: WallModel, pictures: Thumbnails, when: Callable[[Group], str], parent: QWidget | None = None
    ) -> None:
        """*when* gives the words at the right of a heading."""
        super().__init__(parent)
        self._wall, self._pictures, self._when = model, pictures, when
        self._layout = justify.Layout()
        self._hovered = self._hot = -1
        self._press: QPoint | None = None
        self._band: QRubberBand | None = None
        self._keep: tuple[str, ...] = ()
        self._telling = True
        self._extending = False
        self._spin: Spin | None = None
        # A viewport made here is known to Python; asking Qt for its own makes PySide look through every
        # class of widgets for its type, which costs 18 ms at the start.
        self.setViewport(QWidget())
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAccessibleName("Pieces of this session")
        self.viewport().setAutoFillBackground(False)
        model.modelReset.connect(self.relayout)
        model.dataChanged.connect(self._changed)
        pictures.ready.connect(self._picture_came)
        pictures.failed.connect(self._picture_came)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme().on_change(self, self.relayout)

    # -- geometry ---------------------------------------------------------------------------------

    def relayout(self) -> None:
        """Compute every tile again, for another width, scale or list."""
        shade = theme()
        margin = shade.pane_padding_px()
        width = max(shade.px(80), self.viewport().width() - 2 * margin)
        gap = shade.px("size.tile.gap")
        wall = justify.Wall(
            width,
            per_row=max(2, (width + gap) // (shade.px(_COLUMN_PX) + gap)),
            gap_px=gap,
            header_px=shade.px(24),
            group_gap_px=shade.px(18),
            height_max_px=shade.px(360),
        )
        groups = [[(entries.aspect_of(e), entries.takes_row(e)) for e in group.entries] for group in self._wall.groups]
        self._layout = justify.lay_out(groups, wall)
        self._hovered = self._hot = -1
        self.updateGeometries()
        self._turn_if_needed()
        self.viewport().update()

    @guarded(QRect())
    def visualRect(self, index: Index) -> QRect:
        """Where a row is in the viewport."""
        if not index.isValid() or not 0 <= index.row() < len(self._layout.boxes):
            return QRect()
        return self._box(index.row())

    @guarded(_NOWHERE)
    def indexAt(self, point: QPoint) -> QModelIndex:
        """The row under a point of the viewport."""
        row = self._layout.at(point.x() - theme().pane_padding_px(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self._wall.index(row)

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a row into view."""
        if not index.isValid() or index.row() >= len(self._layout.boxes):
            return
        box, bar, margin = self._layout.boxes[index.row()], self.verticalScrollBar(), theme().px("space.4")
        if box.y - theme().px(24) < bar.value():
            bar.setValue(box.y - theme().px(24))
        elif box.y + box.height + margin > bar.value() + self.viewport().height():
            bar.setValue(box.y + box.height + margin - self.viewport().height())

    def scroll_to_round(self, number: int) -> None:
        """Bring the heading of a round to the top."""
        for group, top in self._layout.headers:
            if self._wall.groups[group].round == number:
                self.verticalScrollBar().setValue(top)

    @guarded(0)
    def verticalOffset(self) -> int:
        """How far the wall is scrolled."""
        return self.verticalScrollBar().value()

    @guarded(0)
    def horizontalOffset(self) -> int:
        """Nothing scrolls sideways."""
        return 0

    def updateGeometries(self) -> None:
        """Set the range of the scroll bar."""
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(theme().px(32))
        content = self._layout.height_px + theme().px("space.5")
        bar.setRange(0, max(0, content - self.viewport().height()))

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Paint what is in view now: the list's own scrolling knows no rows here and would leave the old picture."""
        self.viewport().update()

    def doItemsLayout(self) -> None:
        """Our layout stands in for the list's."""
        self.relayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows are justified to the width."""
        super().resizeEvent(event)
        self.relayout()

    # -- selection --------------------------------------------------------------------------------

    @guarded(_NOWHERE)
    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Arrow keys walk the rows as they are seen."""
        count = len(self._layout.boxes)
        if not count:
            return QModelIndex()
        here = self.currentIndex().row()
        if here < 0:
            return self._wall.index(0)
        move = QAbstractItemView.CursorAction
        page = max(1, self.viewport().height() // max(1, self._layout.boxes[here].height) - 1)
        vertical = {move.MoveUp: -1, move.MoveDown: 1, move.MovePageUp: -page, move.MovePageDown: page}
        sideways = {move.MoveLeft: -1, move.MovePrevious: -1, move.MoveRight: 1, move.MoveNext: 1}
        if action in vertical:
            step = vertical[action]
            row = self._layout.row_of(here) + step
            last = len(self._layout.rows) - 1
            here = self._layout.above(here, min(max(row, 0), last) - self._layout.row_of(here))
        elif action in sideways:
            here += sideways[action]
        else:
            here = 0 if action == move.MoveHome else count - 1
        return self._wall.index(min(count - 1, max(0, here)))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what a click covers; with Shift, everything between in the order of the wall."""
        selection = self._inside(rect.normalized())
        rows = [index.row() for index in selection.indexes()]
        if self._extending and rows:
            selection = QItemSelection()
            for row in range(min(rows), max(rows) + 1):
                if isinstance(self._wall.entry(row), Piece):
                    selection.select(self._wall.index(row), self._wall.index(row))
        self.selectionModel().select(selection, command)

    @guarded(QRegion())
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """The selected tiles in view, with their rings."""
        region, ring = QRegion(), theme().px(6)
        for index in selection.indexes():
            box = self.visualRect(index)
            if box.intersects(self.viewport().rect()):
                region = region.united(box.adjusted(-ring, -ring, ring, ring))
        return region

    def select_ids(self, ids: tuple[str, ...]) -> None:
        """Select exactly these pieces, without ``picked``."""
        if ids == self.selected_ids():
            return
        selection = QItemSelection()
        for piece_id in ids:
            row = self._wall.row_of(piece_id)
            if row is not None:
                selection.select(self._wall.index(row), self._wall.index(row))
        self._telling = False
        try:
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        finally:
            self._telling = True
        if len(ids) == 1 and selection.indexes():
            self.scrollTo(selection.indexes()[0])
        self.viewport().update()

    def selected_ids(self) -> tuple[str, ...]:
        """The selected pieces in the order of the wall."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        found = [self._wall.entry(row) for row in rows]
        return tuple(entry.id for entry in found if isinstance(entry, Piece))

    def selected_pieces(self) -> list[Piece]:
        """The same, as pieces."""
        ids = set(self.selected_ids())
        return [piece for piece in self._wall.pieces() if piece.id in ids]

    # -- hands ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hover actions first, then selection; on empty ground a rubber band begins."""
        point = event.position().toPoint()
        self._extending = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        index = self.indexAt(point)
        entry = self._wall.entry(index.row()) if index.isValid() else None
        left = event.button() == Qt.MouseButton.LeftButton
        if left and isinstance(entry, Working):
            if entry.status == "failed":
                self.retried.emit(entry.turn_id)
            return
        if left and isinstance(entry, Piece) and self._press_action(entry, index.row(), point):
            return
        self._press = point
        if left and entry is None:
            self._begin_band(event)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, rubber band, and drags of pieces out of the window."""
        point = event.position().toPoint()
        if self._band is not None and self._press is not None:
            self._stretch_band(point, event.modifiers())
            return
        if event.buttons() & Qt.MouseButton.LeftButton and self._press is not None:
            if (point - self._press).manhattanLength() >= QApplication.startDragDistance():
                self._press = None
                pieces = [piece for piece in self.selected_pieces() if not piece.missing]
                if pieces:
                    drag_out(self, pieces)
            return
        self._hover(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the rubber band."""
        self._press = None
        if self._band is not None:
            self._band.deleteLater()
            self._band = None
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the piece."""
        index = self.indexAt(event.position().toPoint())
        entry = self._wall.entry(index.row()) if index.isValid() else None
        if isinstance(entry, Piece) and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(entry.id)

    def leaveEvent(self, event: Any) -> None:
        """Nothing is hovered any more."""
        super().leaveEvent(event)
        self._set_hovered(-1, -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Esc is the window's; everything else is the list's."""
        entry = self._wall.entry(self.currentIndex().row())
        self._extending = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and isinstance(entry, Piece):
            self.opened.emit(entry.id)
        elif event.key() == Qt.Key.Key_Escape or (event.text() and not event.modifiers()):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the piece under the pointer, or of the current one for the keyboard."""
        index = self.indexAt(event.pos())
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        entry = self._wall.entry(index.row()) if index.isValid() else None
        if isinstance(entry, Piece):
            self.menu_wanted.emit(entry.id, place)

    # -- paint ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the headings and tiles in view, and ask for no other pictures."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme().color("bg.canvas"))
        offset, slack = self.verticalOffset(), theme().px(6)
        top, bottom = event.rect().top() + offset - slack, event.rect().bottom() + offset + slack
        header = theme().px(24)
        for group, y in self._layout.headers:
            if y + header >= top and y <= bottom:
                self._paint_header(painter, self._wall.groups[group], y - offset)
        chosen = {index.row() for index in self.selectionModel().selectedIndexes()}
        current = self.currentIndex().row() if is_keyboard_focus(self) else -1
        for row in self._layout.between(top, bottom):
            entry = self._wall.entry(row)
            if entry is None:
                continue
            hovered = row == self._hovered
            state = TileState(
                selected=row in chosen,
                hovered=hovered,
                focused=row == current,
                attached=entry.id in self._wall.attached,
                hot_action=self._hot if hovered else -1,
            )
            paint_tile(painter, self._box(row), entry, state, self._pictures)

    def _paint_header(self, painter: QPainter, group: Group, y: int) -> None:
        shade = theme()
        margin = shade.pane_padding_px()
        line = QRect(margin, y, self.viewport().width() - 2 * margin, shade.px(18))
        font = shade.font("caption")
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(shade.color("text.primary"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, group.heading)
        used = painter.fontMetrics().horizontalAdvance(group.heading) + shade.px("space.4")
        painter.setFont(shade.font("caption"))
        painter.setPen(shade.color("text.muted"))
        when = self._when(group)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, when)
        taken = painter.fontMetrics().horizontalAdvance(when) + shade.px("space.4")
        painter.setPen(shade.color("text.secondary"))
        elided(painter, line.adjusted(used, 0, -taken, 0), group.summary.replace("\n", " "))

    # -- inside -----------------------------------------------------------------------------------

    def _box(self, row: int) -> QRect:
        box = self._layout.boxes[row]
        return QRect(box.x + theme().pane_padding_px(), box.y - self.verticalOffset(), box.width, box.height)

    def _inside(self, rect: QRect) -> QItemSelection:
        selection = QItemSelection()
        offset = self.verticalOffset()
        for row in self._layout.between(rect.top() + offset, rect.bottom() + offset):
            if rect.intersects(self._box(row)) and isinstance(self._wall.entry(row), Piece):
                selection.select(self._wall.index(row), self._wall.index(row))
        return selection

    def _press_action(self, piece: Piece, row: int, point: QPoint) -> bool:
        box = self._box(row)
        if tick_box(box).contains(point):
            toggle = QItemSelectionModel.SelectionFlag.Toggle
            self.make_current(row)
            self.selectionModel().select(self._wall.index(row), toggle)
            return True
        for number, action in enumerate(action_boxes(box)):
            if action.contains(point):
                self.acted.emit(piece.id, number)
                return True
        return False

    def make_current(self, row: int) -> None:
        """Make *row* current without selecting it."""
        self.selectionModel().setCurrentIndex(self._wall.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)

    def _begin_band(self, event: QMouseEvent) -> None:
        adds = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        self._keep = self.selected_ids() if adds else ()
        if not adds:
            self.clearSelection()
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _stretch_band(self, point: QPoint, _modifiers: Qt.KeyboardModifier) -> None:
        if self._band is None or self._press is None:
            return
        rect = QRect(self._press, point).normalized()
        self._band.setGeometry(rect)
        self._band.show()
        selection = self._inside(rect)
        for piece_id in self._keep:
            row = self._wall.row_of(piece_id)
            if row is not None:
                selection.select(self._wall.index(row), self._wall.index(row))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _hover(self, point: QPoint) -> None:
        index = self.indexAt(point)
        row = index.row() if index.isValid() else -1
        hot = -1
        if row >= 0:
            boxes = action_boxes(self._box(row))
            hot = next((number for number, box in enumerate(boxes) if box.contains(point)), -1)
        self._set_hovered(row, hot)

    def _set_hovered(self, row: int, hot: int) -> None:
        if (row, hot) == (self._hovered, self._hot):
            return
        for each in {row, self._hovered} - {-1}:
            if each < len(self._layout.boxes):
                self.viewport().update(self._box(each))
        self._hovered, self._hot = row, hot

    def _selection_changed(self, *_changes: object) -> None:
        self.viewport().update()
        if self._telling:
            self.picked.emit(self.selected_ids())

    def _changed(self, *_range: object) -> None:
        self._turn_if_needed()
        self.viewport().update()

    def _picture_came(self, path: str) -> None:
        offset = self.verticalOffset()
        for row in self._layout.between(offset, offset + self.viewport().height()):
            entry = self._wall.entry(row)
            if isinstance(entry, Piece) and str(entry.path) == path:
                self.viewport().update(self._box(row))

    def _scrolled(self, _value: int) -> None:
        offset, height = self.verticalOffset(), self.viewport().height()
        near = self._layout.between(offset - height, offset + 2 * height)
        found = [self._wall.entry(row) for row in near]
        self._pictures.keep_only({entry.path for entry in found if isinstance(entry, Piece)})

    def _turn_if_needed(self) -> None:
        turning = any(
            isinstance(entry, Working) and entry.status == "working"
            for group in self._wall.groups
            for entry in group.entries
        )
        if turning and self._spin is None:
            self._spin = Spin(self, self.viewport().update)
        elif not turning and self._spin is not None:
            self._spin.stop()
            self._spin = None
