"""``/v1/loras/…``: lists of LoRAs. No model that runs here loads one, so the lists are empty.

Source: contract/models.md §2 and §8, contract/errors.md §4 (179).
"""

from typing import Annotated, Any, Final

from litestar import Request, delete, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct, field

from studio.contract.errors import Forbidden, NotFound
from studio.engine.openapi import FAILURES, failure

PLAN_REQUIRED: Final = 179
MOST_PER_REQUEST: Final = 8
_SINCE: Final = "2026-01-01T00:00:00.000Z"
_PUBLIC: Final = {code: FAILURES[code] for code in (400, 403, 500)}


class LoraUi(Struct, frozen=True, rename="camel", kw_only=True):
    """How a slider for a LoRA looks."""

    category: str = ""
    section: str = ""
    min: float = 0
    max: float = 1
    default: float = 1
    step: float = 0.05
    recommended_min: float | None = None
    recommended_max: float | None = None
    range_labels: dict[str, Any] | None = None
    nsfw: bool = False
    sexual: bool = False
    creator: str | None = None
    source_url: str | None = None
    license: str | None = None


class Lora(Struct, frozen=True, rename="camel", kw_only=True):
    """One LoRA and the models that load it."""

    lora_id: str
    slug: str
    name: str
    description: str = ""
    model_ids: list[str]
    ui: LoraUi


class LoraLimits(Struct, frozen=True, rename="camel"):
    """How many LoRAs one request may name."""

    max_per_request: int = MOST_PER_REQUEST


class LoraList(Struct, frozen=True, rename="camel"):
    """Data of the lists of LoRAs."""

    loras: list[Lora] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    constraints: LoraLimits = LoraLimits()
    last_updated: str = _SINCE


class LoraEnvelope(Struct, frozen=True):
    """Body of the lists of LoRAs."""

    data: LoraList
    status: str = "success"


class PersonalLoras(Struct, frozen=True, rename="camel"):
    """Data of ``GET /v1/loras/personal``: imports, models that take them, and limits."""

    loras: list[Lora] = field(default_factory=list)
    imports: list[Lora] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    limits: LoraLimits = LoraLimits()


class PersonalEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/loras/personal``."""

    data: PersonalLoras
    status: str = "success"


@get(
    "/v1/loras/comfy",
    sync_to_thread=False,
    opt={"public": True},
    security=[],
    tags=["LoRAs"],
    summary="Public LoRAs",
    responses=_PUBLIC,
)
def public_loras(
    model_id: Annotated[str | None, QueryParameter(name="modelId", description="Only those that it loads.")] = None,
) -> LoraEnvelope:
    """Return the public LoRAs that can be used here."""
    return LoraEnvelope(LoraList())


@get("/v1/loras/personal", sync_to_thread=False, tags=["LoRAs"], summary="Your LoRAs", responses=FAILURES)
def personal_loras() -> PersonalEnvelope:
    """Return the imported LoRAs of the owner of the key."""
    return PersonalEnvelope(PersonalLoras())


@get("/v1/loras/personal/catalog", sync_to_thread=False, tags=["LoRAs"], summary="Your ready LoRAs", responses=FAILURES)
def personal_catalogue() -> LoraEnvelope:
    """Return the imported LoRAs of the owner of the key that can be used."""
    return LoraEnvelope(LoraList())


@get("/v1/loras/personal/{lora_id:str}", sync_to_thread=False, tags=["LoRAs"], summary="One LoRA", responses=FAILURES)
def personal_lora(lora_id: FromPath[str]) -> LoraEnvelope:
    """Return one imported LoRA.

    Raises:
        NotFound: there is none.
    """
    raise NotFound("There is no such LoRA here.")


@post(
    "/v1/loras/personal",
    status_code=200,
    sync_to_thread=False,
    tags=["LoRAs"],
    summary="Import a LoRA",
    responses={**FAILURES, 403: failure("No model that runs here loads LoRAs (179), or the origin is not allowed.")},
)
def import_lora(request: Request[Any, Any, Any]) -> PersonalEnvelope:
    """Refuse: nothing that runs here could load it.

    Raises:
        Forbidden: always (179).
    """
    raise Forbidden("LoRAs cannot be imported here: no model on this computer loads them.", error_code=PLAN_REQUIRED)


@delete(
    "/v1/loras/personal/{lora_id:str}",
    status_code=200,
    sync_to_thread=False,
    tags=["LoRAs"],
    summary="Remove a LoRA",
    responses=FAILURES,
)
def remove_lora(lora_id: FromPath[str]) -> PersonalEnvelope:
    """Remove one imported LoRA.

    Raises:
        NotFound: there is none.
    """
    raise NotFound("There is no such LoRA here.")


LORA_ROUTES = [public_loras, personal_loras, personal_catalogue, personal_lora, import_lora, remove_lora]
