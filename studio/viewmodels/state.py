"""Plain values that the window shows. No Qt, no msgspec: they are needed before first paint.

What is kept on disk has the library's own shape, so that nothing is copied between the two.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.library.records import (
    Piece,
    PieceKind,
    SessionRow,
    TextItem,
    ToolItem,
    ToolStatus,
    Trouble,
    Turn,
    TurnStatus,
    Waiting,
)

ToolsChoice = Literal["none", "creative-tools", "creative-agent"]
ConnectionKind = Literal["local", "supernet", "custom"]
Reachability = Literal["starting", "reachable", "degraded", "unreachable"]

__all__ = [
    "Attachment",
    "ConnectionKind",
    "ModelChoice",
    "Notice",
    "Piece",
    "PieceKind",
    "Reachability",
    "SessionRow",
    "TextItem",
    "ToolItem",
    "ToolStatus",
    "ToolsChoice",
    "Trouble",
    "Turn",
    "TurnStatus",
    "Waiting",
]


@dataclass(frozen=True)
class Attachment:
    """A chip in the composer.

    Attributes:
        status: ``failed`` with a piece: it is here, but it could not be sent to the connection yet.
        progress: the part that is sent, 0–1, while uploading.
    """

    id: str
    name: str
    status: Literal["importing", "uploading", "ready", "failed"]
    piece_id: str = ""
    path: Path | None = None
    byte_length: int = 0
    trouble: str = ""
    kind: PieceKind = "image"
    badge: str = ""
    progress: float = 0.0
    duration_s: float | None = None


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
