"""The header of the editor: name, state, version, tabs, undo and redo, estimate, Save and Run."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.choices import Segmented
from studio.ui.widgets.labels import ElidedLabel, Label, StatusPill
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

TABS: Final = (("graph", "Graph"), ("inputs", "Inputs"), ("outline", "Outline"), ("json", "JSON"))
_NAME_PX: Final = 260


class _NameField(QLineEdit):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Name of the template")
        self.setMaxLength(200)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the name as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.setProperty("dropped", True)
            self.clearFocus()
            return
        super().keyPressEvent(event)


class NameLabel(QStackedWidget):
    """The name; a click, Enter or F2 edits it in place."""

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setMaximumWidth(theme().px(_NAME_PX))
        self.setFixedHeight(theme().px("size.control.default"))
        self.label = ElidedLabel("", "title")
        self.label.setCursor(Qt.CursorShape.IBeamCursor)
        self.label.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.field = _NameField()
        self.addWidget(self.label)
        self.addWidget(self.field)
        self.field.editingFinished.connect(self._finish)
        self.refresh()

    def refresh(self) -> None:
        """Show the present name."""
        self.label.set_words(self._editor.name)
        self.label.setAccessibleName(f"{self._editor.name}, rename")

    def begin(self) -> None:
        """Edit the name."""
        if self._editor.read_only:
            self._editor.refused.emit(self._editor.read_only)
            return
        self.field.setProperty("dropped", False)
        self.field.setText(self._editor.document.value.name)
        self.setCurrentWidget(self.field)
        self.field.selectAll()
        self.field.setFocus()

    def mousePressEvent(self, _event: object) -> None:
        """Edit the name."""
        if self.currentWidget() is self.label:
            self.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and F2 edit the name."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self.currentWidget() is self.label:
            self.begin()
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        if self.currentWidget() is not self.field:
            return
        self.setCurrentWidget(self.label)
        name = " ".join(self.field.text().split())
        if name and not self.field.property("dropped"):
            self._editor.apply("Rename the template", lambda document: ops.set_member(document, "name", name))
        self.refresh()


class EditorHeader(QFrame):
    """One row of 52.

    Signals:
        tab_wanted(str): graph, inputs, outline or json.
        run_wanted(): Run was pressed.
        own_wanted(): “Make it mine” was pressed on one that cannot be changed.
    """

    tab_wanted = Signal(str)
    run_wanted = Signal()
    own_wanted = Signal()

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setObjectName("editorHeader")
        shade = theme()
        self.setFixedHeight(shade.px("size.header"))
        row = QHBoxLayout(self)
        row.setContentsMargins(shade.px("space.6"), 0, shade.px("space.6"), 0)
        row.setSpacing(shade.px("space.3"))
        self.name = NameLabel(editor)
        self.state = StatusPill("info", "")
        self.version = Label("", "small", "secondary")
        self.tabs = Segmented(TABS, name="View", height=32, marks=("templates", "sliders", "list", "braces"))
        self.undo = IconButton("undo", "Undo", shortcut="Ctrl+Z")
        self.redo = IconButton("redo", "Redo", shortcut="Ctrl+Shift+Z")
        self.cost = Label("", "bodyStrong")
        self.time = Label("", "small", "muted")
        self.save = Button("Save", icon="save")
        self.own = Button("Make it mine", icon="fork")
        self.run = Button("Run…", icon="play", kind="primary")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.cost, 0, Qt.AlignmentFlag.AlignRight)
        words.addWidget(self.time, 0, Qt.AlignmentFlag.AlignRight)
        words.addStretch(1)
        left, right = QHBoxLayout(), QHBoxLayout()
        for layout in (left, right):
            layout.setSpacing(shade.px("space.3"))
        left.addWidget(self.name)
        left.addWidget(self.state)
        left.addWidget(self.version)
        left.addStretch(1)
        right.addStretch(1)
        right.addWidget(self.undo)
        right.addWidget(self.redo)
        right.addLayout(words)
        for button in (self.save, self.own, self.run):
            right.addWidget(button)
        row.addLayout(left, 1)
        row.addWidget(self.tabs)
        row.addLayout(right, 1)
        self.tabs.chosen.connect(self.tab_wanted)
        self.undo.clicked.connect(editor.undo)
        self.redo.clicked.connect(editor.redo)
        self.save.clicked.connect(lambda: editor.save())
        self.own.clicked.connect(self.own_wanted)
        self.run.clicked.connect(self.run_wanted)
        self._bindings: list[Binding] = [editor.changed.connect(self.refresh), editor.saved.connect(self.refresh)]
        self.refresh()

    def refresh(self) -> None:
        """Show how the template stands."""
        editor = self._editor
        self.name.refresh()
        content, fixed = editor.document.value.content, bool(editor.read_only)
        version = content.get("version")
        self.version.setText(f"v{version}" if isinstance(version, str) and version else "")
        words, status = self._state_words()
        self.state.set_status(status, words)
        self.state.setVisible(bool(words))
        self.undo.setEnabled(bool(editor.undo_words) and not fixed)
        self.undo.set_name(editor.undo_words or "Undo")
        self.redo.setEnabled(bool(editor.redo_words) and not fixed)
        self.redo.set_name(editor.redo_words or "Redo")
        self.save.setVisible(not fixed)
        self.own.setVisible(fixed)
        self.save.setEnabled(not editor.is_clean)
        self._show_estimate()
        blocking = editor.problems.value.to_fix
        self.run.setEnabled(not blocking and bool(editor.document.value.stages))
        self.run.setToolTip(blocking[0].message if blocking else "Run this template  Ctrl+Enter")

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _state_words(self) -> tuple[str, str]:
        editor = self._editor
        if editor.read_only:
            return "Comes with the studio", "info"
        if not editor.is_clean:
            return "Not saved yet", "info"
        return {
            "conflict": ("Changed in two places", "warning"),
            "changed": ("Changed here", "info"),
            "synced": ("Synced", "success"),
        }.get(editor.stored.state, ("", "info"))

    def _show_estimate(self) -> None:
        units, seconds = self._editor.estimate.value.units, self._editor.estimate.value.seconds
        same = units.least == units.most
        unit = "unit" if units.most == 1 else "units"
        self.cost.setText(f"{units.most:g} {unit}" if same else f"{units.least:g}–{units.most:g} {unit}")
        self.cost.setToolTip("Capacity units; on this computer they cost nothing")
        least, most = _minutes(seconds.least), _minutes(seconds.most)
        self.time.setText(f"about {most}" if least == most else f"{least} to {most}")


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
