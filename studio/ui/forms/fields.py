"""Fields: text, long text, number, choice, pictures to choose from, yes or no, colour, seed, list and JSON.

Every field has ``value()``, ``set_value()`` and emits ``edited(value)`` when the person changed it; ``UNSET`` is “not
given”. ``finished`` comes when a run of edits is over (focus left, slider let go).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDoubleValidator,
    QFocusEvent,
    QIntValidator,
    QKeyEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QLineEdit,
    QPlainTextEdit,
    QSlider,
)

from studio.ui.forms.base import UNSET, Field, row_of
from studio.ui.forms.choosing import (
    ChoiceField,
    ChoicesField,
    ColourField,
    PictureChoiceField,
    SeedField,
    SegmentField,
    SwitchField,
)
from studio.ui.theme import theme
from studio.ui.widgets.buttons import set_property
from studio.ui.widgets.labels import Label

_STEPS: Final = 1000


class TextField(Field):
    """One line."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        row_of(self).addWidget(self.line)
        self.line.textEdited.connect(lambda text: self.edited.emit(text or UNSET))
        self.line.editingFinished.connect(self.finished)

    def value(self) -> Any:
        """The text."""
        return self.line.text() or UNSET

    def set_value(self, value: Any) -> None:
        """Show a text."""
        text = "" if value is UNSET or value is None else str(value)
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)  # a long text is read from its beginning


class _Long(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Tab:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Backtab:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)


class LongTextField(Field):
    """Several lines; as high as its text, within bounds."""

    def __init__(self, placeholder: str = "", *, lines: int = 3, most_lines: int = 10) -> None:
        super().__init__()
        self._lines, self._most = lines, most_lines
        self.edit = _Long()
        self.edit.setPlaceholderText(placeholder)
        self.edit.setProperty("field", True)
        self.edit.setTabChangesFocus(True)
        row_of(self).addWidget(self.edit)
        self._text = ""
        self.edit.textChanged.connect(self._changed)
        self.edit.left.connect(self.finished)
        self._fit()

    def value(self) -> Any:
        """The text."""
        return self.edit.toPlainText() or UNSET

    def set_value(self, value: Any) -> None:
        """Show a text."""
        text = "" if value is UNSET or value is None else str(value)
        if text != self.edit.toPlainText():
            self._text = text
            self.edit.setPlainText(text)
            self._fit()

    def resizeEvent(self, event: Any) -> None:
        """Fit again."""
        super().resizeEvent(event)
        self._fit()

    def _changed(self) -> None:
        text = self.edit.toPlainText()
        if text != self._text:  # Qt tells of new colours too
            self._text = text
            self._fit()
            self.edited.emit(self.value())

    def _fit(self) -> None:
        line = self.edit.fontMetrics().lineSpacing()
        lines = int(self.edit.document().size().height())
        wanted = max(self._lines, min(self._most, lines))
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > self._most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.edit.setVerticalScrollBarPolicy(bar)
        self.edit.setFixedHeight(wanted * line + theme().px(18))


class ListField(LongTextField):
    """A list of texts, one in each line."""

    def value(self) -> Any:
        """The lines that hold something."""
        lines = [line.strip() for line in self.edit.toPlainText().split("\n") if line.strip()]
        return lines or UNSET

    def set_value(self, value: Any) -> None:
        """Show a list."""
        if isinstance(value, list):
            if value != self.value():
                super().set_value("\n".join(str(entry) for entry in value))
        else:
            super().set_value(value)


class NumbersField(ListField):
    """Several numbers, one in each line."""

    def value(self) -> Any:
        """The numbers; a line that is none stays a text, which the form's check names."""
        lines = super().value()
        return lines if lines is UNSET else [_as_number(line) for line in lines]


def _as_number(text: str) -> Any:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number == int(number) else number


class JsonField(LongTextField):
    """A value as JSON, for what has no field of its own."""

    def value(self) -> Any:
        """The value; ``UNSET`` while the text is no JSON."""
        text = self.edit.toPlainText().strip()
        if not text:
            return UNSET
        try:
            return json.loads(text)
        except ValueError:
            return UNSET

    def set_value(self, value: Any) -> None:
        """Show a value."""
        if value is not UNSET and value == self.value():
            return
        super().set_value(UNSET if value is UNSET else json.dumps(value, ensure_ascii=False, indent=1))

    def _changed(self) -> None:
        text = self.edit.toPlainText().strip()
        wrong = bool(text) and self.value() is UNSET
        set_property(self.edit, "wrong", wrong)
        if not wrong:
            super()._changed()
        else:
            self._fit()


