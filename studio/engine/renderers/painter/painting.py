"""`paint`: from a prompt and a seed to a finished picture."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from studio.engine.renderers.painter.air import Air, air_for, finish_grade
from studio.engine.renderers.painter.brief import Brief, read_brief, singulars
from studio.engine.renderers.painter.canvas import Canvas, Report
from studio.engine.renderers.painter.elements.cast import stand_in
from studio.engine.renderers.painter.naming import answered
from studio.engine.renderers.painter.noise import Field, generator
from studio.engine.renderers.painter.scenes import Family, families, family_for, open_choices
from studio.engine.renderers.painter.titles import compose_title

SMALLEST_PX, LARGEST_PX = 64, 2048


@dataclass(frozen=True)
class Painting:
    """A finished picture and what can be said about it.

    `pixels` is uint8, height x width x 3, sRGB. `scene` is the family drawn, `title` a label for the wall,
    `used_prompt` what was really drawn, in words, `style` the painting style that the prompt asks for (not applied
    here) or None, and `missing` the words for things that were asked for and are not in the picture.
    """

    pixels: Field
    scene: str
    title: str
    used_prompt: str
    style: str | None
    missing: tuple[str, ...] = ()


def _silent(_fraction: float, _label: str) -> None:
    return None


def paint(
    prompt: str,
    *,
    width: int,
    height: int,
    seed: int,
    negative: str = "",
    report: Report = _silent,
    falling: bool = True,
) -> Painting:
    """Paint what `prompt` asks for; the same prompt, size and seed give the same picture.

    `width` and `height` are in pixels, 64 to 2048 each. `negative` lists what must not appear. `report` is called
    with a fraction (0..1) and a few words while the work goes on. Without `falling`, rain and snow are left out of the
    air (for a film, where they fall); their light, wet and white stay. Raises ValueError for sizes out of range.
    """
    if not (SMALLEST_PX <= width <= LARGEST_PX and SMALLEST_PX <= height <= LARGEST_PX):
        raise ValueError(f"The painter works from {SMALLEST_PX} to {LARGEST_PX} px per edge, not {width} x {height}.")
    report(0.02, "Reading the brief")
    brief = read_brief(prompt, seed, negative, open_choices())
    family = family_for(brief)
    brief = replace(brief, family=family.name)
    base = (seed ^ zlib.crc32(_laid_out(brief).encode())) & 0x7FFFFFFF
    air = air_for(brief, generator(base, 11), family.hours)
    canvas = Canvas(width, height, base, report)
    canvas.falling = falling
    report(0.06, "Mixing colours")
    family.paint(brief, canvas, air, generator(base, 12))
    stand_in(brief, canvas, air, family.name)
    report(0.9, "Finishing")
    _finish(brief, family, air, canvas)
    counts = {note[1]: note[0] for note in canvas.counts}
    title = compose_title(brief, air, frozenset(canvas.drawn), counts, generator(base, 13), family.titles)
    report(1.0, "Done")
    missing = _missing(brief, canvas, family.name)
    words = _in_words(brief, air, family, canvas, missing)
    return Painting(canvas.bytes(), family.name, title, words, brief.style, missing)


def _laid_out(brief: Brief) -> str:
    """What decides where things are. Hour, weather, season and colours do not: the same place comes back in them."""
    shown = {thing.word for thing in brief.things} | {*brief.named, *brief.composition}
    return " ".join((brief.family, *sorted(shown)))


_PLACES: dict[str, tuple[str, ...]] = {
    "jungle": ("forest",), "rainforest": ("forest",), "forest": ("forest",), "desert": ("desert",),
    "beach": ("coast",), "city": ("city",), "street": ("city",), "market": (), "temple": (), "harbour": ("coast",),
}  # fmt: skip
"""Places that one would look for, and the families that show them."""
_LIGHT = frozenset(("moonlit", "starlit", "starry", "sunlight", "moonlight", "starlight", "sunbeam"))
"""Words for light, not for a thing to be seen."""


def _missing(brief: Brief, canvas: Canvas, family: str) -> tuple[str, ...]:
    """The words for what was asked for and is not in the picture."""
    told = {form for note in canvas.notes for word in note.lower().split() for form in singulars(word.strip(".,"))}
    drawn = frozenset(told | canvas.drawn)
    words = [thing.word for thing in brief.things if thing.kind not in drawn and thing.word not in _LIGHT]
    words += [
        place
        for place, families in _PLACES.items()
        if place in brief.words and family not in families and place not in told
    ]
    words += [word for word in brief.named if not answered(word, singulars(word), drawn)]
    return tuple(dict.fromkeys(words))


def _finish(brief: Brief, family: Family, air: Air, canvas: Canvas) -> None:
    if family.brush:
        canvas.brush(family.brush)
    finish_grade(brief, replace(air, foggy=0.0, contrast=1.0) if not family.weathered else air, canvas.pixels)
    canvas.vignette(family.vignette)
    canvas.grain(family.grain)


def _in_words(brief: Brief, air: Air, family: Family, canvas: Canvas, missing: tuple[str, ...]) -> str:
    """An honest description of the picture, with what was asked for and could not be drawn."""
    hour = {"blue": "twilight", "golden": "late afternoon", "noon": "midday"}.get(air.time, air.time)
    parts = [f"procedural {family.name.replace('_', ' ')} picture", *canvas.notes]
    if family.weathered:
        parts.append(hour)
        if air.weather != "clear":
            parts.append(
                {"fog": "fog", "snow": "snow", "rain": "rain", "storm": "storm light"}.get(air.weather, "cloud")
            )
        if brief.season:
            parts.append(brief.season)
    wished = [*brief.palettes, *(name for name, _ in brief.colours)]
    if wished:
        parts.append(" and ".join(dict.fromkeys(wished)) + " palette")
    words = ", ".join(parts)
    return f"{words} (asked for but not drawn: {', '.join(missing)})" if missing else words


def known_families() -> tuple[str, ...]:
    """The names of the families that can be painted."""
    return tuple(families())
