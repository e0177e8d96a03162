"""The wire format: aliases both ways, empty and broken bodies, what is left out when encoding."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract import wire
from studio.contract.chat import (
    AnswerMessage,
    ChatChunk,
    ChatRequest,
    ChatResponse,
    Choice,
    ChunkChoice,
    Delta,
    FunctionCall,
    ImagePart,
    Message,
    NamedToolChoice,
    Output,
    Provenance,
    SogniProgress,
    TextPart,
    ToolCall,
    ToolResult,
    Usage,
    call_arguments,
    estimate_tokens,
    tool_family,
)
from studio.contract.errors import InvalidRequest

MINIMAL = {"messages": [{"role": "user", "content": "Draw a red bicycle in the snow."}]}


def request(**members: object) -> ChatRequest:
    return wire.parse(ChatRequest, json.dumps({**MINIMAL, **members}).encode())


@pytest.mark.parametrize(
    ("snake", "alias", "value"),
    [
        ("max_tokens", "maxTokens", 12),
        ("max_completion_tokens", "maxCompletionTokens", 12),
        ("top_p", "topP", 0.5),
        ("top_k", "topK", 7),
        ("min_p", "minP", 0.1),
        ("repetition_penalty", "repetitionPenalty", 1.1),
        ("frequency_penalty", "frequencyPenalty", 0.2),
        ("presence_penalty", "presencePenalty", 0.2),
        ("tool_choice", "toolChoice", "required"),
        ("sogni_tools", "sogniTools", "creative-agent"),
        ("sogni_tool_execution", "sogniToolExecution", False),
        ("task_profile", "taskProfile", "coding"),
        ("token_type", "tokenType", "spark"),
        ("billing_mode", "billingMode", "tokens"),
        ("app_source", "appSource", "test"),
        ("safe_content_filter", "safeContentFilter", False),
    ],
)
def test_request_members_have_both_spellings_and_snake_case_wins(snake: str, alias: str, value: object) -> None:
    other = {12: 34, 0.5: 0.6, 7: 8}.get(value, value) if not isinstance(value, bool) else value  # type: ignore[call-overload]
    assert getattr(request(**{snake: value}), snake) == value
    assert getattr(request(**{alias: value}), snake) == value
    assert getattr(request(**{alias: other, snake: value}), snake) == value


def test_camel_case_structs_take_snake_case_too() -> None:
    both = request(media_context={"uploadedImages": ["a"], "uploaded_videos": ["b"]})
    assert both.media_context is not None
    assert both.media_context.uploaded_images == ["a"]
    assert both.media_context.uploaded_videos == ["b"]


@pytest.mark.parametrize("name", ["mediaReferences", "media_references", "apiMediaReferences", "api_media_references"])
def test_media_references_under_every_name(name: str) -> None:
    refs = request(**{name: [{"kind": "image", "dataUri": "data:image/png;base64,x"}]}).all_media_references
    assert [ref.location for ref in refs] == ["data:image/png;base64,x"]


def test_snake_wins_when_a_camel_struct_gets_both_spellings() -> None:
    both = request(media_context={"uploadedImages": ["camel"], "uploaded_images": ["snake"]})
    assert both.media_context is not None
    assert both.media_context.uploaded_images == ["snake"]


def test_free_maps_are_never_renamed() -> None:
    tools = [
        {
            "type": "function",
            "function": {"name": "f", "parameters": {"properties": {"maxTokens": {}, "max_tokens": {}}}},
        }
    ]
    spec = request(tools=tools, chat_template_kwargs={"enableThinking": True})
    assert spec.tools is not None
    assert spec.tools[0].function.parameters == {"properties": {"maxTokens": {}, "max_tokens": {}}}
    assert spec.chat_template_kwargs == {"enableThinking": True}


def test_unknown_members_are_ignored() -> None:
    assert request(n=3, logprobs=True, user="u").messages[0].text.startswith("Draw")


def test_content_parts_and_tool_choice() -> None:
    parts = [
        {"type": "text", "text": "a"},
        {"type": "image_url", "image_url": {"url": "data:,x", "detail": "low"}},
        {"type": "text", "text": "b"},
    ]
    parsed = request(
        messages=[{"role": "user", "content": parts}], tool_choice={"type": "function", "function": {"name": "f"}}
    )
    message = parsed.messages[0]
    assert message.text == "a\nb"
    assert [image.url for image in message.images] == ["data:,x"]
    assert isinstance(message.content, list)
    assert isinstance(message.content[0], TextPart)
    assert isinstance(message.content[1], ImagePart)
    assert isinstance(parsed.tool_choice, NamedToolChoice)
    assert parsed.tool_choice.function.name == "f"


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_an_empty_body_is_an_empty_object(body: bytes) -> None:
    assert wire.decode(body) == {}
    with pytest.raises(InvalidRequest, match="messages"):
        wire.parse(ChatRequest, body)


@pytest.mark.parametrize("body", [b"{", b"[1,", b"\xff\xfe", b'{"messages": [}', b"nonsense", b'{"a":"\xc3\x28"}'])
def test_a_broken_body_says_that_it_is_not_json(body: bytes) -> None:
    with pytest.raises(InvalidRequest) as caught:
        wire.parse(ChatRequest, body)
    assert caught.value.code == "invalid_json"
    assert caught.value.http_status == 400


def test_deep_nesting_is_refused_not_fatal() -> None:
    with pytest.raises(InvalidRequest):
        wire.parse(ChatRequest, b"[" * 100_000)


@pytest.mark.parametrize("body", [b"[]", b"3", b'"text"', b"null"])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        wire.parse(ChatRequest, body)


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "x"}, "messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 3}]}, "messages[0].content"),
        ({"temperature": "hot"}, "temperature"),
        ({"stream": "yes"}, "stream"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function"),
        ({"response_format": {"type": "yaml"}}, "response_format.type"),
        ({"token_type": "gold"}, "token_type"),
        ({"tool_choice": "maybe"}, "tool_choice"),
        ({"media_references": [{"kind": "smell"}]}, "media_references[0].kind"),
    ],
)
def test_a_broken_member_is_named(members: dict[str, object], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        request(**members)
    assert (caught.value.param or "").startswith(param.split(".")[0].split("[")[0])
    assert caught.value.body()["error"]["type"] == "invalid_request_error"


def test_content_is_always_present_in_a_response() -> None:
    response = ChatResponse(
        id="c", created=1, model="m", choices=[Choice(AnswerMessage(None), finish_reason="tool_calls")]
    )
    data = json.loads(wire.encode(response))
    assert data["choices"][0]["message"] == {"content": None, "role": "assistant"}
    assert data["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    assert set(data) == {"id", "created", "model", "choices", "object", "usage"}


def test_unset_members_are_not_encoded_and_set_ones_are() -> None:
    bare = json.loads(wire.encode(ChatChunk(id="c", choices=[ChunkChoice(Delta(content="x"))])))
    assert set(bare) == {"id", "created", "model", "choices", "object"}
    assert bare["choices"][0] == {"delta": {"content": "x"}, "index": 0, "finish_reason": None}
    full = ChatChunk(
        choices=[],
        usage=Usage(1, 2, 3),
        sogni_progress=SogniProgress(tool_call_id="t", tool_name="f", status="processing", progress=0.5),
        sogni_tool_results=[ToolResult(tool="f", success=True, ok=True, start_index=0, indices=[0], result_urls=["u"])],
    )
    data = json.loads(wire.encode(full))
    assert data["sogni_progress"] == {"toolCallId": "t", "toolName": "f", "status": "processing", "progress": 0.5}
    assert data["sogni_tool_results"][0]["startIndex"] == 0
    assert data["sogni_tool_results"][0]["resultUrls"] == ["u"]
    assert "error" not in data
    assert "error" not in data["sogni_tool_results"][0]


def test_a_tool_result_round_trips_with_its_provenance() -> None:
    result = ToolResult(
        tool="generate_image",
        success=True,
        ok=True,
        tool_call_id="call_1",
        message="1 image ready",
        result_urls=["u"],
        start_index=4,
        indices=[4],
        x_studio=Provenance(
            renderer="painter",
            model="Built-in painter",
            outputs=[Output(url="u", media_type="image", mime_type="image/png", sha256="0", byte_length=9, seed=1)],
        ),
    )
    again = wire.parse(ToolResult, wire.encode(result))
    assert again == result
    assert again.urls == ["u"]


def test_messages_round_trip() -> None:
    call = ToolCall(FunctionCall("f", '{"a":1}'), id="call_1")
    for message in (
        Message("system", "s"),
        Message("user", [TextPart("a")]),
        Message("assistant", None, tool_calls=[call]),
        Message("tool", "{}", tool_call_id="call_1", name="f"),
    ):
        assert wire.parse(Message, wire.encode(message)) == message


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_any_json_gives_a_request_or_a_named_refusal(value: object) -> None:
    try:
        messages = wire.convert(ChatRequest, value).messages
    except InvalidRequest as error:
        messages = [Message("user", error.message)]
    assert messages
    assert messages[0].text or messages[0].content is None or messages[0].content in ("", [])


@given(json_values)
def test_encoding_is_json(value: object) -> None:
    assert json.loads(wire.encode(value)) == msgspec.to_builtins(value)


@pytest.mark.parametrize(
    ("value", "family"),
    [
        (None, "creative-tools"),
        (True, "creative-tools"),
        ("creative-tools", "creative-tools"),
        ("rich", "creative-tools"),
        (False, "none"),
        ("none", "none"),
        ("creative-agent", "creative-agent"),
        ("true", "creative-tools"),
        ("false", "none"),
    ],
)
def test_tool_families(value: bool | str | None, family: str) -> None:
    assert tool_family(value) == family


def test_an_unknown_family_is_refused_and_the_default_applies_only_when_omitted() -> None:
    with pytest.raises(ValueError, match="sogni_tools"):
        tool_family("everything")
    assert tool_family(None, "none") == "none"
    assert tool_family(True, "none") == "creative-tools"


def test_call_arguments_tolerate_what_models_write() -> None:
    assert call_arguments(ToolCall(FunctionCall("f", '{"a": 1}'))) == {"a": 1}
    assert call_arguments(ToolCall(FunctionCall("f", "{broken"))) == {}
    assert call_arguments(ToolCall(FunctionCall("f", "[1]"))) == {}


def test_pictures_cost_the_word_image() -> None:
    text = Message("user", "x" * 400)
    picture = wire.parse(
        Message, b'{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:' + b"A" * 9000 + b'"}}]}'
    )
    assert 100 <= estimate_tokens([text]) <= 110
    assert estimate_tokens([picture]) < 20
    assert Usage(1, 2, 3) + Usage(10, 20, 30) == Usage(11, 22, 33)
