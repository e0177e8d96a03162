"""API keys: in the system keychain, or in a protected file where there is none.

Nothing here prints, logs or returns a key except ``get``. ``keyring`` (0.24 s) is imported
on first use, and may ask the person to unlock the keychain: call from a worker thread.
"""

import contextlib
import json
import logging
import os
import threading
from pathlib import Path
from typing import Any, Literal

from studio.library.errors import translated

SERVICE = "Sogni Intelligence Studio"
Place = Literal["keychain", "file"]
_log = logging.getLogger(__name__)


class SecretStore:
    """Keys by name, for example ``supernet``. Safe to call from any thread; needs no database."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "secrets.json"
        self._lock = threading.Lock()
        self._backend: Any = None
        self._looked = False

    def __repr__(self) -> str:
        return "SecretStore()"

    def place(self) -> Place:
        """Tell where a key would be kept now."""
        with self._lock:
            return "keychain" if self._keychain() is not None else "file"

    def get(self, name: str) -> str | None:
        """Return a key, or None."""
        with self._lock:
            keychain = self._keychain()
            if keychain is not None:
                try:
                    value = keychain.get_password(SERVICE, name)
                except Exception as error:  # noqa: BLE001 - back ends raise what they like
                    self._give_up(error)
                else:
                    if value:
                        return str(value)
            return self._read().get(name)

    def set(self, name: str, value: str) -> Place:
        """Keep a key and return where it is; an empty one removes it.

        Raises:
            LibraryError: neither keychain nor file could keep it.
        """
        value = value.strip()
        if not value:
            self.remove(name)
            return self.place()
        with self._lock:
            keychain = self._keychain()
            if keychain is not None:
                try:
                    keychain.set_password(SERVICE, name, value)
                    if keychain.get_password(SERVICE, name) == value:
                        self._write_without(name)
                        return "keychain"
                except Exception as error:  # noqa: BLE001 - back ends raise what they like
                    self._give_up(error)
            self._write({**self._read(), name: value})
            return "file"

    def remove(self, name: str) -> None:
        """Forget a key, in both places."""
        with self._lock:
            keychain = self._keychain()
            if keychain is not None:
                with contextlib.suppress(Exception):  # deleting what is not there raises, in every back end differently
                    keychain.delete_password(SERVICE, name)
            self._write_without(name)

    def hint(self, name: str) -> str:
        """Return the last four characters of a key; empty when there is none, or it is too short to hint at."""
        value = self.get(name) or ""
        return value[-4:] if len(value) >= 12 else ""

    def _keychain(self) -> Any:
        if not self._looked:
            self._looked = True
            try:
                import keyring

                backend = keyring.get_keyring()
                # Below 1 are the failing, the null and the plain-text back ends.
                self._backend = backend if float(getattr(backend, "priority", 0)) >= 1 else None
            except Exception as error:  # noqa: BLE001 - a broken back end must not cost the artist the key
                self._give_up(error)
        return self._backend

    def _give_up(self, error: Exception) -> None:
        # Only the class: the text of a back end's error may hold what it was asked to keep.
        _log.info("the system keychain cannot be used (%s)", type(error).__name__)
        self._backend = None

    def _read(self) -> dict[str, str]:
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {k: v for k, v in values.items() if isinstance(v, str)} if isinstance(values, dict) else {}

    def _write_without(self, name: str) -> None:
        values = self._read()
        if values.pop(name, None) is not None:
            self._write(values)

    def _write(self, values: dict[str, str]) -> None:
        aside = self._path.with_name(f".secrets.{os.urandom(4).hex()}.part")
        with translated():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                # Protected from the first byte on, not after the fact.
                handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(values, file)
                    file.flush()
                    os.fsync(file.fileno())
                aside.replace(self._path)
            finally:
                aside.unlink(missing_ok=True)
