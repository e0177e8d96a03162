"""Small vector drawings: antialiased polygons, lines and ellipses with colour and coverage.

A `Sketch` is a board over a box of the canvas, drawn at a multiple of the resolution in premultiplied 8-bit RGBA and
brought down by area averaging. Points are in canvas pixels (floats). Shapes painted later cover earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from studio.engine.renderers.painter.canvas import Box, Canvas
from studio.engine.renderers.painter.colour import Rgb
from studio.engine.renderers.painter.noise import Field

Point = tuple[float, float]
Points = Sequence[Point] | Field

_SHIFT = 3
_FIXED = 1 << _SHIFT


def spline(points: Points, closed: bool = True, steps: int = 8) -> Field:
    """A smooth curve (Catmull-Rom) through `points`: N x 2, `steps` samples per span."""
    knots = np.asarray(points, np.float32)
    if closed:
        before, after, after2 = np.roll(knots, 1, 0), np.roll(knots, -1, 0), np.roll(knots, -2, 0)
    else:
        padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
        before, knots, after, after2 = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
    p0, p1, p2, p3 = (part[:, None, :] for part in (before, knots, after, after2))
    curve = 0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
    out = curve.reshape(-1, 2)
    if not closed:
        out = np.vstack([out, np.asarray(points, np.float32)[-1:]])
    return out


class Sketch:
    """A drawing board over part of the canvas; see the module text."""

    def __init__(self, canvas: Canvas, box: Box | None = None, scale: int = 3) -> None:
        self.canvas = canvas
        self.box = box or canvas.whole
        self.scale = scale
        self.board = np.zeros((max(1, self.box.height) * scale, max(1, self.box.width) * scale, 4), np.uint8)

    def _fixed(self, points: Points) -> Field:
        local = (np.asarray(points, np.float64) - (self.box.left, self.box.top)) * self.scale - 0.5
        return np.round(np.clip(local, -30000, 30000) * _FIXED).astype(np.int32)

    @staticmethod
    def _ink(colour: Rgb, alpha: float) -> tuple[int, int, int, int]:
        value = [round(255 * min(1.0, max(0.0, part)) * alpha) for part in colour]
        return (value[0], value[1], value[2], round(255 * alpha))

    def polygon(self, points: Points, colour: Rgb, alpha: float = 1.0) -> None:
        """Fill one polygon. With `alpha` below one the colour replaces what is under it and thins it."""
        cv2.fillPoly(self.board, [self._fixed(points)], self._ink(colour, alpha), cv2.LINE_8, _SHIFT)

    def polygons(self, many: Iterable[Points], colour: Rgb, alpha: float = 1.0) -> None:
        """Fill many polygons of one colour in one call, each on its own (no even-odd holes)."""
        ink = self._ink(colour, alpha)
        for points in many:
            cv2.fillPoly(self.board, [self._fixed(points)], ink, cv2.LINE_8, _SHIFT)

    def line(self, points: Points, width_px: float, colour: Rgb, alpha: float = 1.0, closed: bool = False) -> None:
        """A polyline with round joints, `width_px` in canvas pixels (at least one board pixel)."""
        thickness = max(1, round(width_px * self.scale))
        cv2.polylines(
            self.board, [self._fixed(points)], closed, self._ink(colour, alpha), thickness, cv2.LINE_AA, _SHIFT
        )

    def ellipse(self, centre: Point, radius_x: float, radius_y: float, colour: Rgb, angle_deg: float = 0.0,
                alpha: float = 1.0) -> None:  # fmt: skip
        """A filled ellipse, radii in canvas pixels."""
        middle = self._fixed([centre])[0]
        axes = (max(1, round(radius_x * self.scale * _FIXED)), max(1, round(radius_y * self.scale * _FIXED)))
        cv2.ellipse(self.board, (int(middle[0]), int(middle[1])), axes, angle_deg, 0, 360, self._ink(colour, alpha),
                    -1, cv2.LINE_AA, _SHIFT)  # fmt: skip

    def leaves(self, x: Field, y: Field, long: Field, wide: Field, angle: Field, colours: Field) -> None:
        """Many small pointed dabs at once: N centres, half lengths and half widths (canvas pixels), angles (radians)
        and colours (N x 3). Far quicker than as many ellipses."""
        cos, sin = np.cos(angle), np.sin(angle)
        shape = np.array([(-1, 0), (-0.45, 0.8), (0.25, 0.95), (1, 0), (0.25, -0.95), (-0.45, -0.8)], np.float32)
        along, across = shape[None, :, 0] * long[:, None], shape[None, :, 1] * wide[:, None]
        points = np.stack([x[:, None] + along * cos[:, None] - across * sin[:, None],
                           y[:, None] + along * sin[:, None] + across * cos[:, None]], -1)  # fmt: skip
        fixed = self._fixed(points)
        inks = np.round(np.clip(colours, 0, 1) * 255).astype(int).tolist()
        for place, (red, green, blue) in zip(fixed, inks, strict=True):
            cv2.fillConvexPoly(self.board, place, (red, green, blue, 255), cv2.LINE_8, _SHIFT)

    def resolve(self) -> tuple[Field, Field]:
        """(premultiplied colours H x W x 3, coverage H x W), both float32 0..1, at canvas resolution."""
        size = (max(1, self.box.width), max(1, self.box.height))
        small = cv2.resize(self.board, size, interpolation=cv2.INTER_AREA) if self.scale > 1 else self.board
        values = small.astype(np.float32) * (1 / 255)
        return values[..., :3], values[..., 3]

    def paint(self, opacity: float | Field = 1.0, haze: Rgb | None = None, haze_amount: float | Field = 0.0) -> Field:
        """Put the drawing on the canvas, veiled by `haze`; returns its coverage for later shading."""
        colours, cover = self.resolve()
        if self.box.empty:
            return cover
        if haze is not None:
            veil = np.asarray(haze_amount, np.float32)
            veil = veil[..., None] if veil.ndim == 2 else veil
            colours = colours * (1 - veil) + np.asarray(haze, np.float32) * (cover[..., None] * veil)
        strength = np.asarray(opacity, np.float32)
        strength = strength[..., None] if strength.ndim == 2 else strength
        part = self.canvas.pixels[self.box.top : self.box.bottom, self.box.left : self.box.right]
        part *= 1 - cover[..., None] * strength
        part += colours * strength
        return cover


def mask_of(canvas: Canvas, shapes: Iterable[Points], box: Box | None = None, scale: int = 3) -> Field:
    """Antialiased coverage of the union of polygons over a box, H x W."""
    area = box or canvas.whole
    board = np.zeros((max(1, area.height) * scale, max(1, area.width) * scale), np.uint8)
    for points in shapes:
        local = (np.asarray(points, np.float64) - (area.left, area.top)) * scale - 0.5
        fixed = np.round(np.clip(local, -30000, 30000) * _FIXED).astype(np.int32)
        cv2.fillPoly(board, [fixed], 255, cv2.LINE_8, _SHIFT)
    small = cv2.resize(board, (max(1, area.width), max(1, area.height)), interpolation=cv2.INTER_AREA)
    return np.asarray(small.astype(np.float32) * (1 / 255), np.float32)


def below(canvas: Canvas, edge_v: Field, soft_px: float = 1.2) -> Field:
    """Mask of everything under a skyline given as v per column (W values), softened over `soft_px`."""
    edge_px = edge_v[None, :] * canvas.height
    rows = np.arange(canvas.height, dtype=np.float32)[:, None] + 0.5
    return np.asarray(np.clip((rows - edge_px) / soft_px + 0.5, 0, 1), np.float32)
