"""Fetching from the web without a way inside, keep-alives, idle leave, and the key ring."""

import asyncio
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from studio.contract.errors import ToolError
from studio.engine import fetch
from studio.engine.activity import Activity
from studio.engine.auth import KeyRing, presented_keys
from studio.engine.fetch import Fetcher, is_public
from studio.engine.sse import with_keep_alive
from tests.helpers.engines import FakeTool, picture, running_engine, tools
from tests.helpers.fake_llm import FakeLlm, Reply


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1%eth0", "fc00::1", "fec0::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::"],
)  # fmt: skip
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_outside_are_public(address: str) -> None:
    assert is_public(address)


async def resolve_to(*addresses: str) -> Any:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize(
    ("url", "addresses", "code"),
    [
        ("http://inside.test/x.png", ["10.0.0.1"], "PERMISSION_REQUIRED"),
        ("http://mixed.test/x.png", ["8.8.8.8", "127.0.0.1"], "PERMISSION_REQUIRED"),
        ("ftp://x.test/a", ["8.8.8.8"], "PARAMETER_INVALID"),
        ("http://[::1", ["8.8.8.8"], "PARAMETER_INVALID"),
        ("http://x.test:99999/a", ["8.8.8.8"], "ASSET_NOT_FOUND"),
        ("http://nobody.test/a", [], "PERMISSION_REQUIRED"),
    ],
)
async def test_what_is_not_fetched(url: str, addresses: list[str], code: str) -> None:
    with pytest.raises(ToolError) as caught:
        await Fetcher(resolve=await resolve_to(*addresses)).fetch(url)
    assert caught.value.code == code


class Web(BaseHTTPRequestHandler):
    hosts: ClassVar[list[str]] = []

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/picture.png")
            self.end_headers()
        elif self.path == "/inside":
            self.send_response(302)
            self.send_header("Location", "http://inside.test/secret")
            self.end_headers()
        elif self.path in ("/nowhere", "/nothing"):
            self.send_response(302)
            if self.path == "/nothing":
                self.send_header("Location", "http://[::1")
            self.end_headers()
        elif self.path == "/circle":
            self.send_response(302)
            self.send_header("Location", "/circle")
            self.end_headers()
        elif self.path == "/picture.png":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(picture())
        else:
            self.send_response(404)
            self.end_headers()


@pytest.fixture
def web() -> Any:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    Web.hosts = []
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://pictures.test:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


async def test_fetching_goes_to_the_address_that_was_checked(web: str, monkeypatch: Any) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.1"] if host == "inside.test" else ["127.0.0.1"]

    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    fetcher = Fetcher(resolve=resolve, limit_bytes=1000)
    assert await fetcher.fetch(f"{web}/moved") == picture()
    assert Web.hosts == [web.removeprefix("http://")] * 2
    for path, code in (
        ("/inside", "PERMISSION_REQUIRED"),
        ("/circle", "ASSET_NOT_FOUND"),
        ("/nowhere", "ASSET_NOT_FOUND"),
        ("/nothing", "ASSET_NOT_FOUND"),
        ("/none", "ASSET_NOT_FOUND"),
    ):
        with pytest.raises(ToolError) as caught:
            await fetcher.fetch(web + path)
        assert caught.value.code == code
    with pytest.raises(ToolError, match="larger than"):
        await Fetcher(resolve=resolve, limit_bytes=10).fetch(f"{web}/picture.png")


async def test_a_picture_of_the_web_is_fetched_only_when_a_tool_needs_it(tmp_path: Path) -> None:
    asked: list[str] = []

    class Recorder(Fetcher):
        async def fetch(self, url: str) -> bytes:
            asked.append(url)
            return picture()

    async def look(arguments: dict[str, Any], context: Any) -> None:
        assert (await context.source("image")).mime_type == "image/png"

    parts = {"runners": tools(FakeTool("remove_background", look)), "fetcher": Recorder()}
    message = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]}]
    with FakeLlm([Reply("hi"), Reply(calls=[("remove_background", {})]), Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts=parts) as engine:
            await engine.chat(messages=message)
            assert asked == []
            body = (await engine.chat(messages=message)).json()
    assert body["sogni_tool_results"][0]["success"]
    assert asked == ["https://example.com/a.png"]


async def test_silence_is_filled_with_comments_and_closing_closes_the_source() -> None:
    closed = asyncio.Event()

    async def frames() -> AsyncIterator[bytes]:
        try:
            yield b"a"
            await asyncio.sleep(0.05)
            yield b"b"
            await asyncio.sleep(60)
        finally:
            closed.set()

    got = []
    stream = with_keep_alive(frames(), every_s=0.01)
    async for frame in stream:
        got.append(frame)
        if frame == b"b":
            break
    await stream.aclose()  # type: ignore[attr-defined]
    assert (got[0], got[1], got[-1]) == (b"a", b": keep-alive\n\n", b"b")
    assert closed.is_set()


async def test_keep_alive_ends_and_fails_with_its_source() -> None:
    async def short() -> AsyncIterator[bytes]:
        yield b"a"

    async def broken() -> AsyncIterator[bytes]:
        yield b"a"
        raise ValueError("inner")

    assert [frame async for frame in with_keep_alive(short())] == [b"a"]
    with pytest.raises(ValueError, match="inner"):
        [frame async for frame in with_keep_alive(broken())]


async def test_leaving_waits_for_work() -> None:
    left: list[int] = []
    activity = Activity(lambda: left.append(1))
    activity.start()
    activity.begin()
    activity.leave_when_idle()
    await asyncio.sleep(0.1)
    assert left == []
    activity.end()
    await asyncio.sleep(0.1)
    assert left == [1]


async def test_leaving_after_idleness_counts_from_the_last_request() -> None:
    left = asyncio.Event()
    activity = Activity(left.set, idle_s=0.02)
    activity.start()
    with activity.working():
        await asyncio.sleep(0.05)
        assert not left.is_set()
    await asyncio.wait_for(left.wait(), 5)
    activity.close()


def test_owners_never_hold_keys() -> None:
    ring = KeyRing("local-key", ("team-key",))
    local, team = ring.owner("local-key"), ring.owner("team-key")
    assert local is not None
    assert team is not None
    assert (local.id, "team" in team.id) == ("local", False)
    assert ring.owner("x") is ring.owner(None) is ring.owner("") is None
    assert presented_keys({"authorization": "Bearer a b", "api-key": " k "}) == ["k", "a b"]
    assert presented_keys({"authorization": "Bearer"}) == ["Bearer"]
