"""The director as a backend: answers like a language model, without being one."""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from typing import Literal

from studio.contract.chat import ChatRequest, FinishReason, FunctionCall, ToolCall, Usage, estimate_tokens
from studio.engine.agent.backends.base import BackendEvent, Finished, Round, TextDelta
from studio.engine.agent.director.director import decide

_PIECE = re.compile(r"(?:\s*\S+\s*){1,4}")


class DirectorBackend:
    """Stands in where no language model is connected; deterministic and instant."""

    @property
    def model_id(self) -> str:
        """The id under which ``/v1/models`` lists it."""
        return "studio-director"

    @property
    def answered_by(self) -> str:
        """Words for the artist."""
        return "Director (no language model)"

    @property
    def context_tokens(self) -> int:
        """It reads everything; this is what it tells clients that trim by it."""
        return 131_072

    @property
    def vision(self) -> bool:
        """It sees no pictures itself; tools do."""
        return False

    @property
    def tools_mode(self) -> Literal["native", "schema", "director"]:
        """How it chooses tools."""
        return "director"

    async def stream(self, round_: Round) -> AsyncIterator[BackendEvent]:
        """Yield the answer a few words at a time, then ``Finished``."""
        answer = decide(round_)
        text, reason = _limited(answer.text, round_.request)
        for piece in _PIECE.findall(text):
            yield TextDelta(piece)
        calls = _tool_calls(answer.calls, round_) if reason != "length" or not text else []
        if calls:
            reason = "tool_calls"
        yield Finished(calls, reason, _usage(round_, text, calls))


def _limited(text: str, request: ChatRequest) -> tuple[str, FinishReason]:
    """Cut *text* at a stop sequence or at the token limit (about four letters each)."""
    stops = [request.stop] if isinstance(request.stop, str) else request.stop or []
    ends = [text.find(stop) for stop in stops if stop and stop in text]
    if ends:
        text = text[: min(ends)]
    limit = request.max_completion_tokens or request.max_tokens
    if limit is not None and limit > 0 and len(text) > limit * 4:
        return text[: limit * 4], "length"
    return text, "stop"


def _tool_calls(calls: list[tuple[str, dict[str, object]]], round_: Round) -> list[ToolCall]:
    out = []
    for place, (name, arguments) in enumerate(calls):
        text = json.dumps(arguments, ensure_ascii=False)
        digest = hashlib.sha256(f"{len(round_.messages)}/{place}/{name}/{text}".encode()).hexdigest()[:24]
        out.append(ToolCall(FunctionCall(name, text), id=f"call_{digest}"))
    return out


def _usage(round_: Round, text: str, calls: list[ToolCall]) -> Usage:
    prompt = estimate_tokens(list(round_.messages))
    answer = -(-len(text) // 4) + sum(-(-(len(c.function.name) + len(c.function.arguments)) // 4) for c in calls)
    return Usage(prompt, answer, prompt + answer)
