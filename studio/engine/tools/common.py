"""Small things that several tools share: sizes, provenance texts, names of pieces, seeds."""

import asyncio
import contextlib
import random
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

from studio import __version__
from studio.contract.errors import ToolError
from studio.contract.media import badge
from studio.engine.renderers.rendered import Format, Rendered, RenderedMedia
from studio.engine.tools.base import Made, Role, SourceMedia, ToolContext

_SEEDS: Final = 2**31 - 1
_ABANDONED_S: Final = 4 * 3600.0
_NOTE_CHARACTERS: Final = 4000
"""JPEG takes 64 kB of notes, and the command line of a program on Windows 32,000 characters."""
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_GROUP: Final = re.compile(r"\{([^{}]*\|[^{}]*)\}")


def index_of(arguments: Mapping[str, Any], key: str) -> int | None:
    """Return an index argument as a whole number, or None when it was not given.

    Raises:
        ToolError: PARAMETER_INVALID, the number is not whole.
    """
    value = arguments.get(key)
    if value is None:
        return None
    if float(value) != int(value):
        raise ToolError("PARAMETER_INVALID", f"{key} must be a whole number.")
    return int(value)


async def picture_of(context: ToolContext, arguments: Mapping[str, Any], key: str = "sourceImageIndex") -> SourceMedia:
    """Return the picture that *arguments* name, else the default piece."""
    return await context.source("image", index_of(arguments, key))


async def picture_or_address(
    context: ToolContext, arguments: Mapping[str, Any], key: str = "sourceImageIndex", url: str = "source_image_url"
) -> SourceMedia:
    """Return the picture at the address that *arguments* give, else the one that they name, else the default piece."""
    if address := arguments.get(url):
        return await context.media_at("image", str(address))
    return await picture_of(context, arguments, key)


def name_of(source: SourceMedia, arguments: Mapping[str, Any] | None = None, url: str = "source_image_url") -> str:
    """Return what people call this piece: ``Image 2``, ``Upload 1``; no name when *arguments* give an address."""
    if arguments is not None and arguments.get(url):
        return f"the {'picture' if source.kind == 'image' else source.kind} at the given address"
    return badge(source.kind, source.index)


def about(tool: str, *, prompt: str = "", seed: int | None = None, renderer: str, model: str) -> dict[str, str]:
    """Return the provenance texts that go into a produced file: one line or more, and no longer than any kind takes."""
    readable = _UNREADABLE.sub("", prompt[:_NOTE_CHARACTERS])
    texts = {"prompt": readable, "tool": tool, "renderer": renderer, "model": model}
    if seed is not None:
        texts["seed"] = str(seed)
    texts["Software"] = f"Sogni Intelligence Studio {__version__}"
    return {key: value for key, value in texts.items() if value}


def made(rendered: Rendered, *, seed: int | None = None, prompt: str | None = None, title: str | None = None) -> Made:
    """Turn a ``renderers.pictures.Rendered`` into a finished file."""
    return Made(
        data=rendered.data,
        media_type="image",
        mime_type=rendered.mime_type,
        width=rendered.width,
        height=rendered.height,
        seed=seed,
        prompt=prompt or None,
        title=title,
    )


async def made_media(
    rendered: RenderedMedia,
    *,
    seed: int | None = None,
    prompt: str | None = None,
    title: str | None = None,
    role: Role = "result",
) -> Made:
    """Read a finished film, sound or model from the worker's file."""
    return Made(
        data=await asyncio.to_thread(Path(rendered.path).read_bytes),
        media_type=rendered.media_type,
        mime_type=rendered.mime_type,
        width=rendered.width,
        height=rendered.height,
        duration_s=rendered.duration_s,
        seed=seed,
        prompt=prompt or None,
        title=title,
        role=role,
    )


@contextlib.asynccontextmanager
async def scratch(context: ToolContext) -> AsyncIterator[Path]:
    """Yield a private folder for one call's files; it is removed afterwards, whatever happens.

    What a killed engine left behind is removed when it is older than any call can be.
    """
    parent = context.folders.cache / "scratch"

    def make() -> Path:
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(left, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=parent))

    folder = await asyncio.to_thread(make)
    try:
        yield folder
    finally:
        # On this thread, so that a second cancellation cannot interrupt it; a handful of files.
        shutil.rmtree(folder, ignore_errors=True)


def seed_of(arguments: Mapping[str, Any]) -> int:
    """Return the seed that was asked for; −1 or none picks one at random."""
    seed = arguments.get("seed", -1)
    return random.SystemRandom().randrange(1, _SEEDS) if seed is None or seed < 0 else int(seed)


def variations(arguments: Mapping[str, Any]) -> int:
    """Return how many results are wanted, 1–16."""
    return max(1, min(16, round(arguments.get("numberOfVariations") or 1)))


def expand(prompt: str, place: int) -> str:
    """Return *prompt* with each ``{a|b|c}`` group replaced by its option for variation *place* (from 0)."""
    return _GROUP.sub(lambda group: (options := group[1].split("|"))[place % len(options)].strip(), prompt).strip()


def output_format(arguments: Mapping[str, Any]) -> Format:
    """Return png, jpg or webp."""
    match arguments.get("outputFormat"):
        case "jpg" | "jpeg":
            return "jpg"
        case "webp":
            return "webp"
        case _:
            return "png"


def path_text(source: SourceMedia) -> str:
    """Return the source's path as picklable text, absolute for the worker."""
    return str(Path(source.path).resolve())
