"""The round loop with a scripted language model: tools, custom tools, manual mode, limits, failures."""

import asyncio
import json
from pathlib import Path
from typing import Any

from studio.contract.chat import MAX_CALLS_PER_ROUND, MAX_ROUNDS
from studio.engine.tools.base import ToolContext
from tests.helpers.engines import FakeTool, inline, picture, refusing, running_engine, tools
from tests.helpers.fake_llm import FakeLlm, Reply

DRAW = "generate_image"
WEATHER = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def draw(prompt: str = "a fox") -> tuple[str, dict[str, Any]]:
    return ("generate_image", {"prompt": prompt})


async def test_plain_words_pass_through_with_usage_and_who_answered(tmp_path: Path) -> None:
    with FakeLlm([Reply("Hello there.")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat("hi", sogni_tools=False)).json()
    assert body["choices"][0]["message"] == {"content": "Hello there.", "role": "assistant"}
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["model"] == "test-model"
    assert body["usage"] == {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    assert body["x_studio"]["answered_by"].endswith("· test-model")
    assert "sogni_tool_results" not in body
    # A conversation without our tools reaches the model untouched.
    assert llm.asked[0]["messages"] == [{"role": "user", "content": "hi"}]
    assert "tools" not in llm.asked[0]


async def test_a_tool_round_runs_feeds_back_and_ends_with_an_answer(tmp_path: Path) -> None:
    maker = FakeTool("generate_image")
    script = [Reply("Drawing.", calls=[draw()]), Reply("Here is Image 1.")]
    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": tools(maker)}) as engine:
            body = (await engine.chat("a fox please")).json()
            result = body["sogni_tool_results"][0]
            served = await engine.client.get(result["resultUrls"][0], headers={"Authorization": ""})
    assert maker.ran == [{"prompt": "a fox"}]
    assert body["choices"][0]["message"]["content"] == "Here is Image 1."
    assert (result["success"], result["ok"], result["startIndex"], result["indices"]) == (True, True, 0, [0])
    output = result["x_studio"]["outputs"][0]
    assert (output["sha256"], output["width"], output["seed"]) == (
        __import__("hashlib").sha256(served.content).hexdigest(),
        8,
        7,
    )
    assert served.content == picture()
    assert body["usage"]["total_tokens"] == 30
    assert {tool["function"]["name"] for tool in llm.asked[0]["tools"]} >= {"generate_image", "generate_video"}
    assistant, tool = llm.asked[1]["messages"][-2:]
    assert assistant["tool_calls"][0]["id"] == tool["tool_call_id"]
    assert json.loads(tool["content"])["resultUrls"] == result["resultUrls"]


async def test_a_stream_carries_progress_results_and_one_id(tmp_path: Path) -> None:
    script = [Reply("Drawing.", calls=[draw()]), Reply("Done.")]
    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            chunks = await engine.chunks("a fox", stream_options={"include_usage": True})
    assert len({(c["id"], c["created"], c["model"], c["object"]) for c in chunks}) == 1
    assert not any("error" in chunk for chunk in chunks)
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    text = "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    assert text == "Drawing.\n\nDone."
    ticks = [c["sogni_progress"] for c in chunks if "sogni_progress" in c]
    assert (ticks[0]["status"], ticks[0]["arguments"]) == ("queued", {"prompt": "a fox"})
    assert any(tick.get("progress") == 0.5 and tick["stepLabel"] == "Half way" for tick in ticks)
    assert ticks[-1]["status"] == "completed"
    assert ticks[-1]["result"]["indices"] == [0]
    last, usage = chunks[-2:]
    assert last["choices"][0]["finish_reason"] == "stop"
    assert last["sogni_tool_results"][0]["tool"] == "generate_image"
    assert last["x_studio"]["answered_by"]
    assert (usage["choices"], usage["usage"]["total_tokens"]) == ([], 30)


async def test_a_custom_call_stops_after_hosted_calls_have_run(tmp_path: Path) -> None:
    maker = FakeTool("generate_image")
    with FakeLlm([Reply(calls=[draw(), ("weather", {"city": "Oslo"})])]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": tools(maker)}) as engine:
            body = (await engine.chat("x", tools=[WEATHER])).json()
            chunks = await engine.chunks("x", tools=[WEATHER])
    message = body["choices"][0]["message"]
    assert body["choices"][0]["finish_reason"] == "tool_calls"
    assert [call["function"]["name"] for call in message["tool_calls"]] == ["weather"]
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"city": "Oslo"}
    assert [result["tool"] for result in body["sogni_tool_results"]] == ["generate_image"]
    deltas = [call for c in chunks for call in (c["choices"][0]["delta"].get("tool_calls") or [])]
    assert (deltas[0]["index"], deltas[0]["function"]["name"]) == (0, "weather")
    assert len(llm.asked) == 2


async def test_manual_mode_returns_raw_calls_after_one_round(tmp_path: Path) -> None:
    maker = FakeTool("generate_image")
    with FakeLlm([Reply(calls=[draw()])]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": tools(maker)}) as engine:
            body = (await engine.chat("x", sogni_tool_execution=False)).json()
    assert body["choices"][0]["finish_reason"] == "tool_calls"
    assert body["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "generate_image"
    assert (maker.ran, len(llm.asked)) == ([], 1)


async def test_the_callers_schema_wins_but_the_engine_runs_the_tool(tmp_path: Path) -> None:
    mine = {"type": "function", "function": {"name": "generate_image", "description": "MINE", "parameters": {}}}
    with FakeLlm([Reply(calls=[draw()]), Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            on = (await engine.chat("x", tools=[mine])).json()
            off = (await engine.chat("x", tools=[mine], sogni_tools=False, sogni_tool_execution=True)).json()
            llm.script = [Reply(calls=[draw()])]
            off = (await engine.chat("x", tools=[mine], sogni_tools=False)).json()
    shown = [tool["function"] for tool in llm.asked[0]["tools"] if tool["function"]["name"] == "generate_image"]
    assert [tool["description"] for tool in shown] == ["MINE"]
    assert on["sogni_tool_results"][0]["success"]
    assert off["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "generate_image"
    assert "sogni_tool_results" not in off


async def test_default_tools_none_suits_coding_agents(tmp_path: Path) -> None:
    with FakeLlm() as llm:
        async with running_engine(tmp_path, llm_url=llm.url, default_tools="none") as engine:
            await engine.chat("x", tools=[WEATHER])
            await engine.chat("x", sogni_tools=True)
    assert [tool["function"]["name"] for tool in llm.asked[0]["tools"]] == ["weather"]
    assert len(llm.asked[1]["tools"]) > 20


async def test_bad_arguments_and_unknown_tools_go_back_to_the_model(tmp_path: Path) -> None:
    maker = FakeTool("generate_image")
    script = [
        Reply(
            calls=[
                ("generate_image", {}),
                ("fly_to_moon", {}),
                ("generate_image", "{broken"),
                ("generate_image", "[1]"),
            ]
        ),
        Reply(calls=[("generate_image", {"prompt": "ok", "numberOfVariations": "1", "nonsense": 1})]),
        Reply("Done."),
    ]
    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": tools(maker)}) as engine:
            body = (await engine.chat("x")).json()
    errors = [result["error"] for result in body["sogni_tool_results"][:4]]
    assert errors == [
        "generate_image: prompt is required",
        "fly_to_moon: no such tool: fly_to_moon",
        "generate_image: arguments are not valid JSON",
        "generate_image: arguments must be an object",
    ]
    first = body["sogni_tool_results"][0]
    assert (first["error_type"], first["controlAction"], first["retryPolicy"]) == (
        "PARAMETER_INVALID",
        "execute_tool",
        "llm_repair",
    )
    assert maker.ran == [{"prompt": "ok", "numberOfVariations": 1}]
    assert body["choices"][0]["message"]["content"] == "Done."


async def test_a_tool_that_is_not_built_says_so_and_the_model_must_answer(tmp_path: Path) -> None:
    script = [Reply(calls=[("generate_video", {"prompt": "sea"})]), Reply("I can't make videos here.")]
    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat("x")).json()
    result = body["sogni_tool_results"][0]
    assert (result["success"], result["error_type"]) == (False, "MODEL_UNAVAILABLE")
    assert "not available on this computer" in result["message"]
    assert "tools" not in llm.asked[1]
    assert body["choices"][0]["message"]["content"] == "I can't make videos here."


async def test_failures_of_a_tool_carry_repair_members(tmp_path: Path, expect_log: Any) -> None:
    def explode(arguments: dict[str, Any], context: ToolContext) -> None:
        raise ValueError("inner secret")

    def full(arguments: dict[str, Any], context: ToolContext) -> None:
        raise OSError(28, "No space left on device")

    async def missing(arguments: dict[str, Any], context: ToolContext) -> None:
        await context.source("image", 9)

    runners = tools(
        FakeTool("generate_image", refusing("SAFETY_REJECTED", "Too wild.")),
        FakeTool("upscale_image", explode),
        FakeTool("restore_photo", full),
        FakeTool("remove_background", missing),
    )
    calls = [
        draw(),
        ("upscale_image", {"sourceImageIndex": -1}),
        ("restore_photo", {"prompt": "x", "sourceImageIndex": -1}),
        ("remove_background", {"sourceImageIndex": -9}),
    ]
    expect_log("tool upscale_image failed unexpectedly with ValueError")
    with FakeLlm([Reply(calls=calls), Reply("Sorry.")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": runners}) as engine:
            body = (await engine.chat("x")).json()
    safety, broken, disk, absent = body["sogni_tool_results"]
    assert (safety["controlAction"], safety["requiredTool"]) == ("execute_tool", "generate_image")
    assert (broken["error_type"], "inner" in broken["error"]) == ("GPU_WORKER_FAILED", False)
    assert "disk is full" in disk["error"]
    assert (absent["error_type"], absent["controlAction"]) == ("ASSET_NOT_FOUND", "wait_for_user")


async def test_independent_calls_run_at_once_and_keep_their_order(tmp_path: Path) -> None:
    both = asyncio.Event()
    running = 0

    async def work(arguments: dict[str, Any], context: ToolContext) -> None:
        nonlocal running
        running += 1
        if running == 2:
            both.set()
        await asyncio.wait_for(both.wait(), 5)
        if arguments["prompt"] == "first":
            await asyncio.sleep(0.1)

    runners = tools(FakeTool("generate_image", work))
    with FakeLlm([Reply(calls=[draw("first"), draw("second")]), Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": runners}) as engine:
            body = (await engine.chat("x")).json()
    assert [result["indices"] for result in body["sogni_tool_results"]] == [[0], [1]]


async def test_a_call_that_needs_an_earlier_result_waits_for_it(tmp_path: Path) -> None:
    seen: list[int] = []

    async def cut(arguments: dict[str, Any], context: ToolContext) -> None:
        seen.append((await context.source("image", arguments.get("sourceImageIndex"))).index)

    runners = tools(FakeTool("generate_image"), FakeTool("remove_background", cut))
    calls = [draw(), ("remove_background", {}), ("remove_background", {"sourceImageIndex": 1})]
    with FakeLlm([Reply(calls=calls), Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": runners}) as engine:
            body = (await engine.chat("x")).json()
    assert [result["success"] for result in body["sogni_tool_results"]] == [True, True, True]
    assert seen == [0, 1]


async def test_rounds_and_calls_are_bounded(tmp_path: Path) -> None:
    maker = FakeTool("generate_image")
    with FakeLlm([Reply(calls=[draw()] * (MAX_CALLS_PER_ROUND + 2))]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": tools(maker)}) as engine:
            body = (await engine.chat("x")).json()
    assert len(maker.ran) == MAX_CALLS_PER_ROUND  # the surplus asks for a person, which ends the rounds
    assert sum(not result["success"] for result in body["sogni_tool_results"]) == 2
    maker.ran.clear()
    with FakeLlm([Reply(calls=[draw()])]) as llm:
        async with running_engine(tmp_path / "b", llm_url=llm.url, parts={"runners": tools(maker)}) as engine:
            body = (await engine.chat("x")).json()
    assert len(llm.asked) == MAX_ROUNDS
    assert "stopped after 5 rounds" in body["choices"][0]["message"]["content"]
    assert body["choices"][0]["finish_reason"] == "stop"


async def test_session_tools_end_the_turn(tmp_path: Path) -> None:
    ask = Reply(calls=[("ask_clarifying_question", {"question": "Day or night?"})])
    done = Reply(calls=[("finalize_response", {"outcome": "success", "summary": "All done."})])
    for reply, words in ((ask, "Day or night?"), (done, "All done.")):
        with FakeLlm([reply]) as llm:
            async with running_engine(tmp_path, llm_url=llm.url) as engine:
                body = (await engine.chat("x", sogni_tools="creative-agent")).json()
        assert body["choices"][0]["message"]["content"] == words
        assert body["choices"][0]["finish_reason"] == "stop"
        assert len(llm.asked) == 1


async def test_a_forced_choice_holds_for_the_first_round_only(tmp_path: Path) -> None:
    forced = {"type": "function", "function": {"name": "generate_image"}}
    with FakeLlm([Reply(calls=[draw()]), Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat("x", tool_choice=forced)).json()
    assert llm.asked[0]["tool_choice"] == forced
    assert "tool_choice" not in llm.asked[1]
    assert body["choices"][0]["message"]["content"] == "ok"


async def test_mentions_and_pieces_reach_the_model_with_index_and_url(tmp_path: Path) -> None:
    made = ["http://127.0.0.1:1/v1/media/ast_gone/a.png", "https://example.com/b.png", "https://example.com/c.png"]
    with FakeLlm() as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            await engine.chat("Make Image 3 larger, like Upload 1", media_context={"images": made})
    system, user = llm.asked[0]["messages"]
    assert "Image 3 (index 2)" in system["content"]
    assert "Image 3 is image index 2: https://example.com/c.png" in user["content"]
    assert "Upload 1 does not exist" in user["content"]


async def test_long_history_is_shortened_and_that_is_said(tmp_path: Path) -> None:
    long = [{"role": "user", "content": "old " * 4000}, {"role": "assistant", "content": "yes"}] * 3
    call = {"id": "c1", "type": "function", "function": {"name": "x", "arguments": "{}"}}
    tool = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "r" * 40_000},
    ]
    messages = [{"role": "system", "content": "Be kind."}, *long, *tool, {"role": "user", "content": "newest"}]
    models = [{"id": "small", "object": "model", "owned_by": "x", "max_model_len": 8192}]
    with FakeLlm(models=models) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat(messages=messages, sogni_tools=False)).json()
    sent = llm.asked[0]["messages"]
    assert sent[0] == {"role": "system", "content": "Be kind."}
    assert sent[-1] == {"role": "user", "content": "newest"}
    assert "left out to save room" in json.dumps(sent)
    assert len(sent) < len(messages)
    assert "tool call" in body["x_studio"]["notices"][0]
    assert "oldest turn" in body["x_studio"]["notices"][0]


async def test_inline_arguments_become_uploads(tmp_path: Path) -> None:
    seen: list[Any] = []

    async def cut(arguments: dict[str, Any], context: ToolContext) -> None:
        source = await context.source("image", arguments["sourceImageIndex"])
        seen.append((source.index, source.path.read_bytes()))

    data = picture(20, 10)
    calls = [
        ("remove_background", {"source_image_url": inline(data)}),
        ("remove_background", {"source_image_url": "data:x"}),
    ]
    with FakeLlm([Reply(calls=calls), Reply("ok")]) as llm:
        async with running_engine(
            tmp_path, llm_url=llm.url, parts={"runners": tools(FakeTool("remove_background", cut))}
        ) as e:
            body = (await e.chat("x")).json()
    assert seen == [(-1, data)]
    assert "base64" in body["sogni_tool_results"][1]["error"]


async def test_a_client_that_leaves_cancels_tools_and_model(tmp_path: Path) -> None:
    started = asyncio.Event()

    async def slow(arguments: dict[str, Any], context: ToolContext) -> None:
        started.set()
        await asyncio.sleep(60)

    maker = FakeTool("generate_image", slow)
    with FakeLlm([Reply(calls=[draw()])]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts={"runners": tools(maker)}) as engine:
            for stream in (True, False):
                started.clear()
                maker.cancelled = False
                body = {"messages": [{"role": "user", "content": "x"}], "stream": stream}
                asking = asyncio.create_task(engine.client.post("/v1/chat/completions", json=body))
                await asyncio.wait_for(started.wait(), 5)
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                for _ in range(200):
                    if maker.cancelled and (await engine.client.get("/healthz")).json()["active"] == 0:
                        break
                    await asyncio.sleep(0.01)
                assert maker.cancelled
                assert (await engine.client.get("/healthz")).json()["active"] == 0
