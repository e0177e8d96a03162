"""A head in profile whose inside is a landscape: a double exposure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np

from studio.engine.renderers.painter import inks as ink_sets
from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, even, ramp, rgb
from studio.engine.renderers.painter.elements.solids import soften
from studio.engine.renderers.painter.lexicon import COLOURS
from studio.engine.renderers.painter.noise import Field, profile
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.scenes.geometric import paper_texture
from studio.engine.renderers.painter.sketch import Sketch, mask_of, spline

_HEAD = (
    (-0.02, -1.0), (-0.22, -0.99), (-0.40, -0.90), (-0.53, -0.72), (-0.57, -0.52), (-0.565, -0.40), (-0.60, -0.31),
    (-0.655, -0.20), (-0.665, -0.155), (-0.63, -0.12), (-0.60, -0.11), (-0.615, -0.06), (-0.605, -0.03),
    (-0.585, -0.005), (-0.60, 0.03), (-0.595, 0.065), (-0.565, 0.10), (-0.575, 0.15), (-0.55, 0.20), (-0.49, 0.235),
    (-0.38, 0.235), (-0.27, 0.21), (-0.20, 0.26), (-0.17, 0.36), (-0.18, 0.50), (-0.26, 0.60), (-0.50, 0.68),
    (-0.80, 0.78), (-1.0, 0.95), (-1.05, 1.3), (1.25, 1.3), (1.15, 0.92), (0.90, 0.74), (0.62, 0.64), (0.50, 0.52),
    (0.46, 0.36), (0.47, 0.16), (0.54, -0.10), (0.58, -0.40), (0.52, -0.68), (0.36, -0.88), (0.16, -0.98),
)  # fmt: skip
"""Profile facing left, from the crown over the face and round the shoulders; the unit is half a head's height."""

_BUN = ((0.36, -0.92), (0.52, -1.10), (0.74, -1.08), (0.84, -0.90), (0.78, -0.70), (0.58, -0.62), (0.42, -0.70))
_LONG_HAIR = ((0.2, -0.98), (0.55, -0.80), (0.74, -0.40), (0.80, 0.05), (0.92, 0.50), (0.78, 0.95), (0.45, 0.85),
              (0.30, 0.40), (0.26, 0.0))  # fmt: skip


_CAP = ((-0.56, -0.60), (-0.52, -0.80), (-0.40, -0.94), (-0.22, -1.03), (0.0, -1.06), (0.2, -1.02), (0.42, -0.90),
        (0.58, -0.69), (0.64, -0.40), (0.59, -0.10), (0.52, 0.16), (0.38, 0.24), (0.22, 0.12), (0.12, -0.16),
        (0.02, -0.36), (-0.14, -0.48), (-0.34, -0.60))  # fmt: skip
_BEARD = ((0.02, -0.26), (-0.08, -0.08), (-0.26, -0.03), (-0.46, -0.08), (-0.60, -0.07), (-0.625, -0.02), (-0.60, 0.02),
          (-0.615, 0.07), (-0.62, 0.20), (-0.60, 0.40), (-0.48, 0.54), (-0.30, 0.52), (-0.14, 0.36), (0.0, 0.22),
          (0.10, 0.02), (0.12, -0.22))  # fmt: skip


