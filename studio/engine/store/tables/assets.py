"""Kept files: one row for each asset, the bytes are in the blob folder."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from studio.engine.store.tables.base import metadata

assets = Table(
    "assets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("mime", String(128), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("filename", String(255), nullable=False),
    Column("origin", String(16), nullable=False),  # upload, made or fetched
    Column("provenance", Text, nullable=False, default="{}"),
    Column("created_epoch_ms", BigInteger, nullable=False),
    Index("assets_owner_sha256", "owner", "sha256", "origin"),
)
