"""Durable chat runs as data: start, decisions, the record and the vocabulary of its events.

Source: contract/chat-runs.md. Requests are accepted in either spelling by ``wire.parse``;
records and events are camelCase. Free-form members (``sampling``, ``runtime_config``) are
kept as they came; the known ones are read leniently here.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from studio.contract.billing import BillingMode, TokenType
from studio.contract.chat import (
    DEFAULT_MODEL,
    ChatRequest,
    MediaContext,
    MediaReference,
    Message,
    ToolChoice,
    ToolSpec,
)
from studio.contract.tools import catalogue

SCHEMA_VERSION: Final = "2026-05-14.1"
BACKBONE: Final[Mapping[str, str]] = {
    "schemaVersion": "2026-04-27.1",
    "modelKnowledgeVersion": "2026-04-27.2",
    "routingPolicyVersion": "2026-04-27.1",
}

RunStatus = Literal["queued", "running", "waiting_for_user", "completed", "partial_failure", "failed", "cancelled"]
EVENT_TYPES: Final = (
    "run_created",
    "run_resumed",
    "llm_round_started",
    "assistant_message_delta",
    "assistant_message_completed",
    "tool_call_dispatched",
    "tool_call_progress",
    "tool_call_resolved",
    "media_context_updated",
    "media_turn_intent_classified",
    "asset_manifest_updated",
    "billing_preview_updated",
    "run_waiting_for_user",
    "run_awaiting_cost_confirmation",
    "run_cost_confirmation_resolved",
    "run_completed",
    "run_partial_failure",
    "run_failed",
    "run_cancelled",
)
TERMINAL_EVENTS: Final[Mapping[str, str]] = {
    "completed": "run_completed",
    "partial_failure": "run_partial_failure",
    "failed": "run_failed",
    "cancelled": "run_cancelled",
}
"""The last event of a run, by its status."""

QualityTier = Literal["fast", "hq", "pro"]
Label = Annotated[str, Meta(max_length=512)]


class StartRun(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Body of ``POST /v1/chat/runs``."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    tools: list[ToolSpec] | None = None
    tool_choice: ToolChoice | None = None
    model: str = DEFAULT_MODEL
    sampling: dict[str, Any] | None = None
    sogni_tools: bool | str | None = None
    media_references: list[MediaReference] | None = None
    media_context: MediaContext | None = None
    max_estimated_capacity_units: Annotated[float, Meta(ge=0)] | None = None
    confirm_cost: bool | None = None
    session_id: Label | None = None
    client_message_id: Label | None = None
    token_type: TokenType | None = None
    billing_mode: BillingMode | None = None
    app_source: str | None = None
    runtime_config: dict[str, Any] | None = None
    idempotency_key: Label | None = None


class CancelRun(Struct, frozen=True, omit_defaults=True):
    """Body of ``POST …/cancel``; may be empty."""

    reason: Annotated[str, Meta(max_length=2000)] | None = None


class ConfirmCost(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Body of ``POST …/confirm-cost``."""

    tool_call_id: Annotated[str, Meta(min_length=1, max_length=256)]
    decision: Literal["confirm", "cancel", "approved", "rejected", "cancelled"]
    accepted_cost_preview: dict[str, Any] | None = None
    overrides: dict[str, Any] | None = None
    reason: Annotated[str, Meta(max_length=2000)] | None = None

    @property
    def confirms(self) -> bool:
        """Whether the work may be done; the historical words count too."""
        return self.decision in ("confirm", "approved")


class RuntimeConfig(Struct, frozen=True, kw_only=True):
    """The known members of ``runtime_config`` that change what this server does."""

    quality_tier: QualityTier | None = None
    safe_content_filter: bool | None = None
    require_job_confirmation: bool = False
    job_confirmation_threshold_usd: float | None = None


