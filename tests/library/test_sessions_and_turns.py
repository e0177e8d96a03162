"""Sessions and turns: titles, the bin, search, and answers that arrive piece by piece."""

import pytest

from studio.library.errors import LibraryError
from studio.library.library import Library
from studio.library.names import automatic_title
from studio.library.recent import first_paint, recent_sessions
from studio.library.records import TextItem, ToolItem, Trouble
from tests.library.conftest import files_of, make_piece


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Make me a lighthouse above the clouds, please.", "Lighthouse above the clouds"),
        ("Can you paint me three variations of a koi pond?", "Three variations of a koi pond"),
        ("  \n\nA red bicycle. In the snow!", "Red bicycle"),
        ("x" * 80, "X" + "x" * 46 + "…"),
        ("word " * 30, "Word word word word word word word word word…"),
        ("", ""),
        ("please", "Please"),
    ],
)
def test_automatic_titles(text: str, title: str) -> None:
    assert automatic_title(text) == title
    assert len(automatic_title(text)) <= 48


def test_the_first_message_names_a_session_and_a_person_has_the_last_word(library: Library) -> None:
    session = library.sessions.create()
    assert session.title == ""
    library.turns.begin(session.id, "paint a koi pond")
    assert library.sessions.get(session.id).title == "Koi pond"
    library.turns.begin(session.id, "and a heron")
    assert library.sessions.get(session.id).title == "Koi pond"
    assert library.sessions.suggest_title(session.id, "Still water").title == "Still water"
    assert library.sessions.rename(session.id, "  My \n pond ").title == "My pond"
    assert library.sessions.suggest_title(session.id, "Other").title == "My pond"


def test_order_pins_and_the_bin(library: Library) -> None:
    first, second, third = (library.sessions.create(title) for title in ("one", "two", "three"))
    with library._db.write() as db:
        db.executemany(
            "UPDATE sessions SET updated_ms = ? WHERE id = ?", [(1, first.id), (2, second.id), (3, third.id)]
        )
    library.sessions.pin(first.id)
    assert [row.title for row in library.sessions.list()] == ["one", "three", "two"]
    assert [row.title for row in library.sessions.list(1, 1)] == ["three"]
    library.sessions.bin(third.id)
    assert [row.title for row in library.sessions.list()] == ["one", "two"]
    assert [row.title for row in library.sessions.binned()] == ["three"]
    assert library.sessions.search("three") == []
    library.sessions.restore(third.id)
    assert [row.title for row in library.sessions.list()] == ["one", "three", "two"]
    assert [row.title for row in recent_sessions(library.data_dir, 2)] == ["one", "three"]


def test_purge_removes_only_what_nothing_else_uses(library: Library) -> None:
    kept, gone = library.sessions.create("kept"), library.sessions.create("gone")
    make_piece(library, kept.id, 1)
    make_piece(library, gone.id, 1)
    make_piece(library, gone.id, 2)
    library.turns.begin(gone.id, "words")
    library.drafts.put(gone.id, "draft")
    assert len(files_of(library.data_dir)) == 2
    library.sessions.purge(gone.id)
    assert len(files_of(library.data_dir)) == 1
    assert library.sessions.search("words") == []
    assert library.drafts.get(gone.id).text == ""
    assert library.reconcile() == []
    with pytest.raises(LibraryError):
        library.sessions.purge(gone.id)


@pytest.mark.parametrize("fts", [True, False])
def test_search_finds_titles_prompts_and_replies(library: Library, fts: bool) -> None:
    library.sessions._search.fts = library.sessions._search.fts and fts
    a, b = library.sessions.create("Nightfall"), library.sessions.create()
    turn = library.turns.begin(b.id, "a lighthouse in Zürich, 100%_sure")
    library.turns.append_text(turn.id, "Here is your ")
    library.turns.append_text(turn.id, "pharos.")
    library.turns.finish(turn.id, "done")
    for query in ("night", "NIGHTFALL", "fall"):
        assert [row.id for row in library.sessions.search(query)] == [a.id], query
    for query in ("light", "house", "pharos", "zürich", "pharos lighthouse", "100%_sure", "_sure"):
        assert [row.id for row in library.sessions.search(query)] == [b.id], query
    for query in ("absent", "night lighthouse", '" OR 1', "y_zzz"):
        assert library.sessions.search(query) == [], query
    assert len(library.sessions.search("  ")) == 2
    library.sessions.rename(a.id, "Dawn")
    assert library.sessions.search("nightfall") == []
    assert [row.id for row in library.sessions.search("dawn")] == [a.id]


