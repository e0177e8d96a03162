"""Text fields: the search field with its glass and a way to clear it."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import IconButton


class SearchField(QLineEdit):
    """A search field; Esc empties it first, then leaves it to the window."""

    def __init__(self, placeholder: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self._clear = IconButton("close", "Clear the search", size=24, icon_size=12, parent=self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.textChanged.connect(self._show_clear)
        self._restyle()
        theme().on_change(self, self._restyle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the field."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and the glass."""
        super().paintEvent(event)
        shade, painter = theme(), QPainter(self)
        edge = shade.px(14)
        picture = icons.pixmap("search", 14, "text.muted", self.devicePixelRatioF())
        painter.drawPixmap(QPointF(shade.px("space.5"), (self.height() - edge) / 2), picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cross at the right."""
        super().resizeEvent(event)
        edge = self._clear.width()
        self._clear.move(self.width() - edge - theme().px("space.2"), (self.height() - edge) // 2)

    def _show_clear(self, text: str) -> None:
        self._clear.setVisible(bool(text))

    def _restyle(self) -> None:
        self.setTextMargins(theme().px(24), 0, theme().px(20), 0)
