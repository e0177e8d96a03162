"""Progress: a bar and a ring, for known and unknown lengths."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import theme
from studio.ui.widgets.painting import rounded
from studio.ui.widgets.spinner import Spin, paint_ring, phase

State = Literal["working", "waiting", "needs_you", "failed", "stopped"]
COLORS: dict[str, str] = {
    "working": "accent.base",
    "waiting": "fill.track",
    "needs_you": "status.warning",
    "failed": "status.danger",
    "stopped": "text.muted",
}
_SEGMENT = 0.28


def paint_bar(painter: QPainter, box: QRectF, fraction: float | None, state: State = "working") -> None:
    """Paint a progress bar into *box*; a moving segment when *fraction* is None."""
    shade = theme()
    radius = box.height() / 2
    rounded(painter, box, radius, shade.color("fill.track"))
    if state == "waiting":
        return
    if fraction is None:
        room = box.width() * (1 - _SEGMENT)
        left = 0.0 if shade.reduced_motion else room * (1 - abs(2 * phase() - 1))
        part = QRectF(box.left() + left, box.top(), box.width() * _SEGMENT, box.height())
    else:
        part = QRectF(box.left(), box.top(), box.width() * min(1.0, max(0.0, fraction)), box.height())
    if part.width() > 0:
        rounded(painter, part, radius, shade.color(COLORS[state]))


class _Progress(QWidget):
    """What bar and ring have in common: a value, a state and the shared clock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction: float | None = 0.0
        self._state: State = "waiting"
        self._spin: Spin | None = None
        theme().on_change(self, self.updateGeometry)

    @property
    def fraction(self) -> float | None:
        """What is shown, 0–1; None for an unknown length."""
        return self._fraction

    def set_progress(self, fraction: float | None, state: State = "working") -> None:
        """Show *fraction* (0–1; None for unknown) in *state*. A working bar never goes back."""
        if state == self._state == "working" and fraction is not None and self._fraction is not None:
            fraction = max(fraction, self._fraction)
        self._fraction, self._state = fraction, state
        words = "starting" if fraction is None else f"{round(100 * fraction)} percent"
        self.setAccessibleDescription(words)
        self._set_turning(self.isVisible() and self._turns())
        self.update()

    def restart(self) -> None:
        """Begin again from nothing, for another try."""
        self._fraction, self._state = 0.0, "waiting"
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Turn only while visible."""
        super().showEvent(event)
        self._set_turning(self._turns())

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while hidden."""
        super().hideEvent(event)
        self._set_turning(False)

    def _turns(self) -> bool:
        return self._fraction is None and self._state == "working"

    def _set_turning(self, turning: bool) -> None:
        if turning and self._spin is None:
            self._spin = Spin(self, self.update)
        elif not turning and self._spin is not None:
            self._spin.stop()
            self._spin = None


class ProgressBar(_Progress):
    """A bar of 4 px (or *height*); see ``set_progress``."""

    def __init__(self, height: float = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @guarded(QSize(80, 4))
    def sizeHint(self) -> QSize:
        """As high as asked, as wide as there is."""
        return QSize(theme().px(80), theme().px(self._height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track and progress."""
        paint_bar(QPainter(self), QRectF(self.rect()), self._fraction, self._state)


class ProgressRing(_Progress):
    """A ring of *edge* px; turns while the length is unknown."""

    def __init__(self, edge: float = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edge = edge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @guarded(QSize(16, 16))
    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(theme().px(self._edge), theme().px(self._edge))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring."""
        shade = theme()
        track = shade.color("fill.track") if self._fraction is not None else None
        paint_ring(QPainter(self), QRectF(self.rect()), self._fraction, shade.color(COLORS[self._state]), track)
