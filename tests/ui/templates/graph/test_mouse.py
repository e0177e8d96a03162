"""The graph by mouse: moving, selecting, wires, dropping on the ground and on wires, zoom and pan."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS
from studio.contract.editing.wires import wires_of
from tests.ui.templates.graph.conftest import LEFT, Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_node_follows_the_pointer_in_steps_of_the_grid_and_is_one_step_of_undo(desk: Desk) -> None:
    before = desk.document.positions()["score"]
    desk.drag(desk.title("score"), desk.title("score") + QPointF(53, -41))
    x, y = desk.document.positions()["score"]
    assert (x, y) == (before[0] + 48, before[1] - 48)
    assert (desk.graph.nodes["score"].x(), desk.graph.nodes["score"].y()) == (x, y)
    assert desk.editor.undo_words == "Undo: move Score"
    desk.editor.undo()
    assert desk.document.positions()["score"] == before
    assert desk.graph.nodes["score"].x() == before[0]


def test_every_selected_node_goes_along_and_wires_follow_at_once(desk: Desk) -> None:
    desk.click(desk.title("animate"))
    desk.click(desk.title("assemble"), CTRL)
    assert desk.editor.selection.value == ("animate", "assemble")
    wire = next(item for item in desk.graph.wires_of("animate") if item.wire.source == "animate")
    ends = wire.path().boundingRect()
    desk.press(desk.title("animate"))
    desk.move(desk.title("animate") + QPointF(10, 10))
    desk.move(desk.title("animate") + QPointF(64, 80))
    assert wire.path().boundingRect() != ends
    assert desk.editor.is_clean  # nothing is changed before it is dropped
    desk.release(desk.title("animate") + QPointF(64, 80))
    assert desk.editor.undo_words == "Undo: move 2 stages"


def test_escape_puts_what_is_dragged_back(desk: Desk) -> None:
    before = desk.graph.spots()
    desk.press(desk.title("score"))
    desk.move(desk.title("score") + QPointF(80, 80))
    assert desk.graph.spots() != before
    desk.key(Qt.Key.Key_Escape)
    assert desk.graph.spots() == before
    desk.release(desk.title("score") + QPointF(80, 80))
    assert desk.editor.is_clean


def test_a_click_selects_one_and_control_adds_and_takes_away(desk: Desk) -> None:
    desk.click(desk.title("score"))
    assert desk.editor.selection.value == ("score",)
    desk.click(desk.title("listen"), CTRL)
    assert desk.editor.selection.value == ("score", "listen")
    desk.click(desk.title("score"), CTRL)
    assert desk.editor.selection.value == ("listen",)
    assert desk.graph.nodes["listen"].chosen
    desk.click(QPointF(640, 520))
    assert desk.editor.selection.value == ()


def test_the_rubber_band_selects_what_it_touches(desk: Desk) -> None:
    score = desk.graph.nodes["score"]
    start = score.pos() + QPointF(-20, -60)
    desk.drag(start, desk.graph.nodes["listen"].pos() + QPointF(40, 60))
    assert set(desk.editor.selection.value) == {"score", "listen"}


def test_an_output_dragged_onto_an_argument_binds_it(desk: Desk) -> None:
    desk.drag(desk.port(INPUTS, "out", "style"), desk.port("animate", "in", "prompt"))
    assert desk.argument("animate", "prompt") == "Slow push in, fog drifting left to right. $inputs.style"
    assert desk.editor.undo_words == "Undo: connect the inputs to Animate"
    assert not desk.refused


def test_only_ports_that_fit_light_up_while_a_wire_is_dragged(desk: Desk) -> None:
    desk.press(desk.port("score", "out", "audio"))
    desk.move(desk.port("score", "out", "audio") + QPointF(20, 20))
    nodes = desk.graph.nodes
    assert ("in", "audioIndex") in (nodes["assemble"].fitting or ())
    assert ("in", "videoIndices") not in (nodes["assemble"].fitting or ())
    assert nodes["prompts"].fitting == frozenset()  # neither sound nor anything that it could go into
    desk.key(Qt.Key.Key_Escape)
    assert all(node.fitting is None for node in nodes.values())
    assert desk.editor.is_clean


def test_a_wire_dropped_on_a_node_goes_into_its_only_port_or_asks_which(desk: Desk) -> None:
    desk.drag(desk.port("prompts", "out", "words"), desk.title("listen"))
    assert "words" in ops.output_of(desk.document, "prompts", "words").name
    assert any(wire.source == "prompts" and wire.target == "listen" for wire in wires_of(desk.document))
    desk.drag(desk.port(INPUTS, "out", "style"), desk.title("animate"))
    assert desk.view.menu is not None
    assert desk.view.menu.shown()[0] == "prompt"  # the likeliest first
    desk.enter()
    assert str(desk.argument("animate", "prompt")).endswith("$inputs.style")


def test_what_does_not_fit_is_said_and_changes_nothing(desk: Desk) -> None:
    desk.drag(desk.port("score", "out", "audio"), desk.title("prompts"))
    assert "Prompts takes no sound" in desk.view.words.words
    assert desk.editor.is_clean


def test_a_wire_may_not_go_in_a_circle(desk: Desk) -> None:
    desk.press(desk.port("assemble", "out", "film"))
    desk.move(desk.port("assemble", "out", "film") + QPointF(10, 30))
    fitting = [node for node, item in desk.graph.nodes.items() if item.fitting]
    assert fitting == ["listen", "assemble"] or fitting == ["assemble"]  # its own output stays lit
    desk.key(Qt.Key.Key_Escape)


def test_dropping_a_wire_on_the_ground_offers_what_takes_it_and_connects(desk: Desk) -> None:
    spot = QPointF(640, 470)
    desk.drag(desk.port("variations", "out", "images"), spot)
    assert desk.view.menu is not None
    shown = desk.view.menu.shown()
    assert "upscale_image" in shown
    assert "generate_music" not in shown
    desk.type("upscale image")
    desk.enter()
    made = desk.editor.selection.value[0]
    stage = desk.document.stage(made)
    assert stage.kind == "batch"  # a list into an argument for one picture runs for each of them
    assert stage.body["overBinding"] == "$artifacts.images.items[*].selectedVersion.url"
    assert stage.arguments["sourceImageIndex"] == "$item.value"
    assert desk.editor.undo_words == "Undo: add Upscale image"
    desk.editor.undo()
    assert not desk.document.has_stage(made)


def test_an_argument_dragged_to_the_ground_can_be_asked_for(desk: Desk) -> None:
    desk.drag(desk.port("animate", "in", "prompt"), QPointF(640, 480))
    assert desk.view.menu is not None
    assert desk.view.menu.shown()[0] == "?input"
    desk.enter()
    assert desk.document.input("prompt") is not None
    assert str(desk.argument("animate", "prompt")).endswith("$inputs.prompt")


def test_a_wire_picked_up_at_its_end_is_moved_or_let_go(desk: Desk) -> None:
    start = desk.port("assemble", "in", "audioIndex")
    desk.drag(start, QPointF(700, 560))
    assert desk.argument("assemble", "audioIndex") is None
    assert desk.editor.undo_words == "Undo: disconnect Score from Assemble"
    desk.editor.undo()
    desk.drag(desk.port("variations", "in", "sourceImageIndex"), desk.port("prompts", "in", "sourceImageIndex"))
    assert desk.argument("variations", "sourceImageIndex") is None
    assert desk.argument("prompts", "sourceImageIndex") == "$inputs.reference"


def test_a_wire_is_selected_by_a_click_and_deleted(desk: Desk) -> None:
    wire = next(item for item in desk.graph.wires.values() if item.wire.port == "videoIndices")
    desk.click(wire.middle)
    assert desk.graph.chosen_wire == wire.wire.id
    assert wire.chosen
    desk.key(Qt.Key.Key_Delete)
    assert desk.argument("assemble", "videoIndices") is None
    assert desk.graph.chosen_wire == ""


def test_a_stage_is_put_onto_a_wire_by_its_menu(desk: Desk) -> None:
    wire = next(item for item in desk.graph.wires.values() if item.wire.port == "videoIndices")
    desk.click(wire.middle)
    menu = desk.view.context_menu(wire.middle)
    assert [action.text() for action in menu.actions()] == ["Insert a stage…", "Disconnect"]
    menu.actions()[0].trigger()
    assert desk.view.menu is not None
    assert "upscale_video" in desk.view.menu.shown()
    assert "generate_speech" not in desk.view.menu.shown()
    menu.close()
    # What follows makes room.
    target = desk.document.positions()["assemble"]
    desk.type("upscale video")
    desk.enter()
    boxes = [node.box.translated(node.pos()) for node in desk.graph.nodes.values()]
    assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[n + 1 :])
    assert desk.document.positions()["assemble"][1] == target[1]
    desk.editor.undo()
    assert desk.document.positions()["assemble"] == target


def test_a_lone_stage_dropped_on_a_wire_is_put_between(desk: Desk) -> None:
    made: list[str] = []

    def add(document: object) -> object:
        changed, stage = ops.add_stage(document, tool="upscale_image", at=(16, 560))  # type: ignore[arg-type]
        made.append(stage)
        return changed

    desk.editor.apply("Add", add)  # type: ignore[arg-type]
    wire = next(
        item
        for item in desk.graph.wires.values()
        if item.wire.target == "variations" and item.wire.port == "sourceImageIndex"
    )
    node = desk.graph.nodes[made[0]]
    start = desk.title(made[0])
    target = wire.middle + (start - (node.pos() + QPointF(node.width / 2, node.height / 2)))
    desk.drag(start, target)
    assert desk.argument(made[0], "sourceImageIndex") == "$inputs.reference"
    assert str(desk.argument("variations", "sourceImageIndex")).startswith("$artifacts.image[0]")
    assert desk.editor.undo_words == "Undo: insert Upscale image"


def test_a_double_click_on_the_ground_adds_a_stage_there(desk: Desk) -> None:
    spot = QPointF(640, 480)
    desk.double_click(spot)
    assert desk.view.menu is not None
    desk.type("speech")
    desk.enter()
    made = desk.editor.selection.value[0]
    assert desk.document.stage(made).tool == "generate_speech"
    assert desk.document.positions()[made] == (640, 480)


def test_a_double_click_on_a_node_opens_it(desk: Desk) -> None:
    opened: list[str] = []
    desk.view.stage_opened.connect(opened.append)
    desk.double_click(desk.title("animate"))
    assert opened == ["animate"]
    assert desk.editor.is_clean


def test_zooming_keeps_what_is_under_the_pointer(desk: Desk) -> None:
    spot = desk.title("animate")
    at = desk.px(spot)
    wheel = QWheelEvent(
        QPointF(at), QPointF(desk.canvas.viewport().mapToGlobal(at)), QPoint(0, 0), QPoint(0, -240),
        Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(desk.canvas.viewport(), wheel)
    assert desk.canvas.zoom < 0.8
    assert (desk.px(spot) - at).manhattanLength() <= 2
    desk.canvas.settle()
    desk.view.tools.zoom.click()
    assert desk.canvas.zoom == pytest.approx(1.0)


def test_zoom_is_held_between_10_and_400_percent_and_said(desk: Desk) -> None:
    for _step in range(40):
        desk.view.tools.zoom_in.click()
    assert desk.canvas.zoom == 4.0
    assert desk.view.tools.zoom.text() == "400%"
    for _step in range(40):
        desk.view.tools.zoom_out.click()
    assert desk.canvas.zoom == pytest.approx(0.10)
    desk.view.tools.fit.click()
    assert desk.view.tools.zoom.text() == f"{round(desk.canvas.zoom * 100)}%"


def test_the_wheel_and_the_middle_button_pan(desk: Desk) -> None:
    before = desk.px(desk.title("score"))
    at = QPointF(400, 300)
    wheel = QWheelEvent(
        at, at, QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(desk.canvas.viewport(), wheel)
    assert desk.px(desk.title("score")) - before == QPoint(0, 120)
    desk.canvas.pan(-30, 10)
    assert desk.px(desk.title("score")) - before == QPoint(-30, 130)


def test_panning_shows_the_same_as_painting_anew(desk: Desk) -> None:
    desk.qtbot.wait(20)
    for step in ((-37, 11), (90, -53), (-8, -8)):
        desk.canvas.pan(*step)
        QApplication.processEvents()
    shifted = desk.canvas.viewport().grab().toImage()
    desk.canvas._spoil()
    anew = desk.canvas.viewport().grab().toImage()
    different = sum(
        shifted.pixel(x, y) != anew.pixel(x, y) for x in range(0, anew.width(), 3) for y in range(0, anew.height(), 3)
    )
    assert different < 60  # smoothed edges at the seams at most


def test_the_overview_leads_there(desk: Desk) -> None:
    desk.view.minimap.wanted.emit(desk.title("assemble"))
    middle = desk.canvas.viewport().rect().center()
    assert (desk.px(desk.title("assemble")) - middle).manhattanLength() < 60


def drag_over(desk: Desk, data: QMimeData, spot: QPointF, *, drop: bool = True) -> bool:
    """Drag *data* over a place and let go; return whether it was taken."""
    view, at = desk.canvas.viewport(), desk.px(spot)
    keys, actions = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, actions, data, LEFT, keys)
    QApplication.sendEvent(view, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(view, QDragMoveEvent(at, actions, data, LEFT, keys))
    if not drop:
        return True
    done = QDropEvent(QPointF(at), actions, data, LEFT, keys)
    QApplication.sendEvent(view, done)
    return done.isAccepted()


def media(*names: str, ids: str = "") -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(f"/tmp/{name}") for name in names])
    if ids:
        data.setData("application/x-studio-pieces", ids.encode())
    return data


def test_stages_and_template_files_are_dropped_from_elsewhere(desk: Desk, tmp_path: Path) -> None:
    desk.editor.select(["score"])
    desk.canvas.copy()
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasFormat("application/x-sogni-stages")
    assert json.loads(data.text())["stages"][0]["id"] == "score"
    ground = QPointF(320, 560)
    assert drag_over(desk, data, ground)
    x, y = desk.document.positions()["score_2"]
    assert (QPointF(x, y) - ground).manhattanLength() < 2
    (tmp_path / "one.template.json").write_text(json.dumps({"stages": [{"id": "new", "type": "fixed"}]}))
    file = QMimeData()
    file.setUrls([QUrl.fromLocalFile(str(tmp_path / "one.template.json"))])
    assert drag_over(desk, file, ground)
    assert desk.document.has_stage("new")


def test_a_piece_dropped_on_a_stage_is_asked_for_there_and_fills_the_form(desk: Desk) -> None:
    kept: list[tuple[str, object]] = []
    desk.editor.fill_form = lambda name, value: kept.append((name, value))  # type: ignore[method-assign]
    said: list[str] = []
    desk.canvas.said.connect(said.append)
    port = desk.port("prompts", "in", "sourceImageIndex")
    data = media("dawn.png", ids="p7")
    assert drag_over(desk, data, port, drop=False)
    node = desk.graph.nodes["prompts"]
    assert node.fitting == {("in", "sourceImageIndex")}
    assert node.hot == ("in", "sourceImageIndex")
    assert desk.graph.nodes["score"].fitting == frozenset()
    QApplication.sendEvent(desk.canvas.viewport(), QDragLeaveEvent())
    assert node.fitting is None
    # It is bound to an input already: only the form is filled.
    assert drag_over(desk, data, port)
    assert (kept.pop(), desk.editor.is_clean) == (("reference", "piece:p7"), True)
    assert said[-1] == "“reference” is asked for when it runs. dawn.png is filled in."
    # Anywhere on a node goes into what fits best; two for a list; another kind is refused in words.
    assert drag_over(desk, media("a.mp4", "b.mp4"), desk.title("assemble"))
    assert desk.argument("assemble", "videoIndices") == "$inputs.videos"
    assert kept.pop() == ("videos", ["file:/tmp/a.mp4", "file:/tmp/b.mp4"])
    desk.editor.undo()
    assert desk.editor.is_clean
    drag_over(desk, media("a.mp4"), desk.title("score"))
    assert said[-1] == "Score takes no video."
    assert not drag_over(desk, media("layers.psd"), port)
    # On the ground it is offered to what takes it.
    assert drag_over(desk, data, QPointF(320, 560))
    desk.type("upscale")
    desk.enter()
    assert desk.argument("upscale_image", "sourceImageIndex") == "$inputs.image"
    assert kept.pop() == ("image", "piece:p7")
    assert desk.editor.undo_words == "Undo: add Upscale image"


def test_two_fingers_zoom_on_a_touchpad_and_on_the_screen(desk: Desk) -> None:
    view, spot = desk.canvas.viewport(), desk.title("animate")
    at = QPointF(desk.px(spot))
    pad = QPointingDevice.primaryPointingDevice()
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, pad, 2, at, at, view.mapToGlobal(at), -0.25, QPointF()
    )
    QApplication.sendEvent(view, pinch)
    assert desk.canvas.zoom == pytest.approx(0.75)
    assert (desk.px(spot) - at.toPoint()).manhattanLength() <= 2
    desk.canvas.settle()
    desk.canvas.zoom_to(0.5)
    screen = QTest.createTouchDevice()
    left, right = QPoint(500, 300), QPoint(600, 300)
    QTest.touchEvent(view, screen).press(0, left, view).press(1, right, view).commit()
    for step in (20, 40, 60, 80, 100):
        apart = QPoint(step // 2, 0)
        QTest.touchEvent(view, screen).move(0, left - apart, view).move(1, right + apart, view).commit()
    QTest.touchEvent(view, screen).release(0, left - apart, view).release(1, right + apart, view).commit()
    assert desk.canvas.zoom == pytest.approx(1.0, rel=0.3)
    assert desk.editor.is_clean


def test_edits_of_what_is_read_only_are_refused_and_shown_as_before(desk: Desk) -> None:
    desk.editor.read_only = "This is a starter. Make it yours to change it."
    before = desk.graph.spots()
    desk.drag(desk.title("score"), desk.title("score") + QPointF(96, 0))
    assert desk.refused == [desk.editor.read_only]
    assert desk.graph.spots() == before


def test_a_drag_is_given_up_when_the_document_changes_under_it(desk: Desk) -> None:
    desk.press(desk.port("score", "out", "audio"))
    desk.move(QPointF(500, 500))
    desk.editor.apply("Delete", lambda document: ops.remove_stages(document, ["score"]))
    assert "score" not in desk.graph.nodes
    desk.move(QPointF(520, 500))
    desk.release(QPointF(520, 500))
    assert desk.editor.undo_words == "Undo: delete"
    desk.press(desk.title("listen"))
    desk.move(desk.title("listen") + QPointF(50, 50))
    desk.editor.undo()
    desk.release(desk.title("listen") + QPointF(50, 50))
    assert desk.editor.is_clean


def test_dragging_to_the_edge_pans(desk: Desk) -> None:
    left = desk.canvas.visible_rect().left()
    desk.press(desk.title("score"))
    desk.move(desk.title("score") + QPointF(20, 0))
    desk.move(desk.canvas.visible_rect().topLeft() + QPointF(4, 200))
    desk.qtbot.waitUntil(lambda: desk.canvas.visible_rect().left() < left - 60)
    spot = desk.canvas.visible_rect().topLeft() + QPointF(100, 200)
    desk.move(spot)
    desk.release(spot)
    assert desk.document.positions()["score"][0] < 160
    assert not desk.canvas._edge.isActive()
