"""Light, contrast, colour and the named looks of a picture."""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from studio.engine.renderers import balance as neutral
from studio.engine.renderers import cutout
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
from studio.engine.renderers.pictures import to_bytes

_BY_AMOUNT: Final = ((0.75, "slightly "), (1.4, ""), (9.9, "much "))


def how_much(amount: float) -> str:
    """Return "slightly ", "" or "much "."""
    return next(word for most, word in _BY_AMOUNT if abs(amount) < most)


def inside(wish: Wish) -> str:
    """Return the region of a wish in words, with a leading space."""
    if wish.where is None:
        return ""
    if wish.where.startswith("colour:"):
        return f" the {wish.where.removeprefix('colour:')} parts"
    return f" the {wish.where.removeprefix('named:')}"


def expose(rgb: Floats, stops: float) -> Floats:
    """Return *rgb* exposed by *stops* in linear light, with a shoulder instead of clipped highlights."""
    gain = 2.0**stops
    linear = np.power(rgb, 2.2)
    if gain <= 1:
        return np.asarray(np.power(linear * gain, 1 / 2.2), np.float32)
    # x·g near black and 1 at white: keeps highlights apart where a plain gain would clip them.
    lifted = linear * gain / (1.0 + linear * (gain - 1.0))
    return np.asarray(np.power(np.clip(0.35 * np.minimum(1, linear * gain) + 0.65 * lifted, 0, 1), 1 / 2.2), np.float32)


def with_contrast(rgb: Floats, amount: float, pivot: float | None = None) -> Floats:
    """Return *rgb* with an S-curve around *pivot* (its own middle); *amount* −1 to 2."""
    light = luma(rgb)
    centre = float(np.clip(np.median(light), 0.25, 0.7)) if pivot is None else pivot
    if amount < 0:
        return np.asarray(rgb + (centre - rgb) * min(0.8, -0.32 * amount), np.float32)
    power = 1.0 + 0.42 * amount
    low = centre * np.power(np.clip(rgb / centre, 0, 1), power)
    high = 1 - (1 - centre) * np.power(np.clip((1 - rgb) / (1 - centre), 0, 1), power)
    return np.asarray(np.where(rgb < centre, low, high), np.float32)


def with_saturation(rgb: Floats, factor: float) -> Floats:
    """Return *rgb* with its chroma scaled; what is vivid already grows less."""
    lab = to_lab(rgb)
    chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
    scale = factor if factor <= 1 else 1 + (factor - 1) * np.clip(1.15 - chroma / 95.0, 0.15, 1)
    lab[:, :, 1] *= scale
    lab[:, :, 2] *= scale
    return from_lab(lab)


def with_warmth(rgb: Floats, amount: float) -> Floats:
    """Return *rgb* under warmer (positive) or cooler light, at the same lightness."""
    gain = np.array([1 + 0.10 * amount, 1 + 0.012 * amount, 1 - 0.15 * amount], np.float32)
    warm = np.clip(np.power(rgb, 2.2) * np.maximum(gain, 0.2), 0, 1)
    warm = np.power(warm, 1 / 2.2).astype(np.float32)
    return np.asarray(np.clip(warm + (luma(rgb) - luma(warm))[:, :, None] * 0.8, 0, 1), np.float32)


def split_tone(
    rgb: Floats, dark: tuple[float, float, float], bright: tuple[float, float, float], share: float
) -> Floats:
    """Return *rgb* with its shadows drawn towards *dark* and its lights towards *bright* (in hue, not lightness)."""
    lab = to_lab(rgb)
    ends = to_lab(np.array([[dark, bright]], np.float32))[0]
    weight = np.clip(lab[:, :, 0] / 100.0, 0, 1)[:, :, None]
    target = ends[0, 1:] * (1 - weight) + ends[1, 1:] * weight
    room = (1 - np.abs(weight - 0.5) * 1.1).clip(0.25, 1)  # black and white stay nearly clean
    lab[:, :, 1:] = lab[:, :, 1:] * (1 - share * 0.45) + target * share * room * 0.62
    return from_lab(lab)


