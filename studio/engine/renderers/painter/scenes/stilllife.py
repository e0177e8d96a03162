"""Things on a table: fruit and vases in raking light, and knots like turned and polished sculpture."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.canvas import Canvas, smooth
from studio.engine.renderers.painter.colour import Rgb, blend, rgb
from studio.engine.renderers.painter.elements import tableware
from studio.engine.renderers.painter.elements.solids import Light, Material, Solids, chain
from studio.engine.renderers.painter.noise import Field, NoiseAt
from studio.engine.renderers.painter.scenes import Family
from studio.engine.renderers.painter.sketch import Sketch, spline


@dataclass(frozen=True)
class Fruit:
    """Radius in units, two colours of the skin, and whether it has pores and a stalk."""

    radius: float
    skin: tuple[Rgb, Rgb]
    pores: bool = False
    stalk: bool = False


FRUIT: dict[str, Fruit] = {
    "apple": Fruit(0.34, ((0.78, 0.20, 0.23), (0.91, 0.64, 0.23)), stalk=True),
    "orange": Fruit(0.33, ((0.93, 0.54, 0.18), (0.95, 0.64, 0.24)), pores=True),
    "lemon": Fruit(0.26, ((0.95, 0.79, 0.25), (0.97, 0.87, 0.48)), pores=True),
    "lime": Fruit(0.23, ((0.50, 0.66, 0.24), (0.64, 0.77, 0.35)), pores=True),
    "plum": Fruit(0.22, ((0.35, 0.18, 0.37), (0.49, 0.27, 0.53)), stalk=True),
    "pear": Fruit(0.30, ((0.73, 0.75, 0.33), (0.87, 0.71, 0.35)), stalk=True),
    "peach": Fruit(0.31, ((0.94, 0.64, 0.48), (0.91, 0.44, 0.37))),
    "pomegranate": Fruit(0.36, ((0.66, 0.17, 0.24), (0.79, 0.31, 0.32)), stalk=True),
    "cherry": Fruit(0.14, ((0.62, 0.08, 0.16), (0.75, 0.14, 0.20)), stalk=True),
    "pumpkin": Fruit(0.44, ((0.89, 0.47, 0.14), (0.95, 0.60, 0.22)), stalk=True),
}
VASES: tuple[tuple[Rgb, Rgb], ...] = (
    ((0.24, 0.42, 0.45), (0.36, 0.55, 0.56)),
    ((0.91, 0.88, 0.82), (0.96, 0.93, 0.89)),
    ((0.48, 0.23, 0.18), (0.64, 0.33, 0.24)),
    ((0.18, 0.23, 0.32), (0.29, 0.35, 0.47)),
)


def backdrop(canvas: Canvas, near: Rgb, far: Rgb, table: Rgb) -> None:
    """A lit studio wall that turns into a table without an edge."""
    falloff = np.clip(np.hypot((canvas.u - 0.38) * 1.5, (canvas.v - 0.32) * 1.4) * 1.25, 0, 1)[..., None]
    wall = np.asarray(near, np.float32) * (1 - falloff) + np.asarray(far, np.float32) * falloff
    canvas.fill(wall)
    light = (1.05 - 0.55 * np.abs(canvas.u - 0.5))[..., None]
    canvas.lay(np.asarray(table, np.float32) * light * np.ones_like(canvas.pixels), smooth(0.58, 0.80, canvas.v) * 0.75)


def skin(canvas: Canvas, colours: tuple[Rgb, Rgb], size_px: float, pores: bool = False) -> Material:
    """A mottled skin, the second colour where light falls and where noise says so."""
    blush, fine = NoiseAt(canvas.next_seed(), 3), NoiseAt(canvas.next_seed(), 2)
    first, second = np.asarray(colours[0], np.float32), np.asarray(colours[1], np.float32)

    def colour(x: Field, y: Field, up: Field) -> Field:
        mixed = np.clip(0.5 + 0.7 * blush.fbm(x / size_px * 7, y / size_px * 7) - 0.35 * up, 0, 1)[:, None]
        out: Field = first * (1 - mixed) + second * mixed
        if pores:
            out = out * (1 + 0.09 * fine.fbm(x / size_px * 60, y / size_px * 60))[:, None]
        return out

    return colour


def still_life(canvas: Canvas, rng: np.random.Generator, wall: tuple[Rgb, Rgb, Rgb], kinds: Sequence[str], *,
               count: int | None = None, vase: bool = True, glaze: Rgb | None = None,
               brief: Brief | None = None) -> None:  # fmt: skip
    """Fruit on a table, with a vase (of the colour `glaze`) behind them."""
    backdrop(canvas, *wall)
    size = min(canvas.width, canvas.height * 1.1) * (0.30 if count != 1 else 0.62)
    solids = Solids(canvas, size, (canvas.width / 2, canvas.height * 0.72), tilt=0.30)
    taken: list[tuple[float, float, float]] = []
    if vase:
        taken.append(_vase(canvas, solids, rng, glaze))
    stalks: list[tuple[float, float, float]] = []
    wanted = (count or int(rng.integers(5, 9))) + len(taken)
    for _ in range(900):
        if len(taken) >= wanted:
            break
        name = kinds[int(rng.integers(len(kinds)))]
        radius = FRUIT[name].radius * rng.uniform(0.92, 1.1)
        x, z = rng.normal(0, 0.3 + 0.06 * wanted), rng.uniform(-0.35, 0.75)
        if count == 1 and not taken:
            x, z = 0.0, 0.1
        if abs(x) > 1.35 * max(1.0, canvas.aspect * 0.8) or any(
            math.hypot(x - tx, z - tz) < (radius + tr) * 0.98 for tx, tz, tr in taken
        ):
            continue
        taken.append((x, z, radius))
        wish = brief.thing(name) if brief else None
        top = _fruit(canvas, solids, rng, name, (x, z), radius, wish.colour if wish else None)
        if FRUIT[name].stalk:
            stalks.append(top)
    solids.shade(Light((-0.75, 0.62, 0.5), shine=0.32, shadow=0.62), ground=True)
    sketch = Sketch(canvas, scale=2)
    for x, y, z in stalks:
        px, py, _ = solids.project(x, y, z)
        if solids.visible(x, y, z):
            bend = [(px, py), (px + size * 0.02, py - size * 0.08), (px + size * 0.06, py - size * 0.13)]
            sketch.line(bend, size * 0.022, (0.35, 0.26, 0.16))
    sketch.paint()
    canvas.bloom(0.15)


@dataclass(frozen=True)
class _Dish:
    """What answers to some words: its name, how wide it stands, its usual colours, and how to make it."""

    words: tuple[str, ...]
    name: str
    reach: float
    colours: tuple[str, ...]


DISHES: dict[str, _Dish] = {
    "cup": _Dish(("cup", "coffee", "tea", "mug", "espresso", "cappuccino", "latte", "cocoa"), "a cup of {drink}", 0.45,
                 ("#F2EEE4", "#3F6B7A", "#C9653F", "#D9B25A")),
    "bowl": _Dish(("bowl", "ramen", "soup", "noodle", "salad", "spaghetti", "pasta", "rice", "pho", "udon"),
                  "a bowl of {filling}", 0.6, ("#F0EBDD", "#2F4A5C", "#A8452E")),
    "cake": _Dish(("cake", "birthday cake", "wedding cake", "cheesecake", "gateau"), "a cake", 0.8,
                  ("#F4B6C2", "#F6E9CF", "#7A4A32", "#BFE0D8")),
    "teapot": _Dish(("teapot", "kettle"), "a teapot", 0.65, ("#3F6B5C", "#B8523A", "#F2EEE4")),
    "glass": _Dish(("glass of wine", "wine glass", "wineglass"),
                   "a glass of wine", 0.35, ("#6E1226",)),
    "bottle": _Dish(("bottle", "wine", "champagne", "whiskey", "beer"), "a bottle", 0.25, ("#1F3A2A", "#5A1F28")),
    "candle": _Dish(("candle", "candlelight"), "a burning candle", 0.25, ("#F3EBD6", "#B8322C")),
    "bread": _Dish(("bread", "loaf", "baguette", "bun", "toast", "sourdough"), "a loaf of bread", 0.6, ("#C98A45",)),
    "eggs": _Dish(("egg",), "eggs", 0.45, ("#E9CDAE", "#F3EDE2")),
    "pizza": _Dish(("pizza",), "a pizza", 1.0, ("#EFC25A",)),
    "burger": _Dish(("burger", "hamburger", "cheeseburger", "sandwich"), "a burger", 0.5, ("#CF8B42",)),
    "donut": _Dish(("donut", "doughnut"), "a doughnut", 0.5, ("#F29CB0", "#7A4A2E", "#F6EFE2")),
    "ice_cream": _Dish(("ice cream", "sundae", "gelato", "dessert"), "ice cream in a dish", 0.5, ("#F6E7C4",)),
}  # fmt: skip
_DRINKS = {"tea": ("tea", "#A8632A"), "cocoa": ("cocoa", "#5A3424"), "cappuccino": ("cappuccino", "#D9B48A"),
           "latte": ("latte", "#D9B48A")}  # fmt: skip
_HEAPS = {
    "strawberry": ("#D42A35", 0.12), "cherry": ("#A81830", 0.09), "grape": ("#6A3A86", 0.09),
    "blueberry": ("#3A4A8C", 0.07), "raspberry": ("#C22A55", 0.09), "orange": ("#F08A2C", 0.2),
    "lemon": ("#F2D048", 0.18), "apple": ("#C9382F", 0.2),
    "peach": ("#F0936A", 0.19), "plum": ("#6B3A6E", 0.15), "lime": ("#86B03C", 0.15), "tomato": ("#D63B2A", 0.17),
    "fruit": ("#E0803A", 0.18),
}  # fmt: skip
"""What may be heaped in a bowl: its colour and radius."""
_FILLINGS = (*_HEAPS, "ramen", "noodle", "spaghetti", "pasta", "salad", "rice", "soup", "pho", "udon")


def _served(brief: Brief, canvas: Canvas, rng: np.random.Generator, wall: tuple[Rgb, Rgb, Rgb], dishes: list[str],
            kinds: Sequence[str]) -> None:  # fmt: skip
    """A laid table seen from a little above: the dishes asked for, and beside them the fruit named with them."""
    backdrop(canvas, *wall)
    wooden = brief.says("wooden", "wood", "rustic", "oak") or rng.random() < 0.5
    _board(canvas, rgb("#8A5A38") if wooden else wall[2])
    few = len(dishes) + bool(kinds)
    size = min(canvas.width * (0.44 if few == 1 else 0.34), canvas.height * (0.44 if few == 1 else 0.36))
    solids = Solids(canvas, size, (canvas.width / 2, canvas.height * 0.70), tilt=0.48)
    after = tableware.After()
    pen = -sum(DISHES[name].reach for name in dishes) + (-0.35 if kinds else 0.0)
    for name in dishes:
        dish = DISHES[name]
        place = (pen + dish.reach, float(rng.uniform(-0.05, 0.2)) if len(dishes) > 1 else 0.1)
        pen += 2 * dish.reach
        wish = next((named for word in dish.words for named in (brief.thing(word),) if named and named.colour), None)
        own = wish.colour if wish and wish.colour else rgb(dish.colours[int(rng.integers(len(dish.colours)))])
        if (
            brief.colours
            and len(brief.colours) == 1
            and not wish
            and name in ("cup", "bowl", "cake", "teapot", "donut")
        ):
            own = brief.colours[0][1]
        made = _make(brief, solids, canvas, name, place, own)
        after.flames += made.flames
        after.steam += made.steam
    for index, kind in enumerate(kinds[:4]):
        _fruit(
            canvas, solids, rng, kind, (pen + 0.3 + 0.5 * (index % 2), 0.35 - 0.45 * (index // 2)), FRUIT[kind].radius
        )
    solids.shade(Light((-0.7, 0.72, 0.35), shine=0.4, shadow=0.6), ground=True)
    _flames_and_steam(canvas, solids, after)
    for name in dishes:
        words = DISHES[name].name
        drink = next((told for word, (told, _) in _DRINKS.items() if brief.says(word)), "coffee")
        filling = next((word for word in _FILLINGS if brief.says(word)), "soup")
        filling = _PLURALS.get(filling, f"{filling}s") if filling in _HEAPS and filling != "fruit" else filling
        told = words.format(drink=drink, filling=filling) + (" with candles" if name == "cake" else "")
        within = ("egg",) if name == "bowl" and filling in ("ramen", "noodle") else ()
        canvas.note(told, name, *within)
    if kinds:
        canvas.note(" and ".join(_PLURALS.get(kind, f"{kind}s") for kind in kinds))
    canvas.note("on a wooden table" if wooden else "on a table")
    canvas.bloom(0.18)


def _make(brief: Brief, solids: Solids, canvas: Canvas, name: str, place: tuple[float, float],
          own: Rgb) -> tableware.After:  # fmt: skip
    if name == "cup":
        drink = next((code for word, (_, code) in _DRINKS.items() if brief.says(word)), "#4A2A1A")
        return tableware.cup(solids, canvas, place, own, rgb(drink))
    if name == "bowl" and (heaped := next((kind for kind in _HEAPS if brief.says(kind)), None)):
        return tableware.heap(solids, canvas, place, own, rgb(_HEAPS[heaped][0]), _HEAPS[heaped][1])
    if name == "bowl":
        return tableware.bowl(solids, canvas, place, own, brief.says)
    if name == "cake":
        number = next((t.count for t in brief.things if t.kind == "candle" and t.count), None)
        return tableware.cake(solids, canvas, place, own, min(12, number or 5) if brief.allows("candle") else 0)
    if name == "glass":
        return tableware.glass(solids, canvas, place, rgb("#E8D58C") if brief.says("white") else own)
    makers = {
        "teapot": tableware.teapot, "bottle": tableware.bottle, "candle": tableware.candle, "bread": tableware.bread,
        "eggs": tableware.eggs, "pizza": tableware.pizza, "burger": tableware.burger, "donut": tableware.donut,
        "ice_cream": tableware.ice_cream,
    }  # fmt: skip
    return makers[name](solids, canvas, place, own)


def _board(canvas: Canvas, wood: Rgb) -> None:
    """A table top with planks across the picture, from its back edge down."""
    top = 0.50
    depth = np.clip((canvas.v - top) / (1 - top), 0, 1)
    planks = np.floor(np.sqrt(depth) * 4.2).astype(np.int32)
    tones = np.random.default_rng(canvas.next_seed()).normal(0, 0.05, 16).astype(np.float32)
    grain = canvas.noise((0.006, 0.5), 4) * 0.10 + canvas.noise((0.003, 0.12), 2) * 0.05
    gap = np.abs(np.sqrt(depth) * 4.2 - planks) < 0.02
    light = 0.72 + 0.42 * depth - 0.25 * np.abs(canvas.u - 0.42)
    tone = np.asarray(wood, np.float32) * (light + tones[planks] + grain - 0.25 * gap)[..., None]
    canvas.lay(np.clip(tone, 0, 1), smooth(top, top + 0.006, canvas.v) * np.ones_like(canvas.u))
    canvas.multiply((0.2, 0.15, 0.12), np.exp(-np.abs(canvas.v - top) / 0.05) * 0.3 * np.ones_like(canvas.u))


def _flames_and_steam(canvas: Canvas, solids: Solids, after: tableware.After) -> None:
    size = solids.size_px
    sketch = Sketch(canvas, scale=3)
    for x, y, z in after.flames:
        px, py, _ = solids.project(x, y, z)
        sketch.line([(px, py + size * 0.05), (px, py)], max(1.0, size * 0.012), (0.16, 0.12, 0.1))
        shape = [(px - size * 0.03, py - size * 0.03), (px, py - size * 0.17), (px + size * 0.03, py - size * 0.03),
                 (px, py + size * 0.02)]  # fmt: skip
        sketch.polygon(spline(shape, True, 6), (1.0, 0.83, 0.42))
        sketch.ellipse((px, py - size * 0.03), size * 0.013, size * 0.03, (1.0, 0.97, 0.85))
    sketch.paint()
    for x, y, z in after.flames:
        px, py, _ = solids.project(x, y + 0.06, z)
        canvas.screen((1.0, 0.75, 0.35), np.exp(-canvas.distance(px / canvas.width, py / canvas.height) / 0.10) * 0.5)
    for x, y, z in after.steam:
        px, py, _ = solids.project(x, y, z)
        rise = (py - canvas.v * canvas.height) / size
        across = (canvas.u * canvas.width - px) / size
        curl = canvas.noise((0.12, 0.05), 3)
        wisp = np.zeros_like(curl)
        for k in (-1, 0, 1):
            middle = (
                0.12 * k + 0.10 * np.sin(rise * 4 + k * 2) * np.clip(rise, 0, 1) + 0.10 * curl * np.clip(rise, 0, 1)
            )
            wisp += np.exp(-(((across - middle) / (0.035 + 0.05 * np.clip(rise, 0, 2))) ** 2))
        canvas.screen((1, 1, 1), np.clip(wisp * np.exp(-np.clip(rise, 0, 9) / 0.55) * (rise > 0) * 0.20, 0, 0.4))


def _vase(canvas: Canvas, solids: Solids, rng: np.random.Generator, glaze: Rgb | None) -> tuple[float, float, float]:
    own = VASES[int(rng.integers(len(VASES)))]
    colours = (blend(glaze, (0, 0, 0), 0.12), blend(glaze, (1, 1, 1), 0.18)) if glaze else own
    material = solids.material(skin(canvas, colours, solids.size_px))
    x = float(rng.uniform(0.35, 0.75) * rng.choice((-1, 1)))
    form = int(rng.integers(3))
    t = np.linspace(0, 1, 40)
    if form == 0:  # an amphora: round belly, narrow neck, flared lip
        radius = (
            0.20
            + 0.24 * np.sin(t * 3.0) * (1 - smooth(0.62, 0.9, t))
            - 0.07 * smooth(0.5, 0.85, t)
            + 0.05 * smooth(0.92, 1, t)
        )
    elif form == 1:  # a bottle
        radius = 0.13 + 0.30 * np.exp(-(((t - 0.26) / 0.24) ** 2)) + 0.03 * smooth(0.95, 1, t)
    else:  # a jar
        radius = 0.40 - 0.22 * smooth(0.55, 0.86, t) - 0.06 * smooth(0.25, 0, t) + 0.04 * smooth(0.94, 1, t)
    height = 1.5
    wall = [(float(q) * height, float(r)) for q, r in zip(t, radius, strict=True)]
    lip, mouth = wall[-1]
    inside = [(lip + 0.012, mouth - 0.02), (lip - 0.01, mouth - 0.045), (lip - 0.45, mouth - 0.06), (lip - 0.46, 0.0)]
    solids.lathe((x, -0.55), [(0.0, 0.0), *wall, *inside], material)
    return x, -0.55, 0.5


def _fruit(canvas: Canvas, solids: Solids, rng: np.random.Generator, name: str, place: tuple[float, float],
           radius: float, own: Rgb | None = None) -> tuple[float, float, float]:  # fmt: skip
    """Add one fruit, in its `own` colour if one is given; returns where its stalk starts."""
    x, z = place
    kind = FRUIT[name]
    skins = (blend(own, (0, 0, 0), 0.1), blend(own, (1, 0.95, 0.6), 0.22)) if own else kind.skin
    material = solids.material(skin(canvas, skins, solids.size_px, kind.pores))
    if name == "pear":
        t = np.linspace(0, 1, 60)
        narrow = radius * (1 - 0.62 * smooth(0.05, 1, t))
        chain(solids, [(x + 0.05 * q, radius + q * radius * 1.5, z, float(r)) for q, r in zip(t, narrow, strict=True)],
              material)  # fmt: skip
        return x + 0.05, radius * 2.86, z
    if name in ("lemon", "lime"):
        turn = rng.uniform(-0.5, 0.5)
        for q in np.linspace(-1, 1, 60):
            r = radius * 0.86 * max(0.16, 1 - abs(q) ** 2.6 * 0.86)
            solids.ball(x + q * radius * 0.75 * math.cos(turn), radius * 0.86, z + q * radius * 0.75 * math.sin(turn),
                        float(r), material)  # fmt: skip
        return x, radius * 1.7, z
    ribs, hollow = (12, 0.42) if name == "pumpkin" else (16, 0.13)
    for a in np.linspace(0, 2 * math.pi, ribs, endpoint=False):
        solids.ball(x + hollow * radius * math.cos(a), radius * 0.93, z + hollow * radius * math.sin(a),
                    radius * (0.62 if name == "pumpkin" else 0.88), material)  # fmt: skip
    return x, radius * (1.5 if name == "pumpkin" else 1.72), z


def knot(canvas: Canvas, rng: np.random.Generator, wall: tuple[Rgb, Rgb, Rgb], colours: tuple[Rgb, Rgb]) -> None:
    """A torus knot, polished; `colours` are its lit and its turned-away side."""
    backdrop(canvas, *wall)
    size = min(canvas.width, canvas.height) * 0.30
    solids = Solids(canvas, size, (canvas.width / 2, canvas.height / 2), tilt=0.25)
    p, q = ((2, 3), (3, 2), (2, 5), (3, 4))[int(rng.integers(4))]
    turn, lean = rng.uniform(0, 6.28), rng.uniform(0.1, 0.55)
    t = np.linspace(0, 2 * math.pi, 2000, endpoint=False)
    ring = 0.92 + 0.36 * np.cos(q * t)
    path = np.stack([ring * np.cos(p * t), ring * np.sin(p * t), 0.42 * np.sin(q * t)], 1)
    about_z = np.array([[math.cos(turn), math.sin(turn), 0], [-math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, math.cos(lean), math.sin(lean)], [0, -math.sin(lean), math.cos(lean)]])
    lit, away = np.asarray(colours[0], np.float32), np.asarray(colours[1], np.float32)
    material = solids.material(lambda x, y, up: lit * (0.5 + 0.5 * up)[:, None] + away * (0.5 - 0.5 * up)[:, None])
    thick = 0.185 if q < 4 else 0.15
    chain(solids, [(float(a), float(b), float(c), thick) for a, b, c in path @ about_z @ about_x], material)
    solids.shade(Light((-0.5, 0.8, 0.6), shine=0.75), ground=False)
    canvas.bloom(0.25)


def darker_wall(wall: tuple[Rgb, Rgb, Rgb]) -> tuple[Rgb, Rgb, Rgb]:
    """The same wall by candle light."""
    return (blend(wall[0], (0.1, 0.09, 0.08), 0.75), blend(wall[1], (0.04, 0.04, 0.04), 0.85),
            blend(wall[2], (0.1, 0.09, 0.08), 0.75))  # fmt: skip


WALLS: tuple[tuple[Rgb, Rgb, Rgb], ...] = (
    ((0.92, 0.85, 0.75), (0.73, 0.59, 0.47), (0.86, 0.78, 0.67)),
    ((0.80, 0.84, 0.82), (0.45, 0.52, 0.52), (0.74, 0.76, 0.73)),
    ((0.93, 0.80, 0.76), (0.66, 0.47, 0.47), (0.88, 0.77, 0.72)),
    ((0.82, 0.80, 0.72), (0.46, 0.45, 0.38), (0.70, 0.66, 0.58)),
)
_PLURALS = {"cherry": "cherries", "peach": "peaches", "tomato": "tomatoes"} | {
    f"{kind}berry": f"{kind}berries" for kind in ("straw", "blue", "rasp")
}
_SYNONYMS = {"orange fruit": "orange", "strawberry": "cherry", "grape": "cherry", "fig": "plum", "kitchen": "apple"}


def paint(brief: Brief, canvas: Canvas, air: Air, rng: np.random.Generator) -> None:
    """Fruit and a vase; named fruit only, by candle light at night."""
    wall = WALLS[int(rng.integers(len(WALLS)))]
    if brief.colours:
        tone = brief.colours[0][1]
        wall = (blend(tone, (1, 1, 1), 0.55), blend(tone, (0.2, 0.2, 0.2), 0.35), blend(tone, (0.95, 0.93, 0.9), 0.4))
    if air.dark or brief.mood in ("dark", "dramatic") or brief.says("candle", "skull", "chiaroscuro", "dark"):
        wall = darker_wall(wall)
    named = [kind for kind in FRUIT if brief.says(kind)]
    dishes = [name for name, dish in DISHES.items() if brief.says(*dish.words)]
    if "cake" in dishes and "candle" in dishes:
        dishes.remove("candle")  # they stand on it
    if "bowl" in dishes and "eggs" in dishes:
        dishes.remove("eggs")  # they lie in it
    if brief.says("glass") and brief.says("wine", "champagne") and "glass" not in dishes:
        dishes.insert(0, "glass")
    if "glass" in dishes and not brief.says("bottle"):
        dishes = [name for name in dishes if name != "bottle"]
    if "bowl" in dishes:
        named = [kind for kind in named if kind not in _HEAPS]
    if dishes:
        _served(brief, canvas, rng, wall, dishes[:3], named)
        return
    named += [kind for word, kind in _SYNONYMS.items() if brief.says(word) and kind not in named]
    usual = ("apple", "orange", "lemon", "pear", "plum", "peach", "lime", "pomegranate")
    kinds = named or [str(kind) for kind in rng.choice(usual, 4, replace=False)]
    count = next((t.count for t in brief.things if t.count and t.count > 1), None)
    vase = brief.allows("vase", "bottle", "jug") and (not named or brief.says("vase", "bottle", "jug", "pitcher")
                                                      or rng.random() < 0.5)  # fmt: skip
    alone = (
        re.search(rf"\b(?:an?|one|single)\s+(?:[a-z]+\s+)?{kinds[0]}\b", brief.prompt.lower())
        if len(named) == 1
        else None
    )
    if alone:
        count, vase = 1, False
    still_life(canvas, rng, wall, kinds, count=min(16, count) if count else None, vase=vase, brief=brief,
               glaze=next((thing.colour for thing in brief.things if thing.kind == "vase"), None))  # fmt: skip
    names = " and ".join(_PLURALS.get(kind, f"{kind}s") for kind in kinds)
    canvas.note(f"{names}{' with a vase' if vase else ''} on a table")


FAMILY = Family(
    "still_life", paint, brush=0.3, vignette=0.16, grain=0.01, weathered=False, open_weight=1,
    titles=("Table, {hour}", "Ripe, and waiting", "The painter's lunch", "Five small planets", "North window"),
)  # fmt: skip
