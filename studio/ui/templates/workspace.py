"""The Templates workspace: the list at the left, a page or the editor at the right."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.contract.editing.document import Document
from studio.ui.templates.conflict import ConflictCard, MergeView
from studio.ui.templates.editor_view import EditorView
from studio.ui.templates.list_pane import ListPane
from studio.ui.templates.page import TemplatePage
from studio.ui.templates.run_desk import RunDesk
from studio.ui.templates.runs_section import RunsSection
from studio.ui.templates.versions import VersionsDialog
from studio.ui.widgets.labels import EmptyState
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studio.library.templates import TemplateVersion
    from studio.viewmodels.studio import StudioModel
    from studio.viewmodels.templates.editor import EditorModel

_EMPTY = (
    "Recipes that run again",
    "A template is a chain of steps with your own inputs: other pictures in, another film out. "
    "Start from one that comes with the studio, or from an empty sheet.",
)


class TemplatesWorkspace(QWidget):
    """List, page and editor. One template is edited at a time; others that are open keep their undo."""

    def __init__(self, model: "StudioModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self._model = model
        self.templates = model.templates
        self._views: dict[str, EditorView] = {}
        self._shown = ""
        self._conflict: ConflictCard | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.sync = model.templates_sync
        self.list = ListPane(self.templates, self.sync)
        self.stack = QStackedWidget()
        self.page = TemplatePage(self.templates, model.connection)
        self.empty = QWidget()
        middle = QVBoxLayout(self.empty)
        middle.addStretch(2)
        middle.addWidget(EmptyState(*_EMPTY, "New template", icon="plus", run=self.templates.add_empty))
        middle.addStretch(3)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.page)
        row.addWidget(self.list)
        row.addWidget(self.stack, 1)
        self.list.opened.connect(self.show_template)
        self.list.unfold_wanted.connect(self.leave_editor)
        self.page.edit_wanted.connect(self.edit)
        self.page.duplicate_wanted.connect(self.list.own)
        self.list.versions_wanted.connect(self.show_versions)
        self.page.export_wanted.connect(self.list.export_file)
        self.page.run_wanted.connect(self.run)
        self.desk = RunDesk(model, self, self._open_session)
        self.strip = self.desk.strip_for("", only_open=True)
        self.page.add_strip(self.strip)
        self.made = RunsSection(model.template_runs)
        self.made.opened.connect(self.desk.open_results)
        self.page.add_runs(self.made)
        self._bindings: list[Binding] = [
            self.desk.looks.changed.connect(lambda template_id: self._look_again(template_id)),
            model.connection.kind.changed.connect(lambda _kind: self._look_again(self._shown)),
            self.templates.changed.connect(self._rows_changed),
            self.templates.current.changed.connect(self._current_changed),
        ]
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self.templates.add_empty)
        self.templates.load()
        self.sync.sync()

    def show_template(self, template_id: str) -> None:
        """Show the page of a template; while one is edited, the other one's editor."""
        if self.list.folded:
            self.edit(template_id)
            return
        row = next((row for row in self.templates.rows if row.id == template_id), None)
        document = self.templates.document_of(template_id)
        if row is None or document is None:
            return
        self._shown = template_id
        self.page.show_template(row, document, self.desk.looks.of(template_id))
        self.strip.show_template(template_id)
        self.made.show_template(template_id)
        self._show_conflict(template_id)
        self.stack.setCurrentWidget(self.page)
        self.list.list.rows.current_id = template_id
        self.list.list.viewport().update()

    def _look_again(self, template_id: str) -> None:
        """Show the page anew where it is about this template."""
        if template_id and template_id == self._shown and self.stack.currentWidget() is self.page:
            self.show_template(template_id)

    def edit(self, template_id: str) -> None:
        """Open the editor of a template."""
        self.templates.open(template_id)

    def run(self, template_id: str) -> None:
        """Show the run form of a template, as it is now."""
        document = self.templates.document_of(template_id)
        if document is not None:
            create = self._model.create
            found = [create.piece(piece_id) for piece_id in create.selection.value]
            self.desk.open_form(template_id, document, [piece for piece in found if piece is not None])

    def _open_session(self, session_id: str) -> None:
        self._model.sessions.open(session_id)
        show = getattr(self.window(), "show_workspace", None)
        if show is not None:
            show("create")

    def leave_editor(self) -> None:
        """Go from the editor to the template's page."""
        current = self.templates.current.value
        self.templates.close()
        if current is not None:
            self.show_template(current.id)

    def editor_view(self) -> EditorView | None:
        """The view of the template that is edited now."""
        found = self.stack.currentWidget()
        return found if isinstance(found, EditorView) else None

    def show_versions(self, template_id: str) -> None:
        """Show the saved versions of a template; going back to one opens it in the editor."""
        self.templates.versions(template_id, self._versions_read)

    def compare(self, template_id: str) -> None:
        """Show what both editions of a conflict changed, and put them together."""
        stored = self.templates.stored(template_id)
        if stored is None or stored.sync.theirs is None:
            return
        view = MergeView(stored, self.sync.server_name)
        self.stack.addWidget(view)
        self.stack.setCurrentWidget(view)

        def leave() -> None:
            self.stack.removeWidget(view)
            view.deleteLater()
            self.show_template(template_id)

        view.left.connect(leave)

        def take(document: Document) -> None:
            self.sync.keep_merged(template_id, document)
            leave()

        view.done.connect(take)

    def _versions_read(self, template_id: str, versions: "Sequence[TemplateVersion]") -> None:
        editor = self.templates.open(template_id)
        if editor is not None:
            VersionsDialog(editor, versions, self.window()).open()

    def _show_conflict(self, template_id: str) -> None:
        stored = self.templates.stored(template_id)
        if self._conflict is not None:
            self._conflict.hide()
            self._conflict.deleteLater()
            self._conflict = None
        if stored is None or stored.sync.theirs is None:
            return
        card = self._conflict = ConflictCard(stored, self.sync.server_name)
        card.mine_wanted.connect(lambda: self.sync.keep_mine(template_id))
        card.theirs_wanted.connect(lambda: self.sync.keep_theirs(template_id))
        card.both_wanted.connect(lambda: self.sync.keep_both(template_id))
        card.compare_wanted.connect(lambda: self.compare(template_id))
        self.page.add_section(card)

    def _current_changed(self, editor: "EditorModel | None") -> None:
        self.list.set_folded(editor is not None)
        if editor is None:
            self.stack.setCurrentWidget(self.page if self._shown else self.empty)
            return
        view = self._views.get(editor.id)
        if view is None or view.editor is not editor:
            view = self._views[editor.id] = EditorView(editor)
            view.own_wanted.connect(lambda: self.list.own(editor.id))
            editor.refused.connect(lambda words: self._model.notices.post("warning", words, "Nothing was changed."))
            view.run_wanted.connect(lambda: self.run(editor.id))
            view.add_strip(self.desk.attach(view))
            self.stack.addWidget(view)
        self._shown = editor.id
        self.stack.setCurrentWidget(view)

    def _rows_changed(self) -> None:
        known = {row.id for row in self.templates.rows}
        for template_id in [each for each in self._views if each not in known]:
            view = self._views.pop(template_id)
            if self.templates.document_of(template_id) is None:
                view.close_bindings()
                self.stack.removeWidget(view)
                view.deleteLater()
            else:
                self._views[template_id] = view  # it is only not found by the search
        if self.templates.current.value is None and self._shown:
            if self.templates.document_of(self._shown) is None:
                self._shown = ""
                self.stack.setCurrentWidget(self.empty)
            else:
                self.show_template(self._shown)
