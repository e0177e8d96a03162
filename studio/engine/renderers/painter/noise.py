"""Smooth random fields, the raw material of clouds, rock, water and paper.

Two ways to get noise, both seeded and free of any global state:

- `fbm` fills a whole picture. Octaves are random lattices enlarged by cubic resampling; coarse octaves are summed at
  a quarter of the size, which makes six octaves over a megapixel cost about ten milliseconds.
- `NoiseAt` samples at arbitrary coordinates (perspective water, terrain), with exact float weights: `cv2.remap` keeps
  only five fractional bits, which shows as steps when a lattice is strongly magnified.

`warp` displaces a field that already exists at picture size; there five bits are plenty.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[Any]
"""A float32 array, H x W (values) or H x W x 3 (display RGB, 0..1) unless a docstring says otherwise."""

Mode = Literal["smooth", "billow", "ridge"]

_SEED_STEP = 0x9E37
_COARSE_CELL_PX = 16.0
_LATTICE_SCALE = 0.62  # brings the sum of octaves near a standard deviation of one third


def generator(*keys: int) -> np.random.Generator:
    """A generator that depends only on `keys`; the same keys give the same numbers on every machine."""
    return np.random.Generator(np.random.PCG64([key & 0xFFFFFFFF for key in keys]))


def _shape_octave(values: Field, mode: Mode) -> Field:
    if mode == "billow":
        return np.abs(values) * 2.0 - 0.8
    if mode == "ridge":
        return 1.0 - np.abs(values) * 2.0
    return values


def _lattice(rng: np.random.Generator, height: int, width: int, cell_y: float, cell_x: float) -> Field:
    """Random values on a lattice of `cell` pixels, enlarged to exactly height x width."""
    rows, columns = math.ceil(height / cell_y) + 4, math.ceil(width / cell_x) + 4
    values = rng.standard_normal((rows, columns), dtype=np.float32)
    step_y, step_x = min(cell_y, 6.0), min(cell_x, 6.0)
    size = (max(4, round(columns * step_x)), max(4, round(rows * step_y)))
    enlarged = cv2.resize(values, size, interpolation=cv2.INTER_CUBIC)
    need_y = min(enlarged.shape[0], max(2, round(height / cell_y * step_y)))
    need_x = min(enlarged.shape[1], max(2, round(width / cell_x * step_x)))
    top, left = (enlarged.shape[0] - need_y) // 2, (enlarged.shape[1] - need_x) // 2
    part = enlarged[top : top + need_y, left : left + need_x]
    if part.shape == (height, width):
        return part
    return cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC)


def fbm(
    height: int,
    width: int,
    cell_px: float | tuple[float, float],
    seed: int,
    *,
    octaves: int = 5,
    gain: float = 0.5,
    mode: Mode = "smooth",
) -> Field:
    """Fractal noise of height x width, about -1..1 (standard deviation near one third).

    `cell_px` is the size of the largest feature: one number, or (vertical, horizontal) for stretched noise.
    Octaves finer than a pixel and a half are left out, since they would only be grain.
    """
    cell_y, cell_x = cell_px if isinstance(cell_px, tuple) else (cell_px, cell_px)
    small_h, small_w = (height + 3) // 4, (width + 3) // 4
    coarse: Field | None = None
    fine: Field | None = None
    weight, total = 1.0, 0.0
    for octave in range(octaves):
        if min(cell_y, cell_x) < 1.5 and octave:
            break
        rng = generator(seed, _SEED_STEP + octave)
        if min(cell_y, cell_x) >= _COARSE_CELL_PX and min(height, width) >= 64:
            layer = _shape_octave(_lattice(rng, small_h, small_w, cell_y / 4, cell_x / 4) * _LATTICE_SCALE, mode)
            coarse = layer * weight if coarse is None else coarse + layer * weight
        else:
            layer = _shape_octave(_lattice(rng, height, width, cell_y, cell_x) * _LATTICE_SCALE, mode)
            fine = layer * weight if fine is None else fine + layer * weight
        total += weight
        weight *= gain
        cell_y, cell_x = cell_y / 2.03, cell_x / 2.03
    if coarse is not None:
        enlarged = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        fine = enlarged if fine is None else fine + enlarged
    assert fine is not None, "at least one octave is always drawn"
    return np.asarray(fine / total, np.float32)


def warp(field: Field, shift_x: Field | np.float32, shift_y: Field | np.float32) -> Field:
    """`field` seen through a displacement in pixels (both H x W); the border is mirrored."""
    height, width = field.shape[:2]
    columns = np.arange(width, dtype=np.float32)[None, :]
    rows = np.arange(height, dtype=np.float32)[:, None]
    map_x = np.ascontiguousarray(np.broadcast_to(columns + shift_x, (height, width)), np.float32)
    map_y = np.ascontiguousarray(np.broadcast_to(rows + shift_y, (height, width)), np.float32)
    return np.asarray(cv2.remap(field, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101))


def profile(
    count: int, cycles: float, seed: int, *, octaves: int = 5, gain: float = 0.5, mode: Mode = "smooth"
) -> Field:
    """One-dimensional fractal noise: `count` samples over `cycles` features, about -1..1."""
    out = np.zeros(count, np.float32)
    weight, total = 1.0, 0.0
    for octave in range(octaves):
        rng = generator(seed, 77, octave)
        knots = rng.standard_normal(math.ceil(cycles) + 5).astype(np.float32) * 0.55
        where = np.linspace(0, cycles, count, dtype=np.float32) + 1.0 + float(rng.random())
        base = where.astype(np.int32)
        part = where - base
        part = part * part * part * (part * (part * 6 - 15) + 10)
        layer = knots[base] * (1 - part) + knots[base + 1] * part
        out += _shape_octave(layer, mode) * weight
        total += weight
        weight *= gain
        cycles *= 2.03
    return out / total


class NoiseAt:
    """Value noise that can be asked at any coordinates; one lattice per octave, repeating after 256 cells."""

    _SIZE = 256

    def __init__(self, seed: int, octaves: int = 6) -> None:
        self._tables = [
            (generator(seed, 131, octave).standard_normal((self._SIZE, self._SIZE), dtype=np.float32) * 0.6)
            for octave in range(octaves)
        ]

    def octave(self, index: int, x: Field, y: Field) -> Field:
        """One octave at coordinates in cells; result about -1..1, same shape as the broadcast of x and y."""
        table = self._tables[index % len(self._tables)].ravel()
        floor_x, floor_y = np.floor(x), np.floor(y)
        part_x, part_y = x - floor_x, y - floor_y
        part_x = part_x * part_x * part_x * (part_x * (part_x * 6 - 15) + 10)
        part_y = part_y * part_y * part_y * (part_y * (part_y * 6 - 15) + 10)
        left, top = floor_x.astype(np.int32) & 255, (floor_y.astype(np.int32) & 255) << 8
        right, bottom = (left + 1) & 255, (top + 256) & 0xFFFF
        upper = table[top + left] * (1 - part_x) + table[top + right] * part_x
        lower = table[bottom + left] * (1 - part_x) + table[bottom + right] * part_x
        return np.asarray(upper * (1 - part_y) + lower * part_y)

    def fbm(self, x: Field, y: Field, *, octaves: int | None = None, gain: float = 0.5, mode: Mode = "smooth") -> Field:
        """Fractal sum at coordinates in cells of the coarsest octave."""
        out: Field = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
        weight, total = 1.0, 0.0
        for index in range(octaves or len(self._tables)):
            out = out + _shape_octave(self.octave(index, x, y), mode) * weight
            total += weight
            weight *= gain
            x, y = x * 2.03 + 11.3, y * 2.03 + 5.7
        return np.asarray(out / total, np.float32)
