"""Writing what a tool made into a folder, verified and under readable names."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from studio.contract.chat import MediaKind, ToolResult
from studio.contract.media import badge
from studio.library.names import export_name, extension
from studio.service.media import download
from studio.service.transport import Transport
from studio.viewmodels.saving import Result, results_of


@dataclass(frozen=True)
class WrittenFile:
    """One file on disk, with its provenance."""

    path: Path
    kind: str
    badge: str
    width: int | None
    height: int | None
    prompt: str
    tool: str
    seed: int | None
    title: str = ""
    sha256: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain values; the path as text."""
        return {**asdict(self), "path": str(self.path)}


async def write_results(
    transport: Transport,
    result: ToolResult,
    folder: Path,
    *,
    already: Sequence[WrittenFile],
    into: list[WrittenFile] | None = None,
) -> list[WrittenFile]:
    """Write every file of *result* to *folder*, which is made if it is not there. Nothing is overwritten.

    Args:
        already: files of earlier results; they count for the names.
        into: what was written of this result before it broke off; the rest is added.

    Raises:
        ApiError, TransportError: a file could not be fetched.
        StorageError, OSError: it cannot be kept there.
    """
    folder = await asyncio.to_thread(_made, folder)
    written = [] if into is None else into
    for file in results_of(result)[len(written) :]:
        written.append(await _write(transport, result, file, folder, len(already) + len(written) + 1))
    return written


async def _write(transport: Transport, result: ToolResult, file: Result, folder: Path, number: int) -> WrittenFile:
    output = file.output
    name_of_piece = badge(cast(MediaKind, file.kind), file.index) if file.index is not None else ""
    title = (output.title or output.prompt or "" if output else "") or result.tool.replace("_", " ")
    target = _free(folder / export_name(title, name_of_piece or str(number), extension(file.mime_type)))
    done = await download(transport, file.url, target, expected_sha256=output.sha256 if output else None)
    return WrittenFile(
        path=target,
        kind=file.kind,
        badge=name_of_piece,
        width=output.width if output else None,
        height=output.height if output else None,
        prompt=(output.prompt or "" if output else "") or result.prompt or "",
        tool=result.tool,
        seed=output.seed if output else None,
        title=output.title or "" if output else "",
        sha256=done.sha256,
    )


def _made(folder: Path) -> Path:
    folder = folder.expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _free(path: Path) -> Path:
    """Return *path*, or the same with a number where a file of that name exists."""
    number = 2
    candidate = path
    while candidate.exists():
        candidate = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return candidate
