"""Chat against a server that behaves, one that does not, and one that goes away at every byte."""

import asyncio
import json
import threading
from contextlib import aclosing
from typing import Any

import pytest

from studio.contract.chat import ChatRequest, Message, ToolCall, Usage
from studio.contract.errors import InvalidRequest, RateLimited, ServerError, TransportError, Unauthorized
from studio.service import chat
from studio.service.calls import CallAssembler
from studio.service.chat import (
    ChatEvent,
    CompleteToolCalls,
    Finished,
    ReasoningDelta,
    StreamCut,
    TextDelta,
    ToolCallDelta,
    ToolProgress,
    ToolResults,
)
from studio.service.connection import Connection
from studio.service.transport import Timeouts, Transport
from tests.service.conftest import KEY
from tests.service.server import Server, delta, drop, frames, head, last, raw, reply, silent, sse

REQUEST = ChatRequest(messages=[Message("user", "Make me something beautiful")], sogni_tools=True)
RESULT = {"tool": "generate_image", "success": True, "ok": True, "toolCallId": "t1", "resultUrls": ["/m/1.png"]}
TICK = {"toolCallId": "t1", "toolName": "generate_image", "status": "processing", "progress": 0.5}
ANSWER = {"answered_by": "director", "notices": ["No language model is connected."]}
FULL = [
    delta(role="assistant", content=""),
    delta(reasoning_content="hm"),
    delta(content="Grüße "),
    {"choices": [{"delta": {}}], "sogni_progress": {**TICK, "arguments": {"prompt": "x"}}},
    {"choices": [{"delta": {}}], "sogni_progress": {**TICK, "status": "completed", "result": RESULT}},
    delta(content="🌊"),
    last("stop", sogni_tool_results=[RESULT], x_studio=ANSWER),
    {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}},
]


async def collect(transport: Transport, request: ChatRequest = REQUEST) -> list[ChatEvent]:
    return [event async for event in chat.stream(transport, request)]


async def collect_until_cut(transport: Transport) -> tuple[list[ChatEvent], StreamCut | None]:
    events: list[ChatEvent] = []
    try:
        async for event in chat.stream(transport, REQUEST):
            events.append(event)
    except StreamCut as error:
        return events, error
    return events, None


