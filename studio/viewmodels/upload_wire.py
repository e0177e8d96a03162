"""Uploads by presigned POST. Source: contract/media-uploads.md §5."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.contract.errors import ServerError
from studio.library.uploads import UploadRow

if TYPE_CHECKING:
    from studio.service.transport import Transport


class HttpUploads:
    """``UploadsPort`` of any server of the API."""

    async def send(
        self,
        transport: "Transport",
        source: Path | bytes,
        *,
        kind: str,
        mime_type: str,
        name: str,
        sha256: str,
        on_progress: Callable[[float], object],
    ) -> UploadRow:
        """See ``UploadsPort``."""
        raise ServerError("This connection takes no uploads.", http_status=501)

    async def url(self, transport: "Transport", row: UploadRow, kind: str) -> str:
        """See ``UploadsPort``."""
        raise ServerError("This connection takes no uploads.", http_status=501)
