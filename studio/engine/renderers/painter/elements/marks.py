"""Plain marks in two inks for logos: cup, leaf, mountain, wave, sun, flower, tree, flame, book, bird, star."""

from __future__ import annotations

import math

import numpy as np

from studio.engine.renderers.painter.brief import Brief
from studio.engine.renderers.painter.colour import Rgb
from studio.engine.renderers.painter.elements.furniture import slab
from studio.engine.renderers.painter.sketch import Point, Sketch, spline

NAMES = {
    "cup": "a cup",
    "leaf": "a leaf",
    "mountain": "a mountain",
    "wave": "waves",
    "sun": "a sun",
    "flower": "a flower",
    "tree": "a tree",
    "flame": "a flame",
    "book": "an open book",
    "bird": "a bird",
    "star": "a star",
    "cat": "a cat's head",
    "loaf": "a loaf of bread",
    "gear": "a cog wheel",
}
_WORDS = {
    "cup": "coffee cafe tea cup espresso barista mug roastery",
    "loaf": "bakery bread baker pastry",
    "mountain": "mountain hike peak outdoor hiking alpine climbing camping summit adventure ski",
    "wave": "sea wave surf ocean beach swim river water coast boat sailing marine",
    "sun": "sun solar summer travel day sunrise energy",
    "flower": "flower florist rose bloom beauty wedding flowers",
    "tree": "tree forest wood oak pine park",
    "flame": "fire flame grill restaurant bbq candle pizza",
    "book": "book library school reading publisher bookshop bookstore education",
    "bird": "bird fly flight air airline freedom wing",
    "cat": "cat pet kitten vet animal",
    "leaf": "leaf plant garden organic eco vegan nature botanical spa",
    "gear": "machine engineering tech software factory repair garage robot workshop bicycle bike",
}


def choose(brief: Brief) -> str:
    """The mark that the words ask for; a star says nothing wrong."""
    told = {part for word in brief.words for part in word.split()}
    return next((name for name, words in _WORDS.items() if told.intersection(words.split())), "star")


