"""The test bench in a dialog: cases, how they went, run one or all, keep the last run as a case."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from studio.ui.templates.dialog import Overlay
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import ElidedLabel, Label, StatusPill
from studio.viewmodels.observable import Binding
from studio.viewmodels.templates.bench import BenchModel, Case, Verdict
from studio.viewmodels.templates.running import TemplateRunModel, TemplateRuns

_PILLS = {"running": ("info", "Running"), "passed": ("success", "Passed"), "failed": ("danger", "Not as expected")}


class BenchDialog(Overlay):
    """Cases of a template. Everything runs on this computer and costs nothing."""

    def __init__(self, window: QWidget, bench: BenchModel, runs: TemplateRuns) -> None:
        super().__init__(window, f"Tests of {bench.document.name or 'the template'}", width=680, height=520)
        self._bench, self._runs = bench, runs
        shade = theme()
        self.all = Button("Run all", icon="play")
        self.all.clicked.connect(bench.run_all)
        self.head.insertWidget(1, self.all)
        pad = shade.px("space.7")
        column = QVBoxLayout()
        column.setContentsMargins(pad, 0, pad, pad)
        column.setSpacing(shade.px("space.4"))
        self.body.addLayout(column, 1)
        column.addWidget(
            Label(
                "A test keeps inputs with what their results were like. It runs on this computer and costs nothing.",
                "small",
                "muted",
                wrap=True,
            )
        )
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("ground", "none")
        self._lines = QVBoxLayout(ground)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(shade.px("space.3"))
        area.setWidget(ground)
        column.addWidget(area, 1)
        low = QHBoxLayout()
        low.setSpacing(shade.px("space.4"))
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name of the test")
        self.name.setAccessibleName("Name of the test")
        self.keep = Button("Keep the last run as a test", icon="bookmark")
        self.keep.clicked.connect(self._keep_last)
        self.name.returnPressed.connect(self._keep_last)
        low.addWidget(self.name, 1)
        low.addWidget(self.keep)
        column.addLayout(low)
        self.rows: dict[str, CaseRow] = {}
        self._bindings: list[Binding] = [
            bench.cases.changed.connect(lambda _cases: self.refresh()),
            bench.verdicts.changed.connect(lambda _verdicts: self._show_verdicts()),
            runs.changed.connect(self._show_keep),
        ]
        bench.load()
        self.refresh()
        self._show_keep()

    def refresh(self) -> None:
        """Show the cases."""
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for case in self._bench.cases.value:
            row = CaseRow(case, self._bench)
            self.rows[case.name] = row
            self._lines.addWidget(row)
        if not self.rows:
            self._lines.addWidget(Label("No tests yet. Run the template, then keep the run.", "body", "muted"))
        self._lines.addStretch(1)
        self.all.setEnabled(bool(self.rows))
        self._show_verdicts()

    def leave(self) -> None:
        """Listen no more, and go."""
        for binding in self._bindings:
            binding.cut()
        self._bench.close()
        super().leave()

    def _show_verdicts(self) -> None:
        for name, row in self.rows.items():
            row.show_verdict(self._bench.verdicts.value.get(name))

    def _show_keep(self) -> None:
        done = self._last_run() is not None
        self.keep.setEnabled(done)
        self.keep.setToolTip("" if done else "Nothing was run to its end yet.")

    def _last_run(self) -> TemplateRunModel | None:
        found = self._runs.of_template(self._bench.template_id)
        return next((run for run in found if run.state.value.status == "completed"), None)

    def _keep_last(self) -> None:
        run = self._last_run()
        if run is not None:
            name = " ".join(self.name.text().split()) or f"Test {len(self._bench.cases.value) + 1}"
            self._bench.keep_run(run, name)
            self.name.clear()


class CaseRow(QWidget):
    """One case: name, verdict, what was wrong; run it, or forget it."""

    def __init__(self, case: Case, bench: BenchModel) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(shade.px("space.1"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.4"))
        row.addWidget(ElidedLabel(case.name, "bodyStrong"), 1)
        self.pill = StatusPill("queued", "Not run")
        self.run = Button("Run", icon="play", size="compact", kind="quiet", name=f"Run {case.name}")
        self.drop = IconButton("trash", f"Forget {case.name}", size=26, icon_size=14)
        self.run.clicked.connect(lambda: bench.run(case.name))
        self.drop.clicked.connect(lambda: bench.drop(case.name))
        row.addWidget(self.pill)
        row.addWidget(self.run)
        row.addWidget(self.drop)
        column.addLayout(row)
        self._expected = "; ".join(each.words(bench.document) for each in case.expectations[1:5])
        self.words = Label(self._expected, "small", "muted", wrap=True)
        column.addWidget(self.words)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Show how it went."""
        self.run.setEnabled(verdict is None or verdict.state != "running")
        if verdict is None:
            return
        self.pill.set_status(*_PILLS[verdict.state])
        self.words.setText("; ".join(verdict.wrong) if verdict.wrong else self._expected)
        self.words.set_tone("danger" if verdict.wrong else "muted")
