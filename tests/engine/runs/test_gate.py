"""Approval of paid work. Source: contract/chat-runs.md §7, contract/billing.md §3–4."""

from typing import Any

import httpx
import pytest

from tests.engine.runs.conftest import Bench, MakeBench, of_type
from tests.helpers.engines import FakeTool
from tests.helpers.fake_llm import FakeLlm, Reply

ASK = {"runtime_config": {"requireJobConfirmation": True}}
PAID = {"rates": "rehearsal", "opening_balance": {"spark": "1000"}}
PAINT = ("generate_image", {"prompt": "a cat"})


async def waiting(studio: Bench, **members: Any) -> dict[str, Any]:
    record = await studio.done(**members)
    assert record["status"] == "waiting_for_user", record.get("failureReason")
    assert record["waiting"]["reason"] == "cost_approval_required"
    return record


async def decide(studio: Bench, record: dict[str, Any], decision: str = "confirm", *, key: str | None = None,
                 **members: Any) -> httpx.Response:  # fmt: skip
    details = record["waiting"]["details"]
    body: dict[str, Any] = {"tool_call_id": details["toolCallId"], "decision": decision}
    if "costApprovalPreview" in details:
        body["acceptedCostPreview"] = details["costApprovalPreview"]
    headers = {"Idempotency-Key": key} if key else {}
    body = {name: value for name, value in {**body, **members}.items() if value is not None}
    return await studio.post(f"/{record['runId']}/confirm-cost", body, **headers)


async def after(studio: Bench, run_id: str) -> dict[str, Any]:
    await studio.frames(run_id)
    record = await studio.get(run_id)
    assert [event["sequence"] for event in record["events"]] == list(range(len(record["events"])))
    return record


def config(**members: Any) -> dict[str, Any]:
    return {"runtime_config": members}


@pytest.mark.parametrize("rates", ["free", "rehearsal"])
async def test_which_calls_pause(bench: MakeBench, rates: str) -> None:
    """One picture is one unit; on the rehearsal card it costs something, else nothing."""
    paid = rates == "rehearsal"
    table = [
        ({}, False),
        (config(requireJobConfirmation=True), True),
        (config(requireJobConfirmation=False, jobConfirmationThresholdUsd=0), False),
        (config(requireJobConfirmation=True, jobConfirmationThresholdUsd=0), paid),
        (config(requireJobConfirmation=True, jobConfirmationThresholdUsd=100), False),
        (config(requireJobConfirmation="yes"), False),
        ({"max_estimated_capacity_units": 1}, False),
        ({"max_estimated_capacity_units": 0.5}, True),
        ({"maxEstimatedCapacityUnits": 0.5, "confirmCost": True}, False),
        ({"max_estimated_capacity_units": 0.5, "confirm_cost": False}, True),
        ({"max_estimated_capacity_units": 9, **config(requireJobConfirmation=True)}, True),
    ]
    tool = FakeTool("generate_image")
    async with bench(tool, **(PAID if paid else {})) as studio:
        for members, pauses in table:
            ran = len(tool.ran)
            record = await studio.done(**members)
            assert (record["status"] == "waiting_for_user") == pauses, members
            assert len(tool.ran) == ran + (not pauses), members


async def test_free_and_composing_work_never_pauses(bench: MakeBench) -> None:
    script = [
        Reply(calls=[("enhance_prompt", {"prompt": "x", "target_output": "image_prompt"}), ("analyze_image", {})]),
        Reply("Fine."),
    ]
    with FakeLlm(script=script) as llm:
        async with bench(FakeTool("enhance_prompt"), FakeTool("analyze_image"), llm=llm) as studio:
            record = await studio.done(max_estimated_capacity_units=0, **ASK)
    assert record["status"] in ("completed", "partial_failure")


