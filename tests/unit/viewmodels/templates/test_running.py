"""Runs of templates on a real engine: started from the form, followed, answered, taken again, found again, kept."""

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from studio.contract.editing.document import Document
from studio.contract.errors import TransportError
from studio.engine.tools.base import ToolOutcome
from studio.library.library import Library
from studio.library.records import TextItem
from studio.service.connection import Connection
from studio.service.events import Pace
from studio.service.transport import Transport
from studio.viewmodels.desk import Desk
from studio.viewmodels.state import ConnectionKind, Notice
from studio.viewmodels.templates.looks import Look, Looks
from studio.viewmodels.templates.run_pace import RunPace
from studio.viewmodels.templates.running import MOST_ACTIVE, Order, TemplateRunModel, TemplateRuns
from studio.viewmodels.upload_wire import HttpUploads
from studio.viewmodels.uploading import Uploader
from tests.helpers.engines import FakeTool, RunningEngine, picture, refusing, running_engine, tools

TWO = {
    "name": "Two steps",
    "description": "",
    "inputs": [
        {"name": "idea", "type": "text", "required": True},
        {"name": "looks", "type": "text", "multiple": {"min": 1, "max": 4}, "default": ["oil", "ink"]},
    ],
    "stages": [
        {"id": "look", "type": "batch", "label": "Looks", "produces": ["looks"], "overBinding": "$inputs.looks",
         "itemName": "look", "itemStage": {"id": "look_one", "type": "fixed", "tool": "generate_image",
                                           "args": {"prompt": "Paint $inputs.idea as $item.value"}}},
        {"id": "cut", "type": "fixed", "label": "Cut out", "produces": ["cut"], "requiredArtifactsIn": ["looks"],
         "tool": "remove_background", "args": {"sourceImageIndex": "$artifacts.looks[0].selectedVersion.url"}},
    ],
}  # fmt: skip
PHOTO = {
    "name": "Cut",
    "description": "",
    "inputs": [{"name": "photo", "type": "image", "required": True}],
    "stages": [
        {"id": "cut", "type": "fixed", "label": "Cut out", "produces": ["cut"], "tool": "remove_background",
         "args": {"sourceImageIndex": "$inputs.photo"}},
    ],
}  # fmt: skip


def stops(template: dict[str, Any], stage: int) -> dict[str, Any]:
    stages = [{**each, "checkpointRequired": number == stage} for number, each in enumerate(template["stages"])]
    return {**template, "stages": stages}


class Line:
    """The connection: one engine of this process."""

    def __init__(self, engine: RunningEngine) -> None:
        self.made = Transport(Connection("local", engine.url, engine.key))
        self.kind: ConnectionKind = "local"
        self.failures: list[tuple[str, str]] = []

    def kind_now(self) -> ConnectionKind:
        return self.kind

    async def transport(self) -> Transport:
        return self.made

    async def transport_for(self, kind: ConnectionKind, base_url: str) -> Transport:
        return self.made

    def failed(self, kind: ConnectionKind, error: BaseException) -> None:
        self.failures.append((kind, str(error)))


class Room:
    """A window's runs on an engine whose tools a test chooses."""

    def __init__(self, folder: Path, engine: RunningEngine) -> None:
        self.folder, self.engine = folder, engine
        self.line = Line(engine)
        self.notices: list[Notice] = []
        self.open()

    def open(self) -> None:
        self.desk = Desk(self.folder)
        self.desk.notices.posted.connect(self.notices.append)
        self.desk.begin()
        uploader = Uploader(self.desk, HttpUploads())
        self.runs = TemplateRuns(self.desk, self.line, lambda: uploader, pace=Pace(back_off_s=(0.01,)))

    async def close(self) -> None:
        await self.runs.close()
        await self.desk.close()

    def start(self, template: dict[str, Any], **inputs: Any) -> TemplateRunModel:
        return self.runs.start(Order("t1", Document(template), inputs))

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not what():  # noqa: ASYNC110 - any condition
                await asyncio.sleep(0.005)

    async def status(self, run: TemplateRunModel, *wanted: str) -> TemplateRunModel:
        await self.until(lambda: run.state.value.status in wanted or (run.state.value.is_over and "!" not in wanted))
        assert run.state.value.status in wanted, run.state.value
        return run

    async def call(self, work: Callable[[Library], Any]) -> Any:
        return await self.desk.call(work)


