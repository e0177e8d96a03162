"""Templates of the artist: saved document, unsaved edition, versions, values, and how they stand to a server.

A template is local first: ``content`` is what was saved here, ``draft`` the edition that is open and not saved
(written within a moment of each edit, so that a crash loses nothing), ``base`` what this computer and a server last
agreed on, ``theirs`` what a server has instead when both changed.
"""

import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.library.database import Database, from_json, now_ms, to_json
from studio.library.errors import missing

SyncState = Literal["local", "synced", "changed", "conflict"]
Pending = Literal["", "push", "delete"]
_KEPT_VERSIONS = 200


@dataclass(frozen=True)
class Sync:
    """How a template stands to one server.

    Attributes:
        place: the connection, ``kind`` and address as one text; empty for none.
        remote_id, remote_version: what the server calls it.
        base: the content on which both agreed last.
        theirs: the server's content when both changed; None otherwise.
        pending: what is to be sent when the server is reached again.
    """

    place: str = ""
    remote_id: str = ""
    remote_version: str = ""
    base: dict[str, Any] | None = None
    theirs: dict[str, Any] | None = None
    pending: Pending = ""


@dataclass(frozen=True)
class StoredTemplate:
    """One template.

    Attributes:
        content: the saved document.
        draft: the edition that was not saved; None when there is none.
        draft_step: the last edit of the draft, in words.
        origin: where it came from: ``starter:ID``, ``fork:ID``, ``chat:TURN``, ``file`` or empty.
    """

    id: str
    content: dict[str, Any]
    created_ms: int
    updated_ms: int
    draft: dict[str, Any] | None = None
    draft_step: str = ""
    origin: str = ""
    sync: Sync = field(default_factory=Sync)

    @property
    def state(self) -> SyncState:
        """What the list shows at its right."""
        if self.sync.theirs is not None:
            return "conflict"
        if not self.sync.remote_id:
            return "local"
        return "synced" if self.sync.base == self.content else "changed"


@dataclass(frozen=True)
class TemplateVersion:
    """A saved edition; ``words`` say what changed in it."""

    id: int
    template_id: str
    created_ms: int
    words: str
    content: dict[str, Any]


@dataclass(frozen=True)
class TemplateRun:
    """A run that was started from a template here.

    Attributes:
        place: the connection it runs on; ``workflow_id`` its id there, empty until it is known.
        inputs: what the form held.
        body: the last record that was seen.
        session_id: where its pieces are kept.
    """

    id: str
    template_id: str
    place: str
    workflow_id: str
    inputs: dict[str, Any]
    status: str
    created_ms: int
    updated_ms: int
    session_id: str = ""
    body: dict[str, Any] = field(default_factory=dict)


