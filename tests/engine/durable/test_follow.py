import asyncio
from contextlib import aclosing

import pytest

from studio.engine.durable.follow import follow
from studio.engine.durable.jobs import Draft
from tests.engine.durable.conftest import Bench


async def _all(bench: Bench, after: int = -1) -> list[int]:
    job = await bench.store.require("run_1")
    found: list[int] = []
    async with bench.store.hub.channel("run_1") as channel:
        async with aclosing(follow(bench.store, job, after, channel)) as batches:  # type: ignore[type-var]
            async for batch in batches:
                found += [event.sequence for event in batch]
    return found


def _finish(draft: Draft) -> None:
    draft.emit("run_completed")
    draft.status = "completed"


async def test_followers_see_every_event_once_and_in_order_and_then_the_end(bench: Bench) -> None:
    await bench.job()
    followers = [asyncio.create_task(_all(bench)) for _ in range(20)]
    for number in range(60):
        await bench.store.change("run_1", lambda draft, n=number: draft.emit("tick", {"n": n}))  # type: ignore[misc]
        if number == 30:
            followers.append(asyncio.create_task(_all(bench, after=10)))
        if number % 7 == 0:
            await asyncio.sleep(0)
    await bench.store.change("run_1", _finish)
    found = await asyncio.wait_for(asyncio.gather(*followers), 20)
    assert all(numbers == list(range(62)) for numbers in found[:20])
    assert found[20] == list(range(11, 62))


@pytest.mark.parametrize("after", [-1, 0, 3, 5, 99])
async def test_a_closed_job_is_replayed_from_anywhere(bench: Bench, after: int) -> None:
    await bench.job()
    for _ in range(4):
        await bench.store.change("run_1", lambda draft: draft.emit("tick"))
    await bench.store.change("run_1", _finish)
    assert await asyncio.wait_for(_all(bench, after), 10) == list(range(after + 1, 6))


async def test_a_follower_that_is_far_behind_reads_the_table(bench: Bench) -> None:
    await bench.job()
    async with bench.store.hub.channel("run_1") as channel:
        await bench.store.change("run_1", lambda draft: [draft.emit("tick") for _ in range(3000)])
        assert channel.since(-1) is None
        assert len(channel.since(2999) or ()) == 1
        await bench.store.change("run_1", _finish)
    assert len(await _all(bench)) == 3002


async def test_what_another_process_writes_is_noticed_on_a_shared_database(bench: Bench) -> None:
    if not bench.store.database.is_shared:
        pytest.skip("a SQLite database has one writer")
    from studio.engine.durable.hub import Hub
    from studio.engine.durable.jobs import JobStore

    await bench.job()
    other = JobStore(bench.store.database, bench.store.sealer, Hub())
    following = asyncio.create_task(_all(bench))
    await other.change("run_1", lambda draft: draft.emit("tick"))
    await other.change("run_1", _finish)
    assert await asyncio.wait_for(following, 10) == [0, 1, 2]