async def test_a_pause_shows_its_price_and_goes_on_when_it_is_accepted(bench: MakeBench) -> None:
    tool = FakeTool("generate_image")
    async with bench(tool, **PAID) as studio:
        record = await waiting(studio, **ASK)
        assert tool.ran == []
        details = record["waiting"]["details"]
        preview = details["costApprovalPreview"]
        assert [event["type"] for event in record["events"]][-3:] == [
            "billing_preview_updated",
            "run_awaiting_cost_confirmation",
            "run_waiting_for_user",
        ]
        call_id = details["toolCallId"]
        assert details["pendingToolCallIds"] == [call_id]
        assert preview["totalEstimatedCapacityUnits"] == 1
        assert preview["perToolBreakdown"] == [
            {"toolCallId": call_id, "toolName": "generate_image", "capacityUnits": 1}
        ]
        assert record["billingPreview"] == preview == record["billingPreviews"][-1]
        offer = record["events"][-2]["payload"]
        assert offer["toolCallId"] == call_id
        assert offer["toolArgs"] == {"prompt": "a red bicycle"}
        assert offer["estimatedCost"] > 0
        assert offer["estimatedUsdCost"] == pytest.approx(offer["estimatedCost"] * 0.005)
        assert record["events"][-1]["payload"]["details"] == details
        response = await decide(studio, record, reason="fine")
        assert response.status_code == 200, response.text
        assert response.json()["data"]["run"]["status"] == "running"
        record = await after(studio, record["runId"])
        assert record["status"] == "completed"
        assert len(tool.ran) == 1
        assert of_type(record["events"], "run_cost_confirmation_resolved") == [
            {"toolCallId": call_id, "decision": "confirm", "reason": "fine", "toolCallIds": [call_id]}
        ]
        assert "run_resumed" not in [event["type"] for event in record["events"]]
        assert len(of_type(record["events"], "llm_round_started")) == 2
        left = (await studio.client.get("/v4/account/balance")).json()["data"]["spark"]["net"]
        assert float(left) == pytest.approx(1000 - offer["estimatedCost"])


async def test_one_decision_covers_every_call_of_the_round(bench: MakeBench) -> None:
    tool = FakeTool("generate_image")
    calls = [PAINT, ("generate_image", {"prompt": "dogs", "numberOfVariations": 3})]
    with FakeLlm(script=[Reply(calls=calls), Reply("Both.")]) as llm:
        async with bench(tool, llm=llm) as studio:
            record = await waiting(studio, max_estimated_capacity_units=2)
            details = record["waiting"]["details"]
            assert details["costApprovalPreview"]["totalEstimatedCapacityUnits"] == 4
            second = details["pendingToolCallIds"][1]
            response = await decide(studio, record, "approved", tool_call_id=second)
            assert response.status_code == 200, response.text
            record = await after(studio, record["runId"])
    assert record["status"] == "completed"
    assert len(tool.ran) == 2


async def test_declining_cancels_the_call_and_the_model_answers(bench: MakeBench) -> None:
    tool = FakeTool("generate_image")
    async with bench(tool) as studio:
        record = await waiting(studio, **ASK)
        response = await decide(studio, record, "rejected", acceptedCostPreview=None)
        assert response.status_code == 200, response.text
        record = await after(studio, record["runId"])
    assert record["status"] == "completed"
    assert tool.ran == []
    assert record["toolResults"][0]["status"] == "cancelled"
    assert record["finalResponse"]["content"]
    assert of_type(record["events"], "run_cost_confirmation_resolved")[0]["decision"] == "cancel"


