"""Plain records that the library gives and takes; field names as in the window's own state.

``SessionRow`` lives in ``rows``, because the window's first paint needs it and nothing else of these.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from studio.library.rows import SessionRow

__all__ = [
    "Draft",
    "IndexEntry",
    "NewPiece",
    "Piece",
    "PieceKind",
    "Purpose",
    "SessionRow",
    "TextItem",
    "ToolItem",
    "ToolStatus",
    "Trouble",
    "Turn",
    "TurnStatus",
    "Waiting",
]

PieceKind = Literal["image", "video", "audio", "model3d", "text"]
TurnStatus = Literal["waiting", "working", "done", "failed", "stopped"]
ToolStatus = Literal["queued", "working", "done", "failed", "stopped"]
Purpose = Literal["reference", "edit", "keep"]


@dataclass(frozen=True)
class Piece:
    """One made or dropped file of a session, with its provenance.

    Attributes:
        badge: ``Image 3``, ``Upload 1`` … (contract/media.py).
        index: wire index; negative for uploads; None for 3D models and texts.
        round: number of the round it came from; 0 before the first.
        name: readable file name for saving and dragging out.
        prompt: what the person typed; ``used_prompt`` is what the tool was given.
        parents: ids of the pieces it was made from.
        missing: the file was gone at the last ``reconcile``.
        sha256, source_url, turn_id, call_id: where the bytes are and where they came from.
        deleted_ms: when it was deleted (its index stays taken); None while it lives.
    """

    id: str
    session_id: str
    kind: PieceKind
    badge: str
    index: int | None
    path: Path
    mime_type: str
    byte_length: int
    round: int
    created_ms: int
    uploaded: bool = False
    name: str = ""
    title: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    prompt: str = ""
    used_prompt: str = ""
    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    model: str = ""
    renderer: str = ""
    parents: tuple[str, ...] = ()
    favourite: bool = False
    missing: bool = False
    sha256: str = ""
    source_url: str = ""
    turn_id: str = ""
    call_id: str = ""
    deleted_ms: int | None = None


@dataclass(frozen=True)
class NewPiece:
    """What is known of a piece before it has an id, an index and a file.

    Attributes:
        index: wire index that the server gave it; None takes the next free one.
        origin: a key unique within the session, such as ``turn/call/0``: a second commit of it
            returns the first piece, so that saving may safely be repeated.
        name: the file's own name (uploads).
    """

    session_id: str
    kind: PieceKind
    mime_type: str
    uploaded: bool = False
    index: int | None = None
    turn_id: str = ""
    call_id: str = ""
    round: int = 0
    origin: str = ""
    name: str = ""
    title: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    prompt: str = ""
    used_prompt: str = ""
    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    model: str = ""
    renderer: str = ""
    parents: tuple[str, ...] = ()
    source_url: str = ""


@dataclass(frozen=True)
class IndexEntry:
    """One place of a session's media index; a deleted one is a tombstone."""

    kind: PieceKind
    index: int
    piece_id: str
    path: Path
    source_url: str
    deleted: bool


@dataclass(frozen=True)
class Trouble:
    """An error for a person: what happened, what was kept, what to do."""

    what: str
    kept: str = ""
    action: str = ""
    action_id: Literal["", "retry", "settings", "remove", "find", "install"] = ""
    details: str = ""
    subject: str = ""
    """What the action is about: the id of a pack to install."""


@dataclass(frozen=True)
class Waiting:
    """What a run asks of the person.

    Attributes:
        reason: as on the wire: ``cost_approval_required``, ``ask_clarifying_question`` …
        message: the question, or why it waits.
        call_id, tool, model, arguments: the call that is held (approvals).
        preview: what an approval echoes unchanged; None when there is nothing that could be approved.
        cost, token_type, usd: the estimate, as far as the server says it.
        options: answers to choose from.
        trouble: why the last decision did not arrive, or what changed since.
        deciding: ``approve`` or ``decline`` while that is on its way.
    """

    reason: str
    message: str = ""
    call_id: str = ""
    tool: str = ""
    model: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    preview: dict[str, Any] | None = None
    cost: float | None = None
    token_type: str = ""
    usd: float | None = None
    options: tuple[str, ...] = ()
    trouble: str = ""
    deciding: str = ""

    @property
    def is_approval(self) -> bool:
        """Whether the run goes on by itself once this is decided; everything else is answered by a new message."""
        return self.reason == "cost_approval_required"


@dataclass
class TextItem:
    """Markdown of the assistant."""

    text: str = ""


@dataclass
class ToolItem:
    """One tool call, as its card shows it.

    Attributes:
        draft: the template that it has drafted.
    """

    call_id: str
    tool: str
    sentence: str = ""
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
    trouble: Trouble | None = None
    draft: dict[str, Any] | None = None


@dataclass
class Turn:
    """One round: what the person said and everything that answered it.

    Attributes:
        waiting: what the answer asks of the person; None when nothing.
        phase: what keeps it just now, for the moment only: ``uploading``, ``reconnecting`` or empty.
    """

    id: str
    round: int
    user_text: str
    attachments: tuple[str, ...] = ()
    items: list[TextItem | ToolItem] = field(default_factory=list)
    status: TurnStatus = "waiting"
    trouble: Trouble | None = None
    notices: tuple[str, ...] = ()
    answered_by: str = ""
    created_ms: int = 0
    waiting: Waiting | None = None
    phase: str = ""


@dataclass(frozen=True)
class Draft:
    """An unsent message; attachments are JSON objects of the composer's own making."""

    text: str = ""
    attachments: tuple[dict[str, Any], ...] = ()
    updated_ms: int = 0
