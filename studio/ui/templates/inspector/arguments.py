"""The arguments of a stage's tool as rows: a field, or what the argument is bound to, and a link to bind it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import REMOVE, Stage
from studio.contract.editing.ports import InPort, kind_of_reference, schema_of, spoken
from studio.contract.editing.wires import Wire
from studio.contract.templates.bindings import Binding
from studio.ui.forms.fields import (
    UNSET,
    ChoiceField,
    ColourField,
    Field,
    LongTextField,
    NumberField,
    SeedField,
    field_for,
)
from studio.ui.forms.reference_colours import ReferenceColours
from studio.ui.settings.parts import IconLabel
from studio.ui.templates.graph.facts import COLOR_OF_KIND, ICON_OF_KIND
from studio.ui.templates.inspector.binding import bind_menu, popup, source_words
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import ElidedLabel, Label

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel


_NAMES: Final = {
    "bpm": "Tempo", "keyscale": "Key", "timesig": "Time signature", "srt": "Subtitles (SRT)", "loras": "LoRAs",
    "numberOfVariations": "Variations", "url": "Address", "gptImageQuality": "GPT Image quality",
    "gptImageBackground": "GPT Image background", "gptImageOutputCompression": "GPT Image compression",
}  # fmt: skip
_ITEM_WORDS: Final = {"value": "Each of the list", "index": "The number of each"}


def argument_words(name: str) -> str:
    """Return the name of an argument as words: “Source image”, “Number of variations”."""
    if name in _NAMES:
        return _NAMES[name]
    words = spoken(name)
    return words[:1].upper() + words[1:]


class BoundChip(QFrame):
    """What an argument is bound to, with a cross to let go.

    Signals:
        pressed(): choose something else.
        dropped(): let go.
    """

    pressed = Signal()
    dropped = Signal()

    def __init__(self, icon: str, color: str, words: str) -> None:
        super().__init__()
        shade = theme()
        self.setObjectName("boundChip")
        self.setFixedHeight(shade.px("size.control.default"))
        row = QHBoxLayout(self)
        row.setContentsMargins(shade.px("space.4"), 0, shade.px("space.2"), 0)
        row.setSpacing(shade.px("space.3"))
        row.addWidget(IconLabel(icon, 14, color))
        self.words = Button(words, kind="quiet", size="compact", name=f"Bound to {words}; choose something else")
        self.words.setToolTip(words)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = words
        row.addWidget(self.words, 1)
        self.drop = IconButton("close", "Bind to nothing", size=24, icon_size=12)
        row.addWidget(self.drop)
        self.words.clicked.connect(self.pressed)
        self.drop.clicked.connect(self.dropped)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten what has no room."""
        super().resizeEvent(event)
        room = self.words.width() - theme().px("space.4")
        self.words.setText(self.words.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, room))


