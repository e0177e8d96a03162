"""The popover at the rail's connection item: three radio rows and the way to Settings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from studio.ui.guard import guarded
from studio.ui.rail import DOTS
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import elided, rounded
from studio.ui.widgets.pointer import is_keyboard_focus
from studio.ui.widgets.popover import Popover

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel
    from studio.viewmodels.state import ConnectionKind

KINDS: tuple[tuple["ConnectionKind", str, str, str], ...] = (
    ("local", "This computer", "computer", "Works offline, free"),
    ("supernet", "Sogni Supernet", "supernet", "Every model and tool, paid per piece"),
    ("custom", "Custom", "plug", "Any service that speaks the OpenAI format"),
)


class ConnectionRow(QAbstractButton):
    """A radio row: mark, icon, name and one line about its state."""

    def __init__(self, name: str, icon: str, line: str, dot_key: str = "") -> None:
        super().__init__()
        self._icon_name, self._line, self._dot = icon, line, dot_key
        self.setText(name)
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{name}, {line}")
        self.setProperty("focusRing", "own")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @guarded(QSize(300, 48))
    def sizeHint(self) -> QSize:
        """48 high."""
        return QSize(theme().px(300), theme().px(48))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses; arrows are the popover's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        shade, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or is_keyboard_focus(self) or self.isDown():
            rounded(painter, QRectF(self.rect()), shade.px("radius.control"), shade.color("fill.pressed"))
        on, middle = self.isChecked(), self.height() / 2
        center, radius = QPointF(shade.px(20), middle), 7.5 * shade.scale
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(shade.color("accent.base" if on else "border.control"), 1.5 * shade.scale))
        painter.drawEllipse(center, radius, radius)
        if on:
            painter.setBrush(shade.color("accent.base"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(center, radius - shade.px(3), radius - shade.px(3))
        edge = shade.px(18)
        picture = icons.pixmap(self._icon_name, 18, "text.secondary", self.devicePixelRatioF())
        painter.drawPixmap(QPointF(shade.px(38), middle - edge / 2), picture)
        left, width = shade.px(66), self.width() - shade.px(66) - shade.px(24)
        painter.setFont(shade.font("bodyStrong"))
        painter.setPen(shade.color("text.primary"))
        elided(painter, QRect(left, round(middle) - shade.px(18), width, shade.px(18)), self.text())
        painter.setFont(shade.font("small"))
        painter.setPen(shade.color("text.secondary"))
        elided(painter, QRect(left, round(middle), width, shade.px(16)), self._line)
        if self._dot:
            size = shade.px("space.4")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade.color(self._dot))
            painter.drawEllipse(QRectF(self.width() - shade.px(20), middle - size / 2, size, size))


class ConnectionPopover(Popover):
    """Choose what makes the next piece.

    Signals:
        settings_wanted(): *Settings…* was pressed.
    """

    settings_wanted = Signal()

    def __init__(self, connection: "ConnectionModel", window: QWidget) -> None:
        super().__init__(window, name="Connection", width=320)
        self._connection = connection
        column = self.column()
        heading = Label("Where your work is made", "caption", "muted")
        heading.setContentsMargins(theme().px("space.4"), theme().px("space.2"), 0, theme().px("space.2"))
        column.addWidget(heading)
        for kind, name, icon, line in KINDS:
            current = kind == connection.kind.value
            dot = DOTS[connection.reachability.value][0] if current else ""
            row = ConnectionRow(name, icon, connection.words.value if current else self._line(kind, line), dot)
            row.setChecked(current)
            row.clicked.connect(lambda _on=False, kind=kind: self._choose(kind))
            column.addWidget(row)
        more = Button("Settings…", kind="quiet", icon="settings", size="compact")
        more.clicked.connect(self._settings)
        column.addSpacing(theme().px("space.2"))
        column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _line(self, kind: "ConnectionKind", line: str) -> str:
        if kind == "supernet" and not self._connection.has_key(kind):
            return "Needs an API key"
        if kind == "custom" and not self._connection.custom_url.value:
            return "Needs an address"
        return line

    def _choose(self, kind: "ConnectionKind") -> None:
        self.close_popover()
        ready = kind == "local" or (
            self._connection.has_key(kind) if kind == "supernet" else bool(self._connection.custom_url.value)
        )
        if ready:
            self._connection.switch(kind)
        else:
            self.settings_wanted.emit()

    def _settings(self) -> None:
        self.close_popover()
        self.settings_wanted.emit()
