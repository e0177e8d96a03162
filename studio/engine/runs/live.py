"""What is written while a step goes on: text as it is said, progress as it is made; both in bounded portions."""

import asyncio
import contextlib
from typing import Any

from studio.contract.chat import SogniProgress
from studio.engine.durable.jobs import TERMINAL, Draft, JobStore

DELTA_S = 0.04
"""Words wait at most this long; with the write itself that is under 50 ms."""
PROGRESS_S = 0.25
"""Each tick is a transaction and stays in the log for ever; four a second move a bar well enough."""


class _Portions:
    """Writes what ``_take`` hands over, then waits *interval_s* before the next time. Use it on the loop."""

    def __init__(self, store: JobStore, job_id: str, interval_s: float) -> None:
        self._store = store
        self._job_id = job_id
        self._interval_s = interval_s
        self._closed = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Write what is left, and no more after that. Await it before the step's result is written."""
        self._closed.set()
        if self._writer is not None:
            await self._writer

    def reopen(self) -> None:
        """Go on after a ``close``."""
        self._closed.clear()

    def _take(self) -> tuple[str, dict[str, Any]] | None:
        """Return the next event to write, or None."""
        raise NotImplementedError

    def _kick(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="events of a run")

    async def _write(self) -> None:
        while (event := self._take()) is not None:
            name, payload = event

            def work(draft: Draft, name: str = name, payload: dict[str, Any] = payload) -> None:
                if draft.status not in TERMINAL:
                    draft.emit(name, payload)

            with contextlib.suppress(OSError):  # what the step comes to is written whole at its end
                await self._store.change(self._job_id, work)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), self._interval_s)


class DeltaLog(_Portions):
    """Text of one round, as ``assistant_message_delta`` events."""

    def __init__(self, store: JobStore, job_id: str) -> None:
        super().__init__(store, job_id, DELTA_S)
        self._pieces: list[str] = []

    def feed(self, text: str) -> None:
        """Take in a piece of text."""
        self._pieces.append(text)
        self._kick()

    def _take(self) -> tuple[str, dict[str, Any]] | None:
        text = "".join(self._pieces)
        self._pieces.clear()
        return ("assistant_message_delta", {"content": text}) if text else None


class ProgressLog(_Portions):
    """The newest tick of one call, as ``tool_call_progress`` events; ticks in between are left out."""

    def __init__(self, store: JobStore, job_id: str) -> None:
        super().__init__(store, job_id, PROGRESS_S)
        self._latest: dict[str, Any] | None = None

    def tick(self, progress: SogniProgress) -> None:
        """Take in one tick."""
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
        named = {"toolCallId": progress.tool_call_id, "toolName": progress.tool_name, "status": "processing"}
        self._latest = {**named, **known}
        self._kick()

    def _take(self) -> tuple[str, dict[str, Any]] | None:
        latest, self._latest = self._latest, None
        return None if latest is None or self._closed.is_set() else ("tool_call_progress", latest)
