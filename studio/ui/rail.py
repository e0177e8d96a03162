"""The rail: four workspaces, the connection with its dot, and Settings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.painting import elided, rounded
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel

WORKSPACES = (
    ("create", "Create", "create", "Ctrl+1"),
    ("library", "Library", "library", "Ctrl+2"),
    ("templates", "Templates", "templates", "Ctrl+3"),
    ("activity", "Activity", "activity", "Ctrl+4"),
)
CONNECTIONS = {"local": ("Local", "computer"), "supernet": ("Supernet", "supernet"), "custom": ("Custom", "plug")}
DOTS = {
    "reachable": ("status.success", "reachable"),
    "degraded": ("status.warning", "answers slowly"),
    "starting": ("status.warning", "starting"),
    "unreachable": ("status.danger", "not reachable"),
}
_ITEM_PX, _WIDTH_PX = 52, 60
_SPRING_MS = 500
_BAR_PX, _BAR_HEIGHT_PX, _DOT_PX = 3, 28, 9


class Mark(QWidget):
    """The moon at the top."""

    def __init__(self) -> None:
        super().__init__()
        self._restyle()
        theme().on_change(self, self._restyle)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the mark in the middle."""
        edge = theme().px(24)
        picture = icons.pixmap("mark", 24, "text.primary", self.devicePixelRatioF())
        QPainter(self).drawPixmap(QPointF((self.width() - edge) / 2, (self.height() - edge) / 2), picture)

    def _restyle(self) -> None:
        # The column's own spacing follows, so that the first item begins under the header's height.
        self.setFixedHeight(theme().px("size.header") - theme().px("space.2"))


