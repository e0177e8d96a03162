"""Failures of steps as data: what kind they are, and whether trying again may help. Source: contract/errors.md §5–6."""

from typing import Final

from studio.engine.workflows.state import Classification, Failure

TRANSIENT: Final = frozenset(("GPU_WORKER_FAILED", "PROVIDER_TIMEOUT"))
"""Failures that are retried once by themselves."""
_CLASSES: Final[dict[str, Classification]] = {
    "PARAMETER_INVALID": "validation",
    "USER_INPUT_INCOMPLETE": "validation",
    "ASSET_NOT_FOUND": "validation",
    "WORKFLOW_VALIDATION_FAILED": "validation",
    "COST_LIMIT_EXCEEDED": "billing",
    "PERMISSION_REQUIRED": "auth",
    "MODEL_UNAVAILABLE": "provider",
    "SAFETY_REJECTED": "policy",
    "GPU_WORKER_FAILED": "transient",
    "PROVIDER_TIMEOUT": "transient",
    "USER_CANCELLED": "cancelled",
}


def failure(message: str, code: str | None, tool: str, step: str) -> Failure:
    """Return the failure of a step with a tool error code."""
    return Failure(
        message=message,
        code=code,
        classification=_CLASSES.get(code or "", "unknown"),
        retryable=code in TRANSIENT,
        tool_name=tool,
        step_id=step,
    )
