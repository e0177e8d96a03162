"""Stop, at every moment of a turn; and the message that waits."""

import asyncio
from collections.abc import Callable

import pytest

from tests.helpers.fake_service import Step, finish, made, tick
from tests.unit.viewmodels.conftest import Bench, text_of, tools_of

SCRIPT: list[Step] = [
    "One ",
    tick(status="queued", arguments={"prompt": "x"}),
    tick(progress=0.5),
    made("/v1/media/a/a.png"),
    "two.",
    finish(),
]


@pytest.mark.parametrize("moment", range(len(SCRIPT) + 1))
async def test_stop_at_every_moment_keeps_what_had_arrived(
    bench: Bench, moment: int, reopen: Callable[[Bench], Bench]
) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [[*SCRIPT[:moment], gate, *SCRIPT[moment:]]]
    bench.create.composer.text.value = "go"
    bench.create.send()
    await bench.until(lambda: bench.service.requests)
    await asyncio.sleep(0.05)
    turn = bench.create.turns[0]
    bench.create.stop()
    assert (turn.status, bench.create.working.value) == ("stopped", False), "at once, without waiting for anyone"
    await bench.until(lambda: bench.service.closed_streams == 1)
    await bench.until(lambda: not bench.create.conversation.saving)
    assert text_of(turn) == ("One two." if moment >= 5 else "One " if moment else "")
    assert [item.status for item in tools_of(turn)] == [] if moment < 2 else ["done" if moment >= 4 else "stopped"]
    assert len(bench.create.pieces) == (1 if moment >= 4 else 0)
    await bench.settled()
    kept = await reopen(bench).desk.call(lambda lib: lib.turns.get(turn.id))
    assert (kept.status, kept.trouble, text_of(kept)) == ("stopped", None, text_of(turn))
    assert [item.status for item in tools_of(kept)] == [item.status for item in tools_of(turn)]


async def test_stop_before_anything_was_asked_keeps_the_message(bench: Bench) -> None:
    bench.create.composer.text.value = "go"
    bench.create.send()
    bench.create.stop()
    await bench.settled()
    kept = await bench.desk.call(lambda lib: lib.turns.list(bench.create.conversation.id))
    assert [(turn.user_text, turn.status) for turn in kept] == [("go", "stopped")]
    assert bench.service.requests == []


async def test_a_stopped_turn_can_be_tried_again_in_place(bench: Bench) -> None:
    bench.service.scripts = [["One", asyncio.Event()]]
    bench.create.composer.text.value = "go"
    bench.create.send()
    await bench.until(lambda: bench.create.turns and bench.create.turns[0].items)
    bench.create.stop()
    bench.create.retry(bench.create.turns[0].id)
    await bench.until(lambda: bench.create.turns[0].status == "done")
    assert text_of(bench.create.turns[0]) == "Done."
    await bench.settled()
    kept = await bench.desk.call(lambda lib: lib.turns.list(bench.create.conversation.id))
    assert [text_of(turn) for turn in kept] == ["Done."]


async def test_a_message_typed_while_working_is_sent_next(bench: Bench) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [[gate, "First.", finish()], ["Second.", finish()]]
    composer = bench.create.composer
    composer.text.value = "one"
    bench.create.send()
    composer.text.value = "two"
    assert composer.can_send.value
    bench.create.send()
    assert (composer.queued.value, composer.text.value) == ("two", "")
    gate.set()
    await bench.until(lambda: len(bench.create.turns) == 2 and not bench.create.working.value)
    assert [turn.user_text for turn in bench.create.turns] == ["one", "two"]
    assert composer.queued.value == ""


async def test_send_now_stops_the_first_and_sends_the_waiting_one(bench: Bench) -> None:
    bench.service.scripts = [["First", asyncio.Event()], ["Second.", finish()]]
    composer = bench.create.composer
    composer.text.value = "one"
    bench.create.send()
    await bench.until(lambda: bench.create.turns and bench.create.turns[0].items)
    composer.text.value = "two"
    bench.create.send()
    composer.send_queued_now()
    await bench.until(lambda: len(bench.create.turns) == 2 and not bench.create.working.value)
    assert [turn.status for turn in bench.create.turns] == ["stopped", "done"]


async def test_stop_puts_the_waiting_message_back_into_the_composer(bench: Bench) -> None:
    bench.service.scripts = [[asyncio.Event()]]
    composer = bench.create.composer
    composer.text.value = "one"
    bench.create.send()
    composer.text.value = "two"
    bench.create.send()
    bench.create.stop()
    assert (composer.text.value, composer.queued.value) == ("two", "")


async def test_dropping_the_waiting_message_sends_nothing(bench: Bench) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [[gate, finish()]]
    composer = bench.create.composer
    composer.text.value = "one"
    bench.create.send()
    composer.text.value = "two"
    bench.create.send()
    composer.drop_queued()
    gate.set()
    await bench.until(lambda: not bench.create.working.value)
    assert len(bench.create.turns) == 1


async def test_closing_the_window_in_mid_answer_ends_the_turn_as_stopped(
    bench: Bench, reopen: Callable[[Bench], Bench]
) -> None:
    bench.service.scripts = [["Some text", asyncio.Event()]]
    bench.create.composer.text.value = "go"
    bench.create.send()
    await bench.until(lambda: bench.create.turns and bench.create.turns[0].items)
    await bench.close()
    kept = await reopen(bench).desk.call(lambda lib: lib.turns.get(bench.create.turns[0].id))
    assert (kept.status, text_of(kept)) == ("stopped", "Some text")
