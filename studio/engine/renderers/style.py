"""Restyling a picture: drawn, painted, printed, or in one of the network's 26 paintings.

Memory is bounded: a style works at up to 1600 px (the network at 1024 px, where its
brush marks have the right size) and the enlarging networks bring the result to the
full size.
"""

import zlib
from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np

from studio.engine.renderers import lines, paint_styles, pictures, runtime, shapes, style_names, upscale
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.rendered import Rendered
from studio.engine.renderers.style_names import Style
from studio.engine.renderers.worker import report

_DRAWN_EDGE: Final = 1600
_NETWORK_EDGE: Final = 1024
_LEAST_EDGE: Final = 800
_SMALLEST_EDGE: Final = 96
NETWORK_MODEL: Final = "26-style network"


def model_name(style: Style) -> str:
    """Return the name for people of what draws *style*."""
    return f"{NETWORK_MODEL} · {style.name}" if style.engine == "network" else f"Built-in {style.name}"


def stylise(rgb: Rgb, style: Style, seed: int, strength: float | None = None) -> Rgb:
    """Return *rgb* in *style*, at the same size.

    Args:
        seed: of the paper, strokes and jitter.
        strength: share of the styled picture, 0–1; the style's own when None.
    """
    height, width = rgb.shape[:2]
    edge = _NETWORK_EDGE if style.engine == "network" else _DRAWN_EDGE
    work_size = pictures.fit_within(width, height, edge)
    if max(work_size) < _LEAST_EDGE:  # marks need room: small pictures are drawn larger and reduced
        grow = _LEAST_EDGE / max(work_size)
        work_size = max(1, round(work_size[0] * grow)), max(1, round(work_size[1] * grow))
    work = pictures.resize(rgb, *work_size)
    made = _network(work, style) if style.engine == "network" else _drawn(work, style, seed)
    share = style.strength if strength is None else strength
    if share < 1.0:
        made = np.asarray(cv2.addWeighted(made, share, work, 1.0 - share, 0.0), np.uint8)
    return upscale.enlarge(np.ascontiguousarray(made, np.uint8), width, height, "art")


def _drawn(rgb: Rgb, style: Style, seed: int) -> Rgb:
    recipe = getattr(lines if style.engine == "lines" else paint_styles, style.recipe)
    height, width = rgb.shape[:2]
    pad = [max(0, _SMALLEST_EDGE - edge) for edge in (height, width)]
    padded = cv2.copyMakeBorder(rgb, 0, pad[0], 0, pad[1], cv2.BORDER_REPLICATE) if any(pad) else rgb
    made = recipe(padded.astype(np.float32) / 255.0, np.random.default_rng(seed))
    return pictures.to_bytes(made[:height, :width])


def _network(rgb: Rgb, style: Style) -> Rgb:
    weights = np.zeros(style_names.network_count(), np.float32)
    for place, weight in style_names.NETWORK[style.recipe].items():
        weights[place] = weight
    height, width = rgb.shape[:2]
    # The network halves twice; the mirrored rim keeps its border marks outside the picture.
    rim = 16
    bottom, right = rim + (-height) % 4, rim + (-width) % 4
    padded = cv2.copyMakeBorder(rgb, rim, bottom, rim, right, cv2.BORDER_REFLECT)
    planes = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32) / 255.0
    out = runtime.session("multistyle26.onnx").run(None, {"image": planes, "style_weights": weights})[0][0]
    piece = out[:, rim : rim + height, rim : rim + width].transpose(1, 2, 0)
    return pictures.to_bytes(piece)


def seed_for(prompt: str) -> int:
    """Return the seed of a restyling: the same words on the same picture give the same result."""
    return zlib.crc32(prompt.strip().lower().encode())


def render(path: str, prompt: str, scale: float, shape: str | None, about: Mapping[str, str]) -> Rendered:
    """Restyle a picture file (runs in a render worker). ``notes``: style, known, model, cropped."""
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    match = style_names.resolve(prompt)
    rgb, alpha = picture.rgb, picture.alpha
    if alpha is not None:
        rgb = pictures.fill_behind(rgb, alpha)
    rgb, alpha, cropped = shapes.crop_to(rgb, alpha, shape)
    width, height = shapes.scaled(rgb.shape[1], rgb.shape[0], scale, shape)
    report(0.1, f"Styling: {match.style.name}")
    styled = stylise(rgb, match.style, seed_for(prompt))
    report(0.8, "Finishing")
    styled = upscale.enlarge(styled, width, height, "art")
    out_alpha = _kept_alpha(alpha, width, height)
    report(0.92, "Writing the file")
    model = model_name(match.style)
    made = pictures.encode(styled, out_alpha, "png", {**about, "model": model})
    return made.with_notes(style=match.style.name, known=match.known, model=model, cropped=cropped)


def _kept_alpha(alpha: Mask | None, width: int, height: int) -> Mask | None:
    if alpha is None or (alpha.shape[1], alpha.shape[0]) == (width, height):
        return alpha
    return upscale.enlarge_alpha(alpha, width, height)
