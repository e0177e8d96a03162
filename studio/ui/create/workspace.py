"""The Create workspace: sessions, conversation with composer, gallery, side by side."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QImage, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.ui.create import look
from studio.ui.create.banner import ConnectionBanner
from studio.ui.create.bindings import cut_with
from studio.ui.create.composer.composer import Composer
from studio.ui.create.composer.edit import png_of
from studio.ui.create.header import CreateHeader
from studio.ui.create.panes import Panes
from studio.ui.create.pictures import Pictures
from studio.ui.create.sessions.pane import SessionsPane
from studio.ui.create.starters import EmptySession, Starter, choose
from studio.ui.create.transcript.transcript import Transcript
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.guard import guarded
from studio.ui.widgets.drops import take

if TYPE_CHECKING:
    from studio.ui.create.drop_overlay import DropOverlay
    from studio.viewmodels.studio import StudioModel

_LOW_PX = 800


class Centre(QWidget):
    """Header, banner, transcript or invitation, composer; and the drop overlay over them."""

    def __init__(self, model: "StudioModel", pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        create = model.create
        self.header = CreateHeader(create, model.connection, self)
        self.banner = ConnectionBanner(model.connection, self)
        self.stack = QStackedWidget(self)
        self.transcript = Transcript(create, pictures)
        self.invitation = EmptySession(pictures)
        self.stack.addWidget(self.invitation)
        self.stack.addWidget(self.transcript)
        self.composer = Composer(create, model.connection, pictures, self)
        self._pictures = pictures
        self._overlay: DropOverlay | None = None
        self.setAcceptDrops(True)
        self._narrow = False
        self._overlay_box = QRect()
        self._connect()
        self.show_present()

    @property
    def overlay(self) -> "DropOverlay":
        """The drop overlay, made when the first drag comes."""
        if self._overlay is None:
            from studio.ui.create.drop_overlay import DropOverlay

            self._overlay = DropOverlay(self._pictures, self)
            self._overlay.setGeometry(self._overlay_box)
            self._overlay.dropped.connect(lambda paths, purpose: self._model.create.import_files(paths, purpose))
            self._overlay.refused.connect(self._say_refused)
            self._overlay.picture_dropped.connect(self._take_picture)
        return self._overlay

    def close_overlay(self) -> bool:
        """Hide the drop overlay; return whether it was shown."""
        shown = self._overlay is not None and not self._overlay.isHidden()
        if self._overlay is not None:
            self._overlay.hide()
        return shown

    def set_narrow(self, narrow: bool) -> None:
        """Below 1180 wide."""
        self._narrow = narrow
        self.header.set_narrow(narrow)
        self.composer.set_narrow(narrow)
        self.transcript.margin_px = self.invitation.margin_px = 16 if narrow else 24
        self.place()

    def show_present(self) -> None:
        """The transcript, or the invitation while nothing was said."""
        empty = not self._model.create.turns
        if empty:
            self.invitation.show_starters(choose(self._model.connection.available_tools.value))
        self.stack.setCurrentWidget(self.invitation if empty else self.transcript)

    def place(self) -> None:
        """Lay everything out by hand: the composer takes what it needs, the transcript what is left."""
        width, height = self.width(), self.height()
        self.composer.set_low(self.window().height() < look.px(_LOW_PX))
        header = self.header.height()
        self.header.setGeometry(0, 0, width, header)
        top = header
        if not self.banner.isHidden():
            inset = look.px(12)
            self.banner.setGeometry(inset, top, width - 2 * inset, look.px(44))
            top += look.px(44 + 8)
        margin = look.px(16 if self._narrow else 24)
        column = min(look.px(728), width - 2 * margin)
        below = look.px(20)
        composer = self.composer.sizeHint().height()
        self.composer.setGeometry((width - column) // 2, height - composer - below, column, composer)
        bottom = height - composer - below - look.px(12)
        self.stack.setGeometry(0, top, width, max(0, bottom - top))
        self._overlay_box = QRect(0, header, width, max(0, bottom - header + look.px(4)))
        if self._overlay is not None:
            self._overlay.setGeometry(self._overlay_box)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Follow the window."""
        self.place()

    @guarded(False)
    def event(self, event: QEvent) -> bool:
        """A child that wants another height asks for a new layout."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The workspace's ground."""
        QPainter(self).fillRect(self.rect(), look.color("bg.app"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files over the transcript: show what can be done with them."""
        if self.overlay.open_for(event.mimeData(), self._free()):
            take(event)

    def _free(self) -> int:
        from studio.ui.create.drop_rules import MOST_IMAGES

        create = self._model.create
        attached = [create.piece(item.piece_id) for item in create.composer.attachments]
        taken = sum(1 for piece in attached if piece is None or piece.kind == "image")
        return max(0, MOST_IMAGES - taken)

    def _connect(self) -> None:
        model, create = self._model, self._model.create
        self.transcript.edit_requested.connect(self.composer.fill)
        self.transcript.card_left.connect(self.composer.focus)
        self.transcript.verticalScrollBar().valueChanged.connect(lambda value: self.header.set_scrolled(value > 0))
        self.invitation.chosen.connect(self._begin)
        self.banner.shown_changed.connect(self.place)
        self.banner.switch_wanted.connect(lambda: model.connection.switch("local"))
        bindings = [
            create.reset.connect(self.show_present),
            create.turn_added.connect(lambda _index: self.show_present()),
            model.connection.available_tools.changed.connect(lambda _tools: self.show_present()),
        ]
        cut_with(self, bindings)
        look.on_theme_changed(self, self.place)

    def _begin(self, starter: Starter) -> None:
        text, changeable = starter.message()
        self.composer.fill(text, changeable)
        if starter.needs_picture and not self._model.create.composer.attachments:
            self.composer.hint.setText("Drop or attach the photo")

    def _say_refused(self, sentences: list[str]) -> None:
        title = "Some files weren't used" if len(sentences) > 1 else "One file wasn't used"
        self._model.notices.post("warning", title, " ".join(sentences))

    def _take_picture(self, image: object) -> None:
        if isinstance(image, QImage) and not image.isNull():
            self._model.create.composer.attach_bytes(png_of(image), "Dropped picture.png")


class CreateWorkspace(QWidget):
    """Three panes that fold away as the window gets smaller.

    Signals:
        viewer_requested(str): id of the piece to see full size.
        settings_requested: something asks for Settings.
        pack_wanted(str): a pack is to be installed.
        palette_requested: the palette field was pressed.
        template_wanted(int, int), draft_wanted(str, object): as of the transcript.
    """

    template_wanted = Signal(int, int)
    draft_wanted = Signal(str, object)
    viewer_requested = Signal(str)
    settings_requested = Signal()
    pack_wanted = Signal(str)
    palette_requested = Signal()

    def __init__(
        self, model: "StudioModel", parent: QWidget | None = None, *, pictures: Pictures | None = None
    ) -> None:
        super().__init__(parent)
        from studio.ui.gallery.pane import GalleryPane

        self.setObjectName("workspace")
        self._model = model
        self.pictures = pictures or thumbnails()
        QTimer.singleShot(0, self, _offer_to_screen_readers)
        self.sessions = SessionsPane(model.sessions, self.pictures)
        self.centre = Centre(model, self.pictures)
        self.gallery = GalleryPane(model.create, self.pictures)
        self.panes = Panes(self.sessions, self.centre, self.gallery, model.settings, self)
        self.transcript, self.composer = self.centre.transcript, self.centre.composer
        self.centre.header.sessions_toggled.connect(self.panes.toggle_left)
        self.centre.header.gallery_toggled.connect(self.panes.toggle_right)
        self.centre.header.palette_requested.connect(self.palette_requested)
        self.panes.narrowed.connect(self.centre.set_narrow)
        self.transcript.viewer_requested.connect(self.viewer_requested)
        self.transcript.settings_requested.connect(self.settings_requested)
        self.transcript.pack_wanted.connect(self.pack_wanted)
        self.transcript.template_wanted.connect(self.template_wanted)
        self.transcript.draft_wanted.connect(self.draft_wanted)
        self.transcript.round_clicked.connect(self._show_round)
        self.centre.banner.try_wanted.connect(self._try_connection)
        if hasattr(self.gallery, "viewer_requested"):
            self.gallery.viewer_requested.connect(self.viewer_requested)
        self._shortcuts()
        QTimer.singleShot(0, self.composer.focus)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The panes fill the workspace."""
        self.panes.setGeometry(QRect(0, 0, self.width(), self.height()))

    def leave(self) -> bool:
        """Esc: close what is over the transcript, then the drag, then the selection, then ask to stop."""
        if self.panes.close_overlays() or self.sessions.leave_search() or self.transcript.leave():
            return True
        if self.centre.close_overlay():
            return True
        if self.transcript.leave_card():
            self.composer.focus()
            return True
        if self._model.create.selection.value:
            self._model.create.selection.value = ()
            return True
        return self.composer.ask_to_stop()

    def _shortcuts(self) -> None:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, call in (
            ("Ctrl+N", self._new),
            ("Ctrl+B", self.panes.toggle_left),
            ("Ctrl+Shift+B", self.panes.toggle_right),
            ("Ctrl+.", self.panes.toggle_focus),
            ("Esc", self.leave),
            ("Ctrl+PgUp", lambda: self.transcript.go_round(-1)),
            ("Ctrl+PgDown", lambda: self.transcript.go_round(1)),
        ):
            QShortcut(QKeySequence(keys), self, context=context).activated.connect(call)

    def _new(self) -> None:
        self._model.sessions.new()
        self.composer.focus()

    def _show_round(self, number: int) -> None:
        show = getattr(self.gallery, "scroll_to_round", None)
        if callable(show):
            show(number)

    def _try_connection(self) -> None:
        self._model.connection.look_again()


def _offer_to_screen_readers() -> None:
    """After the first paint: the transcript as a list of turns."""
    from studio.ui.create.transcript.accessible import install

    install()
