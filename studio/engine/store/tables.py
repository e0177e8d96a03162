"""Tables of ``engine.sqlite``, as SQLAlchemy Core, so that PostgreSQL runs the same statements.

Imported lazily: SQLAlchemy takes a third of a second, which the ready line does not wait for.
"""

from sqlalchemy import BigInteger, Column, Engine, Index, Integer, MetaData, String, Table, Text, create_engine, event

SCHEMA = 1

metadata = MetaData()

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

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))


def open_database(url: str) -> Engine:
    """Open the database at *url* and create what is missing.

    Raises:
        RuntimeError: a newer version of the studio wrote it.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
    with engine.begin() as connection:
        metadata.create_all(connection)
        found = connection.execute(schema_version.select()).scalar()
        if found is None:
            connection.execute(schema_version.insert().values(version=SCHEMA))
        elif found > SCHEMA:
            raise RuntimeError("A newer version of the studio made this data folder; start that one.")
    return engine


def _sqlite_pragmas(connection: object, record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # NORMAL under WAL keeps the file consistent after power loss; the media bytes are fsynced before their row.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
