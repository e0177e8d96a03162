# ruff: noqa: E501 — schemas and prompts are easiest to read on one line
"""Tool choice, callers' own tools, JSON answers, helper prompts, and the streamed backend."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.contract.chat import (
    FunctionSpec,
    JsonSchemaFormat,
    Message,
    NamedFunction,
    NamedToolChoice,
    ResponseFormat,
    ToolSpec,
)
from studio.contract.media import MediaIndex
from studio.contract.tools import catalogue, surface, validate_arguments, validate_schema
from studio.engine.agent.backends.base import Backend, Finished, Round, TextDelta
from studio.engine.agent.backends.director import DirectorBackend
from studio.engine.agent.director.custom import fill
from studio.engine.agent.director.director import decide
from tests.engine.director.scoring import round_of

CREATIVE = [tool.spec for tool in surface("creative-tools")]


def own(name: str, parameters: dict[str, Any] | None, description: str = "") -> ToolSpec:
    return ToolSpec(FunctionSpec(name, description, parameters))


def named(name: str) -> NamedToolChoice:
    return NamedToolChoice(NamedFunction(name))


def ask(text: str, **more: Any) -> Round:
    return round_of([Message("user", text)], **more)


WEATHER = own(
    "get_weather",
    {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
        "required": ["city"],
    },
    "Get the current weather of a city",
)


def test_none_means_words() -> None:
    answer = decide(ask("paint a fox", tool_choice="none"))
    assert not answer.calls
    assert "no tool may be used" in answer.text


@pytest.mark.parametrize("text", ["hello", "what is love?", "paint a fox", "", "thanks"])
def test_required_always_calls(text: str) -> None:
    answer = decide(ask(text, tool_choice="required"))
    assert answer.calls
    for name, arguments in answer.calls:
        assert validate_arguments(name, arguments).ok


@pytest.mark.parametrize("name", list(catalogue()))
def test_every_hosted_tool_can_be_forced_with_valid_arguments(name: str) -> None:
    tools = [tool.spec for tool in surface("creative-agent")]
    media = MediaIndex()
    for _ in range(2):
        media.add_generated("image", f"i{_}")
        media.add_generated("video", f"v{_}")
    for text in ('A red fox in the snow from 2 to 4 seconds "hello"', "x"):
        for stock in (media, None):
            answer = decide(round_of([Message("user", text)], stock, tools=tools, tool_choice=named(name)))
            assert {called for called, _ in answer.calls} == {name}
            for _, arguments in answer.calls:
                assert validate_arguments(name, arguments).problems == []


def test_a_callers_tool_on_auto_is_called_when_the_request_asks_for_it() -> None:
    answer = decide(ask("What's the weather in Lisbon today, in celsius?", tools=[*CREATIVE, WEATHER]))
    assert answer.calls == [("get_weather", {"city": "Lisbon", "unit": "celsius"})]


def test_a_callers_tool_is_left_alone_otherwise() -> None:
    coding = [
        own(
            name,
            {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
            "Edit, read and write files",
        )
        for name in ("bash", "edit", "write", "read_file", "glob", "task", "todo_write")
    ]
    for text in (
        "paint a fox",
        "hello",
        "edit the colours of the fox to be warmer",
        "write a short story",
        "fix the bug in my program",
    ):
        calls = decide(ask(text, tools=[*CREATIVE, WEATHER, *coding])).calls
        assert all(name in catalogue() for name, _ in calls), (text, calls)


def test_the_answer_of_a_callers_tool_is_told() -> None:
    round_ = ask("What's the weather in Lisbon?", tools=[WEATHER])
    from studio.contract.chat import FunctionCall, ToolCall
    from tests.engine.director.scoring import msgspec_replace

    call = ToolCall(FunctionCall("get_weather", '{"city":"Lisbon"}'), id="c")
    after = msgspec_replace(
        round_,
        [
            *round_.messages,
            Message("assistant", None, tool_calls=[call]),
            Message("tool", "18 degrees and sunny", tool_call_id="c"),
        ],
    )
    answer = decide(after)
    assert not answer.calls
    assert "18 degrees and sunny" in answer.text


SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "object"},
    {"type": "object", "properties": {"a": {"type": "string", "minLength": 30, "maxLength": 40}}, "required": ["a"]},
    {"type": "object", "properties": {"n": {"type": "integer", "minimum": 5, "maximum": 6}}, "required": ["n"]},
    {"type": "object", "properties": {"n": {"type": "number", "minimum": 0.25, "maximum": 0.5}}, "required": ["n"]},
    {"type": "object", "properties": {"tags": {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 3}}, "required": ["tags"]},
    {"type": "object", "properties": {"k": {"enum": ["low", "high", 3]}}, "required": ["k"]},
    {"type": "object", "properties": {"code": {"type": "string", "pattern": "[A-Z]{3}-\\d{4}"}}, "required": ["code"]},
    {"type": "object", "properties": {"v": {"anyOf": [{"type": "null"}, {"type": "integer"}]}}, "required": ["v"]},
    {
        "type": "object",
        "properties": {
            "who": {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]},
            "when": {"type": "string", "format": "date"},
            "loud": {"type": "boolean"},
            "points": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]}, "minItems": 2},
        },
        "required": ["who", "when", "loud", "points"],
    },
    {"type": "object", "properties": {"p": {"$ref": "#/$defs/P"}}, "required": ["p"], "$defs": {"P": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}}},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("text", ["", "Book a table for 4 people named Ada on 2026-03-01, loud, at 12.5", "x"])
def test_a_forced_tool_of_the_caller_gets_valid_arguments(schema: dict[str, Any], text: str) -> None:
    answer = decide(ask(text, tools=[own("anything", schema)], tool_choice=named("anything")))
    ((name, arguments),) = answer.calls
    assert name == "anything"
    assert validate_schema(schema, arguments) == []


def test_values_come_from_the_text() -> None:
    def of(text: str, **properties: Any) -> Any:
        return fill({"type": "object", "properties": properties, "required": list(properties)}, text)

    text, number = {"type": "string"}, {"type": "integer"}
    assert of(
        "Book a flight from Berlin to New York for 3 people", origin=text, destination=text, passengers=number
    ) == {
        "origin": "Berlin",
        "destination": "New York",
        "passengers": 3,
    }
    assert of(
        'Send an email to ada@example.org saying "See you at noon"', to={"type": "string", "format": "email"}, body=text
    ) == {
        "to": "ada@example.org",
        "body": "See you at noon",
    }
    assert of("Add an event called 'Opening' on 2026-05-04", title=text, date={"type": "string", "format": "date"}) == {
        "title": "Opening",
        "date": "2026-05-04",
    }
    assert of("Convert 250 USD to EUR", amount={"type": "number"})["amount"] == 250
    assert of("Set the priority to high, please", priority={"type": "string", "enum": ["low", "medium", "high"]}) == {
        "priority": "high"
    }
    assert of("colors: red, green and blue", colors={"type": "array", "items": text}) == {
        "colors": ["red", "green", "blue"]
    }


leaf = st.one_of(
    st.builds(
        lambda low, span: {"type": "string", "minLength": low, "maxLength": low + span},
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    st.builds(
        lambda low, span: {"type": "integer", "minimum": low, "maximum": low + span},
        st.integers(-50, 50),
        st.integers(0, 9),
    ),
    st.builds(
        lambda low, span: {"type": "number", "minimum": low, "maximum": low + span}, st.floats(-50, 50), st.floats(0, 9)
    ),
    st.builds(lambda options: {"enum": options}, st.lists(st.text(max_size=5), min_size=1, max_size=3)),
    st.just({"type": "boolean"}),
)
schemas = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(
            lambda item, low: {"type": "array", "items": item, "minItems": low, "maxItems": low + 2},
            inner,
            st.integers(0, 2),
        ),
        st.builds(
            lambda props: {"type": "object", "properties": props, "required": list(props)},
            st.dictionaries(st.text("abcdef_", min_size=1, max_size=6), inner, max_size=3),
        ),
    ),
    max_leaves=6,
)


@given(schemas, st.text(max_size=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
def test_any_schema_is_filled_validly(schema: dict[str, Any], text: str) -> None:
    assert validate_schema(schema, fill(schema, text)) == []


def test_a_callers_definition_of_a_hosted_name_is_respected() -> None:
    spec = own(
        "generate_image",
        {
            "type": "object",
            "properties": {"prompt": {"type": "string"}, "size": {"type": "string", "enum": ["s", "l"]}},
            "required": ["prompt", "size"],
        },
    )
    answer = decide(ask("paint a fox, 16:9", tools=[spec]))
    assert answer.calls == [("generate_image", {"prompt": "a fox", "size": "s"})]


@pytest.mark.parametrize("text", ["hello", "What is 2+2? Answer with keys result and reason", "paint a fox"])
def test_json_object(text: str) -> None:
    answer = decide(ask(text, response_format=ResponseFormat("json_object"), tools=[]))
    assert isinstance(json.loads(answer.text), dict)


def test_json_with_named_keys() -> None:
    answer = decide(
        ask(
            'Give me JSON like {"title": "...", "mood": "..."} for a sunset',
            response_format=ResponseFormat("json_object"),
            tools=[],
        )
    )
    assert set(json.loads(answer.text)) == {"title", "mood"}


@pytest.mark.parametrize("schema", SCHEMAS[1:])
def test_json_schema(schema: dict[str, Any]) -> None:
    form = ResponseFormat("json_schema", JsonSchemaFormat("x", schema))
    answer = decide(ask("Ada is 36 years old", response_format=form, tools=[]))
    assert validate_schema(schema, json.loads(answer.text)) == []


HISTORY = (
    "\n<chat_history>\nUSER: Paint a lighthouse above the clouds at dusk\nASSISTANT: Image 1 is ready.\n</chat_history>"
)


def test_titles_and_tags() -> None:
    title = decide(
        ask(
            '### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Output:\nJSON format: { "title": "your concise title here" }'
            + HISTORY
        )
    )
    assert not title.calls
    assert "Lighthouse" in json.loads(title.text)["title"]
    tags = decide(
        ask(
            '### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history.\n### Output:\nJSON format: { "tags": ["tag1"] }'
            + HISTORY
        )
    )
    assert json.loads(tags.text)["tags"]
    plain = decide(ask("Generate a concise title for this conversation." + HISTORY))
    assert not plain.calls
    assert "Lighthouse" in plain.text
    follow = decide(
        ask(
            '### Task:\nSuggest 3-5 relevant follow-up questions.\n### Output:\nJSON format: { "follow_ups": [] }'
            + HISTORY
        )
    )
    assert json.loads(follow.text)["follow_ups"]


async def collect(round_: Round) -> tuple[str, Finished, int]:
    text, count, last = "", 0, None
    async for event in DirectorBackend().stream(round_):
        assert last is None
        if isinstance(event, TextDelta):
            text += event.text
            count += 1
        elif isinstance(event, Finished):
            last = event
    assert last is not None
    return text, last, count


async def test_text_streams_in_pieces_and_ends_with_usage() -> None:
    text, finished, count = await collect(ask("hello"))
    assert count > 10
    assert text == decide(ask("hello")).text
    assert finished.finish_reason == "stop"
    assert not finished.tool_calls
    assert finished.usage.total_tokens == finished.usage.prompt_tokens + finished.usage.completion_tokens
    assert finished.usage.completion_tokens > 10


async def test_calls_come_last_with_unique_ids() -> None:
    text, finished, _ = await collect(ask("Draw me three pictures: a cat, a dog and a horse"))
    assert text
    assert finished.finish_reason == "tool_calls"
    assert len({call.id for call in finished.tool_calls}) == 3
    assert [json.loads(call.function.arguments)["prompt"] for call in finished.tool_calls] == [
        "a cat",
        "a dog",
        "a horse",
    ]


async def test_limits() -> None:
    text, finished, _ = await collect(ask("what can you do?", max_tokens=5))
    assert finished.finish_reason == "length"
    assert 0 < len(text) <= 24
    whole, _, _ = await collect(ask("what can you do?"))
    cut, finished, _ = await collect(ask("what can you do?", stop=["paint", "zzz"]))
    assert finished.finish_reason == "stop"
    assert cut == whole[: whole.index("paint")]


def test_it_is_a_backend() -> None:
    backend: Backend = DirectorBackend()
    assert (backend.model_id, backend.tools_mode, backend.vision) == ("studio-director", "director", False)
    assert "no language model" in backend.answered_by
    assert backend.context_tokens > 1000
