"""Parts that rules can find: hair, teeth, lips and clothes by a face, the eyes of animals, a drink in its vessel."""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, pictures, seeing
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.segment import cuts, nouns
from studio.engine.renderers.segment.cuts import Flags, Floats, Region, Selection

_FACE_PX: Final = 200
"""Width in pixels to which a face is brought before its small parts are looked for."""
_LEAST_FACE: Final = 26


def _lab(rgb: Rgb) -> Floats:
    """Return CIE Lab: L 0–100, a and b around 0."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), np.float32)


def _faces(rgb: Rgb) -> list[Region]:
    height, width = rgb.shape[:2]
    found = []
    for x0, y0, x1, y1 in seeing.faces(rgb):
        region = Region(round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height))
        if region.right - region.left >= _LEAST_FACE:
            found.append(region)
    return found


def _within(region: Region, left: float, top: float, right: float, bottom: float, shape: tuple[int, ...]) -> Region:
    """Return the part of *region* between these shares of it (may reach beyond it), within the picture."""
    w, h = region.right - region.left, region.bottom - region.top
    x0, y0 = max(0, round(region.left + left * w)), max(0, round(region.top + top * h))
    return Region(
        min(x0, shape[1] - 1), min(y0, shape[0] - 1),
        max(x0 + 1, min(shape[1], round(region.left + right * w))),
        max(y0 + 1, min(shape[0], round(region.top + bottom * h))),
    )  # fmt: skip


def _skin_colour(lab: Floats, face: Region) -> Floats:
    cheeks = _within(face, 0.25, 0.45, 0.75, 0.7, lab.shape)
    return np.asarray(np.median(np.asarray(cheeks.of(lab)).reshape(-1, 3), axis=0), np.float32)


def hair(rgb: Rgb) -> list[Selection]:
    """Return the hair of each person with a visible face: what lies on and around the head and is not skin."""
    height, width = rgb.shape[:2]
    lab = _lab(np.asarray(cv2.GaussianBlur(rgb, (0, 0), 1.2), np.uint8))
    subject = cutout.soft_mask(rgb)
    found = []
    for face in _faces(rgb):
        around = _within(face, -0.75, -0.75, 1.75, 1.5, rgb.shape)
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        w, h = face.right - face.left, face.bottom - face.top
        cx, cy = (face.left + face.right) / 2, face.top + 0.56 * h
        head = ((xs - cx) / (0.5 * w)) ** 2 + ((ys - cy) / (0.62 * h)) ** 2
        skin = _skin_colour(lab, face)
        unlike = np.sqrt((((lab - skin) * np.array([0.7, 1.2, 1.2], np.float32)) ** 2).sum(2))
        crown = (head > 0.9) & (head < 1.75) & (ys < face.top + 0.12 * h) & (unlike > 14)
        if subject is not None:
            crown &= subject > 0.5
        if int(crown.sum()) < 12:
            continue
        colour = np.median(lab[crown], axis=0)
        apart = np.sqrt((((lab - colour) * np.array([0.5, 1.3, 1.3], np.float32)) ** 2).sum(2))
        likely = (
            np.clip(1.25 - apart / 34, 0, 1) * np.clip((unlike - 6) / 10, 0, 1) * np.clip((head - 0.45) / 0.3, 0, 1)
        )
        likely *= np.clip((face.top + 1.25 * h - ys) / (0.2 * h), 0, 1)
        out = (head < 0.42) | (ys > face.top + 1.45 * h)
        if subject is not None:
            likely *= np.clip(subject * 1.6, 0, 1)
            out |= subject < 0.1
        mask = cuts.cut(rgb, likely.astype(np.float32), around, sure_in=crown & (apart < 22), sure_out=out)
        mask = cuts.holding(mask, crown) * np.clip(1.4 - apart / 48, 0, 1)
        if float((mask > 0.5).sum()) > 0.05 * w * h:
            found.append(
                Selection(
                    mask.astype(np.float32),
                    round(0.55 + 0.4 * cuts.confidence(rgb, mask), 3),
                    "hair",
                    "face and colour",
                )
            )
    return found


def _in_faces(rgb: Rgb, box: tuple[float, float, float, float], look: Any, label: str) -> list[Selection]:
    """Look at the part *box* of every face, enlarged; *look* gets (Lab, skin colour) and returns its mask."""
    height, width = rgb.shape[:2]
    whole = np.zeros((height, width), np.float32)
    for face in _faces(rgb):
        part = _within(face, *box, rgb.shape)
        piece = np.ascontiguousarray(part.of(rgb)).astype(np.uint8)
        scale = _FACE_PX / (face.right - face.left)
        size = max(8, round(piece.shape[1] * scale)), max(8, round(piece.shape[0] * scale))
        big = pictures.resize(piece, *size)
        mask = look(_lab(big), _skin_colour(_lab(rgb), face))
        if mask is None:
            continue
        small = cv2.resize(mask, (piece.shape[1], piece.shape[0]), interpolation=cv2.INTER_AREA)
        area = whole[part.top : part.bottom, part.left : part.right]
        np.maximum(area, small, out=area)
    if not (whole > 0.4).any():
        return []
    return [Selection(whole, 0.6, label, "face and colour")]


def _pieces(solid: Flags, least: int, centre_first: bool = True) -> Flags | None:
    """Return the piece of *solid* that is large and near the middle, and what lies beside it in the same row."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(solid.astype(np.uint8), connectivity=8)
    height, width = solid.shape
    best, weight = 0, 0.0
    for i in range(1, count):
        off = np.hypot(centres[i][0] / width - 0.5, 0.7 * (centres[i][1] / height - 0.5))
        score = float(stats[i, cv2.CC_STAT_AREA]) * (1.2 - 1.6 * off if centre_first else 1.0)
        if stats[i, cv2.CC_STAT_AREA] >= least and score > weight:
            best, weight = i, score
    if not best:
        return None
    keep = labels == best
    for i in range(1, count):
        if i != best and stats[i, cv2.CC_STAT_AREA] >= least and abs(centres[i][1] - centres[best][1]) < 0.12 * height:
            keep |= labels == i
    return np.asarray(keep)


