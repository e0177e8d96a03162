"""Downloads: whole or not at all, resumed where they broke, and honest about a full disk."""

import asyncio
import base64
import errno
import hashlib
import os
import re
import threading
from pathlib import Path

import pytest

from studio.contract.errors import InvalidRequest, NotFound, StorageError, TransportError
from studio.service import media
from studio.service.transport import Transport
from tests.service.server import Request, Server, head, raw, reply, silent

DATA = bytes(range(256)) * 40
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "BLOCK_BYTES", 1000)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def nothing_left(folder: Path) -> bool:
    return names(folder) == []


async def test_a_whole_file(server: Server, transport: Transport, tmp_path: Path) -> None:
    server.play(reply(DATA, kind="image/PNG; x=y"))
    ticks: list[tuple[int, int | None]] = []
    done = await media.download(
        transport, "/v1/media/a.png", tmp_path / "deep" / "a.png", on_progress=lambda *tick: ticks.append(tick)
    )
    assert (done.sha256, done.byte_length, done.mime_type) == (SHA, len(DATA), "image/png")
    assert done.path.read_bytes() == DATA
    assert ticks[-1] == (len(DATA), len(DATA))
    assert names(tmp_path / "deep") == ["a.png"]


async def test_the_key_is_not_sent_to_another_host(transport: Transport, tmp_path: Path) -> None:
    other = Server([reply(DATA)])
    await media.download(transport, f"{other.url}/x", tmp_path / "a")
    assert "authorization" not in other.requests[0].headers
    assert "api-key" not in other.requests[0].headers
    other.close()


def resuming(break_after: int, *, etag: str = '"v1"') -> object:
    """A server that breaks each answer off after that many bytes and honours ranges."""

    def script(connection: object, request: Request) -> None:
        start = int((re.match(r"bytes=(\d+)-", request.headers.get("range", "")) or [0, 0])[1])
        headers = {"Content-Length": str(len(DATA) - start), "ETag": etag, "Content-Type": "image/png"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"
        connection.sendall(head(206 if start else 200, headers) + DATA[start : start + break_after])  # type: ignore[attr-defined]

    return script


async def test_a_broken_download_goes_on_where_it_stopped(server: Server, transport: Transport, tmp_path: Path) -> None:
    server.play(resuming(4000))  # type: ignore[arg-type]
    done = await media.download(transport, "/a", tmp_path / "a", expected_sha256=SHA.upper())
    assert done.path.read_bytes() == DATA
    assert [request.headers.get("range") for request in server.requests] == [None, "bytes=4000-", "bytes=8000-"]
    assert server.requests[1].headers["if-range"] == '"v1"'


async def test_a_server_that_starts_over_is_followed(server: Server, transport: Transport, tmp_path: Path) -> None:
    server.play(raw(head(200, {"Content-Length": str(len(DATA))}) + b"old bytes"), reply(DATA))
    assert (await media.download(transport, "/a", tmp_path / "a")).path.read_bytes() == DATA


async def test_breaking_off_for_ever_is_an_error(server: Server, transport: Transport, tmp_path: Path) -> None:
    server.play(resuming(10))  # type: ignore[arg-type]
    with pytest.raises(TransportError):
        await media.download(transport, "/a", tmp_path / "a")
    assert len(server.requests) == 1 + media.RESUMES
    assert nothing_left(tmp_path)


async def test_every_break_gives_the_same_file(server: Server, transport: Transport, tmp_path: Path) -> None:
    for cut in [1, 2, 63, 64, 4095, 4096, 5120, len(DATA) - 1]:
        server.play(raw(head(200, {"Content-Length": str(len(DATA))}) + DATA[:cut]), resuming(len(DATA)))  # type: ignore[arg-type]
        assert (await media.download(transport, "/a", tmp_path / "a")).sha256 == SHA


@pytest.mark.parametrize("announced", [True, False])
async def test_too_large(server: Server, transport: Transport, tmp_path: Path, announced: bool) -> None:
    server.play(reply(DATA) if announced else raw(head(200) + DATA))
    with pytest.raises(InvalidRequest) as caught:
        await media.download(transport, "/a", tmp_path / "a", max_bytes=1000)
    assert caught.value.code == "file_too_large"
    assert nothing_left(tmp_path)


async def test_damaged(server: Server, transport: Transport, tmp_path: Path) -> None:
    server.play(reply(DATA))
    with pytest.raises(TransportError, match="damaged"):
        await media.download(transport, "/a", tmp_path / "a", expected_sha256="0" * 64)
    assert nothing_left(tmp_path)


async def test_refused(server: Server, transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"before")
    server.play(reply({"message": "Expired."}, 404))
    with pytest.raises(NotFound):
        await media.download(transport, "/a", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"before"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("uri", "data", "mime"),
    [
        ("data:image/png;base64," + base64.b64encode(DATA).decode(), DATA, "image/png"),
        ("data:,a%20b", b"a b", "text/plain"),
    ],
)
async def test_data_uris(transport: Transport, tmp_path: Path, uri: str, data: bytes, mime: str) -> None:
    done = await media.download(transport, uri, tmp_path / "a")
    assert (done.path.read_bytes(), done.mime_type) == (data, mime)


@pytest.mark.parametrize("uri", ["data:image/png;base64,@@@", "data:nothing", "ftp://x/y", "file:///etc/passwd"])
async def test_addresses_that_cannot_be_fetched(transport: Transport, tmp_path: Path, uri: str) -> None:
    with pytest.raises(InvalidRequest):
        await media.download(transport, uri, tmp_path / "a")
    assert nothing_left(tmp_path)


async def test_a_full_disk(
    server: Server, transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    server.play(reply(DATA))
    with pytest.raises(StorageError) as caught:
        await media.download(transport, "/a", tmp_path / "a")
    assert caught.value.kind == "disk_full"
    assert all(text.endswith(".") for text in (caught.value.what, caught.value.kept, caught.value.action))
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("moment", ["headers", "body"])
async def test_cancelling_leaves_nothing(server: Server, transport: Transport, tmp_path: Path, moment: str) -> None:
    gone, started = threading.Event(), asyncio.Event()

    def script(connection: object, request: Request) -> None:
        if moment == "body":
            connection.sendall(head(200, {"Content-Length": "99999"}) + DATA)  # type: ignore[attr-defined]
        silent(gone)(connection, request)  # type: ignore[arg-type]

    server.play(script)  # type: ignore[arg-type]
    task = asyncio.create_task(media.download(transport, "/a", tmp_path / "a", on_progress=lambda *_: started.set()))
    if moment == "body":
        await started.wait()
    else:
        assert await asyncio.to_thread(server.arrived.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(gone.wait, 5)
    assert nothing_left(tmp_path)


async def test_cancelling_waits_for_the_disk(
    server: Server, transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancel that arrives during the last flush: the file is whole under its name, and nothing lies beside it."""
    flushing, go_on = threading.Event(), threading.Event()

    def slow(handle: int) -> None:
        flushing.set()
        assert go_on.wait(5)

    monkeypatch.setattr(os, "fsync", slow)
    server.play(reply(DATA))
    task = asyncio.create_task(media.download(transport, "/a", tmp_path / "a"))
    assert await asyncio.to_thread(flushing.wait, 5)
    task.cancel()
    await asyncio.sleep(0.02)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == DATA
