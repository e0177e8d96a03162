"""The run form's model on a real library, and the test bench on a real engine."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from studio.contract.editing.document import Document
from studio.viewmodels.templates.bench import BenchModel, Case, Expectation
from studio.viewmodels.templates.launching import LaunchModel, forecast_of
from tests.helpers.engines import FakeTool, picture, running_engine, tools
from tests.unit.viewmodels.templates.test_running import TWO, Room

DOCUMENT = Document(TWO)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    painters = (FakeTool("generate_image"), FakeTool("remove_background"))
    async with running_engine(tmp_path / "engine", parts={"runners": tools(*painters)}) as engine:
        made = Room(tmp_path / "data", engine)
        yield made
        await made.close()
        await made.line.made.aclose()


def launch_of(room: Room) -> LaunchModel:
    return LaunchModel(room.desk, room.runs, "t1", DOCUMENT)


async def loaded(room: Room) -> LaunchModel:
    launch = launch_of(room)
    came: list[bool] = []
    launch.changed.connect(lambda: came.append(True))
    launch.load()
    await room.until(lambda: came)
    return launch


async def test_what_was_typed_last_and_presets_are_there_again(room: Room, tmp_path: Path) -> None:
    session = await room.call(lambda lib: lib.sessions.create("Photos"))
    path = tmp_path / "a.png"
    path.write_bytes(picture())
    piece = await room.call(lambda lib: lib.media.import_file(session.id, path))
    launch = await loaded(room)
    launch.keep({"idea": "a boat", "photo": f"piece:{piece.id}"})
    launch.save_preset("Boats", {"idea": "boats"})
    launch.save_preset("test/sneaky", {"idea": "no"})
    await room.call(lambda lib: None)

    again = await loaded(room)
    assert again.values.value == {"idea": "a boat", "photo": f"piece:{piece.id}"}
    assert again.pieces[piece.id].path == piece.path
    assert again.presets.value == {"Boats": {"idea": "boats"}}
    again.drop_preset("Boats")
    await room.call(lambda lib: None)
    assert (await loaded(room)).presets.value == {}


async def test_the_newest_pieces_of_a_kind_are_offered(room: Room, tmp_path: Path) -> None:
    session = await room.call(lambda lib: lib.sessions.create("Photos"))
    for number in range(3):
        path = tmp_path / f"{number}.png"
        path.write_bytes(picture(8 + number, 8))
        await room.call(lambda lib, path=path: lib.media.import_file(session.id, path))
    launch, found = launch_of(room), []
    launch.pick_pieces("image", found.extend)
    await room.until(lambda: found)
    assert sorted(piece.badge for piece in found) == ["Upload 1", "Upload 2", "Upload 3"]
    assert set(launch.pieces) == {piece.id for piece in found}


async def test_the_balance_is_asked_for_where_it_is_told(room: Room) -> None:
    launch = launch_of(room)
    forecast = launch.forecast({"idea": "a boat"})
    launch.balance.look()  # this computer works for nothing
    assert launch.balance.amounts.value == {}
    room.line.kind = "supernet"
    launch.balance.look()
    await room.until(lambda: launch.balance.amounts.value)
    assert launch.balance.amounts.value == {"spark": 0.0, "sogni": 0.0}
    assert launch.shortage(forecast) == "This needs 3 Spark; you have 0."
    launch.balance.amounts.value = {"spark": 3.0}
    assert launch.shortage(forecast) == ""
    assert launch.shortage(forecast, count=500) == "This needs 1,500 Spark; you have 3."
    room.line.kind = "custom"  # zeros of a studio engine that works for nothing say nothing
    launch.balance.look()
    await room.desk.tasks.wait("balance")
    assert launch.balance.amounts.value == {}


async def test_a_rehearsal_runs_on_this_computer(room: Room) -> None:
    run = launch_of(room).run({"idea": "a boat"}, rehearsal=True)
    assert (run.kind, run.state.value.purpose) == ("local", "rehearsal")
    await room.status(run, "completed")
    turn = await room.call(lambda lib: lib.turns.get(run.id))
    assert turn.user_text == "Rehearsed “Two steps”"


def test_a_template_with_something_to_fix_says_what() -> None:
    broken = Document({**TWO, "stages": [{**TWO["stages"][1], "tool": "no_such_tool"}]})
    launch = LaunchModel(None, None, "t1", broken)  # type: ignore[arg-type]
    assert "no_such_tool" in launch.obstacle
    assert LaunchModel(None, None, "t1", DOCUMENT).obstacle == ""  # type: ignore[arg-type]
    assert LaunchModel(None, None, "t1", Document({})).obstacle == "It has no stages yet."  # type: ignore[arg-type]


@pytest.mark.parametrize(("units", "limit"), [(4, 5.0), (40, 50.0), (150, 180.0), (0, 0.0)])
def test_it_stops_a_fifth_above_the_estimate_unless_told_otherwise(units: int, limit: float) -> None:
    from dataclasses import replace

    from studio.contract.editing.estimating import Estimate

    launch = LaunchModel(None, None, "t1", DOCUMENT)  # type: ignore[arg-type]
    forecast = replace(forecast_of(DOCUMENT, {}), units=Estimate(units, units))
    assert launch.limit(forecast) == limit
    launch.ceiling = 7.0
    assert launch.limit(forecast) == 7.0


# --- the test bench ----------------------------------------------------------------------------


async def bench_with_a_case(room: Room) -> BenchModel:
    run = await room.status(room.start(TWO, idea="a boat"), "completed")
    bench = BenchModel(room.desk, room.runs, "t1", DOCUMENT)
    case = bench.keep_run(run, "Boat")
    said = [each.words(DOCUMENT) for each in case.expectations]
    assert said[:4] == ["outcome completed", "Looks: number of pieces 2", "Looks: kind image", "Looks: width 8 px"]
    return bench


async def verdict(room: Room, bench: BenchModel, name: str) -> Any:
    bench.run(name)
    await room.until(lambda: bench.verdicts.value[name].state != "running")
    return bench.verdicts.value[name]


async def test_a_kept_run_passes_again_and_is_there_in_the_next_window(room: Room) -> None:
    bench = await bench_with_a_case(room)
    assert (await verdict(room, bench, "Boat")).state == "passed"
    bench.close()
    await room.call(lambda lib: None)
    again = BenchModel(room.desk, room.runs, "t1", DOCUMENT)
    again.load()
    await room.until(lambda: again.cases.value)
    assert again.cases.value == bench.cases.value
    again.drop("Boat")
    await room.call(lambda lib: None)
    assert not await room.call(lambda lib: lib.templates.presets("t1"))


async def test_what_is_not_as_expected_is_said_in_words(room: Room) -> None:
    bench = await bench_with_a_case(room)
    wrong = (
        Expectation("look", "pieces", least=3, most=4),
        Expectation("look", "kind", "video"),
        Expectation("cut", "width", least=100, most=200),
        Expectation("", "outcome", "failed"),
    )
    bench.keep(Case("Odd", {"idea": "a boat"}, wrong))
    found = await verdict(room, bench, "Odd")
    assert found.state == "failed"
    assert found.wrong == (
        "Looks made 2 instead of 3–4",
        "Looks made image instead of video",
        "Cut out: the width of Image 3 is 8 instead of 100–200 px",
        "It was done instead of failed",
    )


async def test_a_template_that_the_server_has_is_named_instead_of_sent(room: Room) -> None:
    made = await room.engine.client.post("/v1/creative-agent/workflows/templates", json=TWO)
    known = made.json()["data"]["template"]["id"]
    launch = LaunchModel(room.desk, room.runs, "t1", DOCUMENT, known=lambda: known)
    run = await room.status(launch.run({"idea": "a boat"}), "completed")
    record = run._results.record
    assert record is not None
    assert record.record["workflowTemplateId"] == known
    assert not run.kept.scratch
