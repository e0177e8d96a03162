# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""The editor's words: colours, levels, places, nouns, fillers. Plain data and patterns; imports nothing heavy."""

import re
from typing import Final

COLOURS: Final[dict[str, str]] = dict(
    pair.split(":")
    for pair in [
        "red:#C8202C",
        "scarlet:#DA2A1C",
        "crimson:#A31432",
        "ruby:#9B1B3F",
        "burgundy:#6D1A36",
        "maroon:#6B1F2A",
        "coral:#FF7F61",
        "salmon:#F59A86",
        "pink:#F07FA6",
        "magenta:#D6249F",
        "fuchsia:#E0218A",
        "rose:#E0708C",
        "orange:#F07A1E",
        "amber:#F5A623",
        "peach:#FBC3A0",
        "rust:#A8481F",
        "copper:#B8683A",
        "terracotta:#C65D3B",
        "yellow:#F6CF2E",
        "gold:#D9A52B",
        "golden:#DDA833",
        "ochre:#C68A2B",
        "mustard:#C99A2E",
        "lemon:#F7E658",
        "cream:#F5E9CF",
        "ivory:#F6F0DF",
        "green:#2E8B45",
        "emerald:#12835A",
        "jade:#3A9D7A",
        "mint:#A8E0C4",
        "olive:#7C7F3A",
        "lime:#A5D42F",
        "sage:#9DB08B",
        "teal:#128C8C",
        "turquoise:#2BB7B3",
        "cyan:#25C5DA",
        "aqua:#5CD3D6",
        "blue:#2358C0",
        "azure:#3A8DDE",
        "cobalt:#1F47A8",
        "navy:#16244F",
        "indigo:#3B2D8C",
        "ultramarine:#2438A8",
        "purple:#7A3FA0",
        "violet:#7B4FC9",
        "lavender:#B59BE0",
        "lilac:#C8A8DC",
        "mauve:#B183A8",
        "plum:#6E3566",
        "brown:#7A4E2D",
        "chocolate:#4F2F1E",
        "tan:#C9A27A",
        "beige:#DCC9A8",
        "sand:#DABF92",
        "white:#F6F6F4",
        "silver:#BFC4CA",
        "grey:#808488",
        "gray:#808488",
        "charcoal:#3B3F45",
        "black:#16161A",
        "blond:#D9B877",
        "blonde:#D9B877",
    ]
)
"""Named colours as #RRGGBB."""
_SHADE: Final = r"(?:(?:dark|deep|light|pale|bright|pastel|neon|hot|sky|soft|forest|lime|baby|royal|blood|off)[ -])?"
COLOUR: Final = rf"(?:{_SHADE}(?:{'|'.join(COLOURS)})|#[0-9a-f]{{6}}\b|#[0-9a-f]{{3}}\b)"
"""Pattern of a colour: a name with an optional shade, or a hexadecimal code."""

_LEVELS: Final[tuple[tuple[float, str], ...]] = (
    (0.5, r"slight(?:ly)?|a (?:tiny |little |wee )?bit(?: of)?|a little|a touch(?: of)?|a hint of|subtl[ey]|subtly|"
          r"gently?|mildly|somewhat|faint(?:ly)?|a tad|light(?:ly)? (?=blur|vignette|grain|fog|rain|snow)|softly"),
    (1.6, r"much|very|a lot|lots of|strong(?:ly)?|heav(?:y|ily)|dramatically|extreme(?:ly)?|significantly|way|"
          r"really|intensely|far|super|massively|plenty of|considerably|completely|totally"),
)  # fmt: skip
_LEVEL_PATTERNS: Final = [(factor, re.compile(rf"\b(?:{words})(?!\w)")) for factor, words in _LEVELS]
_PERCENT: Final = re.compile(r"\b(?:by (?:about )?)?(\d{1,3}) ?(?:%|percent)")
_STOPS: Final = re.compile(r"\b(?:by (?:about )?)?(\d(?:\.\d+)?|half an?|one|two) (?:f-)?stops?\b")


