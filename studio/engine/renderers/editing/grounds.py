"""What lies behind the subject: nothing, a colour, a gradient, a blur, a painted place, another picture."""

import re
import zlib
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, depth, pictures
from studio.engine.renderers.editing.lighting import lay_over, with_shadow
from studio.engine.renderers.editing.sheet import (
    Floats,
    NotPossible,
    Sheet,
    blur,
    from_lab,
    luma,
    parse_colour,
    to_lab,
)
from studio.engine.renderers.editing.wishes import Wish
from studio.engine.renderers.painter import paint
from studio.engine.renderers.painter.brief import read_brief
from studio.engine.renderers.worker import report

_LARGEST_PAINTING = 1280
_SMALLEST_PAINTING = 96
_NO_PLACES = frozenset(("abstract", "geometric", "pattern", "papercut", "portrait", "still_life"))
_NAMES_THEM = re.compile(
    r"\b(?:abstract|pattern|geometric|mandala|texture|swirls?|marbled|paper ?cut|stripes|mosaic)\b"
)


def background(sheet: Sheet, wish: Wish) -> None:
    """Change what is behind the subject; ``wish.other`` says how, ``wish.value`` to what."""
    report(0.15, "Looking for the subject")
    subject = sheet.region("subject")
    if wish.other == "blur":
        defocus(sheet, subject, wish.amount)
        sheet.done.append("put the background out of focus")
        return
    free = cutout.free_from_background(sheet.bytes(), pictures.to_bytes(subject)).astype(np.float32) / 255.0
    if wish.other == "clear":
        sheet.rgb, sheet.alpha = free, subject
        sheet.done.append("took the background away")
        return
    if wish.other == "scene":
        ground = painted_place(sheet, wish.value)
    elif wish.other == "picture":
        if not sheet.others:
            raise NotPossible("there is no second picture to put behind it")
        ground = covering(sheet.others[0].astype(np.float32) / 255.0, sheet.width, sheet.height)
        sheet.done.append("put the subject before the other picture")
    else:
        ground = _plain(sheet, wish)
    lay_over(sheet, free, subject, ground, light=wish.other in ("scene", "picture"))
    sheet.alpha = None
    sheet.forget()
    sheet.remember("subject", subject)


def shadow(sheet: Sheet, wish: Wish) -> None:
    """Let the subject throw a soft shadow on what it stands on."""
    subject = sheet.region("subject")
    ground = with_shadow(sheet.rgb, subject)
    if np.array_equal(ground, sheet.rgb):
        raise NotPossible("the subject is cut off by the lower edge, so its shadow would lie outside")
    if sheet.alpha is not None:
        shade = 1 - luma(with_shadow(np.ones_like(sheet.rgb), subject))
        weight = subject[:, :, None]
        sheet.rgb = np.ascontiguousarray(sheet.rgb * weight, np.float32)
        sheet.alpha = np.asarray(np.maximum(sheet.alpha, shade * (1 - subject)), np.float32)
    else:
        sheet.put(ground + (sheet.rgb - ground) * subject[:, :, None])
    sheet.done.append("gave it a soft shadow")


def defocus(sheet: Sheet, subject: Floats, amount: float) -> None:
    """Blur what is behind the subject, more the farther away it is; lights grow into discs."""
    report(0.4, "Putting the background out of focus")
    far = 1.0 - np.clip(depth.depth_map(sheet.bytes(), subject), 0, 1)
    behind = np.clip(1 - cv2.dilate(subject, np.ones((3, 3), np.uint8)), 0, 1)
    radius = 13 * sheet.unit * (0.6 + 0.4 * amount)
    linear = np.power(sheet.rgb, 2.6) * (1 + 1.5 * np.clip(luma(sheet.rgb) - 0.82, 0, 1)[:, :, None])
    layers = [_disc(linear, behind, radius * share) for share in (0.45, 1.0)]
    share = np.clip((far - 0.15) / 0.6, 0.35, 1)[:, :, None]
    soft = layers[0] * (1 - share) + layers[1] * share
    soft = np.power(np.clip(soft, 0, 1), 1 / 2.6)
    sheet.put(np.asarray(soft + (sheet.rgb - soft) * subject[:, :, None], np.float32))


