"""The outline: the graph as a tree, wholly usable by keyboard and screen reader."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document, Stage
from studio.contract.editing.ports import input_port, ports_that_fit, spoken
from studio.contract.editing.wires import Wire
from studio.contract.tools import catalogue
from studio.ui.templates.graph.facts import ICON_OF_KIND
from studio.ui.templates.inputs.table import words_of
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.viewmodels.observable import Binding
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_NODE: Final = Qt.ItemDataRole.UserRole + 1
_WIRE: Final = Qt.ItemDataRole.UserRole + 2
_KIND_WORDS: Final = {"fixed": "Fixed", "interactive": "Asks you", "batch": "For each of a list"}
_KIND_ICONS: Final = {"fixed": "lock", "interactive": "hand", "batch": "layers"}


class Outline(QWidget):
    """Stages with what goes into each; the same selection as the graph's.

    Enter shows a stage in the inspector, Delete removes a stage or a wire, the menu key offers everything else.
    """

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._quiet = self._late = False
        shade = theme()
        column = QVBoxLayout(self)
        pad = shade.px("space.6")
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(shade.px("space.4"))
        row = QHBoxLayout()
        row.addWidget(Label("Stages in the order of a run", "bodyStrong"), 1)
        self.add = Button("Stage", icon="plus")
        self.add.clicked.connect(self._add_menu)
        row.addWidget(self.add)
        column.addLayout(row)
        self.tree = _Tree(self)
        column.addWidget(self.tree, 1)
        self.tree.currentItemChanged.connect(lambda item, _before: self._selected(item))
        self._bindings: list[Binding] = [
            editor.document.changed.connect(lambda _document: self._changed()),
            editor.selection.changed.connect(lambda _nodes: None if self._late else self._show_selection()),
        ]
        self.refresh()

    def refresh(self) -> None:
        """Show the present document."""
        editor = self._editor
        document, wires = editor.document.value, editor.wires
        kept = self._key(self.tree.currentItem())
        self._quiet = True
        self.tree.clear()
        top = QTreeWidgetItem(self.tree, [f"Inputs, {len(document.inputs)}"])
        top.setData(0, _NODE, INPUTS)
        top.setIcon(0, icons.icon("sliders", 16))
        for entry in document.inputs:
            child = QTreeWidgetItem(top, [f"{entry['name']}: {words_of(document, entry)[1].lower()}"])
            child.setData(0, _NODE, INPUTS)
            child.setIcon(0, icons.icon(ICON_OF_KIND[input_port(entry).kind], 16))
        items: dict[str, QTreeWidgetItem] = {}
        into: dict[str, list[Wire]] = {}
        for wire in wires:
            into.setdefault(wire.target, []).append(wire)
        for stage in document.stages:
            holder = items.get(stage.parent or "")
            item = items[stage.id] = QTreeWidgetItem(holder or self.tree, [self._words(stage)])
            item.setData(0, _NODE, stage.id)
            item.setIcon(0, icons.icon(_KIND_ICONS.get(stage.kind, "question"), 16))
            for wire in into.get(stage.id, ()):
                child = QTreeWidgetItem(item, [wire_words(document, wire)])
                child.setData(0, _NODE, stage.id)
                child.setData(0, _WIRE, wire)
                child.setIcon(0, icons.icon("link", 16))
        self.tree.expandAll()
        self._quiet = False
        if not self._restore(kept):
            self._restore((kept[0], ""))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was changed while another tab was there."""
        super().showEvent(event)
        if self._late:
            self._late = False
            self.refresh()

    def _changed(self) -> None:
        self._late = not self.isVisible()
        if not self._late:
            self.refresh()

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def delete_current(self) -> None:
        """Remove the stage or the wire that has the keyboard."""
        item = self.tree.currentItem()
        if item is None:
            return
        wire, node = item.data(0, _WIRE), item.data(0, _NODE)
        document = self._editor.document.value
        if isinstance(wire, Wire):
            self._editor.apply(f"Disconnect {_label(document, wire.target)}", lambda doc: ops.disconnect(doc, wire))
        elif node != INPUTS and document.has_stage(node):
            self._editor.apply(f"Delete {_label(document, node)}", lambda doc: ops.remove_stages(doc, [node]))

    def menu_for(self, item: QTreeWidgetItem) -> QMenu:
        """Bind, duplicate, delete, convert."""
        editor, menu = self._editor, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wire, node = item.data(0, _WIRE), str(item.data(0, _NODE))
        document = editor.document.value
        if isinstance(wire, Wire):
            menu.addAction(icons.icon("trash", 16), "Disconnect").triggered.connect(self.delete_current)
            return menu
        if node == INPUTS or not document.has_stage(node):
            return menu
        stage = document.stage(node)
        bind = menu.addMenu(icons.icon("link", 16), "Give its output to")
        for out in [ops.output_of(document, node, name) for name in stage.produces[:1]]:
            for target, port in ports_that_fit(document, out):
                if target.id != node:
                    action = bind.addAction(f"{target.label}: {port.name}")
                    action.triggered.connect(
                        lambda _on=False, out=out, target=target, port=port: editor.apply(
                            f"Connect {stage.label} to {target.label}",
                            lambda doc: ops.connect(doc, node, out.name, target.id, port.name),
                        )
                    )
        bind.setEnabled(not bind.isEmpty())
        copy = menu.addAction(icons.icon("copy", 16), "Duplicate")
        copy.triggered.connect(
            lambda: editor.apply(f"Duplicate {stage.label}", lambda doc: ops.duplicate_stages(doc, [node])[0])
        )
        menu.addSeparator()
        menu.addAction(icons.icon("trash", 16, "status.danger"), "Delete").triggered.connect(self.delete_current)
        return menu

    def _add_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, tool in catalogue().items():
            if tool.durable_step:
                menu.addAction(tool_title(name)).triggered.connect(lambda _on=False, name=name: self._add(name))
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _add(self, tool: str) -> None:
        made: list[str] = []

        def edit(document: Document) -> Document:
            changed, stage_id = ops.add_stage(document, tool=tool, label=tool_title(tool))
            made.append(stage_id)
            return changed

        if self._editor.apply(f"Add {tool_title(tool)}", edit):
            self._editor.select(made)

    def _words(self, stage: Stage) -> str:
        kind = _KIND_WORDS.get(stage.kind, stage.kind or "Unknown")
        tool = tool_title(stage.tool) if stage.tool else ""
        flags = [
            "checkpoint" if stage.body.get("checkpointRequired") is True else "",
            "has a condition" if stage.body.get("condition") else "",
        ]
        problems = self._editor.problems.value.of_node(stage.id)
        if problems:
            flags.append(f"{len(problems)} problem" + "s" * (len(problems) != 1))
        return " · ".join(filter(None, (stage.label, tool, kind, *flags)))

    def _selected(self, item: QTreeWidgetItem | None) -> None:
        if not self._quiet and item is not None:
            self._quiet = True
            self._editor.select([str(item.data(0, _NODE))])
            self._quiet = False

    def _show_selection(self) -> None:
        if self._quiet or not self._editor.selection.value:
            return
        self._restore((self._editor.selection.value[0], ""))

    def _restore(self, key: tuple[str, str]) -> bool:
        found = next((item for item in self._every() if self._key(item) == key), None)
        if found is not None:
            self._quiet = True
            self.tree.setCurrentItem(found)
            self._quiet = False
        return found is not None

    def _every(self) -> list[QTreeWidgetItem]:
        found, waiting = [], [self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount())]
        while waiting:
            item = waiting.pop(0)
            if item is not None:
                found.append(item)
                waiting = [item.child(n) for n in range(item.childCount())] + waiting
        return found

    @staticmethod
    def _key(item: QTreeWidgetItem | None) -> tuple[str, str]:
        if item is None:
            return "", ""
        wire = item.data(0, _WIRE)
        return str(item.data(0, _NODE)), wire.id if isinstance(wire, Wire) else ""


