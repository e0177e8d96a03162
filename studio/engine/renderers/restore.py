"""Restoring a photograph: noise, compression blocks, scratches, faded colour, softness.

Each step measures whether its damage is there and leaves the picture alone otherwise;
``notes["steps"]`` says what was done. Nothing is invented: faces are not redrawn, and
black-and-white pictures are not coloured.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import balance, pictures, runtime, shapes, upscale
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.rendered import Rendered
from studio.engine.renderers.worker import report

Floats = NDArray[np.float32]
_STRIP_PX: Final = 1024
_TOO_MUCH_DAMAGE: Final = 0.05
_TOO_MANY_SPOTS: Final = 0.004
_LEAST_CAST, _CAST, _MOTIF = 0.04, 0.12, 0.6  # stops between the strongest and the weakest channel, halved
_SOFT_DB: Final = 37.0
_NOISY, _BLOCKY, _FADED = 5.0, 1.25, 0.25
_ASKS_COLOUR: Final = re.compile(r"\b(fad(?:ed|ing)|washed[- ]out|dull|contrast)\b", re.IGNORECASE)
_ASKS_BALANCE: Final = re.compile(
    r"\b(yellow(?:ed|ing)?|(?:red|orange|blue|green|magenta|pink|colou?r)(?:dish|ish)? (?:cast|tint|shift)"
    r"|white balance|colou?r correct\w*|discolou?red|too (?:yellow|red|orange|blue|green))\b",
    re.IGNORECASE,
)
_ASKS_SPOTS: Final = re.compile(r"\b(dust\w*|spots?|specks?|stains?|mould|mold)\b", re.IGNORECASE)
_ASKS_MENDING: Final = re.compile(
    r"\b(restor\w*|repair\w*|scratch\w*|crack\w*|creas\w*|tears?|torn|fold\w*|dust\w*|damage\w*|old|antique|worn|fix\w*)\b",
    re.IGNORECASE,
)
_ASKS_GREY: Final = re.compile(r"\b(black[- ]and[- ]white|monochrome|gr[ae]y ?scale|b&w)\b", re.IGNORECASE)
_NO_COLOUR: Final = re.compile(r"\b(keep|don'?t change|preserve)[^.]{0,24}\b(colou?rs?|tones?|sepia)\b", re.IGNORECASE)
_NAMES_SCRATCHES: Final = re.compile(r"\b(scratch\w*|crack\w*|creas\w*|tears?|torn|fold\w*)\b", re.IGNORECASE)
_NO_SCRATCHES: Final = re.compile(r"\b(keep|leave|preserve)[^.]{0,24}\b(scratch\w*|texture|dust)\b", re.IGNORECASE)


def noise_level(rgb: Rgb) -> float:
    """Return the strength of the noise, 0–255, from the fine detail of the quietest areas.

    JPEG takes the finest detail away and leaves the noise one octave below, so the
    half-size picture is measured as well.
    """
    height, width = rgb.shape[:2]
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    half = cv2.resize(grey, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    return max(_quiet_detail(np.asarray(grey, np.uint8)), 1.5 * _quiet_detail(np.asarray(half, np.uint8)))


def _quiet_detail(grey: Mask) -> float:
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    detail = np.abs(cv2.filter2D(grey.astype(np.float32), cv2.CV_32F, kernel))[1:-1, 1:-1]
    if detail.size == 0:
        return 0.0
    blocks = cv2.blur(detail, (9, 9))
    even = blocks <= np.quantile(blocks, 0.3)  # texture would count as noise
    # The choice of the quietest blocks halves the estimate; measured on added noise of 5–25.
    return float(detail[even].mean() * np.sqrt(np.pi / 2) / 6.0 * 1.85)


def blockiness(rgb: Rgb) -> float:
    """Return how much stronger steps at the 8 px JPEG grid are than elsewhere (1.0: no blocks)."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if min(grey.shape) < 32:
        return 1.0
    steps = np.abs(np.diff(grey, axis=1))
    by_column = steps.clip(0, 24).mean(axis=0)
    at_grid = by_column[7::8].mean()
    elsewhere = np.delete(by_column, np.s_[7::8]).mean()
    return float(at_grid / (elsewhere + 0.05))


