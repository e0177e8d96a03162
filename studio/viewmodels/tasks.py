"""Ownership of asynchronous work: every task has an owner, a name and a result that is read.

``asyncio`` is imported only when the first task starts, so that the window can be painted first.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

Work = Callable[[], Coroutine[Any, Any, object]]


class TaskOwner:
    """Named tasks with strong references; closing cancels and awaits them all.

    Work started before ``begin`` (no loop runs yet) is kept and started by it, in order.
    A name that is still running is not started twice; ``restart=True`` cancels the former first.
    """

    def __init__(self, name: str, on_error: Callable[[str, BaseException], object]) -> None:
        """*on_error* gets the name and the exception of work that failed unexpectedly."""
        self._name = name
        self._on_error = on_error
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: dict[str, asyncio.Task[object]] = {}
        self._cancelled: set[asyncio.Task[object]] = set()
        self._early: list[tuple[str, Work]] = []
        self._closed = False

    def begin(self) -> None:
        """Start what was asked for so far; call once, inside the running loop."""
        import asyncio

        self._loop = asyncio.get_running_loop()
        early, self._early = self._early, []
        for name, work in early:
            self.start(name, work)

    def start(self, name: str, work: Work, *, restart: bool = False) -> bool:
        """Run *work* as the task *name* and return whether it was started.

        Args:
            restart: cancel a running task of that name first; otherwise the call changes nothing.
        """
        if self._closed:
            return False
        if self._loop is None:
            if restart:
                self._early = [item for item in self._early if item[0] != name]
            self._early.append((name, work))
            return True
        if name in self._tasks:
            if not restart:
                return False
            self.cancel(name)
        task = self._loop.create_task(work(), name=f"{self._name}.{name}")
        self._tasks[name] = task
        task.add_done_callback(lambda done: self._ended(name, done))
        return True

    def is_running(self, name: str) -> bool:
        """Whether the task *name* has not ended."""
        return name in self._tasks or any(early == name for early, _ in self._early)

    def task(self, name: str) -> "asyncio.Task[object] | None":
        """Return the running task *name*."""
        return self._tasks.get(name)

    def cancel(self, name: str) -> None:
        """Ask the task *name* to end; harmless when there is none."""
        self._early = [item for item in self._early if item[0] != name]
        task = self._tasks.pop(name, None)
        if task is not None:
            self._cancelled.add(task)
            task.cancel()

    async def wait(self, name: str) -> None:
        """Wait until the task *name* has ended, whatever its result."""
        import asyncio

        task = self._tasks.get(name)
        if task is not None:
            await asyncio.wait([task])

    async def aclose(self, limit_s: float = 3.0) -> None:
        """Cancel all tasks and wait for them, at most *limit_s* seconds."""
        import asyncio

        self._closed = True
        self._early.clear()
        for name in list(self._tasks):
            self.cancel(name)
        if self._cancelled:
            await asyncio.wait(set(self._cancelled), timeout=limit_s)

    def _ended(self, name: str, task: "asyncio.Task[object]") -> None:
        self._cancelled.discard(task)
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(name, error)
