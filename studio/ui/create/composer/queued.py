"""A message that waits until the present turn has ended."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.create import look
from studio.ui.create.buttons import CardButton


class QueuedRow(QWidget):
    """``Next: …`` with Send now, Edit and Delete.

    Signals:
        send_wanted, edit_wanted, drop_wanted: a button was pressed.
    """

    send_wanted = Signal()
    edit_wanted = Signal()
    drop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, look.px(6), 0)
        row.setSpacing(look.px(2))
        row.addStretch(1)
        self._buttons = []
        for words, icon, signal in (
            ("Send now", "send", self.send_wanted),
            ("Edit", "pencil", self.edit_wanted),
            ("Delete", "trash", self.drop_wanted),
        ):
            button = CardButton(
                words if words == "Send now" else "",
                icon=icon,
                name=words,
                height_px=26,
                kind="quiet" if words == "Send now" else "icon",
                parent=self,
            )
            button.clicked.connect(signal)
            row.addWidget(button)
            self._buttons.append(button)
        self._buttons[0].setToolTip("Stops what is working and sends this at once")
        self.setFixedHeight(look.px(36))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show the waiting message; empty hides the row."""
        self._text = text
        self.setVisible(bool(text))
        self.setAccessibleName(f"Waits as the next message: {text}")
        self.setToolTip(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the plate and the words before the buttons."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("border.subtle"))
        painter.setBrush(look.color("bg.input"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(7), look.px(7))
        icon = look.pixmap("clock", look.px(14), "text.muted", self.devicePixelRatioF())
        painter.drawPixmap(look.px(10), (self.height() - look.px(14)) // 2, icon)
        painter.setFont(look.font("small"))
        left = look.px(32)
        painter.setPen(look.color("text.muted"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        metrics = QFontMetrics(painter.font())
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, "Next:")
        left += metrics.horizontalAdvance("Next:") + look.px(6)
        painter.setPen(look.color("text.primary"))
        room = self._buttons[0].x() - left - look.px(8)
        words = metrics.elidedText(self._text.replace("\n", " "), Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, words)
