"""What the graph shows: kinds, ports, problems, pictures of the last run, progress, groups, themes, small windows."""

import itertools
from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document
from studio.ui.gallery.thumbnails import close_thumbnails
from studio.ui.templates.graph.facts import HEADER, facts_of
from studio.ui.templates.graph.nodes import PLAIN_BELOW
from studio.ui.theme import theme
from tests.helpers.graphs import album, chain, picture
from tests.ui.templates.graph.conftest import Desk


def test_nodes_say_what_they_are(desk: Desk) -> None:
    facts = {node_id: node.facts for node_id, node in desk.graph.nodes.items()}
    assert facts[INPUTS].line == "5 inputs"
    assert facts["variations"].times == 4  # as many as the default of its list has
    assert facts["variations"].strips == (("flag", "You look first"),)
    assert facts["listen"].strips == (("hand", "Asks you"),)
    assert facts["score"].tab == "if music is on"
    assert [port.words for port in facts["animate"].ports if port.side == "in"] == ["source images", "prompt"]
    assert facts["assemble"].to_fix == 1
    assert "may be skipped" in facts["assemble"].problem


def test_the_flag_lies_on_the_wire_that_leaves_a_checkpoint(desk: Desk) -> None:
    flag = desk.graph._flags["variations"]
    wire = next(item for item in desk.graph.wires.values() if item.wire.source == "variations")
    assert flag.pos() == wire.middle
    desk.editor.apply("No pause", lambda doc: ops.set_stage_member(doc, "variations", "checkpointRequired", False))
    assert desk.graph._flags == {}


def test_an_edit_changes_only_the_items_that_differ(desk: Desk) -> None:
    nodes, wires = dict(desk.graph.nodes), dict(desk.graph.wires)
    desk.editor.apply("Rename", lambda doc: ops.set_stage_member(doc, "score", "label", "Music"))
    assert all(desk.graph.nodes[each] is nodes[each] for each in nodes)
    assert desk.graph.nodes["score"].facts.title == "Music"
    desk.editor.apply("Remove", lambda doc: ops.remove_stages(doc, ["listen"]))
    assert "listen" not in desk.graph.nodes
    assert all(item is wires[wire_id] for wire_id, item in desk.graph.wires.items())


def test_pictures_of_the_last_run_make_the_node_larger(desk: Desk, tmp_path: Path) -> None:
    empty = desk.graph.nodes["variations"].height
    files = [picture(tmp_path / f"{number}.png", number / 4) for number in range(3)]
    desk.view.set_results({"variations": files}, {"prompts": "The last light of dusk on a lamp that was just lit"})
    assert desk.graph.nodes["variations"].height > empty + 80
    assert desk.graph.nodes["prompts"].words[0].startswith("The last light")
    assert len(desk.graph.nodes["prompts"].words) == 2
    node = desk.graph.nodes["variations"]
    at = desk.px(node.pos() + QPointF(30, node._body.tops["pictures"] + 10))
    plain = (theme().color("fill.placeholder"), theme().color("bg.card"))

    def shown() -> bool:
        return desk.canvas.viewport().grab().toImage().pixelColor(at) not in plain

    desk.qtbot.waitUntil(shown, timeout=5000)


def test_pictures_never_push_a_node_over_the_one_below(desk: Desk, tmp_path: Path) -> None:
    desk.editor.apply("Closer", lambda doc: ops.place_nodes(doc, {"listen": (416, 300)}))
    files = [picture(tmp_path / f"{number}.png", number / 4) for number in range(4)]
    desk.view.set_results({"variations": files})
    assert desk.graph.nodes["variations"]._body.pictures == 2
    desk.editor.apply("Away", lambda doc: ops.place_nodes(doc, {"listen": (416, 480)}))
    assert desk.graph.nodes["variations"]._body.pictures == 4


def test_progress_is_shown_for_stages_and_items(desk: Desk) -> None:
    desk.view.set_running(
        {
            "prompts": (1.0, "completed", ()),
            "variations": (0.5, "running", [(1.0, "completed"), (0.4, "running"), (None, "queued"), (None, "queued")]),
            "score": (None, "skipped", ()),
            "animate": (None, "running", ()),
        }
    )
    node = desk.graph.nodes["prompts"]
    QApplication.processEvents()
    image = desk.canvas.viewport().grab().toImage()
    assert image.pixelColor(desk.px(node.pos() + QPointF(60, HEADER - 2))) == theme().color("status.success")
    assert [item.id for item in desk.graph.unsettled()] == ["animate"]
    assert not desk.view._sweep.isActive()  # motion is reduced
    desk.view.set_running({})
    assert all(item.run is None for item in desk.graph.nodes.values())


