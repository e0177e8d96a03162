"""Hour, weather, season and sky: light and air of the whole scene."""

from typing import Final

import cv2
import numpy as np

from studio.engine.renderers import depth
from studio.engine.renderers.editing import particles, tone
from studio.engine.renderers.editing.colouring import plants
from studio.engine.renderers.editing.sheet import (
    Floats,
    NotPossible,
    Sheet,
    blur,
    from_lab,
    has_subject,
    luma,
    to_lab,
)
from studio.engine.renderers.editing.wishes import Wish
from studio.engine.renderers.painter.noise import fbm
from studio.engine.renderers.worker import report

_SKIES: Final[dict[str, tuple[str, ...]]] = {
    # From the zenith down to the horizon.
    "night": ("#050A1C", "#0B1738", "#1A2C55"),
    "sunset": ("#2F3F78", "#B4628A", "#FF9B54", "#FFD08A"),
    "dawn": ("#7C93C7", "#E3B7C8", "#FFD9B0"),
    "golden": ("#7FA3CC", "#F0CF9A", "#FFE2A8"),
    "blue hour": ("#0E1F4D", "#294A8F", "#7E8FC4"),
    "clear": ("#2F74C0", "#6FAEE3", "#CFE6F5"),
    "grey": ("#8D969F", "#A9B0B6", "#C6CACC"),
    "storm": ("#23282F", "#444C57", "#7C838B"),
    "pink": ("#8E5AA8", "#E88BB4", "#FFD3C4"),
    "purple": ("#2E1A5E", "#7A4AB0", "#D6A4DC"),
    "orange": ("#B5471F", "#F08A34", "#FFD08A"),
    "red": ("#4E1020", "#B5302B", "#F59A5A"),
    "green": ("#0B3B33", "#2E8F6B", "#BCE3B4"),
}


def _hex(code: str) -> tuple[float, float, float]:
    return int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255


def paint_sky(
    sheet: Sheet, kind: str, *, clouds: float = 0.0, stars: bool = False, moon: bool = False, horizon: float = 0.7
) -> Floats:
    """Return a procedural sky as large as the sheet: a graded dome, clouds, stars, a moon."""
    height, width, rng = sheet.height, sheet.width, sheet.rng(11)
    stops = to_lab(np.array([[_hex(code) for code in _SKIES[kind]]], np.float32))[0]
    ys = np.clip(np.linspace(0, 1, height, dtype=np.float32) / max(0.15, horizon), 0, 1)
    at = np.linspace(0, 1, len(stops))
    column = np.stack([np.interp(ys, at, stops[:, i]) for i in range(3)], 1)
    sky = from_lab(np.ascontiguousarray(np.broadcast_to(column[:, None], (height, width, 3)), np.float32))
    if stars:
        sky = _with_stars(sky, rng, sheet.unit, ys)
    if moon:
        sky = _with_moon(sky, sheet.unit)
    if clouds > 0:
        sky = _with_clouds(sky, sheet, kind, clouds, ys)
    return np.asarray(np.clip(sky + rng.normal(0, 0.004, (height, width, 1)), 0, 1), np.float32)


def _with_stars(sky: Floats, rng: np.random.Generator, u: float, ys: Floats) -> Floats:
    height, width = sky.shape[:2]
    light = np.zeros((height, width), np.float32)
    count = round(520 * width * height / (max(width, height) ** 2))
    for x, y, size in zip(
        rng.uniform(0, width, count), rng.uniform(0, height, count), rng.pareto(2.4, count), strict=True
    ):
        radius = (0.55 + 0.35 * min(3.0, size)) * max(0.7, u)
        cv2.circle(
            light, (round(x * 16), round(y * 16)), round(radius * 16), min(1.0, 0.35 + 0.3 * size), -1, cv2.LINE_AA, 4
        )
    light *= (1 - 0.85 * ys)[:, None]
    return np.asarray(1 - (1 - sky) * (1 - np.clip(light + 0.5 * blur(light, 2.5 * u), 0, 1))[:, :, None], np.float32)


