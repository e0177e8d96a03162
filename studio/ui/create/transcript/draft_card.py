"""Below the line of a call that drafted a template: the way into the editor."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.create import look
from studio.ui.create.buttons import CardButton
from studio.viewmodels.state import ToolItem

_HEIGHT_PX = 32


class DraftCard(QWidget):
    """``Open in the editor`` and how many stages there are.

    Signals:
        open_wanted: the button was pressed.
    """

    open_wanted = Signal()

    def __init__(self, item: ToolItem, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = _facts(item)
        self.setAccessibleName(f"Template, {self._words}")
        self._open = CardButton("Open in the editor", icon="templates", height_px=_HEIGHT_PX, parent=self)
        self._open.clicked.connect(self.open_wanted)

    @staticmethod
    def height_for(_width_px: int) -> int:
        """Height of the row."""
        return look.px(_HEIGHT_PX)

    @property
    def button(self) -> CardButton:
        """The button."""
        return self._open

    def resizeEvent(self, _event: object) -> None:
        """The button stands under the words of the line above."""
        size: QSize = self._open.sizeHint()
        self._open.setGeometry(look.px(24), 0, size.width(), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and facts."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.color("bg.app"))
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text.muted"))
        left = self._open.geometry().right() + look.px(12)
        room = self.rect().adjusted(left, 0, 0, 0)
        words = QFontMetrics(painter.font()).elidedText(self._words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def _facts(item: ToolItem) -> str:
    draft = item.draft or {}
    name = draft.get("name")
    parts = [name] if isinstance(name, str) and name.strip() else []
    for member, word in (("stages", "stage"), ("inputs", "input")):
        found = draft.get(member)
        count = len(found) if isinstance(found, list) else 0
        if count:
            parts.append(f"{count} {word}{'' if count == 1 else 's'}")
    return " · ".join(parts)
