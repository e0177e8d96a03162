"""Durable chats on this computer: the run goes on after the command, and through the death of its engine."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.processes import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def command(data_dir: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if name != "STUDIO_API_KEY"}
    return subprocess.Popen(
        [sys.executable, "-m", "studio", "--data-dir", str(data_dir), *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    )  # fmt: skip


def until(process: "subprocess.Popen[str]", words: str) -> str:
    """Read standard error up to a line with *words*; return what was read."""
    assert process.stderr is not None
    read = ""
    for line in process.stderr:
        read += line
        if words in line:
            return read
    raise AssertionError(f"it ended without saying {words}: {read}")


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    with contextlib.suppress(OSError, ValueError):  # it left as it was asked to
        os.kill(engine_pid(folder), signal.SIGKILL)


def engine_pid(folder: Path) -> int:
    return int(json.loads((folder / "engine" / "engine.json").read_text(encoding="utf-8"))["pid"])


def test_an_interrupted_chat_goes_on_and_is_found_again(data_dir: Path, tmp_path: Path) -> None:
    chat = command(data_dir, "chat", "--durable", "four variations of a misty forest", "--out", str(tmp_path / "out"))
    until(chat, "Painting")
    chat.send_signal(signal.SIGINT)
    _, said = chat.communicate(timeout=30)
    assert chat.returncode == 1
    assert "Traceback" not in said
    os.kill(engine_pid(data_dir), 0)  # its engine works on
    run_id = said.partition("studio runs watch ")[2].split()[0]
    watch = command(data_dir, "runs", "watch", run_id, "--json", "--out", str(tmp_path / "out"))
    printed, said = watch.communicate(timeout=90)
    assert watch.returncode == 0, said
    *events, end = [json.loads(line) for line in printed.splitlines()]
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert end == {"type": "end", "status": "completed"}
    assert len(list((tmp_path / "out").glob("*.png"))) == 4


def test_a_chat_goes_through_the_death_of_its_engine(data_dir: Path, tmp_path: Path) -> None:
    chat = command(data_dir, "chat", "--durable", "paint a misty forest", "--json", "--out", str(tmp_path / "out"))
    until(chat, "Painting 1 image")
    os.kill(engine_pid(data_dir), signal.SIGKILL)
    printed, said = chat.communicate(timeout=120)
    assert chat.returncode == 0, said
    answer = json.loads(printed)
    assert answer["status"] == "completed"
    assert len(answer["files"]) == len(list((tmp_path / "out").glob("*.png"))) == 1
