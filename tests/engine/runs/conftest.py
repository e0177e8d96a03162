"""Runs against an engine in this process, whose jobs are carried through without checkpoints."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.engine.durable.jobs import JobStore
from tests.helpers.engines import RunningEngine, running_engine, tools
from tests.helpers.fake_llm import FakeLlm
from tests.helpers.inline_runtime import InlineRuntime

RUNS = "/v1/chat/runs"


@dataclass(frozen=True)
class Frame:
    """One block of a stream."""

    id: int | None
    event: str
    data: Any


@dataclass
class Bench:
    """An engine, and the runtime that carries its runs."""

    engine: RunningEngine
    runtime: Any

    @property
    def client(self) -> httpx.AsyncClient:
        return self.engine.client

    async def start(self, content: Any = "Draw a red bicycle.", **members: Any) -> dict[str, Any]:
        """Start a run and return its first record."""
        response = await self.post("", {"messages": [{"role": "user", "content": content}], **members})
        assert response.status_code == 202, response.text
        return dict(response.json()["data"]["run"])

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Post under ``/v1/chat/runs``."""
        return await self.client.post(RUNS + path, json={} if body is None else body, headers=headers)

    async def get(self, run_id: str) -> dict[str, Any]:
        """Return a run's record."""
        response = await self.client.get(f"{RUNS}/{run_id}")
        assert response.status_code == 200, response.text
        return dict(response.json()["data"]["run"])

    async def done(self, content: Any = "Draw a red bicycle.", **members: Any) -> dict[str, Any]:
        """Start a run, follow it to its end or pause, and return its record."""
        run = await self.start(content, **members)
        await self.frames(run["runId"])
        return await self.get(run["runId"])

    async def frames(self, run_id: str, after: int | None = None, **headers: str) -> list[Frame]:
        """Follow a run until the server closes the stream."""
        query = "" if after is None else f"?after={after}"
        response = await self.client.get(f"{RUNS}/{run_id}/events/stream{query}", headers=headers)
        assert response.status_code == 200, response.text
        return parse_frames(response.text)

    async def until(self, run_id: str, event: str) -> list[str]:
        """Follow a run until *event* comes, and return the lines so far."""
        seen: list[str] = []
        async with self.client.stream("GET", f"{RUNS}/{run_id}/events/stream") as stream:
            async for line in stream.aiter_lines():
                seen.append(line)
                if line == f"event: {event}":
                    return seen
        raise AssertionError(f"the stream ended before {event}")

    async def events(self, run_id: str, after: int | None = None) -> list[dict[str, Any]]:
        """Return the log of a run."""
        query = "" if after is None else f"?after={after}"
        response = await self.client.get(f"{RUNS}/{run_id}/events{query}")
        assert response.status_code == 200, response.text
        return list(response.json()["data"]["events"])

    async def types(self, run_id: str) -> list[str]:
        """Return the types of a run's events in order."""
        return [event["type"] for event in await self.events(run_id)]


def parse_frames(text: str) -> list[Frame]:
    """Take a stream apart; comments are left out."""
    frames = []
    for block in text.split("\n\n"):
        if not block or block.startswith(":"):
            continue
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        number = int(lines["id"]) if "id" in lines else None
        frames.append(Frame(number, lines["event"], json.loads(lines["data"])))
    return frames


def of_type(events: list[dict[str, Any]], name: str) -> list[Any]:
    """Return the payloads of the events of one type."""
    return [event.get("payload") for event in events if event["type"] == name]


MakeBench = Callable[..., AbstractAsyncContextManager[Bench]]


@pytest.fixture
def bench(tmp_path: Path) -> MakeBench:
    """Return what opens an engine: with the runners *given*, a language model, and settings."""

    @asynccontextmanager
    async def opened(*given: Any, llm: FakeLlm | None = None, folder: Path | None = None,
                     **settings: Any) -> AsyncIterator[Bench]:  # fmt: skip
        made: list[InlineRuntime] = []

        def runtime(store: JobStore, base_url: str) -> InlineRuntime:
            made.append(InlineRuntime(store, base_url))
            return made[0]

        parts = {"runtime": runtime, "runners": tools(*given)}
        if llm is not None:
            settings["llm_url"] = llm.url
        async with running_engine(folder or tmp_path, parts=parts, **settings) as engine:
            yield Bench(engine, made[0])

    return opened
