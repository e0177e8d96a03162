"""What is installed: one folder for each pack, with a manifest that was written last.

Cheap to import, because render workers and tools ask here before they load anything.
A pack is installed when its folder holds a readable ``pack.json``; installing moves the
complete folder into place in one step, so half a pack is never seen.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from studio.contract.errors import ToolError

MANIFEST: Final = "pack.json"
_BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Kept:
    """One file of an installed pack: its size in bytes and its hash when it was installed."""

    name: str
    byte_length: int
    sha256: str


@dataclass(frozen=True)
class Installed:
    """A pack on this machine.

    Attributes:
        folder: where its files are.
        version: the edition that was installed.
        model: the person's own model file, for a pack that uses one; it stays where it is.
    """

    id: str
    version: str
    folder: Path
    files: tuple[Kept, ...] = ()
    model: Path | None = None
    installed_epoch_s: int = 0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def byte_length(self) -> int:
        """How much room it takes."""
        return sum(kept.byte_length for kept in self.files)

    def file(self, name: str) -> Path:
        """Return the path of one of its files, whose size was compared.

        Raises:
            ToolError: MODEL_UNAVAILABLE, it is missing or was changed.
        """
        kept = next((kept for kept in self.files if kept.name == name), None)
        path = self.folder / name
        try:
            whole = kept is not None and path.stat().st_size == kept.byte_length
        except OSError:
            whole = False
        if not whole:
            raise ToolError(
                "MODEL_UNAVAILABLE", f"The pack “{self.id}” is damaged ({name}). Remove it and install it again."
            )
        return path

    def damaged(self) -> list[str]:
        """Return the names of files that are missing or differ from what was installed; reads everything."""
        return [kept.name for kept in self.files if digest_of(self.folder / kept.name) != kept.sha256]


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file in hexadecimal, or None when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


def installed(packs: Path, pack_id: str) -> Installed | None:
    """Return the installed pack *pack_id* of the folder *packs*, or None."""
    folder = packs / pack_id
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        return Installed(
            pack_id,
            str(found["version"]),
            folder,
            tuple(Kept(str(f["name"]), int(f["byte_length"]), str(f["sha256"])) for f in found["files"]),
            Path(found["model"]) if found.get("model") else None,
            int(found.get("installed_epoch_s", 0)),
            dict(found.get("facts") or {}),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def require(packs: Path, pack_id: str) -> Installed:
    """Return the installed pack *pack_id*.

    Raises:
        ToolError: MODEL_UNAVAILABLE; its ``data["pack"]`` describes the pack for a card that installs it.
    """
    found = installed(packs, pack_id)
    if found is None:
        raise not_installed(pack_id)
    return found


@contextlib.contextmanager
def used(pack: Installed) -> Iterator[None]:
    """Say that *pack* is not installed where work with it fails because somebody removed it meanwhile.

    Raises:
        ToolError: MODEL_UNAVAILABLE, as ``require``.
    """
    try:
        yield
    except (OSError, ImportError) as error:
        if installed(pack.folder.parent, pack.id) is None:
            raise not_installed(pack.id) from error
        raise


def not_installed(pack_id: str) -> ToolError:
    """Return the error that says a pack is missing, with what a person must know to install it."""
    from studio.engine.packs.catalogue import catalogue

    pack = catalogue()[pack_id]
    size = f"{pack.download_byte_length / 1e6:.0f} MB"
    return ToolError(
        "MODEL_UNAVAILABLE",
        f"The pack “{pack.title}” is not installed ({size}). "
        f"Install it in Settings, or with: studio packs install {pack_id}",
        data={"pack": pack.card(), "notInstalled": True},
    )
