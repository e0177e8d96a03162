import asyncio
from pathlib import Path
from typing import Any

from tests.engine.workflows.conftest import Bench, Gate, bench_of, bound, image, step, types
from tests.helpers.engines import FakeTool, refusing


async def test_one_step_becomes_an_artifact_and_a_whole_log(bench: Bench) -> None:
    record = await bench.run(image(id="keyframe"))
    assert record["status"] == "completed"
    assert types(record) == [
        "workflow_started", "step_started", "artifact_created", "step_completed", "workflow_completed",
    ]  # fmt: skip
    assert [event["status"] for event in record["events"] if event["type"] == "step_completed"] == ["running"]
    assert record["events"][-1]["status"] == "completed"
    assert all(event["workflowId"] == record["workflowId"] for event in record["events"])
    found = step(record, "keyframe")
    assert found["status"] == "completed"
    (artifact,) = found["artifacts"]
    assert artifact["kind"] == "image"
    assert (await bench.client.get(artifact["url"])).content.startswith(b"\x89PNG")
    assert record["artifacts"] == found["artifacts"]
    assert record["plan"]["steps"][0]["toolName"] == "generate_image"
    assert record["createTime"] <= record["updateTime"]


async def test_the_documented_example_feeds_the_picture_to_the_clip(bench: Bench) -> None:
    record = await bench.run(
        image(id="keyframe"),
        {
            "id": "clip",
            "toolName": "animate_photo",
            "arguments": {"prompt": "The beam sweeps once.", "duration": 5},
            "dependsOn": [bound("keyframe", "image_index", "sourceImageIndex", mediaType="image")],
        },
    )
    assert record["status"] == "completed"
    assert bench.tools["animate_photo"].ran[0]["sourceImageIndex"] == 0
    assert step(record, "clip")["arguments"]["sourceImageIndex"] == 0
    assert [artifact["kind"] for artifact in record["artifacts"]] == ["image", "video"]


async def test_independent_steps_run_at_once_and_dependent_ones_wait(tmp_path: Path) -> None:
    together = asyncio.Barrier(2)
    order: list[str] = []

    async def meet(arguments: dict[str, Any], context: Any) -> None:
        await asyncio.wait_for(together.wait(), 10)  # would never end if they ran one after the other
        order.append(arguments["prompt"])

    async with bench_of(tmp_path, FakeTool("generate_image", meet)) as bench:
        record = await bench.run(
            image("one", id="one"),
            image("two", id="two"),
            {"id": "edit", "toolName": "edit_image", "arguments": {"prompt": "three"},
             "dependsOn": [bound("two", "image_index", "sourceImageIndex")]},
        )  # fmt: skip
        assert record["status"] == "completed"
        assert sorted(order) == ["one", "two"]
        assert bench.tools["edit_image"].ran[0]["sourceImageIndex"] == 1


async def test_indices_follow_the_plan_whichever_step_was_quicker(tmp_path: Path) -> None:
    gate = Gate()

    async def first_is_slow(arguments: dict[str, Any], context: Any) -> None:
        if arguments["prompt"] == "slow":
            await gate(arguments, context)

    async with bench_of(tmp_path, FakeTool("generate_image", first_is_slow)) as bench:
        found = await bench.start(
            image("slow", id="slow"),
            image("quick", id="quick"),
            {"toolName": "edit_image", "arguments": {"prompt": "both", "sourceImageIndex": 1}},
        )
        await bench.until(found, lambda event: event.type == "step_completed")
        gate.open.set()
        record = await bench.ended(found)
        assert record["status"] == "completed"
        ends = [event["data"]["stepId"] for event in record["events"] if event["type"] == "step_completed"]
        assert ends == ["quick", "slow", "edit_image"]
        assert [artifact["stepId"] for artifact in record["artifacts"]] == ["slow", "quick", "edit_image"]


