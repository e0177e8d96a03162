"""Light and air: one coherent set of colours for the hour, weather, season, mood and wished palette of a picture.

A scene never picks colours alone; it asks `air_for` and uses sky, light, shade, haze and accents from it. That is what
keeps a picture in one light, and what makes "at night", "in fog" or "in red" reach every family in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, lightness, retint, rgb
from studio.engine.renderers.painter.noise import Field

SkyStops = tuple[tuple[float, Rgb], ...]


@dataclass(frozen=True)
class Air:
    """Colours of one light. `sky` runs from the zenith (0) to the horizon (1)."""

    time: str
    sky: SkyStops
    sun: Rgb
    glow: Rgb
    light: Rgb
    shade: Rgb
    haze: Rgb
    near: Rgb
    cloud: tuple[Rgb, Rgb, Rgb]
    water: Rgb
    accents: tuple[Rgb, ...]
    lamp: Rgb
    weather: str = "clear"
    season: str = "summer"
    stars: float = 0.0
    lamps_lit: bool = False
    sun_height: tuple[float, float] = (0.3, 0.7)
    """How far above the horizon the sun or moon may stand, as parts of the sky (low, high)."""
    contrast: float = 1.0
    foggy: float = 0.0

    @property
    def dark(self) -> bool:
        """Whether the scene is lit by moon, stars and lamps."""
        return self.time in ("night", "blue")

    def far(self, depth: float) -> Rgb:
        """A silhouette's colour: 0 far away in the haze, 1 right in front."""
        return blend(self.haze, self.near, depth)


def _preset(time: str, sky: str, parts: str, accents: str) -> Air:
    """Colours in order: sun glow light shade haze near cloud-lit cloud-mid cloud-dark water."""
    colours = [rgb(code) for code in sky.split()]
    positions = {3: (0, 0.55, 1), 4: (0, 0.42, 0.76, 1), 5: (0, 0.32, 0.6, 0.84, 1)}[len(colours)]
    sun, glow, light, shade, haze, near, lit, mid, dark, water = (rgb(code) for code in parts.split())
    night = time in ("night", "blue")
    return Air(
        time=time,
        sky=tuple(zip(positions, colours, strict=True)),
        sun=sun, glow=glow, light=light, shade=shade, haze=haze, near=near, cloud=(lit, mid, dark), water=water,
        accents=tuple(rgb(code) for code in accents.split()),
        lamp=rgb("#FFD98C"),
        stars={"night": 1.0, "blue": 0.3}.get(time, 0.0),
        lamps_lit=night or time == "dusk",
        sun_height={"dawn": (0.03, 0.16), "morning": (0.3, 0.5), "noon": (0.62, 0.82), "golden": (0.12, 0.28),
                    "dusk": (0.02, 0.12), "blue": (0.4, 0.7), "night": (0.55, 0.82)}[time],
    )  # fmt: skip


_WARM = "#E4573D #F6C667 #F8EBD2 #2F6F8F #E07A5F #7A4E8A #3D8C7A"
_FRESH = "#E5533D #F5C445 #FFFFFF #2D7FB8 #F08A4B #4E9E6B #8656A8"
_EMBER = "#E8503A #F7B84B #F6E3C0 #7E3F8C #D95F7E #2E7B93 #F28F3B"
_MOON = "#E7A55B #C94F5C #DDE6F2 #4F7FB0 #8E6FC0 #4FB39C #F0D58A"

