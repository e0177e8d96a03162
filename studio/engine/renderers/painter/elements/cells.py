"""Cells around scattered points: stained glass, caustics on water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.engine.renderers.painter.noise import Field


@dataclass(frozen=True)
class Cells:
    """For every pixel: distance in pixels to the nearest and to the second nearest point, and which is nearest."""

    nearest: Field
    second: Field
    owner: Field

    @property
    def border(self) -> Field:
        """0 on the border between two cells, growing inwards, in pixels."""
        return np.asarray(self.second - self.nearest, np.float32)


def cells(points: Field, at_x: Field, at_y: Field, reach_px: float) -> Cells:
    """The cells of `points` (N x 2, pixels) seen at the (warped) pixel positions `at_x`, `at_y` (H x W).

    Each point is looked at only within `reach_px`, which must exceed the largest gap between points.
    """
    height, width = at_x.shape
    first = np.full((height, width), 1e12, np.float32)
    second = first.copy()
    owner = np.zeros((height, width), np.int32)
    for index, (x, y) in enumerate(np.asarray(points, np.float32)):
        left, right = int(max(0, x - reach_px)), int(min(width, x + reach_px))
        top, bottom = int(max(0, y - reach_px)), int(min(height, y + reach_px))
        if right <= left or bottom <= top:
            continue
        part = np.s_[top:bottom, left:right]
        square = (at_x[part] - x) ** 2 + (at_y[part] - y) ** 2
        closer = square < first[part]
        np.copyto(second[part], np.where(closer, first[part], np.minimum(second[part], square)))
        np.copyto(first[part], square, where=closer)
        np.copyto(owner[part], index, where=closer)
    return Cells(np.sqrt(first), np.sqrt(second), owner)
