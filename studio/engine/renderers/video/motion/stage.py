"""A picture with depth, seen through a camera that moves a little.

The picture is taken apart into sheets (``renderers.depth``); each sheet has its own relief, so that ground recedes
evenly and a subject is round. For every frame each sheet is fetched through a map of its own and laid over the ones
behind it. The maps are smooth, so they are computed on a coarse grid and enlarged.

No edge of the picture is ever shown: a camera that travels also comes as much closer as it needs to.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import depth, pictures, runtime
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.video.motion import attention
from studio.engine.renderers.video.motion.camera import Pose

Floats = NDArray[np.float32]
Displace = Callable[["Sheet", Floats, Floats], tuple[Floats, Floats] | None]
"""(sheet, x, y) → shifts in pixels for points x, y of the picture (parts of its width and height)."""

_PAD_PX: Final = 8
_DEPTH_EDGE: Final = 900  # sheets are found on a copy of this size
_FAR_SHARE, _NEAR_SHARE = 0.5, 1.0  # how much of the dolly the farthest things feel, and how much more near ones do
_OVERSAMPLE: Final = 1.5
_FARTHEST_AIM: Final = 0.42
_PARTED_PX: Final = 6.0
_TEXTURE: Final = 3.5
_CONTOUR, _MOST_CONTOUR = 3.2, 0.6
_GLOW: Final = 0.012
_MOST_PIXELS: Final = 8_300_000
_SMOOTH: Final = 0.10
_MOST_UNSURE, _MOST_ALIKE = 0.55, 0.80


@dataclass
class Sheet:
    """One sheet, ready to be fetched.

    Attributes:
        pixels: H×W×3, or H×W×4 with colours multiplied by alpha.
        relief: coarse depth of its points, 0 far to 1 near.
        depth: of the sheet as a whole.
        sky: it is the sky or a backdrop.
        subject: it is something that stands in front.
        top, foot: where its visible part begins and ends (parts of the height).
        soft: a blurred copy, made when focus is pulled.
        apart: another copy without the glow of what stands before it, for a camera that moves away from the middle.
    """

    pixels: NDArray[np.uint8]
    relief: Floats
    depth: float
    sky: bool = False
    subject: bool = False
    top: float = 0.0
    foot: float = 1.0
    soft: NDArray[np.uint8] | None = None
    apart: NDArray[np.uint8] | None = None

    def blurred(self) -> NDArray[np.uint8]:
        """Return a copy as a lens out of focus shows it."""
        if self.soft is None:
            sigma = max(1.0, min(self.pixels.shape[:2]) / 70)
            self.soft = np.asarray(cv2.GaussianBlur(self.pixels, (0, 0), sigma), np.uint8)
        return self.soft


def cover(rgb: Rgb, width: int, height: int) -> Rgb:
    """Crop the middle of *rgb* to the shape *width*:*height* (a third above the middle for tall pictures)."""
    have_h, have_w = rgb.shape[:2]
    keep_w = max(1, min(have_w, round(have_h * width / height)))
    keep_h = max(1, min(have_h, round(have_w * height / width)))
    left, top = (have_w - keep_w) // 2, round((have_h - keep_h) * 0.4)
    return np.ascontiguousarray(rgb[top : top + keep_h, left : left + keep_w])


class Stage:
    """A picture as sheets, rendered at a fixed size."""

    def __init__(self, rgb: Rgb, width: int, height: int, *, flat: bool = False, subject: bool = True) -> None:
        """Take *rgb* apart for films of *width* × *height*; it is cropped to their shape.

        Args:
            flat: skip the search for depth; the picture is one plane.
            subject: look for something that stands in front; without, only sky and land are told apart.
        """
        runtime.prepare_opencv()
        self.width, self.height = width, height
        picture = cover(rgb, width, height)
        most = max(1.0, math.sqrt(_MOST_PIXELS / (width * height)))
        scale = min(_OVERSAMPLE, most, max(1.0, picture.shape[1] / width))
        self.picture = pictures.resize(picture, round(width * scale), round(height * scale))
        self.sheets = [_plane(self.picture)] if flat else _sheets(self.picture, subject=subject)
        subjects = [sheet for sheet in self.sheets if sheet.subject]
        self.focus = float(subjects[-1].depth) if subjects else 0.5
        self.eyes = [] if flat else attention.places(self.picture)
        self.aim = _aim(subjects, width, height) if subjects else _between(self.eyes, width, height)
        self._grid = _grid(width, height)

    @property
    def has_sky(self) -> bool:
        """Whether a sky or backdrop is a sheet of its own."""
        return self.sheets[0].sky

    @property
    def still(self) -> Rgb:
        """The picture as it is at rest, at the film's size."""
        return pictures.resize(self.picture, self.width, self.height)

    def seen(self, place: attention.Place, pose: Pose) -> tuple[float, float]:
        """Return where a place of the picture is in the frame at *pose*: from its middle, edges are at ±0.5."""
        pose = self._closer(pose)
        x, y = np.array([[place[0]]], np.float32), np.array([[place[1]]], np.float32)
        near = 0.0
        for sheet in self.sheets:
            rows, columns = sheet.pixels.shape[:2]
            pixel = sheet.pixels[min(rows - 1, int(place[1] * rows)), min(columns - 1, int(place[0] * columns))]
            if len(pixel) == 3 or pixel[3] > 127:
                near = float(sample(sheet.relief, x, y)[0, 0])
        scale = pose.zoom * _growth(pose, near)
        (by_x, by_y), (aim_x, aim_y) = self._shift(pose, near), self.aim
        at_x, at_y = (place[0] - 0.5) * self.width, (place[1] - 0.5) * self.height
        return (
            float((at_x - aim_x) * scale + aim_x + by_x) / self.width,
            float((at_y - aim_y) * scale + aim_y + by_y) / self.height,
        )

    def unit(self) -> float:
        """Return the film's shorter edge in pixels."""
        return float(min(self.width, self.height))

    def frame(
        self,
        pose: Pose,
        displace: Displace | None = None,
        between: Callable[[NDArray[np.uint8], int], None] | None = None,
        focus_pull: float = 0.0,
        drift: Sequence[tuple[float, float, float]] | None = None,
        soft: Floats | None = None,
    ) -> Rgb:
        """Return the picture as the camera at *pose* sees it, H×W×3.

        Args:
            displace: moves points of sheets (water, sway).
            between: called with the frame after each sheet but the last; may draw on it.
            focus_pull: −1 only the far is sharp … 0 all … 1 only the near is sharp.
            drift: copies of the rearmost sheet that are laid over each other: (weight, shift x, shift y) in pixels;
                *soft*: where they are, 0–1, as a plane of any size; elsewhere the sheet stays as it is.
        """
        pose = self._closer(pose)
        frame: Any = None
        for place, sheet in enumerate(self.sheets):
            pixels = self._focused(sheet, focus_pull, min(1.0, self._parted(pose) / _PARTED_PX))
            map_x, map_y = self._maps(sheet, pose, displace)
            how = cv2.INTER_LINEAR if pixels.shape[1] > self.width * 1.25 else cv2.INTER_CUBIC
            if drift is not None and place == 0:
                seen = self._drifting(pixels, map_x, map_y, how, drift, soft)
            else:
                seen = cv2.remap(pixels, map_x, map_y, how, borderMode=cv2.BORDER_REFLECT_101)
            frame = seen if frame is None else over(frame, seen)
            if between is not None and place < len(self.sheets) - 1:
                between(frame, place)
        return np.asarray(frame, np.uint8)

    def _drifting(
        self,
        pixels: NDArray[np.uint8],
        map_x: Floats,
        map_y: Floats,
        how: int,
        drift: Sequence[tuple[float, float, float]],
        soft: Floats | None,
    ) -> Any:
        scale = pixels.shape[1] / self.width
        shown = [copy for copy in drift if copy[0] > 0.004]
        seen = [
            cv2.remap(
                pixels,
                map_x + np.float32(x * scale),
                map_y + np.float32(y * scale),
                how,
                borderMode=cv2.BORDER_REFLECT_101,
            )
            for _, x, y in shown
        ]
        moved = seen[0] if len(seen) == 1 else cv2.addWeighted(seen[0], shown[0][0], seen[1], 1 - shown[0][0], 0)
        if soft is None:
            return moved
        height, width = pixels.shape[:2]
        rows, columns = soft.shape
        there = cv2.remap(
            soft,
            (map_x + 0.5) * np.float32(columns / width) - 0.5,
            (map_y + 0.5) * np.float32(rows / height) - 0.5,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        still = cv2.remap(pixels, map_x, map_y, how, borderMode=cv2.BORDER_REFLECT_101)
        return cv2.blendLinear(moved, still, there, 1 - there)

    def _parted(self, pose: Pose) -> float:
        """Return about how far near and far move apart at *pose*, in pixels."""
        return self.unit() * (abs(pose.x) + abs(pose.y) + 0.4 * abs(pose.dolly))

    def _focused(self, sheet: Sheet, pull: float, parted: float) -> NDArray[np.uint8]:
        amount = pull * (0.7 - sheet.depth) * 2.0 if pull > 0 else -pull * (sheet.depth - 0.3) * 2.0
        amount = min(1.0, max(0.0, amount))
        if amount < 0.01:
            if sheet.apart is None or parted < 0.01:
                return sheet.pixels
            if parted >= 1:
                return sheet.apart
            return np.asarray(cv2.addWeighted(sheet.pixels, 1 - parted, sheet.apart, parted, 0), np.uint8)
        return np.asarray(cv2.addWeighted(sheet.pixels, 1 - amount, sheet.blurred(), amount, 0), np.uint8)

    def _closer(self, pose: Pose) -> Pose:
        """Come so close that no edge shows."""
        half_w, half_h = self.width / 2, self.height / 2
        angle = abs(math.radians(pose.roll))
        turn_w = (math.cos(angle) * half_w + math.sin(angle) * half_h) / half_w
        turn_h = (math.cos(angle) * half_h + math.sin(angle) * half_w) / half_h
        need = 1.0
        for near in (0.0, self.focus, 1.0):
            scale = pose.zoom * _growth(pose, near)
            shift_x, shift_y = self._shift(pose, near)
            for half, turn, shift, aim in (
                (half_w, turn_w, abs(shift_x), self.aim[0]),
                (half_h, turn_h, abs(shift_y), self.aim[1]),
            ):
                reach = half * turn + shift
                need = max(need, (reach - aim) / (half - aim) / scale, (reach + aim) / (half + aim) / scale)
        return (
            pose if need <= 1.0 else Pose(pose.x, pose.y, pose.dolly, pose.pan, pose.tilt, pose.zoom * need, pose.roll)
        )

    def _shift(self, pose: Pose, near: float | Floats) -> Any:
        """Return how far points of depth *near* are shifted in the frame, in pixels (x, y)."""
        unit = self.unit()
        away = (near - self.focus) / max(self.focus, 1 - self.focus)
        return (
            unit * (-pose.pan - pose.x * away),
            unit * (pose.tilt + pose.y * away),
        )

    def _maps(self, sheet: Sheet, pose: Pose, displace: Displace | None) -> tuple[Floats, Floats]:
        """Return where each point of the frame is in the sheet, in its pixels."""
        grid_x, grid_y = self._grid
        sheet_h, sheet_w = sheet.pixels.shape[:2]
        angle = math.radians(-pose.roll)
        turn_x = (grid_x * math.cos(angle) - grid_y * math.sin(angle)).astype(np.float32)
        turn_y = (grid_x * math.sin(angle) + grid_y * math.cos(angle)).astype(np.float32)
        near: Any = np.full_like(grid_x, sheet.depth)
        for _ in range(3):
            shift_x, shift_y = self._shift(pose, near)
            scale = pose.zoom * _growth(pose, near)
            x = (self.aim[0] + (turn_x - shift_x - self.aim[0]) / scale) / self.width + 0.5
            y = (self.aim[1] + (turn_y - shift_y - self.aim[1]) / scale) / self.height + 0.5
            near = sample(sheet.relief, x, y)
        x, y = x.astype(np.float32), y.astype(np.float32)
        if displace is not None and (moved := displace(sheet, x, y)) is not None:
            x = x + moved[0] / self.width
            y = y + moved[1] / self.height
        return (
            _enlarge(x * sheet_w - 0.5, self.width, self.height),
            _enlarge(y * sheet_h - 0.5, self.width, self.height),
        )


def _growth(pose: Pose, near: Any) -> Any:
    """Return how much larger the dolly makes things of depth *near*."""
    return 1.0 + pose.dolly * (_FAR_SHARE + _NEAR_SHARE * near)


def _between(places: Sequence[attention.Place], width: int, height: int) -> tuple[float, float]:
    """Return the point that a camera moves towards, in pixels from the middle: between *places*, the first most."""
    if not places:
        return 0.0, 0.0
    weights = [1.0, 0.6, 0.4][: len(places)]
    x, y = (
        sum(weight * place[axis] for weight, place in zip(weights, places, strict=True)) / sum(weights) - 0.5
        for axis in (0, 1)
    )
    held = [min(_FARTHEST_AIM, max(-_FARTHEST_AIM, part)) for part in (x, y)]
    return held[0] * width, held[1] * height


def _aim(subjects: Sequence[Sheet], width: int, height: int) -> tuple[float, float]:
    """Return the point that a camera moves towards, in pixels from the middle: the upper part of the main subject."""
    sized = [(float(np.count_nonzero(sheet.pixels[:, :, 3] > 127)), sheet) for sheet in subjects]
    sized = [(area, sheet) for area, sheet in sized if area > 0]
    if not sized:
        return 0.0, 0.0
    _, main = max(sized, key=lambda pair: pair[0])
    columns = np.flatnonzero((main.pixels[:, :, 3] > 127).any(0)) / main.pixels.shape[1]
    middle = float(columns[0] + columns[-1]) / 2
    upper = main.top + 0.15 * (main.foot - main.top)
    held = min(_FARTHEST_AIM, max(-_FARTHEST_AIM, middle - 0.5)), min(_FARTHEST_AIM, max(-_FARTHEST_AIM, upper - 0.5))
    return held[0] * width, held[1] * height


def over(frame: NDArray[np.uint8], seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay H×W×4 pixels with multiplied alpha on *frame*."""
    rows = np.flatnonzero(seen[:, :, 3].any(1))
    if not len(rows):
        return frame
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    part = seen[top:bottom]
    behind = cv2.cvtColor(255 - part[:, :, 3], cv2.COLOR_GRAY2RGB)
    shaded = cv2.multiply(np.ascontiguousarray(frame[top:bottom]), behind, scale=1 / 255)
    cv2.add(shaded, cv2.cvtColor(part, cv2.COLOR_RGBA2RGB), dst=shaded)
    frame[top:bottom] = shaded
    return frame


def sample(plane: Floats, x: Any, y: Any) -> Floats:
    """Return *plane* at points x, y (parts of its width and height)."""
    height, width = plane.shape
    return np.asarray(
        cv2.remap(
            plane,
            (x * width - 0.5).astype(np.float32),
            (y * height - 0.5).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def _grid(width: int, height: int) -> tuple[Floats, Floats]:
    """Return the coarse grid's points in the frame, in pixels from its middle, with a rim around it."""
    step = 4.0 if min(width, height) >= 240 else 2.0
    wide, high = width + 2 * _PAD_PX, height + 2 * _PAD_PX
    columns, rows = math.ceil(wide / step), math.ceil(high / step)
    xs = (np.arange(columns) + 0.5) * wide / columns - wide / 2
    ys = (np.arange(rows) + 0.5) * high / rows - high / 2
    x, y = np.meshgrid(xs.astype(np.float32), ys.astype(np.float32))
    return x, y


def _enlarge(coarse: Floats, width: int, height: int) -> Floats:
    full = cv2.resize(coarse, (width + 2 * _PAD_PX, height + 2 * _PAD_PX), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(full[_PAD_PX : _PAD_PX + height, _PAD_PX : _PAD_PX + width])


def _plane(picture: Rgb) -> Sheet:
    return Sheet(picture, np.full((4, 4), 0.5, np.float32), 0.5)


def _sheets(picture: Rgb, *, subject: bool) -> list[Sheet]:
    height, width = picture.shape[:2]
    small = pictures.resize(picture, *pictures.fit_within(width, height, _DEPTH_EDGE))
    mask = depth.subject_mask(small) if subject else np.zeros(small.shape[:2], np.float32)
    if not _stands_out(small, mask):
        mask = np.zeros_like(mask)
    far_to_near = depth.layers(small, depth.depth_map(small, mask), mask)
    sheets: list[Sheet] = []
    subjects = [_is_subject(layer, mask) for layer in far_to_near]
    # With land before it, the rearmost sheet is a sky or backdrop.
    sky = len(far_to_near) > 1 and not subjects[1]
    if sky and not _skyline_holds(small, far_to_near[1].alpha, mask):
        far_to_near[:2], subjects[:2], sky = [_laid_together(far_to_near[0], far_to_near[1], mask)], [False], False
    if mask.any():
        if sky:
            far_to_near[1] = replace(far_to_near[1], alpha=_skyline(far_to_near[1].alpha, mask))
        far_to_near[0] = replace(far_to_near[0], rgb=_open_up(far_to_near[0].rgb, mask, sky=sky))
    for place, layer in enumerate(far_to_near):
        sheets.append(_sheet(picture, layer, sky and place == 0, subjects[place]))
    _make_whole(picture, sheets)
    return sheets


def _stands_out(picture: Rgb, mask: Floats) -> bool:
    """Return whether what the network took for a subject is sure enough to be moved on its own.

    A piece cut out of a forest would tear: there, colours on both sides of the contour are the same.
    """
    solid = (mask > 0.5).astype(np.uint8)
    area = int(solid.sum())
    if area < 0.002 * mask.size:
        return False
    unsure = float(((mask > 0.15) & (mask < 0.85)).sum()) / area
    reach = 2 * max(3, round(max(mask.shape) * 0.03)) + 1
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    inside = (solid > 0) & (cv2.erode(solid, brush) == 0)
    outside = (cv2.dilate(solid, brush) > 0) & (solid == 0)
    lab = cv2.cvtColor(cv2.blur(picture, (5, 5)), cv2.COLOR_RGB2LAB)
    shares = []
    for region in (inside, outside):
        counts, _ = np.histogramdd(
            lab[region].astype(np.float32), bins=(8, 8, 8), range=((0, 256), (64, 192), (64, 192))
        )
        shares.append(counts / max(1.0, counts.sum()))
    alike = float(np.sqrt(shares[0] * shares[1]).sum())
    return unsure <= _MOST_UNSURE and alike <= _MOST_ALIKE


def _is_subject(layer: depth.Layer, mask: Floats) -> bool:
    shown = layer.alpha > 0.5
    return bool(shown.any()) and float(shown.mean()) < 0.97 and float(mask[shown].mean()) > 0.6


def _skyline_holds(picture: Rgb, land: Floats, mask: Floats) -> bool:
    """Return whether the border between what was told apart as sky and land is a contour of the picture.

    A border through an evening sky, or half a sky that passes for land behind a subject, would tear.
    """
    lab = cv2.cvtColor(cv2.GaussianBlur(picture, (0, 0), 1.2), cv2.COLOR_RGB2LAB).astype(np.float32)
    step: Any = np.zeros(land.shape, np.float32)
    for channel in range(3):
        plane = np.ascontiguousarray(lab[:, :, channel])
        step = np.maximum(step, np.hypot(cv2.Scharr(plane, -1, 1, 0), cv2.Scharr(plane, -1, 0, 1)) / 16)
    solid = (land > 0.5).astype(np.uint8)
    border = cv2.dilate(solid, np.ones((3, 3), np.uint8)) != cv2.erode(solid, np.ones((3, 3), np.uint8))
    border &= cv2.dilate((mask > 0.02).astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    if int(border.sum()) < 0.3 * land.shape[1]:
        return False
    near = cv2.dilate(step, np.ones((7, 7), np.uint8))
    return bool(float((near[border] > _CONTOUR).mean()) > _MOST_CONTOUR)


def _laid_together(far: depth.Layer, near: depth.Layer, mask: Floats) -> depth.Layer:
    """Return sky and land as one sheet; behind the subject what was filled in of the land."""
    hole = cv2.dilate((mask > 0.02).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    share = np.maximum(near.alpha, cv2.GaussianBlur(hole, (0, 0), 1.5))[:, :, None]
    rgb = np.asarray(near.rgb * share + far.rgb * (1 - share) + 0.5, np.uint8)
    relief = np.asarray(near.relief * near.alpha + far.relief * (1 - near.alpha), np.float32)
    return depth.Layer(rgb, np.ones_like(near.alpha), float(np.median(relief)), relief)


def _skyline(land: Floats, mask: Floats) -> Floats:
    """Return the land's alpha with its upper border continued behind the subject from the sides."""
    hole = cv2.dilate((mask > 0.02).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    solid = (land > 0.5) & ~hole
    first = np.where(solid.any(0), solid.argmax(0), land.shape[0]).astype(np.float32)
    above = np.maximum(first.astype(np.int64) - 1, 0)
    # Where the subject is just above the land, the border is behind it and unknown.
    known = ~hole[above, np.arange(land.shape[1])] & solid.any(0)
    if known.sum() < 4:
        return land
    columns = np.arange(land.shape[1])
    border = np.interp(columns, columns[known], first[known])
    behind = np.clip(np.arange(land.shape[0])[:, None] - border[None, :] + 0.5, 0, 1)
    return np.where(hole, behind, land).astype(np.float32)


def _open_up(ground: Rgb, mask: Floats, *, sky: bool) -> Rgb:
    """Return the rearmost sheet continued behind the subject, row by row where it is even.

    Skies and backdrops change from top to bottom, hardly across. Where there is texture beside the subject what was
    filled in stays.
    """
    reach = 2 * max(2, round(_GLOW * max(mask.shape))) + 1
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    hole = np.asarray(cv2.dilate((mask > 0.02).astype(np.uint8), brush), np.uint8)
    known = hole == 0
    if not known.any():
        return ground
    calm = cv2.blur(ground, (9, 3)).astype(np.float32)
    filled: Any = ground.astype(np.float32)
    columns = np.arange(ground.shape[1])
    rows = np.flatnonzero(hole.any(1))
    for row in rows:
        seen = known[row]
        if seen.sum() > 8:
            for channel in range(3):
                line = np.interp(columns, columns[seen], calm[row, seen, channel])
                filled[row, :, channel] = np.where(seen, filled[row, :, channel], line)
        elif row:
            filled[row] = filled[row - 1]
    filled = cv2.GaussianBlur(filled, (0, 0), max(1.0, reach / 3))
    even = np.ones(mask.shape[0], np.float32) if sky else _evenness(ground, hole)
    weight = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), max(1.0, reach / 6)) * even[:, None]
    return np.asarray(ground * (1 - weight[:, :, None]) + filled * weight[:, :, None] + 0.5, np.uint8)


def _evenness(ground: Rgb, hole: NDArray[np.uint8]) -> Floats:
    """Return for each row how free of texture the surroundings of the hole are, 0–1."""
    grey = cv2.cvtColor(ground, cv2.COLOR_RGB2GRAY).astype(np.float32)
    texture = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 2.5))
    wide = 2 * max(4, round(0.04 * hole.shape[1])) + 1
    ring = (cv2.dilate(hole, np.ones((1, wide), np.uint8)) > 0) & (hole == 0)
    found = (texture * ring).sum(1) / np.maximum(ring.sum(1), 1)
    found = cv2.GaussianBlur(found[:, None].astype(np.float32), (0, 0), max(1.0, hole.shape[0] / 60))[:, 0]
    return np.asarray(np.clip((_TEXTURE - found) / (0.5 * _TEXTURE), 0, 1), np.float32)


def _make_whole(picture: Rgb, sheets: list[Sheet]) -> None:
    """Correct the sheets' colours so that laid over each other they are exactly the picture.

    What a soft contour adds is what the picture has there beyond the sheets behind it.
    """
    below: Any = sheets[0].pixels.copy()
    hidden: Any = np.zeros(picture.shape[:2], np.uint8)
    covers = []
    for sheet in reversed(sheets[1:]):
        covers.append(hidden)
        if sheet.pixels.shape[2] == 4:
            hidden = cv2.max(hidden, sheet.pixels[:, :, 3])
    covers.reverse()
    for sheet, cover_ in zip(sheets[1:], covers, strict=True):
        if sheet.pixels.shape[2] != 4:
            below = sheet.pixels.copy()
            continue
        alpha = sheet.pixels[:, :, 3]
        free = (cover_ < 6) & (alpha > 6)
        # Where the picture is darker than what would shine through, the sheet must be more solid than it was found;
        # what is only in its shadow is not, or shadows would be cut out in pieces.
        through = cv2.divide(picture, np.maximum(below, 1), scale=255).min(2)
        sure = np.clip((140.0 - through) * 3.5, 0, 255.0 - through)
        solid = np.minimum(sure, np.minimum(alpha, 31) * 8.0).astype(np.uint8)
        alpha[free] = np.maximum(alpha, solid)[free]
        behind = cv2.multiply(below, cv2.cvtColor(255 - alpha, cv2.COLOR_GRAY2RGB), scale=1 / 255)
        added = cv2.subtract(picture, behind)
        free = (cover_ < 6) & (alpha > 0)
        sheet.pixels[:, :, :3][free] = added[free]
        below = cv2.add(behind, np.ascontiguousarray(sheet.pixels[:, :, :3]))
    if sheets[0].pixels.shape[2] == 3:
        bare = hidden == 0
        if not sheets[0].pixels.flags.writeable:
            sheets[0].pixels = sheets[0].pixels.copy()
        if hidden.any():
            # A glow around what stands in front would stay behind as its ghost when the two move apart.
            reach = 2 * max(2, round(_GLOW * max(hidden.shape))) + 1
            near = cv2.dilate(hidden, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
            away = cv2.GaussianBlur((near == 0).astype(np.float32), (0, 0), max(1.0, reach / 4))[:, :, None]
            sheets[0].apart = np.asarray(sheets[0].pixels * (1 - away) + picture * away + 0.5, np.uint8)
        sheets[0].pixels[bare] = picture[bare]


def _sheet(picture: Rgb, layer: depth.Layer, sky: bool, subject: bool) -> Sheet:
    height, width = picture.shape[:2]
    alpha = cv2.resize(layer.alpha, (width, height), interpolation=cv2.INTER_LINEAR)
    rgb: Any = pictures.resize(layer.rgb, width, height)
    if layer.alpha.shape != (height, width):
        # Fine detail comes from the large picture wherever the small one agrees with it.
        near = np.abs(
            rgb.astype(np.int16) - cv2.GaussianBlur(picture, (0, 0), width / layer.alpha.shape[1]).astype(np.int16)
        )
        agrees = cv2.GaussianBlur((near.max(2) < 26).astype(np.float32), (0, 0), 1.5)[:, :, None]
        weight = np.clip(agrees * 2 - 1, 0, 1)
        rgb = np.asarray(rgb * (1 - weight) + picture * weight + 0.5, np.uint8)
    rows = np.flatnonzero((layer.alpha > 0.5).any(1))
    top, foot = (rows[0] / layer.alpha.shape[0], (rows[-1] + 1) / layer.alpha.shape[0]) if len(rows) else (0.0, 1.0)
    relief: Any = np.asarray(
        cv2.resize(layer.relief, (max(8, width // 8), max(8, height // 8)), interpolation=cv2.INTER_AREA), np.float32
    )
    # Small steps in the guessed depth would bend what is straight.
    relief = cv2.GaussianBlur(relief, (0, 0), max(1.0, (_SMOOTH / 2 if subject else _SMOOTH) * min(relief.shape)))
    if float(layer.alpha.min()) > 0.99:
        return Sheet(rgb, relief, layer.depth, sky, subject)
    solid = pictures.to_bytes(alpha)
    multiplied = cv2.multiply(rgb, cv2.cvtColor(solid, cv2.COLOR_GRAY2RGB), scale=1 / 255)
    return Sheet(np.dstack((multiplied, solid)), relief, layer.depth, sky, subject, float(top), float(foot))
