"""Bodies and answers of the workflow endpoints besides the start. Source: contract/workflows.md §1 and §8–12."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from studio.contract.billing import BillingMode, TokenType
from studio.engine.workflows.record import WorkflowRecord

AppSource = Annotated[str, Meta(max_length=128)]


class ResumeWorkflow(Struct, frozen=True, kw_only=True):
    """Body of a resume; what is given replaces the stored choice for the remaining work.

    Attributes:
        resume_input: ours: an answer, an approval or another word of contract/templates.md §8.
    """

    token_type: TokenType | None = None
    billing_mode: BillingMode | None = None
    app_source: AppSource | None = None
    resume_input: dict[str, Any] | None = None


class CancelWorkflow(Struct, frozen=True, kw_only=True):
    """Body of a cancel."""

    reason: Annotated[str, Meta(max_length=2000)] | None = None


class ReseedWorkflow(Struct, frozen=True, kw_only=True):
    """Body of a reseed: seeds by step id; every other step gets a random one."""

    seed_overrides: dict[str, int] | None = None
    token_type: TokenType | None = None
    billing_mode: BillingMode | None = None
    app_source: AppSource | None = None
    idempotency_key: str | None = None


class ConfirmWorkflowCost(Struct, frozen=True, kw_only=True):
    """Body of a cost decision; the preview is echoed unchanged."""

    decision: Literal["confirm", "cancel", "approved", "rejected", "cancelled"]
    accepted_cost_preview: dict[str, Any] | None = None
    reason: str | None = None


class ReseedData(Struct, frozen=True):
    """What a reseed did; snake_case, as the contract has it."""

    cloned_from_run_id: str
    steps: list[dict[str, Any]]


class WorkflowData(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One workflow, and what a request did to it."""

    workflow: WorkflowRecord
    idempotent: bool | UnsetType = UNSET
    resumed: bool | UnsetType = UNSET
    transitioned: bool | UnsetType = UNSET
    reseed: ReseedData | UnsetType = UNSET


class WorkflowEnvelope(Struct, frozen=True):
    """Body of every answer that carries one workflow."""

    data: WorkflowData
    status: str = "success"


class WorkflowPage(Struct, frozen=True):
    """Workflows, newest first, without their events and plans."""

    workflows: list[WorkflowRecord]
    next: int | None = None


class WorkflowPageEnvelope(Struct, frozen=True):
    """Body of the list."""

    data: WorkflowPage
    status: str = "success"


class EventsData(Struct, frozen=True):
    """The log of a workflow, or what came after a number."""

    events: list[dict[str, Any]] = field(default_factory=list)


class EventsEnvelope(Struct, frozen=True):
    """Body of the log."""

    data: EventsData
    status: str = "success"
