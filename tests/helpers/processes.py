"""The real engine as a process of its own: start it, wait for its ready line, stop or kill it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openai

from tests.helpers.databases import database_url

ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """A started engine."""

    popen: "subprocess.Popen[str]"
    url: str
    key: str
    data_dir: Path

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def http(self, **options: Any) -> httpx.Client:
        """Return a client with the engine's address and key."""
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=60, trust_env=False, **options)

    def client(self, **options: Any) -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key=self.key, max_retries=0, timeout=60, **options)

    def stop(self) -> int:
        """Ask it to leave and return its exit code."""
        self.popen.terminate()
        return self.popen.wait(15)

    def kill(self) -> int:
        """End it as a power cut would."""
        self.popen.kill()
        return self.popen.wait(15)

    def close(self) -> str:
        """Close its pipes and return what it wrote to stderr."""
        assert self.popen.stderr is not None
        assert self.popen.stdout is not None
        said = self.popen.stderr.read()
        self.popen.stdout.close()
        self.popen.stderr.close()
        return said


def start(
    data_dir: Path, *options: str, module: str = "studio.engine.cli", **environment: str
) -> "subprocess.Popen[str]":
    """Start ``studio serve`` (or another *module*); on the PostgreSQL of the tests where there is one."""
    url = database_url(data_dir)
    if url is not None:
        environment.setdefault("STUDIO_DATABASE_URL", url)
    command = [sys.executable, "-m", module, *(options if module != "studio.engine.cli" else ())]
    if module == "studio.engine.cli":
        command += ["--data-dir", str(data_dir), *options]
    env = {**os.environ, **environment}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def ready(popen: "subprocess.Popen[str]", data_dir: Path) -> Process:
    """Wait for the ready line."""
    assert popen.stdout is not None
    line = popen.stdout.readline()
    assert line, popen.stderr.read() if popen.stderr else ""
    told = json.loads(line)
    assert (told["event"], told["pid"]) == ("ready", popen.pid)
    return Process(popen, told.get("url", ""), (data_dir / "engine" / "api-key").read_text().strip(), data_dir)


@contextmanager
def engine_process(data_dir: Path, *options: str, **environment: str) -> Iterator[Process]:
    """Run an engine inside the block; it must leave in order and have said nothing."""
    process = ready(start(data_dir, *options, **environment), data_dir)
    try:
        yield process
    except BaseException:
        process.popen.kill()
        process.popen.wait(15)
        print(process.close())  # noqa: T201 - helps with what went wrong
        raise
    assert process.stop() == 0
    assert process.close() == ""
