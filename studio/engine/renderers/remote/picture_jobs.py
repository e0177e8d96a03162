"""Pictures on their way to another renderer and back: functions for the render pool.

What another program sends is decoded here, in the worker, within the studio's own limits.
They import what touches pixels only when they run.
"""

from collections.abc import Mapping
from typing import Any, Final

from studio.engine.renderers.rendered import Format, Rendered

_ROOM: Final = 1.8
"""How much larger than the area that changes a network sees the picture."""
_SUBJECT_SHARE: Final = 0.85
"""How much of the square's edge a subject takes that stands alone."""


def measure(path: str) -> tuple[int, int, bool]:
    """Return the upright width and height of a picture in pixels, and whether parts of it are transparent.

    Raises:
        ToolError: as ``pictures.load``.
    """
    from studio.engine.renderers import pictures

    picture = pictures.load(path)
    return picture.width, picture.height, picture.alpha is not None


Window = tuple[int, int, int, int]
"""A part of a picture: left, top, width and height in pixels."""


def window(path: str, mask: str, least_edge: int) -> Window:
    """Return the part of a picture that a network should see to fill what *mask* lets change.

    It is that area with room around it, at least *least_edge* pixels wide and high where the picture is.

    Raises:
        ToolError: as ``prepared``; PARAMETER_INVALID, the mask lets nothing change.
    """
    import numpy as np

    from studio.contract.errors import ToolError
    from studio.engine.renderers import pictures

    picture = pictures.load(path)
    changes = _kept(mask, (picture.width, picture.height)) < 128
    if not changes.any():
        raise ToolError("PARAMETER_INVALID", "The mask lets nothing change: make the parts to redraw transparent.")
    spans = []
    for axis, length in ((0, picture.width), (1, picture.height)):
        there = np.flatnonzero(changes.any(axis=axis))
        first, last = int(there[0]), int(there[-1]) + 1
        wanted = min(length, max(round((last - first) * _ROOM), least_edge))
        start = max(0, min(length - wanted, round((first + last - wanted) / 2)))
        spans.append((start, wanted))
    (left, width), (top, height) = spans
    return left, top, width, height


def prepared(path: str, size: tuple[int, int], mask: str | None = None, part: Window | None = None) -> bytes:
    """Return a picture, or a *part* of it, as an RGB PNG of exactly *size*, filled by cropping the overhang.

    With the file *mask* it is RGBA: transparent where the picture may change. A mask says so with its own
    transparency; one without any says it with white.

    Raises:
        ToolError: as ``pictures.load``; PARAMETER_INVALID, the mask has not the picture's size.
    """
    from studio.engine.renderers import pictures

    picture = pictures.load(path)
    rgb = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha)
    alpha = None if mask is None else _kept(mask, (picture.width, picture.height))
    if part is not None:
        rgb, alpha = _cut(rgb, part), None if alpha is None else _cut(alpha, part)
    rgb, alpha = _cover(rgb, size), None if alpha is None else _cover(alpha, size)
    return pictures.encode(rgb, alpha, "png", {}).data


def standing_alone(path: str, edge: int) -> bytes:
    """Return the subject of a picture alone in the middle of a white square of *edge* pixels, as an RGB PNG.

    A picture in which nothing stands out is shown whole.

    Raises:
        ToolError: as ``pictures.load``.
    """
    import contextlib

    import numpy as np

    from studio.contract.errors import ToolError
    from studio.engine.renderers import cutout, pictures

    picture = pictures.load(path)
    mask = picture.alpha
    if mask is None:
        with contextlib.suppress(ToolError):
            mask = cutout.find_mask(picture.rgb)
    rgb = picture.rgb if mask is None else pictures.flatten(picture.rgb, mask)
    if mask is not None and (there := np.argwhere(mask > 24)).size:
        (top, left), (bottom, right) = there.min(0), there.max(0) + 1
        rgb = rgb[top:bottom, left:right]
    height, width = rgb.shape[:2]
    inner = round(edge * (1.0 if mask is None else _SUBJECT_SHARE))
    factor = inner / max(width, height)
    small = pictures.resize(np.ascontiguousarray(rgb), max(1, round(width * factor)), max(1, round(height * factor)))
    square = np.full((edge, edge, 3), 255, np.uint8)
    top, left = (edge - small.shape[0]) // 2, (edge - small.shape[1]) // 2
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return pictures.encode(square, None, "png", {}).data


