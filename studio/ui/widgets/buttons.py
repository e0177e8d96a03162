"""Buttons: primary, default, quiet, danger, link; icon buttons; an icon over a word."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from studio.ui.theme import icons, theme
from studio.ui.widgets.spinner import Spin

Kind = Literal["default", "primary", "quiet", "danger", "link"]
Size = Literal["compact", "default", "large"]
_ICON_KEYS: dict[str, tuple[str, str]] = {
    "default": ("text.primary", "text.primary"),
    "primary": ("primary.text", "primary.text"),
    "quiet": ("text.secondary", "text.primary"),
    "danger": ("status.onDangerButton", "status.onDangerButton"),
    "link": ("accent.text", "accent.strong"),
}


class Button(QPushButton):
    """A push button in one of the kinds of the design; Enter presses it too."""

    def __init__(
        self,
        text: str,
        *,
        kind: Kind = "default",
        icon: str = "",
        size: Size = "default",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind: Kind = kind
        self._icon_name = icon
        self._words = text
        self._spin: Spin | None = None
        self.setProperty("kind", kind)
        self.setProperty("buttonSize", size)
        self.setAccessibleName(name or text)
        self.setAutoDefault(False)
        self._restyle()
        theme().on_change(self, self._restyle)

    def set_icon_name(self, icon: str) -> None:
        """Show another icon; empty for none."""
        self._icon_name = icon
        self._restyle()

    def set_words(self, text: str) -> None:
        """Change what the button says, also to screen readers."""
        self._words = text
        self.setText(text)
        self.setAccessibleName(text)

    def set_working(self, working: bool, verb: str = "") -> None:
        """Show a turning ring and *verb* ("Making…") instead of the words; the width is kept."""
        if working == (self._spin is not None):
            return
        if working:
            self.setMinimumWidth(self.width())
            self._spin = Spin(self, self._turn)
            self.setText(verb or self._words)
        else:
            if self._spin is not None:
                self._spin.stop()
            self._spin = None
            self.setMinimumWidth(0)
            self.setText(self._words)
        self.setEnabled(not working)
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)

    def _turn(self) -> None:
        if self._spin is not None:
            self.setIcon(QIcon(self._spin.pixmap(theme().px(14), "text.muted", self.devicePixelRatioF())))

    def _restyle(self) -> None:
        edge = theme().px(14 if self.property("buttonSize") == "compact" else 16)
        # The icon's box is wider than the icon: Qt sets only 4 px between it and the words.
        self.setIconSize(QSize(edge + theme().px("space.1") if self.text() else edge, edge))
        if self._spin is not None:
            self._turn()
        elif self._icon_name:
            self.setIcon(icons.icon(self._icon_name, 16, *_ICON_KEYS[self._kind]))
        else:
            self.setIcon(QIcon())


class IconButton(QToolButton):
    """A button that shows only an icon; its *name* is tooltip and accessible name."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        size: float = 32,
        icon_size: float = 18,
        color_key: str = "text.secondary",
        shortcut: str = "",
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name, self._size, self._icon_size, self._color_key = icon, size, icon_size, color_key
        self._shortcut = shortcut
        self.setProperty("kind", "icon")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCheckable(checkable)
        self.set_name(name)
        self._restyle()
        theme().on_change(self, self._restyle)

    def set_name(self, name: str, reason: str = "") -> None:
        """Name the button; *reason* says why it is off."""
        self.setAccessibleName(name)
        keys = QKeySequence(self._shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip("\n".join(filter(None, (f"{name}  {keys}" if keys else name, reason))))

    def set_icon_name(self, icon: str, color_key: str = "") -> None:
        """Show another icon."""
        self._icon_name = icon
        self._color_key = color_key or self._color_key
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)

    def _restyle(self) -> None:
        self.setFixedSize(theme().px(self._size), theme().px(self._size))
        edge = theme().px(self._icon_size)
        self.setIconSize(QSize(edge, edge))
        self.setIcon(icons.icon(self._icon_name, self._icon_size, self._color_key))


class ActionButton(QToolButton):
    """An icon over a word, as in the selection bar."""

    def __init__(self, icon: str, text: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self.setText(text)
        self.setProperty("kind", "action")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name or text)
        self.setToolTip(name or text)
        self._restyle()
        theme().on_change(self, self._restyle)

    def set_available(self, available: bool, reason: str = "") -> None:
        """Switch the button on or off; the tooltip gives the *reason*."""
        self.setEnabled(available)
        self.setToolTip(self.accessibleName() if available else f"{self.accessibleName()}\n{reason}")
        self.setAccessibleDescription("" if available else reason)

    def _restyle(self) -> None:
        edge = theme().px(18)
        self.setIconSize(QSize(edge, edge))
        self.setIcon(icons.icon(self._icon_name, 18))
        self.setMinimumSize(theme().px(44), theme().px(46))


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a dynamic property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        repolish(widget)
        widget.updateGeometry()
