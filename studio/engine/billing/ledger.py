"""The ledger: holds, charges and balances as rows that are only ever added.

Every method is one transaction, so that parallel work never spends the same token twice:
SQLite has one writer, PostgreSQL locks the owner. All of it can be repeated with the same key.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from studio.engine.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Bucket = Literal["premium_spark", "free_spark", "sogni"]
BUCKETS: Final[tuple[Bucket, ...]] = ("premium_spark", "free_spark", "sogni")

_POSTGRES_LOCK: Final = 7361002
_DOZING_MS: Final = 6 * 3600 * 1000
"""On a shared database, work without a job row may belong to another engine; after so long it does not."""


@dataclass(frozen=True)
class Sums:
    """The rows of one bucket, added up; all are 0 or more, in millionths."""

    credit: int = 0
    charged: int = 0
    held: int = 0

    @property
    def settled(self) -> int:
        """What is left of finished business."""
        return self.credit - self.charged

    @property
    def net(self) -> int:
        """What can be spent: settled, less what is reserved."""
        return self.settled - self.held


@dataclass(frozen=True)
class Held:
    """One hold as it stands in the ledger."""

    bucket: Bucket
    round: int
    amount: int
    state: Literal["open", "released", "settled"]


@dataclass(frozen=True)
class Note:
    """What a hold is for; shown in the list of transactions."""

    tool: str
    model: str | None = None
    billing_mode: str = "auto"


class NotCovered(Exception):
    """No bucket covers the amount; ``spendable`` is the most that one of them has."""

    def __init__(self, spendable: int) -> None:
        super().__init__("not covered")
        self.spendable = spendable


class Ledger:
    """The rows of ``store.tables.ledger``."""

    def __init__(
        self,
        database: Database,
        *,
        opening: Mapping[Bucket, int] | None = None,
        now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    ) -> None:
        """Keep to *database*; every owner gets *opening* once, when first seen."""
        self._database = database
        self._opening = dict(opening or {})
        self._now_ms = now_ms
        self._known: set[str] = set()
        self._reconciled = False

    async def balances(self, owner: str) -> dict[Bucket, Sums]:
        """Return the sums of every bucket of *owner*."""

        await self._meet(owner)
        return await self._database.read(lambda connection: _sums(connection, owner))

    async def reserve(self, owner: str, key: str, options: Sequence[tuple[Bucket, int]], note: Note) -> Held:
        """Reserve an amount in the first of *options* (bucket, amount) that covers it.

        A *key* that is held or settled already is returned as it is; after a release it is held anew.

        Raises:
            NotCovered: none of them does; nothing was written.
        """

        def work(connection: "Connection") -> Held:
            _lock(connection, owner)
            known = _latest(connection, key)
            if known is not None and known.state != "released":
                return known
            sums = _sums(connection, owner)
            for bucket, amount in options:
                if amount <= sums[bucket].net:
                    held = Held(bucket, 1 if known is None else known.round + 1, amount, "open")
                    self._add(connection, owner, "hold", key, held, -amount, note=note)
                    return held
            raise NotCovered(max((sums[bucket].net for bucket, _ in options), default=0))

        await self._meet(owner)
        return await self._database.write(work)

    async def settle(self, owner: str, key: str, charge: int, *, outputs: int = 0, beyond: bool = False) -> int:
        """Charge an open hold and give the rest back; return what was charged.

        Args:
            charge: never charged above the hold, or (with *beyond*) above what the bucket has besides.
        """

        def work(connection: "Connection") -> int:
            _lock(connection, owner)
            held = _latest(connection, key)
            if held is None or held.state != "open":
                return 0
            most = held.amount
            if beyond:
                most += max(0, _sums(connection, owner)[held.bucket].net)
            charged = max(0, min(charge, most))
            self._add(connection, owner, "release", key, held, held.amount)
            self._add(connection, owner, "settle", key, held, -charged, outputs=outputs)
            return charged

        return await self._database.write(work)

    async def release(self, owner: str, key: str) -> bool:
        """Give an open hold back; False when there was none."""

        def work(connection: "Connection") -> bool:
            _lock(connection, owner)
            held = _latest(connection, key)
            if held is None or held.state != "open":
                return False
            self._add(connection, owner, "release", key, held, held.amount)
            return True

        return await self._database.write(work)

    async def history(self, owner: str, *, limit: int, offset: int) -> "list[Row[Any]]":
        """Return opening balances and charges, newest first, with what each was for (up to *limit*)."""

        def work(connection: "Connection") -> "list[Row[Any]]":
            from sqlalchemy import and_, select

            from studio.engine.store.tables.ledger import ledger

            holds = ledger.alias("holds")
            same = and_(holds.c.work_key == ledger.c.work_key, holds.c.round == ledger.c.round, holds.c.kind == "hold")
            query = select(
                ledger.c.id,
                ledger.c.kind,
                ledger.c.bucket,
                ledger.c.amount_micro,
                ledger.c.outputs,
                ledger.c.created_epoch_ms,
                holds.c.tool,
                holds.c.model,
                holds.c.billing_mode,
                holds.c.created_epoch_ms.label("begun_epoch_ms"),
            )
            query = query.select_from(ledger.outerjoin(holds, same))
            query = query.where(ledger.c.owner == owner, ledger.c.kind.in_(("opening", "settle")))
            return list(connection.execute(query.order_by(ledger.c.id.desc()).limit(limit).offset(offset)))

        await self._meet(owner)
        return await self._database.read(work)

    async def reconcile(self) -> int:
        """Release, once in the life of a process, every hold whose job is over or gone; return how many.

        The first use does it by itself. Later it would take the holds of completions at work, which have no job.
        """
        if self._reconciled:
            return 0
        released = await self._database.write(self._reconcile)
        self._reconciled = True
        return released

    async def check(self) -> list[str]:
        """Return what does not add up, in sentences; nothing on a sound ledger."""
        return await self._database.read(problems)

    async def _meet(self, owner: str) -> None:
        """See to it, once for each owner, that old holds are reconciled and the opening balance is there."""
        if owner in self._known:
            return

        def work(connection: "Connection") -> None:
            from studio.engine.store.tables.ledger import ledger
            from studio.engine.store.upsert import insert_ignore

            if not self._reconciled:
                self._reconcile(connection)
            for bucket, amount in self._opening.items():
                row = self._row(owner, "opening", f"opening/{owner}/{bucket}", bucket, 1, amount)
                insert_ignore(connection, ledger, row)

        await self._database.write(work)
        self._reconciled = True
        self._known.add(owner)

    def _reconcile(self, connection: "Connection") -> int:
        from sqlalchemy import and_, select

        from studio.engine.durable.jobs import TERMINAL
        from studio.engine.store.tables.jobs import jobs
        from studio.engine.store.tables.ledger import ledger
        from studio.engine.store.upsert import insert_ignore

        ends = ledger.alias("ends")
        same = and_(ends.c.work_key == ledger.c.work_key, ends.c.round == ledger.c.round, ends.c.kind == "release")
        query = select(ledger).outerjoin(ends, same).where(ledger.c.kind == "hold", ends.c.id.is_(None))
        released = 0
        for row in connection.execute(query).all():
            job_id = row.work_key.partition("/")[0]
            status = connection.execute(select(jobs.c.status).where(jobs.c.id == job_id)).scalar()
            if status is not None and status not in TERMINAL:
                continue
            dozing = self._now_ms() - row.created_epoch_ms >= _DOZING_MS
            if status is None and self._database.is_shared and not dozing:
                continue
            given_back = self._row(row.owner, "release", row.work_key, row.bucket, row.round, -row.amount_micro)
            released += insert_ignore(connection, ledger, given_back)
        return released

    def _add(
        self,
        connection: "Connection",
        owner: str,
        kind: str,
        key: str,
        held: Held,
        amount: int,
        *,
        note: Note | None = None,
        outputs: int | None = None,
    ) -> None:
        from studio.engine.store.tables.ledger import ledger

        row = self._row(owner, kind, key, held.bucket, held.round, amount)
        told = {} if note is None else {"tool": note.tool, "model": note.model, "billing_mode": note.billing_mode}
        connection.execute(ledger.insert().values(row | told | {"outputs": outputs}))

    def _row(self, owner: str, kind: str, key: str, bucket: str, number: int, amount: int) -> dict[str, Any]:
        return {
            "owner": owner,
            "bucket": bucket,
            "kind": kind,
            "work_key": key,
            "round": number,
            "amount_micro": amount,
            "created_epoch_ms": self._now_ms(),
        }


def _lock(connection: "Connection", owner: str) -> None:
    """Let no other transaction of *owner* spend meanwhile. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy import text

        lock = text("SELECT pg_advisory_xact_lock(:number, hashtext(:owner))")
        connection.execute(lock, {"number": _POSTGRES_LOCK, "owner": owner})