def find_scratches(rgb: Rgb, *, eager: bool = False) -> Mask:
    """Return a mask H×W (255 = damage) of long thin straight lines that stand out from both their sides.

    Args:
        eager: scratches are known to be there: many, and some that cross.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    u = max(1.0, max(grey.shape) / 1000.0)
    width = 2 * round(2.6 * u) + 1
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (width, width))
    bright = cv2.subtract(grey, cv2.morphologyEx(grey, cv2.MORPH_OPEN, square)).astype(np.float32)
    dark = cv2.subtract(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, square), grey).astype(np.float32)
    found = np.zeros(grey.shape, np.uint8)
    for contrast in (bright, dark):
        local = cv2.GaussianBlur(contrast, (0, 0), 12 * u)  # busy texture stands out everywhere
        strong = ((contrast > np.maximum(30.0, 3.2 * local)) * np.uint8(255)).astype(np.uint8)
        found |= _along_straight_lines(strong, u, 0.2 if eager else 0.06)
    if float((found > 0).mean()) > _TOO_MUCH_DAMAGE * (3 if eager else 1):
        return np.zeros_like(found)  # that is texture of the motif
    return np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)), np.uint8)


def _along_straight_lines(strong: Mask, u: float, most_beside: float) -> Mask:
    length = max(40.0 * u, max(strong.shape) * 0.09)
    near = np.zeros_like(strong)
    segments = cv2.HoughLinesP(strong, 1, np.pi / 360, round(0.62 * length), None, length, 5 * u)
    for x0, y0, x1, y1 in [] if segments is None else np.asarray(segments, np.int32).reshape(-1, 4).tolist():
        corridor = np.zeros_like(strong)
        cv2.line(corridor, (x0, y0), (x1, y1), 255, max(3, round(4 * u)))
        # A scratch crosses an undisturbed ground: little else may be strong beside it.
        wide = np.zeros_like(strong)
        cv2.line(wide, (x0, y0), (x1, y1), 255, round(22 * u))
        beside = (wide > 0) & (corridor == 0)
        if float((strong[beside] > 0).mean()) < most_beside:
            near |= corridor
    return np.asarray(cv2.bitwise_and(cv2.dilate(strong, np.ones((3, 3), np.uint8)), near), np.uint8)


def certain(rgb: Rgb, damage: Mask) -> Mask:
    """Return only what of *damage* can hardly be part of the motif: long, white, without colour."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats(damage)
    kept = np.zeros_like(damage)
    long = 0.18 * max(damage.shape)
    for i in range(1, count):
        _, _, width, height, _ = (int(v) for v in stats[i])
        if np.hypot(width, height) < long:
            continue
        core = rgb[marks == i].astype(np.int16)
        bright = core[core.max(1) >= np.quantile(core.max(1), 0.6)]
        if float(np.median(bright.min(1))) > 185 and float(np.median(bright.max(1) - bright.min(1))) < 26:
            kept[marks == i] = 255
    return kept


def mend(rgb: Rgb, damage: Mask) -> Rgb:
    """Fill *damage* from its surroundings."""
    if not damage.any():
        return rgb
    return np.asarray(cv2.inpaint(rgb, damage, 4, cv2.INPAINT_TELEA), np.uint8)


def denoise(rgb: Rgb, level: float) -> Rgb:
    """Non-local means fitted to the noise *level*, in strips so that large pictures keep to their memory."""
    strength = float(np.clip(level * 0.92, 2.0, 22.0))
    overlap = 24
    out = np.empty_like(rgb)
    for top in range(0, rgb.shape[0], _STRIP_PX):
        first, last = max(0, top - overlap), min(rgb.shape[0], top + _STRIP_PX + overlap)
        strip = np.ascontiguousarray(rgb[first:last])
        clean = cv2.fastNlMeansDenoisingColored(strip, None, strength, strength * 1.15, 5, 15)
        bottom = min(rgb.shape[0], top + _STRIP_PX)
        out[top:bottom] = clean[top - first : bottom - first]
    return out


def deblock(rgb: Rgb) -> Rgb:
    """Soften JPEG block borders and ringing, keep contours."""
    return np.asarray(cv2.bilateralFilter(rgb, 7, 28, 2.5), np.uint8)


