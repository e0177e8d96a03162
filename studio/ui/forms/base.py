"""What every field of a form has."""

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from studio.ui.theme import theme
from studio.ui.widgets.buttons import set_property

UNSET: Final = object()
"""The value of a field that says nothing."""


class Field(QWidget):
    """What every field has.

    Signals:
        edited(object): the person changed the value (``UNSET`` for emptied).
        finished(): the edit is over.
    """

    edited = Signal(object)
    finished = Signal()

    def value(self) -> Any:
        """What is in the field; ``UNSET`` when nothing."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show *value* without a signal."""
        raise NotImplementedError

    def set_wrong(self, wrong: bool) -> None:
        """Outline the field in red, or not."""
        for part in self.findChildren(QWidget):
            if isinstance(part, QLineEdit | QPlainTextEdit | QComboBox):
                set_property(part, "wrong", wrong)

    def set_name(self, name: str) -> None:
        """Name the parts for screen readers."""
        for part in self.findChildren(QWidget):
            if part.focusPolicy() != Qt.FocusPolicy.NoFocus and not part.accessibleName():
                part.setAccessibleName(name)


def row_of(field: QWidget) -> QHBoxLayout:
    """Give *field* an empty row without margins."""
    row = QHBoxLayout(field)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme().px("space.4"))
    return row
