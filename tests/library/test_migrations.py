"""Files of older studios are carried over with a copy kept; files of newer ones are refused or survive."""

import os
import sqlite3
from pathlib import Path

import pytest

from studio.library import migrations
from studio.library.errors import LibraryError
from studio.library.library import Library
from studio.library.recent import first_paint
from studio.library.records import TextItem, ToolItem

OLD = Path(__file__).parent / "data" / "library-1.0.sql"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    db = sqlite3.connect(tmp_path / "library.sqlite")
    db.executescript(OLD.read_text())
    db.close()
    return tmp_path


def version(path: Path) -> int:
    db = sqlite3.connect(path)
    found = db.execute("PRAGMA user_version").fetchone()[0]
    db.close()
    return int(found)


def test_an_older_file_is_carried_over(old: Path) -> None:
    with Library.open(old) as library:
        assert library.interrupted == 1
        (row,) = library.sessions.list()
        assert (row.title, row.pinned, row.pieces) == ("Old lighthouse", True, 1)
        assert [row.title for row in library.sessions.binned()] == ["Thrown away"]
        first, second = library.turns.list("s1")
        assert first.items == [TextItem("Here is your pharos.")]
        assert (second.status, second.trouble and second.trouble.details) == ("stopped", "interrupted")
        tool, text = second.items
        assert isinstance(tool, ToolItem)
        assert tool.status == "stopped"
        assert text == TextItem("Half an answer")
        (piece,) = library.media.list("s1")
        assert (piece.badge, piece.seed, piece.name) == ("Image 1", 7, "lighthouse-image-1.png")
        # Words that were kept before there was an index are found.
        assert [row.id for row in library.sessions.search("pharos")] == ["s1"]
        assert library.settings.get("theme") == "dark"
    backup, *later = sorted((old / "backups").iterdir())
    assert backup.name.startswith("library-1.0-")
    if os.name == "posix":
        assert [path.stat().st_mode & 0o077 for path in (backup, old / "library.sqlite")] == [0, 0]
    assert [path.name[:12] for path in later] == ["library-1.1-", "library-1.2-"]
    assert version(backup) == 1 << 16
    assert version(old / "library.sqlite") == migrations.MIGRATIONS[-1].version


def test_members_of_a_newer_studio_survive(old: Path) -> None:
    db = sqlite3.connect(old / "library.sqlite")
    db.execute("ALTER TABLE sessions ADD COLUMN mood TEXT DEFAULT 'calm'")
    db.execute("UPDATE sessions SET mood = 'wild'")
    db.commit()
    db.close()
    with Library.open(old) as library:
        library.sessions.rename("s1", "New name")
        library.turns.upsert_tool("t2", ToolItem("c9", "generate_image", status="done"))
        library.settings.put("unknown.key", {"a": 1})
    db = sqlite3.connect(old / "library.sqlite")
    assert db.execute("SELECT mood FROM sessions WHERE id = 's1'").fetchone() == ("wild",)
    (body,) = db.execute("SELECT body FROM turn_items WHERE call_id = 'c9'").fetchone()
    assert '"from_the_future":42' in body
    assert '"status":"done"' in body
    db.close()


def test_a_newer_major_is_refused_and_untouched(tmp_path: Path) -> None:
    with Library.open(tmp_path):
        pass
    db = sqlite3.connect(tmp_path / "library.sqlite")
    db.execute(f"PRAGMA user_version = {2 << 16}")
    db.close()
    before = (tmp_path / "library.sqlite").read_bytes()
    with pytest.raises(LibraryError, match="newer studio") as caught:
        Library.open(tmp_path)
    assert caught.value.kind == "newer"
    assert caught.value.action
    assert (tmp_path / "library.sqlite").read_bytes() == before


def test_a_newer_minor_is_accepted(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.sessions.create("kept")
    db = sqlite3.connect(tmp_path / "library.sqlite")
    newer = (1 << 16) + 99
    db.execute(f"PRAGMA user_version = {newer}")
    db.close()
    with Library.open(tmp_path) as library:
        assert [row.title for row in library.sessions.list()] == ["kept"]
    assert version(tmp_path / "library.sqlite") == newer


def test_a_step_that_fails_changes_nothing(old: Path) -> None:
    def broken(db: sqlite3.Connection) -> None:
        db.execute("DROP TABLE settings")
        raise sqlite3.OperationalError("no")

    steps = (migrations.MIGRATIONS[0], migrations.Migration(1, 1, "broken", broken))
    db = sqlite3.connect(old / "library.sqlite", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrations.migrate(db, old / "backups", steps)
    assert db.execute("SELECT count(*) FROM settings").fetchone() == (1,)
    assert db.execute("PRAGMA user_version").fetchone() == (1 << 16,)
    db.close()
    with Library.open(old) as library:
        assert library.settings.get("theme") == "dark"


def test_a_new_library_needs_no_backup(tmp_path: Path) -> None:
    with Library.open(tmp_path):
        pass
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("content", [b"this is not a database, whatever its name says" * 40])
def test_a_damaged_file_is_said_and_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "library.sqlite").write_bytes(content)
    with pytest.raises(LibraryError) as caught:
        Library.open(tmp_path)
    assert caught.value.kind == "corrupt"
    assert "backups" in caught.value.kept
    assert (tmp_path / "library.sqlite").read_bytes() == content
    assert first_paint(tmp_path).sessions == []
