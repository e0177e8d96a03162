"""The client's uploads, against a scripted server and against a real engine."""

import asyncio
import hashlib
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from studio.contract.errors import (
    ApiError,
    Forbidden,
    InvalidRequest,
    NotFound,
    StorageError,
    TooLarge,
    TransportError,
)
from studio.engine.uploads.policy import Signer
from studio.service.connection import Connection
from studio.service.transport import Transport
from studio.service.uploads import BLOCK_BYTES, Stored, Uploader
from tests.helpers.engines import picture, running_engine
from tests.service.conftest import KEY
from tests.service.server import Request, Server, drop, head, reply

PICTURE = picture(30, 20)
STORED = Stored("J", "referenceImage", "media_ref_1", "image/png")


class Memory(dict[tuple[str, str], Stored]):
    """What was uploaded where, for the length of a test."""

    async def lookup(self, connection: Connection, sha256: str) -> Stored | None:
        return self.get((connection.kind, sha256))

    async def remember(self, connection: Connection, sha256: str, stored: Stored) -> None:
        self[connection.kind, sha256] = stored


def form(server: Server, **data: Any) -> Any:
    url = f"{server.url}/bucket"
    return reply({"status": "success", "data": {"url": url, "fields": {"key": "k", "policy": "p"}, **data}})


def download(server: Server, name: str = "file") -> Any:
    return reply({"data": {"downloadUrl": f"{server.url}/{name}?signature=s"}})


def xml(status: int, code: str, message: str) -> Any:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message} &amp; more.</Message></Error>"
    return reply(body.encode(), status, kind="application/xml")


def paths(server: Server) -> list[str]:
    return [f"{request.method} {urlsplit(request.path).path}" for request in server.requests]


async def upload(transport: Transport, source: Path | bytes = PICTURE, **options: Any) -> Any:
    uploader = Uploader(transport, known=options.pop("known", None))
    options = {"kind": "image", "mime_type": "image/png", "name": "a.png", **options}
    return await uploader.upload(source, **options)


async def test_the_form_has_its_fields_in_order_the_file_last_and_no_key(server: Server, transport: Transport) -> None:
    server.play(form(server), reply(status=204), download(server))
    done = await upload(transport, name='we"ird\r\n.png')
    assert paths(server) == ["GET /v2/image/uploadUrl", "POST /bucket", "GET /v2/image/downloadUrl"]
    ask, post, again = server.requests
    assert ask.headers["authorization"] == f"Bearer {KEY}"
    assert not {"authorization", "api-key", "cookie"} & set(post.headers)
    assert KEY.encode() not in post.body
    assert "transfer-encoding" not in post.headers
    assert post.body.index(b'name="key"') < post.body.index(b'name="policy"') < post.body.index(b'name="file"')
    assert b'filename="we%22ird%0D%0A.png"\r\nContent-Type: image/png\r\n\r\n' + PICTURE in post.body
    query = parse_qs(urlsplit(ask.path).query)
    assert query == parse_qs(urlsplit(again.path).query)
    assert (query["type"], query["contentType"]) == (["referenceImage"], ["image/png"])
    assert done.url == f"{server.url}/file?signature=s"
    assert (done.sha256, done.size_bytes, done.reused) == (hashlib.sha256(PICTURE).hexdigest(), len(PICTURE), False)


async def test_progress_counts_the_bytes_of_the_file(server: Server, transport: Transport, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(3 * BLOCK_BYTES))
    seen: list[tuple[int, int]] = []
    server.play(form(server), reply(status=204), download(server))
    await upload(
        transport, path, kind="video", mime_type="video/mp4", on_progress=lambda sent, total: seen.append((sent, total))
    )
    size = path.stat().st_size
    assert seen == [(min(n * BLOCK_BYTES, size), size) for n in range(1, 5)]
    assert path.read_bytes() in server.requests[1].body
    assert paths(server)[0] == "GET /v2/media/uploadUrl"


async def test_a_form_without_fields_is_a_form_all_the_same(server: Server, transport: Transport) -> None:
    server.play(reply({"data": {"uploadUrl": f"{server.url}/bucket"}}), reply(status=201), download(server))
    await upload(transport)
    assert paths(server)[1] == "POST /bucket"
    assert server.requests[1].body.count(b"Content-Disposition") == 1


@pytest.mark.parametrize("status", [404, 501])
async def test_a_server_without_forms_gets_a_put(server: Server, transport: Transport, status: int) -> None:
    missing = reply({"status": "error", "message": "no"}, status)
    put = reply({"data": {"uploadUrl": f"{server.url}/put?signature=s"}})
    server.play(missing, put, reply(), missing, download(server))
    done = await upload(transport)
    assert paths(server)[1:3] == ["GET /v1/image/uploadUrl", "PUT /put"]
    sent = server.requests[2]
    assert (sent.body, sent.headers["content-type"]) == (PICTURE, "image/png")
    assert not {"authorization", "api-key"} & set(sent.headers)
    assert done.url.endswith("/file?signature=s")