def teeth(rgb: Rgb) -> list[Selection]:
    """Return the teeth of every smiling face: light and colourless between the lips."""

    def look(lab: Floats, skin: Floats) -> Floats | None:
        chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
        own = float(np.hypot(skin[1], skin[2]))
        light = lab[:, :, 0] > max(45.0, float(np.quantile(lab[:, :, 0], 0.6)))
        solid = light & (chroma < 0.72 * own) & (lab[:, :, 1] < skin[1] - 2)
        opened: Any = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        keep = _pieces(opened > 0, 40)
        if keep is None or float(keep.mean()) > 0.5:
            return None
        return np.asarray(cv2.GaussianBlur(keep.astype(np.float32), (0, 0), 1.5), np.float32)

    return _in_faces(rgb, (0.27, 0.68, 0.73, 0.94), look, "teeth")


def lips(rgb: Rgb) -> list[Selection]:
    """Return the lips of every face: redder than the skin around the mouth."""

    def look(lab: Floats, skin: Floats) -> Floats | None:
        soft = cv2.GaussianBlur(lab, (0, 0), 2.0)
        red = soft[:, :, 1] - 0.35 * soft[:, :, 2] - (skin[1] - 0.35 * skin[2])
        edge = max(2.5, 0.33 * float(np.quantile(red, 0.97)))
        solid: Any = cv2.morphologyEx((red > edge).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        keep = _pieces(solid > 0, 120)
        if keep is None or float(keep.mean()) > 0.55 or float(keep.any(0).mean()) < 0.5:
            return None
        return np.asarray(cv2.GaussianBlur(keep.astype(np.float32), (0, 0), 2.0), np.float32)

    return _in_faces(rgb, (0.22, 0.66, 0.78, 0.98), look, "lips")


def eyes(rgb: Rgb) -> list[Selection]:
    """Return the irises of animals: two round, colourful fields with a dark middle, about as large as each other."""
    subject = cutout.soft_mask(rgb)
    if subject is None:
        return []
    size = pictures.fit_within(rgb.shape[1], rgb.shape[0], 640)
    small = pictures.resize(rgb, *size)
    lab = _lab(np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5), np.uint8))
    inside = cv2.resize(subject, size, interpolation=cv2.INTER_AREA) > 0.6
    fur = np.median(lab[inside], axis=0)
    hue = np.degrees(np.arctan2(lab[:, :, 2], lab[:, :, 1]))
    turn = np.abs((hue - np.degrees(np.arctan2(fur[2], fur[1])) + 180) % 360 - 180)
    chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
    solid = inside & (turn > 14) & (chroma > 16)
    opened: Any = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    round_ones = _round_fields(opened, 0.0012, 0.35)
    for i, one in enumerate(round_ones):
        for two in round_ones[i + 1 :]:
            if 0.4 < one[0] / two[0] < 2.5 and _one_dark_each(lab, one[1], two[1]):
                both = (one[1] | two[1]) & (lab[:, :, 0] > 22) & (chroma > 8)
                soft = cv2.GaussianBlur(both.astype(np.float32), (0, 0), 1.0)
                mask: Floats = np.asarray(cv2.resize(soft, (rgb.shape[1], rgb.shape[0])), np.float32)
                return [Selection(mask, 0.6, "eyes", "colour and roundness")]
    return []


