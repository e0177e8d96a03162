"""``Library``: everything an artist owns on this machine, in one folder.

Synchronous; made for one worker thread. Build it with ``Library.open`` and ``close`` it.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from studio.library.database import Database
from studio.library.drafts import Drafts
from studio.library.errors import translated
from studio.library.files import FileStore
from studio.library.media import Media
from studio.library.pieces import load
from studio.library.records import Piece
from studio.library.runs import Runs
from studio.library.search import SearchIndex
from studio.library.secrets import SecretStore
from studio.library.sessions import Sessions
from studio.library.settings import Settings
from studio.library.templates import Templates
from studio.library.thumbs import ThumbCache
from studio.library.turns import Turns
from studio.library.uploads import Uploads


class Library:
    """Owns the database and the media folder of one data directory.

    Attributes:
        sessions, turns, runs, media, uploads, drafts, settings, templates: the tables.
        secrets, thumbs: need no database; may be used from other threads.
        interrupted: turns that a crash had left open and that were ended on opening.
    """

    def __init__(self, data_dir: Path, *, recover: bool) -> None:
        self.data_dir = data_dir
        with translated():
            # Private from the first moment: it holds conversations and perhaps keys.
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            (data_dir / "media").mkdir(exist_ok=True)
        self._db = Database(data_dir / "library.sqlite", data_dir / "backups")
        try:
            self._files = FileStore(data_dir / "media")
            search = SearchIndex(self._db)
            search.prepare()
            self.sessions = Sessions(self._db, self._files, search)
            self.turns = Turns(self._db, self.sessions, search)
            self.runs = Runs(self._db)
            self.media = Media(self._db, self._files)
            self.uploads = Uploads(self._db)
            self.drafts = Drafts(self._db)
            self.settings = Settings(self._db)
            self.templates = Templates(self._db)
            self.secrets = SecretStore(data_dir)
            self.thumbs = ThumbCache(data_dir / "thumbs")
            self.interrupted = self.turns.recover() if recover else 0
            if recover:
                self._files.sweep_incoming()
        except BaseException:
            self._db.close()
            raise

    @classmethod
    def open(cls, data_dir: Path, *, recover: bool = True) -> "Library":
        """Open or create the library of *data_dir*.

        Args:
            recover: end what a crash left open; only for the one process that owns the library,
                not for a second one that reads beside it.

        Raises:
            LibraryError: it was made by a newer studio, is damaged, or the folder cannot be used.
        """
        return cls(data_dir, recover=recover)

    def close(self) -> None:
        """Close the database. Idempotent."""
        self._db.close()

    def together(self, *, durable: bool = True) -> AbstractContextManager[object]:
        """Return a block whose changes happen all or not at all."""
        return self._db.write(durable=durable)

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def reconcile(self) -> list[Piece]:
        """Look for every living piece's file; mark and return the pieces whose file is gone.

        Takes about 10 µs for each piece; run it when nothing else waits.
        """
        with self._db.read() as db:
            rows = db.execute("SELECT * FROM media WHERE deleted_ms IS NULL ORDER BY seq").fetchall()
        changed = []
        for row in rows:
            gone = not self._files.path(row["sha256"], row["ext"]).is_file()
            if gone != bool(row["missing"]):
                changed.append((int(gone), row["id"]))
        if changed:
            with self._db.write() as db:
                db.executemany("UPDATE media SET missing = ? WHERE id = ?", changed)
        with self._db.read() as db:
            missing = db.execute("SELECT * FROM media WHERE missing = 1 AND deleted_ms IS NULL ORDER BY seq").fetchall()
            return load(db, self._files.root, missing)

    def media_bytes(self) -> int:
        """Return what the kept files take on disk, each counted once."""
        with self._db.read() as db:
            row = db.execute(
                "SELECT coalesce(sum(byte_length), 0) FROM (SELECT DISTINCT sha256, ext, byte_length FROM media)"
            ).fetchone()
            return int(row[0])
