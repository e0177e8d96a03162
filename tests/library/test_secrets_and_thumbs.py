"""Keys in the keychain or a protected file; thumbnails that may go at any time; a fast path that stays fast."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from studio.library.library import Library
from studio.library.recent import first_paint
from studio.library.secrets import SERVICE, SecretStore
from studio.library.thumbs import STEPS, ThumbCache, step_for

ROOT = Path(__file__).parents[2]
KEY = "sk-studio-0123456789abcdef"


class Keychain(KeyringBackend):
    """A working keychain in memory, that may be made to fail."""

    priority = 5  # type: ignore[assignment]

    def __init__(self, fails: bool = False) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.fails = fails

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check(password)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")

    def _check(self, shown: str = "") -> None:
        if self.fails:
            raise RuntimeError(f"the keychain is locked {shown}")


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> Keychain:
    made = Keychain()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def test_a_key_in_the_keychain(keychain: Keychain, tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    assert store.place() == "keychain"
    assert store.set("supernet", f" {KEY}\n") == "keychain"
    assert keychain.kept == {(SERVICE, "supernet"): KEY}
    assert list(tmp_path.iterdir()) == []
    assert SecretStore(tmp_path).get("supernet") == KEY
    assert store.hint("supernet") == "cdef"
    store.remove("supernet")
    store.remove("supernet")
    assert store.get("supernet") is None
    assert store.hint("supernet") == ""


def test_without_a_keychain_a_protected_file(tmp_path: Path) -> None:
    store = SecretStore(tmp_path / "data")
    assert store.place() == "file"
    assert store.set("supernet", KEY) == "file"
    assert store.set("custom", "short") == "file"
    path = tmp_path / "data" / "secrets.json"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    assert store.get("supernet") == KEY
    assert store.hint("custom") == ""
    store.remove("supernet")
    assert json.loads(path.read_text()) == {"custom": "short"}
    store.set("custom", "  ")
    assert json.loads(path.read_text()) == {}
    assert [p.name for p in path.parent.iterdir()] == ["secrets.json"]
    assert KEY not in repr(store)


@pytest.mark.parametrize("content", ["", "[]", '{"supernet": 5}', "{"])
def test_a_damaged_file_of_keys_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "secrets.json").write_text(content)
    assert SecretStore(tmp_path).get("supernet") is None


def test_a_keychain_that_fails_later(keychain: Keychain, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = SecretStore(tmp_path)
    keychain.fails = True
    assert store.set("supernet", KEY) == "file"
    assert store.place() == "file"
    assert store.get("supernet") == KEY
    assert KEY not in caplog.text


def test_a_key_moves_into_the_keychain(keychain: Keychain, tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text(json.dumps({"supernet": "old-key-000000"}))
    store = SecretStore(tmp_path)
    assert store.get("supernet") == "old-key-000000"
    assert store.set("supernet", KEY) == "keychain"
    assert "old-key" not in (tmp_path / "secrets.json").read_text()


def test_thumbnail_steps() -> None:
    assert [step_for(px) for px in (1, 160, 161, 640.5, 9999)] == [160, 160, 320, 1280, 1280]
    assert STEPS == (160, 320, 640, 1280)


def test_thumbnails_come_and_go(tmp_path: Path) -> None:
    cache = ThumbCache(tmp_path / "thumbs", limit_bytes=250)
    assert cache.find("ab" * 32, 160) is None
    assert cache.evict() == 0
    for number, name in enumerate(["aa", "bb", "cc"]):
        path = cache.put(name * 32, 320, b"x" * 100, "png")
        assert path is not None
        os.utime(path, (number, number))
    assert cache.find("aa" * 32, 320) is not None  # used just now, so it stays
    assert cache.total_bytes() == 300
    assert cache.evict() == 100
    assert cache.find("bb" * 32, 320) is None
    assert cache.find("aa" * 32, 320) is not None
    cache.forget("aa" * 32)
    assert cache.find("aa" * 32, 320) is None
    with pytest.raises(ValueError, match="thumbnails are"):
        cache.put("aa" * 32, 320, b"", "exe")
    (tmp_path / "file").write_text("")
    assert ThumbCache(tmp_path / "file").put("aa" * 32, 160, b"x") is None


def test_the_fast_path_imports_nothing_heavy() -> None:
    code = (
        "import sys; import studio.library.recent;"
        "slow = {'httpx', 'keyring', 'numpy', 'PIL', 'msgspec', 'asyncio', 'hashlib', 'tempfile', 'logging', 'ssl'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_the_library_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from studio.library.library import Library;"
        "library = Library.open(Path(sys.argv[1])); library.sessions.create('x'); library.sessions.list();"
        "slow = {'httpx', 'keyring', 'numpy', 'PIL', 'msgspec', 'asyncio'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_fast_path_reads_beside_a_writer(tmp_path: Path) -> None:
    assert first_paint(tmp_path).sessions == []
    with Library.open(tmp_path) as library:
        library.sessions.create("seen")
        with library._db.write() as db:
            db.execute("UPDATE sessions SET title = 'not yet'")
            assert [row.title for row in first_paint(tmp_path).sessions] == ["seen"]
        assert [row.title for row in first_paint(tmp_path).sessions] == ["not yet"]
    before = sorted(path.name for path in tmp_path.iterdir())
    assert [row.title for row in first_paint(tmp_path).sessions] == ["not yet"]
    assert sorted(path.name for path in tmp_path.iterdir() if "-" not in path.name) == before
