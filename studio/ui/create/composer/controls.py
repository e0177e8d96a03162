"""The small painted controls of the composer's toolbar."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.ui.create import look


class SendButton(QAbstractButton):
    """A circle of 34: off, ready to send, or stop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stops = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_state(stops=False, ready=False, reason="")

    @property
    def stops(self) -> bool:
        """Whether a press stops the turn."""
        return self._stops

    def show_state(self, *, stops: bool, ready: bool, reason: str) -> None:
        """Show what a press does; *reason* says why it does nothing."""
        self._stops = stops
        self.setEnabled(stops or ready)
        self.setAccessibleName("Stop" if stops else "Send message")
        self.setToolTip("Stop (Esc)" if stops else "Send (Enter)" if ready else reason or "Write something first")
        self.update()

    def sizeHint(self) -> QSize:
        """34 × 34."""
        return QSize(look.px(34), look.px(34))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint circle and sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        key = "primary.hover" if self.underMouse() else "primary.bg"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            look.color((key if not self.isDown() else "primary.pressed") if self.isEnabled() else "primary.disabledBg")
        )
        painter.drawEllipse(QRectF(self.rect()))
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self._stops:
            side = look.px(11)
            painter.setBrush(look.color("primary.text"))
            painter.drawRoundedRect(QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side), 2, 2)
        else:
            size = look.px(18)
            color = "primary.text" if self.isEnabled() else "primary.disabledText"
            pixmap = look.pixmap("send", size, color, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(middle.x() - size / 2, middle.y() - size / 2), pixmap)
        if self.hasFocus():
            painter.setPen(QPen(look.color("focus.ring"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))


class PickerButton(QAbstractButton):
    """Icon, words and a chevron; opens the model picker."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._name = name
        self._widest_px = 200
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_words(self, words: str) -> None:
        """Show the present choice."""
        self.setText(words)
        self.setAccessibleName(f"{self._name}: {words}")
        self.setToolTip(f"{self._name}: {words}")
        self.updateGeometry()
        self.update()

    def set_widest(self, pixels: int) -> None:
        """Elide the words beyond this width."""
        self._widest_px = pixels
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Icon, words, chevron."""
        words = QFontMetrics(look.font("bodyStrong")).horizontalAdvance(self.text())
        return QSize(min(look.px(self._widest_px), words + look.px(50)), look.px(28))

    def minimumSizeHint(self) -> QSize:
        """The icon and a few letters."""
        return QSize(look.px(70), look.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, icon, words and chevron."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self.devicePixelRatioF()
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("fill.pressed" if self.isDown() else "fill.hover"))
            painter.drawRoundedRect(self.rect(), look.px(7), look.px(7))
        middle = self.height() // 2
        icon = look.pixmap(self._icon, look.px(14), "text.secondary", ratio)
        painter.drawPixmap(look.px(6), middle - look.px(7), icon)
        chevron = look.pixmap("chevron-down", look.px(12), "text.muted", ratio)
        painter.drawPixmap(self.width() - look.px(18), middle - look.px(6), chevron)
        painter.setFont(look.font("bodyStrong"))
        painter.setPen(look.color("text.secondary"))
        room = self.rect().adjusted(look.px(26), 0, -look.px(20), 0)
        words = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        _paint_focus(self, painter)


class ToolsChoiceControl(QWidget):
    """Off, Creative, Agent: one Tab stop, arrow keys inside.

    Signals:
        chosen(str): key of the chosen segment.
    """

    chosen = Signal(str)

    def __init__(self, segments: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """*segments* are (key, words, tooltip)."""
        super().__init__(parent)
        self._segments = tuple(segments)
        self._value = segments[0][0]
        self._hover = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.set_value(self._value)

    @property
    def value(self) -> str:
        """Key of the chosen segment."""
        return self._value

    def set_value(self, key: str) -> None:
        """Choose a segment without telling."""
        self._value = key
        words = next((words for k, words, _ in self._segments if k == key), "")
        self.setAccessibleName(f"Tools: {words}")
        self.update()

    def sizeHint(self) -> QSize:
        """Height 26."""
        return QSize(sum(self._widths()) + look.px(4), look.px(26))

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the segment under the pointer."""
        at = self._index_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self._choose(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the segment under the pointer."""
        at = self._index_at(event.position().x())
        if at != self._hover:
            self._hover = at
            self.setToolTip(self._segments[at][2] if at >= 0 else "")
            self.update()

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the pointer."""
        self._hover = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose."""
        keys = [key for key, _, _ in self._segments]
        at = keys.index(self._value) if self._value in keys else 0
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key())
        )
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(max(0, min(len(keys) - 1, at + step)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, the chosen plate and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("border.default"))
        painter.setBrush(look.color("bg.input"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(7), look.px(7))
        painter.setFont(look.font("bodyStrong"))
        x = float(look.px(2))
        for number, ((key, words, _), width) in enumerate(zip(self._segments, self._widths(), strict=True)):
            box = QRectF(x, look.px(3), width, self.height() - look.px(6))
            on = key == self._value
            if on:
                painter.setPen(look.color("border.strong"))
                painter.setBrush(look.color("bg.raised"))
                painter.drawRoundedRect(box.adjusted(0.5, -0.5, -0.5, 0.5), look.px(5), look.px(5))
            painter.setPen(look.color("text.primary" if on or number == self._hover else "text.secondary"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            x += width
        _paint_focus(self, painter)

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(look.font("bodyStrong"))
        return [metrics.horizontalAdvance(words) + look.px(20) for _, words, _ in self._segments]

    def _index_at(self, x: float) -> int:
        edge = look.px(2)
        for number, width in enumerate(self._widths()):
            if edge <= x < edge + width:
                return number
            edge += width
        return -1

    def _choose(self, at: int) -> None:
        key = self._segments[at][0]
        if key != self._value:
            self.set_value(key)
            self.chosen.emit(key)


def _paint_focus(widget: QWidget, painter: QPainter) -> None:
    if widget.hasFocus():
        painter.setPen(QPen(look.color("focus.ring"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), look.px(6), look.px(6))
