"""Talking to one ComfyUI server: ask what it has, give it files, run a graph, fetch what it made.

Written from the public documentation of its routes (``/object_info``, ``/upload/image``, ``/prompt``, ``/queue``,
``/interrupt``, ``/history``, ``/view``) and of the messages on ``/ws``. Only the configured address is reached;
redirects are not followed.
"""

import asyncio
import contextlib
import hashlib
import importlib
import json
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from studio.contract.errors import ToolError
from studio.engine.renderers.registry import Unavailable
from studio.engine.renderers.remote.comfy.graph import Graph

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

Tell = Callable[[float | None, str | None], None]
"""Takes the fraction that is done, if it is known, and what is being done."""

MOST_BYTES: Final = 512 * 1024 * 1024
_CONNECT_S: Final = 3.0
_LOCAL_CONNECT_S: Final = 0.5
_ANSWER_S: Final = 30.0
_STOP_S: Final = 0.8
_QUIET_S: Final = 5.0
"""Without a message for so long, the server is asked whether it still knows the work."""
_FORGOTTEN: Final = 3
_RESULT_KINDS: Final = ("images", "gifs", "video", "videos", "audio", "3d")
_FOLDER: Final = "studio"
_FULL_FRACTION: Final = 0.97


@dataclass(frozen=True)
class OutputFile:
    """A file that a graph made, as ``/view`` names it."""

    filename: str
    subfolder: str
    type: str


