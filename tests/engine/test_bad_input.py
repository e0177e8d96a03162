"""Everything a request can get wrong: the documented error, and nothing else changes."""

import asyncio
import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image

from studio.contract.errors import ToolError
from studio.engine.agent.failures import arguments_problem, failed, invalid_arguments
from studio.engine.store.blobs import Blobs
from tests.helpers.engines import FakeTool, inline, picture, running_engine, tools


def part(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def user(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [{"type": "text", "text": "look"}, *parts]}]


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header claims a huge picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (4, 4)).save(out, "GIF")
    return out.getvalue()


HELLO = [{"role": "user", "content": "hello"}]
CASES: dict[str, tuple[dict[str, Any], int, str]] = {
    "unknown model": ({"messages": HELLO, "model": "gpt-nothing"}, 404, "is not available here"),
    "no messages": ({}, 400, "messages"),
    "empty list": ({"messages": []}, 400, "messages"),
    "bad role": ({"messages": [{"role": "king", "content": "x"}]}, 400, "messages[0].role"),
    "messages no list": ({"messages": "hello"}, 400, "messages"),
    "tool without id": ({"messages": [*HELLO, {"role": "tool", "content": "x"}]}, 400, "tool_call_id is required"),
    "21 pictures": ({"messages": user(*[part(inline(picture()))] * 21)}, 400, "at most 20"),
    "gif": ({"messages": user(part(inline(gif(), "image/png")))}, 400, "Only PNG and JPEG"),
    "text as png": ({"messages": user(part(inline(b"hello", "image/png")))}, 400, "Only PNG and JPEG"),
    "bomb": ({"messages": user(part(inline(bomb(20_000, 20_000))))}, 400, "million pixels"),
    "huge bomb": ({"messages": user(part(inline(bomb(60_000, 60_000))))}, 400, "million pixels"),
    "damaged": ({"messages": user(part(inline(picture()[:40])))}, 400, "damaged"),
    "over 10 MB": ({"messages": user(part(inline(picture() + b"\0" * 10_500_000)))}, 400, "10 MB"),
    "not base64": ({"messages": user(part("data:image/png;base64,§§§"))}, 400, "base64"),
    "file address": ({"messages": user(part("file:///etc/passwd"))}, 400, "data URI or an http(s)"),
    "bad sogni_tools": ({"messages": HELLO, "sogni_tools": "everything"}, 400, "sogni_tools"),
    "choice of no tool": ({"messages": HELLO, "sogni_tools": False, "tool_choice": "required"}, 400, "no tools"),
    "choice of unknown": (
        {"messages": HELLO, "tool_choice": {"type": "function", "function": {"name": "fly"}}},
        400,
        "not among the tools",
    ),
    "json_schema without schema": ({"messages": HELLO, "response_format": {"type": "json_schema"}}, 400, "json_schema"),
    "reference without url": ({"messages": HELLO, "media_references": [{"kind": "image"}]}, 400, "is required"),
    "inline video that is none": (
        {"messages": HELLO, "media_references": [{"kind": "video", "dataUri": inline(b"abc", "video/mp4")}]},
        400,
        "MP4 or MOV",
    ),
}


async def test_refusals_of_a_completion(tmp_path: Path) -> None:
    maker = FakeTool("generate_image")
    async with running_engine(tmp_path, parts={"runners": tools(maker)}) as engine:
        for name, (body, status, words) in CASES.items():
            answer = await engine.client.post("/v1/chat/completions", json=body)
            told = answer.json()
            assert answer.status_code == status, (name, told)
            assert words in told["message"], name
            assert told["error"]["message"] == told["message"]
            assert told["error"]["type"] == "invalid_request_error"
            assert told["errorCode"] == status
        assert (await engine.client.get("/healthz")).json()["active"] == 0
    assert maker.ran == []


async def test_malformed_json(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        for body in (b"{", b"[1,2", b"\xff\xfe", b'{"messages": [}', b"null", b"[]", b'"x"', b"[" * 5000):
            answer = await engine.client.post("/v1/chat/completions", content=body)
            assert answer.status_code == 400, body
            assert answer.json()["error"]["type"] == "invalid_request_error"


def test_arguments_that_no_model_writes() -> None:
    for text in ("{", "[" * 5000, '{"seed": 1e999}', '{"prompt": "\\ud800"}'):
        assert arguments_problem(text) == ({}, "arguments are not valid JSON")
    told = failed("edit_image", ToolError("PARAMETER_INVALID", "x" * 200_000)), invalid_arguments("a", ["x" * 200_000])
    assert all(len(result.message or "") < 2100 for result in told)


async def test_empty_body_names_what_is_missing(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        answer = await engine.client.post("/v1/chat/completions", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "messages" in answer.json()["message"]


async def test_a_body_above_the_limit_is_refused_while_it_is_read(tmp_path: Path) -> None:
    """The answer comes although the body never ends; an announced size is refused before the first byte."""
    async with running_engine(tmp_path) as engine:
        for path, announced in (("/v1/chat/completions", False), ("/v1/chat/completions", True)):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(engine.url.rpartition(":")[2]))
            size = f"Content-Length: {10**11}" if announced else "Transfer-Encoding: chunked"
            writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\napi-key: {engine.key}\r\n{size}\r\n\r\n".encode())
            if not announced:
                for _ in range(65):
                    writer.write(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
                    await writer.drain()
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            body = await asyncio.wait_for(reader.readuntil(b"}}"), 10)
            writer.close()
            assert head.startswith(b"HTTP/1.1 413")
            assert b"request_too_large" in body


async def test_a_full_disk_refuses_an_upload_and_leaves_nothing(
    tmp_path: Path, monkeypatch: Any, expect_log: Any
) -> None:
    expect_log("the disk is full at POST")

    def full(self: Blobs, path: Path, data: bytes) -> None:
        path.write_bytes(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    async with running_engine(tmp_path) as engine:
        monkeypatch.setattr(Blobs, "_write", full)
        answer = await engine.client.post("/v1/chat/completions", json={"messages": user(part(inline(picture())))})
        assert answer.status_code == 507
        assert "disk is full" in answer.json()["message"]
        assert answer.headers["x-should-retry"] == "false"
        kept = [path for path in (tmp_path / "engine" / "media").rglob("*") if path.is_file()]
        assert kept == []
        monkeypatch.undo()
        again = await engine.client.post("/v1/chat/completions", json={"messages": user(part(inline(picture())))})
        assert again.status_code == 200


async def test_a_damaged_database_is_said_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "engine.sqlite").write_bytes(b"no database at all" * 1000)
    async with running_engine(tmp_path, database_url=None) as engine:
        answer = await engine.client.get("/v1/chat/runs")
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "database_damaged")
        drawn = (await engine.chat("paint a hill")).json()["sogni_tool_results"][0]
    assert "move engine.sqlite out" in drawn["error"]


async def test_an_unexpected_failure_tells_nothing_of_the_inside(
    tmp_path: Path, monkeypatch: Any, expect_log: Any
) -> None:
    from studio.engine.agent.brains import Brains

    def explode(self: Brains, model_id: str) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(Brains, "choose", explode)
    expect_log("unexpected RuntimeError at POST")
    async with running_engine(tmp_path) as engine:
        answer = await engine.chat("hello")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["error"]["code"] == "internal_error"
