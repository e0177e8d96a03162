"""What was uploaded where, so that the same bytes go to a server only once."""

from dataclasses import dataclass

from studio.library.database import Database, now_ms


@dataclass(frozen=True)
class UploadRow:
    """Where a connection keeps a file: what a download address is asked for with."""

    job_id: str
    type: str
    media_id: str
    mime_type: str


class Uploads:
    """The uploads table, by connection and SHA-256 of the original file."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(self, connection: str, sha256: str) -> UploadRow | None:
        """Return where *connection* keeps that file; None when it never got it."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT job_id, type, media_id, mime_type FROM uploads WHERE connection = ? AND sha256 = ?",
                (connection, sha256),
            ).fetchone()
        return None if row is None else UploadRow(row["job_id"], row["type"], row["media_id"], row["mime_type"])

    def put(self, connection: str, sha256: str, row: UploadRow) -> None:
        """Note that *connection* has that file."""
        with self._db.write() as db:
            db.execute(
                "INSERT INTO uploads (connection, sha256, job_id, type, media_id, mime_type, created_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection, sha256) DO UPDATE SET"
                " job_id = excluded.job_id, type = excluded.type, media_id = excluded.media_id,"
                " mime_type = excluded.mime_type, created_ms = excluded.created_ms",
                (connection, sha256, row.job_id, row.type, row.media_id, row.mime_type, now_ms()),
            )

    def forget(self, connection: str, sha256: str) -> None:
        """Note that *connection* does not have that file any more."""
        with self._db.write() as db:
            db.execute("DELETE FROM uploads WHERE connection = ? AND sha256 = ?", (connection, sha256))
