"""Buttons that lie on painted cards: exact to the design in every theme and state."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.ui.create import look

Kind = Literal["primary", "default", "quiet", "icon"]
_COLORS: dict[str, tuple[str, str, str, str]] = {
    # kind: ground, ground under the pointer, ground pressed, text
    "primary": ("primary.bg", "primary.hover", "primary.pressed", "primary.text"),
    "default": ("bg.card", "fill.hover", "fill.pressed", "text.primary"),
    "quiet": ("", "fill.hover", "fill.pressed", "text.secondary"),
    "icon": ("", "fill.hover", "fill.pressed", "text.secondary"),
}


class CardButton(QAbstractButton):
    """A button with an optional icon; ``icon`` kind shows the icon alone and needs a *name*."""

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        kind: Kind = "default",
        name: str = "",
        height_px: int = 28,
        icon_px: int = 16,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._kind: Kind = kind
        self._height_px = height_px
        self._icon_px = icon_px
        self.setText(text)
        self.setAccessibleName(name or text)
        if kind == "icon":
            self.setToolTip(name)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(look.font("bodyStrong"))
        look.on_theme_changed(self, self._restyle)

    def set_icon_name(self, icon: str) -> None:
        """Show another icon."""
        self._icon_name = icon
        self.update()

    def sizeHint(self) -> QSize:
        """Height as given; width by icon and words."""
        height = look.px(self._height_px)
        if self._kind == "icon":
            return QSize(height, height)
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(words + look.px(24) + (look.px(22) if self._icon_name else 0), height)

    def minimumSizeHint(self) -> QSize:
        """The same: words on buttons are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, icon, words and focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ground, hover, pressed, text = _COLORS[self._kind]
        on = self.isDown() or self.isChecked()
        key = (pressed if self.isDown() else hover) if on or self.underMouse() else ground
        if not self.isEnabled():
            key, text = ("primary.disabledBg" if self._kind == "primary" else ""), "text.disabled"
        elif self._kind in ("quiet", "icon") and (self.underMouse() or on):
            text = "text.primary"
        painter.setBrush(look.color(key) if key else QColor(0, 0, 0, 0))
        border = look.color("border.strong" if self.underMouse() else "border.default")
        painter.setPen(border if self._kind == "default" else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, look.px(7), look.px(7))
        self._paint_contents(painter, text)
        if self.hasFocus() and self._keyboard_focus():
            painter.setPen(QPen(look.color("focus.ring"), look.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), look.px(6), look.px(6))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def _paint_contents(self, painter: QPainter, color_key: str) -> None:
        size = look.px(self._icon_px)
        ratio = self.devicePixelRatioF()
        if self._kind == "icon":
            pixmap = look.pixmap(self._icon_name, size, color_key, ratio)
            painter.drawPixmap((self.width() - size) // 2, (self.height() - size) // 2, pixmap)
            return
        left = look.px(12)
        if self._icon_name:
            size = look.px(14)
            pixmap = look.pixmap(self._icon_name, size, color_key, ratio)
            painter.drawPixmap(left - look.px(1), (self.height() - size) // 2, pixmap)
            left += look.px(21)
        painter.setFont(self.font())
        painter.setPen(look.color(color_key))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, self.text())

    def _keyboard_focus(self) -> bool:
        return bool(self.window().property("keyboardFocus")) if self.window() else False

    def _restyle(self) -> None:
        self.setFont(look.font("bodyStrong"))
        self.updateGeometry()
        self.update()