def double_exposure(canvas: Canvas, rng: np.random.Generator, paper: tuple[Rgb, Rgb], sky: Sequence[Rgb], *,
                    hair: str, stars: bool, birds: bool, hair_colour: Rgb | None = None,
                    beard_colour: Rgb | None = None, freckles: bool = False) -> None:  # fmt: skip
    """`sky` runs from the crown down and colours the hills; `hair` is "short", "bun" or "long".

    Hair and beard are part of the landscape unless they have a colour of their own.
    """
    size = min(canvas.width, canvas.height) * 0.46
    cx, cy = canvas.width * 0.5, canvas.height * 0.5 + size * 0.08
    face = 1 if rng.random() < 0.5 else -1
    canvas.fill(ramp(even(*paper), np.clip(np.hypot(canvas.u - 0.5, canvas.v - 0.45) * 1.5, 0, 1)))
    paper_texture(canvas)
    columns, rows = canvas.u * canvas.width, canvas.v * canvas.height
    halo = np.hypot(columns - cx - face * size * 0.15, rows - cy + size * 0.25) / size
    canvas.lay(blend(sky[-2], paper[0], 0.1), smooth(1.02, 1.0, halo) * 0.55)

    def place(points: Sequence[tuple[float, float]]) -> Field:
        curve = spline(points, steps=10)
        return np.stack([cx + face * curve[:, 0] * size, cy + curve[:, 1] * size], 1)

    shapes = [place(_HEAD)]
    if hair != "short":
        shapes.append(place(_BUN if hair == "bun" else _LONG_HAIR))
    mask = mask_of(canvas, shapes, scale=2)
    down = max(1, int(size * 0.02))
    fallen = np.vstack([np.zeros((down, canvas.width), np.float32), soften(mask, size * 0.03)[:-down]])
    canvas.pixels *= (1 - 0.25 * fallen * (1 - mask))[..., None]
    canvas.lay(_inner_world(canvas, rng, sky, (cx, cy), size, face, stars), mask)
    rim = np.clip(mask - cv2.GaussianBlur(mask, (0, 0), max(1.0, size * 0.01)), 0, 1)
    canvas.screen(sky[-1], rim * 0.35)
    strands: list[tuple[Sequence[tuple[float, float]], Rgb]] = []
    if hair_colour:
        strands += [(_CAP, hair_colour)] + (
            [(_BUN if hair == "bun" else _LONG_HAIR, hair_colour)] if hair != "short" else []
        )
    if beard_colour:
        strands.append((_BEARD, beard_colour))
    for outline, own in strands:
        _tresses(canvas, rng, place(outline), own, size)
    if freckles:
        dots = Sketch(canvas, scale=3)
        for _ in range(34):
            spot = (cx + face * size * rng.normal(-0.43, 0.075), cy + size * rng.normal(-0.17, 0.06))
            dots.ellipse(spot, *(2 * (size * rng.uniform(0.005, 0.010),)), (0.45, 0.22, 0.14))
        dots.paint(0.8)
    if birds:
        _birds(canvas, rng, (cx + face * size * 0.75, cy - size * 0.9), size)
    canvas.bloom(0.2)


def _tresses(canvas: Canvas, rng: np.random.Generator, outline: Field, own: Rgb, size: float) -> None:
    """Hair inside `outline`: a flat tone, and strands that run along its longer way."""
    sketch, inside = Sketch(canvas, scale=2), mask_of(canvas, [outline], scale=2)
    sketch.polygon(outline, own)
    half = len(outline) // 2
    first, second = outline[:half], outline[half : 2 * half][::-1]
    for k in range(46):
        share = (k + 0.5) / 46
        line = first * (1 - share) + second * share
        line = line + np.sin(np.linspace(0, 5, len(line)) + k)[:, None] * size * 0.008
        tone = adjust(own, lightness=float(rng.normal(0.0, 0.075)))
        sketch.line(line[int(rng.integers(0, 6)) :], size * float(rng.uniform(0.004, 0.012)), tone)
    colours, cover = sketch.resolve()
    canvas.lay(colours / np.maximum(cover, 1e-3)[..., None], cover * inside)