def test_motion_is_allowed_only_while_something_unknown_runs(desk: Desk) -> None:
    theme().choose(reduced_motion=False)
    desk.view.set_running({"animate": (None, "running", ())})
    assert desk.view._sweep.isActive()
    before = desk.graph.nodes["animate"].sweep
    desk.view._turn()
    assert desk.graph.nodes["animate"].sweep != before
    desk.view.set_running({"animate": (0.3, "running", ())})
    assert not desk.view._sweep.isActive()


def test_costs_are_shown_only_where_they_are_given(desk: Desk) -> None:
    desk.view.set_costs({"animate": "82"})
    assert desk.graph.nodes["animate"].cost == "82"
    desk.view.set_costs({})
    assert desk.graph.nodes["animate"].cost == ""


def test_tooltips_name_ports_with_their_kind_and_ends(desk: Desk) -> None:
    assert desk.graph.tip_at(desk.port("variations", "out", "images")) == "images\nto Animate"
    assert desk.graph.tip_at(desk.port("assemble", "in", "videoIndices")).startswith(
        "videos, required\nfrom Animate clips"
    )
    assert "may be skipped" in desk.graph.tip_at(desk.title("assemble"))
    assert desk.graph.tip_at(QPointF(640, 520)) == ""


def test_the_outline_tells_everything_in_the_order_of_the_flow(desk: Desk) -> None:
    outline = {entry.id: entry for entry in desk.view.outline()}
    assert next(iter(outline)) == INPUTS
    assert outline["animate"].sources == ("variations",)
    assert outline["animate"].targets == ("assemble",)
    assert "runs 4 times" in outline["animate"].description
    assert "if music is on" in outline["score"].description


def test_screen_readers_find_the_nodes_as_rows(desk: Desk) -> None:
    interface = QAccessible.queryAccessibleInterface(desk.canvas)
    assert interface is not None
    assert interface.role() == QAccessible.Role.List
    assert interface.childCount() == 7
    desk.editor.select(["animate"])
    row = interface.child(3)
    assert row.text(QAccessible.Text.Name) == "Animate"
    assert row.text(QAccessible.Text.Description).startswith("Animate, batch stage, animate photo, runs 4 times")
    assert row.state().selected
    assert interface.indexOfChild(row) == 3
    middle = row.rect().center()
    assert interface.childAt(middle.x(), middle.y()).text(QAccessible.Text.Name) == "Animate"
    assert interface.focusChild().text(QAccessible.Text.Name) == "Animate"
    desk.editor.apply("Remove", lambda doc: ops.remove_stages(doc, ["animate"]))
    assert not row.isValid()


def test_sub_stages_lie_in_a_frame(desk: Desk) -> None:
    desk.editor.select(["score", "listen"])
    menu = desk.view.context_menu(desk.title("score"))
    group = next(action for action in menu.actions() if action.text() == "Make sub-stages of Score")
    group.trigger()
    assert desk.document.stage("listen").parent == "score"
    frame = desk.graph._groups["score"].boundingRect()
    assert frame.contains(desk.graph.nodes["listen"].box.translated(desk.graph.nodes["listen"].pos()))
    menu.close()
    desk.editor.select(["listen"])
    menu = desk.view.context_menu(desk.title("listen"))
    next(action for action in menu.actions() if action.text() == "Take out of the group").trigger()
    assert desk.document.stage("listen").parent is None
    assert desk.graph._groups == {}
    menu.close()


def test_kinds_and_checkpoints_are_chosen_in_the_context_menu(desk: Desk) -> None:
    desk.editor.select(["score"])
    menu = desk.view.context_menu(desk.title("score"))
    entries = {action.text(): action for action in menu.actions()}
    assert not entries["Run once"].isEnabled()
    entries["Pause for a look afterwards"].trigger()
    assert desk.graph.nodes["score"].facts.checkpoint
    entries["Ask the person"].trigger()
    assert desk.document.stage("score").kind == "interactive"
    menu.close()


