"""How the library's file came to its present shape: named steps, in order, kept for ever.

``PRAGMA user_version`` holds major × 65536 + minor. A step that older programs can live with
raises the minor number; one that they cannot raises the major number, and they refuse the
file with a sentence. A copy is made before each step on a file that holds something.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.library import faults
from studio.library.errors import LibraryError
from studio.library.files import keep_private


@dataclass(frozen=True)
class Migration:
    """One step, and the version that the file has after it."""

    major: int
    minor: int
    name: str
    apply: Callable[[sqlite3.Connection], None]

    @property
    def version(self) -> int:
        """The value of ``PRAGMA user_version``."""
        return self.major << 16 | self.minor


_V1_0 = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', renamed INTEGER NOT NULL DEFAULT 0,
        pinned INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
        deleted_ms INTEGER)""",
    "CREATE INDEX sessions_by_time ON sessions (pinned DESC, updated_ms DESC) WHERE deleted_ms IS NULL",
    """CREATE TABLE turns (
        id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        round INTEGER NOT NULL, user_text TEXT NOT NULL, attachments TEXT NOT NULL DEFAULT '[]',
        status TEXT NOT NULL, trouble TEXT, notices TEXT NOT NULL DEFAULT '[]',
        answered_by TEXT NOT NULL DEFAULT '', created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
        UNIQUE (session_id, round))""",
    "CREATE INDEX turns_open ON turns (status) WHERE status IN ('waiting', 'working')",
    """CREATE TABLE turn_items (
        turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, position INTEGER NOT NULL,
        kind TEXT NOT NULL, call_id TEXT, body TEXT NOT NULL,
        PRIMARY KEY (turn_id, position)) WITHOUT ROWID""",
    """CREATE TABLE turn_text (
        id INTEGER PRIMARY KEY, turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE,
        position INTEGER NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX turn_text_by_turn ON turn_text (turn_id, position, id)",
    """CREATE TABLE media (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        turn_id TEXT NOT NULL DEFAULT '', call_id TEXT NOT NULL DEFAULT '', round INTEGER NOT NULL DEFAULT 0,
        kind TEXT NOT NULL, uploaded INTEGER NOT NULL, number INTEGER NOT NULL, origin TEXT,
        sha256 TEXT NOT NULL, ext TEXT NOT NULL, mime_type TEXT NOT NULL, byte_length INTEGER NOT NULL,
        width INTEGER, height INTEGER, duration_s REAL, name TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL DEFAULT '', prompt TEXT NOT NULL DEFAULT '', used_prompt TEXT NOT NULL DEFAULT '',
        tool TEXT NOT NULL DEFAULT '', arguments TEXT NOT NULL DEFAULT '{}', seed INTEGER,
        model TEXT NOT NULL DEFAULT '', renderer TEXT NOT NULL DEFAULT '', source_url TEXT NOT NULL DEFAULT '',
        favourite INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0,
        created_ms INTEGER NOT NULL, deleted_ms INTEGER,
        UNIQUE (session_id, kind, uploaded, number), UNIQUE (session_id, origin))""",
    # Not partial: SQLite takes a partial index for covering only when it also holds the column of its condition.
    "CREATE INDEX media_alive ON media (session_id, deleted_ms, seq, id)",
    "CREATE INDEX media_covers ON media (session_id, kind, deleted_ms, seq)",
    "CREATE INDEX media_by_hash ON media (sha256)",
    """CREATE TABLE media_parents (
        piece_id TEXT NOT NULL REFERENCES media (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        parent_id TEXT NOT NULL, PRIMARY KEY (piece_id, position)) WITHOUT ROWID""",
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

_V1_1 = (
    """CREATE TABLE drafts (
        session_id TEXT PRIMARY KEY, text TEXT NOT NULL, attachments TEXT NOT NULL DEFAULT '[]',
        updated_ms INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE search_docs (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX search_docs_by_session ON search_docs (session_id)",
)

_V1_2 = (
    """CREATE TABLE runs (
        key TEXT PRIMARY KEY, turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE,
        session_id TEXT NOT NULL, kind TEXT NOT NULL, base_url TEXT NOT NULL, run_id TEXT NOT NULL DEFAULT '',
        request TEXT NOT NULL, status TEXT NOT NULL, open INTEGER NOT NULL DEFAULT 1, waiting TEXT,
        cancel INTEGER NOT NULL DEFAULT 0, sequence INTEGER NOT NULL DEFAULT -1,
        created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL)""",
    "CREATE INDEX runs_by_turn ON runs (turn_id, created_ms)",
    "CREATE INDEX runs_by_session ON runs (session_id)",
    "CREATE INDEX runs_unsettled ON runs (created_ms) WHERE open = 1 OR cancel = 1",
    """CREATE TABLE run_events (
        run_key TEXT NOT NULL REFERENCES runs (key) ON DELETE CASCADE, sequence INTEGER NOT NULL,
        type TEXT NOT NULL, at_ms INTEGER NOT NULL, payload TEXT,
        PRIMARY KEY (run_key, sequence)) WITHOUT ROWID""",
    """CREATE TABLE uploads (
        connection TEXT NOT NULL, sha256 TEXT NOT NULL, job_id TEXT NOT NULL, type TEXT NOT NULL,
        media_id TEXT NOT NULL DEFAULT '', mime_type TEXT NOT NULL, created_ms INTEGER NOT NULL,
        PRIMARY KEY (connection, sha256)) WITHOUT ROWID""",
)

_V1_3 = (
    """CREATE TABLE templates (
        id TEXT PRIMARY KEY, content TEXT NOT NULL, draft TEXT, draft_step TEXT NOT NULL DEFAULT '',
        origin TEXT NOT NULL DEFAULT '', place TEXT NOT NULL DEFAULT '', remote_id TEXT NOT NULL DEFAULT '',
        remote_version TEXT NOT NULL DEFAULT '', base TEXT, theirs TEXT, pending TEXT NOT NULL DEFAULT '',
        created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, deleted_ms INTEGER)""",
    "CREATE INDEX templates_by_time ON templates (updated_ms DESC) WHERE deleted_ms IS NULL",
    """CREATE TABLE template_versions (
        id INTEGER PRIMARY KEY, template_id TEXT NOT NULL REFERENCES templates ON DELETE CASCADE,
        content TEXT NOT NULL, words TEXT NOT NULL DEFAULT '', created_ms INTEGER NOT NULL)""",
    "CREATE INDEX template_versions_by_template ON template_versions (template_id, id DESC)",
    "CREATE TABLE template_values (template_id TEXT PRIMARY KEY, inputs TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE template_presets (
        template_id TEXT NOT NULL, name TEXT NOT NULL, inputs TEXT NOT NULL,
        PRIMARY KEY (template_id, name)) WITHOUT ROWID""",
    """CREATE TABLE template_runs (
        id TEXT PRIMARY KEY, template_id TEXT NOT NULL, place TEXT NOT NULL, workflow_id TEXT NOT NULL DEFAULT '',
        inputs TEXT NOT NULL, status TEXT NOT NULL, session_id TEXT NOT NULL DEFAULT '', body TEXT NOT NULL,
        created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL)""",
    "CREATE INDEX template_runs_by_template ON template_runs (template_id, created_ms DESC)",
)


def sessions_turns_and_media(db: sqlite3.Connection) -> None:
    """1.0: everything that an artist makes."""
    for statement in _V1_0:
        db.execute(statement)


def drafts_and_search(db: sqlite3.Connection) -> None:
    """1.1: unsent messages, and words to find sessions by (filled by ``SearchIndex.prepare``)."""
    for statement in _V1_1:
        db.execute(statement)


def durable_runs_and_uploads(db: sqlite3.Connection) -> None:
    """1.2: answers that go on without the window, their event logs, and what was uploaded where."""
    for statement in _V1_2:
        db.execute(statement)


def templates(db: sqlite3.Connection) -> None:
    """1.3: templates with their unsaved editions and versions, what their forms held, and their runs."""
    for statement in _V1_3:
        db.execute(statement)


MIGRATIONS = (
    Migration(1, 0, "sessions, turns and media", sessions_turns_and_media),
    Migration(1, 1, "drafts and search", drafts_and_search),
    Migration(1, 2, "durable runs and uploads", durable_runs_and_uploads),
    Migration(1, 3, "templates", templates),
)


def version_words(version: int) -> str:
    """Return ``1.1`` for a ``user_version``."""
    return f"{version >> 16}.{version & 0xFFFF}"


def migrate(db: sqlite3.Connection, backups: Path, migrations: tuple[Migration, ...] = MIGRATIONS) -> list[str]:
    """Bring the open file up to date; return the names of the steps that were taken.

    Raises:
        LibraryError: the file was written by a newer, incompatible studio (kind ``newer``).
        sqlite3.Error, OSError: a step or its backup failed; the file is as it was.
    """
    newest = migrations[-1]
    found = _version(db)
    if found >> 16 > newest.major:
        raise LibraryError(
            "newer",
            f"This library was made by a newer studio (format {version_words(found)}; "
            f"this one reads {newest.major}.x).",
            kept="Nothing was changed.",
            action="Update the studio, or choose another folder.",
        )
    taken = []
    for step in migrations:
        if _version(db) >= step.version:
            continue
        if found:
            _back_up(db, backups)
            faults.reach("backup_made")
        db.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have taken the step while this one waited for the lock.
            if _version(db) < step.version:
                step.apply(db)
                db.execute(f"PRAGMA user_version = {step.version}")
                taken.append(step.name)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        faults.reach("migration_done")
    return taken


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _back_up(db: sqlite3.Connection, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    target = folder / f"library-{version_words(_version(db))}-{stamp}.sqlite"
    aside = target.with_suffix(".part")
    try:
        copy = sqlite3.connect(keep_private(aside))
        try:
            db.backup(copy)
        finally:
            copy.close()
        handle = os.open(aside, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return target
