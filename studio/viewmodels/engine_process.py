"""The engine of this computer as the window sees it: started, attached to, watched, started again, asked to leave.

Starting needs ``subprocess`` and a thread that waits for the process; nothing polls, and the
window's thread never waits. The key is read from ``<data>/engine/api-key``, never passed on.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from studio.viewmodels.observable import Property
from studio.viewmodels.state import Trouble
from studio.viewmodels.troubles import EngineDown

if TYPE_CHECKING:
    import asyncio

    from studio.service.connection import Connection

EngineState = Literal["stopped", "starting", "ready", "failed"]

QUICK_S = 10.0
"""An engine that ends sooner than this after its start failed quickly."""
MAX_QUICK_FAILURES = 5
START_LIMIT_S = 60.0
IDLE_LEAVE_S = 900
_BACK_OFF_S = (0.0, 0.3, 0.8, 2.0, 4.0)


class EngineProcess:
    """One engine for one data folder.

    Attributes:
        state: ``stopped`` (it left because it was idle, or was never started), ``starting``, ``ready``
            or ``failed`` (given up; ``trouble`` says why, ``ready`` tries again).
        started_here: the running engine is a child of this process, and is asked to leave on close.
    """

    def __init__(self, data_dir: Path, command: list[str] | None = None) -> None:
        """*command* replaces ``<python> -m studio`` (tests)."""
        self._data_dir = data_dir
        self._command = command or [sys.executable, "-m", "studio"]
        self.state: Property[EngineState] = Property("stopped")
        self.trouble: Trouble | None = None
        self.started_here = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: subprocess.Popen[str] | None = None
        self._process_began = 0.0
        self._connection: Connection | None = None
        self._waiters: list[asyncio.Future[Connection]] = []
        self._quick_failures = 0
        self._retry: asyncio.TimerHandle | None = None
        self._attaching = False
        self._closing = False
        self._early_ready = False
        self._suspect = False
        self._last_words = ""

    def spawn(self) -> None:
        """Start the engine now, unless one seems to run; needs no loop, so it may come before first paint."""
        if self._process is None and not self._closing and not engine_seems_alive(self._data_dir):
            self._launch()

    async def ready(self) -> "Connection":
        """Return the connection to a running engine, starting one if there is none.

        Raises:
            EngineDown: it cannot be started; the sentence says why.
        """
        import asyncio

        self._loop = asyncio.get_running_loop()
        if self._suspect:
            await self.check()
        if self._connection is not None:
            return self._connection
        future: asyncio.Future[Connection] = self._loop.create_future()
        self._waiters.append(future)
        if self.state.value == "failed":
            self._quick_failures = 0
            self.state.value = "stopped"
        self._ensure_started()
        try:
            return await asyncio.wait_for(asyncio.shield(future), START_LIMIT_S)
        except TimeoutError:
            raise EngineDown(_too_slow()) from None
        finally:
            if future in self._waiters:
                self._waiters.remove(future)
            future.cancel()

    def suspect(self) -> None:
        """Note that a request to it failed: ``ready`` looks before it says so again."""
        self._suspect = True

    async def check(self) -> None:
        """Look whether the engine still answers, after something failed; a dead one is started again."""
        connection = self._connection
        if connection is None or self._closing:
            self._suspect = False
            return
        good = await answers(connection)
        self._suspect = False
        if not good and connection is self._connection:
            self._connection = None
            if self._process is not None and self._process.poll() is None:
                # It hangs: a fresh one is the only repair.
                self._process.kill()
            elif self._process is None:
                self.state.value = "stopped"
                self._ensure_started()

    async def leave(self) -> None:
        """Ask the engine to go once its work is done, if it was started here; then stop watching."""
        import asyncio

        self._closing = True
        if self._retry is not None:
            self._retry.cancel()
        process, connection = self._process, self._connection
        if process is None or process.poll() is not None:
            return
        if connection is None or not await _ask_to_leave(connection):
            process.terminate()
        # A moment, so that a terminal that waits for us does not see it linger; never longer.
        await asyncio.to_thread(_wait_a_moment, process)
        self.state.value = "stopped"

    def _ensure_started(self) -> None:
        if self._closing or self._attaching or self._connection is not None:
            return
        if self._process is not None:
            if self._early_ready:
                self._on_ready()
            elif (code := self._process.poll()) is not None:
                self._on_exit(self._process, code)  # it ended before there was a loop to tell
            return
        if self._retry is None:
            self.state.value = "starting"
            self._attach_or_launch()

    def _attach_or_launch(self) -> None:
        """Use an engine that already runs; else start one. The question is asked on the loop."""
        assert self._loop is not None
        self._attaching = True
        # The process owner of this task is the loop; it ends by itself within the limits of one request.
        self._attempt = self._loop.create_task(self._attach(), name="engine.attach")

    async def _attach(self) -> None:
        from studio.service.connection import local_connection

        try:
            found = local_connection(self._data_dir) if engine_seems_alive(self._data_dir) else None
            good = found is not None and await answers(found)
        finally:
            self._attaching = False
        if self._closing:
            return
        if found is not None and good:
            self.started_here = False
            self._became_ready(found)
        elif self._process is None:
            self._launch()

    def _launch(self) -> None:
        self.state.value = "starting"
        self.trouble = None
        self._early_ready = False
        self._process_began = time.monotonic()
        arguments = ["serve", "--port", "0", "--exit-when-idle", str(IDLE_LEAVE_S), "--data-dir", str(self._data_dir)]
        try:
            self._process = _popen([*self._command, *arguments])
        except OSError as error:
            self._give_up(str(error.strerror or error))
            return
        self.started_here = True
        threading.Thread(target=self._watch, args=(self._process,), name="studio-engine-watch", daemon=True).start()

    def _watch(self, process: "subprocess.Popen[str]") -> None:
        """Wait for the end of the process, on a thread of its own.

        Two more threads read what it says: its workers may hold the pipes open for longer than it lives.
        """
        ready, words = (
            threading.Thread(target=target, args=(process,), name="studio-engine-words", daemon=True)
            for target in (self._read_ready, self._read_words)
        )
        ready.start()
        words.start()
        code = process.wait()
        if code and self._connection is None:
            words.join(0.3)  # why it did not start
        self._on_loop(self._on_exit, process, code)

    def _read_ready(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with contextlib.suppress(ValueError, OSError), process.stdout:
            for line in process.stdout:
                if _is_ready(line) and process is self._process:
                    self._early_ready = True
                    self._on_loop(self._on_ready)

    def _read_words(self, process: "subprocess.Popen[str]") -> None:
        """Keep the engine's last words; its log file has the rest."""
        assert process.stderr is not None
        with contextlib.suppress(ValueError, OSError), process.stderr:
            for line in process.stderr:
                self._last_words = line.strip() or self._last_words

    def _on_loop(self, function: object, *args: object) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop closed in this very moment
                loop.call_soon_threadsafe(function, *args)  # type: ignore[arg-type]

    def _on_ready(self) -> None:
        from studio.service.connection import local_connection

        self._early_ready = False
        connection = local_connection(self._data_dir)
        if connection is not None and self._connection is None and not self._closing:
            self._became_ready(connection)

    def _became_ready(self, connection: "Connection") -> None:
        self._connection = connection
        self.trouble = None
        self.state.value = "ready"
        for future in self._waiters:
            if not future.done():
                future.set_result(connection)

    def _on_exit(self, process: "subprocess.Popen[str]", code: int) -> None:
        if process is not self._process:
            return
        self._process, self._connection = None, None
        self.started_here = False
        if self._closing:
            return
        if code == 0 and not self._waiters:
            self.state.value = "stopped"  # it was idle and left; the next message starts it again
            return
        quick = time.monotonic() - self._process_began < QUICK_S
        self._quick_failures = self._quick_failures + 1 if quick else 1
        if self._quick_failures >= MAX_QUICK_FAILURES:
            self._give_up(self._last_words or f"exit code {code}")
            return
        self.state.value = "starting"
        if self._loop is not None:
            self._retry = self._loop.call_later(_BACK_OFF_S[self._quick_failures], self._again)

    def _again(self) -> None:
        self._retry = None
        self._ensure_started()

    def _give_up(self, details: str) -> None:
        self.trouble = Trouble(
            "This computer's engine can't be started.",
            "Everything you made is kept.",
            "Try again",
            "retry",
            details,
        )
        self.state.value = "failed"
        for future in self._waiters:
            if not future.done():
                future.set_exception(EngineDown(self.trouble))


