import asyncio
from pathlib import Path
from typing import Any

import pytest

from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from tests.engine.workflows.conftest import ROOT, Bench, Gate, bench_of, picture, step, types
from tests.helpers.engines import FakeTool, refusing

PRODUCT = {
    "name": "Product still to vertical clip",
    "description": "Places an uploaded product in a scene and animates it.",
    "inputs": [
        {"name": "product", "type": "image", "required": True, "description": "Photo of the product"},
        {"name": "scene", "type": "text", "required": False, "default": "a sunlit kitchen counter"},
        {"name": "seconds", "type": "number", "required": False, "default": 6},
        {"name": "music", "type": "boolean", "required": False, "default": False},
    ],
    "stages": [
        {"id": "still", "type": "fixed", "label": "Place product", "produces": ["still"], "tool": "edit_image",
         "args": {"prompt": "Place the product on $inputs.scene, same label and colours.",
                  "sourceImageIndex": "$inputs.product", "aspectRatio": "9:16"}},
        {"id": "clip", "type": "fixed", "label": "Animate", "produces": ["clip"], "requiredArtifactsIn": ["still"],
         "tool": "animate_photo", "onError": "retry_once",
         "args": {"prompt": "Slow push-in, steam rises, quiet room tone.",
                  "sourceImageIndex": "$artifacts.still[0].selectedVersion.url", "duration": "$inputs.seconds"}},
        {"id": "track", "type": "fixed", "label": "Soundtrack", "produces": ["track"],
         "condition": {"type": "expr", "expression": "inputs.music == true"},
         "tool": "generate_music", "args": {"prompt": "Warm lo-fi loop, 80 BPM, C major", "duration": 10}},
    ],
}  # fmt: skip
VIEWS = {
    "name": "Four views film",
    "description": "Renders several camera views of a portrait, animates each and joins them.",
    "category": "portrait", "visibility": "public",
    "inputs": [
        {"name": "portrait", "type": "image", "required": True, "description": "Source portrait"},
        {"name": "views", "type": "text", "required": False, "multiple": {"min": 2, "max": 4},
         "default": ["front-right quarter view eye-level shot medium shot", "left side view low-angle shot close-up"]},
        {"name": "mood", "type": "select", "required": False, "default": "calm",
         "options": [{"value": "calm", "label": "Calm"}, {"value": "lively", "label": "Lively"}]},
    ],
    "stages": [
        {"id": "view", "type": "batch", "label": "Views", "produces": ["views"], "overBinding": "$inputs.views",
         "itemName": "view", "concurrency": 2, "partialExecutionEnabled": True, "onError": "retry_once",
         "itemStage": {"id": "view_item", "type": "fixed", "tool": "change_angle",
                       "args": {"description": "$item.value", "sourceImageIndex": "$inputs.portrait"}}},
        {"id": "move", "type": "batch", "label": "Clips", "produces": ["clips"], "requiredArtifactsIn": ["views"],
         "overBinding": "$artifacts.views.items[*].selectedVersion.url", "itemName": "still",
         "partialExecutionEnabled": True,
         "itemStage": {"id": "move_item", "type": "fixed", "tool": "animate_photo",
                       "args": {"prompt": "A $inputs.mood portrait comes alive, shot $item.index.",
                                "sourceImageIndex": "$item.value", "duration": 4}}},
        {"id": "film", "type": "fixed", "label": "Join", "produces": ["film"], "requiredArtifactsIn": ["clips"],
         "tool": "stitch_video",
         "args": {"videoIndices": "$artifacts.clips.items[*].selectedVersion.url",
                  "transition": {"type": "fade", "durationSeconds": 0.5}}},
    ],
}  # fmt: skip


def fixed(stage: str, tool: str = "generate_image", **members: Any) -> dict[str, Any]:
    args = members.pop("args", {"prompt": stage})
    return {"id": stage, "type": "fixed", "tool": tool, "produces": [stage], "args": args, **members}


async def saved(bench: Bench, template: dict[str, Any]) -> str:
    response = await bench.client.post(f"{ROOT}/templates", json=template)
    assert response.status_code == 201, response.text
    return str(response.json()["data"]["template"]["id"])


