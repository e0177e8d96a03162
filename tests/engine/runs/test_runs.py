"""What runs do and what they tell, with the director and with a language model."""

import asyncio
from typing import Any

import pytest

from studio.contract.runs import EVENT_TYPES
from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from studio.engine.tools.registry import runners
from tests.engine.runs.conftest import Bench, MakeBench, of_type
from tests.helpers.engines import FakeTool, picture, refusing
from tests.helpers.fake_llm import FakeLlm, Reply

SEARCH = {"type": "function", "function": {"name": "search", "parameters": {"type": "object"}}}


def sound(record: dict[str, Any]) -> None:
    """Check what holds for every log."""
    events = record["events"]
    assert [event["sequence"] for event in events] == list(range(len(events)))
    assert events[0] == {"sequence": 0, "type": "run_created", "at": events[0]["at"]}
    assert {event["type"] for event in events} <= set(EVENT_TYPES)
    assert all(event.get("payload") is None or isinstance(event["payload"], dict) for event in events)
    dispatched = [payload["toolCallId"] for payload in of_type(events, "tool_call_dispatched")]
    resolved = [payload["toolCallId"] for payload in of_type(events, "tool_call_resolved")]
    assert len(set(dispatched)) == len(dispatched)
    assert set(dispatched) <= set(resolved) == {result["toolCallId"] for result in record["toolResults"]}
    assert len(set(resolved)) == len(resolved)


async def run(studio: Bench, content: Any = "Draw a red bicycle.", **members: Any) -> dict[str, Any]:
    record = await studio.done(content, **members)
    sound(record)
    return record


