"""Plain values that the window shows. No Qt, no msgspec: they are needed before first paint."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

PieceKind = Literal["image", "video", "audio", "model3d", "text"]
TurnStatus = Literal["waiting", "working", "done", "failed", "stopped"]
ToolStatus = Literal["queued", "working", "done", "failed", "stopped"]
ToolsChoice = Literal["none", "creative-tools", "creative-agent"]
ConnectionKind = Literal["local", "supernet", "custom"]
Reachability = Literal["starting", "reachable", "degraded", "unreachable"]


@dataclass(frozen=True)
class SessionRow:
    """One row of the sessions list."""

    id: str
    title: str
    pieces: int
    updated_ms: int
    pinned: bool = False
    covers: tuple[Path, ...] = ()
    """Up to four picture files, newest first."""
    state: Literal["idle", "working", "needs_you"] = "idle"


@dataclass(frozen=True)
class Piece:
    """One made or dropped file of a session, with its provenance."""

    id: str
    session_id: str
    kind: PieceKind
    badge: str
    """``Image 3``, ``Upload 1`` …"""
    index: int | None
    """Wire index; negative for uploads; None for 3D models and texts."""
    path: Path
    mime_type: str
    byte_length: int
    round: int
    """Number of the round it came from, from 1; 0 for uploads before the first round."""
    created_ms: int
    uploaded: bool = False
    name: str = ""
    """Readable file name for saving and dragging out, with extension."""
    title: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    prompt: str = ""
    """What the person typed."""
    used_prompt: str = ""
    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    model: str = ""
    renderer: str = ""
    parents: tuple[str, ...] = ()
    """Ids of the pieces it was made from."""
    favourite: bool = False
    missing: bool = False
    """The file is gone from disk."""


@dataclass(frozen=True)
class Trouble:
    """An error for a person: what happened, what was kept, what to do (DESIGN §6)."""

    what: str
    kept: str = ""
    action: str = ""
    """Label of the first button; empty for none."""
    action_id: Literal["", "retry", "settings", "remove", "find"] = ""
    details: str = ""
    """For *Copy details*: no key, no prompt."""


@dataclass
class TextItem:
    """Streamed Markdown of the assistant; ``text`` only grows while streaming."""

    text: str = ""


@dataclass
class ToolItem:
    """One tool call, as its card shows it."""

    call_id: str
    tool: str
    sentence: str
    """``Painting 4 images`` while working, ``Made 4 images`` when done."""
    status: ToolStatus = "queued"
    progress: float | None = None
    eta_s: float | None = None
    step: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    seconds: float = 0.0
    message: str = ""
    piece_ids: tuple[str, ...] = ()
    saving: int = 0
    """Files that are still being downloaded and verified."""
    trouble: Trouble | None = None


@dataclass
class Turn:
    """One round: what the person said and everything that answered it."""

    id: str
    round: int
    user_text: str
    attachments: tuple[str, ...] = ()
    """Piece ids shown above the text."""
    items: list[TextItem | ToolItem] = field(default_factory=list)
    status: TurnStatus = "waiting"
    trouble: Trouble | None = None
    notices: tuple[str, ...] = ()
    answered_by: str = ""
    created_ms: int = 0


@dataclass(frozen=True)
class Attachment:
    """A chip in the composer."""

    id: str
    name: str
    status: Literal["importing", "ready", "failed"]
    piece_id: str = ""
    path: Path | None = None
    byte_length: int = 0
    trouble: str = ""


@dataclass(frozen=True)
class ModelChoice:
    """One row of the model picker."""

    id: str
    title: str
    detail: str = ""
    vision: bool = False
    available: bool = True


@dataclass(frozen=True)
class Notice:
    """A toast."""

    id: str
    kind: Literal["info", "success", "warning", "error"]
    title: str
    text: str = ""
    action: str = ""
    details: str = ""
