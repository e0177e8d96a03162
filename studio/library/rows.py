"""Reading session rows; shared by the fast path before first paint and by ``Sessions``."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from studio.library.records import SessionRow

COVERS = 4
_COLUMNS = """s.id, s.title, s.updated_ms, s.pinned, s.renamed, s.deleted_ms,
    (SELECT count(*) FROM media m WHERE m.session_id = s.id AND m.deleted_ms IS NULL) AS pieces"""
_COVERS = """SELECT sha256, ext FROM media WHERE session_id = ? AND kind = 'image' AND deleted_ms IS NULL
    ORDER BY seq DESC LIMIT ?"""


def media_path(media: Path, sha256: str, ext: str) -> Path:
    """Return where a file of that hash is kept."""
    return media / sha256[:2] / f"{sha256}.{ext}"


def covers(db: sqlite3.Connection, media: Path, session_id: str) -> tuple[Path, ...]:
    """Return up to four picture files of a session, newest first."""
    # A few more than needed: the same picture may be there as a result and as an upload.
    paths = (media_path(media, sha256, ext) for sha256, ext in db.execute(_COVERS, (session_id, 2 * COVERS)))
    return tuple(dict.fromkeys(paths))[:COVERS]


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