async def launched(bench: Bench, template: dict[str, Any], inputs: dict[str, Any] | None = None, **members: Any) -> str:
    body = await bench.post(status=201, workflow_id=await saved(bench, template), inputs=inputs or {}, **members)
    return str(body["data"]["workflow"]["workflowId"])


def _painted(bench: Bench) -> list[str]:
    """Return what was painted, sorted: stages without an order between them run at once."""
    return sorted(call["prompt"] for call in bench.tools["generate_image"].ran)


async def ran(bench: Bench, *stages: dict[str, Any], inputs: Any = None, **members: Any) -> dict[str, Any]:
    template = {"name": "T", "description": "", "inputs": [], "stages": list(stages)}
    return await bench.ended(await launched(bench, template, inputs, **members))


async def test_the_first_worked_example(bench: Bench) -> None:
    inputs = {"product": "https://cdn.example.com/mug.png", "seconds": 8}
    record = await bench.ended(await launched(bench, PRODUCT, inputs))
    assert record["status"] == "completed", record.get("error")
    assert record["title"] == "Product still to vertical clip"
    assert record["workflowTemplateId"] == "product-still-to-vertical-clip"
    assert record["template"] == {"id": "product-still-to-vertical-clip", "version": "0.0.1"}
    assert [entry["id"] for entry in record["steps"]] == ["still", "clip"]
    still, clip = bench.tools["edit_image"].ran[0], bench.tools["animate_photo"].ran[0]
    assert still["prompt"] == "Place the product on a sunlit kitchen counter, same label and colours."
    assert still["sourceImageIndex"] == -1
    assert (clip["sourceImageIndex"], clip["duration"]) == (0, 8)
    assert record["input"]["mediaReferences"] == [{"kind": "image", "url": "https://cdn.example.com/mug.png"}]
    assert [entry["stageId"] for entry in record["billingPreview"]["perStageBreakdown"]] == ["still", "clip"]


async def test_the_second_worked_example(bench: Bench) -> None:
    inputs = {"portrait": "https://cdn.example.com/p.jpg", "mood": "lively"}
    record = await bench.ended(await launched(bench, VIEWS, inputs))
    assert record["status"] == "completed", record.get("error")
    assert [entry["id"] for entry in record["steps"]] == ["view_0", "view_1", "move_0", "move_1", "film"]
    assert {call["sourceImageIndex"] for call in bench.tools["change_angle"].ran} == {-1}
    assert step(record, "move_1")["arguments"]["prompt"] == "A lively portrait comes alive, shot 1."
    assert [step(record, name)["arguments"]["sourceImageIndex"] for name in ("move_0", "move_1")] == [0, 1]
    assert bench.tools["stitch_video"].ran[0]["videoIndices"] == [0, 1]
    assert record["billingPreview"]["perStageBreakdown"][1]["assumptions"] == ["animate_photo x2"]


async def test_a_template_that_is_not_there_and_inputs_that_do_not_fit(bench: Bench) -> None:
    await bench.post(status=404, workflow_id="nobody-s")
    found = await saved(bench, PRODUCT)
    body = await bench.post(status=400, workflow_id=found, inputs={"seconds": "soon"})
    assert "product" in body["message"]
    assert "seconds" in body["message"]
    await bench.post(status=400, workflow_id=found, inputs={"product": "data:image/png;base64,AAAA"})


