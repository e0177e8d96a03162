"""Text as pixels: wrapped, outlined, perhaps on a box; and the stamps that films are marked with."""

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont

from studio.contract.errors import ToolError
from studio.engine.renderers.video import fonts
from studio.engine.renderers.video.frames import Rgb

Colour = tuple[int, int, int, float]
"""Red, green, blue 0–255 and opacity 0–1."""
Align = Literal["left", "center", "right"]
LINE: Final = 1.24
_OUTLINE: Final = 0.065
_PAD_X: Final = 0.4
_PAD_Y: Final = 0.22
_RADIUS: Final = 0.18
_FINE: Final = 4
_SMALLEST_PX: Final = 6
_MOST_LETTERS: Final = 20_000
_MOST_LINES: Final = 200
"""More are refused where they do not fit at the smallest size."""
_RGBA: Final = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*([\d.]+)(%?)\s*\)")


@dataclass(frozen=True)
class Stamp:
    """Pixels to lay on every frame for a while.

    Attributes:
        rgb: H×W×3.
        alpha: H×W, 0–1.
        left, top: where it goes; it may reach beyond the frame.
    """

    rgb: Rgb
    alpha: NDArray[np.float32]
    left: int
    top: int

    def at(self, left: int, top: int) -> "Stamp":
        """Return the same stamp at another place."""
        return Stamp(self.rgb, self.alpha, left, top)


@dataclass(frozen=True)
class Look:
    """How a text looks: *size* is the font size in pixels; None is no outline or no box."""

    size: int
    colour: Colour = (255, 255, 255, 1.0)
    outline: Colour | None = (0, 0, 0, 1.0)
    box: Colour | None = None
    weight: fonts.Weight = "normal"
    align: Align = "center"


def colour(text: str, name: str) -> Colour | None:
    """Read a colour: hex, CSS name or rgb(); ``none`` and ``transparent`` are None.

    Raises:
        ToolError: PARAMETER_INVALID; *name* is the argument that it names.
    """
    text = text.strip().lower()
    if text in ("none", "transparent", ""):
        return None
    try:
        if match := _RGBA.fullmatch(text):
            red, green, blue = (min(255, int(match[i])) for i in (1, 2, 3))
            share = float(match[4]) / (100 if match[5] else 255 if float(match[4]) > 1 else 1)
            return red, green, blue, min(1.0, share)
        values = ImageColor.getrgb(text)
    except ValueError as error:
        raise ToolError(
            "PARAMETER_INVALID", f'{name} "{text[:40]}" is not a colour. Write it like "#FFCC00" or "gold".'
        ) from error
    return values[0], values[1], values[2], (values[3] / 255 if len(values) == 4 else 1.0)


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@lru_cache(maxsize=4096)
def _width(text: str, look: Look) -> float:
    return sum(_font(path, look.size).getlength(piece) for piece, path in fonts.runs(text, look.weight))


def _paragraphs(text: str) -> list[str]:
    return text.replace("\t", " ").splitlines() or [""]


def wrap(text: str, look: Look, width: float) -> list[str]:
    """Break *text* into lines of at most *width* pixels, as even as their number allows."""
    lines: list[str] = []
    for paragraph in _paragraphs(text):
        broken = _greedy(paragraph, look, width)
        if len(broken) > 1:
            low, high = width / len(broken) / 1.5, width
            for _ in range(8):
                middle = (low + high) / 2
                low, high = (low, middle) if len(_greedy(paragraph, look, middle)) == len(broken) else (middle, high)
            broken = _greedy(paragraph, look, high)
        lines += broken
    return lines


def _greedy(text: str, look: Look, width: float) -> list[str]:
    lines: list[str] = []
    line, used, space = "", 0.0, _width(" ", look)
    for word in text.split():
        length = _width(word, look)
        if line and used + space + length <= width:
            line, used = f"{line} {word}", used + space + length
            continue
        if line:
            lines.append(line)
        while (fits := _fitting_letters(word, look, width)) < len(word):  # scripts without spaces, very long words
            lines.append(word[:fits])
            word = word[fits:]
        line, used = word, _width(word, look)
    return [*lines, line] if line or not lines else lines


def _fitting_letters(word: str, look: Look, width: float) -> int:
    """Return how many letters from the start of *word* fit, at least one."""
    low = 1
    while low < len(word) and _width(word[: 2 * low], look) <= width:  # only what may fit is measured
        low *= 2
    low, high = min(low, len(word)), min(2 * low, len(word))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _width(word[:middle], look) <= width else (low, middle - 1)
    return low


