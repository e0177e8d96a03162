"""Steps of a workflow: read in either spelling, and every problem told at once."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract import wire
from studio.contract.errors import InvalidRequest
from studio.contract.tools import catalogue
from studio.contract.workflows import (
    STEP_TOOLS,
    StartWorkflow,
    appends,
    input_media,
    normalise_steps,
    validate_steps,
)
from studio.contract.workflows.normalise import clean_id
from studio.contract.workflows.validate import slot_kind

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def image(**members: Any) -> dict[str, Any]:
    return {"toolName": "generate_image", "arguments": {"prompt": "A fox"}, **members}


def clip(*dependencies: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    found = {"prompt": "It runs", **arguments}
    return {"id": "clip", "toolName": "animate_photo", "arguments": found, "dependsOn": list(dependencies)}


def binding(source: str = "still", target: str = "sourceImageIndex", **members: Any) -> dict[str, Any]:
    return {"sourceStepId": source, "targetArgument": target, "transform": "image_index", **members}


def problems(*steps: dict[str, Any], media: list[dict[str, Any]] | None = None) -> list[str]:
    return validate_steps(normalise_steps(list(steps)), media or [])


def test_the_step_tools_are_those_that_the_catalogue_marks() -> None:
    assert set(STEP_TOOLS) == {name for name, tool in catalogue().items() if tool.durable_step}
    assert len(STEP_TOOLS) == 34


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [(" key frame ", "key_frame"), ("a--b", "a--b"), ("é!!x", "_x"), ("$input_media", "_input_media"), ("", "")],
)
def test_ids_are_cleaned(given_id: str, expected: str) -> None:
    assert clean_id(given_id) == expected


def test_ids_are_filled_in_and_made_unique_and_bindings_follow() -> None:
    steps = normalise_steps(
        [
            image(id="my frame!"),
            image(id="my_frame_"),
            image(id=" "),
            image(),
            clip(binding("my frame!"), binding("generate_image", "endImageIndex")),
        ]
    )
    assert [step.id for step in steps] == [
        "my_frame_",
        "my_frame__2",
        "generate_image",
        "generate_image_4",
        "clip",
    ]
    assert [each.source_step_id for each in steps[4].depends_on] == ["my_frame_", "generate_image"]


def test_a_suffix_that_is_in_use_is_not_used_again() -> None:
    steps = normalise_steps([image(id="a_2"), image(id="a_2_2"), image(id="a_2")])
    assert len({step.id for step in steps}) == 3


def test_both_spellings_give_the_same_steps_and_defaults() -> None:
    camel = normalise_steps([image(id="still"), clip(binding(sourceArtifactIndex=1, mediaType="image"), duration=5)])
    snake = normalise_steps(
        [
            {"id": "still", "tool_name": "generate_image", "arguments": {"prompt": "A fox"}},
            {
                "id": "clip",
                "tool_name": "animate_photo",
                "arguments": {"prompt": "It runs", "duration": 5},
                "depends_on": [
                    {
                        "source_step_id": "still",
                        "target_argument": "source_image_index",
                        "transform": "image_index",
                        "source_artifact_index": 1,
                        "media_type": "image",
                        "source_artifact_id": None,
                    }
                ],
            },
        ]
    )
    assert camel == snake
    assert msgspec.to_builtins(camel[1].depends_on) == [
        {
            "sourceStepId": "still",
            "sourceArtifactIndex": 1,
            "mediaType": "image",
            "transform": "image_index",
            "targetArgument": "sourceImageIndex",
            "required": True,
        }
    ]


def test_the_shape_of_every_step_is_told_at_once() -> None:
    with pytest.raises(InvalidRequest) as caught:
        normalise_steps(
            [
                {"toolName": "generate_image"},
                "x",
                {"arguments": {}, "dependsOn": [{"sourceStepId": "a", "targetArgument": "b", "transform": "no"}, 3]},
                image(dependsOn={}),
                image(id=3, dependsOn=[binding(sourceArtifactIndex=-1)]),
            ]
        )
    text = str(caught.value)
    for part in (
        "steps[0].arguments must be an object",
        "steps[1] must be an object",
        "steps[2].toolName is required",
        "steps[2].dependsOn[0].transform",
        "steps[2].dependsOn[1] must be an object",
        "steps[3].dependsOn must be a list",
        "steps[4].id must be a string",
        "steps[4].dependsOn[0].sourceArtifactIndex",
    ):
        assert part in text


@pytest.mark.parametrize("raw", [None, {}, [], "x", [image()] * 13])
def test_there_are_one_to_twelve_steps(raw: object) -> None:
    with pytest.raises(InvalidRequest):
        normalise_steps(raw)
    assert len(normalise_steps([image()] * 12)) == 12


def test_a_tool_that_is_no_step_is_named() -> None:
    found = problems({"toolName": "compose_script", "arguments": {}}, {"toolName": "nothing", "arguments": {}})
    assert len(found) == 2
    assert "compose_script" in found[0]
    assert "nothing" in found[1]


def test_all_wrong_arguments_of_a_step_are_told_together() -> None:
    found = problems(clip(prompt="", duration="long", loraStrengths=[1]))
    assert len(found) == 1
    assert found[0].startswith("steps[0] (clip), animate_photo: ")
    assert found[0].count("; ") >= 2


def test_what_a_dependency_supplies_may_be_absent_and_is_still_counted() -> None:
    assert problems(image(id="still"), clip(binding())) == []
    stitch = {"id": "film", "toolName": "stitch_video", "arguments": {}}
    bound = {**stitch, "dependsOn": [binding("clip", "videoIndices", transform="video_index")] * 2}
    assert problems(image(id="still"), clip(binding()), bound) == []
    assert "videoIndices is required" in problems(stitch)[0]
    overlay = {
        "toolName": "overlay_video",
        "arguments": {},
        "dependsOn": [binding("notes", "overlays", transform="overlay_items")],
    }
    notes = {"id": "notes", "toolName": "analyze_image", "arguments": {"query": "What?"}}
    assert problems(notes, overlay) == []


def test_a_special_rule_counts_what_a_dependency_supplies() -> None:
    sound = {
        "toolName": "sound_to_video",
        "arguments": {"prompt": "x", "videoModel": "minimax-h3-fasth3-ia2v-turbo"},
    }
    assert "sourceImageIndex is required" in problems(image(id="still"), sound)[0]
    assert problems(image(id="still"), {**sound, "dependsOn": [binding()]}) == []


@pytest.mark.parametrize("source", ["later", "clip", "nowhere"])
def test_a_dependency_points_to_an_earlier_step(source: str) -> None:
    found = problems(image(id="still"), clip(binding(source)), image(id="later"))
    assert found == [f'steps[1] (clip): sourceImageIndex depends on "{source}", which is not an earlier step']


def test_a_dependency_fills_an_argument_that_exists_with_something_that_fits() -> None:
    assert "has no argument" in problems(image(id="still"), clip(binding(target="nothing")))[0]
    assert "takes image" in problems(image(id="still"), clip(binding(transform="video_index")))[0]
    assert "cannot take video" in problems(image(id="still"), clip(binding(mediaType="video")))[0]
    music = {"id": "still", "toolName": "generate_music", "arguments": {"prompt": "x", "duration": 10}}
    assert "makes audio" in problems(music, clip(binding()))[0]
    assert problems(music, clip(binding(required=False))) == []


def test_request_media_are_counted_within_their_kind() -> None:
    media = [{"kind": "video", "url": "https://x/1.mp4"}, {"kind": "image", "url": "https://x/2.png"}]
    bound = clip(binding("$input_media", mediaType="image"))
    assert problems(bound, media=media) == []
    assert "which has 0" in problems(bound)[0]
    assert "number 2" in problems(clip(binding("$input_media", sourceArtifactIndex=1)), media=media)[0]
    assert problems(clip(binding("$input_media", sourceArtifactIndex=1, required=False)), media=media) == []


def test_media_references_keep_their_order_and_what_the_client_added() -> None:
    first, second = {"kind": "image", "url": "https://x/1", "note": 1}, {"kind": "audio", "dataUri": "data:,"}
    assert input_media([first], None, [second]) == [first, second]
    for wrong in ("x", [1], [{"kind": "text", "url": "u"}], [{"kind": "image"}], [{"kind": "image", "url": ""}]):
        with pytest.raises(InvalidRequest):
            input_media(wrong)


def test_lists_grow_and_scalars_are_replaced() -> None:
    assert appends("stitch_video", "videoIndices")
    assert appends("generate_video", "referenceImageIndices")
    assert not appends("animate_photo", "sourceImageIndex")
    assert not appends("animate_photo", "nothing")


def test_a_slot_takes_the_kind_that_its_name_says() -> None:
    kinds = {slot_kind(name) for name in ("audioSourceIndex", "voiceSourceIndex", "referenceAudioIndices")}
    assert kinds == {"audio"}
    assert slot_kind("replacementVideoIndex") == "video"
    assert slot_kind("endImageIndices") == "image"
    assert slot_kind("fileIndex") is None
    assert slot_kind("duration") is None


def test_a_start_is_read_in_either_spelling() -> None:
    start = wire.parse(
        StartWorkflow, b'{"workflowId":"t","inputs":{"aB":1},"maxEstimatedCapacityUnits":3,"confirm_cost":true}'
    )
    assert (start.workflow_id, start.inputs, start.max_estimated_capacity_units, start.confirm_cost) == (
        "t",
        {"aB": 1},
        3,
        True,
    )
    with pytest.raises(InvalidRequest):
        wire.parse(StartWorkflow, b'{"token_type":"gold"}')


@given(JSON)
def test_any_json_is_read_or_refused(raw: object) -> None:
    for steps in (raw, [raw], [{"toolName": "edit_image", "arguments": {"prompt": raw}, "dependsOn": [raw]}]):
        try:
            found = normalise_steps(steps)
        except InvalidRequest:
            continue
        assert all(isinstance(text, str) for text in validate_steps(found))
        assert len({step.id for step in found}) == len(found)
