"""Packs: fetched, checked, whole or not there at all, resumable, removable."""

import asyncio
import errno
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from studio import resources
from studio.contract.errors import ToolError
from studio.contract.tools import catalogue as tools
from studio.engine.packs import store, unpack
from studio.engine.packs.catalogue import Pack, Part, Wheel, catalogue
from studio.engine.packs.desk import PARTS, PackDesk, PackState
from studio.engine.packs.fetch import Arrived, PackageIndex, PackError
from tests.engine.packs.conftest import HALVES, part, wheel

Known = Callable[[], dict[str, Pack]]


async def ended(desk: PackDesk, pack_id: str) -> PackState:
    """Follow an install to its end by its changes."""
    state = await desk.one(pack_id)
    async with asyncio.timeout(30):
        while state.state == "installing":
            state = await desk.changed(pack_id, state.revision, 10)
    return state


def test_every_pack_is_pinned_licensed_and_explained() -> None:
    known = catalogue()
    assert {"voice", "transcription", "cut-outs", "brain", "brain-own"} <= set(known)
    for pack in known.values():
        assert pack.does.endswith(".")
        assert pack.licence
        assert pack.origin
        assert set(pack.tools) <= set(tools())
        names = {part.package for part in pack.parts}
        assert {m.part for f in pack.files for m in f.members} | {t.part for t in pack.trees} == names
        hashes = [w.sha256 for p in pack.parts for w in p.wheels] + [f.sha256 for f in pack.files]
        assert all(len(h) == 64 and set(h) <= set("0123456789abcdef") for h in hashes)
        assert pack.download_byte_length > 1_000_000
    assert "http" not in resources.path("packs", "packs.json").read_text()


async def test_a_folder_of_archives_becomes_a_pack(tmp_path: Path, archives: Path, known: Known) -> None:
    packs, busy = tmp_path / "packs", []
    desk = PackDesk(packs, packs_known=known, busy=busy.append)
    assert [state.state for state in await desk.all()] == ["available", "available"]
    assert (await desk.install("tiny", archives)).state == "installing"
    state = await ended(desk, "tiny")
    assert (state.state, state.error) == ("installed", None)
    assert busy == [1, -1]
    found = store.require(packs, "tiny")
    assert found.file("model.bin").read_bytes() == HALVES[0] + HALVES[1]
    assert found.file("licences/LICENSE.txt").read_bytes() == b"be kind"
    assert sorted(kept.name for kept in found.files)[-2:] == ["licences/LICENSE.txt", "model.bin"]
    assert (found.folder / "lib/code/_ext.so").read_bytes() == b"machine"
    assert not (found.folder / "lib/code/readme.md").exists()
    assert found.damaged() == []
    assert sorted(p.name for p in packs.iterdir() if p.name != PARTS) == [".making", "tiny"]
    assert not list((packs / ".making").iterdir())
    assert (await desk.remove("tiny")).state == "available"
    assert store.installed(packs, "tiny") is None
    assert not list((packs / ".making").iterdir())


async def test_pip_brings_what_is_pinned_from_the_index_of_this_machine(
    tmp_path: Path, archives: Path, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(archives))
    desk = PackDesk(tmp_path / "packs", packs_known=known)
    await desk.install("tiny")
    state = await ended(desk, "tiny")
    assert (state.state, state.error) == ("installed", None)
    assert not (tmp_path / "packs" / PARTS / "tiny").exists()


async def test_a_changed_archive_is_refused_and_nothing_is_kept(
    tmp_path: Path, archives: Path, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(archives))
    wheel(archives, "half-one", {"half_one/part.bin": b"other"})
    desk = PackDesk(tmp_path / "packs", packs_known=known)
    for given, words in ((archives, "There is no unchanged half_one"), (None, "not what was expected")):
        await desk.install("tiny", given)
        state = await ended(desk, "tiny")
        assert state.state == "failed"
        assert words in (state.error or "")
    assert store.installed(tmp_path / "packs", "tiny") is None


