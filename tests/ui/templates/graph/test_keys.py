"""The graph by keyboard alone: walking, moving, adding, connecting, copying, deleting."""

import json

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from studio.contract.editing.document import INPUTS
from studio.ui.templates.graph.facts import GRID
from tests.ui.templates.graph.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_tab_walks_through_the_flow_with_a_ring_and_leaves_at_the_end(desk: Desk) -> None:
    order = [INPUTS, "prompts", "variations", "animate", "score", "listen", "assemble"]
    walked = []
    for _node in order:
        desk.key(Qt.Key.Key_Tab)
        walked.append(desk.canvas.current)
        assert desk.graph.nodes[desk.canvas.current].ringed
    assert walked == order
    assert desk.canvas.accessibleDescription().startswith("Assemble, fixed stage, stitch video")
    desk.key(Qt.Key.Key_Tab)
    assert not desk.canvas.hasFocus()
    assert not any(node.ringed for node in desk.graph.nodes.values())


def test_shift_tab_walks_back(desk: Desk) -> None:
    desk.editor.select(["animate"])
    desk.key(Qt.Key.Key_Backtab, SHIFT)
    assert desk.canvas.current == "variations"


def test_home_and_end_go_to_the_ends_and_enter_opens(desk: Desk) -> None:
    opened: list[str] = []
    desk.view.stage_opened.connect(opened.append)
    desk.key(Qt.Key.Key_End)
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Home)
    desk.key(Qt.Key.Key_Return)
    assert opened == ["assemble", INPUTS]


def test_arrows_move_the_selection_and_a_row_of_them_is_one_step(desk: Desk) -> None:
    desk.editor.select(["score"])
    x, y = desk.document.positions()["score"]
    QTest.keyPress(desk.canvas, Qt.Key.Key_Right)
    QTest.keyPress(desk.canvas, Qt.Key.Key_Right)
    QTest.keyRelease(desk.canvas, Qt.Key.Key_Right)
    assert desk.document.positions()["score"] == (x + 2 * GRID, y)
    desk.key(Qt.Key.Key_Up, SHIFT)
    assert desk.document.positions()["score"] == (x + 2 * GRID, y - 4 * GRID)
    desk.editor.undo()
    assert desk.document.positions()["score"] == (x + 2 * GRID, y)
    desk.editor.undo()
    assert desk.document.positions()["score"] == (x, y)
    assert desk.editor.is_clean


def test_arrows_pan_when_nothing_is_selected(desk: Desk) -> None:
    before = desk.px(desk.title("score"))
    desk.key(Qt.Key.Key_Down)
    assert desk.px(desk.title("score")).y() < before.y()
    assert desk.editor.is_clean


def test_n_adds_a_stage_beside_the_current_one(desk: Desk) -> None:
    desk.editor.select(["score"])
    desk.key(Qt.Key.Key_N)
    assert desk.view.menu is not None
    desk.type("generate spee")
    desk.enter()
    made = desk.editor.selection.value[0]
    assert desk.document.stage(made).tool == "generate_speech"
    assert desk.canvas.hasFocus()


def test_the_menu_is_steered_by_arrows_and_left_by_escape(desk: Desk) -> None:
    desk.key(Qt.Key.Key_N)
    menu = desk.view.menu
    assert menu is not None
    first = menu.rows.currentRow()
    QTest.keyClick(menu.field, Qt.Key.Key_Down)
    assert menu.rows.currentRow() == first + 1
    desk.type("no such stage")
    assert menu.shown() == []
    assert not menu.nothing.isHidden()
    QTest.keyClick(menu.field, Qt.Key.Key_Escape)  # empties the field first
    QTest.keyClick(menu.field, Qt.Key.Key_Escape)
    assert desk.view.menu is None
    assert desk.editor.is_clean


def test_c_connects_with_arrows_and_enter(desk: Desk) -> None:
    desk.editor.select([INPUTS])
    desk.key(Qt.Key.Key_C)
    assert desk.view.words.words.startswith("Inputs, idea →")
    desk.key(Qt.Key.Key_Right)
    assert desk.view.words.words.startswith("Inputs, style →")
    for _step in range(60):
        if "Score, prompt" in desk.view.words.words:
            break
        desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Return)
    assert desk.argument("score", "prompt") == "Music for $inputs.idea. $inputs.style"
    assert desk.view.words.words == ""


