"""The open template: undo with names, gestures, clean state, drafts that survive, problems, saving, reverting."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document
from studio.library.errors import disk_full
from studio.library.library import Library
from studio.library.templates import Templates
from studio.viewmodels.desk import Desk
from studio.viewmodels.state import Notice
from studio.viewmodels.templates.editor import EditorModel
from studio.viewmodels.templates.listing import STARTER, TemplatesModel


class Room:
    """A list of templates on a data folder."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.notices: list[Notice] = []
        self.desk.notices.posted.connect(self.notices.append)
        self.desk.begin()
        self.templates = TemplatesModel(self.desk)

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not what():  # noqa: ASYNC110 - any condition
                await asyncio.sleep(0.005)

    async def load(self) -> None:
        self.templates.load()
        await self.until(lambda: self.templates.rows)

    async def opened(self) -> EditorModel:
        await self.load()
        self.templates.add_empty()
        await self.until(lambda: self.templates.current.value is not None)
        editor = self.templates.current.value
        assert editor is not None
        return editor

    async def settled(self) -> None:
        self.templates.flush()
        await self.desk.call(lambda lib: None)
        await asyncio.sleep(0.01)

    async def close(self) -> None:
        self.templates.flush()
        await self.desk.close()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    made = Room(tmp_path / "data")
    yield made
    await made.close()


def paint(editor: EditorModel) -> str:
    """Add a stage and return its id."""
    found: list[str] = []

    def edit(document: Document) -> Document:
        changed, stage_id = ops.add_stage(document, tool="generate_image", label="Paint")
        found.append(stage_id)
        return changed

    assert editor.apply("Add Paint", edit)
    return found[0]


async def test_every_edit_has_a_name_and_can_be_taken_back(room: Room) -> None:
    editor = await room.opened()
    stage_id = paint(editor)
    editor.apply("Rename the template", lambda doc: ops.set_member(doc, "name", "Dusk"))
    assert editor.undo_words == "Undo: rename the template"
    editor.undo()
    assert (editor.name, editor.undo_words, editor.redo_words) == (
        "New template", "Undo: add Paint", "Redo: rename the template",
    )  # fmt: skip
    editor.redo()
    editor.undo()
    editor.undo()
    assert not editor.document.value.has_stage(stage_id)
    assert editor.is_clean
    assert editor.undo_words == ""


async def test_undo_keeps_documents_without_what_was_worked_out_of_them(room: Room) -> None:
    editor = await room.opened()
    first = editor.document.value
    stage_id = paint(editor)
    assert set(vars(first)) == {"content"}
    editor.undo()
    assert editor.document.value is first
    assert not first.has_stage(stage_id)
    editor.redo()
    assert editor.document.value.has_stage(stage_id)


async def test_a_gesture_is_one_step(room: Room) -> None:
    editor = await room.opened()
    stage_id = paint(editor)
    for x in range(0, 320, 16):
        editor.apply("Move Paint", lambda doc, x=x: ops.place_nodes(doc, {stage_id: (x, 64)}), gesture="drag")
    editor.end_gesture()
    editor.apply("Move Paint", lambda doc: ops.place_nodes(doc, {stage_id: (640, 64)}), gesture="drag")
    editor.undo()
    assert editor.document.value.positions()[stage_id] == (304, 64)
    editor.undo()
    assert editor.undo_words == "Undo: add Paint"


async def test_an_edit_that_cannot_be_done_is_said_and_is_no_step(room: Room) -> None:
    editor = await room.opened()
    said: list[str] = []
    editor.refused.connect(said.append)
    paint(editor)
    before = editor.document.value
    assert not editor.apply("Remove", lambda doc: ops.remove_stages(doc, ["nobody"]))
    assert not editor.apply("Same", lambda doc: ops.set_member(doc, "name", doc.name))
    assert editor.document.value is before
    assert said == ["There is no stage “nobody” any more."]
    assert editor.undo_words == "Undo: add Paint"


async def test_saving_is_a_version_with_words_and_a_clean_state(room: Room) -> None:
    editor = await room.opened()
    paint(editor)
    assert not editor.is_clean
    assert room.templates.rows[0].unsaved
    assert editor.save()
    assert editor.is_clean
    await room.until(lambda: not room.templates.rows[0].unsaved)
    await room.settled()
    versions = await room.desk.call(lambda lib: lib.templates.versions(editor.id))
    assert [version.words for version in versions] == ["New stage: Paint", "Made"]
    assert not editor.save()
    editor.undo()
    assert not editor.is_clean
    editor.redo()
    assert editor.is_clean


