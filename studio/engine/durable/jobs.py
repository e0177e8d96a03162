"""Durable work as rows: jobs, their append-only event logs and the results of their steps.

``JobStore.change`` is the one way to write: a function works on a ``Draft`` inside one
transaction, followers are woken after the commit. The table is the truth, a wake-up only
a hint. Texts are sealed on their way in (``store.seal``): rows hold references, no URLs.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from studio.contract.errors import Conflict, NotFound
from studio.engine.durable.faults import fault
from studio.engine.durable.hub import Hub
from studio.engine.store.database import Database
from studio.engine.store.seal import Sealer

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

T = TypeVar("T")

JobKind = Literal["run", "workflow"]
TERMINAL = frozenset({"completed", "partial_failure", "failed", "cancelled"})
ACTIVE = frozenset({"queued", "running", "waiting_for_user"})
CLOSED = TERMINAL | {"waiting_for_user"}
"""Statuses at which a stream of events ends."""


@dataclass(frozen=True)
class Lease:
    """Who executes a job just now. Times are epoch milliseconds."""

    id: str
    owner: str
    acquired_ms: int
    heartbeat_ms: int
    expires_ms: int


@dataclass(frozen=True)
class Job:
    """One run or workflow as it stands.

    Attributes:
        request: what was accepted at the start; ``state``: what has become of it. Both sealed.
        next_sequence: number of the next event.
        attempt: 1, and one more with every resume.
    """

    id: str
    kind: JobKind
    owner: str
    status: str
    request: dict[str, Any]
    state: dict[str, Any]
    next_sequence: int
    attempt: int
    cancel_requested: bool
    cancel_reason: str | None
    lease: Lease | None
    created_ms: int
    updated_ms: int
    completed_ms: int | None


@dataclass(frozen=True)
class LoggedEvent:
    """One event of a log; ``payload`` is sealed JSON text."""

    sequence: int
    type: str
    at_ms: int
    payload: str | None


class TooManyActive(Conflict):
    """The owner has as many unfinished workflows as allowed; no wait helps but that for one to end."""


class Draft:
    """A job inside one write transaction. Assign ``status``, ``state``, ``request`` or ``attempt`` to change them."""

    def __init__(self, connection: "Connection", job: Job, now_ms: int, seal: Callable[[str], str]) -> None:
        self.job = job
        self.status = job.status
        self.state = job.state
        self.request = job.request
        self.attempt = job.attempt
        self.cancel_requested = job.cancel_requested
        self.cancel_reason = job.cancel_reason
        self.lease = job.lease
        self.now_ms = now_ms
        self.emitted: list[LoggedEvent] = []
        self._connection = connection
        self._seal = seal

    def emit(self, name: str, payload: Mapping[str, Any] | None = None, *, once: str | None = None) -> bool:
        """Append an event of type *name*; with *once*, only if no event of this job was appended under that name."""
        from sqlalchemy import select

        from studio.engine.store.tables.jobs import job_events

        if once is not None:
            query = select(job_events.c.sequence).where(job_events.c.job_id == self.job.id, job_events.c.once == once)
            if self._connection.execute(query).first() is not None:
                return False
        sequence = self.job.next_sequence + len(self.emitted)
        text = None if payload is None else self._seal(msgspec.json.encode(payload).decode())
        self._connection.execute(
            job_events.insert().values(
                job_id=self.job.id, sequence=sequence, type=name, at_epoch_ms=self.now_ms, payload=text, once=once
            )
        )
        self.emitted.append(LoggedEvent(sequence, name, self.now_ms, text))
        return True

    def record(self, step: str, kind: str, value: Any) -> bool:
        """Keep *value* (JSON) as a result of *step*; return False when there is one already, which stays."""
        from studio.engine.store.tables.jobs import job_results
        from studio.engine.store.upsert import insert_ignore

        text = self._seal(msgspec.json.encode(value).decode())
        row = {"job_id": self.job.id, "step": step, "kind": kind, "value": text, "created_epoch_ms": self.now_ms}
        return insert_ignore(self._connection, job_results, row)

    def forget(self, step: str) -> None:
        """Drop every result of *step*, so that it is done again."""
        from studio.engine.store.tables.jobs import job_results

        self._connection.execute(
            job_results.delete().where(job_results.c.job_id == self.job.id, job_results.c.step == step)
        )

    def result(self, step: str, kind: str = "result") -> Any | None:
        """Return the kept result, or None."""
        return _result(self._connection, self.job.id, step, kind)

    def results(self, kind: str = "result") -> dict[str, Any]:
        """Return all results of *kind* by step, oldest first."""
        return _results(self._connection, self.job.id, kind)

    def claim_key(self, endpoint: str, key: str) -> bool:
        """Take an ``Idempotency-Key`` for a decision on this job; False when it was used before."""
        return _claim(self._connection, self.job.owner, endpoint, key, self.job.id, self.now_ms)


class JobStore:
    """The jobs of one engine."""

    def __init__(
        self, database: Database, sealer: Sealer, hub: Hub, *, now_ms: Callable[[], int] | None = None
    ) -> None:
        self.database = database
        self.sealer = sealer
        self.hub = hub
        self._now_ms = now_ms or (lambda: int(time.time() * 1000))
        self._writing: set[asyncio.Task[Any]] = set()

    async def create(
        self,
        kind: JobKind,
        owner: str,
        *,
        job_id: str,
        request: Mapping[str, Any],
        state: Mapping[str, Any],
        events: Sequence[tuple[str, Mapping[str, Any] | None]],
        status: str = "queued",
        key: tuple[str, str] | None = None,
        active_limit: int | None = None,
    ) -> tuple[Job, bool]:
        """Keep a new job with its first events.

        Args:
            key: endpoint and ``Idempotency-Key``; a known one returns what the first request made.
            active_limit: how many unfinished jobs of this kind an owner may have.

        Returns:
            The job, and whether it is new.

        Raises:
            TooManyActive: the limit is reached; nothing was kept.
            OSError: it could not be written; nothing was kept.
        """

        def work(connection: "Connection") -> tuple[Job, bool]:
            from sqlalchemy import func, select

            from studio.engine.store.tables.jobs import jobs

            now = self._now_ms()
            if key is not None and not _claim(connection, owner, *key, job_id, now):
                known = _known_key(connection, owner, *key)
                job = None if known is None else _load(connection, known)
                if job is not None:
                    return job, False
            if active_limit is not None:
                if connection.dialect.name == "postgresql":
                    # Two starts at once must not both see the last free place.
                    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{kind}/{owner}"))))
                mine = (jobs.c.owner == owner) & (jobs.c.kind == kind) & jobs.c.status.in_(ACTIVE)
                active = connection.execute(select(func.count()).select_from(jobs).where(mine)).scalar() or 0
                if active >= active_limit:
                    raise TooManyActive(
                        f"{active} workflows are unfinished, and at most {active_limit} may be. "
                        "Wait for one to finish, or cancel one.",
                        details={"activeWorkflowCount": active, "activeWorkflowLimit": active_limit},
                    )
            connection.execute(
                jobs.insert().values(
                    id=job_id,
                    kind=kind,
                    owner=owner,
                    status=status,
                    request=self._json(request),
                    state=self._json(state),
                    next_sequence=0,
                    attempt=1,
                    cancel_requested=False,
                    created_epoch_ms=now,
                    updated_epoch_ms=now,
                    completed_epoch_ms=now if status in TERMINAL else None,
                )
            )
            made = _load(connection, job_id)
            assert made is not None
            draft = Draft(connection, made, now, self.sealer.seal)
            for name, payload in events:
                draft.emit(name, payload)
            return self._finish(connection, draft), True

        job, new = await self._write(work)
        fault("job.created")
        return job, new

    async def get(self, job_id: str, *, owner: str | None = None, kind: JobKind | None = None) -> Job | None:
        """Return a job, or None when it is unknown, another's (with *owner*) or of another kind."""
        job = await self.database.read(lambda connection: _load(connection, job_id))
        if job is None or (owner is not None and job.owner != owner) or (kind is not None and job.kind != kind):
            return None
        return job

    async def require(self, job_id: str, *, owner: str | None = None, kind: JobKind | None = None) -> Job:
        """Return what ``get`` returns.

        Raises:
            NotFound: there is no such job for that owner.
        """
        job = await self.get(job_id, owner=owner, kind=kind)
        if job is None:
            what = "run" if kind == "run" else "workflow" if kind == "workflow" else "work"
            raise NotFound(f"There is no such {what}.", error_code=102)
        return job

    async def known(self, owner: str, endpoint: str, key: str) -> Job | None:
        """Return the job that an earlier request with this ``Idempotency-Key`` made, or None."""

        def work(connection: "Connection") -> Job | None:
            job_id = _known_key(connection, owner, endpoint, key)
            return None if job_id is None else _load(connection, job_id)

        return await self.database.read(work)

    async def page(self, kind: JobKind, owner: str, *, limit: int, offset: int) -> tuple[list[Job], int | None]:
        """Return *owner*'s jobs, newest first, and the offset of the next page or None."""

        def work(connection: "Connection") -> "list[Row[Any]]":
            from sqlalchemy import select

            from studio.engine.store.tables.jobs import jobs

            query = select(jobs).where(jobs.c.owner == owner, jobs.c.kind == kind)
            query = query.order_by(jobs.c.created_epoch_ms.desc(), jobs.c.id.desc()).limit(limit + 1).offset(offset)
            return list(connection.execute(query))

        rows = await self.database.read(work)
        return [_job(row) for row in rows[:limit]], offset + limit if len(rows) > limit else None

    async def unfinished(self) -> list[Job]:
        """Return every job that an executor should have (queued or running), oldest first."""

        def work(connection: "Connection") -> list[Job]:
            from sqlalchemy import select

            from studio.engine.store.tables.jobs import jobs

            query = select(jobs).where(jobs.c.status.in_(("queued", "running"))).order_by(jobs.c.created_epoch_ms)
            return [_job(row) for row in connection.execute(query)]

        return await self.database.read(work)

    async def change(self, job_id: str, work: Callable[[Draft], T]) -> T:
        """Run *work* on a job in one transaction and return what it returns.

        It is committed whole, or not at all when *work* raises. A cancelled caller does not
        undo it: once begun it is carried through, and followers are woken.

        Raises:
            NotFound: there is no such job.
            OSError: it could not be written; nothing was changed.
        """

        def change(connection: "Connection") -> tuple[Job, Draft, T]:
            job = _load(connection, job_id, lock=True)
            if job is None:
                raise NotFound("There is no such work.", error_code=102)
            draft = Draft(connection, job, self._now_ms(), self.sealer.seal)
            returned = work(draft)
            done = self._finish(connection, draft)
            fault("job.before_commit")
            return done, draft, returned

        async def write() -> T:
            job, draft, returned = await self.database.write(change)
            fault("job.after_commit")
            self.hub.publish(job, draft.emitted)
            return returned

        return await self._through(write())

    async def events(self, job_id: str, *, after: int = -1, limit: int | None = None) -> list[LoggedEvent]:
        """Return the events with a sequence above *after*, in order."""

        def work(connection: "Connection") -> list[LoggedEvent]:
            from sqlalchemy import select

            from studio.engine.store.tables.jobs import job_events

            query = select(job_events.c.sequence, job_events.c.type, job_events.c.at_epoch_ms, job_events.c.payload)
            query = query.where(job_events.c.job_id == job_id, job_events.c.sequence > after)
            query = query.order_by(job_events.c.sequence).limit(limit)
            return [LoggedEvent(*row) for row in connection.execute(query)]

        return await self.database.read(work)

    async def result(self, job_id: str, step: str, kind: str = "result") -> Any | None:
        """Return the kept result of one step, or None."""
        return await self.database.read(lambda connection: _result(connection, job_id, step, kind))

    async def results(self, job_id: str, kind: str = "result") -> dict[str, Any]:
        """Return the kept results by step, oldest first."""
        return await self.database.read(lambda connection: _results(connection, job_id, kind))

    async def heartbeat(self, job_ids: Sequence[str], owner: str, *, until_ms: int) -> None:
        """Renew the leases that *owner* holds on *job_ids*."""

        def work(connection: "Connection") -> None:
            from studio.engine.store.tables.jobs import jobs

            mine = jobs.c.id.in_(job_ids) & (jobs.c.lease_owner == owner)
            renewed = {"lease_heartbeat_epoch_ms": self._now_ms(), "lease_expires_epoch_ms": until_ms}
            connection.execute(jobs.update().where(mine).values(renewed))

        await self.database.write(work)

    async def grown(self, job_ids: Sequence[str]) -> dict[str, Job]:
        """Return the rows of *job_ids*, for a hub that watches a shared database."""

        def work(connection: "Connection") -> dict[str, Job]:
            from sqlalchemy import select

            from studio.engine.store.tables.jobs import jobs

            return {row.id: _job(row) for row in connection.execute(select(jobs).where(jobs.c.id.in_(job_ids)))}

        return await self.database.read(work)

    async def close(self) -> None:
        """Wait for writes that are under way."""
        if self._writing:
            await asyncio.wait(set(self._writing))

    def now_ms(self) -> int:
        """Return the time of this store's clock."""
        return self._now_ms()

    def _finish(self, connection: "Connection", draft: Draft) -> Job:
        from studio.engine.store.tables.jobs import jobs

        # A clock that goes back must not make a log look out of order.
        now = max(draft.now_ms, draft.job.updated_ms)
        finished = draft.status in TERMINAL
        completed = (draft.job.completed_ms or now) if finished else None
        lease = None if draft.status in CLOSED else draft.lease
        next_sequence = draft.job.next_sequence + len(draft.emitted)
        connection.execute(
            jobs.update()
            .where(jobs.c.id == draft.job.id)
            .values(
                status=draft.status,
                request=self._json(draft.request),
                state=self._json(draft.state),
                next_sequence=next_sequence,
                attempt=draft.attempt,
                cancel_requested=draft.cancel_requested,
                cancel_reason=draft.cancel_reason,
                lease_id=lease.id if lease else None,
                lease_owner=lease.owner if lease else None,
                lease_acquired_epoch_ms=lease.acquired_ms if lease else None,
                lease_heartbeat_epoch_ms=lease.heartbeat_ms if lease else None,
                lease_expires_epoch_ms=lease.expires_ms if lease else None,
                updated_epoch_ms=now,
                completed_epoch_ms=completed,
            )
        )
        return replace(
            draft.job,
            status=draft.status,
            request=draft.request,
            state=draft.state,
            next_sequence=next_sequence,
            attempt=draft.attempt,
            cancel_requested=draft.cancel_requested,
            cancel_reason=draft.cancel_reason,
            lease=lease,
            updated_ms=now,
            completed_ms=completed,
        )

    def _json(self, value: Mapping[str, Any]) -> str:
        return self.sealer.seal(msgspec.json.encode(value).decode())

    async def _write(self, work: "Callable[[Connection], tuple[Job, bool]]") -> tuple[Job, bool]:
        return await self._through(self.database.write(work))

    async def _through(self, work: Coroutine[Any, Any, T]) -> T:
        """Await *work* and carry it through even if the caller is cancelled meanwhile."""
        task = asyncio.ensure_future(work)
        self._writing.add(task)
        task.add_done_callback(self._written)
        return await asyncio.shield(task)

    def _written(self, task: "asyncio.Task[Any]") -> None:
        self._writing.discard(task)
        if not task.cancelled():
            task.exception()  # read, in case nobody waits any more


