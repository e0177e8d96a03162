"""Unsent messages, one for each session; the session id "" is the one not begun yet."""

from collections.abc import Iterable
from typing import Any

from studio.library.database import Database, from_json, now_ms, to_json
from studio.library.records import Draft


class Drafts:
    """The drafts table. A draft survives a crash of the program at any moment after ``put``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, session_id: str) -> Draft:
        """Return the draft of a session; an empty one when there is none."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT text, attachments, updated_ms FROM drafts WHERE session_id = ?", (session_id,)
            ).fetchone()
        if row is None:
            return Draft()
        attachments = tuple(a for a in from_json(row["attachments"], []) if isinstance(a, dict))
        return Draft(row["text"], attachments, row["updated_ms"])

    def put(self, session_id: str, text: str, attachments: Iterable[dict[str, Any]] = ()) -> None:
        """Keep a draft; an empty one is dropped.

        Raises:
            LibraryError: it could not be kept; the one before stays.
        """
        listed = list(attachments)
        if not text and not listed:
            self.drop(session_id)
            return
        with self._db.write() as db:
            db.execute(
                "INSERT INTO drafts (session_id, text, attachments, updated_ms) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (session_id) DO UPDATE SET text = excluded.text,"
                " attachments = excluded.attachments, updated_ms = excluded.updated_ms",
                (session_id, text, to_json(listed), now_ms()),
            )

    def drop(self, session_id: str) -> None:
        """Forget the draft of a session."""
        with self._db.write() as db:
            db.execute("DELETE FROM drafts WHERE session_id = ?", (session_id,))
