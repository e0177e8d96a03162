"""Reading session rows; shared by the fast path before first paint and by ``Sessions``.

Imports nothing of ours: each dataclass costs about 0.8 ms at start.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class SessionRow:
    """One row of the sessions list.

    Attributes:
        pieces: living pieces, uploads included.
        covers: up to four picture files, newest first.
        renamed: a person gave the title; it is never changed automatically again.
        deleted_ms: when it went into the bin; None while it is not there.
    """

    id: str
    title: str
    pieces: int
    updated_ms: int
    pinned: bool = False
    covers: tuple[Path, ...] = ()
    state: Literal["idle", "working", "needs_you"] = "idle"
    renamed: bool = False
    deleted_ms: int | None = None


COVERS = 4
_COLUMNS = """s.id, s.title, s.updated_ms, s.pinned, s.renamed, s.deleted_ms,
    (SELECT count(*) FROM media m WHERE m.session_id = s.id AND m.deleted_ms IS NULL) AS pieces"""
_COVERS = """SELECT sha256, ext FROM media WHERE session_id = ? AND kind = ? AND deleted_ms IS NULL
    ORDER BY seq DESC LIMIT ?"""


def media_path(media: Path, sha256: str, ext: str) -> Path:
    """Return where a file of that hash is kept."""
    return _folder(media, sha256[:2]) / f"{sha256}.{ext}"


@lru_cache(512)
def _folder(media: Path, prefix: str) -> Path:
    # Joining paths is a third of the cost of listing a long session.
    return media / prefix


def covers(db: sqlite3.Connection, media: Path, session_id: str) -> tuple[Path, ...]:
    """Return up to four picture files of a session, newest first."""
    # A few more than needed: the same picture may be there as a result and as an upload.
    for kind in ("image", "video"):  # the posters of films only where there are no pictures
        paths = [media_path(media, *row) for row in db.execute(_COVERS, (session_id, kind, 2 * COVERS))]
        if paths:
            return tuple(dict.fromkeys(paths))[:COVERS]
    return ()


def session_rows(
    db: sqlite3.Connection, media: Path, where: str, arguments: Iterable[object] = (), tail: str = ""
) -> list[SessionRow]:
    """Return the sessions that satisfy *where*, in the order that *tail* gives."""
    found = db.execute(f"SELECT {_COLUMNS} FROM sessions s WHERE {where} {tail}", tuple(arguments))
    return [
        SessionRow(
            id=row["id"],
            title=row["title"],
            pieces=row["pieces"],
            updated_ms=row["updated_ms"],
            pinned=bool(row["pinned"]),
            covers=covers(db, media, row["id"]) if row["pieces"] else (),
            renamed=bool(row["renamed"]),
            deleted_ms=row["deleted_ms"],
        )
        for row in found
    ]


NEWEST_FIRST = "ORDER BY s.pinned DESC, s.updated_ms DESC, s.id"