def new_id(prefix: str) -> str:
    """Return a new opaque id that sorts by time, e.g. ``run_0193…``."""
    return f"{prefix}_{int(time.time() * 1000):011x}{secrets.token_hex(8)}"


def _load(connection: "Connection", job_id: str, *, lock: bool = False) -> Job | None:
    from sqlalchemy import select

    from studio.engine.store.tables.jobs import jobs

    query = select(jobs).where(jobs.c.id == job_id)
    if lock:
        query = query.with_for_update()  # SQLite ignores it: the whole transaction is the only writer
    row = connection.execute(query).first()
    return None if row is None else _job(row)


def _job(row: "Row[Any]") -> Job:
    lease = None
    if row.lease_id is not None:
        lease = Lease(
            row.lease_id,
            row.lease_owner,
            row.lease_acquired_epoch_ms,
            row.lease_heartbeat_epoch_ms,
            row.lease_expires_epoch_ms,
        )
    return Job(
        id=row.id,
        kind=row.kind,
        owner=row.owner,
        status=row.status,
        request=msgspec.json.decode(row.request),
        state=msgspec.json.decode(row.state),
        next_sequence=row.next_sequence,
        attempt=row.attempt,
        cancel_requested=bool(row.cancel_requested),
        cancel_reason=row.cancel_reason,
        lease=lease,
        created_ms=row.created_epoch_ms,
        updated_ms=row.updated_epoch_ms,
        completed_ms=row.completed_epoch_ms,
    )


