"""Capacity units, gates and previews."""

import json

import pytest

from studio.contract import wire
from studio.contract.billing import (
    WEIGHTS,
    CostPreview,
    LlmCost,
    ToolCost,
    capacity_units,
    cost_class,
    is_gated,
    output_count,
    same_preview,
)
from studio.contract.tools import catalogue
from studio.contract.vendor_models import consent_required, is_vendor, named_model, normal


def test_every_class_of_the_catalogue_has_the_published_weight() -> None:
    for tool in catalogue().values():
        assert tool.cost_class is None or tool.cost_class in WEIGHTS
        assert capacity_units(tool.name, {}) == tool.capacity_weight, tool.name


@pytest.mark.parametrize(
    ("tool", "arguments", "units"),
    [
        ("generate_image", {"numberOfVariations": 4}, 4),
        ("generate_image", {"numberOfVariations": 400}, 16),
        ("generate_image", {"numberOfVariations": "four"}, 1),
        ("generate_image", {"numberOfVariations": float("nan")}, 1),
        ("generate_image", {"numberOfVariations": True}, 1),
        ("generate_image", {"numberOfVariations": -3}, 1),
        ("animate_photo", {"sourceImageIndices": [0, 1, 2], "prompts": ["a", "b"]}, 24),
        ("stitch_video", {"videoIndices": [0, 1, 2]}, 1),
        ("analyze_image", {}, 0),
        ("image_to_3d", {}, 1),
        ("no_such_tool", {}, 1),
    ],
)
def test_units_are_weight_times_outputs(tool: str, arguments: dict[str, object], units: int) -> None:
    assert capacity_units(tool, arguments) == units


def test_references_are_not_outputs() -> None:
    assert output_count("generate_video", {"referenceImageIndices": [0, 1, 2]}) == 1


def test_only_free_work_and_words_go_ungated() -> None:
    ungated = {name for name in catalogue() if not is_gated(name)}
    assert {"analyze_image", "finalize_response", "enhance_prompt", "compose_workflow"} <= ungated
    assert not ungated & {"generate_image", "remove_background", "stitch_video", "generate_speech"}
    assert cost_class("remove_background") is None


def test_a_preview_is_written_in_camel_case_and_compared_by_value() -> None:
    preview = CostPreview(
        total_estimated_capacity_units=6,
        token_type="spark",
        validity_until="2026-01-31T12:00:00.000Z",
        per_tool_breakdown=[ToolCost("call_1", "generate_image", 6)],
    )
    shown = json.loads(wire.encode(preview))
    assert shown == {
        "totalEstimatedCapacityUnits": 6,
        "tokenType": "spark",
        "validityUntil": "2026-01-31T12:00:00.000Z",
        "perToolBreakdown": [{"toolCallId": "call_1", "toolName": "generate_image", "capacityUnits": 6}],
    }
    echoed = {"totalEstimatedCapacityUnits": 6.0, "tokenType": "spark", "validityUntil": shown["validityUntil"]}
    assert same_preview(shown, echoed)
    assert not same_preview(shown, echoed | {"tokenType": "sogni"})
    assert not same_preview(shown, {})
    assert not same_preview(None, echoed)


def test_costs_of_language_models_have_the_published_names() -> None:
    cost = LlmCost(
        cost_in_usd="1", cost_in_token="2", cost_in_sogni="3", cost_in_spark="4", input_tokens=5, output_tokens=6
    )
    names = {"costInUSD": "1", "costInToken": "2", "costInSogni": "3", "costInSpark": "4"}
    assert json.loads(wire.encode(cost)) == names | {"inputTokens": 5, "outputTokens": 6}


@pytest.mark.parametrize(
    ("model", "vendor"),
    [
        ("gpt-image-2", True),
        (" GPT_Image ", True),
        ("chatgpt", True),
        ("seedance2", True),
        ("seedance-2-5", True),
        ("happyhorse-1.1-t2v", True),
        ("wan3.0-video", True),
        ("seedream uncensored", True),
        ("z-turbo", False),
        ("wan22", False),
        ("wan_v2.2-14b-fp8_t2v_lightx2v", False),
        ("minimax_music3", False),
    ],
)
def test_vendor_models_are_known_under_every_name(model: str, vendor: bool) -> None:
    assert is_vendor(normal(model)) is vendor


def test_one_agreement_covers_three_models() -> None:
    models = ["seedance2-5-uncensored", "seedance-2-0-mini-uncensored", "seedream-5-pro-uncensored"]
    agreements = [consent_required(normal(model)) for model in models]
    assert {agreement["key"] for agreement in agreements if agreement} == {"seedance-2-5-uncensored"}
    assert [agreement["modelId"] for agreement in agreements if agreement] == [normal(model) for model in models]
    assert consent_required("seedance-2-5") is None


def test_the_model_is_found_in_either_argument() -> None:
    assert named_model({"videoModel": "seedance2-mini"}) == "seedance-2-0-mini"
    assert named_model({"model": "", "videoModel": 3}) is None
