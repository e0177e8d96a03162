"""The ledger: no token is spent twice, nothing is changed once written, and it all adds up."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from studio.engine.billing.ledger import Ledger, NotCovered, Note
from studio.engine.store.database import Database
from studio.engine.store.tables.jobs import jobs
from studio.engine.store.tables.ledger import ledger as table
from tests.helpers.databases import database_url

PICTURE = Note("generate_image", "z-turbo")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path, database_url(tmp_path))
    yield database
    database.close()


def ledger_of(database: Database, now_ms: int = 1_000, **opening: int) -> Ledger:
    return Ledger(database, opening=opening, now_ms=lambda: now_ms)  # type: ignore[arg-type]


async def net(ledger: Ledger, owner: str = "local") -> int:
    return (await ledger.balances(owner))["premium_spark"].net


def add_job(database: Database, job_id: str, status: str) -> None:
    row = {"id": job_id, "kind": "run", "owner": "local", "status": status, "request": "{}", "state": "{}"}
    times = {"created_epoch_ms": 1, "updated_epoch_ms": 1}
    database.write_now(lambda connection: connection.execute(jobs.insert().values(row | times)))


async def test_fifty_parallel_holds_never_overspend(database: Database) -> None:
    ledger = ledger_of(database, premium_spark=100)

    async def one(number: int) -> bool:
        try:
            await ledger.reserve("local", f"run_1/{number}", [("premium_spark", 7)], PICTURE)
        except NotCovered:
            return False
        return True

    covered = await asyncio.gather(*(one(number) for number in range(50)))
    assert sum(covered) == 14
    assert await net(ledger) == 2
    assert await ledger.check() == []


async def test_two_ledgers_on_one_database_never_overspend_together(database: Database, tmp_path: Path) -> None:
    other = Database(tmp_path, database_url(tmp_path))
    ledgers = [ledger_of(database, premium_spark=50), ledger_of(other, premium_spark=50)]
    assert [await net(ledger) for ledger in ledgers] == [50, 50]

    async def one(number: int) -> int:
        try:
            held = await ledgers[number % 2].reserve("local", f"wf_1/{number}", [("premium_spark", 4)], PICTURE)
        except NotCovered:
            return 0
        return held.amount

    assert sum(await asyncio.gather(*(one(number) for number in range(30)))) == 48
    assert [await net(ledger) for ledger in ledgers] == [2, 2]
    other.close()


async def test_a_key_is_held_and_charged_once(database: Database) -> None:
    ledger = ledger_of(database, premium_spark=100)
    first = await ledger.reserve("local", "run_1/a", [("premium_spark", 30)], PICTURE)
    again = await ledger.reserve("local", "run_1/a", [("premium_spark", 30)], PICTURE)
    assert (first, await net(ledger)) == (again, 70)
    assert await ledger.settle("local", "run_1/a", 20, outputs=2) == 20
    assert await ledger.settle("local", "run_1/a", 20, outputs=2) == 0
    assert not await ledger.release("local", "run_1/a")
    late = await ledger.reserve("local", "run_1/a", [("premium_spark", 30)], PICTURE)
    assert (late.state, await net(ledger)) == ("settled", 80)
    sums = (await ledger.balances("local"))["premium_spark"]
    assert (sums.credit, sums.charged, sums.held) == (100, 20, 0)


async def test_what_was_released_can_be_held_anew(database: Database) -> None:
    ledger = ledger_of(database, premium_spark=100)
    for number in (1, 2, 3):
        held = await ledger.reserve("local", "run_1/a", [("premium_spark", 60)], PICTURE)
        assert (held.round, await net(ledger)) == (number, 40)
        assert await ledger.release("local", "run_1/a")
        assert not await ledger.release("local", "run_1/a")
        assert await net(ledger) == 100
    assert await ledger.check() == []


async def test_a_charge_never_exceeds_the_hold_unless_it_may_and_then_the_balance(database: Database) -> None:
    ledger = ledger_of(database, premium_spark=100)
    await ledger.reserve("local", "c/1", [("premium_spark", 10)], PICTURE)
    assert await ledger.settle("local", "c/1", 25) == 10
    await ledger.reserve("local", "c/2", [("premium_spark", 10)], PICTURE)
    assert await ledger.settle("local", "c/2", 500, beyond=True) == 90
    assert await net(ledger) == 0
    assert await ledger.check() == []


async def test_the_first_bucket_that_covers_it_pays(database: Database) -> None:
    ledger = ledger_of(database, free_spark=5, premium_spark=10, sogni=1)
    options = [("free_spark", 4), ("premium_spark", 4)]
    buckets = [(await ledger.reserve("local", f"r/{i}", options, PICTURE)).bucket for i in range(3)]  # type: ignore[arg-type]
    assert buckets == ["free_spark", "premium_spark", "premium_spark"]
    with pytest.raises(NotCovered) as refused:
        await ledger.reserve("local", "r/9", options, PICTURE)  # type: ignore[arg-type]
    assert refused.value.spendable == 2


async def test_a_refusal_writes_nothing_and_keeps_the_opening_balance(database: Database) -> None:
    ledger = ledger_of(database, premium_spark=3)
    with pytest.raises(NotCovered):
        await ledger.reserve("local", "r/1", [("premium_spark", 4)], PICTURE)
    assert await net(ledger) == 3
    assert await net(ledger_of(database, premium_spark=3)) == 3


async def test_every_owner_gets_the_opening_balance_once(database: Database) -> None:
    for _ in range(2):
        ledger = ledger_of(database, premium_spark=8)
        assert [await net(ledger, owner) for owner in ("local", "key-a", "local")] == [8, 8, 8]


async def test_holds_of_work_that_is_over_or_gone_come_back_at_the_next_start(database: Database) -> None:
    add_job(database, "run_busy", "running")
    add_job(database, "run_asks", "waiting_for_user")
    add_job(database, "run_done", "completed")
    before = ledger_of(database, premium_spark=100)
    for key in ("run_busy/a", "run_asks/a", "run_done/a", "run_done/b", "chatcmpl-1/call_1"):
        await before.reserve("local", key, [("premium_spark", 10)], PICTURE)
    await before.settle("local", "run_done/b", 10)
    assert await net(before) == 50
    days_later = ledger_of(database, now_ms=200_000_000, premium_spark=100)
    assert await days_later.reconcile() == 2
    assert await net(days_later) == 70
    await days_later.reserve("local", "chatcmpl-2/call_1", [("premium_spark", 10)], PICTURE)
    assert await days_later.reconcile() == 0
    assert await net(days_later) == 60
    assert await net(ledger_of(database, now_ms=200_000_000, premium_spark=100)) == (60 if database.is_shared else 70)
    assert await days_later.check() == []


async def test_history_lists_openings_and_charges_newest_first(database: Database) -> None:
    ledger = ledger_of(database, premium_spark=100, sogni=5)
    for key in ("r/1", "r/2", "r/3"):
        await ledger.reserve("local", key, [("premium_spark", 10)], PICTURE)
    await ledger.settle("local", "r/1", 10, outputs=1)
    await ledger.release("local", "r/2")
    await ledger.settle("local", "r/3", 0, outputs=0)
    rows = await ledger.history("local", limit=10, offset=0)
    assert [(row.kind, row.amount_micro, row.tool) for row in rows[:2]] == [
        ("settle", 0, "generate_image"),
        ("settle", -10, "generate_image"),
    ]
    assert {row.kind for row in rows[2:]} == {"opening"}
    assert len(rows) == 4
    assert [row.id for row in await ledger.history("local", limit=2, offset=1)] == [row.id for row in rows[1:3]]
    assert await ledger.history("key-b", limit=1, offset=2) == []


async def test_the_check_finds_rows_that_somebody_changed(database: Database) -> None:
    ledger = ledger_of(database, premium_spark=10)
    await ledger.reserve("local", "r/1", [("premium_spark", 10)], PICTURE)
    await ledger.settle("local", "r/1", 5)
    await ledger.reserve("local", "r/2", [("premium_spark", 5)], PICTURE)
    assert await ledger.check() == []
    bad = table.c.work_key == "r/1"

    def tamper(connection: object) -> None:
        run = connection.execute  # type: ignore[attr-defined]
        run(table.update().where(bad, table.c.kind == "release").values(amount_micro=4))
        run(table.update().where(table.c.work_key == "r/2").values(amount_micro=-50))
        assert run(select(table.c.id).where(bad)).all()

    await database.write(tamper)
    assert await ledger.check() == [
        "r/1 was given back in another amount than was held.",
        "The premium_spark of local is overdrawn.",
    ]
