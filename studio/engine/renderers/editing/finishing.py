"""Sharpness, noise, skin, soft light, lens and film effects, frames and more pixels."""

import re
from typing import Final

import cv2
import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import cutout, looks, pictures, restore, upscale
from studio.engine.renderers.editing import tone
from studio.engine.renderers.editing.sheet import Floats, NotPossible, Sheet, blur, luma, parse_colour
from studio.engine.renderers.editing.vocabulary import COLOUR
from studio.engine.renderers.editing.wishes import Wish
from studio.engine.renderers.painter.noise import fbm
from studio.engine.renderers.worker import report

LARGEST_EDGE: Final = 8192
"""Longest edge in pixels that an edit enlarges to; ``upscale_image`` goes further."""


def sharpen(sheet: Sheet, wish: Wish) -> None:
    """Unsharp mask in two sizes, held back where there is only noise, without halos."""
    u = max(1.0, sheet.unit)
    light = luma(sheet.rgb)
    noise = restore.noise_level(sheet.bytes()) / 255.0
    add = np.zeros_like(light)
    for sigma, gain in ((0.7 * u, 1.0), (1.8 * u, 0.55)):
        detail = light - blur(light, sigma)
        sure = np.clip((np.abs(detail) - 1.2 * noise) / (2.0 * noise + 0.004), 0, 1)
        add += detail * sure * gain
    sharp = light + add * 0.95 * wish.amount
    kernel = np.ones((3, 3), np.uint8)
    overshoot = 0.035
    sharp = np.clip(sharp, cv2.erode(light, kernel) - overshoot, cv2.dilate(light, kernel) + overshoot)
    sheet.put(np.asarray(np.clip(sheet.rgb + (sharp - light)[:, :, None], 0, 1), np.float32), wish.where)
    sheet.done.append("sharpened it")


def denoise(sheet: Sheet, wish: Wish) -> None:
    """Non-local means fitted to the measured noise."""
    report(0.3, "Removing noise")
    rgb = sheet.bytes()
    level = restore.noise_level(rgb)
    if level < 1.2:
        sheet.done.append("found no noise to remove")
        return
    sheet.put(restore.denoise(rgb, level * min(1.5, 0.7 + 0.4 * wish.amount)).astype(np.float32) / 255.0, wish.where)
    sheet.done.append("removed noise")


def skin(sheet: Sheet, wish: Wish) -> None:
    """Soften skin in faces; pores stay a little, eyes and contours stay sharp."""
    face = sheet.region("faces")
    u = sheet.unit
    smooth = cv2.bilateralFilter(np.ascontiguousarray(sheet.rgb), max(5, round(9 * u) | 1), 0.09, 9 * max(1.0, u))
    smooth = smooth + 0.35 * (sheet.rgb - blur(sheet.rgb, 1.2 * u))
    ycc = cv2.cvtColor(np.ascontiguousarray(sheet.rgb), cv2.COLOR_RGB2YCrCb)
    tone_of_skin = np.clip((ycc[:, :, 1] - 0.5) * 22, 0, 1) * np.clip((0.53 - ycc[:, :, 2]) * 30, 0, 1)
    weight = face * blur(np.asarray(tone_of_skin, np.float32), 1.5 * u) * min(1.0, 0.8 * wish.amount)
    sheet.put(np.asarray(sheet.rgb + (smooth - sheet.rgb) * weight[:, :, None], np.float32))
    sheet.done.append("smoothed the skin of the faces")


def soften(sheet: Sheet, wish: Wish) -> None:
    """Blur: even, along a direction, or from the middle outwards."""
    size = 9 * sheet.unit * wish.amount
    if wish.value == "motion":
        length = max(3, round(34 * sheet.unit * wish.amount))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1.0 / length
        soft = cv2.filter2D(sheet.rgb, -1, kernel, borderType=cv2.BORDER_REFLECT_101)
    elif wish.value in ("radial", "zoom"):
        soft = _zoomed(sheet.rgb, 0.09 * wish.amount, turn=wish.value == "radial")
    else:
        soft = blur(sheet.rgb, size)
    sheet.put(np.asarray(soft, np.float32), wish.where)
    sheet.done.append(f"blurred{tone.inside(wish) or ' it'}")