async def test_a_decision_that_does_not_fit_is_refused_and_changes_nothing(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await waiting(studio, **ASK)
        preview = record["waiting"]["details"]["costApprovalPreview"]
        missing = await decide(studio, record, acceptedCostPreview=None)
        assert missing.status_code == 400
        assert "acceptedCostPreview" in missing.json()["message"]
        stale = [
            {**preview, "totalEstimatedCapacityUnits": 2},
            {**preview, "tokenType": "sogni"},
            {**preview, "validityUntil": "2020-01-01T00:00:00.000Z"},
            {},
        ]
        for accepted in stale:
            response = await decide(studio, record, acceptedCostPreview=accepted, key="k")
            assert response.status_code == 409, accepted
            assert "expired" in response.json()["message"]
            assert "Retry-After" not in response.headers
        assert (await decide(studio, record, tool_call_id="call_other")).status_code == 409
        assert (await decide(studio, record, "maybe")).status_code == 400
        assert (await studio.post(f"/{record['runId']}/confirm-cost")).status_code == 400
        assert await studio.get(record["runId"]) == record
        extra = await decide(studio, record, acceptedCostPreview={**preview, "note": "extra members are fine"}, key="k")
        assert extra.status_code == 200
        record = await after(studio, record["runId"])
        late = await studio.post(
            f"/{record['runId']}/confirm-cost",
            {"toolCallId": record["toolCalls"][0]["toolCallId"], "decision": "cancel"},
        )
        assert late.status_code == 409


async def test_a_decision_is_made_once_for_each_key(bench: MakeBench) -> None:
    tool = FakeTool("generate_image")
    async with bench(tool) as studio:
        record = await waiting(studio, **ASK)
        first = await decide(studio, record, key="k")
        again = await decide(studio, record, key="k")
        assert (first.status_code, again.status_code) == (200, 200)
        done = await after(studio, record["runId"])
        assert (await decide(studio, record, "cancel", key="k")).json()["data"]["run"] == done
        assert (await decide(studio, record, key="l")).status_code == 409
    assert len(tool.ran) == 1
    assert len(of_type(done["events"], "run_cost_confirmation_resolved")) == 1


async def test_an_expired_preview_is_renewed_when_the_run_is_read(bench: MakeBench, monkeypatch: Any) -> None:
    async with bench() as studio:
        record = await waiting(studio, **ASK)
        store = studio.runtime._store
        now = store._now_ms
        monkeypatch.setattr(store, "_now_ms", lambda: now() + 599_000)
        assert await studio.get(record["runId"]) == record
        monkeypatch.setattr(store, "_now_ms", lambda: now() + 601_000)
        late = await decide(studio, record)
        assert late.status_code == 409
        renewed = await studio.get(record["runId"])
        old, new = (run["waiting"]["details"]["costApprovalPreview"] for run in (record, renewed))
        assert new["validityUntil"] > old["validityUntil"]
        assert {**new, "validityUntil": 0} == {**old, "validityUntil": 0}
        assert renewed["billingPreviews"] == [old, new]
        assert renewed["events"][-1]["payload"] == {"billingPreview": new}
        assert (await decide(studio, record)).status_code == 409
        assert (await decide(studio, renewed)).status_code == 200
        assert (await after(studio, record["runId"]))["status"] == "completed"


async def test_overrides_are_merged_and_others_are_dropped(bench: MakeBench) -> None:
    paint, restore = FakeTool("generate_image"), FakeTool("restore_photo")
    calls = [PAINT, ("restore_photo", {"prompt": "mend it", "quality": "fast"})]
    with FakeLlm(script=[Reply(calls=calls), Reply("Both.")]) as llm:
        async with bench(paint, restore, llm=llm) as studio:
            record = await waiting(studio, **ASK)
            overrides = {"prompt": "a dog", "prompts": ["", "x"], "quality_tier": "hq", "seed": 5, "width": "x"}
            assert (await decide(studio, record, overrides=overrides)).status_code == 200
            record = await after(studio, record["runId"])
    assert paint.ran == [{"prompt": "a dog"}]
    assert restore.ran == [{"prompt": "mend it", "quality": "hq"}]
    assert record["toolCalls"][0]["arguments"] == {"prompt": "a dog"}


async def test_missing_credit_pauses_without_a_preview(bench: MakeBench) -> None:
    tool = FakeTool("generate_image")
    with FakeLlm(script=[Reply(calls=[PAINT] * 2), Reply("No.")]) as llm:
        async with bench(tool, llm=llm, rates="rehearsal", opening_balance={"spark": "0.6"}) as studio:
            balance = (await studio.client.get("/v4/account/balance")).json()
            record = await waiting(studio)
            details = record["waiting"]["details"]
            assert "costApprovalPreview" not in details
            assert details["pendingToolCallIds"] == ["call_f0", "call_f1"]
            assert "Nothing was charged" in record["waiting"]["message"]
            assert tool.ran == []
            refused = await decide(studio, record, acceptedCostPreview={"totalEstimatedCapacityUnits": 2})
            assert refused.status_code == 409
            assert (await studio.post(f"/{record['runId']}/cancel")).json()["data"]["run"]["status"] == "cancelled"
            left = (await studio.client.get("/v4/account/balance")).json()
    assert float(left["data"]["spark"]["net"]) == pytest.approx(float(balance["data"]["spark"]["net"]), abs=0.1)


async def test_a_pause_can_be_cancelled_with_the_run(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await waiting(studio, **ASK)
        ended = (await studio.post(f"/{record['runId']}/cancel", {"reason": "too dear"})).json()["data"]["run"]
        assert ended["status"] == "cancelled"
        assert (await decide(studio, record)).status_code == 409


async def test_the_ceiling_counts_the_whole_run(bench: MakeBench) -> None:
    script = [Reply(calls=[PAINT]), Reply(calls=[PAINT]), Reply("Done.")]
    with FakeLlm(script=script) as llm:
        async with bench(llm=llm) as studio:
            record = await waiting(studio, max_estimated_capacity_units=1)
            assert len(record["artifacts"]) == 1
            assert (await decide(studio, record)).status_code == 200
            record = await after(studio, record["runId"])
    assert len(record["artifacts"]) == 2


async def test_work_that_was_cancelled_is_not_charged(bench: MakeBench) -> None:
    import asyncio

    entered = asyncio.Event()

    async def slow(arguments: dict[str, Any], context: Any) -> None:
        entered.set()
        await asyncio.Event().wait()

    async with bench(FakeTool("generate_image", slow), **PAID) as studio:
        run_id = (await studio.start())["runId"]
        await asyncio.wait_for(entered.wait(), 10)
        held = (await studio.client.get("/v4/account/balance")).json()["data"]["spark"]["net"]
        await studio.post(f"/{run_id}/cancel")
        free = (await studio.client.get("/v4/account/balance")).json()["data"]["spark"]["net"]
    assert float(held) < 1000
    assert float(free) == 1000
