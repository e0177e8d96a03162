"""Durable runs and uploads as a scriptable server of the API: no socket, no engine.

A script is a list of events (``event("assistant_message_delta", content="Hi")``). An ``asyncio.Event``
is waited for; ``CUT`` breaks every open stream while the run goes on.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from studio.contract.errors import ApiError, NotFound
from studio.library.uploads import UploadRow
from studio.service.transport import Transport
from tests.helpers.engines import picture

RUNS_PATH = "/v1/chat/runs"
CUT = object()
PICTURE = picture()
URL = "http://127.0.0.1:4242"
_ENDS = {"run_completed": "completed", "run_failed": "failed", "run_cancelled": "cancelled",
         "run_partial_failure": "partial_failure", "run_waiting_for_user": "waiting_for_user"}  # fmt: skip

RunStep = dict[str, Any] | asyncio.Event | object


def event(kind: str, **payload: Any) -> RunStep:
    """Return an event of a run."""
    return {"type": kind, "payload": payload}


def delta(text: str) -> RunStep:
    """Return a piece of the answer."""
    return event("assistant_message_delta", content=text)


def dispatched(call: str = "call_1", tool: str = "generate_image", **arguments: Any) -> RunStep:
    """Return the beginning of a call."""
    return event("tool_call_dispatched", toolCallId=call, toolName=tool, arguments=arguments)


def resolved(
    *paths: str, call: str = "call_1", tool: str = "generate_image", base: str = URL, data: bytes = PICTURE
) -> RunStep:
    """Return the end of a call that made the pictures at *paths*, as our engine tells it."""
    digest = hashlib.sha256(data).hexdigest()
    outputs = [
        {"url": base + path, "mediaType": "image", "mimeType": "image/png", "sha256": digest, "byteLength": len(data),
         "width": 8, "height": 6, "seed": 7, "prompt": "a used prompt"}
        for path in paths
    ]  # fmt: skip
    result = {
        "tool": tool,
        "success": True,
        "ok": True,
        "toolCallId": call,
        "message": "ready",
        "resultUrls": [base + path for path in paths],
        "x_studio": {"renderer": "fake", "model": "Fake painter", "seconds": 1.5, "outputs": outputs},
    }
    return event("tool_call_resolved", toolCallId=call, toolName=tool, status="ok", result=result)


def price(units: float = 6, until: str = "2030-01-01T00:00:00Z", call: str = "call_1") -> list[RunStep]:
    """Return the events of a pause before spending."""
    preview = {"totalEstimatedCapacityUnits": units, "tokenType": "spark", "validityUntil": until, "mine": [1]}
    return [
        event("run_awaiting_cost_confirmation", toolCallId=call, toolName="generate_video", modelDisplayName="Seedance",
              estimatedCost=units, tokenType="spark", estimatedUsdCost=units / 200, summary="Three shots",
              toolArgs={"prompt": "x"}),
        event("run_waiting_for_user", reason="cost_approval_required", message="This costs.",
              details={"toolCallId": call, "pendingToolCallIds": [call], "costApprovalPreview": preview}),
    ]  # fmt: skip


@dataclass
class FakeRun:
    """One run: its log grows by the player; streams follow it."""

    id: str
    key: str
    body: dict[str, Any]
    status: str = "running"
    log: list[dict[str, Any]] = field(default_factory=list)
    waiting: dict[str, Any] | None = None
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    player: "asyncio.Task[None] | None" = None

    def emit(self, kind: str, payload: dict[str, Any] | None = None) -> None:
        body: dict[str, Any] = {"sequence": len(self.log), "type": kind, "at": "2026-01-31T12:00:00.000Z"}
        self.log.append({**body, "payload": payload} if payload else body)
        self.status = _ENDS.get(kind, "running")
        self.waiting = payload if kind == "run_waiting_for_user" else None
        self.wake()

    def wake(self) -> None:
        self.grown.set()
        self.grown = asyncio.Event()

    def record(self) -> dict[str, Any]:
        return {"runId": self.id, "status": self.status, **({"waiting": self.waiting} if self.waiting else {})}


@dataclass
class FakeRuns:
    """The routes of ``/v1/chat/runs``.

    Attributes:
        scripts: events of one run each, used in order; an exhausted list says "Done.".
        after: events that follow a decision, by the decision.
        starts, decisions, cancels: what was asked.
        refuse: an answer instead, as (status, body), for what its predicate chooses.
        lose_start: the start is accepted, but its answer never arrives, so many times.
        down: nothing can be reached.
    """

    scripts: list[list[RunStep]] = field(default_factory=list)
    after: dict[str, list[RunStep]] = field(default_factory=dict)
    offered: bool = True
    starts: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    cancels: list[str] = field(default_factory=list)
    refuse: Callable[[httpx.Request], tuple[int, dict[str, Any]] | None] = lambda _request: None
    lose_start: int = 0
    down: bool = False
    by_id: dict[str, FakeRun] = field(default_factory=dict)
    streams: int = 0
    generation: int = 0
    keys: list[str] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused")
        refusal = self.refuse(request)
        if refusal is not None:
            return httpx.Response(refusal[0], json=refusal[1])
        parts = request.url.path.removeprefix(RUNS_PATH).strip("/").split("/")
        if parts == [""]:
            return await self._start(request)
        run = self.by_id.get(parts[0])
        if run is None:
            return httpx.Response(404, json={"error": {"message": "There is no such run.", "code": "not_found"}})
        match parts[1:]:
            case []:
                return _answer(run)
            case ["events"]:
                after = int(request.url.params.get("after", -1))
                return httpx.Response(200, json={"data": {"events": run.log[after + 1 :]}})
            case ["events", "stream"]:
                self.streams += 1
                after = int(request.headers.get("last-event-id", -1))
                return httpx.Response(
                    200, content=self._stream(run, after), headers={"content-type": "text/event-stream"}
                )
            case ["cancel"]:
                self.cancels.append(run.id)
                if run.player is not None:
                    run.player.cancel()
                if run.status in ("running", "waiting_for_user"):
                    run.emit("run_cancelled", {"reason": "stopped"})
                return _answer(run)
            case _:
                return await self._decide(run, request)

    async def _start(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["idempotency-key"]
        self.keys.append(key)
        run = next((run for run in self.by_id.values() if run.key == key), None)
        if run is None:
            body = json.loads(await request.aread())
            self.starts.append(body)
            run = FakeRun(f"run_{len(self.by_id) + 1}", key, body)
            self.by_id[run.id] = run
            run.emit("run_created")
            script = self.scripts.pop(0) if self.scripts else [delta("Done."), event("run_completed")]
            run.player = asyncio.create_task(self._play(run, script))
        if self.lose_start:
            self.lose_start -= 1
            raise httpx.ReadError("connection reset")
        return _answer(run, 202)

    async def _play(self, run: FakeRun, script: list[RunStep]) -> None:
        for step in script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif step is CUT:
                self.cut()
            elif isinstance(step, dict):
                run.emit(step["type"], step["payload"])
            await asyncio.sleep(0)

    def cut(self) -> None:
        """Break every open stream."""
        self.generation += 1
        for run in self.by_id.values():
            run.wake()

    async def _stream(self, run: FakeRun, after: int) -> AsyncIterator[bytes]:
        generation = self.generation
        yield b'event: run_status\ndata: {"runId":"x","status":"running"}\n\n'
        while True:
            grown = run.grown
            if generation != self.generation:
                raise httpx.ReadError("connection reset")
            for body in run.log[after + 1 :]:
                after = body["sequence"]
                yield f"id: {after}\nevent: {body['type']}\ndata: {json.dumps(body)}\n\n".encode()
            if run.status != "running" and after == len(run.log) - 1:
                return
            if after == len(run.log) - 1:
                await grown.wait()

    async def _decide(self, run: FakeRun, request: httpx.Request) -> httpx.Response:
        body = json.loads(await request.aread())
        self.decisions.append(body)
        if run.waiting is None:
            return httpx.Response(409, json={"error": {"message": "It is not waiting."}})
        preview = run.waiting["details"].get("costApprovalPreview")
        if body["decision"] == "confirm" and body.get("acceptedCostPreview") != preview:
            return httpx.Response(409, json={"error": {"message": "The preview expired. Refresh it."}})
        run.emit("run_cost_confirmation_resolved", {"toolCallId": body["tool_call_id"], "decision": body["decision"]})
        run.player = asyncio.create_task(self._play(run, self.after.get(body["decision"], [event("run_completed")])))
        return _answer(run)

    async def close(self) -> None:
        for run in self.by_id.values():
            if run.player is not None:
                run.player.cancel()


def _answer(run: FakeRun, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json={"status": "success", "data": {"run": run.record()}})


@dataclass
class FakeUploads:
    """Uploads without a server; ``sent`` lists what arrived, by name and type.

    Attributes:
        gate: an upload stands at a half until it is set.
        fail: raised by the next uploads, one each.
        dropped: SHA-256 of files that the server has not any more.
    """

    sent: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    gate: asyncio.Event | None = None
    fail: list[Exception] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    cancelled: int = 0

    async def send(
        self,
        transport: Transport,
        source: Path | bytes,
        *,
        kind: str,
        mime_type: str,
        name: str,
        on_progress: Callable[[float], object],
    ) -> UploadRow:
        on_progress(0.5)
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fail:
            raise self.fail.pop(0)
        on_progress(1.0)
        self.sent.append((name, mime_type))
        data = source if isinstance(source, bytes) else await asyncio.to_thread(source.read_bytes)
        sha256 = hashlib.sha256(data).hexdigest()
        self.dropped.discard(sha256)
        return UploadRow(f"job-{sha256[:8]}", f"{kind}-{sha256}", "media_ref_1", mime_type)

    async def url(self, transport: Transport, row: UploadRow) -> str:
        self.asked += 1
        if row.type.rpartition("-")[2] in self.dropped:
            error: ApiError = NotFound("There is no such file.")
            raise error
        return f"{transport.connection.base_url}/v1/store/{row.job_id}?sig={self.asked}"
