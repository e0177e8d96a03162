"""The banner under the header while the connection can't be reached or works from its fallback."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.create import look
from studio.ui.create.bindings import cut_with
from studio.ui.create.buttons import CardButton

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel

_NAMES = {"local": "This computer's engine", "supernet": "Supernet", "custom": "The custom server"}
_PATIENCE_MS = 4_000
"""The local engine needs a moment to start or come back; no alarm for that."""


class ConnectionBanner(QWidget):
    """Says what is not reachable, what still works, and what to do.

    Signals:
        try_wanted, switch_wanted: a button was pressed.
        shown_changed: the banner has come or gone.
    """

    try_wanted = Signal()
    switch_wanted = Signal()
    shown_changed = Signal()

    def __init__(self, connection: "ConnectionModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._strong, self._words = "", ""
        self.setFixedHeight(look.px(44))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.again = CardButton("Try now", icon="retry", height_px=28, parent=self)
        self.switch = CardButton("Switch", kind="quiet", height_px=28, parent=self)
        self.again.clicked.connect(self.try_wanted)
        self.switch.clicked.connect(self.switch_wanted)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._set_shown(True))
        bindings = [
            connection.reachability.changed.connect(lambda _state: self.show_present()),
            connection.kind.changed.connect(lambda _kind: self.show_present()),
        ]
        cut_with(self, bindings)
        look.on_theme_changed(self, self.update)
        self.hide()
        self.show_present()

    def show_present(self) -> None:
        """Show or hide by the connection's state."""
        kind, state = self._connection.kind.value, self._connection.reachability.value
        if state in ("reachable", "starting"):
            self._patience.stop()
            self._set_shown(False)
            return
        name = _NAMES.get(kind, "The server")
        if state == "degraded":
            self._strong = f"{name} answers slowly." if kind != "local" else f"{name} works from its fallback."
            self._words = "Work goes on."
        else:
            self._strong = f"{name} can't be reached."
            self._words = "Your messages and pieces are kept." + (" New work can run here." if kind != "local" else "")
        self.switch.setVisible(kind != "local")
        self.setAccessibleName(f"{self._strong} {self._words}")
        if kind == "local" and not self.isVisible():
            self._patience.start()
        else:
            self._set_shown(True)
        self.update()

    def show_now(self) -> None:
        """Show without waiting; for what has failed already."""
        self._patience.stop()
        self._set_shown(bool(self._strong))

    def sizeHint(self) -> QSize:
        """44 high."""
        return QSize(look.px(400), look.px(44))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Buttons at the right."""
        right = self.width() - look.px(10)
        for button in (self.switch, self.again):
            if button.isHidden():
                continue
            size = button.sizeHint()
            right -= size.width()
            button.setGeometry(right, (self.height() - size.height()) // 2, size.width(), size.height())
            right -= look.px(8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Amber plate, icon, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.color("status.warningBorder"))
        painter.setBrush(look.color("status.warningFill"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(7), look.px(7))
        size = look.px(16)
        icon = look.pixmap("offline", size, "status.warning", self.devicePixelRatioF())
        painter.drawPixmap(look.px(16), (self.height() - size) // 2, icon)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        left, right = look.px(42), self.again.x() - look.px(8)
        font = look.font("bodyStrong")
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(look.color("text.primary"))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, self._strong)
        left += QFontMetrics(font).horizontalAdvance(self._strong) + look.px(6)
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text.secondary"))
        words = QFontMetrics(painter.font()).elidedText(self._words, Qt.TextElideMode.ElideRight, max(0, right - left))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), middle, words)

    def _set_shown(self, shown: bool) -> None:
        if shown != (not self.isHidden()):
            self.setVisible(shown)
            self.shown_changed.emit()
