"""Progress of a running step, thinned out into ``workflow_progress`` events."""

import asyncio
import contextlib
from typing import Any

from studio.contract.chat import SogniProgress
from studio.engine.durable.jobs import TERMINAL, Draft, JobStore

INTERVAL_S = 0.5
"""Each event is a transaction and stays in the log for ever; twice a second moves a bar well enough."""


class ProgressLog:
    """Writes the newest tick of one step, at most one every ``INTERVAL_S``; close it before the result is written."""

    def __init__(self, store: JobStore, job_id: str, step: str) -> None:
        self._store = store
        self._job_id = job_id
        self._step = step
        self._latest: dict[str, Any] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()

    def tick(self, progress: SogniProgress) -> None:
        """Take in one tick. Call it on the loop."""
        if self._closed.is_set() or progress.status != "processing":
            return
        members = {
            "progress": progress.progress,
            "etaSeconds": progress.eta_seconds,
            "stepLabel": progress.step_label,
            "jobIndex": progress.job_index,
            "jobLabel": progress.job_label,
            "jobProgress": progress.job_progress,
        }
        known = {name: value for name, value in members.items() if value is not None}
        if not known:
            return
        self._latest = {"stepId": self._step, "toolName": progress.tool_name, **known}
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="workflow progress")

    async def close(self) -> None:
        """Write no more; what is being written is written out first."""
        self._closed.set()
        if self._writer is not None:
            await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        while self._latest is not None and not self._closed.is_set():
            data, self._latest = self._latest, None

            def work(draft: Draft, data: dict[str, Any] = data) -> None:
                if draft.status not in TERMINAL:
                    payload = {"status": draft.status, "message": data.get("stepLabel"), "data": data}
                    draft.emit("workflow_progress", {name: value for name, value in payload.items() if value})

            with contextlib.suppress(OSError):  # a lost tick matters to nobody; the result is what must be kept
                await self._store.change(self._job_id, work)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), INTERVAL_S)
