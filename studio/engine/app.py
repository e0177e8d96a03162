"""The engine's object graph, built in one function from one configuration."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from studio.engine import errors, openapi
from studio.engine.activity import Activity, Counting
from studio.engine.agent.backends.base import Backend
from studio.engine.agent.backends.detect import Finder, FoundModel, FoundServer
from studio.engine.agent.brains import Brains
from studio.engine.agent.calls import Workshop
from studio.engine.auth import KeyRing, require_key
from studio.engine.fetch import Fetcher
from studio.engine.files import secret_file
from studio.engine.guards import Gate, host_name, is_loopback
from studio.engine.limits import JSON_BODY_BYTES
from studio.engine.media_desk import MediaDesk
from studio.engine.media_urls import MediaUrls
from studio.engine.routes.account import account_me, balance, subscription_status
from studio.engine.routes.chat import chat_completions
from studio.engine.routes.health import healthz
from studio.engine.routes.lifecycle import shutdown
from studio.engine.routes.media import media
from studio.engine.routes.models import get_model, list_models
from studio.engine.services import Services
from studio.engine.settings import EngineSettings
from studio.engine.store.assets import AssetStore
from studio.engine.store.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from studio.engine.agent.tool_context import Renders
    from studio.engine.tools.base import ToolRunner

_WARM_UP_AFTER_S = 0.2

ROUTES = [
    healthz,
    list_models,
    get_model,
    chat_completions,
    account_me,
    balance,
    subscription_status,
    media,
    shutdown,
]


def build(
    settings: EngineSettings,
    *,
    port: int = 0,
    leave: Callable[[], None] = lambda: None,
    director: Backend | None = None,
    runners: "Mapping[str, ToolRunner] | None" = None,
    pool: "Renders | None" = None,
    fetcher: Fetcher | None = None,
) -> Any:
    """Return the ASGI application for *settings*. It opens nothing before its start-up.

    Args:
        port: the port it will listen on, so that it does not take itself for a language model.
        leave: ends the server; called when the engine may go.
        director, runners, pool, fetcher: parts to use instead of the built-in ones.
    """
    database = Database(settings.engine_dir, settings.database_url)
    store = AssetStore(settings.engine_dir, database)
    hosts = settings.allow_hosts
    urls = MediaUrls(
        secret_file(settings.engine_dir / "url-key"),
        own_host=lambda host: is_loopback(host_name(host)) or host_name(host) in hosts,
    )
    desk = MediaDesk(store, urls, fetcher or Fetcher())
    brains = Brains(
        director or _director(), _finder(settings, port), _backend_maker(settings), preferred=settings.llm_model
    )
    render_pool = pool or _LazyPool()
    workshop = Workshop(_runners() if runners is None else runners, render_pool, desk)
    activity = Activity(leave, idle_s=settings.exit_when_idle_s)
    local_key = secret_file(settings.engine_dir / "api-key")

    @asynccontextmanager
    async def lifespan(app: Litestar) -> "AsyncIterator[None]":
        activity.start()
        warming = asyncio.create_task(_warm_up(store, brains), name="warm up")
        warming.add_done_callback(_read_failure)
        try:
            yield
        finally:
            activity.close()
            warming.cancel()
            await asyncio.wait({warming})
            await brains.close()
            if isinstance(render_pool, _LazyPool):
                await render_pool.close()
            database.close()

    app = Litestar(
        route_handlers=ROUTES,
        guards=[require_key],
        lifespan=[lifespan],
        state=State(
            {
                "services": Services(settings, brains, workshop, desk, activity),
                "key_ring": KeyRing(local_key, settings.api_keys),
            }
        ),
        exception_handlers={HTTPException: errors.handle, Exception: errors.handle},
        openapi_config=openapi.config(),
        request_max_body_size=JSON_BODY_BYTES,
        logging_config=None,
    )
    gate = Gate(app, allow_hosts=hosts, allow_origins=settings.allow_origins)
    return Counting(gate, activity)


async def _warm_up(store: AssetStore, brains: Brains) -> None:
    """Load what takes a while, once the ready line is out; a request that comes sooner does it itself."""
    await asyncio.sleep(_WARM_UP_AFTER_S)
    await asyncio.to_thread(store.open)
    await brains.ready()


def _read_failure(task: "asyncio.Task[None]") -> None:
    # The first request that needs the store meets the same failure and tells it.
    if not task.cancelled():
        task.exception()


def _director() -> Backend:
    from studio.engine.agent.backends.director import DirectorBackend

    return DirectorBackend()


def _runners() -> "Mapping[str, ToolRunner]":
    from studio.engine.tools.registry import runners

    return runners()


def _finder(settings: EngineSettings, port: int) -> Finder | None:
    if not settings.llm_url and not settings.detect:
        return None
    return Finder(settings.llm_url, settings.llm_model, settings.llm_api_key, loopback=settings.detect, own_port=port)


def _backend_maker(settings: EngineSettings) -> Callable[[FoundServer, FoundModel], Backend]:
    def make(server: FoundServer, model: FoundModel) -> Backend:
        from studio.engine.agent.backends.openai import OpenAIBackend

        return OpenAIBackend(server, model, api_key=settings.llm_api_key if settings.llm_url else None)

    return make


class _LazyPool:
    """The render pool, made on first use: the server's start does not wait for its imports."""

    def __init__(self) -> None:
        self._made: Any = None

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._made is None:
            from studio.engine.renderers.pool import RenderPool

            self._made = RenderPool()
        return await self._made.run(function, *args, **kwargs)

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()