def resharpen(rgb: Rgb) -> Rgb:
    """Rebuild contours: half size through the enlarging network, mixed with what was there."""
    height, width = rgb.shape[:2]
    if min(height, width) < 32:
        return rgb
    half = pictures.resize(rgb, max(16, width // 2), max(16, height // 2))
    rebuilt = upscale.enlarge(half, width, height, "photo", lambda done: report(0.5 + 0.25 * done, "Sharpening"))
    return np.asarray(cv2.addWeighted(rebuilt, 0.5, rgb, 0.5, 0), np.uint8)


def softness_db(rgb: Rgb) -> float:
    """Return how little is lost when the picture is halved and enlarged again (PSNR in dB; high means soft)."""
    height, width = rgb.shape[:2]
    half = cv2.resize(rgb, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    again = cv2.resize(half, (width, height), interpolation=cv2.INTER_CUBIC)
    error = float(np.mean((again.astype(np.float32) - rgb) ** 2))
    return float(10 * np.log10(255.0**2 / (error + 1e-6)))


def fading(rgb: Rgb) -> float:
    """Return how faded a picture is, 0–1: the tonal range that it misses, when its blacks are grey."""
    small = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], 256)).astype(np.float32)
    low, high = np.percentile(small, 0.7, axis=(0, 1)), np.percentile(small, 99.3, axis=(0, 1))
    missing = 1.0 - float((high - low).mean()) / 255.0
    lifted = float(low.min()) / 255.0  # a low-key or a hazy motif has at least one channel that reaches black
    return missing if lifted > 0.12 else 0.0


