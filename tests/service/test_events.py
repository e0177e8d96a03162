"""Following durable work: every event once and in order, whatever happens to the cable, the server or the proxy."""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from studio.contract.errors import NotFound, ServerError, TransportError, Unauthorized
from studio.service.connection import Connection
from studio.service.events import (
    Cut,
    Ended,
    Event,
    Gap,
    Item,
    Pace,
    RoundBegunAgain,
    Status,
    follow,
    read_event,
    read_log,
)
from studio.service.transport import Transport
from tests.service.conftest import KEY, Waits
from tests.service.durable import RUN, Durable, event, frame, script, status_frame, story, whole
from tests.service.server import Request, Server, head, reply, silent


def quick(waits: Waits, **members: Any) -> Pace:
    return Pace(sleep=waits, jitter=lambda: 1.0, **members)


async def everything(items: AsyncGenerator[Item, None]) -> list[Item]:
    async with asyncio.timeout(20):
        async with aclosing(items) as found:
            return [item async for item in found]


def numbers(items: list[Item]) -> list[int]:
    return [item.sequence for item in items if isinstance(item, Event)]


def cuts(items: list[Item]) -> list[Cut]:
    return [item for item in items if isinstance(item, Cut)]


async def test_a_whole_stream_needs_one_connection(server: Server, transport: Transport, waits: Waits) -> None:
    run = Durable(story())
    server.play(run)
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert numbers(items) == [0, 1, 2, 3, 4, 5]
    assert items[-1] == Ended("completed")
    assert (len(server.requests), waits) == (1, [])
    assert items[1] == read_event(story()[1])
    assert isinstance(items[1], Event)
    assert (items[1].payload, items[1].at_ms) == ({"content": "wörd 1 "}, 1769860803000)


async def test_a_cut_after_any_byte_loses_and_repeats_nothing(
    server: Server, transport: Transport, waits: Waits
) -> None:
    log = story(3)
    full = whole(log)
    for cut in range(len(full)):
        run = Durable(log, [lambda events, cut=cut: whole(events)[:cut], whole])
        server.play(run)
        items = await everything(follow(transport, RUN, pace=quick(waits)))
        assert numbers(items) == [0, 1, 2], f"cut after {cut} bytes"
        assert items[-1] == Ended("completed")
        assert not any(isinstance(item, Gap) for item in items)


async def test_a_later_start_gets_only_what_is_new(server: Server, transport: Transport, waits: Waits) -> None:
    run = Durable(story())
    server.play(run)
    items = await everything(follow(transport, RUN, 3, pace=quick(waits)))
    assert (numbers(items), run.afters) == ([4, 5], [3])


async def test_a_finished_log_ends_without_any_event(server: Server, transport: Transport, waits: Waits) -> None:
    server.play(Durable(story()))
    items = await everything(follow(transport, RUN, 5, pace=quick(waits)))
    assert (numbers(items), items[-1]) == ([], Ended("completed"))


async def test_duplicates_are_dropped(server: Server, transport: Transport, waits: Waits) -> None:
    log = story()
    server.play(
        Durable(
            log, [lambda events: b"".join(map(frame, [*log[:3], *log[:5], log[4], *log])) + status_frame("completed")]
        )
    )
    items = await everything(follow(transport, RUN, 0, pace=quick(waits)))
    assert numbers(items) == [1, 2, 3, 4, 5]


async def test_a_gap_is_filled_from_the_log(server: Server, transport: Transport, waits: Waits) -> None:
    log = story(8)
    run = Durable(
        log, [lambda events: b"".join(map(frame, [log[0], log[1], log[5], log[7]])) + status_frame("completed")]
    )
    server.play(run)
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert numbers(items) == list(range(8))
    assert not any(isinstance(item, Gap) for item in items)
    assert run.reads == [1, 5]


async def test_what_the_server_does_not_have_any_more_is_told(
    server: Server, transport: Transport, waits: Waits
) -> None:
    log = [item for item in story(8) if item["sequence"] not in (3, 4)]
    server.play(Durable(log))
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert [(i.first, i.last) for i in items if isinstance(i, Gap)] == [(3, 4)]
    assert numbers(items) == [0, 1, 2, 5, 6, 7]
    place = items.index(Gap(3, 4))
    assert isinstance(items[place + 1], Event)
    assert items[place + 1].sequence == 5  # type: ignore[union-attr]


