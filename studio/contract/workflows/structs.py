"""Wire structs and vocabularies of workflows (contract/workflows.md §2–4 and §6).

Steps, records and events are camelCase; the start request is read in either spelling by
``wire.convert``.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType, field

from studio.contract.billing import BillingMode, TokenType
from studio.contract.chat import MediaKind

STEP_LIMIT: Final = 12
ACTIVE_LIMIT: Final = 10
"""Workflows of one owner that may be queued, running or waiting at once."""
DEFAULT_TITLE: Final = "Durable creative workflow"
INPUT_MEDIA: Final = "$input_media"
"""As a source of a dependency: the media that came with the request."""

STEP_TOOLS: Final[tuple[str, ...]] = (
    "generate_image",
    "edit_image",
    "apply_style",
    "restore_photo",
    "refine_result",
    "change_angle",
    "upscale_image",
    "remove_background",
    "segment_image",
    "image_to_3d",
    "generate_video",
    "animate_photo",
    "sound_to_video",
    "video_to_video",
    "orbit_video",
    "dance_montage",
    "stitch_video",
    "extend_video",
    "replace_video_segment",
    "overlay_video",
    "add_subtitles",
    "upscale_video",
    "generate_music",
    "generate_speech",
    "analyze_image",
    "analyze_video",
    "extract_metadata",
    "ask_clarifying_question",
    "finalize_response",
    "create_asset_manifest",
    "inspect_asset",
    "label_asset",
    "map_assets_for_model",
    "validate_asset_references",
)
"""The 34 tools that may be steps: 24 that make media, then 10 of the application."""

Transform = Literal[
    "artifact_url",
    "artifact_data_uri",
    "image_url",
    "video_url",
    "audio_url",
    "image_index",
    "video_index",
    "audio_index",
    "subtitle_cues",
    "subtitle_srt",
    "overlay_items",
    "asset_ref",
]
TRANSFORMS: Final[tuple[str, ...]] = get_args(Transform)
KIND_OF_TRANSFORM: Final[Mapping[str, MediaKind]] = {
    "image_url": "image",
    "video_url": "video",
    "audio_url": "audio",
    "image_index": "image",
    "video_index": "video",
    "audio_index": "audio",
}
"""The modality that a transform restricts itself to."""

WorkflowStatus = Literal["queued", "running", "waiting_for_user", "completed", "partial_failure", "failed", "cancelled"]
TERMINAL: Final = frozenset(("completed", "partial_failure", "failed", "cancelled"))
CLOSING: Final = TERMINAL | {"waiting_for_user"}
"""Statuses that end an event stream."""

WaitingReason = Literal[
    "ask_clarifying_question",
    "select_media_required",
    "cost_approval_required",
    "cost_reauthorization_required",
    "safety_review_required",
    "workflow_user_input_required",
    "insufficient_credit",
    "permission_required",
    "other",
]
WAITING_REASONS: Final[tuple[str, ...]] = get_args(WaitingReason)

WorkflowEventType = Literal[
    "workflow_started",
    "workflow_progress",
    "step_started",
    "step_completed",
    "step_failed",
    "step_waiting_for_user",
    "artifact_created",
    "workflow_waiting_for_user",
    "workflow_completed",
    "workflow_failed",
    "workflow_cancelled",
    "custom",
]
EVENT_TYPES: Final[tuple[str, ...]] = get_args(WorkflowEventType)


class Dependency(Struct, frozen=True, rename="camel", kw_only=True):
    """Fills one argument of a step from an artifact of an earlier step, or from the request's media.

    Attributes:
        source_artifact_index: position after ``media_type`` has filtered; not used with an id.
        required: False leaves the argument alone when nothing matches.
    """

    source_step_id: Annotated[str, Meta(min_length=1)]
    source_artifact_index: Annotated[int, Meta(ge=0)] = 0
    source_artifact_id: str | UnsetType = UNSET
    media_type: MediaKind | UnsetType = UNSET
    transform: Transform
    target_argument: Annotated[str, Meta(min_length=1)]
    required: bool = True


class StepSpec(Struct, frozen=True, rename="camel", kw_only=True):
    """One planned tool call."""

    id: str
    tool_name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    depends_on: list[Dependency] = field(default_factory=list)


class StartWorkflow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Body of ``POST /v1/creative-agent/workflows``: exactly one of ``input`` and ``workflow_id``.

    Attributes:
        input: ``{title?, steps[], mediaReferences?}``; see ``normalise_steps`` and ``input_media``.
        workflow_id: a saved template, run with ``inputs``.
        confirm_cost: consent to the estimate, even above ``max_estimated_capacity_units``.
        idempotency_key: body form of the ``Idempotency-Key`` header.
    """

    input: dict[str, Any] | None = None
    workflow_id: str | None = None
    inputs: dict[str, Any] | None = None
    media_references: list[dict[str, Any]] | None = None
    token_type: TokenType | None = None
    billing_mode: BillingMode | None = None
    app_source: Annotated[str, Meta(max_length=128)] | None = None
    max_estimated_capacity_units: Annotated[float, Meta(ge=0)] | None = None
    confirm_cost: bool | None = None
    safe_content_filter: bool | None = None
    idempotency_key: Annotated[str, Meta(max_length=255)] | None = None


class WorkflowArtifact(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One thing that a step made, as clients read it."""

    id: str
    kind: str
    """``image``, ``video``, ``audio``, ``model``, ``archive``, ``json``, ``text`` or ``other``."""
    url: str
    media_type: str | None = None
    mime_type: str | None = None
    width: float | None = None
    height: float | None = None
    duration_seconds: float | None = None
    duration: float | None = None
    size_bytes: int | None = None
    tool_name: str | None = None
    step_id: str | None = None
    metadata: dict[str, Any] | None = None


class WorkflowEvent(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One entry of a workflow's log. ``status`` is the workflow's, never a step's."""

    id: str
    workflow_id: str
    sequence: int
    timestamp: str
    """ISO-8601 UTC with milliseconds."""
    type: str
    status: str | None = None
    message: str | None = None
    data: dict[str, Any] | None = None
