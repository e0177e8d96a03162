"""Failures of the library, as sentences.

``LibraryError`` (a ``StorageError`` of the contract) is the world's fault: a full disk, a
file that went away, a newer file format. Anything else that escapes is ours, and a bug.
"""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from typing import Literal

from studio.contract.errors import StorageError, StorageKind

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_SQLITE_KINDS: dict[int, StorageKind] = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_READONLY: "io",
    sqlite3.SQLITE_CANTOPEN: "io",
}

ActionId = Literal["", "retry", "settings", "remove", "find"]


class LibraryError(StorageError):
    """Something could not be kept or read.

    Attributes:
        action_id: what the first button does, as in ``Trouble``.
    """

    def __init__(
        self,
        kind: StorageKind,
        what: str,
        *,
        kept: str = "",
        action: str = "",
        action_id: ActionId = "",
        details: str = "",
    ) -> None:
        super().__init__(kind, what, kept=kept, action=action, details=details)
        self.action_id: ActionId = action_id


def disk_full(details: str = "") -> LibraryError:
    """Return the error of a full disk."""
    return LibraryError(
        "disk_full",
        "The disk is full, so this could not be kept.",
        kept="Everything that was saved before is untouched.",
        action="Free some space, then try again.",
        action_id="retry",
        details=details,
    )


def missing(what: str, details: str = "") -> LibraryError:
    """Return the error of a file or record that is not there."""
    return LibraryError("missing", what, kept="Nothing was changed.", details=details)


def from_os_error(error: OSError) -> LibraryError:
    """Return the sentence for a failed file operation."""
    details = f"{type(error).__name__}: {error.strerror or 'unknown'}"
    if error.errno in _FULL:
        return disk_full(details)
    if isinstance(error, FileNotFoundError):
        return missing("The file is not there any more.", details)
    if isinstance(error, PermissionError):
        return LibraryError(
            "io",
            "The studio may not read or write there.",
            kept="Nothing was changed.",
            action="Choose another place, or change the permissions.",
            details=details,
        )
    return LibraryError(
        "io",
        "The disk refused to read or write the file.",
        kept="Everything that was saved before is untouched.",
        action="Try again; if it happens twice, check the disk.",
        action_id="retry",
        details=details,
    )


def from_sqlite_error(error: sqlite3.Error) -> LibraryError | None:
    """Return the sentence for a failed statement, or None when the fault is ours."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = _SQLITE_KINDS.get(code & 0xFF) if isinstance(code, int) else None
    details = f"{type(error).__name__}: {error}"
    if kind == "disk_full":
        return disk_full(details)
    if kind == "busy":
        return LibraryError(
            "busy",
            "Another program is using the library, so this could not be kept.",
            kept="Everything that was saved before is untouched.",
            action="Close the other program, then try again.",
            action_id="retry",
            details=details,
        )
    if kind == "corrupt":
        return LibraryError(
            "corrupt",
            "The library's file is damaged.",
            kept="Your pictures are plain files in the media folder and are not touched; copies of the "
            "library's file made before each update are in the backups folder.",
            action="Put a copy back in place, or start with a new folder.",
            details=details,
        )
    if kind == "io":
        return LibraryError(
            "io",
            "The library's file cannot be read or written.",
            kept="Everything that was saved before is untouched.",
            action="Check the folder's permissions and free space.",
            action_id="settings",
            details=details,
        )
    return None


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn failures of disk and database inside the block into ``LibraryError``."""
    try:
        yield
    except OSError as error:
        raise from_os_error(error) from error
    except sqlite3.Error as error:
        known = from_sqlite_error(error)
        if known is None:
            raise
        raise known from error
