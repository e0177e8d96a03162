"""Selecting by words, as far as that goes without a network that links words to places.

Known by rules: subject, background, sky, ground, faces and people (by their faces), text,
colours, plants, skin, shadows and highlights. Things are known when the label network
names a cut-out subject by that word. Everything else needs a click, a box or a vision model.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from studio.engine.renderers import cutout, depth, seeing, skies
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.segment import cuts, nouns, parts, pointing
from studio.engine.renderers.segment.cuts import Floats, Selection
from studio.engine.renderers.segment.prompts import Box
from studio.engine.renderers.worker import report

KNOWN: Final = (
    "subject, background, sky, ground, faces, people with visible faces, text, colours such as “red”, plants, skin, "
    "hair, teeth, lips and clothes of people with visible faces, the eyes of animals, a drink in its cup, walls, "
    "shadows, highlights, and a main subject that the label network can name"
)
_LEAST_PART: Final = 0.0015
_SURE_NAME: Final = 0.12

_HUES: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "red": ((0, 14), (346, 360)), "orange": ((15, 42),), "yellow": ((43, 68),), "green": ((69, 165),),
    "turquoise": ((160, 195),), "teal": ((165, 200),), "cyan": ((170, 200),), "blue": ((195, 258),),
    "purple": ((255, 305),), "violet": ((250, 295),), "magenta": ((290, 330),), "pink": ((310, 360), (0, 12)),
}  # fmt: skip
_GREYS: Final = ("black", "white", "grey", "gray", "brown", "beige")
_FILLERS: Final = frozenset(
    {
        "the", "a", "an", "my", "of", "in", "on", "all", "every", "any", "that", "this", "is", "are", "area", "areas",
        "part", "parts", "region", "regions", "thing", "things", "object", "objects", "pixel", "pixels", "stuff", "one",
        "ones", "colour", "color", "coloured", "colored", "everything",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Concept:
    """What words ask for.

    Attributes:
        finder: the rule that finds it, or None when only the label network may know it.
        colour: a colour that the thing has, or "".
        noun: what is left of the words.
    """

    finder: str | None
    colour: str
    noun: str


CLOTHES: Final = (
    "dress|gown|suit|shirt|t-shirt|blouse|jacket|coat|sweater|jumper|pullover|hoodie|top|uniform|clothes|clothing|"
    "outfit|robe|kimono|spacesuit|costume|cardigan|vest"
)
PARTS: Final = frozenset(("hair", "teeth", "lips", "eyes", "clothes", "drink", "wall"))
_RULES: Final[tuple[tuple[str, str], ...]] = (
    (r"background|backdrop|surroundings|behind (?:the )?(?:subject|person|object)", "background"),
    (r"sky|skies|clouds?|heavens?", "sky"),
    (r"faces?|heads?", "face"),
    (r"person|people|persons|man|men|woman|women|girls?|boys?|child|children|kids?|humans?|lady|guy|model", "person"),
    (r"hair|hairs|hairdo|hairstyle|curls", "hair"),
    (r"teeth|tooth|smile", "teeth"),
    (r"lips?|lipstick|mouth", "lips"),
    (r"eyes?|iris|irises", "eyes"),
    (rf"(?:\w+ )?(?:{CLOTHES})", "clothes"),
    (r"coffee|tea|espresso|cappuccino|latte|drink|beverage|liquid|soup|juice|milk|wine|beer|cocoa", "drink"),
    (r"walls?|wallpaper", "wall"),
    (r"text|words?|letters?|lettering|caption|captions|writing|title|headline|typography", "text"),
    (r"ground|floor|land|foreground ground", "ground"),
    (r"plants?|grass|trees?|leaves|leaf|foliage|vegetation|lawn|bush|bushes|hedge|meadow", "plants"),
    (r"skin", "skin"),
    (r"shadows?|dark(?:est)? (?:areas?|parts?)?", "shadows"),
    (r"highlights?|bright(?:est)? (?:areas?|parts?)?|lights?", "highlights"),
    (r"(?:main |whole )?subject|foreground|main (?:object|thing|figure)|figure|product|object|it|character", "subject"),
)  # fmt: skip


def read(text: str) -> Concept:
    """Read what *text* asks to select."""
    plain = re.sub(r"[^a-z '-]", " ", text.lower())
    words = plain.split()
    colour = next((word for word in words if word in _HUES or word in _GREYS), "")
    rest = [w for w in words if w != colour and not (colour and w in ("light", "dark", "bright"))]
    noun = " ".join(word for word in rest if word not in _FILLERS)
    for pattern, finder in _RULES:
        if re.fullmatch(rf"(?:{pattern})", noun or " ".join(rest) or "-"):
            return Concept(finder, colour, noun)
    last = noun.split()[-1] if noun else ""
    for pattern, finder in _RULES:
        if last and finder != "subject" and re.fullmatch(rf"(?:{pattern})", last):
            return Concept(finder, colour, noun)
    if colour and not noun:
        return Concept("colour", colour, "")
    return Concept(None, colour, noun)


def is_known(text: str) -> bool:
    """Tell whether a rule or the label network may know *text*."""
    concept = read(text)
    return concept.finder is not None or bool(nouns.names_of(concept.noun))


def is_sure(text: str) -> bool:
    """Tell whether nobody needs to be asked where *text* is: a vision model sees parts of people better than rules."""
    return is_known(text) and read(text).finder not in PARTS


def find(rgb: Rgb, text: str) -> list[Selection]:
    """Return what *text* names, surest first; empty when it is not there or not known."""
    concept = read(text)
    if concept.finder is not None:
        found = _FINDERS[concept.finder](rgb, concept)
    else:
        found = _by_name(rgb, concept.noun) or _by_colour_of(rgb, concept)
    if concept.colour and concept.finder not in ("colour", None):
        found = [s for s in found if _has_colour(rgb, s.mask, concept.colour)]
    return sorted(found, key=lambda s: -s.score)


def _subject(rgb: Rgb, concept: Concept) -> list[Selection]:
    mask = cutout.soft_mask(rgb)
    if mask is None:
        return []
    return [Selection(mask, cuts.confidence(rgb, mask, mask), "subject", "U2-Net-p")]


def _background(rgb: Rgb, concept: Concept) -> list[Selection]:
    mask = cutout.soft_mask(rgb)
    if mask is None:
        return []
    return [Selection((1 - mask).astype(np.float32), cuts.confidence(rgb, mask, mask), "background", "U2-Net-p")]


def _sky(rgb: Rgb, concept: Concept) -> list[Selection]:
    front = depth.subject_mask(rgb)
    mask = skies.backdrop(rgb, front)
    if float((mask > 0.5).mean()) < 0.01:
        return []
    mask = _fitted(rgb, mask)
    where = mask > 0.5
    # Outdoors the sky is bright or blue; a dark or warm backdrop is a wall as likely.
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[where].astype(np.float32).mean(0)
    blue, light = float(np.clip((134 - lab[2]) / 20, 0, 1)), float(np.clip((lab[0] - 110) / 80, 0, 1))
    likely = 0.35 + 0.65 * max(blue, light)
    return [Selection(mask, round(cuts.confidence(rgb, mask) * likely, 3), "sky", "border of the plain top")]


def _ground(rgb: Rgb, concept: Concept) -> list[Selection]:
    front = depth.subject_mask(rgb)
    sky = skies.backdrop(rgb, front)
    near = depth.depth_map(rgb, front)
    ground = np.clip((near - 0.32) / 0.06, 0, 1) * (1 - front) * (1 - sky)
    mask = _fitted(rgb, ground.astype(np.float32))
    kept = cuts.parts(mask, 0.02, 1)
    return [Selection(kept[0], round(0.75 * cuts.confidence(rgb, kept[0]), 3), "ground", "rough depth")] if kept else []


def _faces(rgb: Rgb, concept: Concept) -> list[Selection]:
    height, width = rgb.shape[:2]
    found = []
    for x0, y0, x1, y1 in seeing.faces(rgb):
        head = concept.noun.startswith("head")
        up, side, down = (0.42, 0.18, 0.16) if head else (0.12, 0.02, 0.12)
        w, h = x1 - x0, y1 - y0
        box = Box(max(0, x0 - side * w), max(0, y0 - up * h), min(1, x1 + side * w), min(1, y1 + down * h))
        region = pointing.pixel_region(box, (height, width))
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        cx, cy = (region.left + region.right) / 2, (region.top + region.bottom) / 2
        rx, ry = (region.right - region.left) / 2 * 0.9, (region.bottom - region.top) / 2 * 0.98
        oval = ((xs - cx) / rx) ** 2 + ((ys - cy) / ry) ** 2
        likely = np.clip(1.6 - oval, 0, 1).astype(np.float32)
        core = oval < 0.4
        mask = cuts.cut(rgb, likely, region, sure_in=core, sure_out=oval > 1.25)
        mask = cuts.holding(mask, core)
        if float((mask > 0.5).sum()) < 0.45 * float((oval < 1).sum()):
            mask = np.where(oval < 1, 1.0, 0.0).astype(np.float32)
        found.append(Selection(mask, round(0.6 + 0.4 * cuts.confidence(rgb, mask), 3), "face", "face cascade"))
    return found


def _people(rgb: Rgb, concept: Concept) -> list[Selection]:
    """People are known by their faces: each subject that has one."""
    mask = cutout.soft_mask(rgb)
    faces = seeing.faces(rgb)
    if mask is None or not faces:
        return []
    height, width = rgb.shape[:2]
    found = []
    for part in cuts.parts(mask, 0.004):
        held = 0
        for x0, y0, x1, y1 in faces:
            box = part[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)]
            held += bool(box.size) and float((box > 0.5).mean()) > 0.5
        if held:
            label = "person" if held == 1 else f"group with {held} faces"
            found.append(Selection(part, cuts.confidence(rgb, part, mask), label, "U2-Net-p and face cascade"))
    return found


def _text(rgb: Rgb, concept: Concept) -> list[Selection]:
    """Each line of text, as its letters where they stand apart from their ground, else as its box."""
    height, width = rgb.shape[:2]
    found = []
    for line in seeing.text(rgb):
        region = pointing.pixel_region(Box(*line["box"]), (height, width))
        piece = cv2.cvtColor(np.ascontiguousarray(region.of(rgb)).astype(np.uint8), cv2.COLOR_RGB2GRAY)
        # Against the light of its own line, which may change along a page.
        light = cv2.GaussianBlur(piece.astype(np.float32), (0, 0), max(2.0, piece.shape[0] * 0.5))
        apart = piece.astype(np.float32) - light
        edge = 0.5 * float(np.percentile(np.abs(apart), 92))
        dark, bright = apart < -edge, apart > edge
        ink = dark if float(np.abs(apart[dark]).sum()) >= float(np.abs(apart[bright]).sum()) else bright
        mask = np.zeros((height, width), np.float32)
        box = mask[region.top : region.bottom, region.left : region.right]
        box[:] = ink if 0.04 < float(ink.mean()) < 0.48 else 1.0
        found.append(Selection(mask, float(line["score"]), line["text"], "PP-OCRv6"))
    return found


def colour_plane(rgb: Rgb, colour: str) -> Floats:
    """Return how much each pixel has *colour*, H×W, 0–1."""
    smooth = cv2.bilateralFilter(rgb, 5, 30, 3)
    hls = cv2.cvtColor(smooth.astype(np.float32) / 255, cv2.COLOR_RGB2HLS)
    hue, light = hls[:, :, 0], hls[:, :, 1]
    chroma = smooth.max(2).astype(np.float32) - smooth.min(2).astype(np.float32)
    if colour in ("black", "white", "grey", "gray"):
        dull = np.clip((52 - chroma) / 20, 0, 1)
        level = {"black": (0.22 - light) / 0.08, "white": (light - 0.78) / 0.08}.get(colour)
        if level is None:
            level = np.minimum((light - 0.2) / 0.08, (0.8 - light) / 0.08)
        return np.asarray(np.clip(level, 0, 1) * dull, np.float32)
    if colour in ("brown", "beige"):
        warm = np.clip((22 - np.abs(hue - 26)) / 8, 0, 1)
        lit = (0.5 - light) / 0.08 if colour == "brown" else (light - 0.55) / 0.08
        return np.asarray(warm * np.clip(lit, 0, 1) * np.clip((chroma - 22) / 14, 0, 1), np.float32)
    near = np.zeros(hue.shape, np.float32)
    for low, high in _HUES[colour]:
        near = np.maximum(near, np.clip(np.minimum(hue - low + 8, high + 8 - hue) / 8, 0, 1))
    if colour == "pink":
        near = near * np.clip((light - 0.55) / 0.1, 0, 1)
    return np.asarray(near * np.clip((chroma - 34) / 22, 0, 1), np.float32)


def _colour(rgb: Rgb, concept: Concept) -> list[Selection]:
    plane = colour_plane(rgb, concept.colour)
    solid: Any = cv2.morphologyEx((plane > 0.5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    soft = np.asarray(cv2.GaussianBlur(solid.astype(np.float32), (0, 0), 0.8), np.float32)
    pieces = cuts.parts(soft, _LEAST_PART)
    return [
        Selection(piece, round(min(1.0, 0.3 + 0.7 * float(plane[piece > 0.5].mean())), 3), concept.colour, "colour")
        for piece in pieces
    ]


def _has_colour(rgb: Rgb, mask: Floats, colour: str) -> bool:
    where = mask > 0.5
    return bool(where.any()) and float((colour_plane(rgb, colour)[where] > 0.5).mean()) > 0.2


def _plants(rgb: Rgb, concept: Concept) -> list[Selection]:
    smooth = cv2.GaussianBlur(rgb, (0, 0), 1.5).astype(np.float32)
    red, green, blue = smooth[:, :, 0], smooth[:, :, 1], smooth[:, :, 2]
    more = (2 * green - red - blue) / (red + green + blue + 12)
    mask = _fitted(rgb, np.clip((more - 0.03) / 0.08, 0, 1).astype(np.float32))
    pieces = cuts.parts(mask, 0.004)
    return [Selection(piece, round(0.9 * cuts.confidence(rgb, piece), 3), "plants", "green colour") for piece in pieces]


def _skin(rgb: Rgb, concept: Concept) -> list[Selection]:
    faces = seeing.faces(rgb)
    if not faces:
        return []
    height, width = rgb.shape[:2]
    lab = cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), 1.2), cv2.COLOR_RGB2LAB).astype(np.float32)
    found = []
    for x0, y0, x1, y1 in faces:
        # The cheeks tell this person's colour.
        top, bottom = int((y0 + 0.45 * (y1 - y0)) * height), int((y0 + 0.75 * (y1 - y0)) * height)
        left, right = int((x0 + 0.25 * (x1 - x0)) * width), int((x0 + 0.75 * (x1 - x0)) * width)
        cheek = lab[top : bottom + 1, left : right + 1].reshape(-1, 3)
        middle, spread = np.median(cheek, axis=0), np.maximum(cheek.std(0), (24, 4, 4))
        distance = np.sqrt((((lab - middle) / spread) ** 2).sum(2))
        mask = _fitted(rgb, np.clip(3.2 - distance, 0, 1).astype(np.float32))
        pieces = cuts.parts(mask, 0.001)
        if pieces:
            whole = np.maximum.reduce(pieces)
            found.append(Selection(whole, round(0.8 * cuts.confidence(rgb, whole), 3), "skin", "colour of a face"))
    return found


def _tones(rgb: Rgb, concept: Concept) -> list[Selection]:
    level = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[:, :, 0], (0, 0), 2.0).astype(np.float32)
    dark = concept.finder == "shadows"
    edge = float(np.percentile(level, 20 if dark else 90))
    soft = np.clip(((edge - level) if dark else (level - edge)) / 12 + 0.5, 0, 1).astype(np.float32)
    pieces = cuts.parts(soft, 0.002)
    if not pieces:
        return []
    return [Selection(np.maximum.reduce(pieces), 0.8, concept.finder or "", "brightness")]


def _candidates(rgb: Rgb) -> list[Floats]:
    """Return things that may have a name: the subject as a whole, and its separate parts."""
    mask = cutout.soft_mask(rgb)
    if mask is None:
        return []
    pieces = cuts.parts(mask, 0.004, 6)
    return pieces if len(pieces) <= 1 else [*pieces, mask]


def _by_name(rgb: Rgb, noun: str) -> list[Selection]:
    """Return the cut-out things that the label network calls by *noun*."""
    wanted = nouns.names_of(noun)
    if not wanted:
        return []
    found: list[Selection] = []
    for place, mask in enumerate(_candidates(rgb)):
        report(0.3 + 0.08 * place, "Naming what stands out")
        region = cuts.region_of(mask > 0.5, 0.12, (rgb.shape[0], rgb.shape[1]))
        piece = np.ascontiguousarray(region.of(rgb)).astype(np.uint8)
        share = sum(row["share"] for row in seeing.labels(piece, 1000) if row["name"].lower() in wanted)
        if share >= _SURE_NAME and all(cuts.overlap(mask, other.mask) < 0.8 for other in found):
            score = round(float(0.5 + 0.5 * min(1.0, share)) * (0.5 + 0.5 * cuts.confidence(rgb, mask, mask)), 3)
            found.append(Selection(mask, score, noun, "U2-Net-p, named by EfficientNet-Lite0"))
    if len(found) > 1 and cuts.overlap(np.maximum.reduce([s.mask for s in found[:-1]]), found[-1].mask) > 0.7:
        found.pop()  # the separate things are better than all in one
    return found


def _by_colour_of(rgb: Rgb, concept: Concept) -> list[Selection]:
    """“The red car” where nothing is named car: the subject, if it is red."""
    if not concept.colour:
        return []
    return [
        Selection(s.mask, round(0.7 * s.score, 3), f"{concept.colour} subject", "U2-Net-p and colour")
        for s in _subject(rgb, concept)
        if _has_colour(rgb, s.mask, concept.colour)
    ]


def _fitted(rgb: Rgb, mask: Floats) -> Floats:
    radius = max(2, max(mask.shape) // 180)
    fine = depth.edge_aware(rgb, mask, radius, 4e-4)
    return np.asarray(np.clip((fine - 0.2) / 0.6, 0, 1), np.float32)


def _part(rgb: Rgb, concept: Concept) -> list[Selection]:
    """Parts by their own rules; clothes that nobody wears may still be a thing with a name."""
    looks = {"hair": parts.hair, "teeth": parts.teeth, "lips": parts.lips, "eyes": parts.eyes,
             "clothes": parts.clothes, "drink": parts.drink}  # fmt: skip
    found = looks[concept.finder or ""](rgb)
    return found or (_by_name(rgb, concept.noun) if concept.finder == "clothes" else [])


def _wall(rgb: Rgb, concept: Concept) -> list[Selection]:
    """The plain upper part of what is behind everything."""
    mask = skies.backdrop(rgb, depth.subject_mask(rgb))
    if float((mask > 0.5).mean()) < 0.03:
        return []
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    step = max(1, max(rgb.shape[:2]) // 160)
    held = np.where((mask > 0.5)[:, :, None], lab, np.median(lab[mask > 0.5], axis=0)).astype(np.float32)
    even = cv2.resize(cv2.blur(held[::step, ::step], (41, 41)), (rgb.shape[1], rgb.shape[0]))
    apart = np.sqrt(((cv2.GaussianBlur(lab, (0, 0), 1.5) - even) ** 2).sum(2))  # a rocket before it is no wall
    mask = _fitted(rgb, (mask * np.clip((17 - apart) / 6, 0, 1)).astype(np.float32))
    return [Selection(mask, round(0.8 * cuts.confidence(rgb, mask), 3), "wall", "border of the plain top")]


_FINDERS: Final[dict[str, Callable[[Rgb, Concept], list[Selection]]]] = {
    "subject": _subject, "background": _background, "sky": _sky, "ground": _ground, "face": _faces, "person": _people,
    "text": _text, "colour": _colour, "plants": _plants, "skin": _skin, "hair": _part, "teeth": _part, "lips": _part,
    "eyes": _part, "clothes": _part, "drink": _part, "wall": _wall, "shadows": _tones, "highlights": _tones,
}  # fmt: skip
