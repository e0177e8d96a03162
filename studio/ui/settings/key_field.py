"""The API key of a connection: masked with its last four characters, replaced or removed, never shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.ui.settings.parts import IconLabel
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton, set_property
from studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel
    from studio.viewmodels.state import ConnectionKind

_DOTS = "•" * 18


class KeyField(QWidget):
    """A field with *Save*, or the mask of the kept key with *Replace* and *Remove*.

    Signals:
        changed(): a key was kept or removed.
    """

    changed = Signal()

    def __init__(self, connection: "ConnectionModel", kind: "ConnectionKind") -> None:
        super().__init__()
        self._connection, self._kind = connection, kind
        self._replacing = False
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(shade.px("space.2"))
        column.addWidget(Label("API key", "small", "secondary"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.4"))
        self.field = QLineEdit()
        self.field.setAccessibleName("API key")
        self.field.setProperty("mono", True)
        self.field.setMaxLength(400)
        self.show_button = IconButton("eye", "Show what you type", checkable=True, icon_size=16)
        self.save = Button("Save key")
        self.replace = Button("Replace")
        self.remove = Button("Remove", kind="quiet")
        self.cancel = Button("Cancel", kind="quiet")
        row.addWidget(self.field, 1)
        for button in (self.show_button, self.save, self.cancel, self.replace, self.remove):
            row.addWidget(button)
        column.addLayout(row)
        below = QHBoxLayout()
        below.setSpacing(shade.px("space.3"))
        below.addWidget(IconLabel("lock", 14, "text.muted"))
        self.place = Label("", "small", "secondary", wrap=True)
        below.addWidget(self.place, 1)
        column.addLayout(below)
        self.field.returnPressed.connect(self._save)
        self.field.textEdited.connect(self._typed)
        self.save.clicked.connect(self._save)
        self.replace.clicked.connect(self._begin)
        self.cancel.clicked.connect(self._end)
        self.remove.clicked.connect(self._remove)
        self.show_button.toggled.connect(self._reveal)
        self.refresh()

    def refresh(self) -> None:
        """Show whether a key is kept, and where."""
        kept = self._connection.has_key(self._kind) and not self._replacing
        self.field.setReadOnly(kept)
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if kept else QLineEdit.EchoMode.Password)
        if kept:
            self.field.setText(f"{_DOTS}  {self._connection.key_hint(self._kind)}")
            self.field.setAccessibleDescription(f"A key ending in {self._connection.key_hint(self._kind)} is kept")
        elif self.field.text().startswith("•"):
            self.field.clear()
        self.field.setPlaceholderText("Paste the key of your account")
        self.save.setVisible(not kept)
        self.save.setEnabled(bool(self.field.text()) and not kept)
        self.show_button.setVisible(not kept)
        self.cancel.setVisible(self._replacing)
        self.replace.setVisible(kept)
        self.remove.setVisible(kept)
        place = self._connection.key_place.value
        if place == "a protected file":
            words = "There is no system keychain here, so the key is kept in a file that only you can read."
        else:
            words = f"Kept in {place or 'the system keychain'}, never in settings, logs or exports"
        self.place.setText(words)

    def _typed(self, _text: str) -> None:
        set_property(self.field, "state", "")
        self.save.setEnabled(bool(self.field.text().strip()))

    def _begin(self) -> None:
        self._replacing = True
        self.field.clear()
        self.refresh()
        self.field.setFocus()

    def _end(self) -> None:
        self._replacing = False
        self.show_button.setChecked(False)
        self.field.clear()
        self.refresh()

    def _save(self) -> None:
        key = self.field.text().strip()
        if not key or self.field.isReadOnly():
            return
        try:
            self._connection.set_key(self._kind, key)
        except ValueError as error:
            set_property(self.field, "state", "error")
            self.place.setText(str(error))
            return
        self._end()
        self.changed.emit()

    def _remove(self) -> None:
        self._connection.remove_key(self._kind)
        self._end()
        self.changed.emit()

    def _reveal(self, shown: bool) -> None:
        if not self.field.isReadOnly():
            self.field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
