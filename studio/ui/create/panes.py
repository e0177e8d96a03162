"""Three panes side by side: the outer two can be resized, folded, and laid over the middle in small windows."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEasingCurve, QRect, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.ui.create import look
from studio.ui.theme import theme

if TYPE_CHECKING:
    from studio.viewmodels.settings import SettingsModel

Side = Literal["left", "right"]
_KEYS = {"left": "create.sessions", "right": "create.gallery"}
_SIZES = {"left": (208, 248, 340), "right": (272, 352, 560)}
"""Smallest, default and largest width of each outer pane, at 100 %."""
_WIDE_PX, _MIDDLE_PX, _NARROW_PX = 1320, 1180, 1024
_CENTRE_MIN_PX = 420


class Handle(QWidget):
    """The line between two panes with a grab area of 8.

    Signals:
        dragged(int): the pointer's x in the parent while dragging.
        reset: a double click.
    """

    dragged = Signal(int)
    reset = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._dragging = False
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self._dragging = event.button() == Qt.MouseButton.LeftButton
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the line."""
        if self._dragging:
            self.dragged.emit(self.mapToParent(event.position().toPoint()).x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Done."""
        self._dragging = False
        self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Restore the default width."""
        self._dragging = False
        self.reset.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """1 px at rest, 2 px under the pointer."""
        painter = QPainter(self)
        strong = self.underMouse() or self._dragging
        key = "accent.base" if self._dragging else "border.strong" if strong else "border.subtle"
        middle = self.width() // 2
        painter.fillRect(QRect(middle - (1 if strong else 0), 0, 2 if strong else 1, self.height()), look.color(key))


class Panes(QWidget):
    """Left, centre, right.

    Signals:
        narrowed(bool): the window has become narrower than 1180, or wider again.
    """

    narrowed = Signal(bool)

    def __init__(
        self, left: QWidget, centre: QWidget, right: QWidget, settings: "SettingsModel", parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._panes: dict[Side, QWidget] = {"left": left, "right": right}
        self._centre, self._settings = centre, settings
        self._widths: dict[Side, int] = {}
        self._folded: dict[Side, bool] = {}
        self._over: set[Side] = set()
        self._focus_mode = False
        self._was_narrow: bool | None = None
        self._shown: dict[Side, float] = {"left": 1.0, "right": 1.0}
        self._handles: dict[Side, Handle] = {}
        for widget in (centre, left, right):
            widget.setParent(self)
        for side in _sides():
            self._widths[side] = _number(settings.get(f"{_KEYS[side]}.width_px"), _SIZES[side][1])
            self._folded[side] = bool(settings.get(f"{_KEYS[side]}.folded"))
            handle = Handle("Width of the sessions" if side == "left" else "Width of the gallery", self)
            handle.dragged.connect(lambda x, side=side: self._drag(side, x))
            handle.reset.connect(lambda side=side: self._set_width(side, _SIZES[side][1]))
            self._handles[side] = handle
            self._shown[side] = 0.0 if self._folded[side] else 1.0
        look.on_theme_changed(self, self.place)

    @property
    def is_narrow(self) -> bool:
        """Whether the sessions lie over the transcript when they are opened."""
        return self._logical_width() < _MIDDLE_PX

    def toggle_left(self) -> None:
        """Fold or open the sessions."""
        self._toggle("left")

    def toggle_right(self) -> None:
        """Fold or open the gallery."""
        self._toggle("right")

    def toggle_focus(self) -> None:
        """Only the work, or all panes again."""
        self._focus_mode = not self._focus_mode
        self._over.clear()
        self.place()

    def close_overlays(self) -> bool:
        """Close what lies over the transcript; return whether there was any."""
        had = bool(self._over)
        self._over.clear()
        if had:
            self.place()
        return had

    def is_open(self, side: Side) -> bool:
        """Whether a pane can be seen."""
        return not self._panes[side].isHidden()

    def place(self) -> None:
        """Lay out for the present width."""
        narrow = self.is_narrow
        if narrow != self._was_narrow:
            self._was_narrow = narrow
            self._over.clear()
            self.narrowed.emit(narrow)
        height, width = self.height(), self.width()
        docked = {side: self._docked_width(side) for side in _sides()}
        self._centre.setGeometry(docked["left"], 0, max(0, width - docked["left"] - docked["right"]), height)
        for side in _sides():
            self._place_side(side, docked[side], width, height)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Follow the window."""
        self.place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground behind panes that are moving."""
        QPainter(self).fillRect(self.rect(), look.color("bg.app"))

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A press beside an overlay closes it."""
        self.close_overlays()

    def _place_side(self, side: Side, docked: int, width: int, height: int) -> None:
        pane, handle = self._panes[side], self._handles[side]
        grab = look.px(8)
        over = side in self._over
        full = self._full_width(side)
        if over:
            pane.setGeometry(QRect(0 if side == "left" else width - full, 0, full, height))
            pane.raise_()
        elif docked:
            # A pane that opens or closes slides; its contents keep their width.
            pane.setGeometry(QRect(docked - full if side == "left" else width - docked, 0, full, height))
        pane.setVisible(over or docked > 0)
        edge = full if over else docked
        handle.setVisible(over or docked > 0)
        handle.setGeometry((edge if side == "left" else width - edge) - grab // 2, 0, grab, height)
        handle.raise_()

    def _logical_width(self) -> float:
        return (self.window().width() if self.window() is not self else self.width()) / theme().scale

    def _can_dock(self, side: Side) -> bool:
        return self._logical_width() >= (_MIDDLE_PX if side == "left" else _NARROW_PX)

    def _full_width(self, side: Side) -> int:
        smallest, _, largest = _SIZES[side]
        wanted = self._widths[side] if self._logical_width() >= _WIDE_PX else smallest
        room = self.width() - look.px(_CENTRE_MIN_PX)
        return max(look.px(smallest), min(look.px(min(wanted, largest)), room))

    def _docked_width(self, side: Side) -> int:
        if self._focus_mode or not self._can_dock(side):
            return 0
        return round(self._full_width(side) * self._shown[side])

    def _toggle(self, side: Side) -> None:
        if self._focus_mode:
            self._focus_mode = False
            self._fold(side, False)
        elif self._can_dock(side):
            self._fold(side, not self._folded[side])
        else:
            self._over = set() if side in self._over else {side}
            self.place()
            if side in self._over:
                self._panes[side].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fold(self, side: Side, folded: bool) -> None:
        self._folded[side] = folded
        self._settings.set(f"{_KEYS[side]}.folded", folded)
        end = 0.0 if folded else 1.0
        duration = theme().duration_ms("base")
        if not duration or not self.isVisible():
            self._shown[side] = end
            self.place()
            return
        motion = QVariantAnimation(self)
        motion.setStartValue(self._shown[side])
        motion.setEndValue(end)
        motion.setDuration(duration)
        motion.setEasingCurve(QEasingCurve.Type.InOutCubic)
        motion.valueChanged.connect(lambda value: self._slide(side, float(value)))
        motion.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def _slide(self, side: Side, shown: float) -> None:
        self._shown[side] = shown
        self.place()

    def _drag(self, side: Side, x: int) -> None:
        smallest, _, largest = _SIZES[side]
        wanted = (x if side == "left" else self.width() - x) / theme().scale
        if wanted < smallest * 0.6:
            if not self._folded[side] and side not in self._over:
                self._fold(side, True)
            return
        if self._folded[side]:
            self._fold(side, False)
        self._set_width(side, round(min(largest, max(smallest, wanted))))

    def _set_width(self, side: Side, width: int) -> None:
        self._widths[side] = width
        self._settings.set(f"{_KEYS[side]}.width_px", width)
        self.place()


def _sides() -> tuple[Side, Side]:
    return "left", "right"


def _number(value: object, default: int) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else default
