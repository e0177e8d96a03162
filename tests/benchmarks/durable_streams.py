"""Event streams of durable runs: replay per second, delivery to many followers, requests beside a bare echo,
and what a checkpointed step costs.

Baselines in the same run: reading the same rows from the file, a bare Litestar echo, the
same steps without checkpoints.
"""

import asyncio
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.helpers.fake_llm import FakeLlm, Reply
from tests.helpers.processes import Process, engine_process
from tests.helpers.raw_http import RawClient

_ECHO = """
import socket, sys, uvicorn
from litestar import Litestar, post
@post("/echo")
async def echo(data: dict) -> dict:
    return data
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0)); listener.listen(128)
print(listener.getsockname()[1], flush=True)
config = uvicorn.Config(Litestar([echo], logging_config=None), log_config=None, access_log=False, http="h11", ws="none",
                        server_header=False, date_header=False)
import asyncio
asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
"""


def run(smoke: bool = False) -> None:
    """Measure and print."""
    asyncio.run(_steps(20 if smoke else 500))
    with FakeLlm() as llm, tempfile.TemporaryDirectory() as folder:
        with engine_process(Path(folder), "--llm-url", llm.url) as process:
            asyncio.run(_replay(process, 500 if smoke else 20_000))
            llm.script = (
                Reply(" ".join(["word"] * (40 if smoke else 400)), pieces=40 if smoke else 400, pause_s=0.02),
            )
            asyncio.run(_followers(process, 20 if smoke else 200))
    with tempfile.TemporaryDirectory() as folder, engine_process(Path(folder), "--no-detect") as process:
        asyncio.run(_requests(process, 0.3 if smoke else 4.0))


async def _steps(count: int) -> None:
    from studio.engine.durable.dbos_runtime import DbosRuntime
    from studio.engine.durable.execution import Attempt
    from studio.engine.durable.follow import wait_until_closed
    from studio.engine.durable.hub import Hub
    from studio.engine.durable.jobs import Draft, JobStore
    from studio.engine.durable.token import CancelToken
    from studio.engine.media_urls import MediaUrls
    from studio.engine.store.database import Database
    from studio.engine.store.seal import Sealer
    from tests.helpers.inline_runtime import InlineRuntime

    class Steps:
        kind: Any = "run"

        def __init__(self, store: JobStore) -> None:
            self.store = store
            self.took_s = 0.0

        async def execute(self, attempt: Attempt) -> None:
            steps = [attempt.step(f"s{number}") for number in range(count)]
            begun = time.perf_counter()
            for step in steps:
                await step.run()
            self.took_s = time.perf_counter() - begun

            def finish(draft: Draft) -> None:
                draft.status = "completed"

            await self.store.change(attempt.job_id, finish)

        async def perform(self, job_id: str, step: str, token: CancelToken) -> None:
            def done(draft: Draft) -> None:
                draft.emit("tick")
                draft.record(step, "result", True)

            await self.store.change(job_id, done)

        async def broke(self, job_id: str, error: Exception) -> None:
            raise error

    took: dict[str, float] = {}
    for name in ("plain", "dbos"):
        with tempfile.TemporaryDirectory() as folder:
            database = Database(Path(folder))
            store = JobStore(database, Sealer(MediaUrls("x", own_host=lambda host: True)), Hub())
            runtime: Any = InlineRuntime(store) if name == "plain" else DbosRuntime(store, Path(folder), base_url="")
            executor = Steps(store)
            runtime.register(executor)
            await store.create("run", "me", job_id="run_1", request={}, state={}, events=[("run_created", None)])
            await runtime.start("run_1")
            await wait_until_closed(store, "run_1")
            took[name] = executor.took_s / count * 1000
            await runtime.close()
            await store.close()
            database.close()
    print(f"a recorded step          {took['plain']:6.2f} ms; checkpointed {took['dbos']:6.2f} ms "
          f"(+{took['dbos'] - took['plain']:.2f} ms, x{took['dbos'] / took['plain']:.2f})")  # fmt: skip