def text_of(events: list[ChatEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_every_kind_of_event(server: Server, transport: Transport) -> None:
    server.play(sse(frames(FULL)))
    events = await collect(transport)
    assert [type(event) for event in events] == [
        ReasoningDelta, TextDelta, ToolProgress, ToolProgress, TextDelta, ToolResults, Finished
    ]  # fmt: skip
    assert text_of(events) == "Grüße 🌊"
    first, second = (event.progress for event in events if isinstance(event, ToolProgress))
    assert first.arguments == {"prompt": "x"}
    assert second.result is not None
    assert second.result.urls == ["/m/1.png"]
    done = events[-1]
    assert isinstance(done, Finished)
    assert (done.finish_reason, done.usage, done.model) == ("stop", Usage(3, 4, 7), "m")
    assert done.answer is not None
    assert done.answer.notices == ["No language model is connected."]
    sent = server.requests[0].json
    assert sent["stream"] is True
    assert sent["stream_options"] == {"include_usage": True}
    assert sent["sogni_tools"] is True
    assert server.requests[0].headers["accept"] == "text/event-stream"


async def test_cut_at_every_byte(server: Server, waits: object) -> None:
    """Whatever the byte at which the server goes away: what came is delivered, then the stream is cut; never both."""
    chunks = [delta(content="né"), delta(content="🌊"), last("stop", x_studio=ANSWER)]
    data = frames(chunks).replace(b'"id": "c1", "model": "m", ', b"").replace(b'"index": 0, ', b"")
    finish_at = data.index(b"data: [DONE]") - 2  # the JSON of the last chunk is whole from here on
    async with Transport(Connection("custom", server.url)) as transport:
        for cut in range(len(data) + 1):
            server.play(sse(data[:cut]))
            events, error = await collect_until_cut(transport)
            assert (error is None) == (cut >= finish_at), cut
            if error is None:
                assert isinstance(events[-1], Finished)
            else:
                assert (error.phase, error.sent) == ("stream", True)
                assert error.received.text == text_of(events)
                assert not any(isinstance(event, Finished) for event in events)
            assert "né🌊".startswith(text_of(events))


@pytest.mark.parametrize("transfer", ["chunked", "length"])
async def test_cut_within_the_transfer_coding(server: Server, transport: Transport, transfer: str) -> None:
    body = frames([delta(content="kept")])[:-14]
    if transfer == "chunked":
        wire = head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        wire += b"%x\r\n%s\r\n" % (len(body), body)
    else:
        wire = head(200, {"Content-Type": "text/event-stream", "Content-Length": "9999"}) + body
    server.play(raw(wire))
    with pytest.raises(StreamCut) as caught:
        await collect(transport)
    assert caught.value.received.text == "kept"


async def test_an_answer_that_was_complete_survives_a_rude_close(server: Server, transport: Transport) -> None:
    body = frames([delta(content="a"), last("stop")]).replace(b"data: [DONE]\n\n", b"")
    server.play(raw(head(200, {"Content-Type": "text/event-stream", "Content-Length": "9999"}) + body))
    assert isinstance((await collect(transport))[-1], Finished)


async def test_done_without_a_reason_is_an_end(server: Server, transport: Transport) -> None:
    server.play(sse(b": warm\r\n\r\n", frames([delta(content="a")]).replace(b"\n", b"\r\n")))
    events = await collect(transport)
    assert text_of(events) == "a"
    assert isinstance(events[-1], Finished)
    assert events[-1].finish_reason == "stop"


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ({"error": {"message": "Slow down.", "type": "rate_limit_error", "code": "x"}}, RateLimited),
        ({"error": {"message": "Slow down.", "type": "server_error", "code": 429}}, RateLimited),
        ({"error": {"message": "Slow down."}, "errorCode": 400, "message": "Slow down."}, InvalidRequest),
        ({"error": "Slow down."}, ServerError),
    ],
)
async def test_an_error_frame_ends_the_stream(
    server: Server, transport: Transport, frame: dict[str, Any], kind: type[Exception]
) -> None:
    server.play(sse(frames([delta(content="so far"), frame])))
    events = chat.stream(transport, REQUEST)
    assert await anext(events) == TextDelta("so far")
    with pytest.raises(kind, match=r"^Slow down\.$"):
        await anext(events)


async def test_an_error_frame_does_not_show_the_key(server: Server, transport: Transport) -> None:
    server.play(sse(frames([{"error": {"message": f"bad key {KEY}", "type": "authentication_error"}}])))
    with pytest.raises(Unauthorized) as caught:
        await collect(transport)
    assert KEY not in str(caught.value)


async def test_refused_before_the_stream(server: Server, transport: Transport) -> None:
    server.play(reply({"error": {"message": "Who?", "type": "x", "code": "model_not_found"}}, 404))
    with pytest.raises(Exception, match=r"^Who\?$") as caught:
        await collect(transport)
    assert type(caught.value).__name__ == "ModelNotFound"
    assert len(server.requests) == 1


async def test_a_completion_is_never_sent_twice(server: Server, transport: Transport) -> None:
    server.play(drop)
    with pytest.raises(TransportError) as caught:
        await collect(transport)
    assert caught.value.sent
    with pytest.raises(TransportError):
        await chat.complete(transport, REQUEST)
    assert len(server.requests) == 2