async def test_what_a_full_disk_refused_is_not_taken_for_saved(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = await room.opened()
    await room.settled()

    def full(*_given: object) -> None:
        raise disk_full()

    for name in ("save", "keep_draft"):
        monkeypatch.setattr(Templates, name, full)
    paint(editor)
    editor.flush()
    assert editor.save()
    await room.until(lambda: len(room.notices) == 2 and not editor.is_clean)
    assert {notice.title for notice in room.notices} == {disk_full().what}
    monkeypatch.undo()
    await room.settled()  # as at the end of the program
    kept = await room.desk.call(lambda lib: lib.templates.get(editor.id))
    assert kept.draft == editor.document.value.content
    assert editor.save()
    await room.settled()
    kept = await room.desk.call(lambda lib: lib.templates.get(editor.id))
    assert (kept.content, kept.draft) == (editor.document.value.content, None)
    assert editor.is_clean


async def test_an_edition_that_was_not_saved_is_there_after_a_crash(room: Room, tmp_path: Path) -> None:
    editor = await room.opened()
    paint(editor)
    await asyncio.sleep(0.4)  # within the moment that may be lost
    await room.desk.call(lambda lib: None)
    with Library.open(tmp_path / "data", recover=False) as other:
        found = other.templates.get(editor.id)
        assert found.draft is not None
        assert found.draft_step == "Add Paint"
    second = Room(tmp_path / "data")
    await second.load()
    assert second.templates.rows[0].unsaved
    again = second.templates.open(editor.id)
    assert again is not None
    assert again.document.value.has_stage("paint")
    assert (again.is_clean, again.undo_words) == (False, "Undo: add Paint")
    again.undo()
    assert again.is_clean
    await second.close()


async def test_going_back_to_what_was_saved_can_be_undone(room: Room) -> None:
    editor = await room.opened()
    paint(editor)
    assert editor.revert()
    assert editor.document.value.stages == ()
    editor.undo()
    assert editor.document.value.has_stage("paint")


async def test_problems_lead_to_their_place_and_their_repair_is_a_step(room: Room) -> None:
    editor = await room.opened()
    stage_id = paint(editor)
    problem = next(each for each in editor.problems.value.found if each.code == "missing_argument")
    editor.show_problem(problem)
    assert editor.selection.value == (stage_id,)
    assert editor.focus.value == (stage_id, "prompt")
    assert editor.repair(problem.repairs[0])
    assert editor.problems.value.to_fix == ()
    assert editor.undo_words == "Undo: ask for it"
    editor.select([INPUTS, "nobody", stage_id, stage_id])
    assert editor.selection.value == (INPUTS, stage_id)


async def test_a_starter_is_read_only_and_can_be_made_ones_own(room: Room) -> None:
    await room.load()
    starter = next(row for row in room.templates.rows if row.group == "starter")
    editor = room.templates.open(starter.id)
    assert editor is not None
    said: list[str] = []
    editor.refused.connect(said.append)
    assert not editor.apply("Rename", lambda doc: ops.set_member(doc, "name", "Mine"))
    assert said == ["This one comes with the studio. Make it yours to change it."]
    room.templates.duplicate(starter.id)
    await room.until(lambda: room.templates.current.value is not editor)
    mine = room.templates.current.value
    assert mine is not None
    assert mine.name == starter.name
    assert mine.stored.origin.startswith(STARTER)
    assert "author" not in mine.document.value.content
    assert mine.apply("Rename", lambda doc: ops.set_member(doc, "name", "Mine"))


async def test_files_come_in_and_go_out(room: Room, tmp_path: Path) -> None:
    editor = await room.opened()
    paint(editor)
    target = tmp_path / "out.template.json"
    room.templates.export_file(editor.id, target)
    await room.until(lambda: room.notices)
    assert room.notices[-1].kind == "success"
    room.templates.import_file(target)
    await room.until(lambda: room.templates.current.value is not editor)
    there = room.templates.current.value
    assert there is not None
    assert there.document.value.has_stage("paint")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    room.templates.import_file(broken)
    await room.until(lambda: room.notices[-1].kind == "error")
    assert "line 1" in room.notices[-1].text
    room.templates.export_file(editor.id, tmp_path / "none" / "x.json")
    await room.until(lambda: room.notices[-1].title == "The template was not exported")
    assert not (tmp_path / "none").exists()


async def test_deleting_can_be_undone_and_nothing_of_it_is_lost(room: Room) -> None:
    editor = await room.opened()
    paint(editor)
    room.templates.delete(editor.id)
    assert room.templates.current.value is None
    assert [row.group for row in room.templates.rows if row.group == "mine"] == []
    room.templates.restore(editor.id)
    await room.until(lambda: room.templates.rows[0].group == "mine")
    again = room.templates.open(editor.id)
    assert again is not None
    assert again.document.value.has_stage("paint")


async def test_a_thousand_edits_are_taken_back_one_by_one(room: Room) -> None:
    editor = await room.opened()
    for number in range(1000):
        editor.apply(f"Step {number}", lambda doc, number=number: ops.set_member(doc, "description", str(number)))
    for _ in range(1000):
        editor.undo()
    assert editor.is_clean
    assert editor.redo_words == "Redo: step 0"
