"""A scriptable server of the API for view models: no socket, no engine; it records what it was asked.

A script is a list of steps for one answer. Strings are sent as text; ``tick``, ``made`` and
``finish`` build the rest; an ``asyncio.Event`` is waited for, ``CUT`` breaks the stream.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from studio.contract import wire
from studio.contract.chat import ChatRequest
from studio.service.connection import Connection
from studio.service.retries import RetryPolicy
from studio.service.transport import Transport
from studio.viewmodels.state import ConnectionKind
from tests.helpers.engines import picture
from tests.helpers.fake_runs import RUNS_PATH, FakeRuns

CUT = object()
URL = "http://127.0.0.1:4242"
PICTURE = picture()

Step = str | dict[str, Any] | asyncio.Event | object


def tick(call: str = "call_1", tool: str = "generate_image", status: str = "processing", **members: Any) -> Step:
    """Return a tick of a tool call; *members* are those of the wire (``progress``, ``stepLabel``, ``arguments``)."""
    return {"sogni_progress": {"toolCallId": call, "toolName": tool, "status": status, **members}}


def made(
    *paths: str,
    call: str = "call_1",
    tool: str = "generate_image",
    indices: list[int] | None = None,
    data: bytes = PICTURE,
    title: str = "",
) -> Step:
    """Return the last tick of a call that made the pictures at *paths* (``/v1/media/a/a.png``)."""
    outputs = [
        {
            "url": URL + path,
            "mediaType": "image",
            "mimeType": "image/png",
            "sha256": hashlib.sha256(data).hexdigest(),
            "byteLength": len(data),
            "width": 8,
            "height": 6,
            "seed": 7,
            "prompt": "a used prompt",
            **({"title": title} if title else {}),
        }
        for path in paths
    ]
    result = {
        "tool": tool,
        "success": True,
        "ok": True,
        "toolCallId": call,
        "message": "ready",
        "resultUrls": [URL + path for path in paths],
        "indices": indices if indices is not None else list(range(len(paths))),
        "x_studio": {"renderer": "fake", "model": "Fake painter", "seconds": 1.5, "outputs": outputs},
    }
    return tick(call, tool, "completed", progress=1.0, result=result)


def failed(code: str, message: str, call: str = "call_1", tool: str = "generate_image") -> Step:
    """Return the last tick of a call that failed."""
    result = {
        "tool": tool,
        "success": False,
        "ok": False,
        "toolCallId": call,
        "error": message,
        "error_type": code,
    }
    return tick(call, tool, "failed", result=result)


def finish(reason: str = "stop", answered_by: str = "fake brain", notices: list[str] | None = None) -> Step:
    """Return the closing chunk."""
    return {
        "choices": [{"index": 0, "delta": {}, "finish_reason": reason}],
        "x_studio": {"answered_by": answered_by, "notices": notices or []},
    }


@dataclass
class FakeService:
    """The server, and the ``Line`` that leads to it.

    Attributes:
        scripts: one for each answer, used in order; an exhausted list answers "Done.".
        requests: what was asked, in order.
        media: bytes, or an HTTP status, by path; any other path serves ``PICTURE``.
        refuse: HTTP status and body for every chat request.
        down: the server cannot be reached.
    """

    kind: ConnectionKind = "local"
    scripts: list[list[Step]] = field(default_factory=list)
    requests: list[ChatRequest] = field(default_factory=list)
    media: dict[str, bytes | int] = field(default_factory=dict)
    refuse: tuple[int, dict[str, Any]] | None = None
    down: bool = False
    failures: list[BaseException] = field(default_factory=list)
    answered_by: str = ""
    closed_streams: int = 0
    url: str = URL
    runs: FakeRuns | None = None
    """Durable runs; without them the service is one that knows none."""

    def kind_now(self) -> ConnectionKind:
        return self.kind

    async def transport(self) -> Transport:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._handle))
        return Transport(Connection(self.kind, self.url), client=client, retry=RetryPolicy(retries=0))

    async def transport_for(self, kind: ConnectionKind, base_url: str) -> Transport:
        return await self.transport()

    def offers_runs(self, connection: Connection) -> bool:
        return self.runs is not None and self.runs.offered

    def has_no_runs(self, connection: Connection) -> None:
        assert self.runs is not None
        self.runs.offered = False

    def model_for(self, choice: str) -> str:
        return choice or "fake-model"

    def answered(self, words: str) -> None:
        self.answered_by = words

    def failed(self, kind: ConnectionKind, error: BaseException) -> None:
        self.failures.append(error)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused")
        if self.runs is not None and request.url.path.startswith(RUNS_PATH):
            return await self.runs.handle(request)
        if request.url.path != "/v1/chat/completions":
            found = self.media.get(request.url.path, PICTURE)
            if isinstance(found, int):
                return httpx.Response(found, json={"error": {"message": "gone"}})
            return httpx.Response(200, content=found, headers={"content-type": "image/png"})
        self.requests.append(wire.parse(ChatRequest, await request.aread()))
        if self.refuse is not None:
            return httpx.Response(self.refuse[0], json=self.refuse[1])
        script = self.scripts.pop(0) if self.scripts else ["Done.", finish()]
        return httpx.Response(200, content=self._play(script), headers={"content-type": "text/event-stream"})

    async def _play(self, script: list[Step]) -> AsyncIterator[bytes]:
        try:
            for step in script:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif step is CUT:
                    raise httpx.ReadError("connection reset")
                elif isinstance(step, str):
                    yield _frame({"choices": [{"index": 0, "delta": {"content": step}}]})
                elif isinstance(step, dict):
                    yield _frame({"choices": [{"index": 0, "delta": {}}], **step})
            yield b"data: [DONE]\n\n"
        finally:
            self.closed_streams += 1


def _frame(chunk: dict[str, Any]) -> bytes:
    return f"data: {json.dumps({'id': 'c', 'model': 'fake-model', **chunk})}\n\n".encode()
