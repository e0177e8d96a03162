"""Making a cut-out belong to a place: its light and colour, its shadow, no hard rim."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from studio.engine.renderers import cutout
from studio.engine.renderers.editing.sheet import Floats, Sheet, blur, luma

_GAMMA: Final = 2.2


@dataclass(frozen=True)
class Light:
    """The light of a place.

    Attributes:
        lean: where shadows fall: −1 to the left, 1 to the right.
        towards: whether they fall towards the viewer, because the light itself is in the picture.
        hard: 0 under an overcast sky, 1 in the sun.
    """

    lean: float
    towards: bool
    hard: float


def light_of(rgb: Floats, horizon: float | None = None) -> Light:
    """Return the light of a place as its brightest spot and its contrast tell it."""
    height, width = rgb.shape[:2]
    small = luma(np.asarray(cv2.resize(rgb, (96, max(8, round(96 * height / width))), interpolation=cv2.INTER_AREA)))
    soft = blur(small, 2.0)
    upper = soft[: max(4, round(soft.shape[0] * (0.6 if horizon is None else min(0.75, horizon + 0.08))))]
    bright = upper >= np.quantile(upper, 0.97)
    xs = np.nonzero(bright)[1]
    middle, spread = float(xs.mean() / 95), float(xs.std() / 95)
    peak = float(upper[bright].mean() - np.median(upper))
    towards = horizon is not None and spread < 0.14 and peak > 0.16 and float(upper.max()) > 0.8
    halves = float(soft[:, :48].mean() - soft[:, 48:].mean())
    lean = (0.5 - middle) * 2.2 if towards else float(np.clip(halves * 6, -1, 1))
    contrast = float(np.quantile(soft, 0.95) - np.quantile(soft, 0.05))
    hard = float(np.clip((contrast - 0.3) / 0.4, 0, 1))
    return Light(float(np.clip(lean, -1, 1)), towards, hard)


def lay_over(
    sheet: Sheet,
    front: Floats,
    alpha: Floats,
    ground: Floats,
    *,
    light: bool,
    sun: Light | None = None,
    stands: bool = True,
) -> None:
    """Put *front* before *ground*: in its light, with its shadow where it stands, and no hard rim."""
    if light:
        front = in_the_light_of(front, alpha, ground)
        if stands:
            ground = with_shadow(ground, alpha, sun)
        rim = np.clip(blur(1 - alpha, 5 * sheet.unit) * 1.2, 0, 1) * alpha
        front = front + (blur(ground, 9 * sheet.unit) - front) * (0.22 * rim)[:, :, None]
    mixed = ground + (front - ground) * alpha[:, :, None]
    sheet.rgb = np.ascontiguousarray(np.clip(mixed, 0, 1), np.float32)


def in_the_light_of(front: Floats, alpha: Floats, ground: Floats) -> Floats:
    """Return *front* moved part of the way to the brightness, warmth and contrast of *ground*, in linear light.

    The moves are limited: a black cat on snow stays black.
    """
    solid = alpha > 0.6
    if not solid.any():
        return front
    linear = np.power(np.clip(front, 0, 1), _GAMMA)
    there = np.power(np.clip(ground[::3, ::3].reshape(-1, 3), 0, 1), _GAMMA)
    mine, other = linear[solid].mean(0) + 0.01, there.mean(0) + 0.01
    grey = np.array([0.2126, 0.7152, 0.0722], np.float32)
    level = float(np.clip(((other @ grey) / (mine @ grey)) ** 0.5, 0.42, 1.3))
    cast = (other / (other @ grey)) ** 0.3  # the place's own tint, not the difference of two motifs
    cast = np.clip(cast, 0.86, 1.14)
    cast = cast / float(cast @ grey)
    out = linear * (level * cast)
    spread = float((there @ grey).std() / (other @ grey)) + 0.25
    own = float((linear[solid] @ grey).std() / (mine @ grey)) + 0.25
    gain = float(np.clip((spread / own) ** 0.3, 0.85, 1.1))
    middle = (out[solid] @ grey).mean()
    bright = np.maximum(out @ grey, 1e-4)
    target = np.maximum(middle * np.power(bright / middle, gain), 0)
    out = out * (target / bright)[:, :, None]
    return np.asarray(np.power(np.clip(out, 0, 1), 1 / _GAMMA), np.float32)


def with_shadow(ground: Floats, alpha: Floats, sun: Light | None = None) -> Floats:
    """Return *ground* with the shadow of a subject that stands within the picture: dark where it touches the ground,
    and with a *sun* also cast away from it."""
    box = cutout.subject_box(alpha)
    height, width = alpha.shape
    if box is None or box[3] > height * 0.985:
        return ground
    left, top, right, bottom = box
    tall, span = bottom - top, right - left
    shade = _contact(alpha, box)
    pool = np.zeros((height, width), np.float32)
    feet = np.nonzero(alpha[max(0, bottom - max(2, round(0.06 * tall))) : bottom].max(0) > 0.5)[0]
    x0, x1 = (int(feet[0]), int(feet[-1])) if len(feet) else (left, right)
    centre = ((x0 + x1) // 2, min(height - 1, bottom - round(0.008 * span)))
    cv2.ellipse(pool, centre, (max(2, round((x1 - x0) * 0.6)), max(2, round(span * 0.055))), 0, 0, 360, 1.0, -1)
    pool = 0.4 * blur(pool, max(1.0, span * 0.045)) + 0.2 * blur(pool, max(1.0, span * 0.12))
    shade = np.maximum(shade, pool)
    if sun is not None:
        shade = np.maximum(shade, _cast(alpha, box, sun))
    return np.asarray(ground * (1 - np.clip(shade, 0, 0.78)[:, :, None]), np.float32)


def _contact(alpha: Floats, box: tuple[int, int, int, int]) -> Floats:
    """Return the narrow dark line under everything that touches the ground (columns that end near the lowest one)."""
    left, top, right, bottom = box
    tall = bottom - top
    line = np.zeros_like(alpha)
    solid = alpha[:, left:right] > 0.5
    lowest = alpha.shape[0] - 1 - np.argmax(solid[::-1], axis=0)
    touching = solid.any(0) & (lowest > bottom - max(2, 0.07 * tall))
    thick = max(1, round(0.012 * tall))
    for x in np.nonzero(touching)[0]:
        y = int(lowest[x])
        line[max(0, y - thick) : y + thick + 1, left + x] = 1.0
    return np.asarray(np.clip(0.75 * blur(line, max(0.8, 0.012 * tall)) * 1.3, 0, 0.72), np.float32)


def _with_base(alpha: Floats, box: tuple[int, int, int, int]) -> Floats:
    """Return *alpha* filled down to the ground below what ends near it: a saucer's rim is over its own shadow."""
    top, bottom = box[1], box[3]
    solid = alpha > 0.5
    lowest = alpha.shape[0] - 1 - np.argmax(solid[::-1], axis=0)
    near = solid.any(0) & (lowest > bottom - 0.32 * (bottom - top))
    rows = np.arange(alpha.shape[0])[:, None]
    base = near[None, :] & (rows >= lowest[None, :]) & (rows < bottom)
    return np.asarray(np.maximum(alpha, base), np.float32)


