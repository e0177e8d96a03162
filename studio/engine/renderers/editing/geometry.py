"""Turning, mirroring, cropping and extending the picture."""

import re

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import filling, seeing
from studio.engine.renderers.editing.erasing import seamless
from studio.engine.renderers.editing.sheet import Floats, NotPossible, Sheet, luma
from studio.engine.renderers.editing.wishes import Wish
from studio.engine.renderers.sizes import parse_shape
from studio.engine.renderers.worker import report

_RATIO_WORDS = {"widescreen": "wide", "panoramic": "panorama", "vertical": "portrait", "horizontal": "landscape"}
_ROOM = 0.16
_MOST_PIXELS = 24_000_000


def _ratio(words: str) -> float | None:
    text = _RATIO_WORDS.get(words, words).replace(" ", "")
    if re.fullmatch(r"\d+(?:\.\d+)?[:x/]\d+(?:\.\d+)?", text):
        return parse_shape(text.replace("x", ":"))[0]
    if text in ("square", "portrait", "landscape", "wide", "tall", "panorama"):
        return parse_shape(text)[0]
    return None


def _each(sheet: Sheet, change: "object") -> None:
    """Apply one function to pixels, transparency and mask."""
    apply = change if callable(change) else None
    assert apply is not None
    planes = [
        None if p is None else np.ascontiguousarray(apply(p), np.float32) for p in (sheet.rgb, sheet.alpha, sheet.free)
    ]
    assert planes[0] is not None
    sheet.reshape(planes[0], planes[1], planes[2])


def mirror(sheet: Sheet, wish: Wish) -> None:
    down = any(word in wish.value for word in ("vert", "upside", "top"))
    _each(sheet, lambda plane: plane[::-1] if down else plane[:, ::-1])
    sheet.done.append(f"mirrored it {'top to bottom' if down else 'left to right'}")


def rotate(sheet: Sheet, wish: Wish) -> None:
    """Turn by any angle; other than right angles are cropped to the largest full rectangle."""
    degrees = float(wish.value or 90)
    if wish.other.startswith(("counter", "anti", "left")):
        degrees = -degrees
    turn_by(sheet, degrees)
    sheet.done.append(f"turned it by {abs(degrees):g}° {'clockwise' if degrees >= 0 else 'counter-clockwise'}")


def turn_by(sheet: Sheet, degrees: float) -> None:
    """Turn clockwise by *degrees*."""
    quarter = degrees / 90.0
    if abs(quarter - round(quarter)) < 1e-6:
        _each(sheet, lambda plane: np.rot90(plane, -round(quarter)))
        return
    width, height = sheet.width, sheet.height
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    angle = abs(np.deg2rad((degrees + 90) % 180 - 90))
    cos, sin = np.cos(angle), np.sin(angle)
    long, short = max(width, height), min(width, height)
    if short <= 2 * sin * cos * long or abs(sin - cos) < 1e-9:
        half = 0.5 * short
        new_w, new_h = (half / sin, half / cos) if width >= height else (half / cos, half / sin)
    else:
        double = cos * cos - sin * sin
        new_w, new_h = (width * cos - height * sin) / double, (height * cos - width * sin) / double
    new_w, new_h = max(8, int(new_w)), max(8, int(new_h))
    left, top = (width - new_w) // 2, (height - new_h) // 2

    def turned(plane: Floats) -> Floats:
        whole = cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(np.clip(whole[top : top + new_h, left : left + new_w], 0, 1), np.float32)

    _each(sheet, turned)


def straighten(sheet: Sheet, _wish: Wish) -> None:
    """Level the picture by its longest near-horizontal (or near-vertical) lines."""
    grey = (luma(sheet.rgb) * 255).astype(np.uint8)
    edges = cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 1.2), 40, 110)
    length = max(sheet.width, sheet.height) * 0.12
    lines = cv2.HoughLinesP(edges, 1, np.pi / 720, 60, None, length, length * 0.08)
    votes = []
    for x0, y0, x1, y1 in [] if lines is None else np.asarray(lines, np.float64).reshape(-1, 4):
        angle = np.degrees(np.arctan2(y1 - y0, x1 - x0))
        off = (angle + 45) % 90 - 45
        if abs(off) < 15:
            votes.append(
                (off, float(np.hypot(x1 - x0, y1 - y0)) * (1.0 if abs(angle) < 20 or abs(angle) > 160 else 0.6))
            )
    if not votes:
        raise NotPossible("no long straight line was found to level it by")
    offs, weights = np.array([v[0] for v in votes]), np.array([v[1] for v in votes])
    order = np.argsort(offs)
    tilt = float(offs[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])
    if abs(tilt) < 0.15:
        sheet.done.append("found it level already")
        return
    turn_by(sheet, -tilt)
    sheet.done.append(f"levelled it by {abs(tilt):.1f}°")


