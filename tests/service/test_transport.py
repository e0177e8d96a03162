"""Errors with a type, repeats only where safe, and a key that stays at home."""

import asyncio
import logging
import socket
import threading
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from studio.contract import errors
from studio.contract.errors import ApiError, InvalidRequest, RateLimited, TransportError, Unauthorized, Unavailable
from studio.service import account, models
from studio.service.connection import Connection
from studio.service.retries import RetryPolicy, parse_retry_after
from studio.service.transport import Timeouts, Transport
from tests.service.conftest import KEY, Waits
from tests.service.server import Server, drop, head, raw, reply, silent, sse

BUSY = {"status": "error", "message": "Busy.", "error": {"message": "Busy.", "type": "server_error", "code": "busy"}}


async def test_the_key_goes_in_both_headers(server: Server, transport: Transport) -> None:
    server.play(reply({"ok": True}))
    assert await transport.get_json("/x") == {"ok": True}
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.requests[0].headers["api-key"] == KEY


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, InvalidRequest), (401, Unauthorized), (402, errors.InsufficientCredit), (403, errors.Forbidden),
     (404, errors.NotFound), (409, errors.Conflict), (413, errors.TooLarge), (418, InvalidRequest)],
)  # fmt: skip
async def test_refusals_are_typed_and_not_repeated(
    server: Server, transport: Transport, status: int, kind: type[ApiError]
) -> None:
    server.play(reply({"error": {"message": "No.", "type": "x", "code": "y"}}, status))
    with pytest.raises(kind, match=r"^No\.$") as caught:
        await transport.get_json("/x")
    assert caught.value.http_status == status
    assert caught.value.code == "y"
    assert len(server.requests) == 1


async def test_bodies_that_are_not_json(server: Server, transport: Transport) -> None:
    server.play(reply(b"<html>gateway</html>", 404, kind="text/html"), reply(b"plain words", 404), reply(b"", 404))
    for words in ("Reason", "plain words", "Reason"):
        with pytest.raises(errors.NotFound, match=f"^{words}$"):
            await transport.get_json("/x")


async def test_a_get_is_repeated_as_the_server_asks(server: Server, transport: Transport, waits: Waits) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    server.play(reply(BUSY, 503, {"Retry-After": "7"}), reply(BUSY, 429, {"Retry-After": later}), reply({"ok": 1}))
    assert await transport.get_json("/x") == {"ok": 1}
    assert waits[0] == 7
    assert 7 <= waits[1] <= 9


async def test_body_wait_wins_over_the_header(server: Server, transport: Transport, waits: Waits) -> None:
    server.play(reply({**BUSY, "retryAfter": 3}, 503, {"Retry-After": "7"}), reply({}))
    await transport.get_json("/x")
    assert waits == [3]


async def test_a_long_wait_is_passed_on(server: Server, transport: Transport, waits: Waits) -> None:
    server.play(reply(BUSY, 429, {"Retry-After": "3600"}))
    with pytest.raises(RateLimited) as caught:
        await transport.get_json("/x")
    assert caught.value.retry_after_s == 3600
    assert waits == []


async def test_after_two_repeats_it_is_an_error(server: Server, transport: Transport, waits: Waits) -> None:
    server.play(reply(BUSY, 503))
    with pytest.raises(Unavailable):
        await transport.get_json("/x")
    assert len(server.requests) == 3
    assert waits == [pytest.approx(0.4), pytest.approx(0.8)]


@pytest.mark.parametrize(
    "script", [reply(BUSY, 503, {"Retry-After": "0"}), reply(BUSY, 429), drop, raw(head(200)[:20])]
)
async def test_a_post_that_was_sent_is_not_repeated(server: Server, transport: Transport, script: object) -> None:
    server.play(script)  # type: ignore[arg-type]
    with pytest.raises((ApiError, TransportError)) as caught:
        await transport.post_json("/x", {"a": 1})
    assert len(server.requests) == 1
    if isinstance(caught.value, TransportError):
        assert caught.value.sent
        assert caught.value.phase == "read"


async def test_a_get_is_repeated_after_a_dropped_connection(server: Server, transport: Transport) -> None:
    server.play(drop, reply({"ok": 1}))
    assert await transport.get_json("/x") == {"ok": 1}


