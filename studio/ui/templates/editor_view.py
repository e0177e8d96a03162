"""The editor of one template: header, graph, inputs, outline and JSON, with the inspector at the right."""

from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from studio.contract.editing.document import INPUTS
from studio.contract.editing.problems import Problem
from studio.ui.templates.graph import GraphView
from studio.ui.templates.header import EditorHeader
from studio.ui.templates.inputs import InputsTab
from studio.ui.templates.inspector import Inspector
from studio.ui.templates.json_tab import JsonTab
from studio.ui.templates.outline import Outline
from studio.ui.templates.problems_panel import ProblemsPanel
from studio.ui.templates.side import SidePane

if TYPE_CHECKING:
    from studio.ui.templates.running_view import RunStrip
    from studio.viewmodels.templates.editor import EditorModel


AnyPage = TypeVar("AnyPage", bound=QWidget)


class _Part(Protocol):
    def close_bindings(self) -> None: ...


class EditorView(QWidget):
    """One open template.

    Signals:
        run_wanted(), own_wanted(): buttons of the header.
    """

    run_wanted = Signal()
    own_wanted = Signal()

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._inputs: InputsTab | None = None
        self._outline: Outline | None = None
        self._json: JsonTab | None = None
        self._strip: RunStrip | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = EditorHeader(editor)
        column.addWidget(self.header)
        row = QHBoxLayout()
        row.setSpacing(0)
        left = QVBoxLayout()
        left.setSpacing(0)
        self.pages = QStackedWidget()
        self.graph = GraphView(editor)
        self.pages.addWidget(self.graph)
        left.addWidget(self.pages, 1)
        self.problems = ProblemsPanel(editor)
        left.addWidget(self.problems)
        row.addLayout(left, 1)
        self.side = SidePane()
        self.inspector = Inspector(editor)
        self.side.column.addWidget(self.inspector)
        row.addWidget(self.side)
        column.addLayout(row, 1)
        self.header.tab_wanted.connect(self.show_tab)
        self.header.run_wanted.connect(self.run_wanted)
        self.header.own_wanted.connect(self.own_wanted)
        self.problems.shown.connect(self._problem_shown)
        self.graph.stage_opened.connect(self._stage_opened)
        for keys, call in (
            ("Ctrl+S", self._save_by_key),
            ("Ctrl+Z", editor.undo),
            ("Ctrl+Shift+Z", editor.redo),
            ("Ctrl+Y", editor.redo),
            ("Ctrl+Return", self._run_by_key),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    def add_strip(self, strip: "RunStrip") -> None:
        """Show a strip under the header: how a run stands."""
        self._strip = strip
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, strip)

    @property
    def tab(self) -> str:
        """Which tab is shown."""
        return self.header.tabs.current

    def show_tab(self, name: str) -> None:
        """Show graph, inputs, outline or json."""
        self.header.tabs.set_current(name)
        page: QWidget = self.graph
        if name == "inputs":
            self._inputs = self._inputs or self._added(InputsTab(self.editor))
            page = self._inputs
        elif name == "outline":
            self._outline = self._outline or self._added(Outline(self.editor))
            page = self._outline
        elif name == "json":
            self._json = self._json or self._added(JsonTab(self.editor))
            page = self._json
        self.pages.setCurrentWidget(page)
        self.side.setVisible(name in ("graph", "outline"))
        self.problems.setVisible(name != "inputs")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window has a narrow inspector."""
        super().resizeEvent(event)
        self.side.fit()

    def close_bindings(self) -> None:
        """Listen no more."""
        parts: list[_Part | None] = [
            self.header, self.problems, self.inspector, self._inputs, self._outline, self._json, self._strip,
        ]  # fmt: skip
        for part in parts:
            if part is not None:
                part.close_bindings()

    def _added(self, page: AnyPage) -> AnyPage:
        self.pages.addWidget(page)
        return page

    def _stage_opened(self, node: str) -> None:
        """A node was double-clicked, or Enter was pressed on it: go on in its form."""
        if node == INPUTS:
            self.show_tab("inputs")
            return
        fields = self.inspector.findChildren(QLineEdit)
        first = next((field for field in fields if field.isVisible() and field.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _problem_shown(self, problem: Problem) -> None:
        if self.tab == "json" and self._json is not None:
            self._json.show_problem(problem)
            return
        if problem.node == "$inputs":
            self.show_tab("inputs")
            if self._inputs is not None and problem.member:
                self._inputs.choose(problem.member)
            return
        if self.tab not in ("graph", "outline"):
            self.show_tab("graph")
        if self.tab == "graph" and problem.node:
            self.graph.centre_on(problem.node)

    def _settle(self) -> None:
        """Take over what was typed as JSON a moment ago."""
        if self._json is not None and not self._json.is_applied:
            self._json.apply_now()

    def _save_by_key(self) -> None:
        self._settle()
        self.editor.save()

    def _run_by_key(self) -> None:
        self._settle()
        if self.header.run.isEnabled():
            self.run_wanted.emit()
