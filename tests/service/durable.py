"""One scripted run on the scripted server: its log, its streams cut where a test says, its record."""

import json
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.service.server import Request, Script, head, reply

RUN = "/v1/chat/runs/run_1"


def event(sequence: int, kind: str = "tool_call_progress", **payload: object) -> dict[str, Any]:
    """Return one event of a run."""
    return {"sequence": sequence, "type": kind, "at": "2026-01-31T12:00:03.000Z", "payload": payload}


def story(length: int = 6, end: str = "run_completed") -> list[dict[str, Any]]:
    """Return a log of *length* events that is over."""
    middle = [event(n, "assistant_message_delta", content=f"wörd {n} ") for n in range(1, length - 1)]
    return [event(0, "run_created"), *middle, event(length - 1, end)]


def frame(item: dict[str, Any], newline: str = "\n") -> bytes:
    """Return an event as a frame."""
    lines = [
        f"id: {item['sequence']}",
        f"event: {item['type']}",
        f"data: {json.dumps(item, ensure_ascii=False)}",
        "",
        "",
    ]
    return newline.join(lines).encode()


def status_frame(status: str) -> bytes:
    """Return a frame without an id."""
    return f'event: run_status\ndata: {{"runId":"run_1","status":"{status}"}}\n\n'.encode()


Stream = Callable[[list[dict[str, Any]]], bytes]
"""Makes the bytes of one stream from the events above what the client has."""


def whole(events: list[dict[str, Any]]) -> bytes:
    """Everything, then how it stands."""
    return b"".join(map(frame, events)) + status_frame("completed")


@dataclass
class Durable:
    """Answers for one run.

    Attributes:
        events: the log; ``stored`` replaces it for ``/events``.
        streams: scripts of the n-th stream, the last for all that follow; a callable makes bytes and closes.
        status: in the record; ``record`` has more of it.
        posts: answers to ``POST`` by the last part of the path; a start is answered with the record.
        posted: bodies that came, with that part.
    """

    events: list[dict[str, Any]]
    streams: Sequence[Stream | Script] = (whole,)
    stored: list[dict[str, Any]] | None = None
    status: str = "completed"
    record: dict[str, Any] = field(default_factory=dict)
    posts: dict[str, Script] = field(default_factory=dict)
    posted: list[tuple[str, Any]] = field(default_factory=list)
    afters: list[int] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)

    def __call__(self, connection: socket.socket, request: Request) -> None:
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        if request.method == "POST":
            name = path.rpartition("/")[2]
            self.posted.append((name, request.json))
            self.posts.get(name, reply(self.snapshot(), 202))(connection, request)
            return
        after = int(query.get("after", ["-1"])[0])
        if path == f"{RUN}/events/stream":
            assert request.headers.get("last-event-id", "-1") == str(after), "both forms say the same"
            number = min(len(self.afters), len(self.streams) - 1)
            self.afters.append(after)
            made = self.streams[number]
            if getattr(made, "is_script", False):
                made(connection, request)  # type: ignore[call-arg, arg-type]
                return
            body = made([item for item in self.events if item["sequence"] > after])  # type: ignore[call-arg, arg-type]
            connection.sendall(head(200, {"Content-Type": "text/event-stream; charset=utf-8"}) + body)
        elif path == f"{RUN}/events":
            self.reads.append(after)
            known = self.events if self.stored is None else self.stored
            reply({"status": "success", "data": {"events": [e for e in known if e["sequence"] > after]}})(
                connection, request
            )
        else:
            assert path == RUN
            reply(self.snapshot())(connection, request)

    def snapshot(self) -> dict[str, Any]:
        """The record as it stands, enveloped."""
        return {"status": "success", "data": {"run": {"runId": "run_1", "status": self.status, **self.record}}}


def script(answer: Script) -> Script:
    """Mark *answer* as one that talks to the socket itself."""

    def marked(connection: socket.socket, request: Request) -> None:
        answer(connection, request)

    marked.is_script = True  # type: ignore[attr-defined]
    return marked
