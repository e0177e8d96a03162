"""Text and lines."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from studio.ui.theme import on_theme_changed, theme

Role = Literal["primary", "secondary", "muted", "danger", "success"]


class _Label(QLabel):
    def __init__(self, text: str, style: str, role: Role, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self._style = style
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._restyle()
        on_theme_changed(self, self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme().font(self._style))


def label(text: str = "", style: str = "body", role: Role = "primary", parent: QWidget | None = None,
          *, wrap: bool = False) -> QLabel:  # fmt: skip
    """Return a plain-text label in a text style of the tokens."""
    out = _Label(text, style, role, parent)
    out.setWordWrap(wrap)
    return out


class Hairline(QFrame):
    """A line one device pixel thin, between panes or under a header."""

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("hairline")
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
