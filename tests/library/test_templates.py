"""Templates in the library: drafts that survive, versions, values, presets, runs, and how they stand to a server."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.library.errors import LibraryError
from studio.library.library import Library
from studio.library.templates import Sync, TemplateRun

ONE = {"name": "One", "stages": [{"id": "a", "future": [1]}]}
TWO = {**ONE, "name": "Two"}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "data")


def again(library: Library) -> Library:
    """The library as the next start finds it; nothing was closed in order."""
    return Library.open(library.data_dir)


def test_a_draft_is_there_after_a_crash_until_it_is_saved(library: Library) -> None:
    made = library.templates.add(ONE, origin="file")
    library.templates.keep_draft(made.id, TWO, "Rename the template")
    found = again(library).templates.get(made.id)
    assert (found.content, found.draft, found.draft_step) == (ONE, TWO, "Rename the template")
    saved = library.templates.save(made.id, TWO, "Name changed")
    assert (saved.content, saved.draft, saved.draft_step) == (TWO, None, "")
    library.templates.keep_draft(made.id, ONE, "x")
    library.templates.drop_draft(made.id)
    assert library.templates.get(made.id).draft is None


def test_every_save_is_a_version_and_the_same_is_none(library: Library) -> None:
    made = library.templates.add(ONE)
    library.templates.save(made.id, TWO, "Renamed")
    library.templates.save(made.id, TWO, "Again")
    versions = library.templates.versions(made.id)
    assert [(version.words, version.content) for version in versions] == [("Renamed", TWO), ("Made", ONE)]


def test_old_versions_go_and_the_newest_stay(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.library.templates._KEPT_VERSIONS", 3)
    made = library.templates.add(ONE)
    for number in range(6):
        library.templates.save(made.id, {**ONE, "name": str(number)}, str(number))
    assert [version.words for version in library.templates.versions(made.id)] == ["5", "4", "3"]


def test_states_against_a_server(library: Library) -> None:
    made = library.templates.add(ONE)
    assert made.state == "local"
    sync = Sync("supernet", "one", "0.0.1", ONE)
    assert library.templates.set_sync(made.id, sync).state == "synced"
    changed = library.templates.save(made.id, TWO, "Renamed")
    assert (changed.state, changed.sync.pending) == ("changed", "push")
    theirs = {**ONE, "name": "Theirs"}
    conflict = library.templates.set_sync(made.id, replace(changed.sync, theirs=theirs))
    assert (conflict.state, conflict.sync.theirs) == ("conflict", theirs)
    taken = library.templates.set_sync(made.id, Sync("supernet", "one", "0.0.2", theirs), theirs)
    assert (taken.state, taken.content) == ("synced", theirs)
    assert library.templates.versions(made.id)[0].words == "Taken from the server"


def test_deleting_can_be_taken_back(library: Library) -> None:
    made = library.templates.add(ONE)
    library.templates.delete(made.id)
    assert library.templates.all() == []
    assert library.templates.restore(made.id).content == ONE
    with pytest.raises(LibraryError):
        library.templates.get("nobody")
    with pytest.raises(LibraryError):
        library.templates.keep_draft("nobody", ONE, "x")


def test_values_presets_and_runs_are_kept(library: Library) -> None:
    made = library.templates.add(ONE)
    library.templates.keep_values(made.id, {"idea": "a"})
    library.templates.keep_values(made.id, {"idea": "b"})
    library.templates.keep_preset(made.id, "Dusk", {"idea": "c"})
    library.templates.keep_preset(made.id, "Dawn", {"idea": "d"})
    library.templates.drop_preset(made.id, "Dawn")
    run = TemplateRun("r1", made.id, "local", "", {"idea": "b"}, "starting", 5, 5, "s1")
    library.templates.add_run(run)
    library.templates.update_run("r1", status="running", workflow_id="w1")
    library.templates.update_run("r1", status="completed", body={"id": "w1"})
    opened = again(library).templates
    assert opened.values(made.id) == {"idea": "b"}
    assert opened.presets(made.id) == {"Dusk": {"idea": "c"}}
    found = opened.runs(made.id)[0]
    assert (found.status, found.workflow_id, found.body, found.session_id) == ("completed", "w1", {"id": "w1"}, "s1")
    assert opened.runs()[0] == found
