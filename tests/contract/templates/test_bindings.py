"""The binding grammar: pure keeps the type, embedded makes text, and nothing else happens."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.templates.artifacts import PENDING, Artifact, BatchItem, Item, Ref, Version, promised
from studio.contract.templates.bindings import (
    MISSING,
    BindingError,
    BindingSyntaxError,
    Each,
    Field,
    Index,
    NotYet,
    as_text,
    embedded,
    is_pure,
    parse,
    plain,
    references,
    resolve_text,
    resolve_value,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
SYNTAX = st.text(alphabet="$.[]*019 abinputsrmeu_-\"'", max_size=24)


def item(number: int, content: Any = None) -> Item:
    link = Ref(f"https://x/{number}.png", step="s", place=number, kind="image", artifact="stills", known=True)
    versions = [Version(id="v_1", url="old"), Version(id="v_2", url=link, content=content)]
    return Item(id=f"s/{number}", label=f"Still {number}", selected_version_id="v_2", versions=versions)


STILLS = Artifact(name="stills", kind="image", items=[item(0, "dawn"), item(1, "dusk")])
SCOPE: dict[str, Any] = {
    "inputs": {"n": 8, "t": "fox", "b": False, "nil": None, "o": {"a": [1, 2]}, "odd name": 3, "l": ["x", "y"]},
    "artifacts": {"stills": STILLS, "later": PENDING, "plan": promised("plan", "text", [("p/main", "P", "p", 0)])},
    "run": {"id": "wf_1", "state": "running"},
    "runtime": {},
}


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("$inputs", ()),
        ("$inputs.photo", (Field("photo"),)),
        ("$inputs...photo.", (Field("photo"),)),
        ("$inputs.brand sits on a table", (Field("brand sits on a table"),)),
        ("$artifacts.a[0].items[*].x", (Field("a"), Index(0), Field("items"), Each(), Field("x"))),
        ("$item[007]", (Index(7),)),
    ],
)
def test_pure_bindings_parse(text: str, segments: tuple[Any, ...]) -> None:
    assert parse(text).segments == segments


@pytest.mark.parametrize(
    "text",
    [
        "$",
        "$5 off",
        "$input.x",
        "$inputs x",
        "$inputs.a[",
        "$inputs.a[1",
        "$inputs.a[-1]",
        "$inputs.a[x]",
        "$inputs.a[]",
        "$inputs.a[1.5]",
        "$inputs.a[²]",
        "$.inputs",
    ],
)
def test_what_does_not_parse_is_a_syntax_error(text: str) -> None:
    with pytest.raises(BindingSyntaxError):
        parse(text)


def test_an_endless_number_is_an_index_that_no_list_has() -> None:
    assert resolve_text(f"$inputs.l[{'9' * 5000}]", SCOPE) is MISSING
    assert resolve_text(f"$inputs.l[{'0' * 5000}]", SCOPE) == "x"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at $inputs.brand. Then", ["$inputs.brand"]),
        ("at $inputs.brand.Next", ["$inputs.brand.Next"]),
        ("costs $5 and $inputs", []),
        ("a $inputs.x[0]$run.id[*]b", ["$inputs.x[0]", "$run.id[*]"]),
        ("a $items.x $runtimes.x $runtime.x", ["$runtime.x"]),
        ("a $inputs.x-y", ["$inputs.x"]),
        ("$inputs.x", []),
        ("a $inputs.é", []),
    ],
)
def test_embedded_references_are_found_greedily(text: str, found: list[str]) -> None:
    assert [binding.text for binding in embedded(text)] == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$inputs.n", 8),
        ("$inputs.b", False),
        ("$inputs.nil", None),
        ("$inputs.o", {"a": [1, 2]}),
        ("$inputs.o.a[1]", 2),
        ("$inputs.o.a[*]", [1, 2]),
        ("$inputs.odd name", 3),
        ("$inputs.nothing", MISSING),
        ("$inputs.t.length", MISSING),
        ("$artifacts.stills.kind", "image"),
        ("$artifacts.stills[1].label", "Still 1"),
        ("$artifacts.stills.items[0].selectedVersion.url", "https://x/0.png"),
        ("$artifacts.stills[*].selectedVersion.content", ["dawn", "dusk"]),
        ("$artifacts.stills.items[*].selectedVersion.url", ["https://x/0.png", "https://x/1.png"]),
        ("$artifacts.nothing", MISSING),
        ("$run.id", "wf_1"),
        ("A $inputs.t, $inputs.n times: $inputs.b.", "A fox, 8 times: false."),
        ("nil [$inputs.nil]", "nil []"),
        ("as json: $inputs.o", 'as json: {"a":[1,2]}'),
        ("a $artifacts.stills[0].selectedVersion.content sky for $5", "a dawn sky for $5"),
        ("plain", "plain"),
    ],
)
def test_bindings_resolve(text: str, value: Any) -> None:
    assert resolve_text(text, SCOPE) == value


@pytest.mark.parametrize(
    "text",
    [
        "$inputs.nothing.more",
        "$inputs.nil.more",
        "$inputs.l.name",
        "$inputs.o[0]",
        "$inputs.n[*]",
        "$artifacts.stills.items.label",
        "$artifacts.nothing[0]",
        "$item.value",
        "a $inputs.nothing b",
        "a $item.value b",
    ],
)
def test_what_leads_nowhere_is_an_error(text: str) -> None:
    with pytest.raises(BindingError) as caught:
        resolve_text(text, SCOPE)
    assert not isinstance(caught.value, NotYet)


def test_an_item_without_its_selected_version_is_an_error() -> None:
    lone = Artifact(
        name="a", kind="image", items=[Item(id="s/0", selected_version_id="gone", versions=[Version(id="v")])]
    )
    with pytest.raises(BindingError, match="no selected version"):
        resolve_text("$artifacts.a[0].selectedVersion.url", {"artifacts": {"a": lone}})


@pytest.mark.parametrize(
    ("text", "countable"),
    [
        ("$artifacts.later", False),
        ("$artifacts.later[0].selectedVersion.url", False),
        ("a $artifacts.later[0].selectedVersion.content", False),
        ("$artifacts.plan[0].selectedVersion.content", True),
        ("a $artifacts.plan[0].selectedVersion.content", True),
        ("a $artifacts.plan[0].selectedVersion.url", True),
    ],
)
def test_what_is_yet_to_be_made_says_whether_its_number_is_known(text: str, countable: bool) -> None:
    with pytest.raises(NotYet) as caught:
        resolve_text(text, SCOPE)
    assert caught.value.countable is countable


def test_a_promised_link_is_a_value_that_knows_its_step() -> None:
    link = resolve_text("$artifacts.plan[0].selectedVersion.url", SCOPE)
    assert isinstance(link, Ref)
    assert (link.step, link.place, link.kind) == ("p", 0, "text")


def test_arguments_are_walked_and_keys_left_alone() -> None:
    value = {
        "$inputs.t": ["$inputs.n", {"deep": "a $inputs.t", "gone": "$inputs.nothing"}],
        "list": ["$inputs.nothing"],
    }
    assert resolve_value(value, SCOPE) == {"$inputs.t": [8, {"deep": "a fox"}], "list": [None]}


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ({"a": 1}, "$item.a", 1),
        ({"a": 1}, "$item.index", 4),
        ({"a": 1}, "$item.shot.a", 1),
        ({"a": 1}, "$item", {"a": 1, "index": 4}),
        ("x", "$item.value", "x"),
        ("x", "$item.shot", "x"),
        ("x", "$item", {"value": "x", "index": 4}),
        ("x", "shot $item.index", "shot 4"),
        (item(3), "$item.label", "Still 3"),
        (item(3), "$item.selectedVersion.url", "https://x/3.png"),
        ({"a": 1}, "$item.value", MISSING),
    ],
)
def test_an_item_is_an_object_or_a_value_and_has_an_index(value: Any, text: str, expected: Any) -> None:
    found = resolve_text(text, {"item": BatchItem(value, 4, "shot")})
    assert (found if found is MISSING else plain(found)) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(8.0, "8"), (8.5, "8.5"), (True, "true"), (None, ""), ([1, "é"], '[1,"é"]'), ("as is", "as is")],
)
def test_values_as_text(value: Any, text: str) -> None:
    assert as_text(value) == text


@given(JSON)
def test_a_pure_binding_keeps_the_type(value: Any) -> None:
    found = resolve_text("$inputs.x", {"inputs": {"x": value}})
    assert type(found) is type(value)
    assert found == value
    assert plain(found) == value
    json.loads(json.dumps(plain(found)))


@given(SYNTAX | st.text(max_size=30))
def test_any_text_parses_or_is_refused(text: str) -> None:
    embedded(text)
    list(references({"a": [text]}))
    if is_pure(text):
        try:
            binding = parse(text)
        except BindingSyntaxError:
            return
        assert binding.text == text
    try:
        resolve_text(text, SCOPE)
    except BindingError:
        return


@given(st.text(max_size=30).filter(lambda text: "$" not in text), st.text(alphabet="abc $5.", max_size=12))
def test_text_around_a_reference_stays(before: str, after: str) -> None:
    text = f"{before}x $inputs.t {after}"
    assert resolve_text(text, SCOPE) == f"{before}x fox {after}"


@given(JSON)
def test_any_arguments_resolve_or_are_refused(value: Any) -> None:
    try:
        resolved = plain(resolve_value(value, SCOPE))
    except BindingError:
        return
    if "$" not in json.dumps(value):
        assert resolved == value  # what refers to nothing stays as it is