async def test_a_server_without_uploads_is_said_to_have_none(server: Server, transport: Transport) -> None:
    server.play(reply({"status": "error", "message": "no route"}, 404))
    with pytest.raises(NotFound, match="takes no uploads"):
        await upload(transport)


@pytest.mark.parametrize(
    "failure",
    [xml(403, "AccessDenied", "Policy expired"), drop, reply(b"", 503), xml(500, "InternalError", "x")],
    ids=["expired", "cut", "busy", "internal"],
)
async def test_a_failure_is_met_once_with_a_fresh_address(server: Server, transport: Transport, failure: Any) -> None:
    server.play(form(server), failure, form(server), reply(status=204), download(server))
    await upload(transport)
    assert paths(server) == ["GET /v2/image/uploadUrl", "POST /bucket"] * 2 + ["GET /v2/image/downloadUrl"]
    server.requests.clear()
    server.play(form(server), failure, form(server), failure)
    with pytest.raises((ApiError, TransportError)):
        await upload(transport)
    assert len(server.requests) == 4


async def test_refusals_of_the_storage_are_sentences(server: Server, transport: Transport) -> None:
    cases: list[tuple[Any, type[ApiError], str]] = [
        (xml(400, "EntityTooLarge", "x"), TooLarge, "takes no files as large"),
        (reply(b"", 413), TooLarge, "takes no files as large"),
        (xml(400, "InvalidArgument", "Odd <b> thing"), InvalidRequest, "refused the upload: InvalidArgument"),
        (xml(400, "InvalidArgument", "Odd thing"), InvalidRequest, "Odd thing & more."),
        (reply({"message": "This file is empty."}, 400), InvalidRequest, "This file is empty."),
        (reply(b"<html>oops", 400, kind="text/html"), InvalidRequest, "HTTP 400"),
        (reply(b"", 302, {"Location": "http://127.0.0.1:9/"}), InvalidRequest, "not followed"),
    ]
    for script, kind, text in cases:
        server.requests.clear()
        server.play(form(server), script)
        with pytest.raises(kind, match=text):
            await upload(transport)
        assert len(server.requests) == 2


async def test_nothing_is_sent_that_cannot_be_taken(server: Server, transport: Transport, tmp_path: Path) -> None:
    server.play(form(server, maxFileSizeBytes=10), form(server))
    with pytest.raises(TooLarge, match="takes at most"):
        await upload(transport)
    server.play(form(server, allowedContentTypes=["image/webp"]))
    with pytest.raises(InvalidRequest, match="takes no image/png"):
        await upload(transport)
    assert paths(server) == ["GET /v2/image/uploadUrl"] * 2
    with pytest.raises(InvalidRequest, match="empty"):
        await upload(transport, b"")
    with pytest.raises(InvalidRequest, match="image/tiff"):
        await upload(transport, mime_type="image/tiff")
    with pytest.raises(StorageError, match="not there any more"):
        await upload(transport, tmp_path / "none.png")
    assert len(server.requests) == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://storage.example/x", "file:///etc/passwd"])
async def test_a_server_elsewhere_cannot_aim_uploads_at_this_machine(url: str) -> None:
    import httpx

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "studio.example"
        return httpx.Response(200, json={"data": {"url": url, "fields": {}}})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        transport = Transport(Connection("custom", "https://studio.example", KEY), client=client)
        with pytest.raises(InvalidRequest, match="nothing was sent"):
            await upload(transport)


async def test_a_file_that_shrinks_meanwhile_is_not_passed_off_as_whole(
    server: Server, transport: Transport, tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(6 * BLOCK_BYTES))

    def shrink(sent: int, total: int) -> None:
        with path.open("r+b") as file:
            file.truncate(2 * BLOCK_BYTES)

    server.play(form(server), reply(status=204))
    with pytest.raises(StorageError, match="changed while it was sent"):
        await upload(transport, path, kind="video", mime_type="video/mp4", on_progress=shrink)


async def test_cancelling_ends_the_upload(server: Server, transport: Transport, tmp_path: Path) -> None:
    begun, gone = threading.Event(), threading.Event()

    def never(connection: socket.socket, request: Request) -> None:
        begun.set()
        connection.settimeout(5)
        while connection.recv(65536):
            pass
        gone.set()

    server.play(form(server), never)
    task = asyncio.create_task(upload(transport))
    assert await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(gone.wait, 5)