PRESETS: dict[str, tuple[Air, ...]] = {
    "dawn": (
        _preset("dawn", "#6F9CC4 #B9BFD6 #F2C9BC #FBE3B8",
                "#FFF3D6 #FFC58A #FFD9B0 #6B6690 #F3CDBB #4A4766 #FFF0D8 #EBBFB6 #9A86A6 #6E93AE", _WARM),
        _preset("dawn", "#5C7FB5 #A9A3CE #F0AFB4 #FFD9A6",
                "#FFF0C8 #FFB07C #FFC9A0 #5D5688 #E9B7B4 #3B3760 #FFE6CC #E2A5AC #86709E #5F7FAA", _WARM),
        _preset("dawn", "#7FB3B8 #BFD8CC #F4E1BE #FFE9BC",
                "#FFFBE4 #FFDC9C #FFE7BE #56767E #E7DFC8 #2F4B54 #FFF6E0 #D9D8C4 #7E9CA0 #6FA0A2", _WARM),
    ),
    "morning": (
        _preset("morning", "#4C93C8 #8EC0DE #CFE5E8 #F7EFD8",
                "#FFFDF0 #FFF0C4 #FFF1CC #54748E #CFE0E4 #2C4A5A #FFFFFF #D8E6EC #8FA9BE #3F86A6", _FRESH),
    ),
    "noon": (
        _preset("noon", "#2C7FB8 #5FAAD6 #A5D6E6 #D8EFEE",
                "#FFFFF4 #FFFDE8 #FFF6D6 #4A6F92 #C2DEE8 #24485C #FFFFFF #D6E8F2 #8CB0CC #1F7A9E", _FRESH),
        _preset("noon", "#1E68B0 #4C9BD6 #8CCBEA #D4ECF0",
                "#FFFFF6 #FFF9DC #FFF3CC #42648F #B7D6EA #1F3F5C #FFFFFF #CFE2F0 #86A8C8 #146C94", _FRESH),
        _preset("noon", "#3A98B4 #74C2CC #B9E2D8 #EDF3DC",
                "#FFFFF4 #FFF8D8 #FFF4CC #48788A #CFE6DC #1E4A50 #FFFFFF #DCEDE8 #8FB8BC #1C8A96", _FRESH),
    ),
    "golden": (
        _preset("golden", "#5F93BE #A9BEC8 #F2D3A2 #FFC877",
                "#FFF4CF #FFC066 #FFCE86 #5C5878 #EFC897 #3E3247 #FFEBC4 #E6B48C #8E7690 #5E8496", _WARM),
        _preset("golden", "#4E7FA6 #B3B39C #F4C982 #FFB25E",
                "#FFF0C0 #FFAA4E #FFC070 #574A66 #EDB67C #36283A #FFE2B4 #DCA274 #7F657C #55788A", _EMBER),
    ),
    "dusk": (
        _preset("dusk", "#1E2458 #54407F #B7577B #F08A5D #FFC778",
                "#FFE6A8 #FF9A4E #FFB070 #3D2F66 #C76A86 #1B1638 #FFC98A #C2667F #4F3A74 #3A3470", _EMBER),
        _preset("dusk", "#27346B #6B5490 #D07A8E #F7A873 #FFD58C",
                "#FFEDB8 #FFA860 #FFBE84 #453A72 #D98E92 #221B40 #FFD3A0 #CF8090 #5E4A80 #45457E", _EMBER),
        _preset("dusk", "#16355A #3F6A86 #9A9A94 #EFA869 #FFC070",
                "#FFE9B0 #FF9F4C #FFB672 #2F4A66 #C79C84 #12233A #FFCF98 #B58C84 #466078 #2A5470", _EMBER),
        _preset("dusk", "#3A1C50 #7E2E66 #CF4B5C #F77F4F #FFB85C",
                "#FFDD94 #FF7F3E #FF9F62 #4A2456 #D4605E #210F2C #FFB27A #C9526A #5E2C60 #4A2858", _EMBER),
    ),
    "blue": (
        _preset("blue", "#101C46 #24407C #5272A6 #9FA8C4 #E2B9AC",
                "#F4F1FF #B8C8F0 #9FB6E4 #1E2C58 #7C8DB4 #0C1330 #AEBEDD #5F76A4 #243660 #22407A", _MOON),
        _preset("blue", "#151A4A #37377E #6F5C9C #B486A4 #EBB49A",
                "#FBEFFF #D0B0E0 #B8A6DA #28244F #9C86AE #110E2C #C8B4D4 #806CA4 #322C60 #34346E", _MOON),
    ),
    "night": (
        _preset("night", "#040818 #0A1738 #12305A #24566E",
                "#F4F7FF #CFE4FF #8FB4DC #0A1532 #24506C #040814 #7FA6C4 #2C5074 #0B1A36 #0C2A48", _MOON),
        _preset("night", "#060618 #12103C #2A2264 #4E3C82",
                "#FBF6FF #D8CCFF #A59CE0 #100D30 #463A78 #06050F #9C92CC #453C7C #15113A #1E1A50", _MOON),
        _preset("night", "#030A14 #07202E #0E3E48 #2C6A66",
                "#F2FFF8 #C4F2E0 #84C8BC #061A24 #2A5E62 #02080C #86BDB4 #2A5F66 #08202A #083038", _MOON),
    ),
}  # fmt: skip

