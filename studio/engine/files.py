"""Writing small files safely: aside, flushed to disk, then moved into place."""

import contextlib
import os
import secrets
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Write *data* to *path*, readable by its owner only, whole or not at all.

    Raises:
        OSError: the disk is full or the folder may not be written; *path* is as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


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


def secret_file(path: Path, make: int = 32) -> str:
    """Return the secret kept in *path*; a missing or empty file gets a new one of *make* random bytes.

    The text is hexadecimal: a key that began with a dash could not be given to ``--api-key``. The file is 0600.
    """
    try:
        kept = path.read_text().strip()
    except FileNotFoundError:
        kept = ""
    if kept:
        return kept
    made = secrets.token_hex(make)
    write_private(path, made.encode() + b"\n")
    return made
