"""The append-only ledger of a rate card that charges: rows are added, never changed.

A balance is the sum of its rows. Amounts are millionths of a token, so that both databases
add them exactly. One piece of work has a ``hold`` (negative), then either a ``release``
(the hold given back) or a ``release`` and a ``settle`` (the charge, negative or nothing).
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint

from studio.engine.store.tables.base import metadata

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("owner", String(64), nullable=False),
    Column("bucket", String(16), nullable=False),  # premium_spark, free_spark or sogni
    Column("kind", String(16), nullable=False),  # opening, hold, release or settle
    Column("work_key", String(255), nullable=False),
    Column("round", Integer, nullable=False),  # one more for every hold after a release
    Column("amount_micro", BigInteger, nullable=False),
    Column("tool", String(64)),
    Column("model", String(128)),
    Column("outputs", Integer),
    Column("billing_mode", String(16)),
    Column("created_epoch_ms", BigInteger, nullable=False),
    UniqueConstraint("work_key", "round", "kind", name="ledger_once"),
    Index("ledger_owner_bucket", "owner", "bucket"),
)
