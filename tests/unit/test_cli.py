"""The command line: usage errors, exit codes, where work is kept, one turn in the terminal."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio import __version__, cli
from tests.helpers.engines import picture, running_engine

ROOT = Path(__file__).parents[2]


def studio(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-m", "studio", *arguments],
        capture_output=True, text=True, cwd=ROOT, env={**clean, **environment}, timeout=60, check=False,
    )  # fmt: skip


def test_version_loads_nothing_heavy() -> None:
    code = (
        "import sys; from studio.cli import run; code = run(['--version']);"
        "slow = {'httpx', 'numpy', 'PIL', 'msgspec', 'PySide6', 'litestar', 'asyncio'};"
        "print(code, sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines() == [f"studio {__version__}", "0 []"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["chat"],
        ["paint"],
        ["chat", "hi", "--tools", "everything"],
        ["serve", "--port", "99999999"],
        ["--no-such-option"],
        ["doctor", "surplus"],
    ],
)
def test_wrong_use_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_without_a_display_the_window_says_what_to_do_instead() -> None:
    done = studio()
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "studio chat" in done.stderr


@pytest.mark.parametrize("order", ["before", "after", "environment"])
def test_data_dir_is_accepted_in_every_place(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = tmp_path / "here"
    arguments = ["doctor", "--json"]
    if order == "before":
        arguments = ["--data-dir", str(wanted), *arguments]
    elif order == "after":
        arguments += ["--data-dir", str(wanted)]
    else:
        monkeypatch.setenv("STUDIO_DATA_DIR", str(wanted))
    cli.run(arguments)
    assert json.loads(capsys.readouterr().out)["data_folder"]["path"] == str(wanted)
    assert not wanted.exists(), "looking changes nothing"


def test_doctor_finds_a_damaged_model_file_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from studio.commands import doctor

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.onnx").write_bytes(b"damaged")
    listed = [{"name": name, "sha256": "0" * 64} for name in ("a.onnx", "b.onnx")]
    (tmp_path / "models" / "models.json").write_text(json.dumps({"files": listed}))
    monkeypatch.setattr(doctor.resources, "path", lambda *parts: tmp_path.joinpath(*parts))
    assert cli.run(["doctor", "--data-dir", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "The model file a.onnx is damaged. Install the studio again." in out
    assert "The model file b.onnx is missing. Install the studio again." in out


async def chat(*arguments: str) -> int:
    return await asyncio.to_thread(cli.run, ["chat", *arguments])


async def test_chat_writes_text_and_readable_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with running_engine(tmp_path / "engine") as engine:
        where = ["--base-url", engine.url, "--api-key", engine.key, "--out", str(tmp_path / "out")]
        code = await chat("a misty forest", *where)
    seen = capsys.readouterr()
    assert code == 0, seen.err
    assert "Image 1" in seen.out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["teal-image-1.png"]
    assert (tmp_path / "out" / "teal-image-1.png").read_bytes() == picture()
    assert "Painting 1 image…" in seen.err
    assert str(tmp_path / "out" / "teal-image-1.png") in seen.err


async def test_chat_json_is_exactly_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture(20, 20))
    async with running_engine(tmp_path / "engine") as engine:
        monkeypatch.setenv("STUDIO_API_KEY", engine.key)
        where = ["--base-url", engine.url, "--out", str(tmp_path), "--json"]
        assert await chat("cut this out", "--ref", str(photo), *where) == 0
        assert await chat("cut this out", "--ref", str(photo), *where) == 0
    first, second = _objects(capsys.readouterr().out)
    assert set(first) >= {"text", "files", "tool_results", "model", "answered_by"}
    (file,) = first["files"]
    assert (file["kind"], file["badge"], file["width"], file["height"], file["tool"], file["seed"]) == (
        "image", "Image 1", 8, 6, "remove_background", 7,
    )  # fmt: skip
    assert (tmp_path / Path(file["path"]).name).is_file()
    assert second["files"][0]["path"] != file["path"], "nothing is overwritten"


def _objects(text: str) -> list[dict[str, Any]]:
    found, decoder = [], json.JSONDecoder()
    while text.strip():
        value, end = decoder.raw_decode(text.lstrip())
        found.append(value)
        text = text.lstrip()[end:]
    return found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["  "], "The message is empty"),
        (["hi", "--ref", "no-such-file.png"], "no-such-file.png is not there any more."),
        (["hi", "--base-url", "http://127.0.0.1:9"], "can't be reached"),
        (["hi", "--base-url", "ftp://x"], "must begin with http"),
    ],
)
async def test_chat_failures_are_one_sentence_and_1(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert await chat(*arguments, "--data-dir", str(tmp_path)) == 1
    seen = capsys.readouterr()
    assert words in seen.err
    assert "Traceback" not in seen.err
    assert await chat(*arguments, "--json", "--data-dir", str(tmp_path)) == 1
    assert words in json.loads(capsys.readouterr().out)["error"]["message"]


async def test_chat_with_a_wrong_key_or_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with running_engine(tmp_path / "engine") as engine:
        assert await chat("hi", "--base-url", engine.url, "--api-key", "wrong-key-012345") == 1
        assert "didn't accept the key" in capsys.readouterr().err
        assert await chat("hi", "--base-url", engine.url, "--api-key", engine.key, "--model", "nope") == 1
        assert "doesn't have this language model" in capsys.readouterr().err
