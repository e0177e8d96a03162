"""Cancel a tool at an exact point of its work: the same on a fast and on a slow machine."""

import asyncio
import contextlib
import pickle
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, NoReturn

import psutil

from studio.engine.renderers import worker
from studio.engine.renderers.pool import RenderPool
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context

_HELD = "held by the test"


async def cancelled(name: str, arguments: dict[str, Any], context: Context, moment: float) -> list[int]:
    """Run the tool *name* in a pool, cancel it when its render reports *moment*, and return the processes it had then.

    The context needs a folder of its own. Fails if the tool ended before, or if its files are left.
    """
    pool = RenderPool(workers=1)
    brake = Brake(pool, moment)
    context.render, context.progress = brake.run, brake.progress  # type: ignore[method-assign]
    task = asyncio.create_task(runners()[name].run(arguments, context))
    held = asyncio.create_task(brake.held.wait())
    try:
        await asyncio.wait({task, held}, return_when="FIRST_COMPLETED")
        assert held.done(), f"{name} ended before it reported {moment}: {task}"
        (pid,) = pool.pids
        processes = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert task.cancelled(), f"{name} went on: {task}"
        assert not list(context.folders.cache.glob("scratch/*"))
        return processes
    finally:
        task.cancel()
        held.cancel()
        await pool.close()


class Brake:
    """Runs a tool's renders in *pool*, and holds the one that reports *moment* (0.0–1.0) until it is killed.

    Assign ``run`` to a context's ``render`` and ``progress`` to its ``progress``.
    """

    def __init__(self, pool: RenderPool, moment: float) -> None:
        self.held = asyncio.Event()
        self._pool = pool
        self._moment = moment

    def progress(self, fraction: float | None, label: str | None = None, **_: Any) -> None:
        """Hear what a tool, or a render of it, reports; a tool that counts its renders is held in the next one."""
        if label == _HELD:
            self.held.set()
        elif fraction is not None and fraction >= self._moment:
            self._moment = -1.0

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run ``function(*args, **kwargs)`` in the pool."""
        call = pickle.dumps((function, args, kwargs))  # unpickled beside the brake: imports may report already
        return await self._pool.run(_braked, self._moment, call, on_progress=self.progress)


def _braked(moment: float, call: bytes) -> Any:
    connection = worker._reporter.connection
    assert connection is not None
    worker._MIN_PROGRESS_GAP_S = 0.0  # type: ignore[misc]  # each report leaves, also of a fast machine
    brake = _Braking(connection, moment)
    if moment <= 0:
        brake.hold()
    worker._reporter.connection = brake  # type: ignore[assignment]
    function, args, kwargs = pickle.loads(call)
    return function(*args, **kwargs)


class _Braking:
    """A worker's connection that stands still at the first report of *moment* or more."""

    def __init__(self, connection: Connection, moment: float) -> None:
        self._connection = connection
        self._moment = moment

    def send(self, message: tuple[str, float | None, str | None]) -> None:
        self._connection.send(message)
        if message[1] is not None and message[1] >= self._moment:
            self.hold()

    def hold(self) -> NoReturn:
        self._connection.send(("progress", None, _HELD))
        while True:
            time.sleep(60)
