"""The window's models and the real engine as a process: killed, closed, opened again; nothing twice, nothing lost."""

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image

from studio.viewmodels.engine_process import EngineProcess
from studio.viewmodels.state import TextItem, ToolItem, Turn
from studio.viewmodels.studio import StudioModel
from tests.helpers.processes import Process

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")


async def until(what: Callable[[], object], limit_s: float = 90) -> None:
    async with asyncio.timeout(limit_s):
        while not what():  # noqa: ASYNC110 - any condition of any model
            await asyncio.sleep(0.01)


def fractal() -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((160, 120), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(out, "PNG")
    return out.getvalue()


def told(turn: Turn) -> list[str | tuple[str, str, int]]:
    return [
        item.text if isinstance(item, TextItem) else (item.tool, item.status, len(item.piece_ids))
        for item in turn.items
    ]


def say(model: StudioModel, text: str) -> None:
    model.create.composer.text.value = text
    model.create.send()


def calls(model: StudioModel) -> list[ToolItem]:
    turns = model.create.turns
    return [item for item in turns[-1].items if isinstance(item, ToolItem)] if turns else []


async def whole_log(model: StudioModel) -> list[str]:
    """The kept events of the newest turn; they must be numbered from 0 without a gap."""
    turn_id = model.create.turns[-1].id

    def read(lib: object) -> list[object]:
        row = lib.runs.of_turn(turn_id)  # type: ignore[attr-defined]
        return lib.runs.events(row.key)  # type: ignore[attr-defined,no-any-return]

    events = await model._desk.call(read)
    assert [event.sequence for event in events] == list(range(len(events)))  # type: ignore[attr-defined]
    return [event.type for event in events]  # type: ignore[attr-defined]


@pytest.fixture
async def window(tmp_path: Path) -> AsyncIterator[Callable[[], StudioModel]]:
    """Return a function that opens a window on the one data folder."""
    opened: list[StudioModel] = []

    def again() -> StudioModel:
        model = StudioModel(tmp_path, engine=EngineProcess(tmp_path))
        model.start()
        opened.append(model)
        return model

    yield again
    for model in opened:
        await model.close()


async def test_an_upload_a_killed_engine_and_a_closed_window(window: Callable[[], StudioModel], tmp_path: Path) -> None:
    model = window()
    await model.start_services()
    await until(lambda: model.connection.reachability.value == "reachable")
    composer = model.create.composer
    composer.attach_bytes(fractal(), "fractal.png")
    await until(lambda: composer.attachments and composer.attachments[0].piece_id and composer.can_send.value)
    say(model, "make Upload 1 four times larger")
    await until(lambda: not model.create.working.value)
    first = model.create.turns[-1]
    assert [(item.tool, item.status) for item in calls(model)] == [("upscale_image", "done")], first
    made = model.create.pieces[-1]
    assert (made.badge, made.width, made.height, made.parents) == (
        "Image 1", 640, 480, (model.create.pieces[0].id,),
    )  # fmt: skip
    assert (await whole_log(model))[-1] == "run_completed"

    say(model, "paint a lighthouse at dusk")
    await until(lambda: calls(model))
    os.kill(json.loads((tmp_path / "engine" / "engine.json").read_text())["pid"], signal.SIGKILL)
    phases: list[str] = []
    model.create.turn_changed.connect(lambda index: phases.append(model.create.turns[index].phase))
    await until(lambda: not model.create.working.value)
    second = model.create.turns[-1]
    assert "reconnecting" in phases
    assert (second.status, second.phase) == ("done", ""), second
    assert [(item.status, len(item.piece_ids)) for item in calls(model)] == [("done", 1)]
    log = await whole_log(model)
    assert (log.count("run_resumed"), log.count("tool_call_resolved"), log[-1]) == (1, 1, "run_completed")

    say(model, "paint a ship in a storm")
    await until(lambda: calls(model))
    await model.close()
    other = window()
    await other.start_services()
    await until(lambda: other.create.turns and other.create.turns[-1].status == "done")
    assert [turn.status for turn in other.create.turns] == ["done"] * 3
    assert [(item.status, len(item.piece_ids)) for item in calls(other)] == [("done", 1)]
    assert [piece.badge for piece in other.create.pieces] == ["Upload 1", "Image 1", "Image 2", "Image 3"]
    assert (await whole_log(other))[-1] == "run_completed"
    assert told(other.create.turns[1]) == told(second)


async def test_a_price_is_approved_or_declined(window: Callable[[], StudioModel], rehearsal: Process) -> None:
    model = window()
    model.connection.custom_url.value = rehearsal.url
    model.connection.switch("custom")
    model.connection.set_key("custom", rehearsal.key)
    await model.start_services()
    await until(lambda: model.connection.reachability.value == "reachable")
    say(model, "paint a lighthouse")
    await until(lambda: model.create.turns[-1].waiting)
    turn = model.create.turns[-1]
    assert turn.waiting is not None
    assert (turn.waiting.tool, turn.waiting.token_type) == ("generate_image", "spark")
    assert turn.waiting.cost
    model.create.approve(turn.id, {"qualityTier": "fast"})
    await until(lambda: not model.create.working.value)
    assert (turn.status, turn.waiting, [i.status for i in calls(model)]) == ("done", None, ["done"])

    say(model, "paint a castle")
    await until(lambda: model.create.turns[-1].waiting)
    model.create.decline(model.create.turns[-1].id)
    await until(lambda: not model.create.working.value)
    assert [(i.status, i.message) for i in calls(model)] == [("stopped", "You declined this · nothing charged")]
    assert len(model.create.pieces) == 1

    say(model, "paint a tower")
    await until(lambda: model.create.turns[-1].waiting)
    model.create.stop()
    key = (await model._desk.call(lambda lib: lib.runs.of_turn(model.create.turns[-1].id))).key  # type: ignore[union-attr]
    await until(lambda: not model._desk.tasks.is_running(f"cancel.{key}"))
    assert await model._desk.call(lambda lib: lib.runs.to_cancel()) == []