def _latest(connection: "Connection", key: str) -> Held | None:
    """Return the newest hold of *key* and what became of it."""
    from sqlalchemy import select

    from studio.engine.store.tables.ledger import ledger

    query = select(ledger.c.kind, ledger.c.bucket, ledger.c.round, ledger.c.amount_micro)
    rows = connection.execute(query.where(ledger.c.work_key == key).order_by(ledger.c.round)).all()
    if not rows:
        return None
    number = rows[-1].round
    kinds = {row.kind: row for row in rows if row.round == number}
    hold = kinds["hold"]
    state: Literal["open", "released", "settled"] = (
        "settled" if "settle" in kinds else "released" if "release" in kinds else "open"
    )
    return Held(hold.bucket, number, -hold.amount_micro, state)


def _sums(connection: "Connection", owner: str) -> dict[Bucket, Sums]:
    from sqlalchemy import func, select

    from studio.engine.store.tables.ledger import ledger

    query = select(ledger.c.bucket, ledger.c.kind, func.sum(ledger.c.amount_micro))
    query = query.where(ledger.c.owner == owner).group_by(ledger.c.bucket, ledger.c.kind)
    sums: dict[tuple[str, str], int] = {}
    for bucket, kind, amount in connection.execute(query):
        sums[bucket, kind] = int(amount)
    return {
        bucket: Sums(
            credit=sums.get((bucket, "opening"), 0),
            charged=-sums.get((bucket, "settle"), 0),
            held=-sums.get((bucket, "hold"), 0) - sums.get((bucket, "release"), 0),
        )
        for bucket in BUCKETS
    }


