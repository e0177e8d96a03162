"""The Templates workspace by mouse and keyboard: list, page, header, JSON, problems, outline, inspector, inputs."""

import json

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS
from studio.ui.forms.fields import LongTextField
from studio.ui.shell import MainWindow
from studio.ui.templates.conflict import ConflictCard, MergeView
from studio.ui.templates.editor_view import EditorView
from studio.ui.templates.inspector.arguments import BoundChip
from studio.ui.templates.inspector.inspector import StageForm
from studio.ui.templates.versions import VersionsDialog
from studio.ui.templates.workspace import TemplatesWorkspace
from studio.ui.theme import theme
from studio.ui.widgets.grouped_rows import ROW_ROLE
from studio.viewmodels.templates.editor import EditorModel
from tests.helpers.fake_models import StudioInMemory
from tests.helpers.fake_templates import NOW_MS


@pytest.fixture
def workspace(qtbot: QtBot, model: StudioInMemory) -> TemplatesWorkspace:
    window = MainWindow(model)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show_workspace("templates")
    window.show()
    qtbot.waitExposed(window)
    found = window.workspace("templates")
    assert isinstance(found, TemplatesWorkspace)
    return found


@pytest.fixture
def view(workspace: TemplatesWorkspace) -> EditorView:
    workspace.edit("t0")
    found = workspace.editor_view()
    assert found is not None
    return found


@pytest.fixture
def editor(view: EditorView) -> EditorModel:
    return view.editor


def form_of(view: EditorView, stage_id: str) -> StageForm:
    view.editor.select([stage_id])
    assert view.inspector.form is not None
    return view.inspector.form


# --- list and page -----------------------------------------------------------------------------


def test_rows_stand_in_groups_with_their_state(workspace: TemplatesWorkspace) -> None:
    model = workspace.list.items
    rows = [model.index(number, 0).data(ROW_ROLE) for number in range(model.rowCount())]
    assert [row.state for row in rows[1:5]] == ["changed", "synced", "conflict", "local"]
    spoken = model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Living album cover, 5 stages · 2 checkpoints, Changed here"
    assert rows[5] is None  # the heading of the starters


def test_a_click_shows_the_page_and_a_search_finds(qtbot: QtBot, workspace: TemplatesWorkspace) -> None:
    items = workspace.list.list
    index = workspace.list.items.index_of("t1")
    qtbot.mouseClick(items.viewport(), Qt.MouseButton.LeftButton, pos=items.visualRect(index).center())
    assert workspace.stack.currentWidget() is workspace.page
    assert workspace.page.name.text() == "Six-shot short film"
    qtbot.keyClicks(workspace.list.search, "poster")
    assert [row.name for row in workspace.templates.rows] == ["Poster series in three papers"]
    qtbot.keyClicks(workspace.list.search, "zzz")
    assert workspace.list.nothing.isVisible()


def test_editing_folds_the_list_and_the_arrow_leads_back(qtbot: QtBot, workspace: TemplatesWorkspace) -> None:
    workspace.show_template("t0")
    workspace.page.edit.click()
    assert workspace.list.folded
    assert workspace.list.width() == 52
    assert workspace.editor_view() is not None
    workspace.list.unfold.click()
    assert not workspace.list.folded
    assert workspace.stack.currentWidget() is workspace.page


def test_a_starter_is_looked_at_and_made_ones_own(workspace: TemplatesWorkspace, model: StudioInMemory) -> None:
    starter = next(row for row in workspace.templates.rows if row.group == "starter")
    workspace.show_template(starter.id)
    assert workspace.page.edit.text() == "Look inside"
    workspace.edit(starter.id)
    view = workspace.editor_view()
    assert view is not None
    assert view.header.own.isVisible()
    assert not view.header.save.isVisible()
    view.header.name.begin()
    assert [notice.title for notice in model.notices.recent] == [
        "This one comes with the studio. Make it yours to change it."
    ]


def test_a_file_can_be_dropped_on_the_list(workspace: TemplatesWorkspace) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/one.template.json"), QUrl.fromLocalFile("/tmp/two.png")])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    workspace.list.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, Qt.KeyboardModifier.NoModifier))
    started = workspace.templates._desk.tasks.started  # type: ignore[attr-defined]
    assert [name for name in started if name.startswith("templates.import")] == [
        "templates.import./tmp/one.template.json"
    ]


