"""A turn from message to saved pieces, its failures, and what is on disk afterwards."""

import asyncio
from collections.abc import Callable

import pytest

from studio.library.errors import disk_full
from studio.library.media import Media
from studio.library.turns import Turns
from studio.viewmodels.state import TextItem
from tests.helpers.fake_service import CUT, failed, finish, made, tick
from tests.unit.viewmodels.conftest import Bench, text_of, tools_of


async def test_text_streams_into_the_turn_and_is_there_after_a_restart(
    bench: Bench, reopen: Callable[[Bench], Bench]
) -> None:
    bench.service.scripts = [["Hello ", "artist.", finish(notices=["History was shortened."])]]
    turn = await bench.say("hi")
    assert (text_of(turn), turn.status, turn.answered_by) == ("Hello artist.", "done", "fake brain")
    assert turn.notices == ("History was shortened.",)
    await bench.settled()
    other = reopen(bench)
    await other.sessions._read()
    other.sessions.open(other.sessions.rows[0].id)
    await other.until(lambda: other.create.turns)
    kept = other.create.turns[0]
    assert (kept.user_text, text_of(kept), kept.status, kept.answered_by) == (
        "hi", "Hello artist.", "done", "fake brain",
    )  # fmt: skip


async def test_a_result_is_verified_on_disk_before_its_card_is_done(bench: Bench) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [
        ["Painting.", tick(status="queued", arguments={"prompt": "koi", "numberOfVariations": 2}),
         tick(progress=0.5, stepLabel="Layering"), gate, made("/v1/media/a/a.png", "/v1/media/b/b.png"),
         "Here.", finish()]
    ]  # fmt: skip
    seen: list[tuple[str, int, int]] = []

    def watch(_index: int) -> None:
        for item in tools_of(bench.create.turns[0]):
            on_disk = sum(bench.create.piece(i) is not None for i in item.piece_ids)
            seen.append((item.status, len(item.piece_ids), on_disk))
            if item.status == "done":
                assert on_disk == 2

    bench.create.turn_changed.connect(watch)
    bench.create.composer.text.value = "two koi"
    bench.create.send()
    await bench.until(
        lambda: bench.create.turns and tools_of(bench.create.turns[0]) and seen and seen[-1][0] == "working"
    )
    (item,) = tools_of(bench.create.turns[0])
    assert (item.sentence, item.progress, item.step) == ("Painting 2 images", 0.5, "Layering")
    gate.set()
    await bench.until(lambda: not bench.create.working.value)
    assert (item.sentence, item.status, item.saving, item.model, item.seconds) == (
        "Made 2 images", "done", 0, "Fake painter", 1.5,
    )  # fmt: skip
    pieces = bench.create.pieces
    assert [piece.badge for piece in pieces] == ["Image 1", "Image 2"]
    assert all(piece.path.is_file() for piece in pieces)
    assert (pieces[0].prompt, pieces[0].used_prompt, pieces[0].seed, pieces[0].tool) == (
        "two koi", "a used prompt", 7, "generate_image",
    )  # fmt: skip
    assert [type(item).__name__ for item in bench.create.turns[0].items] == ["TextItem", "ToolItem", "TextItem"]


async def test_results_become_pieces_in_order_and_know_their_parents(bench: Bench) -> None:
    bench.service.scripts = [
        [tick(status="queued", arguments={"prompt": "x"}), made("/v1/media/a/a.png"),
         tick("call_2", "remove_background", "queued", arguments={"sourceImageIndex": 0}),
         made("/v1/media/b/b.png", call="call_2", tool="remove_background", indices=[1]),
         tick("call_3", "upscale_image", "queued", arguments={"sourceImageIndex": 1}),
         made("/v1/media/c/c.png", call="call_3", tool="upscale_image", indices=[2]), finish()]
    ]  # fmt: skip
    await bench.say("make it, cut it out and enlarge it")
    first, second, third = bench.create.pieces
    assert [first.badge, second.badge, third.badge] == ["Image 1", "Image 2", "Image 3"]
    assert (first.parents, second.parents, third.parents) == ((), (first.id,), (second.id,))
    assert [item.sentence for item in tools_of(bench.create.turns[0])] == [
        "Made 1 image", "Cut out Image 1", "Enlarged Image 2",
    ]  # fmt: skip


