"""The packs of one engine: what is there, and one install at a time for each.

Progress is kept here and every change wakes those who wait for it, so that nobody polls.
"""

import asyncio
import contextlib
import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from studio.contract.errors import StudioError
from studio.engine.packs import store, unpack
from studio.engine.packs.catalogue import Pack, catalogue
from studio.engine.packs.fetch import ArchiveFolder, PackageIndex, PackError, Source

log = logging.getLogger(__name__)

PARTS: Final = ".parts"
_FETCHED: Final = 0.85
"""How far an install is when everything is fetched."""
_TOLD_STEP: Final = 0.005
_SPARE_BYTES: Final = 200_000_000

State = Literal["available", "installing", "installed", "failed"]


@dataclass(frozen=True)
class PackState:
    """One pack as it stands.

    Attributes:
        installed: what is on this machine; also while another edition is being installed.
        fraction: how far an install is, 0.0–1.0.
        label: what it does, in words.
        error: why the last install failed, a sentence.
        revision: grows with every change.
    """

    pack: Pack
    state: State
    installed: store.Installed | None
    fraction: float | None = None
    label: str | None = None
    error: str | None = None
    revision: int = 0


class _Job:
    """One install."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.fraction = 0.0
        self.label = "Starting"
        self.stop = threading.Event()


class PackDesk:
    """Lists, installs and removes packs."""

    def __init__(
        self,
        packs: Path,
        *,
        busy: Callable[[int], None] = lambda change: None,
        packs_known: Callable[[], Mapping[str, Pack]] = catalogue,
        index: Source | None = None,
    ) -> None:
        """Make it; nothing is read before it is asked.

        Args:
            packs: the folder of installed packs; may not exist.
            busy: told +1 when an install begins and −1 when it ends, so that the engine stays.
            packs_known, index: what to use instead of the catalogue and the package index.
        """
        self._packs = packs
        self._busy = busy
        self._known = packs_known
        self._index = index or PackageIndex()
        self._jobs: dict[str, _Job] = {}
        self._errors: dict[str, str] = {}
        self._revision = 0
        self._changed = asyncio.Event()
        self._swept = False
        self._sweeping = threading.Lock()

    async def all(self) -> list[PackState]:
        """Return every pack, in the order of the catalogue."""
        return [await self.one(pack_id) for pack_id in self._known()]

    async def one(self, pack_id: str) -> PackState:
        """Return one pack.

        Raises:
            KeyError: there is no such pack.
        """
        pack = self._known()[pack_id]
        await asyncio.to_thread(self._sweep)
        found = await asyncio.to_thread(store.installed, self._packs, pack_id)
        job = self._jobs.get(pack_id)
        if job is not None:
            return PackState(pack, "installing", found, job.fraction, job.label, None, self._revision)
        error = self._errors.get(pack_id)
        state: State = "failed" if error else "installed" if found else "available"
        return PackState(pack, state, found, None, None, error, self._revision)

    async def changed(self, pack_id: str, after: int, timeout_s: float) -> PackState:
        """Return the pack once its revision is greater than *after*, or as it is after *timeout_s* seconds."""
        self._known()[pack_id]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._revision <= after:
                    await self._changed.wait()
        return await self.one(pack_id)

    async def install(self, pack_id: str, given: Path | None = None) -> PackState:
        """Begin to install a pack, unless that is under way; returns at once.

        Args:
            given: a folder of archives to use instead of the index; for a pack that runs a model of the
                person's own, that model file.

        Raises:
            KeyError: there is no such pack.
            PackError: it cannot be begun.
        """
        pack = self._known()[pack_id]
        if pack_id not in self._jobs:
            source, model = await asyncio.to_thread(self._sources, pack, given)
            await asyncio.to_thread(self._check_room, pack)
            if pack_id not in self._jobs:
                job = self._jobs[pack_id] = _Job()
                self._errors.pop(pack_id, None)
                self._busy(1)
                job.task = asyncio.create_task(self._install(pack, source, model, job), name=f"install pack {pack_id}")
                self._tell()
        return await self.one(pack_id)

    async def cancel(self, pack_id: str) -> PackState:
        """Stop an install; what was fetched completely is kept for the next one.

        Raises:
            KeyError: there is no such pack.
        """
        self._known()[pack_id]
        await self._end(pack_id)
        return await self.one(pack_id)

    async def remove(self, pack_id: str) -> PackState:
        """Stop an install, and take away the pack and everything fetched for it.

        Raises:
            KeyError: there is no such pack.
            PackError: it is in use.
        """
        self._known()[pack_id]
        await self._end(pack_id)
        await asyncio.to_thread(shutil.rmtree, self._packs / PARTS / pack_id, True)
        await asyncio.to_thread(unpack.remove, self._packs, pack_id)
        self._errors.pop(pack_id, None)
        self._tell()
        return await self.one(pack_id)

    async def close(self) -> None:
        """Stop every install."""
        for pack_id in list(self._jobs):
            await self._end(pack_id)

    async def _end(self, pack_id: str) -> None:
        job = self._jobs.get(pack_id)
        if job is None or job.task is None:
            return
        job.stop.set()
        job.task.cancel()
        await asyncio.wait({job.task})

    def _sources(self, pack: Pack, given: Path | None) -> tuple[Source, Path | None]:
        if pack.own_model is not None:
            if given is None:
                raise PackError(f"Name your .{pack.own_model} file: studio packs install {pack.id} --from FILE")
            return self._index, _own_model(given)
        if given is None:
            return self._index, None
        if not given.is_dir():
            raise PackError(f"{given} is not a folder.")
        return ArchiveFolder(given), None

    def _check_room(self, pack: Pack) -> None:
        self._sweep()
        needed = pack.download_byte_length + pack.installed_byte_length + _SPARE_BYTES
        try:
            self._packs.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self._packs).free
        except OSError as error:
            raise unpack.not_written(pack, error) from error
        if free < needed:
            raise PackError(f"{pack.title} needs {needed / 1e9:.1f} GB of free disk space. Make some room.")

    def _sweep(self) -> None:
        """Clear away what a killed engine left; before the first look, and never beside an install."""
        with self._sweeping:
            if not self._swept:
                unpack.sweep(self._packs)
                self._swept = True

    async def _install(self, pack: Pack, source: Source, model: Path | None, job: _Job) -> None:
        try:
            await self._fetch_and_unpack(pack, source, model, job)
        except asyncio.CancelledError:
            raise
        except StudioError as error:
            self._errors[pack.id] = str(error)
        except OSError as error:
            self._errors[pack.id] = str(unpack.not_written(pack, error))
        except Exception:  # the task's owner only waits for its end, so this is where the failure is read
            log.exception("installing the pack %s failed", pack.id)
            self._errors[pack.id] = "Something went wrong inside the engine. Its log holds the details."
        finally:
            del self._jobs[pack.id]
            self._busy(-1)
            self._tell()

    async def _fetch_and_unpack(self, pack: Pack, source: Source, model: Path | None, job: _Job) -> None:
        folder = self._packs / PARTS / pack.id
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        whole, before = max(1, pack.download_byte_length), 0
        archives: dict[str, Path] = {}
        loop = asyncio.get_running_loop()
        for number, part in enumerate(pack.parts, 1):
            label = "Fetching" if len(pack.parts) == 1 else f"Fetching part {number} of {len(pack.parts)}"

            def arrived(count: int, label: str = label, before: int = before) -> None:
                self._progress(job, _FETCHED * (before + count) / whole, label)

            arrived(0)
            archives[part.package] = await source.get(part, folder, arrived)
            before += part.byte_length

        size = max(1, pack.installed_byte_length)

        def written(count: int) -> None:
            if job.stop.is_set():
                raise PackError("Stopped.")
            fraction = _FETCHED + (1 - _FETCHED) * min(1.0, count / size)
            if fraction - job.fraction >= _TOLD_STEP:
                loop.call_soon_threadsafe(self._progress, job, fraction, "Unpacking and checking")

        unpacking = asyncio.ensure_future(
            asyncio.to_thread(unpack.unpack, pack, archives, self._packs, written, model=model)
        )
        try:
            await asyncio.shield(unpacking)
        except asyncio.CancelledError:
            await asyncio.wait({unpacking})  # it stops at its next block
            if not unpacking.cancelled():
                unpacking.exception()
            raise
        await asyncio.to_thread(shutil.rmtree, folder, True)

    def _progress(self, job: _Job, fraction: float, label: str) -> None:
        if label == job.label and abs(fraction - job.fraction) < _TOLD_STEP:
            return
        job.fraction, job.label = max(job.fraction, fraction), label
        self._tell()

    def _tell(self) -> None:
        """Wake everybody who waits, each once."""
        self._revision += 1
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()


def _own_model(path: Path) -> Path:
    path = path.expanduser().absolute()
    if not path.is_file():  # opening a pipe would wait for ever
        raise PackError(f"{path} is not a file.")
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise PackError(f"{path} can't be read.") from error
    if magic != b"GGUF":
        raise PackError(f"{path.name} is not a GGUF model file.")
    return path
