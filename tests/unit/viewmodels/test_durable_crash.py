"""The process of the window is killed at every named point of the library while a run is followed."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.library import faults
from tests.helpers.fake_runs import FakeRun, FakeRuns
from tests.helpers.fake_service import FakeService
from tests.unit.viewmodels.conftest import open_bench
from tests.unit.viewmodels.test_durable import STORY, WHOLE, runs_of, told

ROOT = Path(__file__).parents[3]
WINDOW = """
import asyncio, os, sys
from pathlib import Path
fault = os.environ.pop("STUDIO_LIBRARY_FAULT")
from tests.helpers.fake_runs import FakeRuns
from tests.helpers.fake_service import FakeService
from tests.unit.viewmodels.conftest import open_bench
from tests.unit.viewmodels.test_durable import STORY

async def main():
    bench = open_bench(Path(sys.argv[1]), FakeService(runs=FakeRuns(scripts=[STORY])))
    await bench.desk.call(lambda lib: None)
    os.environ["STUDIO_LIBRARY_FAULT"] = fault
    await bench.say("koi")
    await bench.settled()
    print("survived", flush=True)

asyncio.run(main())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize(
    "fault", ["run_begun", "run_started", "run_events_kept", "file_synced", "file_renamed", "run_ended"]
)
async def test_a_killed_window_is_followed_by_one_that_shows_the_same(tmp_path: Path, fault: str) -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", WINDOW, str(tmp_path)],
        env={**os.environ, faults.VARIABLE: fault, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", -signal.SIGKILL), done.stderr
    server = FakeRuns(scripts=[STORY])
    bench = open_bench(tmp_path, FakeService(runs=server))
    try:
        (row,) = await bench.desk.call(lambda lib: lib.runs.open())
        if fault != "run_begun":
            # The server went on; only the window was killed.
            run = server.by_id["run_1"] = FakeRun("run_1", row.key, {})
            run.emit("run_created")
            await server._play(run, STORY)
        await bench.sessions._read()
        await bench.create.attach_all()
        assert await told(bench) == WHOLE
        assert [piece.badge for piece in bench.create.pieces] == ["Image 1"]
        assert len(runs_of(bench).starts) == (1 if fault == "run_begun" else 0)
        kept = await bench.desk.call(lambda lib: lib.runs.events(row.key))
        assert [event.sequence for event in kept] == list(range(len(STORY) + 1))
    finally:
        await bench.close()
        await server.close()
