"""The render pool: results, progress, priority, cancellation, crashes and bounds."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.pool import RenderPool
from tests.engine.tools import pool_jobs

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def pool() -> AsyncIterator[RenderPool]:
    pool = RenderPool(workers=2)
    yield pool
    await pool.close()


def _wait_for_file(path: Path, limit_s: float = 20) -> int:
    deadline = time.monotonic() + limit_s
    while not (path.is_file() and path.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return int(path.read_text())


def _wait_until_gone(pid: int, limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.005)
    return gone(pid)


async def wait_for_file(path: Path) -> int:
    return await asyncio.to_thread(_wait_for_file, path)


async def until_gone(pid: int, limit_s: float) -> bool:
    return await asyncio.to_thread(_wait_until_gone, pid, limit_s)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_result_progress_priority_and_warm_worker(pool: RenderPool) -> None:
    assert pool.pids == []
    seen: list[tuple[float | None, str | None]] = []
    assert await pool.run(pool_jobs.add, 2, b=3, on_progress=lambda f, label: seen.append((f, label))) == 5
    assert seen == [(0.5, "adding"), (1.0, "added")]
    facts = await pool.run(pool_jobs.worker_facts)
    assert facts["nice"] == 19
    assert facts["cv_threads"] == facts["threads"]
    assert [facts["pid"]] == pool.pids, "the first worker was used again"


async def test_failures_come_back_and_the_worker_stays(pool: RenderPool) -> None:
    with pytest.raises(ValueError, match="wrong value"):
        await pool.run(pool_jobs.raise_value_error)
    with pytest.raises(TimeoutError, match="of the function itself"):
        await pool.run(pool_jobs.raise_timeout_error)
    with pytest.raises(ToolError) as caught:
        await pool.run(pool_jobs.raise_tool_error)
    assert (caught.value.code, caught.value.message, caught.value.suggested_args) == (
        "PARAMETER_INVALID",
        "too wide",
        {"width": 5},
    )
    with pytest.raises(ToolError) as missed:
        await pool.run(pool_jobs.miss_a_pack)
    assert missed.value.data == {"notInstalled": True, "pack": {"id": "voice"}}
    with pytest.raises(ToolError, match="Unpicklable: 12"):
        await pool.run(pool_jobs.raise_unpicklable)
    assert len(pool.pids) == 1


async def test_crash_fails_only_its_call(pool: RenderPool) -> None:
    crash, good = await asyncio.gather(
        pool.run(pool_jobs.crash), pool.run(pool_jobs.add, 1, b=1), return_exceptions=True
    )
    assert isinstance(crash, ToolError)
    assert crash.code == "GPU_WORKER_FAILED"
    assert "exit code 7" in crash.message
    assert good == 2
    assert await pool.run(pool_jobs.add, 1) == 1


@pytest.mark.parametrize("job", [pool_jobs.sleep_forever, pool_jobs.spin_forever])
async def test_cancel_kills_the_worker(pool: RenderPool, tmp_path: Path, job: object) -> None:
    task = asyncio.create_task(pool.run(job, str(tmp_path / "pid")))  # type: ignore[arg-type]
    pid = await wait_for_file(tmp_path / "pid")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await until_gone(pid, 1.0)
    assert await pool.run(pool_jobs.add, 4) == 4, "a new worker took its place"


@pytest.mark.parametrize("crash", [False, True])
async def test_programs_of_a_render_end_with_it(pool: RenderPool, tmp_path: Path, crash: bool) -> None:
    marker = tmp_path / "child"
    task = asyncio.create_task(pool.run(pool_jobs.start_a_program, str(marker), crash))
    child = await wait_for_file(marker)
    if not crash:
        task.cancel()
    with pytest.raises(ToolError if crash else asyncio.CancelledError):
        await task
    assert await until_gone(child, 5.0)


async def test_a_process_that_cannot_be_started_fails_its_call(
    pool: RenderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: SpawnProcess) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(SpawnProcess, "start", refuse)
    with pytest.raises(ToolError, match="could not be started") as caught:
        await pool.run(os.getpid)
    assert caught.value.code == "GPU_WORKER_FAILED"
    monkeypatch.undo()
    assert await pool.run(os.getpid) != os.getpid()


async def test_cancel_before_start_and_in_the_queue(tmp_path: Path) -> None:
    pool = RenderPool(workers=1)
    early = asyncio.create_task(pool.run(pool_jobs.sleep_forever, str(tmp_path / "early")))
    queued = asyncio.create_task(pool.run(pool_jobs.add, 1))
    await asyncio.sleep(0)
    early.cancel()
    queued.cancel()
    outcomes = await asyncio.gather(early, queued, return_exceptions=True)
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    assert await pool.run(pool_jobs.add, 5) == 5
    await pool.close()
    assert not (tmp_path / "early").exists()


async def test_time_limit(tmp_path: Path) -> None:
    pool = RenderPool(workers=1, time_limit_s=1.5)
    with pytest.raises(ToolError) as caught:
        await pool.run(pool_jobs.sleep_forever, str(tmp_path / "pid"))
    assert caught.value.code == "PROVIDER_TIMEOUT"
    await pool.close()
    if (tmp_path / "pid").exists():
        assert gone(int((tmp_path / "pid").read_text()))


async def test_memory_limit() -> None:
    pool = RenderPool(workers=1, memory_limit_bytes=400 * 1024**2)
    with pytest.raises(ToolError, match="memory") as caught:
        await pool.run(pool_jobs.take_memory, 900 * 1024**2)
    assert caught.value.code == "GPU_WORKER_FAILED"
    assert await pool.run(pool_jobs.take_memory, 1024) == 1024
    await pool.close()


async def test_idle_workers_retire_and_closed_pools_refuse() -> None:
    pool = RenderPool(workers=1, idle_s=0.05)
    await pool.run(pool_jobs.add, 1)
    (pid,) = pool.pids
    assert await until_gone(pid, 5.0)
    assert pool.pids == []
    assert await pool.run(pool_jobs.add, 2) == 2
    await pool.close()
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(pool_jobs.add, 1)


async def test_close_fails_running_calls(pool: RenderPool, tmp_path: Path) -> None:
    task = asyncio.create_task(pool.run(pool_jobs.sleep_forever, str(tmp_path / "pid")))
    pid = await wait_for_file(tmp_path / "pid")
    await pool.close()
    with pytest.raises(ToolError):
        await task
    assert gone(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a POSIX signal")
def test_workers_die_with_the_parent(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    code = (
        "import asyncio\n"
        "from studio.engine.renderers.pool import RenderPool\n"
        "from tests.engine.tools import pool_jobs\n"
        f"asyncio.run(RenderPool(1).run(pool_jobs.spin_forever, {str(marker)!r}))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    pid = _wait_for_file(marker)
    parent.kill()
    parent.wait()
    try:
        assert _wait_until_gone(pid, 5.0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)
