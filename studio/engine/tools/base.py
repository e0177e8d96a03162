"""What a tool is, and the narrow context it works in.

A tool is one module with one class: it names itself, and runs with validated arguments
in a ``ToolContext``. It never sees the store, the server or another tool. Failures are
``contract.errors.ToolError``; cancellation is ``asyncio.CancelledError`` raised by the
awaits of the context. Adding a tool touches its module and ``registry.py``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Protocol, TypeVar

from studio.contract.chat import MediaKind, Output, Provenance

if TYPE_CHECKING:
    from studio.engine.renderers.registry import Ability, Choice

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


Role = Literal["result", "last_frame", "source"]
"""What a file is to its call: a result, the last frame of a film, or what a result was made from (MIDI, SRT)."""


@dataclass(frozen=True)
class Made:
    """One finished file of a tool, before the engine gives it a URL.

    Attributes:
        data: the encoded file.
        media_type: image, video, audio, model or text.
        duration_s: length of a film or sound in seconds.
        seed, prompt, title: as in ``contract.chat.Output``.
        role: only a ``result`` gets an index in the session.
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
    role: Role = "result"


@dataclass(frozen=True)
class Folders:
    """Folders of the engine that tools may use.

    Attributes:
        cache: files that can be made again at any time, and scratch files.
        packs: installed optional models, one folder each; may not exist.
    """

    cache: Path
    packs: Path


@dataclass(frozen=True)
class ToolOutcome:
    """What a tool hands back: files, words, findings and who made them.

    Attributes:
        reason: why this renderer did it.
        alternatives: one sentence for each renderer that was not used, and why.
    """

    message: str
    renderer: str
    model: str
    reason: str | None = None
    alternatives: list[str] = field(default_factory=list)
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

    @property
    def folders(self) -> Folders:
        """Where rebuildable files and packs are."""

    def count(self, kind: MediaKind, *, uploaded: bool = False) -> int:
        """Return how many indices of *kind* the session holds, tombstones included."""

    async def choose(self, ability: "Ability", model: str | None = None) -> "Choice":
        """Return the best renderer that there is for *ability*, preferring one that has *model*."""

    async def media_at(self, kind: MediaKind, url: str) -> SourceMedia:
        """Return the piece at *url*: inline data, one of our own addresses, or a public one. It gets no index.

        Raises:
            ToolError: ASSET_NOT_FOUND, or it is not of that kind.
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


__all__ = ["Folders", "Made", "Output", "Provenance", "Role", "SourceMedia", "ToolContext", "ToolOutcome", "ToolRunner"]
