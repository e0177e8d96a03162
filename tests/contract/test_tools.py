"""The catalogue of 40 tools and every rule of argument validation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.tools import (
    MEDIA_ALIASES,
    MOST_PROBLEMS,
    catalogue,
    surface,
    validate_arguments,
    validate_schema,
)

NAMES = list(catalogue())


def problems(tool: str, **arguments: Any) -> list[str]:
    return validate_arguments(tool, arguments).problems


def test_the_two_surfaces() -> None:
    assert len(NAMES) == 40
    creative = [tool.name for tool in surface("creative-tools")]
    assert len(creative) == 31
    assert {"compose_workflow", "compose_workflow_template", "finalize_response"}.isdisjoint(creative)
    assert [tool.name for tool in surface("creative-agent")] == NAMES
    assert surface("none") == []


@pytest.mark.parametrize("name", NAMES)
def test_every_tool_is_usable(name: str) -> None:
    tool = catalogue()[name]
    spec = tool.spec
    assert spec.function.name == name
    assert spec.function.description
    assert spec.function.parameters == tool.parameters
    assert set(tool.required) <= set(tool.parameters["properties"])
    missing = validate_arguments(name, {})
    assert missing.problems == [f"{key} is required" for key in tool.required]


@pytest.mark.parametrize("name", NAMES)
def test_every_tool_says_that_required_values_must_not_be_empty(name: str) -> None:
    for key in catalogue()[name].required:
        for empty in (None, "", []):
            assert f"{key} is required" in validate_arguments(name, {key: empty}).problems


@pytest.mark.parametrize("value", [None, [], "x", 3, True])
def test_arguments_must_be_an_object(value: object) -> None:
    assert validate_arguments("generate_image", value).problems == ["arguments must be an object"]


def test_unknown_tool() -> None:
    result = validate_arguments("make_coffee", {})
    assert (result.ok, result.problems) == (False, ["no such tool: make_coffee"])


def test_unknown_arguments_are_removed_with_a_warning() -> None:
    result = validate_arguments("generate_image", {"prompt": "x", "mood": "good"})
    assert result.ok
    assert result.arguments == {"prompt": "x"}
    assert result.warnings == ["unknown argument removed: mood"]


def test_both_spellings() -> None:
    result = validate_arguments(
        "generate_image", {"prompt": "x", "number_of_variations": 2, "startingImageStrength": 0.75}
    )
    assert result.arguments == {"prompt": "x", "numberOfVariations": 2, "starting_image_strength": 0.75}
    assert result.warnings == []


def test_the_schema_spelling_wins() -> None:
    result = validate_arguments("generate_image", {"prompt": "x", "number_of_variations": 5, "numberOfVariations": 2})
    assert result.arguments["numberOfVariations"] == 2


def test_both_spellings_inside_objects() -> None:
    cues = [{"start_seconds": 0, "endSeconds": 1, "text": "Hi"}]
    assert validate_arguments("add_subtitles", {"cues": cues}).arguments["cues"] == [
        {"startSeconds": 0, "endSeconds": 1, "text": "Hi"}
    ]


def test_strings_become_numbers_and_booleans() -> None:
    result = validate_arguments("remove_background", {"sourceImageIndex": "2", "applyMask": "false"})
    assert result.arguments == {"sourceImageIndex": 2, "applyMask": False}
    assert result.warnings == [
        "sourceImageIndex: argument converted to number",
        "applyMask: argument converted to boolean",
    ]
    assert validate_arguments("generate_image", {"prompt": "x", "guidance": " 3.5 "}).arguments["guidance"] == 3.5
    assert problems("generate_image", prompt="x", width="wide") == ["width must be a number"]
    assert problems("generate_image", prompt="x", width="nan") == ["width must be a number"]


def test_a_whole_float_is_an_integer_and_a_boolean_is_no_number() -> None:
    assert validate_arguments("generate_image", {"prompt": "x", "seed": 4.0}).arguments["seed"] == 4
    assert problems("generate_image", prompt="x", seed=4.5) == ["seed must be an integer"]
    assert problems("generate_image", prompt="x", width=True) == ["width must be a number"]


@pytest.mark.parametrize(
    ("tool", "arguments", "problem"),
    [
        ("generate_image", {"prompt": 3}, "prompt must be a string"),
        ("generate_image", {"prompt": "x", "numberOfVariations": 0}, "numberOfVariations must be >= 1"),
        ("generate_image", {"prompt": "x", "numberOfVariations": 17}, "numberOfVariations must be <= 16"),
        ("generate_image", {"prompt": "x", "outputFormat": "bmp"}, "outputFormat must be one of: png, jpg, jpeg, webp"),
        ("generate_image", {"prompt": "x", "loras": "a"}, "loras must be an array"),
        ("generate_image", {"prompt": "x", "seed": 2**63}, "seed must be an integer"),
        ("generate_image", {"prompt": "x", "width": 10**400}, "width must be a number"),
        ("upscale_image", {"targetLongestEdge": float("nan")}, "targetLongestEdge must be a number"),
        ("extend_video", {"duration": float("inf")}, "duration must be a number"),
        ("remove_background", {"applyMask": "perhaps"}, "applyMask must be true or false"),
        ("upscale_image", {"scale": 5}, "scale must be one of: 2, 3, 4"),
        ("upscale_image", {"targetLongestEdge": 100}, "targetLongestEdge must be >= 512"),
        (
            "overlay_video",
            {"overlays": [{"kind": "text", "position": "nowhere"}]},
            "overlays[0].position must be one of",
        ),
        ("overlay_video", {"overlays": [{"kind": "text"}]}, "overlays[0].position is required"),
        ("stitch_video", {"videoIndices": [0, "x"]}, "videoIndices[1] must be a number"),
        ("stitch_video", {"videoIndices": [0, 1], "transition": {}}, "transition.type is required"),
        ("stitch_video", {"videoIndices": [0, 1], "transition": 3}, "transition must be an object"),
        ("generate_speech", {"prompt": "x" * 4097}, "prompt allows at most 4096 characters"),
        ("segment_image", {"points": [{"x": 0.5, "y": 2, "label": "positive"}]}, "points[0].y must be <= 1"),
        (
            "animate_photo",
            {"prompt": "x", "sourceImageIndices": list(range(17))},
            "sourceImageIndices allows at most 16 items",
        ),
    ],
)
def test_wording(tool: str, arguments: dict[str, Any], problem: str) -> None:
    assert any(text.startswith(problem) for text in validate_arguments(tool, arguments).problems)


def test_every_problem_is_reported_at_once() -> None:
    found = problems("generate_image", numberOfVariations=99, outputFormat="bmp", width="wide")
    assert len(found) == 4
    assert len(problems("stitch_video", videoIndices=["x"] * 100_000)) == MOST_PROBLEMS


def test_raw_model_ids_pass_but_video_models_do_not() -> None:
    assert problems("generate_image", prompt="x", model="my-own-model") == []
    assert problems("generate_video", prompt="x", videoModel="my-own-model")[0].startswith("videoModel must be one of")


def test_loras() -> None:
    assert problems("generate_image", prompt="x", loraStrengths=[1]) == ["loraStrengths needs loras"]
    assert problems("generate_image", prompt="x", loras=["a", "b"], loraStrengths=[1]) == [
        "loras and loraStrengths must have equal length"
    ]
    assert problems("generate_image", prompt="x", loras=["a"], loraStrengths=[1]) == []


@pytest.mark.parametrize("tool", ["generate_video", "animate_photo"])
@pytest.mark.parametrize("key", ["outputScale", "output_scale"])
def test_output_scale_is_retired(tool: str, key: str) -> None:
    assert any("outputScale" in text for text in problems(tool, prompt="x", **{key: 2}))


def test_extra_arguments_of_the_documentation_pass() -> None:
    assert validate_arguments("animate_photo", {"prompt": "x", "stitched": False}).arguments == {
        "prompt": "x",
        "stitched": False,
    }
    assert (
        validate_arguments("generate_video", {"prompt": "x", "sourceAudioPolicy": "replace"}).arguments[
            "sourceAudioPolicy"
        ]
        == "replace"
    )


@pytest.mark.parametrize("alias", MEDIA_ALIASES)
def test_media_aliases_pass(alias: str) -> None:
    value = ["data:,x"] if alias.endswith("urls") else "data:,x"
    assert validate_arguments("edit_image", {"prompt": "x", alias: value}).arguments[alias] == value


H3 = "minimax-h3-fasth3-{}-turbo"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"endImageIndex": 1}, "endImageIndex is only supported"),
        ({"videoModel": "seedance2", "endImageIndex": 1}, "endImageIndex is only supported"),
        (
            {"videoModel": H3.format("ia2v"), "sourceImageIndex": 0, "endImageIndex": 1},
            "endImageIndex is only supported",
        ),
        (
            {"videoModel": H3.format("flfa2v"), "sourceImageIndex": 0},
            "sourceImageIndex and endImageIndex are both required",
        ),
        (
            {"videoModel": H3.format("flfa2v"), "endImageIndex": 0},
            "sourceImageIndex and endImageIndex are both required",
        ),
        ({"videoModel": H3.format("ia2v")}, "sourceImageIndex is required"),
        ({"videoModel": H3.format("a2v"), "sourceImageIndex": 0}, "sourceImageIndex is not supported"),
        ({"videoModel": H3.format("a2v"), "generateAudio": False}, "generateAudio must be true"),
        ({"videoModel": H3.format("a2v"), "negativePrompt": "x"}, "negativePrompt is not supported"),
    ],
)
def test_minimax_h3_rules(arguments: dict[str, Any], problem: str) -> None:
    (found,) = problems("sound_to_video", prompt="x", **arguments)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "arguments",
    [
        {"videoModel": H3.format("a2v")},
        {"videoModel": H3.format("a2v") + "-2stage", "generateAudio": True},
        {"videoModel": H3.format("ia2v"), "sourceImageIndex": 0},
        {"videoModel": H3.format("flfa2v"), "sourceImageIndex": 0, "endImageIndex": 1},
        {"videoModel": "ltx25-a2v", "sourceImageIndex": 0, "negativePrompt": "x", "generateAudio": False},
    ],
)
def test_minimax_h3_rules_leave_good_calls_alone(arguments: dict[str, Any]) -> None:
    assert problems("sound_to_video", prompt="x", **arguments) == []


def test_schemas_of_callers() -> None:
    schema = {
        "type": "object",
        "required": ["city"],
        "properties": {
            "city": {"type": "string", "minLength": 2, "pattern": "[A-Z].*"},
            "days": {"type": ["integer", "null"]},
            "unit": {"anyOf": [{"const": "C"}, {"type": "number", "maximum": 3}]},
        },
        "additionalProperties": True,
    }
    assert validate_schema(schema, {"city": "Oslo", "days": None, "unit": "C", "extra": 1}) == []
    assert validate_schema(schema, {"city": "oslo"}) == ["value.city does not match [A-Z].*"]
    assert validate_schema(schema, {"city": "O"}) == ["value.city needs at least 2 characters"]
    assert validate_schema(schema, {"city": "Oslo", "unit": 9}) != []
    assert validate_schema(schema, []) == ["value must be an object"]
    assert validate_schema({"type": "array", "minItems": 1}, []) == ["value needs at least 1 items"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(NAMES), st.data())
def test_validation_never_breaks_and_its_result_is_stable(name: str, data: st.DataObject) -> None:
    known = sorted(catalogue()[name].parameters["properties"])
    arguments = data.draw(
        st.dictionaries(st.sampled_from([*known, "other"]) if known else st.just("other"), values, max_size=5)
    )
    first = validate_arguments(name, arguments)
    if first.ok:
        again = validate_arguments(name, first.arguments)
        assert again.ok
        assert repr(again.arguments) == repr(first.arguments)
        assert "other" not in first.arguments
