"""``POST /v1/studio/shutdown``: our extension for the app that started this engine."""

from typing import Any

from litestar import Request, post
from msgspec import Struct

from studio.engine.openapi import FAILURES
from studio.engine.services import services


class Leaving(Struct, frozen=True):
    """``active``: requests in work that are finished first."""

    active: int


class LeavingEnvelope(Struct, frozen=True):
    """Body of the answer."""

    data: Leaving
    status: str = "success"


@post("/v1/studio/shutdown", status_code=202, tags=["Engine"], summary="Leave when idle", responses=FAILURES)
async def shutdown(request: Request[Any, Any, Any]) -> LeavingEnvelope:
    """Ask the engine to leave as soon as nothing else is in work."""
    activity = services(request).activity
    activity.leave_when_idle()
    return LeavingEnvelope(Leaving(active=max(0, activity.active - 1)))