async def test_one_idempotency_key_per_call(server: Server, transport: Transport) -> None:
    server.play(reply({}))
    await transport.post_json("/x", {})
    await transport.post_json("/x", {})
    await transport.post_json("/x", {}, idempotency_key="mine")
    keys = [request.headers["idempotency-key"] for request in server.requests]
    assert len(set(keys)) == 3
    assert keys[2] == "mine"


async def test_what_never_left_is_repeated(waits: Waits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    servers: list[Server] = []

    async def open_meanwhile(seconds: float) -> None:
        await waits(seconds)
        servers.append(Server([reply({"ok": 1})], port=port))

    connection = Connection("custom", f"http://127.0.0.1:{port}")
    async with Transport(connection, retry=RetryPolicy(retries=0)) as transport:
        with pytest.raises(TransportError) as caught:
            await transport.post_json("/x", {})
    assert (caught.value.phase, caught.value.sent) == ("connect", False)
    async with Transport(connection, sleep=open_meanwhile) as transport:
        assert await transport.post_json("/x", {}, idempotency_key="mine") == {"ok": 1}
    assert [request.headers["idempotency-key"] for request in servers[0].requests] == ["mine"]
    assert len(waits) == 1
    servers[0].close()


async def test_a_silent_server_is_given_up(server: Server, waits: Waits) -> None:
    gone = threading.Event()
    server.play(silent(gone))
    timeouts = Timeouts(read_s=0.05)
    async with Transport(
        Connection("custom", server.url), timeouts=timeouts, retry=RetryPolicy(retries=0)
    ) as transport:
        with pytest.raises(TransportError) as caught:
            await transport.get_json("/x")
    assert (caught.value.phase, caught.value.sent) == ("timeout", True)
    assert await asyncio.to_thread(gone.wait, 5)


@pytest.mark.parametrize("moment", ["before the headers", "within the body"])
async def test_cancelling_closes_the_connection(server: Server, transport: Transport, moment: str) -> None:
    gone = threading.Event()

    def half(connection: socket.socket, request: object) -> None:
        if moment == "within the body":
            connection.sendall(head(200, {"Content-Length": "100"}) + b'{"a":')
        silent(gone)(connection, request)  # type: ignore[arg-type]

    server.play(half)
    task = asyncio.create_task(transport.get_json("/x"))
    assert await asyncio.to_thread(server.arrived.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(gone.wait, 5)


async def test_leaving_a_stream_unread_closes_it(server: Server, transport: Transport) -> None:
    gone = threading.Event()
    server.play(sse(b"data: never read\n\n", hold=gone))
    async with transport.stream("GET", "/x") as response:
        assert response.status_code == 200
    assert await asyncio.to_thread(gone.wait, 2)


@pytest.mark.parametrize("body", [b"not json", b"\xff\xfe", b'{"a":'])
async def test_an_answer_that_is_not_json(server: Server, transport: Transport, body: bytes) -> None:
    server.play(reply(body))
    with pytest.raises(TransportError, match="not JSON"):
        await transport.post_json("/x", {})


async def test_an_answer_cut_short(server: Server, transport: Transport) -> None:
    server.play(raw(head(200, {"Content-Length": "50"}) + b'{"a": 1}'))
    with pytest.raises(TransportError) as caught:
        await transport.post_json("/x", {})
    assert caught.value.phase == "read"


# --- redirects ---------------------------------------------------------------------------------------


async def test_the_key_does_not_follow_to_another_host(server: Server, transport: Transport) -> None:
    other = Server([reply({"ok": 1})])
    server.play(reply(b"", 302, {"Location": f"{other.url}/there"}))
    assert await transport.get_json("/x") == {"ok": 1}
    assert "authorization" not in other.requests[0].headers
    assert "api-key" not in other.requests[0].headers
    other.close()


async def test_redirects_within_the_server_keep_the_key(server: Server, transport: Transport) -> None:
    server.play(reply(b"", 307, {"Location": "/v2"}), reply({"ok": 1}))
    assert await transport.post_json("/x", {"a": 1}) == {"ok": 1}
    assert server.requests[1].path == "/v2"
    assert server.requests[1].json == {"a": 1}
    assert server.requests[1].headers["api-key"] == KEY


async def test_a_post_is_not_carried_to_another_host(server: Server, transport: Transport) -> None:
    server.play(reply(b"", 307, {"Location": "http://elsewhere.example/x"}))
    with pytest.raises(InvalidRequest, match=r"elsewhere\.example"):
        await transport.post_json("/x", {"a": 1})


async def test_redirects_in_a_circle_end(server: Server, transport: Transport) -> None:
    server.play(reply(b"", 302, {"Location": "/x"}))
    with pytest.raises(TransportError, match="circle"):
        await transport.retrying("POST", lambda: transport.request_json("GET", "/x"))


async def test_redirects_to_other_schemes_are_refused(server: Server, transport: Transport) -> None:
    server.play(reply(b"", 302, {"Location": "file:///etc/passwd"}))
    with pytest.raises(InvalidRequest):
        await transport.get_json("/x")


# --- secrets ----------------------------------------------------------------------------------------


async def test_no_error_repr_or_log_holds_the_key(
    server: Server, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.play(reply({"error": {"message": f"Incorrect API key {KEY}.", "type": "authentication_error"}}, 401))
    with pytest.raises(Unauthorized) as caught:
        await transport.get_json("/x?signature=secret-signature")
    shown = "".join(traceback.format_exception(caught.value)) + repr(transport) + caplog.text + str(caught.value.body())
    assert KEY not in shown
    assert "…cdef" in str(caught.value)
    assert "secret-signature" not in caplog.text


def test_retry_after() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert parse_retry_after("12", now) == 12
    assert parse_retry_after(" 1.5 ", now) == 1.5
    assert parse_retry_after("Thu, 01 Jan 2026 00:00:30 GMT", now) == 30
    assert parse_retry_after("Thu, 01 Jan 2015 00:00:30 GMT", now) == 0
    for useless in (None, "", "soon", "-5", "1.2.3"):
        assert parse_retry_after(useless, now) is None


# --- models and account -----------------------------------------------------------------------------


async def test_models_of_any_server(server: Server, transport: Transport) -> None:
    rows = [
        {"id": "a", "owned_by": "studio", "vision": True},
        {"id": "b", "created": "yesterday"},
        {"name": "no id"},
        7,
    ]
    server.play(reply({"object": "list", "data": rows}), reply({"id": "org/a"}), reply({"data": None}))
    assert [model.id for model in await models.list_models(transport)] == ["a", "b"]
    assert (await models.get_model(transport, "org/a")).id == "org/a"
    assert server.requests[1].path == "/v1/models/org/a"
    with pytest.raises(TransportError):
        await models.list_models(transport)


async def test_account_and_balance(server: Server, transport: Transport) -> None:
    tokens = {"settled": "1", "credit": "0", "debit": "0", "net": "1", "premiumCredit": "5"}
    server.play(
        reply({"status": "success", "data": {"username": "ada", "currentEmail": None, "walletAddress": "w"}}),
        reply({"status": "success", "data": {"sogni": tokens, "spark": tokens}}),
        reply({"status": "success", "data": {}}),
    )
    assert (await account.me(transport)).username == "ada"
    assert (await account.balance(transport)).spark.premium_credit == "5"
    with pytest.raises(TransportError):
        await account.me(transport)


async def test_health_and_leaving(server: Server, transport: Transport) -> None:
    body = {"status": "ok", "version": "1", "pid": 5, "features": ["shutdown"], "llm": {"answered_by": "director"}}
    server.play(reply(body), reply({}), reply([]))
    health = await account.health(transport)
    assert (health.pid, health.features, health.answered_by) == (5, ("shutdown",), "director")
    assert health.latency_ms > 0
    await account.ask_to_leave(transport)
    assert (server.requests[1].method, server.requests[1].path) == ("POST", "/v1/studio/shutdown")
    with pytest.raises(TransportError, match="not a studio engine"):
        await account.health(transport)


async def test_probe_works_without_accounts(server: Server, transport: Transport) -> None:
    server.play(reply({"data": [{"id": "a"}]}), reply({"error": {"message": "no route"}}, 404))
    probe = await account.probe(transport)
    assert (probe.models, probe.username) == (1, "")
