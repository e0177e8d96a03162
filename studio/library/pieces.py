"""Turning rows of the media table into ``Piece`` records."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from studio.library.database import from_json
from studio.library.names import export_name
from studio.library.records import Piece, PieceKind
from studio.library.rows import media_path

INDEXED: tuple[PieceKind, ...] = ("image", "video", "audio")
_OTHER_WORDS = {"model3d": "Model", "text": "Text"}


def wire_index(kind: str, uploaded: bool, number: int) -> int | None:
    """Return the wire index of the *number*-th (from 1) piece of its lane."""
    if kind not in INDEXED:
        return None
    return -number if uploaded else number - 1


def number_of(index: int) -> int:
    """Return the number (from 1) of a wire index."""
    return -index if index < 0 else index + 1


def badge_of(kind: str, uploaded: bool, number: int) -> str:
    """Return the name for people, from the contract's single implementation."""
    index = wire_index(kind, uploaded, number)
    if index is None:
        return f"{'Upload ' if uploaded else ''}{_OTHER_WORDS.get(kind, 'Piece')} {number}"
    from studio.contract.media import badge  # brings msgspec: not before first paint

    return badge(cast("Any", kind), index)


def load(db: sqlite3.Connection, media: Path, rows: Iterable[sqlite3.Row]) -> list[Piece]:
    """Return the pieces of *rows* (all columns of ``media``), in their order."""
    listed = list(rows)
    parents = _parents(db, [row["id"] for row in listed])
    return [_piece(row, media, parents.get(row["id"], ())) for row in listed]


def _piece(row: sqlite3.Row, media: Path, parents: tuple[str, ...]) -> Piece:
    uploaded = bool(row["uploaded"])
    badge = badge_of(row["kind"], uploaded, row["number"])
    subject = row["title"] or row["prompt"] or row["tool"]
    return Piece(
        id=row["id"],
        session_id=row["session_id"],
        kind=row["kind"],
        badge=badge,
        index=wire_index(row["kind"], uploaded, row["number"]),
        path=media_path(media, row["sha256"], row["ext"]),
        mime_type=row["mime_type"],
        byte_length=row["byte_length"],
        round=row["round"],
        created_ms=row["created_ms"],
        uploaded=uploaded,
        name=row["name"] if uploaded and row["name"] else export_name(subject, badge, row["ext"]),
        title=row["title"],
        width=row["width"],
        height=row["height"],
        duration_s=row["duration_s"],
        prompt=row["prompt"],
        used_prompt=row["used_prompt"],
        tool=row["tool"],
        arguments=from_json(row["arguments"], {}),
        seed=row["seed"],
        model=row["model"],
        renderer=row["renderer"],
        parents=parents,
        favourite=bool(row["favourite"]),
        missing=bool(row["missing"]),
        sha256=row["sha256"],
        source_url=row["source_url"],
        turn_id=row["turn_id"],
        call_id=row["call_id"],
        deleted_ms=row["deleted_ms"],
    )


def _parents(db: sqlite3.Connection, ids: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        for row in db.execute(
            f"SELECT piece_id, parent_id FROM media_parents WHERE piece_id IN ({','.join('?' * len(part))})"
            " ORDER BY piece_id, position",
            part,
        ):
            found.setdefault(row["piece_id"], []).append(row["parent_id"])
    return {piece: tuple(parents) for piece, parents in found.items()}
