"""Keeps replay records in the engine's database. An owner sees only their own."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from studio.contract.errors import NotFound
from studio.contract.replay import MOST_ID_LETTERS, Summary, Written, accept, redact, summary
from studio.engine.store.database import Database
from studio.engine.store.tables.replay import replay_records as table
from studio.engine.store.upsert import insert_ignore


@dataclass(frozen=True)
class ReplayStore:
    """The records in *database*."""

    database: Database
    now_ms: Callable[[], int] = lambda: int(time.time() * 1000)

    async def write(self, owner: str, data: object) -> Written:
        """Keep *data*, redacted. A record with the same ``run_id`` is replaced; its time of creation stays.

        Raises:
            InvalidRequest: *data* is not an object, or has no usable ``run_id``.
        """
        record = accept(data)
        now = self.now_ms()
        brief = summary(record, created_ms=now, updated_ms=now)
        values = {
            "owner": owner,
            "run_id": brief.run_id,
            "schema_version": brief.schema_version,
            "summary": msgspec.json.encode(brief).decode(),
            "record": msgspec.json.encode(record).decode(),
            "created_epoch_ms": now,
            "updated_epoch_ms": now,
        }
        created = await self.database.write(lambda connection: _put(connection, values))
        return Written(brief.run_id, brief.schema_version, created, now)

    async def page(self, owner: str, limit: int) -> list[Summary]:
        """Return the summaries of at most *limit* records of *owner*, newest first."""
        query = (
            select(table.c.summary, table.c.created_epoch_ms, table.c.updated_epoch_ms)
            .where(table.c.owner == owner)
            .order_by(table.c.number.desc())
            .limit(limit)
        )
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        return [
            msgspec.structs.replace(msgspec.json.decode(text, type=Summary), create_time=created, update_time=updated)
            for text, created, updated in rows
        ]

    async def get(self, owner: str, run_id: str) -> tuple[dict[str, Any], int]:
        """Return the record of *run_id*, redacted once more, and when it was first written (epoch ms).

        Raises:
            NotFound: *owner* has no such record.
        """
        row = None
        if len(run_id) <= MOST_ID_LETTERS and run_id.isprintable():
            query = select(table.c.record, table.c.created_epoch_ms).where(
                table.c.owner == owner, table.c.run_id == run_id
            )
            row = await self.database.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise NotFound(f"There is no replay record of the run {run_id[:MOST_ID_LETTERS]}.")
        return redact(msgspec.json.decode(row[0])) | {"run_id": run_id}, row[1]


def _put(connection: Connection, values: Mapping[str, Any]) -> int:
    """Insert or replace, and return when the record was first written."""
    if insert_ignore(connection, table, values):
        return int(values["created_epoch_ms"])
    key = (table.c.owner == values["owner"]) & (table.c.run_id == values["run_id"])
    changed = {name: values[name] for name in ("schema_version", "summary", "record", "updated_epoch_ms")}
    connection.execute(update(table).where(key).values(changed))
    return int(connection.execute(select(table.c.created_epoch_ms).where(key)).scalar_one())
