"""Fitting a conversation into a model's window: oldest tool results first, then oldest turns."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from studio.contract.chat import Message, estimate_tokens

_PICTURE_TOKENS = 900
"""What a vision model spends on a picture of 1024 px, roughly."""
_SHORT_RESULT = '{"note":"The result of this earlier call was left out to save room."}'


@dataclass(frozen=True)
class Fitted:
    """Messages that fit, and a sentence when something was left out."""

    messages: list[Message]
    notice: str | None = None


def cost(messages: Sequence[Message]) -> int:
    """Estimate the tokens of *messages*, pictures included."""
    return estimate_tokens(list(messages)) + sum(len(message.images) for message in messages) * _PICTURE_TOKENS


def fit(messages: Sequence[Message], budget_tokens: int) -> Fitted:
    """Shorten *messages* to *budget_tokens*.

    System messages and everything from the newest user message on are kept in any case.
    """
    kept = list(messages)
    total = cost(kept)
    if total <= budget_tokens:
        return Fitted(kept)
    newest = max((i for i, message in enumerate(kept) if message.role == "user"), default=len(kept))
    results = 0
    for i, message in enumerate(kept[:newest]):
        if total <= budget_tokens:
            break
        if message.role == "tool" and len(message.text) > len(_SHORT_RESULT):
            short = msgspec.structs.replace(message, content=_SHORT_RESULT)
            total -= cost([message]) - cost([short])
            kept[i] = short
            results += 1
    turns, kept = _drop_turns(kept, newest, total - budget_tokens)
    return Fitted(kept, _sentence(results, turns))


def _drop_turns(messages: list[Message], newest: int, excess: int) -> tuple[int, list[Message]]:
    """Drop whole turns (a user message and what followed it) from the oldest on."""
    dropped: set[int] = set()
    turns = 0
    for i in range(newest):
        message = messages[i]
        if message.role in ("system", "developer"):
            continue
        if message.role == "user" or not turns:
            if excess <= 0:
                break
            turns += 1
        dropped.add(i)
        excess -= cost([message])
    return turns, [message for i, message in enumerate(messages) if i not in dropped]


def _sentence(results: int, turns: int) -> str | None:
    parts = []
    if results:
        parts.append(
            "the results of one earlier tool call" if results == 1 else f"the results of {results} earlier tool calls"
        )
    if turns:
        parts.append("the oldest turn" if turns == 1 else f"the {turns} oldest turns")
    if not parts:
        return None
    return f"The conversation is longer than this model can read, so {' and '.join(parts)} were left out."