async def test_a_server_that_numbers_with_gaps_is_not_asked_each_time(
    server: Server, transport: Transport, waits: Waits
) -> None:
    log = [event(n * 10 + 5) for n in range(20)] + [event(205, "run_completed")]
    run = Durable(log)
    server.play(run)
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert numbers(items) == [item["sequence"] for item in log]
    assert len(run.reads) <= 4


async def test_a_pause_in_the_middle_of_the_log_is_not_the_end(
    server: Server, transport: Transport, waits: Waits
) -> None:
    log = [
        event(0, "run_created"),
        event(1, "run_waiting_for_user"),
        event(2, "run_resumed"),
        event(3, "run_completed"),
    ]
    for cut in (len(frame(log[0]) + frame(log[1])), None):
        server.play(Durable(log, [lambda events, cut=cut: whole(events)[:cut], whole]))
        items = await everything(follow(transport, RUN, pace=quick(waits)))
        assert (numbers(items), items[-1]) == ([0, 1, 2, 3], Ended("completed"))


async def test_waiting_ends_it(server: Server, transport: Transport, waits: Waits) -> None:
    log = story(3, "run_waiting_for_user")
    for tail in (status_frame("waiting_for_user"), b""):  # others don't repeat the status
        server.play(
            Durable(log, [lambda events, tail=tail: b"".join(map(frame, events)) + tail], status="waiting_for_user")
        )
        items = await everything(follow(transport, RUN, pace=quick(waits)))
        assert (numbers(items), items[-1]) == ([0, 1, 2], Ended("waiting_for_user"))


async def test_comments_statuses_and_strange_frames_do_no_harm(
    server: Server, transport: Transport, waits: Waits
) -> None:
    log = story(4)

    def odd(events: list[dict[str, Any]]) -> bytes:
        first, *rest = events
        return (
            b"\xef\xbb\xbf: keepalive\n\n" + status_frame("running") + frame(first, "\r\n")
            + b"event: later_invention\ndata: {}\n\ndata: not json\n\ndata: [1]\n\n"
            + b'id: x\nevent: y\ndata: {"sequence":-4,"type":"z"}\n\n'
            + b"".join(frame(item, "\r\n") for item in rest) + status_frame("completed")
        )  # fmt: skip

    server.play(Durable(log, [odd]))
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert numbers(items) == [0, 1, 2, 3]
    assert [item.status for item in items if isinstance(item, Status)] == ["running", "completed"]


async def test_an_event_that_cannot_be_read_is_fetched_instead(
    server: Server, transport: Transport, waits: Waits
) -> None:
    log = story(4)
    damaged = frame(log[2]).replace(b"data: {", b"data: {{")
    server.play(
        Durable(
            log, [lambda events: frame(log[0]) + frame(log[1]) + damaged + frame(log[3]) + status_frame("completed")]
        )
    )
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert numbers(items) == [0, 1, 2, 3]


async def test_the_wait_that_a_server_asks_for_is_kept(server: Server, transport: Transport, waits: Waits) -> None:
    busy = script(reply({"status": "error", "message": "Restarting"}, 503, {"Retry-After": "7"}))
    server.play(Durable(story(3), [busy, whole]))
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert numbers(items) == [0, 1, 2]
    assert waits == [7.0]
    assert [(c.failures, c.wait_s) for c in cuts(items)] == [(1, 7.0)]


async def test_waits_grow_while_nothing_comes_and_begin_anew_with_news(
    server: Server, transport: Transport, waits: Waits
) -> None:
    log = story(4)
    dead = script(reply({}, 502))
    one = lambda events: frame(events[0])[:-1]  # noqa: E731
    run = Durable(log, [dead, dead, dead, one, dead, whole], status="running", stored=[])
    server.play(run)
    items = await everything(follow(transport, RUN, pace=quick(waits, back_off_s=(1.0, 2.0, 4.0))))
    assert numbers(items) == [0, 1, 2, 3]
    assert [c.wait_s for c in cuts(items)] == [1.0, 2.0, 4.0, 1.0]


