"""Sizes and shapes as arguments say them, in pixels. Imports nothing heavy."""

import re
from typing import Final

from studio.contract.errors import ToolError

MIN_EDGE: Final = 256
MAX_EDGE: Final = 2048
DEFAULT_EDGE: Final = 1024
_GRID: Final = 8
_RATIO: Final = re.compile(r"\s*(\d{1,5}(?:\.\d+)?)\s*[:/]\s*(\d{1,5}(?:\.\d+)?)\s*")
_PIXELS: Final = re.compile(r"\s*(\d{2,5})\s*[x×]\s*(\d{2,5})\s*(?:px)?\s*", re.IGNORECASE)
_WORDS: Final = {
    "square": 1.0,
    "portrait": 2 / 3,
    "landscape": 3 / 2,
    "wide": 16 / 9,
    "panorama": 21 / 9,
    "tall": 9 / 16,
}


def parse_shape(text: str) -> tuple[float, tuple[int, int] | None]:
    """Read an aspect argument: width / height, and the exact size when it was given in pixels.

    Raises:
        ToolError: PARAMETER_INVALID, it is neither a ratio nor a size.
    """
    if match := _PIXELS.fullmatch(text):
        width, height = int(match[1]), int(match[2])
        return width / height, (width, height)
    if (match := _RATIO.fullmatch(text)) and float(match[1]) > 0 and float(match[2]) > 0:
        return float(match[1]) / float(match[2]), None
    if (word := text.strip().lower()) in _WORDS:
        return _WORDS[word], None
    raise ToolError(
        "PARAMETER_INVALID",
        f'aspectRatio "{text}" is not a shape. Write it like "16:9", or in pixels like "1536x1024".',
    )


def canvas_size(
    width: float | None, height: float | None, shape: str | None, default: tuple[int, int] | None = None
) -> tuple[int, int]:
    """Return the size of a new picture in pixels: each edge 256–2048, on the 8 px grid.

    With only a shape the area is about 1024²; *default* is the size when nothing was asked for.

    Raises:
        ToolError: PARAMETER_INVALID, a size or shape out of reach.
    """
    ratio, exact = parse_shape(shape) if shape else (None, None)
    if exact and width is None and height is None:
        width, height = exact
    elif ratio and width and height is None:
        height = width / ratio
    elif ratio and height and width is None:
        width = height * ratio
    elif ratio:
        area = width * height if width and height else DEFAULT_EDGE**2
        width, height = _by_area(ratio, area)
    elif width is None and height is None and default:
        width, height = default
    width, height = width or height or DEFAULT_EDGE, height or width or DEFAULT_EDGE
    for name, edge in (("width", width), ("height", height)):
        if not MIN_EDGE <= round(edge) <= MAX_EDGE:
            raise ToolError(
                "PARAMETER_INVALID",
                f"{name} would be {edge:.12g} px; the built-in painter works from {MIN_EDGE} to {MAX_EDGE} px.",
                suggested_args={name: max(MIN_EDGE, min(MAX_EDGE, round(edge)))},
            )
    return _snap(width), _snap(height)


def _by_area(ratio: float, area: float) -> tuple[float, float]:
    width, height = (area * ratio) ** 0.5, (area / ratio) ** 0.5
    shrink = min(1.0, MAX_EDGE / max(width, height))
    width, height = width * shrink, height * shrink
    if min(width, height) < MIN_EDGE and max(width, height) * MIN_EDGE / min(width, height) <= MAX_EDGE:
        grow = MIN_EDGE / min(width, height)
        width, height = width * grow, height * grow
    return width, height


def _snap(edge: float) -> int:
    return max(MIN_EDGE, min(MAX_EDGE, round(edge / _GRID) * _GRID))
