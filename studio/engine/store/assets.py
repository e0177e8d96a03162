"""Assets: every file that came in or was made, with its owner and its provenance."""

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from studio.engine.sniff import suffix_of
from studio.engine.store.blobs import Arriving, Blobs
from studio.engine.store.database import Database
from studio.engine.store.threads import in_thread

if TYPE_CHECKING:
    from sqlalchemy import Row

Origin = Literal["upload", "made", "fetched"]


@dataclass(frozen=True)
class Asset:
    """One kept file.

    Attributes:
        id: opaque, ``ast_…``; what records hold instead of URLs.
        path: the file; its bytes never change.
        filename: a readable name for saving it.
    """

    id: str
    owner: str
    sha256: str
    mime: str
    size_bytes: int
    filename: str
    origin: Origin
    path: Path
    provenance: dict[str, Any] = field(default_factory=dict)


def safe_filename(name: str | None, mime: str, fallback: str = "file") -> str:
    """Return *name* without path parts and unusual characters, with the suffix of its real type."""
    suffix = suffix_of(mime)
    stem = Path((name or "").replace("\\", "/")).name
    stem = stem[: -len(Path(stem).suffix)] if Path(stem).suffix else stem
    stem = re.sub(r"[^\w .()+-]+", "-", stem).strip(" .-")[:80] or fallback
    return stem + suffix


class AssetStore:
    """The asset table and the blob folder. Async methods do their work in threads."""

    def __init__(self, folder: Path, database: Database) -> None:
        """Keep files to *folder* (``<data>/engine``) and rows to *database*; nothing is opened before the first use."""
        self._blobs = Blobs(folder / "media")
        self._database = database

    def open(self) -> None:
        """Open the database and remove half-written files now (blocks)."""
        self._database.open()
        self._blobs.sweep()

    async def put(
        self,
        owner: str,
        data: bytes,
        mime: str,
        *,
        origin: Origin,
        filename: str | None = None,
        provenance: dict[str, Any] | None = None,
    ) -> Asset:
        """Keep *data*. An upload or a fetched file that the owner has already is the same asset.

        Raises:
            OSError: the disk is full or may not be written; nothing is left behind.
        """
        return await asyncio.to_thread(self._put, owner, data, mime, origin, filename, provenance or {})

    async def get(self, asset_id: str, owner: str | None = None) -> Asset | None:
        """Return an asset, or None when it is unknown, its file is gone, or *owner* (if given) is another."""
        return await asyncio.to_thread(self._get, asset_id, owner)

    def get_now(self, asset_id: str, owner: str | None = None) -> Asset | None:
        """Do what ``get`` does, on this thread."""
        return self._get(asset_id, owner)

    async def get_many(self, asset_ids: Collection[str], owner: str) -> list[Asset]:
        """Return those of *asset_ids* that *owner* has."""
        return await asyncio.to_thread(self._get_many, asset_ids, owner) if asset_ids else []

    async def arrive(self) -> Arriving:
        """Open a file for what comes in pieces.

        Raises:
            OSError: it cannot be written.
        """
        return await in_thread(self._blobs.arrive)

    async def adopt(
        self, owner: str, arriving: Arriving, mime: str, *, origin: Origin = "upload", filename: str | None = None
    ) -> Asset:
        """Keep a file that has come whole, as ``put`` does, without reading it again.

        Raises:
            OSError: the disk is full or may not be written; nothing is left behind.
        """
        return await in_thread(self._adopt, owner, arriving, mime, origin, filename)

    def _put(
        self, owner: str, data: bytes, mime: str, origin: Origin, filename: str | None, provenance: dict[str, Any]
    ) -> Asset:
        sha256, path = self._blobs.put(data, suffix_of(mime))
        return self._enter(owner, sha256, path, len(data), mime, origin, filename, provenance)

    def _adopt(self, owner: str, arriving: Arriving, mime: str, origin: Origin, filename: str | None) -> Asset:
        sha256, path = self._blobs.adopt(arriving, suffix_of(mime))
        return self._enter(owner, sha256, path, arriving.size_bytes, mime, origin, filename, {})

    def _enter(
        self,
        owner: str,
        sha256: str,
        path: Path,
        size_bytes: int,
        mime: str,
        origin: Origin,
        filename: str | None,
        provenance: dict[str, Any],
    ) -> Asset:
        """Return the row of a file in place: the one there is, or a new one."""
        from sqlalchemy import select

        from studio.engine.store.tables.assets import assets

        if origin != "made":
            query = select(assets).where(
                assets.c.owner == owner, assets.c.sha256 == sha256, assets.c.origin == origin, assets.c.mime == mime
            )
            row = self._database.read_now(lambda connection: connection.execute(query.limit(1)).first())
            if row is not None:
                return self._asset(row)
        asset = Asset(
            id=f"ast_{int(time.time() * 1000):011x}{secrets.token_hex(8)}",
            owner=owner,
            sha256=sha256,
            mime=mime,
            size_bytes=size_bytes,
            filename=safe_filename(filename, mime, fallback="picture" if mime.startswith("image/") else "file"),
            origin=origin,
            path=path,
            provenance=provenance,
        )
        values = {
            "id": asset.id,
            "owner": owner,
            "sha256": sha256,
            "mime": mime,
            "size_bytes": size_bytes,
            "filename": asset.filename,
            "origin": origin,
            "provenance": msgspec.json.encode(provenance).decode(),
            "created_epoch_ms": int(time.time() * 1000),
        }
        self._database.write_now(lambda connection: connection.execute(assets.insert().values(values)))
        return asset

    def _get(self, asset_id: str, owner: str | None) -> Asset | None:
        from sqlalchemy import select

        from studio.engine.store.tables.assets import assets

        query = select(assets).where(assets.c.id == asset_id)
        if owner is not None:
            query = query.where(assets.c.owner == owner)
        row = self._database.read_now(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        asset = self._asset(row)
        return asset if asset.path.is_file() else None

    def _get_many(self, asset_ids: Collection[str], owner: str) -> list[Asset]:
        from sqlalchemy import select

        from studio.engine.store.tables.assets import assets

        query = select(assets).where(assets.c.id.in_(asset_ids), assets.c.owner == owner)
        rows = self._database.read_now(lambda connection: connection.execute(query).all())
        return [self._asset(row) for row in rows]

    def _asset(self, row: "Row[Any]") -> Asset:
        provenance: dict[str, Any] = {}
        with contextlib.suppress(msgspec.DecodeError):
            provenance = msgspec.json.decode(row.provenance)
        return Asset(
            id=row.id,
            owner=row.owner,
            sha256=row.sha256,
            mime=row.mime,
            size_bytes=row.size_bytes,
            filename=row.filename,
            origin=row.origin,
            path=self._blobs.path(row.sha256, suffix_of(row.mime)),
            provenance=provenance,
        )
