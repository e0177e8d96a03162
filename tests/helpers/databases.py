"""Databases for tests: SQLite files, or (with ``STUDIO_TEST_POSTGRES``) a PostgreSQL database for each data folder.

``python -m tests.helpers.databases`` starts a throw-away PostgreSQL server, runs the rest of
its command line with ``STUDIO_TEST_POSTGRES`` set, and stops it. Without PostgreSQL it says
so and runs nothing.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "STUDIO_TEST_POSTGRES"


def postgres_programs() -> Path | None:
    """Return the folder of ``initdb`` and ``pg_ctl``, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server in a temporary folder; yields the URL of its administrator.

    Raises:
        RuntimeError: it is not installed, or this process may not start it.
    """
    programs = postgres_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed")
    # PostgreSQL refuses to run as root; Debian's package brings the user postgres.
    as_user = ["runuser", "-u", "postgres", "--"] if os.name == "posix" and os.geteuid() == 0 else []
    if as_user and subprocess.run([*as_user, "true"], capture_output=True, check=False).returncode:
        raise RuntimeError("there is no user postgres to run it as")
    with tempfile.TemporaryDirectory(prefix="studio-pg-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        if as_user:
            shutil.chown(folder, "postgres")
        data, log = f"{folder}/data", f"{folder}/log"
        initdb = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*as_user, *initdb], check=True, capture_output=True, cwd=folder)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        options += " -c max_connections=200"
        control = [*as_user, str(programs / "pg_ctl"), "-D", data, "-l", log, "-w"]
        subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd=folder)
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder)


def database_url(data_dir: Path) -> str | None:
    """Return the database that belongs to *data_dir*, made on first use; None for SQLite."""
    admin = os.environ.get(VARIABLE)
    if not admin:
        return None
    from sqlalchemy import create_engine, text

    name = "t_" + hashlib.sha256(str(data_dir).encode()).hexdigest()[:24]
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first()
        if known is None:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return admin.rpartition("/")[0] + "/" + name


def main() -> int:
    try:
        with postgres() as url:
            return subprocess.run(sys.argv[1:], env={**os.environ, VARIABLE: url}, check=False).returncode
    except RuntimeError as error:
        print(f"skipped: {error}")  # noqa: T201
        return 0


if __name__ == "__main__":
    sys.exit(main())