@pytest.fixture
async def painters() -> dict[str, FakeTool]:
    return {name: FakeTool(name) for name in ("generate_image", "remove_background")}


@pytest.fixture
async def room(tmp_path: Path, painters: dict[str, FakeTool]) -> AsyncIterator[Room]:
    parts = {"runners": tools(*painters.values())}
    async with running_engine(tmp_path / "engine", parts=parts) as engine:
        made = Room(tmp_path / "data", engine)
        yield made
        await made.close()
        await made.line.made.aclose()


def test_the_time_left_is_told_from_the_work_that_was_done() -> None:
    pace = RunPace()
    assert [pace.left_s(part, now) for part, now in ((0.1, 0), (0.11, 10), (0.3, 20))] == [
        None,
        None,
        pytest.approx(70),
    ]
    pace.rest()  # it waited for the person
    assert pace.left_s(0.3, 1000) is None
    assert pace.left_s(0.65, 1035) == pytest.approx(35)


def statuses(run: TemplateRunModel) -> list[tuple[str, str, int]]:
    return [(stage.id, stage.status, len(stage.paths)) for stage in run.state.value.stages]


async def test_a_run_is_followed_to_its_end_and_its_results_are_pieces_of_a_session(room: Room) -> None:
    run = await room.status(room.start(TWO, idea="a boat"), "completed")
    assert statuses(run) == [("look", "completed", 2), ("cut", "completed", 1)]
    assert run.state.value.fraction == 1.0

    pieces = await room.call(lambda lib: lib.media.list(run.state.value.session_id))
    assert [piece.tool for piece in pieces] == ["generate_image", "generate_image", "remove_background"]
    assert pieces[2].parents == (run.state.value.items[0].piece_ids[0],)
    assert all(piece.path.is_file() for piece in pieces)
    turn = await room.call(lambda lib: lib.turns.get(run.id))
    assert turn.status == "done"
    assert turn.user_text == "Ran “Two steps”"
    assert [item.status for item in turn.items] == ["done"] * 3
    assert turn.items[0].sentence == "Looks · Made 1 image"
    assert turn.items[0].model == "Fake painter"
    kept = (await room.call(lambda lib: lib.templates.runs("t1")))[0]
    assert (kept.status, kept.inputs) == ("completed", {"idea": "a boat"})
    listed = await room.engine.client.get("/v1/creative-agent/workflows/templates?visibility=own")
    assert listed.json()["data"]["templates"] == []  # nothing of the edition is left on the server


