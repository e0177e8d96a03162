"""The HTTP application of an engine: its parts behind routes, guards and limits."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from litestar import Litestar, MediaType, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from studio.engine import errors, openapi
from studio.engine.activity import Counting
from studio.engine.auth import KeyRing, require_key
from studio.engine.durable.dbos_runtime import DbosRuntime
from studio.engine.files import secret_file
from studio.engine.graph import assemble, close
from studio.engine.guards import Gate
from studio.engine.limits import JSON_BODY_BYTES
from studio.engine.packs.desk import PackDesk
from studio.engine.rate_limit import RateLimiter, limit_rate
from studio.engine.routes.account import ACCOUNT_ROUTES
from studio.engine.routes.assets import ASSET_ROUTES
from studio.engine.routes.catalogue import model_catalog
from studio.engine.routes.chat import chat_completions
from studio.engine.routes.health import healthz
from studio.engine.routes.lifecycle import shutdown
from studio.engine.routes.loras import LORA_ROUTES
from studio.engine.routes.media import media
from studio.engine.routes.models import get_model, list_models
from studio.engine.routes.packs import PACK_ROUTES
from studio.engine.routes.replay import REPLAY_ROUTES
from studio.engine.routes.runs import RUN_ROUTES
from studio.engine.routes.templates import TEMPLATE_ROUTES
from studio.engine.routes.tools import execute_tool
from studio.engine.routes.uploads import UPLOAD_ROUTES
from studio.engine.routes.workflows import WORKFLOW_ROUTES
from studio.engine.services import Services
from studio.engine.settings import EngineSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_WARM_UP_AFTER_S = 0.2

ROUTES = [
    healthz,
    list_models,
    get_model,
    chat_completions,
    *RUN_ROUTES,
    *ACCOUNT_ROUTES,
    execute_tool,
    *REPLAY_ROUTES,
    model_catalog,
    *LORA_ROUTES,
    *TEMPLATE_ROUTES,
    *WORKFLOW_ROUTES,
    media,
    *UPLOAD_ROUTES,
    *ASSET_ROUTES,
    *PACK_ROUTES,
    shutdown,
]


def build(settings: EngineSettings, *, port: int = 0, leave: Callable[[], None] = lambda: None, **parts: Any) -> Any:
    """Return the ASGI application for *settings*. It opens nothing before its start-up.

    Args:
        port: the port it will listen on.
        leave: ends the server; called when the engine may go.
        parts: see ``graph.assemble``.
    """
    services = assemble(settings, port=port, leave=leave, **parts)
    local_key = secret_file(settings.engine_dir / "api-key")
    activity = services.activity

    def busy(change: int) -> None:
        activity.begin() if change > 0 else activity.end()

    packs = PackDesk(settings.engine_dir / "packs", busy=busy)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> "AsyncIterator[None]":
        services.activity.start()
        warming = asyncio.create_task(_warm_up(services), name="warm up")
        warming.add_done_callback(_read_failure)
        try:
            yield
        finally:
            warming.cancel()
            await asyncio.wait({warming})
            await packs.close()
            await close(services)

    app = Litestar(
        route_handlers=ROUTES,
        guards=[require_key, limit_rate],
        after_request=_name_charset,
        lifespan=[lifespan],
        state=State(
            {
                "services": services,
                "packs": packs,
                "key_ring": KeyRing(local_key, settings.api_keys),
                "rate_limiter": RateLimiter(settings.rate_limit),
            }
        ),
        exception_handlers={HTTPException: errors.handle, Exception: errors.handle},
        openapi_config=openapi.config(),
        request_max_body_size=JSON_BODY_BYTES,
        logging_config=None,
    )
    gate = Gate(app, allow_hosts=settings.allow_hosts, allow_origins=settings.allow_origins)
    return Counting(gate, services.activity)


async def _name_charset(response: Response[Any]) -> Response[Any]:
    """Write JSON as the contract does: with its charset (contract/README.md, Envelopes)."""
    if response.media_type == MediaType.JSON:
        response.media_type = errors.JSON_UTF8
    return response


async def _warm_up(services: Services) -> None:
    """Load what takes a while, once the ready line is out; a request that comes sooner does it itself."""
    await asyncio.sleep(_WARM_UP_AFTER_S)
    await asyncio.to_thread(services.desk.store.open)
    if services.billing.rates.charges:
        await services.billing.ledger.reconcile()
    if isinstance(services.runtime, DbosRuntime):
        await services.runtime.recover()
    await services.brains.ready()


def _read_failure(task: "asyncio.Task[None]") -> None:
    # The first request that needs the store meets the same failure and tells it.
    if not task.cancelled():
        task.exception()