def problems(connection: "Connection") -> list[str]:
    """Return what does not add up in the whole ledger, in sentences."""
    from collections import defaultdict

    from sqlalchemy import func, select

    from studio.engine.store.tables.ledger import ledger

    found = []
    work: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    query = select(ledger.c.work_key, ledger.c.round, ledger.c.kind, ledger.c.amount_micro)
    for key, number, kind, amount in connection.execute(query.where(ledger.c.kind != "opening")):
        work[key, number][kind] = amount
    for (key, _), kinds in work.items():
        hold = kinds.get("hold")
        if hold is None:
            found.append(f"{key} was closed without having been held.")
        elif hold > 0 or kinds.get("settle", 0) > 0:
            found.append(f"{key} adds credit instead of using it.")
        elif "release" in kinds and kinds["release"] != -hold:
            found.append(f"{key} was given back in another amount than was held.")
        elif "settle" in kinds and "release" not in kinds:
            found.append(f"{key} was charged while it is still held.")
    total = func.sum(ledger.c.amount_micro)
    for owner, bucket, amount in connection.execute(
        select(ledger.c.owner, ledger.c.bucket, total).group_by(ledger.c.owner, ledger.c.bucket)
    ):
        if amount < 0:
            found.append(f"The {bucket} of {owner} is overdrawn.")
    return found
