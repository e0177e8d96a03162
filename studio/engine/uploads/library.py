"""The saved-asset library: verified uploads of an owner that later projects use again (contract/media-uploads.md §10).

An entry goes from pending (its bytes are awaited) over stored to ready (verified); deleted
entries remain as such, so that who still names one is told that it is gone.
"""

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from studio.contract.errors import ApiError, Conflict, InvalidRequest, NotFound
from studio.contract.uploads import (
    MAX_UPLOAD_BYTES,
    BindAsset,
    Endpoint,
    LibraryLimits,
    PrepareAsset,
    SavedAsset,
    SavedAssets,
    SavedState,
    agreed_type,
    canonical,
    parse_slot,
)
from studio.engine.store.assets import Asset, AssetStore
from studio.engine.store.database import Database
from studio.engine.store.threads import in_thread
from studio.engine.uploads.slots import UploadSlots

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

FULL: Final = "Your saved upload library is full."
"""SDKs look for this beginning and stop saving by themselves for a while."""


class Gone(ApiError):
    """It was there once."""

    status = 410
    type = "invalid_request_error"
    default_code = "asset_gone"


class Busy(ApiError):
    """Something is being done to it; ask again in a moment."""

    status = 423
    type = "conflict_error"
    default_code = "asset_busy"


class AlreadyWritten(ApiError):
    """Its bytes are there; for the sender that is as good as success."""

    status = 412
    type = "conflict_error"
    default_code = "already_written"


@dataclass(frozen=True)
class Limits:
    """How much a library holds at most."""

    assets: int = 1000
    bytes: int = 20 * 1024 * 1024 * 1024


