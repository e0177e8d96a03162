"""Documents: spelled, made, changed and copied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.templates.documents import (
    bumped,
    fork_name,
    forked,
    is_id,
    minted,
    new_document,
    patched,
    respelled,
    slug,
)
from studio.contract.templates.structs import Author, template_of
from tests.contract.templates.samples import STILL, VIEWS

ME = Author(user_id="me", display_name="Me")


@pytest.mark.parametrize(
    ("version", "following"),
    [
        ("0.0.1", "0.0.2"),
        ("1.2.9", "1.2.10"),
        ("1.2.3-beta+5", "1.2.4"),
        ("x", "0.0.1"),
        (None, "0.0.1"),
        ("1.2", "0.0.1"),
    ],
)
def test_a_version_rises_by_one_patch(version: object, following: str) -> None:
    assert bumped(version) == following


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Product still to vertical clip", "product-still-to-vertical-clip"),
        ("  Été — 2026! ", "ete-2026"),
        ("日本", "template"),
        ("", "template"),
        ("x" * 200, "x" * 64),
    ],
)
def test_an_id_is_minted_from_the_name(name: str, expected: str) -> None:
    assert slug(name) == expected
    assert minted(name, (), "ab12") == expected
    assert minted(name, {expected}, "ab12") == f"{expected}-ab12"


@given(st.text(max_size=220))
def test_every_minted_id_is_an_id(name: str) -> None:
    assert is_id(slug(name))
    assert is_id(minted(name, {slug(name)}, "0a1b2c3d"))


def test_known_members_are_respelled_and_what_is_free_is_not() -> None:
    document = {
        "expose_to_llm": True,
        "exposeToLLM": False,
        "review_focus": ["a"],
        "my_own": {"review_focus": 1},
        "inputs": [{"name": "a", "json_schema": {"max_items": 1}, "default": None}, 3],
        "stages": [
            {
                "id": "s",
                "required_artifacts_in": ["x"],
                "args": {"source_image_index": 1},
                "condition": {"type": "always", "stage_id": "s"},
                "sub_stages": [{"on_error": "stop"}],
                "item_stage": {"allowed_tools": []},
                "label": None,
            }
        ],
    }
    assert respelled(document) == {
        "exposeToLLM": True,
        "reviewFocus": ["a"],
        "my_own": {"review_focus": 1},
        "inputs": [{"name": "a", "jsonSchema": {"max_items": 1}}, 3],
        "stages": [
            {
                "id": "s",
                "requiredArtifactsIn": ["x"],
                "args": {"source_image_index": 1},
                "condition": {"type": "always", "stageId": "s"},
                "subStages": [{"onError": "stop"}],
                "itemStage": {"allowedTools": []},
            }
        ],
    }


def test_a_new_document_has_defaults_and_only_the_server_says_whose_it_is() -> None:
    made = new_document({"name": "N", "id": "x", "author": "system", "extra": 1}, template_id="n", author=ME, now_ms=5)
    assert made == {
        "id": "n",
        "version": "0.0.1",
        "name": "N",
        "description": "",
        "category": "custom",
        "stability": "experimental",
        "author": {"userId": "me", "displayName": "Me"},
        "visibility": "private",
        "inputs": [],
        "createdAt": 5,
        "updatedAt": 5,
        "extra": 1,
    }


def test_a_patch_merges_top_level_members() -> None:
    made = new_document({**STILL, "brief": "b"}, template_id="n", author=ME, now_ms=5)
    changed = patched(made, {"name": "M", "brief": None, "id": "z", "graph": {}, "created_at": 9}, now_ms=7)
    assert changed == {
        **{name: value for name, value in made.items() if name != "brief"},
        "name": "M",
        "graph": {},
        "version": "0.0.2",
        "updatedAt": 7,
    }


def test_a_fork_is_private_and_starts_over() -> None:
    source = {**new_document(VIEWS, template_id="v", author=ME, now_ms=5), "version": "3.1.4"}
    copy = forked(source, template_id="c", author=Author(user_id="you"), new_name=None, now_ms=9)
    assert (copy["name"], copy["version"], copy["visibility"]) == ("Copy of Four views film", "0.0.1", "private")
    assert (copy["id"], copy["author"]["userId"], copy["createdAt"]) == ("c", "you", 9)
    assert copy["stages"] == VIEWS["stages"]
    assert len(fork_name("x" * 200)) == 200
    assert fork_name("x", "  ") == "Copy of x"


def test_a_document_reads_as_structs() -> None:
    template = template_of(VIEWS)
    assert [stage.id for stage in template.stages] == ["view", "move", "film"]
    assert template.inputs[1].multiple is not None
    assert template.stages[0].product == "views"