def finished(
    path: str,
    size: tuple[int, int] | None,
    output: Format,
    about: Mapping[str, str],
    *,
    quality: int | None = None,
    kept: tuple[str, str] | None = None,
    part: Window | None = None,
    sender: str = "The other renderer",
) -> Rendered:
    """Return what another renderer made, at exactly *size*, with the provenance *about* inside.

    Args:
        size: None leaves the size as it is.
        kept: the original picture and the mask of what might change; everything else becomes the original again.
        part: what was made is only this part of the original.
        sender: who is named when the file is no picture.

    Raises:
        ToolError: GPU_WORKER_FAILED, the file is not a picture.
    """
    from studio.contract.errors import ToolError
    from studio.engine.renderers import pictures

    try:
        picture = pictures.load(path)
    except ToolError as error:
        raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a file that is not a whole picture.") from error
    rgb, alpha = picture.rgb, picture.alpha
    made_at = f"{picture.width} × {picture.height}"
    if kept is not None:
        rgb, alpha = _put_back(rgb, kept, part), None
    if size is not None:
        rgb = _cover(rgb, size)
        alpha = None if alpha is None else _cover(alpha, size)
    return pictures.encode(rgb, alpha, output, about, quality=quality).with_notes(made_at=made_at)


def _cover(pixels: Any, size: tuple[int, int]) -> Any:
    """Scale *pixels* so that they fill *size*, and cut the overhang off evenly."""
    import numpy as np

    from studio.engine.renderers import pictures

    height, width = pixels.shape[:2]
    if (width, height) == size:
        return pixels
    factor = max(size[0] / width, size[1] / height)
    grown = max(size[0], round(width * factor)), max(size[1], round(height * factor))
    scaled = pictures.resize(pixels, *grown)
    left, top = (grown[0] - size[0]) // 2, (grown[1] - size[1]) // 2
    return np.ascontiguousarray(scaled[top : top + size[1], left : left + size[0]])


def _kept(mask: str, size: tuple[int, int]) -> Any:
    """Return 255 where the picture stays and 0 where it may change."""
    from studio.contract.errors import ToolError
    from studio.engine.renderers import pictures

    picture = pictures.load(mask)
    if (picture.width, picture.height) != size:
        raise ToolError(
            "PARAMETER_INVALID",
            f"The mask is {picture.width} × {picture.height} px; it must have the picture's {size[0]} × {size[1]} px.",
        )
    if picture.alpha is not None:
        return picture.alpha
    return 255 - picture.rgb.max(axis=2)


def _put_back(rgb: Any, kept: tuple[str, str], part: Window | None) -> Any:
    """Return the original, changed only where its mask says so, at its own size."""
    import cv2
    import numpy as np

    from studio.engine.renderers import pictures

    original, mask = kept
    picture = pictures.load(original)
    back = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha)
    left, top, width, height = part or (0, 0, picture.width, picture.height)
    stays = _cut(_kept(mask, (picture.width, picture.height)), (left, top, width, height)).astype(np.float32) / 255.0
    # The seam is feathered into what may change, so that what is kept is kept to the pixel.
    radius = max(1, round(min(width, height) / 128))
    changes = cv2.erode(1.0 - stays, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8))
    soft = np.minimum(cv2.GaussianBlur(changes, (0, 0), radius * 0.8), 1.0 - stays)[:, :, None]
    mixed = _cut(back, (left, top, width, height)).astype(np.float32) * (1.0 - soft)
    mixed += _cover(rgb, (width, height)).astype(np.float32) * soft
    whole = back.copy()
    whole[top : top + height, left : left + width] = np.clip(mixed + 0.5, 0, 255)
    return whole


def _cut(pixels: Any, part: Window) -> Any:
    left, top, width, height = part
    return pixels[top : top + height, left : left + width]