def level(clause: str) -> tuple[float, list[tuple[int, int]]]:
    """Return the strength that a *clause* names (1.0: none), and the spans of the words that name it."""
    if found := _STOPS.search(clause):
        word = {"half a": 0.5, "half an": 0.5, "one": 1.0, "two": 2.0}.get(found[1])
        return (word if word is not None else float(found[1])) / 0.6, [found.span()]
    if found := _PERCENT.search(clause):
        return min(4.0, int(found[1]) / 25.0), [found.span()]
    for factor, pattern in _LEVEL_PATTERNS:
        if found := pattern.search(clause):
            return factor, [found.span()]
    return 1.0, []


SUBJECTS: Final = (
    r"subject|person|people|man|woman|girl|boy|lady|guy|child|kid|baby|model|figure|couple|family|dog|cat|animal|"
    r"horse|bird|pet|product|object|main object|portrait|character|foreground|her|him|them"
)
"""Nouns that mean what the saliency network finds."""

_WHERE: Final[tuple[tuple[str, str], ...]] = (
    ("background", r"back ?grounds?|backdrop|surroundings|(?:area|everything|space) (?:behind|around) (?:her|him|it|them)"),
    ("sky", r"sk(?:y|ies)|clouds"),
    ("faces", r"faces?|skin|complexion"),
    ("subject", SUBJECTS.removesuffix("|her|him|them")),
    ("edges", r"edges|corners|borders"),
    ("middle", r"cent(?:re|er)|middle"),
    ("left", r"left(?:[- ]hand)?(?: side| half| part)?"),
    ("right", r"right(?:[- ]hand)?(?: side| half| part)?"),
    ("top", r"top(?: half| part)?|upper (?:half|part)"),
    ("bottom", r"bottom(?: half| part)?|lower (?:half|part)|ground|floor"),
)  # fmt: skip
_WHERE_PATTERNS: Final = [
    (
        name,
        re.compile(
            rf"\b(?:(?:only|just|in|on|at|of|to|for|across) )*(?:the|her|his|their|my|its|all the|this|that) (?:{words})\b"
        ),
    )
    for name, words in _WHERE
]
_WHERE_COLOUR: Final = re.compile(
    rf"\b(?:the|her|his|their|my|its|all) ({COLOUR})s?(?: (?!and\b|more\b|less\b)[a-z]+)?\b"
)


_REST: Final = re.compile(
    rf"\b(?:everything|all|the rest)(?: else)? (?:except|but|apart from|besides|around|behind)(?: for)? (?:the |her |his )?(?:{SUBJECTS})\b"
)


def region(clause: str) -> tuple[str | None, list[tuple[int, int]]]:
    """Return the region that a *clause* speaks of, and the spans of the words for it."""
    if found := _REST.search(clause):
        return "background", [found.span()]
    if found := _WHERE_COLOUR.search(clause):
        return f"colour:{found[1]}", [found.span()]
    for name, pattern in _WHERE_PATTERNS:
        if found := pattern.search(clause):
            return name, [found.span()]
    return None, []


VERBS: Final = (
    r"make|turn|change|add|remove|erase|delete|put|place|set|give|increase|decrease|reduce|raise|lower|boost|lift|"
    r"brighten|darken|lighten|sharpen|blur|crop|rotate|flip|mirror|replace|swap|convert|apply|colou?ri?[sz]?e?|recolou?r|"
    r"paint|draw|extend|expand|zoom|fix|improve|enhance|smooth|soften|warm|cool|desaturate|saturate|write|frame|fade|"
    r"keep|leave|preserve|cut|get|take|straighten|upscale|enlarge|restyle|render|dye|tint|use|have|let|insert|combine|"
    r"merge|blend|denoise|clean|retouch|touch|finish|grade|invert|pixelate|pixelise|posteri[sz]e|vignette|surround|show|bring"
)
"""Verbs that open an instruction."""

