"""A render worker: does queued steps of a shared database, on this machine or another.

It needs the database of the server (``--database-url``) and the same data folder (shared
storage), where the media files are. It serves nothing and needs no key.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal

from studio.engine.durable.dbos_runtime import DbosRuntime
from studio.engine.graph import assemble, close
from studio.engine.settings import EngineSettings

log = logging.getLogger(__name__)


def work(settings: EngineSettings) -> int:
    """Do queued steps until stopped; return the exit code."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    return asyncio.run(_work(settings))


async def _work(settings: EngineSettings) -> int:
    services = assemble(settings, worker=True)
    assert isinstance(services.runtime, DbosRuntime)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows ends a process without asking
            loop.add_signal_handler(number, stopping.set)
    try:
        await asyncio.to_thread(services.desk.store.open)
        await services.runtime.recover()
        print(json.dumps({"event": "ready", "pid": os.getpid()}), flush=True)  # noqa: T201 - launchers read this line
        await stopping.wait()
    finally:
        await close(services)
    return 0