def _with_moon(sky: Floats, u: float) -> Floats:
    height, width = sky.shape[:2]
    disc = np.zeros((height, width), np.float32)
    place, radius = (round(width * 0.76), round(height * 0.17)), max(3, round(30 * u))
    cv2.circle(disc, place, radius, 1.0, -1, cv2.LINE_AA)
    spots = 0.82 + 0.25 * fbm(height, width, max(4.0, 22 * u), 5, octaves=4)
    face = disc * np.clip(spots, 0.55, 1)
    halo = 0.35 * blur(disc, 22 * u) + 0.5 * blur(disc, 70 * u)
    warm = np.array([1.0, 0.98, 0.9], np.float32)
    lit = sky + (halo * 0.8)[:, :, None] * np.array([0.8, 0.88, 1.0], np.float32)
    return np.asarray(np.clip(lit * (1 - disc[:, :, None]) + face[:, :, None] * warm, 0, 1), np.float32)


def _with_clouds(sky: Floats, sheet: Sheet, kind: str, amount: float, ys: Floats) -> Floats:
    height, width, u = sheet.height, sheet.width, sheet.unit
    seed = int(sheet.rng(12).integers(1 << 30))
    # Perspective: clouds are flatter and finer towards the horizon.
    flat = fbm(height, width, (max(8.0, 150 * u), max(8.0, 420 * u)), seed, octaves=6)
    low = fbm(height, width, (max(6.0, 55 * u), max(6.0, 230 * u)), seed + 1, octaves=6)
    shape = flat * (1 - ys[:, None]) + low * ys[:, None]
    cover = np.clip((shape + 0.55 * amount - 0.32) * 3.4, 0, 1)
    cover = cover * cover * (3 - 2 * cover)
    relief = np.clip(0.5 + 2.4 * (shape - np.roll(blur(shape, 4 * u), round(9 * u) + 1, axis=0)), 0, 1)[:, :, None]
    light, shade = {
        "sunset": ("#FFC58A", "#6A4470"), "dawn": ("#FFE3CC", "#9C8BB0"), "golden": ("#FFF0CF", "#B59A86"),
        "night": ("#24345E", "#0A1124"), "blue hour": ("#5E74B0", "#1B2A57"), "storm": ("#757C85", "#23272D"),
        "grey": ("#D3D6D8", "#868C92"), "clear": ("#FFFFFF", "#A9B7C6"),
    }.get(kind, ("#FFE6E0", _SKIES[kind][0]))  # fmt: skip
    ends = np.array([_hex(shade), _hex(light)], np.float32)
    cloud = ends[0] + (ends[1] - ends[0]) * relief
    return np.asarray(sky + (cloud - sky) * (cover * 0.94)[:, :, None], np.float32)


def put_sky(sheet: Sheet, sky: Floats, region: Floats, share: float = 1.0) -> None:
    """Replace what lies in *region* by *sky*, and let its colour into the distance."""
    weight = np.clip(region * 1.05, 0, 1)[:, :, None] * share
    sheet.rgb = np.ascontiguousarray(sheet.rgb + (sky - sheet.rgb) * weight, np.float32)


def _horizon(region: Floats) -> float:
    rows = np.nonzero((region > 0.5).mean(1) > 0.12)[0]
    return float((rows[-1] + 1) / region.shape[0]) if len(rows) else 0.5


def _sky_or_none(sheet: Sheet) -> Floats | None:
    try:
        return sheet.region("sky").copy()
    except NotPossible:
        return None


