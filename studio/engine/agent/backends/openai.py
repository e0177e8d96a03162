"""Any OpenAI-compatible server as the engine's brain, reached through the service layer.

Tool calls are native where the server takes them. When a server refuses ``tools``, or a
model writes its call as text, the backend remembers it and chooses under a JSON schema
from then on (``schema.py``).
"""

import dataclasses
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal

import msgspec

from studio.contract.chat import (
    ChatRequest,
    FinishReason,
    Message,
    NamedToolChoice,
    ResponseFormat,
    StreamOptions,
    ToolCall,
    ToolSpec,
    Usage,
)
from studio.contract.errors import ApiError, ServerError, StudioError, TransportError, Unavailable
from studio.engine.agent.backends import schema
from studio.engine.agent.backends.base import BackendEvent, BackendGone, Finished, ReasoningDelta, Round, TextDelta
from studio.engine.agent.backends.detect import FoundModel, FoundServer
from studio.engine.agent.backends.fences import CallScanner, new_call_id
from studio.service import chat
from studio.service.connection import Connection
from studio.service.transport import Transport

log = logging.getLogger(__name__)

_Shape = Literal["json_schema", "json_object", "text"]
_SHAPES: tuple[_Shape, ...] = ("json_schema", "json_object", "text")


class OpenAIBackend:
    """One model of one server. Owns its transport; ``aclose`` ends it."""

    def __init__(self, server: FoundServer, model: FoundModel, *, api_key: str | None = None) -> None:
        self.server = server
        self.model = model
        self._transport = Transport(Connection("custom", server.base_url, api_key))
        self._mode: Literal["native", "schema"] = "schema" if model.tools is False else "native"
        self._shape: _Shape = "json_schema"

    @property
    def model_id(self) -> str:
        """The id under which ``/v1/models`` lists it."""
        return self.model.id

    @property
    def answered_by(self) -> str:
        """Server and model in words."""
        return f"{self.server.name} · {self.model.id}"

    @property
    def context_tokens(self) -> int:
        """The model's window."""
        return self.model.context_tokens

    @property
    def vision(self) -> bool:
        """Whether it may be sent pictures."""
        return self.model.vision

    @property
    def tools_mode(self) -> Literal["native", "schema"]:
        """How it chooses tools, as far as it is known by now."""
        return self._mode

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._transport.aclose()

    async def stream(self, round_: Round) -> AsyncGenerator[BackendEvent, None]:
        """Yield the answer of one round; close the iterator to cancel.

        Raises:
            StudioError: the server refused, failed or went away; the sentence names it.
        """
        try:
            async with aclosing(self._stream(round_)) as events:
                async for event in events:
                    yield event
        except (ApiError, TransportError) as error:
            raise self._blame(error) from error

    async def _stream(self, round_: Round) -> AsyncGenerator[BackendEvent, None]:
        if not round_.tools or round_.tool_choice == "none":
            async with aclosing(self._native(dataclasses.replace(round_, tools=(), tool_choice="none"))) as events:
                async for event in events:
                    yield event
            return
        if self._mode == "native":
            try:
                async with aclosing(self._native(round_)) as events:
                    async for event in events:
                        yield event
                return
            except _ToolsRefused:
                self._mode = "schema"
                log.info("%s does not take tools; choosing under a schema", self.answered_by)
        async with aclosing(self._schema(round_)) as events:
            async for event in events:
                yield event

    async def _native(self, round_: Round) -> AsyncGenerator[BackendEvent, None]:
        must_call = round_.tool_choice == "required" or isinstance(round_.tool_choice, NamedToolChoice)
        names = frozenset(tool.function.name for tool in round_.tools)
        wants_json = round_.request.response_format is not None and round_.request.response_format.type != "text"
        scanner = CallScanner(names, bare_json=not wants_json)
        request = self._request(round_, list(round_.messages), tools=list(round_.tools))
        end: chat.Finished | None = None
        try:
            async with aclosing(chat.stream(self._transport, request)) as events:
                async for event in events:
                    if isinstance(event, chat.TextDelta):
                        text = scanner.feed(event.text)
                        if text and not must_call:
                            yield TextDelta(text)
                    elif isinstance(event, chat.ReasoningDelta):
                        yield ReasoningDelta(event.text)
                    elif isinstance(event, chat.Finished):
                        end = event
        except ApiError as error:
            if round_.tools and _refuses_tools(error):
                raise _ToolsRefused from error
            raise
        rest = scanner.finish()
        if end is None:
            raise ServerError(f"{self.answered_by} ended its answer without saying so.", code="llm_failed")
        calls = [_with_id(call) for call in end.tool_calls] or scanner.calls
        if scanner.calls and not end.tool_calls:
            self._mode = "schema"  # it writes calls as text: next time it gets a grammar
        if must_call and not calls:
            raise _ToolsRefused
        if rest and not must_call:
            yield TextDelta(rest)
        yield Finished(calls, _reason(end.finish_reason, calls), end.usage or Usage())

    async def _schema(self, round_: Round) -> AsyncGenerator[BackendEvent, None]:
        tools, reply = schema.narrowed(round_)
        names = frozenset(tool.function.name for tool in tools)
        messages = schema.as_plain_messages(round_.messages, tools, reply=reply)
        reader = schema.ReplyReader()
        end: chat.Finished | None = None
        for shape in _SHAPES[_SHAPES.index(self._shape) :]:
            request = self._request(round_, messages, shape=_shaped(shape, tools, reply))
            try:
                async with aclosing(chat.stream(self._transport, request)) as events:
                    async for event in events:
                        if isinstance(event, chat.TextDelta):
                            if words := reader.feed(event.text):
                                yield TextDelta(words)
                        elif isinstance(event, chat.ReasoningDelta):
                            yield ReasoningDelta(event.text)
                        elif isinstance(event, chat.Finished):
                            end = event
                break
            except ApiError as error:
                if error.http_status != 400 or shape == "text" or reader.raw:
                    raise
                self._shape = _SHAPES[_SHAPES.index(shape) + 1]
        if end is None:
            raise ServerError(f"{self.answered_by} ended its answer without saying so.", code="llm_failed")
        text, calls = schema.read_action(reader.raw, names)
        if not calls and not reader.shown:
            # Neither an action nor a reply: the words themselves are the best answer there is.
            yield TextDelta(text if text is not None else reader.raw)
        yield Finished(calls, _reason(end.finish_reason, calls), end.usage or Usage())

    def _request(
        self,
        round_: Round,
        messages: list[Message],
        *,
        tools: list[ToolSpec] | None = None,
        shape: ResponseFormat | None = None,
    ) -> ChatRequest:
        asked = round_.request
        most = asked.max_completion_tokens or asked.max_tokens
        plain = shape is None
        return ChatRequest(
            messages=messages,
            model=self.model.id,
            stream=True,
            stream_options=StreamOptions(include_usage=True),
            max_tokens=min(most, self.context_tokens) if most else None,
            temperature=asked.temperature if plain else 0.0,
            top_p=asked.top_p,
            top_k=asked.top_k,
            min_p=asked.min_p,
            repetition_penalty=asked.repetition_penalty,
            frequency_penalty=asked.frequency_penalty,
            presence_penalty=asked.presence_penalty,
            stop=asked.stop,
            tools=tools or None,
            tool_choice=round_.tool_choice if tools and round_.tool_choice != "auto" else None,
            chat_template_kwargs=asked.chat_template_kwargs,
            response_format=shape or asked.response_format,
        )

    def _blame(self, error: ApiError | TransportError) -> StudioError:
        """Return *error* as one that names the model; a 401 of the model's server must not reach the client."""
        if isinstance(error, TransportError):
            if not error.sent:
                return BackendGone(f"{self.server.name} does not answer any more. Start it again, or go on without it.")
            return BackendGone(f"{self.answered_by} stopped in the middle of its answer. Ask again to go on.")
        if error.http_status in (401, 403):
            return ServerError(
                f"{self.server.name} refuses the key it was given (STUDIO_LLM_API_KEY).",
                code="llm_key_refused",
                http_status=502,
            )
        if error.http_status == 404:
            return BackendGone(f"{self.server.name} does not have the model {self.model.id} any more.")
        if error.http_status in (429, 503):
            return Unavailable(f"{self.server.name} is busy: {error.message}", retry_after_s=error.retry_after_s)
        status = 400 if error.http_status == 400 else 502
        return ServerError(f"{self.answered_by} failed: {error.message}", code="llm_failed", http_status=status)


class _ToolsRefused(Exception):
    """The server does not take tools for this model, or the model ignores a forced choice."""


def _shaped(shape: _Shape, tools: list[ToolSpec], reply: bool) -> ResponseFormat:
    if shape == "json_schema":
        return schema.response_format(tools, reply=reply)
    return ResponseFormat(shape)


def _refuses_tools(error: ApiError) -> bool:
    text = error.message.lower()
    return error.http_status in (400, 404, 422, 500, 501) and (
        "tool" in text or "function call" in text or "jinja" in text
    )


def _with_id(call: ToolCall) -> ToolCall:
    return call if call.id else msgspec.structs.replace(call, id=new_call_id())


def _reason(reason: str, calls: list[ToolCall]) -> FinishReason:
    if calls:
        return "tool_calls"
    if reason == "length":
        return "length"
    return "content_filter" if reason == "content_filter" else "stop"
