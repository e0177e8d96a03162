"""Where eyes go in a picture of which no subject stands out: a few small places unlike their surroundings."""

from typing import Final

import cv2
import numpy as np

from studio.engine.renderers.pictures import Rgb

Place = tuple[float, float]
"""Parts of the picture's width and height."""

_EDGE: Final = 96
_MOST: Final = 3
_LEAST: Final = 16.0
_SHARE: Final = 0.55
"""A place counts when it differs at least so much as the one that differs most."""
_APART: Final = 14


def places(rgb: Rgb) -> list[Place]:
    """Return up to three places, the one that draws most first; none in an even picture."""
    height, width = rgb.shape[:2]
    factor = _EDGE / max(width, height)
    size = max(8, round(width * factor)), max(8, round(height * factor))
    lab = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB).astype(np.float32)
    lab *= np.array([1.0, 1.6, 1.6], np.float32)
    differs = cv2.GaussianBlur(lab, (0, 0), 1.2) - cv2.GaussianBlur(lab, (0, 0), 9.0)
    strength = np.sqrt((differs**2).sum(2))
    found: list[Place] = []
    least = max(_LEAST, _SHARE * float(strength.max()))
    while len(found) < _MOST:
        row, column = np.unravel_index(int(strength.argmax()), strength.shape)
        if strength[row, column] < least:
            break
        found.append(((float(column) + 0.5) / size[0], (float(row) + 0.5) / size[1]))
        cv2.circle(strength, (int(column), int(row)), _APART, 0.0, -1)
    return found
