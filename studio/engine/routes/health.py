"""``GET /healthz``: is it there, which features, and who would answer. No key."""

import os
from typing import Any

from litestar import Request, get
from msgspec import Struct

from studio import __version__
from studio.engine.services import services

FEATURES = [
    "chat",
    "streaming",
    "vision",
    "sogni_tools",
    "sogni_progress",
    "media",
    "shutdown",
    "resume_input",
]


class LlmHealth(Struct, frozen=True):
    """Who answers under the default model ids."""

    answered_by: str
    model: str
    vision: bool
    tools: str


class Health(Struct, frozen=True):
    """Body of ``GET /healthz``. ``tools`` lists the tools that this engine really has."""

    version: str
    pid: int
    llm: LlmHealth
    tools: list[str]
    features: list[str]
    active: int
    status: str = "ok"


@get("/healthz", opt={"public": True}, tags=["Engine"], security=[{}], summary="Health of the engine")
async def healthz(request: Request[Any, Any, Any]) -> Health:
    """Tell that the engine is there and who would answer."""
    parts = services(request)
    backend = parts.brains.default
    llm = LlmHealth(backend.answered_by, backend.model_id, backend.vision, backend.tools_mode)
    return Health(
        version=__version__,
        pid=os.getpid(),
        llm=llm,
        tools=sorted(parts.workshop.runners),
        features=FEATURES,
        active=parts.activity.active,
    )
