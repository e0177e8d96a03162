"""Colours: parsing, perceptual mixing, ramps and whole-picture grading.

Pictures are kept in display RGB (sRGB values as float32, 0..1), because painters' operations such as screen and
multiply look right there. Mixing between *chosen* colours happens in OKLab (B. Ottosson, 2020), so that a ramp from
violet to orange passes through rose instead of grey mud.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.engine.renderers.painter.noise import Field

Rgb = tuple[float, float, float]
"""One display colour, each part 0..1."""

Stops = Sequence[tuple[float, "Rgb"]]
"""Positions 0..1 in rising order, each with its colour."""

_RAMP_STEPS = 2048

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]], np.float32,
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]], np.float32,
)  # fmt: skip
_FROM_LMS = np.linalg.inv(_TO_LMS.astype(np.float64)).astype(np.float32)
_FROM_LAB = np.linalg.inv(_TO_LAB.astype(np.float64)).astype(np.float32)


def rgb(text: str) -> Rgb:
    """The colour written as `#RRGGBB`."""
    digits = text.lstrip("#")
    return (int(digits[0:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255)


def to_linear(values: Field) -> Field:
    """sRGB transfer function undone."""
    return np.where(values <= 0.04045, values / 12.92, ((np.maximum(values, 0) + 0.055) / 1.055) ** 2.4)


def to_display(values: Field) -> Field:
    """Linear light to sRGB values."""
    clipped = np.maximum(values, 0)
    return np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * clipped ** (1 / 2.4) - 0.055)


def to_oklab(values: Field) -> Field:
    """Display RGB (..., 3) to OKLab (lightness 0..1, a, b)."""
    lms = np.cbrt(to_linear(np.asarray(values, np.float32)) @ _TO_LMS.T)
    return np.asarray(lms @ _TO_LAB.T, np.float32)


def from_oklab(values: Field) -> Field:
    """OKLab (..., 3) to display RGB, clipped to 0..1."""
    lms = (np.asarray(values, np.float32) @ _FROM_LAB.T) ** 3
    return np.clip(to_display(lms @ _FROM_LMS.T), 0, 1).astype(np.float32)


def _as_rgb(values: Field) -> Rgb:
    return (float(values[0]), float(values[1]), float(values[2]))


def blend(first: Rgb, second: Rgb, amount: float) -> Rgb:
    """Perceptual mix; 0 gives `first`, 1 gives `second`."""
    lab = to_oklab(np.array([first, second], np.float32))
    return _as_rgb(from_oklab(lab[0] * (1 - amount) + lab[1] * amount))


def adjust(colour: Rgb, *, lightness: float = 0.0, chroma: float = 1.0, hue_deg: float = 0.0) -> Rgb:
    """`colour` made lighter (OKLab units), more or less colourful (a factor) and turned in hue (degrees)."""
    lab = to_oklab(np.array(colour, np.float32))
    angle = np.deg2rad(hue_deg)
    a = (lab[1] * np.cos(angle) - lab[2] * np.sin(angle)) * chroma
    b = (lab[1] * np.sin(angle) + lab[2] * np.cos(angle)) * chroma
    return _as_rgb(from_oklab(np.array([np.clip(lab[0] + lightness, 0, 1), a, b], np.float32)))


def lightness(colour: Rgb) -> float:
    """OKLab lightness, 0 (black) to 1 (white)."""
    return float(to_oklab(np.array(colour, np.float32))[0])


def retint(colour: Rgb, wish: Rgb, amount: float) -> Rgb:
    """`colour` with its hue and chroma pulled towards `wish`, keeping most of its lightness."""
    lab = to_oklab(np.array([colour, wish], np.float32))
    light = lab[0, 0]
    # Very light and very dark colours cannot carry full chroma without leaving the gamut.
    room = 1.0 - abs(float(light) - 0.58) * 0.9
    target = np.array([light * 0.9 + lab[1, 0] * 0.1, lab[1, 1] * room, lab[1, 2] * room], np.float32)
    return _as_rgb(from_oklab(lab[0] * (1 - amount) + target * amount))


def table(stops: Stops, steps: int = _RAMP_STEPS) -> Field:
    """The ramp as `steps` x 3 display colours, mixed in OKLab."""
    positions = np.array([position for position, _ in stops], np.float32)
    lab = to_oklab(np.array([colour for _, colour in stops], np.float32))
    where = np.linspace(0, 1, steps, dtype=np.float32)
    return from_oklab(np.stack([np.interp(where, positions, lab[:, k]) for k in range(3)], -1))


def ramp(stops: Stops, values: Field) -> Field:
    """Colours for `values` (0..1, clipped); result has one more axis of 3."""
    lookup = table(stops)
    index = np.clip(values * (_RAMP_STEPS - 1) + 0.5, 0, _RAMP_STEPS - 1).astype(np.int32)
    return lookup[index]


def even(*colours: Rgb) -> list[tuple[float, Rgb]]:
    """Evenly spaced stops."""
    last = max(1, len(colours) - 1)
    return [(index / last, colour) for index, colour in enumerate(colours)]


def luma(pixels: Field) -> Field:
    """Rec. 709 luma of display values, H x W."""
    return np.asarray(pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)
