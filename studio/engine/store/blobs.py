"""Files by content hash: ``media/ab/abcdef….png``. Whole or not at all."""

import hashlib
import os
import secrets
from pathlib import Path


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

    def _write(self, path: Path, data: bytes) -> None:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def sweep(self) -> None:
        """Remove what an earlier process left half-written."""
        for part in self.folder.glob("*/.*.part"):
            part.unlink(missing_ok=True)
