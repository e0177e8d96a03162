"""Files on their way to a connection: presigned forms, or PUT where a server knows nothing newer.

Source: contract/media-uploads.md §2–7. The signed addresses get no key, no redirect is
followed to them, and a file is read in blocks on a thread, never as a whole.
"""

import asyncio
import hashlib
import io
import itertools
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol
from urllib.parse import urlsplit

import httpx

from studio.contract import wire
from studio.contract.chat import MediaKind
from studio.contract.errors import (
    ApiError,
    InvalidRequest,
    NotFound,
    StorageError,
    TooLarge,
    TransportError,
    from_response,
)
from studio.contract.uploads import MAX_UPLOAD_BYTES, MIME_TYPES
from studio.service.connection import Connection, is_loopback
from studio.service.transport import MAX_ERROR_BYTES, Transport, read_bounded

AT_ONCE: Final = 3
BLOCK_BYTES: Final = 256 * 1024
ANSWER_S: Final = 120.0
"""How long a storage may think after the last byte."""

OnProgress = Callable[[int, int], object]
"""Called on the loop with the bytes of the file that are sent, and all of them."""

_TYPES: Final[dict[MediaKind, str]] = {
    "image": "referenceImage",
    "audio": "referenceAudio",
    "video": "referenceVideo",
}
_NOT_OFFERED: Final = frozenset({404, 405, 501})
_WORTH_A_FRESH_URL: Final = frozenset({403, 408, 429, 500, 502, 503, 504})
_NO_HEAD: Final = frozenset({403, 405, 501})
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Stored:
    """Where a connection keeps a file: what a download address is asked for with."""

    job_id: str
    type: str
    media_id: str
    mime_type: str

    @property
    def endpoint(self) -> str:
        """Which family of addresses serves it."""
        return "media" if self.type in ("referenceAudio", "referenceVideo") else "image"

    @property
    def query(self) -> dict[str, str]:
        """The query of every address for it."""
        name = "imageId" if self.endpoint == "image" else "id"
        return {"jobId": self.job_id, "type": self.type, "contentType": self.mime_type, name: self.media_id}


@dataclass(frozen=True)
class Uploaded:
    """A file that a connection can read at *url*; *reused*: it had it already."""

    stored: Stored
    url: str
    sha256: str
    size_bytes: int
    reused: bool


class Known(Protocol):
    """Remembers what was uploaded where, across runs of the program."""

    async def lookup(self, connection: Connection, sha256: str) -> Stored | None:
        """Return where *connection* keeps the file with that hash; None when it never got it."""
        ...

    async def remember(self, connection: Connection, sha256: str, stored: Stored) -> None:
        """Note that *connection* has that file now."""
        ...


