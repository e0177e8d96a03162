"""The options of a choice: one row each, dragged into their order."""

from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.contract.editing.document import Json
from studio.ui.forms.fields import UNSET, TextField
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.settings.parts import IconLabel
from studio.ui.templates.inputs.dragging import RowDrag
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.choices import Radio


class OptionsOwner(Protocol):
    """What the rows ask to be done; options are known by their places."""

    def set_option(self, number: int, member: str, value: str) -> None: ...
    def show_place(self, number: int, places: int) -> None: ...
    def move_option(self, number: int, places: int) -> None: ...
    def remove_option(self, number: int) -> None: ...
    def choose_picture(self, number: int) -> None: ...
    def set_default(self, value: Any) -> None: ...


class Grip(IconLabel):
    """Drags the row it belongs to up or down; Alt and arrows do the same.

    Signals:
        dragged(int), moved(int): it is held, and is to go, by so many places.
    """

    dragged = Signal(int)
    moved = Signal(int)

    def __init__(self, name: str, row: QWidget) -> None:
        super().__init__("grip", 14, "text.muted")
        self._drag = RowDrag(row)
        self.setAccessibleName(name)
        self.setToolTip("Drag, or Alt and arrows")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin."""
        self._drag.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where it would go."""
        self.dragged.emit(self._drag.places(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        places = self._drag.release(event)
        self.dragged.emit(0)
        if places:
            self.moved.emit(places)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and arrows move."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(step)
        else:
            super().keyPressEvent(event)


class OptionRow(QWidget):
    """One option of a choice: picture, words, value, whether it is the default, and a bin."""

    def __init__(self, form: "OptionsOwner", number: int, option: Json, picture: str, chosen: bool) -> None:
        super().__init__()
        shade = theme()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(shade.px("space.4"))
        words = str(option.get("label") or option.get("value") or "")
        self.grip = Grip(f"Move {words}", self)
        self.picture = Button("", icon="image" if not picture else "", name=f"Picture of {words}…")
        self.picture.setFixedSize(shade.px(52), shade.px(34))
        if picture:
            path = Path(picture.removeprefix("file:"))
            found = thumbnails().get(path, QSize(shade.px(48), shade.px(30)), self.devicePixelRatioF())
            if found is not None:
                self.picture.setIcon(found)
                self.picture.setIconSize(QSize(shade.px(48), shade.px(30)))
        self.label = TextField("Words")
        self.label.set_name("Words of the option")
        self.label.set_value(words)
        self.value = TextField("value")
        self.value.set_name("Value of the option")
        self.value.line.setProperty("mono", True)
        self.value.set_value(option.get("value"))
        self.value.setMaximumWidth(shade.px(130))
        self.radio = Radio(f"{words} is the default")
        self.radio.setChecked(chosen)
        self.remove = IconButton("trash", f"Remove {words}", size=28, icon_size=14)
        for widget in (self.grip, self.picture, self.label, self.value, self.radio, self.remove):
            row.addWidget(widget, 2 if widget is self.label else 1 if widget is self.value else 0)
        self.grip.dragged.connect(lambda places: form.show_place(number, places))
        self.grip.moved.connect(lambda places: form.move_option(number, places))
        self.picture.clicked.connect(lambda: form.choose_picture(number))
        self.label.line.editingFinished.connect(lambda: form.set_option(number, "label", self.label.line.text()))
        self.value.line.editingFinished.connect(lambda: form.set_option(number, "value", self.value.line.text()))
        self.radio.clicked.connect(lambda: form.set_default(UNSET if chosen else option.get("value")))
        self.remove.clicked.connect(lambda: form.remove_option(number))
