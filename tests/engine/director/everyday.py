"""Whole requests with every call that must come of them, in turns that lead up to them.

A row is ``E(text, have, *calls, before=…)``: *have* as in ``phrasings``, *before* what the artist
said earlier (each answered by the director itself), *calls* what the whole turn must do, in order;
none means an answer in words. ``alt`` lists other right ways. Arguments are compared as in
``phrasings``; ``_shape`` and ``_long`` compare the asked size however it was written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from studio.contract.chat import Message
from studio.contract.media import MediaIndex
from studio.contract.tools import surface, validate_arguments
from studio.engine.agent.backends.base import Round
from studio.engine.agent.director.director import decide
from tests.engine.director.phrasings import Phrasing
from tests.engine.director.scoring import fits, play, round_of, scene

Verdict = Literal["right", "partly", "wrong"]
_MOST_ROUNDS = 8
_ASKS = re.compile(r"[?]|[Dd]rop ")
_SHAPES = {"9:16": (0.5, 0.6), "portrait": (0.3, 0.99), "landscape": (1.01, 4.0), "21:9": (2.2, 2.5)}


@dataclass(frozen=True)
class Wanted:
    """One call: its tool, or several joined by ``|``, and the arguments that matter."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Everyday:
    """One request with all that must come of it."""

    text: str
    have: str
    calls: tuple[Wanted, ...] = ()
    before: tuple[str, ...] = ()
    alt: Sequence[Sequence[Wanted]] = ()
    says: str = ""
    family: str = "creative-tools"


def C(tool: str, /, **arguments: Any) -> Wanted:
    """Write a wanted call shortly."""
    return Wanted(tool, arguments)


ASK = Wanted("ask_clarifying_question", {})
"""A question back, by tool or in words."""
_WORDS = ("ask_clarifying_question", "finalize_response")


def E(text: str, have: str = "", /, *calls: Wanted, **more: Any) -> Everyday:
    """Write a row shortly."""
    return Everyday(text, have, calls, **more)


def judge(row: Everyday) -> tuple[Verdict, str]:
    """Return how much of *row* the director gets right, and what it did instead."""
    made, text = _whole_turn(row)
    if row.says and not fits(text, row.says):
        return "wrong", f"said {text!r}"
    best: tuple[Verdict, str] = ("wrong", "")
    for wanted in (row.calls, *row.alt):
        verdict, reason = _compare(made, text, wanted)
        if verdict == "right":
            return verdict, ""
        if verdict == "partly" or not best[1]:
            best = (verdict, reason)
    return best


def _compare(made: list[tuple[str, dict[str, Any]]], text: str, wanted: Sequence[Wanted]) -> tuple[Verdict, str]:
    did = f"did {made or text!r}"
    if not wanted or wanted == (ASK,):
        asked = all(name in _WORDS for name, _ in made) and (bool(made) or bool(text.strip()))
        return ("right", "") if asked and (not wanted or bool(_ASKS.search(text + str(made)))) else ("wrong", did)
    found = []
    hits = 0
    for number, want in enumerate(wanted):
        if number >= len(made):
            found.append(f"no {want.tool}")
            continue
        name, arguments = made[number]
        if name not in want.tool.split("|"):
            found.append(f"{name} instead of {want.tool}")
            continue
        hits += 1
        found += _differences(name, arguments, want)
    if len(made) > len(wanted):
        found.append(f"{len(made) - len(wanted)} calls too many")
    if not found:
        return "right", ""
    return ("partly" if hits else "wrong"), "; ".join(found) + " — " + did


def _differences(name: str, arguments: dict[str, Any], want: Wanted) -> list[str]:
    checked = validate_arguments(name, arguments)
    found = [f"invalid: {text}" for text in [*checked.problems, *checked.warnings]]
    for key, value in want.arguments.items():
        if key == "_shape":
            low, high = _SHAPES[value]
            right = low <= _shape(arguments) <= high
        elif key == "_long":
            right = max(arguments.get("width", 0), arguments.get("height", 0)) in value
        elif isinstance(value, str) and value.startswith("~") and "|" in value:
            right = any(part in str(arguments.get(key)).lower() for part in value[1:].split("|"))
        else:
            right = fits(arguments.get(key), value)
        if not right:
            found.append(f"{key}={arguments.get(key)!r} instead of {value!r}")
    return found


def _shape(arguments: dict[str, Any]) -> float:
    if ratio := arguments.get("aspectRatio"):
        width, _, height = str(ratio).partition(":")
        return float(width) / float(height)
    return float(arguments.get("width", 1)) / float(arguments.get("height", 1))


def _whole_turn(row: Everyday) -> tuple[list[tuple[str, dict[str, Any]]], str]:
    """Return every call of the last turn of *row* and its last words."""
    tools = [tool.spec for tool in surface(row.family)]  # type: ignore[arg-type]
    media = MediaIndex()
    history: list[Message] = []
    for earlier in row.before:
        round_ = Round([*history, Message("user", earlier)], tools, "auto", media, round_of([]).request)
        history, _, _ = _until_words(round_)
    last = scene(Phrasing(row.text, "", row.have))
    if not row.before:
        media = last.media
    round_ = round_of([*history, *last.messages], media, tools=tools)
    _, made, text = _until_words(round_)
    return made, text


def _until_words(round_: Round) -> tuple[list[Message], list[tuple[str, dict[str, Any]]], str]:
    made: list[tuple[str, dict[str, Any]]] = []
    for _ in range(_MOST_ROUNDS):
        answer = decide(round_)
        if not answer.calls:
            return [*round_.messages, Message("assistant", answer.text)], made, answer.text
        made += answer.calls
        round_, _ = play(round_, answer)
        if answer.calls[0][0] in _WORDS:
            break
    return list(round_.messages), made, ""
