"""A scriptable OpenAI-compatible language-model server on loopback, for tests.

``FakeLlm`` answers each ``POST /v1/chat/completions`` with the next ``Reply`` of its
script (the last one repeats) and records every request body in ``asked``.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass
class Reply:
    """One scripted answer.

    Attributes:
        text: streamed in ``pieces`` parts.
        calls: ``(name, arguments)`` pairs; arguments that are a string go out as they are.
        status: an HTTP status >= 400 makes it a refusal with ``text`` as its message.
        cut_after: close the connection after that many chunks.
        pause_s: wait before each piece of text.
    """

    text: str = ""
    calls: Sequence[tuple[str, Any]] = ()
    status: int = 200
    pieces: int = 2
    finish_reason: str | None = None
    usage: tuple[int, int] = (10, 5)
    cut_after: int | None = None
    pause_s: float = 0.0
    reasoning: str = ""


Script = Sequence[Reply] | Callable[[dict[str, Any]], Reply]


@dataclass
class FakeLlm:
    """The server; a context manager.

    Attributes:
        models: entries of ``/v1/models``.
        facts: JSON bodies of further GET or POST paths (``/props``, ``/api/show`` …).
        key: the key that it wants; None wants none.
    """

    script: Script = field(default_factory=lambda: [Reply("Hello from the model.")])
    models: Sequence[dict[str, Any]] = ({"id": "test-model", "object": "model", "owned_by": "someone"},)
    facts: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    disconnected: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def __enter__(self) -> "FakeLlm":
        fake = self

        class Handler(_Handler):
            llm = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the port, as a server that crashed would."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Base URL without ``/v1``."""
        return f"http://127.0.0.1:{self.port}"

    def next_reply(self, body: dict[str, Any]) -> Reply:
        """Return what answers *body*."""
        self.asked.append(body)
        if callable(self.script):
            return self.script(body)
        return self.script[min(len(self.asked), len(self.script)) - 1]


class _Handler(BaseHTTPRequestHandler):
    llm: FakeLlm
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if not self._authorised():
            return
        if self.path == "/v1/models":
            self._json(200, {"object": "list", "data": list(self.llm.models)})
        else:
            self._fact()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if not self._authorised():
            return
        if self.path != "/v1/chat/completions":
            self._fact()
            return
        reply = self.llm.next_reply(body)
        if reply.status >= 400:
            self._json(reply.status, {"error": {"message": reply.text, "type": "invalid_request_error", "code": None}})
        else:
            self._stream(body, reply)

    def _authorised(self) -> bool:
        if self.llm.key is None or self.headers.get("Authorization") == f"Bearer {self.llm.key}":
            return True
        self._json(401, {"error": {"message": "wrong key", "type": "authentication_error", "code": "invalid_api_key"}})
        return False

    def _fact(self) -> None:
        found = self.llm.facts.get(self.path)
        self._json(200 if found is not None else 404, found if found is not None else {"error": "not found"})

    def _json(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, body: dict[str, Any], reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for number, chunk in enumerate(_chunks(body, reply)):
                if reply.cut_after is not None and number >= reply.cut_after:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                if reply.pause_s:
                    time.sleep(reply.pause_s)
                self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
                self.wfile.flush()
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.llm.disconnected.set()


def _chunks(body: dict[str, Any], reply: Reply) -> list[dict[str, Any]]:
    base = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1, "model": body.get("model", "")}

    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

    chunks = [chunk({"role": "assistant", "content": ""})]
    if reply.reasoning:
        chunks.append(chunk({"reasoning_content": reply.reasoning}))
    size = -(-len(reply.text) // max(1, reply.pieces)) or 1
    chunks += [chunk({"content": reply.text[i : i + size]}) for i in range(0, len(reply.text), size)]
    for index, (name, arguments) in enumerate(reply.calls):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        first = {
            "index": index,
            "id": f"call_f{index}",
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        chunks.append(chunk({"tool_calls": [first]}))
        chunks.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": text}}]}))
    chunks.append(chunk({}, reply.finish_reason or ("tool_calls" if reply.calls else "stop")))
    if (body.get("stream_options") or {}).get("include_usage"):
        prompt, completion = reply.usage
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        chunks.append({**base, "choices": [], "usage": usage})
    return chunks
