"""Buttons of every kind, chips and the segmented choice."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from studio.ui.theme import on_theme_changed, theme
from studio.ui.theme.icons import icon

Kind = Literal["primary", "default", "quiet", "danger"]


class Button(QPushButton):
    """A button with a word; at most one ``primary`` in a view."""

    def __init__(
        self,
        text: str,
        kind: Kind = "default",
        icon_name: str = "",
        parent: QWidget | None = None,
        *,
        compact: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setProperty("compact", compact)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon_name:
            self.setIcon(icon(icon_name, "primary.text" if kind == "primary" else "text.secondary"))
        self._restyle()
        on_theme_changed(self, self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme().font("bodyStrong"))
        self.setIconSize(QSize(theme().px(16), theme().px(16)))


class IconButton(QToolButton):
    """A button with only an icon: it always has a tooltip and an accessible name."""

    def __init__(
        self,
        icon_name: str,
        name: str,
        parent: QWidget | None = None,
        *,
        shortcut: str = "",
        size: int = 28,
        icon_size: int = 16,
        checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._size, self._icon_size = size, icon_size
        self.setCheckable(checkable)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_icon(icon_name, name, shortcut)
        self._restyle()
        on_theme_changed(self, self._restyle)

    def set_icon(self, icon_name: str, name: str, shortcut: str = "") -> None:
        """Show another icon with another name."""
        self.setIcon(icon(icon_name))
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  {shortcut}" if shortcut else name)

    def _restyle(self) -> None:
        self.setFixedSize(theme().px(self._size), theme().px(self._size))
        self.setIconSize(QSize(theme().px(self._icon_size), theme().px(self._icon_size)))


class Chip(QPushButton):
    """A small toggle: a filter with its count."""

    def __init__(
        self, text: str, icon_name: str = "", color_key: str = "text.secondary", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setObjectName("chip")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon_name:
            self.setIcon(icon(icon_name, color_key, color_key))
        self._restyle()
        on_theme_changed(self, self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme().font("small"))
        self.setIconSize(QSize(theme().px(14), theme().px(14)))


class Segmented(QFrame):
    """One choice of a few: a single Tab stop with arrow keys inside.

    Signals:
        chosen: key of the segment that the person chose.
    """

    chosen = Signal(str)

    def __init__(self, segments: Sequence[tuple[str, str, str]], name: str, parent: QWidget | None = None) -> None:
        """*segments* are (key, word, tooltip); *name* is the accessible name of the whole."""
        super().__init__(parent)
        self.setObjectName("segmented")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for key, word, tip in segments:
            button = QPushButton(word, self)
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setAccessibleName(f"{name}: {word}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, key=key: self._choose(key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._restyle()
        on_theme_changed(self, self._restyle)

    def _restyle(self) -> None:
        for button in self._buttons.values():
            button.setFont(theme().font("body"))

    @property
    def key(self) -> str:
        """Key of the chosen segment."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_key(self, key: str) -> None:
        """Choose *key* without emitting."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def set_available(self, key: str, available: bool, reason: str = "") -> None:
        """Switch a segment on or off, with the reason as its tooltip."""
        self._buttons[key].setEnabled(available)
        if reason:
            self._buttons[key].setToolTip(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the choice."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        keys = [key for key, button in self._buttons.items() if button.isEnabled()]
        if self.key in keys:
            self._choose(keys[(keys.index(self.key) + step) % len(keys)])

    def _choose(self, key: str) -> None:
        self._buttons[key].setChecked(True)
        self.chosen.emit(key)
