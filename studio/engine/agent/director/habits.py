"""What people usually mean when no rule speaks: word counts of many phrasings, by the tool they wanted.

A naive Bayes estimate over single words, pairs of words and what the session holds. It only
decides where the evidence of the rules is weak and its own lead is clear. The counts are made
from the phrasing sets by ``python -m tests.engine.director.learn``.
"""

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import TypedDict

from studio.engine.agent.director.clause import Clause

COUNTS = Path(__file__).with_name("habits.json")
CLEAR_LEAD = 5.0
"""Natural logarithm of the least odds between the best guess and the next (about 150 to 1)."""


class Counts(TypedDict):
    """Word counts by label; a label is a tool's name, ``edit`` (either tool for edits) or ``reply``."""

    labels: dict[str, int]
    states: dict[str, dict[str, int]]
    words: dict[str, dict[str, int]]


_PICTURE = (
    "edit", "apply_style", "restore_photo", "change_angle", "upscale_image", "remove_background", "segment_image",
    "image_to_3d", "animate_photo", "orbit_video", "dance_montage", "analyze_image",
)  # fmt: skip
_CLIP = (
    "video_to_video", "stitch_video", "extend_video", "replace_video_segment", "overlay_video", "add_subtitles",
    "upscale_video", "analyze_video",
)  # fmt: skip
_NEW = ("generate_image", "generate_video", "reply")
"""Where nothing is held, a bare subject ("a misty forest") is a picture, however often the sets filmed such a one."""
_NEEDS: dict[str, str] = {**dict.fromkeys(_PICTURE, "i"), **dict.fromkeys(_CLIP, "v"), "sound_to_video": "a"}


def state(clause: Clause) -> str:
    """Return what the session holds in letters: A attached picture, i picture, v clip, a sound."""
    held = (bool(clause.stock.image.attached), *(clause.stock.has(kind) for kind in ("image", "video", "audio")))
    return "".join(letter for letter, there in zip("Aiva", held, strict=True) if there)


def words(clause: Clause) -> set[str]:
    """Return the words and pairs of neighbouring words of a clause, numbers made alike."""
    found = ["#" if word.isdigit() else word for word in re.findall(r"[^\W\d_]+|§|\d+", clause.core)]
    return {*found, *(f"{a} {b}" for a, b in zip(["^", *found], [*found, "$"], strict=True))}


def guess(clause: Clause) -> str | None:
    """Return the label that *clause* most likely wants, or None when no label leads clearly."""
    held = state(clause)
    ranked = sorted(
        ((value, label) for label, value in _likelihoods(words(clause), held).items() if _possible(label, held)),
        reverse=True,
    )
    if len(ranked) < 2 or ranked[0][0] - ranked[1][0] < CLEAR_LEAD:
        return None
    label = ranked[0][1]
    return None if not held and label in _NEW else label


def _possible(label: str, held: str) -> bool:
    return _NEEDS.get(label, "") in held


def _likelihoods(seen: set[str], held: str) -> dict[str, float]:
    """Return the logarithm of every label's likelihood, up to a common constant."""
    counts = _counts()
    total = sum(counts["labels"].values())
    known = [counts["words"][word] for word in seen if word in counts["words"]]
    out: dict[str, float] = {}
    for label, amount in counts["labels"].items():
        value = 0.5 * math.log(amount / total) + math.log((counts["states"][label].get(held, 0) + 0.3) / (amount + 3))
        for by_label in known:
            share = sum(by_label.values()) / total
            value += math.log((by_label.get(label, 0) + 0.3 * share + 0.02) / (amount + 0.5)) - math.log(share)
        out[label] = value
    return out


@cache
def _counts() -> Counts:
    loaded: Counts = json.loads(COUNTS.read_text(encoding="utf-8"))
    return loaded
