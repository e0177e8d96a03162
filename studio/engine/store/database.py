"""The engine's own database: SQLite by default, PostgreSQL by URL. Opened on first use, used in threads.

On SQLite one thread writes, so that writers never wait for each other's locks inside the
process; every write is ``BEGIN IMMEDIATE``. Readers use connections of their own (WAL).
"""

import asyncio
import contextlib
import errno
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from studio.contract.errors import ServerError
from studio.engine.files import keep_private

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

T = TypeVar("T")

_READERS = 4
_POSTGRES_WRITERS = 8


class Database:
    """Runs functions of a connection, each in one transaction."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """Keep to *folder* (``<data>/engine``), or to the PostgreSQL database at *url*."""
        self._folder = folder
        self._url = url
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self._writer: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None

    @property
    def is_shared(self) -> bool:
        """Whether other processes may write to it (PostgreSQL)."""
        return self._url is not None

    def open(self) -> "Engine":
        """Open the database and create what is missing (blocks); the first use does it otherwise.

        Raises:
            RuntimeError: a newer version of the studio wrote it.
            OSError: it cannot be opened or written.
            ServerError: it is damaged.
        """
        with self._opening:
            if self._engine is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._engine = _open(self._url or f"sqlite:///{keep_private(self._folder / 'engine.sqlite')}")
            return self._engine

    def close(self) -> None:
        """Finish running work and close the database."""
        for pool in (self._writer, self._readers):
            if pool is not None:
                pool.shutdown(wait=True)
        self._writer = self._readers = None
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    async def write(self, work: "Callable[[Connection], T]") -> T:
        """Run *work* in one transaction; it is committed whole, or (when it raises) not at all.

        Once begun it is carried through even if the awaiting task is cancelled.

        Raises:
            OSError: the disk is full or cannot be written; nothing was changed.
        """
        if self._writer is None:
            self._writer = ThreadPoolExecutor(_POSTGRES_WRITERS if self.is_shared else 1, "engine-write")
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, work)

    async def read(self, work: "Callable[[Connection], T]") -> T:
        """Run *work* on a connection that only reads."""
        if self._readers is None:
            self._readers = ThreadPoolExecutor(_READERS, "engine-read")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: "Callable[[Connection], T]") -> T:
        """Do what ``write`` does, on this thread."""
        with _told(), self.open().begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            return work(connection)

    def read_now(self, work: "Callable[[Connection], T]") -> T:
        """Do what ``read`` does, on this thread."""
        with _told(), self.open().connect() as connection:
            return work(connection)


def _open(url: str) -> "Engine":
    from sqlalchemy import create_engine, event

    from studio.engine.store.tables import SCHEMA, metadata, schema_version

    engine = create_engine(url, pool_size=16) if url.startswith("postgresql") else create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    with _told(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Several processes may start at once: only one creates the tables.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7361001)")
        metadata.create_all(connection)
        found = connection.execute(schema_version.select()).scalar()
        if found is None:
            connection.execute(schema_version.insert().values(version=SCHEMA))
        elif found > SCHEMA:
            raise RuntimeError("A newer version of the studio made this data folder; start that one.")
        elif found < SCHEMA:
            connection.execute(schema_version.update().values(version=SCHEMA))
    return engine


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the database fails with into errors that the engine knows; broken rules stay as they are."""
    from sqlalchemy import exc

    try:
        yield
    except exc.DatabaseError as error:
        if any(words in str(error) for words in ("malformed", "not a database")):
            raise ServerError(
                "The engine's database is damaged. Stop the engine and move engine.sqlite out of its folder; then it "
                "begins a new one. What the library holds is not touched.",
                code="database_damaged",
            ) from error
        if isinstance(error, exc.OperationalError):
            raise as_os_error(error) from error
        raise


def _prepare_sqlite(connection: object, record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # we begin transactions ourselves
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # NORMAL under WAL keeps the file consistent after power loss; the media bytes are fsynced before their row.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def as_os_error(error: Exception) -> OSError:
    """Return a failed statement as the ``OSError`` that the rest of the engine knows."""
    text = str(error)
    full = "full" in text or "disk I/O" in text
    return OSError(errno.ENOSPC if full else errno.EIO, "the engine's database could not be written")