async def test_what_the_index_lacks_is_said(tmp_path: Path, known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    desk = PackDesk(tmp_path / "packs", packs_known=known)
    await desk.install("tiny")
    assert "has no half-one 1.0 for this computer" in ((await ended(desk, "tiny")).error or "")


class Stopping:
    """A source that stops at one part for ever, and counts what it is asked for."""

    def __init__(self, archives: Path, stop_at: str | None) -> None:
        self.archives, self.stop_at = archives, stop_at
        self.asked: list[str] = []
        self.waiting = asyncio.Event()

    async def get(self, part: Part, folder: Path, arrived: Arrived) -> Path:
        kept = folder / part.wheels[0].file
        if kept.exists():
            return kept
        self.asked.append(part.package)
        if part.package == self.stop_at:
            arrived(part.byte_length // 2)
            self.waiting.set()
            await asyncio.Event().wait()
        kept.write_bytes((self.archives / part.wheels[0].file).read_bytes())
        return kept


async def test_an_interrupted_install_goes_on_with_the_next_part(tmp_path: Path, archives: Path, known: Known) -> None:
    first = Stopping(archives, "half-two")
    desk = PackDesk(tmp_path / "packs", packs_known=known, index=first)
    await desk.install("tiny")
    await first.waiting.wait()
    state = await desk.one("tiny")
    assert state.label == "Fetching part 2 of 3"
    assert 0.4 < (state.fraction or 0) < 0.75
    assert (await desk.cancel("tiny")).state == "available"
    assert not (tmp_path / "packs" / "tiny").exists()
    second = Stopping(archives, None)
    desk = PackDesk(tmp_path / "packs", packs_known=known, index=second)
    await desk.install("tiny")
    await desk.install("tiny")
    assert (await ended(desk, "tiny")).state == "installed"
    assert second.asked == ["half-two", "engine-code"]


async def test_closing_kills_pip(tmp_path: Path, known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "slow.py"
    script.write_text("import time; time.sleep(60)")
    monkeypatch.setattr("studio.engine.packs.fetch.pip_command", lambda: [sys.executable, str(script)])
    desk = PackDesk(tmp_path / "packs", packs_known=known)
    await desk.install("tiny")
    me = psutil.Process()

    def slow() -> list[psutil.Process]:
        return [child for child in me.children(recursive=True) if str(script) in " ".join(child.cmdline())]

    async with asyncio.timeout(10):
        while not slow():  # noqa: ASYNC110 - another process gives no event
            await asyncio.sleep(0.05)
    await desk.close()
    assert not slow()
    assert not list((tmp_path / "packs" / PARTS / "tiny").iterdir())


async def test_a_wrong_file_inside_a_right_archive_is_refused(tmp_path: Path, archives: Path, pack: Pack) -> None:
    import msgspec

    wrong = msgspec.structs.replace(pack.files[0], sha256=hashlib.sha256(b"").hexdigest())
    pack = msgspec.structs.replace(pack, files=(wrong,))
    desk = PackDesk(tmp_path / "packs", packs_known=lambda: {"tiny": pack})
    await desk.install("tiny", archives)
    assert "model.bin is not what was expected" in ((await ended(desk, "tiny")).error or "")
    assert not list((tmp_path / "packs" / ".making").iterdir())


async def test_names_that_lead_outside_are_refused(tmp_path: Path, archives: Path, pack: Pack) -> None:
    import msgspec

    evil = wheel(archives, "evil", {"code/_ext/../../../../escaped.txt": b"x"})
    tree = msgspec.structs.replace(pack.trees[0], part="evil")
    pack = msgspec.structs.replace(pack, parts=(part(evil, "evil"),), files=(), trees=(tree,))
    desk = PackDesk(tmp_path / "packs", packs_known=lambda: {"tiny": pack})
    await desk.install("tiny", archives)
    assert "leads outside" in ((await ended(desk, "tiny")).error or "")
    assert not await asyncio.to_thread(lambda: list(tmp_path.rglob("escaped.txt")))


async def test_a_model_of_ones_own_stays_where_it_is(
    tmp_path: Path, archives: Path, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(archives))
    desk = PackDesk(tmp_path / "packs", packs_known=known)
    with pytest.raises(PackError, match="--from FILE"):
        await desk.install("own")
    (tmp_path / "not.gguf").write_bytes(b"PK..")
    with pytest.raises(PackError, match="not a GGUF"):
        await desk.install("own", tmp_path / "not.gguf")
    model = tmp_path / "mine.gguf"
    model.write_bytes(b"GGUF" + bytes(20))
    os.mkfifo(tmp_path / "pipe") if hasattr(os, "mkfifo") else None
    with pytest.raises(PackError, match="not a file"):
        await desk.install("own", tmp_path / "pipe")
    await desk.install("own", model)
    state = await ended(desk, "own")
    assert state.state == "installed"
    assert state.installed is not None
    assert state.installed.model == model
    await desk.remove("own")
    assert model.exists()


async def test_no_room_is_said_before_anything_is_fetched(
    tmp_path: Path, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.engine.packs.desk._SPARE_BYTES", 10**18)
    with pytest.raises(PackError, match="free disk space"):
        await PackDesk(tmp_path / "packs", packs_known=known).install("tiny")


async def test_a_damaged_pack_is_found_and_replaced(tmp_path: Path, archives: Path, known: Known) -> None:
    desk = PackDesk(tmp_path / "packs", packs_known=known)
    await desk.install("tiny", archives)
    await ended(desk, "tiny")
    found = store.require(tmp_path / "packs", "tiny")
    (found.folder / "model.bin").write_bytes(b"short")
    with pytest.raises(ToolError, match="damaged"):
        found.file("model.bin")
    assert found.damaged() == ["model.bin"]
    await desk.install("tiny", archives)
    assert (await ended(desk, "tiny")).state == "installed"
    assert store.require(tmp_path / "packs", "tiny").damaged() == []


def test_a_kill_between_two_editions_loses_neither(tmp_path: Path, archives: Path, pack: Pack) -> None:
    unpack.unpack(pack, {p.package: archives / p.wheels[0].file for p in pack.parts}, tmp_path, lambda count: None)
    replaced, removed = tmp_path / ".making" / "old-1", tmp_path / ".making" / "gone-1"
    for folder in (removed, replaced):
        folder.mkdir(parents=True)
    (tmp_path / "tiny").rename(replaced / "tiny")
    unpack.sweep(tmp_path)
    assert store.require(tmp_path, "tiny").damaged() == []
    removed.mkdir(parents=True)
    (tmp_path / "tiny").rename(removed / "tiny")
    unpack.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [archives]


async def test_a_full_disk_is_said_and_a_pack_can_still_be_removed(
    tmp_path: Path, archives: Path, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = PackDesk(tmp_path / "packs", packs_known=known)
    await desk.install("tiny", archives)
    await ended(desk, "tiny")

    def full(*args: object, **kwargs: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("studio.engine.packs.unpack.tempfile.mkdtemp", full)
    await desk.install("tiny", archives)
    assert "The disk is full, so Tiny was not installed." in ((await ended(desk, "tiny")).error or "")
    assert store.require(tmp_path / "packs", "tiny").damaged() == []
    assert (await desk.remove("tiny")).state == "available"
    assert not (tmp_path / "packs" / "tiny").exists()


def test_half_a_manifest_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "voice").mkdir()
    for text in ("", "{", "[]", '{"version": "1"}'):
        (tmp_path / "voice" / "pack.json").write_text(text)
        assert store.installed(tmp_path, "voice") is None
    with pytest.raises(ToolError) as caught:
        store.require(tmp_path, "voice")
    assert caught.value.code == "MODEL_UNAVAILABLE"
    assert "studio packs install voice" in caught.value.message
    card = (caught.value.data or {})["pack"]
    assert card["id"] == "voice"
    assert card["downloadBytes"] > 50_000_000
    assert json.dumps(card)


def test_a_pack_that_is_removed_while_it_is_used_is_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "pack.json").write_text('{"version": "1", "files": []}')
    found = store.require(tmp_path, "voice")

    def work() -> None:
        with store.used(found):
            (found.folder / "words.json").read_bytes()

    with pytest.raises(FileNotFoundError):
        work()
    unpack.remove(tmp_path, "voice")
    with pytest.raises(ToolError, match="is not installed"):
        work()


async def test_an_archive_from_an_earlier_try_is_not_fetched_again(tmp_path: Path) -> None:
    path = wheel(tmp_path, "half-one", {"a": os.urandom(10)})
    other = Wheel("half_one-1.0-win_amd64.whl", "0" * 64)
    arrived: list[int] = []
    assert await PackageIndex().get(part(path, "half-one", other), tmp_path, arrived.append) == path
    assert arrived == [path.stat().st_size]