def _zoomed(rgb: Floats, reach: float, *, turn: bool) -> Floats:
    height, width = rgb.shape[:2]
    total = np.zeros_like(rgb)
    steps = 24
    for share in np.linspace(-0.5, 0.5, steps):
        angle, scale = (np.degrees(share * reach * 1.6), 1.0) if turn else (0.0, 1.0 + share * reach * 2)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
        total += cv2.warpAffine(rgb, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(total / steps, np.float32)


def tilt_shift(sheet: Sheet, _wish: Wish) -> None:
    """A narrow zone of focus and toy colours."""
    ys = np.linspace(0, 1, sheet.height, dtype=np.float32)[:, None]
    away = np.clip((np.abs(ys - 0.6) - 0.11) / 0.28, 0, 1)
    out = tone.with_saturation(tone.with_contrast(sheet.rgb, 0.4), 1.35)
    near, far = blur(out, 3 * sheet.unit), blur(out, 9 * sheet.unit)
    first, second = np.clip(away * 2, 0, 1)[:, :, None], np.clip(away * 2 - 1, 0, 1)[:, :, None]
    out = out + (near - out) * first
    sheet.put(np.asarray(out + (far - out) * second, np.float32))
    sheet.done.append("gave it the narrow focus of a model landscape")


def glow(sheet: Sheet, wish: Wish) -> None:
    sheet.put(tone.glow(sheet.rgb, min(0.9, 0.55 * wish.amount), 12 * sheet.unit), wish.where)
    sheet.done.append("gave it a soft glow")


def vignette(sheet: Sheet, wish: Wish) -> None:
    sheet.put(tone.vignette(sheet.rgb, 0.75 * wish.amount))
    sheet.done.append("darkened the corners")


def grain(sheet: Sheet, wish: Wish) -> None:
    """Film grain: strongest in the middle tones, clumped, the same in every channel but for a trace."""
    rng, u = sheet.rng(41), max(1.0, sheet.unit)
    shape = sheet.rgb.shape[:2]
    coarse = blur(rng.standard_normal(shape).astype(np.float32), 0.75 * u)
    coarse /= float(coarse.std()) + 1e-6
    colour = rng.standard_normal((*shape, 3)).astype(np.float32) * 0.15
    light = luma(sheet.rgb)
    strength = 0.034 * min(1.0, max(0.6, sheet.unit)) * wish.amount * (0.35 + 2.6 * light * (1 - light))
    sheet.put(np.asarray(sheet.rgb + (coarse[:, :, None] + colour) * strength[:, :, None], np.float32))
    sheet.done.append("added film grain")


def rays(sheet: Sheet, wish: Wish) -> None:
    """Shafts of light that fall in over the brightest part of the upper edge."""
    height, width = sheet.height, sheet.width
    light = blur(luma(sheet.rgb), 20 * sheet.unit)[: max(2, int(height * 0.3))].mean(0)
    x0, y0 = float(np.argmax(light)), -0.16 * height  # above the brightest part of the upper edge
    if float(np.ptp(light)) < 0.12:
        x0 = 0.2 * width
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, away = np.arctan2(ys - y0, xs - x0), np.hypot(xs - x0, ys - y0) / max(width, height)
    turns = np.linspace(-np.pi, np.pi, 2048).astype(np.float32)
    profile = fbm(2, 2048, (2.0, 70.0), sheet.seed + 9, octaves=4)[0]
    profile = np.clip(profile * 1.9 + 0.25, 0, 1)
    beam = np.interp(angle, turns, profile).astype(np.float32)
    fall = np.exp(-away * 1.5)
    veil = beam * fall * (0.62 * wish.amount) + 0.35 * np.exp(-((away / 0.14) ** 2))
    warm = np.array([1.0, 0.9, 0.68], np.float32)
    sheet.put(
        np.asarray(
            1
            - (1 - sheet.rgb)
            * (1 - np.clip(blur(np.asarray(veil, np.float32), 3 * sheet.unit), 0, 0.85)[:, :, None] * warm),
            np.float32,
        )
    )
    sheet.done.append("let rays of light fall in")


def flare(sheet: Sheet, wish: Wish) -> None:
    """A lens flare along one axis, or light leaking onto film."""
    height, width, rng = sheet.height, sheet.width, sheet.rng(43)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    light = np.zeros_like(sheet.rgb)
    if wish.value == "leak":
        for colour, place, size in (
            ((1.0, 0.42, 0.1), 0.02, 0.3),
            ((1.0, 0.72, 0.25), -0.06, 0.2),
            ((0.95, 0.2, 0.25), 0.97, 0.16),
        ):
            wave = place + 0.05 * np.sin(ys / height * 3.1 + float(rng.uniform(0, 6)))
            light += np.exp(-(((xs / width - wave) / size) ** 2))[:, :, None] * np.array(colour, np.float32) * 0.75
        name = "let light leak onto the film"
    else:
        sun = np.array([0.8 * width, 0.16 * height])
        middle = np.array([width / 2, height / 2])
        span = max(width, height)
        away = np.hypot(xs - sun[0], ys - sun[1]) / span
        light += (1.1 * np.exp(-((away / 0.05) ** 2)) + 0.42 * np.exp(-((away / 0.22) ** 2)))[:, :, None] * np.array(
            [1.0, 0.9, 0.7], np.float32
        )
        streak = np.exp(-np.abs(ys - sun[1]) / (0.006 * span)) * np.exp(-np.abs(xs - sun[0]) / (0.35 * span))
        light += 0.5 * streak[:, :, None] * np.array([0.6, 0.75, 1.0], np.float32)
        for along, size, colour in (
            (0.5, 0.02, (0.4, 0.8, 0.6)),
            (0.9, 0.045, (0.9, 0.5, 0.3)),
            (1.3, 0.03, (0.4, 0.5, 1.0)),
            (1.75, 0.085, (0.6, 0.4, 0.8)),
        ):
            centre = sun + (middle - sun) * along
            disc = np.hypot(xs - centre[0], ys - centre[1]) / span
            ghost = np.clip((size - disc) / (0.2 * size), 0, 1) * (0.5 + 0.5 * np.clip(disc / size, 0, 1))
            light += ghost[:, :, None] * np.array(colour, np.float32) * 0.16
        name = "added a lens flare"
    sheet.put(np.asarray(1 - (1 - sheet.rgb) * (1 - np.clip(light * wish.amount, 0, 1)), np.float32))
    sheet.done.append(name)


def pixelate(sheet: Sheet, wish: Wish) -> None:
    """Show squares of mean colour; enough to make a face unknown."""
    size = max(4, round(max(22 * sheet.unit, 6)))
    small = cv2.resize(
        sheet.rgb, (max(1, sheet.width // size), max(1, sheet.height // size)), interpolation=cv2.INTER_AREA
    )
    blocks = cv2.resize(small, (sheet.width, sheet.height), interpolation=cv2.INTER_NEAREST)
    if wish.where == "faces":
        hard = (sheet.region("faces") > 0.15).astype(np.float32)[:, :, None]
        sheet.put(np.asarray(sheet.rgb + (blocks - sheet.rgb) * hard, np.float32))
    else:
        sheet.put(np.asarray(blocks, np.float32), wish.where)
    sheet.done.append(f"pixelated{tone.inside(wish) or ' it'}")


def glitch(sheet: Sheet, wish: Wish) -> None:
    """Channels apart, torn rows, scan lines."""
    rng = sheet.rng(47)
    shift = max(1, round(5 * sheet.unit * wish.amount))
    out = np.stack(
        (np.roll(sheet.rgb[:, :, 0], shift, 1), sheet.rgb[:, :, 1], np.roll(sheet.rgb[:, :, 2], -shift, 1)), 2
    )
    for _ in range(round(9 * wish.amount)):
        top = int(rng.integers(0, sheet.height))
        tall = max(1, round(float(rng.uniform(2, 26)) * sheet.unit))
        out[top : top + tall] = np.roll(out[top : top + tall], round(float(rng.normal(0, 34)) * sheet.unit), 1)
    lines = 1 - 0.13 * (np.arange(sheet.height) // max(1, round(1.5 * sheet.unit)) % 2)
    sheet.put(np.asarray(out * lines[:, None, None], np.float32))
    sheet.done.append("made the signal glitch")


def frame(sheet: Sheet, wish: Wish) -> None:
    """Put a frame, border or bars around the picture; it grows by them."""
    what = wish.value
    edge = max(sheet.width, sheet.height)
    if "round" in what or "rounded" in wish.words:
        _round_corners(sheet)
        return
    if "letter" in what or "bars" in what or "cinema" in what:
        band = (
            max(1, round((sheet.height - sheet.width / 2.39) / 2))
            if sheet.width / sheet.height < 2.3
            else round(0.06 * sheet.height)
        )
        rgb = sheet.rgb.copy()
        rgb[:band] = rgb[-band:] = 0.0
        sheet.put(rgb)
        sheet.done.append("added cinema bars")
        return
    thick = {"thin": 0.018, "thick": 0.075, "wide": 0.075}.get(
        next((w for w in ("thin", "thick", "wide") if w in wish.words), ""), 0.042
    )
    side = max(2, round(thick * edge))
    named = re.search(COLOUR, what)
    if "polaroid" in what:
        paper = np.array((0.965, 0.958, 0.94), np.float32)
        _grow(sheet, (side, side, side, round(4.2 * side)), np.broadcast_to(paper, (1, 1, 3)))
        sheet.done.append("framed it like an instant photo")
    elif "film" in what:
        _film_strip(sheet, side)
    elif any(
        word in what for word in ("wood", "oak", "walnut", "ornate", "gild", "gold", "museum", "gallery", "metal")
    ) and not (named and named[0] in ("black", "white")):
        _moulding(sheet, what, side)
    else:
        colour = np.array(parse_colour(named[0]) if named else (0.965, 0.965, 0.96), np.float32)
        if "passe" in wish.words or "mat" in wish.words.split():
            _grow(sheet, (2 * side,) * 4, np.array([[[0.955, 0.95, 0.935]]], np.float32))
            sheet.rgb = _bevelled(sheet.rgb, 2 * side)
            _grow(
                sheet,
                (max(2, side // 2),) * 4,
                colour[None, None] if named else np.array([[[0.1, 0.09, 0.08]]], np.float32),
            )
        else:
            _grow(sheet, (side,) * 4, colour[None, None])
        sheet.done.append(f"put a {named[0] if named else 'white'} frame around it")


def _grow(sheet: Sheet, sides: tuple[int, int, int, int], colour: Floats) -> None:
    """Add (left, top, right, bottom) pixels in a colour."""
    left, top, right, bottom = sides
    height, width = sheet.height + top + bottom, sheet.width + left + right
    rgb = np.ascontiguousarray(np.broadcast_to(colour, (height, width, 3)), np.float32).copy()
    inner = np.s_[top : top + sheet.height, left : left + sheet.width]
    rgb[inner] = sheet.rgb
    alpha = None
    if sheet.alpha is not None:
        alpha = np.ones((height, width), np.float32)
        alpha[inner] = sheet.alpha
    sheet.reshape(rgb, alpha, None)


def _bevelled(rgb: Floats, inset: int) -> Floats:
    """Draw the cut edge of a passe-partout *inset* pixels inside."""
    out, width = rgb.copy(), max(1, inset // 16)
    for i in range(width):
        a, b = inset - 1 - i, inset - i
        out[a:b, a:-a], out[-b:-a, a:-a] = 0.78, 0.995
        out[a:-a, a:b], out[a:-a, -b:-a] = 0.84, 0.99
    return out


def _moulding(sheet: Sheet, what: str, side: int) -> None:
    """A wooden or gilded frame with mitred corners, lit from above."""
    golden = any(word in what for word in ("gold", "gild", "ornate", "museum"))
    metal = "metal" in what
    base = (
        (0.72, 0.53, 0.2)
        if golden
        else (0.62, 0.64, 0.66)
        if metal
        else (0.3, 0.2, 0.12)
        if "walnut" in what
        else (0.5, 0.34, 0.19)
    )
    side = round(side * 1.25)
    _grow(sheet, (side,) * 4, np.array([[base]], np.float32))
    height, width = sheet.height, sheet.width
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    gaps = np.stack((ys, xs, height - 1 - ys, width - 1 - xs))
    nearest, depth = gaps.argmin(0), gaps.min(0) / side
    outside = depth < 1
    # The profile: a raised outer lip, a hollow, a thin inner lip.
    profile = np.clip(
        np.interp(depth, (0, 0.08, 0.25, 0.6, 0.82, 0.88, 0.95, 1), (0.2, 0.85, 1.0, 0.45, 0.5, 0.95, 0.9, 0.3)), 0, 1
    )
    slope = np.gradient(
        np.interp(
            np.linspace(0, 1, 200),
            (0, 0.08, 0.25, 0.6, 0.82, 0.88, 0.95, 1),
            (0.2, 0.85, 1.0, 0.45, 0.5, 0.95, 0.9, 0.3),
        )
    )
    tilt = np.interp(depth, np.linspace(0, 1, 200), slope / (np.abs(slope).max() + 1e-6))
    lit = np.choose(nearest, (0.16, 0.06, -0.14, -0.06)) * tilt + 0.55 + 0.5 * profile
    along = (max(2.0, 2.2 * sheet.unit), max(6.0, 90 * sheet.unit))
    wood = np.where(
        nearest % 2 == 0, fbm(height, width, along, 3, octaves=4), fbm(height, width, along[::-1], 4, octaves=4)
    )
    lit = lit * (1 + (0.06 if golden or metal else 0.22) * wood)
    rgb = np.array(base, np.float32) * lit[:, :, None]
    if golden or metal:
        rgb = rgb + 0.22 * np.clip(profile - 0.8, 0, 1)[:, :, None]
    inner = (
        np.clip(1 - (depth - 1) * side / (7 * max(1.0, sheet.unit)), 0, 1) * (depth >= 1) * 0.4
    )  # its shadow on the picture
    sheet.rgb = np.ascontiguousarray(
        np.clip(np.where(outside[:, :, None], rgb, sheet.rgb * (1 - inner[:, :, None])), 0, 1), np.float32
    )
    sheet.done.append(f"put it in a {'gilded' if golden else 'metal' if metal else 'wooden'} frame")


def _film_strip(sheet: Sheet, side: int) -> None:
    band = round(side * 1.6)
    _grow(sheet, (side // 2, band, side // 2, band), np.array([[[0.045, 0.04, 0.04]]], np.float32))
    hole_w, hole_h, step = round(band * 0.42), round(band * 0.5), round(band * 0.95)
    rgb = np.ascontiguousarray(sheet.rgb)
    for x in range(step // 2, sheet.width - hole_w, step):
        for y in ((band - hole_h) // 2, sheet.height - band + (band - hole_h) // 2):
            cv2.rectangle(rgb, (x, y), (x + hole_w, y + hole_h), (0.93, 0.92, 0.9), -1)
    sheet.rgb = rgb
    sheet.done.append("framed it as a piece of film")


def _round_corners(sheet: Sheet) -> None:
    radius = round(0.06 * min(sheet.width, sheet.height))
    mask = np.zeros(sheet.rgb.shape[:2], np.float32)
    cv2.rectangle(mask, (radius, 0), (sheet.width - radius - 1, sheet.height - 1), 1.0, -1)
    cv2.rectangle(mask, (0, radius), (sheet.width - 1, sheet.height - radius - 1), 1.0, -1)
    for x in (radius, sheet.width - radius - 1):
        for y in (radius, sheet.height - radius - 1):
            cv2.circle(mask, (x, y), radius, 1.0, -1, cv2.LINE_AA)
    sheet.alpha = mask if sheet.alpha is None else sheet.alpha * mask
    sheet.done.append("rounded its corners")


def enlarge(sheet: Sheet, wish: Wish) -> None:
    """Enlarge with the networks of ``upscale``."""
    times = float(wish.value or 2)
    if times <= 1:
        raise NotPossible("enlarging needs a factor above one")
    edge = max(sheet.width, sheet.height)
    if edge * times > LARGEST_EDGE:
        raise NotPossible(f"it would be larger than {LARGEST_EDGE} px; upscale_image goes further")
    bring_to(sheet, round(sheet.width * times), round(sheet.height * times))
    sheet.done.append(f"enlarged it to {sheet.width} × {sheet.height} px")


def bring_to(sheet: Sheet, width: int, height: int) -> None:
    """Resample the sheet to an exact size, through the networks when it grows."""
    if (width, height) == (sheet.width, sheet.height):
        return
    rgb = sheet.bytes()
    if width > sheet.width:
        report(0.8, "Enlarging")
        kind: upscale.Kind = "art" if looks.is_drawing(rgb) else "photo"
        rgb = upscale.enlarge(rgb, width, height, kind, lambda done: report(0.8 + 0.12 * done, "Enlarging"))
    else:
        rgb = pictures.resize(rgb, width, height)
    alpha = sheet.alpha
    if alpha is not None:
        grown = (
            upscale.enlarge_alpha(pictures.to_bytes(alpha), width, height)
            if width > sheet.width
            else pictures.resize(pictures.to_bytes(alpha), width, height)
        )
        alpha = grown.astype(np.float32) / 255.0
    sheet.reshape(rgb.astype(np.float32) / 255.0, alpha, None)


def cut_subject(sheet: Sheet) -> None:
    """Cut the subject out in place (transparent background).

    Raises:
        NotPossible: nothing stands out.
    """
    try:
        mask = sheet.region("subject")
    except ToolError as error:  # pragma: no cover - region() already translates it
        raise NotPossible("no subject stands out") from error
    sheet.rgb = cutout.free_from_background(sheet.bytes(), pictures.to_bytes(mask)).astype(np.float32) / 255.0
    sheet.alpha = mask