def _disc(linear: NDArray[Any], behind: NDArray[Any], radius: float) -> Floats:
    """Blur by a disc; the subject's colours do not bleed out."""
    step = max(1.0, radius / 9.0)
    height, width = behind.shape
    small = (max(4, round(width / step)), max(4, round(height / step)))
    size = 2 * max(1, round(radius / step)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.float32)
    kernel /= kernel.sum()
    weight = cv2.resize(behind, small, interpolation=cv2.INTER_AREA) + 1e-3
    colour = cv2.resize(linear, small, interpolation=cv2.INTER_AREA) * weight[:, :, None]
    total = cv2.filter2D(colour, -1, kernel, borderType=cv2.BORDER_REFLECT_101)
    share = cv2.filter2D(weight, -1, kernel, borderType=cv2.BORDER_REFLECT_101)[:, :, None]
    mean = np.asarray(total / share, np.float32)
    return np.asarray(cv2.resize(mean, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _plain(sheet: Sheet, wish: Wish) -> Floats:
    height, width = sheet.height, sheet.width
    colour = np.array(parse_colour(wish.value), np.float32)
    ys = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    xs = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    if wish.other.startswith("gradient:"):
        second = np.array(parse_colour(wish.other.removeprefix("gradient:")), np.float32)
        ends = to_lab(np.stack((colour, second))[None])[0]
        ground = from_lab(
            np.ascontiguousarray(
                np.broadcast_to(ends[0] + (ends[1] - ends[0]) * ys[:, :, None], (height, width, 3)), np.float32
            )
        )
        sheet.done.append(
            f"put a gradient from {wish.value} to {wish.other.removeprefix('gradient:')} behind the subject"
        )
    elif wish.other == "studio":
        light = np.clip(1.12 - 0.75 * np.hypot((xs - 0.5) * 1.1, ys - 0.42), 0.3, 1.05)
        light = light * (1 - 0.16 * np.clip((ys - 0.8) / 0.2, 0, 1))
        ground = np.clip(colour * light[:, :, None], 0, 1)
        sheet.done.append("put a lit studio backdrop behind the subject")
    else:
        ground = np.broadcast_to(colour, (height, width, 3))
        sheet.done.append(f"made the background {wish.value}")
    grain = sheet.rng(3).normal(0, 0.004, (height, width, 1)) if wish.other != "solid" else 0.0  # against banding
    return np.asarray(np.clip(ground + grain, 0, 1), np.float32)


def painted_place(sheet: Sheet, words: str) -> Floats:
    """Return a painting of the place *words*, as large as the sheet.

    Raises:
        NotPossible: the painter knows nothing of it.
    """
    seed = (zlib.crc32(words.encode()) ^ sheet.seed) & 0x7FFFFFFF
    known = read_brief(words, seed).ranking
    if not known or (known[0] in _NO_PLACES and not _NAMES_THEM.search(words)):
        raise NotPossible(
            f"the built-in painter does not know how to paint “{words}”; it paints land, sea, sky, space and cities"
        )
    width, height = pictures.fit_within(sheet.width, sheet.height, _LARGEST_PAINTING)
    width, height = max(_SMALLEST_PAINTING, width), max(_SMALLEST_PAINTING, height)
    # The painting itself holds nobody: the subject stands in it.
    painting = paint(
        words, width=width, height=height, seed=seed, negative="people figure person",
        report=lambda f, label: report(0.2 + 0.5 * f, f"Painting the place: {label.lower()}"),
    )  # fmt: skip
    ground = np.ascontiguousarray(painting.pixels, np.uint8)
    ground = pictures.resize(ground, sheet.width, sheet.height)
    sheet.done.append(f"painted a place behind the subject ({painting.used_prompt})")
    sheet.notes.append("The place is a procedural painting, not a photograph.")
    missing = [word for word in painting.missing if word not in ("people", "figure", "person")]
    if missing:
        sheet.notes.append(f"Not drawn in it: {', '.join(missing)}.")
    return blur(ground.astype(np.float32) / 255.0, 0.9 * sheet.unit)


def covering(rgb: Floats, width: int, height: int) -> Floats:
    """Return *rgb* scaled and cropped to fill *width* × *height*."""
    scale = max(width / rgb.shape[1], height / rgb.shape[0])
    size = max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    big = np.clip(cv2.resize(rgb, size, interpolation=how), 0, 1)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(big[top : top + height, left : left + width], np.float32)
