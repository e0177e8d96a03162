"""The viewer: one piece over the whole window, with its neighbours and its facts."""

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.gallery import actions
from studio.ui.gallery.decoding import read_full
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.theme import theme
from studio.ui.viewer.filmstrip import Filmstrip
from studio.ui.viewer.info import InfoPane
from studio.ui.viewer.model_view import ModelView
from studio.ui.viewer.player import make_playback
from studio.ui.viewer.stage import Stage
from studio.ui.viewer.transport import Transport
from studio.ui.viewer.waveform import Waveform
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.viewmodels.observable import Binding
from studio.viewmodels.state import Piece
from studio.viewmodels.words import clock

if TYPE_CHECKING:
    from studio.ui.viewer.playback import Playback
    from studio.viewmodels.create import CreateModel


class _Reader(QObject):
    """Reads full pictures off the window's thread; only the newest request is answered.

    Signals:
        read(str, QImage): the picture of a file; null when it cannot be shown.
    """

    read = Signal(str, QImage)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._jobs: list[_Read] = []

    def ask(self, piece: Piece) -> None:
        self._pool.clear()
        job = _Read(self, piece)
        self._jobs = [job, *self._jobs[:2]]
        self._pool.start(job)

    def close(self) -> None:
        self._pool.clear()
        self._pool.waitForDone(3000)


class _Read(QRunnable):
    def __init__(self, owner: _Reader, piece: Piece) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._owner, self._piece = owner, piece

    def run(self) -> None:
        """Read and hand over."""
        found = read_full(self._piece.path)
        with suppress(RuntimeError):  # the viewer went while the file was read
            self._owner.read.emit(str(self._piece.path), found)


