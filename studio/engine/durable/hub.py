"""Wake-ups for those who follow a job, with the newest events at hand.

A channel exists while somebody follows. It keeps the tail of the log, so that two hundred
followers of one run do not read the table two hundred times; who is behind the tail reads
the table. With a shared database other processes write too: one query, ten times a second
while anybody follows, tells which logs grew.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.engine.durable.jobs import Job, LoggedEvent

_TAIL = 2048
_POLL_S = 0.1

Grown = Callable[[Sequence[str]], Awaitable[dict[str, "Job"]]]


class Channel:
    """What followers of one job share."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self.followers = 0
        self.frames: dict[tuple[str, int], bytes] = {}
        """Encoded frames by base URL and sequence, for the tail."""
        self._tail: deque[LoggedEvent] = deque(maxlen=_TAIL)
        self._woken = asyncio.Event()

    def since(self, after: int) -> "list[LoggedEvent] | None":
        """Return the events above *after*; None when the tail does not reach back so far."""
        if not self._tail or self._tail[0].sequence > after + 1:
            return None
        first = after + 1 - self._tail[0].sequence
        return [self._tail[i] for i in range(max(0, first), len(self._tail))]

    def publish(self, job: "Job", events: "Sequence[LoggedEvent]") -> None:
        """Take in what was committed; a later commit may come first, then the tail starts anew."""
        if self.job is None or job.next_sequence >= self.job.next_sequence:
            self.job = job
        if events:
            if self._tail and events[0].sequence != self._tail[-1].sequence + 1:
                self._tail.clear()
                self.frames.clear()
            self._tail.extend(events)
            if len(self.frames) > _TAIL:
                self.frames.clear()
        self.wake()

    def wake(self) -> None:
        """Wake every follower."""
        self._woken.set()
        self._woken = asyncio.Event()

    def ticket(self) -> asyncio.Event:
        """Return what to wait on; take it before looking, so that no wake-up is missed."""
        return self._woken


class Hub:
    """The channels of one process."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._grown: Grown | None = None
        self._polling: asyncio.Task[None] | None = None

    def poll_with(self, grown: Grown) -> None:
        """Ask *grown* (job ids → their rows) for what other processes wrote."""
        self._grown = grown

    def publish(self, job: "Job", events: "Sequence[LoggedEvent]") -> None:
        """Tell the followers of *job* what was committed."""
        channel = self._channels.get(job.id)
        if channel is not None:
            channel.publish(job, events)

    @contextlib.asynccontextmanager
    async def channel(self, job_id: str) -> AsyncIterator[Channel]:
        """Follow a job inside the block."""
        channel = self._channels.setdefault(job_id, Channel())
        channel.followers += 1
        if self._grown is not None and (self._polling is None or self._polling.done()):
            self._polling = asyncio.create_task(self._poll(self._grown), name="watch shared jobs")
        try:
            yield channel
        finally:
            channel.followers -= 1
            if not channel.followers:
                self._channels.pop(job_id, None)

    async def close(self) -> None:
        """Stop watching and let every follower look once more."""
        if self._polling is not None:
            self._polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._polling
        for channel in self._channels.values():
            channel.wake()

    async def _poll(self, grown: Grown) -> None:
        while self._channels:
            await asyncio.sleep(_POLL_S)
            ids = list(self._channels)
            for job_id, job in (await grown(ids)).items():
                channel = self._channels.get(job_id)
                if channel is None:
                    continue
                known = channel.job
                if known is None or (job.next_sequence, job.status) != (known.next_sequence, known.status):
                    channel.publish(job, ())