def fitting(text: str, look: Look, width: int, height: int) -> tuple[Look, list[str]]:
    """Return *look* and the wrapped lines, made smaller only where the text would not fit *width* × *height*.

    Raises:
        ToolError: PARAMETER_INVALID, the text is a book.
    """
    too_long = ToolError("PARAMETER_INVALID", f"A text of {len(text)} letters does not fit into this film. Shorten it.")
    if len(text) > _MOST_LETTERS:
        raise too_long
    while True:
        room = width - 2 * _margin(look)
        count = sum(len(_greedy(paragraph, look, room)) for paragraph in _paragraphs(text))
        fits = count * look.size * LINE + 2 * _PAD_Y * look.size <= height
        if fits or look.size <= _SMALLEST_PX:
            if not fits and count > _MOST_LINES:
                raise too_long
            return look, wrap(text, look, room)
        smaller = max(_SMALLEST_PX, int(look.size * 0.92))
        look = Look(smaller, look.colour, look.outline, look.box, look.weight, look.align)


def _margin(look: Look) -> int:
    return round(_PAD_X * look.size) if look.box else math.ceil(_OUTLINE * look.size)


def draw(lines: list[str], look: Look) -> Stamp:
    """Draw wrapped *lines* and return them as a stamp at 0, 0."""
    pad_x = _margin(look)
    pad_y = round(_PAD_Y * look.size) if look.box else pad_x
    line_height = round(look.size * LINE)
    widths = [_width(line, look) for line in lines]
    width, height = max(1, round(max(widths) + 1)) + 2 * pad_x, line_height * len(lines) + 2 * pad_y
    fill, rim = Image.new("L", (width, height)), Image.new("L", (width, height))
    stroke = math.ceil(look.size * _OUTLINE) if look.outline else 0
    inside = width - 2 * pad_x
    for row, (line, length) in enumerate(zip(lines, widths, strict=True)):
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[look.align]
        x = pad_x + (inside - length) * share
        y = pad_y + line_height * (row + 0.5)
        for piece, path in fonts.runs(line, look.weight):
            font = _font(path, look.size)
            # Middle of the capitals on the middle of the line, whatever the font's own metrics are.
            base = y + look.size * 0.36
            ImageDraw.Draw(fill).text((x, base), piece, fill=255, font=font, anchor="ls")
            if stroke:
                ImageDraw.Draw(rim).text((x, base), piece, fill=255, font=font, anchor="ls", stroke_width=stroke)
            x += font.getlength(piece)
    layers: list[tuple[NDArray[np.float32], Colour]] = []
    if look.box:
        layers.append((_box(width, height, round(_RADIUS * look.size)), look.box))
    if look.outline:
        layers.append((_share(rim), look.outline))
    layers.append((_share(fill), look.colour))
    return _stack(layers)


def _share(mask: Image.Image) -> NDArray[np.float32]:
    return np.asarray(mask, np.float32) / np.float32(255)


def _box(width: int, height: int, radius: int) -> NDArray[np.float32]:
    fine = Image.new("L", (width * _FINE, height * _FINE))
    box = (0, 0, width * _FINE - 1, height * _FINE - 1)
    ImageDraw.Draw(fine).rounded_rectangle(box, radius * _FINE, fill=255)
    return _share(fine.resize((width, height), Image.Resampling.BOX))


def _stack(layers: list[tuple[NDArray[np.float32], Colour]]) -> Stamp:
    """Lay one-coloured masks over each other, bottom first."""
    height, width = layers[0][0].shape
    light, alpha = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    for mask, (red, green, blue, opacity) in layers:
        part = mask * np.float32(opacity)
        light = light * (1 - part[:, :, None]) + part[:, :, None] * np.array((red, green, blue), np.float32)
        alpha = alpha * (1 - part) + part
    rgb = np.clip(light / np.maximum(alpha, 1e-4)[:, :, None] + 0.5, 0, 255).astype(np.uint8)
    return Stamp(rgb, alpha, 0, 0)


def press(frame: Rgb, stamps: list[Stamp]) -> Rgb:
    """Return *frame* with the *stamps* on it, later ones on top; the frame itself may be changed."""
    height, width = frame.shape[:2]
    for stamp in stamps:
        top, left = max(0, stamp.top), max(0, stamp.left)
        bottom = min(height, stamp.top + stamp.rgb.shape[0])
        right = min(width, stamp.left + stamp.rgb.shape[1])
        if bottom <= top or right <= left:
            continue
        rows, columns = slice(top - stamp.top, bottom - stamp.top), slice(left - stamp.left, right - stamp.left)
        weight = np.ascontiguousarray(stamp.alpha[rows, columns])
        under = np.ascontiguousarray(frame[top:bottom, left:right])
        over = np.ascontiguousarray(stamp.rgb[rows, columns])
        frame[top:bottom, left:right] = cv2.blendLinear(over, under, weight, 1 - weight)
    return frame
