"""The whole document as text: line numbers, colours, problems in the gutter; edits apply when they are valid JSON."""

import json
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRect, QRegularExpression, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.contract.editing.document import Document
from studio.contract.editing.files import can_be_kept
from studio.contract.templates.documents import respelled
from studio.ui.guard import guarded
from studio.ui.settings.parts import IconLabel
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_APPLY_AFTER_MS: Final = 400
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_TOKENS: Final = (
    (r"\$(?:inputs|artifacts|item|runtime|run)(?:\.[A-Za-z_]\w*|\[\d+\]|\[\*\])*", "media.video"),
    (r"(?<![\w.\"])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b", "media.model3d"),
    (r"\b(?:true|false|null)\b", "media.text"),
)


def text_of(document: Document) -> str:
    """Return the document as the text of the tab."""
    return json.dumps(document.content, ensure_ascii=False, indent=2)


class _Colours(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._string = QRegularExpression(_STRING)
        self._rules = [(QRegularExpression(pattern), key) for pattern, key in _TOKENS]

    def highlightBlock(self, text: str) -> None:
        """Colour one line: names, texts, then what stands outside or inside them."""
        inside = [False] * len(text)
        strings = self._string.globalMatch(text)
        while strings.hasNext():
            match = strings.next()
            start, end = match.capturedStart(), match.capturedEnd()
            is_name = text[end:].lstrip().startswith(":")
            self.setFormat(start, end - start, _coloured("accent.text" if is_name else "media.audio"))
            inside[start:end] = [True] * (end - start)
        for number, (rule, key) in enumerate(self._rules):
            matches = rule.globalMatch(text)
            while matches.hasNext():
                match = matches.next()
                start = match.capturedStart()
                if number == 0 or not inside[start]:  # references live in texts, numbers and words do not
                    self.setFormat(start, match.capturedLength(), _coloured(key))


def _coloured(key: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(theme().color(key))
    return form


class _Gutter(QWidget):
    """Line numbers, and marks where problems are."""

    def __init__(self, edit: "JsonEdit") -> None:
        super().__init__(edit)
        self._edit = edit

    @guarded(QSize(40, 0))
    def sizeHint(self) -> QSize:
        """As wide as the longest number."""
        return QSize(self._edit.gutter_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers of the lines in view."""
        self._edit.paint_gutter(QPainter(self), event.rect())


class JsonEdit(QPlainTextEdit):
    """A text with line numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jsonEdit")
        self.setProperty("mono", True)
        self.setAccessibleName("The template as JSON")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(2 * QFontMetricsF(theme().font("mono")).horizontalAdvance(" "))
        self.marks: dict[int, bool] = {}
        """Lines (from 0) with problems, and whether one of them blocks."""
        self._colours = _Colours(self.document())
        self._gutter = _Gutter(self)
        self.blockCountChanged.connect(lambda _count: self._make_room())
        self.updateRequest.connect(self._scrolled)
        theme().on_change(self, self._restyle)
        self._make_room()

    def gutter_px(self) -> int:
        """Width of the numbers and marks."""
        digits = len(str(max(100, self.blockCount())))
        return round(QFontMetricsF(theme().font("monoSmall")).horizontalAdvance("9") * digits) + theme().px(28)

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Paint the numbers of the lines inside *area*."""
        shade = theme()
        painter.setFont(shade.font("monoSmall"))
        block = self.firstVisibleBlock()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= area.bottom():
            height = round(self.blockBoundingRect(block).height())
            if block.isVisible() and top + height >= area.top():
                number = block.blockNumber()
                here = number == self.textCursor().blockNumber()
                painter.setPen(shade.color("text.secondary" if here else "text.muted"))
                box = QRect(0, top, self._gutter.width() - shade.px(8), height)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1))
                if number in self.marks:
                    color = shade.color("status.danger" if self.marks[number] else "status.warning")
                    edge = shade.px(6)
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(color)
                    painter.drawEllipse(shade.px(6), top + (height - edge) // 2, edge, edge)
            top += height
            block = block.next()

    def set_marks(self, marks: dict[int, bool]) -> None:
        """Show where problems are."""
        self.marks = marks
        self._gutter.update()

    def go_to_line(self, line: int, column: int = 0) -> None:
        """Put the caret there, counted from 0."""
        block = self.document().findBlockByNumber(max(0, line))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(column, max(0, block.length() - 1)))
        self.setTextCursor(cursor)
        self.centerCursor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The gutter is as high as the text."""
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._gutter.setGeometry(QRect(inner.left(), inner.top(), self.gutter_px(), inner.height()))

    def _restyle(self) -> None:
        self._colours.rehighlight()

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter_px(), 0, 0, 0)

    def _scrolled(self, area: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())


class JsonTab(QWidget):
    """The editor of the text, and a bar that says what keeps it from being applied."""

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = QFrame()
        self.bar.setObjectName("notApplied")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(shade.px("space.6"), shade.px("space.3"), shade.px("space.6"), shade.px("space.3"))
        row.setSpacing(shade.px("space.4"))
        row.addWidget(IconLabel("alert", 16, "status.warning"))
        self.said = Label("", "body", wrap=True)
        row.addWidget(self.said, 1)
        self.show_line = Button("Show", kind="link", size="compact")
        self.drop = Button("Discard the edit", kind="link", size="compact")
        row.addWidget(self.show_line)
        row.addWidget(self.drop)
        column.addWidget(self.bar)
        self.edit = JsonEdit()
        self.edit.setFrameShape(QFrame.Shape.NoFrame)
        self.edit.setReadOnly(bool(editor.read_only))
        column.addWidget(self.edit, 1)
        self.bar.hide()
        self._applying = False
        self._where = (0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_APPLY_AFTER_MS)
        self._timer.timeout.connect(self.apply_now)
        self.edit.textChanged.connect(self._typed)
        self.drop.clicked.connect(self.discard)
        self.show_line.clicked.connect(lambda: self.edit.go_to_line(*self._where))
        self._bindings: list[Binding] = [editor.document.changed.connect(lambda _doc: self._document_changed())]
        self._show()

    @property
    def is_applied(self) -> bool:
        """Whether the text is what the template is."""
        return self.bar.isHidden() and not self._timer.isActive()

    def apply_now(self) -> bool:
        """Take the text over if it is valid; say what is wrong otherwise. Returns whether it was taken."""
        self._timer.stop()
        text = self.edit.toPlainText()
        try:
            body: Any = json.loads(text, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            line, column = _place(text, error)
            self._refuse(f"Not applied yet: line {line + 1}, {_words(error)}.", line, column)
            return False
        except (ValueError, RecursionError) as error:
            self._refuse(f"Not applied yet: {error}.", 0, 0)
            return False
        if not isinstance(body, dict):
            self._refuse("Not applied yet: a template is an object, in braces.", 0, 0)
            return False
        if not can_be_kept(body):
            self._refuse("Not applied yet: it holds something that no template has.", 0, 0)
            return False
        self.bar.hide()
        self._applying = True
        try:
            self._editor.take_content("Edit the JSON", Document(respelled(body)))
        finally:
            self._applying = False
        self._mark()
        return True

    def discard(self) -> None:
        """Show the template as it is."""
        self._timer.stop()
        self.bar.hide()
        self._show()

    def format_text(self) -> None:
        """Set the text out evenly, when it is valid."""
        if self.apply_now():
            self._show()

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _typed(self) -> None:
        if not self.edit.isReadOnly():
            self._timer.start()

    def _document_changed(self) -> None:
        if not self._applying:
            self.bar.hide()
            self._timer.stop()
            self._show()

    def _show(self) -> None:
        text = text_of(self._editor.document.value)
        if text != self.edit.toPlainText():
            place, scroll = self.edit.textCursor().position(), self.edit.verticalScrollBar().value()
            self.edit.blockSignals(True)
            self.edit.setPlainText(text)
            self.edit.blockSignals(False)
            cursor = self.edit.textCursor()
            cursor.setPosition(min(place, len(text)))
            self.edit.setTextCursor(cursor)
            self.edit.verticalScrollBar().setValue(scroll)
        self._mark()

    def _mark(self) -> None:
        """Mark the line of the stage or input of each problem."""
        lines = self.edit.toPlainText().split("\n")
        marks: dict[int, bool] = {}
        for problem in self._editor.problems.value.found:
            key = "name" if problem.node == "$inputs" else "id"
            wanted = f'"{key}": "{problem.member if key == "name" else problem.node}"'
            line = next((number for number, text in enumerate(lines) if wanted in text), 0)
            marks[line] = marks.get(line, False) or problem.to_fix
        self.edit.set_marks(marks)

    def _refuse(self, words: str, line: int, column: int) -> None:
        self._where = (line, column)
        self.said.setText(words)
        self.bar.show()


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _place(text: str, error: json.JSONDecodeError) -> tuple[int, int]:
    """Return line and column, from 0, where a person looks: a missing comma is missing behind the last thing."""
    at = error.pos
    if "delimiter" in error.msg:
        at = len(text[:at].rstrip())
    return text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)


def _words(error: json.JSONDecodeError) -> str:
    """Return what is wrong as a person would say it."""
    said = {
        "Expecting ',' delimiter": "a comma is missing",
        "Expecting ':' delimiter": "a colon is missing",
        "Expecting value": "a value is missing",
        "Expecting property name enclosed in double quotes": "a name in quotes is missing, or a comma is too many",
        "Unterminated string starting at": "a text is not closed",
        "Extra data": "there is something behind the end",
        "Illegal trailing comma before end of object": "there is a comma too many",
        "Illegal trailing comma before end of array": "there is a comma too many",
    }
    return said.get(error.msg, error.msg[:1].lower() + error.msg[1:])