class ArgumentRow(QWidget):
    """One argument.

    A value that was given has a brighter name; the menu resets it.
    """

    def __init__(self, editor: "EditorModel", stage: Stage, port: InPort) -> None:
        super().__init__()
        self._editor = editor
        self._stage_id = stage.id
        self.port = port
        self.schema: Mapping[str, Any] = schema_of(stage.tool, port.name)
        self.field: Field | None = None
        self._colours: ReferenceColours | None = None
        self._known: tuple[object, ...] = ()
        self._chips: list[QWidget] = []
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(shade.px("space.2"))
        head = QHBoxLayout()
        head.setSpacing(shade.px("space.3"))
        self.title = ElidedLabel(argument_words(port.name), "body", "secondary")
        said = self.schema.get("description")
        self.title.setToolTip(said if isinstance(said, str) else "")
        self.note = Label("", "small", "muted")
        self.link = IconButton("link", f"Bind {argument_words(port.name).lower()}…", size=24, icon_size=14)
        head.addWidget(self.title, 1)
        head.addWidget(self.note)
        head.addWidget(self.link)
        column.addLayout(head)
        self._body = QVBoxLayout()
        self._body.setSpacing(shade.px("space.2"))
        column.addLayout(self._body)
        self.link.clicked.connect(lambda: popup(bind_menu(editor, self._stage_id, port, self), self.link))
        self.show_stage(stage, ())

    @property
    def is_narrow(self) -> bool:
        """Whether two of them fit beside each other."""
        field = self.field
        return isinstance(field, ChoiceField | SeedField | ColourField) or (
            isinstance(field, NumberField) and field.slider is None
        )

    def show_stage(self, stage: Stage, wires: tuple[Wire, ...]) -> None:
        """Show the present value."""
        value = stage.arguments.get(self.port.name, UNSET)
        mine = [wire for wire in wires if wire.port == self.port.name and wire.form in ("value", "text")]
        whole = [wire for wire in mine if wire.form == "value"]
        # What is being typed stays a text until the field is left.
        typing = self.field is not None and self.field.isAncestorOf(self.field.window().focusWidget() or self)
        bound = not typing and (bool(whole) or (isinstance(value, str) and value.startswith("$")))
        self._show_chips(whole if bound else mine, value, bound)
        if bound or self.port.takes_media:
            self._drop_field()
        else:
            self._show_field(value)
        self.note.setText("required" if self.port.required and value is UNSET else "")
        self.title.set_tone("primary" if value is not UNSET else "secondary")
        if self.field is not None:
            wrong = any(
                problem.member == self.port.name and problem.to_fix
                for problem in self._editor.problems.value.of_node(stage.id)
            )
            self.field.set_wrong(wrong)
        known = tuple((wire.source, wire.output, wire.kind) for wire in mine)
        if self._colours is not None and known != self._known:
            self._colours.rehighlight()  # an input has another kind, or is gone
        self._known = known

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Reset, bind."""
        menu = QMenu(self)
        reset = menu.addAction(icons.icon("undo", 16), "Use the usual value")
        reset.setEnabled(self.port.name in self._stage().arguments)
        reset.triggered.connect(lambda: self._set(UNSET))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def take_focus(self) -> None:
        """Put the keyboard here."""
        target: QWidget = self.field if self.field is not None else self.link
        first = next(
            (part for part in target.findChildren(QWidget) if part.focusPolicy() & Qt.FocusPolicy.TabFocus), target
        )
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_field(self, value: Any) -> None:
        if self.field is None:
            self.field = field_for(self.schema, self.port.name, usual=self.schema.get("default"))
            self.field.set_name(argument_words(self.port.name))
            self.field.edited.connect(self._set)
            self.field.finished.connect(self._left)
            self._body.insertWidget(0, self.field)
            if isinstance(self.field, LongTextField):
                self._colours = ReferenceColours(self.field.edit.document(), self._colour_of)
        self.field.set_value(value)

    def _colour_of(self, binding: Binding) -> str:
        """Return the colour of a reference; what is not there is red."""
        kind = kind_of_reference(self._editor.document.value, binding)
        return COLOR_OF_KIND[kind] if kind is not None else "status.danger"

    def _drop_field(self) -> None:
        if self.field is not None:
            self._colours = None
            self.field.hide()
            self.field.deleteLater()
            self.field = None

    def _show_chips(self, wires: list[Wire], value: Any, bound: bool) -> None:
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = []
        document = self._editor.document.value
        for wire in wires:
            chip = BoundChip(ICON_OF_KIND[wire.kind], COLOR_OF_KIND[wire.kind], source_words(document, wire))
            chip.pressed.connect(self.link.click)
            chip.dropped.connect(lambda wire=wire: self._disconnect(wire))
            self._add(chip)
        if bound and not wires:
            root, _, rest = str(value).partition(".")
            words = _ITEM_WORDS.get(rest, f"“{rest}” of each") if root == "$item" and rest else str(value)
            kind = self.port.kind if root == "$item" else "data"
            chip = BoundChip(ICON_OF_KIND[kind], COLOR_OF_KIND[kind], words)
            chip.pressed.connect(self.link.click)
            chip.dropped.connect(lambda: self._set(UNSET))
            self._add(chip)
        elif self.port.takes_media and not wires:
            given = "" if value is UNSET else f"piece {value}"
            choose = Button(given or "Choose what goes in…", icon="link", name=f"Bind {argument_words(self.port.name)}")
            choose.clicked.connect(self.link.click)
            self._add(choose)

    def _add(self, widget: QWidget) -> None:
        self._chips.append(widget)
        self._body.addWidget(widget)

    def _left(self) -> None:
        self._editor.end_gesture()
        value = self._stage().arguments.get(self.port.name)
        if isinstance(value, str) and value.startswith("$"):
            self.show_stage(self._stage(), tuple(w for w in self._editor.wires if w.target == self._stage_id))

    def _disconnect(self, wire: Wire) -> None:
        self._editor.apply(f"Disconnect {argument_words(self.port.name)}", lambda doc: ops.disconnect(doc, wire))

    def _set(self, value: Any) -> None:
        new = REMOVE if value is UNSET else value
        gesture = f"{self._stage_id}.{self.port.name}" if isinstance(self.field, LongTextField) or self.field else ""
        self._editor.apply(
            f"Change {argument_words(self.port.name).lower()} of {self._stage().label}",
            lambda doc: ops.set_argument(doc, self._stage_id, self.port.name, new),
            gesture=gesture,
        )

    def _stage(self) -> Stage:
        return self._editor.document.value.stage(self._stage_id)
