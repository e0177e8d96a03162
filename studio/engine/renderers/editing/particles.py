"""Things in the air: rain, snow, lightning, petals, leaves, sparkles, bubbles, embers. All procedural."""

from typing import Final

import cv2
import numpy as np

from studio.engine.renderers.editing.sheet import Floats, Sheet, blur
from studio.engine.renderers.editing.wishes import Wish

_KINDS: Final = (
    ("sparkle", "sparkles"), ("glitter", "sparkles"), ("confetti", "confetti"), ("heart", "hearts"),
    ("petal", "petals"),
    ("leaves", "leaves"), ("bubble", "bubbles"), ("ember", "embers"), ("spark", "embers"), ("fire", "fireflies"),
    ("dust", "dust"), ("bokeh", "bokeh"), ("light", "bokeh"), ("star", "sparkles"),
)  # fmt: skip
_INKS: Final = {
    "confetti": ("#F4D03F", "#E8534F", "#4FA3E0", "#62C370", "#B565D9", "#FF9F43"),
    "petals": ("#FBD3DD", "#F7B9CB", "#FFE9EE", "#F3A4BC"),
    "leaves": ("#C9501C", "#E08A2B", "#8E3B1B", "#D9B13B", "#A8641F"),
    "hearts": ("#E8436A", "#F77C9B", "#C92A52"),
}


def _ink(rng: np.random.Generator, name: str) -> tuple[float, float, float]:
    code = str(rng.choice(_INKS[name]))
    return int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255


def rain(sheet: Sheet, amount: float) -> Floats:
    """Return the picture behind three depths of falling drops."""
    rng, u = sheet.rng(21), sheet.unit
    height, width = sheet.height, sheet.width
    slant = np.deg2rad(float(rng.uniform(4, 12)))
    light = np.zeros((height, width), np.float32)
    for count, length, thick, strength in ((620, 26, 0.5, 0.17), (330, 48, 0.9, 0.22), (90, 90, 1.5, 0.2)):
        layer = np.zeros((height, width), np.float32)
        number = round(count * amount * width * height / max(width, height) ** 2)
        for x, y, stretch in zip(
            rng.uniform(-0.1, 1.1, number), rng.uniform(-0.1, 1, number), rng.uniform(0.6, 1.4, number), strict=True
        ):
            reach = length * u * stretch
            start = (round(x * width * 16), round(y * height * 16))
            end = (round((x * width - np.sin(slant) * reach) * 16), round((y * height + np.cos(slant) * reach) * 16))
            cv2.line(layer, start, end, float(rng.uniform(0.5, 1)), max(1, round(thick * u)), cv2.LINE_AA, 4)
        light += blur(layer, max(0.45, thick * 0.6 * u)) * strength
    veil = np.array([0.86, 0.9, 0.95], np.float32)
    return np.asarray(sheet.rgb + (veil - sheet.rgb) * np.clip(light, 0, 0.75)[:, :, None], np.float32)


def snow(sheet: Sheet, amount: float) -> Floats:
    """Return the picture behind near, middle and far flakes."""
    rng, u = sheet.rng(22), sheet.unit
    height, width = sheet.height, sheet.width
    out = sheet.rgb
    for count, size, soft, strength in ((900, 1.1, 0.6, 0.75), (260, 2.3, 1.2, 0.85), (46, 6.0, 3.4, 0.75)):
        layer = np.zeros((height, width), np.float32)
        number = round(count * amount * width * height / max(width, height) ** 2)
        for x, y, grow in zip(
            rng.uniform(0, width, number), rng.uniform(0, height, number), rng.uniform(0.6, 1.5, number), strict=True
        ):
            radius = max(0.7, size * grow * u)
            axes = (round(radius * 16), round(radius * float(rng.uniform(0.75, 1.0)) * 16))
            cv2.ellipse(
                layer, (round(x * 16), round(y * 16)), axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1, cv2.LINE_AA, 4
            )
        layer = np.clip(blur(layer, max(0.4, soft * u)) * strength, 0, 1)
        out = out + (np.array([0.97, 0.98, 1.0], np.float32) - out) * layer[:, :, None]
    return np.asarray(out, np.float32)


