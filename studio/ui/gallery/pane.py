"""The pane "In this session": filters, the wall, the selection bar, and an empty wall."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.gallery import actions
from studio.ui.gallery.dropping import Dropped, dropped_files
from studio.ui.gallery.entries import ICONS, KINDS, WORDS, Group, counts
from studio.ui.gallery.grouping import Order, groups_of
from studio.ui.gallery.model import WallModel
from studio.ui.gallery.selection_bar import SelectionBar
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.gallery.view import JustifiedView
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.choices import Chip
from studio.ui.widgets.drops import take
from studio.ui.widgets.labels import EmptyState, Label
from studio.ui.widgets.painting import dashed, rounded
from studio.viewmodels.observable import Binding
from studio.viewmodels.words import relative_date

if TYPE_CHECKING:
    from studio.viewmodels.create import CreateModel

_KEYS = {Qt.Key.Key_R: "reference", Qt.Key.Key_U: "upscale", Qt.Key.Key_B: "cutout", Qt.Key.Key_S: "save"}


class GalleryPane(QFrame):
    """Everything made or dropped in the open session.

    Signals:
        viewer_requested(str): a piece should be seen full size.
    """

    viewer_requested = Signal(str)

    def __init__(self, create: "CreateModel", pictures: object = None, parent: QWidget | None = None) -> None:
        """*pictures* is not used: thumbnails come from the program's own service."""
        super().__init__(parent)
        self._create = create
        self._order: Order = "newest"
        self._kind = ""
        self._favourites = False
        self._drop: Dropped | None = None
        self.setObjectName("gallery")
        self.setAcceptDrops(True)
        self.model = WallModel(self)
        self.view = JustifiedView(self.model, thumbnails(), _when, self)
        self.bar = SelectionBar(create, self)
        self.empty = EmptyWall(self._choose_files)
        self.no_match = EmptyState(
            "Nothing like that", "No piece of this session fits the filter.", "Show all", run=self._clear_filter
        )
        self._build()
        self._bindings: list[Binding] = [
            create.reset.connect(self.refresh),
            create.pieces_changed.connect(self.refresh),
            create.turn_added.connect(lambda _index: self.refresh()),
            create.turn_changed.connect(self._turn_changed),
            create.selection.changed.connect(self._selection_changed),
            create.composer.attachments_changed.connect(self._attachments_changed),
        ]
        self.destroyed.connect(_cutter(self._bindings))
        self.refresh()

    def refresh(self) -> None:
        """Show the session as it is now."""
        groups = groups_of(self._create, self._kind, self._favourites, self._order)
        self.model.show(groups)
        self.view.select_ids(self._create.selection.value)
        pieces = self._create.pieces
        made = counts(pieces)
        self._all.set_count(f"All {len(pieces)}", f"All, {len(pieces)} pieces", False)
        for kind, chip in self._chips.items():
            number = made[kind]
            chip.set_count(str(number), f"{number} {WORDS[kind][number != 1]}", number == 0)
        self._fit_filters()
        anything = bool(pieces) or bool(groups)
        self._filters.setVisible(anything)
        self.stack.setCurrentWidget(self.view if groups else self.no_match_page if anything else self.empty)
        self._show_bar()

    def scroll_to_round(self, number: int) -> None:
        """Bring a round to the top of the wall."""
        self.view.scroll_to_round(number)

    def reveal(self, piece_id: str) -> None:
        """Bring a piece into view, whatever the filter."""
        if self.model.row_of(piece_id) is None:
            self._clear_filter()
        row = self.model.row_of(piece_id)
        if row is not None:
            self.view.scrollTo(self.model.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Single letters act on the selection while the wall has focus."""
        pieces = self.view.selected_pieces()
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if not pieces or not self._act(key, plain, event, [piece.id for piece in pieces]):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files over the wall can be kept in this session."""
        dropped = dropped_files(event.mimeData())
        if dropped is not None and event.source() is None:
            self._drop = dropped
            take(event)
            self._cover.show_drop(dropped)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self._drop = None
        self._cover.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Keep what can be read."""
        dropped = dropped_files(event.mimeData())
        self.dragLeaveEvent(QDragLeaveEvent())
        if dropped is not None and dropped.usable:
            take(event)
            self._create.import_files(list(dropped.usable), "keep")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The drop cover lies over everything."""
        super().resizeEvent(event)
        self._cover.setGeometry(self.rect())
        self._fit_filters()

    # -- inside -----------------------------------------------------------------------------------

    def _build(self) -> None:
        shade = theme()
        pad = shade.pane_padding_px()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        header = QWidget()
        header.setFixedHeight(shade.px("size.header"))
        row = QHBoxLayout(header)
        row.setContentsMargins(pad, 0, shade.px("space.4"), 0)
        row.setSpacing(shade.px("space.1"))
        row.addWidget(Label("In this session", "title"), 1)
        self.add_button = IconButton("plus", "Add pictures, sound or video")
        self.add_button.clicked.connect(self._choose_files)
        self.more_button = IconButton("more", "More")
        self.more_button.clicked.connect(self._open_more)
        row.addWidget(self.add_button)
        row.addWidget(self.more_button)
        column.addWidget(header)
        column.addWidget(self._make_filters(pad))
        self.stack = QStackedWidget()
        self.no_match_page = _centred(self.no_match)
        for page in (self.empty, self.view, self.no_match_page):
            self.stack.addWidget(page)
        column.addWidget(self.stack, 1)
        column.addWidget(self.bar)
        self._cover = DropCover(self)
        self.view.opened.connect(self.viewer_requested)
        self.view.retried.connect(self._create.retry)
        self.view.picked.connect(self._picked)
        self.view.menu_wanted.connect(self._open_menu)
        self.view.acted.connect(self._hover_action)
        self.bar.cleared.connect(self.view.clearSelection)

    def _make_filters(self, pad: int) -> QWidget:
        self._filters = QWidget()
        row = QHBoxLayout(self._filters)
        row.setContentsMargins(pad, 0, theme().px("space.4"), theme().px("space.3"))
        row.setSpacing(theme().px("space.3"))
        self._all = Chip("All")
        self._all.setChecked(True)
        self._all.clicked.connect(lambda: self._filter(""))
        row.addWidget(self._all)
        self._chips: dict[str, Chip] = {}
        for kind in KINDS:
            chip = Chip("0", icon=ICONS[kind], icon_key=f"media.{kind}")
            chip.clicked.connect(lambda _on=False, kind=kind: self._filter(kind))
            self._chips[kind] = chip
            row.addWidget(chip)
        row.addStretch(1)
        self.sort_button = IconButton("sort", "Oldest first", size=24, icon_size=16)
        self.sort_button.clicked.connect(self._turn_order)
        row.addWidget(self.sort_button)
        return self._filters

    def _fit_filters(self) -> None:
        """Where not all fit, the kinds of which there is nothing leave their room to the numbers of the others."""
        row = self._filters.layout()
        assert row is not None
        shown = [self._all, *self._chips.values(), self.sort_button]
        margins = row.contentsMargins()
        needed = sum(each.sizeHint().width() + row.spacing() for each in shown) + margins.left() + margins.right()
        for chip in self._chips.values():
            chip.setVisible(needed <= self.width() or not chip.is_dim or chip.isChecked())

    def _act(self, key: Qt.Key, plain: bool, event: QKeyEvent, ids: list[str]) -> bool:
        create, pieces = self._create, self.view.selected_pieces()
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            create.delete_pieces(tuple(ids))
        elif event.matches(QKeySequence.StandardKey.Copy):
            actions.copy_pieces(pieces)
        elif plain and key == Qt.Key.Key_F:
            actions.love_all(create, pieces)
        elif plain and key in _KEYS and not actions.off_reason(_KEYS[key], pieces):
            if _KEYS[key] == "reference":
                actions.use_all(create, pieces)
            elif _KEYS[key] == "save":
                actions.save_all(self, create, pieces)
            else:
                create.run_action("upscale" if _KEYS[key] == "upscale" else "cutout", tuple(ids))
        else:
            return False
        return True

    def _filter(self, kind: str) -> None:
        self._kind = "" if kind == self._kind else kind
        self._all.setChecked(not self._kind)
        for name, chip in self._chips.items():
            chip.setChecked(name == self._kind)
        self.refresh()

    def _clear_filter(self) -> None:
        self._favourites = False
        self._kind = "-"
        self._filter("-")

    def _turn_order(self) -> None:
        self._order = "oldest" if self._order == "newest" else "newest"
        self.sort_button.set_name("Newest first" if self._order == "oldest" else "Oldest first")
        self.refresh()

    def _turn_changed(self, index: int) -> None:
        if index == len(self._create.turns) - 1:
            self.refresh()

    def _picked(self, ids: tuple[str, ...]) -> None:
        self._create.selection.value = tuple(ids)
        self._show_bar()

    def _selection_changed(self, ids: tuple[str, ...]) -> None:
        self.view.select_ids(ids)
        self._show_bar()

    def _attachments_changed(self) -> None:
        attached = {item.piece_id for item in self._create.composer.attachments if item.piece_id}
        self.model.attached = frozenset(attached)
        self.view.viewport().update()

    def _show_bar(self) -> None:
        self.bar.show_pieces(self.view.selected_pieces())

    def _open_menu(self, piece_id: str, place: QPoint) -> None:
        piece = self._create.piece(piece_id)
        if piece is None:
            return
        selected = self.view.selected_pieces()
        others = selected if piece_id in {each.id for each in selected} else []
        actions.menu_for(self, self._create, piece, others, with_open=True).popup(place)

    def _hover_action(self, piece_id: str, number: int) -> None:
        piece = self._create.piece(piece_id)
        if piece is None:
            return
        if number == 0:
            self._create.set_favourite(piece.id, not piece.favourite)
        elif number == 1:
            self._create.use_as_reference(piece.id)
        elif number == 2:
            actions.save_as(self, self._create, piece)
        else:
            self._open_menu(piece_id, self.cursor().pos())

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        only = menu.addAction(icons.icon("heart"), "Only favourites")
        only.setCheckable(True)
        only.setChecked(self._favourites)
        only.toggled.connect(self._set_favourites)
        save = menu.addAction(icons.icon("save"), "Save all…")
        save.setEnabled(bool(self.model.pieces()))
        save.triggered.connect(lambda: actions.save_all(self, self._create, self.model.pieces()))
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _set_favourites(self, only: bool) -> None:
        self._favourites = only
        self.refresh()

    def _choose_files(self) -> None:
        dialog = QFileDialog(self, "Add to this session")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._add)
        dialog.open()

    def _add(self, names: list[str]) -> None:
        self._create.import_files([Path(name) for name in names], "keep")