class ComfyClient:
    """One server.

    Args:
        url: its base address.
        api_key: sent as a bearer token to a server behind a gate of the person's own.
    """

    def __init__(self, url: str, api_key: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._local = urlsplit(self.url).hostname in ("127.0.0.1", "localhost", "::1")

    async def object_info(self) -> dict[str, Any]:
        """Return the server's node classes.

        Raises:
            Unavailable: it does not answer, or is no ComfyUI.
        """
        httpx = await asyncio.to_thread(importlib.import_module, "httpx")
        try:
            async with self._http() as http:
                response = await http.get("/object_info")
            # It can be megabytes long; the standard library's reader would hold up the engine for it.
            info = await asyncio.to_thread(msgspec.json.decode, response.content) if response.is_success else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise Unavailable(f"nothing answers at {self.url}.") from error
        if response.status_code in (401, 403):
            raise Unavailable(f"the server at {self.url} refuses the key.")
        if not isinstance(info, dict) or "PreviewImage" not in info:
            raise Unavailable(f"what answers at {self.url} is no ComfyUI.")
        return info

    async def upload(self, data: bytes) -> str:
        """Give the server a PNG and return the name under which ``LoadImage`` finds it.

        The name comes from the content, so that the same picture is kept there once.

        Raises:
            Unavailable: it was not taken.
        """
        name = f"{hashlib.sha256(data).hexdigest()[:24]}.png"
        fields = {"subfolder": _FOLDER, "type": "input", "overwrite": "true"}
        try:
            async with self._http() as http, _failing("take a picture"):
                response = await http.post("/upload/image", files={"image": (name, data, "image/png")}, data=fields)
                response.raise_for_status()
                taken = response.json()
                folder = str(taken.get("subfolder") or "")
                return f"{folder}/{taken['name']}" if folder else str(taken["name"])
        except _NoAnswer as error:
            raise Unavailable(f"the server at {self.url} did not take a picture.") from error

    async def run(self, graph: Graph, tell: Tell) -> list[OutputFile]:
        """Queue *graph*, follow it to its end and return what it made.

        On cancellation the work is taken out of the server's queue or interrupted, within a second.

        Raises:
            Unavailable: no connection; nothing was queued.
            ToolError: the server refused it, failed, was stopped from elsewhere or forgot it.
        """
        client_id = uuid.uuid4().hex
        websockets = await asyncio.to_thread(importlib.import_module, "websockets.asyncio.client")
        exceptions = importlib.import_module("websockets.exceptions")
        follower = _Follower(graph, tell)
        options: dict[str, Any] = {"proxy": None} if self._local else {}
        try:
            socket = await websockets.connect(
                f"ws{self.url[4:]}/ws?clientId={client_id}",
                additional_headers=self._headers,
                max_size=64 * 1024 * 1024,  # previews come in here too
                open_timeout=_ANSWER_S,
                ping_timeout=90.0,  # while it loads a large model it may not answer
                **options,
            )
        except (OSError, TimeoutError, exceptions.WebSocketException) as error:
            raise Unavailable(f"the server at {self.url} does not take a connection.") from error
        try:
            async with self._http() as http:
                await self._carry_through(http, socket, client_id, follower)
                return await self._results(http, follower.prompt_id)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(socket.close(), 0.2)
            socket.transport.abort()

    async def fetch(self, file: OutputFile) -> bytes:
        """Return the bytes of a result.

        Raises:
            ToolError: it is gone or too large.
        """
        async with self._http() as http, _failing("hand out its result"):
            query = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
            async with http.stream("GET", "/view", params=query) as response:
                response.raise_for_status()
                data = bytearray()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) > MOST_BYTES:
                        raise ToolError("GPU_WORKER_FAILED", "ComfyUI's result is too large to keep.")
        return bytes(data)

    async def _carry_through(
        self, http: "httpx.AsyncClient", socket: Any, client_id: str, follower: "_Follower"
    ) -> None:
        exceptions = importlib.import_module("websockets.exceptions")
        queueing = asyncio.create_task(self._queue(http, client_id, follower), name="queue in ComfyUI")
        try:
            follower.prompt_id = await asyncio.shield(queueing)
            try:
                await self._follow(http, socket, follower)
            except exceptions.ConnectionClosed:
                await self._poll(http, follower)  # the work goes on there without us
        except asyncio.CancelledError:
            leaving = asyncio.create_task(
                self._abandon(queueing, follower.prompt_id), name="take work back from ComfyUI"
            )
            self._leaving.add(leaving)
            leaving.add_done_callback(self._left)
            await asyncio.wait({leaving}, timeout=_STOP_S)  # a slow server hears of it a little later
            raise

    async def _queue(self, http: "httpx.AsyncClient", client_id: str, follower: "_Follower") -> str:
        body = {"prompt": follower.graph.nodes, "client_id": client_id, "prompt_id": follower.prompt_id}
        async with _failing("take the work"):
            response = await http.post("/prompt", json=body)
            answer = response.json()
        if response.status_code == 400 or (isinstance(answer, dict) and answer.get("node_errors")):
            raise ToolError("GPU_WORKER_FAILED", f"ComfyUI refused the graph: {_refusal(answer)}")
        if not response.is_success or not isinstance(answer, dict) or not isinstance(answer.get("prompt_id"), str):
            raise ToolError("GPU_WORKER_FAILED", f"ComfyUI answered HTTP {response.status_code}.")
        return str(answer["prompt_id"])

    async def _follow(self, http: "httpx.AsyncClient", socket: Any, follower: "_Follower") -> None:
        missing = 0
        while not follower.done:
            message = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_QUIET_S):  # wait_for of Python 3.11 can swallow a cancellation
                    message = await socket.recv()
            if isinstance(message, str):  # binary ones are previews
                follower.take(message)
                if follower.waits:
                    with contextlib.suppress(_NoAnswer):
                        await self._tell_place(http, follower)
            elif message is None:
                missing = 0 if await self._knows(http, follower) else missing + 1
            if missing >= _FORGOTTEN:
                raise ToolError("GPU_WORKER_FAILED", "ComfyUI no longer knows the work; it may have been restarted.")

    async def _poll(self, http: "httpx.AsyncClient", follower: "_Follower") -> None:
        missing = 0
        while not follower.done:
            missing = 0 if await self._knows(http, follower) else missing + 1
            if missing >= _FORGOTTEN:
                raise ToolError("GPU_WORKER_FAILED", "The connection to ComfyUI was lost and its work with it.")
            await asyncio.sleep(1.0)

    async def _knows(self, http: "httpx.AsyncClient", follower: "_Follower") -> bool:
        """Ask what became of the work; False when the server does not know it, or does not answer now."""
        try:
            return await self._look(http, follower)
        except _NoAnswer:
            return False

    async def _look(self, http: "httpx.AsyncClient", follower: "_Follower") -> bool:
        """Ask the queue and the history; return whether the server knows the work."""
        if await self._tell_place(http, follower):
            return True
        async with _failing("answer"):
            entry = (await http.get(f"/history/{quote(follower.prompt_id)}")).json().get(follower.prompt_id)
        if not isinstance(entry, dict):
            return False
        follower.ended(entry)
        return True

    async def _tell_place(self, http: "httpx.AsyncClient", follower: "_Follower") -> bool:
        """Say how much work comes first; return whether this work waits or runs."""
        running, pending = await self._queued(http)
        if follower.prompt_id in pending:
            follower.queued(len(running) + pending.index(follower.prompt_id))
            return True
        return follower.prompt_id in running

    async def _queued(self, http: "httpx.AsyncClient") -> tuple[list[str], list[str]]:
        """Return the ids of what runs and of what waits, in order."""
        async with _failing("answer"):
            queue = (await http.get("/queue")).json()
            running = [str(entry[1]) for entry in queue.get("queue_running", [])]
            pending = sorted(queue.get("queue_pending", []), key=lambda entry: float(entry[0]))
            return running, [str(entry[1]) for entry in pending]

    async def _abandon(self, queueing: "asyncio.Task[str]", prompt_id: str) -> None:
        """Take the work back, also when the server has not yet said under which id it took it."""
        with contextlib.suppress(ToolError, RuntimeError):
            prompt_id = await queueing
        async with self._http() as http:
            await http.post("/queue", json={"delete": [prompt_id]})
            running, _ = await self._queued(http)
            if prompt_id in running:  # older servers stop whatever runs, so it must be ours
                await http.post("/interrupt", json={"prompt_id": prompt_id})

    def _left(self, task: "asyncio.Task[None]") -> None:
        self._leaving.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.info("work could not be taken back from ComfyUI (%s)", type(error).__name__)

    async def _results(self, http: "httpx.AsyncClient", prompt_id: str) -> list[OutputFile]:
        async with _failing("tell its results"):
            entry = (await http.get(f"/history/{quote(prompt_id)}")).json().get(prompt_id)
        outputs = entry.get("outputs") if isinstance(entry, dict) else None
        files: list[OutputFile] = []
        for node in outputs.values() if isinstance(outputs, dict) else ():
            for kind in _RESULT_KINDS:
                for file in node.get(kind) or () if isinstance(node, dict) else ():
                    if isinstance(file, dict) and isinstance(file.get("filename"), str):
                        where = str(file.get("subfolder") or ""), str(file.get("type") or "output")
                        files.append(OutputFile(file["filename"], *where))
        if not files:
            raise ToolError("GPU_WORKER_FAILED", "ComfyUI finished without a result.")
        return files

    @asynccontextmanager
    async def _http(self) -> "AsyncIterator[httpx.AsyncClient]":
        httpx = await asyncio.to_thread(importlib.import_module, "httpx")
        limits = httpx.Timeout(_ANSWER_S, connect=_LOCAL_CONNECT_S if self._local else _CONNECT_S)
        async with httpx.AsyncClient(
            base_url=self.url, headers=self._headers, timeout=limits, trust_env=not self._local, follow_redirects=False
        ) as client:
            yield client


