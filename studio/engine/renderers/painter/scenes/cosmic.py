"""The cosmos: ringed planets, nebulae, galaxies, eclipses, black holes, and the land of other worlds."""

from __future__ import annotations

import math

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, ramp, rgb
from studio.engine.renderers.painter.elements import craft, creatures
from studio.engine.renderers.painter.elements.planets import planet
from studio.engine.renderers.painter.elements.sky import Sun, stars
from studio.engine.renderers.painter.elements.vistas import alpine, dune_field
from studio.engine.renderers.painter.noise import warp
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch

_SCHEMES = (
    ("#05060F", "#171233", "#6A3B8F", "#E0729A", "#FFC08A"), ("#02080F", "#0A1F33", "#1F6E8C", "#58C7B8", "#F4E3A1"),
    ("#0A0410", "#2A0F2E", "#8C2F5E", "#F0705A", "#FFD08A"), ("#03050C", "#0E1840", "#3A55B8", "#8FB4F0", "#F0E4FF"),
    ("#060A08", "#10302C", "#2F8C6A", "#B8E07A", "#FFF0B0"),
)  # fmt: skip
"""Void, deep, body, bright and core colours of a piece of sky."""

_WORLDS = (
    ("#6E2F4F", "#C4604E", "#F0B57A", "#FBE3BE", "#B9707A"), ("#21456B", "#3F86A8", "#8CC8C8", "#E8F2DC", "#4A6E9A"),
    ("#5A4632", "#A88458", "#DFC48E", "#F6E8C8", "#8A6A4A"), ("#3B2A6A", "#7A55B0", "#C79AD6", "#F2DDEE", "#5A4590"),
    ("#4A1F1A", "#A3432C", "#DE7A4A", "#F4BE8A", "#7A2E2A"), ("#1E4A44", "#3E8C78", "#A4CC9C", "#EEF0C8", "#2E6A6A"),
)  # fmt: skip


def _scheme(brief: Brief, rng: np.random.Generator) -> tuple[Rgb, ...]:
    """Void, deep, body, bright, core: by seed, or built from the wished colours."""
    wish = [colour for _, colour in brief.colours]
    wish += [
        thing.colour
        for thing in brief.things
        if thing.colour and thing.kind in ("nebula", "galaxy", "star", "blackhole")
    ]
    if wish:
        first, second = wish[0], wish[1] if len(wish) > 1 else adjust(wish[0], hue_deg=38, lightness=0.1)
        return (
            adjust(first, lightness=-0.50, chroma=0.5),
            adjust(first, lightness=-0.32, chroma=0.8),
            first,
            adjust(second, lightness=0.1),
            adjust(blend(second, (1, 1, 1), 0.5), lightness=0.05),
        )
    if brief.says("mars", "martian"):
        return tuple(rgb(code) for code in ("#1C0D0C", "#5A241A", "#B4532E", "#E7A06A", "#F6D9B4"))
    base = tuple(rgb(code) for code in _SCHEMES[int(rng.integers(len(_SCHEMES)))])
    if "monochrome" in brief.palettes:
        return tuple(adjust(colour, chroma=0.0) for colour in base)
    if "neon" in brief.palettes:
        return tuple(rgb(code) for code in ("#06020F", "#1A0A3A", "#7A22C8", "#FF3D9A", "#7DF0FF"))
    return base


def _void(brief: Brief, canvas: Canvas, rng: np.random.Generator, scheme: tuple[Rgb, ...], cloud: float) -> None:
    """Deep space: two clouds of gas folded into each other, dust in front, stars through it."""
    void, deep, body, bright, core = scheme
    slow = canvas.noise(0.9, 4)
    canvas.fill(ramp([(0.0, void), (1.0, deep)], np.clip(0.45 + slow * 0.7, 0, 1)))
    fold_x, fold_y = canvas.noise(0.6, 5), canvas.noise(0.6, 5)
    reach = canvas.px(0.32)
    gas = warp(canvas.noise(0.55, 7, 0.54), fold_x * reach, fold_y * reach)
    second = warp(canvas.noise(0.42, 7, 0.56), fold_y * reach, -fold_x * reach)
    stars(canvas, 1.35, 1.1)
    density = smooth(-0.05, 0.75, gas + 0.12) * cloud
    canvas.screen(body, density * 0.85)
    canvas.screen(bright, smooth(0.08, 0.8, gas * 0.6 + second * 0.7) * 0.72 * cloud)
    canvas.screen(core, smooth(0.34, 0.95, gas * 0.7 + second * 0.6 + 0.08) * 0.75 * cloud)
    dust = smooth(0.05, 0.55, warp(canvas.noise(0.34, 7, 0.58), fold_x * reach * 1.3, fold_y * reach * 1.3) + 0.02)
    canvas.multiply(adjust(void, lightness=0.02), dust * 0.62 * cloud)


