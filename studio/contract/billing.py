"""What work costs, as data: tokens, capacity units, previews that a person approves, authorisations.

Source: contract/billing.md §1–5. Capacity units are a coarse, unit-less estimate for ceilings
and previews; they are not the price.
"""

import math
from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType, field

from studio.contract.tools import catalogue

TokenType = Literal["spark", "sogni"]
TokenChoice = Literal["spark", "sogni", "auto"]
"""``auto`` is accepted on completions and direct tools only."""
BillingMode = Literal["auto", "subscription", "tokens"]

USD_PER_SPARK: Final = "0.005"
PREVIEW_LIFETIME_S: Final = 600
"""How long a preview may be confirmed."""

WEIGHTS: Final[Mapping[str, int]] = {
    "free": 0,
    "image.standard": 1,
    "image.premium": 2,
    "image.external": 3,
    "video.standard": 5,
    "video.vendor.standard": 6,
    "video.premium": 8,
    "video.vendor.premium": 10,
    "audio.standard": 3,
    "audio.speech": 1,
    "compose.standard": 1,
    "compose.ffmpeg": 1,
}
COST_CLASSES: Final = tuple(WEIGHTS)
UNKNOWN_WEIGHT: Final = 1
"""Weight of a tool or class that the published table has no row for."""
_UNGATED: Final = frozenset({"free", "compose.standard"})
_MOST_OUTPUTS: Final = 16

_FAN_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "animate_photo": ("sourceImageIndices", "prompts", "endImageIndices"),
}
"""Lists of which the longest says how many clips one call makes."""


def cost_class(tool: str) -> str | None:
    """Return the cost class of *tool*, or None where the published table has no row for it."""
    found = catalogue().get(tool)
    return found.cost_class if found is not None else None


def is_gated(tool: str) -> bool:
    """Whether a call of *tool* may need somebody's approval. A tool without a class is."""
    return cost_class(tool) not in _UNGATED


def output_count(tool: str, arguments: Mapping[str, Any]) -> int:
    """Return how many pieces a call plans to make: 1 to 16, by its variations or its fan-out."""
    lists = [arguments.get(name) for name in _FAN_OUT.get(tool, ())]
    longest = max((len(value) for value in lists if isinstance(value, list)), default=1)
    return min(_MOST_OUTPUTS, max(1, longest, _whole(arguments.get("numberOfVariations"))))


def capacity_units(tool: str, arguments: Mapping[str, Any]) -> float:
    """Return the estimated capacity units of one call: weight × outputs. Whole sums are ints."""
    return WEIGHTS.get(cost_class(tool) or "", UNKNOWN_WEIGHT) * output_count(tool, arguments)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 1
    return int(value)


class ToolCost(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The share of one call in a preview."""

    tool_call_id: str
    tool_name: str
    capacity_units: float


class CostPreview(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What a paused chat run asks approval for; a confirmation echoes it unchanged."""

    total_estimated_capacity_units: float
    token_type: TokenType
    validity_until: str
    """ISO-8601 UTC with milliseconds."""
    per_tool_breakdown: list[ToolCost] | UnsetType = UNSET


class StageCost(Struct, frozen=True, rename="camel"):
    """The share of one stage or step in a preview."""

    stage_id: str
    units: float
    assumptions: list[str] = field(default_factory=list)


class WorkflowCostPreview(Struct, frozen=True, rename="camel", kw_only=True):
    """What a paused workflow asks approval for; one confirmation authorises the whole run."""

    template_id: str
    inputs: dict[str, Any]
    total_estimated_capacity_units: float
    per_stage_breakdown: list[StageCost]
    token_type: TokenType
    expected_duration_seconds: float
    validity_until: str
    max_acceptable_units: float | UnsetType = UNSET


class StageSettlement(Struct, frozen=True, rename="camel", kw_only=True):
    """What one stage has used of an authorisation."""

    stage_id: str
    estimated_units: float
    status: Literal["pending", "in_flight", "settled", "failed", "cancelled"] = "pending"
    job_ids: list[str] = field(default_factory=list)
    project_id: str | UnsetType = UNSET
    settled_units: float | UnsetType = UNSET


class WorkflowAuthorization(Struct, frozen=True, rename="camel", kw_only=True):
    """The consent to a whole workflow: spent, reserved and when it ends."""

    workflow_run_id: str
    authorized_capacity_units: float
    token_type: TokenType
    authorized_at: str
    expires_at: str
    cumulative_settled_units: float = 0
    cumulative_reserved_units: float = 0
    stage_settlements: list[StageSettlement] = field(default_factory=list)


def same_preview(current: Mapping[str, Any] | None, accepted: Mapping[str, Any]) -> bool:
    """Whether *accepted* is the preview on offer: compared by total, token and validity (camelCase members)."""
    names = ("totalEstimatedCapacityUnits", "tokenType", "validityUntil")
    return current is not None and all(accepted.get(name) == current.get(name) for name in names)


class LlmCost(Struct, frozen=True, kw_only=True):
    """What a language model's work cost; amounts are decimal strings (contract/billing.md §9)."""

    cost_in_usd: str = field(name="costInUSD")
    cost_in_token: str = field(name="costInToken")
    """In the token that paid."""
    cost_in_sogni: str = field(name="costInSogni")
    cost_in_spark: str = field(name="costInSpark")
    input_tokens: int = field(name="inputTokens")
    output_tokens: int = field(name="outputTokens")
