"""How fast a file goes to an engine in a process of its own, and how much memory that takes on both sides.

The baseline is a copy on this disk that is hashed and flushed, as an upload is.
"""

import asyncio
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil

from studio.contract.errors import NotFound
from studio.service.connection import Connection
from studio.service.transport import Transport
from studio.service.uploads import Uploader
from tests.helpers.processes import engine_process


class Peak:
    """Watches the memory of a process inside the block."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._end = threading.Event()
        self.before = self.most = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._end.set()
        self._thread.join()

    @property
    def grown_mb(self) -> float:
        return (self.most - self.before) / 1048576

    def _watch(self) -> None:
        while not self._end.wait(0.005):
            self.most = max(self.most, self._process.memory_info().rss)


def without_forms(transport: Transport) -> Callable[..., Awaitable[object]]:
    """Return a look-up for which there are no forms, as on an older server."""
    get = transport.get_json

    async def look_up(path: str, **options: Any) -> object:
        if path.startswith("/v2/") and "uploadUrl" in path:
            raise NotFound("There is nothing at this address.")
        return await get(path, **options)

    return look_up


async def measure(url: str, key: str, pid: int, path: Path, size: int, baseline_s: float) -> None:
    size_mb = size / 1048576
    async with Transport(Connection("local", url, key)) as transport:
        uploader = Uploader(transport)
        small = await uploader.upload(b"RIFF\x24\0\0\0WAVEfmt " + bytes(1000), kind="audio", mime_type="audio/wav")
        assert small.size_bytes == 1016
        for way in ("form", "form", "put"):
            if way == "put":
                transport.get_json = without_forms(transport)  # type: ignore[method-assign]
            with Peak(pid) as engine_memory, Peak(psutil.Process().pid) as own_memory:
                begun = time.perf_counter()
                done = await uploader.send(path, kind="audio", mime_type="audio/wav")
                seconds = time.perf_counter() - begun
            print(
                f"  {way}: {size_mb:.0f} MB in {seconds:.2f} s, {size_mb / seconds:.0f} MB/s, "
                f"{seconds / baseline_s:.1f} times the copy; memory of the engine +{engine_memory.grown_mb:.1f} MB, "
                f"of the client +{own_memory.grown_mb:.1f} MB"
            )
        assert await uploader.check(done, size_bytes=size)


def copy_s(path: Path) -> float:
    """Return the seconds of a hashed and flushed copy."""
    begun = time.perf_counter()
    digest = hashlib.sha256()
    with path.open("rb") as source, path.with_name("copy").open("wb") as target:
        while block := source.read(1048576):
            digest.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return time.perf_counter() - begun


def run(*, smoke: bool) -> None:
    """Send one large file, by form and by PUT."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.wav"
        with path.open("wb") as file:
            file.write(b"RIFF\x24\0\0\0WAVEfmt ")
            file.truncate((2 if smoke else 100) * 1048576)
        baseline_s = copy_s(path)
        with engine_process(Path(folder) / "data") as process:
            asyncio.run(measure(process.url, process.key, process.popen.pid, path, path.stat().st_size, baseline_s))
