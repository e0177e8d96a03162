"""Finding the subject of a picture and cutting it out.

U2-Net-p sees the whole picture, then the subject's surroundings once more, enlarged; a
guided filter fits the soft mask to the real contours; the colours at the rim are freed
from the old background, so that a cut-out shows no halo on a new one.
"""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers import pictures, runtime
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.rendered import Rendered
from studio.engine.renderers.worker import report

Floats = NDArray[np.float32]

_NET_EDGE: Final = 320
_WORK_EDGE: Final = 1600  # finer contours come from the guided filter's full-size guide
_MEAN: Final = np.array([0.485, 0.456, 0.406], np.float32)
_STD: Final = np.array([0.229, 0.224, 0.225], np.float32)
_NOTHING_FOUND: Final = 0.004
PACK: Final = "cut-outs"
_better: ContextVar[str | None] = ContextVar("better", default=None)


@contextlib.contextmanager
def best_network(packs: str) -> Iterator[str]:
    """Let ``saliency`` use the full U2-Net where its pack is installed; yields the network's name.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the pack's file is missing or was changed.
    """
    pack = store.installed(Path(packs), PACK)
    token = _better.set(str(pack.file("u2net.onnx")) if pack is not None else None)
    try:
        yield "U2-Net" if pack is not None else "U2-Net-p"
    finally:
        _better.reset(token)


def saliency(rgb: Rgb) -> Floats:
    """Return how much each pixel belongs to the subject, H×W, 0–1 (soft, low detail)."""
    height, width = rgb.shape[:2]
    small = cv2.resize(rgb, (_NET_EDGE, _NET_EDGE), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = (small / max(1.0, float(small.max())) - _MEAN) / _STD
    better = _better.get()
    net = runtime.session_at(better) if better else runtime.session("u2netp.onnx")
    planes = np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32)
    raw = np.asarray(net.run([net.get_outputs()[0].name], {net.get_inputs()[0].name: planes})[0][0, 0], np.float32)
    low, high = float(raw.min()), float(raw.max())
    # Stretch only when there is a subject at all: stretching an empty answer would invent one.
    raw = (raw - low) / (high - low) if high > 0.25 else raw
    return np.clip(cv2.resize(raw, (width, height), interpolation=cv2.INTER_LINEAR), 0, 1).astype(np.float32)


def subject_box(mask: Floats, margin: float = 0.0) -> tuple[int, int, int, int] | None:
    """Return (left, top, right, bottom) of the subject in *mask*, or None when there is none."""
    rows, columns = np.where(mask.max(axis=1) > 0.5)[0], np.where(mask.max(axis=0) > 0.5)[0]
    if not len(rows) or not len(columns):
        return None
    height, width = mask.shape
    pad_x = margin * (columns[-1] - columns[0] + 1)
    pad_y = margin * (rows[-1] - rows[0] + 1)
    return (
        max(0, int(columns[0] - pad_x)),
        max(0, int(rows[0] - pad_y)),
        min(width, int(columns[-1] + 1 + pad_x)),
        min(height, int(rows[-1] + 1 + pad_y)),
    )


def _closer_look(rgb: Rgb, mask: Floats) -> Floats:
    """Look again at a subject that fills little of the picture, and merge what that shows."""
    box = subject_box(mask, margin=0.18)
    if box is None:
        return mask
    left, top, right, bottom = box
    if (right - left) * (bottom - top) > 0.72 * mask.size or min(right - left, bottom - top) < 24:
        return mask
    near = saliency(np.ascontiguousarray(rgb[top:bottom, left:right]))
    merged = mask.copy()
    seen = merged[top:bottom, left:right]
    # The closer look decides, but only about what the first look did not rule out.
    merged[top:bottom, left:right] = near * np.clip(seen * 4.0, 0, 1) * 0.75 + seen * 0.25
    outside = np.ones_like(merged, dtype=bool)
    outside[top:bottom, left:right] = False
    merged[outside] *= 0.5
    return merged