def levels(rgb: Floats, share: float = 1.0, *, per_channel: float = 0.0) -> Floats:
    """Return *rgb* stretched to the full range; *per_channel* 0–1 also takes a colour cast out."""
    flat = rgb[:: max(1, rgb.shape[0] // 400), :: max(1, rgb.shape[1] // 400)].reshape(-1, 3)
    low, high = np.percentile(flat, 0.4, axis=0), np.percentile(flat, 99.6, axis=0)
    low = low * per_channel + low.min() * (1 - per_channel)
    high = high * per_channel + high.max() * (1 - per_channel)
    out = (rgb - low) / np.maximum(high - low, 0.15)
    return np.asarray(np.clip(rgb + (out - rgb) * share, 0, 1), np.float32)


def balanced(rgb: Floats, share: float = 0.9) -> Floats:
    """Return *rgb* without the colour of its light (see ``renderers.balance``)."""
    return neutral.without(rgb, neutral.light_colour(rgb), share)


def local_contrast(rgb: Floats, amount: float, sigma: float) -> Floats:
    """Return *rgb* with more (or less) contrast of middle-sized detail, halos held back."""
    light = luma(rgb)
    # An edge-keeping base: a plain blur would leave halos beside strong contours.
    base = cutout.guided(to_bytes(rgb), light, max(2, round(2 * sigma)), 0.012)
    detail = light - (0.75 * base + 0.25 * blur(light, sigma))
    detail = np.tanh(detail * 5.0) / 5.0
    room = np.clip(4 * light * (1 - light), 0.15, 1)
    return np.asarray(np.clip(rgb + (amount * detail * room)[:, :, None], 0, 1), np.float32)


def lift_shadows(rgb: Floats, amount: float) -> Floats:
    """Return *rgb* with opened (positive) or deepened shadows."""
    light = blur(luma(rgb), max(rgb.shape[:2]) / 90.0)
    weight = np.clip(1 - light / 0.5, 0, 1) ** 1.2
    if amount > 0:
        lifted = 1 - (1 - rgb) ** (1 + 0.75 * amount)
    else:
        lifted = rgb ** (1 - 0.8 * amount)
    return np.asarray(rgb + (lifted - rgb) * weight[:, :, None], np.float32)


def hold_highlights(rgb: Floats, amount: float) -> Floats:
    """Return *rgb* with darker (positive) or brighter highlights."""
    light = blur(luma(rgb), max(rgb.shape[:2]) / 120.0)
    weight = np.clip((light - 0.5) / 0.45, 0, 1)
    moved = rgb ** (1 + 0.9 * amount) if amount > 0 else 1 - (1 - rgb) ** (1 - 0.6 * amount)
    return np.asarray(rgb + (moved - rgb) * weight[:, :, None], np.float32)


def grey(rgb: Floats) -> Floats:
    """Return a black-and-white photograph: red-weighted like panchromatic film, with a full range."""
    tone = levels(np.repeat((rgb @ np.array([0.38, 0.47, 0.15], np.float32))[:, :, None], 3, 2), 0.8)
    return with_contrast(tone, 0.35)


def _curve(rgb: Floats, floor: float, top: float) -> Floats:
    return np.asarray(floor + rgb * (top - floor), np.float32)


def _cinematic(rgb: Floats) -> Floats:
    toned = split_tone(with_contrast(hold_highlights(rgb, 0.5), 0.5), (0.03, 0.2, 0.24), (0.98, 0.78, 0.52), 0.42)
    return _curve(with_saturation(toned, 0.92), 0.02, 0.97)


def _teal_orange(rgb: Floats) -> Floats:
    toned = split_tone(with_contrast(rgb, 0.5), (0.0, 0.32, 0.36), (1.0, 0.66, 0.34), 0.75)
    return with_saturation(toned, 1.1)


def _vintage(rgb: Floats) -> Floats:
    toned = split_tone(with_contrast(with_saturation(rgb, 0.8), -0.2), (0.1, 0.16, 0.3), (1.0, 0.86, 0.55), 0.55)
    faded = _curve(toned, 0.07, 0.95)
    return np.asarray(np.clip(faded * np.array([1.04, 1.0, 0.93], np.float32), 0, 1), np.float32)


def _polaroid(rgb: Floats) -> Floats:
    toned = split_tone(expose(rgb, 0.25), (0.15, 0.2, 0.35), (1.0, 0.93, 0.7), 0.5)
    return _curve(with_saturation(with_contrast(toned, 0.2), 0.85), 0.06, 0.97)


def _hdr(rgb: Floats) -> Floats:
    u = max(rgb.shape[:2]) / 1000.0
    even = hold_highlights(lift_shadows(rgb, 1.0), 0.9)
    return with_saturation(local_contrast(local_contrast(even, 1.3, 40 * u), 0.9, 7 * u), 1.2)


def _moody(rgb: Floats) -> Floats:
    dark = expose(with_saturation(rgb, 0.72), -0.55)
    return split_tone(with_contrast(dark, 0.55), (0.04, 0.1, 0.17), (0.85, 0.8, 0.7), 0.4)


def _dramatic(rgb: Floats) -> Floats:
    u = max(rgb.shape[:2]) / 1000.0
    strong = local_contrast(with_contrast(hold_highlights(rgb, 0.6), 0.9), 1.0, 25 * u)
    return with_saturation(expose(strong, -0.15), 0.94)


def _dreamy(rgb: Floats) -> Floats:
    u = max(rgb.shape[:2]) / 1000.0
    soft = glow(with_contrast(expose(rgb, 0.2), -0.4), 0.75, 16 * u)
    return split_tone(soft, (0.35, 0.25, 0.5), (1.0, 0.88, 0.8), 0.35)


def _cyberpunk(rgb: Floats) -> Floats:
    u = max(rgb.shape[:2]) / 1000.0
    toned = split_tone(with_contrast(expose(rgb, -0.35), 0.7), (0.1, 0.1, 0.6), (0.95, 0.4, 0.8), 0.55)
    across = np.linspace(0, 1, rgb.shape[1], dtype=np.float32)[None, :, None]
    cyan, pink = np.array([0.0, 0.9, 1.0], np.float32), np.array([1.0, 0.1, 0.6], np.float32)
    light = luma(rgb)[:, :, None] ** 1.6
    lit = toned + light * 0.34 * (cyan * (1 - across) ** 2 + pink * across**2 - 0.35)
    return glow(with_saturation(np.clip(lit, 0, 1).astype(np.float32), 1.25), 0.35, 10 * u)


def _cross(rgb: Floats) -> Floats:
    curved = np.stack(
        (
            with_contrast(rgb, 1.1)[:, :, 0],
            with_contrast(rgb, 0.6)[:, :, 1],
            _curve(with_contrast(rgb, -0.9), 0.1, 0.88)[:, :, 2],
        ),
        2,
    )
    return with_saturation(curved.astype(np.float32), 1.15)


def _infrared(rgb: Floats) -> Floats:
    u = max(rgb.shape[:2]) / 1000.0
    plants = np.clip((rgb[:, :, 1] - 0.5 * (rgb[:, :, 0] + rgb[:, :, 2])) * 5, 0, 1)
    tone = np.clip(luma(rgb) * (1 - 0.35 * np.clip((rgb[:, :, 2] - rgb[:, :, 0]) * 3, 0, 1)) + 0.55 * plants, 0, 1)
    return glow(with_contrast(np.repeat(tone[:, :, None], 3, 2).astype(np.float32), 0.5), 0.4, 8 * u)


def glow(rgb: Floats, amount: float, sigma: float) -> Floats:
    """Return *rgb* with light that spreads (an Orton glow)."""
    soft = blur(np.clip(expose(rgb, 0.35), 0, 1), sigma)
    screen = 1 - (1 - rgb) * (1 - soft * 0.75)
    mixed = rgb * (1 - amount) + (0.55 * screen + 0.45 * soft) * amount
    return np.asarray(np.clip(mixed, 0, 1), np.float32)


LOOKS: Final[dict[str, Callable[[Floats], Floats]]] = {
    "cinematic": _cinematic,
    "teal and orange": _teal_orange,
    "noir": lambda rgb: with_contrast(expose(grey(rgb), -0.3), 0.9),
    "vintage": _vintage,
    "polaroid": _polaroid,
    "matte": lambda rgb: _curve(with_saturation(with_contrast(rgb, -0.1), 0.86), 0.1, 0.94),
    "hdr": _hdr,
    "dramatic": _dramatic,
    "moody": _moody,
    "dreamy": _dreamy,
    "cyberpunk": _cyberpunk,
    "bleach bypass": lambda rgb: with_contrast(0.55 * grey(rgb) + 0.45 * rgb, 0.9),
    "cross process": _cross,
    "pastel": lambda rgb: _curve(with_saturation(with_contrast(expose(rgb, 0.45), -0.9), 0.8), 0.16, 1.0),
    "low key": lambda rgb: with_contrast(expose(rgb, -0.9), 0.8),
    "high key": lambda rgb: _curve(with_saturation(expose(with_contrast(rgb, -0.4), 0.9), 0.88), 0.06, 1.0),
    "cyanotype": lambda rgb: duotone(rgb, (0.02, 0.12, 0.3), (0.93, 0.95, 0.92)),
    "infrared": _infrared,
}
_VIGNETTED: Final = {
    "noir": 0.6,
    "vintage": 0.45,
    "moody": 0.6,
    "low key": 0.6,
    "cinematic": 0.3,
    "dramatic": 0.5,
    "polaroid": 0.3,
}


def duotone(rgb: Floats, dark: tuple[float, float, float], bright: tuple[float, float, float]) -> Floats:
    """Return the light of *rgb* printed between two colours."""
    tone = with_contrast(levels(np.repeat(luma(rgb)[:, :, None], 3, 2), 0.8), 0.3)[:, :, :1]
    ends = to_lab(np.array([[dark, bright]], np.float32))[0]
    ends = ends[np.argsort(ends[:, 0])]
    return from_lab(ends[0] + (ends[1] - ends[0]) * tone)


def vignette(rgb: Floats, amount: float) -> Floats:
    """Return *rgb* with darker corners, falling off as a lens does."""
    height, width = rgb.shape[:2]
    ys, xs = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    away = np.clip((xs**2 + ys**2) / 2.0, 0, 1)
    return np.asarray(
        np.power(np.power(rgb, 2.2) * (1 - 0.78 * min(1.2, amount) * away**1.15)[:, :, None].clip(0, 1), 1 / 2.2),
        np.float32,
    )


def brightness(sheet: Sheet, wish: Wish) -> None:
    sheet.put(expose(sheet.rgb, 0.6 * wish.amount), wish.where)
    sheet.done.append(
        f"made{inside(wish) or ' it'} {how_much(wish.amount)}{'brighter' if wish.amount > 0 else 'darker'}"
    )


def contrast(sheet: Sheet, wish: Wish) -> None:
    sheet.put(with_contrast(sheet.rgb, max(-2.0, min(2.2, wish.amount))), wish.where)
    sheet.done.append(f"{'raised' if wish.amount > 0 else 'lowered'} the contrast{_of(wish)}")


def saturation(sheet: Sheet, wish: Wish) -> None:
    factor = 1 + 0.45 * wish.amount if wish.amount > 0 else max(0.0, 1 + 0.42 * wish.amount)
    sheet.put(with_saturation(sheet.rgb, factor), wish.where)
    sheet.done.append(f"made the colours{_of(wish)} {'stronger' if wish.amount > 0 else 'quieter'}")


def warmth(sheet: Sheet, wish: Wish) -> None:
    sheet.put(with_warmth(sheet.rgb, wish.amount), wish.where)
    sheet.done.append(f"made the light{_of(wish)} {how_much(wish.amount)}{'warmer' if wish.amount > 0 else 'cooler'}")


def tint(sheet: Sheet, wish: Wish) -> None:
    name = {"redd": "red"}.get(wish.value, wish.value)
    target = to_lab(np.array([[parse_colour(name)]], np.float32))[0, 0]
    lab = to_lab(sheet.rgb)
    share = min(0.85, 0.32 * wish.amount + 0.1)
    room = 1 - np.abs(lab[:, :, 0:1] / 100 - 0.5) * 0.9
    lab[:, :, 1:] = lab[:, :, 1:] * (1 - share * 0.7) + target[1:] * share * room
    if np.hypot(*target[1:]) < 10:  # towards black, grey or white
        lab[:, :, 0] += (target[0] - lab[:, :, 0]) * share * 0.45
    sheet.put(from_lab(lab), wish.where)
    sheet.done.append(f"gave{inside(wish) or ' it'} a {name} tint")


def shadows(sheet: Sheet, wish: Wish) -> None:
    sheet.put(lift_shadows(sheet.rgb, wish.amount), wish.where)
    sheet.done.append("opened the shadows" if wish.amount > 0 else "deepened the shadows")


def highlights(sheet: Sheet, wish: Wish) -> None:
    sheet.put(hold_highlights(sheet.rgb, wish.amount), wish.where)
    sheet.done.append("held back the highlights" if wish.amount > 0 else "lifted the highlights")


def black_and_white(sheet: Sheet, wish: Wish) -> None:
    sheet.put(grey(sheet.rgb), wish.where)
    sheet.done.append(f"made{inside(wish) or ' it'} black and white")


def sepia(sheet: Sheet, wish: Wish) -> None:
    toned = duotone(with_contrast(sheet.rgb, -0.25), (0.16, 0.09, 0.04), (0.99, 0.94, 0.82))
    sheet.put(toned, wish.where)
    sheet.done.append(f"toned{inside(wish) or ' it'} sepia")


def invert(sheet: Sheet, wish: Wish) -> None:
    sheet.put(1 - sheet.rgb, wish.where)
    sheet.done.append("inverted the colours")


def posterise(sheet: Sheet, wish: Wish) -> None:
    smooth = cv2.bilateralFilter(np.ascontiguousarray(sheet.rgb), 7, 0.12, 4 * max(1.0, sheet.unit))
    lab = to_lab(np.asarray(smooth, np.float32))
    lab[:, :, 0] = (np.round(lab[:, :, 0] / 20) * 20).clip(0, 100)
    lab[:, :, 1:] = np.round(lab[:, :, 1:] / 18) * 18 * 1.15
    sheet.put(from_lab(lab), wish.where)
    sheet.done.append("reduced it to a few flat tones")


def two_inks(sheet: Sheet, wish: Wish) -> None:
    first, second = wish.value or "navy", wish.other or "peach"
    sheet.put(duotone(sheet.rgb, parse_colour(first), parse_colour(second)), wish.where)
    sheet.done.append(f"printed it in {first} and {second}")


def look(sheet: Sheet, wish: Wish) -> None:
    toned = LOOKS[wish.value](sheet.rgb)
    share = min(1.0, 0.5 + 0.5 * wish.amount)
    if wish.where is None and (strength := _VIGNETTED.get(wish.value)):
        toned = vignette(toned, strength)
    sheet.put(sheet.rgb + (toned - sheet.rgb) * share, wish.where)
    sheet.done.append(f"graded{inside(wish) or ' it'} in a {wish.value} look")


def balance(sheet: Sheet, wish: Wish) -> None:
    sheet.put(balanced(sheet.rgb), wish.where)
    sheet.done.append("took the colour cast out")


def automatic(sheet: Sheet, wish: Wish) -> None:
    """Better by measurement: cast, range, shadows, quiet colours and soft detail, each only as far as it is off."""
    light = neutral.light_colour(sheet.rgb)
    # Strong colour of light is the hour or the motif: only slight casts are taken out.
    rgb = neutral.without(sheet.rgb, light, 0.5 * float(np.clip((0.45 - neutral.strength_of(light)) / 0.25, 0, 1)))
    rgb = levels(rgb, 0.75)
    middle = float(np.median(luma(rgb)))
    rgb = expose(rgb, float(np.clip((0.46 - middle) * 1.6, -0.35, 0.6)))
    rgb = hold_highlights(lift_shadows(rgb, 0.35), 0.2)
    lab = to_lab(rgb[::4, ::4])
    chroma = float(np.hypot(lab[:, :, 1], lab[:, :, 2]).mean())
    if chroma > 3:
        rgb = with_saturation(rgb, 1 + float(np.clip((24 - chroma) / 60, 0.0, 0.22)))
    sheet.put(local_contrast(rgb, 0.4, 9 * sheet.unit))
    sheet.done.append("evened out light, colour and local contrast by measurement")


def clarity(sheet: Sheet, wish: Wish) -> None:
    sheet.put(local_contrast(sheet.rgb, 0.85 * wish.amount, 14 * sheet.unit), wish.where)
    sheet.done.append(f"brought out the detail{_of(wish)}")


def dehaze(sheet: Sheet, wish: Wish) -> None:
    """Take haze out by the darkest channel (He et al. 2009): veil and airlight estimated from the picture."""
    u = sheet.unit
    radius = max(3, round(12 * u))
    dark = cv2.erode(sheet.rgb.min(2), np.ones((radius, radius), np.uint8))
    brightest = dark >= np.quantile(dark, 0.995)
    air = np.minimum(sheet.rgb[brightest].mean(0), 0.98)
    if float(dark.mean()) < 0.03:
        raise NotPossible("no haze was found in it")
    veil = cv2.erode((sheet.rgb / np.maximum(air, 0.2)).min(2), np.ones((radius, radius), np.uint8))
    veil = blur(np.asarray(veil, np.float32), radius * 1.2)
    clear = np.maximum(1 - 0.86 * min(1.1, wish.amount) * veil, 0.22)[:, :, None]
    sheet.put(levels(np.clip((sheet.rgb - air) / clear + air, 0, 1).astype(np.float32), 0.4), wish.where)
    sheet.done.append("cleared the haze")


def _of(wish: Wish) -> str:
    return f" of{inside(wish)}" if wish.where else ""
