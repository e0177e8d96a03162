"""``UploadsPort`` on top of the service layer, which is imported with the first upload."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.library.uploads import UploadRow

if TYPE_CHECKING:
    from studio.service.transport import Transport


class HttpUploads:
    """Uploads to any server of the API."""

    async def send(
        self,
        transport: "Transport",
        source: Path | bytes,
        *,
        kind: Any,
        mime_type: str,
        name: str,
        on_progress: Callable[[float], object],
    ) -> UploadRow:
        """See ``UploadsPort``."""
        from studio.service.uploads import Uploader

        def progress(sent: int, total: int) -> None:
            on_progress(sent / max(1, total))

        uploader = Uploader(transport)
        stored = await uploader.send(source, kind=kind, mime_type=mime_type, name=name, on_progress=progress)
        return UploadRow(stored.job_id, stored.type, stored.media_id, stored.mime_type)

    async def url(self, transport: "Transport", row: UploadRow) -> str:
        """See ``UploadsPort``."""
        from studio.contract.errors import NotFound
        from studio.service.uploads import Stored, Uploader

        url = await Uploader(transport).check(Stored(row.job_id, row.type, row.media_id, row.mime_type))
        if url is None:
            raise NotFound("The server does not have this file any more.")
        return url
