"""Films enlarged with a super-resolution network whose detail travels with the motion.

The network runs where it must: on first frames, after cuts, where something new comes
into view, and in turn on every tile after a few frames. Everywhere else the detail that it
found is carried on along the optical flow, which costs little and keeps texture still
instead of flickering. Only brightness is carried: films hold colour at half resolution.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.renderers import looks, runtime
from studio.engine.renderers import upscale as still
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video import probe
from studio.engine.renderers.video.frames import MAX_EDGE, FilmWriter, Rgb, even, frame_at, read_frames
from studio.engine.renderers.video.probe import VideoInfo
from studio.engine.renderers.worker import report

Grey = NDArray[np.float32]
_FACTOR: Final = 2
_TILE: Final = 208
_FEATHER: Final = 8
_BLOCK: Final = 8
_SMALLEST_FLOW: Final = 16
"""Movement cannot be found in pictures with a shorter edge, in pixels."""
_STILL: Final = 1.0
"""Differences of brightness (0–255, over 5 × 5 pixels) that are only the film's coding."""
_LUMA: Final = np.array((0.299, 0.587, 0.114), np.float32)


@dataclass(frozen=True)
class Mode:
    """How carefully.

    Attributes:
        age: a tile's detail is carried for at most so many frames.
        bad: mean difference (0–255) from which an 8 × 8 block counts as not carried on rightly.
        share: a tile with more than this share of bad blocks is made anew.
        keep: how much of the carried detail stays when a tile is made anew in its turn.
        gain: strength of the detail.
        most: longest work: frames × megapixels of the source.
    """

    age: int
    bad: float
    share: float
    keep: float
    gain: float
    most: float


def mode(order: Mapping[str, Any]) -> Mode:
    """Return the mode for ``detailPreference`` and ``processingSpeed``."""
    sharper = order.get("detailPreference") == "sharper"
    keep, gain = (0.0, 1.25) if sharper else (0.4, 1.0)
    if order.get("processingSpeed") == "faster":
        return Mode(12, 7.0, 0.12, keep, gain, 2200.0)
    return Mode(5, 4.5, 0.04, keep, gain, 900.0)


def target_size(info: VideoInfo, target: int | None) -> tuple[int, int]:
    """Return the new size: short edge *target* (None: 1440, or 1080 below 720 lines), at most twice the source.

    Neither edge becomes longer than a film may have.

    Raises:
        ToolError: PARAMETER_INVALID, the film is that large already.
    """
    short, long = min(info.width, info.height), max(info.width, info.height)
    wanted = target or (1080 if short < 720 else 1440)
    if long >= MAX_EDGE:
        raise ToolError(
            "PARAMETER_INVALID", f"This clip is {info.width} × {info.height} px: no edge can be longer than {MAX_EDGE}."
        )
    if short >= wanted:
        larger = 1440 if short < 1440 else None
        raise ToolError(
            "PARAMETER_INVALID",
            f"This clip is {info.width} × {info.height} px, which is {wanted}p or more already."
            + (" 1440 is possible." if larger else ""),
            suggested_args={"targetResolution": larger} if larger else None,
        )
    ratio = min(_FACTOR, wanted / short, MAX_EDGE / long)
    return even(info.width * ratio), even(info.height * ratio)


