"""Texts and pictures laid on a film."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import pictures, runtime
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video import fonts, lettering, probe
from studio.engine.renderers.video.burn import burn
from studio.engine.renderers.video.frames import Rgb, even
from studio.engine.renderers.video.lettering import Look, Stamp
from studio.engine.renderers.video.probe import VideoInfo
from studio.engine.renderers.worker import report

_MARGIN: Final = 0.04
_DEFAULT_FONT_PCT: Final = 6.0
_DEFAULT_WIDTH_PCT: Final = 15.0


@dataclass(frozen=True)
class _Timed:
    """A stamp and the frames that carry it: *first* up to, not including, *end*."""

    stamp: Stamp
    first: int
    end: int


def render(path: str, target: str, overlays: Sequence[Mapping[str, Any]], about: Mapping[str, str]) -> RenderedMedia:
    """Lay *overlays* on the film at *path* and write it to *target* (runs in a render worker).

    Args:
        overlays: as the arguments of ``overlay_video``, with ``path`` for each picture.

    Returns:
        The film. ``notes``: fps, frames, shown (start and end of each overlay in s), smaller (places of texts
        that did not fit at their size), missing (letters that no font has).

    Raises:
        ToolError: PARAMETER_INVALID, an overlay cannot be drawn; the text says which.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the film")
    info = probe.video(path).writable()
    width, height = even(info.width), even(info.height)
    timed: list[_Timed] = []
    smaller: list[int] = []
    missing = ""
    for place, overlay in enumerate(overlays):
        first, end = _range(overlay, place, info)
        if overlay["kind"] == "text":
            stamp, shrunk = _text(overlay, place, width, height)
            smaller += [place] if shrunk else []
            missing += fonts.missing_letters(overlay["text"], overlay.get("fontWeight") or "normal")
        else:
            stamp = _picture(overlay, width, height)
        timed.append(_Timed(stamp, first, end))

    def change(number: int, frame: Rgb) -> Rgb:
        return lettering.press(frame, [each.stamp for each in timed if each.first <= number < each.end])

    shown = [[round(float(each.first / info.fps), 3), round(float(each.end / info.fps), 3)] for each in timed]
    notes = {"shown": shown, "smaller": smaller, "missing": "".join(dict.fromkeys(missing))}
    return burn(path, target, info, change, about, label="Drawing on the film", notes=notes)


def _range(overlay: Mapping[str, Any], place: int, info: VideoInfo) -> tuple[int, int]:
    times = []
    for key, default in (("startSeconds", 0.0), ("endSeconds", info.duration_s)):
        value = overlay.get(key)
        seconds = default if value is None else float(value)
        times.append(seconds + info.duration_s if seconds < 0 else seconds)
    start, end = (min(info.frames, max(0, round(seconds * info.fps))) for seconds in times)
    if end <= start:
        raise ToolError(
            "PARAMETER_INVALID",
            f"Overlay {place + 1} would never be seen: from {times[0]:.4g} s to {times[1]:.4g} s "
            f"of a clip of {info.duration_s:.4g} s.",
        )
    return start, end


def _text(overlay: Mapping[str, Any], place: int, width: int, height: int) -> tuple[Stamp, bool]:
    name = f"Overlay {place + 1}: "
    margin = round(_MARGIN * min(width, height))
    fill = lettering.colour(overlay.get("color") or "#FFFFFF", f"{name}color")
    if fill is None:
        raise ToolError("PARAMETER_INVALID", f"{name}its color is transparent, so there would be nothing to see.")
    box = overlay.get("backgroundColor")
    position = overlay["position"]
    look = Look(
        max(1, round((overlay.get("fontSizePct") or _DEFAULT_FONT_PCT) / 100 * height)),
        fill,
        lettering.colour(overlay.get("outlineColor") or "#000000", f"{name}outlineColor"),
        lettering.colour(box, f"{name}backgroundColor") if box else None,
        "bold" if overlay.get("fontWeight") == "bold" else "normal",
        "left" if position.endswith("left") else "right" if position.endswith("right") else "center",
    )
    fitted, lines = lettering.fitting(overlay["text"], look, width - 2 * margin, height - 2 * margin)
    stamp = lettering.draw(lines, fitted)
    return _placed(stamp, overlay, width, height, margin), fitted.size < look.size


@cache
def _loaded(path: str) -> pictures.Picture:
    return pictures.load(path)


def _picture(overlay: Mapping[str, Any], width: int, height: int) -> Stamp:
    picture = _loaded(overlay["path"])
    opacity = overlay.get("opacity")
    opacity = 1.0 if opacity is None else float(opacity)
    rgb = picture.rgb if picture.alpha is None else pictures.fill_behind(picture.rgb, picture.alpha)
    alpha = np.full(rgb.shape[:2], 255, np.uint8) if picture.alpha is None else picture.alpha
    if overlay.get("fit") == "cover":
        ratio = max(width / picture.width, height / picture.height)
    else:
        wanted = (overlay.get("widthPct") or _DEFAULT_WIDTH_PCT) / 100 * width
        ratio = min(wanted / picture.width, height / picture.height)
    size = max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))
    share = pictures.resize(alpha, *size).astype(np.float32) / 255 * opacity
    stamp = Stamp(pictures.resize(rgb, *size), share.astype(np.float32), 0, 0)
    if overlay.get("fit") == "cover":
        return stamp.at((width - size[0]) // 2, (height - size[1]) // 2)
    return _placed(stamp, overlay, width, height, round(_MARGIN * min(width, height)))


def _placed(stamp: Stamp, overlay: Mapping[str, Any], width: int, height: int, margin: int) -> Stamp:
    """Put a stamp at its anchor; offsets go inward from an edge, else right and down."""
    position: str = overlay["position"]
    x, y = float(overlay.get("offsetX") or 0), float(overlay.get("offsetY") or 0)
    own_height, own_width = stamp.rgb.shape[:2]
    # What nearly fills the frame has no room for a margin.
    side, end = (max(0, min(margin, (room - own) // 2)) for room, own in ((width, own_width), (height, own_height)))
    if position.endswith("left"):
        left = side + x
    elif position.endswith("right"):
        left = width - own_width - side - x
    else:
        left = (width - own_width) / 2 + x
    if position.startswith("top"):
        top = end + y
    elif position.startswith("bottom"):
        top = height - own_height - end - y
    else:
        top = (height - own_height) / 2 + y
    return stamp.at(round(left), round(top))