async def test_results_of_a_server_without_progress_are_taken_from_the_end(bench: Bench) -> None:
    step = made("/v1/media/a/a.png")
    assert isinstance(step, dict)
    bench.service.scripts = [["Here.", {"sogni_tool_results": [step["sogni_progress"]["result"]]}, finish()]]
    turn = await bench.say("paint")
    assert [item.status for item in tools_of(turn)] == ["done"]
    assert [piece.badge for piece in bench.create.pieces] == ["Image 1"]


async def test_the_same_result_twice_is_one_piece(bench: Bench) -> None:
    step = made("/v1/media/a/a.png")
    assert isinstance(step, dict)
    bench.service.scripts = [[step, {"sogni_tool_results": [step["sogni_progress"]["result"]]}, finish()]]
    await bench.say("paint")
    assert len(bench.create.pieces) == 1


async def test_a_failed_download_is_said_and_tried_again_without_making_it_again(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png"), finish()]]
    bench.service.media["/v1/media/a/a.png"] = 404
    turn = await bench.say("paint")
    (item,) = tools_of(turn)
    assert (item.status, item.piece_ids, turn.status) == ("failed", (), "done")
    assert item.trouble is not None
    assert "could not be saved" in item.trouble.what
    assert item.trouble.action_id == "retry"
    del bench.service.media["/v1/media/a/a.png"]
    bench.create.retry(turn.id)
    await bench.until(lambda: item.status == "done")
    assert [piece.badge for piece in bench.create.pieces] == ["Image 1"]
    assert len(bench.service.requests) == 1


async def test_damaged_bytes_never_become_a_piece(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png"), finish()]]
    bench.service.media["/v1/media/a/a.png"] = b"something else"
    turn = await bench.say("paint")
    assert tools_of(turn)[0].status == "failed"
    assert bench.create.pieces == []
    assert not [path for path in (bench.data_dir / "media").rglob("*") if path.is_file()]


async def test_an_answer_that_breaks_off_keeps_its_text(bench: Bench, reopen: Callable[[Bench], Bench]) -> None:
    bench.service.scripts = [["Half an ", "answer", tick(), CUT]]
    turn = await bench.say("hi")
    assert (turn.status, text_of(turn)) == ("failed", "Half an answer")
    assert tools_of(turn)[0].status == "failed"
    assert turn.trouble is not None
    assert "stopped in the middle of the answer" in turn.trouble.what
    assert (turn.trouble.kept, turn.trouble.action_id) == ("Everything that had arrived is kept.", "retry")
    assert bench.service.failures
    await bench.settled()
    kept = await reopen(bench).desk.call(lambda lib: lib.turns.get(turn.id))
    assert (kept.status, text_of(kept)) == ("failed", "Half an answer")


async def test_what_had_arrived_survives_a_crash_of_the_window(bench: Bench, reopen: Callable[[Bench], Bench]) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [["Before the crash", tick(status="queued", arguments={"prompt": "x"}), gate, finish()]]
    bench.create.composer.text.value = "hi"
    bench.create.send()
    await bench.until(lambda: bench.create.turns and tools_of(bench.create.turns[0]))
    await bench.settled()
    other = reopen(bench)  # the first window is still in the middle of it: nothing was closed in order
    kept = (await other.desk.call(lambda lib: lib.turns.list(bench.create.conversation.id)))[0]
    assert (kept.status, text_of(kept)) == ("stopped", "Before the crash")
    assert kept.trouble is not None
    assert kept.trouble.action_id == "retry"
    assert tools_of(kept)[0].status == "stopped"


@pytest.mark.parametrize(
    ("status", "body", "words", "action_id"),
    [
        (401, {"error": {"message": "bad key", "code": "invalid_api_key"}}, "didn't accept the key", "settings"),
        (404, {"error": {"message": "no", "code": "model_not_found"}}, "doesn't have this language model", "retry"),
        (413, {"error": {"message": "large"}}, "too large", ""),
        (429, {"error": {"message": "slow down"}, "retryAfter": 30}, "just now. It asks to wait 30 s", "retry"),
        (500, {"error": {"message": "boom"}}, "had a problem", "retry"),
        (400, {"error": {"message": "messages[0] is wrong"}}, "messages[0] is wrong", "retry"),
    ],
)  # fmt: skip
async def test_refusals_become_sentences(
    bench: Bench, status: int, body: dict[str, object], words: str, action_id: str
) -> None:
    bench.service.refuse = (status, body)
    turn = await bench.say("hi")
    assert turn.status == "failed"
    assert turn.trouble is not None
    assert words in turn.trouble.what
    assert (turn.trouble.kept, turn.trouble.action_id) == ("Your message is kept.", action_id)


async def test_offline_is_said_and_retry_answers_in_place(bench: Bench) -> None:
    bench.service.down = True
    turn = await bench.say("hi")
    assert turn.trouble is not None
    assert "can't be reached" in turn.trouble.what
    bench.service.down = False
    bench.create.retry(turn.id)
    await bench.until(lambda: bench.create.turns[0].status == "done")
    assert len(bench.create.turns) == 1
    assert (turn.trouble, text_of(turn)) == (None, "Done.")


async def test_retry_of_a_turn_that_made_something_is_a_new_round(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png"), CUT], [made("/v1/media/b/b.png", indices=[1]), finish()]]
    turn = await bench.say("paint")
    await bench.until(lambda: bench.create.pieces)
    bench.create.retry(turn.id)
    await bench.until(lambda: not bench.create.working.value)
    assert [turn.round for turn in bench.create.turns] == [1, 2]
    assert [piece.badge for piece in bench.create.pieces] == ["Image 1", "Image 2"]


async def test_a_failed_tool_says_why_and_the_answer_goes_on(bench: Bench) -> None:
    bench.service.scripts = [
        [tick(), failed("MODEL_UNAVAILABLE", "Videos can't be made here yet."), "Sorry.", finish()]
    ]
    turn = await bench.say("film it")
    (item,) = tools_of(turn)
    assert item.trouble is not None
    assert (item.status, item.trouble.what, item.trouble.action) == ("failed", "Videos can't be made here yet.", "")
    assert (turn.status, text_of(turn)) == ("done", "Sorry.")


async def test_a_full_disk_refuses_the_message_and_nothing_is_asked(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise disk_full()

    with monkeypatch.context() as patched:
        patched.setattr(Turns, "begin", full)
        turn = await bench.say("hi")
        await bench.settled()
    assert turn.status == "failed"
    assert turn.trouble is not None
    assert (turn.trouble.what, turn.trouble.action_id) == (
        "The disk is full, so this could not be kept.", "retry",
    )  # fmt: skip
    assert bench.service.requests == []
    bench.create.retry(turn.id)
    await bench.until(lambda: turn.status == "done")


async def test_a_full_disk_while_saving_is_said_on_the_card(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise disk_full()

    bench.service.scripts = [["Painting.", made("/v1/media/a/a.png"), "Here.", finish()]]
    with monkeypatch.context() as patched:
        patched.setattr(Media, "commit_file", full)
        turn = await bench.say("paint")
    (item,) = tools_of(turn)
    assert item.trouble is not None
    assert (item.status, item.trouble.kept) == ("failed", "The disk is full, so this could not be kept.")
    bench.create.retry(turn.id)
    await bench.until(lambda: item.status == "done")
    assert [piece.badge for piece in bench.create.pieces] == ["Image 1"]


async def test_a_progress_bar_never_goes_back(bench: Bench) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [[tick(progress=0.7), tick(progress=0.2), gate, finish()]]
    bench.create.composer.text.value = "x"
    bench.create.send()
    await bench.until(lambda: bench.create.turns and tools_of(bench.create.turns[0]))
    await asyncio.sleep(0.05)
    assert tools_of(bench.create.turns[0])[0].progress == 0.7
    gate.set()


async def test_twenty_thousand_deltas_are_shown_a_frame_at_a_time(bench: Bench) -> None:
    bench.service.scripts = [[*(["word "] * 20_000), finish()]]
    changes = 0

    def count(_index: int) -> None:
        nonlocal changes
        changes += 1

    bench.create.turn_changed.connect(count)
    loop = asyncio.get_running_loop()
    began = loop.time()
    turn = await bench.say("long")
    frames = (loop.time() - began) / 0.033
    assert text_of(turn) == "word " * 20_000
    assert len(turn.items) == 1
    assert isinstance(turn.items[0], TextItem)
    assert changes <= frames + 6  # begin, first word, last frame, end