def test_escape_leaves_connecting_without_a_change(desk: Desk) -> None:
    desk.editor.select(["score"])
    desk.key(Qt.Key.Key_C)
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Escape)
    assert desk.editor.is_clean
    assert all(node.fitting is None for node in desk.graph.nodes.values())
    assert desk.editor.selection.value == ("score",)
    desk.key(Qt.Key.Key_Escape)
    assert desk.editor.selection.value == ()


def test_delete_removes_the_selection_with_its_wires(desk: Desk) -> None:
    desk.editor.select(["variations", "animate"])
    desk.key(Qt.Key.Key_Delete)
    assert not desk.document.has_stage("variations")
    assert desk.argument("assemble", "videoIndices") is None
    assert desk.editor.undo_words == "Undo: delete 2 stages"
    desk.editor.undo()
    assert set(desk.graph.nodes) >= {"variations", "animate"}


def test_the_inputs_are_not_deleted_here_and_that_is_said(desk: Desk) -> None:
    desk.editor.select([INPUTS])
    desk.key(Qt.Key.Key_Delete)
    assert desk.refused == ["The inputs can be removed in the Inputs tab, one by one."]


def test_copy_paste_cut_and_duplicate(desk: Desk) -> None:
    desk.editor.select(["variations", "animate"])
    desk.key(Qt.Key.Key_C, CTRL)
    desk.key(Qt.Key.Key_V, CTRL)
    assert desk.editor.selection.value == ("variations_2", "animate_2")
    copy = desk.document.stage("animate_2")
    assert copy.body["overBinding"] == "$artifacts.images_2.items[*].selectedVersion.url"  # wired as the originals are
    desk.key(Qt.Key.Key_D, CTRL)
    assert desk.editor.selection.value == ("variations_3", "animate_3")
    assert desk.editor.undo_words == "Undo: duplicate 2 stages"
    desk.key(Qt.Key.Key_X, CTRL)
    assert not desk.document.has_stage("variations_3")
    desk.key(Qt.Key.Key_V, CTRL)
    assert desk.document.has_stage("variations_3")


def test_a_whole_template_on_the_clipboard_is_pasted_as_stages(desk: Desk) -> None:
    data = QMimeData()
    data.setText(json.dumps({"name": "Other", "inputs": [], "stages": [
        {"id": "paint", "type": "fixed", "tool": "generate_image", "args": {"prompt": "A hill"}, "produces": ["hill"]}
    ]}))  # fmt: skip
    QGuiApplication.clipboard().setMimeData(data)
    desk.key(Qt.Key.Key_V, CTRL)
    assert desk.document.stage("paint").arguments == {"prompt": "A hill"}


def test_what_is_no_stage_is_not_pasted_and_that_is_said(desk: Desk) -> None:
    QGuiApplication.clipboard().setText('A sentence with "stages" in it')
    desk.key(Qt.Key.Key_V, CTRL)
    assert desk.editor.is_clean
    assert desk.view.words.words == "There are no stages on the clipboard."


def test_t_tidies_and_control_0_shows_everything(desk: Desk) -> None:
    before = desk.document.positions()
    desk.key(Qt.Key.Key_T)
    assert desk.document.positions() != before
    assert desk.editor.undo_words == "Undo: tidy"
    boxes = [node.box.translated(node.pos()) for node in desk.graph.nodes.values()]
    for number, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[number + 1 :])
    desk.key(Qt.Key.Key_0, CTRL)
    assert desk.canvas.visible_rect().contains(desk.graph.content_rect())


def test_everything_is_selected_and_zoomed_by_keys(desk: Desk) -> None:
    desk.key(Qt.Key.Key_A, CTRL)
    assert len(desk.editor.selection.value) == 7
    desk.key(Qt.Key.Key_Minus)
    assert desk.canvas.zoom == 0.9
    desk.key(Qt.Key.Key_Plus)
    assert desk.canvas.zoom == 1.0


def test_keys_of_the_window_are_left_to_it(desk: Desk) -> None:
    desk.key(Qt.Key.Key_S, CTRL)
    desk.key(Qt.Key.Key_Z, CTRL)
    desk.key(Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    assert desk.editor.is_clean