class _Slider(QSlider):
    """A slider that the wheel does not move by accident."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class NumberField(Field):
    """A number; with a slider when both ends are known."""

    def __init__(
        self,
        *,
        low: float | None = None,
        high: float | None = None,
        step: float | None = None,
        whole: bool = False,
        unit: str = "",
        usual: float | None = None,
    ) -> None:
        """*usual* is the default, shown in grey while nothing is given."""
        super().__init__()
        self._low, self._high, self._whole, self._step = low, high, whole, step
        shade = theme()
        row = row_of(self)
        self.slider: QSlider | None = None
        if low is not None and high is not None and high > low:
            self.slider = _Slider(Qt.Orientation.Horizontal)
            self.slider.setRange(0, int(high - low) if whole and high - low <= _STEPS else _STEPS)
            self.slider.valueChanged.connect(self._slid)
            self.slider.sliderReleased.connect(self.finished)
            row.addWidget(self.slider, 1)
        self.line = QLineEdit()
        self.line.setFixedWidth(shade.px(84 if self.slider is None else 64))
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        validator = QIntValidator(self) if whole else QDoubleValidator(self)
        self.line.setValidator(validator)
        self._usual = usual
        self.line.setPlaceholderText(_number_text(usual) if usual is not None else "auto")
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self._done)
        row.addWidget(self.line)
        self._quiet = False
        self._show_slider(UNSET)
        if unit:
            row.addWidget(Label(unit, "small", "muted"))
        if self.slider is None:
            row.addStretch(1)

    def value(self) -> Any:
        """The number."""
        text = self.line.text().replace(",", ".").strip()
        try:
            number = float(text)
        except ValueError:
            return UNSET
        return int(number) if number == int(number) else number

    def set_value(self, value: Any) -> None:
        """Show a number."""
        number = _number(value)
        if number is None:
            if self.value() is not UNSET:  # a “-” stays while it is typed
                self.line.clear()
        elif number != self.value():
            self.line.setText(_number_text(number))
        self._show_slider(UNSET if number is None else number)

    def _typed(self, _text: str) -> None:
        value = self.value()
        self._show_slider(value)
        self.edited.emit(value)

    def _done(self) -> None:
        value = self.value()
        if value is not UNSET:
            inside = value
            if self._low is not None:
                inside = max(inside, self._low)
            if self._high is not None:
                inside = min(inside, self._high)
            if inside != value:
                self.set_value(inside)
                self.edited.emit(self.value())
        self.finished.emit()

    def _slid(self, place: int) -> None:
        if self._quiet or self.slider is None or self._low is None or self._high is None:
            return
        number = self._low + (self._high - self._low) * place / self.slider.maximum()
        step = self._step or (1.0 if self._whole else _nice_step(self._high - self._low))
        number = self._low + round((number - self._low) / step) * step
        self.line.setText(_number_text(min(self._high, number)))
        set_property(self.slider, "unset", False)
        self.edited.emit(self.value())

    def _show_slider(self, value: Any) -> None:
        if self.slider is None or self._low is None or self._high is None:
            return
        set_property(self.slider, "unset", value is UNSET)
        given = value if value is not UNSET else self._usual if self._usual is not None else self._low
        number = float(given)
        share = (number - self._low) / (self._high - self._low)
        self._quiet = True
        self.slider.setValue(round(min(1.0, max(0.0, share)) * self.slider.maximum()))
        self._quiet = False


def field_for(schema: Mapping[str, Any], name: str, *, usual: Any = None) -> Field:
    """Return the field that fits a JSON Schema.

    Args:
        name: what it is called; ``seed`` and ``…Color`` get fields of their own.
        usual: the value that is used when none is given.
    """
    kinds = _kinds(schema)
    options = schema.get("enum")
    if isinstance(options, list) and options:
        return ChoiceField([(value, str(value)) for value in options], none=_usual_words(usual))
    lower = name.lower()
    if kinds & {"number", "integer"}:
        if lower == "seed" or schema.get("format") == "seed":
            return SeedField()
        return NumberField(
            low=_number(schema.get("minimum")),
            high=_number(schema.get("maximum")),
            step=_number(schema.get("multipleOf")),
            whole="integer" in kinds and "number" not in kinds,
            unit=_unit(name, schema),
            usual=_number(usual),
        )
    if "boolean" in kinds:
        return ChoiceField([(True, "Yes"), (False, "No")], none=_usual_words(usual))
    if "array" in kinds:
        entries = schema.get("items")
        plain = isinstance(entries, Mapping) and "string" in _kinds(entries) and "enum" not in entries
        return ListField("One in each line", lines=2) if plain else JsonField(lines=3)
    if "object" in kinds:
        return JsonField(lines=3)
    if schema.get("format") == "color" or lower.endswith(("color", "colour")):
        return ColourField()
    if schema.get("format") == "long" or lower in LONG or lower.endswith("prompt"):
        return LongTextField()
    return TextField("" if usual is None else str(usual))


LONG: Final = frozenset(
    {"prompt", "description", "lyrics", "brief", "query", "srt", "text", "script", "systemprompt", "negativeprompt"}
)
"""Names of texts that are long."""


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    said = schema.get("type")
    found = {said} if isinstance(said, str) else set(said) if isinstance(said, list) else set()
    for option in schema.get("anyOf") or schema.get("oneOf") or ():
        if isinstance(option, Mapping):
            found |= _kinds(option)
    return found or {"string"}


def _usual_words(usual: Any) -> str:
    return "As usual" if usual is None else f"As usual: {'yes' if usual is True else 'no' if usual is False else usual}"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _number_text(value: float) -> str:
    return f"{value:.6g}" if value != int(value) or abs(value) >= 1e15 else str(int(value))


def _nice_step(span: float) -> float:
    return 0.01 if span <= 2 else 0.1 if span <= 20 else 1.0 if span <= 2000 else 10.0


def _unit(name: str, schema: Mapping[str, Any]) -> str:
    said = schema.get("x-unit")
    if isinstance(said, str):
        return said
    lower = name.lower()
    if "seconds" in lower or lower in ("duration", "audiostart"):
        return "s"
    if lower in ("width", "height", "targetlongestedge", "targetresolution"):
        return "px"
    return "BPM" if lower == "bpm" else ""


__all__ = [
    "UNSET",
    "ChoiceField",
    "ChoicesField",
    "ColourField",
    "Field",
    "JsonField",
    "ListField",
    "LongTextField",
    "NumberField",
    "NumbersField",
    "PictureChoiceField",
    "SeedField",
    "SegmentField",
    "SwitchField",
    "TextField",
    "field_for",
    "row_of",
]