def _round_fields(solid: NDArray[np.uint8], least_share: float, flattest: float) -> list[tuple[float, Flags]]:
    """Return (area, hull) of fields that fill the ellipse around them, largest first.

    Args:
        flattest: least ratio of its short to its long axis.
    """
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found: list[tuple[float, Flags]] = []
    for outline in outlines:
        hull = cv2.convexHull(outline)
        area = float(cv2.contourArea(hull))
        if len(outline) < 8 or area < least_share * solid.size:
            continue
        ellipse = cv2.fitEllipse(hull)
        (_, _), (short, long), _ = ellipse
        if long < 1 or short / long < flattest:
            continue
        plane = np.zeros(solid.shape, np.uint8)
        cv2.ellipse(plane, ellipse, 1, -1)
        shape = np.zeros(solid.shape, np.uint8)
        cv2.drawContours(shape, [hull], -1, 1, -1)
        alike = float((plane & shape).sum()) / max(1.0, float((plane | shape).sum()))
        if alike > 0.84:
            found.append((area, shape > 0))
    return sorted(found, key=lambda one: -one[0])


def _one_dark_each(lab: Floats, one: Flags, two: Flags) -> bool:
    return all(float((lab[:, :, 0][eye] < 25).mean()) > 0.02 for eye in (one, two))


def clothes(rgb: Rgb) -> list[Selection]:
    """Return what each person with a visible face wears: below the chin, in the colour that is most of it."""
    subject = cutout.soft_mask(rgb)
    if subject is None:
        return []
    height, width = rgb.shape[:2]
    lab = _lab(np.asarray(cv2.GaussianBlur(rgb, (0, 0), 1.2), np.uint8))
    found = []
    for face in _faces(rgb):
        w, h = face.right - face.left, face.bottom - face.top
        below = np.zeros((height, width), bool)
        chin = face.bottom + round(0.18 * h)
        below[chin:, max(0, face.left - 2 * w) : face.right + 2 * w] = True
        below &= subject > 0.6
        skin = _skin_colour(lab, face)
        unlike = np.hypot(lab[:, :, 1] - skin[1], lab[:, :, 2] - skin[2]) + 0.35 * np.abs(lab[:, :, 0] - skin[0])
        worn = below & (unlike > 12)
        if int(worn.sum()) < 0.4 * w * h:
            continue
        mask = _of_one_colour(rgb, lab, worn)
        if mask is not None:
            found.append(
                Selection(mask, round(0.5 + 0.4 * cuts.confidence(rgb, mask), 3), "clothes", "face, cut-out and colour")
            )
    return found


