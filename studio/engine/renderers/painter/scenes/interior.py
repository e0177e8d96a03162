"""Rooms seen from the front: living room, library, bedroom, kitchen, and the sill of a large window.

The window shows a small picture of another family in the same light, so a room at dusk by the sea looks out at it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas
from studio.engine.renderers.painter.colour import Rgb, adjust, blend, rgb
from studio.engine.renderers.painter.elements import furniture, pets
from studio.engine.renderers.painter.elements.furniture import slab
from studio.engine.renderers.painter.noise import Field
from studio.engine.renderers.painter.scenes import Family, families
from studio.engine.renderers.painter.sketch import Sketch

_WALLS = ("#D9C9B0", "#AEBBA6", "#C7D0D2", "#D8A98C", "#8FA3A8", "#E3D6C4", "#5E7270", "#B98B72")
_CLOTH = ("#3F6B6B", "#B3563A", "#C99A3C", "#6B7F5A", "#39506E", "#8A4B5C", "#D8CDB8", "#7A5A86")
_LEAF = rgb("#4C7A4A")
_VIEWS = ("coast", "mountains", "city", "forest", "hills")

KINDS: dict[str, tuple[str, ...]] = {
    "library": ("library", "study", "bookshelf", "bookcase", "book", "bookshop", "bookstore", "reading"),
    "bedroom": ("bedroom", "bed", "nursery", "hotel room"),
    "kitchen": (
        "kitchen",
        "dining room",
        "bakery",
        "cafe",
        "coffee shop",
        "in a cafe",
        "in the cafe",
        "in a coffee shop",
        "restaurant",
        "counter",
        "stove",
        "pantry",
    ),
    "sill": ("windowsill", "window sill", "window seat", "window"),
    "living": ("living room", "lounge", "fireplace", "sofa", "couch", "armchair", "parlour", "hearth"),
}


@dataclass
class _Room:
    """The measures and colours of one room; all lengths in pixels, `m` pixels to a metre."""

    brief: Brief
    canvas: Canvas
    air: Air
    rng: np.random.Generator
    m: float
    floor: float
    wall: Rgb
    cloth: tuple[Rgb, ...]
    dim: float
    glows: list[tuple[float, float, float, Rgb]]
    drawn: list[str]

    def tell(self, words: str, *kinds: str) -> None:
        self.drawn.append(words)
        self.canvas.drawn.update(kinds)

    def sketch(self) -> Sketch:
        return Sketch(self.canvas, scale=2)

    def cloth_for(self, *kinds: str) -> Rgb:
        """The colour asked for one of these things, or a cloth of the room."""
        asked = next((t.colour for t in self.brief.things if t.kind in kinds and t.colour), None)
        return asked or self.cloth[int(self.rng.integers(len(self.cloth)))]


def kind_of(brief: Brief, rng: np.random.Generator) -> str:
    """Which room the words ask for."""
    if brief.wants("christmas_tree", "present"):
        return "living"
    for kind, words in KINDS.items():
        if brief.says(*words):
            return kind
    return ("living", "library", "bedroom", "kitchen")[int(rng.integers(4))]


def _shell(room: _Room) -> None:
    """Wall and floor."""
    canvas, m = room.canvas, room.m
    y = canvas.v * canvas.height
    light = 1.04 - 0.16 * canvas.v - 0.12 * np.abs(canvas.u - 0.35)
    plaster = 1 + 0.018 * canvas.noise(0.02, 3) + 0.02 * canvas.noise(0.5, 2)
    canvas.fill(np.asarray(room.wall, np.float32) * (light * plaster)[..., None])
    # Boards run towards the eye and meet at a point on the wall.
    depth = np.clip((y - room.floor) / (canvas.height - room.floor + m), 0, 1)
    across = (canvas.u - 0.5) * canvas.width / m / (0.55 + 1.25 * depth)
    board = np.floor(across / 0.16).astype(np.int32)
    tones = np.random.default_rng(canvas.next_seed()).normal(0, 0.055, 512).astype(np.float32)
    grain = canvas.noise((0.5, 0.008), 4) * 0.05 + canvas.noise((0.08, 0.004), 2) * 0.03
    gap = np.abs(across / 0.16 - board - 0.5) > 0.485
    own = np.asarray(rgb("#9A6B45"), np.float32)
    wood = own * (0.86 + 0.22 * depth + tones[board % 512] + grain - 0.22 * gap)[..., None]
    canvas.lay(np.clip(wood, 0, 1), (y >= room.floor).astype(np.float32) * np.ones_like(canvas.u))
    corner = np.exp(-np.abs(y - room.floor) / (0.22 * m)) * 0.24
    canvas.multiply((0.2, 0.16, 0.15), corner * np.ones_like(canvas.u))
    sketch = room.sketch()
    base = blend(room.wall, (1, 1, 1), 0.6)
    sketch.polygon(slab(0, room.floor - 0.13 * m, canvas.width, room.floor), base)
    sketch.polygon(slab(0, room.floor - 0.13 * m, canvas.width, room.floor - 0.11 * m), adjust(base, lightness=0.05))
    sketch.polygon(slab(0, room.floor - 0.02 * m, canvas.width, room.floor), adjust(base, lightness=-0.15))
    sketch.paint()


def _view(room: _Room, width: int, height: int) -> Field:
    """What the window shows: the place the prompt names, or one by seed."""
    ranked = [name for name in room.brief.ranking if name in _VIEWS]
    name = ranked[0] if ranked else _VIEWS[int(room.rng.integers(len(_VIEWS)))]
    share = min(1.0, 420 / max(width, height))
    small = Canvas(max(64, round(width * share)), max(64, round(height * share)), room.canvas.next_seed())
    small.falling = room.canvas.falling
    outside = replace(room.brief, family=name, things=(), words=frozenset(), composition=frozenset())
    families()[name].paint(outside, small, room.air, room.rng)
    pixels = cv2.resize(np.clip(small.pixels, 0, 1), (width, height), interpolation=cv2.INTER_CUBIC)
    place = {"coast": "the sea", "mountains": "mountains", "city": "a city", "forest": "a forest", "hills": "hills"}[
        name
    ]
    room.tell(f"a window onto {place}")
    return np.asarray(np.clip(pixels, 0, 1), np.float32)


def _window(
    room: _Room,
    left: float,
    top: float,
    right: float,
    bottom: float,
    *,
    curtains: bool = True,
    panes: tuple[int, int] = (2, 2),
) -> None:
    canvas, m = room.canvas, room.m
    box = canvas.box(left, top, right, bottom, 0)
    if box.empty:
        return
    view = _view(room, box.width, box.height)
    if not room.air.dark:
        view = view + (1 - view) * 0.12
    canvas.pixels[box.top : box.bottom, box.left : box.right] = view
    sketch = room.sketch()
    white = rgb("#F3EEE4") if not room.air.dark else rgb("#B9B2A6")
    bar = 0.045 * m
    for a, b, c, d in (
        (left - 2 * bar, top - 2 * bar, right + 2 * bar, top),
        (left - 2 * bar, bottom, right + 2 * bar, bottom + bar),
        (left - 2 * bar, top, left, bottom),
        (right, top, right + 2 * bar, bottom),
    ):
        sketch.polygon(slab(a, b, c, d), white)
    for index in range(1, panes[0]):
        x = left + (right - left) * index / panes[0]
        sketch.polygon(slab(x - bar / 2, top, x + bar / 2, bottom), white)
        sketch.polygon(slab(x + bar * 0.2, top, x + bar / 2, bottom), adjust(white, lightness=-0.12))
    for index in range(1, panes[1]):
        y = top + (bottom - top) * index / panes[1]
        sketch.polygon(slab(left, y - bar / 2, right, y + bar / 2), white)
        sketch.polygon(slab(left, y + bar * 0.2, right, y + bar / 2), adjust(white, lightness=-0.12))
    sketch.polygon(slab(left, top, right, top + bar * 0.35), adjust(white, lightness=-0.2), 0.6)
    sketch.polygon(
        slab(left - 0.16 * m, bottom + bar * 0.6, right + 0.16 * m, bottom + bar * 2.2, 0.02 * m),
        adjust(white, lightness=0.02),
    )
    sketch.polygon(
        slab(left - 0.12 * m, bottom + bar * 2.2, right + 0.12 * m, bottom + bar * 3), adjust(white, lightness=-0.16)
    )
    if curtains:
        cloth = room.cloth_for("curtain")
        rail = top - 0.2 * m
        low = room.floor - 0.06 * m
        for side in (-1, 1):
            outer = (left - 0.34 * m) if side < 0 else (right + 0.34 * m)
            inner = (left + 0.12 * m) if side < 0 else (right - 0.12 * m)
            folds = 6
            for k in range(folds):
                a = outer + (inner - outer) * k / folds
                b = outer + (inner - outer) * (k + 1) / folds
                tone = adjust(cloth, lightness=(0.05, -0.05, 0.0, -0.08, 0.03, -0.03)[k])
                sketch.polygon([(a, rail), (b, rail), (b + side * 0.03 * m, low), (a, low)], tone)
        sketch.line([(left - 0.45 * m, rail), (right + 0.45 * m, rail)], 0.035 * m, rgb("#5A4632"))
    sketch.paint()


def _daylight(room: _Room, left: float, right: float, bottom: float) -> None:
    """The patch of sun that a window throws on the floor, and its glow on the wall."""
    if room.air.dark or room.air.weather not in ("clear", "snow"):
        return
    canvas, m = room.canvas, room.m
    low = room.air.time in ("dawn", "golden", "dusk")
    shift = (0.9 if low else 0.35) * m * (1 if left < canvas.width * 0.5 else -1)
    patch: Field = np.zeros((canvas.height, canvas.width), np.float32)
    half = (right - left) / 2
    for x0, x1 in ((left, left + half - 0.04 * m), (left + half + 0.04 * m, right)):
        near, far = room.floor + 0.85 * m, room.floor + 0.12 * m
        quad = np.array(
            [(x0 + shift * 0.5, far), (x1 + shift * 0.5, far), (x1 + shift * 1.2, near), (x0 + shift * 1.2, near)]
        )
        cv2.fillPoly(patch, [np.round(quad * 8).astype(np.int32)], 1.0, cv2.LINE_8, 3)
    patch = cv2.GaussianBlur(patch.astype(np.float32), (0, 0), max(1.0, 0.035 * m))
    canvas.screen(blend(room.air.light, (1, 0.97, 0.9), 0.3), patch * 0.42)
    glow = np.exp(
        -(((canvas.u * canvas.width - (left + right) / 2) / (1.5 * m)) ** 2)
        - ((canvas.v * canvas.height - bottom + 0.6 * m) / (1.7 * m)) ** 2
    )
    canvas.screen(room.air.light, glow * 0.12)


def _rug(room: _Room, x: float, width: float, shade: Rgb) -> None:
    canvas, m = room.canvas, room.m
    y = min(room.floor + 0.62 * m, canvas.height - 0.24 * m)
    sketch = room.sketch()
    for scale, tone in (
        (1.0, adjust(shade, lightness=-0.06)),
        (0.93, blend(shade, (1, 0.95, 0.85), 0.55)),
        (0.88, shade),
        (0.62, blend(shade, (1, 0.95, 0.85), 0.5)),
        (0.57, adjust(shade, lightness=0.03)),
    ):
        sketch.ellipse((x, y), width / 2 * m * scale, 0.33 * m * scale, tone)
    sketch.paint()
    room.tell("a rug", "rug")


def _shadow(room: _Room, x: float, width: float, y: float | None = None) -> None:
    """A soft dark patch under a piece of furniture."""
    canvas, m = room.canvas, room.m
    dx = (canvas.u * canvas.width - x) / (width / 2 * m)
    dy = (canvas.v * canvas.height - (room.floor if y is None else y)) / (0.1 * m)
    canvas.multiply((0.12, 0.09, 0.08), np.clip(1.2 - dx**2 - dy**2, 0, 1) ** 1.5 * 0.5)


def _living(room: _Room) -> None:
    canvas, m, brief, rng = room.canvas, room.m, room.brief, room.rng
    side = -1 if rng.random() < 0.5 else 1
    centre = canvas.width / 2
    hearth = brief.says("fireplace", "hearth", "fire") or (room.air.season == "winter" or rng.random() < 0.4)
    if brief.wants("christmas_tree", "present") and not brief.says("fireplace", "hearth", "fire"):
        hearth = False  # the tree takes its place
    spread = min(1.25 * m, canvas.width * 0.27)
    window = centre + side * spread if hearth or canvas.width > 3.4 * m else centre
    left, right = window - 0.62 * m, window + 0.62 * m
    bottom = room.floor - 0.86 * m
    _window(room, left, bottom - 1.3 * m, right, bottom)
    _daylight(room, left, right, bottom)
    sketch = room.sketch()
    if hearth:
        x = centre - side * spread
        _shadow(room, x, 2.0)
        fire = furniture.fireplace(
            sketch, (x, room.floor), m, rng, rgb("#A59A8C") if rng.random() < 0.5 else rgb("#9C5A42")
        )
        room.glows.append((*fire, 1.5, rgb("#FF8A3A")))
        top = room.floor - 1.3 * m
        for place in (-0.7, 0.66, 0.8):
            room.glows.append((*furniture.candle(sketch, (x + place * m, top), m), 0.28, rgb("#FFC060")))
        furniture.frame(sketch, (x, top - 0.5 * m), m, 0.8, 0.56, tuple(room.cloth[:3]))
        room.tell("a fireplace", "fireplace", "campfire", "candle")
    else:
        for index, place in enumerate((-1.05, -0.25)):
            furniture.frame(
                sketch,
                (window + side * place * m - side * 0.9 * m, room.floor - 1.7 * m),
                m,
                0.55,
                0.7 - 0.15 * index,
                tuple(room.cloth[:3]),
            )
    sketch.paint()
    front = min(room.floor + 0.5 * m, canvas.height - 0.12 * m)
    _rug(room, centre, 3.0, room.cloth_for("rug"))
    seat = canvas.width * (0.5 + side * 0.12) if hearth else centre
    single = brief.says("armchair", "chair") and not brief.says("sofa", "couch")
    width = 1.05 if single or canvas.width < 2.9 * m else 2.05
    seat += side * 0.25 * m
    _shadow(room, seat, width + 0.2, front)
    sketch = room.sketch()
    own = room.cloth_for("sofa", "armchair")
    cushions = tuple(c for c in room.cloth if c != own)[: 1 if width < 1.5 else 2]
    furniture.sofa(sketch, (seat, front), m, own, width, cushions)
    room.tell("an armchair" if width < 1.5 else "a sofa", "sofa", "armchair")
    stand = seat + side * (width / 2 + 0.32) * m
    if 0 < stand < canvas.width:
        bulb = furniture.lamp(sketch, (stand, front - 0.12 * m), m, rgb("#E8DCC0"), glowing=room.dim > 0.2)
        room.glows.append((*bulb, 1.1, room.air.lamp))
        room.tell("a lamp", "lamp")
    if brief.wants("christmas_tree", "present"):
        tree = canvas.width * 0.5 - side * max(0.9 * m, canvas.width * 0.27)
        for light in furniture.christmas_tree(sketch, (tree, front - 0.1 * m), m * 1.1, rng):
            room.glows.append((*light, 0.16, rgb("#FFD98A")))
        room.tell("a decorated Christmas tree with presents", "christmas_tree", "present", "tree")
    elif not hearth:
        green = canvas.width * (0.06 if side > 0 else 0.94)
        furniture.plant(sketch, (green, front), m, rng, rgb("#B5694A"), _LEAF, 1.15)
        room.tell("a house plant", "plant")
    sketch.paint()
    on_it = brief.says("sofa", "couch", "armchair", "settee") and brief.says("on")
    count = sum(min(3, thing.count or 2) for thing in brief.things if thing.kind in ("cat", "dog"))
    beside = (seat - side * (width / 2 + 0.45) * m, min(front + 0.24 * m, canvas.height - 0.05 * m))
    on_seat = (seat + side * 0.28 * m * max(0, count - 1), front - 0.46 * m)
    pets.in_room(brief, canvas, room.wall, on_seat if on_it else beside, m, -side, room.tell)


def _library(room: _Room) -> None:
    canvas, m, rng = room.canvas, room.m, room.rng
    centre = canvas.width / 2
    height = min(2.9, room.floor / m - 0.12)
    sketch = room.sketch()
    gap = 0.78 * m
    outer = centre - gap
    for side in (-1, 1):
        furniture.bookcase(
            sketch, (centre + side * (gap + outer / 2), room.floor), m, outer / m, height, rng, rgb("#6E452B")
        )
    sketch.paint()
    _window(
        room,
        centre - 0.5 * m,
        room.floor - height * m + 0.3 * m,
        centre + 0.5 * m,
        room.floor - 0.78 * m,
        curtains=False,
        panes=(2, 4),
    )
    _daylight(room, centre - 0.5 * m, centre + 0.5 * m, room.floor - 0.8 * m)
    room.tell("shelves full of books", "book", "bookshelf", "shelf", "library")
    front = min(room.floor + 0.45 * m, canvas.height - 0.12 * m)
    _rug(room, centre, 2.8, room.cloth_for("rug"))
    _shadow(room, centre - 0.62 * m, 1.2, front)
    sketch = room.sketch()
    furniture.sofa(sketch, (centre - 0.62 * m, front), m, room.cloth_for("armchair", "sofa"), 1.05)
    desk = centre + 0.72 * m
    top = furniture.table(sketch, (desk, front), m, 1.0, 0.7, rgb("#7A4C2E"))
    bulb = furniture.lamp(
        sketch, (desk + 0.22 * m, top), m, rgb("#3F6B4A") if rng.random() < 0.5 else rgb("#E2CFA4"), 0.52, glowing=True
    )
    room.glows.append((*bulb, 0.9, room.air.lamp))
    for level in range(3):
        tone = furniture.SPINES[int(rng.integers(len(furniture.SPINES)))]
        sketch.polygon(
            slab(
                desk - 0.34 * m + level * 0.02 * m,
                top - (level + 1) * 0.06 * m,
                desk - 0.02 * m,
                top - level * 0.06 * m - 2,
            ),
            tone,
        )
    sketch.paint()
    room.tell("an armchair", "armchair")
    room.tell("a lamp on a table", "lamp", "desk")
    pets.in_room(
        room.brief,
        canvas,
        room.wall,
        (centre + 0.05 * m, min(front + 0.25 * m, canvas.height - 0.05 * m)),
        m,
        1,
        room.tell,
    )


def _bedroom(room: _Room) -> None:
    canvas, m, rng = room.canvas, room.m, room.rng
    centre = canvas.width / 2
    window = centre + 0.25 * m
    bottom = room.floor - 0.95 * m
    _window(room, window - 0.7 * m, bottom - 1.25 * m, window + 0.7 * m, bottom)
    _daylight(room, window - 0.7 * m, window + 0.7 * m, bottom)
    _rug(room, centre, 2.6, room.cloth_for("rug"))
    front = min(room.floor + 0.34 * m, canvas.height - 0.12 * m)
    _shadow(room, centre + 0.1 * m, 2.5, front)
    sketch = room.sketch()
    if centre - 1.5 * m > 0:
        top = furniture.table(sketch, (centre - 1.36 * m, front), m, 0.5, 0.58)
        bulb = furniture.lamp(sketch, (centre - 1.36 * m, top), m, rgb("#F0E4CC"), 0.48, glowing=room.dim > 0.2)
        room.glows.append((*bulb, 0.9, room.air.lamp))
        room.tell("a bedside lamp", "lamp")
    furniture.bed(sketch, (centre + 0.1 * m, front), m, room.cloth_for("bed"))
    furniture.frame(sketch, (centre - 1.15 * m, room.floor - 1.75 * m), m, 0.5, 0.66, tuple(room.cloth[:3]))
    furniture.plant(sketch, (min(canvas.width * 0.95, centre + 1.65 * m), front), m, rng, rgb("#D8C9B0"), _LEAF, 0.95)
    sketch.paint()
    room.tell("a bed", "bed", "plant")
    pets.in_room(room.brief, canvas, room.wall, (centre + 0.5 * m, front - 0.6 * m), m, -1, room.tell)


def _kitchen(room: _Room) -> None:
    canvas, m, rng = room.canvas, room.m, room.rng
    centre = canvas.width / 2
    _window(room, centre - 0.55 * m, room.floor - 2.1 * m, centre + 0.55 * m, room.floor - 1.16 * m, curtains=False)
    sketch = room.sketch()
    width = canvas.width / m + 0.4
    top = furniture.counter(sketch, (centre, room.floor + 0.04 * m), m, width, room.cloth_for("counter"), rng)
    for side in (-1, 1):
        inner, outer = centre + side * 0.85 * m, centre + side * (canvas.width / 2 - 0.06 * m)
        a, b = min(inner, outer), max(inner, outer)
        if b - a > 0.3 * m:
            for level in (1.58, 2.02):
                base = room.floor - level * m
                sketch.polygon(slab(a, base, b, base + 0.045 * m, 0.01 * m), furniture.WOOD)
                furniture.crockery(sketch, a, b, base, m, rng, room.cloth)
            furniture.crockery(sketch, a, b, top, m, rng, room.cloth)
    sketch.line(
        [
            (centre, top),
            (centre, top - 0.3 * m),
            (centre + 0.02 * m, top - 0.34 * m),
            (centre + 0.16 * m, top - 0.34 * m),
            (centre + 0.17 * m, top - 0.26 * m),
        ],
        0.03 * m,
        rgb("#C9CCCE"),
    )
    sketch.paint()
    _daylight(room, centre - 0.55 * m, centre + 0.55 * m, room.floor - 1.2 * m)
    front = min(room.floor + 0.62 * m, canvas.height - 0.06 * m)
    _shadow(room, centre, 1.8, front)
    sketch = room.sketch()
    for side in (-1, 1):
        furniture.chair(sketch, (centre + side * 0.78 * m, front - 0.04 * m), m, -side)
    high = furniture.table(sketch, (centre, front), m, 1.25, 0.74)
    furniture.plant(sketch, (centre - 0.12 * m, high), m, rng, rgb("#EDE6D8"), _LEAF, 0.36)
    for place in (-0.42, 0.3):
        tone = room.cloth[int(rng.integers(len(room.cloth)))]
        sketch.polygon(slab(centre + place * m, high - 0.1 * m, centre + (place + 0.11) * m, high, 0.03 * m), tone)
        sketch.ellipse((centre + (place + 0.12) * m, high - 0.055 * m), 0.03 * m, 0.03 * m, tone)
    for place in (-0.35, 0.35):
        x = centre + place * m
        sketch.line([(x, 0), (x, room.floor - 1.98 * m)], 0.012 * m, rgb("#2E2822"))
        sketch.polygon(
            [
                (x - 0.05 * m, room.floor - 2.0 * m),
                (x + 0.05 * m, room.floor - 2.0 * m),
                (x + 0.17 * m, room.floor - 1.84 * m),
                (x - 0.17 * m, room.floor - 1.84 * m),
            ],
            rgb("#2F3A3A"),
        )
        room.glows.append((x, room.floor - 1.82 * m, 0.7, room.air.lamp))
    sketch.paint()
    room.tell("a counter with shelves of crockery", "counter", "shelf", "kitchen", "jar")
    room.tell("a table laid with two cups and chairs", "table", "chair", "cup", "lamp", "coffee", "tea")
    pets.in_room(room.brief, canvas, room.wall, (centre + 1.25 * m, front), m, -1, room.tell)


def _sill(room: _Room) -> None:
    """A large window close by, and what stands on its sill."""
    canvas, rng, brief = room.canvas, room.rng, room.brief
    m = room.m = min(canvas.width / 1.9, canvas.height / 1.75)
    centre, bottom = canvas.width / 2, canvas.height * 0.76
    room.floor = canvas.height * 1.2
    half = min(0.78 * m, canvas.width * 0.40)
    _window(room, centre - half, bottom - min(1.25 * m, bottom * 0.9), centre + half, bottom, panes=(2, 2))
    sketch = room.sketch()
    wood = rgb("#C9A57A") if not room.air.dark else rgb("#8A6A4C")
    sketch.polygon(slab(0, bottom + 0.02 * m, canvas.width, bottom + 0.17 * m), wood)
    sketch.polygon(slab(0, bottom + 0.02 * m, canvas.width, bottom + 0.05 * m), adjust(wood, lightness=0.08))
    sketch.polygon(slab(0, bottom + 0.17 * m, canvas.width, canvas.height), adjust(wood, lightness=-0.2))
    foot = bottom + 0.12 * m
    furniture.plant(sketch, (centre - half * 0.8, foot), m, rng, room.cloth_for("plant"), _LEAF, 0.52)
    x = centre + half * 0.72
    for level in range(3):
        tone = furniture.SPINES[int(rng.integers(len(furniture.SPINES)))]
        sketch.polygon(
            slab(
                x - (0.2 - 0.02 * level) * m,
                foot - (level + 1) * 0.055 * m,
                x + 0.2 * m,
                foot - level * 0.055 * m - 1.5,
            ),
            tone,
        )
    cup = room.cloth_for("cup")
    y = foot - 0.165 * m
    sketch.ellipse((x + 0.1 * m, y - 0.07 * m), 0.045 * m, 0.042 * m, cup)
    sketch.ellipse((x + 0.1 * m, y - 0.07 * m), 0.026 * m, 0.024 * m, adjust(cup, lightness=-0.25))
    sketch.polygon(slab(x - 0.08 * m, y - 0.15 * m, x + 0.08 * m, y, 0.04 * m), cup)
    sketch.polygon(slab(x - 0.06 * m, y - 0.14 * m, x - 0.03 * m, y - 0.03 * m, 0.012 * m), adjust(cup, lightness=0.12))
    if room.dim:
        flame = furniture.candle(sketch, (centre - half * 0.42, foot), m * 0.9)
        room.glows.append((*flame, 0.9, rgb("#FFB860")))
        room.tell("a candle", "candle")
    sketch.paint()
    room.tell(
        "a windowsill with a plant, books and a cup", "windowsill", "window", "plant", "book", "cup", "coffee", "tea"
    )
    pets.in_room(brief, canvas, room.wall, (centre + 0.02 * m, foot), m * 1.15, 1, room.tell)
    if not room.air.dark:
        glow = np.exp(
            -(((canvas.u - 0.5) * canvas.width / (1.1 * m)) ** 2)
            - ((canvas.v * canvas.height - bottom) / (0.5 * m)) ** 2
        )
        canvas.screen(room.air.light, glow * 0.22)


_ROOMS = {"living": _living, "library": _library, "bedroom": _bedroom, "kitchen": _kitchen, "sill": _sill}


def _evening(room: _Room) -> None:
    """Darken what no lamp reaches, and let lamps and fire glow."""
    canvas, m = room.canvas, room.m
    x, y = canvas.u * canvas.width, canvas.v * canvas.height
    reached: Field = np.zeros_like(canvas.pixels[..., 0])
    for cx, cy, reach, _ in room.glows:
        reached += np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / (reach * m * 1.15) ** 2))
    if room.dim:
        canvas.multiply(
            blend((0.36, 0.34, 0.46), room.air.shade, 0.25), (1 - np.clip(reached * 0.9, 0, 0.92)) * room.dim
        )
    for cx, cy, reach, tone in room.glows:
        halo = np.exp(-np.sqrt((x - cx) ** 2 + (y - cy) ** 2) / (reach * m * 0.42))
        canvas.screen(tone, halo * (0.2 + 0.45 * room.dim))


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """A room by the words, lit by its window, lamps and fire."""
    kind = kind_of(brief, rng)
    floor = canvas.height * (0.74 if canvas.aspect < 1.4 else 0.72)
    m = min(floor / 2.75, canvas.width / 2.7)
    cloth = tuple(rgb(code) for code in rng.permutation(np.array(_CLOTH))[:4])
    wall = rgb(_WALLS[int(rng.integers(len(_WALLS)))])
    if brief.colours:
        wall = blend(brief.colours[0][1], rgb("#EFE6D8"), 0.35)
        cloth = (*(colour for _, colour in brief.colours), *cloth)
    dim = {"night": 0.85, "blue": 0.75, "dusk": 0.5}.get(air.time, 0.35 if air.weather in ("rain", "storm") else 0.0)
    if brief.mood in ("warm", "dark") or brief.says("candlelight", "lamplight", "cosy", "cozy"):
        dim = max(dim, 0.42)
    room = _Room(brief, canvas, air, rng, m, floor, wall, cloth, dim, [], [])
    if kind != "sill":
        _shell(room)
    else:
        canvas.fill(np.asarray(wall, np.float32) * (1.02 - 0.1 * canvas.v + 0.02 * canvas.noise(0.02, 3))[..., None])
    canvas.progress(0.3, "Furnishing the room")
    _ROOMS[kind](room)
    canvas.progress(0.75, "Lighting the lamps")
    _evening(room)
    names = {
        "living": "a living room",
        "library": "a library",
        "bedroom": "a bedroom",
        "kitchen": "a kitchen",
        "sill": "a window",
    }
    canvas.note(names[kind], "room")
    if not air.dark:
        canvas.drawn.add("sun")
    for words in dict.fromkeys(room.drawn):
        canvas.note(words)
    canvas.bloom(0.3)


FAMILY = Family(
    "interior",
    paint,
    hours=("morning", "golden", "dusk", "blue", "night"),
    brush=0.3,
    vignette=0.2,
    weathered=False,
    open_weight=0,
    titles=("The room, {hour}", "A chair left warm", "Indoors, listening", "Lamp, and someone's book", "Stay a while"),
)
