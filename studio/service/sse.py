"""A server-sent-events decoder that is fed bytes and holds no socket.

Feed it any cut of the stream: lines may end in LF, CR LF or CR, a UTF-8 sequence may be
split, the first bytes may be a byte-order mark. Source: WHATWG HTML §9.2.6.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
MAX_EVENT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class ServerEvent:
    """One event of a stream.

    Attributes:
        data: the data lines, joined by line feeds.
        event: the event's name; ``message`` when it has none.
        id: the last id seen so far, empty for none.
        retry_ms: wait before a reconnection, when this event stated one.
    """

    data: str
    event: str = "message"
    id: str = ""
    retry_ms: int | None = None


class EventTooLargeError(ValueError):
    """One event grew beyond ``MAX_EVENT_BYTES``."""


class SseDecoder:
    """Turns bytes into events.

    Attributes:
        comments: how many comment lines (heart-beats) came.
        last_id: id to reconnect with.
    """

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.comments = 0
        self.last_id = ""
        self._limit = max_event_bytes
        self._tail: list[bytes] = []
        self._tail_bytes = 0
        self._skip_lf = False
        self._begun = False
        self._data: list[str] = []
        self._data_bytes = 0
        self._event = ""
        self._retry_ms: int | None = None

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """Yield the events that *chunk* completes.

        Raises:
            EventTooLargeError: an event or a line has no end.
        """
        for line in self._lines(chunk):
            event = self._line(line)
            if event is not None:
                yield event

    def finish(self) -> ServerEvent | None:
        """Return the event that the end of the stream left without its blank line, if any.

        The standard drops it; servers that end in ``data: [DONE]`` without one are common.
        """
        if self._tail:
            rest, self._tail, self._tail_bytes = b"".join(self._tail), [], 0
            self._line(self._strip_bom(rest))
        return self._dispatch()

    def _lines(self, chunk: bytes) -> Iterator[bytes]:
        if not chunk:
            return
        if self._skip_lf and chunk[:1] == b"\n":
            chunk = chunk[1:]
        self._skip_lf = False
        if b"\r" in chunk:
            self._skip_lf = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            line = b"".join([*self._tail, part]) if self._tail else part
            self._tail, self._tail_bytes = [], 0
            yield self._strip_bom(line)
        if rest:
            self._tail.append(rest)
            self._tail_bytes += len(rest)
            if self._tail_bytes > self._limit:
                raise EventTooLargeError(f"An event is larger than {self._limit} bytes.")

    def _strip_bom(self, line: bytes) -> bytes:
        if self._begun:
            return line
        self._begun = True
        return line.removeprefix(_BOM)

    def _line(self, raw: bytes) -> ServerEvent | None:
        if not raw:
            return self._dispatch()
        if raw.startswith(b":"):
            self.comments += 1
            return None
        name, _, value = raw.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._data_bytes += len(raw)
            if self._data_bytes > self._limit:
                raise EventTooLargeError(f"An event is larger than {self._limit} bytes.")
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self.last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry_ms = int(value)
        return None

    def _dispatch(self) -> ServerEvent | None:
        event = None
        if self._data:
            event = ServerEvent("\n".join(self._data), self._event or "message", self.last_id, self._retry_ms)
        self._data, self._data_bytes, self._event, self._retry_ms = [], 0, "", None
        return event