def test_a_conflict_offers_three_ways_out(qtbot: QtBot, workspace: TemplatesWorkspace, model: StudioInMemory) -> None:
    workspace.show_template("t2")
    card = workspace.findChild(ConflictCard)
    assert card is not None
    for button, name in ((card.mine.keep, "keep_mine"), (card.theirs.keep, "keep_theirs"), (card.both, "keep_both")):
        button.click()
        assert model.templates_sync.asked[-1] == (name, "t2")
    card.compare.click()
    view = workspace.stack.currentWidget()
    assert isinstance(view, MergeView)
    with qtbot.waitSignal(view.done) as got:
        view.save.click()
    assert got.args[0].stage("variations").label == "Four hours"
    assert model.templates_sync.asked[-1] == ("keep_merged", "t2")
    assert workspace.stack.currentWidget() is workspace.page


# --- header ------------------------------------------------------------------------------------


def test_a_narrow_window_has_a_narrow_inspector(workspace: TemplatesWorkspace, view: EditorView) -> None:
    assert view.side.width() == theme().px("size.inspector.default")
    workspace.window().resize(1024, 700)
    view.show_tab("inputs")
    assert view._inputs is not None
    assert view.side.width() == view._inputs.side.width() == theme().px("size.inspector.min")
    form_of(view, "animate")
    view.show_tab("graph")
    QApplication.processEvents()
    form = view.inspector.form
    assert form is not None
    assert form.width() <= view.inspector.viewport().width()


