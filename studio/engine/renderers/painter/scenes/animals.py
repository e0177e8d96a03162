"""A beast close by, sitting and looking at us, with its country out of focus behind it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import adjust, blend, rgb
from studio.engine.renderers.painter.elements import cast, fowl, pets, trees
from studio.engine.renderers.painter.elements.towers import local_light
from studio.engine.renderers.painter.scenes import Family, families
from studio.engine.renderers.painter.sketch import Sketch

_HOMES = {
    "cat": ("hills", "forest"), "dog": ("hills", "coast"), "fox": ("forest", "hills"), "wolf": ("mountains", "forest"),
    "bear": ("forest", "mountains"), "rabbit": ("hills",), "lion": ("desert", "hills"), "tiger": ("forest",),
    "leopard": ("desert",), "panda": ("forest",), "squirrel": ("forest",), "mouse": ("hills",), "pig": ("hills",),
    "penguin": ("mountains",), "owl": ("forest", "night"),
}  # fmt: skip


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """The first beast that can be drawn close, one to three of it."""
    thing = next(thing for thing in brief.things if thing.kind in cast.CLOSE)
    homes = _HOMES.get(thing.kind, ("hills", "forest"))
    home = homes[int(rng.integers(len(homes)))]
    behind = Canvas(max(64, canvas.width // 3), max(64, canvas.height // 3), canvas.next_seed())
    families()[home].paint(replace(brief, family=home, things=()), behind, air, rng)
    far = cv2.GaussianBlur(behind.pixels, (0, 0), max(1.0, behind.unit_px * 0.012))
    canvas.fill(np.clip(cv2.resize(far, (canvas.width, canvas.height), interpolation=cv2.INTER_CUBIC), 0, 1))
    canvas.progress(0.4, "Coming close")
    if thing.kind in cast.PERCHED:
        _birds(brief, canvas, air, rng, thing.kind, home)
        return
    if thing.kind == "penguin":
        air = replace(air, season="winter")
    _ground(canvas, air, rng)
    count = int(np.clip(thing.count or 2, 1, 3))
    size = min(canvas.width / (0.95 * count + 0.12), canvas.height * 0.72) * (0.92 if count == 1 else 1.0)
    level = canvas.height * 0.93
    winter = air.season == "winter" or air.weather == "snow" or thing.kind == "penguin"
    for index in range(count):
        x = canvas.width * 0.5 + (index - (count - 1) / 2) * size * 0.92 + float(rng.normal(0, 0.01)) * canvas.width
        tall = size * (1.0 if index == 0 else float(rng.uniform(0.82, 0.95)))
        facing = 1.0 if (index % 2 == 0) == (rng.random() < 0.5) else -1.0
        dx = (canvas.u * canvas.width - x) / (tall * 0.4)
        dy = (canvas.v * canvas.height - level) / (tall * 0.06)
        canvas.multiply(blend(air.shade, (0.05, 0.05, 0.08), 0.55), np.clip(1.2 - dx**2 - dy**2, 0, 1) * 0.6)
        if thing.kind == "penguin":
            flat = Sketch(canvas, canvas.box(x - tall * 0.5, level - tall * 1.1, x + tall * 0.5, level + 3), 2)
            fowl.penguin(flat, (x, level), tall, facing)
            flat.paint()
        else:
            _beast(brief, canvas, air, rng, thing.kind, (x, level), tall, facing)
    green = rgb("#DCE6EE") if winter else rgb("#5E7F3A")
    dark = blend(air.near, local_light(air, green, 0.5), 0.55)
    trees.grass(canvas, rng, np.full(canvas.width, 0.975, np.float32), 0.075, int(420 * canvas.aspect), dark,
                blend(dark, local_light(air, green, 1.0), 0.6), float(rng.uniform(-0.2, 0.2)))  # fmt: skip
    name = f"{count} {thing.kind}s" if count > 1 else f"a {thing.kind}"
    canvas.counted(count, thing.kind)
    canvas.note(f"{name} close by, sitting, with {home} out of focus behind", thing.kind, "sun")
    canvas.bloom(0.28)


def _birds(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, kind: str, home: str) -> None:
    """One bird on a branch, close by."""
    size = min(canvas.width, canvas.height) * 0.52
    facing = 1.0 if rng.random() < 0.5 else -1.0
    cast.perch(brief, canvas, air, kind, (canvas.width * (0.5 - 0.04 * facing), canvas.height * 0.74), size, facing)
    canvas.counted(1, kind)
    name = f"{'an' if kind == 'owl' else 'a'} {kind}"
    canvas.note(
        f"{name} close by on a branch, with {home} out of focus behind", kind, "branch", "sun", "flowers", "moon"
    )
    canvas.bloom(0.28)


def _ground(canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Near ground that rises out of the blur."""
    winter = air.season == "winter" or air.weather == "snow"
    own = rgb("#EEF3F8") if winter else rgb("#6E8A44") if air.season != "autumn" else rgb("#A77A3C")
    tone = np.asarray(local_light(air, own, 0.7), np.float32)
    texture = 1 + 0.10 * canvas.noise((0.03, 0.012), 4) + 0.06 * canvas.noise(0.3, 2)
    edge = 0.78 + 0.015 * np.sin(canvas.u * 4 + float(rng.uniform(0, 6)))
    mask = np.clip((canvas.v - edge) / 0.09, 0, 1)
    canvas.lay(np.clip(tone * texture[..., None], 0, 1), mask * mask * (3 - 2 * mask))


