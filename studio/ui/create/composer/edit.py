"""Where the message is typed: grows with its text, sends on Enter, takes pictures that are pasted."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QPalette,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from studio.ui.create import look
from studio.ui.guard import guarded

_MOST_LINES = 8


class MessageEdit(QTextEdit):
    """Plain text of one to eight lines, then scrolling.

    Signals:
        send_wanted: Enter or Ctrl+Enter, but never the Enter that ends a composition.
        files_pasted(list): paths from the clipboard.
        picture_pasted(bytes): a picture from the clipboard, as PNG.
        earlier_wanted, later_wanted: go through the messages sent before.
        focused(bool): the field has the keyboard.
        height_wanted: the number of lines has changed.
    """

    send_wanted = Signal()
    files_pasted = Signal(list)
    picture_pasted = Signal(bytes)
    earlier_wanted = Signal()
    later_wanted = Signal()
    focused = Signal(bool)
    height_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = False
        self._fewest_lines = 2
        self._lines = 1
        self.setObjectName("message")
        self.setAccessibleName("Message")
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self.textChanged.connect(self._keep_line_height)
        look.on_theme_changed(self, self.restyle)
        self.restyle()

    def set_fewest_lines(self, lines: int) -> None:
        """Height of the empty field, in lines."""
        if lines != self._fewest_lines:
            self._fewest_lines = lines
            self._grow()

    def set_text(self, text: str) -> None:
        """Replace the text, undoably, with the caret at its end."""
        if text == self.toPlainText():
            return
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def sizeHint(self) -> QSize:
        """As high as the lines that are there."""
        return QSize(400, self._lines * look.line_px("reading"))

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(120, look.line_px("reading"))

    def restyle(self) -> None:
        """Follow the theme."""
        self.setFont(look.font("reading"))
        self.document().setDefaultFont(look.font("reading"))
        faint = look.color("text.placeholder").name()
        # The style sheet, not the palette, decides the placeholder's colour.
        self.setStyleSheet(
            "QTextEdit#message { background: transparent; border: none; padding: 0;"
            f" placeholder-text-color: {faint}; }}"
        )
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, look.color("text.primary"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, look.color("text.placeholder"))
        palette.setColor(QPalette.ColorRole.Highlight, look.color("accent.border"))
        palette.setColor(QPalette.ColorRole.HighlightedText, look.color("text.primary"))
        self.setPalette(palette)
        self._keep_line_height()
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends; Shift+Enter breaks the line; Up in an empty field recalls."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._composing:
                return
            if modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
                self.send_wanted.emit()
                return
        move: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Up: self.earlier_wanted.emit,
            Qt.Key.Key_Down: self.later_wanted.emit,
        }
        if event.key() in move and modifiers == Qt.KeyboardModifier.AltModifier:
            move[event.key()]()
            return
        if event.key() == Qt.Key.Key_Up and not modifiers and not self.toPlainText() and not self._composing:
            self.earlier_wanted.emit()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a composition is open."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Light the composer's border."""
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the border go."""
        super().focusOutEvent(event)
        self._composing = False
        self.focused.emit(False)

    @guarded(False)
    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text, pictures and files."""
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Attach files and pictures; insert text as it is."""
        files = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if files:
            self.files_pasted.emit(files)
        elif source.hasImage():
            self.picture_pasted.emit(png_of(QImage(source.imageData())))
        elif source.hasText():
            self.insertPlainText(source.text())

    def resizeEvent(self, event: object) -> None:
        """A new width may need other lines."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._grow()

    def _grow(self, *_: object) -> None:
        line = look.line_px("reading")
        needed = max(1, round(self.document().size().height() / line))
        lines = max(self._fewest_lines, min(_MOST_LINES, needed))
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if needed > _MOST_LINES else policy.ScrollBarAlwaysOff)
        if lines != self._lines or self.height() != lines * line:
            self._lines = lines
            self.setFixedHeight(lines * line)
            self.updateGeometry()
            self.height_wanted.emit()

    def _keep_line_height(self) -> None:
        """Lines are 22 px high whatever is typed into them."""
        form = self.textCursor().blockFormat()
        line = look.line_px("reading")
        if form.lineHeight() == line:
            return
        fixed = QTextBlockFormat()
        fixed.setLineHeight(line, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        was = self.blockSignals(True)
        cursor.joinPreviousEditBlock()
        cursor.mergeBlockFormat(fixed)
        cursor.endEditBlock()
        self.blockSignals(was)


def png_of(image: QImage) -> bytes:
    """Return *image* as PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
