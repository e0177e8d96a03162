"""Following the events of durable work over broken cables, restarts and proxies: each event once, in order, none lost.

``follow`` yields what the log of a run or workflow says above the sequence that its consumer has kept.
It reconnects with ``Last-Event-ID`` after any cut, reads ``/events?after`` where numbers are missing, and
polls that where streams don't come through. Sources: contract/chat-runs.md §5, contract/workflows.md §7.

A crashed server may begin a round of its language model again (``run_resumed``, then the same
``llm_round_started``). ``RoundBegunAgain`` comes before that event: what the consumer has of the text of
that round is void, because it comes again in the events that follow.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from studio.contract import wire
from studio.contract.errors import ApiError, InvalidRequest, TransportError
from studio.service.reading import epoch_ms, items_of, mapping, text, unwrapped, whole
from studio.service.sse import EventTooLargeError, ServerEvent, SseDecoder
from studio.service.transport import Transport, translating

TERMINAL = frozenset({"completed", "partial_failure", "failed", "cancelled"})
CLOSED = TERMINAL | {"waiting_for_user"}
"""Statuses at which nothing more comes until somebody acts."""
_CLOSING_TYPES = frozenset(
    {
        *("run_completed", "run_partial_failure", "run_failed", "run_cancelled", "run_waiting_for_user"),
        *("workflow_completed", "workflow_failed", "workflow_cancelled", "workflow_waiting_for_user"),
    }
)
_PASSING = frozenset({408, 423, 425, 429, 500, 502, 503, 504})
_NO_STREAM = frozenset({404, 405, 406, 415, 501})
_BARREN = 2
"""So many streams in a row that brought nothing of what the log had by then mean that streams don't come through."""
_SPARSE_AFTER = 3
"""So many gaps that no event fills mean that the server numbers with gaps, and asking is useless."""


@dataclass(frozen=True)
class Event:
    """One event of a log.

    Attributes:
        payload: ``payload`` of a run's event, ``data`` of a workflow's.
        status: of the workflow, where the event tells it.
        body: the event as it was sent.
    """

    sequence: int
    type: str
    at_ms: int = 0
    payload: dict[str, Any] = field(default_factory=dict)
    status: str = ""
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """A frame without a number: how the work stands; ``record`` may be partial."""

    status: str
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """The connection is gone; it is tried again after ``wait_s`` seconds. ``failures`` counts those in a row."""

    error: ApiError | TransportError
    failures: int
    wait_s: float


@dataclass(frozen=True)
class Gap:
    """The server does not have these events, first to last: nothing that can be done brings them back."""

    first: int
    last: int


@dataclass(frozen=True)
class RoundBegunAgain:
    """Drop what you have of the text of this round; None: of the round whose message is not complete."""

    round: int | None


@dataclass(frozen=True)
class Ended:
    """The last item: the work is over, or waits for somebody."""

    status: str


Item = Event | Status | Cut | Gap | RoundBegunAgain | Ended


@dataclass(frozen=True)
class Pace:
    """How patiently a log is followed. Times are seconds.

    Attributes:
        back_off_s: waits after the first, second, … failure in a row; the last one repeats.
        tries: failures in a row after which the last one is raised; None never gives up.
        silence_s: longest silence of a stream, heart-beats (15–30 s) counting as sound.
        first_s: longest time to the first byte of a stream.
        poll_s: waits between reads where streams don't come through, growing while nothing is new.
        steady_s: a connection that held so long was good, however it ended.
    """

    back_off_s: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
    tries: int | None = None
    silence_s: float = 60.0
    first_s: float = 35.0
    poll_s: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0)
    steady_s: float = 10.0
    jitter: Callable[[], float] = field(default=random.random, repr=False)
    sleep: Callable[[float], Awaitable[object]] = field(default=asyncio.sleep, repr=False)

    def wait_s(self, failures: int, error: ApiError | TransportError) -> float:
        """Return how long to wait after so many failures; a wait that the server asks for is kept."""
        own = self.back_off_s[min(failures, len(self.back_off_s)) - 1] * (0.5 + 0.5 * self.jitter())
        asked = error.retry_after_s if isinstance(error, ApiError) else None
        return max(own, asked or 0.0)


Way = Transport | Callable[[], Awaitable[Transport]]
"""How to reach the server: a transport, or what returns one each time, for servers that come back elsewhere."""


def read_event(body: object, number: str = "") -> Event | None:
    """Read one event of a run or workflow; None when it has no usable number or type.

    Args:
        number: the SSE id, for events that don't carry their sequence.
    """
    event = mapping(body)
    sequence = whole(event.get("sequence"))
    if sequence is None:
        sequence = whole(number)
    kind = text(event.get("type"))
    if sequence is None or sequence < 0 or not kind:
        return None
    payload = event.get("payload") if isinstance(event.get("payload"), dict) else event.get("data")
    at_ms = epoch_ms(event.get("at") or event.get("timestamp"))
    return Event(sequence, kind, at_ms or 0, mapping(payload), text(event.get("status")), event)