async def test_the_director_draws_and_answers(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await run(studio, session_id="s1", clientMessageId="m1", appSource="tests")
        events = record["events"]
        assert [event["type"] for event in events if event["type"] != "tool_call_progress"] == [
            "run_created",
            "llm_round_started",
            "assistant_message_delta",
            "assistant_message_completed",
            "tool_call_dispatched",
            "tool_call_resolved",
            "media_context_updated",
            "llm_round_started",
            "assistant_message_delta",
            "assistant_message_completed",
            "run_completed",
        ]
        assert of_type(events, "llm_round_started") == [{"round": 1}, {"round": 2}]
        (resolved,) = of_type(events, "tool_call_resolved")
        (dispatched,) = of_type(events, "tool_call_dispatched")
        assert dispatched == {
            "toolCallId": resolved["toolCallId"],
            "toolName": "generate_image",
            "arguments": {"prompt": "a red bicycle"},
        }
        url = resolved["mediaUrls"][0]["url"]
        assert resolved["status"] == "ok"
        assert resolved["summary"] == "1 picture is ready"
        assert resolved["artifacts"] == record["artifacts"]
        assert record["artifacts"][0]["id"] == f"art_{resolved['toolCallId']}_1"
        assert resolved["result"]["x_studio"]["outputs"][0] | {"url": url} == {
            **resolved["result"]["x_studio"]["outputs"][0],
            "url": url,
            "seed": 7,
            "title": "Teal",
        }
        (media,) = of_type(events, "media_context_updated")
        assert media == record["mediaContext"]
        assert media["images"] == [url]
        last = of_type(events, "tool_call_progress")[-1]
        assert last["progress"] == 1.0
        assert last["mediaUrls"][0]["url"] == url
        (end,) = of_type(events, "run_completed")
        assert end["content"] == record["finalResponse"]["content"]
        assert end["x_studio"] == {"answered_by": "Director (no language model)", "notices": []}
        assert record["finalResponse"]["finishReason"] == "stop"
        assert record["request"]["sessionId"] == "s1"
        assert record["request"]["clientMessageId"] == "m1"
        assert record["scope"] == {"ownerWalletAddress": "local", "tokenType": "spark", "appSource": "tests"}
        assert [message["role"] for message in record["messages"]] == ["assistant", "tool", "assistant"]
        assert "lease" not in record
        assert "waiting" not in record
        assert (await studio.client.get(url)).content == picture()


async def test_rows_hold_no_address(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await run(studio)
        job = await studio.runtime._store.require(record["runId"])
        events = await studio.runtime._store.events(job.id)
        kept = f"{job.request}{job.state}{[event.payload for event in events]}"
        assert "asset://ast_" in kept
        assert "/v1/media/" not in kept
        assert "signature" not in kept


async def test_calls_of_one_round_run_side_by_side_and_count_in_call_order(bench: MakeBench) -> None:
    second = asyncio.Event()

    async def paint(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        if arguments["prompt"] == "slow":
            await second.wait()
        second.set()
        made = Made(picture(colour="red" if arguments["prompt"] == "slow" else "blue"), "image", "image/png")
        return ToolOutcome(arguments["prompt"], "fake", "Fake painter", made=[made])

    script = [
        Reply("Two.", calls=[("generate_image", {"prompt": "slow"}), ("generate_image", {"prompt": "quick"})]),
        Reply("Here they are."),
    ]
    with FakeLlm(script=script) as llm:
        async with bench(FakeTool("generate_image", paint), llm=llm) as studio:
            record = await run(studio)
    resolved = of_type(record["events"], "tool_call_resolved")
    assert [(payload["summary"], payload["result"]["indices"]) for payload in resolved] == [
        ("slow", [0]),
        ("quick", [1]),
    ]
    assert [call["toolCallId"] for call in record["toolCalls"]] == ["call_f0", "call_f1"]
    told = of_type(record["events"], "assistant_message_completed")
    assert [call["id"] for call in told[0]["toolCalls"]] == ["call_f0", "call_f1"]
    assert told[1] == {"content": "Here they are."}
    deltas = of_type(record["events"], "assistant_message_delta")
    assert "".join(payload["content"] for payload in deltas) == "Two.Here they are."
    assert of_type(record["events"], "run_completed")[0]["x_studio"]["answered_by"].endswith("test-model")
    assert "http://127.0.0.1" in str(llm.asked[1]["messages"])
    assert "asset://" not in str(llm.asked[1]["messages"])


async def test_a_call_that_works_on_what_is_being_made_waits_for_it(bench: MakeBench) -> None:
    seen = []

    async def cut(arguments: dict[str, Any], context: ToolContext) -> None:
        seen.append((await context.source("image", arguments.get("sourceImageIndex"))).index)

    script = [Reply(calls=[("generate_image", {"prompt": "a cat"}), ("remove_background", {})]), Reply("Cut out.")]
    with FakeLlm(script=script) as llm:
        async with bench(FakeTool("generate_image"), FakeTool("remove_background", cut), llm=llm) as studio:
            record = await run(studio)
    assert seen == [0]
    assert record["status"] == "completed"
    assert [artifact["toolName"] for artifact in record["artifacts"]] == ["generate_image", "remove_background"]


async def test_ids_that_a_model_repeats_are_made_distinct(bench: MakeBench) -> None:
    script = [
        Reply(calls=[("generate_image", {"prompt": "one"})]),
        Reply(calls=[("generate_image", {"prompt": "two"})]),
        Reply("Both."),
    ]
    tool = FakeTool("generate_image")
    with FakeLlm(script=script) as llm:
        async with bench(tool, llm=llm) as studio:
            record = await run(studio)
    assert [given["prompt"] for given in tool.ran] == ["one", "two"]
    assert len(record["artifacts"]) == 2
    assert record["mediaContext"]["images"][1] == record["artifacts"][1]["url"]


async def test_the_caller_runs_its_own_tools(bench: MakeBench) -> None:
    script = [Reply("Looking it up.", calls=[("search", {"q": "x"}), ("generate_image", {"prompt": "y"})])]
    with FakeLlm(script=script) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio, tools=[SEARCH])
    final = record["finalResponse"]
    assert record["status"] == "completed"
    assert final["finishReason"] == "tool_calls"
    assert [call["function"]["name"] for call in final["pendingToolCalls"]] == ["search"]
    assert of_type(record["events"], "run_completed")[0]["pendingToolCalls"] == final["pendingToolCalls"]
    assert [result["status"] for result in record["toolResults"]] == ["ok"]
    assert final["content"] == "Looking it up."


async def test_a_question_to_the_person_pauses(bench: MakeBench) -> None:
    script = [Reply("Well.", calls=[("ask_clarifying_question", {"question": "Which cat?"})])]
    with FakeLlm(script=script) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio, sogni_tools="creative-agent")
            frames = await studio.frames(record["runId"])
    assert record["status"] == "waiting_for_user"
    assert record["waiting"]["reason"] == "ask_clarifying_question"
    assert record["waiting"]["message"] == "Which cat?"
    assert record["finalResponse"] == {
        "content": "Which cat?",
        "finishReason": "waiting_for_user",
        "pendingToolCalls": [],
    }
    assert record["events"][-1]["type"] == "run_waiting_for_user"
    assert record["events"][-1]["payload"] == record["waiting"]
    assert frames[-1].event == "run_status"
    assert frames[-1].data["waiting"] == record["waiting"]
    assert "completedAt" not in record["timestamps"]


async def test_a_summary_ends_the_turn(bench: MakeBench) -> None:
    script = [Reply("", calls=[("finalize_response", {"outcome": "success", "summary": "All done."})])]
    with FakeLlm(script=script) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio, sogni_tools="creative-agent")
    assert record["status"] == "completed"
    assert record["finalResponse"]["content"] == "All done."
    assert of_type(record["events"], "assistant_message_completed")[-1] == {"content": "All done."}


