"""Downloads: written aside, hashed, flushed to disk, read back, then renamed; resumed when a connection breaks.

Files are written and hashed on a worker thread in blocks, so that the loop of a window
that downloads a large video never waits for a disk.
"""

import asyncio
import base64
import binascii
import contextlib
import errno
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from urllib.parse import unquote_to_bytes, urlsplit

import httpx

from studio.contract.errors import InvalidRequest, StorageError, TransportError
from studio.service.transport import Transport, translating

MAX_BYTES = 4 * 1024 * 1024 * 1024
RESUMES = 3
BLOCK_BYTES = 1024 * 1024
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

OnProgress = Callable[[int, int | None], None]
"""Called on the loop with the bytes so far and the total, when known."""


@dataclass(frozen=True)
class Downloaded:
    """A finished download, verified on disk under *path*."""

    sha256: str
    byte_length: int
    mime_type: str
    path: Path


async def download(
    transport: Transport,
    url: str,
    target: Path,
    *,
    max_bytes: int = MAX_BYTES,
    expected_sha256: str | None = None,
    on_progress: OnProgress | None = None,
) -> Downloaded:
    """Fetch *url* (http(s), a path of the connection, or a data URI) into *target*.

    Safe to cancel: *target* is there whole or not at all, and nothing else is left behind.

    Raises:
        ApiError: the server refused; the link may have expired.
        TransportError: it broke off more often than it could be resumed, or came damaged.
        InvalidRequest: it is larger than *max_bytes*, or not a usable address.
        StorageError: it cannot be kept on this disk.
    """
    sink = _Sink(target, max_bytes)
    try:
        await sink.run(sink.begin)
        if url.startswith("data:"):
            mime_type, data = _decode_data_uri(url)
            await sink.add(data)
        else:
            mime_type = await _fetch(transport, url, sink, on_progress)
        digest = await sink.run(sink.finish, expected_sha256)
    except BaseException:
        sink.abandon()
        raise
    return Downloaded(digest, sink.received, mime_type, target)


async def _fetch(transport: Transport, url: str, sink: "_Sink", on_progress: OnProgress | None) -> str:
    validator = ""
    for attempt in range(RESUMES + 1):
        begun_at = sink.received
        try:
            return await _fetch_once(transport, url, sink, on_progress, validator)
        except _BrokenOff as broken:
            validator = broken.validator
            if attempt == RESUMES or not sink.received:
                raise broken.cause from None
            if sink.received == begun_at and attempt:
                raise broken.cause from None  # nothing more comes
    raise AssertionError("unreachable: the last attempt returns or raises")


async def _fetch_once(
    transport: Transport, url: str, sink: "_Sink", on_progress: OnProgress | None, validator: str
) -> str:
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if sink.received:
        headers["Range"] = f"bytes={sink.received}-"
        if validator:
            headers["If-Range"] = validator
    host = urlsplit(transport.connection.endpoint(url)).netloc
    try:
        async with transport.open("GET", url, headers=headers) as response:
            total = await _align(response, sink)
            etag = response.headers.get("etag", "")
            validator = etag if etag and not etag.startswith("W/") else response.headers.get("last-modified", "")
            if total is not None and total > sink.max_bytes:
                sink.refuse_size()
            with translating(host, host):
                async for chunk in response.aiter_bytes():
                    await sink.add(chunk)
                    if on_progress is not None:
                        on_progress(sink.received, total)
            if total is not None and sink.received != total:
                raise TransportError(f"{host} sent less than it announced.", phase="read", sent=True)
            mime_type: str = response.headers.get("content-type", "application/octet-stream")
            return mime_type.partition(";")[0].strip().lower()
    except TransportError as error:
        raise _BrokenOff(error, validator) from error


async def _align(response: httpx.Response, sink: "_Sink") -> int | None:
    """Bring file and answer to the same place; return the total size, if known."""
    match = _CONTENT_RANGE.match(response.headers.get("content-range", ""))
    if response.status_code == 206 and match is not None and int(match[1]) == sink.received:
        return None if match[2] == "*" else int(match[2])
    if sink.received:
        await sink.run(sink.restart)
    if response.status_code == 206:
        raise TransportError("The server sent another part than was asked for.", phase="read", sent=True)
    length = response.headers.get("content-length", "")
    return int(length) if length.isdigit() else None


