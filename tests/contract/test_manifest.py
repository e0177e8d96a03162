"""The asset manifest: ids, labels, reference tokens of each family of models, references that lead nowhere."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import ToolError
from studio.contract.manifest import (
    Manifest,
    as_json,
    check_references,
    create,
    find,
    latest_manifest,
    notation_of,
    read_manifest,
    references,
    relabel,
)


def pieces(*assets: tuple[str, str]) -> Manifest:
    return create([{"user_label": label, "type": kind} for label, kind in assets])


STORY = pieces(("Hero", "image"), ("Castle", "image"), ("Fly-over", "video"), ("Theme", "audio"))


def checked(model: str, prompt: str, manifest: Manifest = STORY) -> dict[str, list[Any]]:
    notation = notation_of(model)
    assert notation is not None
    return check_references(manifest, model, prompt, notation)


def test_ids_are_given_in_order_around_explicit_ones() -> None:
    made = create(
        [
            {"user_label": " Hero ", "type": "image", "must_preserve": ["scar", "scar", " "], "description": ""},
            {"user_label": "B", "type": "video", "asset_id": "asset_002"},
            {"user_label": "C", "type": "audio", "url": "https://x/c.mp3"},
        ]
    )
    assert [asset.asset_id for asset in made.assets] == ["asset_001", "asset_002", "asset_003"]
    assert as_json(made)["assets"][0] == {
        "asset_id": "asset_001", "user_label": "Hero", "type": "image", "must_preserve": ["scar"],
    }  # fmt: skip
    assert read_manifest(as_json(made)) == made


def test_an_id_given_twice_and_an_empty_label_are_refused() -> None:
    with pytest.raises(ToolError, match="given twice: a"):
        create(
            [
                {"user_label": "x", "type": "image", "asset_id": "a"},
                {"user_label": "y", "type": "image", "asset_id": "a"},
            ]
        )
    with pytest.raises(ToolError, match=r"assets\[0\]"):
        create([{"user_label": "  ", "type": "image"}])


def test_entries_are_found_by_id_or_by_a_label_that_is_clear() -> None:
    assert find(STORY, user_label="castle").asset_id == "asset_002"
    assert find(STORY, asset_id="asset_004").user_label == "Theme"
    with pytest.raises(ToolError, match=r"no asset asset_9.*asset_001 \(Hero\)"):
        find(STORY, asset_id="asset_9")
    with pytest.raises(ToolError, match="2 assets"):
        find(pieces(("A", "image"), ("a", "video")), user_label="A")


def test_labels_change_and_empty_text_clears_a_note() -> None:
    before = create([{"user_label": "Hero", "type": "image", "description": "old", "url": "https://x/1"}])
    after, entry = relabel(before, "asset_001", {"user_label": "Anna", "description": "", "avoid": ["hat"]})
    assert (entry.user_label, entry.description, entry.url, entry.avoid) == ("Anna", None, "https://x/1", ["hat"])
    assert after.assets == [entry]
    assert before.assets[0].user_label == "Hero"
    with pytest.raises(ToolError):
        relabel(before, "asset_001", {"user_label": " "})


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("seedance2-5", ["@Image1", "@Image2", "@Video1", "@Audio1"]),
        ("happyhorse-1.1-r2v", ["[Image 1]", "[Image 2]", None, None]),
        ("wan3.0-video", ["Image 1", "Image 2", "Video 1", "Audio 1"]),
        ("gpt-image-2", ["Image 1", "Image 2", None, None]),
        ("flux3_image_klein_sd_int8_convrot", ["Image 1", "Image 2", None, None]),
        ("ltx25", ["context_image_0", "context_image_1", "context_video_0", "context_audio_0"]),
        ("wan_v2.2-14b-fp8_i2v_lightx2v", ["context_image_0", "context_image_1", "context_video_0", "context_audio_0"]),
        ("qwen-lightning", ["context_image_0", "context_image_1", None, None]),
        ("krea-identity-edit", ["context_image_0", "context_image_1", None, None]),
        ("minimax-h3-r2v", ["<Picture 1>", "<Picture 2>", "<Video 1>", "<Audio 1>"]),
    ],
)
def test_every_family_has_its_own_notation(model: str, tokens: list[str | None]) -> None:
    notation = notation_of(model)
    assert notation is not None
    assert list(references(STORY, notation).values()) == tokens
    for place, token in enumerate(tokens):
        if token is not None:
            found = checked(model, f"The light falls on {token}, slowly.")
            assert found["dangling"] == []
            assert found["resolved"] == [{"token": token, "asset_id": f"asset_00{place + 1}", "model_ref": token}]


@pytest.mark.parametrize(
    ("model", "prompt", "token", "reason"),
    [
        ("seedance2", "@Image3 walks", "@Image3", "index_out_of_range"),
        ("seedance2", "@Image0 walks", "@Image0", "index_out_of_range"),
        ("seedance2", "[Image 1] walks", "[Image 1]", "wrong_model_ref_format"),
        ("seedance2", "context_image_0 walks", "context_image_0", "wrong_model_ref_format"),
        ("seedance2", "Image 1 walks", "Image 1", "wrong_model_ref_format"),
        ("minimax-h3-r2v", "<Image 1> walks", "<Image 1>", "wrong_model_ref_format"),
        ("happyhorse-1.1-r2v", "[Video 1] plays", "[Video 1]", "unknown_model_ref"),
        ("qwen", "asset_009 stands left", "asset_009", "unknown_model_ref"),
        ("ltx25", "@Villain enters", "@Villain", "unknown_label"),
        ("ltx25", "@{the old king} enters", "@{the old king}", "unknown_label"),
    ],
)
def test_references_that_lead_nowhere(model: str, prompt: str, token: str, reason: str) -> None:
    assert checked(model, prompt)["dangling"] == [{"token": token, "reason": reason, "expected_model_id": model}]


def test_labels_and_ids_resolve_to_the_models_own_token() -> None:
    found = checked("seedance2", "@hero rides to @{Castle}; asset_003 is the camera path; @Fly-over again; a@b.com")
    assert found["dangling"] == []
    assert {(entry["token"], entry["model_ref"]) for entry in found["resolved"]} == {
        ("@hero", "@Image1"), ("@{Castle}", "@Image2"), ("asset_003", "@Video1"), ("@Fly-over", "@Video1"),
    }  # fmt: skip


def test_a_label_of_several_assets_is_ambiguous_only_where_it_is_used() -> None:
    twins = pieces(("Twin", "image"), ("twin", "image"), ("Sea", "image"))
    assert checked("ltx25", "the twin looks out", twins)["ambiguous_labels"] == ["Twin"]
    assert checked("ltx25", "twinkling stars over the sea", twins)["ambiguous_labels"] == []


def test_the_last_manifest_of_a_conversation_wins() -> None:
    assert latest_manifest([None, {"assetManifest": {"assets": []}}, {"x": 1}]) == {"assets": []}
    assert latest_manifest([{"assetManifest": "broken"}]) is None
    assert read_manifest({"assets": "broken"}) == Manifest()


prompts = st.lists(
    st.sampled_from(["@", "Image", "Picture 1", "<Video 2>", "[", "]", "context_image_", "0", "asset_001", "Hero", "ß",
                     "{", "}", "İ", " ", "\n", "@{", "@hero"])
).map("".join)  # fmt: skip


@given(
    prompts | st.text(), st.sampled_from(["seedance2", "ltx25", "wan3.0-video", "minimax-h3-r2v", "happyhorse-1.1-r2v"])
)
def test_any_prompt_can_be_checked(prompt: str, model: str) -> None:
    found = checked(model, prompt)
    for entry in [*found["resolved"], *found["dangling"]]:
        assert entry["token"] in prompt
