"""Files of this computer as addresses that a server can read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.commands.server import say
from studio.contract.chat import MAX_IMAGES, MediaKind
from studio.contract.errors import InvalidRequest, StudioError
from studio.library.importing import check_size, inspect_file
from studio.service.transport import Transport
from studio.service.uploads import Uploader
from studio.viewmodels.pictures_in import picture_as_file


@dataclass(frozen=True)
class Reference:
    """One uploaded file."""

    url: str
    kind: MediaKind
    name: str
    mime_type: str

    def as_reference(self) -> dict[str, Any]:
        """Return it as an element of ``media_references``."""
        return {"kind": self.kind, "url": self.url, "filename": self.name, "mimeType": self.mime_type}


async def upload_references(transport: Transport, paths: Sequence[Path]) -> list[Reference]:
    """Upload files, a few side by side; the answer is in the order of *paths*.

    Raises:
        InvalidRequest: a file is of no use here, or there are too many pictures.
        LibraryError, OSError: a file cannot be read.
        ApiError, TransportError: one could not be uploaded.
    """
    found: list[tuple[Path, MediaKind, str]] = []
    for path in paths:
        dropped = inspect_file(path, path.name)
        check_size(path)
        if dropped.kind not in ("image", "video", "audio"):
            raise InvalidRequest(f"{path.name} can't be used here. Give pictures, videos or sounds.")
        found.append((path, dropped.kind, dropped.mime_type))
    pictures = sum(kind == "image" for _, kind, _ in found)
    if pictures > MAX_IMAGES:
        raise InvalidRequest(f"{pictures} pictures were given; at most {MAX_IMAGES} fit into one message.")
    uploader = Uploader(transport)

    async def upload(path: Path, kind: MediaKind, mime_type: str) -> Reference:
        source: Path | bytes = path
        if kind == "image":
            notices: list[str] = []
            mime_type, source = await asyncio.to_thread(picture_as_file, path, mime_type, path.name, notices)
            for notice in notices:
                say(notice)
        done = await uploader.upload(source, kind=kind, mime_type=mime_type, name=path.name)
        return Reference(done.url, kind, path.name, mime_type)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(upload(*item), name=f"upload {item[0].name}") for item in found]
    except* (StudioError, OSError) as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