def _centre(sheet: Sheet) -> tuple[float, float]:
    """Return where the picture's weight is (x, y in shares): faces, else the subject, else the middle."""
    faces = seeing.faces(sheet.bytes())
    if faces:
        left, top, right, bottom = faces[0]
        return (left + right) / 2, min(0.6, (top + bottom) / 2 + 0.1)
    try:
        subject = sheet.region("subject")
    except NotPossible:
        return 0.5, 0.5
    ys, xs = np.nonzero(subject[::4, ::4] > 0.5)
    if not len(xs):
        return 0.5, 0.5
    return float(xs.mean()) * 4 / sheet.width, float(ys.mean()) * 4 / sheet.height


def cut(sheet: Sheet, left: int, top: int, width: int, height: int) -> None:
    """Crop to a box in pixels."""
    _each(sheet, lambda plane: plane[top : top + height, left : left + width])


def crop_to_ratio(sheet: Sheet, ratio: float) -> bool:
    """Crop to width / height, around what matters; returns whether anything was cut."""
    width = min(sheet.width, max(1, round(sheet.height * ratio)))
    height = min(sheet.height, max(1, round(sheet.width / ratio)))
    if (width, height) == (sheet.width, sheet.height):
        return False
    x, y = _centre(sheet)
    left = round(np.clip(x * sheet.width - width / 2, 0, sheet.width - width))
    top = round(np.clip(y * sheet.height - height / 2, 0, sheet.height - height))
    cut(sheet, left, top, width, height)
    return True


def crop(sheet: Sheet, wish: Wish) -> None:
    if wish.value.startswith("off "):
        side = wish.value.removeprefix("off ")
        across, down = round(sheet.width * 0.25), round(sheet.height * 0.25)
        left, top = (across if side == "left" else 0), (down if side == "top" else 0)
        across, down = (across if side in ("left", "right") else 0), (down if side in ("top", "bottom") else 0)
        cut(sheet, left, top, sheet.width - across, sheet.height - down)
        sheet.done.append(f"cropped a quarter off the {side}")
    elif wish.value.startswith("closer"):
        _closer(sheet, wish.value.removeprefix("closer").strip())
    else:
        ratio = _ratio(wish.value or "square")
        if ratio is None:
            raise NotPossible(f"“{wish.value}” is not a shape")
        cropped = crop_to_ratio(sheet, ratio)
        sheet.done.append(
            f"cropped it to {wish.value or 'a square'}" if cropped else f"left it as it is: it is {wish.value} already"
        )


def _closer(sheet: Sheet, what: str) -> None:
    width, height = sheet.width, sheet.height
    if what in ("face", "head"):
        faces = seeing.faces(sheet.bytes())
        if not faces:
            raise NotPossible("no face was found in it")
        left, top, right, bottom = faces[0]
        x, y, reach = (left + right) / 2, (top + bottom) / 2, (bottom - top) * height * 2.2
        new_h = min(height, reach)
        new_w = min(width, new_h * width / height)
    else:
        x, y = _centre(sheet)
        new_w, new_h = width * 0.72, height * 0.72
    box_w, box_h = max(16, round(new_w)), max(16, round(new_h))
    left_px = round(np.clip(x * width - box_w / 2, 0, width - box_w))
    top_px = round(np.clip(y * height - box_h / 2, 0, height - box_h))
    cut(sheet, left_px, top_px, box_w, box_h)
    sheet.done.append(f"cropped closer to {'the ' + what if what else 'the middle of interest'}")


def trim(sheet: Sheet, _wish: Wish) -> None:
    """Cut off an even rim (a border, cinema bars)."""
    rgb = sheet.rgb
    light = rgb.max(2) - rgb.min(2) + np.abs(luma(rgb) - luma(rgb)[0, 0])
    even_rows, even_cols = light.max(1) < 0.08, light.max(0) < 0.08
    rows, cols = np.nonzero(~even_rows)[0], np.nonzero(~even_cols)[0]
    if not len(rows) or not len(cols) or (len(rows) == sheet.height and len(cols) == sheet.width):
        raise NotPossible("it has no even border")
    cut(sheet, int(cols[0]), int(rows[0]), int(cols[-1] - cols[0] + 1), int(rows[-1] - rows[0] + 1))
    sheet.done.append("cut the border off")


