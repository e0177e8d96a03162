"""A runtime that carries jobs through in this process, without checkpoints of its own: for tests of executors."""

import asyncio
from collections.abc import Awaitable, Callable

from studio.engine.durable.execution import Executor, carry
from studio.engine.durable.jobs import Draft, JobKind, JobStore
from studio.engine.durable.token import CancelToken


class InlineRuntime:
    """Runs every attempt as a task. Pass it to ``running_engine(parts={"runtime": make})`` or use it alone."""

    def __init__(self, store: JobStore, base_url: str = "http://127.0.0.1:1") -> None:
        self.base_url = base_url
        self.drawn: list[str] = []
        self.performed: list[str] = []
        self._store = store
        self._executors: dict[JobKind, Executor] = {}
        self._tokens: dict[str, CancelToken] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def register(self, executor: Executor) -> None:
        self._executors[executor.kind] = executor

    async def start(self, job_id: str) -> None:
        job = await self._store.require(job_id)
        token = self._tokens[job_id] = CancelToken()
        self._tasks[job_id] = asyncio.create_task(
            carry(self._store, self._executors, job_id, job.attempt, owner="inline", token=token, draw=self._draw)
        )

    def _draw(self, name: str, remote: bool) -> Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]:
        self.drawn.append(name)

        async def run(work: Callable[[], Awaitable[None]]) -> None:
            self.performed.append(name)
            await work()

        return run

    async def cancel(self, job_id: str, reason: str | None = None) -> None:
        def wish(draft: Draft) -> None:
            draft.cancel_requested, draft.cancel_reason = True, reason

        await self._store.change(job_id, wish)
        if job_id in self._tokens:
            self._tokens[job_id].trip(reason)

    async def idle(self) -> None:
        """Wait until nothing runs."""
        while pending := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(pending)

    async def kill(self, job_id: str) -> None:
        """End an attempt as a crash would: nothing is committed any more."""
        task = self._tasks[job_id]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
