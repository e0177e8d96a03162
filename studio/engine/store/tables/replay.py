"""Replay records, one row for each run of an owner; ``record`` is the redacted object as JSON."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from studio.engine.store.tables.base import metadata

replay_records = Table(
    "replay_records",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # order of creation
    Column("owner", String(64), nullable=False),
    Column("run_id", String(255), nullable=False),
    Column("schema_version", Float, nullable=False),
    Column("summary", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("created_epoch_ms", BigInteger, nullable=False),
    Column("updated_epoch_ms", BigInteger, nullable=False),
    UniqueConstraint("owner", "run_id", name="replay_records_owner_run"),
    Index("replay_records_owner_number", "owner", "number"),
)
