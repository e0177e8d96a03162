"""Durable work: runs and workflows with their event logs and step results.

``jobs`` is the current truth, ``job_events`` the append-only log (never updated),
``job_results`` what need not be done again after a crash. JSON columns hold ``asset://``
references, never URLs of this engine (see ``store.seal``).
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from studio.engine.store.tables.base import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # run or workflow
    Column("owner", String(64), nullable=False),
    Column("status", String(24), nullable=False),
    Column("request", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("next_sequence", Integer, nullable=False, default=0),
    Column("attempt", Integer, nullable=False, default=1),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("cancel_reason", Text),
    Column("lease_id", String(64)),
    Column("lease_owner", String(64)),
    Column("lease_acquired_epoch_ms", BigInteger),
    Column("lease_heartbeat_epoch_ms", BigInteger),
    Column("lease_expires_epoch_ms", BigInteger),
    Column("created_epoch_ms", BigInteger, nullable=False),
    Column("updated_epoch_ms", BigInteger, nullable=False),
    Column("completed_epoch_ms", BigInteger),
    Index("jobs_owner_kind_created", "owner", "kind", "created_epoch_ms"),
    Index("jobs_status", "status"),
)

job_events = Table(
    "job_events",
    metadata,
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("type", String(64), nullable=False),
    Column("at_epoch_ms", BigInteger, nullable=False),
    Column("payload", Text),
    Column("once", String(255)),
    UniqueConstraint("job_id", "once", name="job_events_once"),
)

job_results = Table(
    "job_results",
    metadata,
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("step", String(128), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    Column("created_epoch_ms", BigInteger, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("endpoint", String(96), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("resource_id", String(64), nullable=False),
    Column("created_epoch_ms", BigInteger, nullable=False),
)

executors = Table(
    "executors",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("expires_epoch_ms", BigInteger, nullable=False),
)