def rainbow(sheet: Sheet, wish: Wish) -> None:
    """Hang a rainbow in the sky, or behind the subject where no sky is seen; a fainter second bow if it is double."""
    region = _sky_or_none(sheet)
    height, width = sheet.height, sheet.width
    rows = np.arange(height, dtype=np.float32)[:, None] - height * 0.98
    columns = np.arange(width, dtype=np.float32)[None, :] - width * 0.5
    reach = min(width * 0.56, height * 0.94)
    away = np.hypot(columns, rows * min(1.15, reach / (height * 0.82))) / reach
    light = np.zeros_like(sheet.rgb)
    for middle, wide, share, turned in ((0.93, 0.055, 0.62, False), (1.10, 0.07, 0.24, True)):
        if turned and "double" not in wish.words:
            continue
        place = (away - middle) / wide  # -1 inside (violet) to 1 outside (red)
        hue = np.clip((1 - place if not turned else 1 + place) * 0.5, 0, 1) * 270
        hsv = np.stack([hue, np.full_like(hue, 0.85), np.ones_like(hue)], -1).astype(np.float32)
        light += cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * (np.clip(1.15 - place**2, 0, 1) ** 1.2 * share)[:, :, None]
    front = sheet.region("subject") if has_subject(sheet) else np.zeros((height, width), np.float32)
    free = region if region is not None else 1 - front
    fade = np.clip((0.98 * height - np.arange(height, dtype=np.float32)) / (0.3 * height), 0.25, 1)[:, None]
    light *= (blur(free, 2 * sheet.unit) * fade)[:, :, None]
    sheet.put(np.asarray(1 - (1 - sheet.rgb) * (1 - np.clip(light, 0, 0.85)), np.float32))
    sheet.done.append("hung a rainbow " + ("in the sky" if region is not None else "over it"))


def sky(sheet: Sheet, wish: Wish) -> None:
    """Paint another sky; where words name no sky that is known, grade the one there is."""
    region = sheet.region("sky").copy()
    words = wish.value
    horizon = _horizon(region)
    kind, clouds, stars, moon = "clear", 0.35, False, "moon" in words
    if any(w in words for w in ("star", "night", "milky", "moon")):
        kind, clouds, stars = "night", 0.25 if "cloud" in words else 0.0, True
    elif any(w in words for w in ("sunset", "dusk", "fiery", "sunrise", "epic")):
        kind, clouds = "sunset", 0.6
    elif "dawn" in words:
        kind, clouds = "dawn", 0.5
    elif any(w in words for w in ("storm", "dramatic", "dark", "thunder", "threatening")):
        kind, clouds = "storm", 0.9
    elif any(w in words for w in ("overcast", "grey", "gray")):
        kind, clouds = "grey", 0.8
    elif "golden" in words:
        kind, clouds = "golden", 0.45
    elif colour := next((c for c in ("pink", "purple", "orange", "red", "green") if c in words), None):
        kind, clouds = colour, 0.5
    elif any(w in words for w in ("clear", "cloudless")):
        clouds = 0.0
    elif "cloud" in words:
        clouds = 0.65
    elif words.startswith(("more", "brighter", "darker")) or not any(
        w in words for w in ("blue", "sun", "beautiful", "better", "nice")
    ):
        raise NotPossible(f"a sky like “{words}” is not known")
    painted = paint_sky(sheet, kind, clouds=clouds, stars=stars, moon=moon, horizon=horizon)
    before = float(luma(sheet.rgb)[region > 0.5].mean())
    put_sky(sheet, painted, region)
    # The land below answers to the new light.
    after = float(luma(painted)[region > 0.5].mean())
    ground = (1 - region)[:, :, None]
    relit = tone.expose(sheet.rgb, float(np.clip((after - before) * 2.2, -1.3, 0.35)))
    relit = tone.split_tone(relit, _hex(_SKIES[kind][0]), _hex(_SKIES[kind][-1]), 0.3)
    sheet.put(np.asarray(sheet.rgb + (relit - sheet.rgb) * ground, np.float32))
    sheet.done.append(f"painted a {words if words.endswith('sky') else kind + ' sky'}".replace("a clear", "a clear"))
    sheet.notes.append("The sky is procedural.")


def hour(sheet: Sheet, wish: Wish) -> None:
    """Light the scene as at another hour."""
    region = _sky_or_none(sheet)
    horizon = 0.6 if region is None else _horizon(region)
    what = wish.value
    if what == "night":
        _night(sheet, region, horizon)
    elif what in ("sunset", "dawn", "golden"):
        _low_sun(sheet, what, region, horizon)
    elif what == "blue":
        if region is not None:
            put_sky(sheet, paint_sky(sheet, "blue hour", clouds=0.3, horizon=horizon), region)
        _tint(sheet, (0.05, 0.12, 0.42), (0.55, 0.66, 0.95), 0.55, -0.55)
        _lights(sheet, 0.8)
    else:
        if region is not None:
            put_sky(sheet, paint_sky(sheet, "clear", clouds=0.35, horizon=horizon), region)
        sheet.put(tone.with_contrast(tone.expose(tone.balanced(sheet.rgb, 0.6), 0.55), 0.3))
    name = {"golden": "the golden hour", "blue": "the blue hour", "noon": "midday"}.get(what, what)
    sheet.done.append(f"lit it as at {name}")
    sheet.notes.append(
        "The light was graded"
        + (" and the sky painted" if region is not None else "")
        + "; shadows stay where they were."
    )


