"""One file on its way in: bounded in memory and in size, and judged by its bytes before it is kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from studio.contract.errors import InvalidRequest
from studio.contract.uploads import agreed_type
from studio.engine.pictures import check_picture_file
from studio.engine.sniff import FileType, sniff
from studio.engine.store.assets import Asset, AssetStore
from studio.engine.store.blobs import Arriving
from studio.engine.store.threads import in_thread
from studio.engine.uploads.refusals import UploadRefused, too_large

BLOCK_BYTES: Final = 1024 * 1024
"""Written at once; with one piece of the network, the most that is held of a file."""

OVERHEAD_BYTES: Final = 1024 * 1024 + 256 * 1024
"""What a form may hold besides its file."""


class Inlets:
    """Opens ways in for files."""

    def __init__(self, store: AssetStore) -> None:
        self._store = store
        # A WebP or GIF must be unpacked to be proven, which takes up to 400 MB: one at a time.
        self._decoding = asyncio.Semaphore(1)

    @asynccontextmanager
    async def open(self, limit_bytes: int) -> AsyncIterator["Inlet"]:
        """Open a way in for one file; what is not kept inside the block leaves nothing behind.

        Raises:
            OSError: the disk cannot be written.
        """
        arriving = await self._store.arrive()
        try:
            yield Inlet(self._store, arriving, limit_bytes, self._decoding)
        finally:
            arriving.abandon()


class Inlet:
    """Takes the pieces of one file."""

    def __init__(self, store: AssetStore, arriving: Arriving, limit_bytes: int, decoding: asyncio.Semaphore) -> None:
        self._store = store
        self._arriving = arriving
        self._limit_bytes = limit_bytes
        self._decoding = decoding
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self.size_bytes = 0

    async def add(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            UploadRefused: the file is too large.
            OSError: it cannot be written.
        """
        self.size_bytes += len(data)
        if self.size_bytes > self._limit_bytes:
            raise too_large(self._limit_bytes)
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes >= BLOCK_BYTES:
            await self._write()

    async def judge(self, types: tuple[str, ...], declared: str | None) -> str:
        """Return the type of the file, which has come whole.

        Raises:
            UploadRefused: it is empty, damaged, of another type than *declared*, or may not go there.
            OSError: it cannot be written.
        """
        if not self.size_bytes:
            raise UploadRefused("EntityTooSmall", "This file is empty.")
        await self._write()
        await in_thread(self._arriving.flush)
        kind = sniff(self._arriving.head)
        if kind is None:
            raise UploadRefused("AccessDenied", f"This file holds nothing that can be read. Allowed: {_list(types)}.")
        mime = agreed_type(kind.mime, declared, types)
        if mime is None:
            said = f", not {declared}" if declared else ""
            raise UploadRefused("AccessDenied", f"This file is {kind.mime}{said}. Allowed here: {_list(types)}.")
        if kind.kind == "image":
            await self._prove(kind)
        return mime

    async def sha256(self) -> str:
        """Return the hash of the file, which has come whole."""
        await self._write()
        return await in_thread(self._arriving.flush)

    async def keep(self, owner: str, mime: str, filename: str | None) -> Asset:
        """Keep the file for *owner*.

        Raises:
            OSError: the disk is full; nothing is left behind.
        """
        await self._write()
        return await self._store.adopt(owner, self._arriving, mime, origin="upload", filename=filename)

    async def _prove(self, kind: FileType) -> None:
        try:
            async with self._decoding:
                await in_thread(lambda: check_picture_file(self._arriving.path, kind, param="file"))
        except InvalidRequest as error:
            raise UploadRefused("InvalidArgument", error.message) from error

    async def _write(self) -> None:
        if self._waiting:
            block = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
            self._waiting, self._waiting_bytes = [], 0
            await in_thread(self._arriving.add, block)


def _list(types: tuple[str, ...]) -> str:
    return ", ".join(types)
