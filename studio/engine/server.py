"""One engine process: the lock, the socket, the ready line, and leaving in good order."""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from studio import __version__
from studio.engine.app import build
from studio.engine.files import keep_private, write_private
from studio.engine.settings import EngineSettings

log = logging.getLogger(__name__)

GRACE_S = 5
"""How long a stop waits for answers in progress."""


class EngineBusy(RuntimeError):
    """Another engine works in this data folder."""


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the lock of *folder* inside the block. The system frees it with the process, however that ends.

    Raises:
        EngineBusy: another process holds it.
    """
    # Private from the first moment, whoever comes first: it holds conversations and keys.
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    with (folder / "lock").open("a+") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise EngineBusy(
                f"Another engine already works in {folder.parent}. Stop it, or give this one a different --data-dir."
            ) from error
        yield


def clear_scratch(settings: EngineSettings) -> None:
    """Remove the working files of a killed engine; in a folder that several machines share they may be in use."""
    if settings.database_url is None:
        shutil.rmtree(settings.engine_dir / "cache" / "scratch", ignore_errors=True)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def bind(settings: EngineSettings) -> socket.socket:
    """Return a listening socket; port 0 first tries the one of the last run.

    Raises:
        OSError: the given port is taken, or the host is not this machine's.
    """
    ports = [settings.port] if settings.port else [_last_port(settings), 0]
    for place, port in enumerate(ports):
        try:
            return _listen(settings.host, port)
        except OSError:
            if place == len(ports) - 1:
                raise
    raise AssertionError("there is always a port to try")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only for sockets that say TCP:
    # without it every streamed answer starts 40 ms late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(False)
    return listener


def _last_port(settings: EngineSettings) -> int:
    try:
        port = json.loads((settings.engine_dir / "engine.json").read_text())["port"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return port if isinstance(port, int) and 0 < port < 65536 else 0


class _Server(uvicorn.Server):
    """uvicorn that calls back once it listens, sleeps until it is stopped, and leaves in order on a signal."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def leave(self) -> None:
        """Stop serving. Safe from a signal handler."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in good order on the first signal, at once on the second."""
        self.force_exit = self.should_exit
        self.leave()

    async def main_loop(self) -> None:
        """Wait for the end. uvicorn's own loop wakes ten times a second; an idle engine uses no processor."""
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._stopping.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; unlike uvicorn's own, do not raise them again afterwards."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._on_ready()


def serve(settings: EngineSettings) -> int:
    """Run the engine until it is stopped; return the exit code."""
    _be_nice()
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(exclusive(settings.engine_dir))
            clear_scratch(settings)
            _log_to(settings)
            listener = stack.enter_context(bind(settings))
        except (EngineBusy, OSError) as error:
            print(_start_failure(settings, error), file=sys.stderr)  # noqa: T201 - the terminal is the interface here
            return 1
        port = listener.getsockname()[1]
        server: _Server | None = None

        def leave() -> None:
            if server is not None:
                server.leave()

        app = build(settings, port=port, leave=leave)
        server = _Server(_config(app), lambda: _announce(settings, port))
        asyncio.run(server.serve(sockets=[listener]))
        return 0 if server.started else 1


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        http="h11",
        ws="none",
        server_header=False,
        date_header=False,  # its clock is the loop that does not tick here
        timeout_graceful_shutdown=GRACE_S,
        # An idle connection of the window must outlive its pauses, or a request meets a closing socket.
        timeout_keep_alive=75,
    )


def _announce(settings: EngineSettings, port: int) -> None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "localhost") else settings.host
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    facts = {"url": url, "port": port, "pid": os.getpid(), "version": __version__}
    write_private(settings.engine_dir / "engine.json", json.dumps(facts).encode())
    ready = {"event": "ready", "url": url, "pid": os.getpid()}
    print(json.dumps(ready, separators=(",", ":")), flush=True)  # noqa: T201 - the launcher reads this line


def _start_failure(settings: EngineSettings, error: Exception) -> str:
    if isinstance(error, EngineBusy):
        return str(error)
    if isinstance(error, OSError) and error.errno is not None and not isinstance(error, PermissionError):
        return f"The engine can't listen on {settings.host} port {settings.port}: {error.strerror or error}."
    return f"The engine can't start: {error}."


def _be_nice() -> None:
    """Leave the processor to the window first. A refusal changes nothing else."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)


def _log_to(settings: EngineSettings) -> None:
    """Log to stderr at the chosen level, and to ``engine.log`` (1 MB, one old copy). Never keys or prompts."""
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    path = keep_private(settings.engine_dir / "engine.log")
    file = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    root = logging.getLogger()
    for handler in (logging.StreamHandler(), file):
        handler.setFormatter(form)
        root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    # These write URLs, whose signatures are keys of a kind.
    for name in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