async def test_silence_within_a_stream_is_noticed(server: Server) -> None:
    gone = threading.Event()
    server.play(sse(frames([delta(content="a")])[:-14], hold=gone))
    async with Transport(Connection("local", server.url), timeouts=Timeouts(stream_idle_s=0.1)) as transport:
        with pytest.raises(StreamCut) as caught:
            await collect(transport)
    assert (caught.value.phase, caught.value.received.text) == ("timeout", "a")
    assert await asyncio.to_thread(gone.wait, 5)


async def test_heart_beats_keep_a_stream_alive(server: Server) -> None:
    body = frames([delta(content="a"), last()])
    beats = [b": beat\n\n"] * 10
    server.play(raw(head(200, {"Content-Type": "text/event-stream"}), *beats, body, pause_s=0.04))
    async with Transport(Connection("local", server.url), timeouts=Timeouts(stream_idle_s=0.25)) as transport:
        assert text_of(await collect(transport)) == "a"


@pytest.mark.parametrize("leave", ["close", "cancel while waiting", "cancel before the headers"])
async def test_walking_away_closes_the_response(server: Server, transport: Transport, leave: str) -> None:
    gone = threading.Event()
    first = frames([delta(content="a")])[:-14]
    server.play(silent(gone) if "headers" in leave else sse(first, hold=gone))
    got_first = asyncio.Event()

    async def consume() -> None:
        async with aclosing(chat.stream(transport, REQUEST)) as events:
            async for _ in events:
                got_first.set()
                if leave == "close":
                    return

    task = asyncio.create_task(consume())
    if "headers" in leave:
        assert await asyncio.to_thread(server.arrived.wait, 5)
    else:
        await got_first.wait()
    if "cancel" in leave:
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await task if leave == "close" else None
    assert await asyncio.to_thread(gone.wait, 5)


async def test_a_server_that_ignores_stream(server: Server, transport: Transport) -> None:
    message = {"role": "assistant", "content": "whole", "tool_calls": [{"id": "x", "function": {"name": "f"}}]}
    server.play(reply({"model": "m", "choices": [{"message": message, "finish_reason": "tool_calls"}]}))
    events = await collect(transport)
    assert [type(event) for event in events] == [TextDelta, CompleteToolCalls, Finished]


