"""The keyboard focus ring: one overlay per window that follows the focused control.

A style sheet can only draw inside a widget; the ring of the design lies outside it.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from studio.ui.guard import guarded
from studio.ui.theme import theme
from studio.ui.widgets.painting import focus_ring
from studio.ui.widgets.pointer import PROPERTY

# These show focus themselves: fields by their border, views by the ring of their current row.
_OWN = (QLineEdit, QComboBox, QAbstractItemView, QAbstractScrollArea)
_FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show, QEvent.Type.LayoutRequest)


class FocusRing(QWidget):
    """Shows the ring when focus moved by the keyboard; the window calls ``by_keyboard`` before such a move."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)
        theme().on_change(self, self._follow)

    def by_keyboard(self) -> None:
        """The next move of focus comes from the keyboard."""
        self._keyboard = True

    def target(self) -> QWidget | None:
        """The control the ring is around; None while it is hidden."""
        return self._target if self.isVisible() else None

    @guarded(False)
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the control and everything it lies in."""
        if event.type() in _FOLLOWED:
            self._follow()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring."""
        margin = self._margin()
        box = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        focus_ring(QPainter(self), box, theme().px("radius.control"))

    def _moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        for watched in self._watched:
            watched.removeEventFilter(self)
        self._watched.clear()
        if now is None or now.window() is not self._window:
            self._target = None
            self.hide()
            return
        keyboard = self._keyboard and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
        self._keyboard = False
        if bool(self._window.property(PROPERTY)) != keyboard:
            self._window.setProperty(PROPERTY, keyboard)
            now.update()
        own = isinstance(now, _OWN) or now.property("focusRing") == "own"
        self._target = now if keyboard and not own else None
        if self._target is not None:
            widget: QWidget | None = now
            while widget is not None and widget is not self._window:
                widget.installEventFilter(self)
                self._watched.append(widget)
                widget = widget.parentWidget()
        self._follow()

    def _margin(self) -> int:
        shade = theme()
        width = "stroke.focusHighContrast" if shade.is_high_contrast else "stroke.focus"
        return shade.px(width) + shade.px("stroke.focusGap")

    def _follow(self) -> None:
        target = self._target
        if target is None or not target.isVisible():
            self.hide()
            return
        margin = self._margin()
        corner = target.mapTo(self._window, QPoint(0, 0))
        self.setGeometry(
            corner.x() - margin, corner.y() - margin, target.width() + 2 * margin, target.height() + 2 * margin
        )
        self.show()
        self.raise_()
