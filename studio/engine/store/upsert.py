"""``INSERT … ON CONFLICT DO NOTHING`` on either database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_ignore(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert *values*; return False (and change nothing) when a unique row is there already."""
    if connection.dialect.name == "postgresql":
        statement: Any = postgresql.insert(table).values(values).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(table).values(values).on_conflict_do_nothing()
    # The count of rows is not told for every statement; what it returns is.
    return connection.execute(statement.returning(next(iter(table.primary_key)))).first() is not None