def render(path: str, target: str, order: Mapping[str, Any], about: Mapping[str, str]) -> RenderedMedia:
    """Enlarge the film at *path* into *target* (runs in a render worker).

    Args:
        order: the arguments of ``upscale_video``.

    Returns:
        The film. ``notes``: fps, frames, source_width, source_height, kind, model, made (share of the tiles that
        the network made; the others were carried on).

    Raises:
        ToolError: PARAMETER_INVALID, the film is large enough, or too long.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the film")
    info = probe.video(path).writable()
    wanted = order.get("targetResolution")
    size, how = target_size(info, round(wanted) if wanted else None), mode(order)
    megapixels = info.width * info.height / 1e6
    if info.frames * megapixels > how.most:
        seconds = how.most / megapixels / float(info.fps)
        raise ToolError(
            "PARAMETER_INVALID",
            f"Enlarging {info.duration_s:.0f} s of this size would take hours on this computer; "
            f"up to {seconds:.0f} s are done at once."
            + ("" if how.age > 5 else " With processingSpeed faster it is more."),
        )
    kind: still.Kind = "art" if looks.is_drawing(frame_at(path, info.duration_s / 2, info=info)) else "photo"
    enlarger = Enlarger(how, lambda piece: still.multiply(piece, _FACTOR, kind))
    sound = path if info.has_audio else None
    about = {**about, "model": still.MODEL_NAMES[kind]}
    with FilmWriter(target, *size, info.fps, sound=sound, keep_sound=True, crf=17, about=about) as writer:
        for frame in read_frames(path, fps=info.fps, info=info):
            writer.write(_resized(enlarger.enlarge(frame), size))
            report(0.98 * writer.frames / max(info.frames, writer.frames), "Enlarging the film")
    return RenderedMedia(
        target,
        "video/mp4",
        "video",
        *size,
        writer.duration_s,
        {
            "fps": round(float(info.fps), 3),
            "frames": writer.frames,
            "source_width": info.width,
            "source_height": info.height,
            "kind": kind,
            "model": still.MODEL_NAMES[kind],
            "made": round(enlarger.made / max(1, enlarger.tiles), 3),
        },
    )


def _resized(rgb: Rgb, size: tuple[int, int]) -> Rgb:
    if rgb.shape[1::-1] == size:
        return rgb
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


class Enlarger:
    """Frames of one film to twice their size, in order."""

    def __init__(self, how: Mode, network: Callable[[Rgb], Rgb]) -> None:
        """Make one; *network* returns a piece of a picture at twice its size."""
        self._how, self._network = how, network
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._before: NDArray[np.uint8] | None = None
        self._detail: Grey = np.zeros((0, 0), np.float32)
        self._ages: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self.tiles = 0
        self.made = 0

    def enlarge(self, rgb: Rgb) -> Rgb:
        """Return the next frame, 2H×2W×3."""
        height, width = rgb.shape[:2]
        plain = np.asarray(cv2.resize(rgb, None, fx=_FACTOR, fy=_FACTOR, interpolation=cv2.INTER_CUBIC), np.uint8)
        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        rows, columns = _edges(height), _edges(width)
        if self._before is None or self._before.shape != grey.shape or min(grey.shape) < _SMALLEST_FLOW:
            self._detail = np.zeros((height * _FACTOR, width * _FACTOR), np.float32)
            # In turn: a few tiles in each frame grow old, never all of them at once.
            places = np.arange((len(rows) - 1) * (len(columns) - 1)) * 7 % self._how.age
            self._ages = places.reshape(len(rows) - 1, len(columns) - 1)
            wrong = np.full((height, width), 255, np.float32)
            moved = wrong
        else:
            wrong, moved = self._carry(grey, self._before)
        self._before = grey
        for row in range(len(rows) - 1):
            for column in range(len(columns) - 1):
                box = rows[row], rows[row + 1], columns[column], columns[column + 1]
                bad = float((_blocks(wrong[box[0] : box[1], box[2] : box[3]]) > self._how.bad).mean())
                self.tiles += 1
                # What stands still needs no new detail: the network would find the same.
                if moved[box[0] : box[1], box[2] : box[3]].max() > _STILL:
                    self._ages[row, column] += 1
                if bad > self._how.share or self._ages[row, column] >= self._how.age:
                    keep = 0.0 if bad > self._how.share else self._how.keep
                    self._make(rgb, plain, box, keep)
                    self._ages[row, column] = 0 if bad <= self._how.share else self._ages[row, column] % self._how.age
        return self._add(plain)

    def _carry(self, grey: NDArray[np.uint8], before: NDArray[np.uint8]) -> tuple[Grey, Grey]:
        """Move the detail to where it is in this frame.

        Return how wrong that is, H×W, 0–255, and how much the picture itself changed there.
        """
        height, width = grey.shape
        change = np.asarray(cv2.blur(cv2.absdiff(grey, before).astype(np.float32), (5, 5)), np.float32)
        if float(change.max()) <= _STILL:
            return change, change
        flow = np.asarray(self._flow.calc(grey, before, None), np.float32)  # type: ignore[call-overload]
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        from_x, from_y = xs + flow[:, :, 0], ys + flow[:, :, 1]
        seen = cv2.remap(before, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        wrong = np.asarray(cv2.blur(cv2.absdiff(grey, seen).astype(np.float32), (5, 5)), np.float32)
        wrong[(from_x < -1) | (from_x > width) | (from_y < -1) | (from_y > height)] = 255  # came into view
        size = width * _FACTOR, height * _FACTOR
        large = cv2.resize(flow, size, interpolation=cv2.INTER_LINEAR) * _FACTOR
        ys, xs = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
        moved = cv2.remap(
            self._detail,
            xs + large[:, :, 0],
            ys + large[:, :, 1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REFLECT,
        )
        # Detail on top of what it does not belong to is worse than none.
        trust = np.clip(2 - wrong / self._how.bad, 0, 1)
        self._detail = moved * cv2.resize(trust, size, interpolation=cv2.INTER_LINEAR)
        return wrong, change

    def _make(self, rgb: Rgb, plain: Rgb, box: tuple[int, int, int, int], keep: float) -> None:
        """Make the detail of one tile with the network, and let it fade into its neighbours."""
        self.made += 1
        height, width = rgb.shape[:2]
        top, bottom, left, right = box
        up, down = max(0, top - _FEATHER), min(height, bottom + _FEATHER)
        west, east = max(0, left - _FEATHER), min(width, right + _FEATHER)
        large = self._network(np.ascontiguousarray(rgb[up:down, west:east]))
        area = slice(up * _FACTOR, down * _FACTOR), slice(west * _FACTOR, east * _FACTOR)
        fresh = large.astype(np.float32) @ _LUMA - plain[area].astype(np.float32) @ _LUMA
        weight = np.outer(
            _ramp(down - up, top - up, down - bottom), _ramp(east - west, left - west, east - right)
        ) * np.float32(1 - keep)
        self._detail[area] += (fresh - self._detail[area]) * weight

    def _add(self, plain: Rgb) -> Rgb:
        detail = np.rint(self._detail * np.float32(self._how.gain)).astype(np.int16)
        out = plain.astype(np.int16)
        out += detail[:, :, None]
        return np.asarray(np.clip(out, 0, 255), np.uint8)


def _edges(length: int) -> list[int]:
    """Return the edges of tiles that divide *length* evenly."""
    count = max(1, -(-length // _TILE))
    return [round(length * i / count) for i in range(count + 1)]


def _blocks(values: Grey) -> Grey:
    """Return the means of 8 × 8 blocks."""
    height, width = max(1, values.shape[0] // _BLOCK), max(1, values.shape[1] // _BLOCK)
    return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _ramp(length: int, before: int, after: int) -> NDArray[np.float32]:
    """Return weights for *length* source pixels, doubled: rising over 2 × *before* and falling over 2 × *after*."""
    weights = np.ones(length * _FACTOR, np.float32)
    for count, where in ((before, slice(None)), (after, slice(None, None, -1))):
        if count:
            edge = 2 * count * _FACTOR
            side = weights[where]
            side[:edge] = np.minimum(side[:edge], (np.arange(min(edge, len(side))) + 0.5) / edge)
    return weights