async def read_log(transport: Transport, path: str, after: int = -1) -> list[Event]:
    """Return the stored events of *path* (a run's or workflow's own path) above *after*, in order, each once.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    params = {"after": str(after)} if after >= 0 else None
    body = await transport.get_json(f"{path}/events", params=params)
    found = {event.sequence: event for item in items_of(body, "events") if (event := read_event(item))}
    return [found[sequence] for sequence in sorted(found) if sequence > after]


async def read_status(transport: Transport, path: str) -> str:
    """Return the status in the record at *path*; empty when it tells none.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    data = unwrapped(await transport.get_json(path))
    for record in (data.get("run"), data.get("workflow"), data):
        if isinstance(record, dict) and text(record.get("status")):
            return text(record["status"])
    return ""


class NotAStream(TransportError):
    """What answered is no event stream: a proxy or a server that knows none."""


async def listen(
    transport: Transport, path: str, after: int = -1, *, pace: Pace | None = None
) -> AsyncGenerator[Event | Status, None]:
    """Yield what one connection to the stream of *path* brings, until the server closes it. Repeats nothing.

    Events at or below *after* are not filtered, frames that cannot be read are passed over; ``follow`` does the rest.

    Raises:
        ApiError: the server refused.
        NotAStream: the answer is something else.
        TransportError: it was never reached, broke off or fell silent.
    """
    pace = pace or Pace()
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
    params = None
    if after >= 0:
        headers["Last-Event-ID"] = str(after)
        params = {"after": str(after)}
    decoder = SseDecoder()
    url, read_s = f"{path}/events/stream", max(pace.first_s, pace.silence_s)
    async with transport.open("GET", url, headers=headers, params=params, read_s=read_s) as response:
        kind = response.headers.get("content-type", "text/event-stream").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            raise NotAStream("What answers there is not a stream of events.", phase="read", sent=True)
        async with aclosing(_chunks(response, pace)) as chunks:
            async for chunk in chunks:
                for frame in _decoded(decoder, chunk):
                    item = _read_frame(frame)
                    if item is not None:
                        yield item
    rest = decoder.finish()
    item = _read_frame(rest) if rest is not None else None
    if item is not None:
        yield item


