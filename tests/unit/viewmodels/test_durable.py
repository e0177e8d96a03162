"""Turns that go on without the window: nothing twice and nothing lost, over cut cables, restarts and crashes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from studio.contract.errors import TransportError
from studio.library.records import TextItem
from studio.viewmodels.folding import Folding
from tests.helpers.engines import picture
from tests.helpers.fake_runs import CUT, FakeRuns, FakeUploads, RunStep, delta, dispatched, event, resolved
from tests.helpers.fake_service import FakeService
from tests.unit.viewmodels.conftest import Bench, open_bench, text_of, tools_of

Window = Callable[[Bench], Awaitable[Bench]]

STORY: list[RunStep] = [
    event("llm_round_started", round=1),
    delta("I will "),
    delta("paint."),
    event("assistant_message_completed", content="I will paint."),
    dispatched(prompt="koi"),
    event("tool_call_progress", toolCallId="call_1", toolName="generate_image", status="processing", progress=0.5),
    resolved("/v1/media/a/a.png"),
    event("llm_round_started", round=2),
    delta("Here "),
    delta("it is."),
    event("assistant_message_completed", content="Here it is."),
    event("run_completed", finishReason="stop"),
]


@pytest.fixture
async def durable(bench: Bench) -> AsyncIterator[Bench]:
    bench.service.runs = FakeRuns()
    yield bench
    await bench.service.runs.close()


@pytest.fixture
async def again() -> AsyncIterator[Window]:
    """Return a function that opens another window on the same folder and server, as after a crash of the first."""
    opened: list[Bench] = []

    async def window(bench: Bench) -> Bench:
        other = open_bench(bench.data_dir, FakeService(runs=bench.service.runs), bench.uploads)
        opened.append(other)
        await other.sessions._read()
        await other.create.attach_all()
        return other

    yield window
    for bench in opened:
        await bench.close()


def kill(bench: Bench) -> None:
    """The window is gone between one instant and the next: nothing more of it is written."""

    def silent(what: str, work: object) -> None:
        return None

    bench.desk.save = silent  # type: ignore[method-assign,assignment]
    for run in list(bench.create._runs.values()):
        run.detached = True
        bench.desk.tasks.cancel(f"turn.{run.turn.id}")


def runs_of(bench: Bench) -> FakeRuns:
    assert bench.service.runs is not None
    return bench.service.runs


async def told(bench: Bench) -> list[str]:
    """Open the first session of a window and return its newest turn in words."""
    bench.sessions.open(bench.sessions.rows[0].id)
    await bench.until(lambda: bench.create.turns and not bench.create.working.value)
    await bench.settled()
    turn = await bench.desk.call(lambda lib: lib.turns.get(bench.create.turns[-1].id))
    shown = bench.create.turns[-1]
    assert [(type(i), getattr(i, "text", "")) for i in turn.items] == [
        (type(i), getattr(i, "text", "")) for i in shown.items
    ], "what is shown is what is kept"
    return [i.text if isinstance(i, TextItem) else f"<{i.sentence} {i.status} {len(i.piece_ids)}>" for i in turn.items]


WHOLE = ["I will paint.", "<Made 1 image done 1>", "Here it is."]


async def test_a_turn_with_tools_is_a_durable_run(durable: Bench) -> None:
    runs_of(durable).scripts = [STORY]
    turn = await durable.say("koi")
    assert await told_here(durable) == WHOLE
    assert (turn.status, turn.phase, turn.waiting) == ("done", "", None)
    assert [piece.badge for piece in durable.create.pieces] == ["Image 1"]
    (body,) = runs_of(durable).starts
    assert body["messages"][-1] == {"role": "user", "content": "koi"}
    assert (body["sogni_tools"], body["client_message_id"]) == ("creative-tools", turn.id)
    assert body["runtime_config"] == {"requireJobConfirmation": True, "jobConfirmationThresholdUsd": 0.0}
    row = await durable.desk.call(lambda lib: lib.runs.of_turn(turn.id))
    assert row is not None
    assert (row.run_id, row.status, row.open, row.key) == ("run_1", "completed", False, runs_of(durable).keys[0])
    events = await durable.desk.call(lambda lib: lib.runs.events(row.key))
    assert [e.sequence for e in events] == list(range(len(STORY) + 1))
    assert durable.service.requests == []


async def told_here(bench: Bench) -> list[str]:
    await bench.sessions._read()
    return await told(bench)


async def test_without_tools_nothing_is_durable(durable: Bench) -> None:
    durable.create.composer.tools.value = "none"
    turn = await durable.say("hi")
    assert (text_of(turn), len(runs_of(durable).starts), len(durable.service.requests)) == ("Done.", 0, 1)


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_runs_is_said_once_and_answers_all_the_same(durable: Bench, status: int) -> None:
    runs_of(durable).refuse = lambda _request: (status, {"error": {"message": "Not here."}})
    first, second = await durable.say("one"), await durable.say("two")
    assert [text_of(first), text_of(second), first.status] == ["Done.", "Done.", "done"]
    assert [notice.kind for notice in durable.notices] == ["info"]
    assert "only while the window is open" in durable.notices[0].title
    await durable.settled()
    assert await durable.desk.call(lambda lib: lib.runs.open()) == []


async def test_a_missing_language_model_is_no_missing_server(durable: Bench) -> None:
    refusal = {"error": {"message": "No such model.", "code": "model_not_found"}}
    runs_of(durable).refuse = lambda _request: (404, refusal)
    turn = await durable.say("one")
    assert turn.status == "failed"
    assert turn.trouble is not None
    assert "language model" in turn.trouble.what
    assert durable.service.requests == []


@pytest.mark.parametrize("moment", range(len(STORY)))
async def test_a_cut_cable_at_every_moment_loses_nothing(durable: Bench, moment: int) -> None:
    runs_of(durable).scripts = [[*STORY[:moment], CUT, *STORY[moment:]]]
    await durable.say("koi")
    assert await told_here(durable) == WHOLE
    assert len(durable.create.pieces) == 1
    assert len(runs_of(durable).starts) == 1


async def test_an_engine_that_comes_back_elsewhere_goes_on(durable: Bench) -> None:
    gate = asyncio.Event()
    runs = runs_of(durable)
    runs.scripts = [[*STORY[:5], gate, *STORY[5:]]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and tools_of(durable.create.turns[0]))
    turn = durable.create.turns[0]
    runs.down = True
    runs.cut()
    await durable.until(lambda: turn.phase == "reconnecting")
    assert (turn.status, durable.create.working.value) == ("working", True)
    gate.set()
    runs.down = False
    await durable.until(lambda: not durable.create.working.value)
    assert (await told_here(durable), turn.phase) == (WHOLE, "")
    assert any(isinstance(error, TransportError) for error in durable.service.failures)


@pytest.mark.parametrize("moment", range(len(STORY) + 1))
async def test_a_window_killed_at_every_moment_finds_its_turn_again(durable: Bench, again: Window, moment: int) -> None:
    gate = asyncio.Event()
    runs_of(durable).scripts = [[*STORY[:moment], gate, *STORY[moment:]]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: runs_of(durable).by_id and len(runs_of(durable).by_id["run_1"].log) > moment)
    await asyncio.sleep(0.03)  # any instant will do: what is kept by then differs from run to run
    await durable.settled()
    kill(durable)
    other = await again(durable)
    assert other.sessions.rows[0].state in ("working", "idle")
    gate.set()
    assert await told(other) == WHOLE
    assert [piece.badge for piece in other.create.pieces] == ["Image 1"]
    assert len(runs_of(durable).starts) == 1


async def test_what_was_finished_while_nobody_looked_is_fetched(durable: Bench, again: Window) -> None:
    gate = asyncio.Event()
    runs_of(durable).scripts = [[*STORY[:2], gate, *STORY[2:]]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and text_of(durable.create.turns[0]))
    await durable.close()
    gate.set()
    await durable.until(lambda: runs_of(durable).by_id["run_1"].status == "completed")
    other = await again(durable)
    assert await told(other) == WHOLE
    assert len(other.create.pieces) == 1


async def test_closing_the_window_stops_nothing_and_takes_nothing_away(durable: Bench, again: Window) -> None:
    runs_of(durable).scripts = [[*STORY[:5], asyncio.Event()]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and tools_of(durable.create.turns[0]))
    await durable.close()
    assert runs_of(durable).cancels == []
    other = await again(durable)
    other.sessions.open(other.sessions.rows[0].id)
    await other.until(lambda: other.create.turns and tools_of(other.create.turns[0]))
    assert (other.create.working.value, other.sessions.rows[0].state) == (True, "working")
    assert text_of(other.create.turns[0]) == "I will paint."


async def test_a_start_whose_answer_is_lost_is_the_same_run(durable: Bench) -> None:
    runs_of(durable).scripts = [STORY]
    runs_of(durable).lose_start = 2
    await durable.say("koi")
    assert await told_here(durable) == WHOLE
    assert (len(runs_of(durable).starts), len(set(runs_of(durable).keys)), len(runs_of(durable).keys)) == (1, 1, 3)


async def test_a_window_killed_before_the_answer_to_its_start_begins_nothing_twice(
    durable: Bench, again: Window
) -> None:
    runs_of(durable).scripts = [STORY]
    runs_of(durable).lose_start = 10**6
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: len(runs_of(durable).keys) > 1)
    kill(durable)
    runs_of(durable).lose_start = 0
    other = await again(durable)
    assert await told(other) == WHOLE
    assert len(runs_of(durable).starts) == 1


async def test_a_round_begun_again_drops_what_it_had_said(durable: Bench) -> None:
    runs_of(durable).scripts = [
        [event("llm_round_started", round=1), delta("Half a "), event("run_resumed", reason="restart"),
         event("llm_round_started", round=1), delta("A whole "), delta("answer."),
         event("assistant_message_completed", content="A whole answer."), event("run_completed")]
    ]  # fmt: skip
    turn = await durable.say("hi")
    assert turn.items == [TextItem("A whole answer.")]


async def test_the_completed_message_wins_over_its_deltas(durable: Bench) -> None:
    runs_of(durable).scripts = [
        [delta("One"), delta("One two"), event("assistant_message_completed", content="One two."),
         dispatched(), resolved("/v1/media/a/a.png"),
         event("assistant_message_completed", content="Three."), event("run_completed")]
    ]  # fmt: skip
    turn = await durable.say("hi")
    assert [i.text for i in turn.items if isinstance(i, TextItem)] == ["One two.", "Three."]


async def test_a_gap_in_the_numbers_is_filled(durable: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = runs_of(durable)
    runs.scripts = [STORY]
    whole = runs._stream

    async def holes(run: Any, after: int) -> AsyncIterator[bytes]:
        async for block in whole(run, after):
            if b'"sequence": 7,' not in block:
                yield block

    monkeypatch.setattr(runs, "_stream", holes)
    await durable.say("koi")
    assert await told_here(durable) == WHOLE


async def test_results_of_other_servers_are_addresses_only(durable: Bench) -> None:
    url = "http://127.0.0.1:4242/v1/media/x/x.png"
    runs_of(durable).scripts = [
        [dispatched(),
         event("tool_call_resolved", toolCallId="call_1", toolName="generate_image", status="ok", summary="ready",
               modelDisplayName="Z-Image Turbo",
               mediaUrls=[{"url": url, "mediaType": "image"}, {"url": "data:image/png;base64,A", "mediaType": "image"}],
               artifacts=[{"id": "a1", "url": url, "mediaType": "image"}]),
         event("some_new_event", x=1), event("run_completed")]
    ]  # fmt: skip
    turn = await durable.say("koi")
    assert [(i.status, i.message, len(i.piece_ids)) for i in tools_of(turn)] == [("done", "ready", 1)]
    (piece,) = durable.create.pieces
    assert (piece.model, piece.tool) == ("Z-Image Turbo", "generate_image")


async def test_what_a_failed_call_had_made_is_kept(durable: Bench) -> None:
    runs_of(durable).scripts = [
        [dispatched(),
         event("tool_call_resolved", toolCallId="call_1", toolName="generate_image", status="err",
               summary="The worker stopped.", errorCode="GPU_WORKER_FAILED",
               artifacts=[{"url": "http://127.0.0.1:4242/v1/media/x/x.png", "mediaType": "image", "partial": True}]),
         delta("Sorry."), event("run_partial_failure")]
    ]  # fmt: skip
    turn = await durable.say("koi")
    (item,) = tools_of(turn)
    assert (item.status, len(item.piece_ids), turn.status) == ("failed", 1, "done")
    assert item.trouble is not None


async def test_an_address_that_has_expired_is_asked_for_again(durable: Bench) -> None:
    runs = runs_of(durable)
    runs.scripts = [[dispatched(), resolved("/v1/media/a/old.png"), event("run_completed")]]
    durable.service.media["/v1/media/a/old.png"] = 403
    gate = asyncio.Event()
    real = runs.handle

    async def renewed(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events"):
            fresh = resolved("/v1/media/a/new.png")
            assert isinstance(fresh, dict)
            gate.set()
            body = {"sequence": 2, "at": "2026-01-31T12:00:00Z", **fresh}
            return httpx.Response(200, json={"data": {"events": [body]}})
        return await real(request)

    runs.handle = renewed  # type: ignore[method-assign]
    turn = await durable.say("koi")
    assert gate.is_set()
    assert [(i.status, len(i.piece_ids)) for i in tools_of(turn)] == [("done", 1)]


async def test_a_run_that_fails_says_why_and_keeps_what_came(durable: Bench) -> None:
    runs_of(durable).scripts = [
        [delta("Half"), event("run_failed", error={"message": "The model broke.", "code": "x"})]
    ]
    turn = await durable.say("hi")
    assert (turn.status, text_of(turn)) == ("failed", "Half")
    assert turn.trouble is not None
    assert (turn.trouble.what, turn.trouble.kept) == ("The model broke.", "Everything that had arrived is kept.")


async def test_a_run_that_its_server_forgot_is_said(durable: Bench, again: Window) -> None:
    runs_of(durable).scripts = [[delta("Half"), asyncio.Event()]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and text_of(durable.create.turns[0]))
    await durable.settled()
    await durable.close()
    runs_of(durable).by_id["run_1"].player.cancel()  # type: ignore[union-attr]
    runs_of(durable).by_id.clear()
    other = await again(durable)
    assert await told(other) == ["Half"]
    turn = other.create.turns[0]
    assert turn.status == "failed"
    assert turn.trouble is not None
    assert "doesn't know this answer any more" in turn.trouble.what


async def test_a_refused_key_keeps_the_run_and_trying_again_finds_it(durable: Bench) -> None:
    gate = asyncio.Event()
    runs = runs_of(durable)
    runs.scripts = [[*STORY[:5], gate, *STORY[5:]]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and tools_of(durable.create.turns[0]))
    runs.refuse = lambda _request: (401, {"error": {"message": "No."}})
    runs.cut()
    await durable.until(lambda: not durable.create.working.value)
    turn = durable.create.turns[0]
    assert turn.trouble is not None
    assert turn.trouble.action_id == "settings"
    runs.refuse = lambda _request: None
    gate.set()
    durable.create.retry(turn.id)
    await durable.until(lambda: turn.status == "done")
    assert await told_here(durable) == WHOLE
    assert len(runs.starts) == 1


async def test_stop_is_at_once_and_the_server_is_told_until_it_hears(durable: Bench) -> None:
    runs = runs_of(durable)
    runs.scripts = [[*STORY[:6], asyncio.Event()]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and tools_of(durable.create.turns[0]))
    turn = durable.create.turns[0]
    runs.down = True
    durable.create.stop()
    assert (turn.status, durable.create.working.value, tools_of(turn)[0].status) == ("stopped", False, "stopped")
    await durable.settled()
    assert [row.run_id for row in await durable.desk.call(lambda lib: lib.runs.to_cancel())] == ["run_1"]
    runs.down = False
    await durable.until(lambda: runs.cancels == ["run_1"])
    key = runs.keys[0]
    await durable.until(lambda: not durable.desk.tasks.is_running(f"cancel.{key}"))
    assert await durable.desk.call(lambda lib: lib.runs.to_cancel()) == []
    assert await told_here(durable) == ["I will paint.", "<Painting 1 image stopped 0>"]


async def test_a_stop_that_no_server_heard_is_told_by_the_next_window(durable: Bench, again: Window) -> None:
    runs = runs_of(durable)
    runs.scripts = [[*STORY[:5], asyncio.Event()]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and tools_of(durable.create.turns[0]))
    runs.down = True
    durable.create.stop()
    await durable.close()
    runs.down = False
    other = await again(durable)
    await other.until(lambda: runs.cancels == ["run_1"])
    assert await told(other) == ["I will paint.", "<Painting 1 image stopped 0>"]
    assert len(runs.starts) == 1


async def test_stop_while_the_start_is_on_its_way_stops_the_run_that_came_of_it(durable: Bench) -> None:
    runs = runs_of(durable)
    runs.lose_start = 10**6
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: len(runs.keys) > 1)
    durable.create.stop()
    runs.lose_start = 0
    await durable.until(lambda: runs.cancels == ["run_1"])
    assert len(runs.starts) == 1


async def test_a_stopped_turn_tried_again_is_another_run(durable: Bench) -> None:
    runs = runs_of(durable)
    runs.scripts = [[delta("One"), asyncio.Event()], STORY]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and text_of(durable.create.turns[0]))
    durable.create.stop()
    durable.create.retry(durable.create.turns[0].id)
    await durable.until(lambda: durable.create.turns[0].status == "done")
    assert await told_here(durable) == WHOLE
    assert (len(runs.starts), len(set(runs.keys))) == (2, 2)


async def test_uploads_go_up_once_and_are_cited_by_address(durable: Bench) -> None:
    runs = runs_of(durable)
    durable.create.composer.attach_bytes(picture(), "fern.png")
    shown = durable.create.composer.attachments_changed
    states: list[str] = []
    shown.connect(lambda: states.extend(a.status for a in durable.create.composer.attachments))
    await durable.until(lambda: "uploading" in states and durable.create.composer.can_send.value)
    (chip,) = durable.create.composer.attachments
    assert (chip.status, chip.badge, chip.progress) == ("ready", "Upload 1", 1.0)
    await durable.say("press it")
    content = runs.starts[0]["messages"][-1]["content"]
    url = content[1]["image_url"]["url"]
    assert url.startswith("http://127.0.0.1:4242/v1/store/job-")
    assert runs.starts[0]["media_context"]["uploadedImages"] == [url]
    await durable.say("and again")
    assert runs.starts[1]["messages"][-1]["content"] == "and again"
    assert runs.starts[1]["media_context"]["uploadedImages"] == [url]
    assert len(durable.uploads.sent) == 1


async def test_what_a_server_has_dropped_goes_up_again(durable: Bench, again: Window) -> None:
    durable.create.composer.attach_bytes(picture(), "fern.png")
    await durable.until(lambda: durable.create.composer.can_send.value)
    await durable.say("press it")
    sha256 = durable.create.pieces[0].sha256
    other = await again(durable)
    other.uploads.dropped.add(sha256)
    other.sessions.open(other.sessions.rows[0].id)
    await other.until(lambda: other.create.turns)
    await other.say("again")
    assert len(durable.uploads.sent) == 2


async def test_a_chip_shows_how_far_it_is_and_can_be_taken_out(durable: Bench) -> None:
    durable.uploads.gate = asyncio.Event()
    composer = durable.create.composer
    composer.text.value = "press it"
    composer.attach_bytes(picture(), "fern.png")
    await durable.until(lambda: composer.attachments[0].progress == 0.5)
    assert (composer.attachments[0].status, composer.can_send.value) == ("uploading", False)
    assert "on their way" in composer.blocked_reason.value
    composer.remove(composer.attachments[0].id)
    await durable.until(lambda: durable.uploads.cancelled == 1)
    assert (composer.attachments, composer.can_send.value) == ([], True)


async def test_an_upload_that_fails_says_why_and_can_be_tried_again(durable: Bench) -> None:
    durable.uploads.fail = [TransportError("It broke.", phase="write", sent=True)]
    composer = durable.create.composer
    composer.attach_bytes(picture(), "fern.png")
    await durable.until(lambda: composer.attachments[0].status == "failed")
    assert composer.attachments[0].trouble
    assert composer.can_send.value, "the message tries again by itself"
    composer.retry_upload(composer.attachments[0].id)
    await durable.until(lambda: composer.attachments[0].status == "ready")
    assert len(durable.uploads.sent) == 1


async def test_a_piece_of_another_connection_is_sent_when_it_is_meant(durable: Bench) -> None:
    runs_of(durable).scripts = [STORY]
    await durable.say("koi")
    durable.service.kind, durable.service.url = "supernet", "https://api.test"
    await durable.say("more of Image 1")
    (name, mime_type) = durable.uploads.sent[0]
    assert mime_type == "image/png"
    assert name.endswith(".png")
    context = runs_of(durable).starts[1]["media_context"]
    assert context["images"][0].startswith("https://api.test/v1/store/")


async def test_a_log_of_many_events_is_folded_in_slices(durable: Bench, again: Window) -> None:
    words = [delta(f"{n} ") for n in range(1500)]
    runs_of(durable).scripts = [[event("llm_round_started", round=1), *words, asyncio.Event()]]
    durable.create.composer.text.value = "count"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and text_of(durable.create.turns[0]).endswith("1499 "))
    await durable.close()
    other = await again(durable)
    other.sessions.open(other.sessions.rows[0].id)
    await other.until(lambda: text_of(other.create.turns[0]).endswith("1499 "))
    assert len(other.create.turns[0].items) == 1


def test_folding_keeps_rounds_apart() -> None:
    """Two rounds without a card between them are two paragraphs, and a round begun again replaces only itself."""
    from studio.viewmodels.state import Turn

    loop = asyncio.new_event_loop()
    turn = Turn("t", 1, "hi")
    ignore: Callable[..., object] = lambda *_: None  # noqa: E731
    folding = Folding(turn, loop, on_change=ignore, keep_text=ignore, keep_tool=ignore, badge_of=lambda *_: "")
    folding.begin_round(1)
    folding.text("One.")
    folding.complete_message("One.")
    folding.begin_round(2)
    folding.text("Tw")
    folding.begin_round(2)
    folding.text("Two.")
    folding.complete_message("Two.")
    folding.close()
    assert turn.items == [TextItem("One."), TextItem("Two.")]
    loop.close()


def test_fake_uploads_follow_the_port() -> None:
    from studio.viewmodels.run_port import UploadsPort

    port: UploadsPort = FakeUploads()
    assert port is not None


async def test_events_that_could_not_be_kept_are_kept_with_the_next(
    durable: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.library.errors import disk_full
    from studio.library.runs import Runs

    real, failures = Runs.append, 3

    def full(self: Runs, key: str, events: Any) -> int:
        nonlocal failures
        if events and failures:
            failures -= 1
            raise disk_full("")
        return real(self, key, events)

    monkeypatch.setattr(Runs, "append", full)
    runs_of(durable).scripts = [STORY]
    turn = await durable.say("koi")
    assert await told_here(durable) == WHOLE
    row = await durable.desk.call(lambda lib: lib.runs.of_turn(turn.id))
    assert row is not None
    events = await durable.desk.call(lambda lib: lib.runs.events(row.key))
    assert [e.sequence for e in events] == list(range(len(STORY) + 1))
    assert [notice.title for notice in durable.notices] == ["The disk is full, so this could not be kept."]


async def test_a_message_that_is_quicker_than_the_return_of_an_older_turn(durable: Bench) -> None:
    gate = asyncio.Event()
    runs_of(durable).scripts = [[*STORY[:3], gate, *STORY[3:]], [delta("Second."), event("run_completed")]]
    durable.create.composer.text.value = "koi"
    durable.create.send()
    await durable.until(lambda: durable.create.turns and text_of(durable.create.turns[0]))
    await durable.settled()
    await durable.close()
    other = open_bench(durable.data_dir, FakeService(runs=durable.service.runs), durable.uploads)
    try:
        await other.sessions._read()
        other.sessions.open(other.sessions.rows[0].id)
        await other.until(lambda: other.create.turns)
        other.create.composer.text.value = "quick"
        other.create.send()
        await other.create.attach_all()
        gate.set()
        await other.until(lambda: [t.status for t in other.create.turns] == ["done", "done"])
        assert [text_of(t) for t in other.create.turns] == ["I will paint.Here it is.", "Second."]
    finally:
        await other.close()
