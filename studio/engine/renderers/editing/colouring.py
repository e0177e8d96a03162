"""Colours of things: one colour into another, one colour alone, the palette of another picture."""

import contextlib
import re
from typing import Final

import cv2
import numpy as np

from studio.engine.renderers import cutout, pictures, seeing
from studio.engine.renderers.editing import tone
from studio.engine.renderers.editing.sheet import Floats, NotPossible, Sheet, blur, from_lab, parse_colour, to_lab
from studio.engine.renderers.editing.vocabulary import COLOUR, SUBJECTS
from studio.engine.renderers.editing.wishes import Wish
from studio.engine.renderers.segment import concepts

_SKY: Final = re.compile(r"\bsk(?:y|ies)\b")
_PLANTS: Final = re.compile(r"\b(?:grass|leaves|leaf|trees?|plants?|foliage|lawn|meadow|forest|bush(?:es)?)\b")
_SUBJECT: Final = re.compile(rf"\b(?:{SUBJECTS})\b")
_PLACE: Final = re.compile(
    r"\b(?:field|meadow|sand|beach|ground|floor|wall|water|sea|lake|river|road|street|hill|mountain|desert|table|wood|"
    r"carpet|rug|curtain|tablecloth|snow|ceiling|door|window|roof|house|building|fence)$"
)
_VESSEL: Final = re.compile(r"\b(?:cups?|mugs?|bowls?|glass(?:es)?)\b")
_SURE_LABEL: Final = 0.12


def recolour(sheet: Sheet, wish: Wish) -> None:
    """Give a thing another colour, or make it lighter, darker or whiter; nothing else changes by a single bit.

    It is found by the mask, as a part of a person or thing, by its present colour, or by its name.

    Raises:
        NotPossible: it cannot be found.
    """
    where, what = _thing(sheet, " ".join(wish.other.split()))
    if wish.value in _TONES:
        sheet.put(toned(sheet.rgb, where, wish.value, wish.amount))
        sheet.done.append(f"made {what} {wish.value}")
        return
    strength = min(1.0, 0.4 + 0.6 * wish.amount)
    sheet.put(painted(sheet.rgb, where * strength, parse_colour(wish.value)))
    sheet.done.append(f"recoloured {what} to {wish.value}")


_TONES: Final = frozenset(("whiter", "darker", "lighter"))


def toned(rgb: Floats, where: Floats, how: str, amount: float) -> Floats:
    """Return *rgb* with the thing at *where* lighter, darker, or with less colour and lighter."""
    lab = to_lab(rgb)
    share = min(1.0, 0.32 * abs(amount))
    if how == "darker":
        lab[:, :, 0] *= 1 - share
    else:
        lab[:, :, 0] += (97 - lab[:, :, 0]) * share
    if how == "whiter":
        lab[:, :, 1:] *= 1 - min(0.9, 2.1 * share)
    return _only_there(rgb, from_lab(lab), where)


def _only_there(rgb: Floats, changed: Floats, where: Floats) -> Floats:
    """Return *changed* at *where* and exactly *rgb* elsewhere: a soft mask's faint haze is cut off."""
    weight = np.clip((where - 0.05) / 0.9, 0, 1)[:, :, None]
    return np.asarray(rgb + (changed - rgb) * weight, np.float32)


def painted(rgb: Floats, where: Floats, target: tuple[float, float, float]) -> Floats:
    """Return *rgb* with the thing at *where* (H×W, 0–1) in the colour *target*, its shading kept."""
    lab = to_lab(rgb)
    wanted = to_lab(np.array([[target]], np.float32))[0, 0]
    core = where > 0.6
    if not core.any():
        core = where > 0.2
    middle = np.median(lab[core], axis=0)
    chroma, aim = float(np.hypot(middle[1], middle[2])), float(np.hypot(wanted[1], wanted[2]))
    out = lab.copy()
    neutral = aim < 12
    # Shading stays: lightness moves as a whole, more for black and white than between colours.
    move = float(wanted[0] - middle[0])
    share = 0.9 if neutral else 0.55
    light = lab[:, :, 0] + move * share
    spread = 0.75 if abs(move) > 30 else 1.0
    centre = middle[0] + move * share
    out[:, :, 0] = np.clip(centre + (light - centre) * spread, 1, 99)
    here = np.hypot(lab[:, :, 1], lab[:, :, 2])
    if chroma > 12:
        relative = np.clip(here / chroma, 0, 1.5)  # greyer folds and lights stay greyer
    else:
        relative = np.clip(1.15 - np.abs(out[:, :, 0] - wanted[0]) / 70.0, 0.25, 1.1)
    angle = np.arctan2(lab[:, :, 2], lab[:, :, 1]) - np.arctan2(middle[2], middle[1])
    wobble = np.arctan2(np.sin(angle), np.cos(angle)) * (0.35 if chroma > 12 else 0.0)
    hue = np.arctan2(wanted[2], wanted[1]) + np.clip(wobble, -0.4, 0.4)
    size = aim * relative * min(1.0, 0.55 + chroma / 70)  # fur and hair take less of a colour than paint
    out[:, :, 1], out[:, :, 2] = np.cos(hue) * size, np.sin(hue) * size
    return _only_there(rgb, from_lab(out), where)


