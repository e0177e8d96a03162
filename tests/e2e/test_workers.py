"""One workflow shared by a server and two worker processes on PostgreSQL; a worker that dies loses nothing."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.databases import VARIABLE, database_url
from tests.helpers.processes import Process, engine_process, ready, start

pytestmark = pytest.mark.skipif(not os.environ.get(VARIABLE), reason="needs PostgreSQL (packaging/test starts one)")

STEPS = [
    {"id": f"p{n}", "toolName": "generate_image", "arguments": {"prompt": f"barn {n}", "width": 1024, "height": 1024}}
    for n in range(8)
]


def _worker(data_dir: Path) -> Process:
    popen = start(data_dir, "worker", "--data-dir", str(data_dir), "--no-detect", module="studio")
    return ready(popen, data_dir)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Process]:
    with engine_process(tmp_path / "data", "--no-detect") as process:
        yield process


def _start(engine: Process) -> str:
    with engine.http() as client:
        answer = client.post("/v1/creative-agent/workflows", json={"input": {"steps": STEPS}})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["workflow"]["workflowId"])


def _finished(engine: Process, workflow_id: str, timeout_s: float = 90) -> dict[str, Any]:
    until = time.monotonic() + timeout_s
    with engine.http() as client:
        while time.monotonic() < until:
            found: dict[str, Any] = client.get(f"/v1/creative-agent/workflows/{workflow_id}").json()["data"]["workflow"]
            if found["status"] not in ("queued", "running"):
                return found
            time.sleep(0.2)
    raise AssertionError(f"still {found['status']}")


def _performers(engine: Process, workflow_id: str) -> dict[str, str]:
    from sqlalchemy import create_engine, text

    url = database_url(engine.data_dir)
    assert url is not None
    database = create_engine(url)
    query = text("SELECT step, value FROM job_results WHERE job_id = :job AND kind = 'performed_by'")
    with database.connect() as connection:
        found = {row.step: row.value for row in connection.execute(query, {"job": workflow_id})}
    database.dispose()
    return found


def test_steps_of_one_workflow_run_on_several_machines(engine: Process) -> None:
    workers = [_worker(engine.data_dir) for _ in range(2)]
    try:
        workflow_id = _start(engine)
        done = _finished(engine, workflow_id)
    finally:
        for worker in workers:
            assert worker.stop() == 0
            assert worker.close() == ""
    assert done["status"] == "completed", done.get("error")
    assert len(done["artifacts"]) == 8
    performers = set(_performers(engine, workflow_id).values())
    assert sum(name.startswith('"worker-') for name in performers) == 2
    with engine.http() as client:
        assert all(client.get(artifact["url"]).status_code == 200 for artifact in done["artifacts"])


def test_the_step_of_a_dead_worker_is_done_by_another(engine: Process) -> None:
    worker = _worker(engine.data_dir)
    workflow_id = _start(engine)
    until = time.monotonic() + 30
    while not any(name.startswith('"worker-') for name in _performers(engine, workflow_id).values()):
        assert time.monotonic() < until
        time.sleep(0.05)
    os.kill(worker.popen.pid, signal.SIGKILL)
    worker.popen.wait(10)
    worker.close()
    done = _finished(engine, workflow_id)
    assert done["status"] == "completed", done.get("error")
    assert len(done["artifacts"]) == 8
    with engine.http() as client:
        events = client.get(f"/v1/creative-agent/workflows/{workflow_id}/events").json()["data"]["events"]
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events].count("step_completed") == 8


def test_a_worker_leads_no_workflow_of_its_own(tmp_path: Path) -> None:
    """A job that no server has begun waits for a server, however many workers there are."""
    import asyncio

    from studio.engine.graph import assemble, close
    from studio.engine.settings import EngineSettings

    async def keep() -> None:
        services = assemble(EngineSettings(data_dir=tmp_path, detect=False, database_url=database_url(tmp_path)))
        await services.jobs.create("run", "local", job_id="run_1", request={}, state={}, events=[("run_created", None)])
        await close(services)

    async def status() -> str:
        services = assemble(EngineSettings(data_dir=tmp_path, detect=False, database_url=database_url(tmp_path)))
        job = await services.jobs.require("run_1")
        await close(services)
        return job.status

    asyncio.run(keep())
    worker = start(tmp_path, "worker", "--data-dir", str(tmp_path), "--no-detect", module="studio")
    assert worker.stdout is not None
    assert '"ready"' in worker.stdout.readline()  # it has looked at what is left
    worker.terminate()
    _, said = worker.communicate(timeout=15)
    assert (worker.returncode, said) == (0, "")
    assert asyncio.run(status()) == "queued"
