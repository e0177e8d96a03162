"""Where work is kept: the folder, its size, and how to move it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from studio.ui.settings.parts import Card, Page, Row, Rule
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import Label
from studio.viewmodels.observable import Binding
from studio.viewmodels.words import size_words

if TYPE_CHECKING:
    from studio.viewmodels.settings import SettingsModel

_MOVE = (
    "Close the studio, move the whole folder, and start again with the new place: "
    "studio --data-dir FOLDER, or set STUDIO_DATA_DIR. Nothing else refers to the old place."
)


class StoragePage(Page):
    """The data folder."""

    def __init__(self, settings: "SettingsModel") -> None:
        super().__init__(
            "Where work is kept", "Your sessions and pieces are plain files in one folder on this computer."
        )
        self._settings = settings
        shade = theme()
        card = Card()
        card.column.addWidget(Label("Folder", "small", "secondary"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.4"))
        self.path = Label(str(settings.data_dir), "mono", wrap=True)
        self.path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.path.setAccessibleName(f"Folder: {settings.data_dir}")
        row.addWidget(self.path, 1)
        self.copy = IconButton("copy", "Copy the path", icon_size=16)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(str(settings.data_dir)))
        self.show_button = Button("Show in folder", icon="folder")
        self.show_button.clicked.connect(self._show)
        row.addWidget(self.copy)
        row.addWidget(self.show_button)
        card.column.addLayout(row)
        card.column.addWidget(Rule())
        self.used = Label("", "body", "secondary")
        card.column.addWidget(Row("Pieces", "Pictures and other files of all sessions.", self.used))
        card.column.addWidget(Rule())
        card.column.addWidget(Row("Move it", _MOVE))
        self.add(card)
        self.finish()
        self._bindings: list[Binding] = [settings.media_bytes.changed.connect(self.refresh)]
        self.refresh()

    def refresh(self, _value: object = None) -> None:
        """Show the size."""
        number = self._settings.media_bytes.value
        self.used.setText(size_words(number) if number else "nothing yet")

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _show(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._settings.data_dir)))
