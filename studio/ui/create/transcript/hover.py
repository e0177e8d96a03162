"""Small controls that float over the transcript: actions of the turn under the pointer, and the way down."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from studio.ui.create import look
from studio.ui.create.buttons import CardButton


class HoverBar(QWidget):
    """Copy, edit and try again, for one part of one turn.

    Signals:
        chosen(str): ``copy``, ``edit`` or ``retry``.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._buttons: dict[str, CardButton] = {}
        for name, icon, words in (
            ("copy", "copy", "Copy"),
            ("edit", "pencil", "Edit"),
            ("retry", "retry", "Try again"),
        ):
            button = CardButton(icon=icon, kind="icon", name=words, height_px=26, parent=self)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _on=False, name=name: self.chosen.emit(name))
            row.addWidget(button)
            self._buttons[name] = button
        self.hide()

    def offer(self, names: tuple[str, ...]) -> None:
        """Show only these actions."""
        for name, button in self._buttons.items():
            button.setVisible(name in names)
        self.adjustSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A raised plate."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("border.default"))
        painter.setBrush(look.color("bg.raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(7), look.px(7))


class NewBelowButton(QAbstractButton):
    """Round button that goes to the newest turn; accent while there is something new."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._news = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_news(False)
        self.hide()

    def set_news(self, news: bool) -> None:
        """Say whether something has come since the person scrolled away."""
        self._news = news
        words = "New below" if news else "To the end"
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """A circle, or a pill with words."""
        height = look.px(34)
        return QSize(look.px(116) if self._news else height, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint plate, arrow and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(look.color("accent.border" if self._news else "border.strong"))
        painter.setBrush(
            look.color("accent.fill" if self._news else "fill.hover" if self.underMouse() else "bg.raised")
        )
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        size = look.px(16)
        key = "accent.text" if self._news else "text.secondary"
        left = look.px(12) if self._news else (self.width() - size) // 2
        painter.drawPixmap(
            left, (self.height() - size) // 2, look.pixmap("chevron-down", size, key, self.devicePixelRatioF())
        )
        if self._news:
            painter.setFont(look.font("bodyStrong"))
            painter.setPen(look.color(key))
            painter.drawText(self.rect().adjusted(look.px(34), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