def test_the_name_is_edited_in_place(qtbot: QtBot, view: EditorView, editor: EditorModel) -> None:
    name = view.header.name
    qtbot.mouseClick(name, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    qtbot.keyClicks(name.field, "Dusk, moving")
    qtbot.keyClick(name.field, Qt.Key.Key_Return)
    assert editor.name == "Dusk, moving"
    assert view.header.undo.accessibleName() == "Undo: rename the template"
    name.begin()
    qtbot.keyClicks(name.field, "never")
    qtbot.keyClick(name.field, Qt.Key.Key_Escape)
    assert editor.name == "Dusk, moving"


def test_undo_redo_and_save_by_keyboard(qtbot: QtBot, view: EditorView, editor: EditorModel) -> None:
    editor.apply("Rename the template", lambda doc: ops.set_member(doc, "name", "One"))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.name == "Living album cover"
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert editor.name == "One"
    assert view.header.save.isEnabled()
    qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert editor.is_clean
    assert not view.header.save.isEnabled()


def test_run_is_off_while_something_is_to_be_fixed(view: EditorView, editor: EditorModel) -> None:
    assert not view.header.run.isEnabled()
    assert view.header.run.toolTip() == editor.problems.value.to_fix[0].message
    while editor.problems.value.to_fix:
        assert editor.repair(editor.problems.value.to_fix[0].repairs[0])
    assert view.header.run.isEnabled()


# --- problems, outline, JSON -------------------------------------------------------------------


def test_a_problem_leads_to_its_stage_and_a_click_repairs_it(
    qtbot: QtBot, view: EditorView, editor: EditorModel
) -> None:
    row = next(row for row in view.problems.rows if row.problem.node == "assemble")
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert editor.selection.value == ("assemble",)
    before = len(editor.problems.value.to_fix)
    row = next(row for row in view.problems.rows if row.problem.node == "assemble")
    row.repair_wanted.emit(0)
    assert len(editor.problems.value.to_fix) == before - 1
    assert editor.undo_words == "Undo: make it optional"
    view.problems.fold.click()
    assert view.problems.height() == 38


def test_the_outline_is_the_graph_by_keyboard(qtbot: QtBot, view: EditorView, editor: EditorModel) -> None:
    view.show_tab("outline")
    outline = view._outline
    assert outline is not None
    tree = outline.tree
    words = [item.text(0) for item in outline._every()]
    assert words[0] == "Inputs, 5"
    assert "For each of images of Variations" in words
    assert "runs only if: music of the inputs" in words
    tree.setFocus()
    editor.select(["score"])
    assert tree.currentItem().text(0).startswith("Score · Generate music")
    qtbot.keyClick(tree, Qt.Key.Key_Down)  # its first wire
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert "prompt" not in editor.document.value.stage("score").arguments
    editor.select(["score"])
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert not editor.document.value.has_stage("score")
    outline._add("upscale_image")
    assert editor.selection.value == ("upscale_image",)
    menu = outline.menu_for(tree.currentItem())
    assert [action.text() for action in menu.actions() if action.text()] == [
        "Give its output to",
        "Duplicate",
        "Delete",
    ]
    menu.deleteLater()


def test_json_applies_when_it_is_valid_and_says_where_it_is_not(view: EditorView, editor: EditorModel) -> None:
    view.show_tab("json")
    tab = view._json
    assert tab is not None
    text = tab.edit.toPlainText()
    assert json.loads(text) == editor.document.value.content
    tab.edit.setPlainText(text.replace('"category": "music",', '"category": "music"'))
    assert not tab.apply_now()
    assert tab.said.text() == "Not applied yet: line 4, a comma is missing."
    assert editor.is_clean
    tab.discard()
    assert tab.edit.toPlainText() == text
    tab.edit.setPlainText(text.replace('"Living album cover"', '"Named here"'))
    assert tab.apply_now()
    assert editor.name == "Named here"
    editor.undo()
    assert '"Living album cover"' in tab.edit.toPlainText()
    for wrong, said in (
        ("[1]", "a template is an object"),
        ('{"a": NaN}', "no number"),
        ('{"a": 1,}', "a comma is too many"),
    ):
        tab.edit.setPlainText(wrong)
        assert not tab.apply_now()
        assert said in tab.said.text()
    assert editor.name == "Living album cover"


def test_json_folds_formats_and_gives_back_what_was_replaced(
    qtbot: QtBot, view: EditorView, editor: EditorModel
) -> None:
    view.show_tab("json")
    tab = view._json
    assert tab is not None
    edit = tab.edit
    edit.setFocus()
    edit.fold_stages()
    hidden = [n for n in range(edit.blockCount()) if not edit.document().findBlockByNumber(n).isVisible()]
    assert len(hidden) > edit.blockCount() // 2
    text = edit.toPlainText()
    edit.go_to_line(hidden[3])  # a problem leads there
    assert edit.textCursor().block().isVisible()
    edit.open_all()
    ctrl_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for key, folded in ((Qt.Key.Key_BracketLeft, True), (Qt.Key.Key_BracketRight, False)):
        edit.go_to_line(hidden[3])
        qtbot.keyClick(edit, key, ctrl_shift)
        assert edit.document().findBlockByNumber(hidden[3]).isVisible() is not folded
    tab.edit.setPlainText(json.dumps(json.loads(text)))
    tab.format.click()
    assert edit.toPlainText() == text
    # Problems lead to their lines, and their marks go when they are repaired.
    problem = next(each for each in editor.problems.value.to_fix if each.node == "assemble")
    view.problems.choose(problem)
    assert '"id": "assemble"' in edit.textCursor().block().text()
    marked = edit.textCursor().blockNumber()
    assert edit.marks[marked] is True
    while problem := next((each for each in editor.problems.value.found if each.node == "assemble"), None):
        assert editor.repair(problem.repairs[0])
    assert marked not in edit.marks
    # An edit of the graph replaces what was not applied yet; Ctrl+Z gives it back.
    text = edit.toPlainText()
    edit.go_to_line(1)
    edit.insertPlainText("🎨 half a thought")
    broken = edit.toPlainText()
    assert not tab.apply_now()
    editor.apply("Rename the template", lambda doc: ops.set_member(doc, "name", "🎨 Two"))
    assert json.loads(edit.toPlainText())["name"] == "🎨 Two"
    edit.undo()
    assert edit.toPlainText() == broken
    assert not tab.apply_now()
    # Whatever the text was, and however it ends, it becomes what the template is.
    for before, after in (
        ("a\nb", "a"),
        ("a", "a\nb"),
        ("", "x\ny"),
        ("a\nb\nc", "b"),
        ("🎨\nb", "🎨\nc\nb"),
        ("a", ""),
    ):
        edit.setPlainText(before)
        edit.show_text(after)
        assert edit.toPlainText() == after


def test_an_older_version_is_compared_and_taken_back(qtbot: QtBot, view: EditorView, editor: EditorModel) -> None:
    from studio.library.templates import TemplateVersion

    older = {**editor.document.value.content, "name": "Before"}
    versions = [
        TemplateVersion(2, "t0", NOW_MS, "Named", dict(editor.document.value.content)),
        TemplateVersion(1, "t0", NOW_MS - 86_400_000, "Made", older),
    ]
    dialog = VersionsDialog(editor, versions, view)
    qtbot.addWidget(dialog)
    assert not dialog.restore.isEnabled()
    dialog.list.setCurrentRow(1)
    assert dialog.words.text() == "• Name is now “Before”"
    dialog.restore.click()
    assert (editor.name, editor.undo_words) == ("Before", "Undo: go back to Made")


# --- inspector ---------------------------------------------------------------------------------


def test_the_inspector_edits_arguments_as_one_step_while_typing(
    qtbot: QtBot, view: EditorView, editor: EditorModel
) -> None:
    form = form_of(view, "score")
    row = form.rows["duration"]
    assert row.field is not None
    row.field.line.clear()  # type: ignore[attr-defined]
    qtbot.keyClicks(row.field.line, "42")  # type: ignore[attr-defined]
    assert editor.document.value.stage("score").arguments["duration"] == 42
    row.field.finished.emit()
    editor.undo()
    assert editor.document.value.stage("score").arguments["duration"] == 30
    assert row.field.value() == 30


def test_references_in_a_text_are_pills_and_typing_stays_typing(
    qtbot: QtBot, view: EditorView, editor: EditorModel
) -> None:
    editor.apply("Change", lambda doc: ops.set_argument(doc, "score", "prompt", "a tune"))
    row = form_of(view, "score").rows["prompt"]
    assert isinstance(row.field, LongTextField)
    edit = row.field.edit
    edit.setPlainText("🎨 of $inputs.idea and $inputs.nothing.")
    QApplication.processEvents()
    found = {
        each.start: (each.length, each.format.foreground().color())
        for each in edit.document().firstBlock().layout().formats()
    }
    assert found == {
        6: (12, theme().color("media.text")), 23: (15, theme().color("status.danger")),
    }  # fmt: skip
    step = editor.undo_words
    ops_before = editor.document.value
    row._colours.rehighlight()  # type: ignore[union-attr]
    assert (editor.undo_words, editor.document.value) == (step, ops_before)
    edit.selectAll()
    edit.copy()
    assert QGuiApplication.clipboard().text() == edit.toPlainText()
    # A text that begins with a dollar is left alone until its field is left.
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    for text in ("$5 bill", "$inputs.idea"):
        edit.selectAll()
        qtbot.keyClicks(edit, text)
        assert editor.document.value.stage("score").arguments["prompt"] == text
        assert row.field is not None
    view.header.undo.setFocus()
    assert row.field is None
    assert [chip.words.text() for chip in row._chips if isinstance(chip, BoundChip)] == ["Input → idea"]


def test_a_bound_argument_is_a_chip_and_can_be_let_go(view: EditorView, editor: EditorModel) -> None:
    form = form_of(view, "assemble")
    (chip,) = form.rows["audioIndex"]._chips
    assert isinstance(chip, BoundChip)
    assert chip.words.text() == "Score → audio"
    chip.drop.click()
    assert "audioIndex" not in editor.document.value.stage("assemble").arguments
    assert form.rows["audioIndex"].isVisible()


def test_only_what_fits_can_be_bound_the_nearest_first(view: EditorView, editor: EditorModel) -> None:
    from studio.ui.templates.inspector.binding import bind_menu, offers

    form = form_of(view, "assemble")
    port = form.rows["audioIndex"].port
    document = editor.document.value
    assert [offer.words for offer in offers(document, "assemble", port)] == ["Listen → kept", "Score → audio"]
    menu = bind_menu(editor, "score", form_of(view, "score").rows["prompt"].port, view)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Input → idea", "Input → style", "Input → hours", "Input → music", "A new input"]
    menu.actions()[-1].trigger()
    assert editor.document.value.stage("score").arguments["prompt"].startswith("$inputs.prompt")
    menu.deleteLater()


def test_kind_failure_condition_and_checkpoint(view: EditorView, editor: EditorModel) -> None:
    form = form_of(view, "score")
    form.failure.edited.emit("skip")
    form.checkpoint.edited.emit(True)
    body = editor.document.value.stage("score").body
    assert (body["onError"], body["checkpointRequired"]) == ("skip", True)
    form.failure.edited.emit("stop")
    assert "onError" not in editor.document.value.stage("score").body
    condition = form.condition
    assert (condition.what.value(), condition.answer.combo.currentText(), condition.value.isHidden()) == (
        "music", "on", True,
    )  # fmt: skip
    condition.answer.edited.emit("false")
    assert editor.document.value.stage("score").body["condition"]["expression"] == "inputs.music == false"
    condition.what.edited.emit("style")
    assert condition.answer.combo.currentText() == "Painterly"
    form.condition.kind.edited.emit("always")
    assert "condition" not in editor.document.value.stage("score").body
    form.condition.kind.edited.emit("if_success_of")
    assert editor.document.value.stage("score").body["condition"] == {"type": "if_success_of", "stageId": "variations"}
    form.kind.chosen.emit("interactive")
    assert editor.document.value.stage("score").kind == "interactive"
    asks = form_of(view, "score")
    asks.prompt.edited.emit("Choose a tune together")
    assert editor.document.value.stage("score").body["systemPrompt"] == "Choose a tune together"
    editor.undo()
    editor.undo()
    assert editor.document.value.stage("score").kind == "fixed"


def test_several_and_none_are_said_in_words(view: EditorView, editor: EditorModel) -> None:
    from studio.ui.widgets.labels import Label

    editor.select(["score", "assemble"])
    assert view.inspector.form is None
    assert "2 stages" in [label.text() for label in view.inspector.findChildren(Label)]
    editor.select([])
    assert "Nothing chosen" in [label.text() for label in view.inspector.findChildren(Label)]


# --- inputs ------------------------------------------------------------------------------------


def test_inputs_are_added_named_typed_and_ordered(qtbot: QtBot, view: EditorView, editor: EditorModel) -> None:
    view.show_tab("inputs")
    tab = view._inputs
    assert tab is not None
    assert not view.problems.isVisible()
    tab.add_input("number")
    assert tab.chosen == "number"
    detail = tab.detail
    detail.graph_name.line.setText("takes")
    detail.graph_name.line.editingFinished.emit()
    assert editor.document.value.input("takes") is not None
    detail.label.edited.emit("How many takes")
    detail.bounds["maximum"].edited.emit(8)
    entry = editor.document.value.input("takes")
    assert entry is not None
    assert entry["jsonSchema"] == {"title": "How many takes", "maximum": 8}
    row = next(row for row in tab.table.rows if row.name == "takes")
    qtbot.keyClick(row, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [each["name"] for each in editor.document.value.inputs][-2:] == ["takes", "music"]
    row = next(row for row in tab.table.rows if row.name == "takes")
    up = QPoint(20, -2 * row.height() + 20)
    qtbot.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    qtbot.mouseMove(row, QPoint(20, -20))
    qtbot.mouseMove(row, up)
    assert tab.table._line.isVisible()
    qtbot.mouseRelease(row, Qt.MouseButton.LeftButton, pos=up)
    assert [each["name"] for each in editor.document.value.inputs][-4] == "takes"  # two rows in one drag
    assert not tab.table._line.isVisible()
    detail.kind.edited.emit("choice")
    assert len(detail.options) == 2
    detail.add_option()
    detail.set_option(0, "value", "slow")
    detail.set_default("slow")
    detail.set_option(0, "value", "very_slow")
    entry = editor.document.value.input("takes")
    assert entry is not None
    assert entry["default"] == "very_slow"
    qtbot.keyClick(detail.options[0].grip, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert detail.options[1].grip.hasFocus()
    detail.options[1].radio.click()  # the default again: there is none any more
    detail.advanced.edited.emit(True)
    detail.remove_option(1)
    entry = editor.document.value.input("takes")
    assert entry is not None
    assert "default" not in entry
    assert [option["value"] for option in entry["options"]] == ["second", "option"]
    assert entry["jsonSchema"]["x-advanced"] is True


def test_the_preview_follows_and_a_problem_of_an_input_leads_here(view: EditorView, editor: EditorModel) -> None:
    problem = next(each for each in editor.problems.value.found if each.node == INPUTS)
    view.problems.choose(problem)
    assert view.tab == "inputs"
    tab = view._inputs
    assert tab is not None
    assert tab.chosen == problem.member
    tab.table.remove(problem.member)
    assert problem.member not in {entry.name for entry in tab.form.entries}
    editor.undo()
    assert problem.member in {entry.name for entry in tab.form.entries}