async def test_a_transient_failure_is_retried_once(tmp_path: Path) -> None:
    tries: list[int] = []

    def fails_once(arguments: dict[str, Any], context: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            refusing("PROVIDER_TIMEOUT", "It took too long.")(arguments, context)

    async with bench_of(tmp_path, FakeTool("generate_image", fails_once)) as bench:
        record = await bench.run(image(id="a"))
    assert record["status"] == "completed"
    assert len(tries) == 2
    assert step(record, "a")["retry"] == {"count": 1, "classification": "transient"}
    assert "custom" in types(record)


async def test_a_failure_that_stays_stops_later_steps_and_keeps_earlier_artifacts(tmp_path: Path) -> None:
    broken = FakeTool("edit_image", refusing("GPU_WORKER_FAILED", "The worker died."))
    async with bench_of(tmp_path, broken) as bench:
        record = await bench.run(
            image(id="a"),
            {"id": "b", "toolName": "edit_image", "arguments": {"prompt": "x", "sourceImageIndex": 0}},
            {"id": "c", "toolName": "upscale_image", "arguments": {},
             "dependsOn": [bound("b", "image_index", "sourceImageIndex")]},
        )  # fmt: skip
    assert record["status"] == "partial_failure"
    assert len(broken.ran) == 2
    assert [entry["status"] for entry in record["steps"]] == ["completed", "failed", "pending"]
    assert step(record, "b")["error"]["code"] == "GPU_WORKER_FAILED"
    assert record["error"]["message"] == "The worker died."
    assert len(record["artifacts"]) == 1
    assert record["events"][-1]["type"] == "workflow_failed"
    assert record["events"][-1]["status"] == "partial_failure"


async def test_nothing_made_is_failed_and_a_validation_failure_is_not_retried(tmp_path: Path) -> None:
    broken = FakeTool("generate_image", refusing("SAFETY_REJECTED", "No."))
    async with bench_of(tmp_path, broken) as bench:
        record = await bench.run(image())
    assert record["status"] == "failed"
    assert len(broken.ran) == 1


async def test_cancel_reaches_a_running_step(tmp_path: Path) -> None:
    gate = Gate()
    slow = FakeTool("generate_image", gate)
    async with bench_of(tmp_path, slow) as bench:
        found = await bench.start(image(id="a"), image("later", id="b", dependsOn=[bound("a", "asset_ref", "prompt")]))
        await asyncio.wait_for(gate.entered.wait(), 10)
        body = await bench.post(f"/{found}/cancel", status=200, reason="enough")
        assert body["data"]["transitioned"] is True
        assert body["data"]["workflow"]["status"] == "cancelled"
        record = await bench.ended(found)
        again = await bench.client.post(f"/v1/creative-agent/workflows/{found}/cancel")
        assert again.json()["data"]["transitioned"] is False
    assert slow.cancelled
    assert record["events"][-1]["type"] == "workflow_cancelled"
    assert record["events"][-1]["data"]["reason"] == "enough"
    assert [entry["status"] for entry in record["steps"]] == ["cancelled", "pending"]


async def test_a_step_that_was_recorded_is_not_repeated_after_a_crash(tmp_path: Path) -> None:
    gate = Gate()

    async def second_waits(arguments: dict[str, Any], context: Any) -> None:
        if arguments["prompt"] == "second":
            await gate(arguments, context)

    tool = FakeTool("generate_image", second_waits)
    async with bench_of(tmp_path, tool) as bench:
        found = await bench.start(
            image("first", id="a"), image("second", id="b", dependsOn=[bound("a", "asset_ref", "negativePrompt")])
        )
        await asyncio.wait_for(gate.entered.wait(), 10)
        await bench.runtime.kill(found)
        gate.open.set()
        await bench.runtime.start(found)
        record = await bench.ended(found)
    assert record["status"] == "completed"
    assert [ran["prompt"] for ran in tool.ran] == ["first", "second", "second"]
    assert record["recovery"]["resumeCount"] == 1
    kinds = types(record)
    assert kinds.count("step_started") == 2
    assert kinds.count("artifact_created") == 2


async def test_the_asset_manifest_is_handed_from_step_to_step(tmp_path: Path) -> None:
    from studio.engine.tools.asset_manifest import CreateAssetManifest, InspectAsset, LabelAsset

    session = [CreateAssetManifest(), LabelAsset(), InspectAsset()]
    async with bench_of(tmp_path, *session) as bench:  # type: ignore[arg-type]
        made = {"assets": [{"user_label": "Hero", "type": "image"}]}
        record = await bench.run(
            {"toolName": "create_asset_manifest", "arguments": made},
            {"toolName": "label_asset", "arguments": {"asset_id": "asset_001", "user_label": "Queen"}},
            {"id": "look", "toolName": "inspect_asset", "arguments": {"user_label": "Queen"}},
        )
    assert record["status"] == "completed", record.get("error")
    assert "Queen" in step(record, "look")["message"]
