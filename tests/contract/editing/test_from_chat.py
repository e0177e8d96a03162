"""Templates from chats: calls become stages in their order, numbers of pieces wires, uploads and words inputs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.editing.document import INPUTS, Document, EditError
from studio.contract.editing.from_chat import ChatCall, ChatPiece, drafted
from studio.contract.editing.problems import problems_of
from studio.contract.editing.wires import wires_of
from studio.contract.templates.compile import compile_template
from studio.contract.templates.validation import validate_template


def image(index: int, **more: Any) -> ChatPiece:
    """A picture, called ``i0`` or ``u1``."""
    return ChatPiece(f"i{index}" if index >= 0 else f"u{-index}", "image", index, **more)


def video(index: int) -> ChatPiece:
    return ChatPiece(f"v{index}", "video", index)


def audio(index: int) -> ChatPiece:
    return ChatPiece(f"a{index}", "audio", index)


def made(calls: list[ChatCall], pieces: list[ChatPiece]) -> Document:
    """A valid draft without anything to fix."""
    document = drafted(calls, pieces, name="From a chat", brief="what was asked")
    assert validate_template(document.content).issues == []
    assert [each.message for each in problems_of(document).to_fix] == []
    return document


def wires(document: Document) -> list[tuple[str, str, str, str]]:
    return [(wire.source, wire.output, wire.target, wire.port) for wire in wires_of(document)]


def test_a_chat_becomes_stages_with_wires_and_inputs() -> None:
    document = made(
        [
            ChatCall("generate_image", {"prompt": "a red fox", "numberOfVariations": 3, "seed": 7}, ("i0", "i1", "i2")),
            ChatCall("upscale_image", {"sourceImageIndex": 1, "scale": 2}, ("i3",)),
            ChatCall("animate_photo", {"prompt": "it runs", "sourceImageIndex": 3.0, "duration": 4}, ("v0",)),
        ],
        [image(0), image(1), image(2), image(3), video(0)],
    )
    assert [(stage.id, stage.label, stage.tool) for stage in document.stages] == [
        ("generate_image", "Generate image", "generate_image"),
        ("upscale_image", "Upscale image", "upscale_image"),
        ("animate_photo", "Animate photo", "animate_photo"),
    ]
    assert document.stage("generate_image").arguments == {
        "prompt": "$inputs.prompt", "numberOfVariations": 3, "seed": 7,
    }  # fmt: skip
    assert document.stage("upscale_image").arguments == {
        "sourceImageIndex": "$artifacts.generate_image[1].selectedVersion.url", "scale": 2,
    }  # fmt: skip
    assert document.stage("animate_photo").arguments == {
        "prompt": "it runs", "sourceImageIndex": "$artifacts.upscale_image[0].selectedVersion.url", "duration": 4,
    }  # fmt: skip
    (prompt,) = document.inputs
    assert (prompt["name"], prompt["type"], prompt["default"]) == ("prompt", "text", "a red fox")
    assert (document.name, document.content["brief"]) == ("From a chat", "what was asked")
    assert wires(document) == [
        (INPUTS, "prompt", "generate_image", "prompt"),
        ("generate_image", "generate_image", "upscale_image", "sourceImageIndex"),
        ("upscale_image", "upscale_image", "animate_photo", "sourceImageIndex"),
    ]
    spots = document.positions()
    assert spots["generate_image"][0] < spots["upscale_image"][0] < spots["animate_photo"][0]


def test_a_draft_compiles_to_the_calls_that_were_made() -> None:
    document = made(
        [
            ChatCall("generate_image", {"prompt": "a fox", "numberOfVariations": 2}, ("i0", "i1")),
            ChatCall("animate_photo", {"prompt": "it runs", "sourceImageIndex": 1}, ("v0",)),
        ],
        [image(0), image(1), video(0)],
    )
    compiled = compile_template(document.content, {}, run_id="r")
    steps = [node.spec for node in compiled.nodes]  # type: ignore[union-attr]
    assert [(step.tool_name, step.arguments.get("prompt")) for step in steps] == [
        ("generate_image", "a fox"), ("animate_photo", "it runs"),
    ]  # fmt: skip
    (bound,) = steps[1].depends_on
    assert (bound.source_step_id, bound.source_artifact_index, bound.target_argument) == (
        "generate_image", 1, "sourceImageIndex",
    )  # fmt: skip


def test_uploads_and_earlier_pieces_become_media_inputs_once_each() -> None:
    document = made(
        [
            ChatCall("edit_image", {"prompt": "in snow", "sourceImageIndex": -1}, ("i1",)),
            ChatCall("edit_image", {"prompt": "in rain", "sourceImageIndex": -1}, ("i2",)),
            ChatCall("upscale_image", {"sourceImageIndex": 0}, ("i3",)),
            ChatCall("generate_speech", {"prompt": "hello", "voiceSourceIndex": -1}, ("a0",)),
        ],
        [image(-1, words="mug.png"), audio(-1), image(0, words="A mug"), image(1), image(2), image(3), audio(0)],
    )
    assert [(entry["name"], entry["type"], entry["required"]) for entry in document.inputs] == [
        ("picture", "image", True), ("prompt", "text", False), ("edit_image_2_prompt", "text", False),
        ("picture_2", "image", True), ("sound", "audio", True), ("generate_speech_prompt", "text", False),
    ]  # fmt: skip
    assert document.inputs[0]["description"] == "Like “mug.png”"
    assert document.inputs[3]["jsonSchema"]["title"] == "Picture 2"
    assert document.stage("edit_image").arguments["sourceImageIndex"] == "$inputs.picture"
    assert document.stage("edit_image_2").arguments["sourceImageIndex"] == "$inputs.picture"
    assert document.stage("upscale_image").arguments["sourceImageIndex"] == "$inputs.picture_2"
    assert document.stage("generate_speech").arguments["voiceSourceIndex"] == "$inputs.sound"


def test_lists_of_pieces_are_one_binding_when_they_are_all_of_a_stage_and_several_otherwise() -> None:
    clips = ChatCall(
        "animate_photo", {"prompt": "pan", "sourceImageIndices": [-1, -2], "numberOfVariations": 2}, ("v0", "v1")
    )
    pieces = [image(-1), image(-2), video(0), video(1), video(2), video(3)]
    whole = made([clips, ChatCall("stitch_video", {"videoIndices": [0, 1]}, ("v2",))], pieces)
    assert whole.stage("stitch_video").arguments["videoIndices"] == (
        "$artifacts.animate_photo.items[*].selectedVersion.url"
    )
    assert whole.stage("animate_photo").arguments["sourceImageIndices"] == ["$inputs.picture", "$inputs.picture_2"]
    turned = made([clips, ChatCall("stitch_video", {"videoIndices": [1, 0]}, ("v2",))], pieces)
    assert turned.stage("stitch_video").arguments["videoIndices"] == [
        "$artifacts.animate_photo[1].selectedVersion.url", "$artifacts.animate_photo[0].selectedVersion.url",
    ]  # fmt: skip
    assert turned.stage("stitch_video").body["requiredArtifactsIn"] == ["animate_photo"]


def test_a_piece_that_was_not_named_is_the_one_that_the_tool_took() -> None:
    document = made(
        [
            ChatCall("generate_image", {"prompt": "a fox"}, ("i0",)),
            ChatCall("generate_image", {"prompt": "an owl"}, ("i1",)),
            ChatCall("remove_background", {}, ("i2",), parents=("i0",)),
            ChatCall("upscale_image", {}, ("i3",)),
            ChatCall("animate_photo", {"prompt": "pan", "source_image_index": 0}, ("v0",)),
            ChatCall("extend_video", {"duration": 4, "videoIndex": -1}, ("v1",)),
            ChatCall("upscale_video", {}, ("v2",)),
        ],
        [image(-1), image(0), image(1), image(2), image(3), video(0), video(1), video(2)],
    )
    taken = {
        stage.id: value.split(".")[1].split("[")[0]
        for stage in document.stages
        for name, value in stage.arguments.items()
        if name.endswith("Index")
    }
    assert taken == {
        "remove_background": "generate_image", "upscale_image": "remove_background", "animate_photo": "generate_image",
        "extend_video": "animate_photo", "upscale_video": "extend_video",
    }  # fmt: skip
    only_upload = made([ChatCall("upscale_image", {}, ("i0",))], [image(-1), image(0)])
    assert only_upload.stage("upscale_image").arguments == {"sourceImageIndex": "$inputs.picture"}


def test_arguments_that_count_uploads_from_zero_mean_uploads() -> None:
    document = made(
        [
            ChatCall("generate_music", {"prompt": "lo-fi"}, ("a0",)),
            ChatCall("sound_to_video", {"prompt": "waves", "audioSourceIndex": 0}, ("v0",)),
            ChatCall("video_to_video", {"prompt": "as ink", "videoSourceIndex": 0, "controlMode": "canny"}, ("v1",)),
        ],
        [audio(-1), ChatPiece("uv1", "video", -1), audio(0), video(0), video(1)],
    )
    assert document.stage("sound_to_video").arguments["audioSourceIndex"] == "$inputs.sound"
    assert document.stage("video_to_video").arguments["videoSourceIndex"] == "$inputs.clip"
    follows = made(
        [
            ChatCall("generate_music", {"prompt": "lo-fi"}, ("a0",)),
            ChatCall("sound_to_video", {"prompt": "waves"}, ("v0",)),
        ],
        [audio(0), video(0)],
    )
    stage = follows.stage("sound_to_video")
    assert (stage.arguments, stage.body["requiredArtifactsIn"]) == ({"prompt": "waves"}, ["generate_music"])


def test_failed_calls_and_those_that_only_look_are_left_out_unless_something_was_made_from_them() -> None:
    document = made(
        [
            ChatCall("generate_image", {"prompt": "lost"}, (), done=False),
            ChatCall("analyze_image", {"query": "what is it?", "sourceImageIndex": -1}),
            ChatCall("compose_lyrics", {"prompt": "of the sea"}),
            ChatCall("finalize_response", {"outcome": "success"}),
            ChatCall("generate_image", {"prompt": "half", "numberOfVariations": 2}, ("i0",), done=False),
            ChatCall("upscale_image", {"sourceImageIndex": 0}, ("i1",)),
        ],
        [image(-1), image(0), image(1)],
    )
    assert [stage.tool for stage in document.stages] == ["generate_image", "upscale_image"]
    with pytest.raises(EditError, match="Nothing was made"):
        drafted([ChatCall("analyze_image", {"query": "?"}), ChatCall("generate_image", {}, done=False)], [], name="x")


def test_tools_that_nobody_knows_stay_with_their_arguments() -> None:
    document = drafted(
        [
            ChatCall("generate_image", {"prompt": "a fox"}, ("i0",)),
            ChatCall("paint_hologram", {"depth": 3, "sourceImageIndex": 0, "deep": {"a": [1, None]}}, ("x",)),
        ],
        [image(0), ChatPiece("x", "model3d", None)],
        name="New",
    )
    assert document.stage("paint_hologram").arguments == {
        "depth": 3, "sourceImageIndex": "$artifacts.generate_image[0].selectedVersion.url", "deep": {"a": [1, None]},
    }  # fmt: skip
    assert {problem.node for problem in problems_of(document).to_fix} == {"paint_hologram"}


def test_words_that_would_be_read_as_bindings_are_asked_for() -> None:
    document = made(
        [
            ChatCall("generate_image", {"prompt": "$5 for a fox", "negativePrompt": "no $inputs.blur please"}, ("i0",)),
            ChatCall("edit_image", {"prompt": "$10 tag", "sourceImageIndex": 0}, ("i1",)),
        ],
        [image(0), image(1)],
    )
    assert [entry["default"] for entry in document.inputs] == ["$5 for a fox", "no $inputs.blur please", "$10 tag"]
    assert all(stage.arguments["prompt"].startswith("$inputs.") for stage in document.stages)


def test_pieces_inside_objects_addresses_and_inline_pictures() -> None:
    overlays = [{"kind": "image", "position": "center", "sourceImageIndex": 0}, {"kind": "text", "text": "Hi"}]
    document = made(
        [
            ChatCall("generate_image", {"prompt": "a logo"}, ("i0",)),
            ChatCall("overlay_video", {"sourceVideoIndex": -1, "overlays": overlays}, ("v0",)),
            ChatCall("remove_background", {"source_image_url": "http://here/logo.png?signed=2"}, ("i1",)),
            ChatCall("edit_image", {"prompt": "red", "mask_image_url": "data:image/png;base64,AA"}, ("i2",)),
        ],
        [ChatPiece("uv", "video", -1), image(0, url="http://here/logo.png?signed=1"), video(0), image(1), image(2)],
    )
    inside = document.stage("overlay_video").arguments["overlays"]
    assert inside[0]["sourceImageIndex"] == "$inputs.picture"
    assert inside[1] == {"kind": "text", "text": "Hi"}
    assert document.stage("remove_background").arguments == {
        "source_image_url": "$artifacts.generate_image[0].selectedVersion.url"
    }
    assert document.stage("edit_image").arguments["mask_image_url"] == "$inputs.mask"


def test_restoring_gets_the_photo_as_the_first_picture_of_the_run() -> None:
    document = made(
        [ChatCall("restore_photo", {"prompt": "restore it"}, ("i0",), parents=("i0",))], [image(-1), image(0)]
    )
    assert [stage.tool for stage in document.stages] == ["analyze_image", "restore_photo"]
    assert document.stage("look").arguments["sourceImageIndex"] == "$inputs.picture"
    bound = made(
        [
            ChatCall("upscale_image", {"sourceImageIndex": -1}, ("i0",)),
            ChatCall("restore_photo", {"prompt": "restore it"}, ("i1",)),
        ],
        [image(-1), image(0), image(1)],
    )
    assert [stage.tool for stage in bound.stages] == ["upscale_image", "restore_photo"]


def test_a_picture_that_was_only_allowed_for_is_not_wired() -> None:
    document = made(
        [
            ChatCall("generate_image", {"prompt": "a fox", "sourceImageIndex": -1}, ("i0",)),
            ChatCall("generate_image", {"prompt": "b", "sourceImageIndex": 0, "starting_image_strength": 0.5}, ("i1",)),
        ],
        [image(-1), image(0), image(1)],
    )
    assert "sourceImageIndex" not in document.stage("generate_image").arguments
    assert "sourceImageIndex" in document.stage("generate_image_2").arguments


def test_numbers_that_no_piece_has_are_asked_for() -> None:
    document = made(
        [
            ChatCall("upscale_image", {"sourceImageIndex": 9}, ("i0",)),
            ChatCall("stitch_video", {"videoIndices": [-1, -2]}, ("v0",)),
        ],
        [image(0), video(0)],
    )
    assert [entry["name"] for entry in document.inputs] == ["picture", "clip", "clip_2"]
    assert document.stage("stitch_video").arguments["videoIndices"] == ["$inputs.clip", "$inputs.clip_2"]
    future = drafted([ChatCall("future_tool", {"sourceImageIndex": 9})], [], name="x")
    assert future.stage("future_tool").arguments == {"sourceImageIndex": 9}


def test_a_montage_waits_for_the_pictures_that_it_takes_by_itself() -> None:
    montage = ChatCall("dance_montage", {"dance": "rasputin"}, ("v0",))
    pictures = [ChatCall("generate_image", {"prompt": each}, (f"i{n}",)) for n, each in enumerate("ab")]
    document = made([*pictures, montage], [image(-1), image(0), image(1), video(0)])
    stage = document.stage("dance_montage")
    assert (stage.arguments, stage.body["requiredArtifactsIn"]) == (
        {"dance": "rasputin"}, ["generate_image", "generate_image_2"],
    )  # fmt: skip
    upload = made([montage], [image(-1), video(0)])
    assert upload.stage("dance_montage").arguments["sourceImageIndex"] == "$inputs.picture"


_TOOLS = st.sampled_from(
    [
        "generate_image",
        "edit_image",
        "upscale_image",
        "animate_photo",
        "stitch_video",
        "analyze_image",
        "generate_music",
    ]
)
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 6) | st.text(max_size=8) | st.sampled_from(["$5", "a $inputs.x b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_ARGUMENTS = st.dictionaries(
    st.sampled_from(
        ["prompt", "sourceImageIndex", "source_image_index", "videoIndices", "duration", "overlays", "mask_image_url"]
    )
    | st.text(max_size=12),
    _ANY,
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_TOOLS | st.text(max_size=10), _ARGUMENTS, st.integers(0, 3), st.booleans()), max_size=7))
def test_any_recorded_calls_give_a_template_without_broken_references(calls: list[Any]) -> None:
    pieces = [image(-1), audio(-1)]
    recorded = []
    for tool, arguments, count, done in calls:
        kind = "video" if "video" in tool or tool == "animate_photo" else "image"
        number = sum(each.kind == kind and not each.uploaded for each in pieces)
        new = [ChatPiece(f"{kind}{number + each}", kind, number + each) for each in range(count)]
        pieces += new
        recorded.append(ChatCall(tool, arguments, tuple(piece.id for piece in new), done))
    try:
        document = drafted(recorded, pieces, name="Any")
    except EditError:
        return
    known = {"image", "video", "audio"}
    codes = {issue.code for issue in validate_template(document.content).issues}
    assert codes <= {"unsupported_stage_tool"}, codes  # a tool that nobody knows, never a reference
    assert {entry["type"] for entry in document.inputs} <= known | {"text"}
    assert set(document.positions()) == {INPUTS, *(stage.id for stage in document.stages)}
