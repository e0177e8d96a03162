"""Files by content hash: ``media/ab/abcdef….png``. Whole or not at all."""

import contextlib
import hashlib
import os
import secrets
import time
from pathlib import Path
from types import TracebackType

_FRESH_S = 60
HEAD_BYTES = 512
"""As much of the beginning of an arriving file is remembered, to tell its type."""


class Arriving:
    """A file that comes in pieces: written aside and hashed on the way. Methods block; call them in a thread.

    Leave it with ``Blobs.adopt`` or ``abandon``; as a context manager it abandons what was not adopted.

    Attributes:
        head: its first bytes.
        size_bytes: how much has come.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.head = b""
        self.size_bytes = 0
        self._hash = hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("xb")
        _lock(self._file.fileno())

    def __enter__(self) -> "Arriving":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def add(self, data: bytes) -> None:
        """Append *data*.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
        self._file.write(data)
        self._hash.update(data)
        self.size_bytes += len(data)

    def flush(self) -> str:
        """Bring everything to the file, so that it can be read there; return the SHA-256."""
        self._file.flush()
        return self._hash.hexdigest()

    def finish(self) -> str:
        """Bring everything to the disk and close; return the SHA-256.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return self._hash.hexdigest()

    def abandon(self) -> None:
        """Leave nothing behind, unless it was adopted. Never raises."""
        with contextlib.suppress(OSError):  # a full disk can refuse even the last flush
            self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


class Blobs:
    """A folder of files named by their SHA-256. Methods block; call them in a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str, suffix: str) -> Path:
        """Return where the file with that hash lies, or would."""
        return self.folder / sha256[:2] / f"{sha256}{suffix}"

    def put(self, data: bytes, suffix: str) -> tuple[str, Path]:
        """Keep *data* and return its hash and its file; a file already there is used.

        Written aside, flushed to disk and moved into place, so a reader never sees half a file.

        Raises:
            OSError: the disk is full or the folder may not be written; nothing is left behind.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256, suffix)
        if target.exists() and target.stat().st_size == len(data):
            return sha256, target
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            self._write(aside, data)
            os.replace(aside, target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return sha256, target

    def arrive(self) -> Arriving:
        """Open a file for what comes in pieces.

        Raises:
            OSError: the folder may not be written.
        """
        return Arriving(self.folder / "in" / f".{secrets.token_hex(8)}.part")

    def adopt(self, arriving: Arriving, suffix: str) -> tuple[str, Path]:
        """Keep a file that has come whole; return its hash and its file. One already there is used.

        Raises:
            OSError: the disk is full or the folder may not be written; nothing is left behind.
        """
        try:
            sha256 = arriving.finish()
            target = self.path(sha256, suffix)
            if target.exists() and target.stat().st_size == arriving.size_bytes:
                arriving.abandon()
                return sha256, target
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(arriving.path, target)
            _sync_folder(target.parent)
        except BaseException:
            arriving.abandon()
            raise
        return sha256, target

    def _write(self, path: Path, data: bytes) -> None:
        with path.open("xb") as file:
            _lock(file.fileno())
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def sweep(self) -> None:
        """Remove what an earlier process left half-written; what is being written now stays."""
        for part in self.folder.glob("*/.*.part"):
            if _is_abandoned(part):
                with contextlib.suppress(OSError):  # on Windows, a file that is open
                    part.unlink(missing_ok=True)


def _lock(descriptor: int) -> None:
    """Mark an open file as being written; the mark goes with the process."""
    if os.name == "posix":
        import fcntl

        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_abandoned(path: Path) -> bool:
    try:
        # Between its last byte and its move into place a file has no lock, but it is fresh.
        if time.time() - path.stat().st_mtime < _FRESH_S:
            return False
    except OSError:
        return False
    if os.name != "posix":
        return True
    import fcntl

    try:
        with path.open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return path.exists()
    return True


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder to flush it; the rename is journalled
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