async def test_a_server_that_comes_back_on_another_port_is_found(server: Server, waits: Waits) -> None:
    log = story(6)
    half = len(b"".join(map(frame, log[:3]))) + 9
    server.play(Durable(log, [lambda events: whole(events)[:half]], status="running", stored=[]))
    second = Server().play(Durable(log))
    dead = socket.create_server(("127.0.0.1", 0))
    nobody = f"http://127.0.0.1:{dead.getsockname()[1]}"
    dead.close()
    urls = iter([server.url, nobody, nobody, second.url])
    made: list[Transport] = []

    async def way() -> Transport:
        made.append(Transport(Connection("local", next(urls), KEY), sleep=waits))
        return made[-1]

    try:
        items = await everything(follow(way, RUN, pace=quick(waits)))
    finally:
        for transport in made:
            await transport.aclose()
        second.close()
    assert numbers(items) == [0, 1, 2, 3, 4, 5]
    assert all(isinstance(cut.error, TransportError) for cut in cuts(items))
    assert [request.headers["last-event-id"] for request in second.requests] == ["2"]


async def test_too_many_failures_end_it(server: Server, transport: Transport, waits: Waits) -> None:
    server.play(Durable(story(), [script(reply({}, 502))]))
    with pytest.raises(ServerError):
        await everything(follow(transport, RUN, pace=quick(waits, tries=3)))
    assert len(waits) == 2


@pytest.mark.parametrize(("status", "error"), [(401, Unauthorized), (404, NotFound)])
async def test_refusals_that_no_wait_helps_are_raised(
    status: int, error: type[Exception], server: Server, transport: Transport, waits: Waits
) -> None:
    server.play(reply({"status": "error", "message": "No"}, status))
    with pytest.raises(error):
        await everything(follow(transport, RUN, pace=quick(waits)))
    assert waits == []


async def test_silence_is_a_cut_but_heart_beats_are_not(server: Server, transport: Transport, waits: Waits) -> None:
    gone = threading.Event()
    log = story(3)

    def beating(connection: socket.socket, request: Request) -> None:
        connection.sendall(head(200, {"Content-Type": "text/event-stream"}) + frame(log[0]))
        for _ in range(8):  # longer than the limit in all
            gone.wait(0.05)
            connection.sendall(b": keepalive\n\n")
        silent(gone)(connection, request)

    run = Durable(log, [script(beating), whole], status="running", stored=[])
    server.play(run)
    items = await everything(follow(transport, RUN, pace=quick(waits, silence_s=0.2, first_s=2.0)))
    assert numbers(items) == [0, 1, 2]
    (cut,) = cuts(items)
    assert isinstance(cut.error, TransportError)
    assert cut.error.phase == "timeout"
    assert gone.wait(5), "the silent connection was closed"


async def test_a_proxy_that_answers_with_a_page_is_polled_around(
    server: Server, transport: Transport, waits: Waits
) -> None:
    page = script(reply(b"<html>", kind="text/html"))
    run = Durable(story(6), [page], status="running")
    later = list(run.events)
    run.events = later[:2]
    polls = 0

    async def growing(seconds: float) -> None:
        nonlocal polls
        polls += 1
        run.events = later[: 2 + polls]
        run.status = "completed" if polls == 4 else "running"
        waits.append(seconds)

    server.play(run)
    pace = Pace(sleep=growing, jitter=lambda: 1.0, poll_s=(1.0, 3.0))
    items = await everything(follow(transport, RUN, pace=pace))
    assert (numbers(items), items[-1]) == ([0, 1, 2, 3, 4, 5], Ended("completed"))
    assert len(run.afters) == 1, "the stream is not tried again"
    assert waits == [1.0] * 4


async def test_a_proxy_that_holds_the_stream_back_is_polled_around(
    server: Server, transport: Transport, waits: Waits
) -> None:
    gone = threading.Event()
    run = Durable(story(4), [script(silent(gone))])

    async def finish(seconds: float) -> None:
        run.status = "completed"

    run.status = "running"
    server.play(run)
    items = await everything(
        follow(transport, RUN, pace=Pace(sleep=finish, jitter=lambda: 1.0, first_s=0.1, silence_s=0.1))
    )
    assert (numbers(items), items[-1]) == ([0, 1, 2, 3], Ended("completed"))
    assert len(run.afters) == 1