async def _replay(process: Process, count: int) -> None:
    run_id = await _finished_run(process)
    file = process.data_dir / "engine" / "engine.sqlite"
    database = sqlite3.connect(file)
    last = database.execute("SELECT max(sequence) FROM job_events WHERE job_id = ?", (run_id,)).fetchone()[0]
    payload = json.dumps({"content": "a few words of an answer "})
    rows = [(run_id, last + 1 + n, "assistant_message_delta", 1_700_000_000_000, payload) for n in range(count)]
    with database:
        database.executemany(
            "INSERT INTO job_events (job_id, sequence, type, at_epoch_ms, payload) VALUES (?, ?, ?, ?, ?)", rows
        )
        database.execute("UPDATE jobs SET next_sequence = ? WHERE id = ?", (last + 1 + count, run_id))
    begun = time.perf_counter()
    read = len(database.execute("SELECT * FROM job_events WHERE job_id = ? ORDER BY sequence", (run_id,)).fetchall())
    plain_s = time.perf_counter() - begun
    database.close()
    best = 0.0
    for _ in range(3):
        client = await RawClient.connect(process.url)
        begun = time.perf_counter()
        client.send("GET", f"/v1/chat/runs/{run_id}/events/stream", process.headers)
        assert (await client.head())[0] == 200
        got = 0
        async for chunk in client.chunks():
            got += chunk.count(b"\nevent: assistant_message_delta\n")
        best = max(best, got / (time.perf_counter() - begun))
        client.close()
        assert got >= count, got
    print(f"replay                   {best:9,.0f} events/s (target >= 20,000); "
          f"{best / (read / plain_s):.3f} of reading the rows")  # fmt: skip


async def _finished_run(process: Process) -> str:
    client = await RawClient.connect(process.url)
    body = {"messages": [{"role": "user", "content": "hello"}], "sogni_tools": False}
    answer = json.loads(await client.ask("POST", "/v1/chat/runs", process.headers, body))
    run_id = str(answer["data"]["run"]["runId"])
    while True:
        found = json.loads(await client.ask("GET", f"/v1/chat/runs/{run_id}", process.headers))
        if found["data"]["run"]["status"] == "completed":
            client.close()
            return run_id
        await asyncio.sleep(0.02)


async def _followers(process: Process, count: int) -> None:
    client = await RawClient.connect(process.url)
    body = {"messages": [{"role": "user", "content": "tell me much"}], "sogni_tools": False}
    answer = json.loads(await client.ask("POST", "/v1/chat/runs", process.headers, body))
    path = f"/v1/chat/runs/{answer['data']['run']['runId']}/events/stream"
    arrivals: list[list[tuple[int, float]]] = [[] for _ in range(count)]

    async def follow(place: int) -> None:
        follower = await RawClient.connect(process.url)
        follower.send("GET", path, process.headers)
        await follower.head()
        async for chunk in follower.chunks():
            now = time.time() * 1000
            for frame in chunk.split(b"\n\n"):
                if b"\nevent: assistant_message_delta\n" in frame:
                    at = json.loads(frame.partition(b"data: ")[2])["at"]
                    arrivals[place].append((hash(at), now - _epoch_ms(at)))
        follower.close()

    begun = time.perf_counter()
    tasks = [asyncio.create_task(follow(place)) for place in range(count)]
    await asyncio.wait(tasks)
    client.close()
    # What was there before a follower came is replay; the first fifth of each is left out.
    late = sorted(delay for got in arrivals for _, delay in got[len(got) // 5 :])
    p50, p99 = statistics.median(late), late[int(len(late) * 0.99)]
    print(f"{count} followers of one run  p50 {p50:.0f} ms, p99 {p99:.0f} ms, max {late[-1]:.0f} ms "
          f"(target p99 <= 100) over {len(late)} deliveries in {time.perf_counter() - begun:.1f} s")  # fmt: skip


def _epoch_ms(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


async def _requests(process: Process, seconds: float) -> None:
    ask = {
        "model": "qwen3.6-35b-a3b-gguf-iq4xs",
        "messages": [{"role": "user", "content": "hello"}],
        "sogni_tools": False,
    }
    with subprocess.Popen([sys.executable, "-c", _ECHO], stdout=subprocess.PIPE, text=True) as echo:  # noqa: ASYNC220
        assert echo.stdout is not None
        url = f"http://127.0.0.1:{int(echo.stdout.readline())}"
        try:
            rates = {"echo": 0.0, "engine": 0.0}
            for _ in range(2):  # taken in turns, the better of two each
                rates["echo"] = max(rates["echo"], await _rate(url, "/echo", {}, ask, seconds))
                rates["engine"] = max(
                    rates["engine"], await _rate(process.url, "/v1/chat/completions", process.headers, ask, seconds)
                )
        finally:
            echo.terminate()
    print(f"completions (director)   {rates['engine']:7.0f} /s beside a bare echo {rates['echo']:7.0f} /s: "
          f"{rates['engine'] / rates['echo']:.2f} (target >= 0.3)")  # fmt: skip


async def _rate(url: str, path: str, headers: dict[str, str], body: object, seconds: float) -> float:
    async def ask(client: RawClient, until: float) -> int:
        done = 0
        while time.perf_counter() < until:
            await client.ask("POST", path, headers, body)
            done += 1
        return done

    clients = [await RawClient.connect(url) for _ in range(8)]
    for client in clients:
        await client.ask("POST", path, headers, body)
    begun = time.perf_counter()
    counts = await asyncio.gather(*(ask(client, begun + seconds) for client in clients))
    for client in clients:
        client.close()
    return sum(counts) / (time.perf_counter() - begun)