_WEATHER_SKY: dict[str, tuple[str, float]] = {
    # weather: (colour that the sky is drawn towards, how far)
    "storm": ("#4A5560", 0.62), "rain": ("#7C8A94", 0.55), "snow": ("#CFD9E2", 0.5), "fog": ("#D6DAD8", 0.42),
    "cloudy": ("#A9B4BC", 0.45),
}  # fmt: skip

_OPEN_TIMES = ("dawn", "morning", "noon", "golden", "dusk", "dusk", "blue", "night")


def _recolour(air: Air, change: object) -> Air:
    """`air` with a function applied to every colour in it (accents and lamp included)."""
    assert callable(change)
    return replace(
        air,
        sky=tuple((position, change(colour)) for position, colour in air.sky),
        sun=change(air.sun), glow=change(air.glow), light=change(air.light), shade=change(air.shade),
        haze=change(air.haze), near=change(air.near), water=change(air.water),
        cloud=(change(air.cloud[0]), change(air.cloud[1]), change(air.cloud[2])),
        accents=tuple(change(colour) for colour in air.accents),
    )  # fmt: skip


def _weathered(air: Air, weather: str) -> Air:
    code, amount = _WEATHER_SKY.get(weather, ("#FFFFFF", 0.0))
    if not amount:
        return replace(air, weather=weather)
    level = {"night": 0.44 if weather == "snow" else 0.28, "blue": 0.5, "dusk": 0.72, "dawn": 0.92}.get(air.time, 1.0)
    base = rgb(code)
    target: Rgb = (base[0] * level, base[1] * level, base[2] * level)

    def veil(colour: Rgb) -> Rgb:
        return blend(colour, target, amount)

    def part(colour: Rgb) -> Rgb:
        return blend(colour, target, amount * 0.5)

    return replace(
        air,
        weather=weather,
        sky=tuple((position, veil(colour)) for position, colour in air.sky),
        glow=part(air.glow), haze=veil(air.haze), light=part(air.light), shade=part(air.shade),
        cloud=(part(air.cloud[0]), veil(air.cloud[1]), veil(air.cloud[2])), water=part(air.water),
        near=blend(air.near, target, 0.14 if weather == "fog" else 0.08),
        stars=air.stars * (0.0 if weather in ("rain", "storm", "fog", "cloudy") else 0.6),
        contrast=air.contrast * {"fog": 0.80, "snow": 0.9, "rain": 0.85, "storm": 1.05, "cloudy": 0.88}[weather],
        foggy={"fog": 1.0, "snow": 0.35, "rain": 0.35, "storm": 0.15, "cloudy": 0.1}[weather],
        lamps_lit=air.lamps_lit or weather in ("storm", "rain", "fog"),
    )  # fmt: skip


def _named_palette(air: Air, name: str) -> Air:
    """One of the named palettes of the lexicon, put over the air's own colours."""
    simple = {
        "pastel": lambda c: adjust(blend(c, rgb("#FBF1EA"), 0.38 if not air.dark else 0.3), chroma=0.95),
        "muted": lambda c: adjust(c, chroma=0.5),
        "vivid": lambda c: adjust(c, chroma=1.4),
        "jewel": lambda c: adjust(c, chroma=1.35, lightness=-0.05),
        "vintage": lambda c: adjust(blend(c, rgb("#D9B98C"), 0.22), chroma=0.8),
        "dark": lambda c: adjust(c, lightness=-0.12),
        "ice": lambda c: retint(c, rgb("#A9D4EA"), 0.7),
        "warm": lambda c: retint(c, rgb("#F0975A"), 0.42),
        "cool": lambda c: retint(c, rgb("#4E9CCB"), 0.5),
        "monochrome": lambda c: adjust(c, chroma=0.0),
        "sepia": lambda c: retint(adjust(c, chroma=0.05), rgb("#A67B4E"), 0.85),
        "autumn": lambda c: retint(c, rgb("#C8692B") if lightness(c) > 0.45 else rgb("#6E3A24"), 0.55),
    }
    if name in simple:
        return _recolour(air, simple[name])
    if name == "teal and orange":
        return _two_tone(air, rgb("#12808A"), rgb("#F28A3C"), 0.8)
    if name == "neon":
        neon = _two_tone(_recolour(air, lambda c: adjust(c, chroma=1.2)), rgb("#4A22C8"), rgb("#FF3D9A"), 0.72)
        return replace(
            neon,
            accents=tuple(rgb(code) for code in ["#FF3D9A", "#22E1FF", "#B14CFF", "#FFE14A", "#3DFFB0"]),
            lamp=rgb("#7DF0FF"),
            lamps_lit=True,
        )
    return air


