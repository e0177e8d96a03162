"""Light and colours for a whole film: one fixed change, learned from pictures, the same for every frame.

What is measured frame by frame would flicker; these changes depend on the pixel alone.
"""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import pictures
from studio.engine.renderers.pictures import Rgb

_SAMPLE_EDGE: Final = 160
_SOFTENS: Final = 2e-4


class Tones:
    """A smooth map from colour to colour (cubic in red, green and blue)."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self._weights = weights

    def __call__(self, rgb: Rgb) -> Rgb:
        """Return H×W×3 *rgb* in the new tones."""
        flat = _terms(rgb.reshape(-1, 3).astype(np.float32) / 255.0) @ self._weights
        return pictures.to_bytes(flat).reshape(rgb.shape)


def learned(pairs: Sequence[tuple[Rgb, Rgb]]) -> Tones:
    """Return the change of tones that turns the first picture of each pair into the second (equal sizes)."""
    before, after = [], []
    for source, changed in pairs:
        size = pictures.fit_within(source.shape[1], source.shape[0], _SAMPLE_EDGE)
        before.append(pictures.resize(source, *size).reshape(-1, 3).astype(np.float32) / 255.0)
        after.append(pictures.resize(changed, *size).reshape(-1, 3).astype(np.float32) / 255.0)
    source_pixels, wanted = np.concatenate(before), np.concatenate(after)
    terms = _terms(source_pixels).astype(np.float64)
    # What the samples do not tell stays as it is: the solution is drawn towards no change.
    identity = np.zeros((terms.shape[1], 3))
    identity[1:4] = np.eye(3)
    pull = _SOFTENS * len(terms) * np.eye(terms.shape[1])
    weights = np.linalg.solve(terms.T @ terms + pull, terms.T @ wanted.astype(np.float64) + pull @ identity)
    return Tones(weights.astype(np.float32))


def _terms(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    r, g, b = rgb[:, 0], rgb[:, 1], rgb[:, 2]
    return np.stack(
        (np.ones_like(r), r, g, b, r * r, g * g, b * b, r * g, g * b, r * b,
         r * r * r, g * g * g, b * b * b, r * r * g, r * r * b, g * g * r, g * g * b, b * b * r, b * b * g, r * g * b),
        axis=1,
    )  # fmt: skip


def like(samples: Sequence[Rgb], guide: Rgb, share: float = 0.85) -> Tones:
    """Return the change that gives a film, of which *samples* are frames, the light and palette of *guide*.

    Lightness follows less than colour, so that a night does not drown the film.
    """
    small = [pictures.resize(rgb, 96, 64) for rgb in samples]
    lab = np.concatenate([_lab(rgb).reshape(-1, 3) for rgb in small])
    wanted = _lab(pictures.resize(guide, 96, 64)).reshape(-1, 3)
    levels = np.linspace(2, 98, 13)
    have, want = np.percentile(lab[:, 0], levels), np.percentile(wanted[:, 0], levels)
    target = 0.35 * have + 0.65 * want
    pairs = []
    for rgb in small:
        pixels = _lab(rgb)
        light = np.interp(pixels[:, :, 0], have, target)
        colour = []
        for channel in (1, 2):
            spread = float(np.clip((wanted[:, channel].std() + 3) / (lab[:, channel].std() + 3), 0.6, 1.9))
            # The guide's colour at this lightness: shadows may be blue where lights are gold.
            at = _by_light(wanted, channel)
            own = _by_light(lab, channel)
            moved = (pixels[:, :, channel] - np.interp(pixels[:, :, 0], *own)) * spread + np.interp(light, *at)
            colour.append(share * moved + (1 - share) * pixels[:, :, channel])
        light = share * light + (1 - share) * pixels[:, :, 0]
        changed = np.clip(np.dstack((light, *colour)), (0, -110, -110), (100, 110, 110)).astype(np.float32)
        back = cv2.cvtColor(changed, cv2.COLOR_LAB2RGB)
        pairs.append((rgb, pictures.to_bytes(back)))
    return learned(pairs)


def _lab(rgb: Rgb) -> Any:
    return cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)


def _by_light(lab: Any, channel: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return lightness places and the mean of *channel* around each."""
    order = np.argsort(lab[:, 0], kind="stable")
    parts = np.array_split(lab[order], 6)
    return np.array([p[:, 0].mean() for p in parts]), np.array([p[:, channel].mean() for p in parts])
