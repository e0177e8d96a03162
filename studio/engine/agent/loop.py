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
    ToolChoice,
    ToolResult,
    ToolSpec,
    Usage,
    call_arguments,
)
from studio.contract.errors import StudioError
from studio.engine.agent.backends.base import Backend, BackendGone, Finished, ReasoningDelta, Round, TextDelta
from studio.engine.agent.backends.fences import new_call_id
from studio.engine.agent.brains import Brains, Choice
from studio.engine.agent.calls import CallRunner, Workshop, tool_message_json
from studio.engine.agent.events import Ended, LoopEvent, ToolTick
from studio.engine.agent.failures import asks_user
from studio.engine.agent.prepare import Prepared
from studio.engine.agent.surface import compact, token_cost
from studio.engine.agent.view import View
from studio.engine.agent.window import fit
from studio.engine.billing.desk import Payer

DIRECTOR_ROUNDS = 8
"""The director works one link of a chain in each round, and costs nothing."""
_SESSION = {"ask_clarifying_question": "question", "finalize_response": "summary"}


class AgentLoop:
    """Answers one prepared request."""

    def __init__(self, prepared: Prepared, choice: Choice, brains: Brains, workshop: Workshop) -> None:
        self._prepared = prepared
        self._surface = prepared.surface
        self._backend: Backend = choice.backend
        self._fallback = choice.fallback
        self._brains = brains
        self._workshop = workshop
        self._media = prepared.media
        self._messages = list(prepared.messages)
        self._view = View(prepared.caller, workshop.desk)
        self._notices = list(choice.notices)
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
        return self._backend.model_id

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
            hosted, custom = self._sort(calls)
            session = next((call for call in hosted if call.function.name in _SESSION), None)
            hosted = [call for call in hosted if call.function.name not in _SESSION]
            if hosted:
                before = len(self._results)
                async with aclosing(self._work(hosted)) as ticks:
                    async for tick in ticks:
                        yield tick
                self._record(hosted, self._results[before:])
                may_call = not any(asks_user(result) for result in self._results[before:])
            if custom:
                yield self._end("tool_calls", custom)
                return
            if session is not None:
                for event in self._close_session(session):
                    yield event
                return
            if number >= self._most_rounds():
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

    def _most_rounds(self) -> int:
        return DIRECTOR_ROUNDS if self._backend.tools_mode == "director" else MAX_ROUNDS

    async def _ask(self, number: int, may_call: bool) -> AsyncGenerator[LoopEvent, None]:
        """One round of the model; falls back when it cannot be reached and has said nothing yet."""
        try:
            async with aclosing(self._ask_backend(number, may_call)) as events:
                async for event in events:
                    yield event
            return
        except BackendGone as error:
            self._brains.went_away(self._backend)
            if self._fallback is None or self._said_anything or self._results:
                raise
            self._notices.append(f"{error.message} The built-in director answered instead.")
            self._backend, self._fallback = self._fallback, None
        async with aclosing(self._ask_backend(number, may_call)) as events:
            async for event in events:
                yield event

    async def _ask_backend(self, number: int, may_call: bool) -> AsyncGenerator[LoopEvent, None]:
        round_ = await self._round(number, may_call)
        text: list[str] = []
        finished: Finished | None = None
        async with aclosing(self._backend.stream(round_)) as events:  # type: ignore[type-var]
            async for event in events:
                if isinstance(event, TextDelta):
                    if not event.text:
                        continue
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
                    finished = event
        if finished is None:
            raise StudioError(f"{self._backend.answered_by} ended without an answer.")
        self._usage += finished.usage
        self._finished = finished
        self._round_text = "".join(text)
        self._text = self._round_text or self._text

    async def _round(self, number: int, may_call: bool) -> Round:
        specs = self._surface.specs
        choice: ToolChoice = self._surface.choice if number == 1 else "auto"
        if not specs or not may_call or self._surface.choice == "none":
            specs, choice = (), "none"
        specs = self._fitting(specs)
        with_tools = bool(specs) and bool(self._surface.hosted)
        messages = await self._view.messages(
            self._messages, self._backend, self._media, with_tools=bool(self._surface.hosted)
        )
        messages = self._shortened(messages, specs)
        return Round(
            messages=messages,
            tools=specs,
            tool_choice=choice,
            media=self._media,
            request=self._prepared.request,
            hosted=self._surface.hosted if with_tools else frozenset(),
        )

    def _fitting(self, specs: tuple[ToolSpec, ...]) -> tuple[ToolSpec, ...]:
        """Shorten the tool list for a small window: first the words, then the tools that can't run here."""
        if self._backend.tools_mode == "director" or not specs:
            return specs
        room = self._backend.context_tokens // 2
        if token_cost(specs) <= room:
            return specs
        own = frozenset(spec.function.name for spec in self._prepared.request.tools or [])
        specs = compact(specs, keep=own)
        if token_cost(specs) <= room:
            return specs
        built = frozenset(self._workshop.runners) | frozenset(_SESSION)
        return tuple(
            spec for spec in specs if spec.function.name in built or spec.function.name not in self._surface.hosted
        )

    def _shortened(self, messages: list[Message], specs: Sequence[ToolSpec]) -> list[Message]:
        window = self._backend.context_tokens
        asked = self._prepared.request.max_completion_tokens or self._prepared.request.max_tokens or window // 4
        tools = 0 if self._backend.tools_mode == "director" else token_cost(tuple(specs))
        fitted = fit(messages, max(512, window - min(asked, window // 2) - tools))
        if fitted.notice:
            self._notices = [notice for notice in self._notices if "longer than this model" not in notice]
            self._notices.append(fitted.notice)
        return fitted.messages

    def _sort(self, calls: list[ToolCall]) -> tuple[list[ToolCall], list[ToolCall]]:
        """Divide calls into those the engine answers (unknown names too: with a failure) and the caller's own."""
        theirs = self._surface.names - self._surface.hosted
        hosted = [call for call in calls if call.function.name not in theirs]
        return hosted, [call for call in calls if call.function.name in theirs]

    async def _work(self, calls: list[ToolCall]) -> AsyncGenerator[ToolTick, None]:
        """Run *calls*, yielding their progress; closing this kills their work."""
        ticks: asyncio.Queue[SogniProgress | None] = asyncio.Queue()
        runner = CallRunner(
            self._workshop,
            media=self._media,
            caller=self._prepared.caller,
            request_text=self._prepared.request_text,
            backend=self._backend,
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

    def _record(self, calls: list[ToolCall], results: list[ToolResult]) -> None:
        """Append the assistant's calls and a tool message for each result to the conversation."""
        self._messages.append(Message("assistant", self._round_text or None, tool_calls=calls))
        self._messages += [
            Message("tool", tool_message_json(result), tool_call_id=call.id, name=call.function.name)
            for call, result in zip(calls, results, strict=True)
        ]

    def _close_session(self, call: ToolCall) -> list[LoopEvent]:
        """End the turn as ``ask_clarifying_question`` or ``finalize_response`` asks."""
        arguments: dict[str, Any] = call_arguments(call)
        words = str(arguments.get(_SESSION[call.function.name]) or "").strip()
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
        words = f"I stopped after {rounds} rounds of work. Ask me to go on if something is missing."
        self._notices.append(f"The limit of {rounds} rounds was reached.")
        event = TextDelta(("\n\n" if self._text else "") + words)
        self._text = words
        return [event, self._end("stop", [])]

    def _end(self, reason: FinishReason, calls: list[ToolCall]) -> Ended:
        return Ended(
            text=self._text or None,
            reasoning=self._reasoning or None,
            finish_reason=reason,
            usage=_with_total(self._usage),
            answer=StudioAnswer(self._backend.answered_by, list(dict.fromkeys(self._notices))),
            model=self._backend.model_id,
            tool_calls=calls,
            results=list(self._results),
        )


def _with_total(usage: Usage) -> Usage:
    """Return *usage* with a total, for servers that report none."""
    return Usage(usage.prompt_tokens, usage.completion_tokens, usage.prompt_tokens + usage.completion_tokens)
