"""Cooperative cancellation of one job: tripping it ends what runs at its current await."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from studio.contract.errors import StudioError

T = TypeVar("T")


class Cancelled(StudioError):
    """The job was cancelled while this was under way."""


class CancelToken:
    """Belongs to one attempt. Use it on the loop."""

    def __init__(self) -> None:
        self.cancelled = False
        self.reason: str | None = None
        self._tripped = asyncio.Event()
        self._callbacks: list[Callable[[], None]] = []

    def trip(self, reason: str | None = None) -> None:
        """Cancel; later calls change nothing."""
        if not self.cancelled:
            self.cancelled, self.reason = True, reason
            self._tripped.set()

    def check(self) -> None:
        """Raise when it was tripped.

        Raises:
            Cancelled: it was.
        """
        if self.cancelled:
            raise Cancelled(self.reason or "It was cancelled.")

    async def run(self, awaitable: Coroutine[Any, Any, T]) -> T:
        """Run *awaitable*; the moment the token trips it is cancelled, and undone before this raises.

        Raises:
            Cancelled: the token tripped first.
        """
        if self.cancelled:
            awaitable.close()
        self.check()
        working = asyncio.ensure_future(awaitable)
        watching = asyncio.ensure_future(self._tripped.wait())
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            self.check()
            raise AssertionError("one of the two is done")
        finally:
            watching.cancel()
            if not working.done():
                working.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await working
            with contextlib.suppress(asyncio.CancelledError):
                await watching
