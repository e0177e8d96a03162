"""The engine: started, attached to, killed, started again, given up, asked to leave."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from studio.viewmodels import engine_process
from studio.viewmodels.engine_process import EngineProcess, engine_seems_alive
from studio.viewmodels.troubles import EngineDown

PROGRAM = Path(__file__).with_name("fake_engine.py")
# ``-S``: no site packages, so that the stand-in starts at once.
COMMAND = [sys.executable, "-S", str(PROGRAM)]
Make = Callable[[], EngineProcess]


@pytest.fixture
async def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Make]:
    monkeypatch.setattr(engine_process, "_BACK_OFF_S", (0.0, 0.01, 0.01, 0.01, 0.01))
    made: list[EngineProcess] = []

    def new() -> EngineProcess:
        made.append(EngineProcess(tmp_path, COMMAND))
        return made[-1]

    yield new
    for engine in made:
        await engine.leave()


def starts(tmp_path: Path) -> int:
    # The program that counts may be writing just now.
    return int((tmp_path / "engine" / "starts").read_text() or 0)


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not what():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.01)


async def test_it_is_started_once_and_asked_to_leave(make: Make, tmp_path: Path) -> None:
    engine = make()
    states: list[str] = []
    engine.state.changed.connect(states.append)
    first, second = await asyncio.gather(engine.ready(), engine.ready())
    assert first is second
    assert (first.kind, first.key_hint, starts(tmp_path), engine.started_here) == ("local", "ests", 1, True)
    assert states == ["starting", "ready"]
    process = engine._process
    assert process is not None
    await engine.leave()
    assert process.poll() == 0
    assert not engine_seems_alive(tmp_path)


async def test_starting_before_there_is_a_loop_loses_nothing(make: Make, tmp_path: Path) -> None:
    engine = make()
    engine.spawn()
    await until(lambda: engine._early_ready)
    assert (await engine.ready()).kind == "local"
    assert starts(tmp_path) == 1


async def test_a_second_window_attaches_and_does_not_end_what_it_did_not_start(make: Make, tmp_path: Path) -> None:
    first = make()
    await first.ready()
    second = make()
    second.spawn()
    await second.ready()
    assert (starts(tmp_path), second.started_here) == (1, False)
    await second.leave()
    assert first._process is not None
    assert first._process.poll() is None


async def test_what_a_crash_left_in_engine_json_is_not_believed(make: Make, tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    facts = {"url": "http://127.0.0.1:9", "port": 9, "pid": os.getpid()}  # alive, but no engine
    (tmp_path / "engine" / "engine.json").write_text(json.dumps(facts))
    (tmp_path / "engine" / "api-key").write_text("old")
    engine = make()
    engine.spawn()
    assert engine._process is None, "something seems to run there, so it is asked first"
    assert ":9" not in (await engine.ready()).base_url


async def test_a_killed_engine_is_started_again(make: Make, tmp_path: Path) -> None:
    engine = make()
    await engine.ready()
    assert engine._process is not None
    engine._process.send_signal(signal.SIGKILL)
    await until(lambda: starts(tmp_path) == 2 and engine.state.value == "ready")
    assert await engine_process.answers(await engine.ready())


async def test_a_failed_request_makes_it_look_before_it_says_ready_again(make: Make, tmp_path: Path) -> None:
    engine = make()
    first = await engine.ready()
    assert engine._process is not None
    engine._process.send_signal(signal.SIGKILL)
    engine.suspect()
    again = await engine.ready()
    assert again.base_url != first.base_url or starts(tmp_path) == 2
    assert await engine_process.answers(again)


async def test_one_that_hangs_is_replaced(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make()
    await engine.ready()

    async def silent(_connection: object) -> bool:
        return False

    monkeypatch.setattr(engine_process, "answers", silent)
    await engine.check()
    await until(lambda: starts(tmp_path) == 2 and engine.state.value == "ready")


async def test_failing_starts_are_given_up_with_a_sentence_and_can_be_tried_again(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_ENGINE_FAILS", "5")
    engine = make()
    with pytest.raises(EngineDown, match="can't be started") as caught:
        await engine.ready()
    assert (caught.value.trouble.details, starts(tmp_path)) == ("the shelf is empty", 5)
    assert engine.state.value == "failed"
    assert (await engine.ready()).kind == "local", "the sixth start works"


async def test_a_few_failures_are_survived(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_ENGINE_FAILS", "3")
    assert (await make().ready()).kind == "local"
    assert starts(tmp_path) == 4


async def test_a_program_that_is_not_there_is_said(make: Make, tmp_path: Path) -> None:
    engine = make()
    engine._command = [str(tmp_path / "nothing")]
    with pytest.raises(EngineDown, match="can't be started"):
        await engine.ready()


async def test_one_that_left_because_it_was_idle_is_started_with_the_next_message(make: Make, tmp_path: Path) -> None:
    engine = make()
    connection = await engine.ready()
    assert await engine_process._ask_to_leave(connection)
    await until(lambda: engine.state.value == "stopped")
    assert starts(tmp_path) == 1
    await engine.ready()
    assert starts(tmp_path) == 2
