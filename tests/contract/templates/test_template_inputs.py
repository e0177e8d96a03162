"""Values of inputs: defaults, types, choices and lengths."""

from typing import Any

import pytest

from studio.contract.templates.artifacts import MediaUrl
from studio.contract.templates.inputs import merged_inputs, seen_by_bindings
from studio.contract.templates.structs import Template, template_of


def template(*inputs: dict[str, Any]) -> Template:
    stage = {"id": "a", "type": "fixed", "tool": "generate_image", "args": {"prompt": "x"}}
    return template_of({"name": "T", "inputs": list(inputs), "stages": [stage]})


def merged(entry: dict[str, Any], *given: Any, **internal: Any) -> tuple[Any, list[str]]:
    values, problems = merged_inputs(template({"name": "a", **entry}), {"a": given[0]} if given else {}, internal)
    return values["a"], problems


@pytest.mark.parametrize(
    ("entry", "value", "expected"),
    [
        ({"type": "text"}, "fox", "fox"),
        ({"type": "number"}, 8, 8),
        ({"type": "number"}, "8", 8),
        ({"type": "number"}, " 8.5 ", 8.5),
        ({"type": "boolean"}, "True", True),
        ({"type": "image"}, "https://x/a.png", "https://x/a.png"),
        ({"type": "select", "options": [{"value": "b", "label": "B"}]}, "b", "b"),
        ({"type": "text", "multiple": {"min": 1, "max": 2}}, "fox", ["fox"]),
        ({"type": "number", "multiple": {"min": 0, "max": 2}}, ["1", 2], [1, 2]),
        ({"type": "text"}, "", None),
        ({"type": "text", "default": "d"}, "", "d"),
        ({"type": "text", "required": True, "default": "d"}, None, "d"),
    ],
)
def test_values_that_fit(entry: dict[str, Any], value: Any, expected: Any) -> None:
    assert merged(entry, value) == (expected, [])


@pytest.mark.parametrize(
    ("entry", "value", "part"),
    [
        ({"type": "text"}, 8, "a text"),
        ({"type": "text"}, ["x"], "not a list"),
        ({"type": "number"}, "eight", "a number"),
        ({"type": "number"}, "nan", "a number"),
        ({"type": "number"}, True, "a number"),
        ({"type": "boolean"}, "yes", "true or false"),
        ({"type": "image"}, "data:image/png;base64,AA", "http"),
        ({"type": "video"}, 3, "the link of a video"),
        ({"type": "select", "options": [{"value": "b", "label": "B"}]}, "c", "one of: b"),
        ({"type": "text", "multiple": {"min": 2, "max": 3}}, ["x"], "2 to 3"),
        ({"type": "text", "multiple": {"min": 0, "max": 1}}, ["x", "y"], "0 to 1"),
        ({"type": "number", "multiple": {"min": 0, "max": 3}}, [1, "x"], "a[1]"),
        ({"type": "text", "internal": True}, "x", "by the server"),
        ({"type": "text", "required": True}, "", "required"),
    ],
)
def test_values_that_do_not_fit(entry: dict[str, Any], value: Any, part: str) -> None:
    _, problems = merged(entry, value)
    assert len(problems) == 1
    assert part in problems[0]


def test_what_is_not_sent_is_required_has_a_default_or_is_null() -> None:
    assert merged({"type": "text", "required": True})[1] == ["The input a is required."]
    assert merged({"type": "number", "default": 0}) == (0, [])
    assert merged({"type": "boolean", "default": False}) == (False, [])
    assert merged({"type": "text"}) == (None, [])


def test_internal_inputs_come_from_whoever_starts_the_run() -> None:
    entry = {"type": "text", "internal": True, "required": True}
    assert merged(entry, a="seed") == ("seed", [])
    assert merged(entry) == (None, [])


def test_unknown_inputs_are_told_with_everything_else() -> None:
    declared = template({"name": "a", "type": "number"}, {"name": "b", "type": "text", "required": True})
    _, problems = merged_inputs(declared, {"a": "x", "c": 1})
    assert len(problems) == 3


def test_bindings_know_a_link_from_a_text() -> None:
    declared = template(
        {"name": "p", "type": "image"},
        {"name": "v", "type": "video", "multiple": {"min": 0, "max": 2}},
        {"name": "t", "type": "text"},
    )
    seen = seen_by_bindings(declared, {"p": "https://x/1", "v": ["https://x/2"], "t": "https://x/3"})
    assert isinstance(seen["p"], MediaUrl)
    assert seen["v"][0].kind == "video"
    assert not isinstance(seen["t"], MediaUrl)
