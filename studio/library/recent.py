"""What the window shows at first paint, read through a connection of its own.

Imports only ``sqlite3``, ``json``, ``pathlib`` and ``dataclasses``. Never raises: a library that
cannot be read yet gives an empty list here, and ``Library.open`` says why a moment later.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from studio.library.rows import NEWEST_FIRST, SessionRow, session_rows


class FirstPaint(NamedTuple):
    """Sessions (pinned first, then newest) and every setting."""

    sessions: list[SessionRow]
    settings: dict[str, Any]


def recent_sessions(data_dir: Path, limit: int = 60) -> list[SessionRow]:
    """Return up to *limit* sessions, pinned first, then newest."""
    return first_paint(data_dir, limit).sessions


def first_paint(data_dir: Path, limit: int = 60) -> FirstPaint:
    """Read sessions and settings in one go."""
    path = data_dir / "library.sqlite"
    if not path.is_file():
        return FirstPaint([], {})
    # Read-only, because a writer that closes last folds the log in, which after a crash takes 30 ms. Where that
    # is refused (a folder without write permission for the log's index, an odd file system), writing may work.
    for mode in ("ro", "rw"):
        try:
            return _read(path, data_dir / "media", mode, limit)
        except sqlite3.Error:
            continue
    return FirstPaint([], {})


def _read(path: Path, media: Path, mode: str, limit: int) -> FirstPaint:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=0.2, isolation_level=None)
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA query_only = ON")
        rows = session_rows(db, media, "s.deleted_ms IS NULL", [limit], f"{NEWEST_FIRST} LIMIT ?")
        return FirstPaint(rows, _settings(db))
    finally:
        db.close()


def _settings(db: sqlite3.Connection) -> dict[str, Any]:
    values = {}
    for key, text in db.execute("SELECT key, value FROM settings"):
        try:
            values[key] = json.loads(text)
        except ValueError:
            continue
    return values
