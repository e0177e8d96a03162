"""Bodies of the template routes, as the OpenAPI document shows them; documents travel as they are."""

from typing import Any, Literal

from msgspec import Struct, field

Visibility = Literal["own", "public", "all"]
"""What a list shows; ``all`` is own and public."""


class TemplateMembers(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Members of a template; unknown ones are kept too (contract/templates.md §2)."""

    name: str = ""
    description: str = ""
    brief: str | None = None
    category: str = "custom"
    stability: str = "experimental"
    visibility: str = "private"
    inputs: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    review_focus: list[str] = field(default_factory=list)
    estimated_credits: dict[str, float] | None = None
    estimated_capacity_units: dict[str, float] | None = None
    expose_to_llm: bool = field(default=False, name="exposeToLLM")
    llm_priority: float = 100
    graph: dict[str, Any] | None = None
    thumbnail_url: str | None = None
    preview_artifacts: list[dict[str, Any]] | None = None
    tags: list[str] = field(default_factory=list)
    metadata: dict[str, Any] | None = None


class NewTemplate(TemplateMembers, frozen=True, kw_only=True):
    """Body of a create: a name and at least one stage."""

    name: str
    stages: list[dict[str, Any]]
    id: str | None = None


class TemplatePatch(TemplateMembers, frozen=True, kw_only=True):
    """Body of an update: the members to replace; null removes one."""


class SavedTemplate(TemplateMembers, frozen=True, kw_only=True):
    """A template with what only the server says."""

    id: str
    version: str
    name: str
    stages: list[dict[str, Any]]
    author: Any
    """``"system"``, or ``{userId, displayName}``."""
    created_at: int
    updated_at: int


class TemplateData(Struct, frozen=True):
    """One template."""

    template: SavedTemplate


class TemplateEnvelope(Struct, frozen=True):
    """Answer with one template."""

    data: TemplateData
    status: str = "success"


class TemplatePage(Struct, frozen=True):
    """A page of templates; ``next`` is the offset of the next one, or null."""

    templates: list[SavedTemplate]
    next: int | None


class TemplatePageEnvelope(Struct, frozen=True):
    """Answer of the list."""

    data: TemplatePage
    status: str = "success"


class DeletedData(Struct, frozen=True):
    """A template is gone."""

    id: str
    deleted: bool = True


class DeletedEnvelope(Struct, frozen=True):
    """Answer of a delete."""

    data: DeletedData
    status: str = "success"


class ForkTemplate(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Body of a fork."""

    new_name: str | None = None