def _of_one_colour(rgb: Rgb, lab: Floats, where: Flags) -> Floats | None:
    """Return what of *where* has its most frequent colour, light and shade of it together."""
    hue = np.degrees(np.arctan2(lab[:, :, 2], lab[:, :, 1])) % 360
    chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
    vivid = where & (chroma > 16)
    if int(vivid.sum()) > 0.25 * int(where.sum()):
        counts, _ = np.histogram(hue[vivid], bins=36, range=(0, 360))
        ringed = counts + 0.7 * (np.roll(counts, 1) + np.roll(counts, -1))
        turn = np.abs((hue - (int(np.argmax(ringed)) + 0.5) * 10 + 180) % 360 - 180)
        near = np.clip((30 - turn) / 10, 0, 1) * np.clip((chroma - 9) / 8, 0, 1)
    else:
        light = lab[:, :, 0]
        counts, _ = np.histogram(light[where], bins=10, range=(0, 100))
        middle = (int(np.argmax(counts + 0.8 * (np.roll(counts, 1) + np.roll(counts, -1)))) + 0.5) * 10
        near = np.clip((30 - np.abs(light - middle)) / 8, 0, 1) * np.clip((26 - chroma) / 8, 0, 1)
    solid: Any = cv2.morphologyEx(((near > 0.5) & where).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    if float(solid.sum()) < 0.1 * float(where.sum()):
        return None
    fine = cutout.guided(rgb, solid.astype(np.float32), max(2, max(where.shape) // 220), 1e-3)
    grown = cv2.dilate(solid, np.ones((5, 5), np.uint8))
    return cuts.largest(np.asarray(np.clip(fine * 1.3 - 0.2, 0, 1) * grown, np.float32), 0.1)


def drink(rgb: Rgb) -> list[Selection]:
    """Return the drink in a vessel: an even oval field in the upper part of a subject that is named as a vessel."""
    subject = cutout.soft_mask(rgb)
    if subject is None or not _shows_vessel(rgb, subject):
        return []
    near = cuts.region_of(subject > 0.5, 0.04, (rgb.shape[0], rgb.shape[1]))
    piece = np.ascontiguousarray(near.of(rgb)).astype(np.uint8)
    size = pictures.fit_within(piece.shape[1], piece.shape[0], 360)
    lab = _lab(np.asarray(cv2.bilateralFilter(pictures.resize(piece, *size), 7, 30, 5), np.uint8))
    inside = cv2.resize(np.asarray(near.of(subject), np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    found = _oval_field(lab, inside) if int(inside.sum()) > 200 else None
    if found is None:
        return []
    score, field = found
    core = cv2.erode(field.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    grown = core | (_like(lab, core) & _around(field, 0.3) & inside)
    filled: Any = cv2.morphologyEx(grown.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    filled = cv2.morphologyEx(filled, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    soft = cv2.resize(cv2.GaussianBlur(filled.astype(np.float32), (0, 0), 1.0), (piece.shape[1], piece.shape[0]))
    fine = cutout.guided(piece, np.asarray(soft, np.float32), max(2, max(piece.shape[:2]) // 180), 1e-3)
    mask = np.zeros(rgb.shape[:2], np.float32)
    mask[near.top : near.bottom, near.left : near.right] = np.clip(fine * 1.25 - 0.12, 0, 1) * (soft > 0.05)
    score = round(float(np.clip(0.3 + 0.5 * score, 0.36, 0.9)), 3)
    return [Selection(cuts.largest(mask, 0.2), score, "drink", "oval field in the subject")]


def _oval_field(lab: Floats, inside: Flags) -> tuple[float, Flags] | None:
    """Return the likeliest surface of a drink with its score: even, apart from its rim, above the middle, lying."""
    cv2.setRNGSeed(1)  # its clusters start at random
    weights = np.array([0.7, 1.2, 1.2], np.float32)
    points = np.ascontiguousarray((lab * weights)[inside], np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    rows = np.nonzero(inside.any(1))[0]
    best: tuple[float, Flags] | None = None
    for number in (4, 6, 8):
        start: Any = None
        _, marks, _ = cv2.kmeans(points, number, start, stop, 1, cv2.KMEANS_PP_CENTERS)
        plane = np.full(inside.shape, -1, np.int32)
        plane[inside] = marks[:, 0]
        for i in range(number):
            solid: Any = cv2.morphologyEx((plane == i).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
            for area, field in _round_fields(solid, 0.006, 0.16):
                rim = cv2.dilate(field.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool) & ~field
                step = float(np.linalg.norm((lab[rim].mean(0) - lab[field].mean(0)) * weights))
                ys, xs = np.nonzero(field)
                if float(inside[rim].mean()) < 0.9 or step < 9 or not 0.01 < area / float(inside.sum()) < 0.6:
                    continue
                if ys.mean() > rows[0] + 0.55 * (rows[-1] - rows[0]) or np.ptp(ys) > 1.1 * np.ptp(xs):
                    continue
                even = float((lab[field] * weights).std(0).mean())
                lighter = float(lab[:, :, 0][rim].mean() - lab[:, :, 0][field].mean())
                score = min(1.0, step / 30) * (1.6 - even / 9) + 0.01 * float(np.clip(lighter, -20, 30))
                if best is None or score > best[0]:
                    best = score, field
    return best


def _shows_vessel(rgb: Rgb, subject: Floats) -> bool:
    """Tell whether the label network takes the subject for something to drink from, or for a drink."""
    around = cuts.region_of(subject > 0.5, 0.15, rgb.shape[:2])
    piece = np.ascontiguousarray(around.of(rgb)).astype(np.uint8)
    names = set().union(*(nouns.names_of(word) for word in ("cup", "coffee", "tea", "bowl", "glass", "goblet", "beer")))
    return bool(sum(row["share"] for row in seeing.labels(piece, 20) if row["name"].lower() in names) > 0.06)


def _like(lab: Floats, core: Flags) -> Flags:
    """Return what has the colour of *core* in more or less light."""
    middle = np.median(lab[core], axis=0)
    chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
    own = float(np.hypot(middle[1], middle[2]))
    light = lab[:, :, 0] - middle[0]
    if own < 14:
        return np.asarray((np.abs(light) < 14) & (chroma < 22))
    turn = np.arctan2(lab[:, :, 2], lab[:, :, 1]) - np.arctan2(middle[2], middle[1])
    turn = np.degrees(np.abs(np.arctan2(np.sin(turn), np.cos(turn))))
    return np.asarray((turn < 26) & (chroma > 0.5 * own) & (light > -52) & (light < 14))


def _around(field: Flags, share: float) -> Flags:
    reach = max(3, round(share * float(np.sqrt(field.sum())))) | 1
    return cv2.dilate(field.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