class RailItem(QAbstractButton):
    """An icon over a word; the word goes when the rail is compact."""

    def __init__(self, icon: str, words: str, shortcut: str = "") -> None:
        super().__init__()
        self._icon_name, self._shortcut = icon, shortcut
        self._compact = False
        self._dot = ""
        self._count, self._count_key = 0, "accent.base"
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_words(words, icon)
        theme().on_change(self, self.updateGeometry)

    def spring_open(self) -> None:
        """Let something that is held over it open it, so that it can be dropped beyond."""
        self.setAcceptDrops(True)
        self.spring = QTimer(self)
        self.spring.setSingleShot(True)
        self.spring.setInterval(_SPRING_MS)
        self.spring.timeout.connect(self.click)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Wait whether it stays."""
        self.spring.start()
        event.accept()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """It went on."""
        self.spring.stop()

    def dropEvent(self, event: QDropEvent) -> None:
        """Nothing is taken here."""
        self.spring.stop()
        event.ignore()

    def set_words(self, words: str, icon: str, state: str = "") -> None:
        """Say something else; *state* is added for screen readers and the tooltip."""
        self.setText(words)
        self._icon_name = icon
        name = f"{words}, {state}" if state else words
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  {self._shortcut}".strip())
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Show only the icon."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def set_dot(self, color_key: str) -> None:
        """Show a dot of this colour at the icon; empty for none."""
        self._dot = color_key
        self.update()

    def set_count(self, count: int, needs_person: bool = False) -> None:
        """Show a number at the icon: what is working, or in amber what needs the person."""
        self._count, self._count_key = count, "status.warning" if needs_person else "accent.base"
        asking = "1 needs you" if count == 1 else f"{count} need you"
        state = asking if needs_person else f"{count} working"
        self.set_words(self.text(), self._icon_name, state if count else "")

    @guarded(QSize(60, 52))
    def sizeHint(self) -> QSize:
        """52 high, 48 when compact."""
        edge = theme().px(_ITEM_PX)
        return QSize(theme().px(_WIDTH_PX), theme().px("size.railCompact") if self._compact else edge)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses; arrows walk the rail."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, bar, icon, word, dot and count."""
        shade, painter = theme(), QPainter(self)
        inset = shade.px("space.1")
        on = self.isChecked()
        if on or self.underMouse():
            box = QRectF(self.rect()).adjusted(inset, 0, -inset, 0)
            line = shade.color("border.default") if on and shade.is_high_contrast else None
            rounded(painter, box, shade.px("radius.control"), shade.color("fill.hover"), line)
        if on:
            height = shade.px(_BAR_HEIGHT_PX)
            bar = QRect(0, (self.height() - height) // 2, shade.px(_BAR_PX), height)
            painter.fillRect(bar, shade.color("text.primary"))
        edge, gap = shade.px(20), shade.px("space.2")
        line_px = 0 if self._compact else shade.line_px("caption") + gap
        top = (self.height() - edge - line_px) // 2
        key = "text.primary" if on or self.underMouse() else "text.secondary"
        left = (self.width() - edge) // 2
        painter.drawPixmap(left, top, icons.pixmap(self._icon_name, 20, key, self.devicePixelRatioF()))
        if not self._compact:
            painter.setFont(shade.font("caption"))
            painter.setPen(shade.color(key))
            words = QRect(0, top + edge + gap, self.width(), shade.line_px("caption"))
            elided(painter, words, self.text(), Qt.AlignmentFlag.AlignHCenter)
        self._paint_marks(painter, left + edge, top)

    def _paint_marks(self, painter: QPainter, x: int, y: int) -> None:
        shade = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._dot:
            size = shade.px(_DOT_PX)
            painter.setBrush(shade.color("bg.rail"))
            painter.drawEllipse(QRectF(x - 1, y - size * 0.4, size, size))
            painter.setBrush(shade.color(self._dot))
            painter.drawEllipse(QRectF(x, y - size * 0.4 + 1, size - 2, size - 2))
        if self._count:
            size = shade.px(16)
            box = QRectF(x - shade.px(6), y - shade.px(7), size, size)
            painter.setBrush(shade.color(self._count_key))
            painter.drawEllipse(box)
            painter.setFont(shade.font("caption"))
            painter.setPen(shade.color("accent.on"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._count))


class Rail(QFrame):
    """The column at the window's left edge.

    Signals:
        chosen(str): a workspace, or ``settings``.
        connection_pressed(): the connection item.
    """

    chosen = Signal(str)
    connection_pressed = Signal()

    def __init__(self, connection: "ConnectionModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._model = connection
        self.items: dict[str, RailItem] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 1, theme().px("space.3"))
        self._column.setSpacing(theme().px("space.2"))
        self._column.addWidget(Mark())
        for key, words, icon, shortcut in WORKSPACES:
            self._add(key, RailItem(icon, words, shortcut))
            self.items[key].spring_open()
        self._column.addStretch(1)
        self.connection = RailItem("computer", "Local")
        self.connection.setCheckable(False)
        self.connection.clicked.connect(self.connection_pressed)
        self._column.addWidget(self.connection)
        self._add("settings", RailItem("settings", "Settings", "Ctrl+,"))
        self.set_compact(False)
        self._bindings: list[Binding] = [
            connection.kind.changed.connect(self._show_connection),
            connection.reachability.changed.connect(self._show_connection),
        ]
        self._show_connection()
        theme().on_change(self, self._restyle)

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def set_current(self, key: str) -> None:
        """Mark a workspace as the one that is shown."""
        for name, item in self.items.items():
            item.setChecked(name == key)

    def set_compact(self, compact: bool) -> None:
        """48 px with icons only, or 64 px."""
        self._compact = compact
        self.setFixedWidth(theme().px("size.railCompact" if compact else "size.rail"))
        for item in (*self.items.values(), self.connection):
            item.set_compact(compact)

    def _add(self, key: str, item: RailItem) -> None:
        self.items[key] = item
        item.clicked.connect(lambda: self._choose(key))
        self._column.addWidget(item)

    def _choose(self, key: str) -> None:
        self.chosen.emit(key)

    def _show_connection(self, _value: object = None) -> None:
        words, icon = CONNECTIONS[self._model.kind.value]
        color, state = DOTS[self._model.reachability.value]
        self.connection.set_words(words, icon, state)
        self.connection.set_dot(color)

    def _restyle(self) -> None:
        self.set_compact(self._compact)
