"""What hangs on the wall: pieces and the ones still being made, in groups. Plain data, no Qt."""

from dataclasses import dataclass
from typing import Any

from studio.viewmodels.state import Piece, PieceKind, ToolItem, ToolStatus, Turn
from studio.viewmodels.words import clock

PICTURED: frozenset[str] = frozenset({"image", "video", "model3d"})
"""Kinds of which a picture can be shown."""
KINDS: tuple[PieceKind, ...] = ("image", "video", "audio", "model3d")
ICONS: dict[str, str] = {"image": "image", "video": "video", "audio": "audio", "model3d": "cube", "text": "text"}
WORDS: dict[str, tuple[str, str]] = {
    "image": ("image", "images"),
    "video": ("video", "videos"),
    "audio": ("sound", "sounds"),
    "model3d": ("3D model", "3D models"),
    "text": ("text", "texts"),
}
_MOST_WORKING = 16
_SOUND_ASPECT = 3.0


@dataclass(frozen=True)
class Working:
    """A tile for a piece that is being made, or whose making failed."""

    id: str
    turn_id: str
    kind: PieceKind
    status: ToolStatus
    sentence: str
    progress: float | None
    eta_s: float | None
    aspect: float
    asks: bool = False
    """It waits for the person."""

    @property
    def words(self) -> str:
        """``62% · 0:38 left``, ``starting``, ``Waiting`` …"""
        if self.asks:
            return "Waits for your answer"
        if self.status == "queued":
            return "Waiting"
        if self.status == "failed":
            return "Failed"
        if self.progress is None:
            return "starting"
        return " · ".join(filter(None, (f"{round(100 * self.progress)}%", time_left(self.eta_s))))


Entry = Piece | Working


@dataclass(frozen=True)
class Group:
    """A heading and what hangs under it."""

    round: int
    """0 for the uploads."""
    heading: str
    summary: str
    created_ms: int
    entries: tuple[Entry, ...]


def time_left(seconds: float | None) -> str:
    """Return ``0:38 left``, ``a few seconds`` below ten, and nothing while it is unknown."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} left"


def kind_of_tool(tool: str) -> PieceKind | None:
    """Return what *tool* makes; None when it makes no piece."""
    if tool in ("analyze_image", "analyze_video", "analyze_audio", "extract_metadata", "enhance_prompt"):
        return None
    if tool.startswith(("compose_", "ask_", "list_", "get_")):
        return None
    if "3d" in tool:
        return "model3d"
    if tool in ("generate_music", "generate_speech"):
        return "audio"
    return "video" if "video" in tool or tool in ("animate_photo", "dance_montage", "add_subtitles") else "image"


def working_entries(turn: Turn) -> list[Working]:
    """Return a tile for every piece that *turn* has promised and not made yet."""
    found: list[Working] = []
    for item in turn.items:
        if not isinstance(item, ToolItem) or item.status not in ("queued", "working", "failed") or item.piece_ids:
            continue
        if item.status == "failed" and turn.status == "stopped":
            continue
        kind = kind_of_tool(item.tool)
        if kind is None:
            continue
        for number in range(_count(item.arguments)):
            found.append(
                Working(
                    f"{item.call_id}/{number}",
                    turn.id,
                    kind,
                    item.status,
                    item.sentence,
                    item.progress,
                    item.eta_s,
                    _aspect(item.arguments, kind),
                    asks=turn.waiting is not None and item.status == "queued",
                )
            )
    waiting = turn.waiting
    if waiting is not None and waiting.is_approval and not found and (kind := kind_of_tool(waiting.tool)) is not None:
        aspect = _aspect(waiting.arguments, kind)
        found.append(Working(f"ask:{turn.id}", turn.id, kind, "queued", "", None, None, aspect, asks=True))
    return found[:_MOST_WORKING]


def aspect_of(entry: Entry) -> float:
    """Return width ÷ height; 1.5 where there is none."""
    if isinstance(entry, Working):
        return _SOUND_ASPECT if entry.kind == "audio" else entry.aspect
    if entry.width and entry.height:
        return entry.width / entry.height
    return _SOUND_ASPECT if entry.kind == "audio" else 1.5


def takes_row(entry: Entry) -> bool:
    """Whether an entry is as wide as the wall: sound, and what moves while it is being made."""
    return entry.kind == "audio" or (isinstance(entry, Working) and entry.kind == "video")


def facts_of(piece: Piece) -> str:
    """Return the museum label's facts: title, then size or length."""
    size = f"{piece.width} × {piece.height}" if piece.width and piece.height else ""
    length = clock(piece.duration_s) if piece.duration_s else ""
    return " · ".join(filter(None, (piece.title, size, length)))


def counts(pieces: list[Piece]) -> dict[str, int]:
    """Return how many pieces of each kind there are."""
    return {kind: sum(piece.kind == kind for piece in pieces) for kind in KINDS}


def _count(arguments: dict[str, Any]) -> int:
    for key in ("numberOfVariations", "number_of_variations", "count", "n"):
        number = arguments.get(key)
        if isinstance(number, int) and not isinstance(number, bool) and number > 0:
            return number
    return 1


def _aspect(arguments: dict[str, Any], kind: PieceKind) -> float:
    width, height = arguments.get("width"), arguments.get("height")
    if isinstance(width, int | float) and isinstance(height, int | float) and width > 0 and height > 0:
        return width / height
    ratio = str(arguments.get("aspect_ratio", arguments.get("aspectRatio", "")))
    left, _, right = ratio.partition(":")
    try:
        return float(left) / float(right)
    except (ValueError, ZeroDivisionError):
        return 16 / 9 if kind == "video" else 1.5 if kind == "model3d" or _keeps_a_shape(arguments) else 1.0


def _keeps_a_shape(arguments: dict[str, Any]) -> bool:
    """Whether nothing says what shape the piece will have because it keeps the shape of another."""
    return any(key.startswith(("source", "image")) for key in arguments)