def _bright_stars(canvas: Canvas, rng: np.random.Generator, count: int, tint: Rgb) -> None:
    """A few near stars with fine diffraction spikes."""
    for _ in range(count):
        u, v = float(rng.uniform(0.04, 0.96)), float(rng.uniform(0.04, 0.96))
        size = float(rng.uniform(0.25, 1.0)) ** 2 * 0.022 + 0.006
        reach = canvas.px(size * 2.4)
        x, y = u * canvas.width, v * canvas.height
        box = canvas.box(x - reach, y - reach, x + reach, y + reach)
        if box.empty:
            continue
        dx = (np.arange(box.left, box.right, dtype=np.float32)[None, :] - x) / canvas.px(size)
        dy = (np.arange(box.top, box.bottom, dtype=np.float32)[:, None] - y) / canvas.px(size)
        away = np.sqrt(dx * dx + dy * dy)
        spike = np.exp(-np.abs(dx) * 26) * np.exp(-np.abs(dy) * 2.0) + np.exp(-np.abs(dy) * 26) * np.exp(
            -np.abs(dx) * 2.0
        )
        canvas.screen(
            tint,
            np.clip(
                (np.exp(-away * 9) * 1.2 + np.exp(-away * 3.2) * 0.28 + spike * 0.55) * np.clip(1 - away / 2.4, 0, 1),
                0,
                1,
            ),
            box,
        )


def _galaxy(canvas: Canvas, rng: np.random.Generator, scheme: tuple[Rgb, ...]) -> None:
    """A spiral seen at an angle: warm core, blue arms, dust lanes, knots of young stars."""
    middle = (0.5 + float(rng.normal(0, 0.04)), 0.5 + float(rng.normal(0, 0.03)))
    tilt, squash = float(rng.uniform(-0.7, 0.7)), float(rng.uniform(0.38, 0.72))
    dx = (canvas.u - middle[0]) * canvas.width / canvas.unit_px
    dy = (canvas.v - middle[1]) * canvas.height / canvas.unit_px
    along, across = dx * math.cos(tilt) + dy * math.sin(tilt), (-dx * math.sin(tilt) + dy * math.cos(tilt)) / squash
    stir_x, stir_y = canvas.noise(0.14, 6, 0.56), canvas.noise(0.14, 6, 0.56)
    ax, ay = along + stir_x * 0.035, across + stir_y * 0.035
    away, angle = np.sqrt(ax * ax + ay * ay) + 1e-4, np.arctan2(ay, ax)
    wind = float(rng.uniform(2.2, 3.2)) * (1 if rng.random() < 0.5 else -1)
    arms = int(rng.choice([2, 2, 3]))
    phase = angle * arms - wind * np.log(away * 9) * arms * 0.62
    arm = np.clip(0.5 + 0.5 * np.cos(phase), 0, 1) ** 2.2
    lane = np.clip(0.5 + 0.5 * np.cos(phase + 0.85), 0, 1) ** 5
    away = away / 1.3
    fade = np.exp(-away / 0.20)
    mottle = canvas.noise(0.05, 5, 0.62)
    void, _deep, body, bright, core = scheme
    canvas.screen(adjust(body, lightness=0.05), np.clip(fade * 0.55 + arm * fade * (1.15 + mottle) * 1.5, 0, 1) * 0.8)
    canvas.screen(bright, np.clip(arm**2 * np.exp(-away / 0.24) * (0.55 + 1.3 * mottle) * 1.4, 0, 1) * 0.8)
    canvas.multiply(
        blend(void, (0.3, 0.16, 0.12), 0.4),
        np.clip(lane * np.exp(-away / 0.25) * (0.8 + mottle) * smooth(0.03, 0.10, away) * 1.3, 0, 0.75),
    )
    canvas.screen(core, np.exp(-((away / 0.055) ** 1.15)) * 0.98 + np.exp(-away / 0.11) * 0.42)
    canvas.screen((1.0, 0.98, 0.92), np.exp(-((away / 0.020) ** 1.3)))
    count = 5200
    r = rng.exponential(0.21, count)
    base = (
        (rng.integers(0, arms, count) * math.tau / arms)
        + wind * 0.62 * np.log(r * 9 + 1e-3)
        + rng.normal(0, 0.30, count)
    )
    sx, sy = r * np.cos(base), r * np.sin(base) * squash
    cx = (middle[0] * canvas.width + (sx * math.cos(tilt) - sy * math.sin(tilt)) * canvas.unit_px).astype(int)
    cy = (middle[1] * canvas.height + (sx * math.sin(tilt) + sy * math.cos(tilt)) * canvas.unit_px).astype(int)
    keep = (cx >= 0) & (cx < canvas.width) & (cy >= 0) & (cy < canvas.height)
    field = np.zeros((canvas.height, canvas.width), np.float32)
    np.add.at(field, (cy[keep], cx[keep]), (rng.random(int(keep.sum())) ** 3).astype(np.float32))
    field = cv2.GaussianBlur(field, (0, 0), max(0.55, canvas.unit_px / 1700)) * 2.4
    canvas.screen(blend(bright, (1, 1, 1), 0.6), np.clip(field, 0, 1))
    canvas.note("a spiral galaxy", "galaxy")