async def _chunks(response: httpx.Response, pace: Pace) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of a stream; a silence that is too long is a ``TransportError``."""
    host = urlsplit(str(response.url)).netloc
    limit_s = pace.first_s
    bytes_ = response.aiter_bytes()
    while True:
        try:
            with translating(host, host):
                async with asyncio.timeout(limit_s):
                    chunk = await anext(bytes_)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise TransportError(f"{host} fell silent.", phase="timeout", sent=True) from None
        limit_s = pace.silence_s
        yield chunk


def _decoded(decoder: SseDecoder, chunk: bytes) -> list[ServerEvent]:
    try:
        return list(decoder.feed(chunk))
    except EventTooLargeError as error:
        raise InvalidRequest("The server sent an event that is too large.", code="event_too_large") from error


def _read_frame(frame: ServerEvent) -> Event | Status | None:
    try:
        body = wire.decode(frame.data.encode())
    except InvalidRequest:
        return None
    if frame.event in ("run_status", "workflow_status"):
        record = mapping(body)
        return Status(text(record.get("status")), record)
    return read_event(body, frame.id)


async def follow(way: Way, path: str, after: int = -1, *, pace: Pace | None = None) -> AsyncGenerator[Item, None]:
    """Yield the log of *path* above *after*, live, until the work is over or waits; the last item is ``Ended``.

    Wrap it in ``contextlib.aclosing``; it may be closed or cancelled at any moment. Hand in the last sequence
    that is kept to go on later: nothing comes twice and nothing is missing.

    Raises:
        ApiError: the server refuses, and waiting does not help; 404 means that it does not know the work.
        TransportError: it was unreachable more often than ``pace.tries``.
    """
    pace = pace or Pace()
    state = _Following(way, path, after, pace)
    while True:
        try:
            source = state.poll() if state.polling else state.stream()
            async with aclosing(source) as items:
                async for item in items:
                    yield item
            if state.ended:
                yield Ended(state.ended)
                return
        except (ApiError, TransportError) as error:
            cut = state.cut(error)
            yield cut
            await pace.sleep(cut.wait_s)


class _Following:
    """What is known between connections."""

    def __init__(self, way: Way, path: str, after: int, pace: Pace) -> None:
        self.polling = False
        self.ended = ""
        self._way = way
        self._path = path
        self._pace = pace
        self._last = after
        self._from_start = after < 0
        self._failures = 0
        self._failed_at = after
        self._began_at: float | None = None
        self._barren = 0
        self._unfilled = 0
        self._round: int | None = 0 if after < 0 else None
        self._closing = False  # the last event may have been the last of all

    def cut(self, error: ApiError | TransportError) -> Cut:
        """Return the pause before the next attempt.

        Raises:
            ApiError, TransportError: *error*, when there is no use in another.
        """
        if isinstance(error, ApiError) and error.http_status not in _PASSING:
            raise error
        lived_s = 0.0 if self._began_at is None else asyncio.get_running_loop().time() - self._began_at
        good = self._last > self._failed_at or lived_s >= self._pace.steady_s
        self._failures = 1 if good else self._failures + 1
        self._failed_at = self._last
        if self._pace.tries is not None and self._failures >= self._pace.tries:
            raise error
        return Cut(error, self._failures, self._pace.wait_s(self._failures, error))

    async def stream(self) -> AsyncGenerator[Item, None]:
        """Yield what one stream brings; afterwards ``ended`` or ``polling`` may be set."""
        transport = await self._transport()
        before, status = self._last, ""
        try:
            async with aclosing(listen(transport, self._path, self._last, pace=self._pace)) as frames:
                async for frame in frames:
                    self._began_at = self._began_at or asyncio.get_running_loop().time()
                    if isinstance(frame, Status):
                        status = frame.status
                        yield frame
                        continue
                    fresh = await self._take(transport, frame)
                    if fresh:
                        status, self._barren = "", 0
                    for item in fresh:
                        yield item
        except NotAStream:
            self.polling = True
            return
        except ApiError as error:
            if error.http_status not in _NO_STREAM:
                raise
            await read_status(transport, self._path)  # raises where it is the work that is not there
            self.polling = True
            return
        except TransportError as error:
            if not error.sent or self._last > before:
                raise
            for item in await self._look(transport):
                yield item
            if self.ended or self._streams_are_the_trouble(before, silent=error.phase == "timeout"):
                return
            raise
        if self._closing and status in CLOSED:
            self.ended = status
            return
        brought = self._last > before
        for item in await self._look(transport):
            yield item
        if not (self.ended or brought or self._streams_are_the_trouble(before)):
            raise TransportError("The stream ended before the work did.", phase="stream", sent=True)

    async def poll(self) -> AsyncGenerator[Item, None]:
        """Read the log again and again; yield what is new."""
        transport = await self._transport()
        idle = 0
        while not self.ended:
            news = await self._look(transport)
            self._began_at = self._began_at or asyncio.get_running_loop().time()
            for item in news:
                yield item
            if not self.ended:
                idle = 0 if news else idle + 1
                waits = self._pace.poll_s
                await self._pace.sleep(waits[min(idle, len(waits) - 1)])

    async def _transport(self) -> Transport:
        self._began_at = None
        return self._way if isinstance(self._way, Transport) else await self._way()

    def _streams_are_the_trouble(self, before: int, *, silent: bool = False) -> bool:
        """Note a stream that brought nothing; whether it did so although the log had news, for good."""
        if self._last > before:
            self._barren += 1
            self.polling = silent or self._barren >= _BARREN
        return self.polling

    async def _look(self, transport: Transport) -> list[Item]:
        """Return what is stored and new, and note the end if it has come.

        The status is read first: what is stored afterwards is complete if the work was closed by then.
        """
        status = await read_status(transport, self._path)
        found: list[Item] = []
        for event in await read_log(transport, self._path, self._last):
            found += self._stored(event)
        if status in CLOSED:
            self.ended = status
        return found

    async def _take(self, transport: Transport, event: Event) -> list[Item]:
        """Return an event of a stream with what is missing before it; nothing if it came before."""
        if event.sequence <= self._last:
            return []
        found: list[Item] = []
        if event.sequence > self._last + 1 and self._unfilled < _SPARSE_AFTER:
            for missed in await read_log(transport, self._path, self._last):
                if missed.sequence < event.sequence:
                    found += self._stored(missed)
        return found + self._stored(event)

    def _stored(self, event: Event) -> list[Item]:
        """Return an event, told about what the log lacks before it and what it makes void."""
        found: list[Item] = []
        # A log that does not begin at 0 is no loss.
        if event.sequence > self._last + 1 and not (self._from_start and self._last < 0):
            self._unfilled += 1
            found.append(Gap(self._last + 1, event.sequence - 1))
        self._last = event.sequence
        self._closing = event.type in _CLOSING_TYPES
        if event.type == "llm_round_started":
            number = whole(event.payload.get("round"))
            known, self._round = self._round, number if number is not None else self._round
            # What came before the consumer's last sequence is not known here; dropping nothing does no harm.
            if number is None or known is None or number <= known:
                found.append(RoundBegunAgain(number))
        return [*found, event]
