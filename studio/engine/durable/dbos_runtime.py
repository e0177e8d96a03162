"""Jobs under DBOS: it checkpoints their steps and runs them again after a crash.

DBOS is launched by the first job (or by one that an earlier process left), inside the
server's event loop, and put away again when nothing has run for a while: its threads poll,
and an idle engine uses no processor. Its records hold ids only; everything a job is lives
in our own tables. One process has one DBOS, so it has one ``DbosRuntime`` at a time.

On a shared (PostgreSQL) database a step may be done by any worker: it becomes a queued
child workflow. A worker keeps a lease row; when it dies, the server puts what it held back
into the queue.
"""

import asyncio
import contextlib
import logging
import secrets
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engine.durable.execution import HEARTBEAT_S, LEASE_MS, Draw, Executor, carry
from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import TERMINAL, Draft, Job, JobKind, JobStore
from studio.engine.durable.token import CancelToken
from studio.engine.durable.workers import beat, dead_workers
from studio.engine.files import keep_private

if TYPE_CHECKING:
    from dbos import DBOSConfig

log = logging.getLogger(__name__)

VERSION = "1"
"""The schema of what jobs checkpoint. Constant: DBOS only takes up work of its own version."""
RENDER_QUEUE = "studio.render"
IDLE_S = 60.0
_SWEEP_S = 5.0
_CANCEL_POLL_S = 0.3
_LOCAL_RENDERS = 2

_current: "DbosRuntime | None" = None


