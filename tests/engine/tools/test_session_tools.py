"""Manifest and session tools, alone and over several calls of one chat."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.contract.errors import ToolError
from studio.contract.tools import validate_arguments
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context


async def use(context: Context, tool: str, **arguments: Any) -> Any:
    checked = validate_arguments(tool, arguments)
    assert checked.ok, checked.problems
    outcome = await runners()[tool].run(checked.arguments, context)
    if outcome.data and "assetManifest" in outcome.data:
        context.manifest = json.loads(json.dumps(outcome.data["assetManifest"]))
    return outcome


async def test_a_manifest_is_made_labelled_mapped_and_checked() -> None:
    context = Context([])
    assets = [{"user_label": "Hero", "type": "image"}, {"user_label": "Theme", "type": "audio"}]
    made = await use(context, "create_asset_manifest", assets=assets)
    assert made.message == "The manifest holds 2 assets: asset_001 = Hero, asset_002 = Theme."
    labelled = await use(context, "label_asset", asset_id="asset_001", must_preserve=["red scarf"])
    assert labelled.data["asset"]["must_preserve"] == ["red scarf"]
    one = await use(context, "inspect_asset", user_label="hero")
    assert one.data["asset"]["asset_id"] == "asset_001"
    assert "keep red scarf" in one.message
    assert len((await use(context, "inspect_asset")).data["assetManifest"]["assets"]) == 2
    mapped = await use(context, "map_assets_for_model", model_id="qwen")
    assert [entry["model_ref"] for entry in mapped.data["assets"]] == ["context_image_0", None]
    assert "no reference to Theme" in mapped.message
    bad = await use(context, "validate_asset_references", model_id="seedance2", prompt="@Image1 meets @Image7")
    assert (bad.data["valid"], len(bad.data["resolved"]), len(bad.data["dangling"])) == (False, 1, 1)
    with pytest.raises(ToolError, match="no reference notation"):
        await use(context, "map_assets_for_model", model_id="sd-unknown")
    again = await use(context, "create_asset_manifest", assets=[{"user_label": "New", "type": "video"}])
    assert [asset["user_label"] for asset in again.data["assetManifest"]["assets"]] == ["New"]


async def test_an_empty_manifest_says_so() -> None:
    assert (await use(Context([]), "inspect_asset")).message == "The manifest is empty."
    with pytest.raises(ToolError, match="Create a manifest first"):
        await use(Context([]), "label_asset", asset_id="asset_001", user_label="x")


async def test_questions_and_endings_are_handed_on_verbatim() -> None:
    asked = await use(Context([]), "ask_clarifying_question", question="Which one?\n", reason="ambiguous")
    assert (asked.message, asked.data) == ("Which one?\n", {"question": "Which one?\n", "reason": "ambiguous"})
    ended = await use(Context([]), "finalize_response", outcome="partial")
    assert ended.data == {"summary": "", "outcome": "partial"}


async def test_calls_of_one_round_share_the_manifest(tmp_path: Path) -> None:
    from studio.contract.chat import FunctionCall, ToolCall
    from studio.contract.media import MediaIndex
    from studio.engine.agent.backends.director import DirectorBackend
    from studio.engine.agent.calls import CallRunner, Workshop
    from studio.engine.billing.desk import Payer
    from studio.engine.media_desk import Caller

    media = MediaIndex()
    runner = CallRunner(
        Workshop(runners(), None, None),  # type: ignore[arg-type]
        media=media, caller=Caller("local", "http://here"), request_text="", backend=DirectorBackend(),
        tick=lambda tick: None, payer=Payer("local"), key="k",
    )  # fmt: skip
    calls = [
        ("create_asset_manifest", {"assets": [{"user_label": "Hero", "type": "image"}]}),
        ("label_asset", {"asset_id": "asset_001", "user_label": "Anna"}),
        ("map_assets_for_model", {"model_id": "seedance2"}),
    ]
    results = await runner.run(
        [ToolCall(FunctionCall(name, json.dumps(given)), id=f"c{i}") for i, (name, given) in enumerate(calls)]
    )
    assert [result.success for result in results] == [True, True, True], results
    assert results[2].data is not None
    assert results[2].data["assets"][0] == {
        "asset_id": "asset_001", "user_label": "Anna", "model_ref": "@Image1",
    }  # fmt: skip
    assert media.manifest is not None
