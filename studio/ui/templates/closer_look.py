"""One piece of a run, large, over the sheet of its results: to look at, to play, and to have it made again."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.templates.dialog import Overlay
from studio.ui.theme import theme
from studio.ui.viewer.player import make_playback
from studio.ui.viewer.stage import Stage
from studio.ui.viewer.transport import Transport
from studio.ui.viewer.waveform import Waveform
from studio.ui.widgets.buttons import Button, IconButton
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.ui.viewer.playback import Playback

_LARGEST: Final = (4000, 3000)


@dataclass(frozen=True)
class Shown:
    """A piece with its caption.

    Attributes:
        step_id: the step to make again; empty where that is not offered.
    """

    caption: str
    piece: Piece
    step_id: str = ""


class CloserLook(Overlay):
    """Arrow keys go to the neighbours, Space plays, Esc leads back.

    Signals:
        again_wanted(str): a step is to be made again.
    """

    again_wanted = Signal(str)

    def __init__(self, window: QWidget, shown: Sequence[Shown], at: int) -> None:
        super().__init__(window, "", width=_LARGEST[0], height=_LARGEST[1])
        self._shown, self._at = tuple(shown), at
        self._playback: Playback | None = None
        shade = theme()
        self.again = Button("Try this one again", icon="retry")
        self.back = IconButton("chevron-left", "The one before", shortcut="Left")
        self.forth = IconButton("chevron-right", "The next one", shortcut="Right")
        for place, button in enumerate((self.again, self.back, self.forth), 1):
            self.head.insertWidget(place, button)
        self.again.clicked.connect(self._again)
        self.back.clicked.connect(lambda: self.go(-1))
        self.forth.clicked.connect(lambda: self.go(1))
        column = QVBoxLayout()
        column.setContentsMargins(shade.px("space.6"), 0, shade.px("space.6"), shade.px("space.6"))
        self.pages = QStackedWidget()
        self.picture, self.stage, self.wave = Picture(), Stage(), Waveform()
        for page in (self.picture, self.stage, self.wave):
            self.pages.addWidget(page)
        self.transport = Transport()
        column.addWidget(self.pages, 1)
        self.transport.outside_wanted.connect(self._open_outside)
        column.addWidget(self.transport)
        self.body.addLayout(column, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "own")
        self._show()

    @property
    def piece(self) -> Piece:
        """The piece that is shown."""
        return self._shown[self._at].piece

    def go(self, by: int) -> None:
        """Show a neighbour."""
        at = min(len(self._shown) - 1, max(0, self._at + by))
        if at != self._at:
            self._at = at
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Space."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.go(-1 if event.key() == Qt.Key.Key_Left else 1)
        elif event.key() == Qt.Key.Key_Space and self._playback is not None and not self.transport.isHidden():
            self._playback.toggle()
        else:
            super().keyPressEvent(event)

    def leave(self) -> None:
        """Stop playing, and go."""
        if self._playback is not None:
            self._playback.close()
            self._playback = None
        super().leave()

    def _show(self) -> None:
        shown, piece = self._shown[self._at], self.piece
        words = f"{piece.badge} · {shown.caption}" if shown.caption else piece.badge
        self.title.set_words(words)
        self.setAccessibleName(words)
        self.again.setVisible(bool(shown.step_id))
        self.back.setEnabled(self._at > 0)
        self.forth.setEnabled(self._at < len(self._shown) - 1)
        plays = piece.kind in ("video", "audio") and piece.path.is_file()
        self.transport.setVisible(plays)
        self.pages.setCurrentWidget(
            {"image": self.picture, "audio": self.wave}.get(piece.kind, self.stage)
            if piece.path.is_file()
            else self.stage
        )
        if self._playback is not None:
            self._playback.halt()
        if plays:
            self._play(piece)
        elif piece.kind == "image" and piece.path.is_file():
            self.picture.show_file(piece.path)
        else:
            self.stage.say("Open the session to turn it around." if piece.path.is_file() else "The file is missing.")

    def _play(self, piece: Piece) -> None:
        self.transport.offer_frames(piece.kind == "video")
        self.transport.show_length(round(1000 * (piece.duration_s or 0)))
        if piece.kind == "audio":
            self.wave.open(piece.path)
        if self._playback is None:
            self._playback = make_playback(self, self.stage, self.wave, self.transport, self._cannot_play)
        if self._playback is not None:
            self._playback.open(piece.path)

    def _open_outside(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.piece.path)))

    def _cannot_play(self, words: str) -> None:
        self.pages.setCurrentWidget(self.stage)
        self.stage.say(f"This can't be played here ({words}). Open it in the system's player.")

    def _again(self) -> None:
        step_id = self._shown[self._at].step_id
        self.leave()
        self.again_wanted.emit(step_id)


class Picture(QWidget):
    """A whole picture, as large as it fits."""

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        thumbnails().ready.connect(self._came)

    def show_file(self, path: Path) -> None:
        """Show a picture."""
        self._path = path
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the middle."""
        if self._path is None:
            return
        picture = thumbnails().get(self._path, self.size(), self.devicePixelRatioF(), radius_px=0, fit=True)
        if picture is None:
            return
        size = (picture.size() / picture.devicePixelRatio()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        QPainter(self).drawPixmap(QRect(corner, QSize(size)), picture)

    def _came(self, path: str) -> None:
        if path == str(self._path):
            self.update()
