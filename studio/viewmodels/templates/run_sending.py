"""What a run sends: this very edition of the template, and media as addresses that the server can read."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from studio.contract.editing.document import Document
from studio.contract.editing.form import FILE, PIECE, form_of
from studio.viewmodels.desk import Desk
from studio.viewmodels.state import Piece
from studio.viewmodels.templates.run_orders import Kept

if TYPE_CHECKING:
    from studio.service.transport import Transport
    from studio.viewmodels.uploading import Uploader

_SERVER_MEMBERS: Final = ("id", "author", "createdAt", "updatedAt", "version", "graph")


class RunSender:
    """Sends for one run."""

    def __init__(
        self,
        desk: Desk,
        uploader: "Callable[[], Uploader]",
        run_id: str,
        session_id: str,
        kept: Kept,
        keep: Callable[[], object],
    ) -> None:
        """*keep* writes *kept* down."""
        self._desk, self._uploader, self._run_id, self._session_id = desk, uploader, run_id, session_id
        self._kept, self._keep = kept, keep

    async def scratch(self, transport: "Transport") -> str:
        """Save this very edition on the server for the start; a run keeps a frozen copy, so it goes right after."""
        from studio.contract.errors import Conflict
        from studio.service import templates

        content = {key: value for key, value in self._kept.document.items() if key not in _SERVER_MEMBERS}
        wanted = f"run-{self._run_id}"
        said = content.get("metadata")
        mark = {**(said if isinstance(said, dict) else {}), "studioRun": self._run_id}
        body = {**content, "id": wanted, "visibility": "private", "exposeToLLM": False, "metadata": mark}
        try:
            made = (await templates.create(transport, body)).id
        except Conflict:
            made = wanted  # an earlier try got so far
        self._kept.scratch = made
        self._keep()
        return made

    async def drop_scratch(self, transport: "Transport") -> None:
        from contextlib import suppress

        from studio.contract.errors import ApiError, TransportError
        from studio.service import templates

        if self._kept.scratch:
            with suppress(ApiError, TransportError):  # one that is left is private and marked
                await templates.delete(transport, self._kept.scratch)
                self._kept.scratch = ""

    async def inputs(self, transport: "Transport", given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs with media as addresses that the server can read."""
        found: dict[str, Any] = {}
        media = {entry.name for entry in form_of(Document(self._kept.document)) if entry.is_media}
        for name, value in given.items():
            if name in media and isinstance(value, list):
                found[name] = [await self._address(transport, each, name) for each in value]
            elif name in media and isinstance(value, str):
                found[name] = await self._address(transport, value, name)
            elif value is not None:
                found[name] = value
        self._keep()
        return found

    async def _address(self, transport: "Transport", value: str, name: str) -> str:
        if value.startswith(FILE):
            path, session_id = Path(value.removeprefix(FILE)), self._session_id
            piece = await self._desk.call(lambda lib: lib.media.import_file(session_id, path))
        elif value.startswith(PIECE):
            piece = await self.piece(value.removeprefix(PIECE))
        else:
            return value
        ids = self._kept.sources.setdefault(name, [])
        if piece.id not in ids:
            ids.append(piece.id)
        return await self.url_of(transport, piece)

    async def url_of(self, transport: "Transport", piece: Piece) -> str:
        """Return an address at which the server can read a piece."""
        return await self._uploader().url(transport, piece)

    async def piece(self, piece_id: str) -> Piece:
        """Return a piece of the library.

        Raises:
            InvalidRequest: it is gone.
        """
        from studio.contract.errors import InvalidRequest

        found = await self._desk.call(lambda lib: lib.media.get(piece_id))
        if found is None:
            raise InvalidRequest("One of the chosen pieces is not in the library any more.")
        return found
