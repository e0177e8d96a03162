"""Triangles of a height field inside an outline, with a contour that follows the outline smoothly."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Triangles = NDArray[np.uint32]

_SNAPS: Final = 3


@dataclass(frozen=True)
class Sheet:
    """Vertices of a grid that lie inside an outline.

    Attributes:
        places: N×2, x and y in grid units.
        heights: N; 0 at the contour.
        rim: N; the vertex lies on the contour.
        triangles: M×3, counter-clockwise seen from the viewer (x right, y down in the picture).
        contour: K×2, directed edges of the contour as numbers of vertices, the inside on one and the same hand.
    """

    places: Floats
    heights: Floats
    rim: Flags
    triangles: Triangles
    contour: NDArray[np.int64]


def sheet(mask: Floats, heights: Floats) -> Sheet:
    """Return the surface of *heights* (H×W, at pixel centres) where *mask* (H×W, 0–1) is above one half.

    Vertices at the contour are moved onto the mask's half line and lie at height 0, so two sheets
    of the same mask close up to a body.

    Raises:
        ValueError: the mask is empty.
    """
    cells = cv2.blur(mask, (2, 2), anchor=(0, 0))[:-1, :-1] > 0.5
    cells = _closable(np.asarray(cells))
    if not cells.any():
        raise ValueError("there is nothing to make a surface of")
    height, width = mask.shape
    corner = _around(cells)
    used = corner > 0
    number = np.full((height, width), -1, np.int64)
    ys, xs = np.nonzero(used)
    number[ys, xs] = np.arange(len(ys))
    rim = corner[ys, xs] < 4
    places = np.stack((xs, ys), 1).astype(np.float32)
    places[rim] = _snapped(mask, places[rim])
    row, column = np.nonzero(cells)
    a, b = number[row, column], number[row, column + 1]
    c, d = number[row + 1, column], number[row + 1, column + 1]
    # The diagonal alternates, so that no direction shows in the shading; at the contour it leads inwards.
    odd = (row + column) % 2 == 1
    falls_on_rim, rises_on_rim = rim[a] & rim[d], rim[b] & rim[c]
    odd = np.where(falls_on_rim, True, np.where(rises_on_rim, False, odd))
    first = np.where(odd[:, None], np.stack((a, c, b), 1), np.stack((a, c, d), 1))
    second = np.where(odd[:, None], np.stack((b, c, d), 1), np.stack((a, d, b), 1))
    triangles = np.concatenate((first, second)).astype(np.uint32)
    return Sheet(
        places,
        np.where(rim, 0.0, heights[ys, xs]).astype(np.float32),
        rim,
        triangles,
        _contour(cells, number),
    )


def _closable(cells: Flags) -> Flags:
    """Return *cells* without those at which two sheets of them would meet inside the contour, too.

    What remains is everywhere two cells wide, touches nowhere only at a corner, and has no
    inner edge between two points of the contour. Only ever removes, so it ends.
    """
    cells = cells.copy()
    cells[[0, -1]] = cells[:, [0, -1]] = False
    while True:
        before = int(cells.sum())
        # Opening by hand: OpenCV's anchor of an even kernel would shift the result.
        full = cells[:-1, :-1] & cells[:-1, 1:] & cells[1:, :-1] & cells[1:, 1:]
        cells = np.zeros_like(cells)
        for dy in (0, 1):
            for dx in (0, 1):
                cells[dy : cells.shape[0] - 1 + dy, dx : cells.shape[1] - 1 + dx] |= full
        a, b, c, d = cells[:-1, :-1], cells[:-1, 1:], cells[1:, :-1], cells[1:, 1:]
        falling, rising = a & d & ~b & ~c, b & c & ~a & ~d
        a &= ~falling
        b &= ~rising
        count = _around(cells)
        rim = (count > 0) & (count < 4)
        # Inner edges between two contour points: across (between a cell and the one below) and upright.
        across = rim[1:-1, :-1] & rim[1:-1, 1:] & cells[:-1] & cells[1:]
        cells[1:] &= ~across
        upright = rim[:-1, 1:-1] & rim[1:, 1:-1] & cells[:, :-1] & cells[:, 1:]
        cells[:, 1:] &= ~upright
        if int(cells.sum()) == before:
            return cells


def _around(cells: Flags) -> NDArray[np.int32]:
    """Return how many kept cells each grid point touches."""
    count = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), np.int32)
    for dy in (0, 1):
        for dx in (0, 1):
            count[dy : dy + cells.shape[0], dx : dx + cells.shape[1]] += cells
    return count


def _snapped(mask: Floats, places: Floats) -> Floats:
    """Move points by at most 0.45 of a cell towards the half line of *mask*."""
    smooth = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.2), np.float32)
    slope_x = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), np.float32)
    slope_y = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8), np.float32)
    moved = places.copy()

    def at(plane: Floats) -> Floats:
        x, y = moved[:, 0].reshape(-1, 1), moved[:, 1].reshape(-1, 1)
        # remap takes at most 32,767 rows.
        parts = [
            cv2.remap(plane, x[i : i + 30000], y[i : i + 30000], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for i in range(0, len(x), 30000)
        ]
        return np.concatenate(parts)[:, 0].astype(np.float32)

    if not len(places):
        return places
    for _ in range(_SNAPS):
        gx, gy = at(slope_x), at(slope_y)
        square = gx * gx + gy * gy
        step = (0.5 - at(smooth)) / np.maximum(square, 1e-3)
        moved += np.stack((gx * step, gy * step), 1)
        moved = np.clip(moved, places - 0.45, places + 0.45).astype(np.float32)
    return moved


def _contour(cells: Flags, number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the directed edges between a kept cell and an empty one, as the triangles of the cell run along them."""
    padded = np.pad(cells, 1)
    inner = padded[1:-1, 1:-1]
    edges = []
    # The triangles run a → c → d → b around a cell.
    for dy, dx, start, stop in (
        (-1, 0, (0, 1), (0, 0)),  # upper side: b → a
        (1, 0, (1, 0), (1, 1)),  # lower side: c → d
        (0, -1, (0, 0), (1, 0)),  # left side: a → c
        (0, 1, (1, 1), (0, 1)),  # right side: d → b
    ):
        outside = ~padded[1 + dy : padded.shape[0] - 1 + dy, 1 + dx : padded.shape[1] - 1 + dx]
        row, column = np.nonzero(inner & outside)
        edges.append(np.stack((number[row + start[0], column + start[1]], number[row + stop[0], column + stop[1]]), 1))
    return np.concatenate(edges)


def normals(positions: Floats, triangles: Triangles) -> Floats:
    """Return the unit normals N×3 of vertices: the mean of their triangles, weighted by area."""
    corners = positions[triangles.astype(np.int64)]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.stack(
        [
            sum(np.bincount(triangles[:, k], weights=faces[:, axis], minlength=len(positions)) for k in range(3))
            for axis in range(3)
        ],
        1,
    )
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 1e-12, total / np.maximum(length, 1e-12), (0.0, 0.0, 1.0)).astype(np.float32)