def _thing(sheet: Sheet, words: str) -> tuple[Floats, str]:
    """Return where the thing called *words* is, and how to speak of it.

    Raises:
        NotPossible: it cannot be told from the rest.
    """
    if sheet.free is not None:
        return np.ones(sheet.rgb.shape[:2], np.float32), "the marked area"  # ``edit`` keeps to the mask anyway
    named = re.search(COLOUR, words)
    noun = re.sub(COLOUR, "", words).strip()
    if _SKY.search(noun):
        return sheet.region("sky"), "the sky"
    part = concepts.read(noun).finder
    by_part = (part in concepts.PARTS or part == "skin") and not (named and part == "clothes")
    if by_part and (found := sheet.named(noun)) is not None:
        return found, f"the {noun}"
    if by_part and not named:
        raise NotPossible(f"no {noun} could be told from the rest; select it with clicks and give the mask")
    if named:
        region = sheet.region(f"colour:{named[0]}")
        if noun and _SUBJECT.search(noun):
            region = region * sheet.region("subject")
        elif (
            noun and not noun.startswith(("part", "area", "colour", "color", "thing", "one")) and not noun.endswith("s")
        ):
            region = _one_thing(sheet, noun, region)
        return region, f"the {words.strip()}"
    if _PLANTS.search(words):
        return plants(sheet), f"the {words}"
    if _SUBJECT.search(words):
        return main_colour(sheet), f"the {words}"
    found = sheet.named(words) if words else None
    if found is None and words and is_called(sheet, words):
        found = sheet.region("subject")
    if found is not None:
        sheet.notes.append(
            f"The {words} was found by its main colour: what else of the subject has it changed as well."
        )
        drink = sheet.named("drink") if _VESSEL.search(words) else None
        if drink is not None:
            found = found * (1 - drink)
        return main_colour(sheet, found), f"the {words}"
    raise NotPossible(
        f"“{words}” cannot be found by name; say its present colour "
        f"(“the blue {words.split()[-1] if words else 'one'}”), or select it with clicks and give the mask"
    )


def _one_thing(sheet: Sheet, noun: str, region: Floats) -> Floats:
    """Keep of *region* what belongs to the thing called *noun*, or to the subject when much of that colour does.

    "The yellow car" before a yellow field is the car, "the yellow field" is not; "the red cup" on red wood is the cup.
    """
    if _PLACE.search(noun):
        for other in ("subject", "sky"):
            with contextlib.suppress(NotPossible):
                region = np.asarray(region * (1 - sheet.region(other)), np.float32)
        sheet.notes.append(f"The {noun} was found by its colour alone: what joins it in that colour changed as well.")
        return largest(region)
    named = sheet.named(noun)
    if named is not None and float((region * named).sum()) > 0.08 * float(named.sum()):
        return np.asarray(region * named, np.float32)
    one = largest(region)
    try:
        subject = sheet.region("subject")
    except NotPossible:
        return one
    inside = one * subject
    mostly = float(inside.sum()) > 0.35 * float(one.sum())
    return inside if mostly or float((region * subject).sum()) > 0.5 * float(subject.sum()) else one


def is_called(sheet: Sheet, words: str) -> bool:
    """Whether the label network calls the subject by *words*."""
    nouns = {word.removesuffix("s") for word in words.split()}
    for label in seeing.labels(sheet.bytes()):
        parts = set(re.findall(r"[a-z]+", str(label["name"]).lower()))
        if float(label["share"]) >= _SURE_LABEL and nouns & parts:
            return True
    return False