async def test_a_dropped_file_is_taken_into_the_session_and_sent(
    room: Room, painters: dict[str, FakeTool], tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(picture(32, 24))
    run = await room.status(room.start(PHOTO, photo=f"file:{path}"), "completed")
    pieces = await room.call(lambda lib: lib.media.list(run.state.value.session_id))
    assert [(piece.uploaded, piece.badge) for piece in pieces] == [(True, "Upload 1"), (False, "Image 1")]
    assert pieces[1].parents == (pieces[0].id,)
    assert painters["remove_background"].ran[0]["sourceImageIndex"] == -1

    looks = Looks(room.runs)
    looks.refresh()
    await room.until(lambda: (look := looks.of("t1")) and look.before)
    assert looks.of("t1") == Look(run.id, pieces[1], after=pieces[1], before=pieces[0])


async def test_words_and_data_are_told_with_the_round_and_are_no_pictures(
    room: Room, painters: dict[str, FakeTool]
) -> None:
    data, words = {"width": 32}, "It is a small boat."
    painters["remove_background"].work = lambda *_: ToolOutcome(words, "fake", "Fake eye", data=data)
    run = await room.status(room.start(TWO, idea="a boat"), "completed")
    assert [item.text for item in run.state.value.items] == ["", "", words]
    assert statuses(run)[1] == ("cut", "completed", 0)
    turn = await room.call(lambda lib: lib.turns.get(run.id))
    assert turn.items[-1] == TextItem(f"**Cut out**\n\n{words}")


async def test_a_checkpoint_waits_and_goes_on(room: Room) -> None:
    run = await room.status(room.start(stops(TWO, 0), idea="a boat"), "waiting_for_user")
    pause = run.state.value.pause
    assert pause is not None
    assert (pause.kind, pause.stage_id, pause.here) == ("checkpoint", "look", True)
    assert statuses(run)[0] == ("look", "completed", 2)
    run.approve()
    await room.status(run, "completed")
    assert statuses(run)[1] == ("cut", "completed", 1)


async def test_one_item_can_be_made_again_before_going_on(room: Room, painters: dict[str, FakeTool]) -> None:
    run = await room.status(room.start(stops(TWO, 0), idea="a boat"), "waiting_for_user")
    run.redo_item("look_1", {"prompt": "a boat, charcoal"})
    await room.until(lambda: len(painters["generate_image"].ran) == 3)
    await room.status(run, "waiting_for_user")
    takes = run.pieces_of("look_1")
    assert [run.is_earlier("look_1", piece.id) for piece in takes] == [True, False]
    run.approve()
    await room.status(run, "completed")
    assert painters["generate_image"].ran[2]["prompt"] == "a boat, charcoal"


async def test_an_interactive_stage_is_answered_in_place(room: Room, painters: dict[str, FakeTool]) -> None:
    asks = {"id": "title", "type": "interactive", "label": "Title", "produces": ["title"], "systemPrompt": "",
            "allowedTools": [], "userMessage": "What is it called?"}  # fmt: skip
    make = {"id": "make", "type": "fixed", "label": "Make", "produces": ["made"], "tool": "generate_image",
            "requiredArtifactsIn": ["title"],
            "args": {"prompt": "Poster: $artifacts.title[0].selectedVersion.content"}}  # fmt: skip
    run = room.start({**TWO, "stages": [asks, make]}, idea="x")
    await room.status(run, "waiting_for_user")
    pause = run.state.value.pause
    assert pause is not None
    assert (pause.kind, pause.stage_id, pause.message) == ("interactive", "title", "What is it called?")
    run.answer("The Long Night")
    await room.status(run, "completed")
    assert painters["generate_image"].ran[0]["prompt"] == "Poster: The Long Night"


async def test_a_run_outlasts_a_server_that_is_out_of_reach(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.service import workflows

    seen: list[bool] = []
    room.runs.run_changed.connect(lambda run_id: seen.append(room.runs.get(run_id).state.value.cut_off))  # type: ignore[union-attr]
    get, gone = workflows.get, [TransportError("Nobody answers.", phase="connect", sent=False)] * 2

    async def unreachable(transport: Transport, workflow_id: str) -> workflows.Workflow:
        if gone:
            raise gone.pop()
        return await get(transport, workflow_id)

    monkeypatch.setattr(workflows, "get", unreachable)
    run = await room.status(room.start(TWO, idea="a boat"), "completed")
    assert room.line.failures == [("local", "Nobody answers.")] * 2
    assert True in seen
    assert not run.state.value.cut_off


async def test_a_run_that_failed_goes_on_where_it_failed(room: Room, painters: dict[str, FakeTool]) -> None:
    painters["remove_background"].work = refusing("PARAMETER_INVALID", "No subject was found.")
    run = await room.status(room.start(TWO, idea="a boat"), "failed", "partial_failure")
    assert "No subject was found." in run.state.value.trouble
    assert statuses(run)[0] == ("look", "completed", 2)
    painters["remove_background"].work = None
    assert run.can_resume
    run.resume()
    await room.until(lambda: run.state.value.status == "completed")
    assert len(painters["generate_image"].ran) == 2
    assert statuses(run)[1] == ("cut", "completed", 1)


@pytest.mark.parametrize("accepts", [True, False])
async def test_above_the_limit_it_asks_before_anything_is_made(
    room: Room, painters: dict[str, FakeTool], monkeypatch: pytest.MonkeyPatch, accepts: bool
) -> None:
    monkeypatch.setattr(room.line, "kind_now", lambda: "custom")
    run = room.runs.start(Order("t1", Document(TWO), {"idea": "a boat"}, ceiling=0.5))
    await room.status(run, "waiting_for_user")
    pause = run.state.value.pause
    assert pause is not None
    assert pause.kind == "cost"
    assert "more than the limit of 0.5" in pause.message
    assert not painters["generate_image"].ran
    if accepts:
        run.approve()
        await room.status(run, "completed")
        assert len(painters["generate_image"].ran) == 2
    else:
        run.cancel()
        await room.status(run, "cancelled")
        assert not painters["generate_image"].ran


async def test_wrong_inputs_are_said_in_the_servers_words(room: Room) -> None:
    run = await room.status(room.start(TWO), "failed")
    assert "idea is required" in run.state.value.trouble


async def test_another_take_keeps_the_seeds_that_it_is_told_to_keep(room: Room, painters: dict[str, FakeTool]) -> None:
    run = await room.status(room.start(TWO, idea="a boat"), "completed")
    assert run.can_reseed
    take = await room.status(room.runs.reseed(run, {"look_0": 41}), "completed")
    assert take.state.value.parent == run.id
    assert take.state.value.session_id == run.state.value.session_id
    seeds = [each["seed"] for each in painters["generate_image"].ran[2:]]
    assert 41 in seeds
    assert len(set(seeds)) == 2


async def test_a_matrix_of_seeds_changes_one_step_and_asks_nothing_twice(
    room: Room, painters: dict[str, FakeTool]
) -> None:
    run = await room.status(room.start(stops(TWO, 0), idea="a boat"), "waiting_for_user")
    run.approve()
    await room.status(run, "completed")
    asked: list[str] = []
    room.runs.run_changed.connect(
        lambda run_id: asked.append(run_id) if room.runs.get(run_id).state.value.pause else None  # type: ignore[union-attr]
    )
    group = room.runs.matrix(run, "look_1", 2)
    takes = room.runs.of_group(group)
    for take in takes:
        await room.status(take, "completed")
    assert len(takes) == 2
    assert asked == []
    first = [each["seed"] for each in painters["generate_image"].ran[2:] if each["prompt"].endswith("oil")]
    assert set(first) == {7}  # the seed that the first run told


async def test_at_most_ten_are_active_and_the_others_wait_their_turn(room: Room, painters: dict[str, FakeTool]) -> None:
    gate = asyncio.Event()

    async def wait(_arguments: Any, _context: Any) -> None:
        await gate.wait()

    painters["generate_image"].work = wait
    ideas = [f"boat {number}" for number in range(MOST_ACTIVE + 2)]
    runs: Sequence[TemplateRunModel] = room.runs.start_over_pieces(
        Order("t1", Document(TWO), {"looks": ["ink"]}), "idea", ideas
    )
    await room.until(lambda: sum(r.state.value.status == "running" for r in runs) == MOST_ACTIVE)
    assert [run.state.value.status for run in runs[MOST_ACTIVE:]] == ["waiting_here"] * 2
    gate.set()
    for run in runs:
        await room.status(run, "completed")
    assert len({run.state.value.session_id for run in runs}) == 1
    assert [run.state.value.label for run in runs][:2] == ["1 of 12", "2 of 12"]


async def test_a_run_can_be_stopped_and_what_was_made_is_kept(room: Room, painters: dict[str, FakeTool]) -> None:
    never = asyncio.Event()

    async def wait(_arguments: Any, _context: Any) -> None:
        await never.wait()

    painters["remove_background"].work = wait
    run = room.start(TWO, idea="a boat")
    await room.until(lambda: painters["remove_background"].ran)
    run.cancel()
    await room.status(run, "cancelled")
    await room.until(lambda: statuses(run)[0] == ("look", "completed", 2))


async def test_a_window_that_vanished_finds_its_run_again(room: Room) -> None:
    run = await room.status(room.start(stops(TWO, 0), idea="a boat"), "waiting_for_user")
    await room.call(lambda lib: None)
    await room.close()
    room.open()
    room.runs.load()
    await room.until(lambda: room.runs.get(run.id) is not None)
    again = room.runs.get(run.id)
    assert again is not None
    await room.until(lambda: again.state.value.pause is not None)
    assert statuses(again)[0] == ("look", "completed", 2)
    again.approve()
    await room.status(again, "completed")
    pieces = await room.call(lambda lib: lib.media.list(run.state.value.session_id))
    assert len(pieces) == 3


async def test_a_window_that_vanished_while_asking_does_not_start_twice(room: Room) -> None:
    run = await room.status(room.start(TWO, idea="a boat"), "completed")
    row = (await room.call(lambda lib: lib.templates.runs()))[0]

    def as_if_lost(lib: Library) -> None:
        with lib.templates._db.write() as db:
            db.execute("UPDATE template_runs SET status = 'starting', workflow_id = '' WHERE id = ?", (row.id,))

    await room.call(as_if_lost)
    await room.close()
    room.open()
    room.runs.load()
    await room.until(lambda: room.runs.get(run.id) is not None)
    again = room.runs.get(run.id)
    assert again is not None
    await room.status(again, "completed")
    assert again.state.value.workflow_id == run.state.value.workflow_id
    listed = await room.engine.client.get("/v1/creative-agent/workflows")
    assert len(listed.json()["data"]["workflows"]) == 1


def noted(folder: Path) -> None:
    """Wait until a run is on disk; what the library is asked to keep takes a moment."""
    while True:
        with (
            contextlib.suppress(sqlite3.OperationalError),
            contextlib.closing(sqlite3.connect(f"file:{folder / 'library.sqlite'}?mode=ro", uri=True)) as db,
        ):
            if db.execute("SELECT count(*) FROM template_runs").fetchone()[0]:
                return
        time.sleep(0.01)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize("moment", ["starting 0", "running 1"])
async def test_a_window_that_is_killed_loses_nothing_and_starts_nothing_twice(
    room: Room, painters: dict[str, FakeTool], moment: str
) -> None:
    gate = asyncio.Event()

    async def wait(_arguments: Any, _context: Any) -> None:
        await gate.wait()

    painters["remove_background"].work = wait
    await room.close()
    script = Path(__file__).with_name("window_child.py")
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(script), str(room.folder), room.engine.url, room.engine.key,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(TWO).encode() + b"\n")
    async with asyncio.timeout(40):
        while (await child.stdout.readline()).decode().strip() != moment:
            assert child.returncode is None
    await asyncio.to_thread(noted, room.folder)
    child.kill()
    await child.wait()
    gate.set()
    room.open()
    room.runs.load()
    await room.until(lambda: room.runs.runs.value)
    (run,) = room.runs.runs.value
    await room.status(run, "completed")
    assert statuses(run) == [("look", "completed", 2), ("cut", "completed", 1)]
    assert len(await room.call(lambda lib: lib.media.list(run.state.value.session_id))) == 3
    listed = await room.engine.client.get("/v1/creative-agent/workflows")
    assert len(listed.json()["data"]["workflows"]) == 1
    templates = await room.engine.client.get("/v1/creative-agent/workflows/templates?visibility=own")
    assert templates.json()["data"]["templates"] == []