class Templates:
    """The tables of templates. Every change is whole or not at all."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[StoredTemplate]:
        """Return every template, the one changed last first."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT * FROM templates WHERE deleted_ms IS NULL ORDER BY updated_ms DESC, id"
            ).fetchall()
        return [_template(row) for row in rows]

    def get(self, template_id: str) -> StoredTemplate:
        """Return one template.

        Raises:
            LibraryError: it is not there.
        """
        with self._db.read() as db:
            return _template(_row(db, template_id))

    def add(
        self, content: Mapping[str, Any], *, origin: str = "", words: str = "Made", sync: Sync | None = None
    ) -> StoredTemplate:
        """Keep a new template."""
        template_id, at = uuid.uuid4().hex, now_ms()
        with self._db.write() as db:
            db.execute(
                "INSERT INTO templates (id, content, origin, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?)",
                (template_id, to_json(dict(content)), origin, at, at),
            )
            _keep_version(db, template_id, content, words, at)
            if sync is not None:
                _put_sync(db, template_id, sync)
            return _template(_row(db, template_id))

    def keep_draft(self, template_id: str, content: Mapping[str, Any], step: str) -> None:
        """Keep the open edition, which is not saved."""
        with self._db.write() as db:
            _row(db, template_id)
            db.execute(
                "UPDATE templates SET draft = ?, draft_step = ? WHERE id = ?",
                (to_json(dict(content)), step, template_id),
            )

    def drop_draft(self, template_id: str) -> None:
        """Forget the open edition."""
        with self._db.write() as db:
            db.execute("UPDATE templates SET draft = NULL, draft_step = '' WHERE id = ?", (template_id,))

    def save(self, template_id: str, content: Mapping[str, Any], words: str) -> StoredTemplate:
        """Save an edition: it is the content, a version, and no draft is left.

        A template that a server has is sent there when it is reached.
        """
        at = now_ms()
        with self._db.write() as db:
            row = _row(db, template_id)
            db.execute(
                "UPDATE templates SET content = ?, draft = NULL, draft_step = '', updated_ms = ?,"
                " pending = CASE WHEN remote_id <> '' THEN 'push' ELSE pending END WHERE id = ?",
                (to_json(dict(content)), at, template_id),
            )
            if from_json(row["content"], {}) != content:
                _keep_version(db, template_id, content, words, at)
            return _template(_row(db, template_id))

    def delete(self, template_id: str) -> None:
        """Delete a template; ``restore`` brings it back. A server's copy is deleted by whoever syncs."""
        with self._db.write() as db:
            _row(db, template_id)
            db.execute("UPDATE templates SET deleted_ms = ? WHERE id = ?", (now_ms(), template_id))

    def restore(self, template_id: str) -> StoredTemplate:
        """Bring a deleted template back."""
        with self._db.write() as db:
            db.execute("UPDATE templates SET deleted_ms = NULL WHERE id = ?", (template_id,))
            return _template(_row(db, template_id))

    def set_sync(self, template_id: str, sync: Sync, content: Mapping[str, Any] | None = None) -> StoredTemplate:
        """Note how a template stands to a server, and take over *content* with it if it is given."""
        at = now_ms()
        with self._db.write() as db:
            row = _row(db, template_id)
            _put_sync(db, template_id, sync)
            if content is not None and from_json(row["content"], {}) != content:
                db.execute(
                    "UPDATE templates SET content = ?, updated_ms = ? WHERE id = ?",
                    (to_json(dict(content)), at, template_id),
                )
                _keep_version(db, template_id, content, "Taken from the server", at)
            return _template(_row(db, template_id))

    def versions(self, template_id: str) -> list[TemplateVersion]:
        """Return the saved editions, the newest first."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT * FROM template_versions WHERE template_id = ? ORDER BY id DESC", (template_id,)
            ).fetchall()
        return [
            TemplateVersion(
                row["id"], row["template_id"], row["created_ms"], row["words"], from_json(row["content"], {})
            )
            for row in rows
        ]

    def values(self, template_id: str) -> dict[str, Any]:
        """Return what the run form held last."""
        with self._db.read() as db:
            row = db.execute("SELECT inputs FROM template_values WHERE template_id = ?", (template_id,)).fetchone()
        found = from_json(row["inputs"], {}) if row is not None else {}
        return found if isinstance(found, dict) else {}

    def keep_values(self, template_id: str, inputs: Mapping[str, Any]) -> None:
        """Keep what the run form holds."""
        with self._db.write() as db:
            db.execute(
                "INSERT INTO template_values (template_id, inputs) VALUES (?, ?)"
                " ON CONFLICT (template_id) DO UPDATE SET inputs = excluded.inputs",
                (template_id, to_json(dict(inputs))),
            )

    def presets(self, template_id: str) -> dict[str, dict[str, Any]]:
        """Return the named values of the run form, by name."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT name, inputs FROM template_presets WHERE template_id = ? ORDER BY name", (template_id,)
            ).fetchall()
        return {row["name"]: from_json(row["inputs"], {}) for row in rows}

    def keep_preset(self, template_id: str, name: str, inputs: Mapping[str, Any]) -> None:
        """Keep named values; those of the same name are replaced."""
        with self._db.write() as db:
            db.execute(
                "INSERT INTO template_presets (template_id, name, inputs) VALUES (?, ?, ?)"
                " ON CONFLICT (template_id, name) DO UPDATE SET inputs = excluded.inputs",
                (template_id, name, to_json(dict(inputs))),
            )

    def drop_preset(self, template_id: str, name: str) -> None:
        """Forget named values."""
        with self._db.write() as db:
            db.execute("DELETE FROM template_presets WHERE template_id = ? AND name = ?", (template_id, name))

    def add_run(self, run: TemplateRun) -> None:
        """Note a run before it is started, so that a crash does not lose it."""
        with self._db.write() as db:
            db.execute(
                "INSERT INTO template_runs (id, template_id, place, workflow_id, inputs, status, session_id, body,"
                " created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run.id, run.template_id, run.place, run.workflow_id, to_json(run.inputs), run.status, run.session_id,
                 to_json(run.body), run.created_ms, run.updated_ms),
            )  # fmt: skip

    def update_run(
        self, run_id: str, *, status: str, workflow_id: str | None = None, body: Mapping[str, Any] | None = None
    ) -> None:
        """Note how far a run is."""
        with self._db.write() as db:
            db.execute(
                "UPDATE template_runs SET status = ?, workflow_id = coalesce(?, workflow_id), body = coalesce(?, body),"
                " updated_ms = ? WHERE id = ?",
                (status, workflow_id, None if body is None else to_json(dict(body)), now_ms(), run_id),
            )

    def has_open_runs(self) -> bool:
        """Whether a run is not over, as far as this library knows."""
        with self._db.read() as db:
            found = db.execute(
                "SELECT 1 FROM template_runs WHERE status NOT IN"
                " ('completed', 'partial_failure', 'failed', 'cancelled') LIMIT 1"
            ).fetchone()
        return found is not None

    def runs(self, template_id: str = "") -> list[TemplateRun]:
        """Return the runs of a template (of every one, for an empty id), the newest first."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT * FROM template_runs WHERE ? IN ('', template_id) ORDER BY created_ms DESC, id", (template_id,)
            ).fetchall()
        return [_run(row) for row in rows]


def _row(db: sqlite3.Connection, template_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute("SELECT * FROM templates WHERE id = ?", (template_id,)).fetchone()
    if row is None:
        raise missing("There is no such template any more.")
    return row


def _template(row: sqlite3.Row) -> StoredTemplate:
    return StoredTemplate(
        id=row["id"],
        content=from_json(row["content"], {}),
        created_ms=row["created_ms"],
        updated_ms=row["updated_ms"],
        draft=from_json(row["draft"], None) if row["draft"] else None,
        draft_step=row["draft_step"],
        origin=row["origin"],
        sync=Sync(
            row["place"],
            row["remote_id"],
            row["remote_version"],
            from_json(row["base"], None) if row["base"] else None,
            from_json(row["theirs"], None) if row["theirs"] else None,
            row["pending"],
        ),
    )


def _put_sync(db: sqlite3.Connection, template_id: str, sync: Sync) -> None:
    db.execute(
        "UPDATE templates SET place = ?, remote_id = ?, remote_version = ?, base = ?, theirs = ?, pending = ?"
        " WHERE id = ?",
        (
            sync.place,
            sync.remote_id,
            sync.remote_version,
            None if sync.base is None else to_json(sync.base),
            None if sync.theirs is None else to_json(sync.theirs),
            sync.pending,
            template_id,
        ),
    )


def _keep_version(db: sqlite3.Connection, template_id: str, content: Mapping[str, Any], words: str, at: int) -> None:
    db.execute(
        "INSERT INTO template_versions (template_id, content, words, created_ms) VALUES (?, ?, ?, ?)",
        (template_id, to_json(dict(content)), words, at),
    )
    db.execute(
        "DELETE FROM template_versions WHERE template_id = ? AND id NOT IN"
        " (SELECT id FROM template_versions WHERE template_id = ? ORDER BY id DESC LIMIT ?)",
        (template_id, template_id, _KEPT_VERSIONS),
    )


def _run(row: sqlite3.Row) -> TemplateRun:
    return TemplateRun(
        row["id"],
        row["template_id"],
        row["place"],
        row["workflow_id"],
        from_json(row["inputs"], {}),
        row["status"],
        row["created_ms"],
        row["updated_ms"],
        row["session_id"],
        from_json(row["body"], {}),
    )
