"""Enlarging with small super-resolution networks, tile by tile.

SPAN for photographs, Real-ESRGAN animevideov3 for drawings and flat art. Memory stays
near the size of the result: the networks see overlapping tiles, and a factor above four
is reached in two passes.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.renderers import looks, pictures, runtime
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.rendered import Format, Rendered
from studio.engine.renderers.worker import report

Kind = Literal["photo", "art"]
Step = Callable[[float], None]

_TILE: Final = 240
_WHOLE_PIXELS: Final = 50_000_000  # beyond, the last pass is streamed
_LARGEST_PNG_EDGE: Final = 7680
_OVERLAP: Final = 10  # input pixels; the networks see about as far
_NETS: Final[dict[tuple[Kind, int], tuple[str, str]]] = {
    ("photo", 2): ("spanx2_ch48", "data"),
    ("photo", 4): ("spanx4_ch48", "data"),
    ("art", 2): ("realesr-animevideov3-x2", "data"),
    ("art", 4): ("realesr-animevideov3-x4", "data"),
}
MODEL_NAMES: Final[dict[Kind, str]] = {"photo": "SPAN", "art": "Real-ESRGAN animevideov3"}


@cache
def _net(kind: Kind, factor: int) -> runtime.Net:
    name, blob = _NETS[kind, factor]
    return runtime.Net(name, input_blob=blob, output_blob="output")


def _nothing(_fraction: float) -> None:
    pass


def _tell(step: Step, base: float, share: float, done: float) -> None:
    step(base + share * done)


def passes(ratio: float) -> list[int]:
    """Return the network factors for an enlargement by *ratio*; what remains is resampled."""
    if ratio <= 1.0:
        return []
    if ratio <= 2.0:
        return [2]
    if ratio < 6.0:
        return [4]
    return [4, 2] if ratio < 11.0 else [4, 4]


def multiply(rgb: Rgb, factor: int, kind: Kind, step: Step = _nothing) -> Rgb:
    """Enlarge by the network *factor* (2 or 4) and return H·f × W·f × 3.

    Args:
        step: told the finished share, 0–1.
    """
    height, width = rgb.shape[:2]
    out = np.empty((height * factor, width * factor, 3), np.uint8)
    for top, strip in _strips(rgb, factor, kind, step):
        out[top : top + strip.shape[0]] = strip
    return out


def _strips(rgb: Rgb, factor: int, kind: Kind, step: Step) -> Iterator[tuple[int, Rgb]]:
    """Yield the enlarged picture from top to bottom: the first row of each strip, and its pixels."""
    net = _net(kind, factor)
    height, width = rgb.shape[:2]
    rows, columns = range(0, height, _TILE), range(0, width, _TILE)
    done, total = 0, len(rows) * len(columns)
    for top in rows:
        bottom = min(height, top + _TILE)
        strip = np.empty(((bottom - top) * factor, width * factor, 3), np.uint8)
        for left in columns:
            right = min(width, left + _TILE)
            strip[:, left * factor : right * factor] = _tile(net, rgb, factor, (top, left, bottom, right))
            done += 1
            step(done / total)
        yield top * factor, strip


def _tile(net: runtime.Net, rgb: Rgb, factor: int, box: tuple[int, int, int, int]) -> Rgb:
    top, left, bottom, right = box
    height, width = rgb.shape[:2]
    # Reflect outside the picture: a hard edge there would ring.
    rows = _reflected(top - _OVERLAP, bottom + _OVERLAP, height)
    columns = _reflected(left - _OVERLAP, right + _OVERLAP, width)
    piece = rgb[rows[:, None], columns[None, :]]
    planes = piece.transpose(2, 0, 1).astype(np.float32) / 255.0
    made = net(planes)
    if not np.isfinite(made).all():
        raise ToolError("GPU_WORKER_FAILED", "The enlarging network gave no usable picture.")
    edge = _OVERLAP * factor
    inner = made[:, edge : edge + (bottom - top) * factor, edge : edge + (right - left) * factor]
    return np.asarray(np.clip(inner.transpose(1, 2, 0) * 255.0 + 0.5, 0, 255), np.uint8)


def _reflected(start: int, stop: int, size: int) -> NDArray[np.intp]:
    index = np.arange(start, stop)
    if size == 1:
        return np.zeros_like(index)
    period = 2 * (size - 1)
    index = np.abs(index) % period
    return np.where(index >= size, period - index, index)


def enlarge(rgb: Rgb, width: int, height: int, kind: Kind, step: Step = _nothing) -> Rgb:
    """Return *rgb* at exactly *width* × *height*; networks do the enlarging part."""
    ratio = max(width / rgb.shape[1], height / rgb.shape[0])
    chain = passes(ratio)
    # The second pass has factor² times the tiles of the first.
    weights = [float(np.prod(chain[:i]) ** 2) for i in range(len(chain))]
    before = 0.0
    for place, (factor, weight) in enumerate(zip(chain, weights, strict=True)):
        share = weight / sum(weights)
        told = partial(_tell, step, before, share)
        before += share
        pixels = rgb.shape[0] * rgb.shape[1] * factor**2
        if place == len(chain) - 1 and max(pixels, width * height) > _WHOLE_PIXELS:
            return _streamed(rgb, factor, width, height, kind, told)
        rgb = multiply(rgb, factor, kind, told)
    return pictures.resize(rgb, width, height)


def _streamed(rgb: Rgb, factor: int, width: int, height: int, kind: Kind, step: Step) -> Rgb:
    """Do the last pass strip by strip and resample each to its rows of the result.

    The network's whole picture, which may be much larger than the result, is never held.
    """
    net_height, net_width = rgb.shape[0] * factor, rgb.shape[1] * factor
    across, down = net_width / width, net_height / height
    # A cubic kernel reaches two places; when shrinking, a little blur first keeps fine patterns from beating.
    blur = 0.45 * (max(across, down) - 1.0) if max(across, down) > 1.05 else 0.0
    reach = 4 + int(np.ceil(3 * blur))
    out = np.empty((height, width, 3), np.uint8)
    held = np.empty((0, net_width, 3), np.uint8)
    first, row = 0, 0
    for top, strip in _strips(rgb, factor, kind, step):
        held = np.concatenate((held, strip))
        below = top + strip.shape[0]
        ready = height if below == net_height else max(row, int((below - reach - 1) / down))
        if ready > row:
            soft = cv2.GaussianBlur(held, (0, 0), blur) if blur else held
            matrix = np.array(
                [[across, 0, 0.5 * across - 0.5], [0, down, (row + 0.5) * down - 0.5 - first]], np.float32
            )
            out[row:ready] = cv2.warpAffine(
                soft,
                matrix,
                (width, ready - row),
                flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
            row = ready
        keep = max(0, min(int(row * down) - reach - first, held.shape[0]))
        held, first = held[keep:], first + keep
    return out


def enlarge_alpha(alpha: Mask, width: int, height: int) -> Mask:
    """Enlarge transparency with the drawing network, which keeps its contour sharp; very large ones by resampling."""
    if int(alpha.min()) == int(alpha.max()):
        return np.full((height, width), alpha[0, 0], np.uint8)
    if width * height > _WHOLE_PIXELS:
        return pictures.resize(alpha, width, height)
    grey = np.repeat(alpha[:, :, None], 3, axis=2)
    out = enlarge(grey, width, height, "art")[:, :, 1]
    # The network leaves a trace of grey in what was clear or solid.
    return pictures.to_bytes((out.astype(np.float32) - 6.0) / 243.0)


def target_size(width: int, height: int, scale: float | None, longest_edge: int | None) -> tuple[int, int]:
    """Return the output size for a *scale*, or for a *longest_edge* with both edges on the 8 px grid.

    Raises:
        ToolError: PARAMETER_INVALID, the result would pass 15,360 px.
    """
    if longest_edge is None:
        factor = scale or 2.0
        size = max(1, round(width * factor)), max(1, round(height * factor))
        if max(size) > pictures.MAX_EDGE:
            largest = pictures.MAX_EDGE // max(width, height)
            advice = f" {largest} times is possible." if largest >= 2 else ""
            raise ToolError(
                "PARAMETER_INVALID",
                f"{factor:g} times would make this picture {size[0]} × {size[1]} px; "
                f"the limit is {pictures.MAX_EDGE} px on the longest edge.{advice}",
            )
        return size
    ratio = longest_edge / max(width, height)
    snapped = [max(8, round(edge * ratio / 8) * 8) for edge in (width, height)]
    return min(pictures.MAX_EDGE, snapped[0]), min(pictures.MAX_EDGE, snapped[1])


def render(
    path: str, scale: float | None, longest_edge: int | None, output: Format, about: Mapping[str, str]
) -> Rendered:
    """Enlarge a picture file (runs in a render worker). ``notes``: kind, source_width, source_height."""
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    width, height = target_size(picture.width, picture.height, scale, longest_edge)
    kind: Kind = "art" if looks.is_drawing(picture.rgb) else "photo"
    rgb = picture.rgb if picture.alpha is None else pictures.fill_behind(picture.rgb, picture.alpha)
    report(0.02, "Enlarging")
    out = enlarge(rgb, width, height, kind, lambda done: report(0.02 + 0.83 * done, "Enlarging"))
    alpha = None if picture.alpha is None else enlarge_alpha(picture.alpha, width, height)
    report(0.9, "Writing the file")
    if alpha is None and max(width, height) > _LARGEST_PNG_EDGE:
        output = "jpg"  # a PNG of this size is hundreds of megabytes, which few programs open
    made = pictures.encode(out, alpha, output, {**about, "model": MODEL_NAMES[kind]})
    return made.with_notes(kind=kind, model=MODEL_NAMES[kind], source_width=picture.width, source_height=picture.height)
