"""Upload slots of presigned uploads, and the library of saved assets."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from studio.engine.store.tables.base import metadata

upload_slots = Table(
    "upload_slots",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("slot", String(64), primary_key=True),  # digest of what names the slot
    Column("asset_id", String(64), nullable=False),
    Column("named", Text, nullable=False),  # what names it, as JSON, for people who look
    Column("updated_epoch_ms", BigInteger, nullable=False),
)

saved_assets = Table(
    "saved_assets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("content_type", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("state", String(16), nullable=False),  # pending, stored, ready or deleted
    Column("asset_id", String(64)),
    Column("created_epoch_ms", BigInteger, nullable=False),
    Index("saved_assets_owner_sha256", "owner", "sha256"),
)
