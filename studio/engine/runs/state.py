"""What a run's job holds: the accepted request and what has become of it.

``Job.request`` is a ``Request`` and never changes; ``Job.state["run"]`` is a ``State``.
Both are JSON with sealed references, so a worker on another machine reads the same.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Struct, field

from studio.contract.billing import BillingMode, TokenType
from studio.contract.chat import ChatRequest, MediaContext, Message, ToolCall, ToolFamily, Usage
from studio.contract.media import MediaIndex
from studio.contract.runs import FinalResponse, RunArtifact, RunToolCall, RunToolResult, RunWaiting, StartRun, as_chat
from studio.engine.agent.prepare import Prepared
from studio.engine.agent.surface import build_surface
from studio.engine.billing.desk import Payer
from studio.engine.durable.jobs import Draft, Job, JobStore
from studio.engine.media_desk import Caller

T = TypeVar("T")


class Request(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was accepted at the start.

    Attributes:
        start: the request, its own media addresses renewed.
        family: the tools that the model sees when ``start`` names none.
    """

    start: StartRun
    family: ToolFamily
    token_type: TokenType = "spark"
    billing_mode: BillingMode = "auto"
    app_source: str | None = None
    idempotency_key: str | None = None


class Approval(Struct, omit_defaults=True):
    """What a person decided about one call; ``overrides`` are merged into its arguments."""

    confirmed: bool
    overrides: dict[str, Any] = field(default_factory=dict)


class Round(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The recorded result of one round of the model.

    Attributes:
        error, code: why it failed; then there is nothing else.
        cancelled: it was cut short by a cancellation.
        most_rounds: how many rounds this model may take.
        may_call: whether its calls count.
    """

    text: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    finish_reason: str = "stop"
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    answered_by: str = ""
    notices: list[str] = field(default_factory=list)
    most_rounds: int = 1
    may_call: bool = True
    error: str | None = None
    code: str | None = None
    cancelled: bool = False


class State(Struct, omit_defaults=True, kw_only=True):
    """What has become of a run.

    Attributes:
        media, manifest: the session's pieces, and what is noted about them.
        messages: what the run added to the conversation.
        closed_rounds: rounds whose calls all have results in ``messages``.
        may_call: False once a failure needs a person: the model then only says so.
        approvals: decisions by call id. ``previews``: every price that was offered, the newest last.
        words: the newest text of the assistant.
    """

    media: MediaContext
    messages: list[Message] = field(default_factory=list)
    closed_rounds: int = 0
    may_call: bool = True
    tool_calls: list[RunToolCall] = field(default_factory=list)
    tool_results: list[RunToolResult] = field(default_factory=list)
    artifacts: list[RunArtifact] = field(default_factory=list)
    approvals: dict[str, Approval] = field(default_factory=dict)
    previews: list[dict[str, Any]] = field(default_factory=list)
    waiting: RunWaiting | None = None
    final: FinalResponse | None = None
    failure: str | None = None
    cancellation: str | None = None
    manifest: dict[str, Any] | None = None
    usage: Usage = field(default_factory=Usage)
    notices: list[str] = field(default_factory=list)
    answered_by: str = ""
    model: str = ""
    words: str = ""

    def index(self) -> MediaIndex:
        """Return the session as it stands; the index is a copy."""
        index = MediaIndex.from_context(self.media)
        index.manifest = self.manifest
        return index

    def result(self, call_id: str) -> RunToolResult | None:
        """Return what became of a call, or None."""
        return next((result for result in self.tool_results if result.tool_call_id == call_id), None)

    def call(self, call_id: str) -> RunToolCall | None:
        """Return a dispatched call, or None."""
        return next((call for call in self.tool_calls if call.tool_call_id == call_id), None)

    def note(self, notices: list[str]) -> None:
        """Add sentences for the artist, each once."""
        self.notices = list(dict.fromkeys([*self.notices, *notices]))


def request_of(job: Job) -> Request:
    """Return what was accepted when *job* started."""
    return msgspec.convert(job.request, Request)


def state_of(job: Job) -> State:
    """Return what has become of *job*."""
    return msgspec.convert(job.state["run"], State)


def initial(media: MediaIndex) -> dict[str, Any]:
    """Return the state of a run that has just been accepted with the pieces of *media*."""
    manifest = dict(media.manifest) if media.manifest else None
    return {"run": msgspec.to_builtins(State(media=media.context(), manifest=manifest))}


def round_of(value: Any) -> Round:
    """Return a recorded round."""
    return msgspec.convert(value, Round)


def step_of_round(number: int) -> str:
    """Return the name of the step that asks for round *number*, from 1."""
    return f"round-{number}"


def step_of_call(call_id: str) -> str:
    """Return the name of the step that runs a call."""
    return f"call-{call_id}"


class Turn:
    """Everything that a step of a run works with, as its job has it now."""

    def __init__(self, job: Job, base_url: str, open_text: Callable[[str, str], str]) -> None:
        """Load it.

        Args:
            open_text: turns references inside JSON text into addresses under *base_url*.
        """
        self.job = job
        self.request = request_of(job)
        self.state = state_of(job)
        self.chat: ChatRequest = as_chat(self.request.start)
        self.caller = Caller(job.owner, base_url)
        self._open = open_text

    @property
    def payer(self) -> Payer:
        """Who pays, and with what."""
        return Payer(self.job.owner, self.request.token_type, self.request.billing_mode)

    def prepared(self) -> Prepared:
        """Return the request with the conversation as it stands; its media index is a new one."""
        said = [self._readable(message) for message in self.state.messages]
        return Prepared(
            self.chat,
            [*self.request.start.messages, *said],
            self.state.index(),
            build_surface(self.chat, self.request.family),
            self.caller,
        )

    def _readable(self, message: Message) -> Message:
        """Let the model see addresses in results; everywhere else the references themselves are compared."""
        if message.role != "tool" or not isinstance(message.content, str):
            return message
        return msgspec.structs.replace(message, content=self._open(message.content, self.caller.base_url))


class Edit:
    """A run inside one write transaction."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.request = request_of(draft.job)
        self.state = state_of(draft.job)

    @property
    def now_ms(self) -> int:
        """The time of this transaction."""
        return self.draft.now_ms

    def emit(self, name: str, payload: dict[str, Any] | None = None, *, once: str | None = None) -> int | None:
        """Append an event and return its sequence; None when *once* names one that is there already."""
        if not self.draft.emit(name, payload, once=once):
            return None
        return self.draft.emitted[-1].sequence

    def settle_recovery(self) -> None:
        """Note that a resumed run has come to an end or a pause."""
        recovery = self.draft.state.get("recovery")
        if recovery:
            self.draft.state["recovery"] = {**recovery, "lastRecoveredAtMs": self.now_ms}

    def keep(self) -> None:
        """Write the state back into the draft."""
        self.draft.state["run"] = msgspec.to_builtins(self.state)


async def edit(store: JobStore, job_id: str, work: Callable[[Edit], T]) -> T:
    """Run *work* on a run in one transaction and return what it returns."""

    def change(draft: Draft) -> T:
        opened = Edit(draft)
        returned = work(opened)
        opened.keep()
        return returned

    return await store.change(job_id, change)


CallStatus = Literal["ok", "err", "cancelled", "waiting_for_user"]


def given(value: T | None) -> Any:
    """Return *value*, or what is left out of a record when it is None or empty."""
    return UNSET if value in (None, "") else value
