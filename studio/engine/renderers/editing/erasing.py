"""Taking things out: marked areas, text, the subject, a named colour, scratches, red eyes."""

import re
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import filling, restore, seeing
from studio.engine.renderers.editing import colouring
from studio.engine.renderers.editing.sheet import Floats, NotPossible, Sheet, blur, place_mask
from studio.engine.renderers.editing.vocabulary import COLOUR, SUBJECTS
from studio.engine.renderers.editing.wishes import Wish
from studio.engine.renderers.worker import report

_TEXT: Final = re.compile(
    r"\b(?:text|writing|words?|letters?|lettering|watermarks?|logos?|captions?|subtitles?"
    r"|date(?: ?stamp)?|timestamp|title|numbers?|sign(?:age)?|signature)\b"
)
_EVERYTHING: Final = re.compile(rf"\b(?:{SUBJECTS}|thing|it|this)\b")
_MARKED: Final = re.compile(
    r"\b(?:masked|marked|selected|painted) (?:area|part|region|thing)|^(?:this|that|it|them|these)$"
)
_MOST: Final = 0.6


def seamless(rgb: Floats, hole: NDArray[np.bool_]) -> Floats:
    """Return *rgb* whose filled *hole* takes over the light of its surroundings, fading inwards."""
    u = max(rgb.shape[:2]) / 1000.0
    reach = max(3.0, 7 * u)
    size = 2 * round(reach) + 1
    kernel = np.ones((size, size), np.uint8)
    solid = hole.astype(np.uint8)
    outer = ((cv2.dilate(solid, kernel) > 0) & ~hole).astype(np.float32)
    inner = ((cv2.erode(solid, kernel, borderValue=1) == 0) & hole).astype(np.float32)
    if not outer.any() or not inner.any():
        return rgb

    def mean(weight: Floats) -> Floats:
        share = np.maximum(blur(weight, reach * 1.5), 1e-3)[:, :, None]
        return np.asarray(blur(rgb * weight[:, :, None], reach * 1.5) / share, np.float32)

    difference = np.where(inner[:, :, None] > 0, mean(outer) - mean(inner), 0).astype(np.float32)
    distance = cv2.distanceTransform(solid, cv2.DIST_L2, 3)
    fade = np.exp(-distance / (70 * u + 6))
    spread = np.stack([filling.fill_plane(np.ascontiguousarray(difference[:, :, c]), inner == 0) for c in range(3)], 2)
    return np.asarray(np.clip(rgb + np.where(hole[:, :, None], spread * fade[:, :, None], 0), 0, 1), np.float32)


def take_out(sheet: Sheet, hole: Floats) -> None:
    """Fill *hole* (H×W, 0–1) from its surroundings."""
    report(0.4, "Filling in what was hidden")
    solid = _without_islands(hole > 0.25)
    share = float(solid.mean())
    if share == 0:
        raise NotPossible("nothing to take out was found in it")
    if share > _MOST:
        raise NotPossible("it fills too much of the picture to be replaced by its surroundings")
    filled = filling.fill(sheet.bytes(), solid).astype(np.float32) / 255.0
    filled = seamless(np.where(solid[:, :, None], filled, sheet.rgb).astype(np.float32), solid)
    edge = blur(solid.astype(np.float32), 0.8 * max(1.0, sheet.unit))[:, :, None]
    sheet.rgb = np.ascontiguousarray(
        np.where(solid[:, :, None], filled, sheet.rgb + (filled - sheet.rgb) * edge), np.float32
    )
    sheet.forget()
    sheet.notes.append("What was behind was filled in with fitting textures from around it.")


