"""Sets of inks for pictures that have no weather: chosen by the wished colours, the palette, the mood, or the seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.colour import Rgb, adjust, lightness, rgb

Inks = tuple[Rgb, ...]


def _set(codes: str) -> Inks:
    return tuple(rgb(code) for code in codes.split())


SETS: dict[str, tuple[Inks, ...]] = {
    "any": (
        _set("#2B3A67 #C0395E #F28F3B #FBE3A5 #7BD0C9"),
        _set("#14324A #2F7F86 #E0A458 #D6513B #7A2E4D"),
        _set("#0E6C78 #8FD6C4 #F6EBD0 #F2A65A #B5476A"),
        _set("#3A2FB8 #E05A9C #FFB36B #FFF3CF #2A9D8F"),
        _set("#1F4E9A #0FA3A3 #F6B73C #D8432F #7A1F5C"),
        _set("#264653 #2A9D8F #E9C46A #F4A261 #E76F51"),
    ),
    "pastel": (_set("#BFD7EA #F7C8D0 #FBE7C6 #C9E4CA #D9C7E8"), _set("#A8D8EA #F9D5E5 #FFF1C1 #CDE7BE #D6C1E8")),
    "neon": (_set("#2D00F7 #F20089 #FF7A00 #00F5D4 #FEE440"), _set("#7400B8 #FF006E #FB5607 #3A86FF #80FFDB")),
    "autumn": (_set("#5E3023 #A44A3F #D4762C #F0B64B #7A8450"),),
    "warm": (_set("#5A1E2C #B3372F #E8743B #F6B65C #FBE6BC"),),
    "cool": (_set("#0B2545 #13527B #3C8DAD #8FD3D1 #E6F4EE"),),
    "ice": (_set("#12344D #3E7CB1 #81B7D9 #C8E4F0 #F4FAFC"),),
    "jewel": (_set("#0B3C49 #731963 #B23A48 #D9A441 #1B7F5C"),),
    "muted": (_set("#4A4E59 #8C7A6B #B8A99A #D8CFC0 #7F8F86"),),
    "vintage": (_set("#3D405B #A35638 #D9A566 #E9D8A6 #6B8F71"),),
    "dark": (_set("#0B0C10 #1F2833 #45505C #C5A880 #66304A"),),
    "monochrome": (_set("#16161A #4A4A50 #84848A #BEBEC2 #F2F2F0"),),
}

_MOODS = {"calm": "cool", "dark": "dark", "warm": "warm", "cold": "ice", "sad": "muted", "dreamy": "pastel"}
_SEASONS = {"autumn": "autumn", "winter": "ice", "spring": "pastel"}


def choose(brief: Brief, rng: np.random.Generator, own: Sequence[Inks] = ()) -> Inks:
    """Five inks, dark to light not guaranteed. Named colours win, then a palette, season or mood; else `own` or any."""
    if brief.colours:
        return _from_colours([colour for _, colour in brief.colours])
    wished = [name for name in brief.palettes if name in SETS]
    if not wished:
        wished = [name for name in (_SEASONS.get(brief.season or ""), _MOODS.get(brief.mood or "")) if name]
    sets = SETS[wished[0]] if wished else (own or SETS["any"])
    return sets[int(rng.integers(len(sets)))]


def _from_colours(colours: list[Rgb]) -> Inks:
    if len(colours) == 1:
        base = colours[0]
        return (
            adjust(base, lightness=-0.32, chroma=0.8),
            adjust(base, lightness=-0.14),
            base,
            adjust(base, lightness=0.16, chroma=0.8, hue_deg=12),
            adjust(base, lightness=0.32, chroma=0.45),
        )
    # Lighter and darker of each, never a mixture: blue and gold would meet in grey.
    out = list(colours[:5])
    steps = ((-0.16, 0.9), (0.16, 0.85), (0.3, 0.5))
    while len(out) < 5:
        extra = len(out) - len(colours)
        lift, chroma = steps[extra // len(colours)] if extra < 3 * len(colours) else steps[-1]
        out.append(adjust(colours[extra % len(colours)], lightness=lift, chroma=chroma))
    return tuple(out)


def by_light(inks: Inks) -> Inks:
    """The same inks from dark to light."""
    return tuple(sorted(inks, key=lightness))


def darkest(inks: Inks, floor: float = 0.16) -> Rgb:
    """A ground so dark that every ink shows on it; `floor` is its OKLab lightness."""
    base = by_light(inks)[0]
    return adjust(base, lightness=floor - lightness(base), chroma=0.6)


def paper(brief: Brief, rng: np.random.Generator) -> Rgb:
    """The sheet that is drawn on: ivory, cream or grey; dark at night or in a dark mood."""
    if brief.time in ("night", "blue") or brief.mood == "dark" or "dark" in brief.palettes or brief.says("black"):
        return rgb(("#1E2A2B", "#20222E", "#2A2320")[int(rng.integers(3))])
    return rgb(("#F3EEE2", "#F2EBDD", "#EFEAE0", "#F4EFE8")[int(rng.integers(4))])
