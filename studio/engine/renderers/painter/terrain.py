"""Land in true perspective: a height map seen from a camera, lit from the side, with its own shadows.

Every picture column is a ray over the ground. Heights are sampled at `depths` distances along each ray, projected to
picture rows, and the nearest sample that covers a row is found with a running minimum, a histogram and a cumulative
sum: no loop over pixels. Samples at one depth lie on a line across the view, so a light that comes from the side casts
shadows along that line, which one `maximum.accumulate` finds exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.noise import Field

Heights = Callable[[Field, Field], Field]
"""Ground height in world units at (x, z), both arrays of one shape."""


@dataclass(frozen=True)
class Camera:
    """Where the viewer stands. `eye` is its height in world units, `horizon` the v of eye level, `focal` in units.

    `near`, `far` bound the distances that are sampled.
    """

    eye: float
    horizon: float
    near: float = 1.0
    far: float = 40.0
    focal: float = 1.0


@dataclass(frozen=True)
class Ground:
    """What is seen of the land, per pixel (H x W) where `cover` says so: distance `z`, world `x`, `height`, the
    normal's parts, `lit` (0 in its own shadow .. 1) and `depth` (0 near .. 1 far). `skyline` is the top row per
    column, in pixels. `grid` keeps the samples for placing things."""

    cover: Field
    x: Field
    z: Field
    height: Field
    normal_x: Field
    normal_y: Field
    normal_z: Field
    lit: Field
    depth: Field
    skyline: Field
    camera: Camera
    depths: Field
    rows: Field
    nearest: Field


def _sample(index: Field, part: Field, values: Field, columns: Field) -> Field:
    above = np.minimum(index + 1, values.shape[0] - 1)
    width = values.shape[1]
    flat = values.ravel()
    first = flat[index * width + columns]
    return np.asarray(first + (flat[above * width + columns] - first) * part)


def cast(canvas: Canvas, camera: Camera, heights: Heights, light_x: float, light_up: float, depths: int = 420,
         shadow_soft: float = 0.06) -> Ground:  # fmt: skip
    """Look at the land. `light_x` is -1/+1 for the side the light comes from, `light_up` the tangent of its height."""
    width, height = canvas.width, canvas.height
    distances = np.geomspace(camera.near, camera.far, depths).astype(np.float32)[:, None]
    middle = canvas.width / canvas.unit_px / 2
    across = (canvas.x - middle) * distances / camera.focal
    ground = np.asarray(heights(across, np.broadcast_to(distances, across.shape)), np.float32)
    rows = (camera.horizon * height + (camera.eye - ground) / distances * camera.focal * canvas.unit_px).astype(
        np.float32
    )
    nearest = np.minimum.accumulate(rows, axis=0)
    # For each column, how many samples have their running minimum below (greater than) each row.
    step = np.clip(np.ceil(nearest), 0, height).astype(np.int32)
    columns = np.broadcast_to(np.arange(width, dtype=np.int32)[None, :], step.shape)
    counts = np.bincount((step * width + columns).ravel(), minlength=(height + 1) * width)
    reach = np.cumsum(counts.reshape(height + 1, width)[::-1], axis=0)[::-1]
    # The sample that first covers row y is the number of samples whose top row is > y.
    index = np.vstack([reach[1:], np.zeros((1, width), reach.dtype)])[:height].astype(np.int32)
    skyline = nearest[-1]
    lines = np.arange(height, dtype=np.float32)[:, None] + 0.5
    cover = np.clip(lines - skyline[None, :] + 0.5, 0, 1).astype(np.float32)
    index = np.clip(index, 0, depths - 1)
    before = np.maximum(index - 1, 0)
    columns = np.broadcast_to(np.arange(width, dtype=np.int32)[None, :], index.shape)
    top, bottom = nearest[index, columns], nearest[before, columns]
    # Where a nearer crest hides the last sample, the hit lies on the far sample itself, not between the two.
    jump = rows[before, columns] > bottom + 0.75
    part = np.where(jump, 1.0, np.clip((bottom - lines) / np.maximum(bottom - top, 1e-3), 0, 1)).astype(np.float32)
    slope_x = np.gradient(ground, axis=1) / (np.gradient(across, axis=1) + 1e-9)
    slope_z = np.gradient(ground, axis=0) / (np.gradient(distances, axis=0) + 1e-9)
    norm = 1 / np.sqrt(1 + slope_x * slope_x + slope_z * slope_z)
    raised = ground - across * light_x * light_up
    if light_x > 0:
        horizon_line = np.maximum.accumulate(raised[:, ::-1], axis=1)[:, ::-1]
    else:
        horizon_line = np.maximum.accumulate(raised, axis=1)
    lit: Field = np.clip(1 - (horizon_line - raised) / shadow_soft, 0, 1)
    lit = cv2.GaussianBlur(lit.astype(np.float32), (0, 0), 1.2)

    def pick(values: Field) -> Field:
        return _sample(before, part, np.ascontiguousarray(values, np.float32), columns)

    spread = np.broadcast_to(distances, ground.shape)
    z = pick(spread)
    return Ground(
        cover=cover, x=pick(across), z=z, height=pick(ground),
        normal_x=pick(-slope_x * norm), normal_y=pick(norm), normal_z=pick(-slope_z * norm), lit=pick(lit),
        depth=(np.log(z / camera.near) / np.log(camera.far / camera.near)).astype(np.float32),
        skyline=skyline, camera=camera, depths=distances[:, 0], rows=rows, nearest=nearest,
    )  # fmt: skip


def stand(canvas: Canvas, ground: Ground, u: float, z: float) -> tuple[float, float, float, bool]:
    """Where a thing at column `u` and distance `z` stands: pixel x, pixel y, pixels per world unit, and if seen."""
    column = int(np.clip(u * canvas.width, 0, canvas.width - 1))
    index = int(np.clip(np.searchsorted(ground.depths, z), 1, len(ground.depths) - 1))
    y = float(ground.rows[index, column])
    seen = y <= float(ground.nearest[index - 1, column]) + 2.0
    scale = ground.camera.focal * canvas.unit_px / float(ground.depths[index])
    return column + 0.5, y, scale, seen


def lambert(ground: Ground, light_x: float, light_up: float, light_z: float = -0.35) -> Field:
    """Diffuse light 0..1 from a direction (sideways, up, towards the viewer is negative), without shadows."""
    length = float(np.sqrt(light_x * light_x + light_up * light_up + light_z * light_z))
    return np.clip(
        (ground.normal_x * light_x + ground.normal_y * light_up + ground.normal_z * light_z) / length, 0, 1
    ).astype(np.float32)
