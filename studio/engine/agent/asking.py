"""Asking the language model for one round: what it sees, what fits its window, and who stands in for it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

from studio.contract.chat import Message, ToolChoice, ToolSpec
from studio.contract.errors import StudioError
from studio.engine.agent.backends.base import Backend, BackendEvent, BackendGone, Finished, Round, TextDelta
from studio.engine.agent.brains import Brains, Choice
from studio.engine.agent.calls import Workshop
from studio.engine.agent.prepare import Prepared
from studio.engine.agent.surface import compact, token_cost
from studio.engine.agent.view import View
from studio.engine.agent.window import fit

SESSION_TOOLS: Final = {"ask_clarifying_question": "question", "finalize_response": "summary"}
"""Calls that end the turn, and the argument that holds the words to show."""


class Asker:
    """Asks for the rounds of one prepared request.

    Attributes:
        backend: what answers now.
        notices: sentences for the artist so far.
    """

    def __init__(self, prepared: Prepared, choice: Choice, brains: Brains, workshop: Workshop) -> None:
        self.backend: Backend = choice.backend
        self.notices = list(choice.notices)
        self._fallback = choice.fallback
        self._prepared = prepared
        self._surface = prepared.surface
        self._brains = brains
        self._workshop = workshop
        self._view = View(prepared.caller, workshop.desk)

    async def ask(
        self, messages: Sequence[Message], number: int, *, may_call: bool
    ) -> AsyncGenerator[BackendEvent, None]:
        """Yield the answer of round *number* (from 1) to *messages*; the last event is ``Finished``.

        Raises:
            BackendGone: it cannot be reached; ask ``fall_back`` whether another can.
            StudioError: it failed.
        """
        round_ = await self._round(messages, number, may_call)
        finished = False
        async with aclosing(self.backend.stream(round_)) as events:  # type: ignore[type-var]
            async for event in events:
                finished = finished or isinstance(event, Finished)
                if not isinstance(event, TextDelta) or event.text:
                    yield event
        if not finished:
            raise StudioError(f"{self.backend.answered_by} ended without an answer.")

    def fall_back(self, error: BackendGone, *, allowed: bool = True) -> bool:
        """Note that the backend went away; where *allowed*, let the fallback answer from now on."""
        self._brains.went_away(self.backend)
        if self._fallback is None or not allowed:
            return False
        self.notices.append(f"{error.message} The built-in director answered instead.")
        self.backend, self._fallback = self._fallback, None
        return True

    async def _round(self, messages: Sequence[Message], number: int, may_call: bool) -> Round:
        specs = self._surface.specs
        choice: ToolChoice = self._surface.choice if number == 1 else "auto"
        if not specs or not may_call or self._surface.choice == "none":
            specs, choice = (), "none"
        specs = self._fitting(specs)
        with_tools = bool(specs) and bool(self._surface.hosted)
        media = self._prepared.media
        seen = await self._view.messages(messages, self.backend, media, with_tools=bool(self._surface.hosted))
        return Round(
            messages=self._shortened(seen, specs),
            tools=specs,
            tool_choice=choice,
            media=media,
            request=self._prepared.request,
            hosted=self._surface.hosted if with_tools else frozenset(),
        )

    def _fitting(self, specs: tuple[ToolSpec, ...]) -> tuple[ToolSpec, ...]:
        """Shorten the tool list for a small window: first the words, then the tools that can't run here."""
        if self.backend.tools_mode == "director" or not specs:
            return specs
        room = self.backend.context_tokens // 2
        if token_cost(specs) <= room:
            return specs
        own = frozenset(spec.function.name for spec in self._prepared.request.tools or [])
        specs = compact(specs, keep=own)
        if token_cost(specs) <= room:
            return specs
        built = frozenset(self._workshop.runners) | frozenset(SESSION_TOOLS)
        return tuple(
            spec for spec in specs if spec.function.name in built or spec.function.name not in self._surface.hosted
        )

    def _shortened(self, messages: list[Message], specs: Sequence[ToolSpec]) -> list[Message]:
        window = self.backend.context_tokens
        asked = self._prepared.request.max_completion_tokens or self._prepared.request.max_tokens or window // 4
        tools = 0 if self.backend.tools_mode == "director" else token_cost(tuple(specs))
        fitted = fit(messages, max(512, window - min(asked, window // 2) - tools))
        if fitted.notice:
            self.notices = [notice for notice in self.notices if "longer than this model" not in notice]
            self.notices.append(fitted.notice)
        return fitted.messages
