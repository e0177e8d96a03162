"""Language models: finding them, native calls, calls in disguise, schema choice, and servers that go away."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.contract.chat import FunctionSpec, ToolSpec
from studio.engine.agent.backends import schema
from studio.engine.agent.backends.detect import Finder, FoundModel
from studio.engine.agent.backends.fences import CallScanner
from tests.helpers.engines import running_engine
from tests.helpers.fake_llm import FakeLlm, Reply

NAMES = frozenset({"generate_image"})
CALL = '{"name": "generate_image", "arguments": {"prompt": "a fox"}}'


def scan(text: str, size: int, *, bare_json: bool = True) -> tuple[str, list[dict[str, Any]]]:
    scanner = CallScanner(NAMES, bare_json=bare_json)
    shown = "".join(scanner.feed(text[i : i + size]) for i in range(0, len(text), size)) + scanner.finish()
    return shown, [json.loads(call.function.arguments) for call in scanner.calls]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (CALL, ""),
        (f"```json\n{CALL}\n```", ""),
        (f"```\n{CALL}\n```", ""),
        (f"<tool_call>\n{CALL}\n</tool_call>", ""),
        (f"Sure.\n```json\n{CALL}\n```", "Sure.\n"),
        ('{"tool": "generate_image", "parameters": {"prompt": "a fox"}}', ""),
        (
            '{"type": "function", "function": {"name": "generate_image", "arguments": "{\\"prompt\\": \\"a fox\\"}"}}',
            "",
        ),
    ],
)
def test_calls_in_disguise_are_found_however_the_stream_is_cut(text: str, shown: str, size: int) -> None:
    assert scan(text, size) == (shown, [{"prompt": "a fox"}])


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    "text",
    [
        "Plain words, with `code` in them.",
        'Here:\n```python\nprint({"name": 1})\n```\nand more ```json\n{"a": 1}\n``` end',
        '{"name": "other_tool", "arguments": {}}',
        '```json\n{"palette": ["red"]}\n```',
        "``",
        "a < b and <tool",
    ],
)
def test_ordinary_text_is_never_lost(text: str, size: int) -> None:
    assert scan(text, size) == (text, [])


def test_code_streams_as_soon_as_it_is_known_to_be_code() -> None:
    scanner = CallScanner(NAMES)
    assert scanner.feed("```python\nprint(1)\n") == "```python\nprint(1)\n"


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_a_reply_is_read_while_its_json_streams(size: int) -> None:
    words = 'Tab\t"quoted" – ü 😀 \\ end'
    text = json.dumps({"tool": "reply", "text": words})
    reader = schema.ReplyReader()
    assert "".join(reader.feed(text[i : i + size]) for i in range(0, len(text), size)) == words
    assert schema.read_action(text, NAMES) == (words, [])


def test_the_choice_schema_is_one_option_for_each_tool_and_reply() -> None:
    parameters = {
        "type": "object",
        "properties": {
            "prompt": {"type": "string", "description": "x", "maxLength": 9},
            "size": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]},
        },
        "required": ["prompt"],
    }
    tool = ToolSpec(FunctionSpec("generate_image", "Makes a picture. More.", parameters))
    options = schema.choice_schema([tool], reply=True)["anyOf"]
    assert options[0]["properties"]["tool"] == {"const": "generate_image"}
    assert options[0]["properties"]["arguments"]["properties"] == {
        "prompt": {"type": "string"},
        "size": {"type": "integer", "minimum": 1},
    }
    assert options[1]["properties"]["tool"] == {"const": "reply"}
    assert "generate_image(prompt*, size): Makes a picture" in schema.system_text([tool], reply=True)


async def test_a_server_that_refuses_tools_is_asked_under_a_schema_and_remembered(tmp_path: Path) -> None:
    def script(body: dict[str, Any]) -> Reply:
        if "tools" in body:
            return Reply("test-model does not support tools", status=400)
        if body["messages"][-1]["content"].startswith("Result of generate_image"):
            return Reply('{"tool": "reply", "text": "Here it is."}', pieces=9)
        return Reply('{"tool": "generate_image", "arguments": {"prompt": "a fox"}}')

    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat("a fox")).json()
            again = await engine.chunks("a fox")
            models = (await engine.client.get("/v1/models")).json()["data"]
    assert body["choices"][0]["message"]["content"] == "Here it is."
    assert body["sogni_tool_results"][0]["success"]
    assert sum("tools" in asked for asked in llm.asked) == 1
    constrained = llm.asked[1]
    assert constrained["response_format"]["type"] == "json_schema"
    assert constrained["temperature"] == 0
    assert [m["role"] for m in constrained["messages"][:7]] == ["system", *["user", "assistant"] * 3]
    assert not any(m["role"] == "tool" for m in llm.asked[2]["messages"])
    assert "".join(c["choices"][0]["delta"].get("content") or "" for c in again) == "Here it is."
    assert models[0]["tools"] == "schema"


async def test_a_call_written_in_a_fence_runs_and_switches_to_schema(tmp_path: Path) -> None:
    def script(body: dict[str, Any]) -> Reply:
        if len(llm.asked) == 1:
            return Reply(f"```json\n{CALL}\n```", pieces=5)
        return Reply('{"tool": "reply", "text": "Done."}')

    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat("a fox")).json()
    assert body["sogni_tool_results"][0]["success"]
    assert body["choices"][0]["message"]["content"] == "Done."
    assert "response_format" in llm.asked[1]


async def test_a_model_that_ignores_a_forced_choice_is_constrained(tmp_path: Path) -> None:
    forced = {"type": "function", "function": {"name": "generate_image"}}

    def script(body: dict[str, Any]) -> Reply:
        if "response_format" in body:
            return Reply('{"tool": "generate_image", "arguments": {"prompt": "x"}}')
        return Reply("I would rather talk.")

    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat("x", tool_choice=forced, sogni_tool_execution=False)).json()
    assert body["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "generate_image"
    shape = llm.asked[-1]["response_format"]["json_schema"]["schema"]
    assert shape["properties"]["tool"] == {"const": "generate_image"}


async def test_a_server_without_json_schema_gets_json_object(tmp_path: Path) -> None:
    def script(body: dict[str, Any]) -> Reply:
        if "tools" in body:
            return Reply("tools are not supported", status=400)
        if body["response_format"]["type"] == "json_schema":
            return Reply("response_format not understood", status=400)
        return Reply('{"tool": "reply", "text": "Fine."}')

    with FakeLlm(script) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            body = (await engine.chat("x")).json()
    assert body["choices"][0]["message"]["content"] == "Fine."


async def test_thinking_stays_out_of_the_content(tmp_path: Path) -> None:
    with FakeLlm([Reply("Yes.", reasoning="Hmm, let me see.")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            message = (await engine.chat("x")).json()["choices"][0]["message"]
    assert (message["content"], message["reasoning_content"]) == ("Yes.", "Hmm, let me see.")


async def test_a_server_that_dies_in_mid_answer_is_a_clear_error_and_then_the_director_answers(tmp_path: Path) -> None:
    with FakeLlm([Reply("A long answer that breaks off", pieces=6, cut_after=4)]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            frames = await engine.frames("hello")
            llm.stop()
            fallen = (await engine.chat("hello")).json()
            named = await engine.chat("hello", model="test-model")
    error = json.loads(frames[-1])["error"]
    assert frames[-2] != "[DONE]"
    assert "stopped in the middle of its answer" in error["message"]
    assert error["code"] == "llm_unreachable"
    assert fallen["model"] == "studio-director"
    assert "director answered" in fallen["x_studio"]["notices"][0]
    assert named.status_code == 503
    assert "does not answer any more" in named.json()["message"]


async def test_a_server_that_is_gone_before_it_said_anything_falls_back_at_once(tmp_path: Path) -> None:
    with FakeLlm() as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            assert (await engine.chat("hello")).json()["model"] == "test-model"
            llm.stop()
            body = (await engine.chat("hello")).json()
    assert body["model"] == "studio-director"
    assert "does not answer any more" in body["x_studio"]["notices"][0]


async def test_a_key_that_the_model_server_refuses_is_not_a_401_of_ours(tmp_path: Path) -> None:
    with FakeLlm(key="right") as llm:
        async with running_engine(tmp_path, llm_url=llm.url, llm_api_key="right") as engine:
            assert (await engine.chat("x")).status_code == 200
            llm.key = "changed"
            answer = await engine.chat("x")
    assert answer.status_code == 502
    assert "STUDIO_LLM_API_KEY" in answer.json()["message"]
    assert "right" not in answer.text


async def test_models_of_an_absent_server_are_not_listed_and_that_is_said(tmp_path: Path) -> None:
    async with running_engine(tmp_path, llm_url="http://127.0.0.1:9", llm_model="gone") as engine:
        body = (await engine.chat("hello")).json()
        models = [model["id"] for model in (await engine.client.get("/v1/models")).json()["data"]]
    assert "gone" not in models
    assert "can't be reached" in body["x_studio"]["notices"][0]


async def test_ids_with_a_slash_and_a_preferred_model(tmp_path: Path) -> None:
    models = [{"id": name, "object": "model", "owned_by": "x"} for name in ("a/first", "b/second", "text-embed")]
    with FakeLlm(models=models) as llm:
        async with running_engine(tmp_path, llm_url=llm.url + "/v1/", llm_model="b/second") as engine:
            listed = [model["id"] for model in (await engine.client.get("/v1/models")).json()["data"]]
            one = (await engine.client.get("/v1/models/a/first")).json()
            quoted = (await engine.client.get("/v1/models/a%2Ffirst")).json()
            default = (await engine.chat("x")).json()["model"]
            chosen = (await engine.chat("x", model="a/first")).json()["model"]
    assert listed[:3] == ["b/second", "a/first", "studio-director"]
    assert (one["id"], quoted["id"]) == ("a/first", "a/first")
    assert (default, chosen) == ("b/second", "a/first")


async def test_ollama_tells_what_its_models_can_do() -> None:
    show = {"capabilities": ["completion", "tools", "vision"], "model_info": {"qwen.context_length": 40_960}}
    facts = {"/api/version": {"version": "1"}, "/api/show": show, "/api/ps": {"models": []}}
    with FakeLlm(facts=facts) as llm:
        found = await Finder(targets=(("Ollama", llm.url),)).find()
        llm.facts["/api/ps"] = {"models": [{"name": "test-model", "context_length": 16_384}]}
        loaded = await Finder(targets=(("Ollama", llm.url),)).find()
    assert found[0].models == [FoundModel("test-model", 8_192, vision=True, tools=True)]
    assert loaded[0].models[0].context_tokens == 16_384


async def test_lm_studio_and_llama_cpp_tell_their_windows() -> None:
    entries = [
        {
            "id": "test-model",
            "type": "vlm",
            "max_context_length": 32_768,
            "loaded_context_length": 4096,
            "state": "loaded",
        },
        {"id": "nomic", "type": "embeddings"},
    ]
    models = [{"id": "nomic", "owned_by": "x"}, {"id": "test-model", "owned_by": "x"}]
    with FakeLlm(models=models, facts={"/api/v0/models": {"data": entries}}) as llm:
        studio = await Finder(targets=(("LM Studio", llm.url),)).find()
    props = {"default_generation_settings": {"n_ctx": 12_000}, "modalities": {"vision": True}}
    with FakeLlm(facts={"/props": props}) as llm:
        cpp = await Finder(targets=(("llama.cpp", llm.url),)).find()
    assert studio[0].models == [FoundModel("test-model", 4096, vision=True)]
    assert cpp[0].models == [FoundModel("test-model", 12_000, vision=True)]


async def test_the_engine_never_takes_itself_or_a_sibling_for_a_model(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        found = await Finder(engine.url, api_key=engine.key).find()
    assert found == []
    assert await Finder(own_port=7, targets=(("x", "http://127.0.0.1:7"),)).find() == []


async def test_small_windows_get_a_shorter_tool_list(tmp_path: Path) -> None:
    sizes = {}
    for window in (65_536, 16_384, 4_096):
        models = [{"id": "m", "object": "model", "owned_by": "x", "max_model_len": window}]
        with FakeLlm(models=models) as llm:
            async with running_engine(tmp_path / str(window), llm_url=llm.url) as engine:
                await engine.chat("x")
        offered = llm.asked[0]["tools"]
        sizes[window] = (len(offered), len(json.dumps(offered)))
    assert sizes[65_536][0] == sizes[16_384][0] == 31
    assert sizes[16_384][1] < 0.7 * sizes[65_536][1]
    assert sizes[4_096][0] == 3
