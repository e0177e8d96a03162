import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.engine.durable.jobs import Draft
from tests.engine.workflows.conftest import ROOT, Bench, Gate, bench_of, bound, image, step, types
from tests.helpers.engines import FakeTool, refusing


def failing_until(allowed: list[bool]) -> Callable[..., Any]:
    def work(arguments: dict[str, Any], context: Any) -> None:
        if not allowed:
            refusing("MODEL_UNAVAILABLE", "Not here yet.")(arguments, context)

    return work


EDIT = {"id": "b", "toolName": "edit_image", "arguments": {"prompt": "x", "sourceImageIndex": 0}}


async def test_a_failed_workflow_goes_on_from_what_it_has(tmp_path: Path) -> None:
    allowed: list[bool] = []
    async with bench_of(tmp_path, FakeTool("edit_image", failing_until(allowed))) as bench:
        record = await bench.run(image(id="a"), EDIT)
        assert record["status"] == "partial_failure"
        made = record["artifacts"][0]["id"]
        allowed.append(True)
        body = await bench.post(f"/{record['workflowId']}/resume", status=200, token_type="sogni")
        assert body["data"]["resumed"] is True
        record = await bench.ended(record["workflowId"])
        assert record["status"] == "completed"
        assert record["tokenType"] == "sogni"
        assert "error" not in record
        assert record["artifacts"][0]["id"] == made
        assert len(bench.tools["generate_image"].ran) == 1
        assert record["recovery"]["resumeCount"] == 1
        assert [event["type"] for event in record["events"]].count("workflow_failed") == 1


