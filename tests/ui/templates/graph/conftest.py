"""A graph of the living album cover, shown at 100 %, with hands for mouse and keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from studio.contract.editing.document import Document
from studio.ui.gallery.peaks import close_peaks
from studio.ui.gallery.thumbnails import close_thumbnails
from studio.ui.templates.graph import GraphView
from tests.helpers.graphs import album, editor_of

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


class Desk:
    """The view in a window, and what a person does with it. Places are those of the graph."""

    def __init__(self, qtbot: QtBot, document: Document, folder: Path, *, read_only: str = "") -> None:
        self.qtbot = qtbot
        self.editor = editor_of(document, folder, read_only=read_only)
        self.refused: list[str] = []
        self.editor.refused.connect(self.refused.append)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.view = GraphView(self.editor)
        self.window.setCentralWidget(self.view)
        self.window.resize(1100, 760)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.canvas, self.graph = self.view.canvas, self.view.graph
        self.canvas.zoom_to(1.0)
        self.canvas.settle()
        self.canvas.centre_on(self.graph.content_rect().center())
        self.canvas.setFocus()

    @property
    def document(self) -> Document:
        return self.editor.document.value

    def px(self, spot: QPointF) -> QPoint:
        return self.canvas.viewportTransform().map(spot).toPoint()

    def port(self, node: str, side: str, name: str) -> QPointF:
        return self.graph.nodes[node].port_spot(side, name)  # type: ignore[arg-type]

    def title(self, node: str) -> QPointF:
        return self.graph.nodes[node].pos() + QPointF(70, 14)

    def send(self, kind: QEvent.Type, spot: QPointF, buttons: Qt.MouseButton, keys: Qt.KeyboardModifier = NONE) -> None:
        at = QPointF(self.px(spot))
        button = LEFT if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
        view = self.canvas.viewport()
        event = QMouseEvent(kind, at, QPointF(view.mapToGlobal(at.toPoint())), button, buttons, keys)
        QApplication.sendEvent(view, event)

    def press(self, spot: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        self.send(QEvent.Type.MouseButtonPress, spot, LEFT, keys)

    def move(self, spot: QPointF) -> None:
        self.send(QEvent.Type.MouseMove, spot, LEFT)

    def release(self, spot: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        self.send(QEvent.Type.MouseButtonRelease, spot, Qt.MouseButton.NoButton, keys)

    def click(self, spot: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        self.press(spot, keys)
        self.release(spot, keys)

    def double_click(self, spot: QPointF) -> None:
        self.click(spot)
        self.send(QEvent.Type.MouseButtonDblClick, spot, LEFT)
        self.release(spot)

    def drag(self, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        self.press(start, keys)
        for share in (0.1, 0.4, 0.8, 1.0):
            self.move(start + (end - start) * share)
        self.release(end, keys)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.canvas, key, keys)

    def type(self, words: str) -> None:
        assert self.view.menu is not None
        QTest.keyClicks(self.view.menu.field, words)

    def enter(self) -> None:
        assert self.view.menu is not None
        QTest.keyClick(self.view.menu.field, Qt.Key.Key_Return)

    def argument(self, stage: str, name: str) -> object:
        return self.document.stage(stage).arguments.get(name)


@pytest.fixture
def desk(qtbot: QtBot, dark: None, tmp_path: Path) -> Iterator[Desk]:
    """The living album cover."""
    made = Desk(qtbot, album(), tmp_path / "data")
    yield made
    close_peaks()
    close_thumbnails()