def lightning(sheet: Sheet, sky: Floats) -> Floats:
    """Return the picture with one branched bolt in the *sky* and its light."""
    rng, u = sheet.rng(23), sheet.unit
    bolt = np.zeros((sheet.height, sheet.width), np.float32)
    rows = np.nonzero((sky > 0.5).mean(1) > 0.1)[0]
    end = float(rows[-1]) if len(rows) else sheet.height * 0.5

    def branch(x: float, y: float, lean: float, width: float, until: float) -> None:
        while y < until:
            step = float(rng.uniform(8, 22)) * u
            new_x, new_y = x + (lean + float(rng.normal(0, 0.75))) * step, y + step
            cv2.line(bolt, (round(x), round(y)), (round(new_x), round(new_y)), 1.0, max(1, round(width)), cv2.LINE_AA)
            x, y = new_x, new_y
            if width > 1.0 * u and rng.uniform() < 0.13:
                branch(x, y, lean + float(rng.choice((-0.9, 0.9))), width * 0.45, min(until, y + 130 * u))

    branch(sheet.width * float(rng.uniform(0.3, 0.75)), -5 * u, float(rng.normal(0, 0.15)), 3.0 * u, end)
    bolt *= np.clip(sky * 1.2, 0, 1)
    light = np.clip(bolt + 0.9 * blur(bolt, 5 * u) + 0.9 * blur(bolt, 24 * u) + 0.7 * blur(bolt, 90 * u), 0, 1)
    return np.asarray(
        1 - (1 - sheet.rgb) * (1 - light[:, :, None] * np.array([0.86, 0.9, 1.0], np.float32)), np.float32
    )


def add(sheet: Sheet, wish: Wish) -> None:
    """Scatter what the words name."""
    kind = next((name for word, name in _KINDS if word in wish.value), "sparkles")
    sheet.put(scatter(sheet, kind, float(np.clip(wish.amount, 0.4, 2.0))))
    sheet.done.append(f"scattered {wish.value} (procedural)")


def scatter(sheet: Sheet, kind: str, amount: float) -> Floats:
    """Return the picture with particles of *kind*, sharp ones in the middle distance, soft ones near."""
    rng = sheet.rng(31)
    if kind in ("sparkles", "embers", "fireflies", "bokeh", "dust"):
        return _lights(sheet, kind, amount, rng)
    out = sheet.rgb.copy()
    area = sheet.width * sheet.height / max(sheet.width, sheet.height) ** 2
    for count, size, soft in ((70, 8.0, 0.5), (34, 15.0, 1.2), (8, 38.0, 6.0)):
        colour = np.zeros_like(out)
        cover = np.zeros(out.shape[:2], np.float32)
        for _ in range(max(1, round(count * amount * area))):
            centre = rng.uniform(0, 1, 2) * (sheet.width, sheet.height)
            radius = max(1.5, size * float(rng.uniform(0.6, 1.3)) * sheet.unit)
            _shape(colour, cover, kind, centre, radius, rng)
        near = blur(cover, soft * sheet.unit)
        tone = blur(colour * cover[:, :, None], soft * sheet.unit) / np.maximum(near, 1e-3)[:, :, None]
        out = out + (tone - out) * np.clip(near * (0.35 if kind == "bubbles" else 0.92), 0, 1)[:, :, None]
        if kind == "bubbles":
            rim = np.clip(near - blur(cv2.erode(cover, np.ones((3, 3), np.uint8)), max(1.0, 2 * sheet.unit)), 0, 1)
            out = np.asarray(1 - (1 - out) * (1 - 0.75 * rim[:, :, None]), np.float32)
    return np.asarray(np.clip(out, 0, 1), np.float32)