def _eclipse(canvas: Canvas, rng: np.random.Generator, scheme: tuple[Rgb, ...]) -> None:
    """The corona around a black disc: long streamers, a thin chromosphere, one bead of light."""
    u, v, radius = 0.5 + float(rng.normal(0, 0.02)), 0.45, 0.17
    dx = (canvas.u - u) * canvas.width / canvas.unit_px
    dy = (canvas.v - v) * canvas.height / canvas.unit_px
    away, angle = np.sqrt(dx * dx + dy * dy), np.arctan2(dy, dx)
    from studio.engine.renderers.painter.noise import NoiseAt

    noise = NoiseAt(canvas.next_seed(), 6)
    beyond = np.clip(away - radius, 0, 9)
    swirl = angle + beyond * 0.25
    streams = noise.fbm(np.cos(swirl) * 3.2 + 9, np.sin(swirl) * 3.2 + beyond * 0.7, octaves=6, gain=0.58)
    fine = noise.fbm(np.cos(swirl) * 8 + 3, np.sin(swirl) * 8 + beyond * 2.2, octaves=4, gain=0.6)
    lobe = 0.75 + 0.35 * np.cos(2 * (angle - float(rng.uniform(0, 3))))
    reach = np.clip(0.060 * lobe * (1 + 1.5 * streams), 0.015, 1)
    corona = np.exp(-beyond / reach) * (0.8 + 0.55 * fine)
    canvas.screen(blend(scheme[4], (1, 1, 1), 0.5), np.clip(corona * 0.95, 0, 1))
    canvas.screen(scheme[3], np.clip(np.exp(-beyond / (reach * 3.4)) * 0.46 * (0.9 + 0.7 * fine), 0, 1))
    canvas.screen((1, 1, 1), np.exp(-beyond / 0.006) * 0.9)
    canvas.lay((0.008, 0.008, 0.016), smooth(radius + 0.0015, radius - 0.0015, away))
    bead = -math.pi / 4 + float(rng.normal(0, 0.3))
    bu, bv = (
        u + math.cos(bead) * radius * canvas.unit_px / canvas.width,
        v + math.sin(bead) * radius * canvas.unit_px / canvas.height,
    )
    near = canvas.distance(bu, bv)
    canvas.screen((1, 0.99, 0.96), np.clip(np.exp(-near / 0.012) + np.exp(-near / 0.06) * 0.45, 0, 1))
    canvas.note("a total eclipse", "eclipse", "sun", "moon")


