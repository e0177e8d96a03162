"""One picture's subject in another picture: cut out, sized, stood on the ground, lit like it, with its shadow."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from studio.engine.renderers import cutout, depth, pictures, seeing, skies
from studio.engine.renderers.editing.lighting import lay_over, light_of
from studio.engine.renderers.editing.placement import Placement, placement
from studio.engine.renderers.editing.sheet import Floats, NotPossible, Sheet, blur
from studio.engine.renderers.editing.wishes import Wish
from studio.engine.renderers.segment import cuts, nouns
from studio.engine.renderers.worker import report

_WORK: Final = 640
_EYES_M: Final = 1.6
"""How high a photographer holds the camera: the horizon is that high wherever something stands."""
_LEAST_TALL, _MOST_TALL = 0.3, 0.74
_EDGE: Final = 0.012
_SURE_ROLE: Final = 0.25


@dataclass(frozen=True)
class _Piece:
    """What is put in: pixels H×W×3 and cover H×W, 0–1, and at which edges its own picture cut it off."""

    rgb: Floats
    cover: Floats
    cut: frozenset[str] = frozenset()


def insert(sheet: Sheet, wish: Wish) -> None:
    """Cut the subject out of another picture and stand it in this one, or lay a flat piece on it.

    Which of the two pictures is the ground is decided here when the words name neither by its number.

    Raises:
        NotPossible: there is no second picture, or nothing to cut out of it.
    """
    if not sheet.others:
        raise NotPossible("it needs a second picture to take it from; drop both pictures into the message")
    place = placement(wish.words)
    place = replace(place, factor=place.factor * float(np.clip(wish.amount, 0.3, 1.8)) ** 0.4)  # variations differ
    swapped = not wish.value and not wish.other and sheet.free is None and _main_is_the_piece(sheet, place)
    if swapped:
        _swap(sheet)
    report(0.3, "Cutting out of the other picture")
    other = _other(sheet)
    piece = _flat(other, place) if place.flat else _subject(other, place.thing)
    horizon = None if place.flat else horizon_of(sheet)
    left, top, width, height = _box(sheet, piece, place, horizon)
    inside = {
        "above": top > 2, "below": top + height < sheet.height - 2,
        "left": left > 2, "right": left + width < sheet.width - 2,
    }  # fmt: skip
    shown = {edge for edge in piece.cut if inside[edge]}
    cover = _fading(_sized(piece.cover, width, height), shown) * place.opacity
    front, mask = _on_canvas(sheet, _sized(piece.rgb, width, height), cover, left, top)
    before = sheet.alpha
    if place.flat:
        sheet.put(sheet.rgb + (front - sheet.rgb) * mask[:, :, None])
    else:
        stands = "below" not in piece.cut and place.opacity > 0.5
        lay_over(sheet, front, mask, sheet.rgb, light=True, sun=light_of(sheet.rgb, horizon), stands=stands)
    sheet.alpha = None if before is None else np.maximum(before, mask)
    sheet.forget()
    sheet.others.pop(0)
    sheet.covers = {place - 1: cover for place, cover in sheet.covers.items() if place}
    sheet.done.append(_said(place, (left + width / 2) / sheet.width, swapped=swapped))
    if not place.flat:
        sheet.notes.append(
            "It is a collage of the given pixels: size, light and shadow are matched by measurement, nothing is "
            "redrawn."
        )
        if shown:
            sheet.notes.append(f"Its own picture cuts it off {' and '.join(sorted(shown))}, so it fades out there.")


def _said(place: Placement, middle: float, *, swapped: bool) -> str:
    """Return what was done, as seen from the main picture, which is the piece when *swapped*."""
    side = "on the left" if middle < 0.4 else "on the right" if middle > 0.6 else "in the middle"
    if place.whole:
        return f"laid {'it on the other picture' if swapped else 'the other picture on this one'}, {side}"
    if place.flat:
        return f"laid the {place.thing} on {'the other picture' if swapped else 'this one'}, {side}"
    put = "its subject into the other picture" if swapped else "the subject of the other picture into this one"
    return f"put {put}, {side}"


def _other(sheet: Sheet) -> Sheet:
    """Return the first further picture with its own colours where it is transparent in part."""
    rgb, mask = sheet.others[0].astype(np.float32) / 255.0, sheet.covers.get(0)
    if mask is None:
        return Sheet(rgb)
    cover = mask.astype(np.float32) / 255.0
    whole = np.maximum(cover, 0.02)[:, :, None]
    return Sheet(np.asarray(np.clip((rgb - (1 - whole)) / whole, 0, 1), np.float32), cover)  # it lay on white


def _swap(sheet: Sheet) -> None:
    """Make the other picture the ground."""
    mine, cover = sheet.bytes(), None if sheet.alpha is None else pictures.to_bytes(sheet.alpha)
    other = _other(sheet)
    sheet.reshape(other.rgb, other.alpha, None)
    sheet.others[0] = mine if cover is None else pictures.flatten(mine, cover)
    sheet.covers[0] = cover


def _main_is_the_piece(sheet: Sheet, place: Placement) -> bool:
    """Tell whether the main picture shows *place.thing* rather than the other one does."""
    other = _other(sheet)
    mine, its = _shows(sheet, place), _shows(other, place)
    if abs(mine - its) < _SURE_ROLE:
        sheet.notes.append("Which picture goes into which was guessed: “the … of picture 1 into picture 2” says it.")
    if place.flat:
        return mine > its
    return mine >= its  # the words name it first, and so does the order of the pictures


def _shows(sheet: Sheet, place: Placement) -> float:
    """Return how likely a picture is the one that *place.thing* is cut out of."""
    found = 2.0 if sheet.alpha is not None and float((sheet.alpha < 0.1).mean()) > 0.02 else 0.0
    small = pictures.resize(sheet.bytes(), *pictures.fit_within(sheet.width, sheet.height, _WORK))
    if place.flat:
        rim = np.concatenate((small[0], small[-1], small[:, 0], small[:, -1])).astype(np.float32)
        return found + float(rim.std(0).mean() < 6) + 0.2 * float(1000.0 / max(sheet.width, sheet.height, 1000))
    if place.is_person:
        return found + 1.5 * float(bool(seeing.faces(small)))
    clear = cutout.soft_mask(small)
    if clear is None or not (clear > 0.5).any():
        return found
    wanted = nouns.names_of(place.thing)
    if wanted:
        near = cuts.region_of(clear > 0.5, 0.12, (small.shape[0], small.shape[1]))
        rows = seeing.labels(np.ascontiguousarray(near.of(small)).astype(np.uint8), 1000)
        found += min(1.0, 2 * sum(row["share"] for row in rows if row["name"].lower() in wanted))
    return found + 0.5 * float(((clear > 0.9) | (clear < 0.1)).mean())


def _subject(other: Sheet, thing: str) -> _Piece:
    """Return the subject of *other*, of several the one called *thing*, with its own colours at its soft rim."""
    try:
        alpha = other.region("subject")
    except NotPossible as why:
        raise NotPossible("no subject stands out in the other picture; cut it out with clicks first") from why
    if len(cuts.parts(alpha, 0.004)) > 1 and nouns.names_of(thing) and (named := other.named(thing)) is not None:
        alpha = named
    solid = cutout.guided(other.bytes(), alpha, 2, 1e-4) if other.alpha is None else alpha
    alpha = np.asarray(np.where((alpha > 0.02) & (alpha < 0.98), 0.5 * (alpha + solid), alpha), np.float32)
    free = cutout.free_from_background(other.bytes(), pictures.to_bytes(alpha)).astype(np.float32) / 255.0
    if other.alpha is None:  # no faint haze of what stands around it
        reach = max(3, round(0.012 * max(alpha.shape))) | 1
        near = cv2.dilate((cuts.largest(alpha, 0.08) > 0.6).astype(np.uint8), np.ones((reach, reach), np.uint8))
        sure = np.clip((alpha - 0.3) / 0.55, 0, 1) * blur(near.astype(np.float32), reach / 3)
        alpha = np.asarray(sure * sure * (3 - 2 * sure), np.float32)
    box = cutout.subject_box(alpha)
    if box is None:
        raise NotPossible("no subject stands out in the other picture; cut it out with clicks first")
    left, top, right, bottom = box
    inner = alpha > 0.5
    rim = max(2, round(_EDGE * max(alpha.shape)))
    touches = {
        "above": inner[:rim].any(0).sum() > 0.12 * (right - left),
        "below": inner[-rim:].any(0).sum() > 0.2 * (right - left),
        "left": inner[:, :rim].any(1).sum() > 0.12 * (bottom - top),
        "right": inner[:, -rim:].any(1).sum() > 0.12 * (bottom - top),
    }
    cut = frozenset(name for name, yes in touches.items() if yes)
    # A hair's breadth of the rim stays with it: soft edges must not be cropped to hard ones.
    pad = max(1, round(0.004 * max(alpha.shape)))
    top, left = (top if "above" in cut else max(0, top - pad)), (left if "left" in cut else max(0, left - pad))
    bottom, right = min(alpha.shape[0], bottom + pad), min(alpha.shape[1], right + pad)
    if "below" in cut:
        bottom = alpha.shape[0]
    return _Piece(free[top:bottom, left:right], alpha[top:bottom, left:right], cut)


def _flat(other: Sheet, place: Placement) -> _Piece:
    """Return a logo without the plain ground it stands on, or the whole picture."""
    cover = other.alpha
    if cover is None:
        cover = np.ones(other.rgb.shape[:2], np.float32) if place.whole else _off_plain_ground(other.rgb)
    box = cutout.subject_box(cover)
    if box is None:
        raise NotPossible("the other picture is empty")
    left, top, right, bottom = (0, 0, other.width, other.height) if place.whole else box
    return _Piece(other.rgb[top:bottom, left:right], cover[top:bottom, left:right])


def _off_plain_ground(rgb: Floats) -> Floats:
    """Return the cover of what stands on an even ground; everything when the ground is not even."""
    rim = np.concatenate((rgb[:2].reshape(-1, 3), rgb[-2:].reshape(-1, 3), rgb[:, 0], rgb[:, -1]))
    colour = np.median(rim, axis=0)
    if float((np.abs(rim - colour).max(1) < 0.06).mean()) < 0.9:
        return np.ones(rgb.shape[:2], np.float32)
    apart = np.abs(rgb - colour).max(2)
    soft = np.clip((apart - 0.04) / 0.2, 0, 1)
    ground = (soft < 0.5).astype(np.uint8)
    _, marks = cv2.connectedComponents(ground, connectivity=8)
    edge = np.unique(np.concatenate((marks[0], marks[-1], marks[:, 0], marks[:, -1])))
    outside = np.isin(marks, edge[edge > 0]).astype(np.uint8)
    near = cv2.dilate(outside, np.ones((3, 3), np.uint8)) > 0
    cover = np.where(near, soft, 1.0).astype(np.float32)
    return cover if float((cover > 0.5).mean()) > 0.002 else np.ones(rgb.shape[:2], np.float32)


def horizon_of(sheet: Sheet) -> float | None:
    """Return the height of the horizon as a share of the picture from above, or None where no open sky shows it."""
    small = pictures.resize(sheet.bytes(), *pictures.fit_within(sheet.width, sheet.height, _WORK))
    sky = skies.backdrop(small, None)
    if not 0.06 < float((sky > 0.5).mean()) < 0.9:
        return None
    return float(np.clip(depth.horizon(sky), 0.12, 0.8))


def _box(sheet: Sheet, piece: _Piece, place: Placement, horizon: float | None) -> tuple[int, int, int, int]:
    """Return (left, top, width, height) in pixels of where the piece goes."""
    ratio = piece.rgb.shape[1] / piece.rgb.shape[0]
    if place.flat:
        return _flat_box(sheet, ratio, place)
    foot = 0.98 if place.near else 0.9
    if place.far:
        foot = 0.7 if horizon is None else horizon + 0.22 * (1 - horizon)
    if place.share is not None:
        tall = place.share
    elif place.pixels is not None:
        tall = place.pixels / ratio / sheet.height
    elif "below" in piece.cut:
        tall = (1.0 if "above" in piece.cut else 0.72) * place.factor
        tall = min(tall, (0.62 if place.across is not None else 0.8) / ratio * sheet.width / sheet.height)
    else:
        tall = 0.5 if horizon is None else place.metres / _EYES_M * (foot - horizon)
        least = 0.05 if place.far else _LEAST_TALL
        tall = float(np.clip(tall, least, _MOST_TALL)) * place.factor
        tall = min(tall, 0.8 / ratio * sheet.width / sheet.height)
    height = max(4, min(round(tall * sheet.height), 2 * sheet.height))
    width = max(4, round(height * ratio))
    if "below" in piece.cut and (place.down is None or place.down == 1.0):
        top = sheet.height - height
    elif place.down is not None:
        top = round((sheet.height - height) * (0.04 + 0.92 * place.down))
    else:
        top = max(0, round(foot * sheet.height) - height)
    room = sheet.width - width
    if place.across is not None:
        hugs = {"left": 0.0, "right": 1.0}
        inside = 0.0 if any(hugs.get(edge) == place.across for edge in piece.cut) else 0.05
        left = round(np.interp(place.across, (0, 1), (inside * sheet.width, room - inside * sheet.width)))
        left = round(room / 2) if place.across == 0.5 else left
    elif "left" in piece.cut and "right" not in piece.cut:
        left = 0
    elif "right" in piece.cut and "left" not in piece.cut:
        left = room
    else:
        left = round(emptier_side(sheet, width) * room)
    return left, top, width, height


def _flat_box(sheet: Sheet, ratio: float, place: Placement) -> tuple[int, int, int, int]:
    usual = (0.38 if place.whole else 0.18) * place.factor
    width = place.pixels if place.pixels is not None else round((place.share or usual) * sheet.width)
    if place.share is None and place.pixels is None:
        width = min(width, round(1.5 * usual * sheet.height * ratio))
    height = max(2, round(width / ratio))
    margin = round(0.04 * min(sheet.width, sheet.height))
    across, down = place.across if place.across is not None else 1.0, place.down if place.down is not None else 1.0
    left = round(margin + across * (sheet.width - 2 * margin - width))
    top = round(margin + down * (sheet.height - 2 * margin - height))
    return left, top, max(2, width), height


def emptier_side(sheet: Sheet, width: int) -> float:
    """Return where *width* pixels cover least of the subject: 0 left to 1 right, a little in from the edges."""
    try:
        taken = sheet.region("subject").sum(0)
    except NotPossible:
        return 0.5
    room = sheet.width - width
    if room <= 0 or not taken.any():
        return 0.5
    total = np.concatenate(([0.0], np.cumsum(taken)))
    spots = (0.08, 0.25, 0.5, 0.75, 0.92)
    covered = [float(total[round(s * room) + width] - total[round(s * room)]) for s in spots]
    return spots[min(range(len(spots)), key=lambda i: (round(covered[i] / float(total[-1]), 2), abs(spots[i] - 0.5)))]


def _fading(cover: Floats, edges: set[str]) -> Floats:
    """Return *cover* fading out towards the *edges* at which the thing was cut off."""
    height, width = cover.shape
    fade = 0.09 * min(height, width)
    down, across = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]
    away = {"above": down, "below": height - 1 - down, "left": across, "right": width - 1 - across}
    for edge in edges:
        part = np.clip(away[edge] / fade, 0, 1)
        cover = np.asarray(cover * part * part * (3 - 2 * part), np.float32)
    return cover


def _sized(plane: Floats, width: int, height: int) -> Floats:
    how = cv2.INTER_AREA if width < plane.shape[1] else cv2.INTER_CUBIC
    return np.asarray(np.clip(cv2.resize(plane, (width, height), interpolation=how), 0, 1), np.float32)


def _on_canvas(sheet: Sheet, rgb: Floats, cover: Floats, left: int, top: int) -> tuple[Floats, Floats]:
    """Return the piece and its cover on planes as large as the sheet; what hangs over the edges is left out."""
    front, mask = np.zeros_like(sheet.rgb), np.zeros(sheet.rgb.shape[:2], np.float32)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(sheet.width, left + rgb.shape[1]), min(sheet.height, top + rgb.shape[0])
    if x1 > x0 and y1 > y0:
        front[y0:y1, x0:x1] = rgb[y0 - top : y1 - top, x0 - left : x1 - left]
        mask[y0:y1, x0:x1] = cover[y0 - top : y1 - top, x0 - left : x1 - left]
    return front, mask
