"""Conditions of stages and their little expression language.

Source: contract/templates.md §2. ``&&`` binds tighter than ``||``; no parentheses, no calls.
A path that leads nowhere is null. Equality is by type and value; only null, false, 0 and ""
are not true.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from studio.contract.errors import StudioError
from studio.contract.templates.artifacts import ABSENT
from studio.contract.templates.bindings import (
    Binding,
    BindingError,
    Field,
    Index,
    NotYet,
    Segment,
    plain,
    resolve,
)
from studio.contract.templates.structs import Condition

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<op>&&|\|\||==|!=)
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.]))
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<path>\$?[A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*|\[[0-9]{1,9}\])*)
    )""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_LONGEST = 2_000


class ExpressionError(StudioError):
    """An expression cannot be read; ``str(error)`` says where."""


@dataclass(frozen=True)
class Literal:
    """A string, number, boolean or null."""

    value: Any


@dataclass(frozen=True)
class Comparison:
    """``left == right`` or ``left != right``; a bare operand without ``operator``."""

    left: Literal | Binding
    operator: str | None = None
    right: Literal | Binding = Literal(None)


Expression = tuple[tuple[Comparison, ...], ...]
"""Alternatives (``||``) of things that must all hold (``&&``)."""


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Expression:
    """Return *text* as an expression.

    Raises:
        ExpressionError: it is none.
    """
    if len(text) > _LONGEST:
        raise ExpressionError(f"An expression has at most {_LONGEST} characters.")
    tokens = list(_tokens(text))
    alternatives: list[tuple[Comparison, ...]] = []
    together: list[Comparison] = []
    place = 0
    while True:
        left, place = _operand(tokens, place, text)
        operator = tokens[place][1] if place < len(tokens) and tokens[place][1] in ("==", "!=") else None
        if operator and tokens[place][0] == "op":
            right, place = _operand(tokens, place + 1, text)
            together.append(Comparison(left, operator, right))
        else:
            together.append(Comparison(left))
        if place == len(tokens):
            alternatives.append(tuple(together))
            return tuple(alternatives)
        kind, word = tokens[place]
        if kind != "op" or word not in ("&&", "||"):
            raise ExpressionError(f'"{word}" is not expected there in: {text}')
        if word == "||":
            alternatives.append(tuple(together))
            together = []
        place += 1


def evaluate(text: str, scope: Mapping[str, Any]) -> bool:
    """Return whether the expression *text* holds in *scope* (root → value).

    Raises:
        ExpressionError: it cannot be read.
        NotYet: it needs what a stage has yet to make.
    """
    return any(all(_holds(part, scope) for part in together) for together in parse_expression(text))


def roots_of(text: str) -> set[str]:
    """Return the roots that the expression *text* reads.

    Raises:
        ExpressionError: it cannot be read.
    """
    return {path.root for path in paths_of(text)}


def paths_of(text: str) -> list[Binding]:
    """Return what the expression *text* reads, in order.

    Raises:
        ExpressionError: it cannot be read.
    """
    parts = [part for together in parse_expression(text) for part in together]
    return [side for part in parts for side in (part.left, part.right) if isinstance(side, Binding)]


def holds(condition: Condition | None, scope: Mapping[str, Any], statuses: Mapping[str, str]) -> bool:
    """Return whether a stage with *condition* runs.

    Args:
        statuses: what has become of the stages so far, by id: ``completed``, ``failed``, ``skipped`` …

    Raises:
        ExpressionError: its expression cannot be read.
        NotYet: it needs what a stage has yet to make.
    """
    if condition is None:
        return True
    match condition.type:
        case "if_success_of":
            return statuses.get(condition.stage_id or "") == "completed"
        case "if_error_in":
            return statuses.get(condition.stage_id or "") in ("failed", "partial_failure")
        case "if_artifact_exists":
            found = scope.get("artifacts", {}).get(condition.artifact_name)
            return found is not None and bool(found.items)
        case "expr":
            return evaluate(condition.expression or "", scope)
        case _:
            return True


def known_before(condition: Condition) -> bool:
    """Whether *condition* depends on nothing that stages do."""
    if condition.type == "expr":
        try:
            return "artifacts" not in roots_of(condition.expression or "")
        except ExpressionError:
            return False
    return condition.type == "always"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(f"This cannot be read: {text[place:].strip()[:40]}")
        kind = str(match.lastgroup)
        yield kind, match[kind]
        place = match.end()


def _operand(tokens: list[tuple[str, str]], place: int, text: str) -> tuple[Literal | Binding, int]:
    if place >= len(tokens) or tokens[place][0] == "op":
        raise ExpressionError(f"Something is missing in: {text}" if text.strip() else "The expression is empty.")
    kind, word = tokens[place]
    if kind == "number":
        return Literal(float(word) if "." in word else int(word) if len(word) < 16 else float(word)), place + 1
    if kind == "string":
        return Literal(re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL)), place + 1
    if word in _WORDS:
        return Literal(_WORDS[word]), place + 1
    return _path(word), place + 1


def _path(word: str) -> Binding:
    text = word.removeprefix("$")
    segments: list[Segment] = []
    for name, digits in re.findall(r"([A-Za-z_]\w*)|\[([0-9]+)\]", text, re.ASCII):
        segments.append(Field(name) if name else Index(int(digits)))
    root = segments[0].name if isinstance(segments[0], Field) else ""
    return Binding("$" + text, root, tuple(segments[1:]))


def _holds(part: Comparison, scope: Mapping[str, Any]) -> bool:
    left = _value(part.left, scope)
    if part.operator is None:
        return _is_true(left)
    return _same(left, _value(part.right, scope)) == (part.operator == "==")


def _value(operand: Literal | Binding, scope: Mapping[str, Any]) -> Any:
    if isinstance(operand, Literal):
        return operand.value
    try:
        value = resolve(operand, scope)
        return None if value is ABSENT else plain(value)
    except NotYet:
        raise
    except BindingError:
        return None


def _is_true(value: Any) -> bool:
    if isinstance(value, list | dict):
        return True
    return bool(value)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return type(left) is type(right) and bool(left == right)
