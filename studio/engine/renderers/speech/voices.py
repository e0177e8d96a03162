"""The voices: who speaks under which name, and how a description becomes one.

The studio's names belong to voices of a hosted service that cannot run here; each is
given a Kokoro voice of the same sort. A described voice is a blend of them, moved in
pitch and pace; nobody's real voice is imitated.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio import resources
from studio.engine.renderers.speech.lexicon import Accent

Style = NDArray[np.float32]
"""Rows × 256: how a voice speaks texts of so many symbols."""

STUDIO: Final = {
    "serena": "af_heart",
    "vivian": "af_bella",
    "uncle_fu": "bm_george",
    "ryan": "am_fenrir",
    "aiden": "am_puck",
    "ono_anna": "af_kore",
    "sohee": "af_sarah",
    "eric": "am_michael",
    "dylan": "bm_fable",
}
DEFAULT: Final = "serena"

_WOMEN_US: Final = ("af_heart", "af_bella", "af_sarah", "af_kore")
_MEN_US: Final = ("am_michael", "am_fenrir", "am_puck")
_WOMEN_GB: Final = ("bf_emma",)
_MEN_GB: Final = ("bm_george", "bm_fable")
_MALE: Final = re.compile(
    r"\b(man|male|boy|he|his|him|gentleman|father|grandfather|grandpa|uncle|king|wizard|guy|masculine|baritone|bass|"
    r"dad|sir|lord|monk|butler|knight|prince|giant|ogre|monster|troll|dragon|demon|pirate|villain)\b"
)
_FEMALE: Final = re.compile(
    r"\b(woman|female|girl|she|her|lady|mother|grandmother|grandma|aunt|queen|witch|feminine|soprano|alto|mum|mom|"
    r"madam|princess|nun)\b"
)
_BRITISH: Final = re.compile(r"\b(british|english accent|england|london|oxford|scottish|irish|welsh|uk|posh|butler)\b")
_PITCH: Final = (
    (re.compile(r"\b(very deep|booming|giant|ogre|bass|monster)\b"), 0.84),
    (re.compile(r"\b(deep|low|gravelly|gruff|husky|bass|baritone|rumbling|big)\b"), 0.92),
    (re.compile(r"\b(old|elderly|aged|grandfather|grandpa|grandmother|grandma|wise|mature)\b"), 0.95),
    (re.compile(r"\b(child|kid|toddler|boy|girl|elf|pixie|tiny|squeaky|chipmunk)\b"), 1.16),
    (re.compile(r"\b(young|youthful|teen|teenage|bright|high|light|cheerful|playful|soprano)\b"), 1.05),
)
_PACE: Final = (
    (re.compile(r"\b(very slow|very slowly|extremely slow)\b"), 0.78),
    (re.compile(r"\b(very fast|rapid|rapidly|very quick|breathless)\b"), 1.28),
    (re.compile(r"\b(slow|slowly|calm|relaxed|gentle|soothing|sleepy|solemn|sad|meditative|old|elderly|wise|"
                r"serious|dramatic|tired)\b"), 0.89),
    (re.compile(r"\b(fast|quick|quickly|energetic|excited|lively|urgent|upbeat|hurried|nervous|enthusiastic)\b"), 1.13),
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """One speaker.

    Attributes:
        blend: Kokoro voices with their weights, which add up to 1.
        pitch: 1.0 as recorded, 0.9 lower (a larger speaker), 1.1 higher.
        pace: 1.0 as recorded, above it faster.
    """

    blend: tuple[tuple[str, float], ...]
    accent: Accent = "us"
    pitch: float = 1.0
    pace: float = 1.0

    @property
    def words(self) -> str:
        """Name what it is made of: “af_heart”, “am_michael 70 % and am_puck 30 %”."""
        if len(self.blend) == 1:
            return self.blend[0][0]
        return " and ".join(f"{name} {weight:.0%}" for name, weight in self.blend)

    def style(self) -> Style:
        """Return its style rows."""
        known = _styles()
        return np.asarray(sum(weight * known[name] for name, weight in self.blend), np.float32)


def studio_voice(name: str, delivery: str = "") -> Voice:
    """Return the stand-in of a studio voice; words of *delivery* set its pace only."""
    kokoro = STUDIO[name]
    return Voice(((kokoro, 1.0),), "gb" if kokoro[0] == "b" else "us", 1.0, _factor(delivery.lower(), _PACE))


def described_voice(description: str, seed: int) -> Voice:
    """Return a voice after a description: sex, accent, pitch and pace from its words, the rest from *seed*."""
    text = description.lower()
    dice = np.random.default_rng(seed)
    british = bool(_BRITISH.search(text))
    if male := _MALE.search(text):
        man = not ((female := _FEMALE.search(text)) and female.start() < male.start())
    else:
        man = not _FEMALE.search(text) and bool(dice.random() < 0.5)
    pool: tuple[str, ...] = (_MEN_GB if british else _MEN_US) if man else (_WOMEN_GB if british else _WOMEN_US)
    first = str(dice.choice(pool))
    others = [name for name in (pool if len(pool) > 1 else (_MEN_US if man else _WOMEN_US)) if name != first]
    share = round(float(dice.uniform(0.15, 0.4)), 2)
    blend = ((first, 1.0 - share), (str(dice.choice(others)), share))
    pitch = _factor(text, _PITCH) * float(dice.uniform(0.985, 1.015))
    return Voice(blend, "gb" if british else "us", round(pitch, 3), _factor(text, _PACE))


def _factor(text: str, table: tuple[tuple[re.Pattern[str], float], ...]) -> float:
    return next((factor for pattern, factor in table if pattern.search(text)), 1.0)


@cache
def _styles() -> dict[str, Any]:
    with np.load(resources.path("voices", "kokoro-voices.npz")) as data:
        return {name: np.asarray(data[name], np.float32) for name in data.files}