async def test_three_at_most_are_on_their_way(server: Server, transport: Transport) -> None:
    lock, now, most = threading.Lock(), [0], [0]
    three = threading.Barrier(3, timeout=5)

    def script(connection: socket.socket, request: Request) -> None:
        if request.method == "GET":
            name = "downloadUrl" if "downloadUrl" in request.path else "url"
            data = {name: f"{server.url}/bucket", **({} if name == "downloadUrl" else {"fields": {}})}
            reply({"data": data})(connection, request)
            return
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        three.wait()
        with lock:
            now[0] -= 1
        connection.sendall(head(204))

    server.play(script)
    uploader = Uploader(transport)
    files = [picture(10 + n, 10) for n in range(6)]
    await asyncio.gather(*(uploader.upload(data, kind="image", mime_type="image/png") for data in files))
    assert most == [3]


async def test_a_file_is_sent_once_to_a_connection(server: Server, transport: Transport) -> None:
    known = Memory()
    size = {"Content-Length": str(len(PICTURE))}
    server.play(form(server), reply(status=204), download(server))
    first = await upload(transport, known=known)
    server.requests.clear()
    server.play(download(server, "again"), reply(b"", headers=size))
    second = await upload(transport, known=known)
    assert paths(server) == ["GET /v2/image/downloadUrl", "HEAD /again"]
    assert not {"authorization", "api-key"} & set(server.requests[1].headers)
    assert (second.reused, second.stored, second.url) == (True, first.stored, f"{server.url}/again?signature=s")
    # Storage that refuses HEAD is asked for one byte.
    server.requests.clear()
    server.play(download(server, "again"), reply(b"", 403), reply(b"x", 206))
    assert (await upload(transport, known=known)).reused
    assert server.requests[2].headers["range"] == "bytes=0-0"


@pytest.mark.parametrize("gone", ["url", "file", "other length"])
async def test_a_file_that_is_gone_is_sent_again(server: Server, transport: Transport, gone: str) -> None:
    known = Memory({("local", hashlib.sha256(PICTURE).hexdigest()): STORED})
    missing = reply({"status": "error", "message": "Nothing was uploaded there."}, 404)
    checks = {
        "url": [missing, missing],
        "file": [download(server), reply(b"", 404)],
        "other length": [download(server), reply(b"", headers={"Content-Length": "7"})],
    }[gone]
    server.play(*checks, form(server), reply(status=204), download(server, "new"))
    done = await upload(transport, known=known)
    assert (done.reused, urlsplit(done.url).path) == (False, "/new")
    assert list(known.values()) == [done.stored]
    assert done.stored != STORED


@asynccontextmanager
async def engine_and_transport(tmp_path: Path, **settings: Any) -> AsyncIterator[tuple[Any, Transport]]:
    async with running_engine(tmp_path, **settings) as engine:
        async with Transport(Connection("local", engine.url, engine.key)) as transport:
            yield engine, transport


async def test_a_real_engine_keeps_what_is_sent_and_is_not_sent_it_twice(tmp_path: Path) -> None:
    known = Memory()
    video = tmp_path / "a.mp4"
    video.write_bytes(b"\0\0\0\x18ftypisom" + bytes(range(256)) * 10_000)
    async with engine_and_transport(tmp_path) as (engine, transport):
        uploader = Uploader(transport, known=known)

        async def both() -> list[Any]:
            return await asyncio.gather(
                uploader.upload(PICTURE, kind="image", mime_type="image/png", name="Blue hour.png"),
                uploader.upload(video, kind="video", mime_type="video/mp4"),
                uploader.upload(PICTURE, kind="image", mime_type="image/png"),
            )

        first = await both()
        assert [done.reused for done in first] == [False, False, True]
        assert (await engine.client.get(first[0].url)).content == PICTURE
        assert (await engine.client.get(first[1].url)).content == video.read_bytes()
        assert "Blue%20hour.png" in first[0].url
        assert [done.reused for done in await both()] == [True, True, True]
        for path in (tmp_path / "engine" / "media").rglob("*.mp4"):
            path.unlink()
        assert [done.reused for done in await both()] == [True, False, True]


async def test_a_real_engine_gives_a_fresh_address_after_one_expired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, given = Signer.token, []

    def token(self: Signer, policy: Any, method: Any) -> tuple[str, str]:
        given.append(method)
        if len(given) == 1:
            monkeypatch.setattr(self, "_lifetime_s", -1)
            late = real(self, policy, method)
            monkeypatch.setattr(self, "_lifetime_s", 3600)
            return late
        return real(self, policy, method)

    monkeypatch.setattr(Signer, "token", token)
    async with engine_and_transport(tmp_path) as (engine, transport):
        done = await upload(transport)
        assert given == ["POST", "POST"]
        assert (await engine.client.get(done.url)).content == PICTURE


async def test_a_real_engine_refuses_in_sentences(tmp_path: Path) -> None:
    async with engine_and_transport(tmp_path) as (_, transport):
        with pytest.raises(Forbidden, match=r"This file is image/png, not image/webp"):
            await upload(transport, mime_type="image/webp")
        with pytest.raises(InvalidRequest, match="damaged"):
            await upload(transport, PICTURE[:-20])
