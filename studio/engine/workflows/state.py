"""What a workflow's job holds: the accepted request and what has become of it.

``Job.request`` is a ``Request`` and never changes after the start, except that a resume may
replace who pays. ``Job.state["workflow"]`` is a ``State``. Both are JSON with sealed
references, so a worker on another machine reads the same.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, field

from studio.engine.durable.jobs import Draft, Job, JobStore

T = TypeVar("T")

StepStatus = Literal["pending", "running", "completed", "failed", "skipped", "cancelled", "waiting_for_user"]
OVER: frozenset[StepStatus] = frozenset(("completed", "failed", "skipped", "cancelled"))
"""Statuses of a step that runs no more in this attempt."""

Classification = Literal[
    "validation", "auth", "billing", "rate_limit", "transient", "provider", "policy", "cancelled", "unknown"
]


class Artifact(Struct, rename="camel", omit_defaults=True, kw_only=True):
    """One thing that a step made (contract/workflows.md §3). ``content`` is ours: the words of a text artifact."""

    id: str
    kind: str
    url: str
    media_type: str | None = None
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    duration: float | None = None
    size_bytes: int | None = None
    tool_name: str | None = None
    step_id: str | None = None
    metadata: dict[str, Any] | None = None
    content: str | None = None


class Failure(Struct, rename="camel", omit_defaults=True):
    """Why a step or a workflow failed (contract/errors.md §5)."""

    message: str
    code: str | None = None
    classification: Classification = "unknown"
    retryable: bool = False
    tool_name: str | None = None
    step_id: str | None = None


class StepState(Struct, omit_defaults=True, kw_only=True):
    """What has become of one step. Times are epoch milliseconds."""

    status: StepStatus = "pending"
    started_ms: int | None = None
    completed_ms: int | None = None
    arguments: dict[str, Any] | None = None
    """As they went to the tool: bindings filled in, validated."""
    artifacts: list[Artifact] = field(default_factory=list)
    error: Failure | None = None
    retries: int = 0
    """Every further try, also one that a person asked for; ``first_try`` is where the automatic ones began."""
    first_try: int = 0
    message: str | None = None
    model: str | None = None
    renderer: str | None = None
    answer: dict[str, Any] | None = None
    """What a person answered to a question or gave to an interactive stage."""
    versions: list[list[Artifact]] = field(default_factory=list)
    """What earlier takes made, oldest first."""
    locked: bool = False
    """A person wants it kept as it is: it is not made again."""
    overrides: dict[str, Any] | None = None
    """Arguments that a person changed for the next time it runs."""


class Pause(Struct, omit_defaults=True):
    """Why a workflow waits (contract/workflows.md §4)."""

    reason: str
    message: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    step_id: str | None = None


class Settlement(Struct, rename="camel", omit_defaults=True):
    """How much of an authorisation one step takes (contract/billing.md §5)."""

    stage_id: str
    estimated_units: float
    status: Literal["pending", "in_flight", "settled", "failed", "cancelled"] = "pending"
    settled_units: float | None = None
    job_ids: list[str] = field(default_factory=list)


class Authorization(Struct, rename="camel", omit_defaults=True):
    """The consent to what a whole workflow may cost. ``expires_ms`` None: it does not expire."""

    authorized_capacity_units: float
    token_type: str
    authorized_ms: int
    expires_ms: int | None = None
    settlements: dict[str, Settlement] = field(default_factory=dict)

    @property
    def settled_units(self) -> float:
        """What finished steps took, every time they ran."""
        return sum(s.settled_units or 0 for s in self.settlements.values())

    @property
    def reserved_units(self) -> float:
        """What running steps may take."""
        return sum(s.estimated_units for s in self.settlements.values() if s.status == "in_flight")


class Request(Struct, omit_defaults=True, kw_only=True):
    """What was accepted at the start.

    Attributes:
        steps: normalised steps in plan order, as clients read them (``id``, ``toolName``, …).
        nodes: for a template, its steps with what orders them, its gates and its unknown batches (``plan``).
        media: request-level media as ``{kind, url}`` and whatever the client added.
        consented: ``confirm_cost`` as sent; an explicit false asks for approval first.
        template: the frozen snapshot when started from a template; ``inputs`` are its resolved inputs.
    """

    title: str
    steps: list[dict[str, Any]]
    nodes: list[dict[str, Any]] = field(default_factory=list)
    media: list[dict[str, Any]] = field(default_factory=list)
    token_type: Literal["spark", "sogni"] = "spark"
    billing_mode: Literal["auto", "subscription", "tokens"] = "auto"
    app_source: str | None = None
    ceiling: float | None = None
    consented: bool | None = None
    safe_content_filter: bool = True
    template: dict[str, Any] | None = None
    inputs: dict[str, Any] | None = None
    cloned_from: str | None = None
    seeds: dict[str, int] | None = None


class State(Struct, omit_defaults=True, kw_only=True):
    """What has become of a workflow.

    Attributes:
        steps: by step id; a step without an entry is pending.
        added: steps that a batch turned into when its list became known, by stage id.
        passed: checkpoints and interactive stages that a person has let pass, by stage id.
    """

    steps: dict[str, StepState] = field(default_factory=dict)
    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    pause: Pause | None = None
    failure: Failure | None = None
    previews: list[dict[str, Any]] = field(default_factory=list)
    authorization: Authorization | None = None

    def step(self, step_id: str) -> StepState:
        """Return the state of a step, to be changed in place."""
        return self.steps.setdefault(step_id, StepState())


def request_of(job: Job) -> Request:
    """Return what was accepted when *job* started."""
    return msgspec.convert(job.request, Request)


def state_of(job: Job) -> State:
    """Return what has become of *job*."""
    return msgspec.convert(job.state.get("workflow") or {}, State)


class Edit:
    """A workflow inside one write transaction."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.request = request_of(draft.job)
        self.state = state_of(draft.job)

    @property
    def now_ms(self) -> int:
        """The time of this transaction."""
        return self.draft.now_ms

    def emit(
        self, name: str, data: dict[str, Any] | None = None, *, message: str | None = None, once: str | None = None
    ) -> bool:
        """Append an event; its ``status`` is the workflow's as it is now in the draft, never a step's."""
        payload: dict[str, Any] = {"status": self.draft.status}
        if message:
            payload["message"] = message
        if data is not None:
            payload["data"] = data
        return self.draft.emit(name, payload, once=once)

    def keep(self) -> None:
        """Write request and state back into the draft."""
        self.draft.request = msgspec.to_builtins(self.request)
        self.draft.state["workflow"] = msgspec.to_builtins(self.state)


async def edit(store: JobStore, job_id: str, work: Callable[[Edit], T]) -> T:
    """Run *work* on a workflow in one transaction and return what it returns."""

    def change(draft: Draft) -> T:
        opened = Edit(draft)
        returned = work(opened)
        opened.keep()
        return returned

    return await store.change(job_id, change)
