"""How long the words for a model may be; longer ones are refused with code 4102.

Source: contract/models.md §7. Limits in tokens are compared with characters / 4, because a
local engine has none of these models' tokenizers.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

PROMPT_TOO_LONG: Final = 4102
_CHARACTERS_PER_TOKEN: Final = 4


class PromptLimit(Struct, frozen=True):
    """At most so many *unit* in each of ``arguments``, or in all together when they are ``summed``."""

    most: int
    unit: str = "characters"
    arguments: tuple[str, ...] = ("prompt",)
    summed: bool = False


_BOTH: Final = ("prompt", "negativePrompt")
_FAMILIES: Final[Mapping[str, PromptLimit]] = {
    r"wan22|wan-s2v|wan-v2\.2|flux1-schnell|chroma": PromptLimit(4096, "tokens", _BOTH),
    r"minimax-h3": PromptLimit(7000),
    r"wan3\.0": PromptLimit(20_000),
    r"gpt-image": PromptLimit(32_000),
    r"happyhorse": PromptLimit(5000, "characters (CJK counts double)"),
    r"ace-step": PromptLimit(4096, "characters", ("prompt", "lyrics")),
    r"minimax-music3": PromptLimit(5000, "tokens", ("prompt", "lyrics"), summed=True),
}
_TOOLS: Final[Mapping[str, PromptLimit]] = {
    "generate_speech": PromptLimit(4096),
    "segment_image": PromptLimit(32, "tokens", ("text",)),
}


def prompt_problem(tool: str, model: str | None, arguments: Mapping[str, Any]) -> str | None:
    """Return what is too long in *arguments* for *model* (in the catalogue's spelling), or None."""
    limit = _TOOLS.get(tool) or _limit_of(model)
    if limit is None:
        return None
    lengths = {name: _length(arguments.get(name), limit.unit) for name in limit.arguments}
    if limit.summed:
        lengths = {" and ".join(limit.arguments): sum(lengths.values())}
    for name, length in lengths.items():
        if length > limit.most:
            return f"{name} allows at most {limit.most} {limit.unit} for {model or tool}, and has about {length}"
    return None


def _limit_of(model: str | None) -> PromptLimit | None:
    found = (limit for pattern, limit in _FAMILIES.items() if model is not None and re.match(pattern, model))
    return next(found, None)


def _length(value: object, unit: str) -> int:
    if not isinstance(value, str):
        return 0
    if unit == "tokens":
        return -(-len(value) // _CHARACTERS_PER_TOKEN)
    if "CJK" in unit:
        return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in value)
    return len(value)
