"""Turns: what the person said and everything that answered, kept as it arrives.

Streamed text is appended as rows of its own (``turn_text``), so that a delta costs the same
however long the answer is, and folded into its item when the turn ends. Whatever had
arrived before a crash is there afterwards; ``recover`` then ends the turn as stopped.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any, cast

from studio.library.database import Database, from_json, new_id, now_ms, to_json
from studio.library.errors import missing
from studio.library.records import TextItem, ToolItem, ToolStatus, Trouble, Turn, TurnStatus, Waiting
from studio.library.runs import waiting_of
from studio.library.search import SearchIndex
from studio.library.sessions import Sessions

_TOOL_FIELDS = {f.name for f in fields(ToolItem)}
_TROUBLE_FIELDS = {f.name for f in fields(Trouble)}
_ENDED: tuple[TurnStatus, ...] = ("done", "failed", "stopped")

INTERRUPTED = Trouble(
    what="The studio closed in the middle of this answer.",
    kept="Everything that had arrived is kept.",
    action="Try again",
    action_id="retry",
    details="interrupted",
)


class Turns:
    """The turns of every session. Unknown ids raise ``LibraryError`` of kind ``missing``."""

    def __init__(self, db: Database, sessions: Sessions, search: SearchIndex) -> None:
        self._db = db
        self._sessions = sessions
        self._search = search

    def begin(
        self,
        session_id: str,
        user_text: str,
        attachments: Iterable[str] = (),
        *,
        turn_id: str | None = None,
        status: TurnStatus = "working",
    ) -> Turn:
        """Begin the next round of a session; the first one names it.

        Args:
            attachments: ids of the pieces shown above the text.
        """
        turn_id, now = turn_id or new_id(), now_ms()
        with self._db.write(durable=True) as db:
            self._sessions.touch(session_id)
            self._sessions.name_from_prompt(session_id, user_text)
            round_ = db.execute(
                "SELECT coalesce(max(round), 0) + 1 FROM turns WHERE session_id = ?", (session_id,)
            ).fetchone()[0]
            db.execute(
                "INSERT INTO turns (id, session_id, round, user_text, attachments, status, created_ms, updated_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (turn_id, session_id, round_, user_text, to_json(list(attachments)), status, now, now),
            )
            # Whatever an earlier answer asked, this message is the answer to it.
            db.execute("UPDATE runs SET waiting = NULL WHERE session_id = ? AND open = 0", (session_id,))
            self._search.put(f"turn:{turn_id}", session_id, user_text)
        return self.get(turn_id)

    def append_text(self, turn_id: str, text: str) -> None:
        """Add streamed *text*: to the last item when that is text, else as a new item."""
        if not text:
            return
        with self._db.write() as db:
            last = _last_item(db, turn_id)
            if last is not None and last["kind"] == "text":
                position = last["position"]
            else:
                position = 0 if last is None else last["position"] + 1
                self._add_item(db, turn_id, position, "text", None, "")
            db.execute("INSERT INTO turn_text (turn_id, position, text) VALUES (?, ?, ?)", (turn_id, position, text))

    def upsert_tool(self, turn_id: str, item: ToolItem) -> None:
        """Keep the newest state of a tool call, recognised by its ``call_id``; a new one comes last."""
        with self._db.write() as db:
            row = db.execute(
                "SELECT position, body FROM turn_items WHERE turn_id = ? AND kind = 'tool' AND call_id = ?",
                (turn_id, item.call_id),
            ).fetchone()
            if row is None:
                last = _last_item(db, turn_id)
                position = 0 if last is None else last["position"] + 1
                self._add_item(db, turn_id, position, "tool", item.call_id, to_json(asdict(item)))
                return
            kept = from_json(row["body"], {})  # members of a newer studio survive
            db.execute(
                "UPDATE turn_items SET body = ? WHERE turn_id = ? AND position = ?",
                (to_json({**kept, **asdict(item)}), turn_id, row["position"]),
            )

    def put_items(self, turn_id: str, items: Iterable[TextItem | ToolItem]) -> None:
        """Replace everything that a turn answered."""
        with self._db.write() as db:
            db.execute("DELETE FROM turn_text WHERE turn_id = ?", (turn_id,))
            db.execute("DELETE FROM turn_items WHERE turn_id = ?", (turn_id,))
            for position, item in enumerate(items):
                if isinstance(item, TextItem):
                    self._add_item(db, turn_id, position, "text", None, item.text)
                else:
                    self._add_item(db, turn_id, position, "tool", item.call_id, to_json(asdict(item)))

    def set_answered_by(self, turn_id: str, words: str) -> None:
        """Note what answered."""
        with self._db.write() as db:
            db.execute("UPDATE turns SET answered_by = ? WHERE id = ?", (words, turn_id))

    def finish(
        self,
        turn_id: str,
        status: TurnStatus,
        *,
        trouble: Trouble | None = None,
        notices: Iterable[str] = (),
        answered_by: str = "",
    ) -> Turn:
        """End a turn; it is on disk when this returns. Tool calls still open end like the turn."""
        with self._db.write(durable=True) as db:
            row = db.execute("SELECT session_id, user_text FROM turns WHERE id = ?", (turn_id,)).fetchone()
            if row is None:
                raise missing("This message does not exist any more.")
            self._fold_text(db, turn_id)
            if status in _ENDED:
                self._end_tools(db, turn_id, "failed" if status == "failed" else "stopped")
            db.execute(
                "UPDATE turns SET status = ?, trouble = ?, notices = ?, updated_ms = ?,"
                " answered_by = CASE WHEN ? = '' THEN answered_by ELSE ? END WHERE id = ?",
                (
                    status,
                    None if trouble is None else to_json(asdict(trouble)),
                    to_json(list(notices)),
                    now_ms(),
                    answered_by,
                    answered_by,
                    turn_id,
                ),
            )
            self._sessions.touch(row["session_id"])
            replies = [
                r["body"]
                for r in db.execute("SELECT body FROM turn_items WHERE turn_id = ? AND kind = 'text'", (turn_id,))
            ]
            self._search.put(f"turn:{turn_id}", row["session_id"], "\n".join([row["user_text"], *replies]))
        return self.get(turn_id)

    def reopen(self, turn_id: str) -> Turn:
        """Begin a turn again (*Try again*): what it answered is dropped, its pieces stay."""
        with self._db.write() as db:
            db.execute("DELETE FROM turn_text WHERE turn_id = ?", (turn_id,))
            db.execute("DELETE FROM turn_items WHERE turn_id = ?", (turn_id,))
            db.execute(
                "UPDATE turns SET status = 'working', trouble = NULL, notices = '[]', answered_by = '',"
                " updated_ms = ? WHERE id = ?",
                (now_ms(), turn_id),
            )
        return self.get(turn_id)

    def get(self, turn_id: str) -> Turn:
        """Return one turn with everything in it."""
        with self._db.read() as db:
            rows = db.execute("SELECT * FROM turns WHERE id = ?", (turn_id,)).fetchall()
            if not rows:
                raise missing("This message does not exist any more.")
            return self._load(db, rows)[0]

    def count(self, session_id: str) -> int:
        """Return how many rounds a session has."""
        with self._db.read() as db:
            return int(db.execute("SELECT count(*) FROM turns WHERE session_id = ?", (session_id,)).fetchone()[0])

    def recover(self) -> int:
        """End the turns that a crash left open as stopped, their text kept; return how many there were.

        Those whose run goes on elsewhere stay open.
        """
        with self._db.read() as db:
            rows = db.execute(
                "SELECT id FROM turns WHERE status IN ('waiting', 'working')"
                " AND id NOT IN (SELECT turn_id FROM runs WHERE open = 1)"
            )
            open_ids = [row["id"] for row in rows]
        for turn_id in open_ids:
            self.finish(turn_id, "stopped", trouble=INTERRUPTED)
        return len(open_ids)

    def _add_item(
        self, db: sqlite3.Connection, turn_id: str, position: int, kind: str, call_id: str | None, body: str
    ) -> None:
        if db.execute("SELECT 1 FROM turns WHERE id = ?", (turn_id,)).fetchone() is None:
            raise missing("This message does not exist any more.")
        db.execute(
            "INSERT INTO turn_items (turn_id, position, kind, call_id, body) VALUES (?, ?, ?, ?, ?)",
            (turn_id, position, kind, call_id, body),
        )

    def _fold_text(self, db: sqlite3.Connection, turn_id: str) -> None:
        for position, text in _streamed(db, [turn_id]).get(turn_id, {}).items():
            db.execute(
                "UPDATE turn_items SET body = body || ? WHERE turn_id = ? AND position = ?", (text, turn_id, position)
            )
        db.execute("DELETE FROM turn_text WHERE turn_id = ?", (turn_id,))

    def _end_tools(self, db: sqlite3.Connection, turn_id: str, status: ToolStatus) -> None:
        rows = db.execute("SELECT position, body FROM turn_items WHERE turn_id = ? AND kind = 'tool'", (turn_id,))
        for row in rows.fetchall():
            kept = from_json(row["body"], {})
            if kept.get("status") in ("queued", "working"):
                body = to_json({**kept, "status": status, "progress": None, "eta_s": None, "saving": 0})
                db.execute(
                    "UPDATE turn_items SET body = ? WHERE turn_id = ? AND position = ?",
                    (body, turn_id, row["position"]),
                )

    def _load(self, db: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[Turn]:
        ids = [row["id"] for row in rows]
        streamed = _streamed(db, ids)
        items: dict[str, list[TextItem | ToolItem]] = {i: [] for i in ids}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            for item in db.execute(
                f"SELECT * FROM turn_items WHERE turn_id IN ({','.join('?' * len(part))}) ORDER BY turn_id, position",
                part,
            ):
                turn_id = item["turn_id"]
                if item["kind"] == "text":
                    items[turn_id].append(TextItem(item["body"] + streamed.get(turn_id, {}).get(item["position"], "")))
                elif item["kind"] == "tool":
                    items[turn_id].append(_tool(from_json(item["body"], {}), item["call_id"] or ""))
        waiting = _waiting(db, {row["session_id"] for row in rows})
        return [
            Turn(
                id=row["id"],
                round=row["round"],
                user_text=row["user_text"],
                attachments=tuple(from_json(row["attachments"], [])),
                items=items[row["id"]],
                status=cast("TurnStatus", row["status"]),
                trouble=_trouble(from_json(row["trouble"])),
                notices=tuple(from_json(row["notices"], [])),
                answered_by=row["answered_by"],
                created_ms=row["created_ms"],
                waiting=waiting.get(row["id"]),
            )
            for row in rows
        ]

    # Last, because inside the class its name hides the built-in that annotations use.
    def list(self, session_id: str, limit: int | None = None, before_round: int | None = None) -> list[Turn]:
        """Return the turns of a session in order; with *limit*, the last ones before *before_round*."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT * FROM turns WHERE session_id = ? AND round < ? ORDER BY round DESC LIMIT ?",
                (session_id, before_round or 2**62, -1 if limit is None else limit),
            ).fetchall()
            return self._load(db, rows[::-1])


