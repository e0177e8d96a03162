"""Server-sent events of a completion: chunk frames, keep-alive comments, one end.

Source: contract/chat-completions.md §9.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import msgspec
from litestar import Response

from studio.contract import wire
from studio.contract.billing import LlmCost
from studio.contract.chat import ChatChunk, ChunkChoice, Delta, FunctionDelta, ToolCall, ToolCallDelta, Usage
from studio.engine.agent.events import Ended, LoopEvent, ReasoningDelta, TextDelta, ToolTick
from studio.engine.errors import as_api_error

KEEP_ALIVE_S = 10.0
"""The contract wants a sign of life at least every 15 s."""
_COMMENT = b": keep-alive\n\n"
DONE = b"data: [DONE]\n\n"


class ChunkWriter:
    """Turns loop events into frames that all carry the same id, time and model."""

    def __init__(self, completion_id: str, model: str, *, include_usage: bool) -> None:
        self._base = ChatChunk(id=completion_id, created=int(time.time()), model=model)
        self._include_usage = include_usage

    def opening(self) -> bytes:
        """Return the first frame, which names the role."""
        return self._frame(Delta(role="assistant", content=""))

    def frames(self, event: LoopEvent, *, cost: LlmCost | None = None) -> bytes:
        """Return the frames of one event; *cost* goes with the last."""
        if isinstance(event, TextDelta):
            return self._frame(Delta(content=event.text))
        if isinstance(event, ReasoningDelta):
            return self._frame(Delta(reasoning_content=event.text))
        if isinstance(event, ToolTick):
            return self._frame(Delta(), sogni_progress=event.progress)
        return self._ending(event, cost)

    def _ending(self, end: Ended, cost: LlmCost | None) -> bytes:
        frames = [self._frame(Delta(tool_calls=[_delta(i, call)])) for i, call in enumerate(end.tool_calls)]
        extras: dict[str, Any] = {"x_studio": end.answer}
        if end.results:
            extras["sogni_tool_results"] = end.results
        if cost is not None:
            extras["cost"] = wire.to_builtins(cost)
        frames.append(self._frame(Delta(), finish_reason=end.finish_reason, **extras))
        if self._include_usage:
            frames.append(self._usage(end.usage))
        return b"".join(frames)

    def _frame(self, delta: Delta, *, finish_reason: str | None = None, **extras: Any) -> bytes:
        choices = [ChunkChoice(delta=delta, finish_reason=finish_reason)]
        return _data(msgspec.structs.replace(self._base, choices=choices, **extras))

    def _usage(self, usage: Usage) -> bytes:
        return _data(msgspec.structs.replace(self._base, choices=[], usage=usage))


def _delta(index: int, call: ToolCall) -> ToolCallDelta:
    return ToolCallDelta(
        index=index, id=call.id, type="function", function=FunctionDelta(call.function.name, call.function.arguments)
    )


def _data(value: object) -> bytes:
    return b"data: " + wire.encode(value) + b"\n\n"


def error_frame(error: BaseException) -> bytes:
    """Return the one frame that tells of an error after the start; no ``[DONE]`` follows it."""
    body = as_api_error(error).body()
    return _data({"error": body["error"], "errorCode": body["errorCode"]})


async def with_keep_alive(frames: AsyncIterator[bytes], *, every_s: float = KEEP_ALIVE_S) -> AsyncIterator[bytes]:
    """Yield *frames*, and a comment whenever none came for *every_s* seconds. Closing it closes *frames*."""
    waiting: asyncio.Task[bytes] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(_next(frames))
            done, _ = await asyncio.wait({waiting}, timeout=every_s)
            if not done:
                yield _COMMENT
                continue
            finished, waiting = waiting, None
            try:
                frame = finished.result()
            except _Over:
                return
            yield frame
    finally:
        if waiting is not None:
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError, _Over):
                await waiting
        close = getattr(frames, "aclose", None)
        if close is not None:
            await close()


async def _next(frames: AsyncIterator[bytes]) -> bytes:
    try:
        return await anext(frames)
    except StopAsyncIteration:
        # A StopAsyncIteration cannot travel through a Task unharmed on every version; say it in our own words.
        raise _Over from None


class _Over(Exception):
    pass


class EventStream(Response[Any]):
    """The ASGI response that sends frames until they end or the client goes away.

    A disconnect cancels the work at its current await and waits until it is undone.
    """

    def __init__(self, frames: AsyncIterator[bytes]) -> None:
        super().__init__(None)
        self._frames = frames

    def to_asgi_response(self, *args: Any, **kwargs: Any) -> Any:
        """Return the ASGI application that sends the frames."""
        return self._answer

    async def _answer(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        sending = asyncio.create_task(self._send(send), name="event stream")
        watching = asyncio.create_task(gone(receive), name="watch for disconnect")
        try:
            await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                await sending
        finally:
            for task in (sending, watching):
                task.cancel()
            await asyncio.gather(sending, watching, return_exceptions=True)

    async def _send(self, send: Callable[[Any], Awaitable[None]]) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-cache"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async with aclosing(with_keep_alive(self._frames)) as frames:  # type: ignore[type-var]
            async for frame in frames:
                await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def gone(receive: Callable[[], Awaitable[Any]]) -> None:
    """Return when the client disconnects."""
    while (await receive())["type"] != "http.disconnect":
        pass
