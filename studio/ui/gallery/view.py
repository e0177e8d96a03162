"""A list view with its own geometry: justified rows under headings, painted tiles, rubber band, drag out.

A ``QListView`` rather than a plain item view, because only that exposes rows to screen
readers; every override is guarded, because an exception in one ends the interpreter.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from studio.ui.create.pictures import Pictures
from studio.ui.create.piece_actions import drag_out
from studio.ui.create.transcript.parts import PaintState
from studio.ui.create.transcript.tiles import paint_tile
from studio.ui.gallery.justified import Cell, Layout, lay_out
from studio.ui.gallery.model import PiecesModel
from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.ui.gallery.model import Group

_TARGET_PX, _GAP_PX, _HEADER_PX, _GROUP_GAP_PX = 104, 6, 26, 14
_AUDIO_ASPECT = 3.0


def aspect(piece: Piece) -> float:
    """Width over height of a tile."""
    if piece.kind == "audio":
        return _AUDIO_ASPECT
    return piece.width / piece.height if piece.width and piece.height else 1.5


class JustifiedView(QListView):
    """The wall.

    Signals:
        opened(str): a piece was double-clicked or entered.
        menu_wanted(str, QPoint): a context menu for a piece at a global position.
        header_clicked(int): round of the heading.
    """

    opened = Signal(str)
    menu_wanted = Signal(str, QPoint)
    header_clicked = Signal(int)

    def __init__(self, model: PiecesModel, pictures: Pictures, summary: Callable[[int], tuple[str, str]],
                 parent: QWidget | None = None) -> None:  # fmt: skip
        """*summary* gives what was asked in a round, and when, in words."""
        super().__init__(parent)
        self._pieces, self._pictures, self._summary = model, pictures, summary
        self._layout = Layout()
        self._hovered = ""
        self._press: QPoint | None = None
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Pieces of this session")
        model.modelReset.connect(self.relayout)
        model.dataChanged.connect(lambda *_: self.viewport().update())
        pictures.ready.connect(lambda _: self.viewport().update())
        theme().on_change(self, self.relayout)

    # -- geometry -----------------------------------------------------------------------------------------------
    def relayout(self) -> None:
        """Compute all tiles again, for another width, scale or list of pieces."""
        px = theme().px
        groups = [[aspect(piece) for piece in group.pieces] for group in self._pieces.groups]
        self._layout = lay_out(
            groups, width=self.viewport().width(), target=px(_TARGET_PX), gap=px(_GAP_PX), header=px(_HEADER_PX),
            group_gap=px(_GROUP_GAP_PX), margin=px(16),
        )  # fmt: skip
        self.updateGeometries()
        self.viewport().update()

    def cell(self, row: int) -> Cell:
        """The tile of *row*, in content coordinates."""
        return self._layout.cells[row]

    @guarded(QRect())
    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Where an item is in the viewport."""
        if not index.isValid() or index.row() >= len(self._layout.cells):
            return QRect()
        cell = self._layout.cells[index.row()]
        return QRect(cell.x, cell.y - self.verticalOffset(), cell.width, cell.height)

    @guarded(QModelIndex())
    def indexAt(self, point: QPoint) -> QModelIndex:
        """The item under a point of the viewport."""
        row = self._layout.index_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self._pieces.index(row)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring an item into view."""
        if not index.isValid() or index.row() >= len(self._layout.cells):
            return
        cell, bar = self._layout.cells[index.row()], self.verticalScrollBar()
        if cell.y < bar.value():
            bar.setValue(cell.y - theme().px(_HEADER_PX))
        elif cell.y + cell.height > bar.value() + self.viewport().height():
            bar.setValue(cell.y + cell.height - self.viewport().height() + theme().px(8))

    def scroll_to_round(self, number: int) -> None:
        """Bring the heading of a round to the top."""
        for header in self._layout.headers:
            if self._pieces.groups[header.group].round == number:
                self.verticalScrollBar().setValue(header.y)

    @guarded(0)
    def verticalOffset(self) -> int:
        """How far the content is scrolled."""
        return self.verticalScrollBar().value()

    @guarded(0)
    def horizontalOffset(self) -> int:
        """Nothing scrolls sideways."""
        return 0

    def doItemsLayout(self) -> None:
        """Our own layout stands in for the list's."""
        super().doItemsLayout()
        self.relayout()

    def updateGeometries(self) -> None:
        """Set the range of the scroll bar."""
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(theme().px(32))
        bar.setRange(0, max(0, self._layout.height - self.viewport().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows are justified to the width."""
        super().resizeEvent(event)
        self.relayout()

    # -- selection ----------------------------------------------------------------------------------------------
    @guarded(QModelIndex())
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Arrow keys walk the rows as they are seen."""
        count = len(self._layout.cells)
        if not count:
            return QModelIndex()
        here = self.currentIndex().row()
        if here < 0:
            return self._pieces.index(0)
        move = QAbstractItemView.CursorAction
        if action in (move.MoveUp, move.MovePageUp):
            here = self._layout.vertical_neighbour(here, -1)
        elif action in (move.MoveDown, move.MovePageDown):
            here = self._layout.vertical_neighbour(here, 1)
        elif action in (move.MoveLeft, move.MovePrevious):
            here -= 1
        elif action in (move.MoveRight, move.MoveNext):
            here += 1
        elif action == move.MoveHome:
            here = 0
        elif action == move.MoveEnd:
            here = count - 1
        return self._pieces.index(min(count - 1, max(0, here)))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what a rubber band or a shift-click covers."""
        area = rect.normalized().translated(0, self.verticalOffset())
        selection = QItemSelection()
        for row in self._layout.visible(area.top(), area.bottom()):
            cell = self._layout.cells[row]
            if area.intersects(QRect(cell.x, cell.y, cell.width, cell.height)):
                index = self._pieces.index(row)
                selection.select(index, index)
        self.selectionModel().select(selection, command)

    @guarded(QRegion())
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """The selected tiles that are in view, with their rings."""
        region = QRegion()
        for index in selection.indexes():
            rect = self.visualRect(index)
            if rect.intersects(self.viewport().rect()):
                region = region.united(rect.adjusted(-5, -5, 5, 5))
        return region

    def select_ids(self, ids: tuple[str, ...]) -> None:
        """Select exactly these pieces."""
        selection = QItemSelection()
        for piece_id in ids:
            row = self._pieces.row_of(piece_id)
            if row is not None:
                index = self._pieces.index(row)
                selection.select(index, index)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if len(ids) == 1 and selection.indexes():
            self.scrollTo(selection.indexes()[0])
        self.viewport().update()

    def selected_ids(self) -> tuple[str, ...]:
        """The selected pieces, in the order of the wall."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(self._pieces.piece(row).id for row in rows)

    # -- hands --------------------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may start; a click on a heading is not a rubber band."""
        self._press = event.position().toPoint()
        header = self._header_at(self._press.y())
        if header is not None and event.button() == Qt.MouseButton.LeftButton:
            self.header_clicked.emit(header.round)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, and drags of pieces out of the window."""
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._press is not None:
            from PySide6.QtWidgets import QApplication

            far = (point - self._press).manhattanLength() >= QApplication.startDragDistance()
            if far and self.indexAt(self._press).isValid():
                self._press = None
                ids = set(self.selected_ids())
                pieces = [self._pieces.piece(row) for row in range(self._pieces.rowCount())]
                drag_out(self, [p for p in pieces if p.id in ids and not p.missing], self._pictures)
                return
        super().mouseMoveEvent(event)
        index = self.indexAt(point)
        hovered = self._pieces.piece(index.row()).id if index.isValid() else ""
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the piece."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(self._pieces.piece(index.row()).id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; everything else is the list's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self._pieces.piece(self.currentIndex().row()).id)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the piece under the pointer, or of the current one for the keyboard."""
        index = self.indexAt(event.pos())
        if not index.isValid() and event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
        if index.isValid():
            self.menu_wanted.emit(self._pieces.piece(index.row()).id, event.globalPos())

    def _header_at(self, y: int) -> "Group | None":
        content = y + self.verticalOffset()
        for header in self._layout.headers:
            if header.y <= content < header.y + theme().px(_HEADER_PX):
                return self._pieces.groups[header.group]
        return None

    # -- paint --------------------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the headings and tiles that are in view."""
        painter = QPainter(self.viewport())
        offset = self.verticalOffset()
        top, bottom = event.rect().top() + offset, event.rect().bottom() + offset
        for header in self._layout.headers:
            if header.y + theme().px(_HEADER_PX) >= top and header.y <= bottom:
                self._paint_header(painter, self._pieces.groups[header.group], header.y - offset)
        selected = frozenset(self.selected_ids())
        current = self.currentIndex()
        inside = self._pieces.piece(current.row()).id if self.hasFocus() and current.isValid() else ""
        state = PaintState(
            pictures=self._pictures,
            ratio=self.devicePixelRatioF(),
            selected=selected,
            hovered=self._hovered,
            inside=inside,
        )
        for row in self._layout.visible(top, bottom):
            cell = self._layout.cells[row]
            rect = QRect(cell.x, cell.y - offset, cell.width, cell.height)
            piece = self._pieces.piece(row)
            paint_tile(painter, rect, piece, state)
            self._paint_marks(painter, rect, piece, piece.id in selected)
        painter.end()

    def _paint_header(self, painter: QPainter, group: "Group", y: int) -> None:
        px, left, right = theme().px, theme().px(16), self.viewport().width() - theme().px(16)
        asked, when = self._summary(group.round)
        painter.setFont(theme().font("caption"))
        painter.setPen(theme().color("text.primary"))
        metrics = painter.fontMetrics()
        line = QRect(left, y, right - left, px(_HEADER_PX - 6))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, group.title)
        used = metrics.horizontalAdvance(group.title) + px(8)
        painter.setPen(theme().color("text.muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, when)
        room = line.width() - used - metrics.horizontalAdvance(when) - px(8)
        if group.round and room > px(30):
            text = metrics.elidedText(asked, Qt.TextElideMode.ElideRight, room)
            painter.drawText(
                line.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
            )

    def _paint_marks(self, painter: QPainter, rect: QRect, piece: Piece, selected: bool) -> None:
        px, ratio = theme().px, self.devicePixelRatioF()
        if selected:
            box = QRect(rect.right() - px(23), rect.top() + px(6), px(18), px(18))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("accent.base"))
            painter.drawRoundedRect(box, px(4), px(4))
            painter.drawPixmap(box.topLeft() + QPoint(px(3), px(3)), icons.pixmap("check", 12, "accent.on", ratio))
        if piece.favourite:
            spot = QPoint(rect.right() - px(20), rect.bottom() - px(20))
            painter.drawPixmap(spot, icons.pixmap("heart-filled", 14, "overlay.badgeText", ratio))


def dashed_frame(painter: QPainter, rect: QRect) -> None:
    """The outline of a piece that is not there yet."""
    painter.setPen(QPen(theme().color("border.default"), 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, theme().px(4), theme().px(4))


def tile_size() -> QSize:
    """The usual size of a tile, for placeholders."""
    return QSize(theme().px(157), theme().px(_TARGET_PX))
