"""The form of a template: fields, hints, defaults, problems, what stays when the document changes, media."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from studio.contract.editing.document import Document
from studio.contract.editing.form import form_of, form_problems, hint_of
from studio.ui.forms.fields import UNSET, ColourField, Field, JsonField, ListField, NumberField, SeedField
from studio.ui.forms.input_form import InputForm
from studio.ui.forms.media_field import MediaField

INPUTS: list[dict[str, Any]] = [
    {"name": "idea", "type": "text", "required": True, "jsonSchema": {"format": "long", "maxLength": 40}},
    {"name": "mood", "type": "select", "default": "calm",
     "options": [{"value": "calm", "label": "Calm"}, {"value": "lively", "label": "Lively"}]},
    {"name": "photos", "type": "image", "required": True, "multiple": {"min": 2, "max": 3}},
    {"name": "hours", "type": "number", "default": 4, "jsonSchema": {"minimum": 2, "maximum": 8, "type": "integer"}},
    {"name": "titleOnFilm", "type": "text"},
    {"name": "music", "type": "boolean", "default": True, "description": "Made to fit"},
    {"name": "tint", "type": "text", "jsonSchema": {"format": "color"}},
    {"name": "seed", "type": "number"},
    {"name": "hidden", "type": "text", "internal": True},
]  # fmt: skip


def document(inputs: list[dict[str, Any]] | None = None) -> Document:
    return Document({"name": "T", "inputs": INPUTS if inputs is None else inputs, "stages": []})


@pytest.fixture
def form(qtbot: QtBot, dark: None) -> InputForm:
    widget = InputForm(document())
    qtbot.addWidget(widget)
    widget.resize(560, 700)
    widget.show()
    return widget


def test_fields_are_told_from_type_and_schema() -> None:
    shown = {entry.name: (entry.label, entry.shown, entry.advanced) for entry in form_of(document())}
    assert shown == {
        "idea": ("Idea", "long", False), "mood": ("Mood", "choice", False), "photos": ("Photos", "image", False),
        "hours": ("Hours", "number", False), "titleOnFilm": ("Title on film", "text", False),
        "music": ("Music", "boolean", False), "tint": ("Tint", "colour", False), "seed": ("Seed", "seed", True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("idea", None, "Add an idea"),
        ("idea", "x" * 41, "At most 40 characters; this has 41"),
        ("photos", None, "Add at least 2 pictures"),
        ("photos", ["file:/a.png"], "Give at least 2"),
        ("photos", ["file:/a.png"] * 4, "Give at most 3"),
        ("hours", 9, "Not more than 8"),
        ("hours", 1, "Not less than 2"),
        ("mood", "angry", "Choose one of the list"),
        ("seed", None, ""),
        ("titleOnFilm", "", ""),
    ],
)
def test_problems_are_one_sentence_each(name: str, value: Any, words: str) -> None:
    assert form_problems(form_of(document()), {name: value}).get(name, "") == words


def test_hints_say_what_kind_it_is_and_how_much_is_there() -> None:
    entries = {entry.name: entry for entry in form_of(document())}
    assert hint_of(entries["hours"]) == "number · 2–8"
    assert hint_of(entries["photos"], ["a", "b"]) == "pictures · 2 of 3"
    assert hint_of(entries["idea"], "four") == "text · 4 of 40"
    assert hint_of(entries["music"]) == "yes or no"


def test_defaults_are_values_and_typing_is_told_apart(qtbot: QtBot, form: InputForm) -> None:
    assert form.values() == {"mood": "calm", "hours": 4, "music": True}
    assert form.typed() == {}
    edit = form.cells["idea"].field.edit  # type: ignore[attr-defined]
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(edit, "a boat")
    assert form.values()["idea"] == "a boat"
    assert form.typed() == {"idea": "a boat"}


def test_a_problem_is_shown_when_the_field_is_left_and_goes_when_it_is_right(qtbot: QtBot, form: InputForm) -> None:
    cell = form.cells["idea"]
    assert cell.problem.isHidden()
    cell.field.finished.emit()
    assert cell.problem.words() == "Add an idea"
    qtbot.keyClicks(cell.field.edit, "x")  # type: ignore[attr-defined]
    assert cell.problem.isHidden()


def test_what_was_typed_stays_when_the_document_changes(form: InputForm) -> None:
    form.set_values({"idea": "a boat", "hours": 6, "mood": "lively"})
    changed = [{**each, "description": "Other words"} for each in INPUTS if each["name"] != "mood"]
    changed = [{**each, "type": "text"} if each["name"] == "hours" else each for each in changed]
    form.show_document(document([{"name": "more", "type": "text"}, *changed]))
    assert list(form.cells) == ["more", "idea", "photos", "hours", "titleOnFilm", "music", "tint", "seed"]
    assert form.values()["idea"] == "a boat"
    assert form.values()["hours"] == 4  # another kind: its own default
    assert "mood" not in form.values()


def test_more_settings_open_for_a_field_in_them(form: InputForm) -> None:
    assert form.cells["seed"].isHidden()
    form.focus_field("seed")
    assert form.more.isChecked()
    assert not form.cells["seed"].isHidden()


def test_narrow_forms_have_one_column(form: InputForm) -> None:
    hours, title = form.cells["hours"], form.cells["titleOnFilm"]
    assert hours.parentWidget() is title.parentWidget()
    form.resize(300, 700)
    assert hours.parentWidget() is not title.parentWidget()


def drop(field: MediaField, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    none = Qt.KeyboardModifier.NoModifier
    field.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))


def test_files_are_dropped_shown_and_taken_out(qtbot: QtBot, form: InputForm, tmp_path: Path) -> None:
    field = form.cells["photos"].field
    assert isinstance(field, MediaField)
    said: list[str] = []
    form.refused.connect(said.append)
    drop(field, [tmp_path / name for name in ("a.png", "b.jpg", "song.mp3")])
    assert form.values()["photos"] == [f"file:{tmp_path}/a.png", f"file:{tmp_path}/b.jpg"]
    assert said == ["song.mp3 can't be used here. Only pictures fit."]
    assert form.cells["photos"].hint.text() == "pictures · 2 of 3"
    drop(field, [tmp_path / "c.png", tmp_path / "d.png"])
    assert said[-1] == "At most 3 fit here."
    assert field.place.isHidden()
    qtbot.keyClick(field.tiles[0], Qt.Key.Key_Delete)
    assert [Path(value).name for value in form.values()["photos"]] == ["b.jpg", "c.png"]


def test_a_single_medium_is_replaced(qtbot: QtBot, dark: None) -> None:
    field = MediaField("image")
    qtbot.addWidget(field)
    field.take_files([Path("/a.png")])
    field.take_files([Path("/b.png")])
    assert field.value() == "file:/b.png"
    qtbot.keyClick(field.tiles[0], Qt.Key.Key_Backspace)
    assert field.value() is UNSET


def test_every_field_has_a_name_for_screen_readers(form: InputForm) -> None:
    form.more.setChecked(True)
    line = form.cells["titleOnFilm"].field.line  # type: ignore[attr-defined]
    assert line.accessibleName() == "Title on film"
    assert form.cells["photos"].field.place.accessibleName().startswith("Photos, required")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (lambda: NumberField(low=-30, high=30), "-1.50", -1.5),
        (ColourField, "#aBc", "#aabbcc"),
        (ColourField, "tomato", "#ff6347"),
        (SeedField, "42", 42),
        (JsonField, '{"a": [1]}', {"a": [1]}),
        (ListField, "one\n two", ["one", "two"]),
    ],
)
def test_what_is_typed_stays_though_the_document_answers(
    qtbot: QtBot, dark: None, field: Callable[[], Field], typed: str, value: object
) -> None:
    """The inspector shows the value after each key, half-typed ones too."""
    made = field()
    qtbot.addWidget(made)
    made.edited.connect(made.set_value)
    part: Any = getattr(made, "line", None) or made.edit  # type: ignore[attr-defined]
    for letter in typed:
        if letter == "\n":
            qtbot.keyClick(part, Qt.Key.Key_Return)
        else:
            qtbot.keyClicks(part, letter)
    assert (part.text() if hasattr(part, "text") else part.toPlainText()) == typed
    assert made.value() == value
