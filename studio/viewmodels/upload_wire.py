"""``UploadsPort`` on top of the service layer."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from studio.contract.chat import MediaKind
from studio.contract.errors import NotFound
from studio.library.uploads import UploadRow
from studio.service.uploads import Stored, Uploader

if TYPE_CHECKING:
    from studio.service.transport import Transport


class HttpUploads:
    """Uploads to any server of the API."""

    async def send(
        self,
        transport: "Transport",
        source: Path | bytes,
        *,
        kind: str,
        mime_type: str,
        name: str,
        on_progress: Callable[[float], object],
    ) -> UploadRow:
        """See ``UploadsPort``."""
        stored = await Uploader(transport).send(
            source,
            kind=cast("MediaKind", kind),
            mime_type=mime_type,
            name=name,
            on_progress=lambda sent, total: on_progress(sent / max(1, total)),
        )
        return UploadRow(stored.job_id, stored.type, stored.media_id, stored.mime_type)

    async def url(self, transport: "Transport", row: UploadRow) -> str:
        """See ``UploadsPort``."""
        url = await Uploader(transport).check(Stored(row.job_id, row.type, row.media_id, row.mime_type))
        if url is None:
            raise NotFound("The server does not have this file any more.")
        return url
