"""What a durable turn needs of a server, as narrow interfaces; ``run_wire`` and ``upload_wire`` implement them."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from studio.library.runs import RunEvent
    from studio.library.uploads import UploadRow
    from studio.service.transport import Transport

Decision = Literal["confirm", "cancel"]


@dataclass(frozen=True)
class Cut:
    """The way to the server is broken; it is tried again."""

    error: Exception


@dataclass(frozen=True)
class Back:
    """The server answers."""


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

    def follow(
        self, way: "Callable[[], Awaitable[Transport]]", run_id: str, after: int
    ) -> "AsyncGenerator[RunEvent | Cut | Back, None]":
        """Yield events above *after*, each once and in order, over any cut, until the run is over or waits.

        *way* leads to the server as it is now; what it raises that is no ``TransportError`` ends the following.
        """
        ...

    async def cancel(self, transport: "Transport", run_id: str) -> None:
        """Ask the server to end a run."""
        ...

    async def decide(
        self,
        transport: "Transport",
        run_id: str,
        decision: Decision,
        *,
        call_id: str,
        preview: dict[str, Any] | None,
        overrides: dict[str, Any],
        key: str,
    ) -> None:
        """Approve or decline what a run asks."""
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
        on_progress: Callable[[float], object],
    ) -> "UploadRow":
        """Store a file; *on_progress* gets the part that is sent, 0–1."""
        ...

    async def url(self, transport: "Transport", row: "UploadRow") -> str:
        """Return an address at which the connection can read a stored file; ``NotFound`` when it has it no more."""
        ...
