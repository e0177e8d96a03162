"""Tables of the engine's database, as SQLAlchemy Core: the same statements on SQLite and PostgreSQL.

Imported lazily: SQLAlchemy takes a third of a second, which the ready line does not wait for.
"""

from studio.engine.store.tables import assets, jobs, ledger, replay, templates, uploads
from studio.engine.store.tables.base import SCHEMA, metadata, schema_version

__all__ = ["SCHEMA", "assets", "jobs", "ledger", "metadata", "replay", "schema_version", "templates", "uploads"]