async def test_a_run_keeps_the_template_as_it_was(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        template = {"name": "T", "description": "", "inputs": [], "stages": [
            fixed("a"), fixed("b", "edit_image", args={"prompt": "x", "sourceImageIndex": "$artifacts.a[0].selectedVersion.url"})]}  # noqa: E501  # fmt: skip
        found = await saved(bench, template)
        started = (await bench.post(status=201, workflow_id=found))["data"]["workflow"]["workflowId"]
        await asyncio.wait_for(gate.entered.wait(), 10)
        assert (await bench.client.delete(f"{ROOT}/templates/{found}")).status_code == 200
        gate.open.set()
        assert (await bench.ended(started))["status"] == "completed"


@pytest.mark.parametrize(
    ("on_error", "status", "steps"),
    [
        ("stop", "partial_failure", ["completed", "failed", "pending"]),
        ("continue", "partial_failure", ["completed", "failed", "completed"]),
        ("skip", "completed", ["completed", "skipped", "completed"]),
    ],
)
async def test_on_error(tmp_path: Path, on_error: str, status: str, steps: list[str]) -> None:
    broken = FakeTool("edit_image", refusing("SAFETY_REJECTED", "No."))
    async with bench_of(tmp_path, broken) as bench:
        record = await ran(
            bench,
            fixed("a"),
            fixed("b", "edit_image", onError=on_error, requiredArtifactsIn=["a"], args={"prompt": "x"}),
            fixed("c", "upscale_image", requiredArtifactsIn=["a"], optionalArtifactsIn=["b"],
                  args={"sourceImageIndex": "$artifacts.a[0].selectedVersion.url"}),
        )  # fmt: skip
        assert len(broken.ran) == 1
    assert record["status"] == status
    assert [entry["status"] for entry in record["steps"]] == steps


async def test_retry_once_tries_twice_whatever_failed(tmp_path: Path) -> None:
    broken = FakeTool("generate_image", refusing("SAFETY_REJECTED", "No."))
    async with bench_of(tmp_path, broken) as bench:
        record = await ran(bench, fixed("a", onError="retry_once"))
        assert len(broken.ran) == 2
    assert record["status"] == "failed"


async def test_conditions_on_results_are_decided_when_reached(tmp_path: Path) -> None:
    broken = FakeTool("edit_image", refusing("SAFETY_REJECTED", "No."))
    async with bench_of(tmp_path, broken) as bench:
        record = await ran(
            bench,
            fixed("a", "edit_image", onError="continue"),
            fixed("b", condition={"type": "if_success_of", "stageId": "a"}),
            fixed("c", condition={"type": "if_error_in", "stageId": "a"}),
            fixed("d", condition={"type": "if_artifact_exists", "artifactName": "c"}),
            fixed("e", condition={"type": "if_artifact_exists", "artifactName": "b"}),
        )
    assert [entry["status"] for entry in record["steps"]] == ["failed", "skipped", "completed", "completed", "skipped"]


async def test_a_checkpoint_pauses_and_the_next_stage_waits_for_it(bench: Bench) -> None:
    record = await ran(bench, fixed("a", checkpointRequired=True), fixed("b"))
    assert record["waitingReason"] == "workflow_user_input_required"
    assert record["waiting"]["details"]["stageId"] == "a"
    assert [entry["status"] for entry in record["steps"]] == ["completed", "pending"]
    assert types(record)[-2:] == ["step_waiting_for_user", "workflow_waiting_for_user"]
    approve = {"type": "approve_checkpoint"}
    await bench.post(f"/{record['workflowId']}/resume", status=200, resume_input=approve)
    record = await bench.ended(record["workflowId"])
    assert record["status"] == "completed"
    assert len(bench.tools["generate_image"].ran) == 2


async def test_a_checkpoint_does_not_count_what_it_shows_a_second_time(bench: Bench) -> None:
    record = await ran(
        bench,
        fixed("a", checkpointRequired=True),
        fixed("b", "edit_image", args={"prompt": "x", "sourceImageIndex": "$artifacts.a[0].selectedVersion.url"}),
    )
    await bench.post(f"/{record['workflowId']}/resume", status=200, resume_input={"type": "approve_checkpoint"})
    assert (await bench.ended(record["workflowId"]))["status"] == "completed"
    assert bench.tools["edit_image"].ran[0]["sourceImageIndex"] == 0


async def test_subtitles_come_from_the_timed_words_beside_a_song(tmp_path: Path) -> None:
    def sung(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        song = Made(b"ID3song", "audio", "audio/mpeg", duration_s=9.0)
        notes = Made(b"MThd", "audio", "audio/midi", role="source")
        lines = Made(b"[00:01.50]Carry me\n[00:04.00]home\n", "text", "text/plain", role="source")
        return ToolOutcome("A song.", "fake", "Fake", made=[song, notes, lines])

    async with bench_of(tmp_path, FakeTool("generate_music", sung)) as bench:
        record = await ran(
            bench,
            fixed("song", "generate_music"),
            fixed("clip", "generate_video"),
            fixed("lines", "add_subtitles", requiredArtifactsIn=["clip", "song"],
                  args={"sourceVideoIndex": "$artifacts.clip[0].selectedVersion.url",
                        "srt": "$artifacts.song[0].selectedVersion.url"}),
        )  # fmt: skip
        assert record["status"] == "completed", record.get("error")
        (given,) = bench.tools["add_subtitles"].ran
    assert given["srt"].startswith("1\n00:00:01,500 --> 00:00:04,000\nCarry me\n")
    assert given["sourceVideoIndex"] == 0
    assert [each["kind"] for each in step(record, "song")["artifacts"]] == ["audio", "text"]


async def test_at_a_checkpoint_an_item_is_made_again_and_stale_stages_follow(bench: Bench) -> None:
    record = await ran(
        bench,
        fixed("a"),
        fixed("other"),
        fixed("b", "edit_image", checkpointRequired=True,
              args={"prompt": "x", "sourceImageIndex": "$artifacts.a[0].selectedVersion.url"}),
        fixed("c"),
    )  # fmt: skip
    found, first = record["workflowId"], step(record, "a")["artifacts"][0]["id"]
    redo = {"type": "redo_item", "artifactName": "a", "itemId": "a/main", "overrideArgs": {"prompt": "bluer"}}
    await bench.post(f"/{found}/resume", status=200, resume_input=redo)
    record = await bench.ended(found)
    assert record["status"] == "waiting_for_user"
    assert step(record, "a")["artifacts"][0]["id"] != first
    assert _painted(bench) == ["a", "bluer", "other"]
    assert len(bench.tools["edit_image"].ran) == 2
    back = {"type": "select_version", "artifactName": "a", "itemId": "a/main", "versionId": first}
    await bench.post(f"/{found}/resume", status=200, resume_input=back)
    record = await bench.ended(found)
    assert step(record, "a")["artifacts"][0]["id"] == first
    assert len(bench.tools["edit_image"].ran) == 3
    await bench.post(f"/{found}/resume", status=200)
    record = await bench.ended(found)
    assert record["status"] == "completed"
    assert _painted(bench) == ["a", "bluer", "c", "other"]


async def test_a_locked_item_is_not_made_again_and_a_jump_redoes_the_rest(bench: Bench) -> None:
    record = await ran(bench, fixed("a"), fixed("b"), fixed("c", checkpointRequired=True))
    found = record["workflowId"]
    await bench.post(
        f"/{found}/resume", status=200, resume_input={"type": "lock_item", "itemId": "b/main", "locked": True}
    )
    record = await bench.ended(found)
    assert record["status"] == "waiting_for_user"
    await bench.post(f"/{found}/resume", status=200, resume_input={"type": "jump_to_stage", "stageId": "b"})
    record = await bench.ended(found)
    assert _painted(bench) == ["a", "b", "c", "c"]
    for words in ({"type": "redo_item", "itemId": "z/main"}, {"type": "dance"}, {"type": "redo_stage", "stageId": "z"}):
        await bench.post(f"/{found}/resume", status=400, resume_input=words)
    await bench.post(f"/{found}/resume", status=200, resume_input={"type": "cancel"})
    assert (await bench.get(found))["status"] == "cancelled"


async def test_an_interactive_stage_hands_on_what_somebody_gave(bench: Bench) -> None:
    record = await ran(
        bench,
        fixed("a"),
        {"id": "talk", "type": "interactive", "systemPrompt": "Ask for a motto.", "allowedTools": [],
         "userMessage": "What is the motto?", "produces": ["motto"]},
        fixed("b", args={"prompt": "A banner that says $artifacts.motto[0].selectedVersion.content now"},
              requiredArtifactsIn=["motto"]),
    )  # fmt: skip
    found = record["workflowId"]
    assert record["waitingReason"] == "workflow_user_input_required"
    assert record["waiting"]["message"] == "What is the motto?"
    await bench.post(f"/{found}/resume", status=400)
    await bench.post(
        f"/{found}/resume", status=200,
        resume_input={"type": "interactive_complete", "stageId": "talk", "result": "Onward"},
    )  # fmt: skip
    record = await bench.ended(found)
    assert record["status"] == "completed", record.get("error")
    assert bench.tools["generate_image"].ran[-1]["prompt"] == "A banner that says Onward now"


def _listed(variations: int) -> list[dict[str, Any]]:
    def each(stage: str, over: str, tool: str, on_error: str) -> dict[str, Any]:
        args = {"prompt": "x $item.index", "sourceImageIndex": "$item.value"}
        return {
            "id": stage, "type": "batch", "produces": [stage], "requiredArtifactsIn": [over], "itemName": "one",
            "overBinding": f"$artifacts.{over}.items[*].selectedVersion.url", "onError": on_error,
            "partialExecutionEnabled": True,
            "itemStage": {"id": f"{stage}_item", "type": "fixed", "tool": tool, "args": args},
        }  # fmt: skip

    return [
        fixed("many", args={"prompt": "many", "numberOfVariations": variations}),
        each("edits", "many", "edit_image", "continue"),
        each("clips", "edits", "animate_photo", "stop"),
    ]


async def test_a_list_that_is_known_late_becomes_steps_of_what_was_made(tmp_path: Path) -> None:
    def some(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        made = [Made(picture(), "image", "image/png") for _ in range(arguments["numberOfVariations"])]
        return ToolOutcome("some", "fake", "Fake", made=made)

    def second_fails(arguments: dict[str, Any], context: ToolContext) -> None:
        if arguments["prompt"] == "x 1":
            refusing("SAFETY_REJECTED", "No.")(arguments, context)

    async with bench_of(tmp_path, FakeTool("generate_image", some), FakeTool("edit_image", second_fails)) as bench:
        record = await ran(bench, *_listed(3))
        assert record["status"] == "partial_failure", record.get("error")
        names = [entry["id"] for entry in record["steps"]]
        assert names == ["many", "edits_0", "edits_1", "edits_2", "clips_0", "clips_1"]
        # Indices 0 to 2 are what was painted; the failed edit has none.
        assert sorted(call["sourceImageIndex"] for call in bench.tools["animate_photo"].ran) == [3, 4]
        crowd = await ran(bench, *_listed(7))
        assert crowd["status"] == "partial_failure"
        assert crowd["error"]["code"] == "WORKFLOW_VALIDATION_FAILED"
        assert "at most 12 steps" in crowd["error"]["message"]
        assert len(crowd["artifacts"]) == 7 + 6


async def test_steps_that_were_not_foreseen_need_another_consent(tmp_path: Path) -> None:
    def some(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        made = [Made(picture(), "image", "image/png") for _ in range(arguments["numberOfVariations"])]
        return ToolOutcome("some", "fake", "Fake", made=made)

    async with bench_of(tmp_path, FakeTool("generate_image", some)) as bench:
        record = await ran(bench, *_listed(2), max_estimated_capacity_units=4)
        assert record["waitingReason"] == "cost_reauthorization_required"
        preview = record["waiting"]["details"]["costApprovalPreview"]
        assert preview["totalEstimatedCapacityUnits"] == 2 + 2 + 16
        path = f"/{record['workflowId']}/confirm-cost"
        await bench.post(path, status=409, decision="confirm", acceptedCostPreview=record["billingPreviews"][0])
        await bench.post(path, status=200, decision="confirm", acceptedCostPreview=preview)
        record = await bench.ended(record["workflowId"])
    assert record["status"] == "completed", record.get("error")
    assert record["authorization"]["authorizedCapacityUnits"] == 20
    assert record["authorization"]["cumulativeSettledUnits"] == 20


async def test_a_reseed_of_a_template_run(bench: Bench) -> None:
    record = await ran(bench, fixed("a"), fixed("b"))
    body = await bench.post(f"/{record['workflowId']}/reseed", status=201, seed_overrides={"b": 7})
    take = await bench.ended(body["data"]["workflow"]["workflowId"])
    assert take["workflowTemplateId"] == record["workflowTemplateId"]
    assert step(take, "b")["arguments"]["seed"] == 7
    assert step(take, "a")["arguments"]["seed"] > 0