class EmptyWall(QWidget):
    """Dashed frames where pieces will hang, and how to begin."""

    def __init__(self, add: Callable[[], object]) -> None:
        super().__init__()
        self.words = EmptyState(
            "An empty wall",
            "Everything you make or drop in this session hangs here, numbered, round by round.",
            "Add pictures, sound or video",
            icon="upload",
            run=add,
            parent=self,
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frames."""
        painter = QPainter(self)
        for box in self._frames():
            dashed(painter, box, theme().px("radius.picture"), theme().color("border.default"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words stand below the frames."""
        super().resizeEvent(event)
        bottom = round(self._frames()[-1].bottom()) + theme().px("space.7")
        size = self.words.sizeHint()
        self.words.setGeometry(0, bottom, self.width(), max(size.height(), theme().px(120)))

    def _frames(self) -> list[QRectF]:
        shade = theme()
        pad, gap = shade.pane_padding_px(), shade.px("size.tile.gap")
        width = self.width() - 2 * pad
        half = (width - gap) / 2
        large, small = min(width * 0.55, self.height() * 0.25), min(half / 1.5, self.height() * 0.15)
        boxes = [QRectF(pad, 0, width, large)]
        for row in range(2):
            top = large + gap + row * (small + gap)
            boxes += [QRectF(pad, top, half, small), QRectF(pad + half + gap, top, half, small)]
        return boxes


class DropCover(QWidget):
    """What dropping does, over the pane."""

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._pane = pane
        self._words: tuple[str, str] = ("", "")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_drop(self, dropped: Dropped) -> None:
        """Say what would be kept, and what cannot be."""
        number = len(dropped.usable)
        self._words = (f"Add {number} to this session" if number else "Nothing here can be used", dropped.refusal)
        self.setGeometry(self._pane.rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame and the words."""
        shade, painter = theme(), QPainter(self)
        inset = shade.px("space.5")
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        rounded(painter, box, shade.px("radius.composer"), shade.color("overlay.drop"))
        pen = QPen(shade.color("accent.base"), shade.px("stroke.selected"))
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawRoundedRect(box, shade.px("radius.composer"), shade.px("radius.composer"))
        painter.setFont(shade.font("title"))
        painter.setPen(shade.color("text.primary"))
        middle = box.adjusted(inset, 0, -inset, -shade.px("space.9"))
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words[0])
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("text.secondary"))
        below = QRectF(middle.left(), middle.center().y() + shade.px("space.7"), middle.width(), shade.px(80))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(below, flags, self._words[1])


def _when(group: Group) -> str:
    """The words at the right of a heading: the time of today's rounds, the date of others."""
    if not group.created_ms:
        return ""
    then = datetime.fromtimestamp(group.created_ms / 1000)
    return f"{then:%H:%M}" if then.date() == datetime.now().date() else relative_date(group.created_ms)


def _centred(widget: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.addStretch(1)
    column.addWidget(widget)
    column.addStretch(2)
    return page


def _cutter(bindings: list[Binding]) -> Callable[[], None]:
    """Return a function that cuts *bindings* and holds nothing else, so that the pane can go."""

    def cut() -> None:
        for binding in bindings:
            binding.cut()

    return cut