def _cast(alpha: Floats, box: tuple[int, int, int, int], sun: Light) -> Floats:
    """Return the silhouette thrown on the ground, softer the farther it falls."""
    top, bottom = box[1], box[3]
    tall = bottom - top
    along = 0.34 if sun.towards else -0.2
    lean = sun.lean * (0.7 if sun.towards else 0.55)
    # (x, y) of the silhouette falls to (x + lean·h, foot + along·h), h above the foot; feet stay where they are.
    foot = float(bottom - 0.01 * tall)
    matrix = np.array([[1.0, -lean, lean * foot], [0.0, -along, foot * (1 + along)]], np.float32)
    thrown = cv2.warpAffine(_with_base(alpha, box), matrix, (alpha.shape[1], alpha.shape[0]), flags=cv2.INTER_LINEAR)
    reach = np.clip(np.abs(np.arange(alpha.shape[0], dtype=np.float32) - foot) / max(2.0, abs(along) * tall), 0, 1)
    near = blur(thrown, max(1.0, (0.012 + 0.03 * (1 - sun.hard)) * tall))
    far = blur(thrown, max(1.5, (0.035 + 0.07 * (1 - sun.hard)) * tall))
    soft = near + (far - near) * reach[:, None]
    strength = (0.26 + 0.24 * sun.hard) * (1 - 0.55 * reach)
    return np.asarray(soft * strength[:, None], np.float32)
