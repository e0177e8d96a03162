"""A store of jobs on a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.engine.durable.hub import Hub
from studio.engine.durable.jobs import Job, JobStore
from studio.engine.media_urls import MediaUrls
from studio.engine.store.database import Database
from studio.engine.store.seal import Sealer
from tests.helpers.databases import database_url


@dataclass
class Clock:
    """Milliseconds that a test moves."""

    now: int = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@dataclass
class Bench:
    store: JobStore
    urls: MediaUrls
    clock: Clock
    folder: Path

    async def job(self, job_id: str = "run_1", **members: object) -> Job:
        given = {"request": {}, "state": {}, "events": [("run_created", None)], **members}
        job, new = await self.store.create("run", "me", job_id=job_id, **given)  # type: ignore[arg-type]
        assert new
        return job


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = Database(tmp_path, database_url(tmp_path))
    urls = MediaUrls("secret", own_host=lambda host: host.startswith("127.0.0.1"))
    clock = Clock()
    store = JobStore(database, Sealer(urls), Hub(), now_ms=clock)
    if database.is_shared:
        store.hub.poll_with(store.grown)
    yield Bench(store, urls, clock, tmp_path)
    await store.close()
    await store.hub.close()
    database.close()