def _without_islands(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return *solid* with small holes in it closed: they are parts that the finder missed."""
    contours, kinds = cv2.findContours(solid.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    out = solid.astype(np.uint8)
    limit = 0.06 * float(solid.sum())
    for place, contour in enumerate(contours):
        if kinds[0][place][3] >= 0 and cv2.contourArea(contour) < limit:
            cv2.drawContours(out, [contour], -1, 1, -1)
    return np.asarray(out > 0, np.bool_)


def erase(sheet: Sheet, wish: Wish) -> None:
    """Take out what the words name, where it can be found, or what the mask marks."""
    what = wish.value.strip()
    if sheet.free is not None:
        take_out(sheet, sheet.free)
        sheet.done.append(f"took out {'the marked area' if _MARKED.search(what) else _the(what)}")
        return
    place = place_mask(sheet.height, sheet.width, wish.other) if wish.other else None
    hole = _find(sheet, what)
    if place is not None:
        hole = hole * (place > 0.5)
    size = _odd(9 * sheet.unit)
    hole = np.asarray(cv2.dilate(hole, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), np.float32)
    if float((hole > 0.25).mean()) < 1e-4:
        raise NotPossible(f"{_the(what)} was not found {'there' if place is not None else 'in it'}")
    take_out(sheet, np.asarray(hole, np.float32))
    sheet.done.append(f"took out {_the(what)}{' at the ' + wish.other if wish.other else ''}")


def _odd(size: float) -> int:
    return 2 * max(1, round(size / 2)) + 1


def _the(what: str) -> str:
    return what if re.match(r"(?:the|all|every|this|that|her|his|my)\b", what) else f"the {what}"


def _find(sheet: Sheet, what: str) -> Floats:
    if _TEXT.search(what):
        return _text(sheet)
    if named := re.search(COLOUR, what):
        region = sheet.region(f"colour:{named[0]}")
        plural = what.endswith("s") and not what.endswith("ss")
        return region if plural else colouring.largest(region)
    if re.search(r"\bfaces?\b", what):
        return sheet.region("faces")
    if re.search(r"\b(?:person|people|man|woman|men|women|kids?|child(?:ren)?|boys?|girls?)\b", what):
        found = sheet.named(what)
        return sheet.region("subject") if found is None else found
    if _EVERYTHING.search(what) or colouring.is_called(sheet, what):
        return sheet.region("subject")
    named_thing = sheet.named(what)
    if named_thing is None:
        raise NotPossible(f"“{what}” cannot be found by name; mark it with a mask")
    return named_thing


def _text(sheet: Sheet) -> Floats:
    lines = seeing.text(sheet.bytes())
    if not lines:
        raise NotPossible("no text was found in it")
    hole = np.zeros((sheet.height, sheet.width), np.float32)
    for line in lines:
        left, top, right, bottom = line["box"]
        pad = 0.12 * (bottom - top)
        cv2.rectangle(
            hole,
            (round((left - pad) * sheet.width), round((top - pad) * sheet.height)),
            (round((right + pad) * sheet.width), round((bottom + pad) * sheet.height)),
            1.0,
            -1,
        )
    return hole


def mend(sheet: Sheet, _wish: Wish) -> None:
    """Take out scratches and dust."""
    rgb = sheet.bytes()
    damage = restore.find_scratches(rgb, eager=True)
    if not damage.any():
        raise NotPossible("no scratches were found in it")
    sheet.put(restore.mend(rgb, damage).astype(np.float32) / 255.0)
    sheet.done.append("mended scratches")


def red_eyes(sheet: Sheet, _wish: Wish) -> None:
    """Take the red out of pupils: small, strongly red spots within faces."""
    face = sheet.region("faces")
    r, g, b = (sheet.rgb[:, :, i] for i in range(3))
    excess = r - np.maximum(g, b)
    red = ((excess > 0.22) & (r > 1.7 * np.maximum(g, b)) & (face > 0.5)).astype(np.uint8)
    red = np.asarray(cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    count, marks, stats, _ = cv2.connectedComponentsWithStats(red)
    limit = float((face > 0.5).sum()) * 0.03
    keep = np.zeros(red.shape, np.float32)
    for i in range(1, count):
        _, _, w, h, area = stats[i]
        if 3 <= area <= limit and 0.4 < w / max(1, h) < 2.5 and area > 0.4 * w * h:
            keep[marks == i] = 1.0
    if not keep.any():
        raise NotPossible("no red eyes were found in it")
    weight = blur(cv2.dilate(keep, np.ones((3, 3), np.uint8)), 0.8)[:, :, None]
    dark = (np.minimum(g, b) * 0.8)[:, :, None].repeat(3, 2)
    sheet.put(sheet.rgb + (dark - sheet.rgb) * weight)
    sheet.done.append("took the red out of the eyes")
