"""Posters, covers and cards: a picture of another family with the asked words set large; and logos with a mark."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief, Thing, read_brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import marks
from studio.engine.renderers.painter.elements.furniture import slab
from studio.engine.renderers.painter.elements.lettering import BOLD, PLAIN, SERIF, ink_of, readable
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.scenes import Family, families
from studio.engine.renderers.painter.sketch import Sketch

_GROUNDS = (
    ("#F3E9D6", "#20303C", "#C4512F"),
    ("#14252E", "#F2E6CC", "#E7A23C"),
    ("#E9DCC6", "#3A1F2B", "#B5483C"),
    ("#21372F", "#F0E8D2", "#D9A441"),
    ("#F6F1E7", "#1F2A44", "#3F7C85"),
)
_LOGO_WORDS = ("logo", "logotype", "emblem", "badge", "brand mark", "monogram", "sticker")


def _inks(brief: Brief, rng: np.random.Generator) -> tuple[Rgb, Rgb, Rgb]:
    """Ground, letters and a third colour; wished colours take the letters' and the third's place."""
    ground, letters, third = (rgb(code) for code in _GROUNDS[int(rng.integers(len(_GROUNDS)))])
    wished = [colour for _, colour in brief.colours]
    if wished:
        third = wished[0]
        ground = adjust(wished[1], lightness=0.02) if len(wished) > 1 else blend(wished[0], rgb("#FBF6EC"), 0.86)
        letters = adjust(blend(wished[0], (0.08, 0.07, 0.09), 0.55), lightness=-0.02)
    return ground, readable(ground, letters), third


def _lay_words(canvas: Canvas, ink: Field, colour: Rgb, halo: Rgb | None = None) -> None:
    if halo is not None:
        blur = cv2.GaussianBlur(ink, (0, 0), max(1.0, canvas.px(0.012)))
        canvas.lay(halo, np.clip(blur * 1.5, 0, 0.6))
    canvas.lay(colour, ink)


def _logo(brief: Brief, canvas: Canvas, rng: np.random.Generator) -> None:
    ground, letters, third = _inks(brief, rng)
    texture = 1 + 0.012 * canvas.noise(0.01, 2)
    canvas.fill(np.asarray(ground, np.float32) * texture[..., None])
    size = min(canvas.width, canvas.height)
    words = " ".join(brief.wording)
    x, y = canvas.width / 2, canvas.height * (0.40 if words else 0.5)
    radius = size * (0.245 if words else 0.36)
    sketch = Sketch(canvas, scale=3)
    manner = int(rng.integers(3))
    inside = third
    if manner == 0:  # a full disc, the mark cut out of it
        sketch.ellipse((x, y), radius, radius, third)
        sketch.line(
            [(x + radius * 0.9 * np.cos(a), y + radius * 0.9 * np.sin(a)) for a in np.linspace(0, 6.2832, 90)],
            radius * 0.022,
            ground,
        )
        inside = readable(third, ground)
    elif manner == 1:  # two rings
        for reach, thick in ((1.0, 0.05), (0.89, 0.018)):
            sketch.line(
                [(x + radius * reach * np.cos(a), y + radius * reach * np.sin(a)) for a in np.linspace(0, 6.2832, 90)],
                radius * thick,
                letters,
            )
    else:  # a soft square
        sketch.polygon(
            slab(x - radius * 0.92, y - radius * 0.92, x + radius * 0.92, y + radius * 0.92, radius * 0.34), third
        )
        inside = readable(third, ground)
    name = marks.choose(brief)
    marks.draw(sketch, name, (x, y), radius * 0.62, inside, ground if manner == 1 else blend(third, (0, 0, 0), 0.25))
    if words:
        for side in (-1, 1):
            line = y + radius * 1.33
            sketch.line([(x + side * size * 0.30, line), (x + side * size * 0.06, line)], size * 0.004, third)
        sketch.ellipse((x, y + radius * 1.33), size * 0.010, size * 0.010, third)
    sketch.paint()
    if words:
        serif = rng.random() < 0.4
        top = y + radius * 1.48
        ink = ink_of(
            canvas,
            words if serif else words.upper(),
            (canvas.width * 0.1, top, canvas.width * 0.9, canvas.height * 0.9),
            SERIF if serif else BOLD,
            0.02 if serif else 0.09,
            size * 0.12,
        )
        _lay_words(canvas, ink, letters)
        canvas.note(f"the words “{words}”")
    canvas.note(f"a logo with {marks.NAMES[name]}", name)


def _picture(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, width: int, height: int) -> Canvas:
    """The picture of a poster, by the family that the prompt's subject asks for."""
    known = families()
    told = read_brief(" ".join(brief.wording), canvas.seed).ranking  # "Summer jazz" also says what to show
    names = [name for name in (*brief.ranking, *told) if name in known and name != "poster"]
    if not names and any("birthday" in words.lower() or "congrat" in words.lower() for words in brief.wording):
        names, brief = ["hills"], replace(brief, things=(Thing("balloon", "balloons", 5),))
    name = names[0] if names else ("abstract", "hills", "coast", "mountains")[int(rng.integers(4))]
    board = Canvas(max(64, width), max(64, height), canvas.next_seed())
    board.falling = canvas.falling
    known[name].paint(replace(brief, family=name), board, air, rng)
    if known[name].brush:
        board.brush(known[name].brush)
    for note in board.notes:
        canvas.note(note)
    canvas.drawn.update(board.drawn)
    canvas.counts.extend(board.counts)
    return board