FILLERS: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "it's",
        "them",
        "they",
        "their",
        "there",
        "here",
        "her",
        "his",
        "him",
        "she",
        "he",
        "my",
        "our",
        "your",
        "me",
        "us",
        "i",
        "we",
        "you",
        "and",
        "or",
        "but",
        "then",
        "also",
        "so",
        "as",
        "at",
        "in",
        "into",
        "on",
        "onto",
        "of",
        "off",
        "for",
        "from",
        "to",
        "with",
        "by",
        "up",
        "out",
        "over",
        "very",
        "too",
        "more",
        "less",
        "much",
        "bit",
        "little",
        "lot",
        "some",
        "any",
        "all",
        "whole",
        "entire",
        "overall",
        "just",
        "only",
        "even",
        "still",
        "again",
        "now",
        "please",
        "kindly",
        "can",
        "could",
        "would",
        "should",
        "will",
        "shall",
        "want",
        "wanted",
        "wish",
        "like",
        "need",
        "make",
        "makes",
        "made",
        "making",
        "turn",
        "turned",
        "change",
        "changed",
        "changing",
        "give",
        "given",
        "set",
        "put",
        "place",
        "get",
        "got",
        "have",
        "has",
        "had",
        "be",
        "is",
        "are",
        "was",
        "were",
        "been",
        "being",
        "do",
        "does",
        "did",
        "let",
        "take",
        "picture",
        "pictures",
        "image",
        "images",
        "photo",
        "photos",
        "photograph",
        "shot",
        "result",
        "version",
        "one",
        "edit",
        "edited",
        "editing",
        "look",
        "looks",
        "looking",
        "looked",
        "feel",
        "feels",
        "feeling",
        "seem",
        "appear",
        "appearance",
        "effect",
        "effects",
        "style",
        "mood",
        "vibe",
        "touch",
        "finish",
        "nice",
        "nicer",
        "good",
        "better",
        "best",
        "great",
        "beautiful",
        "beautifully",
        "pretty",
        "lovely",
        "cool",
        "natural",
        "naturally",
        "realistic",
        "professional",
        "high",
        "quality",
        "detailed",
        "everything",
        "else",
        "otherwise",
        "rest",
        "same",
        "unchanged",
        "exactly",
        "remain",
        "remains",
        "keep",
        "stay",
        "while",
        "without",
        "when",
        "where",
        "which",
        "who",
        "what",
        "how",
        "not",
        "don't",
        "no",
        "yes",
        "something",
        "thing",
        "things",
        "way",
        "kind",
        "sort",
        "apply",
        "applied",
        "use",
        "using",
        "used",
        "add",
        "added",
        "adding",
        "increase",
        "increased",
        "reduce",
        "reduced",
        "enhance",
        "enhanced",
        "improve",
        "improved",
        "adjust",
        "adjusted",
        "convert",
        "converted",
        "create",
        "created",
        "colour",
        "colours",
        "color",
        "colors",
        "colouring",
        "coloring",
        "tone",
        "tones",
        "light",
        "lighting",
        "level",
        "levels",
        "amount",
        "around",
        "about",
        "across",
        "through",
        "upon",
        "near",
        "than",
        "really",
        "quite",
        "rather",
        "thanks",
        "thank",
        "ok",
        "okay",
        "hello",
        "hi",
        "hey",
        "maybe",
        "perhaps",
        "possible",
        "possibly",
        "done",
        "final",
        "new",
        "old",
        "original",
        "existing",
        "current",
        "behind",
        "front",
        "side",
        "part",
        "area",
        "scene",
        "view",
        "full",
        "fully",
        "instead",
        "bring",
        "show",
        "tint",
        "hue",
        "filter",
        "filters",
        "grade",
        "grading",
        "'s",
        "s",
        "1",
        "2",
        "slightly",
        "subtle",
        "gentle",
        "gently",
        "strong",
        "strongly",
        "heavy",
        "so-called",
        "second",
        "first",
        "third",
        "other",
        "another",
        "both",
        "together",
        "illustration",
        "artwork",
        "art",
        "wallpaper",
        "headshot",
        "photography",
        "studio",
        "sunlight",
    ]
)
"""Words that ask for nothing by themselves."""


def content_words(text: str) -> list[str]:
    """Return the words of *text* that ask for something."""
    return [w for w in re.findall(r"[a-zà-ž0-9][a-zà-ž0-9'-]*", text) if w not in FILLERS and not w.isdigit()]
