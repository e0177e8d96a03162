"""What is going on in this engine, and when it may leave. No polling: timers run only while idle."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Activity:
    """Counts requests in work; calls *leave* when asked to go, or idle for long enough."""

    def __init__(self, leave: Callable[[], None], *, idle_s: float | None = None) -> None:
        """Make it.

        Args:
            leave: ends the server; called at most once.
            idle_s: leave after that long without a request; None never.
        """
        self._leave = leave
        self._idle_s = idle_s
        self._active = 0
        self._asked_to_leave = False
        self._left = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def active(self) -> int:
        """How many requests are in work."""
        return self._active

    def start(self) -> None:
        """Begin to count idleness. Call it on the loop."""
        self._settle()

    def close(self) -> None:
        """Stop every timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def leave_when_idle(self) -> None:
        """Leave as soon as nothing is in work."""
        self._asked_to_leave = True
        self._settle()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the engine alive inside the block."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """Note that a request began."""
        self._active += 1
        self.close()

    def end(self) -> None:
        """Note that a request ended."""
        self._active -= 1
        self._settle()

    def _settle(self) -> None:
        if self._active or self._left:
            return
        self.close()
        loop = asyncio.get_running_loop()
        if self._asked_to_leave:
            # A moment, so that the answer to the request for leaving still gets out.
            self._timer = loop.call_later(0.05, self._go)
        elif self._idle_s is not None:
            self._timer = loop.call_later(self._idle_s, self._go)

    def _go(self) -> None:
        if not self._active and not self._left:
            self._left = True
            self._leave()


class Counting:
    """ASGI middleware that counts every request but ``/healthz`` as activity."""

    def __init__(self, app: "Callable[..., object]", activity: Activity) -> None:
        self._app = app
        self._activity = activity

    async def __call__(self, scope: dict[str, object], receive: object, send: object) -> None:
        if scope["type"] != "http" or scope["path"] == "/healthz":
            await self._app(scope, receive, send)  # type: ignore[misc]
            return
        with self._activity.working():
            await self._app(scope, receive, send)  # type: ignore[misc]