async def test_rounds_are_limited(bench: MakeBench) -> None:
    with FakeLlm(script=[Reply(calls=[("generate_image", {"prompt": "again"})])]) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio)
    assert len(of_type(record["events"], "llm_round_started")) == 5 == len(record["toolResults"])
    assert record["finalResponse"]["content"].startswith("I stopped after 5 rounds")
    assert "limit of 5 rounds" in of_type(record["events"], "run_completed")[0]["x_studio"]["notices"][0]


async def test_failed_work_makes_a_partial_failure_and_keeps_what_was_made(bench: MakeBench) -> None:
    broken = FakeTool("remove_background", refusing("GPU_WORKER_FAILED", "The cutter broke."))
    script = [
        Reply(calls=[("generate_image", {"prompt": "a"}), ("remove_background", {"sourceImageIndex": 0})]),
        Reply("The picture is there, but not cut out."),
    ]
    with FakeLlm(script=script) as llm:
        async with bench(FakeTool("generate_image"), broken, llm=llm) as studio:
            record = await run(studio)
    assert record["status"] == "partial_failure"
    assert record["failureReason"] == "The cutter broke."
    assert record["finalResponse"]["finishReason"] == "partial_failure"
    assert len(record["artifacts"]) == 1
    bad = of_type(record["events"], "tool_call_resolved")[1]
    assert (bad["status"], bad["errorCode"], bad["summary"]) == ("err", "GPU_WORKER_FAILED", "The cutter broke.")
    assert "mediaUrls" not in bad
    end = record["events"][-1]
    assert end["type"] == "run_partial_failure"
    assert end["payload"]["error"] == {"message": "The cutter broke."}
    assert llm.asked[1].get("tools") in (None, [])  # only a person can go on


async def test_a_repaired_call_is_no_failure(bench: MakeBench) -> None:
    script = [
        Reply(calls=[("generate_image", {})]),
        Reply(calls=[("generate_image", {"prompt": "x"})]),
        Reply("Ready."),
    ]
    with FakeLlm(script=script) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio)
    assert [result["status"] for result in record["toolResults"]] == ["err", "ok"]
    assert record["toolResults"][0]["errorCode"] == "PARAMETER_INVALID"
    assert record["status"] == "completed"


@pytest.mark.parametrize("arguments", ["{broken", "[]"])
async def test_arguments_that_are_no_object_become_a_failed_result(bench: MakeBench, arguments: str) -> None:
    with FakeLlm(script=[Reply(calls=[("generate_image", arguments)]), Reply("Sorry.")]) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio)
    assert record["toolResults"][0]["errorCode"] == "PARAMETER_INVALID"
    assert record["finalResponse"]["content"] == "Sorry."


async def test_more_calls_than_a_round_takes_are_refused(bench: MakeBench) -> None:
    calls = [("generate_image", {"prompt": str(i)}) for i in range(10)]
    with FakeLlm(script=[Reply(calls=calls), Reply("Eight.")]) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio)
    assert [result["status"] for result in record["toolResults"]] == ["ok"] * 8 + ["err"] * 2


async def test_a_model_that_refuses_fails_the_run(bench: MakeBench) -> None:
    with FakeLlm(script=[Reply("out of memory", status=500)]) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio, "hello")
    assert record["status"] == "failed"
    assert "out of memory" in record["failureReason"]
    assert record["events"][-1]["payload"]["error"]["message"] == record["failureReason"]
    assert record["timestamps"]["completedAt"]


