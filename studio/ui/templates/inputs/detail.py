"""The details of one input: name, label, type, help, default, range, several, options with pictures."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import REMOVE, Document, Json, is_number
from studio.contract.editing.form import form_of, shown_as
from studio.ui.forms.fields import (
    UNSET,
    ChoiceField,
    Field,
    LongTextField,
    NumberField,
    SwitchField,
    TextField,
    field_for,
)
from studio.ui.templates.inputs.dragging import DropLine
from studio.ui.templates.inputs.options import OptionRow
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_TYPES: Final = (
    ("text", "Text"), ("long", "Long text"), ("number", "Number"), ("boolean", "Yes or no"), ("choice", "Choice"),
    ("image", "Image"), ("video", "Video"), ("audio", "Audio"), ("colour", "Colour"), ("seed", "Seed"),
)  # fmt: skip
_AS_TYPE: Final = {
    "text": ("text", None), "long": ("text", "long"), "number": ("number", None), "boolean": ("boolean", None),
    "choice": ("select", None), "image": ("image", None), "video": ("video", None), "audio": ("audio", None),
    "colour": ("text", "color"), "seed": ("number", "seed"),
}  # fmt: skip
"""Type and ``jsonSchema.format`` of each kind of field."""
_PICTURES: Final = "Pictures (*.png *.jpg *.jpeg *.webp)"
_MANY: Final = frozenset({"image", "video", "audio", "text"})


class DetailForm(QWidget):
    """Everything of one input.

    Signals:
        renamed(str): it has this name now.
    """

    renamed = Signal(str)

    def __init__(self, editor: "EditorModel") -> None:
        super().__init__()
        self._editor = editor
        self._name = ""
        self._shown: tuple[Any, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme().px("space.7"))
        self._parts: list[QWidget] = []
        self._left: QWidget | None = None
        self._line: DropLine | None = None
        self.options: list[OptionRow] = []

    @property
    def name(self) -> str:
        """Which input is shown; empty for none."""
        return self._name

    def show_input(self, name: str) -> None:
        """Show an input; empty for none. The form is built again when its kind or options changed."""
        entry = self._editor.document.value.input(name)
        if entry is None:
            self._name, self._shown = "", ()
            self._clear()
            return
        pictures = _schema(entry).get("x-pictures")
        key = (
            name,
            shown_as(entry),
            repr(entry.get("options")),
            repr(pictures),
            entry.get("default") if entry.get("type") == "select" else "",
            isinstance(entry.get("multiple"), dict),
        )
        if key != self._shown:
            self._shown, self._name = key, name
            self._clear()
            self._build(entry)
        self._fill(entry)

    # --- edits of options, called by their rows ------------------------------------------------

    def set_option(self, number: int, member: str, value: str) -> None:
        """Change words or value of an option."""
        options = self._options()
        if number >= len(options) or not value or options[number].get(member) == value:
            return
        old = options[number].get("value")
        changed = [{**option, member: value} if place == number else option for place, option in enumerate(options)]

        def edit(doc: Document) -> Document:
            done = ops.set_input_member(doc, self._name, "options", changed)
            entry = done.input(self._name) or {}
            if member == "value" and entry.get("default") == old:
                done = ops.set_input_member(done, self._name, "default", value)
            schema = _schema(entry)
            pictures = schema.get("x-pictures")
            if member == "value" and isinstance(pictures, dict) and old in pictures:
                schema["x-pictures"] = {value if key == old else key: path for key, path in pictures.items()}
                done = ops.set_input_member(done, self._name, "jsonSchema", schema)
            return done

        self._editor.apply(f"Change an option of {self._name}", edit)

    def remove_option(self, number: int) -> None:
        """Remove an option."""
        options = self._options()
        gone = options[number].get("value")
        kept = [option for place, option in enumerate(options) if place != number]

        def edit(doc: Document) -> Document:
            done = ops.set_input_member(doc, self._name, "options", kept)
            entry = done.input(self._name) or {}
            return ops.set_input_member(done, self._name, "default", REMOVE) if entry.get("default") == gone else done

        self._editor.apply(f"Remove an option of {self._name}", edit)

    def show_place(self, number: int, places: int) -> None:
        """Show where a dragged option would go."""
        if self._line is not None:
            self._line.show_at(self.options, number, places)

    def move_option(self, number: int, places: int) -> None:
        """Move an option up or down."""
        options = self._options()
        to = max(0, min(len(options) - 1, number + places))
        if to != number:
            options.insert(to, options.pop(number))
            self._set("options", options, f"Move an option of {self._name}")
            self.options[to].grip.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_option(self) -> None:
        """Add an option."""
        options = self._options()
        value = ops.free_name("option", {str(option.get("value")) for option in options})
        new = [*options, {"value": value, "label": value.replace("_", " ").capitalize()}]
        self._set("options", new, f"Add an option to {self._name}")

    def set_default(self, value: Any) -> None:
        """Change the default."""
        self._set("default", REMOVE if value is UNSET else value, f"Change the default of {self._name}")

    def choose_picture(self, number: int) -> None:
        """Choose the picture of an option."""
        chosen, _filter = QFileDialog.getOpenFileName(self, "A picture for the option", "", _PICTURES)
        if chosen:
            entry = self._editor.document.value.input(self._name) or {}
            pictures = _schema(entry).get("x-pictures")
            value = str(self._options()[number].get("value"))
            self._set_schema(
                "x-pictures", {**(pictures if isinstance(pictures, dict) else {}), value: f"file:{chosen}"}
            )

    # --- building ------------------------------------------------------------------------------

    def _build(self, entry: Json) -> None:
        shade = theme()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(shade.px("space.5"))
        self.heading = Label("", "title")
        column.addWidget(self.heading)
        self.graph_name = TextField()
        self.graph_name.line.setProperty("mono", True)
        self.graph_name.line.editingFinished.connect(self._rename)
        self._titled(column, "Name in the graph", self.graph_name)
        self.label = TextField()
        self.label.edited.connect(lambda value: self._set_schema("title", value, typing=True))
        self._titled(column, "Shown as", self.label)
        self.kind = ChoiceField(_TYPES)
        self.kind.edited.connect(self._set_kind)
        self._titled(column, "Type", self.kind)
        self.help = LongTextField("What people read below the field", lines=2)
        self.help.edited.connect(
            lambda value: self._set(
                "description", "" if value is UNSET else value, f"Change the help of {self._name}", typing=True
            )
        )
        self._titled(column, "Help text", self.help)
        column.addStretch(1)
        self._left = left
        self._add(left)
        self._fit()
        shown = shown_as(entry)
        right = QWidget()
        more = QVBoxLayout(right)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(shade.px("space.5"))
        if shown == "choice":
            self._line = DropLine(right)
            self._build_options(more, entry)
        else:
            self._build_value(more, entry, shown)
        self.advanced = SwitchField("Under “More settings”")
        self.advanced.edited.connect(lambda on: self._set_schema("x-advanced", True if on else UNSET))
        more.addWidget(self.advanced)
        remove = Button("Remove the input", kind="quiet", icon="trash")
        remove.clicked.connect(
            lambda: self._editor.apply(f"Remove {self._name}", lambda doc: ops.remove_input(doc, self._name))
        )
        more.addWidget(remove, 0, Qt.AlignmentFlag.AlignLeft)
        more.addStretch(1)
        self._add(right, 1)

    def _build_options(self, column: QVBoxLayout, entry: Json) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme().px("space.6"))
        head.addWidget(Label("Options", "bodyStrong"), 1)
        head.addWidget(Label("default", "small", "muted"))
        add = Button("Option", icon="plus")
        add.clicked.connect(self.add_option)
        head.addWidget(add)
        column.addLayout(head)
        pictures = _schema(entry).get("x-pictures")
        self.options = []
        for number, option in enumerate(self._options()):
            value = str(option.get("value"))
            picture = str(pictures.get(value, "")) if isinstance(pictures, dict) else ""
            row = OptionRow(self, number, option, picture, entry.get("default") == option.get("value"))
            self.options.append(row)
            column.addWidget(row)

    def _build_value(self, column: QVBoxLayout, entry: Json, shown: str) -> None:
        self.bounds: dict[str, NumberField] = {}
        if shown == "number":
            row = QHBoxLayout()
            for member, words in (("minimum", "Least"), ("maximum", "Most"), ("multipleOf", "Step")):
                field = self.bounds[member] = NumberField()
                field.edited.connect(lambda value, member=member: self._set_schema(member, value, typing=True))
                self._titled(row, words, field)
            column.addLayout(row)
            self.unit = TextField("s, px, %…")
            self.unit.edited.connect(lambda value: self._set_schema("x-unit", value, typing=True))
            self._titled(column, "Unit", self.unit)
        self.default: Field | None = None
        if shown not in ("image", "video", "audio", "model") and not isinstance(entry.get("multiple"), dict):
            schema = {
                "number": {"type": "number"},
                "seed": {"type": "integer", "format": "seed"},
                "boolean": {"type": "boolean"},
            }
            kind = schema.get(shown, {"type": "string", "format": {"long": "long", "colour": "color"}.get(shown, "")})
            self.default = field_for(
                {**kind, **{k: v for k, v in _schema(entry).items() if k in ("minimum", "maximum")}}, "default"
            )
            self.default.edited.connect(self.set_default)
            self._titled(column, "Default", self.default)
        self.many: SwitchField | None = None
        if str(entry.get("type")) in _MANY:
            self.many = SwitchField("Takes several")
            self.many.edited.connect(self._set_many)
            column.addWidget(self.many)
            if isinstance(entry.get("multiple"), dict):
                row = QHBoxLayout()
                for member, words in (("min", "At least"), ("max", "At most")):
                    field = self.bounds[member] = NumberField(low=0, high=16, whole=True)
                    field.edited.connect(lambda value, member=member: self._set_length(member, value))
                    self._titled(row, words, field)
                column.addLayout(row)

    def _fill(self, entry: Json) -> None:
        schema = _schema(entry)
        field = next((each for each in form_of(self._editor.document.value) if each.name == self._name), None)
        self.heading.setText(field.label if field is not None else self._name)
        self.graph_name.set_value(self._name)
        self.label.set_value(schema.get("title", UNSET))
        self.label.line.setPlaceholderText(field.label if field is not None else "")
        self.kind.set_value(shown_as(entry))
        self.help.set_value(entry.get("description") or UNSET)
        self.advanced.set_value(schema.get("x-advanced") is True)
        if shown_as(entry) == "choice":
            return
        for member, bound in self.bounds.items():
            holder = entry.get("multiple") if member in ("min", "max") else schema
            value = holder.get(member) if isinstance(holder, dict) else None
            bound.set_value(value if is_number(value) else UNSET)
        if shown_as(entry) == "number":
            self.unit.set_value(schema.get("x-unit", UNSET))
        if self.default is not None:
            self.default.set_value(entry.get("default", UNSET))
        if self.many is not None:
            self.many.set_value(isinstance(entry.get("multiple"), dict))

    # --- edits ---------------------------------------------------------------------------------

    def _rename(self) -> None:
        new = self.graph_name.line.text().strip()
        old = self._name
        if new == old:
            return
        self._name = new
        if self._editor.apply(f"Rename {old}", lambda doc: ops.rename_input(doc, old, new)):
            self.renamed.emit(new)
        else:
            self._name = old
            self.graph_name.set_value(old)

    def _set_kind(self, kind: Any) -> None:
        new_type, form = _AS_TYPE[str(kind)]

        def edit(doc: Document) -> Document:
            entry = doc.input(self._name) or {}
            changed = ops.set_input_member(doc, self._name, "type", new_type)
            if entry.get("type") != new_type:
                changed = ops.set_input_member(changed, self._name, "default", REMOVE)
            if new_type == "select" and not entry.get("options"):
                options = [{"value": "first", "label": "First"}, {"value": "second", "label": "Second"}]
                changed = ops.set_input_member(changed, self._name, "options", options)
            if new_type not in _MANY:
                changed = ops.set_input_member(changed, self._name, "multiple", REMOVE)
            schema = {k: v for k, v in _schema(entry).items() if k != "format"}
            if form is not None:
                schema["format"] = form
            return ops.set_input_member(changed, self._name, "jsonSchema", schema or REMOVE)

        self._editor.apply(f"Change the type of {self._name}", edit)

    def _set_many(self, on: Any) -> None:
        def edit(doc: Document) -> Document:
            changed = ops.set_input_member(doc, self._name, "multiple", {"min": 1, "max": 6} if on else REMOVE)
            return ops.set_input_member(changed, self._name, "default", REMOVE)

        self._editor.apply(f"Let {self._name} take {'several' if on else 'one'}", edit)

    def _set_length(self, member: str, value: Any) -> None:
        entry = self._editor.document.value.input(self._name) or {}
        lengths = entry.get("multiple")
        if value is not UNSET and isinstance(lengths, dict):
            self._set("multiple", {**lengths, member: int(value)}, f"Change how many {self._name} takes", typing=True)

    def _set_schema(self, member: str, value: Any, *, typing: bool = False) -> None:
        entry = self._editor.document.value.input(self._name) or {}
        schema = {k: v for k, v in _schema(entry).items() if k != member}
        if value is not UNSET:
            schema[member] = value
        self._set("jsonSchema", schema or REMOVE, f"Change {self._name}", typing=typing, part=member)

    def _set(self, member: str, value: Any, step: str, *, typing: bool = False, part: str = "") -> None:
        self._editor.apply(
            step,
            lambda doc: ops.set_input_member(doc, self._name, member, value),
            gesture=f"input.{self._name}.{member}.{part}" if typing else "",
        )

    def _options(self) -> list[dict[str, Any]]:
        entry = self._editor.document.value.input(self._name) or {}
        options = entry.get("options")
        return [option for option in options if isinstance(option, dict)] if isinstance(options, list) else []

    def _titled(self, layout: "QVBoxLayout | QHBoxLayout", words: str, field: Field) -> None:
        field.set_name(words)
        field.finished.connect(self._editor.end_gesture)
        column = QVBoxLayout()
        column.setSpacing(theme().px("space.2"))
        column.addWidget(Label(words, "body", "secondary"))
        column.addWidget(field)
        layout.addLayout(column)

    def _add(self, part: QWidget, stretch: int = 0) -> None:
        self._parts.append(part)
        self._row.addWidget(part, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is at the right needs its room too."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._left is not None:
            shade = theme()
            self._left.setFixedWidth(max(shade.px(200), min(shade.px(300), round(self.width() * 0.4))))

    def _clear(self) -> None:
        self._left = self._line = None
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []


def _schema(entry: Json) -> dict[str, Any]:
    found = entry.get("jsonSchema")
    return dict(found) if isinstance(found, dict) else {}
