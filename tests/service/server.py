"""A scripted HTTP server on loopback, in a thread: it does exactly what a test tells it, byte by byte."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """One request as it came over the wire; header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Script = Callable[[socket.socket, Request], None]


def head(status: int, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Reason", "Connection: close", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def reply(
    body: object = b"", status: int = 200, headers: dict[str, str] | None = None, *, kind: str = "application/json"
) -> Script:
    """Answer with *body* (JSON unless it is bytes)."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def script(connection: socket.socket, request: Request) -> None:
        given = {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}
        connection.sendall(head(status, given) + (b"" if request.method == "HEAD" else data))

    return script


def sse(*parts: bytes, hold: threading.Event | None = None) -> Script:
    """Stream *parts*, then close; with *hold*, first wait until the client is gone (and set it)."""

    def script(connection: socket.socket, request: Request) -> None:
        connection.sendall(head(200, {"Content-Type": "text/event-stream"}))
        for part in parts:
            connection.sendall(part)
        if hold is not None:
            connection.settimeout(5)
            try:
                while connection.recv(1024):
                    pass
            except ConnectionError:
                pass
            hold.set()

    return script


def drop(connection: socket.socket, request: Request) -> None:
    """Close without an answer."""


def silent(gone: threading.Event) -> Script:
    """Take the request and say nothing until the client leaves."""

    def script(connection: socket.socket, request: Request) -> None:
        connection.settimeout(5)
        try:
            while connection.recv(1024):
                pass
        except ConnectionError:
            pass
        gone.set()

    return script


def raw(*parts: bytes, pause_s: float = 0.0) -> Script:
    """Send exactly these bytes, then close."""

    def script(connection: socket.socket, request: Request) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause_s)

    return script


@dataclass
class Server:
    """Answers the n-th request with the n-th script; the last one answers all that follow."""

    scripts: list[Script] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.arrived = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._count = 0
        self._loop = threading.Thread(target=self._serve, daemon=True)
        self._loop.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def play(self, *scripts: Script) -> "Server":
        with self._lock:
            self.scripts, self._count = list(scripts), 0
        return self

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in [self._loop, *self._threads]:
            thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            self._threads = [t for t in self._threads if t.is_alive()]
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                request = read_request(connection)
                if request is None:
                    return
                with self._lock:
                    self.requests.append(request)
                    script = self.scripts[min(self._count, len(self.scripts) - 1)]
                    self._count += 1
                self.arrived.set()
                script(connection, request)
            except OSError:
                return  # the client left; that is what some tests are about


def read_request(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    top, _, body = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        part = connection.recv(65536)
        if not part:
            return None
        body += part
    method, path, _ = first.split(" ", 2)
    return Request(method, path, headers, body)


def frames(chunks: Iterable[object]) -> bytes:
    """Return chunks as SSE frames, ``[DONE]`` at the end."""
    lines = [f"data: {json.dumps(c, ensure_ascii=False)}\n\n" for c in chunks]
    return ("".join(lines) + "data: [DONE]\n\n").encode()


def delta(**members: object) -> dict[str, object]:
    """Return one chunk that adds *members*."""
    return {"id": "c1", "model": "m", "choices": [{"index": 0, "delta": members, "finish_reason": None}]}


def last(reason: str = "stop", **extras: object) -> dict[str, object]:
    """Return the chunk that ends an answer."""
    return {"id": "c1", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}], **extras}
