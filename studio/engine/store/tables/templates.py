"""Saved workflow templates: one row for each, its document is JSON with ``asset://`` references, no URLs."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from studio.engine.store.tables.base import metadata

templates = Table(
    "templates",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("visibility", String(16), nullable=False),  # private or public
    Column("document", Text, nullable=False),
    Column("created_epoch_ms", BigInteger, nullable=False),
    Column("updated_epoch_ms", BigInteger, nullable=False),
    Index("templates_owner_created", "owner", "created_epoch_ms"),
    Index("templates_visibility_created", "visibility", "created_epoch_ms"),
)