async def test_streams_that_keep_breaking_before_the_first_event_are_polled_around(
    server: Server, transport: Transport, waits: Waits
) -> None:
    run = Durable(story(4), [lambda events: status_frame("running")], status="running")
    log, run.events = run.events, run.events[:1]

    async def more(seconds: float) -> None:
        run.events = log[: len(run.events) + 1]
        run.status = "completed" if len(run.events) == 4 else "running"

    server.play(run)
    items = await everything(follow(transport, RUN, pace=Pace(sleep=more, jitter=lambda: 1.0)))
    assert (numbers(items), items[-1]) == ([0, 1, 2, 3], Ended("completed"))
    assert len(run.afters) == 2


async def test_a_server_without_streams_is_polled(server: Server, transport: Transport, waits: Waits) -> None:
    server.play(Durable(story(3), [script(reply({"status": "error", "message": "No such route"}, 404))]))
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert (numbers(items), items[-1]) == ([0, 1, 2], Ended("completed"))


async def test_a_round_begun_again_voids_its_text(server: Server, transport: Transport, waits: Waits) -> None:
    log = [
        event(0, "run_created"),
        event(1, "llm_round_started", round=1),
        event(2, "assistant_message_delta", content="half a "),
        event(3, "run_resumed", reason="restart"),
        event(4, "llm_round_started", round=1),
        event(5, "assistant_message_delta", content="a whole sentence"),
        event(6, "llm_round_started", round=2),
        event(7, "run_completed"),
    ]
    server.play(Durable(log))
    items = await everything(follow(transport, RUN, pace=quick(waits)))
    assert [i for i in items if isinstance(i, RoundBegunAgain)] == [RoundBegunAgain(1)]
    place = items.index(RoundBegunAgain(1))
    assert items[place + 1].sequence == 4  # type: ignore[union-attr]
    # Somebody who had kept everything up to the crash is told as well, though this follower never saw round 1.
    later = await everything(follow(transport, RUN, 3, pace=quick(waits)))
    assert [i for i in later if isinstance(i, RoundBegunAgain)] == [RoundBegunAgain(1)]


async def test_leaving_closes_the_connection(server: Server, transport: Transport, waits: Waits) -> None:
    gone = threading.Event()

    def live(connection: socket.socket, request: Request) -> None:
        connection.sendall(head(200, {"Content-Type": "text/event-stream"}) + frame(story()[0]))
        silent(gone)(connection, request)

    server.play(Durable(story(), [script(live)], status="running"))
    async with aclosing(follow(transport, RUN, pace=quick(waits))) as items:
        async for _ in items:
            break
    assert await asyncio.to_thread(gone.wait, 5)


async def test_cancelling_at_any_await_closes_the_connection(
    server: Server, transport: Transport, waits: Waits
) -> None:
    gone = threading.Event()
    got: list[Item] = []

    def live(connection: socket.socket, request: Request) -> None:
        connection.sendall(head(200, {"Content-Type": "text/event-stream"}) + frame(story()[0]))
        silent(gone)(connection, request)

    server.play(Durable(story(), [script(live)], status="running"))
    first = asyncio.Event()

    async def consume() -> None:
        async with aclosing(follow(transport, RUN, pace=quick(waits))) as items:
            async for item in items:
                got.append(item)
                first.set()

    task = asyncio.create_task(consume())
    await asyncio.wait_for(first.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(gone.wait, 5)
    assert numbers(got) == [0]


async def test_the_log_is_read_forgivingly(server: Server, transport: Transport) -> None:
    log = story(3)
    for body in ({"data": {"events": log[::-1] + log}}, {"events": log}, {"data": log}, log):
        server.play(reply(body))
        assert [item.sequence for item in await read_log(transport, RUN, 0)] == [1, 2]
    server.play(reply({"status": "success"}))
    assert await read_log(transport, RUN) == []