def test_nodes_are_aligned_and_set_apart_evenly(desk: Desk) -> None:
    desk.editor.select(["prompts", "variations", "score"])
    menu = desk.view.context_menu(desk.title("score"))
    entries = {action.text(): action for action in menu.actions()}
    entries["Align left"].trigger()
    assert len({desk.document.positions()[node][0] for node in ("prompts", "variations", "score")}) == 1
    assert desk.editor.undo_words == "Undo: align left"
    entries["Distribute down"].trigger()
    tops = sorted(
        (desk.graph.nodes[node].y(), desk.graph.nodes[node].height) for node in ("prompts", "variations", "score")
    )
    gaps = [second[0] - first[0] - first[1] for first, second in itertools.pairwise(tops)]
    assert abs(gaps[0] - gaps[1]) <= 32  # places snap to the grid
    menu.close()


def test_a_template_without_places_is_laid_out_and_stays_so_when_one_node_moves(
    qtbot: QtBot, dark: None, tmp_path: Path
) -> None:
    desk = Desk(qtbot, chain(12, placed=False), tmp_path)
    assert desk.editor.is_clean  # being shown is no edit
    spots = desk.graph.spots()
    assert len(set(spots.values())) == 13
    desk.drag(desk.title("s3"), desk.title("s3") + QPointF(0, 160))
    moved = desk.graph.spots()
    assert {node for node in spots if spots[node] != moved[node]} == {"s3"}
    assert set(desk.document.positions()) == set(spots)


def test_an_empty_template_invites(qtbot: QtBot, dark: None, tmp_path: Path) -> None:
    desk = Desk(qtbot, Document({"name": "New", "inputs": [], "stages": []}), tmp_path)
    assert not desk.view._empty.isHidden()
    desk.view.tools.add.click()
    desk.type("generate image")
    desk.enter()
    assert desk.view._empty.isHidden()
    assert len(desk.graph.nodes) == 1


def test_unknown_tools_and_kinds_are_shown_as_placeholders(qtbot: QtBot, dark: None, tmp_path: Path) -> None:
    stages = [
        {"id": "a", "type": "fixed", "label": "Dream", "tool": "dream_up", "args": {"x": 1}, "produces": ["d"]},
        {"id": "b", "type": "quantum", "label": "Later"},
    ]
    desk = Desk(qtbot, Document({"name": "Odd", "inputs": [], "stages": stages}), tmp_path)
    assert desk.graph.nodes["a"].facts.icon == "question"
    assert desk.graph.nodes["b"].facts.line == "quantum"
    desk.canvas.viewport().grab()
    assert desk.document.stage("a").arguments == {"x": 1}


def test_small_and_far_away_nodes_are_painted_with_less(desk: Desk) -> None:
    for zoom in (PLAIN_BELOW - 0.1, 0.15, 2.5):
        desk.canvas.zoom_to(zoom)
        desk.canvas.settle()
        desk.canvas.centre_on(desk.graph.content_rect().center())
        image = desk.canvas.viewport().grab().toImage()
        colors = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
        assert len(colors) > 4


def test_themes_and_scales_repaint_everything(desk: Desk) -> None:
    for choice in ("light", "high-contrast", "dark"):
        theme().choose(choice)  # type: ignore[arg-type]
        QApplication.processEvents()
        ground = desk.canvas.viewport().grab().toImage().pixelColor(3, 3)
        assert ground == theme().color("bg.canvas") or ground == QColor(theme().color("text.disabled"))
    wide = desk.canvas.viewportTransform().m11()
    theme().choose(scale=1.5)
    assert desk.canvas.viewportTransform().m11() == 1.5 * wide
    theme().choose(scale=1.0)


def test_the_overview_goes_where_there_is_no_room(desk: Desk) -> None:
    assert not desk.view.minimap.isHidden()
    desk.window.resize(700, 500)
    QApplication.processEvents()
    assert desk.view.minimap.isHidden()
    tools = desk.view.tools.geometry()
    assert desk.view.rect().contains(tools)


def test_facts_of_a_hundred_stages_name_each(tmp_path: Path) -> None:
    from studio.contract.editing.problems import problems_of

    document = chain(100)
    facts = facts_of(document, problems_of(document))
    assert len(facts) == 101
    assert facts_of(album(), problems_of(album()))["animate"].media == "video"


def test_a_missing_picture_leaves_its_place(desk: Desk, tmp_path: Path) -> None:
    desk.view.set_results({"animate": [tmp_path / "gone.png"]})
    assert not desk.canvas.viewport().grab().isNull()
    assert desk.canvas.graph.nodes["animate"].isVisible()
    close_thumbnails()
