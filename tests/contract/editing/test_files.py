"""Templates as files: what goes out comes in the same; what is no template is refused with a sentence."""

import json

import pytest

from studio.contract.editing.document import Document, EditError
from studio.contract.editing.files import MOST_BYTES, from_bytes, from_json, to_text
from tests.contract.editing.test_operations import PRODUCT, starters


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
        (b" " * (MOST_BYTES + 1), "too large"),
        (json.dumps({"stages": []}).encode()[:-1] + b', "x": ' + b"[" * 400 + b"]" * 400 + b"}", "nested too deeply"),
        (b"[" * 100_000, "something that no template has"),
    ],
)
def test_what_is_no_template_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(EditError, match=said):
        from_bytes(data)