def _last_item(db: sqlite3.Connection, turn_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT position, kind FROM turn_items WHERE turn_id = ? ORDER BY position DESC LIMIT 1", (turn_id,)
    ).fetchone()
    return row


def _streamed(db: sqlite3.Connection, turn_ids: list[str]) -> dict[str, dict[int, str]]:
    """Return the text that is not folded yet, by turn and position."""
    parts: dict[str, dict[int, list[str]]] = {}
    for turn_id in turn_ids:
        for row in db.execute(
            "SELECT position, text FROM turn_text WHERE turn_id = ? ORDER BY position, id", (turn_id,)
        ):
            parts.setdefault(turn_id, {}).setdefault(row["position"], []).append(row["text"])
    return {turn: {position: "".join(texts) for position, texts in by.items()} for turn, by in parts.items()}


def _waiting(db: sqlite3.Connection, session_ids: set[str]) -> dict[str, Waiting]:
    """Return what the turns of these sessions ask of the person."""
    found: dict[str, Waiting] = {}
    for session_id in session_ids:
        for row in db.execute(
            "SELECT turn_id, waiting FROM runs WHERE session_id = ? AND waiting IS NOT NULL", (session_id,)
        ):
            asked = waiting_of(row["waiting"])
            if asked is not None:
                found[row["turn_id"]] = asked
    return found


def _tool(body: dict[str, Any], call_id: str) -> ToolItem:
    known = {key: value for key, value in body.items() if key in _TOOL_FIELDS}
    known["piece_ids"] = tuple(known.get("piece_ids") or ())
    known["trouble"] = _trouble(known.get("trouble"))
    return ToolItem(**{"call_id": call_id, "tool": "", **known})


def _trouble(body: object) -> Trouble | None:
    if not isinstance(body, dict) or not isinstance(body.get("what"), str):
        return None
    return Trouble(**{key: value for key, value in body.items() if key in _TROUBLE_FIELDS})
