"""Templates as structs: typed views of a document (contract/templates.md §2).

The document, a JSON object, is what is stored, sent and edited: it keeps members that
nobody knows. These structs are how code reads a valid one.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

InputType = Literal["image", "audio", "video", "text", "number", "select", "boolean"]
OnError = Literal["stop", "continue", "skip", "retry_once"]
ConditionType = Literal["always", "if_success_of", "if_error_in", "if_artifact_exists", "expr"]

CATEGORIES: Final = ("portrait", "video-social", "makeover", "cinematic", "music", "analysis", "custom", "other")
STABILITIES: Final = ("production", "beta", "experimental")
VISIBILITIES: Final = ("private", "public")
SYSTEM: Final = "system"
"""The author of templates that come with the server: public and read-only."""


class Option(Struct, frozen=True):
    """A choice of a ``select`` input."""

    value: str
    label: str = ""


class Length(Struct, frozen=True):
    """How many values a list input takes."""

    min: int = 0
    max: int = 16


class Input(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A value that a run asks for; media are URL strings."""

    name: str
    type: InputType
    required: bool = False
    description: str = ""
    default: Any = UNSET
    options: list[Option] = field(default_factory=list)
    multiple: Length | None = None
    internal: bool = False
    json_schema: dict[str, Any] | None = None


class Condition(Struct, frozen=True, rename="camel", omit_defaults=True):
    """When a stage runs."""

    type: ConditionType
    stage_id: str | None = None
    artifact_name: str | None = None
    expression: str | None = None


class _Stage(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True, tag_field="type"):
    id: str
    label: str = ""
    produces: list[str] = field(default_factory=list)
    required_artifacts_in: list[str] = field(default_factory=list)
    optional_artifacts_in: list[str] = field(default_factory=list)
    review_focus: list[str] = field(default_factory=list)
    success_criteria: list[str] = field(default_factory=list)
    checkpoint_required: bool = False
    human_approval_default: bool = False
    condition: Condition | None = None
    on_error: OnError = "stop"
    sub_stages: "list[FixedStage | InteractiveStage | BatchStage]" = field(default_factory=list)

    @property
    def product(self) -> str | None:
        """The artifact that receives the stage's output: the first that it names."""
        return self.produces[0] if self.produces else None


class FixedStage(_Stage, frozen=True, tag="fixed"):
    """One call of one tool."""

    tool: str
    args: dict[str, Any] = field(default_factory=dict)


class InteractiveStage(_Stage, frozen=True, tag="interactive"):
    """A place where somebody takes part."""

    system_prompt: str = ""
    allowed_tools: list[str] = field(default_factory=list)
    user_message: str | None = None
    skill_ref: str | None = None


class BatchStage(_Stage, frozen=True, tag="batch"):
    """One call for each entry of a list."""

    over_binding: str
    item_name: str
    item_stage: "FixedStage | InteractiveStage"
    concurrency: float = 1
    partial_execution_enabled: bool = False
    item_label_template: str | None = None
    max_attempts_per_item: int | None = None


Stage = FixedStage | InteractiveStage | BatchStage


class Range(Struct, frozen=True):
    """An estimate."""

    min: float
    max: float


class Author(Struct, frozen=True, rename="camel"):
    """Whose template it is."""

    user_id: str
    display_name: str = ""


class Template(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """The members of a template document that code reads."""

    name: str
    stages: list[Stage]
    id: str = ""
    version: str = "0.0.1"
    description: str = ""
    brief: str | None = None
    category: str = "custom"
    stability: str = "experimental"
    author: Literal["system"] | Author | UnsetType = UNSET
    visibility: str = "private"
    inputs: list[Input] = field(default_factory=list)
    review_focus: list[str] = field(default_factory=list)
    estimated_credits: Range | None = None
    estimated_capacity_units: Range | None = None
    expose_to_llm: bool = field(default=False, name="exposeToLLM")
    llm_priority: float = 100
    thumbnail_url: str | None = None
    tags: list[str] = field(default_factory=list)


def template_of(document: object) -> Template:
    """Return the typed view of a valid *document*.

    Raises:
        msgspec.ValidationError: it is not valid; ``validation.validate_template`` says where.
    """
    return msgspec.convert(document, Template)


def flat(stages: list[Stage]) -> Iterator[Stage]:
    """Yield stages depth first, each before its sub-stages; item stages of batches are left out."""
    for stage in stages:
        yield stage
        yield from flat(stage.sub_stages)


def typed_inputs(template: Template) -> dict[str, Input]:
    """Return the inputs of *template* by name."""
    return {declared.name: declared for declared in template.inputs}