class _BrokenOff(Exception):
    def __init__(self, cause: TransportError, validator: str) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.validator = validator


def _decode_data_uri(url: str) -> tuple[str, bytes]:
    head, comma, payload = url[5:].partition(",")
    mime_type, *flags = head.split(";")
    try:
        if not comma:
            raise ValueError("no comma")
        raw = unquote_to_bytes(payload)
        data = base64.b64decode(raw, validate=True) if "base64" in flags else raw
    except (ValueError, binascii.Error) as error:
        raise InvalidRequest("The server sent a file that cannot be read.", code="bad_data_uri") from error
    return mime_type.lower() or "text/plain", data


class _Sink:
    """The file written aside; its methods other than ``add`` and ``run`` block and run on a worker thread."""

    def __init__(self, target: Path, max_bytes: int) -> None:
        self.received = 0
        self.max_bytes = max_bytes
        self._target = target
        self._aside = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
        self._file: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self._block = bytearray()

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run one of the blocking methods on a thread, and wait for it even when cancelled."""
        work = asyncio.ensure_future(asyncio.to_thread(function, *args))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # The thread may still hold the file; clean up only after it has let go.
            await asyncio.wait([work])
            work.exception()
            raise
        except OSError as error:
            _refuse_disk(error, self._target)

    async def add(self, data: bytes) -> None:
        """Take in *data*; it reaches the disk in blocks."""
        if self.received + len(data) > self.max_bytes:
            self.refuse_size()
        self.received += len(data)
        self._block += data
        if len(self._block) >= BLOCK_BYTES:
            await self.run(self._flush)

    def refuse_size(self) -> NoReturn:
        """Raise the refusal of a file that is too large."""
        limit_mb = self.max_bytes // (1024 * 1024)
        raise InvalidRequest(f"The file is larger than {limit_mb} MB and was not kept.", code="file_too_large")

    def begin(self) -> None:
        """Create the file aside."""
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._aside.open("w+b")

    def restart(self) -> None:
        """Forget what came; the server starts over."""
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate()
        self._hash, self._block, self.received = hashlib.sha256(), bytearray(), 0

    def _flush(self) -> None:
        assert self._file is not None
        block, self._block = bytes(self._block), bytearray()
        self._hash.update(block)
        self._file.write(block)

    def finish(self, expected_sha256: str | None) -> str:
        """Flush, read back, compare and rename; return the SHA-256."""
        assert self._file is not None
        self._flush()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(0)
        check = hashlib.sha256()
        while block := self._file.read(BLOCK_BYTES):
            check.update(block)
        on_disk = check.hexdigest()
        self._file.close()
        if on_disk != self._hash.hexdigest():
            raise StorageError(
                "corrupt",
                "The file was damaged while it was written to disk.",
                kept="Nothing half-written was left.",
                action="Try again; if it happens twice, check the disk.",
            )
        if expected_sha256 and on_disk != expected_sha256.lower():
            raise TransportError("The file came damaged.", phase="read", sent=True)
        self._aside.replace(self._target)
        _sync_folder(self._target.parent)
        return on_disk

    def abandon(self) -> None:
        """Leave nothing behind. Never raises, so that the first failure is the one that is seen."""
        with contextlib.suppress(OSError):  # a full disk can refuse even the last flush
            if self._file is not None:
                self._file.close()
        with contextlib.suppress(OSError):
            self._aside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder to flush it; the rename is journalled
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_disk(error: OSError, target: Path) -> NoReturn:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        raise StorageError(
            "disk_full",
            "The disk is full, so this file could not be kept.",
            kept="Everything that was saved before is untouched.",
            action="Free some space, then try again.",
            details=f"{error.strerror} ({target.parent})",
        ) from error
    raise StorageError(
        "io",
        "This file could not be written to disk.",
        kept="Everything that was saved before is untouched.",
        action="Check that the folder can be written to, then try again.",
        details=f"{error.strerror} ({target.parent})",
    ) from error
