"""Which asset lies in which upload slot. A second upload to a slot replaces the first."""

import hashlib
import time
from typing import TYPE_CHECKING

import msgspec

from studio.contract.uploads import Slot
from studio.engine.store.assets import Asset, AssetStore
from studio.engine.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import Connection


class UploadSlots:
    """The slot table. An owner sees only their own slots."""

    def __init__(self, database: Database, store: AssetStore) -> None:
        self._database = database
        self._store = store

    async def put(self, owner: str, slot: Slot, asset_id: str) -> None:
        """Let *slot* hold that asset from now on."""
        named = msgspec.json.encode([slot.job_id, slot.type, slot.media_id, slot.artifact]).decode()
        values = {
            "owner": owner,
            "slot": _digest(slot),
            "asset_id": asset_id,
            "named": named,
            "updated_epoch_ms": int(time.time() * 1000),
        }

        def work(connection: "Connection") -> None:
            from studio.engine.store.tables.uploads import upload_slots
            from studio.engine.store.upsert import insert_ignore

            if not insert_ignore(connection, upload_slots, values):
                connection.execute(
                    upload_slots.update()
                    .where(upload_slots.c.owner == owner, upload_slots.c.slot == values["slot"])
                    .values(asset_id=asset_id, updated_epoch_ms=values["updated_epoch_ms"])
                )

        await self._database.write(work)

    async def find(self, owner: str, slot: Slot) -> Asset | None:
        """Return what lies in *slot*; None when nothing does, or its file is gone."""

        def work(connection: "Connection") -> str | None:
            from sqlalchemy import select

            from studio.engine.store.tables.uploads import upload_slots

            table = upload_slots.c
            query = select(table.asset_id).where(table.owner == owner, table.slot == _digest(slot))
            found: str | None = connection.execute(query).scalar()
            return found

        asset_id = await self._database.read(work)
        return await self._store.get(asset_id, owner) if asset_id else None


def _digest(slot: Slot) -> str:
    return hashlib.sha256(msgspec.json.encode([slot.job_id, slot.type, slot.media_id, slot.artifact])).hexdigest()
