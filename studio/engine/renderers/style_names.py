"""Which style a sentence asks for.

``resolve`` finds the named style in free words; the table is ordered from the particular
to the general, and the longest match wins, so "pen and ink" is not "pen". Imports
nothing heavy.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

Engine = Literal["lines", "paint", "network"]


@dataclass(frozen=True)
class Style:
    """A style that can be rendered.

    Attributes:
        name: for people, in lower case.
        engine: module that draws it: ``lines``, ``paint`` (``paint_styles``) or the 26-style ``network``.
        recipe: name of the function there, or of the network style.
        words: what people call it.
        strength: 0–1, share of the styled picture over the original.
    """

    name: str
    engine: Engine
    recipe: str
    words: tuple[str, ...]
    strength: float = 1.0


NETWORK: Final[dict[str, dict[int, float]]] = {
    # The network came without names; these say what its pictures look like.
    "pastel": {0: 1.0},
    "blockprint": {1: 1.0},
    "belle epoque": {2: 1.0},
    "shards": {3: 1.0},
    "crimson poster": {4: 1.0},
    "ember": {5: 1.0},
    "indigo batik": {6: 1.0},
    "primary": {7: 1.0},
    "neon crayon": {8: 1.0},
    "dashes": {9: 1.0},
    "terracotta": {10: 1.0},
    "golden engraving": {11: 1.0},
    "haze": {12: 1.0},
    "acid green": {13: 1.0},
    "pale blue": {14: 1.0},
    "pale facets": {15: 1.0},
    "olive waves": {16: 1.0},
    "weave": {17: 1.0},
    "sand relief": {18: 1.0},
    "starry": {19: 1.0},
    "crimson night": {20: 1.0},
    "cut-out": {21: 1.0},
    "cubist": {22: 1.0},
    "twilight": {23: 1.0},
    "wave print": {24: 1.0},
    "impasto": {25: 1.0},
    "nouveau": {4: 0.55, 2: 0.45},
    "fauve": {7: 0.5, 13: 0.25, 4: 0.25},
}


def _style(name: str, engine: Engine, recipe: str, words: str, strength: float = 1.0) -> Style:
    return Style(name, engine, recipe, tuple(word.strip() for word in words.split(",")), strength)


STYLES: Final[tuple[Style, ...]] = (
    _style(
        "ink drawing",
        "lines",
        "ink",
        "ink, ink drawing, ink-drawing, pen and ink, brush and ink, india ink, indian ink, ink sketch, ink "
        "wash, sumi-e, sumie, calligraphy, pen drawing, hatching, cross-hatching, crosshatch, biro, ballpoint",
    ),
    _style(
        "line art",
        "lines",
        "line_art",
        "line art, lineart, line drawing, outline, outlines, contour drawing, coloring page, colouring page, "
        "coloring book, colouring book",
    ),
    _style(
        "pencil sketch",
        "lines",
        "pencil",
        "pencil, pencil sketch, pencil drawing, graphite, sketch, sketched, hand drawn, hand-drawn, drawing, "
        "silverpoint",
    ),
    _style(
        "coloured pencil",
        "lines",
        "coloured_pencil",
        "coloured pencil, colored pencil, colour pencil, color pencil, coloured pencils, colored pencils, "
        "pencil crayon",
    ),
    _style(
        "charcoal",
        "lines",
        "charcoal",
        "charcoal, charcoal drawing, conte, conté, chalk, chalk drawing",
    ),
    _style(
        "engraving",
        "lines",
        "engraving",
        "engraving, engraved, etching, etched, copperplate, banknote, dürer, durer, gustave doré, dore, "
        "gravure, lithograph, intaglio",
    ),
    _style(
        "woodcut",
        "lines",
        "woodcut",
        "woodcut, linocut, lino print, lino, wood engraving, block print, relief print",
    ),
    _style(
        "comic book",
        "lines",
        "comic",
        "comic, comic book, comics, cartoon, graphic novel, marvel, manga colour",
    ),
    _style(
        "anime",
        "paint",
        "anime",
        "anime, manga, ghibli, cel shading, cel-shaded, cel shaded, animated film, disney",
    ),
    _style(
        "oil painting",
        "paint",
        "oil",
        "oil, oil painting, oils, oil paint, painting, painted, painterly, palette knife, brush strokes, "
        "brushstrokes, acrylic, rembrandt, old master, renaissance, baroque, classical painting, canvas",
    ),
    _style(
        "impressionist",
        "paint",
        "impressionist",
        "impressionist, impressionism, impressionistic, monet, claude monet, renoir, degas, manet, plein air",
    ),
    _style(
        "pointillist",
        "paint",
        "pointillist",
        "pointillist, pointillism, seurat, signac, dots of paint, stippling, stippled",
    ),
    _style(
        "watercolour",
        "paint",
        "watercolour",
        "watercolour, watercolor, watercolour painting, watercolor painting, water colour, water color, "
        "aquarelle, wash, gouache, tempera",
    ),
    _style(
        "stained glass",
        "paint",
        "stained_glass",
        "stained glass, stained-glass, church window, leaded glass, tiffany",
    ),
    _style(
        "mosaic",
        "paint",
        "mosaic",
        "mosaic, mosaics, mosaic style, tesserae, byzantine, roman mosaic, tiles",
    ),
    _style(
        "pixel art",
        "paint",
        "pixel_art",
        "pixel art, pixel, pixelated, 8-bit, 8 bit, 16-bit, 16 bit, retro game, video game",
    ),
    _style(
        "low poly",
        "paint",
        "low_poly",
        "low poly, low-poly, polygon, polygons, polygonal, triangles, origami, faceted",
    ),
    _style(
        "pop art",
        "paint",
        "pop_art",
        "pop art, pop-art, warhol, andy warhol, screen print, screenprint, silkscreen, serigraph, poster, "
        "risograph, riso",
    ),
    _style(
        "halftone",
        "paint",
        "halftone",
        "halftone, half-tone, newspaper, newsprint, lichtenstein, roy lichtenstein, ben-day, print dots",
    ),
    _style(
        "van gogh",
        "network",
        "starry",
        "van gogh, vincent van gogh, vincent, starry night, starry night style, post-impressionist, post- "
        "impressionism, post impressionist",
        strength=0.94,
    ),
    _style(
        "ukiyo-e",
        "network",
        "wave print",
        "ukiyo-e, ukiyoe, ukiyo, hokusai, hiroshige, woodblock, woodblock print, japanese print, japanese "
        "woodblock, japanese, great wave, edo",
        strength=0.94,
    ),
    _style(
        "cubist",
        "network",
        "cubist",
        "cubist, cubism, picasso, braque, guernica",
        strength=0.92,
    ),
    _style(
        "expressionist",
        "network",
        "ember",
        "expressionist, expressionism, munch, the scream, edvard munch, kirchner, fiery",
        strength=0.92,
    ),
    _style(
        "fauvist",
        "network",
        "fauve",
        "fauvist, fauvism, fauve, matisse, derain, wild colours, wild colors",
        strength=0.9,
    ),
    _style(
        "kandinsky",
        "network",
        "primary",
        "kandinsky, franz marc, blue rider, blaue reiter, macke",
        strength=0.9,
    ),
    _style(
        "art nouveau",
        "network",
        "nouveau",
        "art nouveau, jugendstil, mucha, klimt, secession, art deco",
        strength=0.92,
    ),
    _style(
        "pastel drawing",
        "network",
        "pastel",
        "pastel, pastels, pastel drawing, crayon, crayons, soft pastel",
        strength=0.92,
    ),
    _style(
        "impasto",
        "network",
        "impasto",
        "impasto, thick paint, lucian freud, cezanne, cézanne, gauguin",
        strength=0.92,
    ),
    _style(
        "abstract",
        "network",
        "shards",
        "abstract, abstract expressionist, abstract expressionism, pollock, jackson pollock, abstract art",
        strength=0.72,
    ),
    _style(
        "mondrian",
        "network",
        "blockprint",
        "mondrian, de stijl, keith haring, haring, bold lines, graffiti, street art, bauhaus",
        strength=0.9,
    ),
    _style(
        "matisse cut-out",
        "network",
        "cut-out",
        "cut-out style, paper cut, paper-cut, papercut, collage, paper collage, cutouts",
        strength=0.88,
    ),
    _style(
        "batik",
        "network",
        "indigo batik",
        "batik, indigo, aboriginal, dot painting",
        strength=0.8,
    ),
    _style(
        "cave painting",
        "network",
        "terracotta",
        "cave painting, terracotta, fresco, greek vase, pottery",
        strength=0.92,
    ),
    _style(
        "sand relief",
        "network",
        "sand relief",
        "sand, relief, bas-relief, carved, stone carving, sandstone",
        strength=0.92,
    ),
    _style(
        "woven tapestry",
        "network",
        "weave",
        "tapestry, woven, weave, textile, embroidery, quilt",
        strength=0.55,
    ),
    _style(
        "turner",
        "network",
        "haze",
        "turner, william turner, dreamy, dreamlike, hazy, misty painting, ethereal, fairy tale, fairytale, storybook",
        strength=0.92,
    ),
    _style(
        "crimson night",
        "network",
        "crimson night",
        "hell, infernal, crimson, blood red, horror, demonic",
        strength=0.9,
    ),
    _style(
        "golden engraving",
        "network",
        "golden engraving",
        "gold leaf, golden, medieval, illuminated manuscript, parchment, icon painting",
        strength=0.92,
    ),
    _style(
        "porcelain",
        "network",
        "pale blue",
        "porcelain, delft, wedgwood, pale, winter mood",
        strength=0.92,
    ),
    _style(
        "psychedelic",
        "network",
        "acid green",
        "psychedelic, acid, trippy, surreal, surrealist, dali, dalí",
        strength=0.9,
    ),
    _style(
        "neon",
        "paint",
        "neon",
        "neon, cyberpunk, synthwave, vaporwave, outrun, blade runner, futuristic, sci-fi, tron, hologram",
    ),
    _style(
        "blueprint",
        "paint",
        "blueprint",
        "blueprint, technical drawing, schematic, architectural drawing",
    ),
    _style(
        "cyanotype",
        "paint",
        "cyanotype",
        "cyanotype, sun print, blue tone",
    ),
    _style(
        "sepia photograph",
        "paint",
        "sepia",
        "sepia, daguerreotype, tintype, old photo, old photograph, antique photo, victorian, 1800s, 1900s, "
        "1910s, 1920s, 19th century",
    ),
    _style(
        "noir",
        "paint",
        "noir",
        "noir, film noir, black and white, black-and-white, monochrome, grayscale, greyscale, b&w, 1930s, 1940s",
    ),
    _style(
        "vintage film",
        "paint",
        "vintage",
        "vintage, retro, polaroid, faded, analog, analogue, film look, 1950s, 1960s, 1970s, 1980s, 1990s, "
        "50s, 60s, 70s, 80s, 90s, kodachrome, instagram",
    ),
)

_FALLBACK: Final = "oil painting"


@dataclass(frozen=True)
class Match:
    """The style found for a sentence; ``known`` is false when no style was named and a fitting one was taken."""

    style: Style
    known: bool


@cache
def _patterns() -> list[tuple[re.Pattern[str], int, Style]]:
    rows = []
    for style in STYLES:
        for word in {style.name, *style.words}:
            rows.append((re.compile(rf"(?<![\w-]){re.escape(word)}(?:s|-like|-style|ish)?(?!\w)"), len(word), style))
    for name in NETWORK:
        style = Style(name, "network", name, (), 0.92)
        rows.append((re.compile(rf"(?<!\w){re.escape(name)} style(?!\w)"), len(name) + 6, style))
    return rows


def by_name(name: str) -> Style | None:
    """Return the style of exactly that *name* (a style's or a network style's), or None."""
    wanted = name.strip().lower()
    for style in STYLES:
        if wanted == style.name or wanted in style.words:
            return style
    return Style(wanted, "network", wanted, (), 0.92) if wanted in NETWORK else None


def resolve(prompt: str) -> Match:
    """Return the style that *prompt* names; when it names none, an oil painting and ``known`` false.

    The longest name wins; of equal ones the later in the sentence, because people end
    on what they want ("a sketch, no, a charcoal").
    """
    text = prompt.lower().replace("’", "'")
    best: tuple[int, int, Style] | None = None
    for pattern, length, style in _patterns():
        for found in pattern.finditer(text):
            if best is None or (length, found.start()) > best[:2]:
                best = (length, found.start(), style)
    if best is not None:
        return Match(best[2], known=True)
    fallback = by_name(_FALLBACK)
    assert fallback is not None
    return Match(fallback, known=False)


def network_count() -> int:
    """Return how many styles the network itself holds."""
    return 26


_SUBTLE: Final = re.compile(
    r"\b(?:subtl[ey]|slight(?:ly)?|a (?:touch|hint|little|bit) of|gentl[ey]|light(?:ly)? (?:styled|touch)|faint)\b"
)
_PERCENT: Final = re.compile(r"(\d{1,3}) ?(?:%|percent)(?: (?:of )?(?:the )?(?:strength|style|effect|intensity))?")
_HALVES: Final = re.compile(
    r"\b(?:half|mix|mixed|blend|blended|cross|between|combin\w+|part|meets|crossed|mash-?up|fusion|plus)\b|\d ?%"
)
_SHARES: Final = {
    "half": 0.5,
    "mostly": 0.75,
    "mainly": 0.75,
    "a touch of": 0.2,
    "a hint of": 0.2,
    "a bit of": 0.25,
    "a little": 0.25,
}
_MOST_STYLES: Final = 4


def strength_of(prompt: str) -> float:
    """Return how strong the style is asked to be, 0–1: "subtle" is 0.55, "at 40 %" is 0.4, otherwise 1."""
    text = prompt.lower()
    percents = _PERCENT.findall(text)
    if len(percents) == 1 and len(blend_of(prompt)) == 1:
        return max(0.05, min(1.0, int(percents[0]) / 100.0))
    return 0.55 if _SUBTLE.search(text) and len(blend_of(prompt)) == 1 else 1.0


def blend_of(prompt: str) -> list[tuple[Style, float]]:
    """Return the styles that *prompt* names, with relative shares; one, unless words ask for a blend.

    "half monet, half ink" and "70 % van gogh and 30 % ukiyo-e" name two.
    """
    text = prompt.lower().replace("’", "'")
    if not _HALVES.search(text):
        return [(resolve(prompt).style, 1.0)]
    taken: list[tuple[int, int, Style]] = []
    for pattern, _, style in sorted(_patterns(), key=lambda row: -row[1]):
        for found in pattern.finditer(text):
            if all(found.end() <= start or found.start() >= end for start, end, _ in taken):
                taken.append((found.start(), found.end(), style))
    shares: dict[str, tuple[Style, float]] = {}
    before = 0
    for start, end, style in sorted(taken, key=lambda row: row[0]):
        if style.name not in shares:
            shares[style.name] = style, _share_in(text[before:start])
        before = end
    found_styles = list(shares.values())[:_MOST_STYLES]
    return found_styles if len(found_styles) > 1 else [(resolve(prompt).style, 1.0)]


def _share_in(words: str) -> float:
    """Return the share that stands before a style's name; 0.5 when none does."""
    if percents := re.findall(r"(\d{1,3}) ?(?:%|percent)", words):
        return max(0.01, int(percents[-1]) / 100.0)
    return next((share for name, share in _SHARES.items() if name in words), 0.5)