def _two_tone(air: Air, deep: Rgb, bright: Rgb, amount: float) -> Air:
    """The upper sky, shade and water take one colour, the light, glow and horizon the other."""
    last = max(1, len(air.sky) - 1)
    sky = tuple(
        (position, retint(colour, deep if index / last < 0.55 else bright, amount))
        for index, (position, colour) in enumerate(air.sky)
    )
    return replace(
        air,
        sky=sky,
        sun=retint(air.sun, bright, amount * 0.4),
        glow=retint(air.glow, bright, amount),
        light=retint(air.light, bright, amount),
        haze=retint(air.haze, blend(bright, deep, 0.35), amount),
        shade=retint(air.shade, deep, amount),
        near=retint(air.near, deep, amount),
        water=retint(air.water, deep, amount),
        cloud=(
            retint(air.cloud[0], bright, amount),
            retint(air.cloud[1], blend(bright, deep, 0.5), amount),
            retint(air.cloud[2], deep, amount),
        ),
        accents=(bright, deep, *air.accents[2:3], adjust(bright, lightness=0.12), adjust(deep, lightness=0.15)),
    )


def _wished(air: Air, colours: tuple[tuple[str, Rgb], ...]) -> Air:
    """Free colour wishes: one colours everything, two become deep and bright, more also become the accents."""
    neutral = {"white", "silver", "grey", "gray", "black", "charcoal-grey", "ebony", "ivory", "cream"}
    real = [colour for name, colour in colours if name not in neutral]
    names = {name for name, _ in colours}
    if not real:
        if names & {"black", "ebony"} and names & {"white", "ivory", "silver"}:
            return _recolour(air, lambda c: adjust(c, chroma=0.08))
        if names & {"white", "ivory", "cream", "silver"}:
            return _recolour(air, lambda c: blend(c, rgb("#F4F4F2"), 0.35))
        if names & {"grey", "gray"}:
            return _recolour(air, lambda c: adjust(c, chroma=0.3))
        return _recolour(air, lambda c: adjust(c, chroma=0.7, lightness=-0.14)) if names else air
    if len(real) == 1:
        # A deep colour asks for a deep picture: crimson is not pink.
        depth = min(0.04, (lightness(real[0]) - 0.66) * 0.42)
        tinted = _recolour(air, lambda c: adjust(retint(c, real[0], 0.74), lightness=depth))
        # A picture of one hue is dull: light warms a little and shade keeps some of its own colour.
        return replace(tinted, light=blend(tinted.light, air.light, 0.35), sun=blend(tinted.sun, air.sun, 0.6),
                       shade=blend(tinted.shade, air.shade, 0.35), accents=(real[0], *air.accents[1:]))  # fmt: skip
    warm = sorted(real, key=lambda c: c[0] - c[2])
    toned = _two_tone(air, warm[0], warm[-1], 0.72)
    return replace(toned, accents=(*real, *(adjust(colour, lightness=0.15) for colour in real)))


