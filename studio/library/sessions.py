"""Sessions: the list, their titles, the bin, and finding them again."""

from pathlib import Path

from studio.library.database import Database, new_id, now_ms
from studio.library.errors import missing
from studio.library.files import FileStore
from studio.library.names import automatic_title
from studio.library.records import SessionRow
from studio.library.rows import NEWEST_FIRST, session_rows
from studio.library.search import SearchIndex

MAX_TITLE_CHARS = 200


class Sessions:
    """The sessions table. Unknown ids raise ``LibraryError`` of kind ``missing``."""

    def __init__(self, db: Database, files: FileStore, search: SearchIndex) -> None:
        self._db = db
        self._files = files
        self._search = search

    @property
    def _media(self) -> Path:
        return self._files.root

    def create(self, title: str = "", *, session_id: str | None = None) -> SessionRow:
        """Begin a session; with a *title* it counts as named by a person."""
        session_id, now = session_id or new_id(), now_ms()
        title = title.strip()[:MAX_TITLE_CHARS]
        with self._db.write() as db:
            db.execute(
                "INSERT INTO sessions (id, title, renamed, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?)",
                (session_id, title, bool(title), now, now),
            )
            if title:
                self._search.put(f"title:{session_id}", session_id, title)
        return self.get(session_id)

    def get(self, session_id: str) -> SessionRow:
        """Return one session, from the bin too."""
        with self._db.read() as db:
            rows = session_rows(db, self._media, "s.id = ?", [session_id])
        if not rows:
            raise missing("This session does not exist any more.")
        return rows[0]

    def binned(self) -> list[SessionRow]:
        """Return what is in the bin, last thrown first."""
        with self._db.read() as db:
            return session_rows(db, self._media, "s.deleted_ms IS NOT NULL", [], "ORDER BY s.deleted_ms DESC")

    def search(self, query: str, limit: int = 60) -> list[SessionRow]:
        """Return sessions whose title, prompts or replies hold every word of *query*, best first.

        A query without words gives the plain list.
        """
        if not any(c.isalnum() for c in query):
            return self.list(limit)
        ids = self._search.find(query, limit)
        with self._db.read() as db:
            marks = ",".join("?" * len(ids))
            rows = {row.id: row for row in session_rows(db, self._media, f"s.id IN ({marks})", ids)}
        return [rows[i] for i in ids if i in rows]

    def rename(self, session_id: str, title: str) -> SessionRow:
        """Give a title; it is never changed automatically again. An empty one hands naming back."""
        title = " ".join(title.split())[:MAX_TITLE_CHARS]
        self._set_title(session_id, title, renamed=bool(title))
        return self.get(session_id)

    def suggest_title(self, session_id: str, title: str) -> SessionRow:
        """Give an automatic title, unless a person named the session."""
        row = self.get(session_id)
        title = " ".join(title.split())[:MAX_TITLE_CHARS]
        if not row.renamed and title and title != row.title:
            self._set_title(session_id, title, renamed=False)
        return self.get(session_id)

    def name_from_prompt(self, session_id: str, text: str) -> None:
        """Give a session that has no title yet one from its first message."""
        row = self.get(session_id)
        title = automatic_title(text)
        if not row.title and title:
            self._set_title(session_id, title, renamed=False)

    def pin(self, session_id: str, pinned: bool = True) -> SessionRow:
        """Keep a session at the top, or let it go."""
        self._update(session_id, "pinned", int(pinned))
        return self.get(session_id)

    def bin(self, session_id: str) -> SessionRow:
        """Move a session to the bin; nothing is lost."""
        self._update(session_id, "deleted_ms", now_ms())
        return self.get(session_id)

    def restore(self, session_id: str) -> SessionRow:
        """Take a session out of the bin."""
        self._update(session_id, "deleted_ms", None)
        return self.get(session_id)

    def purge(self, session_id: str) -> None:
        """Delete a session for good, with every file that no other session uses."""
        with self._db.write(durable=True) as db:
            files = db.execute("SELECT DISTINCT sha256, ext FROM media WHERE session_id = ?", (session_id,)).fetchall()
            self._search.drop_session(session_id)
            db.execute("DELETE FROM drafts WHERE session_id = ?", (session_id,))
            if not db.execute("DELETE FROM sessions WHERE id = ?", (session_id,)).rowcount:
                raise missing("This session does not exist any more.")
            unused = [
                row
                for row in files
                if not db.execute(
                    "SELECT 1 FROM media WHERE sha256 = ? AND ext = ? LIMIT 1", (row["sha256"], row["ext"])
                ).fetchone()
            ]
        # After the commit: a crash in between leaves a file too many, never one too few.
        for row in unused:
            self._files.remove(row["sha256"], row["ext"])

    def touch(self, session_id: str) -> None:
        """Note that something happened in a session just now."""
        self._update(session_id, "updated_ms", now_ms())

    def _set_title(self, session_id: str, title: str, *, renamed: bool) -> None:
        with self._db.write() as db:
            done = db.execute(
                "UPDATE sessions SET title = ?, renamed = ? WHERE id = ?", (title, int(renamed), session_id)
            )
            if not done.rowcount:
                raise missing("This session does not exist any more.")
            self._search.put(f"title:{session_id}", session_id, title)

    def _update(self, session_id: str, column: str, value: object) -> None:
        with self._db.write() as db:
            if not db.execute(f"UPDATE sessions SET {column} = ? WHERE id = ?", (value, session_id)).rowcount:
                raise missing("This session does not exist any more.")

    # Last, because inside the class its name hides the built-in that annotations use.
    def list(self, limit: int | None = None, offset: int = 0) -> list[SessionRow]:
        """Return the sessions outside the bin, pinned first, then newest."""
        with self._db.read() as db:
            tail = f"{NEWEST_FIRST} LIMIT ? OFFSET ?"
            return session_rows(db, self._media, "s.deleted_ms IS NULL", [-1 if limit is None else limit, offset], tail)
