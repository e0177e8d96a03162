"""Cancelling before, during and after. Source: contract/chat-runs.md §6."""

import asyncio
from typing import Any

from studio.engine.tools.base import ToolContext
from tests.engine.runs.conftest import RUNS, MakeBench, of_type
from tests.helpers.engines import FakeTool
from tests.helpers.fake_llm import FakeLlm, Reply


class Slow:
    """Work that never ends by itself."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()

    async def __call__(self, arguments: dict[str, Any], context: ToolContext) -> None:
        self.entered.set()
        await asyncio.Event().wait()


async def test_a_run_that_has_not_begun(bench: MakeBench, monkeypatch: Any) -> None:
    async with bench() as studio:

        async def later(job_id: str) -> None:
            """Schedule nothing yet."""

        start = studio.runtime.start
        monkeypatch.setattr(studio.runtime, "start", later)
        run_id = (await studio.start())["runId"]
        record = (await studio.post(f"/{run_id}/cancel", {"reason": "changed my mind"})).json()["data"]["run"]
        assert record["status"] == "cancelled"
        assert record["cancellationReason"] == "changed my mind"
        assert record["events"][-1]["payload"] == {"reason": "changed my mind"}
        await start(run_id)
        await studio.runtime.idle()
        assert await studio.types(run_id) == ["run_created", "run_cancelled"]


async def test_a_running_tool_is_stopped_at_once_and_earlier_work_is_kept(bench: MakeBench) -> None:
    slow = Slow()
    tool = FakeTool("remove_background", slow)
    script = [Reply(calls=[("generate_image", {"prompt": "x"}), ("remove_background", {"sourceImageIndex": 0})])]
    with FakeLlm(script=script) as llm:
        async with bench(FakeTool("generate_image"), tool, llm=llm) as studio:
            run_id = (await studio.start())["runId"]
            following = asyncio.create_task(studio.frames(run_id))
            await asyncio.wait_for(slow.entered.wait(), 10)
            response = await studio.client.post(f"{RUNS}/{run_id}/cancel", headers={"Content-Type": "application/json"})
            record = response.json()["data"]["run"]
            assert record["status"] == "cancelled"
            assert tool.cancelled
            assert len(record["artifacts"]) == 1
            assert [result["status"] for result in record["toolResults"]] == ["ok", "cancelled"]
            assert record["toolResults"][1]["errorCode"] == "USER_CANCELLED"
            assert record["finalResponse"]["finishReason"] == "cancelled"
            assert record["events"][-1]["type"] == "run_cancelled"
            assert "payload" not in record["events"][-1]
            assert (await following)[-1].data["status"] == "cancelled"
            again = (await studio.post(f"/{run_id}/cancel")).json()["data"]["run"]
            assert again == record
    assert len(llm.asked) == 1


async def test_a_model_that_speaks_is_cut_off(bench: MakeBench) -> None:
    with FakeLlm(script=[Reply("word " * 200, pieces=200, pause_s=0.05)]) as llm:
        async with bench(llm=llm) as studio:
            run_id = (await studio.start("tell me"))["runId"]
            await studio.until(run_id, "assistant_message_delta")
            record = (await studio.post(f"/{run_id}/cancel")).json()["data"]["run"]
            assert record["status"] == "cancelled"
            assert await asyncio.to_thread(llm.disconnected.wait, 10)
            assert of_type(record["events"], "assistant_message_completed") == []


async def test_a_run_that_is_over_stays_as_it_is(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await studio.done("hello")
        assert (await studio.post(f"/{record['runId']}/cancel", {"reason": "late"})).json()["data"]["run"] == record


async def test_a_run_that_waits_for_an_answer(bench: MakeBench) -> None:
    with FakeLlm(script=[Reply(calls=[("ask_clarifying_question", {"question": "Which?"})])]) as llm:
        async with bench(llm=llm) as studio:
            run_id = (await studio.done(sogni_tools="creative-agent"))["runId"]
            record = (await studio.post(f"/{run_id}/cancel")).json()["data"]["run"]
    assert record["status"] == "cancelled"
    assert "waiting" not in record
    assert record["timestamps"]["completedAt"]


async def test_parallel_work_is_stopped_together(bench: MakeBench) -> None:
    slow = Slow()
    tool = FakeTool("generate_image", slow)
    calls = [("generate_image", {"prompt": str(i)}) for i in range(4)]
    with FakeLlm(script=[Reply(calls=calls)]) as llm:
        async with bench(tool, llm=llm) as studio:
            run_id = (await studio.start())["runId"]
            await asyncio.wait_for(slow.entered.wait(), 10)
            record = (await studio.post(f"/{run_id}/cancel")).json()["data"]["run"]
    assert [result["status"] for result in record["toolResults"]] == ["cancelled"] * 4
    assert [event["sequence"] for event in record["events"]] == list(range(len(record["events"])))
