"""The render pool: slow pixel work in low-priority processes that can be killed at once.

``RenderPool.run`` executes a module-level function in a worker process and awaits its
result. Cancelling the awaiting task kills that worker, which is the only way to stop
native code at any point; a new one starts when it is needed. Workers start on first
use, stay warm, and retire after a while without work. Nothing polls: each worker has a
thread in the parent that sleeps on a queue or a pipe.
"""

import asyncio
import contextlib
import multiprocessing
import os
import pickle
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from typing import Any, Final, ParamSpec, TypeVar

from studio.contract.errors import ToolError
from studio.engine.renderers import processes
from studio.engine.renderers.worker import OUT_OF_MEMORY, report, serve, threads

__all__ = ["OUT_OF_MEMORY", "Progress", "RenderPool", "default_memory_limit_bytes", "report", "threads"]

P = ParamSpec("P")
R = TypeVar("R")
Progress = Callable[[float | None, str | None], None]

DEFAULT_TIME_LIMIT_S: Final = 3600.0
_IDLE_S: Final = 300.0
_GIB: Final = 1024**3


def default_memory_limit_bytes() -> int:
    """Return the bound of one worker: half of this machine's memory, 1–6 GiB."""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        physical = 8 * _GIB  # Windows says it another way; the usual size is a fair guess
    return max(_GIB, min(6 * _GIB, physical // 2))


def _thread_count() -> int:
    """Two to four threads and never more than cores: at nice 19 the window still goes first."""
    cores = os.cpu_count() or 1
    return min(cores, 4, max(2, cores // 2))


@dataclass
class _Job:
    payload: bytes
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]
    on_progress: Progress | None

    def tell(self, callback: Callable[..., None], *args: object) -> None:
        """Run *callback* on the loop; a loop that has closed no longer wants to know."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(callback, *args)

    def progress(self, fraction: float | None, label: str | None) -> None:
        if self.on_progress is not None and not self.done.done():
            self.on_progress(fraction, label)

    def finish(self, value: object) -> None:
        if not self.done.done():
            self.done.set_result(value)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class _Worker:
    """One process and the parent's thread that talks to it."""

    def __init__(self, memory_limit_bytes: int) -> None:
        self._memory_limit_bytes = memory_limit_bytes
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._killed = False
        self.alive = True
        self.retire_handle: asyncio.TimerHandle | None = None
        self.thread = threading.Thread(target=self._talk, name="render-worker", daemon=True)
        self.thread.start()

    @property
    def pid(self) -> int | None:
        """Process id, or None before the start and after the end."""
        return self._process.pid if self._process is not None and self.alive else None

    def give(self, job: _Job) -> None:
        self._jobs.put(job)

    def kill(self) -> None:
        """End the process now, whatever it does. Safe from any thread."""
        with self._lock:
            self._killed, self.alive = True, False
            if self._process is not None:
                _end(self._process)
        self._jobs.put(None)

    def _talk(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=serve, args=(theirs, _thread_count(), self._memory_limit_bytes), name="studio-render", daemon=True
        )
        job: _Job | None = None
        try:
            while (job := self._jobs.get()) is not None:
                if self._process is None:
                    process.start()
                    theirs.close()
                    with self._lock:
                        self._process = process
                        if self._killed:
                            _end(process)
                self._exchange(ours, job)
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody else can tell the caller
            self.alive = False
            if job is not None:
                self._say_it_died(job, process, error)
        finally:
            self.alive = False
            ours.close()
            if self._process is not None:
                _end(process)
                process.join()

    def _exchange(self, connection: Any, job: _Job) -> None:
        connection.send_bytes(job.payload)
        while True:
            message = connection.recv()
            if message[0] == "progress":
                job.tell(job.progress, message[1], message[2])
                continue
            if message[0] == "done":
                job.tell(job.finish, message[1])
            elif message[0] == "tool_error":
                _, code, words, suggested, data = message
                job.tell(job.fail, ToolError(code, words, suggested_args=suggested, data=data))
            else:
                job.tell(job.fail, message[1])
            return

    def _say_it_died(self, job: _Job, process: SpawnProcess, error: Exception) -> None:
        if self._process is None:
            text = f"A render process could not be started ({error})."
        else:
            processes.end_group(process.pid or 0)  # before it is reaped: its number is still its own
            process.join(1.0)
            text = (
                f"The render process stopped unexpectedly (exit code {process.exitcode}). Try again, or a smaller size."
            )
        job.tell(job.fail, ToolError("GPU_WORKER_FAILED", text))


def _end(process: SpawnProcess) -> None:
    """Kill a worker and every program that it started."""
    if process.pid is not None and process.exitcode is None:
        processes.end_group(process.pid)
        process.kill()


class RenderPool:
    """Runs picklable functions in low-priority processes, a few at a time, in the order of asking.

    Belongs to the event loop that first calls ``run``.
    """

    def __init__(
        self,
        workers: int = 2,
        memory_limit_bytes: int | None = None,
        time_limit_s: float = DEFAULT_TIME_LIMIT_S,
        *,
        idle_s: float = _IDLE_S,
    ) -> None:
        """Make a pool; no process starts yet.

        Args:
            memory_limit_bytes: bound of each worker's private memory (None: half of the machine's, 1–6 GiB).
            time_limit_s: longest run of one call, without the time in the queue.
            idle_s: a worker without work for so long ends, and gives its memory back.
        """
        self._slots = asyncio.Semaphore(workers)
        self._memory_limit_bytes = memory_limit_bytes or default_memory_limit_bytes()
        self._time_limit_s = time_limit_s
        self._idle_s = idle_s
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._leaving: list[_Worker] = []
        self._closed = False

    @property
    def pids(self) -> list[int]:
        """Process ids of the living workers."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    async def run(
        self,
        function: Callable[P, R],
        *args: Any,
        on_progress: Progress | None = None,
        **kwargs: Any,
    ) -> R:
        """Run ``function(*args, **kwargs)`` in a worker and return its result.

        Args:
            function: a module-level function; arguments and result must be picklable.
            on_progress: called on the loop with what the function passes to ``report``.

        Raises:
            ToolError: GPU_WORKER_FAILED (the process died, or ran out of memory) or PROVIDER_TIMEOUT.
            Exception: what the function raised, as it was.
        """
        if self._closed:
            raise RuntimeError("the render pool is closed")
        payload = pickle.dumps((function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
        async with self._slots:
            if self._closed:
                raise RuntimeError("the render pool is closed")
            loop = asyncio.get_running_loop()
            job = _Job(payload, loop, loop.create_future(), on_progress)
            worker = self._take()
            worker.give(job)
            try:
                async with asyncio.timeout(self._time_limit_s):
                    result: R = await job.done
            except TimeoutError as error:
                if not job.done.cancelled():
                    raise  # the function's own
                self._discard(worker)
                minutes = self._time_limit_s / 60
                raise ToolError("PROVIDER_TIMEOUT", f"The render took longer than {minutes:.3g} minutes.") from error
            except asyncio.CancelledError:
                self._discard(worker)
                raise
            finally:
                self._give_back(worker)
            return result

    async def close(self) -> None:
        """Kill every worker and wait until they are gone. Running calls fail."""
        self._closed = True
        workers, self._workers, self._idle = [*self._workers, *self._leaving], set(), []
        for worker in workers:
            if worker.retire_handle is not None:
                worker.retire_handle.cancel()
            worker.kill()
        for worker in workers:
            await asyncio.to_thread(worker.thread.join)

    def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.retire_handle is not None:
                worker.retire_handle.cancel()
            if worker.alive:
                return worker
            self._workers.discard(worker)
        worker = _Worker(self._memory_limit_bytes)
        self._workers.add(worker)
        return worker

    def _give_back(self, worker: _Worker) -> None:
        if not worker.alive or worker not in self._workers:
            self._workers.discard(worker)
            return
        worker.retire_handle = asyncio.get_running_loop().call_later(self._idle_s, self._retire, worker)
        self._idle.append(worker)

    def _retire(self, worker: _Worker) -> None:
        if worker in self._idle:
            self._idle.remove(worker)
            self._discard(worker)

    def _discard(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        self._leaving = [other for other in self._leaving if other.thread.is_alive()]
        self._leaving.append(worker)
        worker.kill()
