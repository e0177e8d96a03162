"""The table of inputs: one row each, dragged into the order that people see."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document, Json
from studio.contract.editing.form import form_of, hint_of
from studio.contract.editing.ports import input_port
from studio.contract.editing.wires import wires_of
from studio.ui.settings.parts import IconLabel
from studio.ui.templates.graph.facts import COLOR_OF_KIND
from studio.ui.templates.inputs.dragging import DropLine, RowDrag
from studio.ui.theme import theme
from studio.ui.widgets.buttons import set_property
from studio.ui.widgets.choices import Tick
from studio.ui.widgets.labels import ElidedLabel, Label

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

COLUMNS: Final = (
    ("Name in the graph", 170), ("Shown as", 200), ("Type", 170), ("Default", 140), ("Required", 95), ("Used by", 90),
)  # fmt: skip
_GRIP_PX: Final = 36


class Dot(QWidget):
    """The colour of a kind."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setFixedSize(theme().px(8), theme().px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color(self._key))
        painter.drawEllipse(self.rect())


class InputRow(QFrame):
    """One input.

    Signals:
        chosen(str): it was pressed.
        dragged(str, int): it is held by so many places from where it was.
        moved(str, int): it is to go by so many places.
        required_set(str, bool): the tick was changed.
        remove_wanted(str): Delete was pressed.
    """

    chosen = Signal(str)
    dragged = Signal(str, int)
    moved = Signal(str, int)
    required_set = Signal(str, bool)
    remove_wanted = Signal(str)

    def __init__(self, entry: Json, words: tuple[str, str, str, str]) -> None:
        """*words*: shown as, type, default, used by."""
        super().__init__()
        self.name = str(entry["name"])
        shown, kind, default, used = words
        shade = theme()
        self.setObjectName("inputRow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(shade.px(38))
        self.setAccessibleName(
            f"Input {self.name}, {kind}, {'required' if entry.get('required') else 'optional'}, {used}"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(shade.px("space.5"), 0, shade.px("space.5"), 0)
        row.setSpacing(0)
        self.grip = IconLabel("grip", 14, "text.muted")
        self.grip.setFixedWidth(shade.px(_GRIP_PX))
        self.grip.setCursor(Qt.CursorShape.OpenHandCursor)
        row.addWidget(self.grip)
        cell = QWidget()
        inner = QHBoxLayout(cell)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(shade.px("space.4"))
        inner.addWidget(Dot(COLOR_OF_KIND[input_port(entry).kind]))
        inner.addWidget(ElidedLabel(self.name, "mono"), 1)
        tick = Tick(f"{self.name} is required")
        tick.setChecked(entry.get("required") is True)
        tick.toggled.connect(lambda on: self.required_set.emit(self.name, on))
        cells: list[QWidget] = [
            cell, ElidedLabel(shown, "body"), ElidedLabel(kind, "body", "secondary"),
            ElidedLabel(default, "body", "muted" if default == "None" else "primary"), tick,
            ElidedLabel(used, "body", "secondary"),
        ]  # fmt: skip
        for widget, (_title, width) in zip(cells, COLUMNS, strict=True):
            if widget is tick:
                holder = QWidget()
                inner = QHBoxLayout(holder)
                inner.setContentsMargins(0, 0, 0, 0)
                inner.addWidget(tick, 0, Qt.AlignmentFlag.AlignLeft)
                widget = holder
            widget.setMinimumWidth(1)
            row.addWidget(widget, width)
        self._drag = RowDrag(self)

    def set_chosen(self, chosen: bool) -> None:
        """Show that its details are below."""
        set_property(self, "chosen", chosen)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose, and begin to drag."""
        self._drag.press(event)
        self.chosen.emit(self.name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where it would go."""
        self.dragged.emit(self.name, self._drag.places(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        places = self._drag.release(event)
        self.dragged.emit(self.name, 0)
        if places:
            self.moved.emit(self.name, places)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Alt and arrows move, Delete removes."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(self.name, step)
        elif step is not None:
            self.focusNextPrevChild(step > 0)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.name)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit(self.name)
        else:
            super().keyPressEvent(event)


class InputTable(QFrame):
    """All inputs.

    Signals:
        chosen(str): the details of this one are wanted.
    """

    chosen = Signal(str)

    def __init__(self, editor: "EditorModel") -> None:
        super().__init__()
        self._editor = editor
        self.rows: list[InputRow] = []
        self._line = DropLine(self)
        self.setProperty("card", True)
        shade = theme()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, shade.px("space.2"))
        self._column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(
            shade.px("space.5") + shade.px(_GRIP_PX), shade.px("space.3"), shade.px("space.5"), shade.px("space.3")
        )
        head.setSpacing(0)
        for title, width in COLUMNS:
            label = ElidedLabel(title, "small", "muted")
            label.setMinimumWidth(1)
            head.addWidget(label, width)
        self._column.addLayout(head)
        self.nothing = Label("A run asks for nothing yet. Add an input to let it vary.", "body", "muted")
        self.nothing.setContentsMargins(shade.px("space.6"), shade.px("space.3"), 0, shade.px("space.4"))
        self._column.addWidget(self.nothing)

    def refresh(self, chosen: str) -> None:
        """Show the present inputs, *chosen* lit."""
        document = self._editor.document.value
        focused = next((row.name for row in self.rows if row.hasFocus()), "")
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        for entry in document.inputs:
            row = InputRow(entry, words_of(document, entry))
            row.set_chosen(row.name == chosen)
            row.chosen.connect(self.chosen)
            row.dragged.connect(self._show_place)
            row.moved.connect(self.move_row)
            row.required_set.connect(self._set_required)
            row.remove_wanted.connect(self.remove)
            self._column.addWidget(row)
            self.rows.append(row)
            if row.name == focused:
                row.setFocus()
        self.nothing.setVisible(not self.rows)

    def _show_place(self, name: str, places: int) -> None:
        self._line.show_at(self.rows, [row.name for row in self.rows].index(name), places)

    def move_row(self, name: str, places: int) -> None:
        """Move an input up or down."""
        names = [str(entry["name"]) for entry in self._editor.document.value.inputs]
        to = max(0, min(len(names) - 1, names.index(name) + places))
        if self._editor.apply(f"Move {name}", lambda doc: ops.move_input(doc, name, to), gesture=f"move.{name}"):
            row = next((row for row in self.rows if row.name == name), None)
            if row is not None:
                row.setFocus()

    def remove(self, name: str) -> None:
        """Remove an input."""
        self._editor.apply(f"Remove {name}", lambda doc: ops.remove_input(doc, name))

    def _set_required(self, name: str, required: bool) -> None:
        self._editor.apply(
            f"Make {name} {'required' if required else 'optional'}",
            lambda doc: ops.set_input_member(doc, name, "required", required),
        )


def words_of(document: Document, entry: Json) -> tuple[str, str, str, str]:
    """Return shown as, type, default and used by, in words."""
    name = str(entry["name"])
    fields = {field.name: field for field in form_of(document)}
    field = fields.get(name)
    users = {wire.target for wire in wires_of(document) if wire.source == INPUTS and wire.output == name}
    used = "nothing" if not users else "1 stage" if len(users) == 1 else f"{len(users)} stages"
    kind = _kind_words(entry, field.shown if field is not None else "")
    default = entry.get("default")
    said = (
        "None"
        if default is None or default == ""
        else "Yes"
        if default is True
        else "No"
        if default is False
        else str(default)
    )
    if isinstance(default, list):
        said = ", ".join(str(each) for each in default)
    if field is not None and field.options:
        said = next((option.label for option in field.options if option.value == default), said)
    shown = field.label if field is not None else "not shown"
    if field is not None and field.shown == "number":
        kind = hint_of(field).capitalize().replace(" · ", ", ")
    return shown, kind, said, used


def _kind_words(entry: Json, shown: str) -> str:
    many = entry.get("multiple")
    most = many.get("max") if isinstance(many, dict) else None
    words = {
        "text": "Text", "long": "Long text", "number": "Number", "boolean": "Yes or no", "choice": "Choice",
        "image": "Image", "video": "Video", "audio": "Audio", "model": "3D model", "colour": "Colour", "seed": "Seed",
    }.get(shown, str(entry.get("type", "")))  # fmt: skip
    if many is None:
        return words
    plural = f"{words}s" if shown in ("image", "video") else words
    return f"{plural}, up to {most}" if most else f"{plural}, several"
