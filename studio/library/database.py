"""The library's one SQLite connection: WAL, transactions, errors as sentences.

One writer: every call of a ``Library`` comes from one worker thread, and a lock makes a
stray call from another thread wait rather than interleave. Readers before first paint
use a connection of their own (``recent.py``); WAL lets them read while this one writes.

``write(durable=False)`` is for drafts and streamed text: consistent after a power loss, but
the last instants may be lost. ``write(durable=True)`` is for results: on disk when it returns.
"""

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.library import faults
from studio.library.errors import translated
from studio.library.files import keep_private
from studio.library.migrations import migrate

BUSY_TIMEOUT_S = 5.0


def now_ms() -> int:
    """Return the time as epoch milliseconds."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Return a random id of 16 hexadecimal digits."""
    return os.urandom(8).hex()


def to_json(value: object) -> str:
    """Return compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | None, default: Any = None) -> Any:
    """Decode JSON of the file; what cannot be read counts as *default*."""
    if not text:
        return default
    try:
        return json.loads(text)
    except ValueError:
        return default


class Database:
    """Owns the connection. Not to be used after ``close``."""

    def __init__(self, path: Path, backups: Path) -> None:
        """Open or create the file and bring it up to date.

        Raises:
            LibraryError: it cannot be opened, is damaged, or was made by a newer studio.
        """
        self.path = path
        self._lock = threading.RLock()
        self._durable = False
        with translated():
            self._db = sqlite3.connect(
                keep_private(path), timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._db.row_factory = sqlite3.Row
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                self.migrated = migrate(self._db, backups)
                # Only now: a migration may rebuild a table that others refer to.
                self._db.execute("PRAGMA foreign_keys = ON")
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Close the file; the log is folded into it."""
        with self._lock:
            self._db.close()

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection for reading."""
        with self._lock, translated():
            yield self._db

    @contextlib.contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Yield the connection within one transaction: all of it happens, or none. Nests into the outer one.

        Raises:
            LibraryError: the disk is full, the file is in use, …; nothing was changed.
        """
        with self._lock, translated():
            if self._db.in_transaction:
                yield self._db
                return
            if durable != self._durable:
                self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                faults.reach("before_commit")
                self._db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            faults.reach("after_commit")

    def _roll_back(self) -> None:
        # SQLite itself has rolled back on some failures, a full disk among them.
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
