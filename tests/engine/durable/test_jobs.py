import asyncio
import errno

import pytest

from studio.contract.errors import NotFound
from studio.engine.durable.jobs import Draft, TooManyActive
from tests.engine.durable.conftest import Bench


async def test_events_are_numbered_from_zero_without_gaps_whoever_writes(bench: Bench) -> None:
    await bench.job()

    async def write(number: int) -> None:
        await bench.store.change("run_1", lambda draft: [draft.emit("tick", {"n": number}) for _ in range(3)])

    await asyncio.gather(*(write(n) for n in range(40)))
    events = await bench.store.events("run_1")
    assert [event.sequence for event in events] == list(range(121))
    # The three events of one change stand together.
    payloads = [event.payload for event in events[1:]]
    assert all(payloads[i] == payloads[i + 1] == payloads[i + 2] for i in range(0, 120, 3))


async def test_a_change_that_raises_leaves_no_trace(bench: Bench) -> None:
    await bench.job()

    def work(draft: Draft) -> None:
        draft.emit("tick")
        draft.record("step", "result", {"ok": True})
        draft.status = "completed"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await bench.store.change("run_1", work)
    job = await bench.store.require("run_1")
    assert (job.status, job.next_sequence) == ("queued", 1)
    assert await bench.store.result("run_1", "step") is None
    assert len(await bench.store.events("run_1")) == 1


async def test_an_event_and_a_result_are_kept_once(bench: Bench) -> None:
    await bench.job()

    def work(draft: Draft) -> tuple[bool, bool]:
        return draft.emit("done", {"a": 1}, once="s/done"), draft.record("s", "result", {"n": draft.now_ms})

    assert await bench.store.change("run_1", work) == (True, True)
    bench.clock.now += 5
    assert await bench.store.change("run_1", work) == (False, False)
    assert await bench.store.result("run_1", "s") == {"n": bench.clock.now - 5}
    assert [event.type for event in await bench.store.events("run_1")] == ["run_created", "done"]


async def test_a_cancelled_writer_still_commits_and_wakes_followers(bench: Bench) -> None:
    await bench.job()
    async with bench.store.hub.channel("run_1") as channel:
        ticket = channel.ticket()
        writing = asyncio.create_task(bench.store.change("run_1", lambda draft: draft.emit("tick")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        await asyncio.wait_for(ticket.wait(), 5)
    assert [event.type for event in await bench.store.events("run_1")] == ["run_created", "tick"]


async def test_the_same_key_returns_the_same_job_even_when_asked_at_once(bench: Bench) -> None:
    async def start(number: int) -> tuple[str, bool]:
        job, new = await bench.store.create(
            "run", "me", job_id=f"run_{number}", request={}, state={}, events=[("run_created", None)],
            key=("runs", "k" * 500),
        )  # fmt: skip
        return job.id, new

    answers = await asyncio.gather(*(start(n) for n in range(8)))
    assert len({job_id for job_id, _ in answers}) == 1
    assert [new for _, new in answers].count(True) == 1
    other, new = await bench.store.create(
        "run", "you", job_id="run_you", request={}, state={}, events=[], key=("runs", "k" * 500)
    )
    assert new
    assert other.id == "run_you"


async def test_at_most_so_many_unfinished_jobs(bench: Bench) -> None:
    async def start(number: int) -> object:
        try:
            return await bench.store.create(
                "workflow", "me", job_id=f"wf_{number}", request={}, state={}, events=[], active_limit=3
            )
        except TooManyActive as error:
            return error

    answers = await asyncio.gather(*(start(n) for n in range(8)))
    refused = [answer for answer in answers if isinstance(answer, TooManyActive)]
    assert len(refused) == 5
    assert refused[0].details == {"activeWorkflowCount": 3, "activeWorkflowLimit": 3}
    assert refused[0].retry_after_s is None

    def finish(draft: Draft) -> None:
        draft.status = "completed"

    done = next(answer for answer in answers if not isinstance(answer, TooManyActive))
    await bench.store.change(done[0].id, finish)  # type: ignore[index]
    await bench.store.create("workflow", "me", job_id="wf_9", request={}, state={}, events=[], active_limit=3)


async def test_urls_of_ours_are_kept_as_references_and_opened_for_whoever_asks(bench: Bench) -> None:
    url = bench.urls.sign("http://127.0.0.1:5001", "ast_0a", "a picture~1.png")
    forged = "asset://ast_0b/x.png~0123456789abcdef"
    elsewhere = "https://example.com/v1/media/ast_0a/x.png?expires=9&signature=0"
    text = f"see ![it]({url}), {forged} and {elsewhere}"
    await bench.job(request={"text": text})
    await bench.store.change("run_1", lambda draft: draft.emit("said", {"urls": [url], "text": text}))
    [_, event] = await bench.store.events("run_1")
    assert event.payload is not None
    assert "5001" not in event.payload
    assert "signature=0" in event.payload
    job = await bench.store.require("run_1")
    reference = job.request["text"].partition("(")[2].partition(")")[0]
    found = bench.urls.parse(reference)
    assert found is not None
    assert (found.asset_id, found.valid) == ("ast_0a", True)
    opened = bench.store.sealer.open(event.payload, "http://127.0.0.1:6002")
    assert "http://127.0.0.1:6002/v1/media/ast_0a/a%20picture~1.png?expires=" in opened
    assert forged in opened
    assert bench.urls.parse(forged) is None


async def test_an_expired_url_is_not_made_fresh_by_a_record(bench: Bench) -> None:
    old = bench.urls.sign("http://127.0.0.1:5001", "ast_0a", "x.png").replace("expires=", "expires=1")
    await bench.job(request={"url": old})
    assert (await bench.store.require("run_1")).request["url"] == old


async def test_a_clock_that_goes_back_keeps_the_order(bench: Bench) -> None:
    await bench.job()
    bench.clock.now -= 3_600_000
    await bench.store.change("run_1", lambda draft: draft.emit("tick"))
    job = await bench.store.require("run_1")
    assert job.updated_ms == job.created_ms
    assert [event.sequence for event in await bench.store.events("run_1")] == [0, 1]


async def test_pages_are_newest_first_and_private(bench: Bench) -> None:
    for number in range(5):
        bench.clock.now += 1
        await bench.job(f"run_{number}")
    await bench.store.create("run", "you", job_id="run_other", request={}, state={}, events=[])
    first, following = await bench.store.page("run", "me", limit=3, offset=0)
    assert ([job.id for job in first], following) == (["run_4", "run_3", "run_2"], 3)
    rest, end = await bench.store.page("run", "me", limit=3, offset=3)
    assert ([job.id for job in rest], end) == (["run_1", "run_0"], None)
    with pytest.raises(NotFound):
        await bench.store.require("run_other", owner="me")
    with pytest.raises(NotFound):
        await bench.store.require("run_0", owner="me", kind="workflow")


async def test_a_full_disk_changes_nothing_and_is_said(bench: Bench) -> None:
    if bench.store.database.is_shared:
        pytest.skip("PostgreSQL keeps its own files")
    await bench.job()
    database = bench.store.database

    def limit(connection: object) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()  # type: ignore[attr-defined]
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    database.write_now(limit)
    with pytest.raises(OSError, match="could not be written") as failure:
        await bench.store.change("run_1", lambda draft: draft.emit("big", {"text": "x" * 500_000}))
    assert failure.value.errno == errno.ENOSPC
    assert len(await bench.store.events("run_1")) == 1
    assert (await bench.store.require("run_1")).next_sequence == 1
