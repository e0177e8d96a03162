"""``studio packs``: terms are shown first, an install is followed to its end, and nothing happens without a yes."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio import cli
from studio.engine.packs import store
from studio.engine.packs.catalogue import Pack
from tests.engine.packs.conftest import archives, known, pack
from tests.helpers.engines import RunningEngine, running_engine

__all__ = ["archives", "known", "pack"]


@pytest.fixture(autouse=True)
def _small(known: Callable[[], dict[str, Pack]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "studio.engine.packs.desk.PackDesk.__init__.__kwdefaults__",
        {"busy": lambda change: None, "packs_known": known, "index": None},
    )


async def run(engine: RunningEngine, *words: str) -> int:
    """Run ``studio packs`` against *engine*, as a terminal without anybody at it does."""
    arguments = ["packs", *words, "--base-url", engine.url, "--api-key", engine.key]
    return await asyncio.to_thread(cli.run, arguments)


async def test_terms_are_shown_and_nothing_is_fetched_without_a_yes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_engine(tmp_path) as engine:
        assert await run(engine, "list") == 0
        listed = capsys.readouterr().out.splitlines()
        assert listed[0].split() == ["tiny", "available", "1", "MB", "Does", "little."]
        assert await run(engine, "install", "tiny") == 1
        shown = capsys.readouterr()
        for words in ("Tiny: Does little.", "Download", "Licence   MIT", "Origin    here", "Add --yes"):
            assert words in shown.err
        assert not (tmp_path / "engine" / "packs" / "tiny").exists()


async def test_install_list_and_remove(tmp_path: Path, archives: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with running_engine(tmp_path) as engine:
        packs = engine.data_dir / "engine" / "packs"
        assert await run(engine, "install", "tiny", "--yes", "--from", str(archives)) == 0
        shown = capsys.readouterr()
        assert shown.out == "Tiny is installed (1 MB).\n"
        assert store.require(packs, "tiny").damaged() == []
        assert await run(engine, "list", "--json") == 0
        assert json.loads(capsys.readouterr().out)["packs"][0]["state"] == "installed"
        assert await run(engine, "remove", "tiny") == 0
        assert "not installed any more" in capsys.readouterr().out
        assert store.installed(packs, "tiny") is None


async def test_what_goes_wrong_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    async with running_engine(tmp_path) as engine:
        for words, told in (
            (("install", "tiny", "--yes", "--from", str(tmp_path / "empty")), "There is no unchanged half_one"),
            (("install", "tiny", "--yes", "--from", str(tmp_path / "nowhere")), "is not a folder"),
            (("install", "own", "--yes"), "Name your .gguf file"),
            (("install", "nothing", "--yes"), "no such pack"),
            (("remove", "nothing"), "no such pack"),
        ):
            assert await run(engine, *words) == 1
            assert told in capsys.readouterr().err


async def test_a_person_is_asked(
    tmp_path: Path, archives: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(("", "y"))
    monkeypatch.setattr("studio.commands.packs.can_ask", lambda args: True)
    monkeypatch.setattr("studio.commands.packs.ask", lambda question: next(answers))
    async with running_engine(tmp_path) as engine:
        assert await run(engine, "install", "tiny", "--from", str(archives)) == 1
        assert await run(engine, "install", "tiny", "--from", str(archives)) == 0
    assert "is installed" in capsys.readouterr().out