def _tint(
    sheet: Sheet, dark: tuple[float, float, float], bright: tuple[float, float, float], share: float, stops: float
) -> None:
    sheet.put(tone.split_tone(tone.expose(sheet.rgb, stops), dark, bright, share))


def _night(sheet: Sheet, region: Floats | None, horizon: float) -> None:
    lamps = _lamps(sheet.rgb)
    day = sheet.rgb
    dark = tone.with_contrast(tone.with_saturation(tone.expose(day, -1.75), 0.55), 0.25)
    dark = tone.split_tone(dark, (0.02, 0.05, 0.16), (0.5, 0.66, 0.98), 0.75)
    dark = np.clip(dark + np.array([0.0, 0.006, 0.03], np.float32), 0, 1)
    if region is not None:
        sky = paint_sky(sheet, "night", stars=True, moon=True, clouds=0.15, horizon=horizon)
        dark = dark + (sky - dark) * region[:, :, None]
        lamps = lamps * (1 - region)
    lit = day * np.array([1.05, 0.86, 0.6], np.float32)
    spread = 0.75 * blur(lamps, 12 * sheet.unit) + 0.55 * blur(lamps, 40 * sheet.unit)
    dark = dark + (lit - dark) * np.clip(lamps, 0, 1)[:, :, None] * 0.85
    dark = 1 - (1 - dark) * (1 - np.clip(spread, 0, 0.7)[:, :, None] * np.array([1.0, 0.72, 0.38], np.float32))
    sheet.put(tone.vignette(np.asarray(np.clip(dark, 0, 1), np.float32), 0.4))


def _lamps(rgb: Floats) -> Floats:
    """Return small bright warm spots: lamps and lit windows."""
    light = luma(rgb)
    u = max(rgb.shape[:2]) / 1000.0
    peak = light - blur(light, 26 * u)
    warm = rgb[:, :, 0] - rgb[:, :, 2]
    spots = np.clip((peak - 0.22) * 5, 0, 1) * np.clip((light - 0.62) * 5, 0, 1) * np.clip(0.25 + warm * 5, 0, 1)
    return np.asarray(spots if float((spots > 0.5).mean()) < 0.03 else spots * 0.0, np.float32)


def _lights(sheet: Sheet, amount: float) -> None:
    glow = _lamps(sheet.rgb)
    spread = np.clip(blur(glow, 12 * sheet.unit) + 0.6 * blur(glow, 40 * sheet.unit), 0, 1)[:, :, None] * amount
    sheet.put(1 - (1 - sheet.rgb) * (1 - spread * np.array([1.0, 0.75, 0.45], np.float32)))


def _low_sun(sheet: Sheet, what: str, region: Floats | None, horizon: float) -> None:
    if region is not None:
        put_sky(sheet, paint_sky(sheet, what, clouds=0.5, horizon=horizon), region, 0.96)
    ends = {
        "sunset": ((0.2, 0.1, 0.34), (1.0, 0.66, 0.34)),
        "dawn": ((0.28, 0.3, 0.5), (1.0, 0.82, 0.74)),
        "golden": ((0.28, 0.2, 0.2), (1.0, 0.8, 0.42)),
    }[what]
    stops = {"sunset": -0.45, "dawn": 0.05, "golden": 0.08}[what]
    toned = tone.split_tone(tone.with_warmth(tone.expose(sheet.rgb, stops), 0.9 if what != "dawn" else 0.3), *ends, 0.6)
    ground = 1.0 if region is None else (1 - region * 0.7)[:, :, None]
    mixed = sheet.rgb + (toned - sheet.rgb) * ground
    # Light comes in low from one side.
    ys, xs = (
        np.linspace(0, 1, sheet.height, dtype=np.float32)[:, None],
        np.linspace(0, 1, sheet.width, dtype=np.float32)[None, :],
    )
    sun = np.exp(-(((xs - 0.82) / 0.55) ** 2 + ((ys - min(0.75, horizon * 0.85)) / 0.5) ** 2))[:, :, None]
    warm = np.array([1.0, 0.62, 0.28], np.float32) if what != "dawn" else np.array([1.0, 0.8, 0.7], np.float32)
    sheet.put(np.asarray(1 - (1 - mixed) * (1 - 0.42 * sun * warm), np.float32))