def engine_seems_alive(data_dir: Path) -> bool:
    """Whether ``engine.json`` names a process that exists. Says nothing about whether it answers."""
    try:
        pid = json.loads((data_dir / "engine" / "engine.json").read_text(encoding="utf-8"))["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if not isinstance(pid, int) or pid <= 0:
        return False
    if sys.platform == "win32":
        return True  # asking Windows means opening the process; the request that follows tells as well
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


async def answers(connection: "Connection") -> bool:
    """Whether a studio engine answers there and accepts our key."""
    from studio.contract.errors import StudioError
    from studio.service.account import health, me
    from studio.service.retries import RetryPolicy
    from studio.service.transport import Timeouts, Transport

    # One try: what does not answer on this machine now is not there.
    limits, once = Timeouts(connect_s=2.0, read_s=5.0), RetryPolicy(retries=0)
    try:
        async with Transport(connection, timeouts=limits, retry=once) as transport:
            await health(transport)
            await me(transport)
    except StudioError:
        return False
    return True


async def _ask_to_leave(connection: "Connection") -> bool:
    from studio.contract.errors import StudioError
    from studio.service.account import ask_to_leave
    from studio.service.retries import RetryPolicy
    from studio.service.transport import Timeouts, Transport

    limits, once = Timeouts(connect_s=1.0, read_s=2.0), RetryPolicy(retries=0)
    try:
        async with Transport(connection, timeouts=limits, retry=once) as transport:
            await ask_to_leave(transport)
    except StudioError:
        return False
    return True


def _popen(command: list[str]) -> "subprocess.Popen[str]":
    """Start *command* at low priority, in a process session of its own, with no window."""
    if sys.platform == "win32":
        flags = (
            subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        )
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            creationflags=flags,
        )
    # ``nice`` becomes the engine itself (exec), so that even its imports leave the window alone.
    prefix = ["nice", "-n", "5"] if os.path.exists("/usr/bin/nice") else []
    return subprocess.Popen(
        [*prefix, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )


def _is_ready(line: str) -> bool:
    try:
        return bool(json.loads(line).get("event") == "ready")
    except (ValueError, AttributeError):
        return False


def _wait_a_moment(process: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(1.5)


def _too_slow() -> Trouble:
    return Trouble(
        "This computer's engine takes very long to start.",
        "Your message is kept.",
        "Try again",
        "retry",
        f"no answer within {START_LIMIT_S:.0f} s",
    )
