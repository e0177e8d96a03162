"""References inside a text stand out as pills in the colour of what they bring.

They are colours over the text, not parts of it: undo, copying and the caret know nothing of them.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from studio.contract.templates.bindings import Binding, embedded
from studio.ui.theme import theme

_FILL: Final = 0.18


class ReferenceColours(QSyntaxHighlighter):
    """Colours the references of a document that belongs to a field."""

    def __init__(self, document: QTextDocument, key_of: Callable[[Binding], str]) -> None:
        """*key_of* returns the colour of a reference, as the theme calls it."""
        super().__init__(document)
        self._key_of = key_of
        theme().on_change(self, self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        at = 0
        for binding in embedded(text):
            at = text.index(binding.text, at)
            form, color = QTextCharFormat(), theme().color(self._key_of(binding))
            form.setForeground(color)
            fill = QColor(color)
            fill.setAlphaF(_FILL)
            form.setBackground(fill)
            self.setFormat(_units(text[:at]), _units(binding.text), form)
            at += len(binding.text)


def _units(text: str) -> int:
    """Return how many characters Qt counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
