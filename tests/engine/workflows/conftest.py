"""Workflows over HTTP, carried by the inline runtime, with fake tools."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.engine.durable.follow import follow
from studio.engine.durable.jobs import JobStore, LoggedEvent
from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from tests.helpers.engines import FakeTool, RunningEngine, picture, running_engine
from tests.helpers.inline_runtime import InlineRuntime

ROOT = "/v1/creative-agent/workflows"


def film(name: str = "clip") -> Made:
    """Return something that passes for a video."""
    return Made(b"\x00\x00\x00\x18ftypmp42" + name.encode(), "video", "video/mp4", width=8, height=6, duration_s=5.0)


def filming(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
    """Make one clip."""
    return ToolOutcome("1 clip is ready", "fake", "Fake camera", made=[film(str(arguments))])


def saying(**data: Any) -> Callable[..., ToolOutcome]:
    """Return work that finds something out."""

    def work(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        return ToolOutcome("Looked at it.", "fake", "Fake eye", data=data)

    return work


@dataclass
class Gate:
    """Work that waits until a test lets it go on."""

    entered: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, arguments: dict[str, Any], context: ToolContext) -> None:
        self.entered.set()
        await self.open.wait()


@dataclass
class Bench:
    engine: RunningEngine
    runtime: InlineRuntime
    tools: dict[str, FakeTool]

    @property
    def client(self) -> httpx.AsyncClient:
        return self.engine.client

    @property
    def store(self) -> JobStore:
        return self.runtime._store

    async def post(self, path: str = "", *, status: int | None = None, headers: Any = None, **body: Any) -> Any:
        response = await self.client.post(ROOT + path, json=body, headers=headers)
        if status is not None:
            assert response.status_code == status, response.text
        return response.json()

    async def start(self, *steps: dict[str, Any], headers: Any = None, **members: Any) -> str:
        """Start an inline workflow and return its id."""
        body = await self.post(status=201, headers=headers, input={"steps": list(steps)}, **members)
        found = body["data"]["workflow"]["workflowId"]
        assert isinstance(found, str)
        return found

    async def get(self, workflow_id: str) -> dict[str, Any]:
        response = await self.client.get(f"{ROOT}/{workflow_id}")
        assert response.status_code == 200, response.text
        record: dict[str, Any] = response.json()["data"]["workflow"]
        return record

    async def run(self, *steps: dict[str, Any], **members: Any) -> dict[str, Any]:
        """Run an inline workflow to its end or pause and return its record."""
        return await self.ended(await self.start(*steps, **members))

    async def ended(self, workflow_id: str) -> dict[str, Any]:
        """Wait until nothing runs and return the record; the log must be whole."""
        await asyncio.wait_for(self.runtime.idle(), 20)
        record = await self.get(workflow_id)
        assert [event["sequence"] for event in record["events"]] == list(range(len(record["events"])))
        return record

    async def until(self, workflow_id: str, wanted: Callable[[LoggedEvent], bool]) -> LoggedEvent:
        """Follow the log until an event is *wanted*."""
        job = await self.store.require(workflow_id)
        async with asyncio.timeout(20), self.store.hub.channel(workflow_id) as channel:
            async with aclosing(follow(self.store, job, -1, channel)) as batches:  # type: ignore[type-var]
                async for batch in batches:
                    for event in batch:
                        if wanted(event):
                            return event
        raise AssertionError("the log ended before it")

    async def frames(self, workflow_id: str, after: int | None = None) -> list[dict[str, Any]]:
        """Follow a workflow to the end of its stream; each frame is ``{id?, event, data}``."""
        params = {} if after is None else {"after": after}
        response = await self.client.get(f"{ROOT}/{workflow_id}/events/stream", params=params)
        assert response.status_code == 200, response.text
        frames = []
        for block in response.text.split("\n\n"):
            if not block or block.startswith(":"):
                continue
            members = dict(line.split(": ", 1) for line in block.split("\n"))
            frames.append({**members, "data": json.loads(members["data"])})
        return frames


def types(record: dict[str, Any]) -> list[str]:
    """Return the event types of a record without progress."""
    return [event["type"] for event in record["events"] if event["type"] != "workflow_progress"]


def step(record: dict[str, Any], step_id: str) -> dict[str, Any]:
    """Return one step of a record."""
    found = [entry for entry in record["steps"] if entry["id"] == step_id]
    assert len(found) == 1, [entry["id"] for entry in record["steps"]]
    return found[0]


@asynccontextmanager
async def bench_of(folder: Path, *tools: FakeTool, **settings: Any) -> AsyncIterator[Bench]:
    """Run an engine with *tools* besides the usual ones."""
    usual = [
        FakeTool("generate_image"),
        FakeTool("edit_image"),
        FakeTool("change_angle"),
        FakeTool("upscale_image"),
        FakeTool("animate_photo", filming),
        FakeTool("stitch_video", filming),
        FakeTool("overlay_video", filming),
        FakeTool("add_subtitles", filming),
        FakeTool("generate_video", filming),
        FakeTool("generate_music"),
        FakeTool("remove_background"),
        FakeTool("label_asset", saying(labelled=True)),
        FakeTool("inspect_asset", saying(found=True)),
        FakeTool("analyze_image", saying(objects=["cup"])),
    ]
    runners = {tool.name: tool for tool in (*usual, *tools)}
    made: list[InlineRuntime] = []

    def runtime(store: JobStore, base_url: str) -> InlineRuntime:
        made.append(InlineRuntime(store, base_url))
        return made[0]

    async with running_engine(folder, parts={"runtime": runtime, "runners": runners}, **settings) as engine:
        yield Bench(engine, made[0], runners)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench_of(tmp_path) as found:
        yield found


def image(prompt: str = "a cup", **members: Any) -> dict[str, Any]:
    """Return a step that makes a picture."""
    return {"toolName": "generate_image", "arguments": {"prompt": prompt}, **members}


def bound(source: str, transform: str, target: str, **members: Any) -> dict[str, Any]:
    """Return a dependency."""
    return {"sourceStepId": source, "transform": transform, "targetArgument": target, **members}


__all__ = [
    "ROOT",
    "Bench",
    "Gate",
    "bench_of",
    "bound",
    "film",
    "filming",
    "image",
    "picture",
    "saying",
    "step",
    "types",
]
