"""Functions that the pool tests run in worker processes."""

import os
import subprocess
import sys
import time
from pathlib import Path

from studio.contract.errors import ToolError
from studio.engine.renderers.pool import report


def add(a: int, b: int = 0) -> int:
    report(0.5, "adding")
    report(1.0, "added")
    return a + b


def worker_facts() -> dict[str, object]:
    import cv2

    from studio.engine.renderers import runtime

    runtime.prepare_opencv()
    return {
        "pid": os.getpid(),
        "nice": os.nice(0) if hasattr(os, "nice") else 19,
        "cv_threads": cv2.getNumThreads(),
        "threads": runtime.threads(),
    }


def sleep_forever(marker: str) -> None:
    Path(marker).write_text(str(os.getpid()))
    report(0.1, "sleeping")
    time.sleep(3600)


def spin_forever(marker: str) -> None:
    """Native work that never lets go of the interpreter for long."""
    Path(marker).write_text(str(os.getpid()))
    report(0.1, "spinning")
    while True:
        sum(range(10_000_000))


def crash() -> None:
    os._exit(7)


def raise_value_error() -> None:
    raise ValueError("wrong value")


def raise_timeout_error() -> None:
    raise TimeoutError("of the function itself")


def raise_tool_error() -> None:
    raise ToolError("PARAMETER_INVALID", "too wide", suggested_args={"width": 5})


class Unpicklable(Exception):
    def __init__(self, a: int, b: int) -> None:
        super().__init__(f"{a}{b}")


def raise_unpicklable() -> None:
    raise Unpicklable(1, 2)


def take_memory(size_bytes: int) -> int:
    import numpy as np

    return int(np.ones(size_bytes, np.uint8).sum())


def start_a_program(marker: str, crash: bool) -> None:
    """Start a program that sleeps, as a renderer starts ffmpeg, and stay (or die) with it."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    Path(marker).write_text(str(child.pid))
    if crash:
        os._exit(9)
    child.wait()


def miss_a_pack() -> None:
    """Fail as a tool does whose pack is not installed."""
    raise ToolError("MODEL_UNAVAILABLE", "Not installed.", data={"notInstalled": True, "pack": {"id": "voice"}})