class DbosRuntime:
    """The ``Runtime`` of a real engine, and the heart of a worker."""

    def __init__(
        self,
        store: JobStore,
        folder: Path,
        *,
        base_url: str,
        database_url: str | None = None,
        worker: bool = False,
        busy: Callable[[int], None] = lambda change: None,
        idle_s: float = IDLE_S,
    ) -> None:
        """Make it; nothing is opened before ``start`` or ``recover``.

        Args:
            folder: ``<data>/engine``; its ``durable.sqlite`` holds the checkpoints unless *database_url* is given.
            worker: only does queued steps.
            busy: told +1 and −1 as jobs begin and end, so that the process does not leave meanwhile.
        """
        self.base_url = base_url
        self._store = store
        self._folder = folder
        self._database_url = database_url
        self._worker = worker
        self._busy = busy
        self._idle_s = idle_s
        self._executors: dict[JobKind, Executor] = {}
        self._tokens: dict[str, CancelToken] = {}
        self._launching = asyncio.Lock()
        self._launched = False
        self._closing = False
        self._owner = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._carrying: set[asyncio.Task[Any]] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._idle_timer: asyncio.TimerHandle | None = None

    def register(self, executor: Executor) -> None:
        """Take in an executor before anything is started."""
        self._executors[executor.kind] = executor

    async def start(self, job_id: str) -> None:
        """Schedule the current attempt of a job and return; its steps that have results are not repeated.

        The row is the promise: a process that dies before DBOS knows of the attempt starts it again.
        """
        fault("job.before_start")
        task = asyncio.create_task(self._start(job_id), name=f"start {job_id}")
        self._starting.add(task)
        task.add_done_callback(self._started)

    async def _start(self, job_id: str) -> None:
        with self._working():
            job = await self._store.require(job_id)
            await self._launch()
            from dbos import DBOS, SetWorkflowID

            with SetWorkflowID(_workflow_id(job_id, job.attempt)):
                await DBOS.start_workflow_async(_functions()[0], job_id, job.attempt)
            await asyncio.sleep(0)  # so that the job counts as running before this one stops counting

    def _started(self, task: "asyncio.Task[None]") -> None:
        self._starting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a job could not be started; the next start of the engine tries again", exc_info=error)

    async def cancel(self, job_id: str, reason: str | None = None) -> None:
        """Record the wish to cancel and trip the token of whoever executes the job."""

        def wish(draft: Draft) -> None:
            if draft.status not in TERMINAL:
                draft.cancel_requested, draft.cancel_reason = True, reason

        await self._store.change(job_id, wish)
        if token := self._tokens.get(job_id):
            token.trip(reason)

    async def recover(self) -> None:
        """Take up what an earlier process left. DBOS runs again what it knows; the rest is started here.

        On a shared database a worker leads no job, and a server takes up its own; the sweep finds what nobody has.
        """
        shared = self._store.database.is_shared
        left = [] if self._worker else await self._store.unfinished()
        if left or shared:
            await self._launch()
        for job in left:
            if not shared or (job.lease is not None and job.lease.owner == self._owner):
                await self._take_up(job.id)

    async def close(self) -> None:
        """Leave: running attempts end where they are, and are taken up again after the next start."""
        self._closing = True
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        running = [*self._tasks, *self._starting, *self._carrying]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        async with self._launching:
            await self._put_away()

    # --- DBOS --------------------------------------------------------------------------------------

    async def _launch(self) -> None:
        async with self._launching:
            if self._idle_timer is not None:
                self._idle_timer.cancel()
                self._idle_timer = None
            if self._launched:
                return
            if self._closing:
                raise RuntimeError("the engine is leaving")
            await asyncio.to_thread(_functions)  # the import takes half a second
            from dbos import DBOS

            global _current
            self._owner = await asyncio.to_thread(_executor_id, self._folder, self._worker)
            DBOS(config=self._config())
            if self._worker:
                DBOS.listen_queues([RENDER_QUEUE])
            _current = self
            DBOS.launch()  # on the loop: jobs run on the loop that launched
            self._launched = True
            if self._store.database.is_shared:
                await DBOS.register_queue_async(
                    RENDER_QUEUE, worker_concurrency=_LOCAL_RENDERS, polling_interval_sec=0.2
                )
                self._background(self._sweep(), "watch workers")
            self._background(self._heartbeats(), "renew leases")

    def _config(self) -> "DBOSConfig":
        config: DBOSConfig = {
            "name": "studio",
            "application_version": VERSION,
            "executor_id": self._owner,
            "serializer": _Json(),  # type: ignore[typeddict-item]  # duck-typed: its base class would import DBOS
            "log_level": "ERROR",
            "console_log_level": "ERROR",
            "scheduler_polling_interval_sec": 3600.0,
        }
        if self._database_url is not None:
            config["system_database_url"] = self._database_url
        else:
            url = f"sqlite:///{checkpoints(self._folder)}"
            config["system_database_url"] = url
            config["system_database_engine"] = _wal_engine(url)
        return config

    async def _put_away(self) -> None:
        global _current
        if not self._launched:
            return
        from dbos import DBOS

        for task in list(self._tasks):
            task.cancel()
        self._launched = False
        await asyncio.to_thread(DBOS.destroy)
        # Launching made DBOS's threads the loop's own; they are gone now, and ``to_thread`` needs some.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        if _current is self:
            _current = None

    # --- jobs --------------------------------------------------------------------------------------

    async def carry(self, job_id: str, number: int) -> None:
        """Carry one attempt through, inside its DBOS workflow."""
        if self._closing:
            return
        me = asyncio.current_task()
        assert me is not None
        self._carrying.add(me)
        token = self._tokens[job_id] = CancelToken()
        with self._working():
            try:
                await carry(
                    self._store,
                    self._executors,
                    job_id,
                    number,
                    owner=self._owner,
                    token=token,
                    draw=self._draw(job_id, number),
                )
            finally:
                self._carrying.discard(me)
                if self._tokens.get(job_id) is token:
                    del self._tokens[job_id]

    async def perform(self, job_id: str, step: str) -> None:
        """Do one queued step, inside its DBOS workflow; the job may be led by another process."""
        job = await self._store.get(job_id)
        if job is None or job.status in TERMINAL or await self._store.result(job_id, step) is not None:
            return
        token = self._tokens.get(job_id) or CancelToken()
        me = asyncio.current_task()
        assert me is not None
        self._carrying.add(me)
        with self._working():
            watching = asyncio.create_task(self._watch_cancel(job_id, token), name="watch for cancel")
            try:
                await self._store.change(job_id, lambda draft: draft.record(step, "performed_by", self._owner))
                fault("job.step_begun")
                await self._executors[job.kind].perform(job_id, step, token)
                fault("job.step_recorded")
            finally:
                self._carrying.discard(me)
                watching.cancel()

    def _draw(self, job_id: str, number: int) -> Draw:
        from dbos import DBOS, SetWorkflowID

        def draw(name: str, remote: bool) -> Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]:
            if remote and self._store.database.is_shared:

                async def queue() -> None:
                    # The same id after a crash of this server: the worker that has it goes on.
                    with SetWorkflowID(f"{_workflow_id(job_id, number)}.{name}"):
                        handle = await DBOS.enqueue_workflow_async(RENDER_QUEUE, _functions()[1], job_id, name)
                    await handle.get_result(polling_interval_sec=0.1)

                async def queued(work: Callable[[], Awaitable[None]]) -> None:
                    # Outside the job's own workflow: inside, DBOS would number this when it runs, and steps
                    # that have results, and so do not run again, would shift the numbers of those after them.
                    await asyncio.create_task(queue(), name=f"queued {name}", context=Context())

                return queued
            reservation = DBOS.reserve_step()

            async def here(work: Callable[[], Awaitable[None]]) -> None:
                await reservation.run_async({"name": name}, work)

            return here

        return draw

    async def _take_up(self, job_id: str) -> None:
        from dbos import DBOS

        job = await self._store.require(job_id)
        status = await DBOS.get_workflow_status_async(_workflow_id(job_id, job.attempt))
        if status is not None and status.status in ("PENDING", "ENQUEUED", "DELAYED"):
            return  # DBOS runs it again by itself
        if status is not None:

            def again(draft: Draft) -> None:
                draft.attempt += 1

            await self._store.change(job_id, again)
        await self._start(job_id)

    # --- leases ------------------------------------------------------------------------------------

    async def _heartbeats(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            with contextlib.suppress(OSError):
                if self._tokens:
                    until = self._store.now_ms() + LEASE_MS
                    await self._store.heartbeat(list(self._tokens), self._owner, until_ms=until)
                if self._store.database.is_shared:
                    await beat(self._store, self._owner, lease_ms=LEASE_MS)

    async def _sweep(self) -> None:
        """Put back what dead workers and dead servers of a shared database held."""
        from dbos import DBOS

        await beat(self._store, self._owner, lease_ms=LEASE_MS)
        while not self._worker:
            await asyncio.sleep(_SWEEP_S)
            try:
                dead = await dead_workers(self._store)
                if dead:
                    await asyncio.to_thread(DBOS._recover_pending_workflows, dead)
                for job in await self._store.unfinished():
                    if self._is_orphan(job):
                        await self._store.change(job.id, _next_attempt)
                        await self.start(job.id)
            except OSError as error:
                log.warning("the shared database could not be looked at: %s", type(error).__name__)

    def _is_orphan(self, job: Job) -> bool:
        """Whether no living process has *job*: its lease ran out, or whoever made it died before it was started."""
        if job.lease is None:
            return job.updated_ms + LEASE_MS < self._store.now_ms() and job.id not in self._tokens
        return job.lease.owner != self._owner and job.lease.expires_ms < self._store.now_ms()

    async def _watch_cancel(self, job_id: str, token: CancelToken) -> None:
        while not token.cancelled:
            await asyncio.sleep(_CANCEL_POLL_S)
            job = await self._store.get(job_id)
            if job is None or job.cancel_requested:
                token.trip(job.cancel_reason if job else None)

    # --- small ---------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _working(self) -> Any:
        self._busy(1)
        try:
            yield
        finally:
            self._busy(-1)
            if not self._tokens and not self._starting and not self._closing and not self._store.database.is_shared:
                loop = asyncio.get_running_loop()
                if self._idle_timer is not None:
                    self._idle_timer.cancel()
                self._idle_timer = loop.call_later(self._idle_s, self._rest)

    def _rest(self) -> None:
        self._background(self._rest_now(), "put durable execution away")

    async def _rest_now(self) -> None:
        async with self._launching:
            if not self._tokens and not self._starting and not self._closing:
                me = asyncio.current_task()
                self._tasks.discard(me)
                await self._put_away()

    def _background(self, work: Any, name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _next_attempt(draft: Draft) -> None:
    draft.attempt += 1


def _workflow_id(job_id: str, attempt: int) -> str:
    return f"{job_id}.{attempt}"


@cache
def _functions() -> tuple[Any, Any]:
    """Register the two workflows of DBOS, once for each process, and return them."""
    from dbos import DBOS

    @DBOS.workflow(name="studio.job")
    async def job(job_id: str, number: int) -> None:
        if _current is not None:
            await _current.carry(job_id, number)

    @DBOS.workflow(name="studio.step")
    async def step(job_id: str, name: str) -> None:
        if _current is not None:
            await _current.perform(job_id, name)

    return job, step


class _Json:
    """Checkpoints as JSON: readable, and never a pickle that runs code."""

    def name(self) -> str:
        return "studio_json"

    def serialize(self, data: Any) -> str:
        import json

        return json.dumps(data, default=str)

    def deserialize(self, serialized_data: str) -> Any:
        import json

        return json.loads(serialized_data)


def checkpoints(folder: Path) -> Path:
    """Return the file of DBOS's checkpoints in *folder*, made private.

    A damaged one is set aside: jobs, events and results are in the engine's own database, and what was running is
    started again from there.
    """
    path = keep_private(folder / "durable.sqlite")
    try:
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        pass  # in use, or no room: DBOS says so itself
    except sqlite3.DatabaseError:
        log.warning("the checkpoints of jobs are damaged; they are set aside, and begun anew")
        path.replace(folder / f"durable.damaged-{int(time.time())}.sqlite")
        for left in ("-wal", "-shm"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        keep_private(path)
    return path


def _wal_engine(url: str) -> Any:
    from sqlalchemy import create_engine, event

    engine = create_engine(url)

    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


def _executor_id(folder: Path, worker: bool) -> str:
    """Return the name of this executor: constant for the engine of a data folder, new for each worker process."""
    if worker:
        return f"worker-{secrets.token_hex(6)}"
    from studio.engine.files import secret_file

    return f"engine-{secret_file(folder / 'executor-id')[:12]}"
