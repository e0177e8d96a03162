"""Random fields that repeat without a seam, for what drifts: fog, clouds' shadows, gusts, twinkling."""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@lru_cache(maxsize=24)
def tile(seed: int, rows: int = 128, columns: int = 256, slope: float = 1.7, coarsest: float = 2.0) -> Floats:
    """Return a cloud-like field, rows×columns, 0–1 with mean near a half, that repeats in both directions.

    Args:
        slope: how fast fine detail fades (1 rough … 2.5 smooth).
        coarsest: the longest waves per field.
    """
    rng = np.random.Generator(np.random.PCG64(seed & 0xFFFFFFFF))
    fy = np.fft.fftfreq(rows)[:, None] * rows
    fx = np.fft.rfftfreq(columns)[None, :] * columns * (rows / columns)
    reach = np.hypot(fy, fx)
    power = np.where(reach >= coarsest * 0.5, 1.0 / np.maximum(reach, 1e-3) ** slope, 0.0)
    phases = rng.uniform(0, 2 * np.pi, power.shape)
    field = np.fft.irfft2(power * np.exp(1j * phases), s=(rows, columns))
    field = field / (field.std() + 1e-9)
    return np.asarray(np.clip(0.5 + field * 0.22, 0, 1), np.float32)


def drifted(field: Floats, width: int, height: int, x: float, y: float, zoom: float = 1.0) -> Floats:
    """Return *field* as a window of *width* × *height*, moved by x, y (parts of the field) and enlarged by *zoom*."""
    rows, columns = field.shape
    small_w, small_h = max(2, min(width, round(columns / zoom))), max(2, min(height, round(rows / zoom)))
    # One period of the field spans the window's longer side, so that its grain is round in any shape of window.
    step = (columns / zoom) / small_w if width >= height else (rows / zoom) / small_h
    xs = (np.arange(small_w) * step + x * columns).astype(np.float32)
    ys = (np.arange(small_h) * step + y * rows).astype(np.float32)
    map_x = np.ascontiguousarray(np.broadcast_to(np.mod(xs, columns)[None, :], (small_h, small_w)))
    map_y = np.ascontiguousarray(np.broadcast_to(np.mod(ys, rows)[:, None], (small_h, small_w)))
    seen = cv2.remap(field, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(cv2.resize(seen, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def at(field: Floats, x: Any, y: Any) -> Floats:
    """Return *field* at points x, y given in parts of the field; it repeats for ever."""
    rows, columns = field.shape
    map_x = np.mod(x, 1.0).astype(np.float32) * columns
    map_y = np.mod(y, 1.0).astype(np.float32) * rows
    return np.asarray(cv2.remap(field, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32)


def value(field: Floats, x: float, y: float) -> float:
    """Return *field* at one point, as ``at``."""
    return float(at(field, np.full((1, 1), x, np.float32), np.full((1, 1), y, np.float32))[0, 0])


def smooth(t: float) -> float:
    """Return t (held to 0–1) with a soft start and end."""
    t = min(1.0, max(0.0, t))
    return t * t * (3 - 2 * t)
