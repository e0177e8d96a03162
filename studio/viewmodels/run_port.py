"""What a durable turn needs of a server, as narrow interfaces, and their plain implementation."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from studio.library.runs import RunEvent
    from studio.library.uploads import UploadRow
    from studio.service.transport import Transport

PATH = "/v1/chat/runs"


class RunsPort(Protocol):
    """Durable runs of a connection. Failures are ``ApiError`` and ``TransportError``."""

    async def start(self, transport: "Transport", body: bytes, key: str) -> dict[str, Any]:
        """Start a run, or find the one that *key* started; return its record."""
        ...

    async def snapshot(self, transport: "Transport", run_id: str) -> dict[str, Any]:
        """Return the record of a run."""
        ...

    async def events(self, transport: "Transport", run_id: str, after: int) -> "list[RunEvent]":
        """Return the events above *after*."""
        ...

    def follow(self, transport: "Transport", run_id: str, after: int) -> "AsyncIterator[RunEvent]":
        """Yield events above *after* until the server closes the stream; one connection, no retries."""
        ...

    async def cancel(self, transport: "Transport", run_id: str) -> None:
        """Ask the server to end a run."""
        ...

    async def decide(self, transport: "Transport", run_id: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Approve or decline what a run asks; return its record."""
        ...


class UploadsPort(Protocol):
    """Uploads to a connection. Failures are ``ApiError`` and ``TransportError``."""

    async def send(
        self,
        transport: "Transport",
        source: Path | bytes,
        *,
        kind: str,
        mime_type: str,
        name: str,
        sha256: str,
        on_progress: Callable[[float], object],
    ) -> "UploadRow":
        """Store a file; *on_progress* gets the part that is sent, 0–1."""
        ...

    async def url(self, transport: "Transport", row: "UploadRow", kind: str) -> str:
        """Return an address at which the connection can read a stored file."""
        ...
