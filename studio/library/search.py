"""Finding sessions by the words of their title, prompts and replies.

``search_docs`` holds the words; an FTS5 index over it makes them quick where SQLite has
FTS5. The index is rebuildable: a SQLite without FTS5 leaves it behind, marked as stale.
"""

import re
import sqlite3

from studio.library.database import Database

_STATE = "search.state"
_READY, _STALE = "ready-1", "stale"


class SearchIndex:
    """Keeps the words of each session up to date. Call within the transaction that changes them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.fts = False

    def prepare(self) -> None:
        """Make sure that the index exists and is complete; cheap when it is."""
        with self._db.write() as db:
            self.fts = _has_fts5(db)
            row = db.execute("SELECT value FROM meta WHERE key = ?", (_STATE,)).fetchone()
            state = row["value"] if row else ""
            if not state:
                self._collect(db)
            if self.fts and state != _READY:
                db.execute("DROP TABLE IF EXISTS search_fts")
                db.execute(
                    "CREATE VIRTUAL TABLE search_fts USING fts5"
                    "(text, content='search_docs', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
                )
                db.execute("INSERT INTO search_fts (search_fts) VALUES ('rebuild')")
            wanted = _READY if self.fts else _STALE
            if state != wanted:
                db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_STATE, wanted))

    def put(self, source: str, session_id: str, text: str) -> None:
        """Replace the words of *source* (``title:<session>`` or ``turn:<turn>``)."""
        with self._db.write() as db:
            row = db.execute("SELECT id, text FROM search_docs WHERE source = ?", (source,)).fetchone()
            if row is None:
                added = db.execute(
                    "INSERT INTO search_docs (source, session_id, text) VALUES (?, ?, ?)", (source, session_id, text)
                )
                doc_id = added.lastrowid
            else:
                doc_id = row["id"]
                self._forget_words(db, doc_id, row["text"])
                db.execute("UPDATE search_docs SET text = ? WHERE id = ?", (text, doc_id))
            if self.fts:
                db.execute("INSERT INTO search_fts (rowid, text) VALUES (?, ?)", (doc_id, text))

    def drop_session(self, session_id: str) -> None:
        """Forget every word of a session."""
        with self._db.write() as db:
            for row in db.execute("SELECT id, text FROM search_docs WHERE session_id = ?", (session_id,)).fetchall():
                self._forget_words(db, row["id"], row["text"])
            db.execute("DELETE FROM search_docs WHERE session_id = ?", (session_id,))

    def find(self, query: str, limit: int) -> list[str]:
        """Return ids of sessions that hold every word of *query*, whole words first, then parts of words."""
        words = re.findall(r"\w+", query.casefold())
        if not words:
            return []
        with self._db.read() as db:
            found = dict.fromkeys(self._by_index(db, words, limit) if self.fts else [])
            if len(found) < limit:
                found.update(dict.fromkeys(self._by_parts(db, words, limit)))
        return list(found)[:limit]

    def _by_index(self, db: sqlite3.Connection, words: list[str], limit: int) -> list[str]:
        match = " ".join(f'"{word}"*' for word in words)
        rows = db.execute(
            "SELECT d.session_id FROM search_fts f JOIN search_docs d ON d.id = f.rowid"
            " JOIN sessions s ON s.id = d.session_id AND s.deleted_ms IS NULL"
            " WHERE search_fts MATCH ? ORDER BY rank LIMIT ?",
            (match, limit * 8),
        )
        return [row["session_id"] for row in rows]

    def _by_parts(self, db: sqlite3.Connection, words: list[str], limit: int) -> list[str]:
        clauses = " AND ".join(
            "EXISTS (SELECT 1 FROM search_docs d WHERE d.session_id = s.id AND d.text LIKE ? ESCAPE '\\')"
            for _ in words
        )
        rows = db.execute(
            f"SELECT s.id FROM sessions s WHERE s.deleted_ms IS NULL AND {clauses} ORDER BY s.updated_ms DESC LIMIT ?",
            (*(f"%{word.replace('_', chr(92) + '_')}%" for word in words), limit),
        )
        return [row["id"] for row in rows]

    def _forget_words(self, db: sqlite3.Connection, doc_id: int, text: str) -> None:
        if self.fts:
            db.execute("INSERT INTO search_fts (search_fts, rowid, text) VALUES ('delete', ?, ?)", (doc_id, text))

    def _collect(self, db: sqlite3.Connection) -> None:
        """Gather the words of everything that was kept before there was an index."""
        db.execute(
            "INSERT OR IGNORE INTO search_docs (source, session_id, text)"
            " SELECT 'title:' || id, id, title FROM sessions WHERE title != ''"
        )
        db.execute(
            "INSERT OR IGNORE INTO search_docs (source, session_id, text)"
            " SELECT 'turn:' || t.id, t.session_id, t.user_text ||"
            " coalesce((SELECT char(10) || group_concat(i.body, char(10)) FROM turn_items i"
            " WHERE i.turn_id = t.id AND i.kind = 'text'), '') FROM turns t"
        )


def _has_fts5(db: sqlite3.Connection) -> bool:
    return (
        db.execute("SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_FTS5'").fetchone() is not None
    )
