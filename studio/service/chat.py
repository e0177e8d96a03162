"""Chat completions: one plain call, or a stream of typed events.

Works against any OpenAI-compatible server: members that others add, omit or send as null
are tolerated; Sogni's extras become events of their own. ``stream`` is an async generator
that owns the response: wrap it in ``contextlib.aclosing`` and leave the block to cancel.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import httpx
import msgspec
from msgspec import UNSET

from studio.contract import wire
from studio.contract.chat import (
    AnswerMessage,
    ChatRequest,
    ChatResponse,
    Choice,
    SogniProgress,
    StreamOptions,
    StudioAnswer,
    ToolCall,
    ToolResult,
    Usage,
)
from studio.contract.errors import ApiError, InvalidRequest, TransportError, from_response
from studio.service.calls import CallAssembler
from studio.service.connection import Connection
from studio.service.sse import EventTooLargeError, SseDecoder
from studio.service.transport import MAX_JSON_BYTES, Transport, decode_json, read_bounded, translating

PATH = "/v1/chat/completions"
T = TypeVar("T")
_DRAIN_S = 0.5
"""How long a server may take to end the body after ``[DONE]``; then the connection is given up."""

_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "insufficient_quota": 402,
    "permission_error": 403,
    "rate_limit_error": 429,
}


@dataclass(frozen=True)
class TextDelta:
    """More of the answer's text."""

    text: str


@dataclass(frozen=True)
class ReasoningDelta:
    """More of the model's visible thinking."""

    text: str


@dataclass(frozen=True)
class ToolCallDelta:
    """A fragment of a call that the model is writing; ``arguments`` is only what was added."""

    position: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class CompleteToolCalls:
    """All calls of the answer that the caller must run (custom tools, manual mode), once, before ``Finished``."""

    calls: list[ToolCall]


@dataclass(frozen=True)
class ToolProgress:
    """A tick of a tool that the server runs: arguments on the first, the result on the last."""

    progress: SogniProgress


@dataclass(frozen=True)
class ToolResults:
    """Results of every tool that the server ran, in call order."""

    results: list[ToolResult]


@dataclass(frozen=True)
class Finished:
    """The end of a complete answer.

    Attributes:
        finish_reason: ``stop``, ``length``, ``tool_calls``, …
        usage: token counts; zeros from servers that do not count.
        answer: what really answered, and notices; None from servers that do not say.
        model: id that the server states.
        tool_calls: the same as in ``CompleteToolCalls``; empty for none.
        workflows: ``creative_workflows`` that still render, as sent.
    """

    finish_reason: str
    usage: Usage = field(default_factory=Usage)
    answer: StudioAnswer | None = None
    model: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list)
    workflows: list[dict[str, Any]] = field(default_factory=list)


ChatEvent = TextDelta | ReasoningDelta | ToolCallDelta | CompleteToolCalls | ToolProgress | ToolResults | Finished


@dataclass(frozen=True)
class Received:
    """What had arrived of an answer that was cut."""

    text: str = ""
    reasoning: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list)
    tool_results: list[ToolResult] = field(default_factory=list)


class StreamCut(TransportError):
    """The stream ended in mid-answer; ``received`` holds everything that came before.

    ``phase`` is ``stream`` (broken off) or ``timeout`` (silent for too long).
    """

    def __init__(self, message: str, received: Received, *, silent: bool = False) -> None:
        super().__init__(message, phase="timeout" if silent else "stream", sent=True)
        self.received = received


async def complete(transport: Transport, request: ChatRequest) -> ChatResponse:
    """Ask once and return the whole answer, within ``Timeouts.completion_s``. Never repeated once sent.

    Raises:
        ApiError: the server refused.
        TransportError: no answer, or none that can be read.
    """
    plain = msgspec.structs.replace(request, stream=False, stream_options=None)
    return _response(await transport.post_json(PATH, plain, timeout="completion"))