class _Follower:
    """What is known of one piece of queued work."""

    def __init__(self, graph: Graph, tell: Tell) -> None:
        self.prompt_id = str(uuid.uuid4())  # older servers answer with one of their own
        self.done = False
        self.waits = False
        self.graph = graph
        self._tell = tell
        self._finished: dict[str, float] = {}
        self._node = ""
        self._label: str | None = None

    def take(self, text: str) -> None:
        """Take in one message of the socket.

        Raises:
            ToolError: the work failed or was stopped.
        """
        try:
            message = json.loads(text)
        except ValueError:
            return
        data = message.get("data") if isinstance(message, dict) else None
        if not isinstance(data, dict):
            return
        kind = message.get("type")
        if kind == "status":
            self.waits = not self._finished and not self._node
            return
        if data.get("prompt_id") != self.prompt_id:
            return
        self.waits = False
        match kind:
            case "execution_start":
                self._say(None, "Starting")
            case "execution_cached":
                for node in data.get("nodes") or ():
                    self._set(str(node), 1.0)
            case "executing":
                self._step_to(data.get("node"))
            case "progress":
                self._advance(data)
            case "execution_success":
                self.done = True
            case "execution_error":
                raise _failure(data)
            case "execution_interrupted":
                raise _stopped()

    def queued(self, before: int) -> None:
        """Say how many pieces of work come first."""
        self._say(None, f"Waiting for ComfyUI ({before} before this)" if before else "Waiting for ComfyUI")

    def ended(self, entry: dict[str, Any]) -> None:
        """Take in the end of the work from an entry of the history.

        Raises:
            ToolError: the work failed or was stopped.
        """
        status = entry.get("status")
        if isinstance(status, dict) and status.get("status_str") == "error":
            for message in status.get("messages") or ():
                if isinstance(message, list) and len(message) == 2 and isinstance(message[1], dict):
                    if message[0] == "execution_error":
                        raise _failure(message[1])
                    if message[0] == "execution_interrupted":
                        raise _stopped()
            raise _failure({})
        self.done = True

    def _step_to(self, node: object) -> None:
        if self._node:
            self._set(self._node, 1.0)
        if node is None:  # the way in which older servers say that all is done
            self.done = True
            return
        self._node = str(node)
        self._label = self.graph.labels.get(self._node, self._label)
        self._say(self._fraction(), self._label)

    def _advance(self, data: dict[str, Any]) -> None:
        node = str(data.get("node") or self._node)
        with contextlib.suppress(TypeError, ValueError, ZeroDivisionError):
            self._set(node, float(data["value"]) / float(data["max"]))
        if node in self.graph.units:
            self._say(self._fraction(), self.graph.labels.get(node, self._label))

    def _set(self, node: str, share: float) -> None:
        self._finished[node] = max(self._finished.get(node, 0.0), min(1.0, max(0.0, share)))

    def _fraction(self) -> float | None:
        total = sum(self.graph.units.values())
        if not total:
            return None
        done = sum(units * self._finished.get(node, 0.0) for node, units in self.graph.units.items())
        return _FULL_FRACTION * done / total if done else None

    def _say(self, fraction: float | None, label: str | None) -> None:
        self._tell(fraction, label)


