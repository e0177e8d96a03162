"""Words set in the studio's own typefaces: measured, fitted to a box, and given a colour that can be read there."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio import resources
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, blend, lightness
from studio.engine.renderers.painter.noise import Field

BOLD, SERIF, PLAIN = "Inter-Bold.ttf", "EBGaramond12-Regular.otf", "Inter-Medium.ttf"
_SMALLEST_PX = 7


@cache
def _face(name: str, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources.path("fonts", name)), px)


def face_for(text: str, wanted: str) -> str:
    """`wanted`, or the typeface that also has Greek and Cyrillic where the words need it."""
    return wanted if all(ord(letter) < 0x250 or letter in "–—‘’“”…•€™" for letter in text) else BOLD


def readable(ground: Rgb, first: Rgb) -> Rgb:
    """`first`, moved towards black or white until it stands out from `ground`."""
    level = lightness(ground)
    target: Rgb = (0.07, 0.06, 0.07) if level > 0.62 else (0.99, 0.97, 0.93)
    ink = first
    for step in range(6):
        if abs(lightness(ink) - level) > 0.42:
            break
        ink = blend(first, target, (step + 1) / 6)
    return ink


def _width(line: str, font: ImageFont.FreeTypeFont, spread: float) -> float:
    return float(font.getlength(line)) + spread * font.size * max(0, len(line) - 1)


def broken(text: str, name: str, width: float, height: float, spread: float) -> tuple[list[str], int]:
    """The lines and the size in pixels at which `text` fills a box best."""
    words = text.split()
    best: tuple[int, list[str]] = (0, words)
    for count in range(1, min(5, len(words)) + 1):
        probe = _face(name, 100)
        share = sum(_width(word, probe, spread) for word in words) / count
        lines: list[str] = []
        for word in words:
            if lines and (len(lines) == count or _width(f"{lines[-1]} {word}", probe, spread) <= share * 1.18):
                lines[-1] = f"{lines[-1]} {word}"
            else:
                lines.append(word)
        widest = max(_width(line, probe, spread) for line in lines)
        px = int(min(width / widest * 100, height / (len(lines) * 1.12)))
        if px > best[0]:
            best = (px, lines)
    return best[1], max(_SMALLEST_PX, best[0])


def ink_of(canvas: Canvas, text: str, box: tuple[float, float, float, float], name: str = BOLD,
           spread: float = 0.0, largest: float = 1e9) -> Field:  # fmt: skip
    """Coverage (H x W, 0..1) of `text` centred in `box` (left, top, right, bottom in pixels).

    `spread` is extra room between letters and `largest` a limit of the size, in pixels.
    """
    left, top, right, bottom = box
    name = face_for(text, name)
    lines, px = broken(text, name, right - left, bottom - top, spread)
    px = max(_SMALLEST_PX, int(min(px, largest)))
    font = _face(name, px)
    image = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(image)
    step = px * 1.12
    # Capitals sit in the upper three quarters of a line: centre what is seen, not the line.
    y = (top + bottom) / 2 - step * len(lines) / 2 + px * 0.03
    for line in lines:
        x = (left + right) / 2 - _width(line, font, spread) / 2
        if spread:
            for letter in line:
                draw.text((x, y), letter, fill=255, font=font)
                x += font.getlength(letter) + spread * px
        else:
            draw.text((x, y), line, fill=255, font=font)
        y += step
    return np.asarray(image, np.float32) / 255