@pytest.mark.parametrize(
    "odd",
    [
        {"choices": None}, {"choices": [None]}, {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": 5}}]}, {"created": 1.5, "usage": None, "choices": []},
        {"sogni_progress": {"x": 1}}, [1, 2], "text", 7,
        {"usage": {"prompt_tokens": None}}, {"choices": [{"delta": {"tool_calls": [None, 3, {"function": None}]}}]},
        {"sogni_tool_results": [{"nonsense": 1}]}, {"x_studio": []},
    ],
)  # fmt: skip
async def test_odd_chunks_do_not_end_an_answer(server: Server, transport: Transport, odd: object) -> None:
    server.play(sse(frames([delta(content="a"), odd, delta(content="b"), last()])))
    assert text_of(await collect(transport)) == "ab"


async def test_nonsense_instead_of_json_is_a_cut(server: Server, transport: Transport) -> None:
    server.play(sse(frames([delta(content="a")])[:-14], b"data: <html>\n\n", frames([last()])))
    with pytest.raises(StreamCut, match="cannot be read"):
        await collect(transport)


# --- complete -----------------------------------------------------------------------------------------


async def test_complete(server: Server, transport: Transport) -> None:
    body = {
        "id": "c", "created": 1.0, "model": "m", "usage": {"prompt_tokens": 1, "completion_tokens": 2},
        "choices": [{"message": {"content": None, "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]}}],
        "sogniToolResults": [RESULT], "x_studio": ANSWER,
    }  # fmt: skip
    server.play(reply(body))
    response = await chat.complete(transport, REQUEST)
    assert "stream" not in server.requests[0].json
    (choice,) = response.choices
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls  # type: ignore[misc]
    assert json.loads(call.function.arguments) == {"a": 1}
    assert call.id
    assert response.usage.total_tokens == 3
    assert response.sogni_tool_results[0].urls == ["/m/1.png"]  # type: ignore[index]


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": "x"}, [], "words"])
async def test_complete_without_a_message(server: Server, transport: Transport, body: object) -> None:
    server.play(reply(body))
    with pytest.raises(TransportError, match="no message"):
        await chat.complete(transport, REQUEST)


# --- tool calls ---------------------------------------------------------------------------------------


def fold(*deltas: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    assembler = CallAssembler()
    for part in deltas:
        assembler.add(part)
    return [(call.id, call.function.name, call.function.arguments) for call in assembler.calls()]


def fragment(arguments: object = None, name: str | None = None, **members: Any) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}, **members}


def test_calls_in_openais_manner() -> None:
    assert fold(
        [fragment("", "a", index=0, id="1"), fragment("", "b", index=1, id="2")],
        [fragment('{"x"', index=0)], [fragment("{}", index=1)], [fragment(":1}", index=0)],
    ) == [("1", "a", '{"x":1}'), ("2", "b", "{}")]  # fmt: skip


def test_calls_all_numbered_zero() -> None:
    assert fold(
        [fragment('{"x":1}', "a", index=0, id="1")], [fragment('{"x":2}', "a", index=0, id="2")]
    ) == [("1", "a", '{"x":1}'), ("2", "a", '{"x":2}')]  # fmt: skip


def test_calls_with_id_and_name_in_every_fragment() -> None:
    assert fold(
        [fragment('{"x"', "a", index=0, id="1")], [fragment(":1}", "a", index=0, id="1")]
    ) == [("1", "a", '{"x":1}')]  # fmt: skip


def test_calls_without_an_index() -> None:
    assert fold(
        [fragment('{"x"', "a", id="1")], [fragment(":1}")], [fragment("{}", "b", id="2")], [fragment("", id="1")]
    ) == [("1", "a", '{"x":1}'), ("2", "b", "{}")]  # fmt: skip


def test_calls_without_index_and_id() -> None:
    made = fold([fragment("{}", "a"), fragment('{"y":1}', "a")], [fragment("{", "b")], [fragment("}", "b")])
    assert [call[1:] for call in made] == [("a", "{}"), ("a", '{"y":1}'), ("b", "{}")]
    assert len({call[0] for call in made}) == 3


def test_calls_with_whole_objects_and_without_arguments() -> None:
    assert [call[1:] for call in fold([fragment({"x": 1}, "a", index=0)], [fragment(None, "b", index=5)])] == [
        ("a", '{"x":1}'), ("b", "{}")
    ]  # fmt: skip


def test_a_name_in_pieces() -> None:
    assert fold([fragment(None, "gene", index=0, id="1")], [fragment(None, "rate", index=0)]) == [
        ("1", "generate", "{}")
    ]


def test_nonsense_makes_no_call_and_no_memory() -> None:
    assert fold([{"index": 10**9}], [{"index": -1, "function": {"arguments": "x"}}]) == []
    many = CallAssembler()
    for number in range(2000):
        many.add([fragment("{}", "f", index=number, id=str(number))])
    assert len(many.calls()) == 256


async def test_calls_through_the_stream(server: Server, transport: Transport) -> None:
    server.play(
        sse(frames([delta(tool_calls=[fragment('{"x"', "f", index=0, id="1")]),
                    delta(tool_calls=[fragment(":1}", index=0)]), last("tool_calls")]))
    )  # fmt: skip
    events = await collect(transport)
    assert [type(event) for event in events] == [ToolCallDelta, ToolCallDelta, CompleteToolCalls, Finished]
    assert events[1] == ToolCallDelta(0, "1", "f", ":1}")
    done = events[-1]
    assert isinstance(done, Finished)
    assert [(type(call), call.function.arguments) for call in done.tool_calls] == [(ToolCall, '{"x":1}')]
