"""Words in a picture: set in the studio's own fonts, fitted to the width, readable on any ground."""

from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio import resources
from studio.engine.renderers.editing.sheet import NotPossible, Sheet, blur, luma, parse_colour
from studio.engine.renderers.editing.wishes import Wish

_SERIF: Final = "EBGaramond12-Regular.otf"
_BOLD: Final = "Inter-Bold.ttf"
_LONGEST: Final = 300
_MARGIN: Final = 0.055
_SMALLEST_PX: Final = 9


def caption(sheet: Sheet, wish: Wish) -> None:
    """Set ``wish.value`` at the place that ``wish.other`` names ("colour@place")."""
    text = " ".join(wish.value.split())[:_LONGEST]
    if not text:
        raise NotPossible("no words were given to write")
    colour_words, _, place = wish.other.partition("@")
    if any(not (ord(c) < 0x250 or c in "–—‘’“”…•€™") for c in text):
        font_path = _BOLD  # Inter covers Greek and Cyrillic
    else:
        font_path = (
            _SERIF
            if any(w in wish.words for w in ("caption", "quote", "title")) and "watermark" not in wish.words
            else _BOLD
        )
    watermark = "watermark" in wish.words
    share = (
        0.035
        if watermark
        else 0.1
        if any(w in wish.words for w in ("title", "big", "large", "headline", "heading"))
        else 0.068
    )
    lines, font = _set(
        text,
        font_path,
        sheet.width * (1 - 2 * _MARGIN),
        sheet.height * 0.5,
        share * min(sheet.width, sheet.height * 1.4),
    )
    ink, box = _drawn(sheet, lines, font, place or ("bottom right" if watermark else "bottom"))
    left, top, right, bottom = box
    under = luma(sheet.rgb[top:bottom, left:right])
    if colour_words:
        colour = np.array(parse_colour(colour_words), np.float32)
    else:
        colour = np.array((0.99, 0.985, 0.97) if float(under.mean()) < 0.62 else (0.06, 0.06, 0.07), np.float32)
    bright = float(luma(colour[None, None])[0, 0]) > 0.5
    size = float(font.size)
    halo = np.clip(1.5 * blur(ink, size * 0.05) + 1.1 * blur(ink, size * 0.2), 0, 1) * (0.5 if not watermark else 0.25)
    ground = sheet.rgb * (1 - halo[:, :, None]) if bright else sheet.rgb + (1 - sheet.rgb) * halo[:, :, None]
    opacity = 0.6 if watermark else 1.0
    sheet.put(np.asarray(ground + (colour - ground) * (ink * opacity)[:, :, None], np.float32))
    if sheet.alpha is not None:
        sheet.alpha = np.maximum(sheet.alpha, ink)
    sheet.done.append(f"wrote “{text}” on it")


def _set(text: str, name: str, width: float, height: float, size: float) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Break *text* into lines that fit; the type shrinks until it does."""
    px = max(_SMALLEST_PX, round(size))
    while True:
        font = ImageFont.truetype(str(resources.path("fonts", name)), px)
        lines = _broken(text, font, width)
        tall = len(lines) * px * 1.22
        if (tall <= height and max(font.getlength(line) for line in lines) <= width) or px <= _SMALLEST_PX:
            return lines, font
        px = max(_SMALLEST_PX, int(px * 0.9))


def _broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _drawn(
    sheet: Sheet, lines: list[str], font: ImageFont.FreeTypeFont, place: str
) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """Return the ink H×W, 0–1, and its box (left, top, right, bottom)."""
    image = Image.new("L", (sheet.width, sheet.height))
    draw = ImageDraw.Draw(image)
    step = round(float(font.size) * 1.22)
    tall = step * len(lines)
    edge_x, edge_y = _MARGIN * sheet.width, _MARGIN * sheet.height
    if "top" in place or "upper" in place:
        y = edge_y * 0.8
    elif "bottom" in place or "lower" in place:
        y = sheet.height - edge_y - tall
    else:
        y = (sheet.height - tall) / 2
    for line in lines:
        wide = font.getlength(line)
        if "left" in place:
            x = edge_x
        elif "right" in place:
            x = sheet.width - edge_x - wide
        else:
            x = (sheet.width - wide) / 2
        draw.text((x, y), line, fill=255, font=font)
        y += step
    box = image.getbbox()
    if box is None:
        raise NotPossible("these words hold nothing that can be drawn")
    return np.asarray(image, np.float32) / 255.0, box