async def stream(transport: Transport, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
    """Ask, and yield the answer as it is made; the last event is ``Finished``.

    Closing the generator closes the response, and the server stops its round.

    Raises:
        ApiError: the server refused, before the answer or within it.
        TransportError: the answer never began.
        StreamCut: it began and was cut; what had arrived is kept in it.
    """
    body = msgspec.structs.replace(request, stream=True, stream_options=StreamOptions(include_usage=True))
    headers = {"Accept": "text/event-stream", "Content-Type": "application/json"}
    fold = _Fold(transport.connection)
    async with transport.stream("POST", PATH, content=wire.encode(body), headers=headers) as response:
        if "text/event-stream" not in response.headers.get("content-type", "text/event-stream"):
            # The server ignored ``stream``: one whole answer is an answer too.
            for event in _events_of(_response(decode_json(await read_bounded(response, MAX_JSON_BYTES), response))):
                yield event
            return
        async with aclosing(_payloads(response, fold)) as payloads:
            async for payload in payloads:
                for event in fold.add(payload):
                    yield event
    for event in fold.finish():
        yield event


async def _payloads(response: httpx.Response, fold: "_Fold") -> AsyncGenerator[str, None]:
    """Yield the data of every event; end at ``[DONE]`` or at the end of the body."""
    decoder = SseDecoder()
    host = response.url.netloc.decode("ascii", "replace")
    try:
        async with aclosing(_chunks(response, host)) as chunks:
            async for chunk in chunks:
                for event in decoder.feed(chunk):
                    if event.data.strip() == "[DONE]":
                        fold.done = True
                        await _drain(chunks)
                        return
                    yield event.data
    except EventTooLargeError as error:
        fold.cut(error)
    except TransportError as error:
        # Some servers drop the connection right after the last chunk; what is complete counts.
        if fold.finish_reason is None:
            fold.cut(error)
    rest = decoder.finish()
    if rest is not None:
        if rest.data.strip() == "[DONE]":
            fold.done = True
        elif _is_json(rest.data):
            yield rest.data


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read the end of the body after ``[DONE]``, so that the connection can be used again.

    It also leaves no half-read generator to the garbage collector, which loops without
    hooks for those (Qt's) cannot close.
    """
    with contextlib.suppress(TimeoutError, TransportError):
        async with asyncio.timeout(_DRAIN_S):
            async for _ in chunks:
                pass


async def _chunks(response: httpx.Response, host: str) -> AsyncGenerator[bytes, None]:
    bytes_: AsyncIterator[bytes] = response.aiter_bytes()
    while True:
        with translating(host, host):
            try:
                chunk = await anext(bytes_)
            except StopAsyncIteration:
                return
        yield chunk


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return True


class _Fold:
    """Folds chunks into events and remembers what came."""

    def __init__(self, connection: Connection) -> None:
        self.done = False
        self.finish_reason: str | None = None
        self._connection = connection
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls = CallAssembler()
        self._results: list[ToolResult] = []
        self._usage = Usage()
        self._answer: StudioAnswer | None = None
        self._workflows: list[dict[str, Any]] = []
        self._model = ""

    @property
    def received(self) -> Received:
        """Everything so far."""
        return Received("".join(self._text), "".join(self._reasoning), self._calls.calls(), list(self._results))

    def cut(self, cause: Exception) -> NoReturn:
        """Raise the failure of a stream that cannot go on."""
        silent = isinstance(cause, TransportError) and cause.phase == "timeout"
        text = "The answer fell silent." if silent else "The connection broke in the middle of the answer."
        raise StreamCut(text, self.received, silent=silent) from cause

    def add(self, payload: str) -> list[ChatEvent]:
        """Fold one chunk.

        Raises:
            ApiError: it is an error frame.
            StreamCut: it is not JSON.
        """
        try:
            chunk = msgspec.json.decode(payload)
        except msgspec.DecodeError as error:
            raise StreamCut("The server sent something that cannot be read.", self.received) from error
        if not isinstance(chunk, dict):
            return []
        if chunk.get("error"):
            raise _frame_error(chunk, self._connection)
        self._model = _text(chunk.get("model")) or self._model
        self._usage = _usage(chunk.get("usage")) or self._usage
        events: list[ChatEvent] = []
        if chunk.get("sogni_progress") is not None:
            progress = _converted(SogniProgress, chunk["sogni_progress"])
            if progress is not None:
                events.append(ToolProgress(progress))
        choices = chunk.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
            events += self._choice(choices[0])
        return events + self._extras(chunk)

    def _choice(self, choice: Mapping[str, Any]) -> list[ChatEvent]:
        delta = choice.get("delta") or choice.get("message")
        events: list[ChatEvent] = []
        if isinstance(delta, Mapping):
            reasoning = _text(delta.get("reasoning_content")) or _text(delta.get("reasoning"))
            if reasoning:
                self._reasoning.append(reasoning)
                events.append(ReasoningDelta(reasoning))
            text = _text(delta.get("content"))
            if text:
                self._text.append(text)
                events.append(TextDelta(text))
            for part in self._calls.add(delta.get("tool_calls")):
                events.append(ToolCallDelta(part.position, part.id, part.name, part.arguments))
        self.finish_reason = _text(choice.get("finish_reason")) or self.finish_reason
        return events

    def _extras(self, chunk: Mapping[str, Any]) -> list[ChatEvent]:
        self._answer = _converted(StudioAnswer, chunk.get("x_studio")) or self._answer
        workflows = chunk.get("creative_workflows", chunk.get("creativeWorkflows"))
        if isinstance(workflows, list):
            self._workflows = [w for w in workflows if isinstance(w, dict)]
        results = _converted(list[ToolResult], chunk.get("sogni_tool_results", chunk.get("sogniToolResults")))
        if not results:
            return []
        self._results = results
        return [ToolResults(results)]

    def finish(self) -> list[ChatEvent]:
        """Return the closing events.

        Raises:
            StreamCut: the stream ended without saying that it was complete.
        """
        if self.finish_reason is None and not self.done:
            raise StreamCut("The answer broke off before it was complete.", self.received)
        calls = self._calls.calls()
        reason = self.finish_reason or ("tool_calls" if calls else "stop")
        finished = Finished(reason, self._usage, self._answer, self._model, calls, self._workflows)
        return [CompleteToolCalls(calls), finished] if calls else [finished]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _converted(kind: type[T], value: object) -> T | None:
    """Convert an extra; one that breaks its struct is left out rather than ending the answer."""
    if value is None:
        return None
    try:
        return wire.convert(kind, value)
    except InvalidRequest:
        return None


def _usage(value: object) -> Usage | None:
    if not isinstance(value, Mapping):
        return None
    counts = [value.get(name) for name in ("prompt_tokens", "completion_tokens", "total_tokens")]
    prompt, completion, total = (c if isinstance(c, int) else 0 for c in counts)
    return Usage(prompt, completion, total or prompt + completion)


def _frame_error(chunk: dict[str, Any], connection: Connection) -> ApiError:
    body = msgspec.json.decode(connection.redact(msgspec.json.encode(chunk).decode()))
    inner = body["error"] if isinstance(body["error"], Mapping) else {}
    for status in (body.get("errorCode"), inner.get("status"), inner.get("code")):
        if isinstance(status, int) and 400 <= status < 600:
            return from_response(status, body)
    return from_response(_STATUS_OF_TYPE.get(_text(inner.get("type")), 500), body)


def _response(body: object) -> ChatResponse:
    """Build the answer from decoded JSON.

    Raises:
        ApiError: the body is an error under a 200.
        TransportError: it holds no answer.
    """
    if isinstance(body, Mapping) and isinstance(body.get("data"), Mapping) and "choices" not in body:
        body = body["data"]
    choices = body.get("choices") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(choices, list) or not choices:
        if isinstance(body, Mapping) and body.get("error"):
            raise from_response(500, body)
        raise TransportError("The server's answer holds no message.", phase="read", sent=True)
    choice = choices[0] if isinstance(choices[0], Mapping) else {}
    message = choice.get("message") or choice.get("delta")
    message = message if isinstance(message, Mapping) else {}
    assembler = CallAssembler()
    assembler.add(message.get("tool_calls"))
    calls = assembler.calls()
    content = message.get("content")
    workflows = body.get("creative_workflows", body.get("creativeWorkflows"))
    created = body.get("created")
    return ChatResponse(
        id=_text(body.get("id")),
        created=int(created) if isinstance(created, int | float) else 0,
        model=_text(body.get("model")),
        choices=[
            Choice(
                AnswerMessage(
                    content if isinstance(content, str) else None,
                    tool_calls=calls or UNSET,
                    reasoning_content=_text(message.get("reasoning_content")) or UNSET,
                ),
                finish_reason=_text(choice.get("finish_reason")) or ("tool_calls" if calls else "stop"),
            )
        ],
        usage=_usage(body.get("usage")) or Usage(),
        cost=body["cost"] if isinstance(body.get("cost"), dict) else UNSET,
        creative_workflows=[w for w in workflows if isinstance(w, dict)] if isinstance(workflows, list) else UNSET,
        sogni_tool_results=_converted(list[ToolResult], body.get("sogni_tool_results", body.get("sogniToolResults")))
        or UNSET,
        x_studio=_converted(StudioAnswer, body.get("x_studio")) or UNSET,
    )


def _events_of(response: ChatResponse) -> list[ChatEvent]:
    choice = response.choices[0]
    message = choice.message
    calls = [] if message.tool_calls is UNSET else message.tool_calls
    events: list[ChatEvent] = []
    if isinstance(message.reasoning_content, str):
        events.append(ReasoningDelta(message.reasoning_content))
    if message.content:
        events.append(TextDelta(message.content))
    if response.sogni_tool_results is not UNSET:
        events.append(ToolResults(response.sogni_tool_results))
    if calls:
        events.append(CompleteToolCalls(calls))
    answer = None if response.x_studio is UNSET else response.x_studio
    workflows = [] if response.creative_workflows is UNSET else response.creative_workflows
    events.append(Finished(choice.finish_reason or "stop", response.usage, answer, response.model, calls, workflows))
    return events
