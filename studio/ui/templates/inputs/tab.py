"""The Inputs tab: table, details, and at the right the real form, live."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document
from studio.ui.forms.input_form import InputForm
from studio.ui.templates.inputs.detail import DetailForm
from studio.ui.templates.inputs.table import InputTable
from studio.ui.templates.side import SidePane
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_ADD: Final = (
    ("text", "Text"), ("number", "Number"), ("select", "Choice"), ("boolean", "Yes or no"), ("image", "Image"),
    ("video", "Video"), ("audio", "Audio"),
)  # fmt: skip


class InputsTab(QWidget):
    """What a run asks for."""

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._chosen = ""
        shade = theme()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        area, ground = _area()
        body = QVBoxLayout(ground)
        pad = shade.px("space.6")
        body.setContentsMargins(pad, pad, pad, pad)
        body.setSpacing(shade.px("space.6"))
        head = QHBoxLayout()
        head.addWidget(Label("Inputs", "bodyStrong"))
        hint = ElidedLabel("drag to change the order people see", "small", "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(hint, 1)
        self.add = Button("Input", icon="plus")
        self.add.clicked.connect(self._add_menu)
        head.addSpacing(shade.px("space.4"))
        head.addWidget(self.add)
        body.addLayout(head)
        self.table = InputTable(editor)
        self.detail = DetailForm(editor)
        body.addWidget(self.table)
        body.addWidget(self.detail)
        body.addStretch(1)
        row.addWidget(area, 1)
        self.side = SidePane()
        title = Label("How it will look", "title")
        title.setFixedHeight(shade.px("size.paneHeaderSmall"))
        title.setContentsMargins(pad, 0, 0, 0)
        self.side.column.addWidget(title)
        preview, below = _area()
        column = QVBoxLayout(below)
        column.setContentsMargins(pad, shade.px("space.4"), pad, pad)
        self.form = InputForm(editor.document.value)
        column.addWidget(self.form)
        column.addStretch(1)
        self.side.column.addWidget(preview, 1)
        row.addWidget(self.side)
        self.table.chosen.connect(self.choose)
        self.detail.renamed.connect(self.choose)
        self._bindings: list[Binding] = [
            editor.document.changed.connect(lambda _document: self.refresh()),
            editor.focus.changed.connect(self._focus),
        ]
        self.refresh()

    @property
    def chosen(self) -> str:
        """The input whose details are shown."""
        return self._chosen

    def choose(self, name: str) -> None:
        """Show the details of an input."""
        self._chosen = name
        for row in self.table.rows:
            row.set_chosen(row.name == name)
        self.detail.show_input(name)

    def refresh(self) -> None:
        """Show the present inputs."""
        document = self._editor.document.value
        names = [str(entry["name"]) for entry in document.inputs]
        if self.detail.name in names:
            self._chosen = self.detail.name
        elif self._chosen not in names:
            self._chosen = names[0] if names else ""
        self.table.refresh(self._chosen)
        self.detail.show_input(self._chosen)
        self.form.show_document(document)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window has a narrow preview."""
        super().resizeEvent(event)
        self.side.fit()

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _focus(self, place: tuple[str, str]) -> None:
        if place[0] == INPUTS and place[1]:
            self.choose(place[1])

    def _add_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind, words in _ADD:
            menu.addAction(words).triggered.connect(lambda _on=False, kind=kind: self.add_input(kind))
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def add_input(self, kind: str) -> None:
        """Add an input of a type and show its details."""
        made: list[str] = []

        def edit(document: Document) -> Document:
            changed, name = ops.add_input(document, kind)
            made.append(name)
            return changed

        if self._editor.apply("Add an input", edit):
            self.choose(made[0])


def _area() -> tuple[QScrollArea, QWidget]:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    ground = QWidget()
    ground.setProperty("ground", "none")
    area.setWidget(ground)
    return area, ground
