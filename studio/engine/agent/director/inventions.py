# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Subjects for "make me something beautiful": concrete, varied, the same for the same conversation."""

import hashlib
import re

_SUBJECTS = (
    "a lighthouse standing above a sea of clouds at dusk, its beam crossing the first stars",
    "hot-air balloons drifting over layered misty hills at sunrise",
    "an aurora rippling in green and violet over a still frozen lake",
    "two koi circling in dark water beneath scattered water-lily leaves, seen from above",
    "a stained-glass window of a kingfisher among reeds, deep blues and gold",
    "a ringed planet rising over a desert of pale dunes under a violet sky",
    "glowing jellyfish drifting upwards through deep blue water",
    "a paper-cut forest in layers of teal and amber with a small fox at dawn",
    "a fern unfolding in morning light, botanical drawing in soft greens",
    "a quiet harbour town in the blue hour, lanterns mirrored in calm water",
    "a wildflower meadow in a warm summer breeze, poppies and cornflowers, distant mountains",
    "a crescent moon over a birch forest in fresh snow, soft blue shadows",
    "a river of golden light flowing through abstract folded waves of indigo and coral",
    "a rainy city street at night, neon reflections in magenta and turquoise",
    "a great old tree on a hill, its leaves turning into a flock of birds at sunset",
    "a spiral galaxy in rose and teal above the silhouette of a lone wanderer",
    "terraced mountains in an ink-wash mist with a single red boat below",
    "a bowl of lemons and blue irises by a window in late afternoon light",
)  # fmt: skip

_VAGUE = re.compile(
    r" (?:something|anything|surprise|whatever|imagination|creative|your choice|you (?:choose|decide|pick|like)|dream up)(?= )"
)
_EMPTY_WORDS = frozenset(
    [
        "make",
        "me",
        "something",
        "anything",
        "beautiful",
        "nice",
        "pretty",
        "cool",
        "lovely",
        "amazing",
        "gorgeous",
        "stunning",
        "fun",
        "new",
        "else",
        "magical",
        "use",
        "your",
        "imagination",
        "surprise",
        "us",
        "whatever",
        "you",
        "like",
        "want",
        "creative",
        "be",
        "choice",
        "choose",
        "decide",
        "pick",
        "dream",
        "up",
        "a",
        "an",
        "the",
        "of",
        "for",
        "please",
        "and",
        "it",
        "that",
        "is",
        "draw",
        "paint",
        "create",
        "generate",
        "show",
        "i",
        "would",
        "like",
        "to",
        "see",
        "give",
        "with",
        "some",
        "really",
        "very",
        "just",
        "can",
        "could",
        "picture",
        "image",
        "art",
        "piece",
        "artwork",
        "painting",
        "thing",
        "goes",
        "go",
        "ahead",
        "by",
        "yourself",
        "on",
        "own",
        "at",
        "all",
        "random",
        "will",
        "let",
        "have",
        "free",
        "hand",
        "in",
        "do",
        "need",
        "idea",
        "ideas",
        "am",
        "out",
        "so",
        "as",
        "wonderful",
        "one",
    ]
)


def is_vague(norm: str) -> bool:
    """Whether a request leaves the subject to us."""
    if not _VAGUE.search(norm):
        return False
    words = [word for word in re.findall(r"[a-z]{2,}", norm) if word not in _EMPTY_WORDS]
    return len(words) <= 2 or bool(re.search(r" (?:something|anything) (?:\w+ ){0,3}(?:in|with|for|at|[.,!]|$)", norm))


def invent(seed_text: str, wishes: str = "") -> str:
    """Return a concrete subject chosen by a hash of *seed_text*, with the person's *wishes* added."""
    digest = hashlib.sha256(seed_text.encode()).digest()
    if re.search(r"\b(?:abstract|geometric|minimal\w*|pattern)\b", wishes):
        return f"an abstract composition of flowing waves and circles, {wishes}"
    subject = _SUBJECTS[int.from_bytes(digest[:4], "big") % len(_SUBJECTS)]
    return f"{subject}, {wishes}" if wishes else subject


def wishes(norm: str) -> str:
    """Return what a vague request still says about colours, style or use."""
    rest = _VAGUE.sub(" ", norm)
    words = re.findall(r"[a-z0-9§]+", rest)
    kept = [word for word in words if word not in _EMPTY_WORDS]
    if not kept:
        return ""
    match = re.search(r" ((?:in|with|like|for) .+)", norm)
    if match:
        tail = re.sub(r"(?: [.!?,])+ .*$| [.!?,] *$", "", match[1]).strip()
        if any(word in tail.split() for word in kept):
            before = [word for word in kept if word not in tail.split()]
            return ", ".join(filter(None, (" ".join(before), tail)))
    return " ".join(kept)
