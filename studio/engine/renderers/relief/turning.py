"""A slightly turned view of a picture: its layers become rounded sheets in space, seen from another place.

What the turn uncovers is painted on from its surroundings. Nothing that the picture does
not show is invented, so only small angles are honest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import depth, filling, pictures, runtime
from studio.engine.renderers.depth import Layer
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.relief.angles import Angle
from studio.engine.renderers.relief.rounding import inflate
from studio.engine.renderers.rendered import Rendered
from studio.engine.renderers.worker import report

Floats = NDArray[np.float32]

_WORK_EDGE: Final = 1400
_DISTANCE: Final = 2.0  # of the camera from the subject, in heights of the picture
_DEEP: Final = 0.8  # from the subject to the farthest, in heights of the picture
_ROUND: Final = 0.55
_STEEPEST: Final = 1.1
_PAD: Final = 0.22
_STEPS: Final = 16
_COARSE: Final = 2


@dataclass(frozen=True)
class _Sheet:
    """One layer on a padded canvas: colours, alpha and z (heights of the picture, + towards the camera)."""

    rgb: Rgb
    alpha: Floats
    z: Floats
    edges: tuple[bool, bool, bool, bool]
    """Whether it is a thing that is cut off by the left, top, right, lower edge of the picture."""
    is_subject: bool = False


@dataclass(frozen=True)
class _Camera:
    """Angles in radians, zoom, and where the frame's middle looks (heights of the picture)."""

    yaw: float
    pitch: float
    zoom: float
    x: float = 0.0
    y: float = 0.0

    def project(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
        """Return where points of the source view at depth *z* appear (x right, y down)."""
        # A point of the source picture lies on its ray: nearer points are nearer the axis.
        near = (_DISTANCE - z) / _DISTANCE
        px, py = x * near, -y * near
        cx = px * np.cos(self.yaw) - z * np.sin(self.yaw)
        cz = px * np.sin(self.yaw) + z * np.cos(self.yaw)
        cy = py * np.cos(self.pitch) - cz * np.sin(self.pitch)
        cz = py * np.sin(self.pitch) + cz * np.cos(self.pitch)
        scale = self.zoom * _DISTANCE / np.maximum(_DISTANCE - cz, 0.2)
        return ((cx - self.x) * scale).astype(np.float32), ((-cy - self.y) * scale).astype(np.float32)


def render(path: str, angle: Angle, size: tuple[int, int] | None, about: Mapping[str, str]) -> Rendered:
    """Turn the view of a picture file (runs in a render worker).

    Args:
        size: width and height of the result; None keeps those of the source, at most 2048 px.

    ``notes``: held (the frame was kept within the picture, because something is cut off by its edge), layers.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    rgb = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha)
    if size is None:
        size = pictures.fit_within(picture.width, picture.height, 2048)
    view, held, count = turn(rgb, angle, size)
    report(0.95, "Writing the file")
    return pictures.encode(view, None, "png", about).with_notes(held=held, layers=count)


def turn(rgb: Rgb, angle: Angle, size: tuple[int, int]) -> tuple[Rgb, bool, int]:
    """Return the turned view at *size* (width, height), whether the frame was held, and the number of layers."""
    work = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], _WORK_EDGE))
    mask = depth.subject_mask(work)
    report(0.2, "Guessing the depth")
    near = depth.depth_map(work, mask)
    report(0.3, "Painting on behind the subject")
    sheets = _sheets(depth.layers(work, near, mask))
    report(0.7, "Turning the view")
    camera, held = _held(_camera(angle, sheets, work.shape[:2]), sheets, work.shape[:2], size)
    return _seen(sheets, camera, work.shape[:2], size), held, len(sheets)


def _sheets(layers: list[Layer]) -> list[_Sheet]:
    """Give the layers a place in space, and a margin that is painted on."""
    height, width = layers[0].alpha.shape
    subjects = [layer for layer in layers if layer.is_subject]
    pivot = max((layer.depth for layer in subjects), default=float(np.median(layers[-1].relief)))
    pad_x, pad_y = round(_PAD * width), round(_PAD * height)
    sheets = []
    for place, layer in enumerate(layers):
        report(0.35 + 0.3 * place / len(layers), "Painting on beyond the edges")
        if layer.is_subject:
            z = _rounded(layer.alpha, height) + (layer.depth - pivot) * _DEEP
            edges = _cut_off(layer.alpha)
        else:
            z = (np.minimum(layer.relief, pivot + 0.12) - pivot) * _DEEP
            z = np.asarray(cv2.GaussianBlur(z, (0, 0), max(2.0, width / 90)), np.float32)
            edges = (False, False, False, False)
        is_sky = place == 0 and len(layers) - len(subjects) > 1
        sheets.append(_padded(layer, z.astype(np.float32), edges, (pad_x, pad_y), smooth=is_sky))
    return sheets


def _rounded(alpha: Floats, height: int) -> Floats:
    """Return the inflated outline in heights of the picture, not steeper than the turn can show."""
    small = pictures.fit_within(alpha.shape[1], alpha.shape[0], 360)
    pad = round(0.3 * max(small))
    outline = cv2.resize(alpha, small, interpolation=cv2.INTER_AREA)
    # A thing that the edge cuts off goes on beyond it, and is not thin there.
    mask = np.asarray(cv2.copyMakeBorder(outline, pad, pad, pad, pad, cv2.BORDER_REPLICATE), np.float32)
    away = np.asarray(cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
    z = np.minimum(inflate(mask) * _ROUND, away * _STEEPEST)
    z = np.asarray(cv2.GaussianBlur(z, (0, 0), 2.0), np.float32)
    z = np.ascontiguousarray(z[pad:-pad, pad:-pad]) / small[1]
    return np.asarray(cv2.resize(z, (alpha.shape[1], height), interpolation=cv2.INTER_LINEAR), np.float32)


def _cut_off(alpha: Floats) -> tuple[bool, bool, bool, bool]:
    def touches(line: Floats) -> bool:
        return float((line > 0.5).mean()) > 0.01

    return touches(alpha[:, 0]), touches(alpha[0]), touches(alpha[:, -1]), touches(alpha[-1])


def _padded(
    layer: Layer, z: Floats, edges: tuple[bool, bool, bool, bool], pad: tuple[int, int], *, smooth: bool
) -> _Sheet:
    pad_x, pad_y = pad
    around = (pad_y, pad_y, pad_x, pad_x)
    # Land goes on as its mirror image, a cut-off subject as its last line; the rearmost sheet is painted on.
    onwards = cv2.BORDER_REPLICATE if layer.is_subject else cv2.BORDER_REFLECT_101
    rgb = np.asarray(cv2.copyMakeBorder(layer.rgb, *around, cv2.BORDER_REFLECT_101), np.uint8)
    alpha = np.asarray(cv2.copyMakeBorder(layer.alpha, *around, onwards), np.float32)
    z = np.asarray(cv2.copyMakeBorder(z, *around, onwards), np.float32)
    if float(layer.alpha.min()) == 1.0:
        outside = np.ones(alpha.shape, bool)
        outside[pad_y : alpha.shape[0] - pad_y, pad_x : alpha.shape[1] - pad_x] = False
        rgb = filling.fill(rgb, outside, smooth=smooth)
    return _Sheet(rgb, alpha, z, edges, layer.is_subject)


def _camera(angle: Angle, sheets: list[_Sheet], shape: tuple[int, int]) -> _Camera:
    """Aim at the subject for a close-up, else at the middle of the picture."""
    height, width = shape
    x = y = 0.0
    # A turned picture is narrower at one side: a little nearer, and the frame is full.
    zoom = angle.zoom * (1.0 + 0.10 * abs(angle.yaw) / 25 + 0.06 * abs(angle.pitch) / 15)
    things = [sheet.alpha > 0.5 for sheet in sheets if sheet.is_subject]
    if angle.zoom > 1.0 and things:
        thing = max(things, key=lambda solid: int(solid.sum()))
        rows, columns = np.where(thing.any(1))[0], np.where(thing.any(0))[0]
        half = 0.5 / zoom
        if len(rows):
            top = (rows[0] - thing.shape[0] / 2) / height
            # Faces and heads are above the middle of a thing, and are not cut off where there is room.
            y = min(top + 0.38 * (rows[-1] - rows[0]) / height, top + half - 0.03)
            x = (0.5 * (columns[0] + columns[-1]) - thing.shape[1] / 2) / height
            x = float(np.clip(x, -width / height * (0.5 - half), width / height * (0.5 - half)))
            y = float(np.clip(y, -0.5 + half, 0.5 - half))
    return _Camera(float(np.radians(angle.yaw)), float(np.radians(angle.pitch)), zoom, x, y)


def _frame(shape: tuple[int, int], size: tuple[int, int]) -> tuple[float, float]:
    """Return the half width and half height of the frame, in heights of the picture; about the area of the source."""
    height, width = shape
    ratio = size[0] / size[1]
    area = width / height
    down = (area / ratio) ** 0.5
    down = min(down, 1.0 + 1.2 * _PAD, (area + 1.2 * _PAD * area) / ratio)
    return ratio * down / 2, down / 2


def _held(camera: _Camera, sheets: list[_Sheet], shape: tuple[int, int], size: tuple[int, int]) -> tuple[_Camera, bool]:
    """Move and zoom so that no cut edge of a subject comes into the frame."""
    half_x, half_y = _frame(shape, size)
    held = False
    for _ in range(3):
        bounds = _bounds(camera, sheets, shape)
        if not bounds:
            return camera, held
        left, top, right, low = (bounds.get(side) for side in ("left", "top", "right", "low"))
        gap_left = max(0.0, left + half_x) if left is not None else 0.0
        gap_right = max(0.0, half_x - right) if right is not None else 0.0
        gap_top = max(0.0, top + half_y) if top is not None else 0.0
        gap_low = max(0.0, half_y - low) if low is not None else 0.0
        if max(gap_left, gap_right, gap_top, gap_low) < 0.002:
            return camera, held
        held = True
        zoom = camera.zoom
        if (left is not None and right is not None) or (top is not None and low is not None):
            spans = [
                (gap_left + gap_right) / (2 * half_x) if left is not None and right is not None else 0.0,
                (gap_top + gap_low) / (2 * half_y) if top is not None and low is not None else 0.0,
            ]
            zoom *= 1.0 + max(spans)
        x = camera.x + (gap_left - gap_right) / camera.zoom
        y = camera.y + (gap_top - gap_low) / camera.zoom
        camera = _Camera(camera.yaw, camera.pitch, zoom, x, y)
    return camera, held


def _bounds(camera: _Camera, sheets: list[_Sheet], shape: tuple[int, int]) -> dict[str, float]:
    """Return how far inwards the cut edges of subjects appear, in frame coordinates."""
    height, width = shape
    found: dict[str, float] = {}
    for sheet in sheets:
        pad_y, pad_x = (sheet.alpha.shape[0] - height) // 2, (sheet.alpha.shape[1] - width) // 2
        inner = (slice(pad_y, pad_y + height), slice(pad_x, pad_x + width))
        alpha, z = sheet.alpha[inner], sheet.z[inner]
        ys, xs = np.mgrid[0:height, 0:width]
        for side, touched, line in (
            ("left", sheet.edges[0], (slice(None), 0)), ("top", sheet.edges[1], (0, slice(None))),
            ("right", sheet.edges[2], (slice(None), -1)), ("low", sheet.edges[3], (-1, slice(None))),
        ):  # fmt: skip
            solid = alpha[line] > 0.3
            if not touched or not solid.any():
                continue
            x = ((xs[line][solid] + 0.5 - width / 2) / height).astype(np.float32)
            y = ((ys[line][solid] + 0.5 - height / 2) / height).astype(np.float32)
            u, v = camera.project(x, y, z[line][solid])
            value = {"left": u.max(), "right": u.min(), "top": v.max(), "low": v.min()}[side]
            worse = max if side in ("left", "top") else min
            found[side] = worse(found.get(side, float(value)), float(value))
    return found


def _seen(sheets: list[_Sheet], camera: _Camera, shape: tuple[int, int], size: tuple[int, int]) -> Rgb:
    width, height = size
    half_x, half_y = _frame(shape, size)
    result = np.zeros((height, width, 3), np.float32)
    for place, sheet in enumerate(sheets):
        report(0.72 + 0.2 * place / len(sheets), "Turning the view")
        map_x, map_y = _source_places(sheet, camera, shape, size, half_x, half_y)
        colour = cv2.remap(sheet.rgb, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
        cover = cv2.remap(sheet.alpha, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        weight = np.clip(cover, 0, 1)[:, :, None]
        result = np.asarray(colour * weight + result * (1 - weight), np.float32)
    return np.asarray(np.clip(result + 0.5, 0, 255), np.uint8)


def _source_places(
    sheet: _Sheet, camera: _Camera, shape: tuple[int, int], size: tuple[int, int], half_x: float, half_y: float
) -> tuple[Floats, Floats]:
    """Return for each pixel of the view which place of the padded sheet is seen there.

    Found by stepping towards the place whose projection is that pixel, on a coarser grid.
    """
    height = shape[0]
    across, down = max(2, size[0] // _COARSE), max(2, size[1] // _COARSE)
    u = ((np.arange(across, dtype=np.float32) + 0.5) / across * 2 - 1) * np.float32(half_x)
    v = ((np.arange(down, dtype=np.float32) + 0.5) / down * 2 - 1) * np.float32(half_y)
    want_u, want_v = np.meshgrid(u, v)
    rows, columns = sheet.z.shape
    x: Floats = (want_u / camera.zoom + camera.x).astype(np.float32)
    y: Floats = (want_v / camera.zoom + camera.y).astype(np.float32)
    for step in range(_STEPS):
        px = (x * height + columns / 2 - 0.5).astype(np.float32)
        py = (y * height + rows / 2 - 0.5).astype(np.float32)
        z = np.asarray(cv2.remap(sheet.z, px, py, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
        got_u, got_v = camera.project(x, y, z)
        share = 0.9 if step < _STEPS // 2 else 0.6
        x = (x - share * (got_u - want_u) / camera.zoom).astype(np.float32)
        y = (y - share * (got_v - want_v) / camera.zoom).astype(np.float32)
    px = (x * height + columns / 2 - 0.5).astype(np.float32)
    py = (y * height + rows / 2 - 0.5).astype(np.float32)
    px, py = (np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.8), np.float32) for plane in (px, py))
    fine = (size[0], size[1])
    return (
        np.asarray(cv2.resize(px, fine, interpolation=cv2.INTER_LINEAR), np.float32),
        np.asarray(cv2.resize(py, fine, interpolation=cv2.INTER_LINEAR), np.float32),
    )
