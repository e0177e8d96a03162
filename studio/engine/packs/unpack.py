"""From verified archives to an installed pack, in one step that is done or not done."""

import contextlib
import errno
import fnmatch
import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from studio.engine.packs.catalogue import File, Pack, Tree
from studio.engine.packs.fetch import PackError
from studio.engine.packs.store import MANIFEST, Kept, installed

_BLOCK_BYTES: Final = 1 << 20
MAKING: Final = ".making"
_REPLACED: Final = "old-"
_REMOVED: Final = "gone-"

Written = Callable[[int], None]
"""Told how many bytes are written by now; may raise to stop."""


def unpack(
    pack: Pack, archives: Mapping[str, Path], packs: Path, written: Written, *, model: Path | None = None
) -> None:
    """Make the folder of *pack* from the archives of its parts and move it into place. Blocking.

    Args:
        archives: the verified archive of each part, by package name.
        packs: the folder of installed packs; an earlier edition there is replaced.
        model: the person's own model file, recorded by its path.

    Raises:
        PackError: an archive does not hold what it should, or the disk refused.
    """
    making = packs / MAKING
    making.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{pack.id}-", dir=making))
    try:
        kept, total = [], 0

        def more(count: int) -> None:
            nonlocal total
            total += count
            written(total)

        for file in pack.files:
            kept.append(_joined(file, archives, folder, more))
        for tree in pack.trees:
            kept += _tree(tree, archives[tree.part], folder, more)
        _write_manifest(pack, kept, folder, model)
        _swap(folder, packs / pack.id, making)
    except zipfile.BadZipFile as error:
        raise PackError(f"An archive of {pack.title} is damaged.") from error
    except OSError as error:
        raise not_written(pack, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def not_written(pack: Pack, error: OSError) -> PackError:
    """Return what a person is told when the disk refuses a pack."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return PackError(f"The disk is full, so {pack.title} was not installed. Make some room and install it again.")
    return PackError(f"{pack.title} could not be written: {error.strerror or error}.")


def remove(packs: Path, pack_id: str) -> None:
    """Take an installed pack away. Blocking.

    Raises:
        PackError: its files are in use.
    """
    making = packs / MAKING
    try:
        making.mkdir(parents=True, exist_ok=True)
        going = Path(tempfile.mkdtemp(prefix=_REMOVED, dir=making))
    except OSError:  # a full disk has no room for a folder, and is the very reason to remove a pack
        _delete(packs / pack_id)
        return
    try:
        (packs / pack_id).rename(going / pack_id)  # at once gone for everybody, then slowly deleted
    except FileNotFoundError:
        pass
    except OSError as error:
        raise PackError("The pack is in use. Stop what runs and try again.") from error
    finally:
        shutil.rmtree(going, ignore_errors=True)


def sweep(packs: Path) -> None:
    """Clear away what an install or removal that was killed left behind. Blocking.

    Finished parts stay for the next try, and an edition that was about to be replaced goes back to its place.
    """
    making = packs / MAKING
    for folder in making.glob(f"{_REPLACED}*/*"):
        if installed(folder.parent, folder.name) is not None and not (packs / folder.name).exists():
            with contextlib.suppress(OSError):
                folder.rename(packs / folder.name)
    shutil.rmtree(making, ignore_errors=True)


def _delete(folder: Path) -> None:
    """Delete a pack where it is, the manifest first, so that half of it is never taken for the whole."""
    try:
        (folder / MANIFEST).unlink(missing_ok=True)
    except OSError as error:
        raise PackError(f"The pack could not be removed: {error.strerror or error}.") from error
    shutil.rmtree(folder, ignore_errors=True)


def _joined(file: File, archives: Mapping[str, Path], folder: Path, more: Callable[[int], None]) -> Kept:
    target = folder / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        for member in file.members:
            try:
                with zipfile.ZipFile(archives[member.part]) as archive, archive.open(member.name) as data:
                    while block := data.read(_BLOCK_BYTES):
                        digest.update(block)
                        out.write(block)
                        size += len(block)
                        more(len(block))
            except KeyError as error:
                raise PackError(f"{member.part} does not hold {member.name}.") from error
    if digest.hexdigest() != file.sha256:
        raise PackError(f"{PurePosixPath(file.name).name} is not what was expected, so the pack was not installed.")
    return Kept(file.name, size, file.sha256)


def _tree(tree: Tree, archive: Path, folder: Path, more: Callable[[int], None]) -> list[Kept]:
    kept = []
    with zipfile.ZipFile(archive) as found:
        for entry in found.infolist():
            name = PurePosixPath(entry.filename)
            if entry.is_dir() or not any(fnmatch.fnmatchcase(entry.filename, pattern) for pattern in tree.patterns):
                continue
            if name.is_absolute() or ".." in name.parts or "\\" in entry.filename or ":" in entry.filename:
                raise PackError(f"{archive.name} holds a name that leads outside ({entry.filename}).")
            place = PurePosixPath(tree.into) / name
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with found.open(entry) as data, target.open("wb") as out:
                while block := data.read(_BLOCK_BYTES):
                    digest.update(block)
                    out.write(block)
                    more(len(block))
            kept.append(Kept(str(place), entry.file_size, digest.hexdigest()))
    if not kept:
        raise PackError(f"{archive.name} holds nothing of what was expected.")
    return kept


def _write_manifest(pack: Pack, kept: list[Kept], folder: Path, model: Path | None) -> None:
    manifest = {
        "id": pack.id,
        "version": pack.version,
        "title": pack.title,
        "licence": pack.licence,
        "origin": pack.origin,
        "installed_epoch_s": int(time.time()),
        "model": str(model) if model else None,
        "files": [{"name": k.name, "byte_length": k.byte_length, "sha256": k.sha256} for k in kept],
    }
    with (folder / MANIFEST).open("w", encoding="utf-8") as out:
        json.dump(manifest, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())


def _swap(folder: Path, place: Path, making: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=_REPLACED, dir=making))
    try:
        if place.exists():
            place.rename(old / place.name)
        try:
            folder.rename(place)
        except OSError:
            if (old / place.name).exists():
                (old / place.name).rename(place)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
