"""Whether focus came from the keyboard: rings are shown only then."""

from PySide6.QtWidgets import QWidget

PROPERTY = "keyboardFocus"


def is_keyboard_focus(widget: QWidget) -> bool:
    """Return whether *widget* has focus and the last move of focus in its window came from the keyboard."""
    return widget.hasFocus() and bool(widget.window().property(PROPERTY))
