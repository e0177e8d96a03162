"""Templates as files: what goes out comes in the same; what is no template is refused with a sentence."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.editing.document import Document, EditError, same_json
from studio.contract.editing.files import MOST_BYTES, SUFFIX, from_bytes, from_json, to_text
from studio.library.database import from_json as from_library
from studio.library.database import to_json as to_library
from studio.library.library import Library
from tests.contract.editing.test_operations import PRODUCT, starters
from tests.contract.templates.samples import STILL, VIEWS
from tests.helpers.broken_templates import template


@pytest.mark.parametrize("document", [PRODUCT, *starters()], ids=lambda document: document.name)
def test_a_template_goes_out_and_comes_in_the_same(document: Document) -> None:
    there = from_bytes(to_text(document).encode())
    lost = {"id", "author", "createdAt", "updatedAt", "visibility"}
    assert there.content == {key: value for key, value in document.content.items() if key not in lost}
    assert to_text(from_bytes(to_text(there).encode())) == to_text(there)


def test_bare_templates_and_drafts_of_the_planner_are_taken() -> None:
    body = {"name": "Bare", "stages": [{"id": "a", "type": "fixed", "tool": "future_tool", "on_error": "skip"}]}
    for wrapped in (body, {"template": body}, {"template_draft": body}):
        found = from_json(wrapped)
        assert found.stage("a").tool == "future_tool"
        assert found.stage("a").body["onError"] == "skip"
    assert from_json({"stages": []}).name == "Imported template"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe\x00", "not a text"),
        (b'{"name": "x",\n "stages": [}', "line 2"),
        (b"[1, 2]", "no template"),
        (b'{"name": "x"}', "no list of stages"),
        (b'{"format": "sogni-studio-template", "formatVersion": 99, "template": {}}', "newer studio"),
        (b'{"format": "sogni-studio-template", "template": {}}', "which version"),
        (b'{"stages": [NaN]}', "something that no template has"),
        (b'{"stages": [], "x": 1e400}', "something that no template has"),
        (b'{"stages": [], "x": "\\ud800"}', "something that no template has"),
        (b" " * (MOST_BYTES + 1), "too large"),
        (json.dumps({"stages": []}).encode()[:-1] + b', "x": ' + b"[" * 400 + b"]" * 400 + b"}", "nested too deeply"),
        (json.dumps({"stages": [{}] * 2_001}).encode(), "2,001 stages"),
        (b"[" * 100_000, "something that no template has"),
    ],
)
def test_what_is_no_template_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(EditError, match=said):
        from_bytes(data)


SAMPLES = [PRODUCT, Document(STILL), Document(VIEWS), *starters()]


@pytest.mark.parametrize("document", SAMPLES, ids=lambda document: document.name)
def test_loading_saving_and_loading_again_changes_nothing(document: Document, tmp_path: Path) -> None:
    loaded = from_bytes(json.dumps(document.content).encode())
    path = tmp_path / f"x{SUFFIX}"
    path.write_text(to_text(loaded), encoding="utf-8")
    again = from_bytes(path.read_bytes())
    assert again.same_as(loaded)
    assert to_text(again).encode() == path.read_bytes()
    with Library.open(tmp_path / "library") as library:
        kept = library.templates.add(loaded.content)
        assert same_json(kept.content, loaded.content)
        library.templates.keep_draft(kept.id, {**loaded.content, "name": "Draft"}, "Rename")
        library.templates.save(kept.id, again.content, "Saved")
        name = kept.id
    with Library.open(tmp_path / "library") as library:
        stored = library.templates.get(name)
        assert same_json(stored.content, loaded.content)
        assert stored.draft is None
        assert Document(stored.content).same_as(from_bytes(to_text(Document(stored.content)).encode()))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_whatever_is_in_a_template_comes_back(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(5):
        content = template(dice)
        if not isinstance(content.get("stages"), list):
            with pytest.raises(EditError):
                from_json(content)
            continue
        loaded = from_json(content)
        again = from_bytes(to_text(loaded).encode())
        assert again.same_as(loaded), content
        assert to_text(again) == to_text(loaded)
        assert same_json(from_library(to_library(loaded.content), None), loaded.content)
