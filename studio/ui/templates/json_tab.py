"""The whole document as text: edits apply when they are valid JSON; until then a bar says where it is not."""

import json
import re
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.contract.editing.document import INPUTS, Document
from studio.contract.editing.files import can_be_kept
from studio.contract.editing.problems import Problem
from studio.contract.templates.documents import respelled
from studio.ui.settings.parts import IconLabel
from studio.ui.templates.json_edit import JsonEdit
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_APPLY_AFTER_MS: Final = 400
_FORMAT_KEYS: Final = "Ctrl+Shift+F"
_NAMED: Final = re.compile(r'\s*"(id|name)": "([^"\\]*)"')


def text_of(document: Document) -> str:
    """Return the document as the text of the tab."""
    return json.dumps(document.content, ensure_ascii=False, indent=2)


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
        self.format = Button("Format", size="compact", name="Set the text out evenly")
        self.format.setToolTip(f"Set the text out evenly  {_FORMAT_KEYS}")
        self.format.setParent(self.edit)
        self.format.setVisible(not editor.read_only)
        self.format.clicked.connect(self.format_text)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(_FORMAT_KEYS), self, context=context).activated.connect(self.format_text)
        self.edit.framed.connect(self._place_format)
        self.bar.hide()
        self._applying = self._showing = False
        self._where = (0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_APPLY_AFTER_MS)
        self._timer.timeout.connect(self.apply_now)
        self.edit.textChanged.connect(self._typed)
        self.drop.clicked.connect(self.discard)
        self.show_line.clicked.connect(lambda: self.edit.go_to_line(*self._where))
        self._bindings: list[Binding] = [
            editor.document.changed.connect(lambda _doc: self._document_changed()),
            editor.problems.changed.connect(lambda _found: self._mark()),
        ]
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
        if not self.edit.isReadOnly() and not self._showing:
            self._timer.start()

    def _document_changed(self) -> None:
        if not self._applying:
            applied = self.is_applied
            self.bar.hide()
            self._timer.stop()
            self._show(undoable=not applied)  # what was not applied yet comes back with Ctrl+Z

    def _show(self, *, undoable: bool = False) -> None:
        self._showing = True
        self.edit.show_text(text_of(self._editor.document.value), undoable=undoable)
        self._showing = False
        self._mark()

    def _place_format(self) -> None:
        edge, view = theme().px("space.4"), self.edit.viewport().geometry()
        self.format.adjustSize()
        self.format.move(view.right() - self.format.width() - edge, view.top() + edge)

    def show_problem(self, problem: Problem) -> None:
        """Go to the line of a problem."""
        self.edit.go_to_line(self._lines().get(_key(problem), 0))
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lines(self) -> dict[tuple[str, str], int]:
        """Return in which line each stage and input is named."""
        places: dict[tuple[str, str], int] = {}
        for number, line in enumerate(self.edit.toPlainText().split("\n")):
            named = _NAMED.match(line)
            if named is not None:
                places.setdefault((named[1], named[2]), number)
        return places

    def _mark(self) -> None:
        """Mark the line of the stage or input of each problem."""
        found = self._editor.problems.value.found
        lines = self._lines() if found else {}
        marks: dict[int, bool] = {}
        for problem in found:
            place = lines.get(_key(problem), 0)
            marks[place] = marks.get(place, False) or problem.to_fix
        self.edit.set_marks(marks)

    def _refuse(self, words: str, line: int, column: int) -> None:
        self._where = (line, column)
        self.said.setText(words)
        self.bar.show()


def _key(problem: Problem) -> tuple[str, str]:
    return ("name", problem.member) if problem.node == INPUTS else ("id", problem.node)


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
