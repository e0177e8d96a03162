"""Answers that outlive the window: for each, how to find it again, and every event of it that has arrived.

The row is written, with its idempotency key, before the server is asked to start; so a crash at any
moment leaves either a run that can be found again or one that was never begun. Events are kept in
batches, recognised by their sequence: handing one in twice changes nothing.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Literal, cast

from studio.library import faults
from studio.library.database import Database, from_json, now_ms, to_json
from studio.library.errors import missing
from studio.library.records import Waiting

RunStatus = Literal["starting", "running", "waiting", "completed", "partial_failure", "failed", "cancelled", "lost"]

_WAITING_FIELDS = {f.name for f in fields(Waiting)}
_TRANSIENT = {"trouble": "", "deciding": ""}


@dataclass(frozen=True)
class RunRow:
    """One run of one turn.

    Attributes:
        key: idempotency key of its start, and its name here.
        kind, base_url: the connection it was started on; the address of this computer's engine may change.
        run_id: the server's name for it; empty until the server has said it.
        request: body of the start, repeated unchanged with the same key when nobody knows whether it arrived.
        status: as far as known; ``lost``: the server does not know it any more.
        open: it still has to be followed.
        cancel: it was stopped here and the server does not know that yet.
        sequence: of the last event that is kept; -1 for none.
    """

    key: str
    turn_id: str
    session_id: str
    kind: str
    base_url: str
    run_id: str
    request: str
    status: RunStatus
    open: bool
    waiting: Waiting | None
    cancel: bool
    sequence: int
    created_ms: int
    updated_ms: int


@dataclass(frozen=True)
class RunEvent:
    """One event as it arrived; ``payload`` is JSON text, None for none."""

    sequence: int
    type: str
    at_ms: int
    payload: str | None = None


class Runs:
    """The tables of runs and their events. Unknown keys raise ``LibraryError`` of kind ``missing``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, turn_id: str, key: str, *, kind: str, base_url: str, request: str) -> RunRow:
        """Note that a run is about to be started. On disk when this returns; the same key twice is the same run."""
        now = now_ms()
        with self._db.write(durable=True) as db:
            turn = db.execute("SELECT session_id FROM turns WHERE id = ?", (turn_id,)).fetchone()
            if turn is None:
                raise missing("This message does not exist any more.")
            # What was asked by an earlier run of this turn is moot.
            db.execute("UPDATE runs SET waiting = NULL, open = 0 WHERE turn_id = ? AND key <> ?", (turn_id, key))
            db.execute(
                "INSERT INTO runs (key, turn_id, session_id, kind, base_url, request, status, created_ms, updated_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, 'starting', ?, ?) ON CONFLICT (key) DO NOTHING",
                (key, turn_id, turn["session_id"], kind, base_url, request, now, now),
            )
        faults.reach("run_begun")
        return self.get(key)

    def started(self, key: str, run_id: str, base_url: str) -> None:
        """Note the server's name for a run."""
        self._change(key, "run_id = ?, base_url = ?, status = 'running'", (run_id, base_url))
        faults.reach("run_started")

    def append(self, key: str, events: Sequence[RunEvent]) -> int:
        """Keep *events*; those that are there already stay as they are. Returns how many are new."""
        if not events:
            return 0
        with self._db.write() as db:
            # First, so that an unknown run is said as such.
            self._update(db, key, "sequence = max(sequence, ?)", (max(event.sequence for event in events),))
            before = db.total_changes
            db.executemany(
                "INSERT INTO run_events (run_key, sequence, type, at_ms, payload) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [(key, event.sequence, event.type, event.at_ms, event.payload) for event in events],
            )
            new = db.total_changes - before
        faults.reach("run_events_kept")
        return new

    def set_waiting(self, key: str, waiting: Waiting | None) -> None:
        """Note what a run asks of the person, or that it goes on."""
        body = None if waiting is None else to_json({**asdict(waiting), **_TRANSIENT})
        status = "running" if waiting is None else "waiting"
        self._change(key, "waiting = ?, status = CASE WHEN open THEN ? ELSE status END", (body, status))

    def end(self, key: str, status: RunStatus, *, waiting: Waiting | None = None, cancel: bool = False) -> None:
        """Note that a run need not be followed any more.

        Args:
            waiting: a question that the next message answers.
            cancel: the server has still to be told that it was stopped.
        """
        body = None if waiting is None else to_json({**asdict(waiting), **_TRANSIENT})
        self._change(key, "open = 0, status = ?, waiting = ?, cancel = ?", (status, body, int(cancel)), durable=True)
        faults.reach("run_ended")

    def take_up(self, key: str) -> None:
        """Follow a run again that had been given up."""
        with self._db.write(durable=True) as db:
            self._update(db, key, "open = 1, status = 'running'", ())
            db.execute(
                "UPDATE turns SET status = 'working', trouble = NULL"
                " WHERE id = (SELECT turn_id FROM runs WHERE key = ?)",
                (key,),
            )

    def cancelled(self, key: str) -> None:
        """Note that the server knows that the run was stopped, or has nothing left to stop."""
        self._change(key, "cancel = 0", ())

    def get(self, key: str) -> RunRow:
        """Return one run."""
        found = self._find("key = ?", (key,))
        if not found:
            raise missing("This run does not exist any more.")
        return found[0]

    def of_turn(self, turn_id: str) -> RunRow | None:
        """Return the newest run of a turn; None when it never had one."""
        found = self._find("turn_id = ?", (turn_id,), "ORDER BY created_ms DESC, rowid DESC LIMIT 1")
        return found[0] if found else None

    def open(self) -> list[RunRow]:
        """Return the runs to follow again, oldest first: their turns are open, their sessions not in the bin."""
        return self._find(
            "open = 1 AND turn_id IN (SELECT id FROM turns WHERE status IN ('waiting', 'working'))"
            " AND session_id IN (SELECT id FROM sessions WHERE deleted_ms IS NULL)",
            (),
            "ORDER BY created_ms",
        )

    def to_cancel(self) -> list[RunRow]:
        """Return the runs whose server has still to be told that they were stopped."""
        return self._find("cancel = 1", (), "ORDER BY created_ms")

    def lost(self, session_id: str) -> dict[str, RunRow]:
        """Return, by turn, the runs of a session that could not be followed any more but may go on somewhere."""
        found = self._find("session_id = ? AND status = 'lost' AND run_id <> ''", (session_id,), "ORDER BY created_ms")
        return {row.turn_id: row for row in found}

    def waiting_sessions(self) -> frozenset[str]:
        """Return the sessions in which a run waits for the person."""
        with self._db.read() as db:
            return frozenset(row[0] for row in db.execute("SELECT session_id FROM runs WHERE waiting IS NOT NULL"))

    def events(self, key: str, after: int = -1, limit: int | None = None) -> list[RunEvent]:
        """Return the kept events above *after*, in order."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT sequence, type, at_ms, payload FROM run_events WHERE run_key = ? AND sequence > ?"
                " ORDER BY sequence LIMIT ?",
                (key, after, -1 if limit is None else limit),
            ).fetchall()
        return [RunEvent(row["sequence"], row["type"], row["at_ms"], row["payload"]) for row in rows]

    def _find(self, where: str, arguments: Iterable[object], tail: str = "") -> list[RunRow]:
        with self._db.read() as db:
            rows = db.execute(f"SELECT * FROM runs WHERE {where} {tail}", tuple(arguments)).fetchall()
        return [_row(row) for row in rows]

    def _change(self, key: str, what: str, arguments: Sequence[object], *, durable: bool = False) -> None:
        with self._db.write(durable=durable) as db:
            self._update(db, key, what, arguments)

    @staticmethod
    def _update(db: sqlite3.Connection, key: str, what: str, arguments: Sequence[object]) -> None:
        done = db.execute(f"UPDATE runs SET {what}, updated_ms = ? WHERE key = ?", (*arguments, now_ms(), key))
        if not done.rowcount:
            raise missing("This run does not exist any more.")

    # Last, because inside the class its name hides the built-in that annotations use.
    def list(self, *, limit: int = 50, offset: int = 0) -> list[RunRow]:
        """Return runs that the server knows, newest first."""
        return self._find("run_id <> ''", (limit, offset), "ORDER BY created_ms DESC, rowid DESC LIMIT ? OFFSET ?")


def waiting_of(text: str | None) -> Waiting | None:
    """Decode what a run waits for; None for nothing, or what cannot be read."""
    body = from_json(text)
    if not isinstance(body, dict) or not isinstance(body.get("reason"), str):
        return None
    known = {key: value for key, value in body.items() if key in _WAITING_FIELDS}
    known["options"] = tuple(known.get("options") or ())
    return Waiting(**known)


def _row(row: sqlite3.Row) -> RunRow:
    return RunRow(
        key=row["key"],
        turn_id=row["turn_id"],
        session_id=row["session_id"],
        kind=row["kind"],
        base_url=row["base_url"],
        run_id=row["run_id"],
        request=row["request"],
        status=cast("RunStatus", row["status"]),
        open=bool(row["open"]),
        waiting=waiting_of(row["waiting"]),
        cancel=bool(row["cancel"]),
        sequence=row["sequence"],
        created_ms=row["created_ms"],
        updated_ms=row["updated_ms"],
    )