def _black_hole(canvas: Canvas, rng: np.random.Generator, scheme: tuple[Rgb, ...]) -> None:
    """A black hole with its disc of light, bent over the top as gravity does."""
    dx0 = (canvas.u - 0.5) * canvas.width / canvas.unit_px
    dy0 = (canvas.v - 0.48) * canvas.height / canvas.unit_px
    lean = float(rng.uniform(-0.25, 0.25))
    dx, dy = dx0 * math.cos(lean) + dy0 * math.sin(lean), -dx0 * math.sin(lean) + dy0 * math.cos(lean)
    away = np.sqrt(dx * dx + dy * dy)
    hole = 0.13
    hot, warm = blend(scheme[4], (1, 1, 1), 0.35), scheme[3]
    streaks = warp(canvas.noise((0.010, 0.3), 5, 0.6), np.float32(0), dy * 20)
    canvas.screen(warm, np.clip(np.exp(-np.abs(away - hole * 1.55) / 0.035) * (0.85 + 0.3 * streaks), 0, 1))
    canvas.screen(hot, np.exp(-np.abs(away - hole * 1.28) / 0.010))
    flat = np.sqrt(dx * dx + (dy / 0.13) ** 2)
    disc = smooth(hole * 1.35, hole * 1.9, flat) * np.exp(-np.clip(flat - hole * 1.6, 0, 9) / 0.16)
    canvas.lay((0.004, 0.004, 0.008), smooth(hole * 1.16, hole * 1.10, away) * (1 - 0 * disc))
    beam = 1 + 0.5 * np.tanh(dx * -6)
    canvas.screen(warm, np.clip(disc * (0.95 + 0.7 * streaks) * beam, 0, 1))
    canvas.screen(hot, np.clip(disc**2 * (0.8 + 0.6 * streaks) * beam * 0.9, 0, 1))
    front = np.exp(-((dy / (0.010 + 0.02 * np.exp(-np.abs(dx) / 0.3))) ** 2)) * np.exp(
        -np.clip(np.abs(dx) - 0.12, 0, 9) / 0.15
    )
    canvas.screen(warm, np.clip(front * (1.0 + 0.6 * streaks) * beam, 0, 1))
    canvas.screen(hot, np.clip(front**3 * beam * 1.1, 0, 1))
    canvas.screen(warm, np.exp(-away / 0.34) * 0.20)
    canvas.note("a black hole with its disc of light", "blackhole")


def _alien_land(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, scheme: tuple[Rgb, ...]) -> None:
    """Standing on another world, with a planet over the horizon."""
    from dataclasses import replace

    horizon = float(rng.uniform(0.62, 0.70))
    void, deep, body, bright, core = scheme
    sky = ((0.0, void), (0.45, deep), (0.8, blend(deep, body, 0.7)), (1.0, blend(body, bright, 0.65)))
    local = replace(
        air,
        time="dusk",
        sky=sky,
        haze=blend(body, bright, 0.4),
        near=adjust(void, lightness=0.02),
        light=blend(bright, core, 0.5),
        shade=blend(deep, body, 0.3),
        glow=bright,
        cloud=(core, bright, body),
    )
    canvas.fill(ramp(sky, np.clip(canvas.v / horizon + canvas.noise((0.3, 1.0), 3) * 0.05, 0, 1)))
    stars(canvas, horizon * 1.05, 1.2)
    _haze_gas(canvas, scheme)
    u = float((0.3, 0.36, 0.64, 0.7)[int(rng.integers(4))])
    side = 1.0 if u < 0.5 else -1.0
    light = (side * 0.75, -0.25, 0.5)
    world = tuple(rgb(code) for code in _WORLDS[int(rng.integers(len(_WORLDS)))])
    ring = (
        (adjust(world[3], lightness=-0.05), world[2], adjust(world[4], lightness=-0.08))
        if brief.wants("ringed") or rng.random() < 0.6
        else None
    )
    planet(
        canvas,
        rng,
        (u, horizon * 0.46),
        0.17,
        world,
        light,
        bright,
        banded=rng.random() < 0.6,
        ring=ring,
        tilt=float(rng.uniform(-0.5, 0.5)),
    )
    for _ in range(2):
        moon = tuple(rgb(code) for code in _WORLDS[int(rng.integers(len(_WORLDS)))])
        planet(
            canvas,
            rng,
            (float(rng.uniform(0.05, 0.95)), horizon * float(rng.uniform(0.1, 0.75))),
            float(rng.uniform(0.014, 0.035)),
            moon,
            light,
            bright,
            banded=False,
        )
    sun = Sun(0.5 + side * 0.4, horizon * 0.9, 0.03, False)
    if rng.random() < 0.5:
        alpine(canvas, local, sun, rng, horizon, snow_line=2.0, peak=0.75)
    else:
        dune_field(canvas, local, sun, rng, horizon, blend(body, bright, 0.5))
    canvas.note("the land of another world under a planet", "planet", *(("ringed",) if ring else ()))
    _travellers(brief, canvas, local, sun, rng, 0.90)


def _haze_gas(canvas: Canvas, scheme: tuple[Rgb, ...]) -> None:
    fold = canvas.noise(0.5, 4) * canvas.px(0.25)
    gas = warp(canvas.noise((0.22, 0.6), 6, 0.55), fold, fold)
    canvas.screen(scheme[2], smooth(0.0, 0.8, gas) * 0.5)