class _Tree(QTreeWidget):
    def __init__(self, outline: Outline) -> None:
        super().__init__(outline)
        self._outline = outline
        self.setAccessibleName("Outline of the template")
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(theme().px("space.7"))
        self.setUniformRowHeights(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._outline.delete_current()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the item, by pointer or key."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if keyboard else self.itemAt(event.pos())
        if item is None:
            return
        self.setCurrentItem(item)
        menu = self._outline.menu_for(item)
        at = self.viewport().mapToGlobal(self.visualItemRect(item).center()) if keyboard else event.globalPos()
        if not menu.isEmpty():
            menu.popup(at)


def wire_words(document: Document, wire: Wire) -> str:
    """Return a wire as words: “source images from Variations”."""
    source = "the inputs" if wire.source == INPUTS else _label(document, wire.source)
    what = f"{wire.output} of {source}" if wire.output else source
    match wire.form:
        case "condition":
            return f"runs only if: {what}"
        case "order":
            return f"waits for {what}"
        case "text":
            return f"{spoken(wire.port)} mentions {what}"
        case _:
            return f"{'For each of' if wire.port == 'overBinding' else spoken(wire.port) + ' is'} {what}"


def _label(document: Document, stage_id: str) -> str:
    return document.stage(stage_id).label if document.has_stage(stage_id) else stage_id