def extend(sheet: Sheet, wish: Wish) -> None:
    """Continue the picture beyond its edges, from its own textures."""
    width, height = sheet.width, sheet.height
    ratio = _ratio(wish.value) if wish.value else None
    left = right = top = bottom = 0
    if ratio is not None:
        left, right, top, bottom = _margins_for(width, height, ratio)
    else:
        side = wish.value
        across, down = round(width * _ROOM), round(height * _ROOM)
        all_sides = side in ("", "all sides", "all directions", "subject")
        if all_sides or side in ("sides", "both sides", "width", "left"):
            left = across
        if all_sides or side in ("sides", "both sides", "width", "right"):
            right = across
        if all_sides or side in ("top", "up", "upward", "upwards", "height"):
            top = down
        if all_sides or side in ("bottom", "down", "downward", "downwards", "height"):
            bottom = down
    if not (left or right or top or bottom):
        raise NotPossible(f"it has the shape {wish.value} already")
    add_margins(sheet, left, right, top, bottom)
    sheet.done.append(f"extended it to {sheet.width} × {sheet.height} px")
    sheet.notes.append("What lies beyond the old edges was continued from the textures inside, not imagined anew.")


def _margins_for(width: int, height: int, ratio: float) -> tuple[int, int, int, int]:
    if width / height < ratio:
        more = round(height * ratio) - width
        return more // 2, more - more // 2, 0, 0
    more = round(width / ratio) - height
    return 0, 0, more // 2, more - more // 2


def extend_to_ratio(sheet: Sheet, ratio: float) -> bool:
    """Add margins until width / height is *ratio*; returns whether any were needed."""
    margins = _margins_for(sheet.width, sheet.height, ratio)
    if not any(margins):
        return False
    add_margins(sheet, *margins)
    return True


def add_margins(sheet: Sheet, left: int, right: int, top: int, bottom: int) -> None:
    """Continue the picture by so many pixels on each side."""
    report(0.2, "Continuing the picture beyond its edges")
    scale = (_MOST_PIXELS / ((sheet.width + left + right) * (sheet.height + top + bottom))) ** 0.5
    if scale < 1:  # memory has a bound
        small = max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale))
        _each(sheet, lambda plane: cv2.resize(plane, small, interpolation=cv2.INTER_AREA))
        left, right, top, bottom = (round(side * scale) for side in (left, right, top, bottom))
    mirrored = _mirrored(sheet.rgb, left, right, top, bottom)
    hole = np.ones(mirrored.shape[:2], bool)
    hole[top : top + sheet.height, left : left + sheet.width] = False
    rgb8 = np.clip(mirrored * 255 + 0.5, 0, 255).astype(np.uint8)
    front = _not_to_repeat(sheet, left, right, top, bottom)
    grown = filling.fill(rgb8, hole if front is None else hole | front).astype(np.float32) / 255.0
    rgb = np.where(hole[:, :, None], grown, mirrored)
    rgb = seamless(np.asarray(rgb, np.float32), hole)
    alpha = (
        None if sheet.alpha is None else cv2.copyMakeBorder(sheet.alpha, top, bottom, left, right, cv2.BORDER_CONSTANT)
    )
    free = (
        None
        if sheet.free is None
        else cv2.copyMakeBorder(sheet.free, top, bottom, left, right, cv2.BORDER_CONSTANT, value=1.0)
    )
    sheet.reshape(
        np.ascontiguousarray(rgb, np.float32),
        None if alpha is None else np.asarray(alpha, np.float32),
        None if free is None else np.asarray(free, np.float32),
    )


def _not_to_repeat(sheet: Sheet, left: int, right: int, top: int, bottom: int) -> NDArray[np.bool_] | None:
    """Return the subject within the new canvas, if the new margins should hold nothing of it; else None."""
    try:
        subject = sheet.region("subject") > 0.3
    except NotPossible:
        return None
    edges = [(left, subject[:, 0]), (right, subject[:, -1]), (top, subject[0]), (bottom, subject[-1])]
    if any(margin and float(edge.mean()) > 0.12 for margin, edge in edges) or float(subject.mean()) > 0.6:
        return None  # it is cut by that edge: its colours must go on
    padded = cv2.copyMakeBorder(subject.astype(np.uint8), top, bottom, left, right, cv2.BORDER_CONSTANT)
    return np.asarray(padded > 0, np.bool_)


def _mirrored(rgb: Floats, left: int, right: int, top: int, bottom: int) -> Floats:
    """Reflect at the edges, as often as needed."""
    height, width = rgb.shape[:2]

    def index(before: int, size: int, after: int) -> np.ndarray:
        place = np.arange(-before, size + after)
        if size == 1:
            return np.zeros_like(place)
        period = 2 * (size - 1)
        place = np.abs(place) % period
        return np.where(place >= size, period - place, place)

    rows, columns = index(top, height, bottom), index(left, width, right)
    return np.ascontiguousarray(rgb[rows[:, None], columns[None, :]], np.float32)