def guided(guide: Rgb, mask: Floats, radius: int, epsilon: float) -> Floats:
    """Fit *mask* to the edges of *guide* (grey guided filter; coefficients at half size)."""
    grey = cv2.cvtColor(guide, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255.0
    height, width = grey.shape
    half = (max(1, width // 2), max(1, height // 2))
    g = cv2.resize(grey, half, interpolation=cv2.INTER_AREA)
    m = cv2.resize(mask, half, interpolation=cv2.INTER_AREA)
    size = (2 * max(1, radius // 2) + 1,) * 2
    mean_g, mean_m = cv2.blur(g, size), cv2.blur(m, size)
    rise = (cv2.blur(g * m, size) - mean_g * mean_m) / (cv2.blur(g * g, size) - mean_g * mean_g + epsilon)
    base = mean_m - rise * mean_g
    slope = cv2.resize(cv2.blur(rise, size), (width, height), interpolation=cv2.INTER_LINEAR)
    offset = cv2.resize(cv2.blur(base, size), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(slope * grey + offset, 0, 1), np.float32)


def soft_mask(rgb: Rgb) -> Floats | None:
    """Return the subject's soft mask H×W, 0–1, with its real contours, or None when nothing stands out."""
    height, width = rgb.shape[:2]
    work_size = pictures.fit_within(width, height, _WORK_EDGE)
    work = pictures.resize(rgb, *work_size)
    report(0.1, "Looking for the subject")
    mask = saliency(work)
    report(0.35, "Looking closer")
    mask = _closer_look(work, mask)
    if float((mask > 0.5).mean()) < _NOTHING_FOUND:
        return None
    report(0.6, "Following the contours")
    radius = max(4, round(max(work_size) / 80))
    fine = guided(work, mask, radius, 1e-4)
    # Inside and far outside the network is right; only the rim is the filter's.
    core = cv2.erode((mask > 0.9).astype(np.float32), np.ones((radius, radius), np.uint8))
    far = cv2.dilate((mask > 0.08).astype(np.float32), np.ones((radius, radius), np.uint8))
    fine = np.asarray(np.clip((np.maximum(fine, core) * far - 0.12) / 0.76, 0, 1), np.float32)
    if work_size != (width, height):
        fine = np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(np.clip(fine, 0, 1), np.float32)


def find_mask(rgb: Rgb) -> Mask:
    """Return the subject's soft mask H×W, 0–255.

    Raises:
        ToolError: PARAMETER_INVALID when no subject stands out.
    """
    mask = soft_mask(rgb)
    if mask is None:
        raise ToolError("PARAMETER_INVALID", "No subject stands out from the background of this picture.")
    return pictures.to_bytes(mask)


def free_from_background(rgb: Rgb, mask: Mask) -> Rgb:
    """Return *rgb* with the subject's own colours at its soft rim (the old background is taken out)."""
    alpha = (mask.astype(np.float32) / 255.0)[:, :, None]
    image = rgb.astype(np.float32)
    foreground = image
    for radius in (45, 7):
        size = (2 * radius + 1, 2 * radius + 1)
        weight = cv2.blur(alpha, size)[:, :, None]
        front = cv2.blur(foreground * alpha, size) / (weight + 1e-4)
        behind = cv2.blur(image * (1 - alpha), size) / (1 - weight + 1e-4)
        foreground = np.clip(front + alpha * (image - alpha * front - (1 - alpha) * behind), 0, 255)
    # Where the mask is solid the original pixels stay exactly as they are.
    soft = ((mask < 250) & (mask > 0))[:, :, None]
    return np.where(soft, foreground + 0.5, image).astype(np.uint8)


def render(path: str, apply_mask: bool, packs: str, about: Mapping[str, str]) -> Rendered:
    """Cut out a picture file (runs in a render worker); a mask when *apply_mask* is false.

    ``notes``: coverage (share of the picture), model.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    rgb = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha, (128, 128, 128))
    with best_network(packs) as model:
        mask = find_mask(rgb)
    if picture.alpha is not None:
        mask = np.minimum(mask, picture.alpha)
    coverage = round(float((mask > 127).mean()), 4)
    about = {**about, "model": model}
    if not apply_mask:
        report(0.9, "Writing the file")
        return pictures.encode_mask(mask, about).with_notes(coverage=coverage, model=model)
    report(0.75, "Freeing the edges")
    subject = free_from_background(picture.rgb, mask)
    report(0.9, "Writing the file")
    return pictures.encode(subject, mask, "png", about).with_notes(coverage=coverage, model=model)
