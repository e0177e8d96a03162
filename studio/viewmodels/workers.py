"""Threads of the desktop: one for the library's database, one for encoding pictures, one for the keychain."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

P = ParamSpec("P")
R = TypeVar("R")


class Workers:
    """Runs plain functions off the window's thread; results come back on the loop."""

    def __init__(self) -> None:
        self._library: ThreadPoolExecutor | None = None
        self._pictures: ThreadPoolExecutor | None = None
        self._keychain: ThreadPoolExecutor | None = None

    def submit_library(self, function: Callable[[], object]) -> "Future[object]":
        """Queue *function* on the library's thread without waiting; for saving in the background."""
        if self._library is None:
            self._library = _executor("library")
        return self._library.submit(function)

    async def library(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* on the library's only thread; calls keep their order."""
        if self._library is None:
            self._library = _executor("library")
        return await _run(self._library, function, *args, **kwargs)

    async def pictures(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* on the thread for reading files and encoding pictures."""
        if self._pictures is None:
            self._pictures = _executor("pictures")
        return await _run(self._pictures, function, *args, **kwargs)

    async def keychain(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run *function* on a thread that may wait for a person to unlock the keychain."""
        if self._keychain is None:
            self._keychain = _executor("keychain")
        return await _run(self._keychain, function, *args, **kwargs)

    def close(self) -> None:
        """Finish what the library was asked for, drop the rest, and end the threads."""
        if self._keychain is not None:
            # Not waited for: it may hang on a question of the system.
            self._keychain.shutdown(wait=False, cancel_futures=True)
        for executor in (self._pictures, self._library):
            if executor is not None:
                executor.shutdown(wait=True, cancel_futures=executor is self._pictures)
        self._library = self._pictures = self._keychain = None


def _executor(name: str) -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"studio-{name}")


async def _run(executor: "ThreadPoolExecutor", function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    import asyncio

    return await asyncio.get_running_loop().run_in_executor(executor, lambda: function(*args, **kwargs))
