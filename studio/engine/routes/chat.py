"""``POST /v1/chat/completions``, plain and streamed. Source: contract/chat-completions.md."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from litestar.openapi import ResponseSpec
from litestar.params import Body
from msgspec import UNSET

from studio.contract import wire
from studio.contract.chat import AnswerMessage, ChatRequest, ChatResponse, Choice, estimate_tokens
from studio.contract.errors import StudioError
from studio.engine.agent.events import Ended
from studio.engine.agent.loop import AgentLoop
from studio.engine.agent.prepare import prepare
from studio.engine.billing.desk import Payer, header_token
from studio.engine.billing.llm_bill import LlmBill
from studio.engine.limits import CHAT_BODY_BYTES
from studio.engine.openapi import FAILURES, failure
from studio.engine.services import caller, services
from studio.engine.sse import DONE, ChunkWriter, EventStream, error_frame, gone
from studio.engine.wire_dto import WireDTO

log = logging.getLogger(__name__)


async def _empty_body_is_empty_object(request: Request[Any, Any, Any]) -> None:
    """Let an empty body fail as ``{}`` does: by naming the member that is missing."""
    if not await request.body():
        wire.parse(ChatRequest, b"")


@post(
    "/v1/chat/completions",
    dto=WireDTO[ChatRequest],
    return_dto=None,
    before_request=_empty_body_is_empty_object,
    status_code=200,
    request_max_body_size=CHAT_BODY_BYTES,
    tags=["Chat"],
    summary="Chat completion, with the tools of the studio",
    responses={
        **FAILURES,
        200: ResponseSpec(
            data_container=ChatResponse, description="The answer; with stream=true a text/event-stream of chunks."
        ),
        413: failure("The body is larger than 64 MiB."),
        503: failure("The language model cannot be reached."),
    },
)
async def chat_completions(request: Request[Any, Any, Any], data: Annotated[ChatRequest, Body()]) -> Response[Any]:
    """Answer a conversation: one request may hold a whole loop of tool calls."""
    parts = services(request)
    await parts.brains.ready()
    choice = parts.brains.choose(data.model)
    data = _with_header_token(request, data)
    prepared = await prepare(data, caller(request), parts.desk, parts.settings.default_tools)
    completion_id = f"chatcmpl-{secrets.token_hex(12)}"
    payer = Payer(caller(request).owner, data.token_type or "spark", data.billing_mode or "auto")
    most = data.max_completion_tokens or data.max_tokens
    bill = LlmBill(
        parts.billing,
        await parts.billing.hold_llm(payer, estimate_tokens(data.messages), most, key=f"{completion_id}/llm"),
    )
    loop = AgentLoop(prepared, choice, parts.brains, parts.workshop)
    if data.stream:
        usage = bool(data.stream_options and data.stream_options.include_usage)
        return _stream(loop, bill, completion_id, include_usage=usage)
    async with bill:
        return await _plain(request, loop, bill, completion_id)


def _with_header_token(request: Request[Any, Any, Any], data: ChatRequest) -> ChatRequest:
    """Take the token of the header ``X-Token-Type`` when the body names none."""
    named = header_token(request.headers)
    if data.token_type is None and named is not None:
        return msgspec.structs.replace(data, token_type=named)
    return data


def _stream(loop: AgentLoop, bill: LlmBill, completion_id: str, *, include_usage: bool) -> EventStream:
    writer = ChunkWriter(completion_id, loop.model_id, include_usage=include_usage)

    async def frames() -> AsyncIterator[bytes]:
        try:
            async with bill, aclosing(loop.run()) as events:
                yield writer.opening()
                async for event in events:
                    cost = await bill.settle(event.usage) if isinstance(event, Ended) else None
                    yield writer.frames(event, cost=cost)
        except Exception as error:
            if not isinstance(error, StudioError):
                log.error("unexpected %s in a stream", type(error).__name__, exc_info=error)
            yield error_frame(error)
            return
        yield DONE

    return EventStream(frames())


async def _plain(
    request: Request[Any, Any, Any], loop: AgentLoop, bill: LlmBill, completion_id: str
) -> Response[ChatResponse]:
    """Collect the whole answer; a client that goes away cancels it."""
    working = asyncio.create_task(_end_of(loop), name="completion")
    watching = asyncio.create_task(gone(request.receive), name="watch for disconnect")
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            log.info("the client went away; the answer was cancelled")
            raise ClientGone("The client went away.")
        end = working.result()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
    cost = await bill.settle(end.usage)
    message = AnswerMessage(
        content=end.text,
        tool_calls=end.tool_calls or UNSET,
        reasoning_content=end.reasoning or UNSET,
    )
    body = ChatResponse(
        id=completion_id,
        created=int(time.time()),
        model=end.model,
        choices=[Choice(message, finish_reason=end.finish_reason)],
        usage=end.usage,
        cost=UNSET if cost is None else wire.to_builtins(cost),
        sogni_tool_results=end.results or UNSET,
        x_studio=end.answer,
    )
    return Response(body, media_type="application/json; charset=utf-8")


class ClientGone(StudioError):
    """Nobody waits for the answer any more; the response goes nowhere."""


async def _end_of(loop: AgentLoop) -> Ended:
    async with aclosing(loop.run()) as events:
        async for event in events:
            if isinstance(event, Ended):
                return event
    raise StudioError("The answer ended without an end.")