def _travellers(brief: Brief, canvas: Canvas, air: Air, sun: Sun, rng: np.random.Generator, line: float) -> None:
    """Rocket and astronaut, standing on ground or adrift."""
    ground = line < 1
    if brief.wants("rocket"):
        size = canvas.px(0.30)
        foot = (canvas.width * (0.68 if sun.u < 0.5 else 0.32), canvas.height * (line if ground else 0.64))
        sketch = Sketch(
            canvas, canvas.box(foot[0] - size, foot[1] - size * 1.1, foot[0] + size, foot[1] + size * 0.6), 4
        )
        if not ground:
            for tone, scale in (("#FF8A3C", 1.0), ("#FFD27A", 0.62), ("#FFFFFF", 0.3)):
                angle = math.radians(38)
                tip = (foot[0] - math.sin(angle) * size * 0.7 * scale, foot[1] + math.cos(angle) * size * 0.7 * scale)
                across = (math.cos(angle) * size * 0.09 * scale, math.sin(angle) * size * 0.09 * scale)
                sketch.polygon(
                    [(foot[0] - across[0], foot[1] - across[1]), (foot[0] + across[0], foot[1] + across[1]), tip],
                    rgb(tone),
                )
        craft.rocket(sketch, air, foot, size, sun.side, 0.0 if ground else 38.0)
        sketch.paint()
        canvas.note("a rocket", "rocket")
    if brief.wants("astronaut") or (ground and brief.wants("figure")):
        size = canvas.px(0.17 if ground else 0.26)
        foot = (canvas.width * (0.40 if sun.u < 0.5 else 0.60), canvas.height * (line + 0.02 if ground else 0.66))
        sketch = Sketch(
            canvas, canvas.box(foot[0] - size, foot[1] - size * 1.2, foot[0] + size, foot[1] + size * 0.2), 4
        )
        suit = rgb("#E6E8EE")
        creatures.draw(
            sketch,
            "figure",
            foot,
            size,
            adjust(suit, lightness=-0.25),
            1.0,
            rim=rgb("#FFFFFF"),
            rim_side=sun.side,
            turn=0.0 if ground else 0.35,
        )
        head = (foot[0] + (0 if ground else size * 0.32), foot[1] - size * (0.93 if ground else 0.87))
        sketch.ellipse(
            (head[0] - size * 0.02, head[1] + size * 0.30), size * 0.17, size * 0.20, adjust(suit, lightness=-0.14)
        )
        sketch.ellipse(head, size * 0.125, size * 0.125, suit)
        sketch.ellipse(
            (head[0] + size * 0.02 * sun.side, head[1] + size * 0.005), size * 0.09, size * 0.078, rgb("#2A3A5A")
        )
        sketch.ellipse(
            (head[0] + size * 0.045 * sun.side, head[1] - size * 0.02), size * 0.03, size * 0.02, rgb("#BFD8F0")
        )
        sketch.paint()
        canvas.note("an astronaut", "astronaut", "figure")


def _moons(
    brief: Brief, canvas: Canvas, rng: np.random.Generator, u: float, light: tuple[float, float, float], glow: Rgb
) -> int:
    """Moons around the great planet, or its sister planets if several were asked for; returns how many."""
    thing = brief.thing("planet")
    moons = brief.thing("moon")
    count = (moons.count or 2) if moons else int(rng.integers(1, 3))
    if thing and thing.count and thing.count > 1:
        count = thing.count - 1
    for index in range(int(np.clip(count, 0, 8))):
        angle = float(rng.uniform(0, math.tau))
        place = (
            u + math.cos(angle) * (0.30 + 0.07 * index) * min(1.0, canvas.height / canvas.width + 0.25),
            0.5 + math.sin(angle) * 0.36,
        )
        colours = tuple(rgb(code) for code in _WORLDS[int(rng.integers(len(_WORLDS)))])
        planet(
            canvas,
            rng,
            (float(np.clip(place[0], 0.06, 0.94)), float(np.clip(place[1], 0.08, 0.92))),
            float(rng.uniform(0.022, 0.05)) * (1.6 if thing and thing.count else 1.0),
            colours,
            light,
            glow,
            banded=bool(thing and thing.count and rng.random() < 0.5),
        )
    return count


