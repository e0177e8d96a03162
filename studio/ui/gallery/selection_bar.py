"""The bar under the wall: what is selected and what can be done with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.gallery import actions
from studio.ui.gallery.entries import facts_of
from studio.ui.theme import theme
from studio.ui.widgets.buttons import ActionButton, IconButton
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.viewmodels.create import CreateModel

_NARROW_PX = 312


class SelectionBar(QFrame):
    """Shown while something is selected.

    Signals:
        cleared(): the cross was pressed.
    """

    cleared = Signal()

    def __init__(self, create: "CreateModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._create = create
        self._pieces: list[Piece] = []
        self.setObjectName("selectionBar")
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(shade.px("space.6"), shade.px("space.4"), shade.px("space.4"), shade.px("space.4"))
        column.setSpacing(shade.px("space.1"))
        self.name = Label("", "bodyStrong", semibold=True)
        self.facts = ElidedLabel("", "small", "secondary")
        self.favourite = IconButton("heart", "Favourite", size=28, icon_size=16)
        self.bin = IconButton("trash", "Move to the bin", size=28, icon_size=16)
        self.close_button = IconButton("close", "Clear the selection", size=28, icon_size=14)
        head = QHBoxLayout()
        head.setSpacing(shade.px("space.1"))
        head.addWidget(self.name)
        head.addSpacing(shade.px("space.3"))
        head.addWidget(self.facts, 1)
        for button in (self.favourite, self.bin, self.close_button):
            head.addWidget(button)
        column.addLayout(head)
        self.use = ActionButton("reference", "Use", name="Use as reference")
        self.save = ActionButton("save", "Save", name="Save as…")
        self.cutout = ActionButton("cutout", "Cut out")
        self.upscale = ActionButton("upscale", "Upscale")
        self.style_button = ActionButton("palette", "Style", name="Change style")
        self.more = ActionButton("more", "More", name="More actions")
        row = QHBoxLayout()
        row.setSpacing(0)
        row.setContentsMargins(0, 0, shade.px("space.4"), 0)
        for action in (self.use, self.save, self.cutout, self.upscale, self.style_button, self.more):
            row.addWidget(action, 1)
        column.addLayout(row)
        self._connect()

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show what is selected; hide for nothing."""
        self._pieces = list(pieces)
        self.setVisible(bool(pieces))
        if not pieces:
            return
        first, many = pieces[0], len(pieces) > 1
        self.name.setText(f"{len(pieces)} selected" if many else first.badge)
        self.facts.set_words(", ".join(piece.badge for piece in pieces) if many else facts_of(first))
        loved = all(piece.favourite for piece in pieces)
        self.favourite.set_icon_name(
            "heart-filled" if loved else "heart", "text.primary" if loved else "text.secondary"
        )
        self.favourite.set_name("Not a favourite" if loved else "Favourite")
        for button, action in (
            (self.use, "reference"),
            (self.save, "save"),
            (self.cutout, "cutout"),
            (self.upscale, "upscale"),
            (self.style_button, "style"),
        ):
            reason = actions.off_reason(action, pieces)
            button.set_available(not reason, reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow bar keeps four actions and *More*."""
        super().resizeEvent(event)
        self.style_button.setVisible(self.width() >= theme().px(_NARROW_PX))

    def _connect(self) -> None:
        create = self._create
        self.use.clicked.connect(lambda: actions.use_all(create, self._pieces))
        self.save.clicked.connect(lambda: actions.save_all(self, create, self._pieces))
        self.cutout.clicked.connect(lambda: create.run_action("cutout", self._ids()))
        self.upscale.clicked.connect(lambda: create.run_action("upscale", self._ids()))
        self.style_button.clicked.connect(lambda: create.run_action("style", self._ids()))
        self.bin.clicked.connect(lambda: create.delete_pieces(self._ids()))
        self.close_button.clicked.connect(self.cleared)
        self.favourite.clicked.connect(lambda: actions.love_all(create, self._pieces))
        self.more.clicked.connect(self._open_menu)

    def _ids(self) -> tuple[str, ...]:
        return tuple(piece.id for piece in self._pieces)

    def _open_menu(self) -> None:
        if self._pieces:
            menu = actions.menu_for(self, self._create, self._pieces[0], self._pieces)
            menu.popup(self.more.mapToGlobal(self.more.rect().topLeft()))
