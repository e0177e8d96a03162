"""Toasts: short outcomes at the lower right, with an action, *Copy details* and a clock that hover stops."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import Label
from studio.viewmodels.notices import NoticesModel
from studio.viewmodels.state import Notice

_SHOWN = 3
_STAY_WITH_ACTION_MS = 10_000
_ICONS = {
    "info": ("info", "status.info"),
    "success": ("check-circle", "status.success"),
    "warning": ("alert", "status.warning"),
    "error": ("error", "status.danger"),
}


class Toast(QFrame):
    """One notice.

    Signals:
        acted(str), gone(str): its action was pressed; it should go. The argument is the notice's id.
    """

    acted = Signal(str)
    gone = Signal(str)

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("toast")
        self.setAccessibleName(f"{notice.title}. {notice.text}")
        self.setFixedWidth(theme().px("size.toast"))
        self._icon, self._color = _ICONS[notice.kind]
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(lambda: self.gone.emit(notice.id))
        self._build()
        self.start_clock()

    def start_clock(self) -> None:
        """Let it go by itself after its time; errors stay, and everything stays with reduced motion."""
        if self.notice.kind == "error" or theme().reduced_motion:
            return
        self._clock.start(_STAY_WITH_ACTION_MS if self.notice.action else theme().duration_ms("toastStay"))

    def enterEvent(self, event: Any) -> None:
        """The pointer stops the clock."""
        super().enterEvent(event)
        self._clock.stop()

    def leaveEvent(self, event: Any) -> None:
        """The clock starts anew."""
        super().leaveEvent(event)
        self.start_clock()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, the bar in status colour and the icon."""
        super().paintEvent(event)
        shade, painter = theme(), QPainter(self)
        radius, color = shade.px("radius.popover"), shade.color(self._color)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(QRectF(0, 0, shade.px(3), self.height()))
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setClipping(False)
        picture = icons.pixmap(self._icon, 16, self._color, self.devicePixelRatioF())
        painter.drawPixmap(shade.px(14), shade.px(14), picture)

    def _build(self) -> None:
        shade, notice = theme(), self.notice
        column = QVBoxLayout(self)
        column.setContentsMargins(shade.px(40), shade.px("space.5"), shade.px("space.5"), shade.px("space.5"))
        column.setSpacing(shade.px("space.2"))
        head = QHBoxLayout()
        title = Label(notice.title, "bodyStrong", wrap=True, semibold=True)
        head.addWidget(title, 1)
        close = IconButton("close", "Close", size=20, icon_size=12)
        close.clicked.connect(lambda: self.gone.emit(notice.id))
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        if notice.text:
            column.addWidget(Label(notice.text, "small", "secondary", wrap=True))
        if notice.action or notice.details:
            row = QHBoxLayout()
            row.setContentsMargins(0, shade.px("space.3"), 0, 0)
            if notice.action:
                icon = "undo" if notice.action == "Undo" else ""
                button = Button(notice.action, icon=icon, size="compact")
                button.clicked.connect(lambda: self.acted.emit(notice.id))
                row.addWidget(button)
            if notice.details:
                copy = IconButton("copy", "Copy details", size=26, icon_size=14)
                copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(notice.details))
                row.addWidget(copy)
            row.addStretch(1)
            column.addLayout(row)


class ToastHost(QObject):
    """Stacks the toasts of a window upwards from its lower right corner, three at most.

    Args:
        window: the toasts' parent, watched for its size.
    """

    def __init__(self, notices: NoticesModel, window: QWidget) -> None:
        super().__init__(window)
        self._notices, self._window = notices, window
        self._toasts: list[Toast] = []
        self._more = Button("", size="compact", parent=window)
        self._more.hide()
        self._more.clicked.connect(self._show_all)
        self._all = False
        self._bottom_px = 0
        self._animations: list[QPropertyAnimation] = []
        self._bindings = [notices.posted.connect(self._add), notices.dismissed.connect(self._remove)]
        window.installEventFilter(self)

    def close(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def toasts(self) -> list[Toast]:
        """The toasts that are there, oldest first."""
        return list(self._toasts)

    def keep_clear_px(self, height_px: int) -> None:
        """Leave this much room at the window's lower edge, for a composer or a bar."""
        self._bottom_px = height_px
        self._place()

    @guarded(False)
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _add(self, notice: Notice) -> None:
        toast = Toast(notice, self._window)
        toast.acted.connect(self._notices.run_action)
        toast.gone.connect(self._notices.dismiss)
        self._toasts.append(toast)
        toast.show()
        self._place()
        self._fade_in(toast)

    def _remove(self, notice_id: str) -> None:
        for toast in [t for t in self._toasts if t.notice.id == notice_id]:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
        if len(self._toasts) <= _SHOWN:
            self._all = False
        self._place()

    def _show_all(self) -> None:
        self._all = True
        self._place()

    def _place(self) -> None:
        margin, gap = theme().px("space.5"), theme().px("space.3")
        bottom = self._window.height() - margin - self._bottom_px
        limit = len(self._toasts) if self._all else _SHOWN
        for position, toast in enumerate(reversed(self._toasts)):
            layout = toast.layout()
            height = layout.totalHeightForWidth(toast.width()) if layout is not None else toast.height()
            toast.resize(QSize(toast.width(), max(height, toast.minimumSizeHint().height())))
            bottom -= toast.height()
            toast.move(self._window.width() - toast.width() - margin, bottom)
            bottom -= gap
            toast.setVisible(position < limit and bottom > -toast.height())
            toast.raise_()
        hidden = max(0, len(self._toasts) - limit)
        self._more.setVisible(hidden > 0)
        if hidden:
            self._more.set_words(f"{hidden} more")
            self._more.adjustSize()
            self._more.move(self._window.width() - self._more.width() - margin, bottom - self._more.height())
            self._more.raise_()

    def _fade_in(self, toast: Toast) -> None:
        duration = theme().duration_ms("toastIn")
        if not duration:
            return
        effect = QGraphicsOpacityEffect(toast)
        toast.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", toast)
        fade.setDuration(duration)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.finished.connect(lambda: toast.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