def weather(sheet: Sheet, wish: Wish) -> None:
    """Put weather into the scene: over it, between its depths, and in its light."""
    what, amount = wish.value, float(np.clip(wish.amount, 0.5, 2.0))
    report(0.4, "Making weather")
    region = _sky_or_none(sheet)
    horizon = 0.6 if region is None else _horizon(region)
    if what in ("rain", "storm"):
        if region is not None:
            put_sky(
                sheet,
                paint_sky(sheet, "storm" if what == "storm" else "grey", clouds=0.85, horizon=horizon),
                region,
                0.9,
            )
        wet = tone.with_saturation(tone.expose(sheet.rgb, -0.75 if what == "storm" else -0.35), 0.68)
        sheet.put(tone.split_tone(wet, (0.05, 0.1, 0.16), (0.78, 0.85, 0.92), 0.45))
        fog(sheet, 0.3 * amount, (0.6, 0.64, 0.68) if what == "rain" else (0.34, 0.37, 0.42))
        if what == "storm" and region is not None:
            sheet.put(particles.lightning(sheet, region))
        sheet.put(particles.rain(sheet, amount))
        sheet.done.append("let it rain" if what == "rain" else "brought a storm over it")
    elif what == "snow":
        if region is not None:
            put_sky(sheet, paint_sky(sheet, "grey", clouds=0.6, horizon=horizon), region, 0.75)
        cold = tone.with_saturation(tone.expose(sheet.rgb, 0.12), 0.72)
        sheet.put(tone.split_tone(cold, (0.16, 0.2, 0.3), (0.92, 0.95, 1.0), 0.4))
        fog(sheet, 0.35 * amount, (0.86, 0.88, 0.92))
        sheet.put(particles.snow(sheet, amount))
        sheet.done.append("let it snow")
    elif what == "fog":
        fog(sheet, amount, None)
        sheet.done.append("laid fog over it, thicker in the distance")
        sheet.notes.append("Distances are estimated from the picture.")
    elif what == "sun":
        if region is not None:
            put_sky(sheet, paint_sky(sheet, "clear", clouds=0.3, horizon=horizon), region)
        sheet.put(
            tone.with_saturation(tone.with_contrast(tone.with_warmth(tone.expose(sheet.rgb, 0.35), 0.6), 0.35), 1.12)
        )
        sheet.done.append("let the sun in")
    else:
        if region is not None:
            put_sky(sheet, paint_sky(sheet, "grey", clouds=0.85, horizon=horizon), region)
        sheet.put(
            tone.split_tone(
                tone.with_contrast(tone.with_saturation(sheet.rgb, 0.75), -0.6),
                (0.2, 0.24, 0.3),
                (0.85, 0.88, 0.92),
                0.3,
            )
        )
        sheet.done.append("clouded it over")


def fog(sheet: Sheet, amount: float, colour: tuple[float, float, float] | None) -> None:
    """Fade the scene into fog by its estimated depth."""
    near = depth.depth_map(sheet.bytes())
    far = np.clip(1 - near, 0, 1)
    bright = sheet.rgb[luma(sheet.rgb) >= np.quantile(luma(sheet.rgb)[::4, ::4], 0.8)].mean(0)
    veil = (
        np.array(colour, np.float32)
        if colour is not None
        else (0.35 * bright + 0.65 * np.array([0.82, 0.84, 0.86], np.float32))
    )
    drift = 1 + 0.45 * fbm(
        sheet.height, sheet.width, (max(6.0, 90 * sheet.unit), max(6.0, 320 * sheet.unit)), sheet.seed + 5, octaves=4
    )
    share = np.clip(1 - np.exp(-(0.12 + 1.9 * far**1.4) * amount * drift), 0, 0.96)[:, :, None]
    sheet.put(np.asarray(sheet.rgb + (veil - sheet.rgb) * share, np.float32))


