"""The composer: attachments, the message, and what it is sent with."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextCursor,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.create import look
from studio.ui.create.bindings import cut_with
from studio.ui.create.buttons import CardButton
from studio.ui.create.composer.chips import ChipRows
from studio.ui.create.composer.controls import PickerButton, SendButton, ToolsChoiceControl
from studio.ui.create.composer.edit import MessageEdit
from studio.ui.create.composer.queued import QueuedRow
from studio.ui.create.pictures import Pictures
from studio.ui.gallery.actions import PIECES_MIME, piece_ids_of
from studio.ui.widgets.drops import take
from studio.viewmodels.state import ToolsChoice

if TYPE_CHECKING:
    from studio.ui.create.composer.picker import ModelPicker
    from studio.viewmodels.connection import ConnectionModel
    from studio.viewmodels.create import CreateModel

MOST_IMAGES = 20
_COUNT_FROM = 10
_STOP_CONFIRM_MS = 2_500
_TOOLS = (
    ("none", "Off", "Plain conversation, nothing is made"),
    ("creative-tools", "Creative", "Pictures, style, cut out, enlarge, restore, look"),
    ("creative-agent", "Agent", "Everything, with workflows and asset handling"),
)


class Composer(QFrame):
    """Shows a ComposerModel and sends through its CreateModel."""

    height_changed = Signal()

    def __init__(
        self, model: "CreateModel", connection: "ConnectionModel", pictures: Pictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._composer, self._connection = model, model.composer, connection
        self._lit = self._dragged = False
        self._stop_asked = QTimer(self)
        self._stop_asked.setSingleShot(True)
        self._stop_asked.setInterval(_STOP_CONFIRM_MS)
        self._stop_asked.timeout.connect(self._show_state)
        self.setAcceptDrops(True)
        self.setAccessibleName("Composer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.queued = QueuedRow()
        self.chips = ChipRows(pictures)
        self.edit = MessageEdit()
        self.attach = CardButton(icon="attach", kind="icon", name="Attach pictures and files", height_px=28)
        self.picker_button = PickerButton("cpu", "Model")
        self.tools_label = QLabel("Tools")
        self.tools = ToolsChoiceControl(_TOOLS)
        self.hint = QLabel()
        self.count = QLabel()
        self.send = SendButton()
        self.picker: ModelPicker | None = None
        self._lay_out()
        self._connect()
        look.on_theme_changed(self, self._restyle)
        self._restyle()
        self._show_all()

    # Layout

    def set_narrow(self, narrow: bool) -> None:
        """Below 1180: no word before the tools."""
        self.tools_label.setVisible(not narrow)
        self.picker_button.set_widest(140 if narrow else 200)

    def set_low(self, low: bool) -> None:
        """Below 800 high: the empty field is one line."""
        self.edit.set_fewest_lines(1 if low else 2)

    def focus(self) -> None:
        """Give the message field the keyboard."""
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def fill(self, text: str, changeable: tuple[int, int] | None = None) -> None:
        """Put *text* into the field, with the words that are meant to be changed selected."""
        self.edit.set_text(text)
        if changeable is not None:
            cursor = self.edit.textCursor()
            cursor.setPosition(changeable[0])
            cursor.setPosition(changeable[1], QTextCursor.MoveMode.KeepAnchor)
            self.edit.setTextCursor(cursor)
        self.focus()

    def choose_files(self) -> None:
        """Ask for files to attach, without blocking the window."""
        dialog = QFileDialog(self, "Attach pictures and files", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self._composer.attach_paths([Path(name) for name in names]))
        dialog.open()

    def ask_to_stop(self) -> bool:
        """Esc: once asks in the hint, twice stops; return whether there was something to stop."""
        if not self._model.working.value:
            return False
        if self._stop_asked.isActive():
            self._stop_asked.stop()
            self._model.stop()
        else:
            self._stop_asked.start()
        self._show_state()
        return True

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(look.px(400), self._column.sizeHint().height())

    # Qt

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Plate and border; the border is the focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ringed = self._lit or self._dragged
        key = "accent.base" if self._dragged else "focus.ring" if self._lit else "border.strong"
        painter.setPen(QPen(look.color(key), 2 if ringed else 1))
        painter.setBrush(look.color("bg.card"))
        inset = 1.0 if ringed else 0.5
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, look.px(14), look.px(14))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc asks to stop."""
        if event.key() == Qt.Key.Key_Escape and self.ask_to_stop():
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, pictures, pieces and text."""
        data = event.mimeData()
        if data.hasUrls() or data.hasImage() or data.hasText() or data.hasFormat(PIECES_MIME):
            take(event)
            self._set_dragged(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Let the border go."""
        self._set_dragged(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what was dropped, or insert its text."""
        self._set_dragged(False)
        data = event.mimeData()
        if data.hasFormat(PIECES_MIME):
            for piece_id in piece_ids_of(data):
                self._composer.attach_piece(piece_id)
        else:
            self.edit.insertFromMimeData(data)
        take(event)
        self.focus()

    def resizeEvent(self, _event: object) -> None:
        """Tell the workspace, whose transcript gets what is left."""
        self.height_changed.emit()

    # Parts

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(look.px(16), look.px(14), look.px(14), look.px(12))
        column.setSpacing(look.px(8))
        column.addWidget(self.queued)
        column.addWidget(self.chips)
        column.addWidget(self.edit)
        row = QHBoxLayout()
        row.setContentsMargins(look.px(-6), 0, 0, 0)
        row.setSpacing(look.px(8))
        row.addSpacing(-look.px(8))
        row.addWidget(self.attach)
        row.addWidget(self.picker_button)
        row.addSpacing(look.px(4))
        row.addWidget(self.tools_label)
        row.addWidget(self.tools)
        row.addStretch(1)
        row.addWidget(self.hint)
        row.addWidget(self.count)
        row.addWidget(self.send)
        column.addLayout(row)

    def _connect(self) -> None:
        composer, edit = self._composer, self.edit
        edit.textChanged.connect(self._typed)
        edit.send_wanted.connect(self._send)
        edit.files_pasted.connect(composer.attach_paths)
        edit.picture_pasted.connect(lambda data: composer.attach_bytes(data, "Pasted picture.png"))
        edit.earlier_wanted.connect(composer.history_previous)
        edit.later_wanted.connect(composer.history_next)
        edit.focused.connect(self._set_lit)
        edit.height_wanted.connect(self.updateGeometry)
        self.attach.clicked.connect(self.choose_files)
        self.chips.removed.connect(composer.remove)
        self.chips.retry_wanted.connect(composer.retry_upload)
        self.tools.chosen.connect(self._choose_tools)
        self.send.clicked.connect(self._send_pressed)
        self.picker_button.clicked.connect(self._open_picker)
        self.queued.send_wanted.connect(composer.send_queued_now)
        self.queued.edit_wanted.connect(self._edit_queued)
        self.queued.drop_wanted.connect(composer.drop_queued)
        bindings = [
            composer.text.changed.connect(self._show_text),
            composer.attachments_changed.connect(self._show_attachments),
            composer.tools.changed.connect(self.tools.set_value),
            composer.model.changed.connect(lambda _id: self._show_model()),
            composer.models.changed.connect(lambda _all: self._show_model()),
            composer.queued.changed.connect(self.queued.show_text),
            composer.can_send.changed.connect(lambda _can: self._show_state()),
            composer.blocked_reason.changed.connect(lambda _why: self._show_state()),
            self._model.working.changed.connect(lambda _on: self._show_state()),
            self._model.reset.connect(self._show_all),
            self._model.turn_changed.connect(lambda _index: self._show_placeholder()),
        ]
        cut_with(self, bindings)

    def _restyle(self) -> None:
        for label, key, style in (
            (self.tools_label, "text.muted", "body"),
            (self.hint, "text.muted", "small"),
            (self.count, "text.muted", "small"),
        ):
            label.setFont(look.font(style))
            label.setStyleSheet(f"color: {look.color(key).name()}; background: transparent;")
        self.update()

    def _show_all(self) -> None:
        composer = self._composer
        self._show_text(composer.text.value)
        self._show_attachments()
        self.tools.set_value(composer.tools.value)
        self._show_model()
        self.queued.show_text(composer.queued.value)
        self._show_state()

    def _show_text(self, text: str) -> None:
        self.edit.set_text(text)
        self._show_state()

    def _show_attachments(self) -> None:
        shown = []
        images = 0
        for item in self._composer.attachments:
            piece = self._model.piece(item.piece_id) if item.piece_id else None
            images += piece is None or piece.kind == "image"
            shown.append((item, piece.badge if piece is not None else ""))
        self.chips.show_attachments(shown)
        self.count.setText(f"{images} of {MOST_IMAGES}" if images >= _COUNT_FROM else "")
        self.count.setVisible(images >= _COUNT_FROM)
        self._show_state()

    def _show_model(self) -> None:
        chosen = self._composer.model.value
        title = next((c.title for c in self._composer.models.value if c.id == chosen), chosen) or "Automatic"
        self.picker_button.show_words(title)

    def _show_state(self) -> None:
        working, can = self._model.working.value, self._composer.can_send.value
        written = bool(self.edit.toPlainText().strip())
        self.send.show_state(stops=working and not written, ready=can, reason=self._composer.blocked_reason.value)
        self._show_placeholder()
        if working and self._stop_asked.isActive():
            hint = "Esc again stops"
        elif working and written:
            hint = "Enter: waits as the next message"
        else:
            hint = "" if can or not written else self._composer.blocked_reason.value
        self.hint.setText(hint)

    def _show_placeholder(self) -> None:
        turns = self._model.turns
        waiting = turns[-1].waiting if turns else None
        if waiting is not None:
            words = "Write what comes next" if waiting.is_approval else "Answer in your own words"
        elif self._model.working.value:
            words = "Write what comes next while this is working"
        else:
            words = "Say it in your own words, or drop pictures here"
        if words != self.edit.placeholderText():
            self.edit.setPlaceholderText(words)

    def _typed(self) -> None:
        self._composer.text.value = self.edit.toPlainText()
        self._show_state()

    def _send(self) -> None:
        if self._composer.can_send.value:
            self._model.send()

    def _send_pressed(self) -> None:
        if self.send.stops:
            self._model.stop()
        else:
            self._send()
        self.focus()

    def _choose_tools(self, key: str) -> None:
        self._composer.tools.value = cast(ToolsChoice, key)

    def _choose_model(self, model_id: str) -> None:
        self._composer.model.value = model_id
        self.focus()

    def _open_picker(self) -> None:
        composer = self._composer
        answered = self._connection.answered_by.value
        # Only needed when it is opened: the start has to be quick.
        from studio.ui.create.composer.picker import ModelPicker

        if self.picker is None or self.picker.parentWidget() is not self.window():
            self.picker = ModelPicker(self.window())
            self.picker.chosen.connect(self._choose_model)
        self.picker.open_for(self.picker_button, composer.models.value, composer.model.value, answered)

    def _edit_queued(self) -> None:
        text = self._composer.queued.value
        self._composer.drop_queued()
        self.fill(text)

    def _set_lit(self, lit: bool) -> None:
        self._lit = lit
        self.update()

    def _set_dragged(self, dragged: bool) -> None:
        self._dragged = dragged
        self.update()
