"""What a running answer tells the route that sends it: text, thinking, tool ticks, and one end."""

from dataclasses import dataclass, field

from studio.contract.chat import FinishReason, SogniProgress, StudioAnswer, ToolCall, ToolResult, Usage
from studio.engine.agent.backends.base import ReasoningDelta, TextDelta


@dataclass(frozen=True)
class ToolTick:
    """Progress of one hosted call; the last tick of a call carries its result."""

    progress: SogniProgress


@dataclass(frozen=True)
class Ended:
    """The end of the answer.

    Attributes:
        text: the last assistant message, for a plain response.
        tool_calls: calls that the caller must run.
        results: results of every hosted call, in call order.
        model: the id of the model that really answered.
    """

    text: str | None
    reasoning: str | None
    finish_reason: FinishReason
    usage: Usage
    answer: StudioAnswer
    model: str
    tool_calls: list[ToolCall] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)


LoopEvent = TextDelta | ReasoningDelta | ToolTick | Ended

__all__ = ["Ended", "LoopEvent", "ReasoningDelta", "TextDelta", "ToolTick"]
