"""What the view models share: the data folder, the worker threads, tasks, notices and the library."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from studio.viewmodels.notices import NoticesModel
from studio.viewmodels.tasks import TaskOwner
from studio.viewmodels.workers import Workers

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

    from studio.library.library import Library

R = TypeVar("R")
_log = logging.getLogger(__name__)


class Desk:
    """Shared means of one window. The library opens on its own thread, with the first call that needs it."""

    def __init__(self, data_dir: Path, *, recover: bool = True) -> None:
        """*recover*: end what a crash left open; only for the one window that owns the library."""
        self.data_dir = data_dir
        self.workers = Workers()
        self.notices = NoticesModel()
        self.tasks = TaskOwner("studio", self.report)
        self._recover = recover
        self._warmed = False
        self._library: Library | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._early: list[tuple[str, Callable[[Library], object]]] = []

    @property
    def loop(self) -> "asyncio.AbstractEventLoop | None":
        """The running loop; None before ``begin``."""
        return self._loop

    def begin(self) -> None:
        """Start what was asked for before the loop ran; call once, inside it."""
        import asyncio

        self._loop = asyncio.get_running_loop()
        early, self._early = self._early, []
        for what, work in early:
            self.save(what, work)
        self.tasks.begin()

    async def call(self, work: "Callable[[Library], R]") -> R:
        """Run *work* with the library on its thread and return the result; calls keep their order.

        Raises:
            LibraryError: the library cannot be opened, read or written.
        """
        return await self.workers.library(self._with_library, work)

    def save(self, what: str, work: "Callable[[Library], object]") -> None:
        """Run *work* with the library without waiting; a failure becomes a notice that names *what*."""
        if self._loop is None:
            self._early.append((what, work))
            return
        loop = self._loop

        def ended(future: "Future[object]") -> None:
            if not future.cancelled() and (error := future.exception()) is not None and not loop.is_closed():
                loop.call_soon_threadsafe(self.report, what, error)

        self.workers.submit_library(lambda: self._with_library(work)).add_done_callback(ended)

    async def warm(self) -> None:
        """Load what reaches servers on another thread first: its import takes 0.2 s, which the window must not wait."""
        if not self._warmed:
            await self.workers.pictures(_import_services)
            self._warmed = True

    def report(self, what: str, error: BaseException) -> None:
        """Show a failure that no message of its own could show; the world's as a sentence, ours logged as well."""
        from studio.viewmodels.troubles import trouble_of

        trouble = trouble_of(error)
        if trouble.details.startswith("unexpected"):
            _log.error("unexpected failure in %s", what, exc_info=error)
        self.notices.post("error", trouble.what, trouble.kept, details=trouble.details)

    async def close(self) -> None:
        """Cancel tasks, finish what is being saved, close the library and end the threads."""
        await self.tasks.aclose()
        if self._library is not None:
            await self.workers.library(self._library.close)
        self.workers.close()

    def _with_library(self, work: "Callable[[Library], R]") -> R:
        if self._library is None:
            from studio.library.library import Library

            self._library = Library.open(self.data_dir, recover=self._recover)
        return work(self._library)


def _import_services() -> None:
    import studio.service.account
    import studio.service.chat
    import studio.service.media
    import studio.service.runs
    import studio.service.uploads
    import studio.viewmodels.durable_request
    import studio.viewmodels.request
    import studio.viewmodels.run_fold
    import studio.viewmodels.saving  # noqa: F401
    from studio.service.transport import shared_ssl_context

    shared_ssl_context()