def runtime_config(raw: Mapping[str, Any] | None) -> RuntimeConfig:
    """Read the known members of *raw*; what has another type is passed over."""
    given = raw or {}

    def read(name: str, snake: str) -> Any:
        return given.get(snake, given.get(name))

    tier = read("qualityTier", "quality_tier")
    safe = read("safeContentFilter", "safe_content_filter")
    threshold = read("jobConfirmationThresholdUsd", "job_confirmation_threshold_usd")
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    return RuntimeConfig(
        quality_tier=tier if tier in ("fast", "hq", "pro") else None,
        safe_content_filter=safe if isinstance(safe, bool) else None,
        require_job_confirmation=read("requireJobConfirmation", "require_job_confirmation") is True,
        job_confirmation_threshold_usd=float(threshold) if number else None,
    )


_SAMPLING: Final = frozenset(
    (
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "top_k",
        "min_p",
        "repetition_penalty",
        "frequency_penalty",
        "presence_penalty",
        "stop",
        "task_profile",
        "chat_template_kwargs",
        "response_format",
    )
)


def sampling_members(sampling: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the members of a completion that *sampling* sets, for ``wire.convert``; unknown ones are left out."""
    from studio.contract.wire import camel

    given = sampling or {}
    known = {name: given.get(name, given.get(camel(name))) for name in _SAMPLING}
    members = {name: value for name, value in known.items() if value is not None}
    if isinstance(given.get("think"), bool):
        members.setdefault("chat_template_kwargs", {"enable_thinking": given["think"]})
    return members


def as_chat(start: StartRun) -> ChatRequest:
    """Return *start* as the completion that its rounds ask for.

    Raises:
        InvalidRequest: a known member of ``sampling`` has a value that cannot be used.
    """
    import msgspec

    from studio.contract import wire
    from studio.contract.errors import InvalidRequest

    try:
        sampled = wire.convert(ChatRequest, {"messages": [{"role": "user"}], **sampling_members(start.sampling)})
    except InvalidRequest as error:
        raise InvalidRequest(f"sampling.{error.message}", param=f"sampling.{error.param}") from error
    safe = runtime_config(start.runtime_config).safe_content_filter
    return msgspec.structs.replace(
        sampled,
        messages=start.messages,
        model=start.model,
        tools=start.tools,
        tool_choice=start.tool_choice,
        sogni_tools=start.sogni_tools,
        media_references=start.media_references,
        media_context=start.media_context,
        token_type=start.token_type,
        billing_mode=start.billing_mode,
        safe_content_filter=safe,
    )


def override_arguments(raw: Mapping[str, Any] | None, *, words: bool = True) -> dict[str, Any]:
    """Return the documented ``overrides`` of a decision; anything else is dropped in silence.

    Args:
        words: whether ``prompt`` and ``prompts`` count; they belong to one call.
    """
    given = raw or {}
    found: dict[str, Any] = {}
    tier = given.get("quality_tier", given.get("qualityTier"))
    if tier in ("fast", "hq", "pro"):
        found["qualityTier"] = tier
    safe = given.get("safe_content_filter", given.get("safeContentFilter"))
    if isinstance(safe, bool):
        found["safeContentFilter"] = safe
    prompt, prompts = given.get("prompt"), given.get("prompts")
    if words and isinstance(prompt, str) and prompt.strip():
        found["prompt"] = prompt
    if words and isinstance(prompts, list) and prompts and all(isinstance(p, str) and p.strip() for p in prompts):
        found["prompts"] = prompts
    return found


def with_overrides(tool: str, arguments: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Merge *overrides* into the arguments of *tool*, under the names that it has for them."""
    found = catalogue().get(tool)
    known: Mapping[str, Any] = found.parameters.get("properties", {}) if found else {}
    merged = dict(arguments)
    for name, value in overrides.items():
        if name == "qualityTier" and name not in known:
            choices = known.get("quality", {}).get("enum", ())
            # A tool without the finest tier takes the best it has.
            best = value if value in choices else choices[-1] if value == "pro" and choices else None
            if best is not None:
                merged["quality"] = best
        elif name in known:
            merged[name] = value
    return merged


class RunEvent(Struct, frozen=True, kw_only=True):
    """One event of the log; ``sequence`` starts at 0 and has no gaps."""

    sequence: int
    type: str
    at: str
    payload: dict[str, Any] | UnsetType = UNSET


class RunScope(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Whose run it is."""

    owner_wallet_address: str
    token_type: str | UnsetType = UNSET
    app_source: str | UnsetType = UNSET
    api_key_fingerprint: str | UnsetType = UNSET


class RunToolCall(Struct, frozen=True, rename="camel", kw_only=True):
    """One dispatched call; ``sequence`` is that of its event."""

    tool_call_id: str
    tool_name: str
    arguments: dict[str, Any]
    sequence: int


class RunToolResult(Struct, frozen=True, rename="camel", kw_only=True):
    """What became of one call. ``result`` is ours: the whole tool result."""

    tool_call_id: str
    status: Literal["ok", "err", "cancelled", "waiting_for_user"]
    sequence: int
    summary: str | UnsetType = UNSET
    error_code: str | UnsetType = UNSET
    billing_preview: dict[str, Any] | UnsetType = UNSET
    result: dict[str, Any] | UnsetType = UNSET


class RunArtifact(Struct, frozen=True, rename="camel", kw_only=True):
    """One produced file."""

    id: str
    url: str
    media_type: str
    tool_name: str
    model_key: str | UnsetType = UNSET
    model_display_name: str | UnsetType = UNSET
    partial: bool | UnsetType = UNSET
    workflow_id: str | UnsetType = UNSET
    step_id: str | UnsetType = UNSET


class FinalResponse(Struct, frozen=True, rename="camel", kw_only=True):
    """How the turn ended."""

    content: str | None
    finish_reason: str
    pending_tool_calls: list[dict[str, Any]] = field(default_factory=list)


class RunWaiting(Struct, frozen=True, rename="camel", kw_only=True):
    """What a paused run asks for."""

    reason: Literal[
        "ask_clarifying_question", "select_media_required", "cost_approval_required", "safety_review_required", "other"
    ]
    message: str | UnsetType = UNSET
    details: dict[str, Any] | UnsetType = UNSET


class RunTimestamps(Struct, frozen=True, rename="camel", kw_only=True):
    """ISO-8601 UTC with milliseconds."""

    created_at: str
    updated_at: str
    completed_at: str | UnsetType = UNSET


class RunRecord(Struct, frozen=True, rename="camel", kw_only=True):
    """A run as it stands."""

    run_id: str
    status: RunStatus
    scope: RunScope
    request: dict[str, Any]
    messages: list[dict[str, Any]]
    tool_calls: list[RunToolCall]
    tool_results: list[RunToolResult]
    media_context: dict[str, list[str]]
    child_workflow_ids: list[str]
    billing_previews: list[dict[str, Any]]
    artifacts: list[RunArtifact]
    events: list[RunEvent]
    timestamps: RunTimestamps
    schema_version: str = SCHEMA_VERSION
    backbone: dict[str, str] = field(default_factory=lambda: dict(BACKBONE))
    asset_manifest: dict[str, Any] | UnsetType = UNSET
    billing_preview: dict[str, Any] | UnsetType = UNSET
    final_response: FinalResponse | UnsetType = UNSET
    waiting: RunWaiting | UnsetType = UNSET
    lease: dict[str, str] | UnsetType = UNSET
    recovery: dict[str, Any] | UnsetType = UNSET
    quality: dict[str, Any] | UnsetType = UNSET
    failure_reason: str | UnsetType = UNSET
    cancellation_reason: str | UnsetType = UNSET


class RunData(Struct, frozen=True):
    """Data of most answers; ``idempotent`` when the key was known already."""

    run: RunRecord
    idempotent: bool | UnsetType = UNSET


class RunEnvelope(Struct, frozen=True):
    """Body of a start, a snapshot and a decision."""

    data: RunData
    status: Literal["success"] = "success"


class RunEventsData(Struct, frozen=True):
    """Data of ``GET …/events``."""

    events: list[RunEvent]


class RunEventsEnvelope(Struct, frozen=True):
    """Body of ``GET …/events``."""

    data: RunEventsData
    status: Literal["success"] = "success"


class RunPage(Struct, frozen=True):
    """Newest first, without their events; ``next`` is the offset of the next page, or null."""

    runs: list[RunRecord]
    next: int | None


class RunPageEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/chat/runs`` (our extension)."""

    data: RunPage
    status: Literal["success"] = "success"
