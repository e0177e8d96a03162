"""Durable workflows as data: the start request, its steps and the names of a record.

``structs`` holds the wire structs and vocabularies, ``normalise`` turns what a client sent
into steps, ``validate`` reports every problem of those steps at once. Source:
contract/workflows.md.
"""

from studio.contract.workflows.normalise import input_media, normalise_steps
from studio.contract.workflows.structs import (
    ACTIVE_LIMIT,
    CLOSING,
    DEFAULT_TITLE,
    EVENT_TYPES,
    INPUT_MEDIA,
    KIND_OF_TRANSFORM,
    STEP_LIMIT,
    STEP_TOOLS,
    TERMINAL,
    TRANSFORMS,
    WAITING_REASONS,
    Dependency,
    StartWorkflow,
    StepSpec,
    Transform,
    WaitingReason,
    WorkflowArtifact,
    WorkflowEvent,
    WorkflowEventType,
    WorkflowStatus,
)
from studio.contract.workflows.validate import appends, validate_steps

__all__ = [
    "ACTIVE_LIMIT",
    "CLOSING",
    "DEFAULT_TITLE",
    "EVENT_TYPES",
    "INPUT_MEDIA",
    "KIND_OF_TRANSFORM",
    "STEP_LIMIT",
    "STEP_TOOLS",
    "TERMINAL",
    "TRANSFORMS",
    "WAITING_REASONS",
    "Dependency",
    "StartWorkflow",
    "StepSpec",
    "Transform",
    "WaitingReason",
    "WorkflowArtifact",
    "WorkflowEvent",
    "WorkflowEventType",
    "WorkflowStatus",
    "appends",
    "input_media",
    "normalise_steps",
    "validate_steps",
]