def season(sheet: Sheet, wish: Wish) -> None:
    """Move plants, ground and light into another season."""
    what = wish.value
    try:
        green: Floats | None = plants(sheet)
    except NotPossible:
        green = None
    if what == "autumn":
        if green is not None:
            sheet.put(_leaves(sheet, green))
        sheet.put(tone.split_tone(tone.with_warmth(sheet.rgb, 0.75), (0.2, 0.12, 0.1), (1.0, 0.85, 0.62), 0.3))
    elif what == "winter":
        if green is not None:
            _frost(sheet, green)
        cold = tone.split_tone(
            tone.with_saturation(tone.expose(sheet.rgb, 0.15), 0.7), (0.14, 0.2, 0.32), (0.92, 0.96, 1.0), 0.45
        )
        sheet.put(cold)
        sheet.put(particles.snow(sheet, 0.6))
    elif what == "spring":
        if green is not None:
            lab = to_lab(sheet.rgb)
            lab[:, :, 0] += 9 * green
            lab[:, :, 2] += 9 * green
            lab[:, :, 1] -= 5 * green
            sheet.put(from_lab(lab))
        sheet.put(tone.split_tone(tone.expose(sheet.rgb, 0.22), (0.25, 0.28, 0.4), (1.0, 0.93, 0.92), 0.25))
        sheet.put(particles.scatter(sheet, "petals", 0.7))
    else:
        if green is not None:
            sheet.put(sheet.rgb + (tone.with_saturation(sheet.rgb, 1.4) - sheet.rgb) * green[:, :, None])
        sheet.put(tone.with_saturation(tone.with_warmth(tone.expose(sheet.rgb, 0.22), 0.5), 1.1))
    sheet.done.append(
        f"moved it into {what}"
        + ("" if green is not None or what == "winter" else " by its light (nothing green was found in it)")
    )


def _leaves(sheet: Sheet, green: Floats) -> Floats:
    """Turn greens into yellow, orange and red, tree by tree."""
    lab = to_lab(sheet.rgb)
    u = sheet.unit
    groups = fbm(sheet.height, sheet.width, max(4.0, 60 * u), sheet.seed + 7, octaves=4) * 1.5
    hue = np.deg2rad(np.clip(66 + 26 * groups, 32, 92))
    chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
    size = np.clip(chroma * 1.45 + 10, 0, 74)
    out = lab.copy()
    out[:, :, 0] = np.clip(lab[:, :, 0] * 1.06 + 4, 0, 100)
    out[:, :, 1], out[:, :, 2] = np.cos(hue) * size, np.sin(hue) * size
    return from_lab(lab + (out - lab) * green[:, :, None])


def _frost(sheet: Sheet, green: Floats) -> None:
    """Whiten plants on what faces up, and grey them elsewhere."""
    light = luma(sheet.rgb)
    u = sheet.unit
    rise = np.roll(blur(light, 1.2 * u), -max(1, round(2 * u)), axis=0) - blur(light, 1.2 * u)
    upward = np.clip(0.45 - rise * 7 + 0.5 * (light - blur(light, 10 * u)) * 4, 0, 1)
    cover = green * np.clip(0.25 + 0.75 * upward, 0, 1)
    snow = np.clip(0.78 + 0.5 * (light - 0.4), 0.6, 1)[:, :, None] * np.array([0.97, 0.985, 1.0], np.float32)
    grey = tone.with_saturation(sheet.rgb, 0.35)
    base = sheet.rgb + (grey - sheet.rgb) * green[:, :, None]
    sheet.put(np.asarray(base + (snow - base) * (cover * 0.85)[:, :, None], np.float32))