def draw(sketch: Sketch, name: str, middle: Point, size: float, ink: Rgb, second: Rgb) -> None:
    """The mark within `size` pixels around `middle`."""
    x, y = middle

    def at(points: list[tuple[float, float]]) -> np.ndarray:
        return np.array([(x + a * size, y + b * size) for a, b in points], np.float32)

    def soft(points: list[tuple[float, float]], tone: Rgb = ink) -> None:
        sketch.polygon(spline(at(points), True, 10), tone)

    if name == "cup":
        soft(
            [
                (-0.6, -0.12),
                (-0.56, 0.4),
                (-0.3, 0.62),
                (0.16, 0.62),
                (0.42, 0.4),
                (0.46, -0.12),
                (0.2, -0.14),
                (-0.3, -0.14),
            ]
        )
        ring = [(0.46 + 0.24 * math.cos(a), 0.16 + 0.22 * math.sin(a)) for a in np.linspace(-1.8, 1.9, 20)]
        sketch.line(at(ring), size * 0.1, ink)
        sketch.polygon(slab(x - 0.72 * size, y + 0.7 * size, x + 0.6 * size, y + 0.79 * size, 0.05 * size), ink)
        for k in (-0.32, -0.06, 0.2):
            sketch.line(
                spline(at([(k, -0.26), (k + 0.09, -0.45), (k - 0.05, -0.62), (k + 0.05, -0.84)]), False, 8),
                size * 0.06,
                ink,
            )
    elif name == "leaf":
        soft([(-0.62, 0.62), (-0.6, 0.0), (-0.2, -0.48), (0.7, -0.72), (0.62, 0.0), (0.2, 0.5), (-0.3, 0.62)])
        sketch.line(spline(at([(-0.72, 0.74), (-0.1, 0.08), (0.45, -0.44)]), False, 8), size * 0.05, second)
        for k in (0.1, 0.4, 0.7):
            base = (-0.5 + k, 0.5 - k)
            sketch.line(at([base, (base[0] + 0.02, base[1] - 0.34)]), size * 0.03, second)
            sketch.line(at([base, (base[0] + 0.34, base[1] + 0.02)]), size * 0.03, second)
    elif name == "mountain":
        sketch.polygon(at([(-0.9, 0.6), (-0.25, -0.62), (0.05, -0.1), (0.28, -0.4), (0.9, 0.6)]), ink)
        sketch.polygon(
            at([(-0.25, -0.62), (-0.46, -0.22), (-0.3, -0.1), (-0.2, -0.26), (-0.08, -0.1), (-0.02, -0.22)]), second
        )
        sketch.ellipse((x + 0.55 * size, y - 0.6 * size), 0.17 * size, 0.17 * size, ink)
    elif name == "wave":
        for row in range(3):
            line = [(a, 0.36 * row - 0.3 + 0.13 * math.sin(a * 6.2 + row)) for a in np.linspace(-0.85, 0.85, 12)]
            sketch.line(spline(at(line), False, 6), size * 0.15, ink)
    elif name == "sun":
        sketch.ellipse(middle, 0.42 * size, 0.42 * size, ink)
        for k in range(12):
            a = k * math.pi / 6
            sketch.line(
                at([(0.56 * math.cos(a), 0.56 * math.sin(a)), (0.86 * math.cos(a), 0.86 * math.sin(a))]),
                size * 0.09,
                ink,
            )
    elif name == "flower":
        for k in range(6):
            a = k * math.pi / 3
            sketch.ellipse(
                (x + 0.46 * size * math.cos(a), y + 0.46 * size * math.sin(a)),
                0.36 * size,
                0.23 * size,
                ink,
                math.degrees(a),
            )
        sketch.ellipse(middle, 0.2 * size, 0.2 * size, second)
    elif name == "tree":
        for level, half in ((-0.5, 0.36), (-0.15, 0.5), (0.22, 0.64)):
            sketch.polygon(at([(0, level - 0.42), (half, level + 0.24), (-half, level + 0.24)]), ink)
        sketch.polygon(slab(x - 0.09 * size, y + 0.4 * size, x + 0.09 * size, y + 0.8 * size), ink)
    elif name == "flame":
        soft(
            [
                (0.0, -0.9),
                (0.3, -0.36),
                (0.56, 0.1),
                (0.42, 0.62),
                (0.0, 0.82),
                (-0.42, 0.62),
                (-0.54, 0.14),
                (-0.3, -0.1),
                (-0.16, -0.4),
            ]
        )
        soft([(0.04, -0.1), (0.24, 0.3), (0.18, 0.6), (0.0, 0.68), (-0.18, 0.6), (-0.22, 0.32)], second)
    elif name == "book":
        for side in (-1, 1):
            sketch.polygon(
                at(
                    [
                        (0, -0.36),
                        (side * 0.4, -0.52),
                        (side * 0.86, -0.42),
                        (side * 0.86, 0.42),
                        (side * 0.4, 0.32),
                        (0, 0.5),
                    ]
                ),
                ink,
            )
            for k in (-0.18, 0.02, 0.22):
                sketch.line(
                    at([(side * 0.14, k - 0.06), (side * 0.42, k - 0.16), (side * 0.72, k - 0.1)]), size * 0.035, second
                )
        sketch.line(at([(0, -0.36), (0, 0.5)]), size * 0.05, second)
    elif name == "bird":
        soft(
            [
                (-0.9, -0.16),
                (-0.4, -0.3),
                (-0.1, 0.02),
                (0.16, -0.5),
                (0.76, -0.72),
                (0.4, 0.0),
                (0.1, 0.42),
                (-0.3, 0.5),
                (-0.7, 0.74),
                (-0.5, 0.34),
                (-0.62, 0.0),
            ]
        )
    elif name == "cat":
        soft([(-0.62, -0.02), (-0.5, 0.5), (0.0, 0.74), (0.5, 0.5), (0.62, -0.02), (0.3, -0.3), (-0.3, -0.3)])
        for side in (-1, 1):
            sketch.polygon(at([(side * 0.62, 0.05), (side * 0.62, -0.72), (side * 0.1, -0.28)]), ink)
            sketch.ellipse((x + side * 0.25 * size, y + 0.12 * size), 0.08 * size, 0.11 * size, second)
        sketch.polygon(at([(-0.08, 0.34), (0.08, 0.34), (0, 0.43)]), second)
    elif name == "loaf":
        soft(
            [
                (-0.84, 0.3),
                (-0.8, -0.16),
                (-0.4, -0.44),
                (0.4, -0.44),
                (0.8, -0.16),
                (0.84, 0.3),
                (0.4, 0.44),
                (-0.4, 0.44),
            ]
        )
        for k in (-0.4, 0.0, 0.4):
            sketch.line(at([(k - 0.1, 0.1), (k + 0.12, -0.26)]), size * 0.08, second)
    elif name == "gear":
        for k in range(8):
            a = k * math.pi / 4
            sketch.line(
                at([(0.4 * math.cos(a), 0.4 * math.sin(a)), (0.82 * math.cos(a), 0.82 * math.sin(a))]), size * 0.24, ink
            )
        sketch.ellipse(middle, 0.6 * size, 0.6 * size, ink)
        sketch.ellipse(middle, 0.26 * size, 0.26 * size, second)
    else:
        points = [
            (r * math.sin(k * math.pi / 5), -r * math.cos(k * math.pi / 5))
            for k in range(10)
            for r in [0.9 if k % 2 == 0 else 0.38]
        ]
        sketch.polygon(at(points), ink)
