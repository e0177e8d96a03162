"""Enlarging with small super-resolution networks, tile by tile.

SPAN for photographs, Real-ESRGAN animevideov3 for drawings and flat art. Memory stays
near the size of the result: the networks see overlapping tiles, and a factor above four
is reached in two passes.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, Literal

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
    net = _net(kind, factor)
    height, width = rgb.shape[:2]
    out = np.empty((height * factor, width * factor, 3), np.uint8)
    rows, columns = range(0, height, _TILE), range(0, width, _TILE)
    done, total = 0, len(rows) * len(columns)
    for top in rows:
        for left in columns:
            bottom, right = min(height, top + _TILE), min(width, left + _TILE)
            out[top * factor : bottom * factor, left * factor : right * factor] = _tile(
                net, rgb, factor, (top, left, bottom, right)
            )
            done += 1
            step(done / total)
    return out


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
    for factor, weight in zip(chain, weights, strict=True):
        share, base = weight / sum(weights), before
        rgb = multiply(rgb, factor, kind, lambda done, base=base, share=share: step(base + share * done))  # type: ignore[misc]
        before += share
    return pictures.resize(rgb, width, height)


def enlarge_alpha(alpha: Mask, width: int, height: int) -> Mask:
    """Enlarge transparency with the drawing network, which keeps its contour sharp."""
    if int(alpha.min()) == int(alpha.max()):
        return np.full((height, width), alpha[0, 0], np.uint8)
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
    made = pictures.encode(out, alpha, output, {**about, "model": MODEL_NAMES[kind]})
    return made.with_notes(kind=kind, model=MODEL_NAMES[kind], source_width=picture.width, source_height=picture.height)
