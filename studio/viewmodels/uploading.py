"""Pieces on their way to a connection: each file once, a few side by side, with progress and a way to stop."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.viewmodels.desk import Desk
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    import asyncio

    from studio.service.connection import Connection
    from studio.service.transport import Transport
    from studio.viewmodels.run_port import UploadsPort

AT_ONCE = 3
FRESH_S = 600.0
"""An address is asked for again after this; servers sign theirs for longer."""

OnProgress = Callable[[float], object]


class _Upload:
    """One file on its way; whoever needs it listens and waits."""

    def __init__(self, task: "asyncio.Task[str]") -> None:
        self.task = task
        self.listeners: list[OnProgress] = []
        self.waiting = 0


class Uploader:
    """Makes pieces readable for connections. Knows from the library what a connection has already."""

    def __init__(self, desk: Desk, port: "UploadsPort") -> None:
        self._desk = desk
        self._port = port
        self._under_way: dict[tuple[str, str], _Upload] = {}
        self._urls: dict[tuple[str, str], tuple[str, float]] = {}
        self._places: asyncio.Semaphore | None = None
        self.notices: dict[str, list[str]] = {}
        """By SHA-256, what had to be changed on the way, for the turn that uses the piece."""

    async def url(self, transport: "Transport", piece: Piece, on_progress: OnProgress | None = None) -> str:
        """Return an address at which the connection can read *piece*, uploading it if it never was.

        Cancelling the last one who waits ends the upload.

        Raises:
            ApiError, TransportError: it could not be sent.
            OSError: its file cannot be read.
        """
        import asyncio

        place = identity(transport.connection)
        key = (place, piece.sha256)
        known = self._urls.get((transport.connection.base_url, piece.sha256))
        if known is not None and time.monotonic() - known[1] < FRESH_S:
            return known[0]
        upload = self._under_way.get(key)
        if upload is None or upload.task.done():
            task = asyncio.get_running_loop().create_task(
                self._run(key, transport, piece), name=f"upload {piece.sha256[:8]}"
            )
            started = upload = self._under_way[key] = _Upload(task)
            task.add_done_callback(lambda _done: self._ended(key, started))
        if on_progress is not None:
            upload.listeners.append(on_progress)
        upload.waiting += 1
        try:
            return await asyncio.shield(upload.task)
        except asyncio.CancelledError:
            if upload.waiting == 1:
                upload.task.cancel()
            raise
        finally:
            upload.waiting -= 1

    async def aclose(self) -> None:
        """End every upload."""
        import asyncio

        tasks = [upload.task for upload in self._under_way.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _ended(self, key: tuple[str, str], upload: _Upload) -> None:
        if self._under_way.get(key) is upload:
            del self._under_way[key]
        if not upload.task.cancelled():
            upload.task.exception()  # read, even when nobody waits any more

    async def _run(self, key: tuple[str, str], transport: "Transport", piece: Piece) -> str:
        import asyncio

        from studio.contract.errors import ApiError

        if self._places is None:
            self._places = asyncio.Semaphore(AT_ONCE)
        async with self._places:
            place, sha256 = key
            row = await self._desk.call(lambda lib: lib.uploads.find(place, sha256))
            if row is not None:
                try:
                    return self._remember(transport, piece, await self._port.url(transport, row))
                except ApiError as error:
                    if error.http_status not in (404, 410):
                        raise
                # The server has dropped it.
                await self._desk.call(lambda lib: lib.uploads.forget(place, sha256))
            mime_type, source = await self._desk.workers.pictures(self._content, piece)
            row = await self._port.send(
                transport,
                source,
                kind=piece.kind,
                mime_type=mime_type,
                name=piece.name or piece.badge,
                on_progress=lambda part: self._tell(key, part),
            )
            done = row
            await self._desk.call(lambda lib: lib.uploads.put(place, sha256, done))
            return self._remember(transport, piece, await self._port.url(transport, row))

    def _content(self, piece: Piece) -> tuple[str, Path | bytes]:
        from studio.viewmodels.pictures_in import picture_as_file

        if piece.kind != "image":
            return piece.mime_type, piece.path
        notices: list[str] = []
        found = picture_as_file(piece.path, piece.mime_type, piece.badge, notices)
        if notices:
            self.notices[piece.sha256] = notices
        return found

    def _remember(self, transport: "Transport", piece: Piece, url: str) -> str:
        self._urls[transport.connection.base_url, piece.sha256] = url, time.monotonic()
        return url

    def _tell(self, key: tuple[str, str], part: float) -> None:
        upload = self._under_way.get(key)
        for listener in upload.listeners if upload is not None else ():
            listener(part)


def identity(connection: "Connection") -> str:
    """Return what uploads are remembered under: this computer, or a server together with the account on it."""
    if connection.kind == "local":
        return "local"
    account = hashlib.sha256((connection.api_key or "").encode()).hexdigest()[:8]
    return f"{connection.base_url}#{account}"