def _beast(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator, kind: str, foot: tuple[float, float],
           tall: float, facing: float) -> None:  # fmt: skip
    """The drawing, then fur: short strokes along its edge and over its coat, and light from the sky."""
    x, y = foot
    sketch = Sketch(
        canvas, canvas.box(x - tall * 0.7, y - tall * 1.32, x + tall * 0.7, y + tall * 0.06), 3 if tall < 500 else 2
    )
    coat = pets.coat_of(brief, kind, rng)
    asleep = kind in ("cat", "dog") and brief.says("sleeping", "asleep", "curled", "napping")
    if asleep:
        pets.sleeping(sketch, foot, tall, coat, facing, kind)
    else:
        pets.sitting(sketch, foot, tall, coat, facing, kind, face=False)
    colours, cover = sketch.resolve()
    box = sketch.box
    # Fur: the drawing is pulled about by fine noise, so that edges fray and flat tones get a nap.
    height, width = cover.shape
    nap = canvas.noise((0.012, 0.004), 2, box=box)
    sway = canvas.noise((0.006, 0.006), 2, box=box)
    grid_x, grid_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    reach = tall * 0.0065
    moved = (grid_x + sway * reach, grid_y + np.abs(nap) * reach * 1.5)
    colours = cv2.remap(colours, *moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.remap(cover, *moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(cover, (0, 0), max(1.0, tall * 0.05))
    turn = np.clip(1.12 - 0.5 * (1 - soft), 0.7, 1.1) * (1 + 0.10 * nap)
    lift = np.asarray(local_light(air, (0.94, 0.94, 0.94), 0.8), np.float32)
    part = canvas.pixels[box.top : box.bottom, box.left : box.right]
    part *= 1 - cover[..., None]
    part += np.clip(colours * turn[..., None] * (0.2 + 0.8 * np.clip(lift * 1.12, 0, 1.06)), 0, 1)
    if not asleep:
        face = Sketch(canvas, box, sketch.scale)
        pets.features(face, foot, tall, facing, kind)
        face.paint()
    rim = np.clip(cover - cv2.GaussianBlur(cover, (0, 0), max(1.0, tall * 0.012)), 0, 1)
    canvas.screen(adjust(air.light, lightness=0.04), rim * 0.5, box)


FAMILY = Family(
    "animals", paint, hours=("morning", "golden", "golden", "dawn", "noon"), brush=0.25, vignette=0.22, open_weight=0,
    titles=("Someone is looking", "The visitor, {hour}", "Good company", "Eye to eye"),
)  # fmt: skip