class Viewer(QFrame):
    """One piece, full size. Esc closes; left and right go on; Z fits; + and - zoom; I shows the facts.

    Films and sounds: Space plays; J, K and L go back, stand and go on, faster with each press; comma and full stop go
    by frames; O plays again and again; M is silent. 3D models: drag, or Shift and the arrows, to turn; W for wires.

    Signals:
        closed(): the person wants to leave.
    """

    closed = Signal()

    def __init__(self, create: "CreateModel", piece_id: str) -> None:
        super().__init__()
        self._create = create
        self._id = piece_id
        self.setObjectName("viewer")
        self.setAccessibleName("Viewer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", "own")
        self._reader = _Reader(self)
        self._reader.read.connect(self._picture_read)
        self._playback: Playback | None = None
        self.stage = Stage()
        self.wave = Waveform()
        self.model = ModelView()
        self.transport = Transport()
        self.strip = Filmstrip()
        self.info = InfoPane(create)
        self._build()
        self.stage.zoomed.connect(self._show_zoom)
        self.strip.chosen.connect(self.show_piece)
        self.info.parent_wanted.connect(self.show_piece)
        self.info.used.connect(self.leave)
        self._bindings: list[Binding] = [create.pieces_changed.connect(self._refresh)]
        self.show_piece(piece_id)

    @property
    def piece_id(self) -> str:
        """The piece that is shown."""
        return self._id

    def show_piece(self, piece_id: str) -> None:
        """Show another piece."""
        piece = self._create.piece(piece_id)
        if piece is None:
            return
        self._id = piece_id
        self.title.setText(piece.badge)
        self.label.set_words(piece.title or piece.prompt)
        self._show_love(piece)
        self.info.show_piece(piece)
        self.strip.show_pieces(self._pieces(), piece_id)
        self.under_model.setVisible(piece.kind in ("model3d", "text") and not piece.missing)
        self.wires.setVisible(piece.kind == "model3d")
        for button in (self.zoom_out, self.zoom_in):
            button.setVisible(piece.kind in ("image", "video", "model3d"))
        self.percent.setVisible(piece.kind in ("image", "video"))  # a model has no size of its own
        self._show_picture(piece)
        self._load(piece)
        self.setAccessibleDescription(f"{piece.badge}, {piece.title}")

    def leave(self) -> None:
        """Close, and select in the gallery what was seen last."""
        for binding in self._bindings:
            binding.cut()
        self._bindings.clear()
        self._reader.close()
        self.model.close_pool()
        if self._playback is not None:
            self._playback.close()
        self._create.selection.value = (self._id,)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the viewer."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif self._turns(key, event.modifiers()):
            pass
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            pieces = self._pieces()
            if pieces:
                self.show_piece(pieces[0 if key == Qt.Key.Key_Home else -1].id)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(1)
        elif key == Qt.Key.Key_Minus:
            self._zoom(-1)
        elif key == Qt.Key.Key_Z:
            self.stage.toggle_fit()
        elif key == Qt.Key.Key_1:
            self.stage.zoom_to(1.0)
        elif key == Qt.Key.Key_I:
            self.info_button.toggle()
        elif not self._control(key) and not self._act(key, event.modifiers()):
            super().keyPressEvent(event)

    def _turns(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        shown = self.pages.currentWidget() is self.model
        if shown and key == Qt.Key.Key_W:
            self.wires.toggle()
            return True
        return shown and bool(modifiers & Qt.KeyboardModifier.ShiftModifier) and self.model.turn_by_key(key)

    def _zoom(self, steps: int) -> None:
        if self.pages.currentWidget() is self.model:
            self.model.zoom(steps)
        else:
            self.stage.zoom(steps)

    def _control(self, key: Qt.Key) -> bool:
        """Keys of a film or sound."""
        playback = self._playback
        if playback is None or not self.transport.isVisibleTo(self):
            return False
        if key == Qt.Key.Key_Space:
            playback.toggle()
        elif key == Qt.Key.Key_K:
            playback.halt()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_L):
            playback.shuttle(-1 if key == Qt.Key.Key_J else 1)
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
            playback.step(-1 if key == Qt.Key.Key_Comma else 1)
        elif key == Qt.Key.Key_O:
            self.transport.loop.toggle()
        elif key == Qt.Key.Key_M:
            self.transport.sound.toggle()
        else:
            return False
        return True

    def _act(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        piece = self._create.piece(self._id)
        if piece is None:
            return False
        if key == Qt.Key.Key_C and modifiers & Qt.KeyboardModifier.ControlModifier:
            actions.copy_picture(piece)
        elif key == Qt.Key.Key_F:
            self._create.set_favourite(piece.id, not piece.favourite)
        elif key == Qt.Key.Key_S:
            actions.save_as(self, self._create, piece)
        elif key == Qt.Key.Key_R:
            self._create.use_as_reference(piece.id)
            self.leave()
        else:
            return False
        return True

    def _build(self) -> None:
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QWidget()
        top.setFixedHeight(shade.px("size.header"))
        row = QHBoxLayout(top)
        row.setContentsMargins(shade.px("space.4"), 0, shade.px("space.4"), 0)
        row.setSpacing(shade.px("space.2"))
        self.back = IconButton("chevron-left", "Back to the session", shortcut="Esc")
        self.title = Label("", "title")
        self.label = ElidedLabel("", "small", "secondary")
        self.zoom_out = IconButton("zoom-out", "Smaller", shortcut="-")
        self.percent = Button("100 %", kind="quiet", size="compact", name="Fit or own size")
        self.zoom_in = IconButton("zoom-in", "Larger", shortcut="+")
        self.love = IconButton("heart", "Favourite", shortcut="F")
        self.save = IconButton("save", "Save as…", shortcut="S")
        self.copy = IconButton("copy", "Copy", shortcut="Ctrl+C")
        self.info_button = IconButton("info", "Facts", shortcut="I", checkable=True)
        self.info_button.setChecked(True)
        self.close_button = IconButton("close", "Close", shortcut="Esc", icon_size=16)
        row.addWidget(self.back)
        row.addWidget(self.title)
        row.addSpacing(shade.px("space.3"))
        row.addWidget(self.label, 1)
        for button in (self.zoom_out, self.percent, self.zoom_in, self.love, self.save, self.copy):
            row.addWidget(button)
        row.addWidget(self.info_button)
        row.addWidget(self.close_button)
        column.addWidget(top)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        left = QVBoxLayout()
        left.setSpacing(0)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.stage)
        self.pages.addWidget(self.wave)
        self.pages.addWidget(self.model)
        left.addWidget(self.pages, 1)
        left.addWidget(self.transport)
        self.under_model = QWidget()
        self.under_model.setFixedHeight(shade.px("size.header"))
        under = QHBoxLayout(self.under_model)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(shade.px("space.4"))
        self.wires = Button("Wires", kind="quiet", icon="grid")
        self.wires.setCheckable(True)
        self.wires.setToolTip("Show the triangles  W")
        self.outside = Button("Open with another program", kind="quiet", icon="external")
        under.addStretch(1)
        under.addWidget(self.wires)
        under.addWidget(self.outside)
        under.addStretch(1)
        left.addWidget(self.under_model)
        left.addWidget(self.strip)
        middle.addLayout(left, 1)
        middle.addWidget(self.info)
        column.addLayout(middle, 1)
        self._connect()

    def _connect(self) -> None:
        self.back.clicked.connect(self.leave)
        self.close_button.clicked.connect(self.leave)
        self.zoom_in.clicked.connect(lambda: self._zoom(1))
        self.zoom_out.clicked.connect(lambda: self._zoom(-1))
        self.wires.toggled.connect(self.model.set_wires)
        self.model.failed.connect(self._cannot_show_model)
        self.percent.clicked.connect(self.stage.toggle_fit)
        self.love.clicked.connect(lambda: self._act(Qt.Key.Key_F, Qt.KeyboardModifier.NoModifier))
        self.save.clicked.connect(lambda: self._act(Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier))
        self.copy.clicked.connect(lambda: self._act(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier))
        self.info_button.toggled.connect(self.info.setVisible)
        self.outside.clicked.connect(self._open_outside)
        self.transport.outside_wanted.connect(self._open_outside)

    def _pieces(self) -> list[Piece]:
        """The pieces of the session: rounds upwards, then the uploads."""
        return sorted(self._create.pieces, key=lambda piece: (piece.uploaded, piece.round, abs(piece.index or 0)))

    def _step(self, step: int) -> None:
        pieces = self._pieces()
        ids = [piece.id for piece in pieces]
        if self._id in ids:
            self.show_piece(ids[min(len(ids) - 1, max(0, ids.index(self._id) + step))])

    def _show_picture(self, piece: Piece) -> None:
        if piece.missing or not piece.path.is_file():
            self.stage.say("The file is missing. Its prompt and settings are kept.")
        elif piece.kind not in ("image", "video"):
            length = clock(piece.duration_s) if piece.duration_s else ""
            self.stage.say(" · ".join(filter(None, (piece.name or piece.badge, length))))
        else:
            size = QSize(piece.width or 1, piece.height or 1)
            size.scale(QSize(theme().px(640), theme().px(640)), Qt.AspectRatioMode.KeepAspectRatio)
            preview = thumbnails().get(piece.path, size, self.devicePixelRatioF(), radius_px=0)
            if preview is not None and piece.width and piece.height and piece.width * piece.height < 20_000_000:
                self.stage.show_preview(preview, piece.width, piece.height)
            self._reader.ask(piece)

    def _load(self, piece: Piece) -> None:
        """Make ready to play, where there is something to play."""
        playable = piece.kind in ("video", "audio") and not piece.missing and piece.path.is_file()
        self.transport.setVisible(playable)
        solid = piece.kind == "model3d" and not piece.missing and piece.path.is_file()
        if solid:
            self.model.open(piece.path)
        sound = playable and piece.kind == "audio"
        self.pages.setCurrentWidget(self.model if solid else self.wave if sound else self.stage)
        if not playable:
            if self._playback is not None:
                self._playback.close()
            return
        self.transport.offer_frames(piece.kind == "video")
        self.transport.show_length(round(1000 * (piece.duration_s or 0)))
        if piece.kind == "audio":
            self.wave.open(piece.path)
        if self._playback is None:
            self._playback = make_playback(self, self.stage, self.wave, self.transport, self._cannot_play)
        if self._playback is not None:
            self._playback.open(piece.path)

    def _cannot_show_model(self, words: str) -> None:
        self.pages.setCurrentWidget(self.stage)
        self.stage.say(f"{words} Open it with another program.")

    def _cannot_play(self, words: str) -> None:
        self.pages.setCurrentWidget(self.stage)
        self.stage.say(f"This can't be played here ({words}). Open it in the system's player.")

    def _picture_read(self, path: str, image: QImage) -> None:
        piece = self._create.piece(self._id)
        if piece is None or str(piece.path) != path:
            return
        if piece.kind == "video" and self._playback is not None and self._playback.position_ms > 0:
            return  # it runs already: the poster comes too late
        if image.isNull():
            what = "This film has no picture that can be read here. Open it in the system's player."
            self.stage.say(what if piece.kind == "video" else "This file can't be shown as a picture.")
        else:
            self.stage.show_image(image)

    def _show_zoom(self, scale: float) -> None:
        self.percent.setText(f"{round(100 * scale)} %")

    def _show_love(self, piece: Piece) -> None:
        self.love.set_icon_name("heart-filled" if piece.favourite else "heart")
        self.love.set_name("Not a favourite" if piece.favourite else "Favourite")

    def _refresh(self) -> None:
        piece = self._create.piece(self._id)
        if piece is None:
            self.leave()
            return
        self._show_love(piece)
        self.strip.show_pieces(self._pieces(), self._id)

    def _open_outside(self) -> None:
        piece = self._create.piece(self._id)
        named = actions.named_file(piece) if piece is not None else None
        if named is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(named)))