def _poster(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    ground, letters, third = _inks(brief, rng)
    width, height = canvas.width, canvas.height
    edge = round(min(width, height) * 0.055)
    wide = width > height * 1.3
    panel = 0.0 if not brief.wording else (0.36 if wide else 0.27)
    right = width - edge - round(width * panel if wide else 0)
    bottom = height - edge - round(0 if wide else height * panel)
    board = _picture(brief, canvas, air, rng, right - edge, bottom - edge)
    canvas.fill(np.asarray(ground, np.float32) * (1 + 0.012 * canvas.noise(0.008, 2))[..., None])
    pixels = cv2.resize(board.pixels, (right - edge, bottom - edge), interpolation=cv2.INTER_AREA)
    canvas.pixels[edge:bottom, edge:right] = np.clip(pixels, 0, 1)
    if not brief.wording:
        canvas.note("a picture in a poster's border")
        return
    head = brief.wording[0].upper() if len(brief.wording[0]) < 40 else brief.wording[0]
    more = " · ".join(brief.wording[1:])
    box = (
        (right + edge, edge * 2, width - edge, height - edge * (4.5 if more else 2))
        if wide
        else (edge * 1.2, bottom + edge * 0.35, width - edge * 1.2, height - edge * (2.0 if more else 0.75))
    )
    _lay_words(canvas, ink_of(canvas, head, box, BOLD, 0.015, height * 0.17), letters)
    if more:
        low = (box[0], box[3] + edge * 0.2, box[2], height - edge * 0.7)
        _lay_words(
            canvas,
            ink_of(canvas, more, low, PLAIN, 0.03, height * 0.035),
            third if abs(sum(third) - sum(ground)) > 0.9 else letters,
        )
    sketch = Sketch(canvas, scale=2)
    if wide:
        sketch.polygon(slab(right + edge * 0.35, edge, right + edge * 0.5, height - edge), third)
    else:
        sketch.polygon(slab(edge, bottom + edge * 0.16, width - edge, bottom + edge * 0.27), third)
    sketch.paint()
    canvas.note(f"a poster with the words “{' / '.join(brief.wording)}”")


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A logo where one is asked for, otherwise a poster."""
    if brief.says(*_LOGO_WORDS):
        _logo(brief, canvas, rng)
    else:
        _poster(brief, canvas, air, rng)


FAMILY = Family(
    "poster",
    paint,
    hours=("dawn", "morning", "noon", "golden", "dusk"),
    open_weight=0,
    brush=0.0,
    vignette=0.0,
    grain=0.006,
    weathered=False,
    titles=("Pasted on a wall, {hour}", "First printing", "Announcement"),
)
