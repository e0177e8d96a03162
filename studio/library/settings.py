"""Settings: a key and a JSON value. Keys this studio does not know survive."""

from typing import Any

from studio.library.database import Database, from_json, to_json


class Settings:
    """The settings table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of *key*."""
        with self._db.read() as db:
            row = db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return default if row is None else from_json(row["value"], default)

    def put(self, key: str, value: Any) -> None:
        """Keep *value* (anything JSON can hold) under *key*.

        Raises:
            LibraryError: it could not be kept; the old value stays.
        """
        text = to_json(value)
        with self._db.write() as db:
            db.execute(
                "INSERT INTO settings (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, text),
            )

    def remove(self, key: str) -> None:
        """Forget *key*."""
        with self._db.write() as db:
            db.execute("DELETE FROM settings WHERE key = ?", (key,))

    def all(self) -> dict[str, Any]:
        """Return every setting."""
        with self._db.read() as db:
            return {row["key"]: from_json(row["value"]) for row in db.execute("SELECT key, value FROM settings")}
