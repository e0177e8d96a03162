"""Files by their SHA-256: ``media/ab/abcdef….png``, plain and readable by any program.

A file comes into being in one way only: written aside, flushed to disk, read back and
compared, renamed, folder flushed. So a file under its final name is always whole, a
failure leaves nothing behind, and a second copy of the same bytes costs nothing.
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.library import faults
from studio.library.errors import LibraryError, translated
from studio.library.rows import media_path

BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A file that is verified on disk; ``new`` is False when its bytes were there already."""

    sha256: str
    ext: str
    path: Path
    byte_length: int
    new: bool


class FileStore:
    """The media folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"

    def path(self, sha256: str, ext: str) -> Path:
        """Return where a file is kept."""
        return media_path(self.root, sha256, ext)

    def incoming_path(self, suffix: str = "") -> Path:
        """Return a fresh path on the same disk for a file that is still arriving; ``commit`` takes it over."""
        with translated():
            self._incoming.mkdir(parents=True, exist_ok=True)
        return self._incoming / f"{os.urandom(8).hex()}{suffix}"

    def sweep_incoming(self) -> int:
        """Remove what a crash left half arrived; return how many."""
        swept = 0
        with contextlib.suppress(OSError):
            for path in self._incoming.iterdir():
                path.unlink()
                swept += 1
        return swept

    def put_bytes(self, data: bytes, ext: str) -> StoredFile:
        """Keep *data*.

        Raises:
            LibraryError: it cannot be kept; nothing half-written is left.
        """
        aside = self.incoming_path(f".{ext}")
        with translated(), removing(aside):
            write_aside(aside, (data[i : i + BLOCK_BYTES] for i in range(0, len(data), BLOCK_BYTES)))
            return self.commit(aside, ext, hashlib.sha256(data).hexdigest())

    def put_copy(self, source: Path, ext: str) -> StoredFile:
        """Keep a copy of *source*.

        Raises:
            LibraryError: *source* vanished, or it cannot be kept; nothing half-written is left.
        """
        aside = self.incoming_path(f".{ext}")
        digest = hashlib.sha256()

        def blocks() -> Iterator[bytes]:
            with source.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    digest.update(block)
                    yield block

        with translated(), removing(aside):
            write_aside(aside, blocks())
            return self.commit(aside, ext, digest.hexdigest())

    def commit(self, aside: Path, ext: str, sha256: str | None = None) -> StoredFile:
        """Give the file *aside* its place; it is moved, or removed when its bytes are there already.

        Args:
            sha256: what the bytes must be; None takes what is on disk.

        Raises:
            LibraryError: it is damaged, or cannot be kept; *aside* is gone then too.
        """
        with translated(), removing(aside):
            sync_file(aside)
            faults.reach("file_synced")
            on_disk, byte_length = hash_file(aside)
            if sha256 is not None and on_disk != sha256.lower():
                raise _damaged()
            target = self.path(on_disk, ext)
            if self._verified(target, on_disk, byte_length):
                return StoredFile(on_disk, ext, target, byte_length, new=False)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                aside.replace(target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                return self.put_copy(aside, ext)
            faults.reach("file_renamed")
            sync_folder(target.parent)
        return StoredFile(on_disk, ext, target, byte_length, new=True)

    def remove(self, sha256: str, ext: str) -> None:
        """Delete a file; one that is gone already, or in use elsewhere, is no error."""
        with contextlib.suppress(OSError):
            self.path(sha256, ext).unlink()

    def copy_out(self, source: Path, target: Path) -> Path:
        """Copy a kept file to *target*, written aside there, replacing what *target* was.

        Raises:
            LibraryError: the file is gone, or the place cannot be written; *target* is as it was.
        """

        def blocks() -> Iterator[bytes]:
            with source.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    yield block

        return write_whole(target, blocks())

    @staticmethod
    def _verified(path: Path, sha256: str, byte_length: int) -> bool:
        """Tell whether *path* already holds these bytes; a damaged file is replaced."""
        try:
            return path.stat().st_size == byte_length and hash_file(path)[0] == sha256
        except FileNotFoundError:
            return False


def write_whole(target: Path, blocks: Iterator[bytes]) -> Path:
    """Write a file of the artist's own, aside and then into place, replacing what *target* was.

    Raises:
        LibraryError: the place cannot be written; *target* is as it was.
    """
    aside = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    with translated(), removing(aside):
        write_aside(aside, blocks)
        sync_file(aside)
        aside.replace(target)
        sync_folder(target.parent)
    return target


@contextlib.contextmanager
def removing(path: Path) -> Iterator[None]:
    """Remove *path* at the end of the block, if it is still there, whatever happened."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def write_aside(path: Path, blocks: Iterator[bytes]) -> None:
    """Write *blocks* into a new file."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    try:
        for block in blocks:
            view = memoryview(block)
            while view:
                view = view[os.write(handle, view) :]
            faults.reach("file_half_written")
    finally:
        os.close(handle)
    faults.reach("file_written")


def keep_private(path: Path) -> Path:
    """Let only its owner read the file *path*, and return it. One that is not there is made, empty.

    Raises:
        OSError: it can be neither opened nor made.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if os.name == "posix":
        with contextlib.suppress(OSError):  # a shared disk, or somebody else's file
            path.chmod(0o600)
    return path


def hash_file(path: Path) -> tuple[str, int]:
    """Return SHA-256 and length of what *path* holds on disk."""
    digest, byte_length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            byte_length += len(block)
    return digest.hexdigest(), byte_length


def sync_file(path: Path) -> None:
    """Flush *path* to disk."""
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Flush a rename to disk."""
    if os.name == "nt":
        return  # Windows cannot open a folder to flush it; its renames are journalled
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged() -> LibraryError:
    return LibraryError(
        "corrupt",
        "The file was damaged on its way to the disk.",
        kept="Nothing half-written was left.",
        action="Try again; if it happens twice, check the disk.",
        action_id="retry",
    )