def _shape(
    colour: Floats, cover: Floats, kind: str, centre: np.ndarray, radius: float, rng: np.random.Generator
) -> None:
    angle = float(rng.uniform(0, 2 * np.pi))
    if kind == "bubbles":
        cv2.circle(cover, tuple(int(v) for v in centre), max(1, round(radius * 0.9)), 1.0, -1, cv2.LINE_AA)
        cv2.circle(colour, tuple(int(v) for v in centre), max(1, round(radius * 0.9)) + 1, (0.85, 0.93, 1.0), -1)
        return
    ts = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    if kind == "hearts":
        shape = (
            np.stack(
                (16 * np.sin(ts) ** 3, -(13 * np.cos(ts) - 5 * np.cos(2 * ts) - 2 * np.cos(3 * ts) - np.cos(4 * ts))), 1
            )
            / 17
        )
        angle = float(rng.normal(0, 0.3))
    elif kind == "confetti":
        squeeze = float(rng.uniform(0.2, 0.6))
        shape = np.array([(-0.7, -squeeze), (0.7, -squeeze), (0.7, squeeze), (-0.7, squeeze)])
    else:  # petals and leaves: a lens, wider at one end, seen at an angle
        lens = np.abs(np.sin(ts / 2)) ** (0.8 if kind == "petals" else 1.3) * np.sin(ts)
        shape = np.stack((-np.cos(ts), lens * float(rng.uniform(0.35, 0.75))), 1)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.round((shape @ turn.T * radius + centre) * 16).astype(np.int32)
    ink = np.array(_ink(rng, kind)) * float(rng.uniform(0.82, 1.08))
    tint = tuple(float(v) for v in np.clip(ink, 0, 1))
    cv2.fillPoly(cover, [points], 1.0, cv2.LINE_AA, 4)
    cv2.fillPoly(colour, [points], tint, cv2.LINE_8, 4)
    cv2.polylines(colour, [points], True, tint, 2, cv2.LINE_8, 4)  # so that soft rims keep the colour


def _lights(sheet: Sheet, kind: str, amount: float, rng: np.random.Generator) -> Floats:
    area = sheet.width * sheet.height / max(sheet.width, sheet.height) ** 2
    u = sheet.unit
    light = np.zeros_like(sheet.rgb)
    colour, count, size = {
        "sparkles": ((1.0, 0.95, 0.8), 110, 1.6), "embers": ((1.0, 0.5, 0.14), 150, 1.5),
        "fireflies": ((0.85, 1.0, 0.4), 46, 2.2), "bokeh": ((1.0, 0.82, 0.55), 38, 20.0),
        "dust": ((1.0, 0.96, 0.88), 260, 0.9),
    }[kind]  # fmt: skip
    for _ in range(max(3, round(count * amount * area))):
        x, y = rng.uniform(0, sheet.width), rng.uniform(0, sheet.height)
        if kind == "embers":
            y = sheet.height * float(1 - rng.beta(1.2, 1.8))
        strength = float(rng.uniform(0.35, 1.0))
        tint = tuple(float(np.clip(c + rng.normal(0, 0.06), 0, 1)) * strength for c in colour)
        radius = max(0.8, size * u * float(rng.uniform(0.5, 1.7)))
        at = (round(x * 16), round(y * 16))
        if kind == "bokeh":
            disc = np.zeros_like(sheet.rgb)
            cv2.circle(disc, at, round(radius * 16), tuple(t * 0.4 for t in tint), -1, cv2.LINE_AA, 4)
            cv2.circle(
                disc, at, round(radius * 16), tuple(t * 0.6 for t in tint), max(1, round(1.5 * u)), cv2.LINE_AA, 4
            )
            light = np.maximum(light, disc)
        elif kind == "embers":
            drift = float(rng.normal(0, 0.6))
            end = (round((x + drift * radius * 3) * 16), round((y - radius * 3.2) * 16))
            cv2.line(light, at, end, tint, max(1, round(radius)), cv2.LINE_AA, 4)
        else:
            cv2.circle(light, at, round(radius * 16), tint, -1, cv2.LINE_AA, 4)
            if kind == "sparkles" and strength > 0.6:
                for dx, dy in ((1, 0), (0, 1)):
                    reach = radius * 5 * strength
                    a, b = (
                        (round((x - dx * reach) * 16), round((y - dy * reach) * 16)),
                        (round((x + dx * reach) * 16), round((y + dy * reach) * 16)),
                    )
                    cv2.line(light, a, b, tuple(t * 0.7 for t in tint), 1, cv2.LINE_AA, 4)
    if kind == "bokeh":
        light = blur(light, 1.5 * u)
    else:
        light = light + 0.9 * blur(light, 3 * u) + 1.2 * blur(light, 9 * u)
    return np.asarray(1 - (1 - sheet.rgb) * (1 - np.clip(light, 0, 1)), np.float32)
