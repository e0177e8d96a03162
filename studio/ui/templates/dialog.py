"""A dialog inside the window: a frame over a scrim, as the command palette; focus stays in it until it is closed."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import theme
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.labels import ElidedLabel
from studio.ui.widgets.popover import add_shadow


class Overlay(QWidget):
    """A titled frame over the whole window. Esc and the cross close it; a press outside does too when nothing is lost.

    Signals:
        closed(): it is gone.
    """

    closed = Signal()

    def __init__(self, window: QWidget, title: str, *, width: float, height: float) -> None:
        super().__init__(window)
        self._over, self._width, self._height = window, width, height
        self._before: QWidget | None = QApplication.focusWidget()
        self.setAccessibleName(title)
        shade = theme()
        self.frame = QFrame(self)
        self.frame.setObjectName("dialog")
        add_shadow(self.frame, "modal")
        column = QVBoxLayout(self.frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setProperty("ground", "none")
        head.setFixedHeight(shade.px(64))
        self.head = QHBoxLayout(head)
        self.head.setContentsMargins(shade.px("space.7"), 0, shade.px("space.5"), 0)
        self.head.setSpacing(shade.px("space.4"))
        self.title = ElidedLabel(title, "heading")
        self.cross = IconButton("close", "Close", shortcut="Esc", icon_size=16)
        self.cross.clicked.connect(self.leave)
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.cross)
        column.addWidget(head)
        self.body = QHBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        column.addLayout(self.body, 1)
        window.installEventFilter(self)

    def open(self) -> None:
        """Show it."""
        self._place()
        self.show()
        self.raise_()

    def leave(self) -> None:
        """Go away and give focus back; twice is harmless."""
        if self.isHidden() and not self.isVisible():
            return
        self._over.removeEventFilter(self)
        self.hide()
        self.deleteLater()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None
        self.closed.emit()

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the scrim."""
        QPainter(self).fillRect(self.rect(), theme().color("overlay.scrim"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """What is below is out of reach."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    @guarded(False)
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside."""
        parts = [
            part
            for part in _tab_chain(self)
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisibleTo(self) and part.isEnabled()
        ]
        if not parts:
            return True
        focused = QApplication.focusWidget()
        place = parts.index(focused) if focused in parts else -1
        step = 1 if forward else -1
        target = parts[(place + step) % len(parts)] if place >= 0 else parts[0 if forward else -1]
        target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return True

    def _place(self) -> None:
        shade = theme()
        margin = shade.px("space.8")
        self.setGeometry(self._over.rect())
        width = min(shade.px(self._width), self.width() - 2 * margin)
        height = min(shade.px(self._height), self.height() - 2 * margin)
        self.frame.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)


def _tab_chain(root: QWidget) -> list[QWidget]:
    """Return the widgets inside *root* in the order of Tab."""
    found: list[QWidget] = []
    at = root.nextInFocusChain()
    while at is not None and at is not root and len(found) < 2000:
        if root.isAncestorOf(at):
            found.append(at)
        at = at.nextInFocusChain()
    return found
