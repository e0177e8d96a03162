"""The pieces of every session: their files, their places in the index, their provenance.

A piece exists once its bytes are verified on disk and its row is committed, in that order;
so a crash between the two leaves a file too many, never a piece without a file. The index
of a session never changes: deleting leaves a tombstone.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from studio.library.database import Database, new_id, now_ms, to_json
from studio.library.errors import missing
from studio.library.files import FileStore, StoredFile
from studio.library.importing import Dropped, check_size, inspect_file, read_head, sniff_or_refuse
from studio.library.names import extension
from studio.library.pieces import load, number_of, wire_index
from studio.library.records import IndexEntry, NewPiece, Piece, PieceKind, Purpose
from studio.library.rows import covers, media_path

_COLUMNS = (
    "id, session_id, turn_id, call_id, round, kind, uploaded, number, origin, sha256, ext, mime_type, byte_length,"
    " width, height, duration_s, name, title, prompt, used_prompt, tool, arguments, seed, model, renderer,"
    " source_url, created_ms"
)


class Media:
    """The media table and its files. Unknown ids raise ``LibraryError`` of kind ``missing``."""

    def __init__(self, db: Database, files: FileStore) -> None:
        self._db = db
        self._files = files

    # --- coming in -----------------------------------------------------------------------------

    def incoming_path(self, suffix: str = "") -> Path:
        """Return where to download a file to, before ``commit_file``; on the same disk as the library."""
        return self._files.incoming_path(suffix)

    def commit_file(self, incoming: Path, new: NewPiece, sha256: str | None = None) -> Piece:
        """Take over a file that has arrived. When this returns, the piece is saved.

        Args:
            sha256: what its bytes must be; checked against what is on disk.

        Raises:
            LibraryError: it is damaged or cannot be kept; *incoming* is gone, nothing else changed.
        """
        return self._add(self._files.commit(incoming, extension(new.mime_type), sha256), new)

    def store_bytes(self, data: bytes, new: NewPiece) -> Piece:
        """Keep *data* as a piece; as ``commit_file``."""
        return self._add(self._files.put_bytes(data, extension(new.mime_type)), new)

    def import_file(self, session_id: str, path: Path, *, purpose: Purpose = "reference") -> Piece:
        """Keep a copy of a dropped file as an upload of the session.

        The same bytes dropped twice are the same upload.

        Raises:
            LibraryError: it vanished (``missing``), is over 100 MB (``too_large``), of a kind the studio
                cannot read (``unsupported``), or cannot be kept; nothing was changed.
        """
        head = read_head(path)
        sniffed = sniff_or_refuse(head, path.name)
        check_size(path)
        stored = self._files.put_copy(path, extension(sniffed.mime_type))
        return self._add_upload(session_id, stored, path.name, purpose)

    def import_bytes(self, session_id: str, data: bytes, name: str, *, purpose: Purpose = "reference") -> Piece:
        """Keep pasted or dropped bytes as an upload of the session; as ``import_file``."""
        sniffed = sniff_or_refuse(data[:64], name)
        check_size(len(data))
        stored = self._files.put_bytes(data, extension(sniffed.mime_type))
        return self._add_upload(session_id, stored, name, purpose)

    # --- looking -------------------------------------------------------------------------------

    def get(self, piece_id: str) -> Piece | None:
        """Return a piece, a deleted one too; None when there never was one."""
        found = self.get_many([piece_id])
        return found[0] if found else None

    def get_many(self, piece_ids: Iterable[str]) -> list[Piece]:
        """Return pieces in the order of their ids; unknown ones are left out."""
        ids = list(dict.fromkeys(piece_ids))
        by_id: dict[str, Piece] = {}
        with self._db.read() as db:
            for start in range(0, len(ids), 500):
                part = ids[start : start + 500]
                rows = db.execute(f"SELECT * FROM media WHERE id IN ({','.join('?' * len(part))})", part).fetchall()
                by_id.update({piece.id: piece for piece in load(db, self._files.root, rows)})
        return [by_id[i] for i in ids if i in by_id]

    def by_origin(self, session_id: str, origin: str) -> Piece | None:
        """Return the piece that was kept under *origin*, a deleted one too; None when there is none."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT * FROM media WHERE session_id = ? AND origin = ?", (session_id, origin)
            ).fetchall()
            return load(db, self._files.root, rows)[0] if rows else None

    def ids(self, session_id: str) -> list[str]:
        """Return the ids of a session's living pieces, oldest first. Reads one index, no row."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT id FROM media WHERE session_id = ? AND deleted_ms IS NULL ORDER BY seq", (session_id,)
            )
            return [row[0] for row in rows]

    def next_index(self, session_id: str, kind: PieceKind, *, uploaded: bool = False) -> int | None:
        """Return the wire index that the next piece will have; None for kinds without one."""
        with self._db.read() as db:
            return wire_index(kind, uploaded, _next_number(db, session_id, kind, uploaded))

    def index_entries(self, session_id: str) -> list[IndexEntry]:
        """Return every place of the session's media index, uploads and tombstones included."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT id, kind, uploaded, number, sha256, ext, source_url, deleted_ms FROM media"
                " WHERE session_id = ? ORDER BY kind, uploaded, number",
                (session_id,),
            ).fetchall()
        entries = []
        for row in rows:
            index = wire_index(row["kind"], bool(row["uploaded"]), row["number"])
            if index is not None:
                path = media_path(self._files.root, row["sha256"], row["ext"])
                deleted = row["deleted_ms"] is not None
                entries.append(IndexEntry(row["kind"], index, row["id"], path, row["source_url"], deleted))
        return entries

    def cover_paths(self, session_id: str) -> tuple[Path, ...]:
        """Return up to four picture files, newest first."""
        with self._db.read() as db:
            return covers(db, self._files.root, session_id)

    # --- changing ------------------------------------------------------------------------------

    def set_favourite(self, piece_id: str, favourite: bool) -> None:
        """Mark a piece as a favourite, or not."""
        self._update([piece_id], "favourite", int(favourite))

    def set_title(self, piece_id: str, title: str) -> None:
        """Give a piece its museum label."""
        self._update([piece_id], "title", title.strip())

    def set_source_url(self, piece_id: str, url: str) -> None:
        """Note where the connection can read this piece."""
        self._update([piece_id], "source_url", url)

    def bury(self, piece_ids: Iterable[str]) -> None:
        """Delete pieces; their places in the index stay taken, their files stay until ``purge_buried``."""
        self._update(list(piece_ids), "deleted_ms", now_ms())

    def unbury(self, piece_ids: Iterable[str]) -> None:
        """Undo ``bury``."""
        self._update(list(piece_ids), "deleted_ms", None)

    def purge_buried(self, before_ms: int) -> int:
        """Remove the files of pieces deleted before that moment; return how many files went."""
        with self._db.read() as db:
            rows = db.execute(
                "SELECT DISTINCT sha256, ext FROM media m WHERE deleted_ms < ? AND NOT EXISTS (SELECT 1 FROM media o"
                " WHERE o.sha256 = m.sha256 AND o.ext = m.ext AND (o.deleted_ms IS NULL OR o.deleted_ms >= ?))",
                (before_ms, before_ms),
            ).fetchall()
        gone = [row for row in rows if self._files.path(row["sha256"], row["ext"]).exists()]
        for row in gone:
            self._files.remove(row["sha256"], row["ext"])
        return len(gone)

    def save_as(self, piece_id: str, target: Path) -> Path:
        """Copy a piece's file to *target*, written aside there first.

        Raises:
            LibraryError: the piece or its file is gone, or the place cannot be written.
        """
        piece = self.get(piece_id)
        if piece is None or not piece.path.is_file():
            raise missing("The file of this piece is not there any more.")
        return self._files.copy_out(piece.path, target)

    # --- inside --------------------------------------------------------------------------------

    def _add_upload(self, session_id: str, stored: StoredFile, name: str, purpose: Purpose) -> Piece:
        try:
            dropped: Dropped = inspect_file(stored.path, name)
        except BaseException:
            if stored.new:
                self._files.remove(stored.sha256, stored.ext)
            raise
        with self._db.write(durable=True) as db:
            row = db.execute(
                "SELECT id FROM media WHERE session_id = ? AND uploaded = 1 AND sha256 = ? AND kind = ? LIMIT 1",
                (session_id, stored.sha256, dropped.kind),
            ).fetchone()
            if row is not None:
                db.execute("UPDATE media SET deleted_ms = NULL, missing = 0 WHERE id = ?", (row["id"],))
                return self._required(row["id"])
            new = NewPiece(
                session_id,
                dropped.kind,
                dropped.mime_type,
                uploaded=True,
                name=name,
                title=Path(name).stem,
                width=dropped.width,
                height=dropped.height,
                duration_s=dropped.duration_s,
                arguments={"purpose": purpose},
            )
            return self._add(stored, new)

    def _add(self, stored: StoredFile, new: NewPiece) -> Piece:
        piece_id = new_id()
        with self._db.write(durable=True) as db:
            if db.execute("SELECT 1 FROM sessions WHERE id = ?", (new.session_id,)).fetchone() is None:
                raise missing("The session of this piece does not exist any more.")
            if new.origin:
                row = db.execute(
                    "SELECT id FROM media WHERE session_id = ? AND origin = ?", (new.session_id, new.origin)
                ).fetchone()
                if row is not None:
                    return self._required(row["id"])
            round_ = new.round or self._round_of(db, new)
            db.execute(
                f"INSERT INTO media ({_COLUMNS}) VALUES ({','.join('?' * 27)})",
                (
                    piece_id,
                    new.session_id,
                    new.turn_id,
                    new.call_id,
                    round_,
                    new.kind,
                    int(new.uploaded),
                    _number(db, new),
                    new.origin or None,
                    stored.sha256,
                    stored.ext,
                    new.mime_type,
                    stored.byte_length,
                    new.width,
                    new.height,
                    new.duration_s,
                    new.name,
                    new.title,
                    new.prompt,
                    new.used_prompt,
                    new.tool,
                    to_json(new.arguments),
                    new.seed,
                    new.model,
                    new.renderer,
                    new.source_url,
                    now_ms(),
                ),
            )
            db.executemany(
                "INSERT INTO media_parents (piece_id, position, parent_id) VALUES (?, ?, ?)",
                [(piece_id, position, parent) for position, parent in enumerate(new.parents)],
            )
            db.execute("UPDATE sessions SET updated_ms = ? WHERE id = ?", (now_ms(), new.session_id))
        return self._required(piece_id)

    def _round_of(self, db: sqlite3.Connection, new: NewPiece) -> int:
        """An upload belongs to the round that is coming; a result to the round of its turn."""
        if new.turn_id:
            row = db.execute("SELECT round FROM turns WHERE id = ?", (new.turn_id,)).fetchone()
            return int(row["round"]) if row is not None else 0
        row = db.execute("SELECT coalesce(max(round), 0) FROM turns WHERE session_id = ?", (new.session_id,)).fetchone()
        return int(row[0])

    def _required(self, piece_id: str) -> Piece:
        piece = self.get(piece_id)
        if piece is None:
            raise missing("This piece does not exist any more.")
        return piece

    def _update(self, piece_ids: list[str], column: str, value: object) -> None:
        with self._db.write() as db:
            for piece_id in piece_ids:
                if not db.execute(f"UPDATE media SET {column} = ? WHERE id = ?", (value, piece_id)).rowcount:
                    raise missing("This piece does not exist any more.")

    # Last, because inside the class its name hides the built-in that annotations use.
    def list(self, session_id: str, *, offset: int = 0, limit: int | None = None, buried: bool = False) -> list[Piece]:
        """Return a session's pieces, oldest first; with *buried*, its deleted ones.

        For long sessions take ``ids`` once and ``get_many`` of what is visible.
        """
        with self._db.read() as db:
            rows = db.execute(
                f"SELECT * FROM media WHERE session_id = ? AND deleted_ms IS {'NOT NULL' if buried else 'NULL'}"
                " ORDER BY seq LIMIT ? OFFSET ?",
                (session_id, -1 if limit is None else limit, offset),
            ).fetchall()
            return load(db, self._files.root, rows)


def _next_number(db: sqlite3.Connection, session_id: str, kind: str, uploaded: bool) -> int:
    row = db.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM media WHERE session_id = ? AND kind = ? AND uploaded = ?",
        (session_id, kind, int(uploaded)),
    ).fetchone()
    return int(row[0])


def _number(db: sqlite3.Connection, new: NewPiece) -> int:
    """The number of a new piece: the one that its server gave, while it is free."""
    free = _next_number(db, new.session_id, new.kind, new.uploaded)
    if new.index is None or (new.index < 0) != new.uploaded:
        return free
    wanted = number_of(new.index)
    taken = db.execute(
        "SELECT 1 FROM media WHERE session_id = ? AND kind = ? AND uploaded = ? AND number = ?",
        (new.session_id, new.kind, int(new.uploaded), wanted),
    ).fetchone()
    return free if taken else wanted