def largest(region: Floats) -> Floats:
    """Return only the largest connected piece of *region* and what nearly touches it."""
    solid = (region > 0.4).astype(np.uint8)
    size = max(3, round(max(region.shape) / 60))
    joined = cv2.dilate(solid, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    count, marks, stats, _ = cv2.connectedComponentsWithStats(joined)
    if count < 2:
        return region
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.asarray(region * blur((marks == best).astype(np.float32), 1.0), np.float32)


def main_colour(sheet: Sheet, thing: Floats | None = None) -> Floats:
    """Return where *thing* (H×W, the subject by default) has its most frequent strong colour."""
    subject = sheet.region("subject") if thing is None else thing
    lab = to_lab(sheet.rgb)
    chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
    inside = (subject > 0.6) & (chroma > 14)
    if inside.sum() < 0.02 * (subject > 0.6).sum() + 20:
        return subject
    hue = np.degrees(np.arctan2(lab[:, :, 2], lab[:, :, 1])) % 360
    counts, _ = np.histogram(hue[inside], bins=36, range=(0, 360), weights=chroma[inside])
    ringed = counts + 0.7 * (np.roll(counts, 1) + np.roll(counts, -1))
    peak = (int(np.argmax(ringed)) + 0.5) * 10
    turn = np.abs((hue - peak + 180) % 360 - 180)
    pure = chroma / (lab[:, :, 0] + 12)  # as a share of the light: shades of a red are red, a warm white is not
    own = float(np.quantile(pure[inside & (turn < 22)], 0.6)) if (inside & (turn < 22)).any() else 0.0
    near = (
        np.clip((32 - turn) / 10, 0, 1)
        * np.clip((chroma - 8) / 8, 0, 1)
        * np.clip((pure / max(own, 0.05) - 0.38) / 0.14, 0, 1)
    )
    fine = cutout.guided(sheet.bytes(), (near * subject).astype(np.float32), max(3, round(4 * sheet.unit)), 1e-3)
    return np.asarray(np.clip(fine * 1.1, 0, 1), np.float32)


def plants(sheet: Sheet) -> Floats:
    """Return where green to yellow-green growth is, H×W, 0–1.

    Raises:
        NotPossible: nothing green.
    """
    lab = to_lab(sheet.rgb)
    chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
    hue = np.degrees(np.arctan2(lab[:, :, 2], lab[:, :, 1])) % 360
    near = np.clip((hue - 92) / 10, 0, 1) * np.clip((172 - hue) / 12, 0, 1) * np.clip((chroma - 7) / 8, 0, 1)
    if float((near > 0.5).mean()) < 0.004:
        raise NotPossible("nothing green was found in it")
    return np.asarray(blur(near.astype(np.float32), 0.8 * sheet.unit), np.float32)


def splash(sheet: Sheet, wish: Wish) -> None:
    """Keep one colour or the subject in colour, and make the rest black and white."""
    words = wish.value or "subject"
    if re.fullmatch(COLOUR, words):
        keep = sheet.region(f"colour:{words}")
    elif _SUBJECT.search(words) or is_called(sheet, words):
        keep = sheet.region("subject")
    elif (found := sheet.named(words)) is not None:
        keep = found
    else:
        raise NotPossible(f"“{words}” cannot be found by name")
    grey = tone.grey(sheet.rgb)
    vivid = tone.with_saturation(sheet.rgb, 1.1)
    sheet.put(grey + (vivid - grey) * keep[:, :, None])
    sheet.done.append(f"kept the {words} in colour and made the rest black and white")


def match(sheet: Sheet, wish: Wish) -> None:
    """Take over light and palette of another picture."""
    if not sheet.others:
        raise NotPossible("there is no second picture to take colours from")
    sheet.put(like(sheet.rgb, sheet.others[0].astype(np.float32) / 255.0, 0.8))
    sheet.done.append("took over the light and colours of the other picture")


def like(rgb: Floats, model: Floats, share: float = 1.0) -> Floats:
    """Return *rgb* with the distribution of colours of *model* (statistics of light zone by zone in Lab)."""
    height, width = pictures.fit_within(model.shape[1], model.shape[0], 512)[::-1]
    there = to_lab(np.asarray(cv2.resize(model, (width, height), interpolation=cv2.INTER_AREA), np.float32)).reshape(
        -1, 3
    )
    lab = to_lab(rgb)
    small = lab[:: max(1, lab.shape[0] // 400), :: max(1, lab.shape[1] // 400)].reshape(-1, 3)
    # Lightness by quantiles (a smooth tone curve), colour by the mean in shadows, middle and lights.
    steps = np.linspace(0.01, 0.99, 17)
    have, want = np.quantile(small[:, 0], steps), np.quantile(there[:, 0], steps)
    have = np.maximum.accumulate(have + np.arange(17) * 1e-3)
    light = np.interp(lab[:, :, 0], np.concatenate(([0], have, [100])), np.concatenate(([0], want, [100])))
    out = lab.copy()
    out[:, :, 0] = lab[:, :, 0] + (light - lab[:, :, 0]) * 0.75
    for channel in (1, 2):
        shift = []
        for low, high in ((0.0, 0.33), (0.33, 0.67), (0.67, 1.0)):
            mine = small[_zone(small[:, 0], low, high), channel]
            other = there[_zone(there[:, 0], low, high), channel]
            shift.append(
                (
                    float(mine.mean()),
                    float(other.mean()),
                    float(np.clip((other.std() + 3) / (mine.std() + 3), 0.5, 1.8)),
                )
            )
        knots = np.quantile(small[:, 0], (0.17, 0.5, 0.83)) + np.array((0, 1e-3, 2e-3))
        mean, aim, gain = (np.interp(lab[:, :, 0], knots, [s[i] for s in shift]) for i in range(3))
        out[:, :, channel] = (lab[:, :, channel] - mean) * gain + aim
    return from_lab(lab + (out - lab) * share)


def _zone(light: Floats, low: float, high: float) -> np.ndarray:
    return np.asarray((light >= np.quantile(light, low)) & (light <= np.quantile(light, high)))
