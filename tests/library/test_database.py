"""Transactions: all of it or none, two programs at once, and disks that refuse."""

import errno
import sqlite3
from pathlib import Path

import pytest

from studio.library import database
from studio.library.errors import LibraryError, from_os_error
from studio.library.library import Library


def test_a_block_that_fails_changes_nothing_and_blocks_nothing(library: Library) -> None:
    def fail() -> None:
        with library._db.write() as db:
            db.execute("INSERT INTO settings (key, value) VALUES ('a', '1')")
            library.settings.put("b", 2)  # nested: part of the same transaction
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    assert library.settings.all() == {}
    library.settings.put("c", 3)
    assert library.settings.all() == {"c": 3}


def test_results_are_flushed_and_drafts_are_not(library: Library) -> None:
    levels = []
    for durable in (False, True, False):
        with library._db.write(durable=durable) as db:
            levels.append(db.execute("PRAGMA synchronous").fetchone()[0])
    assert levels == [1, 2, 1]


def test_another_program_that_holds_the_file_is_said(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library._db.read() as db:
        db.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(library.data_dir / "library.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryError) as caught:
        library.settings.put("a", 1)
    assert (caught.value.kind, caught.value.action_id) == ("busy", "retry")
    other.execute("ROLLBACK")
    other.close()
    library.settings.put("a", 1)
    assert library.settings.get("a") == 1


def test_a_fault_of_ours_is_not_dressed_up(library: Library) -> None:
    with pytest.raises(sqlite3.OperationalError, match="syntax"), library._db.write() as db:
        db.execute("SELEKT")


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError):
        Library.open(tmp_path / "file" / "data")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "full"), "disk_full"),
        (FileNotFoundError(errno.ENOENT, "gone"), "missing"),
        (PermissionError(errno.EACCES, "no"), "io"),
        (OSError(errno.EIO, "bad"), "io"),
    ],
)
def test_sentences_for_disks(error: OSError, kind: str) -> None:
    made = from_os_error(error)
    assert made.kind == kind
    assert made.what.endswith(".")
    assert str(made) == made.what


def test_json_that_cannot_be_read_is_the_default() -> None:
    assert database.from_json("{", 5) == 5
    assert database.from_json(None, 5) == 5
    assert database.from_json("[1]") == [1]
