"""A popover: a small raised frame over the window's content.

It is a child of the window, not a window: no compositor is needed for its shadow, and pictures of the
window show it.
"""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsDropShadowEffect, QVBoxLayout, QWidget
from shiboken6 import isValid

from studio.ui.guard import guarded
from studio.ui.theme import theme

Side = Literal["below", "above", "right"]


class Popover(QFrame):
    """Shown beside an anchor until Esc, a press outside, or ``close_popover``; focus goes back afterwards.

    Put content into ``layout()``. Arrow keys move between its controls.

    Signals:
        closed(): it is gone.
    """

    closed = Signal()

    def __init__(self, window: QWidget, *, name: str, width: float = 0) -> None:
        super().__init__(window)
        self._over = window
        self.setObjectName("popover")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "own")
        self._width = width
        self._before: QWidget | None = None
        pad = theme().px("space.3")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.setSpacing(theme().px("space.1"))
        self.hide()

    def column(self) -> QVBoxLayout:
        """The column to put content into."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        return layout

    def open_at(self, anchor: QWidget, side: Side = "below", align: Literal["left", "right"] = "left") -> None:
        """Show it beside *anchor*, wholly inside the window."""
        self._before = QApplication.focusWidget()
        add_shadow(self, "popover")
        if self._width:
            self.setFixedWidth(theme().px(self._width))
        self.adjustSize()
        self.setGeometry(self._place(anchor, side, align))
        self.show()
        self.raise_()
        first = next((w for w in self.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
        (first or self).setFocus(Qt.FocusReason.PopupFocusReason)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def close_popover(self) -> None:
        """Hide it and give focus back; closing twice is harmless."""
        if not self.isVisible():
            return
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        focused = QApplication.focusWidget()
        give_back = focused is None or focused is self or self.isAncestorOf(focused)
        self.hide()
        if self._before is not None and give_back and isValid(self._before):  # it may have gone meanwhile
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.closed.emit()

    @guarded(False)
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Close on a press outside; installed only while it is open."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            at = self.mapFromGlobal(event.globalPosition().toPoint())
            if self.isVisible() and not self.rect().contains(at):
                self.close_popover()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, arrows move."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_popover()
        elif key == Qt.Key.Key_Down:
            self.focusNextChild()
        elif key == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def _place(self, anchor: QWidget, side: Side, align: str) -> QRect:
        window, size = self._over, self.sizeHint()
        if self._width:
            size = QSize(theme().px(self._width), self.heightForWidth(theme().px(self._width)) or size.height())
            size.setHeight(max(size.height(), self.sizeHint().height()))
        box = QRect(anchor.mapTo(window, QPoint(0, 0)), anchor.size())
        gap, edge = theme().px("space.3"), theme().px("space.4")
        x = box.right() - size.width() + 1 if align == "right" else box.left()
        y = box.bottom() + 1 + gap
        if side == "above":
            y = box.top() - gap - size.height()
        elif side == "right":
            x, y = box.right() + 1 + gap, box.bottom() - size.height()
        x = max(edge, min(x, window.width() - size.width() - edge))
        y = max(edge, min(y, window.height() - size.height() - edge))
        return QRect(QPoint(x, y), size)


def add_shadow(widget: QWidget, level: Literal["popover", "modal"]) -> None:
    """Give *widget* the shadow of its level; none in high contrast."""
    if theme().is_high_contrast:
        widget.setGraphicsEffect(None)  # type: ignore[arg-type]
        return
    shadow = QGraphicsDropShadowEffect(widget)
    shadow.setOffset(QPointF(0, theme().px(f"elevation.{level}.shadow.y")))
    shadow.setBlurRadius(theme().px(f"elevation.{level}.shadow.blur"))
    shadow.setColor(theme().color(f"shadow.{level}"))
    widget.setGraphicsEffect(shadow)
