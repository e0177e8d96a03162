"""The connection: looked at, switched, its keys, its sentences. Against the real engine in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import cast

import pytest

from studio.service.connection import Connection
from studio.viewmodels.engine_process import EngineProcess
from studio.viewmodels.state import Notice, Trouble
from studio.viewmodels.studio import StudioModel
from studio.viewmodels.troubles import EngineDown
from tests.helpers.engines import RunningEngine, running_engine
from tests.unit.viewmodels.conftest import text_of, tools_of


class Attached(EngineProcess):
    """An engine process that is there already, or cannot be had."""

    def __init__(self, data_dir: Path, engine: RunningEngine | None) -> None:
        super().__init__(data_dir)
        self._engine = engine

    def spawn(self) -> None:
        pass

    async def ready(self) -> Connection:
        if self._engine is None:
            raise EngineDown(Trouble("This computer's engine can't be started.", "Everything you made is kept."))
        return Connection("local", self._engine.url, self._engine.key)


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not what():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.01)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[RunningEngine]:
    async with running_engine(tmp_path / "engine-data") as running:
        yield running


@pytest.fixture
async def studio(tmp_path: Path, engine: RunningEngine) -> AsyncIterator[StudioModel]:
    model = StudioModel(tmp_path / "data", engine=Attached(tmp_path / "data", engine))
    model.start()
    await model.start_services()
    yield model
    await model.close()


async def test_a_whole_studio_answers_through_the_real_engine_and_remembers(
    studio: StudioModel, tmp_path: Path, engine: RunningEngine
) -> None:
    await until(lambda: studio.connection.reachability.value == "reachable")
    assert studio.connection.words.value.startswith("Answered in ")
    assert "irector" in studio.connection.answered_by.value
    assert studio.connection.available_tools.value == {"generate_image", "remove_background", "upscale_image"}
    assert studio.create.composer.models.value
    studio.create.composer.text.value = "a misty forest, then cut it out"
    studio.create.send()
    await until(lambda: not studio.create.working.value)
    turn = studio.create.turns[0]
    assert (turn.status, [item.status for item in tools_of(turn)]) == ("done", ["done", "done"]), turn
    assert [piece.badge for piece in studio.create.pieces] == ["Image 1", "Image 2"]
    assert studio.create.pieces[1].parents == (studio.create.pieces[0].id,)
    await until(lambda: studio.settings.media_bytes.value > 0)
    await studio.close()

    again = StudioModel(tmp_path / "data", engine=Attached(tmp_path / "data", engine))
    again.start()
    assert [row.pieces for row in again.sessions.rows] == [2]
    await again.start_services()
    await until(lambda: again.create.turns)
    assert text_of(again.create.turns[0]) == text_of(turn)
    assert [piece.badge for piece in again.create.pieces] == ["Image 1", "Image 2"]
    await again.close()


async def test_a_message_sent_before_the_services_run_is_answered_when_they_do(
    tmp_path: Path, engine: RunningEngine
) -> None:
    model = StudioModel(tmp_path / "data", engine=Attached(tmp_path / "data", engine))
    model.start()
    model.create.composer.text.value = "hello"
    model.create.send()
    assert model.create.turns[0].status == "waiting"
    await model.start_services()
    await until(lambda: model.create.turns[0].status == "done")
    await model.close()


async def test_keys_are_kept_hinted_and_never_shown(studio: StudioModel, tmp_path: Path) -> None:
    connection = studio.connection
    await until(lambda: connection.key_place.value)
    assert connection.key_place.value == "a protected file"
    connection.set_key("supernet", "  sk-0123456789abcdef ")
    assert (connection.has_key("supernet"), connection.key_hint("supernet")) == (True, "cdef")
    await until(lambda: (tmp_path / "data" / "secrets.json").is_file())
    again = StudioModel(tmp_path / "data", engine=Attached(tmp_path / "data", None))
    again.start()
    await again.start_services()
    await until(lambda: again.connection.has_key("supernet"))
    await again.close()
    connection.remove_key("supernet")
    assert (connection.has_key("supernet"), connection.key_hint("supernet")) == (False, "")
    with pytest.raises(ValueError, match="spaces or unusual"):
        connection.set_key("custom", "two words")


async def test_a_connection_without_key_or_address_blocks_sending_and_says_why(studio: StudioModel) -> None:
    composer = studio.create.composer
    composer.text.value = "hi"
    studio.connection.switch("supernet")
    assert (composer.can_send.value, "needs a key" in composer.blocked_reason.value) == (False, True)
    studio.connection.switch("custom")
    assert "needs an address" in composer.blocked_reason.value
    studio.connection.switch("local")
    assert composer.can_send.value


async def test_the_custom_connection_talks_to_any_address(studio: StudioModel, engine: RunningEngine) -> None:
    connection = studio.connection
    connection.custom_url.value = engine.url
    connection.set_key("custom", engine.key)
    connection.switch("custom")
    await until(lambda: connection.reachability.value == "reachable")
    assert "answered in" in await connection.test("custom")
    connection.set_key("custom", "wrong-key-0123456789")
    await until(lambda: connection.reachability.value == "unreachable")
    assert connection.words.value == "Your server didn't accept the key."
    connection.custom_url.value = "http://127.0.0.1:9"
    assert "can't be reached" in await connection.test("custom")
    connection.custom_url.value = "ftp://x"
    assert await connection.test("custom") == "The address must begin with http:// or https://."
    assert "needs a key" in await connection.test("supernet")


async def test_an_engine_that_cannot_start_is_said_in_the_turn(tmp_path: Path) -> None:
    model = StudioModel(tmp_path / "data", engine=Attached(tmp_path / "data", None))
    notices: list[Notice] = []
    model.notices.posted.connect(notices.append)
    model.start()
    await model.start_services()
    model.create.composer.text.value = "hi"
    model.create.send()
    await until(lambda: model.create.turns[0].status == "failed")
    assert cast(Trouble, model.create.turns[0].trouble).what == "This computer's engine can't be started."
    assert model.connection.reachability.value == "unreachable"
    assert notices == []
    await model.close()


async def test_a_connection_change_is_remembered(studio: StudioModel, tmp_path: Path) -> None:
    studio.connection.custom_url.value = "https://studio.example"
    studio.connection.switch("custom")
    studio.create.composer.tools.value = "creative-agent"
    await studio.close()
    again = StudioModel(tmp_path / "data", engine=Attached(tmp_path / "data", None))
    again.start()
    assert (again.connection.kind.value, again.connection.custom_url.value) == ("custom", "https://studio.example")
    assert again.create.composer.tools.value == "creative-agent"