class AssetLibrary:
    """The saved assets of all owners; each sees only their own."""

    def __init__(
        self, database: Database, store: AssetStore, slots: UploadSlots, *, limits: Limits | None = None
    ) -> None:
        self._database = database
        self._store = store
        self._slots = slots
        self._limits = limits or Limits()
        self._busy: Counter[str] = Counter()

    async def page(self, owner: str) -> SavedAssets:
        """Return what is ready, newest first, and the limits."""

        def work(connection: "Connection") -> "list[Row[Any]]":
            from sqlalchemy import select

            table = _table()
            query = select(table).where(table.c.owner == owner, table.c.state == "ready")
            return list(connection.execute(query.order_by(table.c.created_epoch_ms.desc(), table.c.id)).all())

        rows = await self._database.read(work)
        limits = LibraryLimits(
            max_assets=self._limits.assets,
            max_bytes=self._limits.bytes,
            max_asset_bytes=MAX_UPLOAD_BYTES,
            assets=len(rows),
            bytes=sum(row.size_bytes for row in rows),
        )
        return SavedAssets([_shown(row) for row in rows], limits)

    async def prepare(self, owner: str, wanted: PrepareAsset) -> SavedAsset:
        """Return the entry for a file: ready when its bytes are here already, else one that awaits them.

        Raises:
            InvalidRequest: the request is out of range.
            Conflict: the library is full.
        """
        wanted.check()
        known = await in_thread(self._known, owner, wanted)
        now = int(time.time() * 1000)

        def work(connection: "Connection") -> "Row[Any]":
            from sqlalchemy import func, select

            table = _table()
            mine = (table.c.owner == owner, table.c.state != "deleted")
            same = (table.c.sha256 == wanted.sha256, table.c.content_type == canonical(wanted.content_type))
            found = connection.execute(select(table).where(*mine, *same).order_by(table.c.created_epoch_ms)).all()
            if found:
                row = min(found, key=lambda row: row.state != "ready")
                if (known is not None and row.asset_id != known.id) or (row.state == "ready") != (known is not None):
                    # The bytes have come another way, or are gone from the disk.
                    change = (
                        {"state": "ready", "asset_id": known.id} if known else {"state": "pending", "asset_id": None}
                    )
                    connection.execute(table.update().where(table.c.id == row.id).values(**change))
                return connection.execute(select(table).where(table.c.id == row.id)).one()
            count, size = connection.execute(
                select(func.count(), func.coalesce(func.sum(table.c.size_bytes), 0)).where(*mine)
            ).one()
            if count >= self._limits.assets or int(size) + wanted.bytes > self._limits.bytes:
                raise Conflict(f"{FULL} Remove some saved uploads first.", code="library_full")
            asset_id = f"sav_{now:011x}{secrets.token_hex(8)}"
            values = {
                "id": asset_id,
                "owner": owner,
                "sha256": wanted.sha256,
                "size_bytes": wanted.bytes,
                "content_type": canonical(wanted.content_type),
                "name": wanted.name.replace("\x00", "")[:255] or "Saved upload",
                "state": "ready" if known else "pending",
                "asset_id": known.id if known else None,
                "created_epoch_ms": now,
            }
            connection.execute(table.insert().values(values))
            return connection.execute(select(table).where(table.c.id == asset_id)).one()

        return _shown(await self._database.write(work))

    async def awaited(self, owner: str, saved_id: str) -> SavedAsset:
        """Return an entry whose bytes may be written now.

        Raises:
            AlreadyWritten: they are there.
            NotFound, Gone: there is no such entry, or no longer.
        """
        row = await self._require(owner, saved_id)
        if row.state != "pending":
            raise AlreadyWritten("This file is stored already.")
        return _shown(row)

    @contextmanager
    def writing(self, saved_id: str) -> Iterator[None]:
        """Mark an entry as busy inside the block. Of several writers the first to end counts."""
        self._busy[saved_id] += 1
        try:
            yield
        finally:
            self._busy[saved_id] -= 1
            if not self._busy[saved_id]:
                del self._busy[saved_id]

    async def stored(self, owner: str, saved_id: str, asset: Asset) -> None:
        """Note that the bytes of an entry are here.

        Raises:
            AlreadyWritten: somebody was faster.
        """

        def work(connection: "Connection") -> int:
            table = _table()
            mine = (table.c.id == saved_id, table.c.owner == owner, table.c.state == "pending")
            return connection.execute(table.update().where(*mine).values(state="stored", asset_id=asset.id)).rowcount

        if not await self._database.write(work):
            raise AlreadyWritten("This file is stored already.")

    async def finalize(self, owner: str, saved_id: str) -> SavedAsset:
        """Verify the stored bytes against what was announced; the entry is ready then.

        Raises:
            Conflict: nothing is stored yet.
            InvalidRequest: the bytes are not those that were announced; they may be sent again.
            Busy, NotFound, Gone: see there.
        """
        row = await self._require(owner, saved_id, idle=True)
        if row.state == "ready":
            return _shown(row)
        if row.state == "pending":
            raise Conflict("The bytes of this file have not come yet. Send them to its uploadUrl first.")
        with self.writing(saved_id):
            asset = await self._store.get(row.asset_id, owner)
            right = asset is not None and await in_thread(_is_intact, asset, row)
            await self._set_state(saved_id, "ready" if right else "pending")
        if not right:
            raise InvalidRequest(
                "The stored bytes are not those that were announced. Send them again.", code="checksum_mismatch"
            )
        return _shown(await self._require(owner, saved_id))

    async def bind(self, owner: str, saved_id: str, target: BindAsset) -> SavedAsset:
        """Let an upload slot hold a ready entry too.

        Raises:
            InvalidRequest: the slot is unknown, or takes no such file.
            Conflict: the entry is not ready.
            Busy, NotFound, Gone: see there.
        """
        row = await self._require(owner, saved_id, idle=True)
        if row.state != "ready":
            raise Conflict("This file is not ready. Finalize it first.")
        endpoint: Endpoint = "media" if target.type in ("referenceAudio", "referenceVideo") else "image"
        slot, types = parse_slot(endpoint, job_id=target.project_id, slot_type=target.type, media_id=target.id)
        asset = await self._store.get(row.asset_id, owner)
        if asset is None:
            raise Gone("The bytes of this file are no longer here. Upload it again.")
        if agreed_type(asset.mime, None, types) is None:
            raise InvalidRequest(f"{target.type} takes no {asset.mime}", param="type")
        await self._slots.put(owner, slot, asset.id)
        return _shown(row)

    async def delete(self, owner: str, saved_id: str) -> SavedAsset:
        """Take an entry out of the library. What was bound or used keeps its copy.

        Raises:
            Busy, NotFound, Gone: see there.
        """
        await self._require(owner, saved_id, idle=True)
        await self._set_state(saved_id, "deleted")
        return _shown(await self._row(owner, saved_id))

    def _known(self, owner: str, wanted: PrepareAsset) -> Asset | None:
        """Return the asset of *owner* that has these bytes already, however it came."""
        from sqlalchemy import select

        from studio.engine.store.tables.assets import assets

        query = select(assets.c.id).where(
            assets.c.owner == owner,
            assets.c.sha256 == wanted.sha256,
            assets.c.origin == "upload",
            assets.c.mime == canonical(wanted.content_type),
            assets.c.size_bytes == wanted.bytes,
        )
        found = self._database.read_now(lambda connection: connection.execute(query.limit(1)).scalar())
        return self._store.get_now(found, owner) if found else None

    async def _set_state(self, saved_id: str, state: SavedState) -> None:
        table = _table()
        change = table.update().where(table.c.id == saved_id).values(state=state)
        await self._database.write(lambda connection: connection.execute(change))

    async def _row(self, owner: str, saved_id: str) -> "Row[Any]":
        from sqlalchemy import select

        table = _table()
        query = select(table).where(table.c.id == saved_id, table.c.owner == owner)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise NotFound("There is no such saved upload.")
        return row

    async def _require(self, owner: str, saved_id: str, *, idle: bool = False) -> "Row[Any]":
        row = await self._row(owner, saved_id)
        if row.state == "deleted":
            raise Gone("This saved upload was deleted.")
        if idle and saved_id in self._busy:
            raise Busy("This file is being written. Try again in a moment.", retry_after_s=1)
        return row


def _table() -> Any:
    from studio.engine.store.tables.uploads import saved_assets

    return saved_assets


def _is_intact(asset: Asset, row: "Row[Any]") -> bool:
    with asset.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return bool(digest == row.sha256 and asset.size_bytes == row.size_bytes)


def _shown(row: "Row[Any]") -> SavedAsset:
    return SavedAsset(
        id=row.id,
        state=row.state,
        name=row.name,
        content_type=row.content_type,
        bytes=row.size_bytes,
        sha256=row.sha256,
        create_time=row.created_epoch_ms,
    )
