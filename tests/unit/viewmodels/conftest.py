"""A desk, a fake service and the model of the open session on a fresh data folder."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.service.events import Pace
from studio.viewmodels.create import CreateModel
from studio.viewmodels.desk import Desk
from studio.viewmodels.durable_turn import Means
from studio.viewmodels.run_cancelling import RunCanceller
from studio.viewmodels.run_wire import HttpRuns
from studio.viewmodels.sessions import SessionsModel
from studio.viewmodels.settings import SettingsModel
from studio.viewmodels.state import Notice, TextItem, ToolItem, Turn
from studio.viewmodels.uploading import Uploader
from tests.helpers.fake_runs import FakeUploads
from tests.helpers.fake_service import FakeService


@dataclass
class Bench:
    """Everything of one window but the connection."""

    data_dir: Path
    desk: Desk
    service: FakeService
    settings: SettingsModel
    create: CreateModel
    sessions: SessionsModel
    notices: list[Notice]
    uploads: FakeUploads

    async def until(self, what: Callable[[], object], limit_s: float = 10.0) -> None:
        """Wait until *what* is true."""
        async with asyncio.timeout(limit_s):
            while not what():  # noqa: ASYNC110 - any condition of any model
                await asyncio.sleep(0.005)

    async def say(self, text: str) -> Turn:
        """Send a message and wait for the end of its turn."""
        self.create.composer.text.value = text
        self.create.send()
        await self.until(lambda: not self.create.working.value)
        return self.create.turns[-1]

    async def settled(self) -> None:
        """Wait until everything that was handed to the library is there."""
        await asyncio.sleep(0)
        await self.desk.call(lambda lib: None)

    async def close(self) -> None:
        """Close the window as ``StudioModel.close`` does."""
        self.create.leave_all()
        self.create.composer.flush_draft()
        await self.create.close()
        await self.desk.close()


def open_bench(data_dir: Path, service: FakeService, uploads: FakeUploads | None = None) -> Bench:
    desk = Desk(data_dir)
    port = uploads or FakeUploads()

    def means() -> Means:
        runs = HttpRuns(Pace(back_off_s=(0.01,)))
        canceller = RunCanceller(desk, service, runs)
        return Means(runs, Uploader(desk, port), canceller, back_off_s=(0.01,), look_s=0.05)

    settings = SettingsModel(
        data_dir, lambda key, value: desk.save("setting", lambda lib: lib.settings.put(key, value))
    )
    create = CreateModel(desk, service, means)
    notices: list[Notice] = []
    desk.notices.posted.connect(notices.append)
    sessions = SessionsModel(desk, create, settings)
    bench = Bench(data_dir, desk, service, settings, create, sessions, notices, port)
    desk.begin()
    return bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = open_bench(tmp_path / "data", FakeService())
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def reopen() -> AsyncIterator[Callable[[Bench], Bench]]:
    """Return a function that closes nothing and opens another window on the same folder, as after a crash."""
    opened: list[Bench] = []

    def again(bench: Bench) -> Bench:
        opened.append(open_bench(bench.data_dir, FakeService()))
        return opened[-1]

    yield again
    for bench in opened:
        await bench.close()


def text_of(turn: Turn) -> str:
    """All text of the answer."""
    return "".join(item.text for item in turn.items if isinstance(item, TextItem))


def tools_of(turn: Turn) -> list[ToolItem]:
    """The tool cards of the answer."""
    return [item for item in turn.items if isinstance(item, ToolItem)]
