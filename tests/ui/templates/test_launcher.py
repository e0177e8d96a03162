"""The run form, the strip of a run, results and seeds, with mouse and keyboard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.editing.document import Document
from studio.ui.templates.closer_look import CloserLook
from studio.ui.templates.launcher import Launcher
from studio.ui.templates.reseed import ReseedDialog
from studio.ui.templates.results import ResultsSheet
from studio.ui.templates.running_view import RunStrip, graph_progress
from studio.ui.templates.runs_section import RunCard
from studio.ui.templates.workspace import TemplatesWorkspace
from studio.viewmodels.templates.launching import LaunchModel, forecast_of
from studio.viewmodels.templates.looks import Look
from studio.viewmodels.templates.running import TemplateRunModel
from tests.helpers.fake_models import StudioInMemory
from tests.helpers.fake_templates import album_cover
from tests.helpers.sample_runs import show_sample_run

PLAIN: dict[str, Any] = {
    "name": "Poster",
    "inputs": [
        {"name": "idea", "type": "text", "required": True},
        {"name": "photo", "type": "image", "required": True},
        {"name": "looks", "type": "text", "multiple": {"min": 1, "max": 5}, "default": ["oil", "ink"]},
        {"name": "music", "type": "boolean", "default": True},
    ],
    "stages": [
        {"id": "look", "type": "batch", "label": "Looks", "produces": ["looks"], "overBinding": "$inputs.looks",
         "itemName": "look", "checkpointRequired": True,
         "itemStage": {"id": "look_one", "type": "fixed", "tool": "generate_image",
                       "args": {"prompt": "Paint $inputs.idea as $item.value"}}},
        {"id": "score", "type": "fixed", "label": "Score", "produces": ["score"], "tool": "generate_music",
         "condition": {"type": "expr", "expression": "inputs.music == true"}, "args": {"prompt": "calm"}},
        {"id": "ask", "type": "interactive", "label": "Listen", "produces": ["kept"], "systemPrompt": "x",
         "allowedTools": [], "userMessage": "Keep the song?"},
    ],
}  # fmt: skip


@pytest.fixture
def home(qtbot: QtBot, dark: None) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def launcher(home: QWidget, model: StudioInMemory) -> Launcher:
    return opened(home, model)


def opened(home: QWidget, model: StudioInMemory, content: dict[str, Any] | None = None, **more: Any) -> Launcher:
    runs = model.template_runs
    launch = LaunchModel(runs.desk, runs, "t0", Document(content or PLAIN))
    form = Launcher(home, launch, model.connection, **more)  # type: ignore[arg-type]
    form.open()
    return form


def test_a_forecast_follows_the_values() -> None:
    rows = [(row.words, row.kind) for row in forecast_of(Document(PLAIN), {}).rows]
    assert rows == [
        ("Looks ×2", "image"), ("You look at “Looks”", "checkpoint"), ("Score", "audio"),
        ("Keep the song?", "interactive"),
    ]  # fmt: skip
    more = forecast_of(Document(PLAIN), {"looks": ["a", "b", "c"], "music": False})
    assert [row.words for row in more.rows] == ["Looks ×3", "You look at “Looks”", "Keep the song?"]
    assert more.units.most == 3
    assert more.stops == 2
    assert more.time_words.endswith("plus your choices")


def test_run_leads_to_the_first_field_that_needs_the_person(qtbot: QtBot, launcher: Launcher) -> None:
    with qtbot.assertNotEmitted(launcher.started):
        qtbot.mouseClick(launcher.go, Qt.MouseButton.LeftButton)
    cell = launcher.form.cells["idea"]
    assert cell.problem.words() == "Add an idea"
    assert cell.isAncestorOf(QApplication.focusWidget())
    assert launcher.obstacle.words.text() == "2 fields need you."


def test_what_is_wrong_is_said_at_the_button(launcher: Launcher, model: StudioInMemory) -> None:
    photo = {"photo": f"piece:{model.create.pieces[0].id}"}
    launcher.form.set_values(photo)
    launcher.refresh()
    assert launcher.obstacle.words.text() == "Fill in idea to run."
    launcher.form.set_values({**photo, "idea": "a boat", "looks": list("abcdef")})
    launcher.refresh()
    assert launcher.obstacle.words.text() == "Looks: give at most 5."


def test_run_starts_with_the_values_and_closes(qtbot: QtBot, launcher: Launcher, model: StudioInMemory) -> None:
    launcher.form.set_values({"photo": "file:/a.png"})
    qtbot.keyClicks(launcher.form.cells["idea"].field.edit, "a boat")  # type: ignore[attr-defined]
    with qtbot.waitSignal(launcher.started) as said:
        qtbot.mouseClick(launcher.go, Qt.MouseButton.LeftButton)
    (run,) = said.args[0]  # type: ignore[index]
    assert run.inputs == {"idea": "a boat", "photo": "file:/a.png", "looks": ["oil", "ink"], "music": True}
    assert run.state.value.status == "starting"
    assert launcher.isHidden()
    assert "keeping the form" in model.template_runs.desk.saved  # type: ignore[attr-defined]


def test_ctrl_enter_runs(qtbot: QtBot, launcher: Launcher) -> None:
    launcher.form.set_values({"idea": "a boat", "photo": "file:/a.png"})
    launcher.form.focus_field("idea")
    with qtbot.waitSignal(launcher.started):
        qtbot.keyClick(
            launcher.form.cells["idea"].field.edit,  # type: ignore[attr-defined]
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.ControlModifier,
        )


def test_escape_closes_and_gives_focus_back(qtbot: QtBot, home: QWidget, model: StudioInMemory) -> None:
    from PySide6.QtWidgets import QLineEdit

    line = QLineEdit(home)
    line.show()
    line.setFocus()
    launcher = opened(home, model)
    launcher.form.focus_field("idea")
    qtbot.keyClick(launcher.form.cells["idea"].field.edit, Qt.Key.Key_Escape)  # type: ignore[attr-defined]
    assert launcher.isHidden()
    assert QApplication.focusWidget() is line


def test_tab_stays_in_the_dialog(qtbot: QtBot, launcher: Launcher) -> None:
    launcher.form.focus_field("idea")
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert launcher.isAncestorOf(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)


def test_costs_are_shown_where_they_are_paid(launcher: Launcher, model: StudioInMemory) -> None:
    assert launcher.estimate.cost.text() == "Free"
    assert launcher.limit.isHidden()
    model.connection.kind.value = "supernet"
    assert launcher.estimate.cost.text() == "5.0"
    assert not launcher.limit.isHidden()
    assert launcher.limit.number.value() == 6


def test_what_was_made_last_is_compared_with_what_it_was_made_from(
    qtbot: QtBot, home: QWidget, model: StudioInMemory
) -> None:
    before, after = model.create.pieces[:2]
    cover = opened(home, model, look=Look("r1", after, after, before)).cover
    assert cover.isVisible()
    assert cover.accessibleName() == "Before and after, 50 percent"
    qtbot.mouseClick(cover, Qt.MouseButton.LeftButton, pos=QPoint(round(cover.width() * 0.8), 20))
    assert cover.value() == 80
    qtbot.keyClick(cover, Qt.Key.Key_Left)
    qtbot.keyClick(cover, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert cover.value() == 69


def test_the_cover_makes_room_for_what_will_happen(home: QWidget, model: StudioInMemory) -> None:
    assert opened(home, model).cover.isHidden()  # nothing was made yet, and there is no example
    stages = [{"id": f"s{n}", "type": "fixed", "label": f"S{n}", "tool": "generate_image", "args": {"prompt": "x"}}
              for n in range(14)]  # fmt: skip
    picture = model.create.pieces[0].path
    assert not opened(home, model, example=picture).cover.compares
    assert opened(home, model, {"name": "Long", "stages": stages}, example=picture).cover.isHidden()


def test_what_is_left_to_pay_with_is_shown_and_a_shortage_is_said(home: QWidget, model: StudioInMemory) -> None:
    model.connection.kind.value = "supernet"
    model.connection.available_tools.value = frozenset({"generate_image", "generate_music"})
    launcher = opened(home, model, {**PLAIN, "inputs": PLAIN["inputs"][2:]})
    assert launcher.pay.detail.text() == ""
    launcher.launch.balance.amounts.value = {"spark": 1.5, "sogni": 20}
    assert launcher.pay.detail.text() == "1.5 left"
    assert launcher.obstacle.words.text() == "This needs 5 Spark; you have 1.5."
    assert launcher.go.isEnabled()  # a subscription may cover it


def test_a_limit_that_was_typed_is_kept(launcher: Launcher, model: StudioInMemory) -> None:
    model.connection.kind.value = "supernet"
    launcher.limit.number.line.setText("9")
    launcher.limit.number.finished.emit()
    launcher.form.set_values({"idea": "x", "photo": "file:/a.png"})
    launcher.run()
    assert model.template_runs.runs.value[0].kept.ceiling == 9


def test_a_selection_runs_once_for_each_piece(qtbot: QtBot, home: QWidget, model: StudioInMemory) -> None:
    pictures = [piece for piece in model.create.pieces if piece.kind == "image"][:3]
    launcher = opened(home, model, selected=pictures)
    assert launcher.batch.value() == "photo"
    assert launcher.go.text() == "Run 3 times"
    assert launcher.form.cells["photo"].isHidden()
    launcher.form.set_values({"idea": "x"})
    with qtbot.waitSignal(launcher.started) as said:
        launcher.run()
    runs: list[TemplateRunModel] = said.args[0]  # type: ignore[index]
    assert [run.inputs["photo"] for run in runs] == [f"piece:{piece.id}" for piece in pictures]
    assert len({run.state.value.session_id for run in runs}) == 1


def test_presets_are_kept_and_used(launcher: Launcher) -> None:
    launcher.form.set_values({"idea": "a boat"})
    launcher.launch.save_preset("  Boats  ", launcher.form.typed())
    launcher._use({})
    assert "idea" not in launcher.form.values()
    launcher._use(launcher.launch.presets.value["Boats"])
    assert launcher.form.values()["idea"] == "a boat"


def test_nothing_is_clipped_in_the_smallest_window(home: QWidget, model: StudioInMemory) -> None:
    home.resize(1024, 700)
    document = Document(album_cover())
    launcher = opened(home, model, dict(document.content))
    assert home.rect().contains(launcher.frame.geometry())
    at = launcher.go.mapTo(home, launcher.go.rect().bottomRight())
    assert launcher.frame.geometry().contains(at)


# --- the strip, the results, the seeds ---------------------------------------------------------


@pytest.fixture
def strip(qtbot: QtBot, model: StudioInMemory) -> RunStrip:
    widget = RunStrip(model.template_runs, "t0")
    qtbot.addWidget(widget)
    widget.resize(900, 80)
    return widget


def calls_of(run: TemplateRunModel, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(run, "_answer", said.append)
    return said


def test_without_a_run_there_is_no_strip(strip: RunStrip) -> None:
    assert strip.isHidden()


def test_progress_is_told_in_words_and_on_the_graph(strip: RunStrip, model: StudioInMemory) -> None:
    run = show_sample_run(model, "running")
    assert not strip.isHidden()
    assert strip.words.words() == "Animate, 0 of 4: Frame 41 of 81"
    shown = graph_progress(run.state.value)
    assert shown["variations"] == (1.0, "completed", [])
    assert [state for _part, state in shown["animate"][2]] == ["running", "running", "queued", "queued"]
    run._show(replace(run.state.value, left_s=98.0))
    percent = round(100 * (run.state.value.fraction or 0))
    assert strip.part.text() == f"{percent}% · 1:38 left"
    card = RunCard(run)
    assert card.accessibleName() == f"x, just now, {percent}% · 1:38 left, 4 pieces"


def test_a_checkpoint_is_answered_in_place(
    qtbot: QtBot, strip: RunStrip, model: StudioInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = show_sample_run(model, "waiting_for_user")
    said = calls_of(run, monkeypatch)
    qtbot.mouseClick(strip.ask.retry, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(strip.ask.approve, Qt.MouseButton.LeftButton)
    assert said == [{"type": "redo_stage", "stageId": "variations"}, {"type": "approve_checkpoint"}]


def test_an_interactive_stage_takes_words(
    qtbot: QtBot, strip: RunStrip, model: StudioInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.viewmodels.templates.run_state import PauseState

    run = show_sample_run(model, "waiting_for_user")
    run._show(replace(run.state.value, pause=PauseState("interactive", "Keep the song?", "listen")))
    said = calls_of(run, monkeypatch)
    qtbot.keyClicks(strip.ask.line, "keep it")
    qtbot.keyClick(strip.ask.line, Qt.Key.Key_Return)
    assert said == [{"type": "interactive_complete", "stageId": "listen", "result": "keep it"}]


def test_where_it_cannot_be_answered_the_strip_says_where(strip: RunStrip, model: StudioInMemory) -> None:
    from studio.viewmodels.templates.run_state import PauseState

    run = show_sample_run(model, "waiting_for_user")
    pause = PauseState("checkpoint", "Look.", "variations", here=False, where="Answer it there.")
    run._show(replace(run.state.value, pause=pause))
    assert strip.ask.words.text() == "Look. Answer it there."
    assert strip.ask.approve.isHidden()


def test_results_lie_on_a_sheet(qtbot: QtBot, home: QWidget, model: StudioInMemory) -> None:
    run = show_sample_run(model, "completed")
    sheet = ResultsSheet(home, model.template_runs, run)
    sheet.open()
    assert len(sheet.tiles) == 4
    qtbot.mouseClick(sheet.tiles[1], Qt.MouseButton.LeftButton)
    look = home.findChild(CloserLook)
    assert isinstance(look, CloserLook)
    assert look.again.isHidden()
    qtbot.keyClick(look, Qt.Key.Key_Right)
    assert look.piece is run.pieces[2]
    qtbot.keyClick(look, Qt.Key.Key_Escape)
    assert look.isHidden()
    with qtbot.waitSignal(sheet.session_wanted) as said:
        qtbot.mouseClick(sheet.session, Qt.MouseButton.LeftButton)
    assert said.args == [run.state.value.session_id]
    assert sheet.isHidden()


def test_at_a_checkpoint_the_sheet_takes_the_answer(
    qtbot: QtBot, home: QWidget, model: StudioInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = show_sample_run(model, "waiting_for_user")
    state = run.state.value
    one = state.stages[0].items[0]
    looks = replace(state.stages[0], items=(one, replace(one, step_id="variations_1")))
    run._results.pieces["variations_1"] = [run.pieces[0]]
    run._show(replace(state, stages=(looks, *state.stages[1:])))
    said = calls_of(run, monkeypatch)
    sheet = ResultsSheet(home, model.template_runs, run)
    sheet.look_closer(4).again.click()
    sheet.ask.retry.click()
    sheet.ask.approve.click()
    assert said == [
        {"type": "redo_item", "itemId": "variations_1"},
        {"type": "redo_stage", "stageId": "variations"},
        {"type": "approve_checkpoint"},
    ]
    sheet.leave()


def test_texts_are_read_copied_and_saved(
    home: QWidget, model: StudioInMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = show_sample_run(model, "completed")
    first, *others = run.state.value.stages
    wrote = replace(first, items=(replace(first.items[0], text="Fade in.\nA lighthouse."),))
    run._show(replace(run.state.value, stages=(wrote, *others), trouble="Score failed."))
    sheet = ResultsSheet(home, model.template_runs, run)
    assert [card.heading for card in sheet.texts] == ["Variations"]
    card, file = sheet.texts[0], tmp_path / "script.md"
    card.copy.click()
    assert QApplication.clipboard().text() == "Fade in.\nA lighthouse."
    monkeypatch.setattr("studio.ui.templates.text_card.QFileDialog.getSaveFileName", lambda *_: (str(file), ""))
    card.save.click()
    assert file.read_text() == "Fade in.\nA lighthouse.\n"
    assert card.save.text() == "Saved"
    sheet.leave()


def test_a_seed_is_kept_new_or_typed(qtbot: QtBot, home: QWidget, model: StudioInMemory) -> None:
    run = show_sample_run(model, "completed")
    dialog = ReseedDialog(home, model.template_runs, run)
    dialog.open()
    row = dialog.rows[0]
    assert row.seed() is None
    row.choice.setFocus()
    qtbot.keyClick(row.choice, Qt.Key.Key_Right)
    assert row.seed() == 418271
    qtbot.keyClick(row.choice, Qt.Key.Key_Right)
    row.field.line.clear()
    qtbot.keyClicks(row.field.line, "77")
    with qtbot.waitSignal(dialog.started) as said:
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    (again,) = said.args[0]  # type: ignore[index]
    assert again.kept.seeds == {"variations": 77}
    assert again.state.value.parent == run.id


def test_a_matrix_of_six_goes_on_one_sheet(qtbot: QtBot, home: QWidget, model: StudioInMemory) -> None:
    run = show_sample_run(model, "completed")
    dialog = ReseedDialog(home, model.template_runs, run)
    dialog.open()
    with qtbot.waitSignal(dialog.started) as said:
        qtbot.mouseClick(dialog.rows[0].many, Qt.MouseButton.LeftButton)
    takes: list[TemplateRunModel] = said.args[0]  # type: ignore[index]
    assert len(takes) == 6
    assert len({take.kept.seeds["variations"] for take in takes}) == 6
    sheet = ResultsSheet(home, model.template_runs, takes[0])
    sheet.open()
    sheet.leave()


# --- in the window -----------------------------------------------------------------------------


@pytest.fixture
def workspace(qtbot: QtBot, model: StudioInMemory) -> TemplatesWorkspace:
    widget = TemplatesWorkspace(model)  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    widget.show()
    return widget


def test_run_on_the_page_opens_the_form_with_the_selection(
    qtbot: QtBot, workspace: TemplatesWorkspace, model: StudioInMemory
) -> None:
    model.create.selection.value = (model.create.pieces[0].id,)
    workspace.show_template("starter:photo-in-several-styles")
    qtbot.mouseClick(workspace.page.run, Qt.MouseButton.LeftButton)
    form = workspace.desk.launcher
    assert form is not None
    assert form.isVisible()
    assert form.launch.template_id == "starter:photo-in-several-styles"
    form.launch.changed.emit()  # as after reading what was typed last
    assert form.form.values()["photo"] == f"piece:{model.create.pieces[0].id}"
    form.leave()


def test_the_graph_shows_the_newest_run_and_the_page_lists_it(
    workspace: TemplatesWorkspace, model: StudioInMemory
) -> None:
    workspace.edit("t0")
    view = workspace.editor_view()
    assert view is not None
    run = show_sample_run(model, "completed")
    assert list(run.state.value.results) == ["variations"]
    assert workspace.templates.rows[0].cover == run.pieces[0].path
    workspace.leave_editor()
    assert [card.run for card in workspace.made.cards] == [run]
    assert workspace.strip.isHidden()
    asking = show_sample_run(model, "waiting_for_user")
    assert workspace.strip.run is asking  # it is answered on the page too
    assert not workspace.strip.isHidden()
    for _ in range(5):
        show_sample_run(model, "completed")
    assert len(workspace.made.cards) == 6
    workspace.made.all.click()
    assert len(workspace.made.cards) == 7
    view.close_bindings()


def test_a_template_in_step_with_the_server_is_named_and_others_are_sent(
    workspace: TemplatesWorkspace, model: StudioInMemory
) -> None:
    def known(template_id: str) -> str:
        document = model.templates.document_of(template_id)
        assert document is not None
        return workspace.desk._known(template_id, document)

    assert known("starter:photo-in-several-styles") == "photo-in-several-styles"
    assert known("t1") == ""  # the engine of this computer does not have it
    model.connection.kind.value = "supernet"
    assert known("starter:photo-in-several-styles") == ""
    assert known("t0") == ""  # changed here
