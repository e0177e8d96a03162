"""Asking a connected language model for something well formed: checked, and repaired once."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from studio.engine.tools.base import ToolContext

T = TypeVar("T")

Reader = Callable[[str], T]
"""Turns an answer into the thing, or raises ``Unusable``."""


class Unusable(Exception):
    """The answer cannot be used; the message says why, for the model."""


async def ask_for(context: ToolContext, system: str, user: str, read: Callable[[str], T]) -> T | None:
    """Return what the model wrote, as *read* reads it; None without a model, or when the repair fails too."""
    answer = await context.ask_model(system, user)
    if not answer:
        return None
    try:
        return read(without_fence(answer))
    except Unusable as problem:
        again = await context.ask_model(
            system,
            f"{user}\n\nYour answer was:\n{answer[:8000]}\n\nIt cannot be used: {problem} Answer again, corrected.",
        )
    if not again:
        return None
    try:
        return read(without_fence(again))
    except Unusable:
        return None


def without_fence(answer: str) -> str:
    """Return *answer* without thoughts before it and a code fence around it."""
    text = re.sub(r"(?s)^\s*<think>.*?</think>", "", answer).strip()
    match = re.search(r"(?s)```[\w-]*\n(.*?)\n?```", text)
    return match[1].strip() if match else text


def read_object(answer: str) -> dict[str, Any]:
    """Return the JSON object in *answer*.

    Raises:
        Unusable: there is none.
    """
    start, end = answer.find("{"), answer.rfind("}")
    try:
        found = msgspec.json.decode(answer[start : end + 1]) if 0 <= start < end else None
    except (msgspec.DecodeError, UnicodeEncodeError):
        found = None
    if not isinstance(found, dict):
        raise Unusable("it is not one JSON object.")
    return found
