import asyncio

import pytest

from studio.engine.durable.token import Cancelled, CancelToken


async def test_tripping_cancels_what_runs_and_waits_until_it_is_undone() -> None:
    token, undone, begun = CancelToken(), [], asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            undone.append(True)

    running = asyncio.create_task(token.run(work()))
    await begun.wait()
    token.trip("enough")
    with pytest.raises(Cancelled, match="enough"):
        await running
    assert undone == [True]


async def test_a_tripped_token_begins_nothing() -> None:
    token, ran = CancelToken(), []

    async def work() -> None:
        ran.append(True)

    token.trip()
    with pytest.raises(Cancelled):
        await token.run(work())
    assert ran == []


async def test_results_and_failures_pass_through() -> None:
    token = CancelToken()

    async def fail() -> int:
        raise ValueError("no")

    async def five() -> int:
        return 5

    assert await token.run(five()) == 5
    with pytest.raises(ValueError, match="no"):
        await token.run(fail())
