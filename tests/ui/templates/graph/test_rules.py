"""Many gestures in any order: whatever is done, the scene shows exactly the document, and undo leads back."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from studio.contract.editing.document import INPUTS
from studio.contract.editing.problems import problems_of
from studio.contract.editing.wires import wires_of
from studio.ui.templates.graph.facts import facts_of
from studio.viewmodels.templates.editor import EditorModel
from tests.helpers.graphs import album
from tests.ui.templates.graph.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
_STEPS = 70


class Hand:
    """Somebody who does this and that."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice = desk, random.Random(seed)

    def node(self) -> str:
        return self.dice.choice(list(self.desk.graph.nodes))

    def port(self) -> QPointF | None:
        node = self.desk.graph.nodes[self.node()]
        if not node.facts.ports:
            return None
        port = self.dice.choice(node.facts.ports)
        return node.port_spot(port.side, port.name)

    def place(self) -> QPointF:
        box = self.desk.canvas.visible_rect()
        return QPointF(box.left() + self.dice.random() * box.width(), box.top() + self.dice.random() * box.height())

    def move(self) -> None:
        start = self.desk.title(self.node())
        self.desk.drag(start, start + QPointF(self.dice.randint(-200, 200), self.dice.randint(-200, 200)))

    def wire(self) -> None:
        start, end = self.port(), self.port()
        if start is not None and end is not None:
            self.desk.drag(start, end)

    def wire_to_node(self) -> None:
        start = self.port()
        if start is not None:
            self.desk.drag(start, self.desk.title(self.node()))

    def wire_to_ground(self) -> None:
        start = self.port()
        if start is not None:
            self.desk.drag(start, self.place())

    def pick(self) -> None:
        menu = self.desk.view.menu
        if menu is not None and menu.rows.count():
            menu.rows.setCurrentRow(self.dice.randrange(menu.rows.count()))
            menu._pick(menu.rows.currentItem())

    def band(self) -> None:
        self.desk.drag(self.place(), self.place())

    def select(self) -> None:
        self.desk.click(self.desk.title(self.node()), self.dice.choice((CTRL, Qt.KeyboardModifier.NoModifier)))

    def key(self) -> None:
        keys = (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_T, Qt.Key.Key_Escape, Qt.Key.Key_Home)
        self.desk.key(self.dice.choice(keys))

    def command(self) -> None:
        keys = (Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_D, Qt.Key.Key_X, Qt.Key.Key_0)
        if len(self.desk.graph.nodes) < 24:
            self.desk.key(self.dice.choice(keys), CTRL)

    def connect(self) -> None:
        for key in (Qt.Key.Key_C, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
            self.desk.key(key)

    def delete(self) -> None:
        if len(self.desk.graph.nodes) > 5:
            self.desk.key(Qt.Key.Key_Delete)

    def undo(self) -> None:
        self.desk.editor.undo()

    def redo(self) -> None:
        self.desk.editor.redo()

    def zoom(self) -> None:
        self.desk.canvas.zoom_to(self.dice.choice((0.15, 0.4, 0.8, 1.0, 1.7)))
        self.desk.canvas.settle()

    def step(self) -> None:
        doings: tuple[Callable[[], None], ...] = (
            self.move, self.wire, self.wire, self.wire_to_node, self.wire_to_ground, self.pick, self.pick, self.band,
            self.select, self.key, self.command, self.connect, self.delete, self.undo, self.redo, self.zoom,
        )  # fmt: skip
        self.dice.choice(doings)()


def check(desk: Desk) -> None:
    """The scene is the document."""
    document, editor, graph = desk.document, desk.editor, desk.graph
    wanted = {stage.id for stage in document.stages} | ({INPUTS} if document.inputs else set())
    assert set(graph.nodes) == wanted
    assert set(graph.wires) == {wire.id for wire in wires_of(document) if wire.source in wanted}
    facts = facts_of(document, problems_of(document))
    for node_id, node in graph.nodes.items():
        assert node.facts == facts[node_id]
        assert node.fitting is None
        assert node.chosen == (node_id in editor.selection.value)
        spot = document.positions().get(node_id)
        assert spot is None or spot == (node.x(), node.y())
    for item in graph.wires.values():
        start, end = graph.ends_of(item.wire)
        assert item.path().pointAtPercent(0.0) == start
        assert (item.path().pointAtPercent(1.0) - end).manhattanLength() < 0.01
        assert item.isVisible()


def to_the_start(editor: EditorModel) -> None:
    for _step in range(1000):
        if not editor.undo_words:
            break
        editor.undo()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_the_scene_shows_the_document(qtbot: QtBot, dark: None, tmp_path: Path, seed: int) -> None:
    QGuiApplication.clipboard().clear()
    desk = Desk(qtbot, album(), tmp_path)
    first = desk.document
    hand = Hand(desk, seed)
    for _step in range(_STEPS):
        hand.step()
        check(desk)
    desk.canvas.viewport().grab()
    to_the_start(desk.editor)
    assert desk.document is first
    check(desk)
