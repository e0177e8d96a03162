"""Completions under rehearsal rates: holds, charges, refusals, and the price of the language model."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from studio.engine.tools.base import ToolContext
from tests.helpers.engines import FakeTool, RunningEngine, refusing, running_engine, tools
from tests.helpers.fake_llm import FakeLlm, Reply

REHEARSAL = {"rates": "rehearsal", "opening_balance": {"spark": "5"}}
DRAW = ("generate_image", {"prompt": "a fox"})


async def spark(engine: RunningEngine) -> dict[str, str]:
    found: dict[str, str] = (await engine.client.get("/v4/account/balance")).json()["data"]["spark"]
    return found


async def test_hosted_calls_and_the_model_are_charged_and_listed(tmp_path: Path) -> None:
    with FakeLlm([Reply("Drawing.", calls=[DRAW]), Reply("Done.")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, **REHEARSAL) as engine:
            body = (await engine.chat("a fox")).json()
            balance = await spark(engine)
            listed = (await engine.client.get("/v1/transactions/list", params={"status": "completed"})).json()["data"]
            other = (await engine.client.get("/v1/transactions/list", params={"address": "0x1"})).json()["data"]
    cost = body["cost"]
    # Two rounds of 10 + 5 tokens at 80 and 240 Spark a million, and one picture at 0.8 Spark.
    assert cost["costInSpark"] == cost["costInToken"] == "0.004"
    assert (cost["costInUSD"], cost["inputTokens"], cost["outputTokens"]) == ("0.00002", 20, 10)
    assert balance["net"] == balance["settled"] == "4.196"
    assert Decimal(balance["credit"]) - Decimal(balance["debit"]) == Decimal(balance["net"])
    assert [(t["source"], t["amount"], t["type"]) for t in listed["transactions"]] == [
        ("project", 0.004, "debit"),
        ("project", 0.8, "debit"),
        ("opening", 5.0, "credit"),
    ]
    assert listed["transactions"][0]["paymentModel"] == "paid_spark"
    assert listed["next"] is None
    assert other == {"transactions": [], "next": None}


async def test_transactions_come_in_pages(tmp_path: Path) -> None:
    async with running_engine(tmp_path, **REHEARSAL) as engine:
        for _ in range(3):
            await engine.chat("hello")
        seen: list[str] = []
        offset: int | None = 0
        while offset is not None:
            params = {"limit": 2, "offset": offset}
            page = (await engine.client.get("/v1/transactions/list", params=params)).json()["data"]
            seen += [transaction["id"] for transaction in page["transactions"]]
            offset = page["next"]
        refused = [
            (await engine.client.get("/v1/transactions/list", params=params)).status_code
            for params in ({"limit": 0}, {"limit": "x"}, {"offset": -1}, {"offset": 10**30})
        ]
    assert len(seen) == len(set(seen)) == 4
    assert refused == [400] * 4


async def test_a_stream_tells_the_cost_with_its_last_chunk(tmp_path: Path) -> None:
    with FakeLlm([Reply("Hello.")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, **REHEARSAL) as engine:
            chunks = await engine.chunks("hi", sogni_tools=False)
            balance = await spark(engine)
    assert [bool(chunk.get("cost")) for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert balance["debit"] == chunks[-1]["cost"]["costInSpark"] == "0.002"


async def test_a_call_that_is_too_dear_fails_in_the_conversation(tmp_path: Path) -> None:
    maker = FakeTool("generate_image")
    dear = ("generate_image", {"prompt": "a fox", "numberOfVariations": 8})
    with FakeLlm([Reply("Drawing.", calls=[dear]), Reply("It costs too much.")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": tools(maker)}, **REHEARSAL) as engine:
            answer = await engine.chat("eight foxes")
            balance = await spark(engine)
    result = answer.json()["sogni_tool_results"][0]
    assert answer.status_code == 200
    assert (result["success"], result["error_type"]) == (False, "COST_LIMIT_EXCEEDED")
    assert result["data"]["required"] == "6.4"
    assert maker.ran == []
    assert balance["debit"] == answer.json()["cost"]["costInSpark"]


async def test_without_any_credit_a_completion_is_402(tmp_path: Path) -> None:
    async with running_engine(tmp_path, rates="rehearsal", opening_balance={"sogni": "1"}) as engine:
        refused = await engine.chat("hello")
        by_body = await engine.chat("hello", token_type="sogni")
        request = {"messages": [{"role": "user", "content": "hello"}]}
        header = {"X-Token-Type": "sogni"}
        by_header = await engine.client.post("/v1/chat/completions", json=request, headers=header)
        streamed = await engine.chat("hello", stream=True)
    body = refused.json()
    assert (refused.status_code, body["errorCode"], body["status"]) == (402, 402, "error")
    assert (body["error"]["type"], body["error"]["code"]) == ("insufficient_quota", "insufficient_credits")
    assert "details" in body
    assert streamed.status_code == 402
    assert (by_body.status_code, by_header.status_code) == (200, 200)


@pytest.mark.parametrize("rates", ["free", "rehearsal"])
async def test_strict_subscription_billing_is_402_with_the_text_that_sdks_look_for(tmp_path: Path, rates: str) -> None:
    async with running_engine(tmp_path, rates=rates, opening_balance={"spark": "5"}) as engine:
        answer = await engine.chat("hello", billingMode="subscription")
    assert answer.status_code == 402
    assert "Unlimited billing is not available" in answer.json()["message"]
    assert answer.json()["error"]["subscription"]["subscriptionLimit"] is True


@pytest.mark.parametrize("stream", [False, True])
async def test_failed_and_abandoned_work_costs_nothing(tmp_path: Path, stream: bool) -> None:
    started = asyncio.Event()

    async def stuck(arguments: dict[str, Any], context: ToolContext) -> None:
        started.set()
        await asyncio.Event().wait()

    failing = FakeTool("remove_background", refusing("GPU_WORKER_FAILED", "It broke."))
    runners = tools(failing, FakeTool("generate_image", stuck))
    with FakeLlm([Reply("", calls=[("remove_background", {})]), Reply("Sorry."), Reply("", calls=[DRAW])]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": runners}, **REHEARSAL) as engine:
            paid = (await engine.chat("cut it out")).json()["cost"]["costInSpark"]
            asking = asyncio.create_task(engine.chat("a fox", stream=stream))
            await started.wait()
            held = await spark(engine)
            asking.cancel()
            for _ in range(500):
                after = await spark(engine)
                if after["net"] == after["settled"]:
                    break
                await asyncio.sleep(0.01)
    assert Decimal(held["net"]) < Decimal(held["settled"])
    assert after["debit"] == held["debit"] == paid
    assert after["net"] == after["settled"]


async def test_free_rates_show_no_cost_and_no_transactions(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        body = (await engine.chat("draw a fox")).json()
        listed = (await engine.client.get("/v1/transactions/list")).json()["data"]
        balance = await spark(engine)
    assert "cost" not in body
    assert listed == {"transactions": [], "next": None}
    assert set(balance.values()) == {"0"}


async def test_subscription_addresses_answer_that_there_is_none(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        answers = {
            name: (await engine.client.get(f"/v1/subscriptions/{name}")).json()["data"]
            for name in ("status", "usage", "plans", "trial-eligibility")
        }
    assert answers == {
        "status": {"subscription": {"active": False, "status": "none", "capabilities": {}}},
        "usage": {"usage": {"periodRenderSpark": 0, "periodJobs": 0}},
        "plans": {"plans": []},
        "trial-eligibility": {"eligible": False, "reasonCode": "not_eligible"},
    }


async def test_direct_tools_are_charged_and_refused_like_any_call(tmp_path: Path) -> None:
    path = "/v1/creative-agent/tools/execute"
    body = {
        "tool": "enhance_prompt",
        "arguments": {"prompt": "a fox", "target_output": "image_prompt", "destination_model": "krea-2-turbo"},
    }
    async with running_engine(tmp_path, parts={"runners": tools(FakeTool("enhance_prompt"))}, **REHEARSAL) as engine:
        done = await engine.client.post(path, json=body)
        balance = await spark(engine)
        broke = await engine.client.post(path, json=body, headers={"X-Token-Type": "sogni"})
        strict = await engine.client.post(path, json=body | {"billing_mode": "subscription"})
    assert done.status_code == 200
    assert balance["debit"] == "0.1"
    assert (broke.status_code, broke.json()["error"]["code"]) == (402, "insufficient_credits")
    assert strict.status_code == 402
    assert "Unlimited billing is not available" in strict.json()["message"]
