"""Make a string that fits a regular expression."""

import re
import warnings
from collections.abc import Iterable
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as codes  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

_PREFERRED = "aA0 -_.:/@#+,x1b2c3zZ9"


def example(pattern: str, candidates: Iterable[str]) -> str:
    """Return the first of *candidates* that matches the whole *pattern*, else a made one, else the first candidate."""
    options = list(candidates)
    try:
        compiled = re.compile(pattern)
    except re.error:
        return options[0] if options else ""
    for option in options:
        for form in (
            option,
            option.strip(".,;!?\"'"),
            option.upper(),
            option.lower(),
            re.sub(r"\s+", "-", option.lower()),
        ):
            if compiled.fullmatch(form):
                return form
        inside = compiled.search(option) if not pattern.startswith("^") else None
        if inside and compiled.fullmatch(inside[0]):
            return inside[0]
    made = _generate(parser.parse(pattern))
    return made if compiled.fullmatch(made) else (options[0] if options else made)


def _generate(parsed: Iterable[Any]) -> str:
    return "".join(_one(op, value) for op, value in parsed)


def _one(op: Any, value: Any) -> str:
    if op is codes.LITERAL:
        return chr(value)
    if op is codes.NOT_LITERAL:
        return next(c for c in _PREFERRED if ord(c) != value)
    if op is codes.ANY:
        return "a"
    if op is codes.IN:
        return next((c for c in _PREFERRED if _in_set(value, c)), "a")
    if op is codes.BRANCH:
        return _generate(value[1][0])
    if op is codes.SUBPATTERN:
        return _generate(value[3])
    if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, getattr(codes, "POSSESSIVE_REPEAT", None)):
        low, high, inner = value
        return _generate(inner) * (low or (1 if int(high) >= 1 and low else low))
    return ""


def _in_set(items: Iterable[Any], char: str) -> bool:
    negate, hit = False, False
    for op, value in items:
        if op is codes.NEGATE:
            negate = True
        elif op is codes.LITERAL:
            hit = hit or ord(char) == value
        elif op is codes.RANGE:
            hit = hit or value[0] <= ord(char) <= value[1]
        elif op is codes.CATEGORY:
            pattern = {
                codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
                codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
            }[value]  # fmt: skip
            hit = hit or bool(re.fullmatch(pattern, char))
    return hit != negate