def _inner_world(canvas: Canvas, rng: np.random.Generator, sky: Sequence[Rgb], centre: tuple[float, float], size: float,
                 face: int, stars: bool) -> Field:  # fmt: skip
    cx, cy = centre
    world = Canvas(canvas.width, canvas.height, canvas.next_seed())
    rows, columns = canvas.v * canvas.height, canvas.u * canvas.width
    depth = (rows - (cy - size)) / (size * 2.2)
    world.fill(ramp(even(*sky), np.clip(depth * 1.05, 0, 1)))
    if stars:
        board = np.zeros((canvas.height, canvas.width), np.float32)
        for _ in range(500):
            x, y = rng.random() * canvas.width, cy - size + rng.random() ** 1.6 * size * 1.1
            cv2.circle(board, (int(x * 8), int(y * 8)), int(max(4, canvas.px(0.0007) * 8)), rng.random() ** 2, -1,
                       cv2.LINE_AA, 3)  # fmt: skip
        world.screen((1, 1, 1), board)
    away = np.hypot(columns - cx - face * size * 0.12, rows - cy + size * 0.34) / size
    world.screen((1.0, 0.91, 0.77), np.exp(-away / 0.22) * 0.6)
    world.lay((1.0, 0.96, 0.86), smooth(0.15, 0.145, away))
    shadow = blend(sky[0], (0.07, 0.06, 0.13), 0.55)
    for k in range(6):
        t = k / 5
        ridge = profile(canvas.width, (2.2 + 1.6 * (1 - t)) * canvas.width / size / 2, canvas.next_seed(), mode="ridge")
        edge = 0.28 + t * 0.62 - (0.15 - 0.05 * t) * ridge[None]
        colour = blend(sky[len(sky) // 2], shadow, t**0.8)
        mist = smooth(0, 0.2, depth - edge) * (1 - t) * 0.7
        layer = (
            np.asarray(colour, np.float32) * (1 - mist[..., None]) + np.asarray(sky[-2], np.float32) * mist[..., None]
        )
        world.lay(layer, smooth(-0.003, 0.003, depth - edge))
    return world.pixels


def _birds(canvas: Canvas, rng: np.random.Generator, centre: tuple[float, float], size: float) -> None:
    sketch = Sketch(canvas, scale=3)
    for _ in range(9):
        x, y = centre[0] + size * rng.normal(0, 0.16), centre[1] + size * rng.normal(0, 0.11)
        span, lift = size * rng.uniform(0.02, 0.045), rng.uniform(0.4, 1.0)
        wing = [(x - span, y - span * lift), (x - span * 0.45, y - span * 0.75 * lift), (x, y),
                (x + span * 0.45, y - span * 0.75 * lift), (x + span, y - span * lift)]  # fmt: skip
        sketch.line(wing, size * 0.006, (0.16, 0.14, 0.22))
    sketch.paint()


_OWN = (
    tuple(rgb(code) for code in ["#1B2A49", "#5C4B7D", "#C8728A", "#F2B279", "#F9E0B0"]),
    tuple(rgb(code) for code in ["#10323B", "#23636B", "#6FA8A0", "#E4C98F", "#F8EBCB"]),
    tuple(rgb(code) for code in ["#2A1B3D", "#6B2F5B", "#C4526B", "#F0906A", "#FCD9A6"]),
    tuple(rgb(code) for code in ["#16283C", "#2F5D8A", "#7FB0CF", "#E7C7B4", "#F8EBDD"]),
)


_HAIR = {
    "blond": "#D9B45A", "blonde": "#D9B45A", "ginger": "#B5502A", "red": "#A63A20", "auburn": "#7A3320",
    "brunette": "#4A2E20", "brown": "#5A3824", "black": "#1C191C", "grey": "#A3A3A6", "gray": "#A3A3A6",
    "white": "#E9E7E2", "silver": "#C3C6CA", "dark": "#2A2226", "golden": "#D9B45A",
}  # fmt: skip
_OF_HAIR = re.compile(
    r"\b([a-z]+)[\s-]+(?:(?:curly|long|short|wavy|straight|braided)[\s-]+)*(hair|haired|beard|bearded|curls|braids)\b"
)


def _hair_of(brief: Brief) -> tuple[Rgb | None, Rgb | None]:
    """The colours of hair and beard, where the words name them; a beard without one is grey on the old, else brown."""
    hair: Rgb | None = None
    beard: Rgb | None = None
    for word, kind in _OF_HAIR.findall(brief.prompt.lower()):
        named = rgb(_HAIR[word]) if word in _HAIR else COLOURS.get(word)
        if named and kind.startswith("beard"):
            beard = named
        elif named:
            hair = named
    if hair is None and brief.says("blonde", "blond", "redhead", "brunette"):
        hair = rgb(_HAIR["red" if brief.says("redhead") else "brunette" if brief.says("brunette") else "blonde"])
    if beard is None and brief.says("beard", "bearded", "moustache"):
        beard = hair or rgb("#C9C6C2" if brief.says("old", "elderly", "grandfather", "wizard") else "#4A3226")
        hair = hair or beard
    return hair, beard


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A double-exposure profile; hair follows the words, the sky inside follows colours and hour."""
    sky = ink_sets.by_light(ink_sets.choose(brief, rng, _OWN))
    sheet = ink_sets.paper(brief, rng)
    if brief.says("man", "boy", "king", "prince", "warrior", "samurai", "monk", "father", "short hair", "knight"):
        hair = "short"
    elif (_hair_of(brief)[0] and not brief.says("bun", "short")) or brief.says(
        "long hair", "mermaid", "princess", "witch", "goddess", "muse"
    ):
        hair = "long"
    else:
        hair = ("bun", "long", "short", "bun")[int(rng.integers(4))]
    hair_colour, beard_colour = _hair_of(brief)
    double_exposure(
        canvas, rng, (sheet, blend(sheet, sky[-2], 0.35)), sky, hair=hair,
        stars=brief.allows("star") and brief.time not in ("noon", "morning"), birds=brief.allows("bird"),
        hair_colour=hair_colour, beard_colour=beard_colour, freckles=brief.says("freckle"),
    )  # fmt: skip
    cut = {"short": "short hair", "bun": "hair in a bun", "long": "long hair"}[hair]
    features = [cut] * bool(hair_colour) + ["a beard"] * bool(beard_colour) + ["freckles"] * brief.says("freckle")
    if features:
        canvas.note(" and ".join(features), "hair")
    canvas.note("a head in profile that holds a landscape", "figure", "couple")


FAMILY = Family(
    "portrait", paint, brush=0.1, vignette=0.1, grain=0.011, weathered=False, open_weight=1,
    titles=("Country of the mind", "Carrying mountains", "Interior, with birds", "A thought, unspoken",
            "The inner {hour}"),
)  # fmt: skip