class Uploader:
    """Uploads to one connection, at most three files side by side. Cancelling the caller ends its upload."""

    def __init__(self, transport: Transport, *, known: Known | None = None, at_once: int = AT_ONCE) -> None:
        self._transport = transport
        self._known = known
        self._places = asyncio.Semaphore(at_once)
        self._same: dict[str, tuple[asyncio.Lock, int]] = {}

    async def upload(
        self,
        source: Path | bytes,
        *,
        kind: MediaKind,
        mime_type: str,
        name: str = "file",
        sha256: str | None = None,
        slot_type: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Uploaded:
        """Make *source* readable for the connection; what it has already is not sent again.

        Args:
            sha256: of the file, or of whatever it was made from; computed when None.
            slot_type: see contract/media-uploads.md §3; chosen by *kind* when None.

        Raises:
            TooLarge, InvalidRequest: the server takes no such file; nothing was sent.
            ApiError: the server or its storage refused.
            TransportError: it broke off, twice.
            StorageError: the file cannot be read, or changed meanwhile.
        """
        async with _Source(source) as file:
            digest = sha256 or await file.sha256()
            lock, waiting = self._same.get(digest, (asyncio.Lock(), 0))
            self._same[digest] = lock, waiting + 1
            try:
                async with lock, self._places:
                    return await self._upload(file, digest, kind, mime_type, name, slot_type, on_progress)
            finally:
                lock, waiting = self._same.pop(digest)
                if waiting > 1:
                    self._same[digest] = lock, waiting - 1

    async def send(
        self,
        source: Path | bytes,
        *,
        kind: MediaKind,
        mime_type: str,
        name: str = "file",
        slot_type: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Stored:
        """Send a file whether or not it was sent before. Raises what ``upload`` raises."""
        async with _Source(source) as file, self._places:
            return await self._send(file, kind, mime_type, name, slot_type, on_progress)

    async def url(self, stored: Stored) -> str:
        """Return a fresh address at which the connection can read a stored file.

        Raises:
            NotFound: it is not kept there any more.
            ApiError, TransportError: see ``Transport``.
        """
        data, _ = await self._ask(stored, "downloadUrl")
        url = data.get("downloadUrl") or data.get("url")
        if not isinstance(url, str) or not url:
            raise TransportError(f"{self._host} gave no download address.", phase="read", sent=True)
        return url

    async def check(self, stored: Stored, *, size_bytes: int | None = None) -> str | None:
        """Return a fresh address of a stored file after making sure that it is there; None when it is gone.

        Args:
            size_bytes: how long it must be; None when that is not known.
        """
        try:
            url = await self.url(stored)
        except ApiError as error:
            if error.http_status in (400, 403, 404, 410):
                return None
            raise
        return url if await self._is_there(url, size_bytes) else None

    async def _upload(
        self,
        file: "_Source",
        sha256: str,
        kind: MediaKind,
        mime_type: str,
        name: str,
        slot_type: str | None,
        on_progress: OnProgress | None,
    ) -> Uploaded:
        connection = self._transport.connection
        stored = await self._known.lookup(connection, sha256) if self._known is not None else None
        if stored is not None:
            url = await self.check(stored, size_bytes=file.size_bytes)
            if url is not None:
                return Uploaded(stored, url, sha256, file.size_bytes, reused=True)
        stored = await self._send(file, kind, mime_type, name, slot_type, on_progress)
        url = await self.url(stored)
        if self._known is not None:
            await self._known.remember(connection, sha256, stored)
        return Uploaded(stored, url, sha256, file.size_bytes, reused=False)

    async def _send(
        self,
        file: "_Source",
        kind: MediaKind,
        mime_type: str,
        name: str,
        slot_type: str | None,
        on_progress: OnProgress | None,
    ) -> Stored:
        if mime_type not in MIME_TYPES[kind]:
            raise InvalidRequest(f"Files of type {mime_type} cannot be uploaded.", code="unsupported_content_type")
        self._check_size(file, MAX_UPLOAD_BYTES)
        number = next(_numbers)
        job_id = f"studio-{int(time.time() * 1000)}-{number}-{os.urandom(4).hex()}"
        stored = Stored(job_id, slot_type or _TYPES[kind], f"media_ref_{number}", mime_type)
        for attempt in (1, 2):
            place = await self._place(stored)
            self._check_size(file, place.limit_bytes)
            if place.types and mime_type not in place.types:
                raise InvalidRequest(f"{self._host} takes no {mime_type} there.", code="unsupported_content_type")
            try:
                await self._transfer(place, file, mime_type, name, on_progress)
            except (ApiError, TransportError) as error:
                # An address may have expired while others were sent first; a cut connection may have been a refusal.
                worth = isinstance(error, TransportError) or error.http_status in _WORTH_A_FRESH_URL
                if attempt == 2 or not worth:
                    raise
                continue
            break
        return stored

    async def _place(self, stored: Stored) -> "_Place":
        data, version = await self._ask(stored, "uploadUrl")
        url = data.get("url") or data.get("uploadUrl")
        if not isinstance(url, str) or not url:
            raise TransportError(f"{self._host} gave no upload address.", phase="read", sent=True)
        self._check_url(url)
        fields = data.get("fields")
        limit, types = data.get("maxFileSizeBytes"), data.get("allowedContentTypes")
        return _Place(
            url=url,
            is_form=version == 2,
            fields={str(k): str(v) for k, v in fields.items()} if isinstance(fields, dict) else {},
            limit_bytes=limit if isinstance(limit, int) and limit > 0 else MAX_UPLOAD_BYTES,
            types=tuple(map(str, types)) if isinstance(types, list) else (),
        )

    async def _ask(self, stored: Stored, what: str) -> tuple[dict[str, Any], int]:
        """Return the data of ``GET …/uploadUrl`` or ``…/downloadUrl`` and their version: 1 where there is no 2."""
        version = 2
        try:
            answer = await self._transport.get_json(f"/v2/{stored.endpoint}/{what}", params=stored.query)
        except ApiError as error:
            if error.http_status not in _NOT_OFFERED:
                raise
            version = 1
            try:
                answer = await self._transport.get_json(f"/v1/{stored.endpoint}/{what}", params=stored.query)
            except NotFound:
                if what == "downloadUrl":
                    raise
                raise NotFound(f"{self._host} takes no uploads.", code="uploads_not_offered") from error
        data = answer.get("data") if isinstance(answer, dict) else None
        return (data if isinstance(data, dict) else {}), version

    async def _transfer(
        self, place: "_Place", file: "_Source", mime_type: str, name: str, on_progress: OnProgress | None
    ) -> None:
        if not place.is_form:
            method, before, after, kind = "PUT", b"", b"", mime_type
        else:
            method, boundary = "POST", "studio" + os.urandom(16).hex()
            before, after = _around(boundary, place.fields, name, mime_type)
            kind = f"multipart/form-data; boundary={boundary}"
        headers = {"Content-Type": kind, "Content-Length": str(len(before) + file.size_bytes + len(after))}
        content = file.stream(before, after, on_progress)
        async with self._transport.open_bare(
            method, place.url, headers=headers, content=content, read_s=ANSWER_S
        ) as answer:
            if not answer.is_success:
                raise await self._refusal(answer)

    async def _refusal(self, answer: httpx.Response) -> ApiError:
        """Return what a storage answered, as a sentence."""
        host, status = answer.url.netloc.decode("ascii", "replace"), answer.status_code
        if answer.is_redirect:
            return InvalidRequest(f"{host} sends uploads elsewhere, which is not followed.", code="redirected")
        try:
            text = (await read_bounded(answer, MAX_ERROR_BYTES)).decode("utf-8", "replace")
        except TransportError:
            text = ""
        text = self._transport.connection.redact(text)
        code, said = _tag(text, "Code"), _tag(text, "Message")
        if status == 413 or code == "EntityTooLarge":
            return TooLarge(f"{host} takes no files as large as this one.", code="file_too_large", http_status=status)
        # This computer's own address helps nobody; its sentence stands by itself.
        who = "" if said and self._transport.connection.kind == "local" else f"{host} refused the upload: "
        body: object = {"message": f"{who}{said or code}", "error": {"code": code}}
        if not code and not said:
            try:
                body = wire.decode(text.encode())
            except InvalidRequest:
                body = ""
        return from_response(status, body, reason=f"{host} refused the upload (HTTP {status}).")

    async def _is_there(self, url: str, size_bytes: int | None) -> bool:
        async with self._transport.open_bare("HEAD", url) as answer:
            if answer.is_success:
                length = answer.headers.get("content-length", "")
                return size_bytes is None or not length.isdigit() or int(length) == size_bytes
            if answer.status_code not in _NO_HEAD:
                return False
        # A signature may be for reading only, so that asking is refused.
        async with self._transport.open_bare("GET", url, headers={"Range": "bytes=0-0"}) as answer:
            return answer.is_success

    def _check_size(self, file: "_Source", limit_bytes: int) -> None:
        if not file.size_bytes:
            raise InvalidRequest("This file is empty.", code="empty_file")
        if file.size_bytes > limit_bytes:
            raise TooLarge(
                f"This file has {file.size_bytes / 1048576:.0f} MB; {self._host} takes at most "
                f"{limit_bytes / 1048576:.0f} MB.",
                code="file_too_large",
            )

    def _check_url(self, url: str) -> None:
        """Check that a server does not turn an upload against this machine, or onto an open wire.

        Raises:
            InvalidRequest: it does.
        """
        parts, base = urlsplit(url), self._transport.connection
        if is_loopback(parts.hostname) and not base.loopback:
            raise InvalidRequest(f"{self._host} names this computer as its storage; nothing was sent.", code="bad_url")
        if parts.scheme != "https" and urlsplit(base.base_url).scheme == "https":
            raise InvalidRequest(f"{self._host} names a storage without encryption; nothing was sent.", code="bad_url")

    @property
    def _host(self) -> str:
        kind = self._transport.connection.kind
        names = {"local": "The engine on this computer", "supernet": "The Sogni Supernet"}
        return names.get(kind, self._transport.connection.host)


@dataclass(frozen=True)
class _Place:
    url: str
    is_form: bool
    fields: dict[str, str]
    limit_bytes: int
    types: tuple[str, ...]


class _Source:
    """A file to be sent: its size at first, and its bytes as often as they are needed."""

    def __init__(self, source: Path | bytes) -> None:
        self._source = source
        self._file: BinaryIO = io.BytesIO()
        self.size_bytes = 0

    async def __aenter__(self) -> "_Source":
        try:
            if isinstance(self._source, bytes):
                self._file, self.size_bytes = io.BytesIO(self._source), len(self._source)
            else:
                self._file = await asyncio.to_thread(self._source.open, "rb")
                self.size_bytes = os.fstat(self._file.fileno()).st_size
        except OSError as error:
            raise _unreadable(error) from error
        return self

    async def __aexit__(self, *failure: object) -> None:
        self._file.close()

    async def sha256(self) -> str:
        """Return its hash."""
        try:
            return await asyncio.to_thread(_hash_of, self._file)
        except OSError as error:
            raise _unreadable(error) from error

    async def stream(self, before: bytes, after: bytes, on_progress: OnProgress | None) -> AsyncIterator[bytes]:
        """Yield *before*, the file and *after*; exactly as many bytes as the file had at first."""
        if before:
            yield before
        self._file.seek(0)
        sent = 0
        while sent < self.size_bytes:
            try:
                block = await asyncio.to_thread(self._file.read, min(BLOCK_BYTES, self.size_bytes - sent))
            except OSError as error:
                raise _unreadable(error) from error
            if not block:
                raise StorageError(
                    "corrupt",
                    "The file changed while it was sent.",
                    kept="Nothing was uploaded.",
                    action="Add the file again.",
                )
            yield block
            sent += len(block)
            if on_progress is not None:
                on_progress(sent, self.size_bytes)
        if after:
            yield after


def _hash_of(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()


def _around(boundary: str, fields: dict[str, str], name: str, mime_type: str) -> tuple[bytes, bytes]:
    """Return what comes before and after the file in a form: the fields in their order, then the part ``file``."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(key)}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(name)}"\r\n'
        f"Content-Type: {mime_type}\r\n\r\n"
    )
    return "".join(parts).encode("utf-8", "replace"), f"\r\n--{boundary}--\r\n".encode()


def _quoted(text: str) -> str:
    """Return *text* for a form's header, escaped as browsers do."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")[:200]


def _tag(text: str, name: str) -> str:
    found = re.search(f"<{name}>([^<]{{1,500}})</{name}>", text)
    return unescape(found[1]) if found else ""


def _unreadable(error: OSError) -> StorageError:
    missing = isinstance(error, FileNotFoundError)
    return StorageError(
        "missing" if missing else "io",
        "The file is not there any more." if missing else "The file cannot be read.",
        kept="Nothing was uploaded.",
        action="Add the file again.",
        details=error.strerror or "",
    )
