"""Everything about runs in the Templates workspace: the form, the strip over the graph, results, other seeds."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.ui.templates.bench_view import BenchDialog
from studio.ui.templates.launcher import Launcher
from studio.ui.templates.piece_picker import PiecePicker
from studio.ui.templates.reseed import ReseedDialog
from studio.ui.templates.results import ResultsSheet
from studio.ui.templates.running_view import RunStrip, graph_progress, graph_texts
from studio.viewmodels.notices import Kind
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.bench import BenchModel
from studio.viewmodels.templates.launching import LaunchModel
from studio.viewmodels.templates.looks import Looks

if TYPE_CHECKING:
    from studio.contract.editing.document import Document
    from studio.ui.templates.editor_view import EditorView
    from studio.viewmodels.studio import StudioModel
    from studio.viewmodels.templates.running import TemplateRunModel

_STARTER = "starter:"


class RunDesk:
    """Opens what a run needs over the window of *home*."""

    def __init__(self, model: "StudioModel", home: QWidget, open_session: Callable[[str], object]) -> None:
        """*open_session* shows a session with the results of a run."""
        self._model, self._home, self._open_session = model, home, open_session
        self.runs = model.template_runs
        self.launcher: Launcher | None = None
        self.sheet: ResultsSheet | None = None
        self.looks = Looks(self.runs)
        self.looks.changed.connect(self._cover)
        self.looks.refresh()
        self._told = {run.id: run.state.value.status for run in self.runs.runs.value}
        self.runs.run_changed.connect(self._tell)
        self.runs.load()

    def open_form(self, template_id: str, document: "Document", selected: Sequence[Piece] = ()) -> Launcher:
        """Show the run form."""
        launch = LaunchModel(
            self.runs.desk, self.runs, template_id, document, known=lambda: self._known(template_id, document)
        )
        example = next((row.cover for row in self._model.templates.rows if row.id == template_id), None)
        form = Launcher(
            self._home.window(), launch, self._model.connection, current_session=self._session(), selected=selected,
            look=self.looks.of(template_id), example=example,
        )  # fmt: skip
        form.started.connect(self._started)
        form.tests_wanted.connect(lambda: self.open_bench(template_id, document))
        form.open()
        form.form.setFocus()
        first = next(iter(form.form.cells), "")
        if first:
            form.form.focus_field(first)
        self.launcher = form
        return form

    def open_bench(self, template_id: str, document: "Document") -> BenchDialog:
        """Show the test bench of a template."""
        bench = BenchModel(self.runs.desk, self.runs, template_id, document)
        dialog = BenchDialog(self._home.window(), bench, self.runs)
        dialog.open()
        dialog.name.setFocus()
        return dialog

    def strip_for(self, template_id: str, *, only_open: bool = False) -> RunStrip:
        """Return a strip that shows the run of a template and takes its answers."""
        strip = RunStrip(self.runs, template_id, only_open=only_open)
        strip.results_wanted.connect(self.open_results)
        strip.reseed_wanted.connect(self.open_reseed)
        strip.piece_wanted.connect(self._pick)
        return strip

    def attach(self, view: "EditorView") -> RunStrip:
        """Show the newest run of a template over its graph, and on it."""
        strip = self.strip_for(view.editor.id)

        def show(run: "TemplateRunModel | None") -> None:
            view.graph.set_running(graph_progress(run.state.value) if run is not None else {})
            if run is not None:
                view.graph.set_results(run.state.value.results, graph_texts(run.state.value))

        strip.run_changed.connect(show)
        show(strip.run)
        return strip

    def open_results(self, run: "TemplateRunModel") -> ResultsSheet:
        """Show what a run made."""
        self.sheet = ResultsSheet(self._home.window(), self.runs, run)
        self.sheet.session_wanted.connect(self._open_session)
        self.sheet.reseed_wanted.connect(self.open_reseed)
        self.sheet.piece_wanted.connect(self._pick)
        self.sheet.open()
        self.sheet.session.setFocus()
        return self.sheet

    def open_reseed(self, run: "TemplateRunModel") -> ReseedDialog:
        """Offer other seeds."""
        dialog = ReseedDialog(self._home.window(), self.runs, run)
        dialog.started.connect(self._started)
        dialog.open()
        dialog.go.setFocus()
        return dialog

    def _started(self, runs: "list[TemplateRunModel]") -> None:
        self._told.update({run.id: run.state.value.status for run in runs})
        waiting = sum(1 for run in runs if run.state.value.status == "waiting_here")
        words = f"Running “{runs[0].state.value.name}”" if len(runs) == 1 else f"Running {len(runs)} times"
        more = f"{waiting} of them wait for their turn." if waiting else ""
        self._model.notices.post("info", words, more)

    def _tell(self, run_id: str) -> None:
        """Say once that a run failed or needs the person, and that it is done; of runs of a group when all are."""
        run = self.runs.get(run_id)
        if run is None:
            return
        state = run.state.value
        before, self._told[run_id] = self._told.get(run_id), state.status
        together = self.runs.of_group(state.group) or (run,)
        if before in (None, state.status) or state.purpose == "test":
            return
        name = f"“{state.name}”"
        show = ("Show", lambda: self.open_results(run))
        if state.status == "waiting_for_user":
            words = state.pause.message if state.pause is not None else ""
            self._post("warning", f"{name} needs you", words)
        elif state.status == "failed":
            self._post("error", f"{name} did not finish", state.trouble, show if run.pieces else None)
        elif state.is_over and state.status != "cancelled" and all(each.state.value.is_over for each in together):
            made = sum(len(each.pieces) for each in together)
            part = state.status == "partial_failure"
            words = state.trouble or f"{made} piece{'s' * (made != 1)}"
            self._post("warning" if part else "success", f"{name} is done{' in part' if part else ''}", words, show)

    def _post(self, kind: Kind, title: str, words: str, show: "tuple[str, Callable[[], object]] | None" = None) -> None:
        label, call = show if show is not None else ("", None)
        self._model.notices.post(kind, title, words, action=label, run=call)

    def _cover(self, template_id: str) -> None:
        """Let a template look like what it made last."""
        look = self.looks.of(template_id)
        if look is not None:
            self._model.templates.set_cover(template_id, look.cover.path)

    def _session(self) -> str:
        """The session that is open in Create, where something was made or dropped in it."""
        create = self._model.create
        return create.conversation.id if create.pieces and create.conversation.kept else ""

    def _known(self, template_id: str, document: "Document") -> str:
        """The id of the very same template on the server chosen now: a starter here, one in step on Supernet."""
        kind = self._model.connection.kind.value
        if template_id.startswith(_STARTER):
            return template_id.removeprefix(_STARTER) if kind == "local" else ""
        stored = self._model.templates.stored(template_id)
        if stored is None or kind != "supernet" or stored.state != "synced":
            return ""
        there = stored.sync.place.startswith(f"{kind} ") and document.content == stored.content
        return stored.sync.remote_id if there else ""

    def _pick(self, run: "TemplateRunModel", anchor: QWidget) -> None:
        picker = PiecePicker(self._home.window(), "image")
        picker.chosen.connect(lambda piece: run.answer_with_piece(piece.id))
        picker.open_at(anchor)
        launch = LaunchModel(self.runs.desk, self.runs, run.state.value.template_id, run.document)
        launch.pick_pieces("image", picker.show_pieces)
