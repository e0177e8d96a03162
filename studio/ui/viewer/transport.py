"""The row under a film or a sound: play, time, scrubber, loop, sound, and the way to another player."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.guard import guarded
from studio.ui.theme import theme
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.labels import Label
from studio.ui.widgets.painting import focus_ring, rounded

_TRACK_PX: Final = 4
_KNOB_PX: Final = 14
_HEIGHT_PX: Final = 28
_KEY_STEP_MS: Final = 1000


def exact_clock(position_ms: int) -> str:
    """Return a position as ``1:02.37``."""
    seconds, rest = divmod(max(0, position_ms), 1000)
    return f"{seconds // 60}:{seconds % 60:02d}.{rest // 10:02d}"


class Scrubber(QWidget):
    """A line to drag along.

    Signals:
        sought(int): the person wants this position, in milliseconds.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at_ms = self._length_ms = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("focusRing", "own")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Position")

    @guarded(QSize())
    def sizeHint(self) -> QSize:
        """Wide, and as high as a finger."""
        return QSize(theme().px(240), theme().px(_HEIGHT_PX))

    def show_position(self, at_ms: int, length_ms: int) -> None:
        """Show a position in a length."""
        self._at_ms, self._length_ms = at_ms, length_ms
        self.setAccessibleDescription(f"{exact_clock(at_ms)} of {exact_clock(length_ms)}")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._seek(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go a second."""
        step = {Qt.Key.Key_Left: -_KEY_STEP_MS, Qt.Key.Key_Right: _KEY_STEP_MS}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.sought.emit(max(0, min(self._length_ms, self._at_ms + step)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line, its played part and the knob."""
        shade, painter = theme(), QPainter(self)
        height, knob = shade.px(_TRACK_PX), shade.px(_KNOB_PX)
        middle, room = self.height() / 2, self.width() - knob
        share = self._at_ms / self._length_ms if self._length_ms else 0.0
        x = knob / 2 + room * min(1.0, share)
        rounded(painter, QRectF(knob / 2, middle - height / 2, room, height), height / 2, shade.color("border.strong"))
        rounded(
            painter, QRectF(knob / 2, middle - height / 2, x - knob / 2, height), height / 2, shade.color("accent.base")
        )
        box = QRectF(x - knob / 2, middle - knob / 2, knob, knob)
        rounded(painter, box, knob / 2, shade.color("text.primary"))
        if self.hasFocus():
            focus_ring(painter, box, knob / 2)

    def _seek(self, at: QPointF) -> None:
        knob = theme().px(_KNOB_PX)
        share = (at.x() - knob / 2) / max(1, self.width() - knob)
        self.sought.emit(round(self._length_ms * min(1.0, max(0.0, share))))


class Transport(QWidget):
    """Buttons and scrubber; knows nothing of players.

    Signals:
        toggled(), stepped(int), sought(int), loop_wanted(bool), mute_wanted(bool), outside_wanted(): as the names say.
    """

    toggled = Signal()
    stepped = Signal(int)
    sought = Signal(int)
    loop_wanted = Signal(bool)
    mute_wanted = Signal(bool)
    outside_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._length_ms = 0
        shade = theme()
        row = QHBoxLayout(self)
        row.setContentsMargins(shade.px("space.6"), 0, shade.px("space.6"), 0)
        row.setSpacing(shade.px("space.3"))
        self.setFixedHeight(shade.px("size.header"))
        self.back = IconButton("skip-back", "One frame back", shortcut=",")
        self.play = IconButton("play", "Play", shortcut="Space", color_key="text.primary")
        self.forth = IconButton("skip-forward", "One frame on", shortcut=".")
        self.clock = Label("0:00.00 / 0:00.00", "monoSmall", "secondary")
        self.scrubber = Scrubber()
        self.loop = IconButton("retry", "Play again and again", shortcut="O", checkable=True)
        self.sound = IconButton("volume", "Silent", shortcut="M", checkable=True)
        self.outside = IconButton("external", "Open in the system's player")
        row.addWidget(self.back)
        row.addWidget(self.play)
        row.addWidget(self.forth)
        row.addWidget(self.clock)
        row.addWidget(self.scrubber, 1)
        row.addWidget(self.loop)
        row.addWidget(self.sound)
        row.addWidget(self.outside)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.play.clicked.connect(self.toggled)
        self.forth.clicked.connect(lambda: self.stepped.emit(1))
        self.scrubber.sought.connect(self.sought)
        self.loop.toggled.connect(self.loop_wanted)
        self.sound.toggled.connect(self.mute_wanted)
        self.outside.clicked.connect(self.outside_wanted)

    def offer_frames(self, frames: bool) -> None:
        """Offer steps of a frame, which a sound has not."""
        self.back.setVisible(frames)
        self.forth.setVisible(frames)

    def show_position(self, at_ms: int) -> None:
        """Show a position."""
        self.clock.setText(f"{exact_clock(at_ms)} / {exact_clock(self._length_ms)}")
        self.scrubber.show_position(at_ms, self._length_ms)

    def show_length(self, length_ms: int) -> None:
        """Show a length, at its beginning."""
        self._length_ms = length_ms
        self.show_position(0)

    def show_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self.play.set_icon_name("pause" if playing else "play")
        self.play.set_name("Pause" if playing else "Play")
