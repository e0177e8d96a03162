"""The problems of the open template: what blocks a run, what to look at, and a click that puts it right."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.contract.editing.document import INPUTS
from studio.contract.editing.problems import CHECKED_AGAINST, Problem
from studio.ui.settings.parts import IconLabel
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton, set_property
from studio.ui.widgets.labels import ElidedLabel, Label, StatusPill
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_NODE_PX: Final = 126
_MOST_ROWS: Final = 60


class ProblemRow(QFrame):
    """One problem: mark, stage, sentence, repair.

    Signals:
        chosen(): the row was pressed.
        repair_wanted(int): a repair was pressed.
    """

    chosen = Signal()
    repair_wanted = Signal(int)

    def __init__(self, problem: Problem, node: str) -> None:
        super().__init__()
        shade = theme()
        self.problem = problem
        self.words = _words(problem, node)
        self.setObjectName("problemRow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(shade.px("size.row.problem"))
        kind = "to fix" if problem.to_fix else "to look at"
        self.setAccessibleName(f"{node}: {problem.message} ({kind})")
        row = QHBoxLayout(self)
        row.setContentsMargins(shade.px("space.6"), 0, shade.px("space.6"), 0)
        row.setSpacing(shade.px("space.3"))
        icon, key = ("error", "status.danger") if problem.to_fix else ("alert", "status.warning")
        row.addWidget(IconLabel(icon, 16, key))
        name = ElidedLabel(node, "bodyStrong")
        name.setFixedWidth(shade.px(_NODE_PX))
        row.addWidget(name)
        row.addWidget(ElidedLabel(problem.message, "body", "secondary"), 1)
        for number, repair in enumerate(problem.repairs):
            button = Button(repair.title, kind="link", size="compact", name=f"{repair.title}: {problem.message}")
            button.clicked.connect(lambda _on=False, number=number: self.repair_wanted.emit(number))
            if number:
                row.addSpacing(shade.px("space.3"))
            row.addWidget(button)

    def set_chosen(self, chosen: bool) -> None:
        """Show that it is the one that was looked at last."""
        set_property(self, "chosen", chosen)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Choose."""
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses; arrows walk."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        set_property(self, "hot", True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark."""
        set_property(self, "hot", False)
        super().leaveEvent(event)


class ProblemsPanel(QFrame):
    """Below the graph, 146 high; folds to its header.

    Signals:
        shown(Problem): the person looks at one; the editor has selected its stage.
    """

    shown = Signal(object)

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._chosen = ""
        self._shown: list[ProblemRow] = []
        self.setObjectName("problems")
        self.setAccessibleName("Problems")
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(shade.px(38))
        row = QHBoxLayout(head)
        row.setContentsMargins(shade.px("space.6"), 0, shade.px("space.4"), 0)
        row.setSpacing(shade.px("space.4"))
        self.title = Label("Problems", "bodyStrong")
        self.to_fix = StatusPill("danger", "")
        self.to_look = StatusPill("warning", "")
        self.none = StatusPill("success", "None")
        self.stamp = Label("", "small", "muted")
        self.fold = IconButton("chevron-down", "Fold the problems", size=28, icon_size=16)
        for widget in (self.title, self.to_fix, self.to_look, self.none):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.stamp)
        row.addWidget(self.fold)
        column.addWidget(head)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        ground = QWidget()
        ground.setProperty("ground", "none")
        self._rows = QVBoxLayout(ground)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.area.setWidget(ground)
        column.addWidget(self.area, 1)
        self.fold.clicked.connect(lambda: self.set_folded(not self.folded))
        self._folded = False
        self._bindings: list[Binding] = [editor.problems.changed.connect(self.refresh)]
        self.refresh()

    @property
    def folded(self) -> bool:
        """Whether only the header is shown."""
        return self._folded

    @property
    def rows(self) -> list[ProblemRow]:
        """The rows that are shown."""
        return self._shown

    def set_folded(self, folded: bool) -> None:
        """Show the header only, or the rows too."""
        self._folded = folded
        self.fold.set_icon_name("chevron-up" if folded else "chevron-down")
        self.fold.set_name("Show the problems" if folded else "Fold the problems")
        self.area.setVisible(not folded and bool(self.rows))
        self.setFixedHeight(theme().px(38) if folded or not self.rows else theme().px("size.problems"))

    def refresh(self, _value: object = None) -> None:
        """Show the problems of the present document."""
        found = self._editor.problems.value.found
        fix, look = len(self._editor.problems.value.to_fix), 0
        look = len(found) - fix
        self.to_fix.set_status("danger", f"{fix} to fix")
        self.to_look.set_status("warning", f"{look} to look at")
        self.to_fix.setVisible(fix > 0)
        self.to_look.setVisible(look > 0)
        self.none.setVisible(not found)
        checked = "Checked on this computer, just now"
        self.stamp.setText(checked if fix else f"{checked} · valid for API version {CHECKED_AGAINST}")
        shown = [(problem, self._node_words(problem)) for problem in found[:_MOST_ROWS]]
        if self._shown and [row.words for row in self._shown] == [_words(*each) for each in shown]:
            for row, (problem, _node) in zip(self._shown, shown, strict=True):
                row.problem = problem
            return
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._shown = []
        for problem, node in shown:
            row = ProblemRow(problem, node)
            row.set_chosen(problem.id == self._chosen)
            row.chosen.connect(lambda row=row: self.choose(row.problem))
            row.repair_wanted.connect(lambda number, row=row: self._editor.repair(row.problem.repairs[number]))
            self._rows.addWidget(row)
            self._shown.append(row)
        if len(found) > _MOST_ROWS:
            more = Label(f"and {len(found) - _MOST_ROWS} more", "small", "muted")
            more.setContentsMargins(theme().px("space.6"), 0, 0, 0)
            self._rows.addWidget(more)
        self._rows.addStretch(1)
        self.set_folded(self._folded)

    def choose(self, problem: Problem) -> None:
        """Lead to a problem's place."""
        self._chosen = problem.id
        for row in self.rows:
            row.set_chosen(row.problem.id == problem.id)
        self._editor.show_problem(problem)
        self.shown.emit(problem)

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _node_words(self, problem: Problem) -> str:
        document = self._editor.document.value
        if problem.node == INPUTS:
            return "Inputs"
        return document.stage(problem.node).label if document.has_stage(problem.node) else "Template"


def _words(problem: Problem, node: str) -> tuple[object, ...]:
    """Return everything that a row shows."""
    return problem.id, node, problem.message, problem.to_fix, *(repair.title for repair in problem.repairs)
