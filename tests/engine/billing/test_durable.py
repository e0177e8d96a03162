"""Runs and workflows under rehearsal rates: refused starts, pauses for credit, charges, cancelled work."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.engines import FakeTool, RunningEngine, running_engine, tools
from tests.helpers.fake_llm import FakeLlm, Reply
from tests.helpers.inline_runtime import InlineRuntime

RUNS, WORKFLOWS = "/v1/chat/runs", "/v1/creative-agent/workflows"
WORDS = {"messages": [{"role": "user", "content": "draw foxes"}]}
CLOSED = {"completed", "failed", "cancelled", "partial_failure", "waiting_for_user"}


def settings(**balance: str) -> dict[str, Any]:
    return {"rates": "rehearsal", "opening_balance": balance, "parts": {"runtime": InlineRuntime, "runners": tools()}}


def draw(count: int, **arguments: Any) -> list[Reply]:
    call = ("generate_image", {"prompt": "a fox", "numberOfVariations": count, **arguments})
    return [Reply("Drawing.", calls=[call]), Reply("Done.")]


def steps(count: int = 1, **arguments: Any) -> dict[str, Any]:
    given = {"prompt": "a fox", "numberOfVariations": count, **arguments}
    return {"input": {"steps": [{"id": "s1", "toolName": "generate_image", "arguments": given}]}}


async def spark(engine: RunningEngine) -> dict[str, str]:
    found: dict[str, str] = (await engine.client.get("/v4/account/balance")).json()["data"]["spark"]
    return found


async def ended(engine: RunningEngine, path: str) -> dict[str, Any]:
    """Follow *path* until nothing more comes by itself, and return its record."""
    await engine.client.get(f"{path}/events/stream")
    data: dict[str, Any] = (await engine.client.get(path)).json()["data"]
    record: dict[str, Any] = data.get("run") or data["workflow"]
    assert record["status"] in CLOSED
    return record


async def start(engine: RunningEngine, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any], str]:
    answer = await engine.client.post(path, json=body)
    record = answer.json().get("data", {})
    record = record.get("run") or record.get("workflow") or {}
    return answer.status_code, answer.json(), f"{path}/{record.get('runId') or record.get('workflowId')}"


async def test_a_run_charges_its_rounds_and_its_calls_once(tmp_path: Path) -> None:
    with FakeLlm(draw(2)) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, **settings(spark="5")) as engine:
            status, _, path = await start(engine, RUNS, WORDS)
            run = await ended(engine, path)
            balance = await spark(engine)
    assert (status, run["status"]) == (202, "completed")
    # The fake makes one picture of the two; 0.8 Spark each, and two rounds of the language model at 0.002.
    assert balance["debit"] == "0.804"
    assert balance["net"] == balance["settled"]


async def test_a_workflow_charges_its_steps(tmp_path: Path) -> None:
    async with running_engine(tmp_path, **settings(spark="5")) as engine:
        status, _, path = await start(engine, WORKFLOWS, steps())
        workflow = await ended(engine, path)
        balance = await spark(engine)
    assert (status, workflow["status"]) == (201, "completed")
    assert (balance["debit"], balance["net"]) == ("0.8", "4.2")


@pytest.mark.parametrize(("path", "body"), [(RUNS, WORDS), (WORKFLOWS, steps())])
async def test_starts_without_credit_or_cover_are_402(tmp_path: Path, path: str, body: dict[str, Any]) -> None:
    async with running_engine(tmp_path, **settings(sogni="1")) as engine:
        broke, told, _ = await start(engine, path, body)
        strict, why, _ = await start(engine, path, body | {"billing_mode": "subscription"})
        paid, _, started = await start(engine, path, body | {"token_type": "sogni"})
        await ended(engine, started)
    assert (broke, told["errorCode"], told["error"]["code"]) == (402, 402, "insufficient_credits")
    assert strict == 402
    assert "Unlimited billing is not available" in why["message"]
    assert paid in (201, 202)


async def test_a_run_whose_call_is_too_dear_waits_without_a_preview_and_can_only_be_cancelled(tmp_path: Path) -> None:
    with FakeLlm(draw(8)) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, **settings(spark="2")) as engine:
            _, _, path = await start(engine, RUNS, WORDS)
            run = await ended(engine, path)
            preview = {"totalEstimatedCapacityUnits": 8, "tokenType": "spark", "validityUntil": "x"}
            waiting = run["waiting"]
            call_id = waiting["details"]["toolCallId"]
            body = {"tool_call_id": call_id, "decision": "confirm", "acceptedCostPreview": preview}
            confirmed = await engine.client.post(f"{path}/confirm-cost", json=body)
            declined = await engine.client.post(
                f"{path}/confirm-cost", json={"tool_call_id": call_id, "decision": "cancel"}
            )
            balance = await spark(engine)
    assert run["status"] == "waiting_for_user"
    assert "costApprovalPreview" not in waiting["details"]
    assert confirmed.status_code == 409
    assert declined.status_code == 200
    assert Decimal(balance["debit"]) < Decimal("0.1")


async def test_an_approval_tells_tokens_and_dollars_and_is_charged_after_it(tmp_path: Path) -> None:
    with FakeLlm(draw(5)) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, **settings(spark="50")) as engine:
            config = {"runtime_config": {"requireJobConfirmation": True, "jobConfirmationThresholdUsd": 0.01}}
            _, _, path = await start(engine, RUNS, WORDS | config)
            run = await ended(engine, path)
            events = (await engine.client.get(f"{path}/events")).json()["data"]["events"]
            details = run["waiting"]["details"]
            before = await spark(engine)
            body = {"tool_call_id": details["toolCallId"], "decision": "confirm"}
            preview = {"acceptedCostPreview": details["costApprovalPreview"]}
            assert (await engine.client.post(f"{path}/confirm-cost", json=body | preview)).status_code == 200
            assert (await ended(engine, path))["status"] == "completed"
            after = await spark(engine)
    offered = next(event["payload"] for event in events if event["type"] == "run_awaiting_cost_confirmation")
    assert (offered["estimatedCost"], offered["estimatedUsdCost"], offered["tokenType"]) == (4, 0.02, "spark")
    assert details["costApprovalPreview"]["totalEstimatedCapacityUnits"] == 5
    assert before["debit"] == "0.002"
    assert after["debit"] == "0.804"


async def test_a_workflow_without_enough_credit_waits_and_keeps_its_money(tmp_path: Path) -> None:
    async with running_engine(tmp_path, **settings(spark="1")) as engine:
        _, _, path = await start(engine, WORKFLOWS, steps(8))
        workflow = await ended(engine, path)
        balance = await spark(engine)
    assert workflow["status"] == "waiting_for_user"
    assert workflow["waitingReason"] == "insufficient_credit"
    assert balance["net"] == "1"


async def test_vendor_models_take_no_sogni(tmp_path: Path) -> None:
    async with running_engine(tmp_path, **settings(sogni="500", spark="500")) as engine:
        _, _, path = await start(engine, WORKFLOWS, steps(model="gpt-image-2") | {"token_type": "sogni"})
        workflow = await ended(engine, path)
    assert workflow["waitingReason"] == "insufficient_credit"


async def test_a_model_that_needs_an_agreement_fails_its_step(tmp_path: Path) -> None:
    async with running_engine(tmp_path, **settings(spark="500")) as engine:
        _, _, path = await start(engine, WORKFLOWS, steps(model="seedream-5-0-pro-uncensored"))
        workflow = await ended(engine, path)
        balance = await spark(engine)
    assert workflow["status"] == "failed"
    assert "agreement" in workflow["steps"][0]["error"]["message"]
    assert balance["debit"] == "0"


async def test_cancelled_work_is_given_back(tmp_path: Path) -> None:
    started = asyncio.Event()

    async def stuck(arguments: dict[str, Any], context: Any) -> None:
        started.set()
        await asyncio.Event().wait()

    chosen = settings(spark="5")
    chosen["parts"]["runners"] = tools(FakeTool("generate_image", stuck))
    async with running_engine(tmp_path, **chosen) as engine:
        _, _, path = await start(engine, WORKFLOWS, steps())
        await started.wait()
        held = await spark(engine)
        await engine.client.post(f"{path}/cancel", json={})
        assert (await ended(engine, path))["status"] == "cancelled"
        after = await spark(engine)
    assert (held["settled"], held["net"]) == ("5", "4.2")
    assert (after["settled"], after["net"], after["debit"]) == ("5", "5", "0")
