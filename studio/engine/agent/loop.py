"""The agent's rounds: ask the model, run what it calls, feed the results back, end with an answer.

Source: contract/chat-completions.md §5 and §7. ``AgentLoop.run`` is an async generator;
closing it cancels the model's stream and every running tool.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import msgspec

from studio.contract.chat import (
    MAX_ROUNDS,
    FinishReason,
    Message,
    SogniProgress,
    StudioAnswer,
    ToolCall,
    ToolResult,
    Usage,
    call_arguments,
)
from studio.engine.agent.asking import SESSION_TOOLS, Asker
from studio.engine.agent.backends.base import Backend, BackendGone, Finished, ReasoningDelta, TextDelta
from studio.engine.agent.backends.fences import new_call_id
from studio.engine.agent.brains import Brains, Choice
from studio.engine.agent.calls import CallRunner, Workshop, tool_message_json
from studio.engine.agent.events import Ended, LoopEvent, ToolTick
from studio.engine.agent.failures import asks_user
from studio.engine.agent.prepare import Prepared
from studio.engine.agent.surface import Surface
from studio.engine.billing.desk import Payer

DIRECTOR_ROUNDS = 8
"""The director works one link of a chain in each round, and costs nothing."""


class AgentLoop:
    """Answers one prepared request."""

    def __init__(self, prepared: Prepared, choice: Choice, brains: Brains, workshop: Workshop) -> None:
        self._prepared = prepared
        self._surface = prepared.surface
        self._asker = Asker(prepared, choice, brains, workshop)
        self._workshop = workshop
        self._media = prepared.media
        self._messages = list(prepared.messages)
        self._usage = Usage()
        self._results: list[ToolResult] = []
        self._said_anything = False
        self._text = ""
        self._round_text = ""
        self._reasoning = ""
        self._finished = Finished([], "stop", Usage())
        asked = prepared.request
        self._payer = Payer(prepared.caller.owner, asked.token_type or "spark", asked.billing_mode or "auto")
        self._key = f"chat-{secrets.token_hex(12)}"

    @property
    def model_id(self) -> str:
        """The id of the model that answers."""
        return self._asker.backend.model_id

    async def run(self) -> AsyncGenerator[LoopEvent, None]:
        """Yield the answer; the last event is ``Ended``.

        Raises:
            StudioError: the model failed; nothing more comes.
        """
        may_call = True
        number = 0
        while True:
            number += 1
            async with aclosing(self._ask(number, may_call)) as events:
                async for event in events:
                    yield event
            calls = [
                call if call.id else msgspec.structs.replace(call, id=new_call_id())
                for call in self._finished.tool_calls
            ]
            if not self._surface.execute or not calls or not may_call:
                break
            hosted, custom = divided(calls, self._surface)
            session = next((call for call in hosted if call.function.name in SESSION_TOOLS), None)
            hosted = [call for call in hosted if call.function.name not in SESSION_TOOLS]
            if hosted:
                before = len(self._results)
                async with aclosing(self._work(hosted)) as ticks:
                    async for tick in ticks:
                        yield tick
                self._messages += round_messages(self._round_text, hosted, self._results[before:])
                may_call = not any(asks_user(result) for result in self._results[before:])
            if custom:
                yield self._end("tool_calls", custom)
                return
            if session is not None:
                for event in self._close_session(session):
                    yield event
                return
            if number >= most_rounds(self._asker.backend):
                for event in self._stop_at_limit(number):
                    yield event
                return
        manual = calls if not self._surface.execute else []
        yield self._end(self._reason(manual), manual)

    def _reason(self, manual: list[ToolCall]) -> FinishReason:
        reason = self._finished.finish_reason
        if manual:
            return "tool_calls"
        return "stop" if reason == "tool_calls" else reason

    async def _ask(self, number: int, may_call: bool) -> AsyncGenerator[LoopEvent, None]:
        """One round of the model; falls back when it cannot be reached and has said nothing yet."""
        try:
            async with aclosing(self._heard(number, may_call)) as events:
                async for event in events:
                    yield event
            return
        except BackendGone as error:
            if not self._asker.fall_back(error, allowed=not (self._said_anything or self._results)):
                raise
        async with aclosing(self._heard(number, may_call)) as events:
            async for event in events:
                yield event

    async def _heard(self, number: int, may_call: bool) -> AsyncGenerator[LoopEvent, None]:
        text: list[str] = []
        async with aclosing(self._asker.ask(self._messages, number, may_call=may_call)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    if not text and self._text:
                        # Words of an earlier round stand before these; keep them apart.
                        yield TextDelta("\n\n")
                    text.append(event.text)
                    self._said_anything = True
                    yield event
                elif isinstance(event, ReasoningDelta):
                    self._reasoning += event.text
                    yield event
                else:
                    self._finished = event
        self._usage += self._finished.usage
        self._round_text = "".join(text)
        self._text = self._round_text or self._text

    async def _work(self, calls: list[ToolCall]) -> AsyncGenerator[ToolTick, None]:
        """Run *calls*, yielding their progress; closing this kills their work."""
        ticks: asyncio.Queue[SogniProgress | None] = asyncio.Queue()
        runner = CallRunner(
            self._workshop,
            media=self._media,
            caller=self._prepared.caller,
            request_text=self._prepared.request_text,
            backend=self._asker.backend,
            tick=ticks.put_nowait,
            payer=self._payer,
            key=f"{self._key}/{len(self._messages)}",
        )
        task = asyncio.create_task(runner.run(calls), name="tool calls")
        task.add_done_callback(lambda _: ticks.put_nowait(None))
        try:
            while (tick := await ticks.get()) is not None:
                yield ToolTick(tick)
            self._results += await task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _close_session(self, call: ToolCall) -> list[LoopEvent]:
        """End the turn as ``ask_clarifying_question`` or ``finalize_response`` asks."""
        arguments: dict[str, Any] = call_arguments(call)
        words = str(arguments.get(SESSION_TOOLS[call.function.name]) or "").strip()
        self._results.append(
            ToolResult(
                tool=call.function.name,
                success=True,
                ok=True,
                tool_call_id=call.id,
                message=words or None,
                data=arguments,
            )
        )
        events: list[LoopEvent] = []
        if words:
            events.append(TextDelta(("\n\n" if self._text else "") + words))
            self._text = words
        return [*events, self._end("stop", [])]

    def _stop_at_limit(self, rounds: int) -> list[LoopEvent]:
        words, notice = limit_words(rounds)
        self._asker.notices.append(notice)
        event = TextDelta(("\n\n" if self._text else "") + words)
        self._text = words
        return [event, self._end("stop", [])]

    def _end(self, reason: FinishReason, calls: list[ToolCall]) -> Ended:
        return Ended(
            text=self._text or None,
            reasoning=self._reasoning or None,
            finish_reason=reason,
            usage=_with_total(self._usage),
            answer=StudioAnswer(self._asker.backend.answered_by, list(dict.fromkeys(self._asker.notices))),
            model=self._asker.backend.model_id,
            tool_calls=calls,
            results=list(self._results),
        )


def divided(calls: Sequence[ToolCall], surface: Surface) -> tuple[list[ToolCall], list[ToolCall]]:
    """Divide calls into those the engine answers (unknown names too: with a failure) and the caller's own."""
    theirs = surface.names - surface.hosted
    hosted = [call for call in calls if call.function.name not in theirs]
    return hosted, [call for call in calls if call.function.name in theirs]


def most_rounds(backend: Backend) -> int:
    """Return after how many rounds *backend* is stopped."""
    return DIRECTOR_ROUNDS if backend.tools_mode == "director" else MAX_ROUNDS


def limit_words(rounds: int) -> tuple[str, str]:
    """Return what the answer and the notice say when the limit of rounds is reached."""
    return (
        f"I stopped after {rounds} rounds of work. Ask me to go on if something is missing.",
        f"The limit of {rounds} rounds was reached.",
    )


def round_messages(text: str, calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> list[Message]:
    """Return what a round adds to the conversation: the assistant's calls and a tool message for each result."""
    return [
        Message("assistant", text or None, tool_calls=list(calls)),
        *(
            Message("tool", tool_message_json(result), tool_call_id=call.id, name=call.function.name)
            for call, result in zip(calls, results, strict=True)
        ),
    ]


def _with_total(usage: Usage) -> Usage:
    """Return *usage* with a total, for servers that report none."""
    return Usage(usage.prompt_tokens, usage.completion_tokens, usage.prompt_tokens + usage.completion_tokens)
