"""Skies: gradient, sun and moon, stars, the Milky Way, aurora, cirrus, and storm cover."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, ramp, rgb
from studio.engine.renderers.painter.noise import Field, profile, warp


@dataclass(frozen=True)
class Sun:
    """Where the main light stands: `u`, `v` in the picture, `radius` in units, and whether it is the moon."""

    u: float
    v: float
    radius: float
    moon: bool
    shown: bool = True

    @property
    def side(self) -> float:
        """-1 if the light comes from the left, +1 from the right."""
        return 1.0 if self.u > 0.5 else -1.0


def place_sun(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, horizon: float,
              beside: float | None = None) -> Sun:  # fmt: skip
    """Choose a place for sun or moon: on a third of the picture, away from `beside` (u of the subject) if given."""
    low, high = air.sun_height
    v = horizon * (1 - rng.uniform(low, high))
    thirds = (0.27, 0.36, 0.64, 0.73)
    u = float(thirds[int(rng.integers(4))] + rng.normal(0, 0.03))
    if "symmetric" in brief.composition:
        u = 0.5
    elif beside is not None and abs(u - beside) < 0.22:
        u = float(np.clip(1 - beside + rng.normal(0, 0.04), 0.14, 0.86))
    moon = air.dark
    covered = air.weather in ("rain", "storm", "cloudy", "snow") and not brief.wants("sun", "moon")
    shown = not covered and brief.allows("sun", "moon")
    radius = float(rng.uniform(0.026, 0.042) if moon else rng.uniform(0.036, 0.056))
    if brief.wants("moon") and moon:
        radius *= 1.5
    return Sun(u, float(v), radius, moon, shown)


def paint_sky(canvas: Canvas, air: Air, horizon: float, sun: Sun) -> None:
    """The gradient from zenith to horizon, warmer and lighter towards the sun."""
    toward = np.exp(-np.abs(canvas.u - sun.u) / 0.45) * (0.10 if sun.shown else 0.03)
    where = canvas.v / max(0.05, horizon) + toward - 0.05
    wide = canvas.noise((0.25, 1.2), 3) * 0.035
    canvas.fill(ramp(air.sky, np.clip(where + wide, 0, 1)))
    if sun.shown:
        low_sun = not sun.moon and sun.v > horizon * 0.6
        away = canvas.distance(sun.u, sun.v, 1.7 if low_sun else 1.0)
        reach = 0.30 if low_sun else (0.13 if sun.moon else 0.2)
        strength = 0.8 if low_sun else (0.34 if sun.moon else 0.5)
        canvas.screen(air.glow, np.exp(-away / reach) * strength * (1 - 0.5 * air.foggy))


def paint_sun(canvas: Canvas, air: Air, sun: Sun) -> None:
    """The disc with its inner halo; the moon gets its seas."""
    if not sun.shown:
        return
    away = canvas.distance(sun.u, sun.v)
    edge = 1.4 / canvas.unit_px
    disc = smooth(sun.radius + edge, sun.radius - edge, away) * (1 - 0.45 * air.foggy)
    halo = np.exp(-np.clip(away - sun.radius, 0, 9) / (sun.radius * (1.1 if sun.moon else 1.6)))
    canvas.screen(air.glow, halo * (0.34 if sun.moon else 0.55))
    if sun.moon:
        reach = canvas.px(sun.radius) + 4
        cx, cy = sun.u * canvas.width, sun.v * canvas.height
        box = canvas.box(cx - reach, cy - reach, cx + reach, cy + reach)
        if box.empty:
            return
        seas = smooth(0.05, 0.5, canvas.noise(sun.radius * 0.9, 4, box=box))
        face = np.asarray(air.sun, np.float32) * (1 - 0.17 * seas[..., None])
        canvas.lay(face, disc[box.top : box.bottom, box.left : box.right], box)
        canvas.note("moon", "moon")
    else:
        canvas.lay(air.sun, disc)
        canvas.note("", "sun")


def stars(canvas: Canvas, horizon: float, amount: float = 1.0, tint: Rgb = (0.92, 0.95, 1.0)) -> None:
    """Stars of honest brightness: very many faint, few bright, thinning towards the horizon."""
    rng = canvas.rng()
    count = int(1500 * amount * np.clip(canvas.aspect, 0.7, 2.0))
    height = int(np.clip(canvas.height * horizon, 2, canvas.height))
    size = canvas.unit_px / 1024
    field = np.zeros((canvas.height, canvas.width), np.float32)
    rows = (rng.random(count) ** 1.25 * height).astype(int)
    columns = rng.integers(0, canvas.width, count)
    power = (rng.random(count) ** 5).astype(np.float32)
    np.add.at(field, (rows, columns), power * max(1.0, size * size * 1.6) * 1.5)
    field = cv2.GaussianBlur(field, (0, 0), max(0.55, 0.62 * size)) * 2.2
    fade = smooth(horizon, horizon * 0.55, canvas.v)
    canvas.screen(tint, np.clip(field, 0, 1) * fade)
    for index in np.argsort(-power)[: max(4, int(14 * amount))]:
        reach = int(7 * size) + 3
        x, y = float(columns[index]), float(rows[index])
        box = canvas.box(x - reach, y - reach, x + reach, y + reach)
        if box.empty or y > height * 0.85:
            continue
        dx = np.arange(box.left, box.right, dtype=np.float32)[None, :] - x
        dy = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] - y
        away = np.sqrt(dx * dx + dy * dy) / size
        canvas.screen(tint, np.clip(np.exp(-away / 1.1) + 0.25 * np.exp(-away / 3.2), 0, 1) * 0.9, box)
    canvas.note("stars", "star")


def milky_way(canvas: Canvas, horizon: float, rng: np.random.Generator, tints: tuple[Rgb, Rgb]) -> None:
    """A tilted river of stars with dark lanes."""
    angle = float(rng.uniform(0.5, 1.1) * (1 if rng.random() < 0.5 else -1))
    middle_u, middle_v = rng.uniform(0.35, 0.65), horizon * rng.uniform(0.35, 0.55)
    dx = (canvas.u - middle_u) * (canvas.width / canvas.unit_px)
    dy = (canvas.v - middle_v) * (canvas.height / canvas.unit_px)
    across = dx * np.sin(angle) - dy * np.cos(angle) + canvas.noise(0.5, 3) * 0.06
    band = np.exp(-((across / 0.17) ** 2))
    core = np.exp(-((across / 0.07) ** 2))
    mottle = canvas.noise(0.22, 6, 0.58)
    lanes = 0.25 + 0.75 * smooth(-0.10, 0.22, canvas.noise(0.20, 6, 0.58) - 0.22 * core + 0.16)
    fade = smooth(horizon, horizon * 0.6, canvas.v)
    canvas.screen(tints[0], np.clip(band * (0.55 + 0.6 * mottle) * lanes * fade, 0, 1) * 0.85)
    canvas.screen(tints[1], np.clip(core * (0.55 + 0.8 * mottle) * lanes * fade, 0, 1) * 0.75)
    dust = np.zeros((canvas.height, canvas.width), np.float32)
    count = 16000
    columns = rng.integers(0, canvas.width, count)
    rows = rng.integers(0, max(2, int(canvas.height * horizon)), count)
    keep = rng.random(count) < np.broadcast_to(band, dust.shape)[rows, columns]
    dust[rows[keep], columns[keep]] = rng.random(int(keep.sum())) ** 2
    dust = cv2.GaussianBlur(dust, (0, 0), max(0.5, canvas.unit_px / 1900)) * 1.7
    canvas.screen((1.0, 0.97, 0.92), np.clip(dust * lanes, 0, 1))
    canvas.note("Milky Way", "milkyway")


def aurora(canvas: Canvas, horizon: float, rng: np.random.Generator, colours: tuple[Rgb, ...],
           strength: float = 1.0) -> None:  # fmt: skip
    """Curtains of light: folded ribbons whose rays rise from a sharp lower edge."""
    count = len(colours)
    for index, colour in enumerate(colours):
        cycles = float(rng.uniform(1.2, 2.4))
        base = horizon * (0.62 - 0.13 * index + rng.uniform(-0.05, 0.05))
        fold = profile(canvas.width, cycles * canvas.aspect * 0.8 + 0.6, canvas.next_seed(), octaves=3, gain=0.42)
        lower = (base + fold * horizon * 0.2)[None, :]
        # Rays follow the ribbon: where it turns towards us they crowd, which reads as a fold.
        turn = np.gradient(fold) * canvas.width / 6
        place = np.arange(canvas.width, dtype=np.float32) / canvas.unit_px * 26 + turn * 2.2
        lattice = profile(4096, 700, canvas.next_seed(), octaves=3, gain=0.6)
        rays = lattice[(place * 14).astype(np.int32) % 4096]
        rays = cv2.GaussianBlur(rays[None, :], (0, 0), max(0.8, canvas.unit_px / 420))[0]
        broad = profile(canvas.width, 5 * max(1.0, canvas.aspect), canvas.next_seed(), octaves=3)
        power = np.clip(0.62 + 1.0 * rays + 0.55 * broad, 0.03, 1.7)[None, :]
        reach = horizon * (0.30 + 0.16 * np.clip(0.5 + broad + rays * 0.6, 0, 1))[None, :]
        above = lower - canvas.v
        curtain = np.exp(-np.clip(above, 0, 2) / (reach * 0.52)) * np.exp(-np.clip(-above, 0, 2) / 0.012)
        upper = adjust(colour, hue_deg=62 if index % 2 == 0 else 25, lightness=-0.06)
        share = np.clip(above / (reach * 1.15), 0, 1)[..., None]
        tone = np.asarray(colour, np.float32) * (1 - share) + np.asarray(upper, np.float32) * share
        canvas.screen(tone, np.clip(curtain * power * strength * (0.74 - 0.14 * index / max(1, count)), 0, 0.96))
        canvas.screen(colour, np.exp(-np.abs(above - 0.05) / (horizon * 0.3)) * 0.09 * strength)
    canvas.note("aurora", "aurora")


def cirrus(canvas: Canvas, air: Air, sun: Sun, horizon: float, amount: float) -> None:
    """Thin high cloud, drawn out by the wind."""
    if amount <= 0:
        return
    drift = canvas.noise((0.16, 0.5), 4) * canvas.px(0.10)
    veil = warp(canvas.noise((0.075, 0.5), 6, 0.54), drift, drift * 0.35)
    cover = smooth(0.03, 0.72, veil + 0.05) * smooth(horizon * 1.02, horizon * 0.3, canvas.v) * amount
    lit = np.exp(-canvas.distance(sun.u, sun.v) / 0.5)
    colour = np.asarray(blend(air.cloud[1], air.cloud[0], 0.4), np.float32)
    colour = colour + (np.asarray(air.cloud[0], np.float32) - colour) * lit[..., None]
    canvas.lay(colour, np.clip(cover, 0, 0.85))


def overcast(canvas: Canvas, air: Air, horizon: float, amount: float) -> None:
    """A low, heavy ceiling that is lighter towards the horizon; in perspective, so it has depth."""
    rise = np.clip(horizon * 1.04 - canvas.v, 0.015, 2)
    stretch = 1 / rise
    far = canvas.noise((0.10, 0.55), 5)
    near = warp(canvas.noise((0.26, 0.7), 6, 0.55), far * canvas.px(0.12), far * canvas.px(0.06))
    share = smooth(3.0, 14.0, stretch)
    body = near * (1 - share) + far * share
    dark, mid, lit = air.cloud[2], air.cloud[1], air.cloud[0]
    storm = air.weather == "storm"
    stops = [
        (0.0, adjust(dark, lightness=-0.09 if storm else -0.02)),
        (0.5, blend(dark, mid, 0.55)),
        (1.0, blend(mid, lit, 0.5)),
    ]
    colour = ramp(stops, 0.5 + body * 0.95 + 0.16 * smooth(horizon * 0.3, horizon, canvas.v))
    cover = np.clip(amount * (0.8 + 0.5 * body) * smooth(horizon * 1.0, horizon * 0.72, canvas.v), 0, 1)
    canvas.lay(colour, cover)
    canvas.note("storm clouds" if storm else "low clouds", "cloud")


def rainbow(canvas: Canvas, horizon: float, sun: Sun) -> None:
    """A bow opposite the sun, stronger at its feet, with its faint outer twin."""
    middle_u = 1 - sun.u
    away = canvas.distance(middle_u, horizon + 0.06)
    for radius, flip, power in ((0.46, 1.0, 0.5), (0.60, -1.0, 0.15)):
        place = (away - radius) / 0.05 * flip + 0.5
        colours = [(0.0, rgb("#7A4FD0")), (0.25, rgb("#3F8FE0")), (0.45, rgb("#4CC46A")), (0.62, rgb("#F2E04C")),
                   (0.8, rgb("#F58A3C")), (1.0, rgb("#E0453C"))]  # fmt: skip
        mask = smooth(-0.05, 0.25, place) * smooth(1.05, 0.75, place)
        fade = smooth(-0.1, 0.5, canvas.v / horizon) * (canvas.v < horizon + 0.04)
        canvas.screen(ramp(colours, np.clip(place, 0, 1)), mask * fade * power)
    canvas.note("rainbow", "rainbow")


def meteors(canvas: Canvas, horizon: float, rng: np.random.Generator, count: int) -> None:
    """Short bright streaks from one radiant."""
    slope = float(rng.uniform(0.35, 0.8)) * (1 if rng.random() < 0.5 else -1)
    for index in range(count):
        length = rng.uniform(0.10, 0.28) if index else rng.uniform(0.22, 0.34)
        x0, y0 = rng.uniform(0.12, 0.88) * canvas.width, rng.uniform(0.08, 0.55) * horizon * canvas.height
        step_x, step_y = np.cos(np.arctan(slope)), abs(np.sin(np.arctan(slope)))
        step_x *= 1 if slope > 0 else -1
        dx, dy = canvas.u * canvas.width - x0, canvas.v * canvas.height - y0
        along = (dx * step_x + dy * step_y) / canvas.px(length)
        across = np.abs(-dx * step_y + dy * step_x) / canvas.px(0.0011)
        tail = np.clip(along, 0, 1) ** 1.8 * (along <= 1)
        canvas.screen((0.95, 0.97, 1.0), np.clip(np.exp(-(across**2)) * tail + np.exp(-across / 3) * tail * 0.25, 0, 1))
    canvas.note("shooting stars" if count > 1 else "a shooting star", "meteor")


def lightning(canvas: Canvas, horizon: float, rng: np.random.Generator) -> None:
    """A forked bolt and the light it throws into the cloud."""
    board: Field = np.zeros((canvas.height, canvas.width), np.uint8)
    start = np.array([rng.uniform(0.25, 0.75) * canvas.width, horizon * 0.05 * canvas.height])
    stack = [(start, 1.0, horizon * canvas.height * 0.98)]
    while stack:
        place, power, floor = stack.pop()
        heading = rng.normal(0, 0.25)
        points = [place]
        while place[1] < floor and len(points) < 60:
            heading = heading * 0.5 + rng.normal(0, 0.55)
            step = canvas.px(rng.uniform(0.008, 0.024))
            place = place + np.array([np.sin(heading), np.cos(heading) * 0.95]) * step
            points.append(place)
            if power > 0.5 and rng.random() < 0.10:
                stack.append((place, power * 0.5, place[1] + canvas.px(rng.uniform(0.08, 0.25))))
        fixed = np.round(np.array(points) * 8).astype(np.int32)
        cv2.polylines(board, [fixed], False, 255, max(1, round(canvas.px(0.0022 * power))), cv2.LINE_AA, 3)
    bolt = board.astype(np.float32) / 255
    canvas.screen((0.86, 0.88, 1.0), np.clip(cv2.GaussianBlur(bolt, (0, 0), canvas.px(0.012)) * 3.2, 0, 0.9))
    small = cv2.resize(bolt, (max(2, canvas.width // 8), max(2, canvas.height // 8)), interpolation=cv2.INTER_AREA)
    wide = cv2.GaussianBlur(small, (0, 0), canvas.px(0.09) / 8)
    wide = cv2.resize(wide, (canvas.width, canvas.height), interpolation=cv2.INTER_LINEAR)
    canvas.screen((0.70, 0.74, 0.98), np.clip(wide * 9, 0, 0.45) * smooth(horizon * 1.15, horizon * 0.8, canvas.v))
    canvas.screen((1.0, 1.0, 1.0), bolt)
    canvas.note("lightning", "lightning")


def full_sky(brief: Brief, canvas: Canvas, air: Air, horizon: float, sun: Sun, rng: np.random.Generator,
             high_cloud: float | None = None) -> None:  # fmt: skip
    """Everything that hour, weather and brief put into the sky, in the right order."""
    paint_sky(canvas, air, horizon, sun)
    starry = air.stars if brief.allows("star") else 0.0
    if (starry > 0.02 or brief.wants("star")) and air.weather not in ("rain", "storm"):
        stars(canvas, horizon, max(starry, 0.5 if brief.wants("star") else 0.0))
    if brief.wants("milkyway"):
        milky_way(canvas, horizon, rng, (adjust(air.glow, lightness=-0.12), adjust(air.glow, lightness=0.05)))
    if brief.wants("aurora"):
        aurora(canvas, horizon, rng, aurora_colours(brief, rng))
    if air.weather in ("rain", "storm", "cloudy", "snow"):
        overcast(canvas, air, horizon, {"storm": 1.0, "rain": 0.9, "cloudy": 0.8, "snow": 0.55}[air.weather])
    paint_sun(canvas, air, sun)
    if brief.allows("cloud", "clouds"):
        cover = high_cloud if high_cloud is not None else float(rng.uniform(0.25, 0.75)) * (0.5 if air.dark else 1)
        cirrus(canvas, air, sun, horizon, cover if air.weather == "clear" else cover * 0.4)
    meteor = brief.thing("meteor")
    if meteor:
        meteors(canvas, horizon, rng, meteor.count or 5)
    if brief.wants("rainbow"):
        rainbow(canvas, horizon, sun)
    if brief.wants("lightning") or (air.weather == "storm" and rng.random() < 0.35):
        lightning(canvas, horizon, rng)


def aurora_colours(brief: Brief, rng: np.random.Generator) -> tuple[Rgb, ...]:
    """Greens and violets by seed, or the colours that the brief wishes."""
    if brief.colours:
        wished = [colour for _, colour in brief.colours]
        return tuple(adjust(colour, lightness=0.12) for colour in (wished * 3)[:3])
    sets = (
        ("#43F0A8", "#35C9C4", "#8B6BE8"), ("#4BF0B4", "#3BBFE0", "#D06BE0"), ("#7CF08A", "#2FD0A0", "#4C8CF0"),
        ("#36E0C0", "#8A7BF0", "#F06BB0"),
    )  # fmt: skip
    return tuple(rgb(code) for code in sets[int(rng.integers(len(sets)))])