async def test_a_model_that_fails_after_the_work_leaves_the_work(bench: MakeBench) -> None:
    script = [Reply(calls=[("generate_image", {"prompt": "x"})]), Reply("out of memory", status=500)]
    with FakeLlm(script=script) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio)
    assert record["status"] == "partial_failure"
    assert len(record["artifacts"]) == 1
    assert "out of memory" in record["events"][-1]["payload"]["error"]["message"]


async def test_the_director_goes_on_when_the_model_is_cut_off(bench: MakeBench) -> None:
    with FakeLlm(script=[Reply("Half a sent", pieces=3, cut_after=2)]) as llm:
        async with bench(llm=llm) as studio:
            record = await run(studio)
    assert record["status"] == "completed"
    assert len(record["artifacts"]) == 1
    assert of_type(record["events"], "llm_round_started")[:2] == [{"round": 1}, {"round": 1}]
    assert of_type(record["events"], "assistant_message_completed")[0]["content"].startswith("A red bicycle")
    studio_says = of_type(record["events"], "run_completed")[0]["x_studio"]
    assert studio_says["answered_by"].startswith("Director")
    assert "director answered instead" in studio_says["notices"][0]


async def test_a_session_goes_on_from_its_media_context(bench: MakeBench) -> None:
    seen = []

    async def cut(arguments: dict[str, Any], context: ToolContext) -> None:
        seen.append((await context.source("image", arguments.get("sourceImageIndex"))).index)

    async with bench(FakeTool("generate_image"), FakeTool("remove_background", cut)) as studio:
        first = await run(studio)
        second = await run(studio, "Cut out Image 1.", media_context=first["mediaContext"])
    assert seen == [0]
    assert second["toolResults"][0]["result"]["indices"] == [1]
    assert len(second["mediaContext"]["images"]) == 2


async def test_an_uploaded_picture_is_a_source_and_its_address_is_renewed(bench: MakeBench) -> None:
    async with bench(FakeTool("generate_image"), FakeTool("remove_background")) as studio:
        made = (await run(studio))["artifacts"][0]["url"]
        stale = made.partition("?")[0] + "?expires=1&signature=0"
        content = [{"type": "text", "text": "Cut it out."}, {"type": "image_url", "image_url": {"url": stale}}]
        record = await run(studio, content, mediaReferences=[{"kind": "image", "url": stale, "id": "ref"}])
        assert record["mediaContext"]["uploadedImages"] == [record["request"]["mediaReferences"][0]["url"]]
        shown = record["request"]["messages"][0]["content"][1]["image_url"]["url"]
        assert shown != stale
        assert (await studio.client.get(shown)).status_code == 200
    assert record["status"] == "completed"


async def test_a_manifest_travels_with_the_run(bench: MakeBench) -> None:
    assets = [{"user_label": "hero", "type": "image", "url": "https://example.org/a.png"}]
    script = [Reply(calls=[("create_asset_manifest", {"assets": assets})]), Reply("Noted.")]
    with FakeLlm(script=script) as llm:
        async with bench(*runners().values(), llm=llm) as studio:
            record = await run(studio, sogni_tools="creative-agent")
    assert record["status"] == "completed", record["toolResults"]
    assert of_type(record["events"], "asset_manifest_updated") == [record["assetManifest"]]
    assert record["assetManifest"]["assets"][0]["user_label"] == "hero"


async def test_sampling_and_quality_reach_the_work(bench: MakeBench) -> None:
    script = [Reply(calls=[("restore_photo", {"prompt": "mend it"})]), Reply("Restored.")]
    restore = FakeTool("restore_photo")
    with FakeLlm(script=script) as llm:
        async with bench(restore, llm=llm) as studio:
            await run(
                studio,
                mediaReferences=[{"kind": "image", "url": "https://example.org/a.png"}],
                sampling={"temperature": 0.1, "maxTokens": 99, "unknown": [], "think": False},
                runtimeConfig={"qualityTier": "pro", "personaNames": 5},
            )
    assert restore.ran[0]["quality"] == "hq"
    assert llm.asked[0]["temperature"] == 0.1
    assert llm.asked[0]["max_tokens"] == 99


async def test_an_unexpected_error_fails_the_run_without_telling_the_inside(bench: MakeBench, monkeypatch: Any,
                                                                            expect_log: Any) -> None:  # fmt: skip
    from studio.engine.runs import executor

    def broken(*args: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(executor, "plan_calls", broken)
    async with bench() as studio:
        record = await run(studio)
    assert record["status"] == "failed"
    assert "secret" not in record["failureReason"]
    expect_log("RuntimeError")
