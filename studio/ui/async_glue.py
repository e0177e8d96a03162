"""The asyncio loop inside Qt's, and slots that start asynchronous work.

``asyncio`` and ``qasync`` cost 60 ms to import, so this module brings them in only when the loop starts,
after the window is painted. Work that is asked for earlier is kept by its ``TaskOwner`` and started then.
"""

import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Literal, Protocol

from studio.viewmodels.tasks import TaskOwner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

Policy = Literal["drop", "restart", "queue"]
AsyncCall = Callable[..., Coroutine[Any, Any, object]]


class _Trigger(Protocol):
    """What can be switched off while its work runs: a button, an action."""

    def setEnabled(self, enabled: bool, /) -> None: ...


class Slots:
    """Turns coroutine functions into slots whose tasks have an owner.

    Policies, for a trigger that comes again while its work runs:
        drop: it is ignored (buttons);
        restart: the former is cancelled (search as you type);
        queue: it runs afterwards, in order (sending).
    """

    def __init__(self, owner: TaskOwner) -> None:
        self._owner = owner
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}

    def slot(
        self, name: str, call: AsyncCall, *, policy: Policy = "drop", trigger: _Trigger | None = None
    ) -> Callable[..., None]:
        """Return a slot that runs *call* as the task *name*.

        Args:
            trigger: switched off while the work runs, and on again whatever its result.
        """

        def start(*arguments: Any) -> None:
            if policy == "queue" and self._owner.is_running(name):
                self._waiting.setdefault(name, []).append(arguments)
                return
            started = self._owner.start(name, lambda: work(arguments), restart=policy == "restart")
            if started and trigger is not None and policy == "drop":
                trigger.setEnabled(False)

        async def work(arguments: tuple[Any, ...]) -> None:
            try:
                await call(*arguments)
                waiting = self._waiting.get(name, [])
                while waiting:
                    await call(*waiting.pop(0))
            finally:
                self._waiting.pop(name, None)
                if trigger is not None:
                    _switch_on(trigger)

        return start


def _switch_on(trigger: _Trigger) -> None:
    from contextlib import suppress

    # The widget may have been deleted while its work ran; there is nothing left to switch on then.
    with suppress(RuntimeError):
        trigger.setEnabled(True)


def run_loop(app: "QApplication", main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run *main* to its end on an asyncio loop inside Qt's and return its result."""
    import asyncio

    import qasync

    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)

    def close_later(generator: AsyncGenerator[Any, Any]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(loop.create_task, generator.aclose())

    # asyncio's own loops do this and qasync's does not: without it a half-read stream that is dropped
    # (a cancelled download) is closed by the garbage collector, outside any task, and complains.
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=close_later)
    try:
        with loop:
            return int(loop.run_until_complete(main()))
    finally:
        sys.set_asyncgen_hooks(*before)
