"""The window as a process on a real (virtual) display."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.display


def start(data_dir: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studio", "--data-dir", str(data_dir), *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


def test_window_paints_and_leaves_without_a_word(tmp_path: Path) -> None:
    done = start(tmp_path, "--exit-after-first-paint")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said["event"] == "first_paint"
    assert said["complete_at_s"] >= said["at_s"]


def test_second_window_on_the_same_folder_hands_over(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "studio", "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as first:
        try:
            # The engine is started after the first window listens; its file says that a second start may come.
            deadline = time.monotonic() + 60
            while not (tmp_path / "engine" / "engine.json").exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            second = start(tmp_path)
            assert second.returncode == 0, second.stderr
            assert "open already" in second.stdout
        finally:
            first.terminate()
            first.wait(timeout=30)
    assert first.returncode == 0