def _planets(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, scheme: tuple[Rgb, ...]) -> None:
    """One great planet, ringed more often than not, with moons."""
    u = float((0.40, 0.5, 0.60)[int(rng.integers(3))])
    if "symmetric" in brief.composition:
        u = 0.5
    side = 1.0 if rng.random() < 0.5 else -1.0
    light = (side * 0.66, float(rng.uniform(-0.5, -0.1)), float(rng.uniform(0.35, 0.7)))
    earth = brief.wants("earth")
    world = tuple(
        rgb(code)
        for code in (
            ("#123A6B", "#1F5C9A", "#3E7A52", "#C9B98A", "#F4F6F8")
            if earth
            else _WORLDS[int(rng.integers(len(_WORLDS)))]
        )
    )
    if brief.colours:
        wish = brief.colours[-1][1]
        world = tuple(
            blend(colour, adjust(wish, lightness=(index - 2) * 0.10), 0.6) for index, colour in enumerate(world)
        )
    ringed = (
        brief.wants("ringed")
        or (not earth and not brief.wants("planet") and rng.random() < 0.7)
        or (brief.wants("planet") and rng.random() < 0.45)
    )
    if not brief.allows("ringed", "ring"):
        ringed = False
    ring = (
        (adjust(world[3], lightness=-0.04), blend(world[2], world[3], 0.4), adjust(world[4], lightness=-0.06))
        if ringed
        else None
    )
    radius = (0.215 if ringed else 0.29) * (
        1.3
        if "close" in brief.composition
        else 0.75
        if "minimal" in brief.composition or "wide" in brief.composition
        else 1.0
    )
    radius = min(radius, 0.44 * min(canvas.width, canvas.height) / canvas.unit_px / (1.9 if ringed else 1.0) * 1.15)
    banded = not earth and (ringed or rng.random() < 0.5)
    planet(
        canvas,
        rng,
        (u, 0.5 + float(rng.normal(0, 0.02))),
        radius,
        world,
        light,
        blend(world[3], scheme[3], 0.4) if not earth else rgb("#8CC4FF"),
        banded=banded,
        ring=ring,
        tilt=float(rng.choice([-1, 1])) * float(rng.uniform(0.2, 0.5)),
    )
    count = _moons(brief, canvas, rng, u, light, scheme[3])
    words = "the Earth" if earth else "a ringed planet" if ringed else "a planet"
    canvas.note(
        words + (f" with {count} moon{'s' if count != 1 else ''}" if count else ""),
        "planet",
        "moon",
        *(("ringed",) if ringed else ()),
        *(("earth",) if earth else ()),
    )


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Choose the body by subject and seed, over deep space."""
    scheme = _scheme(brief, rng)
    land = brief.says(
        "alien", "alien world", "exoplanet", "moonscape", "lunar", "land", "landscape", "mars", "surface"
    ) or (brief.wants("figure", "astronaut") and rng.random() < 0.5)
    subject = next(
        (
            kind
            for kind in ("eclipse", "blackhole", "galaxy", "ringed", "earth", "planet", "nebula")
            if brief.wants(kind)
        ),
        None,
    )
    if subject is None and not land:
        subject = ("ringed", "ringed", "nebula", "galaxy", "eclipse", "land", "planet", "land")[int(rng.integers(8))]
    if (land and subject in (None, "planet", "ringed")) or subject == "land":
        _alien_land(brief, canvas, air, rng, scheme)
        canvas.bloom(0.45)
        return
    cloud = {"nebula": 1.0, "galaxy": 0.30, "eclipse": 0.16, "blackhole": 0.34}.get(subject or "", 0.55)
    if brief.wants("nebula"):
        cloud = 1.0
    _void(brief, canvas, rng, scheme, cloud)
    _bright_stars(canvas, rng, 14 if subject in ("nebula", None) else 6, blend(scheme[4], (1, 1, 1), 0.6))
    canvas.note("", "star")
    if subject == "galaxy":
        _galaxy(canvas, rng, scheme)
    elif subject == "eclipse":
        _eclipse(canvas, rng, scheme)
    elif subject == "blackhole":
        _black_hole(canvas, rng, scheme)
    elif subject in ("ringed", "planet", "earth"):
        _planets(brief, canvas, air, rng, scheme)
    else:
        canvas.note("a nebula", "nebula")
    if brief.wants("nebula") and subject != "nebula":
        canvas.note("in a nebula", "nebula")
    _travellers(brief, canvas, air, Sun(0.3, 0.3, 0.03, False), rng, 1.2)
    canvas.progress(0.8, "Starlight")
    canvas.bloom(0.5)


FAMILY = Family("cosmic", paint, hours=("night",), open_weight=3, brush=0.12, vignette=0.24, weathered=False)