def choose_time(brief: Brief, rng: np.random.Generator, usual: tuple[str, ...] = _OPEN_TIMES) -> str:
    """The hour: the prompt's, or one the scene usually shows, by seed."""
    if brief.time:
        return brief.time
    if brief.wants("aurora", "milkyway", "meteor", "firework", "firefly", "campfire"):
        return "night"
    if brief.wants("moon", "star"):
        return "night"
    if brief.mood == "dark":
        return ("night", "blue", "dusk")[int(rng.integers(3))]
    if brief.weather == "clear" and brief.says("sunny", "blue sky"):
        return "noon"
    if brief.wants("sun"):
        usual = ("morning", "noon", "golden")
    if brief.weather == "fog":
        usual = ("dawn", "dawn", "morning", "golden")
    if brief.wants("rainbow"):
        usual = ("morning", "golden", "noon")
    return usual[int(rng.integers(len(usual)))]


def air_for(brief: Brief, rng: np.random.Generator, usual: tuple[str, ...] = _OPEN_TIMES) -> Air:
    """The light of the picture: hour by `choose_time`, then weather, season, mood and palette over it."""
    time = choose_time(brief, rng, usual)
    variants = PRESETS[time]
    air = variants[int(rng.integers(len(variants)))]
    # Two variants mixed give many lights from a few good ones.
    other = variants[int(rng.integers(len(variants)))]
    if other is not air and len(other.sky) == len(air.sky):
        part = float(rng.uniform(0, 0.5))
        air = replace(
            air,
            sky=tuple((p, blend(a, b, part)) for (p, a), (_, b) in zip(air.sky, other.sky, strict=True)),
            haze=blend(air.haze, other.haze, part), near=blend(air.near, other.near, part),
        )  # fmt: skip
    air = _weathered(air, brief.weather or "clear")
    season = brief.season or ("winter" if brief.weather == "snow" else "summer")
    air = replace(air, season=season)
    if season == "winter" and time not in ("dusk",):
        air = _recolour(air, lambda c: retint(c, rgb("#B4CDE2"), 0.25))
    elif season == "autumn":
        air = replace(
            air,
            glow=retint(air.glow, rgb("#F2994A"), 0.4),
            haze=retint(air.haze, rgb("#E0A878"), 0.35),
            accents=tuple(rgb(code) for code in ["#D9772B", "#B5432A", "#E9B44C", "#7E2F2A", "#8A6B2E"]),
        )
    air = _mood(air, brief.mood)
    for name in brief.palettes:
        air = _named_palette(air, name)
    return _wished(air, brief.colours)


def _mood(air: Air, mood: str | None) -> Air:
    if mood == "dark":
        return replace(_recolour(air, lambda c: adjust(c, chroma=0.75, lightness=-0.07)), contrast=air.contrast * 1.1)
    if mood == "joyful":
        return _recolour(air, lambda c: adjust(c, chroma=1.15, lightness=0.02))
    if mood in ("sad", "cold"):
        return _recolour(air, lambda c: adjust(c, chroma=0.8))
    if mood == "dreamy":
        return _recolour(air, lambda c: adjust(c, hue_deg=-12, chroma=1.08, lightness=0.015))
    if mood == "dramatic":
        return replace(air, contrast=air.contrast * 1.12)
    return air


def finish_grade(brief: Brief, air: Air, pixels: Field) -> None:
    """The last grade, in place: contrast of the air, and the palettes that must hold for every pixel."""
    if air.foggy:
        veil = np.asarray(air.haze, np.float32)
        pixels += (veil - pixels) * (0.05 * air.foggy)
    if abs(air.contrast - 1) > 0.01:
        middle = np.float32(pixels.mean())
        pixels -= middle
        pixels *= air.contrast
        pixels += middle
    names = set(brief.palettes)
    if names & {"monochrome", "sepia"}:
        grey = pixels @ np.array([0.3, 0.59, 0.11], np.float32)
        grey = np.clip((grey - 0.5) * 1.12 + 0.5, 0, 1)
        tone = np.array(rgb("#FFF3DC") if "sepia" in names else (1.0, 1.0, 1.0), np.float32)
        low = np.array(rgb("#2A1A10") if "sepia" in names else (0.02, 0.02, 0.025), np.float32)
        pixels[:] = low + (tone - low) * grey[..., None]
    elif "muted" in names:
        grey = pixels @ np.array([0.3, 0.59, 0.11], np.float32)
        pixels += (grey[..., None] - pixels) * 0.25