def find_spots(rgb: Rgb) -> Mask:
    """Return a mask H×W (255 = damage) of small round specks that stand out from quiet surroundings: dust and holes.

    Where there are many of them they belong to the motif, and none is reported.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    u = max(1.0, max(grey.shape) / 1000.0)
    size = 2 * round(5 * u) + 1
    ball = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    busy = cv2.boxFilter(np.abs(cv2.Laplacian(cv2.medianBlur(grey, 5), cv2.CV_32F)), -1, (4 * size + 1, 4 * size + 1))
    found = np.zeros(grey.shape, np.uint8)
    count = 0
    for contrast in (
        cv2.subtract(grey, cv2.morphologyEx(grey, cv2.MORPH_OPEN, ball)),
        cv2.subtract(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, ball), grey),
    ):
        strong = ((contrast > 42) & (busy < 2.6)).astype(np.uint8)
        number, marks, stats, _ = cv2.connectedComponentsWithStats(strong)
        for i in range(1, number):
            _, _, width, height, area = (int(v) for v in stats[i])
            if (
                3 <= area <= (7 * u) ** 2
                and max(width, height) <= 2.4 * min(width, height)
                and area > 0.4 * width * height
            ):
                found[marks == i] = 255
                count += 1
    if float((found > 0).mean()) > _TOO_MANY_SPOTS or count > 150:
        return np.zeros_like(found)
    return np.asarray(cv2.dilate(found, np.ones((5, 5), np.uint8)), np.uint8)


def revive(rgb: Rgb, strength: float) -> Rgb:
    """Bring back tonal range and neutral whites; *strength* 0–1."""
    small = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], 512))
    low = np.percentile(small, 0.5, axis=(0, 1))
    high = np.percentile(small, 99.5, axis=(0, 1))
    # Part of each channel's own stretch (takes the cast out), part of the common one (keeps the mood).
    low_c, high_c = float(low.min()), float(high.max())
    low = low * 0.75 + low_c * 0.25
    high = np.maximum(high * 0.75 + high_c * 0.25, low + 24)
    table = np.arange(256, dtype=np.float32)[:, None]
    stretched = np.clip((table - low) * (250.0 / (high - low)) + 3.0, 0, 255)
    curve = table * (1 - strength) + stretched * strength
    return np.asarray(cv2.LUT(rgb, np.clip(curve + 0.5, 0, 255).astype(np.uint8)[:, None, :]), np.uint8)


def restore(rgb: Rgb, prompt: str, *, hq: bool, strength: float = 1.0) -> tuple[Rgb, list[str]]:
    """Restore pixels; returns them with what was done, in words.

    Args:
        hq: rebuild contours through the network as well.
        strength: how far to go, 0.5–1.3 (variations differ in it).
    """
    steps = []
    if _ASKS_MENDING.search(prompt) and not _NO_SCRATCHES.search(prompt):
        report(0.08, "Looking for scratches")
        named_ones = bool(_NAMES_SCRATCHES.search(prompt))
        damage = find_scratches(rgb, eager=named_ones)
        if not named_ones:
            damage = certain(rgb, damage)
        if damage.any():
            rgb = mend(rgb, damage)
            steps.append("mended scratches")
        if _ASKS_SPOTS.search(prompt):
            spots = find_spots(rgb)
            if spots.any():
                rgb = mend(rgb, spots)
                steps.append("removed specks")
    level, blocks = noise_level(rgb), blockiness(rgb)
    if blocks > _BLOCKY:
        report(0.2, "Smoothing compression blocks")
        rgb = deblock(rgb)
        steps.append("smoothed compression blocks")
    if level > _NOISY:
        report(0.25, "Removing noise")
        rgb = denoise(rgb, level * strength)
        steps.append("removed noise")
    if hq and (level > _NOISY or blocks > _BLOCKY or softness_db(rgb) > _SOFT_DB):
        report(0.5, "Sharpening")
        rgb = resharpen(rgb)
        steps.append("rebuilt contours")
    asked = bool(_ASKS_COLOUR.search(prompt))
    faded = fading(rgb) > _FADED
    if not _NO_COLOUR.search(prompt) and (asked or faded):
        report(0.78, "Reviving the colours")
        rgb = revive(rgb, min(1.0, 0.85 * strength))
        steps.append("revived contrast and colours")
    if not _NO_COLOUR.search(prompt) and not _ASKS_GREY.search(prompt):
        floats = rgb.astype(np.float32) / 255.0
        light = balance.light_colour(floats)
        tint, named = balance.strength_of(light), bool(_ASKS_BALANCE.search(prompt))
        # A warm motif looks like a cast: without a word for it, only pictures called faded are, and not far.
        if (named and tint > _LEAST_CAST) or (asked and faded and _CAST < tint < _MOTIF):
            report(0.8, "Taking the colour cast out")
            share = min(1.0, (0.9 if named else 0.7) * strength)
            rgb = pictures.to_bytes(balance.without(floats, light, share))
            steps.append("took the colour cast out")
    if _ASKS_GREY.search(prompt):
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        rgb = np.repeat(grey[:, :, None], 3, axis=2)
        steps.append("made it black and white")
    return rgb, steps


def render(
    path: str,
    prompt: str,
    hq: bool,
    scale: float,
    shape: str | None,
    strength: float,
    about: Mapping[str, str],
    then: Callable[[Rgb, Mask | None], tuple[Rgb, Mask | None, list[str], list[str]]] | None = None,
) -> Rendered:
    """Restore a picture file (runs in a render worker). ``notes``: steps, cropped, missed.

    Args:
        then: further edits of the restored pixels; returns pixels, transparency, what was done and what was not.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    rgb, alpha, cropped = shapes.crop_to(picture.rgb, picture.alpha, shape)
    width, height = shapes.scaled(rgb.shape[1], rgb.shape[0], scale, shape)
    rgb, steps = restore(rgb, prompt, hq=hq, strength=strength)
    missed: list[str] = []
    if then is not None:
        before = rgb.shape[:2]
        rgb, alpha, done, missed = then(rgb, alpha)
        steps += done
        if rgb.shape[:2] != before:  # the edit has its own shape
            width, height = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    if (width, height) != (rgb.shape[1], rgb.shape[0]):
        report(0.82, "Enlarging")
        rgb = upscale.enlarge(rgb, width, height, "photo", lambda done: report(0.82 + 0.12 * done, "Enlarging"))
        steps.append(f"brought it to {width} × {height} px")
        alpha = None if alpha is None else upscale.enlarge_alpha(alpha, width, height)
    report(0.95, "Writing the file")
    return pictures.encode(rgb, alpha, "png", about).with_notes(steps=steps, cropped=cropped, missed=missed)
