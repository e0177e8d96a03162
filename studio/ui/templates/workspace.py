"""The Templates workspace: the list at the left, a page or the editor at the right."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from studio.ui.templates.editor_view import EditorView
from studio.ui.templates.list_pane import ListPane
from studio.ui.templates.page import TemplatePage
from studio.ui.widgets.labels import EmptyState
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list = ListPane(self.templates)
        self.stack = QStackedWidget()
        self.page = TemplatePage(self.templates)
        self.empty = EmptyState(*_EMPTY, "New template", icon="plus", run=self.templates.add_empty)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.page)
        row.addWidget(self.list)
        row.addWidget(self.stack, 1)
        self.list.opened.connect(self.show_template)
        self.list.unfold_wanted.connect(self.leave_editor)
        self.page.edit_wanted.connect(self.edit)
        self.page.duplicate_wanted.connect(self.templates.duplicate)
        self.page.export_wanted.connect(self.list.export_file)
        self._bindings: list[Binding] = [
            self.templates.changed.connect(self._rows_changed),
            self.templates.current.changed.connect(self._current_changed),
        ]
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+N"), self, context=context).activated.connect(self.templates.add_empty)
        self.templates.load()

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
        self.page.show_template(row, document)
        self.stack.setCurrentWidget(self.page)
        self.list.list.rows.current_id = template_id
        self.list.list.viewport().update()

    def edit(self, template_id: str) -> None:
        """Open the editor of a template."""
        self.templates.open(template_id)

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

    def _current_changed(self, editor: "EditorModel | None") -> None:
        self.list.set_folded(editor is not None)
        if editor is None:
            self.stack.setCurrentWidget(self.page if self._shown else self.empty)
            return
        view = self._views.get(editor.id)
        if view is None or view.editor is not editor:
            view = self._views[editor.id] = EditorView(editor)
            view.own_wanted.connect(lambda: self.templates.duplicate(editor.id))
            editor.refused.connect(lambda words: self._model.notices.post("warning", words, "Nothing was changed."))
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
