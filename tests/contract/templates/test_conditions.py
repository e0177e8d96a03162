"""Conditions: the expression grammar and the five types."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.templates.artifacts import PENDING, Artifact, Item
from studio.contract.templates.bindings import NotYet
from studio.contract.templates.conditions import ExpressionError, evaluate, holds, known_before, parse_expression
from studio.contract.templates.structs import Condition

SCOPE: dict[str, Any] = {
    "inputs": {"music": True, "n": 8, "t": "a 'b'", "nil": None, "zero": 0, "empty": "", "l": [1, "x"], "o": {}},
    "artifacts": {
        "still": Artifact(name="still", kind="image", items=[Item(id="s/main", label="L")]),
        "later": PENDING,
    },
    "run": {"id": "wf_1"},
    "runtime": {},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.music == true", True),
        ("$inputs.music", True),
        ("inputs.music != true", False),
        ("inputs.n == 8", True),
        ("inputs.n == 8.0", True),
        ("inputs.n == '8'", False),
        ("inputs.music == 1", False),
        ("inputs.zero == false", False),
        ("inputs.t == \"a 'b'\"", True),
        (r"inputs.t == 'a \'b\''", True),
        ("inputs.nil == null", True),
        ("inputs.nothing == null", True),
        ("inputs.nothing.deep.er == null", True),
        ("nothing.at.all", False),
        ("inputs.zero", False),
        ("inputs.empty", False),
        ("inputs.l", True),
        ("inputs.o", True),
        ("inputs.l[1] == 'x'", True),
        ("inputs.l[9]", False),
        ("null || true", True),
        ("true || false && false", True),
        ("false && false || true", True),
        ("false && true || false", False),
        ("inputs.n==8&&inputs.music", True),
        ("-1 == -1.0", True),
        ("artifacts.still[0].label == 'L'", True),
        ("run.id == 'wf_1'", True),
    ],
)
def test_expressions(text: str, value: bool) -> None:
    assert evaluate(text, SCOPE) is value


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "==", "a ==", "a == b == c", "(a)", "a b", "a &&", "|| a"),
        *("f(x)", "'open", "a & b", "a[x]", "1x", "a.", "!a", "a = b", "x" * 3000),
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text)


def test_what_is_yet_to_be_made_is_not_decided() -> None:
    with pytest.raises(NotYet):
        evaluate("artifacts.later[0].label == 'x'", SCOPE)
    assert evaluate("inputs.music || artifacts.later", SCOPE) is True


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (None, True),
        (Condition("always"), True),
        (Condition("if_success_of", stage_id="a"), True),
        (Condition("if_success_of", stage_id="b"), False),
        (Condition("if_success_of", stage_id="c"), False),
        (Condition("if_error_in", stage_id="b"), True),
        (Condition("if_error_in", stage_id="a"), False),
        (Condition("if_artifact_exists", artifact_name="still"), True),
        (Condition("if_artifact_exists", artifact_name="nothing"), False),
        (Condition("expr", expression="inputs.n != 8"), False),
    ],
)
def test_the_types_of_conditions(condition: Condition | None, value: bool) -> None:
    assert holds(condition, SCOPE, {"a": "completed", "b": "failed"}) is value


def test_only_what_no_stage_changes_is_known_before() -> None:
    assert known_before(Condition("always"))
    assert known_before(Condition("expr", expression="inputs.a == 1 || run.id"))
    assert not known_before(Condition("expr", expression="inputs.a || artifacts.b"))
    assert not known_before(Condition("if_success_of", stage_id="a"))


@given(st.text(alphabet="ab.$[]019&|=!'\" truefalsn", max_size=30) | st.text(max_size=20))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        parse_expression(text)
    except ExpressionError:
        return
    try:
        assert isinstance(evaluate(text, SCOPE), bool)
    except NotYet:
        return


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_and_binds_tighter_than_or(a: bool, b: bool, c: bool, d: bool) -> None:
    scope = {"inputs": {"a": a, "b": b, "c": c, "d": d}}
    assert evaluate("inputs.a && inputs.b || inputs.c && inputs.d", scope) is ((a and b) or (c and d))


@given(st.text(max_size=20), st.text(max_size=20))
def test_strings_compare_by_value(left: str, right: str) -> None:
    quoted = "".join(f"\\{c}" if c in "\\'" else c for c in right)
    assert evaluate(f"inputs.a == '{quoted}'", {"inputs": {"a": left}}) is (left == right)
    assert evaluate(f"inputs.a == '{quoted}'", {"inputs": {"a": right}}) is True