def _failure(data: dict[str, Any]) -> ToolError:
    why = str(data.get("exception_message") or "no reason given").strip().splitlines()
    where = f" in {data['node_type']}" if data.get("node_type") else ""
    text = f"{data.get('exception_type') or ''} {why[0] if why else ''}"
    if "outofmemory" in text.replace(" ", "").lower():
        return ToolError("GPU_WORKER_FAILED", "ComfyUI ran out of graphics memory. A smaller size may work.")
    return ToolError("GPU_WORKER_FAILED", f"ComfyUI failed{where}: {(why[0] if why else 'no reason given')[:300]}")


def _stopped() -> ToolError:
    return ToolError("USER_CANCELLED", "The work was stopped in ComfyUI.")


def _refusal(answer: object) -> str:
    """Return the first reason in a refused prompt's answer, for people."""
    if not isinstance(answer, dict):
        return "no reason given."
    for node in (answer.get("node_errors") or {}).values() if isinstance(answer.get("node_errors"), dict) else ():
        for error in node.get("errors") or ():
            words = f"{error.get('message') or ''} {error.get('details') or ''}".strip()
            return f"{words[:300]} ({node.get('class_type', 'a node')})."
    error = answer.get("error")
    return str(error.get("message") if isinstance(error, dict) else error or "no reason given")[:300] + "."


class _NoAnswer(ToolError):
    """The server did not answer as documented, or not at all."""


@asynccontextmanager
async def _failing(doing: str) -> AsyncIterator[None]:
    """Turn every failure of the connection or of the answer's form into a ``_NoAnswer``."""
    httpx = importlib.import_module("httpx")
    try:
        yield
    except httpx.TimeoutException as error:
        raise _NoAnswer("PROVIDER_TIMEOUT", f"ComfyUI took too long to {doing}.") from error
    except httpx.HTTPStatusError as error:
        raise _NoAnswer("GPU_WORKER_FAILED", f"ComfyUI did not {doing} (HTTP {error.response.status_code}).") from error
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _NoAnswer("GPU_WORKER_FAILED", f"ComfyUI did not {doing}.") from error
