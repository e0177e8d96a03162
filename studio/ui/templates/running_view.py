"""A run in the window: a strip that says how it stands and takes answers, over the graph and on the page."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.gallery.entries import time_left
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import ElidedLabel, Label, StatusPill
from studio.ui.widgets.progress import ProgressBar
from studio.viewmodels.balance import amount_words
from studio.viewmodels.observable import Binding
from studio.viewmodels.templates.run_state import PauseState, RunState, StageState

if TYPE_CHECKING:
    from studio.viewmodels.templates.running import TemplateRunModel, TemplateRuns

_PILLS: Final[Mapping[str, str]] = {
    "waiting_here": "queued", "starting": "info", "queued": "queued", "running": "info", "waiting_for_user": "warning",
    "completed": "success", "partial_failure": "warning", "failed": "danger", "cancelled": "queued",
}  # fmt: skip


def progress_words(state: RunState) -> str:
    """Return “62% · 0:38 left” of a run that works; its state where that is not known."""
    if state.status != "running" or state.fraction is None:
        return state.words
    return " · ".join(filter(None, (f"{round(100 * state.fraction)}%", time_left(state.left_s))))


Progress = dict[str, tuple[float | None, str, list[tuple[float | None, str]]]]


def graph_progress(state: RunState) -> Progress:
    """Return what the graph shows of a run: fraction and state of each stage, and of each item of a batch."""
    if state.status == "completed":
        return {}
    return {stage.id: (stage.fraction, _word(stage), _items(stage)) for stage in state.stages if stage.items}


def graph_texts(state: RunState) -> dict[str, str]:
    """Return what stages said, by their ids."""
    return {stage.id: item.text for stage in state.stages for item in stage.items if item.text}


def _word(stage: StageState) -> str:
    return "queued" if stage.status == "pending" else stage.status


def _items(stage: StageState) -> list[tuple[float | None, str]]:
    if stage.kind != "batch":
        return []
    return [(item.progress, "queued" if item.status == "pending" else item.status) for item in stage.items]


class RunStrip(QFrame):
    """The newest run of a template: 44 high, more while it asks something.

    Signals:
        results_wanted(object), reseed_wanted(object), piece_wanted(object, QWidget): of a run.
        run_changed(object): the run that is shown changed; None when there is none.
    """

    results_wanted = Signal(object)
    reseed_wanted = Signal(object)
    piece_wanted = Signal(object, QWidget)
    run_changed = Signal(object)

    def __init__(self, runs: "TemplateRuns", template_id: str, *, only_open: bool = False) -> None:
        """*only_open*: leave out what is over, unless it can go on."""
        super().__init__()
        self.setObjectName("runStrip")
        self._runs, self.template_id, self._only_open = runs, template_id, only_open
        self.run: TemplateRunModel | None = None
        self._dismissed = ""
        self._asked: PauseState | None = None
        self._build()
        self._bindings: list[Binding] = [
            runs.run_changed.connect(self._run_changed),
            runs.changed.connect(self.refresh),
        ]
        self.refresh()

    def show_template(self, template_id: str) -> None:
        """Show the newest run of another template."""
        self.template_id = template_id
        self.refresh()

    def refresh(self) -> None:
        """Show the run that needs the person, else one that works, else the newest."""
        found = self._runs.of_template(self.template_id)
        wanted = ("waiting_for_user", "running", "queued", "starting", "waiting_here")
        run = next((run for status in wanted for run in reversed(found) if run.state.value.status == status), None)
        run = run or (found[0] if found else None)
        if run is not None and run.id == self._dismissed:
            run = None
        if run is not None and self._only_open and run.state.value.is_over and not run.can_resume:
            run = None
        if run is not self.run:
            self.bar.set_progress(0.0, "waiting")  # a bar never goes back, but this is another run
        self.run = run
        self.setVisible(run is not None)
        if run is not None:
            self._show(run.state.value)
        self.run_changed.emit(run)

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _build(self) -> None:
        shade = theme()
        column = QVBoxLayout(self)
        pad = shade.px("space.6")
        column.setContentsMargins(pad, shade.px("space.3"), pad, shade.px("space.3"))
        column.setSpacing(shade.px("space.3"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.4"))
        self.pill = StatusPill("info", "")
        self.words = ElidedLabel("", "small", "secondary")
        self.bar = ProgressBar()
        self.bar.setFixedWidth(shade.px(140))
        self.part = Label("", "small", "secondary")
        self.cancel = Button("Stop", icon="stop", size="compact", kind="quiet")
        self.resume = Button("Resume from here", icon="retry", size="compact")
        self.reseed = Button("Other seeds…", icon="dice", size="compact", kind="quiet")
        self.results = Button("Results", icon="grid", size="compact")
        self.dismiss = IconButton("close", "Put the run away", size=26, icon_size=14)
        row.addWidget(self.pill)
        row.addWidget(self.words, 1)
        row.addWidget(self.bar)
        row.addWidget(self.part)
        for button in (self.cancel, self.resume, self.reseed, self.results, self.dismiss):
            row.addWidget(button)
        column.addLayout(row)
        self.ask = Ask()
        self.ask.hide()
        column.addWidget(self.ask)
        self.cancel.clicked.connect(self._cancel)
        self.resume.clicked.connect(self._resume)
        self.reseed.clicked.connect(lambda: self.reseed_wanted.emit(self.run))
        self.results.clicked.connect(lambda: self.results_wanted.emit(self.run))
        self.dismiss.clicked.connect(self._put_away)
        self.ask.serve(lambda: self.run)
        self.ask.piece_wanted.connect(lambda anchor: self.piece_wanted.emit(self.run, anchor))

    def _show(self, state: RunState) -> None:
        run = self.run
        assert run is not None
        self.pill.set_status(_PILLS[state.status], state.words)
        self.words.set_words(self._sentence(state))
        working = state.status in ("starting", "queued", "running")
        self.bar.setVisible(working)
        self.part.setVisible(state.status == "running")
        self.part.setText(progress_words(state))
        if working:
            self.bar.set_progress(state.fraction if state.status == "running" else None)
        self.cancel.setVisible(not state.is_over)
        self.cancel.set_words("Stop all" if len(self._open_ones(state)) > 1 else "Stop")
        self.resume.setVisible(run.can_resume)
        self.reseed.setVisible(run.can_reseed)
        self.results.setVisible(bool(state.results) or any(item.text for item in state.items))
        self.dismiss.setVisible(state.is_over)
        if state.pause != self._asked:
            self._asked = state.pause
            focused = self.ask.focusWidget()
            answered = focused is not None and focused.hasFocus()
            self.ask.show_pause(state.pause)
            if answered and state.pause is None:
                self.cancel.setFocus()  # or the focus would jump out of the strip

    def _sentence(self, state: RunState) -> str:
        group = self._runs.of_group(state.group)
        over = sum(1 for run in group if run.state.value.is_over)
        among = f"{over} of {len(group)} runs are done. " if len(group) > 1 else ""
        if state.trouble:
            return among + state.trouble
        if state.cut_off:
            return among + "The server cannot be reached just now; it is tried again and again."
        if state.status == "waiting_here":
            return among + "Ten runs are active; this one starts when one of them is done."
        now = next((stage for stage in state.stages if stage.status == "running"), None)
        if now is not None:
            said = next((item.words for item in now.items if item.words and item.status == "running"), "")
            done = sum(1 for item in now.items if item.status == "completed")
            count = f", {done} of {len(now.items)}" if len(now.items) > 1 else ""
            return f"{among}{now.label}{count}{f': {said}' if said else ''}"
        kind = {"rehearsal": "A rehearsal. ", "test": "A test. "}.get(state.purpose, "")
        made = sum(len(paths) for paths in state.results.values())
        pieces = "1 piece" if made == 1 else f"{made} pieces"
        return f"{kind}{among}{pieces}, kept in the library." if made else f"{kind}{among}".strip()

    def _open_ones(self, state: RunState) -> "list[TemplateRunModel]":
        """The runs that were started together and are not over."""
        return [run for run in self._runs.of_group(state.group) if not run.state.value.is_over]

    def _cancel(self) -> None:
        if self.run is not None:
            for run in self._open_ones(self.run.state.value) or [self.run]:
                run.cancel()

    def _resume(self) -> None:
        if self.run is not None:
            self.run.resume()

    def _put_away(self) -> None:
        if self.run is not None:
            self._dismissed = self.run.id
            self.refresh()

    def _run_changed(self, run_id: str) -> None:
        if self.run is not None and run_id == self.run.id:
            self._show(self.run.state.value)
            self.run_changed.emit(self.run)
        run = self._runs.get(run_id)
        if run is not None and run.state.value.template_id == self.template_id and run is not self.run:
            self.refresh()


class Ask(QWidget):
    """What a run asks, and the ways to answer."""

    approved = Signal()
    again = Signal()
    answered = Signal(str)
    declined = Signal()
    piece_wanted = Signal(QWidget)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        shade = theme()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(shade.px("space.4"))
        self.words = Label("", "body", "warning", wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.line = QLineEdit()
        self.line.setPlaceholderText("Your answer")
        self.line.setAccessibleName("Your answer")
        self.line.setMinimumWidth(shade.px(200))
        self.piece = Button("A piece…", icon="library", size="compact")
        self.options = QHBoxLayout()
        self.options.setSpacing(shade.px("space.3"))
        self.retry = Button("Try again", icon="retry", size="compact")
        self.decline = Button("Decline", size="compact", kind="quiet")
        self.approve = Button("Go on", icon="check", size="compact", kind="primary")
        row.addWidget(self.words, 1)
        row.addWidget(self.line)
        row.addLayout(self.options)
        for button in (self.piece, self.decline, self.retry, self.approve):
            row.addWidget(button)
        self.line.returnPressed.connect(self._answer)
        self.piece.clicked.connect(lambda: self.piece_wanted.emit(self.piece))
        self.retry.clicked.connect(self.again)
        self.decline.clicked.connect(self.declined)
        self.approve.clicked.connect(self._go_on)
        self._kind = ""

    def serve(self, run_of: "Callable[[], TemplateRunModel | None]") -> None:
        """Hand every answer to the run that *run_of* returns then."""

        def give(answer: "Callable[[TemplateRunModel], object]") -> None:
            run = run_of()
            if run is not None:
                answer(run)

        self.approved.connect(lambda: give(lambda run: run.approve()))
        self.declined.connect(lambda: give(lambda run: run.cancel()))
        self.answered.connect(lambda text: give(lambda run: run.answer(text)))
        self.again.connect(lambda: give(_redo))

    def show_pause(self, pause: PauseState | None) -> None:
        """Ask; nothing for None."""
        self.setVisible(pause is not None)
        while (item := self.options.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if pause is None:
            return
        self._kind = pause.kind
        self.words.setText(pause.message if pause.here else f"{pause.message} {pause.where}")
        speaks = pause.here and pause.kind in ("interactive", "question")
        self.line.clear()
        self.line.setVisible(speaks)
        self.piece.setVisible(pause.here and pause.kind == "interactive")
        self.retry.setVisible(pause.here and pause.kind == "checkpoint")
        self.decline.setVisible(pause.kind == "cost")
        self.approve.setVisible(pause.here or pause.kind == "cost")
        amount = f" {amount_words(pause.units)} {pause.token}" if pause.units is not None else ""
        self.approve.set_words(f"Approve{amount}" if pause.kind == "cost" else "Answer" if speaks else "Go on")
        for option in pause.options if speaks else ():
            button = Button(option, size="compact")
            button.clicked.connect(lambda _on=False, option=option: self.answered.emit(option))
            self.options.addWidget(button)

    def _go_on(self) -> None:
        if self._kind in ("interactive", "question"):
            self._answer()
        else:
            self.approved.emit()

    def _answer(self) -> None:
        text = self.line.text().strip()
        if text:
            self.answered.emit(text)
        elif self._kind == "interactive":
            self.approved.emit()


def _redo(run: "TemplateRunModel") -> None:
    pause = run.state.value.pause
    if pause is not None and pause.stage_id:
        run.redo_stage(pause.stage_id)
