"""What a language-model backend is: one streamed answer for one round."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from studio.contract.chat import ChatRequest, FinishReason, Message, ToolCall, ToolChoice, ToolSpec, Usage
from studio.contract.errors import Unavailable
from studio.contract.media import MediaIndex


@dataclass(frozen=True)
class Round:
    """Everything one round needs.

    Attributes:
        messages: the conversation so far, tool results included, already fitted to the model's window.
        tools: what may be called in this round (hosted and custom).
        tool_choice: as requested; ``none`` when nothing may be called.
        media: the session's media index at the start of the round.
        request: the original request, for sampling options and the response format.
        hosted: names among ``tools`` that the engine itself executes.
    """

    messages: Sequence[Message]
    tools: Sequence[ToolSpec]
    tool_choice: ToolChoice
    media: MediaIndex
    request: ChatRequest
    hosted: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class TextDelta:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True)
class ReasoningDelta:
    """A piece of the model's visible thinking."""

    text: str


@dataclass(frozen=True)
class Finished:
    """End of the round: the complete calls, why it ended, and its token usage."""

    tool_calls: list[ToolCall]
    finish_reason: FinishReason
    usage: Usage


BackendEvent = TextDelta | ReasoningDelta | Finished


class BackendGone(Unavailable):
    """The language model's server went away; the director can go on."""

    default_code = "llm_unreachable"


class Backend(Protocol):
    """A language model, or the director that stands in for one."""

    @property
    def model_id(self) -> str:
        """The id under which ``/v1/models`` lists it."""

    @property
    def answered_by(self) -> str:
        """Words for the artist, e.g. ``Ollama · qwen3:14b``."""

    @property
    def context_tokens(self) -> int:
        """The model's window."""

    @property
    def vision(self) -> bool:
        """Whether it may be sent pictures."""

    @property
    def tools_mode(self) -> Literal["native", "schema", "director"]:
        """How it chooses tools."""

    def stream(self, round_: Round) -> AsyncIterator[BackendEvent]:
        """Yield the answer; the last event is ``Finished``. Close the iterator to cancel.

        Raises:
            StudioError: the backend failed or went away.
        """
