"""What executors and runtimes agree on: an executor knows one kind of job, a runtime carries it through.

An executor's ``execute`` orchestrates one attempt, ``perform`` does one step and records its
result with the step's last events in one transaction. A step with a recorded result is not
done again, so an attempt may be begun anew at any moment, by this process or another.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import TERMINAL, Draft, Job, JobKind, JobStore, Lease, new_id
from studio.engine.durable.token import CancelToken

log = logging.getLogger(__name__)

LEASE_MS = 30_000
HEARTBEAT_S = 10.0


class Executor(Protocol):
    """Carries jobs of one kind through."""

    @property
    def kind(self) -> JobKind:
        """What it executes."""

    async def execute(self, attempt: "Attempt") -> None:
        """Orchestrate one attempt; return when the job is over or waits for somebody."""

    async def perform(self, job_id: str, step: str, token: CancelToken) -> None:
        """Do one step, loading all it needs from the store, and record its ``result``.

        Failures and cancellation are recorded values. It may run twice, or on another machine.
        """

    async def broke(self, job_id: str, error: Exception) -> None:
        """Move the job to ``failed`` after an unexpected *error*, with the events that tell of it."""


class Runtime(Protocol):
    """Starts and cancels jobs."""

    base_url: str
    """Under which this engine reaches itself; for URLs that only its own tools see."""

    def register(self, executor: Executor) -> None:
        """Take in an executor before anything is started."""

    async def start(self, job_id: str) -> None:
        """Schedule the current attempt of a job and return at once."""

    async def cancel(self, job_id: str, reason: str | None = None) -> None:
        """Record the wish to cancel and trip the token of whoever executes the job."""

    async def close(self) -> None:
        """Leave: nothing new begins; what runs is taken up again after the next start."""


Draw = Callable[[str, bool], Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]]
"""Draws the durable id of a step now (name, may run elsewhere) and returns what runs work under it."""


@dataclass
class Attempt:
    """One attempt at a job, as its executor sees it.

    Attributes:
        number: 1, and one more with every resume.
        resumed: an earlier attempt, or an earlier process, began this job.
    """

    job_id: str
    number: int
    token: CancelToken
    resumed: bool
    store: JobStore
    executor: Executor
    draw: Draw

    def step(self, name: str, *, remote: bool = False) -> "Step":
        """Draw the id of a step. Call it in plan order, before any of these steps runs.

        Args:
            remote: another machine may do it, where there is one.
        """
        return Step(self, name, self.draw(name, remote))


@dataclass
class Step:
    """A drawn step; ``run`` it once."""

    attempt: Attempt
    name: str
    _run: Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]

    async def run(self) -> Any:
        """Return the recorded result, doing the step first when there is none."""
        attempt = self.attempt
        found = await attempt.store.result(attempt.job_id, self.name)
        if found is not None:
            return found
        await self._run(self._perform)
        return await attempt.store.result(attempt.job_id, self.name)

    async def _perform(self) -> None:
        attempt = self.attempt
        # Recovery replays a step that was done but whose checkpoint was not: its result is there.
        if await attempt.store.result(attempt.job_id, self.name) is None:
            fault("job.step_begun")
            await attempt.executor.perform(attempt.job_id, self.name, attempt.token)
            fault("job.step_recorded")


async def take_lease(store: JobStore, job_id: str, *, owner: str, number: int) -> tuple[Job, bool] | None:
    """Begin an attempt: status *running*, lease ours.

    An attempt that was cut off, or that ``state["resumeReason"]`` explains, is told by an event.

    Returns:
        The job and whether it is resumed; None when there is nothing to do (it ended, waits, or
        another living process holds it).
    """

    def work(draft: Draft) -> tuple[Job, bool] | None:
        if draft.attempt != number or draft.status in TERMINAL or draft.status == "waiting_for_user":
            return None
        held = draft.job.lease
        if held is not None and held.owner != owner and held.expires_ms > draft.now_ms:
            return None
        interrupted = draft.status == "running"
        reason = draft.state.pop("resumeReason", None)
        now = draft.now_ms
        draft.status = "running"
        draft.lease = Lease(new_id("lease"), owner, now, now, now + LEASE_MS)
        if interrupted or reason:
            _tell_resumed(draft, str(reason or "the engine was restarted"))
        job = replace(draft.job, status="running", lease=draft.lease, state=draft.state)
        return job, interrupted or number > 1

    return await store.change(job_id, work)


def _tell_resumed(draft: Draft, reason: str) -> None:
    recovery = dict(draft.state.get("recovery") or {})
    recovery.update(resumeCount=int(recovery.get("resumeCount", 0)) + 1, lastResumeAtMs=draft.now_ms, reason=reason)
    draft.state["recovery"] = recovery
    if draft.job.kind == "run":
        draft.emit("run_resumed", {"reason": reason})
    else:
        data = {"resumed": True, "reason": reason}
        draft.emit("custom", {"status": "running", "message": "Resumed", "data": data})


async def carry(
    store: JobStore,
    executors: dict[JobKind, Executor],
    job_id: str,
    number: int,
    *,
    owner: str,
    token: CancelToken,
    draw: Draw,
) -> None:
    """Carry one attempt through; every failure ends in the job itself."""
    taken = await take_lease(store, job_id, owner=owner, number=number)
    if taken is None:
        return
    job, resumed = taken
    fault("job.leased")
    if job.cancel_requested:
        token.trip(job.cancel_reason)
    executor = executors[job.kind]
    attempt = Attempt(job_id, number, token, resumed, store, executor, draw)
    try:
        await executor.execute(attempt)
        fault("job.finished")
    except Exception as error:
        log.error("unexpected %s while executing a %s", type(error).__name__, job.kind, exc_info=error)
        await executor.broke(job_id, error)
