"""Round solids made of chains of spheres and of turned profiles: fruit, vases, cups, knots.

An orthographic camera looks down by `tilt`. Every sphere is splatted into a z-buffer, so a chain of many spheres
reads as one smooth skin at any resolution; a turned solid is met by one ray for every pixel.
World axes: X right, Y up, Z towards the viewer, in units of `size_px`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.noise import Field

Material = Callable[[Field, Field, Field], Field]
"""Colours (N x 3) from pixel x, pixel y and the up-component of the normal (each N values)."""


@dataclass(frozen=True)
class Light:
    """Direction towards the light (world axes), and how strongly things shine."""

    direction: tuple[float, float, float] = (-0.55, 0.75, 0.55)
    shine: float = 0.5
    shadow: float = 0.6


@dataclass
class _Ball:
    x_px: float
    y_px: float
    depth: float
    radius: float
    material: int
    place: tuple[float, float, float]


def soften(values: Field, sigma_px: float) -> Field:
    """Gaussian blur that works on a smaller copy when the blur is wide."""
    factor = max(1, int(sigma_px / 4))
    height, width = values.shape[:2]
    size = (max(1, width // factor), max(1, height // factor))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(0.3, sigma_px / factor))
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


@dataclass
class Solids:
    """A scene of balls; add them, then `shade` it onto the canvas."""

    canvas: Canvas
    size_px: float
    origin: tuple[float, float]
    tilt: float = 0.32
    materials: list[Material] = field(default_factory=list)

    def __post_init__(self) -> None:
        shape = (self.canvas.height, self.canvas.width)
        self.depth = np.full(shape, -1e9, np.float32)
        self.owner = np.full(shape, -1, np.int32)
        self.cover = np.zeros(shape, np.float32)
        self._balls: list[_Ball] = []
        self._casters: list[tuple[float, float, float, float]] = []
        self._turned: tuple[Field, Field, Field] | None = None
        self._cos, self._sin = math.cos(self.tilt), math.sin(self.tilt)

    def material(self, colours: Material) -> int:
        """Register a material and return its number."""
        self.materials.append(colours)
        return len(self.materials) - 1

    def project(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Pixel x, pixel y and depth (towards the viewer, in units) of a world point."""
        up = y * self._cos - z * self._sin
        return (
            self.origin[0] + x * self.size_px,
            self.origin[1] - up * self.size_px,
            y * self._sin + z * self._cos,
        )

    def ball(self, x: float, y: float, z: float, radius: float, material: int) -> None:
        """Add one sphere, sizes in units."""
        px, py, depth = self.project(x, y, z)
        index = len(self._balls)
        self._balls.append(_Ball(px, py, depth, radius, material, (x, y, z)))
        self._casters.append((x, y, z, radius))
        reach = radius * self.size_px
        box = self.canvas.box(px - reach, py - reach, px + reach, py + reach)
        if box.empty:
            return
        dx = (np.arange(box.left, box.right, dtype=np.float32) + 0.5 - px)[None] / reach
        dy = (np.arange(box.top, box.bottom, dtype=np.float32) + 0.5 - py)[:, None] / reach
        inside = 1 - dx * dx - dy * dy
        height = depth + radius * np.sqrt(np.maximum(inside, 0))
        part = np.s_[box.top : box.bottom, box.left : box.right]
        front = (inside > 0) & (height > self.depth[part])
        np.copyto(self.depth[part], height, where=front)
        np.copyto(self.owner[part], index, where=front)
        np.maximum(self.cover[part], np.clip(inside * reach * 0.5 + 0.5, 0, 1), out=self.cover[part])

    def lathe(self, place: tuple[float, float], profile: Sequence[tuple[float, float]], material: int) -> None:
        """Add a solid of revolution around the upright axis at `place` (x, z); `profile` is (height, radius) from the
        foot outside to wherever it ends: up to a rim and down again inside for a vessel, to radius 0 for a lid."""
        if self._turned is None:
            shape = (self.canvas.height, self.canvas.width)
            self._turned = (np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32))
        index = len(self._balls)
        points = np.asarray(profile, np.float64)
        px, py, _ = self.project(place[0], float(points[0, 0]), place[1])
        self._balls.append(_Ball(px, py, 0.0, 0.0, material, (place[0], 0.0, place[1])))
        steps = np.diff(points, axis=0)
        ways = steps / (np.linalg.norm(steps, axis=1, keepdims=True) + 1e-9)
        for k, ((y0, r0), (y1, r1)) in enumerate(pairwise(points)):
            # Normals run on over soft joints and stop at sharp ones.
            before = ways[k - 1] if k and ways[k - 1] @ ways[k] > 0.5 else ways[k]
            after = ways[k + 1] if k + 1 < len(ways) and ways[k + 1] @ ways[k] > 0.5 else ways[k]
            self._segment(place, (float(y0), float(r0), float(y1), float(r1)), ways[k] + before, ways[k] + after, index)
        for y, r in points[:: max(1, len(points) // 10)]:
            self._casters.append((place[0], float(max(y, 0.02)), place[1], float(r) * 0.85))

    def _segment(self, place: tuple[float, float], ends: tuple[float, float, float, float], start: Field, stop: Field,
                 index: int) -> None:  # fmt: skip
        """One cone of a lathe: the nearest of its two walls that a pixel sees."""
        y0, r0, y1, r1 = ends
        x0, z0 = place
        wide = max(r0, r1)
        corners = [self.project(x0, y, z0 + s * wide)[1] for y in (y0, y1) for s in (-1, 1)]
        middle = self.origin[0] + x0 * self.size_px
        box = self.canvas.box(middle - wide * self.size_px, min(corners), middle + wide * self.size_px, max(corners))
        if box.empty or wide <= 0:
            return
        across = ((np.arange(box.left, box.right, dtype=np.float32) + 0.5 - self.origin[0]) / self.size_px - x0)[None]
        up = ((self.origin[1] - np.arange(box.top, box.bottom, dtype=np.float32) - 0.5) / self.size_px)[:, None]
        flat = abs(y1 - y0) < 1e-6
        part = np.s_[box.top : box.bottom, box.left : box.right]
        assert self._turned is not None
        if flat:
            near = (y0 - up * self._cos) / self._sin
            hits = [near + 0 * across]
        else:
            slope = (r1 - r0) / (y1 - y0)
            # x = across, y = up cos + t sin, z = -up sin + t cos: x^2 + (z - z0)^2 = (r0 + slope (y - y0))^2 in t.
            base = r0 + slope * (up * self._cos - y0)
            a = self._cos**2 - (slope * self._sin) ** 2
            b = self._cos * (-up * self._sin - z0) - slope * self._sin * base
            c = across**2 + (-up * self._sin - z0) ** 2 - base**2
            root = np.sqrt(np.maximum(b * b - a * c, 0))
            seen = b * b - a * c >= 0
            if abs(a) < 1e-4:
                return
            high, low = (-b + root) / a, (-b - root) / a
            nan = np.float32(np.nan)
            hits = [np.where(seen, np.maximum(high, low), nan), np.where(seen, np.minimum(high, low), nan)]
        for depth in hits:
            with np.errstate(invalid="ignore"):
                height = up * self._cos + depth * self._sin
                away = -up * self._sin + depth * self._cos - z0
                radius = np.sqrt(across**2 + away**2)
                inside = (radius >= min(r0, r1) - 1e-4) & (radius <= wide + 1e-4)
                if not flat:
                    inside &= (height >= min(y0, y1) - 1e-4) & (height <= max(y0, y1) + 1e-4)
                front = inside & (depth > self.depth[part] + 1e-5)
            if not front.any():
                continue
            share = (
                np.clip((radius - r0) / (r1 - r0), 0, 1)
                if flat or abs(r1 - r0) > abs(y1 - y0)
                else (height - y0) / (y1 - y0)
            )
            rise = start[0] + (stop[0] - start[0]) * share
            out = start[1] + (stop[1] - start[1]) * share
            # A profile that runs (rise, out) faces outwards along (rise, -out) turned by a right angle.
            horizontal = rise / np.maximum(radius, 1e-5)
            nx, ny, nz = across * horizontal, -out + 0 * across, away * horizontal
            seen_up, seen_toward = ny * self._cos - nz * self._sin, ny * self._sin + nz * self._cos
            length = np.sqrt(nx * nx + seen_up**2 + seen_toward**2) + 1e-6
            turn = np.where(seen_toward < 0, -1.0, 1.0) / length
            for board, values in zip(self._turned, (nx * turn, seen_up * turn, seen_toward * turn), strict=True):
                np.copyto(board[part], values.astype(np.float32), where=front)
            np.copyto(self.depth[part], depth.astype(np.float32), where=front)
            np.copyto(self.owner[part], index, where=front)
            np.copyto(self.cover[part], 1.0, where=front)

    def shade(self, light: Light, *, ground: bool) -> None:
        """Light the solids and put them on the canvas; with `ground`, first let them shade the table."""
        if not self._balls:
            return
        direction = np.array(light.direction, np.float32)
        direction /= np.linalg.norm(direction)
        if ground:
            self._shade_ground(direction, light.shadow)
        view = np.array(
            [direction[0], direction[1] * self._cos - direction[2] * self._sin,
             direction[1] * self._sin + direction[2] * self._cos], np.float32,
        )  # fmt: skip
        normal = self._normals()
        seen = self.owner >= 0
        if self._turned is not None:
            edge = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), 0.8)
            self.cover = np.minimum(self.cover, np.clip((edge - 0.4) / 0.4, 0, 1))
        depth = np.where(seen, self.depth, self.depth[seen].min()).astype(np.float32)
        facing = normal[0] * view[0] + normal[1] * view[1] + normal[2] * view[2]
        shadow = self._self_shadow(depth, view)
        hidden = np.clip((soften(depth, self.size_px * 0.07) - depth) * 2.4, 0, 0.75)
        up = normal[1] * self._cos + normal[2] * self._sin
        ambient = (0.34 + 0.14 * up) * (1 - hidden)
        direct = 0.86 * np.clip(facing, 0, 1) * (1 - 0.8 * shadow)
        glint = np.clip(2 * normal[2] * facing - view[2], 0, 1) ** 42 * (1 - shadow)
        window = smooth(0.45, 0.8, up) * 0.35
        rim = (1 - normal[2]) ** 3 * 0.18
        gloss = (glint * light.shine + window * light.shine * 0.5 + rim) * (1 - hidden)
        colours = self._colours(normal[1]) * (ambient + direct)[..., None] + gloss[..., None]
        self.canvas.lay(np.clip(colours, 0, 1), np.where(seen, self.cover, 0))

    def visible(self, x: float, y: float, z: float, slack: float = 0.12) -> bool:
        """Whether a world point is not behind another solid."""
        px, py, depth = self.project(x, y, z)
        column = int(np.clip(px, 0, self.canvas.width - 1))
        row = int(np.clip(py, 0, self.canvas.height - 1))
        return bool(self.depth[row, column] <= depth + slack)

    def _normals(self) -> tuple[Field, Field, Field]:
        table = np.array([(b.x_px, b.y_px, b.radius) for b in self._balls], np.float32)
        own = table[np.clip(self.owner, 0, None)]
        columns = np.arange(self.canvas.width, dtype=np.float32)[None] + 0.5
        rows = np.arange(self.canvas.height, dtype=np.float32)[:, None] + 0.5
        reach = np.maximum(own[..., 2], 1e-6) * self.size_px
        across = (columns - own[..., 0]) / reach
        up = -(rows - own[..., 1]) / reach
        toward = np.sqrt(np.clip(1 - across * across - up * up, 0, 1))
        if self._turned is not None:
            turned = own[..., 2] == 0
            across, up, toward = (
                np.where(turned, board, values)
                for board, values in zip(self._turned, (across, up, toward), strict=True)
            )
        # A little smoothing knits the chain into one skin.
        parts = [cv2.GaussianBlur(p, (0, 0), max(0.7, self.size_px / 250)) for p in (across, up, toward)]
        length = np.sqrt(sum(p * p for p in parts)) + 1e-6
        return parts[0] / length, parts[1] / length, parts[2] / length

    def _self_shadow(self, depth: Field, view: Field) -> Field:
        shadow = np.zeros_like(depth)
        step = self.size_px * 0.03
        size = (self.canvas.width, self.canvas.height)
        for k in range(1, 13):
            matrix = np.array([[1, 0, -view[0] * step * k], [0, 1, view[1] * step * k]], np.float32)
            seen = cv2.warpAffine(depth, matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=-9)
            above = smooth(0.02, 0.10, seen - depth - view[2] * step * k / self.size_px)
            shadow = np.maximum(shadow, above * (1 - k / 16))
        return cv2.GaussianBlur(shadow, (0, 0), max(0.8, self.size_px * 0.012))

    def _shade_ground(self, direction: Field, strength: float) -> None:
        shape = (self.canvas.height, self.canvas.width)
        cast, contact = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        for x, y, z, radius in self._casters:
            reach = y / direction[1]
            px, py, _ = self.project(x - direction[0] * reach, 0, z - direction[2] * reach)
            long, flat = radius * self.size_px * (1.5 - 0.5 * direction[1]), radius * self.size_px * self._sin
            angle = math.degrees(math.atan2(direction[2] * self._sin, -direction[0])) * 0.35
            _ellipse(cast, px, py, long, flat * 1.25, angle)
            if y < radius * 1.6:
                px, py, _ = self.project(x, 0, z)
                _ellipse(contact, px, py, radius * self.size_px * 0.75, flat * 0.9, 0)
        dark = strength * soften(cast.astype(np.float32) / 255, self.size_px * 0.06)
        dark += 0.5 * soften(contact.astype(np.float32) / 255, self.size_px * 0.035)
        self.canvas.pixels *= (1 - np.clip(dark, 0, 0.85))[..., None]

    def _colours(self, up: Field) -> Field:
        out = np.zeros((*self.owner.shape, 3), np.float32)
        numbers = np.array([ball.material for ball in self._balls], np.int32)[np.clip(self.owner, 0, None)]
        for index, colours in enumerate(self.materials):
            rows, columns = np.nonzero((numbers == index) & (self.owner >= 0))
            if len(rows):
                out[rows, columns] = colours(columns.astype(np.float32), rows.astype(np.float32), up[rows, columns])
        return out


def _ellipse(board: Field, x: float, y: float, radius_x: float, radius_y: float, angle_deg: float) -> None:
    centre = (int(np.clip(x, -30000, 30000) * 8), int(np.clip(y, -30000, 30000) * 8))
    axes = (max(1, int(radius_x * 8)), max(1, int(radius_y * 8)))
    cv2.ellipse(board, centre, axes, angle_deg, 0, 360, 255, -1, cv2.LINE_AA, 3)


def chain(solids: Solids, places: Sequence[tuple[float, float, float, float]], material: int) -> None:
    """Add many balls (x, y, z, radius) of one material."""
    for x, y, z, radius in places:
        solids.ball(x, y, z, radius, material)
