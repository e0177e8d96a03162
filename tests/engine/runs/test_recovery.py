"""Runs that are cut off anywhere end as if they had not been. Source: contract/chat-runs.md §9."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from studio.contract.runs import ConfirmCost
from studio.engine.durable.faults import RUN_DECISION_FAULTS, RUN_FAULTS
from studio.engine.runs import decisions, executor, work
from studio.engine.runs import start as starting
from tests.engine.runs.conftest import RUNS, Bench, MakeBench, of_type
from tests.helpers.engines import FakeTool, RunningEngine, running_engine
from tests.helpers.fake_llm import FakeLlm, Reply

SCRIPT = [
    Reply("First.", calls=[("generate_image", {"prompt": "a"}), ("generate_image", {"prompt": "b"})]),
    Reply("Second.", calls=[("remove_background", {"sourceImageIndex": 1})]),
    Reply("All three."),
]
IN_EXECUTION = [
    name
    for name in (*RUN_FAULTS, *RUN_DECISION_FAULTS)
    if name not in ("run.accepted", "run.created", "run.confirmed", "run.cancelled")
]


def model(body: dict[str, Any]) -> Reply:
    """Answer by how many rounds the conversation shows, so that a round asked again gets the same answer."""
    rounds = sum(bool(message.get("tool_calls")) for message in body["messages"])
    return SCRIPT[rounds]


class Crash:
    """Ends an attempt at one passage of one point, as a dead process would: nothing after it is done."""

    def __init__(self, point: str, passage: int) -> None:
        self.point, self.left, self.happened = point, passage, asyncio.Event()

    def __call__(self, name: str) -> None:
        if name == self.point and self.left > 0:
            self.left -= 1
            if not self.left:
                self.happened.set()
                raise asyncio.CancelledError


def essence(record: dict[str, Any]) -> dict[str, Any]:
    """Return what must not depend on crashes."""
    return {
        "status": record["status"],
        "final": record["finalResponse"],
        "results": [(r["status"], r["result"]["indices"], r["summary"]) for r in record["toolResults"]],
        "calls": [(c["toolName"], c["arguments"]) for c in record["toolCalls"]],
        "roles": [message["role"] for message in record["messages"]],
        "images": len(record["mediaContext"]["images"]),
        "artifacts": [artifact["toolName"] for artifact in record["artifacts"]],
    }


async def carried(studio: Bench, monkeypatch: Any, crash: Crash) -> dict[str, Any]:
    """Carry a run through that is cut off at *crash* and taken up again."""
    for module in (executor, work, decisions, starting):
        monkeypatch.setattr(module, "fault", crash)
    run = await studio.start("Make them.", runtime_config={"requireJobConfirmation": True})
    for _ in range(20):
        await studio.runtime.idle()
        record = await studio.get(run["runId"])
        if record["status"] == "waiting_for_user":
            details = record["waiting"]["details"]
            body = {
                "tool_call_id": details["toolCallId"],
                "decision": "confirm",
                "acceptedCostPreview": details["costApprovalPreview"],
            }
            assert (await studio.post(f"/{run['runId']}/confirm-cost", body)).status_code == 200
        elif record["status"] in ("queued", "running"):
            await studio.runtime.start(run["runId"])
        else:
            return record
    raise AssertionError("the run does not end")


@pytest.mark.parametrize("point", IN_EXECUTION)
async def test_a_run_cut_off_at_any_point_ends_the_same(bench: MakeBench, monkeypatch: Any, point: str) -> None:
    tools = FakeTool("generate_image"), FakeTool("remove_background")
    with FakeLlm(script=model) as llm:
        async with bench(*tools, llm=llm) as studio:
            plain = await carried(studio, monkeypatch, Crash("", 0))
            for passage in (1, 2):
                before = sum(len(tool.ran) for tool in tools)
                crash = Crash(point, passage)
                record = await carried(studio, monkeypatch, crash)
                assert crash.happened.is_set()
                assert essence(record) == essence(plain)
                events = record["events"]
                assert [event["sequence"] for event in events] == list(range(len(events)))
                for kind in ("tool_call_dispatched", "tool_call_resolved"):
                    ids = [payload["toolCallId"] for payload in of_type(events, kind)]
                    assert ids == [call["toolCallId"] for call in record["toolCalls"]]
                assert [payload["content"] for payload in of_type(events, "assistant_message_completed")] == [
                    "First.",
                    "Second.",
                    "All three.",
                ]
                # A call that was under way beside the one that died has no result yet and is done again.
                beside = ("run.call_recorded", "run.before_resolve", "run.resolved")
                again = 2 if point == "run.call_performed" else 1 if point in beside else 0
                assert sum(len(tool.ran) for tool in tools) - before in range(3, 4 + again)
                assert of_type(events, "media_context_updated")[-1] == record["mediaContext"]


async def test_a_round_that_was_cut_is_begun_again_with_its_number(bench: MakeBench) -> None:
    with FakeLlm(script=[Reply("word " * 50, pieces=50, pause_s=0.02), Reply("Short.")]) as llm:
        async with bench(llm=llm) as studio:
            run_id = (await studio.start("tell me"))["runId"]
            await studio.until(run_id, "assistant_message_delta")
            await studio.runtime.kill(run_id)
            assert (await studio.get(run_id))["lease"]["ownerId"] == "inline"
            await studio.runtime.start(run_id)
            await studio.frames(run_id)
            record = await studio.get(run_id)
    assert record["status"] == "completed"
    assert record["finalResponse"]["content"] == "Short."
    types = [event["type"] for event in record["events"]]
    resumed = types.index("run_resumed")
    assert record["events"][resumed]["payload"] == {"reason": "the engine was restarted"}
    assert record["events"][resumed + 1]["payload"] == {"round": 1}
    assert of_type(record["events"], "llm_round_started") == [{"round": 1}, {"round": 1}]
    recovery = record["recovery"]
    assert recovery["resumeCount"] == 1
    assert recovery["reason"] == "the engine was restarted"
    assert recovery["lastRecoveredAt"] >= recovery["lastResumeAt"]
    assert "lease" not in record


async def test_a_decision_that_was_cut_off_after_it_was_kept_counts(bench: MakeBench, monkeypatch: Any) -> None:
    tool = FakeTool("generate_image")
    async with bench(tool) as studio:
        store, runtime = studio.runtime._store, studio.runtime
        record = await studio.done(runtime_config={"requireJobConfirmation": True})
        details = record["waiting"]["details"]
        asked = ConfirmCost(
            tool_call_id=details["toolCallId"],
            decision="confirm",
            accepted_cost_preview=details["costApprovalPreview"],
        )
        job = await store.require(record["runId"])
        monkeypatch.setattr(decisions, "fault", Crash("run.confirmed", 1))
        with pytest.raises(asyncio.CancelledError):
            await decisions.confirm_cost(store, runtime, job, asked, "k")
        assert [left.id for left in await store.unfinished()] == [job.id]
        repeated = await decisions.confirm_cost(store, runtime, job, asked, "k")
        assert repeated.status == "queued"
        assert tool.ran == []
        await runtime.start(job.id)  # as the next process does with what is unfinished
        await studio.frames(job.id)
        record = await studio.get(job.id)
    assert record["status"] == "completed"
    assert len(of_type(record["events"], "run_cost_confirmation_resolved")) == len(tool.ran) == 1


async def test_a_cancel_that_was_cut_off_after_it_was_kept_counts(bench: MakeBench, monkeypatch: Any) -> None:
    async with bench() as studio:
        record = await studio.done(runtime_config={"requireJobConfirmation": True})
        store = studio.runtime._store
        monkeypatch.setattr(decisions, "fault", Crash("run.cancelled", 1))
        with pytest.raises(asyncio.CancelledError):
            await decisions.cancel(store, studio.runtime, await store.require(record["runId"]), None)
        assert (await studio.get(record["runId"]))["status"] == "cancelled"
        assert await store.unfinished() == []


async def test_only_unfinished_work_is_taken_up(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await studio.done(runtime_config={"requireJobConfirmation": True})
        assert record["status"] == "waiting_for_user"
        await studio.done("hello")
        assert await studio.runtime._store.unfinished() == []


async def _finished(engine: RunningEngine, run_id: str) -> dict[str, Any]:
    stream = await engine.client.get(f"{RUNS}/{run_id}/events/stream")
    record: dict[str, Any] = (await engine.client.get(f"{RUNS}/{run_id}")).json()["data"]["run"]
    ids = [int(line.removeprefix("id: ")) for line in stream.text.splitlines() if line.startswith("id: ")]
    assert ids == list(range(len(record["events"])))
    return record


async def test_under_the_real_runtime_an_engine_that_leaves_goes_on_after_the_next_start(tmp_path: Path) -> None:
    entered = asyncio.Event()

    async def slow(arguments: dict[str, Any], context: object) -> None:
        entered.set()
        await asyncio.Event().wait()

    first = {"generate_image": FakeTool("generate_image"), "remove_background": FakeTool("remove_background", slow)}
    second = {"generate_image": FakeTool("generate_image"), "remove_background": FakeTool("remove_background")}
    body = {"messages": [{"role": "user", "content": "Make them."}]}
    with FakeLlm(script=model) as llm:
        async with running_engine(tmp_path, parts={"runners": first}, llm_url=llm.url) as engine:
            response = await engine.client.post(RUNS, json=body)
            assert response.status_code == 202, response.text
            run_id = response.json()["data"]["run"]["runId"]
            await asyncio.wait_for(entered.wait(), 20)
        async with running_engine(tmp_path, parts={"runners": second}, llm_url=llm.url) as engine:
            record = await _finished(engine, run_id)
            plain = await _finished(engine, (await engine.client.post(RUNS, json=body)).json()["data"]["run"]["runId"])
    assert record["status"] == "completed", record.get("failureReason")
    assert essence(record) == essence(plain)
    assert len(first["generate_image"].ran) == 2
    assert len(second["generate_image"].ran) == 2  # those of the other run
    assert len(second["remove_background"].ran) == 2
    assert record["recovery"]["resumeCount"] == 1


async def test_under_the_real_runtime_approval_and_cancel_work(tmp_path: Path) -> None:
    entered = asyncio.Event()

    async def slow(arguments: dict[str, Any], context: object) -> None:
        entered.set()
        await asyncio.Event().wait()

    runners = {"generate_image": FakeTool("generate_image"), "remove_background": FakeTool("remove_background", slow)}
    body = {
        "messages": [{"role": "user", "content": "Make them."}],
        "runtime_config": {"requireJobConfirmation": True},
    }
    with FakeLlm(script=model) as llm:
        async with running_engine(tmp_path, parts={"runners": runners}, llm_url=llm.url) as engine:
            run_id = (await engine.client.post(RUNS, json=body)).json()["data"]["run"]["runId"]
            for _ in range(2):
                details = (await _finished(engine, run_id))["waiting"]["details"]
                decision = {
                    "tool_call_id": details["toolCallId"],
                    "decision": "confirm",
                    "acceptedCostPreview": details["costApprovalPreview"],
                }
                response = await engine.client.post(f"{RUNS}/{run_id}/confirm-cost", json=decision)
                assert response.status_code == 200, response.text
            await asyncio.wait_for(entered.wait(), 20)
            response = await engine.client.post(f"{RUNS}/{run_id}/cancel")
            assert response.json()["data"]["run"]["status"] == "cancelled"
            record = await _finished(engine, run_id)
    assert len(record["artifacts"]) == 2
    assert [result["status"] for result in record["toolResults"]] == ["ok", "ok", "cancelled"]