async def test_a_resume_without_a_body_and_of_the_wrong_state(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        found = await bench.start(image())
        await asyncio.wait_for(gate.entered.wait(), 10)
        headers = {"Content-Type": "application/json"}
        response = await bench.client.post(f"{ROOT}/{found}/resume", content=b"", headers=headers)
        assert response.status_code == 200
        assert response.json()["data"]["resumed"] is False
        gate.open.set()
        await bench.ended(found)
        for _ in range(2):
            response = await bench.client.post(f"{ROOT}/{found}/resume", headers=headers)
            assert response.status_code == 409


async def test_a_stuck_workflow_is_taken_up_by_a_resume(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        found = await bench.start(image(id="a"))
        await asyncio.wait_for(gate.entered.wait(), 10)
        await bench.runtime.kill(found)

        def let_it_expire(draft: Draft) -> None:
            draft.lease = None

        await bench.store.change(found, let_it_expire)
        gate.open.set()
        assert (await bench.post(f"/{found}/resume"))["data"]["resumed"] is True
        assert (await bench.ended(found))["status"] == "completed"


async def test_a_question_pauses_and_the_answer_goes_on(bench: Bench) -> None:
    ask = {"id": "ask", "toolName": "ask_clarifying_question", "arguments": {"question": "Which colour?"}}
    record = await bench.run(image(id="a"), ask, image("later", id="c"))
    assert record["status"] == "waiting_for_user"
    assert record["waitingReason"] == "ask_clarifying_question"
    assert record["awaitingCostApproval"] is False
    assert record["waiting"]["message"] == "Which colour?"
    assert types(record)[-2:] == ["step_waiting_for_user", "workflow_waiting_for_user"]
    assert record["events"][-2]["status"] == "running"
    frames = await bench.frames(record["workflowId"])
    assert frames[-1]["data"]["waitingReason"] == "ask_clarifying_question"
    await bench.post(f"/{record['workflowId']}/resume", status=200, resume_input={"answer": "blue"})
    record = await bench.ended(record["workflowId"])
    assert record["status"] == "completed"
    assert step(record, "ask")["answer"] == {"answer": "blue"}
    assert "waitingReason" not in record


async def test_cancel_of_a_waiting_workflow(bench: Bench) -> None:
    record = await bench.run({"toolName": "ask_clarifying_question", "arguments": {"question": "?"}})
    body = await bench.post(f"/{record['workflowId']}/cancel", status=200)
    assert body["data"]["transitioned"] is True
    assert body["data"]["workflow"]["status"] == "cancelled"
    assert (await bench.client.post(f"{ROOT}/{record['workflowId']}/resume")).status_code == 409


async def test_reseed_takes_it_again_with_other_seeds(bench: Bench) -> None:
    source = await bench.run(image(id="keyframe"), image("second", id="second"), EDIT)
    found = source["workflowId"]
    headers = {"Idempotency-Key": "take"}
    body = await bench.post(f"/{found}/reseed", status=201, headers=headers, seed_overrides={"keyframe": 12345})
    assert body["data"]["reseed"]["cloned_from_run_id"] == found
    seeds = {entry["id"]: entry.get("seed") for entry in body["data"]["reseed"]["steps"]}
    assert seeds["keyframe"] == 12345
    assert seeds["second"] > 0
    assert seeds["b"] is None
    take = await bench.ended(body["data"]["workflow"]["workflowId"])
    assert take["workflowId"] != found
    assert take["clonedFromRunId"] == found
    assert step(take, "keyframe")["arguments"]["seed"] == 12345
    assert "seed" not in step(take, "b")["arguments"]
    again = await bench.post(f"/{found}/reseed", status=201, headers=headers)
    assert again["data"]["idempotent"] is True
    assert again["data"]["workflow"]["workflowId"] == take["workflowId"]
    assert again["data"]["reseed"]["steps"] == body["data"]["reseed"]["steps"]
    other = await bench.post(f"/{found}/reseed", status=201)
    assert other["data"]["workflow"]["workflowId"] != take["workflowId"]
    await bench.ended(other["data"]["workflow"]["workflowId"])


async def test_reseed_refuses_what_it_cannot_take(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        found = await bench.start(image(id="a"))
        assert (await bench.client.post(f"{ROOT}/{found}/reseed")).status_code == 409
        gate.open.set()
        await bench.ended(found)
        for overrides in ({"nobody": 1}, {"a": "x"}, {"a": 1.5}):
            await bench.post(f"/{found}/reseed", status=400, seed_overrides=overrides)


async def test_above_the_ceiling_is_refused_unless_it_was_agreed_to(bench: Bench) -> None:
    steps = [image(id="a"), {"id": "c", "toolName": "animate_photo", "arguments": {"prompt": "x"},
                             "dependsOn": [bound("a", "image_index", "sourceImageIndex")]}]  # fmt: skip
    body = await bench.post(status=409, input={"steps": steps}, max_estimated_capacity_units=5)
    assert body["details"]["totalEstimatedCapacityUnits"] == 9
    assert (await bench.run(*steps, max_estimated_capacity_units=9))["status"] == "completed"
    agreed = await bench.run(*steps, maxEstimatedCapacityUnits=5, confirmCost=True)
    assert agreed["status"] == "completed"
    assert agreed["authorization"]["authorizedCapacityUnits"] == 9
    assert agreed["authorization"]["cumulativeSettledUnits"] == 9
    assert agreed["authorization"]["cumulativeReservedUnits"] == 0
    assert agreed["billingPreview"]["totalEstimatedCapacityUnits"] == 9


async def _waiting_for_cost(bench: Bench) -> dict[str, Any]:
    record = await bench.run(image(id="a"), confirm_cost=False)
    assert record["status"] == "waiting_for_user"
    assert record["waitingReason"] == "cost_approval_required"
    assert record["awaitingCostApproval"] is True
    assert types(record) == ["workflow_started", "workflow_waiting_for_user"]
    return record


async def test_the_cost_is_confirmed_once_for_the_whole_run(bench: Bench) -> None:
    record = await _waiting_for_cost(bench)
    path, preview = f"/{record['workflowId']}/confirm-cost", record["billingPreview"]
    assert "acceptedCostPreview" in (await bench.post(path, status=400, decision="confirm"))["message"]
    changed = {**preview, "totalEstimatedCapacityUnits": 99}
    await bench.post(path, status=409, decision="confirm", acceptedCostPreview=changed)
    assert (await bench.client.post(f"{ROOT}/{record['workflowId']}/resume")).status_code == 409
    headers = {"Idempotency-Key": "yes"}
    await bench.post(path, status=200, headers=headers, decision="confirm", acceptedCostPreview=preview)
    record = await bench.ended(record["workflowId"])
    assert record["status"] == "completed"
    await bench.post(path, status=200, headers=headers, decision="confirm", acceptedCostPreview=preview)
    await bench.post(path, status=409, decision="confirm", acceptedCostPreview=preview)
    assert len(bench.tools["generate_image"].ran) == 1


async def test_the_cost_is_declined(bench: Bench) -> None:
    record = await _waiting_for_cost(bench)
    body = await bench.post(f"/{record['workflowId']}/confirm-cost", status=200, decision="cancel")
    assert body["data"]["workflow"]["status"] == "cancelled"
    await bench.post(f"/{record['workflowId']}/confirm-cost", status=409, decision="cancel")
    await bench.post(f"/{record['workflowId']}/confirm-cost", status=400, decision="perhaps")


async def test_an_expired_preview_is_refused_and_replaced_when_read(bench: Bench) -> None:
    record = await _waiting_for_cost(bench)
    old = record["billingPreview"]
    now = bench.store._now_ms
    bench.store._now_ms = lambda: now() + 11 * 60 * 1000
    path = f"/{record['workflowId']}/confirm-cost"
    await bench.post(path, status=409, decision="confirm", acceptedCostPreview=old)
    fresh = await bench.get(record["workflowId"])
    assert fresh["billingPreview"]["validityUntil"] > old["validityUntil"]
    assert fresh["waiting"]["details"]["costApprovalPreview"] == fresh["billingPreview"]
    assert len(fresh["billingPreviews"]) == 2
    await bench.post(path, status=200, decision="confirm", acceptedCostPreview=fresh["billingPreview"])
    assert (await bench.ended(record["workflowId"]))["status"] == "completed"


async def test_a_consent_that_is_too_old_is_asked_for_again(tmp_path: Path) -> None:
    gate = Gate()
    async with bench_of(tmp_path, FakeTool("generate_image", gate)) as bench:
        found = await bench.start(
            image(id="a"),
            EDIT,
            {**EDIT, "id": "c", "arguments": {"prompt": "y", "sourceImageIndex": 1}},
            confirm_cost=True,
        )
        await asyncio.wait_for(gate.entered.wait(), 10)
        now = bench.store._now_ms
        bench.store._now_ms = lambda: now() + 24 * 3600 * 1000
        gate.open.set()
        record = await bench.ended(found)
        assert record["waitingReason"] == "cost_reauthorization_required"
        assert record["awaitingCostApproval"] is True
        assert [entry["status"] for entry in record["steps"]] == ["completed", "pending", "pending"]
        fresh = await bench.get(found)
        await bench.post(
            f"/{found}/confirm-cost", status=200, decision="confirm", acceptedCostPreview=fresh["billingPreview"]
        )  # fmt: skip
        record = await bench.ended(found)
        assert record["status"] == "completed"
        assert len(bench.tools["generate_image"].ran) == 1


@pytest.mark.parametrize("opening", [{"spark": "0"}])
async def test_without_credit_a_start_is_refused(tmp_path: Path, opening: dict[str, str]) -> None:
    async with bench_of(tmp_path, rates="rehearsal", opening_balance=opening) as bench:
        assert (await bench.client.post(ROOT, json={"input": {"steps": [image()]}})).status_code == 402


async def test_credit_that_runs_out_pauses_and_a_top_up_goes_on(tmp_path: Path) -> None:
    async with bench_of(tmp_path, rates="rehearsal", opening_balance={"spark": "1"}) as bench:
        record = await bench.run(
            image(id="a"),
            {"id": "c", "toolName": "animate_photo", "arguments": {"prompt": "x", "duration": 5},
             "dependsOn": [bound("a", "image_index", "sourceImageIndex")]},
        )  # fmt: skip
        assert record["status"] == "waiting_for_user", record.get("error")
        assert record["waitingReason"] == "insufficient_credit"
        assert record["awaitingCostApproval"] is False
        assert step(record, "c")["status"] == "pending"
        assert bench.tools["animate_photo"].ran == []
