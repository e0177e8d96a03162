"""What a tool is, and the narrow context it works in.

A tool is one module with one class: it names itself, and runs with validated arguments
in a ``ToolContext``. It never sees the store, the server or another tool. Failures are
``contract.errors.ToolError``; cancellation is ``asyncio.CancelledError`` raised by the
awaits of the context. Adding a tool touches its module and ``registry.py``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

from studio.contract.chat import MediaKind, Output, Provenance

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class SourceMedia:
    """A piece of the session, readable on this machine.

    Attributes:
        index: its wire index (negative for uploads).
        path: the file with its original bytes; do not write to it.
    """

    kind: MediaKind
    index: int
    url: str
    path: Path
    mime_type: str
    filename: str | None = None


@dataclass(frozen=True)
class Made:
    """One finished file of a tool, before the engine gives it a URL.

    Attributes:
        data: the encoded file.
        media_type: image, video, audio, model or text.
        seed, prompt, title: as in ``contract.chat.Output``.
    """

    data: bytes
    media_type: str
    mime_type: str
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    seed: int | None = None
    prompt: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class ToolOutcome:
    """What a tool hands back: files, words, findings and who made them."""

    message: str
    renderer: str
    model: str
    reason: str | None = None
    made: list[Made] = field(default_factory=list)
    text: dict[str, str] = field(default_factory=dict)
    """Text members of the result: ``prompt``, ``script``, ``lyrics`` or ``structure``."""
    data: dict[str, Any] | None = None


class ToolContext(Protocol):
    """The engine as one tool call sees it."""

    @property
    def request_text(self) -> str:
        """The person's newest message, as typed."""

    @property
    def manifest(self) -> Mapping[str, Any] | None:
        """The session's asset manifest (``contract.manifest``), or None.

        A tool that changes it returns the new one as ``data["assetManifest"]``.
        """

    async def ask_model(self, system: str, user: str, images: Sequence[Path] = ()) -> str | None:
        """Ask the connected language model; None when there is none (or none with vision, for *images*)."""

    async def source(self, kind: MediaKind, index: int | None = None) -> SourceMedia:
        """Return the piece at *index* (None: the default piece of the kind).

        Raises:
            ToolError: ASSET_NOT_FOUND.
        """

    def progress(self, fraction: float | None, label: str | None = None, *, eta_s: float | None = None) -> None:
        """Report progress 0.0–1.0 of this call. Cheap; call it as often as work units end."""

    async def render(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a picklable module-level *function* in the low-priority render pool.

        *function* may call ``studio.engine.renderers.pool.report(fraction, label)`` for
        progress and is killed on cancel. Exceptions come back as they are when picklable;
        a dead or overlong worker raises ``ToolError`` (GPU_WORKER_FAILED, PROVIDER_TIMEOUT).
        """


class ToolRunner(Protocol):
    """One tool, ready to run."""

    @property
    def name(self) -> str:
        """The catalogue name."""

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        """Do the work with validated *arguments*.

        Raises:
            ToolError: the call cannot be done; nothing was kept.
        """


__all__ = ["Made", "Output", "Provenance", "SourceMedia", "ToolContext", "ToolOutcome", "ToolRunner"]