def test_an_answer_is_kept_as_it_arrives(library: Library) -> None:
    session = library.sessions.create()
    turn = library.turns.begin(session.id, "hello", ["p1", "p2"])
    assert (turn.round, turn.status, turn.attachments) == (1, "working", ("p1", "p2"))
    library.turns.append_text(turn.id, "Let me ")
    library.turns.append_text(turn.id, "paint.")
    library.turns.upsert_tool(turn.id, ToolItem("c1", "generate_image", "Painting", "working", 0.5, arguments={"n": 1}))
    library.turns.upsert_tool(turn.id, ToolItem("c2", "upscale_image", "Waiting"))
    library.turns.append_text(turn.id, "Done.")
    trouble = Trouble("No.", "Kept.", "Retry", "retry", "x")
    library.turns.upsert_tool(turn.id, ToolItem("c1", "generate_image", "Made", "failed", trouble=trouble))
    now = library.turns.get(turn.id)
    assert [type(item) for item in now.items] == [TextItem, ToolItem, ToolItem, TextItem]
    assert now.items[0] == TextItem("Let me paint.")
    assert now.items[1] == ToolItem("c1", "generate_image", "Made", "failed", trouble=trouble)
    done = library.turns.finish(turn.id, "done", notices=["n"], answered_by="director")
    assert (done.status, done.notices, done.answered_by) == ("done", ("n",), "director")
    assert [type(item) for item in done.items] == [TextItem, ToolItem, ToolItem, TextItem]
    assert done.items[0] == TextItem("Let me paint.")
    assert isinstance(done.items[2], ToolItem)
    assert done.items[2].status == "stopped"
    with library._db.read() as db:
        assert db.execute("SELECT count(*) FROM turn_text").fetchone()[0] == 0


def test_a_turn_begun_again_starts_empty(library: Library) -> None:
    session = library.sessions.create()
    turn = library.turns.begin(session.id, "hello")
    library.turns.append_text(turn.id, "half")
    library.turns.finish(turn.id, "failed", trouble=Trouble("Broke."))
    again = library.turns.reopen(turn.id)
    assert (again.items, again.status, again.trouble, again.round) == ([], "working", None, 1)


def test_turns_by_the_page(library: Library) -> None:
    session = library.sessions.create()
    for number in range(5):
        library.turns.begin(session.id, f"{number}")
    assert [turn.round for turn in library.turns.list(session.id)] == [1, 2, 3, 4, 5]
    assert [turn.round for turn in library.turns.list(session.id, 2)] == [4, 5]
    assert [turn.round for turn in library.turns.list(session.id, 2, before_round=4)] == [2, 3]


def test_what_does_not_exist_is_said(library: Library) -> None:
    for call in (
        lambda: library.sessions.get("no"),
        lambda: library.sessions.rename("no", "x"),
        lambda: library.turns.begin("no", "x"),
        lambda: library.turns.get("no"),
        lambda: library.turns.append_text("no", "x"),
        lambda: library.turns.upsert_tool("no", ToolItem("c", "t")),
        lambda: library.turns.finish("no", "done"),
        lambda: make_piece(library, "no"),
        lambda: library.media.bury(["no"]),
    ):
        with pytest.raises(LibraryError) as caught:
            call()
        assert caught.value.kind == "missing"
    assert library.sessions.list() == []


def test_drafts_and_settings(library: Library) -> None:
    library.drafts.put("", "not begun yet", [{"piece": "p"}])
    draft = library.drafts.get("")
    assert (draft.text, draft.attachments) == ("not begun yet", ({"piece": "p"},))
    library.drafts.put("", "")
    assert library.drafts.get("").updated_ms == 0
    library.settings.put("window.geometry", [1, 2.5, None, {"a": "ü"}])
    library.settings.put("theme", "light")
    assert first_paint(library.data_dir).settings == {"window.geometry": [1, 2.5, None, {"a": "ü"}], "theme": "light"}
    assert library.settings.all() == first_paint(library.data_dir).settings
    library.settings.remove("theme")
    assert library.settings.get("theme", "system") == "system"
