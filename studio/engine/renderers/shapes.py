"""Output shapes of picture edits: cropping to a ratio and scaling."""

from typing import Final

import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import pictures
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.sizes import parse_shape

_SMALL_SOURCE_EDGE: Final = 480


def crop_to(rgb: Rgb, alpha: Mask | None, shape: str | None) -> tuple[Rgb, Mask | None, bool]:
    """Crop the middle to the ratio of *shape*; returns pixels, transparency, and whether anything was cut.

    Raises:
        ToolError: PARAMETER_INVALID, *shape* cannot be read.
    """
    if not shape:
        return rgb, alpha, False
    ratio, _ = parse_shape(shape)
    height, width = rgb.shape[:2]
    new_width = min(width, max(1, round(height * ratio)))
    new_height = min(height, max(1, round(width / ratio)))
    if (new_width, new_height) == (width, height):
        return rgb, alpha, False
    left, top = (width - new_width) // 2, (height - new_height) // 2
    box = np.s_[top : top + new_height, left : left + new_width]
    return np.ascontiguousarray(rgb[box]), None if alpha is None else np.ascontiguousarray(alpha[box]), True


def scaled(width: int, height: int, scale: float, shape: str | None) -> tuple[int, int]:
    """Return the output size of an edit: source × *scale*, at least 480 px, or the pixels that *shape* names.

    Raises:
        ToolError: PARAMETER_INVALID, beyond the largest edge.
    """
    exact = parse_shape(shape)[1] if shape else None
    if exact:
        size = exact
    else:
        factor = max(scale, _SMALL_SOURCE_EDGE / max(width, height))
        size = max(1, round(width * factor)), max(1, round(height * factor))
    if max(size) > pictures.MAX_EDGE:
        raise ToolError(
            "PARAMETER_INVALID",
            f"The result would be {size[0]} × {size[1]} px; the limit is {pictures.MAX_EDGE} px on the longest edge.",
        )
    return size
