"""The examples of resources/api/README.md, run as a reader would: the blocks of a language are one program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.node import CLIENTS, node
from tests.helpers.processes import ROOT, Process

PAGE = (ROOT / "resources" / "api" / "README.md").read_text()


def program(language: str) -> str:
    """Return every block of *language*, joined."""
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def desk(studio: Process, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    environment = {**os.environ, "STUDIO_URL": studio.url, "STUDIO_KEY": studio.key, "NO_PROXY": "*"}
    return tmp_path, environment


def run(command: list[str], desk: tuple[Path, dict[str, str]]) -> str:
    folder, environment = desk
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_python(desk: tuple[Path, dict[str, str]]) -> None:
    script = desk[0] / "examples.py"
    script.write_text(program("python"))
    said = run([sys.executable, str(script)], desk)
    assert "tool_call_resolved" in said
    assert (desk[0] / "lighthouse.png").read_bytes().startswith(b"\x89PNG")


def test_curl(desk: tuple[Path, dict[str, str]]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    from PIL import Image

    Image.new("RGB", (64, 48), "teal").save(desk[0] / "lighthouse.png")
    script = desk[0] / "examples.sh"
    script.write_text("set -euo pipefail\n" + program("bash"))
    said = run(["bash", str(script)], desk)
    assert "event: run_completed" in said
    assert "event: workflow_completed" in said


def test_javascript(desk: tuple[Path, dict[str, str]]) -> None:
    program_path = node()
    script = CLIENTS / "examples.mjs"
    script.write_text(program("js"))
    said = run([program_path, str(script)], desk)
    assert "event: run_completed" in said


def test_every_address_is_shown() -> None:
    """Each documented path has an example."""
    index = re.findall(r"`?(/v\d/[a-zA-Z/-]+)", PAGE)
    for path in (
        "/v1/chat/completions", "/v1/models", "/v1/creative-agent/tools/execute", "/v1/chat/runs",
        "/v1/creative-agent/workflows", "/v1/creative-agent/workflows/templates", "/v2/image/uploadUrl",
        "/v2/image/downloadUrl", "/v1/image/uploadUrl", "/v1/image/downloadUrl", "/v1/assets", "/v1/replay/records",
        "/v1/account/me", "/v4/account/balance", "/v1/transactions/list", "/v1/model-catalog", "/v1/loras/comfy",
        "/v1/loras/personal", "/v1/subscriptions/status",
    ):  # fmt: skip
        assert any(found.startswith(path) for found in index), path
