"""What the film tools share: which film is meant, and how its facts are told."""

from collections.abc import Mapping
from typing import Any

from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.tools.base import SourceMedia, ToolContext
from studio.engine.tools.common import index_of

RENDERER = "ffmpeg"


async def film_of(context: ToolContext, arguments: Mapping[str, Any], key: str = "sourceVideoIndex") -> SourceMedia:
    """Return the film that *arguments* name, else the default piece.

    −1 is the first uploaded film; where none was uploaded it means the latest one, as the catalogue says.

    Raises:
        ToolError: ASSET_NOT_FOUND or PARAMETER_INVALID.
    """
    index = index_of(arguments, key)
    if index == -1 and context.count("video", uploaded=True) == 0:
        index = None
    return await context.source("video", index)


def facts(rendered: RenderedMedia) -> str:
    """Return a film's facts for people: ``4.2 s, 1280 × 720 px, 24 frames per second``."""
    rate = rendered.notes.get("fps")
    rate_text = f", {rate:.5g} frames per second" if rate else ""
    return f"{rendered.duration_s or 0:.4g} s, {rendered.width} × {rendered.height} px{rate_text}"


def listed(names: list[str]) -> str:
    """Return names as a sentence part: ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
