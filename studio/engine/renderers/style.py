"""Restyling a picture: drawn, painted, printed, or in one of the network's 26 paintings.

Memory is bounded: a style works at up to 1600 px (the network at 1024 px, where its
brush marks have the right size) and the enlarging networks bring the result to the
full size.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import lines, paint_styles, pictures, runtime, shapes, style_names, upscale
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.rendered import Rendered
from studio.engine.renderers.style_names import Style
from studio.engine.renderers.worker import report

_DRAWN_EDGE: Final = 1600
_NETWORK_EDGE: Final = 1024
_LEAST_EDGE: Final = 800
_SMALLEST_EDGE: Final = 96
_TILE: Final = 384  # the size that the arbitrary-style network takes
_STYLE_EDGE: Final = 256
_TILE_STEP: Final = 256
_TILED_EDGE: Final = 832
NETWORK_MODEL: Final = "26-style network"
REFERENCE_MODEL: Final = "Arbitrary-style network"


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
    return _run_network(rgb, weights)


def _run_network(rgb: Rgb, weights: NDArray[np.float32]) -> Rgb:
    height, width = rgb.shape[:2]
    # The network halves twice; the mirrored rim keeps its border marks outside the picture.
    rim = 16
    bottom, right = rim + (-height) % 4, rim + (-width) % 4
    padded = cv2.copyMakeBorder(rgb, rim, bottom, rim, right, cv2.BORDER_REFLECT)
    planes = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32) / 255.0
    out = runtime.session("multistyle26.onnx").run(None, {"image": planes, "style_weights": weights})[0][0]
    piece = out[:, rim : rim + height, rim : rim + width].transpose(1, 2, 0)
    return pictures.to_bytes(piece)


def like_picture(rgb: Rgb, model: Rgb, strength: float = 1.0) -> Rgb:
    """Return *rgb* painted in the manner of the picture *model*, at the same size.

    The network sees the whole picture once, for the large forms and colours, and then
    overlapping pieces of it, for the brush; the pieces take over the colours of the whole.

    Args:
        strength: share of the styled picture, 0–1.
    """
    height, width = rgb.shape[:2]
    side = min(model.shape[:2])
    top, left = (model.shape[0] - side) // 2, (model.shape[1] - side) // 2
    middle = np.ascontiguousarray(model[top : top + side, left : left + side])
    square = pictures.resize(middle, _STYLE_EDGE, _STYLE_EDGE)
    reader = runtime.session("arbitrary_predict.onnx")
    style = reader.run(None, {reader.get_inputs()[0].name: square[None].astype(np.float32) / 255.0})[0]
    whole = _transformed(pictures.resize(rgb, _TILE, _TILE), style)
    scale = _TILED_EDGE / max(width, height)
    work_size = max(_TILE, round(width * scale)), max(_TILE, round(height * scale))
    work = pictures.resize(rgb, *work_size)
    base = np.asarray(cv2.resize(whole, work_size, interpolation=cv2.INTER_CUBIC), np.float32)
    made = _tiled(work, base, style)
    back = pictures.resize(rgb, *work_size).astype(np.float32) / 255.0
    mixed = pictures.to_bytes(made * strength + back * (1.0 - strength))
    return upscale.enlarge(mixed, width, height, "art")


def _transformed(rgb: Rgb, style: NDArray[np.float32]) -> NDArray[np.float32]:
    painter = runtime.session("arbitrary_transform.onnx")
    names = [node.name for node in painter.get_inputs()]
    planes = rgb[None].astype(np.float32) / 255.0
    return np.asarray(painter.run(None, {names[0]: planes, names[1]: style})[0][0], np.float32)


def _tiled(work: Rgb, base: NDArray[np.float32], style: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = work.shape[:2]
    total = np.zeros((height, width, 3), np.float32)
    weights = np.zeros((height, width, 1), np.float32)
    ramp = np.clip(np.minimum(np.arange(_TILE), np.arange(_TILE)[::-1]) / 64.0, 0.02, 1).astype(np.float32)
    window = (ramp[:, None] * ramp[None, :])[:, :, None]
    tops, lefts = _starts(height), _starts(width)
    for place, (top, left) in enumerate((t, le) for t in tops for le in lefts):
        box = np.s_[top : top + _TILE, left : left + _TILE]
        piece = _transformed(np.ascontiguousarray(work[box]), style)
        # The fine strokes of the piece on the colours of the whole.
        broad = cv2.GaussianBlur(piece, (0, 0), 24)
        total[box] += (piece + 0.7 * (cv2.GaussianBlur(base[box], (0, 0), 24) - broad)) * window
        weights[box] += window
        report(0.15 + 0.6 * (place + 1) / (len(tops) * len(lefts)), "Painting in the manner of the reference")
    return np.asarray(np.clip(total / weights, 0, 1), np.float32)


def _starts(length: int) -> list[int]:
    count = max(1, -(-(length - _TILE) // _TILE_STEP) + 1)
    return [round(i * (length - _TILE) / max(1, count - 1)) for i in range(count)]


def blended(rgb: Rgb, shares: Sequence[tuple[Style, float]], seed: int) -> Rgb:
    """Return *rgb* in several styles at once; the shares are relative.

    Styles of the network are mixed inside it; drawn ones are laid over each other.
    """
    total = sum(share for _, share in shares)
    inside = [(style, share / total) for style, share in shares if style.engine == "network"]
    drawn = [(style, share / total) for style, share in shares if style.engine != "network"]
    layers: list[tuple[Rgb, float]] = [(stylise(rgb, style, seed), share) for style, share in drawn]
    if inside:
        weights = np.zeros(style_names.network_count(), np.float32)
        for style, share in inside:
            for place, weight in style_names.NETWORK[style.recipe].items():
                weights[place] += weight * share
        height, width = rgb.shape[:2]
        work_size = pictures.fit_within(width, height, _NETWORK_EDGE)
        if max(work_size) < _LEAST_EDGE:
            grow = _LEAST_EDGE / max(work_size)
            work_size = max(1, round(work_size[0] * grow)), max(1, round(work_size[1] * grow))
        made = _run_network(pictures.resize(rgb, *work_size), weights / weights.sum())
        layers.append((upscale.enlarge(made, width, height, "art"), sum(share for _, share in inside)))
    out = sum(layer.astype(np.float32) * share for layer, share in layers)
    return np.asarray(np.clip(np.asarray(out) + 0.5, 0, 255), np.uint8)


def seed_for(prompt: str) -> int:
    """Return the seed of a restyling: the same words on the same picture give the same result."""
    return zlib.crc32(prompt.strip().lower().encode())


def render(
    path: str, prompt: str, scale: float, shape: str | None, about: Mapping[str, str], reference: str | None = None
) -> Rendered:
    """Restyle a picture file (runs in a render worker). ``notes``: style, known, model, cropped.

    Args:
        reference: a picture file whose manner to take; the words then say only how much of it.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    rgb, alpha = picture.rgb, picture.alpha
    if alpha is not None:
        rgb = pictures.fill_behind(rgb, alpha)
    rgb, alpha, cropped = shapes.crop_to(rgb, alpha, shape)
    width, height = shapes.scaled(rgb.shape[1], rgb.shape[0], scale, shape)
    known = True
    if reference is not None:
        model_picture = pictures.load(reference)
        flat = model_picture.rgb
        if model_picture.alpha is not None:
            flat = pictures.flatten(flat, model_picture.alpha)
        name, model = "the reference picture", REFERENCE_MODEL
        styled = like_picture(rgb, flat, style_names.strength_of(prompt))
    else:
        shares = style_names.blend_of(prompt)
        report(0.1, f"Styling: {shares[0][0].name}")
        if len(shares) > 1:
            styled = blended(rgb, shares, seed_for(prompt))
            name = " and ".join(style.name for style, _ in shares)
            model = f"Blend · {name}"
        else:
            known = style_names.resolve(prompt).known
            name, model = shares[0][0].name, model_name(shares[0][0])
            styled = stylise(rgb, shares[0][0], seed_for(prompt), _asked_strength(prompt, shares[0][0]))
    report(0.8, "Finishing")
    styled = upscale.enlarge(styled, width, height, "art")
    out_alpha = _kept_alpha(alpha, width, height)
    report(0.92, "Writing the file")
    made = pictures.encode(styled, out_alpha, "png", {**about, "model": model})
    return made.with_notes(style=name, known=known, model=model, cropped=cropped)


def _asked_strength(prompt: str, style: Style) -> float | None:
    """Return the share that words such as "subtle" leave of a style's own strength; None for all of it."""
    share = style_names.strength_of(prompt)
    return None if share >= 1.0 else style.strength * share


def _kept_alpha(alpha: Mask | None, width: int, height: int) -> Mask | None:
    if alpha is None or (alpha.shape[1], alpha.shape[0]) == (width, height):
        return alpha
    return upscale.enlarge_alpha(alpha, width, height)