def _result(connection: "Connection", job_id: str, step: str, kind: str) -> Any | None:
    from sqlalchemy import select

    from studio.engine.store.tables.jobs import job_results

    query = select(job_results.c.value).where(
        job_results.c.job_id == job_id, job_results.c.step == step, job_results.c.kind == kind
    )
    text = connection.execute(query).scalar()
    return None if text is None else msgspec.json.decode(text)


def _results(connection: "Connection", job_id: str, kind: str) -> dict[str, Any]:
    from sqlalchemy import select

    from studio.engine.store.tables.jobs import job_results

    query = select(job_results.c.step, job_results.c.value)
    query = query.where(job_results.c.job_id == job_id, job_results.c.kind == kind)
    query = query.order_by(job_results.c.created_epoch_ms, job_results.c.step)
    return {step: msgspec.json.decode(value) for step, value in connection.execute(query)}


def _claim(connection: "Connection", owner: str, endpoint: str, key: str, resource_id: str, now_ms: int) -> bool:
    from studio.engine.store.tables.jobs import idempotency_keys
    from studio.engine.store.upsert import insert_ignore

    row = {"owner": owner, "endpoint": endpoint, "key": _bounded(key), "resource_id": resource_id}
    return insert_ignore(connection, idempotency_keys, {**row, "created_epoch_ms": now_ms})


def _known_key(connection: "Connection", owner: str, endpoint: str, key: str) -> str | None:
    from sqlalchemy import select

    from studio.engine.store.tables.jobs import idempotency_keys as table

    query = select(table.c.resource_id)
    query = query.where(table.c.owner == owner, table.c.endpoint == endpoint, table.c.key == _bounded(key))
    found: str | None = connection.execute(query).scalar()
    return found


def _bounded(key: str) -> str:
    """Return *key*, or a digest of one that is too long for its column."""
    if len(key) <= 255:
        return key
    import hashlib

    return "sha256:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
