"""A Supernet for tests: an engine of our own with priced, fake tools, reached by the unmodified public SDK.

The studio's engine implements the published API (uploads, workflows, events, balances), so it can stand
for the real service; ``tests/e2e/test_sogni_client_python.py`` holds it against the same SDK.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers.engines import FakeTool, RunningEngine, running_engine
from tests.helpers.inline_runtime import InlineRuntime


@dataclass
class Supernet:
    """A running double; *tools* record what arrived."""

    engine: RunningEngine
    runtime: InlineRuntime
    tools: Mapping[str, FakeTool]

    @property
    def url(self) -> str:
        return self.engine.url

    @property
    def key(self) -> str:
        return self.engine.key

    async def balance(self) -> float:
        answer = await self.engine.client.get("/v4/account/balance")
        return float(answer.json()["data"]["spark"]["net"])


@asynccontextmanager
async def running_supernet(data_dir: Path, *tools: FakeTool, spark: str = "500") -> AsyncIterator[Supernet]:
    """Run a double inside the block; its account has *spark*."""
    runtimes: list[InlineRuntime] = []

    def make(store: Any, url: str) -> InlineRuntime:
        runtimes.append(InlineRuntime(store, url))
        return runtimes[0]

    named = {tool.name: tool for tool in tools}
    settings = {"rates": "rehearsal", "opening_balance": {"spark": spark}}
    async with running_engine(data_dir, parts={"runners": named, "runtime": make}, **settings) as engine:
        yield Supernet(engine, runtimes[0], named)
