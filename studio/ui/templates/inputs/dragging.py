"""Rows that are dragged into another order: a line shows where one would go, and letting go moves it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.theme import theme


class RowDrag:
    """A press on a row and what followed."""

    def __init__(self, row: QWidget) -> None:
        self._row = row
        self._from: QPointF | None = None

    def press(self, event: QMouseEvent) -> None:
        """Begin."""
        self._from = event.globalPosition() if event.button() == Qt.MouseButton.LeftButton else None

    def places(self, event: QMouseEvent) -> int:
        """Return by how many rows it was dragged; below 0 upwards."""
        if self._from is None:
            return 0
        return round((event.globalPosition().y() - self._from.y()) / max(1, self._row.height()))

    def release(self, event: QMouseEvent) -> int:
        """End, and return by how many rows it is to go."""
        places, self._from = self.places(event), None
        return places


class DropLine(QWidget):
    """The line between two rows where a dragged one would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, rows: Sequence[QWidget], number: int, places: int) -> None:
        """Show where the row of a number would go; nothing where it stays."""
        target = max(0, min(len(rows) - 1, number + places))
        self.setVisible(target != number)
        if target == number:
            return
        box, thick = rows[target].geometry(), theme().px("stroke.selected")
        self.setGeometry(box.x(), box.y() + (box.height() if target > number else 0) - thick // 2, box.width(), thick)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        QPainter(self).fillRect(self.rect(), theme().color("accent.base"))
