"""Runs that outlive the window: found again, nothing twice, nothing lost; and what was uploaded where."""

import pytest

from studio.library.errors import LibraryError
from studio.library.library import Library
from studio.library.records import TextItem, ToolItem, Waiting
from studio.library.runs import RunEvent
from studio.library.uploads import UploadRow

PREVIEW = {"validityUntil": "later", "x": 1}
PRICE = Waiting("cost_approval_required", "This costs 6.", "c1", "generate_video", preview=PREVIEW, cost=6.0)


def begin(library: Library, key: str = "k1", text: str = "film it") -> tuple[str, str]:
    session = library.sessions.list()[0].id if library.sessions.list() else library.sessions.create().id
    turn = library.turns.begin(session, text).id
    library.runs.begin(turn, key, kind="local", base_url="http://127.0.0.1:1", request='{"messages":[]}')
    return session, turn


def events(*sequences: int) -> list[RunEvent]:
    return [RunEvent(n, "assistant_message_delta", 5, f'{{"content":"{n}"}}') for n in sequences]


def test_a_run_is_found_again_by_what_was_kept_before_it_was_asked_for(library: Library) -> None:
    _, turn = begin(library)
    (row,) = library.runs.open()
    assert (row.turn_id, row.key, row.run_id, row.status, row.sequence) == (turn, "k1", "", "starting", -1)
    assert row.request == '{"messages":[]}'
    assert library.runs.list() == [], "the server has not named it yet"
    again = library.runs.begin(turn, "k1", kind="custom", base_url="elsewhere", request="{}")
    assert again == row
    library.runs.started("k1", "run_1", "http://127.0.0.1:2")
    assert [(r.run_id, r.status, r.base_url) for r in library.runs.list()] == [
        ("run_1", "running", "http://127.0.0.1:2")
    ]


def test_events_are_kept_once_in_any_cut(library: Library) -> None:
    begin(library)
    assert library.runs.append("k1", events(0, 1, 2)) == 3
    assert library.runs.append("k1", events(1, 2, 3)) == 1
    assert library.runs.append("k1", []) == 0
    assert [event.sequence for event in library.runs.events("k1")] == [0, 1, 2, 3]
    assert [event.payload for event in library.runs.events("k1", after=2)] == ['{"content":"3"}']
    assert library.runs.get("k1").sequence == 3


def test_an_open_run_keeps_its_turn_open_over_a_crash(library: Library) -> None:
    session, turn = begin(library)
    other = library.turns.begin(session, "another").id
    with Library.open(library.data_dir) as again:
        assert again.interrupted == 1
        assert again.turns.get(turn).status == "working"
        assert again.turns.get(other).status == "stopped"


def test_a_price_is_asked_again_after_a_restart_and_forgotten_once_decided(library: Library) -> None:
    session, turn = begin(library)
    library.runs.set_waiting("k1", Waiting(**{**vars(PRICE), "trouble": "moment", "deciding": "approve"}))
    assert library.turns.get(turn).waiting == PRICE, "what passes is not kept"
    assert library.runs.waiting_sessions() == {session}
    assert library.runs.get("k1").status == "waiting"
    library.runs.set_waiting("k1", None)
    assert library.turns.get(turn).waiting is None
    assert library.runs.get("k1").status == "running"


def test_a_question_waits_until_the_next_message(library: Library) -> None:
    session, turn = begin(library)
    question = Waiting("ask_clarifying_question", "Which one?", options=("The red", "The blue"))
    with library.together():
        library.turns.put_items(turn, [TextItem("Hm."), ToolItem("c1", "generate_image", status="done")])
        library.turns.finish(turn, "done")
        library.runs.end("k1", "completed", waiting=question)
    kept = library.turns.get(turn)
    assert (kept.waiting, kept.status, kept.items[0]) == (question, "done", TextItem("Hm."))
    assert library.runs.open() == []
    library.turns.begin(session, "The red")
    assert library.turns.get(turn).waiting is None


def test_a_second_run_of_a_turn_replaces_the_first(library: Library) -> None:
    _, turn = begin(library)
    library.runs.set_waiting("k1", PRICE)
    library.runs.begin(turn, "k2", kind="supernet", base_url="https://x", request="{}")
    assert [row.key for row in library.runs.open()] == ["k2"]
    newest = library.runs.of_turn(turn)
    assert newest is not None
    assert newest.key == "k2"
    assert library.turns.get(turn).waiting is None


def test_a_stop_is_remembered_until_the_server_knows(library: Library) -> None:
    begin(library)
    library.runs.end("k1", "cancelled", cancel=True)
    assert [row.key for row in library.runs.to_cancel()] == ["k1"]
    assert library.runs.open() == []
    library.runs.cancelled("k1")
    assert library.runs.to_cancel() == []


def test_all_of_an_end_is_kept_or_none_of_it(library: Library) -> None:
    _, turn = begin(library)

    def end() -> None:
        with library.together():
            library.turns.put_items(turn, [TextItem("gone")])
            library.runs.end("k1", "completed")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        end()
    assert library.turns.get(turn).items == []
    assert library.runs.get("k1").open


def test_a_deleted_session_takes_its_runs_along(library: Library) -> None:
    session, turn = begin(library)
    library.runs.append("k1", events(0))
    library.sessions.bin(session)
    assert library.runs.open() == []
    library.sessions.purge(session)
    assert library.runs.of_turn(turn) is None
    assert library.runs.events("k1") == []
    with pytest.raises(LibraryError):
        library.runs.append("k1", events(1))


def test_an_upload_is_known_for_its_connection_only(library: Library) -> None:
    row = UploadRow("job", "referenceImage", "media_ref_1", "image/png")
    library.uploads.put("local", "ab", row)
    assert library.uploads.find("local", "ab") == row
    assert library.uploads.find("https://api", "ab") is None
    library.uploads.put("local", "ab", UploadRow("job2", "referenceImage", "", "image/png"))
    found = library.uploads.find("local", "ab")
    assert found is not None
    assert found.job_id == "job2"
    library.uploads.forget("local", "ab")
    assert library.uploads.find("local", "ab") is None
