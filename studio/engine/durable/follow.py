"""The event stream of a job: everything stored, then everything new, then the end.

Sources: contract/chat-runs.md §5, contract/workflows.md §7.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

from litestar import Request

from studio.contract.errors import InvalidRequest
from studio.engine.durable.hub import Channel
from studio.engine.durable.jobs import CLOSED, Job, JobStore, LoggedEvent
from studio.engine.sse import EventStream

_PAGE = 1000

Encode = Callable[[Job, LoggedEvent], bytes]


def after_of(request: Request[Any, Any, Any]) -> int:
    """Return the last sequence that the client has: ``?after`` or ``Last-Event-ID``, the larger; −1 for none.

    Raises:
        InvalidRequest: one of them is not a whole number.
    """
    found = [-1]
    given = {"after": request.query_params.get("after"), "Last-Event-ID": request.headers.get("last-event-id")}
    for name, value in given.items():
        text = (value or "").strip()
        if not text:
            continue
        try:
            number = int(text)
        except ValueError:
            raise InvalidRequest(f"{name} must be the sequence number of an event.", param=name) from None
        if not -1 <= number < 2**31:
            raise InvalidRequest(f"{name} must be the sequence number of an event.", param=name)
        found.append(number)
    return max(found)


async def follow(store: JobStore, job: Job, after: int, channel: Channel) -> AsyncIterator[list[LoggedEvent]]:
    """Yield events above *after* in batches, each once and in order; end when the job is over or waits."""
    if channel.job is None:
        # What was read before the channel was there may be out of date; from here on every commit is published.
        found = await store.get(job.id)
        channel.job = channel.job or found or job  # a commit may have come meanwhile
    while True:
        ticket = channel.ticket()
        batch = channel.since(after)
        if not batch and (batch is None or channel.job is None or channel.job.next_sequence > after + 1):
            batch = await store.events(job.id, after=after, limit=_PAGE)
        if batch:
            after = batch[-1].sequence
            yield batch
            continue
        latest = channel.job or job
        if latest.next_sequence > after + 1:
            continue
        if latest.status in CLOSED:
            return
        await ticket.wait()


def event_stream(
    request: Request[Any, Any, Any],
    store: JobStore,
    job: Job,
    *,
    after: int,
    encode: Encode,
    status_event: str,
    status_body: Callable[[Job], bytes],
    base_url: str,
) -> EventStream:
    """Return the response that streams *job*.

    Args:
        encode: one event as JSON; references in it are opened here.
        status_event: name of the frames without an id that carry ``status_body`` (on connect and at the end).
    """

    async def frames() -> AsyncIterator[bytes]:
        async with store.hub.channel(job.id) as channel:
            # A closed job tells its status only after the replay: some clients leave at a terminal one.
            if job.status not in CLOSED:
                yield status(job)
            async for batch in follow(store, job, after, channel):
                latest = channel.job or job
                yield b"".join(frame(latest, event, channel) for event in batch)
            ended = await store.get(job.id)
            if ended is not None:
                yield status(ended)

    def frame(latest: Job, event: LoggedEvent, channel: Channel) -> bytes:
        key = (base_url, event.sequence)
        found = channel.frames.get(key)
        if found is None:
            body = _opened(store, encode(latest, event), base_url)
            found = b"id: %d\nevent: %s\ndata: %s\n\n" % (event.sequence, event.type.encode(), body)
            if latest.status not in CLOSED:
                channel.frames[key] = found
        return found

    def status(latest: Job) -> bytes:
        body = _opened(store, status_body(latest), base_url)
        return b"event: %s\ndata: %s\n\n" % (status_event.encode(), body)

    return EventStream(frames())


def _opened(store: JobStore, body: bytes, base_url: str) -> bytes:
    if b"asset://" not in body:
        return body
    return store.sealer.open(body.decode(), base_url).encode()


async def wait_until_closed(store: JobStore, job_id: str) -> Job | None:
    """Wait until a job is over or waits for somebody, and return it; None when it is unknown."""
    async with store.hub.channel(job_id) as channel:
        while True:
            ticket = channel.ticket()
            job = await store.get(job_id)
            if job is None or job.status in CLOSED:
                return job
            await ticket.wait()
